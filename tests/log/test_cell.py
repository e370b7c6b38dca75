"""Cells: sizes, filling, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasij.errors import Malformed
from nasij.hub.limits import ENTRY_SIZES
from nasij.log.cell import CLASSES, fit, pad, unpad


def test_classes_are_the_powers_of_two_from_one_kibibyte_to_one_mebibyte():
    assert CLASSES == (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576)


def test_the_hub_takes_exactly_these_classes():
    assert frozenset(CLASSES) == ENTRY_SIZES


@pytest.mark.parametrize(("size", "room"), [(0, 1024), (1, 1024), (1024, 1024), (1025, 2048), (1048576, 1048576)])
def test_an_entry_gets_the_smallest_class_that_holds_it(size, room):
    assert fit(size) == room


def test_nothing_fits_above_the_largest_class():
    with pytest.raises(Malformed):
        fit(1048577)


def test_frozen_bytes():
    assert pad(b"salam", 12) == bytes.fromhex("0000000573616c616d000000")


@given(st.binary(max_size=300), st.integers(0, 300))
def test_padding_comes_off_again(body, more):
    room = len(body) + 4 + more
    assert len(pad(body, room)) == room
    assert unpad(pad(body, room)) == body


def test_a_body_one_byte_too_long_is_refused():
    assert unpad(pad(bytes(1020), 1024)) == bytes(1020)
    with pytest.raises(Malformed):
        pad(bytes(1021), 1024)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0",
        b"\0\0\0\1",
        b"\xff\xff\xff\xff" + bytes(100),
        b"\0\0\0\2ab\0\0\1",
        b"\0\0\0\2ab\1\0\0",
        b"\0\0\0\0\1",
    ],
)
def test_wrong_lengths_and_a_filler_that_is_not_zero_are_refused(padded):
    with pytest.raises(Malformed):
        unpad(padded)


@given(st.binary(max_size=64))
def test_there_is_one_padding_for_each_body(padded):
    try:
        body = unpad(padded)
    except Malformed:
        return
    assert pad(body, len(padded)) == padded
