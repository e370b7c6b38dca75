"""What the group does together: it gives itself a charter, decides four ways, and saves by turns.

The days of deciding lie between the first on which there is anybody to vote and the present one, however long the story is.
What is still open is counted back from now, as in `endings`. Nothing here is left to luck: other strands keep theirs.
"""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.decisions.records import counted, eligible, record
from nasij.clock import HOURS_A_DAY
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 30  # those who came first are trusted, and have been here for long enough to vote
LAST_DAYS = 6  # in which a vote that begins would not end before the present hour
VOTE_DAYS = 3
CARRIERS = (STEWARD, FUND, MACHINES)
EACH_PAYS = "150"
A_WEEK = 7
THIRD_TURN = 3  # days from now

CHARTER = """نحن مجموعة يسند فيها بعضنا بعضًا، وكل مشاركة فيها طوعية.
١. من يطلب لا يُسأل عن السبب.
٢. ما يقال هنا يبقى هنا، بلا أسماء ولا صور.
٣. الرفض حق والراحة حق، ولا عتب في أي منهما.
٤. ما يخصنا جميعًا نقرره معًا، ونعود إليه كل سنة.
٥. عند الخلاف نتكلم أولًا، ثم نطلب من غيرنا أن ينظر في الأمر."""
CHARTER_AT_FIRST = CHARTER.replace("الرفض حق والراحة حق، ولا عتب في أي منهما.", "الرفض حق.").replace(
    "كل سنة", "كل سنتين"
)
MEETING = "متى يكون لقاؤنا المفتوح كل شهر؟"
EVENINGS = "مساء الخميس: بعد العمل\nصباح السبت: مع الفطور\nعصر الأحد: مع الشاي"
BASKET = "سلة مواد أساسية مشتركة، تُرتَّب أول كل شهر."
BASKET_WHY = "نجمع القائمة مرة في الشهر بدل طلبات متفرقة، والتوزيع كما هو الآن."
TOO_EARLY = "أول الشهر مزدحم على من يوصل الحصص."
LATER = "يوم آخر من الشهر، أو مساعدة إضافية في التوصيل."
HOUSE = "نقل اللقاء الكبير إلى بيت آخر هذا الموسم؟"
HOUSE_WHY = "لا أحد مضطر إلى قول رأيه علنًا في هذا، ولذلك التصويت سري."
FEWER = "ثمانية أشخاص على الأكثر في الجمعية الواحدة؟"
FEWER_WHY = "جمعيات صغيرة يعرف أهلها بعضهم بعضًا."
TWO = "شخص ثانٍ لمتابعة الأجهزة؟"
TWO_WHY = "حتى لا يتوقف شيء إن غاب أحدنا. نجرّب عشرة أيام."
TRIED_DAYS = 10
SAID = ("فكرة طيبة، وأحب أن نجرّبها.", "موافقة، بشرط أن تبقى المشاركة طوعية.", "أقترح أن نعود إليها بعد أشهر.")


