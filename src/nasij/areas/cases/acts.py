"""What one can do in a case: forms, what they start with, and the facts they make.

The acts that begin and end the help itself stand here and not with the offers, because each of them also says something
to the readers of the need. A fact names its author to its readers: so a part is taken, freed and done by whoever asked
or by coordination, never by whoever helps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.aid import AnAddress, ANumber, NameToUse, NeedClosed, PartDone, PartFreed, PartTaken, SafeWay
from nasij.areas.cases.facts import (
    NOTES_SHOWN,
    ACase,
    ACommitment,
    AReason,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ClosingWords,
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
from nasij.areas.cases.rules import part_of, people_of
from nasij.areas.matching import (
    CommitmentAccepted,
    CommitmentConfirmed,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentReleased,
)
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, act
from nasij.kit.field import Flag, Ref, mark
from nasij.kit.rows import fields, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

A_WEEK = 7
_IN_PLAY = ("open", "arranging", "underway")
_ENVELOPE = ("name_to_use", "number", "address", "safe_way")


@dataclass(frozen=True, slots=True)
class AcceptForm:
    """Accepting an offer, and opening of the second envelope what one wants to open."""

    commitment: ACommitment
    name_to_use: NameToUse
    number: ANumber
    address: AnAddress
    safe_way: SafeWay


@dataclass(frozen=True, slots=True)
class OneCommitment:
    """A press that is about one offer of help."""

    commitment: ACommitment


@dataclass(frozen=True, slots=True)
class OneCase:
    """A press that is about one case."""

    case: ACase


@dataclass(frozen=True, slots=True)
class CloseForm:
    """Closing a case, and the whole need with it if that is so."""

    case: ACase
    reason: AReason
    words: ClosingWords
    close_need: Annotated[
        bool,
        Flag(
            label=mark("Close the whole need with it"),
            why=mark("For whoever asked, and for coordination. Without it only this part ends."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class CoordinatorForm:
    """Asking somebody from coordination in."""

    case: ACase
    whom: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who should join?"))]


@dataclass(frozen=True, slots=True)
class AskerForm:
    """Asking the person in for whom one asked."""

    case: ACase
    whom: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who should join?"))]


def _not_over(day: int, by: By, field: str) -> None:
    if day and day < by.day - 1:  # somewhere it is still yesterday
        raise Malformed(mark("This day is over. Please choose another."), field=field)


# The help begins and ends


def accepted(db: Connection, by: By, form: AcceptForm) -> list[Any]:
    """Take the part, accept, and open a case; nobody learns how to reach me before that."""
    row = fields(db, "commitment", "commitment", form.commitment)
    case = new_id()
    # Only where coordination brings people together does it stay in the case; elsewhere the asker may ask it in.
    arranged = row["passed_by"] if row["way"] == "coordinated" else ""
    coordinates = arranged and "cases" in who.roles_of(db, arranged, by.day)
    coordinator = arranged if coordinates and arranged not in (by.member, row["helper"]) else ""
    # Where the need was closed and opened again, an earlier offer for this part may still stand as accepted.
    earlier = "select commitment from commitment where part = ? and asker = ? and state in ('accepted', 'done')"
    facts: list[Any] = [
        *(CommitmentFellThrough(it["commitment"], "") for it in rows(db, earlier, row["part"], by.member)),
        PartTaken(row["need"], row["part"], form.commitment),
        CommitmentAccepted(form.commitment),
        CaseOpened(case, form.commitment, row["helper"], coordinator),
    ]
    envelope = [getattr(form, name) for name in _ENVELOPE]
    return [*facts, IdentityOpened(case, *envelope)] if any(envelope) else facts


def _holds_part(db: Connection, commitment: Mapping[str, Any]) -> bool:
    """Say whether a part of the need is still taken by this offer, while the need stands."""
    return bool(
        db.execute(
            "select 1 from part join need using (need) where part = ? and part.commitment = ? and part.state = 'taken'"
            " and need.state in ('open', 'arranging', 'underway')",
            (commitment["part"], commitment["commitment"]),
        ).fetchone()
    )


def _open_case(db: Connection, commitment: str) -> str:
    row = db.execute(
        "select case_id from case_file where commitment = ? and state in ('open', 'reopened')", (commitment,)
    ).fetchone()
    return str(row[0]) if row else ""


def confirmed(db: Connection, by: By, form: OneCommitment) -> list[Any]:
    """Confirm that it is done: the part is done, and the case can rest."""
    row = fields(db, "commitment", "commitment", form.commitment)
    if row["asker"] != by.member:
        raise Refused(mark("Only the person who asked can confirm it."))
    # After a hand-over the first offer has ended already; the part is still the one it was made for.
    facts: list[Any] = [CommitmentConfirmed(form.commitment)] if row["state"] in ("accepted", "done") else []
    facts += [PartDone(row["need"], row["part"])] if _holds_part(db, row) else []
    if not facts:
        raise Refused(mark("There is nothing left to confirm here."))
    case = _open_case(db, form.commitment)
    return [*facts, CaseClosed(case, "met", "")] if case and part_of(db, case, by.member) else facts


_LEFT_OVER = (
    "select commitment.commitment, commitment.need, commitment.closing from commitment join part using (part)"
    " join need on need.need = commitment.need where commitment.asker = ?"
    " and part.commitment = commitment.commitment and part.state = 'taken'"
    " and need.state in ('open', 'arranging', 'underway') and not exists"
    " (select 1 from case_file where case_file.commitment = commitment.commitment and case_file.closed_on = 0)"
)
_MET = (
    "exists (select 1 from case_file where case_file.commitment = commitment.commitment"
    " and case_file.reason in ('met', 'part'))"
)
_IN_ORDER = " order by commitment.offered_on, commitment.commitment"


def to_free(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return my parts that are still taken by an offer that came to nothing, and in no open case."""
    ended = " and commitment.state in ('released', 'fell_through')"
    return rows(db, _LEFT_OVER + ended + " and not " + _MET + _IN_ORDER, by.member)


