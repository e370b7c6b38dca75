"""What happens in the sample: who comes, who trusts whom, who asks and who helps. The same story for the same seed.

Each strand of the story is a generator that lets somebody act and then yields how many hours pass until it goes on. What
has not happened by the present hour has not happened: so the sample is in the middle of things, as a real group is.
"""

import heapq
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

from nasij.areas.aid import NeedOpened, kind_id
from nasij.areas.aid.lists import OfferLine, list_facts
from nasij.areas.people import JoinSaid
from nasij.areas.profile.facts import NamedSkill
from nasij.areas.profile.named import naming_facts
from nasij.clock import HOURS_A_DAY
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit.who import TRUSTED as TRUSTED_ONES
from nasij.node import record
from nasij.sample import names
from nasij.sample.bad_days import BadDays
from nasij.sample.checks import Checks
from nasij.sample.company import Company
from nasij.sample.courses import Courses
from nasij.sample.doubts import Deciding, Saving
from nasij.sample.endings import Endings
from nasij.sample.errands import Help, Leaving, Tasks
from nasij.sample.listening import Listening
from nasij.sample.marches import Marching, Raising
from nasij.sample.neighbours import Pages, Things
from nasij.sample.out_there import OutThere
from nasij.sample.parts import LARGE, Part
from nasij.sample.prepared import Prepared
from nasij.sample.purse import Purse
from nasij.sample.rarely import Rarely
from nasij.sample.rota import Rota
from nasij.sample.shared import Shared
from nasij.sample.standing import AtTheDoor, Own, Trusting
from nasij.sample.sums import Asked, Books
from nasij.sample.telling import Telling
from nasij.sample.together import Together
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person, Progress, Village
from nasij.sample.worries import PutAway, Reports, Watched

Strand = Generator[int, None, None]
FIRST_WAVE = 5  # whom the founder brings in
PROBATION = 14
SECOND_WAVE_DAY = 16
MORNING, NIGHT = 8, 22
PARTS: tuple[type[Part], ...] = (
    *(Company, AtTheDoor, Own, Trusting, Tasks, Help, Things, Pages),
    *(Books, Asked, Deciding, Saving, Reports, Watched, PutAway, Raising, Marching),
)


