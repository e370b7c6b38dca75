"""Time and tasks in the staged group: what the sample's own story leaves out, so that every page and form is found.

Whoever walks through the house has something of each: a turn to answer, one to keep, one to cancel; a task that was proposed,
one on its day, one that somebody who left saw to; a place to confirm, one to sign off from, one to be excused.
"""

from typing import TYPE_CHECKING, Any

from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

if TYPE_CHECKING:
    from tests.staged import Staging

GONE = COORDINATOR + 1  # leaves at the end of the staging
HELPER, ASKER = 10, 12
TASK: dict[str, Any] = {"words": "نقل الكراسي", "kind": "support", "minutes": 60, "risk": "none", "part": "حمل"}


class Doing:
    """Staging of turns, tasks and hours."""

    def __init__(self, staging: "Staging") -> None:
        self.staging, self.village, self.press = staging, staging.village, staging.press

    def all(self) -> None:
        """Stage everything."""
        for number in (HELPER, ASKER):
            self.press(number, "/tasks/calls/times", days_most=12, rest_days=1, free_from=0, times=["free_evening"])
        self.turns()
        self.tasks()
        self.press(HELPER, "/tasks/hours/give", to=self.staging.cast[ASKER].member, minutes=30)

    def turn(self, first: int, begins: int, kind: str = "questions") -> str:
        """Plan a turn of two days."""
        span = {"first_day": self.village.day + begins, "last_day": self.village.day + begins + 1}
        asked = {"first": self.staging.cast[first].member, "backup": self.staging.cast[FUND].member}
        return str(self.press(COORDINATOR, "/tasks/calls/plan", kind=kind, **span, **asked)[0].turn)

    def turns(self) -> None:
        """Some to answer, some being handed over, some that are held."""
        for begins in (20, 24):
            self.turn(HELPER, begins)
        self.turn(ASKER, 28)
        for begins, member in ((32, HELPER), (36, ASKER)):
            for handed in (True, False):
                turn = self.turn(member, begins + 40 * handed)
                self.press(member, "/tasks/turn/{turn}/accept", turn=turn)
                if handed:
                    other = self.staging.cast[HELPER if member == ASKER else ASKER].member
                    self.press(member, "/tasks/turn/{turn}/hand-over", turn=turn, to=other)

    def task(self, by: int, due: int, places: int, *takers: int, **what: Any) -> tuple[str, list[str]]:
        """Propose a task with places, which some take; returns it and their sign-ups."""
        form = TASK | {"due": self.village.day + due, "places": places} | what
        made = self.press(by, "/tasks/new", **form)
        taken = []
        for taker in takers:
            taken += self.press(taker, "/tasks/place/{place}/take", place=made[1].place)
        return made[0].task, [one.sign_up for one in taken]

    def tasks(self) -> None:
        """One in every state, as different people see to them; a series and a task whose person leaves."""
        for number in (HELPER, STEWARD):
            self.task(number, 5, 2, risk="high", words="توصيل بعد المغيب")
            self.task(number, 0, 4, ASKER, FUND, number)
            self.task(number, 5, 3, ASKER, HELPER, MACHINES)
            _, signed = self.task(number, 1, 3, ASKER, FUND)
            self.press(ASKER, "/tasks/sign-up/{sign_up}/off", sign_up=signed[0])
            begun, _ = self.task(number, 0, 2, ASKER, FUND)
            self.press(number, "/tasks/{task}/start", task=begun)
        self.task(GONE, 6, 2)
        span = {"first_on": self.village.day + 1, "until": self.village.day + 90, "rhythm": "weekly", "places": 2}
        self.press(GONE, "/tasks/series/new", **TASK | span)
        self.press(HELPER, "/tasks/series/new", **TASK | span)
