"""Money that is promised and paid: what may be said about reservations and payouts, and what it changes.

None of it says to whom or for which request. Everybody can check that enough people agreed, that the payer was none of
them, and that two people know it arrived.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.decisions import money_of, outcome
from nasij.areas.fund.facts import (
    PAYOUT_STEPS,
    RESERVATION_STEPS,
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
)
from nasij.areas.fund.ledger import (
    GOODS,
    Line,
    approvals_needed,
    attesters,
    available,
    backers,
    earmarked,
    in_pot,
    lane,
    move,
    urgent_left,
)
from nasij.areas.fund.rules import SECOND, holds_enough, keeps, new, right_currency, right_purpose, right_week
from nasij.errors import Malformed, Refused
from nasij.ids import numbered_id
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import fields
from nasij.kit.who import By

ATTESTED_BY = 2  # a floor, and no choice of a group: one word alone never closes a payout
FEE, BACK, LOST = 1, 2, 3  # the entries that may follow a payout, each under an id that every reader computes
LIVE = ("booked", "unconfirmed", "disputed", "short")
NOT_PAYER = mark("Whoever paid cannot say this.")


def may_reserve(db: Connection, by: By, fact: MoneyReserved) -> None:
    """Reserve only what is available, in a lane that the amount may take."""
    new(db, "reservation", "reservation", fact.reservation)
    right_currency(fact.currency)
    right_purpose(fact.purpose_kind, "purpose_kind")
    right_week(by, fact.week)
    if fact.amount > available(db, fact.currency, fact.purpose_kind):
        raise Refused(
            mark("This is more than is available now."),
            advice=mark("Decide on less, or let the request wait until more has come in."),
        )
    if lane(db, fact.amount, fact.currency, urgent=fact.lane == "urgent") != fact.lane:
        raise Refused(mark("An amount of this size takes another lane."))
    if fact.lane == "large":
        _voted(db, fact)
    if fact.lane == "urgent" and fact.amount > urgent_left(db, fact.currency, by.day):
        raise Refused(
            mark("As much as may go out urgently has gone out this week."),
            advice=mark("The ordinary lane is open: one more person of the fund has to agree."),
        )


def _voted(db: Connection, fact: MoneyReserved) -> None:
    """Refuse a large amount that the group has not decided on; one decision is not spent twice."""
    amount, currency = money_of(db, fact.proposal)
    spent = _spent(db, fact.proposal)
    if outcome(db, fact.proposal) != "passed" or currency != fact.currency or spent + fact.amount > amount:
        raise Refused(
            mark("An amount of this size needs a vote of the group."),
            advice=mark("Propose it by code and amount alone, and decide here once it has passed."),
        )


def _spent(db: Connection, proposal: str) -> int:
    """Return what is held or went out under a decision; what came back, was lost or ran out can go out again."""
    held = db.execute("select coalesce(sum(left_minor), 0) from reservation where proposal = ?", (proposal,))
    paid = db.execute(
        "select coalesce(sum(payout.amount - missing), 0) from payout join reservation using (reservation)"
        " where proposal = ? and payout.state <> 'failed'",
        (proposal,),
    )
    return int(held.fetchone()[0]) + int(paid.fetchone()[0])


def fold_reserved(db: Connection, by: By, fact: MoneyReserved) -> None:
    """Hold the amount; whoever reserves it agrees to it."""
    needed = approvals_needed(db, fact.amount, fact.currency, urgent=fact.lane == "urgent")
    db.execute(
        "insert into reservation (reservation, amount, left_minor, currency, purpose, lane, needed, proposal, state,"
        " week, reserved_on, expires_on, audience) values (?, ?, ?, ?, ?, ?, ?, ?, 'held', ?, ?, ?, ?)",
        (
            fact.reservation,
            fact.amount,
            fact.amount,
            fact.currency,
            fact.purpose_kind,
            fact.lane,
            needed,
            fact.proposal,
            fact.week,
            by.day,
            by.day + charter.value(db, "fund_reserved_days"),
            by.audience,
        ),
    )
    _say_too(db, by, "backing", "reservation", fact.reservation)


def _say_too(db: Connection, by: By, table: str, key: str, record: str) -> None:
    db.execute(f"insert into {table} ({key}, member, audience) values (?, ?, ?)", (record, by.member, by.audience))


def _not_twice(db: Connection, by: By, table: str, key: str, record: str) -> None:
    if db.execute(f"select 1 from {table} where {key} = ? and member = ?", (record, by.member)).fetchone():
        raise Refused(mark("You have said this already."))


def may_back(db: Connection, by: By, fact: ReservationBacked) -> None:
    """Agree once."""
    RESERVATION_STEPS.may(db, fact.reservation, fact)
    _not_twice(db, by, "backing", "reservation", fact.reservation)


def fold_backed(db: Connection, by: By, fact: ReservationBacked) -> None:
    """Count one more who agrees."""
    RESERVATION_STEPS.move(db, fact.reservation, fact)
    _say_too(db, by, "backing", "reservation", fact.reservation)


def may_release(db: Connection, by: By, fact: ReservationReleased) -> None:
    """Free what is still held."""
    RESERVATION_STEPS.may(db, fact.reservation, fact)


def fold_released(db: Connection, by: By, fact: ReservationReleased) -> None:
    """Free it; a payout on its way stays booked."""
    RESERVATION_STEPS.move(db, fact.reservation, fact)
    db.execute(
        "update reservation set left_minor = 0, reason = ? where reservation = ?", (fact.reason, fact.reservation)
    )
    _finish(db, fact.reservation, by.day)


def _finish(db: Connection, reservation: str, day: int) -> None:
    """Let who agreed be forgotten in time, once nothing of this reservation is open."""
    live = f"select 1 from payout where reservation = ? and state in {LIVE}"
    held = "select 1 from reservation where reservation = ? and state = 'held'"
    open_still = any(db.execute(sql, (reservation,)).fetchone() for sql in (live, held))
    for table in ("reservation", "backing"):
        db.execute(f"update {table} set closed_on = ? where reservation = ?", (0 if open_still else day, reservation))


# Payouts


def may_pay(db: Connection, by: By, fact: PayoutBooked) -> None:
    """Pay out of one's own pot what enough others agreed to, never more than is reserved and than the pot has."""
    new(db, "payout", "payout", fact.payout)
    new(db, "ledger_entry", "entry", fact.payout)
    held = fields(db, "reservation", "reservation", fact.reservation)
    if held["state"] != "held":
        raise Refused(mark("Nothing is reserved under this code now."))
    pot = keeps(db, by, fact.pot)
    right_currency(fact.currency, pot["currency"])
    if held["currency"] != fact.currency:
        raise Malformed(mark("Another currency is reserved."), field="pot")
    right_week(by, fact.week)
    agreed = backers(db, fact.reservation)
    backed = db.execute("select 1 from backing where reservation = ? and member = ?", (fact.reservation, by.member))
    if backed.fetchone():
        raise Refused(
            mark("Whoever agreed to it does not pay it out."),
            advice=mark("Another keeper can pay this from their pot."),
        )
    if len(agreed) < held["needed"]:
        raise Refused(
            mark("Too few people have agreed to this so far."),
            advice=mark("Another person of the fund has to agree first."),
        )
    if fact.amount > held["left_minor"]:
        raise Malformed(mark("Less than this is reserved."), field="amount")
    if fact.fees * 4 > fact.amount or (fact.fees and pot["kind"] == GOODS):
        raise Malformed(mark("The fees are more than a quarter of what is sent."), field="fees")
    holds_enough(pot, fact.amount + fact.fees)


