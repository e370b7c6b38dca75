"""What the home page says about care. It names nobody: a glance at a screen tells no one who speaks with whom."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.care.oversight import RUNNING, overseer, seats
from nasij.areas.care.pages import my_parts, my_relations, my_seekings, programmes, sought, supervised
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

ENDED_DAYS = 7  # how long an ending stands there, unless it was said how it was


def waiting(db: Connection, by: By) -> list[Item]:
    """Return worries first, then what others wait for."""
    return [*_worries(db, by), *_seats(db, by), *_desk(db, by), *_seeking(db, by), *_relations(db, by), *_parts(db, by)]


def _worries(db: Connection, by: By) -> list[Item]:
    items = []
    for row in rows(db, "select * from escalation where closed_on = 0 order by raised_on, escalation"):
        path = f"/care/worry/{row['escalation']}"
        if row["state"] == "raised" and by.member == row["helper"]:
            items.append(Item(0, mark("First ask the person what they want"), path))
        elif row["state"] == "raised" and by.member == row["person"]:
            items.append(Item(0, mark("You are asked what you want"), path))
        elif row["state"] in ("asked", "informed") and by.member == row["helper"]:
            items.append(Item(1, mark("A worry waits for the next step"), path))
    return items


def _seats(db: Connection, by: By) -> list[Item]:
    """Return where this person is asked to supervise; and to coordination where nobody does any more, so that meetings rest."""
    asked, nobody = mark("You are asked to supervise %(code)s"), mark("Nobody supervises %(code)s now: ask others to")
    items = [
        Item(2, asked, "/care", {"code": code(row["programme"])})
        for row in programmes(db, by)
        if row["my_seat"] and not row["my_seat"]["accepted"]
    ]
    for row in rows(db, "select programme from programme where closed_on = 0 order by programme"):
        began = any(seat["seen_on"] for seat in seats(db, row["programme"]))
        if "cases" in by.roles and began and not overseer(db, row["programme"], by.day):
            items.append(Item(1, nobody, "/care", {"code": code(row["programme"])}))
    return items


def _desk(db: Connection, by: By) -> list[Item]:
    items = []
    due = by.day - charter.value(db, "care_supervision_days")
    for row in supervised(db, by):
        values = {"code": code(row["caregiver"])}
        if row["debriefs"]:
            text = mark("A heavy session of %(code)s wants to be talked about")
            items.append(Item(0 if row["overdue"] else 1, text, "/care/desk", values))
        elif row["state"] == "offered":
            items.append(Item(2, mark("%(code)s wants to be there for others: talk with them"), "/care/desk", values))
        elif row["supervised_on"] <= due:
            items.append(Item(2, mark("Supervision with %(code)s is due"), "/care/desk", values))
    items += [
        Item(1, mark("%(code)s seeks somebody: show who could fit"), "/care/desk", {"code": code(row["seeking"])})
        for row in sought(db, by)
        if row["fitting"] and not any(one["state"] != "over" for one in row["options"])
    ]
    return items


def _seeking(db: Connection, by: By) -> list[Item]:
    items = []
    for row in my_seekings(db, by):
        states = {one["state"] for one in row["options"]}
        if "willing" in states:
            items.append(Item(1, mark("Somebody said yes: do you want to meet them?"), "/care"))
        elif "shown" in states and row["state"] == "stated":
            items.append(Item(2, mark("You can choose whom to ask"), "/care"))
    return items


def _relations(db: Connection, by: By) -> list[Item]:
    """Return what waits between two; for somebody whose vouches lapsed only that it has ended, until people vouch again."""
    items = []
    for row in my_relations(db, by):
        path = f"/care/with/{row['relation']}"
        if row["state"] == "ended":
            items += _ended(db, by, row, path)
        elif by.trusted:
            items += _under_way(db, by, row, path)
    return items


def _ended(db: Connection, by: By, row: dict[str, Any], path: str) -> list[Item]:
    """Tell both that it has ended, whoever ended it, for some days or until they said how it was."""
    said = "select 1 from care_feedback where relation = ? and member = ?"
    if not row["person"] or by.day >= row["closed_on"] + ENDED_DAYS or rows(db, said, row["relation"], by.member):
        return []
    return [Item(2, mark("It has ended: %(code)s. How was it?"), path, {"code": code(row["relation"])})]


def _under_way(db: Connection, by: By, row: dict[str, Any], path: str) -> list[Item]:
    items, mine = [], by.member == row["helper"]
    if row["state"] == "proposed" and mine and by.hour < row["answer_until"]:
        items.append(
            Item(1, mark("Somebody seeks you: your answer until %(day)s"), path, {"day": row["answer_until"] // 24})
        )
    elif row["state"] == "accepted":
        items.append(Item(2, mark("You have found each other: agree on how to do it"), path))
    elif row["state"] in ("agreement", "active") and _to_confirm(db, row, mine=mine):
        items.append(Item(2, mark("An agreement waits for your yes"), path))
    due = "select 1 from session where relation = ? and state = 'planned' and on_day <= ?"
    if row["state"] == "active" and rows(db, due, row["relation"], by.day):
        items.append(Item(2, mark("A session was to be: did you meet?"), path))
    return items


def _to_confirm(db: Connection, row: dict[str, object], *, mine: bool) -> bool:
    part = "helper_yes" if mine else "person_yes"
    sql = f"select 1 from care_agreement where relation = ? and closed_on = 0 and in_force = 0 and {part} = 0"
    return bool(rows(db, sql, row["relation"]))


def _parts(db: Connection, by: By) -> list[Item]:
    return [
        Item(2, mark("On %(day)s you talk about what was heavy"), "/care/part", {"day": debrief["on_day"]})
        for row in my_parts(db, by)
        for debrief in row["debriefs"]
        if debrief["state"] == "planned"
    ]


def mine(db: Connection, by: By) -> list[Item]:
    """Return what is under way."""
    return [
        Item(3, mark("Under way together: %(code)s"), f"/care/with/{row['relation']}", {"code": code(row["relation"])})
        for row in my_relations(db, by)
        if row["state"] in RUNNING
    ]
