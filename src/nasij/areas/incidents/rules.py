"""What may be said about an incident and its case.

A rule about a report reads the report's rows, a rule about a case the case's; members, mandates and the charter are there for all.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.facts import (
    EXPOSURE_FIRST,
    INCIDENT_STEPS,
    RESPONSE_STEPS,
    STEP_STEPS,
    DutyLeft,
    DutyListSet,
    IncidentAnswered,
    IncidentDescribed,
    IncidentDuplicate,
    IncidentEnded,
    IncidentReported,
    IncidentSeen,
    IncidentTakenOn,
    IncidentUnfounded,
    IncidentVerified,
    LeadSet,
    MoreTold,
    OnCallTold,
    OutsideContacted,
    PlaybookAdapted,
    PlaybookChecked,
    ResponseClosed,
    ResponseFollowed,
    ResponseOpened,
    ResponseRead,
    ResponseReopened,
    ResponseSteadied,
    ResponseWorsened,
    RoomSetApart,
    SafeSaid,
    StepAdded,
    StepDone,
    StepHandedOn,
    StepSetAside,
    TeamJoined,
    TeamLeft,
    WarningPlanned,
    WishesSaid,
)
from nasij.areas.incidents.playbooks import dropped_numbers, own_steps
from nasij.areas.incidents.reporting import due_at, first_told, waits
from nasij.clock import QUARTERS_AN_HOUR
from nasij.errors import Malformed, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

_TWICE = mark("This was already written down.")
_NOT_AMONG_US = mark("This person is not among us now.")
_OVER = mark("This is over.")
_REPORT_AGAIN = mark("If something is wrong, report it anew: it takes two presses.")
TRUSTED = ("trusted", "resting")


def told(db: Connection, incident: str) -> frozenset[str]:
    """Return who was told of a report."""
    return frozenset(r[0] for r in db.execute("select member from incident_told where incident = ?", (incident,)))


def team(db: Connection, response: str) -> frozenset[str]:
    """Return who is in the team of a case."""
    return frozenset(r[0] for r in db.execute("select member from response_person where response = ?", (response,)))


def exposure_waits(db: Connection, response: str) -> bool:
    """Say whether the step that comes before all others is still to be done."""
    open_one = "select 1 from response_step where response = ? and kind = 'exposure' and state = 'due'"
    return bool(rows(db, open_one, response))


def _among(db: Connection, members: list[str], field: str, standings: tuple[str, ...] = who.IN_FORCE) -> None:
    if not set(members) <= who.members(db, standings):
        raise Malformed(_NOT_AMONG_US, field=field)


# On call


def may_list(db: Connection, _by: By, fact: DutyListSet) -> None:
    """List only people who are among us."""
    _among(db, fact.members, "members")


def may_leave_duty(db: Connection, by: By, _fact: DutyLeft) -> None:
    """Leave only a list one is on."""
    if not rows(db, "select 1 from duty where member = ? and closed_on = 0", by.member):
        raise Refused(mark("You are not on this list."))


# Reports


def may_report(db: Connection, by: By, fact: IncidentReported) -> None:
    """Take every report that reaches somebody."""
    if rows(db, "select 1 from incident where incident = ?", fact.incident):
        raise Refused(_TWICE)
    _among(db, fact.chosen, "chosen")
    if fact.whose == "me" and fact.about not in ("", by.member):
        raise Malformed(mark("This report is about yourself."), field="about")
    if fact.about:
        _among(db, [fact.about], "about", who.NOT_GONE)
    if fact.tell != "on_call" and not set(fact.chosen) - {by.member}:
        raise Malformed(mark("Please choose whom to tell."), field="chosen")
    if set(fact.left_out) & set(fact.chosen):
        raise Malformed(mark("Somebody stands in both lists."), field="left_out")
    if not fact.chosen and not first_told(db, by.day, by.member, fact.about, *fact.left_out):
        raise Malformed(mark("Nobody would be told. Please choose somebody."), field="chosen")


def _report(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    row = fields(db, "incident", "incident", fact.incident)
    if by.member not in told(db, fact.incident) | {row["reported_by"], row["about"]}:
        raise Refused(mark("This is for those who were told."))
    if row["apart"] and by.member == row["about"]:
        raise Refused(mark("Somebody speaks with you first, by voice."))
    return row


def _who_was_told(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    """Return the report to somebody who was told of it and neither sent it nor is the one in trouble."""
    row = _report(db, by, fact)
    if by.member in (row["reported_by"], row["about"]) or by.member not in told(db, fact.incident):
        raise Refused(mark("Somebody who was told does this."))
    return row


def _still_open(row: dict[str, Any]) -> None:
    if row["closed_on"]:
        raise Refused(_OVER, advice=_REPORT_AGAIN)


def may_describe(db: Connection, by: By, fact: IncidentDescribed) -> None:
    """Let the sender and those who were told say what is known."""
    _still_open(_report(db, by, fact))


def may_see(db: Connection, by: By, fact: IncidentSeen) -> None:
    """Leave it to those who were told."""
    _who_was_told(db, by, fact)


def may_answer(db: Connection, by: By, fact: IncidentAnswered) -> None:
    """Let one of those who were told take it on, the first of them."""
    row = _who_was_told(db, by, fact)
    _still_open(row)
    if row["answered_by"] in who.members(db) - {by.member}:
        raise Refused(
            mark("Somebody else is on it already."),
            advice=mark("Open it to see who; you can still offer to help them."),
        )


def may_tell_on_call(db: Connection, by: By, fact: OnCallTold) -> None:
    """Let the sender do it whenever they want, and everybody else in the hour in which the time passes without an answer.

    The line does not know the quarter; a room says it by its own clock, and cannot say it in an hour before.
    """
    row = _report(db, by, fact)
    _still_open(row)
    due = due_at(db, row) // QUARTERS_AN_HOUR
    if by.member != row["reported_by"] and not (waits(db, row) and by.hour >= due):
        raise Refused(mark("The time for a first answer has not passed yet."))


def may_tell_more(db: Connection, by: By, fact: MoreTold) -> None:
    """Leave it to the sender and to whoever is on it; whom the sender keeps out of it stays out."""
    row = _report(db, by, fact)
    _still_open(row)
    if by.member not in (row["reported_by"], row["answered_by"], row["about"]):
        raise Refused(mark("Only the sender and whoever is on it tell more people."))
    _among(db, fact.members, "members")
    if by.member != row["reported_by"] and set(fact.members) & set(row["left_out"].split()):
        raise Malformed(mark("The sender wants somebody of these kept out of it."), field="members")


def may_set_apart(db: Connection, by: By, fact: RoomSetApart) -> None:
    """Leave it to those who were told; whoever was heard by voice since is told again like anybody else."""
    row = _who_was_told(db, by, fact)
    _still_open(row)
    if not row["about"] or row["apart"]:
        raise Refused(mark("There is no room to keep this from."))


def may_say_safe(db: Connection, by: By, fact: SafeSaid) -> None:
    """Leave it to whoever is concerned, and to whoever reported it."""
    row = _report(db, by, fact)
    _still_open(row)
    if by.member not in (row["reported_by"], row["about"]):
        raise Refused(mark("Only whoever it is about, or whoever reported it, can say this."))
    INCIDENT_STEPS.may(db, fact.incident, fact)


def may_find(db: Connection, by: By, fact: IncidentVerified | IncidentUnfounded) -> None:
    """Leave what a call-back found to those who were told."""
    _who_was_told(db, by, fact)
    INCIDENT_STEPS.may(db, fact.incident, fact)


def may_name_duplicate(db: Connection, by: By, fact: IncidentDuplicate) -> None:
    """Name another report; whether others can read that one as well is not known here."""
    _who_was_told(db, by, fact)
    INCIDENT_STEPS.may(db, fact.incident, fact)
    if fact.same_as == fact.incident:
        raise Malformed(mark("Please choose another report."), field="same_as")


def may_take_on(db: Connection, by: By, fact: IncidentTakenOn) -> None:
    """Open one case about a report; whoever leads it is a trusted member."""
    _who_was_told(db, by, fact)
    INCIDENT_STEPS.may(db, fact.incident, fact)
    if fact.lead not in who.members(db, TRUSTED):
        raise Malformed(mark("Whoever leads is a trusted member."), field="lead")


def may_end(db: Connection, by: By, fact: IncidentEnded) -> None:
    """End a report only by somebody who was told: whoever is in trouble may be made to say that they are not."""
    _who_was_told(db, by, fact)
    INCIDENT_STEPS.may(db, fact.incident, fact)


# Cases


def may_open(db: Connection, by: By, fact: ResponseOpened) -> None:
    """Ask for a lead and a deputy; keep out of it whoever's phone may be in other hands."""
    if rows(db, "select 1 from response where response = ?", fact.response):
        raise Refused(_TWICE)
    _two_lead(db, fact)
    _among(db, fact.team, "team")
    inside = {by.member, fact.lead, fact.deputy, *fact.team}
    if fact.kind in EXPOSURE_FIRST and fact.about in inside - {""}:
        raise Malformed(
            mark("Their phone may be in other hands, so they are not in the team of this case."), field="team"
        )


