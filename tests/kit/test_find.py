"""What a search finds in the tables of the areas, in whatever letters it was written and is looked for."""

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasij.areas import AREAS
from nasij.errors import Malformed
from nasij.gate import all_areas
from nasij.ids import id_from
from nasij.kit.area import Area
from nasij.kit.fact import fields_of
from nasij.kit.field import Choice, Text
from nasij.kit.find import AROUND, EACH_MAX, LENGTH_MAX, Candidate, Found, Wanted, candidates
from nasij.kit.table import Says, Table
from nasij.node import view
from nasij.text import sought
from nasij.web.look import Look
from nasij.web.words import Words

ALL = all_areas()
TABLES = {table.name: table for table in ALL.tables()}
FOUND = [(area, line) for area in AREAS for line in area.found]
# What people write of letters that are looked for as one: forms, marks, joiners, digits, ligatures, cases, accents.
FORMS = (
    ("أمل", "امل"), ("إيمان", "ايمان"), ("آمال", "امال"), ("ٱسم", "اسم"), ("منى", "مني"), ("مدرسة", "مدرسه"),
    ("مسؤول", "مسوول"), ("رئيس", "رييس"), ("شيء", "شئ"), ("سماء", "سما"), ("مُحَمَّدٌ", "محمد"), ("مـحـمـد", "محمد"),
    ("کتاب", "كتاب"), ("علی", "علي"), ("ہمسایہ", "همسايه"), ("ﺣﻠﻴﺐ", "حليب"), ("ﺳﻼﻡ", "سلام"), ("می\u200cروم", "ميروم"),
    ("١٢٣", "123"), ("۱۲۳", "123"), ("Ｍｉｌｋ", "milk"), ("CAFÉ", "cafe"), ("Łódź", "lodz"), ("straße", "STRASSE"),
    ("ﬁne", "fine"), ("İzmir", "izmir"), ("Øre", "ore"),
)  # fmt: skip
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
OTHERS: dict[str, str] = {}
for n in (*range(0x21, 0x3400), *range(0xFB00, 0xFF00)):
    if len(sought(chr(n))) == 1 and unicodedata.normalize("NFC", chr(n)) == chr(n):
        OTHERS[sought(chr(n))] = OTHERS.get(sought(chr(n)), "") + chr(n)


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_each_form_finds_the_other(one: str, other: str) -> None:
    assert sought(one) == sought(other)
    for text, typed in ((one, other), (other, one)):
        assert Wanted(typed).rank(f"قبل {text} end") == 2, (text, typed)
        assert Wanted(typed).rank(f"xx{text}xx") == 1, (text, typed)


@given(st.text(max_size=40))
def test_what_is_sought_stays_as_it_is_when_it_is_sought_again(text: str) -> None:
    assert sought(sought(text)) == sought(text)


@given(st.data())
def test_any_word_in_any_form_of_its_letters_finds_any_other_form_of_it(data: st.DataObject) -> None:
    word = data.draw(st.text(alphabet=LETTERS + "abcdefgsoi019", min_size=2, max_size=8))
    marks = st.sampled_from(["", "", "\u064b", "\u0651\u064e", "\u0640", "\u200c"])

    def written() -> str:
        return "".join(data.draw(st.sampled_from(OTHERS[letter])) + data.draw(marks) for letter in word)

    text, typed = f"قال {written()} ثم and", written()
    assert Wanted(typed).rank(text) > 0, (ascii(text), ascii(typed))


def test_the_article_and_what_is_written_with_a_word_make_no_difference() -> None:
    for typed in ("حليب", "الحليب", "والحليب", "بالحليب", "للحليب"):
        for text in ("حليب", "الحليب", "وحليب", "بالحليب", "للحليب", "ولحليب"):
            assert Wanted(typed).rank(f"قبل {text}، بعد") == 2, (typed, text)
    assert Wanted("الأم").rank("أم وطفل") == 2
    assert Wanted("الأم").rank("أمام الباب") == 0, "two letters are no word that stands in others"
    assert Wanted("الأم").rank("الأمان") == 1
    assert Wanted("الله").rank("والله") == 2


def test_all_words_must_be_there_in_any_order() -> None:
    assert Wanted("milk bread").rank("Bread, and then milk.") == 2
    assert Wanted("milk bread").rank("breadmilk") == 1
    assert Wanted("milk bread").rank("bread") == 0


@pytest.mark.parametrize("typed", ["", "   ", "a", "ا", "ًٌَُ", "\u202e\u2066", "!?", "a b c", "ـــ", "\x00"])
def test_what_is_no_word_gets_a_sentence(typed: str) -> None:
    with pytest.raises(Malformed, match="two letters"):
        Wanted(typed)


