"""What members say about the directory: services, checks, experiences, referrals, and why a need was not reached."""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.resources.facts import AnArea
from nasij.kit.field import Choice, Choices, Day, Id, Ref, Refs, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

W, S = Keep.WORKING, Keep.SHORT
KINDS_MOST = 5
MONTH_MOST = 12 * 1000  # months since the year 1970

METHOD = Choices(
    "check_method",
    {"called": mark("By telephone"), "visited": mark("By a visit"), "used": mark("A member used it")},
)
RESULT = Choices(
    "check_result",
    {
        "right": mark("All of it is right"),
        "unsure": mark("Something is doubtful"),
        "gone": mark("It does not exist any more"),
    },
)
SAFE = Choices("safe", {"safe": mark("It was safe"), "unsafe": mark("Unsafe")})
ASKED = Choices(
    "papers_asked", {"no": mark("No papers asked"), "yes": mark("Papers asked"), "unknown": mark("Not known")}
)
RESPECT = Choices(
    "respect",
    {
        "yes": mark("With respect"),
        "partly": mark("Partly with respect"),
        "no": mark("Without respect"),
        "unknown": mark("Not known"),
    },
)
FEE = Choices(
    "fee_taken",
    {
        "none": mark("No money taken"),
        "as_said": mark("The fee that was said"),
        "more": mark("More than was said"),
        "unknown": mark("Not known"),
    },
)
OUTCOME = Choices(
    "referral_outcome", {"helped": mark("It helped"), "refused": mark("Refused"), "unsafe": mark("It was not safe")}
)
WHY = Choices(
    "gap_why",
    {
        "nobody": mark("Nobody could"),
        "money": mark("Not enough money"),
        "far": mark("Too far away"),
        "papers": mark("Papers were missing"),
        "no_service": mark("No service that is safe"),
        "late": mark("It was too late"),
        "other": mark("Another reason"),
    },
)

_ALWAYS = ("ProviderChanged", "ExperienceTold")


def _told(state: str, **moves: str) -> dict[str, str]:
    return {**dict.fromkeys(_ALWAYS, state), "ExperienceTold/unsafe": "doubtful", **moves}


_CHECKS = {"CheckMade/right": "checked", "CheckMade/unsure": "doubtful", "CheckMade/gone": "closed"}
# A warning stands until two others have looked: a check by itself does not lift it. Details that were changed are checked anew.
PROVIDER_STEPS = Steps(
    "provider",
    "provider",
    ("proposed",),
    {
        "proposed": _told("proposed", **_CHECKS),
        "checked": _told("checked", **(_CHECKS | {"ProviderChanged": "proposed", "passing": "old"})),
        "old": _told("old", **(_CHECKS | {"ProviderChanged": "proposed"})),
        "doubtful": _told(
            "doubtful",
            **{
                "CheckMade/gone": "closed",
                "WarningConfirmed": "doubtful",
                "WarningConfirmed/all": "avoid",
                "WarningLifted": "doubtful",
                "WarningLifted/all": "proposed",
            },
        ),
        "avoid": _told(
            "avoid",
            **{
                "ExperienceTold/unsafe": "avoid",
                "CheckMade/gone": "closed",
                "WarningLifted": "avoid",
                "WarningLifted/all": "proposed",
            },
        ),
        "closed": {"CheckMade/right": "checked"},
    },
    {
        "proposed": mark("Proposed, not yet checked"),
        "checked": mark("Checked"),
        "old": mark("Due to be checked again"),
        "doubtful": mark("Doubtful"),
        "avoid": mark("Do not use"),
        "closed": mark("Closed"),
    },
)
_OUTCOMES = {f"OutcomeTold/{outcome}": outcome for outcome in OUTCOME.labels}
REFERRAL_STEPS = Steps(
    "referral",
    "referral",
    ("proposed",),
    {
        "proposed": {
            "ReferralAgreed": "agreed",
            "ReferralDeclined": "declined",
            "ReferralWithdrawn": "withdrawn",
            "passing": "withdrawn",
        },
        "agreed": {
            "ReferralSent": "sent",
            "ReferralDeclined": "declined",
            "ReferralWithdrawn": "withdrawn",
            "passing": "unknown",
        },
        "sent": {"ReferralSeen": "seen", **_OUTCOMES, "passing": "unknown"},
        "seen": {**_OUTCOMES, "passing": "unknown"},
        "unsafe": {"WarningPassedOn": "unsafe"},
        "unknown": _OUTCOMES,
    },
    {
        "proposed": mark("Referral proposed"),
        "agreed": mark("Referral agreed"),
        "sent": mark("Referral sent"),
        "seen": mark("Seen there"),
        "helped": mark("It helped"),
        "refused": mark("Refused"),
        "unsafe": mark("It was not safe"),
        "unknown": mark("Outcome not known"),
        "declined": mark("Not this time"),
        "withdrawn": mark("Withdrawn"),
    },
)

