"""The joining ceremony: a mailbox at the hub that two people find by a link and five words said aloud.

Neither part is of use alone. Both together are stretched (Argon2id) into one base; the mailbox's name and the key of its
items are derived from it, so the hub learns neither who writes nor what, and a wrong word finds an empty box, like a dead
invitation does. Looking takes nothing away; an invitation is used up by the inviter's room, which answers one request.

```
item    Sealer(key)  [kind, id, value]        padded to a multiple of 1 KiB
kinds   note      the inviter's: where, who invites, the head they saw, the group's questions
        request   the newcomer's: keys, proof, what to be called, answers
        said      words of the conversation      from: "them" the newcomer, "us" the network
        closed    how it ended                   withdrawn by the newcomer, or declined
        words     what is said to the newcomer with it
        cancelled the invitation leads nowhere any more
        welcome   the network's key and the place to begin reading
```
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import SealBroken
from nasij.seal import labels
from nasij.seal.primitives import Sealer, derive, stretch

LINK_SIZE = 16
SPOKEN_WORDS = 5
COMPARE_WORDS = 4
VALID_HOURS = 48
BOX_DAYS = 14
_SALT = labels.INVITE.ljust(16, b"\0")
_COST = 1
_PAD = 1024


@dataclass(frozen=True, slots=True)
class BoxItem:
    """One opened item of a mailbox."""

    kind: str
    id: str
    value: Any


def new_link() -> bytes:
    """Return the part of an invitation that travels as a link or a QR code."""
    return secrets.token_bytes(LINK_SIZE)


def stretched(link: bytes, words: bytes, cost: int = _COST) -> bytes:
    """Return the base of an invitation from its two parts; `words` in the form they are kept in."""
    return stretch(link + b"\0" + words, _SALT, cost)


def box_name(base: bytes) -> bytes:
    """Return the mailbox's name at the hub."""
    return derive(base, labels.INVITE_BOX)


def seal_item(base: bytes, item: BoxItem) -> bytes:
    """Seal an item for the mailbox."""
    body = encode([item.kind, item.id, item.value])
    body = len(body).to_bytes(4, "big") + body
    return Sealer(derive(base, labels.INVITE_KEY), labels.INVITE).seal(body + b"\0" * (-len(body) % _PAD), b"")


def open_items(base: bytes, sealed: Iterable[bytes]) -> list[BoxItem]:
    """Open what opens; anybody may have put anything into a box, and the rest is passed over."""
    sealer = Sealer(derive(base, labels.INVITE_KEY), labels.INVITE)
    found = []
    for raw in sealed:
        try:
            plain = sealer.open(raw, b"")
            kind, id_, value = decode(plain[4 : 4 + int.from_bytes(plain[:4], "big")])
        except (SealBroken, NotCanonical, ValueError, TypeError):
            continue
        if isinstance(kind, str) and isinstance(id_, str):
            found.append(BoxItem(kind, id_, value))
    return found


def compare_bytes(base: bytes, inviter_key: bytes, sign_key: bytes, wrap_key: bytes) -> bytes:
    """Return what both sides turn into four words: the same only if nobody stands between them."""
    return hashlib.sha256(labels.COMPARE_JOIN + base + inviter_key + sign_key + wrap_key).digest()


def compare_head(network: bytes, place: int, head: bytes) -> bytes:
    """Return what two members turn into four words to find out whether the hub told them the same story."""
    return hashlib.sha256(labels.COMPARE_HEAD + network + place.to_bytes(8, "big") + head).digest()
