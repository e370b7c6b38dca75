"""The forms of trust, and what each states."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.trust.facts import (
    GROUNDS,
    REVIEW,
    ROLE_NAMES,
    ConcernClosed,
    ConcernPassedOn,
    ConcernRaised,
    FreezeConfirmed,
    HearingSaid,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MandateProposed,
    MandateRecalled,
    MandateTaken,
    Member,
    MemberBack,
    MemberFrozen,
    MemberRemoved,
    MemberRested,
    RecallAsked,
    RemovalAsked,
    RemovalHalted,
    ReviewAppealed,
    ReviewClosed,
    ReviewDecided,
    ReviewGround,
    ReviewHeard,
    ReviewOpened,
    ReviewRef,
    ReviewVoted,
    SuspensionAsked,
    SuspensionConfirmed,
    VouchGiven,
    VouchGround,
    VouchKept,
    VouchQuestioned,
    VouchRenewed,
    VouchVoided,
    VouchWithdrawn,
)
from nasij.areas.trust.panel import review_of
from nasij.areas.trust.reviews import review_row, tally
from nasij.errors import Refused
from nasij.ids import code, new_id
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, act, holder_of
from nasij.kit.field import Choice, Choices, Text, mark, remark
from nasij.kit.rows import record, rows
from nasij.kit.table import Keep
from nasij.kit.who import By, role_holders

MEMBERSHIP = "membership"
VOUCH_FOR = Choices("vouch_for", {MEMBERSHIP: mark("Membership"), **ROLE_NAMES.labels})


@dataclass(frozen=True, slots=True)
class VouchForm:
    """I vouch for this member, and say why."""

    member: Member
    role: Annotated[str, Choice(of=VOUCH_FOR, label=mark("For what?"), keep=Keep.WORKING)]
    ground: Annotated[str, Choice(of=GROUNDS, label=mark("How do you know each other?"), keep=Keep.WORKING)]
    words: Annotated[
        str,
        remark(
            300,
            mark("In your words"),
            keep=Keep.WORKING,
            why=mark("Trusted members read this. Please write nothing that could put anybody in danger."),
        ),
    ]


def make_vouch(_db: Connection, _by: By, form: VouchForm) -> Sequence[Any]:
    """State the vouch for everybody and its ground for the trusted."""
    vouch = new_id()
    role = "" if form.role == MEMBERSHIP else form.role
    return [VouchGiven(vouch, form.member, role), VouchGround(vouch, form.ground, form.words)]


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """I ask the group to look at this membership, and say why."""

    member: Member
    words: Annotated[
        str,
        Text(
            length_max=1000,
            lines=True,
            label=mark("Why?"),
            keep=Keep.SHORT,
            why=mark("Only the people who decide in this review read it."),
        ),
    ]


def make_review(_db: Connection, _by: By, form: ReviewForm) -> Sequence[Any]:
    """Open the review for everybody and say why to few."""
    review = new_id()
    return [ReviewOpened(review, form.member), ReviewGround(new_id(), review, form.words)]


@dataclass(frozen=True, slots=True)
class GroundForm:
    """I add why, for the people who decide."""

    review: ReviewRef
    words: Annotated[str, Text(length_max=1000, lines=True, label=mark("Why?"), keep=Keep.SHORT)]


def make_ground(_db: Connection, _by: By, form: GroundForm) -> Sequence[Any]:
    """Say why to few."""
    return [ReviewGround(new_id(), form.review, form.words)]


@dataclass(frozen=True, slots=True)
class HearingForm:
    """These are the words of the person concerned."""

    review: ReviewRef
    words: Annotated[
        str,
        Text(
            length_max=2000,
            lines=True,
            label=mark("What the person concerned says"),
            keep=Keep.SHORT,
            why=mark("The people who decide read it, nobody else."),
        ),
    ]


def make_hearing(db: Connection, _by: By, form: HearingForm) -> Sequence[Any]:
    """Give the words to few and, the first time, say to everybody that the person was heard."""
    first = "ReviewHeard" in REVIEW.moves[REVIEW.state(db, form.review)]
    words = HearingSaid(new_id(), form.review, form.words)
    return [ReviewHeard(form.review), words] if first else [words]


@dataclass(frozen=True, slots=True)
class FreezeMyself:
    """My device may be in other hands: freeze me."""


def make_own_freeze(_db: Connection, by: By, _form: FreezeMyself) -> Sequence[Any]:
    """Freeze the member who presses."""
    return [MemberFrozen(new_id(), by.member)]


@dataclass(frozen=True, slots=True)
class SuspendForm:
    """This membership should be suspended now."""

    member: Member


def make_suspension(db: Connection, by: By, form: SuspendForm) -> Sequence[Any]:
    """Ask, in the review that is open or a new one; where somebody else has asked, agree."""
    review = review_of(db, form.member)
    if review:
        found = record(db, "select measure, measure_by from review where review = ?", review)
        if found["measure"] == "asked" and found["measure_by"] != by.member:
            return [SuspensionConfirmed(review)]
    return [SuspensionAsked(review or new_id(), form.member)]


@dataclass(frozen=True, slots=True)
class DecideForm:
    """The votes settle this review."""

    review: ReviewRef


def make_decision(db: Connection, _by: By, form: DecideForm) -> Sequence[Any]:
    """State what the votes say."""
    row = review_row(db, form.review)
    outcome = tally(db, row)
    if not outcome:
        raise Refused(mark("The votes do not settle it yet."))
    closing = row["state"] == "appealed"
    return [(ReviewClosed if closing else ReviewDecided)(form.review, outcome)]


def _named(db: Connection, members: Sequence[str]) -> list[tuple[str, str]]:
    """Return members with what they are called, or their code where that is not known here."""
    names = {row["member"]: row["alias"] for row in rows(db, "select member, alias from called where closed_on = 0")}
    return sorted(
        ((member, names.get(member) or code(member)) for member in members), key=lambda pair: (pair[1], pair[0])
    )


def trusted_members(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return whom one can propose for a role."""
    return _named(db, [row["member"] for row in rows(db, "select member from member where standing = 'trusted'")])


