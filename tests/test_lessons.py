"""Lessons as a file between two networks: what is in it, who can read it, and what is refused."""

import pytest

from nasij import lessons
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


def test_a_changed_file_is_refused(ours: Table) -> None:
    raw = lessons.pack(SEED, lessons.lines_of(ours.db))
    name, public, signature, body = decode(raw)
    other = public_of(bytes(32))
    for wrong in (
        raw[:-1],
        raw + b"\0",
        b"",
        encode([name, other, signature, body]),
        encode([name, public, signature, encode([["", "arrest", "", "x", "", "y", "lived"]])]),
        encode(["nasij lessons 2", public, signature, body]),
        lessons.pack(SEED, [("", "arrest", "")]),  # type: ignore[list-item]
    ):
        with pytest.raises(Malformed):
            lessons.unpack(wrong)


def test_a_line_that_is_no_lesson_refuses_the_file(ours: Table) -> None:
    for line in (
        ("", "no such kind", "", "x", "", "y", "lived"),
        ("", "arrest", "", "x" * 601, "", "y", "lived"),
        ("", "arrest", "", "x", "", "y", "my name"),
    ):
        with pytest.raises(Malformed):
            lessons.facts_of(ours.db, lessons.unpack(lessons.pack(SEED, [line])))


def test_another_key_has_other_words() -> None:
    said = {" ".join(lessons.words_of(public_of(bytes([n]) * 32), "ar")) for n in range(20)}
    assert len(said) == 20
    raw = lessons.pack(SEED, [("", "arrest", "", "x", "", "y", "lived")])
    for language in ("ar", "en"):
        assert lessons._known(raw, " ".join(lessons.words_of(public_of(SEED), language))).key == public_of(SEED)
    with pytest.raises(Malformed):
        lessons._known(raw, " ".join(lessons.words_of(public_of(bytes(32)), "ar")))
