"""What members see of trust: their own standing and vouches, roles, reviews, and concerns."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.trust.facts import (
    APPOINTMENT,
    CONCERN,
    CONCERN_KINDS,
    CONCERN_OUTCOMES,
    FREEZE,
    GROUNDS,
    OUTCOMES,
    REVIEW,
    ROLE_NAMES,
    VOUCH,
)
from nasij.areas.trust.mandates import by_decision, few
from nasij.areas.trust.measures import FROZEN
from nasij.areas.trust.panel import ASKING, panel, review_of, standing_of, voters
from nasij.areas.trust.reviews import (
    COOL_HOURS,
    counts,
    is_removable,
    is_votable,
    review_row,
    sitting,
    tally,
)
from nasij.areas.trust.vouches import LIVE, needed, vouched
from nasij.errors import NotHereYet
from nasij.kit import charter, turns
from nasij.kit.page import Page
from nasij.kit.rows import record, rows
from nasij.kit.who import ROLES, By, holders, holds, role_holders, setting

MEMBERS_SHOWN = 100


def _vouches(db: Connection, condition: str, *values: Any) -> list[dict[str, Any]]:
    return rows(
        db,
        "select vouch.*, coalesce(ground, '') as ground, coalesce(words, '') as words, member.standing as giver_standing"
        " from vouch left join vouch_ground using (vouch) left join member on member.member = vouch.by_member"
        f" where {condition} order by given_on desc, vouch.vouch",
        *values,
    )


def _vouch_lists() -> dict[str, Any]:
    return {"role_names": ROLE_NAMES, "grounds": GROUNDS, "vouch_steps": VOUCH}


def trust_page(db: Connection, by: By) -> Page:
    """Show my standing, my vouches and my roles."""
    since = int(record(db, "select since from member where member = ?", by.member)["since"])
    wanted = needed(db, by.member)
    takeable = [
        role
        for role in ROLES
        if role not in by.roles and by.standing == "trusted" and vouched(db, by.member, role) >= wanted
    ]
    return Page(
        "trust/mine.html",
        {
            "rest_until": next(
                (row["until"] for row in rows(db, "select until from rest where member = ?", by.member)), 0
            ),
            **_vouch_lists(),
            "probation_until": since + setting(db, "probation_days", 14),
            "count": vouched(db, by.member),
            "needed": wanted,
            "under_review": review_of(db, by.member),
            "received": _vouches(db, f"whom = ? and {LIVE}", by.member),
            "given": _vouches(db, "vouch.by_member = ?", by.member),
            "warn_on": by.day + charter.value(db, "vouch_renew_days"),
            "mandates": mandates_of(db, by.member),
            "takeable": takeable,
            "wanting": wanting(db, by) if by.trusted else [],
        },
    )


def mandates_of(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return the roles a member holds, or that are paused."""
    return rows(
        db,
        "select role, state, since, until from mandate where member = ? and state in ('active', 'suspended')"
        " order by role",
        member,
    )


