"""What is said around belonging: a buddy for the first weeks, gatherings, thanks, milestones, and what is shared of them."""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Id, Ref, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

M = Keep.MOMENTARY
W = Keep.WORKING

FIRST = Choices(  # what a newcomer and whoever stands beside them go through, in the weeks it is for
    "first_weeks",
    {
        "meet": mark("Meet once, with tea and without an agenda"),
        "leave": mark("Show how to leave a page quickly, and what a taken phone shows"),
        "sees": mark("Go through who sees what"),
        "reach": mark("Write down when and how you may be reached, and what never to say"),
        "safe": mark("Choose friends who keep a piece of your key, and a safety plan"),
        "ask": mark("Ask for something small, or offer something small"),
        "people": mark("Come along to a gathering, or meet two more people"),
        "look_back": mark("Talk about how it has been, and whether to go on"),
    },
)
FIRST_DAYS = {"meet": 7, "leave": 7, "sees": 7, "reach": 14, "safe": 14, "ask": 21, "people": 28, "look_back": 35}
NEWS = Choices("news_about", {"thanks": mark("Thanks"), "milestone": mark("A milestone")})
WIDE = Choices("news_scope", {"trusted": mark("Trusted members"), "network": mark("Everybody in the network")})

WELCOME_STEPS = Steps(
    "welcome",
    "welcome",
    ("offered", "wished"),
    {
        "offered": {"WelcomeAccepted": "accepted", "WelcomeEnded": "ended", "passing": "ended"},
        "wished": {"WelcomeAccepted": "accepted", "WelcomeEnded": "ended", "passing": "ended"},
        "accepted": {"FirstDone": "accepted", "WelcomeEnded": "ended", "passing": "ended"},
    },
    {
        "offered": mark("Offered"),
        "wished": mark("A buddy is wished for"),
        "accepted": mark("Side by side"),
        "ended": mark("Ended"),
    },
)
SEAT_STEPS = Steps(
    "gathering_seat",
    "seat",
    ("asked",),
    {
        "asked": {"SeatGiven": "given", "SeatLeft": "left", "passing": "over"},
        "given": {"SeatLeft": "left", "passing": "over"},
    },
    {"asked": mark("Asked"), "given": mark("You are awaited"), "left": mark("Not coming"), "over": mark("Over")},
)


@dataclass(frozen=True, slots=True)
class WelcomeOffered:
    """I would like to stand beside this newcomer in the first weeks."""

    welcome: Annotated[str, Id(keep=W)]
    newcomer: Annotated[str, Ref(to="member", keep=W, label=mark("Who is new here?"))]


@dataclass(frozen=True, slots=True)
class WelcomeWished:
    """I am new, and wish that you stand beside me in the first weeks."""

    welcome: Annotated[str, Id(keep=W)]
    buddy: Annotated[str, Ref(to="member", keep=W, label=mark("Whom do you ask?"))]


@dataclass(frozen=True, slots=True)
class FirstDone:
    """We have done this together."""

    welcome: Annotated[str, Ref(to="welcome", hidden=True, keep=W)]
    first: Annotated[str, Choice(of=FIRST, hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class WelcomeAccepted:
    """I am glad of it."""

    welcome: Annotated[str, Ref(to="welcome", hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class WelcomeEnded:
    """From here on each goes their own way."""

    welcome: Annotated[str, Ref(to="welcome", hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class GatheringCalled:
    """I call people together on this day."""

    gathering: Annotated[str, Id(keep=M)]
    what: Annotated[
        str,
        Text(
            length_max=120,
            keep=M,
            label=mark("What is it?"),
            why=mark("Tea, a film, cooking. The place is told later, to each person who comes."),
        ),
    ]
    held_on: Annotated[int, Day(keep=M, label=mark("On which day?"))]
    places: Annotated[int, Whole(least=1, most=100, keep=M, label=mark("For how many people?"))]
    scope: Annotated[str, Choice(of=WIDE, keep=M, label=mark("Who may know of it?"))]


@dataclass(frozen=True, slots=True)
class GatheringCancelled:
    """The gathering does not take place."""

    gathering: Annotated[str, Ref(to="gathering", hidden=True, keep=M)]


@dataclass(frozen=True, slots=True)
class SeatAsked:
    """I would like to come."""

    seat: Annotated[str, Id(keep=M)]
    gathering: Annotated[str, Ref(to="gathering", hidden=True, keep=M)]
    host: Annotated[str, Ref(to="member", hidden=True, keep=M)]


@dataclass(frozen=True, slots=True)
class SeatGiven:
    """You are awaited, at this place."""

    seat: Annotated[str, Ref(to="gathering_seat", hidden=True, keep=M)]
    place: Annotated[str, Text(length_max=200, keep=M, label=mark("Where, and at what time?"))]


@dataclass(frozen=True, slots=True)
class SeatLeft:
    """This seat is free again."""

    seat: Annotated[str, Ref(to="gathering_seat", hidden=True, keep=M)]


@dataclass(frozen=True, slots=True)
class GratitudeSaid:
    """Thank you."""

    gratitude: Annotated[str, Id(keep=W)]
    whom: Annotated[str, Ref(to="member", keep=W, label=mark("Whom do you thank?"))]
    words: Annotated[str, Text(length_max=300, lines=True, keep=W, label=mark("Your words"))]


@dataclass(frozen=True, slots=True)
class MilestoneKept:
    """I have come this far."""

    milestone: Annotated[str, Id(keep=W)]
    words: Annotated[str, Text(length_max=300, lines=True, keep=W, label=mark("Your words"))]


@dataclass(frozen=True, slots=True)
class NewsShared:
    """I share something good."""

    news: Annotated[str, Id(keep=M)]
    about: Annotated[str, Choice(of=NEWS, keep=M, label=mark("What is it?"))]
    words: Annotated[
        str,
        Text(
            length_max=300,
            lines=True,
            keep=M,
            label=mark("Your words"),
            why=mark("Please name nobody else here."),
        ),
    ]
    scope: Annotated[str, Choice(of=WIDE, keep=M, label=mark("Who may read it?"))]


@dataclass(frozen=True, slots=True)
class NewsTakenBack:
    """I no longer share it."""

    news: Annotated[str, Ref(to="news", hidden=True, keep=M)]
