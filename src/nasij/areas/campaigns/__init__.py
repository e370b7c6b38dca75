"""Campaigns and actions: what we want to change in public, and how everybody comes home.

A campaign has no purse: its money is in the books of the fund, under its code. An action is announced only when two people who
do not lead it have signed the review of its risks, and the group has voted where much is seen. Place and time go out in parts,
to each in a circle of their own, so that nobody's phone holds a list; at the end everybody is counted, and whoever is not
heard from is looked for. Afterwards who went along is destroyed; counts and lessons stay.
"""

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import folds, home, pages, rules, sealing, sheet, sheets
from nasij.areas.campaigns.acts import ACTS
from nasij.areas.campaigns.lists import ACTION_KIND, ACTION_STEPS, CAMPAIGN_STEPS, JOINING_STEPS, LESSON, SURPLUS_STEPS
from nasij.areas.campaigns.pages import lessons
from nasij.areas.campaigns.tables import TABLES
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
    circle,
    fact,
    holder_of,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["ACTION_KIND", "AREA", "LESSON", "lessons"]

_FUND = holder_of("fund")
_GOING = where("joining", "joining")
_SHEET, _OPENING = circle("sheet", "sheet"), circle("sheet_opening", "sheet")


def _fact(
    cls: type, rule: Rule, fold: Fold, read_by: Reader = TRUSTED_ONES, said_by: Sayer = TRUSTED_MEMBER
) -> FactLine:
    return fact(cls, said_by=said_by, read_by=read_by, rule=rule, fold=fold)


# One line a fact: by which rule, with which effect, and who reads it where that is not all trusted members.
_FACTS = (
    _fact(f.CampaignThought, rules.may_think, folds.fold_thought),
    _fact(f.CampaignChanged, rules.may_change, folds.fold_changed),
    _fact(f.CampaignPlanned, rules.may_move, folds.fold_moved),
    _fact(f.CampaignStarted, rules.may_move, folds.fold_moved),
    _fact(f.CampaignPaused, rules.may_move, folds.fold_moved),
    _fact(f.CampaignClosed, rules.may_move, folds.fold_moved),
    _fact(f.FundraiserOpened, rules.may_raise, folds.fold_raised),
    _fact(f.FundraiserEnded, rules.may_end_raising, folds.fold_raising_ended),
    _fact(f.ExpenseNoted, rules.may_note, folds.fold_noted, said_by=_FUND),
    _fact(f.SurplusAsked, rules.may_ask_surplus, folds.fold_surplus_asked),
    _fact(f.SurplusMoved, rules.may_move_surplus, folds.fold_surplus_moved, said_by=_FUND),
    _fact(f.SurplusDropped, rules.may_drop_surplus, folds.fold_surplus_dropped),
    _fact(f.ActionProposed, rules.may_propose, folds.fold_proposed),
    _fact(f.RiskSigned, rules.may_sign, folds.fold_signed),
    _fact(f.ActionPutToVote, rules.may_put, folds.fold_put),
    _fact(f.GoGiven, rules.may_go, folds.fold_step),
    _fact(f.NoGoGiven, rules.may_count, folds.fold_called_off),
    _fact(f.ActionAnnounced, rules.may_go, folds.fold_step),
    _fact(f.PlaceFilled, rules.may_fill, folds.fold_filled),
    _fact(f.PlaceFreed, rules.may_free, folds.fold_freed),
    _fact(f.ActionBegun, rules.may_count, folds.fold_step),
    _fact(f.EveryoneBack, rules.may_count, folds.fold_back),
    _fact(f.ActionDebriefed, rules.may_count, folds.fold_debriefed),
    _fact(f.LessonNoted, rules.may_teach, folds.fold_taught),
    _fact(f.ActionCleared, rules.may_count, folds.fold_cleared),
    _fact(f.JoiningOffered, rules.may_join, folds.fold_joined, circle("joining", "joining")),
    _fact(f.JoiningConfirmed, rules.may_confirm, folds.fold_confirmed, _GOING),
    _fact(f.JoiningEnded, rules.may_end_joining, folds.fold_joining, _GOING, ANYBODY_IN),
    _fact(f.JoiningCleared, rules.may_clear_joining, folds.fold_joining_cleared, _GOING, ANYBODY_IN),
    _fact(f.CourseTold, rules.may_tell_course, folds.fold_course, _GOING, ANYBODY_IN),
    _fact(f.BuddySet, rules.may_pair, folds.fold_paired, _GOING),
    _fact(f.ReturnMoved, rules.may_move_return, folds.fold_return_moved, _GOING),
    _fact(f.PartTold, rules.may_tell, folds.fold_told, _GOING),
    _fact(f.SeenChanged, rules.may_change_seen, folds.fold_seen, _GOING, ANYBODY_IN),
    _fact(f.PictureAsked, rules.may_ask_picture, folds.fold_picture_asked, _GOING),
    _fact(f.PictureAnswered, rules.may_answer_picture, folds.fold_picture_answered, _GOING, ANYBODY_IN),
    _fact(f.ArrivalSaid, rules.may_arrive, folds.fold_joining, _GOING, ANYBODY_IN),
    _fact(f.BackSaid, rules.may_be_back, folds.fold_joining, _GOING, ANYBODY_IN),
    _fact(f.BuddyMissed, rules.may_miss_buddy, folds.fold_buddy_missed, _GOING, ANYBODY_IN),
    _fact(f.CountMissed, rules.may_miss, folds.fold_missed, _GOING, ANYBODY_IN),
    _fact(sheet.SheetSealed, sheets.may_seal, sheets.fold_sealed, _SHEET),
    _fact(sheet.SheetPartLeft, sheets.may_leave_part, sheets.fold_part_left, _SHEET),
    _fact(sheet.SheetDestroyed, sheets.may_destroy, sheets.fold_destroyed, _SHEET),
    _fact(sheet.SheetAsked, sheets.may_ask, sheets.fold_asked, _OPENING),
    _fact(sheet.SheetAskDropped, sheets.may_drop, sheets.fold_dropped, _OPENING),
    _fact(sheet.SheetAgreed, sheets.may_agree, sheets.fold_agreed, _OPENING),
    _fact(sheet.SheetMissed, sheets.may_miss, sheets.fold_missed, _OPENING),
    _fact(sheet.SheetPartGiven, sheets.may_give, sheets.fold_given, _OPENING, ANYBODY_IN),
    _fact(sheet.SheetOpeningTold, sheets.may_say_opened, sheets.fold_said_opened, _SHEET),
)

