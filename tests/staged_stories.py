"""Stories, lessons and belonging in every state that a page or a form needs, through the real rules."""

from typing import TYPE_CHECKING, Any

from nasij.areas.aid import kind_id
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging

HELPER = 10
AT, READ, LESSON = "/pages/{story}", "/pages/read/{copy}", "/pages/lessons/{lesson}"
WORDS = "كان الباب أزرق، وكنت أعدّ الدرجات."


class Telling:
    """Staging of stories and what stands beside them."""

    def __init__(self, staging: "Staging") -> None:
        self.press, self.village, self.cast = staging.press, staging.village, staging.cast

    def all(self) -> None:
        """Two stories in each state, lessons to confirm, to check and to replace, a gathering, thanks, a welcome."""
        for number in (0, FUND, STEWARD, COORDINATOR, TRUSTED, HELPER, MACHINES):
            self.village.visit(self.cast[number])
        for _ in range(2):
            self.told()
            self.disguised(self.told())
            self.chosen(self.told())
            self.read(self.told())
            self.approved(self.told())
            self.placed(self.told())
            self.press(COORDINATOR, READ + "/vouch", copy=self.placed(self.told()))
        for _ in range(3):
            self.lesson()
            lesson = self.lesson()
            self.press(STEWARD, LESSON + "/confirm", lesson=lesson)
        self.press(COORDINATOR, "/pages/key")
        self.belonging()

    def told(self) -> str:
        among = sorted(self.cast[number].member for number in (STEWARD, FUND, MACHINES))
        form: dict[str, Any] = {"words": WORDS, "reader": self.cast[COORDINATOR].member, "among": among, "signed": ""}
        form |= {"about": ["home"], "voice": "none", "others": False}
        return str(self.press(TRUSTED, "/pages/tell", **form)[0].story)

    def disguised(self, story: str) -> None:
        form = {"version": 1, "changed": ["place", "time"], "absent": ["age", "work"], "words": WORDS + " وكان المطر."}
        self.press(TRUSTED, AT + "/change", story=story, **form)

    def chosen(self, story: str) -> None:
        self.disguised(story)
        self.press(COORDINATOR, AT + "/second", story=story, reader=self.cast[STEWARD].member)

    def read(self, story: str) -> None:
        self.chosen(story)
        for reader in (COORDINATOR, STEWARD):
            self.press(reader, AT + "/read", story=story, version=2, recognised="nobody", by_what="")

    def approved(self, story: str) -> None:
        self.read(story)
        until = self.village.day + 90
        self.press(TRUSTED, AT + "/yes", story=story, version=2, reach="public", until=until, people=[])

    def placed(self, story: str) -> str:
        self.approved(story)
        return str(self.press(STEWARD, AT + "/share", story=story)[-1].copy)

    def lesson(self) -> str:
        form: dict[str, Any] = {"helped": "شاهدان ووصل.", "harmed": "", "valid_where": "إربد", "stands": "lived"}
        fits = {"kind": kind_id("shelter"), "incident": "", "action": "visit"}
        return str(self.press(COORDINATOR, "/pages/lessons/new", **form, **fits)[0].lesson)

    def belonging(self) -> None:
        """What somebody is asked for, on both sides."""
        form = {"what": "شاي", "held_on": self.village.day + 20, "places": 9, "scope": "network"}
        for _ in range(3):
            gathering = self.press(STEWARD, "/pages/gather/call", **form)[0].gathering
        for _ in range(2):
            gathering = self.press(STEWARD, "/pages/gather/call", **form)[0].gathering
            for comer in (COORDINATOR, HELPER):
                self.press(comer, "/pages/gather/{gathering}/come", gathering=gathering)
        for _ in range(2):
            self.press(HELPER, "/pages/thanks/say", whom=self.cast[COORDINATOR].member, words="شكراً.")
            milestone = self.press(COORDINATOR, "/pages/milestones/keep", words="شهر.")[0].milestone
        share = {"words": "شهر.", "scope": "trusted"}
        self.press(COORDINATOR, "/pages/milestones/{milestone}/share", milestone=milestone, **share)
        for number in (COORDINATOR, HELPER):
            self.press(STEWARD, "/pages/welcome/offer", newcomer=self.cast[number].member)
        for _ in range(2):
            welcome = self.press(TRUSTED, "/pages/welcome/offer", newcomer=self.cast[FUND].member)[0].welcome
            self.press(FUND, "/pages/welcome/{welcome}/yes", welcome=welcome)
