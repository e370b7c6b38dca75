"""Kinds of fields that a fact is made of.

A field knows its form in a fact (`check`), how to read what somebody typed (`read`), how long its value is kept, and the
words shown with it. The same check runs on the form, before sealing, and on every reader's machine.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nasij.clock import QUARTERS_A_DAY, from_date
from nasij.errors import Malformed
from nasij.ids import is_id
from nasij.kit.table import Keep
from nasij.kit.traces import leads_to_somebody
from nasij.text import clean, latin_digits, whole_number

DAY_MAX = 100_000  # the year 2243
NEEDED = "Please fill in this field."
_TIME = re.compile(r"([0-9]{1,2})(?::([0-5][0-9]))?")


def mark(message: str) -> str:
    """Mark a message for translation; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What all kinds have in common: retention, the label, why it is asked, and whether it may stay empty."""

    keep: Keep
    label: str = ""
    why: str = ""
    optional: bool = False
    hidden: bool = False

    def check(self, value: Any) -> None:
        """Raise `Malformed` unless `value` has this field's form."""
        raise NotImplementedError

    def read(self, typed: list[str]) -> Any:
        """Return the value of what was typed or chosen; raise `Malformed` with a sentence."""
        raise NotImplementedError

    def empty(self) -> Any:
        """Return the value of a field left empty."""
        return ""


