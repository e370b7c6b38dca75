"""What the home page says about money that is asked for, the most harmful to leave first."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.fund import available
from nasij.areas.grants import desk, household
from nasij.areas.grants.deciding import is_due, outcome
from nasij.areas.grants.pages import mine as asked_by_me
from nasij.areas.grants.queue import draw_under_way, keeps_place, still_waits, to_take_off, undrawn
from nasij.areas.grants.rules import OPEN, payer_is_gone
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


def urgent(db: Connection, by: By) -> list[Item]:
    """Return urgent requests that I sit on and have said nothing about."""
    text, found = mark("%(code)s asks for money and cannot wait"), desk.in_short(db, by, urgent=True)
    said = desk.said_by(db, by.member) if found else set()
    return [_item(0, text, request) for request in found if request["state"] in OPEN and request["sitting"] not in said]


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for me: as whoever asked, as one of the panel, and as payer."""
    items = household.waiting(db, by) + [
        item for request in asked_by_me(db, by) if not request["closed_on"] for item in _for_asker(db, by, request)
    ]
    requests = desk.in_short(db, by)
    known = desk.read(db, by) if requests else None
    for request in requests:
        assert known is not None
        if request["payer"] == by.member:
            items += _for_payer(known, request)
        if by.member in known.seated(request["grant"]):
            items += _for_panel(db, by, known, request)
    text = mark("%(code)s on the waiting list waits no longer: take it off")
    items += _of_draw(db, by) if "fund" in by.roles else []
    over = to_take_off(db, by.member, role_holders(db, "fund")) if "fund" in by.roles else []
    return items + [Item(1, text, "/grants/desk", {"code": code(place)}) for place in over]


def _of_draw(db: Connection, by: By) -> list[Item]:
    """Say that places wait for a draw, which two people make; and that one's own part of it is to be shown."""
    begun = draw_under_way(db)
    part = rows(db, "select * from draw_part where draw = ? and member = ?", begun.get("draw", ""), by.member)
    if begun.get("state") == "closed":
        text = mark("The draw waits until you reveal your secret")
        return [Item(1, text, "/grants/desk", {})] if part and not part[0]["secret"] else []
    text = mark("The waiting list has no order yet: take part in the draw")
    return [Item(2, text, "/grants/desk", {})] if undrawn(db) and not part else []


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


def _for_payer(known: desk.Known, request: dict[str, Any]) -> list[Item]:
    plans = [plan for plan in known.plans.get(request["grant"], ()) if plan["state"] not in ("failed", "partly")]
    if not plans or plans[-1]["state"] in ("prepared", "carried"):
        return [_item(1, mark("You pay out %(code)s: see what comes next"), request, "/payout")]
    return []


def _for_panel(db: Connection, by: By, known: desk.Known, request: dict[str, Any]) -> list[Item]:
    items = []
    if request["state"] in OPEN:
        if known.household & {request["asked_by"], request["for_whom"]}:
            return [_item(1, mark("You live with somebody %(code)s is about: stand back"), request)]
        if len(known.seated(request["grant"])) < known.panel and may_sit(db, request, by.day):
            items.append(_item(1, mark("A seat is empty for %(code)s: let the next one sit"), request))
        if request["sitting"] not in known.said and not request["urgent"]:
            items.append(_item(2, mark("%(code)s waits for your verdict"), request))
        items += _can_be_decided(db, by, request, known.approvals(request))
    if request["state"] == "waiting" and not still_waits(db, request["place"]):
        items.append(_item(1, mark("%(code)s would rather wait: put it on the waiting list"), request))
    if request["state"] == "not_now" and request["place"] == known.first(db, by, request["method"]) != "":
        items.append(_item(1, mark("%(code)s comes first on the waiting list now: take it up again"), request))
    return items + _after_decision(by, known, request) + _of_plans(by, known, request)


def _can_be_decided(db: Connection, by: By, request: dict[str, Any], given: dict[str, int]) -> list[Item]:
    """Say what can be done with enough verdicts, and nothing where that waits for others: money, a vote, or a yes."""
    if not given or (len(given) < _deciders(db) and not request["urgent"]):
        return []
    amount, its_lane = outcome(db, request, given, by.day)
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


def _after_decision(by: By, known: desk.Known, request: dict[str, Any]) -> list[Item]:
    decision = known.decisions.get(request["sitting"])
    if decision is None:
        return []
    items = []
    if request["state"] == "reserved":
        mine = by.member in known.approvals(request)
        if decision["held_state"] not in ("", "held", "used"):
            items.append(_item(1, mark("The money for %(code)s is not reserved any more: decide anew"), request))
        elif mine and decision["reservation"] not in known.backed:
            items.append(_item(1, mark("Stand behind the reservation you agreed to, for %(code)s"), request))
        if not request["payer"] or request["payer"] not in known.holders:
            items.append(_item(1, mark("Somebody is needed who pays out %(code)s"), request))
    if request["state"] == "withdrawn":
        items.append(_item(1, mark("%(code)s was withdrawn: free the money that was reserved for it"), request))
    if decision["lane"] == "urgent" and not decision["reviewed_on"] and decision["decided_by"] != by.member:
        items.append(_item(3, mark("An urgent decision about %(code)s has not been looked at since"), request))
    return items


def _of_plans(by: By, known: desk.Known, request: dict[str, Any]) -> list[Item]:
    items = []
    gone = bool(request["payer"]) and request["payer"] not in known.holders
    for plan in known.plans.get(request["grant"], ()):
        if plan["state"] in ("prepared", "carried") and gone:
            items.append(
                _item(1, mark("Whoever was to pay out %(code)s is not here now: see what comes next"), request)
            )
        if plan["state"] == "disputed" and plan["payer"] != by.member:
            items.append(_item(1, mark("The hand-over of %(code)s is disputed"), request))
        if plan["payout"] in known.to_attest:
            items.append(_item(2, mark("Attest in the books that %(code)s arrived"), request))
    return items


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
    placeless = {
        "waiting": mark("You asked for money in %(code)s: you would rather wait"),
        "not_now": mark("You asked for money in %(code)s: not this time"),
    }
    other = mark("You asked for money in %(code)s: it is being decided")
    return [
        _item(3, (texts if keeps_place(request) else texts | placeless).get(request["state"], other), request)
        for request in asked_by_me(db, by)
        if not request["closed_on"] and request["state"] != "received"
    ]
