"""The hub's file: SQLite, one writer at a time, and many writes to one commit.

A write is acknowledged only when the transaction that holds it is durable (WAL, ``synchronous=FULL``). While one commit is
on its way to the disk, the writes that arrive meanwhile gather and share the next: whoever finds nobody writing leads,
commits what has gathered, and hands over. No thread of its own, so a lone write waits for the disk and for nothing else.

The log has its whole room from the beginning, in zeros, so that a commit overwrites: where a file grows, its new size is
written down each time too, which costs as much again. A reader of the log stops at the first frame that is not of its
generation, so zeros behind the end are an end. https://www.sqlite.org/wal.html, https://www.sqlite.org/fileformat2.html
"""

import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from nasij.errors import DiskFull, Malformed

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

FORMAT = 1  # of the tables, in ``user_version``
PAGE = 8192  # seven entries of the smallest class; of 4096 bytes, a quarter would stay empty
LOG_PAGES = 512  # in the log, before they are taken over into the file
LOG_ROOM = (LOG_PAGES + 64) * (PAGE + 24)  # with their headers, and what one commit may bring beyond
_FULL = sqlite3.SQLITE_FULL


class _Job(Generic[Result]):
    """One write that waits: woken when it is over, or when it is its turn to lead."""

    def __init__(self, work: Work[Result]) -> None:
        self.work = work
        self.woken = threading.Lock()  # held until then
        self.woken.acquire()
        self.over = False
        self.result: Result | None = None
        self.problem: BaseException | None = None


class Writer:
    """One SQLite file; `path` None keeps everything in memory."""

    def __init__(self, path: Path | None, schema: str) -> None:
        """Open or make the file; raises `Malformed` for one that is not a hub's, `DiskFull` where it cannot be made."""
        self._path = path
        self._gate = threading.Lock()
        self._waiting: list[_Job[Any]] = []
        self._busy = False
        self._broken = False
        self._forgotten_at = -1  # how many changes there had been
        self._pool: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        self._alone = threading.RLock()  # in memory there is one connection, so reads and commits take turns
        if path is not None:
            _make_private(path)
        try:
            self._db = self._connect()
            self._prepare(schema)
        except sqlite3.OperationalError:
            raise DiskFull from None
        except sqlite3.DatabaseError:
            raise Malformed("This file is not a hub's store, or it is damaged.") from None

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30)
        db.execute(f"pragma page_size = {PAGE}")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute(f"pragma wal_autocheckpoint = {LOG_PAGES}")
        db.execute("pragma temp_store = memory")
        db.execute("pragma secure_delete = on")  # what is dropped is overwritten, not only unlinked
        return db

    def _prepare(self, schema: str) -> None:
        format_ = self._db.execute("pragma user_version").fetchone()[0]
        if format_ not in (0, FORMAT):
            raise Malformed("This store was made by a newer version of nasij.")
        self._db.executescript(f"begin immediate; {schema}; pragma user_version = {FORMAT}; commit;")
        if self._path is not None:
            _sync_folder(self._path.parent)
            self.forget()

    @property
    def in_doubt(self) -> bool:
        """Whether nothing more is acknowledged until the file is opened anew."""
        return self._broken

    # --- writing -----------------------------------------------------------------------------------------------

    def run(self, work: Work[Result]) -> Result:
        """Run `work` in a transaction; returns its result once that is durable.

        What `work` raises undoes it alone and is raised here; it may be run more than once, so it changes nothing but the
        store. Raises `DiskFull` where nothing could be written.
        """
        job = _Job(work)
        with self._gate:
            self._waiting.append(job)
            leads = not self._busy
            self._busy = True
        if not leads:
            job.woken.acquire()
        if not job.over:
            self._lead()
        if job.problem is not None:
            raise job.problem
        return job.result  # type: ignore[return-value]  # it is over and had no problem

    def _lead(self) -> None:
        with self._gate:
            jobs, self._waiting = self._waiting, []
        try:
            self._commit(jobs)
        except BaseException as problem:
            for job in jobs:
                job.problem = problem
            raise
        finally:
            with self._gate:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for job in jobs:
                job.over = True
                job.woken.release()
            if following is not None:
                following.woken.release()

    def _commit(self, jobs: Sequence[_Job[Any]]) -> None:
        try:
            with self._alone:
                if self._broken:
                    raise sqlite3.OperationalError
                left = jobs
                while left:
                    left = self._try(left)
        except BaseException as problem:
            self._undo()
            if not isinstance(problem, sqlite3.Error):
                raise
            # After a failed sync nobody knows what the disk holds, so nothing more is acknowledged until a restart.
            self._broken = self._broken or getattr(problem, "sqlite_errorcode", _FULL) & 0xFF == sqlite3.SQLITE_IOERR
            for job in jobs:
                job.problem = DiskFull()

    def _try(self, jobs: Sequence[_Job[Any]]) -> Sequence[_Job[Any]]:
        """Commit what they do; or nothing, and return those to try again, without one that failed in the middle.

        That is rare, and a savepoint around each would cost all of them something.
        """
        self._db.execute("begin immediate")
        for job in jobs:
            before = self._db.total_changes
            try:
                job.result = job.work(self._db)
            except sqlite3.Error:
                raise
            except Exception as problem:  # noqa: BLE001  it is the caller's, and the others' writes go on
                job.problem = problem
                if self._db.total_changes != before:
                    self._db.execute("rollback")
                    return [other for other in jobs if other.problem is None]
        self._db.execute("commit")
        return ()

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("rollback")

    # --- reading -----------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the store, as it was after some commit."""
        if self._path is None:
            with self._alone:
                yield self._db
            return
        try:
            db = self._pool.get_nowait()
        except queue.Empty:
            db = self._connect()
            db.execute("pragma query_only = on")
        try:
            db.execute("begin")
            try:
                yield db
            finally:
                db.execute("commit")
        finally:
            self._pool.put(db)

    def forget(self) -> None:
        """Take what was dropped out of the write-ahead log too; does nothing while somebody reads.

        Nor where nothing was written since: a hub that nobody uses does not wear a memory card out.
        """
        with self._alone:
            changes = self._db.total_changes
            if changes == self._forgotten_at:
                return
            self._db.execute("pragma busy_timeout = 1000")
            busy = self._db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
            self._db.execute("pragma busy_timeout = 30000")
            if self._path is not None:
                self._make_room(Path(f"{self._path}-wal"))
            if not busy:
                self._forgotten_at = changes

    def _make_room(self, log: Path) -> None:
        """Fill a log that is empty with zeros; where that cannot be, it goes on growing with each commit."""
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            self._db.execute("begin immediate")  # so that nobody begins to fill it otherwise
            try:
                with log.open("r+b", buffering=0) as file:
                    if file.seek(0, os.SEEK_END) == 0:
                        os.fsync(file.fileno())  # that it is empty comes first: never half an old log
                        file.write(bytes(LOG_ROOM))
                        os.fsync(file.fileno())
            finally:
                self._db.execute("commit")

    def close(self) -> None:
        """Close the file; nobody may be writing or reading."""
        while not self._pool.empty():
            self._pool.get().close()
        self._db.close()


def _make_private(path: Path) -> None:
    """Make the file, readable by its owner alone; SQLite gives its other files the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass
    except OSError:
        raise DiskFull from None


def _sync_folder(folder: Path) -> None:
    """Make the file's name durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
