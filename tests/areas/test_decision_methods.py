"""Ballots become outcomes by pure functions: what each method promises, for any ballots."""

from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasij.areas.decisions.methods import (
    ANSWERING,
    NO,
    OBJECTION,
    YES,
    Ballot,
    outcome,
    preferences,
    read_ballot,
    settled,
    write_ballot,
)

OPTIONS = st.integers(2, 5)
PERCENT = st.integers(0, 100)
VOTED = ("no_objection", "consensus", "majority", "score", "ranking")


def every_ballot(method: str, options: int) -> list[Ballot]:
    """Return every ballot that a method knows."""
    if method in ANSWERING:
        return [(answer,) for answer in range(-2, 2)]
    if method == "majority":
        return [(place,) for place in range(options + 1)]
    numbers = range(-2, 3) if method == "score" else range(options + 1)
    return list(product(numbers, repeat=options))


@st.composite
def rankings(draw: Any, options: int, most: int = 12) -> list[Ballot]:
    one = st.tuples(*[st.integers(0, options)] * options)
    return list(draw(st.lists(one, max_size=most)))


@st.composite
def votes(draw: Any) -> tuple[str, int, list[Ballot], int]:
    """Return a method, its options, ballots, and how many may vote."""
    method = draw(st.sampled_from(VOTED))
    options = 2 if method in ANSWERING else draw(st.integers(2, 4))
    ballots = draw(st.lists(st.sampled_from(every_ballot(method, options)), max_size=9))
    return method, options, ballots, len(ballots) + draw(st.integers(0, 5))


# --- all of them -------------------------------------------------------------------------------------------------------


@given(votes(), PERCENT, PERCENT, st.integers(-1, 1), st.randoms(use_true_random=False))
def test_the_order_in_which_ballots_came_changes_nothing(
    vote: tuple[str, int, list[Ballot], int], quorum: int, threshold: int, stay: int, random: Any
) -> None:
    method, options, ballots, roll = vote
    mixed = list(ballots)
    random.shuffle(mixed)
    assert outcome(method, mixed, roll, quorum, threshold, options=options, stay=stay) == outcome(
        method, ballots, roll, quorum, threshold, options=options, stay=stay
    )


@given(votes(), PERCENT, PERCENT)
def test_nothing_passes_with_fewer_than_two_who_want_it_or_below_the_quorum(
    vote: tuple[str, int, list[Ballot], int], quorum: int, threshold: int
) -> None:
    method, options, ballots, roll = vote
    found = outcome(method, ballots, roll, quorum, threshold, options=options)
    if 100 * len(ballots) < quorum * roll:
        assert found.state == "no_quorum"
    if found.state == "passed":
        wanting = {
            "score": lambda ballot: ballot[found.winner] > 0,
            "ranking": lambda ballot: ballot[found.winner] > 0,
            "majority": lambda ballot: ballot[0] == found.winner + 1,
        }.get(method, lambda ballot: ballot[0] == YES)
        assert sum(map(wanting, ballots)) >= 2


@given(votes(), PERCENT, PERCENT)
def test_who_stays_away_counts_against(vote: tuple[str, int, list[Ballot], int], quorum: int, threshold: int) -> None:
    """More people on the roll who do not vote never make pass what did not pass before."""
    method, options, ballots, roll = vote
    before = outcome(method, ballots, roll, quorum, threshold, options=options)
    after = outcome(method, ballots, roll + 1, quorum, threshold, options=options)
    assert not (before.state != "passed" and after.state == "passed")


@given(votes(), PERCENT)
def test_the_indifferent_are_taken_out_of_the_share(vote: tuple[str, int, list[Ballot], int], threshold: int) -> None:
    """Somebody indifferent on the roll and in the box is as if they were on no roll, but for the quorum."""
    method, options, ballots, roll = vote
    blank = (0,) if method in ("no_objection", "consensus", "majority") else (0,) * options
    with_blank = outcome(method, [*ballots, blank], roll + 1, 0, threshold, options=options)
    without = outcome(method, ballots, roll, 0, threshold, options=options)
    assert (with_blank.state, with_blank.winner) == (without.state, without.winner)


