"""A village: several people with rooms of their own, one hub, one clock moved by hand, all in this process.

Nothing is inserted behind the rules. A room is made, knocks and is welcomed as in a house; what somebody does goes through
the same form, rule, outbox, seal and hub as in a browser, only without the browser. What a test can turn: the clock, who
reaches the hub and how well, who is awake, and which hub answers.
"""

import contextlib
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nasij import frozen
from nasij.away import Away
from nasij.ballots import Ballots
from nasij.clock import HandClock
from nasij.errors import HubUnreachable, Nasij
from nasij.gate import Gate, all_areas, pack, write_link
from nasij.hub.dispatch import dispatch
from nasij.hub.limits import Rate, Rates
from nasij.hub.shelf import Shelf
from nasij.joining import Joining
from nasij.kit import who
from nasij.kit.area import Act, Areas
from nasij.log.outbox import Waiting
from nasij.node import record, room, rows
from nasij.node.desk import RoomDesk
from nasij.node.node import Node
from nasij.resident import Resident, say_unasked
from nasij.returning import Returning
from nasij.safekeeping import Safekeeping
from nasij.seal import words as spoken
from nasij.seal.primitives import ARGON_COSTS, random_key, verify
from nasij.sealing import SealedFiles
from nasij.settings import Settings
from nasij.sync import invite
from nasij.sync.loop import step, step_now
from nasij.sync.transport import HubClient, LocalTransport, Transport
from nasij.watching import Watching
from nasij.web import forms
from nasij.web.look import pattern

START_HOUR = 20_000 * 24 + 8  # a morning in October 2024
PASSPHRASE = "kettle orchard lantern quilt 7 marble"
ROUNDS_MAX = 16
FREELY = Rate(a_second=1e9, burst=1e9)


def cheap_words(monkeypatch: Any) -> None:
    """Make stretching cheap; what it costs is measured elsewhere."""
    monkeypatch.setitem(ARGON_COSTS, 1, ARGON_COSTS[0])


def open_hub(clock: HandClock, path: Path | None = None) -> tuple[Shelf, Transport]:
    """Return a shelf, in memory unless `path` is given, and its door."""
    shelf = Shelf(path, verify, clock.hour)
    rates = Rates(FREELY, FREELY)
    return shelf, LocalTransport(lambda call, request: dispatch(shelf, rates, call, request))


# --- ways to the hub --------------------------------------------------------------------------------------------------


class Way:
    """Somebody's way to the hub: it may be cut, and it can be led elsewhere."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.cut = False
        self.calls: list[str] = []

    def exchange(self, call: str, request: bytes) -> bytes:
        """Pass a call on."""
        if self.cut:
            raise HubUnreachable
        self.calls.append(call)
        return self.transport.exchange(call, request)


class Lossy:
    """Loses calls on the way there, and answers on the way back, after the hub has done what was asked."""

    def __init__(self, transport: Transport, rng: random.Random, there: float = 0.2, back: float = 0.2) -> None:
        self._transport, self._rng = transport, rng
        self._there, self._back = there, back
        self.lost_there = self.lost_back = 0

    def exchange(self, call: str, request: bytes) -> bytes:
        """Pass a call on, or lose it."""
        if self._rng.random() < self._there:
            self.lost_there += 1
            raise HubUnreachable
        answer = self._transport.exchange(call, request)
        if self._rng.random() < self._back:
            self.lost_back += 1
            raise HubUnreachable
        return answer


# --- people -----------------------------------------------------------------------------------------------------------


class _VillageGate(Gate):
    """A house's doors whose hub is whatever way its person has."""

    way: Way

    def client(self, _address: str) -> HubClient:
        return HubClient(self.way)


