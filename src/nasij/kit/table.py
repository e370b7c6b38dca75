"""Tables of the view, and how they forget.

A table declares its columns with a retention class each. A row says when its matter was closed (`closed_on`, a day, 0
while open); the fold then empties each column when its class is over, and removes the row once nothing but emptied
columns is left. Each row also carries the audience it was stated to, which the fold fills in.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection


class Keep(enum.IntEnum):
    """How long a value stays after its matter is closed: the usual days, which a group may change within bounds."""

    MOMENTARY = 1
    SHORT = 30
    WORKING = 180
    LEDGER = -1  # for good: codes, states, amounts and days, never words of or about a person


class Share(enum.Enum):
    """Who gets the rows when somebody comes newly into their audience."""

    NEVER = "never"  # nobody: what was said before one came is not for them
    CIRCLES = "circles"  # whoever newly holds a narrower audience than the network: the scope grants it
    COMERS = "comers"  # newcomers to the network too: what they need to take part


class Says(enum.Enum):
    """What a value gives away that its form does not show. The report of what a taken device shows is made from it.

    A member needs no mark: their id is found wherever it stands.
    """

    NOTHING = ""
    PERSON = "person"  # the id of somebody who may be no member yet
    WAY = "way"  # leads to somebody outside: a name, a number, an address, a face, or how to reach them
    MONEY = "money"  # an amount in minor units
    KEY = "key"  # opens something of somebody's, or is a part of what does


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its SQL type (text, integer or blob), its retention class, and what its values give away."""

    kind: str
    keep: Keep
    says: Says = Says.NOTHING


def text(keep: Keep, says: Says = Says.NOTHING) -> Column:
    """Return a text column."""
    return Column("text", keep, says)


def money(keep: Keep) -> Column:
    """Return a column of amounts in minor units."""
    return Column("integer", keep, Says.MONEY)


def number(keep: Keep) -> Column:
    """Return a whole-number column; days, hours and flags are whole numbers too."""
    return Column("integer", keep)


def blob(keep: Keep, says: Says = Says.NOTHING) -> Column:
    """Return a column of bytes."""
    return Column("blob", keep, says)


_EMPTY = {"text": "''", "integer": "0", "blob": "x''"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the view; `key` names the columns that identify a row."""

    name: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    share: Share = Share.NEVER
    indexes: tuple[tuple[str, ...], ...] = ()

    def create(self) -> str:
        """Return the SQL that makes the table, strict and without nulls."""
        lines = [f"{name} {kind}" for name, kind in self._declared().items()]
        lines.append(f"primary key ({', '.join(self.key)})")
        return f"create table {self.name} ({', '.join(lines)}) strict, without rowid;{self._indexed()}"

    def _declared(self) -> dict[str, str]:
        own = {"audience": "text not null default ''", "closed_on": "integer not null default 0"}
        return {name: f"{c.kind} not null default {_EMPTY[c.kind]}" for name, c in self.columns.items()} | own

    def _indexed(self) -> str:
        own = (("closed_on",),) if self.forgetting() and all(index[0] != "closed_on" for index in self.indexes) else ()
        return "".join(
            f"create index if not exists {self.name}_{'_'.join(index)} on {self.name} ({', '.join(index)});"
            for index in (*own, *self.indexes)
        )

    def complete(self, db: Connection) -> None:
        """Add what an older version of this table has not got: the table itself, columns (empty), indexes."""
        there = {row[1] for row in db.execute(f"pragma table_info({self.name})")}
        if not there:
            db.executescript(self.create())
            return
        for name, kind in self._declared().items():
            if name not in there:
                db.execute(f"alter table {self.name} add column {name} {kind}")
        db.executescript(self._indexed())

    def forgetting(self) -> list[tuple[str, tuple[Keep, ...]]]:
        """Return what empties and removes what is over: each statement takes the day before which, by the longest of its classes."""
        fields = {name: column for name, column in self.columns.items() if name not in self.key}
        found: list[tuple[str, tuple[Keep, ...]]] = []
        for keep in (Keep.MOMENTARY, Keep.SHORT, Keep.WORKING):
            over = [f"{name} = {_EMPTY[c.kind]}" for name, c in fields.items() if c.keep is keep]
            if over:
                emptied = f"update {self.name} set {', '.join(over)} where closed_on > 0 and closed_on <= ?"
                found.append((emptied, (keep,)))
        kept = tuple(dict.fromkeys(column.keep for column in self.columns.values()))
        if Keep.LEDGER not in kept:
            found.append((f"delete from {self.name} where closed_on > 0 and closed_on <= ?", kept))
        return found

    def forget(self, db: Connection, day: int, days: Mapping[Keep, int] | None = None) -> None:
        """Empty and remove what is over on `day`; `days` are the group's own for each class, in place of the usual ones."""
        carry_out(db, self.forgetting(), day, days or {})


def carry_out(
    db: Connection, statements: Iterable[tuple[str, tuple[Keep, ...]]], day: int, days: Mapping[Keep, int]
) -> None:
    """Carry out what tables forget on `day`."""
    for sql, kept in statements:
        db.execute(sql, (day - max(days.get(keep, int(keep)) for keep in kept),))
