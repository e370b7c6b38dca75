"""The pages of cases. Notes of people one has blocked stay hidden on one's own side."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.aid import REASON
from nasij.areas.cases.acts import blocked, kept_envelope, shown_notes, to_confirm, to_free, to_see
from nasij.areas.cases.facts import CASE_STEPS, OUTCOME, PART
from nasij.areas.cases.rules import GOING_ON, part_of, people_of
from nasij.errors import NotHereYet
from nasij.kit.page import Card, Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LISTED = 50
TOLD_DAYS = 3  # how long the first page says that a case ended without one
IDENTITY_ASKED_DAYS = 3  # after a hand-over, how long whoever asked is reminded to open the second envelope again
_FILE = (
    "select case_file.*, coalesce(label, '') as label, coalesce(own_words, 0) as own_words, coalesce(kind, '') as kind,"
    " coalesce(need.state = 'closed', 0) as need_over, coalesce(need.reason, '') as need_reason"
    " from case_file left join need using (need) left join kind using (kind)"
)


def warning(db: Connection, case: str) -> dict[str, Any]:
    """Return the contact that warns the next person who calls: the last word on it was that it is not safe."""
    found = rows(
        db,
        "select made_on, outcome, words from contact where case_id = ? and outcome <> 'no_answer'"
        " order by place desc limit 1",
        case,
    )
    return found[0] if found and found[0]["outcome"] == "unsafe" else {}


def _contact_rules(db: Connection, by: By, people: list[str]) -> list[dict[str, Any]]:
    """Return how the others in the case want to be contacted, where they let me read it."""
    found = []
    for member in people:
        if member != by.member:
            found += rows(
                db,
                "select member, channels, safe_hours, name_to_use, cover, safe_word, never from contact_rule"
                " where member = ?",
                member,
            )
    return found


def _may(db: Connection, by: By, case: Mapping[str, Any], mine: str) -> dict[str, bool]:
    going_on = case["state"] in GOING_ON
    it = str(case["case_id"])
    return {
        "write": going_on and bool(mine),
        "identity": going_on and mine == "asker",
        "bring": going_on and mine == "asker",
        "leave": mine == "coordinator" or (mine == "asker" and len(people_of(db, it, "asker")) > 1),
        "reopen": not going_on and bool(mine),
        "thank": bool(mine),
    }


def case_page(db: Connection, by: By, case: str) -> Page:
    """Show one case: its people, what comes next, the conversation, how contact went, and what one may do."""
    found = rows(db, _FILE + " where case_id = ?", case)
    mine = part_of(db, case, by.member)
    if not found or not mine:
        raise NotHereYet
    # Somebody who may not read the list of members knows whoever helps by what the offer said.
    people = rows(
        db,
        "select member, case_person.part, coalesce(commitment.called, '') as called from case_person join case_file"
        " using (case_id) left join commitment on commitment.commitment = case_file.commitment and helper = member"
        " where case_id = ? and case_person.state = 'in' order by since, member",
        case,
    )
    opened = rows(db, "select name_to_use, number, address, safe_way from opened_identity where case_id = ?", case)
    contacts = rows(
        db, "select made_by, made_on, outcome, words from contact where case_id = ? order by place desc", case
    )
    return Page(
        "cases/case.html",
        {
            "file": found[0],
            "mine": mine,
            "people": people,
            "called": {person["member"]: person["called"] for person in people if person["called"]},
            "opened": opened[0] if opened else {},
            "rules": _contact_rules(db, by, [person["member"] for person in people]),
            "warning": warning(db, case),
            "notes": shown_notes(db, by, case),
            "contacts": contacts,
            "summaries": rows(
                db,
                "select by_member, to_member, handed_on, summary from hand_over where case_id = ? order by place",
                case,
            ),
            "thanks": rows(
                db, "select said_by, said_on, words from thanks where case_id = ? order by said_on, thanks", case
            ),
            "can": _may(db, by, found[0], mine) | {"see": bool(to_see(db, by, case))},
            "to_confirm": found[0]["commitment"] in {row["commitment"] for row in to_confirm(db, by)},
            "steps": CASE_STEPS,
            "reasons": REASON,
            "outcomes": OUTCOME,
            "parts": PART,
        },
    )


def photo_page(db: Connection, by: By, note: str) -> Page:
    """Show a photo by itself, so that the conversation stays small."""
    row = fields(db, "note", "note", note)
    if not row["photo"] or row["said_by"] in blocked(db, by) or not part_of(db, row["case_id"], by.member):
        raise NotHereYet
    source = "data:image/jpeg,%" + row["photo"].hex("%")
    return Page("cases/photo.html", {"note": row, "source": source})


def of_page(db: Connection, by: By, commitment: str) -> Page:
    """Show the case that an offer led to."""
    row = db.execute(
        "select case_id from case_file where commitment = ? order by opened_on desc limit 1", (commitment,)
    ).fetchone()
    if row is None:
        raise NotHereYet
    return case_page(db, by, str(row[0]))


def my_cases(db: Connection, by: By, *, closed: bool = False) -> list[dict[str, Any]]:
    """Return the cases I am in: those going on by their next step, the closed ones newest first."""
    order = "case_file.closed_on desc, case_file.case_id" if closed else "next_on, case_file.case_id"
    return rows(
        db,
        _FILE.replace(" from case_file", ", case_person.part as my_part from case_file")
        + " join case_person using (case_id) where case_person.member = ? and case_person.state = 'in'"
        f" and case_file.closed_on {'>' if closed else '='} 0 order by {order} limit ?",
        by.member,
        LISTED,
    )


def ended_lately(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the cases of mine that ended in these days without me: somebody else closed them, or they ended by themselves."""
    return rows(
        db,
        "select case_id, need, reason, case_person.part as my_part from case_file join case_person using (case_id)"
        " where case_file.closed_on > ? and case_person.member = ? and case_person.state = 'in' and closed_by <> ?"
        " order by case_id limit ?",
        by.day - TOLD_DAYS,
        by.member,
        by.member,
        LISTED,
    )


