"""Locking away and giving back: nothing opens but the plain account, fewer friends than agreed give nothing back, enough all.

I-28, and A2 of the abuse cases: an officer with the whole data folder asks for the first passphrase, and then for the second.
"""

import itertools
from pathlib import Path

import pytest

from nasij.archive import trace
from nasij.encoding import encode
from nasij.errors import HubUnreachable, Locked, Malformed, NotHereYet, Refused
from nasij.node import room
from nasij.node.view import all_tables
from nasij.seal import identity
from nasij.seal import words as spoken
from nasij.seal.plain import box_of
from nasij.seal.vault import unlock
from nasij.sync import invite
from nasij.sync.invite import BoxItem
from nasij.sync.loop import step_now
from tests.village import PASSPHRASE, Person, Village, cheap_words

pytestmark = pytest.mark.slow

SECOND = "velvet harbour 9 candle meadow pepper"
ALL_THREE = ("spoken", "alone", "words")
FRIENDS = ("sami", "noor", "zein")
WORDS = "rent for Lamia's cousin"


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    """Huda has words of others in her room, and three friends any two of whom give back."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", *FRIENDS)
    kind = village["noor"].row("select kind from kind where label = 'Food'")
    village["noor"].does("/aid/ask", kind=kind, what=WORDS, urgency="open", scope="trusted")
    village.settle()
    befriend(village, "huda", *FRIENDS)
    return village


def befriend(village: Village, whom: str, *friends: str, needed: int = 2) -> None:
    member = village[whom]
    member.does("/friends/ask", friends=[village[name].me for name in friends], needed=needed)
    village.settle()
    for name in friends:
        piece = village[name].row("select piece from piece where friend = ? and state = 'asked'", village[name].me)
        village[name].does(f"/friends/{piece}/accept")
        village.settle()
    rest(village)


def rest(village: Village) -> None:
    """Let every room do what it does by itself until its friends hold pieces and the bundle rests on the hub."""
    for _ in range(3):
        for person in village.awake:
            person.housekeeping()
        village.settle()


def locked(village: Village, passphrase: str = PASSPHRASE) -> Person:
    """Lock Huda's room away, and open what is left."""
    huda = village["huda"]
    huda.away.check(passphrase)
    huda.away.lock()
    huda.open(passphrase)
    village.settle()
    return huda


def forced(village: Village) -> Person:
    """Let Huda set a second passphrase, and open her room with it."""
    huda = village["huda"]
    huda.away.set_second(PASSPHRASE, SECOND, SECOND)
    huda.close()
    huda.open(SECOND)
    village.settle()
    return huda


def give(village: Village, name: str) -> None:
    friend = village[name]
    (piece,) = friend.away.asked
    friend.away.give(piece, ALL_THREE, friend.hub)


def shows_only_a_plain_account(person: Person) -> bool:
    """Whether a room that is open holds nobody's row, name, key or word, and no network."""
    node = person.node
    seeded = {"kind", "setting"}
    rows = [
        t.name
        for t in all_tables(person.village.areas)
        if t.name not in seeded and person.rows(f"select * from {t.name}")
    ]
    inside = node.secrets.network.strip(b"\0") or node.keyring.newest.keys() - {"only/" + node.me}
    return not rows and not inside and WORDS.encode() not in person.snapshot_bytes()


# --- I-28 and A2 ------------------------------------------------------------------------------------------------------


def test_after_locking_away_the_passphrase_opens_the_plain_account_and_two_friends_give_back(village: Village) -> None:
    before = village["huda"].me
    huda = locked(village)
    assert shows_only_a_plain_account(huda) and huda.me != before
    assert huda.node.secrets.joining["state"] == "waiting"
    words = huda.node.secrets.joining["compare"].split()
    for name in FRIENDS:
        (asked,) = village[name].away.asked.values()
        assert (asked.member, asked.tries) == (before, False)
        assert village[name].away.words_of(asked, "ar") == words
    give(village, "sami")
    village.settle()
    huda.open()
    assert shows_only_a_plain_account(huda), "one piece of two gives nothing back"
    give(village, "noor")
    village.settle()
    huda.open()
    village.settle()
    assert huda.me == before and huda.row("select what from need") == WORDS
    rest(village)
    village.check()


