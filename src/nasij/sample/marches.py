"""Campaigns and actions that go otherwise: money that is left, a march on which somebody is not heard from for an hour.

Who went along is destroyed afterwards, as always.
"""

from nasij.clock import HOURS_A_DAY
from nasij.sample.out_there import ACT, PLAN, RISK, WITH
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.together import Together
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

FOUNDER = 0
AT, SHEET = "/together/{campaign}", "/together/sheet/{sheet}"
LEAD, OUTSIDE, LAWYER = ONE, FUND, MACHINES
LEFT = {"currency": "JOD", "purpose": "food", "question": "ما بقي من الحملة: للمؤونة؟", "body": ""}


class Raising(Part):
    """Campaigns and their money."""

    def strands(self) -> list[Strand]:
        """Return what happens with campaigns."""
        return [self.raised(), self.thought_of()]

    def campaign(self) -> str:
        """Think of a campaign, and plan it."""
        campaign = str(self.press(LEAD, "/together/think", **PLAN).campaign)
        self.press(LEAD, AT + "/plan", campaign=campaign)
        return campaign

    def thought_of(self) -> Strand:
        """Change a campaign, pause it, raise a little, and give it up."""
        yield from self.there(LEAD)
        campaign = self.campaign()
        at = {"campaign": campaign}
        self.press(LEAD, AT + "/change", **{**PLAN, "goal": "خمس غرف حتى الصيف"}, **at)
        terms = {"amount": "40", "currency": "JOD", "method": "cash", "shown": "members"}
        fundraiser = self.press(LEAD, AT + "/raise", **terms, **at).fundraiser
        self.press(LEAD, AT + "/start", **at)
        yield 20
        self.press(LEAD, AT + "/pause", **at)
        self.press(LEAD, "/together/raising/{fundraiser}/end", fundraiser=fundraiser)
        yield 30
        self.press(LEAD, AT + "/close", **at)

    def raised(self) -> Strand:
        """Raise money for candles, and spend some; what is left of one goes where the group says, of the other it stays."""
        yield from self.there(LEAD, FUND, MACHINES)
        query = "select pot from pot where keeper = ? and state = 'open' and holds > 0 order by holds desc"
        pot = self.one(MACHINES, query, self.member(MACHINES))
        asked = {}
        for moves in (True, False):
            campaign = self.campaign()
            self.press(MACHINES, AT + "/take-in", campaign=campaign, pot=pot, amount="6")
            if moves:
                spent = {"amount": "2", "currency": "JOD", "words": "شموع", "proposal": ""}
                self.press(MACHINES, AT + "/spend", campaign=campaign, **spent)
            yield 4
            self.press(LEAD, AT + "/close", campaign=campaign)
            facts = self.village.press(self.plot.cast[LEAD], AT + "/left", campaign=campaign, **LEFT)
            asked[moves] = {
                name: next(getattr(fact, name) for fact in facts if hasattr(fact, name))
                for name in ("proposal", "surplus")
            }
        yield 3
        self.press(LEAD, "/decisions/{proposal}/withdraw", proposal=asked[False]["proposal"])
        self.press(LEAD, "/together/surplus/{surplus}/drop", surplus=asked[False]["surplus"])
        together, proposal = Together(self.plot), asked[True]["proposal"]
        roll = together.open(self.plot.cast[LEAD], proposal)
        yield from together.vote(roll, proposal, "pick", [{"pick": 1}])
        passed = "select 1 from proposal where proposal = ? and outcome = 'passed'"
        while not self.one(FUND, passed, proposal):
            yield HOURS_A_DAY // 2
        self.press(FUND, "/together/surplus/{surplus}/move", surplus=asked[True]["surplus"])


