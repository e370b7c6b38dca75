"""State machines as tables: which fact moves a record from which state to which."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.errors import NotHereYet, Refused
from nasij.kit.field import mark


@dataclass(frozen=True, slots=True)
class Steps:
    """The states of one table's records.

    A fact, or a day (``passing``), that leads to one of several states stands once for each, as ``VotingEnded/passed``.

    `moves` maps a state to the facts that leave it and the state each leads to; a state that maps to nothing is an end.
    `labels` maps each state to its words on screen. The table has the column `state`, and its key is one column.
    """

    table: str
    key: str
    first: tuple[str, ...]
    moves: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str]

    def state(self, db: Connection, record: str) -> str:
        """Return the state a record is in; raises `NotHereYet` where there is no such record."""
        row = db.execute(f"select state from {self.table} where {self.key} = ?", (record,)).fetchone()
        if row is None:
            raise NotHereYet
        return str(row[0])

    def after(self, state: str, fact: str) -> str:
        """Return the state that a fact of this name leads to; raises `Refused` where it may not follow."""
        try:
            return self.moves[state][fact]
        except KeyError:
            raise Refused(
                mark("Somebody has already taken this a step further."),
                advice=mark("Open it again to see where it stands now."),
            ) from None

    def may(self, db: Connection, record: str, fact: Any) -> str:
        """Return the state `fact` would lead to; raises `Refused` where it may not follow."""
        return self.after(self.state(db, record), type(fact).__name__)

    def move(self, db: Connection, record: str, fact: Any) -> str:
        """Move the record; return its new state."""
        state = self.may(db, record, fact)
        db.execute(f"update {self.table} set state = ? where {self.key} = ?", (state, record))
        return state

    def ends(self) -> frozenset[str]:
        """Return the states that nothing leaves."""
        return frozenset(state for state in self.labels if not self.moves.get(state))
