"""Text as people type it: cleaning, the folds used for comparing and for searching, and digits of three scripts."""

import re
import unicodedata

# Marks that change what a reader sees without being seen themselves (Unicode TR 36); ZWNJ and ZWJ are needed by scripts.
_HIDDEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD], None
)
_JOINERS = dict.fromkeys([0x200C, 0x200D], None)
# Words of these characters with single spaces are clean as they stand; most text is, and every reader checks every text.
_WORD = "[!-~\u0621-\u063a\u0641-\u064a\u0660-\u0669\u060c\u061b\u061f]+"
_PLAIN = re.compile(f"{_WORD}(?: {_WORD})*")  # each character fits one way only, so a match costs one pass
_MARKS_IN_A_ROW_MAX = 4
_LETTERS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ھ": "ه",
        "ـ": None,
    }
)
_DIGITS = {ord(c): str(n) for script in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for n, c in enumerate(script)}
# What a search lets go besides: the bare hamza, letters of neighbouring scripts, Latin letters that do not come apart.
_SOUGHT = str.maketrans(
    {
        "ء": None,
        "ہ": "ه",
        "ە": "ه",
        "ے": "ي",
        "ێ": "ي",
        "ۆ": "و",
        "ڵ": "ل",
        "ڕ": "ر",
        "ڪ": "ك",
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
    }
)
_DECIMAL = re.compile(r"[+-]?\d+")


def clean(text: str, *, lines: bool) -> str:
    """Return `text` as it is kept: NFC, no control or direction characters, no floods of marks, trimmed.

    With `lines`, line breaks and tabs stay; without, all white space becomes single spaces.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = text.encode("utf-8", "ignore").decode()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_HIDDEN)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C" or c in "\u200c\u200d")
    text = _thin_marks(unicodedata.normalize("NFC", text))  # after: what stood apart may compose now
    if lines:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def _thin_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for c in text:
        run = run + 1 if unicodedata.combining(c) else 0
        if run <= _MARKS_IN_A_ROW_MAX:
            kept.append(c)
    return "".join(kept)


def fold(text: str) -> str:
    """Return the form used to search and to compare names: look-alike and variant letters become one."""
    text = unicodedata.normalize("NFKD", text.translate(_HIDDEN).translate(_JOINERS)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.translate(_LETTERS).translate(_DIGITS).split())


def sought(text: str) -> str:
    """Return the form in which a search compares: `fold`, and what people leave out or write otherwise when they look for something."""
    return " ".join(fold(text).translate(_SOUGHT).split())


def latin_digits(text: str) -> str:
    """Return `text` with Arabic-Indic and Persian digits as 0 to 9."""
    return text.translate(_DIGITS)


def whole_number(text: str) -> int | None:
    """Read a whole number in any of the three digit scripts; None if it is not one."""
    plain = latin_digits(clean(text, lines=False)).replace("٬", "").replace(" ", "")
    return int(plain) if _DECIMAL.fullmatch(plain) and len(plain) <= 18 else None
