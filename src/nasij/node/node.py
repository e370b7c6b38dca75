"""One member's room: what it holds while it is unlocked.

The view is the fold of the line as far as `place`; on top of it, inside a savepoint, lie the facts of the outbox that have
no place yet. Before anything of the line is folded that layer is taken off (`settle`), afterwards it is laid on again
(`lay_waiting`), so that pages always show both.
"""

import contextlib
import dataclasses
import functools
from collections import Counter, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

from nasij.clock import QUARTERS_AN_HOUR, Clock, day_of
from nasij.errors import Malformed, Nasij
from nasij.kit import who
from nasij.kit.area import Areas, FactLine, allowed
from nasij.kit.fact import fields_of, from_bytes
from nasij.line import FIRST_HEAD
from nasij.log.outbox import Outbox, Waiting
from nasij.node import view
from nasij.seal import identity
from nasij.seal.circle import Keyring
from nasij.seal.vault import Secrets, Vault

HEADS_KEPT = 1024  # a batch may have been sealed this many entries before its last one
_ADMITTING = frozenset({"member", "sign_key", "wrap_key", "proof"})
HOURS_BEYOND_MAX = 48  # the hub's stamp may run this much ahead of what members said to the whole network


@dataclass(frozen=True, slots=True)
class Told:
    """A waiting fact that what came before made impossible: the sentence for the member, and their text to keep."""

    name: str
    sentence: str
    advice: str
    fact: Any
    records: tuple[str, ...]


@dataclass(slots=True)
class Known:
    """What the fold needs of an author, kept between facts; forgotten whenever membership or roles change."""

    sign_key: bytes
    standing: str
    roles: frozenset[str]


