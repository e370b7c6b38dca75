"""An area: one table that says who may say what, who may read it, by which rule, with which effect.

Routes, forms, menus, the page "who can see what", the state drawings and the generic tests are all made from it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any, TypeVar

from nasij.errors import NotHereYet, Refused
from nasij.kit.fact import fields_of, wire_name
from nasij.kit.field import mark
from nasij.kit.find import Found
from nasij.kit.page import Card, Item, Page
from nasij.kit.steps import Steps
from nasij.kit.table import Table
from nasij.kit.who import NETWORK, ONLY_PREFIX, ROLE_PREFIX, TRUSTED, By

Rule = Callable[[Connection, By, Any], None]
Fold = Callable[[Connection, By, Any], None]


@dataclass(frozen=True, slots=True)
class Sayer:
    """Who may say a fact or open a page. `roles` empty means no role is needed."""

    name: str
    standings: tuple[str, ...]
    roles: tuple[str, ...] = ()

    def fits(self, by: By) -> bool:
        """Say whether this person is one of them."""
        return by.standing in self.standings and (not self.roles or bool(by.roles.intersection(self.roles)))


ANYBODY_IN = Sayer("anybody_in", ("new", "trusted", "resting"))
TRUSTED_MEMBER = Sayer("trusted_member", ("trusted", "resting"))
NOBODY_YET = Sayer("nobody_yet", ("none",))  # the founding fact, before there is a member


def holder_of(*roles: str) -> Sayer:
    """Return the people who hold one of these roles."""
    return Sayer("holder_of:" + ",".join(roles), ("trusted", "resting"), roles)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who can read a fact: `name` for people and tests, `audience` computes the audience from the fact."""

    name: str
    audience: Callable[[Connection, By, Any], str]


EVERYONE = Reader("everyone", lambda _db, _by, _fact: NETWORK)
TRUSTED_ONES = Reader("trusted_ones", lambda _db, _by, _fact: TRUSTED)
ONLY_ME = Reader("only_me", lambda _db, by, _fact: ONLY_PREFIX + by.member)


def role_circle(role: str) -> Reader:
    """Read by the holders of a role."""
    return Reader("role:" + role, lambda _db, _by, _fact: ROLE_PREFIX + role)


def circle(kind: str, attribute: str) -> Reader:
    """Read by the people of a private circle named after a record, such as ``case/<id>``; its fold admits them."""
    return Reader("circle:" + kind, lambda _db, _by, fact: f"{kind}/{getattr(fact, attribute)}")


def where(table: str, key: str) -> Reader:
    """Read by whoever can read the record that the fact is about: `key` names both its field and the table's key."""

    def audience(db: Connection, _by: By, fact: Any) -> str:
        row = db.execute(f"select audience from {table} where {key} = ?", (getattr(fact, key),)).fetchone()
        if row is None:
            raise NotHereYet
        return str(row[0])

    return Reader(f"where:{table}", audience)


