"""A sealed note: enough rooms open it, fewer do not, and nobody once the seeds are gone."""

import pytest

from nasij.errors import Malformed, SealBroken
from nasij.ids import new_id
from nasij.seal import notes

BOUND = b"network, check-in"
MEMBERS = ("amal", "noor", "zein")
ROOMS = {member: notes.new_reader() for member in MEMBERS}
KEYS = {member: key for member, (_, key) in ROOMS.items()}
WORDS = "عند البيت الذي على الزاوية"


def share(sealed: notes.Sealed, member: str) -> bytes:
    return notes.open_envelope(sealed.envelopes[member], ROOMS[member][0], member, BOUND)


@pytest.mark.parametrize("pair", [("amal", "noor"), ("noor", "zein"), ("zein", "amal")])
def test_any_two_rooms_open_it(pair: tuple[str, str]) -> None:
    sealed = notes.seal(WORDS, KEYS, 2, BOUND)
    given = [share(sealed, member) for member in pair]
    assert notes.open_note(sealed.note, given, 2, BOUND) == (WORDS, sealed.salt)


def test_one_room_alone_does_not_open_it() -> None:
    sealed = notes.seal(WORDS, KEYS, 2, BOUND)
    mine = share(sealed, "amal")
    for given in ([], [mine], [mine, mine]):
        with pytest.raises(SealBroken):
            notes.open_note(sealed.note, given, 2, BOUND)
    with pytest.raises(SealBroken):  # nor does it when it claims that one is enough
        notes.open_note(sealed.note, [mine], 1, BOUND)


def test_any_one_room_opens_it_where_that_was_chosen() -> None:
    sealed = notes.seal(WORDS, KEYS, 1, BOUND)
    for member in MEMBERS:
        assert notes.open_note(sealed.note, [share(sealed, member)], 1, BOUND)[0] == WORDS


def test_a_wrong_share_does_not_keep_two_right_ones_from_opening_it() -> None:
    sealed = notes.seal(WORDS, KEYS, 2, BOUND)
    foreign = share(notes.seal("another", KEYS, 2, BOUND), "amal")
    given = [b"no share at all", foreign, share(sealed, "noor"), share(sealed, "zein")]
    assert notes.open_note(sealed.note, given, 2, BOUND)[0] == WORDS


def test_an_envelope_opens_for_its_own_room_and_check_in_only() -> None:
    sealed = notes.seal(WORDS, KEYS, 2, BOUND)
    for member, seed, bound in (
        ("amal", ROOMS["noor"][0], BOUND),
        ("noor", ROOMS["amal"][0], BOUND),
        ("amal", ROOMS["amal"][0], b"network, another"),
        ("amal", notes.new_reader()[0], BOUND),  # the seed it was sealed to is destroyed, and there is a new one
    ):
        with pytest.raises(SealBroken):
            notes.open_envelope(sealed.envelopes["amal"], seed, member, bound)
    with pytest.raises(SealBroken):
        notes.open_note(sealed.note, [share(sealed, m) for m in MEMBERS], 2, b"network, another")


def test_its_size_tells_neither_how_long_it_is_nor_how_many_open_it() -> None:
    sealed = [notes.seal(words, KEYS, needed, BOUND) for words in ("", WORDS * 20) for needed in (1, 2)]
    assert {len(one.note) for one in sealed} == {notes.SEALED_SIZE}
    assert {len(raw) for one in sealed for raw in one.envelopes.values()} == {notes.ENVELOPE_SIZE}
    with pytest.raises(Malformed):
        notes.seal("x" * (notes.WORDS_MAX + 1), KEYS, 2, BOUND)


def test_a_spoken_word_is_the_same_however_it_is_written_and_another_for_each_check_in() -> None:
    one, other = new_id(), new_id()
    assert notes.stretched_word(" Olive  Tree", one) == notes.stretched_word("olive tree", one)
    assert notes.stretched_word("إسفنجة", one) == notes.stretched_word("اسفنجه", one)
    assert notes.stretched_word("olive tree", one) != notes.stretched_word("olive tree", other)
