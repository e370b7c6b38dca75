"""The one accepted byte form of a value: MessagePack, shortest form, checked by encoding again.

What arrives may be hostile, so its size is checked before it is decoded, and its depth is bounded by the decoder.
"""

from typing import Annotated, Any, NewType

import msgspec

SIZE_MAX = 1 << 20

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder()

Shape = NewType("Shape", msgspec.msgpack.Decoder[Any])


class NotCanonical(Exception):
    """The bytes are not the one accepted form of any value."""


def encode(value: Any) -> bytes:
    """Return the bytes of a value made of None, bool, int, str, bytes, list, tuple and dict."""
    return _encoder.encode(value)


def shape(kind: Any) -> Shape:
    """Return what `decode` needs to read values of a type only, and to stop at the first byte that is of another.

    A million empty lists are a megabyte as bytes and seventy as values: whatever a stranger may have written is read so.
    """
    return Shape(msgspec.msgpack.Decoder(kind))


def at_most(kind: Any, count: int) -> Any:
    """Return the type of lists (or numbers) of `kind` no longer (no larger) than `count`, for `shape`."""
    if kind is int:
        return Annotated[int, msgspec.Meta(ge=0, le=count)]
    return Annotated[kind, msgspec.Meta(max_length=count)]


def decode(raw: bytes, *, size_max: int = SIZE_MAX, of: Shape | None = None) -> Any:
    """Return the value that `encode` made `raw` from; anything else, and anything longer, raises `NotCanonical`."""
    if len(raw) > size_max:
        raise NotCanonical
    try:
        value = (of or _decoder).decode(raw)
        again = _encoder.encode(value)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError, OverflowError):
        raise NotCanonical from None
    if again != raw:
        raise NotCanonical
    return value
