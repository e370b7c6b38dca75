"""Keys that no verifier may take, one ciphertext for one key, and one purpose for one label."""

import hashlib
import secrets

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from nasij.clock import HandClock
from nasij.encoding import decode, encode
from nasij.errors import SealBroken
from nasij.hub import wire
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.node.check import Checker
from nasij.seal import circle, identity, labels
from nasij.seal.circle import CircleKeys
from nasij.seal.primitives import (
    SMALL_ORDER,
    Sealer,
    derive,
    hash_on,
    is_sound_key,
    keyed_hash,
    open_large,
    public_of,
    seal_large,
    sign,
    signed_form,
    verify,
    verify_form,
)
from tests.seal import twofold

LABELS = sorted(value for name, value in vars(labels).items() if name.isupper())
SEED = bytes(range(32))

# --- edwards25519, from RFC 8032, section 5.1, in whole numbers -------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int]
NONE: Point = (0, 1)


def plus(a: Point, b: Point) -> Point:
    product = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    return x % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P


def times(number: int, point: Point) -> Point:
    total = NONE
    while number:
        if number & 1:
            total = plus(total, point)
        point, number = plus(point, point), number >> 1
    return total


def lifted(y: int) -> Point | None:
    """Return the point with this y and an even x."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    return (P - x if x & 1 else x, y) if x * x % P == square else None


def packed(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


START = lifted(4 * pow(5, -1, P) % P) or NONE


def eight() -> set[Point]:
    """Find the points of small order: what is left of any points when their large part is taken away."""
    found: set[Point] = set()
    y = 2
    while len(found) < 8:
        point = lifted(y)
        found |= {times(ORDER, point)} if point else set()
        found |= {plus(a, b) for a in found for b in found}
        y += 1
    return found


def scalar_of(seed: bytes) -> int:
    wide = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return wide & ((1 << 254) - 8) | 1 << 254


def challenge(r: bytes, public: bytes, form: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + public + form).digest(), "little") % ORDER


def library_takes(public: bytes, signature: bytes, form: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, form)
    except (InvalidSignature, ValueError):
        return False
    return True


NOT_CANONICAL = [(P + i | high << 255).to_bytes(32, "little") for i in range(19) for high in (0, 1)]
REFUSED = sorted({*SMALL_ORDER, *NOT_CANONICAL})


# --- keys and signatures ----------------------------------------------------------------------------------------------


def test_the_list_of_small_order_holds_the_eight_points_and_their_other_encodings():
    points = eight()
    assert len(points) == 8
    assert all(times(8, point) == NONE for point in points)
    encodings = {packed(point) for point in points}
    for x, y in points:
        if x == 0:
            encodings.add((y | 1 << 255).to_bytes(32, "little"))
        if y + P < 1 << 255:
            encodings |= {(y + P | high << 255).to_bytes(32, "little") for high in (0, 1)}
    assert encodings == SMALL_ORDER


def test_the_arithmetic_of_these_tests_is_right():
    assert packed(times(scalar_of(SEED), START)) == public_of(SEED)


@pytest.mark.parametrize("public", REFUSED, ids=lambda raw: raw.hex()[:8] + raw.hex()[-4:])
def test_a_key_of_small_order_or_another_encoding_is_taken_nowhere(public):
    assert not is_sound_key(public)
    wrap_key = identity.wrap_public(SEED)
    for r in (packed(times(7, START)), packed(NONE)):
        signature = r + (7 if r != packed(NONE) else 0).to_bytes(32, "little")
        assert not verify(public, signature, labels.SAID, b"any message")
        assert not verify_form(public, signature, b"any form")
        assert not Checker.one(public, signature, b"any form")
        assert not circle.letter_is_by(public, signature, b"any letter")
        assert not identity.proven(public, "0123456789abcdef", wrap_key, signature)


def test_a_forgery_that_the_library_takes_for_a_key_of_small_order_is_refused():
    """S·B = R + h·A holds for R = S·B wherever h·A is nothing: every eighth message at the latest, by anybody."""
    for public in map(packed, sorted(eight())):
        forgeries = (packed(times(s, START)) + s.to_bytes(32, "little") for s in range(1, 500))
        form = signed_form(labels.SAID, b"whatever one likes")
        forged = next(forgery for forgery in forgeries if library_takes(public, forgery, form))
        assert not is_sound_key(public)
        assert not verify_form(public, forged, form)


def test_a_signature_with_an_r_of_small_order_is_refused_even_from_the_keys_owner():
    public, form = public_of(SEED), signed_form(labels.SAID, b"said")
    r = packed(NONE)
    signature = r + (challenge(r, public, form) * scalar_of(SEED) % ORDER).to_bytes(32, "little")
    assert library_takes(public, signature, form)
    assert not verify_form(public, signature, form)
    honest = sign(SEED, labels.SAID, b"said")
    assert verify_form(public, honest, form)
    for small in REFUSED:
        assert not verify_form(public, small + honest[32:], form)


def test_s_beyond_the_order_is_refused():
    """Else whoever passes a signature on could change its bytes."""
    honest = sign(SEED, labels.SAID, b"said")
    more = int.from_bytes(honest[32:], "little") + ORDER
    assert not verify(public_of(SEED), honest[:32] + more.to_bytes(32, "little"), labels.SAID, b"said")


@pytest.mark.parametrize("size", [0, 1, 31, 33, 64])
def test_a_key_or_signature_of_another_length_is_refused(size):
    honest = sign(SEED, labels.SAID, b"said")
    assert not is_sound_key(bytes([9]) * size)
    assert not verify(bytes([9]) * size, honest, labels.SAID, b"said")
    assert not verify(public_of(SEED), honest[:size] if size < 64 else honest + b"\0", labels.SAID, b"said")


def test_a_hub_takes_no_append_under_a_write_key_of_small_order():
    shelf = Shelf(None, verify, HandClock(500_000).hour)
    network, public = bytes(16), packed(NONE)
    dispatch(shelf, None, "found", encode([network, public]))
    forged = packed(times(7, START)) + (7).to_bytes(32, "little")
    answer = decode(dispatch(shelf, None, "append", encode([network, 0, [bytes(1024)], forged, b""])))
    assert answer[0] == wire.Code.REFUSED


# Montgomery's u of the points of order 1, 2, 4 and 8 and of those on the twist (RFC 7748), and other encodings of them.
CURVE_SMALL = [
    bytes(32),
    (1).to_bytes(32, "little"),
    (P - 1).to_bytes(32, "little"),
    P.to_bytes(32, "little"),
    (P + 1).to_bytes(32, "little"),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
]


@pytest.mark.parametrize("curve", CURVE_SMALL, ids=lambda raw: raw.hex()[:8])
def test_a_wrapping_key_that_nobody_could_wrap_to_is_not_admitted(curve):
    """Whoever had one would keep everybody from moving the keys on."""
    member, wrap_key = "0123456789abcdef", identity.wrap_public(SEED)[:1184] + curve
    with pytest.raises(SealBroken):
        identity.wrap(b"key", wrap_key, b"")
    assert not identity.is_sound_wrap_key(wrap_key)
    assert not identity.proven(public_of(SEED), member, wrap_key, identity.proof(SEED, member, wrap_key))


@pytest.mark.parametrize("size", [0, 32, 1184, 1215, 1217])
def test_a_wrapping_key_of_another_length_is_not_admitted(size):
    member, wrap_key = "0123456789abcdef", (identity.wrap_public(SEED) + b"\0")[:size]
    assert not identity.proven(public_of(SEED), member, wrap_key, identity.proof(SEED, member, wrap_key))


def test_a_wrapping_key_whose_lattice_half_is_out_of_range_is_not_admitted():
    member, wrap_key = "0123456789abcdef", b"\xff" * 1184 + identity.wrap_public(SEED)[1184:]
    assert not identity.proven(public_of(SEED), member, wrap_key, identity.proof(SEED, member, wrap_key))


# --- key commitment ---------------------------------------------------------------------------------------------------


def test_a_body_crafted_for_two_keys_opens_under_the_one_it_commits_to_only():
    ours = [bytes([1]) * 32, bytes([2]) * 32]
    nonce, bound = bytes(12), b"bound"
    inner = [derive(key, labels.OUTBOX) for key in ours]
    body = twofold.ciphertext((inner[0], bound), (inner[1], bound), nonce)
    plain = [ChaCha20Poly1305(key).decrypt(nonce, body, bound) for key in inner]
    assert plain[0] != plain[1], "without commitment it opens twice"
    sealers = [Sealer(key, labels.OUTBOX) for key in ours]
    for mine, other in ((0, 1), (1, 0)):
        commitment = keyed_hash(derive(ours[mine], labels.COMMIT, labels.OUTBOX), nonce, bound)
        assert sealers[mine].open(nonce + commitment + body, bound) == plain[mine]
        with pytest.raises(SealBroken):
            sealers[other].open(nonce + commitment + body, bound)


def test_an_entry_crafted_for_two_circles_opens_in_the_one_it_commits_to_only():
    circles = [CircleKeys("need/0123456789abcdef", 1, bytes([1]) * 32), CircleKeys("trusted", 2, bytes([2]) * 32)]
    outside, place, nonce, tag = b"\1" + bytes(16), bytes(7) + b"\5", bytes(12), bytes(16)
    bounds = [keys._bound + outside + tag + place for keys in circles]
    inner = [derive(keys.key, labels.ENTRY) for keys in circles]
    body = twofold.ciphertext((inner[0], bounds[0]), (inner[1], bounds[1]), nonce, blocks=59)
    for key, bound in zip(inner, bounds, strict=True):
        ChaCha20Poly1305(key).decrypt(nonce, body, bound)
    for mine, other in ((0, 1), (1, 0)):
        commitment = hash_on(circles[mine].commit, nonce, bounds[mine])
        entry = outside + tag + nonce + commitment + body
        assert len(circles[mine].open(entry, len(outside), place)) == 59 * 16
        with pytest.raises(SealBroken):
            circles[other].open(entry, len(outside), place)


# --- one label, one purpose -------------------------------------------------------------------------------------------


def test_labels_differ_and_none_ends_inside_another():
    assert len(set(LABELS)) == len(LABELS) > 20
    assert all(label.isascii() and b"\0" not in label and label.startswith(b"nasij/1 ") for label in LABELS)
    capsules = (labels.LETTER_CAPSULE, labels.GRANT_CAPSULE)  # these stand before what they bind without a zero
    assert not any(a != b and a.startswith(b) for a in capsules for b in capsules)
    assert (wire.APPEND_LABEL, wire.SLOT_LABEL, wire.TOKEN_LABEL) == (labels.APPEND, labels.SLOT_PUT, labels.TOKEN_SAID)


def test_keys_differ_for_each_label():
    assert len({derive(SEED, label) for label in LABELS}) == len(LABELS)
    assert derive(SEED, labels.COMMIT, labels.OUTBOX) != derive(SEED, labels.COMMIT) != derive(SEED, labels.OUTBOX)


def test_a_signature_holds_for_its_own_label_only():
    public = public_of(SEED)
    for label in LABELS:
        signature = sign(SEED, label, b"message")
        assert [other for other in LABELS if verify(public, signature, other, b"message")] == [label]


def _opens(open_, *values):
    try:
        return open_(*values) == b"plain"
    except SealBroken:
        return False


def test_what_is_sealed_for_one_label_opens_for_no_other():
    for label in LABELS:
        small = Sealer(SEED, label).seal(b"plain", b"bound")
        large = bytes(seal_large(SEED, label, b"plain", b"bound"))
        for other in LABELS:
            assert _opens(Sealer(SEED, other).open, small, b"bound") is (other == label)
            assert _opens(open_large, SEED, other, large, b"bound") is (other == label)
        assert not _opens(Sealer(SEED, label).open, small, b"bounds")
        assert not _opens(open_large, SEED, label, large, b"bounds")
        assert not _opens(Sealer(bytes(32), label).open, small, b"bound")
        assert not _opens(open_large, bytes(32), label, large, b"bound")


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_changed_bit_or_a_missing_byte_anywhere_is_noticed():
    plain = secrets.token_bytes(100)
    sealer = Sealer(SEED, labels.OUTBOX)
    small, large = sealer.seal(plain, b""), bytes(seal_large(SEED, labels.SNAPSHOT, plain, b""))
    for sealed, opened in (
        (small, lambda raw: sealer.open(raw, b"")),
        (large, lambda raw: open_large(SEED, labels.SNAPSHOT, raw, b"")),
    ):
        assert opened(sealed) == plain
        for at in range(len(sealed) * 8):
            changed = bytearray(sealed)
            changed[at // 8] ^= 1 << at % 8
            with pytest.raises(SealBroken):
                opened(bytes(changed))
        for size in range(len(sealed)):
            with pytest.raises(SealBroken):
                opened(sealed[:size])
        with pytest.raises(SealBroken):
            opened(sealed + b"\0")


def test_a_large_body_cut_at_its_chunks_or_put_in_another_order_is_noticed():
    plain = secrets.token_bytes(3 * 16_384)
    sealed = bytes(seal_large(SEED, labels.SNAPSHOT, plain, b""))
    chunk = 16_384 + 16
    parts = [sealed[:56], *(sealed[56 + i * chunk : 56 + (i + 1) * chunk] for i in range(4))]
    assert open_large(SEED, labels.SNAPSHOT, b"".join(parts), b"") == plain
    for other in ([0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 1, 1, 2, 3, 4], [0, 1, 2, 4], [0]):
        with pytest.raises(SealBroken):
            open_large(SEED, labels.SNAPSHOT, b"".join(parts[i] for i in other), b"")
