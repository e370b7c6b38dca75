"""Friends who hold pieces, staged for the pages: one was asked, one said yes."""

from typing import TYPE_CHECKING

from nasij.sample.village import COORDINATOR, STEWARD, TRUSTED

if TYPE_CHECKING:
    from tests.staged import Staging


def befriended(staging: "Staging") -> None:
    """Let the coordinator ask two friends, of whom one says yes."""
    friends = sorted(staging.cast[number].member for number in (STEWARD, TRUSTED))
    asked = staging.press(COORDINATOR, "/friends/ask", friends=friends, needed=2)
    piece = next(fact.piece for fact in asked if getattr(fact, "friend", "") == staging.cast[STEWARD].member)
    staging.press(STEWARD, "/friends/{piece}/accept", piece=piece)
