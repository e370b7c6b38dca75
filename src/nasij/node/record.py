"""The write path: check, keep, show; and later, on the sync loop's call, check again and seal."""

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nasij.clock import day_of
from nasij.errors import Nasij, Refused
from nasij.kit import who
from nasij.kit.area import FactLine
from nasij.kit.fact import to_bytes
from nasij.kit.field import mark
from nasij.line import place_bytes
from nasij.log.cell import CLASSES, fit
from nasij.log.entry import Said, seal_fact, seal_letter
from nasij.log.outbox import Waiting
from nasij.node import keys, rows
from nasij.node.kernel import CircleRenewed, RowsShared
from nasij.node.node import Node, records_of
from nasij.seal import circle
from nasij.seal.circle import CircleKeys, Fresh, write_public

BATCH_MAX = 512
BATCH_BYTES = 4 << 20  # half of what a hub takes at once; what was stated together may be larger, then it goes alone
RENEWALS_A_DAY = 3  # of a private circle for the same people, by a room that has made a key for just these
SAID_BYTES = 512  # what an entry holds around a fact, about


def state(node: Node, facts: Sequence[Any]) -> list[Waiting]:
    """State facts, all or none: check them against what is shown, keep them durably, and show them as waiting.

    Raises `Refused`, `Malformed` or `NotHereYet` from the rules and `DiskFull` where nothing could be kept.
    """
    if node.alarm:
        raise Refused(node.alarm)
    wire = [(node.areas.names[type(fact)], to_bytes(fact)) for fact in facts]
    hour = node.now()
    if not node.laid:
        node.lay_waiting()
    node.db.execute("savepoint state")
    try:
        for fact in facts:
            _reachable(node, node.say(node.areas.line_of(fact), fact, hour))
        items = node.outbox.add(wire, hour)
    except BaseException:
        node.db.execute("rollback to state")
        node.db.execute("release state")
        node.known.clear()
        raise
    node.db.execute("release state")
    for item, fact in zip(items, facts, strict=True):
        for record in records_of(fact):
            node.waiting_records[record] = item.act
    return items


def _reachable(node: Node, audience: str) -> None:
    """Refuse a fact for a circle that is there already and whose keys are not mine."""
    there = keys.wrapped(node.db, audience)[0] > 0
    if audience not in node.keyring.newest and (there or node.me not in who.holders(node.db, audience)):
        raise Refused(mark("You are not one of the people who can read this."))


@dataclass(slots=True)
class Batch:
    """Entries for one append, and what the hub must know with it."""

    expected: int
    entries: list[bytes] = field(default_factory=list)
    write_key: bytes = b""  # the next one, where the network's epoch moves on


@dataclass(slots=True)
class _Sealing:
    """A batch while it grows: keys of this batch's own new epochs lie over the keyring's."""

    node: Node
    batch: Batch
    keys: dict[str, CircleKeys] = field(default_factory=dict)

    @property
    def place(self) -> int:
        """The place of the next entry."""
        return self.batch.expected + len(self.batch.entries) + 1

    def circle(self, audience: str) -> CircleKeys:
        """Return the keys that seal for this audience at the next place."""
        found = self.keys.get(audience) or self.node.keyring.newest.get(audience)
        if found is None:
            raise Refused(mark("You are not one of the people who can read this."))
        return found

    def fact(self, audience: str, name: str, raw: bytes, act: int, hour: int, grant: list[Any] | None = None) -> None:
        """Add a fact."""
        node = self.node
        said = Said(node.me, act, hour, self.batch.expected, node.head, name, raw, grant)
        entry = seal_fact(self.circle(audience), node.secrets.network, self.place, said, node.secrets.sign_seed)
        self.batch.entries.append(entry)

    def letter(self, fresh: Fresh) -> None:
        """Add a letter, and use its key from here on."""
        node = self.node
        bound = keys.bound(node.secrets.network, self.place, self.batch.expected, node.head)
        capsules = circle.letter(fresh, node.me, node.secrets.sign_seed, node.wrap_keys(), bound)
        network = self.circle(who.NETWORK)
        entry = seal_letter(network, node.secrets.network, self.place, self.batch.expected, capsules)
        self.batch.entries.append(entry)
        self.keys[fresh.audience] = CircleKeys(fresh.audience, fresh.epoch, fresh.key)

    def grant(self, fresh: list[Fresh]) -> list[Any] | None:
        """Return the grant for the fact at the next place; its keys are used after that fact."""
        if not fresh:
            return None
        bound = keys.bound(self.node.secrets.network, self.place, self.batch.expected, self.node.head)
        return circle.grant(fresh, self.node.wrap_keys(), bound)

    def take(self, fresh: list[Fresh]) -> None:
        """Use the keys of a grant from here on."""
        for row in fresh:
            self.keys[row.audience] = CircleKeys(row.audience, row.epoch, row.key)
            if row.audience == who.NETWORK:
                self.batch.write_key = write_public(row.key)

    def share(self, audience: str) -> None:
        """Add the rows that somebody who came newly into a circle needs, as they are where this batch will stand.

        A day may turn with this very batch, and what it changes is done before its rows are read.
        """
        node, hour = self.node, self.node.sealing_hour()
        with _put_back(node):
            node.pass_to(node.hour_at(hour, hour if audience == who.NETWORK else 0))
            parts = rows.dump(node.db, node.areas, audience)
        for index, part in enumerate(parts):
            raw = to_bytes(RowsShared(audience, index, len(parts), part))
            self.fact(audience, node.areas.names[RowsShared], raw, _act_number(), hour)


