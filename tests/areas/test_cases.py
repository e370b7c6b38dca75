"""What holds while somebody helps: who may read a case, what is forgotten, and what nobody is told."""

import pytest

from nasij.areas.aid import IdentityKept, NeedClosed, NeedOpened, NeedPosted, NeedReopened, kind_id
from nasij.areas.aid.facts import REASON as AID_REASON
from nasij.areas.cases import (
    AREA,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ContactMade,
    HandedOver,
    IdentityOpened,
    NextStepSet,
    NoteSaid,
    NotesSeen,
    PersonBrought,
    PersonLeft,
    ThanksSaid,
)
from nasij.areas.cases.facts import CASE_STEPS, PHOTO_BYTES, REASON
from nasij.areas.cases.pages import case_card
from nasij.areas.matching import CommitmentDone, CommitmentReleased
from nasij.areas.profile import (
    AvoidStated,
    BlockEnded,
    BlockStated,
    CapacityStated,
    ContactReadersChosen,
    ContactRulesStated,
    RestStated,
)
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit import who
from tests.areas.test_matching import Matching, Rooms

ENVELOPE = {"name_to_use": "Nour", "number": "0100", "address": "Behind the bakery", "safe_way": "After six"}
NOTHING = dict.fromkeys(ENVELOPE, "")


class Cases(Matching):
    """The table of matching, with cases."""

    def __init__(self):
        super().__init__(AREA)

    def open(self, *, kind="things", by=None, envelope=NOTHING, parts=""):
        """Open a case of Amal's, whom Zein helps."""
        return begin_case(self, kind=kind, by=by, envelope=envelope, parts=parts)

    def note(self, case, by, words="Hello", photo=b""):
        fact = NoteSaid(new_id(), case, words, photo)
        self.say(fact, by)
        return fact.note

    def contact(self, case, by, outcome, words="", step="", day=0):
        self.say(ContactMade(new_id(), case, outcome, words, step, day), by)

    def hand(self, case, by, to, **rest):
        values = {"case": case, "to": to, "summary": "Two coats, one is found", "agreed": True} | rest
        return self.make("/cases/{case}/hand", by, **values)

    def case_state(self, case):
        return self.row("select state from case_file where case_id = ?", case)

    def circle(self, case):
        return who.holders(self.db, f"case/{case}")

    def shown(self, case, by):
        return self.page("/cases/{case}", by, case=case)

    def home(self, by, name="waiting"):
        return [item.text for item in getattr(AREA, name)(self.db, self.by(by))]

    def part_state(self, case):
        return self.row("select part.state from part join case_file using (part) where case_id = ?", case)

    def commitment_of(self, case):
        return self.row("select commitment from case_file where case_id = ?", case)


def begin_case(top, *, kind="things", by=None, envelope=NOTHING, parts=""):
    need = top.need(by=by, kind=kind, parts=parts)
    if kind in ("shelter", "legal"):
        ask = top.ask(need, top.zein)
        it = top.make("/match/ask/{ask}/yes", top.zein, ask=ask, when_on=0, words="")[1].commitment
    else:
        it = top.offer(need, top.zein)
    facts = top.make("/cases/begin/{commitment}", by or top.amal, commitment=it, **envelope)
    return next(fact.case for fact in facts if isinstance(fact, CaseOpened))


@pytest.fixture
def top():
    return Cases()


# Beginning


def test_a_case_is_among_the_two_and_coordination_only_where_it_brought_them_together(top):
    assert top.circle(top.open(kind="things")) == {top.amal, top.zein}
    assert top.circle(top.open(kind="shelter")) == {top.amal, top.zein, top.sana}
    assert top.row("select count(*) from commitment where state = 'accepted'") == 2


def test_how_to_reach_somebody_opens_only_when_they_accept(top):
    need = top.need()
    top.say(IdentityKept(need, *ENVELOPE.values()), top.amal)
    it = top.offer(need, top.zein)
    assert top.row("select count(*) from opened_identity") == 0
    act = next(act for act in AREA.acts if act.path == "/cases/begin/{commitment}")
    assert act.prefill(top.db, top.by(top.amal), {"commitment": it}) == ENVELOPE
    top.make("/cases/begin/{commitment}", top.amal, commitment=it, **(NOTHING | {"name_to_use": "Nour"}))
    assert top.row("select name_to_use, number, address, safe_way from opened_identity") == ("Nour", "", "", "")


def test_accepting_without_opening_anything_is_possible(top):
    case = top.open()
    assert top.shown(case, top.zein)["opened"] == {}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_people_cannot_be_accepted_for_one_part_whichever_comes_first(top, order):
    need = top.need()
    offers = [top.offer(need, top.zein), top.offer(need, top.musa)]
    first, second = (offers[n] for n in order)
    top.make("/cases/begin/{commitment}", top.amal, commitment=first, **ENVELOPE)
    with pytest.raises(Refused):
        top.make("/cases/begin/{commitment}", top.amal, commitment=second, **ENVELOPE)
    assert top.row("select count(*) from case_file") == 1
    assert top.row("select count(*) from opened_identity") == 1


