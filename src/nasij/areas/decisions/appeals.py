"""Appeals: others look at a decision again. Who hears one did not propose it, did not appeal, and is not whom it is about.

Three people hear an appeal. They are drawn when it is filed, from the outcome and the codes: whoever proposed could not know
the outcome, and whoever appeals cannot change it, so neither chooses the panel. Two who find the same settle it.
"""

from sqlite3 import Connection

from nasij.areas.decisions.closing import end_appeal, undo
from nasij.areas.decisions.facts import (
    APPEAL,
    PROPOSAL,
    AppealChanged,
    AppealFiled,
    AppealHeard,
    AppealOverturned,
    AppealUpheld,
)
from nasij.areas.decisions.records import STANDING, Row, record
from nasij.areas.trust.panel import review_of
from nasij.errors import Refused
from nasij.kit import charter, draw
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.kit.who import TRUSTED, By, holders

# Three look again, so that neither one nor two can settle it for each other: a floor, and no choice of a group.
JUDGES = 3
AGREEING = 2
Finding = AppealUpheld | AppealChanged | AppealOverturned
_WORDS = {AppealUpheld: "upheld", AppealChanged: "changed", AppealOverturned: "overturned"}


def judges_for(db: Connection, proposal: Row, filed_by: str) -> list[str]:
    """Return who would hear an appeal by this member."""
    outside = {proposal["made_by"], proposal["about"], filed_by}
    free = [member for member in sorted(holders(db, TRUSTED) - outside) if not review_of(db, member)]
    came_to = " ".join(str(proposal[name]) for name in ("outcome", "counts", "ballots", "decided_on"))
    return sorted(draw.order(draw.seed(proposal["proposal"], {"outcome": came_to}), free)[:JUDGES])


def may_file(db: Connection, by: By, fact: AppealFiled) -> None:
    """Ask once, while the decision is fresh, where there are others to hear it."""
    row = record(db, "proposal", fact.proposal)
    if row["state"] not in STANDING:
        raise Refused(mark("There is no decision here that stands."), advice=mark("It can be proposed anew."))
    if by.day > row["decided_on"] + charter.value(db, "appeal_days"):
        raise Refused(
            mark("The days in which others can be asked to look at it again are over."),
            advice=mark("It can be proposed anew."),
        )
    taken = "select 1 from appeal where (proposal = ? or appeal = ?) and audience = ?"
    if db.execute(taken, (fact.proposal, fact.appeal, row["audience"])).fetchone():
        raise Refused(mark("Others have been asked to look at this decision already."))
    if len(judges_for(db, row, by.member)) < AGREEING:
        raise Refused(mark("Too few are left who could look at it again."), advice=mark("It can be proposed anew."))


def fold_filed(db: Connection, by: By, fact: AppealFiled) -> None:
    """Fix who hears it."""
    db.execute(
        "insert or replace into appeal (appeal, proposal, filed_by, ground, state, filed_on, audience)"
        " values (?, ?, ?, ?, 'filed', ?, ?)",
        (fact.appeal, fact.proposal, by.member, fact.ground, by.day, by.audience),
    )
    for member in judges_for(db, record(db, "proposal", fact.proposal), by.member):
        db.execute(
            "insert or replace into appeal_judge (appeal, member, audience) values (?, ?, ?)",
            (fact.appeal, member, by.audience),
        )


def hears(db: Connection, by: By, appeal: str) -> bool:
    """Say whether this person is one of those who hear an appeal."""
    found = db.execute("select 1 from appeal_judge where appeal = ? and member = ?", (appeal, by.member)).fetchone()
    return by.trusted and found is not None


def _may_judge(db: Connection, by: By, fact: AppealHeard | Finding) -> None:
    APPEAL.may(db, fact.appeal, fact)
    if not hears(db, by, fact.appeal):
        raise Refused(mark("This is for the people who hear this appeal."))


def may_hear(db: Connection, by: By, fact: AppealHeard) -> None:
    """Take it up as one of the panel."""
    _may_judge(db, by, fact)


def fold_heard(db: Connection, _by: By, fact: AppealHeard) -> None:
    """Take it up."""
    APPEAL.move(db, fact.appeal, fact)


def may_find(db: Connection, by: By, fact: Finding) -> None:
    """Say what one finds; one may think again until two find the same."""
    _may_judge(db, by, fact)


def fold_found(db: Connection, by: By, fact: Finding) -> None:
    """Write a finding down; the second of the same kind settles it, as long as both still take part."""
    found = _WORDS[type(fact)]
    db.execute(
        "update appeal_judge set finding = ?, words = ? where appeal = ? and member = ?",
        (found, fact.words, fact.appeal, by.member),
    )
    same = (
        "select count(*) from appeal_judge join member using (member) where appeal = ? and finding = ?"
        " and standing in ('trusted', 'resting')"
    )
    if db.execute(same, (fact.appeal, found)).fetchone()[0] >= AGREEING:
        _settle(db, fact, found, by.day)


def _settle(db: Connection, fact: Finding, found: str, day: int) -> None:
    appeal = record(db, "appeal", fact.appeal)
    end_appeal(db, fact.appeal, found, day)
    proposal = record(db, "proposal", appeal["proposal"])
    if found == "upheld" or proposal["state"] not in STANDING:
        return
    state = PROPOSAL.after(proposal["state"], type(fact).__name__)
    if found == "changed":
        db.execute(
            "update proposal set state = ?, review_on = ? where proposal = ?", (state, day, proposal["proposal"])
        )
        return
    undo(db, proposal, day)
    db.execute(
        "update proposal set state = ?, outcome = 'overturned', closed_on = ? where proposal = ?",
        (state, day, proposal["proposal"]),
    )


def appeals_of(db: Connection, proposal: str) -> list[Row]:
    """Return the appeals against a decision."""
    return rows(db, "select * from appeal where proposal = ? order by filed_on, appeal", proposal)
