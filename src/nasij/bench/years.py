"""What a room is like after years: home, a search, and the bytes of every page, with all areas on and many members."""

import itertools
import re
import statistics
import time
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from sqlite3 import Connection, Cursor
from typing import Any, cast

from nasij.bench.life import COMMON, DAYS, MEMBERS, ROLES, lived
from nasij.bench.network import Village
from nasij.bench.pages import PHRASE, Visitor, a_house, high, times
from nasij.clock import SystemClock
from nasij.finding import SHOWN
from nasij.gate import Gate, all_areas
from nasij.hub.shelf import Shelf
from nasij.kit import who
from nasij.node import room
from nasij.node.node import Node
from nasij.seal import words as spoken
from nasij.seal.circle import write_public
from nasij.seal.primitives import verify
from nasij.settings import Settings
from nasij.web.look import pattern

SEED = 7
ROOM = "years"
SEARCHES = 100
# Both as ratios to their bounds, so that they say the same on a slow machine and on a busy one.
HOME_RATIO = 2.0
SEARCH_RATIO = 3.0
PAGE_BYTES = 64_000
MORE_BYTES = {"/who-sees": 128_000}  # a line for every fact of every area: read once, and on purpose
PRINTED_BYTES = {"/pages/handbook/whole": 256_000}  # made for paper, for whoever asks for all of it at once
EACH_KIND = 3  # pages of one kind whose bytes are counted
ENDS = {"/exit", "/lock", "/leave", "/language"}
_VALUES = re.compile(r"/(?:[0-9a-hjkmnp-tv-z]{16}|\d+)(?=/|$)")
_LINK = re.compile(r'<(?:a [^>]*?href|form [^>]*?action)="(/[^"#?]*)')

Figures = dict[str, dict[str, Any]]
Figure = Callable[..., dict[str, Any]]


def measure_years(folder: Path, found: Figures, figure: Figure, scale: float) -> None:
    """Let a network live for two years, then look at its coordinator's room over HTTP."""
    settings = Settings(folder / "years", argon_cost=0)
    settings.prepare()
    read, asked = _make_room(settings, max(20, int(MEMBERS * scale)), max(30, int(DAYS * scale)))
    with a_house(settings.home) as (port, _):
        visitor = Visitor(port)
        visitor.fill("/open", {"room": ROOM, "passphrase": PHRASE})
        if "<h1>" not in visitor.page or 'name="passphrase"' in visitor.page:
            raise LookupError("the room did not open")
        # As in `pages`: a constant page through the same door. Home also has to ask what waits, and a search to read every
        # text once and to open what it shows, and comes in two steps.
        bound = times(visitor, "/compare")
        took = times(visitor, "/")
        _row(found, figure, "years_home", took, [one + asked for one in bound], HOME_RATIO)
        least = [(SHOWN + 2) * one + read for one in bound]
        _row(found, figure, "search", _searches(visitor), least, SEARCH_RATIO)
        for kind, size in sorted(sizes(visitor).items()):
            if kind in PRINTED_BYTES:
                found[f"printed_bytes {kind}"] = figure(size, "B", PRINTED_BYTES[kind], 1.0)
            else:
                found[f"page_bytes {kind}"] = figure(size, "B", MORE_BYTES.get(kind, PAGE_BYTES), 1.0)


def _row(found: Figures, figure: Figure, name: str, took: list[float], bound: list[float], aim: float) -> None:
    found[f"{name}_p50"] = figure(1e3 * statistics.median(took), "ms", 1e3 * statistics.median(bound), aim)
    found[f"{name}_p99"] = figure(1e3 * high(took), "ms", 1e3 * high(bound))


def _searches(visitor: Visitor) -> list[float]:
    """Return how long each of many searches takes, from the press to what was found: common words, rare ones, and none."""
    rare = (f"كلمة{n}" for n in itertools.count())
    visitor.send("GET", "/find")
    took = []
    for n in range(SEARCHES):
        words = ("الحليب", next(rare), " ".join(COMMON[3:5]), "zebra")[n % 4]
        began = time.perf_counter()
        visitor.post("/find", {"step": "words", "words": words})
        took.append(time.perf_counter() - began)
    return took


def sizes(visitor: Visitor) -> dict[str, int]:
    """Follow every link, a few of each kind; return the bytes of the largest page of each kind."""
    areas = all_areas()
    known = [line.path for area in areas.areas for line in area.pages]
    known += [act.path for area in areas.areas for act in area.acts]
    fixed_first = sorted(known, key=lambda path: path.count("{"))
    ahead, seen = ["/"], {"/"}
    counted: dict[str, int] = {}
    largest: dict[str, int] = {}
    while ahead:
        path = ahead.pop(0)
        kind = next((one for one in fixed_first if pattern(one).fullmatch(path)), _VALUES.sub("/{}", path))
        counted[kind] = counted.get(kind, 0) + 1
        if counted[kind] > EACH_KIND:
            continue
        visitor.send("GET", path)
        largest[kind] = max(largest.get(kind, 0), visitor.bytes)
        links = {unescape(link) for link in _LINK.findall(visitor.page)}
        ahead += sorted(links - seen - ENDS)
        seen |= links
    return largest


def _make_room(settings: Settings, members: int, days: int) -> tuple[float, float]:
    """Put the room where the house looks for it; return how long it takes to read its texts once, and to ask what waits.

    Both bare: the same rows are read by the same queries, and nothing is made of them.
    """
    village = Village.made(SEED, members=members, days=days, roles=ROLES)
    shelf = Shelf(settings.shelf, verify, SystemClock().hour)
    shelf.found(village.network, write_public(village.circles[who.NETWORK].key))
    shelf.close()
    folder = Gate(settings, "").folder(ROOM)
    node = village.reader(folder, spoken.normal(PHRASE))
    life = lived(village, node, days)
    if life.refused.total() > life.said // 100:
        raise ArithmeticError(f"the rules refused what was said: {life.refused.most_common(3)}")
    room.save(node, folder)
    asked = _Asked(node.db)
    for area in node.areas.areas:
        for ask in (area.urgent, area.waiting, area.mine):
            if ask is not None:
                ask(cast("Connection", asked), node.by())
    return min(_read_once(node) for _ in range(3)), min(asked.again() for _ in range(5))


class _Asked:
    """A view that remembers what it was asked."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._said: list[tuple[str, Sequence[Any]]] = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        self._said.append((sql, values))
        return self._db.execute(sql, values)

    def again(self) -> float:
        began = time.perf_counter()
        for sql, values in self._said:
            self._db.execute(sql, values).fetchall()
        return time.perf_counter() - began


def _read_once(node: Node) -> float:
    began = time.perf_counter()
    for area in node.areas.areas:
        for line in area.found:
            text = " || ".join(line.words.split())
            node.db.execute(f"select count(*) from {line.table} where instr({text}, 'zebra')").fetchall()
    return time.perf_counter() - began
