"""What one can do about things, stock and stays: forms, lists to choose from, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.resources.facts import (
    AddressOpened,
    AHosting,
    ALoan,
    AStay,
    BackOn,
    FromOn,
    HostingClosed,
    HostingOffered,
    LoanAgreed,
    LoanAsked,
    LoanBroken,
    LoanDeclined,
    LoanExtended,
    LoanForgiven,
    LoanGivenBack,
    LoanLost,
    LoanReturned,
    LoanWithdrawn,
    Nights,
    SomeWords,
    StayAccepted,
    StayAsked,
    StayDeclined,
    StayEnded,
    StayEndedEarly,
    StayExtended,
    StayOffered,
    StayStarted,
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
    W,
)
from nasij.areas.resources.rules import keepers, lends
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act, holder_of
from nasij.kit.field import Ref, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

USUAL_LOAN_DAYS = 14


@dataclass(frozen=True, slots=True)
class OneLoan:
    """A press about one loan."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class LoanForm:
    """Lending something, with the day by which it is back."""

    loan: ALoan
    back_on: BackOn


@dataclass(frozen=True, slots=True)
class NightsForm:
    """Asking for nights for oneself."""

    hosting: AHosting
    from_on: FromOn
    nights: Nights
    words: SomeWords


@dataclass(frozen=True, slots=True)
class BringForm:
    """Asking for nights for somebody else, as coordination."""

    hosting: AHosting
    guest: Annotated[str, Ref(to="member", keep=W, label=mark("Who needs a place?"))]
    from_on: FromOn
    nights: Nights
    words: SomeWords


# Loans: the two learn who, everybody else only that one is out


def agreed(db: Connection, _by: By, form: LoanForm) -> list[Any]:
    """Lend it, and let everybody know that one is out."""
    return [LoanAgreed(form.loan, form.back_on), ThingLent(fields(db, "loan", "loan", form.loan)["thing"])]


def _settled(db: Connection, loan: str, settled: Any, one: type) -> list[Any]:
    """Settle a loan in public too, unless whoever keeps the thing now has counted it anew."""
    row = fields(db, "loan", "loan", loan)
    thing = fields(db, "thing", "thing", row["thing"])
    return [settled, one(row["thing"])] if thing["out"] and thing["keeper"] == row["keeper"] else [settled]


def returned(db: Connection, _by: By, form: OneLoan) -> list[Any]:
    """Take it back."""
    return _settled(db, form.loan, LoanReturned(form.loan), ThingBack)


def forgiven(db: Connection, _by: By, form: OneLoan) -> list[Any]:
    """Let it go."""
    return _settled(db, form.loan, LoanForgiven(form.loan), ThingGone)


# Nights


def _fits(db: Connection, hosting: str, from_on: int, nights: int) -> dict[str, Any]:
    row = fields(db, "hosting", "hosting", hosting)
    if row["state"] != "open" or not lends(db, row["host"]):
        raise Refused(mark("Nobody is hosted here at present."))
    if nights > row["nights_most"]:
        raise Malformed(mark("That is more nights than were offered."), field="nights")
    if from_on > row["until"]:
        raise Malformed(mark("The offer does not hold that long."), field="from_on")
    return row


def asked_nights(db: Connection, by: By, form: NightsForm) -> list[Any]:
    """Ask the host for oneself."""
    host = _fits(db, form.hosting, form.from_on, form.nights)["host"]
    return [StayAsked(new_id(), form.hosting, host, by.member, form.from_on, form.nights, form.words)]


def brought(db: Connection, _by: By, form: BringForm) -> list[Any]:
    """Ask the host for somebody else."""
    host = _fits(db, form.hosting, form.from_on, form.nights)["host"]
    return [StayAsked(new_id(), form.hosting, host, form.guest, form.from_on, form.nights, form.words)]


# Lists to choose from, and what forms begin with


def others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody but me."""
    return who.by_name(db, who.members(db) - {by.member})


def trusted_members(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the trusted members, with me: whoever takes on what nobody keeps says so of themselves."""
    return who.by_name(db, who.members(db, ("trusted", "resting")))


