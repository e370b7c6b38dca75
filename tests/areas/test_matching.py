"""What holds when people are brought together."""

import time

import pytest

from nasij.areas.aid import AREA as AID
from nasij.areas.aid import ImportUndone, KindChanged, NeedAsked, NeedClosed, NeedOpened, NeedPosted, PartTaken, kind_id
from nasij.areas.aid.lists import NeedLine, list_facts
from nasij.areas.matching import (
    AREA,
    AskAccepted,
    AskDeclined,
    AskMovedOn,
    AskWentSilent,
    CommitmentAccepted,
    CommitmentConfirmed,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentOffered,
    CommitmentPassedOn,
    CommitmentReleased,
    PersonAsked,
    RoundBegun,
    RoundStopped,
    home,
)
from nasij.areas.matching import pages as matching_pages
from nasij.areas.matching.facts import ASK_STEPS, COMMITMENT_STEPS, ROUND_STEPS
from nasij.areas.matching.rules import kind_ids, slugs
from nasij.areas.matching.suggestions import REASONS, avoided
from nasij.areas.people import AREA as PEOPLE
from nasij.areas.people import CalledAs
from nasij.areas.profile import (
    AREA as PROFILE,
)
from nasij.areas.profile import (
    AvoidEnded,
    AvoidStated,
    BlockStated,
    CapacityStated,
    RestStated,
    SkillStated,
)
from nasij.areas.tasks import AREA as TASKS
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.kit.table import Share
from nasij.node import rows as shared_rows
from nasij.node import view
from tests.tabletop import TableTop

ALIASES = {"amal": "Amal", "zein": "Zein", "musa": "Musa", "sana": "Sana", "huda": "Huda", "rim": "Rim"}


class Matching(TableTop):
    """A table with two coordinators, four trusted members and a newcomer."""

    def __init__(self, *more):
        super().__init__(PEOPLE, PROFILE, TASKS, AID, AREA, *more)
        self.amal = self.member()
        self.zein = self.member()
        self.musa = self.member()
        self.rim = self.member()
        self.sana = self.member("trusted", "cases")
        self.huda = self.member("trusted", "cases")
        self.newcomer = self.member("new", introduced_by=self.zein)
        for name, alias in ALIASES.items():
            self.say(CalledAs(getattr(self, name), alias, "", "", ""), getattr(self, name))

    def need(self, *, by=None, kind="things", scope="network", parts="", opened=True, **rest):
        lines = [line for line in parts.split("\n") if line.strip()] or [""]
        need = new_id()
        values = {
            "need": need,
            "kind": kind_id(kind),
            "what": "Winter coats for two",
            "urgency": "weeks",
            "needed_by": 0,
            "area": "",
            "people": 1,
            "languages": "",
            "conditions": "",
            "parts": parts,
            "scope": scope,
            "chosen": [],
            "nameless": False,
            "on_behalf": "",
            "ground": "",
            "part_ids": sorted(new_id() for _ in lines),
        }
        self.say(NeedAsked(**(values | rest)), by or self.amal)
        if opened:
            self.say(NeedOpened(need), self.sana if scope != "chosen" else by or self.amal)
        return need

    def parts(self, need):
        return [row[0] for row in self.rows("select part from part where need = ? order by place", need)]

    def offered(self, need, part="", *, arranged_by="", ask=""):
        part = part or self.parts(need)[0]
        return CommitmentOffered(new_id(), need, part, "Zein", 0, "With my car", arranged_by, ask)

    def offer(self, need, by, part="", **rest):
        fact = self.offered(need, part, **rest)
        self.say(fact, by)
        return fact.commitment

    def accept(self, commitment, by=None):
        need, part, asker = self.row("select need, part, asker from commitment where commitment = ?", commitment)
        self.say(PartTaken(need, part, commitment), by or asker)
        self.say(CommitmentAccepted(commitment), by or asker)

    def state(self, commitment):
        return self.row("select state from commitment where commitment = ?", commitment)

    def ask(self, need, whom, *, by=None, window=24):
        fact = PersonAsked(new_id(), new_id(), need, whom, window, "")
        self.say(fact, by or self.sana)
        return fact.ask

    def ask_state(self, ask):
        return self.row("select state from ask where ask = ?", ask)

    def begin(self, need, *people, by=None):
        filled = [*people, *[""] * (5 - len(people))]
        names = ("first", "second", "third", "fourth", "fifth")
        form = dict(zip(names, filled, strict=True))
        return self.make("/match/begin/{need}", by or self.sana, need=need, words="", **form)

    def suggested(self, need, by=None):
        page = self.page("/match/{need}", by or self.sana, need=need)
        return [one["member"] for one in page["people"]], page["found"]

    def texts(self, by, name="waiting"):
        return [(item.text, item.path) for item in getattr(AREA, name)(self.db, self.by(by))]


@pytest.fixture
def top():
    return Matching()


# Offering


def test_an_offer_is_seen_by_the_two_and_by_coordination_unless_members_meet_directly(top):
    between = top.need(kind="things")
    through = top.need(kind="food")
    one = top.say(top.offered(between), top.zein)
    two = top.say(top.offered(through), top.zein)
    assert who.holders(top.db, one) == {top.zein, top.amal}
    assert who.holders(top.db, two) == {top.zein, top.amal, top.sana, top.huda}


def test_an_offer_on_a_need_for_chosen_people_stays_between_them(top):
    need = top.need(kind="shelter", scope="chosen", chosen=sorted([top.zein, top.musa]))
    audience = top.say(top.offered(need), top.zein)
    assert who.holders(top.db, audience) == {top.zein, top.amal}


def test_nobody_offers_help_with_their_own_need(top):
    need = top.need()
    top.refuses(top.offered(need), top.amal, "asked for yourself")


def test_newcomers_do_not_offer_and_resting_members_rest(top):
    need = top.need()
    top.refuses(top.offered(need), top.newcomer, "not yours")
    resting = top.member("resting")
    top.refuses(top.offered(need), resting, "resting")


