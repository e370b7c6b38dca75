"""Pages become HTML here, and only here: escaped by default, in the member's language and direction.

There is one environment; what belongs to one person's page is a `Look`, held in a context variable while the page is
rendered, so that macros see it too and no two pages can mix. A message never brings markup: it is escaped like
everything else, because some labels are a group's own words.
"""

import contextvars
import functools
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nasij.ids import code as code_of
from nasij.ids import is_code
from nasij.kit import money as amount
from nasij.kit import who
from nasij.kit.area import Areas
from nasij.kit.fact import fields_of
from nasij.kit.field import Choices, mark
from nasij.kit.page import Item, Page
from nasij.kit.steps import Steps
from nasij.kit.table import Keep
from nasij.web import forms
from nasij.web.look import KERNEL_PATHS, ROLE_WORDS, Look, seen_by_audience, seen_by_reader
from nasij.web.words import END_ISOLATE, FIRST_ISOLATE, LANGUAGES, fill

__all__ = ["Look", "render", "styles", "takes_typing"]

ITEMS_MAX = 7  # what waits, on the first page; what is under way stands below it and is shorter
UNDER_WAY_MAX = 4
SAYERS: Mapping[str, str] = {
    "anybody_in": mark("Every member, newcomers too"),
    "trusted_member": mark("Trusted members"),
    "nobody_yet": mark("Whoever begins the network, once"),
    "holder_of": mark("Who holds this role: %(role)s"),
}
_LOOK: contextvars.ContextVar[Look] = contextvars.ContextVar("look")
_TYPING = re.compile(r'<textarea|<input[^>]* type="?(?:text|password)')
_BLANK_LINES = re.compile(r"\n\s*\n")


def render(look: Look, page: Page) -> str:
    """Return a page's HTML. Raises what the template raises: a missing value is our mistake and must be seen in tests."""
    held = _LOOK.set(look)
    try:
        return environment().get_template(page.template).render(page.values)
    finally:
        _LOOK.reset(held)


def takes_typing(html: str) -> bool:
    """Say whether somebody may be writing on this page; such a page must not go away by itself."""
    return _TYPING.search(html) is not None


@functools.cache
def styles() -> str:
    """Return the style sheet as it stands in each page, without comments and spare space."""
    plain = (files("nasij") / "templates" / "style.css").read_text("utf-8")
    plain = re.sub(r"/\*.*?\*/", "", plain, flags=re.DOTALL)
    plain = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", plain))
    return re.sub(r":\s+|:(?= )", ":", plain).replace(";}", "}").strip()


