"""Who is on call, who may be asked next, and how much rest is left: what rules, folds, pages and other areas read.

Everything here is computed from rows of the whole network, so that the same person is asked next in every room. Nothing is a
score: a limit is what somebody said of themselves, and what is left of it only says when they rest.
"""

from sqlite3 import Connection
from typing import Any

from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import rows

WINDOW = 28  # days in which days on call are counted
LIVE = ("planned", "accepted", "on")
HELD = ("accepted", "on")


def on_call(db: Connection, day: int, kind: str = "alarm") -> list[str]:
    """Return who is on call on `day`: who accepted a turn then, or still has one that nobody took over."""
    found = rows(
        db,
        "select distinct member from call_turn where kind = ? and state in ('accepted', 'on') and first_day <= ?"
        " and (last_day >= ? or state = 'on') order by member",
        kind,
        day,
        day,
    )
    in_force = who.members(db)
    return [row["member"] for row in found if row["member"] in in_force]


def answer_hours(db: Connection, turn: dict[str, Any]) -> int:
    """Return how long whoever is asked has to answer."""
    return charter.value(db, "call_at_once_hours" if turn["handing"] == 2 else "call_answer_hours")


def is_silent(db: Connection, turn: dict[str, Any], hour: int) -> bool:
    """Say whether whoever is asked has let the time pass."""
    waits = turn["state"] == "planned" or turn["handing"]
    return bool(waits and turn["asked"]) and hour >= turn["asked_at"] + answer_hours(db, turn)


def limit_of(db: Connection, member: str) -> dict[str, Any]:
    """Return what somebody said about being on call; none a month where they never did."""
    found = rows(db, "select * from call_limit where member = ? and closed_on = 0", member)
    return found[0] if found else {"member": member, "days_most": 0, "rest_days": 0, "free_from": 0}


def busy_days(db: Connection, member: str, day: int, *, without: str = "") -> set[int]:
    """Return the days that somebody was, is or will be on call."""
    found: set[int] = set()
    for row in rows(
        db,
        "select * from call_turn where member = ? and turn <> ? and state in ('accepted', 'on', 'handed_over')",
        member,
        without,
    ):
        last = row["ended_on"] if row["state"] == "handed_over" else row["last_day"]
        found |= set(range(row["first_day"], max(last, day if row["state"] == "on" else last) + 1))
    return found


def rest_between(db: Connection, limit: dict[str, Any]) -> int:
    """Return the days of rest between two turns: what somebody said, and never less than the group wants for all."""
    return max(int(limit["rest_days"]), charter.value(db, "call_rest_days"))


def hindrance(db: Connection, member: str, first: int, last: int, day: int, *, without: str = "") -> str:
    """Return why somebody cannot be on call on these days, as a sentence; empty where they can."""
    limit = limit_of(db, member)
    if not who.is_there(db, member, ("trusted",)):
        return mark("Only a trusted member who is not resting can be on call.")
    if not limit["days_most"]:
        return mark("First the person says how often they can be on call.")
    if limit["free_from"] > first:
        return mark("They are not on call before the day they said.")
    busy, rest = busy_days(db, member, day, without=without), rest_between(db, limit)
    if any(first - rest <= one <= last + rest for one in busy):
        return mark("They rest then, before or after another turn.")
    together = busy | set(range(first, last + 1))
    begins = range(first - WINDOW + 1, last + 1)
    if max(sum(one in together for one in range(start, start + WINDOW)) for start in begins) > limit["days_most"]:
        return mark("That is more than they said they can in four weeks.")
    return ""


def days_of(turn: dict[str, Any], day: int) -> tuple[int, int]:
    """Return the days of a turn that are still to come, today included; of one that is over but not handed on, today."""
    first = max(int(turn["first_day"]), day)
    return first, max(int(turn["last_day"]), first)


def days_left(db: Connection, member: str, until: int, day: int) -> int:
    """Return how many days somebody can still be on call in the four weeks that end on a day."""
    busy = busy_days(db, member, day)
    return max(0, int(limit_of(db, member)["days_most"]) - sum(until - WINDOW < one <= until for one in busy))


def next_in_order(db: Connection, turn: dict[str, Any], day: int) -> str:
    """Return who is asked next: the one named for it, then whoever has the most rest left; nobody twice. Empty for nobody."""
    first, last = days_of(turn, day)
    apart = {*turn["unasked"].split(), turn["member"]}
    able = [
        row["member"]
        for row in rows(db, "select member from call_limit where closed_on = 0 and days_most > 0")
        if row["member"] not in apart and not hindrance(db, row["member"], first, last, day, without=turn["turn"])
    ]
    order = sorted(able, key=lambda m: (m != turn["backup"], -days_left(db, m, last, day), m))
    return order[0] if order else ""


def overlapping(db: Connection, kind: str, first: int, last: int) -> bool:
    """Say whether a turn of this kind stands on one of these days."""
    return bool(
        rows(
            db,
            "select 1 from call_turn where kind = ? and state in ('planned', 'accepted', 'on') and first_day <= ?"
            " and last_day >= ?",
            kind,
            last,
            first,
        )
    )


def uncovered(db: Connection, day: int, days: int, kind: str = "alarm") -> list[int]:
    """Return the coming days for which nobody has accepted to be on call."""
    return [one for one in range(day, day + days) if not on_call(db, one, kind)]
