"""Being there for each other: nothing without supervision, nothing of what was said, and the person is asked first."""

from typing import Any

import pytest

from nasij.areas import care, incidents, people, plans, profile, tasks
from nasij.areas.care import fitting, home, overseer
from nasij.areas.care.facts import (
    CareAccepted,
    CareDeclined,
    CaregiverConfirmed,
    CaregiverEnded,
    CaregiverOffered,
    CaregiverPaused,
    CareProposed,
    DebriefPlanned,
    OptionRefused,
    OptionTaken,
    PersonIntroduced,
    PreferenceStated,
    ProgrammeClosed,
    ProgrammeProposed,
    SeekingStated,
    SeekingWithdrawn,
    SupervisionAccepted,
    SupervisionHeld,
    SupervisionLaidDown,
    SupervisionSet,
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
    GoalStepSet,
    NoteDropped,
    NoteShared,
    OwnNoteKept,
    PersonAsked,
    RelationEnded,
    RelationPaused,
    RelationResumed,
    SafetyAgreed,
    SessionFelt,
    SessionHeld,
    SessionMissed,
    SessionMoved,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.areas.people import MemberLeft
from nasij.areas.profile import RestStated
from nasij.errors import Nasij
from nasij.ids import new_id, numbered_id
from nasij.kit import who
from nasij.kit.rows import fields
from tests.rooms import Rooms

TERMS = ("the exam", "", "", "week", "voice", 50, 12, "", "danger to life", "one last talk")


class Table(Rooms):
    """Cora coordinates; Sana supervises and Dima stands in; Hadi and Lina care; Pari seeks somebody; Omar is outside."""

    def __init__(self, kind: str = "mentoring") -> None:
        super().__init__(people.AREA, profile.AREA, tasks.AREA, incidents.AREA, plans.AREA, care.AREA)
        self.cora = self.member("trusted", "cases")
        self.sana, self.dima, self.hadi, self.lina, self.pari, self.omar = (self.member() for _ in range(6))
        self.programme = new_id()
        about = (self.programme, kind, "company", "", 26, 10)
        self.say(ProgrammeProposed(*about, self.sana, self.dima), self.cora)
        for member in (self.sana, self.dima):
            self.say(SupervisionAccepted(self.programme), member)

    def _hand_on(self, audience: str) -> None:
        """Hand on every circle: who supervises changes by a word that all trusted members read."""
        for one in [audience, *(one for one in self.held if one != audience)]:
            super()._hand_on(one)

    def cares(self, member: str, topics: tuple[str, ...] = ("work",), places: int = 1) -> str:
        """Let somebody care, after a talk with whoever supervises."""
        part = new_id()
        about = (list(topics), "", "عربية", ["voice"], "trained", places)
        self.say(CaregiverOffered(part, self.programme, *about), member)
        self.say(CaregiverConfirmed(part), overseer(self.db, self.programme, self.day, member))
        return part

    def seeks(self, member: str, not_with: tuple[str, ...] = ()) -> str:
        """Let somebody seek somebody."""
        seeking = new_id()
        about = ("me", ["work"], "evenings only", "عربية", ["voice"], sorted(not_with))
        self.say(SeekingStated(seeking, self.programme, *about), member)
        return seeking

    def shows(self, seeking: str, *parts: str) -> list[str]:
        """Show some who could fit; returns the options in this order."""
        by = self.supervisor_of(seeking)
        made = self.make("/care/ask/{seeking}/show", by, seeking=seeking, caregivers=sorted(parts))
        options = {fact.caregiver: fact.option for fact in made}
        return [options[part] for part in parts]

    def supervisor_of(self, seeking: str) -> str:
        row = fields(self.db, "seeking", "seeking", seeking)
        return overseer(self.db, row["programme"], self.day, row["member"])

    def wakes(self, *members: str) -> None:
        """Let rooms say what is due, until nothing is."""
        for member in members or (self.sana, self.dima):
            for _ in range(6):
                room = self.rooms[member]
                for fact in fitting.unasked(room, who.by(room, member, self.hour)):
                    self.say(fact, member)

    def pair(self, *, agreed: bool = True) -> str:
        """Bring Pari and Hadi together; returns the relation."""
        return self.brought(self.cares(self.hadi), self.hadi, self.pari, agreed=agreed)

    def brought(self, part: str, helper: str, person: str, *, agreed: bool = True) -> str:
        """Bring two together; returns the relation."""
        seeking = self.seeks(person)
        (option,) = self.shows(seeking, part)
        self.say(PreferenceStated(seeking, option, "", ""), person)
        self.wakes()
        relation = numbered_id(option, 1)
        self.make("/care/with/{relation}/accept", helper, relation=relation)
        self.wakes()
        self.say(OptionTaken(option), person)
        self.wakes()
        if agreed:
            agreement = new_id()
            self.say(AgreementProposed(agreement, relation, *TERMS), helper)
            self.say(AgreementConfirmed(agreement), person)
        return relation

    def state(self, relation: str) -> str:
        return str(fields(self.db, "relation", "relation", relation)["state"])

    def readers(self, table: str, record: str) -> frozenset[str]:
        return who.holders(self.db, str(self.row(f"select audience from {table} where {table} = ?", record)))

    def shown(self, path: str, member: str, **params: str) -> dict[str, Any]:
        """Return the values of a page as somebody's own room shows it."""
        room = self.rooms[member]
        line = next(line for line in care.AREA.pages if line.path == path)
        return dict(line.view(room, who.by(room, member, self.hour), **params).values)

    def told(self, member: str) -> list[str]:
        """Return what waits on somebody's home page."""
        room = self.rooms[member]
        return [item.text for item in home.waiting(room, who.by(room, member, self.hour))]


@pytest.fixture
def top() -> Table:
    """A group."""
    return Table()


def session(top: Table, relation: str) -> str:
    made = new_id()
    top.say(SessionPlanned(made, relation, top.day, "voice"), top.hadi)
    return made


# --- programmes and who supervises ------------------------------------------------------------------------------------


def test_a_programme_opens_when_both_have_said_that_they_supervise(top: Table) -> None:
    other = new_id()
    top.refuses(ProgrammeProposed(other, "listening", "x", "", 5, 5, top.sana, top.dima), by=top.sana)
    top.refuses(
        ProgrammeProposed(other, "listening", "x", "", 5, 5, top.sana, top.sana), by=top.cora, words="somebody else"
    )
    top.say(ProgrammeProposed(other, "listening", "x", "", 5, 5, top.sana, top.dima), top.cora)
    top.refuses(SupervisionAccepted(other), by=top.omar, words="asked to supervise")
    assert overseer(top.db, other, top.day) == ""
    top.say(SupervisionAccepted(other), top.dima)
    assert fields(top.db, "programme", "programme", other)["state"] == "proposed"
    assert overseer(top.db, other, top.day) == top.dima
    top.say(SupervisionAccepted(other), top.sana)
    assert fields(top.db, "programme", "programme", other)["state"] == "open"
    assert overseer(top.db, other, top.day) == top.sana


@pytest.mark.parametrize("why", ["says so", "rests", "silent", "left"])
def test_the_deputy_steps_in_by_itself(top: Table, why: str) -> None:
    relation = top.pair()
    assert top.readers("relation", relation) == {top.hadi, top.pari, top.sana}
    if why == "says so":
        top.say(SupervisorAway(top.programme, top.day + 5), top.sana)
    elif why == "rests":
        top.say(RestStated(top.day + 5), top.sana)
    elif why == "left":
        top.say(MemberLeft(), top.sana)
    for _ in range(8 if why == "silent" else 1):
        top.forward(days=1)
        top.wakes(top.dima)
    assert top.readers("relation", relation) == {top.hadi, top.pari, top.dima}
    assert top.state(relation) == "active"
    if why == "says so":
        top.say(SupervisorBack(top.programme), top.sana)
        assert top.readers("relation", relation) == {top.hadi, top.pari, top.sana}


def test_without_anybody_to_supervise_nothing_begins_and_nothing_goes_on(top: Table) -> None:
    relation = top.pair()
    planned = session(top, relation)
    for member in (top.sana, top.dima):
        top.say(SupervisorAway(top.programme, top.day + 5), member)
    assert top.state(relation) == "paused"
    rests = "Nobody is there to supervise"
    top.refuses(SessionHeld(planned, 50, 0), by=top.hadi, words=rests)
    top.refuses(SessionPlanned(new_id(), relation, top.day, "voice"), by=top.pari, words=rests)
    top.refuses(RelationResumed(relation), by=top.pari, words=rests)
    top.refuses(AgreementProposed(new_id(), relation, *TERMS), by=top.pari, words=rests)
    about = ("me", ["work"], "", "عربية", ["voice"], [])
    top.refuses(SeekingStated(new_id(), top.programme, *about), by=top.omar, words=rests)
    top.forward(days=6)
    top.wakes()
    assert top.state(relation) == "active"
    top.say(SessionHeld(planned, 50, 0), top.hadi)


def test_coordination_hears_that_nobody_supervises_any_more(top: Table) -> None:
    top.pair()
    nobody = "Nobody supervises"
    assert not any(nobody in text for text in top.told(top.cora))
    for member in (top.sana, top.dima):
        top.say(SupervisionLaidDown(top.programme), member)
    assert any(nobody in text for text in top.told(top.cora))
    assert not any(nobody in text for text in top.told(top.omar))
    top.say(SupervisionSet(top.programme, top.lina, top.omar), top.cora)
    assert not any(nobody in text for text in top.told(top.cora)), "two are asked, and their answer is awaited"
    top.say(SupervisionAccepted(top.programme), top.lina)
    assert not any(nobody in text for text in top.told(top.cora))


def test_whoever_supervises_does_not_take_part_and_nobody_supervises_themselves(top: Table) -> None:
    about = (["work"], "", "عربية", ["voice"])
    no = "do not take part"
    top.refuses(CaregiverOffered(new_id(), top.programme, *about, "none", 1), by=top.sana, words=no)
    top.refuses(SeekingStated(new_id(), top.programme, "me", *about, []), by=top.dima, words=no)
    relation = top.pair()
    top.say(SupervisionSet(top.programme, top.hadi, top.dima), top.cora)
    with pytest.raises(Nasij, match="take part in this programme yourself"):
        top.make("/care/programme/{programme}/accept", top.hadi, programme=top.programme)
    top.say(SupervisionAccepted(top.programme), top.hadi)  # a room that skips the form
    assert top.readers("relation", relation) == {top.hadi, top.pari, top.dima}


def test_a_seat_that_is_laid_down_is_filled_anew(top: Table) -> None:
    relation = top.pair()
    top.say(SupervisionLaidDown(top.programme), top.sana)
    assert top.readers("relation", relation) == {top.hadi, top.pari, top.dima}
    top.say(SupervisionSet(top.programme, top.omar, top.dima), top.cora)
    top.say(SupervisionAccepted(top.programme), top.omar)
    assert top.readers("relation", relation) == {top.hadi, top.pari, top.omar}
    top.say(ProgrammeClosed(top.programme), top.cora)
    top.refuses(SupervisionAccepted(top.programme), by=top.sana, words="closed")
    assert top.state(relation) == "active"


# --- bringing together ------------------------------------------------------------------------------------------------


def test_counselling_is_for_those_who_are_trained() -> None:
    top = Table("counselling")
    about = (["work"], "", "عربية", ["voice"], "course", 1)
    top.refuses(CaregiverOffered(new_id(), top.programme, *about), by=top.hadi, words="trained")
    top.cares(top.hadi)


def test_what_a_member_gives_and_asks_stand_in_circles_that_do_not_name_each_other(top: Table) -> None:
    part, seeking = top.cares(top.hadi), top.seeks(top.hadi)
    assert {"seeking", "person"} & set(fields(top.db, "caregiver", "caregiver", part)) == set()
    assert "caregiver" not in fields(top.db, "seeking", "seeking", seeking)
    assert [row["caregiver"] for row in top.shown("/care/part", top.hadi)["parts"]] == [part]
    assert "parts" not in top.shown("/care", top.hadi)
    assert top.shown("/care/desk", top.sana)["sought"][0]["fitting"] == []


def test_the_person_orders_and_each_is_asked_in_turn_without_a_name(top: Table) -> None:
    first, second = top.cares(top.hadi), top.cares(top.lina)
    seeking = top.seeks(top.pari)
    one, two = top.shows(seeking, first, second)
    assert all(
        "member" not in row or not row["member"] for row in top.shown("/care", top.pari)["seekings"][0]["options"]
    )
    top.say(PreferenceStated(seeking, one, one, ""), top.pari)
    assert top.rows("select rank from care_option where option = ?", one) == [(1,)]
    top.say(PreferenceStated(seeking, two, one, ""), top.pari)
    top.wakes()
    asked = numbered_id(two, 1)
    assert top.readers("relation", asked) == {top.lina, top.sana}
    assert top.shown("/care/with/{relation}", top.lina, relation=asked)["row"]["person"] == ""
    assert top.row("select count(*) from relation") == 1
    top.refuses(CareAccepted(asked), by=top.hadi)
    top.say(CareDeclined(asked), top.lina)
    top.wakes()
    assert top.row("select answer from care_option where option = ?", two) == "no"
    assert top.readers("relation", numbered_id(one, 1)) == {top.hadi, top.sana}


def test_silence_moves_on_when_the_window_is_over(top: Table) -> None:
    seeking = top.seeks(top.pari)
    one, two = top.shows(seeking, top.cares(top.hadi), top.cares(top.lina))
    top.say(PreferenceStated(seeking, one, two, ""), top.pari)
    top.wakes()
    asked = numbered_id(one, 1)
    top.hour += 72
    top.refuses(CareAccepted(asked), by=top.hadi, words="time to answer is over")
    top.hour -= 72
    top.forward(days=4)
    top.wakes()
    assert top.state(asked) == "silent"
    assert top.row("select answer from care_option where option = ?", one) == "silent"
    assert top.state(numbered_id(two, 1)) == "proposed"


def test_the_person_learns_the_name_first_and_may_still_say_no(top: Table) -> None:
    part, seeking = top.cares(top.hadi), top.seeks(top.pari)
    (option,) = top.shows(seeking, part)
    top.say(PreferenceStated(seeking, option, "", ""), top.pari)
    top.wakes()
    relation = numbered_id(option, 1)
    top.make("/care/with/{relation}/accept", top.hadi, relation=relation)
    top.wakes()
    assert top.row("select member from care_option where option = ?", option) == top.hadi
    assert "Somebody said yes: do you want to meet them?" in top.told(top.pari)
    top.say(OptionRefused(option), top.pari)
    top.wakes()
    assert top.state(relation) == "withdrawn"
    assert top.row("select person from relation where relation = ?", relation) == ""


def test_a_search_that_is_taken_back_takes_the_question_back(top: Table) -> None:
    seeking = top.seeks(top.pari)
    (option,) = top.shows(seeking, top.cares(top.hadi))
    top.say(PreferenceStated(seeking, option, "", ""), top.pari)
    top.wakes()
    top.refuses(SeekingWithdrawn(seeking), by=top.sana, words="person it concerns")
    top.say(SeekingWithdrawn(seeking), top.pari)
    top.wakes()
    assert top.state(numbered_id(option, 1)) == "withdrawn"


def test_whom_somebody_does_not_want_is_not_shown(top: Table) -> None:
    first, second = top.cares(top.hadi), top.cares(top.lina)
    seeking = top.seeks(top.pari, not_with=(top.hadi,))
    assert [row["caregiver"] for row in top.shown("/care/desk", top.sana)["sought"][0]["fitting"]] == [second]
    with pytest.raises(Nasij):
        top.shows(seeking, first)


def test_nobody_takes_more_people_than_their_places(top: Table) -> None:
    top.pair()
    part = str(top.row("select caregiver from caregiver"))
    top.seeks(top.omar)
    assert top.shown("/care/desk", top.sana)["sought"][0]["fitting"] == []
    other = new_id()
    about = (["work"], [], "", "عربية", ["voice"])
    top.say(CareProposed(other, top.programme, part, top.hadi, *about), top.sana)
    with pytest.raises(Nasij, match="as many people"):
        top.make("/care/with/{relation}/accept", top.hadi, relation=other)


def test_nobody_is_shown_or_asked_who_rests(top: Table) -> None:
    parts = [top.cares(member) for member in (top.hadi, top.lina)]
    seeking = top.seeks(top.pari)
    first, second = top.shows(seeking, *parts)
    top.say(RestStated(top.day + 5), top.hadi)
    other = top.seeks(top.omar)
    desk = {row["seeking"]: row for row in top.shown("/care/desk", top.sana)["sought"]}
    assert [row["caregiver"] for row in desk[other]["fitting"]] == [parts[1]]
    top.say(PreferenceStated(seeking, first, second, ""), top.pari)
    top.wakes()
    assert top.rooms[top.sana].execute("select helper from relation").fetchall() == [(top.lina,)]
    assert not any("seeks you" in text for text in top.told(top.hadi))


def test_only_two_who_both_said_yes_are_brought_together(top: Table) -> None:
    seeking = top.seeks(top.pari)
    (option,) = top.shows(seeking, top.cares(top.hadi))
    top.say(PreferenceStated(seeking, option, "", ""), top.pari)
    top.wakes()
    top.refuses(PersonIntroduced(numbered_id(option, 1), top.pari), by=top.sana)
    top.refuses(OptionTaken(option), by=top.pari)


# --- agreement, sessions ------------------------------------------------------------------------------------------------


def test_it_begins_when_both_have_confirmed_the_same_terms(top: Table) -> None:
    relation = top.pair(agreed=False)
    top.refuses(SessionPlanned(new_id(), relation, top.day, "voice"), by=top.hadi, words="nothing to meet for")
    first, second = new_id(), new_id()
    top.say(AgreementProposed(first, relation, *TERMS), top.hadi)
    top.refuses(AgreementConfirmed(first), by=top.hadi)
    top.refuses(AgreementConfirmed(first), by=top.sana, words="for the two")
    top.say(AgreementProposed(second, relation, *TERMS), top.pari)
    top.refuses(AgreementConfirmed(first), by=top.pari)
    top.say(AgreementConfirmed(second), top.hadi)
    assert top.state(relation) == "active"
    third = new_id()
    top.say(AgreementProposed(third, relation, *TERMS), top.pari)
    assert top.row("select agreement from care_agreement where in_force = 1") == second
    top.say(AgreementConfirmed(third), top.hadi)
    assert top.row("select agreement from care_agreement where in_force = 1") == third


def test_a_session_keeps_days_and_lengths_and_no_words(top: Table) -> None:
    relation = top.pair()
    held = session(top, relation)
    top.make("/care/session/{session}/held", top.hadi, session=held, minutes=40, weight="light", next_on=top.day + 7)
    row = fields(top.db, "session", "session", held)
    assert set(row) - {"audience", "closed_on"} == {
        "session", "relation", "channel", "state", "felt", "on_day", "minutes", "next_on"
    }  # fmt: skip
    following = numbered_id(held, 1)
    top.say(SessionMoved(following, top.day + 8), top.pari)
    top.say(SessionMissed(numbered_id(following, 1)), top.hadi)
    top.refuses(SessionFelt(held, "some"), by=top.hadi, words="person it concerns")
    top.say(SessionFelt(held, "some"), top.pari)


def test_after_a_heavy_session_a_debrief_is_due_and_the_person_never_learns_of_it(top: Table) -> None:
    relation = top.pair()
    part = str(top.row("select caregiver from caregiver"))
    top.make(
        "/care/session/{session}/held", top.hadi, session=session(top, relation), minutes=50, weight="hard", next_on=0
    )
    assert top.rooms[top.pari].execute("select count(*) from debrief").fetchone() == (0,)
    assert top.readers("debrief", str(top.row("select debrief from debrief"))) == {top.hadi, top.sana}
    assert "A heavy session of %(code)s wants to be talked about" in top.told(top.sana)
    top.forward(days=4)
    top.wakes()
    assert top.shown("/care/desk", top.sana)["supervised"][0]["overdue"]
    assert not fitting.has_room(top.db, fields(top.db, "caregiver", "caregiver", part) | {"places": 5}, top.day)
    debrief = str(top.row("select debrief from debrief"))
    top.refuses(DebriefPlanned(debrief, top.day), by=top.hadi, words="whoever supervises")
    top.say(DebriefPlanned(debrief, top.day + 1), top.sana)
    assert "On %(day)s you talk about what was heavy" in top.told(top.hadi)
    top.say(SupervisionHeld(new_id(), part, "enough", "tired", "rest"), top.sana)
    assert top.row("select state from debrief") == "held"
    assert fields(top.db, "caregiver", "caregiver", part)["state"] == "paused"
    top.forward(days=15)
    assert fields(top.db, "caregiver", "caregiver", part)["state"] == "present"


def test_the_supervisor_reads_days_and_terms_and_nothing_between_the_two(top: Table) -> None:
    relation = top.pair()
    top.say(GoalStated(new_id(), relation, "to sleep", ""), top.pari)
    top.say(NoteShared(new_id(), relation, "a note", 5), top.hadi)
    page = top.shown("/care/with/{relation}", top.sana, relation=relation)
    assert page["part"] == "supervisor"
    assert {"goals", "notes", "plan"} & set(page) == set()
    assert top.rooms[top.sana].execute("select count(*) from goal").fetchone() == (0,)
    with pytest.raises(Nasij):
        top.shown("/care/with/{relation}", top.omar, relation=relation)


# --- goals and notes ------------------------------------------------------------------------------------------------------


def test_goals_are_the_persons_own(top: Table) -> None:
    relation, goal = top.pair(), new_id()
    top.refuses(GoalStated(goal, relation, "mine", ""), by=top.hadi, words="by the person themselves")
    top.say(GoalStated(goal, relation, "to sleep", ""), top.pari)
    top.say(GoalStepSet(goal, "no phone in bed"), top.pari)
    top.refuses(GoalReached(goal), by=top.hadi, words="by the person themselves")
    for _ in range(2):
        top.say(GoalStated(new_id(), relation, "more", ""), top.pari)
    top.refuses(GoalStated(new_id(), relation, "more", ""), by=top.pari, words="enough")
    top.say(GoalReached(goal), top.pari)


def test_notes_are_forgotten_on_their_day_and_with_the_end(top: Table) -> None:
    relation = top.pair()
    top.say(OwnNoteKept(new_id(), relation, "for me", 2), top.hadi)
    note = new_id()
    top.say(NoteShared(note, relation, "for us", 20), top.hadi)
    top.refuses(NoteShared(new_id(), relation, "too long", 60), by=top.hadi, words="at most")
    top.refuses(NoteDropped(note), by=top.pari)
    assert top.rooms[top.pari].execute("select words from care_note").fetchall() == [("for us",)]
    top.forward(days=2)
    assert top.rows("select words from care_note") == [("for us",)]
    top.say(RelationEnded(relation, "none"), top.pari)
    assert top.rows("select words from care_note") == []


def test_a_note_to_the_supervisor_does_not_pass_to_whoever_steps_in(top: Table) -> None:
    part = top.cares(top.hadi)
    top.say(SupervisorTold(new_id(), part, "I am tired", 10), top.hadi)
    assert top.rooms[top.sana].execute("select count(*) from care_note").fetchone() == (1,)
    top.say(SupervisorAway(top.programme, top.day + 5), top.sana)
    assert top.readers("caregiver", part) == {top.hadi, top.dima}
    assert top.rooms[top.dima].execute("select count(*) from care_note").fetchone() == (0,)


def test_notes_pass_to_nobody_unless_the_person_lets_one_go_along(top: Table) -> None:
    relation = top.pair()
    note = new_id()
    top.say(NoteShared(note, relation, "for us", 20), top.hadi)
    other = top.brought(top.cares(top.lina), top.lina, top.pari, agreed=False)
    assert top.rooms[top.lina].execute("select count(*) from care_note").fetchone() == (0,)
    with pytest.raises(Nasij):
        top.make("/care/note/{note}/pass", top.hadi, note=note, relation=other)
    top.make("/care/note/{note}/pass", top.pari, note=note, relation=other)
    assert top.rooms[top.lina].execute("select words from care_note").fetchall() == [("for us",)]


# --- a worry ----------------------------------------------------------------------------------------------------------------


def worry(top: Table, sign: str = "harm") -> str:
    made = new_id()
    top.say(EscalationRaised(made, top.pair(), sign), top.hadi)
    return made


def test_the_first_step_is_to_ask_the_person(top: Table) -> None:
    made = worry(top, "life")
    assert top.readers("escalation", made) == {top.hadi, top.pari}
    for fact in (SupervisorInformed(made), SafetyAgreed(made, "x"), EscalationClosed(made)):
        top.refuses(fact, by=top.hadi, words="First ask the person")
    with pytest.raises(Nasij, match="First ask the person"):
        top.make("/care/worry/{escalation}/on", top.hadi, escalation=made, severity="now")
    assert "You are asked what you want" in top.told(top.pari)
    top.say(PersonAsked(made, "plan", "not yet"), top.pari)
    top.say(SafetyAgreed(made, "call at nine"), top.hadi)
    top.say(EscalationClosed(made), top.pari)


def test_against_their_wish_nobody_is_told_but_where_their_life_is_in_danger(top: Table) -> None:
    made = worry(top, "worse")
    top.say(PersonAsked(made, "nobody", ""), top.pari)
    top.refuses(SupervisorInformed(made), by=top.hadi, words="decides")
    top.say(PersonAsked(made, "supervisor", ""), top.pari)
    top.say(SupervisorInformed(made), top.hadi)
    assert top.readers("escalation", made) == {top.hadi, top.pari, top.sana}
    with pytest.raises(Nasij, match="decides"):
        top.make("/care/worry/{escalation}/on", top.sana, escalation=made, severity="now")


def test_a_danger_to_life_reaches_those_on_call(top: Table) -> None:
    made = worry(top, "life")
    top.say(PersonAsked(made, "nobody", ""), top.hadi)
    handed = top.make("/care/worry/{escalation}/on", top.hadi, escalation=made, severity="now")
    row = fields(top.db, "incident", "incident", handed[1].incident)
    assert (row["about"], row["reported_by"]) == (top.pari, top.hadi)
    assert top.cora in who.holders(top.db, row["audience"])
    assert fields(top.db, "escalation", "escalation", made)["state"] == "handed_on"


def test_the_safety_plan_that_one_may_read_stands_on_the_page(top: Table) -> None:
    relation = top.pair()
    top.make(
        "/plans/write",
        top.pari,
        signals="the door",
        places="",
        people="",
        bag="",
        money="",
        words="",
        readers=[top.hadi],
    )
    for member in (top.pari, top.hadi):
        page = top.shown("/care/with/{relation}", member, relation=relation)
        assert [words for _, words in page["plan"]] == ["the door"]
        assert page["is_not"]
    assert top.rooms[top.sana].execute("select count(*) from safety_plan").fetchone() == (0,)


# --- endings ----------------------------------------------------------------------------------------------------------------


def test_either_ends_it_and_both_say_how_it_was(top: Table) -> None:
    relation = top.pair()
    top.refuses(FeedbackGiven(relation, "well", ""), by=top.pari, words="once it has ended")
    top.say(RelationEnded(relation, "fit"), top.hadi)
    for member in (top.hadi, top.pari):
        assert any("It has ended" in text for text in top.told(member))
        top.say(FeedbackGiven(relation, "partly", "thank you"), member)
        assert top.told(member) == []
        top.refuses(FeedbackGiven(relation, "well", ""), by=member)
    made = top.make("/care/with/{relation}/again", top.pari, relation=relation)
    assert top.state(relation) == "rematch"
    assert top.readers("seeking", made[1].seeking) == {top.pari, top.sana}
    assert made[1].not_with == [top.hadi]


def test_somebody_whose_vouches_lapsed_answers_a_worry_and_ends_it(top: Table) -> None:
    made = worry(top)
    relation = str(top.row("select relation from escalation"))
    for room in (top.db, *top.rooms.values()):
        room.execute("update member set standing = 'new' where member = ?", (top.pari,))
    assert top.told(top.pari) == ["You are asked what you want"]
    top.make("/care/worry/{escalation}/asked", top.pari, escalation=made, wish="plan", words="not yet")
    assert not top.shown("/care/with/{relation}", top.pari, relation=relation)["goes_on"]
    top.refuses(GoalStated(new_id(), relation, "to sleep", ""), by=top.pari)
    top.make("/care/with/{relation}/end", top.pari, relation=relation, reason="none")
    assert top.state(relation) == "ended"
    top.make("/care/with/{relation}/feedback", top.pari, relation=relation, fit="well", words="")


def test_the_same_two_in_two_parts_both_know_it(top: Table) -> None:
    first, second = top.pair(agreed=False), new_id()
    for room in (top.db, *top.rooms.values()):
        room.execute(
            "insert into relation (relation, programme, helper, person, state, audience)"
            " select ?, programme, person, helper, 'active', ? from relation where relation = ?",
            (second, "relation/" + second, first),
        )
    for member in (top.hadi, top.pari):
        assert [one["relation"] for one in top.shown("/care/with/{relation}", member, relation=first)["also"]] == [
            second
        ]


def test_what_one_of_the_two_paused_does_not_wake_by_itself(top: Table) -> None:
    relation = top.pair()
    top.say(RelationPaused(relation), top.pari)
    top.forward(days=2)
    assert top.state(relation) == "paused"
    top.say(RelationResumed(relation), top.hadi)
    assert top.state(relation) == "active"


def test_what_belongs_to_somebody_who_left_ends(top: Table) -> None:
    relation = top.pair()
    part = str(top.row("select caregiver from caregiver"))
    top.say(MemberLeft(), top.hadi)
    top.forward(days=1)
    assert fields(top.db, "relation", "relation", relation)["reason"] == "gone"
    assert any("It has ended" in text for text in top.told(top.pari)), "nobody goes on waiting for somebody who left"
    assert fields(top.db, "caregiver", "caregiver", part)["state"] == "ended"


def test_all_of_it_is_forgotten(top: Table) -> None:
    relation = top.pair()
    session(top, relation)
    top.say(GoalStated(new_id(), relation, "to sleep", ""), top.pari)
    top.say(RelationEnded(relation, "reached"), top.pari)
    top.say(CaregiverEnded(str(top.row("select caregiver from caregiver"))), top.hadi)
    for _ in range(18):
        top.forward(days=10)
        top.wakes()
    top.forward(days=5)
    for table in ("relation", "session", "goal", "care_agreement", "caregiver", "seeking", "care_option"):
        assert top.row(f"select count(*) from {table}") == 0, table


def test_a_caregiver_rests_and_comes_back(top: Table) -> None:
    part = top.cares(top.hadi)
    top.refuses(CaregiverPaused(part, top.day + 3), by=top.lina)
    top.say(CaregiverPaused(part, top.day + 3), top.hadi)
    assert not fitting.has_room(top.db, fields(top.db, "caregiver", "caregiver", part), top.day)
    top.forward(days=4)
    assert fitting.has_room(top.db, fields(top.db, "caregiver", "caregiver", part), top.day)