@contextlib.contextmanager
def _put_back(node: Node) -> Iterator[None]:
    """Let the view run ahead of the line, and put it back whatever happens."""
    node.db.execute("savepoint ahead")
    try:
        yield
    finally:
        node.db.execute("rollback to ahead")
        node.db.execute("release ahead")
        node.known.clear()


def _act_number() -> int:
    import secrets

    return secrets.randbits(63)


def next_batch(node: Node) -> Batch | None:
    """Check waiting facts again behind the head just seen and seal as many as fit one append.

    What has become impossible is taken out and told. The view must be settled and is left as it was.
    """
    assert not node.laid
    batch = Batch(node.place)
    if node.shares:
        _Sealing(node, batch).share(node.shares[0])
        return batch
    refused: set[int] = set()
    with _put_back(node):
        lapsed = _lapsed(node)
        if lapsed is not None:
            _seal_item(_Sealing(node, batch), lapsed)
            return batch
        for together, group in itertools.groupby(node.outbox.items, key=lambda item: item.together):
            items = list(group)
            if batch.entries and not _has_room(batch, items):
                break
            more, problem, culprit = _seal_together(node, batch, items)
            if problem is not None:
                node.tell(culprit, problem)
                refused |= {item.act for item in node.outbox.items if item.together == together}
            if not more:
                break
    if refused:
        node.outbox.remove(refused)
    return batch if batch.entries else None


def _lapsed(node: Node) -> Waiting | None:
    """Return the renewal that comes before anything else is said, where a day that passed has changed a circle's people."""
    hour = node.sealing_hour()
    node.pass_to(hour)
    for audience in keys.OPEN_CIRCLES:
        epoch, given = keys.wrapped(node.db, audience)
        people = who.holders(node.db, audience)
        if epoch and people != given and node.me in people and (node.me in given or not given & people):
            renewal = CircleRenewed(audience)
            return Waiting(_act_number(), node.areas.names[CircleRenewed], to_bytes(renewal), hour, 0)
    return None


def _has_room(batch: Batch, items: list[Waiting]) -> bool:
    """Say whether what was stated together still fits: it is never cut in two, and a hub takes only so much at once."""
    size = sum(map(len, batch.entries)) + sum(fit(min(len(item.raw) + SAID_BYTES, CLASSES[-1])) for item in items)
    return len(batch.entries) + len(items) <= BATCH_MAX and size <= BATCH_BYTES


def _seal_together(node: Node, batch: Batch, items: list[Waiting]) -> tuple[bool, Nasij | None, Waiting]:
    """Seal what was stated together: where one of the facts has become impossible, none of them is sealed.

    Returns whether the batch may go on, and which fact was refused for what. New keys end a batch, so what follows them
    goes into the next one.
    """
    started = len(batch.entries)
    node.db.execute("savepoint together")
    for item in items:
        try:
            more = _seal_item(_Sealing(node, batch), item)
        except Nasij as problem:
            del batch.entries[started:]
            node.db.execute("rollback to together")
            node.db.execute("release together")
            node.known.clear()
            return True, problem, item
        if not more:
            break
    node.db.execute("release together")
    return more, None, items[-1]


def _seal_item(sealing: _Sealing, item: Waiting) -> bool:
    """Add the entries of one waiting fact; returns whether the batch may go on after it."""
    node = sealing.node
    line, fact = node.read(item)
    hour = max(node.hour, _hour_of(node, item))
    started = len(sealing.batch.entries)
    node.db.execute("savepoint item")
    try:
        alone = _seal_said(sealing, item, line, fact, hour)
    except BaseException:
        del sealing.batch.entries[started:]
        node.db.execute("rollback to item")
        node.db.execute("release item")
        raise
    node.db.execute("release item")
    return not alone


