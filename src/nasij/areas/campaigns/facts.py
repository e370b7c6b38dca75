"""What is said about campaigns and actions: the closed lists, the steps and every fact of the area.

What all trusted members read about an action has a kind and an exposure, and neither place nor time nor anybody who goes
along. Whoever goes along has a circle of their own with whoever leads and whoever stays outside: nobody reads a list. What is said there is judged by
what stands there: somebody on the street is counted even if their vouches lapse meanwhile and they read nothing else.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.campaigns.lists import (
    ACTION_KIND,
    ACTION_ROLE,
    COURSE,
    EXPOSURE,
    FACE,
    LESSON,
    LEVEL,
    PART,
    PICTURE,
    SEEN,
    THREAT,
    TRANSPARENCY,
    VERDICT,
)
from nasij.areas.fund import METHOD, PURPOSE
from nasij.kit.field import Choice, Day, Id, Ref, Text, Whole, mark, remark
from nasij.kit.money import AMOUNT_MAX
from nasij.kit.table import Keep

S = Keep.SHORT
PLACES_MOST = 500
HOUR_MOST = 10_000_000

ACampaign = Annotated[str, Ref(to="campaign", hidden=True)]
AnAction = Annotated[str, Ref(to="action", hidden=True)]
AJoining = Annotated[str, Ref(to="joining", hidden=True, keep=S)]
ASurplus = Annotated[str, Ref(to="surplus", hidden=True)]
AProposal = Annotated[str, Ref(to="proposal", hidden=True)]
AnAim = Annotated[str, Text(length_max=200, keep=Keep.WORKING, label=mark("What do we want to reach?"))]
Addressed = Annotated[str, Text(length_max=120, optional=True, keep=Keep.WORKING, label=mark("Whom does it speak to?"))]
AGoal = Annotated[
    str, Text(length_max=200, optional=True, keep=Keep.WORKING, label=mark("By what do we know that it worked?"))
]
BeginsOn = Annotated[int, Day(optional=True, label=mark("From which day"))]
EndsOn = Annotated[int, Day(optional=True, label=mark("Until which day"))]
AFace = Annotated[str, Choice(of=FACE, label=mark("Who is seen outside?"))]
AKit = Annotated[
    str,
    remark(
        3000,
        mark("Words for everybody to use"),
        keep=Keep.WORKING,
        why=mark("Sentences, answers to hard questions, what we never say. No names of members."),
    ),
]
AMethod = Annotated[str, Choice(of=METHOD, label=mark("By which way money comes"))]
Shown = Annotated[str, Choice(of=TRANSPARENCY, label=mark("Who is told how much came?"))]
Currency = Annotated[str, Text(length_max=3, keep=Keep.LEDGER, hidden=True)]
Amount = Annotated[int, Whole(least=1, most=AMOUNT_MAX, keep=Keep.LEDGER, hidden=True)]
ExpenseWords = Annotated[
    str,
    Text(
        length_max=200,
        traceless=True,
        keep=Keep.WORKING,
        label=mark("What is it spent on?"),
        why=mark("Things, never names: all trusted members read it."),
    ),
]
NextPurpose = Annotated[
    str,
    Choice(
        of=PURPOSE,
        optional=True,
        label=mark("What is it for from then on?"),
        why=mark("Left empty, it helps with whatever is needed."),
    ),
]
ActionWords = Annotated[
    str,
    remark(
        300, mark("What is it about?"), keep=S, why=mark("All trusted members read it. No place, no hour, no name.")
    ),
]
AnActionKind = Annotated[str, Choice(of=ACTION_KIND, label=mark("Kind of action"))]
AnExposure = Annotated[str, Choice(of=EXPOSURE, label=mark("How much is seen from outside?"))]
Places = Annotated[int, Whole(least=1, most=PLACES_MOST, keep=Keep.LEDGER, label=mark("How many can go along?"))]
AnOutside = Annotated[
    str,
    Ref(
        to="member",
        keep=S,
        label=mark("Who stays outside and counts?"),
        why=mark("Somebody who does not go along, can be called, and counts everybody at the end."),
    ),
]
AThreat = Annotated[str, Choice(of=THREAT, keep=Keep.WORKING, label=mark("The gravest danger"))]
ALikelihood = Annotated[str, Choice(of=LEVEL, keep=Keep.WORKING, label=mark("How likely?"))]
AHarm = Annotated[str, Choice(of=LEVEL, keep=Keep.WORKING, label=mark("How bad would it be?"))]
AMeasure = Annotated[
    str,
    Text(length_max=500, lines=True, keep=S, label=mark("What do we do against it?"), why=mark("No place, no name.")),
]
AVerdict = Annotated[str, Choice(of=VERDICT, keep=Keep.WORKING, label=mark("Your word"))]
ARole = Annotated[str, Choice(of=ACTION_ROLE, keep=S, label=mark("As what?"))]
BeingSeen = Annotated[
    str,
    Choice(
        of=SEEN,
        keep=S,
        label=mark("May you be seen or filmed?"),
        why=mark("Whoever takes pictures goes by this. It can be changed at any time, and a “no” needs no reason."),
    ),
]
BackBy = Annotated[int, Whole(least=1, most=HOUR_MOST, hidden=True, keep=S)]


# Campaigns


@dataclass(frozen=True, slots=True)
class CampaignThought:
    """I have an idea for a campaign."""

    campaign: Annotated[str, Id()]
    aim: AnAim
    addressed: Addressed
    goal: AGoal
    begins_on: BeginsOn
    ends_on: EndsOn
    face: AFace
    kit: AKit


@dataclass(frozen=True, slots=True)
class CampaignChanged:
    """The plan of this campaign reads like this now."""

    campaign: ACampaign
    aim: AnAim
    addressed: Addressed
    goal: AGoal
    begins_on: BeginsOn
    ends_on: EndsOn
    face: AFace
    kit: AKit


@dataclass(frozen=True, slots=True)
class CampaignPlanned:
    """The campaign is planned."""

    campaign: ACampaign


@dataclass(frozen=True, slots=True)
class CampaignStarted:
    """The campaign is under way."""

    campaign: ACampaign


@dataclass(frozen=True, slots=True)
class CampaignPaused:
    """The campaign rests for a while."""

    campaign: ACampaign


@dataclass(frozen=True, slots=True)
class CampaignClosed:
    """The campaign is over."""

    campaign: ACampaign


# Its money


@dataclass(frozen=True, slots=True)
class FundraiserOpened:
    """I raise money for this campaign."""

    fundraiser: Annotated[str, Id()]
    campaign: ACampaign
    goal_minor: Amount
    currency: Currency
    method: AMethod
    shown: Shown


@dataclass(frozen=True, slots=True)
class FundraiserEnded:
    """I raise no more money here."""

    fundraiser: Annotated[str, Ref(to="fundraiser", hidden=True)]


@dataclass(frozen=True, slots=True)
class ExpenseNoted:
    """This is what was reserved of a campaign's money."""

    reservation: Annotated[str, Ref(to="reservation", hidden=True)]
    campaign: ACampaign
    words: ExpenseWords


