"""Deciding: proposals, the roll, votes, outcomes and what they set off, appeals, decisions that come back, the charter."""

from typing import Any

import pytest

from nasij.areas import people, trust
from nasij.areas.decisions import (
    AREA,
    AppealChanged,
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    AppealUpheld,
    BallotCast,
    CarrierOffered,
    CharterAccepted,
    CharterProposed,
    DecisionDone,
    DecisionKept,
    MoneyProposed,
    ObjectionKept,
    ObjectionRaised,
    ObjectionSettled,
    ProposalAmended,
    ProposalDiscussed,
    ProposalDrafted,
    ProposalMade,
    ProposalWithdrawn,
    SecrecyTightened,
    SeedCommitted,
    SeedRevealed,
    SettingProposed,
    VoteCast,
    VoterRecused,
    VotingEnded,
    VotingOpened,
    money_of,
    outcome,
    secret,
)
from nasij.areas.people import MemberLeft, SettingChanged
from nasij.areas.trust import MemberFrozen, ReviewOpened
from nasij.areas.trust.facts import MemberRested
from nasij.ballots import passed
from nasij.errors import NotHereYet
from nasij.ids import new_id
from nasij.kit import charter, draw
from nasij.kit.charter import SETTINGS
from nasij.kit.table import Keep
from nasij.node import rows as node_rows
from nasij.node.kernel import AREA as LINE
from nasij.seal import mix
from tests.tabletop import TableTop

YES, INDIFFERENT, NO, BLOCK = "1", "0", "-1", "-2"


class Table(TableTop):
    """Six trusted members who have been here for long, and a newcomer."""

    def __init__(self) -> None:
        super().__init__(LINE, people.AREA, trust.AREA, AREA)
        self.ana, self.ben, self.cem, self.dua, self.eli, self.fay = (
            self.member("trusted", *roles) for roles in (("members",), ("members",), ("fund",), ("fund",), (), ())
        )
        self.all = [self.ana, self.ben, self.cem, self.dua, self.eli, self.fay]
        self.newcomer = self.member("new")
        self.forward(days=20)

    def propose(self, by: str = "", **given: Any) -> str:
        """Make a proposal of the trusted."""
        values = {
            "proposal": new_id(), "question": "Shall we meet?", "body": "", "method": "majority", "quorum": 50,
            "threshold": 50, "hidden": False, "secret": False, "options": "", "voters": "trusted", "about": "",
            "effect": "agreement", "doer": "", "due_on": 0, "review_days": 180, "lapses": False, "replaces": "",
            "ends": False,
        } | given  # fmt: skip
        self.say(ProposalMade(**values), by or self.ana)
        return str(values["proposal"])

    def propose_number(self, name: str = "vouches_most", numbers: str = "4", by: str = "", **given: Any) -> str:
        """Propose another number."""
        values = {
            "proposal": new_id(), "question": "Another number?", "body": "", "method": "majority", "quorum": 50,
            "threshold": 50, "hidden": False, "secret": False, "name": name, "numbers": numbers, "review_days": 180,
        } | given  # fmt: skip
        self.say(SettingProposed(**values), by or self.ana)
        return str(values["proposal"])

    def propose_charter(self, text: str = "We look after each other.", by: str = "") -> str:
        """Propose a charter."""
        proposal = new_id()
        self.say(
            CharterProposed(proposal, "A charter?", "", "majority", 50, 50, False, False, text, 180), by or self.ana
        )
        return proposal

    def open(self, proposal: str, days: int = 5) -> None:
        by = self.row("select made_by from proposal where proposal = ?", proposal)
        self.say(VotingOpened(proposal, self.day + days), by)

    def vote(self, proposal: str, **ballots: str) -> None:
        for name, ballot in ballots.items():
            self.say(VoteCast(proposal, ballot), getattr(self, name))

    def close(self, proposal: str) -> str:
        """Let the last day pass; returns the state."""
        self.forward(days=self.row("select closes_on from proposal where proposal = ?", proposal) - self.day + 1)
        return self.state(proposal)

    def state(self, proposal: str) -> str:
        return str(self.row("select state from proposal where proposal = ?", proposal))

    def pass_it(self, proposal: str) -> str:
        """Let everybody want it."""
        self.open(proposal)
        self.vote(proposal, ana="1", ben="1", cem="1", dua="1", eli="1")
        return self.close(proposal)

    def number(self, name: str) -> int:
        return charter.value(self.db, name)

    def roll(self, proposal: str) -> set[str]:
        return {row[0] for row in self.rows("select member from roll where proposal = ?", proposal)}


@pytest.fixture
def top() -> Table:
    return Table()