def test_a_part_that_was_free_again_is_helped_with_by_one_person(top):
    case = top.open()
    need, first = top.row("select need from case_file"), top.commitment_of(case)
    top.say(NeedClosed(need, "not_now", "No coats left"), top.sana)
    top.say(NeedReopened(need), top.amal)
    top.say(NeedOpened(need), top.sana)
    second = top.offer(need, top.musa)
    top.make("/cases/begin/{commitment}", top.amal, commitment=second, **NOTHING)
    assert (top.state(first), top.state(second)) == ("fell_through", "accepted")


def test_a_case_needs_an_accepted_offer_and_there_is_one_for_each(top):
    it = top.offer(top.need(), top.zein)
    fact = CaseOpened(new_id(), it, top.zein, "")
    top.refuses(fact, top.amal, "accepts an offer")
    top.accept(it)
    top.refuses(fact, top.zein, "accepts an offer")
    top.refuses(CaseOpened(new_id(), it, top.musa, ""), top.amal, "accepts an offer")
    top.refuses(CaseOpened(new_id(), it, top.zein, top.zein), top.amal, "in the case already")
    top.refuses(CaseOpened(new_id(), it, top.zein, top.musa), top.amal, "does not coordinate")
    top.refuses(CaseOpened(new_id(), new_id(), top.zein, ""), top.amal)
    top.say(fact, top.amal)
    top.refuses(fact, top.amal, "already written down")
    top.refuses(CaseOpened(new_id(), it, top.zein, ""), top.amal, "a case for this already")


def test_a_newcomer_can_be_helped_in_a_case(top):
    need = top.need(by=top.newcomer, kind="listening", scope="coordinators")
    it = top.offer(need, top.zein, arranged_by=top.sana)
    facts = top.make("/cases/begin/{commitment}", top.newcomer, commitment=it, **ENVELOPE)
    case = facts[2].case
    assert top.circle(case) == {top.newcomer, top.zein}
    people = top.shown(case, top.newcomer)["people"]
    assert {person["called"] for person in people} == {"", "Zein"}
    top.note(case, top.newcomer, "Thank you for coming")


# Conversation


def test_only_the_people_of_a_case_read_and_write_it(top):
    case = top.open()
    top.refuses(NoteSaid(new_id(), case, "Hello", b""), top.musa, "Only the people of this case")
    top.refuses(NoteSaid(new_id(), new_id(), "Hello", b""), top.amal)
    with pytest.raises(NotHereYet):
        top.shown(case, top.musa)
    top.note(case, top.zein)
    assert [note["words"] for note in top.shown(case, top.amal)["notes"]] == ["Hello"]
    with pytest.raises(NotHereYet):
        top.shown(new_id(), top.amal)


def test_a_note_says_something(top):
    case = top.open()
    top.refuses(NoteSaid(new_id(), case, "", b""), top.amal, "write something or add a photo")
    fact = NoteSaid(new_id(), case, "", b"\xff\xd8photo")
    top.say(fact, top.amal)
    top.refuses(fact, top.amal, "already written down")
    assert top.shown(case, top.zein)["notes"][0]["photo"] == 7


def test_a_photo_has_a_size_and_a_page_of_its_own(top):
    case = top.open()
    top.refuses(NoteSaid(new_id(), case, "", b"x" * (PHOTO_BYTES + 1)), top.amal)
    note = top.note(case, top.amal, "", b"x" * PHOTO_BYTES)
    assert top.page("/cases/photo/{note}", top.zein, note=note)["source"].startswith("data:image/jpeg,%78%78")
    for by, it in ((top.musa, note), (top.zein, top.note(case, top.amal)), (top.zein, new_id())):
        with pytest.raises(NotHereYet):
            top.page("/cases/photo/{note}", by, note=it)


def test_notes_stay_in_order_also_within_an_hour_and_after_some_are_forgotten(top):
    case = top.open()
    for number in range(12):
        top.note(case, top.amal if number % 2 else top.zein, str(number))
    top.db.execute("delete from note where place < 5")
    top.note(case, top.amal, "12")
    assert [note["words"] for note in top.shown(case, top.amal)["notes"]] == [str(n) for n in range(4, 13)]


def test_notes_of_somebody_blocked_are_hidden_on_my_side_only(top):
    case = top.open()
    note = top.note(case, top.zein, "Where were you?", b"photo")
    top.say(BlockStated(top.zein), top.amal)
    assert top.shown(case, top.amal)["notes"] == []
    assert len(top.shown(case, top.zein)["notes"]) == 1
    assert "The newest note about %(code)s is not yours" not in top.home(top.amal)
    with pytest.raises(NotHereYet):
        top.page("/cases/photo/{note}", top.amal, note=note)
    top.say(BlockEnded(top.zein), top.amal)
    assert len(top.shown(case, top.amal)["notes"]) == 1


def test_the_newest_note_decides_who_is_reminded(top):
    case = top.open()
    text = "The newest note about %(code)s is not yours"
    top.note(case, top.zein)
    assert text in top.home(top.amal)
    assert text not in top.home(top.zein)
    top.note(case, top.amal)
    assert text not in top.home(top.amal)
    assert text in top.home(top.zein)
    assert top.page("/cases", top.zein)["going_on"][0]["unanswered"]