def _only(typed: list[str]) -> str:
    return typed[0] if typed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Id(Field):
    """The id of the record that this fact begins. Made by the room, never typed."""

    keep: Keep = Keep.LEDGER
    hidden: bool = True

    def check(self, value: Any) -> None:
        """Accept an id."""
        if not isinstance(value, str) or not is_id(value):
            raise Malformed

    def read(self, typed: list[str]) -> str:
        """Accept an id from a hidden field."""
        self.check(_only(typed))
        return _only(typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Field):
    """The id of a record that is there already; `to` names its table."""

    to: str
    keep: Keep = Keep.LEDGER

    def check(self, value: Any) -> None:
        """Accept an id, or nothing where optional."""
        if not isinstance(value, str) or not (is_id(value) or (self.optional and value == "")):
            raise Malformed(mark("Please choose one from the list."))

    def read(self, typed: list[str]) -> str:
        """Accept the id that was chosen."""
        self.check(_only(typed))
        return _only(typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs(Field):
    """Ids of several records of one table, sorted, none twice."""

    to: str
    keep: Keep = Keep.LEDGER
    many_max: int = 20
    many_least: int = 1  # unless it may stay empty

    def check(self, value: Any) -> None:
        """Accept a sorted list of ids."""
        right = isinstance(value, list) and len(value) <= self.many_max and all(isinstance(v, str) for v in value)
        if not right or value != sorted(set(value)) or not all(is_id(v) for v in value):
            raise Malformed(mark("Please choose from the list."))
        if not value and not self.optional:
            raise Malformed(NEEDED)
        if value and len(value) < self.many_least:
            raise Malformed(mark("Please choose at least %(count)d."), count=self.many_least)

    def read(self, typed: list[str]) -> list[str]:
        """Return the chosen ids in order."""
        chosen = sorted({value for value in typed if value})
        self.check(chosen)
        return chosen

    def empty(self) -> list[str]:
        """Return no ids."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Words. `length_max` counts characters; `lines` allows line breaks and makes the box larger.

    `traceless`: what leads to a person or an account, such as a telephone number, is refused; for words that many read.
    """

    length_max: int
    lines: bool = False
    traceless: bool = False
    name: bool = False  # a name: joiners and look-alike tricks are refused too

    def check(self, value: Any) -> None:
        """Accept text in the form that `clean` returns, no longer than allowed."""
        if not isinstance(value, str):
            raise Malformed
        if len(value) > self.length_max:
            raise Malformed(mark("This is too long. At most %(count)d characters fit here."), count=self.length_max)
        if value != clean(value, lines=self.lines) or (self.name and ("\u200c" in value or "\u200d" in value)):
            raise Malformed(mark("There are characters in this text that cannot be kept."))
        if not value and not self.optional:
            raise Malformed(NEEDED)
        if self.traceless and leads_to_somebody(value):
            raise Malformed(
                mark("There is a number, an address or a link in this text that leads to a person or an account."),
                advice=mark("Please leave it out here, and say it to whoever needs it face to face or in a call."),
            )

    def read(self, typed: list[str]) -> str:
        """Return what was typed, cleaned."""
        value = clean(_only(typed), lines=self.lines)
        if self.name:
            value = value.replace("\u200c", "").replace("\u200d", "")
        self.check(value)
        return value


def remark(length_max: int, label: str, *, keep: Keep, why: str = "", optional: bool = True) -> Text:
    """Return the field with which most forms end: some lines in one's own words, which mostly may stay empty."""
    return Text(length_max=length_max, lines=True, optional=optional, keep=keep, label=label, why=why)


@dataclass(frozen=True, slots=True)
class Choices:
    """A closed list: wire value to the label shown. `name` is for the glossary and the catalogue.

    `numbered`: its values tell too much to stand in an address, where a browser keeps them; their numbers stand there.
    """

    name: str
    labels: Mapping[str, str]
    numbered: bool = False

    def __contains__(self, value: object) -> bool:
        """Say whether `value` is one of them."""
        return value in self.labels

    def in_address(self, value: str) -> str:
        """Return a value as it stands in an address."""
        return str(list(self.labels).index(value) + 1) if self.numbered and value in self.labels else value

    def from_address(self, text: str) -> str:
        """Return the value that stands in an address; what is none of them comes back as it is."""
        numbers = {self.in_address(value): value for value in self.labels}
        return numbers.get(text, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a closed list."""

    of: Choices
    keep: Keep = Keep.LEDGER

    def check(self, value: Any) -> None:
        """Accept one of the list."""
        if not isinstance(value, str) or (value not in self.of and not (self.optional and value == "")):
            raise Malformed(mark("Please choose one from the list."))

    def read(self, typed: list[str]) -> str:
        """Return the chosen value."""
        self.check(_only(typed))
        return _only(typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Field):
    """Any number out of a closed list, in the list's order."""

    of: Choices
    keep: Keep = Keep.LEDGER

    def check(self, value: Any) -> None:
        """Accept values of the list, in its order."""
        if not isinstance(value, list) or value != [v for v in self.of.labels if v in value]:
            raise Malformed(mark("Please choose from the list."))
        if not value and not self.optional:
            raise Malformed(NEEDED)

    def read(self, typed: list[str]) -> list[str]:
        """Return the chosen values in the list's order."""
        chosen = [v for v in self.of.labels if v in typed]
        self.check(chosen)
        return chosen

    def empty(self) -> list[str]:
        """Return nothing chosen."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Field):
    """A whole number between two bounds, both allowed; typed in any of three digit scripts."""

    least: int = 0
    most: int = 1_000_000

    def check(self, value: Any) -> None:
        """Accept a number between the bounds."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed(mark("Please write a whole number, such as 3."))
        if not self.least <= value <= self.most:
            raise Malformed(mark("Please write a number from %(least)d to %(most)d."), least=self.least, most=self.most)

    def read(self, typed: list[str]) -> int:
        """Return the number that was typed."""
        if not _only(typed).strip() and self.optional:
            return self.empty()
        value = whole_number(_only(typed))
        self.check(value)
        assert value is not None
        return value

    def empty(self) -> int:
        """Return the least number."""
        return self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Field):
    """A day, as days since 1970; 0 where optional and left empty."""

    keep: Keep = Keep.LEDGER

    def check(self, value: Any) -> None:
        """Accept a day number."""
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= DAY_MAX:
            raise Malformed(mark("Please write a day as year-month-day, such as 2026-11-24."))
        if value == 0 and not self.optional:
            raise Malformed(NEEDED)

    def read(self, typed: list[str]) -> int:
        """Read year-month-day, with any of the three digit scripts, or day/month/year."""
        plain = latin_digits(clean(_only(typed), lines=False)).replace("/", "-").replace(".", "-")
        if not plain:
            self.check(0)
            return 0
        parts = plain.split("-")
        if len(parts) == 3 and len(parts[2]) == 4:  # day first
            parts.reverse()
        try:
            value = from_date(datetime.date(*(int(p) for p in parts)))
        except (ValueError, TypeError, OverflowError):
            value = -1
        self.check(value)
        return value

    def empty(self) -> int:
        """Return no day."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Field):
    """A time of day as quarters of an hour since midnight; -1 where optional and left empty. 24:00 is the end of the day."""

    def check(self, value: Any) -> None:
        """Accept a quarter of a day."""
        if not isinstance(value, int) or isinstance(value, bool) or not -1 <= value <= QUARTERS_A_DAY:
            raise Malformed(mark("Please write a time such as 21:30."))
        if value == -1 and not self.optional:
            raise Malformed(NEEDED)

    def read(self, typed: list[str]) -> int:
        """Read hours and minutes in any of three digit scripts, rounded up to the quarter, so that nobody is late early."""
        plain = latin_digits(clean(_only(typed), lines=False)).replace("٫", ":").replace(".", ":").replace(" ", "")
        if not plain:
            self.check(-1)
            return -1
        found = _TIME.fullmatch(plain)
        minutes = int(found[1]) * 60 + int(found[2] or 0) if found else QUARTERS_A_DAY * 15 + 1
        self.check(value := -1 if minutes > QUARTERS_A_DAY * 15 else -(-minutes // 15))
        if value == -1:
            raise Malformed(mark("Please write a time such as 21:30."))
        return value

    def empty(self) -> int:
        """Return no time."""
        return -1


def quarter(keep: Keep, least: int = 0) -> Whole:
    """Return the kind of a moment that a room says by its own clock, in quarters of an hour since 1970.

    A fold counts it within the line's hour and no further (`clock.quarter_within`).
    """
    return Whole(least=least, most=DAY_MAX * QUARTERS_A_DAY, optional=not least, hidden=True, keep=keep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """Yes or no."""

    keep: Keep = Keep.LEDGER
    optional: bool = True

    def check(self, value: Any) -> None:
        """Accept yes or no."""
        if not isinstance(value, bool):
            raise Malformed

    def read(self, typed: list[str]) -> bool:
        """Return whether the box was ticked."""
        return _only(typed) not in ("", "0", "no")

    def empty(self) -> bool:
        """Return no."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes(Field):
    """Bytes made by a machine: a public key, a proof, or a re-encoded picture."""

    least: int = 0
    most: int
    hidden: bool = True

    def check(self, value: Any) -> None:
        """Accept bytes within the bounds."""
        if not isinstance(value, bytes) or not self.least <= len(value) <= self.most:
            raise Malformed

    def read(self, typed: list[str]) -> bytes:
        """Never typed."""
        raise Malformed

    def empty(self) -> bytes:
        """Return no bytes."""
        return b""
