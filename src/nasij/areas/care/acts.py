"""What one can do in care: forms, lists to choose from, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.care.facts import (
    ANote,
    AProgramme,
    ARelation,
    ASeeking,
    CareAccepted,
    CareDeclined,
    CaregiverBack,
    CaregiverConfirmed,
    CaregiverEnded,
    CaregiverOffered,
    CaregiverPaused,
    DebriefPlanned,
    OptionRefused,
    OptionShown,
    OptionTaken,
    PreferenceStated,
    ProgrammeClosed,
    ProgrammeProposed,
    S,
    SeekingStated,
    SeekingWithdrawn,
    SessionWeighed,
    SupervisionAccepted,
    SupervisionHeld,
    SupervisionLaidDown,
    SupervisionSet,
    SupervisorAway,
    SupervisorBack,
    SupervisorTold,
    Weight,
)
from nasij.areas.care.fitting import as_option, fitting, has_room, split
from nasij.areas.care.meeting import (
    AgreementConfirmed,
    AgreementProposed,
    AnEscalation,
    ASession,
    EscalationClosed,
    EscalationHandedOn,
    EscalationRaised,
    FeedbackGiven,
    GoalDropped,
    GoalReached,
    GoalStated,
    GoalStepSet,
    Minutes,
    NextOn,
    NoteDropped,
    NoteShared,
    OwnNoteKept,
    PersonAsked,
    RelationEnded,
    RelationPaused,
    RelationResumed,
    RematchAsked,
    SafetyAgreed,
    SessionFelt,
    SessionHeld,
    SessionMissed,
    SessionMoved,
    SessionPlanned,
    SupervisorInformed,
)
from nasij.areas.care.oversight import overseer
from nasij.areas.incidents import IncidentReported
from nasij.errors import Malformed, Refused
from nasij.ids import code, new_id
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act, holder_of
from nasij.kit.field import Choice, Choices, Ref, Refs, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

SHOWN_MOST = 5
HOW_URGENT = Choices(
    "care_urgent", {"now": mark("Within the hour"), "today": mark("Today"), "soon": mark("In the next days")}
)


@dataclass(frozen=True, slots=True)
class ShowForm:
    """Showing somebody who could fit."""

    seeking: ASeeking
    caregivers: Annotated[
        list[str],
        Refs(
            to="caregiver",
            many_max=SHOWN_MOST,
            keep=S,
            label=mark("Who could fit?"),
            why=mark(
                "The person sees topics, languages and ways, and why it could fit; no name. They choose the order."
            ),
        ),
    ]


@dataclass(frozen=True, slots=True)
class OneRelation:
    """A press about one relation."""

    relation: ARelation


@dataclass(frozen=True, slots=True)
class HeldForm:
    """That the two met, said by whoever accompanies."""

    session: ASession
    minutes: Minutes
    weight: Weight
    next_on: NextOn


@dataclass(frozen=True, slots=True)
class PassForm:
    """Passing one's own copy of a note on to whoever comes next: only the person does that."""

    note: ANote
    relation: Annotated[str, Ref(to="relation", keep=Keep.WORKING, label=mark("To whom does it go along?"))]


@dataclass(frozen=True, slots=True)
class HandOnForm:
    """Telling those on call."""

    escalation: AnEscalation
    severity: Annotated[
        str, Choice(of=HOW_URGENT, keep=Keep.WORKING, label=mark("How soon does somebody have to act?"))
    ]


# Lists to choose from


def others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return trusted members but oneself."""
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def trusted(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return trusted members."""
    return who.by_name(db, who.members(db, ("trusted", "resting")))


