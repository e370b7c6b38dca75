"""The pages of belonging. They only read, and show what this person may know; newcomers see codes and roles."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.people.acts import own_questions, questions
from nasij.areas.people.facts import (
    ADDRESS,
    ADVICE,
    INVITATION,
    JOIN,
    JOIN_DAYS,
    ROLES,
    STANDING,
)
from nasij.areas.people.folds import NETWORK_NAME
from nasij.areas.people.names import check_alias
from nasij.areas.people.rules import (
    check_free,
    decided_by_more,
    invitations_left,
    missing,
    request_of,
    row,
    standing_of,
    takes_part,
    value_of,
)
from nasij.clock import to_date
from nasij.errors import Nasij, NotHereYet
from nasij.ids import code
from nasij.kit import who, zones
from nasij.kit.charter import SETTINGS
from nasij.kit.page import Card, Page
from nasij.kit.rows import rows
from nasij.kit.who import By

A_PAGE = 50
OPEN = ("received", "conversation")


def month(day: int) -> str:
    """Return the year and month of a day; which day somebody came is nobody's business."""
    return to_date(day).strftime("%Y-%m")


def _roles(db: Connection, day: int) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for role in who.ROLES:
        found = db.execute(
            "select member from mandate where role = ? and state = 'active' and until >= ? order by member", (role, day)
        )
        for (member,) in found.fetchall():
            held.setdefault(member, []).append(role)
    return held


