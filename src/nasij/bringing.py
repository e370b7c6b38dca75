"""Bringing a list along: choose a sheet, say what its columns are, see what it would be, and then it comes in whole.

The sheet lives in this room's memory only, under an id that is good for half an hour, and goes with the process. Rows that
could not be said one by one stay out and are named; the rest is stated together or not at all.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

from starlette.requests import Request

from nasij.areas.aid.facts import ON_BEHALF, TRUSTED, URGENCY, WIDE_SCOPE
from nasij.areas.aid.lists import LINE_OF, IdentityLine, check_day, check_line, list_facts
from nasij.areas.aid.tables import kind_id
from nasij.areas.profile.facts import NAMED_MOST, SKILL_LEVELS, NamedSkill
from nasij.areas.profile.named import naming_facts
from nasij.errors import DiskFull, Malformed, Nasij, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit.fact import fields_of
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.node import record
from nasij.resident import Resident
from nasij.text import fold
from nasij.web import sheets
from nasij.web.body import Body
from nasij.web.forms import ANY_PROBLEM, ONCE_FIELD
from nasij.web.look import Look
from nasij.web.server import Answer, Own, RoomPages
from nasij.web.sheets import FIELDS, KINDS, Sheet
from nasij.web.words import LANGUAGES, Words

PATH = "/import"
HELD_SECONDS = 1800
HELD_MOST = 2  # sheets in memory at once; the oldest goes first
ROWS_SHOWN = 20
PROBLEMS_SHOWN = 50

_CHOOSE_ONE = mark("Please choose one from the list.")
_NOT_HELD = mark("This sheet is no longer held here, so nothing was brought in.")
_CHOOSE_AGAIN = mark("Please choose the file again.")
_NO_FILE = mark("Please choose a file.")
_NO_ALIAS_COLUMN = mark("Please choose the column with the alias.")
_KIND_UNKNOWN = mark("This kind of help is not known here, so the usual one is taken.")
_DAY_OVER = mark("This day is over, so it is left empty.")
_ALIAS_UNKNOWN = mark("No trusted member has this alias, so the row stays out.")
_ALIAS_TWICE = mark("Several members have this alias, so the row stays out.")

Bad = tuple[int, str, Nasij | str]  # row number in the file, heading, what is the matter


@dataclass(slots=True)
class Draft:
    """What a sheet would be: what comes in, what stays out and why, and how to show it."""

    facts: Callable[[], Sequence[Any]]
    total: int
    page: str  # where to go once it is in; its last fact fills the code
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    out: int = 0  # rows that stay out
    kept: int = 0  # rows whose people can be called or reached; that stays with whoever brings the list in


@dataclass(slots=True)
class Held:
    """A sheet in memory, what was said of its columns so far, and the draft made of that."""

    sheet: Sheet
    since: float
    kind: str
    mapping: dict[int, str]
    said: dict[str, str]  # who may see it, on whose behalf, the usual kind
    draft: Draft | None = None


class Shelf:
    """The sheets that are held, for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._clock = clock
        self._held: OrderedDict[str, Held] = OrderedDict()

    def put(self, sheet: Sheet, kind: str) -> tuple[str, Held]:
        """Hold a sheet; returns its id."""
        self.tidy()
        said = {"scope": TRUSTED, "on_behalf": "", "usual": kind_id("other")}
        held = Held(sheet, self._clock(), kind, sheets.suggest(sheet, kind), said)
        name = new_id()
        self._held[name] = held
        while len(self._held) > HELD_MOST:
            self._held.popitem(last=False)
        return name, held

    def get(self, name: str) -> Held:
        """Return a sheet; raises `Malformed` where it went."""
        self.tidy()
        if name not in self._held:
            raise Malformed(_NOT_HELD, field="sheet", advice=_CHOOSE_AGAIN)
        return self._held[name]

    def drop(self, name: str) -> None:
        """Let go of a sheet."""
        self._held.pop(name, None)

    def tidy(self) -> None:
        """Let go of what has been held for long enough."""
        for name in [n for n, held in self._held.items() if self._clock() - held.since > HELD_SECONDS]:
            del self._held[name]


