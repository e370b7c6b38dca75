"""Roles: who holds which, for how long, and by whose word.

A role is given by two people, taken by somebody whom enough members vouch for in it, or given by a decision of the group,
which can also end one or call it back; a group may keep to decisions alone. Nobody holds more than two of the four, and each
mandate ends by itself. The kernel's table `mandate` says who holds what; here it is written.
"""

from collections.abc import Mapping
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
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import record, rows
from nasij.kit.who import By, members, role_holders

# These two are no choice of a group: they keep one person, or one captured phone, from holding everything.
ROLES_MOST = 2
ALONE = 3  # in a group with fewer trusted members than this, one person's word is enough


def holding(db: Connection, member: str) -> dict[str, int]:
    """Return the roles a member holds or that are paused, with the day each ends."""
    found = db.execute(
        "select role, until from mandate where member = ? and state in ('active', 'suspended')", (member,)
    )
    return dict(found.fetchall())


# What keeps a step about a role from being taken, by name, so that a decision can keep it and say it later.
OBSTACLES: Mapping[str, tuple[str, str]] = {
    "standing": (mark("Only a trusted member can take a role."), mark("First vouch for the membership.")),
    "review": (mark("This has to wait until the review of this membership is closed."), ""),
    "most": (mark("Nobody holds more than two roles."), mark("Another role has to be handed over first.")),
    "held": (mark("This member holds this role already."), ""),
    "unheld": (mark("This member does not hold this role."), ""),
    "last": (
        mark("This is the last member who looks after membership."),
        mark("First give this role to somebody else too."),
    ),
}


def _keeps_from_holding(db: Connection, member: str, role: str, day: int) -> str:
    """Return what keeps somebody from taking this role now, empty for nothing."""
    if standing_of(db, member) != "trusted":
        return "standing"
    if review_of(db, member):
        return "review"
    held = holding(db, member)
    if len(held.keys() - {role}) >= ROLES_MOST:
        return "most"
    return "held" if role in held and held[role] - day > charter.value(db, "role_renew_days") else ""


def _may_hold(db: Connection, member: str, role: str, day: int) -> None:
    """Raise `Refused` where somebody cannot take this role now."""
    if found := _keeps_from_holding(db, member, role, day):
        sentence, advice = OBSTACLES[found]
        raise Refused(sentence, advice=advice)


# -- by a decision of the group -----------------------------------------------------------------------------------------


def obstacle(db: Connection, step: str, role: str, member: str, day: int) -> str:
    """Return what keeps a decision about a role from being carried out today, empty for nothing.

    Every limit of a role holds against a vote too: who is trusted, under no review, with no more than two roles.
    """
    if step == "begin":
        return _keeps_from_holding(db, member, role, day)
    if role not in holding(db, member):
        return "unheld"
    is_last = role == "members" and role_holders(db, "members") == {member}
    return "last" if step == "end" and is_last else ""


def carry_out(db: Connection, decision: str, step: str, role: str, member: str, days: int, day: int) -> int:
    """Begin a role, end it, or call it back, as a decision says; return the day on which it ends. See `obstacle`."""
    if step != "begin":
        finish(db, role, member, "recalled" if step == "recall" else "ended", day)
        return day
    finish(db, role, member, "ended", day)  # where it is renewed
    db.execute(
        "update appointment set state = 'ended', closed_on = ? where role = ? and member = ? and state = 'proposed'",
        (day, role, member),
    )
    # The id of the decision is its own here: an appointment that somebody began under it gives way.
    db.execute(
        "insert or replace into appointment (appointment, role, member, state, days, proposed_on, audience)"
        " values (?, ?, ?, 'active', ?, ?, 'network')",
        (decision, role, member, days, day),
    )
    return _begin(db, role, member, days, day)


def by_decision(db: Connection, name: str) -> bool:
    """Say whether the group wants a decision for this, and is large enough to have one."""
    return bool(charter.value(db, name)) and not few(db)


def _by_two(db: Connection, name: str, sentence: str) -> None:
    """Raise `Refused` where the group wants a decision for this."""
    if by_decision(db, name):
        raise Refused(sentence, advice=mark("Bring it to the group under decisions."))


def _may_be_given(db: Connection) -> None:
    _by_two(db, "roles_by_decision", mark("In this group a role is given only by a decision."))


def _begin(db: Connection, role: str, member: str, days: int, day: int) -> int:
    longest = charter.value(db, "mandate_days")
    until = day + min(days or longest, longest)
    db.execute(
        "insert or replace into mandate (role, member, state, since, until, audience)"
        " values (?, ?, 'active', ?, ?, 'network')",
        (role, member, day, until),
    )
    return until


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
    _may_be_given(db)
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
    _may_be_given(db)
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
    _may_be_given(db)
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
    _by_two(db, "recall_by_decision", mark("In this group a role is called back only by a decision."))
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
    _by_two(db, "recall_by_decision", mark("In this group a role is called back only by a decision."))
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
        (day, day - charter.value(db, "role_ask_days")),
    )
    db.execute(
        "update recall set state = 'lapsed', closed_on = ? where state = 'asked' and asked_on < ?",
        (day, day - charter.value(db, "role_ask_days")),
    )
