"""The way back for a room that lost its keys: it was suspended for a while, or closed for longer than the hub keeps entries.

No room helps by itself, for a machine that was silent so long may be in other hands. The room asks in a mailbox that only
the network's people can find; its member tells somebody the four words of that request by voice; whoever has spoken with them
presses once, and every circle gives its keys anew. The answer opens with the member's own wrapping key and with no other.

```
mailbox  derived from the network and the signing key of its first member, which no hub has ever seen
asks     [member, nonce 16 B, signature]
back     [capsule]  in a mailbox of its own, derived from the nonce; inside [welcome, author, signature]
```
"""

import hashlib
import secrets
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import NotHereYet, SealBroken
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
from nasij.seal.primitives import derive, sign, verify
from nasij.sync import invite
from nasij.sync.invite import BoxItem
from nasij.sync.transport import HubClient

if TYPE_CHECKING:
    from nasij.resident import Resident

Calls = Generator[Any, Any, bool]
NONCE_SIZE = 16
ASK_AGAIN_HOURS = 24 * 7
LOST = mark("This room has no keys to the network now. See how it comes back.")
ASKS = mark("%(who)s asks for the way back. Speak with them first.")


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody's room that asks for the way back."""

    member: str
    nonce: bytes


def is_lost(node: Node) -> bool:
    """Say whether a room that belongs to a network can no longer read it."""
    inside = bool(node.secrets.network.strip(b"\0")) and node.place > 0
    return inside and (node.alarm == GONE or who.NETWORK not in node.keyring.newest)


