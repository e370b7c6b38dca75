"""Concerns about somebody, read by those who look after membership and by whoever raised it. Never by whom they are about.

The readers are named one by one, never as a whole role: somebody who takes the role later does not read what was said about
themselves. Whoever reads a concern can pass it on to another who has taken the role.
"""

from sqlite3 import Connection

from nasij.areas.trust.facts import CONCERN, ConcernClosed, ConcernPassedOn, ConcernRaised
from nasij.areas.trust.panel import standing_of
from nasij.errors import Refused
from nasij.kit.field import mark
from nasij.kit.rows import record
from nasij.kit.who import By, admit, role_holders


def may_raise(db: Connection, by: By, fact: ConcernRaised) -> None:
    """Raise it about somebody else, where somebody else can read it."""
    standing_of(db, fact.about)
    if fact.about == by.member:
        raise Refused(mark("This is for a concern about somebody else."))
    if not role_holders(db, "members") - {fact.about}:
        raise Refused(
            mark("Nobody else looks after membership who could read this."),
            advice=mark("Talk with somebody you trust, and propose a second person for this role."),
        )


def fold_raised(db: Connection, by: By, fact: ConcernRaised) -> None:
    """Only these people read it."""
    admit(db, by.audience, by.member, *sorted(role_holders(db, "members") - {fact.about}))
    db.execute(
        "insert into concern (concern, about, by_member, kind, words, state, raised_on, audience)"
        " values (?, ?, ?, ?, ?, 'raised', ?, ?)",
        (fact.concern, fact.about, by.member, fact.kind, fact.words, by.day, by.audience),
    )


def may_pass_on(db: Connection, by: By, fact: ConcernPassedOn) -> None:
    """Pass it on to somebody who holds the role, and not to whom it is about."""
    CONCERN.may(db, fact.concern, fact)
    about = record(db, "select about from concern where concern = ?", fact.concern)["about"]
    if fact.to == about or fact.to not in role_holders(db, "members"):
        raise Refused(mark("Only somebody else who looks after membership can read this."))


def fold_passed_on(db: Connection, by: By, fact: ConcernPassedOn) -> None:
    """One more reader."""
    admit(db, by.audience, fact.to)


def may_close(db: Connection, by: By, fact: ConcernClosed) -> None:
    """Whoever raised it, or who looks after membership, closes it."""
    CONCERN.may(db, fact.concern, fact)
    found = record(db, "select by_member, about from concern where concern = ?", fact.concern)
    if by.member != found["by_member"] and ("members" not in by.roles or by.member == found["about"]):
        raise Refused(mark("This is for the people who look after membership."))


def fold_closed(db: Connection, by: By, fact: ConcernClosed) -> None:
    """Its words are forgotten in time."""
    CONCERN.move(db, fact.concern, fact)
    db.execute("update concern set outcome = ?, closed_on = ? where concern = ?", (fact.outcome, by.day, fact.concern))