def test_officer_asks_for_the_second_passphrase_and_nothing_further_opens_without_two_friends(village: Village) -> None:
    """A2, with every file of the data folder: whatever passphrase is said, and in whatever order, the plain account opens."""
    member, folder = village["huda"].me, village["huda"].folder
    huda = forced(village)
    assert shows_only_a_plain_account(huda)
    for passphrase in (PASSPHRASE, SECOND, PASSPHRASE):
        huda.open(passphrase)
        assert shows_only_a_plain_account(huda)
    with pytest.raises(Locked):
        huda.open("what else they may ask for")
    everything = b"".join(path.read_bytes() for path in sorted(huda.gate.settings.home.rglob("*")) if path.is_file())
    assert member.encode() not in everything and WORDS.encode() not in everything
    for passphrase in (PASSPHRASE, SECOND):
        vault = unlock((folder / room.VAULT).read_bytes(), spoken.normal(passphrase))
        assert vault.secrets.away == {} and vault.secrets.kit == b"" and vault.secrets.member != member
        assert member not in str(vault.mine.dump()) + str(vault.beside.dump())


def test_the_second_passphrase_freezes_the_membership_and_nothing_is_given_back_before_the_thaw(
    village: Village,
) -> None:
    member = village["huda"].me
    huda = forced(village)
    assert village["sami"].row("select standing from member where member = ?", member) == "suspended"
    assert village["sami"].row("select count(*) from freeze where member = ?", member) == 1
    with pytest.raises(Refused, match="frozen"):
        give(village, "sami")
    village.forward(days=4)  # nobody has confirmed it
    assert village["sami"].row("select standing from member where member = ?", member) == "trusted"
    for name in ("sami", "noor"):
        give(village, name)
    village.settle()
    huda.open()
    assert huda.me == member
    village.forward(days=1)
    assert village["sami"].row("select count(*) from freeze where member = ?", member) == 1, "once for each time"


def test_whatever_a_room_still_saves_after_locking_away_is_the_plain_account(village: Village) -> None:
    """Its loops may come to an end a moment later, and save what they were at."""
    huda = village["huda"]
    member = huda.me
    huda.away.lock()
    assert huda.me != member and shows_only_a_plain_account(huda)
    huda.desk.save()
    huda.desk.rest()
    room.save_vault(huda.node, huda.folder)
    huda.open()
    assert shows_only_a_plain_account(huda)


def test_locking_away_by_hand_freezes_nobody(village: Village) -> None:
    member = village["huda"].me
    locked(village)
    assert village["sami"].row("select standing from member where member = ?", member) == "trusted"


def test_every_two_friends_are_enough_and_no_single_one(village: Village) -> None:
    member = village["huda"].me
    for pair in itertools.combinations(FRIENDS, 2):
        huda = locked(village)
        for name in pair:
            huda.open()
            assert shows_only_a_plain_account(huda)
            give(village, name)
            village.settle()
        huda.open()
        assert huda.me == member
        rest(village)
        assert not any(village[name].away.asked for name in FRIENDS), "what was asked in earnest is over"


def test_pieces_given_back_once_do_not_open_a_later_locking_away(village: Village) -> None:
    huda = locked(village)
    give(village, "sami"), give(village, "noor")
    village.settle()
    huda.open()
    village.settle()
    rest(village)
    huda = locked(village)
    assert shows_only_a_plain_account(huda)
    village.settle()
    huda.open()
    assert shows_only_a_plain_account(huda), "friends are asked anew"


def test_a_second_passphrase_used_right_after_giving_back_is_not_answered_by_the_pieces_of_before(
    village: Village,
) -> None:
    """The bundle holds another plain account than the one whose request was answered."""
    village["huda"].away.set_second(PASSPHRASE, SECOND, SECOND)
    step_now(village["huda"].hub, village["huda"].away.keep())
    huda = locked(village)
    give(village, "sami"), give(village, "noor")
    village.settle()
    huda.open(SECOND)
    village.settle()
    huda.open(SECOND)
    assert shows_only_a_plain_account(huda)


