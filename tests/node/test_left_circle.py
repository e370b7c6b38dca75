"""A circle that somebody has left is there still, in other hands: what their room has of it must not begin it a second time."""

from pathlib import Path

import pytest

from nasij.errors import Refused
from nasij.kit import who
from nasij.node import keys
from tests.village import Person, Village, cheap_words


def holds_in_their_view(person: Person, circle: str, *people: Person) -> None:
    """Let a room hold that these people belong to a circle, as its own reckoning may where it has not read the latest."""
    person.node.settle()
    who.hold_exactly(person.node.db, circle, [one.me for one in people])
    person.node.lay_waiting()


def test_who_left_a_circle_cannot_begin_it_again_and_comes_back_with_the_keys_of_those_who_stayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "lina")
    huda, sami, lina = village["huda"], village["sami"], village["lina"]
    kind = huda.row("select kind from kind order by place")
    huda.does(
        "/aid/ask", kind=kind, what="A bed", urgency="open", scope="chosen", chosen=[sami.me, lina.me], people="1"
    )
    village.settle()
    need, circle = huda.row("select need, audience from need")
    for person in (huda, sami, lina):
        holds_in_their_view(person, circle, huda, lina)
    huda.housekeeping()  # a fact that everybody reads: each room sees who is in which circle now
    village.forward(days=1)
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