# --- proposing ----------------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_its_author_alone_until_it_is_brought(top: Table) -> None:
    draft = new_id()
    given = (draft, "Shall we?", "", "majority", 50, 50, False, False, "", "trusted", "", "agreement", "", 0, 180, False, "", False)  # fmt: skip
    assert top.say(ProposalDrafted(*given), top.ana) == f"only/{top.ana}"
    assert top.state(draft) == "draft"
    with pytest.raises(NotHereYet):
        top.page("/decisions/{proposal}", top.ben, proposal=draft)
    top.say(ProposalDrafted(*given[:1], "Shall we really?", *given[2:]), top.ana)
    top.refuses(ProposalDrafted(*given), top.ben, "already")
    assert top.say(ProposalMade(*given), top.ana) == "trusted"
    assert top.state(draft) == "discussion"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"options": "only one"}, "two to eight"),
        ({"options": "a\na"}, "two to eight"),
        ({"options": "\n".join("abcdefghi")}, "two to eight"),
        ({"options": "a\nb", "method": "consensus"}, "leave the options empty"),
        ({"method": "ranking"}, "two to eight"),
        ({"options": "a\n" + "b" * 161}, "at most"),
        ({"quorum": 10}, "at least"),
        ({"threshold": 49}, "at least"),
        ({"effect": "task"}, "who does it"),
        ({"ends": True}, "choose one"),
    ],
)
def test_a_proposal_is_whole(top: Table, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Exception, match=words):
        top.propose(**given)


def test_nobody_makes_more_proposals_than_a_group_can_decide(top: Table) -> None:
    for _ in range(5):
        top.propose()
    with pytest.raises(Exception, match="not decided yet"):
        top.propose()
    top.propose(by=top.ben)


def test_only_whoever_proposed_changes_or_opens_it_and_only_in_discussion(top: Table) -> None:
    proposal = top.propose()
    amended = ProposalAmended(proposal, "Shall we meet weekly?", "", "", "")
    top.refuses(amended, top.ben, "Only whoever made")
    top.say(amended, top.ana)
    assert top.row("select question, amended from proposal") == ("Shall we meet weekly?", 1)
    top.refuses(VotingOpened(proposal, top.day + 5), top.ben, "Only whoever made")
    top.refuses(VotingOpened(proposal, top.day + 2), top.ana, "stays open for")
    top.refuses(VotingOpened(proposal, top.day + 61), top.ana, "stays open for")
    top.open(proposal)
    top.refuses(amended, top.ana, "only while it is in discussion")


def test_what_a_proposal_about_a_number_does_is_not_changed_by_amending(top: Table) -> None:
    proposal = top.propose_number()
    top.refuses(ProposalAmended(proposal, "Other words", "", "5\n6", ""), top.ana, "cannot be changed")
    top.say(ProposalAmended(proposal, "Other words", "", "", ""), top.ana)
    assert top.rows("select number, stay from proposal_option order by place") == [(4, 0), (3, 1)]


def test_an_objection_says_how_it_could_be_met_and_its_author_says_whether_it_is(top: Table) -> None:
    proposal, objection = top.propose(), new_id()
    top.refuses(ObjectionRaised(objection, proposal, "Too late", "Earlier"), top.newcomer, "not yours")
    top.say(ObjectionRaised(objection, proposal, "Too late", "Earlier"), top.ben)
    top.refuses(ObjectionRaised(objection, proposal, "Too late", "Earlier"), top.cem, "already")
    top.refuses(ObjectionKept(objection), top.ben, "further")
    top.say(ProposalAmended(proposal, "At noon?", "", "", objection), top.ana)
    assert top.row("select state from objection") == "answered"
    top.refuses(ObjectionSettled(objection), top.ana, "Only whoever objected")
    top.say(ObjectionKept(objection), top.ben)
    top.say(ObjectionSettled(objection), top.ben)
    assert top.row("select state from objection") == "settled"


def test_what_nobody_brings_to_a_vote_is_taken_as_withdrawn(top: Table) -> None:
    proposal = top.propose()
    top.forward(days=91)
    assert top.state(proposal) == "withdrawn"


# --- the roll -----------------------------------------------------------------------------------------------------------


def test_the_roll_is_fixed_when_the_vote_opens(top: Table) -> None:
    young, new = top.member("trusted"), top.newcomer
    top.say(ReviewOpened(new_id(), top.dua), top.ben)
    top.say(MemberFrozen(new_id(), top.eli), top.ben)
    proposal = top.propose(about=top.fay)
    top.open(proposal, days=30)
    assert top.roll(proposal) == {top.ana, top.ben, top.cem}
    top.forward(days=20)
    for outside in (young, top.dua, top.fay, top.eli):
        top.refuses(VoteCast(proposal, YES), outside)
    top.refuses(VoteCast(proposal, YES), new, "not yours")
    assert top.roll(proposal) == {top.ana, top.ben, top.cem}


def test_whoever_rests_when_the_vote_opens_is_neither_asked_nor_counted(top: Table) -> None:
    top.say(MemberRested(0), by=top.ana)
    proposal = top.propose(by=top.ben)
    top.open(proposal)
    assert top.ana not in top.roll(proposal)
    before = top.roll(proposal)
    top.say(MemberRested(0), by=top.cem)
    assert top.roll(proposal) == before, "whoever rests afterwards may still vote"


def test_a_vote_of_a_role_is_of_its_holders(top: Table) -> None:
    proposal = top.propose(voters="fund")
    top.open(proposal)
    assert top.roll(proposal) == {top.cem, top.dua}
    top.refuses(VoteCast(proposal, YES), top.ana, "not on the roll")


def test_a_vote_with_fewer_than_two_who_may_vote_does_not_open(top: Table) -> None:
    proposal = top.propose(voters="cases")
    top.refuses(VotingOpened(proposal, top.day + 5), top.ana, "Fewer than two")


