"""A hub that lies in twelve ways, a way that loses things, and histories in which the keys must always be right.

For each lie: at which meeting of the stories it is found, and that the room then writes nothing. The table is in
`docs/lying-hub.md`, and a test keeps it true.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from nasij.areas.aid import kind_id
from nasij.encoding import decode, encode
from nasij.errors import HubRefused, HubUnreachable, Nasij
from nasij.hub.wire import Code
from nasij.kit import who
from nasij.line import FIRST_HEAD, next_head
from nasij.node import keys, record
from nasij.node.keys import OPEN_CIRCLES
from nasij.sync.transport import Transport
from tests.village import Lossy, Person, Village, cheap_words

pytestmark = pytest.mark.slow
Record = list  # place, hour, entry


class LyingHub:
    """Stands before a hub and changes what one person is told of the line."""

    def __init__(self, transport: Transport, lie: Callable[[list[Record]], list[Record]]) -> None:
        self._transport, self._lie = transport, lie
        self.on = True

    def exchange(self, call: str, request: bytes) -> bytes:
        """Answer, lying about reads."""
        answer = self._transport.exchange(call, request)
        if call != "read" or not self.on:
            return answer
        values = decode(answer, size_max=1 << 24)
        if values[0] != Code.OK:
            return answer
        network, after, _ = decode(request)[:3]
        whole = decode(self._transport.exchange("read", encode([network, 0, 2000])), size_max=1 << 24)
        told = self._lie([list(r) for r in whole[4]] if whole[0] == Code.OK else [])
        head = FIRST_HEAD
        for _, hour, entry in told:
            head = next_head(head, hour, entry)
        return encode([int(Code.OK), len(told), head, 1, [r for r in told if r[0] > after]])


def renumbered(records: list[Record]) -> list[Record]:
    return [[n, r[1], r[2]] for n, r in enumerate(records, 1)]


def flipped(records: list[Record], at: int) -> list[Record]:
    entry = bytearray(records[at][2])
    entry[200] ^= 1
    records[at][2] = bytes(entry)
    return records


def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    return village


def speak(village: Village, name: str, words: str = "something") -> None:
    from nasij.ids import id_from

    kind = id_from(b"food".ljust(10))
    village[name].does("/aid/ask", kind=kind, what=words, urgency="open", scope="network", people="1")


def stopped(person: Person) -> bool:
    """Whether this room has noticed and writes nothing."""
    if not person.node.alarm:
        return False
    with pytest.raises(Nasij):
        speak(person.village, person.name)
    return True


# The lie, where it begins counted from the newest place, and after how many later meetings it must be found.
LIES: dict[str, tuple[Callable[[list[Record], int], list[Record]], int]] = {
    "1 alter a bit": (lambda r, at: flipped(r, at), 1),
    "2 drop one for all": (lambda r, at: renumbered(r[:at] + r[at + 1 :]), 1),
    "3 drop one member's": (lambda r, at: renumbered(r[:at] + r[at + 1 :]), 1),
    "4 repeat": (lambda r, at: renumbered([*r[: at + 1], r[at], *r[at + 1 :]]), 1),
    "5 swap two": (lambda r, at: renumbered([*r[:at], r[at + 1], r[at], *r[at + 2 :]]), 1),
    "8 two continuations": (lambda r, at: [*r[:at], [at + 1, r[at][1] + 1, r[at][2]], *r[at + 1 :]], 1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_changed_story_is_found_at_the_first_meeting(
    lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sami is lied to from some place on; the first entry of somebody who saw the truth shows it."""
    village = group(tmp_path, monkeypatch)
    begins = village["sami"].node.place + 1
    change, meetings = LIES[lie]
    liar = LyingHub(
        village.transport, lambda records: change(records, begins) if len(records) > begins + 1 else records[:begins]
    )
    village["sami"].way.transport = liar
    for n in range(3 + meetings):
        speak(village, "huda", f"thing {n}")
        village["huda"].look()
    village["sami"].look()
    assert stopped(village["sami"]), lie
    assert not village["huda"].node.alarm


def test_6_a_cut_tail_is_found_by_whoever_saw_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village = group(tmp_path, monkeypatch)
    speak(village, "huda")
    village.settle()
    village["sami"].way.transport = LyingHub(village.transport, lambda records: records[:-1])
    village["sami"].look()
    assert stopped(village["sami"])