@pytest.mark.parametrize("method", VOTED)
@given(data=st.data())
def test_a_ballot_has_one_form(method: str, data: st.DataObject) -> None:
    options = data.draw(st.integers(2, 3))
    ballot = data.draw(st.sampled_from(every_ballot(method, options)))
    assert read_ballot(method, options, write_ballot(ballot)) == ballot


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("majority", "3"), ("majority", "-1"), ("majority", "01"), ("majority", " 1"), ("majority", ""),
        ("majority", "٢"), ("consensus", "2"), ("consensus", "-3"), ("consensus", "1 1"), ("score", "3 0"),
        ("score", "1"), ("score", "1 1 1"), ("ranking", "3 1"), ("ranking", "+1 2"), ("ranking", "1  2"), ("draw", "1"),
    ],
)  # fmt: skip
def test_anything_else_is_no_ballot(method: str, text: str) -> None:
    with pytest.raises(ValueError):
        read_ballot(method, 2, text)


@pytest.mark.slow
@pytest.mark.parametrize("method", VOTED)
@given(data=st.data())
def test_what_is_settled_stays_whatever_the_others_do(method: str, data: st.DataObject) -> None:
    """Every way in which the missing ballots could still come, or not come, ends the same."""
    options = 2 if method in (*ANSWERING, "score") else 3
    every = every_ballot(method, options)
    ballots = data.draw(st.lists(st.sampled_from(every), max_size=8))
    left = data.draw(st.integers(0, 1 if method == "ranking" else 2))
    quorum, threshold, stay = data.draw(PERCENT), data.draw(PERCENT), data.draw(st.integers(-1, 1))
    asked = (len(ballots) + left, quorum, threshold)
    if not settled(method, ballots, *asked, options=options, stay=stay):
        return
    ends = set()
    for many in range(left + 1):
        for more in combinations_with_replacement(every, many):
            found = outcome(method, [*ballots, *more], *asked, options=options, stay=stay)
            ends.add((found.state, found.winner if found.state == "passed" else -1))
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("method", "ballots", "roll"),
    [
        ("majority", [(1,)] * 6, 10),
        ("majority", [(2,)] * 5, 9),
        ("consensus", [(OBJECTION,)], 9),
        ("score", [(2, -2)] * 9, 10),
        ("ranking", [(1, 2)] * 7, 10),
    ],
)
def test_what_can_no_longer_change_is_seen(method: str, ballots: list[Ballot], roll: int) -> None:
    assert settled(method, ballots, roll, 0, 50, stay=1)
    assert not settled(method, ballots[:0], roll, 0, 50, stay=1)


def test_one_objection_can_still_stop_what_all_but_one_want() -> None:
    assert not settled("no_objection", [(YES,)] * 9, 10, 0, 50)
    assert settled("no_objection", [(YES,)] * 10, 10, 0, 50)


# --- one by one ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ballots", "roll", "state"),
    [
        ([YES, YES], 9, "passed"),  # silence agrees
        ([YES, YES, NO], 9, "passed"),
        ([YES, YES, OBJECTION], 3, "failed"),
        ([YES], 1, "failed"),
    ],
)
def test_no_objection(ballots: list[int], roll: int, state: str) -> None:
    assert outcome("no_objection", [(b,) for b in ballots], roll, 0, 100).state == state


@pytest.mark.parametrize(
    ("ballots", "roll", "threshold", "state"),
    [
        ([YES, YES, YES], 4, 75, "passed"),
        ([YES, YES, YES], 5, 75, "failed"),
        ([YES, YES, YES, 0], 4, 100, "passed"),
        ([YES] * 9 + [OBJECTION], 10, 50, "failed"),
    ],
)
def test_consensus(ballots: list[int], roll: int, threshold: int, state: str) -> None:
    assert outcome("consensus", [(b,) for b in ballots], roll, 0, threshold).state == state


@pytest.mark.parametrize(
    ("ballots", "roll", "state", "winner"),
    [
        ([1, 1, 1, 2], 5, "passed", 0),
        ([1, 1], 4, "failed", 0),  # half is not more than half
        ([2, 2, 2], 4, "failed", 1),  # most want it as it is now
        ([1, 1, 2, 2], 4, "failed", -1),
        ([], 4, "failed", -1),
    ],
)
def test_majority(ballots: list[int], roll: int, state: str, winner: int) -> None:
    found = outcome("majority", [(b,) for b in ballots], roll, 0, 50, stay=1)
    assert (found.state, found.winner) == (state, winner)


