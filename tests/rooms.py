"""A table top at which everybody has a room of their own: each checks and folds only what its member can read.

It shows what one view that reads everything cannot: that a rule asks for nothing that some reader does not have, that the rows
of a circle are the same in all its rooms, and that nobody outside holds any.
"""

from typing import Any

from nasij.kit import who
from nasij.kit.area import Area, allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.kit.table import Share
from nasij.node import rows as shared_rows
from nasij.node import view
from tests.tabletop import TableTop

_OF_ALL = ("member", "mandate")


class Rooms(TableTop):
    """A table, and for each member a room in which only what that member can read is checked and folded."""

    def __init__(self, *areas: Area) -> None:
        self.rooms: dict[str, Any] = {}
        self.held: dict[str, frozenset[str]] = {}
        self.been: dict[str, set[str]] = {}
        self.reached: set[str] = set()
        super().__init__(*areas)
        self.compared = [table for table in areas[-1].tables if table.share is not Share.NEVER]

    def member(self, standing: str = "trusted", *roles: str, introduced_by: str = "") -> str:
        """Put somebody into the member table of every room, with mandates for `roles`."""
        member = super().member(standing, *roles, introduced_by=introduced_by)
        self.rooms[member] = view.create(self.areas)
        for room in self.rooms.values():
            for table in _OF_ALL:
                room.execute(f"delete from {table}")
                for row in self.rows(f"select * from {table}"):
                    room.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
        return member

    def say(self, fact: Any, by: str) -> str:
        """State a fact in one's own room; let everybody who has the keys check and fold it in theirs."""
        line = self.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        audience = allowed(line, self.rooms[by], who.by(self.rooms[by], by, self.hour), fact)
        self._remember()
        assert super().say(fact, by) == audience
        holders = who.holders(self.db, audience)
        readers = (self.held.get(audience, holders) | {by}) & set(self.rooms)
        for member in sorted(readers):
            room = self.rooms[member]
            author = who.by(room, by, self.hour, audience)
            assert allowed(line, room, author, fact) == audience, type(fact).__name__
            line.fold(room, author, fact)
        self._hand_on(audience)
        self.agree()
        return audience

    def _hand_on(self, audience: str) -> None:
        """Give whoever came newly into a circle its rows, as the next entry of one of its people does."""
        holders = who.holders(self.db, audience)
        for comer in sorted(holders - self.held.get(audience, holders)):
            self._give(comer, audience)
        self.held[audience] = holders

    def _give(self, comer: str, audience: str) -> None:
        shared_rows.clear(self.rooms[comer], self.areas, audience)
        for part in shared_rows.dump(self.db, self.areas, audience):
            shared_rows.load(self.rooms[comer], self.areas, audience, part)

    def comes_back(self, member: str) -> None:
        """Give somebody who was away the rows of their circles anew, as the circles do that are renewed for them."""
        for audience in sorted(self.held):
            holders = who.holders(self.db, audience)
            if member in holders:
                self._give(member, audience)
                self.held[audience] = holders

    def _remember(self) -> None:
        for audience, holders in self.held.items():
            self.been.setdefault(audience, set()).update(holders)

    def agree(self) -> None:
        """Assert that every room holds the rows of its circles as they are, and nothing of other people's circles."""
        for member, room in self.rooms.items():
            for table in self.compared:
                for row in self.rows(f"select distinct audience from {table.name}"):
                    audience = row[0]
                    sql = f"select * from {table.name} where audience = ? order by {', '.join(table.key)}"
                    found = room.execute(sql, (audience,)).fetchall()
                    if member in who.holders(self.db, audience):
                        assert found == self.rows(sql, audience), (table.name, audience)
                    elif member not in self.ever(audience):
                        assert found == [], (table.name, audience)

    def ever(self, audience: str) -> set[str]:
        """Return who was in a circle once: what they read then, they have read."""
        return self.been.setdefault(audience, set()) | who.holders(self.db, audience)

    def make(self, path: str, by: str, **values: Any) -> list[Any]:
        """State what the act at `path` makes of a filled form in one's own room; returns the facts."""
        line = next((line for area in self.areas.areas for line in area.acts if line.path == path), None)
        if line is None:
            raise LookupError(path)
        room = self.rooms[by]
        form = line.form(**values)
        facts = list(line.make(room, self.looks(room, by), form)) if line.make else [form]
        for fact in facts:
            self.say(fact, by)
        return facts

    def forward(self, *, days: int = 0, hours: int = 0, quarters: int = 0) -> None:
        """Let time pass in every room; who comes into a circle with a new day is given its rows."""
        before = self.day
        super().forward(days=days, hours=hours, quarters=quarters)
        for room in self.rooms.values():
            for day in range(before + 1, self.day + 1):
                view.pass_days(room, self.areas, day)
            view.pass_hours(room, self.areas, self.hour)
        self._remember()
        for audience in list(self.held):
            self._hand_on(audience)
