"""Locking away, and giving back by friends, as one room takes part in it on each side.

In quiet times the room makes a random key, gives each chosen friend's room a piece of it, and keeps on the hub a sealed bundle
of its own files under that key, as the recovery kit does; nothing of it lies on this device. Locking away leaves the plain
account (`seal/plain.py`), which asks in a mailbox that these friends know. A friend who has spoken with the member presses once,
and the piece goes back, sealed to that request's own key. So many pieces as were agreed make the key, the key opens the
bundle, and the member's passphrase opens what was in it: friends alone, even all of them, open nothing.

```
mailbox  derived from a secret that the member and the chosen friends have (`seal/plain.py`)
asks     id of the plain account, value [wrapping key]       tries: the same from a member who tries it out
gives    id of the request, value [capsule]                  inside [share]
```
"""

import contextlib
import itertools
import secrets
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nasij.areas.friends import PieceGiven, PieceHeld, held_for, needed_of, open_pieces
from nasij.areas.trust import MemberFrozen
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import Malformed, Nasij, NotHereYet, Refused, SealBroken
from nasij.gate import packed, unpacked
from nasij.ids import new_id, numbered_id
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.node import record, room
from nasij.seal import identity, labels, shares
from nasij.seal import words as spoken
from nasij.seal.plain import box_of, compared, is_alarm, plain_account
from nasij.seal.primitives import derive, open_large, public_of, random_key, seal_large
from nasij.sync import invite
from nasij.sync.invite import BoxItem
from nasij.sync.transport import HubClient

if TYPE_CHECKING:
    from nasij.resident import Resident

