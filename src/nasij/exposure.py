"""What a device shows if it is taken: which people, matters, days and amounts, and who must be warned, in which order.

It is counted from what really opens: the keys that a room holds, the rows of its view, and, on request, the entries that the
hub still keeps. Which roles somebody has is never asked; a role that gave no key shows nothing, and one that ended shows
what its keys still open. A member is found by their id, wherever it stands; columns say the rest themselves (`kit.table.Says`).
"""

import contextlib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents import WarningPlanned
from nasij.clock import day_of
from nasij.errors import NotHereYet, SealBroken
from nasij.ids import new_id
from nasij.kit import money, who
from nasij.kit.area import Areas
from nasij.kit.field import mark
from nasij.kit.table import Says, Table
from nasij.line import FIRST_HEAD, KEPT_DAYS, next_head, place_bytes
from nasij.log import entry as log_entry
from nasij.log.entry import OUTSIDE_SIZE, OpenedFact, OpenedLetter, open_entry
from nasij.node import keys
from nasij.node.keys import is_private
from nasij.node.node import Node
from nasij.node.view import all_tables
from nasij.seal import circle as circle_keys
from nasij.seal.circle import CircleKeys, Keyring
from nasij.sync.transport import HubClient

_IDS = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")
_IDS_IN_BYTES = re.compile(rb"[0-9a-hjkmnp-tv-z]{16}")
KERNEL_TITLE = mark("Who belongs, and the keys")

# The order in which people are warned: where a name, a number or a way to somebody can be read, it is about their life.
WAY, PRIVATE, ROLE, TRUSTED, NETWORK = range(5)
REASONS = {
    WAY: mark("A name, a number, a place or a way to reach them can be read."),
    PRIVATE: mark("They stand in what a private circle says."),
    ROLE: mark("They stand in what the holders of a role read."),
    TRUSTED: mark("Their name can be read, and what they said to trusted members."),
    NETWORK: mark("They are known by a code, and what they said to everybody can be read."),
}


# The same in a breath, beside a name: until when, and what for.
SOON = {
    WAY: mark("within an hour: a way to them can be read"),
    PRIVATE: mark("today: they stand in private matters"),
    ROLE: mark("by tomorrow: they stand in what a role reads"),
    TRUSTED: mark("with everybody: their name can be read"),
    NETWORK: mark("with everybody: they are known by a code"),
}


@dataclass(slots=True)
class Shown:
    """What the rows and entries of one circle show to whoever can read them."""

    audience: str
    epochs: int = 0  # keys that are held
    since: int = 0  # the day of the oldest of them, 0 where there is none
    people: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)  # those to whom something here leads
    lines: Counter[str] = field(default_factory=Counter)  # rows by the title of their area
    amounts: int = 0
    largest: dict[str, int] = field(default_factory=dict)  # by currency, in minor units
    said: int = 0  # entries that the hub still keeps and these keys open
    oldest: int = 0  # the day of the oldest of these entries
    regained: bool = False  # the keys were let go of, but the hub still keeps the entry that gave them

    @property
    def private(self) -> bool:
        """Whether only some know who holds its keys."""
        return is_private(self.audience)

    @property
    def bands(self) -> list[tuple[str, int, int]]:
        """The band of the largest amount of each currency; the amount itself is nobody's business here."""
        return [(currency, *money.band(amount)) for currency, amount in sorted(self.largest.items())]

    def days_back(self, today: int) -> int:
        """Return how many days of what was said these keys open, as far as the hub still keeps it."""
        return min(KEPT_DAYS, max(0, today - self.since) + 1) if self.epochs else 0


