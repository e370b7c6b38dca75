"""Every page and form of asking for money opens for whoever may see it, in both languages, and says no more than it should."""

import contextlib
import re

import pytest

from nasij.areas.fund import METHOD
from nasij.areas.grants import (
    AREA,
    ClarificationAsked,
    ClarificationGiven,
    LessDeclined,
    LessOffered,
    NeedAssessed,
    NotThisTime,
    OnCallBegun,
    PlaceTaken,
    ReceiptDisputed,
)
from nasij.areas.grants.lists import WAY
from nasij.areas.grants.pages import NOTES_SHOWN
from nasij.errors import Nasij
from nasij.ids import code, new_id
from nasij.web import forms, templates
from nasij.web.look import Look
from nasij.web.words import Words
from tests.areas.test_grants import Grants, part, robbed


class Full(Grants):
    """A table on which a request stands in every state that has a page of its own."""

    def __init__(self):
        super().__init__(4_000_000)
        self.paying, self.deciders, self.payer, self.payout = self.paid()
        self.robbed, *_ = robbed(self)
        self.short, deciders, _, payout = self.paid(by=self.member())
        self.say(ReceiptDisputed(self.short, payout, "less", ""), self.request(self.short)["asked_by"])
        part(self, self.short, payout, deciders[0], "30")
        self.reserved, _, _ = self.granted(by=self.noor)
        self.less = self.ask()
        first, second, _ = self.panel(self.less)
        for one in (first, second):
            self.judge(self.less, one, "less", "20", reason="short")
        self.make("/grants/sitting/{sitting}/less", first, sitting=self.sitting(self.less))
        self.refused = self.ask(by=self.noor)
        self.say(NotThisTime(self.refused, "short", "The clinic by the bridge"), self.panel(self.refused)[0])
        self.open = self.ask(urgent=True)
        judge = self.panel(self.open)[0]
        self.say(ClarificationAsked(new_id(), self.open, "Until when?"), judge)
        self.say(NeedAssessed(self.sitting(self.open), "days", "grave", ""), judge)
        self.make("/grants/sitting/{sitting}/queue", judge, sitting=self.sitting(self.open))
        self.say(PlaceTaken(new_id(), "life", 1, new_id(), 1, 3), judge)
        self.say(OnCallBegun(self.day + 3), judge)
        self.draft = new_id()
        self.make("/grants/draft", self.amal, draft=self.draft, currency="", amount="", words="later")
        self.make("/grants/draw/promise", judge)
        self.home = self.make("/grants/household/ask", self.fund[0], other=self.noor)[-1].household
        self.requests = (self.paying, self.reserved, self.less, self.refused, self.open, self.robbed, self.short)

    def look(self, who, path, language):
        words = Words(language, digits="arabic" if language == "ar" else "latin")
        return Look(words=words, path=path, me=self.by(who), db=self.db, areas=self.areas, token="t", nonce="n")

    def html(self, line, who, language, **params):
        page = line.view(self.db, self.by(who), **params)
        return templates.render(self.look(who, line.path.format(**params), language), page)


@pytest.fixture(scope="module")
def full():
    return Full()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("line", AREA.pages, ids=lambda line: line.path)
def test_a_page_opens_for_everybody_who_may_see_it(full, line, language):
    shown = 0
    for who in (full.amal, full.noor, *full.fund):
        if not line.seen_by.fits(full.by(who)):
            continue
        for grant in full.requests if "{grant}" in line.path else ("",):
            try:
                params = ({"grant": grant} if grant else {}) | ({"number": "1"} if "{number}" in line.path else {})
                html = full.html(line, who, language, **params)
            except Nasij:
                continue
            shown += 1
            assert "<h1>" in html
    assert shown


