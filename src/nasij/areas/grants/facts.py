"""What is said when somebody asks the fund for money, and when that is decided: the closed lists, the steps, the facts.

Two circles go with a request. ``grant/<id>`` is whoever asks and the people who decide: words, answers and the hand-over
stand there. ``panel/<sitting>`` is the people who decide without whoever asks: links, assessments and verdicts stand there, so
that nobody who asks learns who said what. Nothing in the books of the fund leads to either. No field asks for papers.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.fund import LANE, PURPOSE
from nasij.areas.grants.lists import HARM, LIMIT, LINK, ON_BEHALF, PRESSING, REASON, TROUBLE, VERDICT, WAY
from nasij.kit.field import Choice, Day, Flag, Id, Ref, Refs, Text, Whole, mark
from nasij.kit.money import AMOUNT_MAX
from nasij.kit.table import Keep

AGrant = Annotated[str, Ref(to="aid_request", hidden=True)]
ASitting = Annotated[str, Ref(to="aid_request", hidden=True)]
APayout = Annotated[str, Ref(to="payout_plan", hidden=True)]
AnAmount = Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.WORKING, hidden=True)]
AWay = Annotated[
    str, Choice(of=WAY, keep=Keep.MOMENTARY, label=mark("How to receive it"), why=mark("Each way shows something."))
]
SafeWords = Annotated[
    str,
    Text(
        length_max=300,
        lines=True,
        traceless=True,
        optional=True,
        keep=Keep.MOMENTARY,
        label=mark("What makes the hand-over safe"),
        why=mark("A place, hours, what never to say. Please no number of an account and no full name."),
    ),
]
AskWords = Annotated[
    str,
    Text(
        length_max=1000,
        lines=True,
        traceless=True,
        optional=True,
        keep=Keep.SHORT,
        label=mark("What is it for?"),
        why=mark("As much as you want to say. Nobody asks for papers or proof here."),
    ),
]
ByWhen = Annotated[int, Day(optional=True, keep=Keep.WORKING, label=mark("By when"))]
ASource = Annotated[
    str,
    Text(
        length_max=300,
        lines=True,
        traceless=True,
        optional=True,
        keep=Keep.SHORT,
        label=mark("Where else it was tried"),
        why=mark("Only if it helps us to find another way; it never counts against anybody."),
    ),
]
AKind = Annotated[str, Choice(of=PURPOSE, optional=True, keep=Keep.WORKING, label=mark("Kind"))]
Behalf = Annotated[
    str,
    Choice(
        of=ON_BEHALF,
        optional=True,
        keep=Keep.WORKING,
        label=mark("For somebody else"),
        why=mark("Leave it empty if it is for you."),
    ),
]
ForWhom = Annotated[
    str,
    Ref(
        to="member",
        optional=True,
        keep=Keep.SHORT,
        label=mark("If they are a member: who?"),
        why=mark("Then they do not decide about it and do not pay it out."),
    ),
]
AGround = Annotated[
    str,
    Text(
        length_max=200,
        traceless=True,
        optional=True,
        keep=Keep.SHORT,
        label=mark("Why they could not agree themselves"),
    ),
]
IsUrgent = Annotated[bool, Flag(keep=Keep.WORKING, label=mark("It cannot wait for the next sitting"))]
APeriodCode = Annotated[str, Ref(to="turn", hidden=True, keep=Keep.WORKING)]
Seats = Annotated[list[str], Refs(to="member", hidden=True, keep=Keep.SHORT)]
SeatsMaybe = Annotated[list[str], Refs(to="member", hidden=True, optional=True, keep=Keep.SHORT)]
Words = Annotated[str, Text(length_max=1000, lines=True, traceless=True, keep=Keep.SHORT, label=mark("Your words"))]
FewWords = Annotated[
    str, Text(length_max=300, lines=True, traceless=True, optional=True, keep=Keep.SHORT, label=mark("A few words"))
]
AReason = Annotated[str, Choice(of=REASON, keep=Keep.WORKING, label=mark("Reason"))]
OurLimit = Annotated[str, Choice(of=LIMIT, keep=Keep.WORKING, label=mark("Which limit of ours is it?"))]


# --- in one's own room --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskDrafted:
    """I am thinking about asking; nobody sees it yet."""

    draft: Annotated[str, Id(keep=Keep.SHORT)]
    currency: Annotated[str, Text(length_max=3, optional=True, keep=Keep.SHORT, label=mark("Currency"))]
    amount: Annotated[str, Text(length_max=40, optional=True, keep=Keep.SHORT, label=mark("Amount"))]
    words: AskWords


@dataclass(frozen=True, slots=True)
class AskDraftDropped:
    """I drop what I had begun to write."""

    draft: Annotated[str, Ref(to="ask_draft", hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class PeriodCodeKept:
    """My room drew a code for me for this period, which says nothing about me."""

    period: Annotated[int, Whole(keep=Keep.WORKING, hidden=True)]
    period_code: APeriodCode


@dataclass(frozen=True, slots=True)
class DrawSecretKept:
    """My room keeps the secret of a draw until it is revealed."""

    draw: Annotated[str, Ref(to="queue_draw", hidden=True, keep=Keep.SHORT)]
    secret: Annotated[str, Text(length_max=40, keep=Keep.SHORT, hidden=True)]


# --- to everybody ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnCallBegun:
    """I can be asked in urgent matters of the fund until that day."""

    until: Annotated[int, Day(label=mark("Until"))]


@dataclass(frozen=True, slots=True)
class OnCallEnded:
    """I am not on call for the fund any more."""


# --- whoever asks, and the panel ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrantAsked:
    """I ask the fund for this much, and these people decide about it."""

    grant: Annotated[str, Id()]
    sitting: Annotated[str, Id()]
    currency: Annotated[str, Text(length_max=3, keep=Keep.WORKING, hidden=True)]
    amount: AnAmount
    least: AnAmount
    by_when: ByWhen
    way: AWay
    safe_way: SafeWords
    words: AskWords
    kind: AKind
    sources: ASource
    on_behalf: Behalf
    for_whom: ForWhom
    ground: AGround
    urgent: IsUrgent
    panel: Seats
    alternates: SeatsMaybe
    period: Annotated[int, Whole(keep=Keep.WORKING, hidden=True)]
    period_code: APeriodCode


@dataclass(frozen=True, slots=True)
class AlternatesNamed:
    """Too few are left to decide about my request or to pay it out, so I name more who may."""

    grant: AGrant
    alternates: Seats


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """One of the panel stands back, or is not there any more, and the next one takes the seat."""

    grant: AGrant
    out: Annotated[str, Ref(to="member", optional=True, hidden=True, keep=Keep.SHORT)]
    seated: Annotated[str, Ref(to="member", optional=True, hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class ClarificationAsked:
    """The panel asks something about a request."""

    note: Annotated[str, Id(keep=Keep.SHORT)]
    grant: AGrant
    words: Words


@dataclass(frozen=True, slots=True)
class ClarificationGiven:
    """I say more about my request."""

    note: Annotated[str, Id(keep=Keep.SHORT)]
    grant: AGrant
    words: Words


@dataclass(frozen=True, slots=True)
class RequestTakenUp:
    """The panel has read the request and decides about it now."""

    grant: AGrant


@dataclass(frozen=True, slots=True)
class LessOffered:
    """The panel can approve less than the least that was asked for; that needs the yes of whoever asked."""

    grant: AGrant
    amount: AnAmount


@dataclass(frozen=True, slots=True)
class LessAccepted:
    """That much helps me too."""

    grant: AGrant
    amount: AnAmount


@dataclass(frozen=True, slots=True)
class LessDeclined:
    """That is too little to help; I would rather wait."""

    grant: AGrant


@dataclass(frozen=True, slots=True)
class GrantAnswered:
    """The panel approved this much, and the money is reserved."""

    grant: AGrant
    amount: AnAmount


@dataclass(frozen=True, slots=True)
class GrantReturned:
    """The reservation is gone before anything was paid; the panel decides anew."""

    grant: AGrant


@dataclass(frozen=True, slots=True)
class RequestQueued:
    """There is less in the fund than is asked for; the request is on the waiting list."""

    grant: AGrant
    place: Annotated[str, Ref(to="queue_place", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class NotThisTime:
    """The group cannot do it this time, for a limit of its own; the request keeps its place."""

    grant: AGrant
    reason: OurLimit
    words: Annotated[
        str,
        Text(
            length_max=500,
            lines=True,
            optional=True,
            keep=Keep.SHORT,
            label=mark("Where else help may be found"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class GrantAppealed:
    """I ask that other people look at it again."""

    grant: AGrant
    sitting: Annotated[str, Id()]
    words: FewWords
    panel: Seats
    alternates: SeatsMaybe


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """I do not ask for it any more."""

    grant: AGrant


@dataclass(frozen=True, slots=True)
class RequestClosed:
    """It is over; what was said is forgotten in its time."""

    grant: AGrant


# --- paying out ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayerSeated:
    """This person, who did not decide, pays it out under that reservation."""

    grant: AGrant
    payer: Annotated[str, Ref(to="member", keep=Keep.SHORT, label=mark("Who pays it out?"))]
    reservation: Annotated[str, Ref(to="reservation", hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class PayoutPrepared:
    """The money is ready: who brings it, and the word to say."""

    grant: AGrant
    payout: Annotated[str, Id()]
    carrier: Annotated[
        str,
        Text(
            length_max=200,
            lines=True,
            traceless=True,
            keep=Keep.MOMENTARY,
            label=mark("How to recognise who brings it"),
            why=mark("No name. What they wear or carry, and when they come."),
        ),
    ]
    code_word: Annotated[
        str,
        Text(
            length_max=40,
            traceless=True,
            keep=Keep.MOMENTARY,
            label=mark("Code word"),
            why=mark("Whoever receives it says this word first. Choose one that sounds like nothing."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class CarrierSetOut:
    """The money is with the carrier."""

    grant: AGrant
    payout: APayout


@dataclass(frozen=True, slots=True)
class PayoutDelivered:
    """The carrier says that it was handed over."""

    grant: AGrant
    payout: APayout


@dataclass(frozen=True, slots=True)
class PayoutFailed:
    """It could not be handed over, and the money came back."""

    grant: AGrant
    payout: APayout


@dataclass(frozen=True, slots=True)
class ReceiptConfirmed:
    """I received it, and this was the word."""

    grant: AGrant
    payout: APayout
    code_word: Annotated[str, Text(length_max=40, keep=Keep.MOMENTARY, label=mark("Code word"))]


@dataclass(frozen=True, slots=True)
class ReceiptDisputed:
    """It did not arrive as agreed."""

    grant: AGrant
    payout: APayout
    trouble: Annotated[str, Choice(of=TROUBLE, keep=Keep.WORKING, label=mark("What happened?"))]
    words: FewWords


@dataclass(frozen=True, slots=True)
class DisputeSettled:
    """I have found out what happened, and it counts as received: so do two of us who did not pay it out."""

    grant: AGrant
    payout: APayout
    words: FewWords


@dataclass(frozen=True, slots=True)
class PartArrived:
    """Two of us know that part of it arrived; this much is missing, and is still put aside for whoever asked."""

    grant: AGrant
    payout: APayout
    missing: AnAmount


# --- the panel alone ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkDeclared:
    """I am linked to whoever asks, so I do not decide."""

    sitting: ASitting
    link: Annotated[str, Choice(of=LINK, keep=Keep.SHORT, label=mark("Link"))]


@dataclass(frozen=True, slots=True)
class NeedAssessed:
    """How I see it: how pressing, what happens otherwise, what else there is. No proof is asked for."""

    sitting: ASitting
    pressing: Annotated[str, Choice(of=PRESSING, keep=Keep.WORKING, label=mark("How pressing is it?"))]
    harm: Annotated[str, Choice(of=HARM, keep=Keep.WORKING, label=mark("What if we cannot help?"))]
    alternatives: Annotated[
        str, Text(length_max=300, lines=True, optional=True, keep=Keep.SHORT, label=mark("What else there is"))
    ]


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """What I say about a request; I can change it until it is decided."""

    sitting: ASitting
    verdict: Annotated[str, Choice(of=VERDICT, keep=Keep.WORKING, label=mark("Your verdict"))]
    amount: Annotated[int, Whole(most=AMOUNT_MAX, keep=Keep.WORKING, hidden=True)]
    reason: AReason


@dataclass(frozen=True, slots=True)
class GrantDecided:
    """The panel has decided: this request has that reservation."""

    sitting: ASitting
    reservation: Annotated[str, Ref(to="reservation", hidden=True, keep=Keep.WORKING)]
    amount: AnAmount
    lane: Annotated[str, Choice(of=LANE, keep=Keep.WORKING, hidden=True)]
    turn: Annotated[str, Ref(to="turn", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class UrgentReviewed:
    """Somebody who did not decide has looked at an urgent decision afterwards."""

    sitting: ASitting
    words: FewWords


# --- the fund's people, by codes only -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TurnCounted:
    """One more grant went to this code in this period."""

    turn: Annotated[str, Id()]
    period: Annotated[int, Whole(keep=Keep.WORKING, hidden=True)]
    period_code: APeriodCode


@dataclass(frozen=True, slots=True)
class TurnReturned:
    """That grant came to nothing and does not count."""

    turn: Annotated[str, Ref(to="turn", hidden=True)]


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    """A request without a name waits, with this much harm, for a code that was reached so often."""

    place: Annotated[str, Id()]
    harm: Annotated[str, Choice(of=HARM, keep=Keep.WORKING, hidden=True)]
    period: Annotated[int, Whole(keep=Keep.WORKING, hidden=True)]
    period_code: APeriodCode
    week: Annotated[int, Whole(keep=Keep.WORKING, hidden=True)]
    method: Annotated[int, Whole(least=1, most=4, keep=Keep.WORKING, hidden=True)]


@dataclass(frozen=True, slots=True)
class PlaceCalled:
    """By the chosen order this place comes next, and money was reserved for it."""

    place: Annotated[str, Ref(to="queue_place", hidden=True)]


@dataclass(frozen=True, slots=True)
class PlaceLeft:
    """This place waits no longer."""

    place: Annotated[str, Ref(to="queue_place", hidden=True)]


@dataclass(frozen=True, slots=True)
class DrawCommitted:
    """I promise a secret for the next draw of the waiting list, before anybody can know its order."""

    draw: Annotated[str, Id()]
    commitment: Annotated[str, Text(length_max=64, keep=Keep.WORKING, hidden=True)]


@dataclass(frozen=True, slots=True)
class DrawRevealed:
    """This is the secret I promised; the order follows from both."""

    draw: Annotated[str, Ref(to="queue_draw", hidden=True)]
    secret: Annotated[str, Text(length_max=40, keep=Keep.WORKING, hidden=True)]