def test_an_offer_needs_an_open_part_of_a_need_that_looks_for_help(top):
    need = top.need()
    other = top.need()
    top.refuses(top.offered(need, top.parts(other)[0]), top.zein, "something else")
    top.refuses(top.offered(need, new_id()), top.zein)
    top.refuses(top.offered(new_id(), top.parts(need)[0]), top.zein)
    top.accept(top.offer(need, top.zein))
    top.refuses(top.offered(need), top.musa, "already helps with this part")
    top.say(NeedClosed(other, "met", ""), top.amal)
    top.refuses(top.offered(other), top.musa, "not looking for help")
    waiting = top.need(opened=False)
    top.refuses(top.offered(waiting), top.musa, "not looking for help")


def test_the_same_offer_is_not_written_down_twice(top):
    fact = top.offered(top.need())
    top.say(fact, top.zein)
    top.refuses(fact, top.zein, "already written down")


def test_where_coordination_brings_people_together_nobody_offers_by_themselves(top):
    need = top.need(kind="shelter")
    top.refuses(top.offered(need), top.zein, "coordination brings people together")
    top.refuses(top.offered(need, arranged_by=top.musa), top.zein, "does not coordinate")
    with pytest.raises(Refused):
        top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=0, words="")


def test_coordination_may_offer_its_own_help_where_it_brings_people_together(top):
    need = top.need(kind="shelter")
    (fact,) = top.make("/match/offer/{need}", top.sana, need=need, part="", when_on=0, words="")
    assert fact.arranged_by == top.sana
    assert top.state(fact.commitment) == "offered"


def test_an_offer_on_a_kind_with_self_offer_waits_for_coordination(top):
    need = top.need(kind="food")
    it = top.offer(need, top.zein)
    top.say(PartTaken(need, top.parts(need)[0], it), top.amal)
    top.refuses(CommitmentAccepted(it), top.amal, "Coordination looks at this offer first")
    assert top.page("/match/mine", top.amal)["to_answer"] == []
    top.refuses(CommitmentPassedOn(it), top.amal, "not yours")
    top.say(CommitmentPassedOn(it), top.huda)
    top.refuses(CommitmentPassedOn(it), top.sana, "sees this offer already")
    assert [row["commitment"] for row in top.page("/match/mine", top.amal)["to_answer"]] == [it]
    top.say(CommitmentAccepted(it), top.amal)
    assert top.state(it) == "accepted"


def test_a_sensitive_kind_never_goes_past_coordination(top):
    # A kind cannot be both in one fact, so the row says what an old or changed kind may say.
    top.db.execute("update kind set sensitive = 1 where kind = ?", (kind_id("things"),))
    need = top.need(kind="things")
    audience = top.say(top.offered(need), top.zein)
    assert top.sana in who.holders(top.db, audience)
    it = audience.removeprefix("commitment/")
    top.say(PartTaken(need, top.parts(need)[0], it), top.amal)
    top.refuses(CommitmentAccepted(it), top.amal, "looks at this offer first")


def test_between_members_nothing_is_passed_on(top):
    it = top.offer(top.need(), top.zein)
    top.refuses(CommitmentPassedOn(it), top.sana, "sees this offer already")


def test_a_changed_mode_changes_only_offers_made_afterwards(top):
    need = top.need(kind="things", parts="one\ntwo")
    it = top.offer(need, top.zein)
    top.say(KindChanged(kind_id("things"), "", "self_offer", False), top.sana)
    top.accept(it)
    assert top.state(it) == "accepted"
    assert top.row(
        "select way from commitment where commitment = ?", top.offer(need, top.musa, top.parts(need)[1])
    ) == ("self_offer")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_people_cannot_take_the_same_part_whichever_comes_first(top, order):
    need = top.need()
    offers = [top.offer(need, top.zein), top.offer(need, top.musa)]
    first, second = (offers[n] for n in order)
    part = top.parts(need)[0]
    top.say(PartTaken(need, part, first), top.amal)
    top.refuses(PartTaken(need, part, second), top.amal)
    top.refuses(CommitmentAccepted(second), top.amal, "Somebody else already helps with this part")
    top.say(CommitmentAccepted(first), top.amal)
    assert (top.state(first), top.state(second)) == ("accepted", "offered")


def test_only_whoever_asked_accepts_and_only_somebody_who_can_help(top):
    need = top.need()
    it = top.offer(need, top.zein)
    top.refuses(CommitmentAccepted(it), top.amal, "already helps with this part")
    top.say(PartTaken(need, top.parts(need)[0], it), top.amal)
    for other in (top.zein, top.musa, top.sana):
        top.refuses(CommitmentAccepted(it), other, "Only the person who asked")
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.zein,))
    top.refuses(CommitmentAccepted(it), top.amal, "cannot help at the moment")


def test_the_coordinator_who_posted_a_need_accepts_for_it(top):
    need = new_id()
    values = ("A room", "days", 0, "", 1, "", "", "", "trusted", [new_id()])
    top.say(NeedPosted(need, kind_id("shelter"), *values), top.sana)
    it = top.offer(need, top.huda, arranged_by=top.huda)
    top.refuses(CommitmentAccepted(it), top.amal)
    top.accept(it)
    assert top.state(it) == "accepted"


def test_an_offer_is_declined_without_a_reason(top):
    it = top.offer(top.need(), top.zein)
    top.refuses(CommitmentDeclined(it), top.musa, "Only the person who asked can answer")
    top.refuses(CommitmentDeclined(it), top.sana, "Only the person who asked can answer")
    top.say(CommitmentDeclined(it), top.amal)
    assert top.state(it) == "released"
    through = top.offer(top.need(kind="food"), top.zein)
    top.say(CommitmentDeclined(through), top.sana)
    assert top.state(through) == "released"


