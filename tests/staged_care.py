"""Care in the staged group: programmes in every state, and relations at every step, between people who walk through the house."""

from typing import TYPE_CHECKING, Any

from nasij.areas.care import fitting
from nasij.ids import numbered_id
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging

FOUNDER, SECOND, HELPER, ASKER, RESTING = 0, 8, 10, 12, 14
ABOUT = {"topics": ["loss", "work"], "languages": "العربية", "channels": ["voice"]}
TERMS = {"aim": "رسالة", "rhythm": "week", "channel": "voice", "breaks": "الخطر على الحياة.", "ending": "لقاء أخير."}


class Caring:
    """What is staged of care."""

    def __init__(self, staging: "Staging") -> None:
        """Take the group."""
        self.staging, self.press, self.cast = staging, staging.press, staging.cast
        self.programme = ""

    def all(self) -> None:
        """Stage it all; one supervises, one stands in, and each sees their own."""
        self.programme = self.begun(STEWARD, MACHINES)
        self.asked(HELPER, FOUNDER)
        other = self.begun(ASKER, FOUNDER)
        day = self.staging.village.day
        parts = {number: self.cares(number) for number in (HELPER, TRUSTED, SECOND)}
        self.press(ASKER, "/care/programme/{programme}/offer", programme=self.programme, training="none", **ABOUT)
        resting = self.cares(HELPER, other, FOUNDER, ASKER)
        self.press(HELPER, "/care/part/{caregiver}/rest", caregiver=resting, away_until=day + 9)
        self.press(ASKER, "/care/programme/{programme}/away", programme=other, away_until=day + 9)
        going = self.met(ASKER, HELPER, parts[HELPER])
        self.going_on(going, parts[HELPER])
        ended = self.met(ASKER, TRUSTED, parts[TRUSTED])
        self.press(ASKER, "/care/with/{relation}/end", relation=ended, reason="reached")
        paused = self.met(FOUNDER, HELPER, parts[HELPER])
        self.press(FOUNDER, "/care/with/{relation}/pause", relation=paused)
        self.searches(parts)

    def begun(self, supervisor: int, deputy: int) -> str:
        """Begin a programme in which both have said yes."""
        programme = self.asked(supervisor, deputy)
        for number in (supervisor, deputy):
            self.press(number, "/care/programme/{programme}/accept", programme=programme)
        return programme

    def asked(self, supervisor: int, deputy: int) -> str:
        seats = {"supervisor": self.cast[supervisor].member, "deputy": self.cast[deputy].member}
        made = self.press(COORDINATOR, "/care/programme", kind="listening", aims="صحبة.", **seats)
        return str(made[0].programme)

    def cares(self, number: int, programme: str = "", *supervisors: int) -> str:
        """Let somebody care, after a talk with whoever supervises."""
        at = {"programme": programme or self.programme}
        offered = {"training": "course", "places": 5, **ABOUT, **at}
        part = str(self.press(number, "/care/programme/{programme}/offer", **offered)[0].caregiver)
        self.press(supervisors[1] if supervisors else STEWARD, "/care/part/{caregiver}/confirm", caregiver=part)
        return part

    def tend(self) -> None:
        """Let the supervisor's room say what is due in care, and nothing else."""
        village, person = self.staging.village, self.cast[STEWARD]
        village.read(person)
        if due := fitting.unasked(person.node.db, person.by):
            village.say(person, *due)

    def sought(self, number: int, part: str, *, ordered: bool = True) -> tuple[str, str]:
        """Let somebody seek, and be shown one; returns the option and the relation that comes of it."""
        seeking = self.press(number, "/care/programme/{programme}/seek", programme=self.programme, **ABOUT)[0].seeking
        shown = self.press(STEWARD, "/care/ask/{seeking}/show", seeking=seeking, caregivers=[part])
        option = str(shown[0].option)
        if ordered:
            self.press(number, "/care/ask/{seeking}/order", seeking=seeking, first=option)
            self.tend()
        return option, numbered_id(option, 1)

    def met(self, person: int, helper: int, part: str) -> str:
        """Bring two together until both have agreed; returns the relation."""
        option, relation = self.sought(person, part)
        self.press(helper, "/care/with/{relation}/accept", relation=relation)
        self.tend()
        self.press(person, "/care/option/{option}/take", option=option)
        self.tend()
        agreement = self.press(helper, "/care/with/{relation}/agree", relation=relation, **TERMS)[0].agreement
        self.press(person, "/care/agreement/{agreement}/confirm", agreement=agreement)
        return relation

    def going_on(self, relation: str, part: str) -> None:
        """Meet, note, worry; new terms wait for a yes."""
        at: dict[str, Any] = {"relation": relation}
        day = self.staging.village.day
        for weight in ("hard", "hard"):
            planned = {"on_day": day, "channel": "voice"}
            session = self.press(HELPER, "/care/with/{relation}/session", **planned, **at)[0].session
            held = {"minutes": 50, "weight": weight, "next_on": day}
            self.press(HELPER, "/care/session/{session}/held", session=session, **held)
        self.press(HELPER, "/care/with/{relation}/session", on_day=day, channel="voice", **at)
        for words in ("جواب", "نوم"):
            self.press(ASKER, "/care/with/{relation}/goal", words=words, **at)
        for number in (HELPER, ASKER):
            self.press(number, "/care/with/{relation}/note", words="ملاحظة", **at)
        self.press(HELPER, "/care/part/{caregiver}/note", caregiver=part, words="تعب")
        self.press(HELPER, "/care/with/{relation}/agree", **TERMS, **at)
        for wish in ("", "supervisor", "alarm", "alarm"):
            worry = self.press(HELPER, "/care/with/{relation}/worry", sign="life", **at)[0].escalation
            if wish:
                self.press(ASKER, "/care/worry/{escalation}/asked", escalation=worry, wish=wish)

    def searches(self, parts: dict[int, str]) -> None:
        """One is shown somebody, one waits for a word, two have a yes to answer, one is being asked."""
        self.sought(FOUNDER, parts[TRUSTED], ordered=False)
        for number, helper in ((COORDINATOR, TRUSTED), (FUND, SECOND)):
            _, relation = self.sought(number, parts[helper])
            self.press(helper, "/care/with/{relation}/accept", relation=relation)
            self.tend()
        self.sought(RESTING, parts[TRUSTED])
