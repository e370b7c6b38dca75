"""A decision about a role: what is said, and how it is carried out in the fold that closes the vote.

Whoever the role is about does not vote. When it passes, the mandate begins or ends in every room at the same place of the
line, within every limit that holds for roles anyway (`areas/trust`). Where a limit stands in the way by then, or somebody has
left, the decision waits: it says what keeps it, and asks for somebody who sees to it by a day.
"""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated

from nasij.areas.decisions.facts import Asked, ProposalRef
from nasij.areas.decisions.records import Row
from nasij.areas.trust import OBSTACLES, ROLE_NAMES, MandateDays, carry_out, holding, obstacle
from nasij.errors import NotHereYet
from nasij.kit import charter
from nasij.kit.field import Choice, Choices, Day, Ref, mark
from nasij.kit.table import Keep

STEPS = Choices(
    "role_step",
    {
        "begin": mark("The role begins"),
        "end": mark("The role ends"),
        "recall": mark("The role is called back"),
    },
)
STUCK = Choices("stuck", {name: sentence for name, (sentence, _) in OBSTACLES.items()})
GONE = "standing"  # what keeps a role from somebody who left, as from anybody who is not trusted


@dataclass(frozen=True, slots=True)
class RoleProposed(Asked):
    """I propose that this role begins or ends."""

    step: Annotated[str, Choice(of=STEPS, label=mark("What happens"))]
    role: Annotated[str, Choice(of=ROLE_NAMES, label=mark("Role"))]
    member: Annotated[
        str,
        Ref(
            to="member",
            keep=Keep.WORKING,
            label=mark("Member"),
            why=mark("Whom it is about does not vote and is not counted."),
        ),
    ]
    days: MandateDays


@dataclass(frozen=True, slots=True)
class DecisionTakenUp:
    """I see to what was decided, by this day."""

    proposal: ProposalRef
    due_on: Annotated[int, Day(label=mark("By which day"))]


def what_keeps(db: Connection, proposal: Row, day: int) -> str:
    """Return what keeps this decision from being carried out today, empty for nothing."""
    try:
        return obstacle(db, proposal["step"], proposal["name"], proposal["about"], day)
    except NotHereYet:
        return GONE


def run(db: Connection, proposal: Row, day: int) -> None:
    """Carry the decision out, or write down what keeps it. It is looked at again on the day the mandate ends."""
    keeps = what_keeps(db, proposal, day)
    until = day + charter.value(db, "decision_days" if keeps else "appeal_days")
    previous = proposal["previous"]
    if not keeps:
        about = (proposal["name"], proposal["about"])
        previous = str(holding(db, proposal["about"]).get(proposal["name"], ""))
        ends_on = carry_out(db, proposal["proposal"], proposal["step"], *about, proposal["review_days"], day)
        until = max(until, ends_on)
    db.execute(
        "update proposal set stuck = ?, previous = ?, review_on = ? where proposal = ?",
        (keeps, previous, until, proposal["proposal"]),
    )


def undo(db: Connection, proposal: Row, day: int) -> None:
    """Put back what was before, for as long as it would have lasted; a later step about the role is left alone."""
    if proposal["stuck"]:
        return
    role, member = proposal["name"], proposal["about"]
    if proposal["step"] == "begin":
        found = "select 1 from appointment where appointment = ? and state in ('active', 'suspended')"
        if db.execute(found, (proposal["proposal"],)).fetchone() is None:
            return
        carry_out(db, proposal["proposal"], "end", role, member, 0, day)
    left = int(proposal["previous"] or 0) - day
    if left > 0 and not obstacle(db, "begin", role, member, day):
        carry_out(db, proposal["proposal"], "begin", role, member, left, day)


def is_over(proposal: Row) -> bool:
    """Say whether a decision about a role is over on its day: the mandate has ended by then, or nobody saw to it."""
    return bool(proposal["effect"] == "role" and proposal["state"] != "under_review")


def waits_for_doer(proposal: Row, in_force: frozenset[str]) -> bool:
    """Say whether somebody has to take this decision up: it could not run, or whoever does it is gone."""
    asks = proposal["effect"] == "task" or bool(proposal["stuck"])
    return bool(asks and proposal["state"] == "passed" and proposal["doer"] not in in_force)
