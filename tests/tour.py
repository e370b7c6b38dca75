"""Going through a house from link to link, as several people: what is reached, what leads nowhere, and whether it is good HTML."""

import contextlib
import re
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from nasij.areas import AREAS
from nasij.web.look import pattern
from tests.walker import House, Walker

PAGES = [line.path for area in AREAS for line in area.pages]
FORMS = [act.path for area in AREAS for act in area.acts]
_FIXED_FIRST = sorted({*PAGES, *FORMS}, key=lambda path: path.count("{"))
# These end the walk, or answer with something else than a page.
_ENDS = {"/exit", "/lock", "/leave", "/language"}
_LINK = re.compile(r'<(?:a [^>]*?href|form [^>]*?action|button [^>]*?formaction)="(/[^"#?]*)')
AWAKE_SECONDS = 200  # a room that nobody looks at for ten minutes locks itself
MOST = 60  # pages of one kind that one person opens, unless told otherwise: more than are staged of any


def kind_of(path: str) -> str:
    """Return the path as an area writes it, with braces; a page of the room itself stands for itself."""
    return next((known for known in _FIXED_FIRST if pattern(known).fullmatch(path)), path)


@dataclass(slots=True)
class Stop:
    """One page that somebody opened."""

    person: int
    path: str
    html: str


@dataclass(slots=True)
class Tour:
    """What was seen: by kind of page, each page once for each person; and the links that led nowhere."""

    stops: dict[str, list[Stop]] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    most: int = MOST

    def walk(self, person: int, walker: Walker) -> None:
        """Follow every link and open the form behind every button, from the first page on."""
        counted: Counter[str] = Counter()
        ahead: deque[tuple[str, str]] = deque([("/", "")])
        known = {"/"}
        while ahead:
            path, before = ahead.popleft()
            kind = kind_of(path)
            counted[kind] += 1
            if counted[kind] > self.most:
                continue
            html = walker.get(path)
            if walker.status != 200:
                self.dead.append(f"{person}: {path} from {before}: {walker.status}")
                continue
            self.stops.setdefault(kind, []).append(Stop(person, path, html))
            for found in _LINK.findall(html):
                link = unescape(found)
                if link not in known and link not in _ENDS and not link.startswith("/guest"):
                    known.add(link)
                    ahead.append((link, path))

    def shown(self) -> list[Stop]:
        """Return two pages of each kind, of different people where there are."""
        found: list[Stop] = []
        for stops in self.stops.values():
            other = next((stop for stop in reversed(stops) if stop.person != stops[0].person), None)
            found += [stops[0], other] if other else [stops[0]]
        return found


def opened(house: House, room: str, passphrase: str, language: str) -> Walker:
    """Return a walker in an open room, with its pages in a language."""
    walker = Walker(house, language)
    walker.fill("/open", room=room, passphrase=passphrase)
    assert walker.path == "/", walker.text()
    walker.post("/language", language=language, back="/")
    return walker


@contextlib.contextmanager
def kept_awake(walkers: Mapping[int, Walker]) -> Iterator[None]:
    """Look into every room now and then: on a busy machine ten minutes pass while the others are walked through."""
    done = threading.Event()

    def look_in() -> None:
        while not done.wait(AWAKE_SECONDS):
            for walker in list(walkers.values()):
                beside = Walker(walker.house)
                beside.cookies = dict(walker.cookies)
                with contextlib.suppress(OSError):  # whoever left has no room any more
                    beside.get("/aside")

    looking = threading.Thread(target=look_in, daemon=True)
    looking.start()
    try:
        yield
    finally:
        done.set()
        looking.join()


# --- good HTML ---------------------------------------------------------------------------------------------------------

_VOID = {"meta", "link", "input", "br", "img", "hr"}
_INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary", "label"}
_PHRASES_ONLY = {"p", "h1", "h2", "h3", "span", "strong", "button", "label", "legend", "summary", "dt", "bdi", "a"}
_BLOCKS = {"p", "div", "ul", "ol", "dl", "form", "section", "details", "fieldset", "table", "nav", "h1", "h2", "h3"}
_CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"th", "td"}, "select": {"option"}}


class Checker(HTMLParser):
    """Reads a page strictly and notes what a browser would have to guess."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.wanted: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self._nesting(tag, given)
        self._names(tag, given)
        if tag not in _VOID:
            self.open.append(tag)

    def _nesting(self, tag: str, given: dict[str, str]) -> None:
        parent = self.open[-1] if self.open else ""
        if parent in _CHILDREN and tag not in _CHILDREN[parent]:
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if tag in _BLOCKS and _PHRASES_ONLY & set(self.open):
            self.faults.append(f"<{tag}> stands in {_PHRASES_ONLY & set(self.open)}")
        if tag in _INTERACTIVE and {"a", "button", "summary"} & set(self.open):
            self.faults.append(f"<{tag}> stands in something that is pressed itself")
        if tag == "form" and "form" in self.open:
            self.faults.append("a form stands in a form")

    def _names(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids[given["id"]] += 1
        for name in ("aria-describedby", "aria-labelledby"):
            self.wanted += given.get(name, "").split()
        if tag == "label":
            self.labelled.add(given.get("for", ""))
            self.wanted.append(given.get("for", ""))
        if tag == "a" and given.get("href", "").startswith("#"):
            self.wanted.append(given["href"][1:])
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given.get("id", f"without an id: {given.get('name')}"))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def judged(self) -> list[str]:
        """Return all faults, once the page was read."""
        faults = [*self.faults, *(f"<{tag}> is not closed" for tag in self.open)]
        faults += [f"two things are called {name}" for name, count in self.ids.items() if count > 1]
        faults += [f"nothing is called {name}" for name in self.wanted if name not in self.ids]
        faults += [f"a field has no label: {name}" for name in self.fields if name not in self.labelled]
        if self.headings.count(1) != 1 or self.headings[:1] != [1]:
            faults.append(f"the headings do not begin with one h1: {self.headings}")
        faults += [f"h{b} follows h{a}" for a, b in zip(self.headings, self.headings[1:], strict=False) if b > a + 1]
        return faults


def faults_of(html: str) -> list[str]:
    """Return what is wrong with a page's HTML."""
    checker = Checker()
    checker.feed(html)
    checker.close()
    return checker.judged()


# --- whose words ---------------------------------------------------------------------------------------------------------


class _OwnWords(HTMLParser):
    """Collects our words: without those of members, which stand isolated or in a direction of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            # A language chooser names each language in itself.
            theirs = tag in ("bdi", "style", "textarea", "title") or given.get("dir") == "auto" or "lang" in given
            self.open.append(theirs and tag != "html")

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.words.append(re.sub("\u2068[^\u2069]*\u2069", "", data))


def own_words(html: str) -> str:
    """Return the words of a page that are ours."""
    parser = _OwnWords()
    parser.feed(html)
    return re.sub(r"\s+", " ", " ".join(parser.words))
