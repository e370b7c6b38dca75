"""What is rare when people decide and save together: a proposal in every state, a savings circle in every state.

A vote needs days: what is to be over by now begins on the first staged day, is ended on the next, and draws show their seed
on the last. The records lie with people who walk through the house, a few with each, so that nobody's pages grow long.
"""

from typing import TYPE_CHECKING, Any

from nasij.areas.decisions.appeals import judges_for
from nasij.areas.decisions.records import counted, record
from nasij.sample.village import COORDINATOR

if TYPE_CHECKING:
    from tests.staged import Staging

HELPER, ASKER = 10, 12
VOTING = (0, 1, 2, 4, 5, 6, 8, HELPER)
PLAIN = {"question": "هل نجرّب ذلك شهرًا؟", "body": "ثم نرى."}
THREE = "مساء الخميس: بعد العمل\nصباح السبت\nعصر الأحد"


class Deciding:
    """Proposals."""

    def __init__(self, staging: "Staging") -> None:
        self.staging = staging
        self.press, self.village = staging.press, staging.village
        self.to_end: list[str] = []
        self.to_appeal: list[str] = []

    @property
    def day(self) -> int:
        return self.village.day

    def member(self, number: int) -> str:
        return self.staging.cast[number].member

    def propose(self, who: int, method: str, path: str = "/decisions/propose", **values: Any) -> str:
        return str(self.press(who, path, **{**PLAIN, "method": method, **values})[0].proposal)

    def open(self, who: int, proposal: str, days: int = 9) -> None:
        self.press(who, "/decisions/{proposal}/open", proposal=proposal, closes_on=self.day + days)

    def opened(self, who: int, method: str, days: int = 9, **values: Any) -> str:
        """Propose something and open the vote."""
        proposal = self.propose(who, method, **values)
        self.open(who, proposal, days)
        return proposal

    def vote(self, proposal: str, way: str, *ballots: dict[str, Any], by: tuple[int, ...] = VOTING) -> None:
        """Let those of the roll vote with one of the ballots each, in turn."""
        for place, number in enumerate(by):
            person = self.staging.cast[number]
            self.village.read(person)
            if person.member in counted(person.node.db, proposal):
                ballot = ballots[place % len(ballots)]
                self.press(number, f"/decisions/{{proposal}}/{way}", proposal=proposal, **ballot)

    def begin(self) -> None:
        """Draft, discuss, open votes."""
        self.press(HELPER, "/decisions/draft", **PLAIN, method="majority")
        self.propose(6, "majority", "/decisions/number", name="step_days", numbers="5\n9")
        self.propose(0, "majority", "/decisions/new-charter", charter="ميثاق أقصر.")
        self.press(5, "/decisions/money", amount="250", currency="EGP")
        self.roles()
        self.talked_over()
        self.secret()
        self.open_votes()
        self.draws()
        self.soon_decided()

    def talked_over(self) -> None:
        """Two objections are answered, one stands."""
        proposal = self.propose(ASKER, "no_objection")
        raised = {"reason": "الوقت ضيق.", "met_by": "أسبوعان بدل أسبوع."}
        path = "/decisions/{proposal}/object"
        objection = self.press(HELPER, path, proposal=proposal, **raised)[0].objection
        self.press(0, path, proposal=proposal, **raised)
        second = self.press(6, path, proposal=proposal, **raised)[0].objection
        for answered, weeks in ((objection, "أسبوعين"), (second, "ثلاثة أسابيع")):
            changes = {"question": f"هل نجرّب ذلك {weeks}؟", "answers": answered}
            self.press(ASKER, "/decisions/{proposal}/amend", proposal=proposal, **changes)
        self.press(5, "/decisions/{proposal}/discuss", proposal=proposal, words="فكرة طيبة.")

    def roles(self) -> None:
        """One role is being talked over, and one is voted on; the charter changed after somebody had spoken about it."""
        role = {"role": "machines", "step": "begin"}
        self.propose(HELPER, "majority", "/decisions/role", **role, member=self.member(ASKER))
        voted = self.propose(1, "consensus", "/decisions/role", **role | {"role": "cases"}, member=self.member(8))
        self.open(1, voted)
        charter = self.propose(6, "majority", "/decisions/new-charter", charter="ميثاق أقصر.\nوالراحة حق.")
        for number in (5, HELPER):
            self.press(number, "/decisions/{proposal}/discuss", proposal=charter, words="ينقصه شيء.")
        changed = {"question": "ميثاق أقصر؟", "charter": "ميثاق أقصر.\nوالراحة حق للجميع."}
        self.press(6, "/decisions/{proposal}/amend-charter", proposal=charter, **changed)

    def secret(self) -> None:
        """Carriers are wanted for one secret vote; another is open."""
        for who, carriers in ((HELPER, (1,)), (6, (2, 5, ASKER))):
            proposal = self.propose(who, "majority")
            self.press(who, "/decisions/{proposal}/covered", proposal=proposal)
            for number in carriers:
                self.press(number, "/decisions/{proposal}/carry", proposal=proposal)
        self.open(6, proposal)
        self.vote(proposal, "pick", {"pick": 1}, {"pick": 2}, by=(0, 1, 4))

    def open_votes(self) -> None:
        """One vote of each method is open, with votes; one hides its results."""
        yes, fine = {"answer": "1"}, {"answer": "0"}
        no = {"answer": "-2", "reason": "لا أرى كيف يتم.", "met_by": "شهر من التجربة أولًا."}
        self.vote(self.opened(1, "consensus"), "answer", yes, yes, fine, no)
        self.vote(self.opened(ASKER, "sense_check"), "answer", yes, fine)
        self.vote(self.opened(2, "no_objection"), "answer", yes)
        hidden = self.opened(5, "majority", options=THREE)
        self.press(5, "/decisions/{proposal}/hide", proposal=hidden)
        self.vote(hidden, "pick", {"pick": 1}, {"pick": 3})
        scores = {"one": "2", "two": "-1", "three": "1"}
        self.vote(self.opened(0, "score", options=THREE), "score", scores, {**scores, "three": ""})
        orders = {"one": 1, "two": 2, "three": 3}
        self.vote(self.opened(8, "ranking", options=THREE), "rank", orders, {**orders, "one": 3, "three": 1})

    def draws(self) -> None:
        """One draw waits for a second part of its seed; another's last day will be over, and both parts are to be shown."""
        waits = self.opened(ASKER, "draw", options=THREE)
        self.press(HELPER, "/decisions/{proposal}/seed", proposal=waits)
        over = self.opened(2, "draw", 3, options=THREE)
        for number in (0, HELPER):
            self.press(number, "/decisions/{proposal}/seed", proposal=over)

    def soon_decided(self) -> None:
        """Two people decide these, so they are over on the next day; one could be ended and is not."""
        role: dict[str, Any] = {"voters": "members"}
        task = {"effect": "task", "doer": self.member(HELPER), "due_on": self.day + 10}
        leaves = {**task, "doer": self.member(COORDINATOR + 1)}  # who leaves before it is done
        self.to_end = [
            self.opened(0, "majority", **role, **leaves),
            self.opened(1, "majority", **role, **leaves),
            self.opened(0, "majority", **role, **task),
            self.opened(1, "majority", **role, review_days=30),
            self.opened(1, "majority", **role, review_days=1),
        ]
        self.to_appeal = [
            self.opened(number, "majority", **role) for number in (2, 2, 8, 8, 4)
        ]  # who hears them is drawn
        for proposal in (*self.to_end, *self.to_appeal, self.opened(0, "majority", **role)):
            self.vote(proposal, "pick", {"pick": 1}, by=(0, 1))

    def next_day(self) -> None:
        """End what is settled; two decisions are appealed against, and one of the appeals is being heard."""
        for proposal in (*self.to_end, *self.to_appeal):
            self.press(0, "/decisions/{proposal}/end", proposal=proposal)
        heard = [(proposal, *panel) for proposal in self.to_appeal if (panel := self.panel(proposal))][:2]
        assert len(heard) == 2
        for proposal, filer, judge in heard:
            path = "/decisions/{proposal}/appeal"
            appeal = self.press(filer, path, proposal=proposal, ground="لم يسمع رأي من يعنيهم الأمر.")[0].appeal
            if proposal == heard[0][0]:
                self.press(judge, "/decisions/appeal/{appeal}/hear", appeal=appeal)

    def panel(self, proposal: str) -> tuple[int, int] | tuple[()]:
        """Return somebody whose appeal somebody hears who walks through the house, and that person, if there is one."""
        db = self.staging.founder.node.db
        row = record(db, "proposal", proposal)
        for filer in (HELPER, 5, 6, ASKER, 1, 4):
            judges = judges_for(db, row, self.member(filer))
            walking = [number for number in (0, 1, 5, 6, HELPER, ASKER) if self.member(number) in judges]
            if walking:
                return filer, walking[0]
        return ()


