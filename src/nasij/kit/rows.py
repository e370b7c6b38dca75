"""Rows of the view by column name: what rules, folds and pages of every area read and write alike."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from nasij.errors import NotHereYet


def rows(db: Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Return all rows of a query as dicts."""
    found = db.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def record(db: Connection, sql: str, *values: Any) -> dict[str, Any]:
    """Return the first row of a query as a dict; raises `NotHereYet` where there is none."""
    found = rows(db, sql, *values)
    if not found:
        raise NotHereYet
    return found[0]


def fields(db: Connection, table: str, key: str, value: str) -> dict[str, Any]:
    """Return the row of a table whose `key` has this value; raises `NotHereYet` where there is none."""
    return record(db, f"select * from {table} where {key} = ?", value)


def insert(db: Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row; raises `sqlite3.IntegrityError` for a key that is there."""
    _write(db, "insert", table, row)


def put(db: Connection, table: str, **row: Any) -> None:
    """Insert a row, or put it in the place of the one with the same key."""
    _write(db, "insert or replace", table, row)


def _write(db: Connection, how: str, table: str, row: Mapping[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"{how} into {table} ({names}) values ({marks})", tuple(row.values()))