def test_an_offer_can_be_taken_back_by_whoever_made_it(top):
    it = top.offer(top.need(), top.zein)
    top.refuses(CommitmentReleased(it, ""), top.amal, "Only the person who offered")
    top.refuses(CommitmentReleased(it, ""), top.musa, "Only the people concerned")
    top.say(CommitmentReleased(it, "My car broke down"), top.zein)
    assert top.row("select state, closing from commitment") == ("released", "My car broke down")
    top.refuses(CommitmentReleased(it, ""), top.zein, "taken this a step further")


def test_help_is_done_by_the_one_and_confirmed_by_the_other(top):
    it = top.offer(top.need(), top.zein)
    top.refuses(CommitmentDone(it), top.zein, "taken this a step further")
    top.accept(it)
    top.refuses(CommitmentDone(it), top.amal, "Only the person who helps")
    top.say(CommitmentDone(it), top.zein)
    top.refuses(CommitmentConfirmed(it), top.zein, "Only the person who asked can confirm")
    top.say(CommitmentConfirmed(it), top.amal)
    assert top.state(it) == "confirmed"
    assert top.row("select closed_on from commitment") == top.day


def test_what_was_accepted_can_be_released_or_fall_through(top):
    one, two = top.offer(top.need(), top.zein), top.offer(top.need(), top.zein)
    top.accept(one)
    top.accept(two)
    top.refuses(CommitmentFellThrough(two, ""), top.musa, "Only the people concerned")
    top.say(CommitmentReleased(one, ""), top.zein)
    top.say(CommitmentFellThrough(two, "Nobody came"), top.amal)
    assert (top.state(one), top.state(two)) == ("released", "fell_through")


def test_coordination_may_end_only_what_goes_through_it(top):
    between, through = top.offer(top.need(), top.zein), top.offer(top.need(kind="food"), top.zein)
    top.say(CommitmentPassedOn(through), top.sana)
    top.accept(between)
    top.accept(through)
    top.refuses(CommitmentFellThrough(between, ""), top.sana, "Only the people concerned")
    top.say(CommitmentFellThrough(through, ""), top.sana)


def test_whoever_helps_is_named_only_in_the_circle_of_the_offer(top):
    need = top.need()
    it = top.offer(need, top.zein)
    top.accept(it)
    for area in top.areas.areas:
        for table in area.tables:
            found = top.rows(f"select * from {table.name} where audience in ('network', 'trusted')")
            if table.name not in ("called", "alias"):
                assert not any(top.zein in map(str, row) for row in found), table.name


# Free places


def test_nobody_offers_beyond_what_they_said_they_can_take_on(top):
    top.say(CapacityStated(2, [], True), top.zein)
    needs = [top.need() for _ in range(3)]
    for need in needs[:2]:
        top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=0, words="")
    with pytest.raises(Refused, match="no free place"):
        top.make("/match/offer/{need}", top.zein, need=needs[2], part="", when_on=0, words="")
    one = top.row("select commitment from commitment where need = ?", needs[0])
    top.say(CommitmentReleased(one, ""), top.zein)
    top.make("/match/offer/{need}", top.zein, need=needs[2], part="", when_on=0, words="")


def test_a_place_is_free_again_a_week_after_it_was_accepted(top):
    top.say(CapacityStated(1, [], True), top.zein)
    top.accept(top.offer(top.need(), top.zein))
    need = top.need()
    with pytest.raises(Refused, match="no free place"):
        top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=0, words="")
    top.forward(days=7)
    top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=0, words="")


def test_in_no_seven_days_more_is_accepted_than_somebody_can_take_on(top):
    top.say(CapacityStated(2, [], True), top.zein)
    accepted = []
    pending = []
    for turn in range(40):
        try:
            need = top.need()
            (fact,) = top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=0, words="")
            pending.append(fact.commitment)
        except Refused:
            pass
        if turn % 3 and pending:
            top.accept(pending.pop(0))
            accepted.append(top.day)
        top.forward(days=1)
    assert len(accepted) > 5
    assert all(sum(day <= other < day + 7 for other in accepted) <= 2 for day in accepted)


def test_none_is_a_good_answer_too(top):
    top.say(CapacityStated(0, [], True), top.zein)
    with pytest.raises(Refused, match="no free place"):
        top.make("/match/offer/{need}", top.zein, need=top.need(), part="", when_on=0, words="")
    top.refuses(PersonAsked(new_id(), new_id(), top.need(), top.zein, 24, ""), top.sana, "no free place")


def test_rest_is_respected_by_offers_and_asks(top):
    top.say(RestStated(top.day + 3), top.zein)
    with pytest.raises(Refused, match="rest until"):
        top.make("/match/offer/{need}", top.zein, need=top.need(), part="", when_on=0, words="")
    fact = PersonAsked(new_id(), new_id(), top.need(), top.zein, 24, "")
    top.refuses(fact, top.sana, "resting or has no free place")
    top.forward(days=4)
    top.say(fact, top.sana)


def test_a_form_refuses_a_day_that_is_over_and_the_same_offer_twice(top):
    need = top.need()
    with pytest.raises(Malformed, match="over"):
        top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=top.day - 5, words="")
    top.make("/match/offer/{need}", top.zein, need=need, part="", when_on=top.day, words="")
    with pytest.raises(Refused, match="already"):
        top.make("/match/offer/{need}/{part}", top.zein, need=need, part=top.parts(need)[0], when_on=0, words="")


def test_an_offer_without_a_part_is_for_the_first_open_one(top):
    need = top.need(parts="one\ntwo")
    top.accept(top.offer(need, top.zein))
    (fact,) = top.make("/match/offer/{need}", top.musa, need=need, part="", when_on=0, words="")
    assert fact.part == top.parts(need)[1]
    assert fact.called == "Musa"
    top.accept(fact.commitment)
    with pytest.raises(Refused, match="every part"):
        top.make("/match/offer/{need}", top.rim, need=need, part="", when_on=0, words="")


# Asking one after another


def test_an_ask_is_known_to_one_person_and_to_coordination(top):
    ask = top.ask(top.need(), top.zein)
    assert who.holders(top.db, f"ask/{ask}") == {top.zein, top.sana, top.huda}