# Contact


def opened_notes(top, case, by):
    return {note["note"] for note in top.shown(case, by)["notes"] if note["opened"]}


def test_a_note_was_opened_once_somebody_says_so_and_nobody_learns_who(top):
    case = top.open()
    top.say(PersonBrought(case, top.sana, "coordinator"), top.amal)
    first = top.note(case, top.zein)
    mine = top.note(case, top.amal, "Thank you")
    assert opened_notes(top, case, top.zein) == set(), "looking at a page says nothing"
    assert top.make("/cases/{case}/seen", top.amal, case=case) == [NotesSeen(case, [first])]
    assert opened_notes(top, case, top.zein) == {first}
    assert top.amal not in top.row("select said_by, words, opened from note where note = ?", first)
    with pytest.raises(Refused):
        top.make("/cases/{case}/seen", top.amal, case=case)
    top.say(NotesSeen(case, [mine]), top.amal)
    assert opened_notes(top, case, top.zein) == {first}, "one's own hand is no reader"
    top.refuses(NotesSeen(case, [first]), top.musa, "Only the people of this case")


def test_notes_of_somebody_blocked_are_never_said_to_be_read(top):
    case = top.open()
    top.note(case, top.zein)
    top.say(BlockStated(top.zein), top.amal)
    with pytest.raises(Refused):
        top.make("/cases/{case}/seen", top.amal, case=case)


def test_between_two_people_having_read_is_answer_enough(top):
    case = top.open()
    text = "The newest note about %(code)s is not yours"
    top.note(case, top.zein)
    assert text in top.home(top.amal)
    top.make("/cases/{case}/seen", top.amal, case=case)
    assert text not in top.home(top.amal)
    top.say(PersonBrought(case, top.sana, "coordinator"), top.amal)
    top.note(case, top.zein, "One more thing")
    top.make("/cases/{case}/seen", top.sana, case=case)
    assert text in top.home(top.amal), "among three, somebody else has read it"


def test_a_call_that_was_not_safe_warns_the_next_until_somebody_was_reached(top):
    case = top.open(envelope=ENVELOPE)
    assert top.shown(case, top.zein)["warning"] == {}
    top.contact(case, top.zein, "unsafe", "His brother answered")
    assert top.shown(case, top.zein)["warning"]["words"] == "His brother answered"
    assert top.page("/cases", top.zein)["going_on"][0]["unsafe"]
    top.contact(case, top.zein, "no_answer")
    assert top.shown(case, top.zein)["warning"]["outcome"] == "unsafe"
    top.contact(case, top.zein, "reached")
    assert top.shown(case, top.zein)["warning"] == {}
    assert [row["outcome"] for row in top.shown(case, top.zein)["contacts"]] == ["reached", "no_answer", "unsafe"]


def test_the_warning_reaches_whoever_takes_over_and_outlives_the_words(top):
    case = top.open()
    top.contact(case, top.zein, "unsafe", "His brother answered")
    top.hand(case, top.zein, top.musa)
    assert top.shown(case, top.musa)["warning"]["outcome"] == "unsafe"


def test_contact_rules_stand_with_the_case_for_those_who_may_read_them(top):
    case = top.open()
    top.say(ContactReadersChosen(top.amal, sorted([top.zein]), False), top.amal)
    fields = {"channels": "Letters", "safe_hours": "9 to 11", "name_to_use": "", "cover": "The library"}
    who_may = {"readers": sorted([top.zein]), "coordination": False}
    top.say(ContactRulesStated(member=top.amal, safe_word="", never="", **who_may, **fields), top.amal)
    assert top.shown(case, top.zein)["rules"][0]["cover"] == "The library"
    assert top.shown(case, top.amal)["rules"] == []


def test_a_contact_can_set_the_next_step_with_its_day(top):
    case = top.open()
    top.contact(case, top.zein, "no_answer", step="Try again", day=top.day + 2)
    assert top.row("select next_step, next_owner, next_on from case_file") == ("Try again", top.zein, top.day + 2)
    top.refuses(ContactMade(new_id(), case, "reached", "", "Try", 0), top.zein, "A next step has a day")
    top.refuses(ContactMade(new_id(), case, "reached", "", "", top.day), top.zein, "A next step has a day")
    top.refuses(ContactMade(new_id(), case, "reached", "", "Try", top.day + 99), top.zein, "too far ahead")
    top.refuses(ContactMade(new_id(), case, "reached", "", "", 0), top.musa, "Only the people")
    values = {"contact": new_id(), "case": case, "outcome": "reached", "words": "", "next_step": "Go"}
    with pytest.raises(Malformed, match="over"):
        top.make("/cases/{case}/contact", top.zein, next_on=top.day - 5, **values)
    (fact,) = top.make("/cases/{case}/contact", top.zein, next_on=top.day, **values)
    top.refuses(fact, top.zein, "already written down")


# Next steps


