"""Open, check, apply, or set aside. Never raises for anything that stands in the line.

The second door of the two that check a rule: what was checked before sealing is checked again here by every reader.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nasij.clock import day_of
from nasij.errors import Malformed, Nasij, Refused, SealBroken
from nasij.kit import who
from nasij.kit.area import FactLine
from nasij.kit.fact import AUTHORITY_MARK, from_bytes
from nasij.kit.field import mark
from nasij.line import next_head, place_bytes
from nasij.log.entry import OUTSIDE_SIZE, OpenedFact, OpenedLetter, Said, open_entry
from nasij.node import keys, rows
from nasij.node.check import Checker
from nasij.node.kernel import AREA as KERNEL
from nasij.node.kernel import HeadSeen, RoomBroughtBack, RowsShared
from nasij.node.node import Known, Node, admits_key, keys_hold
from nasij.seal.circle import Keyring

CHUNK = 512
CHUNKS_AHEAD = 2  # opened and being checked while one is folded, so that nobody waits for anybody
HOURS_AHEAD_MAX = 36  # an author's clock may run this much ahead of the hub's stamp, and no more
SEEN_BACK_MAX = 520  # the largest batch and its letters: the last entry was sealed when those before it had no head yet
TWO_STORIES = mark("The hub told two different stories.")
MOVED_MAX = 24  # places; how far away an entry that does not open is looked for
BROKEN = mark("This fact does not have the form that was agreed.")
NOT_READ_BEFORE = mark("Whoever wrote this had not read what came before.")
VIEWS_COMPARED_MAX = 3  # a day
COMEBACK_MARK = "back "  # before a member's id: the welcome of a room that comes back
FOUNDING = "people.network-founded/1" + AUTHORITY_MARK


@dataclass(frozen=True, slots=True)
class Placed:
    """A record of the line as the hub gives it."""

    place: int
    hour: int
    entry: bytes


@dataclass(slots=True)
class Prepared:
    """A record with its place in the story computed and, as far as keys allowed at the time, opened."""

    record: Placed
    head: bytes
    opened: OpenedFact | OpenedLetter | None
    broken: bool = False
    turn: int = 0  # of the keyring it was opened with


def fold_line(node: Node, records: Sequence[Placed]) -> None:
    """Fold records that follow `node.place` without a gap; waiting facts must be taken off and laid on by the caller."""
    assert not node.laid
    if not records:
        return
    assert records[0].place == node.place + 1
    with Checker(len(records)) as checker:
        ahead: deque[tuple[list[Prepared], Any]] = deque()
        head = node.head
        for start in range(0, len(records), CHUNK):
            ahead.append(prepare(node, records[start : start + CHUNK], head, checker))
            head = ahead[-1][0][-1].head
            if len(ahead) > CHUNKS_AHEAD:
                _fold_chunk(node, *ahead.popleft())
        for prepared, checks in ahead:
            _fold_chunk(node, prepared, checks)


def prepare(
    node: Node, records: Sequence[Placed], head: bytes, checker: Checker
) -> tuple[list[Prepared], "dict[int, tuple[bytes, bool]] | Any"]:
    """Compute heads, open what opens, and hand the signatures of known authors to the checker."""
    prepared: list[Prepared] = []
    tasks: list[tuple[int, bytes, bytes, bytes]] = []
    for record in records:
        head = next_head(head, record.hour, record.entry)
        item = _opened(node, record, head)
        prepared.append(item)
        opened = item.opened
        if isinstance(opened, OpenedFact):
            author = _author(node, opened.said.author)
            if author is not None:
                tasks.append((record.place, author.sign_key, opened.signature, opened.form))
    return prepared, checker.start(tasks)


def _opened(node: Node, record: Placed, head: bytes) -> Prepared:
    turn = node.keyring.turn
    try:
        opened = open_entry(node.keyring, node.secrets.network, record.place, record.entry)
    except SealBroken:
        return Prepared(record, head, None, broken=True, turn=turn)
    return Prepared(record, head, opened, turn=turn)


def _author(node: Node, member: str) -> Known | None:
    known = node.known.get(member)
    if known is None:
        row = node.db.execute("select sign_key, standing from member where member = ?", (member,)).fetchone()
        if row is None:
            return None
        known = Known(row[0], row[1], who.roles_of(node.db, member, day_of(node.hour)))
        node.known[member] = known
    return known


def _fold_chunk(node: Node, prepared: list[Prepared], checks: Any) -> None:
    checked: dict[int, tuple[bytes, bool]] = checks()
    node.db.execute("begin")
    for item in prepared:
        place = item.record.place
        node.place = place
        node.heads.append(item.head)
        if node.network_hour:
            _pass_hours(node, item.record.hour)
        now = item if _still_counts(node.keyring, item) else _opened(node, item.record, item.head)
        if now.opened is not None:
            fold_one(node, now, checked.get(place))
        elif now.broken:
            set_aside(node, "", mark("These bytes do not open."))
        elif was_meant_elsewhere(node.keyring, place, item.record.entry):
            node.alarm = TWO_STORIES
        if node.turned == place or (isinstance(now.opened, OpenedFact) and _moves_people(now.opened)):
            keys.leave_circles(node)
    node.db.execute("commit")


def _still_counts(keyring: Keyring, item: Prepared) -> bool:
    """Say whether this would open the same way now: keys may have come or moved on, and only the newest count."""
    if item.turn == keyring.turn:
        return True
    circle = item.opened.circle if item.opened is not None else None
    return circle is not None and keyring.newest.get(circle.audience) is circle


def _moves_people(opened: OpenedFact) -> bool:
    """Say whether a fact may have changed who is in a private circle: one said in it, or one about roles and standings."""
    return keys.is_private(opened.circle.audience) or opened.said.name.endswith(AUTHORITY_MARK)


def was_meant_elsewhere(keyring: Keyring, place: int, entry: bytes) -> bool:
    """Say whether an entry that does not open here is the network's, sealed for a place nearby.

    That happens where the hub dropped, repeated or swapped something: what follows stands at places it was not made for,
    and would otherwise look like entries of circles one is not in.
    """
    network = keyring.newest.get(who.NETWORK)
    if network is None:
        return False
    tag = entry[OUTSIDE_SIZE : OUTSIDE_SIZE + 16]
    for other in range(max(1, place - MOVED_MAX), place + MOVED_MAX + 1):
        if network.tag_at(place_bytes(other)) == tag and other != place:
            return True
    return False


def set_aside(node: Node, name: str, reason: str) -> None:
    """Keep where and why something changed nothing; its words are not kept.

    A newcomer whose rows have not come yet cannot judge, and what the rows come from is in them already.
    """
    if who.NETWORK in node.fresh:
        return
    node.db.execute(
        "insert into aside (place, name, reason, day) values (?, ?, ?, ?)",
        (node.place, name[:60], reason, day_of(node.hour)),
    )


def fold_one(node: Node, item: Prepared, checked: tuple[bytes, bool] | None) -> None:
    """Fold one opened entry, or set it aside with its reason. The third broad catch of nasij, and a door."""
    opened = item.opened
    name = opened.said.name if isinstance(opened, OpenedFact) else ""
    if isinstance(opened, OpenedFact) and opened.said.author == node.me:
        node.placed.add(opened.said.act)
    node.db.execute("savepoint one")
    try:
        if isinstance(opened, OpenedLetter):
            _fold_letter(node, opened)
        elif isinstance(opened, OpenedFact):
            _fold_fact(node, opened, item.record, checked)
        node.db.execute("release one")
    except Exception as problem:  # noqa: BLE001  whatever an entry holds, the room goes on
        node.db.execute("rollback to one")
        node.db.execute("release one")
        node.known.clear()
        node.pass_to(node.hour)  # the hour was heard all the same
        told = problem if isinstance(problem, Nasij) else Malformed(BROKEN)
        set_aside(node, name, told.sentence)
        if isinstance(opened, OpenedFact) and opened.said.author == node.me:
            _tell_author(node, opened.said, told)


def _tell_author(node: Node, said: Said, problem: Nasij) -> None:
    """Tell this room's member that what they said counts for nobody, though their room took it: a wrong clock does that.

    Only of what waits here, for anybody may write this member's name over something. What a room says by itself it says again.
    """
    for item in node.outbox.items:
        line = node.areas.facts.get(item.name)
        if (item.act, item.name, item.raw) == (said.act, said.name, said.raw) and line not in KERNEL.facts:
            node.tell(item, problem)


def _fold_letter(node: Node, opened: OpenedLetter) -> None:
    head = node.head_at(opened.seen)
    if head is None or not _lately(node, opened.seen):
        raise Refused(NOT_READ_BEFORE)
    keys.take_letter(node, opened.capsules, node.place, opened.seen, head)


def _fold_fact(node: Node, opened: OpenedFact, record: Placed, checked: tuple[bytes, bool] | None) -> None:
    said = opened.said
    line = node.areas.facts.get(said.name)
    fact: Any = from_bytes(line.cls, said.raw) if line else None
    _signed(node, opened, fact, checked)  # first, so that nobody stops a room in somebody else's name
    _meet_stories(node, opened)
    if line is None:
        _unknown(node, said.name)
        return
    if said.grant is not None and not line.authority:
        raise Refused(mark("The keys were given to the wrong people."))  # not everybody could judge such a fact
    if opened.circle.audience == who.NETWORK:
        _hear_hour(node, said.hour, record.hour)
        _pass_hours(node, record.hour)
    act = node.db.execute(
        "insert or ignore into act (act, audience, day) values (?, ?, ?)",
        (said.act, opened.circle.audience, day_of(node.hour)),
    )
    if act.rowcount != 1:
        raise Refused(mark("This was said twice."))
    network_before = who.holders(node.db, who.NETWORK) if line.authority else None
    newcomer = admits_key(fact) and _author(node, fact.member) is None
    _apply(node, opened, line, fact)
    if line.authority:
        granted = keys.check_grant(node, said.author, said.grant, network_before)
        keys.write_circles(node, granted, day_of(node.hour), said.author)
        keys.take_grant(node, granted, said, node.place)
        if newcomer and fact.member != said.author:
            _note_welcome(node, said.author, fact.member, fact.member, (who.NETWORK,))
        elif isinstance(fact, RoomBroughtBack) and said.author == node.me:
            _note_welcome(node, said.author, fact.member, COMEBACK_MARK + fact.member, keys.OPEN_CIRCLES)


def _note_welcome(node: Node, author: str, whom: str, name: str, audiences: Sequence[str]) -> None:
    """Remember where somebody begins to read, and with which keys, until they have been told."""
    row = node.db.execute("select sign_key from member where member = ?", (author,)).fetchone()
    held = [node.keyring.newest[a] for a in audiences if a in node.keyring.newest and whom in who.holders(node.db, a)]
    given = [[found.audience, found.epoch, found.key] for found in held]
    node.welcomes[name] = [node.place, node.head, node.hour, node.network_hour, given, author, row[0]]


def _hear_hour(node: Node, said: int, stamp: int) -> None:
    if said > stamp + HOURS_AHEAD_MAX:
        raise Refused(
            mark("The clock of the machine that wrote this runs far ahead."),
            advice=mark("Set the clock of that machine right, with its date and time zone, then say it again."),
        )
    node.network_hour = max(node.network_hour, said)


def _pass_hours(node: Node, stamp: int) -> None:
    hour = node.hour_at(stamp)
    if hour == node.hour:
        return
    if day_of(hour) > day_of(node.hour):
        node.known.clear()
        node.tended.clear()
        node.turned = node.place
    node.pass_to(hour)
    node.hour = hour


def _lately(node: Node, seen: int) -> bool:
    return max(0, node.place - SEEN_BACK_MAX) <= seen < node.place


def _meet_stories(node: Node, opened: OpenedFact) -> None:
    """Let the author's story meet ours: they must be the same."""
    said = opened.said
    if not _lately(node, said.seen):
        raise Refused(NOT_READ_BEFORE)
    head = node.head_at(said.seen)
    if head is not None and head != said.head:
        node.alarm = TWO_STORIES
        raise Refused(mark("Whoever wrote this was told another story by the hub."))


