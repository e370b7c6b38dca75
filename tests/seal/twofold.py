"""A message for two readers: one ChaCha20-Poly1305 ciphertext and tag that open under two keys, to other words each.

Poly1305 is a polynomial over the blocks, so one block can be chosen in which both keys give the same tag (Dodis, Grubbs,
Ristenpart, Woodage 2018, "Fast message franking"). This is what key commitment is there against.
"""

from itertools import count

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

P = 2**130 - 5
BLOCK = 1 << 128
CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


def _once(key: bytes, nonce: bytes) -> tuple[int, int]:
    """Return the two halves of Poly1305's key (RFC 8439, 2.6)."""
    stream = Cipher(ChaCha20(key, bytes(4) + nonce), None).encryptor().update(bytes(32))
    return int.from_bytes(stream[:16], "little") & CLAMP, int.from_bytes(stream[16:], "little")


def _blocks(bound: bytes, body: bytes) -> list[bytes]:
    filled = [part + bytes(-len(part) % 16) for part in (bound, body)]
    said = b"".join(filled) + len(bound).to_bytes(8, "little") + len(body).to_bytes(8, "little")
    return [said[i : i + 16] for i in range(0, len(said), 16)]


def _sum(r: int, blocks: list[bytes]) -> int:
    total = 0
    for block in blocks:
        total = (total + BLOCK + int.from_bytes(block, "little")) * r % P
    return total


def ciphertext(first: tuple[bytes, bytes], second: tuple[bytes, bytes], nonce: bytes, blocks: int = 4) -> bytes:
    """Return a ciphertext with its tag for two pairs of a key and what is bound."""
    halves = [_once(key, nonce) for key, _ in (first, second)]
    (r1, s1), (r2, s2) = halves
    power = 2  # the chosen block is the last of the body; the lengths follow it
    slope = pow(pow(r1, power, P) - pow(r2, power, P), -1, P)
    for number in count():
        body = number.to_bytes(16, "little") * (blocks - 1) + bytes(16)
        x1, x2 = (_sum(r, _blocks(bound, body)) for (r, _), (_, bound) in zip(halves, (first, second), strict=True))
        for wraps in range(-4, 5):
            chosen = (s2 - s1 + wraps * BLOCK - x1 + x2) * slope % P
            if chosen >= BLOCK:
                continue
            tags = {(x + chosen * r**power) % P + s & BLOCK - 1 for x, (r, s) in zip((x1, x2), halves, strict=True)}
            if len(tags) == 1:
                return body[:-16] + chosen.to_bytes(16, "little") + tags.pop().to_bytes(16, "little")
    raise AssertionError
