"""A room that was opened with its second passphrase: nothing of the account is left in any byte of its folder."""

import gc
import os
import shutil
import sys
from pathlib import Path
from types import FrameType

import pytest

from nasij.clock import HandClock
from nasij.errors import DiskFull, Locked, SealBroken
from nasij.gate import Gate, all_areas
from nasij.kit.fact import to_bytes
from nasij.log.outbox import Outbox
from nasij.node import room
from nasij.node.kernel import HeadSeen
from nasij.node.node import Node
from nasij.seal import labels
from nasij.seal.primitives import Sealer, derive, open_large
from nasij.seal.vault import Secrets, unlock
from nasij.settings import Settings

PASS, SECOND = b"passphrase", b"second passphrase"
CLOCK = HandClock(480_000)
FILES = (room.VAULT, room.SNAPSHOT, room.OUTBOX, room.HEAD)
STATES = ("unset", "set", "used")

pytestmark = pytest.mark.slow


def made(folder: Path, second: bytes = SECOND) -> Node:
    """Make a room in a network, with words in its view and a fact that waits."""
    kept = Secrets("aaaaaaaaaaaaaaaa", b"n" * 16, "local", bytes(32), {1: bytes([1]) * 32})
    node = room.create(folder, all_areas(), CLOCK, PASS, kept, 0)
    node.place, node.hour = 1, 479_000
    node.heads.append(b"\1" * 32)
    node.keyring.add("network", 3, bytes([3]) * 32, 5)
    node.outbox.add([("line.head-seen/1", to_bytes(HeadSeen(1, bytes(32))))], 479_000)
    node.vault.set_second(second)
    room.save_vault(node, folder)
    room.save(node, folder)
    return node


def opened(folder: Path, passphrase: bytes = PASS) -> Node:
    return room.open_room(folder, all_areas(), CLOCK, passphrase)


def in_state(folder: Path, state: str) -> None:
    made(folder, b"" if state == "unset" else SECOND)
    if state == "used":
        opened(folder, SECOND)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_both_passphrases_open_the_plain_account_and_nothing_of_the_other_is_in_the_folder(tmp_path: Path):
    folder = tmp_path / "room"
    node = made(folder)
    assert all(opens_with(folder / name, node.vault.key, node.me) for name in FILES[1:])
    before, held = bytes_of(folder), {name: os.open(folder / name, os.O_RDONLY) for name in FILES}
    plain = opened(folder, SECOND)
    assert (plain.place, plain.outbox.items, list(plain.keyring.newest)) == (0, [], ["only/" + plain.me])
    assert plain.secrets.joining["base"] and plain.secrets.network == bytes(16)
    after = bytes_of(folder)
    everything = b"".join(after.values())
    for name in FILES:
        assert os.fstat(held[name]).st_size == 0, "what lay there was written over and cut off"
        os.close(held[name])
        beyond_the_salt = before[name][18:] if name == room.VAULT else before[name]
        assert all(beyond_the_salt[at : at + 16] not in everything for at in range(0, len(beyond_the_salt) - 16, 997))
    for name in (room.SNAPSHOT, room.OUTBOX, room.HEAD):
        assert not opens_with(folder / name, node.vault.key, node.me), name
    for passphrase in (PASS, SECOND):
        again = opened(folder, passphrase)
        assert again.secrets.member == plain.secrets.member
        assert not again.keyring.newest.keys() - {"only/" + again.me}
    with pytest.raises(Locked):
        opened(folder, b"another")


def opens_with(path: Path, key: bytes, member: str) -> bool:
    if path.name == room.SNAPSHOT:
        try:
            return bool(open_large(key, labels.SNAPSHOT, path.read_bytes(), member.encode()))
        except SealBroken:
            return False
    if path.name == room.OUTBOX:
        copied = path.with_name("copied")
        shutil.copy(path, copied)
        found = Outbox(copied, key).items
        copied.unlink()
        return bool(found)
    try:
        return bool(Sealer(derive(key, labels.HEAD), labels.HEAD).open(path.read_bytes(), b""))
    except SealBroken:
        return False


def test_an_account_that_was_not_locked_away_opens_as_it_was_each_time(tmp_path: Path):
    folder = tmp_path / "room"
    before = made(folder)
    for _ in range(3):
        after = opened(folder)
        assert (after.place, after.keyring.dump()) == (before.place, before.keyring.dump())
        assert after.outbox.items == before.outbox.items and after.secrets == before.secrets
        assert room.last_head(after, folder) == (1, b"\1" * 32)


def test_every_opening_writes_the_same_files_in_the_same_order_in_every_state(tmp_path: Path):
    seen = set()
    for state in STATES:
        for passphrase in (PASS, SECOND):
            folder = tmp_path / f"{state}-{passphrase.decode()}"
            in_state(folder, state)
            if state == "unset" and passphrase == SECOND:
                continue
            before = bytes_of(folder)
            opened(folder, passphrase)
            after = bytes_of(folder)
            assert all(before[name] != after[name] for name in FILES if before[name])
            # Two within one tick of the file system's clock have the same time, so they show no order.
            order = tuple(sorted(after, key=lambda name: ((folder / name).stat().st_mtime_ns, FILES.index(name))))
            seen.add((order, len(after[room.VAULT]), len(after[room.HEAD])))
    assert len(seen) == 1 and seen.pop()[0] == FILES


