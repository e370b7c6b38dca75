"""Time and tasks: turns on call, places, series, training and hours; who may say and read what, and what always holds."""

import re
from typing import Any

import pytest

from nasij.areas import AREAS as ALL
from nasij.areas import aid, incidents, people, profile, tasks
from nasij.areas.profile import SkillStated
from nasij.areas.tasks import facts as f
from nasij.areas.tasks import home, hours, on_call, pages
from nasij.areas.tasks.turns import busy_days, days_left, next_in_order
from nasij.ids import new_id, numbered_id
from nasij.kit import who
from nasij.kit.area import Areas
from nasij.kit.fact import fields_of
from nasij.kit.recurrence import days_between
from nasij.web.forms import act_page
from nasij.web.look import Look, pattern
from nasij.web.templates import render
from nasij.web.words import Words
from tests.rooms import Rooms
from tests.tour import faults_of, own_words

AREAS = (people.AREA, profile.AREA, tasks.AREA)
TASK = {"words": "طبخ للقاء", "kind": "support", "minutes": 90, "risk": "none", "part": "طبخ", "places": 2}


class Table(Rooms):
    """Cora coordinates; Dunya, Sami, Noor and Zein are trusted; Amal is new."""

    def __init__(self) -> None:
        super().__init__(*AREAS)
        self.cora, self.amal = self.member("trusted", "cases"), self.member("new")
        self.dunya, self.sami, self.noor, self.zein = (self.member() for _ in range(4))
        for member in (self.dunya, self.sami, self.noor):
            self.say(f.CallLimitStated(7, 0, 0), member)

    def plan(self, first: str, days: int = 7, backup: str = "", begins: int = 0, kind: str = "alarm") -> str:
        """Plan a turn; returns it."""
        form = {"kind": kind, "first_day": self.day + begins, "last_day": self.day + begins + days - 1}
        return str(self.make("/tasks/calls/plan", self.cora, first=first, backup=backup, **form)[0].turn)

    def turn(self, turn: str) -> dict[str, Any]:
        """Return a turn's row, and that of what is left of it where it was handed over."""
        row = self.db.execute("select * from call_turn where turn = ?", (turn,))
        names = [column[0] for column in row.description]
        return dict(zip(names, row.fetchone(), strict=True))

    def hand_over(self, turn: str, by: str, to: str = "", *, at_once: bool = False) -> None:
        self.make("/tasks/turn/{turn}/hand-over", by, turn=turn, to=to, at_once=at_once)

    def task(self, by: str = "", due: int = 0, **rest: Any) -> str:
        """Propose and open a task; returns it."""
        form = {**TASK, "due": self.day + due, "topic": "", "skill": ""} | rest
        return str(self.make("/tasks/new", by or self.dunya, **form)[0].task)

    def place(self, task: str) -> str:
        return str(self.row("select place from task_place where task = ? order by part", task))

    def sign_up(self, task: str, by: str) -> str:
        sign_up = new_id()
        self.say(f.SignedUp(sign_up, self.place(task)), by)
        return sign_up

    def state(self, table: str, key: str, record: str) -> Any:
        return self.row(f"select state from {table} where {key} = ?", record)

    def wakes(self, member: str) -> None:
        """Let a room say what is due."""
        room = self.rooms[member]
        for fact in home.unasked(room, who.by(room, member, self.hour)):
            self.say(fact, member)

    def texts(self, member: str, which: str = "waiting") -> list[str]:
        room = self.rooms[member]
        return [item.text for item in getattr(home, which)(room, who.by(room, member, self.hour))]

    def balances(self) -> dict[str, int]:
        return dict(self.rows("select account, balance from hours_account"))


@pytest.fixture
def top() -> Table:
    """A group."""
    return Table()


