"""The pages of care: the programmes, what one gives and what one asks on lists that do not meet, and one relation."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.care import lists
from nasij.areas.care.fitting import fitting, has_room, overdue, split
from nasij.areas.care.oversight import open_relations, overseer, seats
from nasij.areas.plans import plan_lines
from nasij.errors import NotHereYet
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LABELS = {
    "kinds": lists.PROGRAMME_KIND,
    "topics": lists.TOPIC,
    "channels": lists.CHANNEL,
    "rhythms": lists.RHYTHM,
    "trainings": lists.TRAINING,
    "weights": lists.WEIGHT,
    "loads": lists.LOAD,
    "advices": lists.ADVICE,
    "answers": lists.ANSWER,
    "signs": lists.SIGN,
    "wishes": lists.WISH,
    "endings": lists.ENDING,
    "fits": lists.FIT,
    "programme_steps": lists.PROGRAMME_STEPS,
    "caregiver_steps": lists.CAREGIVER_STEPS,
    "seeking_steps": lists.SEEKING_STEPS,
    "option_steps": lists.OPTION_STEPS,
    "relation_steps": lists.RELATION_STEPS,
    "session_steps": lists.SESSION_STEPS,
    "worry_steps": lists.ESCALATION_STEPS,
}
_SPLIT = ("topics", "channels", "reasons")


def chosen(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its several choices as lists."""
    return row | {name: split(row[name]) for name in _SPLIT if name in row}


