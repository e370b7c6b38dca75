"""The forms of the sealed file. What somebody writes into it is no fact: the room seals it before anything is stated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.plans.openings import CANNOT_REFUSE, SPEAK_FIRST
from nasij.areas.plans.queries import in_trouble, my_files, share_of
from nasij.areas.plans.sealed import (
    URGENT,
    FileDestroyed,
    FileId,
    FileResealed,
    FileSealed,
    Openers,
    OpenersChosen,
    OpenerSteppedDown,
    OpeningAgreed,
    OpeningAsked,
    OpeningDisclosed,
    OpeningRefused,
    OpeningWithdrawn,
    Reason,
    ReasonWords,
    ShareGiven,
    SharePassed,
    UnsealingId,
    Urgent,
)
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act
from nasij.kit.fact import fields_of
from nasij.kit.field import Id, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By, by_name, members

FILES_MOST = 3
M = Keep.MOMENTARY


def _line(length: int, label: str, why: str = "") -> Text:
    return Text(length_max=length, lines=True, optional=True, keep=M, label=label, why=why)


SearchName = Annotated[
    str,
    _line(120, mark("Name for the search"), mark("By which a lawyer can ask at stations and hospitals. Nowhere else.")),
]
Lawyer = Annotated[str, _line(300, mark("Lawyer"), mark("Who it is, and what they may be told."))]
Medicines = Annotated[str, _line(500, mark("Medicines"), mark("What, how much, when; and what must not be missed."))]
Allergies = Annotated[str, _line(300, mark("Allergies"))]
Blood = Annotated[str, _line(40, mark("Blood group"))]
NotTold = Annotated[str, _line(500, mark("Who must not be told"), mark("Of where I am, of why, or of anything."))]
Doctor = Annotated[str, _line(500, mark("What to say to a doctor, and what not"))]


@dataclass(frozen=True, slots=True)
class FileForm:
    """This is to be sealed."""

    sealed_file: Annotated[str, Id(keep=M)]
    search_name: SearchName
    lawyer: Lawyer
    medicines: Medicines
    allergies: Allergies
    blood: Blood
    not_told: NotTold
    doctor: Doctor
    openers: Openers


LINES: Mapping[str, str] = {
    name: kind.label for name, kind in fields_of(FileForm).items() if name not in ("sealed_file", "openers")
}


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be sealed: no fact. The room seals it and puts the bytes and shares into the facts that come with it."""

    sealed_file: str
    lines: tuple[tuple[str, str], ...]


def _content(form: FileForm) -> Content:
    lines = tuple((name, getattr(form, name)) for name in LINES if getattr(form, name))
    if not lines:
        raise Malformed(mark("Please write one line at least."), field="lawyer")
    return Content(form.sealed_file, lines)


def _shares(form: FileForm, version: int) -> list[SharePassed]:
    return [SharePassed(new_id(), form.sealed_file, version, opener, b"") for opener in form.openers]


def make_seal(db: Connection, by: By, form: FileForm) -> Sequence[Any]:
    """Seal it for the first time; bytes and shares are filled in by the room."""
    if len([row for row in my_files(db, by) if row["state"] != "destroyed"]) >= FILES_MOST:
        raise Refused(mark("Three sealed files are enough. Please destroy one first."))
    return [
        FileSealed(form.sealed_file, form.openers, 1, b""),
        *_shares(form, 1),
        _content(form),
    ]


def make_reseal(db: Connection, _by: By, form: FileForm) -> Sequence[Any]:
    """Seal it anew: whoever is let go hears so, and nothing after."""
    version = fields(db, "sealed_file", "sealed_file", form.sealed_file)["version"] + 1
    return [
        OpenersChosen(form.sealed_file, form.openers),
        FileResealed(form.sealed_file, form.openers, version, b""),
        *_shares(form, version),
        _content(form),
    ]


