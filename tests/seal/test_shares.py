"""A key in the hands of friends: any k of n give it back, fewer do not, and nothing that was altered is taken."""

import hashlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import combine_mnemonics, shamir

from nasij.errors import SealBroken
from nasij.seal.primitives import random_key
from nasij.seal.shares import MOST, SHARE_MAX, join, split, threshold

# Of the vectors of SLIP-39: two of three shares of a master secret of 256 bits, passphrase TREZOR.
PUBLISHED = (
    "humidity disease academic always aluminum jewelry energy woman receiver strategy amuse duckling lying evidence network walnut tactics forget hairy rebound impulse brother survive clothes stadium mailman rival ocean reward venture always armed unwrap",
    "humidity disease academic agency actress jacket gross physics cylinder solution fake mortgage benefit public busy prepare sharp friar change work slow purchase ruler again tricycle involve viral wireless mixture anatomy desert cargo upgrade",
)


def test_the_library_agrees_with_the_published_vectors():
    secret = combine_mnemonics(list(PUBLISHED), b"TREZOR")
    assert secret.hex() == "c938b319067687e990e05e0da0ecce1278f75ff58d9853f19dcaeed5de104aae"


@pytest.mark.parametrize(("k", "n"), [(2, 2), (2, 3), (3, 5), (4, 4)])
def test_any_k_give_it_back_and_fewer_do_not(k, n):
    secret = random_key()
    shares = split(secret, k, n)
    assert len(set(shares)) == n and {threshold(share) for share in shares} == {k}
    for size in range(n + 1):
        for some in itertools.combinations(reversed(shares), size):
            if size >= k:
                assert join(some) == secret
            else:
                with pytest.raises(SealBroken):
                    join(some)


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(2, MOST), st.data())
def test_every_key_comes_back(secret, k, data):
    shares = split(secret, k, data.draw(st.integers(k, MOST)))
    assert all(len(share) <= SHARE_MAX for share in shares)
    assert join(data.draw(st.permutations(shares))) == secret


def test_a_share_given_twice_counts_once():
    shares = split(random_key(), 3, 4)
    with pytest.raises(SealBroken):
        join([shares[0], shares[0], shares[1]])


def test_shares_of_two_keys_do_not_mix():
    one, other = split(random_key(), 2, 3), split(random_key(), 2, 3)
    with pytest.raises(SealBroken):
        join([one[0], other[1]])


def test_fewer_than_k_fit_every_key(monkeypatch):
    """Given k - 1 shares, each key has exactly one polynomial through them; what they hold is the same for all keys.

    Drawing is fixed, so that the first k - 2 shares of three different keys are the same bytes: they cannot tell which. The
    k - 1st moves with the key, each of its bytes one-to-one with the key's, so it fits every key as well.
    """
    values = []
    for key in (bytes(32), b"\xff" * 32, hashlib.sha256(b"x").digest()):
        rolls = itertools.count()
        monkeypatch.setattr(
            shamir, "RANDOM_BYTES", lambda size, r=rolls: hashlib.sha512(b"%d" % next(r)).digest()[:size]
        )
        values.append([raw.data for raw in shamir._split_secret(4, 5, key)])
    assert values[0][:2] == values[1][:2] == values[2][:2]
    at = [shamir.RawShare(x, values[0][x]) for x in range(3)]
    for key in (bytes(32), b"\xff" * 32):
        line = [*at, shamir.RawShare(shamir.SECRET_INDEX, key)]
        assert [shamir._interpolate(line, x) for x in range(3)] == values[0][:3]
        assert shamir._interpolate(line, shamir.SECRET_INDEX) == key
    seen = {shamir._interpolate([*at, shamir.RawShare(shamir.SECRET_INDEX, bytes([b]) * 32)], 3)[0] for b in range(256)}
    assert len(seen) == 256


def test_no_flipped_bit_is_taken():
    first, second, _ = split(random_key(), 2, 3)
    for at in range(len(first) * 8):
        altered = bytearray(first)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises(SealBroken):
            join([bytes(altered), second])


@pytest.mark.parametrize("raw", [b"", b"zero", b"\xff" * 40, b"academic " * 33, PUBLISHED[0].upper().encode()])
def test_what_is_no_share_is_refused(raw):
    with pytest.raises(SealBroken):
        join([raw, PUBLISHED[1].encode()])
