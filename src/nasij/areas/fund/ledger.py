"""The books: the one way money moves in them, and what can be read from them.

Double entry in whole minor units: what comes into a pot is positive, and the postings of an entry sum to zero in each
currency. An entry is never edited. A wrong one is reversed by another that names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.ids import numbered_id
from nasij.kit import charter
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

GOODS = "goods"
POT = "pot"
IN_KIND = "in_kind"  # parcels and gift cards: worth something, and not to be spent as money
CARRYING = (POT, IN_KIND)
UNCORRECTED = ("correction", "payout", "difference", "purpose")  # kinds of entries that nothing reverses by name
USABLE = "pot.state = 'open' and pot.kind <> 'goods' and member.standing in ('trusted', 'resting')"


@dataclass(frozen=True, slots=True)
class Line:
    """One posting to be: an account, what it changes by, and the pot where the account is one."""

    account: str
    amount: int
    currency: str
    pot: str = ""


def in_pot(pot: dict[str, Any], amount: int) -> Line:
    """Return what goes into a pot, or out of it where negative."""
    return Line(IN_KIND if pot["kind"] == GOODS else POT, amount, pot["currency"], pot["pot"])


def move(
    db: Connection,
    by: By,
    entry: str,
    kind: str,
    postings: Sequence[Line],
    *,
    week: int = -1,
    names: str = "",
    purpose: str = "",
    earmark: int = 0,
) -> None:
    """Write an entry. Nothing else writes postings, and whatever would not sum to zero is not written at all."""
    sums: dict[str, int] = {}
    for one in postings:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount
    assert postings and not any(sums.values()), "each currency sums to zero"
    place = last_place(db) + 1
    db.execute(
        "insert into ledger_entry (entry, place, kind, week, names, purpose, earmark, audience)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (entry, place, kind, by.day // 7 if week < 0 else week, names, purpose, earmark, by.audience),
    )
    db.executemany(
        "insert into posting (entry, line, place, account, pot, amount_minor, currency, audience)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (entry, line, place, one.account, one.pot, one.amount, one.currency, by.audience)
            for line, one in enumerate(postings)
        ],
    )
    for one in postings:
        if one.pot:
            db.execute("update pot set holds = holds + ? where pot = ?", (one.amount, one.pot))
            assert fields(db, "pot", "pot", one.pot)["holds"] >= 0, "no pot holds less than nothing"
    if earmark:
        currency = postings[0].currency
        db.execute(
            "insert into earmark (purpose, currency, amount_minor, audience) values (?, ?, ?, ?)"
            " on conflict (purpose, currency) do update set amount_minor = amount_minor + excluded.amount_minor",
            (purpose, currency, earmark, by.audience),
        )


def reverse(db: Connection, by: By, first: str, entry: str) -> None:
    """Write the entry that undoes another one and names it."""
    old = fields(db, "ledger_entry", "entry", first)
    lines = [
        Line(one["account"], -one["amount_minor"], one["currency"], one["pot"])
        for one in rows(db, "select * from posting where entry = ? order by line", first)
    ]
    earmark = -old["earmark"]
    if earmark < 0:  # what was given for a purpose and spent since is not taken from it twice
        earmark = -min(-earmark, earmarked(db, old["purpose"], lines[0].currency))
    move(db, by, entry, "correction", lines, names=first, purpose=old["purpose"], earmark=earmark)
    db.execute("update ledger_entry set reversed = 1 where entry = ?", (first,))


def kept_for(db: Connection, purpose: str, currency: str) -> int:
    """Return what was given for a purpose and is neither spent nor reserved for it."""
    given, held = purposes(db, currency).get(purpose, (0, 0))
    return max(0, given - held)


def move_purpose(db: Connection, by: By, entry: str, amount: int, currency: str, old: str, new: str) -> None:
    """Let money that was given for one purpose be for another, or for any where `new` is empty: for a fold of another area.

    By a decision of the group, which the rule of that area has checked, as it has that `kept_for` is not less. No pot
    changes: one entry takes the gifts from the old purpose, another gives them to the new one.
    """
    given = (Line("gifts", amount, currency), Line("gifts", -amount, currency))
    move(db, by, entry, "purpose", given, purpose=old, earmark=-amount)
    move(db, by, numbered_id(entry, 1), "purpose", given, purpose=new, earmark=amount if new else 0)


def last_place(db: Connection) -> int:
    """Return the place of the newest entry; nothing before the first."""
    return int(db.execute("select coalesce(max(place), 0) from ledger_entry").fetchone()[0])


def currencies(db: Connection) -> list[str]:
    """Return the currencies of all pots."""
    return [currency for (currency,) in db.execute("select distinct currency from pot order by currency")]


def pots(db: Connection, currency: str = "") -> list[dict[str, Any]]:
    """Return the pots that are not closed, of one currency or of all."""
    return rows(
        db,
        "select pot, kind, currency, keeper, limit_minor, holds, state, counted_on, opened_on, opened_by from pot"
        " where state <> 'closed' and ? in ('', currency) order by currency, kind, pot",
        currency,
    )


def balance(db: Connection, currency: str) -> int:
    """Return what all pots of a currency hold, as the books say; parcels and gift cards are no money."""
    found = db.execute("select coalesce(sum(holds), 0) from pot where currency = ? and kind <> 'goods'", (currency,))
    return int(found.fetchone()[0])


def within_reach(db: Connection, currency: str) -> int:
    """Return what can be paid from: pots in use whose keeper is among us."""
    found = db.execute(
        f"select coalesce(sum(holds), 0) from pot join member on member.member = pot.keeper"
        f" where pot.currency = ? and {USABLE}",
        (currency,),
    )
    return int(found.fetchone()[0])


def reserved(db: Connection, currency: str) -> int:
    """Return what is promised and not paid yet."""
    found = db.execute(
        "select coalesce(sum(left_minor), 0) from reservation where state = 'held' and currency = ?", (currency,)
    )
    return int(found.fetchone()[0])


def floor(db: Connection, currency: str) -> int:
    """Return what the group keeps back, rounded up."""
    return -(-balance(db, currency) * charter.value(db, "fund_floor_percent") // 100)


def earmarked(db: Connection, purpose: str, currency: str) -> int:
    """Return what is left of the money that was given for a purpose."""
    found = db.execute(
        "select amount_minor from earmark where purpose = ? and currency = ?", (purpose, currency)
    ).fetchone()
    return int(found[0]) if found else 0


def purposes(db: Connection, currency: str) -> dict[str, tuple[int, int]]:
    """Return, for each purpose, what is left of the money given for it and what is reserved for it."""
    found = {
        purpose: (amount, 0)
        for purpose, amount in db.execute(
            "select purpose, amount_minor from earmark where currency = ? order by purpose", (currency,)
        )
    }
    for purpose, held in db.execute(
        "select purpose, sum(left_minor) from reservation where state = 'held' and currency = ? and purpose <> ''"
        " group by purpose order by purpose",
        (currency,),
    ):
        found[purpose] = (found.get(purpose, (0, 0))[0], held)
    return found


def available(db: Connection, currency: str, purpose: str = "") -> int:
    """Return what may still be reserved for a purpose, or for any; negative where more is promised than there is.

    Money given for one purpose is kept for it: a reservation takes from that first, and only what is beyond it from what
    was given for anything.
    """
    kept = purposes(db, currency)
    free = within_reach(db, currency) - floor(db, currency) - reserved(db, currency)
    free -= sum(max(0, given - held) for given, held in kept.values())
    given, held = kept.get(purpose, (0, 0))
    return free + (max(0, given - held) if purpose else 0)


def lane(db: Connection, amount: int, currency: str, *, urgent: bool = False) -> str:
    """Return the lane that an amount takes; `urgent` where somebody cannot wait, as far as the cap of the week goes."""
    has = balance(db, currency)
    if amount * 100 >= has * charter.value(db, "fund_large_percent"):
        return "large"
    return "urgent" if urgent and amount * 100 <= has * charter.value(db, "fund_urgent_percent") else "ordinary"


def urgent_lately(db: Connection, currency: str, day: int) -> int:
    """Return what was reserved by one person's word within a week."""
    found = db.execute(
        "select coalesce(sum(amount), 0) from reservation where lane = 'urgent' and currency = ? and reserved_on > ?"
        " and state in ('held', 'used')",
        (currency, day - 7),
    )
    return int(found.fetchone()[0])


