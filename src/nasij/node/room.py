"""A room on disk: four sealed files, and how they become a node again.

```
vault      who I am, under the passphrase        seal/vault.py
snapshot   the view as far as some place, the keyring, recent heads
outbox     facts that wait                       log/outbox.py
head       the last place and head ever seen: a hub that goes back behind it is lying or was restored
```

Whoever opens a room writes all four anew, in this order, and over what they held before. So it does not show in times, sizes
or order that one opening was with the second passphrase, after which nothing of the account that was locked away is left.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections import deque
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from nasij.clock import Clock
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import DiskFull, Locked, Malformed, SealBroken
from nasij.kit.area import Areas
from nasij.kit.fact import from_bytes, to_bytes
from nasij.kit.who import NETWORK, ONLY_PREFIX
from nasij.line import FIRST_HEAD
from nasij.log.outbox import Outbox, replace_file, write_over
from nasij.node import view
from nasij.node.node import HEADS_KEPT, Node, Told, records_of
from nasij.seal import labels
from nasij.seal.circle import Keyring, only_key
from nasij.seal.plain import plain_account
from nasij.seal.primitives import Sealer, derive, open_large, seal_large
from nasij.seal.vault import Secrets, Vault, unlock

HEADER_MAX = 64 << 20
VAULT, SNAPSHOT, OUTBOX, HEAD = "vault", "snapshot", "outbox", "head"
LOCK = "lock"


def claim(folder: Path) -> int:
    """Take a room's lock; returns its descriptor, or -1 where another process has the room open."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor


