"""The shelf: the lines of all networks, their mailboxes and backups. Everything on it is sealed, and it has no keys.

An entry's row carries its place, its hour and the head there, so the newest row of a line says where the line stands, and
an append writes one page. An append goes behind the place its author has seen or not at all, and proves with the key of
the network's present epoch that its author may write: the same key for all members, so it does not say who.

Checking a signature takes as long as bringing an entry to the disk. So whoever holds the write key tells the hub, once and
signed, a token that all members derive from that key; after that a keyed hash under it proves an append. The hub keeps it
in memory only and until the key moves on: a copy of its disk gives nobody the right to write. Only a signature moves the
right to write itself.
"""

import hmac
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Protocol

from nasij.errors import DiskFull, HubRefused
from nasij.hub import boxes, limits, slots
from nasij.hub.slots import Passed, Piece
from nasij.hub.wire import (
    APPEND_LABEL,
    SIGNATURE_SIZE,
    SLOT_LABEL,
    TOKEN_LABEL,
    append_form,
    slot_form,
    token_form,
    token_proof,
)
from nasij.hub.writer import Writer
from nasij.line import FIRST_HEAD, KEPT_DAYS, next_head

__all__ = ["Conflict", "Line", "Passed", "Piece", "Shelf", "Stretch", "Unknown", "Verify"]

_PLACE_BITS = 40  # an entry's row number is the line's number and the place in it
_SLICE = 1000  # entries dropped in one transaction, so that nobody waits long for an expiry
_LATELY_MAX = 10_000  # lines whose key or token is remembered
_NOBODY = (1).to_bytes(32, "little")  # the identity point: no signature by it is accepted

SCHEMA = """
create table if not exists tally (kind text primary key, amount integer not null) strict, without rowid;
insert or ignore into tally (kind, amount) values ('calls to found', 0);
create table if not exists line (
  n integer primary key, network blob not null unique, write_key blob not null, hour integer not null,
  first integer not null, before_first blob not null, size_before integer not null
) strict;
create table if not exists entry (
  at integer primary key, hour integer not null, size integer not null, head blob not null, entry blob not null
) strict;
"""


class Verify(Protocol):
    """How the hub checks a proof: handed in, since the hub imports no cryptography of its own."""

    def __call__(self, public: bytes, signature: bytes, label: bytes, message: bytes, /) -> bool:
        """Say whether `signature` is by `public` over the labelled message."""


class Conflict(Exception):
    """The line is further on than the author had seen."""

    def __init__(self, place: int, head: bytes) -> None:
        """Say where it is."""
        super().__init__()
        self.place = place
        self.head = head


class Unknown(Exception):
    """There is no such network."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a network's line stands: the newest place and its head, and the first place that is still kept."""

    place: int
    head: bytes
    first: int
    before_first: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a line stands, and records ``(place, hour, entry)`` of it without a gap."""

    line: Line
    records: list[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class _State:
    """A line as its author's proof is checked against; `size` is what all its entries so far came to, in bytes."""

    n: int
    write_key: bytes
    hour: int
    line: Line
    size: int
    size_before: int


