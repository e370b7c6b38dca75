"""The one accepted byte form of a value: MessagePack, shortest form, checked by encoding again.

What arrives may be hostile, so its size is checked before it is decoded, and its depth is bounded by the decoder.
"""

from typing import Any

import msgspec

SIZE_MAX = 1 << 20

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder()


class NotCanonical(Exception):
    """The bytes are not the one accepted form of any value."""


def encode(value: Any) -> bytes:
    """Return the bytes of a value made of None, bool, int, str, bytes, list, tuple and dict."""
    return _encoder.encode(value)


def decode(raw: bytes, *, size_max: int = SIZE_MAX) -> Any:
    """Return the value that `encode` made `raw` from; anything else, and anything longer, raises `NotCanonical`."""
    if len(raw) > size_max:
        raise NotCanonical
    try:
        value = _decoder.decode(raw)
        again = _encoder.encode(value)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError, OverflowError):
        raise NotCanonical from None
    if again != raw:
        raise NotCanonical
    return value
