"""The plain account: what opens once everything else was locked away.

It is the room of somebody who has asked to be let in and waits, as every newcomer's is: of nobody's words, names or keys, and
with nothing in it that a newcomer's has not. It has never been a member, so nobody can say anything in the member's name with
it. Its request waits in a mailbox that the chosen friends' rooms know; the four words on its page are those they compare.

Whether it was opened by a second passphrase is told to these friends by its id alone: one that only they can compute.
"""

import hashlib
import secrets

from nasij.ids import id_from, new_id
from nasij.seal import identity, labels
from nasij.seal import words as spoken
from nasij.seal.primitives import derive, keyed_hash, random_key, same
from nasij.seal.vault import Secrets

WORDS = 4
_NEARBY = 4096


def box_of(way: bytes) -> bytes:
    """Return the base of the mailbox in which the plain account asks; it says nothing about `way`."""
    return derive(way, labels.AWAY_BOX)


def _alarm(way: bytes, wrap_key: bytes) -> str:
    return id_from(keyed_hash(derive(way, labels.AWAY_ALARM), wrap_key))


def is_alarm(way: bytes, asker: str, wrap_key: bytes) -> bool:
    """Say whether a plain account was opened by a second passphrase."""
    return same(_alarm(way, wrap_key).encode(), asker.encode())


def compared(base: bytes, asker: str, wrap_key: bytes, language: str) -> list[str]:
    """Return the four words of a request, the same in both rooms."""
    said = hashlib.sha256(labels.COMPARE_AWAY + base + asker.encode() + wrap_key).digest()
    return spoken.speak(said, language, WORDS)


def plain_account(kept: Secrets, *, alarm: bool) -> Secrets:
    """Return a new plain account to lie beside one; `alarm` where it is for a second passphrase."""
    way = bytes(kept.away.get("way", b"")) or random_key()
    seed = random_key()
    wrap_key = identity.wrap_public(seed)
    member = _alarm(way, wrap_key) if alarm else new_id()
    base = box_of(way)
    words = compared(base, member, wrap_key, str(kept.settings.get("language", "ar")))
    return Secrets(
        *(member, bytes(16), kept.hub, random_key(), {max(kept.wrap_seeds, default=0): seed}),
        sample=kept.sample,
        joining={
            "base": base,
            "compare": " ".join(words),
            "state": "waiting",
            "items": [],
            "questions": [],
            "note": [new_id(), secrets.randbelow(_NEARBY), secrets.token_bytes(32)],
        },
        settings={k: v for k, v in kept.settings.items() if k in ("language", "address")},
    )
