"""Private circles whose people see them differently: one who has left, two who do not agree."""

from pathlib import Path

import pytest

from nasij.errors import Refused
from nasij.kit import who
from nasij.node import keys
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow


def holds_in_their_view(person: Person, circle: str, *people: Person) -> None:
    """Let a room hold that these people belong to a circle, as its own reckoning may where it has not read the latest."""
    person.node.settle()
    who.hold_exactly(person.node.db, circle, [one.me for one in people])
    person.node.lay_waiting()


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    """Three people and a need that they alone read."""
    cheap_words(monkeypatch)
    found = Village(tmp_path)
    found.gather("huda", "sami", "lina")
    kind = found["huda"].row("select kind from kind order by place")
    chosen = [found["sami"].me, found["lina"].me]
    found["huda"].does("/aid/ask", kind=kind, what="A bed", urgency="open", scope="chosen", chosen=chosen, people="1")
    found.settle()
    return found


def test_who_left_a_circle_cannot_begin_it_again_and_comes_back_with_the_keys_of_those_who_stayed(
    village: Village,
) -> None:
    huda, sami, lina = village["huda"], village["sami"], village["lina"]
    need, circle = huda.row("select need, audience from need")
    for person in (huda, sami, lina):
        holds_in_their_view(person, circle, huda, lina)
    village.forward(days=1)  # with a new day, each room looks in which circles it is
    assert circle not in sami.node.keyring.newest, "the keys are gone from the room of who left"
    epoch = huda.node.keyring.newest[circle].epoch
    assert keys.wrapped(huda.node.db, circle) == (epoch, frozenset({huda.me, lina.me}))

    holds_in_their_view(sami, circle, huda, sami)  # their own room thinks they are back
    with pytest.raises(Refused, match="not one of the people who can read this"):
        sami.does(f"/aid/{need}/seen")
    village.settle()
    assert circle not in sami.node.keyring.newest
    assert huda.aside() == lina.aside() == [], "no room heard of a second circle"

    for person in (huda, lina):
        holds_in_their_view(person, circle, huda, sami, lina)
    village.forward(days=1)
    assert sami.node.keyring.newest[circle].key == huda.node.keyring.newest[circle].key
    assert sami.node.keyring.newest[circle].epoch > epoch
    assert circle not in sami.node.fresh, "with new rows"


def test_rooms_that_see_a_circle_differently_do_not_renew_its_keys_for_ever(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    circle = huda.row("select audience from need")
    holds_in_their_view(huda, circle, huda, sami)
    place = huda.node.place
    village.settle()
    assert place < huda.node.place < place + 30, "each said a few times what it holds to be right"


def test_a_room_that_does_not_read_what_trusted_members_do_puts_nobody_out(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    circle = huda.row("select audience from need")
    holds_in_their_view(sami, circle, sami)
    sami.node.fresh[who.TRUSTED] = huda.me  # rows of the trusted are still on their way to this room
    place = huda.node.place
    village.settle()
    assert huda.node.place == place
