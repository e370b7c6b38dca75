"""A bad day: who is told, when everybody on call is, what the sender sees; cases, their steps, and playbooks."""

import re
from typing import Any

import pytest

from nasij.areas import incidents, people, profile, tasks
from nasij.areas.incidents import IncidentAnswered, IncidentReported, due_at, home, is_late, on_call, open_by_itself
from nasij.areas.incidents.facts import (
    EXPOSURE_FIRST,
    KIND,
    DutyLeft,
    DutyListSet,
    IncidentDescribed,
    IncidentDuplicate,
    IncidentEnded,
    IncidentSeen,
    IncidentUnfounded,
    IncidentVerified,
    LeadSet,
    MoreTold,
    OnCallTold,
    OutsideContacted,
    PlaybookAdapted,
    PlaybookChecked,
    ResponseClosed,
    ResponseFollowed,
    ResponseOpened,
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
    WishesSaid,
)
from nasij.areas.incidents.playbooks import EXPOSURE, STARTING, steps_for
from nasij.areas.incidents.texts_oneself import DYING, FOR_ONESELF
from nasij.errors import Refused
from nasij.ids import new_id, numbered_id
from nasij.kit import charter, who
from nasij.kit.rows import fields
from nasij.web.forms import act_page
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.rooms import Rooms
from tests.tour import faults_of, own_words

AREAS = (people.AREA, profile.AREA, tasks.AREA, incidents.AREA)
NOW = {"severity": "now", "safe_now": "", "tell": "on_call", "chosen": [], "left_out": []}


class Table(Rooms):
    """A group in which Cora coordinates; Amal is in trouble, Dunya is her friend, Sami and Noor are there too."""

    def __init__(self) -> None:
        super().__init__(*AREAS)
        self.cora, self.amal = self.member("trusted", "cases"), self.member("new")
        self.dunya, self.sami, self.noor = (self.member() for _ in range(3))

    def report(self, by: str, **rest: Any) -> str:
        """Say that one is in trouble; returns the report."""
        return str(self.make("/by/me", by, **NOW | rest)[0].incident)

    def incident(self, incident: str) -> dict[str, Any]:
        return fields(self.db, "incident", "incident", incident)

    def readers(self, incident: str) -> frozenset[str]:
        return who.holders(self.db, str(self.incident(incident)["audience"]))

    def case(self, kind: str = "family", team: tuple[str, ...] = (), **rest: Any) -> str:
        """Open a case about a report of Amal's: Cora leads, Dunya stands in."""
        values = {"kind": kind, "lead": self.cora, "deputy": self.dunya, "team": sorted(team)} | rest
        made = self.make("/by/{incident}/case", self.cora, incident=self.report(self.amal), **values)
        return str(made[-1].response)

    def step(self, response: str, number: int) -> str:
        return numbered_id(response, number)

    def wakes(self, member: str) -> None:
        """Let a room say what is due."""
        room = self.rooms[member]
        for fact in home.unasked(room, self.looks(room, member)):
            self.say(fact, member)

    def texts(self, member: str) -> list[tuple[int, str]]:
        """Return what waits on somebody's home page, with how urgent it is."""
        room = self.rooms[member]
        return [(item.harm, item.text) for item in home.waiting(room, self.looks(room, member))]

    def shown(self, path: str, member: str, **params: str) -> dict[str, Any]:
        """Return the values of a page as somebody's own room shows it."""
        room = self.rooms[member]
        line = next(line for line in incidents.AREA.pages if line.path == path)
        return dict(line.view(room, who.by(room, member, self.hour), **params).values)


@pytest.fixture
def top() -> Table:
    """A group."""
    return Table()


class TestOnCall:
    def test_coordination_and_the_list_are_on_call(self, top: Table) -> None:
        assert on_call(top.db, top.day) == {top.cora}
        top.say(DutyListSet([top.dunya]), top.cora)
        assert on_call(top.db, top.day) == {top.cora, top.dunya}
        top.refuses(DutyListSet([top.sami]), top.sami)
        top.refuses(DutyListSet([new_id()]), top.cora, "not among us")
        top.say(DutyLeft(), top.dunya)
        assert on_call(top.db, top.day) == {top.cora}
        top.refuses(DutyLeft(), top.dunya, "not on this list")