def test_score_adds_up_and_a_tie_leaves_things_as_they_are() -> None:
    assert outcome("score", [(2, 1), (2, 2), (1, 0)], 3, 0, 50).winner == 0
    assert outcome("score", [(1, 1), (1, 1)], 2, 0, 50, stay=1).winner == 1
    assert outcome("score", [(1, 1), (1, 1)], 2, 0, 50).winner == 0
    assert outcome("score", [(-1, -2), (-1, -2)], 2, 0, 0).winner == -1


def test_a_sense_check_decides_nothing() -> None:
    assert outcome("sense_check", [(1,)] * 9, 9, 0, 50).state == "ended"


# --- ranking ------------------------------------------------------------------------------------------------------------


@given(st.data())
def test_who_beats_each_other_one_wins(data: st.DataObject) -> None:
    """The Condorcet winner, where there is one."""
    options = data.draw(OPTIONS)
    ballots = data.draw(rankings(options))
    prefer = preferences([ballot for ballot in ballots if any(ballot)], options)
    for one in range(options):
        if all(prefer[one][other] > prefer[other][one] for other in range(options) if other != one):
            assert outcome("ranking", ballots, len(ballots), 0, 0, options=options).winner == one


@given(st.data())
def test_who_loses_to_each_other_one_does_not_win(data: st.DataObject) -> None:
    options = data.draw(OPTIONS)
    ballots = data.draw(rankings(options))
    prefer = preferences([ballot for ballot in ballots if any(ballot)], options)
    for one in range(options):
        if all(prefer[one][other] < prefer[other][one] for other in range(options) if other != one):
            assert outcome("ranking", ballots, len(ballots), 0, 0, options=options).winner != one


@given(st.data())
def test_a_clone_neither_helps_nor_hurts(data: st.DataObject) -> None:
    """An option put beside another one, next to it on every ballot, leaves the winner what it was, or its clone."""
    options = data.draw(st.integers(2, 4))
    strict = st.permutations(range(1, options + 1)).map(tuple)
    ballots = data.draw(st.lists(strict, min_size=1, max_size=9))
    before = outcome("ranking", ballots, len(ballots), 0, 0, options=options)
    cloned = data.draw(st.integers(0, options - 1))
    above = data.draw(st.lists(st.booleans(), min_size=len(ballots), max_size=len(ballots)))
    wider = []
    for ballot, first in zip(ballots, above, strict=True):
        at = ballot[cloned]
        moved = [place + (place > at) + (place == at and first) for place in ballot]
        wider.append((*moved, at + (not first)))
    after = outcome("ranking", wider, len(ballots), 0, 0, options=options + 1)
    if not before.tied and not after.tied:
        assert (cloned if after.winner == options else after.winner) == before.winner


@given(st.data())
def test_names_do_not_matter(data: st.DataObject) -> None:
    """Options listed otherwise give the same winner, as long as nothing is tied."""
    options = data.draw(OPTIONS)
    ballots = data.draw(rankings(options))
    listed = data.draw(st.permutations(range(options)))
    before = outcome("ranking", ballots, len(ballots), 0, 0, options=options)
    renamed = [tuple(ballot[place] for place in listed) for ballot in ballots]
    after = outcome("ranking", renamed, len(ballots), 0, 0, options=options)
    if before.winner >= 0 and not before.tied:
        assert listed[after.winner] == before.winner


def test_the_example_of_the_paper() -> None:
    """45 ballots over five options (Schulze 2011, example 1 as it is often taught): the fifth option wins."""
    orders = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
    ballots = [
        tuple(order.index(option) + 1 for option in "ABCDE") for order, many in orders.items() for _ in range(many)
    ]
    found = outcome("ranking", ballots, 45, 0, 50, options=5)
    assert found.order == tuple("ABCDE".index(option) for option in "EACBD")
    assert found.state == "passed"


def test_a_ring_of_three_is_tied_and_the_tie_is_broken_as_written() -> None:
    ring = [(1, 2, 3), (3, 1, 2), (2, 3, 1)]
    assert outcome("ranking", ring, 3, 0, 0, options=3).tied
    assert outcome("ranking", ring, 3, 0, 0, options=3).winner == 0
    assert outcome("ranking", ring, 3, 0, 0, options=3, stay=2).winner == 2
