"""What in somebody's words leads to a person or an account: long numbers, accounts, addresses, links.

Nothing here finds a name. It catches what is typed without thinking, such as "send it to 0791234567", in fields that many
read: on a taken device such a number is a person. Dates and amounts are left alone.
"""

import re

from nasij.text import latin_digits

_DIGITS_MOST = 6  # in a row: seven are a telephone number somewhere
_ACCOUNT_DIGITS_LEAST = 10  # a code of ours has fewer; an account number begins with two letters and is mostly digits
_ADDRESS = re.compile(r"\w@\w|(?<!\w)@\w{3,}|https?:|www\.|\b(?:t|wa)\.me/", re.IGNORECASE)
_ACCOUNT = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}\b", re.IGNORECASE)
_WALLET = re.compile(r"\b(?:0x[0-9a-f]{16,}|(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{26,})\b", re.IGNORECASE)
_DATE = re.compile(r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})\b")
# Grouped by commas, or round: the amounts people write. A number to call is neither.
_AMOUNT = re.compile(r"\b\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?\b|\b\d{1,3}(?:[ .]\d{3})*[ .]000\b|\b[1-9]\d{0,8}000\b")
_NUMBER = re.compile(r"\d(?:[ \-().+/]{0,2}\d)*")
_AS_LATIN = str.maketrans({"٬": ",", "٫": "."})


def leads_to_somebody(text: str) -> bool:
    """Say whether there is something in a text that leads to a person or to an account."""
    plain = latin_digits(text).translate(_AS_LATIN)
    if _ADDRESS.search(plain) or _WALLET.search(plain):
        return True
    if any(sum(map(str.isdigit, found[0])) >= _ACCOUNT_DIGITS_LEAST for found in _ACCOUNT.finditer(plain)):
        return True
    left = _AMOUNT.sub(" x ", _DATE.sub(" x ", plain))
    return any(sum(map(str.isdigit, found[0])) > _DIGITS_MOST for found in _NUMBER.finditer(left))