AREA = Area(
    name="campaigns",
    title=mark("Together"),
    group="together",
    needs=("people", "decisions", "fund", "incidents", "checkins"),
    tables=TABLES,
    found=(
        Found("campaign", "/together/{campaign}", "aim goal addressed kit", mark("Campaigns")),
        Found("campaign_expense", "/together/{campaign}", "words", mark("Campaigns")),
        Found("action", "/together/act/{action}", "words worked failed", mark("Actions")),
        Found("risk_review", "/together/act/{action}", "measure", mark("Actions")),
        Found("action_lesson", "/together/act/{action}", "words", mark("Actions")),
        Found("joining_part", "/together/with/{joining}", "words", mark("Actions")),
        Found("picture_asking", "/together/with/{joining}", "words", mark("Actions")),
        Found("sheet", "/together/act/{action}", "words", mark("Actions")),
        Found("sheet_opening", "/together/act/{action}", "words", mark("Actions")),
    ),
    facts=_FACTS,
    steps=(CAMPAIGN_STEPS, ACTION_STEPS, JOINING_STEPS, SURPLUS_STEPS, sheet.SHEET_STEPS),
    unasked=home.unasked,
    passing=folds.passing,
    acts=ACTS,
    waiting=home.waiting,
    mine=home.mine,
    pages=(
        page("/together", pages.list_page, seen_by=TRUSTED_MEMBER, menu=mark("Together")),
        page("/together/page/{number}", pages.list_page, seen_by=TRUSTED_MEMBER),
        page("/together/{campaign}", pages.campaign_page, seen_by=TRUSTED_MEMBER),
        page("/together/act/{action}", pages.action_page, seen_by=TRUSTED_MEMBER),
        page("/together/with/{joining}", pages.joining_page),
        page("/together/sheet/{sheet}/read", sealing.read_page, seen_by=TRUSTED_MEMBER),
        page("/together/with/{joining}/date", pages.date_page),
    ),
)
