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

from dataclasses import dataclass
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
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


@dataclass(frozen=True, slots=True)
class Said:
    """What a member's signature covers, decoded: who said what, having seen which head."""

    author: str
    act: int
    hour: int
    seen: int
    head: bytes
    name: str
    raw: bytes
    grant: list[Any] | None


@dataclass(frozen=True, slots=True)
class OpenedFact:
    """An opened entry that states a fact. Nobody has checked `signature` over `form` yet."""

    circle: CircleKeys
    said: Said
    form: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """An opened entry that hands out the keys of some private circle."""

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
    inner = encode([said.author, said.act, said.hour, said.seen, said.head, said.name, said.raw, said.grant])
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
        inside = decode(unpad(circle.open(entry, OUTSIDE_SIZE, place8)))
    except (NotCanonical, Malformed):
        raise SealBroken from None
    if not isinstance(inside, list) or not inside:
        raise SealBroken
    if inside[0] == FACT and len(inside) == 3:
        return _fact(circle, network, place, inside)
    if inside[0] == LETTER and len(inside) == 3:
        return _letter(inside[1], inside[2])
    raise SealBroken


def _letter(seen: Any, capsules: Any) -> OpenedLetter:
    if type(seen) is not int or not isinstance(capsules, list) or len(capsules) > CAPSULES_MAX:
        raise SealBroken
    if not all(isinstance(c, bytes) for c in capsules):
        raise SealBroken
    return OpenedLetter(seen, capsules)


def _fact(circle: CircleKeys, network: bytes, place: int, inside: list[Any]) -> OpenedFact:
    _, inner, signature = inside
    if not isinstance(inner, bytes) or not isinstance(signature, bytes) or len(signature) != SIGNATURE_SIZE:
        raise SealBroken
    try:
        values = decode(inner)
    except NotCanonical:
        raise SealBroken from None
    if not isinstance(values, list) or len(values) != 8:
        raise SealBroken
    said = Said(*values)
    if not (
        isinstance(said.author, str)
        and type(said.act) is int
        and 0 <= said.act <= ACT_MAX
        and type(said.hour) is int
        and 0 <= said.hour <= 2**31
        and type(said.seen) is int
        and isinstance(said.head, bytes)
        and isinstance(said.name, str)
        and isinstance(said.raw, bytes)
        and (said.grant is None or isinstance(said.grant, list))
    ):
        raise SealBroken
    return OpenedFact(circle, said, signed_form(labels.SAID, _covered(circle, network, place, inner)), signature)
