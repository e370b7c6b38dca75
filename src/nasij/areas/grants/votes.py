"""The one place where a large amount asks for the group's vote, on code and amount alone."""

from sqlite3 import Connection


def has_passed(db: Connection, proposal: str) -> bool:
    """Say whether the group decided for this proposal; no vote has passed where nothing can be voted on yet."""
    there = db.execute("select 1 from sqlite_master where type = 'table' and name = 'proposal'").fetchone()
    if there is None or not proposal:
        return False
    row = db.execute("select state from proposal where proposal = ?", (proposal,)).fetchone()
    return row is not None and row[0] in ("passed", "in_force")