def create(folder: Path, areas: Areas, clock: Clock, passphrase: bytes, kept: Secrets, cost: int) -> Node:
    """Make a new room in an empty folder and unlock it; nothing is left behind where there is no space."""
    folder.mkdir(mode=0o700, parents=True)
    try:
        vault = Vault.new(passphrase, kept, cost)
        vault.make_ready(plain_account(kept, alarm=True))
        node = Node(areas, vault, Outbox(folder / OUTBOX, vault.key), clock, db=view.create(areas))
        _settle_in(node)
        replace_file(folder / VAULT, vault.to_bytes())
        save(node, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return node


def open_room(folder: Path, areas: Areas, clock: Clock, passphrase: bytes, *, alone: bool = True) -> Node:
    """Unlock a room; raises `Locked` for a wrong passphrase, a damaged room and a missing one alike.

    Where this process has the room `alone`, all its files are written anew. Elsewhere nothing is, and a room that was
    locked away by opening it is empty until `write_anew`.
    """
    try:
        vault = unlock((folder / VAULT).read_bytes(), passphrase)
        sealed = (folder / SNAPSHOT).read_bytes()
    except OSError:
        raise Locked from None
    vault.make_ready(plain_account(vault.secrets, alarm=True))
    outbox = Outbox(folder / OUTBOX, vault.key, begin=vault.locked_away)
    node = Node(areas, vault, outbox, clock)
    _load(node, sealed)
    if alone:
        write_anew(node, folder)
    _let_go_of_placed(node)
    _settle_in(node)
    node.lay_waiting()
    return node


def _load(node: Node, sealed: bytes) -> None:
    """Put the snapshot's view into the node; a room that still waits to be let in may also begin with an empty one."""
    try:
        load_snapshot(node, sealed)
    except Locked:
        if not node.secrets.joining.get("base"):
            raise
        node.db = view.create(node.areas)


def write_anew(node: Node, folder: Path) -> None:
    """Write all files of a room anew and over what they held; a full disk does not keep anything from being locked away."""
    assert not node.laid
    raw = node.vault.to_bytes()
    try:
        replace_file(folder / VAULT, raw, wipe=True)
    except DiskFull:
        if not node.vault.locked_away:
            return
        _write_in_place(folder / VAULT, raw)
    for name, renew in ((SNAPSHOT, _renew_snapshot), (OUTBOX, _renew_outbox), (HEAD, _renew_head)):
        try:
            renew(node, folder)
        except DiskFull:
            if node.vault.locked_away:  # what is written over makes the space that was missing
                _wipe(folder / name)
                with contextlib.suppress(DiskFull):
                    renew(node, folder)
    node.vault.locked_away = False


def _wipe(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("r+b", buffering=0) as file:
        write_over(file.fileno())


def lock_away(node: Node, folder: Path) -> None:
    """Leave only the plain account that lies ready in the vault, on the disk and in this node, whatever saves it later."""
    node.settle()
    node.vault.lock_away()
    node.vault.locked_away = True
    empty = Node(node.areas, node.vault, Outbox(folder / OUTBOX, node.vault.key, begin=True), node.clock)
    empty.db = view.create(node.areas)
    for part in fields(Node):
        setattr(node, part.name, getattr(empty, part.name))
    write_anew(node, folder)
    _settle_in(node)


def put_back(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a room's files in the place of a plain account's, the vault last: until then the plain one opens."""
    for name in (SNAPSHOT, OUTBOX, VAULT):
        if name in files:
            replace_file(folder / name, files[name], wipe=True)


def _write_in_place(path: Path, raw: bytes) -> None:
    """Write over a file of the same size where there is no space for another."""
    with path.open("r+b", buffering=0) as file:
        file.write(raw)
        os.fsync(file.fileno())


def _renew_snapshot(node: Node, folder: Path) -> None:
    bound = node.me.encode()
    try:
        plain = open_large(node.vault.key, labels.SNAPSHOT, (folder / SNAPSHOT).read_bytes(), bound)
        raw = seal_large(node.vault.key, labels.SNAPSHOT, plain, bound)
    except SealBroken:  # it is another account's, which was locked away
        raw = snapshot(node)
    replace_file(folder / SNAPSHOT, raw, wipe=True)


def _renew_outbox(node: Node, _folder: Path) -> None:
    node.outbox.write_anew()


def _renew_head(node: Node, folder: Path) -> None:
    seen = last_head(node, folder)
    replace_file(folder / HEAD, _head_sealer(node).seal(encode(list(seen)), b""), wipe=True)


def _let_go_of_placed(node: Node) -> None:
    """Take out of the outbox what has its place already, where a full disk kept that from being written down."""
    acts = {row[0] for row in node.db.execute("select act from act")} if node.outbox.items else set()
    with contextlib.suppress(DiskFull):
        node.outbox.remove(acts)


def _settle_in(node: Node) -> None:
    node.watch_holders()
    if node.me:
        node.keyring.add(ONLY_PREFIX + node.me, 0, only_key(node.vault.key))


def snapshot(node: Node) -> bytearray:
    """Return the sealed snapshot of the view as far as the line goes; the waiting facts are in the outbox."""
    assert not node.laid
    # Even with secure_delete, rows that shrank may leave some of their old words between the new ones.
    with contextlib.suppress(sqlite3.OperationalError):  # somebody reads just now: next time
        node.db.execute("vacuum")
    header = encode(
        [
            *(node.place, list(node.heads), node.hour, node.network_hour),
            *(node.keyring.dump(), sorted(node.fresh.items()), node.alarm, node.alarms[-20:]),
            [[t.name, t.sentence, t.advice, to_bytes(t.fact) if t.fact else b""] for t in node.told],
            sorted([newcomer, welcome] for newcomer, welcome in node.welcomes.items()),
            node.shares,
        ]
    )
    plain = b"".join((len(header).to_bytes(4, "big"), header, node.db.serialize()))
    return seal_large(node.vault.key, labels.SNAPSHOT, plain, node.me.encode())


def load_snapshot(node: Node, sealed: bytes) -> None:
    """Put a snapshot's view into the node; raises `Locked` for one that is damaged or another room's."""
    try:
        plain = memoryview(open_large(node.vault.key, labels.SNAPSHOT, sealed, node.me.encode()))
        size = int.from_bytes(plain[:4], "big")
        values = decode(bytes(plain[4 : 4 + size]), size_max=HEADER_MAX)
        place, heads, hour, network_hour, ring, fresh, alarm, alarms, told, welcomes, shares = values
    except (SealBroken, NotCanonical, ValueError):
        raise Locked from None
    node.place, node.heads = place, deque(heads, maxlen=HEADS_KEPT)
    node.hour, node.network_hour = hour, network_hour
    node.keyring, node.fresh = Keyring.load(ring), dict(fresh)
    node.alarm, node.alarms = alarm, alarms
    node.welcomes, node.shares = dict(welcomes), shares
    node.told = [_told(node, *values) for values in told]
    node.db.deserialize(plain[4 + size :])
    view.complete(node.db, node.areas)


def _told(node: Node, name: str, sentence: str, advice: str, raw: bytes) -> Told:
    line = node.areas.facts.get(name)
    try:
        fact: Any = from_bytes(line.cls, raw) if line and raw else None
    except Malformed:
        fact = None
    return Told(name, sentence, advice, fact, records_of(fact) if fact else ())


def save(node: Node, folder: Path, *, wipe: bool = False) -> None:
    """Write the snapshot and the head; raises `DiskFull` and leaves the old ones where there is no space.

    With `wipe` the old snapshot is written over where it lay, and before the new one where there is no space for both.
    """
    laid = node.laid
    node.settle()
    try:
        _replace_snapshot(folder / SNAPSHOT, snapshot(node), wipe=wipe)
        save_head(node, folder)
    finally:
        if laid:
            node.lay_waiting()


def _replace_snapshot(path: Path, raw: bytearray, *, wipe: bool) -> None:
    try:
        replace_file(path, raw, wipe=wipe)
    except DiskFull:
        if not wipe:
            raise
        _wipe(path)
        replace_file(path, raw)


def save_vault(node: Node, folder: Path) -> None:
    """Write the vault, and over the old one; raises `DiskFull` and leaves the old one where there is no space."""
    replace_file(folder / VAULT, node.vault.to_bytes(), wipe=True)


def _head_sealer(node: Node) -> Sealer:
    return Sealer(derive(node.vault.key, labels.HEAD), labels.HEAD)


def save_head(node: Node, folder: Path) -> None:
    """Remember how far the line was read, so that no hub can lead this room back; it never goes back itself."""
    if node.place < last_head(node, folder)[0]:
        return
    replace_file(folder / HEAD, _head_sealer(node).seal(encode([node.place, node.head]), b""))


def last_head(node: Node, folder: Path) -> tuple[int, bytes]:
    """Return the last place and head this room ever saw; the beginning where it saw none."""
    try:
        place, head = decode(_head_sealer(node).open((folder / HEAD).read_bytes(), b""))
    except (OSError, SealBroken, NotCanonical):
        return 0, FIRST_HEAD
    return int(place), bytes(head)


def be_welcomed(node: Node, network: bytes, welcome: list[Any]) -> None:
    """Begin to read where somebody was admitted: with the key of that place, and the rows that follow from `author`."""
    place, head, hour, network_hour, given, author, sign_key = welcome
    node.secrets.network = network
    node.secrets.joining = {"welcomed_by": [author, sign_key]}
    node.place, node.heads = place, deque([head], maxlen=HEADS_KEPT)
    node.hour, node.network_hour = hour, network_hour
    view.set_line_value(node.db, "day", hour // 24)
    for audience, epoch, key in given:
        node.keyring.add(audience, epoch, key, hour // 24)
        node.fresh[audience] = author


def come_back(node: Node, welcome: list[Any]) -> None:
    """Begin to read anew in a network one is already in: all is asked again but what no other room could give back."""
    assert not node.laid
    mine = view.held_alone(node.db, node.me)
    view.empty(node.db, node.areas, mine)
    for audience in list(node.keyring.newest):
        if audience not in mine:
            node.keyring.drop(audience)
    node.fresh.clear()
    node.shares.clear()
    node.welcomes.clear()
    node.known.clear()
    node.alarm = ""
    be_welcomed(node, node.secrets.network, welcome)


def let_go(node: Node, folder: Path) -> None:
    """Remove what is others' from this room and its disk: everything but its member's own notes and who was a member.

    The old files are written over where they lay: they would open with the same passphrase, which somebody may ask for.
    Raises `DiskFull` where that cannot be written down; the room has let go of it all the same.
    """
    node.settle()
    mine = view.held_alone(node.db, node.me)
    members = node.db.execute("select * from member").fetchall()
    view.empty(node.db, node.areas, mine)
    if members:
        marks = ", ".join("?" * len(members[0]))
        node.db.executemany(f"insert into member values ({marks})", members)
    for audience in list(node.keyring.newest):
        if audience not in mine:
            node.keyring.drop(audience)
    for held in (node.fresh, node.shares, node.welcomes, node.known, node.told, node.alarms):
        held.clear()
    node.secrets.notes.clear()  # with which parts of others' sealed notes open
    node.outbox.items.clear()
    with contextlib.suppress(DiskFull):
        save_vault(node, folder)  # first too, so that a room that is interrupted here knows what is left to do
    save(node, folder, wipe=True)
    node.outbox.write_anew()
    save_vault(node, folder)
    node.lay_waiting()


def begin_network(node: Node, key: bytes) -> None:
    """Hold the key the founding fact is sealed under: epoch 0 of the network, which nobody else ever has."""
    node.keyring.add(NETWORK, 0, key)
