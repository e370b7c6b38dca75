"""What is said on a bad day: the closed lists, the steps and every fact of the area.

Nothing has to be written to raise the alarm: severity, whom to tell, done. All other words are optional and come afterwards.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Flag, Id, Ref, Refs, Text, Whole, mark, quarter, remark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

HOURS_MOST = 720  # how far ahead a step of a case may lie

SEVERITY = Choices(
    "severity",
    {
        "now": mark("Now, in danger"),
        "today": mark("Today"),
        "soon": mark("Soon"),
    },
)
WHOSE = Choices("whose", {"me": mark("I am in trouble"), "other": mark("Somebody else is")})
SAFE = Choices("safe_now", {"no": mark("No"), "yes": mark("Yes"), "unknown": mark("I do not know")})
TELL = Choices(
    "tell",
    {
        "on_call": mark("Those on call"),
        "chosen": mark("People I choose; those on call only if nobody answers in time"),
        "both": mark("Those on call, and people I choose"),
    },
)
SOURCE = Choices(
    "incident_source",
    {
        "said": mark("Somebody said it"),
        "check": mark("A check-in was missed"),
        "count": mark("A head count did not add up"),
    },
)
KIND = Choices(
    "incident_kind",
    {
        "family": mark("Violence in the family"),
        "eviction": mark("Losing the home"),
        "dismissal": mark("Losing the job"),
        "blackmail": mark("Blackmail"),
        "exposure_threat": mark("A threat to expose somebody"),
        "summons": mark("A summons"),
        "arrest": mark("Arrest"),
        "missing": mark("Somebody is missing"),
        "assault": mark("Assault"),
        "hospital": mark("Hospital"),
        "forced_treatment": mark("Forced treatment"),
        "forced_marriage": mark("Forced marriage"),
        "border": mark("Stopped at a border"),
        "device_taken": mark("A phone or computer taken"),
        "account_taken": mark("An account taken over"),
    },
    numbered=True,
)
EXPOSURE_FIRST = ("arrest", "device_taken")
WAY = Choices(
    "call_back_way",
    {
        "spoke": mark("I spoke with them and knew the voice"),
        "word": mark("They knew the word agreed between us"),
        "witness": mark("Somebody who was there told me"),
        "signs": mark("Nobody answers, and other signs confirm it"),
    },
)
ABLE = Choices(
    "able",
    {
        "person": mark("They can, and they do"),
        "plan": mark("They cannot now: their safety plan decides"),
        "unknown": mark("We do not know yet"),
    },
)
ENDING = Choices(
    "response_ending",
    {
        "safe": mark("The person is safe"),
        "handed": mark("Others carry it on"),
        "wish": mark("The person wants it to end"),
        "none": mark("Nothing more can be done from here"),
    },
)
STEP_KIND = Choices(
    "step_kind",
    {"exposure": mark("Before anything else"), "warn": mark("Warn somebody"), "do": mark("Do")},
)

_TURNS = {"IncidentUnfounded": "unfounded", "IncidentDuplicate": "duplicate"}
INCIDENT_STEPS = Steps(
    "incident",
    "incident",
    ("reported",),
    {
        "reported": {
            "IncidentVerified": "verified",
            "SafeSaid": "safe",
            "IncidentTakenOn": "opened",
            "passing": "over",
            **_TURNS,
        },
        "verified": {
            "SafeSaid": "safe",
            "IncidentTakenOn": "opened",
            "IncidentEnded": "over",
            "passing": "over",
            **_TURNS,
        },
        "safe": {"IncidentVerified": "verified", "IncidentEnded": "over", "passing": "over", **_TURNS},
        "opened": {"SafeSaid": "opened", "IncidentEnded": "over", "passing": "over"},
    },
    {
        "reported": mark("Reported"),
        "verified": mark("Called back, it is so"),
        "safe": mark("Said to be safe"),
        "opened": mark("A case is open"),
        "unfounded": mark("Turned out otherwise"),
        "duplicate": mark("Known already"),
        "over": mark("Over"),
    },
)
RESPONSE_STEPS = Steps(
    "response",
    "response",
    ("acute",),
    {
        "acute": {"ResponseSteadied": "stabilising"},
        "stabilising": {"ResponseWorsened": "acute", "ResponseFollowed": "following", "ResponseClosed": "closed"},
        "following": {"ResponseWorsened": "acute", "ResponseClosed": "closed", "passing": "closed"},
        "closed": {"ResponseReopened": "reopened"},
        "reopened": {
            "ResponseWorsened": "acute",
            "ResponseSteadied": "stabilising",
            "ResponseClosed": "closed",
            "passing": "closed",
        },
    },
    {
        "acute": mark("Acute"),
        "stabilising": mark("Settling"),
        "following": mark("Staying in touch"),
        "closed": mark("Closed"),
        "reopened": mark("Reopened"),
    },
)
STEP_STEPS = Steps(
    "response_step",
    "step",
    ("due",),
    {"due": {"StepDone": "done", "StepSetAside": "set_aside"}, "set_aside": {"StepDone": "done"}},
    {"due": mark("To do"), "done": mark("Done"), "set_aside": mark("Set aside")},
)

AnIncident = Annotated[str, Ref(to="incident", hidden=True)]
AResponse = Annotated[str, Ref(to="response", hidden=True)]
AStep = Annotated[str, Ref(to="response_step", hidden=True)]
AMember = Annotated[str, Ref(to="member", hidden=True, keep=Keep.WORKING)]
ASeverity = Annotated[str, Choice(of=SEVERITY, label=mark("How soon is somebody needed?"))]
IsSafe = Annotated[str, Choice(of=SAFE, optional=True, keep=Keep.WORKING, label=mark("Is the place safe right now?"))]
ATell = Annotated[str, Choice(of=TELL, keep=Keep.WORKING, label=mark("Whom to tell"))]
SomeChosen = Annotated[
    list[str], Refs(to="member", optional=True, keep=Keep.WORKING, many_max=30, label=mark("People I choose"))
]
SomeLeftOut = Annotated[
    list[str],
    Refs(
        to="member",
        optional=True,
        keep=Keep.WORKING,
        many_max=30,
        label=mark("People who are never told"),
        why=mark("Also if they are on call. Those who are told see whom to keep out of it."),
    ),
]
AnAbout = Annotated[
    str,
    Ref(
        to="member",
        optional=True,
        keep=Keep.WORKING,
        label=mark("A member?"),
        why=mark("Leave it empty if they are not among us, or if you would rather not say."),
    ),
]
SomeKind = Annotated[str, Choice(of=KIND, optional=True, label=mark("What kind of trouble"))]
AKind = Annotated[str, Choice(of=KIND, label=mark("What kind of trouble"))]
AnArea = Annotated[
    str,
    Text(
        length_max=60,
        optional=True,
        keep=Keep.SHORT,
        label=mark("Area"),
        why=mark("A name you use among yourselves; no address."),
    ),
]
SomeDependants = Annotated[
    str, Text(length_max=100, optional=True, keep=Keep.SHORT, label=mark("Children or others who depend on them"))
]
SomeWords = Annotated[str, Text(length_max=500, lines=True, optional=True, keep=Keep.SHORT, label=mark("A few words"))]
ALead = Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who leads"))]
ADeputy = Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who stands in for them"))]
SomeTeam = Annotated[
    list[str],
    Refs(
        to="member",
        optional=True,
        keep=Keep.WORKING,
        label=mark("Who else needs to know"),
        why=mark("Only people who have something to do. Each opening of the page is written down for the team."),
    ),
]
StepWords = Annotated[str, Text(length_max=160, keep=Keep.SHORT, label=mark("What is to be done"))]
DueIn = Annotated[int, Whole(least=0, most=HOURS_MOST, keep=Keep.WORKING, label=mark("Within how many hours"))]


@dataclass(frozen=True, slots=True)
class DutyListSet:
    """These people are on call, beside coordination."""

    members: Annotated[
        list[str], Refs(to="member", optional=True, keep=Keep.WORKING, many_max=30, label=mark("Who is on call"))
    ]


@dataclass(frozen=True, slots=True)
class DutyLeft:
    """I am no longer on call."""


# A report


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """Somebody is in trouble."""

    incident: Annotated[str, Id()]
    whose: Annotated[str, Choice(of=WHOSE, hidden=True, keep=Keep.WORKING)]
    severity: ASeverity
    safe_now: IsSafe
    tell: ATell
    chosen: SomeChosen
    left_out: SomeLeftOut
    about: AnAbout
    said_at: Annotated[int, quarter(Keep.WORKING)] = 0


@dataclass(frozen=True, slots=True)
class IncidentDescribed:
    """This is known about it by now."""

    incident: AnIncident
    severity: ASeverity
    safe_now: IsSafe
    kind: SomeKind
    area: AnArea
    dependants: SomeDependants
    words: SomeWords
    said_at: Annotated[int, quarter(Keep.WORKING)] = 0


@dataclass(frozen=True, slots=True)
class IncidentSeen:
    """I have opened this report."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class IncidentAnswered:
    """I am on it: I get in touch now."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class OnCallTold:
    """Everybody on call is told now."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class MoreTold:
    """These people are told as well."""

    incident: AnIncident
    members: Annotated[list[str], Refs(to="member", keep=Keep.WORKING, label=mark("Whom to tell as well"))]


