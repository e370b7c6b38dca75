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
TOO_FINE = mark("This currency has at most %(digits)d digits behind the point.")
_BANDS = (1, 2, 5)  # times powers of ten


def is_currency(code: str) -> bool:
    """Say whether this has the form of a currency code: three capital letters."""
    return _CODE.fullmatch(code) is not None


def digits_of(currency: str) -> int:
    """Return how many digits stand behind the point (ISO 4217)."""
    return _DIGITS.get(currency, DIGITS)


def _ungrouped(text: str) -> str:
    """Return digits without the spaces or marks that group thousands; what does not group them stays, and is no amount."""
    for sign in (" ", "\u00a0", "\u202f", "٬"):
        if re.fullmatch(rf"\d{{1,3}}({sign}\d{{3}})+(\.\d+)?", text):
            return text.replace(sign, "")
    return text


def read(typed: str, currency: str, field: str = "amount") -> int:
    """Return the minor units of an amount as somebody typed it, in any digits; raises `Malformed` with a sentence."""
    text = _ungrouped(latin_digits(clean(typed, lines=False)).replace("٫", ".").strip())
    behind = digits_of(currency)
    if "," in text:
        # A comma that groups thousands stands before three digits; any other one is a decimal point.
        grouped = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text)
        text = text.replace(",", "") if grouped else text.replace(",", ".")
    found = re.fullmatch(r"(\d{1,13})(?:\.(\d{1,6}))?", text)
    if found is None:
        raise Malformed(NOT_AN_AMOUNT, field=field)
    whole, part = found.group(1), found.group(2) or ""
    if len(part.rstrip("0")) > behind:
        raise Malformed(TOO_FINE, field=field, digits=behind)
    minor: int = int(whole) * 10**behind + int((part + "0" * behind)[:behind] or 0)
    if not 0 < minor <= AMOUNT_MAX:
        raise Malformed(NOT_AN_AMOUNT, field=field)
    return minor


def shown(minor: int, currency: str) -> str:
    """Return an amount in Latin digits without its currency, such as ``-12.50``: for files and for forms."""
    behind = digits_of(currency)
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    whole, part = divmod(minor, 10**behind)
    return f"{sign}{whole}.{part:0{behind}d}" if behind else f"{sign}{whole}"


def band(minor: int) -> tuple[int, int]:
    """Return the band an amount is in, as least and most minor units, where the exact amount is not needed."""
    if minor <= 0:
        return 0, 0
    edges = [factor * 10**power for power in range(14) for factor in _BANDS]
    below = [edge for edge in edges if edge <= minor]
    above = next(edge for edge in edges if edge > minor)
    return below[-1], above
