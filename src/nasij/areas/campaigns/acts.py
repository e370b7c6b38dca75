"""What one can do in campaigns and actions: forms, lists to choose from, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import raising, sealing
from nasij.areas.campaigns.lists import COURSE_AFTER, PART_ORDER
from nasij.areas.campaigns.rules import all_trusted, joining_of
from nasij.areas.incidents import IncidentEnded, IncidentVerified
from nasij.errors import Refused
from nasij.ids import code, new_id
from nasij.kit import who
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, Sayer, act
from nasij.kit.fact import fields_of
from nasij.kit.field import Ref, Whole, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

GOING_ALONG = ("confirmed", "arrived", "unaccounted", "safe")
_TELL = fields_of(f.PartTold)


@dataclass(frozen=True, slots=True)
class VoteForm:
    """Asking the group about an action."""

    action: f.AnAction
    question: raising.Question
    body: raising.Body


@dataclass(frozen=True, slots=True)
class OneAction:
    """A press about one action."""

    action: f.AnAction


@dataclass(frozen=True, slots=True)
class OneJoining:
    """A press about one person's going along."""

    joining: f.AJoining


Within = Annotated[
    int,
    Whole(
        least=1,
        most=14 * 24,
        keep=f.S,
        label=mark("Within how many hours from now is everybody back?"),
        why=mark("Whoever is not heard from by then is looked for."),
    ),
]


@dataclass(frozen=True, slots=True)
class ConfirmForm:
    """Confirming somebody."""

    joining: f.AJoining
    role: f.ARole
    within: Within


@dataclass(frozen=True, slots=True)
class LaterForm:
    """It takes longer, for everybody who is not back."""

    action: f.AnAction
    within: Within


@dataclass(frozen=True, slots=True)
class BuddyForm:
    """Two who go together."""

    joining: f.AJoining
    other: Annotated[str, Ref(to="joining", keep=f.S, label=mark("With whom do they go?"))]


@dataclass(frozen=True, slots=True)
class TellForm:
    """One more part, to everybody who is confirmed."""

    action: f.AnAction
    sort: Annotated[str, _TELL["sort"]]
    words: Annotated[str, _TELL["words"]]


def going(db: Connection, action: str, *states: str) -> list[dict[str, Any]]:
    """Return who goes along, as far as this room can read: all where it is led, else oneself."""
    marks = ", ".join("?" * len(states or GOING_ALONG))
    sql = f"select * from joining where action = ? and state in ({marks}) order by joining"
    return rows(db, sql, action, *(states or GOING_ALONG))


def put_to_vote(db: Connection, _by: By, form: VoteForm) -> list[Any]:
    """Make the proposal, and tie it to the action."""
    proposal = raising.plain_proposal(db, form.question, form.body)
    return [proposal, f.ActionPutToVote(form.action, proposal.proposal)]


def confirmed(db: Connection, by: By, form: ConfirmForm) -> list[Any]:
    """Hold a place under a code that all can count, confirm it to one, and tell them what the others were told already."""
    row = joining_of(db, form.joining)
    place = f.PlaceFilled(new_id(), row["action"], form.role)
    joined = f.JoiningConfirmed(form.joining, form.role, place.place, by.hour + form.within)
    caught_up = [
        f.PartTold(new_id(), form.joining, sort, words) for sort, words in told_so_far(db, row["action"]).items()
    ]
    return [place, joined, *caught_up]


def told_so_far(db: Connection, action: str) -> dict[str, str]:
    """Return the newest words of each part of an action, in the order of the parts, as far as this room can read."""
    found = rows(db, "select sort, words from joining_part where action = ? order by told_at, part", action)
    newest = {row["sort"]: row["words"] for row in found}
    return {sort: newest[sort] for sort in PART_ORDER if sort in newest}


def later(db: Connection, by: By, form: LaterForm) -> list[Any]:
    """Put the hour off for everybody who is not back, each in their own circle."""
    found = going(db, form.action, "confirmed", "arrived")
    if not found:
        raise Refused(mark("Nobody is on the way now."))
    return [f.ReturnMoved(row["joining"], by.hour + form.within) for row in found]


def ended(db: Connection, by: By, form: OneJoining) -> list[Any]:
    """End it; where it is led, the place is free in the same breath."""
    row = joining_of(db, form.joining)
    freed = [f.PlaceFreed(row["place"])] if row["lead"] == by.member and by.trusted and row["place"] else []
    return [f.JoiningEnded(form.joining), *freed]


