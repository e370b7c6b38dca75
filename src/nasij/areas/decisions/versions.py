"""A proposal whose words change while it is talked over: what it said before stays to be read, and whoever spoke is told.

After the vote has opened nothing changes any more, so everybody votes on the same words.
"""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.decisions.facts import OBJECTION, Body, CharterText, MeetsObjection, ProposalRef, Question
from nasij.areas.decisions.records import Row, record, written_options
from nasij.errors import Malformed, Refused
from nasij.kit.differences import differences
from nasij.kit.field import Whole, mark
from nasij.kit.rows import put, rows
from nasij.kit.table import Keep
from nasij.kit.who import ONLY_PREFIX, By

VERSIONS_MOST = 20  # of one proposal, so that nobody fills every room with its words; no choice of a group
_FIELDS = (
    ("question", mark("What is to be decided, in one sentence?")),
    ("body", mark("Why, and what would change")),
    ("options", mark("Options, one a line")),
    ("charter", mark("The whole text of the charter")),
)


@dataclass(frozen=True, slots=True)
class CharterAmended:
    """I have changed the text of the charter that I proposed."""

    proposal: ProposalRef
    question: Question
    body: Body
    charter: CharterText
    answers: MeetsObjection


@dataclass(frozen=True, slots=True)
class VersionRead:
    """I have read how it changed."""

    proposal: ProposalRef
    version: Annotated[int, Whole(most=VERSIONS_MOST, hidden=True, keep=Keep.SHORT)]


def check_amendable(db: Connection, row: Row, answers: str) -> None:
    """Raise unless this proposal is in discussion, was not changed too often, and the objection it answers stands."""
    if row["state"] != "discussion":
        raise Refused(mark("A proposal can be changed only while it is in discussion."))
    if row["amended"] >= VERSIONS_MOST:
        raise Refused(
            mark("This proposal has been changed %(count)d times."),
            advice=mark("Please take it back and make a new one from what you have found out."),
            count=VERSIONS_MOST,
        )
    if answers:
        objection = record(db, "objection", answers)
        if objection["proposal"] != row["proposal"] or objection["state"] != "raised":
            raise Malformed(mark("Please choose one from the list."), field="answers")


def amend(db: Connection, by: By, row: Row, fact: Any, **words: str) -> None:
    """Keep what it said so far, put the new words in its place, and let an objection wait for whoever raised it."""
    put(
        db,
        "proposal_version",
        proposal=row["proposal"],
        version=row["amended"],
        until=by.day,
        question=row["question"],
        body=row["body"],
        options=written_options(db, row["proposal"]),
        charter=row["charter"],
        audience=row["audience"],
    )
    changed = {"question": fact.question, "body": fact.body, **words}
    db.execute(
        f"update proposal set {', '.join(name + ' = ?' for name in changed)}, amended = amended + 1 where proposal = ?",
        (*changed.values(), row["proposal"]),
    )
    if fact.answers:
        OBJECTION.move(db, fact.answers, fact)


def may_amend_charter(db: Connection, by: By, fact: CharterAmended) -> None:
    """Change the words of one's own charter while it is talked over."""
    row = record(db, "proposal", fact.proposal)
    if row["made_by"] != by.member or row["effect"] != "charter":
        raise Refused(mark("Only whoever made the proposal can do this."))
    check_amendable(db, row, fact.answers)


def fold_charter_amended(db: Connection, by: By, fact: CharterAmended) -> None:
    """Put the new text in the place of the old."""
    amend(db, by, record(db, "proposal", fact.proposal), fact, charter=fact.charter)


def may_read(db: Connection, _by: By, fact: VersionRead) -> None:
    """Remember what there is to remember."""
    if fact.version > record(db, "proposal", fact.proposal)["amended"]:
        raise Malformed


def fold_read(db: Connection, by: By, fact: VersionRead) -> None:
    """Remember for myself alone up to which version I have read."""
    put(db, "version_read", proposal=fact.proposal, version=fact.version, audience=by.audience)


def changed_since_spoken(db: Connection, by: By, row: Row) -> bool:
    """Say whether a proposal has changed since this person spoke about it, and they have not read the change."""
    if not row["amended"] or row["state"] not in ("discussion", "open"):
        return False
    spoke = db.execute(
        "select max(version) from (select version from discussion_note where proposal = ? and said_by = ?"
        " union select version from objection where proposal = ? and by_member = ?)",
        (row["proposal"], by.member, row["proposal"], by.member),
    ).fetchone()[0]
    mine = "select version from version_read where proposal = ? and audience = ?"
    read = db.execute(mine, (row["proposal"], ONLY_PREFIX + by.member)).fetchone()
    return spoke is not None and max(spoke, read[0] if read else 0) < row["amended"]


def history(db: Connection, row: Row) -> list[dict[str, Any]]:
    """Return what each change of a proposal changed, the newest first: number, last day of the words before, and lines."""
    kept = rows(db, "select * from proposal_version where proposal = ? order by version", row["proposal"])
    now = {**row, "options": written_options(db, row["proposal"])}
    found = []
    for before, after in zip(kept, [*kept[1:], now], strict=False):
        changes = [
            {"label": label, "lines": lines}
            for name, label in _FIELDS
            if (lines := differences(before[name], after[name]))
        ]
        found.append({"number": before["version"] + 1, "day": before["until"], "changes": changes})
    return found[::-1]
