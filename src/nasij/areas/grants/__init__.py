"""Asking the fund for money, and deciding about it.

Whoever asks says how much, the least that still helps, by when and how to receive it safely; nobody asks for papers. A
panel decides that whoever asks could thin out, in a circle of its own: nobody learns who said what. What the books show is a
reservation under a code that leads to no request. When there is less than is asked, places without names wait in an order
that the group chose before anybody asked.
"""

from nasij.areas.grants import folds, home, household, pages, rules
from nasij.areas.grants.acts import ACTS
from nasij.areas.grants.facts import (
    AlternatesNamed,
    AskDraftDropped,
    AskDrafted,
    CarrierSetOut,
    ClarificationAsked,
    ClarificationGiven,
    DisputeSettled,
    DrawCommitted,
    DrawRevealed,
    DrawSecretKept,
    GrantAnswered,
    GrantAppealed,
    GrantAsked,
    GrantDecided,
    GrantReturned,
    LessAccepted,
    LessDeclined,
    LessOffered,
    LinkDeclared,
    NeedAssessed,
    NotThisTime,
    OnCallBegun,
    OnCallEnded,
    PartArrived,
    PayerSeated,
    PayoutDelivered,
    PayoutFailed,
    PayoutPrepared,
    PeriodCodeKept,
    PlaceCalled,
    PlaceLeft,
    PlaceTaken,
    ReceiptConfirmed,
    ReceiptDisputed,
    RequestClosed,
    RequestQueued,
    RequestTakenUp,
    RequestWithdrawn,
    SeatChanged,
    TurnCounted,
    TurnReturned,
    UrgentReviewed,
    VerdictGiven,
)
from nasij.areas.grants.household import HouseholdConfirmed, HouseholdEnded, HouseholdOffered
from nasij.areas.grants.lists import METHOD, PLAN_STEPS, REQUEST_STEPS
from nasij.areas.grants.tables import TABLES
from nasij.kit.area import ANYBODY_IN, EVERYONE, ONLY_ME, Area, circle, fact, holder_of, page, role_circle
from nasij.kit.field import mark
from nasij.kit.find import Found

_FUND = holder_of("fund")
_OF_IT = circle("grant", "grant")
_PANEL = circle("panel", "sitting")
_CODES = role_circle("fund")

# fmt: off
# One line a fact: who says it, who reads it, by which rule, with which effect.
_FACTS = (
    fact(AskDrafted, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_drafted),
    fact(AskDraftDropped, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_draft_dropped),
    fact(PeriodCodeKept, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_code_kept),
    fact(DrawSecretKept, said_by=_FUND, read_by=ONLY_ME, fold=folds.fold_secret_kept),
    fact(OnCallBegun, said_by=_FUND, read_by=EVERYONE, rule=rules.may_be_on_call, fold=folds.fold_on_call),
    fact(OnCallEnded, said_by=ANYBODY_IN, read_by=EVERYONE, fold=folds.fold_on_call),

    fact(GrantAsked, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_ask, fold=folds.fold_asked),
    fact(AlternatesNamed, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_name, fold=folds.fold_named),
    fact(SeatChanged, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_change_seat, fold=folds.fold_seat),
    fact(ClarificationAsked, said_by=_FUND, read_by=_OF_IT, rule=rules.may_talk, fold=folds.fold_talk),
    fact(ClarificationGiven, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_talk, fold=folds.fold_talk),
    fact(RequestTakenUp, said_by=_FUND, read_by=_OF_IT, rule=rules.may_answer, fold=folds.fold_step),
    fact(RequestQueued, said_by=_FUND, read_by=_OF_IT, rule=rules.may_answer, fold=folds.fold_step),
    fact(NotThisTime, said_by=_FUND, read_by=_OF_IT, rule=rules.may_answer, fold=folds.fold_step),
    fact(LessOffered, said_by=_FUND, read_by=_OF_IT, rule=rules.may_offer_less, fold=folds.fold_step),
    fact(LessAccepted, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_accept, fold=folds.fold_step),
    fact(LessDeclined, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_accept, fold=folds.fold_step),
    fact(GrantAnswered, said_by=_FUND, read_by=_OF_IT, rule=rules.may_grant, fold=folds.fold_step),
    fact(GrantReturned, said_by=_FUND, read_by=_OF_IT, rule=rules.may_answer, fold=folds.fold_returned),
    fact(GrantAppealed, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_appeal, fold=folds.fold_appealed),
    fact(RequestWithdrawn, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_withdraw, fold=folds.fold_ended),
    fact(RequestClosed, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_close, fold=folds.fold_ended),

    fact(PayerSeated, said_by=_FUND, read_by=_OF_IT, rule=rules.may_seat_payer, fold=folds.fold_payer),
    fact(PayoutPrepared, said_by=_FUND, read_by=_OF_IT, rule=rules.may_prepare, fold=folds.fold_prepared),
    fact(CarrierSetOut, said_by=_FUND, read_by=_OF_IT, rule=rules.may_move, fold=folds.fold_plan),
    fact(PayoutDelivered, said_by=_FUND, read_by=_OF_IT, rule=rules.may_move, fold=folds.fold_plan),
    fact(PayoutFailed, said_by=_FUND, read_by=_OF_IT, rule=rules.may_fail, fold=folds.fold_plan),
    fact(ReceiptConfirmed, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_confirm, fold=folds.fold_plan),
    fact(ReceiptDisputed, said_by=ANYBODY_IN, read_by=_OF_IT, rule=rules.may_dispute, fold=folds.fold_plan),
    fact(DisputeSettled, said_by=_FUND, read_by=_OF_IT, rule=rules.may_settle, fold=folds.fold_settled),
    fact(PartArrived, said_by=_FUND, read_by=_OF_IT, rule=rules.may_settle, fold=folds.fold_part),

    fact(LinkDeclared, said_by=_FUND, read_by=_PANEL, rule=rules.may_sit_on, fold=folds.fold_linked),
    fact(NeedAssessed, said_by=_FUND, read_by=_PANEL, rule=rules.may_sit_on, fold=folds.fold_assessed),
    fact(VerdictGiven, said_by=_FUND, read_by=_PANEL, rule=rules.may_judge, fold=folds.fold_verdict),
    fact(GrantDecided, said_by=_FUND, read_by=_PANEL, rule=rules.may_decide, fold=folds.fold_decided),
    fact(UrgentReviewed, said_by=_FUND, read_by=_PANEL, rule=rules.may_review, fold=folds.fold_reviewed),

    fact(TurnCounted, said_by=_FUND, read_by=_CODES, rule=rules.may_count, fold=folds.fold_counted),
    fact(TurnReturned, said_by=_FUND, read_by=_CODES, rule=rules.may_uncount, fold=folds.fold_uncounted),
    fact(PlaceTaken, said_by=_FUND, read_by=_CODES, rule=rules.may_take_place, fold=folds.fold_place),
    fact(PlaceCalled, said_by=_FUND, read_by=_CODES, rule=rules.may_leave_place, fold=folds.fold_place_over),
    fact(PlaceLeft, said_by=_FUND, read_by=_CODES, rule=rules.may_leave_place, fold=folds.fold_place_over),
    fact(DrawCommitted, said_by=_FUND, read_by=_CODES, rule=rules.may_commit, fold=folds.fold_committed),
    fact(DrawRevealed, said_by=_FUND, read_by=_CODES, rule=rules.may_reveal, fold=folds.fold_revealed),
)
# fmt: on

