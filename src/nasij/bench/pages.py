"""Pages over real HTTP on loopback, through a house in a process of its own; sizes, times and memory."""

import http.client
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PHRASE = "orange window coffee bridge lantern garden"
LOOKS = 300
HOME_MS = 5.0


class Visitor:
    """Somebody who opens pages of a house; one connection for each, as the house wants it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self.page = ""
        self.bytes = 0

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> None:
        """Send one request and follow where it leads."""
        host = f"127.0.0.1:{self._port}"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Host": host, "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
        body = urllib.parse.urlencode(fields or {}) if method == "POST" else None
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, kept = value.split(";")[0].split("=", 1)
                self._cookies[key] = kept
        if answer.status == 303:
            self.send("GET", (answer.getheader("location") or "/").split("#")[0])
            return
        self.page, self.bytes = raw.decode(), len(raw)

    def fill(self, path: str, fields: dict[str, str]) -> None:
        """Open a form and send it."""
        self.send("GET", path)
        self.post(path, fields)

    def post(self, path: str, fields: dict[str, str]) -> None:
        """Send a form from the page that is open."""
        for name in ("_token", "_once"):
            found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
            if found:
                fields = {**fields, name: found[1]}
        self.send("POST", path, fields)


def pss_and_private(pid: int) -> tuple[float, float]:
    """Return a process's share of memory, and what is its own alone, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = {name: int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
    return kib["Pss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024


def _children(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return {int(line) for line in found.split()}


def _everybody(pid: int) -> set[int]:
    direct = _children(pid)
    return direct | {inner for child in direct for inner in _children(child)}


@contextmanager
def a_house(home: Path) -> Iterator[tuple[int, int]]:
    """Give the port and the process of a house of its own."""
    environment = {**os.environ, "NASIJ_HOME": str(home), "NASIJ_ARGON_COST": "0"}
    command = [sys.executable, "-m", "nasij", "up", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as house:
        assert house.stdout is not None
        port = int(house.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        try:
            yield port, house.pid
        finally:
            house.terminate()


def measure_pages(folder: Path, found: dict[str, Any], figure: Callable[..., dict[str, Any]], needs: int) -> None:
    """Measure a house with rooms, pages and their sizes."""
    with a_house(folder / "home") as (port, house):
        _measure(port, house, found, figure, needs)


def _measure(port: int, house: int, found: dict[str, Any], figure: Callable[..., dict[str, Any]], needs: int) -> None:
    visitor = Visitor(port)
    visitor.send("GET", "/")
    found["first_page_bytes"] = figure(visitor.bytes, "B", 14_000, 1.0)
    found["first_page_requests"] = figure(requests_of(visitor.page), "", 1, 1.0)
    without = _everybody(house)
    found_network(visitor, "one")
    first = _everybody(house) - without
    found_network(Visitor(port), "two")
    second = _everybody(house) - without - first
    share, own = pss_and_private(max(second))
    found["memory_one_more_room"] = figure(own, "MB", 25.0, 1.0)
    found["memory_one_more_room_share"] = figure(share, "MB", own)
    found["memory_house"] = figure(pss_and_private(house)[0], "MB", pss_and_private(max(without))[0])
    for n in range(needs):
        _ask(visitor, n)
    time.sleep(1)
    # The bound of a page is a constant page through the same door of the same room: no query, next to nothing to render.
    bound = times(visitor, "/compare")
    for name, path in (("home", "/"), ("needs", "/aid")):
        took = times(visitor, path)
        found[f"{name}_p50"] = figure(1e3 * statistics.median(took), "ms", 1e3 * statistics.median(bound))
        found[f"{name}_p99"] = figure(1e3 * high(took), "ms", 1e3 * high(bound))
        found[f"{name}_per_second"] = figure(len(took) / sum(took), "1/s", len(bound) / sum(bound))
        found[f"{name}_bytes"] = figure(visitor.bytes, "B", 30_000, 1.0)
        found[f"{name}_requests"] = figure(requests_of(visitor.page), "", 2, 1.0)
    found["home_p50"] |= {"aim": HOME_MS, "met": found["home_p50"]["value"] < HOME_MS}


def requests_of(page: str) -> int:
    """Return how many requests a browser makes for a page: one, and one for whatever it loads besides."""
    tags = re.findall(r"<(?:img|link|script|iframe|object|source|audio|video)\b[^>]*>|@import[^;]*|url\([^)]*", page)
    return 1 + sum("data:" not in tag for tag in tags)


def high(took: list[float]) -> float:
    """Return what one look in a hundred takes."""
    return sorted(took)[-max(1, len(took) // 100)]


def times(visitor: Visitor, path: str) -> list[float]:
    """Return how long each of many looks at a page takes."""
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        visitor.send("GET", path)
        took.append(time.perf_counter() - began)
    return took


def found_network(visitor: Visitor, name: str) -> None:
    """Let somebody found a network, in a room of this name."""
    given = {"network": f"Network {name}", "alias": "Huda", "room": name, "passphrase": PHRASE, "again": PHRASE}
    visitor.fill("/found", given)


def _ask(visitor: Visitor, n: int) -> None:
    visitor.send("GET", "/aid/ask")
    kind = re.findall(r'<option value="(\w{16})"', visitor.page)[n % 10]
    urgency = ("now", "days", "weeks", "open")[n % 4]
    visitor.fill("/aid/ask", {"kind": kind, "what": f"Need {n}", "urgency": urgency, "scope": "trusted", "people": "1"})
