"""When something may be said about tasks, sign-ups, series and training."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.tasks.calling import NOT_YOURS, TWICE, coordinates
from nasij.areas.tasks.facts import (
    SIGN_UP_STEPS,
    TASK_STEPS,
    AttendanceStated,
    PlacesAdded,
    SeriesBegun,
    SeriesEnded,
    SeriesTakenOver,
    SignedOff,
    SignedUp,
    SignUpConfirmed,
    SignUpExcused,
    TaskCancelled,
    TaskDone,
    TaskOpened,
    TaskProposed,
    TaskStarted,
    TaskTakenOver,
    TopicNamed,
    TrainingDone,
    TrainingTakenBack,
)
from nasij.errors import Malformed, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

KINDS_OF_PLACES_MOST = 12
BACK_DAYS = 7  # work that was done already can still be put down
AHEAD_DAYS = 366
SERIES_DAYS_MOST = 731
TOPICS_MOST = 40
TAKES_A_PLACE = "('in', 'confirmed', 'came', 'no_show')"


def task_of(db: Connection, task: str) -> dict[str, Any]:
    """Return a task."""
    return fields(db, "task", "task", task)


def _new(db: Connection, table: str, key: str, value: str) -> None:
    if rows(db, f"select 1 from {table} where {key} = ?", value):
        raise Refused(TWICE)


def organises(db: Connection, by: By, row: dict[str, Any]) -> bool:
    """Say whether somebody sees to a task or series: whoever it stands with; coordination where that person is gone."""
    return by.member == row["organiser"] or (not who.is_there(db, row["organiser"]) and coordinates(db, by))


def _organised(db: Connection, by: By, task: str) -> dict[str, Any]:
    row = task_of(db, task)
    if not organises(db, by, row):
        raise Refused(mark("Only whoever sees to this task can do that."))
    return row


def _in_reach(by: By, day: int, field: str, back: int = BACK_DAYS) -> None:
    if not by.day - back <= day <= by.day + AHEAD_DAYS:
        raise Malformed(mark("This day is too far away. Please choose another."), field=field)


def _topic_is_there(db: Connection, topic: str) -> None:
    if topic:
        fields(db, "topic", "topic", topic)


# Tasks


def may_propose(db: Connection, by: By, fact: TaskProposed) -> None:
    """Propose what is to come, or put down what was done in the last days."""
    _new(db, "task", "task", fact.task)
    _in_reach(by, fact.due, "due")


def may_add_places(db: Connection, by: By, fact: PlacesAdded) -> None:
    """Add places until it begins."""
    _new(db, "task_place", "place", fact.place)
    if _organised(db, by, fact.task)["state"] not in ("proposed", "open", "filled"):
        raise Refused(mark("Places are added before a task begins."))
    _topic_is_there(db, fact.topic)
    if len(rows(db, "select 1 from task_place where task = ?", fact.task)) >= KINDS_OF_PLACES_MOST:
        raise Refused(mark("There is room for %(most)d kinds of places here."), most=KINDS_OF_PLACES_MOST)


def may_open(db: Connection, by: By, fact: TaskOpened) -> None:
    """Open what has places; what is very risky is opened by a second person."""
    TASK_STEPS.may(db, fact.task, fact)
    row = task_of(db, fact.task)
    if not rows(db, "select 1 from task_place where task = ?", fact.task):
        raise Refused(mark("First say how many people are needed, and as what."))
    if row["risk"] == "high":
        if by.member == row["organiser"]:
            raise Refused(mark("The risk is high: somebody else reads it and opens it."))
        return
    _organised(db, by, fact.task)


def trained(db: Connection, member: str, topic: str, day: int) -> bool:
    """Say whether a training of somebody holds on a day."""
    return bool(
        rows(
            db,
            "select 1 from training where member = ? and topic = ? and closed_on = 0 and done_on <= ? and valid_until >= ?",
            member,
            topic,
            day,
            day,
        )
    )


def taken(db: Connection, place: str) -> int:
    """Return how many of its places are taken."""
    found = db.execute(f"select count(*) from sign_up where place = ? and state in {TAKES_A_PLACE}", (place,))
    return int(found.fetchone()[0])


def may_sign_up(db: Connection, by: By, fact: SignedUp) -> None:
    """Take a free place, once a task, with the training it asks for."""
    _new(db, "sign_up", "sign_up", fact.sign_up)
    place = fields(db, "task_place", "place", fact.place)
    row = task_of(db, place["task"])
    if row["state"] == "filled" or (row["state"] == "open" and taken(db, fact.place) >= place["places"]):
        raise Refused(mark("All these places are taken."), advice=mark("Another task may have places free."))
    if row["state"] != "open":
        raise Refused(mark("One cannot sign up for this now."))
    if rows(
        db, f"select 1 from sign_up where task = ? and member = ? and state in {TAKES_A_PLACE}", row["task"], by.member
    ):
        raise Refused(mark("You are signed up for this already."))
    if place["topic"] and not trained(db, by.member, place["topic"], row["due"]):
        raise Refused(
            mark("This place needs a training that holds on that day."), advice=mark("Whoever trained you says so.")
        )


def sign_up_of(db: Connection, sign_up: str) -> dict[str, Any]:
    """Return a sign-up."""
    return fields(db, "sign_up", "sign_up", sign_up)


def may_confirm(db: Connection, by: By, fact: SignUpConfirmed) -> None:
    """Confirm for oneself, of a task that is still to be."""
    SIGN_UP_STEPS.may(db, fact.sign_up, fact)
    row = sign_up_of(db, fact.sign_up)
    if row["member"] != by.member:
        raise Refused(NOT_YOURS)
    if row["closed_on"]:
        raise Refused(mark("This task is over."))


def may_sign_off(db: Connection, by: By, fact: SignedOff) -> None:
    """Sign off for oneself until it begins; no reason is needed."""
    SIGN_UP_STEPS.may(db, fact.sign_up, fact)
    row = sign_up_of(db, fact.sign_up)
    if row["member"] != by.member:
        raise Refused(NOT_YOURS)
    if task_of(db, row["task"])["state"] not in ("open", "filled"):
        raise Refused(mark("This task has begun or is over."))


def may_excuse(db: Connection, by: By, fact: SignUpExcused) -> None:
    """Let whoever sees to the task excuse somebody else."""
    SIGN_UP_STEPS.may(db, fact.sign_up, fact)
    row = sign_up_of(db, fact.sign_up)
    _organised(db, by, row["task"])
    if row["member"] == by.member:
        raise Refused(NOT_YOURS)


def may_attend(db: Connection, by: By, fact: AttendanceStated) -> None:
    """Let others say who was there: whoever sees to the task, somebody who was there too, or coordination. Never oneself."""
    row = sign_up_of(db, fact.sign_up)
    SIGN_UP_STEPS.after(row["state"], f"AttendanceStated/{fact.came}")
    task = task_of(db, row["task"])
    if row["member"] == by.member:
        raise Refused(mark("Somebody else says that you were there."))
    was_there = rows(
        db, "select 1 from sign_up where task = ? and member = ? and state = 'came'", row["task"], by.member
    )
    if not (was_there or organises(db, by, task) or "cases" in by.roles):
        raise Refused(NOT_YOURS)
    if task["state"] not in ("open", "filled", "underway", "done") or task["due"] > by.day:
        raise Refused(mark("This is said once the day has come."))


def _under_way(db: Connection, by: By, fact: TaskStarted | TaskDone) -> None:
    TASK_STEPS.may(db, fact.task, fact)
    row = _organised(db, by, fact.task)
    if row["due"] > by.day:
        raise Refused(mark("This is said once the day has come."))
    if not rows(db, f"select 1 from sign_up where task = ? and state in {TAKES_A_PLACE}", fact.task):
        raise Refused(mark("Nobody is signed up for it."))


def may_start(db: Connection, by: By, fact: TaskStarted) -> None:
    """Begin on the day, with somebody there."""
    _under_way(db, by, fact)


def may_finish(db: Connection, by: By, fact: TaskDone) -> None:
    """Finish on the day or after it, with somebody who was there."""
    _under_way(db, by, fact)


def may_cancel(db: Connection, by: By, fact: TaskCancelled) -> None:
    """Let whoever sees to it cancel it, or coordination."""
    TASK_STEPS.may(db, fact.task, fact)
    if "cases" not in by.roles:
        _organised(db, by, fact.task)


def may_take_over(db: Connection, by: By, fact: TaskTakenOver | SeriesTakenOver) -> None:
    """Take on what stands with somebody who is no longer here."""
    table, key = ("task", fact.task) if isinstance(fact, TaskTakenOver) else ("task_series", fact.series)
    row = fields(db, table, "task" if table == "task" else "series", key)
    if row["closed_on"] or who.is_there(db, row["organiser"]):
        raise Refused(mark("Somebody sees to this."))


# Series


def may_begin_series(db: Connection, by: By, fact: SeriesBegun) -> None:
    """Begin a series of bounded length; what is very risky is looked at each time anew."""
    _new(db, "task_series", "series", fact.series)
    _in_reach(by, fact.first_on, "first_on", back=0)
    if not fact.first_on <= fact.until <= fact.first_on + SERIES_DAYS_MOST:
        raise Malformed(mark("A series ends after its first day and within two years."), field="until")
    if fact.risk == "high":
        raise Malformed(mark("What is very risky is proposed each time anew."), field="risk")
    _topic_is_there(db, fact.topic)


def may_end_series(db: Connection, by: By, fact: SeriesEnded) -> None:
    """Let whoever sees to it end it, or coordination."""
    row = fields(db, "task_series", "series", fact.series)
    if row["closed_on"]:
        raise Refused(TWICE)
    if "cases" not in by.roles and not organises(db, by, row):
        raise Refused(NOT_YOURS)


# Training


def may_name_topic(db: Connection, _by: By, fact: TopicNamed) -> None:
    """Name a topic, up to a number that can still be read."""
    _new(db, "topic", "topic", fact.topic)
    if len(rows(db, "select 1 from topic")) >= TOPICS_MOST:
        raise Refused(mark("There is room for %(most)d topics here."), most=TOPICS_MOST)


def may_train(db: Connection, by: By, fact: TrainingDone) -> None:
    """Say it of somebody else, of a day that was; nobody attests their own training."""
    _new(db, "training", "training", fact.training)
    fields(db, "topic", "topic", fact.topic)
    if fact.member == by.member:
        raise Malformed(mark("Please choose somebody else."), field="member")
    if not who.is_there(db, fact.member):
        raise Malformed(mark("Please choose somebody who is here."), field="member")
    if fact.done_on > by.day + 1:
        raise Malformed(mark("A training is put down once it was."), field="done_on")
    if not max(fact.done_on, by.day - 1) < fact.valid_until <= fact.done_on + 3 * AHEAD_DAYS:
        raise Malformed(mark("It holds for three years at most."), field="valid_until")


def may_take_training_back(db: Connection, by: By, fact: TrainingTakenBack) -> None:
    """Let whoever said it take it back, or coordination."""
    row = fields(db, "training", "training", fact.training)
    if by.member != row["by_member"] and "cases" not in by.roles:
        raise Refused(NOT_YOURS)
