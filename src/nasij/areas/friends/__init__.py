"""Friends who can give back: each holds a piece of the key to what a member has locked away.

A member asks friends, each of whom says yes; the member's room then makes the key, and each friend's room receives its piece in
a circle of the two. So many friends as the member chose give everything back together, and fewer nothing. What the rooms do
with the pieces is in `nasij/away.py`; here stands who asked whom, who said yes, and whose room has its piece.
"""

from nasij.areas.friends import folds, pages
from nasij.areas.friends.acts import ACTS
from nasij.areas.friends.facts import (
    PIECE,
    TABLES,
    PieceAccepted,
    PieceEnded,
    PieceGiven,
    PieceHeld,
    PieceOffered,
    PiecesNeeded,
)
from nasij.areas.friends.pages import held_for, needed_of, open_pieces
from nasij.kit.area import ANYBODY_IN, ONLY_ME, Area, circle, fact, page
from nasij.kit.field import mark

AREA = Area(
    name="friends",
    title=mark("Friends who can give back"),
    group="me",
    needs=("people",),
    tables=TABLES,
    facts=(
        fact(PiecesNeeded, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_needed),
        fact(
            PieceOffered,
            said_by=ANYBODY_IN,
            read_by=circle("piece", "piece"),
            rule=folds.may_offer,
            fold=folds.fold_offered,
        ),
        fact(
            PieceAccepted,
            said_by=ANYBODY_IN,
            read_by=circle("piece", "piece"),
            rule=folds.may_accept,
            fold=folds.fold_accepted,
        ),
        fact(
            PieceGiven, said_by=ANYBODY_IN, read_by=circle("piece", "piece"), rule=folds.may_give, fold=folds.fold_given
        ),
        fact(
            PieceHeld, said_by=ANYBODY_IN, read_by=circle("piece", "piece"), rule=folds.may_hold, fold=folds.fold_held
        ),
        fact(
            PieceEnded, said_by=ANYBODY_IN, read_by=circle("piece", "piece"), rule=folds.may_end, fold=folds.fold_ended
        ),
    ),
    acts=ACTS,
    pages=(page("/friends", pages.friends_page),),
    steps=(PIECE,),
    passing=folds.passing,
    waiting=pages.waiting,
)

__all__ = [
    "AREA",
    "PieceAccepted",
    "PieceEnded",
    "PieceGiven",
    "PieceHeld",
    "PieceOffered",
    "PiecesNeeded",
    "held_for",
    "needed_of",
    "open_pieces",
]
