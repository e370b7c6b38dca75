"""What the home page says about stories, lessons and belonging: only what somebody is asked for."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.stories.facts import READERS
from nasij.areas.stories.folds import ASKED_DAYS
from nasij.areas.stories.queries import called_off, first_weeks
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

CALM = 4


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for me: what was taken back comes first, for it is due today."""
    return [*_to_call_back(db, by), *_called_off(db, by), *_stories(db, by), *_copies(db, by), *_belonging(db, by)]


def _to_call_back(db: Connection, by: By) -> list[Item]:
    found = rows(
        db,
        "select distinct copy from copy_export join story_copy using (copy)"
        " where copy_export.member = ? and story_copy.state in ('withdrawn', 'expired')",
        by.member,
    )
    text = mark("A story that you took out of the network was taken back: %(code)s. Please take it back there too")
    return [Item(1, text, f"/pages/read/{row['copy']}", {"code": code(row["copy"])}) for row in found]


def _called_off(db: Connection, by: By) -> list[Item]:
    text = mark("The gathering on %(day)s is off for you: please do not go")
    return [Item(1, text, "/pages/us", {"day": seat["held_on"]}) for seat in called_off(db, by)]


def _stories(db: Connection, by: By) -> list[Item]:
    if not by.trusted:
        return []  # whoever is not trusted now takes a story back, and nobody reminds them of more
    items = []
    for row in rows(db, "select * from story where closed_on = 0 order by told_on, story"):
        text = _of_mine(by, row) if row["member"] == by.member else _of_theirs(db, by, row)
        if text:
            values = {"code": code(row["story"]), "day": row["until"]}
            items.append(Item(CALM, text, f"/pages/{row['story']}", values))
    return items


def _of_mine(by: By, row: dict[str, Any]) -> str:
    if row["state"] in ("approved", "shared") and row["until"] <= by.day + ASKED_DAYS:
        return mark("Your yes to a story ends on %(day)s: %(code)s. Say it anew, or let it end")
    return {
        "telling": mark("Your story is to be disguised: %(code)s"),
        "read": mark("Your story waits for your last yes: %(code)s"),
        "expired": mark("The time of your story is over: %(code)s. Say yes anew, or let it go"),
    }.get(row["state"], "")


def _of_theirs(db: Connection, by: By, row: dict[str, Any]) -> str:
    readers, state = row["readers"].split(), row["state"]
    if by.member not in readers:
        return ""
    if state == "disguised" and len(readers) < READERS:
        return mark("A story waits for you to choose its second reader: %(code)s")
    sql = "select 1 from story_check where story = ? and reader = ? and version = ?"
    if state == "disguised" and not rows(db, sql, row["story"], by.member, row["version"]):
        return mark("A story waits for you to read it: %(code)s")
    if state == "approved" and readers[0] == by.member and row["reach"] != "me":
        return mark("A story can be shared by you: %(code)s")
    if state == "telling" and len(readers) < READERS:
        return mark("A story was told to you, to be disguised together: %(code)s")
    return ""


def _copies(db: Connection, by: By) -> list[Item]:
    found = rows(db, "select * from story_copy where state = 'placed' and placed_by <> ? order by copy", by.member)
    text = mark("A story waits for you as its second reader: %(code)s")
    return [
        Item(CALM, text, f"/pages/read/{row['copy']}", {"code": code(row["copy"])})
        for row in found
        if by.member in row["readers"].split()
    ]


def _belonging(db: Connection, by: By) -> list[Item]:
    items = []
    if rows(db, "select 1 from welcome where newcomer = ? and state = 'offered'", by.member):
        items.append(Item(CALM, mark("Somebody would like to stand beside you in the first weeks"), "/pages/us"))
    if rows(db, "select 1 from welcome where buddy = ? and state = 'wished'", by.member):
        items.append(Item(CALM, mark("A newcomer would like you to stand beside them"), "/pages/us"))
    if by.standing == "new" and not rows(db, "select 1 from welcome where newcomer = ?", by.member):
        items.append(Item(CALM, mark("You can ask somebody to stand beside you in the first weeks"), "/pages/us"))
    if rows(db, "select 1 from gathering_seat where host = ? and state = 'asked'", by.member):
        items.append(Item(CALM, mark("Somebody would like to come to your gathering"), "/pages/us"))
    return items


def mine(db: Connection, by: By) -> list[Item]:
    """Return where I am awaited, and whom I stand beside."""
    seats = rows(
        db, "select held_on from gathering_seat where comer = ? and state = 'given' order by held_on", by.member
    )
    items = [Item(CALM, mark("You are awaited on %(day)s"), "/pages/us", {"day": seat["held_on"]}) for seat in seats]
    for row in rows(db, "select * from welcome where state = 'accepted' and ? in (buddy, newcomer)", by.member):
        due = [one for one in first_weeks(db, row) if not one["done_on"]]
        if row["buddy"] == by.member or due:
            beside = mark("You stand beside a newcomer")
            text = mark("In the first weeks together: next by %(day)s") if due else beside
            items.append(Item(CALM, text, "/pages/us", {"day": due[0]["by"]} if due else {}))
    return items