def test_one_ask_at_a_time(top):
    top.ask(top.need(), top.zein)
    again = PersonAsked(new_id(), new_id(), top.need(), top.zein, 24, "")
    top.refuses(again, top.huda, "being asked something already")
    top.forward(hours=24)
    top.say(again, top.huda)


def test_whom_coordination_cannot_ask(top):
    need = top.need()
    for whom, words in ((top.newcomer, "no free place"), (new_id(), "no free place"), (top.amal, "cannot be the one")):
        top.refuses(PersonAsked(new_id(), new_id(), need, whom, 24, ""), top.sana, words)
    resting = top.member("resting")
    top.refuses(PersonAsked(new_id(), new_id(), need, resting, 24, ""), top.sana, "resting")
    top.say(CapacityStated(3, ["food"], True), top.zein)
    top.refuses(PersonAsked(new_id(), new_id(), need, top.zein, 24, ""), top.sana, "no free place")
    top.say(CapacityStated(3, [], False), top.zein)
    top.refuses(PersonAsked(new_id(), new_id(), need, top.zein, 24, ""), top.sana, "no free place")
    top.refuses(PersonAsked(new_id(), new_id(), need, top.musa, 24, ""), top.rim, "not yours")
    fact = PersonAsked(new_id(), new_id(), need, top.musa, 24, "")
    top.say(fact, top.sana)
    top.refuses(fact, top.sana, "already written down")


def test_nobody_is_asked_about_a_need_that_few_can_see(top):
    need = top.need(by=top.newcomer, scope="coordinators")
    top.refuses(PersonAsked(new_id(), new_id(), need, top.zein, 24, ""), top.sana, "Only few people")
    people = (top.musa, "", "", "", "")
    top.refuses(RoundBegun(new_id(), need, *people, "", 24), top.sana, "Only few people")


def test_whoever_never_said_how_much_they_can_do_is_asked_twice_a_week_at_most(top):
    for _ in range(2):
        it = top.ask(top.need(), top.zein)
        facts = top.make("/match/ask/{ask}/yes", top.zein, ask=it, when_on=0, words="")
        top.accept(facts[1].commitment) if facts[1].arranged_by else None
    # Between members coordination does not see who helps; through coordination it does.
    assert not top.row("select count(*) from commitment where way <> 'between_members'")
    for _ in range(2):
        it = top.ask(top.need(kind="food"), top.musa)
        top.make("/match/ask/{ask}/yes", top.musa, ask=it, when_on=0, words="")
    top.refuses(PersonAsked(new_id(), new_id(), top.need(), top.musa, 24, ""), top.sana, "no free place")


def test_a_yes_offers_help_in_the_same_breath_and_whoever_asked_decides(top):
    need = top.need(kind="shelter")
    ask = top.ask(need, top.zein)
    top.refuses(AskAccepted(ask), top.musa, "somebody else")
    answer, offer = top.make("/match/ask/{ask}/yes", top.zein, ask=ask, when_on=top.day + 1, words="From six on")
    assert isinstance(answer, AskAccepted)
    assert (offer.arranged_by, offer.ask) == (top.sana, ask)
    assert top.ask_state(ask) == "accepted"
    top.accept(offer.commitment)
    assert top.state(offer.commitment) == "accepted"


def test_a_yes_keeps_to_ones_own_limit_over_all_circles(top):
    top.say(CapacityStated(1, [], True), top.zein)
    ask = top.ask(top.need(kind="food"), top.zein)
    top.offer(top.need(kind="things"), top.zein)
    with pytest.raises(Refused, match="no free place"):
        top.make("/match/ask/{ask}/yes", top.zein, ask=ask, when_on=0, words="")
    top.say(AskDeclined(ask), top.zein)
    assert top.ask_state(ask) == "declined"


def test_an_answer_is_given_once_and_only_while_help_is_needed(top):
    need = top.need()
    ask = top.ask(need, top.zein)
    top.say(AskDeclined(ask), top.zein)
    top.refuses(AskAccepted(ask), top.zein, "taken this a step further")
    late = top.ask(need, top.musa)
    top.say(NeedClosed(need, "met", ""), top.amal)
    top.refuses(AskAccepted(late), top.musa, "not looking for help")
    top.say(AskDeclined(late), top.musa)


def test_the_next_is_asked_on_no_and_on_silence(top):
    need = top.need()
    begun, first = top.begin(need, top.zein, top.musa, top.rim)
    assert (first.whom, first.window) == (top.zein, 24)
    with pytest.raises(Refused, match="still time"):
        top.make("/match/round/{round}/next", top.sana, round=begun.round)
    top.say(AskDeclined(first.ask), top.zein)
    (second,) = top.make("/match/round/{round}/next", top.sana, round=begun.round)
    assert second.whom == top.musa
    top.refuses(AskWentSilent(second.ask), top.sana, "still time")
    top.forward(hours=24)
    page = top.page("/match/round/{round}", top.huda, round=begun.round)
    assert [turn["shown"] for turn in page["turns"]] == ["declined", "silent", ""]
    assert page["can_go_on"]
    facts = top.make("/match/round/{round}/next", top.huda, round=begun.round)
    assert [type(fact) for fact in facts if not isinstance(fact, PersonAsked)] in (
        [AskWentSilent, AskMovedOn],
        [AskMovedOn],
    )
    assert facts[-1].whom == top.rim
    assert top.ask_state(second.ask) == "next"
    top.refuses(AskAccepted(second.ask), top.musa, "taken this a step further")
    top.say(AskDeclined(facts[-1].ask), top.rim)
    assert isinstance(top.make("/match/round/{round}/next", top.sana, round=begun.round)[-1], RoundStopped)
    with pytest.raises(Refused, match="ended"):
        top.make("/match/round/{round}/next", top.sana, round=begun.round)


def test_a_late_answer_counts_until_the_next_is_asked(top):
    ask = top.ask(top.need(), top.zein, window=3)
    top.forward(hours=5)
    assert top.page("/match/ask/{ask}", top.zein, ask=ask)["open"]
    top.say(AskAccepted(ask), top.zein)
    assert top.ask_state(ask) == "accepted"
    days_late = top.ask(top.need(), top.musa)
    top.forward(days=2)
    assert top.ask_state(days_late) == "silent"
    top.say(AskAccepted(days_late), top.musa)


