"""Check-ins in every state that a page or a form needs, with people who walk through the house, a few with each."""

from typing import TYPE_CHECKING, Any

from nasij.sample.village import COORDINATOR, FUND, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging

HELPER, ASKER = 10, 12
CHECK_WORD = "زعتر"
LONG = 90  # hours: still to come when the house is walked through
AT = "/checks/{checkin}"


class Checking:
    """Staging of check-ins."""

    def __init__(self, staging: "Staging") -> None:
        self.press, self.village, self.cast = staging.press, staging.village, staging.cast

    def set(self, who: int, *watchers: int, **more: Any) -> str:
        """Set a check-in; returns it."""
        chosen = sorted(self.cast[number].member for number in watchers)
        usual = {"watchers": chosen, "within": LONG, "word": CHECK_WORD, "grace": "16"}
        return str(self.press(who, "/checks/set", **{**usual, **more})[0].checkin)

    def all(self) -> None:
        """Set some of each: for one time, with a note, again and again, resting, put off, looked for, ended."""
        for number in (0, FUND, STEWARD, COORDINATOR, TRUSTED, HELPER, ASKER):
            self.village.visit(self.cast[number])
        again = {"every": "week", "last_on": self.village.day + 60}
        for who, watchers in ((HELPER, (ASKER, FUND)), (ASKER, (HELPER, COORDINATOR)), (0, (STEWARD, FUND))):
            self.set(who, *watchers, note="عند الجسر، ثم إلى البيت.")
            self.set(who, *watchers, what="شاي")
            self.set(who, *watchers, **again)
            resting = self.set(who, *watchers, **again)
            self.press(who, AT + "/pause", checkin=resting)
            looked_for = self.set(who, *watchers, note="في السوق القديم.", forced="قرفة")
            self.press(watchers[0], AT + "/now", checkin=looked_for)
            self.village.visit(self.cast[watchers[0]])
        for _ in range(3):
            self.set(TRUSTED, HELPER, ASKER, STEWARD)
        self.press(HELPER, AT + "/safe", checkin=self.set(HELPER, ASKER, within=2))
