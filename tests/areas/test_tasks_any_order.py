"""What holds of hours, places and turns whatever members do, in any order and in every room.

Hours sum to zero and no move goes beyond a limit; never more sign-ups than places; a turn that somebody has is always with
somebody, and nobody is on call beyond what they said. Two who act at once end the same in every room: whichever comes first.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.people import MemberLeft
from nasij.areas.tasks import facts as f
from nasij.areas.tasks import hours, on_call
from nasij.areas.tasks.rules import taken
from nasij.areas.tasks.turns import WINDOW, busy_days, limit_of
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit.rows import put
from nasij.kit.who import members
from tests.areas.test_any_order import Machine, one_of, some
from tests.areas.test_tasks import Table

MUCH = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=[Phase.reuse, Phase.generate],
)


class Play(Machine):
    """A group at a table where everybody has a room; whatever is refused leaves no trace in any of them."""

    def start(self) -> None:
        self.top = Table()
        self.everybody = [self.top.cora, self.top.dunya, self.top.sami, self.top.noor, self.top.zein]

    def somebody(self, n: int) -> str:
        return str(one_of(self.everybody, n))

    def column(self, sql: str, *values: Any) -> list[Any]:
        return [row[0] for row in self.top.rows(sql, *values)]

    def attempt(self, does: Callable[[], Any]) -> bool:
        """Do it, in all rooms or in none."""
        dbs = [self.top.db, *self.top.rooms.values()]
        held = dict(self.top.held)
        for db in dbs:
            db.execute("savepoint attempt")
        try:
            does()
        except Nasij:
            for db in dbs:
                db.execute("rollback to attempt")
            self.top.held = held
            return False
        finally:
            for db in dbs:
                db.execute("release attempt")
        return True

    @rule(n=some)
    def somebody_leaves(self, n: int) -> None:
        if n % 9 == 0 and len(members(self.top.db, ("trusted",))) > 3:
            self.attempt(lambda: self.top.say(MemberLeft(), self.somebody(n // 9)))

    @rule(days=st.sampled_from([0, 1, 1, 2, 9]), more=st.sampled_from([1, 3, 12]))
    def time_passes(self, days: int, more: int) -> None:
        self.top.forward(days=days, hours=more)

    @invariant()
    def every_room_agrees(self) -> None:
        if hasattr(self, "top"):
            self.top.agree()


class HoursInAnyOrder(Play):
    """Members give, gift, work and leave; limits are small so that they are met."""

    @initialize()
    def begin(self) -> None:
        self.start()
        for db in (self.top.db, *self.top.rooms.values()):
            put(db, "setting", name="hours_limit", value="3", audience="network")
            put(db, "setting", name="hours_pool_limit", value="5", audience="network")
        self.low, self.high = -180, 180
        self.before: dict[str, int] = {}

    @rule(n=some, m=some, minutes=st.sampled_from([5, 55, 60, 175, 180, 185, 360]))
    def give(self, n: int, m: int, minutes: int) -> None:
        self.attempt(lambda: self.top.make("/tasks/hours/give", self.somebody(n), to=self.somebody(m), minutes=minutes))

    @rule(n=some, m=some, minutes=st.sampled_from([60, 180, 300]), part=st.sampled_from([0, 1, 60, 180]))
    def give_as_one_likes(self, n: int, m: int, minutes: int, part: int) -> None:
        fact = f.HoursGiven(new_id(), self.somebody(m), minutes, part)
        self.attempt(lambda: self.top.say(fact, self.somebody(n)))

    @rule(n=some, minutes=st.sampled_from([5, 60, 180, 360]))
    def gift(self, n: int, minutes: int) -> None:
        fits = hours.can_give(self.top.db, self.somebody(n)) >= minutes
        here = self.somebody(n) in members(self.top.db)
        said = self.attempt(lambda: self.top.say(f.HoursGifted(new_id(), minutes), self.somebody(n)))
        assert said is (fits and here), "a gift of what one has is always possible"

    @rule(n=some, m=some, minutes=st.sampled_from([30, 90, 600]), kind=st.sampled_from(list(f.TASK_KIND.labels)))
    def work(self, n: int, m: int, minutes: int, kind: str) -> None:
        def worked() -> None:
            task = self.top.task(self.somebody(n), minutes=minutes, kind=kind)
            came = self.top.sign_up(task, self.somebody(m))
            self.top.make("/tasks/{task}/done", self.somebody(n), task=task, came=[came])

        room = min(minutes, hours.can_take(self.top.db, self.somebody(m)), hours.pool_room(self.top.db))
        had = hours.balance(self.top.db, self.somebody(m))
        if self.attempt(worked) and n % len(self.everybody) != m % len(self.everybody):
            assert hours.balance(self.top.db, self.somebody(m)) == had + room, "the same for every kind"

    @invariant()
    def hours_sum_to_zero_and_nobody_goes_beyond_a_limit(self) -> None:
        if not hasattr(self, "top"):
            return
        now = self.top.balances()
        assert sum(now.values()) == 0
        for account, minutes in now.items():
            if account == hours.POOL:
                assert minutes >= -300 or minutes >= self.before.get(account, 0) or self.somebody_is_gone(), "the pool"
            else:
                assert self.low <= minutes <= self.high
        self.before = now

    def somebody_is_gone(self) -> bool:
        """Say whether somebody left: what they owed is the pool's, so that it is still zero together."""
        return len(members(self.top.db, ("trusted",))) < len(self.everybody)

    @invariant()
    def accounts_are_what_their_entries_come_to(self) -> None:
        if not hasattr(self, "top") or self.somebody_is_gone():
            return
        found: dict[str, int] = {}
        for giver, taker, minutes in self.top.rows("select from_account, to_account, minutes from hours_entry"):
            found[giver] = found.get(giver, 0) - minutes
            found[taker] = found.get(taker, 0) + minutes
        assert found == self.top.balances()


