"""Being there for each other: listening, peer support, counselling, mentoring, and supervision that is always present.

Two people meet in a circle of their own, under terms that both confirmed; of what was said nothing is kept. Nothing begins and
nothing goes on without somebody who supervises; where the supervisor is away, the deputy steps in by itself. What a member
gives and what a member asks for themselves stand in different circles, and nothing links the one to the other.
"""

from nasij.areas.care import facts as f
from nasij.areas.care import fitting, folds, home, pages, rules
from nasij.areas.care import meeting as m
from nasij.areas.care.acts import ACTS
from nasij.areas.care.lists import (
    CAREGIVER_STEPS,
    ESCALATION_STEPS,
    OPTION_STEPS,
    PROGRAMME_STEPS,
    RELATION_STEPS,
    SEEKING_STEPS,
    SESSION_STEPS,
)
from nasij.areas.care.oversight import overseer
from nasij.areas.care.tables import TABLES
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
    Sayer,
    circle,
    fact,
    holder_of,
    page,
    where,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "overseer"]

_COORDINATION = holder_of("cases")
_NEW_PART, _NEW_SEEKING = circle("caregiver", "caregiver"), circle("seeking", "seeking")
_NEW_RELATION, _NEW_WORRY = circle("relation", "relation"), circle("escalation", "escalation")
_TWO = circle("care_two", "relation")
_PART, _SEEKING, _OPTION = where("caregiver", "caregiver"), where("seeking", "seeking"), where("care_option", "option")
_RELATION, _SESSION = where("relation", "relation"), where("session", "session")
_GOAL, _WORRY = where("goal", "goal"), where("escalation", "escalation")


