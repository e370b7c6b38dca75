"""A list that was brought in, in the rooms of several people and on its way through the hub: whole or not at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nasij.areas.aid.lists import IdentityLine, NeedLine, list_facts
from nasij.areas.aid.tables import kind_id
from nasij.areas.profile.facts import NamedSkill
from nasij.areas.profile.named import naming_facts
from nasij.errors import Malformed
from nasij.hub.limits import APPEND_MAX
from nasij.ids import numbered_id
from nasij.node import record
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor")
    return village


def lines(count: int, what: str) -> list[NeedLine]:
    return [NeedLine(kind_id("food"), f"{what} {n}"[:500], "weeks", 0, "", 1, "", "") for n in range(count)]


def bring(person: Person, count: int, what: str = "Rice", scope: str = "trusted") -> str:
    facts = list_facts("needs", scope, "", lines(count, what))
    record.state(person.node, facts)
    return str(facts[-1].import_code)


def count(person: Person, code: str) -> int:
    return int(person.row("select count(*) from need where import_code = ?", code))


def test_no_room_ever_sees_a_part_of_a_list(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six megabytes are more than a room reads at once: between two answers of the hub it still sees none of it."""
    sami = village["sami"]
    seen: list[tuple[int, int]] = []
    folded = sami.desk.fold

    def fold(records: Sequence[tuple[int, int, bytes]]) -> None:
        folded(records)
        seen.append((count(sami, code), sami.row("select count(*) from list_part")))

    monkeypatch.setattr(sami.desk, "fold", fold)
    code = bring(village["huda"], 5_000, "ح" * 490)
    assert count(village["huda"], code) == 5_000, "whoever brings it sees it at once"
    village.settle()
    assert {found for found, _ in seen} == {0, 5_000}
    assert any(parts for _, parts in seen), "the room stopped in the middle of the list once"
    for name in ("huda", "sami", "noor"):
        assert count(village[name], code) == 5_000
        assert village[name].row("select count(*) from list_part") == 0
        assert village[name].aside() == []
    village.check()


def test_what_was_stated_together_is_never_cut(village: Village) -> None:
    """Behind five hundred other things that wait, and larger than half an append: the list goes in one append, alone."""
    huda = village["huda"]
    for n in range(510):
        huda.does("/aid/offer", kind=kind_id("things"), what=f"thing {n}", scope="network")
    code = bring(huda, 4_500, "ح" * 490)
    huda.node.settle()
    appends: list[int] = []
    while batch := record.next_batch(huda.node):
        assert sum(map(len, batch.entries)) <= APPEND_MAX
        appends.append(len(batch.entries))
        huda.node.outbox.remove({item.act for item in huda.node.outbox.items[: len(batch.entries)]})
        if appends[-1] < 510:
            break
    assert appends == [510, 6]
    huda.node.lay_waiting()
    assert count(huda, code) == 0


def test_a_list_waits_for_the_hub_and_outlives_a_closed_room(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    village.cut_all(True)
    code = bring(huda, 300)
    huda.look()
    assert huda.node.is_waiting(code)
    huda.close()
    huda.open()
    assert count(huda, code) == 300, "it is still there, and shown as waiting"
    village.cut_all(False)
    village.settle()
    assert count(sami, code) == 300
    sami_page: dict[str, Any] = sami.page(f"/aid/import/{code}")
    assert not sami_page["undo"]
    huda.does(f"/aid/import/{code}/undo")
    village.settle()
    for name in ("huda", "sami", "noor"):
        assert count(village[name], code) == 0
        assert village[name].page(f"/aid/import/{code}")["lines"] == []
    village.check()


def test_a_list_that_became_impossible_on_its_way_is_told_whole(village: Village) -> None:
    """A kind was retired while the list waited: no line of it comes in, and whoever brought it reads why."""
    huda, sami = village["huda"], village["sami"]
    village.give_role("sami", "cases", "huda", "noor")
    huda.asleep = True
    code = bring(huda, 50)
    sami.does(f"/aid/kinds/{kind_id('food')}/retire")
    village.settle()
    huda.asleep = False
    village.settle()
    assert [count(village[name], code) for name in ("huda", "sami", "noor")] == [0, 0, 0]
    assert huda.node.outbox.items == []
    assert "no longer in use" in huda.node.told[0].sentence


def test_who_the_needs_of_a_list_are_for_stays_with_whoever_brought_it(village: Village) -> None:
    huda, sami = village["huda"], village["sami"]
    who_for = [IdentityLine(1, "Um Ali", "0100 777", "", "evenings only")]
    facts = list_facts("needs", "trusted", "consented", lines(3, "Rice"), who_for)
    record.state(huda.node, facts)
    village.settle()
    code = facts[-1].import_code
    assert huda.rows("select need, name_to_use, number from identity") == [(numbered_id(code, 1), "Um Ali", "0100 777")]
    assert sami.rows("select need from identity") == []
    assert b"Um Ali" not in sami.snapshot_bytes()
    huda.does(f"/aid/import/{code}/undo")
    village.settle()
    assert huda.rows("select need from identity") == []
    assert huda.aside() == sami.aside() == []
    village.check()


@pytest.mark.parametrize("line", [3, 2])
def test_a_list_names_only_people_of_its_own_lines_and_each_once(village: Village, line: int) -> None:
    twice = [IdentityLine(line, "Um Ali", "", "", ""), IdentityLine(2, "Abu Ali", "", "", "")]
    facts = list_facts("needs", "trusted", "", lines(3, "Rice"), twice)
    with pytest.raises(Malformed):
        record.state(village["huda"].node, facts)
    assert village["huda"].row("select count(*) from need") == 0


def test_only_the_two_read_which_skills_a_list_names(village: Village) -> None:
    huda, sami, noor = village["huda"], village["sami"], village["noor"]
    facts = naming_facts([(sami.me, [NamedSkill("carpentry", "does")]), (noor.me, [NamedSkill("cooking", "teaches")])])
    record.state(huda.node, facts)
    village.settle()
    assert sami.rows("select words from named_skill") == [("carpentry",)]
    assert noor.rows("select words from named_skill") == [("cooking",)]
    assert b"cooking" not in sami.snapshot_bytes()
    named = sami.row("select named from named_skill")
    sami.does(f"/profile/named/{named}/take")
    village.settle()
    assert noor.rows("select member, words from skill") == [(sami.me, "carpentry")]
    huda.does(f"/profile/import/{facts[0].import_code}/undo")
    village.settle()
    assert noor.rows("select words from named_skill") == huda.rows("select words from named_skill") == []
    assert huda.aside() == sami.aside() == noor.aside() == []
    village.check()