def test_what_is_too_long_gets_a_sentence() -> None:
    with pytest.raises(Malformed, match="too long"):
        Wanted("x" * 10_000)
    Wanted("ab " * (LENGTH_MAX // 3))


def test_an_override_does_not_hide_a_word() -> None:
    assert Wanted("mi\u202elk").rank("milk") == 2


# --- tables of the areas --------------------------------------------------------------------------------------------------


def written(line: Found, column: str, words: str, n: int = 1, **more: object) -> list[Candidate]:
    """Put one row into the tables of a line, with words in one column, and look for them."""
    db = view.create(ALL)
    for name in dict.fromkeys(name for name in re.findall(r"\w+", line.table) if name in TABLES):
        table = TABLES[name]
        row: dict[str, object] = {
            key: id_from(bytes([n]) * 10)
            for key, of in table.columns.items()
            if of.kind == "text" and key not in line.words.split()
        }
        row |= {"audience": f"circle of {name}", **(more if name == line.table.split()[0] else {})}
        if name == line.table.split()[0]:
            row[column] = words
        db.execute(f"insert into {name} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    return candidates(db, [line], Wanted("الخزامى"))


@pytest.mark.parametrize(("area", "line"), FOUND, ids=[f"{a.name} {x.table.split()[0]}" for a, x in FOUND])
class TestWhatIsFound:
    def test_it_names_a_table_of_its_area_columns_of_words_and_a_page(self, area: Area, line: Found) -> None:
        table = TABLES[line.table.split()[0]]
        assert table in area.tables
        assert all(table.columns[name].kind == "text" for name in line.words.split())
        look = Look(words=Words("en"), areas=ALL)
        for path in line.at.split():
            assert look.page_at(path.format_map({name: id_from(b"x" * 10) for name in re.findall(r"{(\w+)}", path)}))

    def test_a_row_is_found_by_every_column_and_no_other_row_is(self, area: Area, line: Found) -> None:
        for column in line.words.split():
            found = written(line, column, f"{'كلام ' * 60}خُزامى {'كلام ' * 60}")
            assert [one.called for one in found] == [line.called]
            [excerpt] = found[0].excerpts
            assert "خُزامى" in excerpt and len(excerpt) <= 3 * AROUND + 2
            assert found[0].audience == f"circle of {line.table.split()[0]}"
            assert not found[0].over and found[0].whole
            assert "{" not in "".join(found[0].at)
            assert written(line, column, "كلام آخر") == []
            assert written(line, column, "خزامى", closed_on=7)[0].over


def _of_people(area: Area, table: Table) -> set[str]:
    """Return the columns that hold what people write at length, and no secret of how to reach them."""
    kinds = [(name, kind) for line in area.facts for name, kind in fields_of(line.cls).items()]
    long = {name for name, kind in kinds if isinstance(kind, Text) and kind.length_max > 64}
    closed = {name for name, kind in kinds if isinstance(kind, Choice)}
    return {
        name
        for name, column in table.columns.items()
        if column.kind == "text" and column.says is Says.NOTHING and name in long - closed and name not in table.key
    }


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_whatever_people_write_at_length_is_found(area: Area) -> None:
    found = {(line.table.split()[0], word) for line in area.found for word in line.words.split()}
    missing = {(table.name, name) for table in area.tables for name in _of_people(area, table)} - found
    assert missing == set()


# --- order ----------------------------------------------------------------------------------------------------------------


NOTES = Table("jotting", dict.fromkeys(("jotting", "words"), TABLES["need"].columns["what"]), key=("jotting",))
JOTTING = Found("jotting", "/x/{jotting}", "words", "Jottings")


def jotted(*rows: tuple[str, int]) -> list[str]:
    db = view.connect()
    db.executescript(NOTES.create())
    db.executemany(
        "insert into jotting (jotting, words, closed_on) values (?, ?, ?)",
        [(f"{n:03}", words, closed) for n, (words, closed) in enumerate(rows)],
    )
    return [one.at[0].removeprefix("/x/") for one in candidates(db, [JOTTING], Wanted("milk"))]


def test_words_of_their_own_come_first_then_what_is_open_then_what_ended_last() -> None:
    assert jotted(("milkman", 0), ("milk", 5), ("buttermilk", 4), ("Milk!", 9), ("bread", 0), ("a milk", 0)) == [
        *("005", "003", "001"),
        *("000", "002"),
    ]


def test_a_word_that_is_everywhere_ends_somewhere() -> None:
    assert len(jotted(*[("milk", 0)] * (EACH_MAX + 5))) == EACH_MAX


def test_kinds_take_turns() -> None:
    db = view.connect()
    db.executescript(NOTES.create())
    db.executemany("insert into jotting (jotting, words) values (?, 'milk')", [(str(n),) for n in range(3)])
    other = Found("jotting", "/y/{jotting}", "words", "Others")
    found = candidates(db, [JOTTING, other], Wanted("milk"))
    assert [one.called for one in found] == ["Jottings", "Others"] * 3


def test_nothing_of_a_search_stays_in_the_view() -> None:
    db = view.create(ALL)
    before = list(db.iterdump())
    assert candidates(db, [line for _, line in FOUND], Wanted("milk")) == []
    assert list(db.iterdump()) == before
    with pytest.raises(sqlite3.OperationalError):
        db.execute("select rank_of('milk')")
