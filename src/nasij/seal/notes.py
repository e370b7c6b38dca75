"""A note that opens only together: its key is in shares, one in each chosen room, and each share waits in an envelope.

```
note       Sealer( salt 32 | length 2 | words | zeros to 2560 ) under a random key, bound = label | bound
share      the key itself where any one room opens it, else one share of `shares`, of which any two give it back
envelope   HPKE( length 2 | share | zeros to 440 ) to a key that the room made for notes alone, info = label | bound | member
```

Whoever seals keeps no key, so the note does not open on the device it was written on. The keys that the rooms make for notes
are short-lived: what was sealed to one is lost for good once its seed is destroyed, wherever the bytes still lie.
"""

import itertools
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nasij.errors import Malformed, SealBroken
from nasij.seal import identity, labels, shares
from nasij.seal.identity import CAPSULE_OVERHEAD, wrap_public
from nasij.seal.primitives import KEY_SIZE, Sealer, random_key, stretch
from nasij.text import fold

NOTE_SIZE = 2560
SALT_LENGTH = 32
SHARE_SIZE = 440
ENVELOPE_SIZE = SHARE_SIZE + CAPSULE_OVERHEAD
SEALED_SIZE = NOTE_SIZE + Sealer.overhead
WORDS_MAX = NOTE_SIZE - SALT_LENGTH - 2
TOGETHER = 2  # rooms, where not any one of them opens it
WORD_COST = (
    1  # a word that people remember is stretched, so that whoever has a watcher's device cannot simply try words
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed note and what each room is handed, by member."""

    note: bytes
    salt: str
    envelopes: Mapping[str, bytes]


def new_reader() -> tuple[bytes, bytes]:
    """Return the seed and the public half of a room's key for notes."""
    seed = random_key()
    return seed, wrap_public(seed)


def seal(words: str, readers: Mapping[str, bytes], needed: int, bound: bytes) -> Sealed:
    """Seal a note for these rooms, `needed` (one or two) of which open it; raises `Malformed` for one that is too long."""
    said = words.encode()
    if len(said) > WORDS_MAX:
        raise Malformed
    salt = secrets.token_hex(SALT_LENGTH // 2)
    plain = salt.encode() + len(said).to_bytes(2, "big") + said
    key = random_key()
    note = Sealer(key, labels.NOTE).seal(plain + bytes(NOTE_SIZE - len(plain)), bound)
    split = [key] * len(readers) if needed < TOGETHER else shares.split(key, TOGETHER, len(readers))
    handed = {
        member: identity.wrap(_padded(share), readers[member], _for(bound, member))
        for share, member in zip(split, sorted(readers), strict=True)
    }
    return Sealed(note, salt, handed)


def _padded(share: bytes) -> bytes:
    return len(share).to_bytes(2, "big") + share + bytes(SHARE_SIZE - 2 - len(share))


def _for(bound: bytes, member: str) -> bytes:
    return labels.NOTE_ENVELOPE + bound + member.encode()


def open_envelope(envelope: bytes, seed: bytes, member: str, bound: bytes) -> bytes:
    """Return a room's share; raises `SealBroken`."""
    plain = identity.unwrap(envelope, seed, _for(bound, member))
    return plain[2 : 2 + int.from_bytes(plain[:2], "big")]


def open_note(note: bytes, given: Iterable[bytes], needed: int, bound: bytes) -> tuple[str, str]:
    """Return the words and their salt from enough shares; raises `SealBroken`. A wrong share does not spoil the right ones."""
    for some in itertools.combinations(given, needed):
        try:
            key = some[0] if needed < TOGETHER else shares.join(some)
            if len(key) == KEY_SIZE:
                return _read(Sealer(key, labels.NOTE).open(note, bound))
        except SealBroken:
            continue
    raise SealBroken


def _read(plain: bytes) -> tuple[str, str]:
    size = int.from_bytes(plain[SALT_LENGTH : SALT_LENGTH + 2], "big")
    try:
        return plain[SALT_LENGTH + 2 : SALT_LENGTH + 2 + size].decode(), plain[:SALT_LENGTH].decode("ascii")
    except UnicodeDecodeError:
        raise SealBroken from None


def stretched_word(word: str, checkin: str) -> str:
    """Return what stands for a spoken word: slow to compute, another one for each check-in.

    The word is folded, because it is typed by somebody who only heard it.
    """
    return stretch(fold(word).encode(), checkin.encode(), WORD_COST).hex()
