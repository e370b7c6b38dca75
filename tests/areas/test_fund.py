"""The fund: pots, gifts, books, what is promised and paid, counts, and how long it lasts."""

import pytest

from nasij.areas import decisions, fund, people, trust
from nasij.areas.fund import (
    CorrectionAgreed,
    CorrectionAsked,
    CountConfirmed,
    CountDiffers,
    CountDropped,
    CountMade,
    FeeBooked,
    GiftAnnounced,
    GiftMissed,
    GiftReceived,
    GiftReturned,
    MoneyReceived,
    MoneyReserved,
    PayoutAttested,
    PayoutBooked,
    PayoutDisputed,
    PayoutResolved,
    PayoutReversed,
    PayoutShort,
    PotAgreed,
    PotClosed,
    PotFrozen,
    PotOpened,
    PotThawed,
    ReservationBacked,
    ReservationReleased,
    ShortfallAgreed,
    TransferConfirmed,
    TransferDropped,
    TransferPrepared,
    available,
    balance,
    floor,
    lane,
    published,
    recomputed,
    reserved,
)
from nasij.areas.fund.pages import weekly
from nasij.areas.fund.runway import HORIZON, simulate
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit.who import holders
from nasij.node.kernel import AREA as LINE
from tests.tabletop import TableTop


def decided(top: TableTop, proposal: str, amount: int, currency: str, state: str = "passed") -> str:
    """Put a decision of the group about money where the fund looks for it; how it comes about is tested elsewhere."""
    top.db.execute(
        "insert into proposal (proposal, state, effect, amount, currency, audience) values (?, ?, 'money', ?, ?, 'trusted')",
        (proposal, state, amount, currency),
    )
    return proposal


class Fund(TableTop):
    """Three people of the fund, two keepers and a giver; two pots in euro and one in dinar."""

    def __init__(self) -> None:
        super().__init__(LINE, people.AREA, trust.AREA, decisions.AREA, fund.AREA)
        self.ada, self.ben, self.cem = (self.member("trusted", "fund") for _ in range(3))
        self.kai, self.lea, self.amal = self.member(), self.member(), self.member()
        self.cash = self.pot("EUR", self.kai)
        self.bank = self.pot("EUR", self.lea, "bank")
        self.dinar = self.pot("JOD", self.lea)

    def pot(self, currency: str, keeper: str, kind: str = "cash", limit: int = 10_000_00) -> str:
        pot = new_id()
        self.say(PotOpened(pot, kind, currency, keeper, limit), self.ada)
        self.say(PotAgreed(pot), self.ben)
        return pot

    @property
    def week(self) -> int:
        return self.day // 7

    def keeper(self, pot: str) -> str:
        return self.row("select keeper from pot where pot = ?", pot)

    def currency(self, pot: str) -> str:
        return self.row("select currency from pot where pot = ?", pot)

    def money(self, pot: str, amount: int, purpose: str = "") -> str:
        entry = new_id()
        self.say(MoneyReceived(entry, pot, amount, self.currency(pot), purpose, self.week), self.keeper(pot))
        return entry

    def filled(self) -> "Fund":
        self.money(self.cash, 1000_00)
        self.money(self.bank, 1000_00)
        return self

    def hold(self, amount: int, *, purpose: str = "", way: str = "ordinary", backed: bool = True) -> str:
        it = new_id()
        voted = decided(self, new_id(), amount, "EUR") if way == "large" else ""
        self.say(MoneyReserved(it, amount, "EUR", purpose, self.week, way, voted), self.ada)
        if backed:
            self.say(ReservationBacked(it), self.ben)
        return it

    def pay(self, reservation: str, amount: int, pot: str = "", fees: int = 0) -> str:
        pot, payout = pot or self.cash, new_id()
        fact = PayoutBooked(payout, reservation, pot, amount, fees, self.currency(pot), self.week)
        self.say(fact, self.keeper(pot))
        return payout

    def holds(self, pot: str) -> int:
        return self.row("select holds from pot where pot = ?", pot)

    def state(self, table: str, key: str, record: str) -> str:
        return self.row(f"select state from {table} where {key} = ?", record)


@pytest.fixture
def top() -> Fund:
    return Fund()


# --- pots ----------------------------------------------------------------------------------------------------------------


def test_a_pot_is_used_once_a_second_person_agrees(top):
    pot = new_id()
    top.say(PotOpened(pot, "cash", "EUR", top.amal, 100_00), top.ada)
    top.refuses(MoneyReceived(new_id(), pot, 1, "EUR", "", top.week), by=top.amal, words="not in use")
    top.refuses(PotAgreed(pot), by=top.ada, words="second person")
    top.refuses(PotAgreed(pot), by=top.kai, words="not yours")
    top.say(PotAgreed(pot), top.cem)
    top.money(pot, 1_00)


def test_only_a_trusted_member_keeps_a_pot_and_a_currency_is_three_letters(top):
    top.refuses(PotOpened(new_id(), "cash", "EUR", top.member("new"), 1), by=top.ada, words="trusted")
    for wrong in ("eur", "E1R", "€", "EU"):
        top.refuses(PotOpened(new_id(), "cash", wrong, top.kai, 1), by=top.ada, words="three capital letters")