def test_7_an_older_state_is_found_even_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last head lies on the disk and never goes back."""
    village = group(tmp_path, monkeypatch)
    speak(village, "huda")
    village.settle()
    village["sami"].close()
    village["sami"].open()
    village["sami"].way.transport = LyingHub(village.transport, lambda records: records[:-3])
    village["sami"].look()
    assert stopped(village["sami"])


def test_9_a_fork_that_is_mixed_again_is_found_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village = group(tmp_path, monkeypatch)
    begins = village["sami"].node.place
    liar = LyingHub(village.transport, lambda records: records[:begins])
    village["sami"].way.transport = liar
    for n in range(3):
        speak(village, "huda", f"thing {n}")
        village["huda"].look()
    village["sami"].look()
    assert not village["sami"].node.alarm, "silence alone is not a lie"
    liar._lie = lambda records: renumbered(records[:begins] + records[begins + 1 :])
    village["sami"].look()
    assert stopped(village["sami"])


def test_10_an_old_state_for_a_newcomer_does_not_fit_their_welcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor", "zein")
    village.invite("huda")
    lina = village.knock("lina", "huda")
    lina.way.transport = LyingHub(village.transport, lambda records: records[:2])
    village.settle()
    village["huda"].does(f"/people/join/{lina.me}/compare")
    for reader in ("huda", "sami"):
        village.settle()
        village[reader].does(f"/people/join/{lina.me}/read", advice="yes", reason="")
    village.settle()
    village["sami"].does(f"/people/join/{lina.me}/accept", words="Welcome")
    village.settle()
    assert lina.inside
    assert lina.node.alarm


def test_11_an_old_state_for_a_restored_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village = group(tmp_path, monkeypatch)
    speak(village, "huda")
    village.settle()
    kit = village.back_up("sami")
    speak(village, "huda", "later")
    village.settle()
    sami = village.recover("sami", kit)
    sami.way.transport = LyingHub(village.transport, lambda records: records[:3])
    sami.look()
    assert stopped(sami)


def test_12_a_held_back_removal_shows_when_words_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence looks like silence. Two people who read four words to each other see that their lines differ."""
    village = group(tmp_path, monkeypatch)
    assert village["huda"].compare_words() == village["sami"].compare_words()
    begins = village["sami"].node.place
    village["sami"].way.transport = LyingHub(village.transport, lambda records: records[:begins])
    village["noor"].does("/me/leave")
    village["noor"].look()
    village["huda"].look()
    village["sami"].look()
    assert village["huda"].compare_words() != village["sami"].compare_words()
    with pytest.raises((HubRefused, AssertionError)):
        speak(village, "sami")
        village["sami"].look()
        assert not village["sami"].node.outbox.items, "the honest hub refuses a key that is no longer the network's"


