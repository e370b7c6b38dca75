"""What members say about things they lend, stock they keep together, and nights they host.

A loan is known to the two of it; that one of a thing is out, to all trusted members. The address of a stay is a fact of
its own, in a circle of host and guest, and every field of it is kept for a moment only.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Id, Ref, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

W, S, M = Keep.WORKING, Keep.SHORT, Keep.MOMENTARY
COUNT_MOST = 100_000
TRUSTED, COORDINATORS = "trusted", "coordinators"

THING_SORT = Choices(
    "thing_sort",
    {
        "tools": mark("Tools and devices"),
        "household": mark("For the household"),
        "books": mark("Books and learning"),
        "clothes": mark("Clothes"),
        "health": mark("Aids and health"),
        "other": mark("Something else"),
    },
)
STOCK_SORT = Choices(
    "stock_sort",
    {
        "medicine": mark("Medicine"),
        "food": mark("Food parcels"),
        "hygiene": mark("Hygiene"),
        "other": mark("Something else"),
    },
)
MOVE_WAY = Choices(
    "move_way",
    {
        "handed_out": mark("Handed out"),
        "passed_on": mark("Passed on to another group"),
        "spoiled": mark("Spoiled or past its day"),
        "lost": mark("Lost"),
    },
)
HOSTING_SCOPE = Choices(
    "hosting_scope",
    {COORDINATORS: mark("Coordination only"), TRUSTED: mark("Trusted members")},
)
STAY_REASON = Choices(
    "stay_reason",
    {
        "plans": mark("Plans have changed"),
        "not_safe": mark("It is not safe any more"),
        "no_fit": mark("It does not fit"),
        "other": mark("Another reason"),
    },
)

THING_STEPS = Steps(
    "thing",
    "thing",
    ("shared",),
    {
        "shared": {
            "ThingLent": "shared",
            "ThingBack": "shared",
            "ThingGone": "shared",
            "ThingTakenOver": "shared",
            "ThingWithdrawn": "closed",
        },
        "closed": {},
    },
    {"shared": mark("To be lent"), "closed": mark("Closed")},
)
_OUT = {
    "LoanExtended": "lent",
    "LoanGivenBack": "given_back",
    "LoanReturned": "returned",
    "LoanLost": "lost",
    "LoanBroken": "broken",
}
_MENDED = {"LoanReturned": "returned", "LoanForgiven": "forgiven"}
LOAN_STEPS = Steps(
    "loan",
    "loan",
    ("asked",),
    {
        "asked": {
            "LoanAgreed": "lent",
            "LoanDeclined": "declined",
            "LoanWithdrawn": "withdrawn",
            "passing": "withdrawn",
        },
        "lent": {**_OUT, "passing": "due"},
        "due": _OUT,
        "given_back": {
            "LoanReturned": "returned",
            "LoanExtended": "lent",
            "LoanLost": "lost",
            "LoanBroken": "broken",
        },
        "lost": _MENDED,
        "broken": _MENDED,
    },
    {
        "asked": mark("Asked for"),
        "lent": mark("Lent"),
        "due": mark("Due back"),
        "given_back": mark("Given back, not yet confirmed"),
        "returned": mark("Returned"),
        "lost": mark("Lost"),
        "broken": mark("Broken"),
        "forgiven": mark("Forgiven"),
        "declined": mark("Not this time"),
        "withdrawn": mark("Withdrawn"),
    },
)
STOCK_STEPS = Steps(
    "stock",
    "stock",
    ("kept",),
    {"kept": {"StockClosed": "closed"}, "closed": {}},
    {"kept": mark("Stock kept"), "closed": mark("Closed")},
)
HOSTING_STEPS = Steps(
    "hosting",
    "hosting",
    ("open",),
    {"open": {"HostingClosed": "closed", "passing": "closed"}, "closed": {}},
    {"open": mark("Available"), "closed": mark("Closed")},
)
_OFF = {"StayDeclined": "declined", "StayEndedEarly": "ended_early", "passing": "lapsed"}
STAY_STEPS = Steps(
    "stay",
    "stay",
    ("asked",),
    {
        "asked": {"StayOffered": "offered", **_OFF},
        "offered": {"StayAccepted": "agreed", **_OFF},
        "agreed": {"StayStarted": "started", "StayEndedEarly": "ended_early", "passing": "lapsed"},
        "started": {
            "StayExtended": "started",
            "StayEnded": "ended",
            "StayEndedEarly": "ended_early",
            "passing": "ended",
        },
    },
    {
        "asked": mark("Asked for"),
        "offered": mark("Offered"),
        "agreed": mark("Stay agreed"),
        "started": mark("Stay begun"),
        "ended": mark("Ended"),
        "ended_early": mark("Stay ended early"),
        "declined": mark("Not this time"),
        "lapsed": mark("Lapsed"),
    },
)

AThing = Annotated[str, Ref(to="thing", hidden=True)]
ALoan = Annotated[str, Ref(to="loan", hidden=True)]
AStock = Annotated[str, Ref(to="stock", hidden=True)]
ABatch = Annotated[str, Ref(to="batch", hidden=True)]
AHosting = Annotated[str, Ref(to="hosting", hidden=True)]
AStay = Annotated[str, Ref(to="stay", hidden=True)]
AnArea = Annotated[
    str,
    Text(
        length_max=60,
        optional=True,
        keep=W,
        label=mark("Area"),
        why=mark("A district or a landmark people know. Never an address, a map link or coordinates."),
    ),
]
AQuantity = Annotated[int, Whole(keep=Keep.LEDGER, least=1, most=1000, label=mark("How many are there?"))]
BackOn = Annotated[int, Day(label=mark("Back by"))]
SomeWords = Annotated[str, Text(length_max=300, lines=True, optional=True, keep=S, label=mark("A word about it"))]
ACount = Annotated[int, Whole(keep=Keep.LEDGER, least=1, most=COUNT_MOST, label=mark("How many?"))]
KeepsUntil = Annotated[
    int, Day(optional=True, label=mark("Keeps until"), why=mark("After this day it is not handed out any more."))
]
AWay = Annotated[str, Choice(of=MOVE_WAY, label=mark("What becomes of it?"))]
FromOn = Annotated[int, Day(label=mark("From which day?"))]
Nights = Annotated[int, Whole(keep=Keep.LEDGER, least=1, most=90, label=mark("How many nights?"))]
HouseRules = Annotated[
    str,
    Text(
        length_max=600,
        lines=True,
        optional=True,
        keep=S,
        label=mark("House rules"),
        why=mark("Quiet hours, visitors, what neighbours are told. No name and no address."),
    ),
]
AReason = Annotated[str, Choice(of=STAY_REASON, label=mark("Why does it end early?"))]


@dataclass(frozen=True, slots=True)
class ThingShared:
    """I lend this thing to trusted members."""

    thing: Annotated[str, Id()]
    what: Annotated[str, Text(length_max=120, keep=W, label=mark("What can be borrowed?"))]
    sort: Annotated[str, Choice(of=THING_SORT, label=mark("What sort of thing is it?"))]
    quantity: AQuantity
    area: AnArea
    condition: Annotated[
        str,
        Text(length_max=200, optional=True, keep=W, label=mark("Condition"), why=mark("What works, what does not.")),
    ]


@dataclass(frozen=True, slots=True)
class ThingLent:
    """One of this thing is out; to whom, only the two know."""

    thing: AThing


@dataclass(frozen=True, slots=True)
class ThingBack:
    """One of this thing is back."""

    thing: AThing


@dataclass(frozen=True, slots=True)
class ThingGone:
    """One of this thing that was out is no more; nobody is to blame."""

    thing: AThing


@dataclass(frozen=True, slots=True)
class ThingTakenOver:
    """I keep this thing from now on, since whoever kept it is gone; that many are here."""

    thing: AThing
    quantity: AQuantity


@dataclass(frozen=True, slots=True)
class ThingWithdrawn:
    """This thing is no longer to be lent."""

    thing: AThing


@dataclass(frozen=True, slots=True)
class LoanAsked:
    """I would like to borrow this until that day."""

    loan: Annotated[str, Id()]
    thing: AThing
    back_on: BackOn
    words: SomeWords


@dataclass(frozen=True, slots=True)
class LoanAgreed:
    """Yes, it is lent until that day."""

    loan: ALoan
    back_on: BackOn


@dataclass(frozen=True, slots=True)
class LoanDeclined:
    """Not this time."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class LoanWithdrawn:
    """I do not need it any more."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class LoanExtended:
    """It may stay out longer, until that day."""

    loan: ALoan
    back_on: BackOn


@dataclass(frozen=True, slots=True)
class LoanGivenBack:
    """I gave it back."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class LoanReturned:
    """It is back, or something as good is in its place."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class LoanLost:
    """It was lost."""

    loan: ALoan
    words: SomeWords


@dataclass(frozen=True, slots=True)
class LoanBroken:
    """It broke."""

    loan: ALoan
    words: SomeWords


@dataclass(frozen=True, slots=True)
class LoanForgiven:
    """It is gone, and nothing is owed for it."""

    loan: ALoan


@dataclass(frozen=True, slots=True)
class StockBegun:
    """I keep a stock of this for the group."""

    stock: Annotated[str, Id()]
    what: Annotated[str, Text(length_max=120, keep=W, label=mark("What is kept?"))]
    sort: Annotated[str, Choice(of=STOCK_SORT, label=mark("What sort of stock is it?"))]
    unit: Annotated[str, Text(length_max=30, keep=W, label=mark("Counted in"), why=mark("Boxes, parcels, pieces."))]
    area: AnArea
    least: Annotated[
        int,
        Whole(
            keep=Keep.LEDGER,
            least=0,
            most=COUNT_MOST,
            optional=True,
            label=mark("Running low below"),
            why=mark("Whoever keeps it is told when less than this is there."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class StockKeeperAdded:
    """This member keeps the stock too."""

    stock: AStock
    member: Annotated[str, Ref(to="member", label=mark("Who keeps it too?"))]


@dataclass(frozen=True, slots=True)
class StockKeeperLeft:
    """I no longer keep this stock; others do."""

    stock: AStock


@dataclass(frozen=True, slots=True)
class StockReceived:
    """A batch of this came in."""

    batch: Annotated[str, Id()]
    stock: AStock
    count: ACount
    keeps_until: KeepsUntil


@dataclass(frozen=True, slots=True)
class StockTaken:
    """That many of this batch went out."""

    move: Annotated[str, Id()]
    batch: ABatch
    count: ACount
    way: AWay


@dataclass(frozen=True, slots=True)
class StockCounted:
    """I counted this batch, and found that many."""

    move: Annotated[str, Id()]
    batch: ABatch
    found: Annotated[int, Whole(keep=Keep.LEDGER, least=0, most=COUNT_MOST, label=mark("How many did you find?"))]


@dataclass(frozen=True, slots=True)
class StockClosed:
    """This stock is no longer kept."""

    stock: AStock


@dataclass(frozen=True, slots=True)
class HostingOffered:
    """I can host somebody for some nights."""

    hosting: Annotated[str, Id()]
    scope: Annotated[
        str,
        Choice(
            of=HOSTING_SCOPE,
            label=mark("Who may see this?"),
            why=mark("Coordination can bring somebody to you without others learning that you host."),
        ),
    ]
    area: AnArea
    places: Annotated[int, Whole(keep=Keep.LEDGER, least=1, most=20, label=mark("For how many people?"))]
    nights_most: Annotated[int, Whole(keep=Keep.LEDGER, least=1, most=90, label=mark("Nights at most"))]
    until: Annotated[int, Day(label=mark("Until which day does it hold?"))]
    house_rules: Annotated[str, Text(length_max=600, lines=True, optional=True, keep=W, label=mark("House rules"))]


@dataclass(frozen=True, slots=True)
class HostingClosed:
    """I do not host at present."""

    hosting: AHosting


@dataclass(frozen=True, slots=True)
class StayAsked:
    """I ask for some nights, for myself or for whom I coordinate."""

    stay: Annotated[str, Id()]
    hosting: AHosting
    host: Annotated[str, Ref(to="member", hidden=True, keep=W)]
    guest: Annotated[str, Ref(to="member", keep=W, label=mark("Who needs a place?"))]
    from_on: FromOn
    nights: Nights
    words: SomeWords


@dataclass(frozen=True, slots=True)
class StayOffered:
    """Yes, with these house rules; and this is what we do if somebody asks questions."""

    stay: AStay
    house_rules: HouseRules
    exit_plan: Annotated[
        str,
        Text(
            length_max=400,
            lines=True,
            keep=S,
            label=mark("If it has to end at once"),
            why=mark("Where to go instead, and what is said to neighbours. No name and no address."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class StayAccepted:
    """I have read the house rules and I come."""

    stay: AStay


@dataclass(frozen=True, slots=True)
class StayDeclined:
    """Not this time."""

    stay: AStay


@dataclass(frozen=True, slots=True)
class AddressOpened:
    """This is where it is; only my guest reads it, until the stay is over."""

    stay: Annotated[str, Ref(to="stay", hidden=True, keep=M)]
    address: Annotated[str, Text(length_max=300, lines=True, keep=M, label=mark("Where it is"))]
    arriving: Annotated[
        str, Text(length_max=300, lines=True, optional=True, keep=M, label=mark("How to arrive safely"))
    ]


@dataclass(frozen=True, slots=True)
class StayStarted:
    """The guest is here."""

    stay: AStay


@dataclass(frozen=True, slots=True)
class StayExtended:
    """It may last that many nights in all."""

    stay: AStay
    nights: Nights


@dataclass(frozen=True, slots=True)
class StayEnded:
    """The stay is over."""

    stay: AStay


@dataclass(frozen=True, slots=True)
class StayEndedEarly:
    """The stay ends before its last night."""

    stay: AStay
    reason: AReason