def test_every_open_case_has_a_next_step_with_owner_and_day(top):
    case = top.open()
    assert top.row("select next_owner, next_on from case_file") == (top.zein, top.day + 1)
    assert top.home(top.zein) == []
    top.forward(days=1)
    assert top.home(top.zein) == ["Your next step for %(code)s is due"]
    top.say(NextStepSet(case, "Bring the coats", "asker", top.day + 1), top.zein)
    assert top.home(top.zein) == []
    assert top.row("select next_owner from case_file") == top.amal
    top.refuses(NextStepSet(case, "Look", "coordinator", top.day), top.zein, "Nobody in this case has that part")
    top.refuses(NextStepSet(case, "Look", "asker", top.day + 99), top.zein, "too far ahead")
    top.refuses(NextStepSet(case, "Look", "asker", top.day), top.musa, "Only the people")
    with pytest.raises(Malformed, match="over"):
        top.make("/cases/{case}/step", top.zein, case=case, words="Look", owner="asker", day=top.day - 9)
    top.make("/cases/{case}/step", top.zein, case=case, words="Look", owner="helper", day=top.day)
    assert top.row("select next_owner from case_file") == top.zein


def test_home_names_cases_with_the_day_of_the_next_step(top):
    top.open(kind="shelter")
    assert top.home(top.amal, "mine") == ["You are being helped with %(code)s; next step by %(day)s"]
    assert top.home(top.zein, "mine") == ["You help with %(code)s; next step by %(day)s"]
    assert top.home(top.sana, "mine") == ["You go along with %(code)s; next step by %(day)s"]
    assert AREA.mine(top.db, top.by(top.zein))[0].values["day"] == top.day + 1
    assert top.home(top.huda, "mine") == []


# Second envelope


def test_only_whoever_asked_opens_how_to_reach_them(top):
    case = top.open(kind="shelter")
    for other in (top.zein, top.sana):
        top.refuses(IdentityOpened(case, *ENVELOPE.values()), other, "Only the person who asked")
    top.refuses(IdentityOpened(case, "", "", "", ""), top.amal, "at least one")
    top.say(IdentityOpened(case, *ENVELOPE.values()), top.amal)
    assert top.shown(case, top.zein)["opened"] == ENVELOPE
    top.say(IdentityOpened(case, "Nour", "", "", ""), top.amal)
    assert top.shown(case, top.zein)["opened"] == NOTHING | {"name_to_use": "Nour"}
    act = next(act for act in AREA.acts if act.path == "/cases/{case}/identity")
    assert act.prefill(top.db, top.by(top.amal), {"case": case})["name_to_use"] == "Nour"


def test_how_to_reach_somebody_is_forgotten_a_day_after_the_case_is_closed(top):
    case = top.open(envelope=ENVELOPE)
    top.note(case, top.zein, "See you", b"photo")
    top.make("/cases/{case}/close", top.amal, case=case, reason="met", words="", close_need=False)
    top.forward(days=1)
    assert top.row("select count(*) from opened_identity") == 0
    assert top.row("select words, length(photo) from note") == ("See you", 0)
    top.forward(days=29)
    assert top.row("select count(*) from note") == 0
    top.forward(days=150)
    assert top.row("select count(*) from case_person") == 0
    assert top.row("select state, reason from case_file") == ("closed", "met")
    top.forward(days=1)
    assert top.circle(case) == frozenset()


# Handing over


def test_handing_over_lets_one_go_and_the_other_in(top):
    case = top.open(envelope=ENVELOPE)
    top.note(case, top.zein, "I know the street")
    facts = top.hand(case, top.zein, top.musa)
    assert isinstance(facts[1], CommitmentReleased)
    assert top.circle(case) == {top.amal, top.musa}
    assert top.row("select next_owner from case_file") == top.musa
    page = top.shown(case, top.musa)
    assert page["opened"] == {}
    assert page["summaries"][0]["summary"] == "Two coats, one is found"
    with pytest.raises(NotHereYet):
        top.shown(case, top.zein)
    top.refuses(NoteSaid(new_id(), case, "Hello", b""), top.zein, "Only the people of this case")


def test_after_a_hand_over_whoever_asked_decides_who_may_reach_them(top):
    case = top.open(envelope=ENVELOPE)
    need = top.row("select need from case_file")
    top.say(IdentityKept(need, *ENVELOPE.values()), top.amal)
    text = "Somebody new helps with %(code)s: may they know how to reach you?"
    assert text not in top.home(top.amal)
    top.hand(case, top.zein, top.musa)
    assert text in top.home(top.amal)
    assert text not in top.home(top.musa)
    act = next(act for act in AREA.acts if act.path == "/cases/{case}/identity")
    assert act.prefill(top.db, top.by(top.amal), {"case": case}) == ENVELOPE
    top.say(IdentityOpened(case, "Nour", "", "", ""), top.amal)
    assert text not in top.home(top.amal)
    top.hand(case, top.musa, top.rim)
    assert text in top.home(top.amal)
    top.forward(days=4)
    assert text not in top.home(top.amal)


