"""What the tests of the hub share: a writer with a real key, a shelf, entries of a class."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nasij.clock import HandClock
from nasij.encoding import decode, encode
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.hub.wire import (
    APPEND_LABEL,
    SLOT_LABEL,
    TOKEN_LABEL,
    append_form,
    slot_form,
    slot_sums,
    token_form,
    token_proof,
)

NETWORK = bytes(range(16))
HOUR = 500_000
NOBODY = (1).to_bytes(32, "little")


def form(label: bytes, message: bytes) -> bytes:
    return label + b"\0" + hashlib.sha256(message).digest()


def verify(public: bytes, signature: bytes, label: bytes, message: bytes, /) -> bool:
    """The composition root gives `seal.primitives.verify`, which the hub's own tests do not import."""
    if public == NOBODY:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, form(label, message))
    except (InvalidSignature, ValueError):
        return False
    return True


class Writer:
    """Somebody who holds a signing key."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = bytes([seed]) * 32
        self.key = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.key.public_key().public_bytes_raw()

    def sign(self, label: bytes, message: bytes) -> bytes:
        return self.key.sign(form(label, message))

    def proof(self, network, expected, entries, next_key=b""):
        return self.sign(APPEND_LABEL, append_form(network, expected, entries, next_key))

    def append(self, shelf, expected, entries, *, network=NETWORK, next_key=b""):
        return shelf.append(network, expected, entries, self.proof(network, expected, entries, next_key), next_key)

    def tell(self, shelf, token, network=NETWORK):
        shelf.tell_token(network, token, self.sign(TOKEN_LABEL, token_form(network, token)))

    def begin_slot(self, shelf, version, parts):
        sums = slot_sums(parts)
        return shelf.put_slot(self.public, version, sums, self.sign(SLOT_LABEL, slot_form(self.public, version, sums)))

    def put_slot(self, shelf, version, parts):
        for part in self.begin_slot(shelf, version, parts):
            shelf.put_slot_part(self.public, version, part, parts[part])


def append_with(shelf, token, expected, entries, next_key=b""):
    """Append by whoever knows the write token only."""
    form_ = append_form(NETWORK, expected, entries, next_key)
    return shelf.append(NETWORK, expected, entries, token_proof(token, form_), next_key)


def entry(number: int, size: int = 1024) -> bytes:
    return number.to_bytes(8) * (size // 8)


def a_shelf(path=None, clock=None) -> Shelf:
    return Shelf(path, verify, (clock or HandClock(HOUR)).hour)


def ask(shelf, call, *values, rates=None):
    """Make a call through the hub's door; returns the decoded answer."""
    return decode(dispatch(shelf, rates, call, encode(list(values))), size_max=8 << 20)
