"""What is said about incidents changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.facts import (
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
from nasij.areas.incidents.playbooks import steps_for
from nasij.areas.incidents.reporting import (
    OPEN,
    RANK,
    begin,
    first_told,
    is_late,
    tell,
    tell_on_call,
    tell_those_first,
    waits,
)
from nasij.clock import HOURS_A_DAY, QUARTERS_AN_HOUR, quarter_within
from nasij.ids import numbered_id
from nasij.kit import who
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import By

SAFE_DAYS = 3  # after which a report of somebody who is said to be safe is over, unless a call-back says otherwise
IDLE_DAYS = 90  # what nobody moves any more is closed, so that it is forgotten in time
_OF_A_RESPONSE = ("response_person", "response_step", "outside_contact", "response_opening")


def _change(db: Connection, table: str, key: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update {table} set {names} where {table} = ?", (*changed.values(), key))


# On call


def fold_listed(db: Connection, by: By, fact: DutyListSet) -> None:
    """Put these people on the list, and nobody else."""
    db.execute("delete from duty")
    for member in fact.members:
        insert(db, "duty", {"member": member, "since": by.day, "audience": by.audience})


def fold_left_duty(db: Connection, by: By, _fact: DutyLeft) -> None:
    """Take whoever says so off the list."""
    db.execute("delete from duty where member = ?", (by.member,))


# Reports


def fold_reported(db: Connection, by: By, fact: IncidentReported) -> None:
    """Begin the report; tell those who were chosen, those on call, or both."""
    about = by.member if fact.whose == "me" else fact.about
    row = {name: getattr(fact, name) for name in ("incident", "severity", "safe_now", "tell")}
    row |= {"reported_by": by.member, "about": about, "left_out": " ".join(fact.left_out), "source": "said"}
    begin(db, by.hour, row | {"audience": by.audience}, fact.said_at)
    who.admit(db, by.audience, by.member)
    on_duty = first_told(db, by.day, by.member, about, *fact.left_out) if fact.tell != "chosen" else frozenset()
    tell(db, fact.incident, by.audience, on_duty | set(fact.chosen) - {by.member})


def fold_described(db: Connection, by: By, fact: IncidentDescribed) -> None:
    """Write down what is known; what becomes more urgent before anybody answered has its time anew."""
    row = fields(db, "incident", "incident", fact.incident)
    known = {name: getattr(fact, name) for name in ("severity", "safe_now", "kind", "area", "dependants", "words")}
    if RANK[fact.severity] < RANK[row["severity"]] and not row["answered_at"]:
        known["reported_at"] = quarter_within(by.hour, fact.said_at)
    _change(db, "incident", fact.incident, **known, moved_on=by.day)


def fold_seen(db: Connection, by: By, fact: IncidentSeen) -> None:
    """Let the sender know that somebody opened it."""
    db.execute(
        "update incident_told set seen_at = ? where incident = ? and member = ? and seen_at = 0",
        (by.hour, fact.incident, by.member),
    )
    _change(db, "incident", fact.incident, seen=1)


def fold_answered(db: Connection, by: By, fact: IncidentAnswered) -> None:
    """Stop the clock."""
    fold_seen(db, by, IncidentSeen(fact.incident))
    _change(db, "incident", fact.incident, answered_by=by.member, answered_at=by.hour, moved_on=by.day)


def fold_on_call_told(db: Connection, by: By, fact: OnCallTold) -> None:
    """Tell everybody on call; said a second time, those who came on call since."""
    tell_on_call(db, fields(db, "incident", "incident", fact.incident), by.hour)


def fold_more_told(db: Connection, by: By, fact: MoreTold) -> None:
    """Tell these people as well."""
    row = fields(db, "incident", "incident", fact.incident)
    concerned = {row["reported_by"], row["about"]} & set(fact.members)
    tell(db, fact.incident, by.audience, set(fact.members) - concerned)
    who.admit(db, by.audience, *sorted(concerned))
    if row["about"] in concerned:
        _change(db, "incident", fact.incident, apart=0)  # heard by voice since


def fold_set_apart(db: Connection, by: By, fact: RoomSetApart) -> None:
    """Let whoever holds that phone read nothing more: the keys of this report move on with it."""
    about = fields(db, "incident", "incident", fact.incident)["about"]
    _change(db, "incident", fact.incident, apart=1)
    db.execute("delete from incident_told where incident = ? and member = ?", (fact.incident, about))
    who.release(db, by.audience, about)


def fold_safe(db: Connection, by: By, fact: SafeSaid) -> None:
    """Stop the clock and lower it; somebody who was told hears it by voice and ends it."""
    state = INCIDENT_STEPS.move(db, fact.incident, fact)
    lowered = {"severity": "soon"} if state == "safe" else {}
    _change(db, "incident", fact.incident, safe_now="yes", safe_on=by.day, moved_on=by.day, **lowered)


def fold_verified(db: Connection, by: By, fact: IncidentVerified) -> None:
    """Note who called back, and how they know."""
    INCIDENT_STEPS.move(db, fact.incident, fact)
    if not fields(db, "incident", "incident", fact.incident)["answered_at"]:
        fold_answered(db, by, IncidentAnswered(fact.incident))
    _change(db, "incident", fact.incident, verified_by=by.member, way=fact.way, safe_on=0, moved_on=by.day)


def fold_taken_on(db: Connection, by: By, fact: IncidentTakenOn) -> None:
    """Let the sender see that a case is open and who answers for it."""
    INCIDENT_STEPS.move(db, fact.incident, fact)
    row = fields(db, "incident", "incident", fact.incident)
    begun = {"answered_at": row["answered_at"] or by.hour, "moved_on": by.day}
    _change(db, "incident", fact.incident, response=fact.response, answered_by=fact.lead, **begun)


def fold_ended(db: Connection, by: By, fact: IncidentEnded | IncidentUnfounded) -> None:
    """Close the report."""
    INCIDENT_STEPS.move(db, fact.incident, fact)
    _end(db, fact.incident, by.day)


def fold_duplicate(db: Connection, by: By, fact: IncidentDuplicate) -> None:
    """Close the report and say which one goes on."""
    INCIDENT_STEPS.move(db, fact.incident, fact)
    _change(db, "incident", fact.incident, same_as=fact.same_as)
    _end(db, fact.incident, by.day)


def _end(db: Connection, incident: str, day: int) -> None:
    _change(db, "incident", incident, moved_on=day, closed_on=day)
    db.execute("update incident_told set closed_on = ? where incident = ?", (day, incident))


# Cases


def _take_in(db: Connection, by: By, response: str, *members: str) -> None:
    for member in sorted(set(members)):
        db.execute(
            "insert or ignore into response_person (response, member, since, audience) values (?, ?, ?, ?)",
            (response, member, by.day, by.audience),
        )
        who.admit(db, by.audience, member)


def fold_opened(db: Connection, by: By, fact: ResponseOpened) -> None:
    """Open the case and turn the playbook's steps into steps of it."""
    row = {name: getattr(fact, name) for name in ("response", "incident", "kind", "about", "lead", "deputy")}
    row |= {"state": "acute", "able": "unknown", "opened_on": by.day, "opened_at": by.hour, "moved_on": by.day}
    insert(db, "response", row | {"audience": by.audience})
    _take_in(db, by, fact.response, by.member, fact.lead, fact.deputy, *fact.team)
    for place, step in enumerate(steps_for(db, fact.kind), start=1):
        row = {"step": numbered_id(fact.response, place), "response": fact.response, "place": place}
        row |= {
            "kind": step.kind,
            "words": step.words,
            "own_words": int(step.own),
            "owner": step.owner,
            "due_at": by.hour + step.hours,
        }
        insert(db, "response_step", row | {"state": "due", "audience": by.audience})


