"""What one can do with time and tasks: forms, lists to choose from, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.profile import resting
from nasij.areas.tasks import facts as f
from nasij.areas.tasks.calling import turn_of
from nasij.areas.tasks.hours import can_give
from nasij.areas.tasks.rules import organises, task_of
from nasij.areas.tasks.turns import days_of, limit_of
from nasij.errors import Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import TRUSTED_MEMBER, Act, act
from nasij.kit.field import Day, Ref, Refs, mark
from nasij.kit.rows import rows
from nasij.kit.who import By


@dataclass(frozen=True, slots=True)
class TimesForm:
    """How often, and when in a week."""

    days_most: f.DaysMost
    rest_days: f.RestDays
    free_from: f.FreeFrom
    times: f.Times


@dataclass(frozen=True, slots=True)
class PlanForm:
    """A turn, and who is asked."""

    kind: f.CallKind
    first_day: f.FirstDay
    last_day: f.LastDay
    first: f.AskedFirst
    backup: f.AskedNext


@dataclass(frozen=True, slots=True)
class HandOverForm:
    """Handing a turn over; no reason is asked."""

    turn: f.ATurn
    to: f.HandTo
    at_once: f.AtOnce


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task, with the first kind of places."""

    words: f.What
    kind: f.Kind
    due: f.Due
    minutes: f.Minutes
    risk: f.Risk
    part: f.Part
    places: f.Places
    topic: f.Topic
    skill: f.SkillWanted


