"""In a real house: the second passphrase at the door, while the room is open elsewhere, and pages without scripts."""

import os
import time
from pathlib import Path

import pytest

from nasij.clock import SystemClock
from nasij.gate import Gate
from nasij.node import room
from nasij.seal import words as spoken
from nasij.settings import Settings
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
