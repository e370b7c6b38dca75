"""Every page and form of the fund opens for whoever may see it, in both languages, and says no more than it should."""

import re

import pytest

from nasij.areas import fund
from nasij.areas.fund import CorrectionAsked, GiftAnnounced, GiftMissed, PayoutDisputed, PayoutShort
from nasij.areas.fund.pages import stand
from nasij.errors import NotHereYet
from nasij.ids import new_id
from nasij.kit.turns import A_PAGE
from nasij.web import forms, templates
from nasij.web.look import Look
from nasij.web.words import Words
from tests.areas.test_fund import Fund


class Full(Fund):
    """A fund in which everything waits that can wait."""

    def __init__(self) -> None:
        super().__init__()
        self.filled()
        given = new_id()
        self.say(GiftAnnounced(given, "cash", 50_00, "EUR", "food", "open", self.cash, ""), self.amal)
        self.make("/fund/gift/{gift}/received", self.kai, gift=given, pot=self.cash, amount="50")
        self.make("/fund/tell", self.amal, words="كلمة")
        promise = {"rhythm": "weekly", "until": self.day + 300, "purpose": ""}
        pledge = self.make("/fund/pledge", self.amal, method="cash", pot=self.cash, amount="20", **promise)[0].pledge
        entry = self.money(self.bank, 5_00)
        self.say(CorrectionAsked(new_id(), entry), self.ada)
        payout = ""
        for _ in range(5):
            self.money(self.bank, 10_00)
            before, payout = payout, self.pay(self.hold(30_00), 30_00)
            self.forward(days=7)
        self.say(PayoutShort(before, 10_00), self.cem)
        self.say(PayoutDisputed(payout), self.cem)
        self.hold(20_00, purpose="food", backed=False)
        self.make("/fund/move", self.kai, from_pot=self.cash, to_pot=self.dinar, leaves="100", arrives="40", fees="1")
        self.make("/fund/count/{pot}", self.kai, pot=self.cash, counted="990")
        gift = new_id()
        self.say(GiftAnnounced(gift, "food", 40_00, "EUR", "", "private", self.cash, ""), self.amal)
        self.ids = {"gift": gift, "pledge": pledge, "entry": entry, "pot": self.cash, "currency": "EUR", "before": "9"}
        self.ids["number"] = "1"
        for name in ("correction", "count", "transfer", "reservation", "payout"):
            table = "pot_count" if name == "count" else name
            self.ids[name] = self.row(f"select {name} from {table} order by {name} limit 1")

    def look(self, who: str, path: str, language: str) -> Look:
        words = Words(language, digits="arabic" if language == "ar" else "latin")
        by = self.by(who)
        return Look(words=words, path=path, me=by, db=self.db, areas=self.areas, token="t", nonce="n")

    def real(self, path: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.ids[found[1]], path)


@pytest.fixture(scope="module")
def full() -> Full:
    return Full()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("line", fund.AREA.pages, ids=lambda line: line.path)
def test_a_page_opens_for_everybody_who_may_see_it(full: Full, line, language):
    params = {name: full.ids[name] for name in re.findall(r"\{(\w+)\}", line.path)}
    for who in (full.ada, full.ben, full.kai, full.lea):
        page = line.view(full.db, full.by(who), **params)
        html = templates.render(full.look(who, full.real(line.path), language), page)
        assert "<h1>" in html


@pytest.mark.parametrize("act", fund.AREA.acts, ids=lambda act: act.path)
def test_a_form_opens_for_everybody_who_may_fill_it(full: Full, act):
    for who in (full.ada, full.kai):
        if not act.by.fits(full.by(who)):
            continue
        look = full.look(who, full.real(act.path), "ar")
        assert "<form" in templates.render(look, forms.act_page(look, act, full.real(act.path)))


def test_amounts_stand_in_the_digits_that_somebody_chose(full: Full):
    page = fund.AREA.pages[0].view(full.db, full.by(full.ada))
    assert "٫" in templates.render(full.look(full.ada, "/fund", "ar"), page)
    assert re.search(r"\d+\.\d\d EUR", templates.render(full.look(full.ada, "/fund", "en"), page))


def test_who_gives_is_on_no_page_of_those_who_do_not_take_it_in(full: Full):
    """Somebody trusted who is neither giver nor of the fund: only what the giver said openly names them."""
    for line in fund.AREA.pages:
        params = {name: full.ids[name] for name in re.findall(r"\{(\w+)\}", line.path)}
        if line.path == "/fund" or "pledge" in params:
            continue
        html = templates.render(
            full.look(full.lea, full.real(line.path), "en"), line.view(full.db, full.by(full.lea), **params)
        )
        assert full.amal[:3] + "-" + full.amal[3:6] not in html, line.path


def test_whoever_gives_is_told_that_the_keeper_of_the_pot_reads_it_too(full: Full):
    """A keeper need not be one of the fund, and a gift is shown to them with its giver."""
    waits = full.page("/fund/gifts", full.kai)["gifts"]
    assert full.amal in {row["giver"] for row in waits}
    assert "fund" not in full.by(full.kai).roles
    give = next(act for act in fund.AREA.acts if act.path == "/fund/give")
    look = full.look(full.amal, "/fund/give", "en")
    assert "and the keeper of the pot know" in templates.render(look, forms.act_page(look, give, "/fund/give"))
    page = fund.AREA.pages[0].view(full.db, full.by(full.amal))
    assert "and the keeper of the pot; for whom" in templates.render(full.look(full.amal, "/fund", "en"), page)


