"""What members say about needs and offers: the closed lists, the steps, and every fact of the area.

A need has two envelopes. The facts here are the work: a kind, a day, a rough area, what is needed. Who it is for in
real life stays in `IdentityKept`, which never leaves the asker's own room unless they open it to a helper.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Flag, Id, Ref, Refs, Text, Whole, mark, remark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

PARTS_AT_FIRST = 5
PARTS_MOST = 20
ALL = "network"
TRUSTED = "trusted"
COORDINATORS = "coordinators"
CHOSEN = "chosen"
COORDINATION = "role/cases"  # as owner of a next step: whoever coordinates at that time

MODE = Choices(
    "mode",
    {
        "coordinated": mark("Through coordination"),
        "self_offer": mark("Offers go through coordination"),
        "between_members": mark("Between members"),
    },
)
URGENCY = Choices(
    "urgency",
    {
        "now": mark("Now"),
        "days": mark("Within 3 days"),
        "weeks": mark("Within 2 weeks"),
        "open": mark("No date"),
    },
)
SCOPE = Choices(
    "scope",
    {
        COORDINATORS: mark("Coordination only"),
        TRUSTED: mark("Trusted members"),
        ALL: mark("Everybody in the network"),
        CHOSEN: mark("Only the people I choose"),
    },
)
WIDE_SCOPE = Choices("wide_scope", {value: SCOPE.labels[value] for value in (TRUSTED, ALL)})
ON_BEHALF = Choices(
    "on_behalf",
    {
        "consented": mark("For somebody who agreed to it"),
        "unable": mark("For somebody who cannot be asked now"),
        "care": mark("For somebody in my care"),
        "danger": mark("For somebody whom asking would put in danger"),
    },
)
REASON = Choices(
    "reason",
    {
        "met": mark("Met"),
        "part": mark("Met in part"),
        "not_now": mark("Not this time"),
        "referred": mark("Referred"),
        "withdrawn": mark("Withdrawn"),
    },
)

_CLOSED_EARLY = {"NeedClosed": "closed", "passing": "expired"}
_STAYS = ("StepSet", "UrgencySet", "NeedGrown", "NeedSeen", "ReachFailed", "ReachRegained")


def _open_moves(state: str, **moves: str) -> dict[str, str]:
    return {**moves, **dict.fromkeys(_STAYS, state), **_CLOSED_EARLY}


# How a need ended is its `reason`; "open" means that some part still looks for a helper.
NEED_STEPS = Steps(
    "need",
    "need",
    ("waiting", "open"),
    {
        "waiting": _open_moves("waiting", NeedOpened="open", PostLinked="open"),
        "open": _open_moves("open", PostLinked="open", PartTaken="arranging", PartFreed="open", PartDone="underway"),
        "arranging": _open_moves(
            "arranging", PartTaken="arranging", PartFreed="open", PartDone="underway", HelpBegun="underway"
        ),
        "underway": _open_moves("underway", PartTaken="underway", PartFreed="open", PartDone="underway"),
        "closed": {"NeedReopened": "waiting", "NeedGrown": "open", "NeedClosed": "closed"},
        "expired": {"NeedReopened": "waiting"},
    },
    {
        "waiting": mark("Waiting for sorting"),
        "open": mark("Open"),
        "arranging": mark("Being arranged"),
        "underway": mark("Under way"),
        "closed": mark("Closed"),
        "expired": mark("Expired"),
    },
)
PART_STEPS = Steps(
    "part",
    "part",
    ("open",),
    {"open": {"PartTaken": "taken"}, "taken": {"PartFreed": "open", "PartDone": "done"}, "done": {}},
    {"open": mark("Looking for a helper"), "taken": mark("Somebody helps"), "done": mark("Done")},
)
OFFER_STEPS = Steps(
    "offer",
    "offer",
    ("active",),
    {
        "active": {"OfferPaused": "paused", "OfferUsedUp": "used_up", "OfferClosed": "closed", "passing": "closed"},
        "paused": {"OfferResumed": "active", "OfferClosed": "closed", "passing": "closed"},
        "used_up": {"OfferResumed": "active", "OfferClosed": "closed", "passing": "closed"},
        "closed": {},
    },
    {
        "active": mark("Available"),
        "paused": mark("Paused"),
        "used_up": mark("Used up"),
        "closed": mark("Closed"),
    },
)
KIND_STEPS = Steps(
    "kind",
    "kind",
    ("active",),
    {"active": {"KindChanged": "active", "KindRetired": "retired"}, "retired": {}},
    {"active": mark("In use"), "retired": mark("No longer in use")},
)
_AREA_WHY = mark("A district or a landmark people know. Never an address, a map link or coordinates.")
_LANGUAGES_WHY = mark("Languages that work for this, separated by commas.")
_CONDITIONS_WHY = mark("For example: no man or no woman, no car plate, no papers.")
_PARTS_WHY = mark("If several people could each do a part, write one part a line, at most five.")

AKind = Annotated[str, Ref(to="kind", label=mark("Kind of help"))]
AnUrgency = Annotated[str, Choice(of=URGENCY, label=mark("How urgent is it?"))]
ANeededBy = Annotated[
    int, Day(optional=True, label=mark("Needed by"), why=mark("Only if there is a day after which it is too late."))
]
AnArea = Annotated[str, Text(length_max=60, optional=True, keep=Keep.WORKING, label=mark("Area"), why=_AREA_WHY)]
APeople = Annotated[
    int, Whole(least=1, most=500, keep=Keep.LEDGER, optional=True, label=mark("How many people does it cover?"))
]
SomeLanguages = Annotated[
    str, Text(length_max=60, optional=True, keep=Keep.WORKING, label=mark("Languages"), why=_LANGUAGES_WHY)
]
SomeConditions = Annotated[
    str,
    remark(300, mark("Conditions and safety notes"), keep=Keep.WORKING, why=_CONDITIONS_WHY),
]
SomeParts = Annotated[
    str, Text(length_max=400, lines=True, optional=True, keep=Keep.WORKING, label=mark("Parts"), why=_PARTS_WHY)
]
PartIds = Annotated[list[str], Refs(to="part", many_max=PARTS_AT_FIRST, hidden=True)]
What = Annotated[
    str,
    Text(
        length_max=500,
        lines=True,
        keep=Keep.WORKING,
        label=mark("What is needed?"),
        why=mark("What to bring or to do, not who it is for. Names and numbers have their own place."),
    ),
]
AScope = Annotated[
    str,
    Choice(
        of=SCOPE,
        label=mark("Who may see this?"),
        why=mark("Coordination can always pass it on later, so the narrowest choice is a good beginning."),
    ),
]
SomeChosen = Annotated[
    list[str],
    Refs(
        to="member",
        keep=Keep.WORKING,
        optional=True,
        label=mark("The people I choose"),
        why=mark("Only if you chose “Only the people I choose” above."),
    ),
]
Nameless = Annotated[
    bool,
    Flag(
        label=mark("Without a name"),
        why=mark("Coordination passes it on in its own name, so that nobody else learns who asks."),
    ),
]
ABehalf = Annotated[
    str,
    Choice(
        of=ON_BEHALF,
        optional=True,
        label=mark("On behalf of somebody else"),
        why=mark("Leave it empty if it is for you. Those who may see this also see who asks for the other person."),
    ),
]
AGround = Annotated[
    str,
    Text(
        length_max=200,
        optional=True,
        keep=Keep.SHORT,
        label=mark("Why they could not agree themselves"),
        why=mark("Only where coordination or people you choose can read it."),
    ),
]
WhatPassedOn = Annotated[
    str,
    remark(
        500,
        mark("What is needed?"),
        keep=Keep.WORKING,
        why=mark("Say only what a helper must know. It may stay empty: then only the code and the kind are shown."),
    ),
]
AWideScope = Annotated[str, Choice(of=WIDE_SCOPE, label=mark("Who may see this?"))]
WhatOffered = Annotated[str, Text(length_max=300, lines=True, keep=Keep.WORKING, label=mark("What can you offer?"))]
AnAvailability = Annotated[
    str, Text(length_max=100, optional=True, keep=Keep.WORKING, label=mark("When does it suit you?"))
]
IsStanding = Annotated[bool, Flag(label=mark("This stands until I say otherwise"))]
AQuantity = Annotated[
    int,
    Whole(
        most=10_000,
        keep=Keep.LEDGER,
        optional=True,
        label=mark("How many or how often"),
        why=mark("Leave it empty if counting makes no sense here."),
    ),
]
AnUntil = Annotated[int, Day(optional=True, label=mark("Until"))]
NameToUse = Annotated[str, Text(length_max=60, optional=True, keep=Keep.MOMENTARY, label=mark("Name to use"))]
ANumber = Annotated[str, Text(length_max=40, optional=True, keep=Keep.MOMENTARY, label=mark("Number"))]
AnAddress = Annotated[
    str, Text(length_max=200, lines=True, optional=True, keep=Keep.MOMENTARY, label=mark("Address or meeting point"))
]
SafeWay = Annotated[
    str,
    Text(
        length_max=300,
        lines=True,
        optional=True,
        keep=Keep.MOMENTARY,
        label=mark("How to get in touch safely"),
        why=mark("Hours, what to say if somebody else answers, what never to do."),
    ),
]
ANeed = Annotated[str, Ref(to="need", hidden=True)]
APart = Annotated[str, Ref(to="part", hidden=True)]
AnOffer = Annotated[str, Ref(to="offer", hidden=True)]


@dataclass(frozen=True, slots=True)
class KindAdded:
    """The group added a kind of help."""

    kind: Annotated[str, Id()]
    label: Annotated[str, Text(length_max=40, keep=Keep.WORKING, label=mark("What it is called"))]
    parent: Annotated[str, Ref(to="kind", optional=True, label=mark("Part of"))]
    mode: Annotated[str, Choice(of=MODE, label=mark("How people are brought together"))]
    sensitive: Annotated[bool, Flag(label=mark("Sensitive: always with coordination"))]


@dataclass(frozen=True, slots=True)
class KindChanged:
    """The group changed how it calls or handles a kind of help."""

    kind: Annotated[str, Ref(to="kind", hidden=True)]
    label: Annotated[
        str,
        Text(
            length_max=40,
            optional=True,
            keep=Keep.WORKING,
            label=mark("A new name for it"),
            why=mark("Leave it empty to keep the name."),
        ),
    ]
    mode: Annotated[str, Choice(of=MODE, label=mark("How people are brought together"))]
    sensitive: Annotated[bool, Flag(label=mark("Sensitive: always with coordination"))]


@dataclass(frozen=True, slots=True)
class KindRetired:
    """The group no longer uses this kind of help."""

    kind: Annotated[str, Ref(to="kind", hidden=True)]


@dataclass(frozen=True, slots=True)
class DraftKept:
    """I keep this for myself until I know whether I want to ask."""

    draft: Annotated[str, Id()]
    kind: Annotated[str, Ref(to="kind", optional=True, label=mark("Kind of help"))]
    what: Annotated[
        str, Text(length_max=500, lines=True, optional=True, keep=Keep.SHORT, label=mark("What is needed?"))
    ]
    urgency: Annotated[str, Choice(of=URGENCY, optional=True, label=mark("How urgent is it?"))]
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    languages: SomeLanguages
    conditions: SomeConditions
    parts: SomeParts


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """I no longer need this draft."""

    draft: Annotated[str, Ref(to="draft", hidden=True)]


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """A member needs something."""

    need: Annotated[str, Id()]
    kind: AKind
    what: What
    urgency: AnUrgency
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    languages: SomeLanguages
    conditions: SomeConditions
    parts: SomeParts
    scope: AScope
    chosen: SomeChosen
    nameless: Nameless
    on_behalf: ABehalf
    ground: AGround
    part_ids: PartIds


@dataclass(frozen=True, slots=True)
class NeedPosted:
    """Coordination passes on what somebody needs, in its own name."""

    need: Annotated[str, Id()]
    kind: AKind
    what: WhatPassedOn
    urgency: AnUrgency
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    languages: SomeLanguages
    conditions: SomeConditions
    parts: SomeParts
    scope: AWideScope
    part_ids: PartIds


@dataclass(frozen=True, slots=True)
class PostLinked:
    """This was passed on without a name; only those who see the first one know which."""

    need: ANeed
    posted: Annotated[str, Ref(to="need", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class NeedOpened:
    """This was sorted: help may be found for it."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class NeedSeen:
    """Somebody who may help has read this."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class UrgencySet:
    """How urgent this is has changed."""

    need: ANeed
    urgency: AnUrgency
    needed_by: ANeededBy


@dataclass(frozen=True, slots=True)
class StepSet:
    """This comes next, by that day, and this person sees to it."""

    need: ANeed
    next_step: Annotated[str, Text(length_max=120, keep=Keep.SHORT, label=mark("Next step"))]
    owner: Annotated[
        str,
        Ref(
            to="member",
            optional=True,
            keep=Keep.WORKING,
            label=mark("Who sees to it"),
            why=mark("Leave it empty for coordination."),
        ),
    ]
    day: Annotated[int, Day(label=mark("By which day"))]


@dataclass(frozen=True, slots=True)
class PartTaken:
    """Somebody's help for this part was accepted."""

    need: ANeed
    part: APart
    commitment: Annotated[str, Ref(to="commitment", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class PartFreed:
    """This part looks for a helper again."""

    need: ANeed
    part: APart


@dataclass(frozen=True, slots=True)
class PartDone:
    """This part is done."""

    need: ANeed
    part: APart


@dataclass(frozen=True, slots=True)
class HelpBegun:
    """The help has begun."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class NeedGrown:
    """More is needed than was asked at first."""

    need: ANeed
    part: Annotated[str, Id()]
    words: Annotated[str, Text(length_max=80, keep=Keep.WORKING, label=mark("What is needed besides?"))]


@dataclass(frozen=True, slots=True)
class ReachFailed:
    """Nobody could be reached about this."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class ReachRegained:
    """We are in touch again about this."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class NeedClosed:
    """This is closed, for that reason."""

    need: ANeed
    reason: Annotated[str, Choice(of=REASON, label=mark("How did it end?"))]
    words: Annotated[
        str,
        remark(
            300,
            mark("A few words"),
            keep=Keep.SHORT,
            why=mark("With “Not this time”, please say why, and what else could help."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class NeedReopened:
    """This is looked at again, in the place it had before."""

    need: ANeed


@dataclass(frozen=True, slots=True)
class IdentityKept:
    """This is how I can be called and reached for this need; it stays with me until I open it to a helper."""

    need: ANeed
    name_to_use: NameToUse
    number: ANumber
    address: AnAddress
    safe_way: SafeWay


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A member can help with something."""

    offer: Annotated[str, Id()]
    kind: AKind
    what: WhatOffered
    availability: AnAvailability
    area: AnArea
    languages: SomeLanguages
    standing: IsStanding
    quantity: AQuantity
    until: AnUntil
    conditions: SomeConditions
    scope: AWideScope


@dataclass(frozen=True, slots=True)
class OfferPaused:
    """My offer rests for a while."""

    offer: AnOffer


@dataclass(frozen=True, slots=True)
class OfferResumed:
    """My offer stands again."""

    offer: AnOffer


@dataclass(frozen=True, slots=True)
class OfferUsedUp:
    """There is nothing left of my offer."""

    offer: AnOffer


@dataclass(frozen=True, slots=True)
class OfferClosed:
    """I take my offer off the list."""

    offer: AnOffer
