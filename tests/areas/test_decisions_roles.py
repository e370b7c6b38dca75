"""Decisions about roles: the vote begins or ends a mandate itself, within the limits of roles, or says what keeps it."""

from typing import Any

import pytest

from nasij.areas.decisions import (
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    DecisionDone,
    DecisionTakenUp,
    RoleProposed,
)
from nasij.areas.decisions.home import waiting
from nasij.areas.people import MemberLeft
from nasij.areas.trust import MandateGiven, MandateProposed, MandateTaken, RecallAsked, ReviewOpened
from nasij.ids import new_id
from nasij.kit import charter, who
from nasij.node import rows as node_rows
from tests.areas.test_decisions import Table


class Roles(Table):
    """The table of decisions, with proposals about roles."""

    def propose_role(self, member: str, step: str = "begin", role: str = "cases", by: str = "", **given: Any) -> str:
        values = {
            "proposal": new_id(), "question": "Who coordinates?", "body": "", "method": "majority", "quorum": 50,
            "threshold": 50, "hidden": False, "secret": False, "step": step, "role": role, "member": member, "days": 0,
        } | given  # fmt: skip
        self.say(RoleProposed(**values), by or self.ana)
        return str(values["proposal"])

    def decide(self, proposal: str, before_the_end: Any = None) -> str:
        """Let five vote for it; something may happen before the last day is over."""
        self.open(proposal)
        voters = [name for name in ("ana", "ben", "cem", "dua", "eli") if getattr(self, name) in self.roll(proposal)]
        self.vote(proposal, **dict.fromkeys(voters, "1"))
        if before_the_end:
            before_the_end()
        return self.close(proposal)

    def holds(self, role: str) -> frozenset[str]:
        return who.role_holders(self.db, role)

    def choose(self, name: str, number: int) -> None:
        self.db.execute(
            "insert or replace into setting (name, value, audience) values (?, ?, 'network')", (name, str(number))
        )


@pytest.fixture
def top() -> Roles:
    return Roles()


def test_a_vote_gives_a_role_in_the_fold_that_closes_it(top: Roles) -> None:
    proposal = top.propose_role(top.eli, days=90)
    assert top.row("select audience from proposal where proposal = ?", proposal) == "network"
    assert top.decide(proposal) == "in_force"
    assert top.eli not in top.roll(proposal)
    assert top.holds("cases") == {top.eli}
    assert top.row("select until from mandate where role = 'cases'") == top.day + 90
    assert top.row("select review_on from proposal where proposal = ?", proposal) == top.day + 90
    top.forward(days=92)
    assert top.holds("cases") == frozenset()
    assert top.state(proposal) == "ended"


def test_a_role_that_was_voted_for_lasts_no_longer_than_any_other(top: Roles) -> None:
    top.decide(top.propose_role(top.eli, days=400))
    assert top.row("select until from mandate where role = 'cases'") == top.day + charter.value(top.db, "mandate_days")


def test_a_newcomers_room_comes_to_the_same_mandate(top: Roles) -> None:
    proposal = top.propose_role(top.eli)
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="1")
    theirs = Roles()
    for part in node_rows.dump(top.db, top.areas, "network"):
        node_rows.clear(theirs.db, top.areas, "network")
        node_rows.load(theirs.db, top.areas, "network", part)
    theirs.hour = top.hour
    for table in (top, theirs):
        table.forward(days=6)
    assert theirs.holds("cases") == top.holds("cases") == {top.eli}
    assert node_rows.digest(theirs.db, top.areas) == node_rows.digest(top.db, top.areas)


@pytest.mark.parametrize(("step", "state"), [("end", "ended"), ("recall", "recalled")])
def test_a_vote_ends_a_role_or_calls_it_back(top: Roles, step: str, state: str) -> None:
    proposal = top.propose_role(top.dua, step, "fund")
    assert top.decide(proposal) == "in_force"
    assert top.row("select state from mandate where role = 'fund' and member = ?", top.dua) == state
    top.forward(days=charter.value(top.db, "appeal_days") + 1)
    assert top.state(proposal) == "ended"


def test_what_no_limit_lets_happen_is_not_even_proposed(top: Roles) -> None:
    busy = top.member("trusted", "cases", "machines")
    asked = (new_id(), "Who?", "", "majority", 50, 50, False, False)
    top.refuses(RoleProposed(*asked, "begin", "fund", busy, 0), top.ana, "more than two roles")
    top.refuses(RoleProposed(*asked, "begin", "fund", top.newcomer, 0), top.ana, "Only a trusted member")
    top.refuses(RoleProposed(*asked, "begin", "fund", top.cem, 0), top.ana, "holds this role already")
    top.refuses(RoleProposed(*asked, "recall", "cases", top.cem, 0), top.ana, "does not hold this role")
    ranked = (new_id(), "Who?", "", "ranking", 50, 50, False, False)
    top.refuses(RoleProposed(*ranked, "begin", "cases", top.eli, 0), top.ana, "About a role we decide by")


