"""Another programme of those who meet: who is asked and says no, who is not taken, who meets, and how it ends well.

What a supervisor's room says by itself it says when it is visited, as everywhere.
"""

from typing import Any

from nasij.clock import HOURS_A_DAY
from nasij.ids import numbered_id
from nasij.sample.listening import ABOUT, AGREED, AIMS, RULES
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

PROGRAMME, PART, ASK = "/care/programme/{programme}", "/care/part/{caregiver}", "/care/ask/{seeking}"
WITH, SESSION, WORRY = "/care/with/{relation}", "/care/session/{session}", "/care/worry/{escalation}"
SUPERVISES = MACHINES
HEAVY = "سمعت أكثر مما أحتمل اليوم، وأحتاج إلى كلام قصير."
GOAL, STEP = "مكالمة واحدة مع أختي.", "كتابة ما أريد قوله."
WELL = "كان هناك من ينتظر ولا يستعجل."


class Company(Part):
    """One programme from its beginning to its end."""

    def strands(self) -> list[Strand]:
        """Return the whole of it, which follows step by step."""
        return [self.programme()]

    def programme(self) -> Strand:
        """Begin it, let people seek and meet, and close it when it is no longer needed."""
        yield from self.there(ONE, OTHER, THIRD, FUND, STEWARD, MACHINES, COORDINATOR)
        at = {"programme": (yield from self.supervised())}
        parts = {}
        for number in (ONE, OTHER):
            offered = {"training": "course", "places": 2, **ABOUT, **at}
            parts[number] = self.press(number, PROGRAMME + "/offer", **offered).caregiver
            yield 3
            self.press(SUPERVISES, PART + "/confirm", caregiver=parts[number])
        yield from self.not_these(parts, at)
        relation = yield from self.found(parts[ONE], at)
        yield from self.meets(relation, parts[ONE])
        yield from self.worries(relation)
        yield from self.ends(relation, parts, at)

    def supervised(self) -> Any:
        """Find who supervises: one is away for days and back; the other lays it down, and somebody else is asked."""
        seats = {"supervisor": self.member(SUPERVISES), "deputy": self.member(FUND)}
        about = {"kind": "listening", "aims": AIMS, "rules": RULES}
        programme = self.press(COORDINATOR, "/care/programme", **about, **seats).programme
        at = {"programme": programme}
        for number in (SUPERVISES, FUND):
            yield 2
            self.press(number, PROGRAMME + "/accept", **at)
        self.press(SUPERVISES, PROGRAMME + "/away", away_until=self.village.day + 4, **at)
        yield 20
        self.press(SUPERVISES, PROGRAMME + "/back", **at)
        self.press(FUND, PROGRAMME + "/lay", **at)
        yield 3
        self.press(COORDINATOR, PROGRAMME + "/seats", **{**seats, "deputy": self.member(STEWARD)}, **at)
        for number in (SUPERVISES, STEWARD):
            yield 2
            asked = "select 1 from oversight where programme = ? and member = ? and accepted = 0"
            if self.one(number, asked, programme, self.member(number)):
                self.press(number, PROGRAMME + "/accept", **at)
        return programme

    def tend(self) -> None:
        """Let the supervisor's room say what is due."""
        self.village.visit(self.plot.cast[SUPERVISES])

    def not_these(self, parts: dict[int, str], at: dict[str, str]) -> Strand:
        """Seek, and take it back; seek again: one says no, the other yes, and is not the right one after all."""
        seeking = self.press(THIRD, PROGRAMME + "/seek", **ABOUT, **at).seeking
        yield 5
        self.press(THIRD, ASK + "/withdraw", seeking=seeking)
        seeking = self.press(THIRD, PROGRAMME + "/seek", **ABOUT, **at).seeking
        yield 5
        chosen = [parts[ONE], parts[OTHER]]
        shown = self.village.press(self.plot.cast[SUPERVISES], ASK + "/show", seeking=seeking, caregivers=chosen)
        options = {fact.caregiver: fact.option for fact in shown if hasattr(fact, "caregiver")}
        first, second = options[parts[ONE]], options[parts[OTHER]]
        self.press(THIRD, ASK + "/order", seeking=seeking, first=first, second=second)
        self.tend()
        yield 6
        self.press(ONE, WITH + "/decline", relation=numbered_id(first, 1))
        for _ in range(2):  # the answer first, then the next one is asked
            self.tend()
            yield 3
        self.press(OTHER, WITH + "/accept", relation=numbered_id(second, 1))
        self.tend()
        self.press(THIRD, "/care/option/{option}/refuse", option=second)
        self.tend()

    def found(self, part: str, at: dict[str, str]) -> Any:
        """Seek once more, and meet."""
        seeking = self.press(THIRD, PROGRAMME + "/seek", **ABOUT, **at).seeking
        yield 4
        option = self.press(SUPERVISES, ASK + "/show", seeking=seeking, caregivers=[part]).option
        self.press(THIRD, ASK + "/order", seeking=seeking, first=option)
        self.tend()
        yield 4
        relation = numbered_id(option, 1)
        self.press(ONE, WITH + "/accept", relation=relation)
        self.tend()
        self.press(THIRD, "/care/option/{option}/take", option=option)
        self.tend()
        agreement = self.press(ONE, WITH + "/agree", relation=relation, **AGREED).agreement
        yield 3
        self.press(THIRD, "/care/agreement/{agreement}/confirm", agreement=agreement)
        return relation

    def meets(self, relation: str, part: str) -> Strand:
        """Move a session, miss one, hold one that is hard; talk about it; set goals, and take a break."""
        at = {"relation": relation}
        plan = WITH + "/session"
        moved, missed, held = (
            self.press(ONE, plan, on_day=self.village.day + 1, channel="voice", **at).session for _ in range(3)
        )
        self.press(ONE, SESSION + "/move", session=moved, on_day=self.village.day + 2)
        goals = [self.press(THIRD, WITH + "/goal", words=GOAL, **at).goal for _ in range(2)]
        self.press(THIRD, "/care/goal/{goal}/step", goal=goals[0], step=STEP)
        yield 30
        self.press(ONE, SESSION + "/missed", session=missed)
        self.press(ONE, SESSION + "/held", session=held, minutes=50, weight="hard", next_on=0)
        self.press(THIRD, SESSION + "/felt", session=held, weight="some")
        self.press(THIRD, "/care/goal/{goal}/reached", goal=goals[0])
        self.press(THIRD, "/care/goal/{goal}/drop", goal=goals[1])
        self.press(ONE, PART + "/note", caregiver=part, words=HEAVY)
        note = self.press(ONE, WITH + "/own", words="الهدوء قبل السؤال.", **at).note
        yield 6
        self.press(ONE, "/care/note/{note}/drop", note=note)
        debrief = self.one(SUPERVISES, "select debrief from debrief where closed_on = 0 order by debrief")
        self.press(SUPERVISES, "/care/debrief/{debrief}/plan", debrief=debrief, on_day=self.village.day + 1)
        yield HOURS_A_DAY
        talked = {"load": "enough", "worry": "", "advice": "on"}
        self.press(SUPERVISES, PART + "/supervision", caregiver=part, **talked)
        self.press(THIRD, WITH + "/pause", **at)
        yield 30
        self.press(THIRD, WITH + "/resume", **at)

    def worries(self, relation: str) -> Strand:
        """Worry, tell the supervisor, and the alarm; it turns out that nothing has happened."""
        raised = self.press(ONE, WITH + "/worry", relation=relation, sign="life")
        at = {"escalation": raised.escalation}
        yield 1
        self.press(THIRD, WORRY + "/asked", wish="alarm", words="", **at)
        self.press(ONE, WORRY + "/supervisor", **at)
        handed = self.village.press(self.plot.cast[ONE], WORRY + "/on", severity="today", **at)
        incident = next(fact.incident for fact in handed if hasattr(fact, "incident"))
        yield 1
        self.press(COORDINATOR, "/by/{incident}/open", incident=incident)
        self.press(COORDINATOR, "/by/{incident}/answer", incident=incident)
        yield 5
        self.press(COORDINATOR, "/by/{incident}/not-so", incident=incident)
        self.press(ONE, WORRY + "/close", **at)

    def ends(self, relation: str, parts: dict[int, str], programme: dict[str, str]) -> Strand:
        """End well, say how it was, ask for somebody else and not need it; then the programme is over."""
        at = {"relation": relation}
        self.press(ONE, PART + "/rest", caregiver=parts[ONE], away_until=self.village.day + 5)
        yield 8
        self.press(ONE, PART + "/back", caregiver=parts[ONE])
        self.press(ONE, WITH + "/end", reason="reached", **at)
        self.press(THIRD, WITH + "/feedback", fit="well", words=WELL, **at)
        yield 8
        again = self.village.press(self.plot.cast[THIRD], WITH + "/again", **at)
        seeking = next((fact.seeking for fact in again if hasattr(fact, "seeking")), "")
        if seeking:
            self.press(THIRD, ASK + "/withdraw", seeking=seeking)
        for number in (ONE, OTHER):
            self.press(number, PART + "/end", caregiver=parts[number])
        yield 4
        self.press(COORDINATOR, PROGRAMME + "/close", **programme)
