"""What two people agree on and meet for, what stays between them, and a worry: the fields and the facts.

A session has no words at all. A goal is in the words of the person. A worry begins between the two, with a question.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.care.facts import ANote, ARelation, Limits, NoteDays, NoteWords, OnDay, S, W, Weight, worded
from nasij.areas.care.lists import CHANNEL, ENDED_BY_ONE, FIT, RHYTHM, SIGN, WISH
from nasij.kit.field import Choice, Day, Id, Ref, Whole, mark

AnAgreement = Annotated[str, Ref(to="care_agreement", hidden=True, keep=W)]
Aim = worded(120, mark("One more aim"), lines=False)
ARhythm = Annotated[str, Choice(of=RHYTHM, keep=W, label=mark("How often do you meet?"))]
AChannel = Annotated[str, Choice(of=CHANNEL, keep=W, label=mark("In which way do you meet?"))]
Minutes = Annotated[int, Whole(least=5, most=240, keep=W, label=mark("How many minutes each time?"))]
Breaks = Annotated[
    str,
    worded(
        300,
        mark("What breaks confidentiality?"),
        mark("When may somebody else be told, and who? Also then the person is asked first."),
        optional=False,
    ),
]
HowToEnd = Annotated[
    str, worded(300, mark("How do we end it?"), mark("Either may end it at any time without a reason."), optional=False)
]

ASession = Annotated[str, Ref(to="session", hidden=True, keep=W)]
NextOn = Annotated[int, Day(keep=W, optional=True, label=mark("When do you meet again?"))]
AGoal = Annotated[str, Ref(to="goal", hidden=True, keep=W)]
GoalWords = Annotated[str, worded(200, mark("What do you want to reach, in your words?"), optional=False)]
NextStep = Annotated[str, worded(200, mark("The next small step"))]

AnEscalation = Annotated[str, Ref(to="escalation", hidden=True, keep=W)]
Sign = Annotated[str, Choice(of=SIGN, keep=W, label=mark("What do you see?"))]
Wish = Annotated[str, Choice(of=WISH, keep=S, label=mark("What does the person want?"))]
WishWords = Annotated[str, worded(400, mark("In their words"))]
SafetyWords = Annotated[
    str, worded(600, mark("What did you plan together?"), mark("Who does what, until when."), optional=False)
]
AnEnding = Annotated[str, Choice(of=ENDED_BY_ONE, keep=W, label=mark("Why does it end?"))]
Fit = Annotated[str, Choice(of=FIT, keep=W, label=mark("How was it?"))]
FitWords = Annotated[
    str, worded(300, mark("What should the other know?"), mark("The other reads it, and the supervisor."))
]


# What the two agree on, and meet for


@dataclass(frozen=True, slots=True)
class AgreementProposed:
    """This is how we could do it."""

    agreement: Annotated[str, Id(keep=W)]
    relation: ARelation
    aim: Annotated[
        str, worded(120, mark("An aim"), mark("Up to three, in the person's words."), optional=False, lines=False)
    ]
    aim_two: Annotated[str, Aim]
    aim_three: Annotated[str, Aim]
    rhythm: ARhythm
    channel: AChannel
    minutes: Minutes
    weeks: Annotated[int, Whole(least=1, most=104, keep=W, label=mark("For how many weeks?"))]
    limits: Limits
    breaks: Breaks
    ending: HowToEnd


@dataclass(frozen=True, slots=True)
class AgreementConfirmed:
    """I agree to it as it stands."""

    agreement: AnAgreement


@dataclass(frozen=True, slots=True)
class SessionPlanned:
    """We meet on this day."""

    session: Annotated[str, Id(keep=W)]
    relation: ARelation
    on_day: OnDay
    channel: AChannel


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """We meet on another day."""

    session: ASession
    on_day: OnDay


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """We met; nothing is written down of what was said."""

    session: ASession
    minutes: Minutes
    next_on: NextOn


@dataclass(frozen=True, slots=True)
class SessionMissed:
    """We did not meet."""

    session: ASession


@dataclass(frozen=True, slots=True)
class SessionFelt:
    """This is how heavy it was for me."""

    session: ASession
    weight: Weight


@dataclass(frozen=True, slots=True)
class RelationPaused:
    """We pause."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class RelationResumed:
    """We go on."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class RelationEnded:
    """It ends here."""

    relation: ARelation
    reason: AnEnding


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """This is how it was for me."""

    relation: ARelation
    fit: Fit
    words: FitWords


@dataclass(frozen=True, slots=True)
class RematchAsked:
    """I would like to meet somebody else instead."""

    relation: ARelation


# Between the two alone


@dataclass(frozen=True, slots=True)
class GoalStated:
    """This is what I want to reach."""

    goal: Annotated[str, Id(keep=W)]
    relation: ARelation
    words: GoalWords
    step: NextStep


@dataclass(frozen=True, slots=True)
class GoalStepSet:
    """This is the next small step."""

    goal: AGoal
    step: NextStep


@dataclass(frozen=True, slots=True)
class GoalReached:
    """I have reached it."""

    goal: AGoal


@dataclass(frozen=True, slots=True)
class GoalDropped:
    """I no longer want it."""

    goal: AGoal


@dataclass(frozen=True, slots=True)
class NoteShared:
    """This note is for the two of us."""

    note: Annotated[str, Id(keep=W)]
    relation: ARelation
    words: NoteWords
    days: NoteDays


@dataclass(frozen=True, slots=True)
class OwnNoteKept:
    """This note is for me alone."""

    note: Annotated[str, Id(keep=W)]
    relation: ARelation
    words: NoteWords
    days: NoteDays


@dataclass(frozen=True, slots=True)
class NoteDropped:
    """This note is forgotten at once."""

    note: ANote


# A worry


@dataclass(frozen=True, slots=True)
class EscalationRaised:
    """I see a sign that frightens me; first the person is asked."""

    escalation: Annotated[str, Id(keep=W)]
    relation: ARelation
    sign: Sign


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """The person was asked, and this is what they want."""

    escalation: AnEscalation
    wish: Wish
    words: WishWords


@dataclass(frozen=True, slots=True)
class SupervisorInformed:
    """The supervisor is told of it."""

    escalation: AnEscalation


@dataclass(frozen=True, slots=True)
class SafetyAgreed:
    """This is what we planned with the person."""

    escalation: AnEscalation
    words: SafetyWords


@dataclass(frozen=True, slots=True)
class EscalationHandedOn:
    """Those on call are told, by a report of their own."""

    escalation: AnEscalation
    incident: Annotated[str, Id(keep=W)]


@dataclass(frozen=True, slots=True)
class EscalationClosed:
    """The worry is over."""

    escalation: AnEscalation
