"""Every page and form of care, as each person's own room shows it, in both languages."""

from collections.abc import Iterator

import pytest

from nasij.areas import care
from nasij.areas.care import home
from nasij.areas.care.facts import (
    CaregiverOffered,
    CaregiverPaused,
    DebriefPlanned,
    OptionTaken,
    PreferenceStated,
    SupervisionHeld,
    SupervisionSet,
    SupervisorAway,
    SupervisorTold,
)
from nasij.areas.care.lists import IS_NOT
from nasij.areas.care.meeting import (
    AgreementConfirmed,
    AgreementProposed,
    EscalationRaised,
    FeedbackGiven,
    GoalStated,
    NoteShared,
    OwnNoteKept,
    PersonAsked,
    RelationEnded,
    RelationPaused,
    SafetyAgreed,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.ids import new_id, numbered_id
from tests.areas.test_care import TERMS, Table
from tests.areas.test_incidents import drawn, walked

NO_FORM = {"/care/programme/{programme}/accept"}  # whoever is asked presses a button; so the form is never a page


def meeting(top: Table) -> Iterator[None]:
    """Go through all that a relation can be, and stop wherever a page looks different."""
    top.say(CaregiverOffered(new_id(), top.programme, ["work"], "x", "ar", ["walk"], "none", 1), top.lina)
    part, seeking = top.cares(top.hadi), top.seeks(top.pari)
    yield
    (option,) = top.shows(seeking, part)
    yield
    top.say(PreferenceStated(seeking, option, "", ""), top.pari)
    top.wakes()
    yield
    relation = numbered_id(option, 1)
    top.make("/care/with/{relation}/accept", top.hadi, relation=relation)
    top.wakes()
    yield
    top.say(OptionTaken(option), top.pari)
    top.wakes()
    yield
    agreement = new_id()
    top.say(AgreementProposed(agreement, relation, *TERMS), top.hadi)
    yield
    top.say(AgreementConfirmed(agreement), top.pari)
    yield
    yield from going_on(top, part, relation)


def going_on(top: Table, part: str, relation: str) -> Iterator[None]:
    """Meet, note, worry, pause, end."""
    session = new_id()
    top.say(SessionPlanned(session, relation, top.day, "voice"), top.hadi)
    yield
    top.make("/care/session/{session}/held", top.hadi, session=session, minutes=40, weight="hard", next_on=top.day + 7)
    top.say(GoalStated(new_id(), relation, "to sleep", "no phone"), top.pari)
    top.say(NoteShared(new_id(), relation, "us", 20), top.hadi)
    top.say(OwnNoteKept(new_id(), relation, "me", 20), top.hadi)
    top.say(SupervisorTold(new_id(), part, "tired", 20), top.hadi)
    yield
    top.say(DebriefPlanned(str(top.row("select debrief from debrief")), top.day + 1), top.sana)
    worry = new_id()
    top.say(EscalationRaised(worry, relation, "worse"), top.hadi)
    yield
    top.say(PersonAsked(worry, "supervisor", "yes"), top.pari)
    yield
    top.say(SupervisorInformed(worry), top.hadi)
    top.say(SafetyAgreed(worry, "call"), top.hadi)
    top.say(SupervisionHeld(new_id(), part, "much", "tired", "fewer"), top.sana)
    top.say(CaregiverPaused(part, top.day + 3), top.hadi)
    yield
    top.say(RelationPaused(relation), top.pari)
    top.say(SupervisorAway(top.programme, top.day + 3), top.sana)
    yield
    top.say(RelationEnded(relation, "reached"), top.pari)
    top.say(SupervisionSet(top.programme, top.sana, top.omar), top.cora)
    yield
    top.say(FeedbackGiven(relation, "well", "thanks"), top.pari)
    yield


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_and_form_is_reached_and_well_made(language: str) -> None:
    """From the first page, for everybody, in whatever state things are; nothing but the words of the language."""
    top = Table()
    for _ in meeting(top):
        for member in (top.sana, top.dima, top.hadi, top.pari, top.cora, top.omar):
            walked(top, member, language, "/care", home)
    wanted = {line.path for line in care.AREA.pages} | {line.path for line in care.AREA.acts}
    assert wanted - top.reached - NO_FORM == set()


@pytest.mark.parametrize("kind", sorted(IS_NOT))
def test_where_two_meet_it_says_what_this_is_not_and_shows_the_safety_plan(kind: str) -> None:
    top = Table(kind)
    relation = top.pair()
    for member in (top.hadi, top.pari):
        html = drawn(top, member, f"/care/with/{relation}", "en")
        assert IS_NOT[kind].split("'")[0] in html
        assert "This is no emergency service" in html
        assert "Safety plan" in html
