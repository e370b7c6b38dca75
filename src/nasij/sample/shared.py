"""What people of the sample share: things, a medicine chest, nights, and a directory of services outside.

Nothing here draws from the story's luck. A lamp is lost and forgiven; one service turns out not to be safe, and the next
person is spared it; somebody stays two nights at a house whose address is gone again.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.areas.aid import kind_id
from nasij.clock import HOURS_A_DAY
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 22
SECOND = COORDINATOR + 1  # coordinates too
THINGS = (
    (STEWARD, "ماكينة خياطة", "household", 1, "تعمل، وتحتاج إلى زيت."),
    (MACHINES, "مثقاب مع عدّته", "tools", 1, ""),
    (FUND, "مصباح قراءة", "books", 2, "واحد منهما بلا غطاء."),
    (TRUSTED, "عكازان", "health", 2, ""),
)
LEGAL = {
    "name": "مكتب السلّم الأزرق للاستشارات",
    "kinds": [kind_id("legal")],
    "area": "وسط البلد",
    "reach": "00000 111",
    "fee": "أول استشارة دون مقابل",
    "papers": "لا شيء في اللقاء الأول",
    "languages": "العربية، الكردية",
    "mention": "لا حاجة إلى ذكرنا.",
}
CLINIC = {
    "name": "عيادة الحديقة",
    "kinds": [kind_id("medicine")],
    "area": "قرب الحديقة",
    "reach": "00000 222",
    "fee": "بحسب القدرة",
    "papers": "اسم للملف فقط",
    "languages": "العربية",
}
OFFICE = {
    "name": "مكتب المعاملات السريع",
    "kinds": [kind_id("paperwork")],
    "area": "شارع البريد",
    "reach": "00000 333",
    "fee": "بحسب المعاملة",
}
SHELTER = {"name": "بيت الضيافة العام", "kinds": [kind_id("shelter")], "area": "خلف المحطة"}
HOUSE_RULES = "هدوء بعد العاشرة، والمفتاح في مكانه قبل الخروج."
EXIT = "إلى محطة القطار ثم بيت الخالة. وللجيران: زيارة عمل قصيرة."
WORDS = "سألونا عن أسماء من جاء معنا، واتصلوا بأحد ونحن ننتظر."


class Shared:
    """What is shared."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village
        self.trusted = plot.once_trusted
        self.made: dict[str, str] = {}

    def begin(self) -> None:
        """Lay it out over the story, and what is open now back from its end."""
        plot, span = self.plot, max(1, self.plot.days - FIRST_DAY)
        plot.on(FIRST_DAY, 9, self.things())
        plot.on(FIRST_DAY + 1, 12, self.stock())
        plot.on(FIRST_DAY + 2, 14, self.directory())
        plot.on(FIRST_DAY + span * 0.3, 15, self.lost())
        plot.on(FIRST_DAY + span * 0.4, 19, self.nights())
        plot.at(plot.end - 9 * HOURS_A_DAY, self.unsafe())
        plot.at(plot.end - 4 * HOURS_A_DAY, self.open_now())

    def press(self, number: int, path: str, **values: Any) -> Any:
        """Let somebody press a button; returns the first fact."""
        return self.village.press(self.plot.cast[number], path, **values)[0]

    def all_there(self) -> Strand:
        """Wait until those who share are trusted."""
        for number in (STEWARD, COORDINATOR, SECOND, FUND, MACHINES, TRUSTED):
            yield from self.trusted(number)

    def until(self, *names: str) -> Strand:
        """Wait until something was made."""
        while not set(names) <= set(self.made):
            yield HOURS_A_DAY // 2

    # --- things and stock --------------------------------------------------------------------------------------------

    def things(self) -> Strand:
        """Lend four things; one goes out and comes back."""
        yield from self.all_there()
        for number, what, sort, quantity, condition in THINGS:
            form = {"what": what, "sort": sort, "quantity": quantity, "area": "", "condition": condition}
            self.made[what] = self.press(number, "/things/share", **form).thing
            yield 5
        loan = yield from self.lent(THINGS[1][1], TRUSTED, MACHINES)
        yield 6 * HOURS_A_DAY
        self.press(TRUSTED, "/things/loan/{loan}/given-back", loan=loan)
        yield 3
        self.press(MACHINES, "/things/loan/{loan}/returned", loan=loan)

    def lent(self, what: str, borrower: int, keeper: int, days: int = 14) -> Generator[int, None, str]:
        """Let somebody borrow something."""
        yield from self.until(what)
        form = {"thing": self.made[what], "back_on": self.village.day + days, "words": ""}
        loan = str(self.press(borrower, "/things/thing/{thing}/ask", **form).loan)
        yield 8
        self.press(keeper, "/things/loan/{loan}/agree", loan=loan, back_on=self.village.day + days)
        return loan

    def lost(self) -> Strand:
        """Lose a lamp, and nobody minds."""
        loan = yield from self.lent(THINGS[2][1], STEWARD, FUND, days=3)
        yield 5 * HOURS_A_DAY
        self.press(STEWARD, "/things/loan/{loan}/lost", loan=loan, words="بقي في سيارة الأجرة.")
        yield 12
        self.press(FUND, "/things/loan/{loan}/forgive", loan=loan)

    def stock(self) -> Strand:
        """Keep a medicine chest with two keepers, and food parcels with one."""
        yield from self.all_there()
        form = {"what": "مسكّن للألم", "sort": "medicine", "unit": "علبة", "area": "", "least": 5}
        chest = self.press(COORDINATOR, "/things/stock/begin", **form).stock
        second = self.plot.cast[SECOND].member
        self.press(COORDINATOR, "/things/stock/{stock}/keeper", stock=chest, member=second)
        parcels = {"what": "سلة مواد أساسية", "sort": "food", "unit": "سلة", "area": "", "least": 3}
        baskets = self.press(STEWARD, "/things/stock/begin", **parcels).stock
        came = {"stock": baskets, "count": 12, "keeps_until": self.village.day + 240}
        self.made["baskets"] = self.press(STEWARD, "/things/stock/{stock}/receive", **came).batch
        came = {"stock": chest, "count": 20, "keeps_until": self.plot.end // HOURS_A_DAY + 9}
        batch = self.made["chest"] = self.press(SECOND, "/things/stock/{stock}/receive", **came).batch
        for number, count, way in ((SECOND, 4, "handed_out"), (COORDINATOR, 6, "handed_out"), (SECOND, 1, "spoiled")):
            yield 4 * HOURS_A_DAY
            self.press(number, "/things/batch/{batch}/take", batch=batch, count=count, way=way)
        yield HOURS_A_DAY
        self.press(COORDINATOR, "/things/batch/{batch}/count", batch=batch, found=8)

    # --- nights ------------------------------------------------------------------------------------------------------

    def nights(self) -> Strand:
        """Host somebody for two nights whom coordination brings."""
        yield from self.all_there()
        form = {"scope": "coordinators", "area": "", "places": 1, "nights_most": 5, "house_rules": HOUSE_RULES}
        until = self.plot.end // HOURS_A_DAY + 60
        self.made["hosting"] = hosting = self.press(FUND, "/things/host", until=until, **form).hosting
        yield 20
        guest = self.plot.cast[TRUSTED].member
        asked = {"guest": guest, "from_on": self.village.day, "nights": 2, "words": "حتى موعد القطار."}
        stay = self.press(COORDINATOR, "/things/hosting/{hosting}/bring", hosting=hosting, **asked).stay
        yield 2
        self.press(FUND, "/things/stay/{stay}/offer", stay=stay, house_rules=HOUSE_RULES, exit_plan=EXIT)
        yield 1
        self.press(TRUSTED, "/things/stay/{stay}/accept", stay=stay)
        self.press(FUND, "/things/stay/{stay}/address", stay=stay, address="خلف المخبز، الباب الثالث.", arriving="")
        yield 3
        self.press(TRUSTED, "/things/stay/{stay}/start", stay=stay)
        yield 2 * HOURS_A_DAY
        self.press(TRUSTED, "/things/stay/{stay}/end", stay=stay)

    # --- the directory -----------------------------------------------------------------------------------------------

    def directory(self) -> Strand:
        """Write services down, check them, and tell how it was."""
        yield from self.all_there()
        for name, number, details in (
            ("legal", COORDINATOR, LEGAL),
            ("clinic", STEWARD, CLINIC),
            ("office", MACHINES, OFFICE),
            ("shelter", SECOND, SHELTER),
        ):
            self.made[name] = self.press(number, "/things/service/write", **details).provider
            yield 7
        for name, number, method in (
            ("legal", STEWARD, "called"),
            ("legal", FUND, "visited"),
            ("clinic", COORDINATOR, "used"),
            ("office", TRUSTED, "called"),
        ):
            self.press(
                number, "/things/service/{provider}/check", provider=self.made[name], method=method, result="right"
            )
            yield 9
        told = {
            "safe": "safe",
            "papers": "no",
            "respect": "yes",
            "fee": "none",
            "words": "استقبال هادئ، دون أسئلة زائدة.",
        }
        self.press(TRUSTED, "/things/service/{provider}/tell", provider=self.made["legal"], **told)
        helped = yield from self.referred("clinic", SECOND, MACHINES)
        yield 6 * HOURS_A_DAY
        self.press(MACHINES, "/things/referral/{referral}/seen", referral=helped)
        self.press(MACHINES, "/things/referral/{referral}/outcome", referral=helped, outcome="helped")

    def referred(self, name: str, referrer: int, member: int, days: int = 6) -> Generator[int, None, str]:
        """Let somebody be referred, agree, and be announced there."""
        yield from self.until(name)
        form = {"provider": self.made[name], "member": self.plot.cast[member].member, "need": ""}
        path = "/things/service/{provider}/refer"
        referral = str(self.press(referrer, path, contact_by=self.village.day + days, **form).referral)
        yield 10
        self.press(member, "/things/referral/{referral}/agree", referral=referral)
        yield 3
        self.press(referrer, "/things/referral/{referral}/sent", referral=referral)
        return referral

    def unsafe(self) -> Strand:
        """Find that an office is not safe; one more confirms it, and the last word is still to come."""
        yield from self.all_there()
        referral = yield from self.referred("office", COORDINATOR, STEWARD)
        yield 2 * HOURS_A_DAY
        self.press(STEWARD, "/things/referral/{referral}/outcome", referral=referral, outcome="unsafe")
        yield HOURS_A_DAY
        told = {"safe": "unsafe", "papers": "yes", "respect": "no", "fee": "more", "words": WORDS}
        self.press(TRUSTED, "/things/service/{provider}/tell", provider=self.made["office"], **told)

    def open_now(self) -> Strand:
        """Leave some of it open: a loan asked for, one out, a stay asked for, a referral on its way."""
        yield from self.all_there()
        yield from self.lent(THINGS[0][1], COORDINATOR, STEWARD)
        yield from self.until(THINGS[3][1], "hosting")
        form = {"thing": self.made[THINGS[3][1]], "back_on": self.village.day + 20, "words": "لأسبوعين بعد العملية."}
        self.press(MACHINES, "/things/thing/{thing}/ask", **form)
        asked = {"guest": self.plot.cast[0].member, "from_on": self.village.day + 6, "nights": 1, "words": ""}
        self.press(SECOND, "/things/hosting/{hosting}/bring", hosting=self.made["hosting"], **asked)
        yield from self.referred("legal", STEWARD, TRUSTED)