def _fact(cls: type, read_by: Reader, rule: Rule, fold: Fold, said_by: Sayer = TRUSTED_MEMBER) -> FactLine:
    return fact(cls, said_by=said_by, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. Somebody whose vouches lapsed begins nothing; what stands
# between the two they still read, answer a worry about themselves, and end.
_FACTS = (
    _fact(f.ProgrammeProposed, TRUSTED_ONES, rules.may_propose, folds.fold_proposed, _COORDINATION),
    _fact(f.SupervisionAccepted, TRUSTED_ONES, rules.may_sit, folds.fold_supervises),
    _fact(f.SupervisionLaidDown, TRUSTED_ONES, rules.may_sit, folds.fold_laid_down),
    _fact(f.SupervisionSet, TRUSTED_ONES, rules.may_seat, folds.fold_seated, _COORDINATION),
    _fact(f.SupervisorAway, TRUSTED_ONES, rules.may_be_away, folds.fold_away),
    _fact(f.SupervisorBack, TRUSTED_ONES, rules.may_sit, folds.fold_back),
    _fact(f.SupervisorPresent, TRUSTED_ONES, rules.may_sit, folds.fold_present),
    _fact(f.ProgrammeClosed, TRUSTED_ONES, rules.may_close, folds.fold_programme_closed, _COORDINATION),
    _fact(f.CaregiverOffered, _NEW_PART, rules.may_offer, folds.fold_offered),
    _fact(f.CaregiverConfirmed, _PART, rules.may_supervise, folds.fold_caregiver_moved),
    _fact(f.CaregiverPaused, _PART, rules.may_pause, folds.fold_caregiver_paused),
    _fact(f.CaregiverBack, _PART, rules.may_pause, folds.fold_caregiver_moved),
    _fact(f.CaregiverEnded, _PART, rules.may_end_caregiver, folds.fold_caregiver_ended, ANYBODY_IN),
    _fact(f.SessionWeighed, _PART, rules.may_weigh, folds.fold_weighed),
    _fact(f.DebriefPlanned, where("debrief", "debrief"), rules.may_plan_debrief, folds.fold_debrief_planned),
    _fact(f.SupervisionHeld, _PART, rules.may_hold_supervision, folds.fold_supervised),
    _fact(f.SupervisorTold, _PART, rules.may_tell_supervisor, folds.fold_note),
    _fact(f.SeekingStated, _NEW_SEEKING, rules.may_seek, folds.fold_sought),
    _fact(f.SeekingWithdrawn, _SEEKING, rules.may_withdraw_seeking, folds.fold_seeking_withdrawn, ANYBODY_IN),
    _fact(f.OptionShown, _SEEKING, rules.may_show, folds.fold_shown),
    _fact(f.PreferenceStated, _SEEKING, rules.may_prefer, folds.fold_preferred),
    _fact(f.OptionAsked, _OPTION, rules.may_ask_option, folds.fold_option_moved),
    _fact(f.OptionAnswered, _OPTION, rules.may_ask_option, folds.fold_answered),
    _fact(f.OptionTaken, _OPTION, rules.may_choose_option, folds.fold_taken),
    _fact(f.OptionRefused, _OPTION, rules.may_choose_option, folds.fold_option_moved),
    _fact(f.CareProposed, _NEW_RELATION, rules.may_propose_care, folds.fold_care_proposed),
    _fact(f.CareAccepted, _RELATION, rules.may_answer, folds.fold_answer),
    _fact(f.CareDeclined, _RELATION, rules.may_answer, folds.fold_answer, ANYBODY_IN),
    _fact(f.CareWithdrawn, _RELATION, rules.may_take_back, folds.fold_answer),
    _fact(f.PersonIntroduced, _RELATION, rules.may_introduce, folds.fold_introduced),
    _fact(m.AgreementProposed, _RELATION, rules.may_agree_on, folds.fold_agreement),
    _fact(m.AgreementConfirmed, where("care_agreement", "agreement"), rules.may_confirm, folds.fold_confirmed),
    _fact(m.SessionPlanned, _RELATION, rules.may_plan, folds.fold_planned),
    _fact(m.SessionMoved, _SESSION, rules.may_change_session, folds.fold_moved),
    _fact(m.SessionHeld, _SESSION, rules.may_change_session, folds.fold_held),
    _fact(m.SessionMissed, _SESSION, rules.may_change_session, folds.fold_missed, ANYBODY_IN),
    _fact(m.SessionFelt, _SESSION, rules.may_feel, folds.fold_felt, ANYBODY_IN),
    _fact(m.RelationPaused, _RELATION, rules.may_move_relation, folds.fold_relation_moved, ANYBODY_IN),
    _fact(m.RelationResumed, _RELATION, rules.may_move_relation, folds.fold_relation_moved),
    _fact(m.RelationEnded, _RELATION, rules.may_move_relation, folds.fold_ended, ANYBODY_IN),
    _fact(m.FeedbackGiven, _RELATION, rules.may_give_feedback, folds.fold_feedback, ANYBODY_IN),
    _fact(m.RematchAsked, _RELATION, rules.may_rematch, folds.fold_rematch),
    _fact(m.GoalStated, _TWO, rules.may_set_goal, folds.fold_goal),
    _fact(m.GoalStepSet, _GOAL, rules.may_change_goal, folds.fold_goal_step, ANYBODY_IN),
    _fact(m.GoalReached, _GOAL, rules.may_change_goal, folds.fold_goal_over, ANYBODY_IN),
    _fact(m.GoalDropped, _GOAL, rules.may_change_goal, folds.fold_goal_over, ANYBODY_IN),
    _fact(m.NoteShared, _TWO, rules.may_note, folds.fold_note_shared),
    _fact(m.OwnNoteKept, ONLY_ME, rules.may_note, folds.fold_note),
    _fact(m.NoteDropped, where("care_note", "note"), rules.may_drop_note, folds.fold_note_dropped, ANYBODY_IN),
    _fact(m.EscalationRaised, _NEW_WORRY, rules.may_raise, folds.fold_raised),
    _fact(m.PersonAsked, _WORRY, rules.may_record_wish, folds.fold_wished, ANYBODY_IN),
    _fact(m.SupervisorInformed, _WORRY, rules.may_tell_others, folds.fold_informed),
    _fact(m.SafetyAgreed, _WORRY, rules.may_move_worry, folds.fold_safety),
    _fact(m.EscalationHandedOn, _WORRY, rules.may_tell_others, folds.fold_handed_on),
    _fact(m.EscalationClosed, _WORRY, rules.may_move_worry, folds.fold_worry_closed, ANYBODY_IN),
)

AREA = Area(
    name="care",
    title=mark("Being there"),
    group="care",
    needs=("people", "profile", "incidents", "plans"),
    tables=TABLES,
    found=(
        Found("programme", "/care", "aims rules", mark("Programmes")),
        Found("caregiver", "/care/part /care/desk /care", "limits languages", mark("Programmes")),
        Found("supervision", "/care/part /care/desk", "worry", mark("Programmes")),
        Found("care_note", "/care/part", "words", mark("Programmes")),
        Found("seeking", "/care /care/desk", "limits languages for_whom", mark("Being there")),
        Found("relation", "/care/with/{relation}", "limits languages", mark("Being there")),
        Found(
            "care_agreement", "/care/with/{relation}", "aim aim_two aim_three limits breaks ending", mark("Being there")
        ),
        Found("goal", "/care/with/{relation}", "words step", mark("Being there")),
        Found("care_feedback", "/care/with/{relation} /care/desk", "words", mark("Being there")),
        Found("escalation", "/care/worry/{escalation}", "wish_words plan", mark("Being there")),
    ),
    steps=(
        PROGRAMME_STEPS,
        CAREGIVER_STEPS,
        SEEKING_STEPS,
        OPTION_STEPS,
        RELATION_STEPS,
        SESSION_STEPS,
        ESCALATION_STEPS,
    ),
    facts=_FACTS,
    passing=folds.passing,
    unasked=fitting.unasked,
    waiting=home.waiting,
    mine=home.mine,
    acts=ACTS,
    pages=(
        page("/care", pages.list_page, seen_by=TRUSTED_MEMBER, menu=mark("Being there")),
        page("/care/part", pages.part_page, seen_by=TRUSTED_MEMBER),
        page("/care/desk", pages.desk_page, seen_by=TRUSTED_MEMBER),
        page("/care/with/{relation}", pages.relation_page),
        page("/care/worry/{escalation}", pages.worry_page),
    ),
)