class TestTurns:
    def test_it_counts_when_the_person_accepts(self, top: Table) -> None:
        turn = top.plan(top.dunya)
        assert on_call(top.db, top.day) == []
        assert "Can you be on call from %(day)s? Turn %(code)s" in top.texts(top.dunya)
        top.refuses(f.CallTurnAccepted(turn), top.sami, "Somebody else is asked")
        top.say(f.CallTurnAccepted(turn), top.dunya)
        assert on_call(top.db, top.day) == [top.dunya]
        assert on_call(top.rooms[top.amal], top.day) == [top.dunya]  # a newcomer's report reaches her too
        top.refuses(f.CallTurnAccepted(turn), top.dunya, "Somebody has this turn")

    def test_whoever_plans_for_themselves_has_said_yes(self, top: Table) -> None:
        form = {"kind": "questions", "first_day": top.day, "last_day": top.day, "first": top.sami, "backup": ""}
        top.make("/tasks/calls/plan", top.sami, **form)
        assert on_call(top.db, top.day, "questions") == [top.sami]
        assert on_call(top.db, top.day) == []
        fact = f.CallTurnPlanned(new_id(), "alarm", top.day, top.day, top.dunya, "", [])
        top.refuses(fact, top.sami, "Coordination plans for others")

    def test_nobody_is_asked_who_did_not_say_how_often(self, top: Table) -> None:
        fact = f.CallTurnPlanned(new_id(), "alarm", top.day, top.day, top.zein, "", [])
        top.refuses(fact, top.cora, "First the person says")

    def test_two_turns_for_the_same_days_are_not_planned(self, top: Table) -> None:
        top.plan(top.dunya, days=3)
        fact = f.CallTurnPlanned(new_id(), "alarm", top.day + 2, top.day + 4, top.sami, "", [])
        top.refuses(fact, top.cora, "on one of these days already")

    def test_whoever_says_no_is_not_asked_again_and_the_next_is(self, top: Table) -> None:
        turn = top.plan(top.dunya, backup=top.noor)
        top.say(f.CallTurnDeclined(turn), top.dunya)
        assert top.turn(turn)["asked"] == top.noor
        top.say(f.CallTurnDeclined(turn), top.noor)
        top.say(f.CallTurnDeclined(turn), top.sami)
        assert top.turn(turn)["asked"] == ""
        assert "Nobody is left to ask for turn %(code)s on call" in top.texts(top.cora, "urgent")
        top.say(f.CallTurnAccepted(turn), top.noor)  # whoever said no may think again
        assert on_call(top.db, top.day) == [top.noor]

    def test_a_planned_turn_is_cancelled_and_an_accepted_one_is_not(self, top: Table) -> None:
        turn = top.plan(top.dunya)
        top.refuses(f.CallTurnCancelled(turn), top.dunya)
        top.say(f.CallTurnCancelled(turn), top.cora)
        taken = top.plan(top.dunya)
        top.say(f.CallTurnAccepted(taken), top.dunya)
        top.refuses(f.CallTurnCancelled(taken), top.cora, "a step further")

    def test_a_turn_that_nobody_took_is_over_with_its_last_day(self, top: Table) -> None:
        turn = top.plan(top.dunya, days=1)
        top.forward(days=2)
        assert top.state("call_turn", "turn", turn) == "empty"


