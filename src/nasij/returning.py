"""The way back for a room that lost its keys: it was frozen or suspended, or closed for longer than the hub keeps entries.

No room helps by itself, for a machine that was silent so long may be in other hands. The room asks in a mailbox that only
the network's people can find; its member tells somebody the four words of that request by voice; whoever has spoken with them
presses once, and every circle gives its keys anew. The answer opens with the member's own wrapping key and with no other.

A room that was frozen asks only when its member says so, with the keys of a new device; two people thaw it, each after
having compared the words, and from then on the old device's keys are burnt: a request by them is refused and told.

```
mailbox  derived from the network and the signing key of its first member, which no hub has ever seen
asks     [member, nonce 16 B, signature]   or, with new keys,
         [member, nonce 16 B, signature, signing key 32 B, wrapping key 1216 B, period, proof 64 B]
back     [capsule]  in a mailbox of its own, derived from the nonce; inside [welcome, author, signature]
```
"""

import contextlib
import hashlib
import secrets
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nasij import frozen
from nasij.areas.trust import ThawAgreed
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import Nasij, NotHereYet, SealBroken
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.node import record, room
from nasij.node.desk import GONE
from nasij.node.fold import COMEBACK_MARK
from nasij.node.kernel import RoomBroughtBack
from nasij.node.node import Node
from nasij.seal import identity, labels
from nasij.seal import words as spoken
from nasij.seal.primitives import derive, public_of, random_key, sign, verify
from nasij.sync import invite
from nasij.sync.invite import BoxItem
from nasij.sync.transport import HubClient

if TYPE_CHECKING:
    from nasij.resident import Resident

Calls = Generator[Any, Any, bool]
NONCE_SIZE = 16
ASK_AGAIN_HOURS = 24 * 7
LOST = mark("This room has no keys to the network now. See how it comes back.")
ENDED = mark("This membership has ended. What is kept here can still be taken along.")
ASKS = mark("%(who)s asks for the way back. Speak with them first.")
BURNT_ASKS = mark("A device that was in other hands asked for the way back in the name of %(who)s. It was refused.")


@dataclass(frozen=True, slots=True)
class NewKeys:
    """The public halves of a new device's keys, and the proof that whoever asks has them."""

    sign_key: bytes
    wrap_key: bytes
    period: int
    proof: bytes

    def digest(self) -> bytes:
        """Return what the signature of a request and its words cover of the keys."""
        return hashlib.sha256(self.sign_key + self.wrap_key).digest()


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody's room that asks for the way back; with new keys where it was frozen."""

    member: str
    nonce: bytes
    keys: NewKeys | None = None

    def covered(self, network: bytes) -> bytes:
        """Return what the signature and the words of this request cover."""
        return network + self.member.encode() + self.nonce + (self.keys.digest() if self.keys else b"")


def has_ended(node: Node) -> bool:
    """Say whether this room's member left or was removed: nobody brings them back, and a new invitation makes a new room."""
    return node.by().standing in ("left", "removed")


def is_lost(node: Node) -> bool:
    """Say whether a room that belongs to a network can no longer read it, and may come back."""
    inside = bool(node.secrets.network.strip(b"\0")) and node.place > 0 and not has_ended(node)
    return inside and (node.alarm == GONE or who.NETWORK not in node.keyring.newest)


def way_of(first_key: bytes, network: bytes) -> bytes:
    """Return the secret that every member's room can derive, whatever keys it has lost, and no hub."""
    return derive(first_key, labels.RETURN_BOX, network)


def answer_way(way: bytes, nonce: bytes) -> bytes:
    """Return the secret of the mailbox in which one request is answered."""
    return derive(way, labels.RETURN_BOX, nonce)


def bound_to(network: bytes, member: str) -> bytes:
    """Return what the capsule of an answer is bound to."""
    return labels.RETURN_CAPSULE + network + member.encode()