def bringing_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the pages by path."""
    bringing = Bringing(resident)
    return {PATH: Own(get=bringing.choose, post=bringing.posted)}


class Bringing:
    """The three steps, for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room."""
        self.resident = resident
        self.shelf = Shelf()
        self._reading = asyncio.Lock()  # one sheet at a time

    async def choose(self, pages: RoomPages, request: Request) -> Answer:
        """Ask for a file."""
        return self._choose(pages, request, {}, 200)

    def _choose(
        self, pages: RoomPages, request: Request, problems: Mapping[str, Nasij], status: int, kind: str = ""
    ) -> Answer:
        look = pages.look(request)
        if not look.me.trusted:
            raise Refused(mark("Members who have become trusted can bring a list along."))
        values = {"step": "choose", "kinds": _offered(look), "kind": kind, "problems": problems}
        return pages.show(request, Page("import.html", values), look=look, status=status)

    async def posted(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        """Take the step that a form asks for; whatever is wrong is said beside it, and nothing is lost."""
        if not pages.look(request).me.trusted:
            raise Refused(mark("Members who have become trusted can bring a list along."))
        name = body.one("sheet")
        try:
            if body.file or not name:
                return await self._read(pages, request, body)
            held = self.shelf.get(name)
        except Malformed as problem:
            problem.field = problem.field or "sheet"
            return self._choose(pages, request, {problem.field: problem}, 422, body.one("kind"))
        if body.one("sure"):
            return self._bring(pages, request, body, name, held)
        if body.one("back"):
            return self._map(pages, request, name, held, {})
        return await self._preview(pages, request, body, name, held)

    # --- the first step: a file ----------------------------------------------------------------------------------

    async def _read(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        kind, offered = body.one("kind"), dict(_offered(pages.look(request)))
        if kind and kind not in offered:
            raise Malformed(_CHOOSE_ONE, field="kind")
        if not body.file:
            raise Malformed(_NO_FILE, field="sheet")
        async with self._reading:
            sheet = await asyncio.to_thread(sheets.read, body.file)
        if not kind and sheet.kind not in offered:
            raise Malformed(_CHOOSE_ONE, field="kind")
        name, held = self.shelf.put(sheet, kind or sheet.kind)
        asyncio.get_running_loop().call_later(HELD_SECONDS + 1, self.shelf.tidy)
        return self._map(pages, request, name, held, {})

    # --- the second step: what its columns are -------------------------------------------------------------------

    def _map(self, pages: RoomPages, request: Request, name: str, held: Held, problems: Mapping[str, Nasij]) -> Answer:
        columns = [
            {
                "index": index,
                "heading": heading,
                "suggestion": held.mapping.get(index, ""),
                "private": index in held.sheet.identity,
            }
            for index, heading in enumerate(held.sheet.columns)
        ]
        values = {
            "step": "map",
            "sheet": name,
            "kind": held.kind,
            "columns": columns,
            "fields": list(FIELDS[held.kind].items()),
            "said": held.said,
            "scopes": list(WIDE_SCOPE.labels.items()),
            "behalves": list(ON_BEHALF.labels.items()),
            "usual": [(kind, label) for kind, label in _kinds(self.resident.node.db)],
            "problems": problems,
        }
        return pages.show(request, Page("import.html", values), status=422 if problems else 200)

    def _take_mapping(self, body: Body, held: Held) -> dict[str, Nasij]:
        """Take what was chosen; returns what is wrong with it, by field."""
        problems: dict[str, Nasij] = {}
        held.mapping = {}
        for index in range(len(held.sheet.columns)):
            chosen = body.one(f"column-{index}")
            if chosen in FIELDS[held.kind]:
                held.mapping[index] = chosen
            elif chosen:
                problems[f"column-{index}"] = Malformed(_CHOOSE_ONE)
        kinds = {kind for kind, _ in _kinds(self.resident.node.db)}
        for name, allowed in (("scope", WIDE_SCOPE), ("on_behalf", {"", *ON_BEHALF.labels}), ("usual", kinds)):
            if name not in body.fields:
                continue
            held.said[name] = body.one(name)
            if held.said[name] not in allowed:
                problems[name] = Malformed(_CHOOSE_ONE)
        if held.kind == "skills" and "alias" not in held.mapping.values():
            problems.setdefault(ANY_PROBLEM, Malformed(_NO_ALIAS_COLUMN))
        return problems

    # --- the third step: what it would be ------------------------------------------------------------------------

    async def _preview(self, pages: RoomPages, request: Request, body: Body, name: str, held: Held) -> Answer:
        held.draft = None
        problems = self._take_mapping(body, held)
        if not problems:
            try:
                work = self._drafting(held)
                async with self._reading:
                    held.draft = await asyncio.to_thread(work)
            except Malformed as problem:
                problems[ANY_PROBLEM] = problem
        if problems:
            return self._map(pages, request, name, held, problems)
        return self._show(pages, request, name, held, {})

    def _drafting(self, held: Held) -> Callable[[], Draft]:
        """Return what makes the draft in a thread, with all it needs of the view read before."""
        node, words = self.resident.node, self.resident.words()
        if held.kind == "skills":
            aliases = _aliases(node.db)
            return lambda: draft_skills(held, aliases, words)
        kinds, day = _kinds(node.db), node.by().day
        return lambda: draft_lines(held, kinds, day, words)

    def _show(self, pages: RoomPages, request: Request, name: str, held: Held, problems: Mapping[str, Nasij]) -> Answer:
        draft = held.draft
        assert draft is not None
        values = {
            "step": "preview",
            "sheet": name,
            "kind": held.kind,
            "scope": "" if held.kind == "skills" else held.said["scope"],
            "headings": draft.headings,
            "rows": draft.rows,
            "total": draft.total,
            "out": draft.out,
            "kept": draft.kept,
            "bad": draft.bad[:PROBLEMS_SHOWN],
            "more": max(0, len(draft.bad) - PROBLEMS_SHOWN),
            "dropped": [h for i, h in enumerate(held.sheet.columns) if i not in held.mapping],
            "problems": problems,
        }
        return pages.show(request, Page("import.html", values), status=422 if problems else 200)

    # --- in ------------------------------------------------------------------------------------------------------

    def _bring(self, pages: RoomPages, request: Request, body: Body, name: str, held: Held) -> Answer:
        if held.draft is None:
            return self._map(pages, request, name, held, {})
        try:
            facts = held.draft.facts()
            record.state(self.resident.node, facts)
        except (Refused, Malformed, NotHereYet, DiskFull) as problem:
            return self._show(pages, request, name, held, {ANY_PROBLEM: problem})
        self.resident.wrote()
        self.shelf.drop(name)
        where = held.draft.page.format(code=facts[-1].import_code)
        self.resident.session.remember(body.one(ONCE_FIELD), where)
        return pages.go(where)


# --- what the view tells --------------------------------------------------------------------------------------------


def _offered(look: Look) -> list[tuple[str, str]]:
    """Return the kinds of list that can be brought along here: needs and offers only where the group uses them."""
    return [(kind, label) for kind, label in KINDS.items() if kind == "skills" or not look.is_off("/aid")]


def _kinds(db: Connection) -> list[tuple[str, str]]:
    """Return the kinds of help in use and what they are called."""
    found = db.execute("select kind, label from kind where state = 'active' order by place, kind").fetchall()
    return [(str(kind), str(label)) for kind, label in found]


def _aliases(db: Connection) -> dict[str, list[str]]:
    """Return the trusted members by what they are called, in the form that names are compared in."""
    found: dict[str, list[str]] = {}
    for member, alias in db.execute(
        "select called.member, alias from called join member using (member)"
        " where called.closed_on = 0 and standing in ('trusted', 'resting') order by called.member"
    ).fetchall():
        if alias:
            found.setdefault(fold(alias), []).append(member)
    return found


# --- rows become lines ----------------------------------------------------------------------------------------------


def _applied(held: Held) -> tuple[list[tuple[int, dict[str, str]]], list[Bad], int]:
    """Return the rows with their numbers, what is the matter so far, and how many rows say nothing."""
    rows, problems = sheets.apply(held.sheet, held.mapping)
    silent = {number for number, _, sentence in problems if sentence == sheets.NO_WORDS}
    numbers = [number for number in held.sheet.numbers if number not in silent]
    return list(zip(numbers, rows, strict=True)), list(problems), len(silent)


def _heading(held: Held, name: str) -> str:
    return next((held.sheet.columns[i] for i, field in sorted(held.mapping.items()) if field == name), "")


def _read_fields(cls: type, row: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    """Return a line of what was typed in a row; raises `Malformed`, which names the field."""
    values: dict[str, Any] = {}
    for name, kind in fields_of(cls).items():
        try:
            text = row.get(name, "")
            values[name] = given[name] if name in given else kind.read([text]) if text else kind.empty()
        except Malformed as problem:
            problem.field = name
            raise
    return cls(**values)


def draft_lines(held: Held, kinds: Sequence[tuple[str, str]], day: int, words: Words) -> Draft:
    """Return what a sheet of needs or offers would be."""
    rows, bad, out = _applied(held)
    cls = LINE_OF[held.kind]
    named = _kinds_by_name(kinds)
    usual = held.said["usual"] if held.said["usual"] in dict(kinds) else kinds[0][0]
    lines: list[Any] = []
    identities: list[IdentityLine] = []
    for number, row in rows:
        given: dict[str, Any] = {"kind": named.get(fold(row.get("kind", "")), usual)}
        if row.get("kind") and fold(row["kind"]) not in named:
            bad.append((number, _heading(held, "kind"), _KIND_UNKNOWN))
        if held.kind == "needs" and not row.get("urgency"):
            given["urgency"] = "open"
        try:
            line = _read_fields(cls, row, given)
            if 0 < getattr(line, "needed_by", 0) < day:
                bad.append((number, _heading(held, "needed_by"), _DAY_OVER))
                line = _read_fields(cls, row, given | {"needed_by": 0})
            check_line(line)
            check_day(line, day)
            if any(row.get(name) for name in sheets.IDENTITY_FIELDS):
                identities.append(_read_fields(IdentityLine, row, {"line": len(lines)}))
        except Malformed as problem:
            bad.append((number, _heading(held, problem.field), problem))
            out += 1
            continue
        lines.append(line)
    kind, said = held.kind, held.said
    behalf = said["on_behalf"] if kind == "needs" else ""
    draft = Draft(
        lambda: list_facts(kind, said["scope"], behalf, lines, identities),
        len(lines),
        "/aid/import/{code}",
        out=out,
        kept=len(identities),
        bad=sorted(bad, key=_row),
    )
    if lines:
        draft.facts()  # is it short enough?
    _show_lines(
        draft,
        lines,
        ["kind", *(name for name in fields_of(cls) if name in held.mapping.values() and name != "kind")],
        kind,
        _cells(words, dict(kinds)),
    )
    return draft


def _row(bad: Bad) -> int:
    return bad[0]


def _kinds_by_name(kinds: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the kinds by all that a sheet may call them: slugs, and labels in every language."""
    named: dict[str, str] = {}
    in_use = dict(kinds)
    for kind, label in reversed(kinds):
        for language in LANGUAGES:
            named[fold(Words(language).find(label))] = kind
        named[fold(label)] = kind
    for slug in sheets.HELP_SLUGS:
        if kind_id(slug) in in_use:
            named[slug] = kind_id(slug)
    return named


