"""A fact's fields as a form, and back.

`shown` turns an act's fields into boxes that the templates draw; `read` turns what was typed into the form's value and
reports every wrong field, not only the first. Who will see it and how long it is kept stand on every form, made from
the same declarations that seal and forget it.
"""

import functools
import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from sqlite3 import Connection
from types import CodeType, FunctionType
from typing import Any

from nasij.clock import to_date
from nasij.errors import Malformed, Nasij, NotHereYet
from nasij.ids import code, is_id, new_id
from nasij.kit.area import Act, Areas, FactLine
from nasij.kit.charter import kept_days
from nasij.kit.fact import fields_of
from nasij.kit.field import (
    NEEDED,
    Bytes,
    Choice,
    Day,
    Field,
    Flag,
    Id,
    Ref,
    Refs,
    Several,
    Text,
    Time,
    Whole,
    mark,
)
from nasij.kit.page import Page
from nasij.kit.table import Keep
from nasij.kit.who import By
from nasij.text import fold
from nasij.web.look import NOTHING, RECORD_WORDS, Look, Seen, pattern, seen_by_reader

TOKEN_FIELD = "_token"  # noqa: S105  the name of the field, not a secret
ONCE_FIELD = "_once"
MORE_LEAST = 4  # so many optional fields are folded away
RADIOS_MAX = 5  # more choices than this become a list to pull down
BETWEEN = " · "  # the parts of what a record is called in a list
LISTED_MAX = 80  # more records than this are not listed but written: a list of all members is a long wait over Tor
ANY_PROBLEM = ""  # the key of a problem that belongs to no single field