@dataclass(slots=True)
class Node:
    """An unlocked room."""

    areas: Areas
    vault: Vault
    outbox: Outbox
    clock: Clock
    db: Connection = field(default_factory=view.connect)
    keyring: Keyring = field(default_factory=Keyring)
    place: int = 0
    heads: deque[bytes] = field(default_factory=lambda: deque([FIRST_HEAD], maxlen=HEADS_KEPT))
    hour: int = 0  # of the line
    network_hour: int = 0  # the latest that a member said to the whole network
    fresh: dict[str, str] = field(default_factory=dict)  # circles newly held, whose rows are awaited, and from whom
    learned_on: int = 0  # the day on which rows of an open circle came; what others are by them comes with the next
    known: dict[str, Known] = field(default_factory=dict)
    heard_hour: int = (
        0  # the hub's, while entries are sealed that move the network's keys on; 0: this machine's is good enough
    )
    alarm: str = ""  # why this room does not write: a sentence
    alarms: list[str] = field(default_factory=list)  # what people should know: a wrong set of keys, views that differ
    told: list[Told] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)  # circles that somebody came into by my entry; their rows are due
    tended: Counter[tuple[str, frozenset[str]]] = field(default_factory=Counter)  # circles renewed today, for whom
    welcomes: dict[str, list[Any]] = field(default_factory=dict)  # by newcomer: what lets them begin to read
    placed: set[int] = field(default_factory=set)  # acts of ours found in the line, to let go of in the outbox
    waiting_records: dict[str, int] = field(default_factory=dict)
    laid: bool = False
    turned: int = 0  # the place with which the line's newest day began

    @property
    def secrets(self) -> Secrets:
        """Who I am here."""
        return self.vault.secrets

    @property
    def me(self) -> str:
        """My member id."""
        return self.vault.secrets.member

    @property
    def head(self) -> bytes:
        """The head at `place`."""
        return self.heads[-1]

    def head_at(self, place: int) -> bytes | None:
        """Return the head at a recent place; None where it is too long ago."""
        back = self.place - place
        return self.heads[-1 - back] if 0 <= back < len(self.heads) else None

    def now(self) -> int:
        """Return the hour of the clock, never before the line's."""
        return max(self.clock.hour(), self.hour)

    def sealing_hour(self) -> int:
        """Return the hour for which waiting facts are checked and sealed: the one they will have in the line, if that is known."""
        return max(self.heard_hour or self.clock.hour(), self.hour)

    def hour_at(self, stamp: int, heard: int = 0) -> int:
        """Return the line's hour with an entry of this stamp, and of this hour of its author's where the network reads it.

        It never runs far beyond what members themselves have said: a hub that lies about time, or a member whose clock is
        wrong, can move it by two days at most and not back.
        """
        return max(self.hour, min(stamp, max(self.network_hour, heard) + HOURS_BEYOND_MAX))

    def by(self) -> who.By:
        """Return who I am in the view as it is shown."""
        hour = self.now()
        past = self.clock.quarter() - hour * QUARTERS_AN_HOUR
        return dataclasses.replace(who.by(self.db, self.me, hour), past=max(0, past))

    def seeds(self) -> list[bytes]:
        """Return my wrapping seeds, newest first."""
        return [seed for _, seed in sorted(self.secrets.wrap_seeds.items(), reverse=True)]

    def watch_holders(self) -> None:
        """Forget what is known of authors whenever a table changes that decides who is what."""

        def forget() -> int:
            self.known.clear()
            return 0

        self.db.create_function("holders_changed", 0, forget)
        for table in ("member", "mandate", "holder"):
            for verb in ("insert", "update", "delete"):
                self.db.execute(
                    f"create temp trigger if not exists {table}_{verb} after {verb} on {table}"
                    " begin select holders_changed(); end"
                )

    # --- the layer of waiting facts ------------------------------------------------------------------------------

    def settle(self) -> None:
        """Take the waiting facts off, so that the view is the line's."""
        if self.laid:
            self.db.execute("rollback to waiting")
            self.db.execute("release waiting")
            self.known.clear()
            self.waiting_records.clear()
            self.laid = False

    def lay_waiting(self) -> None:
        """Lay the waiting facts on; one that does not fit shows nothing until the line has been asked again."""
        self.settle()
        self.db.execute("savepoint waiting")
        self.laid = True
        for item in self.outbox.items:
            self.lay(item)

    def lay(self, item: Waiting) -> None:
        """Lay one waiting fact on."""
        try:
            line, fact = self.read(item)
            self.say(line, fact, max(self.hour, item.hour))
        except Nasij:
            return
        for record in records_of(fact):
            self.waiting_records[record] = item.act

    def read(self, item: Waiting) -> tuple[FactLine, Any]:
        """Return a waiting fact and its line; raises `Malformed` for one that this version does not know."""
        line = self.areas.facts.get(item.name)
        if line is None:
            raise Malformed
        return line, from_bytes(line.cls, item.raw)

    def tell(self, item: Waiting, problem: Nasij) -> None:
        """Tell the member that a waiting fact comes to nothing, and keep their text until they let go of it."""
        fact: Any = None
        with contextlib.suppress(Nasij):
            fact = self.read(item)[1]
        records = () if fact is None else records_of(fact)
        self.told.append(Told(item.name, problem.sentence, problem.advice, fact, records))

    def say(self, line: FactLine, fact: Any, hour: int) -> str:
        """Check a fact of mine against the view and fold it there; returns its audience. All or nothing."""
        self.pass_to(hour)
        by = who.by(self.db, self.me, hour)
        audience = allowed(line, self.db, by, fact)
        self.db.execute("savepoint say")
        try:
            line.fold(self.db, who.by(self.db, self.me, hour, audience), fact)
        except BaseException:
            self.db.execute("rollback to say")
            self.db.execute("release say")
            raise
        self.db.execute("release say")
        return audience

    def pass_to(self, hour: int) -> None:
        """Let the days and the hours pass in the view up to `hour`."""
        day = day_of(hour)
        if day > view.line_value(self.db, "day"):
            view.pass_days(self.db, self.areas, day)
            view.set_line_value(self.db, "day", day)
        view.pass_hours(self.db, self.areas, hour)

    def is_waiting(self, record: str) -> bool:
        """Say whether something about this record has no place in the line yet."""
        return record in self.waiting_records

    def wrap_keys(self) -> dict[str, bytes]:
        """Return the wrapping key of every member."""
        return dict(self.db.execute("select member, wrap_key from member").fetchall())


def records_of(fact: Any) -> tuple[str, ...]:
    """Return the ids that a fact names, its own record first."""
    from nasij.kit.field import Id, Ref

    kinds = fields_of(type(fact))
    return tuple(str(getattr(fact, name)) for name, kind in kinds.items() if isinstance(kind, Id | Ref))


@functools.cache
def _key_fields(cls: Hashable) -> frozenset[str]:
    assert isinstance(cls, type)
    return _ADMITTING & frozenset(fields_of(cls))


def admits_key(fact: Any) -> bool:
    """Say whether a fact admits a key, whose proof of possession the kernel must check."""
    return _key_fields(fact.__class__) == _ADMITTING


def keys_hold(fact: Any) -> bool:
    """Check the keys a fact brings: the proof where it admits a member, else that others can wrap to a wrapping key."""
    if admits_key(fact):
        return identity.proven(fact.sign_key, fact.member, fact.wrap_key, fact.proof)
    return "wrap_key" not in _key_fields(fact.__class__) or identity.is_sound_wrap_key(fact.wrap_key)