@dataclass(frozen=True, slots=True)
class RoomSetApart:
    """Their phone may be in other hands: their room reads nothing more of this."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class SafeSaid:
    """I am safe; or, of somebody else: they are."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class IncidentVerified:
    """I called back in the way that is safe for them, and it is so."""

    incident: AnIncident
    way: Annotated[str, Choice(of=WAY, label=mark("How do you know?"))]


@dataclass(frozen=True, slots=True)
class IncidentUnfounded:
    """I looked into it, and it turned out otherwise."""

    incident: AnIncident


@dataclass(frozen=True, slots=True)
class IncidentDuplicate:
    """This is the same as another report."""

    incident: AnIncident
    same_as: Annotated[str, Ref(to="incident", label=mark("Which one"))]


@dataclass(frozen=True, slots=True)
class IncidentTakenOn:
    """A case is open about this; whoever leads it answers for it."""

    incident: AnIncident
    response: Annotated[str, Ref(to="response", hidden=True)]
    lead: ALead


@dataclass(frozen=True, slots=True)
class IncidentEnded:
    """I spoke with them: this is over."""

    incident: AnIncident


# A case


@dataclass(frozen=True, slots=True)
class ResponseOpened:
    """We stand by somebody: this person leads, this one stands in, these need to know."""

    response: Annotated[str, Id()]
    incident: Annotated[str, Ref(to="incident", hidden=True)]
    kind: AKind
    about: AnAbout
    lead: ALead
    deputy: ADeputy
    team: SomeTeam


