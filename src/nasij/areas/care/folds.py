"""What is said in care changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.care.facts import (
    CareAccepted,
    CaregiverConfirmed,
    CaregiverEnded,
    CaregiverOffered,
    CaregiverPaused,
    CareProposed,
    DebriefPlanned,
    OptionAnswered,
    OptionShown,
    OptionTaken,
    PersonIntroduced,
    PreferenceStated,
    ProgrammeClosed,
    ProgrammeProposed,
    SeekingStated,
    SessionWeighed,
    SupervisionAccepted,
    SupervisionHeld,
    SupervisionLaidDown,
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
)
from nasij.areas.care.meeting import (
    AgreementConfirmed,
    AgreementProposed,
    EscalationHandedOn,
    EscalationRaised,
    FeedbackGiven,
    GoalDropped,
    GoalReached,
    GoalStated,
    GoalStepSet,
    NoteDropped,
    NoteShared,
    OwnNoteKept,
    PersonAsked,
    RelationEnded,
    SafetyAgreed,
    SessionFelt,
    SessionHeld,
    SessionMoved,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.areas.care.oversight import SEATS, hold_all, hold_one, hold_relation, seats
from nasij.clock import HOURS_A_DAY
from nasij.ids import numbered_id
from nasij.kit import charter, who
from nasij.kit.fact import fields_of
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import By

REST_DAYS = 14  # that a supervisor may advise
_OF_A_RELATION = ("care_agreement", "session", "goal", "care_note", "care_feedback")


def _change(db: Connection, table: str, key: str, record: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update {table} set {names} where {key} = ?", (*changed.values(), record))


def _row(fact: Any, audience: str, *without: str) -> dict[str, Any]:
    """Return the fields of a fact as columns; several choices stand in one, separated by commas."""
    found = {name: getattr(fact, name) for name in fields_of(type(fact)) if name not in without}
    joined = {name: ",".join(value) if isinstance(value, list) else value for name, value in found.items()}
    return joined | {"audience": audience}


# Programmes


def fold_proposed(db: Connection, by: By, fact: ProgrammeProposed) -> None:
    """Begin it, and ask the two."""
    row = _row(fact, by.audience, *SEATS)
    insert(db, "programme", row | {"state": "proposed", "proposed_on": by.day})
    _seat(db, by, fact)


def _seat(db: Connection, by: By, fact: ProgrammeProposed | SupervisionSet) -> None:
    before = {seat["member"]: seat for seat in seats(db, fact.programme)}
    for seat in SEATS:
        member = getattr(fact, seat)
        kept = {name: before.get(member, {}).get(name, 0) for name in ("accepted", "away_until", "seen_on")}
        put(db, "oversight", programme=fact.programme, seat=seat, member=member, audience=by.audience, **kept)
    _open_or_wait(db, fact.programme, by.day)


def fold_seated(db: Connection, by: By, fact: SupervisionSet) -> None:
    """Ask these two; whoever had said yes before has said it."""
    _seat(db, by, fact)


def _open_or_wait(db: Connection, programme: str, day: int) -> None:
    """Open a programme when both seats are taken; otherwise it waits, and what is under way goes on under whoever is there."""
    ready = all(seat["accepted"] for seat in seats(db, programme))
    _change(db, "programme", "programme", programme, state="open" if ready else "proposed")
    hold_all(db, programme, day)


def _own_seat(db: Connection, by: By, programme: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(
        f"update oversight set {names} where programme = ? and member = ?", (*changed.values(), programme, by.member)
    )


def fold_supervises(db: Connection, by: By, fact: SupervisionAccepted) -> None:
    """Note the yes."""
    _own_seat(db, by, fact.programme, accepted=1, away_until=0, seen_on=by.day)
    _open_or_wait(db, fact.programme, by.day)


def fold_laid_down(db: Connection, by: By, fact: SupervisionLaidDown) -> None:
    """Note that somebody else is needed."""
    _own_seat(db, by, fact.programme, accepted=0)
    _open_or_wait(db, fact.programme, by.day)


def fold_away(db: Connection, by: By, fact: SupervisorAway) -> None:
    """Let whoever stands in step in at once."""
    _own_seat(db, by, fact.programme, away_until=fact.away_until, seen_on=by.day)
    hold_all(db, fact.programme, by.day)


def fold_back(db: Connection, by: By, fact: Any) -> None:
    """Let the supervisor go on."""
    _own_seat(db, by, fact.programme, away_until=0, seen_on=by.day)
    hold_all(db, fact.programme, by.day)


def fold_present(db: Connection, by: By, fact: Any) -> None:
    """Note that they were here; who is away until a day stays away."""
    _own_seat(db, by, fact.programme, seen_on=by.day)
    hold_all(db, fact.programme, by.day)


def fold_programme_closed(db: Connection, by: By, fact: ProgrammeClosed) -> None:
    """Take in nobody any more; what is under way comes to its own end, under the same supervision."""
    _change(db, "programme", "programme", fact.programme, state="closed", closed_on=by.day)
    _change(db, "oversight", "programme", fact.programme, closed_on=by.day)


# Those who care


def fold_offered(db: Connection, by: By, fact: CaregiverOffered) -> None:
    """Write the profile down for whoever supervises."""
    row = _row(fact, by.audience) | {"member": by.member, "state": "offered"}
    row |= {"offered_on": by.day, "supervised_on": by.day}
    insert(db, "caregiver", row)
    hold_one(db, row, by.day, by.member)


def fold_caregiver_moved(db: Connection, by: By, fact: CaregiverConfirmed) -> None:
    """Take them in, or back."""
    CAREGIVER_STEPS.move(db, fact.caregiver, fact)
    _change(db, "caregiver", "caregiver", fact.caregiver, away_until=0, full=0)


def fold_caregiver_paused(db: Connection, by: By, fact: CaregiverPaused) -> None:
    """Let them rest."""
    CAREGIVER_STEPS.move(db, fact.caregiver, fact)
    _change(db, "caregiver", "caregiver", fact.caregiver, away_until=fact.away_until)


def fold_caregiver_ended(db: Connection, by: By, fact: CaregiverEnded) -> None:
    """End the profile."""
    _end_caregiver(db, fact.caregiver, by.day)


def _end_caregiver(db: Connection, caregiver: str, day: int) -> None:
    _change(db, "caregiver", "caregiver", caregiver, state="ended", closed_on=day)
    for table in ("debrief", "supervision"):
        _change(db, table, "caregiver", caregiver, closed_on=day)


def fold_weighed(db: Connection, by: By, fact: SessionWeighed) -> None:
    """Owe a debrief after a heavy one; of the others nothing is kept."""
    if fact.weight == "hard":
        row = {"debrief": fact.debrief, "caregiver": fact.caregiver, "state": "due", "since": by.day}
        insert(db, "debrief", row | {"audience": by.audience})


def fold_debrief_planned(db: Connection, by: By, fact: DebriefPlanned) -> None:
    """Note the day."""
    _change(db, "debrief", "debrief", fact.debrief, on_day=fact.on_day, state="planned")


def fold_supervised(db: Connection, by: By, fact: SupervisionHeld) -> None:
    """Write down what follows; a debrief that was due has been held with it."""
    insert(db, "supervision", _row(fact, by.audience) | {"held_by": by.member, "held_on": by.day})
    db.execute(
        "update debrief set state = 'held', closed_on = ? where caregiver = ? and state <> 'held'",
        (by.day, fact.caregiver),
    )
    changed: dict[str, Any] = {"supervised_on": by.day, "full": int(fact.advice in ("fewer", "hand", "learn"))}
    row = fields(db, "caregiver", "caregiver", fact.caregiver)
    if fact.advice == "rest" and row["state"] in ("present", "paused"):
        changed |= {"state": "paused", "away_until": max(row["away_until"], by.day + REST_DAYS)}
    _change(db, "caregiver", "caregiver", fact.caregiver, **changed)


# Those who seek


def fold_sought(db: Connection, by: By, fact: SeekingStated) -> None:
    """Write the wish down for whoever supervises."""
    row = _row(fact, by.audience) | {"member": by.member, "state": "stated", "stated_on": by.day}
    insert(db, "seeking", row)
    hold_one(db, row, by.day, by.member)


def _end_seeking(db: Connection, seeking: str, state: str, day: int) -> None:
    _change(db, "seeking", "seeking", seeking, state=state, closed_on=day)
    _change(db, "care_option", "seeking", seeking, closed_on=day)


def fold_seeking_withdrawn(db: Connection, by: By, fact: Any) -> None:
    """End it."""
    _end_seeking(db, fact.seeking, SEEKING_STEPS.may(db, fact.seeking, fact), by.day)


def fold_shown(db: Connection, by: By, fact: OptionShown) -> None:
    """Put it among those to choose from."""
    insert(db, "care_option", _row(fact, by.audience) | {"state": "shown"})


def fold_preferred(db: Connection, by: By, fact: PreferenceStated) -> None:
    """Note the order in place of the one before; whoever stands in it twice has the earlier place."""
    SEEKING_STEPS.move(db, fact.seeking, fact)
    db.execute("update care_option set rank = 0 where seeking = ? and state = 'shown'", (fact.seeking,))
    for rank, option in ((3, fact.third), (2, fact.second), (1, fact.first)):
        db.execute("update care_option set rank = ? where option = ?", (rank, option))


def fold_option_moved(db: Connection, by: By, fact: Any) -> None:
    """Note that somebody is being asked, or is not wanted."""
    OPTION_STEPS.move(db, fact.option, fact)


def fold_answered(db: Connection, by: By, fact: OptionAnswered) -> None:
    """Tell the person the answer, and after a yes the name."""
    yes = fact.answer == "yes"
    named = fact.member if yes else ""
    state = "willing" if yes else "over"
    _change(db, "care_option", "option", fact.option, state=state, answer=fact.answer, member=named)


def fold_taken(db: Connection, by: By, fact: OptionTaken) -> None:
    """End the search."""
    OPTION_STEPS.move(db, fact.option, fact)
    _end_seeking(db, fields(db, "care_option", "option", fact.option)["seeking"], "met", by.day)


# Relations


def fold_care_proposed(db: Connection, by: By, fact: CareProposed) -> None:
    """Ask the caregiver, who has until the window ends."""
    row = _row(fact, by.audience, "member") | {"helper": fact.member, "state": "proposed", "proposed_on": by.day}
    row |= {"answer_until": by.hour + charter.value(db, "care_answer_hours"), "moved_on": by.day}
    insert(db, "relation", row)
    hold_relation(db, fact.relation, by.day)


def fold_answer(db: Connection, by: By, fact: CareAccepted) -> None:
    """Note the answer; whatever is not a yes ends it."""
    state = RELATION_STEPS.move(db, fact.relation, fact)
    _change(db, "relation", "relation", fact.relation, moved_on=by.day)
    if state != "willing":
        _change(db, "relation", "relation", fact.relation, closed_on=by.day)


def fold_introduced(db: Connection, by: By, fact: PersonIntroduced) -> None:
    """Let the two know each other."""
    RELATION_STEPS.move(db, fact.relation, fact)
    _change(db, "relation", "relation", fact.relation, person=fact.person, moved_on=by.day)
    hold_relation(db, fact.relation, by.day)


def fold_agreement(db: Connection, by: By, fact: AgreementProposed) -> None:
    """Put these terms in the place of those not yet confirmed; whoever proposes says yes."""
    row = fields(db, "relation", "relation", fact.relation)
    db.execute(
        "update care_agreement set closed_on = ? where relation = ? and in_force = 0 and closed_on = 0",
        (by.day, fact.relation),
    )
    part = "helper_yes" if by.member == row["helper"] else "person_yes"
    insert(db, "care_agreement", _row(fact, by.audience) | {"proposed_by": by.member, "proposed_on": by.day, part: 1})
    if row["state"] == "accepted":
        _change(db, "relation", "relation", fact.relation, state="agreement")
    _change(db, "relation", "relation", fact.relation, moved_on=by.day)


def fold_confirmed(db: Connection, by: By, fact: AgreementConfirmed) -> None:
    """Begin when both have confirmed the same terms."""
    agreement = fields(db, "care_agreement", "agreement", fact.agreement)
    relation = agreement["relation"]
    row = fields(db, "relation", "relation", relation)
    part = "helper_yes" if by.member == row["helper"] else "person_yes"
    _change(db, "care_agreement", "agreement", fact.agreement, **{part: 1})
    if agreement["helper_yes"] + agreement["person_yes"] < 1:
        return
    db.execute(
        "update care_agreement set in_force = 0, closed_on = ? where relation = ? and in_force = 1", (by.day, relation)
    )
    _change(db, "care_agreement", "agreement", fact.agreement, in_force=1)
    _change(db, "relation", "relation", relation, state="active", moved_on=by.day)


def fold_planned(db: Connection, by: By, fact: SessionPlanned) -> None:
    """Note the day."""
    insert(db, "session", _row(fact, by.audience) | {"state": "planned"})


def _next_session(db: Connection, by: By, before: dict[str, Any], day: int) -> None:
    row = {"session": numbered_id(before["session"], 1), "relation": before["relation"], "on_day": day}
    insert(db, "session", row | {"channel": before["channel"], "state": "planned", "audience": before["audience"]})


def fold_moved(db: Connection, by: By, fact: SessionMoved) -> None:
    """Plan it for another day."""
    SESSION_STEPS.move(db, fact.session, fact)
    _next_session(db, by, fields(db, "session", "session", fact.session), fact.on_day)


def fold_held(db: Connection, by: By, fact: SessionHeld) -> None:
    """Note that they met, for how long, and when again."""
    SESSION_STEPS.move(db, fact.session, fact)
    _change(db, "session", "session", fact.session, minutes=fact.minutes, next_on=fact.next_on)
    session = fields(db, "session", "session", fact.session)
    _change(db, "relation", "relation", session["relation"], moved_on=by.day)
    if fact.next_on:
        _next_session(db, by, session, fact.next_on)


def fold_missed(db: Connection, by: By, fact: Any) -> None:
    """Note that they did not meet."""
    SESSION_STEPS.move(db, fact.session, fact)


def fold_felt(db: Connection, by: By, fact: SessionFelt) -> None:
    """Note how heavy it was for the person."""
    _change(db, "session", "session", fact.session, felt=fact.weight)


def fold_relation_moved(db: Connection, by: By, fact: Any) -> None:
    """Pause, or go on; what one of the two paused does not wake by itself."""
    RELATION_STEPS.move(db, fact.relation, fact)
    _change(db, "relation", "relation", fact.relation, moved_on=by.day, halted=0)


def fold_ended(db: Connection, by: By, fact: RelationEnded) -> None:
    """End it with all that belongs to it."""
    RELATION_STEPS.may(db, fact.relation, fact)
    _end_relation(db, fact.relation, fact.reason, by.day)


def _end_relation(db: Connection, relation: str, reason: str, day: int) -> None:
    _change(db, "relation", "relation", relation, state="ended", reason=reason, moved_on=day, closed_on=day)
    db.execute("delete from care_note where relation = ?", (relation,))
    for table in _OF_A_RELATION:
        db.execute(f"update {table} set closed_on = ? where relation = ? and closed_on = 0", (day, relation))


def fold_feedback(db: Connection, by: By, fact: FeedbackGiven) -> None:
    """Write it down."""
    row = _row(fact, by.audience) | {"member": by.member, "given_on": by.day}
    insert(db, "care_feedback", row | {"closed_on": by.day})


def fold_rematch(db: Connection, by: By, fact: Any) -> None:
    """Note that somebody else is sought."""
    RELATION_STEPS.move(db, fact.relation, fact)


# Between the two


def _the_two(db: Connection, by: By, relation: str) -> None:
    row = fields(db, "relation", "relation", relation)
    who.hold_exactly(db, by.audience, {row["helper"], row["person"]})


def fold_goal(db: Connection, by: By, fact: GoalStated) -> None:
    """Write it down between the two."""
    _the_two(db, by, fact.relation)
    insert(db, "goal", _row(fact, by.audience) | {"state": "set", "stated_on": by.day})


def fold_goal_step(db: Connection, by: By, fact: GoalStepSet) -> None:
    """Put the next step in the place of the one before."""
    _change(db, "goal", "goal", fact.goal, step=fact.step)


def fold_goal_over(db: Connection, by: By, fact: GoalReached | GoalDropped) -> None:
    """Close it."""
    state = "reached" if isinstance(fact, GoalReached) else "dropped"
    _change(db, "goal", "goal", fact.goal, state=state, closed_on=by.day)


def _note(db: Connection, by: By, fact: NoteShared | OwnNoteKept | SupervisorTold) -> None:
    row = _row(fact, by.audience, "days") | {"written_by": by.member, "until": by.day + fact.days}
    insert(db, "care_note", row)


def fold_note_shared(db: Connection, by: By, fact: NoteShared) -> None:
    """Keep it between the two until its day."""
    _the_two(db, by, fact.relation)
    _note(db, by, fact)


def fold_note(db: Connection, by: By, fact: OwnNoteKept | SupervisorTold) -> None:
    """Keep it until its day."""
    _note(db, by, fact)


def fold_note_dropped(db: Connection, by: By, fact: NoteDropped) -> None:
    """Forget it."""
    db.execute("delete from care_note where note = ?", (fact.note,))


# A worry


def fold_raised(db: Connection, by: By, fact: EscalationRaised) -> None:
    """Begin with the two of them."""
    relation = fields(db, "relation", "relation", fact.relation)
    row = _row(fact, by.audience) | {name: relation[name] for name in ("programme", "helper", "person")}
    row |= {"raised_by": by.member, "raised_on": by.day, "moved_on": by.day, "state": "raised"}
    insert(db, "escalation", row)
    who.hold_exactly(db, by.audience, {relation["helper"], relation["person"]})


def fold_wished(db: Connection, by: By, fact: PersonAsked) -> None:
    """Write down what the person wants, in place of what was there."""
    ESCALATION_STEPS.move(db, fact.escalation, fact)
    changed = {"wish": fact.wish, "wish_words": fact.words, "moved_on": by.day}
    _change(db, "escalation", "escalation", fact.escalation, **changed)


def fold_informed(db: Connection, by: By, fact: SupervisorInformed) -> None:
    """Let whoever supervises read it from here on."""
    ESCALATION_STEPS.move(db, fact.escalation, fact)
    _change(db, "escalation", "escalation", fact.escalation, told=1, moved_on=by.day)
    row = fields(db, "escalation", "escalation", fact.escalation)
    hold_one(db, row, by.day, row["helper"], row["person"])


def fold_safety(db: Connection, by: By, fact: SafetyAgreed) -> None:
    """Write down what they planned."""
    ESCALATION_STEPS.move(db, fact.escalation, fact)
    _change(db, "escalation", "escalation", fact.escalation, plan=fact.words, moved_on=by.day)


def fold_handed_on(db: Connection, by: By, fact: EscalationHandedOn) -> None:
    """Note which report it became."""
    ESCALATION_STEPS.move(db, fact.escalation, fact)
    _change(db, "escalation", "escalation", fact.escalation, incident=fact.incident, moved_on=by.day)


def fold_worry_closed(db: Connection, by: By, fact: Any) -> None:
    """Close it."""
    ESCALATION_STEPS.move(db, fact.escalation, fact)
    _change(db, "escalation", "escalation", fact.escalation, moved_on=by.day, closed_on=by.day)


# What a new day does


def passing(db: Connection, day: int) -> None:
    """Let the deputy step in where the supervisor is away; end what is over; forget notes whose day has come."""
    db.execute("delete from care_note where until > 0 and until <= ?", (day,))
    _end_what_is_over(db, day)
    present = who.members(db, ("trusted", "resting"))
    for row in rows(db, "select programme, member from oversight where accepted = 1 order by programme, seat"):
        if row["member"] not in present:
            db.execute(
                "update oversight set accepted = 0 where programme = ? and member = ?",
                (row["programme"], row["member"]),
            )
            db.execute(
                "update programme set state = 'proposed' where programme = ? and state = 'open'", (row["programme"],)
            )
    for row in rows(db, "select programme from programme order by programme"):
        hold_all(db, row["programme"], day)
    for table in ("relation", "seeking", "caregiver", "escalation"):
        who.release_forgotten(db, table, day)


def _end_what_is_over(db: Connection, day: int) -> None:
    gone = "(select member from member where standing in ('left', 'removed'))"
    for row in rows(db, f"select caregiver from caregiver where closed_on = 0 and member in {gone}"):
        _end_caregiver(db, row["caregiver"], day)
    db.execute("update caregiver set state = 'present' where state = 'paused' and away_until < ?", (day,))
    for row in rows(
        db,
        f"select relation from relation where closed_on = 0 and (helper in {gone} or person in {gone}"
        " or programme not in (select programme from programme)) order by relation",
    ):
        _end_relation(db, row["relation"], "gone", day)
    db.execute(
        "update relation set state = 'silent', closed_on = ? where state = 'proposed' and answer_until <= ?",
        (day, day * HOURS_A_DAY),
    )
    limit = day - charter.value(db, "care_idle_days")
    for row in rows(
        db, f"select seeking from seeking where closed_on = 0 and (stated_on <= ? or member in {gone})", limit
    ):
        _end_seeking(db, row["seeking"], "lapsed", day)
    for row in rows(
        db,
        "select relation from relation where closed_on = 0 and state in ('accepted', 'agreement') and moved_on <= ?",
        limit,
    ):
        _end_relation(db, row["relation"], "time", day)
    db.execute(
        "update escalation set state = 'closed', closed_on = ? where closed_on = 0 and moved_on <= ?", (day, limit)
    )