@pytest.mark.parametrize("standing", ["left", "removed"])
def test_when_whoever_helps_is_gone_the_case_waits_for_somebody_else(top, standing):
    case = top.open(kind="shelter", envelope=ENVELOPE)
    top.say(NextStepSet(case, "Bring the coats", "helper", top.day + 9), top.amal)
    top.db.execute("update member set standing = ? where member = ?", (standing, top.zein))
    top.forward(days=1)
    text = "Nobody helps with %(code)s any more: hand it over, or close it"
    assert text in top.home(top.amal)
    assert text in top.home(top.sana)
    assert top.row("select next_owner, next_on from case_file") == (top.amal, top.day + 1)
    assert top.shown(case, top.amal)["opened"] == {}, "the envelope closes with whoever it was opened to"
    top.say(PersonLeft(case, top.sana), top.sana)
    top.hand(case, top.amal, top.musa)
    assert top.circle(case) == {top.amal, top.musa}
    assert text not in top.home(top.amal)


def test_when_whoever_asked_is_gone_the_case_closes_unless_somebody_asked_with_them(top):
    case = top.open()
    other = top.open(by=top.rim)
    top.say(PersonBrought(other, top.newcomer, "asker"), top.rim)
    for member in (top.amal, top.rim):
        top.db.execute("update member set standing = 'left' where member = ?", (member,))
    top.forward(days=1)
    assert top.rows("select state, reason from case_file where case_id = ?", case) == [("closed", "withdrawn")]
    assert top.case_state(other) == "open"
    assert top.circle(other) == {top.newcomer, top.zein}


def test_a_step_whose_owner_is_suspended_is_seen_by_the_others(top):
    case = top.open()
    text = "The next step for %(code)s rests with nobody"
    assert text not in top.home(top.amal)
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.zein,))
    assert text in top.home(top.amal)
    assert top.row("select next_owner from case_file where case_id = ?", case) == top.zein


def test_a_hand_over_needs_a_summary_and_a_yes_and_somebody_trusted(top):
    case = top.open()
    good = HandedOver(case, top.musa, "Two coats", True)
    top.refuses(HandedOver(case, top.musa, "", True), top.zein)
    top.refuses(HandedOver(case, top.musa, "Two coats", False), top.zein, "ask them first")
    top.refuses(HandedOver(case, top.newcomer, "Two coats", True), top.zein, "trusted member")
    top.refuses(HandedOver(case, top.member("resting"), "Two coats", True), top.zein, "not resting")
    top.refuses(HandedOver(case, top.amal, "Two coats", True), top.zein, "in the case already")
    top.refuses(good, top.musa, "Only the people of this case")
    top.say(good, top.amal)
    assert top.circle(case) == {top.amal, top.musa}


@pytest.mark.parametrize("why", ["rests", "does not help", "is avoided", "avoids"])
def test_nobody_is_told_why_somebody_cannot_take_a_case_on(top, why):
    case = top.open()
    if why == "rests":
        top.say(RestStated(top.day + 1), top.musa)
    elif why == "does not help":
        top.say(CapacityStated(0, [], False), top.musa)
    else:
        pair = (top.amal, top.musa) if why == "is avoided" else (top.musa, top.amal)
        top.say(AvoidStated(*pair), pair[0])
    with pytest.raises(Malformed, match="cannot take it on now"):
        top.hand(case, top.zein, top.musa)


def test_a_hand_over_counts_against_what_somebody_can_take_on(top):
    top.say(CapacityStated(1, [], True), top.musa)
    first, second = top.open(), top.open()
    top.hand(first, top.zein, top.musa)
    with pytest.raises(Malformed, match="cannot take it on now"):
        top.hand(second, top.zein, top.musa)
    top.forward(days=7)
    top.hand(second, top.zein, top.musa)
    assert top.circle(second) == {top.amal, top.musa}


def test_what_was_said_before_a_hand_over_is_forgotten_in_its_time(top):
    case = top.open()
    top.note(case, top.zein, "Before")
    top.hand(case, top.zein, top.musa)
    top.note(case, top.musa, "After")
    assert [note["words"] for note in top.shown(case, top.amal)["notes"]] == ["Before", "After"]
    top.forward(days=30)
    assert [note["words"] for note in top.shown(case, top.amal)["notes"]] == ["After"]


def test_a_part_helped_by_somebody_new_is_confirmed_by_whoever_asked(top):
    case = top.open()
    top.hand(case, top.zein, top.musa)
    assert top.page("/cases", top.amal)["to_free"] == []
    top.make("/cases/{case}/close", top.musa, case=case, reason="met", words="Found", close_need=False)
    assert top.part_state(case) == "taken"
    assert top.page("/cases", top.amal)["to_free"] == []
    assert "The help for %(code)s is over: please confirm it" in top.home(top.amal)
    assert top.shown(case, top.amal)["to_confirm"]
    with pytest.raises(Refused, match="Only the person who asked"):
        top.make("/cases/confirm/{commitment}", top.zein, commitment=top.commitment_of(case))
    top.make("/cases/confirm/{commitment}", top.amal, commitment=top.commitment_of(case))
    assert top.part_state(case) == "done"
    with pytest.raises(Refused, match="nothing left to confirm"):
        top.make("/cases/confirm/{commitment}", top.amal, commitment=top.commitment_of(case))