def test_who_leaves_or_is_suspended_does_not_count_and_who_comes_back_does(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal, days=10)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="2", eli="2", fay="2")
    top.say(MemberLeft(), top.fay)
    page = top.page("/decisions/{proposal}", top.ana, proposal=proposal)
    assert page["roll"] == 5
    top.say(MemberFrozen(new_id(), top.eli), top.ana)
    assert top.page("/decisions/{proposal}", top.ana, proposal=proposal)["roll"] == 5  # absent, not gone
    top.refuses(VoteCast(proposal, "1"), top.eli)
    top.forward(days=4)  # the freeze lapses
    assert top.page("/decisions/{proposal}", top.ana, proposal=proposal)["roll"] == 5
    assert top.close(proposal) == "in_force"
    assert top.row("select ballots, roll from proposal") == (5, 5)


def test_freezing_who_objects_on_the_last_evening_carries_nothing(top: Table) -> None:
    """The vote waits until the freeze has ended, and who was frozen counts again."""
    proposal, larger = top.propose(method="no_objection"), top.propose(by=top.ben)
    top.open(proposal)
    top.open(larger)
    top.vote(proposal, ana=YES, ben=YES, cem=YES)
    top.make("/decisions/{proposal}/answer", top.fay, proposal=proposal, listed="", answer=BLOCK, reason="No", met_by="So")  # fmt: skip
    top.vote(larger, ana="1", ben="1", cem="1", dua="2", eli="2", fay="2")
    top.forward(days=5)
    top.say(MemberFrozen(new_id(), top.fay), top.ana)
    top.forward(days=1)
    assert (top.state(proposal), top.state(larger)) == ("open", "open")
    top.refuses(VoteCast(proposal, YES), top.ben, "not open")
    top.forward(days=3)
    assert (top.state(proposal), top.state(larger)) == ("failed", "failed")


def test_who_is_suspended_for_longer_counts_as_absent(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="2", eli="2", fay="2")
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.fay,))
    assert top.close(proposal) == "failed"  # three of six is not more than half
    assert top.row("select ballots, roll from proposal") == (5, 6)


def test_who_steps_out_is_not_counted_and_does_not_come_back(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="2")
    top.say(VoterRecused(proposal, "close"), top.dua)
    top.refuses(VoteCast(proposal, "1"), top.dua, "not on the roll")
    assert top.close(proposal) == "in_force"
    assert top.row("select ballots, roll from proposal") == (3, 5)


# --- voting -------------------------------------------------------------------------------------------------------------


def test_a_vote_can_be_changed_until_the_last_day_is_over(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="2", dua="2", eli="2", fay="2")
    top.vote(proposal, cem="1", dua="1")
    assert top.row("select count(*) from vote") == 6
    assert top.close(proposal) == "in_force"
    top.refuses(VoteCast(proposal, "2"), top.ana, "not open")


@pytest.mark.parametrize("ballot", ["3", "x", "1 1", "-1", "01"])
def test_a_ballot_has_the_form_of_the_method(top: Table, ballot: str) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.refuses(VoteCast(proposal, ballot), top.ana)


def test_blocking_takes_an_objection_of_ones_own(top: Table) -> None:
    proposal = top.propose(method="no_objection")
    top.open(proposal)
    top.refuses(VoteCast(proposal, BLOCK), top.ben, "how it could be met")
    top.make(
        "/decisions/{proposal}/answer", top.ben, proposal=proposal, listed="", answer=BLOCK, reason="No", met_by="So"
    )
    top.vote(proposal, ana=YES, cem=YES, dua=YES)
    assert top.close(proposal) == "failed"


def test_below_the_quorum_nothing_is_decided(top: Table) -> None:
    proposal = top.propose(quorum=60)
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1")
    assert top.close(proposal) == "no_quorum"


def test_it_ends_early_only_when_it_cannot_change_and_not_on_the_first_day(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1")
    top.refuses(VotingEnded(proposal), top.ana, "could still change")
    top.vote(proposal, dua="1")
    top.refuses(VotingEnded(proposal), top.ana, "could still change")
    top.forward(days=1)
    top.refuses(VotingEnded(proposal), top.newcomer, "not yours")
    top.say(VotingEnded(proposal), top.fay)
    assert top.state(proposal) == "in_force"
    top.refuses(VotingEnded(proposal), top.fay, "further")


def test_a_ranking_and_scores_are_cast_by_their_forms(top: Table) -> None:
    ranking = top.propose(method="ranking", options="park: outside\nhall\nhome")
    top.open(ranking)
    blank = dict.fromkeys(("four", "five", "six", "seven", "eight"), 0)
    for member, places in ((top.ana, (2, 1, 0)), (top.ben, (0, 1, 2)), (top.cem, (1, 2, 3)), (top.dua, (3, 1, 2))):
        values = dict(zip(("one", "two", "three"), places, strict=True)) | blank
        top.make("/decisions/{proposal}/rank", member, proposal=ranking, listed="", **values)
    scores = top.propose(method="score", options="park\nhall")
    top.open(scores)
    empty = dict.fromkeys(("three", "four", "five", "six", "seven", "eight"), "")
    for member in (top.ana, top.ben, top.cem, top.dua):
        top.make("/decisions/{proposal}/score", member, proposal=scores, listed="", one="2", two="-1", **empty)
    assert top.close(ranking) == "in_force"
    assert top.row("select winner from proposal where proposal = ?", ranking) == 1
    assert top.row("select winner, counts from proposal where proposal = ?", scores) == (0, "8 -4")


def test_a_sense_check_decides_nothing(top: Table) -> None:
    proposal = top.propose(method="sense_check")
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1")
    assert top.close(proposal) == "ended"
    assert outcome(top.db, proposal) == "ended"


# --- what is seen -------------------------------------------------------------------------------------------------------


def test_counts_of_fewer_than_five_are_not_broken_down(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="2")
    shown = top.page("/decisions/{proposal}", top.ana, proposal=proposal)["results"]
    assert shown["few"]
    assert shown["lines"] == []
    top.vote(proposal, eli="1")
    shown = top.page("/decisions/{proposal}", top.ana, proposal=proposal)["results"]
    assert [line["count"] for line in shown["lines"]] == [4, 1]


def test_hidden_results_are_shown_only_once_the_vote_has_closed(top: Table) -> None:
    proposal = top.propose(hidden=True)
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="1", eli="2")
    assert top.page("/decisions/{proposal}", top.ana, proposal=proposal)["results"] == {"hidden": True}
    top.close(proposal)
    shown = top.page("/decisions/{proposal}", top.ana, proposal=proposal)["results"]
    assert [line["count"] for line in shown["lines"]] == [4, 1]


