"""Whatever members do with stock, things and warnings, in any order: nothing is negative, nothing is lost, nobody counts twice."""

import contextlib
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nasij.areas import aid, people, profile, resources, tasks
from nasij.areas.aid import kind_id
from nasij.areas.resources import entries as e
from nasij.areas.resources import facts as f
from nasij.errors import Nasij
from nasij.ids import new_id
from tests.tabletop import TableTop

PEOPLE = 4


class AnyOrder(RuleBasedStateMachine):
    """Four members do what they like; a model of their own counts beside the view."""

    @initialize()
    def begin(self) -> None:
        self.top = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)
        self.people = [self.top.member() for _ in range(PEOPLE)]
        self.stock, self.thing, self.provider = new_id(), new_id(), new_id()
        self.batches: dict[str, int] = {}
        self.until: dict[str, int] = {}
        self.keepers = {self.people[0]}
        self.loans: list[str] = []
        self.owned, self.out = 3, 0
        self.said: Counter[str] = Counter()
        self.top.say(f.StockBegun(self.stock, "Insulin", "medicine", "boxes", "", 3), by=self.people[0])
        self.top.say(f.ThingShared(self.thing, "Drill", "tools", 3, "", ""), by=self.people[0])
        details = ("Office", [kind_id("legal")], "", "", "", "", "", "", "")
        self.top.say(e.ProviderProposed(self.provider, *details), by=self.people[0])

    def says(self, who: int, *facts: object) -> bool:
        """Let somebody state facts together; says whether they were accepted."""
        self.top.db.execute("savepoint together")
        try:
            for fact in facts:
                self.top.say(fact, by=self.people[who])
        except Nasij:
            self.top.db.execute("rollback to together")
            self.top.db.execute("release together")
            return False
        self.top.db.execute("release together")
        self.said[type(facts[0]).__name__] += 1
        return True

    # --- stock -------------------------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 3), count=st.integers(1, 9), days=st.sampled_from((0, 2, 40)))
    def receives(self, who: int, count: int, days: int) -> None:
        batch, until = new_id(), self.top.day + days if days else 0
        if self.says(who, f.StockReceived(batch, self.stock, count, until)):
            assert self.people[who] in self.keepers
            self.batches[batch], self.until[batch] = count, until

    @rule(
        who=st.integers(0, 3),
        n=st.integers(0, 20),
        count=st.integers(1, 9),
        way=st.sampled_from(sorted(f.MOVE_WAY.labels)),
    )
    def takes(self, who: int, n: int, count: int, way: str) -> None:
        if not self.batches:
            return
        batch = sorted(self.batches)[n % len(self.batches)]
        over = self.until[batch] and self.until[batch] < self.top.day
        fits = count <= self.batches[batch] and self.people[who] in self.keepers
        fits = fits and (not over or way in ("spoiled", "lost"))
        assert self.says(who, f.StockTaken(new_id(), batch, count, way)) == fits
        self.batches[batch] -= count if fits else 0

    @rule(who=st.integers(0, 3), n=st.integers(0, 20), found=st.integers(0, 9))
    def counts(self, who: int, n: int, found: int) -> None:
        if self.batches:
            batch = sorted(self.batches)[n % len(self.batches)]
            if self.says(who, f.StockCounted(new_id(), batch, found)):
                self.batches[batch] = found

    @rule(who=st.integers(0, 3), other=st.integers(0, 3))
    def takes_in(self, who: int, other: int) -> None:
        if self.says(who, f.StockKeeperAdded(self.stock, self.people[other])):
            self.keepers.add(self.people[other])

    @rule(who=st.integers(0, 3))
    def leaves(self, who: int) -> None:
        if self.says(who, f.StockKeeperLeft(self.stock)):
            self.keepers.remove(self.people[who])

    # --- things ------------------------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 3))
    def asks(self, who: int) -> None:
        loan = new_id()
        if self.says(who, f.LoanAsked(loan, self.thing, self.top.day + 3, "")):
            self.loans.append(loan)

    @rule(who=st.integers(0, 3), n=st.integers(0, 9))
    def lends(self, who: int, n: int) -> None:
        if self.loans:
            loan = self.loans[n % len(self.loans)]
            self.out += self.says(who, f.LoanAgreed(loan, self.top.day + 3), f.ThingLent(self.thing))

    @rule(who=st.integers(0, 3), n=st.integers(0, 9), how=st.sampled_from((f.LoanLost, f.LoanBroken)))
    def loses(self, who: int, n: int, how: type) -> None:
        if self.loans:
            self.says(who, how(self.loans[n % len(self.loans)], ""))

    @rule(who=st.integers(0, 3), n=st.integers(0, 9), back=st.booleans())
    def settles(self, who: int, n: int, back: bool) -> None:
        if not self.loans:
            return
        loan = self.loans[n % len(self.loans)]
        facts = (
            (f.LoanReturned(loan), f.ThingBack(self.thing)) if back else (f.LoanForgiven(loan), f.ThingGone(self.thing))
        )
        if self.says(who, *facts):
            self.out -= 1
            self.owned -= not back

    # --- warnings ----------------------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 3), fact=st.sampled_from(("safe", "unsafe", "confirm", "lift", "right", "unsure")))
    def judges(self, who: int, fact: str) -> None:
        before = self.state
        told = e.ExperienceTold(new_id(), self.provider, fact, "no", "yes", "none", 600, "")
        checked = e.CheckMade(self.provider, "called", fact)
        facts = {"safe": told, "unsafe": told, "confirm": e.WarningConfirmed(self.provider)}
        facts |= {"lift": e.WarningLifted(self.provider), "right": checked, "unsure": checked}
        if self.says(who, facts[fact]):
            if fact == "unsafe":
                assert self.state in ("doubtful", "avoid")
            if before in ("doubtful", "avoid") and self.state not in ("doubtful", "avoid"):
                assert fact == "lift", "only two who looked into it lift a warning"
            if self.state == "avoid" != before:
                assert before == "doubtful", "nobody brings a service to that alone"

    @property
    def state(self) -> str:
        return str(self.top.row("select state from provider"))

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.top.forward(days=days)

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_negative_and_the_sums_are_right(self) -> None:
        assert dict(self.top.rows("select batch, left_over from batch")) == self.batches
        assert min(self.batches.values(), default=0) >= 0
        moved = dict(self.top.rows("select batch, sum(change) from stock_move group by batch"))
        assert moved == self.batches, "all that came and went adds up to what is there"
        assert self.top.row("select quantity, out from thing") == (self.owned, self.out)
        assert 0 <= self.out <= self.owned

    @invariant()
    def a_stock_has_a_keeper(self) -> None:
        kept = {member for (member,) in self.top.rows("select member from stock_keeper")}
        assert kept == self.keepers != set()

    @invariant()
    def nobody_says_two_things_about_one_warning(self) -> None:
        found = self.top.rows("select member from provider_word")
        assert len(found) == len(set(found))
        for word in ("confirm", "lift"):
            assert self.top.row("select count(*) from provider_word where word = ?", word) < 2


AnyOrder.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)


@pytest.mark.parametrize("turn", [0, 1])
def test_of_two_keepers_who_take_the_last_at_once_one_gets_it(turn: int) -> None:
    top = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)
    both, stock, batch = [top.member(), top.member()], new_id(), new_id()
    top.say(f.StockBegun(stock, "Insulin", "medicine", "boxes", "", 0), by=both[0])
    top.say(f.StockKeeperAdded(stock, both[1]), by=both[0])
    top.say(f.StockReceived(batch, stock, 3, 0), by=both[0])
    done = []
    for keeper in both[::-1] if turn else both:
        with contextlib.suppress(Nasij):
            top.say(f.StockTaken(new_id(), batch, 2, "handed_out"), by=keeper)
            done.append(keeper)
    assert len(done) == 1
    assert top.row("select left_over from batch") == 1
