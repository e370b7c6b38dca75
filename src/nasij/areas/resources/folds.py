"""What is said about things, stock and stays changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.resources.facts import (
    COORDINATORS,
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
    LoanReturned,
    StayAsked,
    StayEndedEarly,
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
from nasij.kit import charter, who
from nasij.kit.rows import fields, insert, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

DOOR = "stay_door"
STAY_LAPSES_DAYS = 7  # after its first night, or after its last, a stay of which nobody says anything is over
_ENDS = frozenset({"returned", "forgiven", "declined", "withdrawn"})


def change(db: Connection, table: str, record: str, **changed: Any) -> None:
    """Write new values into a record whose key is called like its table."""
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update {table} set {names} where {table} = ?", (*changed.values(), record))


def row_of(fact: Any, by: By, **more: Any) -> dict[str, Any]:
    """Return a fact's values as a row in its audience."""
    return {name: getattr(fact, name) for name in type(fact).__slots__} | {"audience": by.audience} | more


# Things and loans


def fold_shared(db: Connection, by: By, fact: ThingShared) -> None:
    """Put it on the list."""
    insert(db, "thing", row_of(fact, by, keeper=by.member, state="shared", since=by.day))


def _count_thing(db: Connection, thing: str, quantity: int, out: int) -> None:
    db.execute("update thing set quantity = quantity + ?, out = out + ? where thing = ?", (quantity, out, thing))


def fold_lent(db: Connection, _by: By, fact: ThingLent) -> None:
    """Count one more as out."""
    _count_thing(db, fact.thing, 0, 1)


def fold_back(db: Connection, _by: By, fact: ThingBack) -> None:
    """Count one less as out."""
    _count_thing(db, fact.thing, 0, -1)


def fold_gone(db: Connection, _by: By, fact: ThingGone) -> None:
    """Count one less, and one less as out."""
    _count_thing(db, fact.thing, -1, -1)


def fold_taken_over(db: Connection, by: By, fact: ThingTakenOver) -> None:
    """Begin anew with what is here."""
    change(db, "thing", fact.thing, keeper=by.member, quantity=fact.quantity, out=0)


def fold_withdrawn(db: Connection, by: By, fact: ThingWithdrawn) -> None:
    """Take it off the list."""
    THING_STEPS.move(db, fact.thing, fact)
    change(db, "thing", fact.thing, closed_on=by.day)


def fold_asked(db: Connection, by: By, fact: LoanAsked) -> None:
    """Let the two know."""
    keeper = fields(db, "thing", "thing", fact.thing)["keeper"]
    insert(db, "loan", row_of(fact, by, keeper=keeper, borrower=by.member, state="asked", asked_on=by.day))
    who.admit(db, by.audience, by.member, keeper)


def fold_loan(db: Connection, by: By, fact: Any) -> None:
    """Move a loan a step on; a word about it replaces the one before."""
    state = LOAN_STEPS.move(db, fact.loan, fact)
    if isinstance(fact, LoanAgreed | LoanExtended):
        change(db, "loan", fact.loan, back_on=fact.back_on)
    if getattr(fact, "words", "") or isinstance(fact, LoanReturned):
        change(db, "loan", fact.loan, words=getattr(fact, "words", ""))
    if state in _ENDS:
        change(db, "loan", fact.loan, closed_on=by.day)


# Stock


def fold_begun(db: Connection, by: By, fact: StockBegun) -> None:
    """Begin with nothing in it and one who keeps it."""
    insert(db, "stock", row_of(fact, by, state="kept"))
    insert(db, "stock_keeper", {"stock": fact.stock, "member": by.member, "since": by.day, "audience": by.audience})


def fold_keeper(db: Connection, by: By, fact: StockKeeperAdded) -> None:
    """Let another keep it too; those who left the network do so no more."""
    db.execute("delete from stock_keeper where stock = ? and member = ?", (fact.stock, fact.member))
    insert(db, "stock_keeper", row_of(fact, by, since=by.day))


def fold_keeper_left(db: Connection, by: By, fact: StockKeeperLeft) -> None:
    """Let one go."""
    db.execute("delete from stock_keeper where stock = ? and member = ?", (fact.stock, by.member))


def _move(db: Connection, by: By, move: str, batch: dict[str, Any], way: str, changed: int) -> None:
    place = db.execute("select coalesce(max(place), 0) + 1 from stock_move where stock = ?", (batch["stock"],))
    row = {"move": move, "stock": batch["stock"], "batch": batch["batch"], "place": place.fetchone()[0], "way": way}
    row |= {"change": changed, "on_day": by.day, "member": by.member, "audience": by.audience, "closed_on": by.day}
    insert(db, "stock_move", row)
    db.execute("update batch set left_over = left_over + ? where batch = ?", (changed, batch["batch"]))


def fold_received(db: Connection, by: By, fact: StockReceived) -> None:
    """Put a batch in."""
    batch = {"batch": fact.batch, "stock": fact.stock, "keeps_until": fact.keeps_until, "since": by.day}
    insert(db, "batch", batch | {"audience": by.audience})
    _move(db, by, fact.batch, batch, "received", fact.count)  # a batch comes in once: its own id is the code of that


def fold_taken(db: Connection, by: By, fact: StockTaken) -> None:
    """Take it out."""
    _move(db, by, fact.move, fields(db, "batch", "batch", fact.batch), fact.way, -fact.count)


