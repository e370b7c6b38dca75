"""One unlocked room at work: its pages, its way to the hub, and its end.

A room is a process. It dies when its member locks it, after ten idle minutes, when its house goes, and at once on quick exit:
what it knew is then gone from memory, and what was stated lies sealed in the outbox or stands in the line.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from nasij import frozen
from nasij.away import Away
from nasij.ballots import Ballots
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import DiskFull, HeadMoved, HubUnreachable, Nasij
from nasij.gate import Entered, Gate, pack
from nasij.joining import Joining
from nasij.kit import charter, zones
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.node import keys, record, room, rows
from nasij.node.desk import RoomDesk
from nasij.node.kernel import HeadSeen
from nasij.node.node import Node
from nasij.returning import Returning, is_lost
from nasij.safekeeping import Safekeeping
from nasij.seal.primitives import keyed_hash, same
from nasij.sealing import SealedFiles
from nasij.sync.loop import step, step_now
from nasij.sync.transport import HubClient
from nasij.watching import Watching
from nasij.web import faces
from nasij.web.session import Session
from nasij.web.words import Words

WATCH_SECONDS = 20
RETRY_SECONDS = 5
LOOK_SECONDS = 5
LOOK_ELSE_SECONDS = 60
BACKUP_SECONDS = 3600
FIRST_SECONDS = 4
CLAIM_TRIES = 20
CLAIM_PAUSE_SECONDS = 0.05
NO_KIT = mark("This room has no recovery kit yet: lost with this machine, it cannot be brought back")


class Resident:
    """What the pages need of the room, and the room's own loops."""

    def __init__(self, gate: Gate, entered: Entered, control: socket.socket | None, *, secure: bool) -> None:
        """Take an unlocked room; `control` is the way to the house."""
        self.gate = gate
        self.node: Node = entered.node
        self.folder: Path = entered.folder
        self.control = control
        self.secure = secure
        self.session = Session()
        self.parked: dict[str, dict[str, list[str]]] = {}  # by path: what was typed before the room was locked
        self.desk = RoomDesk(entered.node, entered.folder)
        self.joining = Joining(self)
        self.returning = Returning(self)
        self.ballots = Ballots(self)
        self.away = Away(self)
        self.sealed_files = SealedFiles(self)
        self.safekeeping = Safekeeping(self)
        self.watching = Watching(self)
        self.on_hub = True  # whether the hub answered the last time
        self._nudge = asyncio.Event()
        self._ending = False
        self._backed_up = 0.0
        self._lock: int = entered.claim
        self._passing_alarms: set[str] = set()

    # --- what the pages ask for ----------------------------------------------------------------------------------

    def words(self) -> Words:
        """Return the member's language, digits and form of address."""
        kept = self.node.secrets.settings
        row = self.node.db.execute("select address from called where member = ?", (self.node.me,)).fetchone()
        return Words(
            kept.get("language", "ar"),
            zone=zone_of(self.node.db),
            digits=kept.get("digits", ""),
            address=kept.get("address") or (row[0] if row else ""),
        )

    def wrote(self) -> None:
        """Something waits for the hub."""
        self._nudge.set()

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room."""
        sealed = self.safekeeping.finished(self.sealed_files.finished(facts))
        return self.watching.finished(self.ballots.finished(sealed))

    def unsealed(self, record: str) -> list[tuple[str, str]]:
        """Return what stands in a sealed file or sheet that this room may read now."""
        return self.sealed_files.unsealed(record) or self.safekeeping.unsealed(record)

    def beside(self) -> list[Item]:
        """Return what waits for this member and stands in no view."""
        own = [*self.returning.waiting(), *self.away.waiting(), *self.joining.waiting()]
        return own if self._can_come_back else [*own, Item(2, NO_KIT, "/kit")]

    @property
    def _can_come_back(self) -> bool:
        secrets = self.node.secrets
        return bool(secrets.kit or secrets.sample or secrets.joining.get("base"))

    @property
    def shut(self) -> bool:
        """Whether this room was frozen: it shows the way back and nothing else."""
        return frozen.is_shut(self.node)

    def keep_face(self) -> None:
        """Let the house look to strangers as this room's group wants it; a sample's group is nobody's."""
        if not self.node.secrets.sample and self.node.secrets.network.strip(b"\0"):
            self.gate.settings.keep_face(charter.value(self.node.db, faces.SETTING))

    def lock(self, *, at_once: bool) -> None:
        """End this process once the answer is out."""
        if not self._ending:
            self.keep_face()
            self._ending = True
            self._tell(["ended"])  # at once, so that no other request is handed to a room that is about to go
            asyncio.get_running_loop().call_later(0.05, self._end, at_once)

    def _end(self, at_once: bool) -> None:
        if not at_once:
            with contextlib.suppress(Nasij, OSError):
                self.desk.save()
        if not self._ending:
            self._tell(["ended"])
        os._exit(0)

    # --- one process a room --------------------------------------------------------------------------------------

    def claim(self) -> bool:
        """Take the room's lock; False where another process has it open, and is not only about to go."""
        for _ in range(CLAIM_TRIES):
            if self._lock < 0:
                self._lock = room.claim(self.folder)
            if self._lock >= 0:
                return True
            time.sleep(CLAIM_PAUSE_SECONDS)  # nobody else waits for this process
        return False

    def take_over(self) -> None:
        """Lock away what another process has open, and be the room: that one has been told, and ends at once."""
        self.claim()
        self.node.settle()
        room.write_anew(self.node, self.folder)
        self.node.lay_waiting()

    def proof(self, hashed: str, key: bytes = b"") -> bytes:
        """Return what shows the process that has the room open that another one has the passphrase too."""
        return keyed_hash(key or self.node.vault.key, b"adopt", hashed.encode())

    def ask_adoption(self, hashed: str) -> None:
        """Ask the process that has this room open to take a session that was opened here."""
        self._tell(["adopt", self.folder.name, hashed, self.proof(hashed)])

    def settle(self, hashed: str) -> None:
        """Tell the house that this process is the room, and whose session it is."""
        self.session.admit(hashed)
        self._tell(["room", self.folder.name])
        self._tell(["session", hashed])

    def _tell(self, message: list[Any]) -> None:
        if self.control is not None:
            with contextlib.suppress(OSError):
                self.control.send(encode(message))

    def hear(self, raw: bytes) -> None:
        """Hear the house: a session to adopt, or the end."""
        try:
            kind, *rest = decode(raw)
        except (NotCanonical, ValueError):
            return
        if kind == "adopt" and same(rest[1], self.proof(rest[0])):
            self.session.admit(rest[0])
        elif kind == "adopt" and same(rest[1], self.proof(rest[0], self.node.vault.beside.key)):
            self._end(at_once=True)  # somebody opened the plain account: this one is being locked away
        elif kind == "lock":
            self._end(at_once=False)

    # --- loops ---------------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Run until the end."""
        await asyncio.gather(self._follow(), self._watch(), self._mind())

    async def _follow(self) -> None:
        hub = self.gate.client(self.node.secrets.hub)
        while not self._ending:
            self._nudge.clear()
            if self.node.secrets.network.strip(b"\0"):
                await self._step(hub)
            await self._beside(self.joining.attend, hub)
            await self._beside(self.returning.attend, hub)
            await self._beside(self.away.attend, hub)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nudge.wait(), LOOK_SECONDS if self._looks_soon() else LOOK_ELSE_SECONDS)

    def _looks_soon(self) -> bool:
        """Say whether an answer is awaited that nobody nudges for, or the hub did not take what waits."""
        waits = not self.on_hub or bool(self.node.outbox.items)
        return waits or self.joining.expects() or is_lost(self.node)

    async def _step(self, hub: HubClient) -> None:
        try:
            await run_beside(hub, step(self.desk))
            if frozen.hears(self.node, self.folder):
                self.lock(at_once=True)
                return
            self._all_is_well()
            self.housekeeping()
            if self.node.outbox.items:
                await run_beside(hub, step(self.desk))
            await self._back_up(hub)
        except HubUnreachable:
            self.on_hub = False
            self.desk.rest()
            await asyncio.sleep(RETRY_SECONDS)
        except Nasij as problem:
            self.on_hub = False
            if problem.sentence not in self.node.alarms:
                self.node.alarms.append(problem.sentence)
                self._passing_alarms.add(problem.sentence)
            self.desk.rest()
            await asyncio.sleep(RETRY_SECONDS)

    def _all_is_well(self) -> None:
        """Take down what the hub said no to before: it takes everything again."""
        self.on_hub = True
        if self._passing_alarms:
            self.node.alarms[:] = [each for each in self.node.alarms if each not in self._passing_alarms]
            self._passing_alarms.clear()

    async def _beside(self, work: Callable[[HubClient], Any], hub: HubClient) -> None:
        try:
            await run_beside(hub, work(hub))
        except HubUnreachable:
            self.on_hub = False
        except Nasij as problem:
            if problem.sentence not in self.node.alarms:
                self.node.alarms.append(problem.sentence)
                self._passing_alarms.add(problem.sentence)

    async def look_first(self) -> None:
        """Read what is new before the first page, but do not let somebody wait for a slow hub."""
        if self.node.secrets.network.strip(b"\0"):
            with contextlib.suppress(TimeoutError, Nasij):
                await asyncio.wait_for(
                    run_beside(self.gate.client(self.node.secrets.hub), step(self.desk)), FIRST_SECONDS
                )
        frozen.hears(self.node, self.folder)

    async def _watch(self) -> None:
        hub = self.gate.client(self.node.secrets.hub)
        while not self._ending:
            network, place = self.node.secrets.network, self.node.place
            if not network.strip(b"\0"):
                await asyncio.sleep(LOOK_SECONDS)
                continue
            try:
                current = await asyncio.to_thread(hub.watch, network, place, WATCH_SECONDS)
            except Nasij:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if current > place:
                self._nudge.set()
                await asyncio.sleep(0.05)

    async def _mind(self) -> None:
        """Lock an idle room."""
        while not self._ending:
            await asyncio.sleep(10)
            if self.session.is_idle():
                self.lock(at_once=False)

    def housekeeping(self) -> None:
        """State what is due: renewals of keys, my own wrapping key, and once a day that I was here."""
        node = self.node
        if not self.desk.may_write():
            return
        by = node.by()
        if not by.in_force:
            return
        with contextlib.suppress(Nasij):
            for due in record.overdue(node):
                record.state(node, [due])
            renew_wrapping(self)
            self.ballots.tend()
            self.away.tend()
            self.safekeeping.tend()
            self.watching.tend()
            say_unasked(node)
            row = node.db.execute("select day from heartbeat where member = ?", (node.me,)).fetchone()
            if row is None or row[0] < by.day:
                node.settle()
                seen = HeadSeen(node.place, rows.digest(node.db, node.areas))
                node.lay_waiting()
                record.state(node, [seen])

    async def _back_up(self, hub: HubClient) -> None:
        """Put a sealed backup on the hub, once an hour at most, where there is a recovery kit."""
        if not self.node.secrets.kit or (time.monotonic() - self._backed_up < BACKUP_SECONDS and self._backed_up):
            return
        await self.back_up(hub)

    async def back_up(self, hub: HubClient) -> None:
        """Put a sealed backup on the hub now."""
        self.desk.save()
        seed, sealed = pack(Entered(self.node, self.folder))
        try:
            await asyncio.to_thread(hub.put_slot, seed, int(time.time()), sealed)
        except HeadMoved as moved:  # the clock of this machine, or of the one before it, ran ahead for a while
            await asyncio.to_thread(hub.put_slot, seed, moved.numbers["at"] + 1, sealed)
        self._backed_up = time.monotonic()