def fold_read(db: Connection, by: By, fact: ResponseRead) -> None:
    """Write down who opened it, on which day."""
    row = {"response": fact.response, "member": by.member, "on_day": by.day, "audience": by.audience}
    put(db, "response_opening", **row, closed_on=fields(db, "response", "response", fact.response)["closed_on"])


def fold_moved(db: Connection, by: By, fact: ResponseSteadied | ResponseFollowed | ResponseWorsened) -> None:
    """Note how it stands."""
    RESPONSE_STEPS.move(db, fact.response, fact)
    _change(db, "response", fact.response, moved_on=by.day)


def fold_closed(db: Connection, by: By, fact: ResponseClosed) -> None:
    """Close the case and all that belongs to it; from here on it is forgotten bit by bit."""
    RESPONSE_STEPS.move(db, fact.response, fact)
    _change(db, "response", fact.response, reason=fact.reason, closing=fact.words)
    _close(db, fact.response, by.day)


def _close(db: Connection, response: str, day: int) -> None:
    _change(db, "response", response, moved_on=day, closed_on=day)
    for table in _OF_A_RESPONSE:
        db.execute(f"update {table} set closed_on = ? where response = ?", (day, response))


def fold_reopened(db: Connection, by: By, fact: ResponseReopened) -> None:
    """Let what is still remembered go on."""
    RESPONSE_STEPS.move(db, fact.response, fact)
    _close(db, fact.response, 0)
    _change(db, "response", fact.response, moved_on=by.day, reason="", closing="")


def fold_lead(db: Connection, by: By, fact: LeadSet) -> None:
    """Note who leads and who stands in; their steps go with the part."""
    _change(db, "response", fact.response, lead=fact.lead, deputy=fact.deputy, moved_on=by.day)
    _take_in(db, by, fact.response, fact.lead, fact.deputy)


def fold_joined(db: Connection, by: By, fact: TeamJoined) -> None:
    """Let somebody into the team."""
    _take_in(db, by, fact.response, fact.member)
    _change(db, "response", fact.response, moved_on=by.day)


