"""Circle keys: which epoch seals, what a capsule is bound to, what a letter gives away."""

import dataclasses

import pytest

from nasij.encoding import encode
from nasij.errors import SealBroken
from nasij.seal import circle, identity, labels
from nasij.seal.circle import CircleKeys, Fresh, Keyring
from nasij.seal.primitives import public_of, random_key

PLACE = bytes(7) + b"\7"
A, B, C = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"
SEEDS = {member: bytes([number]) * 32 for number, member in enumerate((A, B, C), 1)}
WRAP = {member: identity.wrap_public(seed) for member, seed in SEEDS.items()}
SIGN = bytes([9]) * 32
BOUND = {"network": bytes(16), "place": PLACE, "seen": bytes(7) + b"\6", "head": bytes(32)}


def bound(**other: bytes) -> bytes:
    return b"".join({**BOUND, **other}.values())


def swapped() -> list[bytes]:
    """Return what is bound with each field in turn changed."""
    return [bound(**{name: b"\1" + value[1:]}) for name, value in BOUND.items()]


# --- the keyring ------------------------------------------------------------------------------------------------------


def ring(*held: tuple[str, int, int]) -> Keyring:
    found = Keyring()
    for audience, epoch, day in held:
        found.add(audience, epoch, random_key(), day)
    return found


def test_a_circle_is_found_by_its_tag_at_that_place_only():
    keyring = ring(("network", 1, 0), ("trusted", 1, 0), ("need/x", 4, 0))
    for keys in keyring.keys.values():
        assert keyring.find(keys.tag_at(PLACE), PLACE) is keys
        assert keyring.find(keys.tag_at(PLACE), bytes(8)) is None
    assert keyring.find(bytes(16), PLACE) is None


def test_what_is_sealed_under_a_past_epoch_is_not_found():
    keyring = ring(("network", 1, 0))
    past = keyring.newest["network"]
    keyring.add("network", 2, random_key(), 1)
    assert keyring.find(past.tag_at(PLACE), PLACE) is None
    assert keyring.newest["network"].epoch == 2


def test_the_highest_epoch_seals_in_whatever_order_keys_come():
    keyring = ring(("network", 3, 5), ("network", 2, 5), ("network", 1, 5))
    assert keyring.newest["network"].epoch == 3


def test_keys_of_past_epochs_are_destroyed_when_their_time_is_over():
    keyring = ring(("network", 1, 0), ("network", 2, 10), ("network", 3, 20), ("trusted", 1, 0))
    keyring.drop_past(10)
    assert set(keyring.keys) == {("network", 1), ("network", 2), ("network", 3), ("trusted", 1)}
    keyring.drop_past(11)
    assert set(keyring.keys) == {("network", 2), ("network", 3), ("trusted", 1)}
    keyring.drop_past(10_000)
    assert set(keyring.keys) == {("network", 3), ("trusted", 1)} == set(keyring.since)


def test_dropping_a_circle_destroys_all_its_epochs():
    keyring = ring(("network", 1, 0), ("need/x", 1, 0), ("need/x", 2, 0))
    turn = keyring.turn
    keyring.drop("need/x")
    assert set(keyring.keys) == set(keyring.since) == {("network", 1)}
    assert set(keyring.newest) == {"network"}
    assert keyring.turn > turn, "so that what was opened before is opened again"


def test_a_keyring_comes_back_from_what_it_was_kept_as():
    keyring = ring(("network", 9, 3), ("network", 10, 4), ("only/x", 0, 0))
    again = Keyring.load(keyring.dump())
    assert again.dump() == keyring.dump()
    assert {a: k.epoch for a, k in again.newest.items()} == {"network": 10, "only/x": 0}


# --- one circle's seal ------------------------------------------------------------------------------------------------


def test_what_is_sealed_opens_for_its_audience_epoch_place_and_outside_only():
    key, outside = bytes([5]) * 32, b"\1" + bytes(16)
    keys = CircleKeys("need/x", 2, key)
    sealed = keys.seal(outside, PLACE, b"plain")
    assert keys.open(sealed, 17, PLACE) == b"plain"
    for other in (
        CircleKeys("need/y", 2, key), CircleKeys("need/x", 3, key), CircleKeys("need/x", 2, bytes(32)),
    ):  # fmt: skip
        with pytest.raises(SealBroken):
            other.open(sealed, 17, PLACE)
    with pytest.raises(SealBroken):
        keys.open(sealed, 17, bytes(8))
    for at in range(len(outside) + 16):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            keys.open(bytes(changed), 17, PLACE)


