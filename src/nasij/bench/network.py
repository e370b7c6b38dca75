"""A network to measure with: many members, a month of needs and offers, sealed by the code that rooms seal with.

Who is a member is there from the beginning, in the view; everything after that stands in the line and passes every check.
"""

import random
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nasij.areas.aid import (
    HelpBegun,
    NeedAsked,
    NeedClosed,
    NeedOpened,
    OfferClosed,
    OfferMade,
    OfferPaused,
    OfferResumed,
    PartDone,
    PartTaken,
    StepSet,
    kind_id,
)
from nasij.clock import HandClock, SystemClock, day_of
from nasij.gate import LOCAL_HUB, all_areas
from nasij.ids import id_from
from nasij.kit import who
from nasij.kit.area import Areas
from nasij.kit.fact import to_bytes
from nasij.line import FIRST_HEAD, next_head
from nasij.log.entry import Said, seal_fact, seal_letter
from nasij.node import keys, room, view
from nasij.node.fold import Placed
from nasij.node.kernel import HeadSeen
from nasij.node.node import Node
from nasij.seal import circle, identity
from nasij.seal.circle import CircleKeys, Fresh
from nasij.seal.primitives import public_of, random_key
from nasij.seal.vault import Secrets

MEMBERS = 50
COORDINATORS = 3
DAYS = 30  # within the hub's window
BATCH = 64  # entries that one append carries
STORIES_AT_ONCE = 150
PRIVATE_SHARE = 0.01  # of needs, those that only coordination may see
TRUSTED_SHARE = 0.35
ROLES = ("cases", "members")

Line = tuple[str, str, Any]  # author, audience, fact


@dataclass(frozen=True, slots=True)
class Person:
    """A member with their keys."""

    member: str
    sign_seed: bytes
    wrap_seed: bytes