def unanswered(db: Connection, by: By, case: str) -> bool:
    """Say whether the newest note is not mine. Where only two are in the case, I can say that I have read it instead."""
    notes = shown_notes(db, by, case)
    if not notes or notes[-1]["said_by"] == by.member:
        return False
    return not (notes[-1]["opened"] and len(people_of(db, case)) == 2)


def asks_identity(db: Connection, by: By, file: Mapping[str, Any]) -> bool:
    """Say whether somebody new helps and I have not said yet whether they may know how to reach me."""
    lately = file["handed_on"] and by.day <= file["handed_on"] + IDENTITY_ASKED_DAYS
    return (
        bool(lately)
        and part_of(db, file["case_id"], by.member) == "asker"
        and bool(kept_envelope(db, file["need"]))
        and not db.execute("select 1 from opened_identity where case_id = ?", (file["case_id"],)).fetchone()
    )


def list_page(db: Connection, by: By) -> Page:
    """Show the cases I am in, and parts of mine to put back on the list."""
    going_on = [
        row
        | {
            "unanswered": unanswered(db, by, row["case_id"]),
            "unsafe": bool(warning(db, row["case_id"])),
            "people": [member for member in people_of(db, row["case_id"]) if member != by.member],
        }
        for row in my_cases(db, by)
    ]
    return Page(
        "cases/list.html",
        {
            "going_on": going_on,
            "over": my_cases(db, by, closed=True),
            "to_free": to_free(db, by),
            "to_confirm": to_confirm(db, by),
            "steps": CASE_STEPS,
            "reasons": REASON,
            "parts": PART,
        },
    )


def case_card(db: Connection, case: str) -> Card:
    """Show a case in another area: the name of its kind, or nothing where this room cannot read it."""
    row = db.execute(
        "select label from case_file join need using (need) join kind using (kind) where case_id = ?", (case,)
    ).fetchone()
    return Card(row[0] if row else "", f"/cases/{case}")
