"""The pages of stories, lessons and belonging. They only read, and show what this room can read."""

from itertools import groupby
from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents import KIND as INCIDENT_KIND
from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories import folds
from nasij.areas.stories.queries import AS_THEY_FIT, FITS, OLD, called_off, first_weeks, lessons, to_see_to
from nasij.errors import NotHereYet
from nasij.kit import turns, who
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

HANDBOOK = "/pages/handbook"
LABELS = {
    "story_steps": f.STORY_STEPS,
    "copy_steps": f.COPY_STEPS,
    "lesson_steps": f.LESSON_STEPS,
    "abouts": f.ABOUT,
    "voices": f.VOICE,
    "reaches": f.REACH,
    "changes": f.CHANGED,
    "answers": f.RECOGNISED,
    "ways": f.EXPORT,
    "incidents": INCIDENT_KIND,
    "actions": f.ACTION,
    "stands": f.STANDS,
    "news_kinds": b.NEWS,
    "firsts": b.FIRST,
    "old_note": OLD,
}


def _mine(db: Connection, by: By, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Return rows whose circle I am in: a view can still hold what was said to me before I left one."""
    return [row for row in rows(db, sql, *values) if who.holds(db, row["audience"], by.member)]


def list_page(db: Connection, by: By) -> Page:
    """Show the stories that can be read here, and those I tell or read."""
    mine = _mine(db, by, "select * from story where closed_on = 0 order by told_on desc, story")
    copies = _mine(db, by, "select * from story_copy where closed_on = 0 order by placed_on desc, copy")
    values = {
        "mine": mine,
        "copies": [_copy(row) for row in copies if row["state"] == "shared" or by.member in row["readers"].split()],
        "exports": exports_of_mine(db, by),
    }
    return Page("stories/list.html", values | LABELS)


def exports_of_mine(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return what left the network of stories whose sharing I know as their teller or reader, taken back or not."""
    return rows(
        db,
        "select copy_export.*, story_sharing.story from copy_export join story_sharing using (copy)"
        " order by copy_export.noted_on desc, export",
    )


def _copy(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"about": row["about"].split(), "readers": row["readers"].split()}


def story_page(db: Connection, by: By, story: str) -> Page:
    """Show a story to those in its circle."""
    row = fields(db, "story", "story", story)
    if by.member not in who.holders(db, row["audience"]):
        raise NotHereYet
    readers = row["readers"].split()
    checks = rows(db, "select * from story_check where story = ? order by reader", story)
    answered = {one["reader"] for one in checks if one["version"] == row["version"]}
    teller, state = row["member"] == by.member, row["state"]
    goes_on = by.trusted  # whoever is not trusted now takes it back, or lets go of it, and no more
    values = {
        "story": row | {"about": row["about"].split(), "people": row["people"].split(), "readers": readers},
        "checks": [one | {"now": one["version"] == row["version"]} for one in checks],
        "disguises": rows(db, "select changed, state from story_disguise where story = ? order by changed", story),
        "open": to_see_to(db, row),
        "gone_on": row["until"] + folds.ASKED_DAYS + 1 if state == "expired" else 0,
        "sharings": rows(
            db,
            "select copy, story_copy.state from story_sharing join story_copy using (copy) where story = ?"
            " and story_copy.closed_on = 0 order by copy",
            story,
        ),
        "can": {
            "change": goes_on and state in ("telling", "disguised", "read", "approved"),
            "choose": goes_on and state == "disguised" and readers == [by.member],
            "read": goes_on
            and state == "disguised"
            and len(readers) == f.READERS
            and by.member in set(readers) - answered,
            "yes": goes_on and teller and state in ("read", "approved", "shared", "expired"),
            "share": goes_on and by.member in readers and state == "approved" and row["reach"] != "me",
            "more": goes_on and teller and state in ("telling", "disguised"),
            "release": state in ("telling", "disguised") and len(readers) == f.READERS,
            "back": teller and not row["closed_on"],
        },
    }
    return Page("stories/story.html", values | LABELS)


def copy_page(db: Connection, by: By, copy: str) -> Page:
    """Show a story to those it is shared with; before the second reader has vouched, only to the readers."""
    row = _copy(fields(db, "story_copy", "copy", copy))
    placed_for_me = row["state"] == "shared" or by.member in row["readers"]
    if by.member not in who.holders(db, row["audience"]) or not (placed_for_me or row["closed_on"]):
        raise NotHereYet
    values = {
        "copy": row,
        "exports": rows(db, "select * from copy_export where copy = ? order by noted_on, export", copy),
        "can": {
            "vouch": row["state"] == "placed" and by.member in row["readers"] and by.member != row["placed_by"],
            "out": row["state"] == "shared" and row["reach"] in f.OUTSIDE,
        },
    }
    return Page("stories/copy.html", values | LABELS)


# Lessons


def _with_kind(db: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = {row["kind"]: row for row in rows(db, "select kind, label, own_words from kind")}
    return [row | {"kind_row": labels.get(row["kind"])} for row in found]


def lessons_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show the lessons, those to be confirmed or checked first."""
    held = (
        "select * from lesson where state in ('proposed', 'old', 'confirmed')"
        f" order by state = 'confirmed', state = 'old', {AS_THEY_FIT} limit ? offset ?"
    )
    [found], around = turns.shown("/pages/lessons", number, rows(db, held, *turns.span(number)))
    return Page("stories/lessons.html", {"lessons": _with_kind(db, found), **around} | LABELS)


def lesson_page(db: Connection, by: By, lesson: str) -> Page:
    """Show one lesson."""
    row = fields(db, "lesson", "lesson", lesson)
    state = row["state"]
    can = {
        "confirm": state == "proposed" and row["proposed_by"] != by.member,
        "drop": state == "proposed",
        "check": state in ("confirmed", "old"),
    }
    old_on = row["checked_on"] + folds.CHECK_DAYS + 1 if state == "confirmed" else 0
    values = {"lesson": _with_kind(db, [row])[0], "can": can, "old_on": old_on}
    return Page("stories/lesson.html", values | LABELS)


def handbook_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show the confirmed lessons some at a time, by what they fit, and where each part begins."""
    found = _with_kind(db, lessons(db, "confirmed", "old"))
    most, before = turns.span(number)
    [part], around = turns.shown(HANDBOOK, number, found[before : before + most])
    contents = _contents(found) if len(found) > turns.A_PAGE else []
    values = {"lessons": part, "first": before, "contents": contents, "whole": False, "day_made": by.day}
    return Page("stories/handbook.html", values | around | LABELS)


def whole_handbook_page(db: Connection, by: By) -> Page:
    """Show all confirmed lessons on one page made for paper, which runs as its language does; it may be long."""
    values = {"lessons": _with_kind(db, lessons(db, "confirmed", "old")), "first": 0, "contents": [], "whole": True}
    return Page("stories/handbook.html", values | {"before": "", "after": "", "day_made": by.day} | LABELS)


def _contents(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the lessons fit, in their order: how many fit it, and where the first of them stands."""
    contents = []
    for _, rows_of_part in groupby(enumerate(found), lambda placed: [placed[1][name] for name in FITS]):
        part = list(rows_of_part)
        place, one = part[0]
        turn, anchor = place // turns.A_PAGE + 1, f"#l-{place + 1}"
        path = f"{HANDBOOK}/page/{turn}{anchor}" if turn > 1 else HANDBOOK + anchor
        contents.append({"lesson": one, "count": len(part), "path": path})
    return contents


# Belonging


def us_page(db: Connection, by: By) -> Page:
    """Show what is good: gatherings, who stands beside whom (to the two), thanks, milestones and what is shared."""
    gatherings = rows(db, "select * from gathering where closed_on = 0 order by held_on, gathering")
    seats = _mine(db, by, "select * from gathering_seat where closed_on = 0 order by seat")
    for one in gatherings:
        own = [seat for seat in seats if seat["gathering"] == one["gathering"] and seat["state"] in ("asked", "given")]
        one["asked"] = [seat for seat in own if one["host"] == by.member]
        one["seat"] = next((seat for seat in own if seat["comer"] == by.member), None)
    welcomes = _mine(db, by, "select * from welcome where closed_on = 0 order by offered_on desc, welcome")
    for one in welcomes:
        one["weeks"] = first_weeks(db, one) if one["state"] == "accepted" else []
    off = called_off(db, by)
    values = {
        "gatherings": [one for one in gatherings if one["gathering"] not in {seat["gathering"] for seat in off}],
        "off": off,
        "welcomes": welcomes,
        "alone": by.standing == "new"
        and not any(one["newcomer"] == by.member and one["state"] == "accepted" for one in welcomes),
        "thanks": _mine(
            db, by, "select * from gratitude where closed_on = 0 order by said_on desc, gratitude limit 20"
        ),
        "milestones": _mine(db, by, "select * from milestone order by kept_on desc, milestone limit 20"),
        "news": rows(db, "select * from news where closed_on = 0 order by shared_on desc, news limit 20"),
        "seat_steps": b.SEAT_STEPS,
        "welcome_steps": b.WELCOME_STEPS,
    }
    return Page("stories/us.html", values | LABELS)