def test_a_frozen_pot_gives_and_takes_nothing_until_somebody_else_says_it_is_safe(top):
    top.filled()
    before = available(top.db, "EUR")
    top.say(PotFrozen(top.cash), top.ada)
    assert available(top.db, "EUR") == before - 1000_00
    top.refuses(MoneyReceived(new_id(), top.cash, 1, "EUR", "", top.week), by=top.kai, words="not in use")
    top.refuses(PotThawed(top.cash), by=top.ada, words="second person")
    top.say(PotThawed(top.cash), top.ben)
    assert available(top.db, "EUR") == before


def test_whoever_keeps_a_frozen_pot_does_not_say_that_it_is_safe(top):
    pot = top.pot("EUR", top.ada)
    top.say(PotFrozen(pot), top.ben)
    top.refuses(PotThawed(pot), by=top.ada, words="Whoever keeps this pot")
    top.say(PotThawed(pot), top.cem)


def test_money_of_a_keeper_who_is_not_among_us_is_not_available_and_the_fund_can_bring_it_away(top):
    top.filled()
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.kai,))
    assert available(top.db, "EUR") == 1000_00 - floor(top.db, "EUR")
    transfer = new_id()
    top.refuses(TransferPrepared(transfer, top.cash, top.bank, 200_00, 200_00, 0), by=top.amal, words="keeps this pot")
    top.say(TransferPrepared(transfer, top.cash, top.bank, 200_00, 200_00, 0), top.ada)
    top.say(TransferConfirmed(transfer), top.lea)
    assert (top.holds(top.cash), top.holds(top.bank)) == (800_00, 1200_00)


def test_only_an_empty_pot_is_closed(top):
    top.filled()
    top.refuses(PotClosed(top.cash), by=top.ada, words="still something")
    empty = top.pot("EUR", top.amal)
    top.say(PotClosed(empty), top.ada)
    top.refuses(MoneyReceived(new_id(), empty, 1, "EUR", "", top.week), by=top.amal, words="not in use")


def test_no_pot_goes_over_its_limit_and_no_keeper_over_their_share(top):
    small = top.pot("EUR", top.amal, limit=100_00)
    top.refuses(MoneyReceived(new_id(), small, 100_01, "EUR", "", top.week), by=top.amal, words="more than its limit")
    top.money(top.cash, 2500_00)  # a quarter of the limit: so much anybody may hold, so that a fund can begin
    top.refuses(MoneyReceived(new_id(), top.cash, 1, "EUR", "", top.week), by=top.kai, words="too large a share")
    top.money(top.bank, 2000_00)
    top.money(top.cash, 100_00)
    top.refuses(MoneyReceived(new_id(), top.cash, 1000_00, "EUR", "", top.week), by=top.kai, words="too large a share")


# --- giving --------------------------------------------------------------------------------------------------------------


def gift(top: Fund, amount: int = 50_00, visible: str = "private", purpose: str = "") -> str:
    it = new_id()
    top.say(GiftAnnounced(it, "hawala", amount, "EUR", purpose, visible, top.cash, ""), top.amal)
    return it


def test_a_gift_is_read_by_its_giver_the_fund_and_the_keeper_only(top):
    it = gift(top)
    assert holders(top.db, f"gift/{it}") == {top.amal, top.ada, top.ben, top.cem, top.kai}
    assert top.row("select audience from gift where gift = ?", it) == f"gift/{it}"


def test_what_arrived_is_booked_without_a_name_and_counted_later(top):
    it = gift(top, purpose="health")
    facts = top.make("/fund/gift/{gift}/received", top.kai, gift=it, pot=top.cash, amount="٤٠")
    assert facts[0] == MoneyReceived(facts[0].entry, top.cash, 40_00, "EUR", "health", top.week, opening=False)
    assert top.state("gift", "gift", it) == "received"
    names = {column[1] for table in ("ledger_entry", "posting") for column in top.rows(f"pragma table_info({table})")}
    assert not names & {"member", "giver", "keeper", "by_member"}
    count = new_id()
    top.say(CountMade(count, top.cash, 40_00, 40_00), top.kai)
    top.say(CountConfirmed(count), top.ada)
    assert top.state("gift", "gift", it) == "reconciled"


def test_a_gift_that_did_not_arrive_can_arrive_after_all(top):
    it = gift(top)
    top.refuses(GiftMissed(it), by=top.lea, words="keeper of the pot")
    top.say(GiftMissed(it), top.ada)
    top.refuses(GiftReceived(it, new_id()), by=top.kai)
    top.make("/fund/gift/{gift}/received", top.kai, gift=it, pot=top.cash, amount="50")
    top.refuses(GiftMissed(it), by=top.ada, words="a step further")


def test_a_gift_goes_back_once_two_people_corrected_its_entry(top):
    it = gift(top)
    entry = top.make("/fund/gift/{gift}/received", top.kai, gift=it, pot=top.cash, amount="50")[0].entry
    top.refuses(GiftReturned(it), by=top.kai, words="still in its pot")
    correction = new_id()
    top.say(CorrectionAsked(correction, entry), top.ada)
    top.say(CorrectionAgreed(correction), top.kai)
    top.say(GiftReturned(it), top.kai)
    assert (top.state("gift", "gift", it), top.holds(top.cash)) == ("returned", 0)