def _turn(typed: str, total: int) -> tuple[int, int]:
    """Return the page asked for and the last one."""
    last = max(1, -(-total // A_PAGE))
    return (min(max(1, int(typed)), last) if typed.isdecimal() and len(typed) < 6 else 1), last


def people_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show who belongs to the network. For trusted members."""
    listed = ("new", "trusted", "resting", "suspended")
    total = db.execute("select count(*) from member where standing in (?, ?, ?, ?)", listed).fetchone()[0]
    turn, last = _turn(number, total)
    found = rows(
        db,
        "select member.member, standing, since, alias from member left join called using (member)"
        " where standing in (?, ?, ?, ?) order by alias is null, alias, member.member limit ? offset ?",
        *listed,
        A_PAGE,
        (turn - 1) * A_PAGE,
    )
    roles = _roles(db, by.day)
    people = [
        {**one, "since": month(one["since"]), "roles": roles.get(one["member"], []), "mine": one["member"] == by.member}
        for one in found
    ]
    return Page(
        "people/list.html",
        {
            "people": people,
            "total": total,
            "before": f"/people/page/{turn - 1}" if turn > 1 else "",
            "after": f"/people/page/{turn + 1}" if turn < last else "",
            "open_joins": len(open_requests(db, by)),
            "standings": STANDING,
            "role_names": ROLES,
        },
    )


def person_page(db: Connection, by: By, member: str) -> Page:
    """Show one member; a newcomer sees of others a code and the roles they hold."""
    found = row(db, "select member, standing, since, introduced_by from member where member = ?", member)
    if found is None:
        raise NotHereYet
    knows = by.trusted
    mine = member == by.member
    return Page(
        "people/person.html",
        {
            "member": member,
            "mine": mine,
            "knows": knows,
            "called": row(db, "select * from called where member = ?", member) if knows else None,
            "standing": found["standing"] if knows or mine else "",
            "since": month(found["since"]) if knows or mine else "",
            "introduced_by": found["introduced_by"] if knows else "",
            "roles": _roles(db, by.day).get(member, []),
            "can_name": "members" in by.roles and found["standing"] == "new",
            "here": found["standing"] in who.IN_FORCE,
            "standings": STANDING,
            "role_names": ROLES,
            "addresses": ADDRESS,
        },
    )


def my_page(db: Connection, by: By) -> Page:
    """Show me what I am here, where my things are, and what the network keeps about me."""
    found = row(db, "select standing, since, introduced_by from member where member = ?", by.member)
    if found is None:
        raise NotHereYet
    made = db.execute("select count(*) from invitation where made_by = ?", (by.member,)).fetchone()[0]
    brought = db.execute("select count(*) from member where introduced_by = ?", (by.member,)).fetchone()[0]
    return Page(
        "people/me.html",
        {
            "member": by.member,
            "called": row(db, "select * from called where member = ?", by.member) if by.trusted else None,
            "standing": found["standing"],
            "since": month(found["since"]),
            "introduced_by": found["introduced_by"],
            "roles": sorted(by.roles),
            "trusted": by.trusted,
            "invitations": made,
            "brought": brought,
            "network": who.setting_text(db, NETWORK_NAME),
            "standings": STANDING,
            "role_names": ROLES,
            "addresses": ADDRESS,
        },
    )


# -- requests to join ---------------------------------------------------------------------------------------------------


def open_requests(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the open requests that this person answers, the oldest first."""
    found = rows(
        db,
        "select request, introduced_by, state, arrived_on, compared_on from join_request"
        " where state in (?, ?) order by arrived_on, request",
        *OPEN,
    )
    return [request for request in found if takes_part(by, request)]


def joins_page(db: Connection, by: By) -> Page:
    """Show the requests I take part in answering: the open ones, and those answered lately."""
    closed = rows(
        db,
        "select request, introduced_by, state, arrived_on, closed_on from join_request"
        " where closed_on > 0 order by closed_on desc, request limit 20",
    )
    return Page(
        "people/joins.html",
        {
            "requests": [
                {**request, "ends_on": request["arrived_on"] + JOIN_DAYS} for request in open_requests(db, by)
            ],
            "closed": [request for request in closed if takes_part(by, request)],
            "steps": JOIN,
        },
    )


def join_page(db: Connection, by: By, join: str) -> Page:
    """Show one request to those who answer it: what was written, what was said, and what is still missing."""
    request = request_of(db, join)
    if not takes_part(by, request):
        raise NotHereYet
    still_open = request["state"] in OPEN
    reader = "members" in by.roles
    inviter = request["introduced_by"] == by.member
    lacking = missing(db, request) if still_open else []
    readings = rows(db, "select * from join_read where request = ? order by read_on, read_by", join)
    return Page(
        "people/join.html",
        {
            "request": request,
            "ends_on": request["arrived_on"] + JOIN_DAYS,
            "said": rows(db, "select * from join_said where request = ? order by place", join),
            "readings": readings,
            "read_already": any(reading["read_by"] == by.member for reading in readings),
            "missing": lacking,
            "name_problem": name_problem(db, join, request["alias"]) if still_open else "",
            "admitted": standing_of(db, join) != "none",
            "still_open": still_open,
            "reader": reader,
            "inviter": inviter,
            "can_accept": still_open and reader and not lacking and not (inviter and decided_by_more(db)),
            "steps": JOIN,
            "advices": ADVICE,
            "addresses": ADDRESS,
        },
    )


def name_problem(db: Connection, member: str, alias: str) -> str:
    """Return what stands against a wished-for name, as a sentence; empty where nothing does."""
    try:
        check_alias(alias)
        check_free(db, member, alias)
    except Nasij as problem:
        return problem.sentence
    return ""


# -- invitations and settings -------------------------------------------------------------------------------------------


def invitations_page(db: Connection, by: By) -> Page:
    """Show my own invitations; an open one past its hours is expired already, whatever the day."""
    found = rows(
        db,
        "select invitation, state, made_on, expires_at from invitation where made_by = ?"
        " order by made_on desc, invitation",
        by.member,
    )
    for one in found:
        if one["state"] == "sent" and by.hour >= one["expires_at"]:
            one["state"] = "expired"
        one["open"] = one["state"] == "sent"
        one["hours_left"] = max(0, one["expires_at"] - by.hour)
    return Page(
        "people/invitations.html",
        {
            "invitations": found,
            "most": value_of(db, "invitations_a_month"),
            "left": invitations_left(db, by),
            "steps": INVITATION,
        },
    )


def settings_page(db: Connection, by: By) -> Page:
    """Show what the network agreed on: its name, its numbers, and what it asks newcomers."""
    numbers = [
        {
            "name": name,
            "label": setting.label,
            "value": value_of(db, name),
            "default": setting.default,
            "least": setting.least,
            "most": setting.most,
            "by_decision": setting.by_decision,
        }
        for name, setting in SETTINGS.items()
    ]
    return Page(
        "people/settings.html",
        {
            "network": who.setting_text(db, NETWORK_NAME),
            "numbers": numbers,
            "zone": zones.ZONES.labels.get(zones.chosen(db), zones.chosen(db)),
            "zone_known": zones.is_known(zones.chosen(db)),
            "questions": questions(db) if by.trusted else [],
            "own_questions": bool(own_questions(db)),
            "may_change": "members" in by.roles,
            "trusted": by.trusted,
        },
    )


def member_card(db: Connection, member: str) -> Card:
    """Show a member in another area: what they are called where this room knows it, or else their code."""
    called = row(db, "select alias from called where member = ?", member)
    return Card(called["alias"] if called and called["alias"] else code(member), f"/people/{member}")
