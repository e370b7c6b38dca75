"""Every number that a group chooses for itself, in one table: the bounds keep people safe, the usual value suits most groups.

Light numbers are changed by whoever looks after membership; those marked `by_decision` only by a decision of the group, once
three members are trusted and there is somebody to decide with.
A block a capability, in the order of the areas. What a group cannot choose stands where it is used, and says why: two people for
what is grave, at most two of the powerful roles, three carriers of a secret vote, how long a freeze lasts, how far back a book is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from nasij.kit.field import mark
from nasij.kit.table import Keep
from nasij.kit.who import setting


@dataclass(frozen=True, slots=True)
class Setting:
    """A whole number that the network may choose for itself, within bounds that keep people safe."""

    label: str
    default: int
    least: int
    most: int
    by_decision: bool = False


_PEOPLE = {
    "vouches_most": Setting(mark("Vouches that make a membership trusted, at most"), 3, 2, 10, True),
    "vouches_a_month": Setting(mark("Vouches that one member may give in a month"), 2, 1, 10),
    "vouch_days": Setting(mark("Days after which a vouch lapses"), 365, 90, 730),
    "vouch_renew_days": Setting(mark("Days before its end from which a vouch can be renewed"), 30, 7, 90),
    "invitations_a_month": Setting(mark("Invitations that one member may make in a month"), 3, 0, 20),
    "probation_days": Setting(mark("Days on probation before a membership can become trusted"), 14, 14, 90, True),
    "mandate_days": Setting(mark("Days after which a role ends by itself, at most"), 180, 30, 365, True),
    "role_renew_days": Setting(mark("Days before its end from which a role can be given anew"), 30, 7, 90, True),
    "role_ask_days": Setting(
        mark("Days that a role, a recall or a removal waits for a second person"), 14, 3, 60, True
    ),
    "roles_by_decision": Setting(mark("Roles are given by a decision alone: 1 yes, 0 no"), 0, 0, 1, True),
    "recall_by_decision": Setting(mark("Roles are called back by a decision alone: 1 yes, 0 no"), 0, 0, 1, True),
    "review_days": Setting(mark("Days back that a review looks when a membership ends"), 90, 30, 365, True),
    "hearing_days": Setting(mark("Days that a review waits for the words of whom it is about"), 7, 3, 21, True),
    "review_appeal_days": Setting(mark("Days in which the outcome of a review can be appealed"), 7, 3, 30, True),
    "suspension_days": Setting(mark("Days that a suspension lasts without a decision"), 14, 3, 30, True),
    "face": Setting(
        mark("What the pages look like from outside: 1 nothing but a number, 2 notes, 3 units, 4 books"), 1, 1, 4
    ),
    "silent_days": Setting(mark("Days of silence before others are told that a role rests"), 30, 7, 90),
}
_HELP = {
    "now_hours": Setting(mark("Hours that something needed now may wait before it is urgent"), 6, 1, 24),
    "step_days": Setting(mark("Days until a next step without a day of its own is due"), 7, 1, 30),
    "ask_window_hours": Setting(mark("Hours that somebody asked to help has to answer"), 24, 3, 96),
}
_SAVINGS = {
    "savings_people": Setting(mark("People in one savings circle, at most"), 12, 3, 20),
    "savings_reminder_days": Setting(
        mark("Days before an instalment of a savings circle is due that one is told"), 3, 0, 14
    ),
    "savings_invited_days": Setting(mark("Days that an invitation to a savings circle waits"), 30, 7, 90),
    "savings_sealed_days": Setting(mark("Days after which a draw that was not opened begins anew"), 7, 2, 30),
}
_CHECKS = {
    "checkin_reminder_hours": Setting(mark("Hours before a check-in is due that one is reminded"), 2, 1, 24),
}
# A group may forget sooner than is usual, and later only by a little.
_KEPT = {
    "keep_momentary_days": Setting(mark("Days that what is kept for a moment stays after its matter"), 1, 1, 3, True),
    "keep_short_days": Setting(mark("Days that what is kept for a short time stays after its matter"), 30, 7, 45, True),
    "keep_working_days": Setting(
        mark("Days that what is kept for the work stays after its matter"), 180, 90, 270, True
    ),
}
_DECISIONS = {
    "vote_quorum": Setting(mark("Per cent of the roll that has to vote, at least"), 50, 10, 100, True),
    "vote_threshold": Setting(mark("Per cent of the roll that has to want it, at least"), 50, 50, 100, True),
    "roll_days": Setting(mark("Days of membership before somebody is on a roll"), 14, 0, 365, True),
    "vote_days": Setting(mark("Days that a vote stays open, at least"), 3, 1, 30, True),
    "decision_days": Setting(mark("Days after which a decision is looked at again"), 180, 30, 730, True),
    "discussion_days": Setting(
        mark("Days after which a proposal that nobody brings to a vote is taken as withdrawn"), 90, 14, 180, True
    ),
    "lapse_days": Setting(
        mark("Days after its day on which a decision ends by itself, where it does unless it is kept"), 14, 3, 60, True
    ),
    "money_days": Setting(mark("Days in which the fund may act on a decision about money"), 90, 14, 180, True),
    "judging_days": Setting(
        mark("Days after which an appeal that nobody decided leaves the decision as it is"), 21, 7, 60, True
    ),
    "appeal_days": Setting(mark("Days in which others can be asked to look at a decision again"), 14, 3, 60, True),
}
_FUND = {
    "fund_floor_percent": Setting(mark("Per cent of the fund that is kept back as a reserve"), 10, 0, 50, True),
    "fund_urgent_percent": Setting(
        mark("Per cent of the fund that may go out within a week by one person's word, where something is urgent"),
        5,
        1,
        25,
        True,
    ),
    "fund_large_percent": Setting(mark("Per cent of the fund from which a request counts as large"), 25, 5, 100, True),
    "fund_approvals": Setting(mark("People of the fund who have to agree before money goes out"), 2, 2, 7, True),
    "fund_keeper_percent": Setting(mark("Per cent of the fund that one keeper may hold, at most"), 60, 20, 100, True),
    "fund_fee_percent": Setting(mark("Per cent of a pot that its fees of nine weeks come to, at most"), 5, 1, 10, True),
    "fund_count_days": Setting(mark("Days after which a pot is due to be counted"), 30, 7, 31, True),
    "fund_remind_days": Setting(mark("Days before a pot is due to be counted that its keeper is told"), 7, 1, 21),
    "fund_reserved_days": Setting(
        mark("Days after which reserved money that was not paid is free again"), 30, 7, 180, True
    ),
    "fund_confirm_days": Setting(
        mark("Days after which a payout that nobody confirmed is looked into"), 14, 3, 60, True
    ),
}
_GRANTS = {
    "grant_panel": Setting(mark("Seats on the panel of a request for money"), 3, 2, 9, True),
    "grant_period_days": Setting(mark("Days in the period in which grants are counted"), 90, 30, 365, True),
    "grant_turns": Setting(mark("Grants that one code gets in a period, at most"), 2, 1, 12, True),
    "grant_method": Setting(mark("Order when money is short: 1 harm, 2 in turn, 3 draw, 4 kept share"), 1, 1, 4, True),
    "grant_kept_percent": Setting(
        mark("Per cent kept for those never reached, where that is the order"), 30, 10, 90, True
    ),
    "grant_on_call_days": Setting(mark("Days that one turn of being on call lasts, at most"), 14, 3, 31, True),
    "grant_received_days": Setting(mark("Days after which a request that was received closes by itself"), 14, 3, 60),
    "household_days": Setting(mark("Days that a word about living together waits for an answer"), 14, 3, 60),
    "grant_idle_days": Setting(mark("Days after which a request that nobody moves lapses"), 60, 14, 180),
}
_PLANS = {
    "seal_wait_hours": Setting(
        mark("Hours in which the owner of a sealed file can refuse before two may open it"), 24, 6, 96, True
    ),
}
_RESOURCES = {
    "loan_ask_days": Setting(mark("Days that somebody who asks to borrow waits for an answer"), 14, 3, 60),
    "stock_warn_days": Setting(mark("Days before a batch is past its day that whoever keeps it is told"), 14, 1, 90),
    "provider_check_days": Setting(mark("Days after which a service is due to be checked again"), 90, 14, 365, True),
    "referral_days": Setting(mark("Days after which whoever refers is asked what came of it"), 14, 3, 60),
    "referral_silent_days": Setting(
        mark("Days after which a referral of which nobody says anything ends"), 60, 21, 180
    ),
}
_INCIDENTS = {
    "incident_now_minutes": Setting(
        mark("Minutes until the first answer where somebody is in danger now, in steps of fifteen"), 60, 15, 360, True
    ),
    "incident_today_hours": Setting(
        mark("Hours until the first answer where somebody is needed today"), 6, 2, 24, True
    ),
    "incident_soon_hours": Setting(
        mark("Hours until the first answer where somebody is needed soon"), 48, 12, 96, True
    ),
}
_CARE = {
    "care_answer_hours": Setting(mark("Hours that a caregiver who is asked has to answer"), 72, 12, 168),
    "care_relations_most": Setting(mark("People that one caregiver is with at the same time, at most"), 3, 1, 10),
    "care_absence_days": Setting(mark("Days of silence after which the deputy of a supervisor steps in"), 7, 2, 30),
    "care_debrief_days": Setting(mark("Days in which a heavy session is talked about"), 3, 1, 14),
    "care_supervision_days": Setting(mark("Days after which supervision is due again"), 30, 7, 60),
    "care_note_days": Setting(mark("Days that a note about care is kept, at most"), 30, 7, 90),
    "care_idle_days": Setting(mark("Days after which what nobody takes further in care is over"), 60, 14, 180),
}
_TASKS = {
    "call_answer_hours": Setting(mark("Hours that somebody asked to be on call has to answer"), 24, 4, 72),
    "call_at_once_hours": Setting(mark("The same, where a turn has to be handed over at once"), 2, 1, 12),
    "call_rest_days": Setting(mark("Days of rest between two turns on call, for everybody"), 1, 0, 14),
    "hours_limit": Setting(mark("Hours that a member may be above or below zero"), 20, 0, 200, True),
    "hours_pool_limit": Setting(mark("Hours that the pool may be below zero"), 200, 0, 1000, True),
}
_CAMPAIGNS = {
    "action_vote_level": Setting(
        mark("Exposure of an action, from 1 to 4, above which the group votes on it"), 2, 1, 3, True
    ),
    "action_wait_hours": Setting(
        mark("Hours after which somebody who did not come back from an action is looked for"), 1, 1, 6, True
    ),
    "action_clear_days": Setting(
        mark("Days after an action until who went along is destroyed, at most"), 7, 1, 30, True
    ),
}
# Areas that a group can do without; all others are always in use, because somebody's safety or a say may hang on them.
_USE = "use_"
_IN_USE = {
    "use_tasks": Setting(mark("Time and tasks are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_aid": Setting(mark("Needs and offers are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_matching": Setting(mark("Bringing people together is in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_cases": Setting(mark("Cases are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_fund": Setting(mark("The fund is in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_grants": Setting(mark("Asking for money is in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_savings": Setting(mark("Savings circles are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_resources": Setting(mark("Things and services are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_care": Setting(mark("Being there for each other is in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_campaigns": Setting(mark("Campaigns and actions are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_stories": Setting(mark("Stories and lessons are in use: 1 yes, 0 no"), 1, 0, 1, True),
    "use_insight": Setting(mark("How we hold is in use: 1 yes, 0 no"), 1, 0, 1, True),
}
SETTINGS: Mapping[str, Setting] = {
    **_PEOPLE,
    **_HELP,
    **_KEPT,
    **_DECISIONS,
    **_FUND,
    **_GRANTS,
    **_SAVINGS,
    **_TASKS,
    **_INCIDENTS,
    **_PLANS,
    **_CARE,
    **_CHECKS,
    **_RESOURCES,
    **_CAMPAIGNS,
    **_IN_USE,
}
_KEEP_NAMES = {
    Keep.MOMENTARY: "keep_momentary_days",
    Keep.SHORT: "keep_short_days",
    Keep.WORKING: "keep_working_days",
}


def value(db: Connection, name: str) -> int:
    """Return a number of the charter: what the group chose, or the usual one."""
    return setting(db, name, SETTINGS[name].default)


def can_be_switched(area: str) -> bool:
    """Say whether a group can do without an area."""
    return _USE + area in _IN_USE


def switch_of(area: str) -> str:
    """Return the name of the setting that switches an area."""
    return _USE + area


def switched_off(db: Connection) -> frozenset[str]:
    """Return the areas that this group does not use."""
    found = db.execute("select name from setting where name >= 'use_' and name < 'use`' and value = '0'").fetchall()
    return frozenset(name.removeprefix(_USE) for (name,) in found if name in _IN_USE)


def kept_days(db: Connection) -> dict[Keep, int]:
    """Return after how many days each class is forgotten here: what the group chose, or the usual number."""
    return {keep: value(db, name) for keep, name in _KEEP_NAMES.items()}