# Others joining and leaving


def test_whoever_asked_brings_coordination_in_and_lets_it_go(top):
    case = top.open()
    for wrong, words in ((top.musa, "does not coordinate"), (top.zein, "in the case already")):
        top.refuses(PersonBrought(case, wrong, "coordinator"), top.amal, words)
    top.refuses(PersonBrought(case, top.sana, "coordinator"), top.zein, "Only the person who asked decides")
    top.make("/cases/{case}/coordinator", top.amal, case=case, whom=top.sana)
    assert top.circle(case) == {top.amal, top.zein, top.sana}
    top.say(NextStepSet(case, "Call the lawyer", "coordinator", top.day + 1), top.sana)
    top.refuses(PersonLeft(case, top.sana), top.zein, "Only the person who asked can ask somebody to leave")
    top.say(PersonLeft(case, top.sana), top.amal)
    assert top.circle(case) == {top.amal, top.zein}
    assert top.row("select next_owner from case_file") == top.zein
    top.make("/cases/{case}/coordinator", top.amal, case=case, whom=top.huda)
    top.say(PersonLeft(case, top.huda), top.huda)
    top.refuses(PersonLeft(case, top.huda), top.amal, "not in the case")


def test_somebody_who_asked_and_somebody_who_helps_always_stay(top):
    case = top.open()
    top.refuses(PersonLeft(case, top.zein), top.zein, "hands over, or closes")
    top.refuses(PersonLeft(case, top.amal), top.amal, "Somebody who asked stays")
    top.refuses(PersonLeft(case, top.zein), top.musa, "Only the people of this case")


def test_a_go_between_brings_in_the_person_it_is_for(top):
    need = new_id()
    values = ("A room", "days", 0, "", 1, "", "", "", "trusted", [new_id()])
    top.say(NeedPosted(need, kind_id("shelter"), *values), top.sana)
    it = top.offer(need, top.zein, arranged_by=top.huda)
    case = top.make("/cases/begin/{commitment}", top.sana, commitment=it, **NOTHING)[2].case
    assert top.circle(case) == {top.sana, top.zein, top.huda}
    top.refuses(PersonBrought(case, new_id(), "asker"), top.sana, "not among us")
    top.make("/cases/{case}/bring", top.sana, case=case, whom=top.newcomer)
    assert top.newcomer in top.circle(case)
    top.say(IdentityOpened(case, "Nour", "", "", ""), top.newcomer)
    top.say(PersonLeft(case, top.sana), top.sana)
    top.note(case, top.newcomer)


def test_lists_to_choose_from_leave_out_whom_they_cannot_mean(top):
    def offered(path, name, by):
        act = next(act for act in AREA.acts if act.path == path)
        return {member for member, _ in act.options[name](top.db, top.by(by))}

    assert offered("/cases/{case}/coordinator", "whom", top.sana) == {top.huda}
    assert top.newcomer not in offered("/cases/{case}/hand", "to", top.zein)
    assert top.zein not in offered("/cases/{case}/hand", "to", top.zein)
    assert top.newcomer in offered("/cases/{case}/bring", "whom", top.sana)


# Closing


def test_whoever_asked_closes_as_met_and_the_part_is_done(top):
    case = top.open(parts="one\ntwo")
    top.make("/cases/{case}/close", top.amal, case=case, reason="met", words="", close_need=False)
    assert top.case_state(case) == "closed"
    assert top.part_state(case) == "done"
    assert top.state(top.commitment_of(case)) == "confirmed"
    assert top.row("select state from need") == "underway"


def test_the_whole_need_closes_with_it_if_whoever_asked_says_so(top):
    case = top.open()
    top.make("/cases/{case}/close", top.amal, case=case, reason="met", words="Warm now", close_need=True)
    assert top.row("select state, reason, closing from need") == ("closed", "met", "Warm now")


@pytest.mark.parametrize("reason", ["not_now", "referred", "withdrawn"])
def test_closing_without_help_puts_the_part_back(top, reason):
    case = top.open()
    top.make("/cases/{case}/close", top.amal, case=case, reason=reason, words="No coats left", close_need=False)
    assert top.part_state(case) == "open"
    assert top.state(top.commitment_of(case)) == "fell_through"
    assert top.row("select state from need") == "open"
    assert top.row("select reason, closing from case_file") == (reason, "No coats left")


def test_whoever_helps_says_nothing_to_the_readers_of_the_need(top):
    case = top.open()
    facts = top.make("/cases/{case}/close", top.zein, case=case, reason="met", words="", close_need=False)
    assert [type(fact) for fact in facts] == [CaseClosed, CommitmentDone]
    other = top.open()
    with pytest.raises(Refused, match="closes the whole need"):
        top.make("/cases/{case}/close", top.zein, case=other, reason="met", words="", close_need=True)
    facts = top.make("/cases/{case}/close", top.zein, case=other, reason="not_now", words="", close_need=False)
    assert top.state(top.commitment_of(other)) == "fell_through"
    assert top.part_state(other) == "taken"
    assert "Nobody helps with a part of %(code)s any more: put it back on the list" in top.home(top.amal)
    top.make("/cases/free/{commitment}", top.amal, commitment=top.commitment_of(other))
    assert top.part_state(other) == "open"
    with pytest.raises(Refused, match="not waiting to be put back"):
        top.make("/cases/free/{commitment}", top.amal, commitment=top.commitment_of(other))


