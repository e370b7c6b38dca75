"""What holds whatever people do in any order while they vote about roles: no limit of a role falls, in no room."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from nasij.areas.decisions import DecisionDone, DecisionTakenUp, RoleProposed
from nasij.areas.trust import MandateEnded, MandateProposed, RecallAsked, ReviewOpened
from nasij.ids import new_id
from nasij.kit import charter, who
from tests.areas.test_any_order import EASY, one_of, some
from tests.areas.test_decisions_any_order import Deciding

ROLE = st.sampled_from(who.ROLES)


class DecidingRoles(Deciding):
    """The same six, who also decide about roles, while roles move in the other ways too."""

    @rule(
        n=some,
        m=some,
        role=ROLE,
        step=st.sampled_from(["begin", "begin", "end", "recall"]),
        days=st.integers(0, 400),
        meanwhile=st.sampled_from(["nothing", "nothing", "review", "leave", "recall", "another"]),
    )
    def decide_about_a_role(self, n: int, m: int, role: str, step: str, days: int, meanwhile: str) -> None:
        """Let most want it, while something happens before the vote is over."""
        asked = (new_id(), "Who?", "", "majority", 50, 50, False, False)
        member, by = one_of(self.top.all, m), one_of(self.top.all, n)
        fact = RoleProposed(*asked, step, role, member, days)
        if not self.attempt(fact, by):
            return
        self.decide(n=self.proposals("discussion").index(fact.proposal), without=m, days=3)
        if meanwhile == "review":
            self.attempt(ReviewOpened(new_id(), member), by)
        elif meanwhile == "leave":
            self.leave(n=m)
        elif meanwhile != "nothing":
            self.move_a_role_otherwise(n=m, m=n, role=role if meanwhile == "recall" else "machines")
        self.pass_days(days=4)

    @rule(n=some, m=some, role=ROLE)
    def move_a_role_otherwise(self, n: int, m: int, role: str) -> None:
        member, by = one_of(self.top.all, n), one_of(self.top.all, m)
        self.attempt(MandateProposed(new_id(), role, member, 0), by)
        self.attempt(RecallAsked(new_id(), role, member), by)
        self.attempt(MandateEnded(role), by)

    @precondition(lambda self: self.proposals("passed"))
    @rule(n=some, m=some, done=st.booleans())
    def see_to_it(self, n: int, m: int, done: bool) -> None:
        proposal, by = one_of(self.proposals("passed"), n), one_of(self.top.all, m)
        self.attempt(DecisionTakenUp(proposal, self.top.day + 5), by)
        if done:
            self.attempt(DecisionDone(proposal), by)

    @invariant()
    def no_limit_of_a_role_falls(self) -> None:
        held = self.top.rows("select member, count(*) from mandate where state in ('active', 'suspended') group by 1")
        assert all(count <= 2 for _, count in held)
        longest = charter.value(self.top.db, "mandate_days")
        ends = self.top.rows("select until, since from mandate where state = 'active'")
        assert all(until - since <= longest for until, since in ends)
        assert not any(self.top.newcomer in who.role_holders(self.top.db, role) for role in who.ROLES)
        stuck = self.top.rows("select state from proposal where stuck <> '' and decided_on > 0")
        assert {row[0] for row in stuck} <= {"passed", "in_force", "under_review", "ended"}


TestDecidingRoles = pytest.mark.slow(DecidingRoles.TestCase)
DecidingRoles.TestCase.settings = EASY