def _unknown(node: Node, name: str) -> None:
    """Let an unknown fact be; one about authority makes this room read-only, for it no longer knows who is inside."""
    if name.endswith(AUTHORITY_MARK):
        node.alarm = mark(
            "This version is too old to know who is a member now. Please update it; until then this room only reads."
        )
    set_aside(node, name, mark("This version does not know this kind of fact."))


def _signed(node: Node, opened: OpenedFact, fact: Any, checked: tuple[bytes, bool] | None) -> None:
    said = opened.said
    author = _author(node, said.author)
    if author is None:
        sign_key = _first_key(node, said.name, said.author, fact)
    else:
        sign_key = author.sign_key
    if fact is not None and not keys_hold(fact):
        raise Refused(mark("The proof of this key does not hold."))
    if checked is not None and checked[0] == sign_key:
        valid = checked[1]
    else:
        valid = Checker.one(sign_key, opened.signature, opened.form)
    if not valid:
        raise SealBroken(mark("The signature does not hold."))
    if node.network_hour == 0:
        node.network_hour = opened.said.hour


def _first_key(node: Node, name: str, author: str, fact: Any) -> bytes:
    """Return the key of an author nobody has admitted: the founder's own, or for a newcomer the one they were told."""
    told = node.secrets.joining.get("welcomed_by")
    if told and isinstance(fact, RowsShared) and told[0] == author:
        return bytes(told[1])
    if name == FOUNDING and fact.member == author and node.db.execute("select count(*) from member").fetchone()[0] == 0:
        return bytes(fact.sign_key)
    raise Refused(mark("Whoever wrote this is not a member."))