def test_an_ask_window_is_three_hours_for_what_is_needed_now_and_a_setting_otherwise(top):
    assert top.begin(top.need(urgency="now"), top.zein)[0].window == 3
    top.db.execute("insert into setting (name, value) values ('ask_window_hours', '48')")
    assert top.begin(top.need(), top.musa)[0].window == 48
    top.db.execute("update setting set value = '2'")
    assert top.begin(top.need(urgency="now"), top.rim)[0].window == 2


def test_a_round_names_each_once_never_the_asker_and_there_is_one_at_a_time(top):
    need = top.need()
    twice = RoundBegun(new_id(), need, top.zein, top.zein, "", "", "", "", 24)
    top.refuses(twice, top.sana, "only once")
    top.refuses(RoundBegun(new_id(), need, top.amal, "", "", "", "", "", 24), top.sana, "cannot be the one")
    begun, _ = top.begin(need, top.zein)
    top.refuses(begun, top.sana, "already written down")
    other = RoundBegun(new_id(), need, top.musa, "", "", "", "", "", 24)
    top.refuses(other, top.huda, "being asked about this already")
    top.refuses(other, top.rim, "not yours")
    top.say(RoundStopped(begun.round), top.huda)
    top.refuses(RoundStopped(begun.round), top.sana, "taken this a step further")
    top.say(other, top.huda)


def test_a_round_passes_over_whoever_cannot_be_asked_and_says_nothing_of_it(top):
    top.say(RestStated(top.day + 5), top.zein)
    top.say(AvoidStated(top.musa, top.amal), top.musa)
    begun, asked = top.begin(top.need(), top.zein, top.musa, top.rim)
    assert asked.whom == top.rim
    page = top.page("/match/round/{round}", top.sana, round=begun.round)
    assert [bool(turn["ask"]) for turn in page["turns"]] == [False, False, True]
    with pytest.raises(Refused, match="None of these people"):
        top.begin(top.need(), top.zein, top.musa)


def test_time_lets_asks_fall_silent_and_ends_rounds_of_closed_needs(top):
    need = top.need()
    begun, asked = top.begin(need, top.zein, top.musa)
    top.say(NeedClosed(need, "met", ""), top.amal)
    top.say(AskWentSilent(asked.ask), top.sana)  # nobody has to wait for an answer about what is closed
    top.forward(days=1)
    assert top.row("select state from ask_round where round = ?", begun.round) == "over"
    assert top.row("select closed_on from ask where ask = ?", asked.ask) == top.day


def test_every_state_of_an_ask_can_be_reached(top):
    seen = {"asked"}
    need = top.need()
    for end in (AskAccepted, AskDeclined):
        ask = top.ask(need, top.zein)
        top.say(end(ask), top.zein)
        seen.add(top.ask_state(ask))
    ask = top.ask(need, top.musa, window=1)
    top.refuses(AskMovedOn(ask), top.sana, "taken this a step further")
    top.forward(hours=1)
    top.say(AskWentSilent(ask), top.sana)
    seen.add(top.ask_state(ask))
    top.refuses(AskMovedOn(ask), top.musa, "not yours")
    top.say(AskMovedOn(ask), top.sana)
    seen.add(top.ask_state(ask))
    assert seen == set(ASK_STEPS.labels)
    assert set(ROUND_STEPS.labels) == {"open", "over"}


# Suggestions


def test_suggestions_show_reasons_and_no_number(top):
    need = top.need(kind="food", area="Old harbour", languages="Arabic, Kurdish", what="Cooking for a family")
    top.say(CalledAs(top.zein, "Zein", "", "kurdish", "harbour"), top.zein)
    top.say(CapacityStated(2, ["food"], True), top.zein)
    top.say(CapacityStated(2, ["food"], True), top.musa)
    top.say(SkillStated(new_id(), "cooking", "does"), top.rim)
    page = top.page("/match/{need}", top.sana, need=need)
    by_member = {one["member"]: one["reasons"] for one in page["people"]}
    assert by_member[top.zein] == [REASONS[name] for name in ("kind", "area", "language", "rested", "free")]
    assert by_member[top.rim] == [REASONS[name] for name in ("skill", "rested", "free")]
    assert [one["member"] for one in page["people"]] == [top.zein, top.musa, top.rim]
    assert not any(isinstance(value, int | float) for one in page["people"] for value in one.values())


def test_an_offer_on_the_list_comes_first(top):
    need = top.need(kind="food")
    top.say(CapacityStated(2, ["food"], True), top.musa)
    form = {"kind": kind_id("food"), "what": "Bread", "availability": "", "area": "", "languages": "", "standing": True}
    form |= {"quantity": 0, "until": 0, "conditions": "", "scope": "network"}
    (offer,) = top.make("/aid/offer", top.zein, **form)
    page = top.page("/match/{need}", top.sana, need=need)
    assert [one["member"] for one in page["people"]] == [top.zein, top.musa]
    assert page["people"][0]["offer"] == offer.offer


def test_those_left_out_are_counted_without_those_who_avoid(top):
    need = top.need(kind="food")
    for member in (top.zein, top.musa, top.rim, top.huda):
        top.say(CapacityStated(1, ["food"], True), member)
    top.say(RestStated(top.day + 2), top.zein)
    top.offer(top.need(kind="food"), top.musa)
    top.ask(top.need(kind="food"), top.rim)
    people, found = top.suggested(need)
    assert people == [top.huda]
    assert found == {"resting": 1, "full": 1, "busy": 1, "asked": 0}
    top.say(AvoidStated(top.zein, top.amal), top.zein)
    people, found = top.suggested(need)
    assert found == {"resting": 0, "full": 1, "busy": 1, "asked": 0}


