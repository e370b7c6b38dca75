"""Unique marks in every field of every form; then every byte on the disk is searched for them.

The room is opened, used for everything it offers, and ended in three ways: as it should be, by kill -9, and by a mistake. The
data folder, the temporary folder, the logs, and files that are deleted but still open are searched, in the encodings that a
forensic tool would try (security.md, I-1). The hub's store lies in the data folder and is searched with it.
"""

import base64
import binascii
import gzip
import io
import json
import re
import secrets
import unicodedata
import urllib.parse
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.walker import PHRASE, House, Walker

pytestmark = pytest.mark.slow
ROWS = 20_500
STILL = {"/me/leave", "/trust/rest"}  # these would end the walk


class Forms(HTMLParser):
    """The forms of a page: action, and for each field its name, type and the values it offers."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, tuple[str, list[str]]]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        name = given.get("name", "")
        if tag in ("input", "textarea") and name:
            kind = "textarea" if tag == "textarea" else given.get("type", "text")
            fields.setdefault(name, (kind, []))[1].append(given.get("value", ""))
        elif tag == "select":
            self._select = name
            fields.setdefault(name, ("select", []))
        elif tag == "option" and self._select:
            fields[self._select][1].append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


class Marker:
    """Fills forms with marks and remembers them."""

    def __init__(self) -> None:
        self.marks: list[str] = []

    def mark(self) -> str:
        """Return a new mark: Latin letters that stand nowhere else, and an Arabic word."""
        made = "zq" + "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12)) + "xk مرجانة"
        self.marks.append(made.split()[0])
        return made

    def fill(self, fields: dict[str, tuple[str, list[str]]]) -> dict[str, str | list[str]]:
        """Return values for every field: marks wherever one can write, the last choice offered elsewhere."""
        values: dict[str, str | list[str]] = {}
        for name, (kind, offered) in fields.items():
            if name.startswith("_"):
                continue
            if kind in ("text", "textarea", "search"):
                values[name] = self.typed(name)
            elif kind in ("radio", "select", "checkbox"):
                right = [value for value in offered if value]
                values[name] = right[-1] if right else ""
            elif kind == "hidden":
                values[name] = offered[0] if offered else ""
        return values

    def typed(self, name: str) -> str:
        """Return what to write: marks, or a number or a day where only those pass."""
        if name in ("people", "per_week", "value", "minutes"):
            return "2"
        if name.endswith(("_by", "until", "_on", "day")):
            return "2031-05-09"
        return self.mark()


def encodings(mark: str) -> set[bytes]:
    """Return the ways a mark may lie on a disk."""
    plain = mark.encode()
    found = {
        plain,
        plain[::-1],
        plain.upper(),
        mark.encode("utf-16-le"),
        mark.encode("utf-16-be"),
        binascii.hexlify(plain),
    }
    found.add(binascii.hexlify(plain).upper())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        found.add(coded[4 * (shift > 0) : -4])
    found.add("".join(f"%{b:02X}" for b in plain).encode())
    found.add("".join(f"\\u{ord(c):04x}" for c in mark).encode())
    found.add("".join(f"&#{ord(c)};" for c in mark).encode())
    found |= {unicodedata.normalize(form, mark).encode() for form in ("NFC", "NFD")}
    return found


def contents(raw: bytes) -> list[bytes]:
    """Return bytes as they are and, where they are packed, unpacked."""
    found = [raw]
    if raw[:2] == b"\x1f\x8b":
        found.append(gzip.decompress(raw))
    if raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            found += [packed.read(name) for name in packed.namelist()]
    return found


def search(folders: list[Path], marks: list[str], processes: list[int]) -> list[str]:
    """Return where any mark stands in any file, or in any deleted file that a process still holds open."""
    needles = set().union(*(encodings(mark) for mark in marks))
    pattern = re.compile(b"|".join(re.escape(n) for n in sorted(needles)))
    places: list[Path] = [f for folder in folders for f in folder.rglob("*") if f.is_file()]
    for pid in processes:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            if "(deleted)" in str(link.readlink()) or str(link.readlink()).startswith(("/tmp", "/var/tmp")):
                places.append(link)
    hits = []
    searched = 0
    for place in places:
        try:
            raw = place.read_bytes()
        except OSError:
            continue
        searched += len(raw)
        hits += [f"{place}: {found[0][:20]!r}" for piece in contents(raw) if (found := pattern.search(piece))]
    assert searched > 100_000, "there must be something to search"
    return hits


def family(pid: int) -> list[int]:
    """Return a process and all that it began."""
    found = [pid]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) in found:
            found.append(int(status.parent.name))
    return found


def act_paths(walker: Walker) -> list[str]:
    """Return the paths of acts without parameters, and those that the pages link to."""
    from nasij.areas import AREAS

    fixed = [act.path for area in AREAS for act in area.acts if "{" not in act.path]
    linked: set[str] = set()
    for page in ["/", "/me", *(line.path for area in AREAS for line in area.pages if "{" not in line.path)]:
        walker.get(page)
        linked |= set(re.findall(r'href="(/[a-z][^"#?]*)"', walker.page))
    return [
        p for p in dict.fromkeys([*fixed, *sorted(linked)]) if p not in STILL and not p.startswith(("/exit", "/lock"))
    ]


def walk(walker: Walker, marker: Marker) -> int:
    """Fill every form there is; returns how many were sent."""
    sent = 0
    for path in act_paths(walker):
        walker.get(path)
        parser = Forms()
        parser.feed(walker.page)
        for action, fields in parser.forms:
            if action in ("/language", *STILL) or not action.startswith("/"):
                continue
            walker.get(path)
            walker.post(action, **marker.fill(fields))
            assert walker.status in (200, 400, 404, 422), (action, walker.status)
            sent += 1
    return sent


def list_of(marker: Marker) -> bytes:
    """Return a sheet of many rows and about five megabytes, with marks in it."""
    rows = ["ما المطلوب,المنطقة,رقم الهاتف"]
    marked = [marker.mark() for _ in range(20)]
    rows += [f"{marked[n % 20]} {n} {'حاجة ' * 17},حي,0100{n:06d}" for n in range(ROWS)]
    return "\n".join(rows).encode()


def bring_list(walker: Walker, marker: Marker) -> None:
    """Bring a long list along through all three steps; its telephone numbers are left out, the rest comes in."""
    walker.get("/import")
    walker.upload("/import", "sheet", marker.mark() + ".csv", list_of(marker), kind="needs")
    chosen = {"column-0": "what", "column-1": "area", "column-2": "", "scope": "trusted"}
    sheet = re.search(r'name="sheet" value="(\w{16})"', walker.page)
    assert sheet, walker.text()[:2000]
    walker.post("/import", sheet=sheet[1], **chosen)
    assert f"{ROWS} rows would be brought in" in walker.text(), walker.text()[:2000]
    walker.post("/import", sheet=sheet[1], sure="yes")
    assert re.fullmatch(r"/aid/import/\w{16}", walker.path), walker.text()[:2000]
    assert any(mark in walker.page for mark in marker.marks[-20:]), "the list is there to be found"
    walker.until("/", lambda: "saved here" not in walker.text(), 120)  # it lies on the hub as well


def use_everything(house: House, marker: Marker) -> Walker:
    """Found, fill every form, bring a long list, upload a picture, write wrong paths and wrong passphrases."""
    walker = Walker(house)
    walker.fill(
        "/found",
        network=marker.mark().split()[0], alias=marker.mark().split()[0], room=marker.mark(),
        passphrase=PHRASE, again=PHRASE, languages="ar",
    )  # fmt: skip
    assert walker.path == "/kit", walker.text()
    assert walk(walker, marker) > 12
    bring_list(walker, marker)
    walker.get("/aid/ask")
    walker.upload("/aid/ask", "photo", marker.mark() + ".jpg", (marker.mark().encode() + b"\0") * 150_000)
    walker.get(f"/aid/{urllib.parse.quote(marker.mark())}")
    stranger = Walker(house)
    stranger.fill("/open", room=marker.mark(), passphrase=marker.mark())
    return walker


@pytest.mark.parametrize("ending", ["stop", "kill", "mistake"])
def test_nothing_readable_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """0 hits, however it ends."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    marker = Marker()
    house = House(tmp_path / "home")
    try:
        walker = use_everything(house, marker)
        if ending == "mistake":
            walker.get("/people/" + "0" * 16)
            walker._send(
                "POST", "/aid/ask", b"\xff" * 200_000, "multipart/form-data; boundary=" + marker.mark().split()[0]
            )
        assert search([tmp_path], marker.marks, family(house.process.pid)) == []
    finally:
        house.kill() if ending == "kill" else house.stop()
    assert len(marker.marks) > 40
    assert search([tmp_path], marker.marks, []) == []


def test_the_search_can_fail(tmp_path: Path) -> None:
    """A mark in any of the encodings is found."""
    mark = "zq" + secrets.token_hex(6) + "xk"
    for n, coded in enumerate(sorted(encodings(mark))):
        place = tmp_path / str(n)
        place.mkdir()
        (place / "file").write_bytes(b"\1" * 100_001 + coded)
        assert search([place], [mark], [])
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "x.gz").write_bytes(
        gzip.compress(json.dumps({"a": mark}).encode() + secrets.token_bytes(100_001))
    )
    assert search([tmp_path / "packed"], [mark], [])
