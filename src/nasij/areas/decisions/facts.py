"""What members say when they decide together: closed lists, states and facts.

A proposal that changes a number of the group or its charter is for everybody from its first word: the number decides in
every room who is trusted and how long things are kept, and a newcomer's room must come to it by the same votes. So it is
begun by a fact of its own, about authority, and newcomers see it but do not vote. All other proposals are for trusted
members. Whatever follows is read by whoever can read the proposal.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.decisions.methods import OPTIONS_MOST
from nasij.kit.charter import SETTINGS
from nasij.kit.draw import COMMITMENT_LENGTH, SECRET_LENGTH
from nasij.kit.field import Choice, Choices, Day, Flag, Id, Ref, Text, Whole, mark
from nasij.kit.money import AMOUNT_MAX
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

METHODS = Choices(
    "method",
    {
        "no_objection": mark("No objection"),
        "consensus": mark("Consensus, with a block"),
        "majority": mark("Majority"),
        "score": mark("Score"),
        "ranking": mark("Ranking"),
        "draw": mark("Draw"),
        "sense_check": mark("Sense check"),
    },
)
VOTERS = Choices(
    "voters",
    {
        "trusted": mark("All trusted members"),
        "members": mark("welcoming and membership"),
        "cases": mark("coordination"),
        "fund": mark("the fund"),
        "machines": mark("the machines"),
    },
)
EFFECTS = Choices(
    "effect",
    {
        "agreement": mark("An agreement that holds from then on"),
        "task": mark("Somebody does it by a day"),
    },
)
ALL_EFFECTS = Choices(
    "all_effects",
    {
        **EFFECTS.labels,
        "money": mark("The fund may pay this"),
        "setting": mark("Changes a number of the group"),
        "charter": mark("A new version of the charter"),
        "role": mark("A role begins or ends"),
    },
)
SETTING = Choices("number", {name: setting.label for name, setting in SETTINGS.items()})
REASONS = Choices(
    "recusal_reason",
    {
        "concerned": mark("It concerns me"),
        "close": mark("Somebody close to me is concerned"),
        "gain": mark("I would gain or lose by it"),
        "unsaid": mark("I would rather not say"),
    },
)

_ENDINGS = ("passed", "in_force", "failed", "no_quorum", "ended")


def _ends(fact: str) -> dict[str, str]:
    """Return the ways in which a vote ends, by the fact or the day that ends it."""
    return {f"{fact}/{state}": state for state in _ENDINGS}


PROPOSAL = Steps(
    "proposal",
    "proposal",
    ("draft", "discussion"),
    {
        "draft": {"ProposalDrafted": "draft", "ProposalMade": "discussion", "ProposalWithdrawn": "withdrawn"},
        "discussion": {
            "ProposalAmended": "discussion",
            "CharterAmended": "discussion",
            "SecrecyTightened": "discussion",
            "CarrierOffered": "discussion",
            "VotingOpened": "open",
            "ProposalWithdrawn": "withdrawn",
            "passing": "withdrawn",
        },
        "open": {
            "VoteCast": "open",
            "VoterRecused": "open",
            "SecrecyTightened": "open",
            "SeedCommitted": "open",
            "BallotCast": "open",
            "ProposalWithdrawn": "withdrawn",
            "BallotsPassed": "open",
            **_ends("BallotsPassed"),
            **_ends("VotingEnded"),
            **_ends("SeedRevealed"),
            **_ends("passing"),
        },
        "passed": {
            "DecisionTakenUp": "passed",
            "DecisionDone": "in_force",
            "AppealChanged": "under_review",
            "AppealOverturned": "ended",
            "passing/ended": "ended",
            "passing/replaced": "replaced",
        },
        "in_force": {
            "AppealChanged": "under_review",
            "AppealOverturned": "ended",
            "passing/under_review": "under_review",
            "passing/ended": "ended",
            "passing/replaced": "replaced",
        },
        "under_review": {
            "DecisionKept": "in_force",
            "AppealChanged": "under_review",
            "AppealOverturned": "ended",
            "passing/ended": "ended",
            "passing/replaced": "replaced",
        },
        "failed": {},
        "no_quorum": {},
        "withdrawn": {},
        "ended": {},
        # Where what replaced it is overturned.
        "replaced": {"AppealOverturned": "in_force"},
    },
    {
        "draft": mark("Draft of a proposal"),
        "discussion": mark("In discussion"),
        "open": mark("Vote open"),
        "passed": mark("Passed"),
        "failed": mark("Did not pass"),
        "no_quorum": mark("Too few voted"),
        "withdrawn": mark("Proposal withdrawn"),
        "in_force": mark("In force"),
        "under_review": mark("To be looked at again"),
        "ended": mark("Decision ended"),
        "replaced": mark("Decision replaced"),
    },
)
_FOUND = {"AppealUpheld": "upheld", "AppealChanged": "changed", "AppealOverturned": "overturned"}
APPEAL = Steps(
    "appeal",
    "appeal",
    ("filed",),
    {
        # The second of the panel to find the same makes the move; the first is only written down.
        "filed": {"AppealHeard": "heard", "passing": "upheld"},
        "heard": {**_FOUND, "passing": "upheld"},
        "upheld": {},
        "changed": {},
        "overturned": {},
    },
    {
        "filed": mark("Appeal filed"),
        "heard": mark("Appeal being heard"),
        "upheld": mark("Decision upheld"),
        "changed": mark("Decision to be changed"),
        "overturned": mark("Decision overturned"),
    },
)
OBJECTION = Steps(
    "objection",
    "objection",
    ("raised",),
    {
        "raised": {"ProposalAmended": "answered", "CharterAmended": "answered", "ObjectionSettled": "settled"},
        "answered": {"ObjectionSettled": "settled", "ObjectionKept": "raised"},
        "settled": {},
    },
    {"raised": mark("Objection stands"), "answered": mark("Objection answered"), "settled": mark("Objection met")},
)

QUESTION_LENGTH = 200
OPTION_LENGTH = 160
CHARTER_LENGTH = 8000

NewProposal = Annotated[str, Id()]
ProposalRef = Annotated[str, Ref(to="proposal", hidden=True)]
Question = Annotated[
    str,
    Text(
        length_max=QUESTION_LENGTH,
        traceless=True,
        keep=Keep.WORKING,
        label=mark("What is to be decided, in one sentence?"),
    ),
]
Body = Annotated[
    str,
    Text(
        length_max=2000,
        lines=True,
        traceless=True,
        optional=True,
        keep=Keep.WORKING,
        label=mark("Why, and what would change"),
        why=mark("Please write no names here, and nothing that could put anybody in danger."),
    ),
]
OptionLines = Annotated[
    str,
    Text(
        length_max=OPTIONS_MOST * (OPTION_LENGTH + 1),
        lines=True,
        traceless=True,
        optional=True,
        keep=Keep.WORKING,
        label=mark("Options, one a line"),
        why=mark("Two to eight; after a colon, what it means. Left empty, it is: as proposed, or as it is now."),
    ),
]
Method = Annotated[str, Choice(of=METHODS, label=mark("How we decide"))]
Quorum = Annotated[int, Whole(most=100, keep=Keep.LEDGER, label=mark("Quorum: how many per cent have to vote"))]
Threshold = Annotated[
    int,
    Whole(
        most=100,
        keep=Keep.LEDGER,
        label=mark("Threshold: how many per cent have to want it"),
        why=mark("Fifty means more than half. Who stays away counts against; who is indifferent is not counted."),
    ),
]
Hidden = Annotated[bool, Flag(label=mark("Hide the results until the vote has closed"))]
# Made so by an act of its own while it is discussed, since three people must then offer to carry the vote.
Secret = Annotated[bool, Flag(hidden=True, label=mark("Secret ballots"))]
ReviewDays = Annotated[
    int, Whole(least=1, most=730, keep=Keep.LEDGER, label=mark("Days after which we look at it again"))
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every proposal has."""

    proposal: NewProposal
    question: Question
    body: Body
    method: Method
    quorum: Quorum
    threshold: Threshold
    hidden: Hidden
    secret: Secret


