"""A member's long-term secrets at rest, under a passphrase; and beside them a plain account that holds nothing of anybody.

```
 0   version 1 B, Argon2id cost 1 B
 2   salt 16 B
18   four slots of 92 B: each a sealed key, or one that nobody has the key to; nobody can tell which
386  two halves of one size, each a sealed body or one that nobody has the key to, in a random order
```

One half holds the account, the other always holds a plain one, made ready for the day when the first is locked away. A
second passphrase opens the plain half, and to open it is to lock away: the vault that is written back has no way into the
other one. No byte says whether there is a second passphrase, and not even the open account knows it: its slot is sealed in
any case, under a key that belongs to a passphrase or to none.

One try stretches the passphrase once, tries all slots in both ways and both halves, whether or not they are used, and all of
it is sealed anew each time; so what is in use shows neither in size nor in time, and not between two copies either.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import Locked, SealBroken
from nasij.seal import labels
from nasij.seal.primitives import KEY_SIZE, Sealer, derive, random_key, same, stretch

VERSION = 2
FIRST_VERSION = 1  # one body and nothing beside it; read, and written back as the present one
SALT_SIZE = 16
SLOTS = 4
SLOT_SIZE = KEY_SIZE + Sealer.overhead
_SLOTS_AT = 2 + SALT_SIZE
_BODY_AT = _SLOTS_AT + SLOTS * SLOT_SIZE
_PAD = 16 * 1024
_HALVES = 2


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
    away: dict[str, Any] = field(default_factory=dict)  # the key whose pieces friends hold, and where they are asked
    notes: dict[str, bytes] = field(default_factory=dict)  # by key for sealed notes: its seed

    def dump(self) -> list[Any]:
        """Return plain values."""
        seeds = sorted([k, v] for k, v in self.wrap_seeds.items())
        later = [sorted([k, v] for k, v in part.items()) for part in (self.votes, self.away, self.notes)]
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
            *map(dict, later),
        )


@dataclass(slots=True)
class Account:
    """One of the two accounts of a vault: its key, the keys of the slots that open it, and what it holds."""

    key: bytes
    slots: dict[int, bytes]
    secrets: Secrets

    def dump(self) -> list[Any]:
        """Return plain values."""
        return [self.key, sorted([i, key] for i, key in self.slots.items()), self.secrets.dump()]

    @classmethod
    def load(cls, values: list[Any]) -> "Account":
        """Return what `dump` wrote."""
        key, slots, kept = values
        return cls(key, dict(slots), Secrets.load(kept))


def _slot_key(stretched: bytes, index: int, *, after: bool = False) -> bytes:
    return derive(stretched, labels.VAULT_AFTER if after else labels.VAULT_SLOT, bytes([index]))


def _slot(key: bytes) -> Sealer:
    return Sealer(key, labels.VAULT_SLOT)


@dataclass(slots=True)
class Vault:
    """An unlocked vault: the account that is open, the plain one beside it, and where their halves lie."""

    mine: Account
    beside: Account
    cost: int
    salt: bytes
    half: int  # where mine lies
    locked_away: bool = False  # whether opening it was what locked the other account away

    @property
    def key(self) -> bytes:
        """The key of the open account, from which those of its files come."""
        return self.mine.key

    @property
    def secrets(self) -> Secrets:
        """What the open account holds."""
        return self.mine.secrets

    @classmethod
    def new(cls, passphrase: bytes, kept: Secrets, cost: int) -> "Vault":
        """Make a vault with one slot in use, at a random position."""
        salt = secrets.token_bytes(SALT_SIZE)
        index = secrets.randbelow(SLOTS)
        return _around(stretch(passphrase, salt, cost), index, random_key(), kept, bytes([cost]) + salt)

    # --- passphrases -------------------------------------------------------------------------------------------------

    def knows(self, passphrase: bytes) -> bool:
        """Say whether this passphrase opens the account that is open now."""
        stretched = stretch(passphrase, self.salt, self.cost)
        ways = [(i, key, after) for i, key in self.mine.slots.items() for after in (False, True)]
        return any(same(key, _slot_key(stretched, i, after=after)) for i, key, after in ways)

    def change_passphrase(self, old: bytes, new: bytes) -> None:
        """Replace the passphrase; raises `Locked` where the old one is wrong."""
        if not self.knows(old):
            raise Locked
        stretched = stretch(new, self.salt, self.cost)
        for index in self.mine.slots:
            self.mine.slots[index] = _slot_key(stretched, index)
            self.beside.slots[index] = _slot_key(stretched, index, after=True)

    def set_second(self, passphrase: bytes) -> None:
        """Let a second passphrase open the plain account; empty for none. The work is the same, and nothing notes which."""
        stretched = stretch(passphrase or secrets.token_bytes(KEY_SIZE), self.salt, self.cost)
        for index in set(self.beside.slots) - set(self.mine.slots):
            self.beside.slots[index] = _slot_key(stretched, index)

    # --- locking away ------------------------------------------------------------------------------------------------

    def make_ready(self, plain: Secrets) -> None:
        """Put what the plain account holds beside the open one, in place of what was there."""
        self.beside.secrets = plain

    def lock_away(self) -> None:
        """Keep only the plain account: from the next writing on, every passphrase opens it and nothing opens the other."""
        self.beside.slots = self.beside.slots | self.mine.slots
        self.mine, self.half = self.beside, 1 - self.half
        self.beside = _beside(self.mine)

    # --- bytes -------------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Return the file's bytes, each slot and each half sealed anew."""
        front = bytes([VERSION, self.cost]) + self.salt
        slots = []
        for index in range(SLOTS):
            account = self.mine if index in self.mine.slots else self.beside
            slots.append(_slot(account.slots.get(index) or random_key()).seal(account.key, front))
        mine = encode([self.mine.dump(), [self.beside.dump()]])
        beside = encode([self.beside.dump(), []])
        size = max(-(-(4 + len(body) + Sealer.overhead) // _PAD) for body in (mine, beside)) * _PAD
        halves = [_sealed_body(self.key, mine, size), _sealed_body(self.beside.key, beside, size)]
        return front + b"".join(slots) + b"".join(halves if self.half == 0 else reversed(halves))


def _around(stretched: bytes, index: int, key: bytes, kept: Secrets, front: bytes) -> Vault:
    """Return a vault that one passphrase opens, at the slot `index`; `front` is its cost and salt."""
    mine = Account(key, {index: _slot_key(stretched, index)}, kept)
    beside = _beside(mine)
    beside.slots[index] = _slot_key(stretched, index, after=True)
    return Vault(mine, beside, front[0], front[1:], secrets.randbelow(_HALVES))


def _beside(mine: Account) -> Account:
    """Return a plain account for the place beside another: at a free slot, under a key that belongs to no passphrase."""
    free = [index for index in range(SLOTS) if index not in mine.slots]
    return Account(random_key(), {secrets.choice(free): random_key()}, Secrets("", bytes(16), "", b""))


def _sealed_body(key: bytes, body: bytes, size: int) -> bytes:
    plain = len(body).to_bytes(4, "big") + body
    return Sealer(key, labels.VAULT_BODY).seal(plain.ljust(size - Sealer.overhead, b"\0"), bytes([VERSION]))


def _opened_slots(stretched: bytes, front: bytes, slots: list[bytes]) -> list[tuple[int, bytes]]:
    """Try every slot in both ways, always all of them; raises `Locked` where none opens."""
    opened: list[tuple[int, bytes]] = []
    for index, slot in enumerate(slots):
        for after in (False, True):
            try:
                opened.append((index, _slot(_slot_key(stretched, index, after=after)).open(slot, front)))
            except SealBroken:
                continue
    if not opened:
        raise Locked
    return opened


def _body(key: bytes, sealed: bytes, version: int) -> list[Any]:
    """Open a body; raises `SealBroken`."""
    body = Sealer(key, labels.VAULT_BODY).open(sealed, bytes([version]))
    try:
        found = decode(body[4 : 4 + int.from_bytes(body[:4], "big")], size_max=len(body))
    except NotCanonical:
        raise SealBroken from None
    return list(found)


def unlock(raw: bytes, passphrase: bytes) -> Vault:
    """Open a vault file; raises `Locked` for a wrong passphrase and for a damaged file alike.

    Where the passphrase is the second one, what is returned is the plain account alone (`locked_away`).
    """
    if len(raw) < _BODY_AT or raw[0] not in (VERSION, FIRST_VERSION) or raw[1] > 2:
        raise Locked
    front, cost, salt = raw[:_SLOTS_AT], raw[1], raw[2:_SLOTS_AT]
    slots = [raw[_SLOTS_AT + i * SLOT_SIZE : _SLOTS_AT + (i + 1) * SLOT_SIZE] for i in range(SLOTS)]
    stretched = stretch(passphrase, salt, cost)
    index, key = _opened_slots(stretched, front, slots)[0]
    try:
        if raw[0] == FIRST_VERSION:
            kept = Secrets.load(_body(key, raw[_BODY_AT:], FIRST_VERSION))
            return _around(stretched, index, key, kept, front[1:])
        half, (mine, beside) = _half(key, raw[_BODY_AT:])
        account = Account.load(mine)
        other = Account.load(beside[0]) if beside else _beside(account)
    except (SealBroken, ValueError, TypeError):
        raise Locked from None
    return Vault(account, other, cost, salt, half, locked_away=not beside)


def _half(key: bytes, sealed: bytes) -> tuple[int, list[Any]]:
    """Try both halves, always; raises `SealBroken` where neither opens."""
    size, found = len(sealed) // _HALVES, None
    if len(sealed) % (_HALVES * _PAD):
        raise SealBroken
    for index, half in enumerate((sealed[:size], sealed[size:])):
        try:
            found = (index, _body(key, half, VERSION))
        except SealBroken:
            continue
    if found is None:
        raise SealBroken
    return found
