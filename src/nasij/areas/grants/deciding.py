"""What the panel and the payer do, and what their acts put into the books of the fund.

A fact names its author to its readers: whatever stands in the books is said by the people of the fund, under a code of its
own, and together with what the panel says, or not at all.
"""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.fund import (
    MoneyReserved,
    PayoutAttested,
    PayoutBooked,
    PayoutDisputed,
    PayoutResolved,
    PayoutReversed,
    PayoutShort,
    ReservationBacked,
    ReservationReleased,
    ShortfallAgreed,
    approvals_needed,
    available,
    lane,
    urgent_left,
)
from nasij.areas.grants.facts import (
    CarrierSetOut,
    DisputeSettled,
    DrawCommitted,
    DrawRevealed,
    DrawSecretKept,
    GrantAnswered,
    GrantDecided,
    GrantReturned,
    LessOffered,
    LinkDeclared,
    NeedAssessed,
    PartArrived,
    PayerSeated,
    PayoutFailed,
    PlaceCalled,
    PlaceTaken,
    RequestClosed,
    RequestQueued,
    SeatChanged,
    TurnCounted,
    TurnReturned,
    VerdictGiven,
)
from nasij.areas.grants.forms import (
    BookForm,
    DecideForm,
    DrawForm,
    LinkForm,
    OnePayout,
    OneSitting,
    PartForm,
    PayerForm,
    VerdictForm,
)
from nasij.areas.grants.household import stays_out
from nasij.areas.grants.lists import HARM
from nasij.areas.grants.queue import anybody_waits, draw_under_way, first_place, period_of, still_waits, turns_of
from nasij.areas.grants.rules import NEEDS_A_YES, amount_of, approvals, by_lane, on_panel, payer_is_gone, plan_of
from nasij.areas.grants.seats import may_sit, of_sitting, request_of
from nasij.areas.grants.votes import is_free, passed_for, voted
from nasij.errors import Malformed, Refused
from nasij.ids import is_id, new_id
from nasij.kit import charter, draw, money
from nasij.kit.field import mark
from nasij.kit.rows import record, rows
from nasij.kit.who import By


def stood_back(db: Connection, by: By, form: LinkForm) -> list[Any]:
    """Say the link to the panel alone, and let the next one sit; whoever asked sees only that a seat changed."""
    request = of_sitting(db, form.sitting)
    able = [one for one in may_sit(db, request, by.day) if one != by.member]
    return [
        LinkDeclared(form.sitting, form.link),
        SeatChanged(request["grant"], by.member, able[0] if able else ""),
    ]


def assessed(db: Connection, by: By, form: NeedAssessed) -> list[Any]:
    """Say how one sees it, unless one is linked."""
    stays_out(db, by, of_sitting(db, form.sitting))
    return [form]


def outcome(db: Connection, request: dict[str, Any], given: dict[str, int], day: int) -> tuple[int, str]:
    """Return the amount that verdicts come to and its lane; nothing while there are too few."""
    currency = request["currency"]
    if request["urgent"]:
        amount = amount_of(by_lane(db, given, "urgent", day), 1)
        fits = amount and amount <= urgent_left(db, currency, day)
        if fits and lane(db, amount, currency, urgent=True) == "urgent":
            return amount, "urgent"
    amount = amount_of(given, approvals_needed(db, request["amount"], currency))
    return amount, lane(db, amount, currency) if amount else ""


def judged(db: Connection, by: By, form: VerdictForm) -> list[Any]:
    """Give a verdict; where it completes the decision, decide in the same act."""
    request = of_sitting(db, form.sitting)
    stays_out(db, by, request)
    amount = request["amount"] if form.verdict == "yes" else 0
    if form.amount and form.verdict != "less":  # or "yes" with half the sum beside it would approve the whole
        raise Malformed(
            mark("An amount goes with a yes with less alone."),
            advice=mark("Choose that, or leave the amount empty."),
            field="amount",
        )
    if form.verdict == "less":
        amount = money.read(form.amount, request["currency"])
    facts: list[Any] = [VerdictGiven(form.sitting, form.verdict, amount, form.reason)]
    if not amount:
        return facts
    given = approvals(db, request) | {by.member: amount}
    comes_to, its_lane = outcome(db, request, given, by.day)
    possible = comes_to >= request["least"] and its_lane != "large" and is_due(db, by, request, its_lane)
    if comes_to and possible and comes_to <= available(db, request["currency"], request["kind"]):
        facts += _decision(db, by, request, comes_to, its_lane, "")
    return facts


