"""What a search finds: which columns of an area's tables hold people's words, and which page shows them.

Nothing is indexed: a search reads the view once, in the letters that people typed, with one pattern that accepts every way of
writing each letter. Reading costs less than two microseconds a row and leaves nothing behind, in memory or elsewhere.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.text import clean, sought

LENGTH_MAX = 100
LETTERS_LEAST = 2
STEM_LEAST = 3  # a shorter rest of a word stands in too many others
EACH_MAX = (
    60  # rows of one table: nobody reads further, and a word that is everywhere is best searched with a second one
)
MORE = "…"
AROUND = 60  # characters shown before and behind what was found

# Scripts that people here write in, and every block with other forms of their letters. Ideographs have no other forms.
_BLOCKS = ((0x20, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1EE00, 0x1EF00))
_ARTICLE = re.compile("^[وف]?(?:[بك]?ال|لل)")
_LEAD = re.compile("[وف]?(?:[بك]?ال|لل|[بكل])?")  # what may be written together with a word: and, so, in, as, for, the
_NO_LETTERS = "\u0640\u0621"  # what only makes a word longer, and the bare hamza
_GAP = rf"(?:(?!\s)[\W{_NO_LETTERS}])*"  # marks and joiners too; it takes more than what is nothing, so a second look follows
BEFORE_MAX = 12
_TOO_SHORT = mark("Please write at least two letters of a word.")
_TOO_LONG = mark("This is too long. At most %(count)d characters fit here.")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search finds the rows of a table: the pages that may show them, and the columns of people's words, the title first.

    `at` are paths with columns in their braces. A row is only ever shown to somebody if the first of these pages that they
    may open shows them the words; so what stands here says where to look, never who may.
    """

    table: str  # or the table with what it is joined to, its own name first
    at: str
    words: str
    called: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that holds the words, not yet seen on a page of whoever looks; most are never looked at, so nothing is cut out before."""

    line: Found
    wanted: "Wanted"
    said: tuple[str, ...]
    record: Mapping[str, str]
    audience: str
    over: bool
    whole: bool
    turn: int  # among those of its kind that are as good

    @property
    def called(self) -> str:
        """What such a thing is called."""
        return self.line.called

    @property
    def at(self) -> tuple[str, ...]:
        """The pages that may show it."""
        return tuple(path.format_map(self.record) for path in self.line.at.split())

    @property
    def title(self) -> str:
        """The beginning of its first words."""
        return _short(self.said[0])

    @property
    def excerpts(self) -> tuple[str, ...]:
        """What stands around the words that were looked for: of each text that holds any, and of those with most first."""
        return _excerpts(self.said, self.wanted)


class Word:
    """One word that somebody looks for, found in any form of its letters, with or without the article."""

    def __init__(self, word: str) -> None:
        """Take a word as `sought` returns it."""
        self.stem = _ARTICLE.sub("", word, count=1) or word
        self.lead = word[: len(word) - len(self.stem)]
        others, several = _forms()
        first, *rest = (_ranges(letter + others.get(letter, "")) for letter in self.stem)
        letters = "".join(f"{_GAP}[{letter}]" for letter in rest)
        # One set of signs stands first: with a choice there, each place of a text takes ten times as long.
        self.pattern = re.compile(f"[{first}{several}](?:(?<=[{first}])(?P<letters>{letters})|(?<![{first}]))")

    def find(self, text: str) -> tuple[int, int]:
        """Return how well a text holds this word (0 not at all, 1 inside of another, 2 by itself) and where it begins."""
        best = (0, 0)
        for match in self.pattern.finditer(text):
            if match.lastgroup is None:  # one sign that stands for several letters
                return self.find(sought(text))[0], 0
            begin, end = match.span()
            if end - begin != len(self.stem) and sought(match[0]) != self.stem:
                continue
            before = _before(text, begin)
            if _LEAD.fullmatch(before) and not _goes_on(text, end):
                return 2, begin
            if len(self.stem) >= STEM_LEAST or before.endswith(self.lead):
                best = best if best[0] else (1, begin)
        return best


def _before(text: str, place: int) -> str:
    """Return what is written together with what begins at a place of a text, as far as an article and its like reach."""
    begin = place
    while (
        begin and place - begin < BEFORE_MAX and (text[begin - 1].isalnum() or unicodedata.combining(text[begin - 1]))
    ):
        begin -= 1
    return sought(text[begin:place]) if begin < place else ""


def _goes_on(text: str, place: int) -> bool:
    """Say whether a word goes on at a place of a text; marks are no letters."""
    while place < len(text) and (unicodedata.combining(text[place]) or text[place] in _NO_LETTERS):
        place += 1
    return text[place : place + 1].isalnum()


@functools.cache
def _forms() -> tuple[dict[str, str], str]:
    """Return the other forms of each letter, and the signs that stand for several, as they stand in a pattern's brackets."""
    others: dict[str, str] = {}
    several = ""
    for letter in (chr(n) for begin, end in _BLOCKS for n in range(begin, end)):
        plain = sought(letter)
        if len(plain) == 1 and plain != letter:
            others[plain] = others.get(plain, "") + letter
        elif plain != letter and any(map(str.isalnum, plain)):
            several += letter
    return others, _ranges(several)


