"""The pages of a bad day: the three choices, a report, a case, who is on call, the playbooks."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.acts import my_open_reports
from nasij.areas.incidents.facts import (
    ABLE,
    ENDING,
    EXPOSURE_FIRST,
    INCIDENT_STEPS,
    KIND,
    RESPONSE_STEPS,
    SAFE,
    SEVERITY,
    SOURCE,
    STEP_STEPS,
    TELL,
    WAY,
)
from nasij.areas.incidents.playbooks import (
    EXPOSURE,
    FIRST_DAY,
    FIRST_HOUR,
    OLD_DAYS,
    STARTING,
    in_order,
    kept_steps,
    own_of,
    own_steps,
)
from nasij.areas.incidents.reporting import due_at, first_told, is_late, on_call
from nasij.areas.incidents.rules import exposure_waits, team, told
from nasij.areas.incidents.texts_oneself import FOR_ONESELF
from nasij.areas.tasks import on_call as called
from nasij.errors import NotHereYet
from nasij.kit import who
from nasij.kit.page import Page
from nasij.kit.rows import fields, record, rows
from nasij.kit.who import By

LISTED = 30
LABELS = {
    "severities": SEVERITY,
    "safes": SAFE,
    "tells": TELL,
    "kinds": KIND,
    "sources": SOURCE,
    "ways": WAY,
    "ables": ABLE,
    "endings": ENDING,
    "incident_steps": INCIDENT_STEPS,
    "response_steps": RESPONSE_STEPS,
    "step_steps": STEP_STEPS,
}


def told_reports(db: Connection, by: By, *, closed: bool = False) -> list[dict[str, Any]]:
    """Return the reports I was told of, the most urgent first; or those that are over, newest first."""
    order = "incident.closed_on desc" if closed else "severity = 'soon', severity = 'today', reported_at"
    found = rows(
        db,
        "select incident.*, seen_at from incident join incident_told using (incident) where member = ?"
        f" and incident.closed_on {'>' if closed else '='} 0 order by {order}, incident limit ?",
        by.member,
        LISTED,
    )
    return [row | {"late": is_late(db, row, by.quarter)} for row in found]


def my_responses(db: Connection, by: By, *, closed: bool = False) -> list[dict[str, Any]]:
    """Return the cases whose team I am in, the acute ones first."""
    return rows(
        db,
        "select response.* from response join response_person using (response) where member = ?"
        f" and response.closed_on {'>' if closed else '='} 0 order by state <> 'acute', opened_at desc, response limit ?",
        by.member,
        LISTED,
    )


def three_page(db: Connection, by: By) -> Page:
    """Show three choices, and below them what is open."""
    return Page(
        "incidents/three.html",
        {
            "on_call": sorted(on_call(db, by.day) - {by.member}),
            "first": sorted(first_told(db, by.day, by.member)),
            "mine": my_open_reports(db, by.member),
            "told": told_reports(db, by),
            "responses": my_responses(db, by),
            "over": told_reports(db, by, closed=True)[:5],
            "closed": my_responses(db, by, closed=True)[:5],
            **LABELS,
        },
    )


def incident_page(db: Connection, by: By, incident: str) -> Page:
    """Show a report: to its sender what is known, to those who were told what they need; unopened, only how urgent it is."""
    row = fields(db, "incident", "incident", incident)
    mine = db.execute("select seen_at from incident_told where incident = ? and member = ?", (incident, by.member))
    seen_at = mine.fetchone()
    concerned = by.member in (row["reported_by"], row["about"])
    in_trouble = by.member == row["about"]
    if seen_at is None and not concerned:
        raise NotHereYet
    in_team = rows(db, "select 1 from response_person where response = ? and member = ?", row["response"], by.member)
    return Page(
        "incidents/incident.html",
        {
            "row": row,
            "gate": not concerned and not seen_at[0],
            "concerned": concerned,
            "told": sorted(told(db, incident)),
            "due_at": due_at(db, row),
            "late": is_late(db, row, by.quarter),
            "in_team": bool(in_team),
            "answerer": by.member == row["answered_by"],
            "answered": row["answered_by"] in who.members(db),
            "may_tell": by.member in (row["reported_by"], row["answered_by"], row["about"]),
            "never": STARTING[row["kind"]].never if row["kind"] and not in_trouble else (),
            "oneself": FOR_ONESELF[row["kind"]] if row["kind"] and in_trouble else (),
            **LABELS,
        },
    )


def _steps(db: Connection, by: By, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a case with whose they are now, whether they are late and whether they are shut."""
    found = rows(
        db, "select * from response_step where response = ? order by kind <> 'exposure', due_at, place", row["response"]
    )
    waits = exposure_waits(db, row["response"])
    for step in found:
        step["who"] = row[step["owner"]] if step["owner"] in ("lead", "deputy") else step["owner"]
        step["late"] = step["state"] == "due" and by.hour > step["due_at"]
        step["shut"] = waits and step["kind"] == "do"
        leads = by.member in (row["lead"], row["deputy"])
        aside = by.member == row["lead"] if step["kind"] == "exposure" else leads or by.member == step["owner"]
        step["aside"] = step["state"] == "due" and aside
    return found


