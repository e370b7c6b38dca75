"""The pages of campaigns and actions. Whoever goes along sees their own circle; where it is led, all of them stand together."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.campaigns import lists, sheet, sheets
from nasij.areas.campaigns.acts import going, missed_by_buddy
from nasij.areas.campaigns.folds import incident_of
from nasij.areas.campaigns.rules import GOING_AHEAD, SIGNED_BY, counts, needs_vote, places_left, rests_on, signed
from nasij.areas.decisions import outcome
from nasij.areas.fund import METHOD, PURPOSE, currencies, earmarked, kept_for
from nasij.clock import day_of, to_date
from nasij.errors import NotHereYet
from nasij.ids import new_id
from nasij.kit import charter, turns, who
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LABELS = {
    "campaign_steps": lists.CAMPAIGN_STEPS,
    "action_steps": lists.ACTION_STEPS,
    "joining_steps": lists.JOINING_STEPS,
    "surplus_steps": lists.SURPLUS_STEPS,
    "sheet_steps": sheet.SHEET_STEPS,
    "reasons": {**sheet.REASON.labels, sheet.COUNT: sheet.COUNTED},
    "faces": lists.FACE,
    "kinds": lists.ACTION_KIND,
    "exposures": lists.EXPOSURE,
    "threats": lists.THREAT,
    "levels": lists.LEVEL,
    "verdicts": lists.VERDICT,
    "roles": lists.ACTION_ROLE,
    "seen": lists.SEEN,
    "parts": lists.PART,
    "sorts": lists.LESSON,
    "methods": METHOD,
    "purposes": PURPOSE,
}


def list_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show campaigns, actions, and where I go along; what grows with the years some at a time."""
    first, span = turns.turn_of(number) == 1, turns.span(number)
    on_a_page = "order by moved_on desc, {} limit ? offset ?"
    of_campaigns = "select * from campaign where state {} 'closed' " + on_a_page.format("campaign")
    of_actions = "select * from action where state <> 'cleared' " + on_a_page.format("action")
    grown = (
        rows(db, of_actions, *span),
        rows(db, of_campaigns.format("<>"), *span),
        rows(db, of_campaigns.format("="), *span),
        lessons(db, "", *span),
    )
    shown, around = turns.shown("/together", number, *grown)
    values = {
        **dict(zip(("actions", "campaigns", "closed", "lessons"), shown, strict=True)),
        "along": my_joinings(db, by) if first else [],
        "sheets": [sheets.shown(db, by, row) for row in rows(db, "select * from sheet order by sheet")]
        if first
        else [],
        "first": first,
    }
    return Page("campaigns/list.html", values | around | LABELS | {"me": by.member})


