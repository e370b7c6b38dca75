"""What holds of the fund whatever several people do, in any order."""

import contextlib
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nasij import ids
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
from nasij.areas.fund.ledger import backers
from nasij.areas.people import MemberLeft
from nasij.errors import Nasij
from nasij.kit.rows import fields
from nasij.kit.who import roles_of
from nasij.node.kernel import AREA as LINE
from tests.areas.test_fund import decided
from tests.tabletop import TableTop

CURRENCIES = ("EUR", "JOD", "JPY")
PURPOSES = ("", "", "food", "health")
IN_FORCE = ("trusted", "resting")


def pick(found: list[Any], n: int) -> Any:
    """Return one of what there is; an id that nobody has where there is nothing."""
    return found[n % len(found)] if found else "0" * 16


class Play:
    """People of a fund and all they can do; each act picks whom and what by numbers, and keeps its own account of it.

    `model` holds what each pot must hold by the arithmetic of the test alone.
    """

    ACTS = (
        "receive", "receive", "receive", "give", "take_in", "miss", "give_back", "reserve", "reserve", "back", "back",
        "release", "pay", "pay", "pay", "attest", "attest", "fail", "dispute", "resolve", "fall_short", "agree_short", "fee", "prepare", "prepare",
        "confirm", "confirm", "drop", "count", "count", "second", "second", "ask_correction", "agree_correction",
        "freeze", "thaw", "leave", "suspend", "wait", "pay_whole", "all_the_way", "all_the_way", "all_the_way",
    )  # fmt: skip

    def __init__(self) -> None:
        self.top = top = TableTop(LINE, people.AREA, trust.AREA, decisions.AREA, fund.AREA)
        self.ids = 0
        self.stewards = [top.member("trusted", "fund") for _ in range(4)]
        self.keepers = [*(top.member() for _ in range(4)), self.stewards[3]]
        self.everybody = [*self.stewards, *self.keepers[:4], top.member(), top.member("new")]
        self.pots: list[str] = []
        self.model: Counter[str] = Counter()
        self.proposals = {currency: decided(top, self.new(), 300_000, currency) for currency in CURRENCIES}
        self.written: dict[str, tuple[Any, ...]] = {}
        for n, (currency, kind) in enumerate(
            [("EUR", "cash"), ("EUR", "bank"), ("EUR", "goods"), ("JOD", "cash"), ("JPY", "wallet"), ("EUR", "card")]
        ):
            pot = self.new()
            top.say(PotOpened(pot, kind, currency, self.keepers[n % 5], 100_000), self.stewards[0])
            top.say(PotAgreed(pot), self.stewards[1])
            self.pots.append(pot)
            opening = MoneyReceived(self.new(), pot, 20_000 + n, currency, "", top.day // 7, opening=True)
            assert self.say(opening, self.keepers[n % 5], **{f"p_{pot}": 20_000 + n})

    def new(self) -> str:
        """Return an id; the same in each run, so that what fails once fails again."""
        self.ids += 1
        return ids.numbered_id("fund", self.ids)

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.top.rows(sql)]

    def keeper(self, pot: str) -> str:
        return self.top.row("select keeper from pot where pot = ?", pot) or self.keepers[0]

    def currency(self, pot: str) -> str:
        return self.top.row("select currency from pot where pot = ?", pot) or "EUR"

    def anybody(self, n: int, usual: str) -> str:
        """Return mostly who may, and now and then somebody else."""
        return self.everybody[n % len(self.everybody)] if n % 5 == 0 else usual

    def say(self, fact: Any, by: str, **changes: int) -> bool:
        """State a fact; when it is taken, change the test's own account by what it must have changed."""
        standing = self.top.row("select standing from member where member = ?", by)
        try:
            self.top.say(fact, by)
        except Nasij:
            return False
        assert standing in IN_FORCE, "nobody else says anything about the fund"
        for pot, change in changes.items():
            self.model[pot.removeprefix("p_")] += change
        return True

    def do(self, name: str, n: int, m: int, amount: int) -> None:
        """Do one thing."""
        getattr(self, name)(n, m, amount)

    # --- giving ----------------------------------------------------------------------------------------------------

    def receive(self, n: int, m: int, amount: int) -> None:
        pot = pick(self.pots, n)
        by = self.anybody(m, self.keeper(pot))
        opening, purpose = m % 7 == 0, pick(list(PURPOSES), m)
        week = self.top.day // 7 - m % 3
        fact = MoneyReceived(self.new(), pot, amount, self.currency(pot), purpose, week, opening)
        self.say(fact, by, **{f"p_{pot}": amount})

    def give(self, n: int, m: int, amount: int) -> None:
        pot = pick(self.pots, n)
        fact = GiftAnnounced(self.new(), "cash", amount, self.currency(pot), pick(list(PURPOSES), m), "open", pot, "")
        self.say(fact, pick(self.everybody, m))

    def take_in(self, n: int, m: int, amount: int) -> None:
        gift = pick(self.column("select gift from gift order by gift"), n)
        pot = self.top.row("select pot from gift where gift = ?", gift)
        if not pot or self.top.row("select state from gift where gift = ?", gift) not in ("announced", "missed"):
            return
        by, entry = self.anybody(m, self.keeper(pot)), self.new()
        fact = MoneyReceived(entry, pot, amount, self.currency(pot), "", self.top.day // 7, opening=False)
        if self.say(fact, by, **{f"p_{pot}": amount}):
            assert self.say(GiftReceived(gift, entry), by)

    def miss(self, n: int, m: int, amount: int) -> None:
        self.say(GiftMissed(pick(self.column("select gift from gift order by gift"), n)), pick(self.everybody, m))

    def give_back(self, n: int, m: int, amount: int) -> None:
        self.say(GiftReturned(pick(self.column("select gift from gift order by gift"), n)), pick(self.everybody, m))

    # --- promised and paid -------------------------------------------------------------------------------------------

    def reserve(self, n: int, m: int, amount: int) -> None:
        db, currency, purpose = self.top.db, pick(list(CURRENCIES), n // 3), pick(list(PURPOSES), m)
        amount, urgent = amount if m % 6 == 0 else max(1, available(db, currency) // (1 + m % 20)), m % 4 == 0
        way = lane(db, amount, currency, urgent=urgent) if m % 9 else "large"
        voted = self.proposals[currency] if way == "large" and n % 5 else ""
        fact = MoneyReserved(self.new(), amount, currency, purpose, self.top.day // 7, way, voted)
        if self.say(fact, self.anybody(n, pick(self.stewards, m))):
            assert reserved(db, currency) <= balance(db, currency) - floor(db, currency)

    def held(self, n: int) -> str:
        return pick(self.column("select reservation from reservation where state = 'held' order by reservation"), n)

    def back(self, n: int, m: int, amount: int) -> None:
        self.say(ReservationBacked(self.held(n)), self.anybody(m, pick(self.stewards, m)))

    def release(self, n: int, m: int, amount: int) -> None:
        self.say(ReservationReleased(self.held(n), "less"), self.anybody(m, pick(self.stewards, m)))

    def pay(self, n: int, m: int, amount: int) -> None:
        self._pay(self.held(n), m, amount // (1 + n % 7) + 1, n % 3)

    def pay_whole(self, n: int, m: int, amount: int) -> None:
        it = self.held(n)
        self._pay(it, m, self.top.row("select left_minor from reservation where reservation = ?", it) or 1, 0)

    def _pay(self, reservation: str, m: int, amount: int, fees: int) -> None:
        pot = pick(self.pots, m)
        by = self.anybody(m, self.keeper(pot))
        agreed = backers(self.top.db, reservation)
        fact = PayoutBooked(self.new(), reservation, pot, amount, fees, self.currency(pot), self.top.day // 7)
        if self.say(fact, by, **{f"p_{pot}": -amount - fees}):
            needed = fields(self.top.db, "reservation", "reservation", reservation)["needed"]
            assert len(set(agreed)) >= needed
            assert by not in agreed

    def all_the_way(self, n: int, m: int, amount: int) -> None:
        """Promise, agree, pay and attest, as far as it goes, so that there is something to go wrong afterwards."""
        pot = pick(self.pots, n)
        currency, it, part = self.currency(pot), self.new(), self.model[pot] // (8 + m % 8) + 1
        way = lane(self.top.db, part, currency)
        reserve = MoneyReserved(it, part, currency, "", self.top.day // 7, way)
        if self.say(reserve, pick(self.stewards[:3], m)) and self.say(
            ReservationBacked(it), pick(self.stewards[:3], m + 1)
        ):
            payout = self.new()
            fact = PayoutBooked(payout, it, pot, part, 0, currency, self.top.day // 7)
            if self.say(fact, self.keeper(pot), **{f"p_{pot}": -part}):
                for again in range(m % 3):
                    self.say(PayoutAttested(payout), pick(self.stewards[:3], again))

    def payout(self, n: int) -> str:
        return pick(self.column("select payout from payout order by payout"), n)

    def attest(self, n: int, m: int, amount: int) -> None:
        self.say(PayoutAttested(self.payout(n)), self.anybody(m, pick(self.stewards, m)))

    def fail(self, n: int, m: int, amount: int) -> None:
        it = self.payout(n)
        pot, back = self.top.row("select pot, amount from payout where payout = ?", it) or ("", 0)
        self.say(PayoutReversed(it, "sent_back"), self.anybody(m, self.keeper(pot)), **{f"p_{pot}": back})

    def dispute(self, n: int, m: int, amount: int) -> None:
        self.say(PayoutDisputed(self.payout(n)), pick(self.stewards, m))

    def fall_short(self, n: int, m: int, amount: int) -> None:
        self.say(PayoutShort(self.payout(n), amount // (1 + n % 5) + 1), self.anybody(m, pick(self.stewards, m)))

    def agree_short(self, n: int, m: int, amount: int) -> None:
        found = self.top.rows("select payout, missing, disputed_by from payout where state = 'short' order by payout")
        if found:
            payout, missing, first = found[n % len(found)]
            by = pick(self.stewards, m)
            if self.say(ShortfallAgreed(payout, missing + (m % 9 == 0)), by):
                assert by not in (first, self.keeper(self.top.row("select pot from payout where payout = ?", payout)))

    def resolve(self, n: int, m: int, amount: int) -> None:
        open_ones = self.column("select payout from payout where state in ('unconfirmed', 'disputed') order by payout")
        self.say(PayoutResolved(pick(open_ones, n), pick(["lost", "arrived"], m)), pick(self.stewards, m // 2))

    # --- keeping the books -------------------------------------------------------------------------------------------

    def fee(self, n: int, m: int, amount: int) -> None:
        pot, fee = pick(self.pots, n), amount // 50 + 1
        fee = min(fee, self.model[pot] // 20) or 1
        fact = FeeBooked(self.new(), pot, fee, self.top.day // 7)
        self.say(fact, self.anybody(m, self.keeper(pot)), **{f"p_{pot}": -fee})

    def prepare(self, n: int, m: int, amount: int) -> None:
        source, target = pick(self.pots, n), pick(self.pots, m)
        fees, amount = n % 2, amount if m % 6 == 0 else max(1, self.model[source] // (2 + m % 9))
        same = self.currency(source) == self.currency(target)
        arrives = amount - fees if same else amount * 3 // 4 + 1
        if arrives > 0:
            fact = TransferPrepared(self.new(), source, target, amount, arrives, fees)
            self.say(fact, self.anybody(m, self.keeper(source)))

    def transfer(self, n: int) -> str:
        return pick(self.column("select transfer from transfer where state = 'prepared' order by transfer"), n)

    def confirm(self, n: int, m: int, amount: int) -> None:
        it = self.transfer(n)
        found = self.top.row("select from_pot, to_pot, leaves, arrives from transfer where transfer = ?", it)
        if found:
            source, target, leaves, arrives = found
            by = self.keeper(target) if m % 3 else pick(self.stewards, m)
            self.say(TransferConfirmed(it), by, **{f"p_{source}": -leaves, f"p_{target}": arrives})

    def drop(self, n: int, m: int, amount: int) -> None:
        self.say(TransferDropped(self.transfer(n)), pick(self.everybody, m))

    def count(self, n: int, m: int, amount: int) -> None:
        pot = pick(self.pots, n)
        holds = self.model[pot]
        found = max(0, holds + (amount % 5 - 2 if m % 3 == 0 else 0))
        self.say(CountMade(self.new(), pot, found, holds), self.anybody(m, self.keeper(pot)))

    def second(self, n: int, m: int, amount: int) -> None:
        it = pick(self.column("select count from pot_count where state = 'counted' order by count"), n)
        found = self.top.row("select pot, counted - expected from pot_count where count = ?", it)
        if not found:
            return
        if m % 11 == 0:
            self.say(CountDropped(it), pick(self.stewards, m))
        self.say(CountConfirmed(it), pick(self.stewards, m))
        self.say(CountDiffers(it), pick(self.stewards, m), **{f"p_{found[0]}": found[1]})

    def ask_correction(self, n: int, m: int, amount: int) -> None:
        entry = pick(self.column("select entry from ledger_entry order by place"), n)
        self.say(CorrectionAsked(self.new(), entry), self.anybody(m, pick(self.stewards, m)))

    def agree_correction(self, n: int, m: int, amount: int) -> None:
        it = pick(self.column("select correction from correction where state = 'asked' order by correction"), n)
        undone = self.top.rows(
            "select pot, sum(amount_minor) from posting join correction using (entry)"
            " where correction = ? and pot <> '' group by pot",
            it,
        )
        self.say(CorrectionAgreed(it), self.anybody(m, pick(self.stewards, m)), **{f"p_{p}": -a for p, a in undone})

    def freeze(self, n: int, m: int, amount: int) -> None:
        if m % 4 == 0:
            self.say(PotFrozen(pick(self.pots, n)), pick(self.stewards, m))

    def thaw(self, n: int, m: int, amount: int) -> None:
        frozen = self.column("select pot from pot where state = 'frozen' order by pot")
        self.say(PotThawed(pick(frozen, n)), pick(self.stewards, m))

    # --- people and time -----------------------------------------------------------------------------------------------

    def leave(self, n: int, m: int, amount: int) -> None:
        if m % 6 == 0:
            with contextlib.suppress(Nasij):
                self.top.say(MemberLeft(), pick(self.everybody, n))

    def suspend(self, n: int, m: int, amount: int) -> None:
        standing = "suspended" if m % 8 == 0 else "removed" if m % 8 == 1 else "trusted"
        self.top.db.execute(
            "update member set standing = ? where member = ? and standing in ('trusted', 'suspended')",
            (standing, pick(self.everybody, n)),
        )

    def wait(self, n: int, m: int, amount: int) -> None:
        self.top.forward(days=(1, 3, 8, 16)[n % 4])

    # --- what always holds -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Assert what holds after whatever was done."""
        self.money_is_neither_made_nor_lost()
        self.nothing_is_edited()
        self.nothing_is_paid_twice()

    def money_is_neither_made_nor_lost(self) -> None:
        assert self.top.rows("select 1 from posting group by entry, currency having sum(amount_minor) <> 0") == []
        holds = dict(self.top.rows("select pot, holds from pot"))
        assert holds == {pot: self.model[pot] for pot in self.pots}
        assert min(holds.values()) >= 0
        sums = recomputed(self.top.db)
        assert {pot: amount for (pot, _), amount in sums.items()} == {
            p: h for p, h in holds.items() if (p, self.currency(p)) in sums
        }
        added: Counter[str] = Counter()
        for line in published(self.top.db):
            added[line["pot"]] += line["amount"]
        assert {pot: added[pot] for pot in self.pots} == holds

    def nothing_is_edited(self) -> None:
        found = self.top.rows(
            "select entry, line, place, account, pot, amount_minor, currency, kind, week, names from posting"
            " join ledger_entry using (entry, place) order by place, line"
        )
        now = {f"{row[0]}/{row[1]}": row for row in found}
        assert self.written.items() <= now.items()
        self.written = now

    def nothing_is_paid_twice(self) -> None:
        over = self.top.rows(
            "select reservation from reservation join payout using (reservation) where payout.state <> 'failed'"
            " group by reservation having sum(payout.amount - missing) + left_minor > reservation.amount"
        )
        assert over == []
        wrong = self.top.rows("select 1 from reservation where (state = 'held') <> (left_minor > 0) or left_minor < 0")
        assert wrong == []
        assert self.top.rows("select 1 from earmark where amount_minor < 0") == []


def history(seed: int, acts: int = 60) -> Play:
    """Return what people did at random; the same for the same seed."""
    random, play = Random(seed), Play()
    for _ in range(acts):
        numbers = random.randrange(10_000), random.randrange(10_000), random.choice((1, 7, 250, 999, 4000, 9000))
        play.do(random.choice(Play.ACTS), *numbers)
    return play


some = st.integers(0, 9999)
amounts = st.sampled_from([1, 2, 7, 250, 999, 4000, 9000, 40_001])


class AnyOrder(RuleBasedStateMachine):
    """Several members do what they like with the fund."""

    @initialize()
    def begin(self) -> None:
        self.play = Play()

    @rule(name=st.sampled_from(sorted(set(Play.ACTS))), n=some, m=some, amount=amounts)
    def act(self, name: str, n: int, m: int, amount: int) -> None:
        self.play.do(name, n, m, amount)

    @invariant()
    def what_always_holds(self) -> None:
        self.play.check()

    @invariant()
    def whoever_is_gone_says_nothing(self) -> None:
        for member in self.play.everybody:
            by = self.play.top.by(member)
            if by.standing in ("removed", "left", "suspended"):
                assert not any(line.said_by.fits(by) for line in fund.AREA.facts)
            assert by.standing in IN_FORCE or not backed_and_counted(self.play, member)


def backed_and_counted(play: Play, member: str) -> bool:
    """Say whether somebody's word still counts towards a reservation."""
    return any(member in backers(play.top.db, it) for it in play.column("select reservation from reservation"))


AnyOrder.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)


def test_much_happens_in_a_history_so_that_the_rest_of_this_file_means_something() -> None:
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for seed in range(12):
        play = history(seed, 150)
        play.check()
        kinds.update(dict(play.top.rows("select kind, count(*) from ledger_entry group by kind")))
        states.update(dict(play.top.rows("select state, count(*) from payout group by state")))
    assert set(kinds) == {"opening", "gift", "payout", "fee", "transfer", "exchange", "difference", "correction"}
    assert {"confirmed", "failed", "booked"} <= set(states)


def test_of_two_who_reserve_at_once_every_order_ends_within_what_is_available() -> None:
    for turn in (0, 1):
        play = Play()
        free = available(play.top.db, "EUR")
        both = [MoneyReserved(ids.new_id(), free // 5 + 1, "EUR", "", play.top.day // 7) for _ in range(5)]
        taken = [play.say(fact, play.stewards[n % 2]) for n, fact in enumerate(both[::-1] if turn else both)]
        assert taken == [True] * 4 + [False]
        assert roles_of(play.top.db, play.stewards[0], play.top.day) == {"fund"}