def chosen(kind: str, key: str, attribute: str = "scope") -> Reader:
    """Read by whom the author chose: the field's value is ``network``, ``trusted``, or else a circle of its own."""

    def audience(_db: Connection, _by: By, fact: Any) -> str:
        scope = getattr(fact, attribute)
        return scope if scope in (NETWORK, TRUSTED) else f"{kind}/{getattr(fact, key)}"

    return Reader("chosen:" + kind, audience)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of an area: its class and who says it, who reads it, by which rule, with which effect."""

    cls: type
    said_by: Sayer
    read_by: Reader
    fold: Fold
    rule: Rule | None
    authority: bool
    version: int
    name: str = ""


def fact(
    cls: type,
    *,
    said_by: Sayer,
    read_by: Reader,
    fold: Fold,
    rule: Rule | None = None,
    authority: bool = False,
    version: int = 1,
) -> FactLine:
    """Declare a fact. `authority` marks membership, keys and roles: a room that does not know such a fact stops writing."""
    fields_of(cls)
    return FactLine(cls, said_by, read_by, fold, rule, authority, version)


Options = Callable[[Connection, By], Sequence[tuple[str, str]]]
Make = Callable[[Connection, By, Any], Sequence[Any]]
Prefill = Callable[[Connection, By, Mapping[str, str]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """A form and what it states.

    GET shows the form of `form`'s fields, POST states the fact: `form` itself is the fact, unless `make` turns the
    filled form into several facts. `then` is where the browser goes next, with the form's fields filled in. `options`
    gives the choices of a `Ref` or `Refs` field, or fewer of a `Choice` than its list has; `prefill` the values a form starts with; `picture` names a `Bytes`
    field that takes a re-encoded photo, `digest` a `Text` field that takes the SHA-256 of a file which is not kept; `sealed` the
    fields that the room seals before anything is stated. `title` is the page's heading, `press` the words on the button, `why` a
    sentence above the form; `grave` asks for a second look (a different colour, and the words of `why` first).
    """

    path: str
    form: type
    then: str
    title: str
    press: str
    by: Sayer = ANYBODY_IN
    make: Make | None = None
    options: Mapping[str, Options] = field(default_factory=dict)
    prefill: Prefill | None = None
    picture: str = ""
    digest: str = ""
    sealed: tuple[str, ...] = ()
    why: str = ""
    grave: bool = False
    template: str = ""


def act(path: str, form: type, **rest: Any) -> Act:
    """Declare an act; `by` is taken from the fact's line unless given."""
    fields_of(form)
    return Act(path, form, **rest)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page: its path, the function that returns it, and who may open it."""

    path: str
    view: Callable[..., Page]
    seen_by: Sayer
    menu: str = ""
    group: str = ""


def page(
    path: str, view: Callable[..., Page], *, seen_by: Sayer = ANYBODY_IN, menu: str = "", group: str = ""
) -> PageLine:
    """Declare a page; `menu` is its words in the menu, empty for none. Path parameters are passed by name.

    `group` is for the rare page that stands in another group of the menu than its area.
    """
    return PageLine(path, view, seen_by, menu, group)


# The groups of the menu, in its order: few and plain, so that twenty pages are found without reading twenty lines.
GROUPS: Mapping[str, str] = {
    "me": mark("Mine"),
    "help": mark("Help"),
    "money": mark("Money matters"),
    "together": mark("Our group"),
    "care": mark("Safety and care"),
    "learn": mark("Learning"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """Everything a capability is; `group` is the part of the menu its pages stand in, one of `GROUPS`."""

    name: str
    title: str
    tables: tuple[Table, ...]
    facts: tuple[FactLine, ...]
    acts: tuple[Act, ...] = ()
    pages: tuple[PageLine, ...] = ()
    steps: tuple[Steps, ...] = ()
    found: tuple[Found, ...] = ()  # what a search finds of it, and where
    needs: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()  # of these, the ones without which it makes no sense to use it
    group: str = ""
    seed: Callable[[Connection], None] | None = None  # rows every network begins with, such as kinds of help
    passing: Callable[[Connection, int], None] | None = None  # what a new day of the line does: lapses, expiries
    hourly: Callable[[Connection, int], None] | None = None  # what must not wait for the day: what a new hour does
    waiting: Callable[[Connection, By], Sequence[Item]] | None = None  # what waits for me
    urgent: Callable[[Connection, By], Sequence[Item]] | None = None  # what is urgent in the network
    mine: Callable[[Connection, By], Sequence[Item]] | None = None  # what I took on
    beside: Callable[[Connection, By, str, str], Sequence[Card]] | None = (
        None  # what fits a kind of need, incident or action
    )
    beside_title: str = ""  # the heading above it
    cards: Mapping[str, Callable[[Connection, str], Card]] = field(default_factory=dict)
    unasked: Callable[[Connection, By], Sequence[Any]] | None = (
        None  # facts that are due; a room that is awake says them
    )

    def __post_init__(self) -> None:
        """Refuse a malformed area when it is built."""
        unknown = {self.group, *(line.group for line in self.pages)} - {"", *GROUPS}
        if unknown:
            raise TypeError(f"{self.name}: unknown groups of the menu: {unknown}")
        if not set(self.rests_on) <= set(self.needs):
            raise TypeError(f"{self.name} rests on areas that it does not need")
        known = {line.cls.__name__ for line in self.facts}
        for steps in self.steps:
            for moves in steps.moves.values():
                missing = {move.partition("/")[0] for move in moves} - known - {"passing"}
                if missing:
                    raise TypeError(f"{self.name}: unknown facts in steps of {steps.table}: {missing}")
        for line in self.acts:
            if not re.fullmatch(r"/[a-z0-9/_{}-]*", line.path):
                raise TypeError(f"{self.name}: bad path {line.path}")

    def wire(self, line: FactLine) -> str:
        """Return the fact's name on the wire."""
        return wire_name(self.name, line.cls, line.version, authority=line.authority)


