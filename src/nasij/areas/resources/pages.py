"""The pages of what is shared: things and loans, stock, nights, the directory, referrals, the access map."""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.resources import access, directory, referring
from nasij.areas.resources.acts import ACTS
from nasij.areas.resources.entries import (
    ASKED,
    FEE,
    METHOD,
    PROVIDER_STEPS,
    REFERRAL_STEPS,
    RESPECT,
    RESULT,
    SAFE,
)
from nasij.areas.resources.facts import (
    HOSTING_SCOPE,
    HOSTING_STEPS,
    LOAN_STEPS,
    MOVE_WAY,
    STAY_REASON,
    STAY_STEPS,
    STOCK_SORT,
    STOCK_STEPS,
    THING_SORT,
    THING_STEPS,
)
from nasij.areas.resources.rules import gone, keepers, left, lends, past
from nasij.errors import NotHereYet
from nasij.kit import charter, turns, who
from nasij.kit.field import Choices, mark
from nasij.kit.page import Card, Page
from nasij.kit.rows import fields, rows
from nasij.kit.steps import Steps
from nasij.kit.who import By

MOVES_SHOWN = 20
OVER_DAYS = 7  # how long a list still shows what ended, so that a "not this time" is read
EXPERIENCES_SHOWN = 20
_MOVES = Choices(
    "stock_move", {**MOVE_WAY.labels, "received": mark("Came in"), "counted": mark("Difference found by counting")}
)
LABELS = {
    "thing_sorts": THING_SORT,
    "stock_sorts": STOCK_SORT,
    "moves_words": _MOVES,
    "scopes": HOSTING_SCOPE,
    "reasons": STAY_REASON,
    "thing_steps": THING_STEPS,
    "loan_steps": LOAN_STEPS,
    "stock_steps": STOCK_STEPS,
    "hosting_steps": HOSTING_STEPS,
    "stay_steps": STAY_STEPS,
    "provider_steps": PROVIDER_STEPS,
    "referral_steps": REFERRAL_STEPS,
    "methods": METHOD,
    "results": RESULT,
    "safe": SAFE,
    "papers_words": ASKED,
    "respects": RESPECT,
    "fees": FEE,
}
_TITLES = {act.path: act.title for act in (*ACTS, *referring.ACTS)}
# Which step of a record is open to whom: the last part of its path, the fact that it states, the parts of the record.
_LOAN_WAYS = (
    ("agree", "LoanAgreed", ("keeper",)),
    ("decline", "LoanDeclined", ("keeper",)),
    ("withdraw", "LoanWithdrawn", ("borrower",)),
    ("returned", "LoanReturned", ("keeper",)),
    ("given-back", "LoanGivenBack", ("borrower",)),
    ("forgive", "LoanForgiven", ("keeper",)),
    ("extend", "LoanExtended", ("keeper",)),
    ("lost", "LoanLost", ("keeper", "borrower")),
    ("broken", "LoanBroken", ("keeper", "borrower")),
)
_STAY_WAYS = (
    ("offer", "StayOffered", ("host",)),
    ("accept", "StayAccepted", ("guest",)),
    ("start", "StayStarted", ("host", "guest")),
    ("end", "StayEnded", ("host", "guest")),
    ("extend", "StayExtended", ("host",)),
    ("decline", "StayDeclined", ("host", "guest")),
    ("early", "StayEndedEarly", ("host", "guest")),
)
_REFERRAL_WAYS = (
    ("agree", "ReferralAgreed", ("member",)),
    ("sent", "ReferralSent", ("referrer",)),
    ("seen", "ReferralSeen", ("referrer", "member")),
    ("outcome", "OutcomeTold/helped", ("referrer", "member")),
    ("warn", "WarningPassedOn", ("referrer",)),
    ("decline", "ReferralDeclined", ("member",)),
    ("withdraw", "ReferralWithdrawn", ("referrer",)),
)
Ways = Iterable[tuple[str, str, tuple[str, ...]]]


def ways(by: By, row: Mapping[str, Any], steps: Steps, at: str, all_ways: Ways) -> list[dict[str, str]]:
    """Return the acts that are open to this person now, as paths and titles."""
    record = str(row[steps.key])
    if row["closed_on"]:
        return []
    return [
        {"path": f"{at}/{record}/{name}", "title": _TITLES[f"{at}/{{{steps.key}}}/{name}"]}
        for name, fact, parts in all_ways
        if fact in steps.moves.get(row["state"], {}) and by.member in [row[part] for part in parts]
    ]


# Things


