"""Campaigns and actions of the sample: an evening that is over and cleared, one that people are joining, and one that is thought of.

Nothing here is left to luck, so that the rest of the story is what it was without it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
ACT, WITH = "/together/act/{action}", "/together/with/{joining}"
RISK = {"threat": "filmed", "likelihood": "2", "harm": "3", "measure": "نذهب اثنين اثنين، والهواتف في البيت."}
PLAN = {
    "aim": "غرف للإيجار بلا أسئلة",
    "addressed": "أصحاب البيوت في الحي",
    "goal": "عشر غرف حتى الصيف",
    "begins_on": 0,
    "ends_on": 0,
    "face": "none",
    "kit": "نقول: بيت لكل من يدفع إيجاره.\nلا نقول أبدًا من نحن.",
}
PICTURE = "صورة للشموع من الخلف، ولا وجه فيها."


class OutThere:
    """The strands of campaigns and actions."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot

    def begin(self) -> None:
        """Lay them out, counted back from the present hour."""
        for hours, strand in ((10 * 24, self.evening()), (80, self.campaign()), (50, self.joining())):
            self.plot.at(self.plot.end - hours, strand)

    def press(self, who: int, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button."""
        return self.plot.village.press(self.plot.cast[who], path, **values)

    def campaign(self) -> Strand:
        """Plan a campaign, and begin to raise money for it."""
        campaign = str(self.press(COORDINATOR, "/together/think", **PLAN)[0].campaign)
        yield 4
        self.press(COORDINATOR, "/together/{campaign}/plan", campaign=campaign)
        terms = {"amount": "40", "currency": "JOD", "method": "cash", "shown": "members"}
        self.press(COORDINATOR, "/together/{campaign}/raise", campaign=campaign, **terms)
        yield 6
        self.press(COORDINATOR, "/together/{campaign}/start", campaign=campaign)

    def announced(self, kind: str, words: str) -> str:
        """Propose an action, have its risks signed, announce it."""
        about = {"campaign": "", "kind": kind, "exposure": "2", "places": 6, "words": words}
        outside = self.plot.cast[FUND].member
        action = str(self.press(COORDINATOR, "/together/propose", outside=outside, **about)[0].action)
        for number in (STEWARD, MACHINES):
            self.press(number, ACT + "/sign", action=action, verdict="go", **RISK)
        for step in ("/go", "/announce"):
            self.press(COORDINATOR, ACT + step, action=action)
        return action

    def joined(self, action: str, who: int, role: str = "along", seen: str = "no") -> str:
        """Let somebody offer to go along, and be confirmed."""
        joining = str(self.press(who, ACT + "/join", action=action, role=role, seen=seen)[0].joining)
        self.press(COORDINATOR, WITH + "/confirm", joining=joining, role=role, within=60)
        return joining

    def evening(self) -> Strand:
        """Stand together for an evening, come home, talk it over, and destroy who was there."""
        action = self.announced("vigil", "شموع وصمت، لمن فقدناهم.")
        yield 5
        along = {MACHINES: self.joined(action, MACHINES), STEWARD: self.joined(action, STEWARD, seen="masked")}
        self.press(COORDINATOR, WITH + "/buddy", joining=along[MACHINES], other=along[STEWARD])
        self.press(COORDINATOR, ACT + "/tell", action=action, sort="day", words="مساء الغد")
        yield 20
        self.press(COORDINATOR, ACT + "/tell", action=action, sort="spot", words="عند الساحة الصغيرة")
        self.press(FUND, ACT + "/begin", action=action)
        yield 3
        for who, joining in along.items():
            self.press(who, WITH + "/back", joining=joining)
        self.press(FUND, ACT + "/all-back", action=action)
        yield 10
        picture = self.press(COORDINATOR, WITH + "/picture", joining=along[STEWARD], words=PICTURE)[0].asking
        yield 10
        self.press(STEWARD, WITH + "/picture/{asking}", joining=along[STEWARD], asking=picture, yes="yes")
        said = {"worked": "القلة والهدوء.", "failed": "تأخر خبر العودة."}
        self.press(COORDINATOR, ACT + "/debrief", action=action, **said)
        words = "يُتفق على كلمة العودة قبل الخروج، لا بعده."
        self.press(STEWARD, ACT + "/lesson", action=action, sort="helped", words=words)
        self.press(COORDINATOR, ACT + "/clear", action=action)

    def joining(self) -> Strand:
        """Announce a visit that two would join."""
        action = self.announced("visit", "زيارة لأصحاب البيوت، بلا صور.")
        yield 5
        self.joined(action, TRUSTED)
        sealed = {"counsel": "مكتب السلّم الأزرق، بعد العصر", "medicine": "حبة صباحًا.", "never": "أهل البيت"}
        self.press(TRUSTED, ACT + "/sheet", action=action, lawyer=self.plot.cast[MACHINES].member, **sealed)
        self.press(COORDINATOR, ACT + "/tell", action=action, sort="day", words="يوم الخميس")
        yield 5
        self.press(STEWARD, ACT + "/join", action=action, role="watcher", seen="no")
