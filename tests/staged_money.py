"""The fund and what is asked of it, in the staged group: every state that a page or a form needs, through the real rules.

The coordinator asks; the steward and the one who looks after the fund decide, and the keeper of the machines pays it out. What
the sample's own story has of it (two pots, gifts, counts, a few requests) is there already.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.ids import new_id
from nasij.sample.plot import Plot
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging

HELPER, GIVER, SECOND = 10, 12, COORDINATOR + 1
CODE_WORD = "ياسمينة"
GRANT, SITTING = "/grants/{grant}", "/grants/sitting/{sitting}"


def early(plot: Plot) -> None:
    """Lay out what has to be weeks old: a pot that is due to be counted, a payout that nobody confirmed."""
    plot.at(plot.end - 33 * HOURS_A_DAY, _never_counted(plot))
    plot.at(plot.end - 18 * HOURS_A_DAY, _never_confirmed(plot))


def _never_counted(plot: Plot) -> Generator[int, None, None]:
    money = Money(plot)
    money.pot("cash", "JOD", TRUSTED, agrees=MACHINES)
    yield 1


def _never_confirmed(plot: Plot) -> Generator[int, None, None]:
    money = Money(plot)
    money.carried(*money.reserved("12"))
    yield 1


class Money:
    """Staging of pots, gifts, books and requests."""

    def __init__(self, stage: "Staging | Plot") -> None:
        self.village, self.cast = stage.village, stage.cast

    def press(self, who: int, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button."""
        return self.village.press(self.cast[who], path, **values)

    def all(self) -> None:
        """Stage everything."""
        self.home = self.one("select pot from pot where keeper = ? and state = 'open'", self.cast[MACHINES].member)
        self.away = self.one("select pot from pot where currency = 'EUR'")
        made = self.press(0, "/trust/propose/{role}", role="fund", member=self.cast[HELPER].member, days=0)[0]
        self.press(STEWARD, "/trust/agree/{appointment}", appointment=made.appointment)
        for number in (FUND, STEWARD, MACHINES, HELPER):
            self.village.visit(self.cast[number])
        self.pots()
        self.gifts()
        self.homes()
        self.books()
        self.requests()
        self.payouts()
        self.waiting_list()

    def one(self, query: str, *values: Any) -> str:
        """Return one value that the room of the fund holds."""
        self.village.read(self.cast[FUND])
        row = self.cast[FUND].node.db.execute(query, values).fetchone()
        assert row, query
        return str(row[0])

    # --- the fund ------------------------------------------------------------------------------------------------

    def pot(self, place: str, currency: str, keeper: int, opens: int = FUND, agrees: int = 0) -> str:
        """Propose a pot, and agree to it where somebody is named who does."""
        form = {"place": place, "currency": currency, "keeper": self.cast[keeper].member, "limit": "20000"}
        pot = str(self.press(opens, "/fund/pots/open", **form)[0].pot)
        if agrees:
            self.press(agrees, "/fund/pots/{pot}/agree", pot=pot)
        return pot

    def pots(self) -> None:
        """One to be agreed, one frozen, one open and empty; money on its way; a count to confirm, one of one's own."""
        self.pot("bank", "JOD", HELPER)
        frozen = self.pot("wallet", "JOD", TRUSTED, agrees=STEWARD)
        self.press(FUND, "/fund/pots/{pot}/freeze", pot=frozen)
        empty = self.pot("goods", "JOD", MACHINES, agrees=STEWARD)
        self.pot("card", "JOD", MACHINES, agrees=STEWARD)
        moved = {"from_pot": self.home, "to_pot": self.away, "leaves": "5", "arrives": "6", "fees": ""}
        self.press(MACHINES, "/fund/move", **moved)
        self.press(FUND, "/fund/count/{pot}", pot=self.home, counted="7")
        self.press(MACHINES, "/fund/count/{pot}", pot=empty, counted="0")

    def gifts(self) -> None:
        """Gifts announced, received, missing and given back; pledges that are due."""
        announced = [self.given(GIVER) for _ in range(4)] + [self.given(HELPER, visible="open")]
        entries = []
        for gift in (announced[0], announced[4]):
            form = {"gift": gift, "pot": self.home, "amount": "4"}
            entries.append(self.press(MACHINES, "/fund/gift/{gift}/received", **form)[0].entry)
        self.press(MACHINES, "/fund/gift/{gift}/missed", gift=announced[1])
        back = self.press(FUND, "/fund/correct/{entry}", entry=entries[0])[0].correction
        self.press(STEWARD, "/fund/correction/{correction}/agree", correction=back)
        form = {"method": "cash", "pot": self.home, "amount": "3", "rhythm": "weekly", "purpose": ""}
        for giver in (GIVER, HELPER):
            self.press(giver, "/fund/pledge", until=self.village.day + 60, **form)

    def given(self, giver: int, visible: str = "private") -> str:
        """Announce a gift; returns it."""
        form = {"method": "cash", "pot": self.home, "amount": "4", "purpose": "", "visible": visible}
        return str(self.press(giver, "/fund/give", **form)[0].gift)

    def books(self) -> None:
        """Two corrections that wait for a second person."""
        for _ in range(2):
            entry = self.press(MACHINES, "/fund/book", pot=self.home, amount="9", purpose="")[0].entry
            self.press(FUND, "/fund/correct/{entry}", entry=entry)

    # --- what is asked -------------------------------------------------------------------------------------------

    def homes(self) -> None:
        """Two live together; somebody else is asked whether they do."""
        ask = "/grants/household/ask"
        linked = self.press(GIVER, ask, other=self.cast[6].member)[-1].household
        self.press(6, "/grants/household/{household}/yes", household=linked)
        self.press(5, ask, other=self.cast[0].member)

    def ask(self, amount: str, *deciders: int, **more: Any) -> tuple[str, str]:
        """Let the coordinator ask so that exactly these decide; returns the request and its sitting."""
        apart = [self.cast[n].member for n in (STEWARD, FUND, SECOND, MACHINES, HELPER) if n not in deciders]
        form = {"currency": "JOD", "amount": amount, "way": "cash", "words": "ثمن دفاتر.", "household": new_id()}
        self.village.read(self.cast[COORDINATOR])
        asked = self.press(COORDINATOR, "/grants/ask", leave_out=apart, **form | more)[-1]
        return asked.grant, asked.sitting

    def assess(self, sitting: str, harm: str) -> None:
        self.press(STEWARD, SITTING + "/assess", sitting=sitting, pressing="days", harm=harm, alternatives="")

    def verdict(self, who: int, sitting: str, amount: str = "") -> list[Any]:
        form = {"verdict": "less" if amount else "yes", "reason": "fits", "amount": amount}
        return self.press(who, SITTING + "/verdict", sitting=sitting, **form)

    def reserved(self, amount: str = "9") -> tuple[str, str]:
        """Let a request be decided: it comes first on the waiting list."""
        grant, sitting = self.ask(amount, STEWARD, FUND, MACHINES)
        self.assess(sitting, "life")
        self.press(STEWARD, SITTING + "/queue", sitting=sitting)
        self.verdict(STEWARD, sitting)
        assert len(self.verdict(FUND, sitting)) > 1, "the second verdict decides"
        return grant, sitting

    def backed(self, grant: str, sitting: str) -> str:
        """Let the first one stand behind it too, and choose the payer."""
        self.press(STEWARD, SITTING + "/back", sitting=sitting)
        self.press(STEWARD, GRANT + "/payer", grant=grant, payer=self.cast[MACHINES].member)
        return grant

    def prepared(self, grant: str, sitting: str) -> dict[str, str]:
        self.backed(grant, sitting)
        form = {"carrier": "سلة قش وشال أزرق.", "code_word": CODE_WORD}
        return {"grant": grant, "payout": self.press(MACHINES, GRANT + "/prepare", grant=grant, **form)[0].payout}

    def carried(self, grant: str, sitting: str) -> dict[str, str]:
        at = self.prepared(grant, sitting)
        pot = self.one("select pot from pot where keeper = ? and holds > 0", self.cast[MACHINES].member)
        self.press(MACHINES, GRANT + "/book/{payout}", pot=pot, fees="", **at)
        return at

    def requests(self) -> None:
        """Drafts; requests that wait, are clarified, are offered less, are not possible, lack people to decide."""
        for number in (COORDINATOR, GIVER):
            self.press(number, "/grants/draft", currency="JOD", amount="8", words="لم أقرر بعد.")
        self.ask("31", STEWARD, FUND, MACHINES)
        for _ in range(2):  # somebody said how they see it, so it can be put on the waiting list
            self.assess(self.ask("38", STEWARD, FUND, MACHINES)[1], "little")
        asked, _ = self.ask("32", STEWARD, FUND, MACHINES)
        self.press(STEWARD, GRANT + "/ask-more", grant=asked, words="متى يلزم؟")
        for offers in (False, True, True):
            _, sitting = self.ask("33", STEWARD, FUND, MACHINES, least="30")
            for number in (STEWARD, FUND):
                self.verdict(number, sitting, "11")
            if offers:
                self.press(STEWARD, SITTING + "/less", sitting=sitting)
        for _ in range(2):
            refused, _ = self.ask("34", STEWARD, FUND)
            self.press(STEWARD, GRANT + "/not-now", grant=refused, reason="short", words="المكتبة العامة.")
        for names in (False, True):
            grant, sitting = self.ask("35", FUND, MACHINES)
            self.press(FUND, SITTING + "/link", sitting=sitting, link="other")
            if names:
                self.press(COORDINATOR, GRANT + "/name", grant=grant, alternates=[self.cast[STEWARD].member])

    def payouts(self) -> None:
        """From reserved to received: a step each, one disputed, one urgent to be looked at."""
        for number in (FUND, HELPER):
            self.press(number, "/grants/on-call", until=self.village.day + 9)
        _, urgent = self.ask("6", STEWARD, FUND, MACHINES, urgent=True)
        assert len(self.verdict(FUND, urgent)) > 1
        self.reserved()
        self.reserved()
        self.backed(*self.reserved())
        self.prepared(*self.reserved())
        for _ in range(2):
            self.carried(*self.reserved())
        delivered, received, *troubles = (self.carried(*self.reserved()) for _ in range(4))
        for at in (delivered, received):
            self.press(MACHINES, GRANT + "/delivered/{payout}", **at)
        for trouble in troubles:
            self.press(COORDINATOR, GRANT + "/trouble/{payout}", trouble="less", words="", **trouble)
            self.press(FUND, "/fund/payout/{payout}/dispute", payout=trouble["payout"])
        self.press(COORDINATOR, GRANT + "/received/{payout}", code_word=CODE_WORD, **received)
        grant, _ = self.reserved()
        self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)

    def waiting_list(self) -> None:
        """A place whose request is over; one that can be decided now, for money came in; a draw that one has promised."""
        grant, sitting = self.ask("36", STEWARD, FUND, MACHINES)
        self.assess(sitting, "little")
        self.press(STEWARD, SITTING + "/queue", sitting=sitting)
        self.press(COORDINATOR, GRANT + "/withdraw", grant=grant)
        _, sitting = self.ask("37", STEWARD, FUND, MACHINES)
        self.assess(sitting, "life")
        self.press(STEWARD, SITTING + "/queue", sitting=sitting)
        self.press(FUND, "/fund/pots/{pot}/freeze", pot=self.home)
        for number in (STEWARD, FUND):
            self.verdict(number, sitting)
        self.press(STEWARD, "/fund/pots/{pot}/thaw", pot=self.home)
        self.press(FUND, "/grants/draw/promise")
