"""The money of a campaign: forms, and the facts of the fund that they make.

A campaign has no purse of its own. What is given for it enters the books of the fund with the campaign's code as its purpose,
and the books keep it for that; what is left after the end is for something else only once the group has decided so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns.rules import takes_money
from nasij.areas.decisions import ProposalMade
from nasij.areas.fund import GiftAnnounced, MoneyReceived, MoneyReserved, currencies, kept_for, lane
from nasij.errors import Malformed, Refused
from nasij.ids import code, new_id, numbered_id
from nasij.kit import charter, money
from nasij.kit.area import TRUSTED_MEMBER, Act, act, holder_of
from nasij.kit.fact import fields_of
from nasij.kit.field import Ref, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

_GIFT = fields_of(GiftAnnounced)
TypedAmount = Annotated[str, Text(length_max=40, keep=Keep.LEDGER, label=mark("Amount"))]
TypedCurrency = Annotated[str, Text(length_max=3, keep=Keep.LEDGER, label=mark("Currency"))]
Question = Annotated[str, Text(length_max=150, keep=Keep.WORKING, label=mark("The question, in one sentence"))]
Body = Annotated[
    str, Text(length_max=2000, lines=True, optional=True, keep=Keep.WORKING, label=mark("What the group should know"))
]
APot = Annotated[str, Ref(to="pot", label=mark("Into which pot"))]


@dataclass(frozen=True, slots=True)
class RaiseForm:
    """Raising money for a campaign."""

    campaign: f.ACampaign
    amount: TypedAmount
    currency: TypedCurrency
    method: f.AMethod
    shown: f.Shown


@dataclass(frozen=True, slots=True)
class GiveForm:
    """A gift for a campaign."""

    campaign: f.ACampaign
    method: Annotated[str, _GIFT["method"]]
    pot: APot
    amount: TypedAmount
    visible: Annotated[str, _GIFT["visible"]]


@dataclass(frozen=True, slots=True)
class TakeInForm:
    """Money that came for a campaign from nobody in particular."""

    campaign: f.ACampaign
    pot: APot
    amount: TypedAmount


@dataclass(frozen=True, slots=True)
class SpendForm:
    """Spending a campaign's money on it."""

    campaign: f.ACampaign
    amount: TypedAmount
    currency: TypedCurrency
    words: f.ExpenseWords
    proposal: Annotated[
        str,
        Ref(
            to="proposal",
            optional=True,
            label=mark("By which decision"),
            why=mark("Only a large amount needs one: propose it under money, by code and amount."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class LeftForm:
    """Asking the group what is done with what is left."""

    campaign: f.ACampaign
    currency: TypedCurrency
    purpose: f.NextPurpose
    question: Question
    body: Body


def plain_proposal(db: Connection, question: str, body: str) -> ProposalMade:
    """Return a proposal to all trusted members about one thing, by the usual numbers of the group."""
    return ProposalMade(
        proposal=new_id(),
        question=question,
        body=body,
        method="majority",
        quorum=charter.value(db, "vote_quorum"),
        threshold=charter.value(db, "vote_threshold"),
        hidden=False,
        secret=False,
        options="",
        voters="trusted",
        about="",
        effect="agreement",
        doer="",
        due_on=0,
        review_days=charter.value(db, "decision_days"),
        lapses=False,
        replaces="",
        ends=False,
    )


def _currency(db: Connection, typed: str) -> str:
    if typed.upper() not in currencies(db):
        raise Malformed(mark("No pot of our fund has this currency."), field="currency")
    return typed.upper()


def raised(db: Connection, _by: By, form: RaiseForm) -> list[Any]:
    """Open a fundraiser."""
    currency = _currency(db, form.currency)
    goal = money.read(form.amount, currency)
    return [f.FundraiserOpened(new_id(), form.campaign, goal, currency, form.method, form.shown)]


def gave(db: Connection, _by: By, form: GiveForm) -> list[Any]:
    """Announce a gift with the campaign as its purpose; who gives is read by the people of the fund alone."""
    takes_money(db, form.campaign)
    currency = fields(db, "pot", "pot", form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [GiftAnnounced(new_id(), form.method, amount, currency, form.campaign, form.visible, form.pot, "")]


def took_in(db: Connection, by: By, form: TakeInForm) -> list[Any]:
    """Book what came, with the campaign as its purpose."""
    takes_money(db, form.campaign)
    currency = fields(db, "pot", "pot", form.pot)["currency"]
    amount = money.read(form.amount, currency)
    return [MoneyReceived(new_id(), form.pot, amount, currency, form.campaign, by.day // 7, opening=False)]


def spent(db: Connection, by: By, form: SpendForm) -> list[Any]:
    """Reserve part of what is kept for the campaign, and nothing beyond it."""
    takes_money(db, form.campaign)
    currency = _currency(db, form.currency)
    amount = money.read(form.amount, currency)
    if amount > kept_for(db, form.campaign, currency):
        raise Refused(mark("Less than this was raised for the campaign and is still there."))
    way = lane(db, amount, currency)
    held = MoneyReserved(new_id(), amount, currency, form.campaign, by.day // 7, way, form.proposal)
    return [held, f.ExpenseNoted(held.reservation, form.campaign, form.words)]


def asked_left(db: Connection, _by: By, form: LeftForm) -> list[Any]:
    """Ask the group about all that is left in one currency."""
    currency = _currency(db, form.currency)
    left = kept_for(db, form.campaign, currency)
    if not left:
        raise Refused(mark("Nothing is left in this currency."))
    proposal = plain_proposal(db, form.question, form.body)
    asked = f.SurplusAsked(
        numbered_id(proposal.proposal, 0), form.campaign, left, currency, form.purpose, proposal.proposal
    )
    return [proposal, asked]


def _pots(db: Connection, keeper: str) -> list[tuple[str, str]]:
    found = rows(
        db,
        "select pot, currency from pot join member on member.member = keeper where state = 'open' and kind <> 'goods'"
        " and standing in ('trusted', 'resting') and ? in ('', keeper) order by currency, pot",
        keeper,
    )
    return [(row["pot"], f"{row['currency']} {code(row['pot'])}") for row in found]


def _open_pots(db: Connection, _by: By) -> list[tuple[str, str]]:
    return _pots(db, "")


def _my_pots(db: Connection, by: By) -> list[tuple[str, str]]:
    return _pots(db, by.member)


def _money_decisions(db: Connection, _by: By) -> list[tuple[str, str]]:
    found = rows(db, "select proposal from proposal where effect = 'money' and state = 'passed' order by proposal")
    return [(row["proposal"], code(row["proposal"])) for row in found]


def start_currency(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with a currency that money came in, or the first there is."""
    there = currencies(db)
    some = [one for one in there if kept_for(db, params["campaign"], one)]
    return {"currency": (some or there or [""])[0]}


_AT = "/together/{campaign}"
ACTS: tuple[Act, ...] = (
    act(
        _AT + "/raise",
        RaiseForm,
        by=TRUSTED_MEMBER,
        make=raised,
        prefill=start_currency,
        then=_AT,
        title=mark("Raise money for this campaign"),
        press=mark("Begin to raise it"),
        why=mark("It enters the books of our fund for this purpose, and is spent on nothing else."),
    ),
    act(
        "/together/raising/{fundraiser}/end",
        f.FundraiserEnded,
        by=TRUSTED_MEMBER,
        then="/together",
        title=mark("End this fundraiser"),
        press=mark("End the fundraiser"),
    ),
    act(
        _AT + "/give",
        GiveForm,
        by=TRUSTED_MEMBER,
        make=gave,
        options={"pot": _open_pots},
        then=_AT,
        title=mark("Give something for this campaign"),
        press=mark("Announce it"),
        why=mark("Only the people of the fund learn who gives. If something is left over, the group decides about it."),
    ),
    act(
        _AT + "/take-in",
        TakeInForm,
        by=TRUSTED_MEMBER,
        make=took_in,
        options={"pot": _my_pots},
        then=_AT,
        title=mark("Book money that came for this campaign"),
        press=mark("Book it"),
    ),
    act(
        _AT + "/spend",
        SpendForm,
        by=holder_of("fund"),
        make=spent,
        options={"proposal": _money_decisions},
        prefill=start_currency,
        then=_AT,
        title=mark("Reserve money of this campaign"),
        press=mark("Reserve it"),
        why=mark("Others of the fund agree to it, and a keeper pays it, as with all money of the fund."),
    ),
    act(
        _AT + "/left",
        LeftForm,
        by=TRUSTED_MEMBER,
        make=asked_left,
        prefill=start_currency,
        then=_AT,
        title=mark("Ask the group about what is left"),
        press=mark("Ask the group"),
        why=mark("Until the group has decided, it stays where it is."),
    ),
    act(
        "/together/surplus/{surplus}/move",
        f.SurplusMoved,
        by=holder_of("fund"),
        then="/together",
        title=mark("Do what the group decided about this money"),
        press=mark("Give it its new purpose"),
    ),
    act(
        "/together/surplus/{surplus}/drop",
        f.SurplusDropped,
        by=TRUSTED_MEMBER,
        then="/together",
        title=mark("Leave what is left where it is"),
        press=mark("Leave it there"),
    ),
)