def test_a_gift_that_did_not_arrive_is_still_found_by_whoever_can_book_it():
    top = Full()
    top.say(GiftMissed(top.ids["gift"]), top.amal)
    page = next(line for line in fund.AREA.pages if line.path == "/fund/gifts")
    path = f"/fund/gift/{top.ids['gift']}/received"
    for who, found in ((top.kai, True), (top.ada, False), (top.lea, False)):
        html = templates.render(top.look(who, "/fund/gifts", "en"), page.view(top.db, top.by(who)))
        assert (path in html) is found


def test_every_reservation_and_payout_is_on_one_of_the_pages():
    top = Fund().filled()
    every = {top.hold(1_00) for _ in range(2 * A_PAGE + 1)}
    used = set(sorted(every)[: A_PAGE + 1])
    paid = {top.pay(one, 1_00) for one in used}
    seen: dict[str, list[str]] = {"held": [], "paid": []}
    page, path = top.page("/fund/reserved", top.ada), ""
    while True:
        for name, key in (("held", "reservation"), ("paid", "payout")):
            assert len(page[name]) <= A_PAGE
            seen[name] += [row[key] for row in page[name]]
        if not page["after"]:
            break
        before, path = path, page["after"]
        page = top.page("/fund/reserved/page/{number}", top.ada, number=path.rpartition("/")[2])
        assert page["before"] == (before or "/fund/reserved/page/1")
    assert path == "/fund/reserved/page/2"
    assert sorted(seen["paid"]) == sorted(paid)
    assert sorted(seen["held"]) == sorted(every - used)


def test_a_page_beyond_the_last_does_not_say_that_nothing_is_reserved(full: Full):
    line = next(line for line in fund.AREA.pages if line.path == "/fund/reserved/page/{number}")
    for typed in ("99", "100000", "٣", "-1", "x", "0"):
        page = line.view(full.db, full.by(full.ada), number=typed)
        html = templates.render(full.look(full.ada, "/fund/reserved/page/1", "en"), page)
        assert "Nothing is reserved" not in html
        assert ('rel="prev"' in html) == (typed == "99")


def test_a_button_for_a_second_person_is_shown_to_those_who_can_be_one():
    """A correction is for the fund and the keeper of the pot; to anybody else the button only said no."""
    top = Full()
    page = next(line for line in fund.AREA.pages if line.path == "/fund/books")
    for who, found in ((top.ben, True), (top.lea, True), (top.ada, False), (top.kai, False), (top.amal, False)):
        html = templates.render(top.look(who, "/fund/books", "en"), page.view(top.db, top.by(who)))
        assert (f"/fund/correction/{top.ids['correction']}/agree" in html) is found


def test_what_waits_is_said_to_whom_it_waits_for(full: Full):
    def texts(who: str) -> str:
        return " ".join(item.text for item in fund.AREA.waiting(full.db, full.by(who)))

    assert "gift is announced" in texts(full.kai)
    assert "Moved money waits" in texts(full.lea)
    assert "agree to the reservation" in texts(full.ben)
    assert "correction of the books" in texts(full.ben)
    assert "was counted" in texts(full.cem)
    assert "is in dispute" in texts(full.ben)
    assert "is in dispute" not in texts(full.cem)  # who said so
    assert "is in dispute" not in texts(full.kai)  # who paid
    assert "gift is announced" not in texts(full.lea)
    assert texts(full.amal) == ""
    assert len(fund.AREA.mine(full.db, full.by(full.amal))) == 1


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "٣"])
def test_a_place_of_the_books_that_is_none_is_not_there(full: Full, before: str):
    with pytest.raises(NotHereYet):
        full.page("/fund/books/{before}", full.ada, before=before)


def test_a_currency_or_pledge_that_is_not_there_is_not_there(full: Full):
    with pytest.raises(NotHereYet):
        full.page("/fund/runway/{currency}", full.ada, currency="XXX")
    with pytest.raises(NotHereYet):
        full.page("/fund/runway/{currency}/{pledge}", full.ada, currency="EUR", pledge=new_id())


def test_newcomers_open_nothing_of_the_fund():
    top = Fund()
    new = top.by(top.member("new"))
    assert not any(line.seen_by.fits(new) for line in fund.AREA.pages)
    assert not any(act.by.fits(new) for act in fund.AREA.acts if act.form not in top.areas.names)
    assert not any(line.said_by.fits(new) for line in fund.AREA.facts)
    assert fund.AREA.waiting(top.db, new) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_where_there_is_nothing_yet_each_page_says_so(language: str):
    top = Full.__new__(Full)
    Fund.__init__(top)
    top.db.execute("delete from pot")
    for line in fund.AREA.pages:
        if "{" not in line.path:
            page = line.view(top.db, top.by(top.ada))
            assert "class=empty" in templates.render(top.look(top.ada, line.path, language), page), line.path


def test_no_more_is_shown_as_reserved_of_a_purpose_than_was_given_for_it():
    top = Fund()
    top.money(top.cash, 30_00, "health")
    top.money(top.bank, 1000_00)
    for amount, shown in ((20_00, 20_00), (35_00, 30_00)):
        top.hold(amount, purpose="health", backed=False)
        assert stand(top.db, "EUR")["purposes"] == [{"purpose": "health", "given": 30_00, "held": shown}]