@dataclass(frozen=True, slots=True)
class ProposalMade(Asked):
    """I propose this."""

    options: OptionLines
    voters: Annotated[str, Choice(of=VOTERS, label=mark("Who may vote"))]
    about: Annotated[
        str,
        Ref(
            to="member",
            optional=True,
            keep=Keep.WORKING,
            label=mark("Is it about one of us?"),
            why=mark("Whom it is about does not vote and is not counted."),
        ),
    ]
    effect: Annotated[str, Choice(of=EFFECTS, label=mark("What follows if it passes"))]
    doer: Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who does it"))]
    due_on: Annotated[int, Day(optional=True, label=mark("By which day"))]
    review_days: ReviewDays
    lapses: Annotated[bool, Flag(label=mark("It ends by itself some time after that, unless we keep it"))]
    replaces: Annotated[
        str, Ref(to="proposal", optional=True, label=mark("Which earlier decision is replaced or ended?"))
    ]
    ends: Annotated[bool, Flag(label=mark("The earlier decision only ends; nothing comes in its place"))]


@dataclass(frozen=True, slots=True)
class ProposalDrafted(ProposalMade):
    """I am still writing this proposal."""


@dataclass(frozen=True, slots=True)
class SettingProposed(Asked):
    """I propose another number for this."""

    name: Annotated[str, Choice(of=SETTING, label=mark("Which number"))]
    numbers: Annotated[
        str,
        Text(
            length_max=60,
            lines=True,
            label=mark("New number"),
            keep=Keep.WORKING,
            why=mark("Several numbers to choose from stand one a line. Leaving it as it is can always be chosen."),
        ),
    ]
    review_days: ReviewDays


CharterText = Annotated[
    str, Text(length_max=CHARTER_LENGTH, lines=True, keep=Keep.WORKING, label=mark("The whole text of the charter"))
]
MeetsObjection = Annotated[
    str, Ref(to="objection", optional=True, keep=Keep.WORKING, label=mark("Which objection it meets"))
]


