"""The way back: a room that was suspended, or closed for longer than the hub keeps entries, holds its keys again.

Only after somebody has spoken with its member, only for a membership in force, and with nothing that it could not read before.
"""

from pathlib import Path

import pytest

from nasij.encoding import encode
from nasij.errors import NotHereYet, Refused
from nasij.kit import who
from nasij.node import keys, record, room
from nasij.node.fold import COMEBACK_MARK
from nasij.node.kernel import RoomBroughtBack
from nasij.returning import Asking, is_lost
from nasij.seal import identity, labels
from nasij.seal.primitives import sign
from nasij.sync.invite import BoxItem
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor", "zein")
    return village


def suspend(village: Village, whom: str) -> None:
    made = village["huda"].does(f"/trust/suspend/{village[whom].me}")
    village.settle()
    village["sami"].does(f"/trust/suspend-agree/{made[0].review}")
    village.settle()


def ask(person: Person, what: str, scope: str = "trusted") -> str:
    kind = person.row("select kind from kind where label = 'Food'")
    fact = person.does("/aid/ask", kind=kind, what=what, urgency="open", scope=scope)[0]
    return str(fact.need)


def test_a_suspended_room_comes_back_once_it_is_lifted_and_somebody_has_spoken(village: Village) -> None:
    zein, huda = village["zein"], village["huda"]
    private = ask(zein, "before the suspension", scope="coordinators")
    village.settle()
    suspend(village, "zein")
    assert is_lost(zein.node)
    ask(village["noor"], "while zein was away")
    village.settle()
    assert not huda.returning.asking, "nobody is bothered while the suspension holds"
    village.forward(days=15)
    assert huda.standing(zein) == "trusted"
    assert set(huda.returning.asking) == {zein.me}
    mine = zein.returning.mine()
    assert mine is not None
    assert zein.returning.words_of(mine, "en") == huda.returning.words_of(huda.returning.asking[zein.me], "en")
    huda.returning.bring_back(zein.me)
    village.settle()
    assert not is_lost(zein.node)
    assert zein.row("select what from need where need = ?", private) == "before the suspension"
    assert zein.row("select count(*) from need where what = 'while zein was away'") == 1
    ask(zein, "after coming back", scope="network")
    village.settle()
    for person in village.awake:
        assert person.row("select count(*) from need where what = 'after coming back'") == 1, person.name
        assert not person.aside(), (person.name, person.aside())
    village.check()
    held = {a for a in keys.OPEN_CIRCLES if zein.me in who.holders(zein.node.db, a)}
    assert held <= set(zein.node.keyring.newest)


def test_a_room_closed_for_longer_than_the_window_comes_back(village: Village) -> None:
    zein, noor = village["zein"], village["noor"]
    draft = zein.does("/aid/draft", kind="", what="a draft of my own", urgency="", needed_by="", area="")[0].draft
    shared = ask(zein, "in my own circle", scope="coordinators")
    village.settle()
    zein.close()
    zein.asleep = True
    village.forward(days=40)
    while_away = ask(noor, "while the room was closed")
    village.settle()
    zein.asleep = False
    zein.open()
    village.settle()
    assert is_lost(zein.node)
    assert zein.node.alarm
    noor.returning.bring_back(zein.me)
    village.settle()
    assert not is_lost(zein.node)
    assert not zein.node.alarm
    assert zein.row("select what from draft where draft = ?", draft) == "a draft of my own"
    assert zein.row("select what from need where need = ?", shared) == "in my own circle"
    assert zein.row("select what from need where need = ?", while_away) == "while the room was closed"
    zein.close()
    zein.open()
    village.settle()
    assert not is_lost(zein.node), "it stays so after it was locked and opened again"
    village.check()


def test_somebody_removed_is_not_brought_back(village: Village) -> None:
    zein, huda = village["zein"], village["huda"]
    suspend(village, "zein")
    village["huda"].returning.asking[zein.me] = Asking(zein.me, b"n" * 16)
    with pytest.raises(Refused, match="not in force"):
        huda.returning.bring_back(zein.me)
    with pytest.raises(Refused, match="Somebody else"):
        record.state(huda.node, [RoomBroughtBack(huda.me)])
    with pytest.raises(NotHereYet):
        huda.returning.bring_back(village["noor"].me)


def test_somebody_who_left_is_not_told_to_come_back(village: Village) -> None:
    """Their room asks nobody for keys, and says that the membership has ended."""
    noor = village["noor"]
    noor.does("/me/leave")
    village.settle()
    assert noor.node.by().standing == "left"
    assert not is_lost(noor.node)
    assert [item.path for item in noor.returning.waiting()] == ["/export"]
    assert not village["huda"].returning.asking


