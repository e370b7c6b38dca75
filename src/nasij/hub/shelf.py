"""The hub's store: one SQLite file, one writer, and many appends to one commit.

Every append is acknowledged only after the transaction that holds it is durable (`synchronous=FULL`); while one commit is
on its way to the disk, the appends that arrive meanwhile gather and share the next. Each is all or nothing by a
savepoint, and the head's place decides who was first.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nasij.errors import DiskFull, HubRefused, Malformed
from nasij.hub import limits
from nasij.hub.wire import APPEND_LABEL, SLOT_LABEL, append_form, slot_form
from nasij.line import FIRST_HEAD, next_head

GATHER_MAX = 256
_PLACE_BITS = 40

SCHEMA = """
create table if not exists network (
  n integer primary key, network blob not null unique, write_key blob not null,
  place integer not null, head blob not null, first integer not null, before_first blob not null
) strict;
create table if not exists entry (at integer primary key, hour integer not null, entry blob not null) strict;
create table if not exists box (
  item integer primary key, name blob not null, until integer not null, sealed blob not null
) strict;
create index if not exists box_name on box (name);
create table if not exists slot (
  public_key blob not null, version integer not null, part integer not null, parts integer not null,
  until integer not null, sealed blob not null, primary key (public_key, part)
) strict, without rowid;
create index if not exists slot_until on slot (until);
create index if not exists box_until on box (until);
"""


class Verify(Protocol):
    """How the hub checks a proof: handed in, since the hub imports no cryptography of its own."""

    def __call__(self, public_key: bytes, signature: bytes, label: bytes, message: bytes) -> bool:
        """Say whether the signature holds."""


class Conflict(Exception):
    """The head is elsewhere."""

    def __init__(self, place: int, head: bytes) -> None:
        """Say where."""
        super().__init__()
        self.place = place
        self.head = head


@dataclass(frozen=True, slots=True)
class Line:
    """Where a network's line stands: the newest place and head, and the first place that is still kept."""

    place: int
    head: bytes
    first: int
    before_first: bytes


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    done: "Future[Any]"


