"""Lessons as a file between two networks: what is in it, who can read it, and what is refused."""

import pytest

from nasij import lessons
from nasij.areas import stories
from nasij.areas.stories import facts as f
from nasij.encoding import decode, encode
from nasij.errors import Malformed
from nasij.seal.primitives import public_of
from tests.areas.test_stories import Table

SEED = bytes(range(32))


@pytest.fixture
def ours() -> Table:
    """A network with a confirmed lesson and a proposed one."""
    top = Table()
    top.say(f.LessonConfirmed(top.lesson()), by=top.sami)
    top.lesson(kind="", incident="arrest")
    return top


def test_confirmed_lessons_come_in_as_proposed_ones_elsewhere(ours: Table) -> None:
    raw, theirs = lessons.pack(SEED, lessons.lines_of(ours.db)), Table()
    facts = lessons.facts_of(theirs.db, lessons.unpack(raw))
    for fact in facts:
        theirs.say(fact, by=theirs.huda)
    assert theirs.rows("select state, origin from lesson") == [("proposed", public_of(SEED).hex()[:16])]
    assert lessons.facts_of(theirs.db, lessons.unpack(raw)) == [], "what is here already is not brought twice"


def test_nobody_and_no_day_is_in_the_file(ours: Table) -> None:
    raw = lessons.pack(SEED, lessons.lines_of(ours.db))
    assert not any(member.encode() in raw for member in (ours.huda, ours.sami, ours.noor, ours.zein))
    body = decode(decode(raw)[3])
    assert all(isinstance(value, str) for line in body for value in line)


GOOD = ("", "arrest", "", "x", "", "y", "lived")


def refused(raw: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        lessons.unpack(raw)
    assert caught.value.field == "file", "the sentence stands beside the file"
    assert caught.value.advice
    return caught.value


def test_what_is_no_file_of_lessons_is_told(ours: Table) -> None:
    raw = lessons.pack(SEED, lessons.lines_of(ours.db))
    deep = b"\x81" * 5000 + b"\x00"
    whole = (raw[:-1], raw + b"\0", b"", b"\xff" * 100, b"%PDF-1.7", deep, encode([]), encode("nasij lessons 1"))
    for wrong in (*whole, encode([1, 2]), encode(["nasij books 1", b"", b"", b""]), encode([lessons.NAME])):
        assert "no file of lessons" in str(refused(wrong))


def test_another_version_is_told_apart(ours: Table) -> None:
    _, public, signature, body = decode(lessons.pack(SEED, [GOOD]))
    for wrong in (["nasij lessons 2", public, signature, body], ["nasij lessons 9", {"all": "different"}]):
        assert "another version" in str(refused(encode(wrong)))


def test_one_altered_byte_anywhere_is_refused(ours: Table) -> None:
    raw = lessons.pack(SEED, [GOOD])
    for place in range(len(raw)):
        refused(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])


def test_a_wrong_signature_is_told(ours: Table) -> None:
    name, public, signature, body = decode(lessons.pack(SEED, lessons.lines_of(ours.db)))
    other = public_of(bytes(32))
    for wrong in (
        [name, other, signature, body],
        [name, public, signature, encode([list(GOOD)])],
        [name, public, bytes(64), body],
        [name, bytes(32), signature, body],
        [name, public[:31], signature, body],
    ):
        assert "signature is not right" in str(refused(encode(wrong)))


def test_what_is_signed_but_no_lessons_is_told() -> None:
    for lines in ([("", "arrest", "")], [(*GOOD, "more")], "words", {"a": 1}, [[1] * 7]):
        assert "not everything" in str(refused(lessons.pack(SEED, lines)))  # type: ignore[arg-type]
    assert "more lessons" in str(refused(lessons.pack(SEED, [GOOD] * (lessons.LESSONS_MOST + 1))))
    assert "too large" in str(refused(bytes(lessons.FILE_MAX + 1)))


def test_a_line_that_is_no_lesson_refuses_the_file(ours: Table) -> None:
    for line in (
        ("", "no such kind", "", "z", "", "y", "lived"),
        ("", "arrest", "", "z" * 601, "", "y", "lived"),
        ("", "arrest", "", "z", "", "y", "my name"),
    ):
        with pytest.raises(Malformed, match="not everything"):
            lessons.facts_of(ours.db, lessons.unpack(lessons.pack(SEED, [GOOD, line])))


def test_what_stands_twice_in_a_file_is_brought_once(ours: Table) -> None:
    assert len(lessons.facts_of(ours.db, lessons.unpack(lessons.pack(SEED, [GOOD] * 3)))) == 1


def test_nothing_of_another_network_counts_before_two_people_here_said_so(ours: Table) -> None:
    (fact,) = lessons.facts_of(ours.db, lessons.unpack(lessons.pack(SEED, [GOOD])))
    ours.say(fact, by=ours.huda)
    assert stories.beside(ours.db, ours.by(ours.zein), "incident", "arrest") == []
    assert not any(row["origin"] for row in ours.page("/pages/handbook", ours.zein)["lessons"])
    assert GOOD not in lessons.lines_of(ours.db), "nor does it leave as one of ours"
    ours.refuses(f.LessonConfirmed(fact.lesson), by=ours.huda, words="Somebody else")
    ours.say(f.LessonConfirmed(fact.lesson), by=ours.sami)
    assert [card.title for card in stories.beside(ours.db, ours.by(ours.zein), "incident", "arrest")] == ["x"]


def test_from_whom_a_lesson_came_stays_with_it_and_is_what_their_own_page_shows(ours: Table) -> None:
    (fact,) = lessons.facts_of(ours.db, lessons.unpack(lessons.pack(SEED, [GOOD])))
    ours.say(fact, by=ours.huda)
    page = ours.page("/pages/lessons/{lesson}", ours.sami, lesson=fact.lesson)
    assert page["lesson"]["origin"] == lessons.fingerprint(public_of(SEED))
    assert len(lessons.fingerprint(public_of(SEED))) == 16


def test_another_key_has_other_words() -> None:
    said = {" ".join(lessons.words_of(public_of(bytes([n]) * 32), "ar")) for n in range(20)}
    assert len(said) == 20
    raw = lessons.pack(SEED, [("", "arrest", "", "x", "", "y", "lived")])
    for language in ("ar", "en"):
        assert lessons._known(raw, " ".join(lessons.words_of(public_of(SEED), language))).key == public_of(SEED)
    with pytest.raises(Malformed):
        lessons._known(raw, " ".join(lessons.words_of(public_of(bytes(32)), "ar")))