@dataclass(frozen=True, slots=True)
class Warned:
    """Somebody who must be warned: how soon, and why."""

    member: str
    rank: int
    matters: int  # private circles in which they stand

    @property
    def reason(self) -> str:
        """Why, as a message id."""
        return REASONS[self.rank]

    @property
    def soon(self) -> str:
        """Until when somebody warns them, and why, in a few words; a message id."""
        return SOON[self.rank]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it, for one device in one state."""

    shown: list[Shown]
    warned: list[Warned]

    @property
    def people(self) -> frozenset[str]:
        """Everybody who is shown."""
        return frozenset().union(*(circle.people for circle in self.shown))

    @property
    def matters(self) -> int:
        """How many private circles are shown."""
        return sum(is_private(circle.audience) for circle in self.shown)

    @property
    def lines(self) -> int:
        """How many rows are shown."""
        return sum(circle.lines.total() for circle in self.shown)

    @property
    def amounts(self) -> int:
        """How many amounts of money are shown."""
        return sum(circle.amounts for circle in self.shown)

    @property
    def bands(self) -> list[tuple[str, int, int]]:
        """The band of the largest amount of each currency anywhere."""
        largest: dict[str, int] = {}
        for circle in self.shown:
            for currency, amount in circle.largest.items():
                largest[currency] = max(amount, largest.get(currency, 0))
        return [(currency, *money.band(amount)) for currency, amount in sorted(largest.items())]

    def days_back(self, today: int) -> int:
        """Return how many days of what was said can be opened."""
        return max((circle.days_back(today) for circle in self.shown), default=0)

    def of_rank(self, rank: int) -> list[Warned]:
        """Return those who are warned at one rank."""
        return [each for each in self.warned if each.rank == rank]


# --- reading the view --------------------------------------------------------------------------------------------------


def everybody(db: Connection, areas: Areas) -> frozenset[str]:
    """Return the ids of all people whom the view knows: members of every standing, and who asks to come in."""
    found = {row[0] for row in db.execute("select member from member")}
    for table in all_tables(areas):
        for name, column in table.columns.items():
            if column.says is Says.PERSON:
                found |= {row[0] for row in db.execute(f"select {name} from {table.name}")}
    return frozenset(found)


def _rows(db: Connection, table: Table, audiences: Collection[str] | None) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(table.columns)
    sql, values = f"select audience, {columns} from {table.name}", ()
    if audiences is not None:
        sql += f" where audience in ({', '.join('?' * len(audiences))})"
        values = tuple(audiences)  # type: ignore[assignment]
    yield from db.execute(sql, values)


def ids_in(value: Any) -> Iterator[str]:
    """Return whatever has the form of an id in a value, also inside bytes, lists and lists in bytes."""
    if isinstance(value, str):
        yield from _IDS.findall(value)
    elif isinstance(value, bytes):
        yield from (found.decode() for found in _IDS_IN_BYTES.findall(value))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from ids_in(one)


class _Table:
    """How one table is read: which of its columns hold what."""

    __slots__ = ("amounts", "blobs", "currency", "texts", "title", "ways")

    def __init__(self, table: Table, title: str) -> None:
        at = {name: place for place, name in enumerate(table.columns, 1)}
        self.title = title
        self.texts = [at[name] for name, column in table.columns.items() if column.kind == "text"]
        self.blobs = [at[name] for name, column in table.columns.items() if column.kind == "blob"]
        self.ways = [at[name] for name, column in table.columns.items() if column.says is Says.WAY]
        self.amounts = [at[name] for name, column in table.columns.items() if column.says is Says.MONEY]
        self.currency = at.get("currency", 0)


class _Reading:
    """One walk through the view."""

    def __init__(self, people: frozenset[str]) -> None:
        self.people = people
        self.shown: dict[str, Shown] = {}
        self.record_people: dict[str, set[str]] = {}  # by the key of a record: who stands in its rows
        self.leading: list[tuple[str, str]] = []  # circle and record of rows that lead to somebody they do not name

    def of(self, audience: str) -> Shown:
        found = self.shown.get(audience)
        if found is None:
            found = self.shown[audience] = Shown(audience)
        return found

    def row(self, table: _Table, row: tuple[Any, ...]) -> None:
        """Count one row."""
        shown = self.of(row[0])
        shown.lines[table.title] += 1
        texts = " ".join([row[at] for at in table.texts])
        named = self.people.intersection(_IDS.findall(texts))
        for at in table.blobs:
            named |= self.people.intersection(ids_in(row[at]))
        if named:
            shown.people |= named
            self.record_people.setdefault(str(row[1]), set()).update(named)
        if any(row[at] for at in table.ways):
            if named:
                shown.reached |= named
            else:
                self.leading.append((row[0], str(row[1])))
        self._money(shown, table, row)

    def _money(self, shown: Shown, table: _Table, row: tuple[Any, ...]) -> None:
        amounts = [row[at] for at in table.amounts if row[at]]
        if amounts:
            shown.amounts += len(amounts)
            currency = row[table.currency] if table.currency else ""
            if currency:
                shown.largest[currency] = max(*map(abs, amounts), shown.largest.get(currency, 0))

    def done(self, db: Connection) -> dict[str, Shown]:
        """Find out to whom the rows without a name lead: who stands in the record, or else the circle's people."""
        for audience, named in self.leading:
            shown = self.of(audience)
            led_to = self.record_people.get(named) or who.holders(db, audience)
            shown.people |= led_to
            shown.reached |= led_to
        return self.shown


