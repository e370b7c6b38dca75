"""The pages of time and tasks: tasks, turns on call, skills and training, hours.

Who signed up is shown to trusted members, who have to find each other. Whether somebody was not there is shown to them and to
whoever sees to the task. What somebody carries is shown as the rest that is left, by name and never in an order of it.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.profile import resting, who_does
from nasij.areas.tasks import facts as f
from nasij.areas.tasks import hours
from nasij.areas.tasks.calling import coordinates, is_asking, turn_of
from nasij.areas.tasks.rules import TAKES_A_PLACE, organises, taken, task_of, trained
from nasij.areas.tasks.turns import (
    HELD,
    busy_days,
    days_left,
    days_of,
    hindrance,
    limit_of,
    on_call,
    rest_between,
    uncovered,
)
from nasij.kit import turns, who
from nasij.kit.page import Page
from nasij.kit.recurrence import RHYTHMS
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

AHEAD = 14
LABELS = {
    "call_kinds": f.CALL_KIND,
    "task_kinds": f.TASK_KIND,
    "risks": f.RISK,
    "rhythms": RHYTHMS,
    "call_steps": f.CALL_STEPS,
    "task_steps": f.TASK_STEPS,
    "sign_up_steps": f.SIGN_UP_STEPS,
}


# Tasks


def places_of(db: Connection, task: str) -> list[dict[str, Any]]:
    """Return the places of a task with how many of each are taken."""
    found = rows(
        db,
        "select task_place.*, coalesce(topic.words, '') as topic_words from task_place left join topic using (topic)"
        " where task = ? order by part, place",
        task,
    )
    return [row | {"taken": taken(db, row["place"])} for row in found]


def _with_places(db: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in found:
        places = places_of(db, row["task"])
        row["free"] = sum(max(0, place["places"] - place["taken"]) for place in places)
    return found


def my_sign_ups(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return what I am signed up for and is not over."""
    return rows(
        db,
        "select sign_up.*, part, task.words, task.due, task.state as task_state from sign_up join task using (task)"
        " join task_place using (place) where sign_up.member = ? and sign_up.state in ('in', 'confirmed')"
        " and task.closed_on = 0 order by due, sign_up",
        by.member,
    )