class PlacesInAnyOrder(Play):
    """Members sign up, confirm, sign off and leave; organisers add places, begin, finish and cancel."""

    @initialize()
    def begin(self) -> None:
        self.start()

    def task_n(self, n: int) -> str:
        return str(one_of(self.column("select task from task order by task") or [new_id()], n))

    def sign_up_n(self, n: int) -> str:
        return str(one_of(self.column("select sign_up from sign_up order by sign_up") or [new_id()], n))

    def owner(self, sign_up: str, n: int) -> str:
        return str(self.top.row("select member from sign_up where sign_up = ?", sign_up) or self.somebody(n))

    @rule(n=some, places=st.sampled_from([1, 1, 2, 3]), due=st.sampled_from([0, 1, 4]))
    def propose(self, n: int, places: int, due: int) -> None:
        if len(self.column("select 1 from task where closed_on = 0")) < 3:
            self.attempt(lambda: self.top.task(self.somebody(n), due=due, places=places))

    @rule(n=some, m=some)
    def sign_up(self, n: int, m: int) -> None:
        places = self.column("select place from task_place order by place") or [new_id()]
        self.attempt(lambda: self.top.say(f.SignedUp(new_id(), one_of(places, n)), self.somebody(m)))

    @rule(n=some, m=some)
    def two_at_once(self, n: int, m: int) -> None:
        """Both saw the last place free; whichever comes first has it, in every room."""
        places = self.column("select place from task_place order by place") or [new_id()]
        place = str(one_of(places, n))
        for one in (m, m + 1):
            self.attempt(lambda one=one: self.top.say(f.SignedUp(new_id(), place), self.somebody(one)))

    @rule(n=some, m=some, cls=st.sampled_from([f.SignUpConfirmed, f.SignedOff, f.SignedOff, f.SignUpExcused]))
    def about_a_sign_up(self, n: int, m: int, cls: Any) -> None:
        sign_up = self.sign_up_n(n)
        by = self.owner(sign_up, m) if m % 4 else self.somebody(m)
        self.attempt(lambda: self.top.say(cls(sign_up), by))

    @rule(n=some, m=some, came=st.sampled_from(["came", "no_show"]))
    def attend(self, n: int, m: int, came: str) -> None:
        self.attempt(lambda: self.top.say(f.AttendanceStated(self.sign_up_n(n), came), self.somebody(m)))

    @rule(n=some, m=some, cls=st.sampled_from([f.TaskStarted, f.TaskDone, f.TaskCancelled, f.TaskTakenOver]))
    def about_a_task(self, n: int, m: int, cls: Any) -> None:
        task = self.task_n(n)
        organiser = self.top.row("select organiser from task where task = ?", task)
        self.attempt(lambda: self.top.say(cls(task), organiser if organiser and m % 4 else self.somebody(m)))

    @rule(n=some)
    def add_places(self, n: int) -> None:
        task = self.task_n(n)
        organiser = self.top.row("select organiser from task where task = ?", task) or self.somebody(n)
        self.attempt(lambda: self.top.say(f.PlacesAdded(new_id(), task, "حمل", 1, "", ""), organiser))

    @invariant()
    def there_are_never_more_sign_ups_than_places(self) -> None:
        if not hasattr(self, "top"):
            return
        for task, state in self.top.rows("select task, state from task where closed_on = 0"):
            places = self.top.rows("select place, places from task_place where task = ?", task)
            full = [taken(self.top.db, place) >= many for place, many in places]
            assert all(taken(self.top.db, place) <= many for place, many in places)
            if state in ("open", "filled"):
                assert (state == "filled") is all(full)

    @invariant()
    def nobody_is_twice_in_a_task(self) -> None:
        if hasattr(self, "top"):
            twice = "select 1 from sign_up where state in ('in', 'confirmed', 'came', 'no_show') group by task, member having count(*) > 1"
            assert self.top.rows(twice) == []


