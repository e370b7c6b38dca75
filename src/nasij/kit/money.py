"""Money as whole minor units of a currency. No fraction is ever kept, so nothing is rounded behind anybody's back.

Currencies are ISO 4217 codes; how many digits stand behind the point is part of that standard.
"""

import re

from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.text import clean, latin_digits

AMOUNT_MAX = 10**12  # minor units: beyond what any such fund holds, and far from where sums overflow
DIGITS = 2  # behind the point, for every currency that is not listed here
_DIGITS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "RWF", "UGX", "VND", "XAF", "XOF"), 0),
}
_CODE = re.compile(r"[A-Z]{3}")
NOT_AN_AMOUNT = mark("This is not an amount of money. Please write a number such as 120 or 12.50.")
NOT_ABOVE_NOTHING = mark("An amount is more than nothing. Please write a number such as 120 or 12.50.")
TOO_LARGE = mark("This amount is larger than any fund. Please count the zeros again.")
NUMBER_ALONE = mark("Please write one amount, as a number without its currency.")
TOO_FINE = mark("This currency has at most %(digits)d digits behind the point.")
_SEPARATORS = str.maketrans({"\u00a0": " ", "\u202f": " ", "٬": ",", "،": ",", "٫": "."})
_GROUPED = re.compile(r"(\d{1,3}(?: \d{3})+)([.,]\d+)?|(\d{1,3}(?:,\d{3})+)(\.\d+)?")
_BANDS = (1, 2, 5)  # times powers of ten


def is_currency(code: str) -> bool:
    """Say whether this has the form of a currency code: three capital letters."""
    return _CODE.fullmatch(code) is not None


def digits_of(currency: str) -> int:
    """Return how many digits stand behind the point (ISO 4217)."""
    return _DIGITS.get(currency, DIGITS)


def read(typed: str, currency: str, field: str = "amount") -> int:
    """Return the minor units of an amount as somebody typed it, in any digits; raises `Malformed` with a sentence."""
    text = _plain(typed)
    behind = digits_of(currency)
    found = re.fullmatch(r"(\d{1,40})(?:\.(\d{1,40}))?", text)
    if found is None:
        raise Malformed(_why_not(text), field=field)
    whole, part = found.group(1), found.group(2) or ""
    if len(part.rstrip("0")) > behind:
        raise Malformed(TOO_FINE, field=field, digits=behind)
    minor: int = int(whole) * 10**behind + int((part + "0" * behind)[:behind] or 0)
    if not 0 < minor <= AMOUNT_MAX:
        raise Malformed(TOO_LARGE if minor else NOT_ABOVE_NOTHING, field=field)
    return minor


def read_or_nothing(typed: str, currency: str, field: str = "amount") -> int:
    """Return an amount that may be nothing: left out, or a zero in any digits."""
    text = _plain(typed)
    return 0 if not text or re.fullmatch(r"0+(\.0+)?", text) else read(typed, currency, field)


def _plain(typed: str) -> str:
    """Return what was typed with Latin digits, no grouping, and a point before the fraction.

    A comma or a space that groups thousands stands before three digits. Any other comma is a decimal point, and any other
    space stays, so that two numbers are never read as one.
    """
    text = latin_digits(clean(typed, lines=False)).translate(_SEPARATORS)
    found = _GROUPED.fullmatch(text)
    if found:
        text = re.sub("[ ,]", "", found[1] or found[3]) + (found[2] or found[4] or "")
    return text.replace(",", ".")


def _why_not(text: str) -> str:
    """Return what is the matter with text that is no amount."""
    if re.search(r"\d", text) and any(char.isalpha() for char in text):
        return NUMBER_ALONE
    return NOT_ABOVE_NOTHING if re.fullmatch(r"[-\u2212]\s?\d+(\.\d+)?", text) else NOT_AN_AMOUNT


def shown(minor: int, currency: str) -> str:
    """Return an amount in Latin digits without its currency, such as ``-12.50``: for files and for forms."""
    behind = digits_of(currency)
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    whole, part = divmod(minor, 10**behind)
    return f"{sign}{whole}.{part:0{behind}d}" if behind else f"{sign}{whole}"


def said(minor: int, currency: str) -> str:
    """Return an amount as people read it, with its thousands apart and its currency, such as ``12,500.00 JOD``."""
    whole, point, part = shown(minor, currency).partition(".")
    return f"{int(whole):,}{point}{part} {currency}" if int(whole) else f"{whole}{point}{part} {currency}"


def band(minor: int) -> tuple[int, int]:
    """Return the band an amount is in, as least and most minor units, where the exact amount is not needed."""
    if minor <= 0:
        return 0, 0
    edges = [factor * 10**power for power in range(14) for factor in _BANDS]
    below = [edge for edge in edges if edge <= minor]
    above = next(edge for edge in edges if edge > minor)
    return below[-1], above


def band_shown(minor: int, currency: str) -> str:
    """Return the band of an amount with its currency, empty for nothing."""
    if not minor or not currency:
        return ""
    low, high = band(minor)
    return f"{said(low, currency).removesuffix(f' {currency}')}-{said(high, currency)}"
