"""Where secret ballots come in.

A secret vote has the same proposal, the same roll and the same tally as an open one. Two things differ: nobody states
`VoteCast` in it, and its ballots reach `opened_ballot` without a word of who cast them. The facts that carry them there
belong here, with their rules and folds. They write `roll.voted` when somebody casts, and `opened_ballot` rows when the
box is opened, each with a nonce that its voter finds again; `closing.tally` reads them like any others. Somebody who
leaves after casting cannot be taken out of a box that links nobody, so only the roll shrinks.

`is_opened` says when the tally may be made: once the ballots are open, or when there was time enough for it.
"""

from sqlite3 import Connection
from typing import Any

OPEN_DAYS = 7  # after the last day of the vote, for the box to be passed on and opened


def is_opened(db: Connection, proposal: dict[str, Any], day: int) -> bool:
    """Say whether a secret vote can be counted: every ballot that was cast lies open, or the time for it is over."""
    if day > proposal["closes_on"] + OPEN_DAYS:
        return True
    opened = "select count(*) from opened_ballot where proposal = ?"
    cast = "select count(*) from roll where proposal = ? and voted"
    return bool(
        db.execute(opened, (proposal["proposal"],)).fetchone()[0]
        >= db.execute(cast, (proposal["proposal"],)).fetchone()[0]
    )
