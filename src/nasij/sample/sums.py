"""What goes wrong with money and is put right: a sum in the wrong pot, a gift that never came, a hand-over that failed.

All of it is over at the present hour, and the books add up to what they did before.
"""

from typing import Any

from nasij.clock import HOURS_A_DAY
from nasij.ids import new_id
from nasij.sample.parts import ONE, OTHER, Part, Strand
from nasij.sample.purse import CODE_WORD, HOME, KEEPER, LOOKS, SAFE
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

SECOND = COORDINATOR + 1
DECIDE = (STEWARD, FUND, SECOND, MACHINES)
GRANT, SITTING, GIFT = "/grants/{grant}", "/grants/sitting/{sitting}", "/fund/gift/{gift}"
WORDS = "ثمن دفاتر وكتب لشهر."


class Books(Part):
    """The books and the pots."""

    def strands(self) -> list[Strand]:
        """Return what is put right in the books."""
        return [self.wrong_pot(), self.gifts(), self.second_pot()]

    def home(self) -> str:
        """Return the pot that most of it lies in."""
        query = "select pot from pot where keeper = ? and state = 'open' and currency = ? order by opened_on, pot"
        return str(self.one(FUND, query, self.member(KEEPER), HOME))

    def wrong_pot(self) -> Strand:
        """Book something into the wrong pot; one asks for the correction, a second one agrees; another was no mistake."""
        yield from self.there(FUND, MACHINES, STEWARD)
        for agreed in (True, False):
            booked = self.press(KEEPER, "/fund/book", pot=self.home(), amount="9", purpose="")
            yield 5
            asked = self.press(FUND, "/fund/correct/{entry}", entry=booked.entry).correction
            yield 5
            if agreed:
                self.press(STEWARD, "/fund/correction/{correction}/agree", correction=asked)
            else:
                self.press(FUND, "/fund/correction/{correction}/drop", correction=asked)

    def gifts(self) -> Strand:
        """Announce a gift that never comes; give one back; end a pledge."""
        yield from self.there(ONE, MACHINES, FUND, STEWARD)
        form = {"method": "cash", "pot": self.home(), "amount": "6", "purpose": ""}
        missed, back = (self.press(ONE, "/fund/give", visible="private", **form).gift for _ in range(2))
        pledge = self.press(ONE, "/fund/pledge", until=self.village.day + 60, rhythm="weekly", **form).pledge
        yield 20
        entry = self.press(KEEPER, GIFT + "/received", gift=back, pot=form["pot"], amount="6").entry
        yield 3 * HOURS_A_DAY
        self.press(KEEPER, GIFT + "/missed", gift=missed)
        asked = self.press(FUND, "/fund/correct/{entry}", entry=entry).correction
        yield 3
        self.press(STEWARD, "/fund/correction/{correction}/agree", correction=asked)
        self.press(KEEPER, GIFT + "/returned", gift=back)
        self.press(ONE, "/fund/pledge/{pledge}/stop", pledge=pledge)

    def second_pot(self) -> Strand:
        """Try a second pot, on a card: counted twice, closed for a while, and given up before anything was in it."""
        yield from self.there(FUND, MACHINES, STEWARD)
        form = {"place": "card", "currency": HOME, "keeper": self.member(STEWARD), "limit": "500"}
        pot = self.press(FUND, "/fund/pots/open", **form).pot
        yield 4
        self.press(SECOND, "/fund/pots/{pot}/agree", pot=pot)
        moved = {"from_pot": self.home(), "to_pot": pot, "leaves": "5", "arrives": "5", "fees": ""}
        transfer = self.press(KEEPER, "/fund/move", **moved).transfer
        yield 6
        self.press(KEEPER, "/fund/transfer/{transfer}/drop", transfer=transfer)
        count = self.press(STEWARD, "/fund/count/{pot}", pot=pot, counted="0").count
        yield 2
        self.press(STEWARD, "/fund/counted/{count}/drop", count=count)
        self.press(FUND, "/fund/pots/{pot}/freeze", pot=pot)
        yield 2 * HOURS_A_DAY
        self.press(MACHINES, "/fund/pots/{pot}/thaw", pot=pot)
        yield 3
        self.press(FUND, "/fund/pots/{pot}/close", pot=pot)


