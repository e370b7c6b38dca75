"""The hub's door: whatever comes in, a code goes out, and what is refused changes nothing."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nasij.encoding import decode, encode
from nasij.hub import limits
from nasij.hub.dispatch import CALLS, dispatch, request_max
from nasij.hub.limits import Rate, Rates
from nasij.hub.shelf import Shelf
from nasij.hub.wire import Code
from tests.hub.desk import NETWORK, Writer, a_shelf, ask, entry

BOX = b"b" * 32
READING = ("read", "watch", "read_box", "get_slot")


@pytest.fixture
def shelf() -> Shelf:
    """A hub with one line of three entries, a mailbox and a backup."""
    made, writer = a_shelf(), Writer()
    made.found(NETWORK, writer.public)
    writer.append(made, 0, [entry(1), entry(2), entry(3)])
    made.put_box(BOX, b"item", 3)
    writer.put_slot(made, 1, [b"backup"])
    return made


def kept(shelf: Shelf) -> list[str]:
    """Return everything the hub keeps, but for the tally that hides whether a founding worked."""
    db: sqlite3.Connection
    with shelf._writer.reading() as db:
        return [line for line in db.iterdump() if "tally" not in line]


def code_of(answer: bytes) -> Code:
    return Code(decode(answer, size_max=8 << 20)[0])


KNOWN = st.sampled_from([NETWORK, BOX, Writer().public, bytes(16), bytes(32), bytes(64), b""])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 40)
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(max_size=4)
    | st.binary(max_size=70)
    | KNOWN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from([*CALLS, "", "nothing", "found\0", "../read"]), request=st.binary(max_size=400))
def test_any_bytes_get_a_code_and_change_nothing(shelf: Shelf, call: str, request: bytes) -> None:
    before = kept(shelf)
    assert code_of(dispatch(shelf, None, call, request)) is not Code.OK
    assert kept(shelf) == before


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from(sorted(CALLS)), data=st.data())
def test_any_values_get_a_code_and_what_is_refused_changes_nothing(
    shelf: Shelf, call: str, data: st.DataObject
) -> None:
    """With the right number of values, and names that are there, so that they come further in."""
    first = data.draw(KNOWN | VALUES)
    rest = data.draw(st.lists(VALUES, min_size=CALLS[call][0] - 1, max_size=CALLS[call][0] - 1))
    if call == "watch":
        rest[-1] = 0 if type(rest[-1]) is int else rest[-1]  # nobody waits here
    before = kept(shelf)
    code = code_of(dispatch(shelf, None, call, encode([first, *rest])))
    if code is not Code.OK or call in READING:
        assert kept(shelf) == before
    else:
        assert call in ("found", "put_box"), "nothing else is possible without a signature"


@pytest.mark.parametrize("call", sorted(CALLS))
def test_a_value_too_many_or_too_few_is_refused(shelf: Shelf, call: str) -> None:
    for many in {0, 1, CALLS[call][0] - 1, CALLS[call][0] + 1, 9}:
        if many != CALLS[call][0]:
            assert ask(shelf, call, *[NETWORK] * many) == [Code.MALFORMED]


@pytest.mark.parametrize("call", sorted(CALLS))
def test_a_request_longer_than_its_call_allows_is_not_even_read(shelf: Shelf, call: str) -> None:
    before = kept(shelf)
    assert code_of(dispatch(shelf, None, call, b"\0" * (request_max(call) + 1))) is Code.TOO_BIG
    assert kept(shelf) == before


@pytest.mark.parametrize(
    "size", [0, 1, 1023, 1025, 1536, 3 << 10, (1 << 20) - 1, 2 << 20], ids=lambda size: f"{size} bytes"
)
def test_an_entry_has_one_of_the_sizes_or_none_of_them_is_taken(shelf: Shelf, size: int) -> None:
    """A signature over it makes no difference: a length that fits no class tells something."""
    entries = [entry(4), bytes(size)]
    proof = Writer().proof(NETWORK, 3, entries)
    assert ask(shelf, "append", NETWORK, 3, entries, proof, b"")[0] in (Code.MALFORMED, Code.TOO_BIG)
    assert shelf.place(NETWORK) == 3


def test_deep_nesting_is_refused(shelf: Shelf) -> None:
    for request in (b"\x91" * 90_000, b"\x91" * 90_000 + b"\xc0", b"\x81\xa1a" * 20_000 + b"\xc0"):
        assert code_of(dispatch(shelf, None, "read", request)) is Code.MALFORMED


def test_two_ways_to_write_a_request_are_not_both_right(shelf: Shelf) -> None:
    right = encode([NETWORK, 0, 10])
    assert code_of(dispatch(shelf, None, "read", right)) is Code.OK
    longer = right.replace(b"\x00\x0a", b"\xcc\x00\x0a")
    assert longer != right
    assert code_of(dispatch(shelf, None, "read", longer)) is Code.MALFORMED
    assert code_of(dispatch(shelf, None, "read", right + b"\xc0")) is Code.MALFORMED


def test_a_conflict_says_where_the_line_is(shelf: Shelf) -> None:
    line = shelf.line(NETWORK)
    assert line is not None
    entries = [entry(9)]
    answer = ask(shelf, "append", NETWORK, 2, entries, Writer().proof(NETWORK, 2, entries), b"")
    assert answer == [Code.CONFLICT, 3, line.head]


def test_a_stranger_and_somebody_with_an_old_key_get_the_same_answer(shelf: Shelf) -> None:
    entries = [entry(9)]
    stranger = ask(shelf, "append", NETWORK, 3, entries, Writer(9).proof(NETWORK, 3, entries), b"")
    nowhere = ask(shelf, "append", bytes(16), 0, entries, Writer().proof(bytes(16), 0, entries), b"")
    assert stranger == nowhere == [Code.REFUSED]


def test_whoever_asks_too_much_is_asked_to_slow_down_and_others_are_not(shelf: Shelf) -> None:
    rates = Rates(Rate(a_second=0.0, burst=5.0), Rate(a_second=0.0, burst=1000.0))
    codes = [ask(shelf, "read", NETWORK, 0, 1, rates=rates)[0] for _ in range(7)]
    assert codes == [Code.OK] * 5 + [Code.SLOW_DOWN] * 2
    assert ask(shelf, "read_box", BOX, 0, rates=rates)[0] == Code.OK


def test_limits_leave_room_for_the_largest_call_there_is() -> None:
    entries = [bytes(limits.KIB)] * limits.ENTRIES_MAX
    assert len(encode([NETWORK, 0, entries, bytes(64), bytes(32)])) <= request_max("append")
    largest = [bytes(limits.MIB)] * (limits.APPEND_MAX // limits.MIB)
    assert len(encode([NETWORK, 0, largest, bytes(64), bytes(32)])) <= request_max("append")
    assert len(encode([BOX, 1, 63, bytes(limits.SLOT_PART_MAX)])) <= request_max("put_slot_part")
    assert len(encode([BOX, bytes(limits.BOX_ITEM_MAX), 14])) <= request_max("put_box")
    assert len(encode([BOX, 1, bytes(32 * limits.SLOT_PARTS_MAX), bytes(64)])) <= request_max("put_slot")
