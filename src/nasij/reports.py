"""A report of figures as a file for somebody outside: plain text that anybody reads, signed with a key that names nobody.

There is a file only once the report and all its figures stand in the line, where every trusted member sees them. The key is the
one that trusted members hold together for lessons: whoever gets the file, and was told its words by voice, can check it in any
network. The form is in docs/formats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from starlette.requests import Request

from nasij.areas.insight import FIGURES, MANDATED, MONTH, MONTHS, lines_of, report_of
from nasij.areas.stories import signing_key
from nasij.clock import to_date
from nasij.errors import Malformed, Nasij, Refused
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.lessons import same_words, words_of
from nasij.resident import Resident
from nasij.seal import labels
from nasij.seal.primitives import is_sound_key, public_of, sign, verify
from nasij.web.body import Body
from nasij.web.server import Answer, Own, RoomPages
from nasij.web.words import Words

FILE, CHECK = "/figures/left/{report}/file", "/figures/check"
NAME = "report 1"  # on a paper that others find it leads to no programme
FILE_MAX = 1 << 16
KEY, SIGNATURE = "key ", "signature "
TAIL = len(KEY) + 64 + 1 + len(SIGNATURE) + 128 + 1  # the last two lines, which the signature does not cover
FOR_MANDATED = mark("A report is taken along by those whose mandate allows it.")
FOR_TRUSTED = mark("Reports are for trusted members.")
_MISSING = (
    mark("Missing: what this room cannot read, and what was helped without writing it down."),
    mark("No number under five is shown, nor what would give one away."),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A report whose signature is right: its key, and its words."""

    key: bytes
    text: str


def text_of(db: Connection, report: str, words: Words) -> str:
    """Return what a report says, in one language: nothing of who made it, for whom, or on which day."""
    start = report_of(db, report)["start"]
    first, last = to_date(start), to_date(start + MONTH * MONTHS - 1)
    kinds = {row["kind"]: row["label"] for row in rows(db, "select kind, label from kind where own_words = 0")}
    said = [NAME, "", words.gettext(mark("From %(start)s to %(end)s")) % {"start": first, "end": last}, ""]
    for figure, kind, number in lines_of(db, report):
        of = f" ({words.gettext(kinds[kind])})" if kind in kinds else ""
        said.append(f"{words.gettext(FIGURES.labels[figure])}{of}: {number}")
    return "\n".join([*said, "", *(words.gettext(one) for one in _MISSING), ""])


def pack(seed: bytes, text: str) -> bytes:
    """Return the signed file of a text."""
    body = text.encode()
    tail = f"{KEY}{public_of(seed).hex()}\n{SIGNATURE}{sign(seed, labels.REPORT, body).hex()}\n"
    return body + tail.encode()


def unpack(raw: bytes) -> Checked:
    """Return what a file says, if it is a report and its signature is right; raises `Malformed`, saying what is wrong."""
    body, tail = raw[:-TAIL], raw[-TAIL:].decode("ascii", "replace").split("\n")
    if not raw.startswith(NAME.encode() + b"\n") or len(raw) > FILE_MAX or len(tail) != 3:
        raise _wrong(mark("This is no report."))
    key, signature = _unhex(tail[0], KEY, 32), _unhex(tail[1], SIGNATURE, 64)
    if not is_sound_key(key) or not verify(key, signature, labels.REPORT, body):
        raise _wrong(
            mark("The signature is not right: the file was changed on the way, or was not made by whom it says.")
        )
    try:
        return Checked(key, body.decode())
    except UnicodeDecodeError:
        raise _wrong(mark("This is no report.")) from None


def _unhex(line: str, name: str, size: int) -> bytes:
    try:
        found = bytes.fromhex(line.removeprefix(name))
    except ValueError:
        found = b""
    if len(found) != size or line != name + found.hex():
        raise _wrong(mark("This is no report."))
    return found


def _wrong(sentence: str) -> Malformed:
    return Malformed(sentence, field="file", advice=mark("Ask for the file again."))


def known(raw: bytes, typed: str) -> Checked:
    """Return what a file says, if its key is the one whose words were typed."""
    if not raw:
        raise Malformed(mark("Please choose a file."), field="file")
    checked = unpack(raw)
    same_words(checked.key, typed)
    return checked


def report_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the pages by path."""
    files = Reports(resident)
    return {FILE: Own(get=files.out, post=files.saved), CHECK: Own(get=files.check, post=files.checked)}


class Reports:
    """Taking reports along, and checking those of others, for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room."""
        self.resident = resident

    def _db(self, pages: RoomPages, request: Request, *, mandated: bool) -> Connection:
        look = pages.look(request)
        if not look.me.trusted or look.db is None:
            raise Refused(FOR_TRUSTED)
        if mandated and not MANDATED.fits(look.me):
            raise Refused(FOR_MANDATED)
        return look.db

    def _words(self) -> Words:
        return Words(str(self.resident.node.secrets.settings.get("language", "ar")))

    async def out(self, pages: RoomPages, request: Request) -> Answer:
        """Show the words of the key, and what would be in the file."""
        db = self._db(pages, request, mandated=True)
        report, key, words = request.path_params["report"], signing_key(db), self._words()
        values = {
            "report": report,
            "key": " ".join(words_of(public_of(key["seed"]), words.language)) if key else "",
            "said": text_of(db, report, words),
            "on_its_way": self.resident.node.is_waiting(report),
        }
        return pages.show(request, Page("insight/file.html", values))

    async def saved(self, pages: RoomPages, request: Request, _body: Body) -> Answer:
        """Return the file, once the others can see what is in it."""
        db = self._db(pages, request, mandated=True)
        report, key = request.path_params["report"], signing_key(db)
        text = text_of(db, report, self._words())
        if not key or self.resident.node.is_waiting(report):
            return pages.go(FILE.format(report=report))
        return pages.download(request, pack(key["seed"], text), "file-4.txt", "text/plain; charset=utf-8")

    async def check(self, pages: RoomPages, request: Request) -> Answer:
        """Ask for a file and its words."""
        return self._asked(pages, request, "", {})

    def _asked(
        self, pages: RoomPages, request: Request, typed: str, problems: Mapping[str, Nasij], said: str = ""
    ) -> Answer:
        self._db(pages, request, mandated=False)
        values = {"words": typed, "problems": problems, "said": said}
        return pages.show(request, Page("insight/check.html", values), status=422 if problems else 200)

    async def checked(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        """Show what a file says whose words and signature are right; nothing of it is kept."""
        typed = body.one("words")
        try:
            said = known(body.file, typed).text
        except Malformed as problem:
            return self._asked(pages, request, typed, {problem.field or "file": problem})
        return self._asked(pages, request, typed, {}, said)
