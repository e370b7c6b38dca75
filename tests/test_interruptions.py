"""What may happen at any moment: a process is killed, the disk is full. Nothing that was acknowledged is lost, nothing crashes."""

import contextlib
import os
import re
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nasij.errors import DiskFull
from nasij.settings import Settings
from tests.marks import began, family
from tests.walker import House, Walker

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path / "home") as house:
        yield house


def ask(walker: Walker, what: str) -> None:
    walker.get("/aid/ask")
    kind = (re.findall(r'<option value="?(\w{16})"?', walker.page) or re.findall(r'value="?(\w{16})"?', walker.page))[0]
    walker.post("/aid/ask", kind=kind, what=what, urgency="days", scope="network", people="1")


def children_of(pid: int) -> dict[int, list[int]]:
    """Return each process below one and what it began itself, in that order."""
    found: dict[int, list[int]] = {}
    for each in sorted(family(pid), key=began):
        parent = int(Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()[1])
        found.setdefault(parent, []).append(each)
        found.setdefault(each, [])
    return found


def limit(house: House, size: int) -> None:
    """Let no process of this house write beyond `size` bytes of any file: what a full disk does to them."""
    for pid in family(house.process.pid):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_gives_a_sentence_and_keeps_the_words_on_the_page(house: House) -> None:
    huda = Walker(house)
    huda.found()
    ask(huda, "before it was full")
    limit(house, 0)
    ask(huda, "while it is full")
    assert huda.status == 422
    assert "no space left" in huda.text()
    assert "while it is full" in huda.page
    assert "before it was full" in huda.get("/aid"), "the room goes on"
    limit(house, resource.RLIM_INFINITY)
    ask(huda, "after it was full")
    assert huda.status == 200
    huda.until("/aid", "after it was full")
    assert "while it is full" not in huda.page, "what was refused was not half taken"


@contextlib.contextmanager
def nothing_can_be_written() -> Iterator[None]:
    """Let neither this process nor what it begins write to any file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_house_begins_with_a_full_disk_and_what_is_there_can_be_read(house: House) -> None:
    huda = Walker(house)
    huda.found()
    ask(huda, "before it was full")
    house.stop()
    with nothing_can_be_written():
        full = House(house.home)
    with full:
        huda = Walker(full)
        huda.open("kitchen")
        assert "before it was full" in huda.get("/aid")
        ask(huda, "while it is full")
        assert "no space left" in huda.text()


def test_a_disk_that_was_full_when_the_house_was_new_does_not_shut_it_for_ever(tmp_path: Path) -> None:
    """The salt for the names of rooms would lie there, empty."""
    settings = Settings(tmp_path)
    with nothing_can_be_written(), pytest.raises(DiskFull):
        settings.salt()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "salt").touch()
    made = settings.salt()
    assert len(made) == 16
    assert settings.salt() == made
    assert [each.name for each in tmp_path.iterdir()] == ["salt"]


def test_a_hub_whose_disk_is_full_means_waiting(house: House) -> None:
    huda = Walker(house)
    huda.found()
    huda.until("/", lambda: "saved here" not in huda.text())
    keeper = children_of(house.process.pid)[house.process.pid][0]
    (hub,) = children_of(house.process.pid)[keeper]
    resource.prlimit(hub, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    ask(huda, "said to a full hub")
    assert huda.status == 200
    huda.until("/", "saved here")
    resource.prlimit(hub, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    huda.until("/", lambda: "saved here" not in huda.text())


def test_a_hub_that_dies_is_begun_anew_and_what_waited_arrives(house: House) -> None:
    huda = Walker(house)
    huda.found()
    keeper = children_of(house.process.pid)[house.process.pid][0]
    (hub,) = children_of(house.process.pid)[keeper]
    os.kill(hub, signal.SIGKILL)
    ask(huda, "said while the hub was dead")
    assert huda.status == 200
    huda.until("/", lambda: "saved here" not in huda.text())
    assert hub not in family(house.process.pid)
    assert "said while the hub was dead" in huda.get("/aid")


def test_a_room_that_is_killed_loses_nothing_that_was_acknowledged(house: House) -> None:
    """Killed right after each answer, at whatever the room was doing; the house lives on."""
    huda = Walker(house)
    huda.found()
    said = []
    for number in range(6):
        ask(huda, f"said before blow {number}")
        assert huda.status == 200
        said.append(f"said before blow {number}")
        time.sleep(0.004 * number**3)  # not to wait for anything: to strike at different moments
        for pid in rooms_of(house):
            os.kill(pid, signal.SIGKILL)
        reload_until_closed(huda)
        huda.open("kitchen")
        page = huda.get("/aid")
        assert all(words in page for words in said), number
    huda.until("/", lambda: "saved here" not in huda.text())


def rooms_of(house: House) -> set[int]:
    """Return the processes of open rooms: what the nursery began."""
    children = children_of(house.process.pid)
    nursery = children[house.process.pid][-1]
    return set(children[nursery])


def reload_until_closed(walker: Walker) -> None:
    """Open the first page until it offers the door; one request may go down with the room, as a browser would show."""
    for _ in range(100):
        try:
            if "Open my room" in walker.get("/"):
                return
        except ConnectionError:
            continue
        time.sleep(0.05)
    raise AssertionError(walker.text())
