"""Every page of this folder with invented values, to look at and to test. Nothing here is part of the running program.

``python -m nasij.web.sketchbook FOLDER`` writes each page in each language as a file.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.errors import Malformed, Refused
from nasij.ids import id_from
from nasij.kit.area import EVERYONE, TRUSTED_MEMBER, Area, Areas, act, circle, fact, page, role_circle
from nasij.kit.field import (
    NEEDED,
    Bytes,
    Choice,
    Choices,
    Day,
    Flag,
    Id,
    Ref,
    Refs,
    Several,
    Text,
    Whole,
    mark,
)
from nasij.kit.page import Item, Page
from nasij.kit.steps import Steps
from nasij.kit.table import Keep, Table, number
from nasij.kit.table import text as words_column
from nasij.kit.who import By
from nasij.node import view
from nasij.web.faces import FACES
from nasij.web.forms import act_page
from nasij.web.look import Look
from nasij.web.templates import render, who_sees_table
from nasij.web.words import LANGUAGES, PSEUDO, Words

HOUR = 20_781 * 24 + 14  # a November day in 2026
ME, OTHER, NEED = (id_from(bytes([n]) * 10) for n in (37, 91, 146))
NAMES = {ME: "زيتونة", OTHER: "Amal"}
URGENCY = Choices("urgency", {"now": mark("Now"), "days": mark("Within days"), "open": mark("No date")})
KINDS = Choices(
    "sketch_kind",
    {
        "food": mark("Food"),
        "shelter": mark("Shelter"),
        "transport": mark("Transport"),
        "papers": mark("Paperwork"),
        "listening": mark("Listening"),
        "other": mark("Something else"),
    },
)
STEPS = Steps(
    "need", "need", ("open",), {"open": {"NeedMet": "met"}}, {"open": mark("Open"), "met": mark("Help arrived")}
)


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """I need something."""

    need: Annotated[str, Id()]
    kind: Annotated[str, Choice(of=KINDS, label=mark("Kind of help"))]
    what: Annotated[str, Text(length_max=500, lines=True, keep=Keep.WORKING, label=mark("What is needed?"))]
    urgency: Annotated[str, Choice(of=URGENCY, label=mark("Urgency"), optional=True)]
    needed_by: Annotated[int, Day(label=mark("Needed by"), optional=True)]
    people: Annotated[int, Whole(keep=Keep.WORKING, least=1, most=50, label=mark("For how many people?"))]
    ways: Annotated[list[str], Several(of=KINDS, label=mark("Also useful"), optional=True)]
    helper: Annotated[str, Ref(to="member", label=mark("Ask first"), optional=True)]
    also: Annotated[list[str], Refs(to="member", label=mark("Tell as well"), optional=True)]
    quiet: Annotated[
        bool, Flag(label=mark("No telephone, please"), why=mark("Then nobody calls; you find the answer here."))
    ]
    photo: Annotated[bytes, Bytes(most=500_000, keep=Keep.SHORT, label=mark("Photo"), optional=True)]


@dataclass(frozen=True, slots=True)
class NeedMet:
    """The need is met."""

    need: Annotated[str, Ref(to="need", hidden=True)]


def _nothing(_db: Connection, _by: By, _fact: Any) -> None: ...


def _people(_db: Connection, _by: By) -> list[tuple[str, str]]:
    return [(ME, NAMES[ME]), (OTHER, NAMES[OTHER])]


AREA = Area(
    "sketch",
    mark("Asking and offering"),
    tables=(Table("need", {"need": words_column(Keep.LEDGER), "asked_on": number(Keep.LEDGER)}, key=("need",)),),
    facts=(
        fact(NeedAsked, said_by=TRUSTED_MEMBER, read_by=EVERYONE, fold=_nothing),
        fact(NeedMet, said_by=TRUSTED_MEMBER, read_by=circle("need", "need"), fold=_nothing),
    ),
    acts=(
        act(
            "/aid/ask",
            NeedAsked,
            then="/aid/{need}",
            title=mark("Ask for help"),
            press=mark("Ask"),
            why=mark("Say what is needed. Who you are can stay out of it."),
            options={"helper": _people, "also": _people},
            picture="photo",
        ),
        act("/aid/{need}/met", NeedMet, then="/", title=mark("It is done"), press=mark("Done"), grave=True),
    ),
    pages=(
        page("/aid", lambda _db, _by: Page("home.html"), menu=mark("Help"), group="help"),
        page("/people", lambda _db, _by: Page("home.html"), menu=mark("People"), group="together"),
        page("/us", lambda _db, _by: Page("home.html"), menu=mark("Among us"), group="together"),
    ),
    steps=(STEPS,),
)
AREAS = Areas.of((AREA,))


def sketch_look(words: Words, **rest: Any) -> Look:
    """Return a look of an invented member at an invented network."""
    db = view.create(AREAS)
    db.executemany(
        "insert into member (member, standing, audience) values (?, 'trusted', 'network')", [(ME,), (OTHER,)]
    )
    start: dict[str, Any] = {
        "words": words,
        "me": By(ME, HOUR, "trusted"),
        "db": db,
        "areas": AREAS,
        "path": "/aid",
        "token": "t" * 22,
        "nonce": "n" * 22,
        "name_of": NAMES.get,
        "saved_mark": lambda _record: "here",
    }
    return Look(**{**start, **rest})


def _door(words: Words) -> Look:
    return Look(words=words, nonce="n" * 22, path="/start")


def _ask_again(look: Look) -> Page:
    found = look.act_at("/aid/ask")
    assert found is not None
    typed = {"kind": ["food"], "people": ["٩٩"], "what": ["خبز وحليب\n< & >"], "quiet": ["1"], "also": [OTHER]}
    problems = {
        "": Refused(mark("Somebody has already taken this a step further.")),
        "people": Malformed(mark("Please write a number from %(least)d to %(most)d."), least=1, most=50),
        "needed_by": Malformed(mark("Please write a day as year-month-day, such as 2026-11-24.")),
    }
    return act_page(look, found[0], "/aid/ask", typed, problems)


def _act(path: str) -> Callable[[Look], Page]:
    def made(look: Look) -> Page:
        found = look.act_at(path)
        assert found is not None
        return act_page(look, found[0], path)

    return made


_TOLD = [{"sentence": mark("Somebody else was first."), "advice": ""}]
_ITEMS = [
    Item(1, mark("Somebody offers to help with %(code)s"), "/aid", {"code": "k7m-2qx"}),
    Item(0, mark("%(n)d needs wait for sorting"), "/aid", {"n": 3}),
]
_TYPED: Mapping[str, Any] = {"values": {}, "problems": {}}
_WRONG: Mapping[str, Any] = {
    "values": {"room": "بستان", "alias": "زيتونة"},
    "problems": {"room": NEEDED, "passphrase": Malformed(NEEDED)},
}
_PHRASE = "زيتون نافذة جسر قمح مطر سلّم"
_QR = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_COLUMNS = [
    {"index": 0, "heading": "ما المطلوب", "suggestion": "what", "private": False},
    {"index": 1, "heading": "رقم الهاتف", "suggestion": "", "private": True},
]
_FIELDS = [("what", mark("What is needed?")), ("kind", mark("Kind of help"))]

Made = Callable[[Look], Page]


def _plain(template: str, **values: Any) -> Made:
    return lambda _look: Page(template, values)


OUTSIDE: Mapping[str, Made] = {
    "start": _plain("start.html"),
    "found": _plain("found.html", suggested=_PHRASE, **_TYPED),
    "found-again": _plain("found.html", suggested="", **_WRONG),
    "open": _plain("open.html", parked="/aid/ask?what=x", own_house=False, **_WRONG),
    "recover": _plain("recover.html", **_TYPED),
    **{f"sample-{state}": _plain("sample.html", sample=state, **_TYPED) for state in ("absent", "making", "ready")},
    "join": _plain("join.html", code="", suggested=_PHRASE, **_TYPED),
    **{
        f"guest-{status}": _plain(
            "guest.html",
            status=status,
            compare=_PHRASE.split()[:4],
            questions=["من عرّفك بنا؟"] if status == "conversation" else [],
            first_questions=["What do you hope to find here?"],
            messages=[(True, "مرحبا"), (False, "أهلًا بك")],
            farewell="نتمنى لك الخير" if status in ("accepted", "declined") else "",
            typed="",
            problems={},
        )
        for status in ("sent", "received", "conversation", "accepted", "declined", "withdrawn", "expired")
    },
    "safety-door": _plain("safety.html", own_house=True, window_days=35),
    "error-door": _plain("error.html", problem=Refused(), back="", kept=()),
    **{f"leave-{face.path[1:]}": _plain("leave.html", face=face, way_in=False) for face in FACES},
}
INSIDE: Mapping[str, Made] = {
    "home": _plain("home.html", waiting=_ITEMS * 5, mine=_ITEMS * 3, pending=2, told=_TOLD),
    "home-empty": _plain("home.html", waiting=[], mine=[], pending=0),
    "rest": _plain("rest.html", waiting=_ITEMS * 5, mine=_ITEMS, left=3),
    "ask": _act("/aid/ask"),
    "ask-again": _ask_again,
    "met": _act(f"/aid/{NEED}/met"),
    "kit-show": _plain("kit.html", step="show", has_kit=True, kit_words=_PHRASE.split() * 2, **_TYPED),
    "kit-try": _plain("kit.html", step="try", has_kit=False, kit_words=[], **_TYPED),
    "away": _plain("away.html", missing=None, kept=HOUR, tried=HOUR // 24, words=_PHRASE.split()[:4], **_TYPED),
    "away-missing": _plain("away.html", missing=Refused(), kept=0, tried=0, words=[], **_WRONG),
    "second": _plain("second.html", missing=None, done=True, **_TYPED),
    "second-again": _plain("second.html", missing=None, done=False, **_WRONG),
    "back": _plain(
        "back.html", asked=[(NEED, ME, _PHRASE.split()[:4], True), (NEED, ME, _PHRASE.split()[:4], False)], **_TYPED
    ),
    "back-none": _plain("back.html", asked=[], **_TYPED),
    "find": _plain("find.html", words="a", looked=None, problem=Malformed(NEEDED)),
    "find-some": _plain(
        "find.html",
        words="خبز",
        looked={
            "groups": [
                (mark("Needs"), [{"title": "", "excerpt": "خبز", "path": "/aid", "audience": "network", "over": True}])
            ],
            "ways": [("/aid/ask", mark("Ask for help"))],
            "then": 13,
        },
        further=False,
    ),
    "find-none": _plain("find.html", words="خبز", looked={"groups": [], "ways": [], "then": 0}, further=False),
    "compare": _plain("compare.html", words=_PHRASE.split()[:4], place=812, stopped=True),
    "invite": _plain("invite.html", made=False, left=3),
    "invite-none": _plain("invite.html", made=False, left=0),
    "invite-made": _plain(
        "invite.html",
        made=True,
        left=2,
        link="http://example.onion/join#x7k2",
        five=_PHRASE.split()[:5],
        qr=_QR,
        expires_at=HOUR + 48,
    ),
    "export": _plain("export.html", **_TYPED),
    "safety": _plain("safety.html", own_house=False, window_days=35),
    "who-sees": lambda look: Page("about-who-sees.html", {"parts": who_sees_table(look, AREAS)}),
    "aside": _plain(
        "aside.html",
        lines=[
            {
                "what": mark("Ask for help"),
                "reason": mark("Somebody has already taken this a step further."),
                "day": HOUR // 24 - 2,
            }
        ],
        mine=[{"what": mark("Offer help"), **_TOLD[0], "reason": _TOLD[0]["sentence"], "words": ["خبز\n\nوحليب"]}],
    ),
    "aside-empty": _plain("aside.html", lines=[]),
    "error": _plain("error.html", problem=Refused(), back="/aid", kept=[("ما المطلوب؟", "خبز\n\nوحليب")]),
    "import-choose": _plain("import.html", step="choose", kinds=[("needs", mark("Needs"))], kind="", problems={}),
    "import-map": _plain(
        "import.html",
        step="map",
        columns=_COLUMNS,
        fields=_FIELDS,
        kind="needs",
        sheet="x",
        said={"scope": "trusted", "on_behalf": "", "usual": "other"},
        scopes=[("trusted", mark("Trusted members")), ("network", mark("Everybody in the network"))],
        behalves=[("consented", mark("For somebody who agreed to it"))],
        usual=[("other", mark("Something else"))],
        problems={},
    ),
    "import-preview": _plain(
        "import.html",
        step="preview",
        headings=[mark("What is needed?")],
        rows=[["خبز"], ["Milk"]],
        total=2,
        out=1,
        kept=1,
        kind="needs",
        scope="trusted",
        bad=[(4, "العدد", Malformed(NEEDED))],
        more=3,
        dropped=["رقم الهاتف"],
        sheet="x",
        problems={},
    ),
    "reader-roles": lambda look: Page(
        "about-who-sees.html",
        {
            "parts": who_sees_table(
                look,
                Areas.of(
                    (
                        Area(
                            "roles",
                            mark("Help"),
                            (),
                            (fact(NeedMet, said_by=TRUSTED_MEMBER, read_by=role_circle("cases"), fold=_nothing),),
                        ),
                    )
                ),
            )
        },
    ),
}


def sketches(words: Words, *, sample: bool = True) -> dict[str, str]:
    """Return every page as HTML, by name."""
    inside = sketch_look(words, sample=sample, notices=(mark("It is saved."),))
    door = _door(words)
    drawn = {name: render(door, made(door)) for name, made in OUTSIDE.items()}
    return drawn | {name: render(inside, made(inside)) for name, made in INSIDE.items()}


def main(folder: Path) -> None:
    """Write all pages in all languages into a folder."""
    for language in (*LANGUAGES, *PSEUDO):
        for name, html in sketches(Words(language)).items():
            (folder / f"{name}.{language}.html").write_text(html, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
