"""What goes otherwise than planned with what is shared: a loan, a stock, a night, a service, a story, a gathering."""

from typing import Any

from nasij.areas.aid import kind_id
from nasij.clock import HOURS_A_DAY
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.telling import AT, LESSON, SECOND
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

LOAN, STAY, REFERRAL, SERVICE = (f"/things/{name}/{{{name}}}" for name in ("loan", "stay", "referral", "service"))
SERVICE = "/things/service/{provider}"
KITCHEN = {"name": "مطبخ الحي", "kinds": [kind_id("food")], "area": "قرب الجسر", "fee": "دون مقابل", "languages": ""}
STILL = "بقي المقبض وحده."
WRONG = "السؤال عن الورق كان سوء فهم."


def _thing(what: str, sort: str, quantity: int = 1) -> dict[str, Any]:
    return {"what": what, "sort": sort, "quantity": quantity, "area": "", "condition": ""}


class Things(Part):
    """Loans, stock, nights and services."""

    def strands(self) -> list[Strand]:
        """Return what happens with what is shared."""
        return [self.ladder(), self.loans(), self.stock(), self.nights(), self.warned(), self.referrals(), self.gap()]

    def ladder(self) -> Strand:
        """Take a ladder over from somebody who has left, and give it up when it is no good any more."""
        yield from self.there(ONE)
        query = (
            "select thing from thing join member on member = keeper where standing = 'left' and thing.state = 'shared'"
        )
        while (thing := self.one(ONE, query)) is None:
            yield HOURS_A_DAY
        self.press(ONE, "/things/thing/{thing}/take-over", thing=thing, quantity=1)
        yield 3 * HOURS_A_DAY
        self.press(ONE, "/things/thing/{thing}/withdraw", thing=thing)

    def loans(self) -> Strand:
        """Ask and be told no; ask and think better of it; keep something longer, until it breaks, and nobody minds."""
        yield from self.there(ONE, OTHER)
        thing = self.press(ONE, "/things/share", **_thing("خلاط", "household", 3)).thing
        ask = {"thing": thing, "back_on": self.village.day + 4, "words": ""}
        for who, end in ((ONE, "decline"), (OTHER, "withdraw")):
            loan = self.press(OTHER, "/things/thing/{thing}/ask", **ask).loan
            yield 3
            self.press(who, f"{LOAN}/{end}", loan=loan)
        loan = self.press(OTHER, "/things/thing/{thing}/ask", **ask).loan
        self.press(ONE, LOAN + "/agree", loan=loan, back_on=ask["back_on"])
        yield 30
        self.press(ONE, LOAN + "/extend", loan=loan, back_on=self.village.day + 9)
        yield 40
        self.press(OTHER, LOAN + "/broken", loan=loan, words=STILL)
        yield 5
        self.press(ONE, LOAN + "/forgive", loan=loan)

    def stock(self) -> Strand:
        """Keep blankets with two, until one is enough and nothing is left."""
        yield from self.there(ONE, OTHER)
        form = {"what": "بطانيات", "sort": "other", "unit": "قطعة", "area": "", "least": 0}
        stock = self.press(ONE, "/things/stock/begin", **form).stock
        self.press(ONE, "/things/stock/{stock}/keeper", stock=stock, member=self.member(OTHER))
        batch = self.press(ONE, "/things/stock/{stock}/receive", stock=stock, count=4, keeps_until=0).batch
        yield 20
        self.press(OTHER, "/things/stock/{stock}/leave", stock=stock)
        self.press(ONE, "/things/batch/{batch}/take", batch=batch, count=4, way="handed_out")
        yield 8
        self.press(ONE, "/things/stock/{stock}/close", stock=stock)

    def nights(self) -> Strand:
        """Offer a sofa: one is told no, one stays longer and goes early; then it is not offered any more."""
        yield from self.there(ONE, OTHER, THIRD)
        form = {"area": "", "places": 1, "nights_most": 5, "until": self.village.day + 30, "house_rules": ""}
        hosting = self.press(ONE, "/things/host", scope="trusted", **form).hosting
        for guest, goes in ((THIRD, False), (OTHER, True)):
            asked = {"hosting": hosting, "from_on": self.village.day, "nights": 1, "words": ""}
            stay = self.press(guest, "/things/hosting/{hosting}/ask", **asked).stay
            yield 2
            if not goes:
                self.press(ONE, STAY + "/decline", stay=stay)
                continue
            self.press(ONE, STAY + "/offer", stay=stay, house_rules="", exit_plan="إلى بيت آخر.")
            self.press(guest, STAY + "/accept", stay=stay)
            yield 2
            self.press(guest, STAY + "/start", stay=stay)
            yield 5
            self.press(ONE, STAY + "/extend", stay=stay, nights=2)
            yield 20
            self.press(guest, STAY + "/early", stay=stay, reason="plans")
        self.press(ONE, "/things/hosting/{hosting}/close", hosting=hosting)

    def warned(self) -> Strand:
        """Write a kitchen down, and write it anew; a warning is confirmed, and lifted when it was a misunderstanding."""
        yield from self.there(ONE, OTHER, THIRD, STEWARD, COORDINATOR)
        provider = self.press(ONE, "/things/service/write", reach="", papers="", **KITCHEN).provider
        at = {"provider": provider}
        self.press(ONE, SERVICE + "/change", **{**KITCHEN, "area": "خلف الجسر"}, **at)
        yield 12
        told = {"safe": "unsafe", "papers": "yes", "respect": "no", "fee": "none", "words": WRONG}
        self.press(OTHER, SERVICE + "/tell", **told, **at)
        yield 10
        self.press(THIRD, SERVICE + "/confirm", **at)
        yield 3 * HOURS_A_DAY
        for number in (STEWARD, COORDINATOR):
            self.press(number, SERVICE + "/lift", **at)

    def referrals(self) -> Strand:
        """Be referred and say no; a second referral is taken back."""
        yield from self.there(ONE, OTHER)
        provider = self.one(ONE, "select provider from provider where state = 'checked' order by provider")
        form = {"provider": provider, "member": self.member(OTHER), "need": "", "contact_by": self.village.day + 6}
        for who, end in ((OTHER, "decline"), (ONE, "withdraw")):
            referral = self.press(ONE, SERVICE + "/refer", **form).referral
            yield 6
            self.press(who, f"{REFERRAL}/{end}", referral=referral)

    def gap(self) -> Strand:
        """Say why a need ended without being met: nobody was there for it."""
        yield from self.there(COORDINATOR)
        query = "select need from need where reason = 'not_now' and closed_on > 0 order by closed_on desc, need"
        while (need := self.one(COORDINATOR, query)) is None:
            yield HOURS_A_DAY
        self.press(COORDINATOR, "/things/need/{need}/why", need=need, why="nobody")