class Marching(Part):
    """Actions."""

    def strands(self) -> list[Strand]:
        """Return what happens out there."""
        return [self.called_off(), self.march()]

    def action(self, kind: str, exposure: str = "2") -> str:
        """Propose an action that one leads, and another stays outside for; two sign what could go wrong."""
        about = {"campaign": "", "kind": kind, "exposure": exposure, "places": 6, "words": "معًا."}
        action = str(self.press(LEAD, "/together/propose", outside=self.member(OUTSIDE), **about).action)
        for number in (STEWARD, MACHINES):
            self.press(number, ACT + "/sign", action=action, verdict="go", **RISK)
        return action

    def called_off(self) -> Strand:
        """Ask the group about something that is very visible, and call it off before the vote is over."""
        yield from self.there(LEAD, OUTSIDE, STEWARD, MACHINES)
        action = self.action("press", "4")
        facts = self.village.press(self.plot.cast[LEAD], ACT + "/vote", action=action, question="بيان علني؟", body="")
        yield 20
        proposal = next(fact.proposal for fact in facts if hasattr(fact, "proposal"))
        self.press(LEAD, "/decisions/{proposal}/withdraw", proposal=proposal)
        self.press(LEAD, ACT + "/no-go", action=action)
        self.press(LEAD, ACT + "/clear", action=action)

    def march(self) -> Strand:
        """March: one stays at home, two are not heard from for an hour, sheets are opened, and all are back."""
        yield from self.there(LEAD, OTHER, THIRD, COORDINATOR, OUTSIDE, LAWYER, STEWARD)
        for number in (LEAD, OUTSIDE, LAWYER, OTHER, THIRD, COORDINATOR):
            self.village.visit(self.plot.cast[number])
        action = self.action("march")
        for step in ("/go", "/announce"):
            self.press(LEAD, ACT + step, action=action)
        along = {}
        for number in (OTHER, THIRD, COORDINATOR):
            along[number] = self.press(number, ACT + "/join", action=action, role="along", seen="no").joining
            self.press(LEAD, WITH + "/confirm", joining=along[number], role="along", within=30)
        self.press(COORDINATOR, WITH + "/end", joining=along.pop(COORDINATOR))
        self.press(OTHER, WITH + "/seen", joining=along[OTHER], seen="masked")
        self.press(LEAD, WITH + "/buddy", joining=along[OTHER], other=along[THIRD])
        sealed = {"lawyer": self.member(LAWYER), "counsel": "مكتب السلّم الأزرق", "medicine": "حبة صباحًا."}
        sheet = self.press(OTHER, ACT + "/sheet", action=action, **sealed).sheet
        self.press(OTHER, SHEET + "/destroy", sheet=sheet)  # and written anew, since the medicine is another
        sealed["medicine"] = "حبتان مساءً."
        sheet = self.press(OTHER, ACT + "/sheet", action=action, **sealed).sheet
        self.press(THIRD, ACT + "/sheet", action=action, **sealed)
        yield 4
        self.press(OUTSIDE, ACT + "/begin", action=action)
        self.press(OTHER, WITH + "/arrived", joining=along[OTHER])
        self.press(LEAD, ACT + "/later", action=action, within=40)
        yield 1
        yield from self.not_heard(along, sheet)
        for number, joining in along.items():
            self.press(OUTSIDE if number == THIRD else number, WITH + "/back", joining=joining)
        self.press(OUTSIDE, ACT + "/all-back", action=action)
        self.over()
        for number in (LAWYER, OUTSIDE):  # whose rooms tell the writer that a sheet was opened
            self.village.visit(self.plot.cast[number])
        yield 8
        self.press(LEAD, ACT + "/debrief", action=action, worked="العودة اثنين اثنين.", failed="البطاريات.")
        self.press(LEAD, ACT + "/clear", action=action)

    def not_heard(self, along: dict[int, str], sheet: str) -> Strand:
        """Miss a buddy in the crowd; ask for a sheet too early, and then with a second one."""
        self.press(OTHER, WITH + "/missing", joining=along[OTHER])
        asked = {"reason": "asked", "words": ""}
        for ends in ("drop", "agree"):
            self.press(LAWYER, SHEET + "/ask", sheet=sheet, **asked)
            self.press(LAWYER if ends == "drop" else OUTSIDE, f"{SHEET}/{ends}", sheet=sheet)
        self.press(OUTSIDE, WITH + "/not-heard", joining=along[THIRD])
        for number in (LAWYER, OUTSIDE, LEAD, LAWYER, OUTSIDE):
            self.village.visit(self.plot.cast[number])
        yield 1

    def over(self) -> None:
        """End the reports that were opened on the way."""
        query = "select incident from incident where closed_on = 0 and about in (?, ?) and state <> 'opened'"
        while incident := self.one(LEAD, query, self.member(OTHER), self.member(THIRD)):
            for name in ("open", "answer", "not-so"):
                self.press(LEAD, f"/by/{{incident}}/{name}", incident=incident)
