"""The outbox keeps what was acknowledged, whenever the power goes and wherever the disk fails."""

import errno
import os

import pytest

from nasij.errors import DiskFull, DiskRefuses
from nasij.log.outbox import REWRITE_AT, Outbox, replace_file

KEY = bytes([1]) * 32
GROUPS = [[("a.b/1", b"one"), ("a.b/1", b"two")], [("a.c/1", b"three" * 120)], [("a.d/1", b"four")]]


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # thousands of files; that it is called is tested below
    return tmp_path / "outbox"


def raws(box: Outbox) -> list[bytes]:
    return [item.raw for item in box.items]


def said(*groups) -> list[bytes]:
    return [raw for group in groups for _, raw in group]


def filled(path) -> list[int]:
    """Add the groups; returns how long the file was after each."""
    box, sizes = Outbox(path, KEY), [0]
    for hour, group in enumerate(GROUPS):
        box.add(group, hour)
        sizes.append(path.stat().st_size)
    return sizes


def test_what_was_added_is_there_again_in_its_order(path):
    filled(path)
    box = Outbox(path, KEY)
    assert raws(box) == said(*GROUPS)
    assert [item.hour for item in box.items] == [0, 0, 1, 2]
    one, two, three, four = (item.together for item in box.items)
    assert one == two == box.items[0].act
    assert len({one, three, four}) == 3


@pytest.mark.slow
def test_a_file_torn_at_any_byte_keeps_every_record_before(path):
    sizes = filled(path)
    raw = path.read_bytes()
    for size in range(len(raw) + 1):
        path.write_bytes(raw[:size])
        whole = sum(size >= end for end in sizes[1:])
        assert raws(Outbox(path, KEY)) == said(*GROUPS[:whole]), size
        assert path.stat().st_size == sizes[whole], "what was torn is cut off"


def test_a_torn_file_goes_on(path):
    sizes = filled(path)
    raw = path.read_bytes()
    for size in (1, 3, 4, sizes[1] + 2, sizes[2] + 100, len(raw) - 1):
        path.write_bytes(raw[:size])
        before = raws(Outbox(path, KEY))
        Outbox(path, KEY).add([("a.e/1", b"five")], 9)
        assert raws(Outbox(path, KEY)) == [*before, b"five"]


@pytest.mark.parametrize("filler", [b"\0", b"\xff", b"\0\0\0\1"])
def test_a_tail_of_filler_that_a_power_cut_left_is_cut_off(path, filler):
    sizes = filled(path)
    with path.open("ab") as file:
        file.write(filler * 1500)
    assert raws(Outbox(path, KEY)) == said(*GROUPS)
    Outbox(path, KEY).add([("a.e/1", b"five")], 9)
    assert raws(Outbox(path, KEY)) == [*said(*GROUPS), b"five"]
    assert path.stat().st_size == sizes[-1] + sizes[1]


@pytest.mark.slow
def test_a_changed_bit_costs_that_record_at_most(path):
    """In a record's length it may cost those behind it, which cannot be found any more."""
    sizes = filled(path)
    raw = path.read_bytes()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        hit = sum(at >= end for end in sizes[1:])
        kept = raws(Outbox(path, KEY))
        assert kept[: len(said(*GROUPS[:hit]))] == said(*GROUPS[:hit])
        if at - sizes[hit] >= 4:
            assert kept == said(*GROUPS[:hit], *GROUPS[hit + 1 :])
        assert raws(Outbox(path, KEY)) == kept


def test_what_is_over_stays_over(path):
    filled(path)
    box = Outbox(path, KEY)
    acts = [item.act for item in box.items]
    box.remove({acts[0], 12345})
    box.remove({acts[2]})
    assert raws(Outbox(path, KEY)) == raws(box) == [b"two", b"four"]
    Outbox(path, KEY).remove(set(acts))
    assert raws(Outbox(path, KEY)) == []
    assert path.stat().st_size == 0


@pytest.mark.slow
def test_a_removal_torn_at_any_byte_is_whole_or_not_at_all(path):
    filled(path)
    before = path.stat().st_size
    box = Outbox(path, KEY)
    box.remove({box.items[0].act, box.items[3].act})
    raw = path.read_bytes()
    for size in range(before, len(raw) + 1):
        path.write_bytes(raw[:size])
        assert len(Outbox(path, KEY).items) == (2 if size == len(raw) else 4)


def test_the_file_is_written_anew_when_much_of_it_is_over(path):
    box = Outbox(path, KEY)
    for number in range(REWRITE_AT + 10):
        box.add([("a.b/1", b"%d" % number)], 1)
    grown = path.stat().st_size
    for item in list(box.items)[: REWRITE_AT + 1]:
        box.remove({item.act})
    assert path.stat().st_size < grown / 5
    assert raws(Outbox(path, KEY)) == raws(box) == [b"%d" % n for n in range(REWRITE_AT + 1, REWRITE_AT + 10)]


def test_what_was_stated_together_stays_together_when_written_anew(path):
    filled(path)
    with path.open("ab") as file:
        file.write(b"torn")
    assert [i.together for i in Outbox(path, KEY).items] == [i.together for i in Outbox(path, KEY).items]
    one, two, *_ = Outbox(path, KEY).items
    assert one.together == two.together == one.act


def test_another_rooms_outbox_says_nothing(path):
    filled(path)
    assert Outbox(path, bytes(32)).items == []


def test_records_tell_no_length_below_512_bytes(path):
    box = Outbox(path, KEY)
    sizes = []
    for size in (0, 1, 100, 400):
        before = path.stat().st_size if path.exists() else 0
        box.add([("a.b/1", bytes(size))], 1)
        sizes.append(path.stat().st_size - before)
    assert set(sizes) == {4 + 60 + 512}


def test_nothing_is_acknowledged_before_it_is_on_the_disk(tmp_path, monkeypatch):
    path, synced = tmp_path / "outbox", []
    sync = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: synced.append(path.stat().st_size) or sync(descriptor))
    Outbox(path, KEY).add(GROUPS[0], 1)
    assert synced == [path.stat().st_size]


def test_a_full_disk_keeps_nothing_of_what_was_not_taken(path, monkeypatch):
    filled(path)
    box, before = Outbox(path, KEY), path.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, raw: write(descriptor, raw[: len(raw) // 2]))
    with pytest.raises(DiskFull):
        box.add([("a.e/1", b"five")], 9)
    assert path.read_bytes() == before
    assert raws(box) == said(*GROUPS)


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, DiskFull), (errno.EROFS, DiskRefuses), (errno.EIO, DiskRefuses)]
)
def test_what_was_not_written_says_whether_it_was_for_space(path, monkeypatch, number, error):
    filled(path)
    box, before = Outbox(path, KEY), path.read_bytes()

    def refuse(*_args):
        raise OSError(number, "")

    monkeypatch.setattr(os, "fdatasync", refuse)
    monkeypatch.setattr(os, "fsync", refuse)
    for work in (lambda: box.add([("a.e/1", b"five")], 9), lambda: replace_file(path, b"new")):
        with pytest.raises(DiskFull) as raised:
            work()
        assert type(raised.value) is error
        assert path.read_bytes() == before


def test_the_file_is_its_owners_only(path):
    filled(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("ab") as file:
        file.write(b"torn")
    Outbox(path, KEY)
    assert path.stat().st_mode & 0o777 == 0o600
