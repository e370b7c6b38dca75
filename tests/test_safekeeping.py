"""Going along, between real rooms: what a sealed sheet opens to, what a participant's room holds, and what is left after the clearing."""

from pathlib import Path
from typing import Any

import pytest

from nasij.clock import HandClock
from nasij.encoding import NotCanonical, decode
from nasij.errors import Nasij, SealBroken
from nasij.log.entry import OpenedFact, open_entry
from nasij.seal import notes
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow
SECRET = "the lawyer with the green door"
SPOT = "by the old gate"


class Outing(Village):
    """Huda leads, zein stays outside, sami and noor go along; mira is the lawyer on call."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gather("huda", "sami", "noor", "zein", "mira")
        self.keep_house()
        about = {"campaign": "", "kind": "march", "exposure": "2", "places": 5, "words": ""}
        self.action = self.do("huda", "/together/propose", outside=self["zein"].me, **about)[0].action
        for name in ("zein", "mira"):
            risk = {"threat": "filmed", "likelihood": "2", "harm": "3", "measure": "scarves", "verdict": "go"}
            self.step(name, "sign", **risk)
        for press in ("go", "announce"):
            self.step("huda", press)
        self.along = {name: self.step(name, "join", role="along", seen="no")[0].joining for name in ("sami", "noor")}
        for joining in self.along.values():
            self.do("huda", f"/together/with/{joining}/confirm", role="along", within=6)
        self.do("huda", f"/together/with/{self.along['sami']}/buddy", other=self.along["noor"])
        self.step("huda", "tell", sort="spot", words=SPOT)

    def do(self, name: str, path: str, **typed: Any) -> list[Any]:
        """Let somebody press something, and everybody read it."""
        facts = self[name].does(path, **typed)
        self.settle()
        return facts

    def step(self, name: str, press: str, **typed: Any) -> list[Any]:
        return self.do(name, f"/together/act/{self.action}/{press}", **typed)

    def keep_house(self, times: int = 1) -> None:
        """Let every open room do what is due, as it does each minute."""
        for _ in range(times):
            for person in self.awake:
                person.housekeeping()
                self.settle()

    def sheet(self, name: str) -> str:
        return str(self.step(name, "sheet", lawyer=self["mira"].me, counsel=SECRET)[0].sheet)

    def come_home(self) -> None:
        for name, joining in self.along.items():
            self.do(name, f"/together/with/{joining}/back")
        self.step("zein", "all-back")

    def read(self, name: str, sheet: str) -> list[tuple[str, str]]:
        return self[name].safekeeping.unsealed(sheet)


@pytest.fixture
def outing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outing:
    """A march that is announced."""
    cheap_words(monkeypatch)
    return Outing(tmp_path)


def written(person: Person) -> dict[str, set[bytes]]:
    """Return all bytes of the facts about actions that this room's keys open on the hub, by fact."""
    shelf, node = person.village.shelf, person.node
    assert shelf is not None
    found: dict[str, set[bytes]] = {}
    for place, _hour, entry in shelf.read(node.secrets.network, 0, 100_000).records:
        try:
            opened = open_entry(node.keyring, node.secrets.network, place, entry)
        except SealBroken:
            continue
        if isinstance(opened, OpenedFact):
            found.setdefault(opened.said.name, set()).add(opened.said.raw)
    return found


def pieces(person: Person) -> tuple[set[bytes], set[bytes]]:
    """Return what a thief finds of sheets with a room's keys and the whole hub: byte strings of facts, by size, and rows."""
    values: set[bytes] = {bytes(row[0]) for row in person.rows("select sealed from sheet")}
    values |= {bytes(row[0]) for row in person.rows("select envelope from sheet_part")}
    for name, raws in written(person).items():
        for raw in raws if "sheet" in name else ():
            try:
                values |= {value for value in decode(raw) if isinstance(value, bytes)}
            except NotCanonical:
                continue
    return {v for v in values if len(v) == notes.SEALED_SIZE}, {v for v in values if len(v) == notes.ENVELOPE_SIZE}


def opens(thieves: list[Person], sealed: set[bytes], envelopes: set[bytes], sheet: str) -> bool:
    """Say whether the seeds in these rooms' vaults open any two parts, and with them the sheet."""
    network = thieves[0].node.secrets.network
    parts: set[bytes] = set()
    for person in thieves:
        for seed in [*person.node.secrets.notes.values(), *person.node.secrets.wrap_seeds.values()]:
            for envelope in envelopes:
                for member in {each.me for each in person.village.people.values()}:
                    try:
                        parts.add(notes.open_envelope(envelope, seed, member, network + sheet.encode()))
                    except SealBroken:
                        continue
    for blob in sealed:
        try:
            notes.open_note(blob, sorted(parts), 2, network + sheet.encode())
        except SealBroken:
            continue
        return True
    return False