def case_page(db: Connection, by: By, response: str) -> Page:
    """Show a case to its team, to each once they said today or yesterday that they open it."""
    row = fields(db, "response", "response", response)
    people = team(db, response)
    if by.member not in people:
        raise NotHereYet
    lately = "select 1 from response_opening where response = ? and member = ? and on_day >= ?"
    return Page(
        "incidents/case.html",
        {
            "row": row,
            "gate": not rows(db, lately, response, by.member, by.day - 1),
            "team": sorted(people),
            "leads": by.member in (row["lead"], row["deputy"]),
            "led": row["lead"] in who.members(db),
            "waits": exposure_waits(db, response),
            "steps": _steps(db, by, row),
            "contacts": rows(db, "select * from outside_contact where response = ? order by place desc", response),
            "openings": rows(
                db,
                "select member, on_day from response_opening where response = ? order by on_day desc, member limit ?",
                response,
                LISTED,
            ),
            "may_see_report": bool(
                rows(db, "select 1 from incident_told where incident = ? and member = ?", row["incident"], by.member)
            ),
            "exposure_first": EXPOSURE_FIRST,
            **LABELS,
        },
    )


def step_page(db: Connection, by: By, step: str) -> Page:
    """Show the case that a step belongs to."""
    return case_page(db, by, record(db, "select response from response_step where step = ?", step)["response"])


def duty_page(db: Connection, by: By) -> Page:
    """Show who is on call."""
    listed = {row[0] for row in db.execute("select member from duty where closed_on = 0")}
    return Page(
        "incidents/duty.html",
        {
            "called": called(db, by.day),
            "coordination": sorted(who.role_holders(db, "cases")),
            "listed": sorted(listed),
            "mine": by.member in listed,
        },
    )


# Playbooks


def _age(row: Mapping[str, Any], day: int) -> str:
    if not row.get("checked_on"):
        return "never"
    return "old" if day - row["checked_on"] > OLD_DAYS else "checked"


def _checked(db: Connection, kind: str) -> dict[str, Any]:
    found = rows(db, "select * from playbook where kind = ?", kind)
    return found[0] if found else {}


def guides_page(db: Connection, by: By) -> Page:
    """Show all kinds of trouble there is a text for."""
    found = [(kind, _checked(db, kind)) for kind in KIND.labels]
    return Page("incidents/guides.html", {"guides": [(kind, _age(row, by.day)) for kind, row in found], "kinds": KIND})


def guide_page(db: Connection, by: By, kind: str) -> Page:
    """Show one playbook as the group does it: the first hour, the first day, the first week."""
    kind = KIND.from_address(kind)
    if kind not in KIND:
        raise NotHereYet
    own, checked = own_of(db, kind), _checked(db, kind)
    first = [(0, EXPOSURE)] if kind in EXPOSURE_FIRST else []
    mine = [(0, line) for line in in_order(own_steps(own.get("steps", "")))]
    steps = first + sorted(kept_steps(kind, own) + mine, key=lambda pair: pair[1].hours)
    parts = (
        ("hour", [pair for pair in steps if pair[1].hours <= FIRST_HOUR]),
        ("day", [pair for pair in steps if FIRST_HOUR < pair[1].hours <= FIRST_DAY]),
        ("week", [pair for pair in steps if pair[1].hours > FIRST_DAY]),
    )
    own_lines = {
        name: [line for line in own.get(name, "").split("\n") if line] for name in ("never", "say", "never_say", "call")
    }
    values = {"kind": kind, "own": own, "checked": checked, "age": _age(checked, by.day), "start": STARTING[kind]}
    values["oneself"] = FOR_ONESELF[kind]
    return Page("incidents/guide.html", values | {"parts": parts, "lines": own_lines, "old_days": OLD_DAYS, **LABELS})
