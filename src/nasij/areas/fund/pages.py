"""The pages of the fund. Amounts stand exactly where the books are open; a gift is shown to its own people only."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from nasij.areas.fund.facts import (
    COUNT_STEPS,
    ENDED,
    ENTRY_KIND,
    GIFT_STEPS,
    LANE,
    METHOD,
    PAYOUT_STEPS,
    PLEDGE_STEPS,
    POT_KIND,
    POT_STEPS,
    PURPOSE,
    RESERVATION_STEPS,
    RHYTHM,
    TRANSFER_STEPS,
)
from nasij.areas.fund.giving import RHYTHM_DAYS, due_of
from nasij.areas.fund.ledger import (
    UNCORRECTED,
    attesters,
    available,
    backers,
    balance,
    currencies,
    floor,
    pots,
    published,
    purposes,
    recomputed,
    reserved,
    within_reach,
)
from nasij.areas.fund.rules import pots_of
from nasij.areas.fund.runway import HORIZON, Runway, simulate
from nasij.errors import NotHereYet
from nasij.kit import charter, money, turns, who
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

ENTRIES = 60  # of the books, a page
LISTED = 50
PAST_WEEKS = 26
CLOSELY, FURTHER = 24, 16  # weeks of the plot


def of_fund(by: By) -> bool:
    """Say whether somebody holds the role of the fund."""
    return "fund" in by.roles


def stand(db: Connection, currency: str) -> dict[str, Any]:
    """Return where the fund stands in one currency."""
    given = [
        {"purpose": purpose, "given": amount, "held": min(held, amount)}  # the rest comes from what has no purpose
        for purpose, (amount, held) in purposes(db, currency).items()
        if amount
    ]
    return {
        "currency": currency,
        "balance": balance(db, currency),
        "reserved": reserved(db, currency),
        "floor": floor(db, currency),
        "available": available(db, currency),
        "short": within_reach(db, currency) < floor(db, currency) + reserved(db, currency),
        "purposes": given,
    }


def fund_page(db: Connection, by: By) -> Page:
    """Show what there is, what is promised and what is kept back, in each currency."""
    tellings = rows(db, "select member, words, told_on, audience from telling order by told_on desc, telling limit 20")
    mine = "select 1 from gift where giver = ? and visible = 'open' and state in ('received', 'reconciled')"
    return Page(
        "fund/fund.html",
        {
            "stands": [stand(db, currency) for currency in currencies(db)],
            "tellings": tellings,
            "may_tell": db.execute(mine, (by.member,)).fetchone() is not None,
            "keeps": db.execute("select 1 from pot where keeper = ?", (by.member,)).fetchone() is not None,
            "of_fund": of_fund(by),
            "floor_percent": charter.value(db, "fund_floor_percent"),
            "purposes": PURPOSE,
        },
    )


def _books(db: Connection, by: By, before: int) -> Page:
    lines = published(db, before=before, most=ENTRIES)
    weeks: list[tuple[int, list[dict[str, Any]]]] = []
    for line in lines:
        if not weeks or weeks[-1][0] != line["week"]:
            weeks.append((line["week"], []))
        weeks[-1][1].append(line)
    sums = recomputed(db)
    checks = [pot | {"sum": sums.get((pot["pot"], pot["currency"]), 0)} for pot in pots(db)]
    asked = rows(
        db, "select correction, entry, asked_by, audience from correction where state = 'asked' order by correction"
    )
    for one in asked:
        one["mine"] = one["asked_by"] != by.member and may_second(db, by, one["entry"])
    oldest = min((line["place"] for line in lines), default=0)
    return Page(
        "fund/books.html",
        {
            "weeks": weeks,
            "kinds": ENTRY_KIND,
            "checks": checks,
            "older": oldest if oldest > 1 else 0,
            "newest": before == 0,
            "asked": asked,
            "of_fund": of_fund(by),
            "me_id": by.member,
        },
    )


def may_second(db: Connection, by: By, entry: str) -> bool:
    """Say whether this person can be the second one for a correction: of the fund, or the keeper of one of its pots."""
    return of_fund(by) or any(pot["keeper"] == by.member for pot in pots_of(db, entry))


def books_page(db: Connection, by: By) -> Page:
    """Show the newest published lines, and what they add up to beside what the pots are said to hold."""
    return _books(db, by, 0)


def older_books_page(db: Connection, by: By, before: str) -> Page:
    """Show the published lines before a place of the books."""
    if not before.isascii() or not before.isdigit() or not 1 < len(before) + 1 < 12 or int(before) < 1:
        raise NotHereYet
    return _books(db, by, int(before))


def entry_page(db: Connection, by: By, entry: str) -> Page:
    """Show one entry of the books with all its postings, which sum to zero."""
    found = fields(db, "ledger_entry", "entry", entry)
    keepers = {
        row["keeper"]
        for row in rows(db, "select distinct keeper from posting join pot using (pot) where entry = ?", entry)
    }
    postings = rows(db, "select * from posting where entry = ? order by line", entry)
    correctable = found["kind"] not in UNCORRECTED and not found["reversed"]
    waiting = db.execute("select 1 from correction where entry = ? and state = 'asked'", (entry,)).fetchone()
    return Page(
        "fund/entry.html",
        {
            "it": found,
            "postings": postings,
            "rate": sorted(
                ([one["amount_minor"], one["currency"]] for one in postings if one["account"] == "exchange"),
                reverse=True,
            ),
            "kinds": ENTRY_KIND,
            "may_correct": correctable and not waiting and of_fund(by) and by.member not in keepers,
            "reversed_by": db.execute("select entry from ledger_entry where names = ?", (entry,)).fetchone(),
        },
    )


def _with_share(db: Connection, pot: dict[str, Any]) -> dict[str, Any]:
    whole = balance(db, pot["currency"])
    return pot | {"share": pot["holds"] * 100 // whole if whole and pot["kind"] != "goods" else 0}


def pots_page(db: Connection, by: By) -> Page:
    """Show where the money is, who keeps it, and what is on its way between pots."""
    prepared = rows(
        db,
        "select transfer.*, source.currency as from_currency, target.currency as to_currency,"
        " target.keeper as to_keeper, source.keeper as from_keeper from transfer"
        " join pot as source on source.pot = from_pot join pot as target on target.pot = to_pot"
        " where transfer.state = 'prepared' order by prepared_on, transfer limit ?",
        LISTED,
    )
    due = by.day - charter.value(db, "fund_count_days")
    frozen = dict(db.execute("select pot, frozen_by from pot where state = 'frozen'").fetchall())
    return Page(
        "fund/pots.html",
        {
            "pots": [_with_share(db, pot) | {"due": pot["counted_on"] <= due} for pot in pots(db)],
            "frozen": frozen,
            "here": who.members(db, ("trusted", "resting")),
            "transfers": [row | {"mine": may_confirm(by, row), "droppable": may_drop(by, row)} for row in prepared],
            "kinds": POT_KIND,
            "steps": POT_STEPS,
            "transfer_steps": TRANSFER_STEPS,
            "of_fund": of_fund(by),
            "me_id": by.member,
        },
    )


def may_confirm(by: By, transfer: dict[str, Any]) -> bool:
    """Say whether this person can say that moved money arrived."""
    if transfer["prepared_by"] == by.member:
        return False
    return bool(
        transfer["to_keeper"] == by.member or (transfer["to_keeper"] == transfer["prepared_by"] and of_fund(by))
    )


def may_drop(by: By, transfer: dict[str, Any]) -> bool:
    """Say whether this person can drop moved money."""
    return of_fund(by) or by.member in (transfer["prepared_by"], transfer["to_keeper"], transfer["from_keeper"])


def pledges_of(db: Connection, by: By, *, mine: bool) -> list[dict[str, Any]]:
    """Return running pledges: one's own, or all that this room can read; each with the day it is due next."""
    found = rows(
        db,
        "select pledge.*, (select count(*) from gift where gift.pledge = pledge.pledge and gift.giver = pledge.giver and gift.state <> 'missed') as given"
        " from pledge where state = 'running' and (? = 0 or giver = ?) order by begun_on, pledge limit ?",
        int(mine),
        by.member,
        LISTED,
    )
    return [row | {"due_on": due_of(row, row["given"])} for row in found]