def test_a_sheet_that_was_not_needed_opens_with_nothing_that_any_room_still_has(outing: Outing) -> None:
    sheet = outing.sheet("sami")
    for person in outing.awake:
        assert SECRET.encode() not in person.snapshot_bytes(), person.name
    sealed, envelopes = pieces(outing["mira"])
    assert (len(sealed), len(envelopes)) == (1, 3)
    for person in outing.awake:
        assert not opens([person], sealed, envelopes, sheet), person.name
    assert opens([outing["mira"], outing["zein"]], sealed, envelopes, sheet)  # so that the thief is shown to be able to
    outing.step("zein", "begin")
    outing.come_home()
    for person in outing.awake:
        assert person.rows("select * from sheet_part") == [] and {
            bytes(s) for (s,) in person.rows("select sealed from sheet")
        } <= {b""}
    outing.step("huda", "clear")
    outing.forward(days=5)
    outing.keep_house(2)
    assert not opens(outing.awake, sealed, envelopes, sheet)  # all rooms together, with every byte that ever was
    for person in outing.awake:
        assert pieces(person) == (set(), set()), person.name


def test_two_who_give_a_reason_open_it_and_the_writers_room_learns_nothing_until_they_are_back(outing: Outing) -> None:
    sheet = outing.sheet("sami")
    outing.step("zein", "begin")
    outing.do("mira", f"/together/sheet/{sheet}/ask", reason="held", words="second station")
    outing.keep_house(2)
    assert [outing.read(name, sheet) for name in ("mira", "zein", "huda")] == [[], [], []]
    outing.do("zein", f"/together/sheet/{sheet}/agree")
    outing.keep_house(3)
    for name in ("mira", "zein", "huda"):
        assert outing.read(name, sheet) == [("counsel", SECRET)]
        assert SECRET.encode() not in outing[name].snapshot_bytes()
    assert outing.read("sami", sheet) == outing.read("noor", sheet) == []
    assert b"second station" not in outing["sami"].snapshot_bytes()
    assert outing["sami"].rows("select * from sheet_opening") == []
    outing.come_home()
    outing.keep_house(2)
    assert outing.read("mira", sheet) == []
    told = outing["sami"].page("/together")["sheets"][0]
    assert (told["asker"], told["second"], told["words"]) == (outing["mira"].me, outing["zein"].me, "second station")
    outing.check()


def test_a_sheet_opens_for_the_others_though_the_vouches_of_whoever_asked_lapsed_meanwhile(outing: Outing) -> None:
    """Somebody may be held at that moment; and nobody else could ask while that question stands."""
    sheet = outing.sheet("sami")
    outing.step("zein", "begin")
    outing.do("mira", f"/together/sheet/{sheet}/ask", reason="held", words="second station")
    mira = outing["mira"]
    for vouch, giver in mira.rows("select vouch, by_member from vouch where whom = ? and state = 'given'", mira.me):
        outing.do(outing.name_of(giver), f"/trust/withdraw/{vouch}")
    assert outing["zein"].standing(mira) == "new"
    outing.do("zein", f"/together/sheet/{sheet}/agree")
    outing.keep_house(3)
    for name in ("zein", "huda"):
        assert outing.read(name, sheet) == [("counsel", SECRET)]
    outing.check()


def test_whoever_is_missed_at_the_count_has_their_sheet_opened_by_the_rooms_of_those_who_count(outing: Outing) -> None:
    sheet = outing.sheet("noor")
    outing.step("zein", "begin")
    outing.do("zein", f"/together/with/{outing.along['noor']}/not-heard")
    outing.keep_house(3)
    assert outing.read("mira", sheet) == outing.read("zein", sheet) == [("counsel", SECRET)]
    assert outing.read("sami", sheet) == []


def test_a_hub_whose_clock_runs_ahead_opens_no_sheet(outing: Outing) -> None:
    """The line may be moved by two days, so that people are looked for; the rooms' own clocks decide over what stays sealed."""
    sheet = outing.sheet("noor")
    outing.step("zein", "begin")
    here = HandClock(outing.clock.now)
    for person in outing.awake:
        person.node.clock = here
    outing.clock.forward(hours=30)  # only the hub's
    outing.do("sami", f"/together/with/{outing.along['sami']}/arrived")
    outing.keep_house(3)
    assert outing["zein"].row("select state from joining where joining = ?", outing.along["noor"]) == "unaccounted"
    assert outing.read("mira", sheet) == []
    here.forward(hours=8)
    outing.keep_house(3)
    assert outing.read("mira", sheet) == [("counsel", SECRET)]


