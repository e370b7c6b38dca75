"""The books as files: plain text for Beancount, and a sheet that a spreadsheet opens without running anything.

Both are made from the published rows only: codes, kinds, amounts, currencies, pots and weeks.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from sqlite3 import Connection
from typing import Any

from nasij.clock import to_date
from nasij.ids import code
from nasij.kit.money import shown

MONDAY = 4  # day 0, the first of 1970, was a Thursday
OPENED = "1970-01-01"
ACCOUNTS = {
    "gifts": "Income:Gifts",
    "opening": "Equity:Opening",
    "grants": "Expenses:Grants",
    "fees": "Expenses:Fees",
    "exchange": "Equity:Exchange",
    "differences": "Expenses:Differences",
}
POT_ACCOUNTS = {"pot": "Assets:Pot", "in_kind": "Assets:InKind"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("code", "kind", "amount", "currency", "pot", "week", "reverses")


def monday(week: int) -> str:
    """Return the Monday of a week: the books know weeks, not days."""
    return to_date(week * 7 + MONDAY).isoformat()


def _rows(db: Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    found = db.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _postings(db: Connection) -> list[dict[str, Any]]:
    return _rows(
        db,
        "select place, entry, kind, week, names, account, pot, amount_minor as amount, currency from ledger_entry"
        " join posting using (entry, place) order by place, line",
    )


def pot_names(db: Connection) -> dict[str, str]:
    """Return what each pot is called in the file: its code, or all of its id where two codes are the same."""
    ids = [pot for (pot,) in db.execute("select pot from pot order by pot")]
    codes = [code(pot) for pot in ids]
    return {pot: (pot if codes.count(short) > 1 else short).upper() for pot, short in zip(ids, codes, strict=True)}


def account_of(posting: dict[str, Any], names: dict[str, str]) -> str:
    """Return the Beancount account of a posting."""
    if posting["account"] in POT_ACCOUNTS:
        return f"{POT_ACCOUNTS[posting['account']]}:{names[posting['pot']]}"
    return ACCOUNTS[posting["account"]]


def beancount(db: Connection) -> str:
    """Return the books as a Beancount file: one transaction an entry, and at each count what was counted."""
    names, postings = pot_names(db), _postings(db)
    used = sorted({account_of(one, names) for one in postings})
    parts = ["; The books of the fund: codes, kinds, amounts, currencies, pots and weeks. No name is in them.\n"]
    parts += [f"{OPENED} open {account}\n" for account in used]
    parts += _transactions(postings, names)
    parts += _assertions(db, names)
    return "\n".join(parts)


def _transactions(postings: Iterable[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    for _, group in groupby(postings, lambda one: one["place"]):
        lines = list(group)
        first = lines[0]
        text = f'{monday(first["week"])} * "{first["kind"]}" "{code(first["entry"])}"\n  week: {first["week"]}\n'
        if first["names"]:
            text += f'  of: "{code(first["names"])}"\n'
        for one in lines:
            text += f"  {account_of(one, names)}  {shown(one['amount'], one['currency'])} {one['currency']}\n"
        yield text


def _assertions(db: Connection, names: dict[str, str]) -> Iterator[str]:
    """Say of each count what its pot held at the end of its week: what was counted, and what moved between.

    Beancount knows days only, and all of a week is on one: what was booked in the same week after the count is added.
    """
    counts = _rows(
        db,
        "select count, pot_count.pot, counted, place, pot_count.closed_on / 7 as week, kind, currency from pot_count"
        " join pot using (pot) where pot_count.state in ('matched', 'booked') order by place, count",
    )
    for one in counts:
        if not db.execute("select 1 from posting where pot = ? limit 1", (one["pot"],)).fetchone():
            continue
        later = db.execute(
            "select coalesce(sum(case when place > ? and week <= ? then amount_minor"
            " when place <= ? and week > ? then -amount_minor else 0 end), 0)"
            " from posting join ledger_entry using (entry, place) where pot = ? and entry <> ?",
            (one["place"], one["week"], one["place"], one["week"], one["pot"], one["count"]),
        ).fetchone()[0]
        account = account_of({"account": "in_kind" if one["kind"] == "goods" else "pot", "pot": one["pot"]}, names)
        amount = shown(one["counted"] + later, one["currency"])
        day = to_date(one["week"] * 7 + MONDAY + 1).isoformat()
        yield f"{day} balance {account}  {amount} ~ 0 {one['currency']}\n"


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def sheet(db: Connection) -> str:
    """Return the published lines as CSV. Amounts are plain numbers; every other cell is text and safe to open."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in _postings(db):
        if not one["pot"]:
            continue
        words = [code(one["entry"]), one["kind"], one["currency"], code(one["pot"]), monday(one["week"])]
        entry, kind, currency, pot, week = (safe(word) for word in words)
        reverses = safe(code(one["names"])) if one["names"] else ""
        writer.writerow([entry, kind, shown(one["amount"], one["currency"]), currency, pot, week, reverses])
    return out.getvalue()