def test_help_that_is_done_is_confirmed_together_with_the_part_and_the_case(top):
    case = top.open()
    it = top.commitment_of(case)
    top.say(CommitmentDone(it), top.zein)
    top.make("/cases/confirm/{commitment}", top.amal, commitment=it)
    assert (top.state(it), top.part_state(case), top.case_state(case)) == ("confirmed", "done", "closed")


def test_a_part_is_not_put_back_while_somebody_goes_on_with_it(top):
    case = top.open()
    it = top.commitment_of(case)
    top.hand(case, top.zein, top.musa)
    with pytest.raises(Refused, match="goes on with this in a case"):
        top.make("/cases/free/{commitment}", top.amal, commitment=it)


def test_coordination_in_a_case_closes_the_part_too(top):
    case = top.open(kind="shelter")
    top.make("/cases/{case}/close", top.sana, case=case, reason="part", words="", close_need=True)
    assert top.part_state(case) == "done"
    assert top.row("select state, reason from need") == ("closed", "part")


def test_closing_after_the_need_is_over_closes_only_the_case(top):
    case = top.open()
    top.make("/aid/{need}/close", top.amal, need=top.row("select need from case_file"), reason="withdrawn", words="")
    facts = top.make("/cases/{case}/close", top.amal, case=case, reason="withdrawn", words="", close_need=True)
    assert isinstance(facts[0], CaseClosed)
    assert top.case_state(case) == "closed"


def test_whoever_helps_is_told_when_it_ends_without_them(top):
    """They may be on their way with what was asked for."""
    told = "Your help for %(code)s is not waited for any more: see why"
    case = top.open()
    top.make("/cases/{case}/close", top.amal, case=case, reason="withdrawn", words="", close_need=False)
    assert told in top.home(top.zein)
    assert told not in top.home(top.amal), "who ended it knows"
    top.say(CaseReopened(case), top.amal)
    assert told not in top.home(top.zein)
    top.say(CaseClosed(case, "not_now", ""), top.zein)
    assert told not in top.home(top.zein)
    assert "%(code)s has ended: see how" in top.home(top.amal)
    top.forward(days=3)
    assert "%(code)s has ended: see how" not in top.home(top.amal)


def test_whoever_helps_is_told_that_the_need_itself_is_closed(top):
    case = top.open()
    told = "What was needed is closed: %(code)s. See how, then end the help"
    assert told not in top.home(top.zein)
    top.make("/aid/{need}/close", top.amal, need=top.row("select need from case_file"), reason="withdrawn", words="")
    assert told in top.home(top.zein)
    assert top.shown(case, top.zein)["file"]["need_reason"] == "withdrawn"
    top.say(CaseClosed(case, "withdrawn", ""), top.zein)
    assert told not in top.home(top.zein)


def test_in_a_closed_case_nothing_goes_on_but_thanks(top):
    case = top.open()
    top.refuses(CaseClosed(case, "met", ""), top.musa, "Only the people")
    top.say(CaseClosed(case, "met", ""), top.zein)
    top.refuses(CaseClosed(case, "met", ""), top.zein, "taken this a step further")
    top.refuses(NoteSaid(new_id(), case, "Hello", b""), top.amal, "closed")
    top.refuses(ContactMade(new_id(), case, "reached", "", "", 0), top.zein, "closed")
    top.refuses(NextStepSet(case, "Look", "asker", top.day), top.zein, "closed")
    top.refuses(IdentityOpened(case, "Nour", "", "", ""), top.amal, "closed")
    top.refuses(PersonBrought(case, top.sana, "coordinator"), top.amal, "closed")
    top.refuses(HandedOver(case, top.musa, "Coats", True), top.zein, "taken this a step further")
    top.say(ThanksSaid(new_id(), case, "It was warm"), top.amal)
    assert [row["case_id"] for row in top.page("/cases", top.amal)["over"]] == [case]


def test_a_case_can_be_reopened_with_what_is_still_there(top):
    case = top.open(envelope=ENVELOPE)
    top.refuses(CaseReopened(case), top.amal, "taken this a step further")
    top.note(case, top.zein)
    top.say(CaseClosed(case, "part", ""), top.zein)
    top.refuses(CaseReopened(case), top.musa, "Only the people")
    top.say(CaseReopened(case), top.amal)
    assert top.case_state(case) == "reopened"
    page = top.shown(case, top.zein)
    assert (len(page["notes"]), page["opened"]) == (1, ENVELOPE)
    top.note(case, top.amal, "One more thing")
    top.say(CaseClosed(case, "met", ""), top.amal)
    top.forward(days=180)
    top.refuses(CaseReopened(case), top.amal, "too long ago")