def test_people_whose_rooms_hold_no_key_yet_hold_no_sheet(outing: Outing) -> None:
    for person in outing.awake:
        person.node.db.execute("delete from note_key where member <> ?", (outing["mira"].me,))
    with pytest.raises(Nasij, match="Fewer than two"):
        outing["sami"].does(f"/together/act/{outing.action}/sheet", lawyer=outing["mira"].me, counsel=SECRET)


def everything(person: Person) -> list[tuple[str, dict[str, Any]]]:
    """Return every row of every table of a room's view."""
    found = []
    for (table,) in person.rows("select name from sqlite_master where type = 'table' order by name"):
        names = [column[1] for column in person.rows(f"pragma table_info({table})")]
        found += [(table, dict(zip(names, row, strict=True))) for row in person.rows(f"select * from {table}")]
    return found


def test_a_participants_room_holds_nobody_who_goes_along_but_themselves_and_their_buddy(outing: Outing) -> None:
    """Every row of every table: with a third person along, nothing there joins a member to the action who is not named to sami."""
    joining = outing.step("mira", "join", role="medic", seen="no")[0].joining
    outing.do("huda", f"/together/with/{joining}/confirm", role="medic", within=6)
    outing.step("zein", "begin")
    outing.do("mira", f"/together/with/{joining}/arrived")
    outing.do("noor", f"/together/with/{outing.along['noor']}/arrived")
    sami = outing["sami"]
    others = {outing["mira"].me, outing["noor"].me}
    records = {outing.action, joining, *outing.along.values()}
    for table, row in everything(sami):
        words = [str(value) for value in row.values()]
        about = any(record in word for record in records for word in words)
        named = {member for member in others if any(member in word for word in words)}
        if about and table != "risk_review":  # who signed the review is said to everybody, whether they go along or not
            assert named <= ({outing["noor"].me} if table == "joining" else set()), (table, row)
        assert not any(record in word for record in (joining, outing.along["noor"]) for word in words), (table, row)
    audiences = {audience for audience, _ in sami.node.keyring.keys}
    assert {a for a in audiences if a.startswith("joining/")} == {f"joining/{outing.along['sami']}"}


def test_after_the_clearing_no_table_and_no_keyring_knows_who_went_along(outing: Outing) -> None:
    """A buddy was missed and somebody too, a sheet was opened, a picture asked about; then all of it is over."""
    sheet = outing.sheet("noor")
    outing.step("zein", "begin")
    outing.do("sami", f"/together/with/{outing.along['sami']}/missing")
    outing.do("zein", f"/together/with/{outing.along['noor']}/not-heard")
    outing.keep_house(3)
    assert outing.read("mira", sheet)
    outing.do("zein", f"/together/with/{outing.along['noor']}/back")
    outing.do("sami", f"/together/with/{outing.along['sami']}/back")
    outing.step("zein", "all-back")
    outing.step("huda", "debrief", worked="the scarves", failed="the bridge")
    outing.step("mira", "lesson", sort="harmed", words="never split at the bridge")
    outing.keep_house(2)
    outing.step("huda", "clear")
    assert outing["zein"].rows("select incident from incident where closed_on = 0") == []
    outing.forward(days=3)
    outing.keep_house(2)
    gone = {sheet, *outing.along.values()}
    tables = {"joining", "joining_part", "picture_asking", "sheet", "sheet_part", "sheet_opening", "sheet_given"}
    for person in outing.awake:
        for table, row in everything(person):
            assert table not in tables, (person.name, table, row)
            if table == "incident":  # that somebody was missing stays as a count, and not who
                assert not row["about"] and (row["kind"], row["source"]) == ("missing", "count")
            else:
                assert not any(record in str(value) for record in gone for value in row.values()), (
                    person.name,
                    table,
                    row,
                )
        circles = {audience for audience, _ in person.node.keyring.keys}
        assert not {c for c in circles if c.startswith(("joining/", "sheet"))}, person.name
        for private in (SPOT, SECRET):
            assert private.encode() not in person.snapshot_bytes(), person.name
        for name, raws in written(person).items():
            assert not any(private in name for private in ("joining", "sheet", "part-told", "buddy")), (
                person.name,
                name,
            )
            del raws
    assert outing["mira"].row("select came, worked from action") == (2, "the scarves")
    assert [row["words"] for row in outing["mira"].page("/together")["lessons"]] == ["never split at the bridge"]
    outing.check()
