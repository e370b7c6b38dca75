"""The people of the sample and their rooms. All they do goes through the same doors as what real members do.

A person's room is a real room with a real outbox, sealing to a real hub's store; only the clock is moved by hand, and the
mailbox of the joining ceremony is left out: what a newcomer would put into it is handed to whoever invited.
"""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from nasij.areas.people import (
    CalledAs,
    InvitationMade,
    InvitationUsed,
    JoinArrived,
    NetworkFounded,
)
from nasij.away import Away
from nasij.ballots import Ballots
from nasij.clock import HandClock, day_of
from nasij.errors import Refused
from nasij.gate import SAMPLE_HUB
from nasij.ids import new_id
from nasij.kit.area import Act, Areas
from nasij.kit.fact import fields_of
from nasij.kit.field import Id
from nasij.kit.who import By
from nasij.node import record, room
from nasij.node.desk import RoomDesk
from nasij.node.node import Node
from nasij.resident import Resident
from nasij.safekeeping import Safekeeping
from nasij.seal import identity
from nasij.seal import words as spoken
from nasij.seal.circle import write_public
from nasij.seal.primitives import public_of, random_key
from nasij.seal.vault import Secrets
from nasij.sealing import SealedFiles
from nasij.sync import invite
from nasij.sync.loop import pull, step, step_now
from nasij.sync.transport import HubClient
from nasij.watching import Watching

STEWARD, COORDINATOR, FUND, MACHINES, TRUSTED = 1, 2, 4, 5, 6  # who has which part; 3 coordinates too, 0 founded
SAMPLE_PASSPHRASE = b"sample"  # of invented people


@dataclass(slots=True, eq=False)
class Person:
    """Somebody invented: what they are called, their room, and what the plot keeps in mind about them."""

    number: int
    alias: str
    node: Node
    folder: Path
    desk: RoomDesk
    introduced_by: "Person | None" = None
    joined_on: int = 0
    kinds: tuple[str, ...] = ()  # with which they help; none is all
    helped_on: list[int] = field(default_factory=list)
    asked_until: int = 0  # an hour
    settled_in: bool = False  # has said what a trusted member says at first
    reserved: bool = False  # has a part of their own in the plot
    ballots: Ballots = field(init=False)  # which wraps what the room says in secret votes
    sealed_files: SealedFiles = field(init=False)
    safekeeping: Safekeeping = field(init=False)
    watching: Watching = field(init=False)  # which seals notes and says that hours have passed
    away: Away = field(init=False)  # which takes the pieces of a key that friends keep

    def __post_init__(self) -> None:
        """Let the room take part in secret votes and in check-ins."""
        self.ballots = Ballots(cast(Resident, self))
        self.sealed_files = SealedFiles(cast(Resident, self))
        self.safekeeping = Safekeeping(cast(Resident, self))
        self.watching = Watching(cast(Resident, self))
        self.away = Away(cast(Resident, self))

    def wrote(self) -> None:
        """Let what the room said by itself lie: the village brings it to the hub."""

    @property
    def by(self) -> By:
        """Who they are in the network now, as their own room sees it."""
        return self.node.by()

    @property
    def member(self) -> str:
        """Their member id."""
        return self.node.me


