"""How somebody comes into a room: opening it, founding a network, knocking with an invitation, getting back in.

Composition of node, sync and the area `people`; the pages that call this are in `web/porch.py`.
"""

import functools
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nasij.areas import AREAS
from nasij.areas.people import (
    FIRST_QUESTIONS,
    QUESTION_LENGTH,
    QUESTIONS_MOST,
    CalledAs,
    JoinArrived,
    NetworkFounded,
)
from nasij.clock import Clock, SystemClock, day_of
from nasij.errors import HubUnreachable, Locked, Malformed, Nasij, Refused, SealBroken
from nasij.hub.dispatch import dispatch, look, take_apart
from nasij.hub.shelf import Shelf
from nasij.ids import id_from, new_id
from nasij.kit.area import Areas
from nasij.kit.fact import fields_of
from nasij.kit.field import NEEDED, mark
from nasij.kit.who import NETWORK
from nasij.log.outbox import replace_file
from nasij.node import record, room
from nasij.node.desk import RoomDesk
from nasij.node.kernel import AREA as LINE
from nasij.node.node import Node
from nasij.seal import identity, labels
from nasij.seal import words as spoken
from nasij.seal.circle import write_public
from nasij.seal.primitives import derive, open_large, public_of, random_key, seal_large, sign, stretch, verify
from nasij.seal.vault import Secrets
from nasij.settings import Settings
from nasij.sync import invite
from nasij.sync.address import given_address
from nasij.sync.invite import BoxItem
from nasij.sync.loop import step, step_now
from nasij.sync.transport import HttpTransport, HubClient, LocalTransport, Transport
from nasij.text import clean

NO_KNOCK = mark("No invitation opened with this link and these words.")
NO_KNOCK_ADVICE = mark(
    "Check the words with the person who invited you, and whether the date and time of this machine are right."
    " An invitation works once, for two days."
)
TAKEN = mark("There is a room with this name on this house already.")
KIT_WORDS = 12
KIT_SIZE = 16
_BACKUP_PAD = 256 * 1024
LOCAL_HUB = "local"
SAMPLE_HUB = "sample"  # the sample network's own, a file that each of its rooms opens
LOOK_SECONDS = 0.5  # how often a room of the sample looks whether another one wrote


@functools.cache
def all_areas() -> Areas:
    """Return the areas that every room knows: the kernel's own facts and all of `areas/`. Made once, so rooms share it."""
    return Areas.of((LINE, *AREAS))


def sample_shelf(settings: Settings) -> Path:
    """Return where the sample network's own hub keeps its store."""
    return settings.sample / "hub" / "shelf.db"


@dataclass(slots=True)
class Entered:
    """An unlocked room and its folder."""

    node: Node
    folder: Path
    claim: int = -1  # the room's lock, where it was taken before it was opened


