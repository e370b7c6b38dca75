"""Amounts are whole minor units, read as people type them and never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasij.errors import Malformed
from nasij.kit import money


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("١٢٫٥", "USD", 1250),
        ("12,5", "EUR", 1250),
        ("1,250", "USD", 125000),
        ("1,250.75", "USD", 125075),
        ("١٬٢٥٠", "USD", 125000),
        ("1.250", "JOD", 1250),
        ("0.005", "TND", 5),
        ("7.00", "JPY", 7),
        (" 3 000 ", "XOF", 3000),
        ("3\u00a0000.5", "USD", 300050),
        ("۳", "USD", 300),
        ("٣٫٥", "USD", 350),
        ("٣،٥", "USD", 350),
        ("٣٬٥", "USD", 350),
        ("\u200f٣٫٥\u200f", "USD", 350),
        ("1 250,50", "EUR", 125050),
        ("1\u202f250", "EUR", 125000),
        ("١٬٢٥٠٫٥", "USD", 125050),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, currency: str, minor: int) -> None:
    assert money.read(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "-3",
        "1e5",
        "12.505",
        "ten",
        "1.2.3",
        "NaN",
        "9" * 30,
        "+5",
        "0x10",
        "٫",
        "1,2,3",
        "½",
        "1,250,5",
        "20 30",
        "5 6",
        "1 20",
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence_and_its_field(typed: str) -> None:
    with pytest.raises(Malformed) as caught:
        money.read(typed, "USD", "least")
    assert caught.value.field == "least"
    assert caught.value.sentence


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "more than nothing"),
        ("٠٫٠٠", "more than nothing"),
        ("-٣", "more than nothing"),
        ("\u22125", "more than nothing"),
        ("1" + "0" * 30, "larger than any fund"),
        ("0.001", "at most"),
        ("3 JOD 4 EUR", "without its currency"),
        ("١٠ دينار", "without its currency"),
        ("3 4", "not an amount"),
    ],
)
def test_the_sentence_says_what_is_the_matter(typed: str, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        money.read(typed, "USD")


@pytest.mark.parametrize("typed", ["", " ", "0", "٠", "0.00", "٠٫٠"])
def test_nothing_is_an_amount_where_it_may_be(typed: str) -> None:
    assert money.read_or_nothing(typed, "USD") == 0


@pytest.mark.parametrize("typed", [".", ",", "٫", "-0", "0 0", "-5", "nothing"])
def test_what_is_neither_nothing_nor_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(Malformed) as caught:
        money.read_or_nothing(typed, "USD", "counted")
    assert caught.value.field == "counted"


@given(minor=st.integers(1, money.AMOUNT_MAX), currency=st.sampled_from(["USD", "JOD", "JPY"]))
def test_what_is_shown_is_read_again(minor: int, currency: str) -> None:
    assert money.read(money.shown(minor, currency), currency) == minor


@given(minor=st.integers(1, money.AMOUNT_MAX))
def test_a_band_holds_its_amount_and_is_not_narrow(minor: int) -> None:
    least, most = money.band(minor)
    assert least <= minor < most
    assert most >= 2 * least


def test_less_than_nothing_is_shown_with_its_sign() -> None:
    assert money.shown(-1250, "USD") == "-12.50"
    assert money.shown(-5, "JPY") == "-5"
    assert money.shown(-5, "KWD") == "-0.005"


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (1_234_567, "JOD", "1,234.567 JOD"),
        (-1_000_000_00, "USD", "-1,000,000.00 USD"),
        (-150, "JOD", "-0.150 JOD"),
        (0, "EUR", "0.00 EUR"),
        (12_000, "JPY", "12,000 JPY"),
        (999_99, "EUR", "999.99 EUR"),
    ],
)
def test_amounts_are_shown_with_their_thousands_apart_and_read_back_the_same(
    minor: int, currency: str, words: str
) -> None:
    assert money.said(minor, currency) == words
    if minor > 0:
        assert money.read(words.removesuffix(f" {currency}"), currency) == minor