def fold_counted(db: Connection, by: By, fact: StockCounted) -> None:
    """Hold on to what was found, and to the difference."""
    batch = fields(db, "batch", "batch", fact.batch)
    _move(db, by, fact.move, batch, "counted", fact.found - batch["left_over"])


def fold_stock_closed(db: Connection, by: By, fact: StockClosed) -> None:
    """Close it."""
    STOCK_STEPS.move(db, fact.stock, fact)
    change(db, "stock", fact.stock, closed_on=by.day)


# Nights


def fold_hosting(db: Connection, by: By, fact: HostingOffered) -> None:
    """Show it to those whom the host chose."""
    insert(db, "hosting", row_of(fact, by, host=by.member, state="open"))
    if fact.scope == COORDINATORS:
        who.admit(db, by.audience, by.member, who.ROLE_PREFIX + "cases")


def fold_hosting_closed(db: Connection, by: By, fact: HostingClosed) -> None:
    """Close it."""
    HOSTING_STEPS.move(db, fact.hosting, fact)
    change(db, "hosting", fact.hosting, closed_on=by.day)


def fold_stay_asked(db: Connection, by: By, fact: StayAsked) -> None:
    """Let host and guest know, and whoever asked for the guest."""
    insert(db, "stay", row_of(fact, by, asked_by=by.member, state="asked", asked_on=by.day))
    who.admit(db, by.audience, by.member, fact.host, fact.guest)


def fold_stay(db: Connection, by: By, fact: Any) -> None:
    """Move a stay a step on; with its end the address is gone from both machines at once."""
    state = STAY_STEPS.move(db, fact.stay, fact)
    if isinstance(fact, StayOffered):
        change(db, "stay", fact.stay, house_rules=fact.house_rules, exit_plan=fact.exit_plan)
    if isinstance(fact, StayExtended):
        change(db, "stay", fact.stay, nights=fact.nights)
    if isinstance(fact, StayEndedEarly):
        change(db, "stay", fact.stay, reason=fact.reason)
    if state in STAY_STEPS.ends():
        change(db, "stay", fact.stay, ended_by=by.member)
        _end_stay(db, fact.stay, by.day)


def _end_stay(db: Connection, stay: str, day: int) -> None:
    change(db, "stay", stay, closed_on=day)
    db.execute("delete from stay_address where stay = ?", (stay,))


def fold_address(db: Connection, by: By, fact: AddressOpened) -> None:
    """Show it to the two, in place of what was there before."""
    row = fields(db, "stay", "stay", fact.stay)
    db.execute("delete from stay_address where stay = ?", (fact.stay,))
    insert(db, "stay_address", row_of(fact, by))
    who.admit(db, by.audience, row["host"], row["guest"])


# A new day


def passing(db: Connection, day: int) -> None:
    """Let loans be due, what nobody answers lapse, stays end by themselves, and forgotten circles let go of their people."""
    db.execute("update loan set state = 'due' where state = 'lent' and back_on < ?", (day,))
    db.execute(
        "update loan set state = 'withdrawn', closed_on = ? where state = 'asked' and asked_on <= ?",
        (day, day - charter.value(db, "loan_ask_days")),
    )
    db.execute("update hosting set state = 'closed', closed_on = ? where state = 'open' and until < ?", (day, day))
    _end_silent_stays(db, day)
    _without_the_departed(db, day)
    for table in ("loan", "hosting", "stay", "referral"):
        who.release_forgotten(db, table, day)
    _close_doors(db, day)


def _close_doors(db: Connection, day: int) -> None:
    """Let nobody be listed in the circle of an address once its stay is forgotten; the address itself went with the stay."""
    for row in rows(
        db,
        "select distinct holder.of as door from holder join stay on holder.of = ? || stay.stay"
        " where stay.closed_on > 0 and stay.closed_on <= ?",
        DOOR + "/",
        day - Keep.WORKING,
    ):
        who.hold_exactly(db, row["door"], ())


def _end_silent_stays(db: Connection, day: int) -> None:
    for row in rows(db, "select * from stay where closed_on = 0 order by stay"):
        last = row["from_on"] + (row["nights"] if row["state"] == "started" else 0)
        if last + STAY_LAPSES_DAYS <= day:
            _pass_stay(db, row["stay"], row["state"], day)


def _pass_stay(db: Connection, stay: str, state: str, day: int) -> None:
    change(db, "stay", stay, state=STAY_STEPS.after(state, "passing"))
    _end_stay(db, stay, day)


def _without_the_departed(db: Connection, day: int) -> None:
    """Where one of the two left the network: what they lent each other is not followed further, and no address stays."""
    gone = who.members(db, ("left", "removed"))
    for row in rows(db, "select stay, state, host, guest from stay where closed_on = 0 order by stay"):
        if gone & {row["host"], row["guest"]}:
            _pass_stay(db, row["stay"], row["state"], day)
    for row in rows(db, "select loan, keeper from loan where closed_on = 0 order by loan"):
        if row["keeper"] in gone:
            change(db, "loan", row["loan"], closed_on=day)
    for row in rows(db, "select hosting, host from hosting where closed_on = 0 order by hosting"):
        if row["host"] in gone:
            change(db, "hosting", row["hosting"], state="closed", closed_on=day)
