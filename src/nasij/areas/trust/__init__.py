"""Trust: vouches, roles, freezing, suspension, reviews, the end of a membership, and concerns.

`facts` says what can be said and which states there are, `panel` who decides, `vouches`, `mandates`, `measures`, `reviews`
and `concerns` hold the rules and folds, `pages`, `home` and `acts` what people see and press. The table below is the truth.
"""

from sqlite3 import Connection

from nasij.areas.trust import concerns, home, mandates, measures, pages, reviews, vouches
from nasij.areas.trust.acts import ACTS
from nasij.areas.trust.facts import (
    APPOINTMENT,
    CONCERN,
    FREEZE,
    RECALL,
    REMOVAL,
    REVIEW,
    ROLE_NAMES,
    TABLES,
    VOUCH,
    ConcernClosed,
    ConcernPassedOn,
    ConcernRaised,
    FreezeConfirmed,
    HearingSaid,
    MandateDays,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MandateProposed,
    MandateRecalled,
    MandateTaken,
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
    ReviewVoted,
    SuspensionAsked,
    SuspensionConfirmed,
    ThawAgreed,
    VouchGiven,
    VouchGround,
    VouchKept,
    VouchQuestioned,
    VouchRenewed,
    VouchVoided,
    VouchWithdrawn,
)
from nasij.areas.trust.mandates import OBSTACLES, carry_out, holding, obstacle
from nasij.kit.area import (
    ANYBODY_IN,
    EVERYONE,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    FactLine,
    Fold,
    Rule,
    Sayer,
    circle,
    fact,
    holder_of,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "APPOINTMENT",
    "AREA",
    "CONCERN",
    "FREEZE",
    "OBSTACLES",
    "RECALL",
    "REMOVAL",
    "REVIEW",
    "ROLE_NAMES",
    "VOUCH",
    "ConcernClosed",
    "ConcernPassedOn",
    "ConcernRaised",
    "FreezeConfirmed",
    "HearingSaid",
    "MandateDays",
    "MandateEnded",
    "MandateGiven",
    "MandateHandedOver",
    "MandateProposed",
    "MandateRecalled",
    "MandateTaken",
    "MemberBack",
    "MemberFrozen",
    "MemberRemoved",
    "MemberRested",
    "RecallAsked",
    "RemovalAsked",
    "RemovalHalted",
    "ReviewAppealed",
    "ReviewClosed",
    "ReviewDecided",
    "ReviewGround",
    "ReviewHeard",
    "ReviewOpened",
    "ReviewVoted",
    "SuspensionAsked",
    "SuspensionConfirmed",
    "ThawAgreed",
    "VouchGiven",
    "VouchGround",
    "VouchKept",
    "VouchQuestioned",
    "VouchRenewed",
    "VouchVoided",
    "VouchWithdrawn",
    "carry_out",
    "holding",
    "obstacle",
]


def passing(db: Connection, day: int) -> None:
    """Let a day pass: measures end before roles, roles before vouches, and reviews look at what is left."""
    measures.pass_measures(db, day)
    mandates.pass_mandates(db, day)
    vouches.pass_vouches(db, day)
    reviews.pass_reviews(db, day)


def _for_all(cls: type, rule: Rule, fold: Fold, said_by: Sayer = TRUSTED_MEMBER) -> FactLine:
    """Declare a fact that moves a standing or a role, or decides whether one may move: for everybody, about authority."""
    return fact(cls, said_by=said_by, read_by=EVERYONE, rule=rule, fold=fold, authority=True)


_ROLE_HOLDER = holder_of("members", "cases", "fund", "machines")