def fold_paid(db: Connection, by: By, fact: PayoutBooked) -> None:
    """Book it, and its fees apart; it is to be confirmed."""
    pot = fields(db, "pot", "pot", fact.pot)
    held = fields(db, "reservation", "reservation", fact.reservation)
    earmark = min(fact.amount, earmarked(db, held["purpose"], fact.currency)) if pot["kind"] != GOODS else 0
    lines = (in_pot(pot, -fact.amount), Line("grants", fact.amount, fact.currency))
    move(db, by, fact.payout, "payout", lines, week=fact.week, purpose=held["purpose"], earmark=-earmark)
    if fact.fees:
        fees = (in_pot(pot, -fact.fees), Line("fees", fact.fees, fact.currency))
        move(db, by, numbered_id(fact.payout, FEE), "fee", fees, week=fact.week)
    shared = ("payout", "reservation", "pot", "amount", "fees", "currency", "week")
    db.execute(
        f"insert into payout ({', '.join(shared)}, state, paid_on, audience)"
        " values (?, ?, ?, ?, ?, ?, ?, 'booked', ?, ?)",
        (*(getattr(fact, name) for name in shared), by.day, by.audience),
    )
    left = held["left_minor"] - fact.amount
    db.execute("update reservation set left_minor = ? where reservation = ?", (left, fact.reservation))
    if not left:
        RESERVATION_STEPS.move(db, fact.reservation, fact)


