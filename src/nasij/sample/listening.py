"""Two of the sample who meet: one accompanies, one is accompanied, one supervises and is away for a while.

What the supervisor's room says by itself it says when it is visited, as everywhere; so each step waits for the one before.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.ids import numbered_id
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 24
AIMS = "صحبة في طريق يختاره صاحبه: عمل، دراسة، انتقال."
RULES = "لا أسماء خارج اللقاء، ولكل من الاثنين الإنهاء في أي وقت."
LIMITS = "ليس في ليالي الخميس."
AGREED = {
    "aim": "رسالة عمل تصل إلى جواب",
    "rhythm": "fortnight",
    "channel": "voice",
    "minutes": 50,
    "weeks": 12,
    "breaks": "الخطر على الحياة، وعندها يُسأل الشخص أولًا، ثم الإشراف.",
    "ending": "لقاء أخير، وما نفع وما لم ينفع.",
}
GOAL = "أن أرسل الطلب قبل نهاية الشهر."
STEP = "ثلاثة أسطر اليوم."
NOTE = "البدء بالرسالة، ثم بما سواها."
ABOUT = {"topics": ["work", "everyday"], "languages": "العربية", "channels": ["voice", "walk"]}
WISH = "ليلة سيئة، لا أكثر. نتفق على ما أفعله إن عادت."
SAFETY = "مكالمة قصيرة قبل النوم، ثلاثة أيام."


class Listening:
    """The strands of those who meet."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay it out over the second half of the story."""
        plot = self.plot
        plot.on(FIRST_DAY + max(1, plot.days - FIRST_DAY) * 0.1, 13, self.meeting())

    def until(self, person: Person, query: str, *values: Any) -> Strand:
        """Wait until somebody's room shows something."""
        self.village.read(person)
        while not person.node.db.execute(query, values).fetchone():
            yield HOURS_A_DAY // 2
            self.village.read(person)

    def meeting(self) -> Strand:
        """Begin a programme, find each other, agree, meet, and go on while the supervisor is away."""
        press = self.village.press
        supervisor, deputy = (yield from self.plot.once_trusted(STEWARD)), (yield from self.plot.once_trusted(FUND))
        coordinator, caregiver = (
            (yield from self.plot.once_trusted(COORDINATOR)),
            (yield from self.plot.once_trusted(MACHINES)),
        )
        seats = {"supervisor": supervisor.member, "deputy": deputy.member}
        about = {"kind": "mentoring", "aims": AIMS, "rules": RULES}
        programme = press(coordinator, "/care/programme", **about, **seats)[0].programme
        for person in (supervisor, deputy):
            yield 2
            press(person, "/care/programme/{programme}/accept", programme=programme)
        offered = {"limits": LIMITS, "training": "course", "places": 2, **ABOUT}
        part = press(caregiver, "/care/programme/{programme}/offer", programme=programme, **offered)[0].caregiver
        yield 5
        press(supervisor, "/care/part/{caregiver}/confirm", caregiver=part)
        person = yield from self.plot.once_trusted(TRUSTED)
        relation = yield from self.found(person, caregiver, supervisor, programme, part)
        session = yield from self.going_on(person, caregiver, relation)
        yield from self.worry(person, caregiver, relation)
        talked = {"load": "enough", "worry": "", "advice": "on"}
        press(supervisor, "/care/part/{caregiver}/supervision", caregiver=part, **talked)
        away = self.village.day + 10
        press(supervisor, "/care/programme/{programme}/away", programme=programme, away_until=away)
        yield 7 * HOURS_A_DAY
        press(caregiver, "/care/session/{session}/held", session=session, minutes=40, weight="some", next_on=0)

    def found(
        self, person: Person, caregiver: Person, supervisor: Person, programme: str, part: str
    ) -> Generator[int, None, str]:
        """Bring the two together: shown, ordered, asked, named, met."""
        press = self.village.press
        seeking = press(person, "/care/programme/{programme}/seek", programme=programme, **ABOUT)[0].seeking
        yield 4
        shown = press(supervisor, "/care/ask/{seeking}/show", seeking=seeking, caregivers=[part])
        option = shown[0].option
        yield 3
        press(person, "/care/ask/{seeking}/order", seeking=seeking, first=option)
        relation = numbered_id(option, 1)
        yield from self.until(caregiver, "select 1 from relation where relation = ?", relation)
        press(caregiver, "/care/with/{relation}/accept", relation=relation)
        yield from self.until(person, "select 1 from care_option where option = ? and state = 'willing'", option)
        press(person, "/care/option/{option}/take", option=option)
        yield from self.until(person, "select 1 from relation where relation = ? and state = 'accepted'", relation)
        return relation

    def worry(self, person: Person, caregiver: Person, relation: str) -> Strand:
        """Let the one who accompanies worry, and ask first; what the person wants is agreed and written down."""
        press = self.village.press
        raised = press(caregiver, "/care/with/{relation}/worry", relation=relation, sign="worse")[0]
        at = {"escalation": raised.escalation}
        yield 4
        press(person, "/care/worry/{escalation}/asked", wish="plan", words=WISH, **at)
        yield 2
        press(caregiver, "/care/worry/{escalation}/plan", words=SAFETY, **at)
        yield HOURS_A_DAY
        press(person, "/care/worry/{escalation}/close", **at)

    def going_on(self, person: Person, caregiver: Person, relation: str) -> Generator[int, None, str]:
        """Agree, set a goal, and meet; returns the session that comes next."""
        press, at = self.village.press, {"relation": relation}
        agreement = press(caregiver, "/care/with/{relation}/agree", **AGREED, **at)[0].agreement
        yield 6
        press(person, "/care/agreement/{agreement}/confirm", agreement=agreement)
        press(person, "/care/with/{relation}/goal", words=GOAL, step=STEP, **at)
        planned = {"on_day": self.village.day + 1, "channel": "voice"}
        session = press(person, "/care/with/{relation}/session", **planned, **at)[0].session
        yield HOURS_A_DAY
        press(caregiver, "/care/with/{relation}/note", words=NOTE, days=30, **at)
        held = {"minutes": 50, "weight": "light", "next_on": self.village.day + 7}
        press(caregiver, "/care/session/{session}/held", session=session, **held)
        yield 3
        return numbered_id(session, 1)
