"""Words for people: translations, plural forms, days and numbers, in the language and the digits a member chose.

Every message id is English. The catalogues of all areas (``locale/<language>/*.po``) become one, compiled in memory when
a language is first used. Digits are an explicit choice, because libraries disagree about what plain ``ar`` means. Two
pseudo-languages find faults before readers do: ``en-XA`` lengthens and accents every message, so that a message never
marked for translation stands out; ``ar-XB`` turns every message round, so that a direction fixed by hand stands out.
"""

import datetime
import functools
import gettext
import io
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from nasij.clock import QUARTERS_AN_HOUR, to_date
from nasij.errors import Nasij
from nasij.kit.field import mark
from nasij.web import address

LANGUAGES: Mapping[str, str] = {"ar": "العربية", "en": "English"}  # each in its own words
PSEUDO = ("en-XA", "ar-XB")
ADDRESSES = ("", "f", "m", "pl")  # forms of address; empty is the neutral wording
REGION = "EG"  # whose month names plain Arabic uses
FIRST_ISOLATE, END_ISOLATE = "\u2068", "\u2069"

# Babel's own rule for Arabic puts 11 to 99 and the hundreds the other way round than msgfmt and most translators' tools.
PLURALS: Mapping[str, str] = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);",
}
_PLACE = re.compile(r"%(?:%|\((\w+)\)([sd]))")
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ACCENTS = str.maketrans("aAcCeEiInNoOuUyY", "áÅçÇéÉîÎñÑöÖûÛýÝ")


