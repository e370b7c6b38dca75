"""The money of a network to measure with: a line of books, and a record of many requests for money.

The books are sealed and stand in the line, as `network` writes it. Requests are said straight into one room's view, each
checked by its rule and folded, without seals: each of them has two circles of its own, and what is measured is the pages.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from nasij.areas.fund import (
    CorrectionAgreed,
    CorrectionAsked,
    FeeBooked,
    MoneyReceived,
    MoneyReserved,
    PayoutAttested,
    PayoutBooked,
    PotAgreed,
    PotOpened,
    ReservationBacked,
    TransferConfirmed,
    TransferPrepared,
)
from nasij.areas.grants import (
    CarrierSetOut,
    GrantAnswered,
    GrantAsked,
    GrantDecided,
    NeedAssessed,
    PayerSeated,
    PayoutDelivered,
    PayoutPrepared,
    PlaceTaken,
    ReceiptConfirmed,
    RequestClosed,
    RequestQueued,
    RequestWithdrawn,
    TurnCounted,
    VerdictGiven,
)
from nasij.bench.network import BATCH, Line, Person, Village
from nasij.kit import charter, who
from nasij.kit.area import allowed
from nasij.kit.money import AMOUNT_MAX
from nasij.node.node import Node

ROLES = ("cases", "fund", "members")
CURRENCIES = ("EUR", "JOD", "USD")
POTS_EACH = 4  # of a currency
FEE_EACH = 5  # rounds: a pot costs a fee now and then
# What a request has come to: of twenty, in this order, so that nobody on the waiting list is passed over.
SHARES = (("paid", 6), ("withdrawn", 6), ("reserved", 4), ("waiting", 2), ("deciding", 2))
HARMS = ("life", "grave", "some", "little")


class Purse:
    """The pots of a village, each with a keeper who is none of the people of the fund."""

    def __init__(self, village: Village) -> None:
        """Choose the keepers; `village` has the role `fund`."""
        self.village = village
        self.people = village.people[len(village.coordinators) :]
        self.pots = {currency: [village.new_id() for _ in range(POTS_EACH)] for currency in CURRENCIES}
        each = [(pot, currency) for currency, pots in self.pots.items() for pot in pots]
        self.keepers = {pot: keeper.member for (pot, _), keeper in zip(each, cycle(self.people), strict=False)}
        self.currency = dict(each)

    @property
    def week(self) -> int:
        """The week in which everything is booked: the first of the month, so that it is never ahead of a day."""
        return self.village.day // 7

    def opened(self) -> Iterator[Line]:
        """Say that each pot is there, and put something into it."""
        one, other = (person.member for person in self.village.coordinators[:2])
        for pot, currency in self.currency.items():
            yield one, who.TRUSTED, PotOpened(pot, "cash", currency, self.keepers[pot], AMOUNT_MAX)
            yield other, who.TRUSTED, PotAgreed(pot)
            yield self._gift(pot, 1_000_000)

    def _gift(self, pot: str, amount: int) -> Line:
        received = MoneyReceived(self.village.new_id(), pot, amount, self.currency[pot], "", self.week)
        return self.keepers[pot], who.TRUSTED, received

    def rounds(self) -> Iterator[tuple[int, list[Line]]]:
        """Let money come and go for ever: how many published lines each round gives, and what is said in it."""
        for n, pot in enumerate(cycle(self.currency)):
            yield 6, [self._gift(pot, self.village.rng.randint(500, 20_000)) for _ in range(6)]
            yield 2, self._moved(pot)
            yield 1, self._paid(pot)
            yield 2, self._corrected(pot)
            if n % FEE_EACH == 0:
                yield 1, [(self.keepers[pot], who.TRUSTED, FeeBooked(self.village.new_id(), pot, 1, self.week))]

    def _moved(self, pot: str) -> list[Line]:
        """Move money to the next pot; where that one has another currency, it is changed at the rate of one to one."""
        pots = list(self.currency)
        other = pots[(pots.index(pot) + 1) % len(pots)]
        transfer, keepers = self.village.new_id(), self.keepers
        prepared = TransferPrepared(transfer, pot, other, 1_000, 1_000, 0)
        return [
            (keepers[pot], who.TRUSTED, prepared),
            (keepers[other], who.TRUSTED, TransferConfirmed(transfer)),
        ]

    def _paid(self, pot: str) -> list[Line]:
        """Reserve, agree, pay and attest."""
        one, other = (person.member for person in self.village.coordinators[:2])
        reservation, payout = self.village.new_id(), self.village.new_id()
        amount, currency, keeper = self.village.rng.randint(1_000, 20_000), self.currency[pot], self.keepers[pot]
        booked = PayoutBooked(payout, reservation, pot, amount, 0, currency, self.week)
        return [
            (one, who.TRUSTED, MoneyReserved(reservation, amount, currency, "", self.week)),
            (other, who.TRUSTED, ReservationBacked(reservation)),
            (keeper, who.TRUSTED, booked),
            (one, who.TRUSTED, PayoutAttested(payout)),
            (other, who.TRUSTED, PayoutAttested(payout)),
        ]

    def _corrected(self, pot: str) -> list[Line]:
        """Book a gift wrongly, and let two people take it back."""
        one, other = (person.member for person in self.village.coordinators[:2])
        wrong, correction = self._gift(pot, 5_000), self.village.new_id()
        return [
            wrong,
            (one, who.TRUSTED, CorrectionAsked(correction, wrong[2].entry)),
            (other, who.TRUSTED, CorrectionAgreed(correction)),
        ]

    def write(self, lines: int) -> Village:
        """Let a month of books be said that give `lines` published lines, or a few more."""
        village = self.village
        said, given = list(self.opened()), len(self.currency)
        rounds = self.rounds()
        while given < lines:
            more, facts = next(rounds)
            said += facts
            given += more
        for start in range(0, len(said), BATCH):
            day = village.day
            village.hour = village.began + start * village.days * 24 // len(said)
            if village.day != day:
                village.append([village.seen(person) for person in village.people])
            village.append(said[start : start + BATCH])
        return village


class Requests:
    """Requests for money in the view of one of the people of the fund, who sits on every panel and pays out."""

    def __init__(self, purse: Purse, node: Node) -> None:
        """Give the reader a pot of each currency with plenty in it."""
        self.purse, self.node, self.village = purse, node, purse.village
        self.me, self.second, self.third = (person.member for person in purse.village.coordinators)
        self.panel = sorted((self.me, self.second, self.third))
        self.period = self.village.day // charter.value(node.db, "grant_period_days")
        self.pots = {currency: pots[0] for currency, pots in purse.pots.items()}

    def say(self, author: str, *facts: Any) -> None:
        """Check facts and fold them, as a room does with what it opened."""
        db, hour = self.node.db, self.village.hour
        for fact in facts:
            line = self.village.areas.line_of(fact)
            audience = allowed(line, db, who.by(db, author, hour), fact)
            line.fold(db, who.by(db, author, hour, audience), fact)

    def write(self, count: int) -> None:
        """Let `count` requests be on record."""
        self.node.db.execute("begin")
        self.fill()
        askers, whole = cycle(self.purse.people), sum(share for _, share in SHARES)
        for come_to, share in SHARES:
            for n in range(-(-count * share // whole)):
                getattr(self, f"_{come_to}")(next(askers), n)
        self.node.db.execute("commit")

    def fill(self) -> None:
        """Open a pot of each currency with plenty in it, and the others by two of the people of the fund."""
        for pot, currency in self.purse.currency.items():
            keeper = self.me if pot == self.pots[currency] else self.purse.keepers[pot]
            self.say(self.second, PotOpened(pot, "cash", currency, keeper, AMOUNT_MAX))
            self.say(self.third, PotAgreed(pot))
            self.say(keeper, MoneyReceived(self.village.new_id(), pot, 10**10, currency, "", self.purse.week))

    def _asked(self, asker: Person, n: int, *, urgent: bool = False) -> GrantAsked:
        new_id, currency = self.village.new_id, CURRENCIES[n % len(CURRENCIES)]
        asked = GrantAsked(
            grant=new_id(),
            sitting=new_id(),
            currency=currency,
            amount=self.village.rng.randint(2_000, 90_000),
            least=1_000,
            by_when=0,
            way="cash",
            safe_way="بعد الغروب، قرب المخبز، من دون أسماء",
            words="إيجار هذا الشهر ودواء، وما بقي لدينا يكفي أسبوعا واحدا",
            kind="housing",
            sources="",
            on_behalf="",
            for_whom="",
            ground="",
            urgent=urgent,
            panel=self.panel,
            alternates=[],
            period=self.period,
            period_code=new_id(),
        )
        self.say(asker.member, asked)
        return asked

    def _withdrawn(self, asker: Person, n: int) -> None:
        self.say(asker.member, RequestWithdrawn(self._asked(asker, n).grant))

    def _deciding(self, asker: Person, n: int) -> None:
        asked = self._asked(asker, n, urgent=n % 10 == 0)
        self.say(self.second, NeedAssessed(asked.sitting, "days", HARMS[n % 4], ""))
        self.say(self.third, VerdictGiven(asked.sitting, "yes", asked.amount, "fits"))

    def _waiting(self, asker: Person, n: int) -> None:
        asked, place, harm = self._asked(asker, n), self.village.new_id(), HARMS[n % 4]
        self.say(self.second, NeedAssessed(asked.sitting, "weeks", harm, ""))
        taken = PlaceTaken(place, harm, self.period, asked.period_code, self.purse.week, 1)
        self.say(self.second, taken, RequestQueued(asked.grant, place))

    def _reserved(self, asker: Person, n: int) -> tuple[GrantAsked, str]:
        """Let the two others decide, and the reader pay it out."""
        asked, reservation, turn = self._asked(asker, n), self.village.new_id(), self.village.new_id()
        for member in (self.second, self.third):
            self.say(member, VerdictGiven(asked.sitting, "yes", asked.amount, "fits"))
        self.say(
            self.third,
            MoneyReserved(reservation, asked.amount, asked.currency, asked.kind, self.purse.week),
            TurnCounted(turn, self.period, asked.period_code),
            GrantDecided(asked.sitting, reservation, asked.amount, "ordinary", turn),
            GrantAnswered(asked.grant, asked.amount),
        )
        self.say(self.second, ReservationBacked(reservation), PayerSeated(asked.grant, self.me, reservation))
        return asked, reservation

    def _paid(self, asker: Person, n: int) -> None:
        asked, reservation = self._reserved(asker, n)
        grant, payout, pot = asked.grant, self.village.new_id(), self.pots[asked.currency]
        booked = PayoutBooked(payout, reservation, pot, asked.amount, 0, asked.currency, self.purse.week)
        self.say(self.me, PayoutPrepared(grant, payout, "وشاح أخضر", "زيتون"), booked, CarrierSetOut(grant, payout))
        self.say(self.me, PayoutDelivered(grant, payout))
        self.say(asker.member, ReceiptConfirmed(grant, payout, "زيتون"))
        for member in (self.second, self.third):
            self.say(member, PayoutAttested(payout))
        self.say(asker.member, RequestClosed(grant))