def test_who_left_before_the_end_gets_no_role_and_somebody_is_asked_to_see_to_it(top: Roles) -> None:
    proposal = top.propose_role(top.eli)
    assert top.decide(proposal, lambda: top.say(MemberLeft(), top.eli)) == "passed"
    assert top.holds("cases") == frozenset()
    page = top.page("/decisions/{proposal}", top.fay, proposal=proposal)
    assert (page["row"]["stuck"], page["can"]["take_up"]) == ("standing", True)
    assert any("has to see to" in item.text for item in waiting(top.db, top.by(top.fay)))
    top.refuses(DecisionTakenUp(proposal, top.day + 400), top.fay, "within the next")
    top.say(DecisionTakenUp(proposal, top.day + 7), top.fay)
    top.refuses(DecisionTakenUp(proposal, top.day + 7), top.ben, "sees to this already")
    top.refuses(DecisionDone(proposal), top.ben, "Whoever does it")
    top.say(DecisionDone(proposal), top.fay)
    assert top.state(proposal) == "in_force"
    assert top.holds("cases") == frozenset()


def test_what_was_in_the_way_may_be_gone_when_somebody_has_seen_to_it(top: Roles) -> None:
    review = new_id()
    proposal = top.propose_role(top.eli)
    assert top.decide(proposal, lambda: top.say(ReviewOpened(review, top.eli), top.ben)) == "passed"
    assert top.row("select stuck from proposal where proposal = ?", proposal) == "review"
    top.say(DecisionTakenUp(proposal, top.day + 7), top.fay)
    top.db.execute("update review set state = 'closed', closed_on = ? where review = ?", (top.day, review))
    top.say(DecisionDone(proposal), top.fay)
    assert top.holds("cases") == {top.eli}
    assert top.row("select stuck from proposal where proposal = ?", proposal) == ""


def test_what_nobody_sees_to_ends_by_itself(top: Roles) -> None:
    proposal = top.propose_role(top.eli)
    top.decide(proposal, lambda: top.say(MemberLeft(), top.eli))
    top.forward(days=charter.value(top.db, "decision_days") + 1)
    assert top.state(proposal) == "ended"


def test_a_task_whose_doer_left_is_taken_up_by_somebody_else(top: Roles) -> None:
    proposal = top.propose(effect="task", doer=top.cem, due_on=top.day + 20)
    top.pass_it(proposal)
    top.refuses(DecisionTakenUp(proposal, top.day + 7), top.fay, "sees to this already")
    top.say(MemberLeft(), top.cem)
    top.say(DecisionTakenUp(proposal, top.day + 7), top.fay)
    assert top.row("select doer from proposal where proposal = ?", proposal) == top.fay


def test_the_last_who_looks_after_membership_is_not_ended_by_a_vote(top: Roles) -> None:
    top.decide(top.propose_role(top.ben, "end", "members"))
    asked = (new_id(), "Who?", "", "majority", 50, 50, False, False)
    top.refuses(RoleProposed(*asked, "end", "members", top.ana, 0), top.cem, "last member who looks after")


def overturn(top: Roles, proposal: str) -> None:
    appeal = new_id()
    top.say(AppealFiled(appeal, proposal, "Nobody asked them."), top.fay)
    judges = [row[0] for row in top.rows("select member from appeal_judge where appeal = ?", appeal)]
    top.say(AppealHeard(appeal), judges[0])
    for judge in judges[:2]:
        top.say(AppealOverturned(appeal, ""), judge)
    assert top.state(proposal) == "ended"


def test_an_overturned_decision_takes_the_role_back(top: Roles) -> None:
    proposal = top.propose_role(top.eli)
    top.decide(proposal)
    overturn(top, proposal)
    assert top.holds("cases") == frozenset()


def test_an_overturned_recall_gives_the_role_back_for_as_long_as_it_would_have_lasted(top: Roles) -> None:
    until = top.row("select until from mandate where role = 'fund' and member = ?", top.dua)
    proposal = top.propose_role(top.dua, "recall", "fund")
    top.decide(proposal)
    overturn(top, proposal)
    assert top.dua in top.holds("fund")
    assert top.row("select until from mandate where role = 'fund' and member = ?", top.dua) == until


def test_a_group_may_keep_roles_to_decisions_alone(top: Roles) -> None:
    before = new_id()
    top.say(MandateProposed(before, "cases", top.eli, 0), top.ana)
    top.choose("roles_by_decision", 1)
    top.refuses(MandateProposed(new_id(), "cases", top.fay, 0), top.ana, "only by a decision")
    top.refuses(MandateGiven(before), top.ben, "only by a decision")
    top.refuses(MandateTaken(new_id(), "cases"), top.fay, "only by a decision")
    assert not top.page("/trust/roles", top.ana)["may_propose"]
    top.choose("recall_by_decision", 1)
    top.refuses(RecallAsked(new_id(), "fund", top.dua), top.ana, "called back only by a decision")
    assert top.decide(top.propose_role(top.eli)) == "in_force"
    assert top.rows("select 1 from appointment where state = 'proposed'") == []


def test_an_appointment_that_took_the_decisions_id_gives_way(top: Roles) -> None:
    proposal = top.propose_role(top.eli)
    top.say(MandateProposed(proposal, "machines", top.fay, 0), top.ana)
    assert top.decide(proposal) == "in_force"
    assert top.holds("cases") == {top.eli}