def paired(db: Connection, _by: By, form: BuddyForm) -> list[Any]:
    """Name each to the other, in the circle of each; whoever was with one of them before goes with nobody now."""
    one, other = joining_of(db, form.joining), joining_of(db, form.other)
    if one["action"] != other["action"]:
        raise Refused(mark("They do not go to the same action."))
    left = [
        f.BuddySet(row["joining"], "")
        for row in going(db, one["action"], "confirmed")
        if row["buddy"] in (one["member"], other["member"]) and row["joining"] not in (form.joining, form.other)
    ]
    return [*left, f.BuddySet(one["joining"], other["member"]), f.BuddySet(other["joining"], one["member"])]


def told(db: Connection, _by: By, form: TellForm) -> list[Any]:
    """Tell everybody who is confirmed, each in their own circle."""
    found = going(db, form.action, "confirmed", "arrived")
    if not found:
        raise Refused(mark("Nobody is confirmed yet."))
    return [f.PartTold(new_id(), row["joining"], form.sort, form.words) for row in found]


def missed_by_buddy(db: Connection, row: dict[str, Any]) -> bool:
    """Say whether a buddy said that they do not know where this person is, as far as this room can read."""
    said = "select 1 from joining where action = ? and buddy = ? and buddy_missed = 1"
    return bool(rows(db, said, row["action"], row["member"]))


def back(db: Connection, by: By, form: OneJoining) -> list[Any]:
    """Say that they are back; where others were told that they are missing, whoever heard their voice ends that with it."""
    row = joining_of(db, form.joining)
    said: list[Any] = [f.BackSaid(form.joining)]
    if row["member"] == by.member:
        return said
    for incident in _missed_in(db, by, row):
        if incident["state"] != "verified":
            said.append(IncidentVerified(incident["incident"], "spoke"))
        said.append(IncidentEnded(incident["incident"]))
    return said


