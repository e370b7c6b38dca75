"""In a real house: the second passphrase at the door, while the room is open elsewhere, and pages without scripts."""

import os
import re
import time
from pathlib import Path

import pytest

from nasij.clock import SystemClock
from nasij.gate import Gate
from nasij.node import room
from nasij.sample.village import COORDINATOR, STEWARD, TRUSTED
from nasij.seal import words as spoken
from nasij.settings import Settings
from tests.staged import PASSPHRASE, room_name, stage
from tests.tour import opened
from tests.walker import PHRASE, House, Walker

pytestmark = pytest.mark.slow

SECOND = "velvet harbour nine candle meadow pepper"


def founded(home: Path) -> str:
    """Found a network, and put a second passphrase into its founder's vault; returns the member's id."""
    with House(home) as house:
        huda = Walker(house)
        huda.found("Walnut", "Huda", "kitchen")
        huda.get("/lock")
        time.sleep(0.5)
    gate = Gate(Settings(home, 0), "unix:/nowhere", SystemClock())
    entered = gate.open("kitchen", PHRASE)
    entered.node.vault.set_second(spoken.normal(SECOND))
    room.save_vault(entered.node, entered.folder)
    os.close(entered.claim)
    return entered.node.me


def test_the_second_passphrase_ends_the_room_that_is_open_elsewhere_and_shows_a_room_that_waits(tmp_path: Path) -> None:
    home = tmp_path / "home"
    member = founded(home)
    with House(home) as house:
        huda, officer = Walker(house), Walker(house)
        huda.open("kitchen")
        assert "Member since" in huda.text() + huda.get("/me")
        officer.fill("/open", room="kitchen", passphrase=SECOND)
        assert (officer.status, officer.path) == (200, "/") and "Your knock on the door" in officer.text()
        huda.get("/me")
        assert "Member since" not in huda.text(), "the session of before is dead"
        for path in ("/me", "/people", "/aid", "/friends", "/tidy", "/tidy/second", "/kit", "/who-sees"):
            officer.get(path)
            assert "Huda" not in officer.page and member not in officer.page, path
        officer.get("/lock")
        for passphrase in (PHRASE, SECOND):
            again = Walker(house)
            again.fill("/open", room="kitchen", passphrase=passphrase)
            assert "Your knock on the door" in again.text(), passphrase
            again.get("/lock")
    kept = b"".join(path.read_bytes() for path in (home / "rooms").rglob("*") if path.is_file())
    assert member.encode() not in kept


def test_the_door_answers_the_second_passphrase_as_the_first(tmp_path: Path) -> None:
    """The same redirect, headers and kind of cookie; only where it leads shows another room."""
    home = tmp_path / "home"
    founded(home)
    seen = []
    for passphrase in (PHRASE, SECOND, PHRASE):
        with House(home) as house:
            walker = Walker(house)
            walker.fill("/open", room="kitchen", passphrase=passphrase)
            seen.append((walker.status, walker.path, sorted(name.lower() for name, _ in walker.headers)))
            walker.get("/lock")
    assert seen[0] == seen[1] == seen[2]


def test_without_friends_the_pages_say_what_is_missing_and_lock_nothing_away(tmp_path: Path) -> None:
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found("Walnut", "Huda", "kitchen")
        huda.get("/me")
        assert 'href="/tidy"' in huda.page
        huda.get("/tidy")
        assert "You have not chosen friends" in huda.text() and 'href="/kit"' in huda.page
        huda.post("/tidy", passphrase=PHRASE)
        assert huda.status == 422 and "You have not chosen friends" in huda.text()
        for second in (SECOND, ""):
            huda.get("/tidy/second")
            huda.post("/tidy/second", passphrase=PHRASE, second=second, again=second)
            assert huda.status == 422 and "You have not chosen friends" in huda.text()
        huda.get("/friends/back")
        assert "Nobody asks for a piece" in huda.text()
        huda.get("/friends")
        huda.get("/friends/ask")
        assert huda.status == 200
        huda.post("/friends/ask", needed="2")
        assert huda.status == 422 and "So many friends were not chosen" in huda.text()
        huda.get("/me")
        assert huda.status == 200 and "Member since" in huda.text()


def test_from_choosing_friends_to_everything_given_back(tmp_path: Path) -> None:
    """A whole walk in a group that is in the middle of things, by forms alone: three rooms, and the hub between them."""
    home = tmp_path / "home"
    stage(home)
    with House(home) as house:
        noor, first, second = (
            opened(house, room_name(number), PASSPHRASE, "en") for number in (COORDINATOR, STEWARD, TRUSTED)
        )
        second.get("/friends")
        second.fill(re.search(r"/friends/\w{16}/accept", second.page)[0])
        noor.until("/tidy", lambda: 'action="/tidy/try"' in noor.page, 90)
        noor.post("/tidy/second", passphrase="not this one", second=SECOND, again=SECOND)
        assert noor.status == 422
        noor.fill("/tidy/second", passphrase=PASSPHRASE, second=SECOND, again=SECOND)
        assert (noor.status, noor.path) == (200, "/tidy/second?done")
        noor.fill("/tidy", passphrase="not this one")
        assert noor.status == 422 and 'id="problems"' in noor.page
        noor.fill("/tidy", passphrase=PASSPHRASE)
        assert noor.path == "/" and "Open my room" in noor.text()
        plain = Walker(house)
        plain.fill("/open", room=room_name(COORDINATOR), passphrase=PASSPHRASE)
        assert (plain.status, plain.path) == (200, "/")
        words = re.search(r'<p class="words"[^>]*>([^<]+)</p>', plain.page)[1]
        assert "/aid" not in plain.page
        for friend in (first, second):
            friend.until("/friends/back", words, 90)
            friend.post("/friends/back", piece=re.search(r'name="piece" value="(\w+)"', friend.page)[1], spoken="1")
            assert friend.status == 422
            piece = re.search(r'name="piece" value="(\w+)"', friend.page)[1]
            friend.post("/friends/back", piece=piece, spoken="1", alone="1", words="1")
            assert (friend.status, friend.path) == (200, "/friends/back")
        plain.until("/", lambda: "/found" in plain.page, 60)  # the plain account is over, and the door is there again
        again = Walker(house)
        again.fill("/open", room=room_name(COORDINATOR), passphrase=PASSPHRASE)
        again.get("/aid")
        assert again.status == 200 and re.search(r'href="/aid/\w{16}"', again.page)
