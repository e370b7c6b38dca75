"""Names that nobody can mistake for another's.

Two names are the same if they look the same: letters that differ only in their code, in decoration, or between scripts
become one. A name keeps to one script, holds no number somebody could call, and does not look like a record's code.
"""

import re

from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.text import fold, latin_digits

ALIAS_LENGTH = 40
_DIGITS_MOST = 5

# Letters that living scripts use, by first and last code point; what stands nowhere here is decoration and is refused.
_SCRIPTS = (
    ("latin", 0x41, 0x5A), ("latin", 0x61, 0x7A), ("latin", 0xC0, 0x24F), ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x52F), ("armenian", 0x531, 0x587), ("hebrew", 0x5D0, 0x5F2), ("arabic", 0x620, 0x6FF),
    ("syriac", 0x710, 0x74F), ("arabic", 0x750, 0x77F), ("nko", 0x7CA, 0x7EA), ("arabic", 0x8A0, 0x8FF),
    ("devanagari", 0x904, 0x97F), ("bengali", 0x980, 0x9FF), ("tamil", 0xB80, 0xBFF), ("thai", 0xE00, 0xE7F),
    ("georgian", 0x10A0, 0x10FF), ("ethiopic", 0x1200, 0x139F), ("latin", 0x1E00, 0x1EFF), ("greek", 0x1F00, 0x1FFF),
    ("georgian", 0x2D00, 0x2D2F), ("tifinagh", 0x2D30, 0x2D7F), ("east asian", 0x3040, 0x30FF),
    ("east asian", 0x4E00, 0x9FFF), ("east asian", 0xAC00, 0xD7A3), ("arabic", 0xFB50, 0xFDFF),
    ("arabic", 0xFE70, 0xFEFC),
)  # fmt: skip
# After `fold`: letters of other scripts, and digits, that look like a letter.
_LOOKS = str.maketrans(
    "авекмнорстухіјѕгпиьһӏԁԛԝ" "αβεηικνορτυχγωμ" "01iıا5" "ہەۀڪےېۍ",
    "abekmhopctyxljsrnubhldqw" "abenlkvoptuxywu" "ollllه" "ههه" "ك" "ييي",
)  # fmt: skip
_CODE = re.compile(r"[0-9a-z]{3}-[0-9a-z]{3}")


def skeleton(alias: str) -> str:
    """Return what is left of a name when everything that looks alike is the same; two equal ones may be mistaken."""
    return "".join(c for c in fold(alias).translate(_LOOKS) if c.isalnum())


def script_of(letter: str) -> str:
    """Return the script of a letter, or nothing for one that no living script uses."""
    place = ord(letter)
    return next((name for name, first, last in _SCRIPTS if first <= place <= last), "")


def check_alias(alias: str) -> None:
    """Raise `Malformed` for a name that could deceive or that gives too much away."""
    scripts = {script_of(c) for c in alias if c.isalpha()}
    if "" in scripts:
        raise Malformed(
            mark("There are letters in this name that only look like letters."),
            field="alias",
            advice=mark("Please write it with the letters of one language."),
        )
    if len(scripts) > 1:
        raise Malformed(
            mark("This name mixes letters of two scripts, so it could be mistaken for another."),
            field="alias",
            advice=mark("Please write it with the letters of one language."),
        )
    if not scripts:
        raise Malformed(mark("A name needs at least one letter."), field="alias")
    plain = latin_digits(alias).casefold()
    if sum(c.isdigit() for c in plain) > _DIGITS_MOST:
        raise Malformed(
            mark("This name holds a long number."),
            field="alias",
            advice=mark("Please leave out numbers that could lead to somebody, such as a phone number."),
        )
    if _CODE.fullmatch(plain) and any(c.isdigit() for c in plain):
        raise Malformed(mark("This name looks like the code of a record."), field="alias")


def check_area(areas: str) -> None:
    """Raise `Malformed` for a place that looks like an address, a link or coordinates."""
    if "/" in areas or sum(c.isdigit() for c in latin_digits(areas)) > _DIGITS_MOST - 2:
        raise Malformed(
            mark("Please write the name of an area here, not an address, a link or a number."),
            field="areas",
        )
