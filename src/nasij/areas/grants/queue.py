"""Who comes next when there is less than is asked: places without names, in the order that the group chose beforehand.

The people of the fund see each place's harm, how often its code was reached in this period, and the week. Which request a
place stands for is known to that request's panel alone.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.lists import HARM
from nasij.kit import charter, who
from nasij.kit.rows import rows

_RANKS = " ".join(f"when '{harm}' then {rank}" for rank, harm in enumerate(HARM.labels))
RANK = f"case harm {_RANKS} else {len(HARM.labels)} end"
_TURNS = (
    "(select count(*) from turn where turn.period = queue_place.period"
    " and turn.period_code = queue_place.period_code and returned = 0)"
)
KEEPING = ("short", "limit", "order", "not_clear")  # the reasons that money or time can lift
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


def methods_in_use(db: Connection) -> dict[int, int]:
    """Return the methods under which places wait, and how many."""
    found = db.execute(
        "select method, count(*) from queue_place where state = 'waiting' group by method order by method"
    )
    return dict(found.fetchall())


def waiting_places(db: Connection, method: int, most: int = -1) -> list[dict[str, Any]]:
    """Return the places that wait under a method, in its order; the first `most`, where that is given."""
    return rows(
        db,
        f"select place, period_code, harm, drawn, {_TURNS} as turns from queue_place"
        f" where state = 'waiting' and method = ?{_order(db, method)} limit ?",
        method,
        most,
    )


def _order(db: Connection, method: int) -> str:
    """Return what of the places waits, and how it is ordered; who has waited longest comes first among equals."""
    if method == BY_DRAW:
        return " and drawn > 0 order by drawn, week, place"
    if method == IN_TURN:
        return f" order by {_TURNS}, week, place"
    kept = f"{_TURNS} > 0, " if method == KEPT_SHARE and _share_is_due(db) else ""
    return f" order by {kept}{RANK}, week, place"


def undrawn(db: Connection) -> list[str]:
    """Return the places that wait for a draw to give them their order; those that have one keep it."""
    found = rows(
        db, "select place from queue_place where state = 'waiting' and method = ? and drawn = 0 order by place", BY_DRAW
    )
    return [row["place"] for row in found]


def draw_under_way(db: Connection) -> dict[str, Any]:
    """Return the draw that waits for somebody, empty for none; one whose people no longer hold the role waits for nobody."""
    holders = who.role_holders(db, "fund")
    for begun in rows(db, "select * from queue_draw where state <> 'drawn' order by begun_on desc, draw"):
        parts = rows(db, "select member from draw_part where draw = ?", begun["draw"])
        if all(part["member"] in holders for part in parts):
            return begun
    return {}


def _share_is_due(db: Connection) -> bool:
    """Say whether, of the places called so far, fewer than the kept share went to codes that were never reached."""
    called, first = db.execute(
        "select count(*), coalesce(sum(first_time), 0) from queue_place where state = 'called' and method = ?",
        (KEPT_SHARE,),
    ).fetchone()
    return int(first) * 100 <= int(called) * charter.value(db, "grant_kept_percent")


def first_place(db: Connection, method: int, day: int) -> str:
    """Return the place that comes next under a method, empty for none.

    A place whose code has had its grants in this period waits for the next one, and does not hold up the others.
    """
    found = db.execute(
        "select place from queue_place where state = 'waiting' and method = ?"
        " and (select count(*) from turn where period = ? and turn.period_code = queue_place.period_code and returned = 0) < ?"
        f"{_order(db, method)} limit 1",
        (method, period_of(db, day), charter.value(db, "grant_turns")),
    ).fetchone()
    return str(found[0]) if found else ""


def anybody_waits(db: Connection, but: str) -> bool:
    """Say whether another place is on the waiting list."""
    return bool(rows(db, "select 1 from queue_place where state = 'waiting' and place <> ? limit 1", but))


def to_take_off(db: Connection, member: str, holders: frozenset[str]) -> list[str]:
    """Return the places that still wait though their requests, as this room knows, wait no longer.

    Whoever heard "not this time" because there is too little keeps the place, and is taken up when it comes first.
    """
    found = rows(
        db,
        "select place, taken_by from queue_place join aid_request using (place) where queue_place.state = 'waiting'"
        " and aid_request.state not in ('submitted', 'clarifying', 'deciding', 'waiting', 'appealed', 'approved')"
        " and not (aid_request.state = 'not_now' and aid_request.reason in (?, ?, ?, ?)) order by place",
        *KEEPING,
    )
    return [row["place"] for row in found if row["taken_by"] == member or row["taken_by"] not in holders]


def keeps_place(request: dict[str, Any]) -> bool:
    """Say whether a request was put on the waiting list and stays there, as far as whoever asked can know."""
    return bool(request["place"]) and (request["state"] != "not_now" or request["reason"] in KEEPING)


def still_waits(db: Connection, place: str) -> bool:
    """Say whether a place is on the waiting list now."""
    return bool(rows(db, "select 1 from queue_place where place = ? and state = 'waiting'", place))
