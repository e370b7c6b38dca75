"""The pages of asking for money: mine, the panel's desk, one request, and one hand-over.

The desk never lists people: requests stand there by code, kind and a band of the amount. What the panel says among itself
is shown only to those whose room holds the circle of that panel; whoever asked never does.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.fund import PURPOSE, attesters, available, backers
from nasij.areas.grants.deciding import outcome
from nasij.areas.grants.desk import sat_on
from nasij.areas.grants.household import is_linked
from nasij.areas.grants.lists import (
    HARM,
    LINK,
    METHOD,
    PLAN_STEPS,
    PRESSING,
    REASON,
    REQUEST_STEPS,
    TROUBLE,
    VERDICT,
    WAY,
)
from nasij.areas.grants.queue import (
    draw_under_way,
    keeps_place,
    methods_in_use,
    period_of,
    still_waits,
    to_take_off,
    turns_of,
    undrawn,
    waiting_places,
)
from nasij.areas.grants.rules import OPEN, approvals, payer_is_gone
from nasij.areas.grants.seats import may_sit, on_call, panel_size, request_of, seated
from nasij.areas.grants.votes import passed_for
from nasij.errors import Refused
from nasij.kit import charter, money, turns
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.kit.rows import rows
from nasij.kit.who import By, role_holders

LISTED = 50
NOTES_SHOWN = 100
NEXT = {
    "submitted": mark("The people who decide read it first. They may ask something."),
    "clarifying": mark("The people who decide have asked something. Say as much as you want to."),
    "deciding": mark("It is being decided. You need not do anything."),
    "waiting": mark("There is less in the fund than is asked for. Your place on the list is kept."),
    "appealed": mark("Other people read it anew, without those who decided first."),
    "approved": mark("Less than you named is possible now. Say whether that still helps, or wait."),
    "not_now": mark("Your place is kept. You can ask that other people look at it again."),
    "reserved": mark("The money is put aside for you. Somebody who did not decide gets in touch here."),
    "paying": mark("The hand-over is being prepared or under way."),
    "received": mark("It arrived. This closes by itself, and what was said is forgotten."),
    "closed": mark("It is over. What was said here is being forgotten."),
    "withdrawn": mark("You withdrew it. What was said here is being forgotten."),
    "lapsed": mark("It lapsed because nothing happened for a long time. You can ask again at any time."),
}

LESS_IS_ENOUGH = mark("You said that less helps too. The people who decide go on with it; you need not do anything.")
RATHER_WAITS = mark("You would rather wait. The people who decide put it on the waiting list next.")
NOT_ON_THE_LIST = mark("It is not on the waiting list. You can ask that other people look at it again.")


def next_of(request: dict[str, Any]) -> str:
    """Return what comes next for whoever asked; that a place is kept is said only where there is one."""
    state = request["state"]
    if state == "approved" and request["least"] <= request["offered"]:
        return LESS_IS_ENOUGH
    if state == "waiting" and not keeps_place(request):
        return RATHER_WAITS
    if state == "not_now" and not keeps_place(request):
        return NOT_ON_THE_LIST
    return NEXT[state]


def amount_shown(amount: int, currency: str) -> str:
    """Return an amount with its currency, empty for nothing."""
    return money.said(amount, currency) if amount and currency else ""


def mine(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return what I asked for, newest first."""
    return rows(
        db,
        "select * from aid_request where asked_by = ? order by closed_on > 0, asked_on desc, grant limit ?",
        by.member,
        LISTED,
    )


def mine_page(db: Connection, by: By) -> Page:
    """Show what I asked for, and what I have begun."""
    shown = [
        row | {"shown": amount_shown(row["amount"], row["currency"]), "next": next_of(row)} for row in mine(db, by)
    ]
    return Page(
        "grants/mine.html",
        {
            "asked": shown,
            "drafts": rows(db, "select * from ask_draft order by draft"),
            "steps": REQUEST_STEPS,
            "anybody_called": bool(on_call(db, by.day) - {by.member}),
        },
    )


