"""Mailboxes: items, limits, expiry."""

import pytest

from nasij.clock import HandClock
from nasij.errors import DiskFull
from nasij.hub import limits

from .desk import HOUR, a_shelf

NAME, OTHER = b"n" * 32, b"o" * 32


@pytest.fixture
def clock():
    return HandClock(HOUR)


@pytest.fixture
def shelf(clock):
    made = a_shelf(None, clock)
    yield made
    made.close()


def items(shelf, after=0):
    return [item for _, item in shelf.read_box(NAME, after)]


def tally(shelf):
    return shelf._writer._db.execute("select amount from tally where kind = 'boxes'").fetchone()[0]


def test_a_box_that_nobody_made_is_empty(shelf):
    assert shelf.read_box(NAME, 0) == []


def test_items_come_in_the_order_they_were_put_and_reading_takes_nothing_away(shelf):
    for item in (b"one", b"two", b"three"):
        shelf.put_box(NAME, item, 1)
    shelf.put_box(OTHER, b"else", 1)
    assert items(shelf) == items(shelf) == [b"one", b"two", b"three"]


def test_one_reads_on_from_a_number(shelf):
    shelf.put_box(NAME, b"one", 1)
    number = shelf.put_box(NAME, b"two", 1)
    assert items(shelf, number) == []
    shelf.put_box(NAME, b"three", 1)
    assert items(shelf, number) == [b"three"]


def test_items_expire_each_on_its_day_even_before_the_hub_tidies(shelf, clock):
    shelf.put_box(NAME, b"short", 1)
    shelf.put_box(NAME, b"long", 3)
    clock.forward(hours=23)
    assert items(shelf) == [b"short", b"long"]
    clock.forward(hours=1)
    assert items(shelf) == [b"long"]
    shelf.expire()
    assert tally(shelf) == 4
    clock.forward(days=2)
    assert items(shelf) == []
    shelf.expire()
    assert tally(shelf) == 0


def test_numbers_never_come_again_even_when_a_box_was_empty_meanwhile(shelf, clock):
    number = shelf.put_box(NAME, b"one", 1)
    clock.forward(days=2)
    shelf.expire()
    assert shelf.put_box(NAME, b"two", 1) > number
    assert items(shelf, number) == [b"two"]


def test_a_box_takes_so_many_items(shelf, clock):
    for n in range(limits.BOX_ITEMS_MAX):
        shelf.put_box(NAME, bytes([n]), 1)
    with pytest.raises(DiskFull):
        shelf.put_box(NAME, b"one more", 1)
    shelf.put_box(OTHER, b"another box", 1)
    clock.forward(days=1)
    shelf.put_box(NAME, b"there is room again", 1)


def test_a_box_takes_so_many_bytes(shelf):
    for _ in range(8):
        shelf.put_box(NAME, bytes(limits.BOX_ITEM_MAX), 1)
    with pytest.raises(DiskFull):
        shelf.put_box(NAME, b"x", 1)


def test_all_boxes_together_take_so_many_bytes(shelf, monkeypatch):
    monkeypatch.setattr(limits, "BOXES_MAX", 100)
    shelf.put_box(NAME, bytes(60), 1)
    with pytest.raises(DiskFull):
        shelf.put_box(OTHER, bytes(60), 1)
    shelf.put_box(OTHER, bytes(40), 1)