@dataclass(slots=True)
class Village:
    """The people of a network, its keys, and the line as far as it was made."""

    rng: random.Random
    days: int = DAYS
    roles: tuple[str, ...] = ROLES  # of the coordinators
    areas: Areas = field(default_factory=all_areas)
    network: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    people: list[Person] = field(default_factory=list)
    circles: dict[str, CircleKeys] = field(default_factory=dict)
    records: list[Placed] = field(default_factory=list)
    head: bytes = FIRST_HEAD
    began: int = 0
    hour: int = 0

    @classmethod
    def made(cls, seed: int, members: int = MEMBERS, days: int = DAYS, roles: tuple[str, ...] = ROLES) -> "Village":
        """Return people without a line yet; their month ends now."""
        village = cls(random.Random(seed), days, roles)  # noqa: S311  it chooses stories; keys are random
        village.began = village.hour = SystemClock().hour() - days * 24
        village.people = [Person(village.new_id(), random_key(), random_key()) for _ in range(members)]
        for audience in village.open_circles:
            village.circles[audience] = CircleKeys(audience, 1, random_key())
        return village

    def new_id(self) -> str:
        """Return a new id; not a secret here."""
        return id_from(self.rng.randbytes(10))

    @property
    def coordinators(self) -> list[Person]:
        """The people who sort needs; the first is whose room is measured."""
        return self.people[:COORDINATORS]

    @property
    def open_circles(self) -> tuple[str, ...]:
        """The circles whose keys stand there from the beginning."""
        return (who.NETWORK, who.TRUSTED, *(who.ROLE_PREFIX + role for role in self.roles))

    @property
    def day(self) -> int:
        """The day of the line."""
        return day_of(self.hour)

    # --- the room that reads -------------------------------------------------------------------------------------

    def reader(self, folder: Path, passphrase: bytes) -> Node:
        """Return the room of the first coordinator, which has read nothing of the line."""
        me = self.people[0]
        period = identity.period_of(day_of(self.began) + self.days)
        kept = Secrets(me.member, self.network, LOCAL_HUB, me.sign_seed, {period: me.wrap_seed})
        node = room.create(folder, self.areas, HandClock(self.began), passphrase, kept, 0)
        node.hour = node.network_hour = self.began
        view.set_line_value(node.db, "day", day_of(self.began))
        self._write_members(node, period)
        for audience in self.open_circles:
            node.keyring.add(audience, 1, self.circles[audience].key, day_of(self.began))
        return node

    def _write_members(self, node: Node, period: int) -> None:
        db, day = node.db, day_of(self.began)
        everybody = " ".join(sorted(p.member for p in self.people))
        few = " ".join(sorted(p.member for p in self.coordinators))
        for n, person in enumerate(self.people):
            db.execute(
                "insert into member (member, sign_key, wrap_key, wrap_period, standing, introduced_by, since, audience)"
                " values (?, ?, ?, ?, 'trusted', '', ?, 'network')",
                (person.member, public_of(person.sign_seed), identity.wrap_public(person.wrap_seed), period, day),
            )
            db.execute(
                "insert into called (member, alias, languages, areas, audience) values (?, ?, 'ar', '', 'trusted')",
                (person.member, f"Member {n}"),
            )
        for person in self.coordinators:
            db.executemany(
                "insert into mandate (role, member, state, since, until, audience)"
                " values (?, ?, 'active', ?, ?, 'network')",
                [(role, person.member, day, day + 180) for role in self.roles],
            )
        for audience in self.open_circles:
            given = few if audience.startswith(who.ROLE_PREFIX) else everybody
            db.execute(
                "insert into circle (of, epoch, since, wrapped, audience) values (?, 1, ?, ?, 'network')",
                (audience, day, given),
            )

    # --- the line ------------------------------------------------------------------------------------------------

    def write(self, count: int) -> "Village":
        """Let a month of `count` facts be said, mostly about needs and offers."""
        waiting: deque[Line] = deque()
        stories: list[Iterator[Line]] = []
        said = 0
        while said < count:
            batch: list[Line] = []
            day = self.day
            self.hour = self.began + said * self.days * 24 // count
            if self.day != day:
                waiting.extend(self.seen(person) for person in self.people)
            while len(batch) < min(BATCH, count - said):
                batch.append(waiting.popleft() if waiting else self._next(stories))
            self.append(batch)
            said += len(batch)
        return self

    def write_open_needs(self, count: int) -> "Village":
        """Let `count` needs be asked and opened, and nothing else."""
        for _ in range(count):
            asker = self.rng.choice(self.people)
            need = self.need(asker, who.NETWORK)
            self.append([(asker.member, who.NETWORK, need)])
            self.append([(self.people[0].member, who.NETWORK, NeedOpened(need.need))])
        return self

    def append(self, batch: list[Line]) -> None:
        """Seal facts onto the present head and give each its place."""
        expected, seen = len(self.records), self.head
        for author, audience, fact in batch:
            if audience not in self.circles:
                self._place(self._letter(author, audience, expected, seen))
            person = next(p for p in self.people if p.member == author)
            name = self.areas.names[type(fact)]
            said = Said(author, self.rng.getrandbits(62), self.hour, expected, seen, name, to_bytes(fact), None)
            place = len(self.records) + 1
            self._place(seal_fact(self.circles[audience], self.network, place, said, person.sign_seed))

    def _place(self, entry: bytes) -> None:
        self.head = next_head(self.head, self.hour, entry)
        self.records.append(Placed(len(self.records) + 1, self.hour, entry))

    def _letter(self, author: str, audience: str, expected: int, seen: bytes) -> bytes:
        """Return the letter that gives a need's private circle its key."""
        asker = next(p for p in self.people if p.member == author)
        members = {p.member: p for p in (asker, *self.coordinators)}
        fresh = Fresh(audience, 1, random_key(), tuple(sorted(members)))
        place = len(self.records) + 1
        bound = keys.bound(self.network, place, expected, seen)
        wrap_keys = {member: identity.wrap_public(p.wrap_seed) for member, p in members.items()}
        capsules = circle.letter(fresh, author, asker.sign_seed, wrap_keys, bound)
        self.circles[audience] = CircleKeys(audience, 1, fresh.key)
        return seal_letter(self.circles[who.NETWORK], self.network, place, expected, capsules)

    # --- stories -------------------------------------------------------------------------------------------------

    def _next(self, stories: list[Iterator[Line]]) -> Line:
        """Return the next fact of some story, beginning new ones as others end."""
        while True:
            if len(stories) < STORIES_AT_ONCE:
                stories.append(self.asking() if self.rng.random() < 0.8 else self.offering())
            at = self.rng.randrange(len(stories))
            found = next(stories[at], None)
            if found is not None:
                return found
            stories[at] = stories[-1]
            stories.pop()

    def seen(self, person: Person) -> Line:
        """Return what a room says once a day, which moves the line's hour on."""
        return person.member, who.NETWORK, HeadSeen(max(0, len(self.records) - BATCH), bytes(32))

    def need(self, asker: Person, scope: str) -> NeedAsked:
        """Return a need as somebody asks for it."""
        return NeedAsked(
            need=self.new_id(),
            kind=kind_id("food"),
            what="حليب أطفال ودواء للسكري لعائلة وصلت أمس، من فضلكم قبل المساء إن أمكن",
            urgency=self.rng.choice(("now", "days", "weeks", "open")),
            needed_by=0,
            area="قرب السوق القديم",
            people=self.rng.randint(1, 8),
            languages="العربية",
            conditions="بدون سيارة",
            parts="حليب\nدواء",
            scope=scope if scope in (who.NETWORK, who.TRUSTED) else "coordinators",
            chosen=[],
            nameless=False,
            on_behalf="",
            ground="",
            part_ids=sorted(self.new_id() for _ in range(2)),
        )

    def _scope(self) -> str:
        return who.TRUSTED if self.rng.random() < TRUSTED_SHARE else who.NETWORK

    def asking(self) -> Iterator[Line]:
        """Yield what is said about a need, from its asking to its end."""
        asker = self.rng.choice(self.people)
        scope = "coordinators" if self.rng.random() < PRIVATE_SHARE else self._scope()
        asked = self.need(asker, scope)
        need, me, sorter = asked.need, asker.member, self.rng.choice(self.coordinators).member
        audience = f"need/{need}" if scope == "coordinators" else scope
        yield me, audience, asked
        yield sorter, audience, NeedOpened(need)
        yield sorter, audience, StepSet(need, "سؤال من قد يساعد", "", self.day)
        for part in asked.part_ids:
            yield me, audience, PartTaken(need, part, self.new_id())
        yield me, audience, HelpBegun(need)
        for part in asked.part_ids:
            yield me, audience, PartDone(need, part)
        yield me, audience, NeedClosed(need, "met", "وصل كل شيء، شكرا")

    def offering(self) -> Iterator[Line]:
        """Yield what is said about an offer."""
        me, scope, offer = self.rng.choice(self.people).member, self._scope(), self.new_id()
        what = "توصيل بالدراجة في المساء"
        yield me, scope, OfferMade(offer, kind_id("food"), what, "مساء", "وسط المدينة", "", True, 0, 0, "", scope)
        yield me, scope, OfferPaused(offer)
        yield me, scope, OfferResumed(offer)
        yield me, scope, OfferClosed(offer)