def test_secrecy_and_hiding_are_tightened_and_never_loosened(top: Table) -> None:
    proposal = top.propose()
    top.refuses(SecrecyTightened(proposal, True, False), top.ben, "Only whoever made")
    top.say(SecrecyTightened(proposal, False, True), top.ana)
    top.refuses(SecrecyTightened(proposal, False, False), top.ana, "stays so")
    top.say(SecrecyTightened(proposal, True, True), top.ana)
    top.refuses(SecrecyTightened(proposal, True, True), top.ana, "so already")
    open_one = top.propose()
    top.open(open_one)
    top.refuses(SecrecyTightened(open_one, False, True), top.ana, "begun openly")
    top.say(SecrecyTightened(open_one, True, False), top.ana)


def test_a_secret_vote_is_counted_from_opened_ballots_and_takes_no_open_ones(top: Table) -> None:
    """Six ballots through three carriers; one holds no ballot of this method and counts as given blank."""
    proposal, bound = top.propose(secret=True), b"bound"
    top.refuses(VotingOpened(proposal, top.day + 5), top.ana, "Three people")
    seeds = []
    for carrier in (top.ana, top.ben, top.cem):
        seed, key = mix.new_carrier()
        seeds.append((carrier, seed))
        top.say(CarrierOffered(proposal, key), carrier)
    top.open(proposal)
    top.refuses(VoteCast(proposal, "1"), top.ana, "secret")
    keys = [key for _, key in secret.carriers(top.db, proposal)]
    for member, ballot in zip(top.all, ("1", "1", "1", "1", "no ballot", "2"), strict=True):
        top.say(BallotCast(proposal, mix.seal_ballot(ballot.encode(), keys, bound)[0]), member)
    top.forward(days=7)
    assert top.state(proposal) == "open"  # nobody has taken a layer off
    for turn, (carrier, seed) in enumerate(seeds, 1):
        came = secret.waiting_ballots(top.db, proposal, turn)
        assert came is not None
        for fact in passed(proposal, turn, mix.take_layer(came, seed, bound, turn)):
            top.say(fact, carrier)
    assert top.state(proposal) == "in_force"
    assert top.row("select counts, ballots from proposal") == ("4 1", 5)


def test_who_voted_what_is_forgotten_soon_and_the_outcome_stays(top: Table) -> None:
    proposal = top.propose()
    top.say(ProposalDiscussed(new_id(), proposal, "some words"), top.ben)
    assert top.pass_it(proposal) == "in_force"
    top.forward(days=31)
    for table in ("vote", "roll", "discussion_note"):
        assert top.row(f"select count(*) from {table}") == 0
    assert top.row("select outcome, counts, ballots from proposal") == ("passed", "5 0", 5)


def test_of_what_did_not_pass_no_words_stay(top: Table) -> None:
    proposal = top.propose(question="Shall we climb?", options="Up: high\nDown: low", body="A mountain")
    top.say(ObjectionRaised(new_id(), proposal, "Too steep", "A flat way"), top.ben)
    top.open(proposal)
    assert top.close(proposal) == "no_quorum"
    top.forward(days=180)
    kept = "\n".join(top.dump())
    for word in ("climb", "Up", "high", "mountain", "steep", "flat"):
        assert word not in kept


def test_a_discussion_stays_with_the_trusted_also_where_everybody_reads_the_proposal(top: Table) -> None:
    proposal = top.propose_number()
    assert top.say(ProposalDiscussed(new_id(), proposal, "hm"), top.ben) == "trusted"
    assert top.say(ObjectionRaised(new_id(), proposal, "Too many", "Three"), top.ben) == "network"


# --- effects ------------------------------------------------------------------------------------------------------------


