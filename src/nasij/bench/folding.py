"""Fold a line from nothing, and check its signatures and do nothing else: the time of both, in the same run."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from nasij.bench.network import Village
from nasij.log.entry import OpenedFact, open_entry
from nasij.node.fold import fold_line
from nasij.node.node import Node
from nasij.seal.primitives import public_of, verify_form

SAMPLE = 4  # of the signatures, every so many is checked on one core


def timed(work: Callable[[], Any]) -> float:
    """Return how many seconds some work takes."""
    return _both(work)[0]


def _both(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds that pass, and those of this process alone, which no neighbour of a busy machine makes longer."""
    began, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - own


def _verify_many(tasks: list[tuple[bytes, bytes, bytes]]) -> int:
    return sum(verify_form(key, signature, form) for key, signature, form in tasks)


def _signatures(node: Node, village: Village) -> list[tuple[bytes, bytes, bytes]]:
    keys = {p.member: public_of(p.sign_seed) for p in village.people}
    found = []
    for record in village.records:
        opened = open_entry(node.keyring, village.network, record.place, record.entry)
        if isinstance(opened, OpenedFact):
            found.append((keys[opened.said.author], opened.signature, opened.form))
    return found


@dataclass(frozen=True, slots=True)
class Fold:
    """How long a line took to fold, and how long its signatures do on one core and on all, in seconds.

    `own` are the processor's seconds of each part, without the processes that check signatures.
    """

    took: float
    one_core: float
    all_cores: float
    signatures: int
    own: list[float]


def beside_signatures(node: Node, village: Village, parts: int = 1) -> Fold:
    """Fold a village's line, and check its bare signatures: what a fold could reach if rules and views cost nothing."""
    tasks = _signatures(node, village)
    cores = os.cpu_count() or 1
    one_core = timed(lambda: _verify_many(tasks[::SAMPLE])) * len(tasks) / len(tasks[::SAMPLE])
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(_verify_many, [tasks[:10]] * cores))
        shares = [tasks[i::cores] for i in range(cores)]
        all_cores = timed(lambda: list(pool.map(_verify_many, shares)))
    node.settle()
    ends = [len(village.records) * part // parts for part in range(parts + 1)]
    pieces = [village.records[begin:end] for begin, end in pairwise(ends)]
    took = [_both(partial(fold_line, node, piece)) for piece in pieces]
    return Fold(sum(whole for whole, _ in took), one_core, all_cores, len(tasks), [own for _, own in took])
