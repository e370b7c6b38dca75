"""The kernel's own facts: keys renewed, rows for whoever comes newly into a circle, and the daily heartbeat."""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.errors import Refused
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, EVERYONE, Area, Reader, fact
from nasij.kit.field import Bytes, Text, Whole, mark
from nasij.kit.table import Keep, Table, number, text

ROWS_MAX = 900_000

HEARTBEAT = Table(
    "heartbeat",
    {
        "member": text(Keep.LEDGER),
        "day": number(Keep.LEDGER),
        "place": number(Keep.LEDGER),
        "agrees": number(Keep.LEDGER),  # 1 the same view as ours, 0 another one, 2 not compared
    },
    key=("member",),
)


@dataclass(frozen=True, slots=True)
class CircleRenewed:
    """The keys of this circle move on."""

    audience: Annotated[str, Text(length_max=40, keep=Keep.LEDGER)]


@dataclass(frozen=True, slots=True)
class RowsShared:
    """Whoever came newly into this circle needs these rows to take part."""

    audience: Annotated[str, Text(length_max=60, keep=Keep.LEDGER)]
    part: Annotated[int, Whole(keep=Keep.LEDGER, most=1000)]
    parts: Annotated[int, Whole(keep=Keep.LEDGER, most=1000)]
    rows: Annotated[bytes, Bytes(keep=Keep.LEDGER, most=ROWS_MAX)]


@dataclass(frozen=True, slots=True)
class HeadSeen:
    """I was here today, this is how far I have read, and this is what the network looks like from here."""

    place: Annotated[int, Whole(keep=Keep.LEDGER, most=2**53)]
    digest: Annotated[bytes, Bytes(keep=Keep.LEDGER, least=32, most=32)]


def may_renew(db: Connection, by: who.By, stated: CircleRenewed) -> None:
    """Only its people renew a circle, and only one that everybody may know about is renewed openly."""
    if not who.is_open_circle(stated.audience) or by.member not in who.holders(db, stated.audience):
        raise Refused(mark("Only the people of a circle can renew its keys."))


def nothing(_db: Connection, _by: who.By, _stated: Any) -> None:
    """Change no table: the keys travel in the entry, the rows are taken by the fold itself."""


def fold_seen(db: Connection, by: who.By, stated: HeadSeen) -> None:
    """Remember when somebody was last heard of."""
    db.execute(
        "insert or replace into heartbeat (member, day, place, agrees, audience) values (?, ?, ?, 2, ?)",
        (by.member, by.day, stated.place, by.audience),
    )


AREA = Area(
    name="line",
    title=mark("The line"),
    tables=(HEARTBEAT,),
    facts=(
        fact(CircleRenewed, said_by=ANYBODY_IN, read_by=EVERYONE, rule=may_renew, fold=nothing, authority=True),
        fact(
            RowsShared,
            said_by=ANYBODY_IN,
            read_by=Reader("its_circle", lambda _db, _by, stated: stated.audience),
            fold=nothing,
        ),
        fact(HeadSeen, said_by=ANYBODY_IN, read_by=EVERYONE, fold=fold_seen),
    ),
)
