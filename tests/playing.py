"""Every act of every area, played in a village of many rooms over ways that lose things.

Who does what comes from the areas alone: for each act, whoever may open its form, each record of their own view that fits its
path, and what fits its fields. The rules say no to most of it; what they take waits, is sealed, goes to the hub, and is read
in every room. A new area has nothing to add here. Where an act needs a record that nobody has yet, `tests/staged.py` stages it.
"""

import itertools
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nasij.clock import HandClock, SystemClock
from nasij.errors import Nasij
from nasij.gate import sample_shelf
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.kit import who
from nasij.kit.area import Act
from nasij.kit.fact import fields_of
from nasij.kit.field import Choice, Flag, Id, Ref, Several
from nasij.node import rows
from nasij.node.view import all_tables
from nasij.seal.primitives import verify
from nasij.settings import Settings
from nasij.sync.transport import LocalTransport
from nasij.web import forms
from tests.filling import ACTS, Filling, when
from tests.marks import Fields, Marker
from tests.staged import PASSPHRASE, PEOPLE, picture, room_name
from tests.village import Lossy, Person, Village

TRIED = 1000  # forms that are filled in for one act in one round
AT_LEAST = 40  # where only few may, or there are few records: what is typed and chosen is another each time
ROUNDS = 9  # what was used up takes some to be there again; nobody plays on when nothing is left
LATER, LAST, BREAKS, NEVER = 1, 3, 4, 9  # what `when` says of acts that add to a record, and of those that end most


def village_at(home: Path, lost: float, seed: int) -> Village:
    """Open all the rooms of a staged group in this process, each with a way that loses things."""
    settings, clock = Settings(home, 0), HandClock(SystemClock().hour())
    shelf = Shelf(sample_shelf(settings), verify, clock.hour)
    village = Village(home, seed, LocalTransport(lambda call, request: dispatch(shelf, None, call, request)))
    village.clock, village.shelf = clock, shelf
    for number in range(PEOPLE):
        person = village.move_in(settings, room_name(number), PASSPHRASE)
        person.way.transport = Lossy(village.transport, village.rng, lost, lost)
    return village


