"""What members say about belonging: the closed lists, the settings, the steps, and every fact of the area."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from nasij.areas.people.names import ALIAS_LENGTH
from nasij.kit.charter import SETTINGS
from nasij.kit.field import Bytes, Choice, Choices, Flag, Id, Ref, Text, Whole, mark, remark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

INVITATION_HOURS = 48
JOIN_DAYS = 14
LATE_DAYS = 14  # after its hours: whoever knocked in time is found when the inviter's room opens again
QUESTIONS_MOST = 5
QUESTION_LENGTH = 200

# The values are those of the translation contexts; without one the wording fits everybody.
ADDRESS = Choices(
    "address",
    {
        "f": mark("Feminine"),
        "m": mark("Masculine"),
        "pl": mark("Plural"),
    },
)
STANDING = Choices(
    "standing",
    {
        "new": mark("New membership"),
        "trusted": mark("Trusted membership"),
        "resting": mark("Resting"),
        "suspended": mark("Suspended for now"),
        "left": mark("Left the group"),
        "removed": mark("Membership ended"),
    },
)
ROLES = Choices(
    "role",
    {
        "members": mark("welcoming and membership"),
        "cases": mark("coordination"),
        "fund": mark("the fund"),
        "machines": mark("the machines"),
    },
)
ADVICE = Choices(
    "advice",
    {
        "yes": mark("Yes, I recommend it"),
        "no": mark("No, I would not"),
    },
)


ZONE_LABEL = mark("Whose clock does this group live by?")
SETTING = Choices("setting", {name: setting.label for name, setting in SETTINGS.items()})

# A used or cancelled invitation leads nowhere; the request that came of it has steps of its own. One that ran out can
# still turn out to have been answered in time, while the inviter's room was locked.
INVITATION = Steps(
    "invitation",
    "invitation",
    ("sent",),
    {
        "sent": {"InvitationUsed": "used", "InvitationCancelled": "cancelled", "passing": "expired"},
        "used": {},
        "expired": {"InvitationUsed": "used"},
        "cancelled": {},
    },
    {
        "sent": mark("Given out"),
        "used": mark("Used by somebody"),
        "expired": mark("Ran out"),
        "cancelled": mark("Called off"),
    },
)
_ENDS = {
    "JoinAccepted": "accepted",
    "JoinDeclined": "declined",
    "JoinWithdrawn": "withdrawn",
    "passing": "expired",
}
# `join` is a word of SQL, so the table and its key are called otherwise.
JOIN = Steps(
    "join_request",
    "request",
    ("received",),
    {
        "received": {
            "JoinWordsCompared": "received",
            "JoinRead": "received",
            "JoinSaid": "conversation",
            **_ENDS,
        },
        "conversation": {
            "JoinWordsCompared": "conversation",
            "JoinRead": "conversation",
            "JoinSaid": "conversation",
            **_ENDS,
        },
        "accepted": {},
        "declined": {},
        "withdrawn": {},
        "expired": {},
    },
    {
        "received": mark("Has arrived"),
        "conversation": mark("In conversation"),
        "accepted": mark("Accepted"),
        "declined": mark("Declined this time"),
        "withdrawn": mark("Request withdrawn"),
        "expired": mark("Request expired"),
    },
)

# Kinds of fields that several facts share.
SignKey = Annotated[bytes, Bytes(keep=Keep.LEDGER, least=32, most=32)]
WrapKey = Annotated[bytes, Bytes(keep=Keep.LEDGER, least=1216, most=1216)]
WrapPeriod = Annotated[int, Whole(keep=Keep.LEDGER, hidden=True)]
Proof = Annotated[bytes, Bytes(keep=Keep.LEDGER, least=64, most=64)]
Alias = Annotated[
    str,
    Text(
        length_max=ALIAS_LENGTH,
        name=True,
        keep=Keep.WORKING,
        label=mark("Alias"),
        why=mark("The name members see. Better not one that people outside know."),
    ),
]
Address = Annotated[
    str,
    Choice(
        of=ADDRESS,
        optional=True,
        keep=Keep.WORKING,
        label=mark("Form of address"),
        why=mark("How pages and members speak to this person. Without an answer the wording fits everybody."),
    ),
]
Languages = Annotated[
    str,
    Text(
        length_max=100,
        optional=True,
        keep=Keep.WORKING,
        label=mark("Languages"),
        why=mark("Languages for talking and writing, separated by commas."),
    ),
]
Areas = Annotated[
    str,
    Text(
        length_max=100,
        optional=True,
        keep=Keep.WORKING,
        label=mark("Areas"),
        why=mark("Districts where helping is possible, separated by commas. Never an address."),
    ),
]
JoinRef = Annotated[str, Ref(to="join_request", hidden=True)]
Words = Annotated[str, Text(length_max=2000, lines=True, keep=Keep.SHORT, label=mark("Your words"))]
KindWords = Annotated[
    str,
    remark(500, mark("Words to the newcomer"), keep=Keep.SHORT, why=mark("The newcomer reads these words.")),
]


@dataclass(frozen=True, slots=True)
class NetworkFounded:
    """I begin this network."""

    member: Annotated[str, Id()]
    sign_key: SignKey
    wrap_key: WrapKey
    wrap_period: WrapPeriod
    proof: Proof
    network: Annotated[
        str, Text(length_max=ALIAS_LENGTH, name=True, keep=Keep.LEDGER, label=mark("Name of the network"))
    ]


@dataclass(frozen=True, slots=True)
class NetworkNamed:
    """We call this network otherwise from now on."""

    network: Annotated[
        str,
        Text(
            length_max=ALIAS_LENGTH,
            name=True,
            keep=Keep.LEDGER,
            label=mark("Name of the network"),
            why=mark("Choose a plain name that says nothing about what brings people together."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class ClockChosen:
    """We read the clocks of this place from now on."""

    zone: Annotated[str, Text(length_max=40, keep=Keep.LEDGER, label=ZONE_LABEL)]


@dataclass(frozen=True, slots=True)
class MemberAdmitted:
    """We let this person in, on probation; the id is that of the request."""

    member: Annotated[str, Id()]
    sign_key: SignKey
    wrap_key: WrapKey
    wrap_period: WrapPeriod
    proof: Proof
    introduced_by: Annotated[str, Ref(to="member", hidden=True)]
    join: JoinRef


@dataclass(frozen=True, slots=True)
class KeysRenewed:
    """This is my wrapping key from now on."""

    wrap_key: WrapKey
    wrap_period: WrapPeriod


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """I leave this network."""


@dataclass(frozen=True, slots=True)
class CalledAs:
    """This is what this member is called, how to speak to them, and where they can be found in their languages."""

    member: Annotated[str, Ref(to="member", hidden=True)]
    alias: Alias
    address: Address
    languages: Languages
    areas: Areas


@dataclass(frozen=True, slots=True)
class InvitationMade:
    """I invite one person; the invitation ends by itself after two days."""

    invitation: Annotated[str, Id(keep=Keep.SHORT)]
    expires_at: Annotated[int, Whole(most=10_000_000, keep=Keep.SHORT, hidden=True)]
    box: Annotated[bytes, Bytes(keep=Keep.MOMENTARY, most=256)]


@dataclass(frozen=True, slots=True)
class InvitationCancelled:
    """I take this invitation back."""

    invitation: Annotated[str, Ref(to="invitation", keep=Keep.SHORT, hidden=True)]


@dataclass(frozen=True, slots=True)
class InvitationUsed:
    """Somebody answered this invitation of mine."""

    invitation: Annotated[str, Ref(to="invitation", keep=Keep.SHORT, hidden=True)]


@dataclass(frozen=True, slots=True)
class JoinArrived:
    """Somebody I invited asks to join."""

    join: Annotated[str, Id()]
    invitation: Annotated[str, Ref(to="invitation", keep=Keep.SHORT, hidden=True)]
    alias: Annotated[str, Text(length_max=ALIAS_LENGTH, name=True, keep=Keep.SHORT, label=mark("Alias"))]
    address: Annotated[str, Choice(of=ADDRESS, optional=True, keep=Keep.SHORT, label=mark("Form of address"))]
    languages: Annotated[str, Text(length_max=100, optional=True, keep=Keep.SHORT, label=mark("Languages"))]
    answers: Annotated[str, Text(length_max=4000, lines=True, optional=True, keep=Keep.SHORT, label=mark("Answers"))]
    sign_key: Annotated[bytes, Bytes(keep=Keep.SHORT, least=32, most=32)]
    wrap_key: Annotated[bytes, Bytes(keep=Keep.SHORT, least=1216, most=1216)]
    wrap_period: Annotated[int, Whole(keep=Keep.SHORT, hidden=True)]
    proof: Annotated[bytes, Bytes(keep=Keep.SHORT, least=64, most=64)]
    box: Annotated[bytes, Bytes(keep=Keep.SHORT, most=256)]
    words: Annotated[str, Text(length_max=100, keep=Keep.SHORT, hidden=True, label=mark("The four words"))]


@dataclass(frozen=True, slots=True)
class JoinWordsCompared:
    """We compared the four words, and they are the same."""

    join: JoinRef


@dataclass(frozen=True, slots=True)
class JoinSaid:
    """Something is said in the conversation about a request, by the newcomer or by one of us."""

    join: JoinRef
    said: Annotated[str, Id(keep=Keep.SHORT)]
    from_newcomer: Annotated[bool, Flag(keep=Keep.SHORT, hidden=True)]
    words: Words


@dataclass(frozen=True, slots=True)
class JoinRead:
    """I have read this request, and this is what I recommend."""

    join: JoinRef
    advice: Annotated[str, Choice(of=ADVICE, keep=Keep.SHORT, label=mark("Should this person join?"))]
    reason: Annotated[
        str,
        remark(500, mark("Why, if it helps the others"), keep=Keep.SHORT, why=mark("The newcomer does not see this.")),
    ]


@dataclass(frozen=True, slots=True)
class JoinAccepted:
    """We said yes to this request."""

    outcome: ClassVar[str] = "accepted"
    join: JoinRef
    words: KindWords


@dataclass(frozen=True, slots=True)
class JoinDeclined:
    """We said no to this request this time, in kind words."""

    outcome: ClassVar[str] = "declined"
    join: JoinRef
    words: Annotated[
        str,
        Text(
            length_max=500,
            lines=True,
            keep=Keep.SHORT,
            label=mark("Words to the newcomer"),
            why=mark("The newcomer reads these words. A no is easier to hear with a reason and with warmth."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class JoinWithdrawn:
    """This request was taken back, by the newcomer or by the one who invited."""

    outcome: ClassVar[str] = "withdrawn"
    words: ClassVar[str] = ""
    join: JoinRef


JoinClosed = JoinAccepted | JoinDeclined | JoinWithdrawn


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """We agreed on another number for this."""

    name: Annotated[str, Choice(of=SETTING, keep=Keep.LEDGER, label=mark("What to change"))]
    value: Annotated[int, Whole(most=1000, keep=Keep.LEDGER, label=mark("New number"))]


@dataclass(frozen=True, slots=True)
class QuestionsSet:
    """This is what we ask people who want to join."""

    questions: Annotated[
        str,
        Text(
            length_max=QUESTIONS_MOST * (QUESTION_LENGTH + 1),
            lines=True,
            optional=True,
            keep=Keep.WORKING,
            label=mark("Questions"),
            why=mark("One question a line, at most five. Ask nothing that could put somebody in danger."),
        ),
    ]
