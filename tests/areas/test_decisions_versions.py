"""Proposals whose words change while they are talked over: what they said before, and who is told."""

import pytest

from nasij.areas.decisions import (
    CharterAmended,
    ObjectionRaised,
    ProposalAmended,
    ProposalDiscussed,
    VersionRead,
    VotingOpened,
)
from nasij.areas.decisions.home import waiting
from nasij.areas.decisions.versions import VERSIONS_MOST
from nasij.ids import new_id
from nasij.kit.differences import LINES_MOST, differences
from tests.areas.test_decisions import Table

FIRST = "1. Nobody has to say why.\n2. What is said here stays here.\n3. Rest is a right."
SECOND = FIRST.replace("stays here", "stays here, without names")


@pytest.fixture
def top() -> Table:
    return Table()


def is_told(top: Table, member: str) -> bool:
    return any("has changed" in item.text for item in waiting(top.db, top.by(member)))


def amend(top: Table, proposal: str, text: str = SECOND, by: str = "", answers: str = "") -> None:
    top.say(CharterAmended(proposal, "A charter?", "", text, answers), by or top.ana)


def test_a_charter_is_changed_in_place_and_what_it_said_before_stays_to_be_read(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    amend(top, proposal)
    page = top.page("/decisions/{proposal}", top.newcomer, proposal=proposal)
    assert page["row"]["charter"] == SECOND
    (change,) = page["history"]
    assert [part["lines"] for part in change["changes"]] == [
        [
            ("same", "1. Nobody has to say why."),
            ("gone", "2. What is said here stays here."),
            ("new", "2. What is said here stays here, without names."),
            ("same", "3. Rest is a right."),
        ]
    ]
    top.pass_it(proposal)
    assert top.row("select charter from charter_version where closed_on = 0") == SECOND


def test_only_whoever_proposed_changes_a_charter_and_only_before_the_vote(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    top.refuses(CharterAmended(proposal, "A charter?", "", SECOND, ""), top.ben, "Only whoever made")
    top.refuses(CharterAmended(top.propose(), "A charter?", "", SECOND, ""), top.ana, "Only whoever made")
    top.open(proposal)
    top.refuses(CharterAmended(proposal, "A charter?", "", SECOND, ""), top.ana, "only while it is in discussion")


def test_whoever_spoke_is_told_until_they_have_read_it(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    top.say(ProposalDiscussed(new_id(), proposal, "Good."), top.ben)
    objection = new_id()
    top.say(ObjectionRaised(objection, proposal, "Names.", "Leave them out."), top.cem)
    assert not is_told(top, top.ben)
    amend(top, proposal, answers=objection)
    assert [is_told(top, member) for member in (top.ben, top.cem, top.dua)] == [True, True, False]
    assert top.row("select state from objection") == "answered"
    top.say(VersionRead(proposal, 1), top.ben)
    assert [is_told(top, member) for member in (top.ben, top.cem)] == [False, True]
    amend(top, proposal, FIRST)
    assert is_told(top, top.ben)
    top.say(ProposalDiscussed(new_id(), proposal, "Still good."), top.ben)
    assert not is_told(top, top.ben)


def test_whoever_spoke_is_told_after_the_opening_too_and_no_longer_once_it_is_decided(top: Table) -> None:
    proposal = top.propose()
    top.say(ProposalDiscussed(new_id(), proposal, "Good."), top.ben)
    top.say(ProposalAmended(proposal, "Shall we meet on Sunday?", "", "", ""), top.ana)
    top.say(VotingOpened(proposal, top.day + 5), top.ana)
    assert is_told(top, top.ben)
    top.close(proposal)
    assert not is_told(top, top.ben)


def test_what_one_has_read_is_ones_own(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    amend(top, proposal)
    assert top.say(VersionRead(proposal, 1), top.ben) == f"only/{top.ben}"
    top.refuses(VersionRead(proposal, 2), top.ben)


def test_options_have_a_history_too(top: Table) -> None:
    proposal = top.propose(method="majority", options="Friday\nSunday")
    top.say(ProposalAmended(proposal, "Shall we meet?", "", "Friday\nMonday", ""), top.ana)
    (change,) = top.page("/decisions/{proposal}", top.ben, proposal=proposal)["history"]
    assert change["changes"][0]["lines"] == [("same", "Friday"), ("gone", "Sunday"), ("new", "Monday")]


def test_nobody_fills_every_room_with_versions(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    for number in range(VERSIONS_MOST):
        amend(top, proposal, f"{FIRST}\n{number}")
    top.refuses(CharterAmended(proposal, "A charter?", "", SECOND, ""), top.ana, "has been changed")


def test_earlier_words_are_forgotten_with_the_proposal(top: Table) -> None:
    proposal = top.propose_charter(FIRST)
    amend(top, proposal)
    top.pass_it(proposal)
    newer = top.propose_charter("Shorter.")
    top.pass_it(newer)
    top.forward(days=181)
    assert top.rows("select 1 from proposal_version") == []


def test_the_charter_page_says_what_changed_from_version_to_version(top: Table) -> None:
    for text in (FIRST, SECOND):
        top.pass_it(top.propose_charter(text))
    newest, oldest = top.page("/decisions/charter", top.newcomer)["versions"]
    assert ("gone", "2. What is said here stays here.") in newest["changes"]
    assert "changes" not in oldest
    waiting_text = top.propose_charter(FIRST)
    against = top.page("/decisions/{proposal}", top.ben, proposal=waiting_text)["against"]
    assert ("new", "2. What is said here stays here.") in against


def test_differences_leave_out_what_is_the_same_and_bound_what_they_compare() -> None:
    old = "\n".join(str(number) for number in range(10))
    assert differences(old, old) == []
    assert differences(old, old.replace("5", "five")) == [
        ("left_out", ""), ("same", "4"), ("gone", "5"), ("new", "five"), ("same", "6"), ("left_out", "")
    ]  # fmt: skip
    long = "\n".join("x" for _ in range(LINES_MOST + 1))
    assert differences(long, "y") == [("gone", "x")] * (LINES_MOST + 1) + [("new", "y")]
