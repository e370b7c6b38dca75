"""What holds whatever several people do in any order while they decide; a newcomer's room comes to the same numbers."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from nasij.areas.decisions import (
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    ObjectionRaised,
    ProposalWithdrawn,
    SecrecyTightened,
    VoteCast,
    VoterRecused,
    VotingEnded,
    VotingOpened,
)
from nasij.areas.decisions.methods import outcome, read_ballot
from nasij.areas.people import MemberLeft
from nasij.areas.trust import MemberFrozen, ReviewOpened
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit import charter
from nasij.kit.area import allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.node import rows, view
from tests.areas.test_any_order import EASY, Machine, one_of, some
from tests.areas.test_decisions import Table
from tests.tabletop import TableTop

NUMBERS = ("vouches_most", "vouch_days")
BALLOTS = ("0", "1", "2", "-1", "-2", "1 2", "2 1", "0 0", "2 -2", "1 1")


class Deciding(Machine):
    """Six members and a newcomer, whose room folds what the network reads and nothing else."""

    @initialize()
    def begin(self) -> None:
        self.top = Table()
        self.theirs = TableTop(*self.top.areas.areas)
        for part in rows.dump(self.top.db, self.top.areas, "network"):
            rows.load(self.theirs.db, self.top.areas, "network", part)
        self.theirs.hour = self.top.hour
        self.rolls: dict[str, set[str]] = {}
        self.seen: dict[str, tuple[int, int]] = {}
        self.decided: set[str] = set()
        self.numbers = {name: charter.value(self.top.db, name) for name in NUMBERS}

    # --- doing something, or nothing -------------------------------------------------------------------------------

    def attempt(self, fact: Any, by: str) -> bool:
        """State a fact in both rooms; where it is the network's, both say yes or both say no."""
        line = self.top.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        try:
            audience = line.read_by.audience(self.top.db, self.top.by(by), fact)
        except Nasij:
            return False
        mine = self._fold(self.top, line, fact, by)
        if audience == "network":
            assert self._fold(self.theirs, line, fact, by) is mine, fact
        return mine

    @staticmethod
    def _fold(top: TableTop, line: Any, fact: Any, by: str) -> bool:
        top.db.execute("savepoint attempt")
        try:
            audience = allowed(line, top.db, top.by(by), fact)
            line.fold(top.db, top.by(by, audience), fact)
        except Nasij:
            top.db.execute("rollback to attempt")
            return False
        finally:
            top.db.execute("release attempt")
        return True

    def proposals(self, *states: str) -> list[str]:
        marks = ", ".join("?" * len(states))
        found = self.top.rows(f"select proposal from proposal where state in ({marks}) order by proposal", *states)
        return [row[0] for row in found]

    def standing(self, member: str) -> str:
        return str(self.top.row("select standing from member where member = ?", member))

    def maker(self, proposal: str) -> str:
        return str(self.top.row("select made_by from proposal where proposal = ?", proposal))

    # --- proposing -------------------------------------------------------------------------------------------------

    @rule(
        n=some,
        number=st.integers(2, 10),
        method=st.sampled_from(["no_objection", "consensus", "majority", "score", "ranking"]),
        name=st.sampled_from(NUMBERS),
    )
    def propose_number(self, n: int, number: int, method: str, name: str) -> None:
        wanted = str(number if name == "vouches_most" else number + 100)
        self._propose(
            lambda: self.top.propose_number, one_of(self.top.all, n), name=name, numbers=wanted, method=method
        )

    @rule(n=some, method=st.sampled_from(["majority", "consensus"]), about=st.booleans())
    def propose(self, n: int, method: str, about: bool) -> None:
        given = {"about": self.top.fay} if about else {}
        self._propose(lambda: self.top.propose, one_of(self.top.all, n), method=method, **given)

    def _propose(self, how: Any, by: str, **given: Any) -> None:
        """Say it at the table, and again to the newcomer's room where the network reads it."""
        facts: list[Any] = []
        real, self.top.say = self.top.say, lambda fact, by: facts.append(fact) or ""  # type: ignore[method-assign]
        how()(by=by, **given)
        self.top.say = real  # type: ignore[method-assign]
        self.attempt(facts[0], by)

    @precondition(lambda self: self.proposals("discussion"))
    @rule(n=some, days=st.integers(2, 6))
    def open(self, n: int, days: int) -> None:
        proposal = one_of(self.proposals("discussion"), n)
        if self.attempt(VotingOpened(proposal, self.top.day + days), self.maker(proposal)):
            self.rolls[proposal] = self.top.roll(proposal)

    @precondition(lambda self: self.proposals("discussion"))
    @rule(n=some, without=some, days=st.integers(3, 5))
    def decide(self, n: int, without: int, days: int) -> None:
        """Open a vote in which all but one want it."""
        proposal = one_of(self.proposals("discussion"), n)
        self.open(n=n, days=days)
        self.want(proposal, without)

    @precondition(lambda self: self.proposals("discussion", "open"))
    @rule(n=some, secret=st.booleans(), hidden=st.booleans())
    def tighten(self, n: int, secret: bool, hidden: bool) -> None:
        proposal = one_of(self.proposals("discussion", "open"), n)
        self.attempt(SecrecyTightened(proposal, hidden, secret), self.maker(proposal))

    # --- voting ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals("open"))
    @rule(n=some, m=some, ballot=st.sampled_from(BALLOTS))
    def vote(self, n: int, m: int, ballot: str) -> None:
        proposal = one_of(self.proposals("open"), n)
        self.attempt(VoteCast(proposal, ballot), one_of([*self.top.all, self.top.newcomer], m))

    @precondition(lambda self: self.proposals("open"))
    @rule(n=some, without=some)
    def most_want_it(self, n: int, without: int) -> None:
        self.want(one_of(self.proposals("open"), n), without)

    def want(self, proposal: str, without: int) -> None:
        method = self.top.row("select method from proposal where proposal = ?", proposal)
        ballot = {"score": "2 -2", "ranking": "1 2"}.get(method, "1")
        for member in self.top.all:
            if member != one_of(self.top.all, without):
                self.attempt(VoteCast(proposal, ballot), member)

    @precondition(lambda self: self.proposals("open"))
    @rule(n=some, m=some)
    def object(self, n: int, m: int) -> None:
        proposal, member = one_of(self.proposals("open"), n), one_of(self.top.all, m)
        self.attempt(ObjectionRaised(new_id(), proposal, "No", "So"), member)
        self.attempt(VoteCast(proposal, "-2"), member)

    @precondition(lambda self: self.proposals("open"))
    @rule(n=some, m=some)
    def recuse(self, n: int, m: int) -> None:
        self.attempt(VoterRecused(one_of(self.proposals("open"), n), "close"), one_of(self.top.all, m))

    @precondition(lambda self: self.proposals("open"))
    @rule(n=some, m=some)
    def end(self, n: int, m: int) -> None:
        self.attempt(VotingEnded(one_of(self.proposals("open"), n)), one_of(self.top.all, m))
        self.look()

    @precondition(lambda self: len(self.proposals("open", "discussion")) > 2)
    @rule(n=some)
    def withdraw(self, n: int) -> None:
        proposal = one_of(self.proposals("open", "discussion"), n)
        self.attempt(ProposalWithdrawn(proposal), self.maker(proposal))

    @precondition(lambda self: self.proposals("in_force"))
    @rule(n=some, m=some)
    def overturn(self, n: int, m: int) -> None:
        proposal, appeal = one_of(self.proposals("in_force"), n), new_id()
        if not self.attempt(AppealFiled(appeal, proposal, "Why"), one_of(self.top.all, m)):
            return
        judges = [row[0] for row in self.top.rows("select member from appeal_judge where appeal = ?", appeal)]
        assert self.maker(proposal) not in judges
        self.attempt(AppealHeard(appeal), judges[0])
        number = self.top.row("select name, previous from proposal where proposal = ?", proposal)
        mine = self.top.row("select number from proposal_option where proposal = ? and stay = 0", proposal)
        for judge in judges[:2]:
            self.attempt(AppealOverturned(appeal, ""), judge)
        if self.top.state(proposal) == "ended" and number[0] in NUMBERS and self.numbers[number[0]] == mine:
            self.numbers[number[0]] = int(number[1]) if number[1] else charter.SETTINGS[number[0]].default

    # --- people ----------------------------------------------------------------------------------------------------

    @rule(n=some, m=some)
    def freeze(self, n: int, m: int) -> None:
        self.attempt(MemberFrozen(new_id(), one_of(self.top.all[3:], n)), one_of(self.top.all, m))

    @rule(n=some, m=some)
    def review(self, n: int, m: int) -> None:
        self.attempt(ReviewOpened(new_id(), one_of(self.top.all[4:], n)), one_of(self.top.all, m))

    @precondition(lambda self: sum(self.standing(member) == "left" for member in self.top.all) < 1)
    @rule(n=some)
    def leave(self, n: int) -> None:
        self.attempt(MemberLeft(), one_of(self.top.all[3:], n))

    @rule(days=st.integers(1, 7))
    def pass_days(self, days: int) -> None:
        for _ in range(days):
            for top in (self.top, self.theirs):
                top.hour += 24
                view.pass_days(top.db, top.areas, top.day)
            self.look()

    # --- what holds ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Compare each vote that has just closed with the pure function, and each number with what was decided."""
        closed = self.top.rows(
            "select proposal, method, quorum, threshold, secret, state, outcome, winner, name, ballots from proposal"
            " where decided_on > 0 order by decided_on, closes_on, proposal"
        )
        for proposal, method, quorum, threshold, secret, _, came_to, winner, name, many in closed:
            if proposal in self.decided:
                continue
            self.decided.add(proposal)
            counting = [
                row[0]
                for row in self.top.rows("select member from roll where proposal = ? and not recused", proposal)
                if self.standing(row[0]) in ("trusted", "resting")
            ]
            roll = [
                row[0]
                for row in self.top.rows("select member from roll where proposal = ? and not recused", proposal)
                if self.standing(row[0]) in ("trusted", "resting", "suspended")
            ]
            votes = dict(self.top.rows("select member, ballot from vote where proposal = ?", proposal))
            ballots = [] if secret else [read_ballot(method, 2, votes[one]) for one in counting if one in votes]
            found = outcome(method, ballots, len(roll), quorum, threshold, stay=1)
            assert (came_to, winner, many) == (found.state, found.winner, found.cast)
            if found.state == "passed" and name in NUMBERS:
                self.numbers[name] = self.top.row(
                    "select number from proposal_option where proposal = ? and place = ?", proposal, winner
                )

    @invariant()
    def the_roll_is_fixed_and_nobody_else_votes(self) -> None:
        for proposal in self.proposals("open"):
            assert self.top.roll(proposal) == self.rolls[proposal]
            voted = {row[0] for row in self.top.rows("select member from vote where proposal = ?", proposal)}
            out = self.top.rows("select member from roll where proposal = ? and recused", proposal)
            assert voted <= self.rolls[proposal] - {row[0] for row in out}
            assert self.top.newcomer not in voted

    @invariant()
    def secrecy_is_never_loosened(self) -> None:
        for proposal, secret, hidden in self.top.rows("select proposal, secret, hidden from proposal"):
            before = self.seen.get(proposal, (0, 0))
            assert secret >= before[0]
            assert hidden >= before[1]
            self.seen[proposal] = (secret, hidden)

    @invariant()
    def numbers_are_what_was_decided_in_every_room(self) -> None:
        for room in (self.top, self.theirs):
            assert {name: charter.value(room.db, name) for name in NUMBERS} == self.numbers
        assert rows.digest(self.top.db, self.top.areas) == rows.digest(self.theirs.db, self.theirs.areas)


TestDeciding = pytest.mark.slow(Deciding.TestCase)
Deciding.TestCase.settings = EASY
