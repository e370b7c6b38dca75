"""Years of a network's life in one view: what many members do in every area, each fact checked by its rule and folded.

Nothing is sealed here, as with `purse.Requests`: what is measured is what a room holds after years, and its pages. What is said
in a small circle has the reader in it, so the view holds what that room could read and no more. Each strand of it is a generator
that lets people act and then yields how many days pass; a day ends with what days do.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

from nasij.areas.aid import NeedAsked, OfferMade, kind_id
from nasij.bench.network import Person, Village
from nasij.bench.purse import Purse, Requests
from nasij.clock import HOURS_A_DAY
from nasij.errors import Nasij, Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import allowed
from nasij.kit.fact import fields_of, from_bytes, to_bytes
from nasij.kit.field import Id
from nasij.node import view
from nasij.node.node import Node

ROLES = ("cases", "fund", "machines", "members")
MEMBERS, DAYS = 1_000, 730
VOTERS_AFTER = 40  # days: who votes has been a member for a while
KINDS = ("food", "transport", "listening", "paperwork", "things")
# Words that stand in many records and words that stand in few: each text is made of eight of these and one of a thousand.
COMMON = [
    "حليب",
    "أطفال",
    "ودواء",
    "للسكري",
    "لعائلة",
    "وصلت",
    "أمس",
    "من",
    "فضلكم",
    "قبل",
    "المساء",
    "إن",
    "أمكن",
    "والخبز",
    "في",
    "البيت",
    "القديم",
]
STREETS = ("قرب السوق القديم", "وسط المدينة", "خلف المخبز", "حي النهر", "المحطة")

Strand = Generator[int, None, None]


class Life:
    """Everybody, the one room that is measured, and what is under way."""

    def __init__(self, village: Village, node: Node) -> None:
        """Take people without a line, and the room of the first of them."""
        self.village, self.node, self.rng = village, node, village.rng
        self.me, self.second, self.third = (person.member for person in village.coordinators)
        self.others = [person.member for person in village.people[3:]]
        self.acts = {act.path: act for area in village.areas.areas for act in area.acts}
        self.queue: list[tuple[int, int, Strand]] = []
        self.said = 0
        self.refused: Counter[str] = Counter()
        self.providers: list[str] = []
        self.began = village.day
        self._order = 0

    # --- saying ------------------------------------------------------------------------------------------------------

    @property
    def day(self) -> int:
        """Today."""
        return self.village.day

    def anybody(self) -> str:
        """Return some member who has no role."""
        return self.rng.choice(self.others)

    def words(self, many: int = 8) -> str:
        """Return words such as people write."""
        return " ".join((*self.rng.choices(COMMON, k=many), f"كلمة{self.rng.randrange(1000)}"))

    def varied(self, fact: Any) -> Any:
        """Return what a village says in ever the same words, in others."""
        if isinstance(fact, NeedAsked):
            return replace(fact, what=self.words(), kind=kind_id(self.rng.choice(KINDS)), area=self.rng.choice(STREETS))
        if isinstance(fact, OfferMade):
            return replace(fact, what=self.words(5), kind=kind_id(self.rng.choice(KINDS)))
        return fact

    def say(self, author: str, *facts: Any) -> None:
        """Check facts and fold them, as a room does with what it opened."""
        db, hour = self.node.db, self.village.hour
        for stated in facts:
            line = self.village.areas.line_of(stated)
            fact: Any = from_bytes(line.cls, to_bytes(stated))
            audience = allowed(line, db, who.by(db, author, hour), fact)
            line.fold(db, who.by(db, author, hour, audience), fact)
            self.said += 1

    def press(self, author: str, path: str, **values: Any) -> Any:
        """Fill the form at a path and press its button; returns the first fact."""
        act, db = self.acts[path], self.node.db
        by = who.by(db, author, self.village.hour)
        if not act.by.fits(by):
            raise Refused
        filled = {
            name: values.get(name, new_id() if isinstance(kind, Id) else kind.empty())
            for name, kind in fields_of(act.form).items()
        }
        form = act.form(**filled)
        facts = list(act.make(db, by, form)) if act.make else [form]
        self.say(author, *facts)
        return facts[0]

    # --- time --------------------------------------------------------------------------------------------------------

    def on(self, day: int, strand: Strand) -> None:
        """Let a strand go on some day."""
        self._order += 1
        heapq.heappush(self.queue, (day, self._order, strand))

    def go_on(self, days: int) -> None:
        """Let so many days pass."""
        db = self.node.db
        end = self.day + days
        while self.day < end:
            db.execute("begin")
            self.new_strands()
            while self.queue and self.queue[0][0] <= self.day:
                _, _, strand = heapq.heappop(self.queue)
                try:
                    self.on(self.day + next(strand), strand)
                except StopIteration:
                    pass
                except Nasij as problem:
                    self.refused[f"{strand!r:.40} {problem.sentence}"] += 1
            self.village.hour += HOURS_A_DAY
            self.node.hour = self.node.network_hour = self.village.hour
            view.set_line_value(db, "day", self.day)
            view.pass_days(db, self.node.areas, self.day)
            db.execute("commit")

    def new_strands(self) -> None:
        """Begin what begins today: so much a day for a thousand members, fewer for fewer."""
        share = len(self.village.people) / MEMBERS
        for strand, a_day in STRANDS:
            many = a_day * share
            for _ in range(int(many) + (self.rng.random() < many % 1)):
                self.on(self.day, strand(self))

    # --- what everybody has ------------------------------------------------------------------------------------------

    def beginnings(self) -> None:
        """Let everybody be known: skills, limits, things to lend, services, vouches; and the fund have pots."""
        self.node.db.execute("update mandate set until = ?", (self.day + 2 * DAYS,))  # as if renewed time and again
        purse = Purse(self.village)
        Requests(purse, self.node).fill()
        self.pots = list(purse.pots["EUR"])
        for n, member in enumerate(self.others):
            self.press(member, "/profile/capacity", per_week=5, kinds=[KINDS[n % 5]], helps=True)
            giver = self.others[n - 1]
            self.press(
                giver, "/trust/vouch/{member}", member=member, role="membership", ground="met", words=self.words(3)
            )
            if n % 3 == 0:
                self.press(member, "/profile/skill", words=self.words(2), level="does")
            if n % 5 == 0:
                thing = {"what": self.words(2), "sort": "tools", "quantity": 1, "area": STREETS[n % 5]}
                self.press(member, "/things/share", **thing)
            if n % 20 == 0:
                self.services(member, n)
        self.press(self.me, "/plans/write", places=self.words(), people=self.words(), readers=[self.second])
        self.press(self.me, "/by/duty/set", members=sorted((self.me, self.second, self.third)))

    def services(self, member: str, n: int) -> None:
        """Let somebody write a service down, and another check it."""
        form = {"name": self.words(2), "kinds": [kind_id(KINDS[n % 5])], "area": STREETS[n % 5], "reach": "12 34 56"}
        provider = self.press(member, "/things/service/write", **form).provider
        self.press(self.third, "/things/service/{provider}/check", provider=provider, method="called", result="right")
        self.providers.append(provider)

    # --- strands -----------------------------------------------------------------------------------------------------

    def asking(self) -> Strand:
        """Ask for help, and come to its end; some stay open."""
        for author, audience, fact in self.village.asking():
            if audience in (who.NETWORK, who.TRUSTED):
                self.say(author, self.varied(fact))
            yield self.rng.randint(0, 4) if self.rng.random() > 0.02 else 2 * DAYS

    def offering(self) -> Strand:
        """Offer help, pause it and take it up again."""
        for author, _, fact in self.village.offering():
            self.say(author, self.varied(fact))
            yield self.rng.randint(10, 90)

    def helping(self) -> Strand:
        """Help somebody, with a conversation between the two."""
        asker, helper = self.anybody(), self.me
        need = self.village.need(Person(asker, b"", b""), who.TRUSTED)
        self.say(asker, replace(need, what=self.words(), nameless=False, parts="", part_ids=need.part_ids[:1]))
        self.press(self.second, "/aid/{need}/open", need=need.need)
        yield 1
        commitment = self.press(helper, "/match/offer/{need}", need=need.need, words=self.words(4)).commitment
        self.press(self.second, "/match/commitment/{commitment}/pass", commitment=commitment)
        yield 1
        self.press(asker, "/cases/begin/{commitment}", commitment=commitment)
        case = self.node.db.execute("select case_id from case_file where commitment = ?", (commitment,)).fetchone()[0]
        for said_by in (asker, helper, asker, helper, asker):
            yield 2
            self.press(said_by, "/cases/{case}/say", case=case, words=self.words(14))
        self.press(asker, "/cases/{case}/close", case=case, reason="met", words="", close_need=True)

    def working(self) -> Strand:
        """Do a task that two others sign up for."""
        organiser = self.anybody()
        form = {"words": self.words(4), "kind": "support", "due": self.day + 6, "minutes": 60, "risk": "none"}
        task = self.press(organiser, "/tasks/new", part="فرز", places=3, **form).task
        place = self.node.db.execute("select place from task_place where task = ?", (task,)).fetchone()[0]
        yield 2
        came = [self.press(self.anybody(), "/tasks/place/{place}/take", place=place).sign_up for _ in range(2)]
        yield 5
        if self.rng.random() < 0.9:
            self.press(organiser, "/tasks/{task}/done", task=task, came=sorted(came))

    def deciding(self) -> Strand:
        """Propose something that is talked over and voted on by some."""
        if self.day < self.began + VOTERS_AFTER:
            return
        form = {
            "question": self.words(5),
            "body": self.words(40),
            "method": "majority",
            "voters": "trusted",
            "effect": "agreement",
        }
        proposal = self.press(self.anybody(), "/decisions/propose", quorum=60, threshold=67, **form).proposal
        for _ in range(5):
            self.press(self.anybody(), "/decisions/{proposal}/discuss", proposal=proposal, words=self.words(15))
        yield 4
        author = self.node.db.execute("select made_by from proposal where proposal = ?", (proposal,)).fetchone()[0]
        self.press(author, "/decisions/{proposal}/open", proposal=proposal, closes_on=self.day + 5)
        for member in self.rng.sample(self.others, min(40, len(self.others) // 2)):
            self.press(member, "/decisions/{proposal}/pick", proposal=proposal, pick=1 + (self.rng.random() < 0.2))
        yield 1

    def giving(self) -> Strand:
        """Give something."""
        giver = self.anybody()
        form = {
            "method": "cash",
            "pot": self.pots[0],
            "amount": str(self.rng.randint(5, 90)),
            "visible": "private",
            "purpose": "food",
        }
        self.press(giver, "/fund/give", **form)
        yield 1

    def lending(self) -> Strand:
        """Lend a thing, which comes back."""
        idle = self.node.db.execute("select thing, keeper from thing where out = 0 and closed_on = 0 order by thing")
        thing, keeper = self.rng.choice(idle.fetchall())
        borrower = next(member for member in iter(self.anybody, "") if member != keeper)
        asked = {"thing": thing, "words": self.words(3)}
        loan = self.press(borrower, "/things/thing/{thing}/ask", back_on=self.day + 9, **asked).loan
        yield 1
        self.press(keeper, "/things/loan/{loan}/agree", loan=loan, back_on=self.day + 9)
        yield self.rng.randint(3, 12)
        self.press(keeper, "/things/loan/{loan}/returned", loan=loan)

    def rating(self) -> Strand:
        """Tell of a service, and check it again."""
        provider = self.rng.choice(self.providers)
        told = {"safe": "safe", "papers": "no", "respect": "yes", "fee": "none", "words": self.words(6)}
        self.press(self.anybody(), "/things/service/{provider}/tell", provider=provider, **told)
        self.press(self.third, "/things/service/{provider}/check", provider=provider, method="called", result="right")
        yield 1

    def campaigning(self) -> Strand:
        """Lead a campaign from the thought to its close."""
        lead = self.anybody()
        form = {"aim": self.words(), "goal": self.words(), "kit": self.words(60), "face": "none"}
        campaign = self.press(lead, "/together/think", **form).campaign
        for step in ("plan", "start", "close"):
            yield 20
            self.press(lead, f"/together/{{campaign}}/{step}", campaign=campaign)

    def acting(self) -> Strand:
        """Propose an action, which two sign."""
        lead = self.anybody()
        form = {"kind": "meeting", "exposure": "1", "places": 20, "outside": self.me, "words": self.words(20)}
        action = self.press(lead, "/together/propose", **form).action
        for member in (self.second, self.third):
            yield 2
            sign = {"threat": "filmed", "likelihood": "1", "harm": "1", "measure": self.words(), "verdict": "go"}
            self.press(member, "/together/act/{action}/sign", action=action, **sign)

    def telling(self) -> Strand:
        """Tell a story, to be read by the reader."""
        teller = self.anybody()
        among = sorted(self.rng.sample([member for member in self.others if member != teller], 3))
        form = {"words": self.words(120), "reader": self.me, "among": among, "about": ["home"], "voice": "none"}
        self.press(teller, "/pages/tell", **form)
        yield 1

    def learning(self) -> Strand:
        """Write a lesson down, which somebody confirms."""
        form = {
            "helped": self.words(),
            "harmed": self.words(),
            "kind": kind_id(self.rng.choice(KINDS)),
            "stands": "lived",
            "valid_where": STREETS[0],
        }
        lesson = self.press(self.anybody(), "/pages/lessons/new", **form).lesson
        yield 3
        self.press(self.third, "/pages/lessons/{lesson}/confirm", lesson=lesson)

    def belonging(self) -> Strand:
        """Call people together, and thank the reader."""
        form = {"what": self.words(4), "held_on": self.day + 8, "places": 30, "scope": "trusted"}
        self.press(self.anybody(), "/pages/gather/call", **form)
        self.press(self.anybody(), "/pages/thanks/say", whom=self.me, words=self.words())
        yield 1

    def in_trouble(self) -> Strand:
        """Report trouble, which the reader answers and opens a case for."""
        member = self.anybody()
        incident = self.press(member, "/by/me", severity="soon", tell="on_call").incident
        self.press(self.me, "/by/{incident}/answer", incident=incident)
        self.press(member, "/by/{incident}/more", incident=incident, severity="soon", words=self.words(20))
        yield 1
        self.press(self.me, "/by/{incident}/so", incident=incident, way="spoke")
        self.press(self.me, "/by/{incident}/case", incident=incident, kind="summons", lead=self.me, deputy=self.second)
        yield 2

    def vouching(self) -> Strand:
        """Vouch for somebody."""
        giver, member = self.rng.sample(self.others, 2)
        form = {"role": "membership", "ground": "met", "words": self.words(3)}
        live = "select 1 from vouch where by_member = ? and whom = ? and closed_on = 0"
        if not self.node.db.execute(live, (giver, member)).fetchone():
            self.press(giver, "/trust/vouch/{member}", member=member, **form)
        yield 1

    def worried(self) -> Strand:
        """Raise a concern."""
        self.press(self.anybody(), "/trust/raise/{about}", about=self.anybody(), kind="words", words=self.words(12))
        yield 1

    def stocked(self) -> Strand:
        """Receive something into a stock, and hand it out."""
        row = self.node.db.execute("select stock from stock where closed_on = 0").fetchone()
        form = {"what": self.words(2), "sort": "food", "unit": "سلة", "area": STREETS[0]}
        stock = row[0] if row else self.press(self.me, "/things/stock/begin", **form).stock
        came = {"stock": stock, "count": 12, "keeps_until": self.day + 240}
        batch = self.press(self.me, "/things/stock/{stock}/receive", **came).batch
        for _ in range(6):
            yield 3
            self.press(self.me, "/things/batch/{batch}/take", batch=batch, count=2, way="handed_out")


# How many a day begin among a thousand members.
STRANDS: tuple[tuple[Callable[[Life], Strand], float], ...] = (
    (Life.asking, 5), (Life.offering, 2), (Life.helping, 0.5), (Life.working, 2), (Life.deciding, 1 / 7), (Life.giving, 1),
    (Life.lending, 1), (Life.rating, 2 / 7), (Life.campaigning, 1 / 20), (Life.acting, 1 / 10),
    (Life.vouching, 3),
    (Life.telling, 1 / 7), (Life.learning, 2 / 7), (Life.belonging, 1 / 3), (Life.in_trouble, 1 / 5), (Life.worried, 1 / 20),
    (Life.stocked, 1 / 10),
)  # fmt: skip


def lived(village: Village, node: Node, days: int = DAYS) -> Life:
    """Let a network live for so many days, up to the present one."""
    life = Life(village, node)
    life.beginnings()
    life.go_on(days)
    return life
