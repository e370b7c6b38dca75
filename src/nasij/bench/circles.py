"""What keys cost: moving those of a circle on, for ten, a hundred and a thousand people, and counting what a device shows.

Moving on is measured beside as many bare HPKE seals of the same bytes, one a person, which nobody can do without; the report
beside reading the same rows of the view and doing nothing with them.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nasij import exposure
from nasij.bench.network import Village
from nasij.encoding import encode
from nasij.ids import new_id
from nasij.node.fold import fold_line
from nasij.node.node import Node
from nasij.node.view import all_tables
from nasij.seal import circle, identity
from nasij.seal.circle import Fresh
from nasij.seal.primitives import random_key

SIZES = (10, 100, 1_000)
MEMBERS = 1_000
FACTS = 5_000
ROUNDS = 3
SEED = 7
BOUND = bytes(64)
Figures = dict[str, dict[str, Any]]


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure_circles(folder: Path, found: Figures, figure: Callable[..., dict[str, Any]], scale: float = 1.0) -> None:
    """Measure both; `scale` shrinks the network, and leaves the circles as they are."""
    public = {new_id(): identity.wrap_public(random_key()) for _ in range(max(SIZES))}
    for size in SIZES:
        moving_on(size, dict(list(public.items())[:size]), found, figure)
    village = Village.made(SEED, max(10, int(MEMBERS * scale))).write(max(200, int(FACTS * scale)))
    node = village.reader(folder / "exposure", os.urandom(16))
    node.settle()
    fold_line(node, village.records)
    report(node, found, figure)


def moving_on(size: int, public: dict[str, bytes], found: Figures, figure: Callable[..., dict[str, Any]]) -> None:
    """Give a circle a new key: sealed for each of its people, in one grant."""
    fresh = Fresh("role/cases", 2, random_key(), tuple(sorted(public)))
    inside = encode([[fresh.audience, fresh.epoch, fresh.key]])

    def bare() -> None:
        for wrap_key in public.values():
            identity.wrap(inside, wrap_key, BOUND)

    def whole() -> None:
        circle.grant([fresh], public, BOUND)

    bare()  # each public key is taken apart once and kept
    bounds, values = zip(*[(timed(bare), timed(whole)) for _ in range(ROUNDS)], strict=True)
    found[f"rekey_{size}"] = figure(1000 * min(values), "ms", 1000 * min(bounds), 1.5)


def report(node: Node, found: Figures, figure: Callable[..., dict[str, Any]]) -> None:
    """Count what the device of a coordinator shows."""

    def bare() -> int:
        tables = all_tables(node.areas)
        return sum(len(node.db.execute(f"select * from {table.name}").fetchall()) for table in tables)

    bounds, values = zip(
        *[(timed(bare), timed(lambda: exposure.of_this_room(node))) for _ in range(ROUNDS)], strict=True
    )
    found["exposure_report"] = figure(1000 * min(values), "ms", 1000 * min(bounds))
