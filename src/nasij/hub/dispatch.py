"""One door for all calls: bytes in, bytes out, whatever they are. The server and a hub in the same process come through here."""

from collections.abc import Callable, Sequence
from typing import Any

from nasij.encoding import NotCanonical, decode
from nasij.errors import DiskFull, HubRefused, Malformed
from nasij.hub import limits
from nasij.hub.limits import Rates
from nasij.hub.shelf import Conflict, Passed, Shelf, Unknown
from nasij.hub.wire import (
    KEY_SIZE,
    NETWORK_SIZE,
    PLACE_MAX,
    SIGNATURE_SIZE,
    TOKEN_SIZE,
    VERSION_MAX,
    Code,
    answer,
)

_NUMBER_MAX = (1 << 63) - 1
_SUM = 32


class _TooBig(Exception):
    """More than a call may carry."""


def _bytes(value: Any, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise Malformed
    return value


def _proof(value: Any) -> bytes:
    """Accept a signature, or a hash under the write token."""
    if not isinstance(value, bytes) or len(value) not in (SIGNATURE_SIZE, TOKEN_SIZE):
        raise Malformed
    return value


def _number(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Malformed
    return value


def _sealed(value: Any, most: int) -> bytes:
    if not isinstance(value, bytes) or not value:
        raise Malformed
    if len(value) > most:
        raise _TooBig
    return value


def _entries(value: Any) -> list[bytes]:
    if not isinstance(value, list) or not value:
        raise Malformed
    if not all(isinstance(entry, bytes) and len(entry) in limits.ENTRY_SIZES for entry in value):
        raise Malformed
    if len(value) > limits.ENTRIES_MAX or sum(map(len, value)) > limits.APPEND_MAX:
        raise _TooBig
    return value


def _sums(value: Any) -> bytes:
    if not isinstance(value, bytes) or not value or len(value) % _SUM:
        raise Malformed
    if len(value) > limits.SLOT_PARTS_MAX * _SUM:
        raise _TooBig
    return value


def _found(shelf: Shelf, network: Any, write_key: Any) -> bytes:
    shelf.found(_bytes(network, NETWORK_SIZE), _bytes(write_key, KEY_SIZE))
    return answer(Code.OK)


def _append(shelf: Shelf, network: Any, expected: Any, entries: Any, proof: Any, next_key: Any) -> bytes:
    place, hour = shelf.append(
        _bytes(network, NETWORK_SIZE),
        _number(expected, 0, PLACE_MAX - limits.ENTRIES_MAX),
        _entries(entries),
        _proof(proof),
        b"" if next_key == b"" else _bytes(next_key, KEY_SIZE),
    )
    return answer(Code.OK, place, hour)


def _tell_token(shelf: Shelf, network: Any, token: Any, proof: Any) -> bytes:
    shelf.tell_token(_bytes(network, NETWORK_SIZE), _bytes(token, TOKEN_SIZE), _bytes(proof, SIGNATURE_SIZE))
    return answer(Code.OK)


def _read(shelf: Shelf, network: Any, after: Any, limit: Any) -> bytes:
    after = _number(after, 0, PLACE_MAX)
    stretch = shelf.read(_bytes(network, NETWORK_SIZE), after, _number(limit, 1, limits.ENTRIES_MAX))
    line = stretch.line
    if after + 1 < line.first:
        return answer(Code.GONE, line.place, line.head, line.first, line.before_first)
    return answer(Code.OK, line.place, line.head, line.first, stretch.records)


def _watch(shelf: Shelf, network: Any, after: Any, seconds: Any) -> bytes:
    seconds = _number(seconds, 0, limits.WATCH_SECONDS_MAX)
    return answer(Code.OK, shelf.wait(_bytes(network, NETWORK_SIZE), _number(after, 0, PLACE_MAX), seconds))


def _put_box(shelf: Shelf, name: Any, sealed: Any, days: Any) -> bytes:
    sealed = _sealed(sealed, limits.BOX_ITEM_MAX)
    number = shelf.put_box(_bytes(name, KEY_SIZE), sealed, _number(days, 1, limits.BOX_DAYS_MAX))
    return answer(Code.OK, number)


def _read_box(shelf: Shelf, name: Any, after: Any) -> bytes:
    return answer(Code.OK, shelf.read_box(_bytes(name, KEY_SIZE), _number(after, 0, _NUMBER_MAX)))


def _put_slot(shelf: Shelf, public_key: Any, version: Any, sums: Any, proof: Any) -> bytes:
    missing = shelf.put_slot(
        _bytes(public_key, KEY_SIZE), _number(version, 0, VERSION_MAX), _sums(sums), _bytes(proof, SIGNATURE_SIZE)
    )
    return answer(Code.OK, missing)


def _put_slot_part(shelf: Shelf, public_key: Any, version: Any, part: Any, sealed: Any) -> bytes:
    missing = shelf.put_slot_part(
        _bytes(public_key, KEY_SIZE),
        _number(version, 0, VERSION_MAX),
        _number(part, 0, limits.SLOT_PARTS_MAX - 1),
        _sealed(sealed, limits.SLOT_PART_MAX),
    )
    return answer(Code.OK, missing)


def _get_slot(shelf: Shelf, public_key: Any, part: Any) -> bytes:
    piece = shelf.get_slot(_bytes(public_key, KEY_SIZE), _number(part, 0, limits.SLOT_PARTS_MAX - 1))
    return answer(Code.OK, piece.version, piece.parts, piece.sealed)


CALLS: dict[str, tuple[int, Callable[..., bytes]]] = {
    "found": (2, _found),
    "append": (5, _append),
    "tell_token": (3, _tell_token),
    "read": (3, _read),
    "watch": (3, _watch),
    "put_box": (3, _put_box),
    "read_box": (2, _read_box),
    "put_slot": (4, _put_slot),
    "put_slot_part": (4, _put_slot_part),
    "get_slot": (2, _get_slot),
}


def request_max(call: str) -> int:
    """Return how many bytes a request of this call may have."""
    return limits.REQUEST_MAX.get(call, limits.SMALL_MAX)


def take_apart(rates: Rates | None, call: str, request: bytes, connection: bytes = b"") -> list[Any] | bytes:
    """Return a request's values, or the answer where it is not one, or is one too many for now."""
    if call not in CALLS:
        return answer(Code.UNKNOWN)
    if len(request) > request_max(call):
        return answer(Code.TOO_BIG)
    try:
        values = decode(request, size_max=request_max(call))
    except NotCanonical:
        return answer(Code.MALFORMED)
    if not isinstance(values, list) or len(values) != CALLS[call][0]:
        return answer(Code.MALFORMED)
    name = values[0]
    if not isinstance(name, bytes) or len(name) not in (NETWORK_SIZE, KEY_SIZE):
        return answer(Code.MALFORMED)
    if rates is not None and not rates.take(name, connection, limits.weight(call, len(request))):
        return answer(Code.SLOW_DOWN)
    return values


def look(shelf: Shelf, network: Any, after: Any, seconds: Any) -> bytes | None:
    """Return the answer to a watch, as far as there is one without waiting: an error, a line that moved, no time left."""

    def make() -> bytes:
        wait = _number(seconds, 0, limits.WATCH_SECONDS_MAX)
        place = shelf.place(_bytes(network, NETWORK_SIZE))
        return answer(Code.OK, place) if place > _number(after, 0, PLACE_MAX) or wait == 0 else b""

    return _answered(make, ()) or None


def _answered(make: Callable[..., bytes], values: Sequence[Any]) -> bytes:
    """Return what `make` answers, or the answer that stands for what it raises."""
    try:
        return make(*values)
    except Conflict as conflict:
        return answer(Code.CONFLICT, conflict.place, conflict.head)
    except Passed as passed:
        return answer(Code.CONFLICT, passed.version)
    except Unknown:
        return answer(Code.UNKNOWN)
    except HubRefused:
        return answer(Code.REFUSED)
    except DiskFull:
        return answer(Code.FULL)
    except Malformed:
        return answer(Code.MALFORMED)
    except _TooBig:
        return answer(Code.TOO_BIG)


def dispatch(shelf: Shelf, rates: Rates | None, call: str, request: bytes, connection: bytes = b"") -> bytes:
    """Answer a call; raises for nothing that somebody may send. Without `rates` there are none."""
    values = take_apart(rates, call, request, connection)
    if isinstance(values, bytes):
        return values
    return _answered(CALLS[call][1], (shelf, *values))
