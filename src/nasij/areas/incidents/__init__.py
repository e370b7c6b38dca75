"""Standing by each other on the worst day: the one button, who is told, and what is done next.

A report takes two presses and no word. Whoever is told opens it by their own act, answers, calls back, and opens a case with
a lead and a deputy; a playbook gives the steps of the first hour, day and week. Where a phone may be in other hands, the
people it shows come first. What is known of a report is shown to its sender, and nothing else: saved here, on the hub,
opened by somebody, answered by whom.
"""

from nasij.areas.incidents import facts as f
from nasij.areas.incidents import folds, home, pages, rules
from nasij.areas.incidents.acts import ACTS
from nasij.areas.incidents.facts import (
    EXPOSURE_FIRST,
    KIND,
    IncidentAnswered,
    IncidentDescribed,
    IncidentEnded,
    IncidentReported,
    IncidentSeen,
    IncidentVerified,
    ResponseOpened,
    SafeSaid,
    StepDone,
    WarningPlanned,
)
from nasij.areas.incidents.reporting import due_at, forget_people, is_late, on_call, open_by_itself
from nasij.areas.incidents.tables import TABLES
from nasij.kit.area import (
    ANYBODY_IN,
    EVERYONE,
    TRUSTED_MEMBER,
    Area,
    FactLine,
    Fold,
    Reader,
    Rule,
    Sayer,
    circle,
    fact,
    holder_of,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AREA",
    "EXPOSURE_FIRST",
    "KIND",
    "IncidentAnswered",
    "IncidentDescribed",
    "IncidentEnded",
    "IncidentReported",
    "IncidentSeen",
    "IncidentVerified",
    "ResponseOpened",
    "SafeSaid",
    "StepDone",
    "WarningPlanned",
    "due_at",
    "forget_people",
    "is_late",
    "on_call",
    "open_by_itself",
]

_COORDINATION = holder_of("cases")
_REPORT = where("incident", "incident")
_RESPONSE = where("response", "response")
_STEP = where("response_step", "step")


def _fact(cls: type, read_by: Reader, rule: Rule | None, fold: Fold, said_by: Sayer = ANYBODY_IN) -> FactLine:
    return fact(cls, said_by=said_by, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. Newcomers say most of them too: trouble asks nobody's standing.
_FACTS = (
    _fact(f.DutyListSet, EVERYONE, rules.may_list, folds.fold_listed, _COORDINATION),
    _fact(f.DutyLeft, EVERYONE, rules.may_leave_duty, folds.fold_left_duty),
    _fact(f.IncidentReported, circle("incident", "incident"), rules.may_report, folds.fold_reported),
    _fact(f.IncidentDescribed, _REPORT, rules.may_describe, folds.fold_described),
    _fact(f.IncidentSeen, _REPORT, rules.may_see, folds.fold_seen),
    _fact(f.IncidentAnswered, _REPORT, rules.may_answer, folds.fold_answered),
    _fact(f.OnCallTold, _REPORT, rules.may_tell_on_call, folds.fold_on_call_told),
    _fact(f.MoreTold, _REPORT, rules.may_tell_more, folds.fold_more_told),
    _fact(f.RoomSetApart, _REPORT, rules.may_set_apart, folds.fold_set_apart),
    _fact(f.SafeSaid, _REPORT, rules.may_say_safe, folds.fold_safe),
    _fact(f.IncidentVerified, _REPORT, rules.may_find, folds.fold_verified),
    _fact(f.IncidentUnfounded, _REPORT, rules.may_find, folds.fold_ended),
    _fact(f.IncidentDuplicate, _REPORT, rules.may_name_duplicate, folds.fold_duplicate),
    _fact(f.IncidentTakenOn, _REPORT, rules.may_take_on, folds.fold_taken_on, TRUSTED_MEMBER),
    _fact(f.IncidentEnded, _REPORT, rules.may_end, folds.fold_ended),
    _fact(f.ResponseOpened, circle("response", "response"), rules.may_open, folds.fold_opened, TRUSTED_MEMBER),
    _fact(f.ResponseRead, _RESPONSE, rules.may_read, folds.fold_read),
    _fact(f.ResponseSteadied, _RESPONSE, rules.may_move, folds.fold_moved),
    _fact(f.ResponseFollowed, _RESPONSE, rules.may_move, folds.fold_moved),
    _fact(f.ResponseWorsened, _RESPONSE, rules.may_move, folds.fold_moved),
    _fact(f.ResponseClosed, _RESPONSE, rules.may_close, folds.fold_closed),
    _fact(f.ResponseReopened, _RESPONSE, rules.may_reopen, folds.fold_reopened),
    _fact(f.LeadSet, _RESPONSE, rules.may_set_lead, folds.fold_lead),
    _fact(f.TeamJoined, _RESPONSE, rules.may_join, folds.fold_joined),
    _fact(f.TeamLeft, _RESPONSE, rules.may_leave, folds.fold_team_left),
    _fact(f.WishesSaid, _RESPONSE, rules.may_wish, folds.fold_wishes),
    _fact(f.OutsideContacted, _RESPONSE, rules.may_contact, folds.fold_contacted),
    _fact(f.StepAdded, _RESPONSE, rules.may_add_step, folds.fold_added),
    _fact(f.WarningPlanned, _RESPONSE, rules.may_add_step, folds.fold_added),
    _fact(f.StepDone, _STEP, rules.may_finish, folds.fold_step_ended),
    _fact(f.StepSetAside, _STEP, rules.may_set_aside, folds.fold_step_ended),
    _fact(f.StepHandedOn, _STEP, rules.may_hand_on, folds.fold_handed_on),
    _fact(f.PlaybookAdapted, EVERYONE, rules.may_adapt, folds.fold_adapted, _COORDINATION),
    _fact(f.PlaybookChecked, EVERYONE, rules.may_check, folds.fold_checked, _COORDINATION),
)

AREA = Area(
    name="incidents",
    title=mark("Standing by"),
    group="care",
    needs=("people", "tasks"),
    tables=TABLES,
    found=(
        Found("incident", "/by/{incident}", "words area dependants", mark("Reports")),
        Found("response", "/by/case/{response}", "wishes closing", mark("Reports")),
        Found("response_step", "/by/step/{step} /by/case/{response}", "words whom reason", mark("Reports")),
        Found("outside_contact", "/by/case/{response}", "words whom next_step", mark("Reports")),
        Found("playbook", "/by/guide/{kind}", "steps never say never_say call dropped", mark("Playbooks")),
    ),
    facts=_FACTS,
    steps=(f.INCIDENT_STEPS, f.RESPONSE_STEPS, f.STEP_STEPS),
    passing=folds.passing,
    unasked=home.unasked,
    waiting=home.waiting,
    mine=home.mine,
    acts=ACTS,
    pages=(
        page("/by", pages.three_page, menu=mark("Standing by")),
        page("/by/duty", pages.duty_page),
        page("/by/guide", pages.guides_page),
        page("/by/guide/{kind}", pages.guide_page),
        page("/by/case/{response}", pages.case_page),
        page("/by/step/{step}", pages.step_page),
        page("/by/{incident}", pages.incident_page),
    ),
)
