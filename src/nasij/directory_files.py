"""The directory as a file that a member brings or takes along: what would come in is shown first, and nothing is kept.

A file is read in this room's memory; what it would bring is held for half an hour, and goes with the process.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request

from nasij import hsds
from nasij.areas.aid import kind_id
from nasij.errors import DiskFull, Malformed, Nasij, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.node import record
from nasij.resident import Resident
from nasij.text import fold
from nasij.web.body import Body
from nasij.web.forms import ANY_PROBLEM, ONCE_FIELD
from nasij.web.server import Answer, Own, RoomPages
from nasij.web.words import LANGUAGES, Words

PATH = "/things/services/file"
THEN = "/things/services"
HELD_SECONDS = 1800
SHOWN = 20
NAME = "file-3.json"
_FOR = mark("The directory is for trusted members.")
_NO_FILE = mark("Please choose a file.")
_NOT_HELD = mark("This file is no longer held here, so nothing was brought in.")


@dataclass(slots=True)
class Held:
    """What a file would bring, under an id of its own."""

    name: str
    since: float
    brought: hsds.Brought


class DirectoryFiles:
    """The page of the directory's files, for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room; nothing is held yet."""
        self.resident = resident
        self._held: Held | None = None

    async def show(self, pages: RoomPages, request: Request) -> Answer:
        """Explain both ways."""
        self._trusted(pages, request)
        return self._shown(pages, request, {})

    def _trusted(self, pages: RoomPages, request: Request) -> None:
        if not pages.look(request).me.trusted:
            raise Refused(_FOR)

    def _shown(
        self, pages: RoomPages, request: Request, problems: Mapping[str, Nasij], held: Held | None = None
    ) -> Answer:
        values = {"held": held.name if held else "", "names": [], "total": 0, "bad": [], "out": 0, "problems": problems}
        if held:
            brought = held.brought
            names = [fact.name for fact in brought.facts[:SHOWN]]
            values |= {"names": names, "total": len(brought.facts), "out": brought.out}
            values["bad"] = brought.bad[: hsds.PROBLEMS_MOST]
        return pages.show(request, Page("resources/file.html", values), status=422 if problems else 200)

    async def posted(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        """Save the directory, show what a file would bring, or bring it in."""
        self._trusted(pages, request)
        if body.one("save"):
            look = pages.look(request)
            if look.db is None:
                raise Refused(_FOR)
            return pages.download(request, hsds.written(look.db).encode(), NAME, "application/json; charset=utf-8")
        try:
            if body.one("held"):
                return self._bring(pages, request, body)
            if not body.file:
                raise Malformed(_NO_FILE, field="sheet")
            self._held = Held(new_id(), time.monotonic(), await asyncio.to_thread(self._reading(), body.file))
        except Malformed as problem:
            return self._shown(pages, request, {problem.field or "sheet": problem})
        asyncio.get_running_loop().call_later(HELD_SECONDS, self._tidy)
        return self._shown(pages, request, {}, self._held)

    def _reading(self) -> Callable[[bytes], hsds.Brought]:
        """Return what reads a file in a thread, with all it needs of the view read before."""
        db = self.resident.node.db
        here = rows(db, "select kind, label, own_words from kind where state = 'active'")
        said = [(row["kind"], row["label"]) for row in here]
        said += [
            (row["kind"], Words(language).gettext(row["label"]))
            for row in here
            if not row["own_words"]
            for language in LANGUAGES
        ]
        there = {fold(row["name"]) for row in rows(db, "select name from provider where state <> 'closed'")}
        return lambda raw: hsds.read(raw, said, kind_id("other"), there)

    def _tidy(self) -> None:
        if self._held and time.monotonic() - self._held.since >= HELD_SECONDS:
            self._held = None

    def _bring(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        self._tidy()
        held = self._held
        if held is None or held.name != body.one("held"):
            raise Malformed(_NOT_HELD, field="sheet")
        try:
            record.state(self.resident.node, held.brought.facts)
        except (Refused, Malformed, NotHereYet, DiskFull) as problem:
            return self._shown(pages, request, {ANY_PROBLEM: problem}, held)
        self.resident.wrote()
        self._held = None
        self.resident.session.remember(body.one(ONCE_FIELD), THEN)
        return pages.go(THEN)


def directory_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the page by its path."""
    files = DirectoryFiles(resident)
    return {PATH: Own(get=files.show, post=files.posted)}