@dataclass(slots=True)
class Village:
    """Everybody, their hub, and the hour it is."""

    areas: Areas
    clock: HandClock
    hub: HubClient
    folder: Path
    luck: random.Random
    network: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    people: list[Person] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # what the plot tried and the rules did not allow
    acts: dict[str, Act] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know every form by its path."""
        self.acts = {act.path: act for area in self.areas.areas for act in area.acts}

    @property
    def day(self) -> int:
        """Today."""
        return day_of(self.clock.now)

    # --- rooms ---------------------------------------------------------------------------------------------------

    def _room(self, number: int, alias: str, network: bytes) -> Person:
        period = identity.period_of(self.day)
        kept = Secrets(new_id(), network, SAMPLE_HUB, random_key(), {period: random_key()}, sample=True)
        folder = self.folder / str(number)
        node = room.create(folder, self.areas, self.clock, SAMPLE_PASSPHRASE, kept, 0)
        return Person(number, alias, node, folder, RoomDesk(node, None), joined_on=self.day)

    def found(self, alias: str, name: str) -> Person:
        """Begin the network."""
        founder = self._room(0, alias, self.network)
        self.people.append(founder)
        key = random_key()
        room.begin_network(founder.node, key)
        self.hub.found(self.network, write_public(key))
        founder.node.lay_waiting()
        self.say(founder, NetworkFounded(founder.member, *_keys(founder), name))
        self.say(founder, CalledAs(founder.member, alias, "", "العربية", ""))
        return founder

    def knock(self, number: int, inviter: Person, alias: str, answers: str) -> tuple[Person, str]:
        """Let somebody answer an invitation; returns them and their request, which the inviter's room has brought."""
        newcomer = self._room(number, alias, b"\0" * 16)
        newcomer.introduced_by = inviter
        base = random_key()
        sign_key, wrap_key, period, proof = _keys(newcomer)
        made = InvitationMade(new_id(), self.clock.now + invite.VALID_HOURS, base)
        self.say(inviter, made)
        compare = invite.compare_bytes(base, public_of(inviter.node.secrets.sign_seed), sign_key, wrap_key)
        four = " ".join(spoken.speak(compare, "ar", invite.COMPARE_WORDS))
        request = newcomer.member
        arrived = JoinArrived(
            *(request, made.invitation, alias, "", "العربية", answers),
            *(sign_key, wrap_key, period, proof, base, four),
        )
        self.say(inviter, arrived, InvitationUsed(made.invitation))
        return newcomer, request

    def welcome(self, newcomer: Person, by: Person) -> None:
        """Let a newcomer begin to read where they were admitted."""
        room.be_welcomed(newcomer.node, self.network, by.node.welcomes.pop(newcomer.member))
        newcomer.desk = RoomDesk(newcomer.node, None)
        newcomer.joined_on = self.day
        room.save_vault(newcomer.node, newcomer.folder)
        newcomer.node.lay_waiting()
        self.meet(by)
        self.meet(newcomer)
        self.people.append(newcomer)

    # --- what people do ------------------------------------------------------------------------------------------

    def meet(self, person: Person) -> None:
        """Let somebody's room and the hub come into step."""
        step_now(self.hub, step(person.desk))

    def read(self, person: Person) -> None:
        """Let somebody's room read what is new; nothing waits there to be written."""
        step_now(self.hub, pull(person.desk))
        person.desk.rest()

    def say(self, person: Person, *facts: Any) -> None:
        """State facts, as a room does, and bring them to the hub."""
        self.read(person)
        record.state(person.node, list(facts))
        self.meet(person)

    def press(self, person: Person, path: str, **values: Any) -> list[Any]:
        """Fill the form at `path` and press its button; returns the facts that were stated. Raises what the rules raise."""
        self.read(person)
        act, by, db = self.acts[path], person.by, person.node.db
        if not act.by.fits(by):
            raise Refused
        start = act.prefill(db, by, {k: v for k, v in values.items() if isinstance(v, str)}) if act.prefill else {}
        filled = {
            name: values.get(name, start.get(name, new_id() if isinstance(kind, Id) else kind.empty()))
            for name, kind in fields_of(act.form).items()
        }
        form = act.form(**filled)
        facts = Resident.finished(cast(Resident, person), act.make(db, by, form) if act.make else [form])
        record.state(person.node, facts)
        self.meet(person)
        return facts

    def visit(self, person: Person) -> None:
        """Let somebody open their room: keys that are due move on, ballots are carried, the others hear that they are there."""
        self.read(person)
        Resident.housekeeping(cast(Resident, person))
        self.meet(person)

    # --- who is there --------------------------------------------------------------------------------------------

    def standing(self, person: Person) -> str:
        """Return a person's standing as the founder's room knows it."""
        row = (
            self.people[0].node.db.execute("select standing from member where member = ?", (person.member,)).fetchone()
        )
        return str(row[0]) if row else "none"

    def trusted(self) -> list[Person]:
        """Return the trusted members who have settled in and have no part of their own in the plot, in order."""
        return [p for p in self.people if p.settled_in and not p.reserved and self.standing(p) == "trusted"]

    def chain(self, person: Person) -> Person:
        """Return the one just below the founder through whom somebody came."""
        while person.introduced_by is not None and person.introduced_by.introduced_by is not None:
            person = person.introduced_by
        return person


def _keys(person: Person) -> tuple[bytes, bytes, int, bytes]:
    kept = person.node.secrets
    period, seed = max(kept.wrap_seeds.items())
    wrap_key = identity.wrap_public(seed)
    return public_of(kept.sign_seed), wrap_key, period, identity.proof(kept.sign_seed, kept.member, wrap_key)


Progress = Callable[[int, int], None]
