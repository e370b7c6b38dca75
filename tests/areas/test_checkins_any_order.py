"""What holds whatever the people of several check-ins do, in any order, each with a room that folds only what they can read."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.checkins.facts import (
    CheckedIn,
    CheckInEscalated,
    CheckInPaused,
    CheckInResumed,
    DeadlineMoved,
    HourPassed,
    NoteOpened,
    NoteTold,
    PersonFound,
    ShareGiven,
    WatchDeclined,
    WatchTaken,
)
from nasij.areas.checkins.folds import NOTE_TABLES
from nasij.areas.checkins.rules import ALARMED
from nasij.clock import HOURS_A_DAY, QUARTERS_A_DAY
from nasij.errors import Nasij
from nasij.kit import who
from nasij.kit.area import allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.kit.table import Share
from nasij.node import rows as shared_rows
from nasij.node import view
from tests.areas.test_any_order import Machine, one_of, some
from tests.areas.test_checkins import NOTE, SALT, Table

STEADY = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=False,
)
WORDS = ("olive", "almond", "lemon")


class Rooms(Table):
    """The same table, with a room for each member in which only what that member can read is folded."""

    def __init__(self) -> None:
        self.rooms: dict[str, Any] = {}
        self.held: dict[str, frozenset[str]] = {}
        super().__init__()

    def member(self, standing: str = "trusted", *roles: str, introduced_by: str = "") -> str:
        member = super().member(standing, *roles, introduced_by=introduced_by)
        self.rooms[member] = view.create(self.areas)
        for room in self.rooms.values():
            room.execute("delete from member")
            for row in self.rows("select * from member"):
                room.execute(f"insert into member values ({', '.join('?' * len(row))})", row)
        return member

    def say(self, fact: Any, by: str) -> str:
        line = self.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        mine = self.rooms[by]
        audience = allowed(line, mine, who.by(mine, by, self.hour), fact)
        assert super().say(fact, by) == audience
        people = who.holders(self.db, audience)
        for member in sorted(self.held.get(audience, people) | {by}):
            room = self.rooms[member]
            author = who.by(room, by, self.hour, audience)
            assert allowed(line, room, author, fact) == audience, f"{type(fact).__name__}: {member}"
            line.fold(room, author, fact)
        self.meet(audience)
        return audience

    def meet(self, audience: str) -> None:
        """Give whoever came newly into a circle its rows; then all of its people hold the same ones."""
        people = who.holders(self.db, audience)
        for comer in sorted(people - self.held.get(audience, people)):
            shared_rows.clear(self.rooms[comer], self.areas, audience)
            for part in shared_rows.dump(self.db, self.areas, audience):
                shared_rows.load(self.rooms[comer], self.areas, audience, part)
        self.held[audience] = people
        for table in self.areas.tables():
            if table.share is not Share.NEVER:
                sql = f"select * from {table.name} where audience = ? order by 1, 2"
                for member in people:
                    assert self.rooms[member].execute(sql, (audience,)).fetchall() == self.rows(sql, audience), (
                        table.name
                    )

    def forward(self, *, days: int = 0, hours: int = 0, quarters: int = 0) -> None:
        hour = self.hour
        super().forward(days=days, hours=hours, quarters=quarters)
        for room in self.rooms.values():
            for day in range(hour // HOURS_A_DAY + 1, self.day + 1):
                view.pass_days(room, self.areas, day)
        for audience in [of for (of,) in self.rows("select distinct of from holder")]:
            self.meet(audience)


class Checking(Machine):
    """Four people who set check-ins and watch over each other, pressing anything at any time."""

    @initialize()
    def begin(self) -> None:
        self.top = Rooms()
        self.people = [self.top.rim, self.top.sami, self.top.noor, self.top.zein]
        self.told_safe: set[str] = set()
        self.opened = 0
        self.top.set(self.top.sami, self.top.noor, hours=2)

    def attempt(self, fact: Any, by: str) -> bool:
        """Say it; what a rule refuses leaves no trace in any room, as in a node."""
        dbs = [self.top.db, *self.top.rooms.values()]
        for db in dbs:
            db.execute("savepoint attempt")
        done = False
        with contextlib.suppress(Nasij):
            self.top.say(fact, by)
            done = True
        for db in dbs:
            if not done:
                db.execute("rollback to attempt")
            db.execute("release attempt")
        return done

    def pick(self, n: int) -> str:
        found = [row[0] for row in self.top.rows("select checkin from checkin order by closed_on, set_at, checkin")]
        return str(one_of(found, n)) if found else ""

    def each(self, n: int, by: int, fact: Any) -> None:
        """Say a fact about one check-in, as anybody."""
        if checkin := self.pick(n):
            self.attempt(fact(checkin), one_of(self.people, by))

    # --- what people do ----------------------------------------------------------------------------------------------

    @rule(by=some, hours=st.integers(1, 30), many=st.integers(1, 3), every=st.sampled_from(["", "", "day", "week"]))
    def set(self, by: int, hours: int, many: int, every: str) -> None:
        member = one_of(self.people, by)
        others = [one for one in self.people if one != member][:many]
        more = {"every": every, "last": (self.top.day + 9) * QUARTERS_A_DAY if every else 0, "grace": hours % 7}
        self.top.set(*others, by=member, hours=hours, **more)

    @rule(n=some, needed=st.integers(1, 2))
    def seal(self, n: int, needed: int) -> None:
        if checkin := self.pick(n):
            with contextlib.suppress(Nasij):
                self.top.seal(checkin, needed)

    @rule(n=some, give=st.integers(0, 3))
    def a_night_without_word(self, n: int, give: int) -> None:
        """Let the hour of one with a note pass, and some rooms do what they do by themselves."""
        self.seal(n, 2)
        if checkin := self.pick(n):
            until = self.top.until(checkin)  # one that has ended may be forgotten meanwhile
            self.top.forward(hours=max(0, until // 4 + 2 - self.top.hour))
            for member in self.people:
                self.attempt(HourPassed(checkin, until, self.top.hour * 4), member)
            for member in self.people[4 - give :]:
                self.attempt(ShareGiven(checkin, b"share"), member)
            for member in self.people:
                self.attempt(NoteTold(checkin, NOTE, SALT), member)
                self.attempt(NoteOpened(checkin), member)

    @rule(n=some, by=some, which=st.sampled_from([WatchTaken, WatchDeclined, CheckInPaused]))
    def press(self, n: int, by: int, which: Any) -> None:
        self.each(n, by, which)

    @rule(n=some, by=some, last=st.booleans(), off=st.sampled_from([0, 0, 0, 1]))
    def safe(self, n: int, by: int, last: bool, off: int) -> None:
        checkin, member = self.pick(n), one_of(self.people, by)
        about = self.top.row("select about from checkin where checkin = ?", checkin)
        if checkin and self.attempt(CheckedIn(checkin, self.top.until(checkin) + off, last), member):
            assert member == about
            assert not off
            self.told_safe.add(checkin)

    @rule(n=some, by=some, word=st.sampled_from(WORDS))
    def told(self, n: int, by: int, word: str) -> None:
        checkin, member = self.pick(n), one_of(self.people, by)
        if checkin and self.attempt(self.top.told(checkin, word), member):
            assert word != "lemon"
            assert member in who.holders(self.top.db, f"checkin/{checkin}")
            if word == "olive":
                self.told_safe.add(checkin)
            else:
                assert self.top.state(checkin) in ALARMED

    @rule(n=some, by=some, word=st.sampled_from(["", *WORDS]), hours=st.integers(1, 20))
    def move(self, n: int, by: int, word: str, hours: int) -> None:
        def fact(checkin: str) -> DeadlineMoved:
            until = self.top.until(checkin)
            return DeadlineMoved(checkin, until, until + hours, self.top.heard(word, checkin) if word else "")

        self.each(n, by, fact)

    @rule(n=some, by=some)
    def resume(self, n: int, by: int) -> None:
        self.each(n, by, lambda checkin: CheckInResumed(checkin, self.top.hour + 9))

    @rule(n=some, by=some)
    def escalate(self, n: int, by: int) -> None:
        self.each(n, by, lambda checkin: CheckInEscalated(checkin, self.top.until(checkin)))

    @rule(n=some, by=some)
    def notice(self, n: int, by: int) -> None:
        self.each(n, by, lambda checkin: HourPassed(checkin, self.top.until(checkin), self.top.hour * 4 + n % 4))

    @rule(n=some, by=some)
    def give(self, n: int, by: int) -> None:
        self.each(n, by, lambda checkin: ShareGiven(checkin, b"share"))

    @rule(n=some, by=some)
    def open(self, n: int, by: int) -> None:
        self.each(n, by, lambda checkin: NoteTold(checkin, NOTE, SALT))
        self.each(n, by, NoteOpened)

    @rule(n=some, by=some)
    def find(self, n: int, by: int) -> None:
        checkin = self.pick(n)
        before = self.top.state(checkin) if checkin else ""
        if checkin and self.attempt(PersonFound(checkin, "seen"), one_of(self.people, by)):
            assert before in ALARMED

    @rule(hours=st.integers(1, 5))
    def pass_hours(self, hours: int) -> None:
        self.top.forward(hours=hours)

    @rule(days=st.integers(0, 9))
    def pass_days(self, days: int) -> None:
        self.top.forward(days=days if days < 3 else 0)

    def teardown(self) -> None:
        if hasattr(self, "top"):
            for (state,) in self.top.rows("select distinct state from checkin"):
                event(f"a check-in is {state}")
            event(f"a note was opened: {bool(self.opened)}")
        super().teardown()

    # --- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def a_note_is_closed_unless_somebody_is_looked_for(self) -> None:
        self.opened += self.top.row("select count(*) from sealed_note where opened_at > 0")
        given = self.top.rows(
            "select state from checkin join note_share using (checkin)"
            " union select state from checkin join told_note using (checkin)"
            " union select state from checkin join sealed_note using (checkin) where opened_at > 0"
        )
        assert {state for (state,) in given} <= set(ALARMED)
        early = self.top.rows(
            "select checkin_watcher.state from note_share join checkin_watcher using (checkin, member)"
            " join checkin using (checkin) where checkin.state = 'escalated'"
        )
        assert {state for (state,) in early} <= {"looking"}

    @invariant()
    def the_room_of_whoever_is_looked_for_holds_no_part_and_no_word(self) -> None:
        for checkin, about in self.top.rows("select checkin, about from checkin"):
            for table in ("note_share", "told_note"):
                found = self.top.rooms[about].execute(f"select 1 from {table} where checkin = ?", (checkin,))
                assert found.fetchall() == []

    @invariant()
    def what_has_ended_left_no_note(self) -> None:
        left = "select 1 from checkin join {} using (checkin) where checkin.closed_on > 0"
        for table in NOTE_TABLES:
            for db in (self.top.db, *self.top.rooms.values()):
                assert db.execute(left.format(table)).fetchall() == []

    @invariant()
    def nobody_is_forgotten_past_the_day(self) -> None:
        """Whatever rooms say, the line's own days let nobody wait longer than to the next one."""
        day = self.top.day * QUARTERS_A_DAY
        for state, until, grace in self.top.rows("select state, until, grace from checkin where closed_on = 0"):
            if state in ("set", "late", "escalated"):
                assert day < until + grace

    @invariant()
    def a_missed_one_is_an_incident_in_its_own_circle(self) -> None:
        for checkin, about in self.top.rows("select checkin, about from checkin where state = 'incident'"):
            found = self.top.rows("select about from incident where audience = ?", f"checkin/{checkin}")
            assert (about,) in found

    @invariant()
    def only_those_chosen_are_in_the_circle_until_it_is_an_incident(self) -> None:
        for checkin, set_by, state in self.top.rows("select checkin, set_by, state from checkin where closed_on = 0"):
            watching = "select member from checkin_watcher where checkin = ? and state <> 'declined'"
            chosen = {set_by, *(row[0] for row in self.top.rows(watching, checkin))}
            inside = who.holders(self.top.db, f"checkin/{checkin}")
            assert inside == chosen or (state == "incident" and inside > chosen)

    @invariant()
    def nobody_is_safe_whom_nobody_heard(self) -> None:
        for (checkin,) in self.top.rows("select checkin from checkin where state = 'safe'"):
            assert checkin in self.told_safe


TestChecking = pytest.mark.slow(Checking.TestCase)
TestChecking.settings = STEADY
