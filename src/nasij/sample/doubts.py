"""What people decide and save in other ways: a draft, an objection that stands, an appeal, a circle that stops.

Two people, those who look after membership, decide most of it, so that nobody else is kept busy with it.
"""

from typing import Any

from nasij.areas.decisions.appeals import judges_for
from nasij.areas.decisions.records import record
from nasij.clock import HOURS_A_DAY
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.together import Together
from nasij.sample.village import COORDINATOR, FUND, STEWARD, Person

FOUNDER, SECOND = 0, COORDINATOR + 1
AT, APPEAL = "/decisions/{proposal}", "/decisions/appeal/{appeal}"
TEA = {"question": "شاي بدل القهوة في لقاء الجمعة؟", "body": "القهوة غالية هذا الشهر."}
PLAIN = dict.fromkeys(("hidden", "secret", "lapses", "ends"), False)
SHORTER = "نحن مجموعة يسند فيها بعضنا بعضًا.\nوالراحة حق."
GROUND = "لم يسمع رأي من يعنيهم الأمر."


class Deciding(Part):
    """Proposals, votes and appeals."""

    def strands(self) -> list[Strand]:
        """Return what is decided otherwise."""
        return [self.drafted(), self.charter(), self.stands(), self.aside(), self.kept(), self.appeals()]

    def propose(self, who: int, path: str = "/decisions/propose", **values: Any) -> str:
        """Propose something."""
        return str(self.press(who, path, **{**TEA, "method": "majority", **values}).proposal)

    def opened(self, who: int, days: int = 3, **values: Any) -> str:
        """Propose something, and open the vote about it."""
        proposal = self.propose(who, **values)
        self.press(who, AT + "/open", proposal=proposal, closes_on=self.village.day + days)
        return proposal

    def by_two(self, **values: Any) -> str:
        """Let the two who look after membership vote about something; returns the proposal."""
        proposal = self.opened(FOUNDER, voters="members", **values)
        for number in (FOUNDER, STEWARD):
            self.press(number, AT + "/pick", proposal=proposal, pick=1)
        return proposal

    def drafted(self) -> Strand:
        """Write a draft, bring it, and take it back; the same for a sum of money."""
        yield from self.there(ONE)
        draft = self.press(ONE, "/decisions/draft", method="majority", **TEA).proposal
        yield 10
        self.press(ONE, AT + "/bring", proposal=draft, **PLAIN)
        money = self.press(ONE, "/decisions/money", amount="250", currency="JOD").proposal
        yield 30
        for proposal in (draft, money):
            self.press(ONE, AT + "/withdraw", proposal=proposal)

    def charter(self) -> Strand:
        """Propose a shorter charter; whoever spoke about it reads how it changed, before it is taken back."""
        yield from self.there(ONE, OTHER)
        words = {"question": "ميثاق أقصر؟", "charter": SHORTER}
        at = {"proposal": self.propose(ONE, "/decisions/new-charter", **words)}
        for who, said, more in (
            (OTHER, "/discuss", {"words": "ينقصه شيء عن الأسماء."}),
            (ONE, "/amend-charter", {**words, "charter": SHORTER + "\nولا أسماء خارج اللقاء."}),
            (OTHER, "/read", {}),
            (ONE, "/withdraw", {}),
        ):
            yield 7
            self.press(who, AT + said, **more, **at)

    def stands(self) -> Strand:
        """Object; what is changed does not meet it, so the objection stands, and the proposal is taken back."""
        yield from self.there(ONE, OTHER)
        proposal = self.propose(ONE, method="no_objection")
        raised = {"reason": "الوقت ضيق.", "met_by": "أسبوعان بدل أسبوع."}
        objection = self.press(OTHER, AT + "/object", proposal=proposal, **raised).objection
        yield 8
        changes = {"question": "شاي وقهوة معًا؟", "body": "", "options": "", "answers": objection}
        self.press(ONE, AT + "/amend", proposal=proposal, **changes)
        yield 8
        self.press(OTHER, "/decisions/objection/{objection}/stands", objection=objection)
        yield 8
        self.press(ONE, AT + "/withdraw", proposal=proposal)

    def aside(self) -> Strand:
        """Step out of a vote that is about a friend; it is ended once nothing can change."""
        yield from self.there(COORDINATOR, SECOND, STEWARD)
        proposal = self.opened(STEWARD, voters="cases")
        yield 3
        self.press(SECOND, AT + "/recuse", proposal=proposal, reason="close")
        ended = self.by_two(effect="task", doer=self.member(STEWARD), due_on=self.village.day + 9)
        yield 30
        self.press(FOUNDER, AT + "/end", proposal=ended)
        yield 10
        self.press(STEWARD, AT + "/done", proposal=ended)

    def kept(self) -> Strand:
        """Keep what is to be looked at again; see to what somebody left undone who has left."""
        yield from self.there(STEWARD, ONE)
        proposal = self.by_two(review_days=1)
        yield 30
        self.press(FOUNDER, AT + "/end", proposal=proposal)
        while self.one(FOUNDER, "select state from proposal where proposal = ?", proposal) != "under_review":
            yield HOURS_A_DAY // 2
        for number in (FOUNDER, STEWARD):
            self.press(number, AT + "/keep", proposal=proposal)
        left = (
            "select proposal from proposal join member on member = doer"
            " where member.standing = 'left' and effect = 'task' and state = 'passed' order by proposal"
        )
        while (undone := self.one(ONE, left)) is None:
            yield HOURS_A_DAY
        self.press(ONE, AT + "/take-up", proposal=undone, due_on=self.village.day + 5)
        yield 40
        self.press(ONE, AT + "/done", proposal=undone)

    def appeals(self) -> Strand:
        """Ask others to look at three decisions again: one holds, one is changed, one falls."""
        yield from self.there(ONE, OTHER, THIRD)
        proposals = [self.by_two() for _ in range(3)]
        yield 30
        for proposal in proposals:
            self.press(FOUNDER, AT + "/end", proposal=proposal)
        for proposal, found in zip(proposals, ("uphold", "change", "overturn"), strict=True):
            appeal = self.press(ONE, AT + "/appeal", proposal=proposal, ground=GROUND).appeal
            yield 3
            judges = self.judges(proposal)
            self.press(judges[0], APPEAL + "/hear", appeal=appeal)
            for judge in judges[:2]:
                yield 4
                self.press(judge, f"{APPEAL}/{found}", appeal=appeal, words="")

    def judges(self, proposal: str) -> list[Person]:
        """Return who hears an appeal of the first of us."""
        db = self.plot.cast[FOUNDER].node.db
        self.village.read(self.plot.cast[FOUNDER])
        chosen = judges_for(db, record(db, "proposal", proposal), self.member(ONE))
        return [person for person in self.village.people if person.member in chosen]


