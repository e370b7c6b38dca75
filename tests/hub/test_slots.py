"""Backups: only their owner overwrites them, and what is there stays readable until the new one is whole."""

import pytest

from nasij.clock import HandClock
from nasij.errors import DiskFull, HubRefused
from nasij.hub import limits
from nasij.hub.shelf import Passed, Unknown
from nasij.hub.wire import APPEND_LABEL, SLOT_LABEL, slot_form, slot_sums

from .desk import HOUR, Writer, a_shelf

ME, STRANGER = Writer(1), Writer(2)


@pytest.fixture
def clock():
    return HandClock(HOUR)


@pytest.fixture
def shelf(clock):
    made = a_shelf(None, clock)
    yield made
    made.close()


def kept(shelf, who=ME):
    first = shelf.get_slot(who.public, 0)
    return first.version, [shelf.get_slot(who.public, n).sealed for n in range(first.parts)]


def tally(shelf):
    amount, counted = shelf._writer._db.execute(
        "select (select amount from tally where kind = 'slots'), (select coalesce(sum(length(sealed)), 0) from slot_part)"
    ).fetchone()
    assert amount == counted
    return amount


def test_there_is_none_before_somebody_put_it(shelf):
    with pytest.raises(Unknown):
        shelf.get_slot(ME.public, 0)


def test_a_backup_comes_back_as_it_was_put(shelf):
    ME.put_slot(shelf, 5, [b"one", b"two", b"three"])
    assert kept(shelf) == (5, [b"one", b"two", b"three"])
    with pytest.raises(Unknown):
        shelf.get_slot(ME.public, 3)
    assert tally(shelf) == 11


def test_a_newer_version_takes_the_place_of_the_older(shelf):
    ME.put_slot(shelf, 1, [b"one", b"two", b"three"])
    ME.put_slot(shelf, 2, [b"new"])
    assert kept(shelf) == (2, [b"new"])
    assert tally(shelf) == 3


def test_the_old_version_stays_until_the_new_one_is_whole(shelf):
    ME.put_slot(shelf, 1, [b"old"])
    assert ME.begin_slot(shelf, 2, [b"a", b"b", b"c"]) == [0, 1, 2]
    assert shelf.put_slot_part(ME.public, 2, 2, b"c") == [0, 1]
    assert shelf.put_slot_part(ME.public, 2, 0, b"a") == [1]
    assert kept(shelf) == (1, [b"old"])
    assert shelf.put_slot_part(ME.public, 2, 1, b"b") == []
    assert kept(shelf) == (2, [b"a", b"b", b"c"])


def test_what_was_interrupted_goes_on_with_what_is_missing(shelf):
    parts = [b"a", b"b", b"c"]
    ME.begin_slot(shelf, 1, parts)
    shelf.put_slot_part(ME.public, 1, 1, b"b")
    assert ME.begin_slot(shelf, 1, parts) == [0, 2]
    assert shelf.put_slot_part(ME.public, 1, 1, b"b") == [0, 2]
    ME.put_slot(shelf, 1, parts)
    assert ME.begin_slot(shelf, 1, parts) == []
    assert shelf.put_slot_part(ME.public, 1, 1, b"b") == []
    assert kept(shelf) == (1, parts)


def test_a_stranger_neither_overwrites_nor_begins(shelf):
    ME.put_slot(shelf, 1, [b"mine"])
    sums = slot_sums([b"theirs"])
    signed = slot_form(ME.public, 2, sums)
    for proof in (STRANGER.sign(SLOT_LABEL, signed), bytes(64), ME.sign(APPEND_LABEL, signed)):
        with pytest.raises(HubRefused):
            shelf.put_slot(ME.public, 2, sums, proof)
    assert kept(shelf) == (1, [b"mine"])


def test_a_signature_is_for_one_version_one_owner_and_these_parts(shelf):
    sums = slot_sums([b"a"])
    proof = ME.sign(SLOT_LABEL, slot_form(ME.public, 2, sums))
    for public, version, others in (
        (ME.public, 3, sums),
        (ME.public, 2, slot_sums([b"b"])),
        (ME.public, 2, sums + sums),
        (STRANGER.public, 2, sums),
    ):
        with pytest.raises(HubRefused):
            shelf.put_slot(public, version, others, proof)


def test_a_stranger_slips_in_no_part(shelf):
    with pytest.raises(HubRefused):
        shelf.put_slot_part(ME.public, 1, 0, b"never begun")
    ME.begin_slot(shelf, 1, [b"a", b"b"])
    for version, part, sealed in ((1, 0, b"x"), (1, 1, b"a"), (1, 2, b"a"), (2, 0, b"a"), (1, 63, b"")):
        with pytest.raises(HubRefused):
            shelf.put_slot_part(ME.public, version, part, sealed)
    assert tally(shelf) == 0


@pytest.mark.parametrize("version", [0, 4, 5])
def test_versions_only_rise(shelf, version):
    ME.put_slot(shelf, 5, [b"five"])
    with pytest.raises(Passed) as passed:
        ME.begin_slot(shelf, version, [b"older, said again"])
    assert passed.value.version == 5
    assert kept(shelf) == (5, [b"five"])


def test_an_older_draft_does_not_take_the_place_of_a_newer(shelf):
    ME.begin_slot(shelf, 7, [b"a", b"b"])
    shelf.put_slot_part(ME.public, 7, 0, b"a")
    with pytest.raises(Passed):
        ME.begin_slot(shelf, 6, [b"x"])
    with pytest.raises(Passed):
        ME.begin_slot(shelf, 7, [b"x"])
    ME.begin_slot(shelf, 8, [b"c"])
    assert tally(shelf) == 0
    shelf.put_slot_part(ME.public, 8, 0, b"c")
    assert kept(shelf) == (8, [b"c"])


def test_a_draft_is_given_a_day(shelf, clock):
    ME.put_slot(shelf, 1, [b"old"])
    ME.begin_slot(shelf, 2, [b"a", b"b"])
    shelf.put_slot_part(ME.public, 2, 0, b"a")
    clock.forward(hours=limits.DRAFT_HOURS)
    shelf.expire()
    assert tally(shelf) == 3
    with pytest.raises(HubRefused):
        shelf.put_slot_part(ME.public, 2, 1, b"b")
    assert kept(shelf) == (1, [b"old"])


def test_a_backup_is_kept_400_days_after_it_was_put(shelf, clock):
    ME.put_slot(shelf, 1, [b"old"])
    clock.forward(days=399)
    shelf.expire()
    assert kept(shelf) == (1, [b"old"])
    ME.put_slot(shelf, 2, [b"new"])
    clock.forward(days=399)
    shelf.expire()
    assert kept(shelf) == (2, [b"new"])
    clock.forward(days=1)
    shelf.expire()
    with pytest.raises(Unknown):
        shelf.get_slot(ME.public, 0)
    assert tally(shelf) == 0


def test_all_backups_together_take_so_many_bytes(shelf, monkeypatch):
    monkeypatch.setattr(limits, "SLOTS_MAX", 10)
    ME.put_slot(shelf, 1, [b"12345678"])
    STRANGER.begin_slot(shelf, 1, [b"abc"])
    with pytest.raises(DiskFull):
        shelf.put_slot_part(STRANGER.public, 1, 0, b"abc")
    STRANGER.put_slot(shelf, 2, [b"ab"])
