"""A part of the story that only a larger group has: who is in it, and how they press and wait.

Nothing of it is left to luck, so that the rest of the story is what it was without it. What such a part begins it ends, so that a
visitor finds none of it open at the present hour.
"""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from nasij.clock import HOURS_A_DAY
from nasij.sample.village import Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
LARGE = 24  # people from whom on a group lives all of it
FIRST_DAY, LAST_DAYS = 42, 5  # of the story, in which these parts begin
ONE, OTHER, THIRD = 10, 12, 13  # who have no other part


class Part:
    """Some strands, and what they need."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def strands(self) -> Sequence[Strand]:
        """Return the strands of this part, in the order in which they begin."""
        raise NotImplementedError

    def begin(self, nth: int, of: int) -> None:
        """Lay the strands out over the later days, between those of the other parts."""
        strands = self.strands()
        span = self.plot.days - FIRST_DAY - LAST_DAYS
        for number, strand in enumerate(strands):
            share = (number + nth / of) / len(strands)
            self.plot.on(FIRST_DAY + span * share, 9 + (nth + number) % 10, strand)

    def press(self, who: int | Person, path: str, **values: Any) -> Any:
        """Let somebody press a button; returns the first fact."""
        return self.village.press(self.plot.cast[who] if isinstance(who, int) else who, path, **values)[0]

    def member(self, number: int) -> str:
        """Return somebody's member id."""
        return self.plot.cast[number].member

    def there(self, *numbers: int) -> Strand:
        """Wait until all of these are trusted and have settled in."""
        for number in numbers:
            while not (number in self.plot.cast and self.plot.cast[number].settled_in):
                yield HOURS_A_DAY // 2

    def one(self, who: int, query: str, *values: Any) -> Any:
        """Return the first value that somebody's room holds."""
        person = self.plot.cast[who]
        self.village.read(person)
        row = person.node.db.execute(query, values).fetchone()
        return row[0] if row else None