@dataclass(eq=False, repr=False)
class Person:
    """Somebody with a room. Stands in for `Resident` where the joining ceremony and the housekeeping ask for one."""

    village: "Village"
    name: str
    gate: _VillageGate
    way: Way
    node: Node
    folder: Path
    desk: RoomDesk = field(init=False)
    joining: Joining = field(init=False)
    returning: Returning = field(init=False)
    ballots: Ballots = field(init=False)
    away: Away = field(init=False)
    sealed_files: SealedFiles = field(init=False)
    safekeeping: Safekeeping = field(init=False)
    watching: Watching = field(init=False)
    invited: list[dict[str, Any]] = field(default_factory=list)
    asleep: bool = False  # the room is closed, or its owner does not look

    def __post_init__(self) -> None:
        self._settle_in()

    def _settle_in(self) -> None:
        self.desk = RoomDesk(self.node, self.folder)
        self.joining = Joining(self)  # type: ignore[arg-type]
        self.returning = Returning(self)  # type: ignore[arg-type]
        self.ballots = Ballots(self)  # type: ignore[arg-type]
        self.away = Away(self)  # type: ignore[arg-type]
        self.sealed_files = SealedFiles(self)  # type: ignore[arg-type]
        self.safekeeping = Safekeeping(self)  # type: ignore[arg-type]
        self.watching = Watching(self)  # type: ignore[arg-type]

    @property
    def hub(self) -> HubClient:
        """The hub, over this person's way."""
        return HubClient(self.way)

    @property
    def me(self) -> str:
        """My member id."""
        return self.node.me

    @property
    def inside(self) -> bool:
        """Whether this person was ever welcomed."""
        return bool(self.node.secrets.network.strip(b"\0"))

    def wrote(self) -> None:
        """Nothing: the village looks when it is told to."""

    def lock(self, *, at_once: bool) -> None:
        """Nothing: a test opens the room again."""

    # --- keeping in step with the hub ---------------------------------------------------------------------------------

    def look(self) -> bool:
        """Read what is new and write what waits, once; returns whether the hub was reached."""
        try:
            if self.inside:
                step_now(self.hub, step(self.desk))
                frozen.hears(self.node, self.folder)
            step_now(self.hub, self.joining.attend(self.hub))
            step_now(self.hub, self.returning.attend(self.hub))
            step_now(self.hub, self.away.attend(self.hub))
        except HubUnreachable:
            if self.inside:
                self.desk.rest()
            return False
        return True

    def housekeeping(self) -> None:
        """State what is due today, as every open room does."""
        if self.inside:
            Resident.housekeeping(self)  # type: ignore[arg-type]

    def state_of(self) -> tuple[Any, ...]:
        """Return what shows whether a look changed anything."""
        node = self.node
        return (
            node.place,
            len(node.outbox.items),
            len(node.shares),
            sorted(node.fresh),
            sorted(node.welcomes),
            node.secrets.joining.get("state"),
            node.alarm,
        )

    # --- the room -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Lock the room, as its owner does."""
        self.desk.save()

    def open(self, passphrase: str = PASSPHRASE) -> None:
        """Open it again from what lies on the disk."""
        entered = self.gate.open(self.name, passphrase)
        os.close(entered.claim)  # this process opens rooms again and again
        self.node, self.folder = entered.node, entered.folder
        self._settle_in()

    # --- acting and seeing --------------------------------------------------------------------------------------------

    def does(self, path: str, **typed: Any) -> list[Any]:
        """Fill in the form at `path` as a browser does and press the button; returns the facts."""
        act, params = self._act_at(path)
        by = self.node.by()
        assert act.by.fits(by), f"{path} is not for {self.name}"
        texts = {
            name: [str(v) for v in (value if isinstance(value, list) else [value])] for name, value in typed.items()
        }
        start = act.prefill(self.node.db, by, params) if act.prefill else {}
        kinds = forms.fields_of(act.form)
        for name, value in start.items():
            if name in kinds and name not in params:
                texts.setdefault(name, list(forms.as_typed(kinds[name], value)))
        return self.presses(act, params, texts)[0]

    def presses(
        self, act: Act, params: dict[str, str], texts: dict[str, list[str]], picture: bytes = b""
    ) -> tuple[list[Any], list[Waiting]]:
        """Send a form that is filled in; returns the facts, and as what they wait."""
        by = self.node.by()
        reading = forms.read(act, texts, params, self.node.db, by, picture)
        for problem in reading.problems.values():
            raise problem
        facts = act.make(self.node.db, by, reading.form) if act.make else [reading.form]
        facts = Resident.finished(self, facts)  # type: ignore[arg-type]
        return facts, record.state(self.node, facts)

    def _act_at(self, path: str) -> tuple[Act, dict[str, str]]:
        acts = [act for area in self.village.areas.areas for act in area.acts]
        for act in sorted(acts, key=lambda found: found.path.count("{")):
            found = pattern(act.path).fullmatch(path)
            if found:
                return act, found.groupdict()
        raise LookupError(path)

    def page(self, path: str) -> dict[str, Any]:
        """Return the values of the page at `path`; of the first page, what waits."""
        if path == "/":
            asks = [area.waiting for area in self.village.areas.areas if area.waiting is not None]
            return {"waiting": [item for ask in asks for item in ask(self.node.db, self.node.by())]}
        lines = [line for area in self.village.areas.areas for line in area.pages]
        for line in sorted(lines, key=lambda found: found.path.count("{")):
            found = pattern(line.path).fullmatch(path)
            if found:
                assert line.seen_by.fits(self.node.by()), f"{path} is not for {self.name}"
                return dict(line.view(self.node.db, self.node.by(), **found.groupdict()).values)
        raise LookupError(path)

    def row(self, sql: str, *values: Any) -> Any:
        """Return the first row of a query of my view, or its only column, or None."""
        found = self.node.db.execute(sql, values).fetchone()
        return found[0] if found is not None and len(found) == 1 else found

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return all rows of a query of my view."""
        return self.node.db.execute(sql, values).fetchall()

    def aside(self) -> list[str]:
        """Return why entries were set aside here."""
        return [reason for (reason,) in self.rows("select reason from aside order by place")]

    def snapshot_bytes(self) -> bytes:
        """Return the plain bytes of the view as it would be kept: what anybody with the key could read."""
        self.node.settle()
        raw = bytearray(self.node.db.serialize())
        self.node.lay_waiting()
        for counter in (24, 92):  # SQLite counts transactions in its header, those that changed nothing too
            raw[counter : counter + 4] = bytes(4)
        return bytes(raw)

    def standing(self, other: "Person | None" = None) -> str:
        """Return somebody's standing as seen from here."""
        return str(self.row("select standing from member where member = ?", (other or self).me))

    def compare_words(self) -> str:
        """Return the four words that tell whether two rooms were told the same story."""
        node = self.node
        said = invite.compare_head(node.secrets.network, node.place, node.head)
        return " ".join(spoken.speak(said, "en", invite.COMPARE_WORDS))


