"""The pages of what is prepared for a bad day: one's own, what somebody lets one read, a sealed file, a piece of evidence."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.plans import queries
from nasij.areas.plans.facts import CALL_WHEN, CONSENT, CONTACT_WAY, EVIDENCE_KIND
from nasij.areas.plans.openings import holds_share
from nasij.areas.plans.sealed import REASON, SEALED_FILE
from nasij.areas.plans.sealing import LINES
from nasij.errors import NotHereYet
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LABELS = {
    "call_when": CALL_WHEN,
    "contact_ways": CONTACT_WAY,
    "kinds": EVIDENCE_KIND,
    "consents": CONSENT,
    "reasons": REASON,
    "steps": SEALED_FILE,
}


def mine_page(db: Connection, by: By) -> Page:
    """Show what I prepared, who lets me read theirs, and which files I can help to open."""
    values: dict[str, Any] = {
        "plan": queries.my_plan(db, by),
        "lines": queries.plan_lines(db, by.member),
        "wish": queries.my_wish(db, by),
        "persons": queries.persons_of(db, by.member),
        "evidence": queries.evidence_of(db, by.member),
        "files": queries.my_files(db, by),
        "held": queries.held_files(db, by),
        "others": queries.known_of(db, by.member),
    }
    return Page("plans/mine.html", values | LABELS)


def member_page(db: Connection, _by: By, member: str) -> Page:
    """Show what somebody lets me read, and else say that it is nothing: cases lead here."""
    if not rows(db, "select 1 from member where member = ?", member):
        raise NotHereYet
    audiences = {
        table: row["audience"]
        for table in ("safety_plan", "wish")
        for row in rows(db, f"select audience from {table} where member = ? and version > 0", member)
    }
    values: dict[str, Any] = {
        "member": member,
        "lines": queries.plan_lines(db, member),
        "wish": queries.wish_of(db, member),
        "persons": queries.persons_of(db, member),
        "evidence": queries.evidence_of(db, member),
        "audiences": audiences,
    }
    return Page("plans/member.html", values | LABELS)


def _file(db: Connection, by: By, sealed_file: str) -> dict[str, Any]:
    row = fields(db, "sealed_file", "sealed_file", sealed_file)
    if row["member"] != by.member and not holds_share(db, sealed_file, by.member):
        raise NotHereYet
    return queries.as_seen(db, by, row)


def file_page(db: Connection, by: By, sealed_file: str) -> Page:
    """Show a sealed file to its owner and its openers: its state, who holds shares, and who asked and agreed."""
    file = _file(db, by, sealed_file)
    current = file["current"]
    values: dict[str, Any] = {
        "file": file,
        "owns": file["member"] == by.member,
        "lacks_share": file["state"] != "destroyed" and queries.lacks_share(db, by, file),
        "waits": bool(current) and by.hour < current["from_hour"],
        "reads": bool(current) and by.member in (current["asker"], current["second"]) and file["state"] == "opened",
        "to_disclose": [
            row
            for row in file["log"]
            if not row["disclosed"] and row["state"] != "asked" and file["member"] != by.member
        ],
    }
    return Page("plans/file.html", values | LABELS)


def read_page(db: Connection, by: By, sealed_file: str) -> Page:
    """Show what was sealed to the two who opened it, as long as it is open. The room itself computes it, for this page alone."""
    file = _file(db, by, sealed_file)
    current = file["current"]
    if file["state"] != "opened" or by.member not in (current["asker"], current["second"]):
        raise NotHereYet
    return Page("plans/read.html", {"file": file, "labels": LINES} | LABELS)


def evidence_page(db: Connection, by: By, evidence: str) -> Page:
    """Show one piece of evidence."""
    row = fields(db, "evidence", "evidence", evidence)
    if not row["stated_on"]:
        raise NotHereYet
    return Page("plans/evidence.html", {"row": row, "owns": row["member"] == by.member} | LABELS)
