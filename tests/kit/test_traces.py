"""What leads to a person or an account is caught where many read, and dates and amounts are not."""

from typing import get_args, get_type_hints

import pytest

from nasij.areas import decisions, fund, grants
from nasij.errors import Malformed
from nasij.kit.field import Text
from nasij.kit.table import Keep
from nasij.kit.traces import leads_to_somebody

# Where a number belongs: an amount, that of a service that takes a call, of a law in the charter; and a word that repeats what was chosen.
WITH_NUMBERS = {
    ("NotThisTime", "words"),
    ("NeedAssessed", "alternatives"),
    ("CharterProposed", "charter"),
    ("CharterAmended", "charter"),
    ("ReceiptConfirmed", "code_word"),
    ("AskDrafted", "amount"),
    ("SettingProposed", "numbers"),
}
SHORT = 40  # shorter than this are currencies and codes


@pytest.mark.parametrize(
    "text",
    [
        "اتصلوا على ٠٧٩ ١٢٣ ٤٥٦٧",
        "۰۷۹۱۲۳۴۵۶۷",
        "my number: 0791234567",
        "+961 70 123 456",
        "03-123456 in the evening",
        "(030) 901820 or later",
        "079.123.45.67",
        "JO94 CBJO 0010 0000 0000 0131 0003 02",
        "de89370400440532013000",
        "account 1234567",
        "a.b@c.org",
        "write to @huda_x",
        "see https://example.org",
        "t.me/abc",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    ],
)
def test_what_leads_to_somebody_is_found_in_any_digits(text: str) -> None:
    assert leads_to_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "before 2026-11-24, or on 24/11/2026 at 10:30",
        "قبل ٢٤/١١/٢٠٢٦",
        "1,200,000 LBP, that is ١٬٢٠٠٬٠٠٠",
        "90 000 000 or 2.500.000 or 5000000",
        "rent 450.500 JOD for 3 people, room 4",
        "from 10 to 12 in 2026",
        "request 4k7d-9m2q-tczg-z9a2, that is tc62ecmq49pkz57h",
        "law 10/1995, article 534",
    ],
)
def test_dates_amounts_and_codes_are_left_alone(text: str) -> None:
    assert not leads_to_somebody(text)


def test_a_traceless_field_refuses_it_with_a_sentence_and_advice() -> None:
    field = Text(length_max=80, traceless=True, keep=Keep.SHORT)
    with pytest.raises(Malformed, match="leads to a person") as caught:
        field.read(["send it to 0791234567"])
    assert "face to face" in caught.value.advice
    assert field.read(["send it before 2026-11-24"]) == "send it before 2026-11-24"


def test_no_words_about_money_or_decisions_take_a_number_that_leads_to_somebody() -> None:
    open_ones = set()
    for area in (fund.AREA, grants.AREA, decisions.AREA):
        for line in area.facts:
            for name, hint in get_type_hints(line.cls, include_extras=True).items():
                for field in get_args(hint)[1:]:
                    long = isinstance(field, Text) and not field.hidden and field.length_max >= SHORT
                    if long and not field.traceless:
                        open_ones.add((line.cls.__name__, name))
    assert open_ones == WITH_NUMBERS
