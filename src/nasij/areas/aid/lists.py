"""Lists of needs and offers that were kept elsewhere: they come in whole, and can be taken back for a day.

A list is larger than an entry, so its lines travel in parts. A part shows nothing: it is put by until `ListImported` says
that all of them are there. Only then every line becomes a need or an offer, in every room at the same place of the line.
Whoever brings the list in asks in it for others: the needs are theirs to see to until somebody takes them on.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any, get_type_hints

from nasij.areas.aid.facts import (
    ABehalf,
    AKind,
    AnAddress,
    AnArea,
    AnAvailability,
    ANeededBy,
    ANumber,
    AnUrgency,
    APeople,
    AQuantity,
    AWideScope,
    NameToUse,
    SafeWay,
    SomeConditions,
    SomeLanguages,
    What,
    WhatOffered,
)
from nasij.areas.aid.rules import FARTHEST_DAYS, default_owner, no_point, step_days
from nasij.areas.aid.tables import NO_DAY, RANK
from nasij.encoding import NotCanonical, Shape, at_most, decode, encode, shape
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id, numbered_id
from nasij.kit.fact import check, fields_of
from nasij.kit.field import Bytes, Choice, Choices, Id, Ref, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep
from nasij.kit.who import By

UNDO_HOURS = 24
LINES_MAX = 25_000
PARTS_MAX = 6  # one append of a hub holds them all
PART_BYTES = 1_000_000  # what one entry holds
_ALREADY = mark("This was already written down.")

LIST_KIND = Choices("list_kind", {"needs": mark("Needs"), "offers": mark("Offers")})
IMPORT_STEPS = Steps(
    "list_import",
    "import_code",
    ("kept",),
    {"kept": {"ImportUndone": "undone"}, "undone": {}},
    {"kept": mark("Brought in"), "undone": mark("Taken back")},
)


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One line of a list of needs."""

    kind: AKind
    what: What
    urgency: AnUrgency
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    conditions: SomeConditions
    languages: SomeLanguages


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One line of a list of offers."""

    kind: AKind
    what: WhatOffered
    availability: AnAvailability
    area: AnArea
    quantity: AQuantity
    conditions: SomeConditions
    languages: SomeLanguages


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """Who a line of needs is for in real life: the other envelope, which stays with whoever brings the list in."""

    line: Annotated[int, Whole(most=LINES_MAX - 1, keep=Keep.MOMENTARY, hidden=True)]
    name_to_use: NameToUse
    number: ANumber
    address: AnAddress
    safe_way: SafeWay


ListLine = NeedLine | OfferLine
LINE_OF: dict[str, type[ListLine]] = {"needs": NeedLine, "offers": OfferLine}


@dataclass(frozen=True, slots=True)
class ListPartSent:
    """A part of a list that I bring in; it shows nothing before the whole list is there."""

    import_code: Annotated[str, Ref(to="list_import", hidden=True)]
    scope: AWideScope
    part: Annotated[int, Whole(most=PARTS_MAX - 1, keep=Keep.LEDGER, hidden=True)]
    lines: Annotated[bytes, Bytes(least=1, most=PART_BYTES, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class ListImported:
    """I bring in a list of needs or offers that was kept elsewhere."""

    import_code: Annotated[str, Id()]
    scope: AWideScope
    kind: Annotated[str, Choice(of=LIST_KIND, label=mark("What is in it?"))]
    on_behalf: ABehalf
    parts: Annotated[int, Whole(least=1, most=PARTS_MAX, keep=Keep.LEDGER, hidden=True)]
    count: Annotated[int, Whole(least=1, most=LINES_MAX, keep=Keep.LEDGER, label=mark("How many lines"))]


@dataclass(frozen=True, slots=True)
class IdentitiesKept:
    """This is how those of my list can be called and reached; it stays with me until I open it to a helper."""

    import_code: Annotated[str, Ref(to="list_import", hidden=True)]
    part: Annotated[int, Whole(most=PARTS_MAX - 1, keep=Keep.MOMENTARY, hidden=True)]
    lines: Annotated[bytes, Bytes(least=1, most=PART_BYTES, keep=Keep.MOMENTARY)]


@dataclass(frozen=True, slots=True)
class ImportUndone:
    """I take the list back."""

    import_code: Annotated[str, Ref(to="list_import", hidden=True)]


# Lines as bytes


def list_facts(
    kind: str, scope: str, on_behalf: str, lines: Sequence[ListLine], identities: Sequence[IdentityLine] = ()
) -> list[Any]:
    """Return what states a list, to be stated together; raises `Malformed` where it is too long for one go.

    `identities` are kept by whoever brings it in, and read by nobody else.
    """
    parts, kept = _packed(map(_row, lines)), _packed(map(_row, identities)) if identities else []
    if len(parts) + len(kept) > PARTS_MAX:
        raise Malformed(
            mark("This list is too long to come in at once."), advice=mark("Please bring it in as two sheets.")
        )
    code = new_id()
    sent = [ListPartSent(code, scope, number, part) for number, part in enumerate(parts)]
    aside = [IdentitiesKept(code, number, part) for number, part in enumerate(kept)]
    return [*sent, ListImported(code, scope, kind, on_behalf, len(parts), len(lines)), *aside]


def _row(line: Any) -> list[Any]:
    return [getattr(line, name) for name in fields_of(type(line))]


def _packed(rows: Iterable[list[Any]]) -> list[bytes]:
    parts: list[bytes] = []
    held: list[list[Any]] = []
    size = 0
    for row in rows:
        length = len(encode(row))
        if held and size + length > PART_BYTES - 8:
            parts.append(encode(held))
            held, size = [], 0
        held.append(row)
        size += length
    return [*parts, encode(held)]


def _shape(cls: type) -> Shape:
    hints = get_type_hints(cls)
    row: Any = tuple[tuple(hints[name] for name in fields_of(cls))]  # type: ignore[misc]
    return shape(at_most(list[row], LINES_MAX))


_SHAPES = {kind: _shape(cls) for kind, cls in LINE_OF.items()}
_IDENTITY_SHAPE = _shape(IdentityLine)


@functools.lru_cache(maxsize=PARTS_MAX)  # a list that waits is looked at several times on its way into the line
def _lines(raw: bytes, kind: str) -> tuple[ListLine, ...]:
    """Return the lines of a part, each in its right form; raises `Malformed`."""
    try:
        lines = tuple(LINE_OF[kind](*row) for row in decode(raw, of=_SHAPES[kind]))
    except NotCanonical:
        raise Malformed from None
    for line in lines:
        check_line(line)
    return lines


def _identities(raw: bytes) -> list[IdentityLine]:
    """Return the identities of a part, each in its right form; raises `Malformed`."""
    try:
        lines = [IdentityLine(*row) for row in decode(raw, of=_IDENTITY_SHAPE)]
    except NotCanonical:
        raise Malformed from None
    for line in lines:
        check(line)
    return lines


def check_line(line: ListLine) -> None:
    """Refuse a line that could not be asked or offered alone either, for its form or an exact place."""
    check(line)
    rest = ("availability",) if isinstance(line, OfferLine) else ()
    no_point(line, "area", "what", "conditions", *rest)


def check_day(line: ListLine, day: int) -> None:
    """Refuse a day too far ahead."""
    if isinstance(line, NeedLine) and line.needed_by > day + FARTHEST_DAYS:
        raise Malformed(mark("This day is too far ahead."), field="needed_by")


def _sent(db: Connection, by: By, fact: ListImported) -> list[ListLine]:
    """Return the lines of all parts of a list; raises `NotHereYet` while one is missing."""
    rows = db.execute(
        "select part, lines from list_part where import_code = ? and sent_by = ? and audience = ? order by part",
        (fact.import_code, by.member, fact.scope),
    ).fetchall()
    if [part for part, _ in rows] != list(range(fact.parts)):
        raise NotHereYet
    return [line for _, raw in rows for line in _lines(raw, fact.kind)]


# Rules


def may_send_part(db: Connection, _by: By, fact: ListPartSent) -> None:
    """Refuse the same part twice, and a part of a list that is in already."""
    _not_in_yet(db, fact.import_code)
    if db.execute(
        "select 1 from list_part where import_code = ? and part = ?", (fact.import_code, fact.part)
    ).fetchone():
        raise Refused(_ALREADY)


def _not_in_yet(db: Connection, import_code: str) -> None:
    if db.execute("select 1 from list_import where import_code = ?", (import_code,)).fetchone():
        raise Refused(_ALREADY)


def may_import(db: Connection, by: By, fact: ListImported) -> None:
    """Check that the list is whole, and each of its lines as if it stood alone."""
    _not_in_yet(db, fact.import_code)
    lines = _sent(db, by, fact)
    if len(lines) != fact.count:
        raise Malformed
    if fact.on_behalf and fact.kind != "needs":
        raise Malformed(field="on_behalf")
    in_use = {kind for (kind,) in db.execute("select kind from kind where state = 'active'")}
    for line in lines:
        check_day(line, by.day)
        if line.kind not in in_use:
            raise Malformed(mark("This kind of help is no longer in use. Please choose another."), field="kind")
    records = [numbered_id(fact.import_code, number) for number in range(len(lines))]
    if fact.kind == "needs":
        _all_fresh(db, "need", records)
        _all_fresh(db, "part", [numbered_id(record, 0) for record in records])
    else:
        _all_fresh(db, "offer", records)


def _all_fresh(db: Connection, table: str, records: Sequence[str]) -> None:
    for at in range(0, len(records), 500):
        some = records[at : at + 500]
        marks = ", ".join("?" * len(some))
        if db.execute(f"select 1 from {table} where {table} in ({marks}) limit 1", some).fetchone():
            raise Refused(_ALREADY)


def may_keep_identities(db: Connection, by: By, fact: IdentitiesKept) -> None:
    """Leave it to whoever brought the list in, for its own lines, each once."""
    lines = [line.line for line in _identities(fact.lines)]
    mine = db.execute(
        "select kind, count from list_import where import_code = ? and imported_by = ? and state = 'kept'",
        (fact.import_code, by.member),
    ).fetchone()
    if mine is None:
        raise NotHereYet
    if mine[0] != "needs" or len(set(lines)) != len(lines) or max(lines, default=0) >= mine[1]:
        raise Malformed


def may_undo_import(db: Connection, by: By, fact: ImportUndone) -> None:
    """Let whoever brought a list in take it back within a day."""
    IMPORT_STEPS.may(db, fact.import_code, fact)
    imported_by, hour = db.execute(
        "select imported_by, imported_at from list_import where import_code = ?", (fact.import_code,)
    ).fetchone()
    if imported_by != by.member:
        raise Refused(mark("Only the person who brought this list in can take it back."))
    if by.hour - hour > UNDO_HOURS:
        raise Refused(
            mark("A list can be taken back for %(hours)d hours."),
            advice=mark("Single needs and offers can still be closed."),
            hours=UNDO_HOURS,
        )


# Folds


def _insert(db: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    names = ", ".join(rows[0])
    marks = ", ".join("?" * len(rows[0]))
    db.executemany(f"insert into {table} ({names}) values ({marks})", [tuple(row.values()) for row in rows])


def fold_part_sent(db: Connection, by: By, fact: ListPartSent) -> None:
    """Put the part by; where the rest never comes, it is forgotten the day after."""
    row = {"import_code": fact.import_code, "part": fact.part, "sent_by": by.member, "lines": fact.lines}
    _insert(db, "list_part", [row | {"audience": by.audience, "closed_on": by.day}])


def fold_imported(db: Connection, by: By, fact: ListImported) -> None:
    """Make every line a need or an offer, and remember whose list it is and since when."""
    lines = _sent(db, by, fact)
    row = {"import_code": fact.import_code, "kind": fact.kind, "imported_by": by.member, "count": fact.count}
    row |= {"list_on": by.day, "imported_at": by.hour, "state": "kept", "audience": by.audience}
    _insert(db, "list_import", [row])
    (_begin_needs if fact.kind == "needs" else _begin_offers)(db, by, fact, lines)
    db.execute("delete from list_part where import_code = ?", (fact.import_code,))


def _begin_needs(db: Connection, by: By, fact: ListImported, lines: Sequence[Any]) -> None:
    rows = []
    owners: dict[str, str] = {}
    days: dict[str, int] = {}
    for number, line in enumerate(lines):
        row = {name: getattr(line, name) for name in NeedLine.__dataclass_fields__}
        row |= {"need": numbered_id(fact.import_code, number), "asked_by": by.member, "scope": fact.scope}
        row |= {"nameless": 0, "on_behalf": fact.on_behalf, "state": "waiting", "import_code": fact.import_code}
        row |= {"asked_on": by.day, "asked_at": by.hour, "moved_on": by.day, "audience": by.audience}
        row |= {"rank": RANK[line.urgency], "due": line.needed_by or NO_DAY}
        if line.kind not in owners:
            owners[line.kind] = default_owner(db, row)
        if line.urgency not in days:
            days[line.urgency] = by.day + step_days(db, line.urgency)
        rows.append(row | {"next_owner": owners[line.kind], "next_on": days[line.urgency]})
    _insert(db, "need", rows)
    part = {"state": "open", "audience": by.audience}
    _insert(db, "part", [part | {"part": numbered_id(row["need"], 0), "need": row["need"]} for row in rows])
    turn = {"turn": 1, "state": "waiting", "on_day": by.day, "audience": by.audience}
    _insert(db, "need_turn", [turn | {"need": row["need"]} for row in rows])


def _begin_offers(db: Connection, by: By, fact: ListImported, lines: Sequence[Any]) -> None:
    shared = {"offered_by": by.member, "offered_on": by.day, "standing": 1, "scope": fact.scope, "state": "active"}
    shared |= {"import_code": fact.import_code, "audience": by.audience}
    rows = [
        {"offer": numbered_id(fact.import_code, number)}
        | {name: getattr(line, name) for name in OfferLine.__dataclass_fields__}
        | shared
        for number, line in enumerate(lines)
    ]
    _insert(db, "offer", rows)


def fold_identities_kept(db: Connection, by: By, fact: IdentitiesKept) -> None:
    """Keep who the needs of the list are for, in place of what was kept before."""
    rows = []
    for line in _identities(fact.lines):
        row = {name: getattr(line, name) for name in IdentityLine.__dataclass_fields__ if name != "line"}
        rows.append(row | {"need": numbered_id(fact.import_code, line.line), "audience": by.audience})
    db.executemany("delete from identity where need = ?", [(row["need"],) for row in rows])
    _insert(db, "identity", rows)


def fold_import_undone(db: Connection, by: By, fact: ImportUndone) -> None:
    """Remove what came with the list and nobody has touched since."""
    IMPORT_STEPS.move(db, fact.import_code, fact)
    db.execute("update list_import set closed_on = ? where import_code = ?", (by.day, fact.import_code))
    untouched = db.execute(
        "select need from need where import_code = ? and audience = ? and state in ('waiting', 'open')"
        " and not exists (select 1 from part where part.need = need.need and part.state <> 'open')",
        (fact.import_code, by.audience),
    ).fetchall()
    for table in ("part", "need_turn", "identity", "need"):
        db.executemany(f"delete from {table} where need = ?", untouched)
    db.execute(
        "delete from offer where import_code = ? and audience = ? and state = 'active'",
        (fact.import_code, by.audience),
    )