def zone_of(db: Connection) -> str:
    """Return the time zone in which this group reads hours, for everybody the same."""
    return zones.chosen(db)


def renew_wrapping(resident: Resident) -> None:
    """State a new wrapping key when a period of 90 days is over; the seed before the last is destroyed."""
    from nasij.areas.people import KeysRenewed
    from nasij.seal import identity
    from nasij.seal.primitives import random_key

    node = resident.node
    period = identity.period_of(node.by().day)
    newest = max(node.secrets.wrap_seeds, default=period)
    if newest >= period:
        return
    node.secrets.wrap_seeds[period] = random_key()
    for old in sorted(node.secrets.wrap_seeds)[:-2]:
        del node.secrets.wrap_seeds[old]
    room.save_vault(node, resident.folder)
    record.state(node, [KeysRenewed(identity.wrap_public(node.secrets.wrap_seeds[period]), period)])


def say_unasked(node: Node) -> None:
    """State what is due in the areas, such as that nobody answered a report in time."""
    for area in node.areas.areas:
        if area.unasked is None:
            continue
        if not node.laid:
            node.lay_waiting()  # what this room said already is not said twice
        for due in area.unasked(node.db, node.by()):
            with contextlib.suppress(Nasij):  # the next time, when its keys have come or somebody else has said it
                record.state(node, [due])


async def run_beside(hub: HubClient, steps: Any) -> bool:
    """Run the sync loop's steps with their calls made in a thread, so that pages go on meanwhile."""
    answer: Any = None
    problem: Exception | None = None
    while True:
        try:
            call = steps.throw(problem) if problem else steps.send(answer)
        except StopIteration as done:
            return bool(done.value)
        answer, problem = None, None
        try:
            answer = await asyncio.to_thread(call, hub)
        except Exception as error:  # noqa: BLE001  it is the loop's to handle
            problem = error


__all__ = ["DiskFull", "Resident", "keys", "run_beside", "step_now"]