def test_a_number_changes_by_itself_once_and_for_everybody(top: Table) -> None:
    top.refuses(SettingChanged("vouches_most", 4), top.ana, "by a decision")
    proposal = top.propose_number("vouches_most", "4")
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="1")
    assert top.number("vouches_most") == 3
    assert top.close(proposal) == "in_force"
    assert top.number("vouches_most") == 4
    assert top.row("select audience from setting where name = 'vouches_most'") == "network"
    again = top.propose_number("vouches_most", "5")
    top.pass_it(again)
    assert top.number("vouches_most") == 5
    assert (top.state(proposal), top.state(again)) == ("replaced", "in_force")
    top.forward(days=100)
    assert top.number("vouches_most") == 5  # the first does not run again


def test_a_newcomers_room_comes_to_the_same_number_from_what_newcomers_are_given(top: Table) -> None:
    """Somebody let in while the vote is open gets the network's rows, and counts for themselves."""
    proposal = top.propose_number("vouches_most", "4")
    top.propose()
    top.open(proposal, days=5)
    top.vote(proposal, ana="1", ben="1", cem="1", dua="1")
    theirs = Table()
    for part in node_rows.dump(top.db, top.areas, "network"):
        node_rows.clear(theirs.db, top.areas, "network")
        node_rows.load(theirs.db, top.areas, "network", part)
    assert theirs.row("select count(*) from proposal") == 1
    theirs.hour = top.hour
    theirs.forward(days=6)
    top.forward(days=6)
    assert theirs.number("vouches_most") == top.number("vouches_most") == 4
    assert node_rows.digest(theirs.db, top.areas) == node_rows.digest(top.db, top.areas)


def test_an_id_that_the_trusted_used_does_not_keep_the_network_from_its_proposal(top: Table) -> None:
    """A newcomer's room does not know the trusted one, so no room may refuse the network's for it."""
    proposal = top.propose()
    top.open(proposal)
    top.vote(proposal, ana="1")
    top.propose_number(proposal=proposal)
    assert top.row("select audience, state from proposal") == ("network", "discussion")
    assert top.row("select count(*) from vote") == 0
    with pytest.raises(Exception, match="already"):
        top.propose_number(proposal=proposal)


def test_several_numbers_can_be_ranked_and_leaving_it_is_one_of_them(top: Table) -> None:
    proposal = top.propose_number("vouches_most", "4\n5", method="ranking")
    top.open(proposal)
    top.vote(proposal, ana="2 1 3", ben="2 1 3", cem="1 2 3", dua="0 1 2")
    assert top.close(proposal) == "in_force"
    assert top.number("vouches_most") == 5
    other = top.propose_number("vouches_most", "3\n4", method="ranking")
    top.open(other)
    top.vote(other, ana="3 2 1", ben="3 2 1", cem="3 2 1", dua="1 2 3")
    assert top.close(other) == "failed"
    assert top.number("vouches_most") == 5


