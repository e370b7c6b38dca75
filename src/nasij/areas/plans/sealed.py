"""The sealed file: what is said of it, and its states. Its content stands in no fact; nobody's room holds the key.

A fresh key seals the content; SLIP-39 splits the key among the openers, so that two shares give it back and one says nothing.
Everything that computes with keys is done by the room (`nasij/sealing.py`); here is what its people see.

Who reads what::

    sealed_file/<id>   owner and openers    the sealed bytes, and the log of who asked to open them and who agreed
    share/<id>         owner and one opener, from the day it is passed until that opener's room has put it away
    only/<opener>      the share, from then on: the owner's own room cannot open the file any more
    unsealing/<id>     the two who open it: both shares, for a day
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Bytes, Choice, Choices, Flag, Id, Ref, Refs, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

M, S, W = Keep.MOMENTARY, Keep.SHORT, Keep.WORKING
OPENERS_FEWEST, OPENERS_MOST = 2, 8
SHARE_BYTES = 400  # as `seal/shares.py` makes them, at most
SEALED_BYTES = 9788  # every file has this size, however much stands in it
VERSIONS_MOST = 10_000

REASON = Choices(
    "opening_reason",
    {
        "held": mark("They are held, and a lawyer needs it"),
        "hospital": mark("They are in hospital, and a doctor needs it"),
        "missing": mark("They are missing"),
        "asked": mark("They asked me to"),
        "other": mark("Another reason"),
    },
)
URGENT = ("held", "hospital", "missing")  # then whoever looks at the owner's pages may not be the owner
SEALED_FILE = Steps(
    "sealed_file",
    "sealed_file",
    ("sealed",),
    {
        "sealed": {"OpeningAsked": "asked", "FileResealed": "resealed", "FileDestroyed": "destroyed"},
        "resealed": {"OpeningAsked": "asked", "FileResealed": "resealed", "FileDestroyed": "destroyed"},
        "asked": {
            "OpeningAgreed": "opened",
            "OpeningWithdrawn": "sealed",
            "OpeningRefused": "sealed",
            "passing": "sealed",
            "FileResealed": "resealed",
            "FileDestroyed": "destroyed",
        },
        "opened": {"passing": "sealed", "FileResealed": "resealed", "FileDestroyed": "destroyed"},
    },
    {
        "sealed": mark("Sealed"),
        "resealed": mark("Sealed anew"),
        "asked": mark("Somebody asked to open it"),
        "opened": mark("Opened by two"),
        "destroyed": mark("Destroyed"),
    },
)

FileId = Annotated[str, Ref(to="sealed_file", hidden=True, keep=M)]
ShareId = Annotated[str, Ref(to="share", hidden=True, keep=M)]
UnsealingId = Annotated[str, Ref(to="unsealing", hidden=True, keep=W)]
SomeMember = Annotated[str, Ref(to="member", hidden=True, keep=M)]
Version = Annotated[int, Whole(least=1, most=VERSIONS_MOST, hidden=True, keep=M)]
ShareWords = Annotated[bytes, Bytes(most=SHARE_BYTES, keep=M)]
SealedBytes = Annotated[bytes, Bytes(most=SEALED_BYTES, keep=M)]
Openers = Annotated[
    list[str],
    Refs(
        to="member",
        many_least=OPENERS_FEWEST,
        many_max=OPENERS_MOST,
        keep=M,
        label=mark("Who may open it, two together"),
        why=mark("Two to eight people who do not all live or travel together. Tell them that you chose them."),
    ),
]
Reason = Annotated[str, Choice(of=REASON, keep=W, label=mark("Why is it to be opened?"))]
ReasonWords = Annotated[
    str,
    Text(
        length_max=300,
        lines=True,
        optional=True,
        keep=S,
        label=mark("What the other openers should know"),
        why=mark("The owner reads it later."),
    ),
]
Urgent = Annotated[
    bool,
    Flag(
        keep=W,
        label=mark("Something has happened to them, and it cannot wait"),
        why=mark(
            "This is so for the first three reasons. Then nobody waits for the owner's no, and the owner is told only"
            " once one of you says that it is safe. Whoever agrees says so too, and both names stand under it."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class OpenersChosen:
    """These people can open my sealed file from now on, two together; it is sealed anew for them."""

    # Said before the new seal: whoever is let go still reads this, and nothing that comes after it.
    sealed_file: FileId
    openers: Openers


@dataclass(frozen=True, slots=True)
class FileSealed:
    """I sealed a file that two of these people can open together."""

    sealed_file: Annotated[str, Id(keep=M)]
    openers: Openers
    version: Version
    sealed: SealedBytes


@dataclass(frozen=True, slots=True)
class FileResealed:
    """I sealed my file anew, with a new key; whatever opened the old one opens nothing now."""

    sealed_file: FileId
    openers: Openers
    version: Version
    sealed: SealedBytes


@dataclass(frozen=True, slots=True)
class FileDestroyed:
    """My sealed file and all shares of its key are to be forgotten."""

    sealed_file: FileId


@dataclass(frozen=True, slots=True)
class SharePassed:
    """This is your share of the key of my sealed file; alone it opens nothing."""

    share: Annotated[str, Id(keep=M)]
    sealed_file: FileId
    version: Version
    opener: SomeMember
    words: ShareWords


@dataclass(frozen=True, slots=True)
class ShareKept:
    """This is a share that I hold for somebody, in my own room alone."""

    share: ShareId
    sealed_file: FileId
    version: Version
    words: ShareWords


@dataclass(frozen=True, slots=True)
class ShareTaken:
    """I have put my share away; nobody else's room needs it any longer."""

    share: ShareId


@dataclass(frozen=True, slots=True)
class OpenerSteppedDown:
    """I can no longer open this file; it should be sealed anew without me."""

    sealed_file: FileId


@dataclass(frozen=True, slots=True)
class OpeningAsked:
    """I ask that this file be opened, for this reason; a second opener has to agree."""

    unsealing: Annotated[str, Id(keep=W)]
    sealed_file: FileId
    reason: Reason
    words: ReasonWords
    urgent: Urgent


@dataclass(frozen=True, slots=True)
class OpeningWithdrawn:
    """It need not be opened after all."""

    unsealing: UnsealingId


@dataclass(frozen=True, slots=True)
class OpeningRefused:
    """I am here, and I do not want my file opened."""

    unsealing: UnsealingId


@dataclass(frozen=True, slots=True)
class OpeningAgreed:
    """I agree that this file be opened, and give my share to whoever asked."""

    unsealing: UnsealingId


@dataclass(frozen=True, slots=True)
class ShareGiven:
    """This is my share, for the two of us who open this file."""

    unsealing: UnsealingId
    version: Version
    asker: SomeMember
    second: SomeMember
    words: ShareWords


@dataclass(frozen=True, slots=True)
class OpeningDisclosed:
    """It is safe now for the owner to see that this opening was asked for."""

    unsealing: UnsealingId