@dataclass(slots=True)
class Gate:
    """The doors of one house."""

    settings: Settings
    hub: str  # the address that this house uses for networks begun here
    clock: Clock = field(default_factory=SystemClock)
    areas: Areas = field(default_factory=all_areas)
    own_house: bool = True  # whether only whoever sits at this machine uses it
    door: Transport | None = None  # the way to every hub, where it is not by their addresses
    _sample: Shelf | None = None

    def client(self, address: str) -> HubClient:
        """Return a client of a hub."""
        if self.door is not None:
            return HubClient(self.door)
        if address == SAMPLE_HUB:
            return HubClient(LocalTransport(self._sample_door))
        return HubClient(HttpTransport(self.address(address)))

    def _sample_door(self, call: str, request: bytes) -> bytes:
        """Answer a call as a hub does, from the sample's own store; what other processes append is looked for."""
        path = sample_shelf(self.settings)
        if self._sample is None:
            if not path.exists():
                raise HubUnreachable
            self._sample = Shelf(path, verify, self.clock.hour)
        if call != "watch":
            return dispatch(self._sample, None, call, request)
        values = take_apart(None, call, request)
        if isinstance(values, bytes):
            return values
        network, after, seconds = values
        until = time.monotonic() + (seconds if isinstance(seconds, int) else 0)
        while (answer := look(self._sample, network, after, seconds)) is None and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return answer or look(self._sample, network, after, 0) or b""

    def address(self, kept: str) -> str:
        """Return the real address of what a room keeps as its hub: the house's own may change between starts."""
        return self.hub if kept == LOCAL_HUB else kept

    def given(self, hub: str) -> str:
        """Return a hub's address that was typed or came with an invitation, or the house's own; raises `Malformed`."""
        return given_address(hub, this_machine=self.own_house) if hub.strip() else LOCAL_HUB

    def folder(self, name: str) -> Path:
        """Return the folder of a room by the name its member types; the name itself is nowhere on the disk."""
        hashed = stretch(spoken.normal(name), self.settings.salt(), 0 if self.settings.argon_cost == 0 else 1)
        return self.settings.rooms / id_from(derive(hashed, labels.ROOM_NAME))

    def open(self, name: str, passphrase: str) -> Entered:
        """Unlock a room; raises `Locked` for a wrong name and a wrong passphrase alike, after the same work."""
        folder = self.folder(name)
        if not (folder / room.VAULT).exists():
            stretch(spoken.normal(passphrase), bytes(16), self.settings.argon_cost)
            raise Locked
        claim = room.claim(folder)
        try:
            node = room.open_room(folder, self.areas, self.clock, spoken.normal(passphrase), alone=claim >= 0)
        except BaseException:
            if claim >= 0:
                os.close(claim)
            raise
        return Entered(node, folder, claim)

    # --- founding ------------------------------------------------------------------------------------------------

    def found(self, given: Mapping[str, str]) -> Entered:
        """Begin a network; raises `Malformed` naming the field, or `HubUnreachable`."""
        folder = self._new_folder(given)
        kept = self._new_identity(secrets.token_bytes(16))
        founded = NetworkFounded(kept.member, *_keys(kept), *_typed(NetworkFounded, given, "network"))
        called = CalledAs(kept.member, *_typed(CalledAs, given, "alias", "address", "languages", "areas"))
        kept.settings.update({k: given[k] for k in ("language", "address") if given.get(k)})
        node = room.create(
            folder, self.areas, self.clock, spoken.normal(given["passphrase"]), kept, self.settings.argon_cost
        )
        try:
            key = random_key()
            room.begin_network(node, key)
            hub = self.client(kept.hub)
            hub.found(kept.network, write_public(key))
            node.lay_waiting()
            record.state(node, [founded, called])
            desk = RoomDesk(node, folder)
            step_now(hub, step(desk))
            desk.save()
        except BaseException:
            _drop(folder)
            raise
        return Entered(node, folder)

    def _new_folder(self, given: Mapping[str, str]) -> Path:
        """Check the room's name and the passphrase; returns the new room's folder."""
        if not given.get("room", "").strip():
            raise Malformed(NEEDED, field="room")
        good, sentence, advice = spoken.strength(
            given.get("passphrase", ""), [given.get(k, "") for k in ("room", "alias", "network")]
        )
        if not good:
            raise Malformed(sentence, field="passphrase", advice=advice)
        if given.get("again", given["passphrase"]) != given["passphrase"]:
            raise Malformed(mark("The two passphrases are not the same."), field="again")
        folder = self.folder(given["room"])
        if folder.exists():
            raise Malformed(TAKEN, field="room")
        return folder

    def _new_identity(self, network: bytes) -> Secrets:
        period = identity.period_of(day_of(self.clock.hour()))
        return Secrets(new_id(), network, LOCAL_HUB, random_key(), {period: random_key()})

    # --- knocking ------------------------------------------------------------------------------------------------

    def knock(self, given: Mapping[str, str]) -> Entered:
        """Answer an invitation: make a room that waits, and put a request into the mailbox."""
        folder = self._new_folder(given)
        said = _typed(JoinArrived, given, "alias", "address", "languages", "answers")
        base, hub_address, note = self._invitation(given)
        kept = self._new_identity(b"\0" * 16)
        kept.hub = hub_address
        kept.settings.update({k: given[k] for k in ("language", "address") if given.get(k)})
        sign_key, wrap_key, period, proof = _keys(kept)
        compare = invite.compare_bytes(base, note["sign_key"], sign_key, wrap_key)
        kept.joining = {
            "base": base,
            "compare": " ".join(spoken.speak(compare, note["language"], invite.COMPARE_WORDS)),
            "state": "waiting",
            "items": [],
            "questions": _own_questions(note.get("questions")),
            "note": [note["member"], note["place"], note["head"]],
        }
        request = [kept.member, *said, sign_key, wrap_key, period, proof]
        node = room.create(
            folder, self.areas, self.clock, spoken.normal(given["passphrase"]), kept, self.settings.argon_cost
        )
        try:
            hub = self.client(hub_address)
            # The note again, for as long as the request lies there: it names the language of the words to compare.
            for item in (BoxItem("note", kept.member, note), BoxItem("request", kept.member, request)):
                hub.put_box(invite.box_name(base), invite.seal_item(base, item), invite.BOX_DAYS)
        except BaseException:
            _drop(folder)
            raise
        return Entered(node, folder)

    def _invitation(self, given: Mapping[str, str]) -> tuple[bytes, str, dict[str, Any]]:
        """Find the note of an invitation; a dead code, a wrong word and a used one all give the same sentence."""
        code = given.get("code", "") or clean(given.get("link", ""), lines=False)
        if not code:
            raise Malformed(NEEDED, field="link")
        link, typed = read_link(code)
        try:
            hub_address = self.given(typed)
        except Malformed as problem:
            raise Refused(problem.sentence, advice=mark("Ask the person who invited you for a new link.")) from None
        words = spoken.read_words(given.get("words", "")) or []
        base = invite.stretched(link, " ".join(words).encode())
        items = invite.open_items(base, self.client(hub_address).read_box(invite.box_name(base), 0))
        notes = [item.value for item in items if item.kind == "note" and isinstance(item.value, dict)]
        if not notes or any(item.kind in ("request", "cancelled") for item in items):
            raise Refused(NO_KNOCK, advice=NO_KNOCK_ADVICE)
        if self.clock.hour() > int(notes[0]["expires"]):
            raise Refused(NO_KNOCK, advice=NO_KNOCK_ADVICE)
        return base, hub_address, notes[0]

    # --- getting back in -----------------------------------------------------------------------------------------

    def recover(self, given: Mapping[str, str]) -> Entered:
        """Bring a room back from its backup on the hub: the kit finds and unwraps it, the passphrase opens it."""
        kit = read_kit(given.get("kit", ""))
        if not given.get("room", "").strip():
            raise Malformed(NEEDED, field="room")
        folder = self.folder(given["room"])
        if folder.exists():
            raise Malformed(TAKEN, field="room")
        public = public_of(derive(kit, labels.BACKUP_SLOT))
        sealed = self.client(self.given(given.get("hub", ""))).get_slot(public)
        if sealed is None:
            raise Refused(mark("There is no backup for these words at this hub."))
        files = _unpack(kit, sealed)
        folder.mkdir(mode=0o700, parents=True)
        try:
            for name, raw in files.items():
                replace_file(folder / name, raw)
            return Entered(room.open_room(folder, self.areas, self.clock, spoken.normal(given["passphrase"])), folder)
        except BaseException:
            _drop(folder)
            raise