@dataclass
class Playing:
    """What was played so far: how often an act reached the line, what came too late, and what the rules said no to."""

    village: Village
    rng: random.Random
    played: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, dict[int, tuple[str, list[Any]]]] = field(default_factory=dict)
    too_late: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, Counter[str]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)  # records about which something was played
    heard: Counter[str] = field(default_factory=Counter)  # how much each room has told of what came too late
    filling: Filling = field(default_factory=lambda: Filling({}, Marker()))

    def all(self) -> None:
        """Play in rounds, until every act has reached the line: what one round begins, the next one goes on with."""
        for last in (LAST, BREAKS, NEVER):
            for number in range(ROUNDS):
                left = [act for act in self.left() if when(act) < last]
                if not left:
                    break
                for act in self.in_order(left, again=number > 0):
                    self.one(act)
                self.come_to_rest(days=int(number > 1))

    def in_order(self, left: list[Act], *, again: bool) -> list[Act]:
        """Return these acts in an order that luck gives; those that are left once more, after all that they may need, step by step."""
        if not again:
            return sorted(left, key=lambda act: (when(act), self.rng.random()))
        place = {path: number for number, path in enumerate(ACTS)}
        return sorted(self.before(left) + left, key=lambda act: (when(act), place[act.path]))

    def before(self, left: list[Act]) -> list[Act]:
        """Return what begins or adds something in the areas of these acts: what they need may have been used up."""
        paths = {act.path for act in left}
        areas = [area for area in self.village.areas.areas if any(act.path in paths for act in area.acts)]
        return [act for area in areas for act in area.acts if self.played[act.path] and when(act) < LATER]

    def left(self) -> list[Act]:
        """Return the acts that are not in the line yet."""
        return [act for path, act in ACTS.items() if not self.played[path]]

    def one(self, act: Act) -> None:
        """Let people fill in an act until somebody's is taken; before that each looks at what is new, if their way lets them."""
        people = [person for person in self.village.people.values() if act.by.fits(person.node.by())]
        self.rng.shuffle(people)
        for person in people[:3]:
            self.look(person)
        tries = [(person, params) for person in people for params in self.paths(act, person)]
        self.rng.shuffle(tries)
        tries.sort(
            key=lambda one: sum(self.used[value] for value in one[1].values())
        )  # so that there is one for each act
        often = min(TRIED, max(len(tries), AT_LEAST))
        for turn, (person, params) in enumerate(itertools.islice(itertools.cycle(tries), often)):
            if self.fill(act, person, params, turn):
                self.used.update(params.values())
                self.look(person)
                return

    # --- filling in ---------------------------------------------------------------------------------------------------

    def paths(self, act: Act, person: Person) -> list[dict[str, str]]:
        """Return the values that an act's path may have for somebody: of records that their own room holds."""
        names = re.findall(r"{(\w+)}", act.path)
        together: set[tuple[str, ...]] = set()  # records that belong to all of them
        own = next(area for area in self.village.areas.areas if act in area.acts)
        for table in own.tables if len(names) > 1 else ():
            if {*names} <= {*table.columns}:
                rows_there = person.rows(f"select distinct {', '.join(names)} from {table.name}")
                together.update(tuple(map(str, row)) for row in rows_there)
        if together:
            return [dict(zip(names, row, strict=True)) for row in sorted(together)]
        return [
            dict(zip(names, found, strict=True))
            for found in itertools.product(*(self.values(act, person, name) for name in names))
        ]

    def values(self, act: Act, person: Person, name: str) -> list[str]:
        kind = fields_of(act.form)[name]
        if isinstance(kind, Choice):
            return [kind.of.in_address(value) for value in kind.of.labels]
        found: set[str] = set()
        for table, column in self.columns(kind.to if isinstance(kind, Ref) else "", name):
            found.update(str(value) for (value,) in person.rows(f"select distinct {column} from {table}"))
        return sorted(found)

    def columns(self, named: str, key: str) -> list[tuple[str, str]]:
        """Return where the records stand that a part of a path may name; where none is named, those with such a key."""
        tables = {table.name: table for table in all_tables(self.village.areas)}
        if named:
            return [(named, key if key in tables[named].columns else tables[named].key[0])]
        return [(table.name, key) for table in tables.values() if table.key == (key,)]

    def fill(self, act: Act, person: Person, params: dict[str, str], turn: int) -> bool:
        """Open a form, fill it in and send it; says whether the rules took it, and there was something to state."""
        try:
            texts = self.texts(act, person, params, turn)
            stated, items = person.presses(act, params, texts, picture() if act.picture else b"")
        except Nasij as problem:
            self.refused.setdefault(act.path, Counter())[f"{type(problem).__name__} {problem}"] += 1
            return False
        if items:
            self.waiting.setdefault(person.name, {})[items[0].together] = act.path, stated
        return bool(items)

    def texts(self, act: Act, person: Person, params: dict[str, str], turn: int) -> dict[str, list[str]]:
        """Return what somebody types and chooses, as `tests/filling.py` does for a page."""
        db, by = person.node.db, person.node.by()
        start = act.prefill(db, by, forms.spelled(act, params)) if act.prefill else {}
        shown: Fields = {}
        for name, kind in fields_of(act.form).items():
            begins = list(forms.as_typed(kind, start.get(name)))
            if name in params or name == act.picture or (kind.hidden and (not begins or isinstance(kind, Id))):
                continue
            if isinstance(kind, Choice | Several):
                shown[name] = "list", begins if kind.hidden else list(kind.of.labels)
            elif name in act.options:
                shown[name] = "list", [value for value, _ in act.options[name](db, by)]
            else:
                shown[name] = "line", ["1"] if isinstance(kind, Flag) and not kind.hidden else begins
        found: dict[str, list[str]] = {}
        for n, (name, kind) in enumerate(fields_of(act.form).items()):
            if name in shown:
                begins = list(forms.as_typed(kind, start.get(name)))
                may_stay = begins or (turn % 4 == 3 and (kind.optional or isinstance(kind, Flag)))  # now and then all
                stays = may_stay and turn % 2
                value = begins if stays else self.filling.value(act, name, kind, shown, turn + n)
                found[name] = value if isinstance(value, list) else [value]
        return found

    # --- over a way that loses things ---------------------------------------------------------------------------------

    def look(self, person: Person) -> None:
        """Let somebody's room look at the hub, and note what of theirs has reached the line."""
        person.look()
        here, told = {item.together for item in person.node.outbox.items}, person.node.told
        late = [(one.fact, one.sentence) for one in told[self.heard[person.name] :]]
        self.heard[person.name] = len(told)
        mine = self.waiting.get(person.name, {})
        for together in [one for one in mine if one not in here]:
            path, stated = mine.pop(together)
            why = [sentence for fact, sentence in late if fact in stated]
            if why:
                self.too_late.append((path, why[0]))
            else:
                self.played[path] += 1

    def come_to_rest(self, days: int = 0) -> None:
        """Let everybody look, over ways that lose nothing for once, until nothing is new; and what a day brings, happen."""
        ways = {name: person.way.transport for name, person in self.village.people.items()}
        for person in self.village.people.values():
            person.way.transport = self.village.transport
            self.look(person)
        for _ in range(2):
            for person in self.village.people.values():
                person.housekeeping()
            self.village.settle()
        self.village.forward(days=days)
        for name, person in self.village.people.items():
            self.look(person)
            person.way.transport = ways[name]


def circles_agree(village: Village) -> int:
    """Assert that whoever is trusted and holds a circle sees the same rows in it; returns how many circles two or more were compared in."""
    compared = 0
    seen: dict[str, dict[str, list[bytes]]] = {}
    for person in village.people.values():
        person.node.settle()
        for audience in person.node.keyring.newest:
            in_it = person.me in who.holders(person.node.db, audience) and audience not in person.node.fresh
            if person.standing() in ("trusted", "resting") and in_it and audience != who.NETWORK:
                seen.setdefault(audience, {})[person.name] = rows.dump(person.node.db, village.areas, audience)
        person.node.lay_waiting()
    for audience, views in seen.items():
        one, *others = views.values()
        assert all(other == one for other in others), (audience, sorted(views))
        compared += bool(others)
    return compared