def test_tags_of_one_circle_have_nothing_in_common():
    keys = CircleKeys("need/x", 2, bytes([5]) * 32)
    assert len({keys.tag_at(place.to_bytes(8, "big")) for place in range(1000)}) == 1000


# --- grants -----------------------------------------------------------------------------------------------------------


FRESH = [Fresh("network", 2, bytes([7]) * 32, (B, A)), Fresh("role/fund", 1, bytes([8]) * 32, (B,))]


def test_everybody_gets_the_keys_that_are_theirs_in_one_capsule():
    rows, capsules = circle.grant(FRESH, WRAP, bound())
    assert rows == [["network", 2, [A, B]], ["role/fund", 1, [B]]]
    assert [member for member, _ in capsules] == [A, B]
    given = {m: circle.take_grant(c, [SEEDS[m]], m, bound()) for m, c in capsules}
    assert given == {
        A: [["network", 2, bytes([7]) * 32]],
        B: [["network", 2, bytes([7]) * 32], ["role/fund", 1, bytes([8]) * 32]],
    }


def test_a_capsule_moved_to_another_network_place_story_or_member_does_not_open():
    capsule = circle.grant(FRESH, WRAP, bound())[1][0][1]
    assert circle.take_grant(capsule, [SEEDS[A]], A, bound())
    for other in swapped():
        with pytest.raises(SealBroken):
            circle.take_grant(capsule, [SEEDS[A]], A, other)
    for seeds, member in (([SEEDS[A]], B), ([SEEDS[B]], A), ([], A)):
        with pytest.raises(SealBroken):
            circle.take_grant(capsule, seeds, member, bound())


def test_a_capsule_wrapped_to_an_earlier_period_opens_while_its_seed_is_kept():
    capsule = circle.grant(FRESH, WRAP, bound())[1][0][1]
    assert circle.take_grant(capsule, [random_key(), SEEDS[A]], A, bound())


@pytest.mark.parametrize(
    "plain",
    [
        b"", b"\xc1", encode("x"), encode([1]), encode([["network", 1]]), encode([["network", "1", bytes(32)]]),
        encode([["network", 1, bytes(31)]]), encode([[1, 1, bytes(32)]]), encode([["network", 1, bytes(32), 1]]),
    ],
)  # fmt: skip
def test_a_capsule_that_holds_something_else_is_refused(plain):
    capsule = identity.wrap(plain, WRAP[A], labels.GRANT_CAPSULE + bound() + A.encode())
    with pytest.raises(SealBroken):
        circle.take_grant(capsule, [SEEDS[A]], A, bound())


def test_a_changed_bit_anywhere_in_a_capsule_is_noticed():
    capsule = circle.grant(FRESH[:1], WRAP, bound())[1][0][1]
    for at in range(0, len(capsule), 7):
        changed = bytearray(capsule)
        changed[at] ^= 1 << at % 8
        with pytest.raises(SealBroken):
            circle.take_grant(bytes(changed), [SEEDS[A]], A, bound())
    for size in (0, 1, 1087, 1088, 1119, 1120, 1136, len(capsule) - 1):
        with pytest.raises(SealBroken):
            circle.take_grant(capsule[:size], [SEEDS[A]], A, bound())


# --- letters ----------------------------------------------------------------------------------------------------------


LETTER = Fresh("need/0123456789abcdef", 3, bytes([6]) * 32, (C, A))


def a_letter(fresh: Fresh = LETTER) -> list[bytes]:
    return circle.letter(fresh, A, SIGN, WRAP, bound())


def test_its_people_find_the_letter_and_nobody_else_does():
    capsules = a_letter()
    for member in (A, C):
        taken = circle.take_letter(capsules, [SEEDS[member]], bound())
        assert taken is not None
        assert taken[0] == circle.Letter(LETTER.audience, 3, LETTER.key, (A, C), A)
        assert circle.letter_is_by(public_of(SIGN), *taken[1:])
        assert not circle.letter_is_by(public_of(SEEDS[B]), *taken[1:])
    assert circle.take_letter(capsules, [SEEDS[B]], bound()) is None


