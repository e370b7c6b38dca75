"""What pots, gifts, pledges, bookings and counts change in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.fund.facts import (
    CORRECTION_STEPS,
    COUNT_STEPS,
    GIFT_STEPS,
    PLEDGE_STEPS,
    POT_STEPS,
    TRANSFER_STEPS,
    CorrectionAgreed,
    CorrectionAsked,
    CorrectionDropped,
    CountConfirmed,
    CountDiffers,
    CountDropped,
    CountMade,
    FeeBooked,
    GiftAnnounced,
    GiftMissed,
    GiftReceived,
    GiftReturned,
    GiftTold,
    MoneyReceived,
    PledgeMade,
    PledgeStopped,
    PotAgreed,
    PotClosed,
    PotFrozen,
    PotOpened,
    PotThawed,
    TransferConfirmed,
    TransferDropped,
    TransferPrepared,
)
from nasij.areas.fund.ledger import GOODS, Line, in_pot, last_place, move, reverse
from nasij.areas.fund.payments import pass_payments
from nasij.kit import who
from nasij.kit.rows import fields, insert
from nasij.kit.who import By

FUND = who.ROLE_PREFIX + "fund"


def _close(db: Connection, table: str, key: str, record: str, day: int) -> None:
    db.execute(f"update {table} set closed_on = ? where {key} = ?", (day, record))


def fold_pot_opened(db: Connection, by: By, fact: PotOpened) -> None:
    """Write the pot down; a second person of the fund has to agree."""
    row: dict[str, Any] = {"pot": fact.pot, "kind": fact.kind, "currency": fact.currency, "keeper": fact.keeper}
    row |= {"limit_minor": fact.limit, "opened_by": by.member, "state": "proposed"}
    insert(db, "pot", row | {"opened_on": by.day, "counted_on": by.day, "audience": by.audience})


def fold_pot_moved(db: Connection, by: By, fact: PotAgreed | PotThawed) -> None:
    """Take the pot into use."""
    POT_STEPS.move(db, fact.pot, fact)


def fold_frozen(db: Connection, by: By, fact: PotFrozen) -> None:
    """Freeze the pot."""
    POT_STEPS.move(db, fact.pot, fact)
    db.execute("update pot set frozen_by = ? where pot = ?", (by.member, fact.pot))


def fold_pot_closed(db: Connection, by: By, fact: PotClosed) -> None:
    """Close the pot; who kept it is forgotten in time."""
    POT_STEPS.move(db, fact.pot, fact)
    _close(db, "pot", "pot", fact.pot, by.day)


# Gifts and pledges


def fold_announced(db: Connection, by: By, fact: GiftAnnounced) -> None:
    """Let the people of the fund see it, and the keeper of the pot."""
    shared = ("gift", "method", "amount", "currency", "purpose", "visible", "pot", "pledge")
    row = {name: getattr(fact, name) for name in shared}
    row |= {"giver": by.member, "state": "announced", "announced_on": by.day, "audience": by.audience}
    insert(db, "gift", row)
    who.admit(db, by.audience, by.member, FUND, fields(db, "pot", "pot", fact.pot)["keeper"])


def fold_gift_received(db: Connection, by: By, fact: GiftReceived) -> None:
    """Tie it to its entry; it is forgotten who gave, half a year from now."""
    GIFT_STEPS.move(db, fact.gift, fact)
    db.execute("update gift set entry = ?, closed_on = ? where gift = ?", (fact.entry, by.day, fact.gift))


def fold_gift_ended(db: Connection, by: By, fact: GiftMissed | GiftReturned) -> None:
    """Write down how it ended."""
    GIFT_STEPS.move(db, fact.gift, fact)
    _close(db, "gift", "gift", fact.gift, by.day)


def fold_told(db: Connection, by: By, fact: GiftTold) -> None:
    """Show a name and a word for a month; nothing ties it to a gift."""
    row = {"telling": fact.telling, "member": by.member, "words": fact.words, "told_on": by.day}
    insert(db, "telling", row | {"audience": by.audience, "closed_on": by.day})


def fold_pledged(db: Connection, by: By, fact: PledgeMade) -> None:
    """Let the people of the fund see it."""
    shared = ("pledge", "method", "amount", "currency", "purpose", "rhythm", "until")
    row = {name: getattr(fact, name) for name in shared}
    row |= {"giver": by.member, "state": "running", "begun_on": by.day, "audience": by.audience}
    insert(db, "pledge", row)
    who.admit(db, by.audience, by.member, FUND)


def fold_pledge_stopped(db: Connection, by: By, fact: PledgeStopped) -> None:
    """End it."""
    PLEDGE_STEPS.move(db, fact.pledge, fact)
    _close(db, "pledge", "pledge", fact.pledge, by.day)


# The books


def fold_received(db: Connection, by: By, fact: MoneyReceived) -> None:
    """Book it, and keep what it was given for beside it."""
    pot = fields(db, "pot", "pot", fact.pot)
    kind, account = ("opening", "opening") if fact.opening else ("gift", "gifts")
    lines = (in_pot(pot, fact.amount), Line(account, -fact.amount, fact.currency))
    earmark = fact.amount if fact.purpose and pot["kind"] != GOODS else 0
    move(db, by, fact.entry, kind, lines, week=fact.week, purpose=fact.purpose, earmark=earmark)


def fold_fee(db: Connection, by: By, fact: FeeBooked) -> None:
    """Book it."""
    pot = fields(db, "pot", "pot", fact.pot)
    lines = (in_pot(pot, -fact.amount), Line("fees", fact.amount, pot["currency"]))
    move(db, by, fact.entry, "fee", lines, week=fact.week)


def fold_prepared(db: Connection, by: By, fact: TransferPrepared) -> None:
    """Write down what is to go where."""
    shared = ("transfer", "from_pot", "to_pot", "leaves", "arrives", "fees")
    row = {name: getattr(fact, name) for name in shared}
    row |= {"prepared_by": by.member, "prepared_on": by.day, "state": "prepared", "audience": by.audience}
    insert(db, "transfer", row)


def fold_transferred(db: Connection, by: By, fact: TransferConfirmed) -> None:
    """Book both sides, the fees apart; a currency change goes through the account that holds both amounts of its rate."""
    found = fields(db, "transfer", "transfer", fact.transfer)
    source, target = (fields(db, "pot", "pot", found[key]) for key in ("from_pot", "to_pot"))
    lines = [in_pot(source, -found["leaves"]), in_pot(target, found["arrives"])]
    if found["fees"]:
        lines.append(Line("fees", found["fees"], source["currency"]))
    kind = "transfer"
    if source["currency"] != target["currency"]:
        kind = "exchange"
        lines += [
            Line("exchange", found["leaves"] - found["fees"], source["currency"]),
            Line("exchange", -found["arrives"], target["currency"]),
        ]
    TRANSFER_STEPS.move(db, fact.transfer, fact)
    _close(db, "transfer", "transfer", fact.transfer, by.day)
    move(db, by, fact.transfer, kind, lines)


def fold_transfer_dropped(db: Connection, by: By, fact: TransferDropped) -> None:
    """Let it go."""
    TRANSFER_STEPS.move(db, fact.transfer, fact)
    _close(db, "transfer", "transfer", fact.transfer, by.day)


def fold_correction_asked(db: Connection, by: By, fact: CorrectionAsked) -> None:
    """Wait for a second person."""
    row = {"correction": fact.correction, "entry": fact.entry, "asked_by": by.member, "state": "asked"}
    insert(db, "correction", row | {"audience": by.audience})


def fold_corrected(db: Connection, by: By, fact: CorrectionAgreed) -> None:
    """Reverse the entry by another one that names it."""
    CORRECTION_STEPS.move(db, fact.correction, fact)
    _close(db, "correction", "correction", fact.correction, by.day)
    reverse(db, by, fields(db, "correction", "correction", fact.correction)["entry"], fact.correction)


def fold_correction_dropped(db: Connection, by: By, fact: CorrectionDropped) -> None:
    """Leave the entry as it is."""
    CORRECTION_STEPS.move(db, fact.correction, fact)
    _close(db, "correction", "correction", fact.correction, by.day)


# Counts


def fold_counted(db: Connection, by: By, fact: CountMade) -> None:
    """Wait for a second person."""
    row = {"count": fact.count, "pot": fact.pot, "counted": fact.counted, "expected": fact.expected}
    row |= {"place": last_place(db), "counted_by": by.member, "counted_on": by.day, "state": "counted"}
    insert(db, "pot_count", row | {"audience": by.audience})


def _count_ended(db: Connection, by: By, fact: CountConfirmed | CountDiffers | CountDropped) -> dict[str, Any]:
    COUNT_STEPS.move(db, fact.count, fact)
    _close(db, "pot_count", "count", fact.count, by.day)
    found = fields(db, "pot_count", "count", fact.count)
    if not isinstance(fact, CountDropped):
        db.execute("update pot set counted_on = ? where pot = ?", (found["counted_on"], found["pot"]))
    return found


def fold_count_matched(db: Connection, by: By, fact: CountConfirmed) -> None:
    """Hold that the pot was counted, and that the gifts booked in it before are really there."""
    found = _count_ended(db, by, fact)
    db.execute(
        "update gift set state = 'reconciled' where state = 'received'"
        " and entry in (select entry from posting where pot = ? and place <= ?)",
        (found["pot"], found["place"]),
    )


def fold_count_booked(db: Connection, by: By, fact: CountDiffers) -> None:
    """Book the difference at once."""
    found = _count_ended(db, by, fact)
    pot, difference = fields(db, "pot", "pot", found["pot"]), found["counted"] - found["expected"]
    lines = (in_pot(pot, difference), Line("differences", -difference, pot["currency"]))
    move(db, by, fact.count, "difference", lines)


def fold_count_dropped(db: Connection, by: By, fact: CountDropped) -> None:
    """Have it counted again."""
    _count_ended(db, by, fact)


def passing(db: Connection, day: int) -> None:
    """Let reservations run out, payouts be looked into, and pledges end on their day."""
    pass_payments(db, day)
    db.execute("update pledge set state = 'ended', closed_on = ? where state = 'running' and until < ?", (day, day))
