"""A friend freezes somebody who may have been taken: what that ends, what it keeps back, and the way out of it.

Abuse cases A1, A19 and A20 of the design's security page, with rooms and a hub of their own and a clock moved by hand.
"""

import os
import shutil
from pathlib import Path

import pytest

from nasij import frozen
from nasij.errors import DiskFull, NotHereYet, Refused
from nasij.kit import who
from nasij.log.entry import OpenedFact, OpenedLetter, open_entry
from nasij.node import keys, room
from nasij.returning import is_lost
from nasij.seal.circle import Keyring
from tests.village import PASSPHRASE, Person, Village, cheap_words

pytestmark = pytest.mark.slow


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor", "zein")
    return village


def ask(person: Person, what: str, scope: str = "trusted") -> str:
    kind = person.row("select kind from kind where label = 'Food'")
    return str(person.does("/aid/ask", kind=kind, what=what, urgency="open", scope=scope)[0].need)


def freeze(village: Village, by: str, whom: str) -> None:
    village[by].does(f"/trust/freeze/{village[whom].me}")
    village.settle()


def asks(village: Village, whom: str) -> None:
    """Let a frozen room ask with new keys, and the others look."""
    village[whom].returning.ask_with_new_keys()
    village.settle()
    village.settle()  # what stands in a mailbox changes no room's state


def thaw(village: Village, whom: str, *helpers: str) -> None:
    """Let a frozen room ask with new keys, and each helper say that they have spoken with its member."""
    person = village[whom]
    asks(village, whom)
    mine = person.returning.mine()
    assert mine is not None
    for helper in helpers:
        other = village[helper].returning
        assert other.words_of(other.asking[person.me], "en") == person.returning.words_of(mine, "en")
        other.bring_back(person.me)
        village.settle()


def test_a_freeze_that_nobody_confirms_ends_in_every_room_at_the_same_hour(village: Village) -> None:
    """Frozen in the afternoon, over in the afternoon three days later: in every room at the same place of the line."""
    village.clock.forward(hours=15)
    freeze(village, "sami", "zein")
    places: dict[str, int] = {}
    for elapsed in (71, 72, 73):
        village.clock.forward(hours=71 if elapsed == 71 else 1)
        ask(village["sami"], "bread")  # whatever is said moves the line's hour
        village.settle()
        for name in ("sami", "noor", "huda"):
            if village[name].standing(village["zein"]) == "trusted":
                places.setdefault(name, elapsed)
    assert places == {"sami": 72, "noor": 72, "huda": 72}
    assert village["sami"].node.alarm == village["noor"].node.alarm == ""


def copy_of(village: Village, name: str, called: str) -> Person:
    """Return a second machine with everything that lies on somebody's disk."""
    person = village[name]
    person.close()
    shutil.copytree(village.folder / name, village.folder / called)
    way = type(person.way)(village.transport)
    gate = village._gate(called, way)
    entered = gate.open(name, "kettle orchard lantern quilt 7 marble")
    return Person(village, called, gate, way, entered.node, entered.folder)


def opened_by(ring: Keyring, person: Person, after: int) -> list[str]:
    """Return the names of what a keyring opens behind a place, of all that the hub keeps: facts, and letters."""
    network, found = person.node.secrets.network, []
    while records := person.hub.read(network, after, 200).records:
        for place, _hour, entry in records:
            opened = open_entry(ring, network, place, entry)
            if isinstance(opened, OpenedFact | OpenedLetter):
                found.append(opened.said.name if isinstance(opened, OpenedFact) else "letter")
        after = records[-1][0]
    return found


def test_a_frozen_room_lets_go_of_what_is_others_and_shuts(village: Village) -> None:
    """A1: an officer reads an unlocked phone; one friend's freeze ends it, on the disk too."""
    zein, noor = village["zein"], village["noor"]
    ask(noor, "milk for the twins")
    draft = zein.does("/aid/draft", kind="", what="a draft of my own", urgency="", needed_by="", area="")[0].draft
    village.settle()
    assert zein.row("select count(*) from need where what = 'milk for the twins'") == 1
    freeze(village, "sami", "zein")
    assert frozen.is_shut(zein.node)
    assert zein.row("select count(*) from need") == 0
    assert zein.row("select count(*) from called") == 0, "no names are left"
    assert zein.row("select what from draft where draft = ?", draft) == "a draft of my own"
    assert all(audience.startswith(who.ONLY_PREFIX) for audience in zein.node.keyring.newest)
    assert b"milk for the twins" not in zein.snapshot_bytes()
    zein.open()
    assert frozen.is_shut(zein.node), "opened again with its passphrase it is shut"
    assert zein.row("select count(*) from need") == 0


