"""Requests and answers between a room and a hub, and what proofs cover. The bytes are drawn in `docs/formats/README.md`.

A request is ``POST /v1/<call>`` with one MessagePack list, in the one form that `encoding` accepts. An answer is the list
``[code, value, …]``; the code says how the call ended (`Code`).
"""

import hashlib
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from nasij.encoding import encode
from nasij.hub.limits import REPLY_MAX, SLOT_PART_MAX, SLOT_PARTS_MAX
from nasij.line import FIRST_HEAD, next_head, place_bytes

__all__ = [
    "APPEND_LABEL",
    "FIRST_HEAD",
    "KEY_SIZE",
    "NETWORK_SIZE",
    "PLACE_MAX",
    "REPLY_MAX",
    "SIGNATURE_SIZE",
    "SLOT_LABEL",
    "SLOT_PARTS_MAX",
    "SLOT_PART_MAX",
    "TOKEN_LABEL",
    "TOKEN_SIZE",
    "VERSION_MAX",
    "Code",
    "answer",
    "append_form",
    "is_head",
    "is_place",
    "next_head",
    "slot_form",
    "slot_sums",
    "token_form",
    "token_proof",
]

NETWORK_SIZE = 16
KEY_SIZE = 32
SIGNATURE_SIZE = 64
PLACE_MAX = (1 << 39) - 1
VERSION_MAX = (1 << 63) - 1
SLOT_LABEL = b"nasij/1 put slot"
APPEND_LABEL = b"nasij/1 append"
TOKEN_LABEL = b"nasij/1 say write token"
TOKEN_SIZE = 32


class Code(IntEnum):
    """How a call ended."""

    OK = 0
    CONFLICT = 1  # the line, or the backup, is further on: place and head, or version
    GONE = 2  # what was asked for is older than the window
    REFUSED = 3  # no proof of the right to write, or somebody else's: one answer for both
    TOO_BIG = 4
    FULL = 5  # the hub's disk, a line, a mailbox
    MALFORMED = 6
    SLOW_DOWN = 7
    UNKNOWN = 8  # no such network, backup, or call
    BROKEN = 9  # the hub made a mistake


def append_form(network: bytes, expected: int, entries: Iterable[bytes], next_write_key: bytes) -> bytes:
    """Return the 88 bytes that the proof of an append covers, under `APPEND_LABEL`."""
    state = hashlib.sha256()
    for entry in entries:
        state.update(len(entry).to_bytes(4, "big") + entry)
    return network + place_bytes(expected) + state.digest() + (next_write_key or bytes(KEY_SIZE))


def token_form(network: bytes, token: bytes) -> bytes:
    """Return the bytes that the write key signs to tell the hub the write token, under `TOKEN_LABEL`."""
    return network + token


def token_proof(token: bytes, form: bytes) -> bytes:
    """Return the 32 bytes by which whoever knows the write token proves an append (BLAKE2s with a key, RFC 7693)."""
    return hashlib.blake2s(APPEND_LABEL + b"\0" + form, key=token).digest()


def slot_sums(parts: Iterable[bytes]) -> bytes:
    """Return the SHA-256 of each part of a backup, one behind the other."""
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def slot_form(public_key: bytes, version: int, sums: bytes) -> bytes:
    """Return the bytes that the owner of a backup signs to overwrite it, under `SLOT_LABEL`."""
    return public_key + version.to_bytes(8, "big") + sums


def answer(code: Code, *values: Any) -> bytes:
    """Return an answer's bytes."""
    return encode([int(code), *values])


def is_place(value: Any) -> bool:
    """Say whether a value may be a place in a line."""
    return type(value) is int and 0 <= value <= PLACE_MAX


def is_head(value: Any) -> bool:
    """Say whether a value may be a head."""
    return isinstance(value, bytes) and len(value) == len(FIRST_HEAD)
