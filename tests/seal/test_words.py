"""Words: the lists are what they promise, bytes and words are the same thing, weak passphrases are refused with a reason."""

import hashlib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasij.seal import words
from nasij.text import fold

DIGESTS = {
    "ar": "4f104de37f24d232d6b7573a6a7e0adf431b6ffe12c841ef988bb8c0d044ced4",
    "en": "eebdb7ec8bd8d772cb385390b206cabf434463fe86e76c2297831ca70739e822",
}
both = pytest.mark.parametrize("language", words.LANGUAGES)


@both
def test_the_lists_are_frozen(language):
    raw = resources.files("nasij").joinpath("words", f"{language}.txt").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGESTS[language]


@both
def test_a_list_has_2048_short_words_that_stay_different_when_folded(language):
    found = words.word_list(language)
    assert len(found) == 2048
    assert list(found) == sorted(found)
    assert len({fold(word) for word in found}) == 2048
    assert all(3 <= len(word) <= 7 for word in found)


def test_no_arabic_word_begins_like_the_article():
    assert not [word for word in words.word_list("ar") if fold(word).startswith("ال")]


def test_the_two_lists_share_no_word():
    assert not {fold(w) for w in words.word_list("ar")} & {fold(w) for w in words.word_list("en")}


CONFUSED = ["تط", "سصث", "دضذ", "ذزظ", "قكغ", "حهخ", "عاغ", "بتثن", "جحخ", "رز", "سش", "صض", "طظ", "فق"]


def test_no_two_arabic_words_differ_only_by_one_confused_letter():
    pairs = {(a, b) for group in CONFUSED for a in group for b in group if a != b}
    folded = {fold(word) for word in words.word_list("ar")}
    swapped = {
        (word, word[:i] + b + word[i + 1 :]) for word in folded for i, c in enumerate(word) for a, b in pairs if a == c
    }
    assert not [pair for pair in swapped if pair[1] in folded]


def test_a_language_without_a_list_is_an_error():
    with pytest.raises(ValueError, match="fr"):
        words.word_list("fr")


@both
def test_a_passphrase_has_six_words_of_the_list_and_is_accepted(language):
    for _ in range(40):
        made = words.passphrase(language)
        assert words.read_words(made) == made.split()
        assert len(made.split()) == 6
        if len(set(made.split())) == 6:
            assert words.strength(made, ["سامر", "house"])[0], made


@both
def test_passphrases_differ(language):
    assert len({words.passphrase(language) for _ in range(50)}) == 50


@given(raw=st.binary(min_size=17, max_size=17), language=st.sampled_from(words.LANGUAGES))
def test_bytes_survive_being_spoken(raw, language):
    spoken = words.speak(raw, language, 12)
    kept = raw[:16] + bytes([raw[16] & 0xF0])
    assert words.unspeak(spoken) == kept
    assert words.read_words(" ".join(spoken)) == spoken


def test_what_is_spoken_never_changes():
    raw = bytes(range(100, 117))
    assert " ".join(words.speak(raw, "en", 5)) == "hike coal peachy sport pancake"
    assert " ".join(words.speak(raw, "ar", 5)) == "زوايا تعلم غلاية مسارح عين"
    assert words.speak(b"\0\0\0\0\0\0\0", "en", 5) == [words.word_list("en")[0]] * 5
    assert words.speak(b"\xff" * 7, "ar", 5) == [words.word_list("ar")[-1]] * 5
    assert words.speak(b"\x00\x20", "en", 1) == [words.word_list("en")[1]]


def test_too_few_bytes_are_an_error():
    with pytest.raises(ValueError, match="2"):
        words.speak(b"\0\0", "en", 2)
    with pytest.raises(ValueError, match="0"):
        words.speak(b"\0\0", "en", 0)


def test_words_of_no_list_have_no_bytes():
    for wrong in ([], ["xyzzy"], [words.word_list("ar")[0], words.word_list("en")[0]]):
        with pytest.raises(ValueError, match=r"\d"):
            words.unspeak(wrong)


def test_words_are_read_however_they_are_written():
    assert words.read_words("  Acorn,\n ABOVE  - amber ") == ["acorn", "above", "amber"]
    assert words.read_words("1. acorn 2. above") == ["acorn", "above"]
    first = next(word for word in words.word_list("ar") if word.startswith("أ"))
    assert words.read_words(fold(first)) == [first]
    assert words.read_words("شَجَرَة، قمرـ") == ["شجرة", "قمر"]
    assert words.read_words("الشجره والقمر") is None
    assert words.read_words("الشجره القمر") == ["شجرة", "قمر"]


def test_words_of_no_list_or_of_two_lists_are_not_read():
    assert words.read_words("acorn xyzzy") is None
    assert words.read_words("acorn شجرة") is None
    assert words.read_words("") is None
    assert words.read_words("... 12 ...") is None
    assert words.read_words("acorn " * 1000) is None


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ("", words.TOO_SHORT),
        ("1234", words.TOO_SHORT),
        ("٢٥٨٠٤٧١٣", words.TOO_SHORT),
        ("password123!", words.GUESSABLE),
        ("qwertyuiop[]", words.GUESSABLE),
        ("12345678901234567890", words.GUESSABLE),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaa", words.REPEATED),
        ("قمر قمر قمر قمر قمر قمر", words.REPEATED),
        ("apple apple apple apple apple", words.REPEATED),
        ("شجرة قمر شجرة قمر شجرة قمر", words.REPEATED),
        ("بسم الله الرحمن الرحيم", words.FAMOUS),
        ("السّلامُ عليكم ورحمة الله وبركاته", words.FAMOUS),
        ("Correct Horse Battery Staple", words.FAMOUS),
        ("محمد أحمد ٢٠٠١", words.GUESSABLE),
        ("ضصثقفغعهخحج", words.GUESSABLE),
        ("أهلا يا نور العين", words.GUESSABLE),
        ("نسيجنا الجميل نسيجنا", words.OWN_NAME),
        ("nasijuna 2024", words.OWN_NAME),
    ],
)
def test_a_weak_passphrase_is_refused_with_its_reason(weak, reason):
    good, sentence, advice = words.strength(weak, ["نسيجنا", "Nasijuna", ""])
    assert not good
    assert sentence == reason
    assert advice


@pytest.mark.parametrize(
    "strong",
    [
        "شجرة قمر مفتاح نافذة قهوة سفينة",
        "الشجرة القمر المفتاح النافذة",
        "جدتي كانت تخبئ الليمون داخل جيب معطفها البنفسجي",
        "kT9$mQ2!xw7&Lp",
        "seven purple teapots argued near the lighthouse",
        "acorn lantern teapot violet",
    ],
)
def test_a_strong_passphrase_is_accepted(strong):
    assert words.strength(strong, ["نسيجنا"]) == (True, words.GOOD, "")


def test_a_very_long_passphrase_is_judged_quickly_and_accepted():
    assert words.strength("the lazy seven teapots of granite " * 200 + "x9!", [])[0]


def test_the_same_passphrase_from_another_keyboard_opens_the_same_lock():
    assert words.normal("  أهلاً   يا  سلمى ١٢٣ ") == words.normal("اهلا يا سلمي 123")
    assert words.normal("Ｔeapot  Violet") == b"teapot violet"
    assert words.normal("\ud800x") == b"x"
