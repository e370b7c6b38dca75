"""What a member sees of what was said: their own page, and the contact rules somebody let them read."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.profile.facts import COORDINATION, HELP_KINDS, SKILL_LEVELS
from nasij.areas.profile.named import UNDO_HOURS
from nasij.errors import NotHereYet
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.kit.who import ONLY_PREFIX, By, holders, members
from nasij.text import fold


def my_capacity(db: Connection, by: By) -> dict[str, Any]:
    """Return how much I help; empty where I never said."""
    found = rows(db, "select * from capacity where member = ? and closed_on = 0", by.member)
    if not found:
        return {}
    kinds = [kind for kind in found[0]["kinds"].split(",") if kind]
    return {**found[0], "kinds": kinds, "helps": bool(found[0]["helps"])}


def my_contact(db: Connection, by: By) -> dict[str, Any]:
    """Return my contact rules and who may read them; empty where there are none."""
    found = rows(db, "select * from contact_rule where member = ? and closed_on = 0", by.member)
    if not found:
        return {}
    readers = sorted(r[0] for r in db.execute("select who from holder where of = ?", (found[0]["audience"],)))
    return {
        **found[0],
        "readers": [who for who in readers if who not in (COORDINATION, by.member)],
        "coordination": COORDINATION in readers,
    }


def profile_page(db: Connection, by: By) -> Page:
    """Show all I said about myself."""
    avoided = rows(
        db, "select whom, audience from avoid where by_member = ? and closed_on = 0 order by whom", by.member
    )
    shared = rows(db, "select member, audience from contact_rule where member <> ? and closed_on = 0", by.member)
    return Page(
        "profile/mine.html",
        {
            "contact": my_contact(db, by),
            "capacity": my_capacity(db, by),
            "help_kinds": HELP_KINDS,
            "skill_levels": SKILL_LEVELS,
            "named": rows(db, "select * from named_skill where member = ? order by words, named limit 30", by.member),
            "skills": rows(db, "select * from skill where member = ? order by level, words, skill", by.member),
            "avoided": avoided,
            "unknown_to_coordination": [row["whom"] for row in avoided if row["audience"].startswith(ONLY_PREFIX)],
            "named_lists": rows(
                db,
                "select distinct import_code from named_skill where named_by = ? order by import_code",
                by.member,
            ),
            "blocked": rows(
                db, "select whom from block where by_member = ? and closed_on = 0 order by whom", by.member
            ),
            "shared": sorted(row["member"] for row in shared if by.member in holders(db, row["audience"])),
        },
    )


def contact_page(db: Connection, by: By, member: str) -> Page:
    """Show somebody's contact rules to those they chose; for anybody else there are none."""
    found = rows(db, "select * from contact_rule where member = ? and closed_on = 0", member)
    if not found or by.member not in holders(db, found[0]["audience"]):
        raise NotHereYet
    return Page("profile/contact.html", {"row": found[0], "member": member})


def named_list_page(db: Connection, by: By, import_code: str) -> Page:
    """Show whoever brought a list of skills in what still waits for an answer."""
    found = rows(
        db,
        "select member, words, level, named_at from named_skill where import_code = ? and named_by = ?"
        " order by member, words, named",
        import_code,
        by.member,
    )
    until = min((row["named_at"] for row in found), default=0) + UNDO_HOURS
    values = {"rows": found, "import_code": import_code, "until": until, "undo": bool(found) and by.hour <= until}
    return Page("profile/import.html", {**values, "skill_levels": SKILL_LEVELS})


def who_does(db: Connection, words: str) -> list[dict[str, Any]]:
    """Return who does or teaches something, compared without letter forms; nobody who never wants to be asked for it."""
    wanted = fold(words)
    found = [
        row
        for row in rows(db, "select member, words, level from skill where closed_on = 0 order by member, words")
        if wanted and (wanted in fold(row["words"]) or fold(row["words"]) in wanted)
    ]
    never = {row["member"] for row in found if row["level"] == "never"}
    here = members(db)
    return [row for row in found if row["member"] in here - never]


def resting(db: Connection, day: int) -> frozenset[str]:
    """Return who said that they rest on a day, or rest from everything now; nobody asks them for anything then."""
    said = frozenset(row[0] for row in db.execute("select member from capacity where rest_until >= ?", (day,)))
    return said | members(db, ("resting",))