def my_tasks(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the tasks that I see to and that are not over."""
    return rows(db, "select * from task where organiser = ? and closed_on = 0 order by due, task", by.member)


def list_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show what is to be done, what I signed up for, and what comes again."""
    found = rows(db, "select * from task where closed_on = 0 order by due, task limit ? offset ?", *turns.span(number))
    [shown], ways = turns.shown("/tasks", number, _with_places(db, found))
    series = rows(db, "select * from task_series where closed_on = 0 order by words, series")
    over = rows(db, "select * from task where closed_on >= ? order by closed_on desc, task limit 10", by.day - AHEAD)
    mine = {"mine": my_sign_ups(db, by), "calls": on_call(db, by.day)}
    return Page("tasks/list.html", {"tasks": shown, "series": series, "over": over, **mine, **ways, **LABELS})


def task_page(db: Connection, by: By, task: str) -> Page:
    """Show one task, its places and who is signed up."""
    row = task_of(db, task)
    mine = organises(db, by, row)
    signed = rows(
        db,
        "select sign_up.*, part from sign_up join task_place using (place) where sign_up.task = ? order by part, sign_up",
        task,
    )
    was_there = any(one["member"] == by.member and one["state"] == "came" for one in signed)
    for one in signed:
        # Who was not there, or signed off late, is theirs and the organiser's.
        one["hidden"] = one["state"] not in ("in", "confirmed", "came") and not mine and one["member"] != by.member
        one["may_attest"] = one["member"] != by.member and (mine or was_there or "cases" in by.roles)
    places = places_of(db, task)
    for place in places:
        place["trained"] = not place["topic"] or trained(db, by.member, place["topic"], row["due"])
        place["able"] = _able(db, by, place["skill"], {one["member"] for one in signed})
    in_it = rows(
        db, f"select 1 from sign_up where task = ? and member = ? and state in {TAKES_A_PLACE}", task, by.member
    )
    values = {"task": row, "places": places, "signed": signed, "organises": mine, "in_it": bool(in_it)}
    values |= {"gone": row["organiser"] not in who.members(db), "today": by.day, "coordinates": "cases" in by.roles}
    return Page("tasks/task.html", values | LABELS)


def _able(db: Connection, by: By, skill: str, signed: set[str]) -> list[str]:
    """Return who does what a place asks for, does not rest, and is not signed up; in an order that says nothing."""
    if not skill:
        return []
    return sorted({row["member"] for row in who_does(db, skill)} - resting(db, by.day) - signed)


def series_page(db: Connection, by: By, series: str) -> Page:
    """Show a series and what of it comes up."""
    row = fields(db, "task_series", "series", series)
    found = rows(db, "select * from task where series = ? and closed_on = 0 order by due", series)
    values = {"series": row, "tasks": _with_places(db, found), "organises": organises(db, by, row)}
    values |= {"gone": row["organiser"] not in who.members(db), "coordinates": "cases" in by.roles}
    return Page("tasks/series.html", values | LABELS)


# On call


def live_turns(db: Connection) -> list[dict[str, Any]]:
    """Return the turns that are planned or that somebody has."""
    return rows(
        db, "select * from call_turn where state in ('planned', 'accepted', 'on') order by first_day, kind, turn"
    )


def my_rest(db: Connection, member: str, day: int) -> dict[str, Any]:
    """Return what is left of somebody's own limit in these four weeks, and until when they rest after the last turn."""
    limit = limit_of(db, member)
    past = [one for one in busy_days(db, member, day) if one < day]
    until = max(past, default=0) + rest_between(db, limit) if past else 0
    return {**limit, "left": days_left(db, member, day, day), "rest_until": until if until >= day else 0}


def calls_page(db: Connection, by: By) -> Page:
    """Show who is on call now and next, what nobody has taken, and my own rest."""
    listed = rows(db, "select member from call_limit where days_most > 0 and closed_on = 0")
    able = who.by_name(db, {row["member"] for row in listed} & who.members(db))
    plans = coordinates(db, by)
    times = {row["member"]: row["times"].split() for row in rows(db, "select * from weekly_times where closed_on = 0")}
    values: dict[str, Any] = {
        "now": {kind: on_call(db, by.day, kind) for kind in f.CALL_KIND.labels},
        "turns": live_turns(db),
        "uncovered": uncovered(db, by.day, AHEAD),
        "mine": my_rest(db, by.member, by.day),
        "plans": plans,
        "people": [
            my_rest(db, member, by.day) | {"times": times.get(member, []) if "cases" in by.roles else []}
            for member, _ in able
        ]
        if plans
        else [],
        "times": f.TIMES,
        "me_listed": any(row["member"] == by.member for row in listed),
    }
    return Page("tasks/calls.html", values | LABELS)


def turn_page(db: Connection, by: By, turn: str) -> Page:
    """Show one turn: who has it, who is asked, and what I can do about it."""
    row = turn_of(db, turn)
    first, last = days_of(row, by.day)
    asking = is_asking(row)
    mine = asking and row["asked"] in ("", by.member) and row["member"] != by.member
    values = {
        "turn": row,
        "asking": asking,
        "can_answer": mine,
        "hindrance": hindrance(db, by.member, first, last, by.day, without=turn) if mine else "",
        "held": row["state"] in HELD,
        "plans": coordinates(db, by),
        "over": row["state"] == "on" and row["last_day"] < by.day,
    }
    return Page("tasks/turn.html", values | LABELS)


# Skills, training and hours


def skills_page(db: Connection, by: By) -> Page:
    """Show who does and teaches what, and the trainings."""
    never = {(row["member"], row["words"]) for row in rows(db, "select * from skill where level = 'never'")}
    here = who.members(db)
    skills = [
        row
        for row in rows(
            db, "select * from skill where level <> 'never' and closed_on = 0 order by words, skill limit 200"
        )
        if row["member"] in here and (row["member"], row["words"]) not in never
    ]
    trainings = rows(
        db,
        "select training.*, topic.words from training join topic using (topic) where training.closed_on = 0"
        " order by topic.words, training.training limit 200",
    )
    topics = rows(db, "select * from topic order by words, topic")
    values = {"skills": skills, "trainings": trainings, "topics": topics, "coordinates": "cases" in by.roles}
    return Page("tasks/skills.html", values)


def hours_page(db: Connection, by: By) -> Page:
    """Show my account and the pool's; nobody else's."""
    entries = rows(
        db,
        "select * from hours_entry where from_account = ? or to_account = ? order by day desc, entry limit 50",
        by.member,
        by.member,
    )
    values = {
        "balance": hours.balance(db, by.member),
        "limit": hours.limit(db),
        "pool": hours.balance(db, hours.POOL),
        "entries": entries,
        "pool_name": hours.POOL,
    }
    return Page("tasks/hours.html", values)