AREA = Area(
    name="grants",
    title=mark("Asking for money"),
    group="money",
    needs=("people", "decisions", "fund"),
    rests_on=("fund",),
    tables=(*TABLES, *household.TABLES),
    found=(
        Found("ask_draft", "/grants", "words", mark("Drafts")),
        Found("aid_request", "/grants/{grant}", "words sources ground safe_way", mark("Requests for money")),
        Found("clarification", "/grants/{grant}", "words", mark("Requests for money")),
        Found(
            "assessment join aid_request on aid_request.sitting = assessment.sitting",
            "/grants/{grant}",
            "alternatives",
            mark("Requests for money"),
        ),
        Found("payout_plan", "/grants/{grant}/payout /grants/{grant}", "words carrier", mark("Requests for money")),
    ),
    facts=(*_FACTS, *household.FACTS),
    acts=(*ACTS, *household.ACTS),
    steps=(REQUEST_STEPS, PLAN_STEPS, household.HOUSEHOLD),
    passing=folds.passing,
    waiting=home.waiting,
    urgent=home.urgent,
    mine=home.mine,
    pages=(
        page("/grants", pages.mine_page, menu=mark("Asking for money")),
        page("/grants/desk", pages.desk_page, seen_by=_FUND, menu=mark("Requests for money")),
        page("/grants/desk/page/{number}", pages.desk_page, seen_by=_FUND),
        page("/grants/household", household.household_page),
        page("/grants/{grant}", pages.request_page),
        page("/grants/{grant}/payout", pages.payout_page),
    ),
)

__all__ = [
    "AREA",
    "METHOD",
    "AlternatesNamed",
    "AskDraftDropped",
    "AskDrafted",
    "CarrierSetOut",
    "ClarificationAsked",
    "ClarificationGiven",
    "DisputeSettled",
    "DrawCommitted",
    "DrawRevealed",
    "DrawSecretKept",
    "GrantAnswered",
    "GrantAppealed",
    "GrantAsked",
    "GrantDecided",
    "GrantReturned",
    "HouseholdConfirmed",
    "HouseholdEnded",
    "HouseholdOffered",
    "LessAccepted",
    "LessDeclined",
    "LessOffered",
    "LinkDeclared",
    "NeedAssessed",
    "NotThisTime",
    "OnCallBegun",
    "OnCallEnded",
    "PartArrived",
    "PayerSeated",
    "PayoutDelivered",
    "PayoutFailed",
    "PayoutPrepared",
    "PeriodCodeKept",
    "PlaceCalled",
    "PlaceLeft",
    "PlaceTaken",
    "ReceiptConfirmed",
    "ReceiptDisputed",
    "RequestClosed",
    "RequestQueued",
    "RequestTakenUp",
    "RequestWithdrawn",
    "SeatChanged",
    "TurnCounted",
    "TurnReturned",
    "UrgentReviewed",
    "VerdictGiven",
]