def list_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show what can be borrowed."""
    lent = "select * from thing where closed_on = 0 order by sort, what, thing limit ? offset ?"
    [found], around = turns.shown("/things", number, rows(db, lent, *turns.span(number)))
    things = [_with_keeper(db, row) for row in found]
    return Page("resources/list.html", {"things": things, "open_loans": len(my_loans(db, by)), **around, **LABELS})


def _with_keeper(db: Connection, row: dict[str, Any]) -> dict[str, Any]:
    keeper = row["keeper"]
    return row | {"left_over": row["quantity"] - row["out"], "here": lends(db, keeper), "gone": gone(db, keeper)}


def thing_page(db: Connection, _by: By, thing: str) -> Page:
    """Show one thing that can be borrowed, for whoever found it by its words."""
    row = fields(db, "thing", "thing", thing)
    if row["closed_on"]:
        raise NotHereYet
    return Page("resources/thing.html", {"row": _with_keeper(db, row), **LABELS})


def my_loans(db: Connection, by: By, since: int = 0) -> list[dict[str, Any]]:
    """Return the loans I am in that are not over, those due first; last what one of us ended in the `since` days before."""
    return rows(
        db,
        "select loan.*, coalesce(what, '') as what from loan left join thing using (thing) where (loan.closed_on = 0 or"
        " loan.closed_on > ? and loan.state in ('declined', 'returned', 'forgiven')) and ? in (loan.keeper, borrower) order by loan.closed_on > 0, back_on, loan",
        by.day - since,
        by.member,
    )


def loans_page(db: Connection, by: By) -> Page:
    """Show what I borrow and lend."""
    return Page("resources/loans.html", {"loans": my_loans(db, by, OVER_DAYS), **LABELS})


def loan_page(db: Connection, by: By, loan: str) -> Page:
    """Show one loan to the two of it."""
    row = fields(db, "loan", "loan", loan)
    thing = rows(db, "select what from thing where thing = ?", row["thing"])
    row["what"] = thing[0]["what"] if thing else ""
    found = ways(by, row, LOAN_STEPS, "/things/loan", _LOAN_WAYS)
    return Page("resources/loan.html", {"row": row, "ways": found, **LABELS})


# Stock


def stocks_page(db: Connection, _by: By) -> Page:
    """Show what is kept together, and how much of it there is."""
    stocks = rows(db, "select * from stock where closed_on = 0 order by sort, what, stock")
    for row in stocks:
        row["count"] = left(db, row["stock"])
    return Page("resources/stocks.html", {"stocks": stocks, **LABELS})


def stock_page(db: Connection, by: By, stock: str) -> Page:
    """Show one stock: its batches, who keeps it, what came and went."""
    row = fields(db, "stock", "stock", stock)
    batches = rows(
        db,
        "select * from batch where stock = ? and left_over > 0 order by keeps_until = 0, keeps_until, since, batch",
        stock,
    )
    for batch in batches:
        batch["past"] = past(batch, by.day)
    moves = rows(db, "select * from stock_move where stock = ? order by place desc limit ?", stock, MOVES_SHOWN)
    kept_by = keepers(db, stock)
    values = {"row": row, "batches": batches, "moves": moves, "keepers": kept_by, "count": left(db, stock)}
    return Page("resources/stock.html", values | {"i_keep": by.member in kept_by} | LABELS)


# Nights


def stays_page(db: Connection, by: By) -> Page:
    """Show what is offered for the night, and the stays that concern me."""
    found = rows(db, "select * from hosting where closed_on = 0 order by host <> ?, area, hosting", by.member)
    hostings = [row for row in found if _is_offered(db, by, row)]
    stays = rows(
        db,
        "select * from stay where (closed_on = 0 or closed_on > ?) and ? in (host, guest, asked_by)"
        " order by closed_on > 0, from_on, stay",
        by.day - OVER_DAYS,
        by.member,
    )
    values = {"hostings": hostings, "stays": stays, "coordinates": "cases" in by.roles, **LABELS}
    return Page("resources/stays.html", values)


def _is_offered(db: Connection, by: By, row: dict[str, Any]) -> bool:
    """Say whether an offer holds: its host can host, and I still read what becomes of it."""
    return who.holds(db, row["audience"], by.member) and (row["host"] == by.member or lends(db, row["host"]))


def stay_page(db: Connection, by: By, stay: str) -> Page:
    """Show one stay, with its address only where this room holds it."""
    row = fields(db, "stay", "stay", stay)
    address = rows(db, "select * from stay_address where stay = ?", stay)
    found = ways(by, row, STAY_STEPS, "/things/stay", _STAY_WAYS)
    opens = row["host"] == by.member and row["state"] in ("agreed", "started")
    held_up = row["state"] in ("asked", "offered", "agreed") and not lends(db, row["host"])
    values = {"row": row, "ways": found, "address": address[0] if address else {}, "opens": opens, "held_up": held_up}
    return Page("resources/stay.html", values | {"last_on": row["from_on"] + row["nights"]} | LABELS)


# The directory


def kind_names(db: Connection) -> dict[str, dict[str, Any]]:
    """Return the kinds of help by id."""
    return {row["kind"]: row for row in rows(db, "select kind, label, own_words from kind")}


BESIDE_MOST = 3
_ORDER = "case state when 'checked' then 0 when 'proposed' then 1 when 'old' then 2 when 'doubtful' then 3 else 4 end"


def services_page(db: Connection, _by: By, number: str = "1") -> Page:
    """Show the directory: what was checked lately first, what is old lower, warnings last."""
    names = kind_names(db)
    listed = (
        "select * from provider where state <> 'closed'"
        f" order by {_ORDER}, checked_on desc, name, provider limit ? offset ?"
    )
    [found], around = turns.shown("/things/services", number, rows(db, listed, *turns.span(number)))
    for row in found:
        row["kinds"] = [names[kind] for kind in row["kinds"].split() if kind in names]
    return Page("resources/services.html", {"services": found, **around, **LABELS})


def beside(db: Connection, by: By, matter: str, kind: str) -> list[Card]:
    """Return the services for a kind of need that were checked lately: for those who can open them, the newest check first."""
    if not by.trusted or matter != "need":
        return []
    found = rows(
        db,
        "select provider, name from provider where state = 'checked' and closed_on = 0"
        " and instr(' ' || kinds || ' ', ' ' || ? || ' ') order by checked_on desc, name, provider limit ?",
        kind,
        BESIDE_MOST,
    )
    return [Card(row["name"], f"/things/service/{row['provider']}") for row in found]


def provider_page(db: Connection, by: By, provider: str) -> Page:
    """Show one service, how it was checked, and what members met with there."""
    row = fields(db, "provider", "provider", provider)
    names = kind_names(db)
    told = rows(
        db,
        "select safe, papers, respect, fee, month, words from experience where provider = ?"
        " order by month desc, experience limit ?",
        provider,
        EXPERIENCES_SHOWN,
    )
    for one in told:
        one["month"] = referring.month_words(one["month"])
    warned = row["state"] in ("doubtful", "avoid")
    values = {
        "row": row,
        "kinds": [names[kind] for kind in row["kinds"].split() if kind in names],
        "told": told,
        "checks": directory.checks(db, provider),
        "due_on": row["checked_on"] + charter.value(db, "provider_check_days") if row["checked_on"] else 0,
        "confirmed": len(directory.words_on(db, provider, "confirm")),
        "lifted": len(directory.words_on(db, provider, "lift")),
        "may_check": row["written_by"] != by.member and not warned,
        "may_judge": warned and by.member not in directory.warned_by(db, provider),
        "warned": warned,
        "may_refer": row["state"] not in referring.WARNED,
    }
    return Page("resources/service.html", values | LABELS)


def my_referrals(db: Connection, by: By, since: int = 0) -> list[dict[str, Any]]:
    """Return the referrals that concern me and are not over; last those that ended in the `since` days before."""
    return rows(
        db,
        "select * from referral where (closed_on = 0 or closed_on > ?) and ? in (referrer, member)"
        " order by closed_on > 0, contact_by, referral",
        by.day - since,
        by.member,
    )


def referrals_page(db: Connection, by: By) -> Page:
    """Show my referrals."""
    return Page("resources/referrals.html", {"referrals": my_referrals(db, by, OVER_DAYS), **LABELS})


def referral_page(db: Connection, by: By, referral: str) -> Page:
    """Show one referral to the two of it."""
    row = fields(db, "referral", "referral", referral)
    if by.member not in (row["referrer"], row["member"]):
        raise NotHereYet
    found = ways(by, row, REFERRAL_STEPS, "/things/referral", _REFERRAL_WAYS)
    unsafe = row["state"] == "unsafe" and not row["warned"]
    values = {"row": row, "ways": found, "unwarned": unsafe, "warns": lends(db, row["referrer"])}
    return Page("resources/referral.html", values | LABELS)


def access_page(db: Connection, by: By) -> Page:
    """Show which kinds of need were reached, in which circle, and why others were not."""
    values = {
        "lines": access.access_map(db),
        "kinds": kind_names(db),
        "why_words": Choices("access_why", access.ENDED),
        "circles": Choices("access_circle", access.CIRCLES),
        "unexplained": access.unexplained(db, by.member, coordinates="cases" in by.roles),
        "fewest": access.FEWEST,
        "rest": access.REST,
    }
    return Page("resources/access.html", values)
