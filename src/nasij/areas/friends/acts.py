"""The forms about friends who hold pieces, and what each states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.friends.facts import MOST, Needed, PieceAccepted, PieceEnded, PieceOffered, PiecesNeeded
from nasij.areas.friends.pages import needed_of, open_pieces
from nasij.errors import Malformed
from nasij.ids import new_id
from nasij.kit.area import act
from nasij.kit.field import Refs, mark
from nasij.kit.table import Keep
from nasij.kit.who import By, by_name, members

FRIENDS = "/friends"


@dataclass(frozen=True, slots=True)
class FriendsForm:
    """These friends together can give everything back to me."""

    friends: Annotated[
        list[str],
        Refs(
            to="member",
            many_max=MOST,
            optional=True,
            keep=Keep.SHORT,
            label=mark("Friends to ask"),
            why=mark("People who know your voice, who do not live with you, and who would not all be taken together."),
        ),
    ]
    needed: Needed


def make_friends(db: Connection, by: By, form: FriendsForm) -> Sequence[Any]:
    """Ask each of them, and keep the number."""
    there = [row["friend"] for row in open_pieces(db, by.member)]
    if form.needed > len(set(there) | set(form.friends)):
        raise Malformed(
            mark("So many friends were not chosen. Choose more of them, or a smaller number."), field="needed"
        )
    return [PiecesNeeded(form.needed), *(PieceOffered(new_id(), friend) for friend in form.friends)]


def to_ask(db: Connection, by: By) -> Sequence[tuple[str, str]]:
    """Return the trusted members who were not asked yet: only they could freeze a membership."""
    there = {row["friend"] for row in open_pieces(db, by.member)}
    return by_name(db, members(db, ("trusted", "resting")) - there - {by.member})


def prefill_friends(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with the number that holds now."""
    return {"needed": needed_of(db, by.member) or 2}


ACTS = (
    act(
        "/friends/ask",
        FriendsForm,
        then=FRIENDS,
        title=mark("Ask friends"),
        press=mark("Ask these friends"),
        make=make_friends,
        options={"friends": to_ask},
        prefill=prefill_friends,
        why=mark(
            "Each of them is asked, and can say no. None of them can open anything of yours, not even all together: that also needs your passphrase."
        ),
    ),
    act(
        "/friends/{piece}/accept",
        PieceAccepted,
        then=FRIENDS,
        title=mark("Hold a piece for a friend"),
        press=mark("Hold it"),
        why=mark(
            "Your room keeps it. If your friend ever asks for it back, you speak with them first: only if you hear or see them, and nobody stands beside. If they were made to open theirs, your room freezes their membership by itself, in your name."
        ),
    ),
    act(
        "/friends/{piece}/end",
        PieceEnded,
        then=FRIENDS,
        title=mark("End this piece"),
        press=mark("End it"),
        grave=True,
        why=mark("The piece is destroyed in both rooms. Your friend's room makes new pieces for the others."),
    ),
)
