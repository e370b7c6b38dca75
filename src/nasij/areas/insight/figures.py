"""How the network holds: what is reached, who carries it, and what would stop if somebody were missing.

Figures alone, of three closed months. No number under five is shown, nor what would give it away by subtracting; a period that
moves only once a month keeps two looks from being compared. No figure is of a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.areas.resources import FEWEST, REST, joined
from nasij.areas.tasks import uncovered
from nasij.areas.trust import ROLE_NAMES
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.kit.who import By

MONTH, MONTHS = 30, 3
AHEAD = 28  # days that turns on call are looked at
HIDDEN, FEW = -1, -2  # not shown at all; said to be fewer than five
MET = ("met", "part")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of help: how many asked, and how many of those were reached, if both sides of that are enough to be shown."""

    kind: str
    asked: int
    reached: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it says, its number, and who is missing from it."""

    words: str
    number: int
    missing: str


def period(day: int) -> tuple[int, int]:
    """Return the three closed months before a day: from its first day to the one after its last."""
    end = day - day % MONTH
    return end - MONTHS * MONTH, end


def shown(count: int, of: int) -> int:
    """Return a count that is neither under five nor so near to the whole that the rest is; else hidden."""
    rest = of - count
    return HIDDEN if 0 < count < FEWEST or 0 < rest < FEWEST else count


def few(count: int) -> int:
    """Return a count of things; of one to four only that they are fewer than five."""
    return FEW if 0 < count < FEWEST else count


def _asked(db: Connection, day: int) -> list[dict[str, Any]]:
    """Return the needs of the period that this room can read; what coordination posted for another stands for it."""
    return rows(
        db,
        "select need, kind, state, reason, asked_on from need where asked_on >= ? and asked_on < ? and state <> 'draft'"
        " and not exists (select 1 from need as first where first.posted_as = need.need)",
        *period(day),
    )


def by_kind(db: Connection, day: int, alike: Mapping[str, str] | None = None) -> list[Kind]:
    """Return what was asked for and reached; kinds too small stand together, or nowhere. `alike` counts kinds as others."""
    needs = [row | {"kind": (alike or {}).get(row["kind"], row["kind"])} for row in _asked(db, day)]
    large = joined(Counter(row["kind"] for row in needs))
    alone = {kind for kind, _ in large}
    met = Counter(row["kind"] if row["kind"] in alone else REST for row in needs if row["reason"] in MET)
    return [Kind(kind, asked, shown(met[kind], asked)) for kind, asked in large]


def _half(carried: Counter[str]) -> int:
    """Return how many, of those who do the most, did half of it."""
    done, half = 0, (carried.total() + 1) // 2
    for number, (_, count) in enumerate(carried.most_common(), start=1):
        done += count
        if done >= half:
            return number
    return 0


def _days(found: Sequence[int]) -> int:
    return sorted(found)[len(found) // 2] if len(found) >= FEWEST else HIDDEN


def reaching(db: Connection, day: int) -> list[Figure]:
    """Return how long it takes until somebody answers, and until help is there, in days."""
    needs = {row["need"]: row for row in _asked(db, day)}
    first: dict[str, int] = {}
    for row in rows(db, "select need, offered_on from commitment order by offered_on desc"):
        first[row["need"]] = row["offered_on"]
    answered = [max(0, first[need] - row["asked_on"]) for need, row in needs.items() if need in first]
    helped = rows(
        db, "select need, max(closed_on) as day from commitment where state in ('done', 'confirmed') group by need"
    )
    done = [row["day"] - needs[row["need"]]["asked_on"] for row in helped if row["need"] in needs and row["day"]]
    seen = mark("Missing: what this room cannot read, and what was helped without writing it down.")
    return [
        Figure(mark("Days until somebody says yes to a need, in the middle"), _days(answered), seen),
        Figure(mark("Days until help is there, in the middle"), _days(done), seen),
    ]


def carrying(db: Connection, day: int) -> list[Figure]:
    """Return who carries it: how many can, how many rest, and how much hangs on few."""
    active, resting = len(who.members(db, ("trusted",))), len(who.members(db, ("resting",)))
    on_call = rows(db, "select member from call_limit where closed_on = 0 and days_most > 0")
    callable_ = {row["member"] for row in on_call} & who.members(db, ("trusted",))
    start, end = period(day)
    helped = rows(db, "select helper from commitment where offered_on >= ? and offered_on < ?", start, end)
    carried = Counter(row["helper"] for row in helped)
    return [
        Figure(
            mark("Trusted members who do not rest"),
            active if shown(resting, active + resting) != HIDDEN and active >= FEWEST else HIDDEN,
            mark("Missing: newcomers, and whoever rests."),
        ),
        Figure(
            mark("Trusted members who rest"),
            shown(resting, active + resting),
            mark("Missing: whoever is tired and has not said so."),
        ),
        Figure(
            mark("People who can be on call"),
            shown(len(callable_), active),
            mark("Missing: whoever would, and has not said how often."),
        ),
        Figure(
            mark("People who did half of all helping"),
            few(_half(carried)) if len(carried) >= FEWEST else HIDDEN,
            mark("Missing: care, calls and work that no need was written for."),
        ),
    ]


def lone_roles(db: Connection) -> list[str]:
    """Return the roles that fewer than two people hold: nobody would be there if that one were taken."""
    return [role for role in who.ROLES if len(who.role_holders(db, role)) < 2]


def holding(db: Connection, day: int) -> list[Figure]:
    """Return what is left lying: days, services and papers."""
    old = "select count(*) as many from {} where closed_on = 0 and state in ({})"
    services = rows(db, old.format("provider", "'old', 'doubtful'"))[0]["many"]
    lessons = rows(db, old.format("lesson", "'old'"))[0]["many"]
    late = rows(
        db,
        "select count(*) as many from proposal where state = 'under_review'"
        " or (state = 'in_force' and review_on between 1 and ?)",
        day - 1,
    )[0]["many"]
    gaps = len(uncovered(db, day, AHEAD))
    return [
        Figure(mark("Days of the next four weeks without anybody on call"), few(gaps), ""),
        Figure(mark("Services nobody has checked lately, or that are doubtful"), few(services), ""),
        Figure(
            mark("Decisions whose day of review has passed"),
            few(late),
            mark("Missing: decisions of a circle you are not in."),
        ),
        Figure(mark("Lessons nobody has checked for a year"), few(lessons), ""),
    ]


def insight_page(db: Connection, by: By) -> Page:
    """Show how the network holds."""
    start, end = period(by.day)
    kinds = {row["kind"]: row for row in rows(db, "select kind, label, own_words from kind")}
    values = {
        "start": start,
        "end": end - 1,
        "kinds": [(one, kinds.get(one.kind)) for one in by_kind(db, by.day)],
        "reaching": reaching(db, by.day),
        "carrying": carrying(db, by.day),
        "holding": holding(db, by.day),
        "lone": lone_roles(db),
        "role_names": ROLE_NAMES,
        "reports": rows(db, "select count(*) as many from report")[0]["many"],
        "hidden": HIDDEN,
        "few": FEW,
        "fewest": FEWEST,
    }
    return Page("insight/page.html", values)
