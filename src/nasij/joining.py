"""The joining ceremony from both sides, on top of `sync/invite.py` and the facts of the area `people`.

A member's room makes invitations, brings what newcomers put into mailboxes to the people who read requests, and carries
answers back. A newcomer's room puts its request into the mailbox and waits there for the welcome.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.areas.people import (
    CLOCK_HOURS,
    LATE_DAYS,
    InvitationMade,
    InvitationUsed,
    JoinArrived,
    JoinSaid,
    JoinWithdrawn,
    questions,
)
from nasij.clock import HOURS_A_DAY
from nasij.errors import Malformed, Nasij, NotHereYet, Refused
from nasij.ids import is_id, new_id
from nasij.kit.fact import fields_of
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.line import box_hour
from nasij.node import record, room
from nasij.seal import words as spoken
from nasij.seal.primitives import public_of
from nasij.sync import invite
from nasij.sync.invite import BoxItem
from nasij.sync.transport import HubClient
from nasij.text import clean

if TYPE_CHECKING:
    from nasij.resident import Resident

WELCOMED = mark("Words of welcome to you")
CLOCKS_DIFFER = mark(
    "The clock of this machine and that of the hub are hours apart, so nobody could join with this invitation."
)
SET_THE_CLOCK = mark("Set the clock of this machine and its time zone right, then invite again. None was counted.")
Calls = Generator[Any, Any, bool]
OPEN_JOINS = ("received", "conversation")
CLOSED_JOINS = ("accepted", "declined", "withdrawn", "expired")


class Joining:
    """The ceremony as one room takes part in it."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node
        self._carried: set[str] = set()  # what was put into mailboxes by this process

    def expects(self) -> bool:
        """Say whether somebody may be knocking, or may answer us."""
        if self.node.secrets.joining.get("base"):
            return True
        return bool(self._invitations() or self._joins(OPEN_JOINS))

    def attend(self, _hub: HubClient) -> Calls:
        """Look into the mailboxes that concern this room, and carry what is to be carried."""
        if self.node.secrets.joining.get("base"):
            yield from self._wait_for_welcome()
            return False
        for invitation, base in self._invitations():
            items = yield from self._items(base)
            yield from self._take_request(invitation, base, items)
        yield from self._look_behind()
        yield from self._call_off()
        for join, base, state in self._joins((*OPEN_JOINS, *CLOSED_JOINS)):
            if f"closed {join}" in self._carried:
                continue
            items = yield from self._items(base)
            self._take_words(join, state, items)
            yield from self._carry(join, base, state, items)
        return False

    def _items(self, base: bytes) -> Generator[Any, Any, list[BoxItem]]:
        raw = yield lambda hub: hub.read_box(invite.box_name(base), 0)
        return invite.open_items(base, raw)

    def _numbered(self, base: bytes) -> Generator[Any, Any, list[tuple[int, bytes]]]:
        found: list[tuple[int, bytes]] = yield lambda hub: hub.box_items(invite.box_name(base))
        return found

    def _put(self, base: bytes, item: BoxItem) -> Calls:
        sealed = invite.seal_item(base, item)
        yield lambda hub: hub.put_box(invite.box_name(base), sealed, invite.BOX_DAYS)
        return True

    # --- the inviter's side --------------------------------------------------------------------------------------

    def make(self, language: str, hub: HubClient) -> dict[str, Any]:
        """Make an invitation: put the note into its mailbox, then state it; returns what to hand on, once."""
        node = self.node
        link = invite.new_link()
        words = spoken.speak(invite.new_link(), language, invite.SPOKEN_WORDS)
        base = invite.stretched(link, " ".join(words).encode())
        expires = node.now() + invite.VALID_HOURS
        made = InvitationMade(new_id(), expires, base)
        note = {
            "member": node.me,
            "sign_key": public_of(node.secrets.sign_seed),
            "language": language,
            "expires": expires,
            "place": node.place,
            "head": node.head,
            "questions": questions(node.db),
        }
        number = hub.put_box(invite.box_name(base), invite.seal_item(base, BoxItem("note", made.invitation, note)), 3)
        if abs(box_hour(number) - node.now()) > CLOCK_HOURS:
            raise Refused(CLOCKS_DIFFER, advice=SET_THE_CLOCK)
        record.state(node, [made])  # afterwards: an invitation whose note the hub did not take would count for nothing
        self.resident.wrote()
        return {"invitation": made.invitation, "link": link, "words": words, "expires_at": expires}

    def _invitations(self, state: str = "sent") -> list[tuple[str, bytes]]:
        rows = self.node.db.execute(
            "select invitation, box from invitation where state = ? and expires_at > ? and box != x''",
            (state, self.node.now()),
        ).fetchall()
        return [(str(row[0]), bytes(row[1])) for row in rows]

    def _look_behind(self) -> Calls:
        """Take requests that were put in while an invitation held and this room was locked; tell those who came later. Once."""
        for invitation, base, expires_at in self._ran_out():
            if f"over {invitation}" in self._carried:
                continue
            numbered = yield from self._numbered(base)
            items = invite.open_items(base, [sealed for _, sealed in numbered])
            in_time = invite.open_items(base, [sealed for number, sealed in numbered if box_hour(number) <= expires_at])
            yield from self._take_request(invitation, base, in_time)
            kinds = {item.kind for item in items}
            if "request" in kinds - {item.kind for item in in_time} and "cancelled" not in kinds:
                yield from self._put(base, BoxItem("cancelled", invitation, 1))
            if self.node.now() > expires_at + CLOCK_HOURS:  # until then somebody may still knock, by a slow clock too
                self._carried.add(f"over {invitation}")
        return False

    def _ran_out(self) -> list[tuple[str, bytes, int]]:
        """Return the invitations whose hours are over, as long as a mailbox is kept."""
        now = self.node.now()
        rows = self.node.db.execute(
            "select invitation, box, expires_at from invitation where state in ('sent', 'expired') and box != x''"
            " and expires_at <= ? and expires_at > ?",
            (now, now - LATE_DAYS * HOURS_A_DAY),
        ).fetchall()
        return [(str(row[0]), bytes(row[1]), int(row[2])) for row in rows]

    def _call_off(self) -> Calls:
        """Say in the mailboxes of invitations that were cancelled that they lead nowhere, once each."""
        for invitation, base in self._invitations("cancelled"):
            if f"cancelled {invitation}" in self._carried:
                continue
            items = yield from self._items(base)
            if not any(item.kind == "cancelled" for item in items):
                yield from self._put(base, BoxItem("cancelled", invitation, 1))
            self._carried.add(f"cancelled {invitation}")
        return False

    def _joins(self, states: tuple[str, ...]) -> list[tuple[str, bytes, str]]:
        marks = ", ".join("?" * len(states))
        rows = self.node.db.execute(
            f"select request, box, state from join_request where state in ({marks}) and box != x''", states
        ).fetchall()
        return [(str(row[0]), bytes(row[1]), str(row[2])) for row in rows]

    def _take_request(self, invitation: str, base: bytes, items: list[BoxItem]) -> Calls:
        """Take the first request in the mailbox, and only that; the invitation is used up by it.

        Whoever sent one of another form is told that it is over. Where the inviter may invite nobody now, it waits.
        """
        requests = [item for item in items if item.kind == "request"]
        if not requests:
            return False
        used = InvitationUsed(invitation)
        try:
            record.state(
                self.node, [self._arrived(invitation, base, requests[0].value, self._language_of(items)), used]
            )
        except (Nasij, ValueError, TypeError, AttributeError):
            try:
                record.state(self.node, [used])  # whatever that was, this code is spent
            except Nasij:
                return False  # to look again at once would never end
            yield from self._put(base, BoxItem("cancelled", invitation, 1))
        self.resident.wrote()
        return True

    def _arrived(self, invitation: str, base: bytes, request: Any, language: str) -> JoinArrived:
        """Return the fact that a request arrived; raises for a request of another form."""
        member, alias, address, languages, answers, sign_key, wrap_key, period, proof = request
        compare = invite.compare_bytes(base, public_of(self.node.secrets.sign_seed), sign_key, wrap_key)
        words = " ".join(spoken.speak(compare, language, invite.COMPARE_WORDS))
        return JoinArrived(
            *(member, invitation, alias, address, languages, answers),
            *(sign_key, wrap_key, period, proof, base, words),
        )

    @staticmethod
    def _language_of(items: list[BoxItem]) -> str:
        notes = [item.value for item in items if item.kind == "note" and isinstance(item.value, dict)]
        return str(notes[0].get("language", "ar")) if notes else "ar"

    def _take_words(self, join: str, state: str, items: list[BoxItem]) -> None:
        """Bring the newcomer's words, or their withdrawal, to those who read the request."""
        if state not in OPEN_JOINS:
            return
        for item in items:
            try:
                if item.kind == "them" and is_id(item.id) and not self._known_words(item.id):
                    words = clean(str(item.value), lines=True)
                    record.state(self.node, [JoinSaid(join, item.id, True, words)])
                elif item.kind == "withdrawn":
                    record.state(self.node, [JoinWithdrawn(join)])
                else:
                    continue  # nothing was said: to look again at once would never end
            except (Refused, Malformed, NotHereYet):
                continue
            self.resident.wrote()

    def _known_words(self, said: str) -> bool:
        return self.node.db.execute("select 1 from join_said where said = ?", (said,)).fetchone() is not None

    def _carry(self, join: str, base: bytes, state: str, items: list[BoxItem]) -> Calls:
        """Put what the newcomer should know into the mailbox, once."""
        there = {item.id for item in items} | self._carried
        said = self.node.db.execute(
            "select said, words from join_said where request = ? and from_newcomer = 0", (join,)
        ).fetchall()
        news = [BoxItem("us", row[0], row[1]) for row in said if not self.node.is_waiting(row[0])]
        if state == "accepted" and join in self.node.welcomes:
            welcome = [self.node.secrets.network, *self.node.welcomes[join]]
            if words := self._kind_words(join):
                news.append(BoxItem("words", f"words {join}", words))  # first: with the welcome the newcomer goes on
            news.append(BoxItem("welcome", f"welcome {join}", welcome))
        elif state in ("declined", "withdrawn", "expired"):
            news.append(BoxItem("closed", f"closed {join}", [state, self._kind_words(join)]))
        elif state in OPEN_JOINS and not self.node.is_waiting(join):
            news.append(BoxItem("arrived", f"arrived {join}", 1))
        for item in news:
            if item.id not in there:
                yield from self._put(base, item)
            self._carried.add(item.id)
            if item.kind == "welcome":
                self.node.welcomes.pop(join, None)
            if item.kind in ("welcome", "closed"):
                self._carried.add(f"closed {join}")
        return False

    def _kind_words(self, join: str) -> str:
        row = self.node.db.execute("select answer from join_request where request = ?", (join,)).fetchone()
        return str(row[0]) if row else ""

    # --- the newcomer's side -------------------------------------------------------------------------------------

    def _wait_for_welcome(self) -> Calls:
        joining = self.node.secrets.joining
        items = yield from self._items(joining["base"])
        heard = [[item.kind, item.id, item.value] for item in items if item.kind in ("us", "them")]
        state = self._state_by(items)
        if heard != joining["items"] or state != joining["state"]:
            joining["items"], joining["state"] = heard, state
            room.save_vault(self.node, self.resident.folder)
        for item in items:
            if item.kind == "welcome":
                self._begin(item.value, [str(found.value) for found in items if found.kind == "words"])
                break
        return False

    def _state_by(self, items: list[BoxItem]) -> str:
        """Return how far the request is by what lies in the mailbox, where nothing lies for more than two weeks.

        Whoever is not heard waits on without an end: so does a plain account (`seal/plain.py`), whose friends may come late.
        """
        joining = self.node.secrets.joining
        state = str(joining["state"])
        if not items and state in ("received", "conversation"):
            return "expired"  # an answer may have lain there too
        for item in items:
            if item.kind == "arrived" and state == "waiting":
                state = "received"
            elif item.kind in ("us", "them") and state in ("waiting", "received"):
                state = "conversation"
            elif item.kind == "cancelled" and state == "waiting":
                state = "expired"
            elif item.kind == "closed" and state != "withdrawn":
                # By somebody inside: only whoever took it back themselves is told so.
                state, joining["words"] = str(item.value[0]).replace("withdrawn", "expired"), str(item.value[1])
        return state

    def _begin(self, value: list[Any], words: list[str]) -> None:
        network, *welcome = value
        node = self.node
        node.settle()
        room.be_welcomed(node, network, welcome)
        if words:
            node.secrets.joining["words"] = clean(words[0], lines=True)
        self.resident.desk = type(self.resident.desk)(node, self.resident.folder)
        room.save_vault(node, self.resident.folder)
        self.resident.desk.save()
        node.lay_waiting()
        self.resident.wrote()

    def waiting(self) -> list[Item]:
        """Return what waits of this on the home page: words of welcome that nobody has read yet."""
        return [Item(2, WELCOMED, "/guest")] if self.words_of_welcome() else []

    def words_of_welcome(self) -> str:
        """Return what was said to this room's member when they were let in, until they have read it."""
        joining = self.node.secrets.joining
        return "" if joining.get("base") else str(joining.get("words", ""))

    def came_in(self) -> None:
        """Let go of the words of welcome."""
        if not self.words_of_welcome():
            return
        self.node.secrets.joining.pop("words", None)
        room.save_vault(self.node, self.resident.folder)

    def say(self, words: str, hub: HubClient) -> None:
        """Say something to those who read one's request; raises `Malformed` for nothing or too much."""
        try:
            words = fields_of(JoinSaid)["words"].read([words])
        except Malformed as problem:
            problem.field = "words"
            raise
        joining = self.node.secrets.joining
        item = BoxItem("them", new_id(), words)
        hub.put_box(invite.box_name(joining["base"]), invite.seal_item(joining["base"], item), invite.BOX_DAYS)
        joining["items"] = [*joining["items"], ["them", item.id, words]]

    def withdraw(self, hub: HubClient) -> None:
        """Take one's request back."""
        base = self.node.secrets.joining["base"]
        hub.put_box(invite.box_name(base), invite.seal_item(base, BoxItem("withdrawn", new_id(), 1)), invite.BOX_DAYS)
        self.node.secrets.joining["state"] = "withdrawn"
        room.save_vault(self.node, self.resident.folder)