def _two_lead(db: Connection, fact: ResponseOpened | LeadSet) -> None:
    trusted = who.members(db, TRUSTED)
    if fact.lead not in trusted:
        raise Malformed(mark("Whoever leads is a trusted member."), field="lead")
    if fact.deputy not in trusted:
        raise Malformed(mark("Whoever stands in is a trusted member."), field="deputy")
    if fact.lead == fact.deputy:
        raise Malformed(mark("Two different people: one leads, one stands in."), field="deputy")


def _inside(db: Connection, by: By, response: str, *, going_on: bool = True) -> dict[str, Any]:
    row = fields(db, "response", "response", response)
    if by.member not in team(db, response):
        raise Refused(mark("Only the team of this case can do this."))
    if going_on and row["state"] == "closed":
        raise Refused(mark("This case is closed."), advice=mark("Reopen it first, if there is something left to do."))
    return row


def _leads(row: dict[str, Any], by: By, *, alone: bool = False) -> None:
    if by.member not in (row["lead"], "" if alone else row["deputy"]):
        raise Refused(mark("This is for whoever leads the case."))


def may_read(db: Connection, by: By, fact: ResponseRead) -> None:
    """Leave it to the team."""
    _inside(db, by, fact.response, going_on=False)


def may_move(db: Connection, by: By, fact: ResponseSteadied | ResponseFollowed | ResponseWorsened) -> None:
    """Let the team say how it stands."""
    _inside(db, by, fact.response)
    RESPONSE_STEPS.may(db, fact.response, fact)