@pytest.mark.parametrize("act", AREA.acts, ids=lambda act: act.path)
def test_a_form_opens_for_everybody_who_may_fill_it(full, act):
    found = {"grant": full.open, "sitting": full.sitting(full.open), "payout": full.payout, "draft": full.draft}
    found["household"] = full.home
    found["place"] = full.row("select place from queue_place")
    path = re.sub(r"\{(\w+)\}", lambda name: found[name[1]], act.path)
    for who in (full.amal, full.fund[0]):
        if act.by.fits(full.by(who)):
            look = full.look(who, path, "ar")
            assert "<form" in templates.render(look, forms.act_page(look, act, path))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_desk_lists_no_people_and_no_exact_amounts(full, language):
    line = next(line for line in AREA.pages if line.path == "/grants/desk")
    for who in full.fund:
        html = full.html(line, who, language)
        assert code(full.amal) not in html
        assert code(full.noor) not in html
        assert "120.000" not in html


def test_whoever_asked_sees_how_it_stands_and_not_who_said_what(full):
    line = next(line for line in AREA.pages if line.path == "/grants/{grant}")
    html = full.html(line, full.amal, "en", grant=full.less)
    assert "Does less help too?" in html
    assert "Among us who decide" not in html
    assert full.html(line, full.panel(full.less)[0], "en", grant=full.less).count("Yes, with less") == 2
    refused = full.html(line, full.noor, "en", grant=full.refused)
    assert "It is a limit of ours" in refused
    assert "The clinic by the bridge" in refused


def test_whoever_asked_is_told_that_a_place_is_kept_only_where_there_is_one(full):
    """Nobody takes a request up again that is on no list: to wait for that is to wait for nothing."""
    top = Full()
    line = next(line for line in AREA.pages if line.path == "/grants/{grant}")

    def told(who, grant):
        home = " ".join(item.text for item in AREA.mine(top.db, top.by(who)) if item.path == f"/grants/{grant}")
        mine = top.html(AREA.pages[0], who, "en")
        return home, top.html(line, who, "en", grant=grant), mine

    for words in told(top.noor, top.refused):
        assert "lace is kept" not in words
    home, page, _ = told(top.amal, top.open)
    assert "on the waiting list" in home
    assert "Your place on the list is kept" in page
    top.say(NotThisTime(top.open, "short", ""), top.panel(top.open)[0])
    home, page, mine = told(top.amal, top.open)
    assert "your place is kept" in home
    assert "Your place is kept" in page
    assert "Your place is kept" in mine
    again = next(act for act in AREA.acts if act.path.endswith("/not-now"))
    look = top.look(top.panel(top.refused)[0], f"/grants/{top.refused}/not-now", "en")
    assert "only where it was put on the waiting list first" in templates.render(
        look, forms.act_page(look, again, look.path)
    )


def test_after_a_yes_to_less_nobody_is_asked_the_same_again_and_whoever_rather_waits_is_put_on_the_list():
    top = Full()
    line = next(line for line in AREA.pages if line.path == "/grants/{grant}")
    other = top.ask()
    top.say(LessOffered(other, 10_000), top.panel(other)[0])
    assert "Say whether that still helps" in top.html(line, top.amal, "en", grant=top.less)
    top.make("/grants/{grant}/yes", top.amal, grant=top.less)
    assert "Say whether that still helps" not in top.html(line, top.amal, "en", grant=top.less)
    top.say(LessDeclined(other), top.amal)
    assert "place on the list is kept" not in top.html(line, top.amal, "en", grant=other)
    judge = top.panel(other)[0]

    def told():
        return [item.text for item in AREA.waiting(top.db, top.by(judge)) if item.path == f"/grants/{other}"]

    assert any("put it on the waiting list" in text for text in told())
    top.say(NeedAssessed(top.sitting(other), "days", "some", ""), judge)
    top.make("/grants/sitting/{sitting}/queue", judge, sitting=top.sitting(other))
    assert not any("put it on the waiting list" in text for text in told())
    assert "place on the list is kept" in top.html(line, top.amal, "en", grant=other)