def _apply(node: Node, opened: OpenedFact, line: FactLine, fact: Any) -> None:
    said, audience = opened.said, opened.circle.audience
    if isinstance(fact, RowsShared):
        _take_rows(node, said.author, audience, fact)
        return
    author = node.known.get(said.author) or _author(node, said.author)
    by = who.By(
        said.author,
        node.hour,
        author.standing if author else "none",
        author.roles if author else frozenset(),
        audience,
    )
    if not line.said_by.fits(by):
        raise Refused(mark("This is not theirs to say."))
    if line.read_by.audience(node.db, by, fact) != audience:
        raise Refused(mark("This was said to other people than it is for."))
    if line.rule is not None:
        line.rule(node.db, by, fact)
    line.fold(node.db, by, fact)
    if isinstance(fact, HeadSeen):
        compare_view(node, said.author, fact)


def _take_rows(node: Node, author: str, audience: str, fact: RowsShared) -> None:
    if fact.audience != audience:
        raise Refused(mark("This was said to other people than it is for."))
    if author == node.me and audience in node.shares and fact.part + 1 >= fact.parts:
        node.shares.remove(audience)
    if node.fresh.get(audience) != author:
        return
    if fact.part == 0:
        rows.clear(node.db, node.areas, audience)
    rows.load(node.db, node.areas, audience, fact.rows)
    node.known.clear()
    if fact.part + 1 >= fact.parts:
        del node.fresh[audience]
        if who.is_open_circle(audience):
            node.learned_on = day_of(node.hour)


def compare_view(node: Node, author: str, fact: HeadSeen) -> None:
    """Compare what the network looks like from there and from here, at most three times a day.

    Not where a new day began with this very entry: its author saw the network before what the day changed.
    """
    if author == node.me or fact.place != node.place - 1 or who.NETWORK in node.fresh or node.turned == node.place:
        return
    day = day_of(node.hour)
    done = node.db.execute("select count(*) from heartbeat where day = ? and agrees < 2", (day,)).fetchone()[0]
    if done >= VIEWS_COMPARED_MAX:
        return
    agrees = rows.digest(node.db, node.areas) == fact.digest
    node.db.execute("update heartbeat set agrees = ? where member = ?", (int(agrees), author))
    if not agrees:
        node.alarms.append(
            mark(
                "Another room sees the network differently from this one. Please tell somebody who looks after the machines."
            )
        )
