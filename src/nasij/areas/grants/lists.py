"""What can be chosen from where money is asked for, and the steps of a request and of a hand-over."""

from nasij.kit.field import Choices, mark
from nasij.kit.steps import Steps

WAY = Choices(
    "way_to_receive",
    {
        "cash": mark("Cash: leaves no line anywhere; whoever carries it can be stopped"),
        "bank": mark("Bank: the bank keeps both names for years"),
        "wallet": mark("E-wallet: tied to a number, and the number to a person"),
        "airtime": mark("Phone credit: small and quick; the operator sees both numbers"),
        "food": mark("Food parcel: no money moves; somebody sees the door"),
        "gift_card": mark("Gift card: a code that anybody who sees it can use"),
        "hawala": mark("Hawala: no bank; two brokers know the amount and a word"),
    },
)
ON_BEHALF = Choices(
    "grant_on_behalf",
    {
        "consented": mark("For somebody who agreed to it"),
        "unable": mark("For somebody who cannot be asked now"),
        "care": mark("For somebody in my care"),
        "danger": mark("For somebody whom asking would put in danger"),
    },
)
LINK = Choices(
    "link",
    {
        "household": mark("We live together"),
        "partner": mark("We are or were partners"),
        "introducer": mark("One of us brought the other in"),
        "debt": mark("One of us owes the other"),
        "other": mark("Another link, left unsaid"),
    },
)
VERDICT = Choices(
    "verdict",
    {
        "yes": mark("Yes"),
        "less": mark("Yes, with less"),
        "no": mark("No"),
        "not_now": mark("Not now"),
    },
)
REASON = Choices(
    "grant_reason",
    {
        "fits": mark("This is what the fund is there for"),
        "short": mark("The fund holds less now than everybody asks for"),
        "limit": mark("Our limit for one period is reached"),
        "order": mark("By our order, other requests come first"),
        "other_way": mark("We know a way that helps better than our money"),
        "not_ours": mark("Our rules keep the fund for other things"),
        "not_clear": mark("We have not understood enough yet"),
    },
)
LIMIT = Choices("limit_of_ours", {key: REASON.labels[key] for key in REASON.labels if key != "fits"})
PRESSING = Choices(
    "pressing",
    {"now": mark("Within a day"), "days": mark("Within days"), "weeks": mark("Within weeks")},
)
HARM = Choices(
    "harm",
    {
        "life": mark("Life or freedom are at stake"),
        "grave": mark("Home, health or safety would be lost"),
        "some": mark("It would be hard, and bearable"),
        "little": mark("It can wait"),
    },
)
TROUBLE = Choices(
    "trouble",
    {
        "nothing": mark("Nothing arrived"),
        "less": mark("Less arrived than was agreed"),
        "unsafe": mark("The hand-over was not safe"),
        "other": mark("Something else"),
    },
)
METHOD = {
    1: mark("In order of harm"),
    2: mark("In turn: whoever was reached least often first"),
    3: mark("By a draw that everybody can recompute"),
    4: mark("A share kept for those never reached, then in order of harm"),
}
_ANSWERS = {
    "RequestTakenUp": "deciding",
    "RequestQueued": "waiting",
    "NotThisTime": "not_now",
    "LessOffered": "approved",
    "GrantAnswered": "reserved",
    "RequestWithdrawn": "withdrawn",
    "passing": "lapsed",
}
REQUEST_STEPS = Steps(
    "aid_request",
    "grant",
    ("submitted",),
    {
        "submitted": {"ClarificationAsked": "clarifying", **_ANSWERS},
        "clarifying": {"ClarificationAsked": "clarifying", **_ANSWERS},
        "deciding": {"ClarificationAsked": "clarifying", **_ANSWERS},
        "waiting": {"ClarificationAsked": "clarifying", **_ANSWERS},
        "appealed": {"ClarificationAsked": "clarifying", **_ANSWERS},
        "approved": {
            "LessAccepted": "approved",
            "LessDeclined": "waiting",
            "LessOffered": "approved",
            "GrantAnswered": "reserved",
            "RequestWithdrawn": "withdrawn",
            "passing": "lapsed",
        },
        "not_now": {
            "RequestTakenUp": "deciding",
            "GrantAppealed": "appealed",
            "RequestWithdrawn": "withdrawn",
            "passing": "lapsed",
        },
        "reserved": {"PayoutPrepared": "paying", "GrantReturned": "deciding", "RequestWithdrawn": "withdrawn"},
        "paying": {
            "ReceiptConfirmed": "received",
            "DisputeSettled": "received",
            "PayoutFailed": "reserved",
            "PartArrived": "reserved",
        },
        "received": {"RequestClosed": "closed", "passing": "closed"},
        "withdrawn": {"RequestClosed": "withdrawn"},  # where money that was reserved for it is freed first
    },
    {
        "submitted": mark("Submitted"),
        "clarifying": mark("Being clarified"),
        "deciding": mark("Being decided"),
        "waiting": mark("On the waiting list"),
        "appealed": mark("Under appeal"),
        "approved": mark("Approved, with less"),
        "not_now": mark("Not this time"),
        "reserved": mark("Money is reserved"),
        "paying": mark("Being paid out"),
        "received": mark("Received"),
        "closed": mark("Closed"),
        "withdrawn": mark("Withdrawn"),
        "lapsed": mark("Lapsed with time"),
    },
)
PLAN_STEPS = Steps(
    "payout_plan",
    "payout",
    ("prepared",),
    {
        "prepared": {"CarrierSetOut": "carried", "PayoutFailed": "failed"},
        "carried": {
            "PayoutDelivered": "delivered",
            "ReceiptConfirmed": "confirmed",
            "ReceiptDisputed": "disputed",
            "PayoutFailed": "failed",
            "passing": "disputed",
        },
        "delivered": {"ReceiptConfirmed": "confirmed", "ReceiptDisputed": "disputed", "passing": "disputed"},
        "disputed": {
            "ReceiptConfirmed": "confirmed",
            "DisputeSettled": "resolved",
            "PayoutFailed": "failed",
            "PartArrived": "partly",
        },
    },
    {
        "prepared": mark("Prepared"),
        "carried": mark("With the carrier"),
        "delivered": mark("Handed over"),
        "confirmed": mark("Confirmed"),
        "disputed": mark("Disputed"),
        "resolved": mark("Settled"),
        "failed": mark("Did not work"),
        "partly": mark("Part of it arrived"),
    },
)