@dataclass(slots=True)
class Plot:
    """The strands of the story, and the cast."""

    village: Village
    people: int
    days: int
    end: int
    cast: dict[int, Person] = field(default_factory=dict)
    queue: list[tuple[int, int, Strand]] = field(default_factory=list)
    offers: Iterator[tuple[str, str, str]] = field(default_factory=lambda: iter(names.OFFERS))
    vouched: list[tuple[int, Person]] = field(default_factory=list)
    introduced: list[tuple[int, Person]] = field(default_factory=list)
    _order: int = 0

    @property
    def start(self) -> int:
        """The first hour of the story."""
        return self.end - self.days * HOURS_A_DAY

    # --- time ----------------------------------------------------------------------------------------------------

    def at(self, hour: int, strand: Strand) -> None:
        """Let a strand begin at an hour."""
        self._order += 1
        heapq.heappush(self.queue, (max(hour, self.village.clock.now), self._order, strand))

    def on(self, day: float, hour: int, strand: Strand) -> None:
        """Let a strand begin on a day of the story."""
        self.at(self.start + int(day) * HOURS_A_DAY + hour - self.start % HOURS_A_DAY, strand)

    def run(self, progress: Progress) -> None:
        """Play until the present hour."""
        village = self.village
        while self.queue and self.queue[0][0] <= self.end:
            hour, _, strand = heapq.heappop(self.queue)
            village.clock.now = max(village.clock.now, hour)
            try:
                wait = next(strand)
            except StopIteration:
                continue
            except Nasij as problem:
                village.refused.append((repr(strand).split()[2], f"{type(problem).__name__}: {problem.sentence}"))
                continue
            self.at(_awake(village.clock.now + wait), strand)
            progress(hour - self.start, self.end - self.start)
        village.clock.now = self.end

    def once_trusted(self, number: int) -> Generator[int, None, Person]:
        """Wait until somebody is there and trusted."""
        while not (number in self.cast and self.cast[number].by.trusted):
            yield HOURS_A_DAY // 2
        return self.cast[number]

    # --- beginnings ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Lay out the whole story."""
        village = self.village
        founder = village.found(names.ALIASES[0], names.NETWORK)
        self.cast[0] = founder
        for name, value in (("invitations_a_month", 6), ("vouches_a_month", 6), ("vouches_most", 2)):
            village.press(founder, "/people/settings/change", name=name, value=value)
        self.on(0, 10, self.visits(founder))
        for number in range(1, FIRST_WAVE + 1):
            self.on(0, 10 + number, self.joining(number))
        last = self.days - 8
        rest = range(FIRST_WAVE + 1, self.people)
        for place, number in enumerate(rest):
            day = SECOND_WAVE_DAY + (last - SECOND_WAVE_DAY) * place // max(1, len(rest) - 1)
            self.on(day, 9 + number % 7, self.joining(number))
        self.on(PROBATION + 1, 9, self.roles())
        self.fates()
        Courses(self).begin()
        Endings(self).begin()
        Purse(self).begin()
        Together(self).begin()
        Prepared(self).begin()
        BadDays(self).begin()
        Checks(self).begin()
        Listening(self).begin()
        Rota(self).begin()
        Shared(self).begin()
        OutThere(self).begin()
        Telling(self).begin()
        Rarely(self).begin()
        for number, part in enumerate(PARTS if self.people >= LARGE else ()):
            part(self).begin(number, len(PARTS))

    def fates(self) -> None:
        """Let some people have a part of their own: one is removed, one leaves, one rests, one is suspended."""
        parts: tuple[tuple[int, float, Callable[[Person], Strand]], ...] = (
            (7, 0.72, self.removed),
            (11, 0.6, self.leaving),
            (14, 0.55, self.resting),
            (17, 1 - 6 / self.days, self.suspended),
        )
        for number, share, part in parts:
            if number < self.people - 1:
                self.on(self.days * share, 11, self.with_part(number, part))
        self.on(self.days * 0.62, 15, self.list_brought())
        self.on(self.days * 0.8, 12, self.contact_rules())

    def with_part(self, number: int, part: Callable[[Person], Strand]) -> Strand:
        """Play a part once its person is there."""
        while number not in self.cast:
            yield HOURS_A_DAY
        yield from part(self.cast[number])

    # --- coming in -----------------------------------------------------------------------------------------------

    def inviter(self, number: int) -> Person | None:
        """Return who brings somebody in: the trusted member who brought in the fewest lately; None while nobody may."""
        if number <= FIRST_WAVE:
            return self.cast[0]
        if number == self.people - 1:
            return self.cast[TRUSTED]
        lately = [who for day, who in self.introduced if day > self.village.day - 31]
        able = [p for p in self.village.trusted() if p.number not in (TRUSTED, 0) and lately.count(p) < 3]
        return min(able, key=lambda p: (lately.count(p), (p.number * 7 + number) % 11), default=None)

    def joining(self, number: int) -> Strand:
        """Bring somebody in, from the knock to the welcome; then let them live here, and be vouched for."""
        village, luck = self.village, self.village.luck
        while (inviter := self.inviter(number)) is None:
            yield HOURS_A_DAY  # until somebody else has become trusted
        self.introduced.append((village.day, inviter))
        newcomer, join = village.knock(number, inviter, names.ALIASES[number], luck.choice(names.JOIN_ANSWERS))
        newcomer.reserved = number in (7, 11, 17) or number == self.people - 1
        yield 3
        village.press(inviter, "/people/join/{join}/compare", join=join)
        village.press(inviter, "/people/join/{join}/say", join=join, words=luck.choice(names.JOIN_SAID))
        yield 2
        village.say(inviter, JoinSaid(join, new_id(), from_newcomer=True, words=luck.choice(names.JOIN_REPLY)))
        yield 4
        stewards = self.stewards()
        for steward in stewards:
            village.press(steward, "/people/join/{join}/read", join=join, advice="yes", reason="")
            yield 1
        host = next((s for s in stewards if s is not inviter), stewards[0])
        village.press(host, "/people/join/{join}/accept", join=join, words=luck.choice(names.WELCOMES))
        village.welcome(newcomer, host)
        self.cast[number] = newcomer
        self.at(village.clock.now + 1, self.visits(newcomer))
        yield from self.being_vouched_for(newcomer)

    def stewards(self) -> list[Person]:
        """Return who looks after membership."""
        both = [self.cast[number] for number in (0, STEWARD) if number in self.cast]
        return [p for p in both if "members" in p.by.roles]

    def being_vouched_for(self, newcomer: Person) -> Strand:
        """Let two people of different chains vouch for somebody; at first the founder's word is all there is."""
        luck = self.village.luck
        if newcomer.number in (1, 2):
            yield (10 + newcomer.number) * HOURS_A_DAY
            self.vouch(self.cast[0], newcomer)
            return
        if newcomer.number <= FIRST_WAVE:
            yield (PROBATION + 1) * HOURS_A_DAY
            for number in (1, 2):
                while self.village.standing(self.cast[number]) != "trusted":
                    yield HOURS_A_DAY
                self.vouch(self.cast[number], newcomer)
                yield 2
            return
        if newcomer.number == self.people - 1:
            return
        yield luck.randint(9, 12) * HOURS_A_DAY
        chains: set[int] = set()
        while len(chains) < 2 and self.village.standing(newcomer) == "new":
            giver = self.giver(newcomer, chains)
            if giver is not None:
                self.vouch(giver, newcomer)
                chains.add(self.village.chain(giver).number)
            yield luck.randint(3, 30)

    def giver(self, newcomer: Person, chains: set[int]) -> Person | None:
        """Return who vouches next: first whoever brought them in, then somebody of another chain with words to spare."""
        village = self.village
        lately = [who for day, who in self.vouched if day > village.day - 31]
        able = [
            p
            for p in village.trusted()
            if p.number and village.chain(p).number not in chains and lately.count(p) < 3 and p is not newcomer
        ]
        return min(able, key=lambda p: (p is not newcomer.introduced_by, lately.count(p), p.number), default=None)

    def vouch(self, giver: Person, newcomer: Person) -> None:
        """Let somebody vouch for a membership."""
        ground, words = self.village.luck.choice(names.VOUCHES)
        path = "/trust/vouch/{member}"
        self.village.press(giver, path, member=newcomer.member, role="membership", ground=ground, words=words)
        self.vouched.append((self.village.day, giver))

    def visits(self, person: Person) -> Strand:
        """Let somebody open their room every few days; once trusted, they say what they can give."""
        luck = self.village.luck
        often = person.number in (STEWARD, COORDINATOR, COORDINATOR + 1, TRUSTED, self.people - 1)
        while person.number == 0 or self.village.standing(person) in ("new", "trusted", "resting"):
            self.village.visit(person)
            if person.by.standing == "trusted" and TRUSTED_ONES in person.node.keyring.newest and not person.settled_in:
                self.settle_in(person)
            yield HOURS_A_DAY if person.number == 0 else luck.randint(36, 60) if often else luck.randint(80, 160)

    def settle_in(self, person: Person) -> None:
        """Say what a trusted member says at first."""
        village, luck = self.village, self.village.luck
        person.settled_in = True
        area = names.AREAS[person.number % len(names.AREAS)]
        languages = names.LANGUAGES[person.number % len(names.LANGUAGES)]
        village.press(person, "/people/name", alias=person.alias, languages=languages, areas=area)
        offer = next(self.offers, None)
        if person.number % 3 == 1 and offer:
            order = ("food", "transport", "listening", "paperwork", "accompaniment", "things", "skills")
            person.kinds = tuple(kind for kind in order if kind == offer[0] or luck.random() < 0.5)
        village.press(person, "/profile/capacity", per_week=5, kinds=list(person.kinds), helps=True)
        if offer:
            kind, what, when = offer
            standing = person.number % 2 == 0
            scope = "network" if standing else "trusted"
            village.press(
                person,
                "/aid/offer",
                kind=kind_id(kind),
                what=what,
                availability=when,
                area=area,
                standing=standing,
                scope=scope,
            )
        if person.number % 3 == 0:
            village.press(
                person, "/profile/skill", words=luck.choice(names.SKILLS), level=luck.choice(("does", "teaches"))
            )

    # --- roles and measures --------------------------------------------------------------------------------------

    def roles(self) -> Strand:
        """Give the roles to more than one person, as soon as there are enough."""
        village = self.village
        while not all(n in self.cast and self.cast[n].settled_in for n in (1, 2, 3, 4, 5)):
            yield 6
        founder = self.cast[0]
        for number, role in (
            *((STEWARD, "members"), (COORDINATOR, "cases"), (COORDINATOR + 1, "cases")),
            *((FUND, "fund"), (MACHINES, "machines")),
        ):
            agrees = self.cast[3 if number == STEWARD else STEWARD]
            member = self.cast[number].member
            (proposed,) = village.press(founder, "/trust/propose/{role}", role=role, member=member, days=0)
            yield 1
            village.press(agrees, "/trust/agree/{appointment}", appointment=proposed.appointment)
        yield 4 * HOURS_A_DAY
        village.press(founder, "/trust/hand-back/{role}", role="cases")
        yield 35 * HOURS_A_DAY
        village.press(founder, "/people/settings/change", name="vouches_a_month", value=3)

    def removed(self, person: Person) -> Strand:
        """End a membership by the word of two, after a concern and with a day between."""
        village = self.village
        concern = {"about": person.member, "kind": "words", "words": names.CONCERN}
        (raised,) = village.press(self.cast[FUND], "/trust/raise/{about}", **concern)
        yield 30
        village.press(self.cast[STEWARD], "/trust/remove/{member}", member=person.member)
        yield 26
        village.press(self.cast[0], "/trust/remove-now/{member}", member=person.member)
        yield 3
        path = "/trust/concern/{concern}/close"
        village.press(self.cast[STEWARD], path, concern=raised.concern, outcome="talked")

    def leaving(self, person: Person) -> Strand:
        """Let somebody leave of their own will; in a larger group they leave something behind."""
        if self.people >= LARGE:
            yield from Leaving(self).before()
        self.village.press(person, "/me/leave")
        yield 1

    def resting(self, person: Person) -> Strand:
        """Let somebody rest for a while."""
        person.reserved = True
        while person.by.standing != "trusted":
            yield HOURS_A_DAY
            self.village.meet(person)
        self.village.press(person, "/trust/rest")
        yield 9 * HOURS_A_DAY
        self.village.press(person, "/trust/back")
        person.reserved = False

    def suspended(self, person: Person) -> Strand:
        """Open a review, hear the person, and suspend the membership by the word of two; it is not decided yet."""
        village = self.village
        review = village.press(
            self.cast[STEWARD], "/trust/open/{member}", member=person.member, words=names.REVIEW_WHY
        )[0].review
        yield HOURS_A_DAY
        village.press(person, "/trust/review/{review}/hearing", review=review, words=names.HEARING)
        yield 20
        village.press(self.cast[STEWARD], "/trust/suspend/{member}", member=person.member)
        yield 3
        village.press(self.cast[0], "/trust/suspend/{member}", member=person.member)

    def contact_rules(self) -> Strand:
        """Let some say how they can be reached safely, and to whom; and let one avoid another without a word."""
        village = self.village
        while TRUSTED not in self.cast:
            yield HOURS_A_DAY
        for number in (STEWARD, FUND):
            said = dict(zip(names.RULE_FIELDS, names.RULES[number % len(names.RULES)], strict=True))
            readers = [self.cast[TRUSTED].member]
            village.press(self.cast[number], "/profile/contact", readers=readers, coordination=True, **said)
            yield 2
        village.press(self.cast[MACHINES], "/profile/avoid", whom=self.cast[7].member)

    def list_brought(self) -> Strand:
        """Let somebody bring in a list that was kept elsewhere; and let two coordinators press the same button at once."""
        village = self.village
        keeper = self.cast[MACHINES]
        lines = [OfferLine(kind_id(kind), what, "", "", 0, "", "") for kind, what in names.IMPORTED]
        village.say(keeper, *list_facts("offers", "trusted", "", lines))
        skills = [NamedSkill(words, "does") for words in names.SKILLS[:2]]
        village.say(keeper, *naming_facts([(self.cast[TRUSTED].member, skills)]))
        yield 2
        need = Courses(self).ask(self.cast[FUND], "paperwork", "days", "نسخة ثانية من ورقة ضاعت.", scope="trusted")
        one, other = self.cast[COORDINATOR + 1], self.cast[COORDINATOR]
        village.meet(one)
        record.state(one.node, [NeedOpened(need)])  # waits, for the hub is not asked
        village.press(other, "/aid/{need}/open", need=need)
        village.meet(one)  # the other was first; this room is told so


def _awake(hour: int) -> int:
    """Return the hour, or the next morning's where people sleep."""
    of_day = hour % HOURS_A_DAY
    if of_day < MORNING:
        return hour - of_day + MORNING
    return hour if of_day < NIGHT else hour - of_day + HOURS_A_DAY + MORNING