AProvider = Annotated[str, Ref(to="provider", hidden=True)]
AReferral = Annotated[str, Ref(to="referral", hidden=True)]
AName = Annotated[
    str,
    Text(
        length_max=120,
        keep=W,
        label=mark("Name of the service"),
        why=mark("As it calls itself in public. Nobody who helps in secret is written down here."),
    ),
]
SomeKinds = Annotated[list[str], Refs(to="kind", many_max=KINDS_MOST, label=mark("What does it help with?"))]
AReach = Annotated[
    str,
    Text(length_max=60, optional=True, keep=W, label=mark("Public telephone number"), why=mark("Never a private one.")),
]
AWeb = Annotated[str, Text(length_max=200, optional=True, keep=W, label=mark("Public page"))]
AFee = Annotated[str, Text(length_max=120, optional=True, keep=W, label=mark("What does it cost?"))]
Papers = Annotated[str, Text(length_max=200, optional=True, keep=W, label=mark("Which papers are asked for?"))]
Languages = Annotated[
    str,
    Text(
        length_max=60,
        optional=True,
        keep=W,
        label=mark("Languages"),
        why=mark("Languages that work for this, separated by commas."),
    ),
]
Mention = Annotated[
    str,
    Text(
        length_max=200,
        optional=True,
        keep=W,
        label=mark("How to mention us"),
        why=mark("Usually not at all. This never leaves the network with a file."),
    ),
]
IsSafe = Annotated[
    str, Choice(of=SAFE, label=mark("Was it safe?"), why=mark("One answer of “unsafe” warns everybody at once."))
]
PapersAsked = Annotated[str, Choice(of=ASKED, label=mark("Were papers asked for?"))]
Respected = Annotated[str, Choice(of=RESPECT, label=mark("How were people treated?"))]
FeeTaken = Annotated[str, Choice(of=FEE, label=mark("Was money taken?"))]
_NOBODY_KNOWN = mark("Trusted members read it, without your name. Nothing by which somebody could be recognised.")
ToldWords = Annotated[
    str,
    Text(length_max=300, lines=True, optional=True, keep=W, label=mark("What others should know"), why=_NOBODY_KNOWN),
]
Whom = Annotated[str, Ref(to="member", keep=W, label=mark("Whom could it help?"))]
ForNeed = Annotated[str, Ref(to="need", optional=True, label=mark("For which need?"))]
ContactBy = Annotated[int, Day(label=mark("In touch by"))]


@dataclass(frozen=True, slots=True)
class ProviderProposed:
    """I know a service that others may use."""

    provider: Annotated[str, Id()]
    name: AName
    kinds: SomeKinds
    area: AnArea
    reach: AReach
    web: AWeb
    fee: AFee
    papers: Papers
    languages: Languages
    mention: Mention


@dataclass(frozen=True, slots=True)
class ProviderChanged:
    """These details of a service are different now; somebody else checks them anew."""

    provider: AProvider
    name: AName
    kinds: SomeKinds
    area: AnArea
    reach: AReach
    web: AWeb
    fee: AFee
    papers: Papers
    languages: Languages
    mention: Mention


@dataclass(frozen=True, slots=True)
class CheckMade:
    """I looked whether what is written of a service is right."""

    provider: AProvider
    method: Annotated[str, Choice(of=METHOD, label=mark("How was it checked?"))]
    result: Annotated[str, Choice(of=RESULT, label=mark("What came of it?"))]


@dataclass(frozen=True, slots=True)
class ExperienceTold:
    """This is how it was there."""

    experience: Annotated[str, Id()]
    provider: AProvider
    safe: IsSafe
    papers: PapersAsked
    respect: Respected
    fee: FeeTaken
    month: Annotated[int, Whole(keep=Keep.LEDGER, least=0, most=MONTH_MOST, hidden=True)]
    words: ToldWords


@dataclass(frozen=True, slots=True)
class WarningConfirmed:
    """I also hold that this service is not safe."""

    provider: AProvider


@dataclass(frozen=True, slots=True)
class WarningLifted:
    """I looked into it, and hold that the warning can be lifted."""

    provider: AProvider


@dataclass(frozen=True, slots=True)
class ReferralProposed:
    """I think that this service could help you."""

    referral: Annotated[str, Id()]
    provider: Annotated[str, Ref(to="provider", hidden=True)]
    member: Whom
    need: ForNeed
    where_to: Annotated[str, Text(length_max=500, lines=True, keep=S, hidden=True)]
    mention: Annotated[str, Text(length_max=200, optional=True, keep=S, hidden=True)]
    contact_by: ContactBy


@dataclass(frozen=True, slots=True)
class ReferralAgreed:
    """Yes, that may go ahead for me."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class ReferralDeclined:
    """I would rather not."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class ReferralWithdrawn:
    """I take back that I proposed this."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class ReferralSent:
    """The service knows that somebody comes."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class ReferralSeen:
    """There was a meeting at the service."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class OutcomeTold:
    """This is what came of it."""

    referral: AReferral
    outcome: Annotated[str, Choice(of=OUTCOME, label=mark("What came of it?"))]


@dataclass(frozen=True, slots=True)
class WarningPassedOn:
    """The warning that came of this referral stands in the directory now, in my name."""

    referral: AReferral


@dataclass(frozen=True, slots=True)
class GapNoted:
    """This is why the need was not reached."""

    need: Annotated[str, Ref(to="need", hidden=True)]
    why: Annotated[str, Choice(of=WHY, label=mark("Why was it not reached?"))]
