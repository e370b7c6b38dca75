"""What may be said about pots, gifts, pledges and the books. Money that is promised and paid: `payments`.

A rule on the books reads the books, members and mandates; one on a gift reads the gift too, and everybody who reads a gift
reads the books.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.fund.facts import (
    CORRECTION_STEPS,
    COUNT_STEPS,
    GIFT_STEPS,
    PLEDGE_STEPS,
    POT_STEPS,
    PURPOSE,
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
from nasij.areas.fund.ledger import GOODS, UNCORRECTED, balance
from nasij.errors import Malformed, Refused
from nasij.ids import is_id
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.money import is_currency
from nasij.kit.rows import fields
from nasij.kit.who import By

# Bounds of what can be written into the books at all, so that nobody rewrites an old week; no choice of a group.
WEEKS_BACK = 8
CLOCK_DAYS = 2  # a room's clock may run ahead of the line's by a day and a half
PLEDGE_DAYS_MOST = 800
FEE_WEEKS = 9  # a fee may be booked as far back as any entry, so that far is looked
SECOND = mark("A second person has to do this.")
TWICE = mark("This was already written down.")
NOT_KEEPER = mark("Only the person who keeps this pot can do this.")


def new(db: Connection, table: str, key: str, record: str) -> None:
    """Refuse an id that stands already."""
    if db.execute(f"select 1 from {table} where {key} = ?", (record,)).fetchone():
        raise Refused(TWICE)


def right_currency(currency: str, wanted: str = "") -> None:
    """Refuse what is no currency, or another one than the pot's."""
    if not is_currency(currency):
        raise Malformed(mark("A currency is three capital letters, such as EUR or JOD."), field="currency")
    if wanted and currency != wanted:
        raise Malformed(mark("This pot holds another currency."), field="currency")


def right_purpose(purpose: str, field: str = "purpose") -> None:
    """Accept no purpose, one of the list, or a campaign's code."""
    if purpose and purpose not in PURPOSE and not is_id(purpose):
        raise Malformed(mark("Please choose one from the list."), field=field)


def right_week(by: By, week: int) -> None:
    """Accept this week and a few before it."""
    if not by.day // 7 - WEEKS_BACK <= week <= (by.day + CLOCK_DAYS) // 7:
        raise Malformed(mark("This week is too far from today."), field="week")


def open_pot(db: Connection, pot: str) -> dict[str, Any]:
    """Return a pot that is in use; raises `Refused` for any other."""
    found = fields(db, "pot", "pot", pot)
    if found["state"] != "open":
        raise Refused(
            mark("This pot is not in use."), advice=mark("Choose another pot, or ask the people of the fund.")
        )
    return found


def keeps(db: Connection, by: By, pot: str) -> dict[str, Any]:
    """Return a pot in use that this person keeps; raises `Refused` for any other."""
    found = open_pot(db, pot)
    if found["keeper"] != by.member:
        raise Refused(NOT_KEEPER)
    return found


def holds_enough(pot: dict[str, Any], amount: int) -> None:
    """Refuse what a pot does not have."""
    if amount > pot["holds"]:
        raise Refused(
            mark("There is not that much in this pot."),
            advice=mark("Choose another pot, or move money into this one first."),
        )


def has_room(db: Connection, pot: dict[str, Any], amount: int, *, moved: bool = False) -> None:
    """Refuse what a pot may not hold, and what would put too much of the fund into one pair of hands.

    The share counts above a quarter of the pot's limit only, so that a fund can begin with its first pot.
    """
    advice = mark("Choose another pot, or move some money first.")
    if pot["holds"] + amount > pot["limit_minor"]:
        raise Refused(mark("This pot would hold more than its limit."), advice=advice)
    if pot["kind"] == GOODS:
        return
    kept = db.execute(
        "select coalesce(sum(holds), 0) from pot where keeper = ? and currency = ? and kind <> 'goods'",
        (pot["keeper"], pot["currency"]),
    ).fetchone()[0]
    whole = balance(db, pot["currency"]) + (0 if moved else amount)
    if (kept + amount) * 4 > pot["limit_minor"] and (kept + amount) * 100 > whole * charter.value(
        db, "fund_keeper_percent"
    ):
        raise Refused(mark("One person would keep too large a share of the fund."), advice=advice)


# Pots


def may_open_pot(db: Connection, by: By, fact: PotOpened) -> None:
    """Give a pot only into the hands of a trusted member."""
    new(db, "pot", "pot", fact.pot)
    right_currency(fact.currency)
    if not who.is_there(db, fact.keeper, ("trusted",)):
        raise Malformed(mark("Please choose a trusted member who is not resting."), field="keeper")