@dataclass(frozen=True, slots=True)
class SurplusAsked:
    """This is left of a campaign, and the group is asked what it is for from now on."""

    surplus: Annotated[str, Id()]
    campaign: ACampaign
    amount: Amount
    currency: Currency
    purpose: NextPurpose
    proposal: AProposal


@dataclass(frozen=True, slots=True)
class SurplusMoved:
    """What was left of a campaign is for what the group decided."""

    surplus: ASurplus


@dataclass(frozen=True, slots=True)
class SurplusDropped:
    """What was left of a campaign stays where it is: the group did not agree."""

    surplus: ASurplus


# An action, as all trusted members read it


@dataclass(frozen=True, slots=True)
class ActionProposed:
    """I would lead this action."""

    action: Annotated[str, Id()]
    campaign: Annotated[str, Ref(to="campaign", optional=True, label=mark("Part of which campaign"))]
    kind: AnActionKind
    exposure: AnExposure
    places: Places
    outside: AnOutside
    words: ActionWords


@dataclass(frozen=True, slots=True)
class RiskSigned:
    """I looked at the risks of this action, and this is my word."""

    action: AnAction
    threat: AThreat
    likelihood: ALikelihood
    harm: AHarm
    measure: AMeasure
    verdict: AVerdict


@dataclass(frozen=True, slots=True)
class ActionPutToVote:
    """The group is asked about this action."""

    action: AnAction
    proposal: AProposal


@dataclass(frozen=True, slots=True)
class GoGiven:
    """The action goes ahead."""

    action: AnAction


@dataclass(frozen=True, slots=True)
class NoGoGiven:
    """The action does not take place."""

    action: AnAction


@dataclass(frozen=True, slots=True)
class ActionAnnounced:
    """Whoever wants to go along can say so now."""

    action: AnAction


@dataclass(frozen=True, slots=True)
class PlaceFilled:
    """One more place of this action is taken; nobody is named."""

    place: Annotated[str, Id()]
    action: AnAction
    role: Annotated[str, Choice(of=ACTION_ROLE, label=mark("As what?"))]


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """A place of this action is free again."""

    place: Annotated[str, Ref(to="action_place", hidden=True)]