class Shelf:
    """The store; `path` None keeps everything in memory, for tests and the sample. `hours` is the hub's clock."""

    def __init__(self, path: Path | None, verify: Verify, hours: Callable[[], int]) -> None:
        """Open or make the store; raises `DiskFull`, or `Malformed` for a file that is no hub's store."""
        self._writer = Writer(path, SCHEMA + boxes.SCHEMA + slots.SCHEMA)
        self._verify = verify
        self._ears: dict[bytes, list[Callable[[], None]]] = {}
        self._ears_lock = threading.Lock()
        self._lately: dict[bytes, tuple[int, bytes]] = {}  # a place where a line stood, and the key to write behind it
        self._tokens: dict[bytes, tuple[bytes, bytes]] = {}  # of a network: the key that signed it, and the token
        self._lately_lock = threading.Lock()
        self.hours = hours

    @property
    def in_doubt(self) -> bool:
        """Whether a write failed in such a way that only opening the file anew tells what it holds."""
        return self._writer.in_doubt

    def close(self) -> None:
        """Close the store; nobody may be using it."""
        self._writer.close()

    # --- lines -------------------------------------------------------------------------------------------------

    def found(self, network: bytes, write_key: bytes) -> None:
        """Begin a line. The same again changes nothing while the line is empty; any other raises `HubRefused`.

        Whatever the outcome, something is written to the disk, so that the time it takes says nothing.
        """

        def work(db: Connection) -> bool:
            db.execute("update tally set amount = amount + 1 where kind = 'calls to found'")
            state = _state(db, network)
            if state is not None:
                return state.write_key == write_key and state.line.place == 0
            if db.execute("select count(*) from line").fetchone()[0] >= limits.LINES_MAX:
                raise DiskFull
            db.execute(
                """
                insert into line (network, write_key, hour, first, before_first, size_before)
                values (?, ?, ?, 1, ?, 0)
                """,
                (network, write_key, self.hours(), FIRST_HEAD),
            )
            return True

        if not self._writer.run(work):
            raise HubRefused

    def append(
        self, network: bytes, expected: int, entries: Sequence[bytes], proof: bytes, next_write_key: bytes = b""
    ) -> tuple[int, int]:
        """Put entries behind place `expected`, all or none; returns the first one's place and the hour of all.

        `proof` is a signature by the write key (64 bytes), or a keyed hash under a token that was told before (32).
        Raises `Conflict` where the line is elsewhere, `HubRefused` without the right to write or without such a network,
        `DiskFull` where the disk or the line is full. With `next_write_key` the right to write goes over to that key.
        """
        write_key = self._write_key(network, expected)
        form = append_form(network, expected, entries, next_write_key)
        if not self._proven(network, write_key, proof, form, bool(next_write_key)) or write_key is None:
            raise HubRefused

        def work(db: Connection) -> int:
            state = _state(db, network)
            if state is None or (state.write_key != write_key and state.line.place == expected):
                raise HubRefused
            if state.line.place != expected:
                raise Conflict(state.line.place, state.line.head)
            hour = max(state.hour, self.hours())
            _place(db, state, hour, entries)
            if next_write_key:
                db.execute("update line set write_key = ? where n = ?", (next_write_key, state.n))
            return hour

        hour = self._writer.run(work)
        self._remember(network, expected + len(entries), next_write_key or write_key)
        self._tell(network)
        return expected + 1, hour

    def tell_token(self, network: bytes, token: bytes, proof: bytes) -> None:
        """Take the token that proves appends until the write key moves on; raises `HubRefused` without its signature."""
        with self._writer.reading() as db:
            state = _state(db, network)
        write_key = state.write_key if state is not None else _NOBODY
        if not self._verify(write_key, proof, TOKEN_LABEL, token_form(network, token)):
            raise HubRefused
        with self._lately_lock:
            self._tokens[network] = write_key, token
            _bound(self._tokens)

    def _proven(self, network: bytes, write_key: bytes | None, proof: bytes, form: bytes, moves_on: bool) -> bool:
        if len(proof) == SIGNATURE_SIZE or moves_on:
            return self._verify(write_key or _NOBODY, proof, APPEND_LABEL, form)
        signed_by, token = self._tokens.get(network, (_NOBODY, _NOBODY))
        return hmac.compare_digest(token_proof(token, form), proof) and signed_by == write_key

    def _write_key(self, network: bytes, expected: int) -> bytes | None:
        """Return the key to write behind a place; None without such a network, `Conflict` for any place but the newest.

        What is remembered spares the look at the file, and is never out of date: whatever has moved, that key was right at
        that place, and the transaction looks again.
        """
        place, write_key = self._lately.get(network, (-1, b""))
        if place == expected:
            return write_key
        with self._writer.reading() as db:
            seen = _state(db, network)
        if seen is not None and seen.line.place != expected:
            raise Conflict(seen.line.place, seen.line.head)
        return seen.write_key if seen is not None else None

    def _remember(self, network: bytes, place: int, write_key: bytes) -> None:
        with self._lately_lock:
            self._lately.pop(network, None)
            self._lately[network] = place, write_key
            _bound(self._lately)

    def line(self, network: bytes) -> Line | None:
        """Return where a line stands; None where there is no such network."""
        with self._writer.reading() as db:
            state = _state(db, network)
        return state.line if state is not None else None

    def read(self, network: bytes, after: int, limit: int) -> Stretch:
        """Return where the line stands and the records behind `after`: at most `limit`, and as many as fit an answer.

        Where what follows `after` is older than the window, there are none. Raises `Unknown` for no such network.
        """
        with self._writer.reading() as db:
            state = _state(db, network)
            if state is None:
                raise Unknown
            if after + 1 < state.line.first:
                return Stretch(state.line, [])
            rows = db.execute(
                "select at, hour, entry from entry where at > ? and at <= ? order by at limit ?",
                (_at(state.n, after), _at(state.n, state.line.place), limit),
            )
            records = []
            size = 0
            for at, hour, entry in rows:
                size += len(entry)
                if size > limits.ANSWER_MAX:
                    break
                records.append((at - _at(state.n, 0), hour, entry))
            rows.close()
        return Stretch(state.line, records)

    def expire(self, window_days: int = KEPT_DAYS) -> int:
        """Drop what is over: entries older than the window, mailbox items, backups. Returns how many entries."""
        hour = self.hours()
        self._writer.run(lambda db: boxes.expire(db, hour))
        self._writer.run(lambda db: slots.expire(db, hour))
        before = hour - window_days * 24
        with self._writer.reading() as db:
            lines = [row[0] for row in db.execute("select n from line order by n")]
        dropped = 0
        for n in lines:
            while some := self._writer.run(lambda db, n=n: _drop(db, n, before)):  # type: ignore[misc]
                dropped += some
        self._writer.run(lambda db: _drop_unused(db, before))
        self._writer.forget()
        return dropped

    # --- watching ----------------------------------------------------------------------------------------------

    @contextmanager
    def listening(self, network: bytes, ear: Callable[[], None]) -> Iterator[None]:
        """Call `ear`, from whichever thread appends, after each append to the line. It must be quick and not raise."""
        with self._ears_lock:
            self._ears.setdefault(network, []).append(ear)
        try:
            yield
        finally:
            with self._ears_lock:
                self._ears[network].remove(ear)
                if not self._ears[network]:
                    del self._ears[network]

    def _tell(self, network: bytes) -> None:
        with self._ears_lock:
            ears = tuple(self._ears.get(network, ()))
        for ear in ears:
            ear()

    def place(self, network: bytes) -> int:
        """Return the newest place of a line; raises `Unknown`."""
        line = self.line(network)
        if line is None:
            raise Unknown
        return line.place

    def wait(self, network: bytes, after: int, seconds: float) -> int:
        """Return the newest place once it exceeds `after`, or after so many seconds; raises `Unknown`."""
        moved = threading.Event()
        with self.listening(network, moved.set):
            if (place := self.place(network)) > after or not moved.wait(seconds):
                return place
        return self.place(network)

    # --- mailboxes and backups ---------------------------------------------------------------------------------

    def put_box(self, name: bytes, sealed: bytes, days: int) -> int:
        """Put an item into a mailbox for so many days; returns its number. Raises `DiskFull` for a full box too."""
        hour = self.hours()
        return self._writer.run(lambda db: boxes.put(db, name, sealed, hour, days))

    def read_box(self, name: bytes, after: int) -> list[tuple[int, bytes]]:
        """Return ``(number, item)`` of a mailbox behind a number; none for one that nobody made."""
        with self._writer.reading() as db:
            return boxes.read(db, name, after, self.hours())

    def put_slot(self, public_key: bytes, version: int, sums: bytes, proof: bytes) -> list[int]:
        """Begin a version of the owner's backup; returns the parts that are missing.

        `sums` are the SHA-256 of the parts. Raises `HubRefused` for anybody but the owner, `Passed` for an old version.
        """
        if not self._verify(public_key, proof, SLOT_LABEL, slot_form(public_key, version, sums)):
            raise HubRefused
        hour = self.hours()
        return self._writer.run(lambda db: slots.begin(db, public_key, version, sums, hour))

    def put_slot_part(self, public_key: bytes, version: int, part: int, sealed: bytes) -> list[int]:
        """Take a part of the version begun; returns those still missing. Raises `HubRefused`, `DiskFull`."""
        hour = self.hours()
        return self._writer.run(lambda db: slots.put_part(db, public_key, version, part, sealed, hour))

    def get_slot(self, public_key: bytes, part: int) -> Piece:
        """Return one part of a backup; raises `Unknown`."""
        with self._writer.reading() as db:
            piece = slots.get(db, public_key, part)
        if piece is None:
            raise Unknown
        return piece


