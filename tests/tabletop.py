"""A table top: facts of areas said one after another into one view that reads everything, with no keys, disk or network.

What an area test needs: `top.say(fact, by=member)` checks and folds as a room does, `top.refuses(fact, by=…, "…")`
asserts that the rule says no and that nothing changed.
"""

from dataclasses import replace
from sqlite3 import Connection
from typing import Any

import pytest

from nasij.clock import HOURS_A_DAY, QUARTERS_AN_HOUR, day_of
from nasij.errors import Malformed, Nasij
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import Area, Areas, allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.node import view

START_HOUR = 20_000 * HOURS_A_DAY  # an October day in 2024


class TableTop:
    """One view, a hand-moved clock, and everybody's voice."""

    def __init__(self, *areas: Area) -> None:
        """Begin with an empty network."""
        self.areas = Areas.of(areas)
        self.db = view.create(self.areas)
        self.hour = START_HOUR
        self.past = 0  # quarters of that hour, for pages and forms

    @property
    def day(self) -> int:
        """Today."""
        return day_of(self.hour)

    def member(self, standing: str = "trusted", *roles: str, introduced_by: str = "") -> str:
        """Put somebody into the member table, with mandates for `roles`, without the joining ceremony."""
        member = new_id()
        self.db.execute(
            "insert into member (member, sign_key, wrap_key, standing, introduced_by, since, audience)"
            " values (?, x'', x'', ?, ?, ?, 'network')",
            (member, standing, introduced_by, self.day),
        )
        for role in roles:
            self.db.execute(
                "insert into mandate (role, member, state, since, until, audience)"
                " values (?, ?, 'active', ?, ?, 'network')",
                (role, member, self.day, self.day + 180),
            )
        return member

    def by(self, member: str, audience: str = "") -> who.By:
        """Return who somebody is now."""
        return who.by(self.db, member, self.hour, audience)

    def looks(self, db: Connection, member: str) -> who.By:
        """Return who looks at a page or fills in a form now: they know the quarter of the hour, the line does not."""
        return replace(who.by(db, member, self.hour), past=self.past)

    def say(self, fact: Any, by: str) -> str:
        """State a fact as a room does: check, fold; returns the audience. Raises what the rule raises."""
        line = self.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        audience = allowed(line, self.db, self.by(by), fact)
        self.db.execute("savepoint fact")
        try:
            line.fold(self.db, self.by(by, audience), fact)
        except BaseException:
            self.db.execute("rollback to fact")
            self.db.execute("release fact")
            raise
        self.db.execute("release fact")
        return audience

    def refuses(self, fact: Any, by: str, words: str = "") -> None:
        """Assert that this fact is refused with a sentence containing `words`, and that the view is as before."""
        before = self.dump()
        with pytest.raises(Nasij) as caught:
            self.say(fact, by)
        assert words in str(caught.value)
        assert caught.value.sentence or isinstance(caught.value, Malformed)
        assert self.dump() == before

    def forward(self, *, days: int = 0, hours: int = 0, quarters: int = 0) -> None:
        """Let time pass; each new day does what days do."""
        more, self.past = divmod(self.past + quarters, QUARTERS_AN_HOUR)
        target = self.hour + days * HOURS_A_DAY + hours + more
        while day_of(self.hour) < day_of(target):
            self.hour = (day_of(self.hour) + 1) * HOURS_A_DAY
            view.pass_days(self.db, self.areas, self.day)
        self.hour = target
        view.pass_hours(self.db, self.areas, target)

    def row(self, sql: str, *values: Any) -> Any:
        """Return the first row of a query, or its only column, or None."""
        found = self.db.execute(sql, values).fetchone()
        return found[0] if found is not None and len(found) == 1 else found

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return all rows of a query."""
        return self.db.execute(sql, values).fetchall()

    def page(self, path: str, by: str, **params: str) -> dict[str, Any]:
        """Return the values of the page declared at `path`, as seen by `by`."""
        for area in self.areas.areas:
            for line in area.pages:
                if line.path == path:
                    assert line.seen_by.fits(self.by(by)), "not for this person"
                    return dict(line.view(self.db, self.looks(self.db, by), **params).values)
        raise LookupError(path)

    def turned(self, path: str, by: str, listed: str, key: str) -> list[list[str]]:
        """Turn the pages of a list as its links lead; returns the records on each."""
        page = self.page(path, by)
        found = [[str(row[key]) for row in page[listed]]]
        while page["after"]:
            page = self.page(path + "/page/{number}", by, number=page["after"].rsplit("/", 1)[1])
            found.append([str(row[key]) for row in page[listed]])
        return found

    def make(self, path: str, by: str, **values: Any) -> list[Any]:
        """State what the act at `path` makes of a filled form; returns the facts."""
        for area in self.areas.areas:
            for line in area.acts:
                if line.path == path:
                    assert line.by.fits(self.by(by)), "not for this person"
                    form = line.form(**values)
                    facts = list(line.make(self.db, self.looks(self.db, by), form)) if line.make else [form]
                    for fact in facts:
                        self.say(fact, by)
                    return facts
        raise LookupError(path)

    def dump(self) -> list[str]:
        """Return the whole view as SQL, to compare."""
        return list(self.db.iterdump())