def test_what_a_hand_over_closed_stays_closed_when_a_case_is_reopened(top):
    case = top.open()
    top.note(case, top.zein, "Before")
    top.hand(case, top.zein, top.musa)
    top.forward(days=1)
    top.say(CaseClosed(case, "part", ""), top.amal)
    top.say(CaseReopened(case), top.amal)
    assert top.row("select count(*) from note where closed_on = 0") == 0
    assert top.row("select count(*) from case_person where closed_on = 0") == 3


def test_a_case_in_which_nothing_is_said_any_more_closes_by_itself(top):
    case = top.open(envelope=ENVELOPE)
    top.forward(days=89)
    assert top.case_state(case) == "open"
    top.forward(days=1)
    assert top.case_state(case) == "closed"
    top.forward(days=1)
    assert top.row("select count(*) from opened_identity") == 0


def test_thanks_are_private_and_short(top):
    case = top.open()
    top.refuses(ThanksSaid(new_id(), case, ""), top.amal)
    top.refuses(ThanksSaid(new_id(), case, "Thank you"), top.musa, "Only the people of this case")
    fact = ThanksSaid(new_id(), case, "Thank you")
    assert top.say(fact, top.amal) == f"case/{case}"
    top.refuses(fact, top.amal, "already written down")
    assert top.shown(case, top.zein)["thanks"][0]["words"] == "Thank you"
    top.forward(days=30)
    assert top.row("select count(*) from thanks") == 0


def test_every_state_of_a_case_can_be_reached(top):
    seen = set()
    case = top.open()
    for fact in (CaseClosed(case, "met", ""), CaseReopened(case)):
        seen.add(top.case_state(case))
        top.say(fact, top.amal)
    assert {*seen, top.case_state(case)} == set(CASE_STEPS.labels)


def test_the_reasons_are_those_of_the_needs():
    assert REASON.labels == AID_REASON.labels


def test_cards_and_the_case_of_an_offer(top):
    case = top.open()
    card = case_card(top.db, case)
    assert (card.title, card.path) == ("Things", f"/cases/{case}")
    assert case_card(top.db, new_id()).title == ""
    found = top.page("/cases/of/{commitment}", top.amal, commitment=top.commitment_of(case))
    assert found["file"]["case_id"] == case
    with pytest.raises(NotHereYet):
        top.page("/cases/of/{commitment}", top.amal, commitment=new_id())


def test_a_page_offers_only_what_the_rules_allow(top):
    case = top.open(kind="shelter")

    def can(by):
        return {name for name, yes in top.shown(case, by)["can"].items() if yes}

    assert can(top.amal) == {"write", "identity", "bring", "thank"}
    assert can(top.zein) == {"write", "thank"}
    assert can(top.sana) == {"write", "leave", "thank"}
    top.say(CaseClosed(case, "met", ""), top.amal)
    assert can(top.zein) == {"reopen", "thank"}


# All readers agree


def test_all_rooms_of_a_case_agree_and_a_hand_over_brings_only_what_is_needed():
    rooms = Rooms(AREA)
    case = begin_case(rooms, kind="shelter", envelope=ENVELOPE)

    def count(member, table):
        return rooms.rooms[member].execute(f"select count(*) from {table}").fetchone()[0]

    assert [count(member, "opened_identity") for member in (rooms.amal, rooms.zein, rooms.huda)] == [1, 1, 0]
    rooms.say(NoteSaid(new_id(), case, "See you", b"photo"), rooms.zein)
    rooms.say(ContactMade(new_id(), case, "unsafe", "His brother", "", 0), rooms.zein)
    hand = {"case": case, "to": rooms.musa, "summary": "A room is found", "agreed": True}
    rooms.make("/cases/{case}/hand", rooms.zein, **hand)
    assert count(rooms.zein, "opened_identity") == 0
    assert [count(rooms.musa, table) for table in ("note", "opened_identity", "contact", "hand_over")] == [0, 0, 1, 1]
    rooms.say(NoteSaid(new_id(), case, "I am Musa", b""), rooms.musa)
    assert [count(member, "note") for member in (rooms.amal, rooms.zein, rooms.musa)] == [2, 1, 1]
    page = rooms.page("/cases/{case}", rooms.musa, case=case)
    assert page["warning"]["words"] == "His brother"
    with pytest.raises(NotHereYet):
        rooms.page("/cases/{case}", rooms.zein, case=case)
    rooms.say(IdentityOpened(case, "Nour", "", "", ""), rooms.amal)
    rooms.make("/cases/{case}/coordinator", rooms.amal, case=case, whom=rooms.huda)
    rooms.say(PersonLeft(case, rooms.sana), rooms.sana)
    rooms.make("/cases/{case}/close", rooms.musa, case=case, reason="met", words="", close_need=False)
    rooms.make("/cases/confirm/{commitment}", rooms.amal, commitment=rooms.row("select commitment from case_file"))
    rooms.forward(days=200)
    assert [count(member, "case_person") for member in (rooms.amal, rooms.musa, rooms.huda)] == [0, 0, 0]
    # The room of whoever handed over hears nothing more; what it knew is forgotten all the same.
    rooms.forward(days=100)
    assert [count(rooms.zein, table) for table in ("note", "case_person", "opened_identity")] == [0, 0, 0]
