"""What people of the sample have prepared for a bad day, quietly: a few plans, people outside, sealed files, evidence.

Nothing here draws from the story's luck, and nothing terrible happens: one file was opened once, for a doctor, and sealed anew.
"""

import hashlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 24
SIGNALS = "حين يكثر السؤال عن مواعيد الخروج، أو يختفي المفتاح من مكانه."
PLACES = "عند بائعة الزهور، ثم بيت الدرج الطويل."
BAG = "خلف الكتب: أوراق، دواء أسبوع، شاحن."
MONEY = "عند «السنديانة»، يكفي يومين."
WORDS = "«نسيت المظلة» تعني: لا أستطيع الكلام."
WISH = "أخبروا ياسمين أولًا، ولا تخبروا أحدًا من البيت. المحامية قبل أي توقيع."
OUTSIDE = (
    {
        "code": "السنديانة",
        "call_when": ["late", "held"],
        "knows": "تعرف عني كل شيء، ولا تعرف عنكم شيئًا.",
        "contact": "voice",
        "never_say": "مكان لقاءاتنا.",
    },
    {
        "code": "ساعي البريد",
        "call_when": ["shelter"],
        "knows": "أننا زملاء دراسة.",
        "contact": "hours",
        "hours": "بعد التاسعة مساءً",
        "never_say": "سبب المبيت.",
    },
)
FILE = {
    "lawyer": "مكتب السلّم الأزرق، تعرف القضية.",
    "medicines": "حبة كل صباح، ولا تنقطع.",
    "allergies": "البنسلين.",
    "blood": "O+",
    "not_told": "أهل البيت، لا بالمكان ولا بالسبب.",
    "doctor": "يكفي ذكر الدواء.",
}


class Prepared:
    """What is prepared."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay it out over the middle of the story."""
        plot, span = self.plot, max(1, self.plot.days - FIRST_DAY)
        plot.on(FIRST_DAY, 17, self.plans())
        plot.on(FIRST_DAY + span * 0.2, 18, self.sealed())
        plot.at(plot.end - 12 * HOURS_A_DAY, self.visitors_own())

    def plans(self) -> Strand:
        """Write two plans: one that its member keeps to herself, one that a friend may read."""
        steward = yield from self.plot.once_trusted(STEWARD)
        coordinator = yield from self.plot.once_trusted(COORDINATOR)
        self.village.press(steward, "/plans/write", signals=SIGNALS, bag=BAG)
        yield 4
        friend = [coordinator.member]
        self.village.press(steward, "/plans/wish", wish=WISH, on_duty=True, readers=friend)
        yield from self.prepares(coordinator, friend=steward)

    def prepares(self, person: Person, friend: Person) -> Strand:
        """Write a plan and people outside, for a friend to read."""
        reads = [friend.member]
        plan = {"signals": SIGNALS, "places": PLACES, "bag": BAG, "money": MONEY, "words": WORDS}
        self.village.press(person, "/plans/write", readers=reads, **plan)
        for place, outside in enumerate(OUTSIDE, 1):
            yield 1
            self.village.press(person, "/plans/person", place=place, readers=reads, **outside)

    def sealed(self) -> Strand:
        """Seal a file for three; it is opened for a doctor, and sealed anew when its owner is back."""
        owner = yield from self.plot.once_trusted(MACHINES)
        openers = []
        for number in (STEWARD, COORDINATOR, FUND):
            openers.append((yield from self.plot.once_trusted(number)))
        made = yield from self.seals(owner, openers, "/plans/seal")
        asker, second = openers[:2]
        yield 3 * HOURS_A_DAY
        path = "/plans/sealed/{sealed_file}/ask"
        asked = self.village.press(asker, path, sealed_file=made, reason="hospital", words="الطبيب يسأل عن الحساسية.")
        unsealing = asked[0].unsealing
        yield 2
        self.village.press(second, "/plans/opening/{unsealing}/agree", unsealing=unsealing)
        yield 1
        for person in (asker, second):
            self.village.visit(person)
        yield 4 * HOURS_A_DAY
        self.village.press(asker, "/plans/opening/{unsealing}/disclose", unsealing=unsealing)
        yield HOURS_A_DAY
        yield from self.seals(owner, openers, "/plans/sealed/{sealed_file}/anew", sealed_file=made)

    def seals(self, owner: Person, openers: list[Person], path: str, **more: Any) -> Generator[int, None, str]:
        """Seal a file; its openers' rooms put their shares away."""
        chosen = sorted(person.member for person in openers)
        facts = self.village.press(owner, path, openers=chosen, **FILE, **more)
        for person in openers:
            yield 2
            self.village.visit(person)
        self.village.visit(owner)
        return str(facts[0].sealed_file)

    def visitors_own(self) -> Strand:
        """Let the person through whose eyes visitors look have a plan of their own, and a film that lies elsewhere."""
        visitor = yield from self.plot.once_trusted(TRUSTED)
        steward = yield from self.plot.once_trusted(STEWARD)
        yield from self.prepares(visitor, friend=steward)
        yield 2
        coordinator = yield from self.plot.once_trusted(COORDINATOR)
        noted = {
            "readers": [coordinator.member],
            "kind": "video",
            "held": "عند السنديانة",
            "consent": "mine",
            "note": "ما قيل عند الباب.",
        }
        digest = hashlib.sha256(b"a film of the sample").hexdigest()
        path = "/plans/evidence"
        self.village.press(visitor, path, digest=digest, made_on=self.village.day - 3, **noted)