def test_it_is_done_once_a_day(village: Village) -> None:
    record.state(village["huda"].node, [RoomBroughtBack(village["zein"].me)])
    village.settle()
    with pytest.raises(Refused, match="today already"):
        record.state(village["noor"].node, [RoomBroughtBack(village["zein"].me)])
    village.forward(days=1)
    record.state(village["noor"].node, [RoomBroughtBack(village["zein"].me)])


def test_asking_and_answering_in_somebody_elses_name_do_nothing(village: Village) -> None:
    """A request counts with its member's signature, an answer with that of somebody this room knows, for this story."""
    zein, huda, noor = village["zein"], village["huda"], village["noor"]
    nonce = b"x" * 16
    covered = huda.node.secrets.network + zein.me.encode() + nonce
    forged = sign(noor.node.secrets.sign_seed, labels.RETURN_BOX, covered)
    assert huda.returning._read(BoxItem("asks", zein.me, [zein.me, nonce, forged])) is None
    right = sign(zein.node.secrets.sign_seed, labels.RETURN_BOX, covered)
    assert huda.returning._read(BoxItem("asks", zein.me, [zein.me, nonce, right])) is not None
    for value in (None, [], [zein.me, nonce], [zein.me, b"short", right], [1, 2, 3], {"member": zein.me}):
        assert huda.returning._read(BoxItem("asks", zein.me, value)) is None

    def answer(author: Person, place: int, head: bytes) -> BoxItem:
        info = labels.RETURN_CAPSULE + zein.node.secrets.network + zein.me.encode()
        welcome = [place, head, zein.node.hour, zein.node.hour, [], huda.me, b"k"]
        signature = sign(author.node.secrets.sign_seed, labels.RETURN_CAPSULE, info + encode(welcome))
        wrap_key = huda.node.wrap_keys()[zein.me]
        return BoxItem("back", zein.me, [identity.wrap(encode([welcome, huda.me, signature]), wrap_key, info)])

    here = (zein.node.place, zein.node.head)
    assert zein.returning._opened(answer(huda, *here)) is not None
    assert zein.returning._opened(answer(noor, *here)) is None, "signed by another than it says"
    assert zein.returning._opened(answer(huda, here[0], b"h" * 32)) is None, "another story than this room saw"
    assert zein.returning._opened(BoxItem("back", zein.me, [b"\0" * 200])) is None
    assert zein.returning._opened(BoxItem("back", zein.me, 7)) is None


def test_welcomes_do_not_keep_keys_for_longer_than_a_mailbox(village: Village) -> None:
    """Every room notes how a newcomer begins; the key in that note must go."""
    village.come("lamia", "huda", "huda", "sami")
    noted = [person for person in village.awake if person.node.welcomes]
    assert noted
    village.forward(days=15)
    assert not any(person.node.welcomes for person in village.awake)
    assert COMEBACK_MARK + village["zein"].me not in village["huda"].node.welcomes


def test_a_circle_of_ones_own_survives_the_way_back(village: Village) -> None:
    zein = village["zein"]
    zein.does("/profile/contact", name_to_use="Zuzu", channels="knock", readers=[], coordination="")
    village.settle()
    circle = f"contact/{zein.me}"
    assert zein.row("select wrapped from circle where of = ?", circle) == zein.me
    zein.node.settle()
    room.come_back(zein.node, [zein.node.place, zein.node.head, zein.node.hour, zein.node.hour, [], zein.me, b"k"])
    assert zein.row("select name_to_use from contact_rule where member = ?", zein.me) == "Zuzu"
    assert circle in zein.node.keyring.newest
    assert who.NETWORK not in zein.node.keyring.newest


def test_whoever_comes_newly_into_a_private_circle_knows_its_people(village: Village) -> None:
    """Otherwise their room could not tell whether the circle's keys are with the right people."""
    huda, noor = village["huda"], village["noor"]
    need = ask(noor, "for those who coordinate", scope="coordinators")
    village.settle()
    village.give_role("zein", "cases", "huda", "sami")
    village.settle()
    zein = village["zein"]
    circle = f"need/{need}"
    assert zein.row("select what from need where need = ?", need) == "for those who coordinate"
    assert set(zein.rows("select who from holder where of = ?", circle)) == set(
        huda.rows("select who from holder where of = ?", circle)
    )
    assert not keys.is_stale(zein.node.db, circle)
