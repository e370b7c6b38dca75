"""What a taken device shows: the report beside somebody who has the device and takes out of it all that opens.

The attacker here shares no code with the report but the opening of one seal: they try every key that lies on the device,
and every key that the hub's entries give to its secrets, on every entry the hub still keeps, and search the bytes that open,
and the bytes of the view, for the id of every person.
"""

import contextlib
import random
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nasij import exposure, sample
from nasij.areas.aid import kind_id
from nasij.areas.incidents import IncidentReported, ResponseOpened, StepDone
from nasij.bench.network import Village as BenchVillage
from nasij.clock import HandClock
from nasij.encoding import NotCanonical, decode
from nasij.errors import Nasij, NotHereYet, SealBroken
from nasij.gate import Entered, Gate, all_areas, sample_shelf
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.ids import code, id_from, new_id
from nasij.kit import who
from nasij.kit.table import Keep, Says
from nasij.line import next_head, place_bytes
from nasij.log.cell import unpad
from nasij.log.entry import OUTSIDE_SIZE
from nasij.node import record, room
from nasij.node.node import Node
from nasij.node.view import all_tables
from nasij.resident import Resident
from nasij.sample.village import COORDINATOR, FUND, TRUSTED
from nasij.seal.circle import CircleKeys, take_grant, take_letter
from nasij.seal.primitives import verify
from nasij.settings import Settings
from nasij.sync.transport import HubClient, LocalTransport
from nasij.taken import exposure_pages
from nasij.web.server import RoomPages
from nasij.web.session import hash_of
from tests.table_room import SECRET, TableRoom
from tests.tour import faults_of
from tests.village import Village, cheap_words
from tests.walker import House, Walker

END = 20_800 * 24 + 15


@dataclass
class Loot:
    """What an attacker found, by circle."""

    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    entries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    oldest: dict[str, int] = field(default_factory=dict)


def search(raw: bytes, everybody: frozenset[str]) -> set[str]:
    """Return the people whose id stands in these bytes."""
    return {member for member in everybody if member.encode() in raw}


