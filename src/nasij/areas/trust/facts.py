"""What members say about trust: closed lists, states, tables and facts.

Facts that move a standing or a role are read by everybody, newcomers too, because every room must come to the same
answer about who is in. They carry codes only. Grounds and words travel in facts of their own, to fewer people, and no
rule reads them.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.people import Proof, SignKey, WrapKey, WrapPeriod
from nasij.kit.field import Choice, Choices, Day, Id, Ref, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Column, Keep, Share, Table, blob, number, text

ROLE_NAMES = Choices(
    "role",
    {
        "members": mark("welcoming and membership"),
        "cases": mark("coordination"),
        "fund": mark("the fund"),
        "machines": mark("the machines"),
    },
)
GROUNDS = Choices(
    "ground",
    {
        "worked_together": mark("We worked together"),
        "known_years": mark("We have known each other for years"),
        "met": mark("We met"),
    },
)
OUTCOMES = Choices(
    "outcome",
    {
        "keep": mark("Stays, as before"),
        "roles": mark("Stays, and hands back every role"),
        "remove": mark("Membership ends"),
    },
)
CONCERN_KINDS = Choices(
    "concern_kind",
    {
        "danger": mark("Somebody could be in danger"),
        "boundaries": mark("Boundaries were crossed"),
        "trust": mark("A doubt about who somebody is"),
        "money": mark("A matter of money"),
        "words": mark("Something was passed on that should not be"),
        "other": mark("Another matter"),
    },
)
CONCERN_OUTCOMES = Choices(
    "concern_outcome",
    {
        "talked": mark("Settled by talking"),
        "review": mark("Taken into a review"),
        "nothing": mark("Nothing more to do"),
    },
)

VOUCH = Steps(
    "vouch",
    "vouch",
    ("given",),
    {
        "given": {
            "VouchWithdrawn": "withdrawn",
            "VouchRenewed": "given",
            "VouchQuestioned": "review",
            "MemberRemoved": "void",
            "passing": "lapsed",
        },
        "review": {"VouchKept": "given", "VouchVoided": "void", "MemberRemoved": "void", "passing": "lapsed"},
        "withdrawn": {},
        "lapsed": {},
        "void": {},
    },
    {
        "given": mark("Vouch in force"),
        "review": mark("Vouch being looked at"),
        "withdrawn": mark("Vouch taken back"),
        "lapsed": mark("Vouch ran out"),
        "void": mark("Vouch void"),
    },
)
# The kernel's `mandate` says who holds a role now; an appointment says how that came about. Founding mandates have none.
APPOINTMENT = Steps(
    "appointment",
    "appointment",
    ("proposed", "active"),
    {
        "proposed": {"MandateGiven": "active", "MemberRemoved": "ended", "passing": "ended"},
        "active": {
            "MandateHandedOver": "handed_over",
            "MandateEnded": "ended",
            "MandateRecalled": "recalled",
            "VouchWithdrawn": "suspended",
            "ReviewDecided": "recalled",
            "MemberRemoved": "ended",
            "passing": "ended",
        },
        "suspended": {
            "VouchGiven": "active",
            "MandateEnded": "ended",
            "MandateRecalled": "recalled",
            "ReviewDecided": "recalled",
            "MemberRemoved": "ended",
            "passing": "ended",
        },
        "handed_over": {},
        "ended": {},
        "recalled": {},
    },
    {
        "proposed": mark("Role proposed"),
        "active": mark("Role in force"),
        "suspended": mark("Role paused"),
        "handed_over": mark("Role handed over"),
        "ended": mark("Role ended"),
        "recalled": mark("Role called back"),
    },
)
RECALL = Steps(
    "recall",
    "recall",
    ("asked",),
    {
        "asked": {"MandateRecalled": "carried", "MemberRemoved": "lapsed", "passing": "lapsed"},
        "carried": {},
        "lapsed": {},
    },
    {"asked": mark("Asked for"), "carried": mark("Carried out"), "lapsed": mark("Lapsed")},
)
FREEZE = Steps(
    "freeze",
    "freeze",
    ("frozen",),
    {
        # The second person to say so makes the move; the first is only written down.
        "frozen": {"FreezeConfirmed": "confirmed", "ThawAgreed": "thawed", "MemberRemoved": "over", "passing": "over"},
        "confirmed": {"ThawAgreed": "thawed", "MemberRemoved": "over"},
        "thawed": {},
        "over": {},
    },
    {
        "frozen": mark("Frozen"),
        "confirmed": mark("Frozen, confirmed by two"),
        "thawed": mark("Thawed"),
        "over": mark("Freeze over"),
    },
)
REVIEW = Steps(
    "review",
    "review",
    ("opened",),
    {
        "opened": {
            "SuspensionAsked": "opened",
            "SuspensionConfirmed": "measures",
            "ReviewHeard": "heard",
            "ReviewDecided": "decided",
            "MemberRemoved": "closed",
            "passing": "closed",
        },
        "measures": {
            "ReviewHeard": "heard",
            "ReviewDecided": "decided",
            "MemberRemoved": "closed",
            "passing": "closed",
        },
        "heard": {
            "SuspensionAsked": "heard",
            "SuspensionConfirmed": "heard",
            "ReviewDecided": "decided",
            "MemberRemoved": "closed",
            "passing": "closed",
        },
        "decided": {"ReviewAppealed": "appealed", "MemberRemoved": "closed", "passing": "closed"},
        "appealed": {"ReviewClosed": "closed", "passing": "closed"},
        "closed": {},
    },
    {
        "opened": mark("Review opened"),
        "measures": mark("Interim measure"),
        "heard": mark("Person heard"),
        "decided": mark("Review decided"),
        "appealed": mark("Review appealed"),
        "closed": mark("Review closed"),
    },
)
REMOVAL = Steps(
    "removal",
    "removal",
    ("asked",),
    {
        "asked": {"RemovalHalted": "halted", "MemberRemoved": "carried", "passing": "lapsed"},
        "halted": {},
        "carried": {},
        "lapsed": {},
    },
    {
        "asked": mark("Asked for"),
        "halted": mark("Stopped"),
        "carried": mark("Carried out"),
        "lapsed": mark("Lapsed"),
    },
)
CONCERN = Steps(
    "concern",
    "concern",
    ("raised",),
    {"raised": {"ConcernPassedOn": "raised", "ConcernClosed": "closed"}, "closed": {}},
    {"raised": mark("Concern raised"), "closed": mark("Concern closed")},
)


def _forgetting(keep: Keep, texts: str, numbers: str = "") -> dict[str, Column]:
    """Return columns that are all of one class, so that the whole row goes when its time is over."""
    return {**{name: text(keep) for name in texts.split()}, **{name: number(keep) for name in numbers.split()}}


# Who trusts whom is the map an intruder wants most (security.md, W11): nothing here is kept for good.
TABLES = (
    Table(
        "vouch",
        _forgetting(Keep.WORKING, "vouch by_member whom role state questioned_by", "given_on until reviewed_on"),
        key=("vouch",),
        share=Share.COMERS,
        indexes=(("whom", "role"), ("by_member",), ("state",)),
    ),
    Table("vouch_ground", _forgetting(Keep.WORKING, "vouch ground words"), key=("vouch",)),
    # What a standing or a role rests on: how many vouches it took. Somebody without a row holds it by founding or by
    # the word of two, and loses it another way.
    Table("earned", _forgetting(Keep.WORKING, "member role", "needed"), key=("member", "role"), share=Share.COMERS),
    Table(
        "appointment",
        _forgetting(Keep.WORKING, "appointment role member proposed_by given_by state", "days proposed_on"),
        key=("appointment",),
        share=Share.COMERS,
        indexes=(("member", "role"),),
    ),
    Table(
        "recall",
        _forgetting(Keep.WORKING, "recall role member asked_by state", "asked_on"),
        key=("recall",),
        share=Share.COMERS,
    ),
    Table(
        "freeze",
        _forgetting(Keep.WORKING, "freeze member by_member state", "frozen_at until_at"),
        key=("freeze",),
        share=Share.COMERS,
        indexes=(("member",),),
    ),
    Table(
        "freeze_word",
        # Of those who say that somebody is free, the signing key of the new device they spoke of.
        {**_forgetting(Keep.WORKING, "freeze by_member says"), "sign_key": blob(Keep.WORKING)},
        key=("freeze", "by_member"),
        share=Share.COMERS,
    ),
    Table("rest", _forgetting(Keep.WORKING, "member", "until"), key=("member",), share=Share.COMERS),
    Table("suspended", _forgetting(Keep.WORKING, "member was"), key=("member",), share=Share.COMERS),
    Table(
        "removal",
        _forgetting(Keep.WORKING, "removal member asked_by state", "asked_at"),
        key=("removal",),
        share=Share.COMERS,
        indexes=(("member",),),
    ),
    Table(
        "review",
        _forgetting(
            Keep.WORKING,
            "review whom because opened_by state measure measure_by outcome",
            "opened_on measure_until heard_on decided_at",
        ),
        key=("review",),
        share=Share.COMERS,
        indexes=(("whom",), ("state",)),
    ),
    Table(
        "review_vote",
        _forgetting(Keep.SHORT, "review by_member vote", "sitting"),
        key=("review", "sitting", "by_member"),
        share=Share.COMERS,
    ),
    Table("review_ground", _forgetting(Keep.SHORT, "ground review by_member words"), key=("ground",)),
    Table("hearing", _forgetting(Keep.SHORT, "hearing review by_member words"), key=("hearing",)),
    Table(
        "concern",
        _forgetting(Keep.SHORT, "concern about by_member kind words state outcome", "raised_on"),
        key=("concern",),
        share=Share.CIRCLES,
        indexes=(("state",),),
    ),
)

NewId = Annotated[str, Id(keep=Keep.WORKING)]
Member = Annotated[str, Ref(to="member", hidden=True, keep=Keep.WORKING)]
ChosenMember = Annotated[str, Ref(to="member", label=mark("Member"), keep=Keep.WORKING)]
Role = Annotated[str, Choice(of=ROLE_NAMES, hidden=True, label=mark("Role"), keep=Keep.WORKING)]
MandateDays = Annotated[
    int,
    Whole(
        most=400,
        optional=True,
        keep=Keep.WORKING,
        label=mark("For how many days?"),
        why=mark("Leave it empty for the longest time the group allows."),
    ),
]
VouchRef = Annotated[str, Ref(to="vouch", hidden=True, keep=Keep.WORKING)]
ReviewRef = Annotated[str, Ref(to="review", hidden=True, keep=Keep.WORKING)]
FreezeRef = Annotated[str, Ref(to="freeze", hidden=True, keep=Keep.WORKING)]
Outcome = Annotated[str, Choice(of=OUTCOMES, label=mark("Outcome"), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class VouchGiven:
    """I trust this member, or trust them with this role."""

    vouch: NewId
    whom: Member
    role: Annotated[str, Choice(of=ROLE_NAMES, optional=True, hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class VouchGround:
    """This is why I vouch."""

    vouch: VouchRef
    ground: Annotated[str, Choice(of=GROUNDS, label=mark("How do you know each other?"), keep=Keep.WORKING)]
    words: Annotated[
        str, Text(length_max=300, lines=True, optional=True, label=mark("In your words"), keep=Keep.WORKING)
    ]


@dataclass(frozen=True, slots=True)
class VouchRenewed:
    """I still vouch."""

    vouch: VouchRef


@dataclass(frozen=True, slots=True)
class VouchWithdrawn:
    """I no longer vouch."""

    vouch: VouchRef


@dataclass(frozen=True, slots=True)
class VouchQuestioned:
    """Whoever gave this vouch is no longer here: let us look at it."""

    vouch: VouchRef


@dataclass(frozen=True, slots=True)
class VouchKept:
    """We looked at this vouch, and it stays."""

    vouch: VouchRef


@dataclass(frozen=True, slots=True)
class VouchVoided:
    """We looked at this vouch, and it no longer counts."""

    vouch: VouchRef


@dataclass(frozen=True, slots=True)
class MemberRested:
    """I rest for a while."""

    until: Annotated[int, Day(optional=True, keep=Keep.WORKING, label=mark("The last day of rest"))]


@dataclass(frozen=True, slots=True)
class MemberBack:
    """I am back."""


@dataclass(frozen=True, slots=True)
class MandateProposed:
    """I propose this member for a role."""

    appointment: NewId
    role: Role
    member: ChosenMember
    days: MandateDays


@dataclass(frozen=True, slots=True)
class MandateGiven:
    """I agree that this member takes the role."""

    appointment: Annotated[str, Ref(to="appointment", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class MandateTaken:
    """Enough members vouch for me in this role, and I take it."""

    appointment: NewId
    role: Role


@dataclass(frozen=True, slots=True)
class MandateHandedOver:
    """I hand my role over to somebody who holds it too."""

    role: Role
    to: ChosenMember


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """I hand my role back."""

    role: Role


@dataclass(frozen=True, slots=True)
class RecallAsked:
    """I ask that this member's role be called back."""

    recall: NewId
    role: Role
    member: Member