@pytest.mark.parametrize(
    ("name", "numbers", "method", "words"),
    [
        ("vouches_most", "1", "majority", "from"),
        ("vouches_most", "11", "majority", "from"),
        ("vouches_most", "3", "majority", "holds now"),
        ("vouches_most", "4\n4", "majority", "different numbers"),
        ("vouches_most", "4\n5", "consensus", "one number"),
        ("vouches_most", "four", "majority", "whole number"),
        ("vouches_most", "-4", "majority", "whole number"),
        ("vouches_most", "4", "draw", "does not decide"),
        ("vouches_most", "4", "sense_check", "does not decide"),
    ],
)
def test_a_number_is_proposed_within_its_bounds(top: Table, name: str, numbers: str, method: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        top.propose_number(name, numbers, method=method)


@pytest.mark.parametrize("typed", ["5", "٥", "۵", " 5 \n"])
def test_a_number_may_be_typed_in_any_digits(top: Table, typed: str) -> None:
    given = {"question": "Five?", "body": "", "method": "majority", "quorum": 50, "threshold": 50, "hidden": False}
    proposal = new_id()
    top.make("/decisions/number", top.ana, proposal=proposal, **given, secret=False, name="vouches_most", numbers=typed.strip(), review_days=90)  # fmt: skip
    assert top.row("select number from proposal_option where stay = 0") == 5


@pytest.mark.parametrize("name", SETTINGS)
def test_every_number_can_be_changed_by_a_decision(name: str) -> None:
    top = Table()
    setting = SETTINGS[name]
    wanted = setting.most if setting.default != setting.most else setting.least
    top.pass_it(top.propose_number(name, str(wanted), quorum=100 if name == "vote_quorum" else 50))
    assert top.number(name) in (wanted, setting.default)  # below the quorum asked for, it stays
    assert (top.number(name) == wanted) is (name != "vote_quorum")


def test_a_task_waits_for_its_doer(top: Table) -> None:
    proposal = top.propose(effect="task", doer=top.fay, due_on=top.day + 20)
    assert top.pass_it(proposal) == "passed"
    assert any("what was decided" in item.text for item in AREA.waiting(top.db, top.by(top.fay)))  # type: ignore[misc]
    top.refuses(DecisionDone(proposal), top.ana, "Whoever does it")
    top.say(DecisionDone(proposal), top.fay)
    assert top.state(proposal) == "in_force"


def test_what_is_overdue_waits_for_whoever_proposed_it_too(top: Table) -> None:
    top.pass_it(top.propose(effect="task", doer=top.fay, due_on=top.day + 10))
    waits = [item.text for item in AREA.waiting(top.db, top.by(top.ana))]  # type: ignore[misc]
    assert not any("not done yet" in text for text in waits)
    top.forward(days=10)
    waits = [item.text for item in AREA.waiting(top.db, top.by(top.ana))]  # type: ignore[misc]
    assert any("not done yet" in text for text in waits)


def test_what_a_doer_who_left_had_to_do_can_be_said_by_others(top: Table) -> None:
    proposal = top.propose(effect="task", doer=top.fay, due_on=top.day + 20)
    top.pass_it(proposal)
    top.say(MemberLeft(), top.fay)
    top.say(DecisionDone(proposal), top.ben)


def test_a_decision_about_money_names_an_amount_and_holds_for_a_while(top: Table) -> None:
    top.make("/decisions/money", top.ana, proposal=(proposal := new_id()), amount="٣٥٠٫٥", currency="egp", quorum=50, threshold=50, hidden=False)  # fmt: skip
    assert money_of(top.db, proposal) == (35050, "EGP")
    assert outcome(top.db, proposal) == "discussion"
    assert top.pass_it(proposal) == "passed"
    assert outcome(top.db, proposal) == "passed"
    top.refuses(DecisionDone(proposal), top.ana, "Nobody has to do")
    top.forward(days=90)
    assert outcome(top.db, proposal) == "ended"
    assert outcome(top.db, new_id()) == ""
    top.refuses(MoneyProposed(new_id(), 5, "eg1", 50, 50, False, False), top.ana, "capital letters")


def test_a_decision_is_replaced_or_ended_by_another(top: Table) -> None:
    first = top.propose()
    top.pass_it(first)
    second = top.propose(replaces=first)
    top.pass_it(second)
    assert (top.state(first), top.state(second)) == ("replaced", "in_force")
    third = top.propose(replaces=second, ends=True)
    assert top.pass_it(third) == "ended"
    assert top.state(second) == "ended"
    with pytest.raises(Exception, match="not in force"):
        top.propose(replaces=second)


# --- coming back --------------------------------------------------------------------------------------------------------


def test_a_decision_comes_back_and_two_keep_it(top: Table) -> None:
    proposal = top.propose(review_days=40)
    top.pass_it(proposal)
    top.refuses(DecisionKept(proposal), top.ben, "further")
    top.forward(days=40)
    assert top.state(proposal) == "under_review"
    assert outcome(top.db, proposal) == "passed"
    assert any("looked at again" in item.text for item in AREA.waiting(top.db, top.by(top.ben)))  # type: ignore[misc]
    top.say(DecisionKept(proposal), top.ben)
    top.refuses(DecisionKept(proposal), top.ben, "second person")
    top.say(DecisionKept(proposal), top.cem)
    assert top.state(proposal) == "in_force"
    top.forward(days=39)
    assert top.state(proposal) == "in_force"
    top.forward(days=1)
    assert top.state(proposal) == "under_review"


def test_the_word_of_somebody_who_is_gone_keeps_no_decision(top: Table) -> None:
    proposal = top.propose(review_days=40)
    top.pass_it(proposal)
    top.forward(days=40)
    top.say(DecisionKept(proposal), top.ben)
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.ben,))
    top.say(DecisionKept(proposal), top.cem)
    assert top.state(proposal) == "under_review"
    top.say(DecisionKept(proposal), top.dua)
    assert top.state(proposal) == "in_force"


@pytest.mark.parametrize(
    ("method", "ballots", "state", "winner"),
    [
        ("majority", {"ana": "1", "ben": "1", "cem": "2", "dua": "2"}, "failed", -1),
        ("score", {"ana": "2 1", "ben": "1 2", "cem": "1 1", "dua": "1 1"}, "in_force", 0),
        ("ranking", {"ana": "1 2", "ben": "2 1", "cem": "1 1", "dua": "1 1"}, "in_force", 0),
    ],
)
def test_a_tie_is_said_to_be_one(top: Table, method: str, ballots: dict[str, str], state: str, winner: int) -> None:
    proposal = top.propose(method=method, options="one\ntwo")
    top.open(proposal)
    top.vote(proposal, **ballots)
    top.forward(days=20)
    shown = top.page("/decisions/{proposal}", top.ana, proposal=proposal)["results"]
    assert (top.state(proposal), shown["winner"], shown["tied"]) == (state, winner, True)


def test_what_lapses_ends_two_weeks_after_its_day_unless_it_is_kept(top: Table) -> None:
    kept, lapsing = top.propose(review_days=40, lapses=True), top.propose(review_days=40, lapses=True)
    top.open(lapsing, days=5)
    top.vote(lapsing, ana="1", ben="1", cem="1", dua="1")
    top.pass_it(kept)
    top.forward(days=40)
    top.say(DecisionKept(kept), top.ben)
    top.say(DecisionKept(kept), top.cem)
    top.forward(days=14)
    assert (top.state(kept), top.state(lapsing)) == ("in_force", "ended")


# --- appeals ------------------------------------------------------------------------------------------------------------


def appealed(top: Table, proposal: str) -> tuple[str, list[str]]:
    """File an appeal and have it heard; returns it and who hears it."""
    appeal = new_id()
    top.say(AppealFiled(appeal, proposal, "It was rushed"), top.fay)
    judges = [row[0] for row in top.rows("select member from appeal_judge where appeal = ? order by member", appeal)]
    top.say(AppealHeard(appeal), judges[0])
    return appeal, judges


