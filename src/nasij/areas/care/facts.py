"""What is said in care: the fields and every fact.

Circles of keys, none wider than it must be. Programmes and who supervises them are known to trusted members. `caregiver/<id>` is
read by a caregiver and the supervisor in force; `seeking/<id>` by somebody who seeks and the supervisor in force, and nothing in
the one names the other. `relation/<id>` is read by the caregiver, the supervisor in force and, once both have said yes, the person.
`care_two/<id>` is the two alone: goals, shared notes. `escalation/<id>` is the two alone until the person was asked.
How heavy a session was for the caregiver goes to the supervisor, never to the person: nobody should count what they weigh.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.care.lists import (
    ADVICE,
    ANSWER,
    CHANNEL,
    FOR_WHOM,
    LOAD,
    PROGRAMME_KIND,
    TOPIC,
    TRAINING,
    WEIGHT,
)
from nasij.kit.field import Choice, Day, Id, Ref, Refs, Several, Text, Whole, mark
from nasij.kit.table import Keep

W, S, M = Keep.WORKING, Keep.SHORT, Keep.MOMENTARY
PLACES_MOST = 10
NOTE_DAYS_MOST = 90


def worded(
    length: int, label: str, why: str = "", *, keep: Keep = S, optional: bool = True, lines: bool = True
) -> Text:
    """Return a field for words, which may stay empty unless told otherwise."""
    return Text(length_max=length, lines=lines, optional=optional, keep=keep, label=label, why=why)


AProgramme = Annotated[str, Ref(to="programme", hidden=True, keep=W)]
Kind = Annotated[str, Choice(of=PROGRAMME_KIND, keep=W, label=mark("What kind of programme?"))]
Aims = Annotated[str, worded(300, mark("Aims of the programme"), keep=W, optional=False)]
Rules = Annotated[
    str,
    worded(
        600,
        mark("Rules of the programme"),
        mark("What everybody who takes part holds on to, such as how one ends it."),
        keep=W,
    ),
]
Weeks = Annotated[int, Whole(least=1, most=104, keep=W, label=mark("How many weeks does it last?"))]
PairsMost = Annotated[int, Whole(least=1, most=200, keep=W, label=mark("For how many pairs is there room?"))]
Supervisor = Annotated[
    str,
    Ref(
        to="member",
        keep=W,
        label=mark("Who supervises?"),
        why=mark("Nobody begins and nobody goes on without somebody who is there for those who care."),
    ),
]
Deputy = Annotated[
    str,
    Ref(
        to="member",
        keep=W,
        label=mark("Who stands in?"),
        why=mark("Steps in without a word when the supervisor is away."),
    ),
]
AwayUntil = Annotated[int, Day(keep=W, label=mark("Away until"))]

ACaregiver = Annotated[str, Ref(to="caregiver", hidden=True, keep=W)]
Topics = Annotated[list[str], Several(of=TOPIC, keep=S, label=mark("Topics"))]
Languages = Annotated[str, worded(60, mark("Languages"), optional=False, lines=False)]
Channels = Annotated[list[str], Several(of=CHANNEL, keep=S, label=mark("How do you like to talk?"))]
Limits = Annotated[
    str, worded(300, mark("Limits"), mark("What is not possible: topics, hours, ways. Nothing here needs a reason."))
]
Training = Annotated[str, Choice(of=TRAINING, keep=S, label=mark("What did you learn for it?"))]
Places = Annotated[
    int, Whole(least=1, most=PLACES_MOST, keep=S, label=mark("How many people can you be with at the same time?"))
]

ASeeking = Annotated[str, Ref(to="seeking", hidden=True, keep=W)]
ForWhom = Annotated[str, Choice(of=FOR_WHOM, keep=S, label=mark("For whom is it?"))]
NotWith = Annotated[
    list[str],
    Refs(to="member", optional=True, keep=S, label=mark("Not with these people"), why=mark("They never hear of it.")),
]
AnOption = Annotated[str, Ref(to="care_option", hidden=True, keep=W)]
Reasons = Annotated[list[str], Several(of=TOPIC, optional=True, hidden=True, keep=S)]
ARank = Ref(to="care_option", optional=True, keep=S, label=mark("And then?"))

ARelation = Annotated[str, Ref(to="relation", hidden=True, keep=W)]
AMember = Annotated[str, Ref(to="member", hidden=True, keep=W)]
OnDay = Annotated[int, Day(keep=W, label=mark("On which day?"))]
Weight = Annotated[str, Choice(of=WEIGHT, keep=W, label=mark("How heavy was it for you?"))]
ADebrief = Annotated[str, Ref(to="debrief", hidden=True, keep=W)]

ANote = Annotated[str, Ref(to="care_note", hidden=True, keep=W)]
NoteWords = Annotated[
    str,
    worded(1000, mark("Words of the note"), mark("As little as you need. No name, no place."), keep=M, optional=False),
]
NoteDays = Annotated[
    int,
    Whole(
        least=1,
        most=NOTE_DAYS_MOST,
        keep=M,
        label=mark("After how many days is it forgotten?"),
        why=mark("It ends with this relationship in any case, and does not pass to whoever comes next."),
    ),
]

# Programmes and who supervises


@dataclass(frozen=True, slots=True)
class ProgrammeProposed:
    """This is a programme of care, with somebody to supervise it and somebody to stand in."""

    programme: Annotated[str, Id(keep=W)]
    kind: Kind
    aims: Aims
    rules: Rules
    weeks: Weeks
    places: PairsMost
    supervisor: Supervisor
    deputy: Deputy


@dataclass(frozen=True, slots=True)
class SupervisionAccepted:
    """I am there for those who care in this programme."""

    programme: AProgramme


@dataclass(frozen=True, slots=True)
class SupervisionLaidDown:
    """I can no longer supervise this programme; somebody else is needed."""

    programme: AProgramme


@dataclass(frozen=True, slots=True)
class SupervisionSet:
    """These two are asked to supervise this programme."""

    programme: AProgramme
    supervisor: Supervisor
    deputy: Deputy


@dataclass(frozen=True, slots=True)
class SupervisorAway:
    """I am away until this day; whoever stands in steps in by itself."""

    programme: AProgramme
    away_until: AwayUntil


@dataclass(frozen=True, slots=True)
class SupervisorBack:
    """I am back to supervise."""

    programme: AProgramme


@dataclass(frozen=True, slots=True)
class SupervisorPresent:
    """I was here lately; my room says so by itself."""

    programme: AProgramme


@dataclass(frozen=True, slots=True)
class ProgrammeClosed:
    """This programme takes in nobody any more."""

    programme: AProgramme


# Those who care


@dataclass(frozen=True, slots=True)
class CaregiverOffered:
    """I want to be there for others in this programme."""

    caregiver: Annotated[str, Id(keep=W)]
    programme: AProgramme
    topics: Topics
    limits: Limits
    languages: Languages
    channels: Channels
    training: Training
    places: Places


@dataclass(frozen=True, slots=True)
class CaregiverConfirmed:
    """We have talked about it, and I am there for this caregiver."""

    caregiver: ACaregiver


@dataclass(frozen=True, slots=True)
class CaregiverPaused:
    """I take nobody new until this day."""

    caregiver: ACaregiver
    away_until: AwayUntil


@dataclass(frozen=True, slots=True)
class CaregiverBack:
    """I can be with somebody new again."""

    caregiver: ACaregiver


@dataclass(frozen=True, slots=True)
class CaregiverEnded:
    """This caregiver no longer takes part in the programme."""

    caregiver: ACaregiver


@dataclass(frozen=True, slots=True)
class SessionWeighed:
    """This is how heavy a session was for me; after a heavy one a debrief is due."""

    debrief: Annotated[str, Id(keep=W)]
    caregiver: ACaregiver
    weight: Weight


@dataclass(frozen=True, slots=True)
class DebriefPlanned:
    """On this day we talk about what was heavy."""

    debrief: ADebrief
    on_day: OnDay


@dataclass(frozen=True, slots=True)
class SupervisionHeld:
    """We talked about how the caregiver is, what they carry, and what follows."""

    supervision: Annotated[str, Id(keep=W)]
    caregiver: ACaregiver
    load: Annotated[str, Choice(of=LOAD, keep=W, label=mark("How much is it?"))]
    worry: Annotated[str, worded(300, mark("A worry"), mark("About the caregiver, not about whom they are with."))]
    advice: Annotated[str, Choice(of=ADVICE, keep=W, label=mark("What follows?"))]


@dataclass(frozen=True, slots=True)
class SupervisorTold:
    """This note is for whoever supervises me now."""

    note: Annotated[str, Id(keep=W)]
    caregiver: ACaregiver
    words: NoteWords
    days: NoteDays


# Those who seek, and bringing together


@dataclass(frozen=True, slots=True)
class SeekingStated:
    """I would like somebody to be with me in this programme."""

    seeking: Annotated[str, Id(keep=W)]
    programme: AProgramme
    for_whom: ForWhom
    topics: Topics
    limits: Limits
    languages: Languages
    channels: Channels
    not_with: NotWith


@dataclass(frozen=True, slots=True)
class SeekingWithdrawn:
    """I no longer seek anybody."""

    seeking: ASeeking


@dataclass(frozen=True, slots=True)
class OptionShown:
    """This caregiver could fit, and this is why; without a name."""

    option: Annotated[str, Id(keep=W)]
    seeking: ASeeking
    caregiver: ACaregiver
    topics: Topics
    reasons: Reasons
    languages: Languages
    channels: Channels
    training: Training


@dataclass(frozen=True, slots=True)
class PreferenceStated:
    """I would like them asked in this order."""

    seeking: ASeeking
    first: Annotated[str, Ref(to="care_option", keep=S, label=mark("Whom first?"))]
    second: Annotated[str, ARank]
    third: Annotated[str, ARank]


@dataclass(frozen=True, slots=True)
class OptionAsked:
    """This one is being asked now."""

    option: AnOption


@dataclass(frozen=True, slots=True)
class OptionAnswered:
    """This is what they answered; whoever said yes is named to the person who seeks, and to nobody else."""

    option: AnOption
    answer: Annotated[str, Choice(of=ANSWER, hidden=True, keep=S)]
    member: Annotated[str, Ref(to="member", optional=True, hidden=True, keep=S)]


@dataclass(frozen=True, slots=True)
class OptionTaken:
    """Yes, I want to meet them."""

    option: AnOption


@dataclass(frozen=True, slots=True)
class OptionRefused:
    """Not with them."""

    option: AnOption


@dataclass(frozen=True, slots=True)
class CareProposed:
    """Would you be there for somebody? This is what it is about; no name yet."""

    relation: Annotated[str, Id(keep=W)]
    programme: AProgramme
    caregiver: ACaregiver
    member: AMember
    topics: Topics
    reasons: Reasons
    limits: Limits
    languages: Languages
    channels: Channels


@dataclass(frozen=True, slots=True)
class CareAccepted:
    """Yes, I can be there."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class CareDeclined:
    """Not this time; no reason is needed."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class CareWithdrawn:
    """The proposal is taken back."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class PersonIntroduced:
    """This is who would like to meet you."""

    relation: ARelation
    person: AMember
