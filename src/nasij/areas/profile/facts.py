"""What a member can say about themselves: closed lists, tables and facts."""

from dataclasses import dataclass
from typing import Annotated

from nasij.kit.field import Bytes, Choice, Choices, Day, Flag, Id, Ref, Refs, Several, Text, Whole, mark, remark
from nasij.kit.table import Keep, Says, Share, Table, number, text
from nasij.kit.who import ROLE_PREFIX

COORDINATION = ROLE_PREFIX + "cases"
# The same words as the first kinds of help; a group's own kinds are not listed here.
HELP_KINDS = Choices(
    "help_kind",
    {
        "food": mark("Food"),
        "shelter": mark("Shelter"),
        "medicine": mark("Medicine and care"),
        "legal": mark("Legal help"),
        "transport": mark("Transport"),
        "listening": mark("Listening"),
        "money": mark("Money"),
        "paperwork": mark("Papers and offices"),
        "accompaniment": mark("Accompaniment"),
        "safety": mark("Safety"),
        "things": mark("Things"),
        "skills": mark("Skills"),
        "other": mark("Something else"),
    },
)
SKILL_LEVELS = Choices(
    "skill_level",
    {"does": mark("I do this"), "teaches": mark("I can teach this"), "never": mark("Never ask me for this")},
)

NAMED_MOST = 30  # skills that one list may name of one member
NAMED_BYTES = 30_000

TABLES = (
    Table(
        "contact_rule",
        {
            "member": text(Keep.MOMENTARY),
            **{
                name: text(Keep.MOMENTARY, Says.WAY)
                for name in ("channels", "safe_hours", "name_to_use", "cover", "safe_word", "never")
            },
        },
        key=("member",),
        share=Share.CIRCLES,
    ),
    Table(
        "capacity",
        {
            "member": text(Keep.SHORT),
            "per_week": number(Keep.SHORT),  # -1 where only a rest was stated
            "kinds": text(Keep.SHORT),  # slugs of HELP_KINDS, separated by commas, in its order
            "rest_until": number(Keep.SHORT),  # the last day of rest, 0 for none
            "helps": number(Keep.SHORT),
        },
        key=("member",),
        share=Share.CIRCLES,
    ),
    Table(
        "avoid",
        {"by_member": text(Keep.MOMENTARY), "whom": text(Keep.MOMENTARY)},
        key=("by_member", "whom"),
        share=Share.CIRCLES,
    ),
    Table("block", {"by_member": text(Keep.MOMENTARY), "whom": text(Keep.MOMENTARY)}, key=("by_member", "whom")),
    Table(
        "skill",
        {
            "skill": text(Keep.SHORT),
            "member": text(Keep.SHORT),
            "words": text(Keep.SHORT),
            "level": text(Keep.SHORT),
        },
        key=("skill",),
        share=Share.CIRCLES,
        indexes=(("member",),),
    ),
    Table(
        "named_skill",  # a skill that a list names somebody for: theirs to confirm, or it is forgotten within a month
        {
            "named": text(Keep.SHORT),
            "naming": text(Keep.SHORT),
            "import_code": text(Keep.SHORT),
            "member": text(Keep.SHORT),
            "named_by": text(Keep.SHORT),
            "named_at": number(Keep.SHORT),
            "words": text(Keep.SHORT),
            "level": text(Keep.SHORT),
        },
        key=("named",),
        indexes=(("member",), ("naming",), ("import_code",)),
    ),
)

