"""What holds of places, of whoever goes along and of a campaign's money, whatever several people do in any order."""

import contextlib

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import home
from nasij.areas.campaigns.sheet import (
    SheetAgreed,
    SheetAskDropped,
    SheetAsked,
    SheetDestroyed,
    SheetMissed,
    SheetPartGiven,
    SheetSealed,
)
from nasij.areas.campaigns.tables import GOING
from nasij.areas.fund import (
    MoneyReceived,
    MoneyReserved,
    PayoutBooked,
    PayoutReversed,
    ReservationBacked,
    ReservationReleased,
    earmarked,
    kept_for,
)
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit import who
from tests.areas.test_any_order import Machine
from tests.areas.test_campaigns import Table

PLACES = 2
STEADY = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=False,
)
_PRESSES = (f.ArrivalSaid, f.BackSaid, f.BuddyMissed, f.CountMissed, f.JoiningEnded)
_SHEET_PRESSES = (SheetDestroyed, SheetAgreed, SheetMissed, SheetAskDropped)
_STEPS = ("begin", "no-go", "clear")


class Going(Machine):
    """Three who would go along to an action with two places, two who count, and days that pass."""

    @initialize()
    def begin(self) -> None:
        self.top = Table()
        self.action = self.top.announced(places=PLACES)
        self.goers = [self.top.huda, self.top.sami, self.top.noor]
        self.people = [*self.goers, self.top.lead, self.top.out]
        self.joinings = [self.top.joined(self.action, self.top.huda)]
        self.sheets: list[str] = ["0" * 16]

    def attempt(self, path: str, by: str, **values: object) -> None:
        """Press something; what is refused leaves nothing."""
        self.top.db.execute("savepoint pressed")
        try:
            self.top.make(path, by, **values)
        except (Nasij, AssertionError):  # the form is not for them, or the rule says no
            self.top.db.execute("rollback to pressed")
        self.top.db.execute("release pressed")

    @rule(goer=st.integers(0, 2), role=st.sampled_from(("along", "medic")))
    def join(self, goer: int, role: str) -> None:
        joining = new_id()
        with contextlib.suppress(Nasij):
            self.top.say(f.JoiningOffered(joining, self.action, role, "no"), self.goers[goer])
            self.joinings.append(joining)

    @rule(which=st.integers(0, 9))
    def confirm(self, which: int) -> None:
        joining = self.joinings[which % len(self.joinings)]
        path = "/together/with/{joining}/confirm"
        self.attempt(path, self.top.lead, joining=joining, role="along", within=3)

    @rule(which=st.integers(0, 9), other=st.integers(0, 9))
    def pair(self, which: int, other: int) -> None:
        one, two = (self.joinings[number % len(self.joinings)] for number in (which, other))
        self.attempt("/together/with/{joining}/buddy", self.top.lead, joining=one, other=two)

    @rule(which=st.integers(0, 9), what=st.sampled_from(_PRESSES), by=st.integers(0, 4))
    def press(self, which: int, what: type, by: int) -> None:
        with contextlib.suppress(Nasij):
            self.top.say(what(self.joinings[which % len(self.joinings)]), self.people[by])

    @rule(what=st.sampled_from(_STEPS), by=st.integers(0, 4))
    def step(self, what: str, by: int) -> None:
        self.attempt(f"/together/act/{{action}}/{what}", self.people[by], action=self.action)

    @rule(goer=st.integers(0, 4), standing=st.sampled_from(("new", "trusted")))
    def fall(self, goer: int, standing: str) -> None:
        """Let vouches lapse and be renewed: nothing that holds of who is counted hangs on it."""
        change = "update member set standing = ? where member = ?"
        self.top.db.execute(change, (standing, self.people[goer]))

    @rule(by=st.integers(0, 3))
    def seal(self, by: int) -> None:
        sheet = new_id()
        with contextlib.suppress(Nasij):
            self.top.say(SheetSealed(sheet, self.action, self.top.ada, b"sealed"), self.people[by])
            self.sheets.append(sheet)

    @rule(which=st.integers(0, 3), what=st.sampled_from(_SHEET_PRESSES), by=st.integers(0, 5))
    def unseal(self, which: int, what: type, by: int) -> None:
        who_presses = [*self.people, self.top.ada][by]
        sheet = self.sheets[which % len(self.sheets)]
        for fact in (SheetAsked(sheet, "held", ""), what(sheet), SheetPartGiven(sheet, b"part")):
            with contextlib.suppress(Nasij):
                self.top.say(fact, who_presses)

    @rule(by=st.integers(3, 4))
    def close(self, by: int) -> None:
        self.attempt("/together/act/{action}/all-back", self.people[by], action=self.action)

    @rule(hours=st.sampled_from((1, 5, 30)))
    def wait(self, hours: int) -> None:
        self.top.forward(hours=hours)
        for member in (self.top.lead, self.top.out):
            for due in home.unasked(self.top.db, self.top.by(member)):
                self.top.say(due, member)

    @invariant()
    def no_place_is_taken_twice(self) -> None:
        taken = "select count(*) from action_place where freed = 0"
        assert self.top.row(taken) <= PLACES
        held = self.top.rows("select place from joining where state in ('confirmed', 'arrived', 'safe', 'unaccounted')")
        assert len(held) == len(set(held)) <= PLACES
        for (place,) in held:
            assert self.top.row("select freed from action_place where place = ?", place) == 0

    @invariant()
    def nobody_reads_a_list(self) -> None:
        for (audience,) in self.top.rows("select distinct of from holder where of like 'joining/%'"):
            if self.top.row("select 1 from incident where audience = ?", audience) is None:
                assert len(who.holders(self.top.db, audience) & set(self.goers)) == 1

    @invariant()
    def a_sheet_is_opened_by_two_and_only_while_the_action_is_under_way(self) -> None:
        for asker, second in self.top.rows("select asker, second from sheet_opening where state = 'opened'"):
            assert asker and second and asker != second
        if self.top.state(self.action) != "happening":
            assert self.top.row("select count(*) from sheet_given") == 0
        given = (
            "select sheet from sheet_given where sheet not in (select sheet from sheet_opening where state = 'opened')"
        )
        assert self.top.rows(given) == []

    @invariant()
    def nobody_is_left_behind(self) -> None:
        state = self.top.state(self.action)
        if state == "back":
            assert self.top.row("select 1 from joining where state in ('confirmed', 'arrived', 'unaccounted')") is None
        if state == "cleared":
            left = [self.top.row(f"select count(*) from {table}") for table in GOING]
            assert left == [0] * len(GOING)
        for joining, member in self.top.rows("select joining, member from joining where state = 'unaccounted'"):
            assert self.top.row("select 1 from incident where about = ? and audience = ?", member, f"joining/{joining}")