@pytest.mark.parametrize("way", ["they avoid", "they are avoided"])
def test_an_avoid_list_works_both_ways_and_is_never_shown(top, way):
    need = top.need(kind="food")
    top.say(CapacityStated(3, ["food"], True), top.zein)
    assert top.suggested(need)[0] == [top.zein]
    pair = (top.zein, top.amal) if way == "they avoid" else (top.amal, top.zein)
    top.say(AvoidStated(*pair), pair[0])
    people, found = top.suggested(need)
    assert people == []
    assert not any(found.values())
    top.say(AvoidEnded(*pair), pair[0])
    assert top.suggested(need)[0] == [top.zein]


def test_an_offer_of_somebody_avoided_is_left_out_for_asker_and_coordination(top):
    through, between = top.need(kind="food"), top.need()
    one, two = top.offer(through, top.zein), top.offer(between, top.zein)
    assert [row["commitment"] for row in top.page("/match", top.sana)["offers"]] == [one]
    top.say(AvoidStated(top.amal, top.zein), top.amal)
    assert top.page("/match", top.sana)["offers"] == []
    assert top.page("/match/mine", top.amal)["to_answer"] == []
    assert top.page("/match/{need}", top.sana, need=through)["offers"] == []
    assert not top.texts(top.amal)
    # Whoever offered notices nothing.
    assert {row["commitment"] for row in top.page("/match/mine", top.zein)["current"]} == {one, two}


def test_behind_a_go_between_the_person_themselves_counts(top):
    first = top.need(by=top.amal, kind="food", scope="coordinators", nameless=True)
    form = {"kind": kind_id("food"), "what": "Bread", "urgency": "weeks", "needed_by": 0, "area": "", "people": 1}
    form |= {"languages": "", "conditions": "", "parts": "", "scope": "trusted"}
    posted = top.make("/aid/{need}/post", top.sana, need=first, **form)[0].need
    for member in (top.zein, top.amal):
        top.say(CapacityStated(3, ["food"], True), member)
    assert top.suggested(posted)[0] == [top.zein]  # never the person it is for
    top.say(AvoidStated(top.amal, top.zein), top.amal)
    assert top.suggested(posted)[0] == []


def test_whoever_never_wants_to_be_asked_for_something_is_not_suggested(top):
    need = top.need(kind="food", what="Cooking for a family")
    top.say(CapacityStated(3, ["food"], True), top.zein)
    top.say(SkillStated(new_id(), "cooking", "never"), top.zein)
    assert top.suggested(need)[0] == []


def test_whoever_was_asked_or_offered_already_is_not_suggested_again(top):
    need = top.need(kind="food")
    for member in (top.zein, top.musa):
        top.say(CapacityStated(3, ["food"], True), member)
    ask = top.ask(need, top.zein)
    top.say(AskDeclined(ask), top.zein)
    top.offer(need, top.musa)
    people, found = top.suggested(need)
    assert people == []
    assert found["asked"] == 1


def test_whoever_helps_with_other_kinds_only_is_not_suggested(top):
    need = top.need(kind="food", area="Harbour", languages="Arabic")
    top.say(CalledAs(top.zein, "Zein", "", "Arabic", "Harbour"), top.zein)
    assert top.suggested(need)[0] == [top.zein]
    top.say(CapacityStated(3, ["legal"], True), top.zein)
    assert top.suggested(need)[0] == []


def test_coordination_sees_help_that_was_accepted_also_between_people_who_now_avoid_each_other(top):
    need = top.need(kind="food")
    it = top.offer(need, top.zein)
    top.say(CommitmentPassedOn(it), top.sana)
    top.accept(it)
    top.say(AvoidStated(top.amal, top.zein), top.amal)
    assert [row["commitment"] for row in top.page("/match/{need}", top.sana, need=need)["offers"]] == [it]


def test_nobody_is_asked_any_more_about_what_came_with_a_list_that_was_taken_back(top):
    facts = list_facts("needs", "trusted", "", [NeedLine(kind_id("food"), "Rice", "weeks", 0, "", 1, "", "")])
    for fact in facts:
        top.say(fact, top.sana)
    need = top.row("select need from need")
    top.say(NeedOpened(need), top.sana)
    top.make(
        "/match/begin/{need}", top.sana, need=need, first=top.zein, second="", third="", fourth="", fifth="", words=""
    )
    asked = [item for item in home.waiting(top.db, top.by(top.zein)) if item.path.startswith("/match/ask/")]
    assert asked
    assert top.page("/match/mine", top.zein)["asks"]
    top.say(ImportUndone(facts[-1].import_code), top.sana)
    assert home.waiting(top.db, top.by(top.zein)) == []
    assert top.page("/match/mine", top.zein)["asks"] == []
    top.forward(days=3)
    assert [item.path for item in home.waiting(top.db, top.by(top.sana))] == []
    assert top.page("/match", top.sana)["rounds"] == []


def test_a_round_starts_with_those_suggested(top):
    need = top.need(kind="food")
    top.say(CapacityStated(3, ["food"], True), top.zein)
    act = next(act for act in AREA.acts if act.path == "/match/begin/{need}")
    assert act.prefill(top.db, top.by(top.sana), {"need": need}) == {"first": top.zein}
    offered = dict(act.options["first"](top.db, top.by(top.sana)))
    assert offered[top.zein] == "Zein"
    assert top.newcomer not in offered


def test_lists_of_kinds_are_read_however_they_are_written():
    assert slugs("food,things") == slugs('["food", "things"]') == slugs("food things") == ["food", "things"]
    assert kind_ids("food") == {kind_id("food")}
    assert slugs("") == []


# Pages and the home page


def test_an_offer_that_names_somebody_who_did_not_ask_stands_apart(top):
    need = top.need(kind="shelter")
    it = top.offer(need, top.zein, arranged_by=top.sana, ask=new_id())
    assert [(row["commitment"], row["untrue"]) for row in top.page("/match", top.huda)["offers"]] == [(it, True)]
    assert top.page("/match/commitment/{commitment}", top.huda, commitment=it)["untrue"]
    assert not top.page("/match/commitment/{commitment}", top.amal, commitment=it)["untrue"]
    assert any("names somebody" in text for text, _ in top.texts(top.sana))
    ask = top.ask(top.need(kind="shelter"), top.musa)
    offer = top.make("/match/ask/{ask}/yes", top.musa, ask=ask, when_on=0, words="")[1]
    assert not top.page("/match/commitment/{commitment}", top.huda, commitment=offer.commitment)["untrue"]


