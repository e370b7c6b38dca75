"""One door for all calls: bytes in, bytes out, whatever they are. The server and the in-process hub both come through here."""

from collections.abc import Callable, Sequence
from typing import Any

from nasij.encoding import NotCanonical, decode
from nasij.errors import DiskFull, HubRefused, Malformed
from nasij.hub import limits
from nasij.hub.limits import Rates
from nasij.hub.shelf import Conflict, Shelf
from nasij.hub.wire import KEY_SIZE, NETWORK_SIZE, SIGNATURE_SIZE, Code, answer

PLACE_MAX = 1 << 39
SIZES = frozenset(1 << power for power in range(10, 21))


def _bytes(value: Any, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise Malformed
    return value


def _number(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Malformed
    return value


def _pieces(value: Any, many: int, right: Callable[[bytes], bool]) -> list[bytes]:
    if not isinstance(value, list) or not 1 <= len(value) <= many:
        raise Malformed
    if not all(isinstance(piece, bytes) and right(piece) for piece in value):
        raise Malformed
    return value


def _found(shelf: Shelf, network: Any, write_key: Any) -> bytes:
    shelf.found(_bytes(network, NETWORK_SIZE), _bytes(write_key, KEY_SIZE))
    return answer(Code.OK)


def _append(shelf: Shelf, network: Any, expected: Any, entries: Any, proof: Any, next_key: Any) -> bytes:
    pieces = _pieces(entries, limits.ENTRIES_MAX, lambda e: len(e) in SIZES)
    if next_key != b"":
        _bytes(next_key, KEY_SIZE)
    if sum(map(len, pieces)) > limits.APPEND_MAX:
        return answer(Code.TOO_BIG)
    place, hour = shelf.append(
        *(_bytes(network, NETWORK_SIZE), _number(expected, PLACE_MAX), pieces),
        *(_bytes(proof, SIGNATURE_SIZE), next_key),
    )
    return answer(Code.OK, place, hour)


def _read(shelf: Shelf, network: Any, after: Any, limit: Any) -> bytes:
    line, records = shelf.read(
        _bytes(network, NETWORK_SIZE), _number(after, PLACE_MAX), max(1, _number(limit, limits.ENTRIES_MAX))
    )
    if line is None:
        return answer(Code.REFUSED)
    if after + 1 < line.first:
        return answer(Code.GONE, line.place, line.head, line.first, line.before_first)
    return answer(Code.OK, line.place, line.head, line.first, records)


def _watch(shelf: Shelf, network: Any, after: Any, seconds: Any) -> bytes:
    wait = _number(seconds, limits.WATCH_SECONDS_MAX)
    return answer(Code.OK, shelf.wait(_bytes(network, NETWORK_SIZE), _number(after, PLACE_MAX), wait))


def _put_box(shelf: Shelf, name: Any, sealed: Any, days: Any) -> bytes:
    if not isinstance(sealed, bytes) or not 0 < len(sealed) <= limits.BOX_ITEM_MAX:
        raise Malformed
    shelf.put_box(_bytes(name, KEY_SIZE), sealed, max(1, _number(days, limits.BOX_DAYS_MAX)))
    return answer(Code.OK)


def _read_box(shelf: Shelf, name: Any, after: Any) -> bytes:
    return answer(Code.OK, shelf.read_box(_bytes(name, KEY_SIZE), _number(after, limits.BOX_ITEMS_MAX)))


def _put_slot(shelf: Shelf, public_key: Any, version: Any, parts: Any, proof: Any) -> bytes:
    pieces = _pieces(parts, limits.SLOT_PARTS_MAX, lambda p: 0 < len(p) <= limits.SLOT_PART_MAX)
    shelf.put_slot(_bytes(public_key, KEY_SIZE), _number(version, 1 << 60), pieces, _bytes(proof, SIGNATURE_SIZE))
    return answer(Code.OK)


def _get_slot(shelf: Shelf, public_key: Any, part: Any) -> bytes:
    found = shelf.get_slot(_bytes(public_key, KEY_SIZE), _number(part, limits.SLOT_PARTS_MAX))
    return answer(Code.OK, *found) if found else answer(Code.REFUSED)


CALLS: dict[str, Callable[..., bytes]] = {
    "found": _found,
    "append": _append,
    "read": _read,
    "watch": _watch,
    "put_box": _put_box,
    "read_box": _read_box,
    "put_slot": _put_slot,
    "get_slot": _get_slot,
}
BIG_CALLS = {"append": limits.REQUEST_MAX, "put_slot": limits.REQUEST_MAX}
SMALL_MAX = 96 << 10


def dispatch(shelf: Shelf, rates: Rates, call: str, request: bytes) -> bytes:
    """Answer a call. Never raises for anything that somebody may send."""
    if call not in CALLS:
        return answer(Code.MALFORMED)
    if len(request) > BIG_CALLS.get(call, SMALL_MAX):
        return answer(Code.TOO_BIG)
    try:
        values = decode(request, size_max=limits.REQUEST_MAX)
        if not isinstance(values, list) or not values or not isinstance(values[0], bytes):
            return answer(Code.MALFORMED)
        if not rates.take(values[0][:NETWORK_SIZE]):
            return answer(Code.SLOW_DOWN)
        return _answered(shelf, call, values)
    except (NotCanonical, Malformed):
        return answer(Code.MALFORMED)


def _answered(shelf: Shelf, call: str, values: Sequence[Any]) -> bytes:
    try:
        return CALLS[call](shelf, *values)
    except Conflict as conflict:
        return answer(Code.CONFLICT, conflict.place, conflict.head)
    except HubRefused:
        return answer(Code.REFUSED)
    except DiskFull:
        return answer(Code.FULL)
    except TypeError:
        return answer(Code.MALFORMED)  # too many values, or too few