class TurnsInAnyOrder(Play):
    """Turns are planned, accepted, declined, handed over; some are silent, some leave."""

    @initialize()
    def begin(self) -> None:
        self.start()
        self.had: dict[str, str] = {}

    def turn_n(self, n: int) -> str:
        live = self.column("select turn from call_turn where closed_on = 0 order by turn")
        return str(one_of(live or [new_id()], n))

    def about(self, turn: str, n: int) -> str:
        """Return mostly whoever it is about: asked, or having it."""
        found = self.top.row("select asked, member from call_turn where turn = ?", turn) or ("", "")
        return str(found[n % 2] or found[1 - n % 2] or self.somebody(n)) if n % 5 else self.somebody(n)

    @rule(n=some, most=st.sampled_from([0, 2, 5, 9]), rest=st.sampled_from([0, 1, 3]))
    def limit(self, n: int, most: int, rest: int) -> None:
        """Say less or more than before; what one has already stays with one."""
        member = self.somebody(n)
        if not busy_days(self.top.db, member, self.top.day):
            self.attempt(lambda: self.top.say(f.CallLimitStated(most, rest, 0), member))

    @rule(n=some, m=some, begins=st.sampled_from([0, 0, 1, 3]), days=st.sampled_from([1, 2, 4]))
    def plan(self, n: int, m: int, begins: int, days: int) -> None:
        self.attempt(lambda: self.top.plan(self.somebody(n), days, self.somebody(m), begins))

    @rule(n=some, m=some, cls=st.sampled_from([f.CallTurnAccepted] * 3 + [f.CallTurnDeclined, f.HandOverTakenBack]))
    def answer(self, n: int, m: int, cls: Any) -> None:
        turn = self.turn_n(n)
        self.attempt(lambda: self.top.say(cls(turn), self.about(turn, m)))

    @rule(n=some, m=some, at_once=st.booleans())
    def hand_over(self, n: int, m: int, at_once: bool) -> None:
        turn = self.turn_n(n)
        self.attempt(lambda: self.top.hand_over(turn, self.about(turn, m), at_once=at_once))

    @rule(n=some)
    def a_room_wakes(self, n: int) -> None:
        if self.somebody(n) in members(self.top.db):
            self.top.wakes(self.somebody(n))

    @rule(n=some)
    def cancel(self, n: int) -> None:
        if n % 4 == 0:
            with contextlib.suppress(Nasij):
                self.top.say(f.CallTurnCancelled(self.turn_n(n)), self.top.cora)

    @invariant()
    def a_turn_is_always_with_somebody(self) -> None:
        """Who has a turn changes only by somebody else's yes, or when they are gone."""
        if not hasattr(self, "top"):
            return
        here = members(self.top.db)
        rows = dict(self.top.rows("select turn, member from call_turn where state in ('accepted', 'on')"))
        for turn, member in self.had.items():
            after = self.top.row("select state, ended_on from call_turn where turn = ?", turn)
            if member in here and rows.get(turn) != member and after:
                assert after[0] == "handed_over"
                assert self.follows(turn), "nobody took over, and it is gone"
        self.had = rows
        assert all(rows.values())

    def follows(self, turn: str) -> bool:
        kind, member = self.top.row("select kind, member from call_turn where turn = ?", turn)
        others = self.top.rows(
            "select 1 from call_turn where kind = ? and turn <> ? and member <> '' and state in ('accepted', 'on')"
            " union select 1 from call_turn where kind = ? and turn <> ? and state = 'handed_over' and member <> ?"
            " union select 1 from call_turn where kind = ? and turn <> ? and state = 'planned' and unasked <> ''",
            *(kind, turn, kind, turn, member, kind, turn),
        )
        return bool(others)

    @invariant()
    def nobody_is_on_call_beyond_what_they_said(self) -> None:
        if not hasattr(self, "top"):
            return
        for member in self.everybody:
            planned: set[int] = set()
            for first, last, state, ended in self.top.rows(
                "select first_day, last_day, state, ended_on from call_turn where member = ?"
                " and state in ('accepted', 'on', 'handed_over')",
                member,
            ):
                end = min(last, ended) if state == "handed_over" else last
                planned |= set(range(first, end + 1))
            most = limit_of(self.top.db, member)["days_most"]
            if member in members(self.top.db) and planned:
                for start in planned:
                    assert sum(start <= day < start + WINDOW for day in planned) <= most

    @invariant()
    def every_room_knows_the_same_on_call(self) -> None:
        if hasattr(self, "top"):
            here = members(self.top.db)  # the room of whoever left reads no further
            rooms = [room for member, room in self.top.rooms.items() if member in here]
            said = {tuple(on_call(room, self.top.day)) for room in rooms}
            assert said == {tuple(on_call(self.top.db, self.top.day))}


for machine in (HoursInAnyOrder, PlacesInAnyOrder, TurnsInAnyOrder):
    machine.TestCase.settings = MUCH
TestHoursInAnyOrder = pytest.mark.slow(HoursInAnyOrder.TestCase)
TestPlacesInAnyOrder = pytest.mark.slow(PlacesInAnyOrder.TestCase)
TestTurnsInAnyOrder = pytest.mark.slow(TurnsInAnyOrder.TestCase)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_who_take_the_last_place_at_once_one_has_it_in_every_room(first: int) -> None:
    top = Table()
    task = top.task(places=1)
    both = [(f.SignedUp(new_id(), top.place(task)), top.sami), (f.SignedUp(new_id(), top.place(task)), top.noor)]
    (early, by), (late, other) = both[first], both[1 - first]
    top.say(early, by)
    top.refuses(late, other, "places are taken")
    for member in (top.sami, top.noor, top.zein):
        held = top.rooms[member].execute("select member from sign_up").fetchall()
        assert held == [(by,)]
