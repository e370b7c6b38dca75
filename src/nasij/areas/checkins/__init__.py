"""Check-ins: before a date, a trip or a hearing somebody says by when they will be safe, and who looks for them if not.

Whoever is late after the grace time becomes an incident by itself, in every room that is awake. A note can lie sealed until
then: its key is in parts, one in each chosen room, and is destroyed on safe return. Those who watch can do all of it for
somebody whose own device is gone, with a word that was agreed.
"""

from nasij.areas.checkins import facts as f
from nasij.areas.checkins import folds, home, pages, rules
from nasij.areas.checkins.acts import ACTS
from nasij.areas.checkins.rules import takes_note_key
from nasij.areas.checkins.tables import TABLES
from nasij.kit.area import ANYBODY_IN, EVERYONE, Area, FactLine, Fold, Reader, Rule, circle, fact, page
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "takes_note_key"]

_CIRCLE = circle("checkin", "checkin")
_WATCHERS = circle("checkin_note", "checkin")


def _fact(cls: type, rule: Rule, fold: Fold, read_by: Reader = _CIRCLE) -> FactLine:
    return fact(cls, said_by=ANYBODY_IN, read_by=read_by, rule=rule, fold=fold)


# One line a fact: by which rule, with which effect. The circle of the check-in reads all but the keys for notes.
_FACTS = (
    _fact(f.CheckInSet, rules.may_set, folds.fold_set),
    _fact(f.WatchTaken, rules.may_answer, folds.fold_answered),
    _fact(f.WatchDeclined, rules.may_answer, folds.fold_answered),
    _fact(f.DeadlineMoved, rules.may_move, folds.fold_moved),
    _fact(f.CheckedIn, rules.may_be_safe, folds.fold_safe),
    _fact(f.SafeTold, rules.may_tell, folds.fold_told),
    _fact(f.CheckInEscalated, rules.may_escalate, folds.fold_escalated),
    _fact(f.HourPassed, rules.may_notice, folds.fold_noticed),
    _fact(f.PersonFound, rules.may_find, folds.fold_found),
    _fact(f.CheckInPaused, rules.may_rest, folds.fold_rest),
    _fact(f.CheckInResumed, rules.may_rest, folds.fold_rest),
    _fact(f.NoteSealed, rules.may_seal, folds.fold_sealed),
    _fact(f.EnvelopeHanded, rules.may_hand, folds.fold_handed),
    _fact(f.ShareGiven, rules.may_give, folds.fold_given, _WATCHERS),
    _fact(f.NoteTold, rules.may_tell_note, folds.fold_note_told, _WATCHERS),
    _fact(f.NoteOpened, rules.may_open_note, folds.fold_opened),
    fact(f.NoteKeyOffered, said_by=ANYBODY_IN, read_by=EVERYONE, rule=rules.may_offer_key, fold=folds.fold_key),
)

AREA = Area(
    name="checkins",
    title=mark("Check-ins"),
    group="care",
    needs=("people", "profile", "incidents"),
    tables=TABLES,
    found=(
        Found("checkin", "/checks/{checkin}", "what", mark("Check-ins")),
        Found("told_note", "/checks/{checkin}", "words", mark("Check-ins")),
    ),
    steps=(f.CHECKIN_STEPS,),
    facts=_FACTS,
    acts=ACTS,
    waiting=home.waiting,
    mine=home.mine,
    passing=folds.passing,
    pages=(
        page("/checks", pages.list_page, menu=mark("Check-ins")),
        page("/checks/{checkin}", pages.checkin_page),
    ),
)
