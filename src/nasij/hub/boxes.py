"""Mailboxes: sealed items under a name that two people can derive. Nobody owns one; it is read, and it expires.

A box that nobody made and one whose items are over look the same. Numbers of items rise within a box and never come
again, even after all its items have expired: they begin with the hour.
"""

from sqlite3 import Connection

from nasij.errors import DiskFull
from nasij.hub import limits
from nasij.line import BOX_HOUR_BITS

SCHEMA = """
create table if not exists box (
  name blob not null, number integer not null, until integer not null, sealed blob not null,
  primary key (name, number)
) strict;
create index if not exists box_until on box (until);
insert or ignore into tally (kind, amount) values ('boxes', 0);
"""


def put(db: Connection, name: bytes, sealed: bytes, hour: int, days: int) -> int:
    """Put an item into a box for so many days; returns its number. Raises `DiskFull` where the box or the hub is full."""
    count, size, newest = db.execute(
        """
        select count(*), coalesce(sum(length(sealed)), 0), coalesce(max(number), 0)
        from box where name = ? and until > ?
        """,
        (name, hour),
    ).fetchone()
    (kept,) = db.execute("select amount from tally where kind = 'boxes'").fetchone()
    if (
        count >= limits.BOX_ITEMS_MAX
        or size + len(sealed) > limits.BOX_SIZE_MAX
        or kept + len(sealed) > limits.BOXES_MAX
    ):
        raise DiskFull
    number = max(int(newest) + 1, hour << BOX_HOUR_BITS)
    db.execute(
        "insert into box (name, number, until, sealed) values (?, ?, ?, ?)", (name, number, hour + days * 24, sealed)
    )
    db.execute("update tally set amount = amount + ? where kind = 'boxes'", (len(sealed),))
    return number


def read(db: Connection, name: bytes, after: int, hour: int) -> list[tuple[int, bytes]]:
    """Return the items of a box behind number `after`, oldest first; none for a box that is not there."""
    return db.execute(
        "select number, sealed from box where name = ? and number > ? and until > ? order by number",
        (name, after, hour),
    ).fetchall()


def expire(db: Connection, hour: int) -> None:
    """Drop the items that are over."""
    (size,) = db.execute("select coalesce(sum(length(sealed)), 0) from box where until <= ?", (hour,)).fetchone()
    db.execute("delete from box where until <= ?", (hour,))
    if size:
        db.execute("update tally set amount = amount - ? where kind = 'boxes'", (size,))
