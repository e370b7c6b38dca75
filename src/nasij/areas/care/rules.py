"""What may be said in care. How much somebody carries already is known to their own room: the form checks it, not a rule."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.care.facts import (
    CareDeclined,
    CaregiverOffered,
    CareProposed,
    DebriefPlanned,
    OptionAnswered,
    OptionAsked,
    OptionShown,
    PersonIntroduced,
    PreferenceStated,
    ProgrammeProposed,
    SeekingStated,
    SessionWeighed,
    SupervisionHeld,
    SupervisionSet,
    SupervisorAway,
    SupervisorTold,
)
from nasij.areas.care.lists import (
    CAREGIVER_STEPS,
    ESCALATION_STEPS,
    OPTION_STEPS,
    RELATION_STEPS,
    SEEKING_STEPS,
    SESSION_STEPS,
    TRAINED,
)
from nasij.areas.care.meeting import (
    AgreementConfirmed,
    AgreementProposed,
    EscalationHandedOn,
    EscalationRaised,
    FeedbackGiven,
    NoteDropped,
    NoteShared,
    OwnNoteKept,
    PersonAsked,
    RematchAsked,
    SessionFelt,
    SessionHeld,
    SessionMoved,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.areas.care.oversight import overseer, seats
from nasij.errors import Malformed, Refused
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

_TWICE = mark("This was already written down.")
_NOT_YOURS = mark("This is for the person it concerns.")
_TWO = mark("This is for the two whom it is about.")
_SUPERVISES = mark("This is for whoever supervises now.")
NOBODY_SUPERVISES = mark("Nobody is there to supervise now, so it rests.")
WAITS = mark("It goes on as soon as the supervisor or the deputy is back.")
_OVER_DAY = mark("This day is over. Please choose another.")
_OVER = mark("This is over already.")
_MEETING = ("active",)
AWAY_MOST = 120
OPTIONS_MOST = 9
GOALS_MOST = 3
NOTES_MOST = 100
REFUSED_ANYWAY = ("life",)  # the one sign for which others may be told against a wish, as the agreement says


def _new(db: Connection, table: str, key: str, record: str) -> None:
    if db.execute(f"select 1 from {table} where {key} = ?", (record,)).fetchone():
        raise Refused(_TWICE)


def _to_come(by: By, day: int, field: str, *, most: int = AWAY_MOST) -> None:
    if not by.day - 1 <= day <= by.day + most:
        raise Malformed(_OVER_DAY, field=field)


def _ready(db: Connection, programme: str, by: By, *people: str) -> str:
    """Return who supervises; refuse where nobody does."""
    found = overseer(db, programme, by.day, *people)
    if not found:
        raise Refused(NOBODY_SUPERVISES, advice=WAITS)
    return found


def _oversees(db: Connection, by: By, programme: str, *people: str) -> None:
    if _ready(db, programme, by, *people) != by.member:
        raise Refused(_SUPERVISES)


# Programmes


def _two_seats(db: Connection, fact: ProgrammeProposed | SupervisionSet) -> None:
    trusted = who.members(db, ("trusted", "resting"))
    for seat in ("supervisor", "deputy"):
        if getattr(fact, seat) not in trusted:
            raise Malformed(mark("Please choose one from the list."), field=seat)
    if fact.supervisor == fact.deputy:
        raise Malformed(mark("Whoever stands in is somebody else."), field="deputy")


def may_propose(db: Connection, _by: By, fact: ProgrammeProposed) -> None:
    """Begin with two people for the two seats."""
    _new(db, "programme", "programme", fact.programme)
    _two_seats(db, fact)


def _programme(db: Connection, programme: str) -> dict[str, Any]:
    row = fields(db, "programme", "programme", programme)
    if row["state"] == "closed":
        raise Refused(mark("This programme is closed."))
    return row


def may_seat(db: Connection, _by: By, fact: SupervisionSet) -> None:
    """Ask two people anew."""
    _programme(db, fact.programme)
    _two_seats(db, fact)


def may_sit(db: Connection, by: By, fact: Any) -> None:
    """Speak for one's own seat."""
    _programme(db, fact.programme)
    if by.member not in {seat["member"] for seat in seats(db, fact.programme)}:
        raise Refused(mark("This is for those who are asked to supervise."))


def may_be_away(db: Connection, by: By, fact: SupervisorAway) -> None:
    """Be away until a day that is still to come."""
    may_sit(db, by, fact)
    _to_come(by, fact.away_until, "away_until")