@dataclass(frozen=True, slots=True)
class ResponseRead:
    """I opened the page of this case today."""

    response: AResponse


@dataclass(frozen=True, slots=True)
class ResponseSteadied:
    """The worst is over for now."""

    response: AResponse


@dataclass(frozen=True, slots=True)
class ResponseFollowed:
    """It is quiet; we stay in touch."""

    response: AResponse


@dataclass(frozen=True, slots=True)
class ResponseWorsened:
    """It is acute again."""

    response: AResponse


@dataclass(frozen=True, slots=True)
class ResponseClosed:
    """This case is closed."""

    response: AResponse
    reason: Annotated[str, Choice(of=ENDING, label=mark("How did it end?"))]
    words: Annotated[
        str,
        remark(
            300,
            mark("What should the team remember for the next time?"),
            keep=Keep.SHORT,
            why=mark("Nothing that points to a person. It is forgotten after a month."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class ResponseReopened:
    """This case goes on."""

    response: AResponse


@dataclass(frozen=True, slots=True)
class LeadSet:
    """From here on this person leads and this one stands in."""

    response: AResponse
    lead: ALead
    deputy: ADeputy


@dataclass(frozen=True, slots=True)
class TeamJoined:
    """This person needs to know, and is asked into the team."""

    response: AResponse
    member: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who needs to know"))]


@dataclass(frozen=True, slots=True)
class TeamLeft:
    """This person is no longer in the team."""

    response: AResponse
    member: AMember


@dataclass(frozen=True, slots=True)
class WishesSaid:
    """This is what the person wants, and whether they can decide."""

    response: AResponse
    able: Annotated[str, Choice(of=ABLE, keep=Keep.WORKING, label=mark("Who decides?"))]
    wishes: Annotated[
        str,
        remark(500, mark("What they want, and what they do not want"), keep=Keep.SHORT),
    ]


@dataclass(frozen=True, slots=True)
class OutsideContacted:
    """I was in touch with somebody outside, and this is what was said."""

    contact: Annotated[str, Id()]
    response: AResponse
    whom: Annotated[
        str,
        Text(
            length_max=60,
            keep=Keep.WORKING,
            label=mark("With whom"),
            why=mark("A code or a part they play, such as lawyer 2. No name, no number."),
        ),
    ]
    words: Annotated[str, Text(length_max=500, lines=True, keep=Keep.SHORT, label=mark("What was said, by both sides"))]
    next_step: Annotated[str, Text(length_max=160, optional=True, keep=Keep.SHORT, label=mark("What comes next"))]


# Steps of a case


@dataclass(frozen=True, slots=True)
class StepAdded:
    """This is to be done as well."""

    step: Annotated[str, Id()]
    response: AResponse
    words: StepWords
    owner: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who does it"))]
    due_in: DueIn


@dataclass(frozen=True, slots=True)
class WarningPlanned:
    """This person is to be warned, in this order."""

    step: Annotated[str, Id()]
    response: AResponse
    whom: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who is to be warned"))]
    owner: Annotated[str, Ref(to="member", optional=True, keep=Keep.WORKING, label=mark("Who warns them"))]
    due_in: DueIn


@dataclass(frozen=True, slots=True)
class StepDone:
    """This step is done."""

    step: AStep


@dataclass(frozen=True, slots=True)
class StepSetAside:
    """This step is left out, for this reason."""

    step: AStep
    reason: Annotated[str, Text(length_max=200, keep=Keep.SHORT, label=mark("Why is it left out?"))]


@dataclass(frozen=True, slots=True)
class StepHandedOn:
    """This person does this step."""

    step: AStep
    owner: Annotated[str, Ref(to="member", keep=Keep.WORKING, label=mark("Who does it"))]
    due_in: DueIn


# Playbooks


@dataclass(frozen=True, slots=True)
class PlaybookAdapted:
    """This is how our group does it."""

    kind: Annotated[str, Choice(of=KIND, hidden=True)]
    version: Annotated[int, Whole(least=1, most=10_000, keep=Keep.WORKING, hidden=True)]
    dropped: Annotated[
        str,
        Text(
            length_max=60,
            optional=True,
            keep=Keep.WORKING,
            label=mark("Starting steps that we leave out"),
            why=mark("By their numbers, such as 2, 5."),
        ),
    ]
    steps: Annotated[
        str,
        remark(
            4000,
            mark("Our own steps"),
            keep=Keep.WORKING,
            why=mark(
                "One a line. Hours may stand before it, with a colon; without them it is due within a day. For example: 3: call lawyer 2."
            ),
        ),
    ]
    never: Annotated[
        str, Text(length_max=2000, lines=True, optional=True, keep=Keep.WORKING, label=mark("What we never do"))
    ]
    say: Annotated[
        str, Text(length_max=2000, lines=True, optional=True, keep=Keep.WORKING, label=mark("Our words on the phone"))
    ]
    never_say: Annotated[
        str,
        remark(2000, mark("Our words never to say on the phone"), keep=Keep.WORKING),
    ]
    call: Annotated[
        str,
        remark(
            1000,
            mark("Whom we call"),
            keep=Keep.WORKING,
            why=mark("By code, such as lawyer 2. Everybody in the network reads it."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class PlaybookChecked:
    """A lawyer who works here has read this."""

    kind: Annotated[str, Choice(of=KIND, hidden=True)]
    version: Annotated[int, Whole(least=0, most=10_000, keep=Keep.WORKING, hidden=True)]
    sure: Annotated[bool, Flag(label=mark("They read the whole of it, and practise here"))]
