"""The purse of the sample: two pots in two currencies, gifts, counts, and what people asked of it.

Nothing here draws from the story's luck, so that the rest of the story is what it was without it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.kit import money
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 17
OF_FUND = (FUND, COORDINATOR + 1, MACHINES, STEWARD)
KEEPER, AWAY_KEEPER = MACHINES, TRUSTED
HOME, AWAY = "JOD", "EUR"
GIFTS = 20
COUNT_DAYS = 12
AMOUNTS = ("25", "40", "15", "10", "60", "12.500", "30", "20")
METHODS = ("cash", "hawala", "cash", "wallet", "cash")
WORDS = (
    "إيجار نصف شهر، إلى أن يبدأ العمل الجديد.",
    "ليلتان في مكان آمن، والباقي مواصلات.",
    "نظارة جديدة بدل المكسورة.",
    "رسوم ورقة رسمية وطوابعها.",
    "قسط أول لدورة خياطة.",
    "دواء شهر كامل.",
)
LOOKS = "سلة قش وشال أزرق، بعد العصر عند الدكان."
CODE_WORD = "ياسمينة"
SAFE = "عند بائع الشاي بعد السادسة. لا اسم."


class Purse:
    """What the group keeps together, and what is asked of it."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village
        self.pot = ""
        self.away_pot = ""

    def begin(self) -> None:
        """Lay it out: the pots first, what is asked once something is there, the last days counted back from now."""
        plot, span = self.plot, self.plot.days - FIRST_DAY
        plot.on(FIRST_DAY, 10, self.opening())
        plot.on(FIRST_DAY + 1, 12, self.giving())
        plot.on(FIRST_DAY + span * 0.1, 9, self.counting())
        plot.on(FIRST_DAY + span * 0.3, 10, self.urgent())
        plot.on(FIRST_DAY + span * 0.35, 13, self.paid())
        plot.on(FIRST_DAY + span * 0.5, 12, self.pot_abroad())
        for back, strand in (
            (130, self.appealed()),
            (75, self.to_be_backed()),
            (30, self.waits_its_turn()),
            (9, self.waits_for_verdicts()),
        ):
            plot.at(plot.end - back, strand)

    # --- who and what ------------------------------------------------------------------------------------------------

    def press(self, number: int | Person, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button."""
        return self.village.press(self.plot.cast[number] if isinstance(number, int) else number, path, **values)

    def until_open(self) -> Strand:
        """Wait until there is a pot."""
        while not self.pot:
            yield 6

    def givers(self) -> list[Person]:
        """Return who may give."""
        return [person for person in self.village.trusted() if person.number not in (KEEPER, AWAY_KEEPER)]

    def asker(self, place: int) -> Person:
        """Return somebody who asks, and whom none of those who decide brought in."""
        able = [
            person
            for person in self.village.trusted()
            if person.number not in (0, TRUSTED, *OF_FUND)
            and (person.introduced_by is None or person.introduced_by.number not in OF_FUND)
        ]
        return able[place % len(able)]

    def ask(self, asker: Person, amount: str, words: str, **more: Any) -> tuple[str, str, list[Person]]:
        """Ask for money; returns the request, its sitting, and who decides, whoever will pay it out last."""
        form = {"currency": HOME, "amount": amount, "way": "cash", "safe_way": SAFE, "words": words} | more
        asked = self.press(asker, "/grants/ask", **form)[-1]
        by_member = {self.plot.cast[number].member: self.plot.cast[number] for number in OF_FUND}
        panel = [by_member[member] for member in asked.panel]
        return asked.grant, asked.sitting, sorted(panel, key=lambda person: person.number == KEEPER)

    # --- the pots ----------------------------------------------------------------------------------------------------

    def opening(self) -> Strand:
        """Let four people look after the fund, and open the first pot."""
        village, cast = self.village, self.plot.cast
        while FUND not in cast or "fund" not in cast[FUND].by.roles:
            yield 8
        for number in OF_FUND[1:]:
            made = self.press(0, "/trust/propose/{role}", role="fund", member=cast[number].member, days=0)[0]
            yield 1
            agrees = COORDINATOR if number == STEWARD else STEWARD
            self.press(agrees, "/trust/agree/{appointment}", appointment=made.appointment)
        yield 20
        for number in (*OF_FUND, *OF_FUND):
            village.visit(cast[number])  # their rooms hand on the key of the fund's people
        pot = yield from self.opened("cash", HOME, KEEPER, "12000", "900")
        self.pot = pot

    def opened(self, place: str, currency: str, keeper: int, limit: str, amount: str) -> Generator[int, None, str]:
        """Open a pot by the word of two, and book what is in it on its first day."""
        form = {"place": place, "currency": currency, "keeper": self.plot.cast[keeper].member, "limit": limit}
        pot = str(self.press(FUND, "/fund/pots/open", **form)[0].pot)
        yield 5
        self.press(COORDINATOR + 1, "/fund/pots/{pot}/agree", pot=pot)
        yield 2
        self.press(keeper, "/fund/opening", pot=pot, amount=amount)
        return pot

    def pot_abroad(self) -> Strand:
        """Open a pot in another currency once its keeper is trusted, and change some money."""
        yield from self.until_open()
        while TRUSTED not in self.plot.cast or not self.plot.cast[TRUSTED].settled_in:
            yield HOURS_A_DAY
        pot = yield from self.opened("wallet", AWAY, AWAY_KEEPER, "9000", "400")
        self.away_pot = pot
        yield 30
        moved = {"from_pot": self.pot, "to_pot": pot, "leaves": "60", "arrives": "77.50", "fees": "1"}
        transfer = self.press(KEEPER, "/fund/move", **moved)[0].transfer
        yield 7
        self.press(AWAY_KEEPER, "/fund/transfer/{transfer}/confirm", transfer=transfer)
        yield 5
        self.press(AWAY_KEEPER, "/fund/fee", pot=pot, amount="1.20")

    # --- gifts and counts --------------------------------------------------------------------------------------------

    def giving(self) -> Strand:
        """Let gifts come: announced, pledged, or handed to the keeper without a word."""
        yield from self.until_open()
        pause = max(4, (self.plot.end - self.village.clock.now - 40) // GIFTS - 22)
        pledge, giver = yield from self.pledged()
        for place in range(GIFTS):
            amount = AMOUNTS[place % len(AMOUNTS)]
            if place % 4 == 1:
                self.press(KEEPER, "/fund/book", pot=self.pot, amount=amount, purpose="")
            elif place % 7 == 4:
                gift = self.press(giver, "/fund/pledge/{pledge}/give", pledge=pledge, pot=self.pot)[0].gift
                yield from self.arrives(gift, KEEPER, self.pot, "20")
            else:
                yield from self.given(place, amount)
            yield pause

    def pledged(self) -> Generator[int, None, tuple[str, Person]]:
        """Let somebody pledge a little every week."""
        giver = self.plot.cast[COORDINATOR]
        form = {"method": "cash", "pot": self.pot, "amount": "20", "rhythm": "weekly", "purpose": ""}
        yield 2
        return self.press(giver, "/fund/pledge", until=self.village.day + 120, **form)[0].pledge, giver

    def given(self, place: int, amount: str) -> Strand:
        """Let one gift be announced and arrive; some say openly that they gave, and one gives for a purpose."""
        givers = self.givers()
        giver = givers[(place * 3 + 1) % len(givers)]
        abroad = bool(self.away_pot) and place % 3 == 0
        pot, keeper = (self.away_pot, AWAY_KEEPER) if abroad else (self.pot, KEEPER)
        visible = "open" if place % 5 == 3 else "private"
        form = {
            "method": METHODS[place % len(METHODS)],
            "pot": pot,
            "visible": visible,
            "amount": amount.partition(".")[0],
        }
        purpose = "health" if place == 6 else ""
        gift = self.press(giver, "/fund/give", purpose=purpose, **form)[0].gift
        yield from self.arrives(gift, keeper, pot, form["amount"])
        if visible == "open":
            yield 3
            self.press(giver, "/fund/tell", words="لأن الدور يأتي على الجميع.")

    def arrives(self, gift: str, keeper: int, pot: str, amount: str) -> Strand:
        """Let the keeper take a gift in the day after."""
        yield 20
        self.press(keeper, "/fund/gift/{gift}/received", gift=gift, pot=pot, amount=amount)

    def counting(self) -> Strand:
        """Let each pot be counted by two people; once, a little is missing."""
        yield from self.until_open()
        turn = 0
        while True:
            for pot, keeper in ((self.pot, KEEPER), (self.away_pot, AWAY_KEEPER)):
                if pot:
                    yield from self.counted(pot, keeper, missing=turn == 1 and keeper == KEEPER)
            turn += 1
            yield COUNT_DAYS * HOURS_A_DAY

    def counted(self, pot: str, keeper: int, *, missing: bool) -> Strand:
        """Let the keeper count, and a second person after them."""
        self.village.read(self.plot.cast[keeper])
        holds, currency = (
            self.plot.cast[keeper].node.db.execute("select holds, currency from pot where pot = ?", (pot,)).fetchone()
        )
        there = money.shown(holds - (150 if missing else 0), currency)
        count = self.press(keeper, "/fund/count/{pot}", pot=pot, counted=there)[0].count
        yield 1
        self.press(COORDINATOR + 1, "/fund/counted/{count}/confirm", count=count, counted=there)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def urgent(self) -> Strand:
        """Decide by the word of one who is on call, pay within the day, and look at it afterwards."""
        yield from self.until_open()
        self.press(FUND, "/grants/on-call", until=self.village.day + 7)
        yield 9
        asker = self.asker(1)
        grant, sitting, panel = self.ask(asker, "30", WORDS[1], kind="safety", urgent=True)
        yield 2
        first = self.plot.cast[FUND]
        self.press(first, "/grants/sitting/{sitting}/verdict", sitting=sitting, verdict="yes", reason="fits", amount="")
        yield 1
        yield from self.handed_over(asker, grant, panel)
        yield 20
        second = next(person for person in panel if person is not first)
        self.press(second, "/grants/sitting/{sitting}/review", sitting=sitting, words="كان في وقته.")

    def paid(self) -> Strand:
        """Ask, be asked, be decided about by two, and be paid by a third with a word."""
        yield from self.until_open()
        asker = self.asker(0)
        grant, sitting, panel = self.ask(asker, "80", WORDS[0], kind="housing", least="50")
        yield 8
        self.press(panel[0], "/grants/{grant}/ask-more", grant=grant, words="هل يكفي أن يصل قبل آخر الشهر؟")
        yield 10
        self.press(asker, "/grants/{grant}/more", grant=grant, words="نعم، قبل آخر الشهر بيومين.")
        yield from self.approved(grant, sitting, panel)
        yield 6
        self.press(panel[0], "/grants/sitting/{sitting}/back", sitting=sitting)
        yield 5
        yield from self.handed_over(asker, grant, panel)

    def approved(self, grant: str, sitting: str, panel: list[Person]) -> Strand:
        """Let two of the panel approve; with the second verdict it is decided."""
        self.press(panel[0], "/grants/{grant}/take-up", grant=grant)
        self.assess(panel[0], sitting)
        for person in panel[:2]:
            yield 7
            path = "/grants/sitting/{sitting}/verdict"
            self.press(person, path, sitting=sitting, verdict="yes", reason="fits", amount="")

    def assess(self, person: Person, sitting: str) -> None:
        """Let one of the panel say how they see it."""
        path = "/grants/sitting/{sitting}/assess"
        self.press(person, path, sitting=sitting, pressing="weeks", harm="grave", alternatives="")

    def handed_over(self, asker: Person, grant: str, panel: list[Person]) -> Strand:
        """Let the keeper, who did not decide, pay it out; whoever asked confirms it, and two attest it."""
        at: dict[str, Any] = {"grant": grant}
        self.press(panel[0], "/grants/{grant}/payer", payer=self.plot.cast[KEEPER].member, **at)
        yield 2
        form = {"carrier": LOOKS, "code_word": CODE_WORD}
        payout = self.press(KEEPER, "/grants/{grant}/prepare", **form, **at)[0].payout
        at["payout"] = payout
        yield 1
        self.press(KEEPER, "/grants/{grant}/book/{payout}", pot=self.pot, fees="", **at)
        yield 4
        self.press(KEEPER, "/grants/{grant}/delivered/{payout}", **at)
        yield 3
        self.press(asker, "/grants/{grant}/received/{payout}", code_word=CODE_WORD, **at)
        for person in panel[:2]:
            yield 5
            self.press(person, "/grants/{grant}/attest/{payout}", **at)

    def appealed(self) -> Strand:
        """Say that it is not possible this time; whoever asked lets others look at it."""
        yield from self.until_open()
        asker = self.asker(2)
        cast = self.plot.cast
        apart = [cast[FUND].member, cast[STEWARD].member]
        grant, _, panel = self.ask(asker, "150", WORDS[4], kind="work", leave_out=apart)
        yield 20
        said = "قد تساعد المكتبة العامة: دورات مجانية كل شهر."
        self.press(panel[0], "/grants/{grant}/not-now", grant=grant, reason="short", words=said)
        yield 24
        self.press(asker, "/grants/{grant}/appeal", grant=grant, words="يكفي نصف المبلغ للبداية.", leave_out=[])

    def to_be_backed(self) -> Strand:
        """Decide about a request whose reservation still waits for the second one to stand behind it."""
        yield from self.until_open()
        grant, sitting, panel = self.ask(self.asker(3), "55", WORDS[2], kind="health")
        yield 6
        yield from self.approved(grant, sitting, panel)

    def waits_its_turn(self) -> Strand:
        """Put a request on the waiting list."""
        yield from self.until_open()
        _, sitting, panel = self.ask(self.asker(4), "120", WORDS[5], kind="health", least="60")
        yield 4
        self.assess(panel[0], sitting)
        self.press(panel[0], "/grants/sitting/{sitting}/queue", sitting=sitting)

    def waits_for_verdicts(self) -> Strand:
        """Let the newest member ask, and keep a draft of something else."""
        yield from self.until_open()
        while self.plot.people - 1 not in self.plot.cast:
            yield 1
        newest = self.plot.cast[self.plot.people - 1]
        self.ask(newest, "35", WORDS[3], kind="legal")
        self.press(newest, "/grants/draft", currency=HOME, amount="20", words="مواصلات شهر، لم أقرر بعد.")
        yield 1