def may_close(db: Connection, by: By, fact: Any) -> None:
    """Close it once."""
    _programme(db, fact.programme)


# Those who care


def _no_seat(db: Connection, by: By, programme: str) -> None:
    """Keep apart who supervises and who takes part: nobody shows themselves to others, or reads the others before choosing."""
    if by.member in {seat["member"] for seat in seats(db, programme)}:
        raise Refused(
            mark("You are asked to supervise this programme, so you do not take part in it."),
            advice=mark("Take part in another programme, or lay the supervision down first."),
        )


def may_offer(db: Connection, by: By, fact: CaregiverOffered) -> None:
    """Offer oneself once a programme; counselling is for those who learned it."""
    _new(db, "caregiver", "caregiver", fact.caregiver)
    programme = _programme(db, fact.programme)
    if programme["kind"] == "counselling" and fact.training not in TRAINED:
        raise Malformed(mark("Counselling is for those who are trained for it."), field="training")
    _no_seat(db, by, fact.programme)
    _ready(db, fact.programme, by)


def own_caregiver(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    """Return one's own profile as a caregiver."""
    row = fields(db, "caregiver", "caregiver", fact.caregiver)
    if row["member"] != by.member:
        raise Refused(_NOT_YOURS)
    if row["closed_on"]:
        raise Refused(_OVER)
    return row


def may_pause(db: Connection, by: By, fact: Any) -> None:
    """Rest, or come back."""
    own_caregiver(db, by, fact)
    CAREGIVER_STEPS.may(db, fact.caregiver, fact)
    if hasattr(fact, "away_until"):
        _to_come(by, fact.away_until, "away_until")


def may_supervise(db: Connection, by: By, fact: Any) -> None:
    """Answer for a caregiver: only whoever supervises now."""
    row = fields(db, "caregiver", "caregiver", fact.caregiver)
    _oversees(db, by, row["programme"], row["member"])
    if row["closed_on"]:
        raise Refused(_OVER)
    if type(fact).__name__ == "CaregiverConfirmed":
        CAREGIVER_STEPS.may(db, fact.caregiver, fact)


def may_hold_supervision(db: Connection, by: By, fact: SupervisionHeld) -> None:
    """Write it down once."""
    _new(db, "supervision", "supervision", fact.supervision)
    may_supervise(db, by, fact)


def may_end_caregiver(db: Connection, by: By, fact: Any) -> None:
    """End one's own part, or that of somebody one supervises."""
    row = fields(db, "caregiver", "caregiver", fact.caregiver)
    if row["closed_on"]:
        raise Refused(_OVER)
    if row["member"] != by.member:
        _oversees(db, by, row["programme"], row["member"])


def may_weigh(db: Connection, by: By, fact: SessionWeighed) -> None:
    """Say for oneself how heavy it was."""
    own_caregiver(db, by, fact)
    _new(db, "debrief", "debrief", fact.debrief)


def may_plan_debrief(db: Connection, by: By, fact: DebriefPlanned) -> None:
    """Find a day for it."""
    row = fields(db, "debrief", "debrief", fact.debrief)
    caregiver = fields(db, "caregiver", "caregiver", row["caregiver"])
    _oversees(db, by, caregiver["programme"], caregiver["member"])
    if row["state"] == "held":
        raise Refused(_OVER)
    _to_come(by, fact.on_day, "on_day")


def may_tell_supervisor(db: Connection, by: By, fact: SupervisorTold) -> None:
    """Tell whoever is there."""
    row = own_caregiver(db, by, fact)
    _ready(db, row["programme"], by, by.member)
    _new_note(db, by, fact.note, fact.days)


# Those who seek


def may_seek(db: Connection, by: By, fact: SeekingStated) -> None:
    """Seek in a programme in which somebody is there to supervise."""
    _new(db, "seeking", "seeking", fact.seeking)
    _programme(db, fact.programme)
    if by.member in fact.not_with:
        raise Malformed(mark("Please choose somebody else."), field="not_with")
    _no_seat(db, by, fact.programme)
    _ready(db, fact.programme, by)


def _seeking(db: Connection, by: By, seeking: str) -> dict[str, Any]:
    row = fields(db, "seeking", "seeking", seeking)
    if row["member"] != by.member:
        raise Refused(_NOT_YOURS)
    return row


def may_withdraw_seeking(db: Connection, by: By, fact: Any) -> None:
    """Take one's own wish back."""
    _seeking(db, by, fact.seeking)
    SEEKING_STEPS.may(db, fact.seeking, fact)


def may_show(db: Connection, by: By, fact: OptionShown) -> None:
    """Show somebody a few who could fit."""
    row = fields(db, "seeking", "seeking", fact.seeking)
    _oversees(db, by, row["programme"], row["member"])
    if row["closed_on"]:
        raise Refused(_OVER)
    _new(db, "care_option", "option", fact.option)
    shown = rows(db, "select caregiver from care_option where seeking = ?", fact.seeking)
    if len(shown) >= OPTIONS_MOST or fact.caregiver in {one["caregiver"] for one in shown}:
        raise Refused(_TWICE)


def may_prefer(db: Connection, by: By, fact: PreferenceStated) -> None:
    """Order what was shown; whoever is being asked keeps their place."""
    _seeking(db, by, fact.seeking)
    SEEKING_STEPS.may(db, fact.seeking, fact)
    chosen = [one for one in (fact.first, fact.second, fact.third) if one]
    there = rows(db, "select option from care_option where seeking = ? and state = 'shown'", fact.seeking)
    if not set(chosen) <= {one["option"] for one in there}:
        raise Malformed(mark("Please choose one from the list."), field="first")
    if rows(db, "select 1 from care_option where seeking = ? and state in ('asked', 'willing')", fact.seeking):
        raise Refused(mark("Somebody is being asked now. The order can be changed after their answer."))


def in_turn(db: Connection, seeking: str) -> dict[str, Any] | None:
    """Return the option whose turn it is in the order of whoever seeks."""
    found = rows(
        db,
        "select * from care_option where seeking = ? and rank > 0 and state <> 'over' order by rank limit 1",
        seeking,
    )
    return found[0] if found else None


def _option(db: Connection, by: By, fact: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    option = fields(db, "care_option", "option", fact.option)
    return option, fields(db, "seeking", "seeking", option["seeking"])


def may_ask_option(db: Connection, by: By, fact: OptionAsked | OptionAnswered) -> None:
    """Ask in the order that the person chose, one at a time."""
    option, seeking = _option(db, by, fact)
    _oversees(db, by, seeking["programme"], seeking["member"])
    turn = in_turn(db, option["seeking"])
    if seeking["state"] != "ordered" or turn is None or turn["option"] != fact.option:
        raise Refused(mark("Somebody else is first in their order."))
    if isinstance(fact, OptionAsked):
        OPTION_STEPS.may(db, fact.option, fact)
    elif option["state"] != "asked":
        raise Refused(_TWICE)


def may_choose_option(db: Connection, by: By, fact: Any) -> None:
    """Say yes or no to somebody who said yes."""
    option, seeking = _option(db, by, fact)
    if seeking["member"] != by.member:
        raise Refused(_NOT_YOURS)
    if seeking["closed_on"]:
        raise Refused(_OVER)
    OPTION_STEPS.may(db, option["option"], fact)


# Relations


def may_propose_care(db: Connection, by: By, fact: CareProposed) -> None:
    """Ask a caregiver, who may be reached in this programme."""
    _new(db, "relation", "relation", fact.relation)
    row = fields(db, "caregiver", "caregiver", fact.caregiver)
    _oversees(db, by, fact.programme, fact.member)
    if row["member"] != fact.member or row["programme"] != fact.programme or row["state"] != "present":
        raise Refused(mark("This caregiver takes nobody new now."))


def relation_of(db: Connection, by: By, relation: str) -> dict[str, Any]:
    """Return a relation to one of the two."""
    row = fields(db, "relation", "relation", relation)
    if by.member not in (row["helper"], row["person"]):
        raise Refused(_TWO)
    return row


def may_answer(db: Connection, by: By, fact: Any) -> None:
    """Answer within the window; saying no is possible until the two have met, without a reason."""
    row = fields(db, "relation", "relation", fact.relation)
    if row["helper"] != by.member:
        raise Refused(_NOT_YOURS)
    RELATION_STEPS.may(db, fact.relation, fact)
    if not isinstance(fact, CareDeclined) and by.hour >= row["answer_until"]:
        raise Refused(mark("The time to answer is over. Somebody else is being asked."))


def may_take_back(db: Connection, by: By, fact: Any) -> None:
    """Take a proposal back before the two have met."""
    row = fields(db, "relation", "relation", fact.relation)
    _oversees(db, by, row["programme"], row["helper"])
    RELATION_STEPS.may(db, fact.relation, fact)


def may_introduce(db: Connection, by: By, fact: PersonIntroduced) -> None:
    """Bring two people together who have both said yes."""
    row = fields(db, "relation", "relation", fact.relation)
    _oversees(db, by, row["programme"], row["helper"])
    RELATION_STEPS.may(db, fact.relation, fact)
    if fact.person == row["helper"] or fact.person not in who.members(db, ("trusted", "resting")):
        raise Refused(mark("These two cannot be brought together."))


def may_agree_on(db: Connection, by: By, fact: AgreementProposed) -> None:
    """Propose terms to each other; new ones also while it is under way."""
    _new(db, "care_agreement", "agreement", fact.agreement)
    row = relation_of(db, by, fact.relation)
    _ready(db, row["programme"], by, row["helper"], row["person"])
    if row["state"] not in ("accepted", "agreement", "active"):
        raise Refused(_OVER)


def may_confirm(db: Connection, by: By, fact: AgreementConfirmed) -> None:
    """Say yes to the terms that stand last; only under supervision."""
    agreement = fields(db, "care_agreement", "agreement", fact.agreement)
    row = relation_of(db, by, agreement["relation"])
    if row["state"] not in ("agreement", "active"):
        raise Refused(_OVER)
    _ready(db, row["programme"], by, row["helper"], row["person"])
    part = "helper_yes" if by.member == row["helper"] else "person_yes"
    if agreement[part] or agreement["closed_on"]:
        raise Refused(_TWICE)


def _meets(db: Connection, by: By, relation: str) -> dict[str, Any]:
    row = relation_of(db, by, relation)
    _ready(db, row["programme"], by, row["helper"], row["person"])
    if row["state"] not in _MEETING:
        raise Refused(
            mark("There is nothing to meet for yet, or it is paused."),
            advice=mark("It begins when both have confirmed the agreement."),
        )
    return row


def may_plan(db: Connection, by: By, fact: SessionPlanned) -> None:
    """Plan to meet while it is under way and somebody supervises."""
    _new(db, "session", "session", fact.session)
    _meets(db, by, fact.relation)
    _to_come(by, fact.on_day, "on_day")


def may_change_session(db: Connection, by: By, fact: Any) -> None:
    """Say what became of it; meeting needs somebody who supervises."""
    session = fields(db, "session", "session", fact.session)
    SESSION_STEPS.may(db, fact.session, fact)
    if isinstance(fact, SessionHeld | SessionMoved):
        _meets(db, by, session["relation"])
    else:
        relation_of(db, by, session["relation"])
    if isinstance(fact, SessionHeld):
        if session["on_day"] > by.day + 1:
            raise Refused(mark("This day is still to come."))
        if fact.next_on:
            _to_come(by, fact.next_on, "next_on")
    if isinstance(fact, SessionMoved):
        _to_come(by, fact.on_day, "on_day")


def may_feel(db: Connection, by: By, fact: SessionFelt) -> None:
    """Say for oneself how it was."""
    session = fields(db, "session", "session", fact.session)
    if relation_of(db, by, session["relation"])["person"] != by.member:
        raise Refused(_NOT_YOURS)
    if session["state"] != "held":
        raise Refused(mark("This session was not held."))


def may_move_relation(db: Connection, by: By, fact: Any) -> None:
    """Pause, go on or end: each of the two, without the other."""
    row = relation_of(db, by, fact.relation)
    RELATION_STEPS.may(db, fact.relation, fact)
    if type(fact).__name__ == "RelationResumed":
        _ready(db, row["programme"], by, row["helper"], row["person"])


def may_give_feedback(db: Connection, by: By, fact: FeedbackGiven) -> None:
    """Say how it was, once it has ended."""
    row = relation_of(db, by, fact.relation)
    if row["state"] not in ("ended", "rematch") or not row["person"]:
        raise Refused(mark("This can be said once it has ended."))
    if rows(db, "select 1 from care_feedback where relation = ? and member = ?", fact.relation, by.member):
        raise Refused(_TWICE)


def may_rematch(db: Connection, by: By, fact: RematchAsked) -> None:
    """Seek somebody else: the person, once it has ended."""
    if relation_of(db, by, fact.relation)["person"] != by.member:
        raise Refused(_NOT_YOURS)
    RELATION_STEPS.may(db, fact.relation, fact)


# Between the two


def _two_open(db: Connection, by: By, relation: str) -> dict[str, Any]:
    row = relation_of(db, by, relation)
    if not row["person"] or row["closed_on"]:
        raise Refused(_OVER)
    return row


def may_set_goal(db: Connection, by: By, fact: Any) -> None:
    """Set a goal for oneself: the person, in their own words, and a few at a time."""
    _new(db, "goal", "goal", fact.goal)
    if _two_open(db, by, fact.relation)["person"] != by.member:
        raise Refused(mark("Goals are set by the person themselves."))
    if len(rows(db, "select 1 from goal where relation = ? and state = 'set'", fact.relation)) >= GOALS_MOST:
        raise Refused(mark("Three goals at a time are enough."))


def may_change_goal(db: Connection, by: By, fact: Any) -> None:
    """Change a goal of one's own that stands."""
    goal = fields(db, "goal", "goal", fact.goal)
    if _two_open(db, by, goal["relation"])["person"] != by.member:
        raise Refused(mark("Goals are set by the person themselves."))
    if goal["state"] != "set":
        raise Refused(_OVER)


def _new_note(db: Connection, by: By, note: str, days: int) -> None:
    _new(db, "care_note", "note", note)
    if days > charter.value(db, "care_note_days"):
        raise Malformed(
            mark("Notes are kept for %(count)d days at most."), field="days", count=charter.value(db, "care_note_days")
        )
    if len(rows(db, "select 1 from care_note where written_by = ?", by.member)) >= NOTES_MOST:
        raise Refused(mark("There are many notes already. Let go of some first."))


def may_note(db: Connection, by: By, fact: NoteShared | OwnNoteKept) -> None:
    """Keep a note while the relation lasts."""
    _two_open(db, by, fact.relation)
    _new_note(db, by, fact.note, fact.days)


def may_drop_note(db: Connection, by: By, fact: NoteDropped) -> None:
    """Let go of one's own note."""
    if fields(db, "care_note", "note", fact.note)["written_by"] != by.member:
        raise Refused(_NOT_YOURS)


# A worry


def may_raise(db: Connection, by: By, fact: EscalationRaised) -> None:
    """Raise a worry about somebody one accompanies."""
    _new(db, "escalation", "escalation", fact.escalation)
    row = _two_open(db, by, fact.relation)
    if row["helper"] != by.member:
        raise Refused(mark("This is for whoever accompanies."))


def _worry(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    row = fields(db, "escalation", "escalation", fact.escalation)
    two = (row["helper"], row["person"])
    if by.member not in two and not (row["told"] and overseer(db, row["programme"], by.day, *two) == by.member):
        raise Refused(mark("This is for the two, and for whoever supervises."))
    return row


def may_record_wish(db: Connection, by: By, fact: PersonAsked) -> None:
    """Write down what the person wants: they themselves, or whoever asked them."""
    row = _worry(db, by, fact)
    if by.member not in (row["helper"], row["person"]):
        raise Refused(_TWO)
    if by.member == row["person"] and fact.wish == "unreachable":
        raise Malformed(mark("Please choose one from the list."), field="wish")
    ESCALATION_STEPS.may(db, fact.escalation, fact)


def may_tell_others(db: Connection, by: By, fact: SupervisorInformed | EscalationHandedOn) -> None:
    """Tell others only after the person was asked, and against their wish only where their life is in danger."""
    row = _worry(db, by, fact)
    if row["state"] == "raised":
        raise Refused(mark("First ask the person what they want."))
    wanted = ("alarm", "unreachable") + (() if isinstance(fact, EscalationHandedOn) else ("supervisor",))
    if row["wish"] not in wanted and row["sign"] not in REFUSED_ANYWAY and by.member != row["person"]:
        raise Refused(mark("The person does not want this, and decides."))
    ESCALATION_STEPS.may(db, fact.escalation, fact)
    if isinstance(fact, SupervisorInformed):
        _ready(db, row["programme"], by, row["helper"], row["person"])


def may_move_worry(db: Connection, by: By, fact: Any) -> None:
    """Plan, or close, once the person was asked."""
    row = _worry(db, by, fact)
    if row["state"] == "raised":
        raise Refused(mark("First ask the person what they want."))
    ESCALATION_STEPS.may(db, fact.escalation, fact)
