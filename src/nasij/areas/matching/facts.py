"""What is said to bring people together: the steps and every fact of the area.

A fact names its author to everybody who opens it. So whoever helps never says anything to the readers of a need, only in
the small circle of the offer; parts are taken, freed and done by whoever asked or by coordination.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choices, Day, Id, Ref, Text, Whole, mark, remark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

WINDOW_LONGEST = 96  # hours
TURNS_MOST = 5  # people in one round

# How an offer finds its way: the mode of the kind, as it was when the help was offered.
WAY = Choices(
    "way",
    {
        "coordinated": mark("Coordination brings people together"),
        "self_offer": mark("Coordination looks at the offer first"),
        "between_members": mark("The person who asked answers directly"),
    },
)

_ENDS = {"CommitmentReleased": "released", "CommitmentFellThrough": "fell_through"}

# The two moves of a new day on what is accepted follow how the need ended: see `folds.passing`.
COMMITMENT_STEPS = Steps(
    "commitment",
    "commitment",
    ("offered",),
    {
        "offered": {
            "CommitmentPassedOn": "offered",
            "CommitmentAccepted": "accepted",
            "CommitmentDeclined": "released",
            "CommitmentReleased": "released",
            "passing": "released",
        },
        "accepted": {"CommitmentDone": "done", "CommitmentConfirmed": "confirmed", **_ENDS, "passing": "fell_through"},
        "done": {"CommitmentConfirmed": "confirmed", "CommitmentFellThrough": "fell_through", "passing": "confirmed"},
        "confirmed": {},
        "released": {},
        "fell_through": {},
    },
    {
        "offered": mark("Offered"),
        "accepted": mark("Accepted by the person who asked"),
        "done": mark("Done, to be confirmed"),
        "confirmed": mark("Confirmed"),
        "released": mark("Back on the list"),
        "fell_through": mark("Fell through"),
    },
)
ASK_STEPS = Steps(
    "ask",
    "ask",
    ("asked",),
    {
        "asked": {
            "AskAccepted": "accepted",
            "AskDeclined": "declined",
            "AskWentSilent": "silent",
            "passing": "silent",
        },
        "silent": {"AskAccepted": "accepted", "AskDeclined": "declined", "AskMovedOn": "next"},
        "accepted": {},
        "declined": {},
        "next": {},
    },
    {
        "asked": mark("Waiting for an answer"),
        "silent": mark("No answer"),
        "accepted": mark("Said yes"),
        "declined": mark("Said not this time"),
        "next": mark("Moved on to the next"),
    },
)
ROUND_STEPS = Steps(
    "ask_round",
    "round",
    ("open",),
    {"open": {"RoundStopped": "over", "passing": "over"}, "over": {}},
    {"open": mark("Running"), "over": mark("Ended")},
)

_WHEN_WHY = mark("Only if a day is clear already. It can be agreed later.")

ANeed = Annotated[str, Ref(to="need", hidden=True)]
APart = Annotated[str, Ref(to="part", hidden=True)]
ACommitment = Annotated[str, Ref(to="commitment", hidden=True)]
AnAsk = Annotated[str, Ref(to="ask", hidden=True)]
ARound = Annotated[str, Ref(to="ask_round", hidden=True)]
WhenOn = Annotated[int, Day(optional=True, label=mark("When could it be?"), why=_WHEN_WHY)]
OfferWords = Annotated[
    str,
    remark(
        300,
        mark("A few words with it"),
        keep=Keep.SHORT,
        why=mark("What you can do, and how. Not who you are: names and numbers come later."),
    ),
]
EndWords = Annotated[
    str,
    remark(300, mark("A few words, if you like"), keep=Keep.SHORT, why=mark("No reason is needed.")),
]
AskWords = Annotated[
    str,
    remark(
        300,
        mark("What should they know before they answer?"),
        keep=Keep.SHORT,
        why=mark("They see the need itself anyway."),
    ),
]
First = Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who is asked first?"))]
Second = Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who is asked second?"))]
Third = Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who is asked third?"))]
Fourth = Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who is asked fourth?"))]
Fifth = Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who is asked fifth?"))]
AWindow = Annotated[int, Whole(least=1, most=WINDOW_LONGEST, keep=Keep.LEDGER, hidden=True)]


@dataclass(frozen=True, slots=True)
class CommitmentOffered:
    """I can help with this part."""

    commitment: Annotated[str, Id()]
    need: ANeed
    part: APart
    called: Annotated[str, Text(length_max=40, name=True, optional=True, hidden=True, keep=Keep.SHORT)]
    when_on: WhenOn
    words: OfferWords
    arranged_by: Annotated[str, Ref(to="member", optional=True, hidden=True, keep=Keep.WORKING)]
    ask: Annotated[str, Ref(to="ask", optional=True, hidden=True)]


@dataclass(frozen=True, slots=True)
class CommitmentPassedOn:
    """Coordination has looked at this offer and passes it on."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class CommitmentAccepted:
    """I accept this help."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class CommitmentDeclined:
    """Thank you, not this time."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class CommitmentReleased:
    """The person who offered cannot do it after all."""

    commitment: ACommitment
    words: EndWords


@dataclass(frozen=True, slots=True)
class CommitmentFellThrough:
    """It did not come to pass."""

    commitment: ACommitment
    words: EndWords


@dataclass(frozen=True, slots=True)
class CommitmentDone:
    """I have done what I offered."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class CommitmentConfirmed:
    """It is done, I confirm it."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class RoundBegun:
    """We ask these people one after another."""

    round: Annotated[str, Id()]
    need: ANeed
    first: First
    second: Second
    third: Third
    fourth: Fourth
    fifth: Fifth
    words: AskWords
    window: AWindow


@dataclass(frozen=True, slots=True)
class RoundStopped:
    """Nobody else is asked in this round."""

    round: ARound


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """We ask this person whether they can help, and by when we would like to know."""

    ask: Annotated[str, Id()]
    round: ARound
    need: ANeed
    whom: Annotated[str, Ref(to="member", hidden=True, keep=Keep.WORKING)]
    window: AWindow
    words: AskWords


@dataclass(frozen=True, slots=True)
class AskAccepted:
    """Yes, I can help."""

    ask: AnAsk


@dataclass(frozen=True, slots=True)
class AskDeclined:
    """Not this time."""

    ask: AnAsk


@dataclass(frozen=True, slots=True)
class AskWentSilent:
    """The time to answer is over and no answer came."""

    ask: AnAsk


@dataclass(frozen=True, slots=True)
class AskMovedOn:
    """The next person is asked, so this one need not answer any more."""

    ask: AnAsk
