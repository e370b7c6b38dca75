"""Any bytes at all as an entry: the fold returns, nothing changes but what is set aside, time and memory stay bounded."""

import os
import random
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nasij.encoding import encode
from nasij.kit import who
from nasij.kit.fact import to_bytes
from nasij.log.cell import CLASSES
from nasij.log.entry import Said, seal_fact, seal_letter
from nasij.node.fold import Placed, fold_line
from nasij.node.kernel import HeadSeen, RowsShared
from tests.village import Person, Village, cheap_words


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One village for all of it: nothing that is tried here may change it."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_words(patch)
        made = Village(tmp_path_factory.mktemp("village"))
        made.found("huda")
        made.come("sami", "huda")
        yield made


@pytest.fixture
def huda(village: Village) -> Person:
    village["huda"].node.alarm = ""
    return village["huda"]


def view(person: Person) -> list[str]:
    """Return everything in the view but what is set aside, and the kernel's own counters."""
    return [
        line
        for line in person.node.db.iterdump()
        if not line.startswith(('INSERT INTO "aside"', 'INSERT INTO "line"', 'INSERT INTO "act"'))
    ]


def folds(person: Person, entry: bytes) -> None:
    """Fold one entry at the next place, as if the hub had given it."""
    node = person.node
    node.settle()
    fold_line(node, [Placed(node.place + 1, person.village.clock.hour(), entry)])


def changes_nothing(person: Person, entry: bytes) -> None:
    person.node.settle()
    before = view(person)
    folds(person, entry)
    assert view(person) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=3000))
def test_any_bytes_change_nothing(huda: Person, raw: bytes) -> None:
    changes_nothing(huda, raw)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_true_entry_with_a_changed_byte_changes_nothing(huda: Person, seed: int) -> None:
    rng = random.Random(seed)
    entry = bytearray(sealed(huda, "aid.need-opened/1", encode(["x"])))
    entry[rng.randrange(len(entry))] ^= 1 << rng.randrange(8)
    changes_nothing(huda, bytes(entry))


def sealed(person: Person, name: str, raw: bytes, *, audience: str = who.NETWORK, **other: Any) -> bytes:
    """Seal what a real member might seal with a changed program; everything around it is right unless told."""
    node = person.node
    values: dict[str, Any] = {
        "author": node.me, "act": random.randrange(2**62), "hour": person.village.clock.hour(), "seen": node.place,
        "head": node.head, "name": name, "raw": raw, "grant": None,
    }  # fmt: skip
    return seal_fact(
        node.keyring.newest[audience],
        node.secrets.network,
        node.place + 1,
        Said(**{**values, **other}),
        node.secrets.sign_seed,
    )


def beat(person: Person) -> bytes:
    return to_bytes(HeadSeen(person.node.place, b"\0" * 32))


NAMES = ("line.head-seen/1", "people.member-left/1!", "trust.vouch-given/1!", "aid.need-asked/1", "no.such-fact/1")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "raw", [b"", b"\xc1", encode([]), encode([None] * 40), encode({"a": 1}), encode(list(range(5000))), b"\x91" * 10_000, encode(["x" * 900_000])],
    ids=["empty", "no-code", "none", "nulls", "map", "many", "deep", "long"],
)  # fmt: skip
def test_wrong_facts_of_a_member_change_nothing(huda: Person, name: str, raw: bytes) -> None:
    if name == "people.member-left/1!" and raw == encode([]):
        pytest.skip("this is a right one")
    changes_nothing(huda, sealed(huda, name, raw))
    assert not huda.node.alarm


@pytest.mark.parametrize(
    "other",
    [
        {"author": "0" * 16}, {"seen": 10**9}, {"seen": 0}, {"hour": 2**31}, {"author": "x" * 10_000},
        {"grant": [[["network", 99, []]], []]}, {"grant": [1]}, {"grant": [[["role/fund", 1, ["x"]]], [["x", b""]]]},
    ],
    ids=["author", "future", "long-ago", "clock", "name", "epoch", "grant", "role"],
)  # fmt: skip
def test_a_right_fact_with_something_wrong_around_it_changes_nothing(huda: Person, other: dict[str, Any]) -> None:
    changes_nothing(huda, sealed(huda, "line.head-seen/1", beat(huda), **other))


def test_the_same_act_twice_changes_nothing(huda: Person) -> None:
    folds(huda, sealed(huda, "line.head-seen/1", beat(huda), act=7))
    changes_nothing(huda, sealed(huda, "line.head-seen/1", beat(huda), act=7))
    assert "This was said twice." in huda.aside()


def test_an_unknown_ordinary_fact_is_let_be_and_one_about_authority_stops_writing(huda: Person) -> None:
    folds(huda, sealed(huda, "garden.flower-planted/1", b"\x90"))
    assert not huda.node.alarm
    folds(huda, sealed(huda, "garden.gate-opened/1!", b"\x90"))
    assert "too old" in huda.node.alarm


def test_another_head_stops_writing(huda: Person) -> None:
    changes_nothing(huda, sealed(huda, "line.head-seen/1", beat(huda), head=b"\1" * 32))
    assert huda.node.alarm


def test_rows_from_somebody_one_does_not_wait_for_are_not_taken(huda: Person) -> None:
    rows = encode([["setting", "probation_days", "0", "network", 0]])
    changes_nothing(huda, sealed(huda, "line.rows-shared/1", to_bytes(RowsShared("network", 0, 1, rows))))


def test_letters_full_of_junk_change_nothing(huda: Person) -> None:
    node = huda.node
    for capsules in ([], [b""], [os.urandom(1648)] * 64, [b"x" * 100_000]):
        entry = seal_letter(
            node.keyring.newest[who.NETWORK], node.secrets.network, node.place + 1, node.place, capsules
        )
        changes_nothing(huda, entry)


def test_a_fact_said_to_other_people_than_it_is_for_changes_nothing(huda: Person) -> None:
    changes_nothing(huda, sealed(huda, "line.head-seen/1", beat(huda), audience=who.TRUSTED))


def test_the_largest_junk_costs_a_bounded_time_and_memory(huda: Person) -> None:
    """Less than eight times the bytes themselves, and less time than a hundred passes over them."""
    junk = [os.urandom(CLASSES[-1]), bytes(CLASSES[-1]), sealed(huda, "line.head-seen/1", b"\x91" * 900_000)]
    began = time.perf_counter()
    for _ in range(100):
        sum(junk[0][::64])
    yardstick = time.perf_counter() - began
    for entry in junk:
        huda.node.settle()
        tracemalloc.start()
        began = time.perf_counter()
        folds(huda, entry)
        spent = time.perf_counter() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 8 << 20
        assert spent < max(yardstick, 0.05) * 20