def is_due(db: Connection, by: By, request: dict[str, Any], its_lane: str) -> bool:
    """Say whether it can be decided now: by the order, and by the limit of a period. If not, a verdict stands all the same."""
    turns = turns_of(db, period_of(db, by.day), request["period_code"])
    first = not still_waits(db, request["place"]) or first_place(db, request["method"], by.day) == request["place"]
    return (
        turns < charter.value(db, "grant_turns") and _is_next(db, request, its_lane) and (its_lane == "urgent" or first)
    )


def _is_next(db: Connection, request: dict[str, Any], its_lane: str) -> bool:
    """Say whether nobody on the waiting list is passed over; whether a place comes first is checked by its own fact."""
    return its_lane == "urgent" or still_waits(db, request["place"]) or not anybody_waits(db, request["place"])


def start_decide(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the decision of the group about this sum, where it needs one and there is one."""
    request = of_sitting(db, params["sitting"])
    amount, its_lane = outcome(db, request, approvals(db, request), by.day)
    return {"proposal": passed_for(db, amount, request["currency"])} if its_lane == "large" else {}


def decided(db: Connection, by: By, form: DecideForm) -> list[Any]:
    """Decide with the verdicts that are there."""
    request = of_sitting(db, form.sitting)
    on_panel(db, by, request)
    stays_out(db, by, request)
    amount, its_lane = outcome(db, request, approvals(db, request), by.day)
    if not amount:
        raise Refused(mark("There are not enough verdicts for this decision."))
    if amount < request["least"]:
        raise Refused(NEEDS_A_YES, advice=mark("Offer the smaller amount first."))
    if not _is_next(db, request, its_lane):
        raise Refused(
            mark("Others are waiting already."), advice=mark("Put it on the waiting list, so that the order decides.")
        )
    if amount > available(db, request["currency"], request["kind"]):  # said first: to an empty fund every sum is large
        raise Refused(
            mark("This is more than is available now."),
            advice=mark("Decide on less, or let the request wait until more has come in."),
        )
    proposal = form.proposal.strip().lower().replace("-", "")
    if proposal and not is_id(proposal):
        raise Malformed(mark("This is not the code of a proposal."), field="proposal")
    if its_lane == "large" and not (voted(db, proposal, amount, request["currency"]) and is_free(db, proposal)):
        raise Refused(
            mark("An amount of this size needs a vote of the group."),
            advice=mark("Propose it by code and amount alone, and decide here once it has passed."),
        )
    return _decision(db, by, request, amount, its_lane, proposal)


def _decision(db: Connection, by: By, request: dict[str, Any], amount: int, its_lane: str, proposal: str) -> list[Any]:
    """Return what stands together: the money is reserved, the turn counted, and the request answered, or none of it."""
    reservation, turn, waits = new_id(), new_id(), still_waits(db, request["place"])
    facts: list[Any] = [
        MoneyReserved(
            reservation, amount, request["currency"], request["kind"], by.day // 7, its_lane or "ordinary", proposal
        ),
    ]
    if its_lane != "urgent" and waits:
        facts.append(PlaceCalled(request["place"]))
    return [
        *facts,
        TurnCounted(turn, period_of(db, by.day), request["period_code"]),
        GrantDecided(request["sitting"], reservation, amount, its_lane, turn),
        GrantAnswered(request["grant"], amount),
    ]


def offered_less(db: Connection, by: By, form: OneSitting) -> list[Any]:
    """Offer what the verdicts come to, where that is less than still helps."""
    request = of_sitting(db, form.sitting)
    on_panel(db, by, request)
    stays_out(db, by, request)
    amount, _ = outcome(db, request, approvals(db, request), by.day)
    if not amount:
        raise Refused(mark("There are not enough verdicts for this decision."))
    return [LessOffered(request["grant"], amount)]


def queued(db: Connection, by: By, form: OneSitting) -> list[Any]:
    """Put it on the waiting list, as a place without a name."""
    request = of_sitting(db, form.sitting)
    on_panel(db, by, request)
    stays_out(db, by, request)
    if still_waits(db, request["place"]):
        raise Refused(mark("It is on the waiting list already."))
    said = rows(db, "select harm from assessment where sitting = ? order by member", form.sitting)
    if not said:
        raise Refused(
            mark("First somebody of the panel says how they see it."),
            advice=mark("The waiting list is ordered by that, or at least shows it."),
        )
    place = new_id()
    harm = min((row["harm"] for row in said), key=list(HARM.labels).index)
    taken = PlaceTaken(
        place, harm, request["period"], request["period_code"], min(request["asked_on"], by.day) // 7, request["method"]
    )
    return [taken, RequestQueued(request["grant"], place)]


def decision_of(db: Connection, request: dict[str, Any]) -> dict[str, Any]:
    """Return the newest decision about a request; raises `NotHereYet` where this room knows none."""
    found = "select * from grant_decision where sitting = ? order by decided_on desc, reservation limit 1"
    return record(db, found, request["sitting"])


def backed(db: Connection, by: By, form: OneSitting) -> list[Any]:
    """Stand behind the reservation in the books, as one of those who approved."""
    request = of_sitting(db, form.sitting)
    if by.member not in approvals(db, request):
        raise Refused(mark("Only those who approved stand behind it."))
    return [ReservationBacked(decision_of(db, request)["reservation"])]


def payer_seated(db: Connection, by: By, form: PayerForm) -> list[Any]:
    """Choose a payer who did not decide."""
    request = request_of(db, form.grant)
    on_panel(db, by, request)
    decision = decision_of(db, request)
    if form.payer in approvals(db, request):
        raise Malformed(mark("Whoever decided does not pay it out. Please choose somebody else."), field="payer")
    return [PayerSeated(form.grant, form.payer, decision["reservation"])]


def given_back(db: Connection, by: By, form: OneSitting) -> list[Any]:
    """Free what was reserved before anything was paid: to decide anew, or because it was withdrawn."""
    request = of_sitting(db, form.sitting)
    on_panel(db, by, request)
    stays_out(db, by, request)
    decision = decision_of(db, request)
    held = record(db, "select state from reservation where reservation = ?", decision["reservation"])["state"] == "held"
    withdrawn = request["state"] == "withdrawn"
    reason = "withdrawn" if withdrawn else "decided_again"
    facts: list[Any] = [ReservationReleased(decision["reservation"], reason)] if held else []
    end = RequestClosed(request["grant"]) if withdrawn else GrantReturned(request["grant"])
    counts = [] if withdrawn and request["arrived"] else [TurnReturned(decision["turn"])]  # part of it was received
    return [*facts, *counts, end]


# --- paying out ---------------------------------------------------------------------------------------------------------


def booked(db: Connection, by: By, form: BookForm) -> list[Any]:
    """Book it under the code of the reservation, and say that the carrier is on the way."""
    request = request_of(db, form.grant)
    held = record(db, "select * from reservation where reservation = ?", request["reservation"])
    fees = money.read_or_nothing(form.fees, held["currency"], "fees")
    booking = PayoutBooked(
        form.payout, request["reservation"], form.pot, held["left_minor"], fees, held["currency"], by.day // 7
    )
    return [booking, CarrierSetOut(form.grant, form.payout)]


def failed(db: Connection, by: By, form: OnePayout) -> list[Any]:
    """Take it back: in the books where it was booked, and in the request."""
    plan_of(db, form)
    paid = rows(db, "select payout.state, keeper from payout join pot using (pot) where payout = ?", form.payout)
    live = bool(paid) and paid[0]["state"] in ("booked", "unconfirmed", "disputed", "short")
    if live and paid[0]["keeper"] != by.member:
        raise Refused(
            mark("In the books this payout is still open, and only its keeper has the money back."),
            advice=mark("Say that it never arrived; a second person books what is lost."),
        )
    facts: list[Any] = [PayoutReversed(form.payout, "not_reached")] if live else []
    return [*facts, PayoutFailed(form.grant, form.payout)]


def lost(db: Connection, by: By, form: OnePayout) -> list[Any]:
    """Say that it never arrived: the first of the panel disputes it in the books, the second books what is lost.

    Then the money is held again for this request, and it is handed over anew.
    """
    request = request_of(db, form.grant)
    on_panel(db, by, request)
    plan = plan_of(db, form)
    if plan["state"] != "disputed" and not (plan["state"] == "carried" and payer_is_gone(db, request)):
        raise Refused(mark("This hand-over is not in dispute."))
    booked = record(db, "select state, reason from payout where payout = ?", form.payout)
    if booked["state"] in ("booked", "unconfirmed", "short"):
        return [PayoutDisputed(form.payout)]
    again = PayoutFailed(form.grant, form.payout)
    if booked["state"] == "disputed":
        return [PayoutResolved(form.payout, "lost"), again]
    if booked["state"] != "failed" and booked["reason"] != "lost":
        raise Refused(mark("In the books this arrived."), advice=mark("Then settle here that it counts as received."))
    return [again]


def parted(db: Connection, by: By, form: PartForm) -> list[Any]:
    """Say how much is missing: the first of the panel in the books, the second in the books and to whoever asked.

    What is missing is held again for this request, and handed over anew; the books know nothing of it but the amount.
    """
    request = request_of(db, form.grant)
    on_panel(db, by, request)
    if plan_of(db, form)["state"] != "disputed":
        raise Refused(mark("This hand-over is not in dispute."))
    missing = money.read(form.missing, request["currency"], "missing")
    booked = record(db, "select state, reason, missing from payout where payout = ?", form.payout)
    if booked["state"] in ("booked", "unconfirmed", "disputed"):
        return [PayoutShort(form.payout, missing)]
    part = PartArrived(form.grant, form.payout, missing)
    if booked["state"] == "short":
        return [ShortfallAgreed(form.payout, missing), part]
    if (booked["reason"], booked["missing"]) != ("part", missing):
        raise Refused(
            mark("In the books this ended otherwise."), advice=mark("Open the page of what is paid, and see.")
        )
    return [part]


def settled(db: Connection, by: By, form: DisputeSettled) -> list[Any]:
    """Say that it counts as received, and in the books that one knows it arrived: it takes two for both."""
    booked = record(db, "select state from payout where payout = ?", form.payout)["state"]
    if booked == "short":
        raise Refused(
            mark("In the books somebody says that part of it is missing."),
            advice=mark("Say the same amount as the second person, or say there that it is in dispute."),
        )
    said = rows(db, "select 1 from attestation where payout = ? and member = ?", form.payout, by.member)
    is_open = booked in ("booked", "unconfirmed", "disputed")
    return [form, *([PayoutAttested(form.payout)] if is_open and not said else [])]


def attested(db: Connection, _by: By, form: OnePayout) -> list[Any]:
    """Say in the books that it was received, once whoever asked has said so."""
    if plan_of(db, form)["state"] not in ("confirmed", "resolved"):
        raise Refused(mark("Whoever asked has not confirmed it yet."))
    return [PayoutAttested(form.payout)]


# --- the draw -----------------------------------------------------------------------------------------------------------


def committed(db: Connection, by: By, _form: DrawForm) -> list[Any]:
    """Promise a secret, in the draw that one person has begun or in a new one."""
    begun = draw_under_way(db)
    this, secret = (begun["draw"] if begun.get("state") == "promised" else new_id()), draw.new_secret()
    return [DrawSecretKept(this, secret), DrawCommitted(this, draw.commitment(this, by.member, secret))]


def revealed(db: Connection, _by: By, _form: DrawForm) -> list[Any]:
    """Reveal it."""
    begun = record(db, "select draw from queue_draw where state = 'closed'")["draw"]
    return [DrawRevealed(begun, record(db, "select secret from draw_secret where draw = ?", begun)["secret"])]