def could_fit(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return caregivers whom I supervise, with what they are called."""
    found = rows(db, "select * from caregiver where state = 'present' order by caregiver")
    mine = [row for row in found if overseer(db, row["programme"], by.day, row["member"]) == by.member]
    named = dict(who.by_name(db, {row["member"] for row in mine}))
    return [(row["caregiver"], f"{named[row['member']]} · {code(row['caregiver'])}") for row in mine]


def to_order(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return those I was shown and that are not asked yet, by their code."""
    found = rows(
        db,
        "select option from care_option join seeking using (seeking) where seeking.member = ?"
        " and care_option.state = 'shown' and seeking.closed_on = 0 order by option",
        by.member,
    )
    return [(row["option"], code(row["option"])) for row in found]


def _to_pass_to(db: Connection, by: By) -> list[tuple[str, str]]:
    found = rows(db, "select * from relation where person = ? and closed_on = 0 order by relation", by.member)
    named = dict(who.by_name(db, {row["helper"] for row in found}))
    return [(row["relation"], named[row["helper"]]) for row in found]


# What forms make


@dataclass(frozen=True, slots=True)
class OneProgramme:
    """A press about one programme."""

    programme: AProgramme


def supervises(db: Connection, by: By, form: OneProgramme) -> list[Any]:
    """Supervise where one does not take part; only one's own room knows whether one does."""
    found = [
        *rows(
            db,
            "select 1 from caregiver where programme = ? and member = ? and closed_on = 0",
            form.programme,
            by.member,
        ),
        *rows(
            db, "select 1 from seeking where programme = ? and member = ? and closed_on = 0", form.programme, by.member
        ),
        *rows(
            db,
            "select 1 from relation where programme = ? and ? in (helper, person) and closed_on = 0",
            form.programme,
            by.member,
        ),
    ]
    if found:
        raise Refused(mark("You take part in this programme yourself, so somebody else supervises it."))
    return [SupervisionAccepted(form.programme)]


def shown(db: Connection, by: By, form: ShowForm) -> list[Any]:
    """Show those chosen who fit, without names."""
    seeking = fields(db, "seeking", "seeking", form.seeking)
    fits = {row["caregiver"]: row for row in fitting(db, seeking, by.day)}
    if missing := [one for one in form.caregivers if one not in fits]:
        raise Malformed(
            mark("%(count)d of them do not fit here, or take nobody new now."), field="caregivers", count=len(missing)
        )
    return [OptionShown(new_id(), form.seeking, *as_option(fits[one])) for one in form.caregivers]


def accepted(db: Connection, by: By, form: OneRelation) -> list[Any]:
    """Say yes where one has room; only one's own room knows how many one is with."""
    row = fields(db, "relation", "relation", form.relation)
    own = fields(db, "caregiver", "caregiver", row["caregiver"])
    if not has_room(db, own, by.day):
        raise Refused(
            mark("You are with as many people as you can be now, or a heavy session is not talked about yet."),
            advice=mark("Say no this time, without a reason, or talk with your supervisor first."),
        )
    return [CareAccepted(form.relation)]


def held(db: Connection, by: By, form: HeldForm) -> list[Any]:
    """Say that they met to both; how heavy it was goes to whom it concerns."""
    session = fields(db, "session", "session", form.session)
    relation = fields(db, "relation", "relation", session["relation"])
    fact = SessionHeld(form.session, form.minutes, form.next_on)
    if by.member == relation["person"]:
        return [fact, SessionFelt(form.session, form.weight)]
    return [fact, SessionWeighed(new_id(), relation["caregiver"], form.weight)]


def rematched(db: Connection, by: By, form: OneRelation) -> list[Any]:
    """Seek somebody else with what was said before; nothing of what was noted goes along."""
    row = fields(db, "relation", "relation", form.relation)
    about = (split(row["topics"]), row["limits"], row["languages"], split(row["channels"]))
    seeking = SeekingStated(new_id(), row["programme"], "me", *about, [row["helper"]])
    return [RematchAsked(form.relation), seeking]


def passed(db: Connection, by: By, form: PassForm) -> list[Any]:
    """Copy a note that the person reads into what they now share with somebody else."""
    note = fields(db, "care_note", "note", form.note)
    before = rows(db, "select 1 from relation where relation = ? and person = ?", note["relation"], by.member)
    if not before or not note["audience"].startswith("care_two/"):
        raise Refused(mark("Only the person decides whether a note goes along."))
    return [NoteShared(new_id(), form.relation, note["words"], max(1, note["until"] - by.day))]


def handed_on(db: Connection, by: By, form: HandOnForm) -> list[Any]:
    """Tell those on call by a report about the person, in the same breath."""
    row = fields(db, "escalation", "escalation", form.escalation)
    incident = new_id()
    report = IncidentReported(incident, "other", form.severity, "", "on_call", [], [], row["person"], by.quarter)
    return [EscalationHandedOn(form.escalation, incident), report]


# What forms start with


def start_programme(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what suits most."""
    return {"kind": "listening", "weeks": 26, "places": 10}


def start_offer(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with little."""
    return {"training": "none", "places": 1}


def start_agreement(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the terms that stand, or with what suits most."""
    found = rows(
        db,
        "select * from care_agreement where relation = ? and closed_on = 0 order by proposed_on desc",
        params["relation"],
    )
    names = ("aim", "aim_two", "aim_three", "rhythm", "channel", "minutes", "weeks", "limits", "breaks", "ending")
    if found:
        return {name: found[0][name] for name in names}
    return {"rhythm": "fortnight", "minutes": 50, "weeks": 12}


def start_session(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with a week from now."""
    return {"on_day": by.day + 7, "channel": "voice"}


def start_held(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the usual length."""
    return {"minutes": 50}


def start_away(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with two weeks."""
    return {"away_until": by.day + 14}


def start_note(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with little."""
    return {"days": 14}


def start_debrief(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with tomorrow."""
    return {"on_day": by.day + 1}


def start_goal(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the step that stands."""
    return {"step": fields(db, "goal", "goal", params["goal"])["step"]}


_PROGRAMME = "/care/programme/{programme}"
_CAREGIVER = "/care/part/{caregiver}"
_SEEKING = "/care/ask/{seeking}"
_OPTION = "/care/option/{option}"
_AT = "/care/with/{relation}"
_SESSION = "/care/session/{session}"
_WORRY = "/care/worry/{escalation}"


def _press(path: str, form: type, title: str, then: str = "/care", **rest: Any) -> Act:
    """Return an act of one press: its title stands on its button too."""
    return act(path, form, then=then, title=title, press=title, **{"by": TRUSTED_MEMBER, **rest})


_SEATS = {"supervisor": trusted, "deputy": trusted}
_COORDINATION = holder_of("cases")
_NOTE_WHY = mark("What was said stays unwritten. A note is for what you would forget, and is itself forgotten.")

ACTS = (
    _press(
        "/care/programme",
        ProgrammeProposed,
        mark("Begin a programme"),
        by=_COORDINATION,
        options=_SEATS,
        prefill=start_programme,
        why=mark("It opens when both have said that they supervise."),
    ),
    _press(_PROGRAMME + "/accept", OneProgramme, mark("Supervise it"), make=supervises),
    _press(_PROGRAMME + "/lay", SupervisionLaidDown, mark("Lay the supervision down"), grave=True),
    _press(_PROGRAMME + "/seats", SupervisionSet, mark("Ask others to supervise"), by=_COORDINATION, options=_SEATS),
    _press(
        _PROGRAMME + "/away",
        SupervisorAway,
        mark("Be away for a while"),
        prefill=start_away,
        why=mark("Whoever stands in steps in at once and reads what you read; notes to you are not passed on."),
    ),
    _press(_PROGRAMME + "/back", SupervisorBack, mark("Supervise again")),
    _press(_PROGRAMME + "/close", ProgrammeClosed, mark("Close the programme"), by=_COORDINATION, grave=True),
    _press(
        _PROGRAMME + "/offer",
        CaregiverOffered,
        mark("Be there for others"),
        prefill=start_offer,
        why=mark(
            "Only whoever supervises reads this. What you ask for yourself stands elsewhere and is not linked to it."
        ),
    ),
    _press(
        _PROGRAMME + "/seek",
        SeekingStated,
        mark("Find somebody to be with me"),
        options={"not_with": others},
        prefill=lambda *_: {"for_whom": "me"},
        why=mark(
            "Only whoever supervises reads this. What you do for others stands elsewhere and is not linked to it."
        ),
    ),
    _press(_CAREGIVER + "/confirm", CaregiverConfirmed, mark("Take them in after a talk")),
    _press(_CAREGIVER + "/rest", CaregiverPaused, mark("Take nobody new for a while"), prefill=start_away),
    _press(_CAREGIVER + "/back", CaregiverBack, mark("Take somebody new again")),
    _press(_CAREGIVER + "/end", CaregiverEnded, mark("End this part"), grave=True, by=ANYBODY_IN),
    _press(_CAREGIVER + "/supervision", SupervisionHeld, mark("Write down a supervision")),
    _press(
        _CAREGIVER + "/note",
        SupervisorTold,
        mark("A note for the supervisor"),
        prefill=start_note,
        why=mark("Whoever steps in later does not get it."),
    ),
    _press("/care/debrief/{debrief}/plan", DebriefPlanned, mark("Find a day to talk about it"), prefill=start_debrief),
    _press(_SEEKING + "/show", ShowForm, mark("Show who could fit"), make=shown, options={"caregivers": could_fit}),
    _press(
        _SEEKING + "/order",
        PreferenceStated,
        mark("Choose the order"),
        options={"first": to_order, "second": to_order, "third": to_order},
        why=mark(
            "They are asked one after another, without your name. You learn who it is before they learn about you."
        ),
    ),
    _press(_SEEKING + "/withdraw", SeekingWithdrawn, mark("Seek nobody any more"), grave=True, by=ANYBODY_IN),
    _press(_OPTION + "/take", OptionTaken, mark("Yes, meet them")),
    _press(_OPTION + "/refuse", OptionRefused, mark("Not with this one")),
    _press(_AT + "/accept", OneRelation, mark("Yes, be there for them"), make=accepted),
    _press(_AT + "/decline", CareDeclined, mark("Not this time, without a reason"), by=ANYBODY_IN),
    _press(
        _AT + "/agree",
        AgreementProposed,
        mark("Propose an agreement"),
        then=_AT,
        prefill=start_agreement,
        why=mark("It counts when both have confirmed the same words."),
    ),
    _press("/care/agreement/{agreement}/confirm", AgreementConfirmed, mark("Confirm the agreement")),
    _press(_AT + "/session", SessionPlanned, mark("Plan a session"), then=_AT, prefill=start_session),
    _press(_SESSION + "/move", SessionMoved, mark("Move the session"), prefill=start_session),
    _press(
        _SESSION + "/held",
        HeldForm,
        mark("Say that you met"),
        make=held,
        prefill=start_held,
        why=mark(
            "Nothing of what was said is written down. How heavy it was for whoever accompanies is read by the supervisor"
            " only."
        ),
    ),
    _press(_SESSION + "/missed", SessionMissed, mark("We did not meet"), by=ANYBODY_IN),
    _press(_SESSION + "/felt", SessionFelt, mark("Say how heavy it was"), by=ANYBODY_IN),
    _press(_AT + "/pause", RelationPaused, mark("Pause the meetings"), then=_AT, by=ANYBODY_IN),
    _press(_AT + "/resume", RelationResumed, mark("Go on"), then=_AT),
    _press(
        _AT + "/end",
        RelationEnded,
        mark("End it"),
        then=_AT,
        by=ANYBODY_IN,
        prefill=lambda *_: {"reason": "none"},
        why=mark("Either may, at any time. Notes between you are forgotten with it."),
        grave=True,
    ),
    _press(_AT + "/feedback", FeedbackGiven, mark("Say how it was"), then=_AT, by=ANYBODY_IN),
    _press(_AT + "/again", OneRelation, mark("Find somebody else"), make=rematched, grave=True),
    _press(_AT + "/goal", GoalStated, mark("Set a goal"), then=_AT),
    _press("/care/goal/{goal}/step", GoalStepSet, mark("Set the next small step"), prefill=start_goal, by=ANYBODY_IN),
    _press("/care/goal/{goal}/reached", GoalReached, mark("Reached"), by=ANYBODY_IN),
    _press("/care/goal/{goal}/drop", GoalDropped, mark("Let this goal go"), by=ANYBODY_IN),
    _press(_AT + "/note", NoteShared, mark("A note for the two of us"), then=_AT, prefill=start_note, why=_NOTE_WHY),
    _press(_AT + "/own", OwnNoteKept, mark("A note for me alone"), then=_AT, prefill=start_note, why=_NOTE_WHY),
    _press(
        "/care/note/{note}/pass",
        PassForm,
        mark("Let a note go along"),
        make=passed,
        options={"relation": _to_pass_to},
        why=mark("Nothing passes to somebody new by itself. You alone decide, note by note."),
    ),
    _press("/care/note/{note}/drop", NoteDropped, mark("Forget this note"), by=ANYBODY_IN),
    _press(
        _AT + "/worry",
        EscalationRaised,
        mark("Something frightens me"),
        then=_WORRY,
        why=mark("The first step is to ask the person what they want. Nobody else reads this before."),
    ),
    _press(_WORRY + "/asked", PersonAsked, mark("Write down what the person wants"), then=_WORRY, by=ANYBODY_IN),
    _press(_WORRY + "/supervisor", SupervisorInformed, mark("Tell the supervisor"), then=_WORRY),
    _press(_WORRY + "/plan", SafetyAgreed, mark("Write down what you planned"), then=_WORRY),
    _press(
        _WORRY + "/on",
        HandOnForm,
        mark("Tell those on call"),
        then=_WORRY,
        make=handed_on,
        why=mark("A report about the person goes to those on call, with their name, and without what was said."),
        grave=True,
    ),
    _press(_WORRY + "/close", EscalationClosed, mark("The worry is over"), then=_WORRY, by=ANYBODY_IN),
)
