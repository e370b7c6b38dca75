"""Bring people together: offers of help on a need, and asking people one after another.

How far members arrange things themselves is the group's choice for each kind of help: coordination brings people
together, or looks at offers first, or the person who asked answers directly. Who offers and who helps is known in the
small circle of that offer and nowhere else. Nobody is asked beyond what they said they can take on, nobody is asked two
things at once, and whom somebody avoids is left out without a word.
"""

from nasij.areas.matching import folds, home, pages, rules
from nasij.areas.matching.acts import ACTS
from nasij.areas.matching.facts import (
    ASK_STEPS,
    COMMITMENT_STEPS,
    ROUND_STEPS,
    AskAccepted,
    AskDeclined,
    AskMovedOn,
    AskWentSilent,
    CommitmentAccepted,
    CommitmentConfirmed,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentOffered,
    CommitmentPassedOn,
    CommitmentReleased,
    PersonAsked,
    RoundBegun,
    RoundStopped,
)
from nasij.areas.matching.tables import TABLES
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Area, circle, fact, holder_of, page, role_circle
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AREA",
    "AskAccepted",
    "AskDeclined",
    "AskMovedOn",
    "AskWentSilent",
    "CommitmentAccepted",
    "CommitmentConfirmed",
    "CommitmentDeclined",
    "CommitmentDone",
    "CommitmentFellThrough",
    "CommitmentOffered",
    "CommitmentPassedOn",
    "CommitmentReleased",
    "PersonAsked",
    "RoundBegun",
    "RoundStopped",
]

_COORDINATION = holder_of("cases")
_THE_TWO = circle("commitment", "commitment")
_ASKED = circle("ask", "ask")
_COORDINATORS = role_circle("cases")

# fmt: off
# One line a fact: who says it, who reads it, by which rule, with which effect.
_FACTS = (
    fact(CommitmentOffered, said_by=TRUSTED_MEMBER, read_by=_THE_TWO, rule=rules.may_offer, fold=folds.fold_offered),
    fact(CommitmentPassedOn, said_by=_COORDINATION, read_by=_THE_TWO, rule=rules.may_pass_on, fold=folds.fold_passed_on),
    fact(CommitmentAccepted, said_by=ANYBODY_IN, read_by=_THE_TWO, rule=rules.may_accept, fold=folds.fold_accepted),
    fact(CommitmentDeclined, said_by=ANYBODY_IN, read_by=_THE_TWO, rule=rules.may_decline, fold=folds.fold_ended),
    fact(CommitmentReleased, said_by=ANYBODY_IN, read_by=_THE_TWO, rule=rules.may_end, fold=folds.fold_ended),
    fact(CommitmentFellThrough, said_by=ANYBODY_IN, read_by=_THE_TWO, rule=rules.may_end, fold=folds.fold_ended),
    fact(CommitmentDone, said_by=TRUSTED_MEMBER, read_by=_THE_TWO, rule=rules.may_finish, fold=folds.fold_done),
    fact(CommitmentConfirmed, said_by=ANYBODY_IN, read_by=_THE_TWO, rule=rules.may_finish, fold=folds.fold_ended),
    fact(RoundBegun, said_by=_COORDINATION, read_by=_COORDINATORS, rule=rules.may_begin_round, fold=folds.fold_round),
    fact(RoundStopped, said_by=_COORDINATION, read_by=_COORDINATORS, rule=rules.may_stop_round, fold=folds.fold_stopped),
    fact(PersonAsked, said_by=_COORDINATION, read_by=_ASKED, rule=rules.may_ask_person, fold=folds.fold_asked),
    fact(AskAccepted, said_by=TRUSTED_MEMBER, read_by=_ASKED, rule=rules.may_answer, fold=folds.fold_answered),
    fact(AskDeclined, said_by=TRUSTED_MEMBER, read_by=_ASKED, rule=rules.may_answer, fold=folds.fold_answered),
    fact(AskWentSilent, said_by=_COORDINATION, read_by=_ASKED, rule=rules.may_move_on, fold=folds.fold_silent),
    fact(AskMovedOn, said_by=_COORDINATION, read_by=_ASKED, rule=rules.may_move_on, fold=folds.fold_answered),
)
# fmt: on

AREA = Area(
    name="matching",
    title=mark("Bringing people together"),
    group="help",
    needs=("people", "profile", "aid"),
    rests_on=("aid",),
    tables=TABLES,
    found=(
        Found("commitment", "/match/commitment/{commitment}", "words called closing", mark("What was taken on")),
        Found("ask", "/match/ask/{ask}", "words", mark("Questions")),
        Found("ask_round", "/match/round/{round}", "words", mark("Questions")),
    ),
    steps=(COMMITMENT_STEPS, ASK_STEPS, ROUND_STEPS),
    passing=folds.passing,
    waiting=home.waiting,
    mine=home.mine,
    cards={"commitment": pages.commitment_card},
    facts=_FACTS,
    acts=ACTS,
    pages=(
        page("/match", pages.desk_page, seen_by=_COORDINATION, menu=mark("Bringing people together")),
        page("/match/mine", pages.mine_page, menu=mark("What I took on")),
        page("/match/commitment/{commitment}", pages.commitment_page),
        page("/match/ask/{ask}", pages.ask_page, seen_by=TRUSTED_MEMBER),
        page("/match/round/{round}", pages.round_page, seen_by=_COORDINATION),
        page("/match/{need}", pages.need_page, seen_by=_COORDINATION),
    ),
)
