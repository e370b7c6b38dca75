"""What holds of care whatever several people do, in any order; each in their own room."""

import contextlib
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.care.facts import (
    CareDeclined,
    CaregiverBack,
    CaregiverEnded,
    CaregiverPaused,
    OptionRefused,
    OptionTaken,
    PreferenceStated,
    SeekingWithdrawn,
    SupervisionAccepted,
    SupervisionHeld,
    SupervisionLaidDown,
    SupervisorAway,
    SupervisorBack,
    SupervisorTold,
)
from nasij.areas.care.meeting import (
    AgreementConfirmed,
    AgreementProposed,
    EscalationClosed,
    EscalationRaised,
    FeedbackGiven,
    GoalReached,
    GoalStated,
    NoteShared,
    PersonAsked,
    RelationEnded,
    RelationPaused,
    RelationResumed,
    SafetyAgreed,
    SessionHeld,
    SessionMissed,
    SessionMoved,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.areas.care.oversight import overseer
from nasij.areas.people import MemberLeft
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.rows import fields, rows
from tests.areas.test_any_order import EASY, Machine, one_of, some
from tests.areas.test_care import TERMS, Table

OVER = {"declined", "silent", "withdrawn", "ended", "rematch"}
MET = {"accepted", "agreement", "active", "paused"}


class Caring(Machine):
    """Six people seek, answer, agree, meet, worry, are away, leave; the clock goes on."""

    @initialize()
    def begin(self) -> None:
        self.top: Any = Table()
        top = self.top
        self.members = [top.hadi, top.lina, top.pari, top.omar, top.sana, top.dima]
        self.parts = [top.cares(top.hadi, places=2), top.cares(top.lina)]
        top.brought(self.parts[0], top.hadi, top.pari)

    def say(self, fact: Any, by: str) -> bool:
        try:
            self.top.say(fact, by)
        except Nasij:
            return False
        event(type(fact).__name__)
        return True

    def ids(self, table: str) -> list[str]:
        """Return what there is; an id of nothing where there is nothing."""
        return [row[0] for row in self.top.rows(f"select * from {table} order by 1")] or ["0" * 16]

    @rule(n=some, m=some)
    def supervise(self, n: int, m: int) -> None:
        top, by = self.top, one_of([self.top.sana, self.top.dima], n)
        facts = (
            SupervisorAway(top.programme, top.day + 1 + m % 9),
            SupervisorBack(top.programme),
            SupervisionLaidDown(top.programme) if m % 3 == 0 else SupervisorBack(top.programme),
            SupervisionAccepted(top.programme),
            SupervisionHeld(new_id(), one_of(self.parts, m), "enough", "", one_of(["on", "rest", "fewer"], m)),
        )
        self.say(one_of(list(facts), n // 2), by)

    @rule(n=some, m=some)
    def care(self, n: int, m: int) -> None:
        part, day = one_of(self.parts, n), self.top.day
        facts = (CaregiverPaused(part, day + 2), CaregiverBack(part), SupervisorTold(new_id(), part, "x", 5))
        fact = CaregiverEnded(part) if m % 20 == 19 else one_of(list(facts), m)
        self.say(fact, one_of([self.top.hadi, self.top.lina], n))

    @rule(n=some, m=some)
    def seek(self, n: int, m: int) -> None:
        member = one_of(self.members, n)
        with contextlib.suppress(Nasij):
            seeking = self.top.seeks(member)
            options = self.top.shows(seeking, *{one_of(self.parts, m), one_of(self.parts, n)})
            self.say(PreferenceStated(seeking, options[0], options[-1] if len(options) > 1 else "", ""), member)

    @rule(n=some, m=some)
    def meet(self, n: int, m: int) -> None:
        part, helper = one_of([*zip(self.parts, (self.top.hadi, self.top.lina), strict=True)], n)
        with contextlib.suppress(Nasij):
            self.top.brought(part, helper, one_of(self.members, m), agreed=bool(m % 3))
            event("brought together")

    @rule(n=some, m=some)
    def choose(self, n: int, m: int) -> None:
        option = one_of(self.ids("care_option"), n)
        fact = one_of([OptionTaken, OptionTaken, OptionRefused], m)(option)
        for by in self.members:
            if self.say(fact, by):
                return

    @rule(n=some)
    def take_back(self, n: int) -> None:
        if n % 4 == 0:
            self.say(SeekingWithdrawn(one_of(self.ids("seeking"), n // 4)), one_of(self.members, n // 7))

    @rule(n=some, m=some)
    def answer(self, n: int, m: int) -> None:
        relation = one_of(self.ids("relation"), n)
        row = rows(self.top.db, "select helper from relation where relation = ?", relation)
        if not row or row[0]["helper"] not in self.members:
            return
        if m % 4 == 3:
            self.say(CareDeclined(relation), row[0]["helper"])
        else:
            with contextlib.suppress(Nasij):
                self.top.make("/care/with/{relation}/accept", row[0]["helper"], relation=relation)

    @rule(n=some, m=some, choice=some)
    def between(self, n: int, m: int, choice: int) -> None:
        relation, day = one_of(self.ids("relation"), n), self.top.day
        facts = (
            AgreementProposed(new_id(), relation, *TERMS),
            AgreementConfirmed(one_of(self.ids("care_agreement"), n)),
            SessionPlanned(new_id(), relation, day, "voice"),
            SessionHeld(one_of(self.ids("session"), n), 50, day + 7 if m % 2 else 0),
            SessionMoved(one_of(self.ids("session"), n), day + 3),
            SessionMissed(one_of(self.ids("session"), n)),
            RelationPaused(relation),
            RelationResumed(relation),
            GoalStated(new_id(), relation, "x", ""),
            GoalReached(one_of(self.ids("goal"), n)),
            NoteShared(new_id(), relation, "x", 3),
            FeedbackGiven(relation, "well", ""),
            RelationEnded(relation, "none") if m % 5 == 4 else RelationResumed(relation),
        )
        self.say(one_of(list(facts), choice), self.one_of_two(relation, m))

    def one_of_two(self, relation: str, n: int) -> str:
        """Return mostly one of the two who meet."""
        row = rows(self.top.db, "select helper, person from relation where relation = ?", relation)
        two = [one for one in (row[0]["helper"], row[0]["person"]) if one in self.members] if row else []
        return str(one_of(two if two and n % 5 else self.members, n // 5))

    @rule(n=some, m=some, choice=some)
    def worry(self, n: int, m: int, choice: int) -> None:
        made, relation = one_of(self.ids("escalation"), n), one_of(self.ids("relation"), n)
        facts = (
            EscalationRaised(new_id(), relation, one_of(["life", "worse"], m)),
            PersonAsked(made, one_of(["plan", "supervisor", "nobody"], m), ""),
            SupervisorInformed(made),
            SafetyAgreed(made, "x"),
            EscalationClosed(made),
        )
        self.say(one_of(list(facts), choice), self.one_of_two(relation, m))

    @rule()
    def wake(self) -> None:
        for member in (self.top.sana, self.top.dima):
            if member in self.members:
                with contextlib.suppress(Nasij):
                    self.top.wakes(member)

    @rule(n=some)
    def leave(self, n: int) -> None:
        gone = one_of(self.members, n)
        if n % 29 == 0 and len(self.members) > 4 and self.say(MemberLeft(), gone):
            self.members.remove(gone)

    @rule(hours=some)
    def wait(self, hours: int) -> None:
        self.top.forward(hours=hours % 40)

    # --- what holds -----------------------------------------------------------------------------------------------

    def relations(self) -> list[dict[str, Any]]:
        top = getattr(self, "top", None)
        return rows(top.db, "select * from relation order by relation") if top else []

    @invariant()
    def only_the_two_and_whoever_was_last_to_supervise_read_it(self) -> None:
        for row in self.relations():
            readers = who.holders(self.top.db, row["audience"]) - {row["helper"], row["person"]}
            assert len(readers) <= 1
            assert readers <= {self.top.sana, self.top.dima}

    @invariant()
    def nothing_goes_on_without_somebody_who_supervises(self) -> None:
        """In the fold of a word, or with the next day; what others say of themselves, such as that they leave, counts then."""
        top = getattr(self, "top", None)
        gone = top and {top.sana, top.dima} - set(self.members)
        for row in self.relations():
            there = overseer(self.top.db, row["programme"], self.top.day, row["helper"], row["person"])
            if row["state"] == "active" and not gone:
                assert there in who.holders(self.top.db, row["audience"]), row
            if not there:
                planned = SessionPlanned("0" * 16, row["relation"], self.top.day, "voice")
                with pytest.raises(Nasij):
                    self.top.say(planned, row["helper"] if row["helper"] in self.members else top.cora)

    @invariant()
    def nobody_is_named_before_both_have_said_yes(self) -> None:
        for row in self.relations():
            assert bool(row["person"]) or row["state"] not in MET
            assert not row["person"] or row["state"] not in {"proposed", "willing", "declined", "silent", "withdrawn"}
            assert bool(row["closed_on"]) is (row["state"] in OVER)

    @invariant()
    def what_is_active_was_confirmed_by_both(self) -> None:
        for row in self.relations():
            terms = rows(
                self.top.db, "select * from care_agreement where relation = ? and in_force = 1", row["relation"]
            )
            assert len(terms) <= 1
            assert row["state"] != "active" or (terms[0]["helper_yes"] and terms[0]["person_yes"])

    @invariant()
    def others_learn_of_a_worry_only_after_the_person_was_asked(self) -> None:
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from escalation") if top else ():
            others = who.holders(top.db, row["audience"]) - {row["helper"], row["person"]}
            assert not others or row["told"]
            assert not row["told"] or row["wish"]

    @invariant()
    def notes_are_never_older_than_their_day(self) -> None:
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from care_note") if top else ():
            assert row["until"] > top.day
            if row["relation"]:
                assert not fields(top.db, "relation", "relation", row["relation"])["closed_on"]


TestCaring = pytest.mark.slow(Caring.TestCase)
TestCaring.settings = settings(EASY, max_examples=60, stateful_step_count=50)
