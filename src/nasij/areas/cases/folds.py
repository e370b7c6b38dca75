"""What is said in a case changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.cases.facts import (
    CASE_STEPS,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ContactMade,
    HandedOver,
    IdentityOpened,
    NextStepSet,
    NoteSaid,
    NotesSeen,
    PersonBrought,
    PersonLeft,
    ThanksSaid,
)
from nasij.areas.cases.rules import people_of
from nasij.kit import who
from nasij.kit.rows import fields, insert
from nasij.kit.who import By

FIRST_STEP_DAYS = 1
IDLE_DAYS = 90  # a case in which nothing is said any more closes, so that it is forgotten in time
# Everything of a case but the file itself and the thanks, which have days of their own.
_ROWS = ("case_person", "opened_identity", "note", "contact", "hand_over")


def _change(db: Connection, case: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update case_file set {names} where case_id = ?", (*changed.values(), case))


def _after(db: Connection, table: str, case: str) -> int:
    """Return the place of the next row of a case; places stay in order when earlier rows are forgotten."""
    return int(db.execute(f"select coalesce(max(place), 0) + 1 from {table} where case_id = ?", (case,)).fetchone()[0])


def _take_in(db: Connection, by: By, case: str, member: str, part: str) -> None:
    db.execute("delete from case_person where case_id = ? and member = ?", (case, member))
    row = {"case_id": case, "member": member, "part": part, "state": "in", "since": by.day, "audience": by.audience}
    insert(db, "case_person", row)
    who.admit(db, by.audience, member)


def _let_go(db: Connection, audience: str, case: str, member: str) -> None:
    db.execute("update case_person set state = 'out' where case_id = ? and member = ?", (case, member))
    who.release(db, audience, member)


def fold_opened(db: Connection, by: By, fact: CaseOpened) -> None:
    """Open the case among whoever asked and whoever helps, and coordination where it brought them together."""
    commitment = fields(db, "commitment", "commitment", fact.commitment)
    row = {"case_id": fact.case, "commitment": fact.commitment, "need": commitment["need"], "part": commitment["part"]}
    row |= {"state": "open", "opened_on": by.day, "moved_on": by.day, "audience": by.audience}
    insert(db, "case_file", row | {"next_owner": fact.helper, "next_on": by.day + FIRST_STEP_DAYS})
    _take_in(db, by, fact.case, by.member, "asker")
    _take_in(db, by, fact.case, fact.helper, "helper")
    if fact.coordinator:
        _take_in(db, by, fact.case, fact.coordinator, "coordinator")


def fold_identity(db: Connection, by: By, fact: IdentityOpened) -> None:
    """Show it to the people of the case, in place of what was there before."""
    db.execute("delete from opened_identity where case_id = ?", (fact.case,))
    row = {name: getattr(fact, name) for name in ("name_to_use", "number", "address", "safe_way")}
    insert(db, "opened_identity", row | {"case_id": fact.case, "audience": by.audience})
    _change(db, fact.case, moved_on=by.day)


def fold_said(db: Connection, by: By, fact: NoteSaid) -> None:
    """Add the note to the conversation."""
    row = {"note": fact.note, "case_id": fact.case, "place": _after(db, "note", fact.case), "said_by": by.member}
    row |= {"said_on": by.day, "words": fact.words, "photo": fact.photo, "audience": by.audience}
    insert(db, "note", row)
    _change(db, fact.case, moved_on=by.day)


def fold_seen(db: Connection, by: By, fact: NotesSeen) -> None:
    """Let whoever wrote them know, and not by whom."""
    marks = ", ".join("?" * len(fact.notes))
    db.execute(
        f"update note set opened = 1 where case_id = ? and said_by <> ? and note in ({marks})",
        (fact.case, by.member, *fact.notes),
    )


def fold_contact(db: Connection, by: By, fact: ContactMade) -> None:
    """Write down how it went, and what comes next if that was said."""
    row = {"contact": fact.contact, "case_id": fact.case, "place": _after(db, "contact", fact.case)}
    row |= {"made_by": by.member, "made_on": by.day, "outcome": fact.outcome, "words": fact.words}
    insert(db, "contact", row | {"audience": by.audience})
    _change(db, fact.case, moved_on=by.day)
    if fact.next_step:
        _change(db, fact.case, next_step=fact.next_step, next_owner=by.member, next_on=fact.next_on)


def fold_step(db: Connection, by: By, fact: NextStepSet) -> None:
    """Note what comes next."""
    owner = by.member if by.member in people_of(db, fact.case, fact.owner) else people_of(db, fact.case, fact.owner)[0]
    _change(db, fact.case, next_step=fact.words, next_owner=owner, next_on=fact.day, moved_on=by.day)


def fold_handed_over(db: Connection, by: By, fact: HandedOver) -> None:
    """Let the one go and the other in.

    The second envelope closes at once, on the machine of whoever goes as well: whoever asked opens it again to whoever
    comes, if they want to. What was said so far ends here too and is forgotten in its time, since nothing that is said
    later reaches the machine of whoever went.
    """
    CASE_STEPS.move(db, fact.case, fact)
    for member in people_of(db, fact.case, "helper"):
        _let_go(db, by.audience, fact.case, member)
    _take_in(db, by, fact.case, fact.to, "helper")
    db.execute("delete from opened_identity where case_id = ?", (fact.case,))
    db.execute("update note set closed_on = ? where case_id = ? and closed_on = 0", (by.day, fact.case))
    row = {"case_id": fact.case, "place": _after(db, "hand_over", fact.case), "by_member": by.member}
    row |= {"to_member": fact.to, "handed_on": by.day, "summary": fact.summary, "audience": by.audience}
    insert(db, "hand_over", row)
    _change(db, fact.case, handed_on=by.day, moved_on=by.day)
    _pass_step(db, fact.case, by.day)


def _pass_step(db: Connection, case: str, day: int) -> None:
    """Give the next step to whoever helps, or else to whoever asked, where its owner is no longer in the case."""
    people = [member for part in ("helper", "asker", "coordinator") for member in people_of(db, case, part)]
    if people and fields(db, "case_file", "case_id", case)["next_owner"] not in people:
        _change(db, case, next_owner=people[0], next_on=day + FIRST_STEP_DAYS)


def fold_brought(db: Connection, by: By, fact: PersonBrought) -> None:
    """Let the person in."""
    _take_in(db, by, fact.case, fact.whom, fact.part)
    _change(db, fact.case, moved_on=by.day)


def fold_left(db: Connection, by: By, fact: PersonLeft) -> None:
    """Let the person go; what was theirs to do passes to whoever helps."""
    _let_go(db, by.audience, fact.case, fact.whom)
    _change(db, fact.case, moved_on=by.day)
    _pass_step(db, fact.case, by.day)


def fold_closed(db: Connection, by: By, fact: CaseClosed) -> None:
    """Close the case and everything in it."""
    CASE_STEPS.move(db, fact.case, fact)
    _change(db, fact.case, reason=fact.reason, closing=fact.words, closed_by=by.member)
    _close(db, fact.case, by.day)


def _close(db: Connection, case: str, day: int) -> None:
    _change(db, case, closed_on=day, moved_on=day, next_step="", next_owner="", next_on=0)
    for table in _ROWS:
        db.execute(f"update {table} set closed_on = ? where case_id = ? and closed_on = 0", (day, case))


def fold_reopened(db: Connection, by: By, fact: CaseReopened) -> None:
    """Go on with what is still there; what was said before a hand-over stays closed."""
    closed_on = fields(db, "case_file", "case_id", fact.case)["closed_on"]
    CASE_STEPS.move(db, fact.case, fact)
    for table in _ROWS:
        db.execute(f"update {table} set closed_on = 0 where case_id = ? and closed_on = ?", (fact.case, closed_on))
    step = {"next_owner": by.member, "next_on": by.day + FIRST_STEP_DAYS}
    _change(db, fact.case, closed_on=0, moved_on=by.day, reason="", closing="", closed_by="", **step)


def fold_thanked(db: Connection, by: By, fact: ThanksSaid) -> None:
    """Keep the words for their time, whatever becomes of the case."""
    row = {"thanks": fact.thanks, "case_id": fact.case, "said_by": by.member, "said_on": by.day, "words": fact.words}
    insert(db, "thanks", row | {"audience": by.audience, "closed_on": by.day})


def passing(db: Connection, day: int) -> None:
    """Let go who left the network, close cases in which nothing is said any more, end circles of forgotten people."""
    _let_departed_go(db, day)
    idle = db.execute(
        "select case_id from case_file where closed_on = 0 and moved_on <= ? order by case_id", (day - IDLE_DAYS,)
    ).fetchall()
    for (case,) in idle:
        _change(db, case, state="closed")
        _close(db, case, day)
    _release_forgotten(db)


def _let_departed_go(db: Connection, day: int) -> None:
    """Let those go who are no longer among us: what was theirs to do passes on; where nobody asks any more, it closes."""
    gone = db.execute(
        "select case_file.audience, case_id, case_person.member from case_person join member using (member)"
        " join case_file using (case_id) where case_person.state = 'in' and case_file.closed_on = 0"
        " and standing in ('left', 'removed') order by case_id, case_person.member"
    ).fetchall()
    for audience, case, member in gone:
        if member in people_of(db, case, "helper"):
            db.execute("delete from opened_identity where case_id = ?", (case,))
        _let_go(db, audience, case, member)
    for case in sorted({case for _, case, _ in gone}):
        _pass_step(db, case, day)
        if not people_of(db, case, "asker"):
            _change(db, case, state="closed", reason="withdrawn")
            _close(db, case, day)


def _release_forgotten(db: Connection) -> None:
    """Let nobody be listed in the circle of a case whose people are forgotten."""
    held = db.execute(
        "select holder.of, holder.who from case_file join holder on holder.of = case_file.audience"
        " where case_file.closed_on > 0"
        " and not exists (select 1 from case_person where case_person.case_id = case_file.case_id)"
    ).fetchall()
    for circle, member in held:
        who.release(db, circle, member)
