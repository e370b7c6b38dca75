"""The hash-linked line: the one formula that the hub and every room compute alike.

``head(0) = 32 zero bytes``; ``head(n) = SHA-256(head(n-1) | hour, 4 B big-endian | entry)``. The hour is the hub's stamp, so
it is part of the story that everybody must have been told alike.
"""

import hashlib

FIRST_HEAD = bytes(32)
PLACE_SIZE = 8
BOX_HOUR_BITS = (
    16  # of the number of an item in a mailbox; what stands before them is the hub's hour when it was put there
)
KEPT_DAYS = 35  # how long a hub keeps entries where nothing else was chosen, and rooms the keys to them


def next_head(head: bytes, hour: int, entry: bytes) -> bytes:
    """Return the head after `entry` was put behind `head` at the hub's `hour`."""
    return hashlib.sha256(head + hour.to_bytes(4, "big") + entry).digest()


def box_hour(number: int) -> int:
    """Return the hub's hour at which the item of this number was put into its mailbox."""
    return number >> BOX_HOUR_BITS


def place_bytes(place: int) -> bytes:
    """Return a place in the line, counted from 1, as 8 bytes."""
    return place.to_bytes(PLACE_SIZE, "big")
