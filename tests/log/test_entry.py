"""Entries: each opens at one place of one story for one circle, says what its author signed, and shows damage."""

import pytest

from nasij.encoding import encode
from nasij.errors import Malformed, SealBroken
from nasij.log.cell import CLASSES
from nasij.log.entry import OVERHEAD, OpenedFact, OpenedLetter, Said, open_entry, seal_fact, seal_letter
from nasij.seal.circle import CircleKeys, Keyring
from nasij.seal.primitives import public_of, verify_form

NETWORK = bytes(range(16))
KEY = bytes([3]) * 32
SEED = bytes([4]) * 32
PLACE = 77
SAID = Said("aaaaaaaaaaaaaaaa", 5, 480_000, 76, bytes([6]) * 32, "aid.need-opened/1", encode(["x"]), None)
GRANT = [[["network", 2, ["aaaaaaaaaaaaaaaa"]]], [["aaaaaaaaaaaaaaaa", b"capsule"]]]


def held(audience: str = "network", epoch: int = 1, key: bytes = KEY) -> Keyring:
    ring = Keyring()
    ring.add(audience, epoch, key)
    return ring


def a_fact(said: Said = SAID, *, network: bytes = NETWORK, place: int = PLACE, ring: Keyring | None = None) -> bytes:
    (circle,) = (ring or held()).newest.values()
    return seal_fact(circle, network, place, said, SEED)


def opened(
    entry: bytes, ring: Keyring | None = None, network: bytes = NETWORK, place: int = PLACE
) -> OpenedFact | None:
    found = open_entry(ring or held(), network, place, entry)
    assert found is None or isinstance(found, OpenedFact)
    return found


@pytest.mark.parametrize("said", [SAID, SAID._replace(grant=GRANT)], ids=["plain", "grant"])
def test_a_fact_comes_back_as_it_was_said_and_signed(said):
    found = opened(a_fact(said))
    assert found is not None
    assert encode(found.said) == encode(said)
    assert found.circle.audience == "network"
    assert verify_form(public_of(SEED), found.signature, found.form)


def test_a_letter_comes_back():
    ring = held()
    (circle,) = ring.newest.values()
    entry = seal_letter(circle, NETWORK, PLACE, 76, [b"one", b"two"])
    assert open_entry(ring, NETWORK, PLACE, entry) == OpenedLetter(circle, 76, [b"one", b"two"])


def test_an_entry_is_as_long_as_its_class():
    for size in (0, 600, 1000, 5000, 100_000):
        entry = a_fact(SAID._replace(raw=bytes(size)))
        assert len(entry) in CLASSES
        assert size < len(entry) < 2 * size + 1025
    with pytest.raises(Malformed):
        a_fact(SAID._replace(raw=bytes(CLASSES[-1])))


def test_short_facts_and_long_ones_of_a_class_look_alike():
    entries = [a_fact(SAID._replace(raw=bytes(size))) for size in (0, 10, 300)]
    assert len({len(entry) for entry in entries}) == 1
    assert len({entry[:33] for entry in entries}) == 1
    assert len({entry[33:45] for entry in entries}) == 3


def test_an_entry_moved_anywhere_does_not_open():
    entry = a_fact()
    assert opened(entry) is not None
    with pytest.raises(SealBroken):
        opened(entry, network=bytes(16))
    for place in (0, PLACE - 1, PLACE + 1, 2**40):
        assert opened(entry, place=place) is None
    # The tag comes from the key alone: a circle that shares it, by mistake or malice, still opens nothing of the other.
    for ring in (held("trusted"), held(epoch=2), held("", 1)):
        with pytest.raises(SealBroken):
            opened(entry, ring)
    assert opened(entry, held(key=bytes(32))) is None


