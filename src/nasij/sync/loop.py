"""Keep a room and its hub in step: look, fold, seal, append; at its own pace, never in the write path.

Written without input or output of its own: `step` yields the calls it wants made and is sent their answers, so that the same
lines run in a story, in the sample village, and beside the pages of a room (`follow`, `step_now`).
"""

import contextlib
import secrets
from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol

from nasij.errors import HeadMoved, SpineBroken
from nasij.line import box_hour, next_head
from nasij.sync.transport import HubClient, ReadAnswer

READ_LIMIT = 2000
TRIES_MAX = 20
_BOX_NAME, _ANYTHING = 32, 1024  # bytes

Call = Callable[[HubClient], Any]
Steps = Generator[Call, Any, bool]


class SealedBatch(Protocol):
    """Entries for one append."""

    expected: int
    entries: list[bytes]
    write_key: bytes


class Desk(Protocol):
    """What the loop may ask of a room."""

    network: bytes

    @property
    def place(self) -> int:
        """How far the room has folded."""

    @property
    def head(self) -> bytes:
        """The head there."""

    def last_head(self) -> tuple[int, bytes]:
        """Return the last place and head the room ever saw."""

    def fold(self, records: Sequence[tuple[int, int, bytes]]) -> None:
        """Fold records that follow."""

    def batch(self) -> SealedBatch | None:
        """Seal what waits, onto the head just seen; None if nothing does."""

    def write_seed(self) -> bytes:
        """Return the seed that proves the right to write at this place."""

    def may_write(self) -> bool:
        """Say whether nothing forbids writing."""

    def asks_hour(self) -> bool:
        """Say whether the hub's hour is to be known before anything is written."""

    def batch_for(self, hour: int) -> SealedBatch | None:
        """Seal what waits for this hour, which is the hub's; raises an error where nothing can be written for it."""

    def stop(self, sentence: str) -> None:
        """Write nothing more until a person has decided."""

    def gone(self, first: int) -> None:
        """Say that the hub no longer has what follows; it begins at place `first`."""

    def rest(self) -> None:
        """Show what waits on top of the line again, and keep the head."""


def step(desk: Desk) -> Steps:
    """Read what is new, write what waits; returns whether anything happened."""
    happened = yield from pull(desk)
    for _ in range(TRIES_MAX):
        if not desk.may_write():
            break
        asks = desk.asks_hour()
        batch = None if asks else desk.batch()
        if asks or (batch is not None and batch.write_key):
            batch = desk.batch_for(box_hour((yield _put_anything())))
        if batch is None:
            break
        happened = True
        taken = None
        with contextlib.suppress(HeadMoved):  # somebody was first: look, check and seal again
            place, hour = yield _append(desk, batch)
            taken = _taken(desk, batch, place, hour)
        yield from pull(desk, taken)
    desk.rest()
    return happened


def _put_anything() -> Call:
    """Put something into a mailbox that nobody knows: the number it gets tells the hub's hour."""
    name, anything = secrets.token_bytes(_BOX_NAME), secrets.token_bytes(_ANYTHING)
    return lambda hub: hub.put_box(name, anything, 1)


def _taken(desk: Desk, batch: SealedBatch, place: int, hour: int) -> tuple[int, bytes]:
    """Return the place and head that the hub promised with its yes to these entries."""
    head = desk.head
    for entry in batch.entries:
        head = next_head(head, hour, entry)
    return place - 1 + len(batch.entries), head


def _append(desk: Desk, batch: SealedBatch) -> Call:
    seed = desk.write_seed()
    return lambda hub: hub.append(desk.network, batch.expected, batch.entries, seed, batch.write_key)


def pull(desk: Desk, taken: tuple[int, bytes] | None = None) -> Steps:
    """Read and fold until nothing is left; a hub whose story is not the one known stops this room's writing.

    What is known is the last place and head this room saw, or what the hub has just `taken` from it. The check comes before
    the fold, so that nothing of another story is folded.
    """
    happened = False
    seen_place, seen_head = taken or desk.last_head()
    while True:
        after = desk.place
        answer: ReadAnswer = yield _read(desk.network, after)
        if answer.current < max(seen_place, desk.place):
            desk.stop(str(SpineBroken()))
            return happened
        if answer.first > after + 1 and answer.current > after:
            desk.gone(answer.first)
            return happened
        records = _in_order(answer, after)
        if _head_at(seen_place, desk, records) not in (None, seen_head):
            desk.stop(str(SpineBroken()))
            return happened
        if records:
            happened = True
            desk.fold(records)
        if desk.place >= answer.current:
            if desk.place == answer.current and desk.head != answer.head:
                desk.stop(str(SpineBroken()))
            return happened
        if not records:
            return happened


def _head_at(place: int, desk: Desk, records: Sequence[tuple[int, int, bytes]]) -> bytes | None:
    """Return the head at a place in these records, or at the last that was folded; None where it is neither."""
    ahead = place - desk.place
    if not 0 <= ahead <= len(records):
        return None
    head = desk.head
    for _, hour, entry in records[:ahead]:
        head = next_head(head, hour, entry)
    return head


def _read(network: bytes, after: int) -> Call:
    return lambda hub: hub.read(network, after, READ_LIMIT)


def _in_order(answer: ReadAnswer, after: int) -> list[tuple[int, int, bytes]]:
    """Return the records as far as they follow without a gap."""
    records: list[tuple[int, int, bytes]] = []
    for place, hour, entry in answer.records:
        if place != after + len(records) + 1:
            break
        records.append((place, hour, entry))
    return records


def step_now(hub: HubClient, steps: Steps) -> bool:
    """Make each call here and now."""
    answer: Any = None
    problem: Exception | None = None
    while True:
        try:
            call = steps.throw(problem) if problem else steps.send(answer)
        except StopIteration as done:
            return bool(done.value)
        answer, problem = None, None
        try:
            answer = call(hub)
        except Exception as error:  # noqa: BLE001  it is the loop's to handle, or it comes out of `steps`
            problem = error