class Asked(Part):
    """Requests that go otherwise."""

    def strands(self) -> list[Strand]:
        """Return what happens with requests."""
        return [
            self.less(),
            self.stands_back(),
            self.in_parts(),
            self.lost(),
            self.given_up(),
            self.called(),
            self.drawn(),
        ]

    def ask(self, amount: str, *deciders: int, **more: Any) -> tuple[str, str]:
        """Let a coordinator ask so that exactly these decide; returns the request and its sitting."""
        apart = [self.member(number) for number in DECIDE if number not in deciders]
        form = {"currency": HOME, "amount": amount, "way": "cash", "words": WORDS, "safe_way": SAFE, **more}
        person = self.plot.cast[COORDINATOR]
        asked = self.village.press(person, "/grants/ask", leave_out=apart, household=new_id(), **form)[-1]
        return asked.grant, asked.sitting

    def verdict(self, who: int, sitting: str, amount: str = "") -> None:
        """Let one give a verdict: yes, or less."""
        form = {"verdict": "less" if amount else "yes", "reason": "fits", "amount": amount}
        self.press(who, SITTING + "/verdict", sitting=sitting, **form)

    def reserved(self, amount: str) -> tuple[str, str]:
        """Let a request be decided by two of three."""
        grant, sitting = self.ask(amount, STEWARD, FUND, MACHINES)
        self.verdict(STEWARD, sitting)
        self.verdict(FUND, sitting)
        return grant, sitting

    def carried(self, grant: str) -> dict[str, str]:
        """Let the keeper prepare a hand-over and book it."""
        form = {"carrier": LOOKS, "code_word": CODE_WORD}
        at = {"grant": grant, "payout": self.press(KEEPER, GRANT + "/prepare", grant=grant, **form).payout}
        pot = self.one(
            KEEPER, "select pot from pot where keeper = ? and holds > 0 order by holds desc", self.member(KEEPER)
        )
        self.press(KEEPER, GRANT + "/book/{payout}", pot=pot, fees="", **at)
        return at

    def backed(self, amount: str) -> str:
        """Let a request be decided, stood behind by both, and given to the keeper to pay out."""
        grant, sitting = self.reserved(amount)
        self.press(STEWARD, SITTING + "/back", sitting=sitting)
        self.press(STEWARD, GRANT + "/payer", grant=grant, payer=self.member(KEEPER))
        return grant

    def less(self) -> Strand:
        """Drop a draft; be offered less than what helps: once yes, once rather wait; then it is not needed any more."""
        yield from self.there(COORDINATOR, *DECIDE)
        draft = self.press(COORDINATOR, "/grants/draft", currency=HOME, amount="8", words="لم أقرر بعد.").draft
        self.press(COORDINATOR, "/grants/draft/{draft}/drop", draft=draft)
        for answer in ("yes", "wait"):
            grant, sitting = self.ask("33", STEWARD, FUND, MACHINES, least="30")
            yield 5
            for number in (STEWARD, FUND):
                self.verdict(number, sitting, "11")
            self.press(STEWARD, SITTING + "/less", sitting=sitting)
            yield 4
            self.press(COORDINATOR, f"{GRANT}/{answer}", grant=grant)
            yield 3
            self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)

    def stands_back(self) -> Strand:
        """Step out of a panel for a link to whoever asks; another is named, and takes the seat."""
        yield from self.there(COORDINATOR, *DECIDE)
        grant, sitting = self.ask("35", FUND, MACHINES)
        yield 4
        self.press(FUND, SITTING + "/link", sitting=sitting, link="other")
        yield 4
        self.press(COORDINATOR, GRANT + "/name", grant=grant, alternates=[self.member(STEWARD)])
        self.press(COORDINATOR, GRANT + "/fill", grant=grant)
        yield 9
        self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)
        self.press(STEWARD, "/grants/on-call", until=self.village.day + 2)
        yield 3
        self.press(STEWARD, "/grants/off-call")

    def in_parts(self) -> Strand:
        """Turn back at a closed street; then part of it arrives, and the rest comes the day after."""
        yield from self.there(COORDINATOR, *DECIDE)
        grant = self.backed("9")
        at = self.carried(grant)
        yield 6
        self.press(KEEPER, GRANT + "/failed/{payout}", **at)
        at = self.carried(grant)
        yield 4
        self.press(KEEPER, GRANT + "/delivered/{payout}", **at)
        self.press(COORDINATOR, GRANT + "/trouble/{payout}", trouble="less", words="", **at)
        for number in (STEWARD, FUND):
            yield 2
            self.press(number, GRANT + "/part/{payout}", missing="2", **at)
        at = self.carried(grant)
        yield 20
        yield from self.received(at)

    def received(self, at: dict[str, str]) -> Strand:
        """Confirm what arrived, attest it, and close the request."""
        self.press(COORDINATOR, GRANT + "/received/{payout}", code_word=CODE_WORD, **at)
        for number in (STEWARD, FUND):
            yield 2
            self.press(number, GRANT + "/attest/{payout}", **at)
        self.press(COORDINATOR, GRANT + "/close", grant=at["grant"])

    def lost(self) -> Strand:
        """Lose a hand-over; the next one counts as received by the word of two."""
        yield from self.there(COORDINATOR, *DECIDE)
        grant = self.backed("7")
        at = self.carried(grant)
        yield 12
        self.press(COORDINATOR, GRANT + "/trouble/{payout}", trouble="nothing", words="", **at)
        for number in (STEWARD, FUND):
            yield 3
            self.press(number, GRANT + "/lost/{payout}", **at)
        at = self.carried(grant)
        yield 6
        self.press(COORDINATOR, GRANT + "/trouble/{payout}", trouble="other", words="وصل متأخرًا.", **at)
        for number in (STEWARD, FUND):
            yield 3
            self.press(number, GRANT + "/settle/{payout}", words="", **at)
        self.press(COORDINATOR, GRANT + "/close", grant=grant)

    def given_up(self) -> Strand:
        """Decide once more about a sum that was reserved, before it is not needed any more."""
        yield from self.there(COORDINATOR, *DECIDE)
        grant, sitting = self.reserved("8")
        yield 8
        self.press(STEWARD, SITTING + "/return", sitting=sitting)
        yield 8
        self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)

    def called(self) -> Strand:
        """Wait for one's place and be called; another place is left, since its request is over."""
        yield from self.there(COORDINATOR, *DECIDE)
        assessed = {"pressing": "days", "harm": "life", "alternatives": ""}
        for leaves in (False, True):
            grant, sitting = self.ask("6", STEWARD, FUND, MACHINES)
            self.press(STEWARD, SITTING + "/assess", sitting=sitting, **assessed)
            place = self.press(STEWARD, SITTING + "/queue", sitting=sitting).place
            yield 6
            if leaves:
                self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)
                self.press(STEWARD, "/grants/place/{place}/leave", place=place)
                continue
            for number in (STEWARD, FUND):
                self.verdict(number, sitting)
            self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)
            self.press(STEWARD, SITTING + "/return", sitting=sitting)

    def drawn(self) -> Strand:
        """Let two promise a secret each, so that a draw gives the order of those who wait; two say that they share no home."""
        yield from self.there(ONE, OTHER, *DECIDE)
        for number in (STEWARD, FUND):
            self.press(number, "/grants/draw/promise")
            yield 3
        for number in (STEWARD, FUND):
            self.press(number, "/grants/draw/reveal")
            yield 3
        asked = self.village.press(self.plot.cast[ONE], "/grants/household/ask", other=self.member(OTHER))
        household = next(fact.household for fact in asked if hasattr(fact, "household"))
        yield 4
        self.press(OTHER, "/grants/household/{household}/end", household=household)