def to_confirm(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return my parts that were done by the word of somebody else's closing, where no offer is left to say so."""
    ended = " and commitment.state in ('accepted', 'released')"
    return rows(db, _LEFT_OVER + ended + " and " + _MET + _IN_ORDER, by.member)


def freed(db: Connection, by: By, form: OneCommitment) -> list[Any]:
    """Put the part back on the list."""
    row = fields(db, "commitment", "commitment", form.commitment)
    if row["state"] not in ("released", "fell_through") or not _holds_part(db, row):
        raise Refused(mark("This part is not waiting to be put back."))
    if _open_case(db, form.commitment):
        raise Refused(
            mark("Somebody goes on with this in a case."), advice=mark("Close the case first if nobody helps any more.")
        )
    return [PartFreed(row["need"], row["part"])]


def closed(db: Connection, by: By, form: CloseForm) -> list[Any]:
    """Close the case; whoever asked, or coordination, also says what became of the part and the need."""
    case = fields(db, "case_file", "case_id", form.case)
    found = rows(db, "select * from commitment where commitment = ?", case["commitment"])
    facts: list[Any] = [CaseClosed(form.case, form.reason, form.words)]
    met = form.reason in ("met", "part")
    if found:
        facts += _commitment_ended(by, found[0], met=met)
    need = rows(db, "select state from need where need = ?", case["need"])
    if not need or need[0]["state"] not in _IN_PLAY:
        return facts
    concerned = part_of(db, form.case, by.member) in ("asker", "coordinator")
    if concerned and found and _holds_part(db, found[0]):
        facts.append(PartDone(case["need"], case["part"]) if met else PartFreed(case["need"], case["part"]))
    if form.close_need:
        if not concerned:
            raise Refused(
                mark("Only whoever asked, or coordination, closes the whole need."),
                advice=mark("Leave that box empty and close only this case."),
            )
        facts.append(NeedClosed(case["need"], form.reason, form.words))
    return facts


def _commitment_ended(by: By, row: Mapping[str, Any], *, met: bool) -> list[Any]:
    """Return what closing says about the offer it began with, if this person is one of the two."""
    it, state = str(row["commitment"]), row["state"]
    if state not in ("accepted", "done") or by.member not in (row["helper"], row["asker"]):
        return []
    if not met:
        return [CommitmentFellThrough(it, "")]
    if by.member == row["asker"]:
        return [CommitmentConfirmed(it)]
    return [CommitmentDone(it)] if state == "accepted" else []


# In the case


def _is_free(db: Connection, member: str, day: int) -> bool:
    """Say whether somebody neither rests nor has given away what they said they can take on, as far as this room knows."""
    said = rows(db, "select rest_until, helps, per_week from capacity where member = ?", member)
    if not said:
        return True
    taken = db.execute(
        "select (select count(*) from commitment where helper = ? and (state = 'offered'"
        " or state in ('accepted', 'done', 'confirmed') and accepted_on > ?))"
        " + (select count(*) from hand_over where to_member = ? and handed_on > ?)",
        (member, day - A_WEEK, member, day - A_WEEK),
    ).fetchone()[0]
    rests = said[0]["rest_until"] >= day or not said[0]["helps"]
    return not rests and (said[0]["per_week"] < 0 or taken < said[0]["per_week"])


def handed_over(db: Connection, by: By, form: HandedOver) -> list[Any]:
    """Hand over. Nobody is told why somebody cannot take it on: they may rest, or somebody may avoid them."""
    case = fields(db, "case_file", "case_id", form.case)
    rests = not _is_free(db, form.to, by.day)
    askers = people_of(db, form.case, "asker")
    marks = ", ".join("?" * len(askers))
    avoids = db.execute(
        f"select 1 from avoid where by_member in ({marks}) and whom = ? or by_member = ? and whom in ({marks})",
        (*askers, form.to, form.to, *askers),
    ).fetchone()
    if rests or avoids:
        raise Malformed(mark("This person cannot take it on now. Please choose somebody else."), field="to")
    found = rows(db, "select * from commitment where commitment = ?", case["commitment"])
    if found and found[0]["state"] == "accepted" and by.member in (found[0]["helper"], found[0]["asker"]):
        return [form, CommitmentReleased(case["commitment"], "")]
    return [form]


def blocked(db: Connection, by: By) -> set[str]:
    """Return whom I have blocked; it never left this room."""
    return {row[0] for row in db.execute("select whom from block where by_member = ?", (by.member,))}


def shown_notes(db: Connection, by: By, case: str) -> list[dict[str, Any]]:
    """Return the conversation as I want to see it: without photos' bytes, and without notes of people I blocked."""
    found = rows(
        db,
        "select note, said_by, said_on, words, opened, length(photo) as photo from note where case_id = ?"
        " order by place desc limit ?",
        case,
        NOTES_SHOWN,
    )
    hidden = blocked(db, by)
    return [note for note in reversed(found) if note["said_by"] not in hidden]


def to_see(db: Connection, by: By, case: str) -> list[str]:
    """Return the notes of others that this room shows and of which nobody has said that they were read."""
    notes = shown_notes(db, by, case)
    return sorted(note["note"] for note in notes if note["said_by"] != by.member and not note["opened"])


def seen(db: Connection, by: By, form: OneCase) -> list[Any]:
    """Say that the notes shown here were read: only because somebody pressed it, never by opening a page."""
    notes = to_see(db, by, form.case)
    if not notes:
        raise Refused(mark("This was already written down."))
    return [NotesSeen(form.case, notes)]


def contact_made(_db: Connection, by: By, form: ContactMade) -> list[Any]:
    """Write down how it went."""
    _not_over(form.next_on, by, "next_on")
    return [form]


def step_set(_db: Connection, by: By, form: NextStepSet) -> list[Any]:
    """Set the next step."""
    _not_over(form.day, by, "day")
    return [form]


def coordinator_brought(_db: Connection, _by: By, form: CoordinatorForm) -> list[Any]:
    """Ask somebody from coordination in."""
    return [PersonBrought(form.case, form.whom, "coordinator")]


def asker_brought(_db: Connection, _by: By, form: AskerForm) -> list[Any]:
    """Ask the person in for whom one asked."""
    return [PersonBrought(form.case, form.whom, "asker")]


# What forms start with, and lists to choose from


def kept_envelope(db: Connection, need: str) -> dict[str, Any]:
    """Return what I keep for this need in my own room, or nothing; for a posted need, nothing of anybody else's."""
    found = rows(db, "select name_to_use, number, address, safe_way from identity where need = ?", need)
    return found[0] if found else {}


def start_accept(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with my second envelope; what I take out of the form stays closed."""
    return kept_envelope(db, fields(db, "commitment", "commitment", params["commitment"])["need"])


def start_identity(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what is open in the case, or with my second envelope."""
    found = rows(
        db, "select name_to_use, number, address, safe_way from opened_identity where case_id = ?", params["case"]
    )
    return found[0] if found else kept_envelope(db, fields(db, "case_file", "case_id", params["case"])["need"])


def people_to_take_on(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the trusted members who are not resting."""
    return who.by_name(db, who.members(db, ("trusted",)) - {by.member})


def coordinators(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who coordinates."""
    return who.by_name(db, who.role_holders(db, "cases") - {by.member})


def everybody(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody in the network."""
    return who.by_name(db, who.members(db) - {by.member})


_CASE = "/cases/{case}"

ACTS = (
    act(
        "/cases/begin/{commitment}",
        AcceptForm,
        by=ANYBODY_IN,
        make=accepted,
        prefill=start_accept,
        then=_CASE,
        title=mark("Accept this help"),
        press=mark("Accept"),
        why=mark(
            "From here on you arrange it between you. What you fill in below is shown to whoever helps, and only now."
        ),
    ),
    act(
        "/cases/confirm/{commitment}",
        OneCommitment,
        by=ANYBODY_IN,
        make=confirmed,
        then="/match/commitment/{commitment}",
        title=mark("Confirm that it is done"),
        press=mark("Yes, it is done"),
    ),
    act(
        "/cases/free/{commitment}",
        OneCommitment,
        by=ANYBODY_IN,
        make=freed,
        then="/aid/{need}",
        title=mark("Put it back on the list"),
        press=mark("Put it back on the list"),
        why=mark("The offer came to nothing. Somebody else can then help."),
    ),
    act(_CASE + "/say", NoteSaid, then=_CASE, title=mark("Write a note"), press=mark("Write it"), picture="photo"),
    act(
        _CASE + "/seen",
        OneCase,
        by=ANYBODY_IN,
        make=seen,
        then=_CASE,
        title=mark("Say that you have read this"),
        press=mark("Say that you have read this"),
        why=mark("Whoever wrote it learns that somebody has read it, not who. Nothing is said unless you press this."),
    ),
    act(
        _CASE + "/contact",
        ContactMade,
        make=contact_made,
        then=_CASE,
        title=mark("Write down a contact"),
        press=mark("Write it down"),
        why=mark("So that the next person who calls knows whether it is safe."),
    ),
    act(
        _CASE + "/step",
        NextStepSet,
        make=step_set,
        then=_CASE,
        title=mark("Set the next step"),
        press=mark("Set it"),
    ),
    act(
        _CASE + "/identity",
        IdentityOpened,
        prefill=start_identity,
        then=_CASE,
        title=mark("How you can be called and reached"),
        press=mark("Open it to this case"),
        why=mark("Each line may stay empty. The people of this case see it until the case is closed."),
    ),
    act(
        _CASE + "/hand",
        HandedOver,
        make=handed_over,
        options={"to": people_to_take_on},
        then="/cases",
        title=mark("Hand over to somebody else"),
        press=mark("Hand over"),
        why=mark(
            "How to reach the person who asked closes with it. They open it again to whoever comes, if they want to."
        ),
        grave=True,
    ),
    act(
        _CASE + "/coordinator",
        CoordinatorForm,
        by=ANYBODY_IN,
        make=coordinator_brought,
        options={"whom": coordinators},
        then=_CASE,
        title=mark("Ask coordination in"),
        press=mark("Ask in"),
        why=mark("They read what is said from then on, and how to reach you only if you open it again."),
    ),
    act(
        _CASE + "/bring",
        AskerForm,
        by=ANYBODY_IN,
        make=asker_brought,
        options={"whom": everybody},
        then=_CASE,
        title=mark("Ask the person in for whom you asked"),
        press=mark("Ask in"),
        why=mark("Only with their consent: the people of this case then know who they are."),
        grave=True,
    ),
    act(
        _CASE + "/leave/{whom}",
        PersonLeft,
        then="/cases",
        title=mark("End taking part"),
        press=mark("End taking part"),
    ),
    act(
        _CASE + "/close",
        CloseForm,
        by=ANYBODY_IN,
        make=closed,
        then=_CASE,
        title=mark("Close this case"),
        press=mark("Close it"),
        why=mark("How to reach people is forgotten a day later, what was written after 30 days."),
    ),
    act(_CASE + "/reopen", CaseReopened, then=_CASE, title=mark("Reopen this case"), press=mark("Reopen it")),
    act(_CASE + "/thanks", ThanksSaid, then=_CASE, title=mark("Say thank you"), press=mark("Say thank you")),
)
