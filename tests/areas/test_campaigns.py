"""Campaigns and actions: what has to be there before anything is announced, what nobody reads, who is counted, what is destroyed."""

from typing import Any

import pytest

from nasij.areas import campaigns, checkins, decisions, fund, incidents, people, profile, tasks, trust
from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import home, lists
from nasij.areas.campaigns.folds import incident_of
from nasij.areas.campaigns.sheet import (
    SheetAgreed,
    SheetAskDropped,
    SheetAsked,
    SheetDestroyed,
    SheetMissed,
    SheetPartGiven,
    SheetSealed,
)
from nasij.areas.campaigns.sheets import missed_sheets
from nasij.areas.campaigns.tables import GOING
from nasij.areas.fund import (
    CorrectionAsked,
    GiftAnnounced,
    MoneyReceived,
    MoneyReserved,
    PayoutBooked,
    PotAgreed,
    PotOpened,
    ReservationBacked,
    available,
    earmarked,
    kept_for,
    recomputed,
)
from nasij.errors import NotHereYet, Refused
from nasij.ids import new_id, numbered_id
from nasij.kit import turns, who
from nasij.node.kernel import AREA as LINE
from nasij.web.words import Words
from tests.tabletop import TableTop

AREAS = (
    LINE,
    people.AREA,
    profile.AREA,
    trust.AREA,
    tasks.AREA,
    decisions.AREA,
    fund.AREA,
    incidents.AREA,
    checkins.AREA,
    campaigns.AREA,
)
PLAN = {"aim": "Rooms for all", "addressed": "", "goal": "", "begins_on": 0, "ends_on": 0, "face": "none", "kit": ""}
RISK = {"threat": "filmed", "likelihood": "2", "harm": "3", "measure": "Scarves."}