def may_close(db: Connection, by: By, fact: ResponseClosed) -> None:
    """Close only by whoever leads, and not while somebody still has to be warned."""
    row = _inside(db, by, fact.response)
    RESPONSE_STEPS.may(db, fact.response, fact)
    _leads(row, by)
    left = "select 1 from response_step where response = ? and kind <> 'do' and state = 'due'"
    if rows(db, left, fact.response):
        raise Refused(
            mark("Somebody still has to be warned."),
            advice=mark("Do these steps first, or set them aside with a reason."),
        )


def may_reopen(db: Connection, by: By, fact: ResponseReopened) -> None:
    """Reopen what is still remembered."""
    row = _inside(db, by, fact.response, going_on=False)
    RESPONSE_STEPS.may(db, fact.response, fact)
    if by.day >= row["closed_on"] + Keep.WORKING:
        raise Refused(mark("This was closed too long ago, and most of it is forgotten by now."))


def may_set_lead(db: Connection, by: By, fact: LeadSet) -> None:
    """Leave it to the two who lead; to anybody of the team where both have gone."""
    row = _inside(db, by, fact.response)
    if {row["lead"], row["deputy"]} & who.members(db):
        _leads(row, by)
    _two_lead(db, fact)
    if row["kind"] in EXPOSURE_FIRST and row["about"] in (fact.lead, fact.deputy) and row["about"]:
        raise Malformed(mark("Somebody else has to lead this."), field="lead")


