"""Rows by name, and the few questions that rules, folds and pages ask alike: who may vote, and who counts now."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.decisions.methods import Ballot, read_ballot
from nasij.areas.trust.panel import review_of
from nasij.kit import charter
from nasij.kit.rows import fields, rows
from nasij.kit.who import TRUSTED, By, holders, members, role_holders

Row = dict[str, Any]
STANDING = ("passed", "in_force", "under_review")
DECIDING = "member.standing in ('trusted', 'resting')"


def record(db: Connection, table: str, value: str) -> Row:
    """Return the row of a table whose key is called like the table; raises `NotHereYet` where there is none."""
    return fields(db, table, table, value)


def options_of(db: Connection, proposal: str) -> list[Row]:
    """Return the options of a proposal in their order."""
    return rows(db, "select * from proposal_option where proposal = ? order by place", proposal)


def written_options(db: Connection, proposal: str) -> str:
    """Return options as they were written, one a line; nothing for a plain proposal."""
    return "\n".join(
        f"{row['label']}: {row['meaning']}" if row["meaning"] else row["label"]
        for row in options_of(db, proposal)
        if row["label"]
    )


def stay_of(options: list[Row]) -> int:
    """Return the place of the option that leaves things as they are, -1 where there is none."""
    return next((row["place"] for row in options if row["stay"]), -1)


def eligible(db: Connection, proposal: Row, day: int) -> list[str]:
    """Return who would be on the roll if the vote opened on this day.

    Not members younger than the group asks for, not anybody who rests or is under review, and not whom it is about.
    """
    asked = holders(db, TRUSTED) if proposal["voters"] == "trusted" else role_holders(db, proposal["voters"])
    asked -= members(db, ("resting",))  # whoever is absent counts against; nobody asks that of somebody who rests
    young = day - charter.value(db, "roll_days")
    since = dict(db.execute("select member, since from member").fetchall())
    return sorted(
        member
        for member in asked
        if since[member] <= young and member != proposal["about"] and not review_of(db, member)
    )


def counted(db: Connection, proposal: str) -> list[str]:
    """Return who on the roll decides now: not who stepped out, left, was removed, or is suspended at this moment."""
    found = db.execute(
        f"select roll.member from roll join member using (member) where proposal = ? and not recused and {DECIDING}"
        " order by roll.member",
        (proposal,),
    )
    return [row[0] for row in found]


def roll_of(db: Connection, proposal: str) -> int:
    """Return how many the shares are of: whoever is suspended is absent, which counts against, and not gone.

    Otherwise freezing two people on the last evening would carry what they were against.
    """
    found = db.execute(
        "select count(*) from roll join member using (member) where proposal = ? and not recused"
        " and standing in ('trusted', 'resting', 'suspended')",
        (proposal,),
    )
    return int(found.fetchone()[0])


def frozen_by_one(db: Connection, proposal: str) -> bool:
    """Say whether somebody on the roll is frozen by one person's word, which nobody has confirmed yet."""
    found = db.execute(
        "select 1 from roll join freeze using (member) where proposal = ? and not recused and freeze.state = 'frozen'",
        (proposal,),
    )
    return found.fetchone() is not None


def ballots_of(db: Connection, proposal: Row) -> list[Ballot]:
    """Return the ballots that count now: opened ones of a secret vote, else the votes of those who count.

    What came out of a secret vote in another form than its method's was given blank.
    """
    if proposal["secret"]:
        found = db.execute("select ballot from opened_ballot where proposal = ?", (proposal["proposal"],))
    else:
        found = db.execute(
            "select ballot from vote join roll using (proposal, member) join member using (member)"
            f" where proposal = ? and not recused and {DECIDING} order by vote.member",
            (proposal["proposal"],),
        )
    many = len(options_of(db, proposal["proposal"]))
    return [ballot for row in found.fetchall() if (ballot := _readable(proposal["method"], many, row[0])) is not None]


def _readable(method: str, options: int, text: str) -> Ballot | None:
    """Return a ballot, or None for one without form: nobody could check a secret one before it was opened."""
    try:
        return read_ballot(method, options, text)
    except ValueError:
        return None


def on_roll(db: Connection, by: By, proposal: str) -> bool:
    """Say whether this person is on the roll and counts."""
    found = db.execute(
        f"select 1 from roll join member using (member) where proposal = ? and member = ? and not recused and {DECIDING}",
        (proposal, by.member),
    )
    return found.fetchone() is not None


def outcome(db: Connection, proposal: str) -> str:
    """Return what a proposal came to, for other areas: ``passed`` as long as the decision stands, else its state."""
    row = db.execute("select state from proposal where proposal = ?", (proposal,)).fetchone()
    if row is None:
        return ""
    return "passed" if row[0] in STANDING else str(row[0])


def money_of(db: Connection, proposal: str) -> tuple[int, str]:
    """Return the amount and the currency that a proposal lets the fund pay; nothing where it is about something else."""
    found = db.execute(
        "select amount, currency from proposal where proposal = ? and effect = 'money'", (proposal,)
    ).fetchone()
    return (int(found[0]), str(found[1])) if found else (0, "")