def test_an_appeal_is_heard_by_three_who_neither_proposed_nor_appealed(top: Table) -> None:
    proposal = top.propose(about=top.dua)
    top.open(proposal)
    top.vote(proposal, ana="1", ben="1", cem="1", eli="1")
    top.close(proposal)
    appeal, judges = appealed(top, proposal)
    assert set(judges) == {top.ben, top.cem, top.eli}
    top.refuses(AppealOverturned(appeal, ""), top.ana, "people who hear")
    top.refuses(AppealOverturned(appeal, ""), top.fay, "people who hear")
    top.refuses(AppealFiled(new_id(), proposal, "Again"), top.ben, "already")
    top.say(AppealOverturned(appeal, "so"), judges[0])
    top.say(AppealOverturned(appeal, "so"), judges[0])
    assert top.row("select state from appeal") == "heard"  # one person twice is one person
    top.say(AppealUpheld(appeal, ""), judges[1])
    top.say(AppealUpheld(appeal, ""), judges[2])
    assert top.row("select state from appeal") == "upheld"
    assert top.state(proposal) == "in_force"
    top.refuses(AppealUpheld(appeal, ""), judges[0], "further")


def test_an_overturned_number_goes_back_and_what_it_replaced_stands_again(top: Table) -> None:
    first = top.propose_number("vouches_most", "4")
    top.pass_it(first)
    second = top.propose_number("vouches_most", "5")
    top.pass_it(second)
    appeal, judges = appealed(top, second)
    for judge in judges[:2]:
        top.say(AppealOverturned(appeal, ""), judge)
    assert top.number("vouches_most") == 4
    assert (top.state(first), top.state(second)) == ("in_force", "ended")
    assert outcome(top.db, second) == "ended"


def test_an_overturned_number_leaves_a_later_decision_alone(top: Table) -> None:
    first = top.propose_number("vouches_most", "4")
    top.pass_it(first)
    appeal, judges = appealed(top, first)
    second = top.propose_number("vouches_most", "5")
    top.pass_it(second)
    for judge in judges[:2]:
        top.say(AppealOverturned(appeal, ""), judge)
    assert top.number("vouches_most") == 5
    assert top.state(first) == "replaced"


def test_a_decision_that_is_to_be_changed_comes_back_at_once(top: Table) -> None:
    proposal = top.propose()
    top.pass_it(proposal)
    appeal, judges = appealed(top, proposal)
    for judge in judges[:2]:
        top.say(AppealChanged(appeal, ""), judge)
    assert top.state(proposal) == "under_review"
    top.refuses(AppealFiled(new_id(), new_id(), "x"), top.fay)


def test_an_appeal_that_nobody_decides_leaves_the_decision(top: Table) -> None:
    proposal = top.propose()
    top.pass_it(proposal)
    appeal, _ = appealed(top, proposal)
    top.forward(days=22)
    assert top.row("select state from appeal where appeal = ?", appeal) == "upheld"
    later = top.propose()
    top.pass_it(later)
    top.forward(days=15)
    top.refuses(AppealFiled(new_id(), later, "Late"), top.fay, "are over")


# --- the draw -----------------------------------------------------------------------------------------------------------


def committed(top: Table, proposal: str, *members: str) -> None:
    for member in members:
        secret = draw.new_secret()
        top.secrets[member] = secret  # type: ignore[attr-defined]
        top.say(SeedCommitted(proposal, draw.commitment(proposal, member, secret)), member)


@pytest.fixture
def drawing(top: Table) -> str:
    top.secrets = {}  # type: ignore[attr-defined]
    proposal = top.propose(method="draw", options="first\nsecond\nthird")
    top.open(proposal)
    committed(top, proposal, top.ben, top.cem)
    return proposal


def test_a_draw_follows_from_two_secrets_that_were_chosen_before(top: Table, drawing: str) -> None:
    secrets = top.secrets  # type: ignore[attr-defined]
    top.refuses(SeedCommitted(drawing, "0" * 64), top.dua, "Two people")
    top.refuses(SeedRevealed(drawing, secrets[top.ben]), top.ben, "after the last day")
    top.forward(days=6)
    assert top.state(drawing) == "open"
    top.refuses(SeedRevealed(drawing, secrets[top.cem]), top.ben, "not what you chose")
    top.refuses(SeedRevealed(drawing, secrets[top.cem]), top.dua, "no part")
    top.say(SeedRevealed(drawing, secrets[top.ben]), top.ben)
    top.say(SeedRevealed(drawing, secrets[top.cem]), top.cem)
    assert top.state(drawing) == "in_force"
    page = top.page("/decisions/{proposal}", top.ana, proposal=drawing)["draw"]
    seed = draw.seed(drawing, {part["member"]: part["secret"] for part in page["parts"]})
    assert page["codes"][top.row("select winner from proposal")] == draw.order(seed, page["codes"])[0]


def test_where_one_stays_silent_the_others_secret_decides(top: Table, drawing: str) -> None:
    secrets = top.secrets  # type: ignore[attr-defined]
    top.forward(days=6)
    top.say(SeedRevealed(drawing, secrets[top.ben]), top.ben)
    top.forward(days=3)
    assert top.state(drawing) == "in_force"
    codes = top.page("/decisions/{proposal}", top.ana, proposal=drawing)["draw"]["codes"]
    first = draw.order(draw.seed(drawing, {top.ben: secrets[top.ben]}), codes)[0]
    assert codes[top.row("select winner from proposal")] == first