class TestHandingOver:
    @pytest.fixture
    def turn(self, top: Table) -> str:
        """Dunya is on call for a week, for the second day."""
        turn = top.plan(top.dunya, backup=top.noor)
        top.say(f.CallTurnAccepted(turn), top.dunya)
        top.forward(days=1)
        return turn

    def test_it_stays_with_whoever_has_it_until_somebody_else_accepts(self, top: Table, turn: str) -> None:
        top.hand_over(turn, top.dunya, at_once=True)
        assert on_call(top.db, top.day) == [top.dunya]
        top.refuses(f.HandOverAsked(turn, False, "", []), top.dunya, "said already")
        assert "Turn %(code)s on call has to be handed over at once: can you take it?" in top.texts(top.noor)
        top.say(f.CallTurnDeclined(turn), top.noor)
        assert on_call(top.db, top.day) == [top.dunya]
        top.refuses(f.CallTurnAccepted(turn), top.dunya, "Somebody else is asked")
        top.say(f.CallTurnAccepted(turn), top.sami)
        assert on_call(top.db, top.day) == [top.sami]
        assert top.state("call_turn", "turn", turn) == "handed_over"

    def test_each_keeps_the_days_they_served(self, top: Table, turn: str) -> None:
        top.hand_over(turn, top.dunya)
        top.say(f.CallTurnAccepted(turn), top.noor)
        assert busy_days(top.db, top.dunya, top.day) == {top.day - 1, top.day}
        assert busy_days(top.db, top.noor, top.day) == set(range(top.day, top.day + 6))

    def test_a_turn_that_has_not_begun_leaves_nothing_behind(self, top: Table) -> None:
        turn = top.plan(top.dunya, begins=3)
        top.say(f.CallTurnAccepted(turn), top.dunya)
        top.hand_over(turn, top.dunya, to=top.sami)
        top.say(f.CallTurnAccepted(turn), top.sami)
        assert busy_days(top.db, top.dunya, top.day) == set()
        assert top.state("call_turn", "turn", numbered_id(turn, 1)) == "accepted"

    def test_whoever_has_it_may_keep_it_after_all(self, top: Table, turn: str) -> None:
        top.hand_over(turn, top.dunya)
        top.refuses(f.HandOverTakenBack(turn), top.noor)
        top.say(f.HandOverTakenBack(turn), top.dunya)
        top.refuses(f.CallTurnAccepted(turn), top.noor, "Somebody has this turn")

    def test_coordination_asks_for_somebody_who_cannot_press(self, top: Table, turn: str) -> None:
        top.refuses(f.HandOverAsked(turn, True, "", []), top.sami)
        top.hand_over(turn, top.cora, at_once=True)
        assert top.turn(turn)["asked"] == top.noor

    def test_silence_asks_the_next_sooner_where_it_cannot_wait(self, top: Table, turn: str) -> None:
        top.hand_over(turn, top.dunya, at_once=True)
        top.refuses(f.HandOverPassedOn(turn, top.noor), top.zein, "Somebody else is asked")
        top.forward(hours=2)
        top.wakes(top.zein)
        assert top.turn(turn)["asked"] == top.sami
        assert on_call(top.db, top.day) == [top.dunya]
        top.wakes(top.cora)  # what was said is not said twice
        assert top.turn(turn)["asked"] == top.sami

    def test_with_no_room_awake_the_next_day_asks_the_next(self, top: Table, turn: str) -> None:
        top.hand_over(turn, top.dunya)
        top.forward(days=1)
        assert top.turn(turn)["asked"] == top.sami
        assert on_call(top.db, top.day) == [top.dunya]

    def test_whoever_rests_is_not_asked(self, top: Table, turn: str) -> None:
        top.say(profile.facts.RestStated(top.day + 9), top.noor)
        top.hand_over(turn, top.dunya)
        assert top.turn(turn)["asked"] == top.sami

    def test_a_turn_does_not_end_while_nobody_follows(self, top: Table, turn: str) -> None:
        top.forward(days=8)
        assert on_call(top.db, top.day) == [top.dunya]
        assert top.turn(turn)["handing"]  # and somebody is asked
        other = top.plan(top.sami, days=2)
        top.say(f.CallTurnAccepted(other), top.sami)
        assert on_call(top.db, top.day) == [top.sami]
        assert top.state("call_turn", "turn", turn) == "handed_over"

    def test_the_next_turn_relieves_the_one_before(self, top: Table, turn: str) -> None:
        top.say(f.CallTurnAccepted(top.plan(top.sami, begins=6, days=2)), top.sami)
        top.forward(days=6)
        assert on_call(top.db, top.day) == [top.sami]
        assert top.state("call_turn", "turn", turn) == "handed_over"

    def test_the_duties_of_whoever_is_gone_go_back_and_somebody_is_asked(self, top: Table, turn: str) -> None:
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'removed' where member = ?", (top.dunya,))
        assert on_call(top.db, top.day) == []
        top.forward(days=1)
        rest = top.turn(numbered_id(turn, 1))
        assert (rest["state"], rest["asked"], rest["member"]) == ("planned", top.noor, "")