def test_what_a_room_let_go_of_is_written_over_where_it_lay(village: Village) -> None:
    """The old files would open with the same passphrase: the second names of their bytes find nothing of them."""
    zein, noor = village["zein"], village["noor"]
    ask(noor, "milk for the twins")
    village.settle()
    zein.close()
    zein.way.cut = True
    ask(zein, "a crib")  # it waits
    zein.way.cut = False
    names = (room.SNAPSHOT, room.OUTBOX, room.VAULT)
    before = {name: (zein.folder / name).read_bytes() for name in names}
    for name in names:
        os.link(zein.folder / name, village.folder / f"old {name}")
    assert b"milk for the twins" in zein.snapshot_bytes()
    freeze(village, "sami", "zein")
    assert frozen.is_shut(zein.node)
    for name in names:
        assert (village.folder / f"old {name}").read_bytes() == b"", name
        assert (zein.folder / name).read_bytes() != before[name], name
    everything = b"".join(path.read_bytes() for path in village.folder.rglob("*") if path.is_file())
    for raw in before.values():
        for start in range(0, len(raw) - 64, 4096):
            assert raw[start : start + 64] not in everything


@pytest.mark.parametrize("fails", [1, 2])
def test_a_full_disk_keeps_nothing_of_what_a_room_lets_go_of(
    village: Village, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    zein = village["zein"]
    ask(village["noor"], "milk for the twins")
    village.settle()
    zein.close()
    real, failed = room.replace_file, []

    def full(path: Path, raw: bytes, *, wipe: bool = False) -> None:
        if path.name in (room.VAULT, room.SNAPSHOT)[:fails] and path.name not in failed:
            failed.append(path.name)
            raise DiskFull
        real(path, raw, wipe=wipe)

    monkeypatch.setattr(room, "replace_file", full)
    room.let_go(zein.node, zein.folder)
    assert len(failed) == fails
    assert b"milk for the twins" not in zein.snapshot_bytes()
    again = room.open_room(zein.folder, village.areas, village.clock, PASSPHRASE.encode())
    assert not again.db.execute("select 1 from need").fetchall()


def test_a_room_that_was_interrupted_while_letting_go_finishes_it_when_it_is_opened(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    zein = village["zein"]
    ask(village["noor"], "milk for the twins")
    village.settle()
    zein.close()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as now:
        now.setattr(room, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            freeze(village, "sami", "zein")
    zein.open()
    zein.look()
    assert frozen.is_shut(zein.node)
    assert zein.row("select count(*) from need") == 0
    assert b"milk for the twins" not in zein.snapshot_bytes()


def test_what_a_frozen_member_says_afterwards_reaches_nobody(village: Village) -> None:
    zein = village["zein"]
    officer = copy_of(village, "zein", "officer")
    freeze(village, "sami", "zein")
    place = village["sami"].node.place
    ask(officer, "come to the old bridge at nine")  # said before the copy has heard of it
    officer.look()
    officer.look()
    village.settle()
    for person in ("huda", "sami", "noor"):
        assert village[person].row("select count(*) from need where what like 'come to%'") == 0
    assert frozen.is_shut(officer.node), "the copy shuts as well, as soon as it has a way to the hub"
    said_by = {
        opened.said.author
        for at, _hour, entry in village["sami"].hub.read(zein.node.secrets.network, place, 100).records
        if isinstance(
            opened := open_entry(village["sami"].node.keyring, zein.node.secrets.network, at, entry), OpenedFact
        )
    }
    assert zein.me not in said_by


def test_a_frozen_members_keys_open_nothing_written_after(village: Village) -> None:
    """I-7: the complete keyring from before, with everything that the hub has."""
    zein = village["zein"]
    ring = Keyring.load(zein.node.keyring.dump())
    place = zein.node.place
    assert opened_by(ring, zein, place - 40), "it opened what was there before"
    freeze(village, "noor", "zein")
    before = opened_by(ring, zein, place)
    assert before in ([], ["trust.member-frozen/1!"]), before
    ask(village["noor"], "after the freeze", scope="network")
    ask(village["sami"], "for coordination after the freeze", scope="coordinators")
    village.forward(days=2)
    assert opened_by(ring, zein, place) == before


def test_two_who_have_spoken_with_somebody_thaw_them_with_a_new_key(village: Village) -> None:
    zein, huda = village["zein"], village["huda"]
    private = ask(zein, "before the freeze", scope="coordinators")
    village.settle()
    old = huda.row("select sign_key from member where member = ?", zein.me)
    ring = Keyring.load(zein.node.keyring.dump())
    freeze(village, "noor", "zein")
    assert not huda.returning.asking, "nobody is bothered before its member asks"
    thaw(village, "zein", "noor")
    assert huda.standing(zein) == "suspended", "one alone thaws nobody"
    assert frozen.is_shut(zein.node)
    place = huda.node.place
    huda.returning.bring_back(zein.me)
    village.settle()
    assert huda.standing(zein) == "trusted"
    assert not frozen.is_shut(zein.node)
    assert not is_lost(zein.node)
    assert huda.row("select sign_key from member where member = ?", zein.me) != old
    assert zein.row("select what from need where need = ?", private) == "before the freeze"
    ask(zein, "after coming back", scope="network")
    village.settle()
    for person in village.awake:
        assert person.row("select count(*) from need where what = 'after coming back'") == 1, person.name
        assert not person.aside(), (person.name, person.aside())
    village.check()
    held = {a for a in keys.OPEN_CIRCLES if zein.me in who.holders(zein.node.db, a)}
    assert held <= set(zein.node.keyring.newest)
    assert not [name for name in opened_by(ring, zein, place) if name != "trust.thaw-agreed/1!"], (
        "the old keys stay out"
    )


def test_a_device_that_was_taken_is_never_admitted_again(village: Village) -> None:
    """A19: after the thaw the old device is given back and asks; it is refused for good, and others are told."""
    zein, huda = village["zein"], village["huda"]
    returned = copy_of(village, "zein", "returned")
    freeze(village, "noor", "zein")
    thaw(village, "zein", "noor", "huda")
    assert huda.standing(zein) == "trusted"
    returned.look()
    assert frozen.is_shut(returned.node)
    returned.returning.ask_with_new_keys()
    for _ in range(3):
        returned.look()
        village.settle()
    assert zein.me not in huda.returning.asking
    assert [item.path for item in huda.returning.waiting() if "other hands" in item.text] == ["/returns"]
    with pytest.raises(NotHereYet):
        huda.returning.bring_back(zein.me)
    assert frozen.is_shut(returned.node)
    village.check()


def test_a_freeze_that_was_a_mistake_costs_little(village: Village) -> None:
    """It ends by itself after three days, and one person who has spoken with the member brings the room back."""
    zein = village["zein"]
    freeze(village, "noor", "zein")
    village.forward(days=4)
    assert village["huda"].standing(zein) == "trusted"
    asks(village, "zein")
    village["sami"].returning.bring_back(zein.me)
    village.settle()
    assert not frozen.is_shut(zein.node)
    ask(zein, "here again", scope="network")
    village.settle()
    assert village["noor"].row("select count(*) from need where what = 'here again'") == 1
    village.check()


def test_freezing_everybody_before_a_crisis_fails(village: Village) -> None:
    """A20: two a week, newcomers none, and two others lift each."""
    huda = village["huda"]
    village.come("new", "huda", "huda", "sami")
    with pytest.raises(AssertionError, match="not for new"):
        village["new"].does(f"/trust/freeze/{huda.me}")
    freeze(village, "noor", "zein")
    freeze(village, "noor", "sami")
    with pytest.raises(Refused, match="in a week"):
        village["noor"].does(f"/trust/freeze/{huda.me}")
    thaw(village, "sami", "huda", "noor")
    assert huda.standing(village["sami"]) == "trusted"
    thaw(village, "zein", "huda", "sami")
    assert huda.standing(village["zein"]) == "trusted"
    village.check()


def test_one_freezes_oneself_and_it_holds_once_it_is_in_the_line(village: Village) -> None:
    zein = village["zein"]
    zein.way.cut = True
    zein.does("/trust/freeze-me")
    zein.look()
    assert not frozen.is_shut(zein.node), "nobody else has heard of it yet"
    zein.way.cut = False
    village.settle()
    assert frozen.is_shut(zein.node)
    assert village["huda"].standing(zein) == "suspended"
