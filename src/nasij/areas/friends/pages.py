"""What a member sees of the friends who hold pieces, and of those for whom they hold one."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from nasij.areas.friends.facts import PIECE
from nasij.kit.field import mark
from nasij.kit.page import Item, Page
from nasij.kit.rows import rows
from nasij.kit.who import By


def open_pieces(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return the pieces of a member's key that are not over."""
    return rows(db, "select * from piece where member = ? and closed_on = 0 order by piece", member)


def held_for(db: Connection, friend: str) -> list[dict[str, Any]]:
    """Return the pieces that somebody holds or was asked to hold."""
    return rows(db, "select * from piece where friend = ? and closed_on = 0 order by piece", friend)


def needed_of(db: Connection, member: str) -> int:
    """Return how many pieces are needed, 0 where that was never said."""
    row = db.execute("select needed from pieces_needed where member = ?", (member,)).fetchone()
    return int(row[0]) if row else 0


def friends_page(db: Connection, by: By) -> Page:
    """Show both sides."""
    values = {
        "mine": open_pieces(db, by.member),
        "held": held_for(db, by.member),
        "needed": needed_of(db, by.member),
        "steps": PIECE,
    }
    return Page("friends/friends.html", values)


def waiting(db: Connection, by: By) -> Sequence[Item]:
    """Return who asks me to hold a piece."""
    asked = [row for row in held_for(db, by.member) if row["state"] == "asked"]
    return [Item(2, mark("A friend asks you to hold a piece."), "/friends") for _ in asked[:1]]