def mine_page(db: Connection, by: By) -> Page:
    """Show what I give and pledged; nobody else's."""
    gifts = rows(db, "select * from gift where giver = ? order by announced_on desc, gift limit ?", by.member, LISTED)
    return Page(
        "fund/mine.html",
        {
            "gifts": gifts,
            "pledges": pledges_of(db, by, mine=True),
            "steps": GIFT_STEPS,
            "pledge_steps": PLEDGE_STEPS,
            "methods": METHOD,
            "rhythms": RHYTHM,
            "purposes": PURPOSE,
        },
    )


def gifts_to_take_in(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the announced gifts for the pots this person keeps; for the fund, those of every pot."""
    return rows(
        db,
        "select gift.*, pot.keeper from gift cross join pot using (pot) where gift.state = 'announced'"
        " and (pot.keeper = ? or ?) order by announced_on, gift limit ?",
        by.member,
        int(of_fund(by)),
        LISTED,
    )


def gifts_page(db: Connection, by: By) -> Page:
    """Show the gifts that are announced and not booked yet, to whoever takes them in; never who gave most."""
    missed = rows(
        db,
        "select gift.*, pot.keeper from gift join pot using (pot) where gift.state = 'missed' and (pot.keeper = ? or ?)"
        " order by announced_on desc, gift limit ?",
        by.member,
        int(of_fund(by)),
        LISTED,
    )
    settled = rows(
        db,
        "select gift.*, ledger_entry.reversed from gift join pot using (pot) join ledger_entry using (entry)"
        " where gift.state in ('received', 'reconciled') and (pot.keeper = ? or ?)"
        " order by announced_on desc, gift limit ?",
        by.member,
        int(of_fund(by)),
        LISTED,
    )
    return Page(
        "fund/gifts.html",
        {
            "gifts": gifts_to_take_in(db, by),
            "settled": settled,
            "missed": missed,
            "methods": METHOD,
            "purposes": PURPOSE,
            "steps": GIFT_STEPS,
            "me_id": by.member,
        },
    )


def counts_page(db: Connection, by: By) -> Page:
    """Show which pots are due, which counts wait for a second person, and the last ones."""
    found = rows(
        db,
        "select pot_count.*, pot.currency, pot.keeper from pot_count join pot using (pot)"
        " order by pot_count.state <> 'counted', pot_count.counted_on desc, count limit ?",
        LISTED,
    )
    every = charter.value(db, "fund_count_days")
    return Page(
        "fund/counts.html",
        {
            "pots": [
                pot | {"due_on": pot["counted_on"] + every, "mine": counts(by, pot)}
                for pot in pots(db)
                if pot["state"] in ("open", "frozen")
            ],
            "waiting": {row["pot"] for row in found if row["state"] == "counted"},
            "counts": [row | {"mine": counts(by, row) and row["counted_by"] != by.member} for row in found],
            "steps": COUNT_STEPS,
            "today": by.day,
            "me_id": by.member,
        },
    )


def counts(by: By, pot: dict[str, Any]) -> bool:
    """Say whether this person counts a pot."""
    return of_fund(by) or pot["keeper"] == by.member


def _held(db: Connection, number: str) -> list[dict[str, Any]]:
    held = "select * from reservation where state = 'held' order by reserved_on, reservation limit ? offset ?"
    return rows(db, held, *turns.span(number))


def _paid(db: Connection, number: str) -> list[dict[str, Any]]:
    return rows(
        db,
        "select payout.*, pot.keeper from payout join pot using (pot)"
        " order by payout.state in ('confirmed', 'resolved', 'failed'), paid_on desc, payout limit ? offset ?",
        *turns.span(number),
    )


def reserved_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show what is promised and paid, by its own codes; who agreed is shown, for whom it is is not known here."""
    (held, paid), ways = turns.shown("/fund/reserved", number, *(read(db, number) for read in (_held, _paid)))
    return Page(
        "fund/reserved.html",
        {
            "held": [row | {"agreed": backers(db, row["reservation"])} for row in held],
            "paid": [row | {"attested": attesters(db, row["payout"])} for row in paid],
            **ways,
            "steps": RESERVATION_STEPS,
            "payout_steps": PAYOUT_STEPS,
            "resolutions": ENDED,
            "lanes": LANE,
            "purposes": PURPOSE,
            "of_fund": of_fund(by),
            "me_id": by.member,
        },
    )


# Runway


def weekly(db: Connection, currency: str, week: int) -> list[tuple[int, int]]:
    """Return what came and what went in each of the last whole weeks, from the first booked one on.

    What was reversed never came or went, so neither it nor its correction counts: the two may stand in different weeks.
    """
    first = db.execute(
        "select min(week) from ledger_entry join posting using (entry) where currency = ? and account = 'pot'",
        (currency,),
    ).fetchone()[0]
    if first is None:
        return []
    found = dict.fromkeys(range(max(first, week - PAST_WEEKS), week), (0, 0))
    for past, account, amount in db.execute(
        "select week, account, sum(amount_minor) from ledger_entry join posting using (entry)"
        " where currency = ? and account in ('gifts', 'grants', 'fees', 'differences') and week >= ? and week < ?"
        " and not reversed and kind <> 'correction'"
        " and not exists (select 1 from posting as other where other.entry = posting.entry and other.account = 'in_kind')"
        " group by week, account",
        (currency, week - PAST_WEEKS, week),
    ):
        came, went = found[past]
        found[past] = (came - amount, went) if account == "gifts" else (came, went + amount)
    return list(found.values())


def _bars(run: Runway, currency: str) -> Sequence[dict[str, int]]:
    """Return the steps to show, in whole units: the next half year closely, what is further away in larger steps."""
    unit = 10 ** money.digits_of(currency)
    return [
        {"week": week, "low": low // unit, "middle": middle // unit, "high": high // unit}
        for week, low, middle, high in run.steps
        if week <= CLOSELY or not (week - CLOSELY) % FURTHER
    ]


def _in_band(by: By, pledge: dict[str, Any]) -> str:
    """Return the band of a pledge: to say what changes without it, nobody but its giver needs the amount."""
    return "" if pledge["giver"] == by.member else money.band_shown(pledge["amount"], pledge["currency"])


def _runway(db: Connection, by: By, currency: str, stopped: str) -> Page:
    if currency not in currencies(db):
        raise NotHereYet
    flows, start = weekly(db, currency, by.day // 7), max(0, available(db, currency))
    pledges = [row for row in pledges_of(db, by, mine=False) if row["currency"] == currency]
    chosen = next((row for row in pledges if row["pledge"] == stopped), None)
    if stopped and chosen is None:
        raise NotHereYet
    now = simulate(start, flows)
    less = chosen["amount"] * 7 // RHYTHM_DAYS[chosen["rhythm"]] if chosen else 0
    then = simulate(start, flows, less) if chosen else None
    shown = then or now
    bars = _bars(shown, currency) if shown else []
    return Page(
        "fund/runway.html",
        {
            "currency": currency,
            "currencies": currencies(db),
            "start": start,
            "now": now,
            "then": then,
            "bars": bars,
            "most": max((bar["high"] for bar in bars), default=1),
            "pledges": [row | {"band": _in_band(by, row)} for row in pledges],
            "stopped": stopped,
            "weeks": len(flows),
            "horizon": HORIZON,
            "rhythms": RHYTHM,
        },
    )


def runway_page(db: Connection, by: By, currency: str) -> Page:
    """Show how many weeks the fund lasts at the present pace."""
    return _runway(db, by, currency, "")


def runway_without_page(db: Connection, by: By, currency: str, pledge: str) -> Page:
    """Show the same without one pledge."""
    return _runway(db, by, currency, pledge)
