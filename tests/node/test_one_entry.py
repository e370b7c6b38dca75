"""Who is inside and who holds the keys change in one entry or not at all, and on every view alike (protocol of membership)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nasij.areas.people import CalledAs, KeysRenewed, MemberAdmitted, MemberLeft, NetworkFounded
from nasij.clock import HandClock
from nasij.encoding import encode
from nasij.gate import all_areas
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.fact import to_bytes
from nasij.log.entry import OpenedFact, Said, open_entry, seal_fact, seal_letter
from nasij.node import keys, record, room
from nasij.node.fold import Placed, fold_line
from nasij.node.kernel import CircleRenewed, HeadSeen
from nasij.seal import circle, identity
from nasij.seal.circle import CircleKeys, Fresh, write_public
from nasij.seal.primitives import SMALL_ORDER, public_of, random_key
from nasij.seal.vault import Secrets
from tests.node.test_hostile import changes_nothing, folds, sealed
from tests.village import Person, Village, cheap_words

WRONG_PEOPLE = "The keys were given to the wrong people."
NO_KEYS = "The members changed but the keys did not."
LEFT = "people.member-left/1!"
NEED = "need/aaaaaaaaaaaaaaaa"


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    found = Village(tmp_path)
    found.found("huda")
    found.come("sami", "huda")
    for person in found.people.values():
        person.node.settle()
    return found


def epoch(person: Person, audience: str = who.NETWORK) -> int:
    return keys.wrapped(person.node.db, audience)[0]


def granted(person: Person, *fresh: Fresh) -> list[Any]:
    """Return a grant for the next place, made by a program that gives keys to whomever it likes."""
    node = person.node
    bound = keys.bound(node.secrets.network, node.place + 1, node.place, node.head)
    return circle.grant(fresh, {m: k for m, k in node.wrap_keys().items()}, bound)  # noqa: C416


def next_network(person: Person, *members: Person, more: int = 1) -> Fresh:
    return Fresh(who.NETWORK, epoch(person) + more, random_key(), tuple(sorted(m.me for m in members)))


def nobody_changes(village: Village, entry: bytes) -> None:
    """Fold an entry in every room: it changes no view, and the rooms stay at one place."""
    for person in village.people.values():
        changes_nothing(person, entry)


def everybody_folds(village: Village, entry: bytes) -> None:
    for person in village.people.values():
        folds(person, entry)


# --- one entry --------------------------------------------------------------------------------------------------------


def test_a_change_of_members_carries_the_new_keys_in_its_own_entry(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    record.state(sami.node, [MemberLeft()])
    sami.node.settle()
    batch = record.next_batch(sami.node)
    assert batch is not None
    assert len(batch.entries) == 1
    opened = open_entry(huda.node.keyring, huda.node.secrets.network, huda.node.place + 1, batch.entries[0])
    assert isinstance(opened, OpenedFact)
    assert opened.said.name == LEFT
    assert opened.said.grant is not None
    (row,) = opened.said.grant[0]
    assert list(row) == [who.NETWORK, epoch(huda) + 1, [huda.me]]
    folds(huda, batch.entries[0])
    assert huda.standing(sami) == "left"
    assert batch.write_key == write_public(huda.node.keyring.newest[who.NETWORK].key)
    assert keys.wrapped(huda.node.db, who.NETWORK) == (row[1], frozenset({huda.me, sami.me})), "who made a key has it"
    assert keys.is_stale(huda.node.db, who.NETWORK), "so the next one moves it on"


def test_a_change_of_members_without_new_keys_is_set_aside(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    changes_nothing(huda, sealed(sami, LEFT, to_bytes(MemberLeft())))
    assert huda.aside() == [NO_KEYS]
    assert huda.standing(sami) == "new"


def _twice(fresh: Fresh) -> list[Fresh]:
    return [fresh, fresh]


WRONG: dict[str, Callable[[Person, Person], list[Fresh]]] = {
    "one who leaves": lambda sami, huda: [next_network(sami, huda, sami)],
    "nobody": lambda sami, _huda: [next_network(sami)],
    "a stranger": lambda sami, huda: [
        Fresh(who.NETWORK, epoch(sami) + 1, random_key(), tuple(sorted((huda.me, "0" * 16))))
    ],
    "the same epoch": lambda sami, huda: [next_network(sami, huda, more=0)],
    "an epoch left out": lambda sami, huda: [next_network(sami, huda, more=2)],
    "an earlier epoch": lambda sami, huda: [next_network(sami, huda, more=-1)],
    "twice": lambda sami, huda: _twice(next_network(sami, huda)),
    "a circle of others": lambda sami, huda: [
        next_network(sami, huda), Fresh(who.TRUSTED, epoch(huda, who.TRUSTED) + 1, random_key(), (huda.me,)),
    ],
    "a private circle": lambda sami, huda: [next_network(sami, huda), Fresh(NEED, 1, random_key(), (huda.me,))],
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_keys_for_the_wrong_people_or_epoch_are_set_aside_with_their_fact(village: Village, wrong: str) -> None:
    sami, huda = village["sami"], village["huda"]
    fresh = WRONG[wrong](sami, huda)
    node = sami.node
    bound = keys.bound(node.secrets.network, node.place + 1, node.place, node.head)
    wraps = {**node.wrap_keys(), "0" * 16: identity.wrap_public(random_key())}
    held = set(huda.node.keyring.keys)
    changes_nothing(huda, sealed(sami, LEFT, to_bytes(MemberLeft()), grant=circle.grant(fresh, wraps, bound)))
    assert huda.aside() == [WRONG_PEOPLE]
    assert set(huda.node.keyring.keys) == held


@pytest.mark.parametrize("order", ["backwards", "doubled"])
def test_members_are_named_once_and_in_order(village: Village, order: str) -> None:
    """One form only, or two rooms could write down different rows for the same people."""
    sami, huda = village["sami"], village["huda"]
    rows, capsules = granted(huda, next_network(huda, huda, sami))
    members = rows[0][2]
    rows[0][2] = members[::-1] if order == "backwards" else [*members, members[-1]]
    raw = to_bytes(CircleRenewed(who.NETWORK))
    changes_nothing(sami, sealed(huda, "line.circle-renewed/1!", raw, grant=[rows, capsules]))
    assert sami.aside() == [WRONG_PEOPLE]


def test_keys_along_with_an_ordinary_fact_are_set_aside(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    raw = to_bytes(HeadSeen(huda.node.place, bytes(32)))
    entry = sealed(sami, "line.head-seen/1", raw, grant=granted(sami, next_network(sami, huda, sami)))
    changes_nothing(huda, entry)
    assert huda.aside() == [WRONG_PEOPLE]


def test_whoever_is_named_but_gets_no_key_says_so(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    rows, capsules = granted(sami, next_network(sami, huda, sami))
    others = [row for row in capsules if row[0] != huda.me]
    raw = to_bytes(CircleRenewed(who.NETWORK))
    folds(huda, sealed(sami, "line.circle-renewed/1!", raw, grant=[rows, others]))
    assert "left you out" in huda.node.alarms[-1]


@pytest.mark.parametrize("what", ["place", "story"])
def test_keys_wrapped_for_another_place_or_story_are_not_taken(village: Village, what: str) -> None:
    sami, huda = village["sami"], village["huda"]
    node = sami.node
    bound = {
        "place": keys.bound(node.secrets.network, node.place + 2, node.place, node.head),
        "story": keys.bound(node.secrets.network, node.place + 1, node.place, bytes(32)),
    }[what]
    fresh = next_network(sami, huda, sami)
    grant = circle.grant([fresh], node.wrap_keys(), bound)
    folds(huda, sealed(sami, "line.circle-renewed/1!", to_bytes(CircleRenewed(who.NETWORK)), grant=grant))
    assert (who.NETWORK, fresh.epoch) not in huda.node.keyring.keys
    assert "left you out" in huda.node.alarms[-1]


# --- epochs and authors -----------------------------------------------------------------------------------------------


def test_nothing_sealed_under_a_past_epoch_counts(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    past = sami.node.keyring.newest[who.NETWORK]
    grant = granted(huda, next_network(huda, huda, sami))
    renewed = sealed(huda, "line.circle-renewed/1!", to_bytes(CircleRenewed(who.NETWORK)), grant=grant)
    everybody_folds(village, renewed)
    assert huda.node.keyring.newest[who.NETWORK].key == sami.node.keyring.newest[who.NETWORK].key != past.key
    newest, sami.node.keyring.newest[who.NETWORK] = sami.node.keyring.newest[who.NETWORK], past
    entry = sealed(sami, "line.head-seen/1", to_bytes(HeadSeen(sami.node.place, bytes(32))))
    sami.node.keyring.newest[who.NETWORK] = newest
    nobody_changes(village, entry)
    assert huda.rows("select 1 from heartbeat where member = ?", sami.me) == []
    folds(huda, sealed(huda, "line.head-seen/1", to_bytes(HeadSeen(huda.node.place, bytes(32)))))
    assert huda.rows("select 1 from heartbeat where member = ?", huda.me) == [(1,)]


def test_somebody_who_has_left_is_not_heard_even_with_the_newest_key(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    fresh = next_network(sami, huda)
    left = sealed(sami, LEFT, to_bytes(MemberLeft()), grant=granted(sami, fresh))
    everybody_folds(village, left)
    assert who.NETWORK not in sami.node.keyring.newest, "whoever leaves lets go of the key they made for the others"
    sami.node.keyring.add(who.NETWORK, fresh.epoch, fresh.key)
    for name, raw in (
        ("line.head-seen/1", to_bytes(HeadSeen(sami.node.place, bytes(32)))),
        (LEFT, to_bytes(MemberLeft())),
    ):
        nobody_changes(village, sealed(sami, name, raw))
    assert set(huda.aside()) == {"This is not theirs to say."}


def test_somebody_outside_a_circle_says_nothing_in_it_though_they_hold_its_key(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    trusted = huda.node.keyring.newest[who.TRUSTED]
    sami.node.keyring.add(who.TRUSTED, trusted.epoch, trusted.key)
    called = to_bytes(CalledAs(sami.me, "Samir", "", "", ""))
    nobody_changes(village, sealed(sami, "people.called-as/1", called, audience=who.TRUSTED))
    assert huda.aside() == ["This is not theirs to say."]
    raw = to_bytes(CircleRenewed(who.TRUSTED))
    fresh = Fresh(who.TRUSTED, trusted.epoch + 1, random_key(), (huda.me,))
    nobody_changes(village, sealed(sami, "line.circle-renewed/1!", raw, grant=granted(sami, fresh)))
    assert huda.aside()[1:] == ["Only the people of a circle can renew its keys."]


def test_somebody_elses_name_on_ones_own_words_is_set_aside(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    raw = to_bytes(HeadSeen(sami.node.place, bytes(32)))
    changes_nothing(huda, sealed(sami, "line.head-seen/1", raw, author=huda.me))
    assert huda.aside() == ["The signature does not hold."]


# --- keys that nobody may have ----------------------------------------------------------------------------------------


BAD_PROOF = "The proof of this key does not hold."


def unusable(seed: bytes) -> bytes:
    return identity.wrap_public(seed)[:1184] + bytes(32)


@pytest.mark.parametrize("small", sorted(SMALL_ORDER), ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:])
def test_nobody_is_admitted_with_a_key_of_small_order(village: Village, small: bytes) -> None:
    huda, member = village["huda"], new_id()
    proof = small + bytes(32)
    fact = MemberAdmitted(member, small, identity.wrap_public(random_key()), 1, proof, huda.me, member)
    changes_nothing(huda, sealed(huda, "people.member-admitted/1!", to_bytes(fact)))
    assert huda.aside() == [BAD_PROOF]


def test_nobody_is_admitted_with_a_wrapping_key_that_nobody_can_wrap_to(village: Village) -> None:
    huda, member, seed = village["huda"], new_id(), random_key()
    proof = identity.proof(seed, member, unusable(seed))
    fact = MemberAdmitted(member, public_of(seed), unusable(seed), 1, proof, huda.me, member)
    changes_nothing(huda, sealed(huda, "people.member-admitted/1!", to_bytes(fact)))
    assert huda.aside() == [BAD_PROOF]


def test_nobody_keeps_the_keys_from_moving_on_by_a_wrapping_key_of_no_use(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    period = huda.row("select wrap_period from member where member = ?", sami.me) + 1
    for wrong in (unusable(random_key()), b"\xff" * 1216):
        nobody_changes(village, sealed(sami, "people.keys-renewed/1!", to_bytes(KeysRenewed(wrong, period))))
    assert huda.aside() == [BAD_PROOF] * 2
    record.state(huda.node, [CircleRenewed(who.NETWORK)])
    huda.node.settle()
    batch = record.next_batch(huda.node)
    assert batch is not None
    assert batch.write_key
    right = identity.wrap_public(random_key())
    everybody_folds(village, sealed(sami, "people.keys-renewed/1!", to_bytes(KeysRenewed(right, period))))
    assert huda.row("select wrap_key from member where member = ?", sami.me) == right


@pytest.mark.parametrize("small", sorted(SMALL_ORDER)[::5], ids=lambda raw: raw.hex()[:8])
def test_a_network_is_not_begun_with_a_key_of_small_order(tmp_path: Path, small: bytes) -> None:
    member, clock = new_id(), HandClock(480_000)
    kept = Secrets(member, bytes(16), "local", random_key(), {1: random_key()})
    node = room.create(tmp_path / "room", all_areas(), clock, b"passphrase", kept, 0)
    room.begin_network(node, random_key())
    fact = NetworkFounded(member, small, identity.wrap_public(random_key()), 1, small + bytes(32), "Olive")
    said = Said(member, 1, clock.hour(), 0, node.head, "people.network-founded/1!", to_bytes(fact), None)
    entry = seal_fact(node.keyring.newest[who.NETWORK], bytes(16), 1, said, kept.sign_seed)
    fold_line(node, [Placed(1, clock.hour(), entry)])
    assert node.db.execute("select reason from aside").fetchall() == [(BAD_PROOF,)]
    assert who.members(node.db) == frozenset()


# --- letters ----------------------------------------------------------------------------------------------------------


def a_letter(author: Person, fresh: Fresh, *, said_by: str = "", seed: bytes = b"", place: int = 1) -> bytes:
    """Return an entry at the next place with a letter that a changed program made."""
    node = author.node
    bound = keys.bound(node.secrets.network, node.place + place, node.place, node.head)
    capsules = circle.letter(
        fresh, said_by or author.me, seed or node.secrets.sign_seed, {**node.wrap_keys(), "x": node.wrap_keys()[author.me]}, bound
    )  # fmt: skip
    network = node.keyring.newest[who.NETWORK]
    return seal_letter(network, node.secrets.network, node.place + 1, node.place, capsules)


def both(village: Village, number: int = 1, audience: str = NEED) -> Fresh:
    return Fresh(audience, number, random_key(), tuple(sorted((village["huda"].me, village["sami"].me))))


def test_a_private_circle_moves_on_by_one_epoch_and_by_its_own_people(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    first = both(village)
    everybody_folds(village, a_letter(sami, first))
    for person in (huda, sami):
        assert person.node.keyring.newest[NEED].key == first.key
    for wrong in (1, 3, 0):
        nobody_changes(village, a_letter(sami, both(village, wrong)))
        for person in (huda, sami):
            assert person.node.keyring.newest[NEED].key == first.key
    second = Fresh(NEED, 2, random_key(), (huda.me,))
    everybody_folds(village, a_letter(huda, second))
    assert huda.node.keyring.newest[NEED].key == second.key
    assert sami.node.keyring.newest[NEED].key == first.key
    changes_nothing(huda, a_letter(sami, both(village, 3)))
    assert huda.node.keyring.newest[NEED].key == second.key


@pytest.mark.parametrize("audience", [who.NETWORK, who.TRUSTED, "role/cases", "only/aaaaaaaaaaaaaaaa"])
def test_an_open_circle_does_not_move_on_by_a_letter(village: Village, audience: str) -> None:
    sami, huda = village["sami"], village["huda"]
    held = dict(huda.node.keyring.newest)
    changes_nothing(huda, a_letter(sami, both(village, epoch(huda, audience) + 1, audience)))
    assert huda.node.keyring.newest == held


def test_a_letter_that_its_author_did_not_sign_or_that_does_not_name_its_reader_is_set_aside(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    for make in (
        lambda: a_letter(sami, both(village), said_by=huda.me),
        lambda: a_letter(sami, both(village), seed=random_key()),
        lambda: a_letter(sami, both(village), said_by="0" * 16),
        lambda: a_letter(huda, Fresh(NEED, 1, random_key(), ("x",))),
    ):
        nobody_changes(village, make())
    assert NEED not in huda.node.keyring.newest
    assert huda.aside() == ["These bytes do not open."] * 4


def test_a_letter_made_for_another_place_opens_for_nobody(village: Village) -> None:
    sami, huda = village["sami"], village["huda"]
    changes_nothing(huda, a_letter(sami, both(village), place=2))
    assert NEED not in huda.node.keyring.newest


def test_a_circle_one_is_not_in_says_nothing_and_is_let_be(village: Village) -> None:
    huda = village["huda"]
    node = huda.node
    said = open_entry(node.keyring, node.secrets.network, node.place + 1, sealed(huda, LEFT, encode([])))
    assert isinstance(said, OpenedFact)
    other = CircleKeys(NEED, 1, random_key())
    entry = seal_fact(other, node.secrets.network, node.place + 1, said.said, node.secrets.sign_seed)
    changes_nothing(huda, entry)
    assert huda.aside() == []
    assert not node.alarm