class Returning:
    """The way back as one room takes part in it, on both sides."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node
        self.asking: dict[str, Asking] = {}  # by member: rooms that ask, as of the last look
        self.burnt: set[str] = set()  # members in whose name a device asked that is never admitted again
        self._answered: set[bytes] = set()

    def attend(self, _hub: HubClient) -> Calls:
        """Ask, or look who asks and answer whom somebody here has spoken with."""
        way = self._way()
        if not way:
            return False
        if is_lost(self.node):
            if not frozen.is_shut(self.node) or "asked_back" in self.node.secrets.joining:
                yield from self._ask(way)
        elif self.node.by().trusted:
            yield from self._look(way)
        return False

    def _way(self) -> bytes:
        first = frozen.first_key(self.node)
        return way_of(first, self.node.secrets.network) if first else b""

    def _put(self, way: bytes, item: BoxItem) -> Calls:
        sealed = invite.seal_item(way, item)
        yield lambda hub: hub.put_box(invite.box_name(way), sealed, invite.BOX_DAYS)
        return True

    def _items(self, way: bytes) -> Generator[Any, Any, list[BoxItem]]:
        raw = yield lambda hub: hub.read_box(invite.box_name(way), 0)
        return invite.open_items(way, raw)

    # --- the room that asks ------------------------------------------------------------------------------------------

    def ask_with_new_keys(self) -> None:
        """Make the keys of a new device and ask with them, from the next look at the hub on."""
        node = self.node
        period = identity.period_of(node.by().day)
        node.secrets.joining["asked_back"] = [secrets.token_bytes(NONCE_SIZE), 0, random_key(), random_key(), period]
        room.save_vault(node, self.resident.folder)
        self.resident.wrote()

    def _ask(self, way: bytes) -> Calls:
        node = self.node
        asked = node.secrets.joining.get("asked_back")
        if not asked or asked[1] + ASK_AGAIN_HOURS < node.now():
            keep = asked[2:] if asked else []
            nonce = asked[0] if asked and not asked[1] else secrets.token_bytes(NONCE_SIZE)
            asked = node.secrets.joining["asked_back"] = [nonce, node.now(), *keep]
            room.save_vault(node, self.resident.folder)
            yield from self._put(way, BoxItem("asks", node.me, self._request(_asking_of(node, asked))))
        for item in (yield from self._items(answer_way(way, asked[0]))):
            found = self._opened(item)
            if found is not None:
                self._begin(found)
                return True
        return False

    def _request(self, asking: Asking) -> list[Any]:
        signature = sign(self.node.secrets.sign_seed, labels.RETURN_BOX, asking.covered(self.node.secrets.network))
        keys = asking.keys
        new = [keys.sign_key, keys.wrap_key, keys.period, keys.proof] if keys else []
        return [asking.member, asking.nonce, signature, *new]

    def _opened(self, item: BoxItem) -> "Welcome | None":
        """Return the welcome in an answer, if it is for this room and by somebody it knows."""
        node = self.node
        info = bound_to(node.secrets.network, node.me)
        asked = node.secrets.joining.get("asked_back", [])
        new = [asked[3]] if len(asked) > 3 else []
        for seed in (*new, *node.seeds()):
            try:
                welcome, author, signature = decode(identity.unwrap(item.value[0], seed, info))
                row = node.db.execute("select sign_key from member where member = ?", (author,)).fetchone()
                if row and verify(row[0], signature, labels.RETURN_CAPSULE, info + encode(welcome)):
                    return Welcome(list(welcome), seed in new) if self._follows(*welcome[:2]) else None
            except (SealBroken, NotCanonical, ValueError, TypeError, IndexError):
                continue
        return None

    def _follows(self, place: int, head: bytes) -> bool:
        """Say whether a place belongs to the story that this room knows, or lies beyond what it has read."""
        return place > self.node.place or self.node.head_at(place) == head

    def _begin(self, found: "Welcome") -> None:
        node = self.node
        node.settle()
        if found.with_new_keys:
            _, _, sign_seed, wrap_seed, period = node.secrets.joining["asked_back"]
            node.secrets.sign_seed, node.secrets.wrap_seeds = sign_seed, {period: wrap_seed}
        room.come_back(node, found.values)
        self.resident.desk = type(self.resident.desk)(node, self.resident.folder)
        room.save_vault(node, self.resident.folder)
        self.resident.desk.save()
        node.lay_waiting()
        self.resident.wrote()

    # --- the rooms that can help -------------------------------------------------------------------------------------

    def _look(self, way: bytes) -> Calls:
        node = self.node
        in_force = who.members(node.db)
        found: dict[str, Asking] = {}
        for item in (yield from self._items(way)):
            asking = self._read(item)
            if asking is None or asking.nonce in self._answered:
                continue
            if asking.member in in_force or (asking.keys and frozen.freeze_of(node, asking.member)):
                found[asking.member] = asking
        self.asking = found
        for asking in list(found.values()):
            if self._thawed_by_me(asking):
                with contextlib.suppress(Nasij):  # somebody else has brought it back today
                    record.state(node, [RoomBroughtBack(asking.member)])
                    self.resident.wrote()
            welcome = node.welcomes.get(COMEBACK_MARK + asking.member)
            if welcome is not None:
                yield from self._answer(way, asking, welcome)
        return False

    def _read(self, item: BoxItem) -> Asking | None:
        try:
            member, nonce, signature, *new = item.value
            keys = NewKeys(*new) if new else None
            asking = Asking(member, nonce, keys)
            row = self.node.db.execute("select sign_key from member where member = ?", (member,)).fetchone()
            right = item.kind == "asks" and len(nonce) == NONCE_SIZE and row is not None
            right = right and (keys is None or identity.proven(keys.sign_key, member, keys.wrap_key, keys.proof))
            if not right:
                return None
            covered = asking.covered(self.node.secrets.network)
            if verify(row[0], signature, labels.RETURN_BOX, covered):
                return asking
            if keys is not None and row[0] == keys.sign_key:  # thawed already: signed by the device before
                return asking if self._is_by_burnt(member, signature, covered) else None
            if self._is_by_burnt(member, signature, covered):
                self.burnt.add(member)
        except (ValueError, TypeError, AttributeError):
            return None
        return None

    def _is_by_burnt(self, member: str, signature: bytes, covered: bytes) -> bool:
        keys = self.node.db.execute("select sign_key from burnt where member = ?", (member,)).fetchall()
        return any(verify(key, signature, labels.RETURN_BOX, covered) for (key,) in keys)

    def _thawed_by_me(self, asking: Asking) -> bool:
        """Say whether this room's member agreed to the thaw that made these new keys the member's own."""
        db, keys = self.node.db, asking.keys
        row = db.execute("select sign_key from member where member = ?", (asking.member,)).fetchone()
        if keys is None or row is None or row[0] != keys.sign_key:
            return False
        return frozen.agreed(self.node, asking.member, keys.sign_key)

    def _answer(self, way: bytes, asking: Asking, welcome: list[Any]) -> Calls:
        node = self.node
        info = bound_to(node.secrets.network, asking.member)
        signature = sign(node.secrets.sign_seed, labels.RETURN_CAPSULE, info + encode(welcome))
        (wrap_key,) = node.db.execute("select wrap_key from member where member = ?", (asking.member,)).fetchone()
        capsule = identity.wrap(encode([welcome, node.me, signature]), wrap_key, info)
        answer = BoxItem("back", asking.member, [capsule])
        yield from self._put(answer_way(way, asking.nonce), answer)
        self._answered.add(asking.nonce)
        self.asking.pop(asking.member, None)
        node.welcomes.pop(COMEBACK_MARK + asking.member, None)
        return True

    def bring_back(self, member: str) -> None:
        """State that this room's member has spoken with somebody whose room asks; raises what the rule raises.

        Where that membership is frozen, it is this person's word that the freeze is to be lifted, for these new keys.
        """
        asking = self.asking.get(member)
        if asking is None:
            raise NotHereYet
        freeze, keys = frozen.freeze_of(self.node, member), asking.keys
        if freeze and keys is not None:
            new = (keys.sign_key, keys.wrap_key, keys.period, keys.proof)
            record.state(self.node, [ThawAgreed(freeze, member, *new)])
        else:
            record.state(self.node, [RoomBroughtBack(member)])
        self.resident.wrote()

    # --- what people see ---------------------------------------------------------------------------------------------

    def words_of(self, asking: Asking, language: str) -> list[str]:
        """Return the four words of a request, the same in both rooms."""
        said = hashlib.sha256(labels.RETURN_BOX + asking.covered(self.node.secrets.network)).digest()
        return spoken.speak(said, language, invite.COMPARE_WORDS)

    def mine(self) -> Asking | None:
        """Return this room's own request, once it has asked."""
        asked = self.node.secrets.joining.get("asked_back")
        return _asking_of(self.node, asked) if asked and is_lost(self.node) else None

    def waiting(self) -> list[Item]:
        """Return what of this waits on the home page."""
        if has_ended(self.node):
            return [Item(3, ENDED, "/export")]
        if is_lost(self.node):
            return [Item(0, LOST, "/returns")]
        asks = [Item(1, ASKS, "/returns", {"who": self.name_of(member)}) for member in sorted(self.asking)]
        return asks + [Item(0, BURNT_ASKS, "/returns", {"who": self.name_of(m)}) for m in sorted(self.burnt)]

    def name_of(self, member: str) -> str:
        """Return what a member is called here, or their code."""
        row = self.node.db.execute("select alias from called where member = ?", (member,)).fetchone()
        return str(row[0]) if row and row[0] else code(member)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What an answer holds: where to begin to read, and whether it was given to the new device's keys."""

    values: list[Any]
    with_new_keys: bool


def _asking_of(node: Node, asked: list[Any]) -> Asking:
    """Return a room's own request as others read it."""
    if len(asked) <= 2:
        return Asking(node.me, asked[0])
    nonce, _, sign_seed, wrap_seed, period = asked
    wrap_key = identity.wrap_public(wrap_seed)
    keys = NewKeys(public_of(sign_seed), wrap_key, period, identity.proof(sign_seed, node.me, wrap_key))
    return Asking(node.me, nonce, keys)
