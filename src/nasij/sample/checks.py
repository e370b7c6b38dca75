"""Check-ins of the sample: one that went well, one each evening, one that is due soon, and one that is late now.

What is open is counted back from the present hour, as in `endings`. Nothing here is left to luck.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
WORD, FORCED = "ياسمين", "قرنفل"
NOTE = "في المقهى عند الزاوية، والعودة بالحافلة الأخيرة. إن تأخرت فالاتصال أولًا، ثم الذهاب إلى هناك."
EVENINGS = 20  # days from now that the one each evening goes on


class Checks:
    """The strands of check-ins."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay out one that went well some days ago, and three that are open now."""
        back = {60: self.went_well(), 30: self.each_evening(), 6: self.due_soon(), 5: self.late()}
        for hours, strand in back.items():
            self.plot.at(self.plot.end - hours, strand)

    def set(self, who: int, *watchers: int, **more: Any) -> tuple[Person, str]:
        """Set a check-in watched over by these; returns who set it and the check-in."""
        person = self.plot.cast[who]
        for number in watchers:
            self.village.visit(self.plot.cast[number])  # whose rooms then offer keys for notes
        chosen = sorted(self.plot.cast[number].member for number in watchers)
        usual = {"watchers": chosen, "word": WORD, "forced": FORCED, "grace": "16"}
        return person, str(self.village.press(person, "/checks/set", **{**usual, **more})[0].checkin)

    def went_well(self) -> Strand:
        """Come back in time, and say so from somebody else's telephone."""
        _, checkin = self.set(STEWARD, COORDINATOR, FUND, within=8, note=NOTE)
        yield 2
        self.village.press(self.plot.cast[COORDINATOR], "/checks/{checkin}/watch", checkin=checkin)
        yield 4
        self.village.press(self.plot.cast[FUND], "/checks/{checkin}/told", checkin=checkin, word=WORD)

    def each_evening(self) -> Strand:
        """Say every evening that one is well."""
        last_on = self.village.day + EVENINGS
        _, checkin = self.set(FUND, COORDINATOR, TRUSTED, within=40, every="day", last_on=last_on)
        yield 3
        self.village.press(self.plot.cast[COORDINATOR], "/checks/{checkin}/watch", checkin=checkin)

    def due_soon(self) -> Strand:
        """Leave a visitor with one that is due soon, and a note."""
        _, checkin = self.set(TRUSTED, COORDINATOR, FUND, within=7, note=NOTE)
        yield 1
        self.village.press(self.plot.cast[FUND], "/checks/{checkin}/watch", checkin=checkin)

    def late(self) -> Strand:
        """Be late, while nobody looks yet."""
        _, checkin = self.set(MACHINES, COORDINATOR, TRUSTED, within=4)
        yield 1
        self.village.press(self.plot.cast[TRUSTED], "/checks/{checkin}/watch", checkin=checkin)
