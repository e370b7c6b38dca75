"""The closed lists and the steps of campaigns and actions."""

from collections.abc import Mapping

from nasij.kit.field import Choices, mark
from nasij.kit.steps import Steps

FACE = Choices(
    "public_face",
    {
        "none": mark("Nobody: the group stays unseen"),
        "name": mark("A name that leads to nobody"),
        "person": mark("Somebody who chose to be seen"),
    },
)
TRANSPARENCY = Choices(
    "transparency",
    {"members": mark("Our members see the sums"), "givers": mark("Those who gave are told the sums as well")},
)
ACTION_KIND = Choices(
    "action_kind",
    {
        "meeting": mark("Meeting"),
        "vigil": mark("Vigil"),
        "march": mark("March"),
        "online": mark("Online action"),
        "petition": mark("Petition"),
        "press": mark("Press"),
        "visit": mark("Visit"),
    },
)
EXPOSURE = Choices(
    "action_exposure",
    {
        "1": mark("Nobody outside notices"),
        "2": mark("A few people outside notice"),
        "3": mark("It is seen, and nobody is recognised"),
        "4": mark("It is seen, and people can be recognised"),
    },
    numbered=True,
)
THREAT = Choices(
    "action_threat",
    {
        "watched": mark("Being watched or followed"),
        "filmed": mark("Being filmed and recognised"),
        "outed": mark("Being exposed to family or work"),
        "attack": mark("Violence by others"),
        "arrest": mark("Police, searches, arrest"),
        "devices": mark("Phones taken"),
    },
)
LEVEL = Choices("level", {"1": mark("Low"), "2": mark("Middle"), "3": mark("High")}, numbered=True)
VERDICT = Choices("go_or_not", {"go": mark("Go"), "no": mark("Not like this")})
ACTION_ROLE = Choices(
    "action_role",
    {
        "along": mark("Going along"),
        "marshal": mark("Marshal"),
        "medic": mark("Medic"),
        "lawyer": mark("Lawyer on call"),
        "watcher": mark("Watcher"),
        "media": mark("Media"),
        "driver": mark("Driver"),
        "contact": mark("Outside contact"),
    },
)
SEEN = Choices(
    "being_seen",
    {
        "no": mark("No, by no camera"),
        "masked": mark("Only with my face covered"),
        "yes": mark("Yes"),
    },
)
PART = Choices(
    "action_part",
    {
        "day": mark("The day"),
        "area": mark("The area"),
        "time": mark("The hour"),
        "spot": mark("The exact place"),
    },
)
PART_ORDER = ("day", "area", "time", "spot")
LESSON = Choices("lesson_sort", {"helped": mark("It helped"), "harmed": mark("It harmed")})

# How far an action is, as each circle of somebody who goes along hears it: what they need to know, whatever else they can read.
COURSE = Choices(
    "action_course",
    {
        "announced": mark("It is announced"),
        "held": mark("It is held: its risks are looked at anew"),
        "happening": mark("It has begun"),
        "no_go": mark("It does not take place"),
        "over": mark("Everybody is back safe"),
    },
)
COURSE_OF = {
    "proposed": "held",
    "reviewed": "held",
    "go": "held",
    "announced": "announced",
    "happening": "happening",
    "no_go": "no_go",
    "back": "over",
    "debriefed": "over",
}
_FROM_THERE = frozenset({"happening", "no_go", "over"})
COURSE_AFTER: Mapping[str, frozenset[str]] = {
    "announced": _FROM_THERE | {"held"},
    "held": _FROM_THERE | {"announced"},
    "happening": frozenset({"over"}),
    "no_go": frozenset(),
    "over": frozenset(),
}

PICTURE = Choices("picture_word", {"yes": mark("It may be shown"), "no": mark("It may not be shown")})

CAMPAIGN_STEPS = Steps(
    "campaign",
    "campaign",
    ("idea",),
    {
        "idea": {"CampaignPlanned": "planned", "CampaignClosed": "closed"},
        "planned": {"CampaignStarted": "running", "CampaignClosed": "closed"},
        "running": {"CampaignPaused": "paused", "CampaignClosed": "closed"},
        "paused": {"CampaignStarted": "running", "CampaignClosed": "closed"},
        "closed": {},
    },
    {
        "idea": mark("Idea"),
        "planned": mark("Planned"),
        "running": mark("Under way now"),
        "paused": mark("Paused for now"),
        "closed": mark("Closed for good"),
    },
)
_CANCELLED = {"NoGoGiven": "no_go", "passing": "cleared"}
_ANEW = {"RiskSigned/no": "reviewed"}
_OVER = {"ActionCleared": "cleared", "passing": "cleared"}
ACTION_STEPS = Steps(
    "action",
    "action",
    ("proposed",),
    {
        "proposed": {"RiskSigned/first": "proposed", "RiskSigned": "reviewed", **_CANCELLED},
        "reviewed": {"RiskSigned": "reviewed", "GoGiven": "go", **_CANCELLED},
        "go": {"ActionAnnounced": "announced", **_ANEW, **_CANCELLED},
        "announced": {"ActionBegun": "happening", **_ANEW, **_CANCELLED},
        "happening": {"EveryoneBack": "back", "passing": "cleared"},
        "back": {"ActionDebriefed": "debriefed", **_OVER},
        "debriefed": _OVER,
        "no_go": _OVER,
        "cleared": {},
    },
    {
        "proposed": mark("Proposed"),
        "reviewed": mark("Risks reviewed"),
        "go": mark("It goes ahead"),
        "no_go": mark("It does not take place"),
        "announced": mark("Announced in parts"),
        "happening": mark("Happening"),
        "back": mark("Everybody is back safe"),
        "debriefed": mark("Talked over"),
        "cleared": mark("Data destroyed"),
    },
)
_SAFE = {"BackSaid": "safe"}
_MISSED = {"CountMissed": "unaccounted", **_SAFE}
JOINING_STEPS = Steps(
    "joining",
    "joining",
    ("interested",),
    {
        "interested": {"JoiningConfirmed": "confirmed", "JoiningEnded": "ended"},
        "confirmed": {"ArrivalSaid": "arrived", "JoiningEnded": "ended", **_MISSED},
        "arrived": _MISSED,
        "unaccounted": _SAFE,
        "safe": {},
        "ended": {},
    },
    {
        "interested": mark("Interested"),
        "confirmed": mark("Confirmed for it"),
        "arrived": mark("Arrived"),
        "safe": mark("Back safe"),
        "unaccounted": mark("Not heard from yet"),
        "ended": mark("Not going along"),
    },
)
SURPLUS_STEPS = Steps(
    "surplus",
    "surplus",
    ("asked",),
    {"asked": {"SurplusMoved": "moved", "SurplusDropped": "dropped"}, "moved": {}, "dropped": {}},
    {"asked": mark("The group is asked"), "moved": mark("Decided and moved"), "dropped": mark("Stays where it is")},
)