def test_only_who_gave_openly_says_so_and_never_an_amount(top):
    with pytest.raises(Refused, match="whoever gave openly"):
        top.make("/fund/tell", top.amal, words="")
    it = gift(top, visible="open")
    top.make("/fund/gift/{gift}/received", top.kai, gift=it, pot=top.cash, amount="50")
    top.make("/fund/tell", top.amal, words="For us")
    shown = top.page("/fund", top.lea)["tellings"]
    assert [(one["member"], one["words"]) for one in shown] == [(top.amal, "For us")]
    assert not any("amount" in one for one in shown)
    top.forward(days=31)
    assert top.page("/fund", top.lea)["tellings"] == []


def test_a_pledge_is_due_again_and_again_until_it_stops(top):
    it = top.make(
        "/fund/pledge",
        top.amal,
        method="cash",
        pot=top.cash,
        amount="10",
        rhythm="weekly",
        until=top.day + 60,
        purpose="",
    )[0].pledge
    assert holders(top.db, f"pledge/{it}") == {top.amal, top.ada, top.ben, top.cem}
    due = fund.AREA.mine(top.db, top.by(top.amal))
    assert len(due) == 1
    top.make("/fund/pledge/{pledge}/give", top.amal, pledge=it, pot=top.cash)
    assert fund.AREA.mine(top.db, top.by(top.amal)) == []
    top.forward(days=7)
    assert len(fund.AREA.mine(top.db, top.by(top.amal))) == 1
    with pytest.raises(Refused):
        top.make("/fund/pledge/{pledge}/give", top.lea, pledge=it, pot=top.cash)
    top.forward(days=60)
    assert top.state("pledge", "pledge", it) == "ended"
    assert top.page("/fund/mine", top.lea)["gifts"] == []


@pytest.mark.parametrize(
    ("typed", "minor"), [("٣٫٥", 350), ("3.5", 350), ("3,5", 350), ("۱٬۲۰۰", 1200_00), ("1,200.50", 1200_50)]
)
def test_amounts_are_read_in_the_digits_people_write(top, typed, minor):
    facts = top.make("/fund/give", top.amal, method="cash", pot=top.cash, amount=typed, purpose="", visible="private")
    assert facts[0].amount == minor


@pytest.mark.parametrize("typed", ["-5", "0", "10" * 15, "1.234", "5 EUR", "5 6 JOD", "", "five", "1/2", "١٠ أو ٢٠"])
def test_what_is_no_amount_is_refused_with_a_sentence(top, typed):
    with pytest.raises(Malformed) as caught:
        top.make("/fund/give", top.amal, method="cash", pot=top.cash, amount=typed, purpose="", visible="private")
    assert caught.value.field == "amount"
    assert caught.value.sentence


def test_a_purpose_is_one_of_the_list_or_a_code(top):
    for wrong in ("Rent for H", "\u202egnol", "x"):
        with pytest.raises((Malformed, Refused)):
            top.say(MoneyReceived(new_id(), top.cash, 1, "EUR", wrong, top.week), top.kai)
    top.money(top.cash, 1, "housing")
    top.money(top.cash, 1, new_id())


# --- the books -----------------------------------------------------------------------------------------------------------


def test_only_the_keeper_books_and_nothing_twice_nor_in_a_far_week(top):
    entry = top.money(top.cash, 5_00)
    top.refuses(MoneyReceived(entry, top.cash, 5_00, "EUR", "", top.week), by=top.kai, words="already")
    top.refuses(MoneyReceived(new_id(), top.cash, 5_00, "EUR", "", top.week), by=top.lea, words="keeps this pot")
    top.refuses(MoneyReceived(new_id(), top.cash, 5_00, "JOD", "", top.week), by=top.kai, words="another currency")
    top.refuses(MoneyReceived(new_id(), top.cash, 5_00, "EUR", "", top.week + 2), by=top.kai, words="too far")
    top.refuses(MoneyReceived(new_id(), top.cash, 5_00, "EUR", "", top.week - 9), by=top.kai, words="too far")


def test_an_opening_comes_before_anything_else(top):
    top.make("/fund/opening", top.kai, pot=top.cash, amount="70")
    assert top.row("select kind from ledger_entry") == "opening"
    with pytest.raises(Refused, match="booked in this pot already"):
        top.make("/fund/opening", top.kai, pot=top.cash, amount="70")


def test_what_a_keeper_prepared_before_a_freeze_is_not_booked_after_it(top):
    top.filled()
    it = new_id()
    top.say(TransferPrepared(it, top.cash, top.bank, 100_00, 100_00, 0), top.kai)
    top.say(PotFrozen(top.cash), top.ada)
    top.refuses(TransferConfirmed(it), by=top.lea, words="not in use")
    rescued = new_id()
    top.say(TransferPrepared(rescued, top.cash, top.bank, 100_00, 100_00, 0), top.ada)
    top.say(TransferConfirmed(rescued), top.lea)