class TestRest:
    def test_nobody_goes_beyond_their_own_limit(self, top: Table) -> None:
        top.say(f.CallLimitStated(3, 0, 0), top.dunya)
        fact = f.CallTurnPlanned(new_id(), "alarm", top.day, top.day + 3, top.dunya, "", [])
        top.refuses(fact, top.cora, "more than they said")
        top.say(f.CallTurnAccepted(top.plan(top.dunya, days=3)), top.dunya)
        later = f.CallTurnPlanned(new_id(), "alarm", top.day + 20, top.day + 20, top.dunya, "", [])
        top.refuses(later, top.cora, "more than they said")
        assert days_left(top.db, top.dunya, top.day + 2, top.day) == 0

    def test_there_is_rest_between_two_turns(self, top: Table) -> None:
        top.say(f.CallLimitStated(7, 3, 0), top.dunya)
        top.say(f.CallTurnAccepted(top.plan(top.dunya, days=2)), top.dunya)
        soon = f.CallTurnPlanned(new_id(), "alarm", top.day + 4, top.day + 4, top.dunya, "", [])
        top.refuses(soon, top.cora, "rest then")
        top.plan(top.dunya, begins=5, days=1)

    def test_days_before_the_yes_are_not_counted(self, top: Table) -> None:
        turn = top.plan(top.dunya, days=4)
        top.forward(days=2)
        asked = top.turn(turn)["asked"]
        top.say(f.CallTurnAccepted(turn), asked)
        assert busy_days(top.db, asked, top.day) == {top.day, top.day + 1}

    def test_nobody_is_asked_before_the_day_they_said(self, top: Table) -> None:
        top.say(f.CallLimitStated(7, 0, top.day + 5), top.dunya)
        fact = f.CallTurnPlanned(new_id(), "alarm", top.day, top.day, top.dunya, "", [])
        top.refuses(fact, top.cora, "before the day they said")

    def test_the_one_with_the_most_rest_left_is_asked_first(self, top: Table) -> None:
        top.say(f.CallLimitStated(5, 0, 0), top.noor)
        top.say(f.CallLimitStated(6, 0, 0), top.sami)
        turn = top.plan(top.dunya, days=2)
        assert next_in_order(top.db, top.turn(turn) | {"unasked": top.dunya}, top.day) == top.sami

    def test_rest_left_is_shown_by_name_and_never_in_an_order_of_it(self, top: Table) -> None:
        top.say(f.CallLimitStated(1, 0, 0), top.sami)
        shown = top.page("/tasks/calls", top.cora)["people"]
        assert [row["member"] for row in shown] == [m for m, _ in who.by_name(top.db, {r["member"] for r in shown})]
        assert top.page("/tasks/calls", top.sami)["people"] == []

    def test_times_of_a_week_are_read_by_coordination_alone(self, top: Table) -> None:
        form = {"days_most": 4, "rest_days": 1, "free_from": 0, "times": ["work_evening"]}
        top.make("/tasks/calls/times", top.dunya, **form)
        assert top.rooms[top.cora].execute("select count(*) from weekly_times").fetchone()[0] == 1
        assert top.rooms[top.sami].execute("select count(*) from weekly_times").fetchone()[0] == 0
        top.refuses(f.WeeklyTimesStated(top.sami, []), top.dunya, "only of themselves")


class TestWhoIsTold:
    @pytest.fixture
    def both(self) -> Table:
        """The same group, with reports."""
        top = Table.__new__(Table)
        Rooms.__init__(top, people.AREA, profile.AREA, tasks.AREA, aid.AREA, incidents.AREA)
        top.cora, top.amal = top.member("trusted", "cases"), top.member("new")
        top.dunya, top.sami, top.noor = (top.member() for _ in range(3))
        top.say(f.CallLimitStated(7, 0, 0), top.dunya)
        top.say(f.CallTurnAccepted(top.plan(top.dunya, days=2)), top.dunya)
        return top

    def report(self, top: Table, **rest: Any) -> Any:
        form = {"severity": "now", "safe_now": "", "tell": "on_call", "chosen": [], "left_out": []} | rest
        incident = top.make("/by/me", top.amal, **form)[0].incident
        return lambda: who.holders(top.db, f"incident/{incident}") - {top.amal}

    def test_whoever_has_the_turn_is_told_and_all_on_call_when_the_time_has_passed(self, both: Table) -> None:
        told = self.report(both)
        assert told() == {both.dunya}
        both.forward(days=1)
        assert told() == {both.dunya, both.cora}

    def test_whoever_takes_over_is_told_with_the_next_day(self, both: Table) -> None:
        told = self.report(both, severity="soon")
        both.say(f.CallLimitStated(7, 0, 0), both.sami)
        turn = both.row("select turn from call_turn")
        both.hand_over(turn, both.dunya, to=both.sami)
        both.say(f.CallTurnAccepted(turn), both.sami)
        both.forward(days=1)
        assert told() == {both.dunya, both.sami}

    def test_where_the_one_on_call_is_kept_out_the_others_on_call_are_told(self, both: Table) -> None:
        assert self.report(both, left_out=[both.dunya])() == {both.cora}

    def test_what_is_needed_now_and_waits_too_long_is_told_to_whoever_is_on_call(self, both: Table) -> None:
        line = next(act for act in aid.AREA.acts if act.path == "/aid/ask")
        empty = {name: field.empty() for name, field in fields_of(line.form).items()}
        form = {"kind": aid.kind_id("food"), "urgency": "now", "scope": "trusted", "what": "خبز"}
        need = both.make("/aid/ask", both.noor, **empty | form)[0].need
        both.say(aid.NeedOpened(need), both.cora)
        both.forward(hours=7)
        for member, sees in ((both.dunya, True), (both.cora, True), (both.sami, False)):
            assert bool(aid.AREA.urgent(both.db, both.by(member))) is sees