class Saving:
    """Savings circles."""

    def __init__(self, staging: "Staging") -> None:
        self.staging = staging
        self.press, self.village = staging.press, staging.village

    def form(self, organiser: int, *others: int, **terms: Any) -> str:
        """Form a circle with others in it, whose first instalment is due today."""
        usual = {"word": "jamiya", "amount": "100", "currency": "EGP", "rhythm": "week", "method": "sequence"}
        usual |= {"shortfall": "wait", "guarantee": ""}
        day = self.village.day
        saving = str(self.press(organiser, "/savings/form", starts_on=day, **{**usual, **terms})[0].saving)
        for number in others:
            pair = self.invite(organiser, saving, number)
            self.press(number, "/savings/with/{pair}/join", pair=pair, shares=1)
            self.press(organiser, "/savings/with/{pair}/take-in", pair=pair)
        return saving

    def invite(self, organiser: int, saving: str, number: int) -> str:
        path = "/savings/{saving}/invite"
        return str(self.press(organiser, path, saving=saving, member=self.staging.cast[number].member)[0].pair)

    def agreed(self, organiser: int, *others: int, **terms: Any) -> str:
        saving = self.form(organiser, *others, **terms)
        for number in (organiser, *others):
            self.press(number, "/savings/{saving}/agree", saving=saving)
        return saving

    def started(self, organiser: int, *others: int, **terms: Any) -> str:
        saving = self.agreed(organiser, *others, **terms)
        self.press(organiser, "/savings/{saving}/start", saving=saving)
        return saving

    def turn_of(self, saving: str, organiser: int, number: int) -> tuple[str, int]:
        """Return a turn and whose it is."""
        found = self.staging.cast[organiser].node.db.execute(
            "select turn, member from saving_turn where saving = ? and number = ?", (saving, number)
        )
        turn, member = found.fetchone()
        return str(turn), next(n for n, person in self.staging.cast.items() if person.member == member)

    def pay(self, saving: str, number: int, organiser: int, *payers: int, confirm: bool = True) -> None:
        """Let some pay for a turn, which the organiser confirms; the number 0 is the guarantee."""
        for payer in payers:
            query = "select instalment from instalment where saving = ? and number = ? and member = ?"
            instalment = self.staging.one(payer, query, saving, number, self.staging.cast[payer].member)
            self.press(payer, "/savings/instalment/{instalment}/paid", instalment=instalment)
            if confirm and payer != organiser:
                self.press(organiser, "/savings/instalment/{instalment}/confirm", instalment=instalment)

    def turn(self, saving: str, number: int, organiser: int, *others: int, taken: bool = True) -> None:
        """Let everybody pay, and the pot be handed over."""
        self.pay(saving, number, organiser, organiser, *others)
        turn, taker = self.turn_of(saving, organiser, number)
        self.press(organiser, "/savings/turn/{turn}/hand-over", turn=turn)
        if taken:
            self.press(taker, "/savings/turn/{turn}/taken", turn=turn)

    def begin(self) -> None:
        """Stage a circle in every state."""
        self.forming()
        self.running()
        self.with_guarantee()
        self.over()

    def forming(self) -> None:
        """Somebody is asked, somebody said yes; seals are wanted, seals are to be opened; one can begin."""
        saving = self.form(HELPER, ASKER, method="need")
        pair = self.invite(HELPER, saving, 6)
        self.press(6, "/savings/with/{pair}/join", pair=pair, shares=2)
        for number in (0, 1):
            self.invite(HELPER, saving, number)
        self.form(5, 2, method="draw")
        sealed = self.form(6, 5, method="draw")
        for number in (6, 5):
            self.press(number, "/savings/{saving}/seal", saving=sealed)
        self.agreed(2, 1)

    def running(self) -> None:
        """Two payments wait for a word, two swaps too; one pot is complete, one handed over; somebody asks to be excused."""
        saving = self.started(ASKER, HELPER, 6)
        self.pay(saving, 1, ASKER, HELPER, 6, confirm=False)
        turns = {who: turn for turn, who in (self.turn_of(saving, ASKER, n) for n in (1, 2, 3))}
        for mine, theirs in ((HELPER, 6), (6, ASKER)):
            path = "/savings/{saving}/swap"
            self.press(mine, path, saving=saving, mine=turns[mine], theirs=turns[theirs])
        self.pay(self.started(1, 2), 1, 1, 1, 2)
        self.turn(self.started(0, 5), 1, 0, 5, taken=False)
        excusing = self.started(1, ASKER, 0, shortfall="excuse")
        self.press(ASKER, "/savings/turn/{turn}/excuse", turn=self.turn_of(excusing, 1, 1)[0])

    def with_guarantee(self) -> None:
        """One covers somebody who will be late; one is in and not said to be; one is being handed back."""
        terms = {"shortfall": "guarantee", "guarantee": "100"}
        covers, not_said, back = (
            self.started(organiser, other, **terms) for organiser, other in ((5, HELPER), (2, 6), (6, 2))
        )
        for saving, organiser, other in ((covers, 5, HELPER), (not_said, 2, 6), (back, 6, 2)):
            self.pay(saving, 0, organiser, organiser, other)
            if saving != not_said:
                self.press(organiser, "/savings/{saving}/gathered", saving=saving)
        for number in (1, 2):
            self.turn(back, number, 6, 2)
        mine = "select pair from saving_pair where saving = ? and member = ?"
        self.press(6, "/savings/with/{pair}/return", pair=self.staging.one(6, mine, back, self.staging.cast[6].member))

    def over(self) -> None:
        """One can be completed; one stopped and its accounts are to be laid open; one stopped, and three are owed something."""
        all_taken = self.started(0, 1)
        for number in (1, 2):
            self.turn(all_taken, number, 0, 1)
        to_lay, owing = self.started(5, ASKER), self.started(HELPER, 2, 5, 0)
        self.turn(to_lay, 1, 5, ASKER)
        self.turn(owing, 1, HELPER, 2, 5, 0)
        for who, saving in ((ASKER, to_lay), (HELPER, owing)):
            self.press(who, "/savings/{saving}/stop", saving=saving, reason="agreed")
        query = "select debt from saving_debt where saving = ? and payer = ? order by debt"
        debts = self.staging.cast[HELPER].node.db.execute(query, (owing, self.staging.cast[HELPER].member)).fetchall()
        for (debt,) in debts[:2]:
            self.press(HELPER, "/savings/debt/{debt}/paid", debt=debt)
