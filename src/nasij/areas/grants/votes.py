"""The one place where a large amount asks for the group's vote, on code and amount alone."""

from sqlite3 import Connection

from nasij.areas.decisions import money_of, outcome


def voted(db: Connection, proposal: str, amount: int, currency: str) -> bool:
    """Say whether the group decided that the fund may pay this much."""
    return bool(proposal) and outcome(db, proposal) == "passed" and money_of(db, proposal) == (amount, currency)


def is_free(db: Connection, proposal: str) -> bool:
    """Say whether nothing is reserved or paid under a decision yet: one decision pays once."""
    used = "select 1 from reservation where proposal = ? and state in ('held', 'used') limit 1"
    return db.execute(used, (proposal,)).fetchone() is None