def _hour_of(node: Node, item: Waiting) -> int:
    """Return when a waiting fact was said: not later than now, where this machine's clock runs ahead or did so."""
    return min(item.hour, node.sealing_hour())


def _seal_said(sealing: _Sealing, item: Waiting, line: FactLine, fact: Any, hour: int) -> bool:
    node = sealing.node
    before = line.read_by.audience(node.db, who.by(node.db, node.me, hour), fact)
    if keys.is_private(before) and keys.wrapped(node.db, before)[0] and keys.is_stale(node.db, before):
        _renew_private(sealing, before)
    audience = node.say(line, fact, hour)
    begun = keys.is_private(audience) and not keys.wrapped(node.db, audience)[0]
    if begun and audience not in sealing.keys:
        fresh = keys.fresh_private(node, audience)
        assert fresh is not None
        sealing.letter(fresh)
    # Everybody must come to the same epochs, so they travel only with what everybody reads and can judge: a newcomer sets
    # aside a step of a need from before their time, and would lose the keys with it.
    renew = [fact.audience] if isinstance(fact, CircleRenewed) else []
    opened = keys.fresh_open(node, renew=renew) if line.authority else []
    sealing.fact(audience, item.name, item.raw, item.act, _hour_of(node, item), sealing.grant(opened))
    sealing.take(opened)
    # One letter a circle in a batch: where the fact changed its people again, `tend` sees it once this one has its place.
    if keys.is_private(audience) and audience not in sealing.keys and keys.is_stale(node.db, audience):
        _renew_private(sealing, audience)
    return bool(opened or sealing.keys)


def _renew_private(sealing: _Sealing, audience: str) -> None:
    """Move a private circle's keys on."""
    node = sealing.node
    if node.me not in who.holders(node.db, audience):
        return  # I have just left it; the next of its people renews it
    fresh = keys.fresh_private(node, audience)
    if fresh is None:
        return
    sealing.letter(fresh)


def tend(node: Node) -> Batch | None:
    """Renew the private circles I hold whose people have changed; the first such entry in the line wins."""
    assert not node.laid
    batch = Batch(node.place)
    for audience in sorted(a for a in node.keyring.newest if keys.is_private(a)):
        try:
            fresh = _due(node, audience)
        except Refused:
            continue  # I was let back in, or my room was: somebody who holds its keys gives them to me
        if fresh is not None:
            _Sealing(node, batch).letter(fresh)
            return batch
    return None


def _due(node: Node, audience: str) -> Fresh | None:
    """Return the next epoch of a private circle whose people have changed in this room's view.

    Two rooms may see its people differently, for one of them does not read all that decides it. Nobody seals to the wrong
    people for that, but neither insists for ever. And a room that does not read what trusted members do, or has it only since
    today, lets people in, and puts nobody out.
    """
    (epoch, given), people = keys.wrapped(node.db, audience), who.holders(node.db, audience)
    if not epoch or given == people or node.me not in people:
        return None
    lately = who.TRUSTED in node.fresh or node.learned_on >= day_of(node.hour)
    reads_all = node.me in who.holders(node.db, who.TRUSTED) and not lately
    fresh = keys.fresh_private(node, audience, frozenset() if reads_all else given & who.members(node.db))
    if fresh is None:
        return None
    often = node.tended[audience, frozenset(fresh.members)]
    return None if often >= (RENEWALS_A_DAY if reads_all else 1) else fresh


def overdue(node: Node) -> list[CircleRenewed]:
    """Return the renewals that are due: open circles of mine that have no key yet, are stale, or have one a week old."""
    found = []
    for audience in keys.OPEN_CIRCLES:
        if node.me not in who.holders(node.db, audience):
            continue  # a role that has ended since: its keys are for those to renew who still hold it
        epoch, given = keys.wrapped(node.db, audience)
        if not epoch:
            found.append(CircleRenewed(audience))
        if not epoch or node.me not in given:
            continue
        since = node.db.execute("select since from circle where of = ?", (audience,)).fetchone()[0]
        if keys.is_stale(node.db, audience) or node.by().day - since >= keys.RENEW_DAYS:
            found.append(CircleRenewed(audience))
    return found


__all__ = ["BATCH_MAX", "Batch", "next_batch", "overdue", "place_bytes", "state", "tend"]