class Shelf:
    """The store. `path` None keeps everything in memory, for tests and the sample; `hours` gives the time."""

    def __init__(self, path: Path | None, verify: Verify, hours: Callable[[], int]) -> None:
        """Open or make the store."""
        self._path = path
        self._verify = verify
        self.hours = hours
        self._db = self._connect()
        self._db.executescript(SCHEMA)
        self._readers = threading.local()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self.moved = threading.Condition()
        self._writer: threading.Thread | None = None
        if path is not None:
            self._writer = threading.Thread(target=self._write, daemon=True)
            self._writer.start()

    def _connect(self) -> sqlite3.Connection:
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        db = sqlite3.connect(self._path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30)
        db.execute("pragma page_size = 8192")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("pragma temp_store = memory")
        db.execute("pragma secure_delete = on")
        db.execute("pragma wal_autocheckpoint = 4000")
        return db

    def close(self) -> None:
        """Finish what was begun and close."""
        if self._writer is not None:
            self._jobs.put(None)
            self._writer.join()
        self._db.close()

    # --- writing -------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            jobs = [job]
            while len(jobs) < GATHER_MAX and not self._jobs.empty():
                more = self._jobs.get()
                if more is None:
                    self._commit(jobs)
                    return
                jobs.append(more)
            self._commit(jobs)

    def _commit(self, jobs: Sequence[_Job]) -> None:
        db = self._db
        ended: list[tuple[_Job, Any, Exception | None]] = []
        try:
            db.execute("begin immediate")
            ended.extend(self._one(job) for job in jobs)
            db.execute("commit")
        except sqlite3.Error:
            if db.in_transaction:
                db.execute("rollback")
            ended = [(job, None, DiskFull()) for job in jobs]
        for job, value, problem in ended:
            if problem is not None:
                job.done.set_exception(problem)
            else:
                job.done.set_result(value)
        with self.moved:
            self.moved.notify_all()

    def _one(self, job: _Job) -> tuple[_Job, Any, Exception | None]:
        self._db.execute("savepoint job")
        try:
            value = job.work(self._db)
        except (Conflict, HubRefused, Malformed) as problem:
            self._db.execute("rollback to job")
            self._db.execute("release job")
            return job, None, problem
        self._db.execute("release job")
        return job, value, None

    def _do(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        job = _Job(work, Future())
        if self._writer is None:
            with self._lock:
                self._commit([job])
        else:
            self._jobs.put(job)
        return job.done.result()

    def found(self, network: bytes, write_key: bytes) -> None:
        """Begin a line; the same call again changes nothing, any other for a network that is there is refused."""

        def work(db: sqlite3.Connection) -> None:
            row = db.execute("select write_key, place from network where network = ?", (network,)).fetchone()
            if row is None:
                db.execute(
                    "insert into network (network, write_key, place, head, first, before_first) values (?, ?, 0, ?, 1, ?)",
                    (network, write_key, FIRST_HEAD, FIRST_HEAD),
                )
            elif row[0] != write_key or row[1] != 0:
                raise HubRefused

        self._do(work)

    def append(
        self, network: bytes, expected: int, entries: Sequence[bytes], proof: bytes, next_write_key: bytes = b""
    ) -> tuple[int, int]:
        """Put entries behind place `expected`, all or none; returns the first one's place and the hour stamped.

        Raises `Conflict` where the head has moved, `HubRefused` without the right to write, `DiskFull`.
        """
        form = append_form(network, expected, list(entries), next_write_key)
        hour = self.hours()

        def work(db: sqlite3.Connection) -> tuple[int, int]:
            row = db.execute("select n, write_key, place, head from network where network = ?", (network,)).fetchone()
            if row is None:
                raise HubRefused
            n, write_key, place, head = row
            if place != expected:
                raise Conflict(place, head)
            if not self._verify(write_key, proof, APPEND_LABEL, form):
                raise HubRefused
            rows = []
            for entry in entries:
                place += 1
                head = next_head(head, hour, entry)
                rows.append((n << _PLACE_BITS | place, hour, entry))
            db.executemany("insert into entry (at, hour, entry) values (?, ?, ?)", rows)
            db.execute(
                "update network set place = ?, head = ?, write_key = ? where n = ?",
                (place, head, next_write_key or write_key, n),
            )
            return expected + 1, hour

        found: tuple[int, int] = self._do(work)
        return found

    def put_box(self, name: bytes, sealed: bytes, days: int) -> None:
        """Put an item into a mailbox; raises `Malformed` where the box is full."""
        until = self.hours() + min(days, limits.BOX_DAYS_MAX) * 24

        def work(db: sqlite3.Connection) -> None:
            count, size = db.execute(
                "select count(*), coalesce(sum(length(sealed)), 0) from box where name = ?", (name,)
            ).fetchone()
            if count >= limits.BOX_ITEMS_MAX or size + len(sealed) > limits.BOX_SIZE_MAX:
                raise Malformed
            db.execute("insert into box (name, until, sealed) values (?, ?, ?)", (name, until, sealed))

        self._do(work)

    def put_slot(self, public_key: bytes, version: int, parts: Sequence[bytes], proof: bytes) -> None:
        """Put the owner's own backup, over an older version; raises `HubRefused` for anybody else."""
        if not self._verify(public_key, proof, SLOT_LABEL, slot_form(public_key, version, list(parts))):
            raise HubRefused
        until = self.hours() + limits.SLOT_DAYS * 24

        def work(db: sqlite3.Connection) -> None:
            row = db.execute("select max(version) from slot where public_key = ?", (public_key,)).fetchone()
            if row[0] is not None and row[0] >= version:
                raise HubRefused
            db.execute("delete from slot where public_key = ?", (public_key,))
            db.executemany(
                "insert into slot (public_key, version, part, parts, until, sealed) values (?, ?, ?, ?, ?, ?)",
                [(public_key, version, i, len(parts), until, part) for i, part in enumerate(parts)],
            )

        self._do(work)

    def expire(self, window_days: int = limits.WINDOW_DAYS) -> None:
        """Drop what is over: entries older than the window, boxes and slots."""
        hour = self.hours()

        def work(db: sqlite3.Connection) -> None:
            db.execute("delete from box where until <= ?", (hour,))
            db.execute("delete from slot where until <= ?", (hour,))
            for n, first, head in db.execute("select n, first, before_first from network").fetchall():
                self._expire_line(db, n, first, head, hour - window_days * 24)

        self._do(work)

    @staticmethod
    def _expire_line(db: sqlite3.Connection, n: int, first: int, head: bytes, before: int) -> None:
        top = (n + 1) << _PLACE_BITS
        last = 0
        for at, hour, entry in db.execute(
            "select at, hour, entry from entry where at >= ? and at < ? order by at", (n << _PLACE_BITS | first, top)
        ):
            if hour >= before:
                break
            head, last = next_head(head, hour, entry), at
        if last:
            db.execute("delete from entry where at >= ? and at <= ?", (n << _PLACE_BITS | first, last))
            place = last & ((1 << _PLACE_BITS) - 1)
            db.execute("update network set first = ?, before_first = ? where n = ?", (place + 1, head, n))

    # --- reading -------------------------------------------------------------------------------------------------

    def _reader(self) -> sqlite3.Connection:
        if self._path is None:
            return self._db
        db = getattr(self._readers, "db", None)
        if db is None:
            db = self._connect()
            db.execute("pragma query_only = on")
            self._readers.db = db
        return db

    def line(self, network: bytes) -> Line | None:
        """Return where a line stands; None where there is no such network."""
        row = self._reader().execute(
            "select place, head, first, before_first from network where network = ?", (network,)
        )
        found = row.fetchone()
        return Line(*found) if found else None

    def read(self, network: bytes, after: int, limit: int) -> tuple[Line | None, list[tuple[int, int, bytes]]]:
        """Return where the line stands and its records behind `after`, as many as fit one answer."""
        db = self._reader()
        row = db.execute(
            "select place, head, first, before_first, n from network where network = ?", (network,)
        ).fetchone()
        if row is None:
            return None, []
        n = row[4]
        records: list[tuple[int, int, bytes]] = []
        size = 0
        for at, hour, entry in db.execute(
            "select at, hour, entry from entry where at > ? and at < ? order by at limit ?",
            (n << _PLACE_BITS | after, (n + 1) << _PLACE_BITS, limit),
        ):
            size += len(entry)
            if records and size > limits.ANSWER_MAX:
                break
            records.append((at & ((1 << _PLACE_BITS) - 1), hour, entry))
        return Line(*row[:4]), records

    def wait(self, network: bytes, after: int, seconds: float) -> int:
        """Return the newest place, waiting for it to exceed `after` for at most so many seconds."""
        import time

        end = time.monotonic() + seconds
        while True:
            line = self.line(network)
            place = line.place if line else 0
            left = end - time.monotonic()
            if place > after or left <= 0:
                return place
            with self.moved:
                self.moved.wait(min(left, 1.0))

    def read_box(self, name: bytes, after: int) -> list[bytes]:
        """Return the items of a mailbox behind the first `after`; none for one that nobody made."""
        rows = self._reader().execute(
            "select sealed from box where name = ? and until > ? order by item limit -1 offset ?",
            (name, self.hours(), after),
        )
        return [row[0] for row in rows.fetchall()]

    def get_slot(self, public_key: bytes, part: int) -> tuple[int, int, bytes] | None:
        """Return version, number of parts and one part of a backup."""
        row = self._reader().execute(
            "select version, parts, sealed from slot where public_key = ? and part = ?", (public_key, part)
        )
        found = row.fetchone()
        return (found[0], found[1], found[2]) if found else None
