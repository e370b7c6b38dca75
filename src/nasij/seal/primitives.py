"""The few lowest calls, each with the reason for its choice.

Key commitment: an ordinary AEAD lets one ciphertext open under two keys, which breaks "everybody sees the same". A keyed
BLAKE2s value (RFC 7693) over the nonce and the additional data, under a key derived beside the sealing key, travels with
each sealed body and is checked first.
"""

import hashlib
import hmac
import secrets

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from nasij.errors import SealBroken
from nasij.seal import labels

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
COMMITMENT_SIZE = 32
SIGNATURE_SIZE = 64

# Argon2id (RFC 9106): memory in KiB, passes. 256 MiB and three passes are half a second on an old laptop; the small one
# is for machines that cannot, and for samples and tests, where nothing is kept secret.
ARGON_COSTS = {0: (8 * 1024, 1), 1: (64 * 1024, 3), 2: (256 * 1024, 3)}

# OpenSSL accepts these, libsodium refuses them; for a small-order key a signature of zeros verifies for any message.
# The canonical and non-canonical encodings of the points of order 1, 2, 4 and 8 on edwards25519 (cf. RFC 8032, 5.1.7).
_P = 2**255 - 19
_ORDER8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_Y = (0, 1, _P - 1, _ORDER8_Y, _P - _ORDER8_Y, _P, _P + 1)
SMALL_ORDER = frozenset((y | (sign << 255)).to_bytes(32, "little") for y in _SMALL_Y for sign in (0, 1))


def random_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_SIZE)


def derive(key: bytes, label: bytes, extra: bytes = b"", size: int = KEY_SIZE) -> bytes:
    """Return a key for one purpose (HKDF-Expand, RFC 5869; `key` is uniformly random already)."""
    return HKDFExpand(algorithm=SHA256(), length=size, info=label + b"\0" + extra).derive(key)


def stretch(secret: bytes, salt: bytes, cost: int) -> bytes:
    """Return a key from something people remember (Argon2id); `cost` is a key of `ARGON_COSTS`."""
    memory, passes = ARGON_COSTS[cost]
    return Argon2id(salt=salt, length=KEY_SIZE, iterations=passes, lanes=4, memory_cost=memory).derive(secret)


def keyed_hash(key: bytes, *parts: bytes, size: int = 32) -> bytes:
    """Return a keyed hash (BLAKE2s, RFC 7693) of the parts; callers fix the length of every part but the last."""
    return hash_on(keyed(key, size), *parts)


def keyed(key: bytes, size: int = 32) -> hashlib.blake2s:
    """Return the beginning of a keyed hash, for a key under which much is hashed: `hash_on` goes on from it."""
    return hashlib.blake2s(key=key, digest_size=size)


def hash_on(begun: hashlib.blake2s, *parts: bytes) -> bytes:
    """Return what `keyed_hash` does, from its beginning, which stays as it is."""
    state = begun.copy()
    for part in parts:
        state.update(part)
    return state.digest()


def same(a: bytes, b: bytes) -> bool:
    """Compare without telling by time where they differ."""
    return hmac.compare_digest(a, b)


class Sealer:
    """Seals and opens small bodies under one key, with key commitment.

    ``nonce 12 B | commitment 32 B | ciphertext and its tag``
    """

    overhead = NONCE_SIZE + COMMITMENT_SIZE + TAG_SIZE

    def __init__(self, key: bytes, label: bytes) -> None:
        """Derive the sealing and the commitment key for the purpose `label`."""
        self._cipher = ChaCha20Poly1305(derive(key, label))
        self._commit = derive(key, labels.COMMIT, label)

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        """Return the sealed bytes; `bound` is the additional data that must be the same when opening."""
        nonce = secrets.token_bytes(NONCE_SIZE)
        return nonce + keyed_hash(self._commit, nonce, bound) + self._cipher.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, bound: bytes) -> bytes:
        """Return what was sealed; raises `SealBroken` for anything else."""
        nonce = sealed[:NONCE_SIZE]
        if not same(sealed[NONCE_SIZE : NONCE_SIZE + COMMITMENT_SIZE], keyed_hash(self._commit, nonce, bound)):
            raise SealBroken
        try:
            return self._cipher.decrypt(nonce, sealed[NONCE_SIZE + COMMITMENT_SIZE :], bound)
        except (InvalidTag, ValueError):
            raise SealBroken from None


_CHUNK = 1 << 20


def seal_large(key: bytes, label: bytes, plain: bytes | memoryview, bound: bytes) -> bytearray:
    """Seal a large body, such as a snapshot (Cobblestone-256: AES-256-GCM in chunks, with key commitment)."""
    sealer = Cobblestone256Encryptor(derive(key, label), label + b"\0" + bound)
    out = bytearray()
    view = memoryview(plain)
    for start in range(0, len(view), _CHUNK):
        out += sealer.update(view[start : start + _CHUNK])
    out += sealer.finalize()
    return out


def open_large(key: bytes, label: bytes, sealed: bytes | memoryview, bound: bytes) -> bytes:
    """Open what `seal_large` sealed; raises `SealBroken` for anything else."""
    opener = Cobblestone256Decryptor(derive(key, label), label + b"\0" + bound)
    try:
        return bytes(opener.update(sealed)) + bytes(opener.finalize())
    except (InvalidTag, ValueError):
        raise SealBroken from None


def sign(seed: bytes, label: bytes, message: bytes) -> bytes:
    """Sign (Ed25519, RFC 8032) the SHA-256 of the labelled message, so that only 32 bytes go to whoever verifies."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(signed_form(label, message))


def signed_form(label: bytes, message: bytes) -> bytes:
    """Return the bytes a signature covers."""
    return label + b"\0" + hashlib.sha256(message).digest()


def public_of(seed: bytes) -> bytes:
    """Return the public half of a signing seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def is_sound_key(public: bytes) -> bool:
    """Say whether a public key may be admitted: canonical and not of small order."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return len(public) == KEY_SIZE and y < _P and public not in SMALL_ORDER


def verify(public_key: bytes, signature: bytes, label: bytes, message: bytes) -> bool:
    """Say whether `signature` is by `public` over the labelled message, for every verifier alike and for ever."""
    return verify_form(public_key, signature, signed_form(label, message))


def verify_form(public: bytes, signature: bytes, form: bytes) -> bool:
    """Verify over bytes already in signed form; keys that may not be admitted and R of small order are refused.

    The key is looked at each time (a hundredth of the cost), because some come in rows that another room brings along.
    """
    if not is_sound_key(public) or len(signature) != SIGNATURE_SIZE or signature[:32] in SMALL_ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, form)
    except (InvalidSignature, ValueError):
        return False
    return True
