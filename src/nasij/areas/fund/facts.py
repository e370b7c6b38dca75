"""What is said about the fund: the steps and every fact of the area.

Two kinds of facts never touch: those of the books, which trusted members read and which name no member but the keeper of a
pot, and those of a gift or a pledge, which its giver and the people of the fund read. A fact of the books shows its author
to every reader, so givers and askers say none.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Flag, Id, Ref, Text, Whole, mark
from nasij.kit.money import AMOUNT_MAX
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

WEEK_MOST = 20_000

POT_KIND = Choices(
    "pot_kind",
    {
        "cash": mark("Cash box"),
        "bank": mark("Bank account"),
        "wallet": mark("E-wallet"),
        "card": mark("Payment card"),
        "airtime": mark("Phone credit"),
        "goods": mark("Parcels and gift cards"),
        "other": mark("Another place"),
    },
)
METHOD = Choices(
    "method",
    {
        "cash": mark("Cash by hand"),
        "bank": mark("Bank transfer"),
        "wallet": mark("E-wallet"),
        "airtime": mark("Phone credit"),
        "food": mark("Food parcel"),
        "gift_card": mark("Gift card"),
        "hawala": mark("Hawala"),
    },
)
VISIBILITY = Choices(
    "visibility",
    {
        "private": mark("Privately: only the people of the fund and the keeper of the pot know"),
        "open": mark("Openly: I may say a public word about it later, never the amount"),
    },
)
# What money may be given for; a campaign's code may stand in its place.
PURPOSE = Choices(
    "purpose",
    {
        "housing": mark("Shelter and rent"),
        "food": mark("Food"),
        "health": mark("Health"),
        "safety": mark("Getting to safety"),
        "legal": mark("Legal costs"),
        "work": mark("Work and learning"),
        "journey": mark("Journeys"),
    },
)
RHYTHM = Choices("rhythm", {"weekly": mark("Every week"), "monthly": mark("Every four weeks")})
LANE = Choices("lane", {"urgent": mark("Urgent"), "ordinary": mark("Ordinary"), "large": mark("Large")})
RELEASE_REASON = Choices(
    "release_reason",
    {
        "withdrawn": mark("It is no longer needed"),
        "less": mark("Less is needed"),
        "unreached": mark("It could not be handed over"),
        "decided_again": mark("It was decided anew"),
        "mistake": mark("It was a mistake"),
    },
)
REVERSE_REASON = Choices(
    "reverse_reason",
    {
        "not_reached": mark("Nobody was there to receive it"),
        "way_closed": mark("The way it was sent is closed"),
        "sent_back": mark("It was sent back"),
        "mistake": mark("It was a mistake"),
    },
)
RESOLUTION = Choices(
    "resolution",
    {"arrived": mark("It arrived after all"), "lost": mark("It is lost, and booked as a difference")},
)
# How a payout that was in question ended, as it is shown: part of it may have arrived.
ENDED = Choices(
    "payout_end", {**RESOLUTION.labels, "part": mark("Part of it arrived, the rest is booked as a difference")}
)
ENTRY_KIND = Choices(
    "entry_kind",
    {
        "opening": mark("What was there at the start"),
        "gift": mark("Gift"),
        "payout": mark("Payout"),
        "fee": mark("Fee"),
        "transfer": mark("Moved between pots"),
        "exchange": mark("Currency change"),
        "difference": mark("Difference"),
        "correction": mark("Correction"),
        "purpose": mark("Given another purpose"),
    },
)

POT_STEPS = Steps(
    "pot",
    "pot",
    ("proposed",),
    {
        "proposed": {"PotAgreed": "open", "PotClosed": "closed"},
        "open": {"PotFrozen": "frozen", "PotClosed": "closed"},
        "frozen": {"PotThawed": "open", "PotClosed": "closed"},
        "closed": {},
    },
    {
        "proposed": mark("Waits for a second person"),
        "open": mark("In use now"),
        "frozen": mark("Frozen: nothing goes in or out"),
        "closed": mark("Closed for good"),
    },
)
GIFT_STEPS = Steps(
    "gift",
    "gift",
    ("announced",),
    {
        "announced": {"GiftReceived": "received", "GiftMissed": "missed"},
        "received": {"CountConfirmed": "reconciled", "GiftReturned": "returned"},
        "reconciled": {"GiftReturned": "returned"},
        "missed": {"GiftReceived": "received"},
        "returned": {},
    },
    {
        "announced": mark("Announced"),
        "received": mark("Received"),
        "reconciled": mark("Received and counted"),
        "missed": mark("Not received"),
        "returned": mark("Returned"),
    },
)
PLEDGE_STEPS = Steps(
    "pledge",
    "pledge",
    ("running",),
    {"running": {"PledgeStopped": "stopped", "passing": "ended"}, "stopped": {}, "ended": {}},
    {"running": mark("Running"), "stopped": mark("Stopped"), "ended": mark("Over")},
)
_STILL_OWED = {"PayoutReversed": "held", "PayoutResolved": "held", "ShortfallAgreed": "held"}
RESERVATION_STEPS = Steps(
    "reservation",
    "reservation",
    ("held",),
    {
        "held": {
            "ReservationBacked": "held",
            "ReservationReleased": "released",
            "PayoutBooked": "used",
            "passing": "expired",
        },
        "used": _STILL_OWED,
        "released": _STILL_OWED,
        "expired": _STILL_OWED,
    },
    {
        "held": mark("Reserved"),
        "used": mark("Paid out"),
        "released": mark("Free again"),
        "expired": mark("Ran out of time"),
    },
)
# Two people stand behind every end: who attests twice, who disputes and who settles, who finds it short and who agrees.
_QUESTIONED = {"PayoutAttested": "confirmed", "PayoutShort": "short", "PayoutReversed": "failed"}
PAYOUT_STEPS = Steps(
    "payout",
    "payout",
    ("booked",),
    {
        "booked": {
            "PayoutDisputed": "disputed",
            "passing": "unconfirmed",
            **_QUESTIONED,
        },
        "unconfirmed": {"PayoutDisputed": "disputed", **_QUESTIONED},
        "disputed": {"PayoutResolved": "resolved", **_QUESTIONED},
        "short": {"ShortfallAgreed": "resolved", "PayoutDisputed": "disputed", "PayoutReversed": "failed"},
        "confirmed": {},
        "resolved": {},
        "failed": {},
    },
    {
        "booked": mark("Paid out, to be confirmed"),
        "unconfirmed": mark("Nobody confirmed it: to be looked into"),
        "disputed": mark("In dispute"),
        "short": mark("Part of it is missing: waits for a second person"),
        "confirmed": mark("Confirmed by two"),
        "resolved": mark("Settled"),
        "failed": mark("Failed, the money came back"),
    },
)
TRANSFER_STEPS = Steps(
    "transfer",
    "transfer",
    ("prepared",),
    {"prepared": {"TransferConfirmed": "done", "TransferDropped": "dropped"}, "done": {}, "dropped": {}},
    {"prepared": mark("Prepared"), "done": mark("Done"), "dropped": mark("Dropped")},
)
CORRECTION_STEPS = Steps(
    "correction",
    "correction",
    ("asked",),
    {"asked": {"CorrectionAgreed": "booked", "CorrectionDropped": "dropped"}, "booked": {}, "dropped": {}},
    {"asked": mark("Waits for a second person"), "booked": mark("Corrected"), "dropped": mark("Dropped")},
)
# A count that differs is booked in the act that confirms it, so no state stands between.
COUNT_STEPS = Steps(
    "pot_count",
    "count",
    ("counted",),
    {
        "counted": {"CountConfirmed": "matched", "CountDiffers": "booked", "CountDropped": "dropped"},
        "matched": {},
        "booked": {},
        "dropped": {},
    },
    {
        "counted": mark("Counted once"),
        "matched": mark("The count matches"),
        "booked": mark("The difference is booked"),
        "dropped": mark("To be counted again"),
    },
)

Currency = Annotated[
    str, Text(length_max=3, keep=Keep.LEDGER, label=mark("Currency"), why=mark("Three letters, such as EUR or JOD."))
]
Amount = Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("Amount"))]
Fees = Annotated[int, Whole(least=0, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("Fees"))]
Missing = Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("What is missing"))]
Week = Annotated[int, Whole(least=0, most=WEEK_MOST, keep=Keep.LEDGER, hidden=True)]
# A word of the closed list, or the code of a campaign.
Purpose = Annotated[str, Text(length_max=16, keep=Keep.LEDGER, optional=True, label=mark("What the money is for"))]
APot = Annotated[str, Ref(to="pot", hidden=True)]
AGift = Annotated[str, Ref(to="gift", hidden=True)]
APledge = Annotated[str, Ref(to="pledge", hidden=True)]
AReservation = Annotated[str, Ref(to="reservation", hidden=True)]
APayout = Annotated[str, Ref(to="payout", hidden=True)]
ATransfer = Annotated[str, Ref(to="transfer", hidden=True)]
ACorrection = Annotated[str, Ref(to="correction", hidden=True)]
ACount = Annotated[str, Ref(to="pot_count", hidden=True)]
AnEntry = Annotated[str, Ref(to="ledger_entry", hidden=True)]
Keeper = Annotated[str, Ref(to="member", label=mark("Who keeps it"))]
Kind = Annotated[str, Choice(of=POT_KIND, label=mark("Kind of pot"))]
# Of a gift or a pledge: forgotten with whoever gave. What arrives is booked without them, and stays.
Method = Annotated[str, Choice(of=METHOD, keep=Keep.WORKING, label=mark("How it comes"))]
Visible = Annotated[str, Choice(of=VISIBILITY, keep=Keep.WORKING, label=mark("Who may know"))]
Given = Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.WORKING, label=mark("Amount"))]
GivenIn = Annotated[
    str, Text(length_max=3, keep=Keep.WORKING, label=mark("Currency"), why=mark("Three letters, such as EUR or JOD."))
]
GivenFor = Annotated[str, Text(length_max=16, keep=Keep.WORKING, optional=True, label=mark("What the money is for"))]


# The pots


@dataclass(frozen=True, slots=True)
class PotOpened:
    """A pot is proposed, with somebody to keep it."""

    pot: Annotated[str, Id()]
    kind: Kind
    currency: Currency
    keeper: Keeper
    limit: Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("It holds at most"))]


@dataclass(frozen=True, slots=True)
class PotAgreed:
    """I agree to this pot and its keeper, as a second person of the fund."""

    pot: APot


@dataclass(frozen=True, slots=True)
class PotFrozen:
    """Nothing goes into this pot or out of it for now."""

    pot: APot


@dataclass(frozen=True, slots=True)
class PotThawed:
    """This pot is safe to use again."""

    pot: APot


@dataclass(frozen=True, slots=True)
class PotClosed:
    """This empty pot is no longer used."""

    pot: APot


# Gifts and pledges: read by the giver and the people of the fund


@dataclass(frozen=True, slots=True)
class GiftAnnounced:
    """I give something to the fund."""

    gift: Annotated[str, Id()]
    method: Method
    amount: Given
    currency: GivenIn
    purpose: GivenFor
    visible: Visible
    pot: Annotated[str, Ref(to="pot", label=mark("Into which pot"))]
    pledge: Annotated[str, Ref(to="pledge", optional=True, hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class GiftReceived:
    """This gift arrived; the entry of the books says how much."""

    gift: AGift
    entry: AnEntry


@dataclass(frozen=True, slots=True)
class GiftMissed:
    """This gift did not arrive."""

    gift: AGift


@dataclass(frozen=True, slots=True)
class GiftReturned:
    """This gift went back to whoever gave it."""

    gift: AGift


@dataclass(frozen=True, slots=True)
class GiftTold:
    """I gave something to our fund."""

    telling: Annotated[str, Id(keep=Keep.SHORT)]
    words: Annotated[
        str, Text(length_max=120, traceless=True, keep=Keep.SHORT, optional=True, label=mark("A word with it"))
    ]


@dataclass(frozen=True, slots=True)
class PledgeMade:
    """I will give regularly."""

    pledge: Annotated[str, Id()]
    method: Method
    amount: Given
    currency: GivenIn
    rhythm: Annotated[str, Choice(of=RHYTHM, label=mark("How often"))]
    until: Annotated[int, Day(label=mark("Until which day"))]
    purpose: GivenFor


@dataclass(frozen=True, slots=True)
class PledgeStopped:
    """This pledge ends now."""

    pledge: APledge


# The books: read by trusted members


@dataclass(frozen=True, slots=True)
class MoneyReceived:
    """Money came into a pot that I keep."""

    entry: Annotated[str, Id()]
    pot: APot
    amount: Amount
    currency: Currency
    purpose: Purpose
    week: Week
    opening: Annotated[bool, Flag(hidden=True)] = False


@dataclass(frozen=True, slots=True)
class FeeBooked:
    """Keeping this pot cost a fee."""

    entry: Annotated[str, Id()]
    pot: APot
    amount: Amount
    week: Week


@dataclass(frozen=True, slots=True)
class TransferPrepared:
    """Money is to go from one pot to another, changed where their currencies differ."""

    transfer: Annotated[str, Id()]
    from_pot: Annotated[str, Ref(to="pot", label=mark("Out of which pot"))]
    to_pot: Annotated[str, Ref(to="pot", label=mark("Into which pot"))]
    leaves: Amount
    arrives: Amount
    fees: Fees


@dataclass(frozen=True, slots=True)
class TransferConfirmed:
    """What was prepared has arrived."""

    transfer: ATransfer


@dataclass(frozen=True, slots=True)
class TransferDropped:
    """What was prepared is not done."""

    transfer: ATransfer


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """An entry of the books is wrong and should be reversed."""

    correction: Annotated[str, Id()]
    entry: AnEntry


@dataclass(frozen=True, slots=True)
class CorrectionAgreed:
    """I agree, as a second person, that this entry is reversed."""

    correction: ACorrection


@dataclass(frozen=True, slots=True)
class CorrectionDropped:
    """This entry stays as it is."""

    correction: ACorrection


# What is promised to requests, under a code of its own that says nothing about them


@dataclass(frozen=True, slots=True)
class MoneyReserved:
    """An amount of the fund is reserved."""

    reservation: Annotated[str, Id()]
    amount: Amount
    currency: Currency
    purpose_kind: Purpose
    week: Week
    lane: Annotated[str, Choice(of=LANE, label=mark("Lane"))] = "ordinary"
    proposal: Annotated[str, Ref(to="proposal", optional=True, hidden=True)] = ""


@dataclass(frozen=True, slots=True)
class ReservationBacked:
    """I agreed to this reservation too."""

    reservation: AReservation


@dataclass(frozen=True, slots=True)
class ReservationReleased:
    """What is left of this reservation is free again."""

    reservation: AReservation
    reason: Annotated[str, Choice(of=RELEASE_REASON, label=mark("Why"))]


@dataclass(frozen=True, slots=True)
class PayoutBooked:
    """Money went out of a pot that I keep, for a reservation that enough others agreed to."""

    payout: Annotated[str, Id()]
    reservation: AReservation
    pot: APot
    amount: Amount
    fees: Fees
    currency: Currency
    week: Week


@dataclass(frozen=True, slots=True)
class PayoutAttested:
    """I know that this payout was received."""

    payout: APayout


@dataclass(frozen=True, slots=True)
class PayoutReversed:
    """This payout failed, and the money is back in its pot."""

    payout: APayout
    reason: Annotated[str, Choice(of=REVERSE_REASON, label=mark("Why"))]


@dataclass(frozen=True, slots=True)
class PayoutDisputed:
    """Whether this payout arrived is in dispute."""

    payout: APayout


@dataclass(frozen=True, slots=True)
class PayoutResolved:
    """What became of this payout is settled."""

    payout: APayout
    resolution: Annotated[str, Choice(of=RESOLUTION, label=mark("How it ended"))]


@dataclass(frozen=True, slots=True)
class PayoutShort:
    """Less of this payout arrived than was sent: this much is missing."""

    payout: APayout
    missing: Missing


@dataclass(frozen=True, slots=True)
class ShortfallAgreed:
    """I know too that this much of the payout is missing; it is booked as a difference."""

    payout: APayout
    missing: Missing


# Counts


@dataclass(frozen=True, slots=True)
class CountMade:
    """I counted a pot."""

    count: Annotated[str, Id()]
    pot: APot
    counted: Annotated[int, Whole(least=0, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("What was counted"))]
    expected: Annotated[int, Whole(least=0, most=AMOUNT_MAX, keep=Keep.LEDGER, hidden=True)]


@dataclass(frozen=True, slots=True)
class CountConfirmed:
    """I counted the same, and it is what the books say."""

    count: ACount


@dataclass(frozen=True, slots=True)
class CountDiffers:
    """I counted the same, and the books say otherwise: the difference is booked."""

    count: ACount


@dataclass(frozen=True, slots=True)
class CountDropped:
    """I counted otherwise: this pot is to be counted again."""

    count: ACount
