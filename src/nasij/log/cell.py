"""Cells: the few sizes an entry can have, and the filling inside the seal that brings it to one.

An entry is as long as its class, a power of two from 1 KiB to 1 MiB, so its length tells next to nothing. The filling
stands inside the seal::

    0            4            4 + n             room
    | n (u32 BE) | body (n B) | zeros to the end |

Sizes are in bytes. Larger contents go beside the line as bodies.
"""

from nasij.errors import Malformed

CLASSES = tuple(1 << power for power in range(10, 21))
LENGTH_BYTES = 4


def fit(size: int) -> int:
    """Return the class of an entry of `size` bytes: the smallest that holds it; raises `Malformed` above the largest."""
    assert size >= 0
    for room in CLASSES:
        if size <= room:
            return room
    raise Malformed("This is too large for one entry.")


def pad(body: bytes, room: int) -> bytes:
    """Return `body` with its length before it and zeros behind it, `room` bytes together.

    Raises `Malformed` where `body` and its length do not fit.
    """
    filler = room - LENGTH_BYTES - len(body)
    if filler < 0:
        raise Malformed("This is too large for one entry.")
    return len(body).to_bytes(LENGTH_BYTES) + body + bytes(filler)


def unpad(padded: bytes) -> bytes:
    """Return the body that `pad` filled up; a wrong length or a filler that is not zero raises `Malformed`."""
    size = int.from_bytes(padded[:LENGTH_BYTES])
    end = LENGTH_BYTES + size
    if len(padded) < end or padded.count(0, end) != len(padded) - end:
        raise Malformed
    return padded[LENGTH_BYTES:end]
