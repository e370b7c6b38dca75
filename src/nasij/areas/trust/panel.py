"""Who decides about a membership: the trust panel, and who stands outside it.

The *panel* for a matter about somebody is whoever holds the role `members`, filled up with the members who have been here
longest where that leaves too few. Never on it: the person concerned, and anybody under review themselves. Those who vote
may also not have been brought in by the person concerned.
"""

from sqlite3 import Connection
from typing import Any

from nasij.errors import Refused
from nasij.kit.field import mark
from nasij.kit.rows import record
from nasij.kit.who import By, role_holders

# Floors, which no group can lower: nobody loses a role or a membership by the word of fewer.
ASKING = 2  # how many people may ask and agree to a suspension, a removal or a recall, at least
VOTING = 3  # how many people vote in a review, at least, where there are as many


def standing_of(db: Connection, member: str) -> str:
    """Return a member's standing; raises `NotHereYet` for somebody unknown."""
    return str(record(db, "select standing from member where member = ?", member)["standing"])


def review_of(db: Connection, member: str) -> str:
    """Return the id of the review that is open about a member, empty for none."""
    row = db.execute(
        "select review from review where whom = ? and closed_on = 0"
        " and (state in ('opened', 'measures', 'heard', 'appealed') or (state = 'decided' and outcome = 'remove'))"
        " order by review",
        (member,),
    ).fetchone()
    return str(row[0]) if row else ""


def brought_in(db: Connection, by_member: str) -> frozenset[str]:
    """Return whom a member introduced, or vouches for, also where the vouch became void with its giver."""
    found = db.execute(
        "select member from member where introduced_by = ?"
        " union select whom from vouch where by_member = ? and state in ('given', 'review', 'void')",
        (by_member, by_member),
    )
    return frozenset(row[0] for row in found)


def panel(db: Connection, whom: str, least: int, outside: frozenset[str] = frozenset()) -> list[str]:
    """Return the panel for a matter about `whom`, without those `outside`, of at least `least` people if there are."""
    under_review = {
        row[0]
        for row in db.execute(
            "select whom from review where closed_on = 0"
            " and (state in ('opened', 'measures', 'heard', 'appealed') or (state = 'decided' and outcome = 'remove'))"
        )
    }
    out = outside | under_review | {whom}
    chosen = sorted(role_holders(db, "members") - out)
    if len(chosen) >= least:
        return chosen
    longest_here = db.execute(
        "select member from member where standing in ('trusted', 'resting') order by since, member"
    ).fetchall()
    for (member,) in longest_here:
        if len(chosen) >= least:
            break
        if member not in out and member not in chosen:
            chosen.append(member)
    return chosen


def voters(db: Connection, review: dict[str, Any]) -> list[str]:
    """Return who votes in a review now.

    An appeal goes to other people than those who decided first, as long as there are two of them.
    """
    outside = brought_in(db, review["whom"])
    if review["because"]:  # opened when somebody was removed: nobody whom that person brought in votes
        outside |= brought_in(db, review["because"])
    if review["state"] != "appealed":
        return panel(db, review["whom"], VOTING, outside)
    first = {
        row[0]
        for row in db.execute("select by_member from review_vote where review = ? and sitting = 1", (review["review"],))
    }
    trusted = panel(db, review["whom"], 1_000_000, outside)
    others = [member for member in trusted if member not in first]
    return others if len(others) >= ASKING else trusted


def may_act_on(db: Connection, by: By, whom: str) -> None:
    """Raise `Refused` unless `by` is on the panel for an urgent matter about `whom`."""
    if whom == by.member:
        raise Refused(mark("Nobody decides about their own membership."))
    if by.member not in panel(db, whom, ASKING):
        raise Refused(
            mark("This is for the people who look after membership."),
            advice=mark("Raise a concern, and they will read it."),
        )


def may_second(by: By, first: str) -> None:
    """Raise `Refused` unless `by` is somebody else than whoever said it first."""
    if by.member == first:
        raise Refused(mark("A second person has to agree."), advice=mark("Somebody else can press the same button."))


def not_under_review(db: Connection, by: By) -> None:
    """Raise `Refused` while a review about `by` is open."""
    if review_of(db, by.member):
        raise Refused(mark("This has to wait until the review of your membership is closed."))
