"""What may be said about things, stock and stays.

What the network's trusted people read (things, stock) is checked against what they all read: never more out than there
is. What two people read (a loan, a stay) is checked against their own rows; a guest may be new and read nothing else.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.resources.facts import (
    HOSTING_STEPS,
    LOAN_STEPS,
    STAY_STEPS,
    STOCK_STEPS,
    THING_STEPS,
    AddressOpened,
    HostingClosed,
    HostingOffered,
    LoanAgreed,
    LoanAsked,
    LoanExtended,
    StayAsked,
    StayEnded,
    StayExtended,
    StayOffered,
    StockBegun,
    StockClosed,
    StockCounted,
    StockKeeperAdded,
    StockKeeperLeft,
    StockReceived,
    StockTaken,
    ThingBack,
    ThingGone,
    ThingLent,
    ThingShared,
    ThingTakenOver,
    ThingWithdrawn,
)
from nasij.errors import Malformed, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields
from nasij.kit.who import By

TWICE = mark("This was already written down.")
NOT_YOURS = mark("This is for the person it concerns.")
_NOT_KEPT = mark("Only whoever keeps this can do that.")
_NONE_HERE = mark("None of it is here at present.")
_NOT_SO_MANY = mark("There is not that much of it.")
_OVER = mark("This day is over. Please choose another.")
_LOOK_AGAIN = mark("Open it again to see where it stands now.")


def new(db: Connection, table: str, record: str, key: str = "") -> None:
    """Refuse a record whose id is there already."""
    if db.execute(f"select 1 from {table} where {key or table} = ?", (record,)).fetchone():
        raise Refused(TWICE)


def here(db: Connection, member: str) -> bool:
    """Say whether somebody is in the network, and can be reached through it."""
    return who.is_there(db, member)


def lends(db: Connection, member: str) -> bool:
    """Say whether somebody can lend or host now: whoever is vouched for. What they began before, they bring to an end all the same."""
    return who.is_there(db, member, ("trusted", "resting"))


def gone(db: Connection, member: str) -> bool:
    """Say whether somebody has left for good: a suspension ends, and what they keep stays theirs meanwhile."""
    return who.is_there(db, member, ("left", "removed"))


def need_member(db: Connection, by: By, member: str, field: str) -> None:
    """Refuse somebody who is not in the network, and oneself."""
    if member == by.member or not here(db, member):
        raise Malformed(mark("Please choose somebody else."), field=field)


def need_coming(by: By, day: int, field: str) -> None:
    """Refuse a day that is over; somewhere it is still yesterday."""
    if day < by.day - 1:
        raise Malformed(_OVER, field=field)


# Things


def _kept(db: Connection, by: By, thing: str) -> dict[str, Any]:
    row = fields(db, "thing", "thing", thing)
    if row["keeper"] != by.member:
        raise Refused(_NOT_KEPT)
    return row


def may_share(db: Connection, _by: By, fact: ThingShared) -> None:
    """Share it once."""
    new(db, "thing", fact.thing)


def may_lend(db: Connection, by: By, fact: ThingLent) -> None:
    """Let no more go out than are here."""
    row = _kept(db, by, fact.thing)
    THING_STEPS.may(db, fact.thing, fact)
    if row["out"] >= row["quantity"]:
        raise Refused(_NONE_HERE)


def may_take_in(db: Connection, by: By, fact: ThingBack | ThingGone) -> None:
    """Take back, or strike out, one of those that are out."""
    row = _kept(db, by, fact.thing)
    THING_STEPS.may(db, fact.thing, fact)
    if not row["out"]:
        raise Refused(mark("None of it is out at present."))


def may_take_over(db: Connection, _by: By, fact: ThingTakenOver) -> None:
    """Keep what somebody kept who is no longer in the network."""
    row = fields(db, "thing", "thing", fact.thing)
    THING_STEPS.may(db, fact.thing, fact)
    if not gone(db, row["keeper"]):
        raise Refused(mark("Whoever keeps this is still here."))


def may_withdraw(db: Connection, by: By, fact: ThingWithdrawn) -> None:
    """Take it off the list once all of it is back."""
    row = _kept(db, by, fact.thing)
    THING_STEPS.may(db, fact.thing, fact)
    if row["out"]:
        raise Refused(mark("Some of it is still out."))


# Loans


def may_ask(db: Connection, by: By, fact: LoanAsked) -> None:
    """Ask for something that somebody else lends and that is here."""
    new(db, "loan", fact.loan)
    row = fields(db, "thing", "thing", fact.thing)
    need_coming(by, fact.back_on, "back_on")
    if row["keeper"] == by.member:
        raise Refused(mark("You keep this yourself."))
    if row["state"] != "shared" or not lends(db, row["keeper"]):
        raise Refused(mark("This is not lent at present."))


def may_move_loan(db: Connection, by: By, fact: Any, part: str) -> dict[str, Any]:
    """Return the loan where `part` of it, or either of the two, may say this now."""
    row = fields(db, "loan", "loan", fact.loan)
    if by.member not in ((row[part],) if part else (row["keeper"], row["borrower"])):
        raise Refused(NOT_YOURS)
    LOAN_STEPS.may(db, fact.loan, fact)
    return row


def may_as_keeper(db: Connection, by: By, fact: Any) -> None:
    """Let whoever lends it say this."""
    may_move_loan(db, by, fact, "keeper")


def may_set_day(db: Connection, by: By, fact: LoanAgreed | LoanExtended) -> None:
    """Let whoever lends it say by which day."""
    may_move_loan(db, by, fact, "keeper")
    need_coming(by, fact.back_on, "back_on")


def may_as_borrower(db: Connection, by: By, fact: Any) -> None:
    """Let whoever borrows it say this."""
    may_move_loan(db, by, fact, "borrower")


def may_as_either(db: Connection, by: By, fact: Any) -> None:
    """Let either of the two say this."""
    may_move_loan(db, by, fact, "")


# Stock


def keepers(db: Connection, stock: str) -> list[str]:
    """Return who keeps a stock, those who left the network not."""
    found = db.execute("select member from stock_keeper where stock = ? order by member", (stock,)).fetchall()
    return [member for (member,) in found if here(db, member)]


def left(db: Connection, stock: str) -> int:
    """Return how much of a stock is there."""
    row = db.execute("select coalesce(sum(left_over), 0) from batch where stock = ?", (stock,)).fetchone()
    return int(row[0])


def _keeps(db: Connection, by: By, stock: str) -> None:
    if fields(db, "stock", "stock", stock)["state"] != "kept":
        raise Refused(mark("This stock is no longer kept."))
    if by.member not in keepers(db, stock):
        raise Refused(_NOT_KEPT)


def _in_batch(db: Connection, by: By, fact: StockTaken | StockCounted) -> dict[str, Any]:
    row = fields(db, "batch", "batch", fact.batch)
    new(db, "stock_move", fact.move, "move")
    _keeps(db, by, row["stock"])
    return row


def may_begin(db: Connection, _by: By, fact: StockBegun) -> None:
    """Begin it once."""
    new(db, "stock", fact.stock)


def may_add_keeper(db: Connection, by: By, fact: StockKeeperAdded) -> None:
    """Let a keeper take in another trusted member; where no keeper is left, let anybody take it on themselves."""
    STOCK_STEPS.state(db, fact.stock)
    now = keepers(db, fact.stock)
    if now:
        _keeps(db, by, fact.stock)
    elif fact.member != by.member:
        raise Refused(mark("Nobody keeps this any more: whoever takes it on says so themselves."))
    if fact.member in now or fact.member not in who.members(db, ("trusted", "resting")):
        raise Malformed(mark("Please choose somebody else."), field="member")


def may_leave_stock(db: Connection, by: By, fact: StockKeeperLeft) -> None:
    """Leave it where another keeps it."""
    _keeps(db, by, fact.stock)
    if len(keepers(db, fact.stock)) < 2:
        raise Refused(mark("Nobody else keeps this."), advice=mark("Take somebody in first, or close it."))


def may_receive(db: Connection, by: By, fact: StockReceived) -> None:
    """Take a batch in that still keeps."""
    _keeps(db, by, fact.stock)
    new(db, "batch", fact.batch)
    if fact.keeps_until:
        need_coming(by, fact.keeps_until, "keeps_until")


def may_take(db: Connection, by: By, fact: StockTaken) -> None:
    """Take no more out of a batch than is in it; what is past its day only leaves as spoiled or lost."""
    row = _in_batch(db, by, fact)
    if fact.count > row["left_over"]:
        raise Malformed(_NOT_SO_MANY, field="count", advice=_LOOK_AGAIN)
    if past(row, by.day) and fact.way not in ("spoiled", "lost"):
        raise Malformed(mark("This batch is past its day and is not handed out any more."), field="way")


def past(batch: dict[str, Any], day: int) -> bool:
    """Say whether the day until which a batch keeps is over."""
    return bool(batch["keeps_until"]) and batch["keeps_until"] < day


def may_count(db: Connection, by: By, fact: StockCounted) -> None:
    """Write down what was found, when it is not what was written."""
    if _in_batch(db, by, fact)["left_over"] == fact.found:
        raise Malformed(mark("That many are written down already."), field="found")


def may_close_stock(db: Connection, by: By, fact: StockClosed) -> None:
    """Close it when nothing is left."""
    _keeps(db, by, fact.stock)
    if left(db, fact.stock):
        raise Refused(mark("There is still some of it."))


# Nights


def may_host(db: Connection, by: By, fact: HostingOffered) -> None:
    """Offer it once, until a day to come."""
    new(db, "hosting", fact.hosting)
    need_coming(by, fact.until, "until")


def may_close_hosting(db: Connection, by: By, fact: HostingClosed) -> None:
    """Close one's own."""
    if fields(db, "hosting", "hosting", fact.hosting)["host"] != by.member:
        raise Refused(NOT_YOURS)
    HOSTING_STEPS.may(db, fact.hosting, fact)


