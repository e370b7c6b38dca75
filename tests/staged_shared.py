"""What is shared, in the staged group: a loan, a batch, a stay, a service and a referral in every state that has a form.

Each of them goes to people who walk through the house.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.areas.aid import kind_id
from nasij.clock import HOURS_A_DAY
from nasij.sample.plot import Plot

if TYPE_CHECKING:
    from tests.staged import Staging

STEWARD, HELPER, GUEST = 1, 10, 12
GONE = 7  # is removed in the story: what they kept others can take over
BEFORE_THAT = 26 * HOURS_A_DAY
NEWEST = 18
LOAN, STAY, REFERRAL = "/things/loan/{loan}", "/things/stay/{stay}", "/things/referral/{referral}"


def early_shared(plot: Plot) -> None:
    """Let somebody share a ladder who is gone by the end."""
    plot.at(plot.end - BEFORE_THAT, _kept_by_whoever_goes(plot))


def _kept_by_whoever_goes(plot: Plot) -> Generator[int, None, None]:
    while not (GONE in plot.cast and plot.cast[GONE].by.trusted):
        yield 6
    form = {"what": "سلّم", "sort": "tools", "quantity": 1, "area": "", "condition": ""}
    plot.village.press(plot.cast[GONE], "/things/share", **form)
    yield 1


class Sharing:
    """Staging of it all."""

    def __init__(self, staging: "Staging") -> None:
        self.staging = staging
        self.cast = staging.cast

    def press(self, who: int, path: str, **values: Any) -> Any:
        """Let somebody press a button; returns the first fact."""
        return self.staging.press(who, path, **values)[0]

    @property
    def day(self) -> int:
        """Today in the village."""
        return self.staging.village.day

    def all(self) -> None:
        """Stage everything."""
        self.loans()
        self.stock()
        self.nights()
        self.services()
        self.referrals()

    def loans(self) -> None:
        """Asked for twice, lent three times, given back, lost."""
        form = {"what": "كرسي متحرك", "sort": "health", "quantity": 20, "area": "", "condition": ""}
        thing = self.press(STEWARD, "/things/share", **form).thing
        self.press(HELPER, "/things/share", **form)
        for done in (
            (),
            (),
            ("agree",),
            ("agree",),
            ("agree",),
            ("agree", "given-back"),
            ("agree", "lost"),
            ("agree", "lost"),
        ):
            ask = {"thing": thing, "back_on": self.day + 9, "words": ""}
            loan = self.press(HELPER, "/things/thing/{thing}/ask", **ask).loan
            for step in done:
                self.press(STEWARD if step == "agree" else HELPER, f"{LOAN}/{step}", loan=loan)

    def stock(self) -> None:
        """One with two keepers and two batches, one with nothing in it."""
        form = {"what": "محلول", "sort": "medicine", "unit": "زجاجة", "area": "", "least": 2}
        stock = self.press(STEWARD, "/things/stock/begin", **form).stock
        for number in (HELPER, GUEST):
            self.press(STEWARD, "/things/stock/{stock}/keeper", stock=stock, member=self.cast[number].member)
        for _ in range(2):
            self.press(STEWARD, "/things/stock/{stock}/receive", stock=stock, count=900, keeps_until=0)
        self.press(STEWARD, "/things/stock/begin", **form)

    def nights(self) -> None:
        """Offers to ask for and to close; a stay in every state, twice where there are two ways on."""
        form = {"area": "", "places": 1, "nights_most": 9, "until": self.day + 60, "house_rules": ""}
        open_one = self.press(STEWARD, "/things/host", scope="trusted", **form).hosting
        self.press(HELPER, "/things/host", scope="trusted", **form)
        self.press(GUEST, "/things/host", scope="coordinators", **form)
        accepted, started = ("offer", "accept"), ("offer", "accept", "start")
        for done in ((), (), ("offer",), ("offer",), accepted, accepted, started, started, started):
            asked = {"hosting": open_one, "from_on": self.day - 1, "nights": 1, "words": ""}
            stay = self.press(HELPER, "/things/hosting/{hosting}/ask", **asked).stay
            for step in done:
                more = {"house_rules": "", "exit_plan": "إلى بيت آخر."} if step == "offer" else {}
                self.press(STEWARD if step == "offer" else HELPER, f"{STAY}/{step}", stay=stay, **more)

    def service(self, name: str) -> str:
        """Write a service down, as somebody who does not walk through the house."""
        details = {"name": name, "kinds": [kind_id("food")], "area": "", "reach": "", "fee": "", "papers": ""}
        return str(self.press(8, "/things/service/write", **details).provider)

    def services(self) -> None:
        """Three to be checked, two with a warning that others can judge."""
        for place in range(3):
            self.service(f"مخزن {place}")
        told = {"safe": "unsafe", "papers": "yes", "respect": "no", "fee": "none", "words": ""}
        for place in range(2):
            path = "/things/service/{provider}/tell"
            self.press(8, path, provider=self.service(f"مكتب {place}"), **told)

    def referrals(self) -> None:
        """One in every state that has a form."""
        agreed, sent = ("agree",), ("agree", "sent")
        for done in ((), (), (), agreed, agreed, sent, sent):
            form = {"member": self.cast[HELPER].member, "need": "", "contact_by": self.day + 9}
            path = "/things/service/{provider}/refer"
            referral = self.press(STEWARD, path, provider=self.service("مطبخ"), **form).referral
            for step in done:
                self.press(STEWARD if step == "sent" else HELPER, f"{REFERRAL}/{step}", referral=referral)
        newcomer = self.cast[NEWEST]
        form = {"member": newcomer.member, "need": "", "contact_by": self.day + 9}
        path = "/things/service/{provider}/refer"
        referral = self.press(STEWARD, path, provider=self.service("مغسلة"), **form).referral
        self.press(NEWEST, f"{REFERRAL}/agree", referral=referral)
        self.press(STEWARD, f"{REFERRAL}/sent", referral=referral)
        self.press(NEWEST, f"{REFERRAL}/outcome", referral=referral, outcome="unsafe")
