"""What somebody said and what counts for nobody: they are told, with their own words, until they let go of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nasij.areas import people
from nasij.areas.people import NetworkNamed
from nasij.clock import HandClock
from nasij.errors import Refused
from nasij.node.kernel import HeadSeen
from nasij.node.node import Told
from nasij.node.record import state
from tests.table_room import TableRoom
from tests.tabletop import TableTop
from tests.village import Village, cheap_words

AHEAD = 7 * 24
SENTENCE = "The clock of the machine that wrote this runs far ahead."


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.found("huda")
    yield village


def test_what_is_written_while_the_clock_is_a_week_ahead_waits_and_goes_out_once_it_is_right(village: Village) -> None:
    huda = village["huda"]
    right, huda.node.clock = huda.node.clock, HandClock(village.clock.hour() + AHEAD)
    state(huda.node, [NetworkNamed("Walnut")])
    for _ in range(2):
        with pytest.raises(Refused) as problem:
            huda.look()
    assert "days ahead" in problem.value.sentence
    assert "time zone" in problem.value.sentence
    assert len(huda.node.outbox.items) == 1
    assert huda.way.calls.count("put_box") == 2, "the hub is asked once in a while: at the founding, and now"
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


def test_whoever_said_what_counts_for_nobody_is_told_so(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub named a wrong hour before."""
    huda = village["huda"]
    huda.node.clock = HandClock(village.clock.hour() + AHEAD)
    monkeypatch.setattr(huda.desk, "asks_hour", lambda: False)
    state(huda.node, [NetworkNamed("Walnut"), HeadSeen(huda.node.place, bytes(32))])
    village.settle()
    assert huda.aside() == [SENTENCE, SENTENCE]
    [told] = huda.node.told
    assert (told.sentence, told.fact) == (SENTENCE, NetworkNamed("Walnut"))
    assert "time zone" in told.advice
    huda.close()
    huda.open()
    assert [told.sentence for told in huda.node.told] == [SENTENCE], "a room that was closed in between says it too"


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
