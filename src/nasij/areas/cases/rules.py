"""What may be said in a case. A rule reads the case's own rows, members and mandates, and the commitment it began with."""

from sqlite3 import Connection

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
from nasij.errors import Malformed, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields
from nasij.kit.table import Keep
from nasij.kit.who import By

FARTHEST_DAYS = 60
GOING_ON = ("open", "reopened")
_CLOSED = mark("This case is closed.")
_REOPEN = mark("Reopen it first, if there is something left to do.")


def part_of(db: Connection, case: str, member: str) -> str:
    """Return which part somebody has in a case now: asker, helper or coordinator; empty for none."""
    row = db.execute(
        "select part from case_person where case_id = ? and member = ? and state = 'in'", (case, member)
    ).fetchone()
    return str(row[0]) if row else ""


def people_of(db: Connection, case: str, part: str = "") -> list[str]:
    """Return who is in a case now, or who has one part in it; longest first."""
    found = db.execute(
        "select member from case_person where case_id = ? and state = 'in' and ? in ('', part) order by since, member",
        (case, part),
    )
    return [member for (member,) in found]


def _inside(db: Connection, by: By, case: str) -> str:
    CASE_STEPS.state(db, case)
    part = part_of(db, case, by.member)
    if not part:
        raise Refused(mark("Only the people of this case can do this."))
    return part


def _going_on(db: Connection, by: By, case: str) -> str:
    part = _inside(db, by, case)
    if CASE_STEPS.state(db, case) not in GOING_ON:
        raise Refused(_CLOSED, advice=_REOPEN)
    return part


def _soon(by: By, day: int, field: str) -> None:
    if day > by.day + FARTHEST_DAYS:
        raise Malformed(mark("This day is too far ahead."), field=field)


def may_open(db: Connection, by: By, fact: CaseOpened) -> None:
    """Open a case only with an offer that was accepted, by whoever accepted it; one case for each."""
    if db.execute("select 1 from case_file where case_id = ?", (fact.case,)).fetchone():
        raise Refused(mark("This was already written down."))
    commitment = fields(db, "commitment", "commitment", fact.commitment)
    if commitment["state"] != "accepted" or commitment["asker"] != by.member or commitment["helper"] != fact.helper:
        raise Refused(mark("A case begins when the person who asked accepts an offer of help."))
    if db.execute("select 1 from case_file where commitment = ?", (fact.commitment,)).fetchone():
        raise Refused(mark("There is a case for this already."))
    if fact.coordinator in (by.member, fact.helper):
        raise Refused(mark("This person is in the case already."))
    if fact.coordinator and "cases" not in who.roles_of(db, fact.coordinator, by.day):
        raise Refused(mark("This person does not coordinate."))


def may_open_identity(db: Connection, by: By, fact: IdentityOpened) -> None:
    """Leave the second envelope to whoever asked."""
    if _going_on(db, by, fact.case) != "asker":
        raise Refused(mark("Only the person who asked can open this."))
    if not (fact.name_to_use or fact.number or fact.address or fact.safe_way):
        raise Malformed(mark("Please fill in at least one of these."), field="name_to_use")


def may_say(db: Connection, by: By, fact: NoteSaid) -> None:
    """Refuse an empty note, and notes in a closed case."""
    _going_on(db, by, fact.case)
    if db.execute("select 1 from note where note = ?", (fact.note,)).fetchone():
        raise Refused(mark("This was already written down."))
    if not (fact.words or fact.photo):
        raise Malformed(mark("Please write something or add a photo."), field="words")


def may_see(db: Connection, by: By, fact: NotesSeen) -> None:
    """Leave it to the people of the case. Whoever came later does not have the notes, so nothing is asked about those."""
    _inside(db, by, fact.case)


def may_note_contact(db: Connection, by: By, fact: ContactMade) -> None:
    """Refuse a day for a step that is not named, or too far ahead."""
    _going_on(db, by, fact.case)
    if db.execute("select 1 from contact where contact = ?", (fact.contact,)).fetchone():
        raise Refused(mark("This was already written down."))
    if bool(fact.next_on) != bool(fact.next_step):
        raise Malformed(
            mark("A next step has a day, and a day has a next step."),
            field="next_on" if fact.next_step else "next_step",
        )
    _soon(by, fact.next_on, "next_on")


def may_set_step(db: Connection, by: By, fact: NextStepSet) -> None:
    """Give a step only to somebody who is in the case."""
    _going_on(db, by, fact.case)
    if not people_of(db, fact.case, fact.owner):
        raise Malformed(mark("Nobody in this case has that part."), field="owner")
    _soon(by, fact.day, "day")


def may_hand_over(db: Connection, by: By, fact: HandedOver) -> None:
    """Hand over only to a trusted member who agreed and is not in the case already."""
    CASE_STEPS.may(db, fact.case, fact)
    _inside(db, by, fact.case)
    if not who.is_there(db, fact.to, ("trusted",)):
        raise Malformed(mark("Please choose a trusted member who is not resting."), field="to")
    if part_of(db, fact.case, fact.to):
        raise Malformed(mark("This person is in the case already."), field="to")
    if not fact.agreed:
        raise Malformed(mark("Please ask them first, and tick this once they have said yes."), field="agreed")


def may_bring(db: Connection, by: By, fact: PersonBrought) -> None:
    """Leave it to whoever asked who else may read the case."""
    if _going_on(db, by, fact.case) != "asker":
        raise Refused(mark("Only the person who asked decides who else joins."))
    if part_of(db, fact.case, fact.whom):
        raise Malformed(mark("This person is in the case already."), field="whom")
    if fact.part == "coordinator" and "cases" not in who.roles_of(db, fact.whom, by.day):
        raise Malformed(mark("This person does not coordinate."), field="whom")
    if not who.is_there(db, fact.whom):
        raise Malformed(mark("This person is not among us now."), field="whom")


def may_leave(db: Connection, by: By, fact: PersonLeft) -> None:
    """Let coordination leave or be asked to leave; somebody always stays who asked, and somebody who helps."""
    mine = _inside(db, by, fact.case)
    part = part_of(db, fact.case, fact.whom)
    if not part:
        raise Refused(mark("This person is not in the case."))
    if fact.whom != by.member and mine != "asker":
        raise Refused(mark("Only the person who asked can ask somebody to leave."))
    if part == "helper":
        raise Refused(mark("The person who helps hands over, or closes the case."))
    if part == "asker" and people_of(db, fact.case, "asker") == [fact.whom]:
        raise Refused(mark("Somebody who asked stays in the case."), advice=mark("You can close it instead."))


def may_close(db: Connection, by: By, fact: CaseClosed) -> None:
    """Let anybody in the case close it, with a reason."""
    CASE_STEPS.may(db, fact.case, fact)
    _inside(db, by, fact.case)


def may_reopen(db: Connection, by: By, fact: CaseReopened) -> None:
    """Let anybody in the case reopen it, as long as it is remembered."""
    CASE_STEPS.may(db, fact.case, fact)
    closed_on = fields(db, "case_file", "case_id", fact.case)["closed_on"]
    if by.day >= closed_on + Keep.WORKING:
        raise Refused(mark("This was closed too long ago, and most of it is forgotten by now."))
    _inside(db, by, fact.case)


def may_thank(db: Connection, by: By, fact: ThanksSaid) -> None:
    """Let the people of a case thank each other, also after it is closed."""
    _inside(db, by, fact.case)
    if db.execute("select 1 from thanks where thanks = ?", (fact.thanks,)).fetchone():
        raise Refused(mark("This was already written down."))