@functools.cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return all messages of a language as one catalogue; a language without files keeps the English of the ids."""
    folder = files("nasij") / "locale" / language
    if not folder.is_dir():
        return gettext.NullTranslations()
    merged = Catalog(locale=language, charset="utf-8", fuzzy=False)
    if language in PLURALS:
        merged.mime_headers = [("Plural-Forms", PLURALS[language]), ("Content-Type", "text/plain; charset=utf-8")]
    for path in sorted(folder.iterdir(), key=lambda found: found.name):
        if not path.name.endswith(".po"):
            continue
        with path.open("rb") as lines:
            for message in read_po(lines, locale=language):
                if message.id and message.string and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def fill(message: str, values: Mapping[str, Any], shape: Callable[[Any], str]) -> str:
    """Put `values` into the placeholders ``%(name)s`` and ``%(name)d``, each shaped first; ``%%`` is a per cent sign.

    A placeholder without a value stays as it is: a member's own words may look like one.
    """

    def one(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        return shape(values[found[1]]) if found[1] in values else found[0]

    return _PLACE.sub(one, message)


@functools.lru_cache(maxsize=16)
def _locale(language: str, region: str) -> Locale:
    plain = "en" if language in PSEUDO else language
    for name in (f"{plain}_{region or (REGION if plain == 'ar' else 'GB')}", f"{plain}_GB", plain):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")


@functools.lru_cache(maxsize=1024)
def _date(day: int, language: str, region: str) -> str:
    return format_date(to_date(day), format="d MMMM y", locale=_locale(language, region))


@functools.lru_cache(maxsize=1024)
def _moment(quarter: int, language: str, region: str, zone: str) -> str:
    try:
        where: datetime.tzinfo = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        where = datetime.UTC
    moment = datetime.datetime.fromtimestamp(quarter * 900, where)
    return format_datetime(
        moment,
        format="d MMMM y، HH:mm" if language == "ar" else "d MMMM y, HH:mm",
        tzinfo=where,
        locale=_locale(language, region),
    )


def _accented(message: str) -> str:
    """Return a message that is still readable, 40 % longer, and plainly not the original; placeholders stay."""
    pieces: list[str] = []
    start = 0
    for found in _PLACE.finditer(message):
        pieces += [message[start : found.start()].translate(_ACCENTS), found[0]]
        start = found.end()
    pieces.append(message[start:].translate(_ACCENTS))
    return f"[{''.join(pieces)}{' ~' * max(1, len(message) // 5)}]"


@dataclass(frozen=True)
class Words:
    """A language with its digits, its region (month names), its time zone, and how this member is addressed.

    `digits` is ``latin`` or ``arabic``; `region` two letters such as ``MA``, empty for the usual one; `zone` a name of
    the IANA time-zone database, never taken from the browser.
    """

    language: str = "ar"
    digits: str = "latin"
    region: str = ""
    zone: str = "UTC"
    address: str = ""

    @property
    def direction(self) -> str:
        """Return ``rtl`` or ``ltr``."""
        if self.language == "ar-XB":
            return "rtl"
        return _locale(self.language, self.region).text_direction

    def find(self, message: str) -> str:
        """Return the translation of a message, in this member's form of address where one is written; not yet filled."""
        if not message:
            return ""
        if self.language in PSEUDO:
            return self._pseudo(message)
        words = catalogue(self.language)
        if self.address:
            found = words.pgettext(self.address, message)
            if found != message:
                return found
        return self._spoken(message, words.gettext(message))

    def find_many(self, one: str, many: str, n: int) -> str:
        """Return the translation in the plural form that `n` asks for; not yet filled."""
        if self.language in PSEUDO:
            return self._pseudo(one if n == 1 else many)
        words = catalogue(self.language)
        if self.address:
            found = words.npgettext(self.address, one, many, n)
            if found not in (one, many):
                return found
        return self._spoken(many, words.ngettext(one, many, n))

    def _spoken(self, message: str, found: str) -> str:
        """Return a translation in this member's form of address, where it is none that was written out for it."""
        by_rule = self.address and self.language == "ar" and found != message and address.speaks(message)
        return address.turned(found, self.address) if by_rule else found

    def _pseudo(self, message: str) -> str:
        return _accented(message) if self.language == "en-XA" else f"\u202e{message}\u202c"

    def gettext(self, message: str, /, **values: Any) -> str:
        """Return a message as plain text with its values, names in it isolated from the direction around them."""
        return fill(self.find(message), values, self._plain)

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """Return a message about `n` things; ``%(n)d``, ``%(num)d`` and ``%(count)d`` stand for the number."""
        return fill(self.find_many(one, many, n), {"n": n, "num": n, "count": n, **values}, self._plain)

    def of(self, problem: Nasij | str) -> str:
        """Return the sentence of a problem with its numbers."""
        if isinstance(problem, Nasij):
            return self.gettext(problem.sentence, **problem.numbers)
        return self.gettext(problem)

    def _plain(self, value: Any) -> str:
        return self.folded(str(value)) if isinstance(value, int) else f"{FIRST_ISOLATE}{value}{END_ISOLATE}"

    def folded(self, text: str) -> str:
        """Return `text` with its digits in the chosen script. For our own numbers, never for codes or people's words."""
        return text.translate(_ARABIC_INDIC) if self.digits == "arabic" else text

    def number(self, n: int) -> str:
        """Return a whole number with its thousands set apart."""
        plain = format_decimal(n, locale=_locale(self.language, self.region), numbering_system="latn")
        return self.folded(plain.replace(",", "٬")) if self.digits == "arabic" else plain

    def day(self, day: int) -> str:
        """Return a date with the month's name in the member's region; a dash for no day."""
        return self.folded(_date(day, self.language, self.region)) if day > 0 else "–"

    def hour(self, hour: int) -> str:
        """Return a date and the hour in the member's time zone; a dash for no hour."""
        return self.quarter(hour * QUARTERS_AN_HOUR)

    def quarter(self, quarter: int) -> str:
        """Return a date and the time of a quarter of an hour in the member's time zone; a dash for none."""
        return self.folded(_moment(quarter, self.language, self.region, self.zone)) if quarter > 0 else "–"

    def day_left(self, day: int, today: int) -> str:
        """Return how far away a day is, exactly: a rounded *two weeks ago* has misled people about deadlines."""
        away = day - today
        if day <= 0:
            return "–"
        if abs(away) <= 1:
            return self.gettext((mark("yesterday"), mark("today"), mark("tomorrow"))[away + 1])
        if away > 0:
            return self.ngettext(mark("in %(n)d day"), mark("in %(n)d days"), away)
        return self.ngettext(mark("%(n)d day ago"), mark("%(n)d days ago"), -away)

    def knows(self, message: str) -> bool:
        """Say whether somebody has translated this message; English needs no translation."""
        if self.language == "en" or self.language in PSEUDO or not message:
            return True
        missing = catalogue(self.language)
        return missing.gettext(message) != message