def may_join(db: Connection, by: By, fact: TeamJoined) -> None:
    """Let whoever leads ask somebody in; the person themselves only once the first step is over."""
    row = _inside(db, by, fact.response)
    _leads(row, by)
    _among(db, [fact.member], "member")
    if fact.member in team(db, fact.response):
        raise Malformed(mark("This person is in the team already."), field="member")
    if fact.member == row["about"] and exposure_waits(db, fact.response):
        raise Malformed(
            mark("Their phone may be in other hands, so they are not in the team of this case."), field="member"
        )


def may_leave(db: Connection, by: By, fact: TeamLeft) -> None:
    """Let anybody leave but the two who lead; whoever leads may ask somebody to leave."""
    row = _inside(db, by, fact.response, going_on=False)
    if fact.member not in team(db, fact.response):
        raise Refused(mark("This person is not in the team."))
    if fact.member in (row["lead"], row["deputy"]) and row["state"] != "closed":
        raise Refused(mark("Whoever leads or stands in hands that on first."))
    if fact.member != by.member:
        _leads(row, by)


def may_wish(db: Connection, by: By, fact: WishesSaid) -> None:
    """Let the team write down what the person wants."""
    _inside(db, by, fact.response)


def may_contact(db: Connection, by: By, fact: OutsideContacted) -> None:
    """Let the team write down whom it was in touch with."""
    _inside(db, by, fact.response)
    if rows(db, "select 1 from outside_contact where contact = ?", fact.contact):
        raise Refused(_TWICE)


# Steps


def may_add_step(db: Connection, by: By, fact: StepAdded | WarningPlanned) -> None:
    """Give a step to somebody of the team."""
    _inside(db, by, fact.response)
    if rows(db, "select 1 from response_step where step = ?", fact.step):
        raise Refused(_TWICE)
    if fact.owner and fact.owner not in team(db, fact.response):
        raise Malformed(mark("Please choose somebody of the team."), field="owner")
    if isinstance(fact, WarningPlanned):
        _among(db, [fact.whom], "whom", who.NOT_GONE)


def _step(db: Connection, by: By, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    row = fields(db, "response_step", "step", step)
    return row, _inside(db, by, row["response"])


def may_finish(db: Connection, by: By, fact: StepDone) -> None:
    """Keep everything else shut until the step about exposure is done or set aside."""
    row, _ = _step(db, by, fact.step)
    STEP_STEPS.may(db, fact.step, fact)
    if row["kind"] == "do" and exposure_waits(db, row["response"]):
        raise Refused(
            mark("First comes the step that protects everybody else."),
            advice=mark("Whoever leads can set it aside with a reason."),
        )


def may_set_aside(db: Connection, by: By, fact: StepSetAside) -> None:
    """Leave the first step to whoever leads, alone; the others to them and to whoever has the step."""
    row, response = _step(db, by, fact.step)
    STEP_STEPS.may(db, fact.step, fact)
    if row["kind"] == "exposure" or row["owner"] != by.member:
        _leads(response, by, alone=row["kind"] == "exposure")


def may_hand_on(db: Connection, by: By, fact: StepHandedOn) -> None:
    """Hand a step that is still to be done to somebody of the team."""
    row, _ = _step(db, by, fact.step)
    if row["state"] != "due":
        raise Refused(mark("Somebody has already taken this a step further."))
    if fact.owner not in team(db, row["response"]):
        raise Malformed(mark("Please choose somebody of the team."), field="owner")


# Playbooks


def may_adapt(db: Connection, _by: By, fact: PlaybookAdapted) -> None:
    """Take the next version, with steps that can be read."""
    _next_version(db, fact.kind, fact.version - 1)
    own_steps(fact.steps)
    dropped_numbers(fact.kind, fact.dropped)


def may_check(db: Connection, _by: By, fact: PlaybookChecked) -> None:
    """Note what a lawyer read: this version, and the whole of it."""
    _next_version(db, fact.kind, fact.version)
    if not fact.sure:
        raise Malformed(mark("Please tick this once it is so."), field="sure")


def _next_version(db: Connection, kind: str, newest: int) -> None:
    found = rows(db, "select version from playbook where kind = ?", kind)
    if (found[0]["version"] if found else 0) != newest:
        raise Refused(
            mark("Somebody changed this text meanwhile."), advice=mark("Open it again and look at the newest version.")
        )
