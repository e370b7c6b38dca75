"""Unique marks in every field of every form; then every byte on the disk is searched for them.

A group that is in the middle of things fills in every act of every area; somebody founds a network of their own, brings a
long list, lets a newcomer knock, and writes wrong paths and wrong passphrases. It ends in three ways: as it should, by
kill -9, and by a mistake of ours. The data folder with the hub's store in it, the temporary folder, the logs, and files that
are deleted but still open are searched, in the encodings that a forensic tool would try (security.md, I-1).
"""

import base64
import gzip
import json
import re
import secrets
import shutil
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.filling import ACTS, Filling, to_write_in
from tests.marks import Forms, Marker, encodings, family, search
from tests.staged import PASSPHRASE, PEOPLE, room_name, stage
from tests.tour import Stop, Tour, kept_awake, opened
from tests.walker import House, Walker

pytestmark = pytest.mark.slow
ROWS = 20_500
WHO = (0, 1, 2, 5, 6, 10, 12, 14, 16, 17, 18)  # between them they see every form of every act
GROUPS_MOST = 3
NOT_FILLED: dict[str, str] = {}  # an act that nobody's form was accepted for, and why that cannot be
TEMPLATES = Path(__file__).parent.parent / "src/nasij/templates"


@dataclass
class Staged:
    """A data folder with a whole group in it, and where each form was found."""

    home: Path
    stops: dict[str, list[Stop]]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """Stage the group once; each ending works on a copy."""
    folder = tmp_path_factory.mktemp("staged")
    assert stage(folder / "home") == PEOPLE
    shutil.copytree(folder / "home", folder / "toured")
    tour = Tour()
    with House(folder / "toured") as house:
        walkers = group(house)
        with kept_awake(walkers):
            for person, walker in walkers.items():
                tour.walk(person, walker)
    return Staged(folder / "home", tour.stops)


def group(house: House) -> dict[int, Walker]:
    """Open the rooms of some of the group."""
    return {person: opened(house, room_name(person), PASSPHRASE, "en") for person in WHO}


class Plain:
    """Fills in the forms that are no acts: those before a room is open, and the room's own."""

    def __init__(self, marker: Marker) -> None:
        self.marker = marker
        self.filled: set[str] = set()
        self.phrase = " ".join(marker.mark(f"passphrase, word {n}", single=True) for n in range(6))

    def fill(self, walker: Walker, page: str, action: str = "", **right: str) -> None:
        """Open a page and send its form with a mark in every field that is not given."""
        action = action or page
        walker.get(page)
        shown = Forms(walker.page).at(action)
        assert shown is not None, (page, walker.text())
        values = {name: self.value(action, name, kind, offered) for name, (kind, offered) in shown.items()}
        walker.post(action, **{k: v for k, v in values.items() if not k.startswith("_")} | right)
        assert walker.status in (200, 400, 422), (action, walker.status)
        self.filled.add(action)

    def value(self, action: str, name: str, kind: str, offered: list[str]) -> str:
        """Return what to type: a mark, a passphrase of marks, or the last choice."""
        if kind == "password":
            return self.phrase
        if kind in ("text", "textarea"):
            return self.marker.mark(f"{action} {name}", single=True)
        return offered[-1] if offered else ""


def live(house: House, marker: Marker) -> Walker:
    """Found a network, let somebody knock, bring a long list, upload a picture, write wrong paths and wrong words."""
    plain, walker, newcomer, stranger = Plain(marker), Walker(house), Walker(house), Walker(house)
    plain.fill(walker, "/found")
    assert walker.path == "/kit", walker.text()
    plain.fill(walker, "/kit?try", "/kit")
    plain.fill(walker, "/export")
    plain.fill(walker, "/find")
    plain.fill(walker, "/tidy")
    plain.fill(walker, "/tidy/second")
    link, words = walker.invite()
    plain.fill(newcomer, f"/j/{link}", "/join", words=words)
    assert "Four words to compare" in newcomer.text(), newcomer.text()
    converse(walker, newcomer, plain)
    plain.fill(stranger, "/open")
    plain.fill(stranger, "/recover")
    bring_list(walker, marker)
    plain.filled.add("/import")
    forms = {
        path for file in TEMPLATES.rglob("*.html") for path in re.findall(r'plain_form\("(/\w+)"', file.read_text())
    }
    assert forms - plain.filled == {"/sample"}, (
        "each form that is no act was filled in; that of the sample asks for nothing"
    )
    walker.get("/aid/ask")
    name = marker.mark("/aid/ask, a file's name") + ".jpg"
    walker.upload("/aid/ask", "photo", name, (marker.mark("/aid/ask, a file").encode() + b"\0") * 130_000)
    walker.get(f"/aid/{urllib.parse.quote(marker.mark('a path'))}")
    return walker


def converse(walker: Walker, newcomer: Walker, plain: Plain) -> None:
    """Let those who welcome say something to the newcomer, who answers."""
    walker.until("/people/joins", "/people/join/")
    join = re.search(r"/people/join/\w{16}", walker.page)
    assert join
    walker.fill(f"{join[0]}/say", words=plain.marker.mark(f"{join[0]}/say"))
    newcomer.until("/", 'action="/guest"')
    plain.fill(newcomer, "/", "/guest")


def list_of(marker: Marker) -> bytes:
    """Return a sheet of many rows and about five megabytes, with marks in it."""
    rows = ["ما المطلوب,المنطقة,رقم الهاتف"]
    marked = [marker.mark(f"row {n}") for n in range(20)]
    rows += [f"{marked[n % 20]} {n} {'حاجة ' * 17},حي,0100{n:06d}" for n in range(ROWS)]
    return "\n".join(rows).encode()


