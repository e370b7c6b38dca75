"""What is shared: things and loans, stock, nights, and a directory of services that somebody checked.

What others must be able to count (one is out, so much is left) is read by all trusted members; who borrows, who stays
where and who is referred is known to the two it concerns. The address of a stay is opened to an accepted guest alone, and
gone with the last night. What members met with at a service stays among trusted members and never goes out with a file.
"""

from sqlite3 import Connection

from nasij.areas.resources import acts as shared
from nasij.areas.resources import directory, entries, folds, home, pages, referring, rules
from nasij.areas.resources import facts as f
from nasij.areas.resources.access import FEWEST, REST, joined
from nasij.areas.resources.entries import ExperienceTold, ProviderProposed
from nasij.areas.resources.tables import TABLES
from nasij.kit.area import (
    ANYBODY_IN,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    FactLine,
    Fold,
    Reader,
    Rule,
    Sayer,
    chosen,
    circle,
    fact,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "FEWEST", "REST", "ExperienceTold", "ProviderProposed", "joined"]

_LOAN = circle("loan", "loan")
_STAY = circle("stay", "stay")
_DOOR = circle(folds.DOOR, "stay")
_REFERRAL = circle("referral", "referral")
_NEED = where("need", "need")


def _fact(cls: type, read_by: Reader, rule: Rule, fold: Fold, said_by: Sayer = TRUSTED_MEMBER) -> FactLine:
    return fact(cls, said_by=said_by, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. A guest and whoever is referred may be new; so may be, by
# now, whoever borrowed, hosts or referred: what they began, and what stands between two people alone, they can bring to an end.
_SHARED = (
    _fact(f.ThingShared, TRUSTED_ONES, rules.may_share, folds.fold_shared),
    _fact(f.ThingLent, TRUSTED_ONES, rules.may_lend, folds.fold_lent),
    _fact(f.ThingBack, TRUSTED_ONES, rules.may_take_in, folds.fold_back),
    _fact(f.ThingGone, TRUSTED_ONES, rules.may_take_in, folds.fold_gone),
    _fact(f.ThingTakenOver, TRUSTED_ONES, rules.may_take_over, folds.fold_taken_over),
    _fact(f.ThingWithdrawn, TRUSTED_ONES, rules.may_withdraw, folds.fold_withdrawn),
    _fact(f.LoanAsked, _LOAN, rules.may_ask, folds.fold_asked),
    _fact(f.LoanAgreed, _LOAN, rules.may_set_day, folds.fold_loan),
    _fact(f.LoanDeclined, _LOAN, rules.may_as_keeper, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanWithdrawn, _LOAN, rules.may_as_borrower, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanExtended, _LOAN, rules.may_set_day, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanGivenBack, _LOAN, rules.may_as_borrower, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanReturned, _LOAN, rules.may_as_keeper, folds.fold_loan),
    _fact(f.LoanLost, _LOAN, rules.may_as_either, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanBroken, _LOAN, rules.may_as_either, folds.fold_loan, ANYBODY_IN),
    _fact(f.LoanForgiven, _LOAN, rules.may_as_keeper, folds.fold_loan),
    _fact(f.StockBegun, TRUSTED_ONES, rules.may_begin, folds.fold_begun),
    _fact(f.StockKeeperAdded, TRUSTED_ONES, rules.may_add_keeper, folds.fold_keeper),
    _fact(f.StockKeeperLeft, TRUSTED_ONES, rules.may_leave_stock, folds.fold_keeper_left),
    _fact(f.StockReceived, TRUSTED_ONES, rules.may_receive, folds.fold_received),
    _fact(f.StockTaken, TRUSTED_ONES, rules.may_take, folds.fold_taken),
    _fact(f.StockCounted, TRUSTED_ONES, rules.may_count, folds.fold_counted),
    _fact(f.StockClosed, TRUSTED_ONES, rules.may_close_stock, folds.fold_stock_closed),
    _fact(f.HostingOffered, chosen("hosting", "hosting"), rules.may_host, folds.fold_hosting),
    _fact(f.HostingClosed, where("hosting", "hosting"), rules.may_close_hosting, folds.fold_hosting_closed, ANYBODY_IN),
    _fact(f.StayAsked, _STAY, rules.may_ask_stay, folds.fold_stay_asked),
    _fact(f.StayOffered, _STAY, rules.may_as_host, folds.fold_stay),
    _fact(f.StayAccepted, _STAY, rules.may_as_guest, folds.fold_stay, ANYBODY_IN),
    _fact(f.StayDeclined, _STAY, rules.may_as_one, folds.fold_stay, ANYBODY_IN),
    _fact(f.AddressOpened, _DOOR, rules.may_open_address, folds.fold_address),
    _fact(f.StayStarted, _STAY, rules.may_as_one, folds.fold_stay, ANYBODY_IN),
    _fact(f.StayExtended, _STAY, rules.may_as_host, folds.fold_stay),
    _fact(f.StayEnded, _STAY, rules.may_end, folds.fold_stay, ANYBODY_IN),
    _fact(f.StayEndedEarly, _STAY, rules.may_as_one, folds.fold_stay, ANYBODY_IN),
)
_DIRECTORY = (
    _fact(ProviderProposed, TRUSTED_ONES, directory.may_propose, directory.fold_proposed),
    _fact(entries.ProviderChanged, TRUSTED_ONES, directory.may_change, directory.fold_changed),
    _fact(entries.CheckMade, TRUSTED_ONES, directory.may_check, directory.fold_checked),
    _fact(ExperienceTold, TRUSTED_ONES, directory.may_tell, directory.fold_told),
    _fact(entries.WarningConfirmed, TRUSTED_ONES, directory.may_judge, directory.fold_judged),
    _fact(entries.WarningLifted, TRUSTED_ONES, directory.may_judge, directory.fold_judged),
    _fact(entries.ReferralProposed, _REFERRAL, directory.may_refer, directory.fold_referred),
    _fact(entries.ReferralAgreed, _REFERRAL, directory.may_as_referred, directory.fold_referral, ANYBODY_IN),
    _fact(entries.ReferralDeclined, _REFERRAL, directory.may_as_referred, directory.fold_referral, ANYBODY_IN),
    _fact(entries.ReferralWithdrawn, _REFERRAL, directory.may_as_referrer, directory.fold_referral, ANYBODY_IN),
    _fact(entries.ReferralSent, _REFERRAL, directory.may_as_referrer, directory.fold_referral),
    _fact(entries.ReferralSeen, _REFERRAL, directory.may_as_either, directory.fold_referral, ANYBODY_IN),
    _fact(entries.OutcomeTold, _REFERRAL, directory.may_tell_outcome, directory.fold_outcome, ANYBODY_IN),
    _fact(entries.WarningPassedOn, _REFERRAL, directory.may_pass_on, directory.fold_passed_on),
    _fact(entries.GapNoted, _NEED, directory.may_note_gap, directory.fold_gap, ANYBODY_IN),
)


def _passing(db: Connection, day: int) -> None:
    folds.passing(db, day)
    directory.passing(db, day)


AREA = Area(
    name="resources",
    title=mark("Things and services"),
    group="help",
    needs=("people", "profile", "aid"),
    tables=TABLES,
    found=(
        Found("thing", "/things/thing/{thing}", "what condition area", mark("Things")),
        Found("loan", "/things/loan/{loan}", "words", mark("Things")),
        Found("stock", "/things/stock/{stock}", "what area unit", mark("Stock")),
        Found("hosting", "/things/stays", "house_rules area", mark("Nights")),
        Found("stay", "/things/stay/{stay}", "words house_rules exit_plan", mark("Nights")),
        Found("stay_address", "/things/stay/{stay}", "address arriving", mark("Nights")),
        Found(
            "provider",
            "/things/service/{provider}",
            "name area reach web fee papers languages mention",
            mark("Services"),
        ),
        Found("experience", "/things/service/{provider}", "words", mark("Services")),
        Found("referral", "/things/referral/{referral}", "where_to mention", mark("Referrals")),
    ),
    steps=(
        f.THING_STEPS,
        f.LOAN_STEPS,
        f.STOCK_STEPS,
        f.HOSTING_STEPS,
        f.STAY_STEPS,
        entries.PROVIDER_STEPS,
        entries.REFERRAL_STEPS,
    ),
    passing=_passing,
    waiting=home.waiting,
    urgent=home.urgent,
    mine=home.mine,
    beside=pages.beside,
    beside_title=mark("Services that could help"),
    facts=(*_SHARED, *_DIRECTORY),
    acts=(*shared.ACTS, *referring.ACTS),
    pages=(
        page("/things", pages.list_page, seen_by=TRUSTED_MEMBER, menu=mark("Things and services")),
        page("/things/page/{number}", pages.list_page, seen_by=TRUSTED_MEMBER),
        page("/things/thing/{thing}", pages.thing_page, seen_by=TRUSTED_MEMBER),
        page("/things/loans", pages.loans_page),
        page("/things/loan/{loan}", pages.loan_page),
        page("/things/stocks", pages.stocks_page, seen_by=TRUSTED_MEMBER),
        page("/things/stock/{stock}", pages.stock_page, seen_by=TRUSTED_MEMBER),
        page("/things/stays", pages.stays_page),
        page("/things/stay/{stay}", pages.stay_page),
        page("/things/services", pages.services_page, seen_by=TRUSTED_MEMBER),
        page("/things/services/page/{number}", pages.services_page, seen_by=TRUSTED_MEMBER),
        page("/things/service/{provider}", pages.provider_page, seen_by=TRUSTED_MEMBER),
        page("/things/referrals", pages.referrals_page),
        page("/things/referral/{referral}", pages.referral_page),
        page("/things/access", pages.access_page, seen_by=TRUSTED_MEMBER),
    ),
)