def may_agree_pot(db: Connection, by: By, fact: PotAgreed) -> None:
    """Leave it to a second person of the fund."""
    POT_STEPS.may(db, fact.pot, fact)
    if fields(db, "pot", "pot", fact.pot)["opened_by"] == by.member:
        raise Refused(SECOND)


def may_freeze(db: Connection, by: By, fact: PotFrozen) -> None:
    """Let anybody of the fund freeze a pot at once."""
    POT_STEPS.may(db, fact.pot, fact)


def may_thaw(db: Connection, by: By, fact: PotThawed) -> None:
    """Leave it to somebody else than who froze it, and never to whoever keeps it: they may be under pressure."""
    POT_STEPS.may(db, fact.pot, fact)
    pot = fields(db, "pot", "pot", fact.pot)
    if pot["frozen_by"] == by.member:
        raise Refused(SECOND)
    if pot["keeper"] == by.member:
        raise Refused(mark("Whoever keeps this pot does not say that it is safe."), advice=SECOND)


def may_close_pot(db: Connection, by: By, fact: PotClosed) -> None:
    """Close only an empty pot."""
    POT_STEPS.may(db, fact.pot, fact)
    if fields(db, "pot", "pot", fact.pot)["holds"]:
        raise Refused(mark("There is still something in this pot."), advice=mark("Move it to another pot first."))


# Gifts and pledges


def may_announce(db: Connection, by: By, fact: GiftAnnounced) -> None:
    """Announce a gift to a pot of its currency. Not everybody who reads it reads a pledge, so none is looked at here."""
    new(db, "gift", "gift", fact.gift)
    right_currency(fact.currency, open_pot(db, fact.pot)["currency"])
    right_purpose(fact.purpose)


def _of_fund(by: By) -> bool:
    return "fund" in by.roles


def _takes_in(db: Connection, by: By, gift: str) -> dict[str, Any]:
    found = fields(db, "gift", "gift", gift)
    if not _of_fund(by) and fields(db, "pot", "pot", found["pot"])["keeper"] != by.member:
        raise Refused(mark("This is for the people of the fund and the keeper of the pot."))
    return found


def may_say_received(db: Connection, by: By, fact: GiftReceived) -> None:
    """Tie a gift to an entry of the books that booked it."""
    GIFT_STEPS.may(db, fact.gift, fact)
    _takes_in(db, by, fact.gift)
    if fields(db, "ledger_entry", "entry", fact.entry)["kind"] != "gift":
        raise Refused(mark("This entry of the books is no gift."))


def may_miss(db: Connection, by: By, fact: GiftMissed) -> None:
    """Let whoever takes it in say so, or the giver."""
    GIFT_STEPS.may(db, fact.gift, fact)
    if fields(db, "gift", "gift", fact.gift)["giver"] != by.member:
        _takes_in(db, by, fact.gift)


def may_return(db: Connection, by: By, fact: GiftReturned) -> None:
    """Give back only what the books have given back: two people reverse the entry first."""
    GIFT_STEPS.may(db, fact.gift, fact)
    gift = _takes_in(db, by, fact.gift)
    if not fields(db, "ledger_entry", "entry", gift["entry"])["reversed"]:
        raise Refused(
            mark("In the books this gift is still in its pot."),
            advice=mark("First two people of the fund correct the entry."),
        )


def may_tell(db: Connection, by: By, fact: GiftTold) -> None:
    """Leave it to oneself: nobody says in another's name that they gave."""
    new(db, "telling", "telling", fact.telling)


def may_pledge(db: Connection, by: By, fact: PledgeMade) -> None:
    """Pledge to a day that is neither over nor too far ahead."""
    new(db, "pledge", "pledge", fact.pledge)
    right_currency(fact.currency)
    right_purpose(fact.purpose)
    if not by.day - CLOCK_DAYS < fact.until <= by.day + PLEDGE_DAYS_MOST:
        raise Malformed(mark("Please choose a day within the next two years."), field="until")


def may_stop_pledge(db: Connection, by: By, fact: PledgeStopped) -> None:
    """Leave it to whoever pledged."""
    PLEDGE_STEPS.may(db, fact.pledge, fact)
    if fields(db, "pledge", "pledge", fact.pledge)["giver"] != by.member:
        raise Refused(mark("Only the person who pledged can stop it."))


# The books


def may_receive(db: Connection, by: By, fact: MoneyReceived) -> None:
    """Book what came into one's own pot, as far as it may hold it; an opening only before anything else."""
    new(db, "ledger_entry", "entry", fact.entry)
    pot = keeps(db, by, fact.pot)
    right_currency(fact.currency, pot["currency"])
    right_purpose(fact.purpose)
    right_week(by, fact.week)
    if not fact.opening:
        has_room(db, pot, fact.amount)
    elif fact.purpose or db.execute("select 1 from posting where pot = ? limit 1", (fact.pot,)).fetchone():
        raise Refused(mark("Something is booked in this pot already, so nothing was there at the start."))
    elif fact.amount > pot["limit_minor"]:
        raise Refused(mark("This pot would hold more than its limit."))


