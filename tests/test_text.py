"""Text: what is kept, what is folded, and that the short way for plain words changes nothing."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nasij import text
from nasij.text import clean, fold, latin_digits, whole_number

LETTERS = st.text(alphabet="ab ءآأبيىة٣ ،.\n\t\u202e\u200b\u0301\u064b\u200c\ufefb", max_size=40)


@given(LETTERS, st.booleans())
def test_cleaning_twice_changes_nothing(words: str, lines: bool) -> None:
    assert clean(clean(words, lines=lines), lines=lines) == clean(words, lines=lines)


@given(LETTERS, st.booleans())
def test_the_short_way_gives_the_same(words: str, lines: bool) -> None:
    if text._PLAIN.fullmatch(words):
        long = unicodedata.normalize("NFC", words).translate(text._HIDDEN)
        assert clean(words, lines=lines) == " ".join(long.split()) == words


def test_nothing_hidden_stays() -> None:
    assert clean("a\u202eb\u2066c\u200bd\x00e\ud800f", lines=False) == "abcdef"
    assert clean("ا" + "\u064b" * 10_000, lines=False).count("\u064b") == 4
    assert clean(" a \r\n b  ", lines=True) == "a\n b"


def test_letters_that_look_alike_fold_together() -> None:
    assert fold("إيمان") == fold("ايمان")
    assert fold("مُحَمَّـد") == fold("محمد")
    assert fold("علي") == fold("على")
    assert fold("٣ Kilo") == "3 kilo"


def test_numbers_in_three_scripts() -> None:
    assert whole_number("٣٤") == whole_number("۳۴") == whole_number("34") == 34
    assert whole_number("3.5") is None
    assert whole_number("1" * 30) is None
    assert latin_digits("٢٠٢٦") == "2026"


def test_plain_words_are_told_in_one_pass() -> None:
    """A long text that is plain until its last character must not be tried in many ways."""
    assert clean("ab " * 20_000 + "\u064b", lines=False).startswith("ab ab")


def test_what_a_hidden_mark_kept_apart_is_composed() -> None:
    assert clean("a\u200b\u0301", lines=False) == "\u00e1"
