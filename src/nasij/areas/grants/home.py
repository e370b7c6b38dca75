"""What the home page says about money that is asked for, the most harmful to leave first."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.fund import available, backers
from nasij.areas.grants import household
from nasij.areas.grants.deciding import is_due, outcome
from nasij.areas.grants.pages import mine as asked_by_me
from nasij.areas.grants.pages import sat_on, to_attest
from nasij.areas.grants.queue import first_place, to_take_off
from nasij.areas.grants.rules import OPEN, approvals, payer_is_gone
from nasij.areas.grants.seats import may_pay, may_sit, seated
from nasij.areas.grants.votes import is_asked, passed_for
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By, role_holders


def _item(harm: int, text: str, request: dict[str, Any], more: str = "") -> Item:
    return Item(harm, text, f"/grants/{request['grant']}{more}", {"code": code(request["grant"])})


def _has_said(db: Connection, by: By, request: dict[str, Any]) -> bool:
    found = rows(db, "select 1 from verdict where sitting = ? and member = ?", request["sitting"], by.member)
    return bool(found)


def urgent(db: Connection, by: By) -> list[Item]:
    """Return urgent requests that I sit on and have said nothing about."""
    text = mark("%(code)s asks for money and cannot wait")
    return [
        _item(0, text, request)
        for request in sat_on(db, by)
        if request["urgent"] and request["state"] in OPEN and not _has_said(db, by, request)
    ]


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for me: as whoever asked, as one of the panel, and as payer."""
    items = household.waiting(db, by) + [
        item for request in asked_by_me(db, by) if not request["closed_on"] for item in _for_asker(db, by, request)
    ]
    for request in sat_on(db, by):
        if request["payer"] == by.member:
            items += _for_payer(db, by, request)
        if by.member in seated(db, request["grant"]):
            items += _for_panel(db, by, request)
    text = mark("%(code)s on the waiting list waits no longer: take it off")
    over = to_take_off(db, by.member, role_holders(db, "fund")) if "fund" in by.roles else []
    return items + [Item(1, text, "/grants/desk", {"code": code(place)}) for place in over]


