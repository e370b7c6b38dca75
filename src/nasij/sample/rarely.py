"""What happens seldom in the sample: friends who keep pieces, two who live together, other questions at the door, a draw.

Nothing here is left to luck, so that the rest of the story is what it was without it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

from nasij.clock import HOURS_A_DAY
from nasij.sample.together import Together
from nasij.sample.village import FUND, MACHINES, STEWARD, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
FIRST_DAY = 26
TOGETHER = (8, 9)  # two of one home
DRAW_DAYS = 3
QUESTIONS = "كيف عرفت عنّا؟\nما الذي يريحك أن نعرفه قبل أول لقاء؟\nكيف نتواصل معك دون أن يلاحظ أحد؟"
KEY = "من يحمل مفتاح الغرفة هذا الشهر؟"
KEY_WHY = "ثلاثة يقبلون ذلك، ولا فرق بينهم. فلتكن القرعة."
KEEPERS = "من أول الاسم\nمن آخر السلّم\nمن قرب النافذة"


class Rarely:
    """The strands of what is seldom."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay it out over the middle of the story."""
        span = max(1, self.plot.days - FIRST_DAY)
        for share, hour, strand in (
            (0.1, 11, self.friends()),
            (0.15, 19, self.one_home()),
            (0.2, 16, self.at_the_door()),
            (0.4, 17, self.draw()),
            (0.5, 12, self.by_lot()),
        ):
            self.plot.on(FIRST_DAY + span * share, hour, strand)

    def trusted(self, *numbers: int) -> Generator[int, None, list[Person]]:
        """Wait until all of them are trusted."""
        found = []
        for number in numbers:
            found.append((yield from self.plot.once_trusted(number)))
        return found

    def friends(self) -> Strand:
        """Ask two friends to keep a piece each, so that a room that was locked away comes back."""
        press = self.village.press
        who, *friends = yield from self.trusted(MACHINES, STEWARD, FUND)
        facts = press(who, "/friends/ask", friends=sorted(friend.member for friend in friends), needed=2)
        asked = {fact.friend: fact.piece for fact in facts if hasattr(fact, "friend")}
        for friend in friends:
            yield 5
            press(friend, "/friends/{piece}/accept", piece=asked[friend.member])
        for person in (who, *friends, who):
            yield 1
            self.village.visit(person)

    def one_home(self) -> Strand:
        """Say that two live together: neither decides about money for the other."""
        one, other = yield from self.trusted(*TOGETHER)
        facts = self.village.press(one, "/grants/household/ask", other=other.member)
        asked = next(fact.household for fact in facts if hasattr(fact, "household"))
        yield 6
        self.village.press(other, "/grants/household/{household}/yes", household=asked)

    def at_the_door(self) -> Strand:
        """Ask those who knock other questions; and let somebody shut out one who hurts with words."""
        steward, keeper = yield from self.trusted(STEWARD, FUND)
        self.village.press(steward, "/people/settings/questions", questions=QUESTIONS)
        yield 2
        if 7 in self.plot.cast:  # who is removed later
            self.village.press(keeper, "/profile/block", whom=self.plot.cast[7].member)

    def draw(self) -> Strand:
        """Let a draw decide what makes no difference; two give a part of its seed, and show it afterwards."""
        who, other = yield from self.trusted(STEWARD, FUND)
        asked = {"question": KEY, "body": KEY_WHY, "options": KEEPERS, "method": "draw"}
        deciding = Together(self.plot)
        proposal = yield from deciding.propose(who, "/decisions/propose", **asked)
        deciding.open(who, proposal, DRAW_DAYS)
        for person in (who, other):
            yield 2
            self.village.press(person, "/decisions/{proposal}/seed", proposal=proposal)
        yield (DRAW_DAYS + 1) * HOURS_A_DAY
        for person in (who, other):
            self.village.press(person, "/decisions/{proposal}/reveal", proposal=proposal)
            yield 1

    def by_lot(self) -> Strand:
        """Form a savings circle whose order is drawn; it waits for the seals of the others."""
        organiser, other = yield from self.trusted(STEWARD, MACHINES)
        circle = Together(self.plot)
        saving = circle.form(
            organiser, self.plot.end // HOURS_A_DAY - self.village.day + 3, amount="50", rhythm="month", method="draw"
        )
        yield from circle.take_in(organiser, saving, other)
        self.village.press(organiser, "/savings/{saving}/seal", saving=saving)