def my_joinings(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return where I go along."""
    return rows(
        db,
        "select joining.*, coalesce(kind, '') as kind from joining left join action using (action)"
        " where member = ? and joining.state <> 'ended' order by joining",
        by.member,
    )


def lessons(
    db: Connection, kind: str = "", most: int = turns.A_PAGE, before: int = 0, action: str = ""
) -> list[dict[str, Any]]:
    """Return what actions taught, of one kind or of all, those of `action` first and then the newest."""
    sql = "select lesson, action, kind, sort, words, noted_on from action_lesson where ? in ('', kind)"
    return rows(db, sql + " order by action <> ?, noted_on desc, lesson limit ? offset ?", kind, action, most, before)


def money_stands(db: Connection, campaign: str) -> list[dict[str, Any]]:
    """Return, for each currency, what was raised, what went out and what is left, from the books alone."""
    found = []
    for currency in currencies(db):
        raised = db.execute(
            "select coalesce(sum(case when earmark > 0 and kind = 'gift' then earmark else 0 end), 0) from ledger_entry"
            " where purpose = ? and reversed = 0 and exists (select 1 from posting where posting.entry ="
            " ledger_entry.entry and currency = ?)",
            (campaign, currency),
        ).fetchone()[0]
        left = earmarked(db, campaign, currency)
        if raised or left:
            free = kept_for(db, campaign, currency)
            found.append({"currency": currency, "raised": int(raised), "left": left, "free": free})
    return found


def campaign_page(db: Connection, by: By, campaign: str) -> Page:
    """Show one campaign with its money and its actions."""
    row = fields(db, "campaign", "campaign", campaign)
    surpluses = rows(db, "select * from surplus where campaign = ? order by surplus", campaign)
    values = {
        "campaign": row,
        "fundraisers": rows(db, "select * from fundraiser where campaign = ? order by fundraiser", campaign),
        "expenses": rows(
            db,
            "select campaign_expense.*, amount, currency, reservation.state as held from campaign_expense"
            " join reservation using (reservation) where campaign = ? order by reservation",
            campaign,
        ),
        "stands": money_stands(db, campaign),
        "surpluses": [one | {"outcome": outcome(db, one["proposal"])} for one in surpluses],
        "actions": rows(db, "select * from action where campaign = ? order by moved_on desc, action", campaign),
        "leads": row["lead"] == by.member,
        "fund": "fund" in by.roles,
    }
    return Page("campaigns/campaign.html", values | LABELS | {"me": by.member})


def headcount(db: Connection, action: str) -> list[dict[str, Any]]:
    """Return everybody who goes along, who was not heard from first."""
    order = {"unaccounted": 0, "arrived": 1, "confirmed": 1, "interested": 2, "safe": 3}
    found = [
        row | {"missed": missed_by_buddy(db, row) and row["state"] in ("confirmed", "arrived")}
        for row in going(db, action, *order)
    ]
    return sorted(found, key=lambda row: (not row["missed"], order[row["state"]], row["joining"]))


def action_page(db: Connection, by: By, action: str) -> Page:
    """Show one action: to all what all may know, and to those who lead it who goes along."""
    row = fields(db, "action", "action", action)
    leads = counts(row, by)
    along = headcount(db, action) if leads else []
    mine = [one for one in my_joinings(db, by) if one["action"] == action]
    values = {
        "action": row,
        "reviews": rows(db, "select * from risk_review where action = ? order by member", action),
        "missing_signatures": max(0, SIGNED_BY - len(signed(db, action))),
        "may_sign": _may_sign(db, by, row),
        "held": lists.COURSE_OF.get(row["state"]) == "held"
        and any(one["state"] == "confirmed" for one in along + mine),
        "votes": needs_vote(db, row),
        "outcome": outcome(db, row["proposal"]) if row["proposal"] else "",
        "left": places_left(db, row),
        "by_role": rows(
            db,
            "select role, count(*) as many from action_place where action = ? and freed = 0 group by role order by role",
            action,
        ),
        "along": along,
        "out": sum(one["state"] in ("confirmed", "arrived", "unaccounted") for one in along),
        "mine": mine[0] if mine else {},
        "pictures": pictures(db, action) if leads else [],
        "sheets": [
            sheets.shown(db, by, one) for one in rows(db, "select * from sheet where action = ? order by sheet", action)
        ],
        "may_leave": _may_leave(db, by, row, mine),
        "lessons": lessons(db, row["kind"], action=action),
        "leads": row["lead"] == by.member,
        "counts": leads,
        "clear_days": charter.value(db, "action_clear_days"),
    }
    return Page("campaigns/action.html", values | LABELS | {"me": by.member})


def _may_sign(db: Connection, by: By, row: dict[str, Any]) -> bool:
    """Say whether this person can sign the review of its risks, or sign it anew."""
    going_ahead = row["state"] in GOING_AHEAD and rests_on(db, by, row["action"])
    return row["lead"] != by.member and (row["state"] in ("proposed", "reviewed") or going_ahead)


def _may_leave(db: Connection, by: By, row: dict[str, Any], mine: list[dict[str, Any]]) -> bool:
    """Say whether this person can still leave a sheet: one each, of whoever goes along or leads it."""
    goes = row["lead"] == by.member or any(one["state"] != "safe" for one in mine)
    there = rows(db, "select 1 from sheet where action = ? and member = ?", row["action"], by.member)
    return goes and not there and row["state"] in ("announced", "happening")


def pictures(db: Connection, action: str) -> list[dict[str, Any]]:
    """Return what was asked about pictures, by its words: it may be shown once everybody in it said yes."""
    found = rows(
        db,
        "select words, count(*) as asked, sum(answer = 'yes') as agreed, sum(answer = 'no') as refused"
        " from picture_asking where action = ? group by words order by words",
        action,
    )
    return [row | {"free": row["asked"] == row["agreed"]} for row in found]


def course_of(db: Connection, by: By, joining: dict[str, Any]) -> str:
    """Return how far an action is: as all trusted members read it, or as this circle was told where one does not."""
    found = rows(db, "select state from action where action = ?", joining["action"]) if by.trusted else []
    return lists.COURSE_OF.get(found[0]["state"], "over") if found else str(joining["course"])


def _readable(db: Connection, by: By, joining: str) -> dict[str, Any]:
    row = fields(db, "joining", "joining", joining)
    if by.member not in who.holders(db, row["audience"]):
        raise NotHereYet
    return row


_INTERESTED = mark("Whoever leads it reads this and speaks with you. Nothing else is needed now.")
_CONFIRMED = mark("You are told when and where in parts, here. Look again shortly before.")
_THERE = mark("When you are home, say so here: they wait to hear of everybody.")
_UNDER_WAY = mark("It has begun. Say when you are there, and later when you are home.")
_MISSED = mark("They are looking for you. Call whoever counts, so that they hear your voice.")
_SAFE = mark("You are back, and they know. It is good to have you.")
_HELD = mark("It is held: its risks are looked at anew. Go nowhere until you are told here that it goes ahead.")
_TAKEN_OFF = mark("You do not go along any more, and nobody counts on you there. Please do not go.")
_OFF = mark("It does not take place. You need not go anywhere.")


def _next_step(joining: dict[str, Any], course: str) -> str:
    """Return the one thing to know now, for whoever goes along; nothing where the page says it all."""
    if joining["taken_off"] and course in ("announced", "held", "happening"):
        return _TAKEN_OFF
    if course in ("no_go", "held"):
        return {"no_go": _OFF, "held": _HELD}[course]
    if course == "announced":
        return {"interested": _INTERESTED, "confirmed": _CONFIRMED}.get(joining["state"], "")
    if course == "happening":
        said = {"confirmed": _UNDER_WAY, "arrived": _THERE, "unaccounted": _MISSED, "safe": _SAFE}
        return said.get(joining["state"], "")
    return _SAFE if joining["state"] == "safe" else ""


def joining_page(db: Connection, by: By, joining: str) -> Page:
    """Show one person's going along to themselves, to whoever leads it and to the contact outside."""
    row = _readable(db, by, joining)
    course = course_of(db, by, row)
    action = fields(db, "action", "action", row["action"]) if by.trusted else {}
    own, counting = row["member"] == by.member, counts(row, by)
    values = {
        "joining": row,
        "action": action,
        "begun": course == "happening",
        "parts_told": rows(db, "select * from joining_part where joining = ? order by told_at, part", joining),
        "askings": rows(db, "select * from picture_asking where joining = ? order by asking", joining),
        "own": own,
        "next_step": _next_step(row, course) if own else "",
        "may_leave": own and bool(action) and _may_leave(db, by, action, [row]),
        "leads": row["lead"] == by.member and by.trusted,
        "counts": counting,
        "may_ask": counting and by.trusted,
        "opened": [] if by.trusted or not own else _opened(db, row),
        "missed": missed_by_buddy(db, row),
        "incident": incident_of(joining) if row["state"] == "unaccounted" else "",
        "late": row["state"] in ("confirmed", "arrived") and by.hour >= row["back_by"] > 0,
    }
    return Page("campaigns/joining.html", values | LABELS | {"me": by.member})


def _opened(db: Connection, joining: dict[str, Any]) -> list[dict[str, Any]]:
    """Return by whom and why somebody's sheet was opened, for whoever does not read that where trusted members do."""
    told = "select asker, second, reason, words from sheet where action = ? and member = ? and asker <> ''"
    return rows(db, told, joining["action"], joining["member"])


def date_page(db: Connection, by: By, joining: str) -> Page:
    """Offer a file for a calendar with the day and a word that says nothing; only where somebody asks for it.

    Its number is drawn for the file alone: nothing in a calendar that was taken leads to a record here.
    """
    row = _readable(db, by, joining)
    if row["member"] != by.member or not row["back_by"]:
        raise NotHereYet
    day = f"{to_date(day_of(row['back_by'])):%Y%m%d}"
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//c//c//", "BEGIN:VEVENT", f"UID:{new_id()}",
        f"DTSTAMP:{day}T000000Z", f"DTSTART;VALUE=DATE:{day}", "SUMMARY:{word}", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return Page("campaigns/date.html", {"joining": row, "file": "\r\n".join(lines)})