def rob(node: Node, records: list[tuple[int, int, bytes]], head: bytes, everybody: frozenset[str]) -> Loot:
    """Take an unlocked device: its keys, its secrets, its view, and everything the hub still keeps."""
    loot = Loot()
    keys = {(a, e): held.key for (a, e), held in node.keyring.keys.items()}
    heads: dict[int, bytes] = {}
    for place, hour, entry in records:
        heads[place - 1] = head
        head = next_head(head, hour, entry)
        for (audience, epoch), key in list(keys.items()):
            with contextlib.suppress(SealBroken):
                inside = unpad(CircleKeys(audience, epoch, key).open(entry, OUTSIDE_SIZE, place_bytes(place)))
                loot.people[audience] |= search(inside, everybody)
                loot.entries[audience] += 1
                loot.oldest.setdefault(audience, hour // 24)
                keys |= given_in(node, inside, place, heads)
    rob_view(node, loot, everybody)
    return loot


def given_in(node: Node, inside: bytes, place: int, heads: dict[int, bytes]) -> dict[tuple[str, int], bytes]:
    """Return the keys that an opened entry gives to this device's secrets."""
    kind, first, rest = decode(inside)
    seeds, network = list(node.secrets.wrap_seeds.values()), node.secrets.network
    if kind == 2:
        bound = network + place_bytes(place) + place_bytes(first) + heads.get(first, b"")
        found = take_letter(rest, seeds, bound)
        return {(found[0].audience, found[0].epoch): found[0].key} if found else {}
    said = decode(first)
    bound = network + place_bytes(place) + place_bytes(said[3]) + said[4]
    given: dict[tuple[str, int], bytes] = {}
    for member, capsule in said[7][1] if said[7] else ():
        if member == node.me:
            with contextlib.suppress(SealBroken, NotCanonical):
                given |= {(a, e): key for a, e, key in take_grant(capsule, seeds, node.me, bound)}
    return given


def rob_view(node: Node, loot: Loot, everybody: frozenset[str]) -> None:
    """Read the view as a plain database, knowing nothing of tables and columns."""
    laid = node.laid
    node.settle()
    db = sqlite3.connect(":memory:")
    db.deserialize(bytes(node.db.serialize()))
    if laid:
        node.lay_waiting()
    for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
        found = db.execute(f"select * from {table}")
        columns = [column[0] for column in found.description]
        if "audience" not in columns or table == "act":
            continue
        for row in found:
            raw = b"\n".join(str(v).encode() if not isinstance(v, bytes) else v for v in row)
            loot.people[row[columns.index("audience")]] |= search(raw, everybody)


def agrees(node: Node, hub: HubClient, everybody: frozenset[str]) -> exposure.Report:
    """Check the report of an open device against its attacker, circle by circle, in both directions."""
    kept = exposure.kept_by(hub, node.secrets.network)
    assert kept.records
    report = exposure.of_this_room(node, exposure.read_entries(node, kept))
    loot = rob(node, kept.records, kept.head, everybody)
    told = {circle.audience: circle for circle in report.shown}
    for audience, people in loot.people.items():
        if people or loot.entries[audience]:
            assert people <= told[audience].people, (audience, people - told[audience].people)
            assert told[audience].said == loot.entries[audience], audience
            if loot.entries[audience]:
                assert told[audience].oldest == loot.oldest[audience]
    for circle in report.shown:
        # To whom a row without a name leads is worked out; the attacker who reads it knows that they are in the circle.
        margin = circle.reached & who.holders(node.db, circle.audience)
        assert circle.people - margin <= loot.people[circle.audience], circle.audience
    return report


# --- a small village ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        cheap_words(patch)
        village = Village(tmp_path_factory.mktemp("village"))
        village.gather("huda", "sami", "noor", "zein")
        sami, noor = village["sami"], village["noor"]
        noor.does("/aid/ask", kind=kind_id("things"), what="Coats", urgency="weeks", scope="trusted", people="1")
        village.settle()
        sami.does(f"/match/offer/{noor.row('select need from need')}")
        village.settle()
        noor.does(f"/cases/begin/{noor.row('select commitment from commitment')}")
        village.settle()
        case = noor.row("select case_id from case_file")
        sami.does(f"/cases/{case}/hand", to=village["huda"].me, summary="One coat is found", agreed="1")
        village.settle()
        yield village


@pytest.mark.slow
class TestVillage:
    """People who help each other, one of whom has left a case again."""

    def everybody(self, village: Any) -> frozenset[str]:
        return frozenset(person.me for person in village.people.values())

    @pytest.mark.parametrize("name", ["huda", "sami", "noor", "zein"])
    def test_the_report_agrees_with_whoever_robs_the_device(self, village: Any, name: str) -> None:
        agrees(village[name].node, village[name].hub, self.everybody(village))

    def test_a_case_that_was_handed_on_still_opens_with_what_the_hub_keeps(self, village: Any) -> None:
        """The room has let go of the keys; the letter that gave them is on the hub for as long as its window."""
        sami = village["sami"]
        case = village["noor"].row("select case_id from case_file")
        assert f"case/{case}" not in sami.node.keyring.newest
        kept = exposure.kept_by(sami.hub, sami.node.secrets.network)
        report = exposure.of_this_room(sami.node, exposure.read_entries(sami.node, kept))
        again = next(circle for circle in report.shown if circle.audience == f"case/{case}")
        assert again.regained and again.said
        assert village["noor"].me in again.people


@pytest.mark.slow
def test_warnings_become_steps_of_a_case_and_nobody_is_planned_twice(village: Any) -> None:
    """For whoever is in its team; those whom only everybody's lists show are told with everybody."""
    huda, noor, sami, zein = (village[name] for name in ("huda", "noor", "sami", "zein"))
    incident, case = new_id(), new_id()
    record.state(huda.node, [IncidentReported(incident, "other", "today", "", "chosen", [noor.me], [], sami.me)])
    village.settle()
    opened = ResponseOpened(case, incident, "device_taken", sami.me, huda.me, noor.me, [])
    record.state(huda.node, [opened])
    village.settle()
    report, _ = exposure.of_another(huda.node, sami.me)
    wanted = {each.member for each in report.warned if each.rank <= exposure.ROLE}
    facts = exposure.steps_of(huda.node, report, case)
    assert noor.me in wanted
    assert {fact.whom for fact in facts} == wanted - {huda.me}
    huda.node.db.execute("savepoint frozen")
    huda.node.db.execute("update member set standing = 'suspended' where member = ?", (noor.me,))
    also = exposure.steps_of(huda.node, report, case)
    assert noor.me in {fact.whom for fact in also}, "whoever is frozen is warned too, by voice"
    huda.node.db.execute("rollback to frozen")
    huda.node.db.execute("release frozen")
    record.state(huda.node, facts)
    village.settle()
    assert noor.row("select count(*) from response_step where kind = 'warn'") == len(facts)
    again = exposure.steps_of(noor.node, exposure.of_another(noor.node, sami.me)[0], case)
    assert {fact.whom for fact in again} <= {huda.me}, (
        "whoever planned it knows already, others may still think of them"
    )
    assert exposure.warnings_of(noor.node)[facts[0].whom] == "due"
    record.state(noor.node, [StepDone(facts[0].step)])
    village.settle()
    assert exposure.warnings_of(huda.node)[facts[0].whom] == "done"
    with pytest.raises(NotHereYet):
        exposure.steps_of(zein.node, report, case)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22])
