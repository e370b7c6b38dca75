"""What the home page says about incidents, before everything else; and what a room that is awake says by itself."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.acts import my_open_reports
from nasij.areas.incidents.facts import OnCallTold
from nasij.areas.incidents.pages import my_responses, told_reports
from nasij.areas.incidents.reporting import is_late, waits
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

FIRST = -1  # before what is merely urgent
_HARM = {"now": FIRST, "today": 0, "soon": 1}
_TEXTS = {
    "now": mark("Somebody is in danger now: %(code)s"),
    "today": mark("Somebody needs somebody today: %(code)s"),
    "soon": mark("Somebody needs somebody soon: %(code)s"),
}


def _item(row: dict[str, Any], harm: int, text: str) -> Item:
    return Item(harm, text, f"/by/{row['incident']}", {"code": code(row["incident"])})


def waiting(db: Connection, by: By) -> list[Item]:
    """Return reports that need an answer, what I am on, and steps that are due."""
    items = [item for row in told_reports(db, by) for item in _told(db, by, row)]
    items += [
        _item(row, FIRST, mark("Nobody has answered your report %(code)s in time: everybody on call is told"))
        for row in my_open_reports(db, by.member)
        if is_late(db, row, by.quarter)
    ]
    responses = my_responses(db, by)
    due = _due(db, [row["response"] for row in responses])
    return items + [item for row in responses for item in _case(db, by, row, due.get(row["response"], []))]


def _due(db: Connection, responses: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the steps of these cases that are due, the earliest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for step in rows(
        db,
        "select response, step, owner, kind, due_at from response_step"
        f" where response in ({', '.join('?' * len(responses))}) and +state = 'due' order by due_at, place",
        *responses,
    ):
        found.setdefault(step["response"], []).append(step)
    return found


def _told(db: Connection, by: By, row: dict[str, Any]) -> list[Item]:
    if by.member in (row["reported_by"], row["about"]):
        return []
    gone = not who.is_there(db, row["answered_by"])
    if waits(db, row):
        late = mark("Nobody has answered %(code)s in time: it is for everybody on call")
        return [
            _item(
                row, FIRST if row["late"] else _HARM[row["severity"]], late if row["late"] else _TEXTS[row["severity"]]
            )
        ]
    if row["state"] == "safe":
        return [_item(row, 1, mark("%(code)s is said to be safe: hear it by voice"))]
    if row["answered_by"] != by.member and not gone:
        return []
    texts = {
        "reported": mark("You are on %(code)s: call back and say what you found"),
        "verified": mark("%(code)s is so: open a case, or end it"),
    }
    return [_item(row, 0, texts[row["state"]])] if row["state"] in texts else []


def _case(db: Connection, by: By, row: dict[str, Any], due: list[dict[str, Any]]) -> list[Item]:
    path, values = f"/by/case/{row['response']}", {"code": code(row["incident"])}
    parts = [part for part in ("lead", "deputy") if row[part] == by.member]
    items = []
    if not all(who.is_there(db, row[part]) for part in ("lead", "deputy")):
        items.append(Item(FIRST, mark("Nobody leads %(code)s, or nobody stands in: choose somebody"), path, values))
    if parts and any(step["kind"] == "exposure" for step in due):
        items.append(Item(FIRST, mark("Before anything else in %(code)s: protect everybody else"), path, values))
    own = [step for step in due if step["owner"] in (by.member, *parts)]
    if own:
        late = own[0]["due_at"] < by.hour
        text = mark("A step of yours for %(code)s is late") if late else mark("A step for %(code)s is yours")
        items.append(Item(0 if late else 1, text, f"/by/step/{own[0]['step']}", values))
    if "lead" in parts and any(step not in own and step["due_at"] < by.hour for step in due):
        items.append(Item(0, mark("A step of somebody else for %(code)s is late"), path, values))
    return items


def _is_answered(db: Connection, row: dict[str, Any]) -> bool:
    return bool(row["answered_at"]) and who.is_there(db, row["answered_by"])


def mine(db: Connection, by: By) -> list[Item]:
    """Return my own reports, and the cases whose team I am in."""
    texts = {
        0: mark("Your report %(code)s: nobody has opened it yet"),
        1: mark("Your report %(code)s: somebody opened it"),
    }
    items = [
        _item(row, 0, mark("Your report %(code)s: somebody is on it") if _is_answered(db, row) else texts[row["seen"]])
        for row in my_open_reports(db, by.member)
    ]
    return items + [
        Item(2, mark("You stand by in %(code)s"), f"/by/case/{row['response']}", {"code": code(row["incident"])})
        for row in my_responses(db, by)
    ]


def unasked(db: Connection, by: By) -> list[OnCallTold]:
    """Return, for reports that nobody is on though the time has passed, that everybody on call is told; said once, by whoever is awake."""
    held = rows(
        db,
        "select * from incident where closed_on = 0 and state in ('reported', 'verified') and all_told = 0"
        " and (reported_by = ? or exists (select 1 from incident_told where incident_told.incident = incident.incident"
        " and member = ?)) and (apart = 0 or about <> ?) order by incident",
        by.member,
        by.member,
        by.member,
    )
    return [OnCallTold(row["incident"]) for row in held if is_late(db, row, by.quarter)]
