"""The hub's own process, over a real socket: killed at any moment it loses nothing that it acknowledged."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nasij.errors import HeadMoved, HubUnreachable
from nasij.hub.shelf import Shelf
from nasij.line import FIRST_HEAD, next_head
from nasij.sync.transport import HttpTransport, HubClient
from tests.hub.desk import Writer, verify

pytestmark = pytest.mark.slow
START_SECONDS = 20
WRITERS = 8
HUB = """
import sys
from pathlib import Path
from nasij.app import run_hub
from nasij.settings import Settings
settings = Settings(Path(sys.argv[1]))
settings.prepare()
run_hub(settings, f"unix:{sys.argv[1]}/socket")
"""


class Hub:
    """A hub in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.address = f"unix:{home}/socket"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.home / "socket").unlink(missing_ok=True)
        self.process = subprocess.Popen([sys.executable, "-c", HUB, str(self.home)])
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(self.home / "socket")) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the hub does not start")

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def client(self) -> HubClient:
        return HubClient(HttpTransport(self.address, silent=5, longest=10))


@pytest.fixture
def hub(tmp_path: Path):
    made = Hub(tmp_path)
    made.start()
    yield made
    if made.process is not None:
        made.kill()


class Scribe(threading.Thread):
    """Appends to one line as fast as the hub says yes, and remembers what it said yes to."""

    def __init__(self, hub: Hub, network: bytes, seed: int) -> None:
        super().__init__(daemon=True)
        self.hub, self.network = hub, network
        self.rng = random.Random(seed)
        self.taken: list[tuple[int, int, list[bytes]]] = []
        self.place = 0

    def run(self) -> None:
        client, writer = self.hub.client(), Writer()
        try:
            while True:
                entries = [self.rng.randbytes(1024) for _ in range(self.rng.randrange(1, 4))]
                try:
                    place, hour = client.append(self.network, self.place, entries, writer.seed)
                except HeadMoved:
                    self.place = client.read(self.network, self.place, 1).current
                    continue
                self.taken.append((place, hour, entries))
                self.place = place - 1 + len(entries)
        except HubUnreachable:
            return


def acknowledged(scribes: list[Scribe]) -> int:
    return sum(len(scribe.taken) for scribe in scribes)


@pytest.mark.parametrize("shared", [True, False], ids=["one line", "a line each"])
def test_what_was_acknowledged_is_there_after_a_kill(hub: Hub, shared: bool) -> None:
    client, writer = hub.client(), Writer()
    networks = [b"one line for all" if shared else bytes([n]) * 16 for n in range(WRITERS)]
    for network in networks:
        client.found(network, writer.public)
    scribes = [Scribe(hub, network, n) for n, network in enumerate(networks)]
    for scribe in scribes:
        scribe.start()
    end = time.monotonic() + 20
    while acknowledged(scribes) < 120 and time.monotonic() < end:
        time.sleep(0.002)
    hub.kill()
    for scribe in scribes:
        scribe.join(15)
        assert not scribe.is_alive()
    assert acknowledged(scribes) >= 120
    shelf = Shelf(hub.home / "hub" / "shelf.db", verify, lambda: 0)
    for network in set(networks):
        held, line = story(shelf, network)
        assert line == len(held), "nothing is there twice, and no place is empty"
        places: set[int] = set()
        for scribe in scribes:
            for place, hour, entries in scribe.taken if scribe.network == network else []:
                assert held[place - 1 : place - 1 + len(entries)] == [(hour, entry) for entry in entries]
                taken = set(range(place, place + len(entries)))
                assert not taken & places, "two were told that a place is theirs"
                places |= taken
    shelf.close()


def story(shelf: Shelf, network: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Return a whole line, checked against its head, and where it stands."""
    held: list[tuple[int, bytes]] = []
    head = FIRST_HEAD
    while True:
        stretch = shelf.read(network, len(held), 500)
        for _, hour, entry in stretch.records:
            head = next_head(head, hour, entry)
            held.append((hour, entry))
        if not stretch.records:
            assert head == stretch.line.head
            return held, stretch.line.place


def test_mailboxes_and_backups_outlive_kills_and_the_hub_goes_on(hub: Hub) -> None:
    seed, box, network = bytes([3]) * 32, b"box" * 10 + b"xx", b"network16bytes!!"
    client, writer = hub.client(), Writer()
    client.found(network, writer.public)
    for turn in range(3):
        client.put_box(box, b"item %d" % turn, 3)
        client.put_slot(seed, turn + 1, b"backup %d" % turn * 1000)
        entry = bytes([turn]) * 1024
        client.append(network, turn, [entry], writer.seed)
        hub.kill()
        with pytest.raises(HubUnreachable):
            client.read(network, 0, 1)
        hub.start()
        assert client.read_box(box) == [b"item %d" % n for n in range(turn + 1)]
        assert client.get_slot(Writer(3).public) == b"backup %d" % turn * 1000
        assert [r[2][:1] for r in client.read(network, 0, 9).records] == [bytes([n]) for n in range(turn + 1)]
    with pytest.raises(HeadMoved):
        client.put_slot(seed, 1, b"an older one")


def test_a_watch_is_answered_when_somebody_writes(hub: Hub) -> None:
    network, writer = b"network16bytes!!", Writer()
    client = hub.client()
    client.found(network, writer.public)
    heard: list[int] = []
    watcher = threading.Thread(target=lambda: heard.append(hub.client().watch(network, 0, 20)))
    watcher.start()
    time.sleep(0.1)
    began = time.monotonic()
    client.append(network, 0, [bytes(1024)], writer.seed)
    watcher.join(10)
    assert heard == [1]
    assert time.monotonic() - began < 5


def test_a_body_beyond_the_limit_is_not_read_to_its_end(hub: Hub) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(hub.home / "socket"))
        sock.sendall(b"POST /v1/read HTTP/1.1\r\nhost: hub\r\ncontent-length: 1000000000\r\n\r\n")
        sent = 0
        try:
            while sent < 64 << 20:
                sent += sock.send(bytes(65536))
        except OSError:
            pass
        assert sent < 32 << 20, "it was read on and on"


def test_an_answer_says_nothing_about_the_hub(hub: Hub) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(hub.home / "socket"))
        sock.sendall(b"POST /v1/nothing HTTP/1.1\r\nhost: hub\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    head = answer.split(b"\r\n\r\n")[0].lower()
    assert b"\r\nserver:" not in head
    assert b"x-powered-by" not in head
    assert b"set-cookie" not in head