@dataclass(frozen=True, slots=True)
class MandateRecalled:
    """I agree that the role is called back."""

    recall: Annotated[str, Ref(to="recall", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class MemberFrozen:
    """I fear this member was taken, or their device was: freeze them."""

    freeze: NewId
    member: Member


@dataclass(frozen=True, slots=True)
class FreezeConfirmed:
    """I fear the same: keep them frozen."""

    freeze: FreezeRef


@dataclass(frozen=True, slots=True)
class ThawAgreed:
    """I have spoken with them and compared the words: they are free, and these are the keys of their new device."""

    freeze: FreezeRef
    member: Member
    sign_key: SignKey
    wrap_key: WrapKey
    wrap_period: WrapPeriod
    proof: Proof


@dataclass(frozen=True, slots=True)
class SuspensionAsked:
    """I ask to suspend this member now."""

    review: NewId
    whom: Member


@dataclass(frozen=True, slots=True)
class SuspensionConfirmed:
    """I agree: this member is suspended now."""

    review: ReviewRef


@dataclass(frozen=True, slots=True)
class ReviewOpened:
    """I ask the group to look at this membership."""

    review: NewId
    whom: Member


@dataclass(frozen=True, slots=True)
class ReviewGround:
    """This is why."""

    ground: NewId
    review: ReviewRef
    words: Annotated[str, Text(length_max=1000, lines=True, label=mark("Why?"), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class ReviewHeard:
    """I have been heard, or I bring the words of the person concerned."""

    review: ReviewRef


@dataclass(frozen=True, slots=True)
class HearingSaid:
    """This is what the person concerned says."""

    hearing: NewId
    review: ReviewRef
    words: Annotated[
        str, Text(length_max=2000, lines=True, label=mark("What the person concerned says"), keep=Keep.SHORT)
    ]


@dataclass(frozen=True, slots=True)
class ReviewVoted:
    """This is how I would decide."""

    review: ReviewRef
    vote: Outcome


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    """The votes are in, and this is the outcome."""

    review: ReviewRef
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ReviewAppealed:
    """I ask that other members look at this again."""

    review: ReviewRef


@dataclass(frozen=True, slots=True)
class ReviewClosed:
    """Others looked at it again, and this is the final outcome."""

    review: ReviewRef
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RemovalAsked:
    """I ask to end this membership."""

    removal: NewId
    member: Member


@dataclass(frozen=True, slots=True)
class RemovalHalted:
    """Not like this: I stop it, so that it needs a review."""

    removal: Annotated[str, Ref(to="removal", hidden=True, keep=Keep.WORKING)]


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """This membership ends."""

    member: Member


@dataclass(frozen=True, slots=True)
class ConcernRaised:
    """Something about this member worries me."""

    concern: Annotated[str, Id(keep=Keep.SHORT)]
    about: Annotated[str, Ref(to="member", hidden=True, keep=Keep.SHORT)]
    kind: Annotated[str, Choice(of=CONCERN_KINDS, label=mark("What is it about?"), keep=Keep.SHORT)]
    words: Annotated[str, Text(length_max=1000, lines=True, label=mark("What happened?"), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class ConcernClosed:
    """This concern is settled."""

    concern: Annotated[str, Ref(to="concern", hidden=True, keep=Keep.SHORT)]
    outcome: Annotated[str, Choice(of=CONCERN_OUTCOMES, label=mark("How was it settled?"), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class ConcernPassedOn:
    """Somebody who now looks after membership reads this concern too."""

    concern: Annotated[str, Ref(to="concern", hidden=True, keep=Keep.SHORT)]
    to: Annotated[str, Ref(to="member", label=mark("Member"), keep=Keep.SHORT)]