def _for_asker(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    items = []
    if request["state"] == "approved" and request["least"] > request["offered"]:
        items.append(_item(1, mark("Less than you asked for in %(code)s is possible: does it still help?"), request))
    if request["state"] == "clarifying":
        items.append(_item(1, mark("Something was asked about %(code)s"), request))
    too_few = len(seated(db, request["grant"])) < _deciders(db)
    if request["state"] in OPEN and too_few and not may_sit(db, request, by.day):
        items.append(_item(1, mark("Too few are left who may decide about %(code)s: name more"), request, "/name"))
    nobody_pays = payer_is_gone(db, request) or not request["payer"]
    if request["state"] == "reserved" and nobody_pays and len(may_pay(db, request)) <= _deciders(db):
        text = mark("Nobody may be left who can pay out %(code)s: name more")
        items.append(_item(1, text, request, "/name"))
    plans = rows(db, "select state from payout_plan where grant = ?", request["grant"])
    if any(plan["state"] in ("carried", "delivered", "disputed") for plan in plans):
        items.append(_item(1, mark("Did what you asked for in %(code)s arrive?"), request))
    return items


def _deciders(db: Connection) -> int:
    return charter.value(db, "fund_approvals")


def _for_payer(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    plans = rows(db, "select state from payout_plan where grant = ? and state <> 'failed'", request["grant"])
    if not plans or plans[-1]["state"] in ("prepared", "carried"):
        return [_item(1, mark("You pay out %(code)s: see what comes next"), request, "/payout")]
    return []


def _for_panel(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    items = []
    if request["state"] in OPEN and household.is_linked(db, by.member, request):
        return [_item(1, mark("You live with somebody %(code)s is about: stand back"), request)]
    if request["state"] in OPEN:
        empty = len(seated(db, request["grant"])) < charter.value(db, "grant_panel")
        if empty and may_sit(db, request, by.day):
            items.append(_item(1, mark("A seat is empty for %(code)s: let the next one sit"), request))
        if not _has_said(db, by, request) and not request["urgent"]:
            items.append(_item(2, mark("%(code)s waits for your verdict"), request))
        items += _can_be_decided(db, by, request)
    if request["state"] == "not_now" and request["place"] == first_place(db, request["method"], by.day) != "":
        items.append(_item(1, mark("%(code)s comes first on the waiting list now: take it up again"), request))
    return items + _after_decision(db, by, request)


def _can_be_decided(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    """Say what can be done with enough verdicts, and nothing where that waits for others: money, a vote, or a yes."""
    amount, its_lane = outcome(db, request, approvals(db, request), by.day)
    currency = request["currency"]
    if not amount or amount > available(db, currency, request["kind"]):
        return []
    if amount < request["least"]:
        offered = request["state"] == "approved" and request["offered"] == amount
        return [] if offered else [_item(1, mark("Less can be offered for %(code)s than was asked for"), request)]
    if its_lane == "large" and not passed_for(db, amount, currency):
        text = mark("%(code)s is large: the group is asked about the sum first")
        return [] if is_asked(db, amount, currency) else [_item(1, text, request)]
    if not is_due(db, by, request, its_lane):
        return []
    return [_item(1, mark("There are enough verdicts for %(code)s: it can be decided"), request)]


def _after_decision(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    items = []
    found = rows(
        db,
        "select * from grant_decision where sitting = ? order by decided_on desc, reservation limit 1",
        request["sitting"],
    )
    for decision in found:
        mine = by.member in approvals(db, request)
        held = rows(db, "select state from reservation where reservation = ?", decision["reservation"])
        if request["state"] == "reserved" and held and held[0]["state"] not in ("held", "used"):
            items.append(_item(1, mark("The money for %(code)s is not reserved any more: decide anew"), request))
        elif request["state"] == "reserved" and mine and by.member not in backers(db, decision["reservation"]):
            items.append(_item(1, mark("Stand behind the reservation you agreed to, for %(code)s"), request))
        if request["state"] == "withdrawn":
            items.append(_item(1, mark("%(code)s was withdrawn: free the money that was reserved for it"), request))
        if request["state"] == "reserved" and (payer_is_gone(db, request) or not request["payer"]):
            items.append(_item(1, mark("Somebody is needed who pays out %(code)s"), request))
        if decision["lane"] == "urgent" and not decision["reviewed_on"] and decision["decided_by"] != by.member:
            items.append(_item(3, mark("An urgent decision about %(code)s has not been looked at since"), request))
    for plan in rows(db, "select * from payout_plan where grant = ?", request["grant"]):
        if plan["state"] in ("prepared", "carried") and payer_is_gone(db, request):
            items.append(
                _item(1, mark("Whoever was to pay out %(code)s is not here now: see what comes next"), request)
            )
        if plan["state"] == "disputed" and plan["payer"] != by.member:
            items.append(_item(1, mark("The hand-over of %(code)s is disputed"), request))
    text = mark("Attest in the books that %(code)s arrived")
    return items + [_item(2, text, request) for _ in to_attest(db, by, request["grant"])]


def mine(db: Connection, by: By) -> list[Item]:
    """Return what I asked for and is under way, in its state's words."""
    texts = {
        "submitted": mark("You asked for money in %(code)s: it is being read"),
        "clarifying": mark("You asked for money in %(code)s: it is being clarified"),
        "waiting": mark("You asked for money in %(code)s: it is on the waiting list"),
        "reserved": mark("You asked for money in %(code)s: it is put aside for you"),
        "paying": mark("You asked for money in %(code)s: it is on its way"),
        "not_now": mark("You asked for money in %(code)s: not this time, and your place is kept"),
    }
    other = mark("You asked for money in %(code)s: it is being decided")
    return [
        _item(3, texts.get(request["state"], other), request)
        for request in asked_by_me(db, by)
        if not request["closed_on"] and request["state"] != "received"
    ]
