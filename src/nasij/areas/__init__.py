"""All areas, in reading order: `ls areas/` is the list of what the system does."""

from nasij.areas.aid import AREA as AID
from nasij.areas.campaigns import AREA as CAMPAIGNS
from nasij.areas.care import AREA as CARE
from nasij.areas.cases import AREA as CASES
from nasij.areas.checkins import AREA as CHECKINS
from nasij.areas.decisions import AREA as DECISIONS
from nasij.areas.friends import AREA as FRIENDS
from nasij.areas.fund import AREA as FUND
from nasij.areas.grants import AREA as GRANTS
from nasij.areas.incidents import AREA as INCIDENTS
from nasij.areas.insight import AREA as INSIGHT
from nasij.areas.matching import AREA as MATCHING
from nasij.areas.people import AREA as PEOPLE
from nasij.areas.plans import AREA as PLANS
from nasij.areas.profile import AREA as PROFILE
from nasij.areas.resources import AREA as RESOURCES
from nasij.areas.savings import AREA as SAVINGS
from nasij.areas.stories import AREA as STORIES
from nasij.areas.tasks import AREA as TASKS
from nasij.areas.trust import AREA as TRUST

AREAS = (
    PEOPLE, PROFILE, TRUST, FRIENDS, TASKS, AID, MATCHING, CASES, DECISIONS, FUND, GRANTS, SAVINGS, INCIDENTS, CHECKINS,
    PLANS, RESOURCES, CARE, CAMPAIGNS, STORIES, INSIGHT,
)  # fmt: skip