@functools.cache
def environment() -> Environment:
    """Return the one environment, with everything a template may call."""
    made = Environment(
        loader=PackageLoader("nasij"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        {
            "_": _gettext,
            "gettext": _gettext,
            "ngettext": _ngettext,
            "says": _says,
            "look": _Current(),
            "me": _Me(),
            "style": lambda: Markup(styles()),  # noqa: S704  our own file
            "languages": LANGUAGES,
            "name": name,
            "code": code,
            "day": _worded("day"),
            "hour": _worded("hour"),
            "quarter": _worded("quarter"),
            "number": _worded("number"),
            "money": money,
            "said": said,
            "day_left": lambda day: _now().words.day_left(day, _now().me.day),
            "text": text,
            "one_line": one_line,
            "label": label,
            "state": state,
            "who_sees": who_sees,
            "seen": lambda audience: seen_by_audience(_now(), audience).sentence,
            "saved": saved,
            "press": press,
            "link_act": link_act,
            "form": form,
            "may": may,
            "items": items,
            "empty": empty,
            "beside": beside,
            "card": card,
            "setting": setting,
            "box": lambda name, label, **rest: forms.plain_box(_now(), name, label, **rest),
            "item_text": item_text,
            "turns": lambda before, after: _macro("turns", before, after),
            "room_boxes": lambda values, problems: forms.room_boxes(_now(), values, problems),
            "menu_link": lambda words, line: _macro("menu_link", words, line),
            "fresh": lambda: secrets.token_urlsafe(9),
            "ITEMS_MAX": ITEMS_MAX,
            "UNDER_WAY_MAX": UNDER_WAY_MAX,
        }
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # {% trans %} calls with its values
    return made


def _worded(method: str) -> Callable[[int], str]:
    """Return a call of the words of whoever looks, looked up when the page is drawn."""
    return lambda value: str(getattr(_now().words, method)(value))


def _now() -> Look:
    return _LOOK.get()


class _Current:
    """The look of the page being rendered, for templates and macros alike."""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(_now(), attribute)


class _Me:
    """The person of the page being rendered."""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(_now().me, attribute)

    def __eq__(self, other: object) -> bool:
        return _now().me == other or _now().me.member == other

    __hash__ = None  # type: ignore[assignment]


def _html(message: str, values: Mapping[str, Any]) -> Markup:
    words = _now().words

    def shape(value: Any) -> str:
        if isinstance(value, Markup):
            return value
        if isinstance(value, int):
            return words.folded(str(int(value)))
        return f"{FIRST_ISOLATE}{escape(value)}{END_ISOLATE}"

    return Markup(fill(str(escape(message)), values, shape))  # noqa: S704  escaped piece by piece above


def _gettext(message: str, /, **values: Any) -> Markup:
    return _html(_now().words.find(str(message)), values)


def _ngettext(one: str, many: str, n: int, /, **values: Any) -> Markup:
    return _html(_now().words.find_many(one, many, n), {"n": n, "num": n, "count": n, **values})


def _says(problem: Any) -> str:
    return _now().words.of(problem)


def _macro(name: str, *args: Any, **values: Any) -> Markup:
    drawn: Markup = getattr(environment().get_template("bits.html").module, name)(*args, **values)
    return drawn


def name(member: str) -> Markup:
    """Return what a member is called, isolated, or the code where this person may not know it."""
    called = _now().name_of(member) if member else None
    return Markup("<bdi>{}</bdi>").format(called) if called else code(member)


def code(record: str) -> Markup:
    """Return the code people say aloud for a record, isolated, left to right."""
    return _whole(code_of(record)) if record else Markup("–")


def _whole(said: str) -> Markup:
    return Markup("<bdi class=code dir=ltr translate=no>{}</bdi>").format(said)


def money(minor: int, currency: str) -> Markup:
    """Return an amount with its currency, isolated, left to right, in the digits this person chose."""
    return said(amount.said(minor, currency))


def said(sum_: str) -> Markup:
    """Return an amount or a band of amounts that a page has spelled out, as `money` would show it."""
    words = _now().words
    if words.digits == "arabic":
        sum_ = words.folded(sum_).replace(".", "٫").replace(",", "٬")
    return _whole(sum_)


def text(words: str) -> Markup:
    """Return somebody's words as paragraphs, each in its own direction."""
    paragraphs = [part for part in _BLANK_LINES.split(words.strip()) if part]
    line_break = Markup("<br>")
    return Markup("").join(
        Markup("<p dir=auto class=said>{}</p>").format(line_break.join(part.split("\n"))) for part in paragraphs
    )


def one_line(words: str) -> Markup:
    """Return somebody's words inside a sentence of ours, isolated."""
    return Markup("<bdi>{}</bdi>").format(words)


def label(choices: Choices, value: str) -> Markup:
    """Return the label of a value of a closed list."""
    return _gettext(choices.labels[value]) if value in choices.labels else one_line(value)


def state(steps: Steps, value: str) -> Markup:
    """Return the label of a state as a small tag, quieter once nothing follows it."""
    words = _gettext(steps.labels[value]) if value in steps.labels else one_line(value)
    return Markup('<span class="tag{}">{}</span>').format(" over" if value in steps.ends() else "", words)


def who_sees(audience: str, more: str = "") -> Markup:
    """Return who can see a record, folded away; `more` is a translated sentence, where its parts have different readers."""
    return _macro("who_sees", seen_by_audience(_now(), audience) if audience else None, more)


def saved(record: str, opened: Any = False) -> Markup:
    """Return how far a record has come: saved here, on the hub, or opened where somebody said so. Never *sent*, never who."""
    found = _now().saved_mark(record)
    return _macro("saved", "opened" if opened and found == "hub" else found)


def press(path: str, words: str, *, main: bool = False, grave: bool = False, **fields: Any) -> Markup:
    """Return a form of one button; `main` for the one thing that most people come to this page for.

    Nothing, as for a link, where the group has switched off what it leads to.
    """
    if _now().is_off(path):
        return Markup("")
    return _macro("press", path, words, _weight(path, main=main, grave=grave), fields)


def link_act(path: str, words: str, *, main: bool = False) -> Markup:
    """Return a link to an act's form that looks like a button; `main` as for `press`."""
    if _now().is_off(path):
        return Markup("")
    return _macro("link_act", path, words, _weight(path, main=main))


def _weight(path: str, *, main: bool, grave: bool = False) -> str:
    """Return the class of a button: what is grave looks so before its form too, and only the main one is filled."""
    found = _now().act_at(path)
    if grave:
        return "grave"
    if found is not None and found[0].grave:
        return "second grave"
    return "" if main else "second"


def form(path: str, /, **start: Any) -> Markup:
    """Return the whole form of an act, to stand inside a page."""
    found = _now().act_at(path)
    if found is None:
        raise LookupError(path)
    return _macro("whole_form", forms.shown(_now(), found[0], path, start))


def may(path: str) -> bool:
    """Say whether this person may use the act, or open the page, at a path."""
    look = _now()
    if look.is_off(path):
        return False
    found = look.act_at(path)
    if found is not None:
        line_of = look.areas.names.get(found[0].form)
        said_by = look.areas.facts[line_of].said_by if line_of else found[0].by
        return found[0].by.fits(look.me) and said_by.fits(look.me)
    line = look.page_at(path)
    return line.seen_by.fits(look.me) if line is not None else path in KERNEL_PATHS


def item_text(item: Item) -> Markup:
    """Return the sentence of an item with its values; `day` is a day, in the member's own way of writing days.

    A code is never broken at its hyphen, where a line from right to left would put its halves in the wrong order.
    """
    return _gettext(item.text, **{key: _item_value(key, value) for key, value in item.values.items()})


def _item_value(key: str, value: Any) -> Any:
    if key == "day":
        return _now().words.day(value)
    return _whole(value) if isinstance(value, str) and is_code(value) else value


def items(lines: Sequence[Item]) -> Markup:
    """Return items as a list of links, the most urgent first."""
    return _macro("item_list", sorted(lines, key=lambda item: item.harm))


def empty(words: str) -> Markup:
    """Return a calm line where there is nothing."""
    return Markup("<p class=empty>{}</p>").format(words if isinstance(words, Markup) else _gettext(words))


def card(kind: str, record: str) -> Markup:
    """Return a link to a record of another area, in that area's words; its code where nobody knows it."""
    look = _now()
    for area in look.areas.areas:
        if kind in area.cards and look.db is not None and record:
            found = area.cards[kind](look.db, record)
            return Markup('<a href="{}"><bdi>{}</bdi></a>').format(found.path, found.title)
    return code(record)


def beside(matter: str, kind: str) -> Markup:
    """Return what other areas have for a kind of need, incident or action, such as lessons; nothing where there is none."""
    look = _now()
    sections = []
    for area in look.areas.areas:
        if area.beside is not None and look.db is not None:
            found = area.beside(look.db, look.me, matter, kind)
            sections += [_macro("beside", area.name, area.beside_title or area.title, found)] if found else []
    return Markup("").join(sections)


def setting(name: str, default: int | str = 0) -> int | str:
    """Return a setting of the network."""
    db = _now().db
    if db is None:
        return default
    return who.setting(db, name, default) if isinstance(default, int) else who.setting_text(db, name, default)


def fact_words(areas: Areas) -> dict[str, str]:
    """Return for each fact's name the message id that says what it is: its form's title, or else its own sentence."""
    titles = {act.form: act.title for area in areas.areas for act in reversed(area.acts)}
    return {
        name: titles.get(line.cls) or (line.cls.__doc__ or line.cls.__name__).strip()
        for name, line in areas.facts.items()
    }


def who_sees_table(look: Look, areas: Areas) -> list[dict[str, Any]]:
    """Return the rows of the page *who sees what*, by area: what is said, by whom, read by whom, kept how long.

    What the same people say to the same people, kept as long, stands in one row: the page travels over slow lines.
    """
    words = look.words
    found = []
    for area in areas.areas:
        titles = {act.form: act.title for act in reversed(area.acts)}
        rows: dict[tuple[str, str, str], list[str]] = {}
        for line in area.facts:
            seen = seen_by_reader(look, line.read_by.name, {}).sentence
            said = rows.setdefault((sayer_words(look, line.said_by.name), seen, kept_words(look, line.cls)), [])
            said.append(words.gettext(titles.get(line.cls) or (line.cls.__doc__ or line.cls.__name__).strip()))
        table = [{"what": what, "said_by": by, "read_by": to, "kept": kept} for (by, to, kept), what in rows.items()]
        found.append({"title": words.gettext(area.title), "rows": table})
    return found


def sayer_words(look: Look, sayer: str) -> str:
    """Return who may say a fact, in words."""
    kind, _, roles = sayer.partition(":")
    if kind == "holder_of":
        named = [look.words.gettext(ROLE_WORDS.get(role, role)) for role in roles.split(",")]
        return look.words.gettext(SAYERS["holder_of"], role="، ".join(named))
    return look.words.gettext(SAYERS.get(kind, sayer))


def kept_words(look: Look, cls: type) -> str:
    """Return the longest that anything of a fact is kept."""
    keeps = {kind.keep for kind in fields_of(cls).values()}
    # A fact without fields says only who said it and when, and that stays.
    longest = max(keeps, key=lambda keep: keep if keep > 0 else 10_000, default=Keep.LEDGER)
    return forms.keep_words(look, longest)