def _keys(kept: Secrets) -> tuple[bytes, bytes, int, bytes]:
    period, seed = max(kept.wrap_seeds.items())
    wrap_key = identity.wrap_public(seed)
    return public_of(kept.sign_seed), wrap_key, period, identity.proof(kept.sign_seed, kept.member, wrap_key)


def _typed(fact: type, given: Mapping[str, str], *names: str) -> list[Any]:
    """Return what was typed into these fields of a fact, as a form inside reads it; raises `Malformed` naming the field.

    The room that a request reaches can only refuse what does not fit, and the invitation is used up by then.
    """
    kinds, read = fields_of(fact), []
    for name in names:
        try:
            read.append(kinds[name].read([given.get(name, "")]))
        except Malformed as problem:
            problem.field = name
            raise
    return read


def _own_questions(asked: Any) -> list[str]:
    """Return what a group chose to ask newcomers, from an invitation's note; nothing where it asks what all groups ask."""
    if not isinstance(asked, list) or asked == list(FIRST_QUESTIONS):
        return []
    return [clean(str(words), lines=False)[:QUESTION_LENGTH] for words in asked[:QUESTIONS_MOST]]


def _drop(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def write_link(link: bytes, hub: str) -> str:
    """Return an invitation's link part as text: 26 letters and digits, and the hub where it is not the house's own."""
    code = id_from(link[:10]) + id_from(link[6:])
    if not hub or hub == LOCAL_HUB:
        return code
    return f"{code}~{hub.removeprefix('http://').replace('https://', 'https:')}"


def read_link(text: str) -> tuple[bytes, str]:
    """Return the link part and the hub's address from what was typed, pasted or followed."""
    from nasij.ids import bytes_of

    code = text.strip().rsplit("/", 1)[-1] if "~" not in text else text.strip()
    code, _, hub = code.partition("~")
    code = code.rsplit("/", 1)[-1]
    try:
        link = bytes_of(code[:16]) + bytes_of(code[16:])[4:]
    except ValueError:
        link = b""
    return link.ljust(invite.LINK_SIZE, b"\0"), hub.replace("https:", "https://", 1).replace(":////", "://", 1)


# --- the kit and the backup -----------------------------------------------------------------------------------------


def kit_words(kit: bytes, language: str) -> list[str]:
    """Return the words of a recovery kit, to be written on paper."""
    return spoken.speak(kit + b"\0", language, KIT_WORDS)


def read_kit(text: str) -> bytes:
    """Return the kit's secret from its words; raises `Malformed` for words that are no kit."""
    words = spoken.read_words(text)
    if words is None or len(words) != KIT_WORDS:
        raise Malformed(mark("These are not the twelve words of a recovery kit."), field="kit")
    return spoken.unspeak(words)[:KIT_SIZE]


def pack(entered: Entered) -> tuple[bytes, bytes]:
    """Return the slot's signing seed and the sealed backup of a room: its vault and its snapshot as they lie here."""
    kit = entered.node.secrets.kit
    return derive(kit, labels.BACKUP_SLOT), bytes(seal_large(kit, labels.BACKUP_KEY, packed(entered.folder), b""))


def packed(folder: Path) -> bytes:
    """Return the files of a room that bring it back elsewhere, as one."""
    from nasij.encoding import encode

    parts: list[tuple[str, bytes]] = [
        (name, (folder / name).read_bytes())
        for name in (room.VAULT, room.SNAPSHOT, room.OUTBOX)
        if (folder / name).exists()
    ]
    sizes = encode([[name, len(raw)] for name, raw in parts])
    plain = len(sizes).to_bytes(4, "big") + sizes + b"".join(raw for _, raw in parts)
    return plain + b"\0" * (-len(plain) % _BACKUP_PAD)


def _unpack(kit: bytes, sealed: bytes) -> dict[str, bytes]:
    try:
        return unpacked(open_large(kit, labels.BACKUP_KEY, sealed, b""))
    except SealBroken:
        raise Refused(mark("There is no backup for these words at this hub.")) from None


def unpacked(plain: bytes) -> dict[str, bytes]:
    """Return the files that `packed` put together."""
    from nasij.encoding import decode

    size = int.from_bytes(plain[:4], "big")
    at, files = 4 + size, {}
    for name, length in decode(plain[4:at]):
        if name in (room.VAULT, room.SNAPSHOT, room.OUTBOX):
            files[name] = plain[at : at + length]
        at += length
    return files


__all__ = [
    "NETWORK",
    "Entered",
    "Gate",
    "HubUnreachable",
    "Nasij",
    "all_areas",
    "kit_words",
    "pack",
    "read_kit",
    "sign",
]
