"""Figures of how the network holds: what is counted, and what is never shown."""

from typing import Any

import pytest

from nasij.areas import insight
from nasij.areas.aid import kind_id
from nasij.areas.insight import FEW, HIDDEN, Kind
from nasij.gate import all_areas
from nasij.ids import new_id
from nasij.kit.rows import insert
from tests.tabletop import TableTop

FOOD, SHELTER, LEGAL = kind_id("food"), kind_id("shelter"), kind_id("legal")


class Table(TableTop):
    """All areas, twelve trusted members, on the first day after three closed months."""

    def __init__(self) -> None:
        super().__init__(*all_areas().areas)
        self.people = [self.member() for _ in range(12)]
        self.forward(days=insight.MONTH - self.day % insight.MONTH)

    def asked(self, kind: str, *reasons: str, ago: int = 10) -> list[str]:
        needs = []
        for reason in reasons:
            need, state = new_id(), "closed" if reason else "open"
            row: dict[str, Any] = {"need": need, "kind": kind, "state": state, "reason": reason, "scope": "network"}
            days = {"asked_on": self.day - ago, "moved_on": self.day, "closed_on": self.day if reason else 0}
            insert(self.db, "need", row | days | {"audience": "network"})
            needs.append(need)
        return needs

    def helped(self, need: str, helper: str, after: int = 2, ago: int = 10) -> None:
        begun = self.day - ago + after
        row = {"commitment": new_id(), "need": need, "helper": helper, "state": "done", "audience": "network"}
        insert(self.db, "commitment", row | {"offered_on": begun, "closed_on": begun + 3})

    def seen(self) -> dict[str, Any]:
        return self.page("/figures", self.people[0])

    def figure(self, part: str, words: str) -> int:
        (found,) = [one.number for one in self.seen()[part] if words in one.words]
        return int(found)


@pytest.fixture
def top() -> Table:
    """A network of twelve."""
    return Table()


def test_needs_are_counted_by_kind_and_reached_where_both_sides_are_five(top: Table) -> None:
    top.asked(FOOD, *["met"] * 6, *["not_now"] * 5)
    top.asked(SHELTER, *["met"] * 6, *["not_now"] * 4)
    assert [one for one, _ in top.seen()["kinds"]] == [Kind(FOOD, 11, 6), Kind(SHELTER, 10, HIDDEN)]


def test_no_kind_under_five_is_shown_nor_what_would_give_it_away(top: Table) -> None:
    top.asked(FOOD, *["met"] * 9)
    top.asked(SHELTER, *["met"] * 5)
    top.asked(LEGAL, "met")
    shown = [one for one, _ in top.seen()["kinds"]]
    assert shown == [Kind(FOOD, 9, 9), Kind("rest", 6, 6)], "one alone is joined with the next"
    lone = Table()
    lone.asked(LEGAL, *["met"] * 4)
    assert lone.seen()["kinds"] == []


def test_only_closed_months_count_so_that_two_looks_in_one_say_the_same(top: Table) -> None:
    before = top.seen()
    top.asked(FOOD, *["met"] * 8, ago=-1)
    top.asked(FOOD, *["met"] * 8, ago=0)
    top.asked(FOOD, *["met"] * 8, ago=insight.MONTH * insight.MONTHS + 1)
    top.forward(days=insight.MONTH - 1)
    assert top.seen()["kinds"] == before["kinds"] == []
    assert (before["start"], before["end"]) == (top.seen()["start"], top.seen()["end"])
    top.forward(days=1)
    assert [one.asked for one, _ in top.seen()["kinds"]] == [16]


def test_how_long_it_takes_is_the_middle_of_five_at_least(top: Table) -> None:
    needs = top.asked(FOOD, *["met"] * 5)
    for number, need in enumerate(needs[:4]):
        top.helped(need, top.people[number], after=number)
    assert top.figure("reaching", "says yes") == HIDDEN
    top.helped(needs[4], top.people[4], after=9)
    assert top.figure("reaching", "says yes") == 2
    assert top.figure("reaching", "help is there") == 5


def test_how_much_hangs_on_few_is_said_without_saying_on_whom(top: Table) -> None:
    needs = top.asked(FOOD, *["met"] * 12)
    for need, helper in zip(needs, top.people, strict=True):
        top.helped(need, helper)
    assert top.figure("carrying", "half of all") == 6
    for need in needs:
        top.helped(need, top.people[0])
    assert top.figure("carrying", "half of all") == FEW
    text = repr(top.seen())
    assert not any(member in text for member in top.people)


def test_few_who_rest_are_not_shown_nor_is_the_rest_of_the_members(top: Table) -> None:
    assert top.figure("carrying", "do not rest") == 12
    for number, member in enumerate(top.people[1:6], start=1):
        top.db.execute("update member set standing = 'resting' where member = ?", (member,))
        shown = (top.figure("carrying", "members who rest"), top.figure("carrying", "do not rest"))
        assert shown == ((5, 7) if number == 5 else (HIDDEN, HIDDEN))


def test_what_hangs_on_one_person_and_what_is_left_lying_is_said(top: Table) -> None:
    assert top.seen()["lone"] == ["members", "cases", "fund", "machines"]
    for _ in range(2):
        top.member("trusted", "fund")
    assert "fund" not in top.seen()["lone"]
    assert top.figure("holding", "on call") == insight.AHEAD
    for number in range(6):
        row = {"provider": new_id(), "name": "x", "state": "old", "audience": "trusted"}
        insert(top.db, "provider", row)
        assert top.figure("holding", "Services") == (number + 1 if number >= 4 else FEW)


def test_newcomers_do_not_see_it(top: Table) -> None:
    with pytest.raises(AssertionError):
        top.page("/figures", top.member("new"))
