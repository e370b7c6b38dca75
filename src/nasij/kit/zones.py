"""The clock of a group: an IANA time zone, so that hours are said and read as people live them, summer time included.

Only forms and pages read a clock by its zone. What a fact says is a moment in quarters of an hour, so rooms agree on it whatever
their machines know of time zones; governments change summer time at short notice, and machines hear of it at different times.
"""

import datetime
import functools
import zoneinfo
from sqlite3 import Connection

from nasij.clock import from_date, to_date
from nasij.kit.field import Choices, mark
from nasij.kit.who import setting_text

SETTING = "clock_zone"
USUAL = "UTC"
_QUARTER = 900  # seconds
ZONES = Choices(
    "clock_zone",
    {
        "UTC": mark("Universal time (UTC)"),
        "Africa/Casablanca": mark("Casablanca"),
        "Africa/El_Aaiun": mark("Laayoune"),
        "Africa/Nouakchott": mark("Nouakchott"),
        "Africa/Algiers": mark("Algiers"),
        "Africa/Tunis": mark("Tunis"),
        "Africa/Tripoli": mark("Tripoli in Libya"),
        "Africa/Cairo": mark("Cairo"),
        "Africa/Khartoum": mark("Khartoum"),
        "Africa/Juba": mark("Juba"),
        "Africa/Djibouti": mark("Djibouti"),
        "Africa/Mogadishu": mark("Mogadishu"),
        "Indian/Comoro": mark("Moroni"),
        "Asia/Beirut": mark("Beirut"),
        "Asia/Damascus": mark("Damascus"),
        "Asia/Amman": mark("Amman"),
        "Asia/Gaza": mark("Gaza"),
        "Asia/Hebron": mark("Hebron"),
        "Asia/Jerusalem": mark("Jerusalem"),
        "Asia/Baghdad": mark("Baghdad"),
        "Asia/Kuwait": mark("Kuwait"),
        "Asia/Riyadh": mark("Riyadh"),
        "Asia/Bahrain": mark("Manama"),
        "Asia/Qatar": mark("Doha"),
        "Asia/Dubai": mark("Dubai"),
        "Asia/Muscat": mark("Muscat"),
        "Asia/Aden": mark("Aden"),
        "Asia/Tehran": mark("Tehran"),
        "Europe/Istanbul": mark("Istanbul"),
        "Asia/Nicosia": mark("Nicosia"),
        "Asia/Tbilisi": mark("Tbilisi"),
        "Asia/Yerevan": mark("Yerevan"),
        "Asia/Baku": mark("Baku"),
        "Asia/Kabul": mark("Kabul"),
        "Asia/Tashkent": mark("Tashkent"),
        "Asia/Almaty": mark("Almaty"),
        "Asia/Karachi": mark("Karachi"),
        "Asia/Kolkata": mark("Delhi"),
        "Asia/Colombo": mark("Colombo"),
        "Asia/Kathmandu": mark("Kathmandu"),
        "Asia/Dhaka": mark("Dhaka"),
        "Asia/Yangon": mark("Yangon"),
        "Asia/Bangkok": mark("Bangkok"),
        "Asia/Jakarta": mark("Jakarta"),
        "Asia/Kuala_Lumpur": mark("Kuala Lumpur"),
        "Asia/Manila": mark("Manila"),
        "Asia/Tokyo": mark("Tokyo"),
        "Africa/Dakar": mark("Dakar"),
        "Africa/Bamako": mark("Bamako"),
        "Africa/Accra": mark("Accra"),
        "Africa/Lagos": mark("Lagos"),
        "Africa/Ndjamena": mark("N'Djamena"),
        "Africa/Kampala": mark("Kampala"),
        "Africa/Nairobi": mark("Nairobi"),
        "Africa/Addis_Ababa": mark("Addis Ababa"),
        "Africa/Asmara": mark("Asmara"),
        "Africa/Dar_es_Salaam": mark("Dar es Salaam"),
        "Africa/Johannesburg": mark("Johannesburg"),
        "Europe/Lisbon": mark("Lisbon"),
        "Europe/London": mark("London"),
        "Europe/Paris": mark("Paris"),
        "Europe/Berlin": mark("Berlin"),
        "Europe/Athens": mark("Athens"),
        "Europe/Moscow": mark("Moscow"),
        "America/Sao_Paulo": mark("São Paulo"),
        "America/Argentina/Buenos_Aires": mark("Buenos Aires"),
        "America/Santiago": mark("Santiago"),
        "America/Bogota": mark("Bogota"),
        "America/St_Johns": mark("St. John's"),
        "America/Halifax": mark("Halifax"),
        "America/New_York": mark("New York"),
        "America/Chicago": mark("Chicago"),
        "America/Mexico_City": mark("Mexico City"),
        "America/Denver": mark("Denver"),
        "America/Los_Angeles": mark("Los Angeles"),
        "America/Anchorage": mark("Anchorage"),
        "Pacific/Honolulu": mark("Honolulu"),
        "Pacific/Pago_Pago": mark("Pago Pago"),
        "Australia/Adelaide": mark("Adelaide"),
        "Australia/Sydney": mark("Sydney"),
        "Pacific/Auckland": mark("Auckland"),
        "Pacific/Kiritimati": mark("Kiritimati"),
    },
)


@functools.lru_cache(maxsize=16)
def _zone(name: str) -> datetime.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.UTC


def is_known(name: str) -> bool:
    """Say whether this machine knows a time zone; one that does not shows universal time."""
    return name == USUAL or _zone(name) is not datetime.UTC


def chosen(db: Connection) -> str:
    """Return the time zone of this group, for everybody the same."""
    return setting_text(db, SETTING, USUAL)


def at(zone: str, day: int, quarter: int) -> int:
    """Return the quarter since 1970 at which the clocks of a zone show a time of a day, in quarters since midnight.

    Of an hour that comes twice it is the first one: people are looked for too early rather than too late. In an hour that is
    left out it is as long after midnight as was said.
    """
    shown = datetime.datetime.combine(to_date(day), datetime.time()) + datetime.timedelta(seconds=quarter * _QUARTER)
    return int(shown.replace(tzinfo=_zone(zone)).timestamp()) // _QUARTER


def shown(zone: str, quarter: int) -> tuple[int, int]:
    """Return the day and the time, in quarters since midnight, that the clocks of a zone show."""
    moment = datetime.datetime.fromtimestamp(quarter * _QUARTER, _zone(zone))
    return from_date(moment.date()), (moment.hour * 60 + moment.minute) // 15


def later(zone: str, quarter: int, days: int) -> int:
    """Return the same time by the clocks of a zone so many days later."""
    day, time = shown(zone, quarter)
    return at(zone, day + days, time)


__all__ = ["SETTING", "USUAL", "ZONES", "at", "chosen", "is_known", "later", "shown"]
