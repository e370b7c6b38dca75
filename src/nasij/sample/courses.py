"""How a need runs its course: asked, sorted, offered, accepted, talked over, done, thanked for, closed; or otherwise."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from nasij.areas.aid import kind_id
from nasij.clock import HOURS_A_DAY
from nasij.sample import tales
from nasij.sample.tales import TALES, Tale
from nasij.sample.village import COORDINATOR, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 4
MAIN_DAY = 20
LIMIT = 2  # times that somebody helps in a week, well below what they said they can take on
STRETCHED = 4  # where a small group has nobody else
SELF_OFFERED = ("listening", "food", "transport", "paperwork")
BETWEEN = ("things", "skills")
LINE_HOURS = (2, 14)


class Courses:
    """The needs of the story."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village
        self.luck = plot.village.luck

    def begin(self, tales_of_it: tuple[Tale, ...] = TALES) -> None:
        """Spread the tales over the days: few at first, more as the group grows."""
        early = [tale for tale in tales_of_it if tale.course == "early"]
        main = [tale for tale in tales_of_it if tale.course != "early"]
        if self.plot.people < len(tales_of_it) // 2:  # a small group: one tale of each course
            main = list({tale.course: tale for tale in reversed(main)}.values())[::-1]
            early = early[:1]
        for place, tale in enumerate(early):
            self.plot.on(FIRST_DAY + 3 * place, 11, self.early(tale, place + 1))
        span = self.plot.days - 2 - MAIN_DAY
        for place, tale in enumerate(main):
            day = MAIN_DAY + span * (place / len(main)) ** 0.75
            self.plot.on(day, 9 + place * 5 % 11, self.course(tale))

    def course(self, tale: Tale) -> Strand:
        """Return the strand of a tale."""
        courses: dict[str, Callable[[Tale], Strand]] = {
            **dict.fromkeys(("helped", "between", "round", "grown", "handover", "fell", "part"), self.helped),
            **dict.fromkeys(("not_now", "referred", "withdrawn", "unreached", "open", "expired"), self.unmet),
            "nameless": self.nameless,
        }
        return courses[tale.course](tale)

    # --- who ---------------------------------------------------------------------------------------------------------

    def coordinator(self) -> Person:
        """Return somebody who coordinates."""
        both = [self.plot.cast[n] for n in (COORDINATOR, COORDINATOR + 1) if n in self.plot.cast]
        able = [p for p in both if "cases" in p.by.roles]
        return self.luck.choice(able) if able else self.plot.cast[0]

    def somebody(self) -> Person:
        """Return somebody who asks: trusted, and without a part of their own."""
        aside = (0, COORDINATOR, COORDINATOR + 1, TRUSTED)
        return self.luck.choice([p for p in self.village.trusted() if p.number not in aside])

    def those_who_may(self, kind: str, *apart: Person, limit: int = LIMIT) -> list[Person]:
        """Return who could help with a kind now, the least busy first."""
        week = self.village.day - 7
        able = [
            p
            for p in self.village.trusted()
            if p not in apart
            and p.number not in (COORDINATOR, COORDINATOR + 1)
            and (not p.kinds or kind in p.kinds)
            and sum(day > week for day in p.helped_on) < limit
            and p.asked_until <= self.village.clock.now
        ]
        self.luck.shuffle(able)
        return sorted(able, key=lambda p: (p.number == 0, sum(day > week for day in p.helped_on), len(p.helped_on)))

    def found(self, kind: str, *apart: Person, limit: int = LIMIT) -> Generator[int, None, Person]:
        """Wait until somebody can help."""
        while not (able := self.those_who_may(kind, *apart, limit=limit)):
            yield 20
        able[0].helped_on.append(self.village.day)
        return able[0]

    # --- single moves ------------------------------------------------------------------------------------------------

    def ask(self, asker: Person, kind: str, urgency: str, what: str, **more: Any) -> str:
        """Ask; returns the need."""
        facts = self.village.press(asker, "/aid/ask", kind=kind_id(kind), urgency=urgency, what=what, **more)
        return str(facts[0].need)

    def ask_tale(self, asker: Person, tale: Tale, scope: str, **more: Any) -> str:
        """Ask what the tale asks for."""
        shown = {name: getattr(tale, name) for name in ("parts", "area", "people", "conditions")}
        return self.ask(asker, tale.kind, tale.urgency, tale.what, scope=scope, **shown, **more)

    def sort(self, coordinator: Person, need: str) -> None:
        """Open a need, if it waits to be sorted."""
        self.village.read(coordinator)
        row = coordinator.node.db.execute("select state from need where need = ?", (need,)).fetchone()
        if row and row[0] == "waiting":
            self.village.press(coordinator, "/aid/{need}/open", need=need)

    def keep_envelope(self, asker: Person, need: str) -> None:
        """Write down, for oneself only, how one can be reached."""
        name, number, address, way = self.luck.choice(tales.ENVELOPE)
        path = "/aid/{need}/identity"
        self.village.press(asker, path, need=need, name_to_use=name, number=number, address=address, safe_way=way)

    def offer(self, helper: Person, need: str) -> str:
        """Offer help; returns the commitment."""
        words = self.luck.choice(tales.OFFERED)
        return str(self.village.press(helper, "/match/offer/{need}", need=need, words=words)[0].commitment)

    def round(self, coordinator: Person, need: str, first: Person, second: Person | None) -> tuple[str, str]:
        """Ask people one after another; returns the round and the first ask."""
        more = {"second": second.member} if second else {"second": ""}
        rest = {"third": "", "fourth": "", "fifth": "", "words": tales.ASK_WORDS}
        path = "/match/begin/{need}"
        begun, asked = self.village.press(coordinator, path, need=need, first=first.member, **more, **rest)
        return str(begun.round), str(asked.ask)

    def say(self, person: Person, case: str, words: str) -> None:
        """Write a note."""
        self.village.press(person, "/cases/{case}/say", case=case, words=words)

    # --- courses -----------------------------------------------------------------------------------------------------

    def early(self, tale: Tale, number: int) -> Strand:
        """Let a newcomer ask while the founder is all there is."""
        founder, asker = self.plot.cast[0], self.plot.cast[number]
        need = self.ask_tale(asker, tale, "coordinators")
        yield 4
        self.sort(founder, need)
        commitment = self.offer(founder, need)
        self.village.press(founder, "/match/commitment/{commitment}/pass", commitment=commitment)
        yield 6
        yield from self.through(tale, asker, founder, need, commitment)

    def connect(self, tale: Tale, asker: Person, need: str) -> Generator[int, None, tuple[Person, str]]:
        """Bring somebody who helps together with whoever asked, as the kind of help wants it."""
        coordinator = self.coordinator()
        helper = yield from self.found(tale.kind, asker)
        if tale.kind in BETWEEN:
            return helper, self.offer(helper, need)
        if tale.kind in SELF_OFFERED:
            commitment = self.offer(helper, need)
            yield self.luck.randint(2, 9)
            self.village.press(coordinator, "/match/commitment/{commitment}/pass", commitment=commitment)
            return helper, commitment
        return (yield from self.by_round(tale, coordinator, asker, helper, need))

    def by_round(
        self, tale: Tale, coordinator: Person, asker: Person, helper: Person, need: str
    ) -> Generator[int, None, tuple[Person, str]]:
        """Ask one after another; now and then the first says not this time."""
        others = [p for p in self.those_who_may(tale.kind, asker, helper) if p is not helper]
        declines = bool(others) and self.luck.random() < 0.4
        first = others[0] if declines else helper
        round_, ask = self.round(coordinator, need, first, helper if declines else None)
        first.asked_until = self.village.clock.now + 24
        helper.asked_until = self.village.clock.now + 24
        yield 2
        if declines:
            self.village.press(first, "/match/ask/{ask}/no", ask=ask)
            first.asked_until = 0
            yield 1
            asked = self.village.press(coordinator, "/match/round/{round}/next", round=round_)[-1]
            ask = asked.ask
            yield 2
        yes = self.village.press(helper, "/match/ask/{ask}/yes", ask=ask, words=self.luck.choice(tales.OFFERED))
        helper.asked_until = 0
        self.village.press(coordinator, "/match/round/{round}/stop", round=round_)
        return helper, str(yes[1].commitment)

    def helped(self, tale: Tale) -> Strand:
        """Let a need be met, in one of the ways this goes."""
        asker = self.somebody()
        need = self.ask_tale(asker, tale, "network" if tale.wide else "trusted")
        self.keep_envelope(asker, need)
        yield self.luck.randint(1, 6)
        coordinator = self.coordinator()
        self.sort(coordinator, need)
        if self.luck.random() < 0.4:
            day = self.village.day + 1
            step = self.luck.choice(tales.STEPS)
            self.village.press(coordinator, "/aid/{need}/step", need=need, next_step=step, owner="", day=day)
        yield 1 if tale.urgency == "now" else self.luck.randint(4, 40)
        helper, commitment = yield from self.connect(tale, asker, need)
        yield self.luck.randint(1, 12)
        yield from self.through(tale, asker, helper, need, commitment)

    def through(self, tale: Tale, asker: Person, helper: Person, need: str, commitment: str) -> Strand:
        """Accept the help and see it through."""
        begun = self.village.press(asker, "/cases/begin/{commitment}", commitment=commitment)
        case = str(begun[2].case)
        yield 2
        if tale.course == "fell":
            yield from self.falls_through(tale, asker, helper, case)
            return
        if tale.course == "handover":
            helper = yield from self.handed_over(tale, asker, helper, case)
            yield from self.talk(tale.notes[3:], asker, helper, case)
        else:
            yield from self.talk(tale.notes, asker, helper, case)
            self.village.press(helper, "/match/commitment/{commitment}/done", commitment=commitment)
        yield self.luck.randint(3, 20)
        self.village.press(asker, "/cases/confirm/{commitment}", commitment=commitment)
        yield 2
        self.village.press(asker, "/cases/{case}/thanks", case=case, words=self.luck.choice(tales.THANKS))
        yield self.luck.randint(2, 30)
        reason = "part" if tale.course == "part" else "met"
        words = self.luck.choice(tales.CLOSING)
        self.village.press(asker, "/aid/{need}/close", need=need, reason=reason, words=words)
        if tale.course == "grown":
            yield 30
            path = "/aid/{need}/grow"
            self.village.press(asker, path, need=need, words="شهر آخر من القياس الأسبوعي")

    def talk(self, notes: tuple[str, ...], asker: Person, helper: Person, case: str) -> Strand:
        """Let the people of a case write to each other, write down how contact went, and set what comes next."""
        voices = {"س": asker, "م": helper, "ت": self.third(case, helper)}
        for place, note in enumerate(notes):
            speaker = voices[note[0]]
            self.say(speaker, case, note[3:])
            if place == 0 and self.luck.random() < 0.7:
                outcome, words = self.luck.choice(tales.CONTACTS)
                day = self.village.day + self.luck.randint(1, 3)
                more = {"next_step": self.luck.choice(tales.CASE_STEPS), "next_on": day}
                path = "/cases/{case}/contact"
                self.village.press(helper, path, case=case, outcome=outcome, words=words, **more)
            elif place == 2 and self.luck.random() < 0.6:
                day = self.village.day + self.luck.randint(1, 4)
                step = {"words": self.luck.choice(tales.CASE_STEPS), "owner": "helper", "day": day}
                self.village.press(helper, "/cases/{case}/step", case=case, **step)
            yield self.luck.randint(*LINE_HOURS)

    def third(self, case: str, helper: Person) -> Person:
        """Return who coordinates in a case, or else whoever helps."""
        row = helper.node.db.execute(
            "select member from case_person where case_id = ? and part = 'coordinator' and state = 'in'", (case,)
        ).fetchone()
        found = [p for p in self.plot.cast.values() if row and p.member == row[0]]
        return found[0] if found else helper

    def handed_over(self, tale: Tale, asker: Person, helper: Person, case: str) -> Generator[int, None, Person]:
        """Pass the help on to somebody else, and open the envelope again."""
        yield from self.talk(tale.notes[:3], asker, helper, case)
        after = yield from self.found(tale.kind, asker, helper)
        path = "/cases/{case}/hand"
        self.village.press(helper, path, case=case, to=after.member, summary=tales.SUMMARY, agreed=True)
        yield 4
        self.village.press(asker, "/cases/{case}/identity", case=case)
        return after

    def falls_through(self, tale: Tale, asker: Person, helper: Person, case: str) -> Strand:
        """End a case without help; the part is on the list again."""
        yield from self.talk(tale.notes, asker, helper, case)
        self.village.press(asker, "/cases/{case}/close", case=case, reason="not_now", words=tales.WHEN_FALLS)
        yield 1

    def nameless(self, tale: Tale) -> Strand:
        """Let coordination pass on what somebody needs without a name."""
        newer = [p for p in self.plot.cast.values() if not p.reserved and self.village.standing(p) == "new"]
        asker = self.luck.choice(newer) if newer else self.somebody()
        self.village.read(asker)
        need = self.ask_tale(asker, tale, "coordinators", nameless=True)
        yield self.luck.randint(3, 9)
        between = self.coordinator()
        path = "/aid/{need}/post"
        posted = str(self.village.press(between, path, need=need, what=tale.words, scope="trusted")[0].need)
        yield self.luck.randint(3, 20)
        helper, commitment = yield from self.connect_posted(tale, between, asker, posted)
        yield 2
        case = str(self.village.press(between, "/cases/begin/{commitment}", commitment=commitment)[2].case)
        yield 2
        notes = tuple(note.replace("ت:", "س:") for note in tale.notes)  # the go-between stands for whoever asked
        yield from self.talk(notes, between, helper, case)
        self.village.press(helper, "/match/commitment/{commitment}/done", commitment=commitment)
        yield 5
        self.village.press(between, "/cases/confirm/{commitment}", commitment=commitment)
        self.village.press(between, "/cases/{case}/thanks", case=case, words=self.luck.choice(tales.THANKS))
        yield 4
        self.village.press(between, "/aid/{need}/close", need=posted, reason="met", words="")

    def connect_posted(
        self, tale: Tale, between: Person, asker: Person, posted: str
    ) -> Generator[int, None, tuple[Person, str]]:
        """Find a helper for what was posted; neither whoever asked nor the go-between."""
        helper = yield from self.found(tale.kind, asker, between)
        if tale.kind in SELF_OFFERED:
            commitment = self.offer(helper, posted)
            yield 2
            self.village.press(between, "/match/commitment/{commitment}/pass", commitment=commitment)
            return helper, commitment
        return (yield from self.by_round(tale, between, asker, helper, posted))

    def unmet(self, tale: Tale) -> Strand:
        """Let a need end otherwise, or stay open."""
        asker = self.somebody()
        late = {"needed_by": self.village.day + 3} if tale.course == "expired" else {}
        need = self.ask_tale(asker, tale, "network" if tale.wide else "trusted", **late)
        yield self.luck.randint(3, 10)
        coordinator = self.coordinator()
        self.sort(coordinator, need)
        yield self.luck.randint(20, 70)
        close = "/aid/{need}/close"
        if tale.course == "not_now":
            self.village.press(coordinator, close, need=need, reason="not_now", words=tale.words)
        elif tale.course == "referred":
            self.village.press(coordinator, close, need=need, reason="referred", words=tale.words)
        elif tale.course == "withdrawn":
            self.village.press(asker, close, need=need, reason="withdrawn", words="وجدت طريقًا آخر، شكرًا لكم.")
        elif tale.course == "unreached":
            self.village.press(coordinator, "/aid/{need}/unreached", need=need)
            yield 40
            self.village.press(asker, "/aid/{need}/reached", need=need)
            yield 3
            step = tales.STEPS[0]
            day = self.village.day + 1
            self.village.press(coordinator, "/aid/{need}/step", need=need, next_step=step, owner="", day=day)
        elif tale.course == "open":
            yield from self.looked_at_again(coordinator, need)

    def looked_at_again(self, coordinator: Person, need: str) -> Strand:
        """Keep an open need in sight: each week somebody says what comes next."""
        while True:
            words, day = self.luck.choice(tales.STEPS), self.village.day + 6
            self.village.read(coordinator)
            state, urgency = coordinator.node.db.execute(
                "select state, urgency from need where need = ?", (need,)
            ).fetchone()
            if state in ("closed", "expired"):
                return
            day = min(day, self.village.day + (2 if urgency == "days" else 6))
            self.village.press(coordinator, "/aid/{need}/step", need=need, next_step=words, owner="", day=day)
            yield 5 * HOURS_A_DAY