Channels = Annotated[
    str,
    remark(
        300,
        mark("Ways to reach me, the best one first"),
        keep=Keep.MOMENTARY,
        why=mark("One a line. A number or an address only if you must."),
    ),
]
SafeHours = Annotated[
    str,
    Text(length_max=120, optional=True, keep=Keep.MOMENTARY, label=mark("Safe hours"), why=mark("When may we call?")),
]
NameToUse = Annotated[
    str,
    Text(length_max=40, optional=True, name=True, keep=Keep.MOMENTARY, label=mark("Name to use on the phone")),
]
Cover = Annotated[
    str,
    Text(
        length_max=200,
        optional=True,
        keep=Keep.MOMENTARY,
        label=mark("Cover sentence"),
        why=mark("What we say if somebody else answers."),
    ),
]
SafeWord = Annotated[
    str,
    Text(
        length_max=40,
        optional=True,
        keep=Keep.MOMENTARY,
        label=mark("Safe word"),
        why=mark("A word that means: I cannot speak freely."),
    ),
]
Never = Annotated[
    str,
    remark(
        300, mark("Never do this"), keep=Keep.MOMENTARY, why=mark("For instance: never write, never come to the door.")
    ),
]
Readers = Annotated[
    list[str],
    Refs(to="member", optional=True, keep=Keep.MOMENTARY, label=mark("Who may read this")),
]
Coordination = Annotated[bool, Flag(keep=Keep.MOMENTARY, label=mark("Coordination may read this too"))]
PerWeek = Annotated[
    int,
    Whole(
        least=0,
        most=20,
        optional=True,
        keep=Keep.SHORT,
        label=mark("How often can I help in a week, at most?"),
        why=mark("Nobody is asked more often than this. None is a good answer too."),
    ),
]
Kinds = Annotated[list[str], Several(of=HELP_KINDS, optional=True, keep=Keep.SHORT, label=mark("What I can help with"))]
Helps = Annotated[bool, Flag(keep=Keep.SHORT, label=mark("I may be asked to help"))]
Myself = Annotated[str, Ref(to="member", hidden=True, keep=Keep.MOMENTARY)]
Somebody = Annotated[str, Ref(to="member", keep=Keep.MOMENTARY, label=mark("Member"))]
SkillWords = Annotated[str, Text(length_max=120, keep=Keep.SHORT, label=mark("Skill"))]
Level = Annotated[str, Choice(of=SKILL_LEVELS, keep=Keep.SHORT, label=mark("How?"))]


@dataclass(frozen=True, slots=True)
class ContactReadersChosen:
    """These people may know how to reach me."""

    # Said before the rules themselves: whoever is let go still reads this, and nothing that comes after it.
    member: Myself
    readers: Readers
    coordination: Coordination


@dataclass(frozen=True, slots=True)
class ContactRulesStated:
    """This is how to reach me safely, and who may know it."""

    # The readers stand here again, for those who were let in only now and did not read what came before.
    member: Myself
    readers: Readers
    coordination: Coordination
    channels: Channels
    safe_hours: SafeHours
    name_to_use: NameToUse
    cover: Cover
    safe_word: SafeWord
    never: Never


@dataclass(frozen=True, slots=True)
class ContactRulesDropped:
    """Nobody needs to know how to reach me any more."""

    member: Myself


@dataclass(frozen=True, slots=True)
class CapacityStated:
    """This is how much I can help, and with what."""

    per_week: PerWeek
    kinds: Kinds
    helps: Helps


@dataclass(frozen=True, slots=True)
class RestStated:
    """I rest until this day, or no longer."""

    rest_until: Annotated[
        int,
        Day(
            optional=True,
            keep=Keep.SHORT,
            label=mark("Rest until"),
            why=mark("The last day of rest. Leave it empty to end a rest. Nobody needs a reason."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class AvoidStated:
    """Never match me with this member."""

    member: Myself
    whom: Somebody


@dataclass(frozen=True, slots=True)
class AvoidEnded:
    """I can be matched with this member again."""

    member: Myself
    whom: Annotated[str, Ref(to="member", hidden=True, keep=Keep.MOMENTARY)]


@dataclass(frozen=True, slots=True)
class BlockStated:
    """Hide from me what this member writes to me."""

    whom: Somebody


@dataclass(frozen=True, slots=True)
class BlockEnded:
    """Show me again what this member writes to me."""

    whom: Annotated[str, Ref(to="member", hidden=True, keep=Keep.MOMENTARY)]


@dataclass(frozen=True, slots=True)
class SkillStated:
    """I do this, or teach it, or never want to be asked for it."""

    skill: Annotated[str, Id(keep=Keep.SHORT)]
    words: SkillWords
    level: Level


@dataclass(frozen=True, slots=True)
class SkillEnded:
    """This no longer holds."""

    skill: Annotated[str, Ref(to="skill", hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class NamedSkill:
    """One line of a list of skills."""

    words: SkillWords
    level: Level


@dataclass(frozen=True, slots=True)
class SkillsNamed:
    """A list I brought along names skills of this member; only they say what holds."""

    naming: Annotated[str, Id(keep=Keep.SHORT)]
    import_code: Annotated[str, Ref(to="named_skill", hidden=True, keep=Keep.SHORT)]
    member: Annotated[str, Ref(to="member", hidden=True, keep=Keep.SHORT)]
    lines: Annotated[bytes, Bytes(least=1, most=NAMED_BYTES, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class NamedSkillDropped:
    """I answered this line of the list about me; it need not wait any longer."""

    named: Annotated[str, Ref(to="named_skill", hidden=True, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class NamedSkillsTakenBack:
    """I take back what my list said of this member."""

    naming: Annotated[str, Ref(to="named_skill", hidden=True, keep=Keep.SHORT)]
