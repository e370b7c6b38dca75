"""Secrets as words that people can say, write down and remember.

Two frozen lists of 2048 words (``nasij/words/``, see the README there) give 11 bits a word:

```
bytes   1011 0010 111 | 0 0101 1100 11 | 01 …        most significant bit first
words     place 1431      place 371       …          in the sorted list of one language; bits left over are not spoken
```

Words are compared in folded form (`nasij.text.fold`), so that hamza, diacritics, case and spacing do not matter. A passphrase
goes into key derivation in the same form; its strength is judged on that form too, because that is what would be guessed.
"""

import math
import re
import secrets
from functools import cache
from importlib import resources

from zxcvbn import zxcvbn

from nasij.text import fold

LANGUAGES = ("ar", "en")
BITS_A_WORD = 11
LIST_SIZE = 1 << BITS_A_WORD
PASSPHRASE_WORDS = 6  # 66 bits: beyond what memory-hard guessing can try
TEXT_MAX = 2000

# How many tries a passphrase must withstand, as a power of ten. At half a second and 256 MiB a try (`seal.primitives`)
# that is 16,000 years of one core.
DECADES_LEAST = 12.0
_LETTERS_LEAST = 10
_ZXCVBN_MAX = 72  # its time grows with the square of the length; what comes after can only make it stronger
_DECADES_A_BIT = math.log10(2)
_OWN_LIST_BITS = 11  # a word of our list
_OTHER_BITS_MOST = 8  # any other word in a script whose common words zxcvbn does not know
_BITS_A_LETTER = 2