def test_moving_money_takes_both_keepers(top):
    top.filled()
    move = top.make("/fund/move", top.kai, from_pot=top.cash, to_pot=top.bank, leaves="100", arrives="", fees="2")[0]
    assert (move.leaves, move.arrives, move.fees) == (100_00, 98_00, 2_00)
    top.refuses(TransferConfirmed(move.transfer), by=top.kai, words="second person")
    top.refuses(TransferConfirmed(move.transfer), by=top.ada, words="keeps this pot")
    assert top.holds(top.cash) == 1000_00
    top.say(TransferConfirmed(move.transfer), top.lea)
    assert (top.holds(top.cash), top.holds(top.bank), balance(top.db, "EUR")) == (900_00, 1098_00, 1998_00)
    top.refuses(TransferDropped(move.transfer), by=top.kai, words="a step further")


def test_a_currency_change_books_both_sides_and_each_sums_to_zero(top):
    top.filled()
    with pytest.raises(Malformed, match="different currencies"):
        top.make("/fund/move", top.kai, from_pot=top.cash, to_pot=top.dinar, leaves="100", arrives="", fees="")
    it = top.make("/fund/move", top.kai, from_pot=top.cash, to_pot=top.dinar, leaves="100", arrives="76.125", fees="")[
        0
    ]
    top.say(TransferConfirmed(it.transfer), top.lea)
    lines = top.rows("select account, amount_minor, currency from posting where entry = ? order by line", it.transfer)
    assert lines == [
        ("pot", -100_00, "EUR"),
        ("pot", 76_125, "JOD"),
        ("exchange", 100_00, "EUR"),
        ("exchange", -76_125, "JOD"),
    ]
    assert balance(top.db, "JOD") == 76_125
    rate = top.page("/fund/entry/{entry}", top.amal, entry=it.transfer)["rate"]
    assert rate == [[100_00, "EUR"], [-76_125, "JOD"]]


def test_where_one_person_keeps_both_pots_somebody_of_the_fund_confirms(top):
    top.filled()
    it = top.make("/fund/move", top.lea, from_pot=top.bank, to_pot=top.dinar, leaves="10", arrives="7", fees="")[0]
    top.refuses(TransferConfirmed(it.transfer), by=top.lea, words="second person")
    top.refuses(TransferConfirmed(it.transfer), by=top.amal, words="keeps this pot")
    top.say(TransferConfirmed(it.transfer), top.cem)


def test_a_correction_reverses_and_names_the_first_and_takes_two_who_did_not_book_it(top):
    entry = top.money(top.cash, 5_00, "food")
    top.db.execute(
        "insert into mandate (role, member, state, since, until, audience) values ('fund', ?, 'active', ?, ?, 'network')",
        (top.kai, top.day, top.day + 180),
    )
    it = new_id()
    top.refuses(CorrectionAsked(it, entry), by=top.kai, words="Somebody else than who booked it")
    top.say(CorrectionAsked(it, entry), top.ada)
    top.refuses(CorrectionAgreed(it), by=top.ada, words="second person")
    top.refuses(CorrectionAgreed(it), by=top.lea, words="people of the fund")
    top.say(CorrectionAgreed(it), top.ben)
    assert top.row("select kind, names from ledger_entry where entry = ?", it) == ("correction", entry)
    assert top.row("select count(*) from posting where entry = ?", entry) == 2, "the first stands as it was"
    assert top.row("select amount_minor from earmark where purpose = 'food'") == 0
    top.refuses(CorrectionAsked(new_id(), entry), by=top.ada, words="reversed already")
    top.refuses(CorrectionAsked(new_id(), it), by=top.ada, words="not corrected")


def test_what_is_spent_is_not_corrected_away(top):
    entry = top.money(top.cash, 100_00)
    top.money(top.bank, 900_00)
    top.pay(top.hold(50_00), 50_00)
    top.refuses(CorrectionAsked(new_id(), entry), by=top.ada, words="not that much")


def test_a_fee_is_small(top):
    top.filled()
    top.refuses(FeeBooked(new_id(), top.cash, 50_01, top.week), by=top.kai, words="small part")
    top.say(FeeBooked(new_id(), top.cash, 40_00, top.week), top.kai)
    top.refuses(FeeBooked(new_id(), top.cash, 40_00, top.week - 3), by=top.kai, words="small part")
    assert top.holds(top.cash) == 960_00


def test_the_published_lines_carry_no_more_than_they_may_and_add_up(top):
    top.filled()
    payout = top.pay(top.hold(100_00), 60_00, fees=1_00)
    assert {frozenset(line) for line in published(top.db)} == {
        frozenset({"place", "entry", "kind", "amount", "currency", "pot", "week", "names"})
    }
    assert recomputed(top.db) == {(top.cash, "EUR"): 939_00, (top.bank, "EUR"): 1000_00}
    assert sum(line["amount"] for line in published(top.db)) == balance(top.db, "EUR")
    page = top.page("/fund/books", top.amal)
    assert all(one["sum"] == one["holds"] for one in page["checks"])
    assert top.page("/fund/entry/{entry}", top.amal, entry=payout)["postings"]