Line = TypeVar("Line", Act, PageLine)


def shape(path: str) -> tuple[str, int]:
    """Return the first part of a path and how many it has; a path with its values has the shape of one without."""
    parts = path.split("/")
    return parts[1] if len(parts) > 1 else "", len(parts)


def _by_shape(lines: Sequence[Line]) -> dict[tuple[str, int], list[Line]]:
    found: dict[tuple[str, int], list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.path.count("{")):
        found.setdefault(shape(line.path), []).append(line)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """All areas, in reading order, with their facts by wire name and by class; told apart by identity."""

    areas: tuple[Area, ...]
    facts: Mapping[str, FactLine]
    names: Mapping[type, str]
    acts: Mapping[
        tuple[str, int], Sequence[Act]
    ]  # by the shape of their paths, fixed ones first: /aid/ask, /aid/{need}
    pages: Mapping[tuple[str, int], Sequence[PageLine]]

    @classmethod
    def of(cls, areas: Sequence[Area]) -> "Areas":
        """Put areas together; raises `TypeError` where a name stands twice or `needs` points downwards."""
        facts: dict[str, FactLine] = {}
        names: dict[type, str] = {}
        seen: set[str] = set()
        for area in areas:
            if not set(area.needs) <= seen:
                raise TypeError(f"{area.name} needs {set(area.needs) - seen}, which come later")
            seen.add(area.name)
            for line in area.facts:
                wire = area.wire(line)
                if wire in facts or line.cls in names:
                    raise TypeError(f"{wire} stands twice")
                facts[wire] = line
                names[line.cls] = wire
        acts = _by_shape([act for area in areas for act in area.acts])
        return cls(tuple(areas), facts, names, acts, _by_shape([line for area in areas for line in area.pages]))

    def parted(self, off: frozenset[str], states: Callable[[Act], Sequence[type]]) -> tuple["Areas", "Areas"]:
        """Return the areas in use and those switched off, each with its acts and pages; both know every fact.

        What rests on an area goes with it, and so does an act of another area that states one of its facts (`states`).
        """
        home = {line.cls: area.name for area in self.areas for line in area.facts}
        gone: set[str] = set()
        for area in self.areas:
            if area.name in off or gone.intersection(area.rests_on):
                gone.add(area.name)
        pairs = [(area, one) for area in self.areas for one in area.acts]
        lost = {
            id(one) for area, one in pairs if area.name in gone or any(home.get(cls) in gone for cls in states(one))
        }

        def these(*, on: bool) -> "Areas":
            areas = tuple(area for area in self.areas if (area.name not in gone) is on)
            acts = [one for _, one in pairs if (id(one) not in lost) is on]
            pages = [line for area in areas for line in area.pages]
            return Areas(areas, self.facts, self.names, _by_shape(acts), _by_shape(pages))

        return these(on=True), these(on=False)

    def line_of(self, stated: Any) -> FactLine:
        """Return the line of a fact's class."""
        return self.facts[self.names[type(stated)]]

    def tables(self) -> list[Table]:
        """Return all tables of all areas."""
        return [table for area in self.areas for table in area.tables]


def allowed(line: FactLine, db: Connection, by: By, stated: Any) -> str:
    """Return the audience of a fact if `by` may state it now; raises `Refused`, `Malformed` or `NotHereYet`."""
    if not line.said_by.fits(by):
        raise Refused(mark("This is not yours to do."))
    audience = line.read_by.audience(db, by, stated)
    if line.rule is not None:
        line.rule(db, by, stated)
    return audience
