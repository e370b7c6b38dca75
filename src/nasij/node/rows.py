"""Rows of one audience as bytes, for whoever comes newly into it, and the digest that two views compare."""

import hashlib
from collections.abc import Iterator
from sqlite3 import Connection
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import Malformed
from nasij.kit import who
from nasij.kit.area import Areas
from nasij.kit.table import Share, Table
from nasij.node.kernel import ROWS_MAX
from nasij.node.view import all_tables
from nasij.seal import labels

_TYPES = {"text": str, "integer": int, "blob": bytes}


def _columns(table: Table) -> list[str]:
    return [*table.columns, "audience", "closed_on"]


def _shared(areas: Areas, audience: str) -> list[Table]:
    if audience == who.NETWORK:
        return [table for table in all_tables(areas) if table.share is Share.COMERS]
    # Who is a member, and with which role, is for the whole network: no smaller circle may bring rows about that.
    return [table for table in (who.HOLDER, *areas.tables()) if table.share in (Share.COMERS, Share.CIRCLES)]


def _rows(db: Connection, table: Table, audience: str) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(_columns(table))
    yield from db.execute(
        f"select {columns} from {table.name} where audience = ? order by {', '.join(table.key)}", (audience,)
    )


def dump(db: Connection, areas: Areas, audience: str) -> list[bytes]:
    """Return the rows of an audience that newcomers to it need, in parts that each fit an entry."""
    parts: list[bytes] = []
    rows: list[list[Any]] = []
    size = 0
    for table in _shared(areas, audience):
        for row in _rows(db, table, audience):
            length = len(encode([table.name, *row]))
            if rows and size + length > ROWS_MAX - 64:
                parts.append(encode(rows))
                rows, size = [], 0
            rows.append([table.name, *row])
            size += length
    return [*parts, encode(rows)]


def clear(db: Connection, areas: Areas, audience: str) -> None:
    """Empty what rows of this audience are about to say anew: what was half known before them is in them already."""
    for table in _shared(areas, audience):
        db.execute(f"delete from {table.name} where audience = ?", (audience,))


def load(db: Connection, areas: Areas, audience: str, raw: bytes) -> None:
    """Take rows that are not there yet; raises `Malformed` for anything that is not such rows."""
    tables = {table.name: table for table in _shared(areas, audience)}
    try:
        rows = decode(raw)
    except NotCanonical:
        raise Malformed from None
    if not isinstance(rows, list):
        raise Malformed
    for row in rows:
        table = tables.get(row[0]) if isinstance(row, list) and row else None
        if table is None or len(row) != len(_columns(table)) + 1 or not _fits(table, row[1:], audience):
            raise Malformed
        marks = ", ".join("?" * len(_columns(table)))
        db.execute(f"insert or ignore into {table.name} ({', '.join(_columns(table))}) values ({marks})", row[1:])


def _fits(table: Table, values: list[Any], audience: str) -> bool:
    kinds = [*(_TYPES[column.kind] for column in table.columns.values()), str, int]
    right = all(type(v) is kind for v, kind in zip(values, kinds, strict=True)) and values[-2] == audience
    return right and (table is not who.HOLDER or values[0] == audience)


def digest(db: Connection, areas: Areas) -> bytes:
    """Return what two honest views of the network agree on: a hash over the rows that newcomers get too."""
    state = hashlib.sha256(labels.VIEW_DIGEST)
    for table in _shared(areas, who.NETWORK):
        state.update(table.name.encode())
        for row in _rows(db, table, who.NETWORK):
            state.update(encode(list(row)))
    return state.digest()