def test_home_says_what_waits_for_whom(top):
    need = top.need(kind="food", urgency="now")
    begun, ask = top.begin(need, top.zein)
    assert top.texts(top.zein) == [
        ("Can you help with %(code)s? Hours left to answer: %(hours)d", f"/match/ask/{ask.ask}")
    ]
    item = AREA.waiting(top.db, top.by(top.zein))[0]
    assert (item.values["hours"], item.harm) == (3, 0)
    top.forward(hours=3)
    assert top.texts(top.zein) == []
    assert [path for _, path in top.texts(top.sana)] == [f"/match/round/{begun.round}"]
    it = top.offer(need, top.musa)
    assert f"/match/commitment/{it}" in [path for _, path in top.texts(top.huda)]
    assert top.texts(top.amal) == []
    top.say(CommitmentPassedOn(it), top.huda)
    assert top.texts(top.amal) == [("Help is offered for %(code)s", f"/match/commitment/{it}")]
    assert [path for _, path in top.texts(top.musa, "mine")] == [f"/match/commitment/{it}"]
    top.accept(it)
    assert top.texts(top.musa, "mine") == []
    top.say(CommitmentDone(it), top.musa)
    assert ("The help for %(code)s is done: please confirm it", f"/match/commitment/{it}") in top.texts(top.amal)


def test_a_page_offers_only_what_the_rules_allow(top):
    need = top.need(kind="food")
    it = top.offer(need, top.zein)

    def can(by):
        shown = top.page("/match/commitment/{commitment}", by, commitment=it)["can"]
        return {name for name, allowed_ in shown.items() if allowed_}

    assert can(top.zein) == {"release"}
    assert can(top.amal) == {"decline"}
    assert can(top.sana) == {"pass", "decline"}
    top.say(CommitmentPassedOn(it), top.sana)
    assert can(top.amal) == {"accept", "decline"}
    top.accept(it)
    assert can(top.zein) == {"release", "fell", "done"}
    assert can(top.amal) == {"fell", "confirm"}
    with pytest.raises(NotHereYet):
        top.page("/match/commitment/{commitment}", top.amal, commitment=new_id())


def test_needs_that_fit_leave_out_those_of_people_one_avoids(top):
    need = top.need(kind="food")
    top.need(kind="legal")
    assert top.page("/match/mine", top.zein)["fitting"] == []
    top.say(CapacityStated(3, ["food"], True), top.zein)
    assert [row["need"] for row in top.page("/match/mine", top.zein)["fitting"]] == [need]
    top.say(AvoidStated(top.zein, top.amal), top.zein)
    assert top.page("/match/mine", top.zein)["fitting"] == []
    assert top.page("/match/mine", top.newcomer)["fitting"] == []


def test_cards_name_the_kind_and_lead_to_the_offer(top):
    it = top.offer(top.need(kind="food"), top.zein)
    card = matching_pages.commitment_card(top.db, it)
    assert (card.title, card.path) == ("Food", f"/match/commitment/{it}")
    assert matching_pages.commitment_card(top.db, new_id()).title == ""


# Time


def test_an_offer_nobody_answers_goes_back_after_a_month(top):
    it = top.offer(top.need(urgency="weeks"), top.zein)
    top.forward(days=29)
    assert top.state(it) == "offered"
    top.forward(days=1)
    assert top.state(it) == "released"


def test_what_is_left_open_follows_how_the_need_ended(top):
    needs = [top.need(parts="one\ntwo") for _ in range(3)]
    commitments = []
    for need in needs:
        one, two = (top.offer(need, top.zein, part) for part in top.parts(need))
        top.accept(one)
        top.accept(two)
        top.say(CommitmentDone(two), top.zein)
        commitments += [one, two]
    waiting = top.offer(top.need(), top.musa)
    left = top.row("select need from commitment where commitment = ?", waiting)
    for need, reason in zip((*needs, left), ("met", "withdrawn", "part", "withdrawn"), strict=True):
        top.say(NeedClosed(need, reason, ""), top.amal)
    top.forward(days=1)
    assert top.state(waiting) == "released"
    assert [top.state(it) for it in commitments[:2]] == ["accepted", "done"]
    top.forward(days=14)
    assert [top.state(it) for it in commitments] == [
        *("confirmed", "confirmed"),
        *("fell_through", "confirmed"),
        *("confirmed", "confirmed"),
    ]


def test_whoever_leaves_leaves_nothing_open(top):
    offered, taken = top.offer(top.need(), top.zein), top.offer(top.need(), top.zein)
    top.accept(taken)
    top.db.execute("update member set standing = 'removed' where member = ?", (top.zein,))
    top.forward(days=1)
    assert (top.state(offered), top.state(taken)) == ("released", "fell_through")


def test_who_helped_whom_is_forgotten_and_codes_stay(top):
    it = top.offer(top.need(), top.zein)
    top.accept(it)
    top.say(CommitmentReleased(it, "My car broke down"), top.zein)
    top.forward(days=31)
    assert top.row("select words, closing, called, helper from commitment") == ("", "", "", top.zein)
    top.forward(days=180)
    assert top.row("select helper, asker, state, commitment from commitment") == ("", "", "released", it)
    assert not top.row("select count(*) from holder where of = ?", f"commitment/{it}")


