"""The access map: which kinds of need, in which circle, were reached and which not, and why.

It is counted from the needs that this room can read. Nothing under five is broken down: what is small is joined with
other small things until five are together, and a total whose parts would give it away is not shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection

from nasij.areas.resources.entries import WHY
from nasij.kit.field import mark
from nasij.kit.rows import rows

FEWEST = 5
REST = "rest"  # what is too small to stand for itself
REACHED = ("met", "part")
ENDED = {
    **WHY.labels,
    "not_now": mark("Not this time"),
    "withdrawn": mark("Withdrawn"),
    "expired": mark("Expired"),
    "refused": mark("Refused by the service"),
    "unsafe": mark("It was not safe at the service"),
    "unknown": mark("Outcome not known"),
    REST: mark("Other reasons"),
}

CIRCLES = {
    "coordinators": mark("Coordination only"),
    "trusted": mark("Trusted members"),
    "network": mark("Everybody in the network"),
    "chosen": mark("Only the people I choose"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of need in one circle: how many, and, where each part is large enough, how many were reached or not, and why."""

    kind: str
    circle: str
    count: int
    reached: int = -1  # -1: too few to be broken down
    missed: int = -1
    why: list[tuple[str, int]] = field(default_factory=list)


def joined(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts of which none is under five, small ones joined; nothing where even all that is small is too few.

    A single small one could be had by subtracting, so the next larger one is joined with it.
    """
    order = sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))
    small = [pair for pair in order if pair[1] < FEWEST]
    large = [pair for pair in order if pair[1] >= FEWEST]
    total = sum(count for _, count in small)
    while large and 0 < total < FEWEST:
        name, count = large.pop(0)
        small.append((name, count))
        total += count
    shown = sorted(large, key=lambda pair: (-pair[1], pair[0]))
    return [*shown, (REST, total)] if total >= FEWEST else shown


def line(kind: str, circle: str, outcomes: Iterable[str]) -> Line:
    """Return the line of one kind in one circle, broken down as far as that is safe."""
    found = Counter(outcomes)
    count = found.total()
    reached = sum(found[outcome] for outcome in REACHED)
    missed = count - reached
    if 0 < reached < FEWEST or 0 < missed < FEWEST:
        return Line(kind, circle, count)
    why = joined({outcome: number for outcome, number in found.items() if outcome not in REACHED})
    return Line(kind, circle, count, reached, missed, why)


def access_map(db: Connection) -> list[Line]:
    """Return all lines that may be shown, the largest first; kinds and circles too small stand together in the last."""
    ended: dict[tuple[str, str], list[str]] = {}
    for row in _ended(db):
        ended.setdefault((row["kind"], row["scope"]), []).append(_outcome(row))
    large = {key: found for key, found in ended.items() if len(found) >= FEWEST}
    small = [outcome for key, found in ended.items() if key not in large for outcome in found]
    lines = [line(kind, scope, found) for (kind, scope), found in large.items()]
    lines.sort(key=lambda one: (-one.count, one.kind, one.circle))
    return [*lines, line(REST, REST, small)] if len(small) >= FEWEST else lines


def _ended(db: Connection) -> list[dict[str, str]]:
    """Return needs that ended, each counted once: what coordination posted for another need stands for it."""
    return rows(
        db,
        "select need.need, need.kind, need.scope, need.state, need.reason, coalesce(need_gap.why, '') as why,"
        " coalesce((select state from referral where referral.need = need.need order by moved_on desc, referral limit 1),"
        " '') as referral from need left join need_gap on need_gap.need = need.need"
        " where need.state in ('closed', 'expired') and not exists"
        " (select 1 from need as first where first.posted_as = need.need) order by need.need",
    )


def _outcome(row: Mapping[str, str]) -> str:
    """Return what became of a need, and where it was not reached, why, as far as somebody said so."""
    if row["reason"] in REACHED:
        return row["reason"]
    if row["referral"] == "helped":
        return "part"
    if row["why"]:
        return row["why"]
    if row["referral"] in ("refused", "unsafe"):
        return row["referral"]
    if row["state"] == "expired":
        return "expired"
    return "unknown" if row["reason"] == "referred" else row["reason"]


def unexplained(db: Connection, member: str, *, coordinates: bool) -> list[str]:
    """Return needs that ended unmet and of which nobody has said why, for whoever can say it."""
    found = db.execute(
        "select need from need where state in ('closed', 'expired') and reason not in ('met', 'withdrawn')"
        " and (asked_by = ? or ?) and not exists (select 1 from need_gap where need_gap.need = need.need)"
        " and closed_on > 0 order by closed_on desc, need limit 20",
        (member, coordinates),
    )
    return [need for (need,) in found]
