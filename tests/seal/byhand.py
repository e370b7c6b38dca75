"""The formats once more, written from `docs/formats` with hashlib, hmac and the bare primitives: nothing of nasij."""

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def hkdf(key: bytes, label: bytes, extra: bytes = b"", size: int = 32) -> bytes:
    """HKDF-Expand with SHA-256 (RFC 5869, 2.3)."""
    info, out, block = label + b"\0" + extra, b"", b""
    for count in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([count]), "sha256")
        out += block
    return out[:size]


def keyed(key: bytes, said: bytes, size: int = 32) -> bytes:
    return hashlib.blake2s(said, key=key, digest_size=size).digest()


def argon(secret: bytes, salt: bytes, memory: int, passes: int) -> bytes:
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=4, memory_cost=memory).derive(secret)


def sealed(key: bytes, label: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """nonce 12 | commitment 32 | ciphertext."""
    commit = keyed(hkdf(key, b"nasij/1 commit", label), nonce + bound)
    return nonce + commit + ChaCha20Poly1305(hkdf(key, label)).encrypt(nonce, plain, bound)


def large(key: bytes, label: bytes, salt: bytes, plain: bytes, bound: bytes) -> bytes:
    """Cobblestone-256 (https://c2sp.org/chunked-encryption): salt 24 | commitment 32 | chunks of 16 KiB, the last shorter."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + label + b"\0" + bound
    first = hmac.digest(hkdf(key, label), info + b"\1", "sha512")
    wide = first + hmac.digest(hkdf(key, label), first + info + b"\2", "sha512")
    cipher, start = AESGCM(wide[:32]), int.from_bytes(wide[32:44], "big")
    out = salt + wide[44:76]
    for count in range(len(plain) // 16384 + 1):
        nonce = (start ^ count).to_bytes(12, "big")
        out += cipher.encrypt(nonce, plain[count * 16384 : (count + 1) * 16384], b"")
    return out


def form(label: bytes, message: bytes) -> bytes:
    return label + b"\0" + hashlib.sha256(message).digest()


def signed(seed: bytes, label: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(form(label, message))


def public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def pack(value: Any) -> bytes:
    """MessagePack, shortest form (https://github.com/msgpack/msgpack/blob/master/spec.md)."""
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        if value < 128:
            return bytes([value])
        for mark, size in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)):
            if value < 1 << 8 * size:
                return bytes([mark]) + value.to_bytes(size, "big")
    if isinstance(value, list):
        return _counted(value, 0x90, 15, {2: 0xDC, 4: 0xDD}) + b"".join(map(pack, value))
    if isinstance(value, str):
        return _counted(value.encode(), 0xA0, 31, {1: 0xD9, 2: 0xDA, 4: 0xDB}) + value.encode()
    assert isinstance(value, bytes)
    return _counted(value, 0, -1, {1: 0xC4, 2: 0xC5, 4: 0xC6}) + value


def _counted(value: Any, short: int, most: int, marks: dict[int, int]) -> bytes:
    count = len(value)
    if count <= most:
        return bytes([short | count])
    size = next(size for size in marks if count < 1 << 8 * size)
    return bytes([marks[size]]) + count.to_bytes(size, "big")


def padded(body: bytes, total: int) -> bytes:
    """length 4 | body | zeros, `total` bytes together."""
    raw = len(body).to_bytes(4, "big") + body
    return raw + bytes(total - len(raw))


# --- X-Wing (draft-connolly-cfrg-xwing-kem) and HPKE (RFC 9180) -------------------------------------------------------

_SUITE = b"HPKE" + (0x647A).to_bytes(2, "big") + (1).to_bytes(2, "big") + (3).to_bytes(2, "big")


def xwing_keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    wide = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(wide[:64]), X25519PrivateKey.from_private_bytes(wide[64:])


def xwing_public(seed: bytes) -> bytes:
    lattice, curve = xwing_keys(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def xwing_open(seed: bytes, ciphertext: bytes) -> bytes:
    """Return the shared secret of 1088 + 32 bytes of ciphertext."""
    lattice, curve = xwing_keys(seed)
    theirs = ciphertext[1088:]
    first = lattice.decapsulate(ciphertext[:1088])
    second = curve.exchange(X25519PublicKey.from_public_bytes(theirs))
    return hashlib.sha3_256(first + second + theirs + curve.public_key().public_bytes_raw() + b"\\.//^\\").digest()


def _extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + _SUITE + label + secret, "sha256")


def _expand(key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    said = size.to_bytes(2, "big") + b"HPKE-v1" + _SUITE + label + info
    return hmac.digest(key, said + b"\1", "sha256")[:size]


def hpke(shared: bytes, info: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    """Return the cipher and the nonce of the first message in base mode."""
    context = b"\0" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", info)
    secret = _extract(shared, b"secret", b"")
    return ChaCha20Poly1305(_expand(secret, b"key", context, 32)), _expand(secret, b"base_nonce", context, 12)


def unwrapped(capsule: bytes, seed: bytes, info: bytes) -> bytes:
    cipher, nonce = hpke(xwing_open(seed, capsule[:1120]), info)
    return cipher.decrypt(nonce, capsule[1120:], b"")


def wrapped(ciphertext: bytes, shared: bytes, plain: bytes, info: bytes) -> bytes:
    cipher, nonce = hpke(shared, info)
    return ciphertext + cipher.encrypt(nonce, plain, b"")


def _times(a: int, b: int) -> int:
    """Multiply in GF(256) with the polynomial of AES."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _at(points: dict[int, bytes], x: int) -> bytes:
    """Return the value at x of the polynomials through the points (Lagrange)."""
    out = bytes(32)
    for here, value in points.items():
        weight = 1
        for other in set(points) - {here}:
            inverse = next(i for i in range(1, 256) if _times(i, here ^ other) == 1)
            weight = _times(weight, _times(x ^ other, inverse))
        out = bytes(o ^ _times(weight, v) for o, v in zip(out, value, strict=True))
    return out


def share_of(indices: list[int]) -> tuple[int, int, bytes]:
    """Return the index, the threshold and the value of a share of 33 words of ten bits (SLIP-39)."""
    bits = sum(index << (10 * (len(indices) - 1 - at)) for at, index in enumerate(indices))
    about = bits >> 290 & (1 << 20) - 1
    return about >> 4 & 15, (about & 15) + 1, (bits >> 30 & (1 << 256) - 1).to_bytes(32, "big")


def joined(points: dict[int, bytes]) -> bytes:
    """Return the key in as many shares as are needed: its digest fits, and the four rounds over it are undone (SLIP-39)."""
    sealed, check = _at(points, 255), _at(points, 254)
    assert hmac.digest(check[4:], sealed, "sha256")[:4] == check[:4]
    left, right = sealed[:16], sealed[16:]
    for turn in (3, 2, 1, 0):
        pad = hashlib.pbkdf2_hmac("sha256", bytes([turn]), right, 2500, 16)
        left, right = right, bytes(a ^ b for a, b in zip(left, pad, strict=True))
    return right + left