def test_the_books_come_in_pages(top):
    for _ in range(70):
        top.money(top.cash, 1)
    page = top.page("/fund/books", top.amal)
    older = top.page("/fund/books/{before}", top.amal, before=str(page["older"]))
    lines = [line["place"] for one in (page, older) for _, week in one["weeks"] for line in week]
    assert lines == list(range(70, 0, -1))
    assert older["older"] == 0


def test_parcels_and_gift_cards_are_no_money(top):
    goods = top.pot("EUR", top.amal, "goods")
    top.money(goods, 300_00)
    assert (balance(top.db, "EUR"), available(top.db, "EUR")) == (0, 0)
    top.refuses(TransferPrepared(new_id(), goods, top.cash, 1, 1, 0), by=top.amal, words="not money")


# --- promised and paid -----------------------------------------------------------------------------------------------------


def test_available_is_the_balance_less_what_is_reserved_and_kept_back(top):
    top.filled()
    assert (balance(top.db, "EUR"), floor(top.db, "EUR"), available(top.db, "EUR")) == (2000_00, 200_00, 1800_00)
    top.hold(300_00)
    assert (reserved(top.db, "EUR"), available(top.db, "EUR")) == (300_00, 1500_00)


def test_of_two_who_reserve_at_once_the_second_in_the_line_is_refused(top):
    top.filled()
    for _ in range(4):
        top.hold(440_00)
    top.refuses(MoneyReserved(new_id(), 100_00, "EUR", "", top.week), by=top.ben, words="more than is available")
    assert reserved(top.db, "EUR") == 1760_00


def test_an_amount_takes_its_lane_and_urgent_money_is_capped_for_the_week(top):
    top.filled()
    assert lane(top.db, 500_00, "EUR") == "large"
    assert lane(top.db, 100_00, "EUR", urgent=True) == "urgent"
    assert lane(top.db, 100_01, "EUR", urgent=True) == lane(top.db, 100_01, "EUR") == "ordinary"
    top.refuses(MoneyReserved(new_id(), 500_00, "EUR", "", top.week), by=top.ada, words="another lane")
    top.hold(60_00, way="urgent", backed=False)
    top.refuses(MoneyReserved(new_id(), 60_00, "EUR", "", top.week, "urgent"), by=top.ben, words="gone out this week")
    top.forward(days=8)
    top.hold(60_00, way="urgent", backed=False)


def test_a_payout_needs_enough_who_agreed_and_a_payer_who_is_none_of_them(top):
    top.filled()
    mine = top.pot("EUR", top.ada)
    top.money(mine, 500_00)
    it = top.hold(100_00, backed=False)
    book = PayoutBooked(new_id(), it, top.cash, 100_00, 0, "EUR", top.week)
    top.refuses(book, by=top.kai, words="Too few people")
    top.refuses(ReservationBacked(it), by=top.ada, words="said this already")
    top.refuses(ReservationBacked(it), by=top.amal, words="not yours")
    top.say(ReservationBacked(it), top.ben)
    top.refuses(PayoutBooked(new_id(), it, mine, 100_00, 0, "EUR", top.week), by=top.ada, words="does not pay it out")
    top.refuses(PayoutBooked(new_id(), it, top.cash, 100_01, 0, "EUR", top.week), by=top.kai, words="Less than this")
    top.refuses(PayoutBooked(new_id(), it, top.dinar, 100, 0, "JOD", top.week), by=top.lea, words="Another currency")
    top.refuses(PayoutBooked(new_id(), it, top.cash, 1_00, 2_00, "EUR", top.week), by=top.kai, words="fees")
    top.say(book, top.kai)
    top.refuses(PayoutBooked(new_id(), it, top.cash, 1, 0, "EUR", top.week), by=top.kai, words="Nothing is reserved")


def test_whoever_is_suspended_or_gone_decides_nothing(top):
    top.filled()
    it = top.hold(100_00)
    top.db.execute("update member set standing = 'removed' where member = ?", (top.ben,))
    top.refuses(PayoutBooked(new_id(), it, top.cash, 100_00, 0, "EUR", top.week), by=top.kai, words="Too few people")
    top.refuses(ReservationBacked(it), by=top.ben, words="not yours")
    top.say(ReservationBacked(it), top.cem)
    payout = top.pay(it, 100_00)
    top.say(PayoutAttested(payout), top.cem)
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.cem,))
    top.say(PayoutAttested(payout), top.ada)
    assert top.state("payout", "payout", payout) == "booked"


def test_a_payout_is_final_when_two_of_the_fund_say_it_arrived_and_not_the_payer(top):
    top.filled()
    payout = top.pay(top.hold(100_00), 100_00, fees=1_00)
    assert [row[0] for row in top.rows("select kind from ledger_entry order by place")][-2:] == ["payout", "fee"]
    top.refuses(PayoutAttested(payout), by=top.kai, words="not yours")
    top.say(PayoutAttested(payout), top.ada)
    top.refuses(PayoutAttested(payout), by=top.ada, words="said this already")
    assert top.state("payout", "payout", payout) == "booked"
    top.say(PayoutAttested(payout), top.cem)
    assert top.state("payout", "payout", payout) == "confirmed"
    top.refuses(PayoutReversed(payout, "sent_back"), by=top.kai, words="a step further")
    top.forward(days=400)
    assert top.rows("select 1 from backing union all select 1 from attestation") == []