class TestTasks:
    def test_it_opens_with_its_places_and_fills(self, top: Table) -> None:
        task = top.task()
        assert top.state("task", "task", task) == "open"
        top.sign_up(task, top.sami)
        top.sign_up(task, top.noor)
        assert top.state("task", "task", task) == "filled"
        top.refuses(f.SignedUp(new_id(), top.place(task)), top.zein, "places are taken")
        top.make("/tasks/{task}/places", top.dunya, place=new_id(), task=task, part="غسل", places=1, topic="", skill="")
        assert top.state("task", "task", task) == "open"
        new = top.row("select place from task_place where part = 'غسل'")
        top.refuses(f.SignedUp(new_id(), new), top.sami, "signed up for this already")

    def test_what_is_very_risky_is_opened_by_a_second_person(self, top: Table) -> None:
        task = top.task(risk="high", kind="action")
        assert top.state("task", "task", task) == "proposed"
        top.refuses(f.TaskOpened(task), top.dunya, "somebody else reads it")
        assert "Task %(code)s is very risky: please read it before it opens" in top.texts(top.sami)
        top.say(f.TaskOpened(task), top.sami)

    def test_a_task_without_places_is_not_opened(self, top: Table) -> None:
        task = new_id()
        top.say(f.TaskProposed(task, "ترتيب", "admin", 30, "none", top.day), top.dunya)
        top.refuses(f.TaskOpened(task), top.dunya, "how many people")

    def test_a_place_with_a_training_is_for_those_whose_training_holds_on_that_day(self, top: Table) -> None:
        topic = new_id()
        top.say(f.TopicNamed(topic, "إسعاف أولي"), top.cora)
        task = top.task(due=10, topic=topic)
        top.refuses(f.SignedUp(new_id(), top.place(task)), top.sami, "needs a training")
        top.say(f.TrainingDone(new_id(), topic, top.sami, top.day, top.day + 9), top.cora)
        top.refuses(f.SignedUp(new_id(), top.place(task)), top.sami, "needs a training")
        training = new_id()
        top.say(f.TrainingDone(training, topic, top.sami, top.day, top.day + 99), top.cora)
        top.sign_up(task, top.sami)
        top.refuses(f.TrainingDone(new_id(), topic, top.cora, top.day, top.day + 9), top.cora)
        top.refuses(f.TrainingTakenBack(training), top.sami)
        top.say(f.TrainingTakenBack(training), top.cora)

    def test_signing_off_early_leaves_no_trace_and_late_can_be_excused(self, top: Table) -> None:
        task = top.task(due=5)
        early, late = top.sign_up(task, top.sami), top.sign_up(task, top.noor)
        top.say(f.SignedOff(early), top.sami)
        assert top.state("sign_up", "sign_up", early) is None
        assert top.state("task", "task", task) == "open"
        top.forward(days=4)
        assert "Will you come to task %(code)s on %(day)s? Please confirm" in top.texts(top.noor)
        top.say(f.SignUpConfirmed(late), top.noor)
        top.say(f.SignedOff(late), top.noor)
        assert top.state("sign_up", "sign_up", late) == "left_late"
        top.refuses(f.SignUpExcused(late), top.sami)
        top.say(f.SignUpExcused(late), top.dunya)
        top.sign_up(task, top.zein)

    def test_whoever_was_not_there_is_known_to_them_and_the_organiser_alone(self, top: Table) -> None:
        task = top.task()
        came, missed = top.sign_up(task, top.sami), top.sign_up(task, top.noor)
        top.make("/tasks/{task}/done", top.dunya, task=task, came=[came])
        assert top.state("sign_up", "sign_up", missed) == "no_show"
        for member, hidden in ((top.noor, False), (top.dunya, False), (top.zein, True)):
            shown = top.page("/tasks/{task}", member, task=task)["signed"]
            assert {row["sign_up"]: row["hidden"] for row in shown} == {came: False, missed: hidden}

    def test_nobody_says_of_themselves_that_they_were_there(self, top: Table) -> None:
        task = top.task(places=2)
        mine, other = top.sign_up(task, top.dunya), top.sign_up(task, top.sami)
        top.refuses(f.AttendanceStated(mine, "came"), top.dunya, "Somebody else says")
        top.make("/tasks/{task}/done", top.dunya, task=task, came=[other])
        assert top.balances() == {"pool": -90, top.sami: 90}
        top.refuses(f.AttendanceStated(mine, "came"), top.zein)
        top.make("/tasks/sign-up/{sign_up}/came", top.sami, sign_up=mine)
        assert top.balances() == {"pool": -180, top.sami: 90, top.dunya: 90}

    def test_it_is_done_on_its_day_by_those_who_are_there(self, top: Table) -> None:
        task = top.task(due=2)
        top.sign_up(task, top.sami)
        top.refuses(f.TaskDone(task), top.dunya, "once the day has come")
        top.refuses(f.TaskDone(top.task()), top.dunya, "Nobody is signed up")
        top.forward(days=2)
        top.refuses(f.TaskStarted(task), top.sami, "Only whoever sees to this task")
        top.say(f.TaskStarted(task), top.dunya)
        top.refuses(f.TaskCancelled(task), top.dunya)

    def test_whoever_is_signed_up_is_told_until_its_day_that_a_task_is_cancelled(self, top: Table) -> None:
        task = top.task(due=3)
        top.sign_up(task, top.sami)
        top.say(f.TaskCancelled(task), top.dunya)
        text = "Task %(code)s on %(day)s does not take place: you need not come"
        for days in (0, 2):
            top.forward(days=days)
            assert text in top.texts(top.sami)
            assert text not in top.texts(top.noor)
        top.forward(days=2)
        assert text not in top.texts(top.sami)

    def test_what_nobody_came_to_did_not_happen(self, top: Table) -> None:
        empty, forgotten = top.task(), top.task()
        top.sign_up(forgotten, top.sami)
        top.forward(days=2)
        assert top.state("task", "task", empty) == "missed"
        assert "Was task %(code)s done on %(day)s? Please say who was there" in top.texts(top.dunya)
        top.forward(days=13)
        assert top.state("task", "task", forgotten) == "missed"

    def test_whoever_is_gone_frees_their_place_and_somebody_else_sees_to_their_tasks(self, top: Table) -> None:
        task = top.task(due=9, places=1)
        top.sign_up(task, top.sami)
        top.refuses(f.TaskTakenOver(task), top.noor, "Somebody sees to this")
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'left' where member in (?, ?)", (top.dunya, top.sami))
        top.forward(days=1)
        assert top.state("task", "task", task) == "open"
        assert "Nobody sees to task %(code)s any more" in top.texts(top.cora)
        top.say(f.TaskTakenOver(task), top.noor)
        top.say(f.TaskCancelled(task), top.noor)

    def test_who_does_what_is_shown_and_nobody_who_never_wants_to_be_asked(self, top: Table) -> None:
        top.say(SkillStated(new_id(), "الطبخ لعدد كبير", "does"), top.sami)
        top.say(SkillStated(new_id(), "الطبخ", "never"), top.noor)
        task = top.task(skill="طبخ")
        assert top.page("/tasks/{task}", top.dunya, task=task)["places"][0]["able"] == [top.sami]
        assert [row["member"] for row in top.page("/tasks/skills", top.dunya)["skills"]] == [top.sami]

    def test_newcomers_neither_see_nor_say_anything_of_it(self, top: Table) -> None:
        task = top.task()
        assert top.rooms[top.amal].execute("select count(*) from task").fetchone()[0] == 0
        top.refuses(f.SignedUp(new_id(), top.place(task)), top.amal, "not yours")