def read_view(db: Connection, areas: Areas, audiences: Collection[str] | None = None) -> dict[str, Shown]:
    """Return what the rows of some audiences show, or of all; every table of every area is read alike."""
    reading = _Reading(everybody(db, areas))
    titles = {table.name: area.title for area in areas.areas for table in area.tables}
    for table in all_tables(areas):
        how = _Table(table, titles.get(table.name, KERNEL_TITLE))
        for row in _rows(db, table, audiences):
            reading.row(how, row)
    return reading.done(db)


# --- reading what the hub still keeps ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Said:
    """What entries of one circle show: who stands in them, how many there are, and from which day on.

    `regained` says that its keys are no longer held here, but can be had again: the entry that gave them is still kept.
    """

    people: set[str] = field(default_factory=set)
    entries: int = 0
    oldest: int = 0
    regained: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What a hub still keeps of a network's line: records without a gap, and the head before them."""

    records: list[tuple[int, int, bytes]]
    head: bytes


class Opening:
    """One walk through the entries that the hub still keeps, opening whatever this device could open."""

    def __init__(self, node: Node, kept: Kept) -> None:
        self.me, self.network, self.seeds = node.me, node.secrets.network, node.seeds()
        self.people = everybody(node.db, node.areas)
        self.keys = dict(node.keyring.keys)
        self.held = frozenset(node.keyring.newest)
        self.kept = kept
        self.heads: dict[int, bytes] = {}
        self.found: dict[str, Said] = {}

    def all(self) -> dict[str, Said]:
        """Open everything that opens."""
        head = self.kept.head
        for place, hour, entry in self.kept.records:
            self.heads[place - 1] = head
            head = next_head(head, hour, entry)
            circle = self._circle(place, entry)
            if circle is not None:
                self._entry(circle, place, hour, entry)
        return self.found

    def _circle(self, place: int, entry: bytes) -> CircleKeys | None:
        tag, place8 = entry[OUTSIDE_SIZE : OUTSIDE_SIZE + 16], place_bytes(place)
        return next((circle for circle in self.keys.values() if circle.tag_at(place8) == tag), None)

    def _entry(self, circle: CircleKeys, place: int, hour: int, entry: bytes) -> None:
        try:
            opened = open_entry(Keyring(newest={circle.audience: circle}), self.network, place, entry)
        except SealBroken:
            return
        said = self.found.setdefault(circle.audience, Said(oldest=day_of(hour)))
        said.entries += 1
        said.oldest = min(said.oldest, day_of(hour))
        said.regained = circle.audience not in self.held
        if isinstance(opened, OpenedFact):
            said.people |= self.people.intersection(ids_in([opened.said.author, opened.said.raw, opened.said.grant]))
            self._granted(opened.said, place)
        elif isinstance(opened, OpenedLetter) and opened.seen in self.heads:
            self._letter(opened, place)

    def _granted(self, said: log_entry.Said, place: int) -> None:
        """Take again what an entry gave to this room, though the room may have let go of it since."""
        bound = keys.bound(self.network, place, said.seen, said.head)
        capsules = said.grant[1] if said.grant else ()
        for capsule in [capsule for member, capsule in capsules if member == self.me]:
            with contextlib.suppress(SealBroken):
                for audience, epoch, key in circle_keys.take_grant(capsule, self.seeds, self.me, bound):
                    self.keys.setdefault((audience, epoch), CircleKeys(audience, epoch, key))

    def _letter(self, opened: OpenedLetter, place: int) -> None:
        bound = keys.bound(self.network, place, opened.seen, self.heads[opened.seen])
        taken = circle_keys.take_letter(opened.capsules, self.seeds, bound)
        if taken is not None:
            letter = taken[0]
            self.keys.setdefault((letter.audience, letter.epoch), CircleKeys(letter.audience, letter.epoch, letter.key))


def read_entries(node: Node, kept: Kept) -> dict[str, Said]:
    """Return what the entries show that a hub still keeps, to whoever has this device: also with keys it can have again."""
    return Opening(node, kept).all()


# --- the report ----------------------------------------------------------------------------------------------------------


def of_this_room(node: Node, said: dict[str, Said] | None = None) -> Report:
    """Return what this room shows to whoever has it open, with what the hub still keeps if it was looked at."""
    shown = read_view(node.db, node.areas)
    for (audience, _epoch), day in node.keyring.since.items():
        circle = shown.setdefault(audience, Shown(audience))
        circle.since = min(circle.since, day) if circle.epochs else day
        circle.epochs += 1
    for audience, entries in (said or {}).items():
        circle = shown.setdefault(audience, Shown(audience))
        circle.people |= entries.people
        circle.said, circle.oldest, circle.regained = entries.entries, entries.oldest, entries.regained
    return _report(shown, node.me)