def bring_list(walker: Walker, marker: Marker) -> None:
    """Bring a long list along through all three steps; its telephone numbers are left out, the rest comes in."""
    walker.get("/import")
    walker.upload("/import", "sheet", marker.mark("a list's name") + ".csv", list_of(marker), kind="needs")
    chosen = {"column-0": "what", "column-1": "area", "column-2": "", "scope": "trusted"}
    sheet = re.search(r'name="sheet" value="(\w{16})"', walker.page)
    assert sheet, walker.text()[:2000]
    walker.post("/import", sheet=sheet[1], **chosen)
    assert f"{ROWS} rows would be brought in" in walker.text(), walker.text()[:2000]
    walker.post("/import", sheet=sheet[1], sure="yes")
    assert re.fullmatch(r"/aid/import/\w{16}", walker.path), walker.text()[:2000]
    assert marker.stands_in(walker.page), "the list is there to be found"
    walker.until("/", lambda: "saved here" not in walker.text(), 120)  # it lies on the hub as well


def stumble(house: House, walker: Walker, marker: Marker) -> None:
    """Lead the house into mistakes: a form that is none, a room whose folder is gone, a door that cannot read its own file."""
    body = b"\xff" * 200_000
    walker._send("POST", "/aid/ask", body, "multipart/form-data; boundary=" + marker.mark("a boundary", single=True))
    walker.get("/profile/skill")
    for folder in [place for place in (house.home / "rooms").iterdir() if place.is_dir()]:
        folder.rename(folder.with_suffix(".gone"))
        folder.write_bytes(b"")
    skill = marker.mark("/profile/skill, while nothing can be saved")
    walker.post("/profile/skill", words=skill, level="does")
    assert walker.status == 422, walker.text()
    assert skill in walker.page, "nothing was saved, and nothing is lost"
    (house.home / "salt").unlink()
    (house.home / "salt").mkdir()
    stranger = Walker(house)
    stranger.fill("/open", room=marker.mark("/open, in a mistake"), passphrase=marker.mark("/open, in a mistake"))
    assert stranger.status == 500, stranger.text()
    assert "mistake: IsADirectoryError" in house.log.read_text(), "it is told what went wrong, and without a value"


def handed_on(walkers: dict[int, Walker]) -> None:
    """Wait until the hub holds, sealed, what everybody wrote; whoever was closed out hands nothing on."""
    for walker in walkers.values():
        walker.until("/", lambda walker=walker: "saved here" not in walker.text(), 60)


def filled(staged: Staged, folder: Path, marker: Marker, houses: list[House]) -> dict[str, int]:
    """Fill in every act with marks; returns with how many each was accepted.

    Who is drawn to hear an appeal, or whose turn comes first, is another one each time. What one group left no record for is
    the first thing that the next group does, in a house of its own.
    """
    accepted: dict[str, int] = {}
    for turn in range(GROUPS_MOST):
        shutil.copytree(staged.home, folder / f"home{turn}")
        houses.append(House(folder / f"home{turn}"))
        walkers = group(houses[-1])
        filling = Filling(walkers, marker, frozenset(set(ACTS) - set(accepted)))
        with kept_awake(walkers):
            filling.all(staged.stops)
        accepted = filling.accepted | accepted
        there = any(marker.stands_in(walker.get("/aid")) for walker in walkers.values())
        assert there or turn, "there is something to find"
        handed_on(walkers)
        if set(ACTS) - set(accepted) == set(NOT_FILLED):
            break
    assert set(ACTS) - set(accepted) == set(NOT_FILLED), {path: filling.refused.get(path) for path in filling.left()}
    return accepted


@pytest.mark.parametrize("ending", ["stop", "kill", "mistake"])
def test_nothing_readable_is_left(staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """0 hits, however it ends."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    marker = Marker()
    houses: list[House] = []
    try:
        accepted = filled(staged, tmp_path, marker, houses)
        assert all(accepted[path] >= len(to_write_in(act)) for path, act in ACTS.items())
        walker = live(houses[-1], marker)
        if ending == "mistake":
            stumble(houses[-1], walker, marker)
        running = [process for house in houses for process in family(house.process.pid)]
        assert search([tmp_path], marker, running).hits == []
    finally:
        for house in houses:
            house.kill() if ending == "kill" else house.stop()
    after = search([tmp_path], marker, [])
    assert after.hits == []
    print(
        f"{ending}: {len(accepted)} of {len(ACTS)} acts, {len(marker.made)} marks, "
        f"{after.files} files, {after.size:,} bytes, 0 hits"
    )


def test_the_search_can_fail(tmp_path: Path) -> None:
    """A mark in any of the encodings is found, of both stems, in a file's name, and in what is packed."""
    marker = Marker()
    for n, coded in enumerate(marker.needles()):
        place = tmp_path / str(n)
        place.mkdir()
        (place / "file").write_bytes(b"\1" * 100_001 + coded)
        assert search([place], marker, []).hits
    for name, raw in (
        ("x.gz", gzip.compress(json.dumps({"a": marker.mark("a")}).encode() + secrets.token_bytes(100_001))),
        (marker.mark("b"), secrets.token_bytes(100_001)),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(raw)
        assert search([tmp_path / name], marker, []).hits


def test_the_search_reads_around_a_mark_in_base64() -> None:
    """Wherever a mark stands in a longer text, its encoded form is one of those that are searched for."""
    for before in range(3):
        for after in range(3):
            coded = base64.b64encode(b"\xfe" * before + "مرجانة السوق".encode() + b"\xfe" * after)
            assert any(needle in coded for needle in encodings("مرجانة السوق")), (before, after)
