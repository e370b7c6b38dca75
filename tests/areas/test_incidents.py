"""Reports on a bad day: who is told, when everybody on call is, what the sender sees, and what becomes of it."""

import pytest

from nasij.areas import incidents, people, trust
from nasij.areas.incidents import IncidentAnswered, IncidentReported, due_at, is_late, on_call, open_by_itself
from nasij.areas.incidents.facts import DutyLeft, DutyListSet, IncidentSeen, OnCallTold, SafeSaid
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.rows import fields
from nasij.node import kernel
from tests.tabletop import TableTop


@pytest.fixture
def top() -> TableTop:
    """A network with nobody in it."""
    return TableTop(kernel.AREA, people.AREA, trust.AREA, incidents.AREA)


def report(top: TableTop, by: str, **rest: object) -> str:
    """Say that somebody is in trouble; returns the report."""
    incident = new_id()
    values: dict[str, object] = {"whose": "me", "severity": "now", "safe_now": "", "tell": "on_call", "chosen": []}
    values |= {"left_out": [], "about": ""} | rest
    top.say(IncidentReported(incident, **values), by)  # type: ignore[arg-type]
    return incident


def row(top: TableTop, incident: str) -> dict[str, object]:
    return fields(top.db, "incident", "incident", incident)


def readers(top: TableTop, incident: str) -> frozenset[str]:
    return who.holders(top.db, str(row(top, incident)["audience"]))


class TestOnCall:
    def test_coordination_and_the_list_are_on_call(self, top: TableTop) -> None:
        cora, dunya, other = top.member("trusted", "cases"), top.member(), top.member()
        assert on_call(top.db) == {cora}
        top.say(DutyListSet([dunya]), cora)
        assert on_call(top.db) == {cora, dunya}
        top.refuses(DutyListSet([other]), by=other)
        top.say(DutyLeft(), dunya)
        assert on_call(top.db) == {cora}
        top.refuses(DutyLeft(), by=dunya, words="not on this list")


class TestReporting:
    def test_those_on_call_read_it_at_once_and_nobody_else(self, top: TableTop) -> None:
        cora, asker, _other = top.member("trusted", "cases"), top.member("new"), top.member()
        incident = report(top, asker)
        assert readers(top, incident) == {cora, asker}

    def test_people_of_ones_choice_read_it_alone_until_the_time_has_passed(self, top: TableTop) -> None:
        cora, asker, friend = top.member("trusted", "cases"), top.member(), top.member()
        incident = report(top, asker, tell="chosen", chosen=[friend])
        assert readers(top, incident) == {asker, friend}
        top.refuses(OnCallTold(incident), by=friend, words="not passed")
        top.forward(hours=1)
        top.say(OnCallTold(incident), friend)
        assert readers(top, incident) == {asker, friend, cora}
        assert row(top, incident)["all_told"] == top.hour

    def test_whom_one_keeps_out_is_not_told_when_everybody_is(self, top: TableTop) -> None:
        cora, late, asker = top.member("trusted", "cases"), top.member("trusted", "cases"), top.member()
        incident = report(top, asker, left_out=[cora])
        assert readers(top, incident) == {late, asker}
        top.forward(days=2)
        assert readers(top, incident) == {late, asker}

    def test_where_nobody_is_on_call_whoever_is_there_is_told(self, top: TableTop) -> None:
        asker, other = top.member(), top.member()
        assert readers(top, report(top, asker)) == {asker, other}

    def test_a_report_that_reaches_nobody_is_not_taken(self, top: TableTop) -> None:
        asker = top.member()
        fact = IncidentReported(new_id(), "me", "now", "", "on_call", [], [], "")
        top.refuses(fact, by=asker, words="Nobody would be told")

    def test_the_next_day_tells_those_on_call_if_no_room_did(self, top: TableTop) -> None:
        cora, asker, friend = top.member("trusted", "cases"), top.member(), top.member()
        incident = report(top, asker, tell="chosen", chosen=[friend])
        top.forward(days=1)
        assert cora in readers(top, incident)

    def test_whoever_comes_on_call_later_is_told_with_the_next_day(self, top: TableTop) -> None:
        cora, asker, dunya = top.member("trusted", "cases"), top.member(), top.member()
        incident = report(top, asker, severity="soon")
        top.say(DutyListSet([dunya]), cora)
        top.forward(days=1)
        assert dunya in readers(top, incident)
        assert row(top, incident)["all_told"] == 0


class TestTheClock:
    @pytest.mark.parametrize(("severity", "hours"), [("now", 1), ("today", 6), ("soon", 48)])
    def test_each_severity_has_its_time(self, top: TableTop, severity: str, hours: int) -> None:
        top.member("trusted", "cases")
        found = row(top, report(top, top.member(), severity=severity))
        assert due_at(top.db, found) == top.hour + hours
        assert not is_late(top.db, found, top.hour + hours - 1)
        assert is_late(top.db, found, top.hour + hours)

    def test_an_answer_stops_it(self, top: TableTop) -> None:
        cora, asker = top.member("trusted", "cases"), top.member()
        incident = report(top, asker)
        top.say(IncidentAnswered(incident), cora)
        assert not is_late(top.db, row(top, incident), top.hour + 100)

    def test_the_first_answer_counts_and_the_sender_does_not_answer_themselves(self, top: TableTop) -> None:
        cora, late, asker = top.member("trusted", "cases"), top.member("trusted", "cases"), top.member()
        incident = report(top, asker)
        top.refuses(IncidentAnswered(incident), by=asker, words="who was told")
        top.say(IncidentAnswered(incident), cora)
        top.refuses(IncidentAnswered(incident), by=late, words="on it already")

    def test_opened_by_somebody_is_only_said_by_whoever_was_told(self, top: TableTop) -> None:
        cora, asker = top.member("trusted", "cases"), top.member()
        incident = report(top, asker)
        assert row(top, incident)["seen"] == 0
        top.refuses(IncidentSeen(incident), by=asker)
        top.say(IncidentSeen(incident), cora)
        assert row(top, incident)["seen"] == 1

    def test_i_am_safe_stops_it_and_does_not_hide_it(self, top: TableTop) -> None:
        cora, asker = top.member("trusted", "cases"), top.member()
        incident = report(top, asker)
        top.refuses(SafeSaid(incident), by=cora, words="Only whoever it is about")
        top.say(SafeSaid(incident), asker)
        found = row(top, incident)
        assert (found["state"], found["severity"], found["closed_on"]) == ("safe", "soon", 0)
        assert cora in readers(top, incident)


class TestByItself:
    def test_another_area_opens_one_in_a_circle_of_its_own(self, top: TableTop) -> None:
        cora, asker, friend = top.member("trusted", "cases"), top.member(), top.member()
        audience, incident = f"check/{new_id()}", new_id()
        who.admit(top.db, audience, asker, friend)
        values = {"incident": incident, "about": asker, "kind": "missing", "severity": "now"}
        for _twice in range(2):
            open_by_itself(top.db, top.hour, **values, source="check", audience=audience)
        assert top.rows("select member from incident_told where incident = ?", incident) == [(friend,)]
        top.forward(hours=1)
        top.say(OnCallTold(incident), friend)
        assert who.holders(top.db, audience) == {asker, friend, cora}
        top.say(SafeSaid(incident), asker)
        assert row(top, incident)["state"] == "safe"
