"""The hub's durable appends against bare ones: a write at the end of a file and fdatasync, of the same bytes.

Both sides have as many writers, and take turns on the same disk; each figure is the median of the rounds. The aim of 0.8 is
for one writer who waits for each answer: nothing can be shared then. Each append is proven by the write token, as rooms do
it. Of sixteen at once the hub and the file system both let several share one sync; there the bound is the disk's and the
hub's limit is the processors, so that row only shows where it stands.
"""

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from nasij.hub.shelf import Shelf
from nasij.hub.wire import TOKEN_LABEL, append_form, token_form, token_proof
from nasij.seal import labels
from nasij.seal.primitives import derive, public_of, random_key, sign, verify
from nasij.sync.transport import HttpTransport, HubClient

AT_ONCE = 16
ROUNDS = 21  # short ones, so that both sides meet the same weather on a busy machine
ENTRY = 1024
BATCH = 1000
START_SECONDS = 30
_HUB = """
import sys
from pathlib import Path
from nasij.app import run_hub
from nasij.settings import Settings
settings = Settings(Path(sys.argv[1]))
settings.prepare()
run_hub(settings, "unix:" + sys.argv[2])
"""
Work = Callable[[], object]


class _Author:
    """Somebody with a line of their own, whose write token the hub knows: one signature in an epoch, not one an append."""

    def __init__(self, hub: Shelf | HubClient) -> None:
        self._hub = hub
        self._network = os.urandom(16)
        self._seed = random_key()
        self._place = 0
        hub.found(self._network, public_of(self._seed))
        self._token = derive(self._seed, labels.WRITE_TOKEN)
        if isinstance(hub, Shelf):
            hub.tell_token(
                self._network, self._token, sign(self._seed, TOKEN_LABEL, token_form(self._network, self._token))
            )

    def appends(self, entries: list[bytes], many: int) -> list[Work]:
        """Return so many appends of the same entries, each to be called once and in order.

        To a shelf, proofs are made before the clock runs: they are the author's work. A client makes them itself.
        """
        works: list[Work] = []
        for _ in range(many):
            proof = self._seed
            if isinstance(self._hub, Shelf):
                proof = token_proof(self._token, append_form(self._network, self._place, entries, b""))
            works.append(partial(self._hub.append, self._network, self._place, entries, proof))
            self._place += len(entries)
        return works


def _at_once(works: Sequence[Sequence[Work]]) -> tuple[float, list[float]]:
    """Work through each list in a thread; returns how many are done in a second, and how long each took."""
    start = threading.Barrier(len(works) + 1)
    took: list[float] = []

    def write(mine: Sequence[Work]) -> None:
        start.wait()
        for work in mine:
            began = time.perf_counter()
            work()
            took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in works]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(map(len, works)) / (time.perf_counter() - began), took


@contextmanager
def _bare(path: Path, piece: bytes, writers: int, many: int, room: int = 0) -> Iterator[list[list[Work]]]:
    """Give bare appends of `piece` to one file; with `room`, the file has that size already and is overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | (0 if room else os.O_APPEND), 0o600)
    if room:
        os.pwrite(descriptor, bytes(room), 0)
        os.fsync(descriptor)

    def work() -> None:
        os.write(descriptor, piece)
        os.fdatasync(descriptor)

    try:
        yield [[work] * many for _ in range(writers)]
    finally:
        os.close(descriptor)


def _compare(
    path: Path, authors: Sequence[_Author], entries: list[bytes], many: int
) -> tuple[list[tuple[float, float]], list[float], list[float]]:
    """Return both rates of each round, and both sides' times, the hub's first."""
    rates, ours, theirs = [], [], []
    for _ in range(ROUNDS):
        hub, took = _at_once([author.appends(entries, many) for author in authors])
        ours += took
        with _bare(path, b"".join(entries), len(authors), many) as works:
            bare, took = _at_once(works)
        theirs += took
        rates.append((hub, bare))
    return rates, ours, theirs


def _rate(figure: Callable[..., Any], rates: list[tuple[float, float]], aim: float | None, of: int = 1) -> Any:
    hub, bare = (statistics.median(side) for side in zip(*rates, strict=True))
    return figure(of * hub, "1/s", of * bare, aim, more=True, ratio=statistics.median(h / b for h, b in rates))


def measure_appends(folder: Path, found: dict[str, Any], figure: Callable[..., Any], many: int) -> None:
    """Measure a shelf in this process with `many` appends a round, then a hub of its own over real connections."""
    shelf = Shelf(folder / "shelf.db", verify, lambda: 500_000)
    authors = [_Author(shelf) for _ in range(AT_ONCE)]
    entry, raw = os.urandom(ENTRY), folder / "raw"
    rates, _, _ = _compare(raw, authors[:1], [entry], many)
    found["hub_append"] = _rate(figure, rates, 0.8)
    rates, _, _ = _compare(raw, authors, [entry], max(1, many // 4))
    found["hub_append_16_at_once"] = _rate(figure, rates, None)
    batch = [os.urandom(ENTRY) for _ in range(BATCH)]
    rates, _, _ = _compare(raw, authors[:1], batch, 2)
    row = found["hub_append_batches"] = _rate(figure, rates, 100_000, of=BATCH)
    row["met"] = row["value"] >= row["aim"]
    shelf.close()
    _overwriting(raw, found, figure, entry, many)
    _over_sockets(folder, found, figure, entry, many)


def _overwriting(raw: Path, found: dict[str, Any], figure: Callable[..., Any], entry: bytes, many: int) -> None:
    """Show what it is worth that the hub's log does not grow."""
    rates = []
    for _ in range(ROUNDS):
        with _bare(raw, entry, 1, many, room=many * len(entry)) as over, _bare(raw, entry, 1, many) as end:
            rates.append((_at_once(over)[0], _at_once(end)[0]))
    found["bare_overwrite"] = _rate(figure, rates, None)


def _over_sockets(folder: Path, found: dict[str, Any], figure: Callable[..., Any], entry: bytes, many: int) -> None:
    """Show how long somebody waits for an append over HTTP, alone and among sixteen."""
    for count in (1, AT_ONCE):
        with _a_hub(folder / f"hub-{count}") as address:
            authors = [_Author(HubClient(HttpTransport(address))) for _ in range(count)]
            _, ours, theirs = _compare(folder / "raw", authors, [entry], max(2, many // 4))
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            value, bound = (1e3 * sorted(side)[int(share * len(side))] for side in (ours, theirs))
            found[f"hub_append_http_{count}_{name}"] = figure(value, "ms", bound)


@contextmanager
def _a_hub(home: Path) -> Iterator[str]:
    """Give the address of a hub in a process of its own."""
    home.mkdir()
    address = f"unix:{home}/socket"
    process = subprocess.Popen([sys.executable, "-c", _HUB, str(home), f"{home}/socket"])
    try:
        end = time.monotonic() + START_SECONDS
        with socket.socket(socket.AF_UNIX) as probe:
            while probe.connect_ex(f"{home}/socket") and time.monotonic() < end:
                time.sleep(0.02)
        yield address
    finally:
        process.terminate()
        process.wait()
