"""What one can do on a bad day: forms, lists to choose from, and the facts they make."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from nasij.areas.incidents.facts import (
    EXPOSURE_FIRST,
    ADeputy,
    AKind,
    ALead,
    AnAbout,
    AnIncident,
    ASeverity,
    ATell,
    DutyLeft,
    DutyListSet,
    IncidentAnswered,
    IncidentDescribed,
    IncidentDuplicate,
    IncidentEnded,
    IncidentReported,
    IncidentSeen,
    IncidentTakenOn,
    IncidentUnfounded,
    IncidentVerified,
    IsSafe,
    LeadSet,
    MoreTold,
    OnCallTold,
    OutsideContacted,
    PlaybookAdapted,
    PlaybookChecked,
    ResponseClosed,
    ResponseFollowed,
    ResponseOpened,
    ResponseRead,
    ResponseReopened,
    ResponseSteadied,
    ResponseWorsened,
    RoomSetApart,
    SafeSaid,
    SomeChosen,
    SomeLeftOut,
    SomeTeam,
    StepAdded,
    StepDone,
    StepHandedOn,
    StepSetAside,
    TeamJoined,
    TeamLeft,
    WarningPlanned,
    WishesSaid,
)
from nasij.areas.incidents.playbooks import own_of
from nasij.areas.incidents.reporting import OPEN
from nasij.areas.incidents.rules import TRUSTED
from nasij.errors import Refused
from nasij.ids import code, new_id
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act
from nasij.kit.field import mark
from nasij.kit.rows import fields, record, rows
from nasij.kit.who import By


@dataclass(frozen=True, slots=True)
class MyTrouble:
    """I am in trouble."""

    severity: ASeverity
    safe_now: IsSafe
    tell: ATell
    chosen: SomeChosen
    left_out: SomeLeftOut


@dataclass(frozen=True, slots=True)
class TheirTrouble(MyTrouble):
    """Somebody else is."""

    about: AnAbout


@dataclass(frozen=True, slots=True)
class IAmSafe:
    """I am safe: all my reports."""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """Opening a case."""

    incident: AnIncident
    kind: AKind
    lead: ALead
    deputy: ADeputy
    team: SomeTeam


# Lists to choose from


def others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody but oneself."""
    return who.by_name(db, who.members(db) - {by.member})


