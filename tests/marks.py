"""Unique marks for every field of a form, and a search for them in all that lies on a disk.

All marks of one run share two stems, one of Latin letters and one of Arabic ones, which stand nowhere else: whoever finds
neither finds no mark. What follows the Latin stem tells the field.
"""

import base64
import binascii
import contextlib
import gzip
import io
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

_LATIN, _ARABIC = "bcdfghjklmnpqrstvwxz", "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
Fields = dict[str, tuple[str, list[str]]]  # by name: its type, and the values it offers


class Forms(HTMLParser):
    """The forms of a page: action, and for each field its name, type and the values it offers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._select = ""
        self.feed(html)

    def at(self, action: str) -> Fields | None:
        """Return the fields of the form that is sent to a path; of several, the one with the most fields."""
        return max((fields for path, fields in self.forms if path == action), key=len, default=None)

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


def _drawn(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


@dataclass
class Marker:
    """Makes marks, and remembers for which field each was made."""

    latin: str = field(default_factory=lambda: f"zq{_drawn(_LATIN, 10)}xk")
    arabic: str = field(default_factory=lambda: f"أ{_drawn(_ARABIC, 9)}")  # its first letter can be taken apart
    made: dict[str, str] = field(default_factory=dict)
    _numbers: count = field(default_factory=count)

    def mark(self, where: str, *, single: bool = False) -> str:
        """Return a new mark for a field: two words, or one where only one passes."""
        number = next(self._numbers)
        tail = "".join(_LATIN[number // 20**place % 20] for place in range(3))
        self.made[tail] = where
        return f"{self.latin}{tail}" if single else f"{self.latin}{tail} {self.arabic}"

    def stands_in(self, text: str) -> bool:
        """Say whether any mark stands in a text."""
        return self.latin in text or self.arabic in text

    def needles(self) -> list[bytes]:
        """Return all ways in which a mark may lie on a disk."""
        return sorted(encodings(self.latin) | encodings(self.arabic))


def encodings(mark: str) -> set[bytes]:
    """Return the ways a mark may lie on a disk."""
    plain = mark.encode()
    found = {
        plain,
        plain[::-1],
        mark[::-1].encode(),
        mark.upper().encode(),
        mark.encode("utf-16-le"),
        mark.encode("utf-16-be"),
        binascii.hexlify(plain),
        binascii.hexlify(plain).upper(),
    }
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        found.add(coded[4 * (shift > 0) : -4])
        found.add(coded[4 * (shift > 0) : -4].translate(bytes.maketrans(b"+/", b"-_")))
    for percent in ("%{:02X}", "%{:02x}"):
        found.add("".join(percent.format(b) for b in plain).encode())
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


@dataclass
class Found:
    """What a search came to: in which places a mark stands, and how much was searched."""

    hits: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0


def search(folders: list[Path], marker: Marker, processes: list[int]) -> Found:
    """Return where any mark stands: in a file's name, in a file, or in a deleted file that a process holds open."""
    found, needles = Found(), marker.needles()
    read: set[int] = set()
    for place in [*(f for folder in folders for f in folder.rglob("*")), *held_open(processes)]:
        if marker.stands_in(str(place)):
            found.hits.append(f"{place}: its name")
        try:
            if place.stat().st_ino in read:
                continue
            read.add(place.stat().st_ino)
            raw = place.read_bytes()
        except OSError:
            continue  # a folder, a socket, or gone by now
        found.files += 1
        found.size += len(raw)
        for piece in contents(raw):
            found.hits += [f"{place}: {described(piece, needle, marker)}" for needle in needles if needle in piece]
    assert found.size > 100_000, "there must be something to search"
    return found


def described(piece: bytes, needle: bytes, marker: Marker) -> str:
    """Return what was found, and for which field it was made where that can be told."""
    behind = piece.index(needle) + len(needle)
    return f"{needle[:24]!r} {marker.made.get(piece[behind : behind + 3].decode('ascii', 'replace'), '')}"


def held_open(processes: list[int]) -> list[Path]:
    """Return the files that processes hold open and that are deleted or lie in a folder for passing things."""
    found = []
    for pid in processes:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if "(deleted)" in target or target.startswith(("/tmp", "/var/tmp")):
                found.append(link)
    return found


def began(process: int) -> int:
    """Return when a process began, in ticks of the machine (proc(5), starttime): its number may be less than an older one's."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])


def family(pid: int) -> list[int]:
    """Return a process and all that it began, itself or through others."""
    below: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            below.setdefault(int(status.read_text().rpartition(")")[2].split()[1]), []).append(int(status.parent.name))
    found = [pid]
    for each in found:
        found += below.get(each, [])
    return found
