"""What a member prepares for a bad day: the safety plan, trusted persons outside, the sealed file, evidence kept elsewhere.

Everything is the member's own, read by whom they choose and by nobody else until then. The sealed file is read by nobody at
all until two of its openers agree. `stated` and `openings` hold rules and folds, `queries` what a room may read.
"""

from sqlite3 import Connection

from nasij.areas.plans import acts, facts, home, openings, pages, sealed, sealing, stated
from nasij.areas.plans.queries import persons_of, plan_lines, unasked, wish_of
from nasij.areas.plans.stated import EVIDENCE, PERSON, PLAN, WISH
from nasij.areas.plans.tables import TABLES
from nasij.kit.area import (
    ANYBODY_IN,
    ONLY_ME,
    TRUSTED_MEMBER,
    Area,
    FactLine,
    Fold,
    Reader,
    Rule,
    Sayer,
    circle,
    fact,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "persons_of", "plan_lines", "wish_of"]

_PLAN, _WISH = circle("plan", "member"), circle("wish", "member")
_PERSON, _EVIDENCE = circle("trusted_person", "trusted_person"), circle("evidence", "evidence")
_FILE, _SHARE, _UNSEALING = (
    circle("sealed_file", "sealed_file"),
    circle("share", "share"),
    circle("unsealing", "unsealing"),
)
_OF_FILE = where("sealed_file", "sealed_file")
_OF_UNSEALING = where("unsealing", "unsealing")


def _own(cls: type, read_by: Reader, rule: Rule | None, fold: Fold, said_by: Sayer = ANYBODY_IN) -> FactLine:
    return fact(cls, said_by=said_by, read_by=read_by, rule=rule, fold=fold)


def _opener(cls: type, read_by: Reader, rule: Rule | None, fold: Fold) -> FactLine:
    return fact(cls, said_by=TRUSTED_MEMBER, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect.
_FACTS = (
    _own(facts.PlanReadersChosen, _PLAN, PLAN.may_state, PLAN.fold_readers),
    _own(facts.PlanStated, _PLAN, PLAN.may_state, PLAN.fold_stated),
    _own(facts.PlanDropped, _PLAN, PLAN.may_drop, PLAN.fold_dropped),
    _own(facts.WishReadersChosen, _WISH, WISH.may_state, WISH.fold_readers),
    _own(facts.WishStated, _WISH, WISH.may_state, WISH.fold_stated),
    _own(facts.WishDropped, _WISH, WISH.may_drop, WISH.fold_dropped),
    _own(facts.PersonReadersChosen, _PERSON, PERSON.may_state, PERSON.fold_readers),
    _own(facts.PersonStated, _PERSON, stated.may_state_person, PERSON.fold_stated),
    _own(facts.PersonDropped, _PERSON, PERSON.may_drop, PERSON.fold_dropped),
    _own(facts.EvidenceReadersChosen, _EVIDENCE, EVIDENCE.may_state, EVIDENCE.fold_readers),
    _own(facts.EvidenceNoted, _EVIDENCE, stated.may_note, EVIDENCE.fold_stated),
    _own(facts.EvidenceCompared, where("evidence", "evidence"), stated.may_compare, stated.fold_compared),
    _own(facts.EvidenceDropped, _EVIDENCE, EVIDENCE.may_drop, EVIDENCE.fold_dropped),
    _own(sealed.FileSealed, _FILE, openings.may_seal, openings.fold_sealed),
    _own(sealed.OpenersChosen, _OF_FILE, openings.may_choose_openers, openings.fold_openers),
    _own(sealed.FileResealed, _OF_FILE, openings.may_reseal, openings.fold_sealed),
    _own(sealed.FileDestroyed, _OF_FILE, openings.may_destroy, openings.fold_destroyed),
    _own(sealed.SharePassed, _SHARE, openings.may_pass, openings.fold_passed),
    _opener(sealed.ShareKept, ONLY_ME, None, openings.fold_kept),
    _opener(sealed.ShareTaken, where("share", "share"), openings.may_take, openings.fold_taken),
    _opener(sealed.OpenerSteppedDown, _OF_FILE, openings.may_step_down, openings.fold_stepped_down),
    _opener(sealed.OpeningAsked, _OF_FILE, openings.may_ask, openings.fold_asked),
    _opener(sealed.OpeningWithdrawn, _OF_UNSEALING, openings.may_withdraw, openings.fold_ended),
    _own(sealed.OpeningRefused, _OF_UNSEALING, openings.may_refuse, openings.fold_ended),
    _opener(sealed.OpeningAgreed, _OF_UNSEALING, openings.may_agree, openings.fold_agreed),
    _opener(sealed.ShareGiven, _UNSEALING, openings.may_give, openings.fold_given),
    _opener(sealed.OpeningDisclosed, _OF_UNSEALING, openings.may_disclose, openings.fold_disclosed),
)


def _passing(db: Connection, day: int) -> None:
    openings.passing(db, day)
    stated.passing(db, day)


AREA = Area(
    name="plans",
    title=mark("Plans"),
    group="care",
    needs=("people", "incidents"),
    tables=TABLES,
    found=(
        Found("safety_plan", "/plans /plans/of/{member}", "words signals places people bag money", mark("Plans")),
        Found("wish", "/plans /plans/of/{member}", "wish", mark("Plans")),
        Found(
            "trusted_person",
            "/plans /plans/of/{member}",
            "code knows through call_when contact never_say hours",
            mark("Plans"),
        ),
        Found("evidence", "/plans/evidence/{evidence}", "note held", mark("Plans")),
        Found("unsealing", "/plans/sealed/{sealed_file}", "words", mark("Plans")),
    ),
    steps=(sealed.SEALED_FILE,),
    facts=_FACTS,
    acts=(*acts.ACTS, *sealing.ACTS),
    passing=_passing,
    waiting=home.waiting,
    unasked=unasked,
    pages=(
        page("/plans", pages.mine_page, menu=mark("Plans")),
        page("/plans/of/{member}", pages.member_page),
        page("/plans/sealed/{sealed_file}", pages.file_page),
        page("/plans/sealed/{sealed_file}/read", pages.read_page),
        page("/plans/evidence/{evidence}", pages.evidence_page),
    ),
)