def test_a_draw_that_fewer_than_two_took_part_in_decides_nothing(top: Table) -> None:
    top.secrets = {}  # type: ignore[attr-defined]
    proposal = top.propose(method="draw", options="first\nsecond")
    top.open(proposal)
    committed(top, proposal, top.ben)
    assert top.close(proposal) == "no_quorum"


def test_a_room_keeps_its_secret_until_it_shows_it(top: Table) -> None:
    proposal = top.propose(method="draw", options="first\nsecond")
    top.open(proposal)
    top.make("/decisions/{proposal}/seed", top.ben, proposal=proposal)
    assert top.row("select audience from seed_kept") == f"only/{top.ben}"
    top.secrets = {}  # type: ignore[attr-defined]
    committed(top, proposal, top.cem)
    top.forward(days=6)
    top.make("/decisions/{proposal}/reveal", top.ben, proposal=proposal)
    top.say(SeedRevealed(proposal, top.secrets[top.cem]), top.cem)  # type: ignore[attr-defined]
    assert top.state(proposal) == "in_force"


# --- the charter --------------------------------------------------------------------------------------------------------


def test_a_charter_has_versions_that_members_accept_newcomers_too(top: Table) -> None:
    first = top.propose_charter()
    top.refuses(CharterAccepted(first), top.eli)
    top.pass_it(first)
    top.say(CharterAccepted(first), top.newcomer)
    top.refuses(CharterAccepted(first), top.newcomer, "already")
    page = top.page("/decisions/charter", top.newcomer)
    assert page["now"]["charter"] == "We look after each other."
    assert (page["accepted"], page["members"], page["i_accepted"]) == (1, 7, True)
    second = top.propose_charter("We look after each other, and rest.", by=top.ben)
    top.pass_it(second)
    page = top.page("/decisions/charter", top.newcomer)
    assert (page["now"]["version"], page["accepted"]) == (2, 0)
    top.refuses(CharterAccepted(first), top.eli, "newer version")
    assert top.state(first) == "replaced"
    top.forward(days=181)
    assert top.row("select charter from charter_version where version = 1") == ""
    assert top.row("select charter from charter_version where version = 2") != ""


def test_an_overturned_charter_gives_way_to_the_one_before(top: Table) -> None:
    first = top.propose_charter()
    top.pass_it(first)
    second = top.propose_charter("Other words.", by=top.ben)
    top.pass_it(second)
    appeal, judges = appealed(top, second)
    for judge in judges[:2]:
        top.say(AppealOverturned(appeal, ""), judge)
    assert top.page("/decisions/charter", top.ana)["now"]["proposal"] == first


# --- retention as numbers ------------------------------------------------------------------------------------------------


def test_a_group_can_decide_to_forget_sooner(top: Table) -> None:
    top.pass_it(top.propose_number("keep_short_days", "7"))
    assert charter.kept_days(top.db) == {Keep.MOMENTARY: 1, Keep.SHORT: 7, Keep.WORKING: 180}
    proposal = top.propose()
    top.pass_it(proposal)
    top.forward(days=6)
    assert top.row("select count(*) from vote where proposal = ?", proposal) == 5
    top.forward(days=1)
    assert top.row("select count(*) from vote where proposal = ?", proposal) == 0


def test_a_group_keeps_things_only_a_little_longer(top: Table) -> None:
    for name in ("keep_momentary_days", "keep_short_days", "keep_working_days"):
        setting = SETTINGS[name]
        assert setting.by_decision
        assert setting.most <= 3 * setting.default // 2 or setting.most == 3
        with pytest.raises(Exception, match="from"):
            top.propose_number(name, str(setting.most + 1))


# --- pages --------------------------------------------------------------------------------------------------------------


def test_what_waits_for_my_vote_comes_first(top: Table) -> None:
    voted, waits, talked = top.propose(), top.propose(), top.propose()
    top.open(voted)
    top.open(waits, days=9)
    top.vote(voted, ben="1")
    page = top.page("/decisions", top.ben)
    assert [row["proposal"] for row in page["begun"]] == [waits, voted, talked]
    assert [row["waits"] for row in page["begun"]] == [True, False, False]
    assert len([item for item in AREA.waiting(top.db, top.by(top.ben)) if "vote is open" in item.text]) == 1  # type: ignore[misc]
    assert AREA.waiting(top.db, top.by(top.newcomer)) == []  # type: ignore[misc]


def test_a_withdrawn_proposal_is_over(top: Table) -> None:
    proposal = top.propose()
    top.open(proposal)
    top.refuses(ProposalWithdrawn(proposal), top.ben, "Only whoever made")
    top.say(ProposalWithdrawn(proposal), top.ana)
    assert top.state(proposal) == "withdrawn"
    top.refuses(VoteCast(proposal, "1"), top.ben, "not open")


def test_the_card_of_a_proposal_is_its_question(top: Table) -> None:
    proposal = top.propose()
    assert AREA.cards["proposal"](top.db, proposal).title == "Shall we meet?"
