"""Roles: who holds which, for how long, and by whose word.

A role is given by two people, or taken by somebody whom enough members vouch for in it. Nobody holds more than two of the
four, and each mandate ends by itself. The kernel's table `mandate` says who holds what; here it is written.
"""

from sqlite3 import Connection

from nasij.areas.trust.facts import (
    APPOINTMENT,
    RECALL,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MandateProposed,
    MandateRecalled,
    MandateTaken,
    RecallAsked,
)
from nasij.areas.trust.panel import may_act_on, may_second, not_under_review, review_of, standing_of
from nasij.areas.trust.vouches import earn, needed, vouched
from nasij.errors import NotHereYet, Refused
from nasij.kit.field import mark
from nasij.kit.rows import record, rows
from nasij.kit.who import By, members, role_holders, setting

ROLES_MOST = 2
RENEW_DAYS = 30  # how long before its end a mandate may be given anew
ASK_DAYS = 14  # how long a proposal or a recall waits for the second person
ALONE = 3  # in a group with fewer trusted members than this, one person's word is enough


def holding(db: Connection, member: str) -> dict[str, int]:
    """Return the roles a member holds or that are paused, with the day each ends."""
    found = db.execute(
        "select role, until from mandate where member = ? and state in ('active', 'suspended')", (member,)
    )
    return dict(found.fetchall())


def _may_hold(db: Connection, member: str, role: str, day: int) -> None:
    """Raise `Refused` where somebody cannot take this role now."""
    if standing_of(db, member) != "trusted":
        raise Refused(mark("Only a trusted member can take a role."), advice=mark("First vouch for the membership."))
    if review_of(db, member):
        raise Refused(mark("This has to wait until the review of this membership is closed."))
    held = holding(db, member)
    if len(held.keys() - {role}) >= ROLES_MOST:
        raise Refused(
            mark("Nobody holds more than two roles."), advice=mark("Another role has to be handed over first.")
        )
    if role in held and held[role] - day > RENEW_DAYS:
        raise Refused(mark("This member holds this role already."))


def _begin(db: Connection, role: str, member: str, days: int, day: int) -> None:
    longest = setting(db, "mandate_days", 180)
    until = day + min(days or longest, longest)
    db.execute(
        "insert or replace into mandate (role, member, state, since, until, audience)"
        " values (?, ?, 'active', ?, ?, 'network')",
        (role, member, day, until),
    )


def finish(db: Connection, role: str, member: str, state: str, day: int) -> None:
    """End a mandate, and the appointment it came from."""
    db.execute(
        "update mandate set state = ?, until = min(until, ?) where role = ? and member = ?", (state, day, role, member)
    )
    db.execute(
        "update appointment set state = ?, closed_on = ?"
        " where role = ? and member = ? and state in ('active', 'suspended')",
        (state, day, role, member),
    )
    db.execute("delete from earned where role = ? and member = ?", (role, member))


def _appoint(db: Connection, by: By, appointment: str, role: str, member: str, days: int, state: str) -> None:
    if state == "active":
        finish(db, role, member, "ended", by.day)  # where it is renewed
    db.execute(
        "insert into appointment (appointment, role, member, proposed_by, state, days, proposed_on, audience)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (appointment, role, member, by.member, state, days, by.day, by.audience),
    )
    if state == "active":
        _begin(db, role, member, days, by.day)


def few(db: Connection) -> bool:
    """Say whether the group is so small that nobody can be asked to agree."""
    return len(members(db, ("trusted", "resting"))) < ALONE


def may_propose(db: Connection, by: By, fact: MandateProposed) -> None:
    """Whoever looks after membership proposes; where nobody does, any trusted member, so that a group can go on."""
    if "members" not in by.roles and role_holders(db, "members"):
        raise Refused(mark("This is for the people who look after membership."))
    not_under_review(db, by)
    _may_hold(db, fact.member, fact.role, by.day)
    waiting = "select 1 from appointment where role = ? and member = ? and state = 'proposed'"
    if db.execute(waiting, (fact.role, fact.member)).fetchone():
        raise Refused(mark("This has been proposed already."), advice=mark("A second person has to agree."))


def fold_proposed(db: Connection, by: By, fact: MandateProposed) -> None:
    """Wait for a second person, unless the group is too small to have one."""
    state = "active" if few(db) else "proposed"
    _appoint(db, by, fact.appointment, fact.role, fact.member, fact.days, state)


def may_give(db: Connection, by: By, fact: MandateGiven) -> None:
    """Another trusted member agrees: neither the one who proposed nor the one it is about."""
    found = record(db, "select * from appointment where appointment = ?", fact.appointment)
    APPOINTMENT.may(db, fact.appointment, fact)
    may_second(by, str(found["proposed_by"]))
    if found["member"] == by.member:
        raise Refused(mark("Nobody gives a role to themselves."))
    not_under_review(db, by)
    _may_hold(db, str(found["member"]), str(found["role"]), by.day)


def fold_given(db: Connection, by: By, fact: MandateGiven) -> None:
    """Begin the role today."""
    found = record(db, "select role, member, days from appointment where appointment = ?", fact.appointment)
    finish(db, found["role"], found["member"], "ended", by.day)
    APPOINTMENT.move(db, fact.appointment, fact)
    db.execute("update appointment set given_by = ? where appointment = ?", (by.member, fact.appointment))
    _begin(db, found["role"], found["member"], found["days"], by.day)