def urgent_left(db: Connection, currency: str, day: int) -> int:
    """Return how much may still go out by one person's word this week."""
    whole = balance(db, currency) * charter.value(db, "fund_urgent_percent") // 100
    return whole - urgent_lately(db, currency, day)


def approvals_needed(db: Connection, amount: int, currency: str, *, urgent: bool = False) -> int:
    """Return how many people of the fund have to agree. In the urgent lane one does, and the keeper who pays is the second."""
    if lane(db, amount, currency, urgent=urgent) == "urgent":
        return 1
    return charter.value(db, "fund_approvals")


def _still_here(db: Connection, table: str, key: str, record: str) -> list[str]:
    found = db.execute(
        f"select member from {table} join member using (member) where {key} = ?"
        " and standing in ('trusted', 'resting') order by member",
        (record,),
    )
    return [member for (member,) in found]


def backers(db: Connection, reservation: str) -> list[str]:
    """Return who agreed to a reservation and is still among us: whoever is suspended or gone decides nothing."""
    return _still_here(db, "backing", "reservation", reservation)


def attesters(db: Connection, payout: str) -> list[str]:
    """Return who knows that a payout was received and is still among us."""
    return _still_here(db, "attestation", "payout", payout)


def published(db: Connection, *, before: int = 0, most: int = 0) -> list[dict[str, Any]]:
    """Return the published lines, newest first: code, kind, amount, currency, pot and week, and no more.

    `before` is a place of the books, for the next page; `most` bounds how many entries are shown.
    """
    least = max(0, (before or last_place(db) + 1) - most) if most else 0
    return rows(
        db,
        "select place, entry, kind, amount_minor as amount, currency, pot, week, names from ledger_entry"
        " join posting using (entry, place) where pot <> '' and place >= ? and (? = 0 or place < ?)"
        " order by place desc, line",
        least,
        before,
        before,
    )


def recomputed(db: Connection) -> dict[tuple[str, str], int]:
    """Return what each pot holds, by pot and currency, from the published lines alone."""
    found = db.execute(
        "select pot, currency, sum(amount_minor) from posting where pot > '' group by pot, currency order by pot"
    )
    return {(pot, currency): amount for pot, currency, amount in found}
