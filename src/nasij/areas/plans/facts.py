"""What a member prepares for a bad day: the closed lists and the facts of the plan, the people outside, and the evidence.

What is sealed stands in `sealed`. Nothing here has a name or a number of anybody outside: a code, and how to reach the person
without harm. Who reads each part is the member's choice, and nobody is chosen before they choose.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Choice, Choices, Day, Flag, Id, Ref, Refs, Several, Text, Whole, mark
from nasij.kit.table import Keep
from nasij.kit.who import ROLE_PREFIX

ON_DUTY = ROLE_PREFIX + "cases"
M = Keep.MOMENTARY
VERSIONS_MOST = 100_000

CALL_WHEN = Choices(
    "call_when",
    {
        "late": mark("When I have not been heard of"),
        "held": mark("When I am held"),
        "hospital": mark("When I am in hospital"),
        "home": mark("When it gets dangerous at home"),
        "shelter": mark("When I need a place to sleep"),
        "decide": mark("When somebody has to decide for me"),
    },
)
CONTACT_WAY = Choices(
    "contact_way",
    {
        "never": mark("Never: they look for us themselves"),
        "voice": mark("Only by voice"),
        "hours": mark("Only between certain hours"),
        "through": mark("Only through somebody"),
        "free": mark("Any way is safe"),
    },
)
EVIDENCE_KIND = Choices(
    "evidence_kind",
    {
        "photo": mark("Photo"),
        "video": mark("Film"),
        "voice": mark("Recording of voices"),
        "paper": mark("Paper"),
        "messages": mark("Messages"),
        "medical": mark("Medical report"),
        "other": mark("Something else, kept outside"),
    },
)
CONSENT = Choices(
    "evidence_consent",
    {
        "mine": mark("It shows only me"),
        "agreed": mark("Whoever it shows has agreed to this use"),
        "open": mark("Nobody was asked yet: show it to nobody"),
    },
)


def _line(length: int, label: str, why: str = "", *, lines: bool = True, optional: bool = True) -> Text:
    return Text(length_max=length, lines=lines, optional=optional, keep=M, label=label, why=why)


Myself = Annotated[str, Ref(to="member", hidden=True, keep=M)]
Readers = Annotated[
    list[str],
    Refs(
        to="member",
        optional=True,
        keep=M,
        label=mark("Who may read this"),
        why=mark("Choose nobody, and only you read it."),
    ),
]
Version = Annotated[int, Whole(least=1, most=VERSIONS_MOST, hidden=True, keep=M)]

Signals = Annotated[
    str, _line(600, mark("Signals"), mark("How do I notice, and how do others notice, that it gets dangerous?"))
]
Places = Annotated[
    str, _line(600, mark("Places"), mark("Where can I go? Words that you and they understand, no address."))
]
People = Annotated[str, _line(600, mark("Who helps"), mark("Who helps with what? Codes, no names."))]
Bag = Annotated[str, _line(600, mark("Bag"), mark("What is packed, what is to be taken along, and where does it lie?"))]
Money = Annotated[str, _line(400, mark("Money for the first days"), mark("How do I get to some money at once?"))]
Words = Annotated[
    str, _line(600, mark("Words"), mark("What do I say, to whom; and which word means that I cannot speak?"))
]
Wish = Annotated[
    str,
    _line(
        1000,
        mark("What I want if I cannot decide"),
        mark("Whom to tell, whom not; which lawyer, which hospital; what nobody may do in my name."),
        optional=False,
    ),
]
OnDuty = Annotated[
    bool,
    Flag(
        keep=M,
        label=mark("Whoever coordinates may read this too"),
        why=mark("They look after you when something happens to you, and can then act as you wish."),
    ),
]

PersonRef = Annotated[str, Ref(to="trusted_person", hidden=True, keep=M)]
Place = Annotated[int, Whole(least=1, most=9, keep=M, label=mark("Place in the order"), why=mark("1 is called first."))]
Code = Annotated[
    str,
    Text(
        length_max=40,
        keep=M,
        label=mark("A code for this person"),
        why=mark("A word that you and they know. No name and no number."),
    ),
]
CallWhen = Annotated[list[str], Several(of=CALL_WHEN, keep=M, label=mark("When to call"))]
Knows = Annotated[str, _line(400, mark("What they know"), mark("Of me, and of all of you: how much may be said?"))]
Contact = Annotated[str, Choice(of=CONTACT_WAY, keep=M, label=mark("How may this person be reached?"))]
Hours = Annotated[str, _line(80, mark("Between which hours, or on which days?"), lines=False)]
Through = Annotated[str, _line(80, mark("Through whom?"), mark("A code here too."), lines=False)]
NeverSay = Annotated[str, _line(400, mark("What must never be said to them"))]

EvidenceRef = Annotated[str, Ref(to="evidence", hidden=True, keep=M)]
EvidenceKind = Annotated[str, Choice(of=EVIDENCE_KIND, keep=M, label=mark("What is it?"))]
Held = Annotated[
    str,
    Text(
        length_max=80,
        keep=M,
        label=mark("Where is it kept?"),
        why=mark("Outside this device: a code for the place or for whoever keeps it."),
    ),
]
Digest = Annotated[
    str,
    Text(
        length_max=64,
        keep=M,
        label=mark("The file, or its fingerprint"),
        why=mark(
            "A file that you choose is read here once to make its fingerprint (SHA-256), and is not kept."
            " Or write the fingerprint, 64 characters."
        ),
    ),
]
MadeOn = Annotated[int, Day(keep=M, label=mark("Day it is from"))]
Consent = Annotated[str, Choice(of=CONSENT, keep=M, label=mark("Does whoever it shows agree?"))]
Note = Annotated[str, _line(300, mark("What it shows"), mark("As little as a lawyer needs to choose it. No names."))]


@dataclass(frozen=True, slots=True)
class PlanReadersChosen:
    """These people may read my safety plan."""

    # Said before the plan itself: whoever is let go still reads this, and nothing that comes after it.
    member: Myself
    readers: Readers


@dataclass(frozen=True, slots=True)
class PlanStated:
    """This is my safety plan; it takes the place of the one before."""

    member: Myself
    readers: Readers
    version: Version
    signals: Signals
    places: Places
    people: People
    bag: Bag
    money: Money
    words: Words


@dataclass(frozen=True, slots=True)
class PlanDropped:
    """My safety plan is to be forgotten everywhere."""

    member: Myself


@dataclass(frozen=True, slots=True)
class WishReadersChosen:
    """These people may read what I want if I cannot decide."""

    member: Myself
    readers: Readers
    on_duty: OnDuty


@dataclass(frozen=True, slots=True)
class WishStated:
    """This is what I want if I cannot decide."""

    member: Myself
    readers: Readers
    on_duty: OnDuty
    version: Version
    wish: Wish


@dataclass(frozen=True, slots=True)
class WishDropped:
    """What I wanted if I cannot decide is to be forgotten everywhere."""

    member: Myself


@dataclass(frozen=True, slots=True)
class PersonReadersChosen:
    """These people may read how to reach this trusted person."""

    trusted_person: PersonRef
    readers: Readers


@dataclass(frozen=True, slots=True)
class PersonStated:
    """This is a trusted person of mine outside, and how they can be reached without harm."""

    trusted_person: Annotated[str, Id(keep=M)]
    place: Place
    code: Code
    call_when: CallWhen
    knows: Knows
    contact: Contact
    hours: Hours
    through: Through
    never_say: NeverSay
    readers: Readers


@dataclass(frozen=True, slots=True)
class PersonDropped:
    """Nobody needs to know of this trusted person any more."""

    trusted_person: PersonRef


@dataclass(frozen=True, slots=True)
class EvidenceReadersChosen:
    """These people may know of this piece of evidence."""

    evidence: EvidenceRef
    readers: Readers


@dataclass(frozen=True, slots=True)
class EvidenceNoted:
    """This piece of evidence lies outside, and this is the fingerprint by which it is known again."""

    evidence: Annotated[str, Id(keep=M)]
    kind: EvidenceKind
    held: Held
    digest: Digest
    made_on: MadeOn
    consent: Consent
    note: Note
    readers: Readers


@dataclass(frozen=True, slots=True)
class EvidenceDropped:
    """Nobody needs to know of this piece of evidence any more."""

    evidence: EvidenceRef


@dataclass(frozen=True, slots=True)
class EvidenceCompared:
    """I compared the file with its fingerprint, and it is the same."""

    evidence: EvidenceRef
    digest: Digest
