"""Reports and cases in the staged group: one in each state that a page or a form needs, with people who walk through the house."""

from typing import TYPE_CHECKING, Any

from nasij.ids import numbered_id
from nasij.sample.village import COORDINATOR, MACHINES, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging

HELPER, ASKER = 10, 12
REPORT, CASE = "/by/{incident}", "/by/case/{response}"


class BadDays:
    """Staging of reports, of cases and of who is on call."""

    def __init__(self, staging: "Staging") -> None:
        self.press, self.cast, self.village = staging.press, staging.cast, staging.village

    def all(self) -> None:
        """Stage everything."""
        listed = [self.cast[MACHINES].member]
        self.press(COORDINATOR, "/by/duty/set", members=listed)
        self.reports()
        for deputy in (0, MACHINES):
            self.settling(deputy)
        mine = "select response from response where state in ('acute', 'closed') order by response"
        self.village.read(self.cast[COORDINATOR])
        for (response,) in self.cast[COORDINATOR].node.db.execute(mine).fetchall():
            self.press(COORDINATOR, CASE + "/open", response=response)
        for number in (COORDINATOR, MACHINES, 0, ASKER):
            self.village.meet(self.cast[number])

    def report(self, number: int, **rest: Any) -> str:
        """Report that one needs somebody soon, to whoever has the turn and to those who walk here; returns the report."""
        chosen = sorted(self.cast[walker].member for walker in (COORDINATOR, MACHINES))
        told = {"tell": "both", "chosen": chosen} | rest
        return str(self.press(number, "/by/me", severity="soon", safe_now="yes", **told)[0].incident)

    def reports(self) -> None:
        """Some nobody opened, some opened, some called back about; one with a friend only, one said to be safe."""
        for number in (HELPER, ASKER, TRUSTED):
            self.report(number)
            opened = self.report(number)
            self.press(COORDINATOR, REPORT + "/open", incident=opened)
        self.report(HELPER, tell="chosen", chosen=[self.cast[ASKER].member])
        for number in (ASKER, TRUSTED):
            so = self.report(number)
            self.press(COORDINATOR, REPORT + "/answer", incident=so)
            self.press(COORDINATOR, REPORT + "/so", incident=so, way="spoke")
        safe = self.report(ASKER)
        self.press(COORDINATOR, REPORT + "/open", incident=safe)
        self.press(ASKER, REPORT + "/safe", incident=safe)

    def settling(self, deputy: int) -> None:
        """A case in which the worst is over, with a step done, one set aside, and a call outside."""
        incident = self.report(HELPER)
        self.press(COORDINATOR, REPORT + "/answer", incident=incident)
        team = {"deputy": self.cast[deputy].member, "team": [self.cast[ASKER].member]}
        made = self.press(COORDINATOR, REPORT + "/case", incident=incident, kind="family", **team)
        response = str(made[-1].response)
        self.press(COORDINATOR, "/by/step/{step}/done", step=numbered_id(response, 1))
        self.press(COORDINATOR, "/by/step/{step}/aside", step=numbered_id(response, 2), reason="ليس مطلوبًا الآن.")
        self.press(COORDINATOR, CASE + "/outside", response=response, whom="طبيبة ١", words="موعد غدًا.")
        self.press(COORDINATOR, CASE + "/steady", response=response)