def work_of(gate: Gate, passphrase: str) -> list[str]:
    """Return every call, of Python and of what lies below it, that one try at the door makes."""
    calls: list[str] = []

    def heard(frame: FrameType, event: str, what: object) -> None:
        if event in ("call", "c_call"):
            calls.append(frame.f_code.co_qualname if event == "call" else getattr(what, "__qualname__", ""))

    gc.disable()  # whose finalisers come when they like
    sys.setprofile(heard)
    try:
        os.close(gate.open("kitchen", passphrase).claim)
    except Locked:
        calls.append("refused")
    finally:
        sys.setprofile(None)
        gc.enable()
    # Which slot is tried first is drawn each time, and a number below another is drawn until it is small enough.
    return sorted(call for call in calls if "rand" not in call and call != "int.from_bytes")


def test_the_whole_door_does_the_same_work_whether_a_second_passphrase_is_unset_or_set(tmp_path: Path):
    """Not only the vault: everything from what was typed to the open room, by what is called and how often, on bytes of
    which size. Time is not compared here: between two openings of one room it varies by more than any of these steps takes.

    The control is a room with one fact more: its work must differ, or this would see nothing. With a wrong passphrase a
    room in which it was used answers like the others too. With a right one it opens another account, which shows what it is
    whatever the door does.
    """
    done: dict[tuple[str, str], list[str]] = {}
    for state in (*STATES, "more"):
        gate = Gate(Settings(tmp_path / state, 0), "unix:/nowhere", CLOCK)
        gate.settings.home.mkdir()
        folder = gate.folder("kitchen")
        in_state(folder, "unset" if state == "more" else state)
        if state == "more":
            node = opened(folder)
            node.outbox.add([("line.head-seen/1", to_bytes(HeadSeen(1, bytes(32))))], 479_000)
        sizes = [(folder / name).stat().st_size for name in FILES]
        for passphrase in (PASS.decode(), "wrong"):
            work_of(gate, passphrase)  # what is worked out once and kept
            done[state, passphrase] = work_of(gate, passphrase)
        assert [(folder / name).stat().st_size for name in FILES] == sizes
    assert done["unset", PASS.decode()] == done["set", PASS.decode()]
    assert done["unset", PASS.decode()] != done["more", PASS.decode()]
    assert done["unset", "wrong"] == done["set", "wrong"] == done["used", "wrong"]
    assert min(map(len, done.values())) > 100


def test_a_power_cut_after_the_vault_was_written_leaves_the_plain_account(tmp_path: Path):
    folder = tmp_path / "room"
    made(folder)
    vault = unlock((folder / room.VAULT).read_bytes(), SECOND)
    vault.make_ready(vault.secrets)
    (folder / room.VAULT).write_bytes(vault.to_bytes())
    for passphrase in (PASS, SECOND):
        assert opened(folder, passphrase).me == vault.secrets.member


def test_a_full_disk_does_not_keep_anything_from_being_locked_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "room"
    node = made(folder)
    key = node.vault.key
    full = tmp_path / "full"

    def refuses(path: Path, _raw: bytes, *, wipe: bool = False) -> None:
        full.touch()
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(room, "replace_file", refuses)
        patch.setattr("nasij.log.outbox.replace_file", refuses)
        opened(folder, SECOND)
    assert full.exists()
    assert not opens_with(folder / room.SNAPSHOT, key, node.me)
    assert not opens_with(folder / room.OUTBOX, key, node.me)
    for passphrase in (PASS, SECOND):
        assert opened(folder, passphrase).me != node.me


def test_where_another_process_has_the_room_nothing_is_written_until_it_is_taken_over(tmp_path: Path):
    folder = tmp_path / "room"
    node = made(folder)
    before = bytes_of(folder)
    plain = room.open_room(folder, all_areas(), CLOCK, SECOND, alone=False)
    assert bytes_of(folder) == before and plain.vault.locked_away
    plain.settle()
    room.write_anew(plain, folder)
    assert opened(folder).me == plain.me != node.me


def test_one_process_claims_a_room(tmp_path: Path):
    first = room.claim(tmp_path)
    assert first >= 0 > room.claim(tmp_path)
    os.close(first)
    assert room.claim(tmp_path) >= 0


def test_a_room_of_the_first_version_opens_and_is_written_as_the_present_one(tmp_path: Path):
    from tests.vectors import load

    raw = load("vault-1")["vault"]
    passphrase = load("vault-1")["passphrase"]
    vault = unlock(raw, passphrase)
    again = unlock(vault.to_bytes(), passphrase)
    assert again.to_bytes()[0] == 2 and again.secrets == vault.secrets and again.key == vault.key
