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


def passed_for(db: Connection, amount: int, currency: str) -> str:
    """Return the decision by which the fund may pay exactly this and has not yet; empty for none."""
    found = db.execute(
        "select proposal from proposal where effect = 'money' and amount = ? and currency = ? and state = 'passed'"
        " order by decided_on, proposal",
        (amount, currency),
    )
    return next((proposal for (proposal,) in found.fetchall() if is_free(db, proposal)), "")


def is_asked(db: Connection, amount: int, currency: str) -> bool:
    """Say whether the group is being asked about this sum."""
    found = "select 1 from proposal where effect = 'money' and amount = ? and currency = ? and state in (?, ?)"
    return db.execute(found, (amount, currency, "discussion", "open")).fetchone() is not None