def start_loan(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with two weeks."""
    return {"back_on": by.day + USUAL_LOAN_DAYS}


def start_agree(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the day that was asked for."""
    return {"back_on": fields(db, "loan", "loan", params["loan"])["back_on"]}


def start_host(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with one person, three nights, three months."""
    return {"scope": "coordinators", "places": 1, "nights_most": 3, "until": by.day + 90}


def start_nights(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with today."""
    return {"from_on": by.day, "nights": 1}


def start_offer(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the house rules that stand in one's offer."""
    stay = fields(db, "stay", "stay", params["stay"])
    found = rows(db, "select house_rules from hosting where hosting = ?", stay["hosting"])
    return {"house_rules": found[0]["house_rules"] if found else ""}


def start_keeper(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with oneself where nobody keeps it."""
    return {} if keepers(db, params["stock"]) else {"member": by.member}


_LOAN = "/things/loan/{loan}"
_THING = "/things/thing/{thing}"
_STOCK = "/things/stock/{stock}"
_BATCH = "/things/batch/{batch}"
_HOSTING = "/things/hosting/{hosting}"
_STAY = "/things/stay/{stay}"
_NO_BLAME = mark("Things get lost and break. It is said so that both know, and nobody has to explain.")


def press(path: str, form: type, title: str, then: str, **rest: Any) -> Act:
    """Return an act of one press: its title stands on its button too."""
    return act(path, form, then=then, title=title, press=title, **({"by": TRUSTED_MEMBER} | rest))


def _loan(step: str, form: type, title: str, **rest: Any) -> Act:
    return press(f"{_LOAN}/{step}", form, title, _LOAN, **rest)


def _stay(step: str, form: type, title: str, **rest: Any) -> Act:
    return press(f"{_STAY}/{step}", form, title, _STAY, **({"by": ANYBODY_IN} | rest))


ACTS = (
    press("/things/share", ThingShared, mark("Lend a thing"), "/things", prefill=lambda *_: {"quantity": 1}),
    press(_THING + "/take-over", ThingTakenOver, mark("Keep this from now on"), "/things"),
    press(_THING + "/withdraw", ThingWithdrawn, mark("Lend it no longer"), "/things", grave=True),
    press(
        _THING + "/ask",
        LoanAsked,
        mark("Ask to borrow it"),
        "/things/loans",
        prefill=start_loan,
        why=mark("Only you and whoever lends it know of it. Others see that one is out."),
    ),
    _loan("agree", LoanForm, mark("Lend it"), make=agreed, prefill=start_agree),
    _loan("decline", LoanDeclined, mark("No loan this time"), by=ANYBODY_IN),
    _loan("withdraw", LoanWithdrawn, mark("Not needed any more"), by=ANYBODY_IN),
    _loan("extend", LoanExtended, mark("Give it more time"), prefill=start_loan, by=ANYBODY_IN),
    _loan("given-back", LoanGivenBack, mark("Say that you gave it back"), by=ANYBODY_IN),
    _loan("returned", OneLoan, mark("It is back"), make=returned, why=mark("Or something as good is in its place.")),
    _loan("lost", LoanLost, mark("Say that it was lost"), why=_NO_BLAME, by=ANYBODY_IN),
    _loan("broken", LoanBroken, mark("Say that it broke"), why=_NO_BLAME, by=ANYBODY_IN),
    _loan("forgive", OneLoan, mark("Let it go, nothing is owed"), make=forgiven, why=mark("Nothing is owed for it.")),
    press("/things/stock/begin", StockBegun, mark("Begin a stock"), "/things/stock/{stock}"),
    press(
        _STOCK + "/keeper",
        StockKeeperAdded,
        mark("Take somebody in to keep it"),
        _STOCK,
        options={"member": trusted_members},
        prefill=start_keeper,
    ),
    press(_STOCK + "/leave", StockKeeperLeft, mark("Keep it no longer"), _STOCK),
    press(_STOCK + "/receive", StockReceived, mark("Write down what came in"), _STOCK),
    press(_STOCK + "/close", StockClosed, mark("Close the stock"), "/things/stocks", grave=True),
    press(_BATCH + "/take", StockTaken, mark("Write down what went out"), "/things/stocks"),
    press(
        _BATCH + "/count",
        StockCounted,
        mark("Count it"),
        "/things/stocks",
        why=mark("What was found counts from then on, and the difference stays written."),
    ),
    press(
        "/things/host",
        HostingOffered,
        mark("Offer nights"),
        "/things/stays",
        prefill=start_host,
        why=mark("No address. It is opened later, to one guest who has accepted, and is gone after the last night."),
    ),
    press(_HOSTING + "/close", HostingClosed, mark("Host nobody at present"), "/things/stays", by=ANYBODY_IN),
    press(
        _HOSTING + "/ask", NightsForm, mark("Ask for nights"), "/things/stays", make=asked_nights, prefill=start_nights
    ),
    press(
        _HOSTING + "/bring",
        BringForm,
        mark("Ask for somebody else"),
        "/things/stays",
        by=holder_of("cases"),
        make=brought,
        prefill=start_nights,
        options={"guest": others},
    ),
    _stay(
        "offer",
        StayOffered,
        mark("Say yes, with house rules"),
        by=TRUSTED_MEMBER,
        prefill=start_offer,
    ),
    _stay("accept", StayAccepted, mark("Accept the house rules and come")),
    _stay("decline", StayDeclined, mark("No nights this time")),
    _stay(
        "address",
        AddressOpened,
        mark("Open the address"),
        by=TRUSTED_MEMBER,
        why=mark("Only the guest reads it, and it is gone from both machines when the stay is over."),
    ),
    _stay("start", StayStarted, mark("Say that the guest is here")),
    _stay("extend", StayExtended, mark("Let it last longer"), by=TRUSTED_MEMBER),
    _stay("end", StayEnded, mark("Say that the stay is over")),
    _stay("early", StayEndedEarly, mark("End it early"), grave=True, why=mark("Either of you can, at any time.")),
)

__all__ = ["ACTS", "AStay"]