def test_a_payout_that_failed_puts_the_money_back_and_under_its_reservation(top):
    top.filled()
    it = top.hold(100_00, purpose="")
    payout = top.pay(it, 100_00, fees=1_00)
    assert top.state("reservation", "reservation", it) == "used"
    top.refuses(PayoutReversed(payout, "sent_back"), by=top.ada, words="keeps this pot")
    top.say(PayoutReversed(payout, "sent_back"), top.kai)
    assert (top.holds(top.cash), reserved(top.db, "EUR")) == (999_00, 100_00)
    assert top.row("select names from ledger_entry where kind = 'correction'") == payout
    assert top.state("payout", "payout", top.pay(it, 100_00)) == "booked"


def test_what_nobody_confirms_is_looked_into_and_what_is_lost_is_booked_as_a_difference(top):
    top.filled()
    payout = top.pay(top.hold(100_00), 100_00)
    top.forward(days=15)
    assert top.state("payout", "payout", payout) == "unconfirmed"
    assert any("Nobody confirmed" in item.text for item in fund.AREA.waiting(top.db, top.by(top.cem)))
    top.refuses(PayoutResolved(payout, "lost"), by=top.ben, words="a step further")  # one word alone ends nothing
    top.say(PayoutDisputed(payout), top.ada)
    top.refuses(PayoutResolved(payout, "lost"), by=top.ada, words="second person")
    top.say(PayoutResolved(payout, "lost"), top.ben)
    sums = dict(top.rows("select account, sum(amount_minor) from posting group by account"))
    assert (sums["grants"], sums["differences"], top.holds(top.cash)) == (0, 100_00, 900_00)


def test_what_was_lost_on_the_way_is_still_promised_and_paid_once(top):
    top.filled()
    it = top.hold(100_00)
    payout = top.pay(it, 100_00)
    top.say(PayoutDisputed(payout), top.ada)
    top.say(PayoutResolved(payout, "lost"), top.ben)
    assert (top.state("reservation", "reservation", it), reserved(top.db, "EUR")) == ("held", 100_00)
    again = top.pay(it, 100_00)
    assert (top.holds(top.cash), reserved(top.db, "EUR")) == (800_00, 0)
    top.say(PayoutDisputed(again), top.ada)
    top.refuses(PayoutResolved(again, "arrived"), by=top.ben, words="two people who know it")
    top.say(PayoutAttested(again), top.cem)
    top.say(PayoutResolved(again, "arrived"), top.ben)
    assert top.state("reservation", "reservation", it) == "used"


def test_what_was_in_dispute_is_confirmed_by_two_who_know_after_all(top):
    top.filled()
    payout = top.pay(top.hold(100_00), 100_00)
    top.say(PayoutDisputed(payout), top.ada)
    top.say(PayoutAttested(payout), top.ada)
    assert top.state("payout", "payout", payout) == "disputed"
    top.say(PayoutAttested(payout), top.ben)
    assert top.state("payout", "payout", payout) == "confirmed"


def short(top, payout: str, missing: str, member: str) -> list:
    return top.make("/fund/payout/{payout}/short", member, payout=payout, missing=missing)


def test_what_is_missing_of_a_payout_is_booked_by_two_and_is_still_promised(top):
    top.filled()
    it = top.hold(100_00)
    payout = top.pay(it, 100_00, fees=1_00)
    short(top, payout, "٤٠", top.ada)
    assert any("is missing" in item.text for item in fund.AREA.waiting(top.db, top.by(top.cem)))
    assert not any("is missing" in item.text for item in fund.AREA.waiting(top.db, top.by(top.ada)))
    with pytest.raises(Refused, match="second person"):
        short(top, payout, "40", top.ada)
    with pytest.raises(Malformed, match="Another amount"):
        short(top, payout, "41", top.ben)
    short(top, payout, "40", top.ben)
    sums = dict(top.rows("select account, sum(amount_minor) from posting group by account"))
    assert (sums["grants"], sums["differences"], top.holds(top.cash)) == (60_00, 40_00, 899_00)
    assert sum(sums.values()) == 0
    assert top.row("select state, reason, missing from payout") == ("resolved", "part", 40_00)
    assert (top.state("reservation", "reservation", it), reserved(top.db, "EUR")) == ("held", 40_00)
    assert sum(recomputed(top.db).values()) == balance(top.db, "EUR")
    top.pay(it, 40_00)
    assert (reserved(top.db, "EUR"), top.state("reservation", "reservation", it)) == (0, "used")