@dataclass(frozen=True, slots=True)
class CharterProposed(Asked):
    """I propose this as our charter."""

    charter: CharterText
    review_days: ReviewDays


@dataclass(frozen=True, slots=True)
class MoneyProposed:
    """I propose that the fund may pay this."""

    proposal: NewProposal
    amount: Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.LEDGER, label=mark("Amount"))]
    currency: Annotated[str, Text(length_max=3, keep=Keep.LEDGER, label=mark("Currency"))]
    quorum: Quorum
    threshold: Threshold
    hidden: Hidden
    secret: Secret


@dataclass(frozen=True, slots=True)
class ProposalAmended:
    """I have changed the proposal."""

    proposal: ProposalRef
    question: Question
    body: Body
    options: OptionLines
    answers: MeetsObjection


@dataclass(frozen=True, slots=True)
class SecrecyTightened:
    """Less of this vote is to be seen."""

    proposal: ProposalRef
    hidden: Hidden
    secret: Secret


@dataclass(frozen=True, slots=True)
class ProposalWithdrawn:
    """I take my proposal back."""

    proposal: ProposalRef


@dataclass(frozen=True, slots=True)
class ProposalDiscussed:
    """This is what I think of it."""

    note: Annotated[str, Id(keep=Keep.SHORT)]
    proposal: ProposalRef
    words: Annotated[
        str,
        Text(
            length_max=1000,
            lines=True,
            traceless=True,
            keep=Keep.SHORT,
            label=mark("What do you think?"),
            why=mark("What is said here goes soon after the decision; only the outcome stays."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class VotingOpened:
    """The vote is open."""

    proposal: ProposalRef
    closes_on: Annotated[int, Day(label=mark("Last day of the vote"))]


@dataclass(frozen=True, slots=True)
class VoteCast:
    """This is my vote."""

    proposal: ProposalRef
    ballot: Annotated[str, Text(length_max=40, hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class VoterRecused:
    """I step out of this vote."""

    proposal: ProposalRef
    reason: Annotated[str, Choice(of=REASONS, label=mark("Why?"), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class VotingEnded:
    """The vote ends early: nothing can change any more."""

    proposal: ProposalRef


Reason = Annotated[
    str, Text(length_max=500, lines=True, traceless=True, keep=Keep.WORKING, label=mark("What stands against it?"))
]
MetBy = Annotated[
    str,
    Text(
        length_max=500,
        lines=True,
        traceless=True,
        keep=Keep.WORKING,
        label=mark("How could it be met?"),
        why=mark("An objection says what would have to change for it to fall away."),
    ),
]


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    """I object, and this is how it could be met."""

    objection: Annotated[str, Id(keep=Keep.WORKING)]
    proposal: ProposalRef
    reason: Reason
    met_by: MetBy


ObjectionRef = Annotated[str, Ref(to="objection", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class ObjectionSettled:
    """My objection is met."""

    objection: ObjectionRef


@dataclass(frozen=True, slots=True)
class ObjectionKept:
    """The change does not meet my objection."""

    objection: ObjectionRef


@dataclass(frozen=True, slots=True)
class SeedKept:
    """This secret is my part of the draw."""

    proposal: ProposalRef
    secret: Annotated[str, Text(length_max=SECRET_LENGTH, hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class SeedCommitted:
    """I have chosen my part of the draw's seed, and show its mark."""

    proposal: ProposalRef
    commitment: Annotated[str, Text(length_max=COMMITMENT_LENGTH, hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class SeedRevealed:
    """This is my part of the draw's seed."""

    proposal: ProposalRef
    secret: Annotated[str, Text(length_max=SECRET_LENGTH, hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class DecisionDone:
    """What was decided is done."""

    proposal: ProposalRef


@dataclass(frozen=True, slots=True)
class DecisionKept:
    """I would keep this decision as it is."""

    proposal: ProposalRef


AppealRef = Annotated[str, Ref(to="appeal", hidden=True, keep=Keep.WORKING)]
Finding = Annotated[
    str,
    Text(length_max=500, lines=True, traceless=True, optional=True, keep=Keep.SHORT, label=mark("Why, in your words")),
]


@dataclass(frozen=True, slots=True)
class AppealFiled:
    """I ask others to look at this decision again."""

    appeal: Annotated[str, Id(keep=Keep.WORKING)]
    proposal: ProposalRef
    ground: Annotated[
        str,
        Text(
            length_max=1000,
            lines=True,
            traceless=True,
            keep=Keep.WORKING,
            label=mark("Why should it be looked at again?"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class AppealHeard:
    """We hear this appeal."""

    appeal: AppealRef


@dataclass(frozen=True, slots=True)
class AppealUpheld:
    """I find that the decision stands."""

    appeal: AppealRef
    words: Finding


@dataclass(frozen=True, slots=True)
class AppealChanged:
    """I find that the decision has to be changed."""

    appeal: AppealRef
    words: Finding


@dataclass(frozen=True, slots=True)
class AppealOverturned:
    """I find that the decision falls."""

    appeal: AppealRef
    words: Finding


@dataclass(frozen=True, slots=True)
class CharterAccepted:
    """I accept this version of the charter."""

    proposal: ProposalRef
