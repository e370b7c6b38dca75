"""What is said about tasks, sign-ups, series and training changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.tasks import calling, hours
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
from nasij.areas.tasks.rules import sign_up_of, taken, task_of
from nasij.ids import numbered_id
from nasij.kit import who
from nasij.kit.recurrence import days_between
from nasij.kit.rows import fields, insert, rows
from nasij.kit.who import By

SHOWN_AHEAD = 14  # days before it that a task of a series can be signed up for
LATE_DAYS = 1  # from the day before on, signing off is late
OVERDUE_DAYS = 14  # after its day a task that nobody finished did not happen


def _move(db: Connection, task: str, state: str, day: int) -> None:
    db.execute("update task set state = ?, moved_on = ? where task = ?", (state, day, task))


def _close(db: Connection, task: str, day: int) -> None:
    for table in ("task", "task_place", "sign_up"):
        db.execute(f"update {table} set closed_on = ? where task = ? and closed_on = 0", (day, task))


def fold_proposed(db: Connection, by: By, fact: TaskProposed) -> None:
    """Write it down."""
    row = {name: getattr(fact, name) for name in TaskProposed.__slots__}
    more = {"organiser": by.member, "state": "proposed", "moved_on": by.day, "audience": by.audience}
    insert(db, "task", row | more)


def fold_places(db: Connection, by: By, fact: PlacesAdded) -> None:
    """Make room; what was filled has places free again."""
    insert(db, "task_place", {name: getattr(fact, name) for name in PlacesAdded.__slots__} | {"audience": by.audience})
    if task_of(db, fact.task)["state"] == "filled":
        TASK_STEPS.move(db, fact.task, fact)


def fold_opened(db: Connection, by: By, fact: TaskOpened) -> None:
    """Let members sign up."""
    _move(db, fact.task, TASK_STEPS.may(db, fact.task, fact), by.day)
    db.execute("update task set opened_by = ? where task = ?", (by.member, fact.task))


def _is_full(db: Connection, task: str) -> bool:
    places = rows(db, "select place, places from task_place where task = ?", task)
    return all(taken(db, row["place"]) >= row["places"] for row in places)


def fold_signed_up(db: Connection, by: By, fact: SignedUp) -> None:
    """Give them the place; with the last one everybody is found."""
    task = fields(db, "task_place", "place", fact.place)["task"]
    row = {"sign_up": fact.sign_up, "task": task, "place": fact.place, "member": by.member, "state": "in"}
    insert(db, "sign_up", row | {"signed_on": by.day, "audience": by.audience})
    if _is_full(db, task):
        _move(db, task, TASK_STEPS.after("open", "SignedUp"), by.day)


def fold_confirmed(db: Connection, _by: By, fact: SignUpConfirmed | SignUpExcused) -> None:
    """Move it."""
    SIGN_UP_STEPS.move(db, fact.sign_up, fact)


def fold_signed_off(db: Connection, by: By, fact: SignedOff) -> None:
    """Free the place. Early enough it leaves no trace; late it stays until it is excused or forgotten."""
    row = sign_up_of(db, fact.sign_up)
    task = task_of(db, row["task"])
    if task["due"] - by.day > LATE_DAYS:
        db.execute("delete from sign_up where sign_up = ?", (fact.sign_up,))
    else:
        SIGN_UP_STEPS.move(db, fact.sign_up, fact)
    if task["state"] == "filled":
        _move(db, row["task"], TASK_STEPS.after("filled", "SignedOff"), by.day)


def fold_attended(db: Connection, by: By, fact: AttendanceStated) -> None:
    """Write it down; whoever was there gets the hours of the task, which are the same for every kind of task."""
    row = sign_up_of(db, fact.sign_up)
    state = SIGN_UP_STEPS.after(row["state"], f"AttendanceStated/{fact.came}")
    db.execute("update sign_up set state = ? where sign_up = ?", (state, fact.sign_up))
    task = task_of(db, row["task"])
    if state == "came" and who.is_there(db, row["member"]):
        hours.credit(db, by.day, fact.sign_up, row["member"], task["minutes"], row["task"])


def fold_moved(db: Connection, by: By, fact: TaskStarted) -> None:
    """Begin."""
    _move(db, fact.task, TASK_STEPS.may(db, fact.task, fact), by.day)


def fold_over(db: Connection, by: By, fact: TaskDone | TaskCancelled) -> None:
    """End it."""
    _move(db, fact.task, TASK_STEPS.may(db, fact.task, fact), by.day)
    _close(db, fact.task, by.day)


def fold_taken_over(db: Connection, by: By, fact: TaskTakenOver) -> None:
    """Let it stand with them."""
    db.execute("update task set organiser = ? where task = ?", (by.member, fact.task))


# Series


def fold_series(db: Connection, by: By, fact: SeriesBegun) -> None:
    """Begin it, and show what comes in the next days."""
    row: dict[str, Any] = {name: getattr(fact, name) for name in SeriesBegun.__slots__}
    insert(db, "task_series", row | {"organiser": by.member, "audience": by.audience})
    _show_ahead(db, fields(db, "task_series", "series", fact.series), by.day)


def _show_ahead(db: Connection, series: dict[str, Any], day: int) -> None:
    """Open the tasks of a series that come up: each has the same id in every room."""
    days = days_between(series["rhythm"], series["first_on"], series["until"], day, day + SHOWN_AHEAD)
    for due in days:
        task = numbered_id(series["series"], due)
        if rows(db, "select 1 from task where task = ?", task):
            continue
        shared = {
            name: series[name] for name in ("series", "organiser", "words", "kind", "risk", "minutes", "audience")
        }
        insert(db, "task", shared | {"task": task, "due": due, "state": "open", "moved_on": day})
        place = {name: series[name] for name in ("part", "topic", "places", "audience")}
        insert(db, "task_place", place | {"place": numbered_id(task, 0), "task": task})


def fold_series_ended(db: Connection, by: By, fact: SeriesEnded) -> None:
    """Show nothing more of it."""
    db.execute("update task_series set closed_on = ? where series = ?", (by.day, fact.series))


def fold_series_taken_over(db: Connection, by: By, fact: SeriesTakenOver) -> None:
    """Let it, and what is planned of it, stand with them."""
    was = fields(db, "task_series", "series", fact.series)["organiser"]
    db.execute("update task_series set organiser = ? where series = ?", (by.member, fact.series))
    db.execute(
        "update task set organiser = ? where series = ? and organiser = ? and closed_on = 0",
        (by.member, fact.series, was),
    )


# Training


def fold_topic(db: Connection, by: By, fact: TopicNamed) -> None:
    """Write it down."""
    insert(db, "topic", {"topic": fact.topic, "words": fact.words, "audience": by.audience})


def fold_trained(db: Connection, by: By, fact: TrainingDone) -> None:
    """Write it down in their name."""
    row = {name: getattr(fact, name) for name in TrainingDone.__slots__}
    insert(db, "training", row | {"by_member": by.member, "audience": by.audience})


def fold_training_taken_back(db: Connection, _by: By, fact: TrainingTakenBack) -> None:
    """Forget it."""
    db.execute("delete from training where training = ?", (fact.training,))


# What a day does


def passing(db: Connection, day: int) -> None:
    """Begin and end turns, show what comes up, end what did not happen, let go of what is over and who is gone."""
    calling.passing(db, day)
    hours.passing(db, day)
    for series in rows(db, "select * from task_series where closed_on = 0 order by series"):
        _show_ahead(db, series, day)
        if series["until"] < day:
            db.execute("update task_series set closed_on = ? where series = ?", (day, series["series"]))
    _free_places(db, day)
    for row in rows(db, "select * from task where closed_on = 0 order by task"):
        nobody = not rows(
            db, "select 1 from sign_up where task = ? and state in ('in', 'confirmed', 'came')", row["task"]
        )
        since = max(row["due"], row["moved_on"])  # what is put down afterwards has its time too
        if since < day - (1 if nobody else OVERDUE_DAYS):
            state = TASK_STEPS.after(row["state"], "passing/missed" if row["state"] == "filled" else "passing")
            _move(db, row["task"], state, day)
            _close(db, row["task"], day)
    gone = "(select member from member where standing in ('left', 'removed'))"
    db.execute(
        f"update training set closed_on = ? where closed_on = 0 and (valid_until < ? or member in {gone})", (day, day)
    )


def _free_places(db: Connection, day: int) -> None:
    """Free the places of whoever is no longer here."""
    here = who.members(db)
    for row in rows(db, "select * from sign_up where state in ('in', 'confirmed') and closed_on = 0 order by sign_up"):
        if row["member"] in here:
            continue
        db.execute("delete from sign_up where sign_up = ?", (row["sign_up"],))
        if task_of(db, row["task"])["state"] == "filled":
            _move(db, row["task"], TASK_STEPS.after("filled", "passing/open"), day)