def circles_of(db: Connection, member: str) -> frozenset[str]:
    """Return the circles whose keys somebody was given, as far as this view knows; what is only theirs it cannot know."""
    given = {of for of, wrapped in db.execute("select of, wrapped from circle") if member in wrapped.split()}
    listed = {row[0] for row in db.execute("select distinct of from holder")}
    return frozenset(given | {of for of in listed if member in who.holders(db, of)})


def of_another(node: Node, member: str) -> tuple[Report, list[str]]:
    """Return what somebody else's room shows, as far as this one knows, and the circles of theirs it cannot look into."""
    circles = circles_of(node.db, member)
    seen = circles & set(node.keyring.newest)
    shown = read_view(node.db, node.areas, seen)
    return _report(shown, member), sorted(circles - seen)


def _rank(circle: Shown, member: str) -> int:
    if member in circle.reached:
        return WAY
    if is_private(circle.audience) or circle.audience.startswith(who.ONLY_PREFIX):
        return PRIVATE
    return (
        ROLE if circle.audience.startswith(who.ROLE_PREFIX) else TRUSTED if circle.audience == who.TRUSTED else NETWORK
    )


def _report(shown: dict[str, Shown], owner: str) -> Report:
    """Put people into the order of warning: the nearest reason first, then in how many private circles they stand."""
    rank: dict[str, int] = {}
    matters: Counter[str] = Counter()
    for circle in shown.values():
        matters.update(circle.people if is_private(circle.audience) else ())
        for member in circle.people:
            rank[member] = min(_rank(circle, member), rank.get(member, NETWORK))
    rank.pop(owner, None)
    warned = [Warned(member, found, matters[member]) for member, found in rank.items()]
    warned.sort(key=lambda each: (each.rank, -each.matters, each.member))
    return Report(sorted(shown.values(), key=lambda circle: (_rank_of_kind(circle), circle.audience)), warned)


def _rank_of_kind(circle: Shown) -> int:
    return _rank(circle, "")


# --- what lies on the disk -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lying:
    """A file as anybody sees it who has the device and no passphrase."""

    name: str
    size: int
    day: int


def lying_in(folder: Path) -> list[Lying]:
    """Return the files of a locked room: sealed, but there."""
    found = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    return [Lying(name, stat.st_size, int(stat.st_mtime) // 86_400) for name, stat in found]


# --- what follows from it ------------------------------------------------------------------------------------------------

READ_AT_ONCE = 500
# Within how many hours somebody is warned; whoever stands only in what many read is told with everybody, not one by one.
WARN_WITHIN = {WAY: 1, PRIVATE: 6, ROLE: 24}
PLANNED_MOST = 60


def open_cases(node: Node) -> list[tuple[str, str, str]]:
    """Return the open cases in whose team one is: each with its kind and whom it is about."""
    found = node.db.execute(
        "select response, kind, about, audience from response where closed_on = 0 order by response"
    )
    return [(case, kind, about) for case, kind, about, circle in found if node.me in who.holders(node.db, circle)]


def warnings_of(node: Node) -> dict[str, str]:
    """Return how far warning has come, by member: done where any step is, else due."""
    found = node.db.execute(
        "select whom, state from response_step where kind = 'warn' and state in ('due', 'done') order by state desc"
    )
    return dict(found.fetchall())


def steps_of(node: Node, report: Report, case: str) -> list[WarningPlanned]:
    """Return a step for everybody whom somebody has to warn, the most pressing first, and nobody twice."""
    if case not in {known for known, _, _ in open_cases(node)}:
        raise NotHereYet
    spared = set(warnings_of(node)) | {node.me}
    wanted = [each for each in report.warned if each.rank in WARN_WITHIN and each.member not in spared]
    reachable = [each for each in wanted if each.member in who.members(node.db, who.NOT_GONE)][:PLANNED_MOST]
    return [WarningPlanned(new_id(), case, each.member, "", WARN_WITHIN[each.rank]) for each in reachable]


def kept_by(hub: HubClient, network: bytes) -> Kept:
    """Return all that a hub still keeps of a network."""
    kept = Kept([], FIRST_HEAD)
    after = 0
    while True:
        answer = hub.read(network, after, READ_AT_ONCE)
        if answer.records:
            kept.records.extend(answer.records)
            after = answer.records[-1][0]
        elif answer.first > after + 1:
            kept, after = Kept([], answer.before_first), answer.first - 1
        else:
            return kept