def _payer(db: Connection, payout: str) -> str:
    return str(fields(db, "pot", "pot", fields(db, "payout", "payout", payout)["pot"])["keeper"])


def may_attest(db: Connection, by: By, fact: PayoutAttested) -> None:
    """Let two people of the fund know that it arrived, neither of whom paid it."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    _not_twice(db, by, "attestation", "payout", fact.payout)
    if _payer(db, fact.payout) == by.member:
        raise Refused(NOT_PAYER)


def fold_attested(db: Connection, by: By, fact: PayoutAttested) -> None:
    """Count one more who knows; with the second, it is final."""
    _say_too(db, by, "attestation", "payout", fact.payout)
    if len(attesters(db, fact.payout)) >= ATTESTED_BY:
        PAYOUT_STEPS.move(db, fact.payout, fact)
        _settle(db, by, fact.payout)


def _settle(db: Connection, by: By, payout: str) -> None:
    for table in ("payout", "attestation"):
        db.execute(f"update {table} set closed_on = ? where payout = ?", (by.day, payout))
    _finish(db, fields(db, "payout", "payout", payout)["reservation"], by.day)


def may_reverse_payout(db: Connection, by: By, fact: PayoutReversed) -> None:
    """Let the keeper who has the money again say so, as long as the pot can take it back."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    pot = fields(db, "pot", "pot", fields(db, "payout", "payout", fact.payout)["pot"])
    if pot["state"] == "closed":
        raise Refused(mark("This pot is not in use."))
    if pot["keeper"] != by.member:
        raise Refused(mark("Only the person who keeps this pot can do this."))


def fold_payout_reversed(db: Connection, by: By, fact: PayoutReversed) -> None:
    """Put the money back into its pot and under its reservation; fees that were paid stay paid."""
    found = fields(db, "payout", "payout", fact.payout)
    PAYOUT_STEPS.move(db, fact.payout, fact)
    db.execute("update payout set reason = ? where payout = ?", (fact.reason, fact.payout))
    pot, old = fields(db, "pot", "pot", found["pot"]), fields(db, "ledger_entry", "entry", fact.payout)
    lines = (in_pot(pot, found["amount"]), Line("grants", -found["amount"], found["currency"]))
    back = numbered_id(fact.payout, BACK)
    move(db, by, back, "correction", lines, names=fact.payout, purpose=old["purpose"], earmark=-old["earmark"])
    db.execute("update ledger_entry set reversed = 1 where entry = ?", (fact.payout,))
    _hold_again(db, by, found, found["amount"])
    _settle(db, by, fact.payout)


def _hold_again(db: Connection, by: By, payout: dict[str, Any], amount: int) -> None:
    """Put what did not arrive of a payout back under its reservation, with its full time: what was promised is still owed."""
    db.execute(
        "update reservation set state = 'held', left_minor = left_minor + ?, expires_on = max(expires_on, ?)"
        " where reservation = ?",
        (amount, by.day + charter.value(db, "fund_reserved_days"), payout["reservation"]),
    )


def may_dispute(db: Connection, by: By, fact: PayoutDisputed) -> None:
    """Let somebody of the fund say so who did not pay."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    if _payer(db, fact.payout) == by.member:
        raise Refused(NOT_PAYER)


def fold_disputed(db: Connection, by: By, fact: PayoutDisputed) -> None:
    """Hold it open."""
    PAYOUT_STEPS.move(db, fact.payout, fact)
    db.execute("update payout set disputed_by = ?, missing = 0 where payout = ?", (by.member, fact.payout))


def may_resolve(db: Connection, by: By, fact: PayoutResolved) -> None:
    """Let somebody of the fund settle it who neither paid it nor disputed it; that it arrived, two people know."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    _second(db, by, fact.payout)
    if fact.resolution == "arrived" and not set(attesters(db, fact.payout)) - {by.member}:
        raise Refused(
            mark("That it arrived is said by two people who know it."),
            advice=mark("Say that you know that it was received; with a second person it is settled."),
        )


