"""The plan, the wish, the people outside and the evidence: rules and folds, the same for all four.

Each is one record of one member in a circle of its own. Readers are chosen by a fact before the words follow for them, so
that whoever is let go reads nothing that comes after; what they read before is forgotten in their room with that fact.
"""

import re
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.areas.plans.facts import ON_DUTY, EvidenceCompared, EvidenceNoted, PersonStated
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit.fact import fields_of
from nasij.kit.field import mark
from nasij.kit.rows import fields, put, rows
from nasij.kit.who import By, hold_exactly

DIGEST = re.compile("[0-9a-f]{64}")
_NUMBER = re.compile(r"(?:\d[\s().-]*){5}|@|://")
NOT_YOURS = mark("Only the member whom this is about can do that.")


@dataclass(frozen=True, slots=True)
class Record:
    """One of the four kinds: its table, and the column that names a record."""

    table: str
    key: str

    def may_state(self, db: Connection, by: By, fact: Any) -> None:
        """Speak for oneself only, and change only one's own record."""
        if self.key == "member":
            if fact.member != by.member:
                raise Refused(NOT_YOURS)
        elif any(row["member"] != by.member for row in self._found(db, fact)):
            raise Refused(NOT_YOURS)

    def may_drop(self, db: Connection, by: By, fact: Any) -> None:
        """Take back what is there."""
        if not self._found(db, fact):
            raise NotHereYet
        self.may_state(db, by, fact)

    def fold_readers(self, db: Connection, by: By, fact: Any) -> None:
        """Let exactly these people read what follows, and let everybody forget what stood there."""
        on_duty = [ON_DUTY] if getattr(fact, "on_duty", False) else []
        hold_exactly(db, by.audience, {*fact.readers, by.member, *on_duty})
        put(db, self.table, **{self.key: getattr(fact, self.key)} | {"member": by.member, "audience": by.audience})

    def fold_stated(self, db: Connection, by: By, fact: Any) -> None:
        """Write it down, for the readers that stand in it."""
        self.fold_readers(db, by, fact)
        row = {name: getattr(fact, name) for name in fields_of(type(fact)) if name != "readers"}
        row = {name: ",".join(value) if isinstance(value, list) else value for name, value in row.items()}
        put(db, self.table, **row | {"member": by.member, "stated_on": by.day, "audience": by.audience})

    def fold_dropped(self, db: Connection, by: By, fact: Any) -> None:
        """Forget it in every room, and keep its circle to oneself."""
        db.execute(f"delete from {self.table} where {self.key} = ?", (getattr(fact, self.key),))
        hold_exactly(db, by.audience, {by.member})

    def _found(self, db: Connection, fact: Any) -> list[dict[str, Any]]:
        return rows(db, f"select member from {self.table} where {self.key} = ?", getattr(fact, self.key))


PLAN = Record("safety_plan", "member")
WISH = Record("wish", "member")
PERSON = Record("trusted_person", "trusted_person")
EVIDENCE = Record("evidence", "evidence")
ALL = (PLAN, WISH, PERSON, EVIDENCE)


def no_number(name: str, words: str) -> None:
    """Refuse what looks like a number or an address where a code is asked for."""
    if _NUMBER.search(words):
        raise Malformed(mark("Please write a code: no number, no address and no link."), field=name)


def may_state_person(db: Connection, by: By, fact: PersonStated) -> None:
    """Name somebody by a code, in whatever field somebody is named."""
    PERSON.may_state(db, by, fact)
    no_number("code", fact.code)
    no_number("through", fact.through)
    if fact.contact == "hours" and not fact.hours:
        raise Malformed(mark("Please write between which hours."), field="hours")
    if fact.contact == "through" and not fact.through:
        raise Malformed(mark("Please write through whom."), field="through")


def may_note(db: Connection, by: By, fact: EvidenceNoted) -> None:
    """Note a fingerprint that can be one."""
    EVIDENCE.may_state(db, by, fact)
    no_number("held", fact.held)
    if not DIGEST.fullmatch(fact.digest):
        raise Malformed(mark("A fingerprint has 64 characters: digits, and letters from a to f."), field="digest")
    if fact.made_on > by.day + 1:
        raise Malformed(mark("This day is still to come."), field="made_on")


def may_compare(db: Connection, _by: By, fact: EvidenceCompared) -> None:
    """Say that it is the same only where it is."""
    if fields(db, "evidence", "evidence", fact.evidence)["digest"] != fact.digest:
        raise Malformed(
            mark("This is another file: its fingerprint is not the one that was noted."),
            field="digest",
            advice=mark("A picture that was sent by a messenger is another file. Try the one from where it is kept."),
        )


def fold_compared(db: Connection, by: By, fact: EvidenceCompared) -> None:
    """Note who compared it last, and on which day."""
    db.execute(
        "update evidence set compared_by = ?, compared_on = ? where evidence = ?", (by.member, by.day, fact.evidence)
    )


def passing(db: Connection, _day: int) -> None:
    """Forget what members prepared who have left or were removed."""
    for kind in ALL:
        db.execute(
            f"delete from {kind.table} where member in"
            " (select member from member where standing in ('left', 'removed'))"
        )