def _cells(words: Words, kinds: Mapping[str, str]) -> Mapping[str, Callable[[Any], str]]:
    """Return how to show what is not simply words."""
    return {
        "kind": lambda value: words.find(kinds[value]),
        "urgency": lambda value: words.find(URGENCY.labels[value]),
        "level": lambda value: words.find(SKILL_LEVELS.labels[value]),
        "needed_by": lambda value: words.day(value) if value else "",
        "quantity": lambda value: words.number(value) if value else "",
        "people": words.number,
    }


def _show_lines(
    draft: Draft, lines: Sequence[Any], names: Sequence[str], kind: str, cells: Mapping[str, Callable[[Any], str]]
) -> None:
    draft.headings = [FIELDS[kind][name] for name in names]
    draft.rows = [[cells.get(name, str)(getattr(line, name)) for name in names] for line in lines[:ROWS_SHOWN]]


def draft_skills(held: Held, aliases: Mapping[str, Sequence[str]], words: Words) -> Draft:
    """Return what a sheet of skills would be: lines that each member answers for themselves."""
    rows, bad, out = _applied(held)
    found: dict[str, list[NamedSkill]] = {}
    shown: list[tuple[str, NamedSkill]] = []
    for number, row in rows:
        try:
            member = _member_called(row.get("alias", ""), aliases)
            line: NamedSkill = _read_fields(NamedSkill, row, {} if row.get("level") else {"level": "does"})
            if line in found.setdefault(member, []):
                continue
            if len(found[member]) >= NAMED_MOST:
                raise Malformed(mark("At most %(most)d skills of one member come in with a list."), most=NAMED_MOST)
        except Malformed as problem:
            bad.append((number, _heading(held, problem.field or "words"), problem))
            out += 1
            continue
        found[member].append(line)
        shown.append((row["alias"], line))
    ready = [(member, lines) for member, lines in found.items() if lines]
    draft = Draft(lambda: naming_facts(ready), len(shown), "/profile/import/{code}", out=out, bad=sorted(bad, key=_row))
    level = _cells(words, {})["level"]
    draft.headings = [FIELDS["skills"][name] for name in ("alias", "words", "level")]
    draft.rows = [[alias, line.words, level(line.level)] for alias, line in shown[:ROWS_SHOWN]]
    return draft


def _member_called(alias: str, aliases: Mapping[str, Sequence[str]]) -> str:
    members = aliases.get(fold(alias), ())
    if len(members) != 1:
        raise Malformed(_ALIAS_TWICE if members else _ALIAS_UNKNOWN, field="alias")
    return members[0]
