"""Measure, each figure beside its physical bound in the same run: trust the ratios, not the figures.

`run` returns name to {value, unit, bound, ratio, aim, met}. `ratio` is value over bound, so that less is better for times and
sizes and more is better for rates; `aim` is the ratio (or the value, where the bound is only shown) to reach. A figure that
is there to be looked at has no aim.
"""

import os
import shutil
import sqlite3
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nasij.bench.appends import measure_appends
from nasij.bench.circles import measure_circles
from nasij.bench.folding import beside_signatures, timed
from nasij.bench.freezing import measure_freezing
from nasij.bench.money import measure_books, measure_requests
from nasij.bench.network import Village
from nasij.bench.pages import measure_pages, pss_and_private
from nasij.bench.years import measure_years
from nasij.clock import SystemClock
from nasij.gate import all_areas
from nasij.node import room
from nasij.node.node import Node

FACTS = 100_000
BOOKS_LINES = 100_000
REQUESTS = 10_000
SEED = 7
PASSPHRASE = b"bench"
Figures = dict[str, dict[str, Any]]


def figure(
    value: float, unit: str, bound: float, aim: float | None = None, *, more: bool = False, ratio: float | None = None
) -> dict[str, Any]:
    """Return one row; `more` says that more is better. The aim is compared with the ratio."""
    ratio = (value / bound if bound else 0.0) if ratio is None else ratio
    met = None if aim is None else ratio >= aim if more else ratio <= aim
    return {
        "value": round(value, 4),
        "unit": unit,
        "bound": round(bound, 4),
        "ratio": round(ratio, 4),
        "aim": aim,
        "met": met,
    }


def cold_fold(folder: Path, facts: int, found: Figures) -> Node:
    """Fold a network of so many facts from nothing, against checking its signatures and doing nothing else, on one core.

    The fold uses all of them: what checking on all cores alone would take is shown beside it.
    """
    village = Village.made(SEED).write(facts)
    node = village.reader(folder / "room", PASSPHRASE)
    fold = beside_signatures(node, village)
    found["cold_fold"] = figure(fold.took, "s", fold.one_core, 1.3)
    found["cold_fold_all_cores"] = figure(fold.took, "s", fold.all_cores)
    found["cold_fold_per_fact"] = figure(
        1e6 * fold.took / len(village.records), "us", 1e6 * fold.one_core / fold.signatures
    )
    return node


def snapshot(folder: Path, node: Node, found: Figures) -> None:
    """Open the snapshot of that network, against reading, deciphering and deserialising the same bytes."""
    from nasij.seal import labels
    from nasij.seal.primitives import open_large

    room.save(node, folder / "room")
    path = folder / "room" / room.SNAPSHOT
    key, bound_to = node.vault.key, node.me.encode()

    def bare() -> None:
        plain = memoryview(open_large(key, labels.SNAPSHOT, path.read_bytes(), bound_to))
        size = int.from_bytes(plain[:4], "big")
        sqlite3.connect(":memory:").deserialize(plain[4 + size :])

    def whole() -> None:
        again = Node(node.areas, node.vault, node.outbox, node.clock)
        room.load_snapshot(again, path.read_bytes())

    bare()
    bounds, values = zip(*[(timed(bare), timed(whole)) for _ in range(5)], strict=True)
    found["snapshot_open"] = figure(min(values), "s", min(bounds), 2.0)


def memory_of_room(folder: Path, found: Figures) -> None:
    """Open that room in a process of its own, against the same process without it and the bytes of its snapshot."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        before, after = pool.submit(_opened_room, folder / "room").result()
    size = (folder / "room" / room.SNAPSHOT).stat().st_size / 2**20
    found["memory_room_of_that_network"] = figure(after, "MB", before + size)


def _opened_room(folder: Path) -> tuple[float, float]:
    areas = all_areas()
    before = pss_and_private(os.getpid())[1]
    node = room.open_room(folder, areas, SystemClock(), PASSPHRASE)
    after = pss_and_private(os.getpid())[1]
    assert node.place
    return before, after


def run(scale: float = 1.0) -> Figures:
    """Measure everything; `scale` shrinks the network, for tests."""
    found: Figures = {}
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        measure_appends(folder, found, figure, many=max(4, int(40 * scale)))
        measure_pages(folder, found, figure, needs=max(20, int(500 * scale)))
        measure_freezing(folder, found, figure, rounds=max(1, int(3 * scale)))
        node = cold_fold(folder, max(2_000, int(FACTS * scale)), found)
        snapshot(folder, node, found)
        memory_of_room(folder, found)
        measure_books(folder, found, figure, max(500, int(BOOKS_LINES * scale)))
        measure_requests(folder, found, figure, max(60, int(REQUESTS * scale)))
        measure_circles(folder, found, figure, scale)
        measure_years(folder, found, figure, scale)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found
