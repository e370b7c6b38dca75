"""What the home page says about check-ins: mine that are due soon with the one button, those I watch that are late, first."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.checkins.pages import my_checkins, my_ended, watched_checkins
from nasij.areas.checkins.rules import ALARMED, WAITING
from nasij.clock import QUARTERS_AN_HOUR
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.page import Item, Press
from nasij.kit.who import By

QUARTER_MINUTES = 15
FIRST = -1  # before all else that waits: only so many lines are shown, and these have an hour


def _item(row: dict[str, Any], harm: int, text: str, **more: Any) -> Item:
    path = f"/checks/{row['checkin']}"
    press = None
    if more.pop("button", False):
        press = Press(path + "/safe", mark("I am safe"), {"until": row["until"]})
    return Item(harm, text, path, {"code": code(row["checkin"]), **more}, press)


def _hours(row: dict[str, Any]) -> int:
    return int(row["left"]) // QUARTERS_AN_HOUR


def _soon(db: Connection, row: dict[str, Any]) -> bool:
    return bool(row["shown"] == "set" and row["left"] <= charter.value(db, "checkin_reminder_hours") * QUARTERS_AN_HOUR)


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what is late or due soon, and who asks me to watch."""
    stopped = mark("Your check-in %(code)s ended when people looked for you, and does not come again: set another one")
    ended = [_item(row, 1, stopped) for row in my_ended(db, by) if row["stopped"]]
    return (
        ended
        + [item for row in my_checkins(db, by) for item in _about_mine(db, row)]
        + [item for row in watched_checkins(db, by) for item in _about_theirs(row)]
    )


def _about_mine(db: Connection, row: dict[str, Any]) -> list[Item]:
    items = []
    if row["shown"] in ALARMED:
        items.append(_item(row, FIRST, mark("People are looking for you: %(code)s. Call one of them with your word")))
    elif row["shown"] == "late":
        text = mark("Your check-in %(code)s is late: say that you are safe")
        items.append(_item(row, FIRST, text, button=True))
    elif _soon(db, row):
        text = mark("Your check-in %(code)s is due. Minutes left: fewer than %(minutes)d")
        items.append(_item(row, FIRST, text, minutes=row["left"] * QUARTER_MINUTES, button=True))
    if row["shown"] in WAITING and not row["watched"]:
        items.append(_item(row, 0, mark("Nobody watches over your check-in %(code)s any more")))
    if row["shown"] in WAITING and row["lost_note"]:
        items.append(
            _item(row, 0, mark("The sealed note of %(code)s cannot be opened any more: please write it again"))
        )
    return items


def _about_theirs(row: dict[str, Any]) -> list[Item]:
    if row["shown"] in ALARMED:
        return [_item(row, FIRST, mark("Somebody you watch over was not heard from: %(code)s"))]
    if row["shown"] == "late":
        return [_item(row, FIRST, mark("Somebody you watch over is late: %(code)s"))]
    if row["answer"] == "asked":
        return [_item(row, 1, mark("You are asked to watch over a check-in: %(code)s"))]
    return []


def mine(db: Connection, by: By) -> list[Item]:
    """Return my check-ins that are not due yet, and those I watch over."""
    own = [row for row in my_checkins(db, by) if row["shown"] == "set" and not _soon(db, row)]
    items = [
        _item(row, 2, mark("Your check-in %(code)s is set. Hours left: %(hours)d"), hours=_hours(row)) for row in own
    ]
    watched = [row for row in watched_checkins(db, by) if row["shown"] == "set" and row["answer"] == "taken"]
    return items + [
        _item(row, 3, mark("You watch over %(code)s. Hours left: %(hours)d"), hours=_hours(row)) for row in watched
    ]
