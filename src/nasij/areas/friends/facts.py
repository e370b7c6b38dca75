"""What is said about the pieces that friends hold, and which states a piece has."""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Bytes, Id, Ref, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep, Says, Share, Table, blob, number, text

FEWEST, MOST = 2, 16  # one friend alone never gives anything back
SHARE_MAX = 400

TABLES = (
    Table(
        "piece",
        {
            "piece": text(Keep.SHORT),
            "member": text(Keep.SHORT),
            "friend": text(Keep.SHORT),
            "state": text(Keep.SHORT),
            "batch": text(Keep.SHORT),  # the key that this is a piece of
            "share": blob(Keep.MOMENTARY, Says.KEY),
            "box": blob(Keep.MOMENTARY, Says.KEY),  # where the member's room would ask
        },
        key=("piece",),
        share=Share.CIRCLES,  # the two give it to each other again where one of their rooms had lost its keys
        indexes=(("member",), ("friend",)),
    ),
    Table(
        "pieces_needed",
        {"member": text(Keep.SHORT), "needed": number(Keep.SHORT)},
        key=("member",),
        share=Share.NEVER,
    ),
)
PIECE = Steps(
    "piece",
    "piece",
    ("asked",),
    {
        "asked": {"PieceAccepted": "accepted", "PieceEnded": "over"},
        "accepted": {"PieceGiven": "given", "PieceEnded": "over"},
        "given": {"PieceHeld": "held", "PieceGiven": "given", "PieceEnded": "over"},
        "held": {"PieceGiven": "given", "PieceEnded": "over"},
        "over": {},
    },
    {
        "asked": mark("Was asked"),
        "accepted": mark("Agreed to hold it"),
        "given": mark("The piece is on its way"),
        "held": mark("Has the piece"),
        "over": mark("Over"),
    },
)

PieceRef = Annotated[str, Ref(to="piece", hidden=True, keep=Keep.SHORT)]
Needed = Annotated[
    int,
    Whole(
        least=FEWEST,
        most=MOST,
        keep=Keep.SHORT,
        label=mark("How many of them together give everything back"),
        why=mark("More is safer if friends are put under pressure; fewer is safer if some cannot be reached."),
    ),
]


@dataclass(frozen=True, slots=True)
class PiecesNeeded:
    """So many of my friends together can give everything back to me."""

    needed: Needed


@dataclass(frozen=True, slots=True)
class PieceOffered:
    """I ask this friend to hold a piece of the key to my room."""

    piece: Annotated[str, Id(keep=Keep.SHORT)]
    friend: Annotated[str, Ref(to="member", keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class PieceAccepted:
    """I will hold it, and give it back only after I have spoken with them."""

    piece: PieceRef


@dataclass(frozen=True, slots=True)
class PieceGiven:
    """This is the piece, and this is where my room would ask for it."""

    piece: PieceRef
    batch: Annotated[str, Id(keep=Keep.SHORT)]
    share: Annotated[bytes, Bytes(least=1, most=SHARE_MAX, keep=Keep.MOMENTARY)]
    way: Annotated[bytes, Bytes(least=32, most=32, keep=Keep.MOMENTARY)]


@dataclass(frozen=True, slots=True)
class PieceHeld:
    """The piece has arrived here, and it is whole."""

    piece: PieceRef
    batch: Annotated[str, Id(keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class PieceEnded:
    """I no longer hold it, or no longer want it held there."""

    piece: PieceRef