class TestSeries:
    def begin(self, top: Table, rhythm: str = "weekly", days: int = 60) -> str:
        fact = f.SeriesBegun(
            new_id(), "تنظيف", "admin", 60, "none", rhythm, top.day + 1, top.day + days, "تنظيف", 2, ""
        )
        top.say(fact, top.dunya)
        return fact.series

    def test_each_time_opens_two_weeks_before_in_every_room(self, top: Table) -> None:
        series = self.begin(top)
        days = lambda: [day - top.day for (day,) in top.rows("select due from task order by due")]
        assert days() == [1, 8]
        top.forward(days=7)
        assert days() == [-6, 1, 8]
        top.agree()
        top.say(f.SeriesEnded(series), top.dunya)
        top.forward(days=10)
        assert days() == [-16, -9, -2]

    def test_it_ends_by_itself(self, top: Table) -> None:
        series = self.begin(top, "daily", days=3)
        top.forward(days=5)
        assert top.row("select closed_on from task_series where series = ?", series) == top.day - 1
        top.refuses(f.SeriesEnded(series), top.dunya, "said already")

    def test_what_is_very_risky_is_no_series(self, top: Table) -> None:
        fact = f.SeriesBegun(new_id(), "لقاء", "action", 60, "high", "weekly", top.day, top.day + 9, "مشاركة", 2, "")
        top.refuses(fact, top.dunya, "each time anew")

    @pytest.mark.parametrize("rhythm", pages.RHYTHMS.labels)
    def test_days_are_the_same_wherever_one_begins_to_look(self, rhythm: str) -> None:
        first, last = 20_484, 20_484 + 500  # the 31st of a January
        whole = days_between(rhythm, first, last, first, last)
        assert whole[0] == first or rhythm.startswith("monthly")
        assert len(whole) >= 15
        assert [d for d in whole if 20_600 <= d <= 20_700] == days_between(rhythm, first, last, 20_600, 20_700)
        assert days_between(rhythm, first, last, last + 1, last + 9) == []