def test_whoever_does_not_agree_how_much_is_missing_puts_it_in_dispute(top):
    top.filled()
    payout = top.pay(top.hold(100_00), 100_00)
    for wrong in (100_00, 100_01):
        top.refuses(PayoutShort(payout, wrong), by=top.ada, words="Less is missing than was sent")
    top.say(PayoutShort(payout, 99_99), top.ada)
    top.refuses(PayoutAttested(payout), by=top.ben, words="a step further")
    top.say(PayoutDisputed(payout), top.ben)
    assert top.row("select state, missing from payout") == ("disputed", 0)
    top.say(PayoutShort(payout, 50_00), top.cem)
    top.say(ShortfallAgreed(payout, 50_00), top.ada)
    top.refuses(PayoutReversed(payout, "sent_back"), by=top.kai, words="a step further")
    assert top.row("select state from payout") == "resolved"


def test_what_came_short_of_a_decision_of_the_group_can_go_out_again_and_no_more(top):
    top.filled()
    right = decided(top, new_id(), 500_00, "EUR")
    it = MoneyReserved(new_id(), 500_00, "EUR", "", top.week, "large", right)
    top.say(it, by=top.ada)
    top.say(ReservationBacked(it.reservation), top.ben)
    payout = top.pay(it.reservation, 500_00)
    short(top, payout, "200", top.cem)
    short(top, payout, "200", top.ben)
    top.say(ReservationReleased(it.reservation, "less"), top.ben)
    again = MoneyReserved(new_id(), 200_01, "EUR", "", top.week, "large", right)
    top.refuses(again, by=top.ada, words="")
    top.say(MoneyReserved(new_id(), 200_00, "EUR", "", top.week, lane(top.db, 200_00, "EUR"), right), by=top.ada)


def test_what_is_not_paid_is_free_again_after_its_days_or_when_somebody_says_so(top):
    top.filled()
    old, let_go = top.hold(100_00), top.hold(50_00)
    top.say(ReservationReleased(let_go, "withdrawn"), top.cem)
    assert reserved(top.db, "EUR") == 100_00
    top.refuses(ReservationBacked(let_go), by=top.cem, words="a step further")
    top.forward(days=31)
    assert (top.state("reservation", "reservation", old), reserved(top.db, "EUR")) == ("expired", 0)
    top.refuses(PayoutBooked(new_id(), old, top.cash, 1, 0, "EUR", top.week), by=top.kai, words="Nothing is reserved")


def test_money_for_one_purpose_is_spent_on_nothing_else(top):
    top.money(top.cash, 1000_00, "health")
    top.money(top.bank, 200_00)
    assert (available(top.db, "EUR"), available(top.db, "EUR", "health")) == (80_00, 1080_00)
    top.refuses(MoneyReserved(new_id(), 100_00, "EUR", "food", top.week), by=top.ada, words="more than is available")
    it = top.hold(200_00, purpose="health")
    assert available(top.db, "EUR") == 80_00
    top.pay(it, 200_00)
    assert top.row("select amount_minor from earmark where purpose = 'health'") == 800_00


# --- counts --------------------------------------------------------------------------------------------------------------


def test_a_count_that_differs_is_booked_in_the_act_that_confirms_it(top):
    top.filled()
    it = top.make("/fund/count/{pot}", top.kai, pot=top.cash, counted="990")[0].count
    top.refuses(CountConfirmed(it), by=top.ada, words="not what the books say")
    with pytest.raises(Refused, match="second person"):
        top.make("/fund/counted/{count}/confirm", top.kai, count=it, counted="990")
    assert isinstance(top.make("/fund/counted/{count}/confirm", top.ada, count=it, counted="990")[0], CountDiffers)
    assert (top.holds(top.cash), top.state("pot_count", "count", it)) == (990_00, "booked")
    assert top.row("select sum(amount_minor) from posting where account = 'differences'") == 10_00


def test_an_empty_pot_is_counted_as_nothing(top):
    top.filled()
    it = top.make("/fund/count/{pot}", top.ada, pot=top.cash, counted="٠")[0].count
    top.make("/fund/counted/{count}/confirm", top.ben, count=it, counted="0.00")
    assert top.holds(top.cash) == 0


def test_where_two_count_otherwise_the_pot_is_counted_again(top):
    top.filled()
    it = top.make("/fund/count/{pot}", top.kai, pot=top.cash, counted="990")[0].count
    assert top.make("/fund/counted/{count}/confirm", top.ada, count=it, counted="980") == [CountDropped(it)]
    assert top.holds(top.cash) == 1000_00


def test_a_count_is_of_the_books_as_they_stand(top):
    top.filled()
    top.refuses(CountMade(new_id(), top.cash, 1, 999_00), by=top.kai, words="booked in this pot meanwhile")
    top.refuses(CountMade(new_id(), top.cash, 1, 1000_00), by=top.amal, words="keeper of the pot")
    it = new_id()
    top.say(CountMade(it, top.cash, 1000_00, 1000_00), top.kai)
    top.refuses(CountMade(new_id(), top.cash, 1, 1000_00), by=top.ada, words="not confirmed it yet")
    top.say(CountDropped(it), top.ada)
    top.say(CountMade(new_id(), top.cash, 1000_00, 1000_00), top.ada)


