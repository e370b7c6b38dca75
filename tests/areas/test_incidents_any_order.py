"""What holds of reports and cases whatever several people do, in any order; each in their own room."""

import contextlib
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.incidents import is_late
from nasij.areas.incidents.facts import (
    EXPOSURE_FIRST,
    KIND,
    DutyListSet,
    IncidentAnswered,
    IncidentDescribed,
    IncidentDuplicate,
    IncidentEnded,
    IncidentSeen,
    IncidentUnfounded,
    IncidentVerified,
    LeadSet,
    MoreTold,
    OnCallTold,
    ResponseClosed,
    ResponseFollowed,
    ResponseRead,
    ResponseReopened,
    ResponseSteadied,
    ResponseWorsened,
    RoomSetApart,
    SafeSaid,
    StepAdded,
    StepDone,
    StepHandedOn,
    StepSetAside,
    TeamJoined,
    TeamLeft,
    WarningPlanned,
)
from nasij.areas.incidents.folds import SAFE_DAYS
from nasij.areas.people import MemberLeft
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.rows import rows
from tests.areas.test_any_order import EASY, Machine, one_of, some
from tests.areas.test_incidents import NOW, Table

SEVERITIES = ("now", "today", "soon")
ABOUT_A_REPORT = (
    IncidentSeen,
    IncidentAnswered,
    IncidentUnfounded,
    IncidentEnded,
    SafeSaid,
    OnCallTold,
    RoomSetApart,
)
ABOUT_A_CASE = (ResponseRead, ResponseSteadied, ResponseFollowed, ResponseWorsened, ResponseReopened)
FINAL = {"unfounded", "duplicate", "over"}