@dataclass(frozen=True, slots=True)
class ActionBegun:
    """The action has begun."""

    action: AnAction


@dataclass(frozen=True, slots=True)
class EveryoneBack:
    """Everybody who went along was heard from and is safe."""

    action: AnAction
    came: Annotated[int, Whole(most=PLACES_MOST, keep=Keep.LEDGER, hidden=True)]


@dataclass(frozen=True, slots=True)
class ActionDebriefed:
    """We talked it over."""

    action: AnAction
    worked: Annotated[str, Text(length_max=1000, lines=True, keep=Keep.WORKING, label=mark("What worked?"))]
    failed: Annotated[str, Text(length_max=1000, lines=True, keep=Keep.WORKING, label=mark("What did not work?"))]


@dataclass(frozen=True, slots=True)
class LessonNoted:
    """This is what an action taught us."""

    lesson: Annotated[str, Id()]
    action: AnAction
    sort: Annotated[str, Choice(of=LESSON, label=mark("Did it help or harm?"))]
    words: Annotated[
        str,
        Text(
            length_max=500,
            lines=True,
            keep=Keep.WORKING,
            label=mark("What do we want to remember?"),
            why=mark("So that it helps somebody who was not there, and leads to nobody who was."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class ActionCleared:
    """Who went along to this action is destroyed in every room."""

    action: AnAction


# Going along: a circle for each


@dataclass(frozen=True, slots=True)
class JoiningOffered:
    """I would go along."""

    joining: Annotated[str, Id(keep=S)]
    action: AnAction
    role: ARole
    seen: BeingSeen


@dataclass(frozen=True, slots=True)
class JoiningConfirmed:
    """You go along, and this is the hour by which everybody is back."""

    joining: AJoining
    role: ARole
    place: Annotated[str, Id(keep=S)]
    back_by: BackBy


@dataclass(frozen=True, slots=True)
class JoiningEnded:
    """This person does not go along, or did not come."""

    joining: AJoining


@dataclass(frozen=True, slots=True)
class BuddySet:
    """This is your buddy: you come and leave together. Left empty, nobody is."""

    joining: AJoining
    buddy: Annotated[str, Ref(to="member", optional=True, keep=S, label=mark("Buddy"))]


@dataclass(frozen=True, slots=True)
class ReturnMoved:
    """It takes longer: by this hour everybody is back."""

    joining: AJoining
    back_by: BackBy


@dataclass(frozen=True, slots=True)
class CourseTold:
    """This is how far the action is, for whoever goes along."""

    joining: AJoining
    course: Annotated[str, Choice(of=COURSE, keep=S, hidden=True)]


@dataclass(frozen=True, slots=True)
class JoiningCleared:
    """That this person went along is destroyed, also in rooms that do not read that the action is cleared."""

    joining: AJoining


@dataclass(frozen=True, slots=True)
class PartTold:
    """Here is one more part of when and where."""

    part: Annotated[str, Id(keep=S)]
    joining: AJoining
    sort: Annotated[str, Choice(of=PART, keep=S, label=mark("Which part"))]
    words: Annotated[str, Text(length_max=120, keep=S, label=mark("What to tell"))]


@dataclass(frozen=True, slots=True)
class SeenChanged:
    """From now on this holds for being seen or filmed."""

    joining: AJoining
    seen: BeingSeen


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """Somebody can be recognised in a picture, and is asked whether it may be shown."""

    asking: Annotated[str, Id(keep=S)]
    joining: AJoining
    words: Annotated[str, Text(length_max=160, keep=S, label=mark("Which picture, and who would see it?"))]


@dataclass(frozen=True, slots=True)
class PictureAnswered:
    """This is my word about a picture of me."""

    asking: Annotated[str, Ref(to="picture_asking", hidden=True, keep=S)]
    joining: AJoining
    yes: Annotated[
        str,
        Choice(
            of=PICTURE,
            keep=S,
            label=mark("May it be shown?"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class ArrivalSaid:
    """I am there."""

    joining: AJoining


@dataclass(frozen=True, slots=True)
class BackSaid:
    """I am back and safe; or, heard by voice: they are."""

    joining: AJoining


@dataclass(frozen=True, slots=True)
class BuddyMissed:
    """I do not know where my buddy is."""

    joining: AJoining


@dataclass(frozen=True, slots=True)
class CountMissed:
    """Somebody who went along is not accounted for."""

    joining: AJoining
