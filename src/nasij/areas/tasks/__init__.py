"""Time and tasks: who is on call, what is to be done and by whom, what members are trained in, and the hours they give each other.

A turn on call leaves whoever has it only when somebody else accepts. A task has places, and never more sign-ups than places.
Hours sum to zero and stop at their limits. What somebody carries is shown as the rest that is left, to them and to whoever
plans; nothing here counts people against each other.
"""

from nasij.areas.tasks import calling, folds, home, hours, pages, rules
from nasij.areas.tasks import facts as f
from nasij.areas.tasks.acts import ACTS
from nasij.areas.tasks.tables import TABLES
from nasij.areas.tasks.turns import on_call, uncovered
from nasij.kit.area import (
    EVERYONE,
    TRUSTED_MEMBER,
    TRUSTED_ONES,
    Area,
    FactLine,
    Fold,
    Reader,
    Rule,
    circle,
    fact,
    page,
)
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "on_call", "uncovered"]


def _fact(cls: type, read_by: Reader, rule: Rule | None, fold: Fold) -> FactLine:
    return fact(cls, said_by=TRUSTED_MEMBER, read_by=read_by, rule=rule, fold=fold)


# One line a fact: who reads it, by which rule, with which effect. Trusted members say all of them; newcomers read who is on
# call, so that a report of theirs reaches the same people in every room.
_FACTS = (
    _fact(f.CallLimitStated, EVERYONE, None, calling.fold_limit),
    _fact(f.WeeklyTimesStated, circle("weekly_times", "member"), calling.may_say_times, calling.fold_times),
    _fact(f.CallTurnPlanned, EVERYONE, calling.may_plan, calling.fold_planned),
    _fact(f.CallTurnAccepted, EVERYONE, calling.may_accept, calling.fold_accepted),
    _fact(f.CallTurnDeclined, EVERYONE, calling.may_decline, calling.fold_declined),
    _fact(f.HandOverAsked, EVERYONE, calling.may_hand_over, calling.fold_hand_over),
    _fact(f.HandOverTakenBack, EVERYONE, calling.may_take_back, calling.fold_taken_back),
    _fact(f.HandOverPassedOn, EVERYONE, calling.may_pass_on, calling.fold_passed_on),
    _fact(f.CallTurnCancelled, EVERYONE, calling.may_cancel, calling.fold_cancelled),
    _fact(f.TaskProposed, TRUSTED_ONES, rules.may_propose, folds.fold_proposed),
    _fact(f.PlacesAdded, TRUSTED_ONES, rules.may_add_places, folds.fold_places),
    _fact(f.TaskOpened, TRUSTED_ONES, rules.may_open, folds.fold_opened),
    _fact(f.SignedUp, TRUSTED_ONES, rules.may_sign_up, folds.fold_signed_up),
    _fact(f.SignUpConfirmed, TRUSTED_ONES, rules.may_confirm, folds.fold_confirmed),
    _fact(f.SignedOff, TRUSTED_ONES, rules.may_sign_off, folds.fold_signed_off),
    _fact(f.SignUpExcused, TRUSTED_ONES, rules.may_excuse, folds.fold_confirmed),
    _fact(f.AttendanceStated, TRUSTED_ONES, rules.may_attend, folds.fold_attended),
    _fact(f.TaskStarted, TRUSTED_ONES, rules.may_start, folds.fold_moved),
    _fact(f.TaskDone, TRUSTED_ONES, rules.may_finish, folds.fold_over),
    _fact(f.TaskCancelled, TRUSTED_ONES, rules.may_cancel, folds.fold_over),
    _fact(f.TaskTakenOver, TRUSTED_ONES, rules.may_take_over, folds.fold_taken_over),
    _fact(f.SeriesBegun, TRUSTED_ONES, rules.may_begin_series, folds.fold_series),
    _fact(f.SeriesEnded, TRUSTED_ONES, rules.may_end_series, folds.fold_series_ended),
    _fact(f.SeriesTakenOver, TRUSTED_ONES, rules.may_take_over, folds.fold_series_taken_over),
    _fact(f.TopicNamed, TRUSTED_ONES, rules.may_name_topic, folds.fold_topic),
    _fact(f.TrainingDone, TRUSTED_ONES, rules.may_train, folds.fold_trained),
    _fact(f.TrainingTakenBack, TRUSTED_ONES, rules.may_take_training_back, folds.fold_training_taken_back),
    _fact(f.HoursGiven, TRUSTED_ONES, hours.may_give, hours.fold_given),
    _fact(f.HoursGifted, TRUSTED_ONES, hours.may_gift, hours.fold_gifted),
)

AREA = Area(
    name="tasks",
    title=mark("Time and tasks"),
    group="together",
    needs=("people", "profile"),
    tables=TABLES,
    found=(
        Found("task", "/tasks/{task}", "words", mark("Tasks")),
        Found("task_place", "/tasks/{task}", "part skill", mark("Tasks")),
        Found("task_series", "/tasks/series/{series}", "words part", mark("Tasks that come again")),
        Found("topic", "/tasks/skills", "words", mark("Trainings")),
    ),
    steps=(f.CALL_STEPS, f.TASK_STEPS, f.SIGN_UP_STEPS),
    passing=folds.passing,
    waiting=home.waiting,
    urgent=home.urgent,
    mine=home.mine,
    unasked=home.unasked,
    facts=_FACTS,
    acts=ACTS,
    pages=(
        page("/tasks", pages.list_page, seen_by=TRUSTED_MEMBER, menu=mark("Time and tasks")),
        page("/tasks/page/{number}", pages.list_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/calls", pages.calls_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/turn/{turn}", pages.turn_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/skills", pages.skills_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/hours", pages.hours_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/series/{series}", pages.series_page, seen_by=TRUSTED_MEMBER),
        page("/tasks/{task}", pages.task_page, seen_by=TRUSTED_MEMBER),
    ),
)
