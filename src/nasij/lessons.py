"""Lessons as a file for another network: signed with a key that trusted members hold together, so that it names nobody.

The form is in docs/formats. Whoever reads it types the words of the key, which they were told by voice; what comes in is
proposed, and counts once somebody else has confirmed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from starlette.requests import Request

from nasij.areas.aid import kind_id
from nasij.areas.stories import LessonProposed, lessons, signing_key
from nasij.encoding import NotCanonical, decode, encode, shape
from nasij.errors import Malformed, Nasij, Refused
from nasij.ids import new_id
from nasij.kit.fact import check
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.node import record
from nasij.resident import Resident
from nasij.seal import labels
from nasij.seal import words as spoken
from nasij.seal.primitives import is_sound_key, keyed_hash, public_of, sign, verify
from nasij.web.body import Body
from nasij.web.server import Answer, Own, RoomPages

OUT, IN = "/pages/file/out", "/pages/file/in"
FAMILY, NAME = "nasij lessons ", "nasij lessons 1"
WORDS = 6  # 66 bits: nobody finds another key with the same ones
FILE_MAX = 1 << 20
LESSONS_MOST = 500
AT_ONCE = 20  # that are stated together; a file whose reading was cut short can be read again
FOR_TRUSTED = mark("Lessons are for trusted members.")
_NOT_A_FILE = mark("This is no file of lessons.")
_NOT_LESSONS = mark("The signature is right, but not everything in the file is a lesson as they are written here.")
_ASK_AGAIN = mark("Ask for the file again. Nothing of it was taken in.")

Line = tuple[
    str, str, str, str, str, str, str
]  # kind, incident, action, helped, harmed, valid where, who stands for it
_SHAPE = shape(tuple[str, bytes, bytes, bytes])
_BODY = shape(list[Line])


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of lessons whose signature is right: its key, and its lines."""

    key: bytes
    lines: list[Line]


def words_of(public: bytes, language: str) -> list[str]:
    """Return the words by which people compare a key of lessons."""
    return spoken.speak(keyed_hash(public, labels.COMPARE_LESSONS), language, WORDS)


def same_words(public: bytes, typed: str) -> None:
    """Raise `Malformed` where the words that were typed are not those of a key, in either language."""
    if spoken.read_words(typed) not in (words_of(public, "ar"), words_of(public, "en")):
        raise Malformed(
            mark("These are not the words of this file."),
            field="words",
            advice=mark("Ask them again by voice. If the words stay different, somebody may have changed the file."),
        )


def fingerprint(public: bytes) -> str:
    """Return the short form of a key that stands with each lesson that came from its network."""
    return public.hex()[:16]


def pack(seed: bytes, lines: list[Line]) -> bytes:
    """Return the signed file of these lines."""
    body = encode(lines)
    return encode((NAME, public_of(seed), sign(seed, labels.LESSONS, body), body))


def unpack(raw: bytes) -> Brought:
    """Return what a file says, if its signature is right and its lines are lessons; raises `Malformed`, saying what is wrong."""
    if len(raw) > FILE_MAX:
        raise _wrong(mark("This file is too large to be one of lessons."))
    _of_this_version(raw)
    try:
        _, public, signature, body = decode(raw, size_max=FILE_MAX, of=_SHAPE)
    except NotCanonical:
        raise _wrong(_NOT_A_FILE) from None
    if not is_sound_key(public) or not verify(public, signature, labels.LESSONS, body):
        raise _wrong(
            mark("The signature is not right: the file was changed on the way, or was not made by whom it says.")
        )
    try:
        lines = decode(body, size_max=FILE_MAX, of=_BODY)
    except NotCanonical:
        raise _wrong(_NOT_LESSONS) from None
    if len(lines) > LESSONS_MOST:
        raise _wrong(mark("There are more lessons in this file than can be read at once."))
    return Brought(public, lines)


def _wrong(sentence: str, advice: str = _ASK_AGAIN) -> Malformed:
    return Malformed(sentence, field="file", advice=advice)