NO_ANSWER = mark("No answer")
PLEASE_CHOOSE = mark("Please choose")
DAY_HINT = mark("Year-month-day, such as 2026-11-24. Any digits will do.")
TIME_HINT = mark("Hours and minutes, such as 21:30. It counts to the next quarter of an hour.")
WRITE_ONE = mark("There are too many to list. Write how it is called here, or its code.")
WRITE_SEVERAL = mark("There are too many to list. Write how each is called here, or its code, one on each line.")
NOT_CALLED = mark("Nothing here is called this.")
NOT_CALLED_ADVICE = mark("Please look at how it is written here, or write its code.")
CALLED_ALIKE = mark("Several are called this.")
CALLED_ALIKE_ADVICE = mark("Please write the code instead; it stands on the page of each.")
PICTURE_HINT = mark("A photo. Place, time and camera are taken out of it before it is kept.")
KEPT_FOR_GOOD = mark("for good, as codes, states and days")
KEPT_A_DAY = mark("%(n)d day after the matter is closed")
KEPT_DAYS = mark("%(n)d days after the matter is closed")
ALL_OF_IT = mark("What is filled in here")
NOBODY_YET = mark("Nobody, until it is opened as this form says.")
NONE_OF_IT = mark("Only that it was done, without what is filled in here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One field as it is drawn. Label, hint and options are translated; `problem` is a translated sentence or empty."""

    name: str
    label: str
    kind: str = "line"  # line lines secret radios select checks day time whole flag picture digest hidden
    id: str = ""
    hint: str = ""
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    advice: str = ""  # what can be done about the problem, translated
    optional: bool = False

    @property
    def value(self) -> str:
        """The first value, or nothing."""
        return self.values[0] if self.values else ""

    @property
    def grouped(self) -> bool:
        """Whether it is several controls under one legend."""
        return self.kind in ("radios", "checks")

    @property
    def described_by(self) -> str:
        """The ids of its hint and its problem."""
        return " ".join(
            f"{self.id}-{part}" for part, words in (("hint", self.hint), ("problem", self.problem)) if words
        )

    @property
    def target(self) -> str:
        """The id that the summary of problems links to."""
        return f"{self.id}-0" if self.grouped and self.options else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A whole form, ready to be drawn."""

    path: str
    title: str
    why: str
    press: str
    boxes: tuple[Box, ...]
    grave: bool = False
    upload: bool = False
    whole: bool = False  # one comes for the fields that may stay empty, so none of them is folded away
    problem: str = ""  # the sentence about the form as a whole
    advice: str = ""
    seen: tuple[Seen, ...] = ()
    kept: tuple[str, ...] = ()
    about: tuple[str, ...] = ()  # the members that the path names: nobody freezes or vouches without reading who it is
    once: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def more(self) -> tuple[Box, ...]:
        """The fields one can do without, folded away where there are many: a frightened person sees what is needed.

        Where nothing is needed nothing is folded: a form that shows no field looks broken.
        """
        shown = tuple(box for box in self.boxes if box.kind not in ("hidden", "picture"))
        found = tuple(box for box in shown if box.optional)
        needed = any(not box.optional and box.kind != "flag" for box in shown)
        return found if len(found) >= MORE_LEAST and needed and not self.whole else ()

    @property
    def first(self) -> tuple[Box, ...]:
        """The fields that are seen at once."""
        return tuple(box for box in self.boxes if box not in self.more)

    @property
    def more_open(self) -> bool:
        """Whether words already stand there, or something may be wrong there."""
        written = any(box.kind in ("line", "lines") and any(box.values) for box in self.more)
        return written or bool(self.problem) or any(box.problem for box in self.more)

    @property
    def wrong(self) -> tuple[Box, ...]:
        """The fields with a problem, in order."""
        return tuple(box for box in self.boxes if box.problem)


def shown(
    look: Look,
    act: Act,
    path: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, Nasij] | None = None,
) -> Shown:
    """Return the form of an act at a real path; `values` are those typed before, or else those it starts with."""
    params = _params(act, path)
    start: dict[str, Any] = {}
    if act.prefill is not None and look.db is not None:
        start.update(act.prefill(look.db, look.me, params))
    start.update(values or {})
    problems = problems or {}
    stem = f"f{zlib.crc32(path.encode()):x}"
    boxes = [
        _box(look, act, name, kind, start, problems, stem)
        for name, kind in fields_of(act.form).items()
        if name not in params
    ]
    whole = problems.get(ANY_PROBLEM)
    words = look.words
    return Shown(
        path=path,
        title=words.gettext(act.title),
        why=words.gettext(act.why),
        press=words.gettext(act.press),
        boxes=tuple(box for box in boxes if box is not None),
        grave=act.grave,
        upload=bool(act.picture or act.digest),
        whole=bool(act.sealed),
        problem=words.of(whole) if whole else "",
        advice=words.gettext(whole.advice) if whole else "",
        seen=_who_sees(look, act, params),
        kept=_how_long(look, act),
        about=_members_in(look, params),
    )


def act_page(
    look: Look,
    act: Act,
    path: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, Nasij] | None = None,
) -> Page:
    """Return the page of an act: its own template, or the one that suits every act."""
    return Page(act.template or "form.html", {"shown": shown(look, act, path, values, problems)})


def _members_in(look: Look, params: Mapping[str, str]) -> tuple[str, ...]:
    db = look.db
    if db is None or not _has(db, "member"):
        return ()
    ids = [value for value in params.values() if is_id(value)]
    return tuple(one for one in ids if db.execute("select 1 from member where member = ?", (one,)).fetchone())


def _params(act: Act, path: str) -> dict[str, str]:
    found = pattern(act.path).fullmatch(path)
    return spelled(act, found.groupdict()) if found else {}


def spelled(act: Act, params: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a path as the form's fields know them."""
    found = dict(params)
    for name, kind in fields_of(act.form).items():
        if name in found and isinstance(kind, Choice):
            found[name] = kind.of.from_address(found[name])
    return found


def _box(
    look: Look, act: Act, name: str, kind: Field, start: Mapping[str, Any], problems: Mapping[str, Nasij], stem: str
) -> Box | None:
    values = as_typed(kind, start.get(name))
    picture = isinstance(kind, Bytes) and name == act.picture
    if kind.hidden and not picture:
        right = bool(values) and not isinstance(kind, Id | Bytes)
        return Box(name=name, label="", kind="hidden", values=values) if right else None
    words = look.words
    form, hint, options = _control(look, act, name, kind)
    if isinstance(kind, Ref | Refs) and form in ("line", "lines"):
        called = dict(options)
        values, options = ("\n".join(called.get(value, value) for value in values),), ()
    why = " ".join(part for part in (words.gettext(kind.why), words.gettext(hint)) if part)
    optional = kind.optional and form != "flag"
    if form in ("radios", "select") and (kind.optional or form == "select"):
        options = (("", words.gettext(NO_ANSWER if kind.optional else PLEASE_CHOOSE)), *options)
        values = values or ("",)
    problem = problems.get(name)
    return Box(
        name=name,
        id=f"{stem}-{name}",
        label=words.gettext(kind.label) or name,
        kind=form,
        hint=why,
        values=values,
        options=options,
        problem=words.of(problem) if problem else "",
        advice=words.gettext(problem.advice) if problem else "",
        optional=optional,
    )


def _control(look: Look, act: Act, name: str, kind: Field) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return which control suits a field, the hint that the control needs, and its options."""
    words = look.words
    if isinstance(kind, Text):
        return ("digest" if name == act.digest else "lines" if kind.lines else "line"), "", ()
    if isinstance(kind, Day):
        return "day", DAY_HINT, ()
    if isinstance(kind, Time):
        return "time", TIME_HINT, ()
    if isinstance(kind, Whole):
        return "whole", "", ()
    if isinstance(kind, Flag):
        return "flag", "", ()
    if isinstance(kind, Bytes):
        return "picture", PICTURE_HINT, ()
    given = act.options[name](look.db, look.me) if name in act.options and look.db is not None else ()
    if isinstance(kind, Choice | Several):
        open_to_one = dict(given) if name in act.options else kind.of.labels
        options = tuple(
            (value, words.gettext(label)) for value, label in kind.of.labels.items() if value in open_to_one
        )
    else:
        # Kinds come with English labels, also behind the code of a need.
        options = tuple((value, BETWEEN.join(map(words.find, text.split(BETWEEN)))) for value, text in given)
        if len(options) > LISTED_MAX:
            return ("lines", WRITE_SEVERAL, options) if isinstance(kind, Refs) else ("line", WRITE_ONE, options)
    if isinstance(kind, Several | Refs):
        return "checks", "", options
    return ("radios" if len(options) <= RADIOS_MAX else "select"), "", options


def as_typed(kind: Field, value: Any) -> tuple[str, ...]:
    """Return a field's value as somebody would have typed it; what was typed stays as it is."""
    if value is None or value == "":
        return ()
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    if isinstance(value, bool):
        return ("1",) if value else ()
    if isinstance(kind, Day) and isinstance(value, int):
        return (to_date(value).isoformat(),) if value > 0 else ()
    if isinstance(kind, Time) and isinstance(value, int):
        return (f"{value // 4:02}:{value % 4 * 15:02}",) if value >= 0 else ()
    return (str(value),)


def keep_words(look: Look, keep: Keep) -> str:
    """Return how long something of a class is kept, in the days that this group chose; the usual ones outside a room."""
    if keep is Keep.LEDGER:
        return look.words.gettext(KEPT_FOR_GOOD)
    days = kept_days(look.db)[keep] if look.db is not None and _has(look.db, "setting") else int(keep)
    return look.words.ngettext(KEPT_A_DAY, KEPT_DAYS, days)


def _has(db: Connection, table: str) -> bool:
    """Say whether a view has a table: the pages before a room is open are drawn over an empty one."""
    return db.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone() is not None


def _how_long(look: Look, act: Act) -> tuple[str, ...]:
    """Return the sentences about how long what is typed stays."""
    words = look.words
    by_class: dict[Keep, list[str]] = {}
    for name, kind in _typed_in(act, {}).items():
        by_class.setdefault(kind.keep, []).append(words.gettext(kind.label) or name)
    if not by_class:
        by_class = {max((kind.keep for kind in fields_of(act.form).values()), default=Keep.LEDGER): []}
    ordered = sorted(by_class.items(), key=lambda pair: pair[0] if pair[0] > 0 else 10_000)
    if len(ordered) == 1:
        return (keep_words(look, ordered[0][0]),)
    return tuple(f"{' · '.join(labels)} – {keep_words(look, keep)}" for keep, labels in ordered)


def _who_sees(look: Look, act: Act, params: Mapping[str, str]) -> tuple[Seen, ...]:
    """Return who will see it; where an act states several facts to different people, also which part each of them reads."""
    typed = _typed_in(act, params)
    lines = lines_of(look, act)
    made = {f"where:{line.read_by.name.partition(':')[2]}" for line in lines if line.read_by.name.startswith("chosen:")}
    read: dict[Seen, set[str]] = {}
    for line in lines:
        name = line.read_by.name
        if name in made and name.partition(":")[2] not in params:
            continue  # the record is the one that this form makes: its readers are those whom the form chooses
        read.setdefault(seen_by_reader(look, name, params), set()).update(typed.keys() & fields_of(line.cls).keys())
    everything = set().union(*read.values()) if read else set()
    if act.sealed:
        nobody = Seen(look.words.gettext(NOBODY_YET), part=_part(look, typed, set(act.sealed), set(typed)))
        return (nobody, *(replace(seen, part=_part(look, typed, part, set(typed))) for seen, part in read.items()))
    if len(read) < 2 or not everything:
        found: dict[str, Seen] = {}
        for seen in read:
            found.setdefault(seen.sentence, seen)
        return tuple(found.values()) or (Seen(look.words.gettext(RECORD_WORDS)),)
    return tuple(replace(seen, part=_part(look, typed, part, everything)) for seen, part in read.items())


def _typed_in(act: Act, params: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields that somebody fills in."""
    fields = fields_of(act.form).items()
    return {name: kind for name, kind in fields if name not in params and (not kind.hidden or name == act.picture)}


def _part(look: Look, typed: Mapping[str, Field], part: set[str], everything: set[str]) -> str:
    """Return what somebody reads of a form: all that is filled in, nothing of it, or these fields."""
    if part == everything:
        return look.words.gettext(ALL_OF_IT)
    labels = [look.words.gettext(kind.label) or name for name, kind in typed.items() if name in part]
    return " · ".join(labels) or look.words.gettext(NONE_OF_IT)


def lines_of(look: Look, act: Act) -> list[FactLine]:
    """Return the lines of the facts that an act states; of a `make`, those it names, in its own code or a step further."""
    stated = [act.form] if act.form in look.areas.names else states(act)
    return [look.areas.facts[look.areas.names[cls]] for cls in stated if cls in look.areas.names]


def states(act: Act) -> list[type]:
    """Return the classes that an act may state, and others that its `make` names: whoever asks knows the facts."""
    return [act.form, *(_classes_named(act.make, 3) if isinstance(act.make, FunctionType) else ())]


@functools.lru_cache(maxsize=64)
def parted(areas: Areas, off: frozenset[str]) -> tuple[Areas, Areas]:
    """Return the areas in use and those switched off; the same ones for as long as the group does not change that."""
    return areas.parted(off, states) if off else (areas, NOTHING)


def _classes_named(function: FunctionType, depth: int) -> list[type]:
    found: list[type] = []
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, type):
            found.append(value)
        elif isinstance(value, FunctionType) and depth and value.__module__ == function.__module__:
            found += _classes_named(value, depth - 1)
    return list(dict.fromkeys(found))


def _names(code: CodeType) -> Iterable[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, read: the form's value, or else every problem by field; and all that was typed, to show again."""

    form: Any | None
    problems: dict[str, Nasij]
    kept: dict[str, list[str]]


def read(
    act: Act,
    typed: Mapping[str, list[str]],
    params: Mapping[str, str],
    db: Connection,
    by: By,
    picture: bytes = b"",
) -> Reading:
    """Read a form. New records get their ids here. Raises `NotHereYet` where the path itself names nothing possible.

    A problem found later, by a rule, is shown the same way: put it under `ANY_PROBLEM` and call `shown` with `kept`.
    """
    params = spelled(act, params)
    values: dict[str, Any] = {}
    problems: dict[str, Nasij] = {}
    start: Mapping[str, Any] | None = None
    for name, kind in fields_of(act.form).items():
        try:
            if name in params:
                values[name] = _from_path(kind, params[name])
            elif isinstance(kind, Id):
                values[name] = new_id()
            elif isinstance(kind, Bytes):
                values[name] = _picture(kind, picture if name == act.picture else b"")
            elif kind.hidden and name not in typed:
                if start is None:
                    start = act.prefill(db, by, params) if act.prefill else {}
                values[name] = start.get(name, kind.empty())
                kind.check(values[name])
            else:
                values[name] = _typed(act, name, kind, list(typed.get(name, [])), db, by)
        except Malformed as problem:
            # A hidden field has no place of its own on the page; its problem belongs to the form.
            problems[ANY_PROBLEM if kind.hidden and name != act.picture else name] = problem
    kept = {name: list(texts) for name, texts in typed.items() if name not in (TOKEN_FIELD, ONCE_FIELD)}
    return Reading(None if problems else act.form(**values), problems, kept)


def _from_path(kind: Field, value: str) -> Any:
    try:
        return kind.read([value])
    except Malformed:
        raise NotHereYet from None


def _picture(kind: Bytes, picture: bytes) -> bytes:
    if not picture and not kind.optional and kind.least:
        raise Malformed(NEEDED)
    kind.check(picture or kind.empty())
    return picture or b""


def _typed(act: Act, name: str, kind: Field, typed: list[str], db: Connection, by: By) -> Any:
    if not any(text.strip() for text in typed) and not kind.optional:
        raise Malformed(NEEDED)
    if not isinstance(kind, Ref | Refs) or name not in act.options:
        return kind.read(typed)
    given = act.options[name](db, by)
    value = kind.read(_meant(typed, given) if len(given) > LISTED_MAX else typed)
    chosen: Sequence[str] = value if isinstance(value, list) else [value]
    if not {one for one in chosen if one} <= {option for option, _ in given}:
        raise Malformed(mark("Please choose one from the list."))
    return value


def _meant(typed: Sequence[str], given: Sequence[tuple[str, str]]) -> list[str]:
    """Return the ids of the records that somebody wrote by what they are called, by code or by id; raises `Malformed`."""
    meant: dict[str, list[str]] = {}
    for record, called in given:
        for words in {record, code(record), fold(called)}:
            meant.setdefault(words, []).append(record)
    found = []
    for line in (line.strip() for text in typed for line in text.splitlines()):
        if not line:
            continue
        records = meant.get(line) or meant.get(fold(line)) or meant.get(line.partition(BETWEEN)[0], [])
        if len(records) != 1:
            raise Malformed(
                CALLED_ALIKE if records else NOT_CALLED, advice=CALLED_ALIKE_ADVICE if records else NOT_CALLED_ADVICE
            )
        found.append(records[0])
    return found


def plain_box(look: Look, name: str, label: str, **rest: Any) -> Box:
    """Return a box of a page that is not an act, from message ids; `problem` may be an error or a message id.

    `options` are pairs of a value and a message id; `value` is what it starts with.
    """
    words = look.words
    problem: Nasij | str = rest.pop("problem", "") or ""
    value = rest.pop("value", "")
    options = tuple((key, words.find(text)) for key, text in rest.pop("options", ()))
    box = Box(name=name, label=words.gettext(label), id=f"b-{name}", options=options, **rest)
    return replace(
        box,
        hint=words.gettext(box.hint),
        problem=words.of(problem) if problem else "",
        advice=words.gettext(problem.advice) if isinstance(problem, Nasij) else "",
        values=as_typed(Flag(keep=Keep.LEDGER), value) or (("",) if box.kind == "radios" and box.optional else ()),
    )


def room_boxes(look: Look, values: Mapping[str, str], problems: Mapping[str, Any]) -> list[Box]:
    """Return the boxes with which a room begins, at the door: its name, and a passphrase typed twice."""
    name, once, again = mark("Name of your room"), mark("Passphrase"), mark("The passphrase once more")
    hints = mark("You type it whenever you open the room."), mark("Six words or more. Nobody can give it back to you.")
    room = {"value": values.get("room", ""), "problem": problems.get("room")}
    return [
        plain_box(look, "room", name, hint=hints[0], **room),
        plain_box(look, "passphrase", once, kind="secret", hint=hints[1], problem=problems.get("passphrase")),
        plain_box(look, "again", again, kind="secret", problem=problems.get("again")),
    ]
