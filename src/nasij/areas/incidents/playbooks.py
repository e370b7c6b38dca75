"""Playbooks: what to do in which kind of trouble, as a starting text and as what the group made of it.

A starting text says nothing about the law of any country. The group drops what does not suit it, adds its own, and notes when a
lawyer who works there has read it. When a case opens, the steps become steps of the case.
"""

import re
from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.facts import EXPOSURE_FIRST, HOURS_MOST
from nasij.areas.incidents.lines import Line
from nasij.areas.incidents.texts_harm import STARTING as _HARM
from nasij.areas.incidents.texts_threats import STARTING as _THREATS
from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.text import whole_number

STARTING = {**_THREATS, **_HARM}
OLD_DAYS = 180  # after which a lawyer should read a text again
WORDS_MOST = 160
STEPS_MOST = 40
FIRST_HOUR, FIRST_DAY = 1, 24
EXPOSURE = Line(
    0,
    mark(
        "Protect everybody else first: stop this person's access, change words and meeting places, warn those exposed"
    ),
    kind="exposure",
)


def own_of(db: Connection, kind: str) -> dict[str, Any]:
    """Return what the group made of a text; empty where it made nothing of it yet."""
    found = rows(db, "select * from playbook where kind = ? and version > 0", kind)
    return found[0] if found else {}


def own_steps(text: str) -> list[Line]:
    """Return the steps that a group wrote, one a line; raises `Malformed` with a sentence."""
    found = []
    for line in filter(None, text.split("\n")):
        hours, colon, words = line.partition(":")
        within = whole_number(hours) if colon else None
        words = line.strip() if within is None else words.strip()
        if not words or (within or 0) > HOURS_MOST:
            raise Malformed(
                mark("Hours stand before a colon and the step behind it, such as 3: call lawyer 2."), field="steps"
            )
        if len(words) > WORDS_MOST:
            raise Malformed(mark("One of these steps is too long. Please make two of it."), field="steps")
        found.append(Line(FIRST_DAY if within is None else within, words, own=True))
    if len(found) > STEPS_MOST:
        raise Malformed(
            mark("These are too many steps for a bad day. Please keep the most important ones."), field="steps"
        )
    return found


def dropped_numbers(kind: str, text: str) -> frozenset[int]:
    """Return which steps of a starting text a group leaves out; raises `Malformed` for one that is not there."""
    numbers = [whole_number(one) for one in filter(None, re.split(r"[\s,،;.]+", text))]
    if any(number is None or not 1 <= number <= len(STARTING[kind].steps) for number in numbers):
        raise Malformed(mark("Please write the numbers of steps above, such as 2, 5."), field="dropped")
    return frozenset(number for number in numbers if number is not None)


def kept_steps(kind: str, own: dict[str, Any]) -> list[tuple[int, Line]]:
    """Return the steps of a starting text that a group keeps, with their numbers."""
    gone = dropped_numbers(kind, own.get("dropped", ""))
    return [(number, line) for number, line in enumerate(STARTING[kind].steps, start=1) if number not in gone]


def steps_for(db: Connection, kind: str) -> list[Line]:
    """Return the steps of a case of this kind as the group does it, the one about exposure first where it comes first."""
    own = own_of(db, kind)
    kept = [line for _, line in kept_steps(kind, own)]
    first = [EXPOSURE] if kind in EXPOSURE_FIRST else []
    return first + in_order([*kept, *own_steps(own.get("steps", ""))])


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return steps by their hours; those of the same hour stay as they were."""
    return sorted(lines, key=lambda line: line.hours)