def test_the_table_of_lies_is_complete() -> None:
    table = (Path(__file__).parent.parent / "docs" / "lying-hub.md").read_text()
    for number in range(1, 13):
        assert f"| {number} |" in table


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_way_that_loses_things_loses_no_fact(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests and answers get lost, also after the hub took them; everything is said once and read by all."""
    village = group(tmp_path, monkeypatch)
    rng = random.Random(seed)
    ways = []
    for person in village.people.values():
        lossy = Lossy(village.transport, rng, 0.25, 0.25)
        person.way.transport = lossy
        ways.append(lossy)
    said = 0
    for n in range(12):
        for name in ("huda", "sami", "noor"):
            speak(village, name, f"{name} says {n}")
            said += 1
            village[name].look()
    for person, lossy in zip(village.people.values(), ways, strict=True):
        person.way.transport = village.transport
        assert lossy.lost_there + lossy.lost_back > 3
    village.settle()
    village.check()
    for person in village.people.values():
        assert person.row("select count(*) from need where what like '% says %'") == said
        assert not person.node.outbox.items


def right_keys(village: Village) -> None:
    """Exactly the people who should hold an open circle's newest key do, and nobody else."""
    level = max(p.node.place for p in village.people.values() if p.inside)
    truth = next(p for p in village.awake if p.node.place == level and p.standing() in who.IN_FORCE)
    for audience in OPEN_CIRCLES:
        epoch, wrapped = keys.wrapped(truth.node.db, audience)
        if not epoch:
            continue
        people = who.holders(truth.node.db, audience)
        newest = truth.node.keyring.newest.get(audience)
        if newest is not None and not keys.is_stale(truth.node.db, audience):
            assert wrapped == people, audience
        for person in village.people.values():
            held = person.node.keyring.keys.get((audience, epoch))
            assert (held is not None) == (person.me in wrapped), (person.name, audience, epoch)


@pytest.mark.parametrize("seed", [11, 12])
def test_the_keys_follow_the_people_at_every_step(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A random history of coming, vouching, roles, resting, leaving; the keys are checked after each step."""
    cheap_words(monkeypatch)
    village = Village(tmp_path, seed)
    village.gather("huda", "sami", "noor", "zein", "lina")
    right_keys(village)
    rng = random.Random(seed)
    names = ["sami", "noor", "zein", "lina"]
    tried = done = 0
    for _ in range(14):
        name = rng.choice(names)
        step = rng.choice(["/trust/rest", "/trust/back", "/me/leave", "role", "vouch", "renew"])
        tried += 1
        try:
            if step == "role":
                village.give_role(name, rng.choice(["cases", "members", "machines"]), "huda", rng.choice(names))
            elif step == "vouch":
                village.vouch("huda", name)
            elif step == "renew":
                village.forward(days=8)
            elif step != "/me/leave" or done > 5:
                village[name].does(step)
            done += 1
        except (Nasij, AssertionError, LookupError):
            continue
        village.settle()
        right_keys(village)
        village.check()
    assert done >= 5


def test_what_waits_is_told_when_it_has_become_impossible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village = group(tmp_path, monkeypatch)
    speak(village, "huda", "for one only")
    village.settle()
    need = village["huda"].row("select need from need where what = 'for one only'")
    village["huda"].way.cut = True
    village["huda"].does(f"/aid/{need}/close", reason="met", words="thanks")
    village["huda"].look()
    assert village["huda"].node.is_waiting(need)
    village["huda"].way.cut = False
    village.settle()
    assert not village["huda"].node.is_waiting(need)


def test_a_way_that_is_cut_raises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village = group(tmp_path, monkeypatch)
    village.cut_all(True)
    assert not village["sami"].look()
    with pytest.raises(HubUnreachable):
        village["sami"].hub.read(village["sami"].node.secrets.network, 0, 1)
    assert record.overdue(village["sami"].node) == []


def test_whose_role_ended_renews_nothing_of_it_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of a role that nobody holds any more stay as they are, and the room's own renewals are not held up."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    village.give_role("sami", "fund", "huda", "noor")
    village.settle()
    sami = village["sami"]
    record.state(sami.node, record.overdue(sami.node))
    village.settle()
    assert keys.wrapped(sami.node.db, "role/fund") == (1, frozenset({sami.me})), "the role has keys"
    sami.does("/trust/hand-back/fund")
    village.settle()
    record.state(sami.node, record.overdue(sami.node))
    village.settle()
    assert "role/fund" not in {due.audience for due in record.overdue(sami.node)}


def test_nothing_is_sealed_to_people_whom_a_day_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mandate ends by itself with a day. Whoever speaks first after that moves the keys on before saying anything."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    village["huda"].node.settle()
    village["huda"].does(f"/trust/freeze/{village['noor'].me}")
    village.settle()
    epoch, _ = keys.wrapped(village["sami"].node.db, who.NETWORK)
    village.clock.forward(hours=24 * 4)  # the freeze is over by itself; no room has done its housekeeping
    kind = village["sami"].row("select kind from kind where label = 'Food'")
    village["sami"].does("/aid/ask", kind=kind, what="said first", urgency="open", scope="network")
    village.settle()
    huda = village["huda"].node
    after, given = keys.wrapped(huda.db, who.NETWORK)
    assert after == epoch + 1
    assert given == who.holders(huda.db, who.NETWORK) >= {village["noor"].me}
    assert village["huda"].row("select count(*) from need where what = 'said first'") == 1
    assert not village["huda"].aside()
    village.check(("huda", "sami"))


def test_whoever_comes_back_into_a_case_reads_it_as_it_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helping is handed on and back; what was half known is replaced, and what is said afterwards opens."""
    village = group(tmp_path, monkeypatch)
    sami, huda, noor = (village[name] for name in ("sami", "huda", "noor"))
    noor.does("/aid/ask", kind=kind_id("things"), what="Coats", urgency="weeks", scope="trusted", people="1")
    village.settle()
    need = noor.row("select need from need")
    sami.does(f"/match/offer/{need}")
    village.settle()
    noor.does(f"/cases/begin/{noor.row('select commitment from commitment')}")
    village.settle()
    case = noor.row("select case_id from case_file")
    sami.does(f"/cases/{case}/hand", to=huda.me, summary="One coat is found", agreed="1")
    village.forward(days=1)
    noor.does(f"/cases/{case}/contact", outcome="reached", words="In the morning")
    village.settle()
    huda.does(f"/cases/{case}/hand", to=sami.me, summary="Two coats are found", agreed="1")
    village.forward(days=1)
    noor.does(f"/cases/{case}/say", words="Thank you both")
    village.settle()
    rows = "select next_owner, handed_on, words from case_file join contact using (case_id)"
    assert sami.rows(rows) == noor.rows(rows)
    assert sami.row("select words from note") == "Thank you both"
    assert huda.row("select words from note") is None
    right_keys(village)
