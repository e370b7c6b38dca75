"""What the view knows of stories and lessons, as pages, acts and other areas' pages ask."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.stories.belonging import FIRST_DAYS
from nasij.areas.stories.facts import SEEN_TO
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Card
from nasij.kit.rows import rows
from nasij.kit.who import By

TELLER_WAITS = 6  # hours for the readers' rooms, before the teller's own takes a copy down
BESIDE_MOST = 5
OLD = mark("Not checked for a year: ask before relying on it.")
FITS = ("kind", "incident", "action")
AS_THEY_FIT = f"{', '.join(FITS)}, checked_on desc, lesson"  # what fits alike stands together, the newest check first
_FITS = {"need": "kind", "incident": "incident", "action": "action"}


def to_see_to(db: Connection, story: dict[str, Any], *also: list[str]) -> list[str]:
    """Return what of a story is neither changed nor said not to be in it, before anybody can read it for safety."""
    seen = {row["changed"] for row in rows(db, "select changed from story_disguise where story = ?", story["story"])}
    seen = seen.union(*also)
    return [one for one in (*SEEN_TO, *(("others",) if story["others"] else ())) if one not in seen]


def lessons(db: Connection, *states: str) -> list[dict[str, Any]]:
    """Return lessons in these states, by what they fit, the newest check first."""
    marks = ", ".join("?" * len(states))
    return rows(
        db,
        f"select * from lesson where state in ({marks}) order by {AS_THEY_FIT}",
        *states,
    )


def beside(db: Connection, by: By, matter: str, kind: str) -> list[Card]:
    """Return the lessons that fit a kind of need, incident or action: for trusted members, what was checked last first."""
    if not by.trusted or matter not in _FITS or not kind:
        return []
    found = rows(
        db,
        f"select lesson, helped, state from lesson where {_FITS[matter]} = ? and state in ('confirmed', 'old')"
        f" order by state, checked_on desc, lesson limit {BESIDE_MOST}",
        kind,
    )
    return [
        Card(row["helped"].partition("\n")[0], f"/pages/lessons/{row['lesson']}", OLD if row["state"] == "old" else "")
        for row in found
    ]


def lesson_card(db: Connection, lesson: str) -> Card:
    """Return a lesson as others link to it: by its first words."""
    found = rows(db, "select helped from lesson where lesson = ?", lesson)
    return Card(found[0]["helped"].partition("\n")[0] if found else code(lesson), f"/pages/lessons/{lesson}")


def first_weeks(db: Connection, welcome: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what two go through in the first weeks: by which day each, and when it was done, 0 for not yet."""
    done = {
        row["first"]: row["done_on"]
        for row in rows(db, "select first, done_on from welcome_first where welcome = ?", welcome["welcome"])
    }
    begun = welcome["accepted_on"]
    return [{"first": first, "by": begun + days, "done_on": done.get(first, 0)} for first, days in FIRST_DAYS.items()]


def copies_to_take_down(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the copies whose story was taken back or has another yes by now, for this room to take down.

    The readers' rooms do it at once; the teller's waits a while for them, so that nobody learns whose story it was.
    """
    found = rows(
        db,
        "select story_sharing.copy, secret, story_copy.audience, story.member, story.state, moved_at from story_sharing"
        " join story_copy using (copy) left join story using (story) where story_copy.closed_on = 0 and secret <> ''"
        " and (story.story is null or story.closed_on > 0 or story.consent <> story_sharing.consent)",
    )
    mine = [row for row in found if by.member in who.holders(db, row["audience"])]
    return [row for row in mine if row["member"] != by.member or by.hour >= row["moved_at"] + TELLER_WAITS]


def signing_key(db: Connection) -> dict[str, Any]:
    """Return the key that lessons are signed with now; empty where there is none."""
    found = rows(db, "select * from lesson_key where closed_on = 0 order by made_at desc, signing_key desc")
    return found[0] if found else {}


def called_off(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the seats whose place this person knew, and at which nobody awaits them any more."""
    sql = (
        "select * from gathering_seat where comer = ? and state in ('over', 'left') and closed_on = 0 order by held_on"
    )
    return rows(db, sql, by.member)
