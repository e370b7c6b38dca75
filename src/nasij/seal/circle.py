"""The keys of audiences, by epoch, and how they are handed on.

A circle key is 32 random bytes, never derived from another audience's key (except `only/…`, which nobody else holds). All
wrapping stands behind `grant` and `letter` here, so that cheaper ways can follow.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import SealBroken
from nasij.seal import identity, labels
from nasij.seal.primitives import (
    COMMITMENT_SIZE,
    NONCE_SIZE,
    TAG_SIZE,
    derive,
    hash_on,
    keyed,
    public_of,
    random_key,
    sign,
    verify,
)

LETTER_SIZE = 512  # the plain text of a letter is padded to a multiple of this
LETTER_CAPSULES = (2, 4, 8, 16, 32, 64, 128, 256)


class CircleKeys:
    """What one circle key gives: the entry cipher, the commitment key and the tag key."""

    __slots__ = ("_bound", "audience", "cipher", "commit", "context", "epoch", "key", "tag")

    def __init__(self, audience: str, epoch: int, key: bytes) -> None:
        """Derive the three."""
        self.audience = audience
        self.epoch = epoch
        self.key = key
        self.cipher = ChaCha20Poly1305(derive(key, labels.ENTRY))
        self.commit = keyed(derive(key, labels.COMMIT))
        self.tag = keyed(derive(key, labels.TAG), TAG_SIZE)
        self.context = encode([audience, epoch])
        self._bound = labels.ENTRY + b"\0" + self.context

    def tag_at(self, place: bytes) -> bytes:
        """Return the 16-byte tag of an entry of this circle at `place` (8 bytes)."""
        return hash_on(self.tag, place)

    def seal(self, outside: bytes, place: bytes, plain: bytes) -> bytes:
        """Return ``outside | tag 16 | nonce 12 | commitment 32 | ciphertext``, bound to circle, epoch, place and outside."""
        tag = self.tag_at(place)
        nonce = secrets.token_bytes(NONCE_SIZE)
        bound = self._bound + outside + tag + place
        return outside + tag + nonce + hash_on(self.commit, nonce, bound) + self.cipher.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, outside_size: int, place: bytes) -> bytes:
        """Return the plain bytes of what `seal` made for this place; raises `SealBroken`."""
        after_tag = outside_size + TAG_SIZE
        after_nonce = after_tag + NONCE_SIZE
        nonce = sealed[after_tag:after_nonce]
        bound = self._bound + sealed[:after_tag] + place
        body = after_nonce + COMMITMENT_SIZE
        if sealed[after_nonce:body] != hash_on(self.commit, nonce, bound):
            raise SealBroken
        try:
            return self.cipher.decrypt(nonce, sealed[body:], bound)
        except (InvalidTag, ValueError):
            raise SealBroken from None


@dataclass(slots=True)
class Keyring:
    """All circle keys a room holds."""

    keys: dict[tuple[str, int], CircleKeys] = field(default_factory=dict)
    newest: dict[str, CircleKeys] = field(default_factory=dict)
    since: dict[tuple[str, int], int] = field(default_factory=dict)
    turn: int = 0  # counts changes, so that what was opened before one can be opened again

    def add(self, audience: str, epoch: int, key: bytes, day: int = 0) -> None:
        """Take a key; the highest epoch of an audience is the one that seals."""
        keys = CircleKeys(audience, epoch, key)
        self.turn += 1
        self.keys[audience, epoch] = keys
        self.since[audience, epoch] = day
        if audience not in self.newest or self.newest[audience].epoch <= epoch:
            self.newest[audience] = keys

    def find(self, tag: bytes, place: bytes) -> CircleKeys | None:
        """Return the circle whose newest epoch has this tag at `place`."""
        for keys in self.newest.values():
            if keys.tag_at(place) == tag:
                return keys
        return None

    def drop_past(self, day: int) -> None:
        """Destroy the keys of epochs that were replaced before `day`."""
        for (audience, epoch), since in list(self.since.items()):
            following = self.since.get((audience, epoch + 1), since)
            if epoch < self.newest[audience].epoch and following < day:
                del self.keys[audience, epoch], self.since[audience, epoch]

    def drop(self, audience: str) -> None:
        """Destroy all keys of an audience."""
        self.turn += 1
        self.newest.pop(audience, None)
        for held in [k for k in self.keys if k[0] == audience]:
            del self.keys[held]
            self.since.pop(held, None)

    def dump(self) -> list[list[Any]]:
        """Return the keys as plain values, for the sealed snapshot."""
        return [[a, e, keys.key, self.since[a, e]] for (a, e), keys in sorted(self.keys.items())]

    @classmethod
    def load(cls, dumped: Iterable[list[Any]]) -> "Keyring":
        """Return the keyring that `dump` wrote."""
        ring = cls()
        for audience, epoch, key, day in dumped:
            ring.add(audience, epoch, key, day)
        return ring


def only_key(vault_key: bytes) -> bytes:
    """Return the circle key of the audience that is a member's own."""
    return derive(vault_key, labels.ONLY)