class TestReporting:
    def test_those_on_call_read_it_at_once_and_nobody_else(self, top: Table) -> None:
        assert top.readers(top.report(top.amal)) == {top.cora, top.amal}

    def test_both_are_told_where_both_are_chosen(self, top: Table) -> None:
        told = top.readers(top.report(top.amal, tell="both", chosen=[top.sami]))
        assert told == {top.cora, top.amal, top.sami}

    def test_people_of_ones_choice_read_it_alone_until_the_time_has_passed(self, top: Table) -> None:
        incident = top.report(top.amal, tell="chosen", chosen=[top.dunya])
        assert top.readers(incident) == {top.amal, top.dunya}
        top.refuses(OnCallTold(incident), top.dunya, "not passed")
        top.wakes(top.dunya)
        assert top.readers(incident) == {top.amal, top.dunya}
        top.forward(hours=1, quarters=1)
        top.wakes(top.dunya)
        assert top.readers(incident) == {top.amal, top.dunya, top.cora}
        assert top.incident(incident)["all_told"] == top.hour
        top.wakes(top.amal)  # what was said is not said twice
        assert (-1, "Nobody has answered %(code)s in time: it is for everybody on call") in top.texts(top.cora)

    def test_the_sender_can_tell_those_on_call_before(self, top: Table) -> None:
        incident = top.report(top.amal, tell="chosen", chosen=[top.dunya])
        top.say(OnCallTold(incident), top.amal)
        assert top.cora in top.readers(incident)

    def test_whom_one_keeps_out_is_never_told(self, top: Table) -> None:
        top.say(DutyListSet([top.sami]), top.cora)
        incident = top.report(top.amal, left_out=[top.cora])
        assert top.readers(incident) == {top.sami, top.amal}
        top.forward(days=2)
        top.wakes(top.sami)
        assert top.readers(incident) == {top.sami, top.amal}
        top.say(IncidentAnswered(incident), top.sami)
        top.refuses(MoreTold(incident, [top.cora]), top.sami, "kept out")

    def test_where_nobody_is_on_call_whoever_is_there_is_told(self, top: Table) -> None:
        assert top.readers(top.report(top.cora)) == {top.cora, top.dunya, top.sami, top.noor}

    def test_a_report_that_reaches_nobody_is_not_taken(self, top: Table) -> None:
        everybody = sorted({top.cora, top.dunya, top.sami, top.noor})
        fact = IncidentReported(new_id(), "me", "now", "", "on_call", [], everybody, "")
        top.refuses(fact, top.amal, "Nobody would be told")
        fact = IncidentReported(new_id(), "me", "now", "", "chosen", [], [], "")
        top.refuses(fact, top.amal, "choose whom to tell")
        fact = IncidentReported(new_id(), "me", "now", "", "chosen", [top.sami], [top.sami], "")
        top.refuses(fact, top.amal, "both lists")
        fact = IncidentReported(new_id(), "me", "now", "", "on_call", [], [], top.sami)
        top.refuses(fact, top.amal, "about yourself")

    def test_a_report_about_somebody_else_does_not_tell_them(self, top: Table) -> None:
        incident = top.make("/by/other", top.sami, **NOW, about=top.amal)[0].incident
        assert top.readers(incident) == {top.cora, top.sami}

    @pytest.mark.parametrize(("standing", "may"), [("suspended", True), ("left", False), ("removed", False)])
    def test_somebody_whom_a_friend_has_frozen_first_is_reported_all_the_same(
        self, top: Table, standing: str, may: bool
    ) -> None:
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = ? where member = ?", (standing, top.amal))
        options = next(act.options for act in incidents.AREA.acts if act.path == "/by/other")
        assert (top.amal in dict(options["about"](top.db, top.by(top.sami)))) is may
        if not may:
            fact = IncidentReported(new_id(), "other", "now", "", "on_call", [], [], top.amal)
            top.refuses(fact, top.sami, "not among us")
            return
        incident = top.make("/by/other", top.sami, **NOW, about=top.amal)[0].incident
        assert top.readers(incident) == {top.cora, top.sami}
        values = {"kind": "arrest", "lead": top.cora, "deputy": top.dunya, "team": []}
        response = top.make("/by/{incident}/case", top.cora, incident=incident, **values)[-1].response
        assert top.row("select about from response where response = ?", response) == top.amal
        top.say(WarningPlanned(new_id(), response, top.amal, "", 1), top.dunya)

    def test_the_next_day_tells_those_on_call_if_no_room_did(self, top: Table) -> None:
        incident = top.report(top.amal, tell="chosen", chosen=[top.dunya])
        top.forward(days=1)
        assert top.cora in top.readers(incident)
        assert top.texts(top.cora)[0][0] == -1

    def test_whoever_comes_on_call_later_is_told_with_the_next_day(self, top: Table) -> None:
        incident = top.report(top.amal, severity="soon")
        top.say(DutyListSet([top.dunya]), top.cora)
        assert top.dunya not in top.readers(incident)
        top.forward(days=1)
        assert top.dunya in top.readers(incident)
        assert top.incident(incident)["all_told"] == 0

    def test_whoever_is_on_it_tells_more_people_and_nobody_else_does(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.refuses(MoreTold(incident, [top.sami]), top.cora, "whoever is on it")
        top.say(IncidentAnswered(incident), top.cora)
        top.say(MoreTold(incident, [top.sami]), top.cora)
        assert top.sami in top.readers(incident)


class TestTheClock:
    @pytest.mark.parametrize(("severity", "hours"), [("now", 1), ("today", 6), ("soon", 48)])
    def test_each_severity_has_its_time(self, top: Table, severity: str, hours: int) -> None:
        """Whoever reports at a minute to the quarter has all of it too."""
        found = top.incident(top.report(top.amal, severity=severity))
        due = (top.hour + hours) * 4 + 1
        assert due_at(top.db, found) == due
        assert not is_late(top.db, found, due - 1)
        assert is_late(top.db, found, due)

    @pytest.mark.parametrize(("minutes", "quarters"), [(15, 1), (20, 2), (30, 2), (360, 24)])
    def test_a_group_may_want_an_answer_within_a_quarter_of_an_hour(
        self, top: Table, minutes: int, quarters: int
    ) -> None:
        for db in (top.db, *top.rooms.values()):
            db.execute(
                "insert into setting (name, value, audience) values ('incident_now_minutes', ?, 'network')", (minutes,)
            )
        top.past = 2
        incident = top.report(top.amal, tell="chosen", chosen=[top.dunya])
        half_past = top.hour * 4 + 2
        assert due_at(top.db, top.incident(incident)) == half_past + 1 + quarters
        for _ in range(quarters):
            top.forward(quarters=1)
            top.wakes(top.dunya)
            assert top.cora not in top.readers(incident)
        top.forward(quarters=1)
        top.wakes(top.dunya)
        assert top.cora in top.readers(incident)

    @pytest.mark.parametrize("said_at", [0, 9_000_000])
    def test_a_clock_that_is_wrong_counts_within_the_lines_hour(self, top: Table, said_at: int) -> None:
        incident = new_id()
        top.say(IncidentReported(incident, "me", "now", "", "on_call", [], [], "", said_at), top.amal)
        assert top.incident(incident)["reported_at"] // 4 == top.hour

    def test_the_times_have_bounds(self) -> None:
        names = ("incident_now_minutes", "incident_today_hours", "incident_soon_hours")
        bounds = [charter.SETTINGS[name] for name in names]
        assert all(one.by_decision and one.least >= 1 for one in bounds)
        assert [one.most for one in bounds] == [360, 24, 96]

    def test_an_answer_stops_it(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.say(IncidentAnswered(incident), top.cora)
        top.forward(hours=100)
        assert not is_late(top.db, top.incident(incident), top.hour * 4)
        assert home.unasked(top.rooms[top.cora], top.by(top.cora)) == []

    def test_the_first_answer_counts_and_the_sender_does_not_answer_themselves(self, top: Table) -> None:
        incident = top.report(top.amal, tell="both", chosen=[top.sami])
        top.refuses(IncidentAnswered(incident), top.amal, "who was told")
        top.say(IncidentAnswered(incident), top.cora)
        top.refuses(IncidentAnswered(incident), top.sami, "on it already")

    def test_somebody_else_answers_once_whoever_did_has_gone(self, top: Table) -> None:
        incident = top.report(top.amal, tell="both", chosen=[top.sami])
        top.say(IncidentAnswered(incident), top.cora)
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'left' where member = ?", (top.cora,))
        assert top.texts(top.sami) == [(-1, "Somebody is in danger now: %(code)s")]
        top.say(IncidentAnswered(incident), top.sami)

    @pytest.mark.parametrize("verified", [False, True])
    def test_everybody_on_call_is_told_once_the_one_who_was_on_it_is_gone(self, top: Table, verified: bool) -> None:
        incident = top.report(top.amal, tell="chosen", chosen=[top.dunya])
        top.say(IncidentAnswered(incident), top.dunya)
        if verified:
            top.say(IncidentVerified(incident, "word"), top.dunya)
        top.forward(hours=1, quarters=1)
        top.wakes(top.amal)
        assert top.cora not in top.readers(incident)
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'suspended' where member = ?", (top.dunya,))
        assert "Your report %(code)s: somebody is on it" not in [i.text for i in home.mine(top.db, top.by(top.amal))]
        assert not top.shown("/by/{incident}", top.amal, incident=incident)["answered"]
        top.wakes(top.amal)
        assert top.cora in top.readers(incident)
        assert top.texts(top.cora)[0][0] == -1
        top.say(IncidentAnswered(incident), top.cora)

    def test_what_becomes_more_urgent_has_its_time_anew(self, top: Table) -> None:
        incident = top.report(top.amal, severity="soon")
        top.forward(hours=5)
        top.say(IncidentDescribed(incident, "now", "no", "", "", "", ""), top.amal)
        assert due_at(top.db, top.incident(incident)) == top.hour * 4 + 5
        top.say(IncidentAnswered(incident), top.cora)
        top.say(IncidentDescribed(incident, "soon", "no", "family", "north", "two", "words"), top.cora)
        assert top.incident(incident)["kind"] == "family"

    def test_urgent_reports_come_first_on_the_home_page_of_those_told(self, top: Table) -> None:
        for severity in ("soon", "now", "today"):
            top.report(top.amal, severity=severity)
        assert [harm for harm, _ in top.texts(top.cora)] == [-1, 0, 1]
        assert top.texts(top.sami) == []


class TestWhatTheSenderSees:
    def test_opened_by_somebody_is_said_and_never_guessed(self, top: Table) -> None:
        incident = top.report(top.amal)
        assert top.shown("/by/{incident}", top.cora, incident=incident)["gate"]
        assert top.incident(incident)["seen"] == 0  # a look at the envelope is no opening
        top.refuses(IncidentSeen(incident), top.amal)
        top.say(IncidentSeen(incident), top.cora)
        assert not top.shown("/by/{incident}", top.cora, incident=incident)["gate"]
        assert top.incident(incident)["seen"] == 1

    def test_i_am_safe_stops_the_clock_and_does_not_hide_it(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.refuses(SafeSaid(incident), top.cora, "Only whoever it is about")
        top.make("/by/safe", top.amal)
        found = top.incident(incident)
        assert (found["state"], found["severity"], found["closed_on"]) == ("safe", "soon", 0)
        assert top.texts(top.cora) == [(1, "%(code)s is said to be safe: hear it by voice")]
        top.refuses(IncidentEnded(incident), top.amal, "who was told")
        top.say(IncidentEnded(incident), top.cora)
        assert top.incident(incident)["state"] == "over"

    def test_i_am_safe_needs_a_report(self, top: Table) -> None:
        with pytest.raises(Refused, match="No report about you"):
            top.make("/by/safe", top.amal)

    def test_a_call_back_that_hears_otherwise_opens_it_again(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.say(SafeSaid(incident), top.amal)
        top.say(IncidentVerified(incident, "witness"), top.cora)
        assert top.incident(incident)["state"] == "verified"
        assert top.texts(top.cora) == [(0, "%(code)s is so: open a case, or end it")]

    def test_a_report_of_somebody_safe_is_over_after_three_days(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.say(SafeSaid(incident), top.amal)
        top.forward(days=3)
        assert top.incident(incident)["state"] == "over"

    def test_a_report_that_nobody_answered_is_never_closed_by_a_few_days(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.forward(days=30)
        assert top.incident(incident)["state"] == "reported"
        assert top.texts(top.cora)[0][0] == -1


class TestAPhoneInOtherHands:
    def test_its_room_reads_nothing_more_of_the_report(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.refuses(RoomSetApart(incident), top.amal, "who was told")
        top.say(RoomSetApart(incident), top.cora)
        assert top.readers(incident) == {top.cora}
        top.refuses(SafeSaid(incident), top.amal)
        top.refuses(RoomSetApart(incident), top.cora, "no room")
        top.forward(days=1)
        assert top.readers(incident) == {top.cora}

    def test_who_was_heard_by_voice_is_told_again(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.say(RoomSetApart(incident), top.cora)
        top.say(IncidentAnswered(incident), top.cora)
        top.say(MoreTold(incident, [top.amal]), top.cora)
        assert top.readers(incident) == {top.cora, top.amal}
        top.say(SafeSaid(incident), top.amal)

    @pytest.mark.parametrize("kind", EXPOSURE_FIRST)
    def test_a_case_after_an_arrest_is_opened_behind_its_back(self, top: Table, kind: str) -> None:
        response = top.case(kind)
        incident = top.row("select incident from response where response = ?", response)
        assert top.readers(incident) == {top.cora}
        known = top.rooms[top.amal].execute("select state, response from incident").fetchone()
        assert known == ("reported", ""), "that room has not heard of the case"

    def test_after_other_trouble_the_sender_learns_who_leads(self, top: Table) -> None:
        top.case("eviction")
        assert top.rooms[top.amal].execute("select state, answered_by from incident").fetchone() == ("opened", top.cora)


class TestFindings:
    def test_it_turns_out_otherwise(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.refuses(IncidentUnfounded(incident), top.amal)
        top.say(IncidentUnfounded(incident), top.cora)
        top.refuses(IncidentVerified(incident, "spoke"), top.cora)
        top.refuses(IncidentDescribed(incident, "now", "", "", "", "", ""), top.amal, "over")

    def test_it_is_known_already(self, top: Table) -> None:
        incident, other = top.report(top.amal), top.report(top.amal)
        top.refuses(IncidentDuplicate(incident, incident), top.cora, "another report")
        top.say(IncidentDuplicate(incident, other), top.cora)
        assert top.incident(incident)["same_as"] == other

    def test_whoever_was_not_told_says_nothing(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.refuses(IncidentVerified(incident, "spoke"), top.sami)
        assert top.rooms[top.sami].execute("select count(*) from incident").fetchone()[0] == 0


class TestByItself:
    def test_another_area_opens_one_in_a_circle_of_its_own(self, top: Table) -> None:
        audience, incident = f"check/{new_id()}", new_id()
        values = {"incident": incident, "about": top.amal, "kind": "missing", "severity": "now", "source": "check"}
        for member in (top.amal, top.dunya, ""):
            db = top.rooms.get(member, top.db)
            who.admit(db, audience, top.amal, top.dunya)
            for _twice in range(2):
                open_by_itself(db, top.hour, **values, audience=audience)
        top.held[audience] = who.holders(top.db, audience)
        assert top.rows("select member from incident_told where incident = ?", incident) == [(top.dunya,)]
        assert top.texts(top.dunya) == [(-1, "Somebody is in danger now: %(code)s")]
        top.forward(hours=1, quarters=1)
        top.wakes(top.dunya)
        assert who.holders(top.db, audience) == {top.amal, top.dunya, top.cora}
        top.say(SafeSaid(incident), top.amal)
        assert top.incident(incident)["state"] == "safe"


class TestCases:
    def test_only_the_team_reads_it_and_those_told_learn_who_leads(self, top: Table) -> None:
        response = top.case(team=(top.sami,))
        audience = f"response/{response}"
        assert who.holders(top.db, audience) == {top.cora, top.dunya, top.sami}
        incident = top.row("select incident from incident where response = ?", response)
        assert top.incident(incident)["state"] == "opened"
        assert top.shown("/by/{incident}", top.amal, incident=incident)["row"]["answered_by"] == top.cora

    def test_two_different_trusted_people_lead(self, top: Table) -> None:
        def opened(lead: str, deputy: str, kind: str = "family", team: tuple[str, ...] = ()) -> ResponseOpened:
            return ResponseOpened(new_id(), new_id(), kind, top.amal, lead, deputy, list(team))

        top.refuses(opened(top.cora, top.cora), top.cora, "Two different people")
        top.refuses(opened(top.amal, top.cora), top.cora, "trusted")
        top.refuses(opened(top.cora, top.amal), top.cora, "trusted")
        for kind in EXPOSURE_FIRST:
            top.refuses(opened(top.cora, top.sami, kind, (top.amal,)), top.cora, "other hands")

    def test_every_opening_is_written_down_for_the_team(self, top: Table) -> None:
        response = top.case()
        assert top.shown("/by/case/{response}", top.dunya, response=response)["gate"]
        top.say(ResponseRead(response), top.dunya)
        page = top.shown("/by/case/{response}", top.cora, response=response)
        assert {one["member"] for one in page["openings"]} == {top.cora, top.dunya}
        top.forward(days=2)
        assert top.shown("/by/case/{response}", top.dunya, response=response)["gate"]

    def test_it_moves_through_its_states_and_only_a_lead_closes_it(self, top: Table) -> None:
        response = top.case(team=(top.sami,))
        closed = ResponseClosed(response, "safe", "keep two phones")
        top.refuses(closed, top.cora)  # not while it is acute
        top.say(ResponseSteadied(response), top.sami)
        top.say(ResponseWorsened(response), top.sami)
        top.say(ResponseSteadied(response), top.sami)
        top.say(ResponseFollowed(response), top.sami)
        top.refuses(closed, top.sami, "whoever leads")
        top.make("/by/case/{response}/close", top.cora, response=response, reason="safe", words="keep two phones")
        assert top.row("select state from incident") == "over"
        top.say(ResponseReopened(response), top.sami)
        assert top.row("select count(*) from response_step where closed_on > 0") == 0

    @pytest.mark.slow
    def test_closing_forgets(self, top: Table) -> None:
        response = top.case()
        top.say(OutsideContacted(new_id(), response, "lawyer 2", "comes at nine", ""), top.cora)
        top.say(WishesSaid(response, "person", "not the police"), top.cora)
        top.say(ResponseSteadied(response), top.cora)
        top.make("/by/case/{response}/close", top.cora, response=response, reason="safe", words="keep two phones")
        top.forward(days=31)
        for words in ("comes at nine", "not the police", "keep two phones"):
            assert not any(words in line for line in top.dump())
        top.forward(days=180)
        assert top.rows("select * from response_person") == []
        assert who.holders(top.db, f"response/{response}") == frozenset()
        left = "".join(line for line in top.dump() if "response" in line or "incident" in line)
        assert top.amal not in left

    def test_leading_is_handed_on_and_nobody_leaves_who_leads(self, top: Table) -> None:
        response = top.case(team=(top.sami,))
        top.refuses(TeamLeft(response, top.cora), top.cora, "hands that on first")
        top.refuses(LeadSet(response, top.sami, top.dunya), top.sami, "whoever leads")
        top.say(LeadSet(response, top.noor, top.dunya), top.cora)
        top.say(TeamLeft(response, top.cora), top.cora)
        assert who.holders(top.db, f"response/{response}") == {top.noor, top.dunya, top.sami}
        top.refuses(TeamLeft(response, top.noor), top.sami)

    def test_a_case_whose_leads_are_gone_asks_for_others(self, top: Table) -> None:
        response = top.case(team=(top.sami,))
        for db in (top.db, *top.rooms.values()):
            db.execute("update member set standing = 'left' where member in (?, ?)", (top.cora, top.dunya))
        assert (-1, "Nobody leads %(code)s, or nobody stands in: choose somebody") in top.texts(top.sami)
        top.say(LeadSet(response, top.sami, top.noor), top.sami)

    def test_only_whoever_leads_asks_somebody_in(self, top: Table) -> None:
        response = top.case("arrest", team=(top.sami,))
        top.refuses(TeamJoined(response, top.noor), top.sami, "whoever leads")
        top.refuses(TeamJoined(response, top.amal), top.cora, "other hands")
        top.say(StepDone(top.step(response, 1)), top.cora)
        top.say(TeamJoined(response, top.amal), top.cora)
        assert top.amal in who.holders(top.db, f"response/{response}")


class TestSteps:
    def test_the_playbook_becomes_steps_with_owners_and_hours(self, top: Table) -> None:
        response = top.case("blackmail")
        lines = steps_for(top.db, "blackmail")
        found = top.rows("select words, owner, due_at from response_step where response = ? order by place", response)
        assert found == [(line.words, line.owner, top.hour + line.hours) for line in lines]
        assert {line.owner for line in lines} == {"lead", "deputy"}

    @pytest.mark.parametrize("kind", EXPOSURE_FIRST)
    def test_exposure_comes_first_and_everything_else_waits_for_it(self, top: Table, kind: str) -> None:
        response = top.case(kind)
        first, second = top.step(response, 1), top.step(response, 2)
        assert top.row("select kind from response_step where step = ?", first) == "exposure"
        assert top.shown("/by/case/{response}", top.cora, response=response)["steps"][1]["shut"]
        top.refuses(StepDone(second), top.cora, "protects everybody else")
        warning = WarningPlanned(new_id(), response, top.noor, "", 1)
        top.say(warning, top.dunya)
        top.say(StepDone(warning.step), top.dunya)  # a warning is a part of it
        top.refuses(StepSetAside(first, "no time"), top.dunya, "whoever leads")
        top.say(StepSetAside(first, "done by voice already"), top.cora)
        top.say(StepDone(second), top.cora)

    def test_whom_the_phone_shows_is_one_press_away(self, top: Table) -> None:
        response = top.case("device_taken")
        assert f'href="/exposure/{top.amal}"' in drawn(top, top.dunya, self.opened(top, response), "en")
        top.say(StepDone(top.step(response, 1)), top.cora)
        assert "/exposure/" not in drawn(top, top.dunya, f"/by/case/{response}", "en")

    def opened(self, top: Table, response: str) -> str:
        top.say(ResponseRead(response), top.dunya)
        return f"/by/case/{response}"

    def test_other_kinds_have_no_such_step(self, top: Table) -> None:
        response = top.case("hospital")
        top.say(StepDone(top.step(response, 1)), top.cora)
        assert top.row("select count(*) from response_step where kind = 'exposure'") == 0

    def test_what_is_late_shows_to_its_owner_and_to_the_lead(self, top: Table) -> None:
        response = top.case("missing", team=(top.sami,))
        added = StepAdded(new_id(), response, "ask at the bridge", top.sami, 2)
        top.say(added, top.cora)
        top.forward(hours=3)
        late = "A step of yours for %(code)s is late"
        assert late in [text for _, text in top.texts(top.sami)]
        assert "A step of somebody else for %(code)s is late" in [text for _, text in top.texts(top.cora)]
        top.say(StepHandedOn(added.step, top.dunya, 5), top.sami)
        assert late not in [text for _, text in top.texts(top.sami)]

    def test_a_step_is_for_somebody_of_the_team(self, top: Table) -> None:
        response = top.case()
        top.refuses(StepAdded(new_id(), response, "x", top.noor, 2), top.cora, "of the team")
        top.refuses(StepHandedOn(top.step(response, 1), top.noor, 2), top.cora, "of the team")
        top.refuses(StepAdded(new_id(), response, "x", top.cora, 2), top.noor)

    def test_it_does_not_close_while_somebody_has_to_be_warned(self, top: Table) -> None:
        response = top.case()
        top.say(WarningPlanned(new_id(), response, top.noor, top.dunya, 1), top.cora)
        top.say(ResponseSteadied(response), top.cora)
        top.refuses(ResponseClosed(response, "safe", ""), top.cora, "still has to be warned")

    def test_what_was_somebodys_to_do_is_the_leads_once_they_leave(self, top: Table) -> None:
        response = top.case(team=(top.sami,))
        added = StepAdded(new_id(), response, "x", top.sami, 2)
        top.say(added, top.cora)
        top.say(TeamLeft(response, top.sami), top.sami)
        assert top.row("select owner from response_step where step = ?", added.step) == "lead"


ALL_LINES = [
    (kind, part, words)
    for kind, text in STARTING.items()
    for part in ("never", "say", "never_say", "call")
    for words in getattr(text, part)
] + [(kind, "steps", line.words) for kind, text in STARTING.items() for line in text.steps]
ALL_LINES += [(kind, "oneself", words) for kind, lines in FOR_ONESELF.items() for words in lines]


class TestPlaybooks:
    @pytest.mark.parametrize("kind", KIND.labels)
    def test_each_kind_has_a_whole_text(self, kind: str) -> None:
        text = STARTING[kind]
        hours = [line.hours for line in text.steps]
        assert hours == sorted(hours)
        assert min(hours) <= 1
        assert any(1 < hour <= 24 for hour in hours)
        assert any(24 < hour <= 168 for hour in hours)
        assert len(text.steps) >= 7
        assert len(text.never) >= 3
        assert text.say
        assert text.never_say
        assert text.call

    def test_there_are_fifteen_and_no_other(self) -> None:
        assert set(STARTING) == set(KIND.labels)
        assert len(STARTING) == 15

    def test_each_kind_speaks_to_the_one_in_trouble_too_and_briefly(self) -> None:
        assert set(FOR_ONESELF) == set(KIND.labels)
        assert not [kind for kind, lines in FOR_ONESELF.items() if not 2 <= len(lines) <= 4]

    def test_where_shame_or_force_may_kill_somebody_asks_about_dying(self) -> None:
        for kind in ("blackmail", "exposure_threat", "assault", "forced_treatment", "forced_marriage"):
            assert any("think of dying" in line.words for line in STARTING[kind].steps), kind
        for kind in ("blackmail", "exposure_threat", "forced_treatment"):
            assert DYING in FOR_ONESELF[kind]

    def test_a_body_is_asked_about_within_the_first_hour_where_it_may_be_hurt(self) -> None:
        for kind in ("family", "assault"):
            assert any(line.hours <= 1 and "choking" in line.words for line in STARTING[kind].steps), kind

    def test_whether_a_doctor_must_report_is_asked_before_anybody_goes_to_one(self) -> None:
        words = [line.words for line in STARTING["assault"].steps]
        asked = next(at for at, one in enumerate(words) if "must report" in one)
        assert asked < next(at for at, one in enumerate(words) if "sexual violence" in one)

    def test_the_one_in_trouble_reads_what_is_for_them_and_not_what_is_said_about_them(self, top: Table) -> None:
        incident = top.report(top.amal)
        top.say(IncidentDescribed(incident, "now", "no", "arrest", "", "", ""), top.amal)
        mine = top.shown("/by/{incident}", top.amal, incident=incident)
        assert (mine["oneself"], mine["never"]) == (FOR_ONESELF["arrest"], ())
        top.say(IncidentSeen(incident), top.cora)
        theirs = top.shown("/by/{incident}", top.cora, incident=incident)
        assert (theirs["oneself"], theirs["never"]) == ((), STARTING["arrest"].never)

    def test_every_sentence_stands_in_both_languages(self) -> None:
        arabic = Words("ar")
        assert [words for _, _, words in ALL_LINES if not arabic.knows(words)] == []
        assert arabic.knows(EXPOSURE.words)
        assert not [w for _, _, w in ALL_LINES if re.search(r"[A-Za-z]", arabic.gettext(w))]

    def test_no_name_can_come_into_words_for_the_phone(self) -> None:
        """They are whole sentences: nothing is filled into them."""
        assert not [words for _, _, words in ALL_LINES if "%" in words or "{" in words]

    def test_a_text_says_nothing_about_the_law_of_a_country(self) -> None:
        forbidden = re.compile(r"\b(illegal|legal|law|article|penal|crime|criminal|right to)\b", re.IGNORECASE)
        assert [words for _, _, words in ALL_LINES if forbidden.search(words)] == []

    def test_those_where_a_phone_may_be_in_other_hands_begin_with_exposure(self, top: Table) -> None:
        assert EXPOSURE_FIRST == ("arrest", "device_taken")
        for kind in KIND.labels:
            assert (steps_for(top.db, kind)[0].kind == "exposure") is (kind in EXPOSURE_FIRST)

    def test_a_group_makes_a_text_its_own(self, top: Table) -> None:
        own = PlaybookAdapted("arrest", 1, "1, ٢", "2: call lawyer 2\nlook after the cats", "", "", "", "lawyer 2")
        top.refuses(own, top.sami)
        top.say(own, top.cora)
        lines = steps_for(top.db, "arrest")
        assert lines[0].kind == "exposure"  # it cannot be left out
        assert STARTING["arrest"].steps[0] not in lines
        assert STARTING["arrest"].steps[2] in lines
        assert [(line.hours, line.words) for line in lines if line.own] == [
            (2, "call lawyer 2"),
            (24, "look after the cats"),
        ]
        top.refuses(own, top.cora, "changed this text meanwhile")
        response = top.case("arrest")
        assert top.row("select count(*) from response_step where own_words and response = ?", response) == 2

    def test_what_cannot_be_read_is_refused_with_a_sentence(self, top: Table) -> None:
        for dropped, steps, words in (
            ("99", "", "numbers of steps"),
            ("x", "", "numbers of steps"),
            ("", "9999: x", "Hours stand before"),
            ("", "3: " + "x" * 161, "too long"),
            ("", "\n".join(["x"] * 41), "too many"),
        ):
            top.refuses(PlaybookAdapted("family", 1, dropped, steps, "", "", "", ""), top.cora, words)

    def test_a_lawyers_reading_belongs_to_a_version_and_grows_old(self, top: Table) -> None:
        def age() -> str:
            return str(top.shown("/by/guide/{kind}", top.amal, kind="family")["age"])

        assert age() == "never"
        top.refuses(PlaybookChecked("family", 0, False), top.cora, "tick this")
        top.say(PlaybookChecked("family", 0, True), top.cora)
        assert age() == "checked"
        top.say(PlaybookAdapted("family", 1, "", "rest", "", "", "", ""), top.cora)
        assert age() == "never"
        top.refuses(PlaybookChecked("family", 0, True), top.cora, "changed this text")
        top.say(PlaybookChecked("family", 1, True), top.cora)
        top.forward(days=181)
        assert age() == "old"


# Pages


def drawn(top: Any, member: str, path: str, language: str) -> str:
    """Draw what is at a path for somebody, from their own room; a form where no page is."""
    room = top.rooms[member]
    me = who.by(room, member, top.hour)
    look = Look(
        words=Words(language), me=me, db=room, areas=top.areas, path=path, token="t" * 22,
        nonce="n" * 22, name_of=lambda _member: "\u2068x\u2069", saved_mark=lambda _record: "here",
    )  # fmt: skip
    line, acted = look.page_at(path), look.act_at(path)
    if acted and (line is None or "{" in line.path):
        top.reached.add(acted[0].path)
        return render(look, act_page(look, acted[0], path))
    from nasij.web.look import pattern

    assert line is not None, path
    top.reached.add(line.path)
    found = pattern(line.path).fullmatch(path)
    return render(look, line.view(room, me, **found.groupdict()))


def test_whoever_is_alone_is_told_that_a_report_reaches_nobody() -> None:
    top = Table()
    for other in (top.cora, top.amal, top.dunya, top.sami):
        top.db.execute("update member set standing = 'left' where member = ?", (other,))
    top.rooms = {top.noor: top.db}
    top.reached = set()
    html = drawn(top, top.noor, "/by", "en")
    assert "There are no other members yet, so a report reaches nobody." in html
    assert "so it goes to these people" not in html


def walked(top: Any, member: str, language: str, start: str = "/by", first_page: Any = home) -> None:
    """Follow every link and button of an area from what somebody has on their first page."""
    room = top.rooms[member]
    me = who.by(room, member, top.hour)
    ahead = [start, *(item.path for item in (*first_page.waiting(room, me), *first_page.mine(room, me)))]
    known = set(ahead)
    while ahead:
        html = drawn(top, member, ahead.pop(), language)
        assert faults_of(html) == []
        words = re.findall(r"[A-Za-z][A-Za-z'-]+" if language == "ar" else r"[\u0621-\u064a]{2,}", own_words(html))
        assert set(words) <= {"Tab", "Enter"}, ahead
        found = {path for path in re.findall(r'(?:href|action)="(/[^"#]*)', html) if path.startswith(start)} - known
        known |= found
        ahead += sorted(found)


def stations(top: Table) -> Any:
    """Go through all that a bad day can be, and stop wherever a page looks different."""
    yield
    incident = top.report(top.amal, tell="chosen", chosen=[top.cora])
    top.say(DutyListSet([top.sami]), top.cora)
    yield
    top.forward(hours=1)
    top.say(IncidentSeen(incident), top.cora)
    yield
    top.say(IncidentDescribed(incident, "now", "no", "arrest", "north", "a cat", "words"), top.cora)
    top.say(IncidentAnswered(incident), top.cora)
    top.say(IncidentVerified(incident, "word"), top.cora)
    yield
    response = top.case("arrest", team=(top.sami,))
    yield
    top.say(StepDone(top.step(response, 1)), top.cora)
    top.say(StepSetAside(top.step(response, 2), "not needed"), top.cora)
    top.say(WarningPlanned(new_id(), response, top.noor, "", 1), top.sami)
    top.say(OutsideContacted(new_id(), response, "lawyer 2", "comes", "wait"), top.cora)
    top.say(ResponseSteadied(response), top.cora)
    yield
    top.say(SafeSaid(incident), top.amal)
    top.say(ResponseFollowed(response), top.cora)
    top.say(PlaybookAdapted("arrest", 1, "1", "3: rest", "hurry", "hello", "goodbye", "lawyer 2"), top.cora)
    top.say(PlaybookChecked("arrest", 1, True), top.cora)
    yield
    for (step,) in top.rows("select step from response_step where kind = 'warn'"):
        top.say(StepDone(step), top.cora)
    top.make("/by/case/{response}/close", top.cora, response=response, reason="wish", words="")
    top.say(IncidentEnded(incident), top.cora)
    yield


@pytest.mark.slow
def test_every_page_is_good_html_in_both_languages_and_leads_to_every_form(top: Table) -> None:
    for _ in stations(top):
        for member in (top.amal, top.cora, top.sami, top.noor):
            for language in ("ar", "en"):
                walked(top, member, language)
    lines = {line.path for line in (*incidents.AREA.acts, *incidents.AREA.pages)}
    assert lines - top.reached == set()


def test_the_way_from_any_page_to_a_report_is_two_presses_and_few_bytes(top: Table) -> None:
    """A link in the frame, a button; what must be loaded for it fits into a few packets."""
    frame = drawn(top, top.amal, "/by/duty", "ar")
    assert '<a class="by" href="/by">' in frame
    page = drawn(top, top.amal, "/by", "ar")
    form = page[page.index('<form method="post" action="/by/me"') :].partition("</form>")[0]
    assert re.findall(r"<button[^>]*>", form) == [
        '<button class="grave">',
        '<button formaction="/by/other">',
        '<button class="second" formaction="/by/safe">',
    ]
    filled = dict(re.findall(r'name="(\w+)" value="([^"]*)"(?:[^>]* checked| id="never"|>)', form))
    values = NOW | {name: value for name, value in filled.items() if not name.startswith("_")}
    top.make("/by/me", top.amal, **values)
    assert top.row("select severity, tell from incident") == ("now", "on_call")
    assert len(page.encode()) < 16_000
    assert "<script" not in page


def test_the_first_page_stays_small_in_a_large_group(top: Table) -> None:
    for _ in range(20):
        top.member()
    assert len(drawn(top, top.amal, "/by", "ar").encode()) < 16_000
