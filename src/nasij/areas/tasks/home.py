"""What the home page says about turns, tasks and sign-ups; and what a room that is awake says by itself."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.tasks.calling import coordinates, is_asking
from nasij.areas.tasks.facts import HandOverPassedOn
from nasij.areas.tasks.pages import live_turns, my_sign_ups, my_tasks
from nasij.areas.tasks.turns import is_silent, uncovered
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

SOON = 1  # days before a task that one is asked to confirm


def _turn(row: dict[str, Any], harm: int, text: str) -> Item:
    return Item(harm, text, f"/tasks/turn/{row['turn']}", {"code": code(row["turn"]), "day": row["first_day"]})


def _task(row: dict[str, Any], harm: int, text: str) -> Item:
    return Item(harm, text, f"/tasks/{row['task']}", {"code": code(row["task"]), "day": row["due"]})


def urgent(db: Connection, by: By) -> list[Item]:
    """Return, to whoever plans, that a turn is being handed over and nobody is left to ask, or that nobody is on call today."""
    if not by.trusted or not coordinates(db, by):
        return []
    live = live_turns(db)
    stuck = [row for row in live if is_asking(row) and not row["asked"] and row["first_day"] <= by.day + 1]
    items = [_turn(row, 0, mark("Nobody is left to ask for turn %(code)s on call")) for row in stuck]
    over = [row for row in live if row["state"] == "on" and row["last_day"] < by.day and row not in stuck]
    items += [_turn(row, 0, mark("The days of turn %(code)s on call are over, and nobody follows")) for row in over]
    planned = rows(db, "select 1 from call_turn where kind = 'alarm' limit 1")
    if planned and not stuck and by.day in uncovered(db, by.day, 1):
        items.append(Item(0, mark("Nobody is on call today"), "/tasks/calls"))
    return items


def waiting(db: Connection, by: By) -> list[Item]:
    """Return turns that wait for my answer, what I should confirm, and tasks of mine whose day has come."""
    items = [_asked(row) for row in live_turns(db) if is_asking(row) and row["asked"] == by.member]
    items += [
        _task(row, 2, mark("Will you come to task %(code)s on %(day)s? Please confirm"))
        for row in my_sign_ups(db, by)
        if row["state"] == "in" and 0 <= row["due"] - by.day <= SOON
    ]
    items += [
        _task(row, 1, mark("Task %(code)s on %(day)s does not take place: you need not come"))
        for row in _called_off(db, by)
    ]
    for row in my_tasks(db, by):
        if row["state"] == "proposed":
            continue
        someone = rows(db, "select 1 from sign_up where task = ? and state in ('in', 'confirmed', 'came')", row["task"])
        if row["due"] < by.day and someone:
            items.append(_task(row, 2, mark("Was task %(code)s done on %(day)s? Please say who was there")))
    return items + _to_plan(db, by)


def _called_off(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return cancelled tasks still to come for which this person is signed up: they would go there otherwise."""
    return rows(
        db,
        "select task.* from sign_up join task using (task) where member = ? and sign_up.state in ('in', 'confirmed')"
        " and task.state = 'cancelled' and due >= ? order by due, task",
        by.member,
        by.day,
    )


def _asked(row: dict[str, Any]) -> Item:
    if row["handing"] == 2:
        return _turn(row, 0, mark("Turn %(code)s on call has to be handed over at once: can you take it?"))
    if row["handing"]:
        return _turn(row, 1, mark("Turn %(code)s on call is to be handed over: can you take it?"))
    return _turn(row, 1, mark("Can you be on call from %(day)s? Turn %(code)s"))


def _to_plan(db: Connection, by: By) -> list[Item]:
    """Return what waits for a second person, and what stands with somebody who is gone."""
    still = rows(db, "select * from task where closed_on = 0 order by due")
    risky = [
        row for row in still if row["state"] == "proposed" and row["risk"] == "high" and row["organiser"] != by.member
    ]
    items = [_task(row, 2, mark("Task %(code)s is very risky: please read it before it opens")) for row in risky]
    if coordinates(db, by):
        lost = [row for row in still if not who.is_there(db, row["organiser"])]
        items += [_task(row, 2, mark("Nobody sees to task %(code)s any more")) for row in lost]
    return items


def mine(db: Connection, by: By) -> list[Item]:
    """Return my turns, what I signed up for, and what I see to."""
    turns = [row for row in live_turns(db) if row["member"] == by.member]
    items = [
        _turn(
            row,
            1,
            mark("You are on call: turn %(code)s") if row["state"] == "on" else mark("You are on call from %(day)s"),
        )
        for row in turns
    ]
    items += [_task(row, 3, mark("You are signed up for task %(code)s on %(day)s")) for row in my_sign_ups(db, by)]
    return items + [_task(row, 3, mark("You see to task %(code)s on %(day)s")) for row in my_tasks(db, by)]


def unasked(db: Connection, by: By) -> list[HandOverPassedOn]:
    """Return, for turns whose asked person let the time pass, that the next is asked; said once, by whoever is awake."""
    if not by.trusted:
        return []
    return [HandOverPassedOn(row["turn"], row["asked"]) for row in live_turns(db) if is_silent(db, row, by.hour)]
