"""The forms of asking for money, of deciding and of paying it out."""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.grants.facts import (
    AGrant,
    AGround,
    AKind,
    APayout,
    AReason,
    ASitting,
    AskWords,
    ASource,
    AWay,
    Behalf,
    ByWhen,
    FewWords,
    ForWhom,
    IsUrgent,
    SafeWords,
)
from nasij.areas.grants.lists import LINK, VERDICT
from nasij.kit.field import Choice, Id, Ref, Refs, Text, mark
from nasij.kit.table import Keep


@dataclass(frozen=True, slots=True)
class AskForm:
    """Asking for money."""

    grant: Annotated[str, Id()]
    currency: Annotated[
        str,
        Text(length_max=3, keep=Keep.WORKING, label=mark("Currency"), why=mark("Three letters, such as JOD.")),
    ]
    amount: Annotated[str, Text(length_max=40, keep=Keep.WORKING, label=mark("Amount asked for"))]
    way: AWay
    words: AskWords
    least: Annotated[
        str,
        Text(
            length_max=40,
            optional=True,
            keep=Keep.WORKING,
            label=mark("The least that still helps"),
            why=mark("Below it you are asked first. Empty: the same as above."),
        ),
    ]
    by_when: ByWhen
    urgent: IsUrgent
    leave_out: Annotated[
        list[str],
        Refs(
            to="member",
            optional=True,
            keep=Keep.MOMENTARY,
            label=mark("Who should not read or decide it"),
            why=mark("No reason is needed and none is asked. Your choice itself is never sent to anybody."),
        ),
    ]
    safe_way: SafeWords
    kind: AKind
    sources: ASource
    on_behalf: Behalf
    for_whom: ForWhom
    ground: AGround
    household: Annotated[
        str,
        Text(
            length_max=16,
            optional=True,
            keep=Keep.WORKING,
            label=mark("Code of the household"),
            why=mark("If somebody you live with has asked in this period, their code counts once for both of you."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class DraftedForm(AskForm):
    """Asking with what was begun."""

    draft: Annotated[str, Ref(to="ask_draft", hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class OneRequest:
    """A press about one request."""

    grant: AGrant


@dataclass(frozen=True, slots=True)
class OneSitting:
    """A press of the panel about one request."""

    sitting: ASitting


@dataclass(frozen=True, slots=True)
class AppealForm:
    """Asking that other people look at it."""

    grant: AGrant
    words: FewWords
    leave_out: Annotated[
        list[str],
        Refs(to="member", optional=True, keep=Keep.MOMENTARY, label=mark("Who should not read or decide it")),
    ]


@dataclass(frozen=True, slots=True)
class NameForm:
    """Naming more people of the fund who may decide."""

    grant: AGrant
    alternates: Annotated[list[str], Refs(to="member", keep=Keep.SHORT, label=mark("Who may decide too"))]


@dataclass(frozen=True, slots=True)
class LinkForm:
    """Standing back from a decision."""

    sitting: ASitting
    link: Annotated[str, Choice(of=LINK, keep=Keep.SHORT, label=mark("Link"))]


@dataclass(frozen=True, slots=True)
class VerdictForm:
    """Giving or changing a verdict."""

    sitting: ASitting
    verdict: Annotated[str, Choice(of=VERDICT, keep=Keep.WORKING, label=mark("Your verdict"))]
    reason: AReason
    amount: Annotated[
        str,
        Text(
            length_max=40,
            optional=True,
            keep=Keep.WORKING,
            label=mark("Amount, if less"),
            why=mark("Only for a yes with less."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class DecideForm:
    """Deciding with the verdicts that are there."""

    sitting: ASitting
    proposal: Annotated[
        str,
        Text(
            length_max=16,
            optional=True,
            keep=Keep.WORKING,
            label=mark("Code of the proposal that passed"),
            why=mark("Only for a large amount, on which the group votes by code and amount alone."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class PayerForm:
    """Choosing who pays it out."""

    grant: AGrant
    payer: Annotated[str, Ref(to="member", keep=Keep.SHORT, label=mark("Who pays it out?"))]


@dataclass(frozen=True, slots=True)
class BookForm:
    """Handing the money to the carrier, and booking it."""

    grant: AGrant
    payout: APayout
    pot: Annotated[str, Ref(to="pot", keep=Keep.SHORT, label=mark("Out of which pot"))]
    fees: Annotated[str, Text(length_max=40, optional=True, keep=Keep.SHORT, label=mark("Fees"))]


@dataclass(frozen=True, slots=True)
class OnePayout:
    """A press about one payout."""

    grant: AGrant
    payout: APayout


@dataclass(frozen=True, slots=True)
class PartForm:
    """What is missing of a payout."""

    grant: AGrant
    payout: APayout
    missing: Annotated[
        str,
        Text(
            length_max=40,
            keep=Keep.LEDGER,
            label=mark("What is missing"),
            why=mark("Only what did not arrive, in the payout's currency."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class DrawForm:
    """A press about the draw of the waiting list."""
