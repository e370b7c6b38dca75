"""Stories that are told with care, lessons that name nobody, and what makes people belong.

A story is told to one reader and disguised; that reader chooses a second among those the teller named, and both say whether
somebody could be recognised. Only the teller's last yes lets it be shared, with some people and until a day. Others see two readers who stand for it, never the teller. Taking it back
reaches every room the same day and lists what had left. Lessons stand beside the need, the incident or the action they fit.
"""

from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories import folds, home, pages, rules
from nasij.areas.stories.acts import ACTS, unasked
from nasij.areas.stories.facts import LessonProposed
from nasij.areas.stories.queries import beside, lesson_card, lessons, signing_key
from nasij.areas.stories.tables import TABLES
from nasij.kit.area import (
    ANYBODY_IN,
    ONLY_ME,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    FactLine,
    Fold,
    Reader,
    Rule,
    chosen,
    circle,
    fact,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found
from nasij.kit.who import NETWORK, TRUSTED

__all__ = ["ACTION", "AREA", "STANDS", "LessonProposed", "beside", "lessons", "signing_key"]

ACTION, STANDS = f.ACTION, f.STANDS
_STORY = circle("story", "story")
_COPY = where("story_copy", "copy")
_WELCOME = circle("welcome", "welcome")
_SEAT = circle("seat", "seat")
# By the teller's consent: trusted members, everybody in the network (what may leave it is for them too), or a circle.
_PLACED = Reader(
    "chosen:copy",
    lambda _db, _by, placed: {"trusted": TRUSTED, "one": f"copy/{placed.copy}", "circle": f"copy/{placed.copy}"}.get(
        placed.reach, NETWORK
    ),
)


def _fact(cls: type, read_by: Reader, rule: Rule | None, fold: Fold) -> FactLine:
    return fact(cls, said_by=TRUSTED_MEMBER, read_by=read_by, rule=rule, fold=fold)


def _anybody(cls: type, read_by: Reader, rule: Rule | None, fold: Fold) -> FactLine:
    return fact(cls, said_by=ANYBODY_IN, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. What somebody told they take back whatever their standing
# has become, and whoever reads it can let go of it.
_FACTS = (
    _fact(f.StoryTold, _STORY, rules.may_tell, folds.fold_told),
    _fact(f.DisguiseMade, _STORY, rules.may_disguise, folds.fold_disguised),
    _fact(f.StoryRead, _STORY, rules.may_read, folds.fold_read),
    _fact(f.ReaderChosen, _STORY, rules.may_choose_reader, folds.fold_chosen),
    _fact(f.ReadersOffered, _STORY, rules.may_offer_readers, folds.fold_offered),
    _anybody(f.ReaderReleased, _STORY, rules.may_release_reader, folds.fold_released),
    _fact(f.ConsentGiven, _STORY, rules.may_consent, folds.fold_consent),
    _fact(f.StoryShared, _STORY, rules.may_share, folds.fold_shared),
    _anybody(f.StoryWithdrawn, _STORY, rules.may_withdraw, folds.fold_withdrawn),
    _fact(f.StoryPlaced, _PLACED, rules.may_place, folds.fold_placed),
    _fact(f.StoryVouched, _COPY, rules.may_vouch, folds.fold_vouched),
    _anybody(f.CopyWithdrawn, _COPY, rules.may_take_down, folds.fold_taken_down),
    _fact(f.ExportNoted, _COPY, rules.may_export, folds.fold_exported),
    _fact(f.LessonProposed, TRUSTED_ONES, rules.may_propose, folds.fold_proposed),
    _fact(f.LessonConfirmed, TRUSTED_ONES, rules.may_confirm, folds.fold_confirmed),
    _fact(f.LessonChecked, TRUSTED_ONES, rules.may_move_lesson, folds.fold_confirmed),
    _fact(f.LessonReplaced, TRUSTED_ONES, rules.may_replace, folds.fold_lesson_ended),
    _fact(f.LessonDropped, TRUSTED_ONES, rules.may_move_lesson, folds.fold_lesson_ended),
    _fact(f.SigningKeyMade, TRUSTED_ONES, rules.may_make_key, folds.fold_key),
    _fact(b.WelcomeOffered, _WELCOME, rules.may_offer_welcome, folds.fold_welcome),
    _anybody(b.WelcomeWished, _WELCOME, rules.may_wish_welcome, folds.fold_welcome),
    _anybody(b.FirstDone, _WELCOME, rules.may_have_done, folds.fold_done),
    _anybody(b.WelcomeAccepted, _WELCOME, rules.may_accept_welcome, folds.fold_accepted),
    _anybody(b.WelcomeEnded, _WELCOME, rules.may_end_welcome, folds.fold_ended),
    _fact(b.GatheringCalled, chosen("gathering", "gathering"), rules.may_call, folds.fold_called),
    _fact(b.GatheringCancelled, where("gathering", "gathering"), rules.may_cancel, folds.fold_cancelled),
    _anybody(b.SeatAsked, _SEAT, rules.may_ask_seat, folds.fold_seat),
    _anybody(b.SeatGiven, _SEAT, rules.may_give_seat, folds.fold_given),
    _anybody(b.SeatLeft, _SEAT, rules.may_leave_seat, folds.fold_left),
    _anybody(b.GratitudeSaid, circle("gratitude", "gratitude"), rules.may_thank, folds.fold_thanks),
    _anybody(b.MilestoneKept, ONLY_ME, rules.may_keep, folds.fold_milestone),
    _anybody(b.NewsShared, chosen("news", "news"), rules.may_share_news, folds.fold_news),
    _anybody(b.NewsTakenBack, where("news", "news"), rules.may_take_back_news, folds.fold_news_back),
)

AREA = Area(
    name="stories",
    title=mark("Stories and lessons"),
    group="learn",
    needs=("people", "aid", "incidents"),
    tables=TABLES,
    found=(
        Found("story", "/pages/{story}", "words signed", mark("Stories")),
        Found("story_check", "/pages/{story}", "by_what", mark("Stories")),
        Found("story_copy", "/pages/read/{copy}", "words signed", mark("Stories")),
        Found("lesson", "/pages/lessons/{lesson}", "helped harmed valid_where", mark("Lessons")),
        Found("gathering", "/pages/us", "what", mark("Among us")),
        Found("gathering_seat", "/pages/us", "place", mark("Among us")),
        Found("gratitude", "/pages/us", "words", mark("Among us")),
        Found("milestone", "/pages/us", "words", mark("Among us")),
        Found("news", "/pages/us", "words", mark("Among us")),
    ),
    steps=(f.STORY_STEPS, f.COPY_STEPS, f.LESSON_STEPS, b.WELCOME_STEPS, b.SEAT_STEPS),
    facts=_FACTS,
    acts=ACTS,
    waiting=home.waiting,
    mine=home.mine,
    passing=folds.passing,
    unasked=unasked,
    beside=beside,
    beside_title=mark("What others have learnt"),
    cards={"lesson": lesson_card},
    pages=(
        page("/pages", pages.list_page, menu=mark("Stories and lessons")),
        page("/pages/us", pages.us_page, menu=mark("Among us"), group="together"),
        page("/pages/lessons", pages.lessons_page, seen_by=TRUSTED_MEMBER),
        page("/pages/lessons/page/{number}", pages.lessons_page, seen_by=TRUSTED_MEMBER),
        page("/pages/handbook", pages.handbook_page, seen_by=TRUSTED_MEMBER),
        page("/pages/handbook/page/{number}", pages.handbook_page, seen_by=TRUSTED_MEMBER),
        page("/pages/handbook/whole", pages.whole_handbook_page, seen_by=TRUSTED_MEMBER),
        page("/pages/lessons/{lesson}", pages.lesson_page, seen_by=TRUSTED_MEMBER),
        page("/pages/read/{copy}", pages.copy_page),
        page("/pages/{story}", pages.story_page),
    ),
)
