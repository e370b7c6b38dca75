"""Keeping in step with a hub: lost answers, a hub that takes and then shows otherwise, and a room killed in between."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nasij.encoding import decode, encode
from nasij.errors import HubUnreachable
from nasij.hub.wire import Code
from nasij.line import FIRST_HEAD, next_head
from nasij.sync.transport import Transport
from tests.village import Person, Village, cheap_words

READ = 2000
Records = list[list]  # place, hour, entry


class Losing:
    """Loses the request or the answer of the next call of one kind."""

    def __init__(self, transport: Transport, call: str, *, back: bool) -> None:
        self.transport, self.call, self.back = transport, call, back
        self.left = 1

    def exchange(self, call: str, request: bytes) -> bytes:
        if call == self.call and self.left:
            self.left -= 1
            if self.back:
                self.transport.exchange(call, request)
            raise HubUnreachable
        return self.transport.exchange(call, request)


class Changing:
    """Takes everything as it should, and shows the line as `changed` leaves it, with heads that fit."""

    def __init__(self, transport: Transport, changed: Callable[[Records], Records]) -> None:
        self.transport, self.changed = transport, changed

    def exchange(self, call: str, request: bytes) -> bytes:
        if call != "read":
            return self.transport.exchange(call, request)
        network, after, _ = decode(request)
        _, _, _, _, whole = decode(self.transport.exchange(call, encode([network, 0, READ])), size_max=1 << 24)
        told = self.changed([list(record) for record in whole])
        head = FIRST_HEAD
        for _, hour, entry in told:
            head = next_head(head, hour, entry)
        return encode([int(Code.OK), len(told), head, 1, [record for record in told if record[0] > after]])


def flipped(records: Records, place: int) -> Records:
    for record in records:
        if record[0] == place:
            record[2] = record[2][:300] + bytes([record[2][300] ^ 1]) + record[2][301:]
    return records


def without(records: Records, place: int) -> Records:
    kept = [record for record in records if record[0] != place]
    return [[number, *record[1:]] for number, record in enumerate(kept, 1)]


def ask(person: Person, what: str, scope: str = "network") -> None:
    person.does("/aid/ask", kind=_kind(person), what=what, urgency="open", scope=scope, people="1")


def _kind(person: Person) -> str:
    return str(person.row("select kind from kind where label = 'Food'"))


def draft(person: Person, what: str) -> None:
    """Say something that only this person can read."""
    person.does("/aid/draft", kind=_kind(person), what=what, people="1")


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.found("huda")
    village.come("sami", "huda")
    return village


def shelf_place(village: Village) -> int:
    assert village.shelf is not None
    return village.shelf.place(village["huda"].node.secrets.network)


def test_an_append_whose_answer_was_lost_is_recognised_and_not_repeated(village: Village) -> None:
    huda = village["huda"]
    huda.way.transport = Losing(village.transport, "append", back=True)
    before = shelf_place(village)
    draft(huda, "once")
    assert not huda.look()
    placed = shelf_place(village)
    assert placed > before
    assert huda.node.outbox.items, "without an answer it still waits"
    assert huda.look()
    assert not huda.node.outbox.items
    assert shelf_place(village) == placed
    assert huda.row("select count(*) from draft where what = 'once'") == 1
    assert not huda.node.told
    assert not huda.aside()


def test_an_append_that_was_lost_on_the_way_is_made_again_once(village: Village) -> None:
    huda = village["huda"]
    huda.way.transport = Losing(village.transport, "append", back=False)
    before = shelf_place(village)
    ask(huda, "milk")
    assert not huda.look()
    assert shelf_place(village) == before
    village.settle()
    assert village["sami"].row("select count(*) from need where what = 'milk'") == 1
    assert not village["sami"].aside()


def test_an_answer_that_was_lost_is_recognised_after_a_kill(village: Village) -> None:
    huda = village["huda"]
    huda.close()
    huda.way.transport = Losing(village.transport, "append", back=True)
    ask(huda, "bread")
    huda.look()
    placed = shelf_place(village)
    huda.open()  # what was in memory is gone
    assert huda.node.outbox.items
    village.settle()
    assert not huda.node.outbox.items
    assert shelf_place(village) == placed
    assert village["sami"].row("select count(*) from need where what = 'bread'") == 1


def test_of_two_who_write_at_once_both_are_heard(village: Village) -> None:
    ask(village["huda"], "from huda")
    ask(village["sami"], "from sami", scope="coordinators")
    sami = village["sami"]
    sami.node.settle()
    late = sami.desk.batch()
    assert late is not None
    village["huda"].look()
    village.settle()
    assert village["huda"].row("select count(*) from need") == 2
    assert not sami.node.outbox.items
    village.check()


@pytest.mark.parametrize("changed", [flipped, without])
def test_what_the_hub_took_and_then_shows_otherwise_is_noticed_by_whoever_said_it(
    village: Village, changed: Callable[[Records, int], Records]
) -> None:
    """The lie is for all, so nobody else's story differs: only the author knows what was taken."""
    place = shelf_place(village) + 1
    for person in village.people.values():
        person.way.transport = Changing(village.transport, lambda records: changed(records, place))
    ask(village["huda"], "altered")
    village["huda"].look()
    assert village["huda"].node.alarm
    assert village["huda"].node.outbox.items, "and it is not lost"
    assert shelf_place(village) < place + 3, "nor said again and again"


def test_a_killed_room_is_not_led_past_the_head_it_saw(village: Village) -> None:
    """What differs lies before the last head on its disk, and nothing after it was written by somebody it can read."""
    huda, sami = village["huda"], village["sami"]
    sami.close()
    for n in range(3):
        draft(huda, f"mine {n}")
    village.settle()
    seen = sami.node.place
    draft(huda, "later")
    huda.look()
    sami.open()
    assert sami.node.place < seen - 1, "it has to read again what it had read"
    sami.way.transport = Changing(village.transport, lambda records: flipped(records, seen - 1))
    sami.look()
    assert sami.node.alarm
    assert sami.node.place < seen, "nothing of the other story was folded"


def test_an_alarm_outlives_a_kill_and_the_head_never_goes_back(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    draft(huda, "one")
    village.settle()
    seen = sami.desk.last_head()
    sami.way.transport = Changing(village.transport, lambda records: records[:-1])
    sami.look()
    assert sami.node.alarm
    sami.open()
    assert sami.node.alarm, "a kill does not make a room trust again"
    assert sami.desk.last_head() == seen


def test_an_honest_hub_raises_no_alarm_however_often_a_room_is_killed(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    for n in range(4):
        draft(huda, f"mine {n}")
        ask(huda, f"for all {n}")
        village.settle()
        sami.open()
        huda.open()
        village.settle()
    assert not sami.node.alarm
    assert not huda.node.alarm
    village.check()