def test_whoever_said_how_much_is_missing_reads_who_is_waited_for_and_the_asker_what_has_arrived(full):
    line = next(line for line in AREA.pages if line.path == "/grants/{grant}")
    first = full.row("select disputed_by from payout where state = 'short'")
    second = next(one for one in full.panel(full.short) if one not in (first, full.request(full.short)["payer"]))
    assert "how much is missing" in full.html(line, first, "en", grant=full.short)
    assert "Only part of it arrived" not in full.html(line, first, "en", grant=full.short)
    assert "Only part of it arrived" in full.html(line, second, "en", grant=full.short)
    assert "75.000 JOD" in full.html(line, full.amal, "en", grant=full.robbed)


def test_the_newest_answers_stand_on_the_page_however_many_came_before():
    top = Full()
    line = next(line for line in AREA.pages if line.path == "/grants/{grant}")
    for number in range(NOTES_SHOWN + 2):
        top.say(ClarificationGiven(new_id(), top.open, f"answer {number:03d}"), top.amal)
    html = top.html(line, top.amal, "en", grant=top.open)
    assert re.findall(r"answer \d{3}", html) == [f"answer {number:03d}" for number in range(2, NOTES_SHOWN + 2)]


def test_amounts_stand_in_the_digits_that_somebody_chose(full):
    for line in AREA.pages:
        for who in (full.amal, full.noor, *full.fund):
            for grant in full.requests if "{grant}" in line.path else ("",):
                params = {"grant": grant} if grant else {"number": "1"} if "{number}" in line.path else {}
                if not line.seen_by.fits(full.by(who)):
                    continue
                with contextlib.suppress(Nasij):
                    assert not re.search(r"[0-9] JOD", full.html(line, who, "ar", **params)), line.path
    page = next(line for line in AREA.pages if line.path == "/grants/{grant}")
    assert "١٢٠٫٠٠٠ JOD" in full.html(page, full.amal, "ar", grant=full.open)
    assert "120.000 JOD" in full.html(page, full.amal, "en", grant=full.open)


def test_whoever_asks_sees_whether_somebody_is_on_call_a_newcomer_too():
    top = Full.__new__(Full)
    Grants.__init__(top)
    for who in (top.amal, top.newcomer):
        assert "Nobody is on call" in top.html(AREA.pages[0], who, "en")
    top.make("/grants/on-call", top.fund[0], until=top.day + 2)
    for who in (top.amal, top.newcomer, top.fund[1]):
        assert "Somebody is on call" in top.html(AREA.pages[0], who, "en")
    assert "Nobody is on call" in top.html(AREA.pages[0], top.fund[0], "en")  # one's own request is for others
    top.forward(days=3)
    assert "Nobody is on call" in top.html(AREA.pages[0], top.amal, "en")


def test_a_draft_without_words_says_so_and_shows_its_sum():
    top = Full()
    top.make("/grants/draft", top.amal, draft=new_id(), currency="JOD", amount="40", words="")
    html = top.html(AREA.pages[0], top.amal, "en")
    assert html.count("No words are written yet.") == 1
    assert "<bdi>40</bdi> <bdi>JOD</bdi>" in html


def test_the_form_starts_with_a_currency_that_the_fund_has():
    top = Full()
    act = AREA.acts[0]
    for draft in ("", top.draft):
        it = next(one for one in AREA.acts if one.path == ("/grants/ask/{draft}" if draft else "/grants/ask"))
        look = top.look(top.amal, it.path.format(draft=draft), "en")
        boxes = forms.act_page(look, it, look.path).values["shown"].boxes
        assert next(box.value for box in boxes if box.name == "currency") == "JOD"
    top.db.execute("delete from pot")  # as in a newcomer's room
    look = top.look(top.newcomer, act.path, "en")
    assert "<form" in templates.render(look, forms.act_page(look, act, act.path))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_way_to_receive_is_called_as_the_same_way_to_give(language):
    words = Words(language)
    for way in ("wallet", "airtime", "food", "gift_card", "hawala"):
        assert words.gettext(WAY.labels[way]).startswith(words.gettext(METHOD.labels[way]) + ":")


def test_the_form_says_that_nobody_asks_for_papers(full):
    act = AREA.acts[0]
    look = full.look(full.amal, act.path, "en")
    assert "Nobody asks for papers or proof" in templates.render(look, forms.act_page(look, act, act.path))
