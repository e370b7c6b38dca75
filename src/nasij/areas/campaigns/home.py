"""What the home page says about campaigns and actions: whoever is not back first, then what waits for a word."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns.acts import GOING_ALONG, course_due, going, missed_by_buddy
from nasij.areas.campaigns.lists import COURSE_OF
from nasij.areas.campaigns.pages import course_of, my_joinings
from nasij.areas.campaigns.rules import signed
from nasij.areas.campaigns.sheets import openers_of, to_tell
from nasij.areas.decisions import outcome
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

FIRST = -1  # before all else that waits: somebody may be in danger


def _item(harm: int, text: str, path: str, record: str) -> Item:
    return Item(harm, text, path, {"code": code(record)})


def _led(db: Connection, by: By) -> list[dict[str, Any]]:
    return rows(
        db,
        "select * from action where ? in (lead, outside) and state <> 'cleared' order by action",
        by.member,
    )


def waiting(db: Connection, by: By) -> list[Item]:
    """Return who is not back, who would go along, what has to be signed or decided."""
    items = _not_back(db, by)
    if by.trusted:
        items += [item for row in _led(db, by) for item in _about_led(db, by, row)]
    for row in my_joinings(db, by):
        path = f"/together/with/{row['joining']}"
        course = course_of(db, by, row)
        if row["state"] in ("confirmed", "arrived") and course == "happening":
            items.append(_item(FIRST, mark("Say that you are back and safe: %(code)s"), path, row["action"]))
        if row["state"] in ("interested", "confirmed") and course == "no_go":
            items.append(_item(1, mark("It does not take place: %(code)s"), path, row["action"]))
        if row["state"] == "confirmed" and course == "held":
            items.append(_item(FIRST, mark("It is held, do not go: %(code)s"), path, row["action"]))
        if rows(db, "select 1 from picture_asking where joining = ? and answer = ''", row["joining"]):
            items.append(_item(3, mark("You are asked about a picture: %(code)s"), path, row["action"]))
    items += _taken_off(db, by)
    proposed = rows(db, "select * from action where state = 'proposed' order by action") if by.trusted else []
    text = mark("An action waits for somebody to look at its risks: %(code)s")
    items += [
        _item(3, text, f"/together/act/{row['action']}", row["action"]) for row in proposed if to_sign(db, by, row)
    ]
    return [*items, *_to_open(db, by), *_left_over(db, by)]


def _taken_off(db: Connection, by: By) -> list[Item]:
    """Return where others ended this person's going along: they may know the place, and nobody would count them there."""
    text = mark("You do not go along to %(code)s any more: please do not go")
    found = rows(db, "select * from joining where member = ? and taken_off = 1 order by joining", by.member)
    return [
        _item(FIRST, text, f"/together/with/{row['joining']}", row["action"])
        for row in found
        if course_of(db, by, row) in ("announced", "held", "happening")
    ]


def _to_open(db: Connection, by: By) -> list[Item]:
    """Return sheets that somebody asks this person to open with them."""
    asked = mark("Somebody asks you to open a sealed sheet with them: %(code)s")
    found = rows(
        db,
        "select sheet.* from sheet join sheet_opening using (sheet) join action on action.action = sheet.action"
        " where sheet_opening.state = 'asked' and sheet_opening.asker <> ? and action.state = 'happening' order by sheet",
        by.member,
    )
    return [
        _item(FIRST, asked, f"/together/act/{row['action']}", row["action"])
        for row in found
        if by.member in openers_of(row)
    ]


