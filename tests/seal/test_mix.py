"""Secret ballots: what comes out is what went in, in an order that says nothing, and no carrier alone can link the two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasij.errors import Malformed
from nasij.seal import mix

CARRIERS = [mix.new_carrier() for _ in range(3)]
KEYS = [key for _, key in CARRIERS]
BOUND = b"network, proposal"


def carried(ballots: list[bytes], upto: int = 3) -> list[bytes]:
    for turn in range(1, upto + 1):
        ballots = mix.take_layer(ballots, CARRIERS[turn - 1][0], BOUND, turn)
    return ballots


@settings(max_examples=15, deadline=None)
@given(choices=st.lists(st.binary(max_size=mix.CHOICE_MAX), max_size=5))
def test_what_comes_out_is_what_went_in(choices: list[bytes]) -> None:
    cast = [mix.seal_ballot(choice, KEYS, BOUND) for choice in choices]
    assert all(len(sealed) == mix.size_at(1, 3) for sealed, _ in cast)
    out = [mix.read_ballot(plain) for plain in carried([sealed for sealed, _ in cast])]
    assert sorted(out) == sorted((nonce, choice) for (_, nonce), choice in zip(cast, choices, strict=True))


def test_every_step_has_one_size_and_the_order_of_its_bytes() -> None:
    ballots = [mix.seal_ballot(bytes([n]) * n, KEYS, BOUND)[0] for n in range(6)]
    for turn in range(1, 4):
        assert {len(ballot) for ballot in ballots} == {mix.size_at(turn, 3)}
        ballots = mix.take_layer(ballots, CARRIERS[turn - 1][0], BOUND, turn)
        assert ballots == sorted(ballots)


def test_a_layer_opens_for_its_own_carrier_turn_and_vote_only() -> None:
    sealed, _ = mix.seal_ballot(b"yes", KEYS, BOUND)
    first, second = CARRIERS[0][0], CARRIERS[1][0]
    assert mix.take_layer([sealed], second, BOUND, 1) == []
    assert mix.take_layer([sealed], first, BOUND, 2) == []
    assert mix.take_layer([sealed], first, b"another vote", 1) == []
    changed = bytes([sealed[0] ^ 1]) + sealed[1:]
    assert mix.take_layer([changed, sealed], first, BOUND, 1) == mix.take_layer([sealed], first, BOUND, 1)


def test_all_carriers_but_one_together_cannot_link() -> None:
    """With two of three keys, neither what goes into the honest carrier nor what comes out tells which belongs to which."""
    ballots = {name: mix.seal_ballot(name.encode(), KEYS, BOUND)[0] for name in ("amal", "zein", "noor")}
    before = {name: mix.take_layer([sealed], CARRIERS[0][0], BOUND, 1)[0] for name, sealed in ballots.items()}
    after = mix.take_layer(list(before.values()), CARRIERS[1][0], BOUND, 2)
    for name, sealed in before.items():
        assert not any(sealed in one or one in sealed for one in after), name
        assert mix.take_layer([sealed], CARRIERS[2][0], BOUND, 3) == []


def test_a_choice_that_is_too_long_is_refused_and_a_torn_ballot_is_blank() -> None:
    with pytest.raises(Malformed):
        mix.seal_ballot(b"x" * (mix.CHOICE_MAX + 1), KEYS, BOUND)
    assert mix.read_ballot(b"") is None
    assert mix.read_ballot(bytes(mix.BALLOT_SIZE - 1)) is None
    assert mix.read_ballot(bytes(16) + b"\xff\xff" + bytes(mix.BALLOT_SIZE - 18)) is None
    assert mix.read_ballot(bytes(18) + b"\1" + bytes(mix.BALLOT_SIZE - 19)) is None
    assert mix.read_ballot(bytes(mix.BALLOT_SIZE)) == (bytes(16), b"")
