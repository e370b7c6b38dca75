"""What somebody said and what counts for nobody: they are told, with their own words, until they let go of it."""

import asyncio
import time
from pathlib import Path

import pytest

from nasij.areas import people
from nasij.areas.aid import kind_id
from nasij.areas.people import NetworkNamed
from nasij.clock import HandClock
from nasij.errors import Refused
from nasij.gate import kit_words
from nasij.node.kernel import CircleRenewed, HeadSeen
from nasij.node.node import Told
from nasij.node.record import state
from nasij.resident import Resident
from tests.table_room import TableRoom
from tests.tabletop import TableTop
from tests.village import Village, cheap_words

AHEAD = 7 * 24
SENTENCE = "The clock of the machine that wrote this runs far ahead."


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    (made := Village(tmp_path)).found("huda")
    return made


def test_what_is_written_while_the_clock_is_a_week_ahead_waits_and_goes_out_once_it_is_right(village: Village) -> None:
    huda = village["huda"]
    right, huda.node.clock = huda.node.clock, HandClock(village.clock.hour() + AHEAD)
    state(huda.node, [NetworkNamed("Walnut")])
    asked = huda.way.calls.count("put_box")
    for _ in range(2):
        with pytest.raises(Refused) as problem:
            huda.look()
    assert "days ahead" in problem.value.sentence
    assert "time zone" in problem.value.sentence
    assert len(huda.node.outbox.items) == 1
    assert huda.way.calls.count("put_box") == asked + 1, "the hub is asked once in a while"
    huda.node.clock = right
    village.settle()
    assert huda.row("select value from setting where name = 'network'") == "Walnut"
    assert huda.aside() == []
    assert huda.node.told == []


def test_a_clock_that_is_a_week_ahead_shuts_nobody_out(village: Village) -> None:
    """Its room finds the keys of the network a week old and renews them. Were that set aside by all but taken by the hub,
    nobody could write any more.
    """
    huda, sami = village["huda"], village.come("sami", "huda")
    right, huda.node.clock = huda.node.clock, HandClock(village.clock.hour() + AHEAD + 24)
    huda.housekeeping()
    assert any("renewed" in item.name for item in huda.node.outbox.items)
    with pytest.raises(Refused):
        huda.look()
    sami.housekeeping()
    assert sami.node.outbox.items
    sami.look()
    assert not sami.node.outbox.items
    huda.node.clock = right
    village.settle()
    village.forward(days=9)
    village.check(("huda", "sami"))
    assert huda.aside() == sami.aside() == []


def test_a_hub_that_names_an_hour_years_ahead_makes_nothing_that_waits_impossible(village: Village) -> None:
    huda = village["huda"]
    village.shelf.hours = lambda: village.clock.hour() + 24 * 365 * 10
    state(huda.node, [CircleRenewed("network"), NetworkNamed("Walnut")])
    village.settle()
    assert huda.row("select value from setting where name = 'network'") == "Walnut"
    assert huda.node.hour <= village.clock.hour() + 48
    assert huda.aside() == []
    assert huda.node.told == []


@pytest.mark.slow
@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_hours_off_shuts_nobody_out_when_a_freeze_ends_by_the_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """By such a clock the network's people are others than by the line: keys for them would be set aside, and the hub not told."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    huda, sami, noor = village["huda"], village["sami"], village["noor"]
    noor.asleep = True
    sami.does(f"/trust/freeze/{noor.me}")
    village.settle()
    village.clock.forward(hours=70 if hours > 0 else 73)
    if hours > 0:
        huda.housekeeping()
        village.settle()
    huda.node.clock = HandClock(village.clock.hour() + hours)
    state(huda.node, [NetworkNamed("Walnut")])
    for person in (huda, sami, huda):
        person.does("/aid/ask", kind=kind_id("food"), what="bread", urgency="days", scope="network")
        person.look()
        assert not person.node.outbox.items
    assert huda.standing(noor) == ("suspended" if hours > 0 else "trusted")
    assert huda.aside() == []
    huda.node.clock = village.clock
    noor.asleep = False
    village.forward(days=2)
    village.check(("huda", "sami"))


def test_whoever_said_what_counts_for_nobody_is_told_so(village: Village) -> None:
    """The hub named another hour when it was asked."""
    huda = village["huda"]
    huda.node.clock = HandClock(village.clock.hour() + AHEAD)
    village.shelf.hours = lambda: village.clock.hour() + AHEAD * (huda.way.calls[-1] == "put_box")
    state(huda.node, [NetworkNamed("Walnut"), HeadSeen(huda.node.place, bytes(32))])
    village.settle()
    assert huda.aside() == [SENTENCE, SENTENCE]
    [told] = huda.node.told
    assert (told.sentence, told.fact) == (SENTENCE, NetworkNamed("Walnut"))
    assert "time zone" in told.advice
    huda.close()
    huda.open()
    assert [told.sentence for told in huda.node.told] == [SENTENCE], "a room that was closed in between says it too"


def test_a_backup_is_made_after_the_clock_was_ahead_for_a_while(village: Village) -> None:
    """Its number is the time; a smaller one than the hub has seen would be refused for as long as the clock was ahead."""
    huda = village["huda"]
    village.back_up("huda", version=int(time.time()) + 7 * 24 * 3600)
    state(huda.node, [NetworkNamed("Walnut")])
    village.settle()
    kit = " ".join(kit_words(huda.node.secrets.kit, "en"))
    asyncio.run(Resident.back_up(huda, huda.hub))  # type: ignore[arg-type]
    assert village.recover("huda", kit).row("select value from setting where name = 'network'") == "Walnut"


def test_somebody_else_who_writes_a_members_name_over_something_tells_them_nothing(village: Village) -> None:
    """Whoever holds the network's key can seal what says that it is by somebody else; only the signature is missing."""
    huda, sami = village["huda"], village.come("sami", "huda")
    me, sami.node.secrets.member = sami.node.secrets.member, huda.me
    state(sami.node, [NetworkNamed("Elsewhere")])
    village.settle()
    sami.node.secrets.member = me
    assert huda.aside()
    assert huda.node.told == []


@pytest.mark.parametrize(("language", "button"), [("en", "I have read this; let it go"), ("ar", "تمّت القراءة")])
def test_the_page_that_home_leads_to_shows_what_came_to_nothing_with_the_words_and_lets_it_go(
    language: str, button: str
) -> None:
    top = TableTop(people.AREA)
    room = TableRoom(top, top.member("trusted"), language)
    assert button not in room.get("/aside")
    room.node.told.append(Told("people.network-named/1", SENTENCE, "", NetworkNamed("Walnut"), ()))
    assert 'href="/aside"' in room.get("/")
    page = room.get("/aside")
    assert button in page
    assert "Walnut" in page
    assert 'action="/told"' in page
