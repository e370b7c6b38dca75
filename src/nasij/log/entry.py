"""One entry of the line, sealed.

```
outside   version 1 B | network 16 B
seal      tag 16 B | nonce 12 B | commitment 32 B | ciphertext … 16 B
total     a size class (`log/cell.py`)

inside a fact    [1, said, signature 64 B]
   said          [author, act, hour, seen, head 32 B, name, raw, grant or None]
inside a letter  [2, seen, [capsule, …]]    no author, no name: the network learns only that there is one
```

The signature covers network, place, audience, epoch and `said`; `said` carries the place and the head the author had seen,
so an entry fits one place of one story only. `act` is a random number that lets a room recognise its own act after a broken connection.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from nasij.encoding import NotCanonical, at_most, decode, encode, shape
from nasij.errors import Malformed, SealBroken
from nasij.line import place_bytes
from nasij.log.cell import fit, pad, unpad
from nasij.seal import labels
from nasij.seal.circle import CircleKeys, Keyring
from nasij.seal.primitives import SIGNATURE_SIZE, Sealer, sign, signed_form

VERSION = 1
NETWORK_SIZE = 16
OUTSIDE_SIZE = 1 + NETWORK_SIZE
OVERHEAD = OUTSIDE_SIZE + 16 + Sealer.overhead
FACT = 1
LETTER = 2
ACT_MAX = 2**63 - 1
CAPSULES_MAX = 256
GRANT_MAX = 2000  # more capsules than an entry can hold

# What stands inside, by type, so that bytes which somebody hostile has sealed do not become a mountain of values.
# They are made while this runs, so mypy cannot read them.
_NUMBER: Any = at_most(int, 2**53)
_MEMBERS: Any = at_most(list[str], GRANT_MAX)
_EPOCHS: Any = at_most(list[tuple[str, _NUMBER, _MEMBERS]], 16)
_GRANT: Any = tuple[_EPOCHS, at_most(list[tuple[str, bytes]], GRANT_MAX)]  # type: ignore[misc]
_SAID = shape(
    tuple[str, at_most(int, ACT_MAX), at_most(int, 2**31), _NUMBER, bytes, str, bytes, _GRANT | None]  # type: ignore[misc]
)
_INSIDE = {
    FACT: shape(tuple[int, bytes, bytes]),
    LETTER: shape(tuple[int, _NUMBER, at_most(list[bytes], CAPSULES_MAX)]),  # type: ignore[misc]
}


class Said(NamedTuple):
    """What a member's signature covers, decoded: who said what, having seen which head."""

    author: str
    act: int
    hour: int
    seen: int
    head: bytes
    name: str
    raw: bytes
    grant: Sequence[Any] | None


class OpenedFact(NamedTuple):
    """An opened entry that states a fact. Nobody has checked `signature` over `form` yet."""

    circle: CircleKeys
    said: Said
    form: bytes
    signature: bytes


class OpenedLetter(NamedTuple):
    """An opened entry that hands out the keys of some private circle; its own is the network's."""

    circle: CircleKeys
    seen: int
    capsules: list[bytes]


def _seal(circle: CircleKeys, network: bytes, place: int, inside: list[Any]) -> bytes:
    body = encode(inside)
    size = fit(len(body) + 4 + OVERHEAD)
    return circle.seal(bytes([VERSION]) + network, place_bytes(place), pad(body, size - OVERHEAD))


def _covered(circle: CircleKeys, network: bytes, place: int, said: bytes) -> bytes:
    return network + place_bytes(place) + circle.context + said


def seal_fact(circle: CircleKeys, network: bytes, place: int, said: Said, sign_seed: bytes) -> bytes:
    """Return the entry that states a fact at `place`."""
    inner = encode(said)
    signature = sign(sign_seed, labels.SAID, _covered(circle, network, place, inner))
    return _seal(circle, network, place, [FACT, inner, signature])


def seal_letter(circle: CircleKeys, network: bytes, place: int, seen: int, capsules: list[bytes]) -> bytes:
    """Return the entry that carries a letter; `circle` is the network's."""
    return _seal(circle, network, place, [LETTER, seen, capsules])


def open_entry(keyring: Keyring, network: bytes, place: int, entry: bytes) -> OpenedFact | OpenedLetter | None:
    """Open an entry; None if it is for a circle we are not in. Raises `SealBroken` for bytes that nobody honest made."""
    if len(entry) <= OVERHEAD or entry[0] != VERSION or entry[1:OUTSIDE_SIZE] != network:
        raise SealBroken
    place8 = place_bytes(place)
    circle = keyring.find(entry[OUTSIDE_SIZE : OUTSIDE_SIZE + 16], place8)
    if circle is None:
        return None
    try:
        plain = unpad(circle.open(entry, OUTSIDE_SIZE, place8))
        kind = plain[1] if len(plain) > 1 else 0
        if kind == FACT:
            _, said, signature = decode(plain, of=_INSIDE[FACT])
            return _fact(circle, network, place, said, signature)
        if kind == LETTER:
            _, seen, capsules = decode(plain, of=_INSIDE[LETTER])
            return OpenedLetter(circle, seen, capsules)
    except (NotCanonical, Malformed):
        raise SealBroken from None
    raise SealBroken


def _fact(circle: CircleKeys, network: bytes, place: int, inner: bytes, signature: bytes) -> OpenedFact:
    if len(signature) != SIGNATURE_SIZE:
        raise SealBroken
    said = Said._make(decode(inner, of=_SAID))
    return OpenedFact(circle, said, signed_form(labels.SAID, _covered(circle, network, place, inner)), signature)
