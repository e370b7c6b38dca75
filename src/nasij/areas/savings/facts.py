"""What is said in a savings circle: the closed lists, the steps and every fact.

Two kinds of circles of keys. `saving/<id>` is read by the circle's members: terms, order, payouts as counts, excuses that
somebody asked for themselves, and the settlement. `saving_pair/<id>` is read by the organiser and one member: the
invitation, instalments, what is late, what the guarantee covered. So whoever is late is known to two people. What the
whole circle must know to check the sums comes as counts without names, and only once a pot is complete: a count that
grew day by day would show on which day the last one came. What cannot be hidden: that a pot comes late, which in a circle
of two or three says who; whoever asks to be excused tells everybody by asking; and stopping early opens what each has
paid in, because nobody can settle with sums they may not see.

All money passes through the organiser, so that whoever takes a pot does not learn who was late. Each instalment is
confirmed by the organiser, each pot by whoever takes it, who thereby also confirms the organiser's own instalment.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.draw import COMMITMENT_LENGTH, SECRET_LENGTH
from nasij.kit.field import Choice, Choices, Day, Id, Ref, Text, Whole, mark
from nasij.kit.money import AMOUNT_MAX
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

SHARES_MOST = 4  # that one member may hold
TURNS_MOST = 60

WORD = Choices(
    "saving_word",
    {"jamiya": mark("Jam‘iya"), "hakba": mark("Hakba"), "dart": mark("Dart"), "sanduq": mark("Sanduq")},
)
RHYTHM = Choices(
    "saving_rhythm",
    {"week": mark("Every week"), "fortnight": mark("Every two weeks"), "month": mark("Every month")},
)
METHOD = Choices(
    "saving_method",
    {
        "sequence": mark("In sequence, as the organiser puts it"),
        "need": mark("By need: anybody may move a turn until all agree"),
        "draw": mark("By a draw that everybody can check"),
    },
)
SHORTFALL = Choices(
    "saving_shortfall",
    {
        "wait": mark("The turn waits until everything is in"),
        "guarantee": mark("The guarantee covers it, and it is paid back"),
        "excuse": mark("All agree to excuse it, and the turn is smaller"),
    },
)
REASON = Choices(
    "saving_reason",
    {
        "agreed": mark("All agreed to stop"),
        "left": mark("Somebody leaves"),
        "unsafe": mark("It is not safe to go on"),
        "shortfall": mark("Too much is missing"),
    },
)

SAVING_STEPS = Steps(
    "saving",
    "saving",
    ("forming",),
    {
        "forming": {"SavingStarted": "running", "SavingStopped": "stopped", "passing": "stopped"},
        "running": {"SavingFinished": "finished", "SavingStopped": "stopped", "passing": "stopped"},
    },
    {
        "forming": mark("Being formed"),
        "running": mark("Savings under way"),
        "finished": mark("Completed"),
        "stopped": mark("Stopped early"),
    },
)
TURN_STEPS = Steps(
    "saving_turn",
    "turn",
    ("waiting",),
    {
        "waiting": {"SavingStarted": "next", "TurnTaken": "next", "SwapAgreed": "swapped"},
        "swapped": {"TurnTaken": "next", "SwapAgreed": "swapped"},
        "next": {"TurnHandedOver": "handed", "SwapAgreed": "next"},
        "handed": {"TurnTaken": "paid_out"},
    },
    {
        "waiting": mark("Waiting for its turn"),
        "swapped": mark("Swapped"),
        "next": mark("Next turn"),
        "handed": mark("Handed over, not yet confirmed"),
        "paid_out": mark("Pot taken"),
    },
)
PAIR_STEPS = Steps(
    "saving_pair",
    "pair",
    ("sent",),
    {
        "sent": {
            "InvitationToSaveAccepted": "accepted",
            "InvitationToSaveDeclined": "declined",
            "InvitationToSaveWithdrawn": "withdrawn",
            "passing": "lapsed",
        },
        "accepted": {"PlanOpened": "open", "InvitationToSaveWithdrawn": "withdrawn", "passing": "lapsed"},
        "open": {"DepositReturned": "returned"},
        "returned": {"DepositTaken": "settled"},
    },
    {
        "sent": mark("Asked"),
        "accepted": mark("Agreed to join"),
        "declined": mark("Not this time"),
        "withdrawn": mark("Invitation taken back"),
        "lapsed": mark("Not answered"),
        "open": mark("Takes part"),
        "returned": mark("Guarantee handed back, not yet confirmed"),
        "settled": mark("Guarantee back"),
    },
)
INSTALMENT_STEPS = Steps(
    "instalment",
    "instalment",
    ("due",),
    {
        "due": {"InstalmentPaid": "paid", "ExcuseGiven": "excused", "passing": "late"},
        "late": {"InstalmentPaid": "paid", "InstalmentCovered": "covered", "ExcuseGiven": "excused"},
        "paid": {"InstalmentConfirmed": "confirmed", "InstalmentNotArrived": "due", "TurnTaken": "confirmed"},
        "covered": {"InstalmentPaid": "repaying"},
        "repaying": {"InstalmentConfirmed": "confirmed", "InstalmentNotArrived": "covered", "TurnTaken": "confirmed"},
    },
    {
        "due": mark("Due"),
        "late": mark("Late"),
        "paid": mark("Paid, not yet confirmed"),
        "confirmed": mark("Confirmed by both"),
        "covered": mark("Covered by the guarantee"),
        "repaying": mark("Paid back, not yet confirmed"),
        "excused": mark("Excused by all"),
    },
)
DEBT_STEPS = Steps(
    "saving_debt",
    "debt",
    ("owed",),
    {"owed": {"DebtPaid": "paid"}, "paid": {"DebtConfirmed": "confirmed", "DebtNotArrived": "owed"}},
    {"owed": mark("Still owed"), "paid": mark("Paid, not yet confirmed"), "confirmed": mark("Confirmed by both")},
)

W = Keep.WORKING
ASaving = Annotated[str, Ref(to="saving", hidden=True, keep=W)]
APair = Annotated[str, Ref(to="saving_pair", hidden=True, keep=W)]
ATurn = Annotated[str, Ref(to="saving_turn", hidden=True, keep=W)]
AnInstalment = Annotated[str, Ref(to="instalment", hidden=True, keep=W)]
AMember = Annotated[str, Ref(to="member", hidden=True, keep=W)]
ASwap = Annotated[str, Ref(to="saving_swap", hidden=True, keep=W)]
ADebt = Annotated[str, Ref(to="saving_debt", hidden=True, keep=W)]
AnAmount = Annotated[int, Whole(least=1, most=AMOUNT_MAX, hidden=True, keep=W)]
Zero = Annotated[int, Whole(least=0, most=AMOUNT_MAX, hidden=True, keep=W)]
ASum = Annotated[int, Whole(least=0, most=AMOUNT_MAX * TURNS_MOST * TURNS_MOST, hidden=True, keep=W)]
Count = Annotated[int, Whole(least=0, most=TURNS_MOST * TURNS_MOST, hidden=True, keep=W)]
AVersion = Annotated[int, Whole(least=0, most=1_000_000, hidden=True, keep=W)]
Currency = Annotated[
    str,
    Text(
        length_max=3, keep=W, label=mark("Currency of the circle"), why=mark("Three letters, such as EGP, MAD or USD.")
    ),
]
AWord = Annotated[str, Choice(of=WORD, keep=W, label=mark("What do you call it?"))]
ARhythm = Annotated[str, Choice(of=RHYTHM, keep=W, label=mark("How often is an instalment paid?"))]
AMethod = Annotated[str, Choice(of=METHOD, keep=W, label=mark("How is the order of the turns found?"))]
AShortfall = Annotated[str, Choice(of=SHORTFALL, keep=W, label=mark("What if an instalment is missing?"))]
Shares = Annotated[
    int,
    Whole(
        least=1,
        most=SHARES_MOST,
        keep=W,
        label=mark("How many shares do you take?"),
        why=mark("Each share pays one instalment a turn and takes the pot once."),
    ),
]
StartsOn = Annotated[int, Day(keep=W, label=mark("First instalment due on"))]
AReason = Annotated[str, Choice(of=REASON, keep=W, label=mark("Why does it stop?"))]
Secret = Annotated[str, Text(length_max=SECRET_LENGTH, hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class SavingFormed:
    """I form a savings circle with these terms, and I organise it."""

    saving: Annotated[str, Id(keep=W)]
    word: AWord
    amount: AnAmount
    currency: Currency
    rhythm: ARhythm
    method: AMethod
    guarantee: Zero
    shortfall: AShortfall
    starts_on: StartsOn
    shares: Shares


@dataclass(frozen=True, slots=True)
class InvitedToSave:
    """I invite this person to save with us; only the two of us know."""

    pair: Annotated[str, Id(keep=W)]
    saving: ASaving
    member: Annotated[str, Ref(to="member", keep=W, label=mark("Who is invited?"))]
    amount: AnAmount
    currency: Currency
    rhythm: ARhythm
    guarantee: Zero
    shortfall: AShortfall


@dataclass(frozen=True, slots=True)
class InvitationToSaveAccepted:
    """I join this savings circle, with so many shares."""

    pair: APair
    shares: Shares


@dataclass(frozen=True, slots=True)
class InvitationToSaveDeclined:
    """I do not join this savings circle this time."""

    pair: APair


@dataclass(frozen=True, slots=True)
class InvitationToSaveWithdrawn:
    """I take this invitation to save back."""

    pair: APair


@dataclass(frozen=True, slots=True)
class SaverTakenIn:
    """This person said yes and is in the circle from here on."""

    saving: ASaving
    member: AMember
    shares: Shares


@dataclass(frozen=True, slots=True)
class SaverSteppedOut:
    """This person is not in the circle after all; it has not begun."""

    saving: ASaving
    member: AMember


@dataclass(frozen=True, slots=True)
class TurnMoved:
    """This turn should come one place earlier."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class DrawCommitted:
    """I have thought of a secret number for the draw, and this is its seal."""

    saving: ASaving
    commitment: Annotated[str, Text(length_max=COMMITMENT_LENGTH, hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class DrawSecretKept:
    """This is my secret number for the draw, until I open it."""

    saving: ASaving
    secret: Secret


@dataclass(frozen=True, slots=True)
class DrawRevealed:
    """This is the number that I had sealed; the order follows from it and the others."""

    saving: ASaving
    secret: Secret


@dataclass(frozen=True, slots=True)
class TermsAgreed:
    """I agree to these terms and to this order."""

    saving: ASaving
    version: AVersion


@dataclass(frozen=True, slots=True)
class SavingStarted:
    """Everybody agreed; the circle begins, and its terms stay as they are."""

    saving: ASaving


@dataclass(frozen=True, slots=True)
class PlanOpened:
    """These are the instalments of one member, between that member and the organiser."""

    pair: Annotated[str, Id(keep=W)]
    saving: ASaving
    member: AMember


@dataclass(frozen=True, slots=True)
class InstalmentPaid:
    """I paid this instalment."""

    instalment: AnInstalment


@dataclass(frozen=True, slots=True)
class InstalmentConfirmed:
    """This instalment arrived."""

    instalment: AnInstalment


@dataclass(frozen=True, slots=True)
class InstalmentNotArrived:
    """This instalment has not arrived here."""

    instalment: AnInstalment


@dataclass(frozen=True, slots=True)
class InstalmentCovered:
    """The guarantee covers this instalment until it is paid back."""

    instalment: AnInstalment


@dataclass(frozen=True, slots=True)
class ExcuseAsked:
    """I ask everybody to excuse my instalment for this turn."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class ExcuseGiven:
    """I agree to excuse this person's instalment for this turn."""

    turn: ATurn
    member: AMember


@dataclass(frozen=True, slots=True)
class GuaranteeGathered:
    """Everybody's part of the guarantee is in."""

    saving: ASaving


@dataclass(frozen=True, slots=True)
class TurnHandedOver:
    """I handed the pot over: so many instalments came in, so many did the guarantee cover; so many were paid back."""

    turn: ATurn
    paid_in: Count
    covered: Count
    repaid: Count


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """I have taken the pot of my turn."""

    turn: ATurn


@dataclass(frozen=True, slots=True)
class SwapAsked:
    """I ask to swap my turn with another one."""

    swap: Annotated[str, Id(keep=W)]
    saving: ASaving
    mine: Annotated[str, Ref(to="saving_turn", keep=W, label=mark("The turn you give"))]
    theirs: Annotated[str, Ref(to="saving_turn", keep=W, label=mark("The turn you would like"))]


@dataclass(frozen=True, slots=True)
class SwapAgreed:
    """I agree to swap turns."""

    swap: ASwap


@dataclass(frozen=True, slots=True)
class SwapEnded:
    """This swap does not come about."""

    swap: ASwap


@dataclass(frozen=True, slots=True)
class DepositReturned:
    """I handed back this member's part of the guarantee."""

    pair: APair
    amount: ASum


@dataclass(frozen=True, slots=True)
class DepositTaken:
    """I have my part of the guarantee back."""

    pair: APair


@dataclass(frozen=True, slots=True)
class SavingFinished:
    """Everybody took their turns and has their part of the guarantee back; the circle is complete."""

    saving: ASaving
    repaid: Count


@dataclass(frozen=True, slots=True)
class SavingStopped:
    """The circle stops early."""

    saving: ASaving
    reason: AReason


@dataclass(frozen=True, slots=True)
class AccountLaid:
    """This is what one member has paid in, opened to the circle because it stopped."""

    saving: ASaving
    member: AMember
    paid: ASum


@dataclass(frozen=True, slots=True)
class DebtPaid:
    """I paid what I owed after the circle stopped."""

    debt: ADebt


@dataclass(frozen=True, slots=True)
class DebtConfirmed:
    """What was owed to me has arrived."""

    debt: ADebt


@dataclass(frozen=True, slots=True)
class DebtNotArrived:
    """What was owed to me has not arrived."""

    debt: ADebt