def test_the_report_agrees_at_every_step_of_a_random_history(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vouching, roles, freezes, resting, leaving, days that pass: after each, one device is taken."""
    cheap_words(monkeypatch)
    village = Village(tmp_path, seed)
    village.gather("huda", "sami", "noor", "zein", "lina")
    everybody = frozenset(person.me for person in village.people.values())
    rng = random.Random(seed)
    names = ["sami", "noor", "zein", "lina"]
    done = 0
    for _ in range(10):
        name, other = rng.sample(names, 2)
        step = rng.choice(["/trust/rest", "/trust/back", "/me/leave", "role", "ask", "freeze", "days"])
        with contextlib.suppress(Nasij, AssertionError, LookupError):
            if step == "role":
                village.give_role(name, rng.choice(["cases", "members", "machines"]), "huda", other)
            elif step == "ask":
                typed = {"kind": kind_id("things"), "what": "Coats", "urgency": "weeks", "people": "1"}
                village[name].does("/aid/ask", scope=rng.choice(["trusted", "coordinators"]), **typed)
            elif step == "freeze":
                village[name].does(f"/trust/freeze/{village[other].me}")
            elif step == "days":
                village.forward(days=rng.choice([1, 9]))
            elif step != "/me/leave" or done > 5:
                village[name].does(step)
            done += 1
        village.settle()
        taken = village[rng.choice(["huda", *names])]
        agrees(taken.node, taken.hub, everybody)
    assert done >= 4


# --- the sample network ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, HubClient]]:
    """The sample network, smaller, with its own hub; everybody has read to the end."""
    settings = Settings(tmp_path_factory.mktemp("sample"), 0)
    settings.prepare()
    claimed = sample.claim(settings)
    assert claimed is not None
    village = sample.play(settings, claimed, lambda _gone, _of: None, people=16, days=60, clock=HandClock(END))
    shelf = Shelf(sample_shelf(settings), verify, lambda: END)
    yield village, HubClient(LocalTransport(lambda call, request: dispatch(shelf, None, call, request)))
    shelf.close()


def all_of(village: Any) -> frozenset[str]:
    """Return everybody there ever was: members, and who only asked to come in."""
    asked = {row[0] for p in village.people for row in p.node.db.execute("select request from join_request")}
    return frozenset(asked | {person.member for person in village.people})


@pytest.mark.slow
class TestSample:
    """Four people whose devices show very different things."""

    @pytest.mark.parametrize("number", [-1, TRUSTED, COORDINATOR, FUND])
    def test_the_report_agrees_with_whoever_robs_the_device(self, sampled: tuple[Any, HubClient], number: int) -> None:
        village, hub = sampled
        node = village.people[number].node
        report = agrees(node, hub, all_of(village))
        assert report.people

    def test_who_coordinates_shows_more_than_a_newcomer(self, sampled: tuple[Any, HubClient]) -> None:
        village, _ = sampled
        newcomer, coordinator = (exposure.of_this_room(village.people[n].node) for n in (-1, COORDINATOR))
        assert coordinator.matters > newcomer.matters
        assert coordinator.lines > newcomer.lines
        assert coordinator.of_rank(exposure.PRIVATE)
        assert {each.member for each in newcomer.of_rank(exposure.TRUSTED)} == set()


# --- the pages, and what a locked room shows -------------------------------------------------------------------------------


@pytest.mark.slow
class TestPages:
    """In a real house."""

    def test_one_finds_it_and_it_counts_what_the_hub_keeps_when_asked(self, tmp_path: Path) -> None:
        with House(tmp_path / "home") as house:
            walker = Walker(house)
            walker.found("Walnut", "Huda", "kitchen")
            walker.get("/safety")
            assert 'href="/exposure"' in walker.page
            walker.get("/exposure")
            assert walker.status == 200, walker.text()
            assert "Nobody stands in what this device shows." in walker.text()
            assert "Still on the hub" not in walker.text()
            walker.until("/exposure", lambda: "Still on the hub" in walker.post("/exposure"))  # once the hub answers
            assert all(name in walker.text() for name in (room.VAULT, room.SNAPSHOT, room.HEAD))
            walker.get("/exposure/0123456789abcdef")
            assert walker.status == 404
            assert faults_of(walker.page) == []

    def test_another_persons_device_is_for_trusted_members(self, village: Any, sampled: tuple[Any, HubClient]) -> None:
        """And what this room says of it, that other room's own report says too."""
        zein, huda = village["zein"], village["huda"]
        known, blind = exposure.of_another(zein.node, huda.me)
        own = {circle.audience: circle for circle in exposure.of_this_room(huda.node).shown}
        assert known.shown
        for circle in known.shown:
            assert circle.people <= own[circle.audience].people, circle.audience
        assert set(blind) <= set(own)
        everything, _ = sampled
        other = everything.people[TRUSTED].node
        coordinator = everything.people[COORDINATOR]
        known, blind = exposure.of_another(other, coordinator.member)
        assert "role/cases" in blind
        assert {circle.audience for circle in known.shown} <= set(coordinator.node.keyring.newest)


class OpenRoom(TableRoom):
    """The pages of one open room of a large network, without a house."""

    def __init__(self, home: Path) -> None:
        settings = Settings(home, 0)
        settings.prepare()
        village = BenchVillage.made(7, members=230)
        self.others = [person.member for person in village.people[1:]]
        node = village.reader(home / "room", b"walnut")
        resident = Resident(Gate(settings, ""), Entered(node, home / "room"), None, secure=False)
        resident.session.admit(hash_of(SECRET))
        self.session, self.node = resident.session, node
        self.pages = RoomPages(resident, exposure_pages(resident))

    def held(self, record: str, *people: str) -> str:
        """Put a private circle into the view."""
        circle = f"response/{record}"
        who.admit(self.node.db, circle, *people)
        return circle

    def turned(self, path: str) -> str:
        """Turn the pages of a list from the report as their links lead; returns all they show."""
        ways = re.findall(rf'href="({path}/\w+)">', self.get(path))
        shown, seen = "", set[str]()
        while ways:
            seen.add(ways[0])
            html = self.get(ways.pop(0))
            assert self.status == 200
            assert faults_of(html) == []
            assert len(html.encode()) < 64_000
            shown += html
            ways += [way for way in re.findall(r'href="([^"]*)" rel="next"', html) if way not in seen]
        return shown


@pytest.mark.slow
@pytest.mark.parametrize("whose", ["mine", "theirs"])
def test_a_long_report_is_shown_some_at_a_time_and_nothing_of_it_is_lost(tmp_path: Path, whose: str) -> None:
    opened = OpenRoom(tmp_path)
    owner, others = opened.node.me, opened.others
    if whose == "theirs":
        owner, others = others[0], [opened.node.me, *others[1:]]
    cases = [id_from(bytes([8 * n]) * 10) for n in range(30)]
    for n, case in enumerate(cases):
        circle = opened.held(case, opened.node.me, owner, others[n])
        opened.node.keyring.add(circle, 1, bytes(32), opened.node.by().day)
        opened.node.db.execute(
            "insert into circle (of, epoch, since, wrapped, audience) values (?, 1, 1, ?, 'network')",
            (circle, f"{opened.node.me} {owner}"),
        )
        opened.node.db.execute(
            "insert into response (response, kind, about, audience) values (?, 'device_taken', ?, ?)",
            (case, owner if case == cases[-1] else "", circle),
        )
    path = "/exposure" if whose == "mine" else f"/exposure/{owner}"
    report = opened.get(path)
    assert opened.status == 200
    assert faults_of(report) == []
    assert len(report.encode()) < 64_000
    assert f'value="{cases[-1]}"' in report, "the case about whoever it is stands first"
    html = opened.turned(path)
    named = set(re.findall(r"Member \d+", html))
    assert len(named) == len(others) + 1, "all of them, and whoever the device belongs to"
    for case in cases:
        assert f'name="response" value="{case}"' in html
        assert html.count(code(case)) == 2, "once as a circle, once as a case"


@pytest.mark.slow
def test_the_lists_of_somebody_elses_report_are_for_trusted_members(tmp_path: Path) -> None:
    opened = OpenRoom(tmp_path)
    opened.node.db.execute("update member set standing = 'new' where member = ?", (opened.node.me,))
    for name in ("", "/people", "/circles", "/cases", "/people/page/2"):
        html = opened.get(f"/exposure/{opened.others[0]}{name}")
        assert "Member 1<" not in html
        assert opened.status == 400


def test_what_is_kept_for_a_moment_or_counts_money_says_so() -> None:
    """What may stay for a day only leads to somebody or opens something; where there is a currency there are amounts."""
    for table in all_tables(all_areas()):
        rest = {name: column for name, column in table.columns.items() if name not in {*table.key, "state"}}
        if any(column.keep is Keep.MOMENTARY and column.kind != "integer" for column in rest.values()):
            assert any(column.says is not Says.NOTHING for column in rest.values()), table.name
        if "currency" in table.columns and any(column.kind == "integer" for column in table.columns.values()):
            assert any(column.says is Says.MONEY for column in table.columns.values()), table.name


@pytest.mark.slow
def test_a_locked_room_shows_its_files_and_nothing_else(village: Any) -> None:
    person = village["noor"]
    person.close()
    lying = exposure.lying_in(person.folder)
    assert {file.name for file in lying} == {path.name for path in person.folder.iterdir()}
    everybody = frozenset(each.me for each in village.people.values())
    aliases = [each.name.capitalize().encode() for each in village.people.values()]
    for file in lying:
        raw = (person.folder / file.name).read_bytes()
        assert len(raw) == file.size
        assert search(raw, everybody) == set()
        assert not any(alias in raw for alias in aliases)


@pytest.mark.slow
def test_after_locking_away_there_is_nobody_to_find(village: Any, tmp_path: Path) -> None:
    """Neither in the report nor for whoever robs the device, with everything that the hub keeps."""
    person = village["huda"]
    assert exposure.of_this_room(person.node).people
    person.node.vault.set_second(b"another passphrase")
    person.close()
    room.save_vault(person.node, person.folder)
    folder = tmp_path / "copy"
    shutil.copytree(person.folder, folder)
    plain = room.open_room(folder, all_areas(), HandClock(village.clock.hour()), b"another passphrase")
    kept = exposure.kept_by(person.hub, person.node.secrets.network)
    report = exposure.of_this_room(plain, exposure.read_entries(plain, kept))
    assert (report.people, report.matters, report.amounts, report.warned) == (frozenset(), 0, 0, [])
    everybody = frozenset(each.me for each in village.people.values())
    loot = rob(plain, kept.records, kept.head, everybody)
    assert set().union(*loot.people.values()) == set()
    assert search(b"".join(path.read_bytes() for path in folder.iterdir()), everybody) == set()