def _missed_in(db: Connection, by: By, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reports of this action that this person is missing, as far as nobody made a case of them."""
    return rows(
        db,
        "select incident.incident, incident.state from incident join incident_told using (incident) join joining on"
        " joining.audience = incident.audience where joining.action = ? and about = ? and incident_told.member = ?"
        " and source = 'count' and incident.state in ('reported', 'safe', 'verified') order by incident.incident",
        *(row["action"], row["member"], by.member),
    )


def course_due(db: Connection, action: str, course: str, *states: str) -> list[f.CourseTold]:
    """Return what each circle has not heard yet of how far an action is; not everybody in it may read what all others read."""
    found = going(db, action, *states)
    return [f.CourseTold(row["joining"], course) for row in found if course in COURSE_AFTER[row["course"]]]


def announced(db: Connection, _by: By, form: OneAction) -> list[Any]:
    """Announce it; whoever was confirmed before it was held hears that it goes ahead again."""
    return [f.ActionAnnounced(form.action), *course_due(db, form.action, "announced")]


def begun(db: Connection, _by: By, form: OneAction) -> list[Any]:
    """Begin it, for all and in each circle."""
    return [f.ActionBegun(form.action), *course_due(db, form.action, "happening")]


def called_off(db: Connection, _by: By, form: OneAction) -> list[Any]:
    """Call it off, for all and in each circle."""
    return [f.NoGoGiven(form.action), *course_due(db, form.action, "no_go")]


def all_back(db: Connection, _by: By, form: OneAction) -> list[Any]:
    """Close the headcount when everybody was heard from."""
    if going(db, form.action, "confirmed", "arrived", "unaccounted"):
        raise Refused(
            mark("Somebody was not heard from yet."),
            advice=mark("Call them. If nobody answers, say so: an incident opens and others look with you."),
        )
    return [f.EveryoneBack(form.action, len(going(db, form.action))), *course_due(db, form.action, "over")]


def cleared(db: Connection, _by: By, form: OneAction) -> list[Any]:
    """Clear it; a circle with somebody who does not read that is told by itself."""
    found = rows(db, "select * from joining where action = ? and course <> 'happening' order by joining", form.action)
    told = [f.JoiningCleared(row["joining"]) for row in found if not all_trusted(db, row)]
    return [*told, f.ActionCleared(form.action)]


# Lists to choose from, and what forms start with


def _others(db: Connection, by: By) -> list[tuple[str, str]]:
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def _campaigns(db: Connection, _by: By) -> list[tuple[str, str]]:
    found = rows(db, "select campaign, aim from campaign where state <> 'closed' order by aim, campaign")
    return [(row["campaign"], f"{row['aim'][:60]} {code(row['campaign'])}") for row in found]


def _buddies(db: Connection, by: By) -> list[tuple[str, str]]:
    found = rows(
        db,
        "select joining, coalesce(alias, '') as alias, joining.member, joining.action from joining"
        " join action using (action) left join called on called.member = joining.member"
        " where action.lead = ? and joining.state = 'confirmed' order by joining.action, joining",
        by.member,
    )
    return [(r["joining"], f"{r['alias'] or code(r['member'])} · {code(r['action'])}") for r in found]


def _start_change(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    row = fields(db, "campaign", "campaign", params["campaign"])
    return {name: row[name] for name in ("aim", "addressed", "goal", "begins_on", "ends_on", "face", "kit")}


def _start_sign(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with one's own word so far."""
    said = "select threat, likelihood, harm, measure, verdict from risk_review where action = ? and member = ?"
    return next(iter(rows(db, said, params["action"], by.member)), {})


def _start_confirm(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    row = joining_of(db, params["joining"])
    return {"role": row["role"]} | _hours_left(db, by, row["action"])


def _start_later(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    return _hours_left(db, by, params["action"])


def _hours_left(db: Connection, by: By, action: str) -> dict[str, Any]:
    """Start with the hour that the others were told, while it is still to come."""
    latest = max((row["back_by"] for row in going(db, action, "confirmed", "arrived")), default=0)
    return {"within": latest - by.hour} if latest > by.hour else {}


def _start_seen(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    return {"seen": joining_of(db, params["joining"])["seen"]}


_CAMPAIGN, _ACTION, _JOINING = "/together/{campaign}", "/together/act/{action}", "/together/with/{joining}"


def _act(path: str, form: type, then: str, title: str, press: str, by: Sayer = TRUSTED_MEMBER, **more: Any) -> Act:
    return act(path, form, by=by, then=then, title=title, press=press, **more)


_CAMPAIGNS = (
    _act("/together/think", f.CampaignThought, _CAMPAIGN, mark("An idea for a campaign"), mark("Write it down")),
    _act(
        _CAMPAIGN + "/change",
        f.CampaignChanged,
        _CAMPAIGN,
        mark("Change the plan of this campaign"),
        mark("Keep the plan"),
        prefill=_start_change,
    ),
    _act(_CAMPAIGN + "/plan", f.CampaignPlanned, _CAMPAIGN, mark("This campaign is planned"), mark("It is planned")),
    _act(_CAMPAIGN + "/start", f.CampaignStarted, _CAMPAIGN, mark("Start this campaign"), mark("Start it")),
    _act(_CAMPAIGN + "/pause", f.CampaignPaused, _CAMPAIGN, mark("Pause this campaign"), mark("Pause it")),
    _act(
        _CAMPAIGN + "/close",
        f.CampaignClosed,
        _CAMPAIGN,
        mark("Close this campaign"),
        mark("Close it for good"),
        why=mark("Nothing more is raised or spent. What is left stays, until the group decides about it."),
        grave=True,
    ),
)
_ACTIONS = (
    _act(
        "/together/propose",
        f.ActionProposed,
        _ACTION,
        mark("Propose an action"),
        mark("Propose the action"),
        options={"campaign": _campaigns, "outside": _others},
        why=mark("All trusted members read this form. Place and time come later, in parts, only to who goes along."),
    ),
    _act(
        _ACTION + "/sign",
        f.RiskSigned,
        _ACTION,
        mark("Look at the risks of this action"),
        mark("Sign it"),
        prefill=_start_sign,
        why=mark("Two people who do not lead it sign. One *not like this* of theirs holds it, also after the go."),
    ),
    _act(
        _ACTION + "/vote",
        VoteForm,
        _ACTION,
        mark("Put this action to the vote"),
        mark("Ask the group"),
        make=put_to_vote,
    ),
    _act(_ACTION + "/go", f.GoGiven, _ACTION, mark("This action goes ahead"), mark("It goes ahead")),
    _act(
        _ACTION + "/no-go",
        OneAction,
        _ACTION,
        mark("This action does not take place"),
        mark("Call it off"),
        make=called_off,
        why=mark("Call everybody who is confirmed: not everybody opens this in time."),
        grave=True,
    ),
    _act(
        _ACTION + "/announce",
        OneAction,
        _ACTION,
        mark("Announce this action"),
        mark("Announce the action"),
        make=announced,
    ),
    _act(
        _ACTION + "/join",
        f.JoiningOffered,
        _JOINING,
        mark("Go along to this action"),
        mark("I would go along"),
        why=mark("Only whoever leads it and the contact outside learn of it, and later your buddy."),
    ),
    _act(
        _ACTION + "/tell",
        TellForm,
        _ACTION,
        mark("Tell when and where, in parts"),
        mark("Tell everybody who is confirmed"),
        make=told,
        why=mark("As late as possible: the exact place last."),
    ),
    _act(
        _ACTION + "/later",
        LaterForm,
        _ACTION,
        mark("It takes longer"),
        mark("Wait until then"),
        make=later,
        prefill=_start_later,
        why=mark("Everybody who is not back sees the new hour. Whoever is not heard from by then is looked for."),
    ),
    _act(_ACTION + "/begin", OneAction, _ACTION, mark("This action begins"), mark("It begins"), make=begun),
    _act(
        _ACTION + "/all-back",
        OneAction,
        _ACTION,
        mark("Everybody is back"),
        mark("Everybody is back safe"),
        make=all_back,
    ),
    _act(_ACTION + "/debrief", f.ActionDebriefed, _ACTION, mark("Talk it over"), mark("Keep it")),
    _act(_ACTION + "/lesson", f.LessonNoted, _ACTION, mark("What this action taught us"), mark("Keep the lesson")),
    _act(
        _ACTION + "/clear",
        OneAction,
        _ACTION,
        mark("Destroy who went along"),
        mark("Destroy it in every room"),
        make=cleared,
        why=mark("Counts and lessons stay. Who went along, with whom, when and where is gone for good."),
        grave=True,
    ),
)
# Whoever goes along, and whoever counts them, do their part whatever their standing has become meanwhile.
_ALONG = (
    _act(
        _JOINING + "/confirm",
        ConfirmForm,
        _JOINING,
        mark("Confirm that they go along"),
        mark("Confirm it for them"),
        make=confirmed,
        prefill=_start_confirm,
    ),
    _act(
        _JOINING + "/end",
        OneJoining,
        _JOINING,
        mark("Not going along"),
        mark("Not this time"),
        by=ANYBODY_IN,
        make=ended,
    ),
    _act(
        _JOINING + "/buddy",
        BuddyForm,
        _JOINING,
        mark("Two who go together"),
        mark("Name them to each other"),
        make=paired,
        options={"other": _buddies},
    ),
    _act(
        _JOINING + "/seen",
        f.SeenChanged,
        _JOINING,
        mark("Being seen or filmed"),
        mark("This holds now"),
        by=ANYBODY_IN,
        prefill=_start_seen,
    ),
    _act(_JOINING + "/arrived", f.ArrivalSaid, _JOINING, mark("I am there"), mark("I am there"), by=ANYBODY_IN),
    _act(
        _JOINING + "/back", OneJoining, _JOINING, mark("Back and safe"), mark("Back and safe"), by=ANYBODY_IN, make=back
    ),
    _act(
        _JOINING + "/missing",
        f.BuddyMissed,
        _JOINING,
        mark("My buddy is missing"),
        mark("I do not know where my buddy is"),
        by=ANYBODY_IN,
        why=mark("An incident opens at once. Call whoever leads it or the contact outside as well."),
        grave=True,
    ),
    _act(
        _JOINING + "/not-heard",
        f.CountMissed,
        _JOINING,
        mark("They were not heard from"),
        mark("Open an incident"),
        by=ANYBODY_IN,
        why=mark("You called and nobody answers. Those who can help are told now."),
        grave=True,
    ),
    _act(_JOINING + "/picture", f.PictureAsked, _JOINING, mark("Ask about a picture"), mark("Ask them")),
    _act(
        _JOINING + "/picture/{asking}",
        f.PictureAnswered,
        _JOINING,
        mark("A picture of you"),
        mark("That is my word"),
        by=ANYBODY_IN,
        why=mark("A “no” is possible later too. What left this group cannot be called back."),
    ),
)
ACTS = (*_CAMPAIGNS, *raising.ACTS, *_ACTIONS, *_ALONG, *sealing.ACTS)