def programmes(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the programmes that are not closed, with who supervises now."""
    found = rows(db, "select * from programme where closed_on = 0 order by proposed_on, programme")
    return [
        row
        | {
            "seats": seats(db, row["programme"]),
            "supervises": overseer(db, row["programme"], by.day),
            "is_not": lists.IS_NOT[row["kind"]],
            "my_seat": next((one for one in seats(db, row["programme"]) if one["member"] == by.member), None),
        }
        for row in found
    ]


def my_parts(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return where I am there for others."""
    found = rows(
        db,
        "select caregiver.*, kind from caregiver join programme using (programme) where member = ?"
        " and caregiver.closed_on = 0 order by offered_on, caregiver",
        by.member,
    )
    return [chosen(row) | {"debriefs": open_debriefs(db, row["caregiver"])} for row in found]


def my_seekings(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return what I seek, with those I was shown, in my order."""
    found = rows(
        db,
        "select seeking.*, kind from seeking join programme using (programme) where member = ?"
        " and seeking.closed_on = 0 order by stated_on, seeking",
        by.member,
    )
    sql = "select * from care_option where seeking = ? order by rank = 0, rank, option"
    return [chosen(row) | {"options": [chosen(one) for one in rows(db, sql, row["seeking"])]} for row in found]


def my_relations(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return those I am one of the two of, that are under way or ended lately."""
    return rows(
        db,
        "select relation.*, kind from relation join programme using (programme) where ? in (helper, person)"
        " and relation.state not in ('declined', 'silent', 'withdrawn') order by relation.closed_on > 0, proposed_on, relation",
        by.member,
    )


def open_debriefs(db: Connection, caregiver: str) -> list[dict[str, Any]]:
    """Return heavy sessions that are not talked about yet."""
    return rows(db, "select * from debrief where caregiver = ? and closed_on = 0 order by since, debrief", caregiver)


def list_page(db: Connection, by: By) -> Page:
    """Show the programmes, and my own: what I give and what I ask stand apart."""
    values: dict[str, Any] = {"programmes": programmes(db, by), "relations": my_relations(db, by)}
    return Page("care/list.html", values | {"seekings": my_seekings(db, by), **LABELS})


def part_page(db: Connection, by: By) -> Page:
    """Show where I am there for others, with supervision and notes."""
    values = {"parts": my_parts(db, by), "notes": notes(db, by, "caregiver <> ''"), **LABELS}
    return Page("care/part.html", values)


def supervised(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the caregivers whom I supervise now, those who wait or carry something first."""
    found = rows(
        db,
        "select caregiver.*, kind from caregiver join programme using (programme) where caregiver.closed_on = 0"
        " order by caregiver.state <> 'offered', supervised_on, caregiver",
    )
    mine = [row for row in found if overseer(db, row["programme"], by.day, row["member"]) == by.member]
    last = "select * from supervision where caregiver = ? order by held_on desc, supervision limit 3"
    told = "select * from care_note where caregiver = ? order by until, note"
    return [
        chosen(row)
        | {
            "debriefs": open_debriefs(db, row["caregiver"]),
            "overdue": overdue(db, row["caregiver"], by.day),
            "room": has_room(db, row, by.day),
            "supervisions": rows(db, last, row["caregiver"]),
            "told": rows(db, told, row["caregiver"]),
        }
        for row in mine
    ]


def sought(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return who seeks somebody and I supervise, with who could fit."""
    found = rows(
        db,
        "select seeking.*, kind from seeking join programme using (programme) where seeking.closed_on = 0"
        " order by stated_on, seeking",
    )
    mine = [row for row in found if overseer(db, row["programme"], by.day, row["member"]) == by.member]
    options = "select * from care_option where seeking = ? order by rank = 0, rank, option"
    return [
        chosen(row) | {"options": rows(db, options, row["seeking"]), "fitting": fitting(db, row, by.day)}
        for row in mine
    ]


def watched(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the relations that I supervise now: no content, the days and how it stands."""
    found = [row for one in rows(db, "select programme from programme") for row in open_relations(db, one["programme"])]
    mine = [row for row in found if overseer(db, row["programme"], by.day, row["helper"], row["person"]) == by.member]
    met = "select count(*) as held, max(on_day) as last_on from session where relation = ? and state = 'held'"
    return [row | rows(db, met, row["relation"])[0] for row in mine]


def desk_page(db: Connection, by: By) -> Page:
    """Show whoever supervises what they answer for now."""
    values: dict[str, Any] = {"supervised": supervised(db, by), "sought": sought(db, by), "watched": watched(db, by)}
    worries = [
        row for row in rows(db, "select * from escalation where closed_on = 0 and told = 1") if _sees(db, by, row)
    ]
    return Page("care/desk.html", values | {"worries": worries, **LABELS})


def notes(db: Connection, by: By, more: str, *values: str) -> list[dict[str, Any]]:
    """Return notes that I wrote, or that are between the two of us."""
    found = rows(db, f"select * from care_note where {more} order by until, note", *values)
    return [row for row in found if row["written_by"] == by.member or row["audience"].startswith("care_two/")]


def _also(db: Connection, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return where the same two meet in another part, so that both know."""
    if not row["person"]:
        return []
    two = (row["helper"], row["person"])
    return rows(
        db,
        "select * from relation where relation <> ? and closed_on = 0 and helper in (?, ?) and person in (?, ?)",
        row["relation"],
        *two,
        *two,
    )


def relation_page(db: Connection, by: By, relation: str) -> Page:
    """Show one relation to the two; whoever supervises sees its terms and days."""
    row = chosen(fields(db, "relation", "relation", relation))
    two = [one for one in (row["helper"], row["person"]) if one]
    supervises = overseer(db, row["programme"], by.day, *two)
    if by.member not in (*two, supervises):
        raise NotHereYet
    part = "helper" if by.member == row["helper"] else "person" if by.member == row["person"] else "supervisor"
    programme = fields(db, "programme", "programme", row["programme"])
    agreements = rows(
        db, "select * from care_agreement where relation = ? and closed_on = 0 order by in_force desc", relation
    )
    values: dict[str, Any] = {
        "row": row,
        "part": part,
        "goes_on": by.trusted,  # somebody whose vouches lapsed reads it, answers a worry and ends it, and begins nothing
        "programme": programme,
        "is_not": lists.IS_NOT[programme["kind"]],
        "supervises": supervises,
        "agreements": agreements,
        "sessions": rows(db, "select * from session where relation = ? order by on_day desc, session", relation),
        "feedback": rows(db, "select * from care_feedback where relation = ? order by member", relation),
        "also": _also(db, row) if part != "supervisor" else [],
        **LABELS,
    }
    if part != "supervisor":
        values |= _between(db, by, row)
    return Page("care/relation.html", values)


def _between(db: Connection, by: By, row: dict[str, Any]) -> dict[str, Any]:
    relation = row["relation"]
    return {
        "goals": rows(db, "select * from goal where relation = ? order by closed_on, stated_on, goal", relation),
        "notes": notes(db, by, "relation = ?", relation),
        "worries": rows(
            db, "select * from escalation where relation = ? order by raised_on desc, escalation", relation
        ),
        "plan": plan_lines(db, row["person"]) if row["person"] else [],
        "said": bool(rows(db, "select 1 from care_feedback where relation = ? and member = ?", relation, by.member)),
    }


def _sees(db: Connection, by: By, row: dict[str, Any]) -> bool:
    two = (row["helper"], row["person"])
    return by.member in two or (bool(row["told"]) and overseer(db, row["programme"], by.day, *two) == by.member)


def worry_page(db: Connection, by: By, escalation: str) -> Page:
    """Show one worry: first the question to the person, then their safety plan, then others."""
    row = fields(db, "escalation", "escalation", escalation)
    if not _sees(db, by, row):
        raise NotHereYet
    programme = fields(db, "programme", "programme", row["programme"])
    values = {"row": row, "plan": plan_lines(db, row["person"]), "is_not": lists.IS_NOT[programme["kind"]]}
    return Page("care/worry.html", values | LABELS | {"goes_on": by.trusted})
