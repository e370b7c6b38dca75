"""A member's long-term secrets at rest, under a passphrase.

```
 0   version 1 B, Argon2id cost 1 B
 2   salt 16 B
18   four slots of 92 B: each a sealed vault key, or random filler; nobody can tell which
386  sealed body, padded to a multiple of 16 KiB
```

One try stretches the passphrase once and tries all four slots, whether or not they are used, so the number of slots in
use shows neither in size nor in time.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import Locked, SealBroken
from nasij.seal import labels
from nasij.seal.primitives import KEY_SIZE, Sealer, derive, random_key, stretch

VERSION = 1
SALT_SIZE = 16
SLOTS = 4
SLOT_SIZE = KEY_SIZE + Sealer.overhead
_SLOTS_AT = 2 + SALT_SIZE
_BODY_AT = _SLOTS_AT + SLOTS * SLOT_SIZE
_PAD = 16 * 1024


@dataclass(slots=True)
class Secrets:
    """What the vault holds: who I am here, and where."""

    member: str
    network: bytes
    hub: str
    sign_seed: bytes
    wrap_seeds: dict[int, bytes] = field(default_factory=dict)  # by wrapping period
    kit: bytes = b""  # the secret of the recovery kit; names and keys the backup on the hub
    sample: bool = False
    joining: dict[str, Any] = field(default_factory=dict)  # what a newcomer needs until they are admitted
    settings: dict[str, Any] = field(default_factory=dict)  # language, digits, form of address on this room's pages
    votes: dict[str, list[bytes]] = field(
        default_factory=dict
    )  # by secret vote: a carrier's seed, an own ballot's nonce
    notes: dict[str, bytes] = field(default_factory=dict)  # by key for sealed notes: its seed

    def dump(self) -> list[Any]:
        """Return plain values."""
        seeds = sorted([k, v] for k, v in self.wrap_seeds.items())
        later = [sorted([k, v] for k, v in part.items()) for part in (self.votes, self.notes)]
        while later and not later[-1]:
            later.pop()  # added later: without it the vault is as it was before
        return [
            *(self.member, self.network, self.hub, self.sign_seed, seeds, self.kit, self.sample),
            *(sorted([k, v] for k, v in self.joining.items()), sorted([k, v] for k, v in self.settings.items())),
            *later,
        ]

    @classmethod
    def load(cls, values: list[Any]) -> "Secrets":
        """Return what `dump` wrote."""
        member, network, hub, sign_seed, seeds, kit, sample, joining, settings, *later = values
        return cls(
            *(member, network, hub, sign_seed, dict(seeds), kit, sample, dict(joining), dict(settings)),
            *(dict(one) for one in later),
        )


def _slot_key(stretched: bytes, index: int) -> Sealer:
    return Sealer(derive(stretched, labels.VAULT_SLOT, bytes([index])), labels.VAULT_SLOT)


@dataclass(slots=True)
class Vault:
    """An unlocked vault: its key, its secrets, and the sealed slots to write back."""

    key: bytes
    secrets: Secrets
    cost: int
    salt: bytes
    slots: list[bytes]

    @classmethod
    def new(cls, passphrase: bytes, kept: Secrets, cost: int) -> "Vault":
        """Make a vault with one slot in use, at a random position."""
        salt = secrets.token_bytes(SALT_SIZE)
        vault = cls(random_key(), kept, cost, salt, [secrets.token_bytes(SLOT_SIZE) for _ in range(SLOTS)])
        vault._fill(secrets.randbelow(SLOTS), passphrase)
        return vault

    def _fill(self, index: int, passphrase: bytes) -> None:
        bound = bytes([VERSION, self.cost]) + self.salt
        self.slots[index] = _slot_key(stretch(passphrase, self.salt, self.cost), index).seal(self.key, bound)

    def change_passphrase(self, old: bytes, new: bytes) -> None:
        """Replace the passphrase; raises `Locked` where the old one is wrong."""
        index, _ = _try_slots(old, self.cost, self.salt, self.slots)
        self._fill(index, new)

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        body = encode(self.secrets.dump())
        body = len(body).to_bytes(4, "big") + body
        body += b"\0" * (-(len(body) + Sealer.overhead) % _PAD)
        sealed = Sealer(self.key, labels.VAULT_BODY).seal(body, bytes([VERSION]))
        return bytes([VERSION, self.cost]) + self.salt + b"".join(self.slots) + sealed


def _try_slots(passphrase: bytes, cost: int, salt: bytes, slots: list[bytes]) -> tuple[int, bytes]:
    """Try every slot, always all of them; raises `Locked` where none opens."""
    stretched = stretch(passphrase, salt, cost)
    bound = bytes([VERSION, cost]) + salt
    opened: list[tuple[int, bytes]] = []
    for index, slot in enumerate(slots):
        try:
            opened.append((index, _slot_key(stretched, index).open(slot, bound)))
        except SealBroken:
            continue
    if not opened:
        raise Locked
    return opened[0]


def unlock(raw: bytes, passphrase: bytes) -> Vault:
    """Open a vault file; raises `Locked` for a wrong passphrase and for a damaged file alike."""
    if len(raw) < _BODY_AT or raw[0] != VERSION or raw[1] > 2:
        raise Locked
    cost, salt = raw[1], raw[2:_SLOTS_AT]
    slots = [raw[_SLOTS_AT + i * SLOT_SIZE : _SLOTS_AT + (i + 1) * SLOT_SIZE] for i in range(SLOTS)]
    _, key = _try_slots(passphrase, cost, salt, slots)
    try:
        body = Sealer(key, labels.VAULT_BODY).open(raw[_BODY_AT:], bytes([VERSION]))
        kept = Secrets.load(decode(body[4 : 4 + int.from_bytes(body[:4], "big")], size_max=len(body)))
    except (SealBroken, NotCanonical, ValueError, TypeError):
        raise Locked from None
    return Vault(key, kept, cost, salt, slots)
