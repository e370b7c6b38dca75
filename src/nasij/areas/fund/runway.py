"""How long the fund lasts at the present pace: a band, because nobody knows the coming weeks.

Each of many runs draws its coming weeks, with replacement, from the weeks that were (a bootstrap), and pays and receives
what those weeks did, until nothing is left. The low end is the week that a tenth of the runs did not reach, the high end
the one that a tenth of them passed. Everything comes from the numbers handed in, so each room computes the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HORIZON = 104  # weeks: beyond two years a guess says nothing
RUNS = 300
WEEKS_LEAST = 4  # of history, before anything is said
STEP = 4  # weeks between two rows of the plot
_TENTH = RUNS // 10

# Knuth's MMIX generator: x' = 6364136223846793005 x + 1442695040888963407 modulo 2**64, of which the upper half is used.
# It need not be unguessable, only even, and the same everywhere.
_TIMES, _PLUS, _MODULUS = 6364136223846793005, 1442695040888963407, 2**64


@dataclass(frozen=True, slots=True)
class Runway:
    """Weeks until nothing is left: low, middle and high, `HORIZON` for at least so many; and what is left on the way."""

    low: int
    middle: int
    high: int
    steps: tuple[tuple[int, int, int, int], ...]  # week from now, and what is left: low, middle, high


def _draws(seed: int, below: int) -> Iterator[int]:
    state = seed % _MODULUS
    while True:
        state = (_TIMES * state + _PLUS) % _MODULUS
        yield (state >> 32) * below >> 32


def _seed(start: int, flows: Sequence[tuple[int, int]]) -> int:
    seed = start
    for came, went in flows:
        seed = (seed * 1_000_003 + came * 31 + went) % _MODULUS
    return seed


def simulate(start: int, flows: Sequence[tuple[int, int]], less: int = 0) -> Runway | None:
    """Return how long `start` lasts if the coming weeks are like those in `flows`, pairs of what came and what went.

    `less` is what no longer comes in each week, such as a pledge that stops. Nothing is said of too short a history.
    """
    if len(flows) < WEEKS_LEAST:
        return None
    changes = [max(0, came - less) - went for came, went in flows]
    # The same draws with and without a pledge: what differs between the two is the pledge, not chance.
    draws = _draws(_seed(start, flows), len(changes))
    ends: list[int] = []
    marks: dict[int, list[int]] = {week: [] for week in range(0, HORIZON + 1, STEP)}
    for _ in range(RUNS):
        left, end = start, HORIZON
        for week in range(HORIZON + 1):
            if week in marks:
                marks[week].append(left)
            change = changes[next(draws)]
            if left <= 0:
                end, left = min(end, week), 0
            else:
                left = max(0, left + change)
        ends.append(end)
    ends.sort()
    steps = []
    for week, lefts in marks.items():
        lefts.sort()
        steps.append((week, lefts[_TENTH], lefts[RUNS // 2], lefts[-_TENTH - 1]))
    return Runway(ends[_TENTH], ends[RUNS // 2], ends[-_TENTH - 1], tuple(steps))
