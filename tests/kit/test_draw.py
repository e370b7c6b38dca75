"""A draw: nobody chooses the seed alone, everybody comes to the same order, and nothing but the seed decides it."""

import hashlib
from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from nasij.ids import id_from
from nasij.kit import draw

DRAW, ANA, BEN = (id_from(bytes([n]) * 10) for n in (1, 2, 3))
ids = st.binary(min_size=10, max_size=10).map(id_from)
secrets = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(st.lists(ids, unique=True, max_size=20), secrets, st.randoms(use_true_random=False))
def test_the_order_is_of_the_seed_and_not_of_how_the_items_were_listed(
    items: list[str], seed: str, random: Random
) -> None:
    listed = list(items)
    random.shuffle(listed)
    assert draw.order(seed, listed) == draw.order(seed, items)
    assert sorted(draw.order(seed, items)) == sorted(items)


@given(st.lists(ids, unique=True, min_size=2, max_size=10), secrets)
def test_leaving_one_out_does_not_move_the_others(items: list[str], seed: str) -> None:
    order = draw.order(seed, items)
    for gone in items:
        assert draw.order(seed, [item for item in items if item != gone]) == [item for item in order if item != gone]


def test_every_item_comes_first_about_as_often() -> None:
    items = [id_from(bytes([n]) * 10) for n in range(5)]
    first = Counter(draw.order(draw.seed(DRAW, {ANA: str(n)}), items)[0] for n in range(2000))
    assert set(first) == set(items)
    assert all(320 < count < 480 for count in first.values()), first


@given(secrets, secrets)
def test_a_commitment_opens_with_its_own_secret_only_and_cannot_be_copied(mine: str, other: str) -> None:
    committed = draw.commitment(DRAW, ANA, mine)
    assert draw.is_commitment(committed)
    assert draw.opens(DRAW, ANA, mine, committed)
    assert draw.opens(DRAW, ANA, other, committed) is (other == mine)
    assert not draw.opens(DRAW, BEN, mine, committed)
    assert not draw.opens(BEN, ANA, mine, committed)


@given(secrets, secrets)
def test_each_of_two_secrets_moves_the_seed(mine: str, other: str) -> None:
    both = draw.seed(DRAW, {ANA: mine, BEN: other})
    assert both == draw.seed(DRAW, {BEN: other, ANA: mine})
    assert both != draw.seed(DRAW, {ANA: mine})
    assert (draw.seed(DRAW, {ANA: other, BEN: other}) == both) is (mine == other)


def test_anybody_can_do_the_sum_by_hand() -> None:
    """What the page says, with nothing of ours but the text that is hashed."""
    seed = hashlib.sha256(f"seed\n{DRAW}\n{ANA}\naaa\n{BEN}\nbbb".encode()).hexdigest()
    assert draw.seed(DRAW, {ANA: "aaa", BEN: "bbb"}) == seed
    by_hand = sorted([ANA, BEN, DRAW], key=lambda code: hashlib.sha256(f"item\n{seed}\n{code}".encode()).hexdigest())
    assert draw.order(seed, [ANA, BEN, DRAW]) == by_hand


def test_a_new_secret_is_long_and_never_the_same() -> None:
    made = {draw.new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {draw.SECRET_LENGTH}
