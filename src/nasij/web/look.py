"""What a page is looked at with: the words, the person, the view, and the few calls that only the server can answer."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection

from nasij.errors import NotHereYet
from nasij.ids import is_id
from nasij.kit import who
from nasij.kit.area import GROUPS, Act, Areas, PageLine, shape
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.who import By
from nasij.web.words import Words

_NOBODY = By("", 0, "none")
NOTHING = Areas.of(())

# Paths that the server answers itself, beside those of the areas; what the pages of this folder link to.
KERNEL_PATHS = frozenset(
    {
        "/", "/start", "/found", "/open", "/join", "/sample", "/kit", "/guest", "/invite", "/export", "/import",
        "/safety", "/who-sees", "/aside", "/rest", "/parts", "/language", "/lock", "/exit", "/leave",
        "/recover", "/find", "/compare", "/told", "/returns", "/fund/export", "/exposure", "/pages/file/out", "/pages/file/in",
        "/tidy", "/tidy/second", "/friends/back",
        "/notes", "/units", "/books", "/things/services/file",
    }
)  # fmt: skip

ROLE_WORDS: Mapping[str, str] = {
    "members": mark("welcoming and membership"),
    "cases": mark("coordination"),
    "fund": mark("the fund"),
    "machines": mark("the machines"),
}
CIRCLE_WORDS = mark("Only the people who take part in this, in a private circle.")
READER_WORDS: Mapping[str, str] = {
    "everyone": mark("Everyone in the network, newcomers too."),
    "trusted_ones": mark("Trusted members. Newcomers cannot see it."),
    "only_me": mark("Only you."),
}
ROLE_SENTENCE = mark("Whoever holds this role: %(role)s.")
RECORD_WORDS = mark("Whoever can see the record this belongs to, and nobody else.")
MORE = mark("More")
CHOSEN_WORDS = mark("You choose in this form who can see it.")


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the menu: its message id, and for each line its path, its message id, and whether this page is below it."""

    title: str
    lines: tuple[tuple[str, str, bool], ...]

    @property
    def here(self) -> bool:
        """Whether the page stands in this group."""
        return any(here for _, _, here in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One person looking at one page.

    `token` is the forgery mark of this answer, `nonce` that of its style. `name_of` gives a member's name where this
    person may know it; `areas` are those in use, `off` those that the group switched off. `saved_mark` says of a record ``here`` (waits on this machine), ``hub``, or nothing; `unsealed` gives the lines of a sealed file that this room may read. `notices`
    are message ids shown above the page, after an act.
    """

    words: Words
    path: str = "/"
    me: By = _NOBODY
    db: Connection | None = None
    areas: Areas = NOTHING
    off: Areas = NOTHING
    token: str = ""
    nonce: str = ""
    name_of: Callable[[str], str | None] = field(default=lambda _member: None)
    saved_mark: Callable[[str], str] = field(default=lambda _record: "")
    unsealed: Callable[[str], Sequence[tuple[str, str]]] = field(default=lambda _record: ())
    sample: bool = False
    cover_title: str = ""
    cover_icon: str = "data:,"
    notices: tuple[str, ...] = ()
    bare: bool = False  # only what the page itself shows, without the frame that all pages have

    @property
    def inside(self) -> bool:
        """Say whether this is somebody in an open room."""
        return bool(self.me.member)

    def act_at(self, path: str) -> tuple[Act, dict[str, str]] | None:
        """Return the act at a path, written with or without its values, and the values in the path."""
        return act_at(self.areas, path)

    def page_at(self, path: str) -> PageLine | None:
        """Return the page at a path."""
        for line in self.areas.pages.get(shape(path), ()):
            if line.path == path or pattern(line.path).fullmatch(path):
                return line
        return None

    def page(self, path: str) -> Page:
        """Return what the page at a path shows this person; raises `NotHereYet` where there is none for them."""
        line = self.page_at(path)
        if line is None or self.db is None or not line.seen_by.fits(self.me):
            raise NotHereYet
        found = pattern(line.path).fullmatch(path)
        return line.view(self.db, self.me, **(found.groupdict() if found else {}))

    def opens(self, path: str) -> bool:
        """Say whether this person may open the page or the form at a path; a path of no area is not judged here."""
        if self.is_off(path):
            return False
        line, acted = self.page_at(path), self.act_at(path)
        if acted is not None and (line is None or "{" in line.path):
            return acted[0].by.fits(self.me)
        return line is None or line.seen_by.fits(self.me)

    def is_off(self, path: str) -> bool:
        """Say whether a path belongs to something that the group has switched off."""
        if not self.off.areas:
            return False
        heads = {shape(line.path)[0] for area in self.off.areas for line in area.pages}
        return shape(path)[0] in heads or (act_at(self.off, path) is not None and self.act_at(path) is None)

    def menu(self) -> list["Group"]:
        """Return the groups of the menu in which this person may open a page; what names no group stands at the end."""
        found: dict[str, list[PageLine]] = {name: [] for name in (*GROUPS, "")}
        for area in self.areas.areas:
            for line in area.pages:
                if line.menu and line.seen_by.fits(self.me):
                    found[line.group or area.group].append(line)
        paths = [line.path for lines in found.values() for line in lines]
        below = [path for path in paths if self.path == path or self.path.startswith(path + "/")]
        here = max(below, key=len, default="")  # /match/mine is below /match too, and stands in the menu itself
        return [
            Group(GROUPS.get(name, MORE), tuple((line.path, line.menu, line.path == here) for line in lines))
            for name, lines in found.items()
            if lines
        ]

    def section(self) -> int:
        """Return the number of the part of the menu this page is in; titles carry it instead of a telling word."""
        heads = [area.pages[0].path.split("/")[1] for area in self.areas.areas if area.pages]
        head = self.path.split("/")[1] if "/" in self.path else ""
        return heads.index(head) + 2 if head in heads else 1


@functools.cache
def pattern(path: str) -> re.Pattern[str]:
    """Return what matches a path with its values in the place of the braces."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def act_at(areas: Areas, path: str) -> tuple[Act, dict[str, str]] | None:
    """Return the act at a path, written with or without its values, and the values in the path."""
    for act in areas.acts.get(shape(path), ()):
        if act.path == path:
            return act, {}
        found = pattern(act.path).fullmatch(path)
        if found:
            return act, found.groupdict()
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """Who can see something: a sentence, already translated, and the members where they may be named.

    `part` says what of it, where others read another part; translated too.
    """

    sentence: str
    members: tuple[str, ...] = ()
    part: str = ""


def seen_by_audience(look: Look, audience: str) -> Seen:
    """Say who reads an audience. A private circle's people are named only to its own people."""
    words = look.words
    if audience == who.NETWORK:
        return Seen(words.gettext(READER_WORDS["everyone"]))
    if audience == who.TRUSTED:
        return Seen(words.gettext(READER_WORDS["trusted_ones"]))
    if audience.startswith(who.ONLY_PREFIX):
        return Seen(words.gettext(READER_WORDS["only_me"]))
    if audience.startswith(who.ROLE_PREFIX):
        return Seen(role_sentence(words, audience.removeprefix(who.ROLE_PREFIX)))
    people = who.holders(look.db, audience) if look.db is not None else frozenset()
    return Seen(words.gettext(CIRCLE_WORDS), tuple(sorted(people)) if look.me.member in people else ())


def seen_by_reader(look: Look, reader: str, params: Mapping[str, str]) -> Seen:
    """Say who will read what a form states, by the name of its reader and what the path already tells."""
    words = look.words
    kind, _, rest = reader.partition(":")
    if reader in READER_WORDS:
        return Seen(words.gettext(READER_WORDS[reader]))
    if kind == "role":
        return Seen(role_sentence(words, rest))
    if kind == "circle":
        return seen_by_audience(look, f"{rest}/{params.get(rest, '')}")
    if kind == "chosen":
        return Seen(words.gettext(CHOSEN_WORDS))
    audience = _audience_of(look, rest, params.get(rest, "")) if kind == "where" else ""
    return seen_by_audience(look, audience) if audience else Seen(words.gettext(RECORD_WORDS))


def _audience_of(look: Look, table: str, record: str) -> str:
    """Return the audience of a record, where its table's key is called like the table."""
    known = {t.name for t in look.areas.tables() if t.key == (t.name,)}
    if look.db is None or table not in known or not is_id(record):
        return ""
    row = look.db.execute(f"select audience from {table} where {table} = ?", (record,)).fetchone()
    return str(row[0]) if row else ""


def role_sentence(words: Words, role: str) -> str:
    """Return the sentence about the holders of a role."""
    return words.gettext(ROLE_SENTENCE, role=words.gettext(ROLE_WORDS.get(role, role)))