def _counted(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return who is out there and counted by this person, by what stands in their circles alone."""
    return rows(
        db,
        "select * from joining where ? in (lead, outside) and course = 'happening' and state in ('confirmed', 'arrived',"
        " 'unaccounted') order by action, joining",
        by.member,
    )


def _not_back(db: Connection, by: By) -> list[Item]:
    """Return the actions from which somebody is not back; whoever is not trusted now is led to that person's page."""
    late: dict[str, str] = {}
    for one in _counted(db, by):
        if one["state"] == "unaccounted" or missed_by_buddy(db, one) or by.hour >= one["back_by"]:
            late.setdefault(one["action"], f"/together/with/{one['joining']}")
    text = mark("Somebody is not back from %(code)s")
    return [
        _item(FIRST, text, f"/together/act/{action}" if by.trusted else path, action) for action, path in late.items()
    ]


def _about_led(db: Connection, by: By, row: dict[str, Any]) -> list[Item]:
    path, items = f"/together/act/{row['action']}", []
    confirmed = going(db, row["action"], "confirmed")
    if COURSE_OF[row["state"]] == "held" and confirmed:
        text = mark("Somebody who signed says: not like this. Call everybody who is confirmed: %(code)s")
        items.append(_item(FIRST, text, path, row["action"]))
    if row["state"] == "announced" and any(by.hour >= one["back_by"] for one in confirmed):
        text = mark("The hour has passed, and nobody said that it began: %(code)s")
        items.append(_item(FIRST, text, path, row["action"]))
    if row["state"] == "happening" and not going(db, row["action"], "confirmed", "arrived", "unaccounted"):
        items.append(_item(2, mark("Everybody was heard from: close the headcount of %(code)s"), path, row["action"]))
    if row["lead"] == by.member and going(db, row["action"], "interested"):
        items.append(_item(2, mark("Somebody would go along: %(code)s"), path, row["action"]))
    if row["lead"] == by.member and row["state"] in ("back", "debriefed"):
        items.append(_item(3, mark("Talk it over and destroy who went along: %(code)s"), path, row["action"]))
    return items


def _left_over(db: Connection, by: By) -> list[Item]:
    if "fund" not in by.roles:
        return []
    asked = rows(db, "select * from surplus where state = 'asked' order by surplus")
    text = mark("The group decided about what is left of a campaign: %(code)s")
    return [
        _item(3, text, f"/together/{row['campaign']}", row["campaign"])
        for row in asked
        if outcome(db, row["proposal"]) == "passed"
    ]


def mine(db: Connection, by: By) -> list[Item]:
    """Return where I go along, and what I lead."""
    text, led = mark("You go along: %(code)s"), mark("You lead an action: %(code)s")
    along = [
        _item(3, text, f"/together/with/{row['joining']}", row["action"])
        for row in my_joinings(db, by)
        if course_of(db, by, row) != "no_go"
    ]
    return along + [
        _item(3, led, f"/together/act/{row['action']}", row["action"])
        for row in _led(db, by)
        if row["lead"] == by.member and row["state"] != "no_go"
    ]


def to_sign(db: Connection, by: By, row: dict[str, Any]) -> bool:
    """Say whether this person could still sign the review of an action's risks."""
    return row["state"] == "proposed" and row["lead"] != by.member and by.member not in signed(db, row["action"])


def unasked(db: Connection, by: By) -> list[Any]:
    """Return what is due where an action is led: who was not heard from in time, and what whoever does not go along leaves."""
    late = by.hour - charter.value(db, "action_wait_hours")
    missed = [one for one in _counted(db, by) if one["state"] != "unaccounted" and one["back_by"] <= late]
    due: list[Any] = [f.CountMissed(one["joining"]) for one in missed]
    if not by.trusted:
        return due  # what it read of the actions themselves is of the day when it last could
    due += to_tell(db, by)
    for row in _led(db, by):
        due += course_due(db, row["action"], COURSE_OF[row["state"]], "interested", *GOING_ALONG)
        if row["lead"] == by.member and row["state"] in ("announced", "happening"):
            due += [f.PlaceFreed(place) for place in _given_up(db, row["action"])]
            due += [f.BuddySet(joining, "") for joining in _left_alone(db, row["action"])]
    return due


def _left_alone(db: Connection, action: str) -> list[str]:
    """Return who was told that they go with somebody who does not go along any more."""
    found = rows(
        db,
        "select joining from joining as one where action = ? and buddy <> '' and state in ('confirmed', 'arrived')"
        " and not exists (select 1 from joining as two where two.action = one.action and two.member = one.buddy"
        " and two.state <> 'ended') order by joining",
        action,
    )
    return [row["joining"] for row in found]


def _given_up(db: Connection, action: str) -> list[str]:
    found = rows(
        db,
        "select action_place.place from joining join action_place using (place) where joining.action = ?"
        " and joining.state = 'ended' and freed = 0 order by action_place.place",
        action,
    )
    return [row["place"] for row in found]