def test_every_state_of_a_commitment_can_be_reached(top):
    need = top.need(parts="1\n2\n3\n4\n5")
    one, two, three, four, five = (top.offer(need, top.zein, part) for part in top.parts(need))
    for it in (two, three, four, five):
        top.accept(it)
    for it in (three, four):
        top.say(CommitmentDone(it), top.zein)
    top.say(CommitmentConfirmed(four), top.amal)
    top.say(CommitmentFellThrough(five, ""), top.amal)
    other = top.offer(top.need(), top.zein)
    top.say(CommitmentReleased(other, ""), top.zein)
    assert {top.state(it) for it in (one, two, three, four, five, other)} == set(COMMITMENT_STEPS.labels)


# All readers agree: every room sees only what its member may read


class Rooms(Matching):
    """The same table, with a room for each member in which only what that member can read is folded."""

    def __init__(self, *more):
        self.rooms = {}
        self.given = {}
        super().__init__(*more)

    def member(self, standing="trusted", *roles, introduced_by=""):
        member = super().member(standing, *roles, introduced_by=introduced_by)
        self.rooms[member] = view.create(self.areas)
        for room in self.rooms.values():
            for table in ("member", "mandate"):
                room.execute(f"delete from {table}")
                found = self.rows(f"select * from {table}")
                for row in found:
                    room.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
        return member

    def say(self, fact, by):
        line = self.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        mine = self.rooms[by]
        audience = allowed(line, mine, who.by(mine, by, self.hour), fact)
        assert super().say(fact, by) == audience
        people = who.holders(self.db, audience)
        # What was said before somebody came reaches them as shared rows, after the fact that let them in.
        readers = self.given.get(audience, people) | {by}  # whoever leaves the network reads their own last word
        for member in sorted(readers & set(self.rooms)):
            room = self.rooms[member]
            author = who.by(room, by, self.hour, audience)
            assert allowed(line, room, author, fact) == audience, f"{type(fact).__name__}: {member}"
            line.fold(room, author, fact)
        if audience.split("/")[0] in ("case", "commitment", "ask"):
            for comer in sorted(people - readers):
                shared_rows.clear(self.rooms[comer], self.areas, audience)
                for part in shared_rows.dump(self.db, self.areas, audience):
                    shared_rows.load(self.rooms[comer], self.areas, audience, part)
            self.given[audience] = people
        self.agree(audience, people)
        return audience

    def agree(self, audience, people):
        """Assert that all readers of an audience hold the same rows of it, as far as rows are shared with comers."""
        for table in self.areas.tables():
            if table.share is Share.NEVER:
                continue
            sql = f"select * from {table.name} where audience = ? order by 1, 2"
            rows = {member: self.rooms[member].execute(sql, (audience,)).fetchall() for member in people}
            assert all(found == self.rows(sql, audience) for found in rows.values()), table.name

    def make(self, path, by, **values):
        for area in self.areas.areas:
            for line in area.acts:
                if line.path == path:
                    room = self.rooms[by]
                    form = line.form(**values)
                    facts = list(line.make(room, who.by(room, by, self.hour), form)) if line.make else [form]
                    for fact in facts:
                        self.say(fact, by)
                    return facts
        raise LookupError(path)

    def page(self, path, by, **params):
        room, self.db = self.db, self.rooms[by]
        try:
            return super().page(path, by, **params)
        finally:
            self.db = room

    def forward(self, *, days=0, hours=0):
        hour = self.hour
        super().forward(days=days, hours=hours)
        for room in self.rooms.values():
            for day in range(hour // 24 + 1, self.day + 1):
                view.pass_days(room, self.areas, day)


def test_all_rooms_agree_on_offers_asks_and_answers():
    rooms = Rooms()
    rooms.say(CapacityStated(2, ["food", "shelter", "things"], True), rooms.zein)
    rooms.say(AvoidStated(rooms.musa, rooms.amal), rooms.musa)
    rooms.say(BlockStated(rooms.rim), rooms.amal)
    for kind in ("food", "things"):
        need = rooms.need(kind=kind)
        it = rooms.make("/match/offer/{need}", rooms.zein, need=need, part="", when_on=0, words="")[0].commitment
        if kind == "food":
            rooms.say(CommitmentPassedOn(it), rooms.huda)
        rooms.accept(it)
        rooms.say(CommitmentDone(it), rooms.zein)
        rooms.say(CommitmentConfirmed(it), rooms.amal)
    rooms.forward(days=8)
    need = rooms.need(kind="shelter", scope="trusted")
    _, ask = rooms.begin(need, rooms.musa, rooms.zein, rooms.rim)
    assert ask.whom == rooms.zein
    assert rooms.rooms[rooms.zein].execute("select count(*) from ask_turn").fetchone() == (0,)
    offer = rooms.make("/match/ask/{ask}/yes", rooms.zein, ask=ask.ask, when_on=0, words="")[1]
    rooms.accept(offer.commitment)
    rooms.forward(days=30)
    need = rooms.need(by=rooms.newcomer, kind="listening", scope="coordinators")
    audience = rooms.say(rooms.offered(need), rooms.zein)  # the introducer reads it too
    assert who.holders(rooms.db, audience) == {rooms.zein, rooms.newcomer, rooms.sana, rooms.huda}


def test_the_room_of_whoever_helps_does_not_know_whom_the_asker_avoids():
    rooms = Rooms()
    rooms.say(AvoidStated(rooms.amal, rooms.zein), rooms.amal)
    assert avoided(rooms.rooms[rooms.zein], [rooms.amal]) == set()
    assert avoided(rooms.rooms[rooms.sana], [rooms.amal]) == {rooms.zein}
    it = rooms.offer(rooms.need(), rooms.zein)
    assert rooms.page("/match/commitment/{commitment}", rooms.zein, commitment=it)["can"]["release"]
    assert rooms.page("/match/mine", rooms.amal)["to_answer"] == []


# Speed


def test_suggestions_stay_fast_with_many_members_and_needs(top):
    need = top.need(kind="food")
    for _ in range(80):
        member = top.member()
        top.db.execute(
            "insert into capacity (member, per_week, kinds, helps, audience) values (?, 3, 'food', 1, 'trusted')",
            (member,),
        )
    started = time.process_time()
    people, _ = top.suggested(need)
    assert len(people) == 20
    assert time.process_time() - started < 0.1