class BadDays(Machine):
    """Five people report, answer, call back, open cases, warn, hand on, leave; the clock goes on."""

    @initialize(kind=some)
    def begin(self, kind: int) -> None:
        self.top: Any = Table()
        top = self.top
        self.members = [top.cora, top.amal, top.dunya, top.sami, top.noor]
        self.kept_out: dict[str, set[str]] = {}
        self.woken = 0
        for path in ("/by/me", "/by/other"):
            more = {"about": top.amal} if path == "/by/other" else {}
            top.make(path, top.noor if more else top.amal, **NOW, **more)
        top.case(one_of([*EXPOSURE_FIRST, "family"], kind), team=(top.sami,))

    def say(self, fact: Any, by: str) -> bool:
        try:
            self.top.say(fact, by)
        except Nasij:
            return False
        event(type(fact).__name__)
        return True

    def somebody(self, n: int) -> str:
        """Return mostly somebody who has to do with it."""
        return self.top.cora if n % 3 == 0 else one_of(self.members, n)

    def ids(self, table: str) -> list[str]:
        """Return what there is; an id of nothing where there is nothing."""
        return [row[0] for row in self.top.rows(f"select * from {table} order by 1")] or ["0" * 16]

    @rule(n=some, m=some, choice=some)
    def report(self, n: int, m: int, choice: int) -> None:
        by, chosen = one_of(self.members, n), one_of(self.members, m)
        tell = one_of(["on_call", "chosen", "both"], choice)
        left_out = [one_of(self.members, choice)] if choice % 3 == 0 else []
        values = NOW | {"severity": one_of(list(SEVERITIES), m), "tell": tell, "left_out": left_out}
        path = "/by/me" if choice % 2 else "/by/other"
        values |= {"chosen": [chosen] if tell != "on_call" else []}
        with contextlib.suppress(Nasij):
            more = {} if choice % 2 else {"about": one_of([*self.members, ""], m)}
            made = self.top.make(path, by, **values, **more)[0]
            self.kept_out[made.incident] = set(left_out) - {by, *made.chosen}

    @rule(n=some, m=some, choice=some)
    def about_a_report(self, n: int, m: int, choice: int) -> None:
        fact = one_of(list(ABOUT_A_REPORT), choice)(one_of(self.ids("incident"), n))
        self.say(fact, self.somebody(m))

    @rule(n=some, m=some, choice=some)
    def find_out(self, n: int, m: int, choice: int) -> None:
        incident, by = one_of(self.ids("incident"), n), self.somebody(m)
        whom = [one_of(self.members, choice)]
        facts = (
            IncidentVerified(incident, "spoke"),
            IncidentDuplicate(incident, one_of(self.ids("incident"), choice)),
            MoreTold(incident, whom),
            IncidentDescribed(incident, one_of(list(SEVERITIES), choice), "", one_of(list(KIND.labels), m), "", "", ""),
        )
        if self.say(fact := one_of(list(facts), choice), by) and isinstance(fact, MoreTold):
            self.kept_out.setdefault(incident, set()).difference_update(
                whom
            )  # only the sender takes back what they chose

    @rule(n=some, m=some, choice=some)
    def open_case(self, n: int, m: int, choice: int) -> None:
        lead, deputy = one_of(self.members, m), one_of(self.members, m + 1 + choice % 4)
        row = rows(self.top.db, "select about from incident where incident = ?", one_of(self.ids("incident"), n))
        kind = one_of([*EXPOSURE_FIRST, "family"], choice)
        trusted = who.members(self.top.db, ("trusted",))
        about = row[0]["about"] if row else ""
        for by in self.members:
            if {lead, deputy, by} <= trusted and lead != deputy and about not in (lead, deputy, by):
                with contextlib.suppress(Nasij):
                    values = {"kind": kind, "lead": lead, "deputy": deputy, "team": []}
                    self.top.make("/by/{incident}/case", by, incident=one_of(self.ids("incident"), n), **values)
                    return

    @rule(n=some, m=some, choice=some)
    def about_a_case(self, n: int, m: int, choice: int) -> None:
        response, by, other = one_of(self.ids("response"), n), self.somebody(m), one_of(self.members, choice)
        facts = (
            *(cls(response) for cls in ABOUT_A_CASE),
            ResponseClosed(response, "safe", ""),
            LeadSet(response, other, by),
            TeamJoined(response, other),
            TeamLeft(response, other),
            StepAdded(new_id(), response, "x", other, choice % 9),
            WarningPlanned(new_id(), response, other, "", choice % 9),
        )
        self.say(one_of(list(facts), choice), by)

    @rule(n=some, m=some, choice=some)
    def about_a_step(self, n: int, m: int, choice: int) -> None:
        step, by = one_of(self.ids("response_step"), n), self.somebody(m)
        facts = (
            StepDone(step),
            StepDone(step),
            StepSetAside(step, "x"),
            StepHandedOn(step, one_of(self.members, n), 3),
        )
        self.say(one_of(list(facts), choice), by)

    @rule(n=some, choice=some)
    def change_the_list(self, n: int, choice: int) -> None:
        self.say(DutyListSet([one_of(self.members, n)] if choice % 3 else []), self.top.cora)

    @rule(n=some)
    def leave(self, n: int) -> None:
        gone = one_of(self.members, n)
        if n % 11 == 0 and len(self.members) > 3 and gone != self.top.cora and self.say(MemberLeft(), gone):
            self.members.remove(gone)

    @rule(hours=some)
    def wait(self, hours: int) -> None:
        self.top.forward(hours=hours % 30)
        self.woken = self.top.hour
        for member in self.members:
            self.top.wakes(member)

    # --- what holds -----------------------------------------------------------------------------------------------

    @invariant()
    def whoever_is_kept_out_reads_nothing(self) -> None:
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from incident") if top else ():
            readers = who.holders(top.db, row["audience"])
            assert not self.kept_out.get(row["incident"], set()) & readers
            assert not (row["apart"] and row["about"] in readers)

    @invariant()
    def what_is_late_has_been_told(self) -> None:
        """No report stays late in an awake room without everybody on call being told."""
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from incident where state = 'reported'") if top else ():
            readers = who.holders(top.db, row["audience"]) & set(self.members)
            if is_late(top.db, row, top.hour) and readers and self.woken == top.hour:
                assert row["all_told"], row

    @invariant()
    def states_and_days_agree(self) -> None:
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from incident") if top else ():
            assert bool(row["closed_on"]) is (row["state"] in FINAL)
            assert row["state"] != "safe" or top.day - row["moved_on"] <= SAFE_DAYS
            seen = top.row("select count(*) from incident_told where incident = ? and seen_at > 0", row["incident"])
            assert bool(row["seen"]) is bool(seen), "opened by somebody is said by somebody"

    @invariant()
    def a_case_is_its_teams(self) -> None:
        top = getattr(self, "top", None)
        for row in rows(top.db, "select * from response") if top else ():
            team = {
                one for (one,) in top.rows("select member from response_person where response = ?", row["response"])
            }
            assert who.holders(top.db, row["audience"]) == team & who.members(top.db)
            assert row["lead"] != row["deputy"]
            if row["state"] != "closed":
                assert {row["lead"], row["deputy"]} <= team
            assert bool(row["closed_on"]) is (row["state"] == "closed")

    @invariant()
    def nothing_is_done_before_the_step_about_exposure(self) -> None:
        top = getattr(self, "top", None)
        if top is None:
            return
        early = top.rows(
            "select one.step from response_step as one join response_step as first using (response)"
            " where first.kind = 'exposure' and first.state = 'due' and one.kind = 'do' and one.state = 'done'"
        )
        assert early == []


TestBadDays = pytest.mark.slow(BadDays.TestCase)
TestBadDays.settings = settings(EASY, max_examples=40, stateful_step_count=40)
