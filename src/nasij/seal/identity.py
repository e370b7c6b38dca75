"""A member's two keys: one that signs what they say, one that others wrap circle keys to."""

import functools
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from nasij.errors import SealBroken
from nasij.seal import labels
from nasij.seal.primitives import is_sound_key, public_of, sign, verify

WRAP_PUBLIC_SIZE = 1184 + 32
CAPSULE_OVERHEAD = 1088 + 32 + 16
PERIOD_DAYS = 90

# HPKE (RFC 9180) with the hybrid X-Wing (KEM id 0x647a): somebody who stores capsules today must break both
# ML-KEM-768 and X25519 to open them later.
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def period_of(day: int) -> int:
    """Return the wrapping period that a day is in."""
    return day // PERIOD_DAYS


@functools.lru_cache(maxsize=8)
def _private(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Expand a 32-byte seed as X-Wing does: SHAKE256 to 64 bytes for ML-KEM and 32 for X25519."""
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    )


def wrap_public(seed: bytes) -> bytes:
    """Return the public half of a wrapping seed: ML-KEM-768 key 1184 B, then X25519 key 32 B."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
        + X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()
    )


@functools.lru_cache(maxsize=4096)
def _public(raw: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:1184]), X25519PublicKey.from_public_bytes(raw[1184:])
    )


def wrap(plain: bytes, public: bytes, info: bytes) -> bytes:
    """Return a capsule only the owner of `public` opens; `info` binds what it is for. Raises `SealBroken` for a bad key."""
    try:
        return _SUITE.encrypt(plain, _public(public), info)
    except ValueError:
        raise SealBroken from None


def unwrap(capsule: bytes, seed: bytes, info: bytes) -> bytes:
    """Open a capsule; raises `SealBroken` for anything not wrapped to this seed with this `info`."""
    try:
        return _SUITE.decrypt(capsule, _private(seed), info)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def is_sound_wrap_key(public: bytes) -> bool:
    """Say whether capsules can be made for a wrapping key: its lattice half in range, its curve half not of small order.

    With one that nobody can wrap to, its owner would keep everybody from ever moving the keys on.
    """
    if len(public) != WRAP_PUBLIC_SIZE:
        return False
    try:
        _public(public)
        # Any secret will do: for a point of small order each gives zeros, which the library refuses.
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    except ValueError:
        return False
    return True


def proof(sign_seed: bytes, member: str, wrap_key: bytes) -> bytes:
    """Return the proof that whoever asks to be admitted has the signing key and means this wrapping key."""
    return sign(sign_seed, labels.PROOF, member.encode() + wrap_key)


def proven(sign_key: bytes, member: str, wrap_key: bytes, given: bytes) -> bool:
    """Check a proof of possession, refusing keys of small order and wrapping keys that nobody could wrap to."""
    if not is_sound_key(sign_key) or not is_sound_wrap_key(wrap_key):
        return False
    return verify(sign_key, given, labels.PROOF, member.encode() + wrap_key)


__all__ = [
    "CAPSULE_OVERHEAD",
    "PERIOD_DAYS",
    "WRAP_PUBLIC_SIZE",
    "is_sound_wrap_key",
    "period_of",
    "proof",
    "proven",
    "public_of",
    "unwrap",
    "wrap",
    "wrap_public",
]