def test_a_letter_moved_to_another_network_place_or_story_does_not_open():
    capsules = a_letter()
    for other in swapped():
        assert circle.take_letter(capsules, [SEEDS[A]], other) is None


def test_what_a_letters_author_signed_is_bound_to_each_of_its_fields():
    taken = circle.take_letter(a_letter(), [SEEDS[A]], bound())
    assert taken is not None
    letter, signature, _ = taken
    others = {"audience": "need/y", "epoch": 4, "key": bytes(32), "members": (A, B, C), "author": C}
    assert set(others) == {field.name for field in dataclasses.fields(letter)}
    for name, value in others.items():
        said = encode([*dataclasses.astuple(dataclasses.replace(letter, **{name: value}))])
        assert not circle.letter_is_by(public_of(SIGN), signature, bound() + said)
    said = encode([*dataclasses.astuple(letter)])
    assert circle.letter_is_by(public_of(SIGN), signature, bound() + said)
    for other in swapped():
        assert not circle.letter_is_by(public_of(SIGN), signature, other + said)


def test_the_number_and_size_of_capsules_tell_next_to_nothing():
    """Numbers are powers of two from 2, plain texts whole multiples of 512 bytes, and all of one letter are equally long."""
    people = {f"{number:016d}": identity.wrap_public(bytes([number]) * 32) for number in range(1, 10)}
    seen = {}
    for count in range(1, 10):
        fresh = dataclasses.replace(LETTER, members=tuple(list(people)[:count]))
        capsules = circle.letter(fresh, "0" * 15 + "1", SIGN, people, bound())
        (size,) = {len(capsule) - identity.CAPSULE_OVERHEAD for capsule in capsules}
        assert size % circle.LETTER_SIZE == 0
        seen[count] = len(capsules), size
    assert [number for number, _ in seen.values()] == [2, 2, 4, 4, 8, 8, 8, 8, 16]
    assert {size for _, size in seen.values()} == {512}


def test_the_order_of_capsules_is_chance():
    """Else the first would always be the author's."""
    first = {circle.take_letter(a_letter()[:1], [SEEDS[A]], bound()) is not None for _ in range(64)}
    assert first == {True, False}


@pytest.mark.parametrize(
    "inside",
    [
        1, [], [b"", b""], [b"\x90", bytes(64)], [encode(["need/x", 1, bytes(31), [], A]), bytes(64)], ["x", bytes(64)],
        [encode(["need/x", 1, bytes(32), "no list", A]), bytes(64)], [encode(["need/x", 1, bytes(32), [1], A]), bytes(64)],
        [encode(["need/x", 1, bytes(32), [], 1]), bytes(64)], [encode(["need/x", 1, bytes(32), [], A]), 1],
    ],
)  # fmt: skip
def test_a_letter_that_holds_something_else_is_none(inside):
    plain = encode(inside)
    capsule = identity.wrap(len(plain).to_bytes(4, "big") + plain, WRAP[A], labels.LETTER_CAPSULE + bound())
    assert circle.take_letter([capsule], [SEEDS[A]], bound()) is None


def test_a_grants_capsule_is_no_letter_and_a_letters_no_grant():
    capsule = circle.grant(FRESH[:1], WRAP, bound())[1][0][1]
    assert circle.take_letter([capsule], [SEEDS[A]], bound()) is None
    for letter in a_letter():
        with pytest.raises(SealBroken):
            circle.take_grant(letter, [SEEDS[A]], A, bound())


# --- proof of possession ----------------------------------------------------------------------------------------------


def test_a_proof_holds_for_its_member_and_keys_only():
    proof, public = identity.proof(SIGN, A, WRAP[A]), public_of(SIGN)
    assert identity.proven(public, A, WRAP[A], proof)
    assert not identity.proven(public, B, WRAP[A], proof)
    assert not identity.proven(public, A, WRAP[B], proof)
    assert not identity.proven(public_of(SEEDS[A]), A, WRAP[A], proof)
    assert not identity.proven(public, A, WRAP[A], bytes(64))


def test_the_write_key_is_the_epochs():
    assert circle.write_public(bytes(32)) == public_of(circle.write_seed(bytes(32))) != circle.write_public(SIGN)