class Saving(Part):
    """Savings circles that go otherwise."""

    def strands(self) -> list[Strand]:
        """Return what happens in circles."""
        return [self.not_now(), self.by_lot(), self.excused(), self.guarantee()]

    def begun(self, *numbers: int, **terms: Any) -> Any:
        """Form a circle, agree to it, and begin; returns it."""
        circle, people = Together(self.plot), [self.plot.cast[number] for number in numbers]
        saving = circle.form(people[0], 0, **{"amount": "30", "rhythm": "week", **terms})
        for person in people[1:]:
            yield from circle.take_in(people[0], saving, person)
        for person in people:
            self.press(person, "/savings/{saving}/agree", saving=saving)
        self.press(people[0], "/savings/{saving}/start", saving=saving)
        return saving

    def not_now(self) -> Strand:
        """Ask two who cannot, and a third who has an early turn and thinks better of it."""
        yield from self.there(ONE, OTHER, THIRD, FUND)
        circle, organiser = Together(self.plot), self.plot.cast[ONE]
        saving = circle.form(organiser, 12, amount="20", rhythm="month")
        declined = circle.invite(organiser, saving, self.plot.cast[OTHER])
        withdrawn = circle.invite(organiser, saving, self.plot.cast[THIRD])
        yield 6
        self.press(OTHER, "/savings/with/{pair}/decline", pair=declined)
        self.press(ONE, "/savings/with/{pair}/withdraw", pair=withdrawn)
        yield from circle.take_in(organiser, saving, self.plot.cast[FUND])
        second = self.one(ONE, "select turn from saving_turn where saving = ? and number = 2", saving)
        self.press(ONE, "/savings/turn/{turn}/earlier", turn=second)
        yield 8
        self.press(FUND, "/savings/{saving}/out/{member}", saving=saving, member=self.member(FUND))

    def by_lot(self) -> Strand:
        """Draw the order of a circle: each opens what they sealed."""
        yield from self.there(ONE, OTHER)
        circle, people = Together(self.plot), [self.plot.cast[number] for number in (ONE, OTHER)]
        saving = circle.form(people[0], 20, amount="25", rhythm="month", method="draw")
        yield from circle.take_in(people[0], saving, people[1])
        for step in ("seal", "reveal"):
            for person in people:
                yield 3
                self.press(person, f"/savings/{{saving}}/{step}", saving=saving)

    def turns(self, saving: str) -> dict[int, str]:
        """Return the turn of each in a circle."""
        self.village.read(self.plot.cast[ONE])
        found = self.plot.cast[ONE].node.db.execute(
            "select turn, member from saving_turn where saving = ? order by number", (saving,)
        )
        turns = {member: turn for turn, member in found.fetchall()}
        return {number: turns[self.member(number)] for number in (ONE, OTHER, THIRD)}

    def excused(self) -> Strand:
        """Excuse somebody by the word of all; swap turns, once yes and once no; stop, and pay what is owed."""
        yield from self.there(ONE, OTHER, THIRD)
        saving = yield from self.begun(ONE, OTHER, THIRD, shortfall="excuse")
        turns = self.turns(saving)
        for mine, theirs, answer in ((OTHER, THIRD, "agree"), (THIRD, OTHER, "end")):
            swap = self.press(
                mine, "/savings/{saving}/swap", saving=saving, mine=turns[mine], theirs=turns[theirs]
            ).swap
            yield 4
            self.press(theirs, f"/savings/swap/{{swap}}/{answer}", swap=swap)
            turns = self.turns(saving)
        self.press(OTHER, "/savings/turn/{turn}/excuse", turn=turns[ONE])
        for number in (ONE, THIRD):
            yield 3
            path = "/savings/turn/{turn}/excuse/{member}"
            self.press(number, path, turn=turns[ONE], member=self.member(OTHER))
        circle = Together(self.plot)
        circle.pay(self.plot.cast[ONE], saving, 1)
        instalment = circle.pay(self.plot.cast[THIRD], saving, 1)
        self.press(ONE, "/savings/instalment/{instalment}/missing", instalment=instalment)
        yield 5
        circle.pay(self.plot.cast[THIRD], saving, 1)
        self.press(ONE, "/savings/instalment/{instalment}/confirm", instalment=instalment)
        self.press(ONE, "/savings/turn/{turn}/hand-over", turn=turns[ONE])
        self.press(ONE, "/savings/turn/{turn}/taken", turn=turns[ONE])
        yield 20
        self.press(THIRD, "/savings/{saving}/stop", saving=saving, reason="agreed")
        yield 3
        yield from self.owed(saving)

    def owed(self, saving: str) -> Strand:
        """Lay the accounts open, and pay what is owed: once it does not arrive, and is paid again."""
        self.press(ONE, "/savings/{saving}/accounts", saving=saving)
        query = "select debt, payer, payee from saving_debt where saving = ? order by debt"
        self.village.read(self.plot.cast[ONE])
        debts = self.plot.cast[ONE].node.db.execute(query, (saving,)).fetchall()
        by_member = {self.member(number): number for number in (ONE, OTHER, THIRD)}
        for place, (debt, payer, payee) in enumerate(debts):
            for said in ("missing", "confirm") if place == 0 else ("confirm",):
                self.press(by_member[payer], "/savings/debt/{debt}/paid", debt=debt)
                yield 6
                self.press(by_member[payee], f"/savings/debt/{{debt}}/{said}", debt=debt)

    def guarantee(self) -> Strand:
        """Begin with a guarantee, which covers one instalment; it is paid back, and in the end all get theirs again."""
        yield from self.there(ONE, OTHER)
        saving = yield from self.begun(ONE, OTHER, shortfall="guarantee", guarantee="30")
        circle, people = Together(self.plot), [self.plot.cast[number] for number in (ONE, OTHER)]
        confirm = "/savings/instalment/{instalment}/confirm"
        for person in people:
            instalment = circle.pay(person, saving, 0)
            if person is not people[0]:
                self.press(ONE, confirm, instalment=instalment)
        self.press(ONE, "/savings/{saving}/gathered", saving=saving)
        circle.pay(people[0], saving, 1)
        query = "select instalment from instalment where saving = ? and number = 1 and state = 'late'"
        while (late := self.one(ONE, query, saving)) is None:
            yield HOURS_A_DAY // 2
        self.press(ONE, "/savings/instalment/{instalment}/cover", instalment=late)
        yield 10
        yield from self.handed(saving, 1)
        circle.pay(people[1], saving, 1)
        self.press(ONE, confirm, instalment=late)
        yield 10
        yield from circle.turn(people, saving, 2)
        pairs = "select pair from saving_pair where saving = ? and member = ?"
        for person in people:
            pair = self.one(person.number, pairs, saving, person.member)
            self.press(ONE, "/savings/with/{pair}/return", pair=pair)
            self.press(person, "/savings/with/{pair}/returned", pair=pair)
        self.press(ONE, "/savings/{saving}/finish", saving=saving)

    def handed(self, saving: str, number: int) -> Strand:
        """Hand the pot of a turn over to whose turn it is."""
        turn, member = (
            self.one(ONE, f"select {name} from saving_turn where saving = ? and number = ?", saving, number)
            for name in ("turn", "member")
        )
        self.press(ONE, "/savings/turn/{turn}/hand-over", turn=turn)
        yield 3
        taker = ONE if member == self.member(ONE) else OTHER
        self.press(taker, "/savings/turn/{turn}/taken", turn=turn)
