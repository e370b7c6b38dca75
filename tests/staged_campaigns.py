"""Campaigns and actions in every state that a page or a form needs, with people who walk through the house."""

from typing import TYPE_CHECKING

from nasij.sample.out_there import ACT, PLAN, RISK, WITH
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging
    from tests.staged_together import Deciding

HELPER = 10
AT, SHEET = "/together/{campaign}", "/together/sheet/{sheet}"
LEAD, OUTSIDE, SIGNERS = HELPER, 0, (FUND, STEWARD)
LATE = 90  # hours: still to come when the house is walked through


class Campaigning:
    """Staging of campaigns and actions."""

    def __init__(self, staging: "Staging") -> None:
        self.press, self.cast, self.one = staging.press, staging.cast, staging.one
        self.visit = staging.village.visit

    def pot(self) -> str:
        """Return a pot that holds money: whoever keeps it may keep parcels in another."""
        mine = "select pot from pot where keeper = ? and state = 'open' and kind <> 'goods'"
        return self.one(MACHINES, mine, self.cast[MACHINES].member)

    def campaign(self, *steps: str) -> str:
        campaign = str(self.press(LEAD, "/together/think", **PLAN)[0].campaign)
        for step in steps:
            self.press(LEAD, f"{AT}/{step}", campaign=campaign)
        return campaign

    def raised(self) -> str:
        """Return a campaign that is over, with something left."""
        campaign = self.campaign("plan")
        self.press(MACHINES, AT + "/take-in", campaign=campaign, pot=self.pot(), amount="3")
        self.press(LEAD, AT + "/close", campaign=campaign)
        return campaign

    def ask(self, deciding: "Deciding") -> None:
        """Ask about what is left of two campaigns: one vote is ended on the next day, one question is withdrawn."""
        for over in (True, False):
            question = {"currency": "JOD", "purpose": "food", "question": "للطعام؟", "body": ""}
            proposal = str(self.press(LEAD, AT + "/left", campaign=self.raised(), **question)[0].proposal)
            if over:
                deciding.open(LEAD, proposal, 3)
                deciding.vote(proposal, "pick", {"pick": 1})
                deciding.to_end.append(proposal)  # its last day will not end it: somebody on the roll is frozen by then
            else:
                self.press(LEAD, "/decisions/{proposal}/withdraw", proposal=proposal)

    def action(self, steps: int = 0, exposure: str = "2") -> str:
        """Propose an action and take it so many steps on: reviewed, going, announced."""
        about = {"campaign": "", "kind": "march", "exposure": exposure, "places": 9, "words": "معًا."}
        outside = self.cast[OUTSIDE].member
        action = str(self.press(LEAD, "/together/propose", outside=outside, **about)[0].action)
        for number in SIGNERS if steps else SIGNERS[:1]:
            self.press(number, ACT + "/sign", action=action, verdict="go", **RISK)
        for step in ("/go", "/announce")[: steps - 1 if steps else 0]:
            self.press(LEAD, ACT + step, action=action)
        return action

    def joined(self, action: str, who: int) -> str:
        joining = str(self.press(who, ACT + "/join", action=action, role="along", seen="masked")[0].joining)
        self.press(LEAD, WITH + "/confirm", joining=joining, role="along", within=LATE)
        return joining

    def march(self, *back: int) -> tuple[str, dict[int, str]]:
        """Return an action that is happening, with who went along; some are back."""
        action = self.action(3)
        along = {who: self.joined(action, who) for who in (TRUSTED, COORDINATOR)}
        self.press(LEAD, WITH + "/buddy", joining=along[TRUSTED], other=along[COORDINATOR])
        sheet = {"lawyer": self.cast[MACHINES].member, "counsel": "مكتب السلّم الأزرق", "medicine": "حبة صباحًا."}
        self.sheet = str(self.press(TRUSTED, ACT + "/sheet", action=action, **sheet)[0].sheet)
        self.press(OUTSIDE, ACT + "/begin", action=action)
        for who in back:
            self.press(who, WITH + "/back", joining=along[who])
        return action, along

    def all(self) -> None:
        """Stage some of each, once the rooms of those who open sheets hold a key for their parts."""
        for number in (LEAD, OUTSIDE, MACHINES):
            self.visit(self.cast[number])
        for steps in ((), (), ("plan",), ("plan",), ("plan", "start"), ("plan", "start", "pause")):
            self.campaign(*steps)
        terms = {"amount": "4", "currency": "JOD", "method": "cash", "shown": "givers"}
        self.press(LEAD, AT + "/raise", campaign=self.campaign("plan"), **terms)
        spent = self.campaign("plan")
        self.press(MACHINES, AT + "/take-in", campaign=spent, pot=self.pot(), amount="5")
        self.raised()
        for steps, exposure in ((0, "2"), (1, "2"), (1, "4"), (2, "2"), (3, "2")):
            self.action(steps, exposure)
        self.announced()
        self.march()
        for back in ((), (), (TRUSTED, COORDINATOR)):
            self.march(*back)
            self.press(MACHINES, SHEET + "/ask", sheet=self.sheet, reason="held", words="المخفر الثاني")
        self.press(OUTSIDE, SHEET + "/agree", sheet=self.sheet)
        self.over()

    def announced(self) -> None:
        """Two are confirmed, two wait for a word; one is asked about a picture. Another one is held by a signer."""
        action = self.action(3)
        for who in (STEWARD, FUND):
            self.press(who, ACT + "/join", action=action, role="medic", seen="no")
        for who in (TRUSTED, COORDINATOR):
            joining = self.joined(action, who)
            self.press(LEAD, WITH + "/picture", joining=joining, words="عند الباب")
        self.press(LEAD, ACT + "/tell", action=action, sort="day", words="يوم الجمعة")
        held = self.action(3)
        self.joined(held, TRUSTED)
        self.press(STEWARD, ACT + "/sign", action=held, **RISK | {"verdict": "no"})

    def over(self) -> None:
        """Everybody is back from three, and one is talked over; one was called off."""
        for talked in (True, False, False):
            action, _ = self.march(TRUSTED, COORDINATOR)
            self.press(OUTSIDE, ACT + "/all-back", action=action)
            if talked:
                self.press(LEAD, ACT + "/debrief", action=action, worked="الهدوء.", failed="الوقت.")
        self.press(LEAD, ACT + "/no-go", action=self.action(3))
