"""What is said about time and tasks: the closed lists, the steps and every fact.

Nothing here asks for a reason: somebody who hands a turn over, signs off or rests owes no explanation, and what is read by the
whole network must not tell who is ill. Hours are hours, whatever was done in them; nothing outside this area reads them.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Flag, Id, Ref, Refs, Several, Text, Whole, mark
from nasij.kit.recurrence import RHYTHMS
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

W, S = Keep.WORKING, Keep.SHORT
TURN_DAYS_MOST = 12  # as many as anybody can be on call in four weeks
PLACES_MOST = 50
DAY_MINUTES = 24 * 60

CALL_KIND = Choices(
    "call_kind", {"alarm": mark("Reports, and what is needed now"), "questions": mark("Questions from members")}
)
TASK_KIND = Choices(
    "task_kind",
    {
        "support": mark("Support for somebody"),
        "admin": mark("Papers, order and machines"),
        "action": mark("Something we do together"),
    },
)
RISK = Choices("task_risk", {"none": mark("No risk known"), "some": mark("Some risk"), "high": mark("High risk")})
TIMES = Choices(
    "times",
    {
        f"{day}_{part}": words
        for day, part, words in (
            ("work", "morning", mark("Working days, in the morning")),
            ("work", "afternoon", mark("Working days, in the afternoon")),
            ("work", "evening", mark("Working days, in the evening")),
            ("work", "night", mark("Working days, at night")),
            ("free", "morning", mark("Days off, in the morning")),
            ("free", "afternoon", mark("Days off, in the afternoon")),
            ("free", "evening", mark("Days off, in the evening")),
            ("free", "night", mark("Days off, at night")),
        )
    },
)
CAME = Choices("attendance", {"came": mark("Came"), "no_show": mark("Did not come")})

CALL_STEPS = Steps(
    "call_turn",
    "turn",
    ("planned",),
    {
        "planned": {
            "CallTurnAccepted/accepted": "accepted",
            "CallTurnAccepted/on": "on",
            "CallTurnCancelled": "cancelled",
            "passing": "empty",
        },
        "accepted": {
            "passing/on": "on",
            "CallTurnAccepted/handed_over": "handed_over",
            "passing/handed_over": "handed_over",
        },
        "on": {"CallTurnAccepted/handed_over": "handed_over", "passing/handed_over": "handed_over"},
    },
    {
        "planned": mark("Planned, waits for a yes"),
        "accepted": mark("Accepted"),
        "on": mark("On call now"),
        "handed_over": mark("Handed over"),
        "cancelled": mark("Cancelled"),
        "empty": mark("Nobody took it"),
    },
)
TASK_STEPS = Steps(
    "task",
    "task",
    ("proposed", "open"),
    {
        "proposed": {"TaskOpened": "open", "TaskCancelled": "cancelled", "passing": "missed"},
        "open": {
            "SignedUp": "filled",
            "TaskStarted": "underway",
            "TaskDone": "done",
            "TaskCancelled": "cancelled",
            "passing": "missed",
        },
        "filled": {
            "SignedOff": "open",
            "PlacesAdded": "open",
            "TaskStarted": "underway",
            "TaskDone": "done",
            "TaskCancelled": "cancelled",
            "passing/open": "open",
            "passing/missed": "missed",
        },
        "underway": {"TaskDone": "done", "passing": "missed"},
    },
    {
        "proposed": mark("Proposed"),
        "open": mark("Has places free"),
        "filled": mark("Everybody is found"),
        "underway": mark("Task under way"),
        "done": mark("Task done"),
        "missed": mark("It did not happen"),
        "cancelled": mark("Task cancelled"),
    },
)
SIGN_UP_STEPS = Steps(
    "sign_up",
    "sign_up",
    ("in",),
    {
        "in": {
            "SignUpConfirmed": "confirmed",
            "SignedOff": "left_late",
            "AttendanceStated/came": "came",
            "AttendanceStated/no_show": "no_show",
        },
        "confirmed": {
            "SignedOff": "left_late",
            "AttendanceStated/came": "came",
            "AttendanceStated/no_show": "no_show",
        },
        "left_late": {"SignUpExcused": "excused"},
        "no_show": {"SignUpExcused": "excused"},
    },
    {
        "in": mark("Signed up"),
        "confirmed": mark("Confirmed"),
        "came": mark("Was there"),
        "no_show": mark("Was not there"),
        "left_late": mark("Signed off late"),
        "excused": mark("Excused"),
    },
)

ATurn = Annotated[str, Ref(to="call_turn", hidden=True, keep=W)]
ATask = Annotated[str, Ref(to="task", hidden=True, keep=W)]
ASignUp = Annotated[str, Ref(to="sign_up", hidden=True, keep=S)]
ASeries = Annotated[str, Ref(to="task_series", hidden=True, keep=W)]
Minutes = Annotated[
    int,
    Whole(
        least=5, most=DAY_MINUTES, keep=W, label=mark("How long, in minutes"), why=mark("Every hour counts the same.")
    ),
]
What = Annotated[str, Text(length_max=200, keep=W, label=mark("What is to be done?"))]
Kind = Annotated[str, Choice(of=TASK_KIND, keep=W, label=mark("What kind of task?"))]
Risk = Annotated[str, Choice(of=RISK, keep=W, label=mark("How risky is it?"))]
Due = Annotated[int, Day(keep=W, label=mark("On which day?"))]
Part = Annotated[
    str,
    Text(length_max=60, keep=W, label=mark("As what?"), why=mark("For instance: cooking, driving, keeping the list.")),
]
Places = Annotated[int, Whole(least=1, most=PLACES_MOST, keep=W, label=mark("How many people?"))]
Topic = Annotated[str, Ref(to="topic", optional=True, keep=W, label=mark("Only with this training"))]
SkillWanted = Annotated[
    str,
    Text(
        length_max=120,
        optional=True,
        keep=W,
        label=mark("Skill that helps"),
        why=mark("Members who said that they do this are shown; nobody who never wants to be asked for it."),
    ),
]
Apart = Annotated[list[str], Refs(to="member", optional=True, hidden=True, keep=W)]
DaysMost = Annotated[
    int,
    Whole(
        least=0,
        most=12,
        keep=S,
        label=mark("Days on call in four weeks, at most"),
        why=mark("Nobody is asked for more. None means: do not ask me at all."),
    ),
]
RestDays = Annotated[int, Whole(least=0, most=12, keep=S, label=mark("Days of rest between two turns, at least"))]
FreeFrom = Annotated[int, Day(optional=True, keep=S, label=mark("Not before this day"))]
Times = Annotated[
    list[str],
    Several(
        of=TIMES,
        optional=True,
        keep=S,
        label=mark("When in a week can I?"),
        why=mark("Only coordination reads this, to plan with it. It can stay empty."),
    ),
]
CallKind = Annotated[str, Choice(of=CALL_KIND, keep=W, label=mark("On call for what?"))]
FirstDay = Annotated[int, Day(keep=W, label=mark("First day"))]
LastDay = Annotated[int, Day(keep=W, label=mark("Last day"))]
AskedFirst = Annotated[
    str,
    Ref(
        to="member",
        keep=W,
        label=mark("Who is asked first?"),
        why=mark("Only those who said how often they can stand here."),
    ),
]
AskedNext = Annotated[str, Ref(to="member", optional=True, keep=W, label=mark("Who is asked next?"))]
AtOnce = Annotated[bool, Flag(keep=W, label=mark("It cannot wait"))]
HandTo = Annotated[
    str,
    Ref(
        to="member",
        optional=True,
        keep=W,
        label=mark("Whom to ask first?"),
        why=mark("Left empty, the next in order is asked: who was named for it, then whoever has the most rest left."),
    ),
]
GiveTo = Annotated[str, Ref(to="member", keep=W, label=mark("To whom?"))]


# Being on call


@dataclass(frozen=True, slots=True)
class CallLimitStated:
    """I can be on call this often, with this much rest after a turn."""

    days_most: DaysMost
    rest_days: RestDays
    free_from: FreeFrom


@dataclass(frozen=True, slots=True)
class WeeklyTimesStated:
    """These are the times of a week when I can."""

    member: Annotated[str, Ref(to="member", hidden=True, keep=S)]
    times: Times


@dataclass(frozen=True, slots=True)
class CallTurnPlanned:
    """Somebody is asked to be on call from this day to that day."""

    turn: Annotated[str, Id(keep=W)]
    kind: CallKind
    first_day: FirstDay
    last_day: LastDay
    first: AskedFirst
    backup: AskedNext
    apart: Apart


@dataclass(frozen=True, slots=True)
class CallTurnAccepted:
    """I am on call then; from now on it is with me."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class CallTurnDeclined:
    """I cannot; please ask the next one."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class HandOverAsked:
    """This turn is to be handed over; it stays where it is until somebody else accepts."""

    turn: ATurn
    at_once: AtOnce
    to: HandTo
    apart: Apart


@dataclass(frozen=True, slots=True)
class HandOverTakenBack:
    """I keep the turn after all."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class HandOverPassedOn:
    """Whoever was asked has not answered in time: the next in order is asked."""

    turn: ATurn
    asked: Annotated[str, Ref(to="member", hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class CallTurnCancelled:
    """A turn that nobody has accepted is not needed."""

    turn: ATurn


# Tasks


@dataclass(frozen=True, slots=True)
class TaskProposed:
    """This should be done."""

    task: Annotated[str, Id(keep=W)]
    words: What
    kind: Kind
    minutes: Minutes
    risk: Risk
    due: Due


@dataclass(frozen=True, slots=True)
class PlacesAdded:
    """So many people are needed for it, as this."""

    place: Annotated[str, Id(keep=W)]
    task: ATask
    part: Part
    places: Places
    topic: Topic
    skill: SkillWanted


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """Members can sign up now."""

    task: ATask


@dataclass(frozen=True, slots=True)
class SignedUp:
    """I take one of these places."""

    sign_up: Annotated[str, Id(keep=S)]
    place: Annotated[str, Ref(to="task_place", hidden=True, keep=S)]


@dataclass(frozen=True, slots=True)
class SignUpConfirmed:
    """I will be there."""

    sign_up: ASignUp


@dataclass(frozen=True, slots=True)
class SignedOff:
    """I cannot come; my place is free."""

    sign_up: ASignUp


@dataclass(frozen=True, slots=True)
class SignUpExcused:
    """It is all right that they were not there."""

    sign_up: ASignUp


@dataclass(frozen=True, slots=True)
class AttendanceStated:
    """They were there, or they were not."""

    sign_up: ASignUp
    came: Annotated[str, Choice(of=CAME, keep=S, label=mark("Were they there?"))]


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """We have begun."""

    task: ATask


@dataclass(frozen=True, slots=True)
class TaskDone:
    """It is done."""

    task: ATask


@dataclass(frozen=True, slots=True)
class TaskCancelled:
    """It does not take place."""

    task: ATask


@dataclass(frozen=True, slots=True)
class TaskTakenOver:
    """Whoever saw to it is gone; I see to it now."""

    task: ATask


@dataclass(frozen=True, slots=True)
class SeriesBegun:
    """This comes again and again."""

    series: Annotated[str, Id(keep=W)]
    words: What
    kind: Kind
    minutes: Minutes
    risk: Risk
    rhythm: Annotated[str, Choice(of=RHYTHMS, keep=W, label=mark("How does it come again?"))]
    first_on: Annotated[int, Day(keep=W, label=mark("First time on"))]
    until: Annotated[int, Day(keep=W, label=mark("Last time not after"))]
    part: Part
    places: Places
    topic: Topic


@dataclass(frozen=True, slots=True)
class SeriesEnded:
    """It does not come again; what is planned already stays."""

    series: ASeries


@dataclass(frozen=True, slots=True)
class SeriesTakenOver:
    """Whoever saw to the series is gone; I see to it now."""

    series: ASeries


# Training


@dataclass(frozen=True, slots=True)
class TopicNamed:
    """There is training in this."""

    topic: Annotated[str, Id(keep=W)]
    words: Annotated[str, Text(length_max=60, keep=W, label=mark("Training in what?"))]


@dataclass(frozen=True, slots=True)
class TrainingDone:
    """I trained this member, and it holds until this day."""

    training: Annotated[str, Id(keep=W)]
    topic: Annotated[str, Ref(to="topic", keep=W, label=mark("Training in what?"))]
    member: Annotated[str, Ref(to="member", keep=W, label=mark("Who was trained?"))]
    done_on: Annotated[int, Day(keep=W, label=mark("When?"))]
    valid_until: Annotated[int, Day(keep=W, label=mark("Holds until"))]


@dataclass(frozen=True, slots=True)
class TrainingTakenBack:
    """What I said about a training does not hold any more."""

    training: Annotated[str, Ref(to="training", hidden=True, keep=W)]


# Hours


@dataclass(frozen=True, slots=True)
class HoursGiven:
    """I give hours to whoever spent them for me; what I do not have is taken from the pool."""

    entry: Annotated[str, Id(keep=W)]
    to: GiveTo
    minutes: Minutes
    from_pool: Annotated[int, Whole(least=0, most=DAY_MINUTES, hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class HoursGifted:
    """I give hours to everybody's pool."""

    entry: Annotated[str, Id(keep=W)]
    minutes: Minutes