def sharing_a_role(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who else holds one of my roles."""
    return _named(db, sorted(frozenset().union(*(role_holders(db, role) for role in by.roles)) - {by.member}))


def looking_after_members(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who else looks after membership."""
    return _named(db, sorted(role_holders(db, "members") - {by.member}))


_MINE = "/trust"
_REVIEWS = "/trust/reviews"
_REVIEW = "/trust/review/{review}"
_ROLES = "/trust/roles"
_MEMBER = "/trust/member/{member}"

ACTS = (
    act(
        "/trust/vouch/{member}",
        VouchForm,
        then=_MEMBER,
        title=mark("Vouch for somebody"),
        press=mark("Vouch"),
        by=TRUSTED_MEMBER,
        make=make_vouch,
        why=mark("Vouch only for somebody you know yourself. You can take it back at any time."),
    ),
    act(
        "/trust/withdraw/{vouch}",
        VouchWithdrawn,
        then=_MINE,
        title=mark("Take a vouch back"),
        press=mark("Take it back"),
        by=ANYBODY_IN,
        why=mark("If too few vouches are left, the membership becomes new again and its roles pause."),
        grave=True,
    ),
    act(
        "/trust/renew/{vouch}",
        VouchRenewed,
        then=_MINE,
        title=mark("Renew a vouch"),
        press=mark("I still vouch"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/question/{vouch}",
        VouchQuestioned,
        then=_REVIEWS,
        title=mark("Look at a vouch again"),
        press=mark("Look at it again"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/keep/{vouch}",
        VouchKept,
        then=_REVIEWS,
        title=mark("Keep a vouch"),
        press=mark("It stays"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/void/{vouch}",
        VouchVoided,
        then=_REVIEWS,
        title=mark("End a vouch"),
        press=mark("It no longer counts"),
        by=TRUSTED_MEMBER,
        grave=True,
    ),
    act(
        "/trust/rest",
        MemberRested,
        then=_MINE,
        title=mark("Rest for a while"),
        press=mark("I rest"),
        by=TRUSTED_MEMBER,
        why=mark(
            "Nobody needs a reason to rest. Others see only that you are resting. Nobody asks you for anything, no turn falls to"
            " you, and votes that open meanwhile go without you. What you have taken on stays with you until you hand it over. You come"
            " back with one press, or by yourself after the last day."
        ),
    ),
    act(
        "/trust/back",
        MemberBack,
        then=_MINE,
        title=mark("Come back from resting"),
        press=mark("I am back"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/propose/{role}",
        MandateProposed,
        then=_ROLES,
        title=mark("Propose somebody for a role"),
        press=mark("Propose"),
        by=TRUSTED_MEMBER,
        options={"member": trusted_members},
        why=mark("Please ask them first. A second person has to agree, and the role ends by itself."),
    ),
    act(
        "/trust/agree/{appointment}",
        MandateGiven,
        then=_ROLES,
        title=mark("Agree to a role"),
        press=mark("I agree"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/take/{role}",
        MandateTaken,
        then=_ROLES,
        title=mark("Take a role"),
        press=mark("I take it"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/hand-over/{role}",
        MandateHandedOver,
        then=_ROLES,
        title=mark("Hand a role over"),
        press=mark("Hand over"),
        by=holder_of(*ROLE_NAMES.labels),
        options={"to": sharing_a_role},
    ),
    act(
        "/trust/hand-back/{role}",
        MandateEnded,
        then=_ROLES,
        title=mark("Hand a role back"),
        press=mark("Hand back"),
        by=holder_of(*ROLE_NAMES.labels),
        grave=True,
    ),
    act(
        "/trust/recall/{role}/{member}",
        RecallAsked,
        then=_ROLES,
        title=mark("Call a role back"),
        press=mark("Ask to call it back"),
        by=TRUSTED_MEMBER,
        why=mark("A second person has to agree before the role ends."),
        grave=True,
    ),
    act(
        "/trust/recall-agree/{recall}",
        MandateRecalled,
        then=_ROLES,
        title=mark("Agree to call a role back"),
        press=mark("I agree"),
        by=TRUSTED_MEMBER,
        grave=True,
    ),
    act(
        "/trust/freeze/{member}",
        MemberFrozen,
        then=_MEMBER,
        title=mark("Freeze a membership"),
        press=mark("Freeze now"),
        by=TRUSTED_MEMBER,
        why=mark(
            "If you think someone was taken, press freeze. You can be wrong."
            " It holds at once and ends after three days, unless two others confirm it."
        ),
        grave=True,
    ),
    act(
        "/trust/freeze-me",
        FreezeMyself,
        then="/",
        title=mark("Freeze my own membership"),
        press=mark("Freeze me now"),
        by=ANYBODY_IN,
        make=make_own_freeze,
        why=mark(
            "If this device was taken or may be, or you may be made to open it: this room closes at once, on every"
            " machine where it is open, and what it holds of others is removed. Two people who have spoken with you"
            " let you back in, with a new key."
        ),
        grave=True,
    ),
    act(
        "/trust/freeze-confirm/{freeze}",
        FreezeConfirmed,
        then=_REVIEWS,
        title=mark("Confirm a freeze"),
        press=mark("Keep it frozen"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/suspend/{member}",
        SuspendForm,
        then=_REVIEWS,
        title=mark("Suspend a membership"),
        press=mark("Suspend"),
        by=TRUSTED_MEMBER,
        make=make_suspension,
        why=mark("A second person has to agree. It then holds at once and ends by itself, unless a review decides."),
        grave=True,
    ),
    act(
        "/trust/suspend-agree/{review}",
        SuspensionConfirmed,
        then=_REVIEW,
        title=mark("Agree to a suspension"),
        press=mark("I agree: suspend now"),
        by=TRUSTED_MEMBER,
        grave=True,
    ),
    act(
        "/trust/open/{member}",
        ReviewForm,
        then=_REVIEW,
        title=mark("Open a review"),
        press=mark("Open the review"),
        by=TRUSTED_MEMBER,
        make=make_review,
        why=mark("Everybody's room learns that the review is open. Why it is, only the people who decide read."),
        grave=True,
    ),
    act(
        "/trust/review/{review}/ground",
        GroundForm,
        then=_REVIEW,
        title=mark("Say why"),
        press=mark("Add"),
        by=TRUSTED_MEMBER,
        make=make_ground,
    ),
    act(
        "/trust/review/{review}/hearing",
        HearingForm,
        then=_REVIEW,
        title=mark("Be heard"),
        press=mark("Pass the words on"),
        by=ANYBODY_IN,
        make=make_hearing,
        why=mark("The person concerned writes here, or somebody they chose writes for them."),
    ),
    act(
        "/trust/review/{review}/vote",
        ReviewVoted,
        then=_REVIEW,
        title=mark("Vote in a review"),
        press=mark("Vote"),
        by=TRUSTED_MEMBER,
        why=mark("Pages show only how many have voted. Every room counts the votes, so every room holds them."),
    ),
    act(
        "/trust/review/{review}/decide",
        DecideForm,
        then=_REVIEW,
        title=mark("State the outcome"),
        press=mark("State what the votes say"),
        by=TRUSTED_MEMBER,
        make=make_decision,
        grave=True,
    ),
    act(
        "/trust/review/{review}/appeal",
        ReviewAppealed,
        then=_REVIEW,
        title=mark("Appeal"),
        press=mark("Ask others to look again"),
        by=ANYBODY_IN,
        why=mark("Members who have not voted look at it again. Somebody you choose can ask for you."),
    ),
    act(
        "/trust/remove/{member}",
        RemovalAsked,
        then=_REVIEWS,
        title=mark("Ask to end a membership"),
        press=mark("Ask for it"),
        by=TRUSTED_MEMBER,
        why=mark("A day has to pass, in which others can stop it. Then a second person can end the membership."),
        grave=True,
    ),
    act(
        "/trust/remove-stop/{removal}",
        RemovalHalted,
        then=_REVIEWS,
        title=mark("Stop this"),
        press=mark("Stop it: it needs a review"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/trust/remove-now/{member}",
        MemberRemoved,
        then=_REVIEWS,
        title=mark("End a membership"),
        press=mark("End the membership"),
        by=TRUSTED_MEMBER,
        why=mark(
            "This cannot be taken back. The keys change at once. Whoever they brought in lately is looked at again."
        ),
        grave=True,
    ),
    act(
        "/trust/raise/{about}",
        ConcernRaised,
        then="/trust/concern/{concern}",
        title=mark("Raise a concern"),
        press=mark("Raise it"),
        by=ANYBODY_IN,
        why=mark("Only you and those who look after membership read it. The person it is about does not."),
    ),
    act(
        "/trust/concern/{concern}/pass-on",
        ConcernPassedOn,
        then="/trust/concern/{concern}",
        title=mark("Let somebody else read a concern"),
        press=mark("Pass on"),
        by=holder_of("members"),
        options={"to": looking_after_members},
    ),
    act(
        "/trust/concern/{concern}/close",
        ConcernClosed,
        then="/trust/concerns",
        title=mark("Close a concern"),
        press=mark("Close"),
        by=ANYBODY_IN,
    ),
)
