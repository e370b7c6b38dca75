"""Days that come again: rules of RFC 5545 by the library that is known for them, as plain days without hours or zones."""

import datetime

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from nasij.clock import from_date, to_date
from nasij.kit.field import Choices, mark

RHYTHMS = Choices(
    "rhythm",
    {
        "daily": mark("Every day"),
        "weekly": mark("Every week"),
        "fortnightly": mark("Every two weeks"),
        "monthly": mark("Every month, on the same date"),
        "monthly_weekday": mark("Every month, on the same day of the week"),
    },
)
_LAST_DATE = 28  # the latest date that every month has


def _midnight(day: int) -> datetime.datetime:
    return datetime.datetime.combine(to_date(day), datetime.time())


def _rule(rhythm: str, first: int, last: int) -> rrule:
    """Return the library's rule; a date that a month does not have becomes its last day, a fifth week its last one."""
    begins, ends = _midnight(first), _midnight(last)
    if rhythm == "daily":
        return rrule(DAILY, dtstart=begins, until=ends)
    if rhythm in ("weekly", "fortnightly"):
        return rrule(WEEKLY, interval=1 if rhythm == "weekly" else 2, dtstart=begins, until=ends)
    date = begins.day
    if rhythm == "monthly_weekday":
        week = (date - 1) // 7 + 1
        return rrule(MONTHLY, byweekday=weekday(begins.weekday(), week if week < 5 else -1), dtstart=begins, until=ends)
    if date <= _LAST_DATE:
        return rrule(MONTHLY, bymonthday=date, dtstart=begins, until=ends)
    return rrule(MONTHLY, bymonthday=tuple(range(_LAST_DATE, date + 1)), bysetpos=-1, dtstart=begins, until=ends)


def days_between(rhythm: str, first: int, last: int, begin: int, end: int) -> list[int]:
    """Return the days of a series, from its `first` to its `last`, that fall between `begin` and `end`, both included."""
    if min(last, end) < max(first, begin):
        return []
    found = _rule(rhythm, first, min(last, end)).between(_midnight(begin), _midnight(end), inc=True)
    return [from_date(moment.date()) for moment in found]
