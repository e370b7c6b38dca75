"""Friends who hold pieces: who asks whom, who says yes, and that a piece is gone as soon as either ends it."""

import pytest

from nasij.areas import friends, people
from nasij.areas.friends import PieceAccepted, PieceEnded, PieceGiven, PieceHeld, PieceOffered, PiecesNeeded
from nasij.areas.friends.acts import to_ask
from nasij.areas.friends.facts import MOST
from nasij.errors import Malformed
from nasij.ids import new_id
from tests.tabletop import TableTop

WAY = bytes(32)


@pytest.fixture
def top() -> TableTop:
    return TableTop(people.AREA, friends.AREA)


def offered(top: TableTop, member: str, friend: str) -> str:
    piece = new_id()
    top.say(PieceOffered(piece, friend), by=member)
    return piece


def given(top: TableTop, member: str, friend: str) -> tuple[str, str]:
    piece, batch = offered(top, member, friend), new_id()
    top.say(PieceAccepted(piece), by=friend)
    top.say(PieceGiven(piece, batch, b"words", WAY), by=member)
    return piece, batch


def state(top: TableTop, piece: str) -> str:
    return str(top.row("select state from piece where piece = ?", piece))


def test_a_piece_is_read_by_the_two_and_by_nobody_else(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    piece = new_id()
    assert top.say(PieceOffered(piece, sami), by=huda) == f"piece/{piece}"
    assert {row[0] for row in top.rows("select who from holder where of = ?", f"piece/{piece}")} == {huda, sami}
    top.refuses(PieceAccepted(piece), by=noor, words="between two other people")
    top.refuses(PieceAccepted(piece), by=huda, words="between two other people")
    top.refuses(PieceEnded(piece), by=noor, words="between two other people")


def test_from_asking_to_holding(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    piece = offered(top, huda, sami)
    batch = new_id()
    top.refuses(PieceGiven(piece, batch, b"words", WAY), by=huda)
    top.say(PieceAccepted(piece), by=sami)
    top.refuses(PieceGiven(piece, batch, b"words", WAY), by=sami, words="between two")
    top.refuses(PieceHeld(piece, batch), by=sami)
    top.say(PieceGiven(piece, batch, b"words", WAY), by=huda)
    top.refuses(PieceHeld(piece, batch), by=huda, words="between two")
    top.refuses(PieceHeld(piece, new_id()), by=sami, words="newer piece")
    top.say(PieceHeld(piece, batch), by=sami)
    assert state(top, piece) == "held"
    top.say(PieceGiven(piece, new_id(), b"newer", WAY), by=huda)
    assert (state(top, piece), top.row("select share from piece")) == ("given", b"newer")


@pytest.mark.parametrize("who", [0, 1])
def test_either_ends_it_and_the_piece_is_gone_at_once(top: TableTop, who: int) -> None:
    both = top.member(), top.member()
    piece, _ = given(top, *both)
    top.say(PieceEnded(piece), by=both[who])
    assert top.row("select state, share, box from piece") == ("over", b"", b"")
    top.refuses(PieceEnded(piece), by=both[who])
    assert friends.open_pieces(top.db, both[0]) == friends.held_for(top.db, both[1]) == []
    top.forward(days=31)
    assert top.rows("select * from piece") == []


def test_saying_no_is_ending_it_before_it_began(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    piece = offered(top, huda, sami)
    top.say(PieceEnded(piece), by=sami)
    top.refuses(PieceAccepted(piece), by=sami)
    offered(top, huda, sami)


def test_whom_one_can_ask(top: TableTop) -> None:
    huda, sami, gone = top.member(), top.member(), top.member("left")
    newcomer = top.member("new")
    top.refuses(PieceOffered(new_id(), huda), by=huda, words="members now")
    top.refuses(PieceOffered(new_id(), gone), by=huda, words="members now")
    offered(top, huda, sami)
    top.refuses(PieceOffered(new_id(), sami), by=huda, words="asked already")
    for _ in range(MOST - 1):
        offered(top, huda, top.member())
    top.refuses(PieceOffered(new_id(), top.member()), by=huda, words="At most")
    assert newcomer not in dict(to_ask(top.db, top.by(huda)))


def test_the_form_asks_each_friend_and_keeps_the_number(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member(), top.member()
    with pytest.raises(Malformed):
        top.make("/friends/ask", by=huda, friends=[sami], needed=2)
    facts = top.make("/friends/ask", by=huda, friends=sorted([sami, noor]), needed=2)
    assert facts[0] == PiecesNeeded(2)
    assert {fact.friend for fact in facts[1:]} == {sami, noor}
    assert friends.needed_of(top.db, huda) == 2 and friends.needed_of(top.db, sami) == 0
    page = top.page("/friends", by=sami)
    assert [row["member"] for row in page["held"]] == [huda] and page["mine"] == []
    assert [item.path for item in friends.AREA.waiting(top.db, top.by(sami))] == ["/friends"]
    top.make("/friends/ask", by=huda, friends=[], needed=2)