AREA = Area(
    name="trust",
    title=mark("Trust"),
    group="together",
    needs=("line", "people"),
    tables=TABLES,
    found=(
        Found("vouch_ground join vouch using (vouch)", "/trust/member/{whom} /trust", "words", mark("Vouches")),
        Found("review_ground", "/trust/review/{review}", "words", mark("Reviews")),
        Found("hearing", "/trust/review/{review}", "words", mark("Reviews")),
        Found("concern", "/trust/concern/{concern}", "words", mark("Concerns")),
    ),
    steps=(VOUCH, APPOINTMENT, RECALL, FREEZE, REVIEW, REMOVAL, CONCERN),
    facts=(
        _for_all(VouchGiven, vouches.may_vouch, vouches.fold_vouched),
        fact(
            VouchGround,
            said_by=TRUSTED_MEMBER,
            read_by=TRUSTED_ONES,
            rule=vouches.may_ground,
            fold=vouches.fold_ground,
        ),
        _for_all(VouchRenewed, vouches.may_renew, vouches.fold_renewed),
        _for_all(VouchWithdrawn, vouches.may_withdraw, vouches.fold_withdrawn, said_by=ANYBODY_IN),
        _for_all(VouchQuestioned, vouches.may_question, vouches.fold_questioned),
        _for_all(VouchKept, vouches.may_settle_vouch, vouches.fold_kept),
        _for_all(VouchVoided, vouches.may_settle_vouch, vouches.fold_voided),
        _for_all(MemberRested, vouches.may_rest, vouches.fold_rested),
        _for_all(MemberBack, vouches.may_come_back, vouches.fold_back),
        _for_all(MandateProposed, mandates.may_propose, mandates.fold_proposed),
        _for_all(MandateGiven, mandates.may_give, mandates.fold_given),
        _for_all(MandateTaken, mandates.may_take, mandates.fold_taken),
        _for_all(MandateHandedOver, mandates.may_hand_over, mandates.fold_handed_over, said_by=_ROLE_HOLDER),
        _for_all(MandateEnded, mandates.may_end, mandates.fold_ended, said_by=_ROLE_HOLDER),
        _for_all(RecallAsked, mandates.may_ask_recall, mandates.fold_recall_asked),
        _for_all(MandateRecalled, mandates.may_recall, mandates.fold_recalled),
        _for_all(MemberFrozen, measures.may_freeze, measures.fold_frozen, said_by=ANYBODY_IN),
        _for_all(FreezeConfirmed, measures.may_confirm_freeze, measures.fold_freeze_confirmed),
        _for_all(ThawAgreed, measures.may_thaw, measures.fold_thawed),
        _for_all(SuspensionAsked, measures.may_ask_suspension, measures.fold_suspension_asked),
        _for_all(SuspensionConfirmed, measures.may_confirm_suspension, measures.fold_suspension_confirmed),
        _for_all(ReviewOpened, measures.may_open, measures.fold_opened),
        fact(
            ReviewGround,
            said_by=TRUSTED_MEMBER,
            read_by=circle("ground", "ground"),
            rule=reviews.may_ground,
            fold=reviews.fold_ground,
        ),
        _for_all(ReviewHeard, reviews.may_be_heard, reviews.fold_heard, said_by=ANYBODY_IN),
        fact(
            HearingSaid,
            said_by=ANYBODY_IN,
            read_by=circle("hearing", "hearing"),
            rule=reviews.may_speak,
            fold=reviews.fold_hearing,
        ),
        _for_all(ReviewVoted, reviews.may_vote, reviews.fold_voted),
        _for_all(ReviewDecided, reviews.may_decide, reviews.fold_decided),
        _for_all(ReviewAppealed, reviews.may_appeal, reviews.fold_appealed, said_by=ANYBODY_IN),
        _for_all(ReviewClosed, reviews.may_decide, reviews.fold_closed),
        _for_all(RemovalAsked, reviews.may_ask_removal, reviews.fold_removal_asked),
        _for_all(RemovalHalted, reviews.may_halt, reviews.fold_halted),
        _for_all(MemberRemoved, reviews.may_remove, reviews.fold_removed),
        fact(
            ConcernRaised,
            said_by=ANYBODY_IN,
            read_by=circle("concern", "concern"),
            rule=concerns.may_raise,
            fold=concerns.fold_raised,
        ),
        fact(
            ConcernPassedOn,
            said_by=holder_of("members"),
            read_by=where("concern", "concern"),
            rule=concerns.may_pass_on,
            fold=concerns.fold_passed_on,
        ),
        fact(
            ConcernClosed,
            said_by=ANYBODY_IN,
            read_by=where("concern", "concern"),
            rule=concerns.may_close,
            fold=concerns.fold_closed,
        ),
    ),
    acts=ACTS,
    pages=(
        page("/trust", pages.trust_page, menu=mark("Trust")),
        page("/trust/member/{member}", pages.member_page, seen_by=TRUSTED_MEMBER),
        page("/trust/roles", pages.roles_page, seen_by=TRUSTED_MEMBER),
        page("/trust/reviews", pages.reviews_page, seen_by=TRUSTED_MEMBER),
        page("/trust/review/{review}", pages.review_page),
        page("/trust/concerns", pages.concerns_page),
        page("/trust/concerns/page/{number}", pages.concerns_page),
        page("/trust/concern/{concern}", pages.concern_page),
    ),
    passing=passing,
    hourly=measures.pass_freezes,
    waiting=home.waiting,
    urgent=home.urgent,
)

__all__ = ["AREA", "MemberFrozen", "ThawAgreed"]