def test_friends_together_open_nothing_without_the_passphrase(village: Village) -> None:
    """All pieces and the whole hub give a vault that is still under its passphrase."""
    huda = locked(village)
    for name in FRIENDS:
        give(village, name)
    village.settle()
    raw = (huda.folder / room.VAULT).read_bytes()
    with pytest.raises(Locked):
        unlock(raw, b"what friends would guess")
    assert WORDS.encode() not in b"".join(path.read_bytes() for path in huda.folder.iterdir())


# --- in quiet times ---------------------------------------------------------------------------------------------------


def test_without_friends_nothing_is_locked_away_and_the_sentence_says_so(village: Village) -> None:
    sami = village["sami"]
    for act in (lambda: sami.away.check(PASSPHRASE), lambda: sami.away.set_second(PASSPHRASE, SECOND, SECOND)):
        with pytest.raises(Refused, match="not chosen friends"):
            act()
    with pytest.raises(Refused):
        sami.away.try_out()


def test_nothing_is_locked_away_before_enough_friends_hold_pieces_and_the_bundle_is_kept(village: Village) -> None:
    sami = village["sami"]
    sami.does("/friends/ask", friends=[village["noor"].me, village["zein"].me], needed=2)
    village.settle()
    for name in ("noor", "zein"):
        piece = village[name].row("select piece from piece where state = 'asked' and friend = ?", village[name].me)
        village[name].does(f"/friends/{piece}/accept")
    village.settle()
    sami.housekeeping()
    assert "their piece" in str(sami.away.missing())
    village.settle()
    village["noor"].housekeeping(), village["zein"].housekeeping()
    village.settle()
    assert sami.away.missing() is None
    sami.node.secrets.away["kept"] = 0
    assert "on the hub" in str(sami.away.missing())


def test_a_wrong_passphrase_locks_nothing_away(village: Village) -> None:
    huda = village["huda"]
    for act in (lambda: huda.away.check(SECOND), lambda: huda.away.set_second(SECOND, SECOND, SECOND)):
        with pytest.raises(Malformed):
            act()
    huda.close()
    huda.open()
    assert huda.row("select what from need") == WORDS


def test_setting_changing_and_removing_the_second_passphrase(village: Village) -> None:
    huda = village["huda"]
    for second, again in ((PASSPHRASE.upper(), PASSPHRASE), ("short", "short"), (SECOND, SECOND + "x")):
        with pytest.raises(Malformed):
            huda.away.set_second(PASSPHRASE, second, again)
    huda.away.set_second(PASSPHRASE, SECOND, SECOND)
    huda.away.set_second(PASSPHRASE, "", "")
    huda.close()
    with pytest.raises(Locked):
        huda.open(SECOND)
    huda.open()
    assert huda.row("select what from need") == WORDS


def test_a_friend_who_leaves_means_new_pieces_and_the_old_ones_open_nothing(village: Village) -> None:
    huda = village["huda"]
    old_way, old_key = huda.node.secrets.away["way"], huda.node.secrets.away["key"]
    piece = village["zein"].row("select piece from piece where friend = ?", village["zein"].me)
    village["zein"].does(f"/friends/{piece}/end")
    village.settle()
    rest(village)
    assert village["zein"].row("select count(*) from piece where share <> x''") == 0
    away = huda.node.secrets.away
    assert away["way"] != old_way and away["key"] != old_key and away["gone"] == []
    assert huda.away.missing() is None
    from nasij.errors import SealBroken
    from nasij.seal import labels
    from nasij.seal.primitives import derive, open_large, public_of

    over = huda.hub.get_slot(public_of(derive(old_key, labels.AWAY_SLOT)))
    assert over is not None
    with pytest.raises(SealBroken):
        open_large(old_key, labels.AWAY_KEY, over, b"")


def test_a_frozen_friend_means_new_pieces_for_the_others(village: Village) -> None:
    huda = village["huda"]
    before = huda.node.secrets.away["way"]
    village["sami"].does(f"/trust/freeze/{village['zein'].me}")
    village.settle()
    rest(village)
    away = huda.node.secrets.away
    assert away["way"] != before and len(away["of"]) == 3
    piece = huda.row("select piece from piece where friend = ?", village["zein"].me)
    assert piece not in away["of"]


