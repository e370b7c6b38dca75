"""The fund at work: folding its books, adding up every balance from the published lines, and its pages with many requests."""

import sqlite3
import statistics
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nasij.areas.fund import balance, currencies, pots, published, recomputed
from nasij.bench.folding import beside_signatures, timed
from nasij.bench.network import Village
from nasij.bench.pages import PHRASE, Visitor, a_house, high, times
from nasij.bench.purse import ROLES, Purse, Requests
from nasij.clock import SystemClock
from nasij.gate import Gate
from nasij.hub.shelf import Shelf
from nasij.kit import who
from nasij.node import room
from nasij.node.node import Node
from nasij.seal import words as spoken
from nasij.seal.circle import write_public
from nasij.seal.primitives import verify
from nasij.settings import Settings

SEED = 7
ROUNDS = 5
GROWTH = 1.5
PAGE_MS = (
    20.0  # nobody notices so little, whatever is on record; without that, a page's bound is what the empty one takes
)
# The balance, the books that add it up, what is reserved and paid, and the desk that lists the requests.
PAGES = {"fund": "/fund", "books": "/fund/books", "reserved": "/fund/reserved", "desk": "/grants/desk"}
# The home page of somebody for whom four of ten requests wait is looked at beside them: it counts each of them.
WAITING = {"waiting": "/"}
WAITING_MS = 200.0
Figures = dict[str, dict[str, Any]]
Figure = Callable[..., dict[str, Any]]
Sums = dict[tuple[str, str], int]


def measure_books(folder: Path, found: Figures, figure: Figure, lines: int) -> None:
    """Fold books of so many published lines, against bare signatures as `cold_fold` does; then add them up.

    No aim against signatures: each rule of the books reads the books. What has one is that a line costs the same however
    many stand before it: the second half of the month may not cost half as much again as the first.
    """
    village = Purse(Village.made(SEED, roles=ROLES)).write(lines)
    node = village.reader(folder / "books", b"bench")
    fold = beside_signatures(node, village, parts=2)
    first, second = fold.own
    shown = published(node.db)
    if len(shown) < lines or node.db.execute("select 1 from aside").fetchone():
        raise ArithmeticError("some of the books were set aside")
    found["books_fold"] = figure(fold.took, "s", fold.one_core)
    found["books_fold_per_line"] = figure(1e6 * fold.took / len(shown), "us", 1e6 * fold.one_core / len(shown))
    found["books_fold_per_fact"] = figure(
        1e6 * fold.took / len(village.records), "us", 1e6 * fold.one_core / fold.signatures
    )
    found["books_fold_second_half"] = figure(second, "s", first, GROWTH)
    _adding_up(node, found, figure, shown)


def check(node: Node, *ways: Sums) -> None:
    """Raise `ArithmeticError` unless every way of adding up gives what the ledger says that each pot and currency has."""
    held = {(pot["pot"], pot["currency"]): pot["holds"] for pot in pots(node.db)}
    for sums in ways:
        if sums != held:
            raise ArithmeticError("the published lines do not add up to what the pots are said to hold")
        for currency in currencies(node.db):
            if sum(amount for (_, of), amount in sums.items() if of == currency) != balance(node.db, currency):
                raise ArithmeticError("the published lines do not add up to the balance of a currency")


def _by_hand(lines: list[dict[str, Any]]) -> Sums:
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sums[line["pot"], line["currency"]] += line["amount"]
    return dict(sums)


def _adding_up(node: Node, found: Figures, figure: Figure, shown: list[dict[str, Any]]) -> None:
    """Add up by the fund's own function and by hand, against a bare table of the same lines and nothing else."""
    bare = sqlite3.connect(":memory:")
    bare.execute("create table line (pot text, currency text, amount integer)")
    bare.executemany("insert into line values (:pot, :currency, :amount)", shown)
    sums = "select pot, currency, sum(amount) from line group by pot, currency"
    theirs = {(pot, currency): amount for pot, currency, amount in bare.execute(sums)}
    check(node, recomputed(node.db), _by_hand(shown), theirs)
    bound, own, by_hand = (
        min(timed(work) for _ in range(ROUNDS))
        for work in (
            lambda: bare.execute(sums).fetchall(),
            lambda: recomputed(node.db),
            lambda: _by_hand(published(node.db)),
        )
    )
    bare.close()
    # What the page of the books does at each look; slower than the bare sum would mean that it reads more than the lines.
    found["recompute"] = figure(1e3 * own, "ms", 1e3 * bound, 1.0)
    found["recompute_by_hand"] = figure(1e3 * by_hand, "ms", 1e3 * bound)


def measure_requests(folder: Path, found: Figures, figure: Figure, requests: int) -> None:
    """Measure the pages of a fund with so many requests, against the same pages of a fund that nobody has asked."""
    settings = Settings(folder / "purse", argon_cost=0)
    settings.prepare()
    for name, count in (("many", requests), ("none", 0)):
        _make_room(settings, name, count)
    with a_house(settings.home) as (port, _):
        many, none = (_opened(port, name) for name in ("many", "none"))
        for name, path in (PAGES | WAITING).items():
            took, bound = times(many, path), times(none, path)
            p50, p99 = (1e3 * of(took) for of in (statistics.median, high))
            found[f"{name}_page_p50"] = row = figure(p50, "ms", 1e3 * statistics.median(bound))
            aim = WAITING_MS if name in WAITING else PAGE_MS
            row |= {"aim": aim, "met": row["value"] < aim}
            found[f"{name}_page_p99"] = figure(p99, "ms", 1e3 * high(bound))
            found[f"{name}_page_bytes"] = figure(many.bytes, "B", none.bytes)


def _make_room(settings: Settings, name: str, requests: int) -> None:
    """Put a room where the house looks for it, of somebody of the fund, in a network that its hub knows."""
    village = Village.made(SEED, days=0, roles=ROLES)
    shelf = Shelf(settings.shelf, verify, SystemClock().hour)
    shelf.found(village.network, write_public(village.circles[who.NETWORK].key))
    shelf.close()
    folder = Gate(settings, "").folder(name)
    node = village.reader(folder, spoken.normal(PHRASE))
    Requests(Purse(village), node).write(requests)
    room.save(node, folder)


def _opened(port: int, name: str) -> Visitor:
    visitor = Visitor(port)
    visitor.fill("/open", {"room": name, "passphrase": PHRASE})
    for path in PAGES.values():
        visitor.send("GET", path)
        if "<h1>" not in visitor.page or 'name="passphrase"' in visitor.page:
            raise LookupError("the room did not open")
    return visitor