class Together:
    """The strands of deciding and of saving."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay out what is decided over the days, what is open now, and two savings circles."""
        span = max(1, self.plot.days - FIRST_DAY - LAST_DAYS)
        over: tuple[tuple[float, int, Strand], ...] = (
            (0.0, 10, self.charter()),
            (0.2, 11, self.number()),
            (0.36, 18, self.ranking()),
            (0.55, 12, self.secret()),
            (0.72, 17, self.deputy()),
        )
        for share, hour, strand in over:
            self.plot.on(FIRST_DAY + span * share, hour, strand)
        back = {
            20 * HOURS_A_DAY: self.saving(),
            5 * HOURS_A_DAY: self.forming(),
            3 * HOURS_A_DAY: self.open_now(),
        }
        for hours, strand in back.items():
            self.plot.at(self.plot.end - hours, strand)

    # --- deciding ----------------------------------------------------------------------------------------------------

    def propose(self, who: Person, path: str, **values: Any) -> Generator[int, None, str]:
        """Propose something once enough people could vote; returns the proposal, which some have talked over."""
        village = self.village
        made = village.press(who, path, **values)[0]
        proposal = str(made.proposal)
        while len(eligible(who.node.db, record(who.node.db, "proposal", proposal), village.day)) <= len(CARRIERS):
            yield HOURS_A_DAY
            village.read(who)
        for person, words in zip(village.trusted()[1:3], SAID[who.number % 2 :], strict=False):
            yield 3
            village.press(person, "/decisions/{proposal}/discuss", proposal=proposal, words=words)
        yield 8
        return proposal

    def open(self, who: Person, proposal: str, days: int = VOTE_DAYS) -> list[Person]:
        """Open a vote; returns who may vote and is there, in order."""
        closes_on = self.village.day + days
        self.village.press(who, "/decisions/{proposal}/open", proposal=proposal, closes_on=closes_on)
        roll = counted(who.node.db, proposal)
        return [p for p in self.village.people if p.member in roll and not p.reserved]

    def vote(self, roll: Sequence[Person], proposal: str, way: str, ballots: Sequence[dict[str, Any]]) -> Strand:
        """Let five of six on the roll vote over the days, in turn with one of these ballots each."""
        hours = VOTE_DAYS * HOURS_A_DAY // 2
        voting = [person for place, person in enumerate(roll) if place % 6 != 5]
        for place, person in enumerate(voting):
            self.village.read(person)
            if person.by.in_force and person.member in counted(person.node.db, proposal):
                path = f"/decisions/{{proposal}}/{way}"
                self.village.press(person, path, proposal=proposal, **ballots[place % len(ballots)])
            yield hours // len(voting)

    def charter(self) -> Strand:
        """Adopt a charter by consensus, after its words have changed; most accept it."""
        founder = self.plot.cast[0]
        words = {"question": "ميثاقنا الأول", "charter": CHARTER_AT_FIRST}
        asked = {**words, "method": "consensus", "review_days": 365}
        proposal = yield from self.propose(founder, "/decisions/new-charter", **asked)
        changed = {**words, "charter": CHARTER}  # after some have talked it over
        self.village.press(founder, "/decisions/{proposal}/amend-charter", proposal=proposal, **changed)
        yield 20
        roll = self.open(founder, proposal)
        yield from self.vote(roll, proposal, "answer", [{"answer": "1"}, {"answer": "1"}, {"answer": "0"}])
        yield (VOTE_DAYS + 1) * HOURS_A_DAY
        for person in [p for p in self.village.trusted() if p.number % 4 != 3 and p.number != COORDINATOR]:
            self.village.press(person, "/decisions/{proposal}/accept", proposal=proposal)
            yield 2

    def number(self) -> Strand:
        """Change a number of the group by majority."""
        who = self.plot.cast[FUND]
        asked = {"question": FEWER, "body": FEWER_WHY, "name": "savings_people", "numbers": "8", "method": "majority"}
        proposal = yield from self.propose(who, "/decisions/number", **asked)
        roll = self.open(who, proposal)
        yield from self.vote(roll, proposal, "pick", [{"pick": 1}, {"pick": 1}, {"pick": 2}, {"pick": 1}])

    def deputy(self) -> Strand:
        """Give somebody a role by a vote, for a while, so that two look after the machines."""
        who = self.plot.cast[MACHINES]
        second = self.plot.cast[FUND].member
        role = {"role": "machines", "step": "begin", "member": second, "days": TRIED_DAYS}
        words = {"question": TWO, "body": TWO_WHY, "method": "majority"}
        proposal = yield from self.propose(who, "/decisions/role", **role, **words)
        roll = self.open(who, proposal)
        yield from self.vote(roll, proposal, "pick", [{"pick": 1}, {"pick": 1}, {"pick": 1}, {"pick": 2}])

    def ranking(self) -> Strand:
        """Put three times in order; the agreement is due to be looked at again by now."""
        who, left = self.plot.cast[COORDINATOR], self.plot.end // HOURS_A_DAY - self.village.day
        asked = {"question": MEETING, "options": EVENINGS, "method": "ranking", "review_days": max(1, left - 10)}
        proposal = yield from self.propose(who, "/decisions/propose", **asked)
        orders = [{"one": 1, "two": 2, "three": 3}, {"one": 2, "two": 1, "three": 3}, {"one": 1, "two": 3, "three": 2}]
        yield from self.vote(self.open(who, proposal), proposal, "rank", orders)

    def secret(self) -> Strand:
        """Vote with secret ballots, which three rooms carry one after another when the last day is over."""
        village, who = self.village, self.plot.cast[COORDINATOR + 1]
        asked = {"question": HOUSE, "body": HOUSE_WHY, "method": "majority"}
        proposal = yield from self.propose(who, "/decisions/propose", **asked)
        village.press(who, "/decisions/{proposal}/covered", proposal=proposal)
        carriers = [self.plot.cast[number] for number in CARRIERS]
        for person in carriers:
            yield 2
            village.press(person, "/decisions/{proposal}/carry", proposal=proposal)
        roll = self.open(who, proposal)
        closes = village.clock.now + VOTE_DAYS * HOURS_A_DAY
        yield from self.vote(roll, proposal, "pick", [{"pick": 1}, {"pick": 1}, {"pick": 2}, {"pick": 1}])
        yield max(1, closes + HOURS_A_DAY - village.clock.now)
        for person in (*carriers, *carriers):  # the second time each sees that its layer is off, and forgets its key
            village.visit(person)
            yield 1

    def open_now(self) -> Strand:
        """Leave a proposal open with votes, after an objection was met; the visitors have not voted yet."""
        village, who = self.village, self.plot.cast[STEWARD]
        asked = {"question": BASKET, "body": BASKET_WHY, "method": "no_objection"}
        proposal = yield from self.propose(who, "/decisions/propose", **asked)
        other = self.plot.cast[FUND]
        raised = {"reason": TOO_EARLY, "met_by": LATER}
        objection = village.press(other, "/decisions/{proposal}/object", proposal=proposal, **raised)[0].objection
        yield 5
        changed = BASKET.replace("أول كل شهر", "منتصف كل شهر")
        changes = {"question": changed, "body": BASKET_WHY, "options": "", "answers": objection}
        village.press(who, "/decisions/{proposal}/amend", proposal=proposal, **changes)
        yield 4
        village.press(other, "/decisions/objection/{objection}/met", objection=objection)
        roll = [p for p in self.open(who, proposal, A_WEEK) if p.number not in (COORDINATOR, TRUSTED)]
        yield from self.vote(roll, proposal, "answer", [{"answer": "1"}, {"answer": "0"}, {"answer": "1"}])

    # --- saving by turns ---------------------------------------------------------------------------------------------

    def form(self, organiser: Person, first_in: int, **terms: Any) -> str:
        """Form a savings circle whose first instalment is due in so many days; returns it."""
        usual = {"word": "jamiya", "currency": "EGP", "method": "sequence", "shortfall": "wait", "guarantee": ""}
        starts_on = self.village.day + first_in
        facts = self.village.press(organiser, "/savings/form", starts_on=starts_on, **{**usual, **terms})
        return str(facts[0].saving)

    def invite(self, organiser: Person, saving: str, whom: Person) -> str:
        """Invite somebody; returns the pair."""
        path = "/savings/{saving}/invite"
        return str(self.village.press(organiser, path, saving=saving, member=whom.member)[0].pair)

    def take_in(self, organiser: Person, saving: str, whom: Person) -> Strand:
        """Invite somebody, who says yes."""
        pair = self.invite(organiser, saving, whom)
        yield 3
        self.village.press(whom, "/savings/with/{pair}/join", pair=pair, shares=1)
        yield 2
        self.village.press(organiser, "/savings/with/{pair}/take-in", pair=pair)

    def saving(self) -> Strand:
        """Save by turns of a week, five people; two have taken the pot, and the third turn is being paid for."""
        plot, village = self.plot, self.village
        organiser = plot.cast[FUND]
        fifth = plot.cast.get(TRUSTED)
        if fifth is None or not fifth.settled_in:
            fifth = plot.cast[COORDINATOR + 1]
        people = [organiser, plot.cast[STEWARD], plot.cast[COORDINATOR], fifth, plot.cast[MACHINES]]
        third = plot.end // HOURS_A_DAY + THIRD_TURN
        first_in = third - 2 * A_WEEK - village.day
        saving = self.form(organiser, first_in, amount=EACH_PAYS, rhythm="week")
        for person in people[1:]:
            yield from self.take_in(organiser, saving, person)
        for person in people:
            village.press(person, "/savings/{saving}/agree", saving=saving)
            yield 2
        village.press(organiser, "/savings/{saving}/start", saving=saving)
        for number in (1, 2):
            due_on = third - (3 - number) * A_WEEK
            yield max(1, (due_on - 1) * HOURS_A_DAY - village.clock.now)
            yield from self.turn(people, saving, number)
        yield max(1, plot.end - 26 - village.clock.now)
        self.pay(fifth, saving, 3)  # which waits for the organiser's word

    def turn(self, people: Sequence[Person], saving: str, number: int) -> Strand:
        """Let everybody pay in, and hand the pot over to whose turn it is."""
        village, organiser = self.village, people[0]
        for person in people:
            instalment = self.pay(person, saving, number)
            yield 1
            if person is not organiser:
                village.press(organiser, "/savings/instalment/{instalment}/confirm", instalment=instalment)
        yield 2
        query = "select turn, member from saving_turn where saving = ? and number = ?"
        turn, member = organiser.node.db.execute(query, (saving, number)).fetchone()
        village.press(organiser, "/savings/turn/{turn}/hand-over", turn=turn)
        yield 4
        taker = next(person for person in people if person.member == member)
        village.press(taker, "/savings/turn/{turn}/taken", turn=turn)

    def pay(self, person: Person, saving: str, number: int) -> str:
        """Say that one paid; returns the instalment."""
        self.village.read(person)
        query = "select instalment from instalment where saving = ? and number = ? and member = ?"
        (instalment,) = person.node.db.execute(query, (saving, number, person.member)).fetchone()
        self.village.press(person, "/savings/instalment/{instalment}/paid", instalment=instalment)
        return str(instalment)

    def forming(self) -> Strand:
        """Form another one: somebody is in, and the trusted visitor is asked."""
        organiser, other = self.plot.cast[MACHINES], self.plot.cast[COORDINATOR]
        saving = self.form(organiser, 2 * A_WEEK, amount="80", rhythm="month", method="need", word="sanduq")
        yield from self.take_in(organiser, saving, other)
        asked: Callable[[], bool] = lambda: self.plot.cast[TRUSTED].by.standing == "trusted"  # noqa: E731
        while not (TRUSTED in self.plot.cast and asked()):
            yield 6
        self.invite(organiser, saving, self.plot.cast[TRUSTED])