def _of_this_version(raw: bytes) -> None:
    try:
        whole: Any = decode(raw, size_max=FILE_MAX)
    except NotCanonical:
        raise _wrong(_NOT_A_FILE) from None
    name = whole[0] if isinstance(whole, (list, tuple)) and whole else ""
    if not isinstance(name, str) or not name.startswith(FAMILY):
        raise _wrong(_NOT_A_FILE)
    if name != NAME:
        raise _wrong(
            mark("This file is of another version, which is not understood here."),
            mark("Ask for one of this version, or bring both networks to the same one."),
        )


def lines_of(db: Connection) -> list[Line]:
    """Return the confirmed lessons as lines, sorted by their words: the order says nothing of when they were written."""
    names = ("kind", "incident", "action", "helped", "harmed", "valid_where", "stands")
    # A kind of one's own means nothing elsewhere; the kinds that every network begins with have the same id everywhere.
    own = {row["kind"] for row in rows(db, "select kind from kind where own_words = 1")}
    found = [
        row | {"kind": kind_id("other") if row["kind"] in own else row["kind"]} for row in lessons(db, "confirmed")
    ]
    return sorted(tuple(row[name] for name in names) for row in found)


def facts_of(db: Connection, brought: Brought) -> list[LessonProposed]:
    """Return what a file proposes here, without what is here already."""
    known = {row["kind"] for row in rows(db, "select kind from kind")}
    here = {(row["helped"], row["harmed"], row["valid_where"]) for row in rows(db, "select * from lesson")}
    found = []
    for kind, incident, action, helped, harmed, valid_where, stands in brought.lines:
        if (helped, harmed, valid_where) in here:
            continue
        here.add((helped, harmed, valid_where))
        fits = kind if kind in known else "" if incident or action else kind_id("other")
        said = (helped, harmed, fits, incident, action, valid_where, stands)
        fact = LessonProposed(new_id(), *said, fingerprint(brought.key))
        try:
            check(fact)
        except Malformed:
            raise _wrong(_NOT_LESSONS) from None
        found.append(fact)
    return found


def lesson_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the pages by path."""
    files = Files(resident)
    return {OUT: Own(get=files.out, post=files.saved), IN: Own(get=files.bring, post=files.brought)}


class Files:
    """Giving lessons and reading them, for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room."""
        self.resident = resident

    def _db(self, pages: RoomPages, request: Request) -> Connection:
        look = pages.look(request)
        if not look.me.trusted or look.db is None:
            raise Refused(FOR_TRUSTED)
        return look.db

    async def out(self, pages: RoomPages, request: Request) -> Answer:
        """Show the words of the key, and what would be in the file."""
        db = self._db(pages, request)
        key = signing_key(db)
        language = str(self.resident.node.secrets.settings.get("language", "ar"))
        public = public_of(key["seed"]) if key else b""
        values = {
            "key": " ".join(words_of(public, language)) if key else "",
            "origin": fingerprint(public),
            "count": len(lines_of(db)),
        }
        return pages.show(request, Page("stories/out.html", values))

    async def saved(self, pages: RoomPages, request: Request, _body: Body) -> Answer:
        """Return the file."""
        db = self._db(pages, request)
        key = signing_key(db)
        if not key:
            return pages.go(OUT)
        return pages.download(request, pack(key["seed"], lines_of(db)), "file-3.bin")

    async def bring(self, pages: RoomPages, request: Request) -> Answer:
        """Ask for a file and its words."""
        return self._asked(pages, request, "", {})

    def _asked(self, pages: RoomPages, request: Request, words: str, problems: Mapping[str, Nasij]) -> Answer:
        self._db(pages, request)
        values = {"words": words, "problems": problems}
        return pages.show(request, Page("stories/in.html", values), status=422 if problems else 200)

    async def brought(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        """Propose what is in a file whose words are right."""
        db, typed = self._db(pages, request), body.one("words")
        try:
            brought = _known(body.file, typed)
            facts = facts_of(db, brought)
            for start in range(0, len(facts), AT_ONCE):
                record.state(self.resident.node, facts[start : start + AT_ONCE])
                self.resident.wrote()
            if not facts:
                raise _wrong(mark("Everything in this file is here already."), "")
        except Malformed as problem:
            return self._asked(pages, request, typed, {problem.field or "file": problem})
        return pages.go("/pages/lessons")


def _known(raw: bytes, typed: str) -> Brought:
    if not raw:
        raise Malformed(mark("Please choose a file."), field="file")
    brought = unpack(raw)
    same_words(brought.key, typed)
    return brought