def test_a_signature_moved_to_anything_else_does_not_hold():
    """Whoever is in the circle can seal anew what somebody signed; it holds for that network, place, circle and words only."""
    public = public_of(SEED)
    signature = opened(a_fact()).signature
    others = {
        "author": "bbbbbbbbbbbbbbbb", "act": 6, "hour": 480_001, "seen": 75, "head": bytes(32),
        "name": "aid.need-opened/2", "raw": encode(["y"]), "grant": GRANT,
    }  # fmt: skip
    assert set(others) == set(Said._fields)
    for name, value in others.items():
        moved = opened(a_fact(SAID._replace(**{name: value})))
        assert not verify_form(public, signature, moved.form), name
    for ring, network, place in (
        (held("trusted"), NETWORK, PLACE), (held(epoch=2), NETWORK, PLACE), (held(), bytes(16), PLACE),
        (held(), NETWORK, PLACE + 1),
    ):  # fmt: skip
        moved = opened(a_fact(ring=ring, network=network, place=place), ring, network, place)
        assert not verify_form(public, signature, moved.form)
    assert verify_form(public, signature, opened(a_fact()).form)


@pytest.mark.slow
def test_a_changed_bit_anywhere_is_noticed():
    """In the tag it makes the entry one of a circle we are not in; anywhere else it makes it one that nobody honest made."""
    entry = a_fact()
    ring = held()
    for at in range(8 * len(entry)):
        changed = bytearray(entry)
        changed[at // 8] ^= 1 << at % 8
        if 17 <= at // 8 < 33:
            assert opened(bytes(changed), ring) is None
        else:
            with pytest.raises(SealBroken):
                opened(bytes(changed), ring)


def test_an_entry_cut_short_or_made_longer_is_noticed():
    entry = a_fact()
    ring = held()
    for size in range(len(entry)):
        with pytest.raises(SealBroken):
            opened(entry[:size], ring)
    with pytest.raises(SealBroken):
        opened(entry + b"\0", ring)


def sealed(plain: bytes) -> bytes:
    """Seal what a member with a changed program may seal."""
    circle = CircleKeys("network", 1, KEY)
    return circle.seal(b"\1" + NETWORK, PLACE.to_bytes(8, "big"), plain)


def filled(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body + bytes(1024 - OVERHEAD - 4 - len(body))


INNER = encode(SAID)


@pytest.mark.parametrize(
    "plain",
    [
        b"", b"\0", filled(b""), filled(b"\x93"), filled(encode([3, INNER, bytes(64)])), filled(encode([0])),
        filled(encode([1, INNER, bytes(63)])), filled(encode([1, INNER, bytes(65)])), filled(encode([1, INNER])),
        filled(encode([1, INNER, bytes(64), 1])), filled(encode([1, b"", bytes(64)])), filled(encode([1, 1, 1])),
        filled(encode([2, -1, []])), filled(encode([2, 1, [1]])), filled(encode([2, 1, [b""] * 257])),
        filled(encode([1, INNER, bytes(64)]))[:-1] + b"\1", filled(encode([1, INNER, bytes(64)]) + b"\0"),
        filled(b"\x93\xcc\1" + encode([1, INNER, bytes(64)])[2:]), (2**32 - 1).to_bytes(4, "big") + bytes(900),
    ],
)  # fmt: skip
def test_anything_else_inside_is_refused(plain):
    with pytest.raises(SealBroken):
        open_entry(held(), NETWORK, PLACE, sealed(plain))


@pytest.mark.parametrize(
    "other",
    [
        {"author": 1}, {"author": None}, {"act": -1}, {"act": 2**63}, {"act": True}, {"hour": -1}, {"hour": 2**31 + 1},
        {"seen": -1}, {"seen": 2**53 + 1}, {"seen": 1.5}, {"head": "x"}, {"name": b"x"}, {"raw": "x"}, {"grant": 1},
        {"grant": []}, {"grant": [[], []], "name": None}, {"grant": [[["a", 1, ["b"]]] * 17, []]},
        {"grant": [[["a", 1.0, []]], []]}, {"grant": [[], [["a", "b"]]]},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_types_in_what_was_said_are_refused(other):
    values = {**SAID._asdict(), **other}
    plain = filled(encode([1, encode(list(values.values())), bytes(64)]))
    with pytest.raises(SealBroken):
        open_entry(held(), NETWORK, PLACE, sealed(plain))
