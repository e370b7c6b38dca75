"""What the home page says about what is shared: what waits for me, what is unsafe, what I took on."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.resources.pages import my_loans, my_referrals
from nasij.areas.resources.rules import keepers, left, lends
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

WARNED_DAYS = 30  # how long a "do not use" stands on the home page; on the page of the service it stays
_LOANS = {
    ("asked", "keeper"): mark("Somebody asks to borrow something: %(code)s"),
    ("given_back", "keeper"): mark("Something was given back: is it there? %(code)s"),
    ("lost", "keeper"): mark("Something you lend was lost: %(code)s"),
    ("broken", "keeper"): mark("Something you lend broke: %(code)s"),
    ("due", "borrower"): mark("What you borrowed was due back on %(day)s"),
}
_STAYS = {
    ("asked", "host"): mark("Somebody needs a place for the night: %(code)s"),
    ("offered", "guest"): mark("A place for the night is offered to you: %(code)s"),
    ("agreed", "host"): mark("Your guest has accepted: open the address for %(code)s"),
}
TOLD_DAYS = 3  # how long it stands there that a place for the night fell through
_NO_PLACE = mark("There is no place for the night: %(code)s. Please look for another")
_REFERRALS = {
    ("proposed", "member"): mark("A service is proposed to you: %(code)s"),
    ("agreed", "referrer"): mark("There is a yes to your referral %(code)s: it can be sent"),
}


def _item(harm: int, text: str, at: str, record: str, **values: Any) -> Item:
    return Item(harm, text, f"/things/{at}/{record}", {"code": code(record), **values})


def urgent(db: Connection, by: By) -> list[Item]:
    """Return warnings about services, for everybody who reads the directory."""
    if not by.trusted:
        return []
    found = rows(
        db,
        "select provider, state from provider where closed_on = 0 and alerted_on > 0 and (state = 'doubtful' or"
        " state = 'avoid' and alerted_on > ?) order by alerted_on desc, provider limit 3",
        by.day - WARNED_DAYS,
    )
    texts = {
        "doubtful": mark("A service may not be safe: %(code)s. Please look before you send somebody."),
        "avoid": mark("Do not use this service: %(code)s"),
    }
    # What is decided asks for nothing any more, so it does not stand before what waits for a person.
    harms = {"doubtful": 1, "avoid": 3}
    return [_item(harms[row["state"]], texts[row["state"]], "service", row["provider"]) for row in found]


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for my word."""
    return [*_referrals(db, by), *_nights(db, by), *_loans(db, by), *_stocks(db, by), *_old(db, by)]


def _part(row: dict[str, Any], by: By, *parts: str) -> str:
    return next((part for part in parts if row[part] == by.member), "")


def _loans(db: Connection, by: By) -> list[Item]:
    items = []
    for row in my_loans(db, by):
        part = _part(row, by, "keeper", "borrower")
        text = _LOANS.get((row["state"], part))
        # What all trusted members count can only be settled by one of them; a no can be said by anybody.
        if text and (by.trusted or part == "borrower" or row["state"] == "asked"):
            items.append(_item(3, text, "loan", row["loan"], day=row["back_on"]))
    return items


def _nights(db: Connection, by: By) -> list[Item]:
    items = []
    for row in rows(db, "select * from stay where closed_on = 0 and ? in (host, guest) order by stay", by.member):
        part = _part(row, by, "host", "guest")
        text = _STAYS.get((row["state"], part))
        opened = rows(db, "select 1 from stay_address where stay = ?", row["stay"])
        if row["state"] == "agreed" and not opened and not lends(db, row["host"]):
            text = (
                _NO_PLACE
                if part == "guest"
                else mark("Stay %(code)s cannot be hosted at present: please tell the guest")
            )
        if text and not (row["state"] == "agreed" and opened):
            items.append(_item(1, text, "stay", row["stay"]))
        if row["state"] == "started" and row["from_on"] + row["nights"] <= by.day:
            items.append(_item(2, mark("The last night of stay %(code)s is over"), "stay", row["stay"]))
    return [*items, *_fell_through(db, by)]