def may_book_fee(db: Connection, by: By, fact: FeeBooked) -> None:
    """Book a small fee of one's own pot: all fees of its last weeks together are a small part of what it holds."""
    new(db, "ledger_entry", "entry", fact.entry)
    pot = keeps(db, by, fact.pot)
    right_week(by, fact.week)
    lately = db.execute(
        "select coalesce(-sum(amount_minor), 0) from posting join ledger_entry using (entry, place)"
        " where pot = ? and kind = 'fee' and week > ?",
        (fact.pot, by.day // 7 - FEE_WEEKS),
    ).fetchone()[0]
    if (lately + fact.amount) * 100 > pot["holds"] * charter.value(db, "fund_fee_percent"):
        raise Refused(
            mark("A fee is a small part of what the pot holds."), advice=mark("For anything else, count the pot.")
        )


def _stranded(db: Connection, pot: dict[str, Any]) -> bool:
    """Say whether nobody can hand a pot over any more: it is frozen, or its keeper is not among us now."""
    return pot["state"] == "frozen" or not who.is_there(db, pot["keeper"], ("trusted", "resting"))


def may_prepare(db: Connection, by: By, fact: TransferPrepared) -> None:
    """Let the keeper of the first pot prepare it; where that pot is stranded, somebody of the fund."""
    new(db, "transfer", "transfer", fact.transfer)
    new(db, "ledger_entry", "entry", fact.transfer)
    source, target = fields(db, "pot", "pot", fact.from_pot), open_pot(db, fact.to_pot)
    if fact.from_pot == fact.to_pot:
        raise Malformed(mark("Please choose two different pots."), field="to_pot")
    if (source["kind"] == GOODS) != (target["kind"] == GOODS):
        raise Malformed(mark("Parcels and gift cards are not money."), field="to_pot")
    if not (_stranded(db, source) and _of_fund(by)):
        keeps(db, by, fact.from_pot)
    if source["state"] not in ("open", "frozen"):
        raise Refused(mark("This pot is not in use."))
    if source["currency"] == target["currency"] and fact.leaves != fact.arrives + fact.fees:
        raise Malformed(mark("What leaves is what arrives and the fees together."), field="arrives")
    if fact.fees >= fact.leaves:
        raise Malformed(mark("The fees are more than what was sent."), field="fees")
    holds_enough(source, fact.leaves)
    has_room(db, target, fact.arrives, moved=source["currency"] == target["currency"])


def may_confirm_transfer(db: Connection, by: By, fact: TransferConfirmed) -> None:
    """Leave it to the keeper of the second pot; where that is who prepared it, to somebody of the fund."""
    TRANSFER_STEPS.may(db, fact.transfer, fact)
    found = fields(db, "transfer", "transfer", fact.transfer)
    source, target = fields(db, "pot", "pot", found["from_pot"]), open_pot(db, found["to_pot"])
    if found["prepared_by"] == by.member:
        raise Refused(SECOND)
    if target["keeper"] != by.member and not (target["keeper"] == found["prepared_by"] and _of_fund(by)):
        raise Refused(NOT_KEEPER)
    if source["state"] != "open" and (source["state"] != "frozen" or found["prepared_by"] == source["keeper"]):
        raise Refused(mark("This pot is not in use."))
    holds_enough(source, found["leaves"])
    has_room(db, target, found["arrives"], moved=source["currency"] == target["currency"])


def may_drop_transfer(db: Connection, by: By, fact: TransferDropped) -> None:
    """Let either keeper drop it, who prepared it, or somebody of the fund."""
    TRANSFER_STEPS.may(db, fact.transfer, fact)
    found = fields(db, "transfer", "transfer", fact.transfer)
    keepers = {fields(db, "pot", "pot", found[key])["keeper"] for key in ("from_pot", "to_pot")}
    if by.member not in keepers | {found["prepared_by"]} and not _of_fund(by):
        raise Refused(NOT_KEEPER)


def pots_of(db: Connection, entry: str) -> list[dict[str, Any]]:
    """Return the pots an entry touched."""
    found = db.execute("select distinct pot from posting where entry = ? and pot <> '' order by pot", (entry,))
    return [fields(db, "pot", "pot", pot) for (pot,) in found.fetchall()]


def _may_reverse(db: Connection, entry: str) -> None:
    found = fields(db, "ledger_entry", "entry", entry)
    if found["reversed"]:
        raise Refused(mark("This entry is reversed already."))
    if found["kind"] in UNCORRECTED:
        raise Refused(
            mark("Such an entry is not corrected."),
            advice=mark("A payout that failed is taken back where it stands; a difference shows in the next count."),
        )
    for pot, change in db.execute(
        "select pot, sum(amount_minor) from posting where entry = ? and pot <> '' group by pot", (entry,)
    ).fetchall():
        kept = fields(db, "pot", "pot", pot)
        if kept["state"] == "closed":
            raise Refused(mark("This pot is not in use."))
        holds_enough(kept, change)


def may_ask_correction(db: Connection, by: By, fact: CorrectionAsked) -> None:
    """Let somebody of the fund ask who did not book the entry: who keeps none of its pots."""
    new(db, "correction", "correction", fact.correction)
    new(db, "ledger_entry", "entry", fact.correction)
    _may_reverse(db, fact.entry)
    if any(pot["keeper"] == by.member for pot in pots_of(db, fact.entry)):
        raise Refused(mark("Somebody else than who booked it asks for a correction."))
    if db.execute("select 1 from correction where entry = ? and state = 'asked'", (fact.entry,)).fetchone():
        raise Refused(mark("This has been asked for already."), advice=mark("A second person has to agree."))


def may_agree_correction(db: Connection, by: By, fact: CorrectionAgreed) -> None:
    """Let a second person of the fund agree, or the keeper."""
    CORRECTION_STEPS.may(db, fact.correction, fact)
    found = fields(db, "correction", "correction", fact.correction)
    if found["asked_by"] == by.member:
        raise Refused(SECOND)
    if not _of_fund(by) and all(pot["keeper"] != by.member for pot in pots_of(db, found["entry"])):
        raise Refused(mark("This is for the people of the fund and the keeper of the pot."))
    _may_reverse(db, found["entry"])


def may_drop_correction(db: Connection, by: By, fact: CorrectionDropped) -> None:
    """Let somebody of the fund leave an entry as it is."""
    CORRECTION_STEPS.may(db, fact.correction, fact)


# Counts


def may_count(db: Connection, by: By, fact: CountMade) -> None:
    """Let the keeper or somebody of the fund count, against the books as they stand now."""
    new(db, "pot_count", "count", fact.count)
    new(db, "ledger_entry", "entry", fact.count)
    pot = fields(db, "pot", "pot", fact.pot)
    if pot["state"] not in ("open", "frozen"):
        raise Refused(mark("This pot is not in use."))
    if not _of_fund(by) and pot["keeper"] != by.member:
        raise Refused(mark("This is for the people of the fund and the keeper of the pot."))
    if fact.expected != pot["holds"]:
        raise Refused(
            mark("Something was booked in this pot meanwhile."), advice=mark("Open it again, and count once more.")
        )
    if db.execute("select 1 from pot_count where pot = ? and state = 'counted'", (fact.pot,)).fetchone():
        raise Refused(mark("This pot was counted, and a second person has not confirmed it yet."))


def _seconds_count(db: Connection, by: By, count: str) -> dict[str, Any]:
    found = fields(db, "pot_count", "count", count)
    if found["counted_by"] == by.member:
        raise Refused(SECOND)
    if not _of_fund(by) and fields(db, "pot", "pot", found["pot"])["keeper"] != by.member:
        raise Refused(mark("This is for the people of the fund and the keeper of the pot."))
    return found


def may_confirm_count(db: Connection, by: By, fact: CountConfirmed) -> None:
    """Confirm a count that matches."""
    COUNT_STEPS.may(db, fact.count, fact)
    found = _seconds_count(db, by, fact.count)
    if found["counted"] != found["expected"]:
        raise Refused(mark("This count is not what the books say."))


def may_differ(db: Connection, by: By, fact: CountDiffers) -> None:
    """Confirm a count that differs, so that the difference is booked."""
    COUNT_STEPS.may(db, fact.count, fact)
    found = _seconds_count(db, by, fact.count)
    if found["counted"] == found["expected"]:
        raise Refused(mark("This count is what the books say."))
    pot = fields(db, "pot", "pot", found["pot"])
    if pot["state"] == "closed" or pot["holds"] + found["counted"] - found["expected"] < 0:
        raise Refused(
            mark("Something was booked in this pot meanwhile."), advice=mark("Open it again, and count once more.")
        )


def may_drop_count(db: Connection, by: By, fact: CountDropped) -> None:
    """Let whoever counted, or a second person, have it counted again."""
    COUNT_STEPS.may(db, fact.count, fact)
    if fields(db, "pot_count", "count", fact.count)["counted_by"] != by.member:
        _seconds_count(db, by, fact.count)