def _second(db: Connection, by: By, payout: str) -> dict[str, Any]:
    """Return a payout in question; raises `Refused` for whoever paid it, and for whoever put it in question."""
    found = fields(db, "payout", "payout", payout)
    if _payer(db, payout) == by.member:
        raise Refused(NOT_PAYER)
    if found["disputed_by"] == by.member:
        raise Refused(SECOND)
    return found


def fold_resolved(db: Connection, by: By, fact: PayoutResolved) -> None:
    """Leave it as paid, or book what is lost as a difference: it was no grant to anybody, so the promise stands."""
    found = fields(db, "payout", "payout", fact.payout)
    PAYOUT_STEPS.move(db, fact.payout, fact)
    db.execute("update payout set reason = ? where payout = ?", (fact.resolution, fact.payout))
    if fact.resolution == "lost":
        _book_lost(db, by, found, found["amount"])
    _settle(db, by, fact.payout)


def _book_lost(db: Connection, by: By, payout: dict[str, Any], amount: int) -> None:
    lines = (Line("grants", -amount, payout["currency"]), Line("differences", amount, payout["currency"]))
    move(db, by, numbered_id(payout["payout"], LOST), "difference", lines, names=payout["payout"])
    db.execute("update payout set missing = ? where payout = ?", (amount, payout["payout"]))
    _hold_again(db, by, payout, amount)


def may_find_short(db: Connection, by: By, fact: PayoutShort) -> None:
    """Let somebody of the fund who did not pay say how much is missing: less than was sent."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    if _payer(db, fact.payout) == by.member:
        raise Refused(NOT_PAYER)
    if fact.missing >= fields(db, "payout", "payout", fact.payout)["amount"]:
        raise Malformed(
            mark("Less is missing than was sent. Where nothing arrived, say that it is lost."), field="missing"
        )


def fold_short(db: Connection, by: By, fact: PayoutShort) -> None:
    """Wait for a second person."""
    PAYOUT_STEPS.move(db, fact.payout, fact)
    said = (by.member, fact.missing, fact.payout)
    db.execute("update payout set disputed_by = ?, missing = ? where payout = ?", said)


def may_agree_short(db: Connection, by: By, fact: ShortfallAgreed) -> None:
    """Let a second person agree who did not pay it, to the same amount."""
    PAYOUT_STEPS.may(db, fact.payout, fact)
    if fact.missing != _second(db, by, fact.payout)["missing"]:
        raise Malformed(
            mark("Another amount was said to be missing."),
            advice=mark("Talk about it, and say that it is in dispute if you do not agree."),
            field="missing",
        )


def fold_short_agreed(db: Connection, by: By, fact: ShortfallAgreed) -> None:
    """Book what is missing as a difference: the rest was received, and what is missing is still promised."""
    found = fields(db, "payout", "payout", fact.payout)
    PAYOUT_STEPS.move(db, fact.payout, fact)
    db.execute("update payout set reason = 'part' where payout = ?", (fact.payout,))
    _book_lost(db, by, found, fact.missing)
    _settle(db, by, fact.payout)


def pass_payments(db: Connection, day: int) -> None:
    """Free what was reserved too long ago, and let a payout that nobody confirmed be looked into."""
    over = db.execute(
        "select reservation from reservation where state = 'held' and expires_on < ? order by reservation", (day,)
    ).fetchall()
    for (reservation,) in over:
        db.execute("update reservation set state = 'expired', left_minor = 0 where reservation = ?", (reservation,))
        _finish(db, reservation, day)
    db.execute(
        "update payout set state = 'unconfirmed' where state = 'booked' and paid_on < ?",
        (day - charter.value(db, "fund_confirm_days"),),
    )


def of_reservation(db: Connection, reservation: str) -> dict[str, Any]:
    """Return a reservation with how many agreed and how many are needed."""
    found = fields(db, "reservation", "reservation", reservation)
    return found | {"agreed": len(backers(db, reservation))}
