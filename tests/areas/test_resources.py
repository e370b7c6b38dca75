"""Things and loans, stock, nights, the directory, referrals, and what was reached."""

import pytest

from nasij.areas import aid, people, profile, resources, tasks
from nasij.areas.aid import NeedAsked, NeedClosed, kind_id
from nasij.areas.resources import access
from nasij.areas.resources import entries as e
from nasij.areas.resources import facts as f
from nasij.areas.resources.home import mine, urgent, waiting
from nasij.areas.resources.pages import beside
from nasij.areas.resources.referring import month_of, month_words
from nasij.clock import from_date
from nasij.errors import NotHereYet, Refused
from nasij.finding import SHOWN, look_for
from nasij.ids import code, new_id
from nasij.kit import turns, who
from nasij.kit.find import Wanted
from nasij.web import forms
from nasij.web.look import Look
from nasij.web.words import Words
from tests.tabletop import TableTop

FOOD, LEGAL = kind_id("food"), kind_id("legal")


@pytest.fixture
def top() -> TableTop:
    """A network with nobody in it."""
    return TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)


def texts(top: TableTop, member: str, where=waiting) -> str:  # type: ignore[no-untyped-def]
    """Return the lines of somebody's home page as one text."""
    return "\n".join(item.text for item in where(top.db, top.by(member)))


# Things and loans


def a_drill(top: TableTop, keeper: str, quantity: int = 1) -> str:
    return str(
        top.make(
            "/things/share",
            keeper,
            thing=new_id(),
            what="Drill",
            sort="tools",
            quantity=quantity,
            area="",
            condition="",
        )[0].thing
    )


def borrowed(top: TableTop, thing: str, keeper: str, borrower: str) -> str:
    loan = new_id()
    top.say(f.LoanAsked(loan, thing, top.day + 7, ""), by=borrower)
    top.make("/things/loan/{loan}/agree", keeper, loan=loan, back_on=top.day + 7)
    return loan