def wanting(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the new members who still need vouches."""
    found = rows(
        db,
        "select member, since from member where standing = 'new' and member <> ? order by since, member limit ?",
        by.member,
        MEMBERS_SHOWN,
    )
    return [{**row, "count": vouched(db, row["member"]), "needed": needed(db, row["member"])} for row in found]


def member_page(db: Connection, by: By, member: str) -> Page:
    """Show what trust in one member rests on, and what one can do."""
    standing = standing_of(db, member)
    freezes = rows(db, f"select * from freeze where member = ? and {FROZEN}", member)
    mine = f"by_member = ? and whom = ? and role = '' and {LIVE}"
    return Page(
        "trust/member.html",
        {
            **_vouch_lists(),
            "member": member,
            "standing": standing,
            "in_force": standing in ("new", "trusted", "resting"),
            "i_vouch": bool(db.execute(f"select 1 from vouch where {mine}", (by.member, member)).fetchone()),
            "count": vouched(db, member),
            "needed": needed(db, member),
            "received": _vouches(db, f"whom = ? and {LIVE}", member),
            "mandates": mandates_of(db, member),
            "freezes": freezes,
            "freeze_steps": FREEZE,
            "review": review_of(db, member),
            "removable": is_removable(db, member, by.hour),
            "on_panel": by.member in panel(db, member, ASKING),
        },
    )


def roles_page(db: Connection, by: By) -> Page:
    """Show who holds which role until when, and what waits for a second person."""
    held = rows(
        db,
        "select role, mandate.member, state, mandate.since, until from mandate join member using (member)"
        " where state in ('active', 'suspended') and standing in ('trusted', 'resting') order by role, until",
    )
    may_propose = "members" in by.roles or not role_holders(db, "members")
    return Page(
        "trust/roles.html",
        {
            "role_names": ROLE_NAMES,
            "appointment_steps": APPOINTMENT,
            "roles": [{"role": role, "held": [row for row in held if row["role"] == role]} for role in ROLES],
            "mine": sorted(by.roles),
            "silent": {row["role"] + row["member"] for row in silent_holders(db, by)},
            "may_propose": may_propose and by.standing == "trusted" and not by_decision(db, "roles_by_decision"),
            "only_decided": by_decision(db, "roles_by_decision"),
            "only_decided_recall": by_decision(db, "recall_by_decision"),
            "alone": few(db),
            "proposals": rows(
                db, "select * from appointment where state = 'proposed' order by proposed_on, appointment"
            ),
            "recalls": rows(db, "select * from recall where state = 'asked' order by asked_on, recall"),
            "panel_for": sorted({row["member"] for row in held if by.member in panel(db, row["member"], ASKING)}),
        },
    )


def silent_holders(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return role holders who have not been heard of for long, for their deputies; only days are compared, never shown.

    A deputy is whoever shares the role; where nobody does, whoever could call it back.
    """
    limit = by.day - setting(db, "silent_days", 30)
    # Whoever came lately knows nothing of what was before: their own first day counts as a sign of everybody.
    mine = int(record(db, "select since from member where member = ?", by.member)["since"])
    found = rows(
        db,
        "select mandate.role, mandate.member, max(mandate.since, coalesce(heartbeat.day, 0)) as heard_on"
        " from mandate join member using (member) left join heartbeat using (member)"
        " where mandate.state = 'active' and standing in ('trusted', 'resting') and mandate.member <> ?"
        " order by mandate.role, mandate.member",
        by.member,
    )
    silent = [row for row in found if max(row["heard_on"], mine) < limit]
    return [
        row
        for row in silent
        if by.member in (role_holders(db, row["role"]) - {row["member"]} or panel(db, row["member"], ASKING))
    ]


def reviews_page(db: Connection, by: By) -> Page:
    """Show what is open about memberships."""
    reviews = rows(db, "select * from review where closed_on = 0 order by opened_on, review")
    freezes = rows(db, f"select * from freeze where {FROZEN} order by frozen_at, freeze")
    removals = rows(db, "select * from removal where state = 'asked' order by asked_at, removal")
    for row in removals:
        row["from_hour"] = row["asked_at"] + COOL_HOURS
        row["ripe"] = row["from_hour"] <= by.hour
        row["on_panel"] = by.member in panel(db, row["member"], ASKING)
    for row in reviews:
        row["on_panel"] = by.member in panel(db, row["whom"], ASKING)
    former = [row for row in _vouches(db, f"{LIVE} and reviewed_on = 0") if row["giver_standing"] == "left"]
    return Page(
        "trust/reviews.html",
        {
            **_vouch_lists(),
            "review_steps": REVIEW,
            "freeze_steps": FREEZE,
            "reviews": reviews,
            "freezes": freezes,
            "removals": removals,
            "former": [row for row in former if by.member in panel(db, row["whom"], ASKING)],
        },
    )


def review_page(db: Connection, by: By, review: str) -> Page:
    """Show one review to trusted members and to the person concerned."""
    row = review_row(db, review)
    concerned = row["whom"] == by.member
    if not by.trusted and not concerned:
        raise NotHereYet
    may_vote = not concerned and by.member in voters(db, row) and row["state"] not in ("decided", "closed")
    mine = db.execute(
        "select vote from review_vote where review = ? and sitting = ? and by_member = ?",
        (review, sitting(row), by.member),
    ).fetchone()
    return Page(
        "trust/review.html",
        {
            "row": row,
            "review_steps": REVIEW,
            "outcomes": OUTCOMES,
            "concerned": concerned,
            "may_vote": may_vote,
            "votable": is_votable(db, row, by.day),
            "hearing_until": row["opened_on"] + charter.value(db, "hearing_days"),
            "appeal_until": row["decided_at"] // 24 + charter.value(db, "review_appeal_days"),
            "my_vote": mine[0] if mine else "",
            "cast": sum(counts(db, row).values()),
            "voters": len(voters(db, row)),
            "settled": tally(db, row) if may_vote else "",
            "may_speak": concerned or by.member not in (row["opened_by"], row["measure_by"]),
            "on_panel": by.member in panel(db, row["whom"], ASKING),
            "removable": is_removable(db, row["whom"], by.hour),
            "grounds": _readable(db, by, "select * from review_ground where review = ? order by ground", review),
            "hearings": _readable(db, by, "select * from hearing where review = ? order by hearing", review),
        },
    )


def _readable(db: Connection, by: By, query: str, *values: Any) -> list[dict[str, Any]]:
    return [row for row in rows(db, query, *values) if holds(db, row["audience"], by.member)]


def open_concerns(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the concerns that this person reads, newest first."""
    query = "select * from concern where about <> ? order by closed_on > 0, raised_on desc, concern"
    return _readable(db, by, query, by.member)


def concerns_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show the concerns I raised, or that are mine to read, some at a time."""
    most, before = turns.span(number)
    [found], around = turns.shown("/trust/concerns", number, open_concerns(db, by)[before : before + most])
    return Page("trust/concerns.html", {"concerns": found, "kinds": CONCERN_KINDS, "concern_steps": CONCERN, **around})


def concern_page(db: Connection, by: By, concern: str) -> Page:
    """Show one concern to its readers; for anybody else there is none."""
    found = [row for row in open_concerns(db, by) if row["concern"] == concern]
    if not found:
        raise NotHereYet
    return Page(
        "trust/concern.html",
        {
            "row": found[0],
            "kinds": CONCERN_KINDS,
            "outcomes": CONCERN_OUTCOMES,
            "concern_steps": CONCERN,
            "may_close": by.member == found[0]["by_member"] or "members" in by.roles,
            "others": sorted(role_holders(db, "members") - {found[0]["about"]} - holders(db, found[0]["audience"])),
        },
    )