class Giving(Machine):
    """Two campaigns, money for anything, people of the fund and a keeper, and a group that decides at any time."""

    @initialize()
    def begin(self) -> None:
        self.top = Table()
        self.campaigns = [self.top.campaign(), self.top.campaign()]
        self.left = dict.fromkeys(self.campaigns, 0)  # of what was given for each, by the arithmetic of this test alone
        self.held: list[tuple[str, str]] = []
        self.paid: dict[str, tuple[str, int, int]] = {}
        self.holds = 0

    @rule(which=st.integers(0, 1), amount=st.integers(1, 50))
    def give(self, which: int, amount: int) -> None:
        with contextlib.suppress(Nasij):
            self.top.raised(self.campaigns[which], amount * 100)
            self.left[self.campaigns[which]] += amount * 100
            self.holds += amount * 100

    @rule(amount=st.integers(1, 50))
    def give_for_anything(self, amount: int) -> None:
        with contextlib.suppress(Nasij):
            fact = MoneyReceived(new_id(), self.top.pot, amount * 100, "EUR", "", self.top.day // 7)
            self.top.say(fact, self.top.ada)
            self.holds += amount * 100

    @rule(which=st.integers(0, 1), amount=st.integers(1, 30))
    def spend(self, which: int, amount: int) -> None:
        """Reserve by the campaign's own page: never more than is kept for it."""
        kept = kept_for(self.top.db, self.campaigns[which], "EUR")
        spend = {"currency": "EUR", "words": "…", "proposal": "", "amount": str(amount)}
        self.top.db.execute("savepoint spent")
        try:
            made = self.top.make("/together/{campaign}/spend", self.top.fay, campaign=self.campaigns[which], **spend)
        except Nasij:
            self.top.db.execute("rollback to spent")
        else:
            assert amount * 100 <= kept
            self.top.say(ReservationBacked(made[0].reservation), self.top.gil)
            self.held.append((made[0].reservation, self.campaigns[which]))
        self.top.db.execute("release spent")

    @rule(which=st.integers(0, 3), amount=st.integers(1, 3000))
    def reserve(self, which: int, amount: int) -> None:
        held, purpose = new_id(), [*self.campaigns, "food", ""][which]
        with contextlib.suppress(Nasij):
            self.top.say(MoneyReserved(held, amount, "EUR", purpose, self.top.day // 7), self.top.fay)
            self.top.say(ReservationBacked(held), self.top.gil)
            self.held.append((held, purpose))

    @rule(which=st.integers(0, 9))
    def release(self, which: int) -> None:
        if self.held:
            with contextlib.suppress(Nasij):
                self.top.say(ReservationReleased(self.held[which % len(self.held)][0], "withdrawn"), self.top.fay)

    @rule(which=st.integers(0, 9), amount=st.integers(1, 2000))
    def pay(self, which: int, amount: int) -> None:
        if self.held:
            held, purpose = self.held[which % len(self.held)]
            fact = PayoutBooked(new_id(), held, self.top.pot, amount, 0, "EUR", self.top.day // 7)
            with contextlib.suppress(Nasij):
                self.top.say(fact, self.top.ada)
                taken = min(amount, self.left.get(purpose, 0))
                self.paid[fact.payout] = (purpose, amount, taken)
                self.holds -= amount
                if purpose in self.left:
                    self.left[purpose] -= taken

    @rule(which=st.integers(0, 9))
    def fail(self, which: int) -> None:
        """What did not arrive is back in its pot, and for the same purpose."""
        if self.paid:
            payout = sorted(self.paid)[which % len(self.paid)]
            with contextlib.suppress(Nasij):
                self.top.say(PayoutReversed(payout, "not_reached"), self.top.ada)
                purpose, amount, taken = self.paid.pop(payout)
                self.holds += amount
                if purpose in self.left:
                    self.left[purpose] += taken

    @rule(which=st.integers(0, 1))
    def close(self, which: int) -> None:
        with contextlib.suppress(Nasij):
            self.top.say(f.CampaignClosed(self.campaigns[which]), self.top.lead)

    @rule(which=st.integers(0, 1), purpose=st.sampled_from(("", "food")))
    def ask(self, which: int, purpose: str) -> None:
        ask = {"currency": "EUR", "purpose": purpose, "question": "?", "body": ""}
        self.top.db.execute("savepoint asked")
        try:
            self.top.make("/together/{campaign}/left", self.top.huda, campaign=self.campaigns[which], **ask)
        except Nasij:
            self.top.db.execute("rollback to asked")
        self.top.db.execute("release asked")

    @rule(state=st.sampled_from(("passed", "failed")), drop=st.booleans())
    def decide(self, state: str, drop: bool) -> None:
        for surplus, campaign, amount, proposal in self.top.rows(
            "select surplus, campaign, amount, proposal from surplus where state = 'asked' order by surplus limit 1"
        ):
            self.top.vote(proposal, state)
            with contextlib.suppress(Nasij):
                self.top.say((f.SurplusDropped if drop else f.SurplusMoved)(surplus), self.top.fay)
                assert drop or state == "passed"
                self.left[campaign] -= 0 if drop else amount

    @invariant()
    def what_was_given_for_a_campaign_is_there_or_went_out_for_it_or_was_decided_on(self) -> None:
        for campaign in self.campaigns:
            assert earmarked(self.top.db, campaign, "EUR") == self.left[campaign] >= 0
            assert 0 <= kept_for(self.top.db, campaign, "EUR") <= self.left[campaign]

    @invariant()
    def what_is_spent_on_anything_else_leaves_it_in_the_pot(self) -> None:
        assert self.top.row("select holds from pot") == self.holds
        assert self.holds >= sum(self.left.values())

    @invariant()
    def the_books_sum_to_zero(self) -> None:
        assert self.top.row("select coalesce(sum(amount_minor), 0) from posting") == 0


@pytest.mark.slow
class TestGoing(Going.TestCase):
    settings = STEADY


@pytest.mark.slow
class TestGiving(Giving.TestCase):
    settings = STEADY
