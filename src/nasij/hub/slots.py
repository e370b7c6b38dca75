"""Slots: somebody's own sealed backup, under a public key that serves nothing else. Only its owner can overwrite it.

A new version arrives in parts beside the old one, which stays readable until the last part is there; then they change
places in one transaction. The owner signs the list of the parts' hashes first, so a stranger can neither begin a version
nor slip in a part.
"""

import hashlib
from dataclasses import dataclass
from sqlite3 import Connection

from nasij.errors import DiskFull, HubRefused
from nasij.hub import limits

SCHEMA = """
create table if not exists slot (
  public_key blob not null primary key, version integer not null, parts integer not null, sums blob not null,
  until integer not null
) strict, without rowid;
create table if not exists slot_draft (
  public_key blob not null primary key, version integer not null, sums blob not null, until integer not null
) strict, without rowid;
create table if not exists slot_part (
  public_key blob not null, version integer not null, part integer not null, sealed blob not null,
  unique (public_key, version, part)
) strict;
create index if not exists slot_until on slot (until);
create index if not exists slot_draft_until on slot_draft (until);
insert or ignore into tally (kind, amount) values ('slots', 0);
"""
_SUM = 32


class Passed(Exception):
    """A newer version is there already, or on its way."""

    def __init__(self, version: int) -> None:
        """Say which."""
        super().__init__()
        self.version = version


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a backup, and of how many parts of which version."""

    version: int
    parts: int
    sealed: bytes


def begin(db: Connection, public_key: bytes, version: int, sums: bytes, hour: int) -> list[int]:
    """Begin a version, or go on with it; returns the parts that are missing. The signature was checked before.

    Raises `Passed` unless the version is above every one seen; the same again is no harm.
    """
    kept = db.execute("select version, sums from slot where public_key = ?", (public_key,)).fetchone()
    if kept is not None and (version, sums) == kept:
        return []
    draft = db.execute("select version, sums from slot_draft where public_key = ?", (public_key,)).fetchone()
    newest = max((row[0] for row in (kept, draft) if row is not None), default=-1)
    if version <= newest and (version, sums) != draft:
        raise Passed(newest)
    if draft is None or version > draft[0]:
        _drop_parts(db, public_key, draft[0] if draft else -1)
        db.execute(
            "insert or replace into slot_draft (public_key, version, sums, until) values (?, ?, ?, ?)",
            (public_key, version, sums, hour + limits.DRAFT_HOURS),
        )
    return _missing(db, public_key, version, len(sums) // _SUM)


def put_part(db: Connection, public_key: bytes, version: int, part: int, sealed: bytes, hour: int) -> list[int]:
    """Take a part of the version begun; returns those still missing, and with the last one the versions change places.

    Raises `HubRefused` for a part that the owner did not announce, `DiskFull`.
    """
    kept = db.execute("select version, sums from slot where public_key = ?", (public_key,)).fetchone()
    draft = db.execute("select version, sums from slot_draft where public_key = ?", (public_key,)).fetchone()
    row = next((row for row in (kept, draft) if row is not None and row[0] == version), None)
    if row is None or row[1][part * _SUM : (part + 1) * _SUM] != hashlib.sha256(sealed).digest():
        raise HubRefused
    if row is kept:
        return []
    there = db.execute(
        "select 1 from slot_part where public_key = ? and version = ? and part = ?", (public_key, version, part)
    ).fetchone()
    if there is None:
        _count(db, len(sealed))
        db.execute(
            "insert into slot_part (public_key, version, part, sealed) values (?, ?, ?, ?)",
            (public_key, version, part, sealed),
        )
    missing = _missing(db, public_key, version, len(row[1]) // _SUM)
    if not missing:
        _take_place(db, public_key, version, row[1], hour)
    return missing


def get(db: Connection, public_key: bytes, part: int) -> Piece | None:
    """Return one part of a backup; None where there is none."""
    row = db.execute(
        """
        select slot.version, slot.parts, slot_part.sealed
        from slot join slot_part on slot_part.public_key = slot.public_key and slot_part.version = slot.version
        where slot.public_key = ? and slot_part.part = ?
        """,
        (public_key, part),
    ).fetchone()
    return Piece(*row) if row else None


def expire(db: Connection, hour: int) -> None:
    """Drop backups that were not renewed, and drafts that were not finished."""
    for table in ("slot", "slot_draft"):
        for public_key, version in db.execute(
            f"select public_key, version from {table} where until <= ?", (hour,)
        ).fetchall():
            _drop_parts(db, public_key, version)
        db.execute(f"delete from {table} where until <= ?", (hour,))


def _missing(db: Connection, public_key: bytes, version: int, parts: int) -> list[int]:
    there = {
        row[0]
        for row in db.execute("select part from slot_part where public_key = ? and version = ?", (public_key, version))
    }
    return [part for part in range(parts) if part not in there]


def _take_place(db: Connection, public_key: bytes, version: int, sums: bytes, hour: int) -> None:
    row = db.execute("select version from slot where public_key = ?", (public_key,)).fetchone()
    if row is not None:
        _drop_parts(db, public_key, row[0])
    db.execute(
        "insert or replace into slot (public_key, version, parts, sums, until) values (?, ?, ?, ?, ?)",
        (public_key, version, len(sums) // _SUM, sums, hour + limits.SLOT_DAYS * 24),
    )
    db.execute("delete from slot_draft where public_key = ?", (public_key,))


def _drop_parts(db: Connection, public_key: bytes, version: int) -> None:
    (size,) = db.execute(
        "select coalesce(sum(length(sealed)), 0) from slot_part where public_key = ? and version = ?",
        (public_key, version),
    ).fetchone()
    db.execute("delete from slot_part where public_key = ? and version = ?", (public_key, version))
    db.execute("update tally set amount = amount - ? where kind = 'slots'", (size,))


def _count(db: Connection, size: int) -> None:
    (kept,) = db.execute("select amount from tally where kind = 'slots'").fetchone()
    if kept + size > limits.SLOTS_MAX:
        raise DiskFull
    db.execute("update tally set amount = amount + ? where kind = 'slots'", (size,))
