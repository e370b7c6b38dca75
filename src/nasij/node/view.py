"""The view: an in-memory database that a room builds by folding facts, and that forgets on time.

`temp_store` must be MEMORY: with SQLite's default a view of 20,000 rows writes readable rows to the temporary folder.
"""

import functools
import sqlite3
import zlib
from collections.abc import Callable
from sqlite3 import Connection

from nasij.kit import charter, who
from nasij.kit.area import Areas
from nasij.kit.table import Keep, Table, carry_out

LINE_TABLE = "create table line (name text primary key not null, value integer not null) strict, without rowid;"
# By audience too: an act seen in a small circle must not make its readers refuse what the others accept.
ACT_TABLE = (
    "create table act (act integer not null, audience text not null, day integer not null, primary key (act, audience))"
    " strict, without rowid;"
)
ASIDE_TABLE = "create table aside (place integer not null, name text not null, reason text not null, day integer not null) strict;"
ACT_DAYS = 70  # twice the hub's window: an act older than that cannot come again


def connect() -> Connection:
    """Open an empty in-memory database that never touches a disk."""
    # A new day says some hundred things: they stay prepared from one day to the next.
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=1024)
    db.execute("pragma page_size = 512")  # most of some hundred tables and indexes are all but empty
    db.execute("pragma temp_store = memory")
    if db.execute("pragma temp_store").fetchone()[0] != 2:
        raise AssertionError("SQLite was built to put temporary tables on the disk")
    db.execute("pragma trusted_schema = off")
    db.execute("pragma secure_delete = on")  # what was forgotten must not linger in the pages of a snapshot
    return db


def all_tables(areas: Areas) -> list[Table]:
    """Return the tables that the kernel and the areas declare."""
    return [*who.TABLES, *areas.tables()]


@functools.lru_cache(maxsize=8)
def empty_view(areas: Areas) -> bytes:
    """Return an empty view with the rows every network begins with. Made once, so that rooms share it and its making."""
    db = connect()
    tables = all_tables(areas)
    db.executescript(LINE_TABLE + ACT_TABLE + ASIDE_TABLE + "".join(table.create() for table in tables))
    for area in areas.areas:
        if area.seed is not None:
            area.seed(db)
    db.execute(f"pragma user_version = {_mark(areas)}")
    return db.serialize()


@functools.lru_cache(maxsize=8)
def forgetting(areas: Areas) -> tuple[tuple[str, tuple[Keep, ...]], ...]:
    """Return what all tables forget, ready to be carried out: to look at every column in each room costs megabytes."""
    return tuple(one for table in all_tables(areas) for one in table.forgetting())


@functools.lru_cache(maxsize=8)
def _mark(areas: Areas) -> int:
    """Return a number for the shape of all tables, positive and small enough for SQLite."""
    return zlib.crc32("".join(table.create() for table in all_tables(areas)).encode()) >> 1


def create(areas: Areas) -> Connection:
    """Return a new, empty view with the rows every network begins with."""
    db = connect()
    db.deserialize(empty_view(areas))
    return db


def complete(db: Connection, areas: Areas) -> None:
    """Give a view that an older version kept the tables, columns and indexes that have come since."""
    if db.execute("pragma user_version").fetchone()[0] != _mark(areas):
        for table in all_tables(areas):
            table.complete(db)
        db.execute(f"pragma user_version = {_mark(areas)}")


def held_alone(db: Connection, member: str) -> frozenset[str]:
    """Return the audiences that nobody but this member holds: their own, and private circles they are alone in."""
    found = db.execute("select of from circle where wrapped = ?", (member,)).fetchall()
    return frozenset({who.ONLY_PREFIX + member} | {row[0] for row in found if not who.is_open_circle(row[0])})


def empty(db: Connection, areas: Areas, spared: frozenset[str]) -> None:
    """Remove every row of every audience but the spared ones, and put in again what each network begins with."""
    marks = ", ".join("?" * len(spared))
    for table in all_tables(areas):
        db.execute(f"delete from {table.name} where audience not in ({marks})", tuple(spared))
    for area in areas.areas:
        if area.seed is not None:
            area.seed(db)


def line_value(db: Connection, name: str) -> int:
    """Return a number that the kernel keeps about the line, 0 where there is none."""
    row = db.execute("select value from line where name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def set_line_value(db: Connection, name: str, value: int) -> None:
    """Keep a number about the line."""
    db.execute("insert or replace into line (name, value) values (?, ?)", (name, value))


def pass_days(db: Connection, areas: Areas, day: int) -> None:
    """Do what a new day does, for each area and every table: lapses and expiries first, then forgetting."""
    for area in areas.areas:
        if area.passing is not None:
            area.passing(db, day)
    kept = charter.kept_days(db)
    carry_out(db, forgetting(areas), day, kept)
    db.execute("delete from act where day < ?", (day - ACT_DAYS,))
    db.execute("delete from aside where day < ?", (day - ACT_DAYS,))


def pass_hours(db: Connection, areas: Areas, hour: int) -> None:
    """Do what a new hour does, for the few areas that cannot wait for the day to turn."""
    if hour <= line_value(db, "hour"):
        return
    for area in areas.areas:
        if area.hourly is not None:
            area.hourly(db, hour)
    set_line_value(db, "hour", hour)


def guarded(db: Connection, may_read: Callable[[str], bool], may_write: Callable[[str], bool]) -> None:
    """Let only some tables be read and written from here on; `unguarded` ends it. For rules, folds and pages in tests."""

    def decide(action: int, first: str | None, _second: str | None, _db: str | None, _source: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK if may_read(first or "") else sqlite3.SQLITE_DENY
        if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
            return sqlite3.SQLITE_OK if may_write(first or "") else sqlite3.SQLITE_DENY
        if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    db.set_authorizer(decide)


def unguarded(db: Connection) -> None:
    """Take the guard away."""
    db.set_authorizer(None)
