"""Time as a value that is handed in: whole hours and days since 1970, UTC. Nothing that folds reads a clock."""

import datetime
import time
from typing import Protocol

HOURS_A_DAY = 24
EPOCH = datetime.date(1970, 1, 1)


class Clock(Protocol):
    """Where the time comes from."""

    def hour(self) -> int:
        """Return whole hours since 1970, UTC."""


class SystemClock:
    """The machine's clock."""

    def hour(self) -> int:
        """Return whole hours since 1970, UTC."""
        return int(time.time()) // 3600


class HandClock:
    """A clock moved by hand, for stories, the sample network and tests."""

    def __init__(self, hour: int) -> None:
        """Start at `hour`."""
        self.now = hour

    def hour(self) -> int:
        """Return the hour it was set to."""
        return self.now

    def forward(self, *, days: int = 0, hours: int = 0) -> None:
        """Move on."""
        self.now += days * HOURS_A_DAY + hours


def day_of(hour: int) -> int:
    """Return the day that `hour` is in."""
    return hour // HOURS_A_DAY


def to_date(day: int) -> datetime.date:
    """Return the calendar date of a day number."""
    return EPOCH + datetime.timedelta(days=day)


def from_date(date: datetime.date) -> int:
    """Return the day number of a calendar date."""
    return (date - EPOCH).days