def test_trying_it_out_asks_friends_as_in_earnest_and_changes_nothing(village: Village) -> None:
    huda = village["huda"]
    away = dict(huda.node.secrets.away)
    huda.away.try_out()
    village.settle()
    village.settle()
    for name in ("sami", "noor"):
        (asked,) = village[name].away.asked.values()
        assert asked.tries and village[name].away.words_of(asked, "en") == huda.away.my_words("en")
        give(village, name)
    village.settle()
    village.settle()
    assert huda.node.secrets.away["tried"] == huda.node.by().day
    assert huda.node.secrets.away["key"] == away["key"]
    assert village["sami"].row("select count(*) from freeze") == 0


def test_a_piece_is_no_part_of_the_trace_that_somebody_takes_along(village: Village) -> None:
    found = trace(village["sami"].node)["piece"]
    assert found and not {"share", "box"} & set(found[0])


# --- giving back ------------------------------------------------------------------------------------------------------


def test_a_friend_gives_nothing_without_having_spoken(village: Village) -> None:
    locked(village)
    sami = village["sami"]
    (piece,) = sami.away.asked
    for confirmed in ((), ("spoken",), ("spoken", "words"), ("alone", "words"), (*ALL_THREE, "more")):
        with pytest.raises(Refused, match="confirm all three"):
            sami.away.give(piece, confirmed, sami.hub)
    with pytest.raises(NotHereYet):
        sami.away.give("0123456789abcdef", ALL_THREE, sami.hub)


def test_a_piece_goes_to_the_request_it_was_given_for_and_to_no_other(village: Village) -> None:
    """Somebody else who knows the mailbox puts a request of their own there: its words are others."""
    huda = locked(village)
    way = village["sami"].row("select box from piece where friend = ?", village["sami"].me)
    stranger = identity.wrap_public(bytes(32))
    item = invite.seal_item(box_of(way), BoxItem("asks", "0123456789abcdef", [stranger]))
    huda.hub.put_box(invite.box_name(box_of(way)), item, 3)
    village.settle()
    (asked,) = village["sami"].away.asked.values()
    assert asked.asker == "0123456789abcdef"
    assert village["sami"].away.words_of(asked, "ar") != huda.node.secrets.joining["compare"].split()


def test_junk_in_the_mailbox_and_pieces_that_were_altered_keep_nothing_from_being_given_back(village: Village) -> None:
    member = village["huda"].me
    huda = locked(village)
    base, me = huda.node.secrets.joining["base"], huda.me
    wrap_key = identity.wrap_public(huda.node.seeds()[0])
    from nasij.away import _bound

    junk = [identity.wrap(encode([raw]), wrap_key, _bound(base, me)) for raw in (b"", b"academic", b"\xff" * 50)]
    for value in (7, [], ["x"], [b"\0" * 200], *([capsule] for capsule in junk)):
        huda.hub.put_box(invite.box_name(base), invite.seal_item(base, BoxItem("gives", me, value)), 3)
    huda.hub.put_box(invite.box_name(base), invite.seal_item(base, BoxItem("asks", "x", [b"short"])), 3)
    village.settle()
    for name in ("zein", "noor"):
        give(village, name)
    village.settle()
    huda.open()
    assert huda.me == member


def test_without_the_hub_everything_is_locked_away_all_the_same(village: Village) -> None:
    huda = village["huda"]
    huda.way.cut = True
    huda.away.lock()
    huda.open()
    assert shows_only_a_plain_account(huda)
    with pytest.raises(HubUnreachable):
        step_now(huda.hub, huda.away.attend(huda.hub))
    huda.way.cut = False
    village.settle()
    assert village["sami"].away.asked


def test_a_newcomers_room_is_asked_for_nothing(village: Village) -> None:
    """A room that waits in earnest puts no request for pieces into its mailbox while its own is there."""
    village.invite("huda")
    lamia = village.knock("lamia", "huda")
    village.settle()
    base = lamia.node.secrets.joining["base"]
    raw = lamia.hub.read_box(invite.box_name(base), 0)
    assert not [item for item in invite.open_items(base, raw) if item.kind == "asks"]
    plain = locked(village).node.secrets
    assert plain.joining.keys() == lamia.node.secrets.joining.keys()
    assert [type(v) for v in plain.joining["note"]] == [type(v) for v in lamia.node.secrets.joining["note"]]
