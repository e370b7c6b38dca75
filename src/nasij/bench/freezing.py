"""From the press on "freeze" to the end of the last session, in the same house and in a second one, over real sockets.

The same room is open in two houses. The bound is how long an ordinary fact takes from the press in the one to a page of the
other: a freeze has to go the same way, and then two processes have to end.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from nasij.bench.pages import PHRASE, Visitor, found_network

WAIT_SECONDS = 60.0  # what abuse case A1 allows from the press to the end of all sessions
LOOK_SECONDS = 0.01


@contextmanager
def house(home: Path, *arguments: str) -> Iterator[int]:
    """Give the port of a house in a process of its own."""
    environment = {**os.environ, "NASIJ_HOME": str(home), "NASIJ_ARGON_COST": "0"}
    command = [sys.executable, "-m", "nasij", "up", "--port", "0", *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        finally:
            process.terminate()


def until(visitor: Visitor, path: str, there: Callable[[str], bool]) -> float:
    """Open a page until it shows something; returns when that was, and raises `TimeoutError` where it never was."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        visitor.send("GET", path)
        if there(visitor.page):
            return time.perf_counter()
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _has_ended(page: str) -> bool:
    return 'href="/found"' in page  # the start page of a house, for whoever has no session


def _let_in(founder: Visitor, newcomer: Visitor) -> None:
    """Bring somebody in, from the invitation to the first page."""
    founder.send("GET", "/invite")
    founder.fill("/invite", {})
    link = re.findall(r"/j/([^<\"]+)<", founder.page)[0].strip()
    words = re.findall(r'<p class="words"[^>]*>([^<]+)</p>', founder.page)[0]
    room = {"room": "balcony", "passphrase": PHRASE, "again": PHRASE, "alias": "Sami"}
    newcomer.send("GET", f"/j/{link}")
    newcomer.post("/join", {**room, "code": link, "words": words, "answers": "hello"})
    until(founder, "/people/joins", lambda page: "/people/join/" in page)
    join = re.findall(r"/people/join/(\w{16})", founder.page)[0]
    founder.fill(f"/people/join/{join}/compare", {})
    founder.fill(f"/people/join/{join}/read", {"advice": "yes", "reason": ""})
    founder.fill(f"/people/join/{join}/accept", {"alias": "Sami", "words": "welcome"})
    until(newcomer, "/", lambda page: 'href="/aid/ask"' in page)


def _round(folder: Path, port: int) -> tuple[float, float, float]:
    """Return seconds: an ordinary fact's way, the end in the same house, the end in the second."""
    with house(folder / "one", "--hub-port", str(port)) as one:
        founder, here = Visitor(one), Visitor(one)
        found_network(founder, "kitchen")
        _let_in(founder, here)
        here.send("GET", "/lock")
        until(here, "/", _has_ended)
        shutil.copytree(folder / "one", folder / "two", ignore=shutil.ignore_patterns("hub*", "*.new"))
        with house(folder / "two", "--hub", f"http://127.0.0.1:{port}") as two:
            there = Visitor(two)
            for visitor in (here, there):
                visitor.fill("/open", {"room": "balcony", "passphrase": PHRASE})
            here.send("GET", "/aid/ask")
            kind = re.findall(r'<option value="(\w{16})"', here.page)[0]
            asked = {"kind": kind, "what": "A ladder", "urgency": "open", "scope": "coordinators", "people": "1"}
            began = time.perf_counter()
            here.post("/aid/ask", asked)
            ordinary = until(there, "/aid/mine", lambda page: asked["what"] in page) - began
            here.send("GET", "/trust/freeze-me")
            began = time.perf_counter()
            here.post("/trust/freeze-me", {})
            second = until(there, "/", _has_ended) - began
            return ordinary, until(here, "/", _has_ended) - began, second


def measure_freezing(folder: Path, found: dict[str, Any], figure: Callable[..., Any], rounds: int) -> None:
    """Measure the end of sessions, the median of some rounds."""
    times = [_round(folder / f"freeze-{n}", _free_port()) for n in range(rounds)]
    bound, same, second = (median(values) for values in zip(*times, strict=True))
    for name, value in (("freeze_ends_session_same_house", same), ("freeze_ends_session_second_house", second)):
        found[name] = figure(value, "s", bound) | {"aim": WAIT_SECONDS, "met": value < WAIT_SECONDS}