_WORD = re.compile(r"[^\W\d_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

# What many people would choose, in folded form; it counts for nothing wherever it stands in a passphrase.
_FAMOUS = (
    "بسم الله الرحمن الرحيم",
    "لا حول ولا قوه الا بالله",
    "لا اله الا الله",
    "محمد رسول الله",
    "الحمد لله رب العالمين",
    "السلام عليكم ورحمه الله وبركاته",
    "السلام عليكم",
    "استغفر الله العظيم",
    "سبحان الله وبحمده",
    "قل هو الله احد",
    "قل اعوذ برب",
    "ابانا الذي في السماوات",
    "ان شاء الله",
    "ما شاء الله",
    "توكلت علي الله",
    "الله اكبر",
    "في امان الله",
    "صباح الخير",
    "مساء الخير",
    "كلمه السر",
    "كلمه المرور",
    "عباره المرور",
    "افتح يا سمسم",
    "كان يا ما كان",
    "في قديم الزمان",
    "الصبر مفتاح الفرج",
    "من جد وجد ومن زرع حصد",
    "اذا الشعب يوما اراد الحياه",
    "فلا بد ان يستجيب القدر",
    "قفا نبك من ذكري حبيب ومنزل",
    "الخيل والليل والبيداء تعرفني",
    "علي هذه الارض ما يستحق الحياه",
    "بلادي بلادي بلادي",
    "موطني موطني",
    "correct horse battery staple",
    "open sesame",
    "once upon a time",
    "to be or not to be",
    "the quick brown fox jumps over the lazy dog",
)


def mark(message: str) -> str:
    """Mark a message for translation. `kit.field` has the same; this package may not import it."""
    return message


GOOD = mark("This passphrase is strong enough.")
TOO_SHORT = mark("This passphrase is too short.")
REPEATED = mark("This passphrase repeats itself.")
OWN_NAME = mark("This passphrase leans on a name that others know.")
FAMOUS = mark("Many people would think of these words.")
GUESSABLE = mark("This passphrase could be guessed by a patient machine.")
ADVICE = mark(
    "Six words drawn by the machine are strong and easy to keep. A sentence that nobody else has ever said is good too."
)
ADVICE_REPEATED = mark("Words that are all different count; the same one again does not.")
ADVICE_OWN = mark("Names, places and dates of your life and of the network are tried first.")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 2048 words of a language (``ar`` or ``en``), in their order; raises `ValueError` for another language."""
    if language not in LANGUAGES:
        raise ValueError(language)
    raw = resources.files("nasij").joinpath("words", f"{language}.txt").read_text("utf-8")
    words = tuple(raw.split())
    if len(words) != LIST_SIZE:
        raise AssertionError("a word list is damaged")
    return words


@cache
def _places(language: str) -> dict[str, int]:
    return {fold(word): place for place, word in enumerate(word_list(language))}


def passphrase(language: str, count: int = PASSPHRASE_WORDS) -> str:
    """Return `count` words drawn by chance, with spaces between: 11 bits each, 66 bits for six."""
    return " ".join(secrets.choice(word_list(language)) for _ in range(count))


def speak(raw: bytes, language: str, count: int) -> list[str]:
    """Return the first ``11 * count`` bits of `raw` as words, most significant bit first; raises `ValueError` if too few."""
    spare = 8 * len(raw) - BITS_A_WORD * count
    if spare < 0 or count < 1:
        raise ValueError(count)
    number = int.from_bytes(raw, "big") >> spare
    words = word_list(language)
    return [words[number >> BITS_A_WORD * (count - 1 - i) & LIST_SIZE - 1] for i in range(count)]


def unspeak(words: list[str]) -> bytes:
    """Return the bytes of words in canonical form, filled with zero bits to whole bytes; the way back from `speak`.

    Twelve words are 132 bits, so 17 bytes with four zero bits at the end. Raises `ValueError` for words of no list.
    """
    language = _language(words)
    if language is None:
        raise ValueError(len(words))
    number = 0
    for word in words:
        number = number << BITS_A_WORD | _places(language)[fold(word)]
    size = (BITS_A_WORD * len(words) + 7) // 8
    return (number << 8 * size - BITS_A_WORD * len(words)).to_bytes(size, "big")


def _language(words: list[str]) -> str | None:
    for language in LANGUAGES:
        if words and all(fold(word) in _places(language) for word in words):
            return language
    return None


def _bare(word: str, places: dict[str, int]) -> str:
    """Take off the definite article somebody has put on; no word of the list begins with those letters."""
    return word[2:] if word not in places and word.startswith("ال") else word


def read_words(text: str) -> list[str] | None:
    """Return what somebody typed as words of one list, in the list's spelling; None if one of them is in no list.

    Extra spaces, punctuation, numbering, diacritics, letter variants, case and the Arabic article are forgiven.
    """
    if len(text) > TEXT_MAX:
        return None
    typed = _WORD.findall(fold(text))
    for language in LANGUAGES:
        places = _places(language)
        bare = [_bare(word, places) for word in typed]
        if bare and all(word in places for word in bare):
            return [word_list(language)[places[word]] for word in bare]
    return None


def normal(passphrase: str) -> bytes:
    """Return a passphrase as it goes into key derivation: NFKD, folded letters, digits and case, single spaces, UTF-8."""
    return fold(passphrase).encode("utf-8", "ignore")


def strength(passphrase: str, own_words: list[str]) -> tuple[bool, str, str]:
    """Judge a passphrase: whether it is accepted, the reason, and what one can do (message ids, "" where good).

    `own_words` are what others know: the room's name, the alias, the network. Accepted from 10^12 guesses on: zxcvbn's
    estimate for Latin letters, digits and signs; for other scripts 11 bits for each different word of our list, less for
    other words. The text itself is never kept.
    """
    text = normal(passphrase).decode()
    own = sorted({word for name in own_words for word in _WORD.findall(fold(name)) if len(word) >= 3})
    plain, known = _without_famous(text)
    words = plain.split()
    if len(text.replace(" ", "")) < _LETTERS_LEAST:
        return False, TOO_SHORT, ADVICE
    if _decades(list(dict.fromkeys(words)), own) >= DECADES_LEAST:
        return True, GOOD, ""
    if known:
        return False, FAMOUS, ADVICE
    if len(set(words)) * 2 <= len(words) or len(set(text) - {" "}) <= 4:
        return False, REPEATED, ADVICE_REPEATED
    if any(name in text for name in own):
        return False, OWN_NAME, ADVICE_OWN
    return False, GUESSABLE, ADVICE


def _without_famous(text: str) -> tuple[str, bool]:
    kept = text
    for phrase in _FAMOUS:
        kept = kept.replace(phrase, " ")
    return kept, kept != text


def _decades(words: list[str], own: list[str]) -> float:
    """Return how many tries different words would take, as a power of ten."""
    latin = " ".join(" ".join(_NOT_ASCII.sub(" ", word) for word in words).split())
    other = {piece for word in words for run in _NOT_ASCII.findall(word) for piece in _WORD.findall(run)}
    decades = sum(_bits(piece, own) for piece in sorted(other)) * _DECADES_A_BIT
    if latin:
        decades += float(zxcvbn(latin[:_ZXCVBN_MAX], user_inputs=own)["guesses_log10"])
    return decades


def _bits(word: str, own: list[str]) -> int:
    if any(name in word for name in own):
        return 0
    if _bare(word, _places("ar")) in _places("ar"):
        return _OWN_LIST_BITS
    return min(_OTHER_BITS_MOST, _BITS_A_LETTER * len(set(word)))