def _ranges(letters: str) -> str:
    """Return letters as they stand in a pattern's brackets, those in a row as one: a pattern is made anew for each search."""
    runs: list[list[int]] = []
    for n in sorted(map(ord, letters)):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return "".join(f"\\U{begin:08x}-\\U{end:08x}" for begin, end in runs)


class Wanted:
    """The words that somebody looks for."""

    def __init__(self, words: str) -> None:
        """Take words as they were typed; raises `Malformed` where there is nothing to look for, or too much."""
        if len(words) > LENGTH_MAX:
            raise Malformed(_TOO_LONG, field="words", count=LENGTH_MAX)
        found = list(dict.fromkeys(re.findall(r"\w+", sought(clean(words, lines=False)))))
        if max(map(len, found), default=0) < LETTERS_LEAST:
            raise Malformed(_TOO_SHORT, field="words")
        self.words = [Word(word) for word in found]
        self._may_hold = [word.pattern.search for word in self.words]

    def rank(self, text: str) -> int:
        """Say how well a text holds all the words: 0 not at all, 1 inside of others, 2 each by itself."""
        for may_hold in self._may_hold:  # most texts end here, so this is what a search costs
            if may_hold(text) is None:
                return 0
        return min(word.find(text)[0] for word in self.words)

    def held(self, text: str) -> list[int]:
        """Return where those of the words begin that a text holds, in the order in which they are looked for."""
        return [place for rank, place in (word.find(text) for word in self.words) if rank]


def candidates(db: Connection, lines: Iterable[Found], wanted: Wanted) -> list[Candidate]:
    """Return the rows that hold the words: words of their own first, then what is open, and of each kind one after another."""
    db.create_function("rank_of", 1, wanted.rank, deterministic=True)
    turns: Counter[tuple[str, bool, bool]] = Counter()
    try:
        found = [one for line in lines for one in _rows(db, line, wanted, turns)]
    finally:
        db.create_function("rank_of", 1, None)
    return sorted(found, key=lambda one: (not one.whole, one.over, one.turn))


def _rows(db: Connection, line: Found, wanted: Wanted, turns: Counter[tuple[str, bool, bool]]) -> Iterator[Candidate]:
    table, words = line.table.split()[0], line.words.split()
    where = sorted(set(re.findall(r"{(\w+)}", line.at)))
    text = " || char(10) || ".join(words)
    rows = db.execute(
        f"select rank_of({text}) as fits, {table}.audience, {table}.closed_on, {', '.join([*words, *where])}"
        f" from {line.table} where fits > 0 order by fits desc, {table}.closed_on > 0, {table}.closed_on desc"
        f" limit {EACH_MAX}"
    ).fetchall()
    for fits, audience, closed_on, *values in rows:
        whole, over = fits > 1, closed_on > 0
        turns[line.called, whole, over] += 1
        yield Candidate(
            line=line,
            wanted=wanted,
            said=tuple(values[: len(words)]),
            record=dict(zip(where, values[len(words) :], strict=True)),
            audience=audience,
            over=over,
            whole=whole,
            turn=turns[line.called, whole, over],
        )


def _short(text: str) -> str:
    """Return a text's first line, as far as a line reaches."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 2 * AROUND else line[: 2 * AROUND].rsplit(" ", 1)[0] + MORE


def _excerpts(texts: Iterable[str], wanted: Wanted) -> tuple[str, ...]:
    """Return what stands around one of the words, in each text that holds any."""
    held = sorted(((wanted.held(text), text) for text in texts), key=lambda one: -len(one[0]))
    return tuple(_around(text, places[0]) for places, text in held if places)


def _around(text: str, place: int) -> str:
    """Return the words around a place in a text, on one line, whole words only where there are any."""
    begin, end = max(0, place - AROUND), place + 2 * AROUND
    shown = text[begin:end]
    if begin and " " in shown[:AROUND]:
        shown = MORE + shown.split(" ", 1)[1]
    if end < len(text) and " " in shown[AROUND:]:
        shown = shown.rsplit(" ", 1)[0] + MORE
    return " ".join(shown.split())
