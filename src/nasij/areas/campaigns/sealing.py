"""The forms of sealed sheets. What somebody writes into one is no fact: their room seals it before anything is stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.campaigns import sheet as s
from nasij.areas.campaigns.facts import AnAction
from nasij.areas.campaigns.rules import action_of
from nasij.areas.campaigns.sheets import NEEDED, openers_of, readable, sheet_of
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import TRUSTED_MEMBER, Act, act
from nasij.kit.fact import fields_of
from nasij.kit.field import Text, mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.kit.who import By


def _line(label: str, why: str = "") -> Text:
    return Text(length_max=s.LINE_LENGTH, optional=True, keep=s.S, label=label, why=why)


@dataclass(frozen=True, slots=True)
class SheetForm:
    """This is to be sealed."""

    action: AnAction
    lawyer: s.ALawyer
    counsel: Annotated[str, _line(mark("Number of the lawyer"), mark("Whom to call, and what they may be told."))]
    papers: Annotated[str, _line(mark("Name in the papers"), mark("By which a lawyer can ask where you are."))]
    medicine: Annotated[str, _line(mark("Medicines and allergies"))]
    call: Annotated[str, _line(mark("Whom to call"))]
    never: Annotated[str, _line(mark("Whom to call never, and what nobody may hear"))]


LINES: Mapping[str, str] = {
    name: kind.label for name, kind in fields_of(SheetForm).items() if name not in ("action", "lawyer")
}


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What is to be sealed: no fact. The room seals it and puts bytes and parts into the facts that come with it."""

    sheet: str
    readers: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


def seal(db: Connection, by: By, form: SheetForm) -> list[Any]:
    """Seal it for those who lead and count and for the lawyer; bytes and parts are filled in by the room."""
    lines = tuple((name, getattr(form, name)) for name in LINES if getattr(form, name))
    if not lines:
        raise Malformed(mark("Please write one line at least."), field="counsel")
    _goes_along(db, by, form.action)
    fact = s.SheetSealed(new_id(), form.action, form.lawyer, b"")
    action = action_of(db, form.action)
    led = {"lead": action["lead"], "outside": action["outside"]}
    readers = openers_of(led | {"lawyer": form.lawyer, "member": by.member})
    keys = rows(db, "select member, note_key from note_key order by member")
    held = {row["member"]: row["note_key"] for row in keys if row["member"] in readers}
    if len(held) < NEEDED:
        raise Refused(
            mark("Fewer than two of their rooms can hold a part of the key yet."),
            advice=mark("It works once two of them have opened their rooms with this version."),
        )
    parts = [s.SheetPartLeft(fact.sheet, member, note_key, b"") for member, note_key in held.items()]
    return [fact, *parts, SheetContent(fact.sheet, tuple(held), lines)]


def _goes_along(db: Connection, by: By, action: str) -> None:
    own = "select 1 from joining where action = ? and member = ? and state not in ('ended', 'safe')"
    if action_of(db, action)["lead"] != by.member and not rows(db, own, action, by.member):
        raise Refused(mark("A sheet is for whoever goes along."))


def _lawyers(db: Connection, by: By) -> list[tuple[str, str]]:
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def read_page(db: Connection, by: By, sheet: str) -> Page:
    """Show what was sealed to its openers, once two of them opened it. The room itself computes it, for this page alone."""
    if not readable(db, by, sheet):
        raise NotHereYet
    return Page("campaigns/read.html", {"sheet": sheet_of(db, sheet), "lines": LINES})


_ACTION, _SHEET = "/together/act/{action}", "/together/sheet/{sheet}"


def _act(path: str, form: type, then: str, title: str, press: str, **more: Any) -> Act:
    return act(path, form, by=TRUSTED_MEMBER, then=then, title=title, press=press, **more)


ACTS: tuple[Act, ...] = (
    _act(
        _ACTION + "/sheet",
        SheetForm,
        _ACTION,
        mark("Leave a sealed sheet"),
        mark("Seal it"),
        make=seal,
        options={"lawyer": _lawyers},
        sealed=tuple(LINES),
        why=mark(
            "For if something happens to you. Nobody can read it, not on your device either, until two of those who are"
            " named here open it, with a reason that is kept. If it is not needed, nothing opens it any more afterwards."
        ),
    ),
    _act(
        _SHEET + "/ask",
        s.SheetAsked,
        "/together",
        mark("Ask that this sheet be opened"),
        mark("Something happened: ask"),
        why=mark(
            "A second one has to agree. Both names and the reason are told to whoever wrote it, once they are back."
        ),
        grave=True,
    ),
    _act(_SHEET + "/drop", s.SheetAskDropped, "/together", mark("Take the question back"), mark("Take it back")),
    _act(
        _SHEET + "/agree",
        s.SheetAgreed,
        _SHEET + "/read",
        mark("Agree to open this sheet"),
        mark("Agree, and open it"),
        why=mark("Those who can open it then read it. Your name stays under it."),
        grave=True,
    ),
    _act(
        _SHEET + "/destroy",
        s.SheetDestroyed,
        "/together",
        mark("Take this sheet back"),
        mark("Destroy the sheet"),
    ),
)