def write_seed(network_key: bytes) -> bytes:
    """Return the seed of the key that proves to the hub the right to write in this epoch."""
    return derive(network_key, labels.WRITE)


def write_public(network_key: bytes) -> bytes:
    """Return the half of it that the hub knows; the same for all members, so it cannot tell them apart."""
    return public_of(write_seed(network_key))


# --- open circles: the keys go along with the fact that changes them, addressed by name -----------------------------


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new epoch of one audience and who gets its key."""

    audience: str
    epoch: int
    key: bytes
    members: tuple[str, ...]


def grant(fresh: Iterable[Fresh], wrap_keys: Mapping[str, bytes], bound: bytes) -> list[Any]:
    """Return ``[[audience, epoch, members]…], [[member, capsule]…]``: one capsule a member with all keys they get."""
    rows = list(fresh)
    recipients = sorted({member for row in rows for member in row.members})
    capsules = []
    for member in recipients:
        keys = [[row.audience, row.epoch, row.key] for row in rows if member in row.members]
        info = labels.GRANT_CAPSULE + bound + member.encode()
        capsules.append([member, identity.wrap(encode(keys), wrap_keys[member], info)])
    return [[[row.audience, row.epoch, sorted(row.members)] for row in rows], capsules]


def take_grant(capsule: bytes, seeds: Iterable[bytes], member: str, bound: bytes) -> list[list[Any]]:
    """Return ``[audience, epoch, key]…`` from one's own capsule; raises `SealBroken`."""
    info = labels.GRANT_CAPSULE + bound + member.encode()
    for seed in seeds:
        try:
            keys = decode(identity.unwrap(capsule, seed, info))
        except (SealBroken, NotCanonical):
            continue
        if isinstance(keys, list) and all(_is_key(row) for row in keys):
            return keys
    raise SealBroken


def _is_key(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 3
        and isinstance(row[0], str)
        and isinstance(row[1], int)
        and isinstance(row[2], bytes)
        and len(row[2]) == 32
    )


# --- private circles: a letter says to nobody else who is in them ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """A new epoch of a private circle, as its people find it."""

    audience: str
    epoch: int
    key: bytes
    members: tuple[str, ...]
    author: str


def letter(fresh: Fresh, author: str, sign_seed: bytes, wrap_keys: Mapping[str, bytes], bound: bytes) -> list[bytes]:
    """Return capsules without names, padded in size and number with ones that nobody opens."""
    said = encode([fresh.audience, fresh.epoch, fresh.key, sorted(fresh.members), author])
    plain = encode([said, sign(sign_seed, labels.LETTER, bound + said)])
    plain = len(plain).to_bytes(4, "big") + plain
    plain += b"\0" * (-len(plain) % LETTER_SIZE)
    info = labels.LETTER_CAPSULE + bound
    capsules = [identity.wrap(plain, wrap_keys[member], info) for member in fresh.members]
    places = next(size for size in LETTER_CAPSULES if size >= len(capsules))
    stranger = identity.wrap_public(random_key())
    capsules += [identity.wrap(plain, stranger, info) for _ in range(places - len(capsules))]
    secrets.SystemRandom().shuffle(capsules)
    return capsules


def take_letter(capsules: Iterable[bytes], seeds: Iterable[bytes], bound: bytes) -> tuple[Letter, bytes, bytes] | None:
    """Return the letter if one capsule is ours, with its signature and what that covers; None if none is."""
    info = labels.LETTER_CAPSULE + bound
    tried = list(seeds)
    for capsule in capsules:
        for seed in tried:
            try:
                plain = identity.unwrap(capsule, seed, info)
            except SealBroken:
                continue
            return _read_letter(plain, bound)
    return None


def _read_letter(plain: bytes, bound: bytes) -> tuple[Letter, bytes, bytes] | None:
    try:
        said, signature = decode(plain[4 : 4 + int.from_bytes(plain[:4], "big")])
        audience, epoch, key, members, author = decode(said)
        right = _is_key([audience, epoch, key]) and isinstance(author, str) and isinstance(signature, bytes)
        if not right or not isinstance(members, list) or not all(isinstance(m, str) for m in members):
            return None
    except (NotCanonical, ValueError, TypeError):
        return None
    return Letter(audience, epoch, key, tuple(members), author), signature, bound + said


def letter_is_by(sign_key: bytes, signature: bytes, covered: bytes) -> bool:
    """Say whether the letter's author signed it."""
    return verify(sign_key, signature, labels.LETTER, covered)
