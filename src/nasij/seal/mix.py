"""Secret ballots: a decryption mix of a few carriers (D. Chaum, "Untraceable electronic mail", CACM 24(2), 1981).

Each carrier makes a key for one vote. A ballot is wrapped for the last carrier, then for the one before, and so on; every
layer is HPKE like all wrapping here. When voting is over the first carrier opens the outer layer of all ballots and passes them
on in the order of their bytes, which are random, so the order says nothing; the last one's opening shows the ballots. Whoever
wants to know whose ballot is whose needs the keys of all carriers, and each is destroyed once its layer is off.

```
ballot   nonce 16 | length 2 | choice | zeros to 160      the nonce lets its voter, and nobody else, see that it was counted
layer    HPKE( inside ) to the carrier's key, info = label | bound | turn 1
```
"""

import secrets
from collections.abc import Iterable, Sequence

from nasij.errors import Malformed, SealBroken
from nasij.seal import identity, labels
from nasij.seal.identity import CAPSULE_OVERHEAD, wrap_public
from nasij.seal.primitives import random_key

NONCE_SIZE = 16
BALLOT_SIZE = 160
CHOICE_MAX = BALLOT_SIZE - NONCE_SIZE - 2


def new_carrier() -> tuple[bytes, bytes]:
    """Return a carrier's seed and public key for one vote."""
    seed = random_key()
    return seed, wrap_public(seed)


def size_at(turn: int, carriers: int) -> int:
    """Return how many bytes a ballot has that waits for the carrier of this turn; turns count from 1."""
    return BALLOT_SIZE + (carriers - turn + 1) * CAPSULE_OVERHEAD


def seal_ballot(choice: bytes, keys: Sequence[bytes], bound: bytes) -> tuple[bytes, bytes]:
    """Return a ballot wrapped for all carriers, first carrier outermost, and the nonce in it; raises `Malformed` if too long."""
    if len(choice) > CHOICE_MAX:
        raise Malformed
    nonce = secrets.token_bytes(NONCE_SIZE)
    inside = nonce + len(choice).to_bytes(2, "big") + choice + bytes(CHOICE_MAX - len(choice))
    for turn in range(len(keys), 0, -1):
        inside = identity.wrap(inside, keys[turn - 1], _bound_to(bound, turn))
    return inside, nonce


def _bound_to(bound: bytes, turn: int) -> bytes:
    return labels.MIX + bound + bytes([turn])


def take_layer(ballots: Iterable[bytes], seed: bytes, bound: bytes, turn: int) -> list[bytes]:
    """Return the ballots without the layer of one turn, in the order of their bytes; what does not open is left out."""
    opened = []
    for ballot in ballots:
        try:
            opened.append(identity.unwrap(ballot, seed, _bound_to(bound, turn)))
        except SealBroken:
            continue
    return sorted(opened)


def read_ballot(plain: bytes) -> tuple[bytes, bytes] | None:
    """Return nonce and choice of an opened ballot; None for one of another form, which counts as given blank."""
    size = int.from_bytes(plain[NONCE_SIZE : NONCE_SIZE + 2], "big")
    end = NONCE_SIZE + 2 + size
    if len(plain) != BALLOT_SIZE or size > CHOICE_MAX or any(plain[end:]):
        return None
    return plain[:NONCE_SIZE], plain[NONCE_SIZE + 2 : end]