class TestHours:
    @pytest.mark.parametrize("kind", f.TASK_KIND.labels)
    def test_every_hour_counts_the_same_whatever_the_kind_of_task(self, top: Table, kind: str) -> None:
        task = top.task(kind=kind, minutes=45)
        came = top.sign_up(task, top.sami)
        top.make("/tasks/{task}/done", top.dunya, task=task, came=[came])
        assert top.balances() == {"pool": -45, top.sami: 45}

    def test_giving_stops_at_the_limit_of_the_giver_unless_the_pool_covers_it(self, top: Table) -> None:
        top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=20 * 60)
        fact = f.HoursGiven(new_id(), top.noor, 60, 60)
        top.refuses(fact, top.dunya, "below the limit")
        top.make("/tasks/hours/gift", top.sami, entry=new_id(), minutes=90)
        top.make("/tasks/hours/give", top.dunya, to=top.noor, minutes=60)
        assert top.balances() == {top.dunya: -1200, top.sami: 1110, "pool": 30, top.noor: 60}
        top.refuses(f.HoursGiven(new_id(), top.zein, 60, 60), top.dunya, "does not hold enough")

    def test_nobody_goes_above_the_limit_and_a_gift_to_the_pool_makes_room(self, top: Table) -> None:
        top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=20 * 60)
        top.refuses(f.HoursGiven(new_id(), top.sami, 5, 0), top.noor, "above the limit")
        task = top.task()
        came = top.sign_up(task, top.sami)
        top.make("/tasks/{task}/done", top.dunya, task=task, came=[came])
        assert top.balances()[top.sami] == 1200  # what goes beyond it stays in the pool
        top.say(f.HoursGifted(new_id(), 300), top.sami)
        top.say(f.HoursGiven(new_id(), top.sami, 5, 0), top.noor)
        top.refuses(f.HoursGifted(new_id(), 24 * 60), top.dunya, "below the limit")

    def test_a_covered_part_is_what_is_missing_and_nothing_else(self, top: Table) -> None:
        top.say(f.HoursGifted(new_id(), 600), top.sami)
        top.refuses(f.HoursGiven(new_id(), top.noor, 60, 30), top.dunya, "changed meanwhile")

    def test_what_somebody_who_left_had_or_owed_goes_to_the_pool(self, top: Table) -> None:
        top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=60)
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'left' where member = ?", (top.dunya,))
        top.forward(days=1)
        assert top.balances() == {top.sami: 60, "pool": -60}

    def test_each_sees_their_own_account_and_the_pool(self, top: Table) -> None:
        top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=60)
        assert top.page("/tasks/hours", top.sami)["balance"] == 60
        assert top.page("/tasks/hours", top.zein)["entries"] == []

    def test_nothing_outside_reads_hours(self) -> None:
        """Hours buy neither money nor a say."""
        own = {table.name for table in tasks.AREA.tables if table.name.startswith("hours_")}
        assert own == {"hours_account", "hours_entry"}
        for area in ALL:
            for line in area.facts if area.name != "tasks" else ():
                for function in filter(None, (line.rule, line.fold)):
                    assert not any(name in str(function.__code__.co_consts) for name in own)

    def test_the_history_is_forgotten_and_the_sum_stays(self, top: Table) -> None:
        top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=60)
        top.forward(days=181)
        assert top.rows("select * from hours_entry") == []
        assert sum(top.balances().values()) == 0
        assert hours.balance(top.db, top.sami) == 60