def _bound(held: dict[bytes, tuple[Any, Any]]) -> None:
    """Let go of whatever was said first, where there is too much."""
    if len(held) > _LATELY_MAX:
        del held[next(iter(held))]


def _at(n: int, place: int) -> int:
    return (n << _PLACE_BITS) + place


_STATE = f"""
select n, write_key, line.hour, first, before_first, size_before, at, entry.hour, size, head
from line left join entry on at = (
  select max(at) from entry where at >= (n << {_PLACE_BITS}) + first and at < (n + 1) << {_PLACE_BITS}
)
where network = ?
"""


def _state(db: Connection, network: bytes) -> _State | None:
    row = db.execute(_STATE, (network,)).fetchone()
    if row is None:
        return None
    n, write_key, line_hour, first, before_first, size_before, at, hour, size, head = row
    if at is None:
        empty = Line(first - 1, before_first, first, before_first)
        return _State(n, write_key, line_hour, empty, size_before, size_before)
    return _State(n, write_key, hour, Line(at - _at(n, 0), head, first, before_first), size, size_before)


def _place(db: Connection, state: _State, hour: int, entries: Sequence[bytes]) -> None:
    """Write entries behind the newest."""
    at, head, size = _at(state.n, state.line.place), state.line.head, state.size
    rows = []
    for entry in entries:
        at += 1
        head = next_head(head, hour, entry)
        size += len(entry)
        rows.append((at, hour, size, head, entry))
    if size - state.size_before > limits.LINE_MAX:
        raise DiskFull
    db.executemany("insert into entry (at, hour, size, head, entry) values (?, ?, ?, ?, ?)", rows)


def _drop(db: Connection, n: int, before: int) -> int:
    """Drop the oldest entries of a line, as far as they were put there before that hour, a slice at a time."""
    (first,) = db.execute("select first from line where n = ?", (n,)).fetchone()
    last = None
    dropped = 0
    for row in db.execute(
        "select at, hour, size, head from entry where at >= ? and at < ? order by at limit ?",
        (_at(n, first), _at(n + 1, 0), _SLICE),
    ):
        if row[1] >= before:
            break
        last = row
        dropped += 1
    if last is None:
        return 0
    at, hour, size, head = last
    db.execute("delete from entry where at >= ? and at <= ?", (_at(n, first), at))
    db.execute(
        "update line set first = ?, before_first = ?, size_before = ?, hour = ? where n = ?",
        (at - _at(n, 0) + 1, head, size, hour, n),
    )
    return dropped


def _drop_unused(db: Connection, before: int) -> None:
    """Drop lines that were begun before that hour and never written to."""
    db.execute(
        """
        delete from line where first = 1 and hour < :before and not exists (
          select 1 from entry where at > line.n << :bits and at < (line.n + 1) << :bits
        )
        """,
        {"before": before, "bits": _PLACE_BITS},
    )