def may_ask_stay(db: Connection, by: By, fact: StayAsked) -> None:
    """Ask for oneself, or as coordination for somebody else; whether the nights fit the offer, the asker's room looks.

    The guest may read no offers, so nothing of the offer itself can be checked by everybody in this circle.
    """
    new(db, "stay", fact.stay)
    need_coming(by, fact.from_on, "from_on")
    if fact.guest != by.member and "cases" not in by.roles:
        raise Refused(mark("Coordination can ask for somebody else."))
    if fact.host == fact.guest or not here(db, fact.host) or not here(db, fact.guest):
        raise Malformed(mark("Please choose somebody else."), field="guest")


def _in_stay(db: Connection, by: By, stay: str, *parts: str) -> dict[str, Any]:
    row = fields(db, "stay", "stay", stay)
    if by.member not in [row[part] for part in parts]:
        raise Refused(NOT_YOURS)
    return row


def may_as_host(db: Connection, by: By, fact: StayOffered | StayExtended) -> None:
    """Let the host say this."""
    _in_stay(db, by, fact.stay, "host")
    STAY_STEPS.may(db, fact.stay, fact)


def may_as_guest(db: Connection, by: By, fact: Any) -> None:
    """Let the guest say this."""
    _in_stay(db, by, fact.stay, "guest")
    STAY_STEPS.may(db, fact.stay, fact)


def may_as_one(db: Connection, by: By, fact: Any) -> None:
    """Let host or guest say this."""
    _in_stay(db, by, fact.stay, "host", "guest")
    STAY_STEPS.may(db, fact.stay, fact)


def may_end(db: Connection, by: By, fact: StayEnded) -> None:
    """End it on its last day or after; before, there is another way."""
    row = _in_stay(db, by, fact.stay, "host", "guest")
    STAY_STEPS.may(db, fact.stay, fact)
    if by.day < row["from_on"] + row["nights"] - 1:
        raise Refused(mark("There are nights left."), advice=mark("It can be ended early."))


def may_open_address(db: Connection, by: By, fact: AddressOpened) -> None:
    """Open it to a guest who has accepted, and to nobody before and nobody after."""
    row = _in_stay(db, by, fact.stay, "host")
    if row["state"] not in ("agreed", "started"):
        raise Refused(mark("The address is opened once the guest has accepted, and not after the stay."))
