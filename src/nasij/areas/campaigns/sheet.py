"""The sealed sheet: what is said of it, and its states. Its content stands in no fact, and nobody's room holds its key.

Whoever goes along writes what would be needed if something happened to them. Their room seals it under a fresh key, and the
key goes in parts to the rooms of whoever leads, whoever stays outside and whoever is the lawyer on call: two parts open it, one
says nothing, and the room it was written in has none (`nasij/safekeeping.py`, the seals of `seal/notes.py`).

Who reads what::

    sheet/<id>           the writer and the openers: the sealed bytes, and a part of the key for each opener's room
    sheet_opening/<id>   the openers alone: who asked, why, who agreed, and the parts; the writer's device may be in other hands
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.campaigns.facts import AnAction
from nasij.kit.field import Bytes, Choice, Choices, Id, Ref, Text, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

S = Keep.SHORT
SHARE_MOST = 440
ENVELOPE_SIZE = 1576
SEALED_SIZE = 2620  # every sheet has this size, however much stands in it
LINE_LENGTH = 220
REASON = Choices(
    "sheet_reason",
    {
        "held": mark("They are held, and a lawyer needs it"),
        "hospital": mark("They are in hospital, and a doctor needs it"),
        "missing": mark("They are missing"),
        "asked": mark("They asked me to"),
    },
)
COUNT = "count"  # the reason that a room says by itself
COUNTED = mark("They were not heard from when everybody was counted")
SHEET_STEPS = Steps(
    "sheet_opening",
    "sheet",
    ("asked",),
    {
        "asked": {"SheetAgreed": "opened", "SheetMissed": "opened", "SheetAskDropped": "dropped"},
        "opened": {},
        "dropped": {"SheetAsked": "asked", "SheetMissed": "asked"},
    },
    {
        "asked": mark("One asks that it be opened"),
        "opened": mark("Two have opened it"),
        "dropped": mark("It stays sealed"),
    },
)

ASheet = Annotated[str, Ref(to="sheet", hidden=True, keep=S)]
AMember = Annotated[str, Ref(to="member", hidden=True, keep=S)]
AReason = Annotated[str, Choice(of=REASON, keep=S, label=mark("Why is it to be opened?"))]
ALawyer = Annotated[
    str,
    Ref(
        to="member",
        keep=S,
        label=mark("Who is the lawyer on call, or can reach one?"),
        why=mark(
            "Beside whoever leads it and the contact outside. Two of them together open the sheet, one alone never."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class SheetSealed:
    """Here is a sheet that two of its openers can open if something happens to me."""

    sheet: Annotated[str, Id(keep=S)]
    action: AnAction
    lawyer: ALawyer
    sealed: Annotated[bytes, Bytes(most=SEALED_SIZE, keep=S)]


@dataclass(frozen=True, slots=True)
class SheetPartLeft:
    """This person's room holds a part of the key of my sheet; alone it opens nothing."""

    sheet: ASheet
    member: AMember
    note_key: Annotated[str, Ref(to="note_key", hidden=True, keep=S)]
    envelope: Annotated[bytes, Bytes(most=ENVELOPE_SIZE, keep=S)]


@dataclass(frozen=True, slots=True)
class SheetDestroyed:
    """I take my sheet back."""

    sheet: ASheet


@dataclass(frozen=True, slots=True)
class SheetAsked:
    """I ask that this sheet be opened, for this reason; a second one has to agree."""

    sheet: ASheet
    reason: AReason
    words: Annotated[
        str,
        Text(
            length_max=200,
            optional=True,
            keep=S,
            label=mark("What the others should know"),
            why=mark("Whoever wrote the sheet reads it once they are back."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class SheetAskDropped:
    """It need not be opened after all."""

    sheet: ASheet


@dataclass(frozen=True, slots=True)
class SheetAgreed:
    """I agree that this sheet be opened."""

    sheet: ASheet


@dataclass(frozen=True, slots=True)
class SheetMissed:
    """Whoever wrote this sheet was not heard from when everybody was counted."""

    sheet: ASheet


@dataclass(frozen=True, slots=True)
class SheetPartGiven:
    """This is my part of the key, for those who open it."""

    sheet: ASheet
    words: Annotated[bytes, Bytes(most=SHARE_MOST, keep=S)]


@dataclass(frozen=True, slots=True)
class SheetOpeningTold:
    """You are back: your sheet was opened meanwhile, by these two, for this reason."""

    sheet: ASheet
    asker: AMember
    second: AMember
    reason: Annotated[str, Text(length_max=20, keep=S)]
    words: Annotated[str, Text(length_max=200, optional=True, keep=S)]
