"""A search across what somebody may see: the words stay in this process, and nothing is found that no page would show.

What holds the words comes from the view (`kit.find`). Before anything is shown, the page it leads to is opened as whoever looks
and read: what does not stand on it, word for word, is left out. So a page's own rules (blocks, hidden names, what is kept from
somebody for now) hold here too, and no second list of them has to be kept.
"""

import dataclasses
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from nasij.errors import Malformed, Nasij
from nasij.kit.find import MORE, Candidate, Wanted, candidates
from nasij.kit.page import Page
from nasij.web.body import Body
from nasij.web.look import Look
from nasij.web.server import Own, RoomPages
from nasij.web.templates import render

FIND = "/find"
SHOWN = 12
OPENED_MOST = 60  # pages that one search opens
WAYS_MOST = 6
REMEMBERED_SECONDS = 300
_MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
_BETWEEN = re.compile(r"<[^>]*>|\s+")  # what stands between the letters of a page

Known = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, as its page shows it."""

    called: str
    title: str
    excerpt: str
    path: str
    audience: str
    over: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought; `then` is where the next one goes on, 0 where there is no more, and `known` what it leaves out."""

    hits: list[Hit]
    ways: list[tuple[str, str]]
    then: int = 0
    known: Known = frozenset()

    @property
    def groups(self) -> list[tuple[str, list[Hit]]]:
        """What was found by what it is called, in the order in which each first comes."""
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.called, []).append(hit)
        return list(found.items())


def look_for(look: Look, wanted: Wanted, begin: int = 0, known: Known = frozenset()) -> Looked:
    """Return the next of what holds the words and may be shown to whoever looks."""
    if look.db is None:
        return Looked([], [])
    ahead = candidates(look.db, [line for area in look.areas.areas for line in area.found], wanted)
    reading, seen = Reading(look), set(known)
    found: list[Hit] = []
    then = 0
    for place, one in enumerate(ahead[begin:], begin):
        if reading.opened >= OPENED_MOST or len(found) == SHOWN:
            then = place
            break
        hit = reading.hit(one)
        if hit is not None and reading.key(hit) not in seen:
            found.append(hit)
            seen.add(reading.key(hit))
    return Looked(found, [] if begin else list(islice(ways(look, wanted), WAYS_MOST)), then, frozenset(seen))


def ways(look: Look, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Yield pages of the menu and forms whose own words hold what is wanted, for whoever may open them."""
    for area in look.areas.areas:
        titled = [(line.path, line.menu) for line in area.pages] + [(act.path, act.title) for act in area.acts]
        for path, words in titled:
            if words and "{" not in path and wanted.rank(look.words.gettext(words)) and look.opens(path):
                yield path, words


@dataclass(slots=True)
class Reading:
    """The pages that were opened for one search, as text without its tags and spaces."""

    look: Look
    texts: dict[str, str] = field(default_factory=dict)
    opened: int = 0

    def hit(self, one: Candidate) -> Hit | None:
        """Return what may be shown of a candidate: nothing unless a page of it shows this person what was found."""
        title, excerpts = one.title, one.excerpts
        for path in one.at:
            text = self.text(path)
            excerpt = next((words for words in excerpts if self.stands(words, text)), "")
            if excerpt:
                title = title if title != excerpt and self.stands(title, text) else ""
                return Hit(one.called, title, excerpt, path, one.audience, one.over)
        return None

    def key(self, hit: Hit) -> tuple[str, ...]:
        """Return what tells a thing that was found from others: the page of a record shows it once, a list as often as it holds it."""
        line = self.look.page_at(hit.path)
        return (hit.called, hit.path) if line is None or "{" in line.path else (hit.called, hit.path, hit.excerpt)

    @staticmethod
    def stands(words: str, text: str) -> bool:
        """Say whether words stand in a text of a page."""
        plain = _BETWEEN.sub("", str(escape(words.strip(MORE))))
        return bool(plain) and plain in text

    def text(self, path: str) -> str:
        """Return what a page shows this person, empty where it shows them nothing."""
        if path not in self.texts:
            self.opened += 1
            look = dataclasses.replace(self.look, path=path, bare=True)
            try:
                main = _MAIN.search(render(look, look.page(path)))
            except Nasij:
                main = None
            self.texts[path] = _BETWEEN.sub("", main[0]) if main else ""
        return self.texts[path]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, how far it came, and when."""

    words: str
    wanted: Wanted
    at: float
    begin: int = 0
    known: Known = frozenset()


class Finding:
    """The page, for one room. What was looked for stands in no address, and here only for some minutes."""

    def __init__(self) -> None:
        """Begin with nothing looked for."""
        self._search: Search | None = None
        self._next: tuple[int, Known] = (0, frozenset())

    def search(self) -> Search | None:
        """Return what is looked for, as long as it is remembered."""
        if self._search is not None and time.monotonic() - self._search.at > REMEMBERED_SECONDS:
            self._search = None
        return self._search

    async def get(self, pages: RoomPages, request: Request) -> Response:
        """Show the form, or what was found lately."""
        search = self.search()
        if search is None:
            return pages.show(request, Page("find.html", {"words": "", "looked": None, "problem": None}))
        look = pages.look(request)
        looked = look_for(look, search.wanted, search.begin, search.known)
        self._next = (looked.then, looked.known)
        values = {"words": search.words, "looked": looked, "problem": None, "further": search.begin > 0}
        return pages.show(request, Page("find.html", values), look=look)

    async def post(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Look for words, go on where the last look ended, or let go of it."""
        search, step = self.search(), body.one("step")
        try:
            if step == "words":
                words = body.one("words")
                self._search = Search(words, Wanted(words), time.monotonic())
            elif step == "more" and search is not None:
                begin, known = self._next
                self._search = dataclasses.replace(search, at=time.monotonic(), begin=begin, known=known)
            else:
                self._search = None
        except Malformed as problem:
            values = {"words": body.one("words"), "looked": None, "problem": problem}
            return pages.show(request, Page("find.html", values), status=422)
        return pages.go(FIND)


def finding_pages() -> Mapping[str, Own]:
    """Return the search's page."""
    finding = Finding()
    return {FIND: Own(get=finding.get, post=finding.post)}
