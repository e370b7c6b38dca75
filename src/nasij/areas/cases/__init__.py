"""Help that was accepted, from the first contact to the thank-you.

A case begins when whoever asked accepts an offer, and only then opens how they can be reached. What is said stays among
the people of the case: no list, no mark of who read what. Contact is written down so that the next person who calls knows
whether it is safe. Helping can pass to somebody else, who gets a summary and not what was said before.
"""

from nasij.areas.cases import folds, home, pages, rules
from nasij.areas.cases.acts import ACTS
from nasij.areas.cases.facts import (
    CASE_STEPS,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ContactMade,
    HandedOver,
    IdentityOpened,
    NextStepSet,
    NoteSaid,
    NotesSeen,
    PersonBrought,
    PersonLeft,
    ThanksSaid,
)
from nasij.areas.cases.tables import TABLES
from nasij.kit.area import ANYBODY_IN, Area, circle, fact, page
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AREA",
    "CaseClosed",
    "CaseOpened",
    "CaseReopened",
    "ContactMade",
    "HandedOver",
    "IdentityOpened",
    "NextStepSet",
    "NoteSaid",
    "NotesSeen",
    "PersonBrought",
    "PersonLeft",
    "ThanksSaid",
]

_ITS_PEOPLE = circle("case", "case")

# fmt: off
# One line a fact: who says it, who reads it, by which rule, with which effect.
_FACTS = (
    fact(CaseOpened, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_open, fold=folds.fold_opened),
    fact(IdentityOpened, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_open_identity, fold=folds.fold_identity),
    fact(NoteSaid, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_say, fold=folds.fold_said),
    fact(NotesSeen, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_see, fold=folds.fold_seen),
    fact(ContactMade, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_note_contact, fold=folds.fold_contact),
    fact(NextStepSet, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_set_step, fold=folds.fold_step),
    fact(HandedOver, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_hand_over, fold=folds.fold_handed_over),
    fact(PersonBrought, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_bring, fold=folds.fold_brought),
    fact(PersonLeft, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_leave, fold=folds.fold_left),
    fact(CaseClosed, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_close, fold=folds.fold_closed),
    fact(CaseReopened, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_reopen, fold=folds.fold_reopened),
    fact(ThanksSaid, said_by=ANYBODY_IN, read_by=_ITS_PEOPLE, rule=rules.may_thank, fold=folds.fold_thanked),
)
# fmt: on

AREA = Area(
    name="cases",
    title=mark("Cases"),
    group="help",
    needs=("people", "profile", "aid", "matching"),
    rests_on=("aid", "matching"),
    tables=TABLES,
    found=(
        Found("note", "/cases/{case_id}", "words", mark("Conversations")),
        Found("contact", "/cases/{case_id}", "words", mark("Conversations")),
        Found("hand_over", "/cases/{case_id}", "summary", mark("Conversations")),
        Found("thanks", "/cases/{case_id}", "words", mark("Conversations")),
        Found("case_file", "/cases/{case_id}", "next_step closing", mark("Conversations")),
        Found("opened_identity", "/cases/{case_id}", "name_to_use number address safe_way", mark("Conversations")),
    ),
    steps=(CASE_STEPS,),
    passing=folds.passing,
    waiting=home.waiting,
    mine=home.mine,
    cards={"case": pages.case_card},
    facts=_FACTS,
    acts=ACTS,
    pages=(
        page("/cases", pages.list_page, menu=mark("Cases")),
        page("/cases/of/{commitment}", pages.of_page),
        page("/cases/photo/{note}", pages.photo_page),
        page("/cases/{case}", pages.case_page),
    ),
)
