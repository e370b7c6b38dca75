"""Who supervises now, and who therefore reads what: the same answer in every room.

A programme has two seats. In force is the first whose holder said yes, is a trusted member, neither away nor at rest, whose room
was awake lately, and who is not one of those it is about: nobody supervises themselves. Where the first is away the second steps
in with the new day, or with the word that says so; the circles follow, and the rooms of those who stay hand on the keys.
"""

from sqlite3 import Connection
from typing import Any

from nasij.kit import charter, who
from nasij.kit.rows import fields, rows

SEATS = ("supervisor", "deputy")
RUNNING = ("active", "paused")
OPEN = ("proposed", "willing", "accepted", "agreement", *RUNNING)


def seats(db: Connection, programme: str) -> list[dict[str, Any]]:
    """Return the seats of a programme, the supervisor's first."""
    return rows(db, "select * from oversight where programme = ? order by seat desc", programme)


def _is_there(db: Connection, seat: dict[str, Any], day: int) -> bool:
    awake = day - seat["seen_on"] <= charter.value(db, "care_absence_days")
    if not seat["accepted"] or seat["away_until"] >= day or not awake:
        return False
    if seat["member"] not in who.members(db, ("trusted",)):
        return False
    resting = db.execute("select 1 from capacity where member = ? and rest_until >= ?", (seat["member"], day))
    return resting.fetchone() is None


def overseer(db: Connection, programme: str, day: int, *without: str) -> str:
    """Return who supervises on a day what these people have to do with; nothing where nobody does."""
    for seat in seats(db, programme):
        if seat["member"] not in without and _is_there(db, seat, day):
            return str(seat["member"])
    return ""


def _marks(of: tuple[str, ...]) -> str:
    return ", ".join("?" * len(of))


def open_relations(db: Connection, programme: str) -> list[dict[str, Any]]:
    """Return the relations of a programme that this room knows and that are not over."""
    sql = f"select * from relation where programme = ? and state in ({_marks(OPEN)}) order by relation"
    return rows(db, sql, programme, *OPEN)


def hold_relation(db: Connection, relation: str, day: int) -> None:
    """Let the two and whoever supervises read a relation, and pause or wake it where nobody, or somebody, does."""
    row = fields(db, "relation", "relation", relation)
    two = {one for one in (row["helper"], row["person"]) if one}
    supervises = overseer(db, row["programme"], day, *two)
    who.hold_exactly(db, row["audience"], two | ({supervises} if supervises else set()))
    if row["state"] == "active" and not supervises:
        db.execute("update relation set state = 'paused', halted = 1 where relation = ?", (relation,))
    if row["state"] == "paused" and row["halted"] and supervises:
        db.execute("update relation set state = 'active', halted = 0 where relation = ?", (relation,))


def hold_one(db: Connection, row: dict[str, Any], day: int, *people: str) -> None:
    """Let these people and whoever supervises them read a record."""
    supervises = overseer(db, row["programme"], day, *people)
    who.hold_exactly(db, row["audience"], {*people, supervises} - {""})


def hold_all(db: Connection, programme: str, day: int) -> None:
    """Let whoever supervises a programme now read what they answer for, and nobody else who did before."""
    of_one = "where programme = ? and closed_on = 0"
    for table in ("caregiver", "seeking"):
        for row in rows(db, f"select * from {table} {of_one} order by 1", programme):
            hold_one(db, row, day, row["member"])
    for row in open_relations(db, programme):
        hold_relation(db, row["relation"], day)
    for row in rows(db, f"select * from escalation {of_one} and told = 1 order by escalation", programme):
        hold_one(db, row, day, row["helper"], row["person"])
