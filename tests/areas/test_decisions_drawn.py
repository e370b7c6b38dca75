"""Every page and every form of deciding is drawn in both languages, in each state, and says in words what it must."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from nasij.areas.decisions import (
    AREA,
    AppealFiled,
    AppealHeard,
    CarrierOffered,
    MoneyProposed,
    ObjectionRaised,
    ProposalDiscussed,
    ProposalDrafted,
    VoteCast,
)
from nasij.areas.decisions.pages import LISTED
from nasij.ids import new_id
from nasij.seal import mix
from nasij.web import forms
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.areas.test_decisions import Table

pytestmark = pytest.mark.slow
PROPOSAL = "/decisions/{proposal}"
BALLOTS = {
    "no_objection": "1",
    "consensus": "1",
    "majority": "1",
    "sense_check": "1",
    "score": "2 -1",
    "ranking": "1 2 0",
}
FORMS = {"no_objection": "answer", "consensus": "answer", "majority": "pick", "sense_check": "pick"}
FORMS |= {"score": "score", "ranking": "rank", "draw": "seed"}
OPTIONS = {"score": "x\ny", "ranking": "x\ny: why\nz", "draw": "x\ny"}


class Drawn(Table):
    """A table whose pages are drawn."""

    def looks(self, member: str, path: str) -> Iterator[Look]:
        for language in ("ar", "en"):
            yield Look(
                words=Words(language), path=path, me=self.by(member), db=self.db, areas=self.areas, token="t", nonce="n"
            )

    def drawn(self, path: str, member: str, **params: str) -> str:
        """Draw a page in Arabic, then in English; returns the English."""
        html = ""
        views = {line.path: line.view for area in self.areas.areas for line in area.pages}
        for look in self.looks(member, path):
            html = render(look, views[path](self.db, self.by(member), **params))
        return html

    def talk(self, proposal: str, count: int) -> list[str]:
        """Let two members speak in turn; returns their words."""
        said = [f"word {number:03d}" for number in range(count)]
        for number, words in enumerate(said):
            self.say(ProposalDiscussed(new_id(), proposal, words), (self.ana, self.ben)[number % 2])
        return said

    def form(self, path: str, member: str) -> str:
        html = ""
        for look in self.looks(member, path):
            found = look.act_at(path)
            assert found is not None, path
            html = render(look, forms.act_page(look, found[0], path))
        return html

    def everybody(self, proposal: str) -> str:
        for member in self.all:
            self.drawn(PROPOSAL, member, proposal=proposal)
        return self.drawn(PROPOSAL, self.ana, proposal=proposal)

    def lists(self) -> str:
        self.drawn("/decisions/charter", self.newcomer)
        self.drawn("/decisions/standing", self.ana)
        return self.drawn("/decisions", self.ana)


@pytest.fixture
def top() -> Drawn:
    return Drawn()


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") :]))


@pytest.mark.parametrize("method", FORMS)
def test_each_method_from_discussion_to_forgetting(top: Drawn, method: str) -> None:
    proposal = top.propose(method=method, options=OPTIONS.get(method, ""), about=top.fay)
    top.say(ObjectionRaised(new_id(), proposal, "Too late", "Earlier"), top.ben)
    top.say(ProposalDiscussed(new_id(), proposal, "hello"), top.ben)
    top.everybody(proposal)
    for path in ("amend", "hide", "withdraw", "discuss", "open", "object"):
        top.form(f"/decisions/{proposal}/{path}", top.ana)
    top.open(proposal)
    assert "Too late" in top.everybody(proposal)
    top.form(f"/decisions/{proposal}/recuse", top.ana)
    form = top.form(f"/decisions/{proposal}/{FORMS[method]}", top.ana)
    assert all(name in form for name in OPTIONS.get(method, "").replace(": why", "").split("\n")) or method == "draw"
    for member in top.all[:5]:
        if method in BALLOTS:
            top.say(VoteCast(proposal, BALLOTS[method]), member)
    assert "Fewer than five" not in top.everybody(proposal)
    assert ("<meter" in top.everybody(proposal)) is (method in BALLOTS)
    top.lists()
    top.close(proposal)
    top.everybody(proposal)
    top.lists()
    top.forward(days=400)
    top.everybody(proposal)
    top.lists()


def test_the_other_proposals_and_forms(top: Drawn) -> None:
    for path in ("propose", "draft", "number", "new-charter", "money"):
        top.form(f"/decisions/{path}", top.ana)
    draft = new_id()
    given = ("majority", 50, 50, False, False, "", "trusted", "", "agreement", "", 0, 180, False, "", False)
    top.say(ProposalDrafted(draft, "Shall we?", "", *given), top.ana)
    top.drawn(PROPOSAL, top.ana, proposal=draft)
    for path in ("draft", "bring"):
        assert "Shall we?" in top.form(f"/decisions/{draft}/{path}", top.ana)
    money = new_id()
    top.say(MoneyProposed(money, 1250, "EGP", 50, 50, False, False), top.ben)
    assert "12.50 EGP" in words_of(top.everybody(money))
    number = top.propose_number(numbers="4\n5", by=top.ben)
    assert "As it is now (3)" in words_of(top.everybody(number))
    secret, hidden = top.propose(secret=True), top.propose(hidden=True)
    charter = top.propose_charter()
    assert "My drafts" in top.lists()
    assert "Carry this vote" in top.everybody(secret)
    for carrier in (top.ana, top.ben, top.cem):
        top.say(CarrierOffered(secret, mix.new_carrier()[1]), carrier)
    for proposal in (money, number, secret, hidden, charter):
        top.open(proposal)
        top.everybody(proposal)
    assert "4" in top.form(f"/decisions/{number}/pick", top.ana)
    assert "shown once the vote has closed" in top.everybody(hidden)
    assert "Ballots are secret" in top.everybody(secret)
    top.vote(charter, ana="1", ben="1", cem="1", dua="1")
    top.close(charter)
    assert "We look after each other." in top.drawn("/decisions/charter", top.newcomer)
    for path in ("accept", "keep", "done", "appeal"):
        top.form(f"/decisions/{charter}/{path}", top.ana)


def test_an_appeal_is_drawn_for_who_hears_it(top: Drawn) -> None:
    proposal, appeal = top.propose(), new_id()
    top.pass_it(proposal)
    top.say(AppealFiled(appeal, proposal, "It was rushed"), top.fay)
    judges: list[Any] = [row[0] for row in top.rows("select member from appeal_judge order by member")]
    assert "We hear it" in top.drawn(PROPOSAL, judges[0], proposal=proposal)
    assert "We hear it" not in top.drawn(PROPOSAL, top.fay, proposal=proposal)
    top.say(AppealHeard(appeal), judges[0])
    assert "The decision falls" in top.drawn(PROPOSAL, judges[1], proposal=proposal)
    for path in ("hear", "uphold", "change", "overturn"):
        top.form(f"/decisions/appeal/{appeal}/{path}", judges[0])


def test_a_form_says_the_groups_own_days(top: Drawn) -> None:
    proposal = top.propose()
    assert "30 days after" in top.form(f"/decisions/{proposal}/discuss", top.ana)
    top.pass_it(top.propose_number("keep_short_days", "9"))
    assert "9 days after" in top.form(f"/decisions/{proposal}/discuss", top.ana)


def test_a_secret_vote_that_nobody_carries_yet_waits_on_the_first_pages() -> None:
    """It cannot open without three, and nobody looks for it on a page."""
    top = Drawn()
    proposal = top.propose(secret=True)

    def asked() -> list[bool]:
        return [any("carry it" in item.text for item in AREA.waiting(top.db, top.by(member))) for member in top.all]

    assert asked() == [True] * 6
    for number, carrier in enumerate((top.ana, top.ben, top.cem), start=1):
        top.say(CarrierOffered(proposal, mix.new_carrier()[1]), carrier)
        assert asked() == ([False] * number + [True] * (6 - number) if number < 3 else [False] * 6)


def test_a_sum_stands_in_the_digits_that_somebody_chose() -> None:
    top = Drawn()
    proposal = new_id()
    top.say(MoneyProposed(proposal, 120_500, "JOD", 50, 50, hidden=False, secret=False), top.cem)
    words = Words("ar", digits="arabic")
    for path in ("/decisions", PROPOSAL):
        params = {"proposal": proposal} if path == PROPOSAL else {}
        view = next(line.view for line in AREA.pages if line.path == path)
        look = Look(words=words, path=path, me=top.by(top.ana), db=top.db, areas=top.areas, token="t", nonce="n")
        assert "١٢٠٫٥٠٠ JOD" in render(look, view(top.db, top.by(top.ana), **params))


def test_what_is_said_stands_in_the_order_in_which_it_was_said_and_none_of_it_is_left_out() -> None:
    """On one day too; and the newest words are there however many came before, or whoever wrote them looks in vain."""
    top = Drawn()
    proposal = top.propose()
    said = top.talk(proposal, LISTED + 7)
    html = top.drawn("/decisions/{proposal}", top.cem, proposal=proposal)
    assert re.findall(r"word \d{3}", html) == said
    assert "7 earlier" in html
    assert html.index("</details>", html.index("7 earlier")) < html.index(said[7])