# --- the village ------------------------------------------------------------------------------------------------------


class Village:
    """People, a hub and a clock."""

    def __init__(self, folder: Path, seed: int = 1, transport: Transport | None = None) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.clock = HandClock(START_HOUR)
        self.areas: Areas = all_areas()
        self.shelf: Shelf | None = None
        if transport is None:
            self.shelf, transport = open_hub(self.clock)
        self.transport = transport
        self.people: dict[str, Person] = {}
        self.hub_down = False

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    @property
    def awake(self) -> list[Person]:
        """Those whose rooms are open, in the order they came."""
        return [person for person in self.people.values() if not person.asleep]

    def name_of(self, member: str) -> str:
        """Return whose member id this is."""
        return next((p.name for p in self.people.values() if p.me == member), member)

    def _gate(self, name: str, way: Way) -> _VillageGate:
        settings = Settings(self.folder / name, argon_cost=0)
        settings.prepare()
        gate = _VillageGate(settings, "", self.clock, self.areas)
        gate.way = way
        return gate

    def _given(self, name: str, **more: str) -> dict[str, str]:
        alias = name.capitalize()
        return {"room": name, "passphrase": PASSPHRASE, "alias": alias, "languages": "", "answers": "A friend", **more}

    # --- coming in ----------------------------------------------------------------------------------------------------

    def move_in(self, settings: Settings, name: str, passphrase: str) -> Person:
        """Open a room that is there already."""
        gate = _VillageGate(settings, "", self.clock, self.areas)
        gate.way = Way(self.transport)
        entered = gate.open(name, passphrase)
        os.close(entered.claim)
        self.people[name] = Person(self, name, gate, gate.way, entered.node, entered.folder)
        return self.people[name]

    def found(self, name: str, network: str = "Olive") -> Person:
        """Let somebody begin the network."""
        way = Way(self.transport)
        gate = self._gate(name, way)
        entered = gate.found(self._given(name, network=network))
        self.people[name] = Person(self, name, gate, way, entered.node, entered.folder)
        self.people[name].look()
        return self.people[name]

    def invite(self, inviter: str) -> dict[str, Any]:
        """Let somebody make an invitation; returns what they hand on."""
        person = self[inviter]
        made = person.joining.make("en", person.hub)
        person.invited.append(made)
        person.look()
        return made

    def knock(self, name: str, inviter: str, **typed: str) -> Person:
        """Let somebody answer the newest invitation of `inviter`."""
        made = self[inviter].invited[-1]
        way = Way(self.transport)
        gate = self._gate(name, way)
        given = self._given(name, code=write_link(made["link"], ""), words=" ".join(made["words"]))
        given.update(typed)
        entered = gate.knock(given)
        self.people[name] = Person(self, name, gate, way, entered.node, entered.folder)
        return self.people[name]

    def come(self, name: str, inviter: str, *readers: str) -> Person:
        """Bring somebody in from invitation to welcome; the last of `readers` lets them in."""
        self.invite(inviter)
        person = self.knock(name, inviter)
        self.settle()
        readers = readers or (inviter,)
        self[inviter].does(f"/people/join/{person.me}/compare")
        self.settle()
        for reader in dict.fromkeys(readers):
            self[reader].does(f"/people/join/{person.me}/read", advice="yes", reason="")
            self.settle()
        self[readers[-1]].does(f"/people/join/{person.me}/accept", words="Welcome.")
        self.settle()
        assert person.inside, f"{name} was not welcomed"
        return person

    def vouch(self, giver: str, whom: str, role: str = "") -> None:
        """Let somebody vouch for somebody, as the page of trust does."""
        typed = {"role": role or "membership", "ground": "worked_together", "words": ""}
        self[giver].does(f"/trust/vouch/{self[whom].me}", **typed)

    def gather(self, founder: str, *others: str) -> None:
        """Make a group in which all are trusted: founded, joined through the founder, on probation, vouched for."""
        self.found(founder)
        for name in others[:2]:
            self.come(name, founder)
        self.forward(days=15)
        for name in others[:2]:
            self.vouch(founder, name)
            self.settle()
        if others[2:]:
            self.give_role(others[0], "members", founder, others[1])
            for name in others[2:]:
                self.come(name, others[1], founder, others[0])
            self.forward(days=31)
            for place, name in enumerate(others[2:]):
                for giver in (founder, others[0], others[1])[place % 2 :]:
                    if self[founder].standing(self[name]) == "new":
                        with contextlib.suppress(Nasij):
                            self.vouch(giver, name)
                        self.settle()
        for name in others:
            assert self[founder].standing(self[name]) == "trusted", name

    def give_role(self, name: str, role: str, proposer: str, second: str) -> None:
        """Let two people give somebody a role, or one where there are too few to ask."""
        self[proposer].does(f"/trust/propose/{role}", member=self[name].me)
        self.settle()
        waiting = self[second].row("select appointment from appointment where state = 'proposed' and role = ?", role)
        if waiting:
            self[second].does(f"/trust/agree/{waiting}")
            self.settle()

    # --- time and the hub -----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everybody awake look at the hub until nothing changes any more."""
        for _ in range(ROUNDS_MAX):
            before = [person.state_of() for person in self.people.values()]
            for person in self.awake:
                person.look()
            if before == [person.state_of() for person in self.people.values()]:
                return
        raise AssertionError("the village does not come to rest")

    def forward(self, *, days: int = 0, hours: int = 0, quarters: int = 0) -> None:
        """Let time pass; each day every open room does what is due and looks at the hub."""
        self.clock.forward(hours=hours, quarters=quarters)
        for person in self.awake if hours or quarters else ():
            if person.inside:
                say_unasked(person.node)
        for _ in range(days):
            self.clock.forward(days=1)
            self.a_day()

    def a_day(self) -> None:
        """Do what a day brings in every open room."""
        for person in self.awake:
            person.look()
            person.housekeeping()
        self.settle()
        if self.shelf is not None:
            self.shelf.expire()

    def cut_all(self, cut: bool) -> None:
        """Cut everybody's way to the hub, or mend it."""
        for person in self.people.values():
            person.way.cut = cut

    # --- getting back in ------------------------------------------------------------------------------------------------

    def back_up(self, name: str, version: int = 1) -> str:
        """Give somebody a recovery kit and put a backup on the hub; returns the kit's words."""
        from nasij.gate import Entered, kit_words

        person = self[name]
        person.node.secrets.kit = person.node.secrets.kit or random_key()[:16]
        room.save_vault(person.node, person.folder)
        person.desk.save()
        seed, sealed = pack(Entered(person.node, person.folder))
        person.hub.put_slot(seed, version, sealed)
        return " ".join(kit_words(person.node.secrets.kit, "en"))

    def recover(self, name: str, kit: str) -> Person:
        """Bring somebody's room back on a new machine; the old one is gone."""
        old = self[name]
        way = Way(self.transport)
        gate = self._gate(f"{name}-new", way)
        entered = gate.recover({"kit": kit, "room": name, "passphrase": PASSPHRASE})
        self.people[name] = Person(self, name, gate, way, entered.node, entered.folder, invited=old.invited)
        return self.people[name]

    # --- what must always hold --------------------------------------------------------------------------------------------

    def check(self, names: tuple[str, ...] = ()) -> None:
        """Assert that everybody in force who has read everything sees the same network and holds the right keys."""
        inside = [self[n] for n in names] if names else [p for p in self.awake if p.inside]
        newest = max((p.node.place for p in inside), default=0)
        level = [p for p in inside if p.node.place == newest and p.standing() in who.IN_FORCE and not p.node.fresh]
        digests = set()
        for person in level:
            person.node.settle()
            digests.add(rows.digest(person.node.db, self.areas))
            person.node.lay_waiting()
            assert not person.node.alarm, (person.name, person.node.alarm)
        assert len(digests) <= 1, "views of the network differ"