def prefill_reseal(db: Connection, _by: By, path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with the openers who are still there; what stood in it this room cannot read."""
    there = members(db, ("trusted", "resting"))
    found = rows(
        db,
        "select member from file_opener where sealed_file = ? and state = 'in' order by member",
        path.get("sealed_file", ""),
    )
    return {"openers": [row["member"] for row in found if row["member"] in there]}


def possible_openers(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the other trusted members as choices."""
    return by_name(db, members(db, ("trusted", "resting")) - {by.member})


@dataclass(frozen=True, slots=True)
class AskForm:
    """I ask that this file be opened."""

    sealed_file: FileId
    reason: Reason
    words: ReasonWords
    urgent: Urgent


def make_ask(db: Connection, _by: By, form: AskForm) -> Sequence[Any]:
    """Ask; where something has happened to the owner it is urgent, ticked or not."""
    owner = fields(db, "sealed_file", "sealed_file", form.sealed_file)["member"]
    urgent = form.urgent or form.reason in URGENT or in_trouble(db, owner)
    return [OpeningAsked(new_id(), form.sealed_file, form.reason, form.words, urgent)]


@dataclass(frozen=True, slots=True)
class RefuseForm:
    """I do not want my file opened."""

    unsealing: UnsealingId


def make_refuse(db: Connection, by: By, form: RefuseForm) -> Sequence[Any]:
    """Refuse; but not while something has happened to oneself: somebody else could have one's room open."""
    if in_trouble(db, by.member):
        raise Refused(CANNOT_REFUSE, advice=SPEAK_FIRST)
    return [OpeningRefused(form.unsealing)]


@dataclass(frozen=True, slots=True)
class AgreeForm:
    """I agree that this file be opened."""

    unsealing: UnsealingId


def make_agree(db: Connection, by: By, form: AgreeForm) -> Sequence[Any]:
    """Say so in the log, and give the share to whoever asked."""
    row = fields(db, "unsealing", "unsealing", form.unsealing)
    share = share_of(db, row["sealed_file"], row["version"], by.member)
    if not share:
        raise Refused(
            mark("Your share is not in this room."),
            advice=mark("Say on the file's page that you cannot open it any more, so that it is sealed anew."),
        )
    return [
        OpeningAgreed(form.unsealing),
        ShareGiven(form.unsealing, row["version"], row["asker"], by.member, share),
    ]


_FILE = "/plans/sealed/{sealed_file}"
_FOR_WHOM = mark(
    "Nobody can read what you write here, not you either, until two of the openers agree, with a reason that is kept."
    " So keep nothing here that you need yourself."
)

ACTS: tuple[Act, ...] = (
    act(
        "/plans/seal",
        FileForm,
        then=_FILE,
        title=mark("Seal a file"),
        press=mark("Seal it"),
        by=ANYBODY_IN,
        make=make_seal,
        options={"openers": possible_openers},
        sealed=tuple(LINES),
        why=_FOR_WHOM,
    ),
    act(
        "/plans/sealed/{sealed_file}/ask",
        AskForm,
        then=_FILE,
        title=mark("Ask that it be opened"),
        press=mark("Ask"),
        by=TRUSTED_MEMBER,
        make=make_ask,
        why=mark("All openers see that you ask, and why. It stays written down."),
    ),
    act(
        "/plans/sealed/{sealed_file}/step-down",
        OpenerSteppedDown,
        then="/plans",
        title=mark("I can no longer open it"),
        press=mark("Give my share up"),
        by=TRUSTED_MEMBER,
        why=mark("Your share is forgotten, and the owner is asked to seal the file anew without you."),
        grave=True,
    ),
    act(
        "/plans/opening/{unsealing}/agree",
        AgreeForm,
        then="/plans",
        title=mark("Agree to open it"),
        press=mark("Agree, and give my share"),
        by=TRUSTED_MEMBER,
        make=make_agree,
        why=mark("You and whoever asked can then read it for a day. Your name stays under it."),
    ),
    act(
        "/plans/opening/{unsealing}/withdraw",
        OpeningWithdrawn,
        then="/plans",
        title=mark("Take the question back"),
        press=mark("Take it back"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/plans/opening/{unsealing}/refuse",
        RefuseForm,
        then="/plans",
        title=mark("Refuse the opening"),
        press=mark("Refuse"),
        by=ANYBODY_IN,
        make=make_refuse,
        why=mark("The file stays sealed. Whoever asked sees that you refused."),
    ),
    act(
        "/plans/opening/{unsealing}/disclose",
        OpeningDisclosed,
        then="/plans",
        title=mark("Let the owner know"),
        press=mark("It is safe to let them know"),
        by=TRUSTED_MEMBER,
        why=mark("Only where nobody else has their device, and they can read it in peace."),
    ),
    act(
        "/plans/sealed/{sealed_file}/anew",
        FileForm,
        then=_FILE,
        title=mark("Seal it anew"),
        press=mark("Seal it anew"),
        by=ANYBODY_IN,
        make=make_reseal,
        options={"openers": possible_openers},
        sealed=tuple(LINES),
        prefill=prefill_reseal,
        why=mark("Write all of it once more: this room cannot read the old one. It gets a new key and new shares."),
    ),
    act(
        "/plans/sealed/{sealed_file}/destroy",
        FileDestroyed,
        then="/plans",
        title=mark("Destroy the file"),
        press=mark("Destroy it"),
        by=ANYBODY_IN,
        why=mark("The sealed bytes and all shares are forgotten in every room. It cannot be brought back."),
        grave=True,
    ),
)
