"""A room as the sync loop sees it."""

import time
from collections.abc import Sequence
from pathlib import Path

from nasij.errors import DiskFull, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.line import KEPT_DAYS
from nasij.node import fold, keys, record, room
from nasij.node.fold import Placed
from nasij.node.node import Node
from nasij.seal.circle import write_seed

SAVE_EVERY = 500  # places, after which a snapshot is worth its half second
CLOCK_SECONDS = 300  # before a hub whose hour is another is asked for it again
CLOCK_AHEAD = mark(
    "The date of this machine is days ahead of the hub's, so what you write waits here and reaches nobody."
    " Set its date, time and time zone right; then it goes out by itself."
)
GONE = mark("This room was closed for longer than the hub keeps entries. Somebody you trust can bring it back in.")


class RoomDesk:
    """One unlocked room at work; `folder` is None for a room that lives in memory only."""

    def __init__(self, node: Node, folder: Path | None) -> None:
        """Take the room."""
        self.node = node
        self.folder = folder
        self.network = node.secrets.network
        self.hub_current = node.place
        self._saved_place = node.place
        self._saved = (node.alarm, len(node.told))
        self._seen = room.last_head(node, folder) if folder else (node.place, node.head)
        self._kept_head = self._seen
        self._ask_again = 0.0

    @property
    def place(self) -> int:
        """How far the room has folded."""
        return self.node.place

    @property
    def head(self) -> bytes:
        """The head there."""
        return self.node.head

    def last_head(self) -> tuple[int, bytes]:
        """Return the last place and head the room ever saw."""
        return self._seen

    def fold(self, records: Sequence[tuple[int, int, bytes]]) -> None:
        """Fold records that follow, and let go of waiting facts that were among them."""
        node = self.node
        node.settle()
        fold.fold_line(node, [Placed(*r) for r in records])
        if node.place >= self._seen[0]:
            self._seen = (node.place, node.head)
        if node.placed:
            node.outbox.remove(node.placed)
            node.placed.clear()
        keys.forget_past(node, KEPT_DAYS)
        node.lay_waiting()

    def batch(self) -> record.Batch | None:
        """Seal what waits; where nothing does, renew a private circle whose people have changed."""
        self.node.settle()
        try:
            return record.next_batch(self.node) or record.tend(self.node)
        finally:
            self.node.lay_waiting()  # pages are looked at while the batch is on its way

    def write_seed(self) -> bytes:
        """Return the seed that proves the right to write at this place."""
        return write_seed(self.node.keyring.newest[who.NETWORK].key)

    def may_write(self) -> bool:
        """Say whether nothing forbids writing."""
        node = self.node
        return not node.alarm and who.NETWORK in node.keyring.newest and who.NETWORK not in node.fresh

    def asks_hour(self) -> bool:
        """Say whether the hub is to be asked for its hour first: nobody has spoken for long, or this machine's clock is wrong.

        What is said with such a clock counts for nobody, and keys that are given with it neither; but the hub would take
        them, and then nobody could write any more. Raises `Refused` where the hub has just named another hour.
        """
        node = self.node
        if not (node.outbox.items or node.shares) or node.now() <= node.hour + fold.HOURS_AHEAD_MAX:
            return False
        if time.monotonic() < self._ask_again:
            raise Refused(CLOCK_AHEAD)
        return True

    def _hear_hour(self, hour: int) -> None:
        """Hear the hub's hour; raises `Refused` where this machine's clock runs far ahead of it."""
        if self.node.now() > hour + fold.HOURS_AHEAD_MAX:
            self._ask_again = time.monotonic() + CLOCK_SECONDS
            raise Refused(CLOCK_AHEAD)

    def batch_for(self, hour: int) -> record.Batch | None:
        """Seal what waits for the hub's hour: what moves the network's keys on, or comes after a long silence.

        By a clock that is a few hours off, other people might hold them than the line will name, and all rooms would set that
        aside; but the hub would take the new right to write, and then nobody could write any more.
        """
        self._hear_hour(hour)
        self.node.heard_hour = self.node.hour_at(
            hour, self.node.now()
        )  # a hub that lies moves it no further than the line
        try:
            return self.batch()
        finally:
            self.node.heard_hour = 0

    def stop(self, sentence: str) -> None:
        """Write nothing more until a person has decided."""
        self.node.alarm = sentence

    def gone(self, _first: int) -> None:
        """Say that this room needs to be brought back in."""
        self.node.alarm = GONE

    def rest(self) -> None:
        """Show what waits on top of the line again; keep the head, and now and then a snapshot."""
        node = self.node
        if self.folder is not None:
            try:
                self._keep(self.folder)
            except DiskFull as problem:
                node.alarms.append(str(problem))
        if not node.laid:
            node.lay_waiting()

    def _keep(self, folder: Path) -> None:
        """Keep what changed. An alarm is kept at once: a room that is killed must not forget it and be led on."""
        node = self.node
        if node.place - self._saved_place >= SAVE_EVERY or (node.alarm, len(node.told)) != self._saved:
            self.save()
        elif self._kept_head != self._seen:
            room.save_head(node, folder)
            self._kept_head = self._seen

    def save(self) -> None:
        """Write a snapshot now."""
        if self.folder is not None:
            room.save(self.node, self.folder)
            self._saved_place = self.node.place
            self._saved = (self.node.alarm, len(self.node.told))
            self._kept_head = self._seen
