"""The rota of the sample: who is on call and hands over ill, a task that comes again, a kitchen, a training, hours.

Nothing here is left to luck, so that the other strands keep theirs. On call begins only in the last days: a turn never ends
before somebody follows, and the bad days before it are told to coordination and the list.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 24
CALL_DAYS_BACK, QUESTIONS_HOURS_BACK, HANDED_HOURS_BACK = 5, 40, 20
LIMITS = {COORDINATOR: (7, 2), COORDINATOR + 1: (7, 1), FUND: (5, 1), MACHINES: (4, 2)}
TIMES = ["work_evening", "free_morning"]
KITCHEN = {"words": "طبخ لعشرين شخصًا مساء الجمعة", "kind": "support", "minutes": 180, "risk": "none"}
ARCHIVE = {"words": "ترتيب أوراق الصندوق", "kind": "admin", "minutes": 120, "risk": "none"}
POSTERS = {"words": "تعليق ملصقات عند السوق", "kind": "action", "minutes": 60, "risk": "high"}
SHELVES = {"words": "فرز الأغراض على الرفوف", "kind": "support", "minutes": 90, "rhythm": "weekly"}
FIRST_AID = "إسعاف أولي"


class Rota:
    """What is done together, and who is there for it."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay it out: the habits first, the last days counted back from now."""
        plot = self.plot
        plot.on(FIRST_DAY, 18, self.habits())
        plot.on(FIRST_DAY + 2, 12, self.kitchen())
        plot.at(plot.end - CALL_DAYS_BACK * HOURS_A_DAY, self.on_call())
        plot.at(plot.end - HANDED_HOURS_BACK, self.ill())
        plot.at(plot.end - QUESTIONS_HOURS_BACK, self.lately())

    def who(self, number: int) -> Person:
        """Return somebody of the cast."""
        return self.plot.cast[number]

    def press(self, number: int, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button."""
        return self.village.press(self.who(number), path, **values)

    def habits(self) -> Strand:
        """Say how often each can be on call; begin the series; train one and write it down."""
        for number, (days, rest) in LIMITS.items():
            self.press(number, "/tasks/calls/times", days_most=days, rest_days=rest, times=TIMES)
            yield 1
        span = {"first_on": self.village.day + 2, "until": self.village.day + 300}
        self.press(STEWARD, "/tasks/series/new", risk="none", part="فرز", places=3, **SHELVES, **span)
        topic = self.press(FUND, "/tasks/skills/topic", words=FIRST_AID)[0].topic
        yield 20
        for number in (STEWARD, MACHINES):
            self.press(FUND, "/tasks/skills/trained", topic=topic, member=self.who(number).member)

    def task(self, number: int, due: int, part: str, places: int, **what: Any) -> str:
        """Propose a task; returns it."""
        form = {"due": self.village.day + due, "part": part, "places": places}
        return str(self.press(number, "/tasks/new", **what, **form)[0].task)

    def sign_up(self, number: int, task: str) -> str:
        """Let somebody take the first place that is there; returns the sign-up."""
        person = self.who(number)
        self.village.read(person)
        query = "select place from task_place where task = ? order by place"
        place = person.node.db.execute(query, (task,)).fetchone()[0]
        return str(self.press(number, "/tasks/place/{place}/take", place=place)[0].sign_up)

    def kitchen(self) -> Strand:
        """Cook together, put the books in order, and give hours."""
        kitchen = self.task(COORDINATOR, 3, "طبخ", 3, **KITCHEN)
        yield 5
        came = [self.sign_up(number, kitchen) for number in (STEWARD, FUND)]
        archive = self.task(MACHINES, 3, "ترتيب", 2, **ARCHIVE)
        came_too = self.sign_up(FUND, archive)
        yield 3 * HOURS_A_DAY
        self.press(COORDINATOR, "/tasks/{task}/done", task=kitchen, came=sorted(came))
        self.press(MACHINES, "/tasks/{task}/done", task=archive, came=[came_too])
        yield 30
        self.press(FUND, "/tasks/hours/gift", minutes=120)
        self.press(MACHINES, "/tasks/hours/give", to=self.who(STEWARD).member, minutes=45)

    def plan(self, kind: str, first: int, backup: int, days: int) -> str:
        """Plan a turn from today on, and let the first accept it."""
        span = {"first_day": self.village.day, "last_day": self.village.day + days - 1}
        asked = {"first": self.who(first).member, "backup": self.who(backup).member}
        planned = self.press(COORDINATOR, "/tasks/calls/plan", kind=kind, **span, **asked)
        if first != COORDINATOR:  # who plans for themselves has said yes with it
            self.press(first, "/tasks/turn/{turn}/accept", turn=planned[0].turn)
        return str(planned[0].turn)

    def on_call(self) -> Strand:
        """Let a coordinator have the week, and plan the one after it."""
        self.turn = self.plan("alarm", COORDINATOR, COORDINATOR + 1, 7)
        yield 2
        span = {"first_day": self.village.day + 8, "last_day": self.village.day + 9}
        after = self.press(COORDINATOR, "/tasks/calls/plan", kind="alarm", first=self.who(FUND).member, **span)
        self.press(FUND, "/tasks/turn/{turn}/accept", turn=after[0].turn)

    def ill(self) -> Strand:
        """Hand the turn over at once; the other one accepts in the same hour, whatever hour it is, and has it since."""
        other = self.who(COORDINATOR + 1).member
        self.press(COORDINATOR, "/tasks/turn/{turn}/hand-over", turn=self.turn, to=other, at_once=True)
        self.press(COORDINATOR + 1, "/tasks/turn/{turn}/accept", turn=self.turn)
        yield 1

    def lately(self) -> Strand:
        """Lay out what is still to be done: one task with places free, one filled, one that a second person reads first."""
        self.plan("questions", MACHINES, FUND, 4)
        open_task = self.task(FUND, 4, "طبخ", 3, **KITCHEN)
        filled = self.task(STEWARD, 2, "ترتيب", 1, **ARCHIVE)
        self.task(MACHINES, 6, "تعليق", 2, **POSTERS)
        yield 3
        self.sign_up(STEWARD, open_task)
        self.sign_up(FUND, filled)