Calls = Generator[Any, Any, bool]
KEEP_SECONDS = 3600
SHARES_TRIED = 10  # whoever knows the mailbox may put anything there
HOLDING = ("given", "held")
BACK = "/friends/back"
ASKS_BACK = mark("%(who)s asks for the piece you hold. Speak with them first.")
NO_FRIENDS = mark("You have not chosen friends who can give everything back, so nothing is locked away.")
NO_FRIENDS_ADVICE = mark("Choose them in quiet times. Until then a recovery kit on paper is what brings a room back.")
NOT_HELD = mark("Not enough of your friends' rooms have their piece yet.")
NOT_HELD_ADVICE = mark("They have it as soon as they said yes and their room was open once.")
NOT_KEPT = mark("What friends would give back does not rest on the hub yet. It follows as soon as the hub answers.")
NOT_IN_FORCE = mark("This membership is frozen or over. Nothing is given back before it is in force again.")
NOT_SPOKEN = mark("Please confirm all three. If one of them is not so, do not give the piece back now.")
WRONG = mark("This is not the passphrase of this room.")
SAME = mark("The second passphrase must be another one than the first.")
DIFFERENT = mark("The two passphrases are not the same.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asks for their piece: after locking away, or to try it out."""

    piece: str
    member: str
    asker: str
    wrap_key: bytes
    way: bytes
    tries: bool


def _bound(base: bytes, asker: str) -> bytes:
    return labels.AWAY_PIECE + base + asker.encode()


class Away:
    """What one room does about pieces: its own key's, and those it holds."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node
        self.asked: dict[str, Asked] = {}  # by piece, as of the last look
        self._given: set[str] = set()  # requests that were answered by this process
        self._kept = 0.0
        self._over = False

    def attend(self, _hub: HubClient) -> Calls:
        """Ask, where this is a plain account; else look who asks, and keep the bundle on the hub."""
        if self._over:
            return False
        if self.node.secrets.joining.get("base"):
            yield from self._ask()
        elif self.node.secrets.network.strip(b"\0"):
            yield from self._look()
            yield from self._look_at_mine()
            yield from self._keep()
        return False

    def _items(self, base: bytes) -> Generator[Any, Any, list[BoxItem]]:
        raw = yield lambda hub: hub.read_box(invite.box_name(base), 0)
        return invite.open_items(base, raw)

    def _put(self, base: bytes, item: BoxItem) -> Calls:
        sealed = invite.seal_item(base, item)
        yield lambda hub: hub.put_box(invite.box_name(base), sealed, invite.BOX_DAYS)
        return True

    # --- in quiet times ----------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Confirm pieces that came, and make new ones when the friends have changed."""
        for row in held_for(self.node.db, self.node.me):
            if row["state"] == "given":
                with contextlib.suppress(SealBroken):
                    shares.threshold(row["share"])
                    record.state(self.node, [PieceHeld(row["piece"], row["batch"])])
        self._renew()

    def _pieces(self) -> list[str]:
        inside = who.members(self.node.db)
        mine = open_pieces(self.node.db, self.node.me)
        return [row["piece"] for row in mine if row["state"] != "asked" and row["friend"] in inside]

    def _renew(self) -> None:
        """Make a new key where other friends hold pieces than those of the present one, or another number is needed."""
        node, away = self.node, self.node.secrets.away
        pieces, needed = self._pieces(), needed_of(self.node.db, self.node.me)
        if not needed or len(pieces) < needed or away.get("of") == [needed, *pieces]:
            return
        key, way, batch = random_key(), random_key(), new_id()
        parts = zip(pieces, shares.split(key, needed, len(pieces)), strict=True)
        record.state(node, [PieceGiven(piece, batch, share, way) for piece, share in parts])
        gone = [*away.get("gone", []), *([away["key"]] if away else [])]
        version = int(away.get("version", 0))
        node.secrets.away = {
            "key": key,
            "way": way,
            "of": [needed, *pieces],
            "kept": 0,
            "gone": gone,
            "version": version,
        }
        self._make_ready()
        self._kept = 0.0
        self.resident.wrote()

    def _make_ready(self) -> None:
        """Put a new plain account beside, so that no request was ever made with it."""
        self.node.vault.make_ready(plain_account(self.node.secrets, alarm=True))
        room.save_vault(self.node, self.resident.folder)

    def _keep(self) -> Calls:
        """Put the bundle on the hub, once an hour; those of keys that are over are written over there."""
        away = self.node.secrets.away
        lately = self._kept and time.monotonic() - self._kept < KEEP_SECONDS
        if not away or (away["kept"] and lately):
            return False
        yield from self.keep()
        return True

    def keep(self) -> Calls:
        """Put the bundle on the hub now."""
        node, away = self.node, self.node.secrets.away
        version = away["version"] = max(int(time.time()), away["version"] + 1)
        room.save_vault(node, self.resident.folder)  # so that it is known when the bundle comes back
        self.resident.desk.save()
        sealed = bytes(seal_large(away["key"], labels.AWAY_KEY, packed(self.resident.folder), b""))
        seed = derive(away["key"], labels.AWAY_SLOT)
        yield lambda hub: hub.put_slot(seed, version, sealed)
        for old in away["gone"]:
            over = derive(old, labels.AWAY_SLOT)
            yield lambda hub, seed=over: hub.put_slot(seed, version, secrets.token_bytes(len(sealed)))
        node.secrets.away = {**away, "kept": node.now(), "gone": []}
        self._kept = time.monotonic()
        self._make_ready()  # the one in the bundle must not be the one that may be opened here
        return True

    def missing(self) -> Nasij | None:
        """Return why nothing could be given back yet, or None."""
        away, mine = self.node.secrets.away, open_pieces(self.node.db, self.node.me)
        if not away:
            return Refused(NO_FRIENDS, advice=NO_FRIENDS_ADVICE)
        held = [row for row in mine if row["state"] == "held" and row["piece"] in away["of"]]
        if not away["of"] or len(held) < away["of"][0]:
            return Refused(NOT_HELD, advice=NOT_HELD_ADVICE)
        return None if away["kept"] else Refused(NOT_KEPT)

    # --- the passphrases ---------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock everything away but the plain account, after `check`; nothing may happen in this room meanwhile."""
        self._over = True
        self.node.vault.make_ready(plain_account(self.node.secrets, alarm=False))
        room.lock_away(self.node, self.resident.folder)

    def set_second(self, passphrase: str, second: str, again: str) -> None:
        """Set, change or remove the second passphrase: the same work, and the same file is written."""
        self.check(passphrase)
        if second != again:
            raise Malformed(DIFFERENT, field="again")
        if second:
            good, sentence, advice = spoken.strength(second, [])
            if not good:
                raise Malformed(sentence, field="second", advice=advice)
            if spoken.normal(second) == spoken.normal(passphrase):
                raise Malformed(SAME, field="second")
        self.node.vault.set_second(spoken.normal(second) if second else b"")
        room.save_vault(self.node, self.resident.folder)

    def check(self, passphrase: str) -> None:
        """Raise what is missing, or `Malformed` for a wrong passphrase."""
        missing = self.missing()
        if missing is not None:
            raise missing
        if not self.node.vault.knows(spoken.normal(passphrase)):
            raise Malformed(WRONG, field="passphrase")

    # --- the plain account -------------------------------------------------------------------------------------------

    def _ask(self) -> Calls:
        node = self.node
        base = node.secrets.joining["base"]
        items = yield from self._items(base)
        if any(item.kind in ("note", "request", "cancelled") for item in items):
            return False  # a newcomer's own mailbox
        seed = node.seeds()[0]
        if not any(item.kind == "asks" and item.id == node.me for item in items):
            yield from self._put(base, BoxItem("asks", node.me, [identity.wrap_public(seed)]))
        key = _joined(_opened(items, base, node.me, seed))
        if key is None:
            return False
        sealed = yield lambda hub: hub.get_slot(public_of(derive(key, labels.AWAY_SLOT)))
        if sealed is None:
            return False
        room.put_back(self.resident.folder, unpacked(open_large(key, labels.AWAY_KEY, sealed, b"")))
        self._over = True
        self.resident.lock(at_once=True)  # the first passphrase opens the room from here on, and nothing here does
        return True

    # --- trying it out -----------------------------------------------------------------------------------------------

    def try_out(self) -> None:
        """Ask friends for their pieces as if everything was locked away; raises what is missing."""
        missing = self.missing()
        if missing is not None:
            raise missing
        self.node.secrets.away["try"] = [new_id(), random_key()]
        room.save_vault(self.node, self.resident.folder)
        self.resident.wrote()

    def _look_at_mine(self) -> Calls:
        """See whether a try has worked; and make new pieces where the present ones were given back in earnest."""
        away = self.node.secrets.away
        if not away:
            return False
        base = box_of(away["way"])
        items = yield from self._items(base)
        if any(item.kind == "asks" for item in items):
            away["of"] = []
            self.tend()
            return True
        asker, seed = away.get("try", ("", b""))
        if not asker:
            return False
        if not any(item.kind == "tries" and item.id == asker for item in items):
            yield from self._put(base, BoxItem("tries", asker, [identity.wrap_public(seed)]))
        if _joined(_opened(items, base, asker, seed)) == away["key"]:
            del away["try"]
            away["tried"] = self.node.by().day
            room.save_vault(self.node, self.resident.folder)
        return False

    # --- the friend's side -------------------------------------------------------------------------------------------

    def _look(self) -> Calls:
        found: dict[str, Asked] = {}
        for row in held_for(self.node.db, self.node.me):
            if row["state"] not in HOLDING or not row["box"]:
                continue
            for item in (yield from self._items(box_of(row["box"]))):
                asked = _read(row, item)
                if asked is not None and asked.asker not in self._given:
                    found[asked.piece] = asked
        self.asked = found
        for asked in found.values():
            if not asked.tries and is_alarm(asked.way, asked.asker, asked.wrap_key):
                self._freeze(asked)
        return False

    def _freeze(self, asked: Asked) -> None:
        """Freeze a member who armed it: their plain account was opened with the second passphrase. Once, for each time."""
        freeze = numbered_id(asked.asker, 1)
        known = self.node.db.execute("select 1 from freeze where freeze = ?", (freeze,)).fetchone()
        if known is None and self.resident.desk.may_write():
            with contextlib.suppress(Nasij):
                record.state(self.node, [MemberFrozen(freeze, asked.member)])
                self.resident.wrote()

    def give(self, piece: str, confirmed: Sequence[str], hub: HubClient) -> None:
        """Give a piece back; raises `Refused` unless all three were confirmed and the membership is in force."""
        asked = self.asked.get(piece)
        if asked is None:
            raise NotHereYet
        if asked.member not in who.members(self.node.db):
            raise Refused(NOT_IN_FORCE)
        if set(confirmed) != {"spoken", "alone", "words"}:
            raise Refused(NOT_SPOKEN)
        (share,) = self.node.db.execute("select share from piece where piece = ?", (piece,)).fetchone()
        base = box_of(asked.way)
        capsule = identity.wrap(encode([share]), asked.wrap_key, _bound(base, asked.asker))
        sealed = invite.seal_item(base, BoxItem("gives", asked.asker, [capsule]))
        hub.put_box(invite.box_name(base), sealed, invite.BOX_DAYS)
        self._given.add(asked.asker)
        self.asked.pop(piece, None)

    def words_of(self, asked: Asked, language: str) -> list[str]:
        """Return the four words of a request, the same in both rooms."""
        return compared(box_of(asked.way), asked.asker, asked.wrap_key, language)

    def my_words(self, language: str) -> list[str]:
        """Return the four words of a try that is under way."""
        away = self.node.secrets.away
        asker, seed = away.get("try", ("", b"")) if away else ("", b"")
        return compared(box_of(away["way"]), asker, identity.wrap_public(seed), language) if asker else []

    def waiting(self) -> list[Item]:
        """Return who waits for a piece."""
        found = sorted(self.asked.values(), key=lambda asked: asked.piece)
        return [Item(0, ASKS_BACK, BACK, {"who": self.resident.returning.name_of(asked.member)}) for asked in found]


def _read(row: dict[str, Any], item: BoxItem) -> Asked | None:
    try:
        (wrap_key,) = item.value
        right = item.kind in ("asks", "tries") and identity.is_sound_wrap_key(wrap_key)
    except (ValueError, TypeError):
        return None
    return Asked(row["piece"], row["member"], item.id, wrap_key, row["box"], item.kind == "tries") if right else None


def _opened(items: Sequence[BoxItem], base: bytes, asker: str, seed: bytes) -> list[bytes]:
    """Return the shares that were given back for a request."""
    found: dict[bytes, None] = {}
    for item in items:
        try:
            if item.kind == "gives" and item.id == asker:
                (share,) = decode(identity.unwrap(item.value[0], seed, _bound(base, asker)))
                shares.threshold(share)
                found[share] = None
        except (SealBroken, NotCanonical, ValueError, TypeError, IndexError, AttributeError):
            continue
    return list(found)


def _joined(given: Sequence[bytes]) -> bytes | None:
    """Return the key, if enough of these shares belong together."""
    tried = given[:SHARES_TRIED]
    for needed in sorted({shares.threshold(share) for share in tried}):
        for some in itertools.combinations(tried, needed):
            with contextlib.suppress(SealBroken):
                return shares.join(some)
    return None