@dataclass(frozen=True, slots=True)
class DoneForm:
    """Who was there."""

    task: f.ATask
    came: Annotated[
        list[str],
        Refs(
            to="sign_up",
            optional=True,
            keep=f.S,
            label=mark("Who was there?"),
            why=mark("Only you and they see who was not. Your own presence is said by somebody else."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class PressForm:
    """A press about one sign-up: they were there."""

    sign_up: f.ASignUp


@dataclass(frozen=True, slots=True)
class TrainingForm:
    """What a training was about, and how long it holds."""

    topic: Annotated[str, Ref(to="topic", keep=f.W, label=mark("Training in what?"))]
    member: Annotated[str, Ref(to="member", keep=f.W, label=mark("Who was trained?"))]
    valid_until: Annotated[int, Day(keep=f.W, label=mark("Holds until"))]


@dataclass(frozen=True, slots=True)
class GiveForm:
    """Hours for whoever spent them."""

    to: f.GiveTo
    minutes: f.Minutes


# What they make


def said_times(_db: Connection, by: By, form: TimesForm) -> list[Any]:
    """Say the limit to all, for it decides who is asked; the times of a week to coordination."""
    limit = f.CallLimitStated(form.days_most, form.rest_days, form.free_from)
    return [limit, f.WeeklyTimesStated(by.member, form.times)]


def planned(db: Connection, by: By, form: PlanForm) -> list[Any]:
    """Ask the first; whoever plans for themselves has said yes with it."""
    apart = sorted(resting(db, form.first_day))
    if form.first in apart:
        raise Refused(mark("They rest then."), advice=mark("Please choose somebody else."))
    turn = new_id()
    plan = f.CallTurnPlanned(turn, form.kind, form.first_day, form.last_day, form.first, form.backup, apart[:20])
    return [plan, f.CallTurnAccepted(turn)] if form.first == by.member else [plan]


def handed_over(db: Connection, by: By, form: HandOverForm) -> list[Any]:
    """Ask for somebody else, past those who rest."""
    first, _ = days_of(turn_of(db, form.turn), by.day)
    return [f.HandOverAsked(form.turn, form.at_once, form.to, sorted(resting(db, first))[:20])]


def proposed(_db: Connection, by: By, form: TaskForm) -> list[Any]:
    """Propose it with its first places, and open it, unless somebody else has to read it first."""
    task = new_id()
    facts: list[Any] = [
        f.TaskProposed(task, form.words, form.kind, form.minutes, form.risk, form.due),
        f.PlacesAdded(new_id(), task, form.part, form.places, form.topic, form.skill),
    ]
    return facts if form.risk == "high" else [*facts, f.TaskOpened(task)]


def finished(db: Connection, by: By, form: DoneForm) -> list[Any]:
    """Say of everybody else whether they were there, then that it is done."""
    found = rows(
        db,
        "select sign_up from sign_up where task = ? and member <> ? and state in ('in', 'confirmed') order by sign_up",
        form.task,
        by.member,
    )
    said = [f.AttendanceStated(row["sign_up"], "came" if row["sign_up"] in form.came else "no_show") for row in found]
    return [*said, f.TaskDone(form.task)]


def was_there(_db: Connection, _by: By, form: PressForm) -> list[Any]:
    """Say of one person that they were there."""
    return [f.AttendanceStated(form.sign_up, "came")]


def trained(_db: Connection, by: By, form: TrainingForm) -> list[Any]:
    """Say it in their name, as of today."""
    return [f.TrainingDone(new_id(), form.topic, form.member, by.day, form.valid_until)]


def given(db: Connection, by: By, form: GiveForm) -> list[Any]:
    """Give what one has; the pool is asked for what is missing."""
    return [f.HoursGiven(new_id(), form.to, form.minutes, max(0, form.minutes - can_give(db, by.member)))]


# Lists to choose from, and what forms start with


def on_the_list(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who said that they can be on call."""
    found = {row["member"] for row in rows(db, "select member from call_limit where days_most > 0 and closed_on = 0")}
    return who.by_name(db, found & who.members(db, ("trusted",)))


def others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the other trusted members."""
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def topics(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return what there is training in."""
    return [(row["topic"], row["words"]) for row in rows(db, "select topic, words from topic order by words, topic")]


def who_signed_up(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the sign-ups of tasks that I see to and whose day has come."""
    found = rows(
        db,
        "select sign_up.*, task.due from sign_up join task using (task) where sign_up.state in ('in', 'confirmed')"
        " and task.closed_on = 0 and due <= ? and member <> ? order by sign_up",
        by.day,
        by.member,
    )
    names = dict(who.by_name(db, {row["member"] for row in found}))
    return [(row["sign_up"], names[row["member"]]) for row in found if organises(db, by, task_of(db, row["task"]))]


def start_times(db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what was said before."""
    found = rows(db, "select times from weekly_times where member = ? and closed_on = 0", by.member)
    limit = limit_of(db, by.member)
    said = {name: limit[name] for name in ("days_most", "rest_days", "free_from")}
    return said | {"times": found[0]["times"].split() if found else []}


def start_plan(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the coming week."""
    return {"kind": "alarm", "first_day": by.day + 1, "last_day": by.day + 7}


def start_task(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what is usual."""
    return {"kind": "support", "risk": "none", "minutes": 60, "places": 1, "due": by.day + 3}


def start_series(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what is usual."""
    usual = {"kind": "support", "risk": "none", "rhythm": "weekly", "minutes": 60, "places": 1}
    return usual | {"first_on": by.day + 1, "until": by.day + 180}


def start_done(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with everybody having been there."""
    found = rows(db, "select sign_up from sign_up where task = ? and state in ('in', 'confirmed')", params["task"])
    return {"came": [row["sign_up"] for row in found]}


def start_training(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with a year."""
    return {"valid_until": by.day + 365}


_AT = "/tasks/{task}"
_TURN = "/tasks/turn/{turn}"
_UP = "/tasks/sign-up/{sign_up}"
_SERIES = "/tasks/series/{series}"
_CALLS, _HOURS, _SKILLS = "/tasks/calls", "/tasks/hours", "/tasks/skills"


def _press(path: str, form: type, then: str, title: str, **rest: Any) -> Act:
    """Return an act of one press: its title stands on its button too."""
    return act(path, form, then=then, title=title, press=title, by=TRUSTED_MEMBER, **rest)


_STAYS = mark("It stays with whoever has it until somebody else accepts. Nobody is asked for a reason.")

ACTS = (
    _press(
        "/tasks/calls/times",
        TimesForm,
        _CALLS,
        mark("Say when and how often I can"),
        make=said_times,
        prefill=start_times,
        why=mark("Everybody sees how often, so that nobody is asked for more."),
    ),
    _press(
        "/tasks/calls/plan",
        PlanForm,
        _CALLS,
        mark("Plan a turn on call"),
        make=planned,
        prefill=start_plan,
        options={"first": on_the_list, "backup": on_the_list},
        why=mark("Everybody sees who is on call. It counts when the person accepts."),
    ),
    _press(_TURN + "/accept", f.CallTurnAccepted, _CALLS, mark("Accept this turn")),
    _press(_TURN + "/decline", f.CallTurnDeclined, _CALLS, mark("I cannot; ask the next")),
    _press(
        _TURN + "/hand-over",
        HandOverForm,
        _CALLS,
        mark("Hand this turn over"),
        make=handed_over,
        options={"to": on_the_list},
        why=_STAYS,
    ),
    _press(_TURN + "/keep", f.HandOverTakenBack, _CALLS, mark("Keep this turn after all")),
    _press(_TURN + "/cancel", f.CallTurnCancelled, _CALLS, mark("Cancel this turn"), grave=True),
    _press(
        "/tasks/new",
        TaskForm,
        "/tasks",
        mark("Propose a task"),
        make=proposed,
        prefill=start_task,
        options={"topic": topics},
        why=mark("Trusted members see it and who signs up. No names of people who are helped, please."),
    ),
    _press(
        _AT + "/places",
        f.PlacesAdded,
        _AT,
        mark("Add places"),
        prefill=lambda *_: {"places": 1},
        options={"topic": topics},
    ),
    _press(_AT + "/open", f.TaskOpened, _AT, mark("Open it for sign-ups")),
    _press("/tasks/place/{place}/take", f.SignedUp, "/tasks", mark("Take a place")),
    _press(_UP + "/confirm", f.SignUpConfirmed, "/tasks", mark("Confirm that I come")),
    _press(
        _UP + "/off",
        f.SignedOff,
        "/tasks",
        mark("Sign off"),
        why=mark("Nobody is asked for a reason. The place is free again."),
    ),
    _press(_UP + "/excuse", f.SignUpExcused, "/tasks", mark("It is all right")),
    _press(_UP + "/came", PressForm, "/tasks", mark("They were there"), make=was_there),
    _press(_AT + "/start", f.TaskStarted, _AT, mark("We have begun")),
    _press(
        _AT + "/done",
        DoneForm,
        _AT,
        mark("It is done"),
        make=finished,
        prefill=start_done,
        options={"came": who_signed_up},
        why=mark("Whoever was there gets the hours, the same for every kind of task."),
    ),
    _press(_AT + "/cancel", f.TaskCancelled, _AT, mark("Cancel this task"), grave=True),
    _press(_AT + "/take-over", f.TaskTakenOver, _AT, mark("See to this task")),
    _press(
        "/tasks/series/new",
        f.SeriesBegun,
        "/tasks",
        mark("Begin a series"),
        prefill=start_series,
        options={"topic": topics},
        why=mark("Each time opens by itself two weeks before."),
    ),
    _press(_SERIES + "/end", f.SeriesEnded, _SERIES, mark("End this series"), grave=True),
    _press(_SERIES + "/take-over", f.SeriesTakenOver, _SERIES, mark("See to this series")),
    _press("/tasks/skills/topic", f.TopicNamed, _SKILLS, mark("Name a training")),
    _press(
        "/tasks/skills/trained",
        TrainingForm,
        _SKILLS,
        mark("Put a training down"),
        make=trained,
        prefill=start_training,
        options={"topic": topics, "member": others},
        why=mark("Whoever gave it says it, in the name of whoever was trained. Trusted members see it."),
    ),
    _press("/tasks/training/{training}/drop", f.TrainingTakenBack, _SKILLS, mark("Take this back")),
    _press(
        "/tasks/hours/give",
        GiveForm,
        _HOURS,
        mark("Give hours"),
        make=given,
        options={"to": others},
        why=mark("For time that somebody spent for you. It counts at once, and it stops at the limits."),
    ),
    _press(
        "/tasks/hours/gift",
        f.HoursGifted,
        _HOURS,
        mark("Give hours to the pool"),
        why=mark("The pool gives them to whoever needs more than they have."),
    ),
)