def test_the_people_of_the_fund_are_told_that_whoever_keeps_a_pot_is_gone(top):
    def told(member: str) -> int:
        return sum("not among us" in item.text for item in fund.AREA.waiting(top.db, top.by(member)))

    top.filled()
    assert told(top.ada) == 0
    top.db.execute("update member set standing = 'suspended' where member = ?", (top.kai,))
    assert (told(top.ada), told(top.amal)) == (1, 0)
    moved = new_id()
    top.say(TransferPrepared(moved, top.cash, top.bank, 1000_00, 1000_00, 0), top.ada)
    top.say(TransferConfirmed(moved), top.lea)
    assert told(top.ada) == 0


def test_each_pot_is_to_be_counted_every_month(top):
    def due() -> list[str]:
        return [item.text for item in fund.AREA.waiting(top.db, top.by(top.kai)) if "to be counted" in item.text]

    assert due() == []
    top.forward(days=24)
    assert len(due()) == 1
    it = new_id()
    top.say(CountMade(it, top.cash, 0, 0), top.kai)
    top.say(CountConfirmed(it), top.ada)
    assert due() == []


# --- how long it lasts -----------------------------------------------------------------------------------------------------


def test_the_runway_is_the_same_for_the_same_numbers_and_shorter_without_a_pledge():
    flows = [(100, 150), (80, 90), (0, 120), (200, 160), (50, 110)]
    first, again, without = simulate(1000, flows), simulate(1000, flows), simulate(1000, flows, less=40)
    assert first == again
    assert first.low <= first.middle <= first.high
    assert without.middle < first.middle
    assert simulate(1000, flows[:3]) is None


def test_the_runway_of_a_steady_pace_is_what_one_computes_by_hand():
    assert (simulate(1000, [(0, 100)] * 4).low, simulate(1000, [(0, 100)] * 4).high) == (10, 10)
    assert simulate(1000, [(100, 100)] * 4).low == HORIZON
    assert simulate(0, [(0, 1)] * 4).high == 0


def test_the_runway_page_reads_the_books_and_what_changes_if_a_pledge_stops(top):
    top.make("/fund/opening", top.kai, pot=top.cash, amount="1000")
    pledge = top.make(
        "/fund/pledge",
        top.amal,
        method="cash",
        pot=top.cash,
        amount="20",
        rhythm="weekly",
        until=top.day + 300,
        purpose="",
    )[0].pledge
    assert top.page("/fund/runway/{currency}", top.ada, currency="EUR")["now"] is None
    for _ in range(6):
        top.money(top.bank, 30_00)
        top.pay(top.hold(100_00), 100_00)
        top.forward(days=7)
    page = top.page("/fund/runway/{currency}", top.ada, currency="EUR")
    assert page["weeks"] == 6
    without = top.page("/fund/runway/{currency}/{pledge}", top.ada, currency="EUR", pledge=pledge)
    assert without["then"].middle < page["now"].middle
    assert [row["band"] for row in page["pledges"]] == ["20.00-50.00 EUR"]  # to all but whoever gives it
    assert top.page("/fund/runway/{currency}", top.amal, currency="EUR")["pledges"][0]["band"] == ""


def test_what_was_booked_by_mistake_and_reversed_does_not_make_the_fund_last_longer(top):
    top.make("/fund/opening", top.kai, pot=top.cash, amount="1000")
    for _ in range(5):
        top.pay(top.hold(50_00), 50_00)
        top.forward(days=7)
    pace = weekly(top.db, "EUR", top.week)
    mistake, asked = top.money(top.bank, 2000_00), new_id()
    top.forward(days=7)
    top.say(CorrectionAsked(asked, mistake), top.ada)
    top.say(CorrectionAgreed(asked), top.ben)
    top.forward(days=7)
    assert weekly(top.db, "EUR", top.week) == [*pace, (0, 0), (0, 0)]


def test_a_large_amount_needs_a_decision_of_the_group_that_is_not_spent_yet(top):
    top.filled()
    amount = 500_00
    assert lane(top.db, amount, "EUR") == "large"

    def reserve(proposal):
        return MoneyReserved(new_id(), amount, "EUR", "", top.week, "large", proposal)

    for wrong in ("", new_id(), decided(top, new_id(), amount, "EUR", "failed"), decided(top, new_id(), amount, "JOD")):
        top.refuses(reserve(wrong), by=top.ada, words="vote of the group")
    top.refuses(reserve(decided(top, new_id(), amount - 1, "EUR")), by=top.ada, words="vote of the group")
    right = decided(top, new_id(), amount, "EUR")
    first = reserve(right)
    top.say(first, by=top.ada)
    top.refuses(reserve(right), by=top.ada, words="")
    top.say(ReservationReleased(first.reservation, "less"), by=top.ben)
    top.say(reserve(right), by=top.ada)
    top.forward(days=31)  # nobody paid it in time: the decision is not spent by that
    third = reserve(right)
    top.say(third, by=top.ada)
    top.say(ReservationBacked(third.reservation), top.ben)
    top.pay(third.reservation, 400_00)
    top.say(ReservationReleased(third.reservation, "less"), by=top.ben)
    top.refuses(reserve(right), by=top.ada, words="vote of the group")
