"""Who comes next when there is less than is asked: places without names, in the order that the group chose beforehand.

The people of the fund see each place's harm, how often its code was reached in this period, and the week. Which request a
place stands for is known to that request's panel alone.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.lists import HARM
from nasij.kit import charter
from nasij.kit.rows import rows

_RANK = {harm: rank for rank, harm in enumerate(HARM.labels)}
BY_HARM, IN_TURN, BY_DRAW, KEPT_SHARE = 1, 2, 3, 4


def period_of(db: Connection, day: int) -> int:
    """Return the period a day is in: turns are counted within one."""
    return day // charter.value(db, "grant_period_days")


def turns_of(db: Connection, period: int, period_code: str) -> int:
    """Return how many grants went to a code in a period."""
    found = db.execute(
        "select count(*) from turn where period = ? and period_code = ? and returned = 0", (period, period_code)
    )
    return int(found.fetchone()[0])


def waiting_places(db: Connection, method: int) -> list[dict[str, Any]]:
    """Return the places that wait under a method, in its order."""
    found = rows(db, "select * from queue_place where state = 'waiting' and method = ? order by week, place", method)
    for place in found:
        place["turns"] = turns_of(db, place["period"], place["period_code"])
        place["rank"] = _RANK.get(place["harm"], len(_RANK))
    if method == IN_TURN:
        return sorted(found, key=lambda place: place["turns"])
    if method == BY_DRAW:
        return sorted((place for place in found if place["drawn"]), key=lambda place: place["drawn"])
    by_harm = sorted(found, key=lambda place: place["rank"])
    if method == KEPT_SHARE and _share_is_due(db):
        return sorted(by_harm, key=lambda place: place["turns"] > 0)
    return by_harm


def _share_is_due(db: Connection) -> bool:
    """Say whether, of the places called so far, fewer than the kept share went to codes that were never reached."""
    called, first = db.execute(
        "select count(*), coalesce(sum(first_time), 0) from queue_place where state = 'called' and method = ?",
        (KEPT_SHARE,),
    ).fetchone()
    return int(first) * 100 <= int(called) * charter.value(db, "grant_kept_percent")


def first_place(db: Connection, method: int) -> str:
    """Return the place that comes next under a method, empty for none."""
    found = waiting_places(db, method)
    return str(found[0]["place"]) if found else ""


def anybody_waits(db: Connection, but: str) -> bool:
    """Say whether another place is on the waiting list."""
    return bool(rows(db, "select 1 from queue_place where state = 'waiting' and place <> ? limit 1", but))


def to_take_off(db: Connection, member: str, holders: frozenset[str]) -> list[str]:
    """Return the places that still wait though their requests, as this room knows, wait no longer."""
    found = rows(
        db,
        "select place, taken_by from queue_place join aid_request using (place) where queue_place.state = 'waiting'"
        " and aid_request.state not in ('submitted', 'clarifying', 'deciding', 'waiting', 'appealed', 'approved')"
        " order by place",
    )
    return [row["place"] for row in found if row["taken_by"] == member or row["taken_by"] not in holders]


def still_waits(db: Connection, place: str) -> bool:
    """Say whether a place is on the waiting list now."""
    return bool(rows(db, "select 1 from queue_place where place = ? and state = 'waiting'", place))