class Returning:
    """The way back as one room takes part in it, on both sides."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node
        self.asking: dict[str, Asking] = {}  # by member: rooms that ask, as of the last look
        self._answered: set[bytes] = set()

    def attend(self, _hub: HubClient) -> Calls:
        """Ask, or look who asks and answer whom somebody here has spoken with."""
        way = self._way()
        if not way:
            return False
        if is_lost(self.node):
            yield from self._ask(way)
        elif self.node.by().trusted:
            yield from self._look(way)
        return False

    def _way(self) -> bytes:
        """Return the secret that every member's room can derive, whatever keys it has lost, and no hub."""
        row = self.node.db.execute("select sign_key from member order by since, member limit 1").fetchone()
        return derive(row[0], labels.RETURN_BOX, self.node.secrets.network) if row else b""

    def _put(self, way: bytes, item: BoxItem) -> Calls:
        sealed = invite.seal_item(way, item)
        yield lambda hub: hub.put_box(invite.box_name(way), sealed, invite.BOX_DAYS)
        return True

    def _items(self, way: bytes) -> Generator[Any, Any, list[BoxItem]]:
        raw = yield lambda hub: hub.read_box(invite.box_name(way), 0)
        return invite.open_items(way, raw)

    # --- the room that asks ------------------------------------------------------------------------------------------

    def _ask(self, way: bytes) -> Calls:
        node = self.node
        asked = node.secrets.joining.get("asked_back")
        if not asked or asked[1] + ASK_AGAIN_HOURS < node.now():
            asked = node.secrets.joining["asked_back"] = [secrets.token_bytes(NONCE_SIZE), node.now()]
            room.save_vault(node, self.resident.folder)
            signature = sign(node.secrets.sign_seed, labels.RETURN_BOX, self._covered(node.me, asked[0]))
            yield from self._put(way, BoxItem("asks", node.me, [node.me, asked[0], signature]))
        for item in (yield from self._items(derive(way, labels.RETURN_BOX, asked[0]))):
            welcome = self._opened(item)
            if welcome is not None:
                self._begin(welcome)
                return True
        return False

    def _covered(self, member: str, nonce: bytes) -> bytes:
        return self.node.secrets.network + member.encode() + nonce

    def _opened(self, item: BoxItem) -> list[Any] | None:
        """Return the welcome in an answer, if it is for this room and by somebody it knows."""
        node = self.node
        info = labels.RETURN_CAPSULE + node.secrets.network + node.me.encode()
        for seed in node.seeds():
            try:
                welcome, author, signature = decode(identity.unwrap(item.value[0], seed, info))
                row = node.db.execute("select sign_key from member where member = ?", (author,)).fetchone()
                if row and verify(row[0], signature, labels.RETURN_CAPSULE, info + encode(welcome)):
                    return list(welcome) if self._follows(*welcome[:2]) else None
            except (SealBroken, NotCanonical, ValueError, TypeError, IndexError):
                continue
        return None

    def _follows(self, place: int, head: bytes) -> bool:
        """Say whether a place belongs to the story that this room knows, or lies beyond what it has read."""
        return place > self.node.place or self.node.head_at(place) == head

    def _begin(self, welcome: list[Any]) -> None:
        node = self.node
        node.settle()
        room.come_back(node, welcome)
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
            if asking is not None and asking.member in in_force and asking.nonce not in self._answered:
                found[asking.member] = asking
        self.asking = found
        for asking in list(found.values()):
            welcome = node.welcomes.get(COMEBACK_MARK + asking.member)
            if welcome is not None:
                yield from self._answer(way, asking, welcome)
        return False

    def _read(self, item: BoxItem) -> Asking | None:
        try:
            member, nonce, signature = item.value
            row = self.node.db.execute("select sign_key from member where member = ?", (member,)).fetchone()
            right = item.kind == "asks" and len(nonce) == NONCE_SIZE and row is not None
            right = right and verify(row[0], signature, labels.RETURN_BOX, self._covered(member, nonce))
        except (ValueError, TypeError, AttributeError):
            return None
        return Asking(member, nonce) if right else None

    def _answer(self, way: bytes, asking: Asking, welcome: list[Any]) -> Calls:
        node = self.node
        info = labels.RETURN_CAPSULE + node.secrets.network + asking.member.encode()
        signature = sign(node.secrets.sign_seed, labels.RETURN_CAPSULE, info + encode(welcome))
        (wrap_key,) = node.db.execute("select wrap_key from member where member = ?", (asking.member,)).fetchone()
        capsule = identity.wrap(encode([welcome, node.me, signature]), wrap_key, info)
        answer = BoxItem("back", asking.member, [capsule])
        yield from self._put(derive(way, labels.RETURN_BOX, asking.nonce), answer)
        self._answered.add(asking.nonce)
        self.asking.pop(asking.member, None)
        node.welcomes.pop(COMEBACK_MARK + asking.member, None)
        return True

    def bring_back(self, member: str) -> None:
        """State that this room's member has spoken with somebody whose room asks; raises what the rule raises."""
        if member not in self.asking:
            raise NotHereYet
        record.state(self.node, [RoomBroughtBack(member)])
        self.resident.wrote()

    # --- what people see ---------------------------------------------------------------------------------------------

    def words_of(self, asking: Asking, language: str) -> list[str]:
        """Return the four words of a request, the same in both rooms."""
        said = hashlib.sha256(labels.RETURN_BOX + self._covered(asking.member, asking.nonce)).digest()
        return spoken.speak(said, language, invite.COMPARE_WORDS)

    def mine(self) -> Asking | None:
        """Return this room's own request, once it has asked."""
        asked = self.node.secrets.joining.get("asked_back")
        return Asking(self.node.me, asked[0]) if asked and is_lost(self.node) else None

    def waiting(self) -> list[Item]:
        """Return what of this waits on the home page."""
        if is_lost(self.node):
            return [Item(0, LOST, "/returns")]
        return [Item(1, ASKS, "/returns", {"who": self.name_of(member)}) for member in sorted(self.asking)]

    def name_of(self, member: str) -> str:
        """Return what a member is called here, or their code."""
        row = self.node.db.execute("select alias from called where member = ?", (member,)).fetchone()
        return str(row[0]) if row and row[0] else code(member)