def may_take(db: Connection, by: By, fact: MandateTaken) -> None:
    """Take a role that enough members vouch for."""
    not_under_review(db, by)
    _may_hold(db, by.member, fact.role, by.day)
    if vouched(db, by.member, fact.role) < needed(db, by.member):
        raise Refused(mark("Too few members vouch for you in this role as yet."))


def fold_taken(db: Connection, by: By, fact: MandateTaken) -> None:
    """Begin the role today; it rests on these vouches."""
    _appoint(db, by, fact.appointment, fact.role, by.member, 0, "active")
    earn(db, by.member, fact.role)


def _must_hold(by: By, role: str) -> None:
    if role not in by.roles:
        raise Refused(mark("You do not hold this role."))


def may_hand_over(db: Connection, by: By, fact: MandateHandedOver) -> None:
    """Hand over to somebody who holds the role: that somebody does so is never one person's word."""
    _must_hold(by, fact.role)
    if fact.to == by.member or fact.to not in role_holders(db, fact.role):
        raise Refused(
            mark("You can hand over only to somebody who holds this role too."),
            advice=mark("Propose them for the role first; a second person has to agree."),
        )


def fold_handed_over(db: Connection, by: By, fact: MandateHandedOver) -> None:
    """One's own mandate ends, the other's goes on."""
    finish(db, fact.role, by.member, "handed_over", by.day)


def may_end(db: Connection, by: By, fact: MandateEnded) -> None:
    """Hand a role back; the last one who looks after membership needs a successor."""
    _must_hold(by, fact.role)
    if fact.role == "members" and role_holders(db, "members") == {by.member}:
        raise Refused(
            mark("You are the last one who looks after membership."),
            advice=mark("Propose somebody for this role first, then hand it over."),
        )


def fold_ended(db: Connection, by: By, fact: MandateEnded) -> None:
    """End the role today."""
    finish(db, fact.role, by.member, "ended", by.day)


def may_ask_recall(db: Connection, by: By, fact: RecallAsked) -> None:
    """One of the panel asks, about a role that is held."""
    may_act_on(db, by, fact.member)
    _is_held(db, fact.role, fact.member)
    waiting = "select 1 from recall where role = ? and member = ? and state = 'asked'"
    if db.execute(waiting, (fact.role, fact.member)).fetchone():
        raise Refused(mark("This has been asked for already."), advice=mark("A second person has to agree."))


def _is_held(db: Connection, role: str, member: str) -> None:
    if role not in holding(db, member):
        raise NotHereYet


def fold_recall_asked(db: Connection, by: By, fact: RecallAsked) -> None:
    """Wait for a second person."""
    db.execute(
        "insert into recall (recall, role, member, asked_by, state, asked_on, audience) values (?, ?, ?, ?, 'asked', ?, ?)",
        (fact.recall, fact.role, fact.member, by.member, by.day, by.audience),
    )


def may_recall(db: Connection, by: By, fact: MandateRecalled) -> None:
    """Let a second one of the panel agree."""
    found = record(db, "select role, member, asked_by from recall where recall = ?", fact.recall)
    RECALL.may(db, fact.recall, fact)
    may_second(by, str(found["asked_by"]))
    may_act_on(db, by, str(found["member"]))
    _is_held(db, str(found["role"]), str(found["member"]))


def fold_recalled(db: Connection, by: By, fact: MandateRecalled) -> None:
    """End the role today."""
    found = record(db, "select role, member from recall where recall = ?", fact.recall)
    RECALL.move(db, fact.recall, fact)
    db.execute("update recall set closed_on = ? where recall = ?", (by.day, fact.recall))
    finish(db, found["role"], found["member"], "recalled", by.day)


def finish_all(db: Connection, member: str, state: str, day: int) -> None:
    """End everything a member holds or was proposed for."""
    for role in sorted(holding(db, member)):
        finish(db, role, member, state, day)
    db.execute(
        "update appointment set state = 'ended', closed_on = ? where member = ? and state = 'proposed'", (day, member)
    )
    db.execute("update recall set state = 'lapsed', closed_on = ? where member = ? and state = 'asked'", (day, member))


def pass_mandates(db: Connection, day: int) -> None:
    """End what is over: mandates of their day, those of people who left, proposals and recalls nobody agreed to."""
    over = rows(
        db,
        "select role, mandate.member from mandate join member using (member)"
        " where state in ('active', 'suspended') and (until < ? or standing in ('left', 'removed'))"
        " order by role, mandate.member",
        day,
    )
    for row in over:
        finish(db, row["role"], row["member"], "ended", day)
    # Leaving ends the mandate where it is said; what it came from is closed here.
    db.execute(
        "update appointment set state = 'ended', closed_on = ? where state in ('active', 'suspended')"
        " and not exists (select 1 from mandate where mandate.role = appointment.role"
        " and mandate.member = appointment.member and mandate.state in ('active', 'suspended'))",
        (day,),
    )
    db.execute(
        "update appointment set state = 'ended', closed_on = ? where state = 'proposed' and proposed_on < ?",
        (day, day - ASK_DAYS),
    )
    db.execute(
        "update recall set state = 'lapsed', closed_on = ? where state = 'asked' and asked_on < ?",
        (day, day - ASK_DAYS),
    )