def _fell_through(db: Connection, by: By) -> list[Item]:
    """Return nights still to come for which there is no place any more, for whoever asked; not once another one is asked for."""
    found = rows(
        db,
        "select stay from stay where closed_on > ? and from_on + nights > ? and state in ('declined', 'ended_early', 'lapsed')"
        " and ? in (guest, asked_by) and ended_by not in (?, guest) and not exists (select 1 from stay as other where"
        " other.guest = stay.guest and other.closed_on = 0) order by stay",
        by.day - TOLD_DAYS,
        by.day,
        by.member,
        by.member,
    )
    return [_item(1, _NO_PLACE, "stay", row["stay"]) for row in found]


def _referrals(db: Connection, by: By) -> list[Item]:
    """Return what waits of referrals: their outcome comes back to whoever referred."""
    items = []
    for row in my_referrals(db, by):
        part = _part(row, by, "referrer", "member")
        text, record = _REFERRALS.get((row["state"], part)), row["referral"]
        if text:
            items.append(_item(2, text, "referral", record))
        if part != "referrer":
            continue
        if row["state"] == "unsafe" and by.trusted:
            items.append(
                _item(
                    0,
                    mark("It was not safe where you referred somebody: warn the others (%(code)s)"),
                    "referral",
                    record,
                )
            )
        if row["state"] in ("sent", "seen", "unknown") and row["contact_by"] <= by.day:
            items.append(_item(2, mark("What came of your referral %(code)s?"), "referral", record))
        if row["state"] in ("agreed", "sent", "seen") and _warned(db, row["provider"]):
            items.append(
                _item(0, mark("A warning stands on the service of your referral %(code)s"), "referral", record)
            )
    return items


def _warned(db: Connection, provider: str) -> bool:
    return bool(rows(db, "select 1 from provider where provider = ? and state in ('doubtful', 'avoid')", provider))


def _stocks(db: Connection, by: By) -> list[Item]:
    """Return stock that I keep and that runs low, or has a batch that is soon past its day."""
    items, soon = [], by.day + charter.value(db, "stock_warn_days")
    for row in rows(db, "select stock.* from stock join stock_keeper using (stock) where member = ? and stock.closed_on = 0"
                        " order by stock", by.member):  # fmt: skip
        stock = row["stock"]
        if by.member not in keepers(db, stock):
            continue
        if left(db, stock) < row["least"]:
            items.append(_item(3, mark("Stock %(code)s is running low"), "stock", stock))
        ends = rows(
            db,
            "select min(keeps_until) as day from batch where stock = ? and left_over > 0 and keeps_until between 1 and ?",
            stock,
            soon,
        )[0]["day"]
        if ends:
            items.append(_item(3, mark("Some of stock %(code)s keeps until %(day)s only"), "stock", stock, day=ends))
    return items


def _old(db: Connection, by: By) -> list[Item]:
    """Return one line for all services that are due to be checked, for coordination: the others see it in the directory."""
    if "cases" not in by.roles or not rows(db, "select 1 from provider where state = 'old' limit 1"):
        return []
    return [Item(4, mark("Services of the directory are due to be checked"), "/things/services")]


def mine(db: Connection, by: By) -> list[Item]:
    """Return what I borrow, the nights I host or stay, and my referrals on the way."""
    items = [
        _item(3, mark("You borrowed something until %(day)s"), "loan", row["loan"], day=row["back_on"])
        for row in my_loans(db, by)
        if row["state"] == "lent" and row["borrower"] == by.member
    ]
    for row in rows(db, "select * from stay where state = 'started' and ? in (host, guest) order by stay", by.member):
        items.append(_item(2, mark("A stay goes on: %(code)s"), "stay", row["stay"]))
    return items
