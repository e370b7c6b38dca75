"""Somebody with a taken device turns its clock back, so that what is over may come to life again.

Abuse case A21 of the design's security page, with rooms and a hub of their own. The device has a clock of its own here, apart
from the one that the hub and the others have.
"""

from pathlib import Path

import pytest

from nasij.clock import HandClock
from tests.village import START_HOUR, Person, Village, cheap_words

pytestmark = pytest.mark.slow

WORDS = b"milk for the twins"


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    """Three people, and a need of one of them that was met and closed."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    noor = village["noor"]
    kind = noor.row("select kind from kind where label = 'Food'")
    need = noor.does("/aid/ask", kind=kind, what=WORDS.decode(), urgency="open", scope="trusted")[0].need
    village.settle()
    noor.does(f"/aid/{need}/close", reason="met", words="")
    village.settle()
    return village


def turn_back(person: Person) -> None:
    """Open somebody's room from its disk with a clock that shows the day on which the network began."""
    person.gate.clock = HandClock(START_HOUR)
    person.open()


def bodies(person: Person, last: int) -> int:
    """Return of how many places up to `last` the hub still gives an entry."""
    records = person.hub.read(person.node.secrets.network, 0, 200).records
    return sum(1 for at, _hour, entry in records if at <= last and entry)


def test_what_is_over_is_forgotten_by_the_hours_of_the_line_and_not_by_a_clock_that_was_set_back(
    village: Village,
) -> None:
    """The device held the words when it was closed, and its own clock never comes to the day on which they are over."""
    sami = village["sami"]
    place, before = sami.node.place, set(sami.node.keyring.keys)
    assert bodies(sami, place)
    village.forward(days=170)
    assert WORDS in sami.snapshot_bytes(), "it is not over yet"
    sami.close()
    sami.asleep = True
    village.forward(days=20)
    turn_back(sami)
    assert WORDS in sami.snapshot_bytes(), "it has heard nothing of the days since"
    assert not bodies(sami, place), "the hub goes by its own clock"
    sami.asleep = False
    village.settle()
    assert sami.node.clock.hour() == START_HOUR
    assert WORDS not in sami.snapshot_bytes()
    stays_forgotten(village, sami, before)


def stays_forgotten(village: Village, sami: Person, before: set[tuple[str, int]]) -> None:
    """Close the room, set its clock back once more, and let days be done: nothing of before is there again."""
    hour = sami.node.hour
    sami.close()
    turn_back(sami)
    sami.look()
    sami.housekeeping()
    village.settle()
    assert sami.node.now() >= hour, "the room goes by the hours of the line"
    assert WORDS not in sami.snapshot_bytes()
    gone = {key for key in before if not key[0].startswith("only/")}
    assert gone and not gone & set(sami.node.keyring.keys), "the keys of that time are destroyed"
    village.check()
