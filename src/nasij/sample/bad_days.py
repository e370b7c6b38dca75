"""The bad days of the sample: one that ended well, one that is not over, and a report that waits for a call.

Nothing here is left to luck, so that the other strands keep theirs. Nobody is hurt in it more than must be read.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

from nasij.ids import numbered_id
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
SHARE = 0.66  # of the days, when the first one begins
HOURS_BACK = {"acute": 30, "waiting": 4}
ON_CALL = (FUND,)

HELD = "طُلب منه ترك الغرفة خلال أيام، والأغراض ما زالت هناك."
WANTED = "أن يبقى الأمر بيننا، وأن ينتقل في ساعة هادئة."
LAWYER_SAID = "قرأ الورقة وقال إن هناك وقتًا، وطلب ألّا يُوقَّع شيء."
LAWYER_NEXT = "اتصال ثانٍ بعد غد"
LESSON = "حقيبة جاهزة توفّر ساعات."
OWN_STEPS = "2: الاتصال بالمحامي ١\nاطمئنان كل مساء"


class BadDays:
    """The strands of reports and cases."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay them out: one in the past, two counted back from now."""
        self.plot.on(self.plot.days * SHARE, 10, self.over())
        self.plot.at(self.plot.end - HOURS_BACK["acute"], self.acute())
        self.plot.at(self.plot.end - HOURS_BACK["waiting"], self.waiting())

    def who(self, number: int) -> Person:
        """Return somebody of the cast."""
        return self.plot.cast[number]

    def answered(self, incident: str, by: Person) -> Strand:
        """Open a report, answer it, call back."""
        for act, form in (("open", {}), ("answer", {}), ("so", {"way": "spoke"})):
            self.village.press(by, f"/by/{{incident}}/{act}", incident=incident, **form)
            yield 1

    def over(self) -> Strand:
        """Somebody loses a room: moved out in time, closed, and something learned from it."""
        village, leads, other = self.village, self.who(COORDINATOR), self.who(MACHINES)
        village.press(leads, "/by/duty/set", members=sorted(self.who(number).member for number in ON_CALL))
        village.press(leads, "/by/guide/{kind}/adapt", kind="eviction", dropped="2", steps=OWN_STEPS)
        village.press(leads, "/by/guide/{kind}/checked", kind="eviction", sure=True)
        yield 2
        incident = village.press(other, "/by/me", severity="today", safe_now="yes")[0].incident
        yield from self.answered(incident, leads)
        known = {"kind": "eviction", "words": HELD}
        village.press(other, "/by/{incident}/more", incident=incident, **known)
        team = {"deputy": self.who(FUND).member, "team": [other.member]}
        made = village.press(leads, "/by/{incident}/case", incident=incident, kind="eviction", **team)
        response = made[-1].response
        at = {"response": response}
        yield 2
        village.press(leads, "/by/case/{response}/wishes", able="person", wishes=WANTED, **at)
        called = {"whom": "محامٍ ١", "words": LAWYER_SAID, "next_step": LAWYER_NEXT}
        village.press(self.who(FUND), "/by/case/{response}/outside", **called, **at)
        for number in range(1, 4):
            village.press(leads, "/by/step/{step}/done", step=numbered_id(response, number))
            yield 3
        village.press(leads, "/by/case/{response}/steady", **at)
        yield 40
        village.press(self.who(FUND), "/by/case/{response}/follow", **at)
        yield 60
        village.press(leads, "/by/case/{response}/close", reason="safe", words=LESSON, **at)

    def acute(self) -> Strand:
        """Somebody's phone was taken: first everybody else is protected, and a warning is still to be given."""
        village, leads, deputy = self.village, self.who(COORDINATOR), self.who(COORDINATOR + 1)
        incident = village.press(self.who(STEWARD), "/by/other", severity="now", safe_now="unknown")[0].incident
        yield from self.answered(incident, leads)
        form = {"kind": "device_taken", "deputy": deputy.member, "team": [self.who(STEWARD).member]}
        response = village.press(leads, "/by/{incident}/case", incident=incident, **form)[-1].response
        yield 1
        warned = {"owner": deputy.member, "due_in": 2}
        for number in (FUND, MACHINES):
            whom = self.who(number).member
            village.press(leads, "/by/case/{response}/warn", response=response, whom=whom, **warned)
        village.press(deputy, "/by/case/{response}/open", response=response)
        yield 1
        step = deputy.node.db.execute("select step from response_step where kind = 'warn' order by place").fetchone()[0]
        village.press(deputy, "/by/step/{step}/done", step=step)
        village.press(leads, "/by/step/{step}/done", step=numbered_id(response, 1))

    def waiting(self) -> Strand:
        """Somebody needs somebody soon, and tells whoever is on call and one more; one who was told has opened it."""
        number = TRUSTED if TRUSTED in self.plot.cast else FUND
        told = {"tell": "both", "chosen": [self.who(COORDINATOR).member]}
        form = {"severity": "soon", "safe_now": "yes", **told}
        incident = self.village.press(self.who(number), "/by/me", **form)[0].incident
        yield 1
        self.village.press(self.who(COORDINATOR + 1), "/by/{incident}/open", incident=incident)