# Pages


def drawn(top: Table, member: str, path: str, language: str) -> str:
    """Draw the page or form at a path from somebody's own room."""
    room = top.rooms[member]
    me = who.by(room, member, top.hour)
    marks = {"token": "t" * 22, "nonce": "n" * 22, "saved_mark": lambda _: "hub", "name_of": lambda _: "\u2068x\u2069"}
    look = Look(words=Words(language), me=me, db=room, areas=Areas.of(AREAS), path=path, **marks)
    acted, line = look.act_at(path), look.page_at(path)
    if acted and (line is None or "{" in line.path):
        top.reached.add(acted[0].path)
        return render(look, act_page(look, acted[0], path))
    assert line is not None, path
    top.reached.add(line.path)
    values = pattern(line.path).fullmatch(path)
    assert values
    return render(look, line.view(room, me, **values.groupdict()))


def full_of_life(top: Table) -> None:
    """Bring the group into the middle of things: every state that a page shows something of."""
    topic = new_id()
    top.say(f.TopicNamed(topic, "إسعاف أولي"), top.cora)
    top.say(f.TrainingDone(new_id(), topic, top.sami, top.day, top.day + 99), top.cora)
    top.say(SkillStated(new_id(), "طبخ", "teaches"), top.zein)
    fact = f.SeriesBegun(new_id(), "تنظيف", "admin", 60, "none", "weekly", top.day, top.day + 40, "تنظيف", 2, topic)
    top.say(fact, top.noor)
    lost = f.SeriesBegun(new_id(), "سوق", "support", 60, "none", "weekly", top.day, top.day + 40, "حمل", 2, "")
    top.say(lost, top.zein)
    top.task(risk="high")
    late, today = top.task(due=1), top.task(skill="طبخ", places=4)
    for member in (top.sami, top.noor, top.dunya):
        top.sign_up(today, member)
    off = top.sign_up(late, top.sami)
    top.say(f.SignedOff(off), top.sami)
    top.sign_up(late, top.noor)
    top.make("/tasks/hours/give", top.dunya, to=top.sami, minutes=95)
    top.say(f.CallTurnAccepted(top.plan(top.dunya, days=2)), top.dunya)
    top.plan(top.sami, begins=4, days=2)
    handed = top.plan(top.noor, begins=8, days=2)
    top.say(f.CallTurnAccepted(handed), top.noor)
    top.hand_over(handed, top.noor)
    top.make("/tasks/calls/times", top.sami, days_most=7, rest_days=1, free_from=0, times=["free_night"])
    top.task(by=top.zein, due=3)
    for db in (top.db, *top.rooms.values()):
        db.execute("update member set standing = 'left' where member = ?", (top.zein,))


def test_a_turn_of_one_day_names_it_once(top: Table) -> None:
    top.plan(top.dunya, begins=9, days=1)
    day = Words("en").day(top.day + 9)
    html = drawn(top, top.dunya, "/tasks/calls", "en")
    assert day in html and f"{day} – " not in html


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_and_form_is_found_and_good_in_both_languages(top: Table, language: str) -> None:
    full_of_life(top)
    top.reached = set()
    for member in (top.cora, top.dunya, top.sami, top.noor):
        room = top.rooms[member]
        me = who.by(room, member, top.hour)
        lines = (*home.waiting(room, me), *home.mine(room, me), *home.urgent(room, me))
        ahead = ["/tasks", *(item.path for item in lines)]
        known = set(ahead)
        while ahead:
            html = drawn(top, member, ahead.pop(), language)
            assert faults_of(html) == []
            strange = r"[A-Za-z][A-Za-z'-]+" if language == "ar" else r"[\u0621-\u064a]{2,}"
            assert set(re.findall(strange, own_words(html))) <= {"Tab", "Enter"}
            found = set(re.findall(r'(?:href|action)="(/tasks[^"#]*)', html)) - known
            known |= found
            ahead += sorted(found)
    lines_of_area = {line.path for line in (*tasks.AREA.acts, *tasks.AREA.pages)}
    assert lines_of_area - top.reached == {"/tasks/page/{number}", "/tasks/sign-up/{sign_up}/confirm"} - top.reached
