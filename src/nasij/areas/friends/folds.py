"""The rules for pieces, and what each fact changes."""

from sqlite3 import Connection

from nasij.areas.friends.facts import (
    MOST,
    PIECE,
    PieceAccepted,
    PieceEnded,
    PieceGiven,
    PieceHeld,
    PieceOffered,
    PiecesNeeded,
)
from nasij.errors import Refused
from nasij.kit.field import mark
from nasij.kit.rows import record
from nasij.kit.who import By, admit, members, release_forgotten

NOT_YOURS = mark("This piece is between two other people.")


def _people(db: Connection, piece: str) -> tuple[str, str]:
    found = record(db, "select member, friend from piece where piece = ?", piece)
    return str(found["member"]), str(found["friend"])


def _only(who: str, by: By) -> None:
    if by.member != who:
        raise Refused(NOT_YOURS)


def fold_needed(db: Connection, by: By, fact: PiecesNeeded) -> None:
    """Write the number down."""
    db.execute(
        "insert or replace into pieces_needed (member, needed, audience) values (?, ?, ?)",
        (by.member, fact.needed, by.audience),
    )


def may_offer(db: Connection, by: By, fact: PieceOffered) -> None:
    """Ask others in force, each once, and not more than there can be pieces."""
    if fact.friend == by.member or fact.friend not in members(db):
        raise Refused(mark("Please choose friends who are members now."))
    mine = db.execute("select friend from piece where member = ? and closed_on = 0", (by.member,)).fetchall()
    if (fact.friend,) in mine:
        raise Refused(mark("This friend was asked already."))
    if len(mine) >= MOST:
        raise Refused(mark("At most %(most)d friends can hold pieces."), most=MOST)


def fold_offered(db: Connection, by: By, fact: PieceOffered) -> None:
    """Begin a circle of two."""
    admit(db, by.audience, by.member, fact.friend)
    db.execute(
        "insert into piece (piece, member, friend, state, audience) values (?, ?, ?, 'asked', ?)",
        (fact.piece, by.member, fact.friend, by.audience),
    )


def may_accept(db: Connection, by: By, fact: PieceAccepted) -> None:
    """Let the friend who was asked say yes."""
    _only(_people(db, fact.piece)[1], by)
    PIECE.may(db, fact.piece, fact)


def fold_accepted(db: Connection, by: By, fact: PieceAccepted) -> None:
    """Note it."""
    PIECE.move(db, fact.piece, fact)


def may_give(db: Connection, by: By, fact: PieceGiven) -> None:
    """Let the member's room give a piece, and a new one whenever the friends change."""
    _only(_people(db, fact.piece)[0], by)
    PIECE.may(db, fact.piece, fact)


def fold_given(db: Connection, by: By, fact: PieceGiven) -> None:
    """Put the piece in the place of an older one."""
    PIECE.move(db, fact.piece, fact)
    db.execute(
        "update piece set batch = ?, share = ?, box = ? where piece = ?",
        (fact.batch, fact.share, fact.way, fact.piece),
    )


def may_hold(db: Connection, by: By, fact: PieceHeld) -> None:
    """Let the friend's room confirm the piece that is there, and no older one."""
    _only(_people(db, fact.piece)[1], by)
    PIECE.may(db, fact.piece, fact)
    if record(db, "select batch from piece where piece = ?", fact.piece)["batch"] != fact.batch:
        raise Refused(mark("A newer piece took the place of this one."))


def fold_held(db: Connection, by: By, fact: PieceHeld) -> None:
    """Note it."""
    PIECE.move(db, fact.piece, fact)


def may_end(db: Connection, by: By, fact: PieceEnded) -> None:
    """Either of the two ends it."""
    if by.member not in _people(db, fact.piece):
        raise Refused(NOT_YOURS)
    PIECE.may(db, fact.piece, fact)


def fold_ended(db: Connection, by: By, fact: PieceEnded) -> None:
    """Destroy the piece at once, in both rooms."""
    PIECE.move(db, fact.piece, fact)
    db.execute("update piece set share = x'', box = x'', closed_on = ? where piece = ?", (by.day, fact.piece))


def passing(db: Connection, day: int) -> None:
    """Forget who held pieces that are over."""
    release_forgotten(db, "piece", day)
