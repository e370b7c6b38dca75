"""Who is on call, when an answer is due, and how an incident begins: what rules, folds, pages and other areas read.

Those on call get the key of a report together with it, so that an alarm needs nobody's room but the sender's and their own.
Where somebody rather told people of their choice, those on call get it when the time has passed: by the fact of a room that is
awake, or with the next day, whichever comes first. A new circle each time, and no standing one: who was told of what stays
known to those who were told.
"""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from nasij.areas import tasks
from nasij.clock import QUARTERS_AN_HOUR, day_of, quarter_within
from nasij.kit import charter, who
from nasij.kit.rows import insert, rows

# By severity, the number of the charter.
_TIMES = {"now": "incident_now_minutes", "today": "incident_today_hours", "soon": "incident_soon_hours"}
QUARTER_MINUTES = 15
RANK = {"now": 0, "today": 1, "soon": 2}
OPEN = ("reported", "verified", "safe", "opened")


def on_call(db: Connection, day: int) -> frozenset[str]:
    """Return who is on call: who accepted the turn of that day; without a turn coordination, and the list that the group keeps."""
    return frozenset(tasks.on_call(db, day)) or all_on_call(db, day)


def all_on_call(db: Connection, day: int) -> frozenset[str]:
    """Return everybody who is told once nobody answered in time: the turn of that day, coordination, and the list."""
    listed = {row[0] for row in db.execute("select member from duty where closed_on = 0")}
    return frozenset((listed & who.members(db)) | who.role_holders(db, "cases") | set(tasks.on_call(db, day)))


def first_told(db: Connection, day: int, *without: str) -> frozenset[str]:
    """Return who is told where nobody is chosen: those on call; where there are none, whoever there is to tell."""
    return _first_of(db, set(without), on_call(db, day), all_on_call(db, day))


def _first_of(db: Connection, without: set[str], *told: frozenset[str]) -> frozenset[str]:
    for some in (*told, who.role_holders(db, "members"), who.members(db, ("trusted", "resting"))):
        if found := some - without:
            return frozenset(found)
    return frozenset()


def answer_quarters(db: Connection, severity: str) -> int:
    """Return within how many quarters of an hour a report of this severity gets a first answer, by the charter."""
    time = charter.value(db, _TIMES[severity])
    return -(-time // QUARTER_MINUTES) if severity == "now" else time * QUARTERS_AN_HOUR


def due_at(db: Connection, incident: dict[str, Any]) -> int:
    """Return the quarter of an hour by which a first answer is due; whoever reported it within one has all of it."""
    return int(incident["reported_at"]) + 1 + answer_quarters(db, incident["severity"])


def waits(db: Connection, incident: dict[str, Any]) -> bool:
    """Say whether a report waits for an answer: nobody is on it, or whoever was is not among us now, and no case is open."""
    if incident["closed_on"] or incident["state"] not in ("reported", "verified"):
        return False
    if incident["state"] == "reported" and not incident["answered_at"]:
        return True
    return bool(incident["answered_by"]) and not who.is_there(db, incident["answered_by"])


def is_late(db: Connection, incident: dict[str, Any], quarter: int) -> bool:
    """Say whether the time of a report has passed and nobody is on it."""
    return waits(db, incident) and quarter >= due_at(db, incident)


def tell(db: Connection, incident: str, audience: str, members: Iterable[str]) -> None:
    """Let these people read a report, once each."""
    for member in sorted(members):
        db.execute(
            "insert or ignore into incident_told (incident, member, audience) values (?, ?, ?)",
            (incident, member, audience),
        )
        who.admit(db, audience, member)


def _kept_out(incident: dict[str, Any]) -> set[str]:
    return {*incident["left_out"].split(), incident["reported_by"], incident["about"]}


def tell_those_first(db: Connection, incident: dict[str, Any], hour: int) -> None:
    """Tell whoever is on call now, where the one before has changed."""
    tell(db, incident["incident"], incident["audience"], first_told(db, day_of(hour), *_kept_out(incident)))


def tell_on_call(db: Connection, incident: dict[str, Any], hour: int) -> None:
    """Tell everybody who is on call now, whoever they are, but for those the sender keeps out of it."""
    told = _first_of(db, _kept_out(incident), all_on_call(db, day_of(hour)))
    tell(db, incident["incident"], incident["audience"], told)
    if not incident["all_told"]:
        db.execute("update incident set all_told = ? where incident = ?", (hour, incident["incident"]))


def begin(db: Connection, hour: int, row: dict[str, Any], said_at: int = 0) -> None:
    """Write the row of an incident that begins now, at the quarter of the line's hour that its author's clock showed."""
    start = {"state": "reported", "reported_on": day_of(hour), "moved_on": day_of(hour)}
    start["reported_at"] = quarter_within(hour, said_at)
    insert(db, "incident", start | row)


def forget_people(db: Connection, audience: str) -> bool:
    """Forget whom the reports of a circle were about, for a fold of an area that destroys who was in it; whether it could.

    What is under way is left alone: people are looked for by it. Kinds, states and days stay, as they do of every report.
    """
    found = rows(db, "select incident, closed_on from incident where audience = ?", audience)
    if any(not row["closed_on"] for row in found):
        return False
    for row in found:
        db.execute(
            "update incident set about = '', reported_by = '', left_out = '', answered_by = '', verified_by = '', area = '',"
            " dependants = '', words = '' where incident = ?",
            (row["incident"],),
        )
        db.execute("delete from incident_told where incident = ?", (row["incident"],))
    return True


def open_by_itself(
    db: Connection,
    hour: int,
    *,
    incident: str,
    about: str,
    kind: str,
    severity: str,
    source: str,
    audience: str,
    said_at: int = 0,
) -> None:
    """Open an incident that nobody said, for a fold of another area: a missed check-in, a head count that does not add up.

    `audience` is a circle that is there already: all who read it, but for whomever it is about, are told, and everything
    further about the incident is said in it. `kind` may be empty; `source` is `check` or `count`. Once an id.
    """
    if rows(db, "select 1 from incident where incident = ?", incident):
        return
    row = {"incident": incident, "about": about, "kind": kind, "severity": severity, "source": source}
    begin(db, hour, row | {"tell": "chosen", "audience": audience}, said_at)
    tell(db, incident, audience, who.holders(db, audience) - {about})