class Pages(Part):
    """Stories, lessons and gatherings."""

    def strands(self) -> list[Strand]:
        """Return what happens with what is told."""
        return [self.story(), self.lessons(), self.gathering(), self.news()]

    def story(self) -> Strand:
        """Offer a story to more readers, let one go, go all the way with it, and take it back."""
        yield from self.there(ONE, OTHER, THIRD, FUND, STEWARD)
        for number in (ONE, OTHER, THIRD, FUND, STEWARD, MACHINES):
            self.village.visit(self.plot.cast[number])
        among = sorted((self.member(OTHER), self.member(THIRD)))
        form: dict[str, Any] = {"words": SECOND, "reader": self.member(FUND), "among": among, "signed": ""}
        form |= {"about": ["home"], "voice": "none", "others": True}
        at = {"story": self.press(ONE, "/pages/tell", **form).story}
        yield 4
        self.press(ONE, AT + "/more", among=sorted((self.member(STEWARD), self.member(MACHINES))), **at)
        changed = {"version": 1, "changed": ["place", "others"], "absent": ["time", "age", "work"]}
        self.press(ONE, AT + "/change", words=SECOND.replace("لأختي", "لجارة"), **changed, **at)
        yield 3
        self.press(FUND, AT + "/second", reader=self.member(OTHER), **at)
        self.press(ONE, AT + "/release", reader=self.member(OTHER), **at)
        self.press(FUND, AT + "/second", reader=self.member(THIRD), **at)
        for number in (FUND, THIRD):
            yield 4
            self.press(number, AT + "/read", version=2, recognised="nobody", by_what="", **at)
        until = self.village.day + 120
        self.press(ONE, AT + "/yes", version=2, reach="partners", until=until, people=[], **at)
        yield 3
        self.press(THIRD, AT + "/share", **at)
        yield 2 * HOURS_A_DAY
        self.village.visit(self.plot.cast[ONE])
        self.press(ONE, AT + "/back", by_me=True, **at)

    def lessons(self) -> Strand:
        """Look at a lesson again; a newer one takes its place; one is dropped."""
        yield from self.there(ONE, OTHER, THIRD)
        fits = {"kind": kind_id("shelter"), "incident": "", "action": ""}
        form = {
            "helped": "سؤال الجيران قبل التوقيع.",
            "harmed": "",
            "valid_where": "كل مكان",
            "stands": "helped",
            **fits,
        }
        made = [self.press(ONE, "/pages/lessons/new", **form).lesson for _ in range(3)]
        for lesson in made[:2]:
            yield 3
            self.press(OTHER, LESSON + "/confirm", lesson=lesson)
        yield 2 * HOURS_A_DAY
        self.press(THIRD, LESSON + "/check", lesson=made[1])
        self.press(ONE, LESSON + "/replace", lesson=made[0], newer=made[1])
        self.press(ONE, LESSON + "/drop", lesson=made[2])

    def gathering(self) -> Strand:
        """Come and not come to an evening that is then called off."""
        yield from self.there(ONE, OTHER)
        form = {"what": "فيلم وفشار", "held_on": self.village.day + 6, "places": 5, "scope": "network"}
        gathering = self.press(ONE, "/pages/gather/call", **form).gathering
        seat = self.press(OTHER, "/pages/gather/{gathering}/come", gathering=gathering).seat
        yield 12
        self.press(OTHER, "/pages/seats/{seat}/leave", seat=seat)
        self.press(ONE, "/pages/gather/{gathering}/cancel", gathering=gathering)

    def news(self) -> Strand:
        """Tell everybody of a milestone, and take it back; ask for company in the first weeks, and end it."""
        yield from self.there(ONE, MACHINES)
        milestone = self.press(ONE, "/pages/milestones/keep", words="شهر بلا خوف.").milestone
        share = {"milestone": milestone, "words": "شهر بلا خوف.", "scope": "trusted"}
        news = self.press(ONE, "/pages/milestones/{milestone}/share", **share).news
        yield 20
        self.press(ONE, "/pages/news/{news}/back", news=news)
        self.village.read(self.plot.cast[0])
        new = [person for person in self.village.people if self.village.standing(person) == "new"][-1]
        welcome = self.press(new, "/pages/welcome/wish", buddy=self.member(MACHINES)).welcome
        yield 3
        self.press(new, "/pages/welcome/{welcome}/end", welcome=welcome)
