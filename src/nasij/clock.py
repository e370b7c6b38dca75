"""Time as a value that is handed in: whole hours and days since 1970, UTC. Nothing that folds reads a clock.

The line knows hours, on purpose. What people agree on among themselves may be finer: quarters of an hour, inside the seal. A
quarter that somebody says counts within the line's hour and not beyond it (`quarter_within`), so that every reader agrees.
"""

import datetime
import time
from typing import Protocol

HOURS_A_DAY = 24
QUARTERS_AN_HOUR = 4
QUARTERS_A_DAY = QUARTERS_AN_HOUR * HOURS_A_DAY
EPOCH = datetime.date(1970, 1, 1)


class Clock(Protocol):
    """Where the time comes from."""

    def hour(self) -> int:
        """Return whole hours since 1970, UTC."""

    def quarter(self) -> int:
        """Return whole quarters of an hour since 1970, UTC."""


class SystemClock:
    """The machine's clock."""

    def hour(self) -> int:
        """Return whole hours since 1970, UTC."""
        return self.quarter() // QUARTERS_AN_HOUR

    def quarter(self) -> int:
        """Return whole quarters of an hour since 1970, UTC."""
        return int(time.time()) // 900


class HandClock:
    """A clock moved by hand, for stories, the sample network and tests."""

    def __init__(self, hour: int) -> None:
        """Start at `hour`."""
        self.now = hour
        self.past = 0  # quarters of that hour

    def hour(self) -> int:
        """Return the hour it was set to."""
        return self.now

    def quarter(self) -> int:
        """Return the quarter it was moved to."""
        return self.now * QUARTERS_AN_HOUR + self.past

    def forward(self, *, days: int = 0, hours: int = 0, quarters: int = 0) -> None:
        """Move on."""
        more, self.past = divmod(self.past + quarters, QUARTERS_AN_HOUR)
        self.now += days * HOURS_A_DAY + hours + more


def day_of(hour: int) -> int:
    """Return the day that `hour` is in."""
    return hour // HOURS_A_DAY


def quarter_within(hour: int, quarter: int) -> int:
    """Return what counts of a quarter that somebody says while the line's hour is `hour`: that hour's own, or its ends."""
    first = hour * QUARTERS_AN_HOUR
    return min(max(quarter, first), first + QUARTERS_AN_HOUR - 1)


def to_date(day: int) -> datetime.date:
    """Return the calendar date of a day number."""
    return EPOCH + datetime.timedelta(days=day)


def from_date(date: datetime.date) -> int:
    """Return the day number of a calendar date."""
    return (date - EPOCH).days
