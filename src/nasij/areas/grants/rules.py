"""What may be said about a request for money. A rule reads what all readers of its fact hold, and nothing else.

So a fact that whoever asks can read is checked by the request alone, one of the panel by verdicts and the books as well, and
one of the fund's people by codes alone.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.facts import (
    AlternatesNamed,
    ClarificationAsked,
    ClarificationGiven,
    DrawCommitted,
    DrawRevealed,
    GrantAnswered,
    GrantAppealed,
    GrantAsked,
    GrantDecided,
    GrantReturned,
    LessAccepted,
    LessDeclined,
    LessOffered,
    LinkDeclared,
    NeedAssessed,
    NotThisTime,
    OnCallBegun,
    PartArrived,
    PayerSeated,
    PayoutFailed,
    PayoutPrepared,
    PlaceCalled,
    PlaceLeft,
    PlaceTaken,
    ReceiptConfirmed,
    RequestClosed,
    RequestQueued,
    RequestTakenUp,
    RequestWithdrawn,
    SeatChanged,
    TurnCounted,
    TurnReturned,
    UrgentReviewed,
    VerdictGiven,
)
from nasij.areas.grants.lists import PLAN_STEPS, REQUEST_STEPS
from nasij.areas.grants.queue import BY_DRAW, draw_under_way, first_place, methods_in_use, period_of, turns_of, undrawn
from nasij.areas.grants.seats import (
    check_seats,
    eligible,
    may_pay,
    may_sit,
    of_sitting,
    on_call,
    panel_size,
    request_of,
    seated,
)
from nasij.areas.grants.votes import voted
from nasij.errors import Malformed, Refused
from nasij.kit import charter, draw, who
from nasij.kit.field import mark
from nasij.kit.money import is_currency
from nasij.kit.rows import record, rows
from nasij.kit.who import By

OPEN = ("submitted", "clarifying", "deciding", "waiting", "appealed", "approved")
FOR_THE_PANEL = mark("This is for the people who decide about this request.")
FOR_THE_ASKER = mark("This is for whoever asked.")
SAID_ALREADY = mark("This was already written down.")
NEEDS_A_YES = mark("This is less than what still helps: whoever asks is asked first.")


def on_panel(db: Connection, by: By, request: dict[str, Any]) -> None:
    """Raise `Refused` unless this person sits on the panel now; whoever asks never does."""
    if by.member not in seated(db, request["grant"]) or by.member in (request["asked_by"], request["for_whom"]):
        raise Refused(FOR_THE_PANEL)


def is_open(request: dict[str, Any]) -> None:
    """Raise `Refused` where nothing is left to decide."""
    if request["state"] not in OPEN:
        raise Refused(
            mark("This request is decided already."), advice=mark("Open it again to see where it stands now.")
        )


# --- asking -------------------------------------------------------------------------------------------------------------


def may_be_on_call(db: Connection, by: By, fact: OnCallBegun) -> None:
    """Keep it short, so that nobody is on call who has forgotten it."""
    most = charter.value(db, "grant_on_call_days")
    if not by.day <= fact.until <= by.day + most:
        raise Malformed(mark("Please choose a day within the next %(count)d days."), field="until", count=most)


def may_ask(db: Connection, by: By, fact: GrantAsked) -> None:
    """Check amounts, for whom it is, the period and the seats. Nothing about who somebody is, and no papers."""
    if rows(db, "select 1 from aid_request where grant = ? or sitting = ?", fact.grant, fact.sitting):
        raise Refused(SAID_ALREADY)
    if not is_currency(fact.currency):
        raise Malformed(mark("Please write a currency as three letters, such as JOD."), field="currency")
    if fact.least > fact.amount:
        raise Malformed(mark("The least that still helps is not more than what is asked for."), field="least")
    _for_whom(db, by, fact)
    if fact.period not in (period_of(db, by.day), period_of(db, by.day - 1)):
        raise Malformed(mark("This was written some time ago. Please send it again."))
    check_seats(db, fact, (by.member, fact.for_whom), urgent=fact.urgent, day=by.day)


def _for_whom(db: Connection, by: By, fact: GrantAsked) -> None:
    if (fact.for_whom or fact.ground) and not fact.on_behalf:
        raise Malformed(mark("Please say on which ground you ask for somebody else."), field="on_behalf")
    if fact.for_whom and (fact.for_whom == by.member or fact.for_whom not in who.members(db)):
        raise Malformed(mark("Please choose somebody else who is among us now."), field="for_whom")
    if fact.on_behalf not in ("", "consented") and not fact.ground:
        raise Malformed(mark("Please say in a few words why they could not agree themselves."), field="ground")


def _mine(db: Connection, by: By, grant: str) -> dict[str, Any]:
    request = request_of(db, grant)
    if request["asked_by"] != by.member:
        raise Refused(FOR_THE_ASKER)
    return request


def may_name(db: Connection, by: By, fact: AlternatesNamed) -> None:
    """Let whoever asked name more people of the fund who may decide, or who may pay it out once it is decided."""
    request = _mine(db, by, fact.grant)
    if request["state"] != "reserved":
        is_open(request)
    sat = {row["member"] for row in rows(db, "select member from sitter where grant = ?", fact.grant)}
    if sat.intersection(fact.alternates) or not set(fact.alternates) <= eligible(db, by.member, request["for_whom"]):
        raise Malformed(mark("Somebody of these cannot decide about it."), field="alternates")


def may_change_seat(db: Connection, by: By, fact: SeatChanged) -> None:
    """Let one stand back, or fill a seat that is empty, with the next in the order and nobody else."""
    request = request_of(db, fact.grant)
    is_open(request)
    sitting = seated(db, fact.grant)
    if by.member != request["asked_by"] and by.member not in sitting:
        raise Refused(FOR_THE_PANEL)
    if fact.out and (fact.out != by.member or fact.out not in sitting):
        raise Refused(mark("Each of the panel stands back for themselves."))
    if not fact.out and (not fact.seated or len(sitting) >= panel_size(db)):
        raise Refused(mark("Every seat is taken."))
    if fact.seated != next(iter(may_sit(db, request, by.day)), ""):
        raise Malformed(mark("These are not the seats that the order gives. Please look at who decides again."))


def may_talk(db: Connection, by: By, fact: ClarificationAsked | ClarificationGiven) -> None:
    """Let the panel ask and whoever asked say more, while it is open."""
    request = request_of(db, fact.grant)
    if rows(db, "select 1 from clarification where note = ?", fact.note):
        raise Refused(SAID_ALREADY)
    if isinstance(fact, ClarificationGiven):
        _mine(db, by, fact.grant)
        if request["closed_on"]:
            raise Refused(mark("This request is over."))
        return
    on_panel(db, by, request)
    REQUEST_STEPS.may(db, fact.grant, fact)


def may_answer(db: Connection, by: By, fact: RequestTakenUp | RequestQueued | NotThisTime | GrantReturned) -> None:
    """Leave it to the panel."""
    on_panel(db, by, request_of(db, fact.grant))
    REQUEST_STEPS.may(db, fact.grant, fact)


def may_offer_less(db: Connection, by: By, fact: LessOffered) -> None:
    """Offer only what is below the least that was asked for; anything else needs no yes."""
    request = request_of(db, fact.grant)
    on_panel(db, by, request)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if fact.amount >= request["least"]:
        raise Refused(mark("This amount needs no further yes."))


def may_accept(db: Connection, by: By, fact: LessAccepted | LessDeclined) -> None:
    """Leave it to whoever asked, for the amount that was offered last."""
    request = _mine(db, by, fact.grant)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if isinstance(fact, LessAccepted) and fact.amount != request["offered"]:
        raise Refused(mark("Another amount was offered in the meantime."), advice=mark("Please look at it again."))


def may_grant(db: Connection, by: By, fact: GrantAnswered) -> None:
    """Refuse more than was asked for, and less than what still helps."""
    request = request_of(db, fact.grant)
    on_panel(db, by, request)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if fact.amount > request["amount"]:
        raise Refused(mark("More than was asked for is never approved."))
    if fact.amount < request["least"]:
        raise Refused(NEEDS_A_YES)


def may_appeal(db: Connection, by: By, fact: GrantAppealed) -> None:
    """Send it to people who have not sat about it before."""
    request = _mine(db, by, fact.grant)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if rows(db, "select 1 from aid_request where sitting = ?", fact.sitting):
        raise Refused(SAID_ALREADY)
    sat = rows(db, "select member from sitter where grant = ? and state in ('in', 'out', 'before')", fact.grant)
    if {row["member"] for row in sat}.intersection([*fact.panel, *fact.alternates]):
        raise Malformed(mark("An appeal goes to people who have not decided about it."))
    check_seats(db, fact, (by.member, request["for_whom"]), urgent=bool(request["urgent"]), day=by.day)


def may_withdraw(db: Connection, by: By, fact: RequestWithdrawn) -> None:
    """Let whoever asked withdraw until the money is on its way."""
    _mine(db, by, fact.grant)
    REQUEST_STEPS.may(db, fact.grant, fact)


def may_close(db: Connection, by: By, fact: RequestClosed) -> None:
    """Let whoever asked or the panel close what was received."""
    request = request_of(db, fact.grant)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if request["closed_on"]:
        raise Refused(mark("This request is over."))
    if by.member != request["asked_by"] or request["state"] == "withdrawn":
        on_panel(db, by, request)


# --- paying out ---------------------------------------------------------------------------------------------------------


def may_seat_payer(db: Connection, by: By, fact: PayerSeated) -> None:
    """Choose only somebody whom whoever asked did not leave out. That they did not decide is checked by the books."""
    request = request_of(db, fact.grant)
    on_panel(db, by, request)
    if request["state"] != "reserved":
        raise Refused(mark("Nothing is reserved for this request now."))
    if fact.payer not in may_pay(db, request):
        raise Malformed(mark("This person cannot pay it out."), field="payer")


def may_prepare(db: Connection, by: By, fact: PayoutPrepared) -> None:
    """Leave it to the payer, once for each reservation."""
    request = request_of(db, fact.grant)
    _payer(request, by)
    REQUEST_STEPS.may(db, fact.grant, fact)
    if rows(db, "select 1 from payout_plan where payout = ?", fact.payout):
        raise Refused(SAID_ALREADY)


def _payer(request: dict[str, Any], by: By) -> None:
    if request["payer"] != by.member or by.member in (request["asked_by"], request["for_whom"]):
        raise Refused(mark("This is for the person who pays it out."))


def plan_of(db: Connection, fact: Any) -> dict[str, Any]:
    """Return the plan of a payout of this request; raises `NotHereYet` where there is none."""
    return record(db, "select * from payout_plan where payout = ? and grant = ?", fact.payout, fact.grant)


def may_move(db: Connection, by: By, fact: Any) -> None:
    """Let the payer say how it goes."""
    _payer(request_of(db, fact.grant), by)
    plan_of(db, fact)
    PLAN_STEPS.may(db, fact.payout, fact)


def payer_is_gone(db: Connection, request: dict[str, Any]) -> bool:
    """Say whether whoever was to pay cannot any more, as after an arrest."""
    return bool(request["payer"]) and request["payer"] not in who.role_holders(db, "fund")


def may_fail(db: Connection, by: By, fact: PayoutFailed) -> None:
    """Let the payer say so; and the panel where it is disputed, or where the payer cannot any more, as after an arrest."""
    request = request_of(db, fact.grant)
    disputed = plan_of(db, fact)["state"] == "disputed"
    PLAN_STEPS.may(db, fact.payout, fact)
    if by.member == request["payer"] or not (disputed or payer_is_gone(db, request)):
        _payer(request, by)
    else:
        on_panel(db, by, request)


def may_confirm(db: Connection, by: By, fact: ReceiptConfirmed) -> None:
    """Let whoever asked confirm it, with the word, so that nobody confirms another hand-over by mistake."""
    _mine(db, by, fact.grant)
    plan = plan_of(db, fact)
    PLAN_STEPS.may(db, fact.payout, fact)
    if fact.code_word.casefold() != plan["code_word"].casefold():
        raise Malformed(mark("This is not the word of this hand-over."), field="code_word")


def may_dispute(db: Connection, by: By, fact: Any) -> None:
    """Let whoever asked or the payer say that it did not go as agreed."""
    request = request_of(db, fact.grant)
    plan_of(db, fact)
    PLAN_STEPS.may(db, fact.payout, fact)
    if by.member not in (request["asked_by"], request["payer"]):
        raise Refused(FOR_THE_ASKER)


def may_settle(db: Connection, by: By, fact: Any) -> None:
    """Leave it to people of the panel who did not pay it out: to count it as received takes two of them."""
    request = request_of(db, fact.grant)
    plan = plan_of(db, fact)
    PLAN_STEPS.may(db, fact.payout, fact)
    on_panel(db, by, request)
    if by.member == request["payer"]:
        raise Refused(mark("Somebody who did not pay it out settles this."))
    if isinstance(fact, PartArrived):
        if fact.missing >= request["granted"]:
            raise Malformed(mark("Less is missing than was sent. Where nothing arrived, say that it is lost."))
    elif plan["settled_by"] == by.member:
        raise Refused(mark("A second person has to do this."))


# --- the panel alone ----------------------------------------------------------------------------------------------------


def may_sit_on(db: Connection, by: By, fact: LinkDeclared | NeedAssessed) -> None:
    """Leave it to those who sit, while it is open."""
    request = of_sitting(db, fact.sitting)
    on_panel(db, by, request)
    is_open(request)


def may_judge(db: Connection, by: By, fact: VerdictGiven) -> None:
    """Hold amount and reason to the verdict, until the decision."""
    request = of_sitting(db, fact.sitting)
    on_panel(db, by, request)
    is_open(request)
    most = {"yes": request["amount"], "less": request["amount"] - 1}.get(fact.verdict, 0)
    least = {"yes": request["amount"], "less": 1}.get(fact.verdict, 0)
    if not least <= fact.amount <= most:
        raise Malformed(mark("Less means less than was asked for, and more than nothing."), field="amount")
    if (fact.verdict == "yes" and fact.reason != "fits") or (
        fact.reason == "fits" and fact.verdict in ("no", "not_now")
    ):
        raise Malformed(mark("This reason does not go with this verdict."), field="reason")


def approvals(db: Connection, request: dict[str, Any]) -> dict[str, int]:
    """Return who of those who sit now approved, and how much."""
    sitting = seated(db, request["grant"])
    found = db.execute(
        "select member, amount from verdict where sitting = ? and verdict in ('yes', 'less') order by member",
        (request["sitting"],),
    )
    return {member: amount for member, amount in found if member in sitting}


def amount_of(given: dict[str, int], needed: int) -> int:
    """Return what is decided: the smallest amount of the approvals that are needed, 0 while there are too few."""
    return sorted(given.values(), reverse=True)[needed - 1] if len(given) >= needed else 0


def by_lane(db: Connection, given: dict[str, int], lane: str, day: int) -> dict[str, int]:
    """Return the approvals that count in a lane: in the urgent one those of whoever is on call."""
    if lane != "urgent":
        return given
    called = on_call(db, day)
    return {member: amount for member, amount in given.items() if member in called}


def may_decide(db: Connection, by: By, fact: GrantDecided) -> None:
    """Decide once, with enough approvals, for an amount that the books have reserved."""
    request = of_sitting(db, fact.sitting)
    on_panel(db, by, request)
    is_open(request)
    held = record(db, "select * from reservation where reservation = ?", fact.reservation)
    given = by_lane(db, approvals(db, request), fact.lane, by.day)
    if by.member not in given or fact.amount != amount_of(given, held["needed"]):
        raise Refused(mark("There are not enough verdicts for this decision."))
    if fact.amount < request["least"]:
        raise Refused(NEEDS_A_YES)
    wanted = ("held", fact.amount, request["currency"], fact.lane)
    if (held["state"], held["amount"], held["currency"], held["lane"]) != wanted:
        raise Refused(mark("Nothing is reserved for this request now."))
    if fact.lane == "large" and not voted(db, held["proposal"], fact.amount, request["currency"]):
        raise Refused(mark("An amount of this size needs a vote of the group."))
    standing = (
        "select 1 from grant_decision left join reservation using (reservation) where grant_decision.reservation = ?"
        " or sitting = ? and reservation.state in ('held', 'used')"
    )
    if rows(db, standing, fact.reservation, fact.sitting):
        raise Refused(mark("This request is decided already."))


def may_review(db: Connection, by: By, fact: UrgentReviewed) -> None:
    """Leave it to somebody who did not decide."""
    on_panel(db, by, of_sitting(db, fact.sitting))
    decision = record(db, "select * from grant_decision where sitting = ? and lane = 'urgent'", fact.sitting)
    if decision["reviewed_on"]:
        raise Refused(SAID_ALREADY)
    if decision["decided_by"] == by.member:
        raise Refused(mark("Somebody who did not decide looks at it afterwards."))


# --- by codes only ------------------------------------------------------------------------------------------------------


def may_count(db: Connection, by: By, fact: TurnCounted) -> None:
    """Refuse more grants for one code in a period than the group allows."""
    if rows(db, "select 1 from turn where turn = ?", fact.turn):
        raise Refused(SAID_ALREADY)
    if not 0 <= period_of(db, by.day) - fact.period <= 1:
        raise Refused(mark("This period is over."))
    if turns_of(db, fact.period, fact.period_code) >= charter.value(db, "grant_turns"):
        raise Refused(
            mark("One code gets at most %(count)d grants in a period here."),
            advice=mark(
                "Say it as a limit of the group; on the waiting list, the request keeps its place for the next period."
            ),
            count=charter.value(db, "grant_turns"),
        )


def may_uncount(db: Connection, _by: By, fact: TurnReturned) -> None:
    """Take back only what counts."""
    if record(db, "select * from turn where turn = ?", fact.turn)["returned"]:
        raise Refused(SAID_ALREADY)


def may_take_place(db: Connection, by: By, fact: PlaceTaken) -> None:
    """Refuse a place that is there, and weeks to come."""
    if rows(db, "select 1 from queue_place where place = ?", fact.place):
        raise Refused(SAID_ALREADY)
    if fact.week > by.day // 7:
        raise Malformed


def may_leave_place(db: Connection, by: By, fact: PlaceCalled | PlaceLeft) -> None:
    """Call only the place that comes first by the order its request was promised; whoever took one takes it off."""
    place = record(db, "select * from queue_place where place = ?", fact.place)
    if place["state"] != "waiting":
        raise Refused(SAID_ALREADY)
    taker = place["taken_by"]
    if isinstance(fact, PlaceLeft) and by.member != taker and taker in who.role_holders(db, "fund"):
        raise Refused(mark("Whoever put it on the list takes it off."))
    if isinstance(fact, PlaceCalled) and first_place(db, place["method"], by.day) != fact.place:
        raise Refused(
            mark("By the chosen order another place on the waiting list comes first."),
            advice=mark("Open the waiting list to see which."),
        )


def may_commit(db: Connection, by: By, fact: DrawCommitted) -> None:
    """Let two people promise a secret each; one draw at a time, and none that would only shuffle what has its order."""
    if not draw.is_commitment(fact.commitment):
        raise Malformed
    begun = draw_under_way(db)
    same = rows(db, "select 1 from queue_draw where draw = ?", fact.draw)
    if (begun and (begun["draw"], begun["state"]) != (fact.draw, "promised")) or (same and not begun):
        raise Refused(mark("A draw is under way already."), advice=mark("Take part in that one."))
    if not begun and methods_in_use(db).get(BY_DRAW) and not undrawn(db):
        raise Refused(mark("Every place on the waiting list has its order already, and keeps it."))
    if rows(db, "select 1 from draw_part where draw = ? and member = ?", fact.draw, by.member):
        raise Refused(mark("A second person has to do this."))


def may_reveal(db: Connection, by: By, fact: DrawRevealed) -> None:
    """Accept only the secret that was promised, once both are."""
    if record(db, "select state from queue_draw where draw = ?", fact.draw)["state"] != "closed":
        raise Refused(mark("First two people promise a secret."))
    part = record(db, "select * from draw_part where draw = ? and member = ?", fact.draw, by.member)
    if part["secret"] or not draw.opens(fact.draw, by.member, fact.secret, part["commitment"]):
        raise Refused(mark("This is not the secret that was promised."))
