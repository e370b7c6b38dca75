"""A room's files: whatever happens to them, it opens as it was or it is locked, and it is never somebody else's."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from nasij import archive
from nasij.archive import open_archive, seal_archive
from nasij.clock import HandClock
from nasij.errors import Locked
from nasij.gate import all_areas
from nasij.line import FIRST_HEAD
from nasij.node import room, view
from nasij.node.node import Node
from nasij.seal.primitives import ARGON_COSTS
from nasij.seal.vault import Secrets
from tests.vectors import load
from tests.vectors.test_frozen import a_node

PASS = b"passphrase"
CLOCK = HandClock(480_000)


def made(folder: Path, member: str = "aaaaaaaaaaaaaaaa") -> Node:
    kept = Secrets(member, bytes(16), "local", bytes(32), {1: bytes([1]) * 32})
    node = room.create(folder, all_areas(), CLOCK, PASS, kept, 0)
    node.place, node.hour = 1, 479_000
    node.heads.append(b"\1" * 32)
    node.keyring.add("network", 3, bytes([3]) * 32, 5)
    room.save(node, folder)
    return node


def opened(folder: Path) -> Node:
    return room.open_room(folder, all_areas(), CLOCK, PASS)


def loads(tmp_path: Path, sealed: bytes, member: str) -> bool:
    """Load a snapshot into a node; where it does not, nothing of it may be there."""
    node = a_node(tmp_path, load("snapshot-1")["vault_key"], member)
    try:
        room.load_snapshot(node, sealed)
    except Locked:
        assert (node.place, list(node.heads), node.keyring.keys) == (0, [FIRST_HEAD], {})
        return False
    return True


@pytest.mark.slow
def test_a_room_comes_back_as_it_was(tmp_path: Path):
    before = made(tmp_path / "room")
    after = opened(tmp_path / "room")
    assert (after.place, list(after.heads), after.hour) == (before.place, list(before.heads), before.hour)
    assert after.keyring.dump() == before.keyring.dump()
    assert after.secrets == before.secrets


@pytest.mark.slow
def test_a_room_that_an_older_version_kept_opens_with_what_has_come_since(tmp_path: Path):
    before = made(tmp_path / "room")
    kept = next(table for table in view.all_tables(before.areas) if table.name == "offer")
    before.db.execute("insert into offer (offer, what, audience) values ('o', 'a ladder', 'network')")
    before.db.execute("drop table need")
    index = before.db.execute("select name from sqlite_master where type = 'index' and name like 'offer_%'").fetchone()[
        0
    ]
    before.db.execute(f"drop index {index}")
    lost = next(name for name, column in kept.columns.items() if column.keep and name not in (*kept.key, "what"))
    for index in (index for index in kept.indexes if lost in index):
        before.db.execute(f"drop index if exists offer_{'_'.join(index)}")
    before.db.execute(f"alter table offer drop column {lost}")
    before.db.execute("pragma user_version = 0")
    room.save(before, tmp_path / "room")
    after = opened(tmp_path / "room")
    assert after.db.execute("select count(*) from need").fetchone()[0] == 0
    assert after.db.execute(f"select what, {lost} from offer").fetchone()[0] == "a ladder"
    fresh = view.create(after.areas)
    shape = "select name from sqlite_master where name not like 'sqlite_%' order by name"
    assert after.db.execute(shape).fetchall() == fresh.execute(shape).fetchall()


@pytest.mark.slow
def test_a_wrong_passphrase_and_a_missing_file_are_the_same_lock(tmp_path: Path):
    made(tmp_path / "room")
    with pytest.raises(Locked):
        room.open_room(tmp_path / "room", all_areas(), CLOCK, b"another")
    for name in (room.VAULT, room.SNAPSHOT):
        shutil.copytree(tmp_path / "room", tmp_path / name)
        (tmp_path / name / name).unlink()
        with pytest.raises(Locked):
            opened(tmp_path / name)
    with pytest.raises(Locked):
        opened(tmp_path / "nowhere")


@pytest.mark.slow
def test_files_of_another_room_do_not_open_here(tmp_path: Path):
    made(tmp_path / "one")
    made(tmp_path / "two", "bbbbbbbbbbbbbbbb")
    for name in (room.VAULT, room.SNAPSHOT):
        shutil.copytree(tmp_path / "one", tmp_path / name)
        shutil.copy(tmp_path / "two" / name, tmp_path / name / name)
        with pytest.raises(Locked):
            opened(tmp_path / name)


@pytest.mark.slow
def test_a_changed_bit_or_a_missing_byte_anywhere_in_a_snapshot_locks_the_room(tmp_path: Path):
    v = load("snapshot-1")
    sealed, member = v["snapshot"], v["member"].decode()
    assert loads(tmp_path, sealed, member)
    for at in range(0, len(sealed), 3):
        changed = bytearray(sealed)
        changed[at] ^= 1 << at % 8
        assert not loads(tmp_path, bytes(changed), member)
    for size in (*range(90), *range(90, len(sealed), 41), len(sealed) - 1):
        assert not loads(tmp_path, sealed[:size], member)
    assert not loads(tmp_path, sealed + b"\0", member)
    assert not loads(tmp_path, sealed, "bbbbbbbbbbbbbbbb")


def test_the_head_never_goes_back(tmp_path: Path):
    node = made(tmp_path / "room")
    assert room.last_head(node, tmp_path / "room") == (1, b"\1" * 32)
    node.place = 0
    room.save_head(node, tmp_path / "room")
    assert room.last_head(node, tmp_path / "room") == (1, b"\1" * 32)


@pytest.mark.slow
def test_a_damaged_head_is_as_if_there_were_none(tmp_path: Path):
    node = made(tmp_path / "room")
    path = tmp_path / "room" / room.HEAD
    raw = path.read_bytes()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        assert room.last_head(node, tmp_path / "room") == (0, FIRST_HEAD)
        path.write_bytes(raw[:at])
        assert room.last_head(node, tmp_path / "room") == (0, FIRST_HEAD)
    assert opened(tmp_path / "room").place == 1, "the snapshot knows too"


# --- the archive ------------------------------------------------------------------------------------------------------


@pytest.fixture
def cheap(monkeypatch):
    for cost in ARGON_COSTS:
        monkeypatch.setitem(ARGON_COSTS, cost, (64, 1))


@pytest.mark.slow
def test_a_changed_bit_or_a_missing_byte_anywhere_in_an_archive_locks_it(cheap, monkeypatch):
    monkeypatch.setattr(archive, "trace", lambda node: {"need": [{"what": "milk"}]})
    raw = seal_archive(SimpleNamespace(me="aaaaaaaaaaaaaaaa"), "a passphrase", 0)
    assert open_archive(raw, "A  passphrase")["tables"] == {"need": [{"what": "milk"}]}
    with pytest.raises(Locked):
        open_archive(raw, "another passphrase")
    for at in (*range(90), *range(90, len(raw), 2003), len(raw) - 1):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        with pytest.raises(Locked):
            open_archive(bytes(changed), "a passphrase")
    for size in (*range(0, 92, 3), 18 + 56 + 16_400, len(raw) - 1):
        with pytest.raises(Locked):
            open_archive(raw[:size], "a passphrase")
    with pytest.raises(Locked):
        open_archive(raw + b"\0", "a passphrase")


@pytest.mark.parametrize("size", [0, 1, 70_000])
def test_an_archive_tells_its_length_in_steps_of_64_kibibytes(cheap, monkeypatch, size):
    monkeypatch.setattr(archive, "trace", lambda node: {"need": [{"what": "x" * size}]})
    raw = seal_archive(SimpleNamespace(me="aaaaaaaaaaaaaaaa"), "a passphrase", 0)
    steps = 1 + size // 65_536
    assert len(raw) == 18 + 56 + steps * (65_536 + 4 * 16) + 16
    assert len(open_archive(raw, "a passphrase")["tables"]["need"][0]["what"]) == size