def desk_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show the requests that wait for me, some at a time, and the beginning of the waiting list by codes."""
    [sat], ways = turns.shown("/grants/desk", number, sat_on(db, by, *turns.span(number)))
    requests = [
        row
        | {
            "band": money.band_shown(row["amount"], row["currency"]),
            "said": bool(rows(db, "select 1 from verdict where sitting = ? and member = ?", row["sitting"], by.member)),
        }
        for row in sat
    ]
    method = charter.value(db, "grant_method")
    lists = [
        {"method": number, "places": waiting_places(db, number, turns.A_PAGE), "more": max(0, count - turns.A_PAGE)}
        for number, count in methods_in_use(db).items()
    ]
    return Page(
        "grants/desk.html",
        {
            "requests": requests,
            **ways,
            "method": METHOD[method],
            "methods": METHOD,
            "lists": lists,
            "called": by.member in on_call(db, by.day),
            "anybody_called": bool(on_call(db, by.day)),
            "draw": _draw(db, by),
            "by_draw": bool(undrawn(db)),
            "over": to_take_off(db, by.member, role_holders(db, "fund")),
            "steps": REQUEST_STEPS,
            "harms": HARM,
            "kinds": PURPOSE,
        },
    )


def _draw(db: Connection, by: By) -> dict[str, Any]:
    """Return what is to be done about the draw that is under way, if anything, and the newest that is over."""
    begun = draw_under_way(db)
    over = rows(db, "select * from queue_draw where state = 'drawn' order by begun_on desc, draw limit 1")
    found: dict[str, Any] = {"state": "", "mine": False, "revealed": False, "over": over[0] if over else None}
    if begun:
        part = rows(db, "select * from draw_part where draw = ? and member = ?", begun["draw"], by.member)
        found |= {"state": begun["state"], "mine": bool(part), "revealed": bool(part and part[0]["secret"])}
    return found


def request_page(db: Connection, by: By, grant: str) -> Page:
    """Show a request to whoever asked, or to the panel with what it says among itself."""
    request = request_of(db, grant)
    asker = request["asked_by"] == by.member
    judges = by.member in seated(db, grant) and not asker
    if not (asker or judges or request["payer"] == by.member):
        raise Refused(mark("You are not one of the people who can read this."))
    cur, linked = request["currency"], is_linked(db, by.member, request)
    values = {
        "request": request,
        "asker": asker,
        "judges": judges and not linked,
        "linked": judges and linked and request["state"] in OPEN,
        "open": request["state"] in OPEN,
        "queued": still_waits(db, request["place"]),
        "next": next_of(request),
        "amounts": {
            name: amount_shown(request[name], cur) for name in ("amount", "least", "granted", "offered", "arrived")
        },
        "notes": _notes(db, grant),
        "plans": rows(db, "select * from payout_plan where grant = ? order by moved_on, payout", grant),
        "seats": len(seated(db, grant)),
        "empty_seats": max(0, panel_size(db) - len(seated(db, grant))),
        "can_fill": bool(may_sit(db, request, by.day)),
        "too_few": len(seated(db, grant)) < charter.value(db, "fund_approvals"),
        "payer_is_gone": payer_is_gone(db, request),
        "steps": REQUEST_STEPS,
        "plan_steps": PLAN_STEPS,
        "reasons": REASON,
        "ways": WAY,
        "kinds": PURPOSE,
        "troubles": TROUBLE,
    }
    return Page("grants/request.html", values | (_of_panel(db, by, request) if judges and not linked else {}))


def _notes(db: Connection, grant: str) -> list[dict[str, Any]]:
    newest = "select * from clarification where grant = ? order by place desc limit ?"
    return rows(db, newest, grant, NOTES_SHOWN)[::-1]


def _of_panel(db: Connection, by: By, request: dict[str, Any]) -> dict[str, Any]:
    """Return what the panel says among itself."""
    sitting, cur = request["sitting"], request["currency"]
    given = approvals(db, request)
    amount, its_lane = outcome(db, request, given, by.day)
    decisions = rows(
        db, "select * from grant_decision where sitting = ? order by decided_on desc, reservation", sitting
    )
    decision = decisions[0] if decisions else None
    verdicts = rows(db, "select * from verdict where sitting = ? order by member", sitting)
    backing = backers(db, decision["reservation"]) if decision else []
    return {
        "verdicts": [row | {"shown": amount_shown(row["amount"], cur)} for row in verdicts],
        "assessments": rows(db, "select * from assessment where sitting = ? order by member", sitting),
        "links": rows(db, "select * from link_declared where sitting = ? order by member", sitting),
        "comes_to": amount_shown(amount, cur),
        "below": 0 < amount < request["least"],
        "its_lane": its_lane,
        "voted": its_lane == "large" and bool(passed_for(db, amount, cur)),
        "available": available(db, cur, request["kind"]) >= max(amount, 1),
        "turns": turns_of(db, period_of(db, by.day), request["period_code"]),
        "turns_most": charter.value(db, "grant_turns"),
        "decision": decision,
        "backs": by.member in backing,
        "approved_it": by.member in given,
        "reviewable": bool(decision) and _to_review(by, decision or {}),
        "harms": HARM,
        "pressings": PRESSING,
        "labels": VERDICT,
        "link_labels": LINK,
        "to_attest": to_attest(db, by, request["grant"]),
        "disputed_by": _first_said(db, request["grant"], "disputed"),
        "shorts": _first_said(db, request["grant"], "short"),
    }


def _first_said(db: Connection, grant: str, state: str) -> dict[str, str]:
    """Return who put a payout of this request into a state in the books that a second person ends."""
    found = db.execute(
        "select payout, disputed_by from payout join payout_plan using (payout) where grant = ? and payout.state = ?",
        (grant, state),
    )
    return dict(found.fetchall())


def to_attest(db: Connection, by: By, grant: str) -> list[str]:
    """Return the payouts that arrived and of which the books can still hear it from me."""
    arrived = rows(
        db,
        "select payout from payout_plan join payout using (payout) where grant = ? and payer <> ?"
        " and payout_plan.state in ('confirmed', 'resolved') and payout.state in ('booked', 'unconfirmed', 'disputed')"
        " order by payout",
        grant,
        by.member,
    )
    return [row["payout"] for row in arrived if by.member not in attesters(db, row["payout"])]


def _to_review(by: By, decision: dict[str, Any]) -> bool:
    """Say whether an urgent decision has yet to be looked at by somebody like me."""
    return decision["lane"] == "urgent" and not decision["reviewed_on"] and decision["decided_by"] != by.member


def payout_page(db: Connection, by: By, grant: str) -> Page:
    """Show the hand-over to whoever pays it out."""
    request = request_of(db, grant)
    if request["payer"] != by.member:
        raise Refused(mark("This is for the person who pays it out."))
    held = rows(db, "select * from reservation where reservation = ?", request["reservation"])
    plans = rows(db, "select * from payout_plan where grant = ? order by moved_on desc, payout", grant)
    return Page(
        "grants/payout.html",
        {
            "request": request,
            "held": held[0] if held else None,
            "enough": bool(held) and len(backers(db, request["reservation"])) >= held[0]["needed"],
            "amount": amount_shown(request["granted"], request["currency"]),
            "plans": plans,
            "plan": next((plan for plan in plans if plan["state"] not in ("failed", "partly")), None),
            "plan_steps": PLAN_STEPS,
            "ways": WAY,
            "troubles": TROUBLE,
        },
    )
