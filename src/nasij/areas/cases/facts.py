"""What is said while somebody helps: the closed lists, the steps and every fact of the area.

All of it stays in the circle of one case: whoever asked, whoever helps, and coordination only where it was asked in.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.aid import REASON, AnAddress, ANumber, NameToUse, SafeWay
from nasij.kit.field import Bytes, Choice, Choices, Day, Flag, Id, Ref, Refs, Text, mark, remark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

PHOTO_BYTES = 500_000
NOTES_SHOWN = 100

OUTCOME = Choices(
    "outcome",
    {
        "reached": mark("Reached"),
        "no_answer": mark("No answer"),
        "unsafe": mark("Not safe to call"),
    },
)
PART = Choices(
    "case_part",
    {
        "asker": mark("The person who asked"),
        "helper": mark("The person who helps"),
        "coordinator": mark("Coordination"),
    },
)
JOINING = Choices("case_joining", {value: PART.labels[value] for value in ("coordinator", "asker")})

# `case` is a word of SQL, so the table and its key are called otherwise.
CASE_STEPS = Steps(
    "case_file",
    "case_id",
    ("open",),
    {
        "open": {"CaseClosed": "closed", "HandedOver": "open", "passing": "closed"},
        "reopened": {"CaseClosed": "closed", "HandedOver": "reopened", "passing": "closed"},
        "closed": {"CaseReopened": "reopened"},
    },
    {"open": mark("Open"), "reopened": mark("Reopened"), "closed": mark("Closed")},
)

ACase = Annotated[str, Ref(to="case_file", hidden=True)]
ACommitment = Annotated[str, Ref(to="commitment", hidden=True)]
AStep = Annotated[str, Text(length_max=120, keep=Keep.SHORT, label=mark("Next step"))]
AReason = Annotated[str, Choice(of=REASON, label=mark("How did it end?"))]
ClosingWords = Annotated[
    str, Text(length_max=300, lines=True, optional=True, keep=Keep.SHORT, label=mark("A few words"))
]


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """I accepted this help, and from here on we arrange it among ourselves."""

    case: Annotated[str, Id()]
    commitment: ACommitment
    helper: Annotated[str, Ref(to="member", hidden=True, keep=Keep.WORKING)]
    coordinator: Annotated[str, Ref(to="member", optional=True, hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class IdentityOpened:
    """This is how I can be called and reached; only the people of this case see it."""

    case: ACase
    name_to_use: NameToUse
    number: ANumber
    address: AnAddress
    safe_way: SafeWay


@dataclass(frozen=True, slots=True)
class NoteSaid:
    """A note to the others in this case."""

    note: Annotated[str, Id(keep=Keep.SHORT)]
    case: ACase
    words: Annotated[str, Text(length_max=2000, lines=True, optional=True, keep=Keep.SHORT, label=mark("Your note"))]
    photo: Annotated[
        bytes,
        Bytes(
            most=PHOTO_BYTES,
            optional=True,
            keep=Keep.MOMENTARY,
            label=mark("A photo"),
            why=mark("Only if it is needed. Better without faces, papers or street signs."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class NotesSeen:
    """I have read these notes."""

    case: ACase
    notes: Annotated[list[str], Refs(to="note", many_max=NOTES_SHOWN, hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class ContactMade:
    """I tried to get in touch, and this is how it went."""

    contact: Annotated[str, Id()]
    case: ACase
    outcome: Annotated[str, Choice(of=OUTCOME, label=mark("How did it go?"))]
    words: Annotated[
        str,
        Text(
            length_max=200,
            optional=True,
            keep=Keep.SHORT,
            label=mark("What should the next person who calls know?"),
            why=mark("For example who answered, and when it may be better."),
        ),
    ]
    next_step: Annotated[
        str,
        Text(
            length_max=120,
            optional=True,
            keep=Keep.SHORT,
            label=mark("What will you do next?"),
            why=mark("Leave it empty if the next step stays as it is."),
        ),
    ]
    next_on: Annotated[int, Day(optional=True, label=mark("By which day"))]


@dataclass(frozen=True, slots=True)
class NextStepSet:
    """This comes next, by that day, and this person sees to it."""

    case: ACase
    words: AStep
    owner: Annotated[str, Choice(of=PART, label=mark("Who sees to it"))]
    day: Annotated[int, Day(label=mark("By which day"))]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Somebody else helps from here on; this is what they need to know."""

    case: ACase
    to: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who takes it on?"))]
    summary: Annotated[
        str,
        Text(
            length_max=1000,
            lines=True,
            keep=Keep.SHORT,
            label=mark("What do they need to know?"),
            why=mark("They do not see what was said before. Leave out names, numbers and addresses."),
        ),
    ]
    agreed: Annotated[bool, Flag(label=mark("They know about it and have said yes"))]


@dataclass(frozen=True, slots=True)
class PersonBrought:
    """I ask this person into the case."""

    case: ACase
    whom: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who should join?"))]
    part: Annotated[str, Choice(of=JOINING, hidden=True)]


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """This person is no longer in the case."""

    case: ACase
    whom: Annotated[str, Ref(to="member", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """This case is closed, for that reason."""

    case: ACase
    reason: AReason
    words: ClosingWords


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """This case goes on."""

    case: ACase


@dataclass(frozen=True, slots=True)
class ThanksSaid:
    """Thank you."""

    thanks: Annotated[str, Id(keep=Keep.SHORT)]
    case: ACase
    words: Annotated[
        str,
        remark(
            500,
            mark("Your words of thanks"),
            optional=False,
            keep=Keep.SHORT,
            why=mark("Only the people of this case see them. Nobody has to thank anybody."),
        ),
    ]