class Table(TableTop):
    """Somebody who leads, somebody outside, two who sign, three who go along, and a fund with one pot."""

    def __init__(self) -> None:
        super().__init__(*AREAS)
        self.lead, self.out, self.ada, self.ben = (self.member() for _ in range(4))
        self.huda, self.sami, self.noor = (self.member() for _ in range(3))
        self.fay, self.gil = (self.member("trusted", "fund") for _ in range(2))
        self.pot = new_id()
        self.say(PotOpened(self.pot, "cash", "EUR", self.ada, 10_000_00), self.fay)
        self.say(PotAgreed(self.pot), self.gil)

    def campaign(self, state: str = "planned") -> str:
        campaign = new_id()
        self.say(f.CampaignThought(campaign, **PLAN), self.lead)
        steps = {"idea": (), "planned": (f.CampaignPlanned,), "running": (f.CampaignPlanned, f.CampaignStarted)}
        for cls in steps[state]:
            self.say(cls(campaign), self.lead)
        return campaign

    def action(self, exposure: str = "2", places: int = 5, kind: str = "march") -> str:
        action = new_id()
        self.say(f.ActionProposed(action, "", kind, exposure, places, self.out, ""), self.lead)
        return action

    def sign(self, action: str, by: str, verdict: str = "go") -> None:
        self.say(f.RiskSigned(action, **RISK, verdict=verdict), by)

    def announced(self, **given: Any) -> str:
        action = self.action(**given)
        for one in (self.ada, self.ben):
            self.sign(action, one)
        self.say(f.GoGiven(action), self.lead)
        self.say(f.ActionAnnounced(action), self.lead)
        return action

    def joined(self, action: str, member: str, role: str = "along", within: int = 4, seen: str = "no") -> str:
        joining = new_id()
        self.say(f.JoiningOffered(joining, action, role, seen), member)
        self.make("/together/with/{joining}/confirm", self.lead, joining=joining, role=role, within=within)
        return joining

    def march(self) -> tuple[str, dict[str, str]]:
        """Return an action that is happening, with two buddies and one more."""
        action = self.announced()
        along = {one: self.joined(action, one) for one in (self.huda, self.sami, self.noor)}
        self.make("/together/with/{joining}/buddy", self.lead, joining=along[self.huda], other=along[self.sami])
        self.begin(action, self.lead)
        return action, along

    def begin(self, action: str, by: str) -> None:
        self.make("/together/act/{action}/begin", by, action=action)

    def state(self, action: str) -> str:
        return str(self.row("select state from action where action = ?", action))

    def vote(self, proposal: str, state: str = "passed") -> None:
        """Put the outcome of a vote where others look for it; how it comes about is tested elsewhere."""
        self.db.execute("update proposal set state = ? where proposal = ?", (state, proposal))

    def raised(self, campaign: str, amount: int = 100_00) -> None:
        self.make("/together/{campaign}/take-in", self.ada, campaign=campaign, pot=self.pot, amount=str(amount // 100))


@pytest.fixture
def top() -> Table:
    """A network in which something is planned."""
    return Table()


def test_what_grows_with_the_years_is_shown_some_at_a_time(top):
    ended, lessons = {top.campaign() for _ in range(turns.A_PAGE + 2)}, set()
    for campaign in ended:
        top.say(f.CampaignClosed(campaign), top.lead)
    early, late = top.action(), top.action()
    for action in (early, late):
        top.say(f.NoGoGiven(action), top.lead)
    for number in range(turns.A_PAGE + 1):
        lesson = new_id()
        top.say(f.LessonNoted(lesson, late if number else early, "helped", "Two doors."), top.lead)
        lessons.add(lesson)
        top.forward(days=1 - bool(number))
    for listed, key, all_of_them in (("closed", "campaign", ended), ("lessons", "lesson", lessons)):
        found = top.turned("/together", top.huda, listed, key)
        assert len(found[0]) == turns.A_PAGE
        assert {one for page in found for one in page} == all_of_them
    own = top.page("/together/act/{action}", top.huda, action=early)["lessons"]
    assert own[0]["action"] == early, "what an action taught stands first on its own page, however much came later"
    assert len(own) == turns.A_PAGE


# Campaigns and money


def test_a_campaign_goes_from_an_idea_to_its_end_by_whoever_leads_it(top):
    campaign = top.campaign("running")
    top.refuses(f.CampaignClosed(campaign), by=top.huda, words="leads it")
    top.say(f.CampaignPaused(campaign), top.lead)
    top.refuses(f.CampaignPaused(campaign), by=top.lead, words="a step further")
    top.say(f.CampaignStarted(campaign), top.lead)
    top.say(f.CampaignChanged(campaign, **{**PLAN, "kit": "We say: rooms."}), top.lead)
    top.say(f.CampaignClosed(campaign), top.lead)
    top.refuses(f.CampaignChanged(campaign, **PLAN), by=top.lead, words="closed")
    assert top.page("/together/{campaign}", top.huda, campaign=campaign)["campaign"]["kit"] == "We say: rooms."


def test_a_campaign_does_not_end_before_it_begins(top):
    top.refuses(f.CampaignThought(new_id(), **PLAN | {"begins_on": top.day + 3, "ends_on": top.day}), by=top.lead)


def test_somebody_else_takes_a_campaign_on_when_whoever_led_it_is_gone(top):
    campaign = top.campaign()
    top.db.execute("update member set standing = 'left' where member = ?", (top.lead,))
    top.say(f.CampaignStarted(campaign), top.huda)


def test_money_for_a_campaign_enters_the_books_of_the_fund_under_its_code(top):
    campaign = top.campaign()
    top.raised(campaign)
    assert earmarked(top.db, campaign, "EUR") == kept_for(top.db, campaign, "EUR") == 100_00
    given = top.make(
        "/together/{campaign}/give",
        top.huda,
        campaign=campaign,
        method="cash",
        pot=top.pot,
        amount="20",
        visible="private",
    )
    assert [(type(one), one.purpose) for one in given] == [(GiftAnnounced, campaign)]
    stands = top.page("/together/{campaign}", top.huda, campaign=campaign)["stands"]
    assert stands == [{"currency": "EUR", "raised": 100_00, "left": 100_00, "free": 100_00}]


def test_no_money_comes_for_an_idea_or_a_closed_campaign(top):
    for campaign in (top.campaign("idea"), top.campaign()):
        top.say(f.CampaignClosed(campaign), top.lead)
        with pytest.raises(Refused, match="No money is raised"):
            top.raised(campaign)
        top.refuses(f.FundraiserOpened(new_id(), campaign, 1, "EUR", "cash", "members"), by=top.huda, words="No money")


def test_money_of_a_campaign_is_reserved_for_nothing_else(top):
    campaign, other = top.campaign(), top.campaign()
    top.raised(campaign)
    week = top.day // 7
    assert available(top.db, "EUR") <= 0
    for purpose in ("", "food", other):
        top.refuses(MoneyReserved(new_id(), 10_00, "EUR", purpose, week), by=top.fay, words="more than is available")
    spend = {"currency": "EUR", "words": "Banners", "proposal": ""}
    with pytest.raises(Refused, match="Less than this was raised"):
        top.make("/together/{campaign}/spend", top.fay, campaign=other, amount="10", **spend)
    top.make("/together/{campaign}/spend", top.fay, campaign=campaign, amount="10", **spend)
    assert kept_for(top.db, campaign, "EUR") == 90_00
    page = top.page("/together/{campaign}", top.huda, campaign=campaign)
    assert [(one["amount"], one["words"]) for one in page["expenses"]] == [(10_00, "Banners")]


def test_what_was_reserved_for_something_else_is_not_named_an_expense_of_a_campaign(top):
    campaign = top.campaign()
    top.say(MoneyReceived(new_id(), top.pot, 100_00, "EUR", "", top.day // 7), top.ada)
    held = new_id()
    top.say(MoneyReserved(held, 10_00, "EUR", "food", top.day // 7), top.fay)
    top.refuses(f.ExpenseNoted(held, campaign, "Banners"), by=top.fay, words="not reserved from the money")


def ask_left(top: Table, campaign: str, purpose: str = "food") -> tuple[str, str]:
    ask = {"currency": "EUR", "purpose": purpose, "question": "For food?", "body": ""}
    made = top.make("/together/{campaign}/left", top.huda, campaign=campaign, **ask)
    return made[1].surplus, made[0].proposal


@pytest.mark.parametrize("purpose", ["food", ""])
def test_a_surplus_stays_until_the_group_has_decided_and_then_only_its_purpose_changes(top, purpose):
    campaign = top.campaign()
    top.raised(campaign)
    with pytest.raises(Refused, match="First the campaign is closed"):
        ask_left(top, campaign)
    top.db.execute("delete from proposal")
    top.say(f.CampaignClosed(campaign), top.lead)
    surplus, proposal = ask_left(top, campaign, purpose)
    top.refuses(f.SurplusMoved(surplus), by=top.fay, words="has not decided")
    top.refuses(f.SurplusDropped(surplus), by=top.huda, words="not answered yet")
    top.vote(proposal)
    top.refuses(f.SurplusMoved(surplus), by=top.huda, words="not yours")
    pots = recomputed(top.db)
    top.say(f.SurplusMoved(surplus), top.fay)
    assert earmarked(top.db, campaign, "EUR") == 0
    assert earmarked(top.db, "food", "EUR") == (100_00 if purpose else 0)
    assert recomputed(top.db) == pots
    top.refuses(f.SurplusMoved(surplus), by=top.fay, words="a step further")


def test_what_a_decision_moved_is_not_taken_back_as_a_mistake_of_the_books(top):
    campaign = top.campaign()
    top.raised(campaign)
    top.say(f.CampaignClosed(campaign), top.lead)
    surplus, proposal = ask_left(top, campaign)
    top.vote(proposal)
    top.say(f.SurplusMoved(surplus), top.fay)
    for entry in (surplus, numbered_id(surplus, 1)):
        top.refuses(CorrectionAsked(new_id(), entry), by=top.gil, words="not corrected")


def test_who_can_sign_is_told_that_an_action_waits_and_nobody_else_is(top):
    action = top.action()
    said = lambda by: [item.text for item in home.waiting(top.db, top.by(by))]
    waits = "An action waits for somebody to look at its risks: %(code)s"
    assert (waits in said(top.ada), waits in said(top.lead)) == (True, False)
    top.sign(action, top.ada)
    assert (waits in said(top.ada), waits in said(top.ben)) == (False, True)


def test_a_surplus_that_the_group_does_not_move_stays_with_its_campaign(top):
    campaign = top.campaign()
    top.raised(campaign)
    top.say(f.CampaignClosed(campaign), top.lead)
    surplus, proposal = ask_left(top, campaign)
    top.vote(proposal, "failed")
    top.refuses(f.SurplusMoved(surplus), by=top.fay, words="has not decided")
    top.say(f.SurplusDropped(surplus), top.huda)
    assert earmarked(top.db, campaign, "EUR") == 100_00


def test_one_decision_is_not_used_for_two_things(top):
    campaign = top.campaign()
    top.raised(campaign)
    top.say(f.CampaignClosed(campaign), top.lead)
    _, proposal = ask_left(top, campaign)
    action = top.action("4")
    for one in (top.ada, top.ben):
        top.sign(action, one)
    top.refuses(f.ActionPutToVote(action, proposal), by=top.lead, words="something else")


def test_what_is_on_its_way_is_no_surplus(top):
    campaign = top.campaign()
    top.raised(campaign)
    held = new_id()
    top.say(MoneyReserved(held, 10_00, "EUR", campaign, top.day // 7), top.fay)
    top.say(ReservationBacked(held), top.gil)
    top.say(f.CampaignClosed(campaign), top.lead)
    surplus, proposal = ask_left(top, campaign)
    assert top.row("select amount from surplus where surplus = ?", surplus) == 90_00
    top.say(PayoutBooked(new_id(), held, top.pot, 10_00, 0, "EUR", top.day // 7), top.ada)
    top.vote(proposal)
    top.say(f.SurplusMoved(surplus), top.fay)
    assert earmarked(top.db, campaign, "EUR") == 0


# Before anything is announced


def test_nothing_is_announced_before_two_who_do_not_lead_it_have_signed(top):
    action = top.action()
    top.refuses(f.ActionAnnounced(action), by=top.lead, words="a step further")
    top.refuses(f.RiskSigned(action, **RISK, verdict="go"), by=top.lead, words="does not sign")
    top.sign(action, top.ada)
    top.sign(action, top.ada)
    assert top.state(action) == "proposed"
    top.refuses(f.GoGiven(action), by=top.lead)
    top.sign(action, top.ben)
    assert top.state(action) == "reviewed"
    top.refuses(f.GoGiven(action), by=top.ada, words="leads it")
    top.say(f.GoGiven(action), top.lead)
    top.say(f.ActionAnnounced(action), top.lead)


def test_one_who_says_not_like_this_holds_it_until_they_sign_anew(top):
    action = top.action()
    top.sign(action, top.ada)
    top.sign(action, top.ben, "no")
    top.refuses(f.GoGiven(action), by=top.lead, words="not like this")
    top.sign(action, top.ben)
    top.say(f.GoGiven(action), top.lead)


def test_the_word_of_somebody_who_left_does_not_count(top):
    action = top.action()
    for one in (top.ada, top.ben):
        top.sign(action, one)
    top.db.execute("update member set standing = 'left' where member = ?", (top.ben,))
    top.refuses(f.GoGiven(action), by=top.lead, words="Two people sign")


@pytest.mark.parametrize("exposure", ["3", "4"])
def test_above_a_level_of_exposure_the_group_votes(top, exposure):
    action = top.action(exposure)
    for one in (top.ada, top.ben):
        top.sign(action, one)
    top.refuses(f.GoGiven(action), by=top.lead, words="votes on it first")
    vote = {"action": action, "question": "Shall we?", "body": ""}
    made = top.make("/together/act/{action}/vote", top.lead, **vote)
    top.refuses(f.GoGiven(action), by=top.lead, words="votes on it first")
    top.vote(made[0].proposal, "failed")
    top.refuses(f.GoGiven(action), by=top.lead, words="votes on it first")
    again = top.make("/together/act/{action}/vote", top.lead, **vote)
    top.vote(again[0].proposal)
    top.say(f.GoGiven(action), top.lead)


def test_whoever_stays_outside_is_another_person(top):
    for outside in (top.lead, top.member("left")):
        top.refuses(f.ActionProposed(new_id(), "", "march", "1", 5, outside, ""), by=top.lead, words="another")


# Going along


def test_nobody_joins_before_it_is_announced_nor_twice(top):
    top.refuses(f.JoiningOffered(new_id(), top.action(), "along", "no"), by=top.huda, words="Nobody joins")
    action = top.announced()
    top.joined(action, top.huda)
    top.refuses(f.JoiningOffered(new_id(), action, "along", "no"), by=top.huda, words="said already")
    top.refuses(f.JoiningOffered(new_id(), action, "along", "no"), by=top.out, words="stay outside")


def test_whoever_leads_it_goes_along_and_is_counted_by_the_contact_outside(top):
    action = top.announced()
    joining = top.joined(action, top.lead)
    assert who.holders(top.db, f"joining/{joining}") == {top.lead, top.out}
    top.begin(action, top.out)
    top.forward(hours=5)
    assert home.unasked(top.db, top.by(top.out)) == [f.CountMissed(joining)]
    top.say(f.CountMissed(joining), top.out)
    assert top.rows("select member from incident_told") == [(top.out,)]
    top.refuses(f.BackSaid(joining), by=top.lead, words="a button proves nothing")
    top.say(f.BackSaid(joining), top.out)


def test_what_somebody_joins_is_read_by_them_and_those_who_lead_it_alone(top):
    action = top.announced()
    joining = new_id()
    audience = top.say(f.JoiningOffered(joining, action, "medic", "masked"), top.huda)
    assert who.holders(top.db, audience) == {top.huda, top.lead, top.out}


def test_a_buddy_is_named_to_each_of_two_and_to_nobody_else(top):
    action = top.announced()
    one, other, third = (top.joined(action, member) for member in (top.huda, top.sami, top.noor))
    top.make("/together/with/{joining}/buddy", top.lead, joining=one, other=other)
    assert top.row("select buddy from joining where joining = ?", one) == top.sami
    assert top.row("select buddy from joining where joining = ?", other) == top.huda
    for joining in (one, other, third):
        readers = who.holders(top.db, f"joining/{joining}")
        assert len(readers) == 3 and {top.lead, top.out} < readers
    assert top.page("/together/act/{action}", top.noor, action=action)["along"] == []


def test_no_more_people_are_confirmed_than_there_are_places(top):
    action = top.announced(places=1)
    top.joined(action, top.huda)
    joining = new_id()
    top.say(f.JoiningOffered(joining, action, "along", "no"), top.sami)
    with pytest.raises(Refused, match="Every place"):
        top.make("/together/with/{joining}/confirm", top.lead, joining=joining, role="along", within=3)
    top.refuses(f.JoiningConfirmed(joining, "along", new_id(), top.hour + 3), by=top.lead)


def test_whoever_does_not_go_along_leaves_a_free_place(top):
    action = top.announced(places=1)
    joining = top.joined(action, top.huda)
    top.make("/together/with/{joining}/end", top.huda, joining=joining)
    (freed,) = home.unasked(top.db, top.by(top.lead))
    top.say(freed, top.lead)
    assert home.unasked(top.db, top.by(top.lead)) == []
    top.joined(action, top.sami)


def test_parts_come_in_their_order_and_only_to_who_is_confirmed(top):
    action = top.announced()
    joining, waits = top.joined(action, top.huda), new_id()
    top.say(f.JoiningOffered(waits, action, "along", "no"), top.sami)
    tell = "/together/act/{action}/tell"
    for sort in ("day", "time", "spot"):
        made = top.make(tell, top.lead, action=action, sort=sort, words="…")
        assert [one.joining for one in made] == [joining]
    top.refuses(f.PartTold(new_id(), joining, "area", "…"), by=top.lead, words="later part")
    top.say(f.PartTold(new_id(), joining, "time", "An hour later"), top.lead)
    top.refuses(f.PartTold(new_id(), waits, "day", "…"), by=top.lead, words="confirmed")
    top.refuses(f.PartTold(new_id(), joining, "spot", "…"), by=top.huda, words="leads the action")


def test_whoever_is_confirmed_late_is_told_what_the_others_know_and_not_more(top):
    action = top.announced()
    top.joined(action, top.huda)
    for sort, words in (("day", "Friday"), ("day", "Sunday"), ("area", "The old town")):
        top.make("/together/act/{action}/tell", top.lead, action=action, sort=sort, words=words)
    joining = top.joined(action, top.sami)
    told = top.page("/together/with/{joining}", top.sami, joining=joining)["parts_told"]
    assert {(one["sort"], one["words"]) for one in told} == {("day", "Sunday"), ("area", "The old town")}


def test_a_new_pair_leaves_nobody_believing_that_they_have_a_buddy(top):
    action = top.announced()
    along = {one: top.joined(action, one) for one in (top.huda, top.sami, top.noor)}
    pair = "/together/with/{joining}/buddy"
    top.make(pair, top.lead, joining=along[top.huda], other=along[top.sami])
    top.make(pair, top.lead, joining=along[top.huda], other=along[top.noor])
    buddies = lambda: dict(top.rows("select member, buddy from joining"))
    assert buddies() == {top.huda: top.noor, top.noor: top.huda, top.sami: ""}
    top.make("/together/with/{joining}/end", top.noor, joining=along[top.noor])
    for due in home.unasked(top.db, top.by(top.lead)):
        top.say(due, top.lead)
    assert buddies()[top.huda] == ""
    assert home.unasked(top.db, top.by(top.lead)) == []


def test_whoever_did_not_come_is_not_looked_for_and_not_counted(top):
    action, along = top.march()
    top.refuses(f.JoiningEnded(along[top.noor]), by=top.noor, words="counts from outside")
    top.make("/together/with/{joining}/end", top.out, joining=along[top.noor])
    for due in home.unasked(top.db, top.by(top.lead)):
        top.say(due, top.lead)
    for member in (top.huda, top.sami):
        top.say(f.BackSaid(along[member]), member)
    top.make("/together/act/{action}/all-back", top.out, action=action)
    assert top.row("select came from action where action = ?", action) == 2
    assert top.row("select count(*) from action_place where freed = 0") == 2


def test_the_hour_is_put_off_for_everybody_who_is_not_back(top):
    action, along = top.march()
    top.say(f.BackSaid(along[top.huda]), top.huda)
    top.refuses(f.ReturnMoved(along[top.sami], top.hour + 9), by=top.sami, words="counts from outside")
    top.make("/together/act/{action}/later", top.out, action=action, within=9)
    top.forward(hours=9)
    assert home.unasked(top.db, top.by(top.out)) == []
    top.forward(hours=1)
    assert {one.joining for one in home.unasked(top.db, top.by(top.out))} == {along[top.sami], along[top.noor]}


def test_whoever_goes_along_reads_the_one_next_thing_on_their_page_and_nobody_else_does(top):
    action = top.announced()
    joining = new_id()
    step = lambda by: str(top.page("/together/with/{joining}", by, joining=joining)["next_step"])
    top.say(f.JoiningOffered(joining, action, "along", "no"), top.huda)
    assert "speaks with you" in step(top.huda)
    top.make("/together/with/{joining}/confirm", top.lead, joining=joining, role="along", within=4)
    assert "when and where" in step(top.huda)
    top.begin(action, top.out)
    assert "It has begun" in step(top.huda) and step(top.lead) == ""
    top.say(f.ArrivalSaid(joining), top.huda)
    assert "home" in step(top.huda)
    top.say(f.CountMissed(joining), top.out)
    assert "hear your voice" in step(top.huda)
    top.say(f.BackSaid(joining), top.out)
    assert "You are back" in step(top.huda)
    top.make("/together/act/{action}/all-back", top.out, action=action)
    assert "You are back" in step(top.huda)


def test_whoever_was_to_go_along_is_told_that_it_does_not_take_place(top):
    action = top.announced()
    top.joined(action, top.huda)
    top.make("/together/act/{action}/no-go", top.out, action=action)
    assert [item.text for item in home.waiting(top.db, top.by(top.huda))] == ["It does not take place: %(code)s"]
    assert home.mine(top.db, top.by(top.huda)) == []


def test_whoever_is_taken_off_after_they_were_told_the_place_is_told_not_to_go(top):
    """They would stand there, and nobody would count them."""
    action = top.announced()
    one, other = (top.joined(action, member) for member in (top.huda, top.sami))
    off = "You do not go along to %(code)s any more: please do not go"
    texts = lambda by: [item.text for item in home.waiting(top.db, top.by(by))]
    top.make("/together/with/{joining}/end", top.lead, joining=one)
    top.make("/together/with/{joining}/end", top.sami, joining=other)
    assert texts(top.huda) == [off]
    assert "do not go" in str(top.page("/together/with/{joining}", top.huda, joining=one)["next_step"])
    assert texts(top.sami) == [], "whoever ended it themselves knows"
    top.begin(action, top.lead)
    assert texts(top.huda) == [off]
    top.make("/together/act/{action}/all-back", top.out, action=action)
    assert texts(top.huda) == []


def test_the_day_of_an_action_does_not_read_as_today():
    """In Arabic one word says both: "today, Thursday" stood there for an action in a week."""
    words = Words("ar")
    assert words.gettext(lists.PART.labels["day"]) != words.gettext("Today")


def test_a_picture_may_be_shown_once_everybody_in_it_said_yes(top):
    action = top.announced()
    one, other, unseen = (
        top.joined(action, member, seen=seen)
        for member, seen in ((top.huda, "yes"), (top.sami, "masked"), (top.noor, "no"))
    )
    top.refuses(f.PictureAsked(new_id(), unseen, "At the gate"), by=top.lead, words="no camera")
    asked = {joining: new_id() for joining in (one, other)}
    for joining, asking in asked.items():
        top.say(f.PictureAsked(asking, joining, "At the gate"), top.lead)
    shown = lambda: top.page("/together/act/{action}", top.lead, action=action)["pictures"][0]["free"]
    top.say(f.PictureAnswered(asked[one], one, "yes"), top.huda)
    assert not shown()
    top.refuses(f.PictureAnswered(asked[other], other, "yes"), by=top.huda, words="for themselves")
    top.say(f.PictureAnswered(asked[other], other, "yes"), top.sami)
    assert shown()
    top.say(f.SeenChanged(other, "no"), top.sami)
    assert not shown()


# The head count


def test_everybody_is_counted_before_it_is_over(top):
    action, along = top.march()
    for member in (top.huda, top.sami):
        top.say(f.ArrivalSaid(along[member]), member)
        top.say(f.BackSaid(along[member]), member)
    with pytest.raises(Refused, match="not heard from"):
        top.make("/together/act/{action}/all-back", top.out, action=action)
    top.say(f.BackSaid(along[top.noor]), top.out)
    top.make("/together/act/{action}/all-back", top.out, action=action)
    assert top.state(action) == "back"
    assert top.row("select came from action where action = ?", action) == 3


def test_whoever_is_not_heard_from_opens_an_incident_that_their_circle_reads(top):
    _action, along = top.march()
    top.say(f.CountMissed(along[top.noor]), top.out)
    found = top.row(
        "select about, kind, source, state, audience from incident where incident = ?", incident_of(along[top.noor])
    )
    assert found == (top.noor, "missing", "count", "reported", f"joining/{along[top.noor]}")
    told = top.rows("select member from incident_told order by member")
    assert [member for (member,) in told] == sorted([top.lead, top.out])
    top.refuses(f.BackSaid(along[top.noor]), by=top.noor, words="a button proves nothing")
    top.say(f.BackSaid(along[top.noor]), top.lead)


def test_a_missing_buddy_opens_an_incident_that_the_other_buddy_reads_too(top):
    action, along = top.march()
    top.refuses(f.BuddyMissed(along[top.noor]), by=top.noor, words="No buddy")
    top.say(f.BuddyMissed(along[top.huda]), top.huda)
    incident = numbered_id(along[top.huda], 1)
    assert top.row("select about from incident where incident = ?", incident) == top.sami
    told = top.rows("select member from incident_told where incident = ?", incident)
    assert {member for (member,) in told} == {top.huda, top.lead, top.out}
    top.refuses(f.BuddyMissed(along[top.huda]), by=top.huda, words="said already")
    first = top.page("/together/act/{action}", top.lead, action=action)["along"][0]
    assert (first["member"], first["missed"]) == (top.sami, True)
    assert home.waiting(top.db, top.by(top.out))[0].text == "Somebody is not back from %(code)s"


def test_whoever_hears_their_voice_ends_what_was_opened_about_them_in_the_same_breath(top):
    _action, along = top.march()
    top.say(f.CountMissed(along[top.sami]), top.out)
    top.say(f.BuddyMissed(along[top.huda]), top.huda)
    top.say(f.CountMissed(along[top.noor]), top.out)
    top.make("/together/with/{joining}/back", top.lead, joining=along[top.sami])
    state = lambda member: {one for (one,) in top.rows("select state from incident where about = ?", member)}
    assert (state(top.sami), state(top.noor)) == ({"over"}, {"reported"})


def test_a_room_that_is_awake_misses_whoever_is_late(top):
    _action, along = top.march()
    top.say(f.BackSaid(along[top.huda]), top.huda)
    top.forward(hours=4)
    assert home.unasked(top.db, top.by(top.out)) == []
    top.forward(hours=1)
    due = home.unasked(top.db, top.by(top.out))
    assert {one.joining for one in due} == {along[top.sami], along[top.noor]}
    for one in due:
        top.say(one, top.out)
    assert home.unasked(top.db, top.by(top.lead)) == []


def test_nobody_is_missed_before_it_has_begun(top):
    action = top.announced()
    joining = top.joined(action, top.huda)
    for fact, by in ((f.CountMissed(joining), top.out), (f.BackSaid(joining), top.huda)):
        top.refuses(fact, by=by, words="has not begun")


# The sheet; what opens it is tested between real rooms (tests/test_safekeeping.py)


def left(top: Table, action: str, by: str) -> str:
    sheet = new_id()
    top.say(SheetSealed(sheet, action, top.ada, b"sealed"), by)
    return sheet


def test_a_sheet_is_with_whoever_leads_whoever_stays_outside_and_the_lawyer(top):
    action = top.announced()
    sheet = left(top, action, top.huda)
    assert who.holders(top.db, f"sheet/{sheet}") == {top.huda, top.lead, top.out, top.ada}
    top.refuses(SheetSealed(new_id(), action, top.ada, b""), by=top.huda, words="already")
    top.refuses(SheetSealed(new_id(), action, top.out, b""), by=top.lead, words="two are needed")
    own = left(top, action, top.lead)
    assert who.holders(top.db, f"sheet/{own}") == {top.lead, top.out, top.ada}


def test_a_sheet_opens_by_two_names_and_a_reason_that_its_writer_does_not_read_meanwhile(top):
    action = top.announced()
    top.joined(action, top.huda)
    sheet = left(top, action, top.huda)
    asked = SheetAsked(sheet, "held", "At the second station")
    top.refuses(asked, by=top.ada, words="until the action has begun")
    top.begin(action, top.out)
    top.refuses(asked, by=top.ben, words="can open this sheet")
    top.refuses(asked, by=top.huda, words="can open this sheet")
    assert top.say(asked, top.ada) == f"sheet_opening/{sheet}"
    assert who.holders(top.db, f"sheet_opening/{sheet}") == {top.lead, top.out, top.ada}
    top.refuses(SheetAgreed(sheet), by=top.ada, words="it takes two")
    top.refuses(SheetPartGiven(sheet, b"part"), by=top.ada, words="It takes two")
    waits = "Somebody asks you to open a sealed sheet with them: %(code)s"
    told = lambda by: waits in [item.text for item in home.waiting(top.db, top.by(by))]
    assert [told(by) for by in (top.lead, top.out, top.ada, top.huda)] == [True, True, False, False]
    top.say(SheetAgreed(sheet), top.out)
    top.refuses(SheetPartGiven(sheet, b"part"), by=top.lead, words="It takes two")
    top.say(SheetPartGiven(sheet, b"part"), top.ada)
    assert top.page("/together", top.huda)["sheets"][0]["opening"] == {"state": ""}
    for by in (top.ada, top.lead):
        assert top.page("/together/sheet/{sheet}/read", by, sheet=sheet)["sheet"]["member"] == top.huda
    with pytest.raises(NotHereYet):
        top.page("/together/sheet/{sheet}/read", top.huda, sheet=sheet)


def test_a_question_that_is_taken_back_opens_nothing_and_can_be_asked_anew(top):
    action = top.announced()
    sheet = left(top, action, top.huda)
    top.begin(action, top.out)
    top.say(SheetAsked(sheet, "held", ""), top.ada)
    top.refuses(SheetAsked(sheet, "held", ""), by=top.lead, words="said already")
    top.refuses(SheetAskDropped(sheet), by=top.lead, words="whoever asked")
    top.say(SheetAskDropped(sheet), top.ada)
    top.refuses(SheetAgreed(sheet), by=top.lead, words="a step further")
    top.say(SheetAsked(sheet, "missing", ""), top.lead)
    top.say(SheetAgreed(sheet), top.ada)


def test_a_count_that_does_not_add_up_opens_a_sheet_by_two_and_by_nobody_who_does_not_count(top):
    action, along = top.march()
    sheet = left(top, action, top.noor)
    assert missed_sheets(top.db, top.by(top.out)) == []
    top.say(f.CountMissed(along[top.noor]), top.out)
    assert [row["sheet"] for row in missed_sheets(top.db, top.by(top.lead))] == [sheet]
    assert missed_sheets(top.db, top.by(top.ada)) == []
    top.refuses(SheetMissed(sheet), by=top.ada, words="counts from outside")
    top.say(SheetMissed(sheet), top.out)
    top.refuses(SheetMissed(sheet), by=top.out, words="said already")
    assert top.row("select state from sheet_opening") == "asked"
    top.say(SheetMissed(sheet), top.lead)
    assert top.row("select state, asker, second, reason from sheet_opening") == ("opened", top.out, top.lead, "count")


def test_nobody_destroys_a_sheet_while_the_action_is_under_way(top):
    action = top.announced()
    sheet = left(top, action, top.huda)
    top.refuses(SheetDestroyed(sheet), by=top.ada, words="for themselves")
    top.say(SheetDestroyed(sheet), top.huda)
    assert top.rows("select * from holder where of like 'sheet%'") == []
    sheet = left(top, action, top.huda)
    top.begin(action, top.out)
    top.refuses(SheetDestroyed(sheet), by=top.huda, words="whoever has your device")


def test_when_all_are_back_nothing_opens_a_sheet_and_its_writer_is_told_who_did(top):
    action, along = top.march()
    sheets = {by: left(top, action, by) for by in (top.huda, top.noor)}
    top.say(SheetAsked(sheets[top.noor], "hospital", "Ward two"), top.ada)
    top.say(SheetAgreed(sheets[top.noor]), top.out)
    top.say(SheetPartGiven(sheets[top.noor], b"part"), top.ada)
    assert home.unasked(top.db, top.by(top.ada)) == []
    for member, joining in along.items():
        top.say(f.BackSaid(joining), member)
    top.make("/together/act/{action}/all-back", top.lead, action=action)
    assert top.rows("select sealed from sheet") == [(b"",), (b"",)]
    assert top.rows("select * from sheet_part") == top.rows("select * from sheet_given") == []
    (told,) = home.unasked(top.db, top.by(top.ada))
    top.say(told, top.ada)
    assert home.unasked(top.db, top.by(top.out)) == []
    shown = {row["member"]: row for row in top.page("/together", top.noor)["sheets"]}
    assert [shown[top.noor][name] for name in ("asker", "second", "reason", "words")] == [
        top.ada,
        top.out,
        "hospital",
        "Ward two",
    ]
    assert shown[top.huda]["asker"] == ""


# Clearing


def left_of(top: Table, action: str) -> int:
    return sum(top.row(f"select count(*) from {table} where action = ?", action) for table in GOING)


@pytest.mark.parametrize("by_hand", [True, False])
def test_clearing_destroys_who_went_along_and_leaves_counts_and_lessons(top, by_hand):
    action, along = top.march()
    top.make("/together/act/{action}/tell", top.lead, action=action, sort="day", words="Today")
    left(top, action, top.huda)
    for member, joining in along.items():
        top.say(f.BackSaid(joining), member)
    top.make("/together/act/{action}/all-back", top.lead, action=action)
    top.say(f.ActionDebriefed(action, "The scarves.", "The way back."), top.lead)
    top.say(f.LessonNoted(new_id(), action, "helped", "Leave in twos."), top.huda)
    assert left_of(top, action) > 0
    if by_hand:
        top.make("/together/act/{action}/clear", top.lead, action=action)
    else:
        top.forward(days=7)
    assert top.state(action) == "cleared" and left_of(top, action) == 0
    assert top.rows("select * from holder where of like 'joining/%' or of like 'sheet%'") == []
    assert top.row("select came, lead, outside from action where action = ?", action) == (3, "", "")
    assert [one["words"] for one in campaigns.lessons(top.db, "march")] == ["Leave in twos."]
    assert campaigns.lessons(top.db, "press") == []


def test_what_nobody_closes_is_cleared_in_time_and_an_open_incident_keeps_its_people(top):
    action, along = top.march()
    top.say(f.CountMissed(along[top.noor]), top.lead)
    top.forward(days=8)
    assert top.state(action) == "cleared" and left_of(top, action) == 0
    assert who.holders(top.db, f"joining/{along[top.noor]}") >= {top.noor, top.lead, top.out}
    assert who.holders(top.db, f"joining/{along[top.huda]}") == frozenset()
    top.db.execute("update incident set closed_on = ?, state = 'over'", (top.day,))
    top.forward(days=1)
    assert top.rows("select * from holder where of like 'joining/%'") == []
    assert top.row("select about, kind, source, state from incident") == ("", "missing", "count", "over")
    assert top.rows("select * from incident_told") == []


def test_what_was_called_off_is_cleared_too(top):
    action = top.announced()
    top.joined(action, top.huda)
    top.make("/together/act/{action}/no-go", top.out, action=action)
    top.forward(days=8)
    assert (top.state(action), left_of(top, action)) == ("cleared", 0)


def test_a_calendar_file_says_a_day_and_nothing_else(top):
    action = top.announced()
    joining = top.joined(action, top.huda)
    file = top.page("/together/with/{joining}/date", top.huda, joining=joining)["file"]
    assert "SUMMARY:{word}" in file and "LOCATION" not in file and "march" not in file
    assert joining not in file and action not in file and top.lead not in file
    assert [line for line in file.splitlines() if line.startswith("DTSTART")] == ["DTSTART;VALUE=DATE:20241004"]