def test_only_the_two_of_a_loan_learn_of_it_and_the_others_that_one_is_out(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    thing = a_drill(top, huda)
    loan = new_id()
    audience = top.say(f.LoanAsked(loan, thing, top.day + 7, ""), by=sami)
    assert who.holders(top.db, audience) == {huda, sami}
    assert "asks to borrow" in texts(top, huda)
    top.make("/things/loan/{loan}/agree", huda, loan=loan, back_on=top.day + 7)
    assert top.row("select out, quantity from thing") == (1, 1)
    assert top.page("/things", sami)["things"][0]["left_over"] == 0
    assert "You borrowed" in texts(top, sami, mine)


def test_many_things_are_shown_some_at_a_time_and_each_has_a_page(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    things = {a_drill(top, huda) for _ in range(2 * turns.A_PAGE + 3)}
    found = top.turned("/things", sami, "things", "thing")
    assert [len(page) for page in found] == [turns.A_PAGE, turns.A_PAGE, 3]
    assert {thing for page in found for thing in page} == things
    last = found[-1][-1]
    assert top.page("/things/thing/{thing}", sami, thing=last)["row"]["left_over"] == 1
    look = Look(words=Words("en"), me=top.by(sami), db=top.db, areas=top.areas, token="t", nonce="n")
    hits = look_for(look, Wanted("drill")).hits
    assert {hit.path for hit in hits} <= {f"/things/thing/{thing}" for thing in things}, "a search leads to the thing"
    assert len(hits) == SHOWN


def test_a_thing_that_is_lent_no_longer_has_no_page(top: TableTop) -> None:
    huda = top.member()
    thing = a_drill(top, huda)
    top.make("/things/thing/{thing}/withdraw", huda, thing=thing)
    with pytest.raises(NotHereYet):
        top.page("/things/thing/{thing}", huda, thing=thing)


def test_no_more_is_lent_than_is_here(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    thing = a_drill(top, huda)
    borrowed(top, thing, huda, sami)
    second = new_id()
    top.say(f.LoanAsked(second, thing, top.day + 7, ""), by=noor)
    with pytest.raises(Exception, match="None of it is here"):
        top.make("/things/loan/{loan}/agree", huda, loan=second, back_on=top.day + 7)
    top.refuses(f.ThingWithdrawn(thing), by=huda, words="still out")


def test_what_comes_back_late_is_told_to_the_borrower_alone_and_can_have_more_time(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    loan = borrowed(top, a_drill(top, huda), huda, sami)
    top.forward(days=8)
    assert top.row("select state from loan") == "due"
    assert "due back" in texts(top, sami)
    assert "due back" not in texts(top, huda)
    top.refuses(f.LoanExtended(loan, top.day + 3), by=sami, words="it concerns")
    top.say(f.LoanExtended(loan, top.day + 3), by=huda)
    assert texts(top, sami) == ""


def test_what_was_lost_is_forgiven_without_blame_and_counts_as_gone(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    loan = borrowed(top, a_drill(top, huda, quantity=2), huda, sami)
    top.say(f.LoanLost(loan, "On the bus."), by=sami)
    assert "was lost" in texts(top, huda)
    assert top.row("select out, quantity from thing") == (1, 2)
    top.refuses(f.LoanForgiven(loan), by=sami, words="it concerns")
    top.make("/things/loan/{loan}/forgive", huda, loan=loan)
    assert top.row("select out, quantity from thing") == (0, 1)
    assert top.row("select state from loan") == "forgiven"
    top.forward(days=31)
    assert top.row("select words from loan") == ""
    top.forward(days=150)
    assert top.row("select keeper || borrower from loan") == ""
    assert who.holders(top.db, f"loan/{loan}") == frozenset()


def test_what_broke_can_be_replaced(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    loan = borrowed(top, a_drill(top, huda), huda, sami)
    top.say(f.LoanBroken(loan, ""), by=huda)
    top.make("/things/loan/{loan}/returned", huda, loan=loan)
    assert top.row("select out, quantity from thing") == (0, 1)


def test_a_thing_whose_keeper_left_is_taken_over_and_counted_anew(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    thing = a_drill(top, huda, quantity=2)
    borrowed(top, thing, huda, sami)
    top.refuses(f.ThingTakenOver(thing, 1), by=noor, words="still here")
    top.db.execute("update member set standing = 'left' where member = ?", (huda,))
    top.forward(days=1)
    assert top.page("/things/loans", sami)["loans"] == []
    top.say(f.ThingTakenOver(thing, 1), by=noor)
    assert top.row("select keeper, quantity, out from thing") == (noor, 1, 0)


def test_a_loan_that_nobody_answers_lapses(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    top.say(f.LoanAsked(new_id(), a_drill(top, huda), top.day + 20, ""), by=sami)
    top.forward(days=14)
    assert top.row("select state from loan") == "withdrawn"


def lapsed(top: TableTop, member: str) -> None:
    """Let too few people vouch for somebody any more."""
    top.db.execute("update member set standing = 'new' where member = ?", (member,))


def test_whoever_is_not_vouched_for_any_more_gives_back_what_they_borrowed(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    loan = borrowed(top, a_drill(top, huda), huda, sami)
    lapsed(top, sami)
    top.forward(days=8)
    assert "due back" in texts(top, sami)
    assert top.page("/things/loans", sami)["loans"][0]["loan"] == loan
    top.make("/things/loan/{loan}/given-back", sami, loan=loan)
    assert "is it there?" in texts(top, huda)
    top.make("/things/loan/{loan}/returned", huda, loan=loan)
    assert top.row("select out from thing") == 0


def test_nobody_asks_for_what_somebody_keeps_who_cannot_lend_it_now(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    thing, loan = a_drill(top, huda), new_id()
    top.say(f.LoanAsked(loan, thing, top.day + 7, ""), by=sami)
    lapsed(top, huda)
    assert not top.page("/things", sami)["things"][0]["here"]
    top.refuses(f.LoanAsked(new_id(), thing, top.day + 7, ""), by=sami, words="not lent at present")
    top.make("/things/loan/{loan}/decline", huda, loan=loan)
    assert [row["state"] for row in top.page("/things/loans", sami)["loans"]] == ["declined"]
    top.forward(days=7)
    assert top.page("/things/loans", sami)["loans"] == []


# Stock


def a_stock(top: TableTop, keeper: str) -> str:
    stock = new_id()
    top.say(f.StockBegun(stock, "Insulin", "medicine", "boxes", "", 5), by=keeper)
    return stock


def test_stock_is_never_negative(top: TableTop) -> None:
    huda = top.member()
    batch, stock = new_id(), a_stock(top, huda)
    top.say(f.StockReceived(batch, stock, 6, 0), by=huda)
    top.refuses(f.StockTaken(new_id(), batch, 7, "handed_out"), by=huda, words="not that much")
    top.say(f.StockTaken(new_id(), batch, 6, "handed_out"), by=huda)
    top.refuses(f.StockTaken(new_id(), batch, 1, "lost"), by=huda, words="not that much")
    assert "running low" in texts(top, huda)


def test_what_is_past_its_day_is_not_handed_out(top: TableTop) -> None:
    huda = top.member()
    batch, stock = new_id(), a_stock(top, huda)
    top.say(f.StockReceived(batch, stock, 6, top.day + 20), by=huda)
    assert "keeps until" not in texts(top, huda)
    top.forward(days=10)
    assert "keeps until" in texts(top, huda)
    top.forward(days=11)
    top.refuses(f.StockTaken(new_id(), batch, 1, "handed_out"), by=huda, words="past its day")
    assert top.page("/things/stock/{stock}", huda, stock=stock)["batches"][0]["past"]
    top.say(f.StockTaken(new_id(), batch, 6, "spoiled"), by=huda)
    assert top.page("/things/stock/{stock}", huda, stock=stock)["count"] == 0
    top.refuses(f.StockReceived(new_id(), stock, 1, top.day - 5), by=huda, words="over")


def test_a_stock_has_several_keepers_and_never_loses_its_last(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    stock = a_stock(top, huda)
    top.refuses(f.StockReceived(new_id(), stock, 6, 0), by=sami, words="whoever keeps")
    top.refuses(f.StockKeeperLeft(stock), by=huda, words="Nobody else")
    top.refuses(f.StockKeeperAdded(stock, sami), by=sami, words="whoever keeps")
    top.say(f.StockKeeperAdded(stock, sami), by=huda)
    top.say(f.StockKeeperLeft(stock), by=huda)
    top.db.execute("update member set standing = 'left' where member = ?", (sami,))
    top.refuses(f.StockKeeperAdded(stock, huda), by=noor, words="say")
    top.say(f.StockKeeperAdded(stock, noor), by=noor)
    top.say(f.StockReceived(new_id(), stock, 6, 0), by=noor)
    top.refuses(f.StockClosed(stock), by=noor, words="still some")


def test_a_count_holds_on_to_the_difference_and_forgets_who_made_it(top: TableTop) -> None:
    huda = top.member()
    batch, stock = new_id(), a_stock(top, huda)
    top.say(f.StockReceived(batch, stock, 6, 0), by=huda)
    top.refuses(f.StockCounted(new_id(), batch, 6), by=huda, words="already")
    top.say(f.StockCounted(new_id(), batch, 4), by=huda)
    assert top.rows("select way, change, member from stock_move order by place") == [
        ("received", 6, huda),
        ("counted", -2, huda),
    ]
    top.forward(days=31)
    assert top.rows("select change, member from stock_move order by place") == [(6, ""), (-2, "")]


# Nights


def an_offer(top: TableTop, host: str, scope: str = "coordinators") -> str:
    hosting = new_id()
    top.say(f.HostingOffered(hosting, scope, "Near the mill", 1, 3, top.day + 60, "Quiet after ten."), by=host)
    return hosting


def an_agreed_stay(top: TableTop, host: str, guest: str, nights: int = 2) -> str:
    hosting = an_offer(top, host, "trusted")
    asked = top.make("/things/hosting/{hosting}/ask", guest, hosting=hosting, from_on=top.day, nights=nights, words="")[
        0
    ]
    top.say(f.StayOffered(asked.stay, "Quiet after ten.", "To the cousin's."), by=host)
    top.say(f.StayAccepted(asked.stay), by=guest)
    return str(asked.stay)


def test_coordination_brings_a_newcomer_to_a_host_whom_the_others_do_not_see(top: TableTop) -> None:
    huda, noor, zein = top.member(), top.member("trusted", "cases"), top.member("new")
    hosting = new_id()
    offer = f.HostingOffered(hosting, "coordinators", "", 1, 3, top.day + 60, "")
    assert who.holders(top.db, top.say(offer, by=huda)) == {huda, noor}
    form = {"hosting": hosting, "guest": zein, "from_on": top.day, "nights": 2, "words": ""}
    stay = top.make("/things/hosting/{hosting}/bring", noor, **form)[0].stay
    assert "needs a place" in texts(top, huda)
    top.say(f.StayOffered(stay, "", "To the cousin's."), by=huda)
    assert "offered to you" in texts(top, zein)
    top.say(f.StayAccepted(stay), by=zein)
    audience = top.say(f.AddressOpened(stay, "Third door", ""), by=huda)
    assert who.holders(top.db, audience) == {huda, zein}, "whoever asked for the guest does not read the address"


def test_the_address_is_opened_to_an_accepted_guest_alone_and_gone_with_the_last_night(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    hosting = an_offer(top, huda, "trusted")
    form = {"hosting": hosting, "from_on": top.day, "nights": 2, "words": ""}
    stay = top.make("/things/hosting/{hosting}/ask", sami, **form)[0].stay
    top.refuses(f.AddressOpened(stay, "Third door", ""), by=huda, words="once the guest has accepted")
    top.say(f.StayOffered(stay, "", "To the cousin's."), by=huda)
    top.refuses(f.AddressOpened(stay, "Third door", ""), by=huda, words="once the guest has accepted")
    top.say(f.StayAccepted(stay), by=sami)
    assert "open the address" in texts(top, huda)
    top.say(f.AddressOpened(stay, "Third door", ""), by=huda)
    assert "open the address" not in texts(top, huda)
    assert top.page("/things/stay/{stay}", sami, stay=stay)["address"]["address"] == "Third door"
    top.say(f.StayStarted(stay), by=sami)
    top.refuses(f.StayEnded(stay), by=sami, words="nights left")
    top.forward(days=2)
    assert "last night" in texts(top, huda)
    top.say(f.StayEnded(stay), by=sami)
    assert "Third door" not in "\n".join(top.dump())
    top.refuses(f.AddressOpened(stay, "Third door", ""), by=huda, words="not after")
    top.forward(days=181)
    assert who.holders(top.db, f"stay_door/{stay}") == frozenset()
    assert huda not in str(top.rows("select * from stay"))


def test_either_ends_a_stay_early_and_the_address_is_gone_at_once(top: TableTop) -> None:
    for ender in (0, 1):
        huda, sami = top.member(), top.member()
        stay = an_agreed_stay(top, huda, sami)
        top.say(f.AddressOpened(stay, "Third door", ""), by=huda)
        top.say(f.StayEndedEarly(stay, "not_safe"), by=(huda, sami)[ender])
        assert top.rows("select 1 from stay_address") == []


def test_whoever_needs_a_place_is_told_that_there_is_none_until_they_ask_for_another(top: TableTop) -> None:
    noor, zein = top.member("trusted", "cases"), top.member("new")
    hosts = [top.member(), top.member(), top.member()]
    told = []
    for host in hosts:
        hosting = an_offer(top, host)
        form = {"hosting": hosting, "guest": zein, "from_on": top.day, "nights": 2, "words": ""}
        told.append("no place for the night" in texts(top, zein))
        stay = top.make("/things/hosting/{hosting}/bring", noor, **form)[0].stay
        assert "no place" not in texts(top, zein) + texts(top, noor)
        if host == hosts[1]:
            top.say(f.StayOffered(stay, "", "To the cousin's."), by=host)
            top.say(f.StayAccepted(stay), by=zein)
            top.say(f.StayEndedEarly(stay, "not_safe"), by=host)
        else:
            top.say(f.StayDeclined(stay), by=(zein if host == hosts[2] else host))
    assert told == [False, True, True], "a no, and a yes that was taken back"
    assert "no place for the night" in texts(top, zein), "of the nights that others took back"
    assert "no place for the night" in texts(top, noor)
    assert [row["state"] for row in top.page("/things/stays", zein)["stays"]].count("declined") == 2
    top.forward(days=2)
    assert "no place for the night" not in texts(top, zein), "the nights are over"


def test_whoever_cannot_host_any_more_is_not_offered_and_opens_no_address(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    stay = an_agreed_stay(top, huda, sami)
    hosting = top.page("/things/stays", noor)["hostings"][0]["hosting"]
    lapsed(top, huda)
    assert top.page("/things/stays", noor)["hostings"] == []
    with pytest.raises(Refused, match="hosted here"):
        top.make("/things/hosting/{hosting}/ask", noor, hosting=hosting, from_on=top.day, nights=1, words="")
    assert top.page("/things/stay/{stay}", sami, stay=stay)["held_up"]
    assert "no place for the night" in texts(top, sami)
    assert "cannot be hosted" in texts(top, huda)
    top.make("/things/stay/{stay}/early", huda, stay=stay, reason="other")
    assert texts(top, huda) == ""
    secret = an_offer(top, noor)
    lapsed(top, noor)
    top.make("/things/hosting/{hosting}/close", noor, hosting=secret)
    assert top.page("/things/stays", noor)["hostings"] == []


def test_a_stay_of_which_nobody_says_anything_ends_by_itself(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    stay = an_agreed_stay(top, huda, sami)
    top.say(f.AddressOpened(stay, "Third door", ""), by=huda)
    top.say(f.StayStarted(stay), by=huda)
    top.forward(days=8)
    assert top.row("select state from stay") == "started"
    top.forward(days=1)
    assert top.row("select state from stay") == "ended"
    assert top.rows("select 1 from stay_address") == []


def test_a_host_who_left_hosts_nobody_and_no_address_stays(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    stay = an_agreed_stay(top, huda, sami)
    top.say(f.AddressOpened(stay, "Third door", ""), by=huda)
    top.db.execute("update member set standing = 'left' where member = ?", (huda,))
    top.forward(days=1)
    assert top.row("select state from stay") == "lapsed"
    assert top.rows("select 1 from stay_address") == []
    assert top.row("select state from hosting") == "closed"


def test_no_more_nights_are_asked_for_than_were_offered(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    form = {"hosting": an_offer(top, huda, "trusted"), "words": ""}
    for wrong in ({"from_on": top.day, "nights": 4}, {"from_on": top.day + 61, "nights": 1}):
        with pytest.raises(Exception, match="offer"):
            top.make("/things/hosting/{hosting}/ask", sami, **form, **wrong)


# The directory


def a_service(top: TableTop, by: str) -> str:
    provider = new_id()
    words = ("Office of Law", [LEGAL], "Old town", "", "", "free", "none", "Arabic", "")
    top.say(e.ProviderProposed(provider, *words), by=by)
    return provider


def told(provider: str, safe: str = "unsafe") -> e.ExperienceTold:
    return e.ExperienceTold(new_id(), provider, safe, "no", "yes", "none", 670, "Words of the waiting room.")


def state(top: TableTop) -> str:
    return str(top.row("select state from provider"))


def test_somebody_else_checks_what_was_written_and_checks_age(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member("trusted", "cases")
    provider = a_service(top, huda)
    top.refuses(e.CheckMade(provider, "called", "right"), by=huda, words="Somebody other")
    top.say(e.CheckMade(provider, "called", "right"), by=sami)
    top.say(e.CheckMade(provider, "visited", "right"), by=noor)
    page = top.page("/things/service/{provider}", huda, provider=provider)
    assert (page["row"]["state"], page["checks"], page["due_on"]) == ("checked", 2, top.day + 90)
    newer = a_service(top, huda)
    top.forward(days=60)
    top.say(e.CheckMade(newer, "called", "right"), by=sami)
    top.forward(days=30)
    found = top.page("/things/services", huda)["services"]
    assert [(row["provider"], row["state"]) for row in found] == [(newer, "checked"), (provider, "old")], "old sinks"
    assert "due to be checked" in texts(top, noor)
    assert "due to be checked" not in texts(top, huda)


def test_many_services_are_shown_some_at_a_time(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    services = [a_service(top, huda) for _ in range(turns.A_PAGE + 1)]
    top.say(e.CheckMade(services[-1], "called", "right"), by=sami)
    found = top.turned("/things/services", huda, "services", "provider")
    assert [len(page) for page in found] == [turns.A_PAGE, 1]
    assert {one for page in found for one in page} == set(services)
    assert found[0][0] == services[-1], "what was checked comes first"


def test_whoever_changes_a_number_cannot_vouch_for_it(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    provider = a_service(top, huda)
    top.say(e.CheckMade(provider, "called", "right"), by=sami)
    words = ("Office of Law", [LEGAL], "Old town", "another number", "", "", "", "", "")
    top.say(e.ProviderChanged(provider, *words), by=sami)
    assert state(top) == "proposed"
    top.refuses(e.CheckMade(provider, "called", "right"), by=sami, words="Somebody other")
    assert top.page("/things/service/{provider}", huda, provider=provider)["checks"] == 0


def test_a_need_leads_to_services_of_its_kind_that_were_checked(top: TableTop) -> None:
    huda, sami, newcomer = top.member(), top.member(), top.member("new")
    provider = a_service(top, huda)
    assert beside(top.db, top.by(sami), "need", LEGAL) == []  # not checked yet
    top.say(e.CheckMade(provider, "called", "right"), by=sami)
    assert [card.path for card in beside(top.db, top.by(sami), "need", LEGAL)] == [f"/things/service/{provider}"]
    assert beside(top.db, top.by(sami), "need", kind_id("food")) == []
    assert beside(top.db, top.by(sami), "incident", LEGAL) == []
    assert beside(top.db, top.by(newcomer), "need", LEGAL) == []
    top.say(told(provider), by=huda)
    assert beside(top.db, top.by(sami), "need", LEGAL) == []  # a warning stands on it


def test_one_unsafe_experience_warns_at_once_and_two_others_confirm(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    provider = a_service(top, huda)
    top.say(e.CheckMade(provider, "called", "right"), by=sami)
    top.say(told(provider, "safe"), by=huda)
    assert texts(top, zein, urgent) == ""
    top.say(told(provider), by=sami)
    assert state(top) == "doubtful"
    assert all("may not be safe" in texts(top, member, urgent) for member in (huda, sami, noor, zein))
    top.refuses(e.WarningConfirmed(provider), by=sami, words="yourself")
    top.say(told(provider), by=sami)
    top.say(e.WarningConfirmed(provider), by=noor)
    assert state(top) == "doubtful"
    top.refuses(e.WarningConfirmed(provider), by=noor, words="already")
    top.say(e.WarningConfirmed(provider), by=zein)
    assert state(top) == "avoid"
    assert "Do not use" in texts(top, huda, urgent)


def test_a_second_unsafe_experience_speaks_for_the_warning(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    provider = a_service(top, huda)
    for member in (huda, sami, noor):
        top.say(told(provider), by=member)
    assert state(top) == "avoid"


def test_two_who_looked_into_it_lift_a_warning_and_then_it_is_checked_anew(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    provider = a_service(top, huda)
    top.say(e.CheckMade(provider, "called", "right"), by=zein)
    top.say(told(provider), by=sami)
    top.refuses(e.CheckMade(provider, "called", "right"), by=zein, words="warning")
    top.refuses(e.WarningLifted(provider), by=sami, words="yourself")
    top.say(e.WarningLifted(provider), by=noor)
    top.say(e.WarningLifted(provider), by=zein)
    assert state(top) == "proposed"
    assert top.page("/things/service/{provider}", huda, provider=provider)["checks"] == 0


def test_a_check_that_leaves_doubt_warns_too(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    provider = a_service(top, huda)
    top.say(e.CheckMade(provider, "called", "unsure"), by=sami)
    assert state(top) == "doubtful"
    top.refuses(e.WarningConfirmed(provider), by=sami, words="yourself")


def test_what_was_told_shows_no_name_and_its_words_are_forgotten(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    provider = a_service(top, huda)
    top.say(told(provider, "safe"), by=sami)
    (shown,) = top.page("/things/service/{provider}", huda, provider=provider)["told"]
    assert sami not in str(shown)
    assert shown["month"] == "2025-11"
    top.forward(days=181)
    assert top.row("select safe, words, member from experience") == ("safe", "", "")


def test_a_month_is_all_that_is_said_of_a_day() -> None:
    for written, day in (("1970-01", "1970-01-31"), ("2026-11", "2026-11-27"), ("2027-01", "2027-01-01")):
        import datetime

        assert month_words(month_of(from_date(datetime.date.fromisoformat(day)))) == written


# Referrals


def referred(top: TableTop, by: str, member: str, provider: str, need: str = "") -> str:
    form = {"provider": provider, "member": member, "need": need, "contact_by": top.day + 5}
    return str(top.make("/things/service/{provider}/refer", by, **form)[0].referral)


def test_nothing_is_sent_without_a_yes_and_the_outcome_comes_back_to_whoever_referred(top: TableTop) -> None:
    huda, zein = top.member(), top.member("new")
    referral = referred(top, huda, zein, a_service(top, huda))
    assert who.holders(top.db, f"referral/{referral}") == {huda, zein}
    assert "Office of Law" in top.page("/things/referral/{referral}", zein, referral=referral)["row"]["where_to"]
    top.refuses(e.ReferralSent(referral), by=huda, words="further")
    top.say(e.ReferralAgreed(referral), by=zein)
    assert "There is a yes" in texts(top, huda)
    top.say(e.ReferralSent(referral), by=huda)
    assert texts(top, huda) == ""
    top.forward(days=5)
    assert "What came of" in texts(top, huda)
    assert texts(top, zein) == ""
    top.make("/things/referral/{referral}/outcome", zein, referral=referral, outcome="helped")
    assert texts(top, huda) == ""
    top.forward(days=181)
    assert huda not in str(top.rows("select * from referral"))


def test_whoever_referred_and_is_not_vouched_for_any_more_takes_it_back(top: TableTop) -> None:
    huda, zein = top.member(), top.member("new")
    first, second = (referred(top, huda, zein, a_service(top, huda)) for _ in range(2))
    top.say(e.ReferralAgreed(second), by=zein)
    top.say(e.ReferralSent(second), by=huda)
    lapsed(top, huda)
    top.make("/things/referral/{referral}/withdraw", huda, referral=first)
    assert "withdrawn" in [row["state"] for row in top.page("/things/referrals", zein)["referrals"]]
    top.make("/things/referral/{referral}/outcome", zein, referral=second, outcome="unsafe")
    page = top.page("/things/referral/{referral}", zein, referral=second)
    assert page["unwarned"] and not page["warns"], "it says that somebody else has to warn"
    assert "warn the others" not in texts(top, huda), "nobody is sent to a form they cannot open"


def test_a_referral_of_which_nobody_says_anything_ends_as_unknown(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    referral = referred(top, huda, sami, a_service(top, huda))
    top.say(e.ReferralAgreed(referral), by=sami)
    top.say(e.ReferralSent(referral), by=huda)
    top.forward(days=60)
    assert top.row("select state from referral") == "unknown"
    assert "What came of" in texts(top, huda)
    top.say(e.OutcomeTold(referral, "refused"), by=sami)
    assert top.row("select state from referral") == "refused"


def test_an_unsafe_outcome_warns_in_the_directory_and_stops_the_other_referrals(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    provider = a_service(top, huda)
    first, second = referred(top, huda, sami, provider), referred(top, huda, noor, provider)
    for referral, member in ((first, sami), (second, noor)):
        top.say(e.ReferralAgreed(referral), by=member)
    top.say(e.ReferralSent(first), by=huda)
    top.make("/things/referral/{referral}/outcome", huda, referral=first, outcome="unsafe")
    assert state(top) == "doubtful"
    assert "A warning stands on the service of your referral" in texts(top, huda)
    with pytest.raises(Exception, match="warning"):
        top.make("/things/referral/{referral}/sent", huda, referral=second)
    with pytest.raises(Exception, match="warning"):
        referred(top, huda, sami, provider)


def test_a_newcomer_who_was_not_safe_need_not_warn_in_their_own_name(top: TableTop) -> None:
    huda, zein = top.member(), top.member("new")
    referral = referred(top, huda, zein, a_service(top, huda))
    top.say(e.ReferralAgreed(referral), by=zein)
    top.say(e.ReferralSent(referral), by=huda)
    top.make("/things/referral/{referral}/outcome", zein, referral=referral, outcome="unsafe")
    assert state(top) == "proposed"
    assert "warn the others" in texts(top, huda)
    form = {"papers": "yes", "respect": "no", "fee": "none", "words": ""}
    top.make("/things/referral/{referral}/warn", huda, referral=referral, **form)
    assert state(top) == "doubtful"
    assert "warn the others" not in texts(top, huda)
    top.refuses(e.WarningPassedOn(referral), by=huda, words="already")


# What was reached


def asked(top: TableTop, asker: str, kind: str = FOOD) -> str:
    need, part = new_id(), new_id()
    values = dict.fromkeys(NeedAsked.__slots__, "")
    values |= {"need": need, "kind": kind, "what": "Bread", "urgency": "open", "needed_by": 0, "people": 1}
    values |= {"part_ids": [part], "parts": "", "scope": "trusted", "chosen": [], "nameless": False}
    top.say(NeedAsked(**{name: values[name] for name in NeedAsked.__slots__}), by=asker)
    return need


def a_need(top: TableTop, asker: str, reason: str, kind: str = FOOD) -> str:
    need = asked(top, asker, kind)
    top.say(NeedClosed(need, reason, "Not this month."), by=asker)
    return need


def test_a_need_that_somebody_is_referred_for_is_called_in_the_language_of_the_page(top: TableTop) -> None:
    huda = top.member()
    need, path = asked(top, huda), f"/things/service/{a_service(top, huda)}/refer"
    look = Look(words=Words("ar"), path=path, me=top.by(huda), db=top.db, areas=top.areas, token="t", nonce="n")
    acted = look.act_at(path)
    assert acted is not None
    (box,) = [box for box in forms.act_page(look, acted[0], path).values["shown"].boxes if box.name == "need"]
    assert dict(box.options)[need] == f"{code(need)} · {Words('ar').find('Food')}"
    assert "Food" not in dict(box.options)[need]


def test_fewer_than_five_are_not_broken_down() -> None:
    assert access.line("k", "c", ["met"] * 4 + ["not_now"] * 3).reached == -1
    assert access.line("k", "c", ["met"] * 6 + ["not_now"] * 3).missed == -1
    line = access.line("k", "c", ["met"] * 6 + ["money"] * 7 + ["far"] * 2)
    assert (line.reached, line.missed, line.why) == (6, 9, [("rest", 9)]), (
        "a single small one could be had by subtracting"
    )
    whole = access.line("k", "c", ["met"] * 5 + ["money"] * 7 + ["far"] * 5 + ["late"] * 3 + ["nobody"] * 2)
    assert whole.why == [("money", 7), ("far", 5), ("rest", 5)]


def test_no_way_of_adding_up_gives_a_number_under_five() -> None:
    from itertools import product

    for counts in product((0, 1, 4, 5, 9), repeat=3):
        parts = access.joined({f"w{n}": count for n, count in enumerate(counts) if count})
        assert all(count >= access.FEWEST for _, count in parts)
        missing = sum(counts) - sum(count for _, count in parts)
        assert missing == 0 or missing == sum(counts) < access.FEWEST


def test_the_access_map_says_why_and_keeps_small_kinds_together(top: TableTop) -> None:
    huda = top.member("trusted", "cases")
    needs = [a_need(top, huda, "not_now") for _ in range(6)] + [a_need(top, huda, "met") for _ in range(5)]
    a_need(top, huda, "not_now", LEGAL)
    page = top.page("/things/access", huda)
    assert [(line.kind, line.count, line.reached, line.missed) for line in page["lines"]] == [(FOOD, 11, 5, 6)]
    assert len(page["unexplained"]) == 7
    for need in needs[:6]:
        top.say(e.GapNoted(need, "money"), by=huda)
    top.refuses(e.GapNoted(needs[-1], "money"), by=huda, words="without being met")
    page = top.page("/things/access", huda)
    assert page["lines"][0].why == [("money", 6)]
    assert len(page["unexplained"]) == 1