def fold_team_left(db: Connection, by: By, fact: TeamLeft) -> None:
    """Let somebody go; what was theirs to do is the lead's."""
    db.execute("delete from response_person where response = ? and member = ?", (fact.response, fact.member))
    db.execute(
        "update response_step set owner = 'lead' where response = ? and owner = ? and state = 'due'",
        (fact.response, fact.member),
    )
    who.release(db, by.audience, fact.member)


def fold_wishes(db: Connection, by: By, fact: WishesSaid) -> None:
    """Note what the person wants, in place of what was there."""
    _change(db, "response", fact.response, able=fact.able, wishes=fact.wishes, moved_on=by.day)


def _next_place(db: Connection, table: str, response: str) -> int:
    found = db.execute(f"select coalesce(max(place), 0) + 1 from {table} where response = ?", (response,))
    return int(found.fetchone()[0])


def fold_contacted(db: Connection, by: By, fact: OutsideContacted) -> None:
    """Add what was said to the list."""
    row = {name: getattr(fact, name) for name in ("contact", "response", "whom", "words", "next_step")}
    row |= {"place": _next_place(db, "outside_contact", fact.response), "made_by": by.member, "made_on": by.day}
    insert(db, "outside_contact", row | {"audience": by.audience})
    _change(db, "response", fact.response, moved_on=by.day)


# Steps


def fold_added(db: Connection, by: By, fact: StepAdded | WarningPlanned) -> None:
    """Add a step at the end."""
    row = {"step": fact.step, "response": fact.response, "place": _next_place(db, "response_step", fact.response)}
    if isinstance(fact, WarningPlanned):
        row |= {"kind": "warn", "whom": fact.whom, "owner": fact.owner or "lead"}
    else:
        row |= {"kind": "do", "words": fact.words, "own_words": 1, "owner": fact.owner}
    row |= {"due_at": by.hour + fact.due_in, "state": "due", "audience": by.audience}
    insert(db, "response_step", row)


def fold_step_ended(db: Connection, by: By, fact: StepDone | StepSetAside) -> None:
    """Note that it is done, or why it is left out."""
    state = STEP_STEPS.move(db, fact.step, fact)
    reason = fact.reason if isinstance(fact, StepSetAside) else ""
    db.execute(
        "update response_step set reason = ?, ended_by = ?, ended_on = ? where step = ? and state = ?",
        (reason, by.member, by.day, fact.step, state),
    )
    _change(db, "response", fields(db, "response_step", "step", fact.step)["response"], moved_on=by.day)


def fold_handed_on(db: Connection, by: By, fact: StepHandedOn) -> None:
    """Give the step to somebody, with a time of its own."""
    db.execute(
        "update response_step set owner = ?, due_at = ? where step = ?", (fact.owner, by.hour + fact.due_in, fact.step)
    )


# Playbooks


def fold_adapted(db: Connection, by: By, fact: PlaybookAdapted) -> None:
    """Put the group's own text in the place of the one before; no lawyer has read this version yet."""
    names = ("kind", "version", "dropped", "steps", "never", "say", "never_say", "call")
    row = {name: getattr(fact, name) for name in names}
    row |= {"adapted_by": by.member, "adapted_on": by.day}
    put(db, "playbook", **row, audience=by.audience)


def fold_checked(db: Connection, by: By, fact: PlaybookChecked) -> None:
    """Note when a lawyer read it, and who says so."""
    if not rows(db, "select 1 from playbook where kind = ?", fact.kind):
        put(db, "playbook", kind=fact.kind, audience=by.audience)
    db.execute("update playbook set checked_by = ?, checked_on = ? where kind = ?", (by.member, by.day, fact.kind))


# What a new day does


def passing(db: Connection, day: int) -> None:
    """Tell those on call what nobody answered, also those who came on call since; close what is over."""
    hour = day * HOURS_A_DAY
    marks = ", ".join("?" * len(OPEN))
    for row in rows(db, f"select * from incident where closed_on = 0 and state in ({marks}) order by incident", *OPEN):
        late = is_late(db, row, hour * QUARTERS_AN_HOUR)
        if late or (waits(db, row) and (row["tell"] != "chosen" or row["all_told"])):
            _catch_up(db, row, hour)
        limit = SAFE_DAYS if row["state"] == "safe" else IDLE_DAYS
        if day - row["moved_on"] >= limit:
            _change(db, "incident", row["incident"], state="over")
            _end(db, row["incident"], day)
    for row in rows(db, "select * from response where state in ('following', 'reopened') order by response"):
        if day - row["moved_on"] >= IDLE_DAYS:
            _change(db, "response", row["response"], state="closed", reason="safe")
            _close(db, row["response"], day)
    for table in ("incident", "response"):
        who.release_forgotten(db, table, day)


def _catch_up(db: Connection, row: dict[str, Any], hour: int) -> None:
    if row["all_told"] or is_late(db, row, hour * QUARTERS_AN_HOUR):
        tell_on_call(db, row, hour)
    else:  # no time has passed: only those who came on call since are told
        tell_those_first(db, row, hour)
