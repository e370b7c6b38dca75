"""The kernel's own facts: keys renewed, rows for whoever comes newly into a circle, and the daily heartbeat."""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.errors import Refused
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, EVERYONE, TRUSTED_MEMBER, Area, Reader, fact
from nasij.kit.field import Bytes, Ref, Text, Whole, mark
from nasij.kit.table import Keep, Share, Table, number, text

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
# When a room was last brought back; it is not done twice a day.
COMEBACK = Table(
    "comeback",
    {"member": text(Keep.LEDGER), "day": number(Keep.LEDGER)},
    key=("member",),
    share=Share.COMERS,
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


@dataclass(frozen=True, slots=True)
class RoomBroughtBack:
    """I have spoken with this member: their room has lost its keys and is to have them again."""

    member: Annotated[str, Ref(to="member")]


def may_bring_back(db: Connection, by: who.By, stated: RoomBroughtBack) -> None:
    """Bring back the room of somebody else who is in force; it gives no right that they have not got."""
    if stated.member == by.member:
        raise Refused(mark("Somebody else has to bring this room back."))
    if stated.member not in who.members(db):
        raise Refused(mark("This membership is not in force now."))
    row = db.execute("select day from comeback where member = ?", (stated.member,)).fetchone()
    if row is not None and row[0] >= by.day:
        raise Refused(mark("This room was brought back today already."), advice=mark("Please try again tomorrow."))


def fold_brought_back(db: Connection, by: who.By, stated: RoomBroughtBack) -> None:
    """Let every circle of theirs give its keys anew."""
    db.execute(
        "insert or replace into comeback (member, day, audience) values (?, ?, ?)",
        (stated.member, by.day, by.audience),
    )
    who.lose_keys(db, stated.member)


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
    tables=(HEARTBEAT, COMEBACK),
    facts=(
        fact(CircleRenewed, said_by=ANYBODY_IN, read_by=EVERYONE, rule=may_renew, fold=nothing, authority=True),
        fact(
            RoomBroughtBack,
            said_by=TRUSTED_MEMBER,
            read_by=EVERYONE,
            rule=may_bring_back,
            fold=fold_brought_back,
            authority=True,
        ),
        fact(
            RowsShared,
            said_by=ANYBODY_IN,
            read_by=Reader("its_circle", lambda _db, _by, stated: stated.audience),
            fold=nothing,
        ),
        fact(HeadSeen, said_by=ANYBODY_IN, read_by=EVERYONE, fold=fold_seen),
    ),
)