def others_and_frozen(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody but oneself, also whoever is frozen: somebody was taken, and a friend froze them first."""
    return who.by_name(db, who.members(db, who.NOT_GONE) - {by.member})


def everybody(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return everybody who is among us."""
    return who.by_name(db, who.members(db))


def trusted(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return who may lead a case."""
    return who.by_name(db, who.members(db, TRUSTED))


def my_teams(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who is in a team with me."""
    found = db.execute(
        "select distinct theirs.member from response_person as mine join response_person as theirs using (response)"
        " where mine.member = ?",
        (by.member,),
    )
    return who.by_name(db, {member for (member,) in found} & who.members(db))


def other_reports(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the open reports that I was told of, by their codes."""
    found = db.execute(
        "select incident from incident join incident_told using (incident) where member = ? and incident.closed_on = 0"
        " order by incident",
        (by.member,),
    )
    return [(incident, code(incident)) for (incident,) in found]


# What forms make


def start_trouble(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with what is right when nothing is chosen: now, and those on call."""
    return {"severity": "now", "tell": "on_call"}


def my_report(_db: Connection, by: By, form: MyTrouble) -> list[Any]:
    """Report trouble of one's own."""
    told = (form.severity, form.safe_now, form.tell, form.chosen, form.left_out, "")
    return [IncidentReported(new_id(), "me", *told, by.quarter)]


def their_report(_db: Connection, by: By, form: TheirTrouble) -> list[Any]:
    """Report somebody else's."""
    told = (form.severity, form.safe_now, form.tell, form.chosen, form.left_out, form.about)
    return [IncidentReported(new_id(), "other", *told, by.quarter)]


def described(_db: Connection, by: By, form: IncidentDescribed) -> list[IncidentDescribed]:
    """Say what is known, and when."""
    return [dataclasses.replace(form, said_at=by.quarter)]


def my_open_reports(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return what I reported or what is about me and still open, newest first."""
    marks = ", ".join("?" * len(OPEN))
    return rows(
        db,
        f"select * from incident where closed_on = 0 and state in ({marks}) and (reported_by = ? or about = ?)"
        " order by reported_at desc, incident",
        *OPEN,
        member,
        member,
    )


def safe_again(db: Connection, by: By, _form: IAmSafe) -> list[Any]:
    """Say of every open report about oneself that one is safe."""
    mine = [row for row in my_open_reports(db, by.member) if row["about"] == by.member and row["state"] != "safe"]
    if not mine:
        raise Refused(
            mark("No report about you is open."), advice=mark("If somebody worries, call them or write to them.")
        )
    return [SafeSaid(row["incident"]) for row in mine]


def start_describing(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with what is known."""
    return record(db, "select * from incident where incident = ?", params.get("incident", ""))


def opened(db: Connection, by: By, form: CaseForm) -> list[Any]:
    """Open a case: those who were told learn who leads, the team gets the steps."""
    row = record(db, "select about, apart from incident where incident = ?", form.incident)
    about, response = row["about"], new_id()
    first = form.kind in EXPOSURE_FIRST and about and not row["apart"]
    return [
        *(
            [RoomSetApart(form.incident)] if first else []
        ),  # before anything is said of the case: it has keys of its own then
        IncidentTakenOn(form.incident, response, form.lead),
        ResponseOpened(response, form.incident, form.kind, about, form.lead, form.deputy, form.team),
        ResponseRead(response),
    ]


def start_case(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with what the report says, and with oneself as the lead."""
    row = record(db, "select kind from incident where incident = ?", params.get("incident", ""))
    return {"kind": row["kind"], "lead": by.member}


def closed(db: Connection, by: By, form: ResponseClosed) -> list[Any]:
    """Close a case; whoever was told of the report as well ends that too."""
    incident = fields(db, "response", "response", form.response)["incident"]
    told = rows(
        db,
        "select 1 from incident join incident_told using (incident) where incident = ? and state = 'opened'"
        " and member = ? and ? not in (reported_by, about)",
        incident,
        by.member,
        by.member,
    )
    return [*([IncidentEnded(incident)] if told else []), form]


def start_leading(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with who leads now."""
    return record(db, "select lead, deputy from response where response = ?", params.get("response", ""))


def start_wishes(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with what was written."""
    return record(db, "select able, wishes from response where response = ?", params.get("response", ""))


def start_list(db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with who is on the list."""
    return {"members": sorted(row[0] for row in db.execute("select member from duty where closed_on = 0"))}


def start_adapting(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with the group's own text as it stands."""
    own = own_of(db, params.get("kind", ""))
    return own | {"version": own.get("version", 0) + 1}


def start_checking(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with the version that is there."""
    return {"version": own_of(db, params.get("kind", "")).get("version", 0)}


_BY, _AT, _CASE, _GUIDE = "/by", "/by/{incident}", "/by/case/{response}", "/by/guide/{kind}"
_STEP = "/by/step/{step}"
_TELLING = {"chosen": others, "left_out": others}


def _press(path: str, form: type, then: str, title: str, press: str, **rest: Any) -> Act:
    return act(path, form, then=then, title=title, press=press, **rest)


_REPORTING = (
    _press(
        "/by/me",
        MyTrouble,
        _AT,
        mark("I am in trouble"),
        mark("Tell them"),
        by=ANYBODY_IN,
        make=my_report,
        prefill=start_trouble,
        options=_TELLING,
    ),
    _press(
        "/by/other",
        TheirTrouble,
        _AT,
        mark("Somebody else is in trouble"),
        mark("Tell them"),
        by=ANYBODY_IN,
        make=their_report,
        prefill=start_trouble,
        options={**_TELLING, "about": others_and_frozen},
    ),
    _press(
        "/by/safe",
        IAmSafe,
        _BY,
        mark("I am safe"),
        mark("I am safe"),
        by=ANYBODY_IN,
        make=safe_again,
        why=mark("Those who were told see it, and somebody calls to hear your voice."),
    ),
    _press(_AT + "/safe", SafeSaid, _AT, mark("Say that they are safe"), mark("Safe")),
    _press(
        _AT + "/more",
        IncidentDescribed,
        _AT,
        mark("Say more"),
        mark("Keep it"),
        make=described,
        prefill=start_describing,
        why=mark("Nothing of this is needed. Leave out names, numbers and addresses."),
    ),
    _press(
        _AT + "/all",
        OnCallTold,
        _AT,
        mark("Tell everybody on call"),
        mark("Tell everybody on call"),
    ),
    _press(_AT + "/tell", MoreTold, _AT, mark("Tell more people"), mark("Tell them"), options={"members": others}),
    _press(
        _AT + "/apart",
        RoomSetApart,
        _AT,
        mark("Their phone may be in other hands"),
        mark("Keep it from their room"),
        why=mark("Their room reads nothing more of this, until somebody has heard them and tells them again."),
    ),
    _press(_AT + "/open", IncidentSeen, _AT, mark("Open this report"), mark("Open it")),
    _press(
        _AT + "/answer",
        IncidentAnswered,
        _AT,
        mark("Answer this report"),
        mark("I am on it"),
        why=mark("The sender sees that it is you. Get in touch in the way that is safe for them."),
    ),
    _press(
        _AT + "/so",
        IncidentVerified,
        _AT,
        mark("Say that it is so"),
        mark("It is so"),
        why=mark("After you heard from them in the way agreed for this, not by an answer in writing."),
    ),
    _press(
        _AT + "/not-so",
        IncidentUnfounded,
        _BY,
        mark("Say that it turned out otherwise"),
        mark("It turned out otherwise"),
        why=mark("After a call-back. Nobody is blamed for a report."),
        grave=True,
    ),
    _press(
        _AT + "/same",
        IncidentDuplicate,
        _BY,
        mark("Say that it is known already"),
        mark("It is the same"),
        options={"same_as": other_reports},
    ),
    _press(
        _AT + "/over",
        IncidentEnded,
        _BY,
        mark("End this report"),
        mark("I heard their voice: it is over"),
        why=mark("Whoever is in trouble can be made to say that they are safe, so somebody else ends it."),
    ),
    _press(
        _AT + "/case",
        CaseForm,
        _CASE,
        mark("Open a case"),
        mark("Open it"),
        by=TRUSTED_MEMBER,
        make=opened,
        prefill=start_case,
        options={"lead": trusted, "deputy": trusted, "team": everybody},
        why=mark("The steps of the playbook become steps of the case. Only the team reads it."),
    ),
)
_CASES = (
    _press(_CASE + "/open", ResponseRead, _CASE, mark("Open this case"), mark("Open it")),
    _press(_CASE + "/steady", ResponseSteadied, _CASE, mark("The worst is over for now"), mark("It is settling")),
    _press(_CASE + "/follow", ResponseFollowed, _CASE, mark("It is quiet"), mark("We stay in touch")),
    _press(_CASE + "/worse", ResponseWorsened, _CASE, mark("It is acute again"), mark("It is acute again")),
    _press(
        _CASE + "/close",
        ResponseClosed,
        _BY,
        mark("Close this case"),
        mark("Close it"),
        make=closed,
        why=mark("What is written here is forgotten from then on: words after a month, people with the work."),
    ),
    _press(_CASE + "/reopen", ResponseReopened, _CASE, mark("Reopen this case"), mark("Reopen it")),
    _press(
        _CASE + "/lead",
        LeadSet,
        _CASE,
        mark("Change who leads"),
        mark("They lead from here on"),
        prefill=start_leading,
        options={"lead": trusted, "deputy": trusted},
    ),
    _press(
        _CASE + "/join",
        TeamJoined,
        _CASE,
        mark("Ask somebody into the team"),
        mark("Ask them in"),
        options={"member": others},
        why=mark("They read the whole case. Ask only people who have something to do."),
    ),
    _press(_CASE + "/leave/{member}", TeamLeft, _BY, mark("End taking part in this case"), mark("End taking part")),
    _press(
        _CASE + "/wishes",
        WishesSaid,
        _CASE,
        mark("What the person wants"),
        mark("Keep it"),
        prefill=start_wishes,
        why=mark("The person decides. Where they cannot, their safety plan decides, and not we."),
    ),
    _press(
        _CASE + "/outside",
        OutsideContacted,
        _CASE,
        mark("Write down who was called outside"),
        mark("Keep it"),
    ),
    _press(_CASE + "/step", StepAdded, _CASE, mark("Add a step"), mark("Add it"), options={"owner": my_teams}),
    _press(
        _CASE + "/warn",
        WarningPlanned,
        _CASE,
        mark("Plan to warn somebody"),
        mark("Plan it"),
        options={"whom": others_and_frozen, "owner": my_teams},
    ),
    _press(_STEP + "/done", StepDone, _STEP, mark("Say that this step is done"), mark("Done")),
    _press(_STEP + "/aside", StepSetAside, _STEP, mark("Set this step aside"), mark("Set it aside")),
    _press(
        _STEP + "/hand", StepHandedOn, _STEP, mark("Hand this step on"), mark("Hand it on"), options={"owner": my_teams}
    ),
)
_READY = (
    _press(
        "/by/duty/set",
        DutyListSet,
        "/by/duty",
        mark("Who is on call"),
        mark("Keep it"),
        prefill=start_list,
        options={"members": everybody},
        why=mark("Beside coordination, who is always on call. Everybody sees this list. Ask each of them first."),
    ),
    _press("/by/duty/off", DutyLeft, "/by/duty", mark("Go off call"), mark("I am not on call")),
    _press(
        _GUIDE + "/adapt",
        PlaybookAdapted,
        _GUIDE,
        mark("Make this text our own"),
        mark("This is how we do it"),
        prefill=start_adapting,
        why=mark("Everybody in the network reads it, so: no names, no numbers, no addresses."),
    ),
    _press(
        _GUIDE + "/checked",
        PlaybookChecked,
        _GUIDE,
        mark("Note that a lawyer has read it"),
        mark("They have read it"),
        prefill=start_checking,
    ),
)
ACTS = (*_REPORTING, *_CASES, *_READY)
