"""What is said around stories and lessons: the closed lists, the steps and the facts.

A story is told to two readers, in a circle of three. What others read is a copy, which a reader places and the other reader
vouches for: it carries the readers' names and never the teller's. Lessons carry no person.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.areas.incidents import KIND as INCIDENT_KIND
from nasij.kit.field import Bytes, Choice, Choices, Day, Flag, Id, Ref, Refs, Several, Text, Whole, mark
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

M = Keep.MOMENTARY
W = Keep.WORKING
READERS = 2
ASK_LEAST = 2  # whom the second reader is chosen among: the teller names them, the first reader chooses
PEOPLE_MOST = 12
STORY_LENGTH = 3000
LESSON_LENGTH = 600
DAYS_MOST = 730  # that a consent holds

ABOUT = Choices(
    "story_about",
    {
        "home": mark("Home and family"),
        "work": mark("Work and school"),
        "road": mark("Leaving and arriving"),
        "law": mark("Police and courts"),
        "health": mark("Body and health"),
        "joy": mark("Love and joy"),
        "other": mark("Something else"),
    },
)
VOICE = Choices(
    "story_voice",
    {"she": mark("As a woman speaks"), "he": mark("As a man speaks"), "none": mark("Neither")},
)
CHANGED = Choices(
    "disguise",
    {
        "place": mark("The place"),
        "time": mark("The time"),
        "age": mark("Ages"),
        "work": mark("Work or studies"),
        "others": mark("Everybody else who is in it"),
        "manner": mark("The way of speaking"),
    },
)
SEEN_TO = ("place", "time", "age", "work")  # each changed, or said not to be in it, before anybody reads for safety
RECOGNISED = Choices(
    "recognised",
    {
        "nobody": mark("No, I do not think so"),
        "teller": mark("Yes, the person who tells it"),
        "other": mark("Yes, somebody else in it"),
    },
)
REACH = Choices(
    "story_reach",
    {
        "me": mark("Nobody: it stays with the three of us"),
        "one": mark("One person I choose"),
        "circle": mark("Several people I choose"),
        "trusted": mark("Trusted members"),
        "network": mark("Everybody in the network"),
        "partners": mark("Partner groups too"),
        "public": mark("Anybody, in public"),
    },
)
OUTSIDE = ("partners", "public")
CHOSEN = ("one", "circle")
EXPORT = Choices(
    "story_export",
    {
        "paper": mark("On paper"),
        "partner": mark("To a partner group"),
        "press": mark("To a newspaper or a broadcaster"),
        "web": mark("On a page of the web"),
    },
)
ACTION = Choices(
    "action_kind",
    {
        "meeting": mark("A meeting"),
        "vigil": mark("A vigil"),
        "march": mark("A march"),
        "online": mark("Something online"),
        "petition": mark("A petition"),
        "press": mark("Work with the press"),
        "visit": mark("A visit"),
    },
)
STANDS = Choices(
    "lesson_stands",
    {
        "lived": mark("Somebody who lived it"),
        "helped": mark("Somebody who helped"),
        "law": mark("Somebody who knows the law"),
        "health": mark("Somebody who works in health"),
        "several": mark("Several people together"),
    },
)
STORY_STEPS = Steps(
    "story",
    "story",
    ("telling",),
    {
        "telling": {
            "DisguiseMade/telling": "telling",
            "DisguiseMade/disguised": "disguised",
            "ReadersOffered": "telling",
            "ReaderReleased": "telling",
            "StoryWithdrawn": "withdrawn",
            "passing": "expired",
        },
        "disguised": {
            "DisguiseMade/disguised": "disguised",
            "ReaderChosen": "disguised",
            "StoryRead/disguised": "disguised",
            "StoryRead/telling": "telling",
            "StoryRead/read": "read",
            "ReadersOffered": "disguised",
            "ReaderReleased": "disguised",
            "StoryWithdrawn": "withdrawn",
            "passing": "expired",
        },
        "read": {
            "DisguiseMade/disguised": "disguised",
            "ConsentGiven": "approved",
            "StoryWithdrawn": "withdrawn",
            "passing": "expired",
        },
        "approved": {
            "DisguiseMade/disguised": "disguised",
            "ConsentGiven": "approved",
            "StoryShared": "shared",
            "StoryWithdrawn": "withdrawn",
            "passing": "expired",
        },
        "shared": {"ConsentGiven": "approved", "StoryWithdrawn": "withdrawn", "passing": "expired"},
        "expired": {"ConsentGiven": "approved", "StoryWithdrawn": "withdrawn"},
    },
    {
        "telling": mark("Being told"),
        "disguised": mark("Disguised"),
        "read": mark("Read by two"),
        "approved": mark("Approved by the teller"),
        "shared": mark("Shared"),
        "withdrawn": mark("Taken back"),
        "expired": mark("Its time is over"),
    },
)
COPY_STEPS = Steps(
    "story_copy",
    "copy",
    ("placed",),
    {
        "placed": {"StoryVouched": "shared", "CopyWithdrawn": "withdrawn", "passing": "expired"},
        "shared": {"CopyWithdrawn": "withdrawn", "passing": "expired"},
    },
    {
        "placed": mark("Waits for the second reader"),
        "shared": mark("Can be read"),
        "withdrawn": mark("Taken back"),
        "expired": mark("Its time is over"),
    },
)
LESSON_STEPS = Steps(
    "lesson",
    "lesson",
    ("proposed",),
    {
        "proposed": {"LessonConfirmed": "confirmed", "LessonDropped": "dropped"},
        "confirmed": {"LessonChecked": "confirmed", "LessonReplaced": "replaced", "passing": "old"},
        "old": {"LessonChecked": "confirmed", "LessonReplaced": "replaced"},
    },
    {
        "proposed": mark("Proposed"),
        "confirmed": mark("Confirmed"),
        "old": mark("Old: to be checked again"),
        "replaced": mark("Replaced by another"),
        "dropped": mark("Not taken up"),
    },
)
AStory = Annotated[str, Ref(to="story", hidden=True, keep=M)]
ACopy = Annotated[str, Ref(to="story_copy", hidden=True, keep=M)]
ALesson = Annotated[str, Ref(to="lesson", hidden=True, keep=W)]
Version = Annotated[int, Whole(least=1, hidden=True, keep=M)]
Signed = Annotated[
    str,
    Text(
        length_max=40,
        optional=True,
        keep=M,
        label=mark("A made-up name to tell it under"),
        why=mark("Not your alias, and nothing you are called elsewhere. Without one it has no name."),
    ),
]
AboutWhat = Annotated[list[str], Several(of=ABOUT, keep=M, label=mark("What is it about?"))]
Voice = Annotated[str, Choice(of=VOICE, keep=M, label=mark("How does the story speak?"))]
Among = Annotated[
    list[str],
    Refs(
        to="member",
        many_least=ASK_LEAST,
        many_max=PEOPLE_MOST,
        keep=M,
        label=mark("Who may be the second reader?"),
        why=mark("The first reader chooses one of them once the story is disguised. The others never learn of it."),
    ),
]


@dataclass(frozen=True, slots=True)
class StoryTold:
    """I tell this story to somebody who helps me disguise it, and say who else may read it."""

    story: Annotated[str, Id(keep=M)]
    words: Annotated[str, Text(length_max=STORY_LENGTH, lines=True, keep=M, label=mark("The story"))]
    reader: Annotated[
        str,
        Ref(
            to="member",
            keep=M,
            label=mark("The first reader"),
            why=mark(
                "They hear it as you tell it, help you to disguise it, choose the second reader and stand for it in your place."
            ),
        ),
    ]
    among: Among
    about: AboutWhat
    voice: Voice
    others: Annotated[bool, Flag(keep=M, label=mark("Other people are in it"))]
    signed: Signed


@dataclass(frozen=True, slots=True)
class DisguiseMade:
    """This was changed in the story, so that nobody can be recognised."""

    story: AStory
    version: Version
    changed: Annotated[list[str], Several(of=CHANGED, keep=M, label=mark("What was changed?"))]
    absent: Annotated[
        list[str],
        Several(
            of=CHANGED,
            optional=True,
            keep=M,
            label=mark("What is not in it at all?"),
            why=mark("It is read for safety once place, time, ages and work are each changed or not in it."),
        ),
    ]
    words: Annotated[str, Text(length_max=STORY_LENGTH, lines=True, keep=M, label=mark("The story as it is now"))]


@dataclass(frozen=True, slots=True)
class StoryRead:
    """I have read the story and say whether somebody could be recognised."""

    story: AStory
    version: Version
    recognised: Annotated[str, Choice(of=RECOGNISED, keep=M, label=mark("Could somebody recognise them?"))]
    by_what: Annotated[
        str, Text(length_max=300, lines=True, optional=True, keep=M, label=mark("By what, and what could be changed"))
    ]


@dataclass(frozen=True, slots=True)
class ReaderChosen:
    """I have chosen the second reader among those the teller named."""

    story: AStory
    reader: Annotated[str, Ref(to="member", keep=M, label=mark("The second reader"))]


@dataclass(frozen=True, slots=True)
class ReadersOffered:
    """These people may be the second reader too."""

    story: AStory
    among: Among


@dataclass(frozen=True, slots=True)
class ReaderReleased:
    """This person no longer reads the story; the other reader chooses anew."""

    story: AStory
    reader: Annotated[str, Ref(to="member", keep=M, label=mark("Who no longer reads it"))]


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """This is my last yes, to these words, for these people and until this day."""

    story: AStory
    version: Version
    reach: Annotated[
        str,
        Choice(
            of=REACH,
            keep=M,
            label=mark("Who may read it?"),
            why=mark("One person you choose can work out that it is yours: they see who else can read it."),
        ),
    ]
    until: Annotated[
        int,
        Day(
            keep=M, label=mark("Until which day?"), why=mark("After it nobody can read it. You are asked anew before.")
        ),
    ]
    people: Annotated[
        list[str],
        Refs(to="member", many_max=PEOPLE_MOST, optional=True, keep=M, label=mark("The people I choose")),
    ]


@dataclass(frozen=True, slots=True)
class StoryShared:
    """This copy of the story is shared by the teller's last yes."""

    story: AStory
    copy: Annotated[str, Id(keep=M)]
    secret: Annotated[str, Text(length_max=32, hidden=True, keep=M)]


@dataclass(frozen=True, slots=True)
class StoryWithdrawn:
    """I take my story back, everywhere."""

    story: AStory


@dataclass(frozen=True, slots=True)
class StoryPlaced:
    """Here is a story that was entrusted to me; one other person has read it too."""

    copy: Annotated[str, Id(keep=M)]
    words: Annotated[str, Text(length_max=STORY_LENGTH, lines=True, keep=M)]
    signed: Signed
    about: AboutWhat
    voice: Voice
    reach: Annotated[str, Choice(of=REACH, keep=M)]
    until: Annotated[int, Day(keep=M)]
    readers: Annotated[list[str], Refs(to="member", many_least=READERS, many_max=READERS, keep=M)]
    people: Annotated[list[str], Refs(to="member", many_max=PEOPLE_MOST + 3, optional=True, keep=M)]
    seal: Annotated[str, Text(length_max=64, keep=M)]


@dataclass(frozen=True, slots=True)
class StoryVouched:
    """I have read this story too: nobody can be recognised, and the person who tells it has said yes."""

    copy: ACopy


@dataclass(frozen=True, slots=True)
class CopyWithdrawn:
    """This story was taken back."""

    copy: ACopy
    secret: Annotated[str, Text(length_max=32, hidden=True, keep=M)]


@dataclass(frozen=True, slots=True)
class ExportNoted:
    """I have taken this story out of the network."""

    export: Annotated[str, Id(keep=W)]
    copy: Annotated[str, Ref(to="story_copy", hidden=True, keep=W)]
    how: Annotated[str, Choice(of=EXPORT, keep=W, label=mark("Where did it go?"))]


# Lessons


@dataclass(frozen=True, slots=True)
class LessonProposed:
    """This is what we have learnt."""

    lesson: Annotated[str, Id(keep=W)]
    helped: Annotated[str, Text(length_max=LESSON_LENGTH, lines=True, keep=W, label=mark("What helped"))]
    harmed: Annotated[str, Text(length_max=LESSON_LENGTH, lines=True, optional=True, keep=W, label=mark("What harmed"))]
    kind: Annotated[str, Ref(to="kind", optional=True, keep=W, label=mark("It fits this kind of help"))]
    incident: Annotated[
        str, Choice(of=INCIDENT_KIND, optional=True, keep=W, label=mark("It fits when this has happened"))
    ]
    action: Annotated[str, Choice(of=ACTION, optional=True, keep=W, label=mark("It fits this kind of action"))]
    valid_where: Annotated[
        str,
        Text(
            length_max=80,
            keep=W,
            label=mark("Where is it true?"),
            why=mark("A town, a country, an office. Not where somebody lives."),
        ),
    ]
    stands: Annotated[str, Choice(of=STANDS, keep=W, label=mark("Who stands for it, without a name"))]
    origin: Annotated[str, Text(length_max=64, optional=True, hidden=True, keep=W)]


@dataclass(frozen=True, slots=True)
class LessonConfirmed:
    """I know this too, and it names nobody."""

    lesson: ALesson


@dataclass(frozen=True, slots=True)
class LessonChecked:
    """I have checked that this is still true."""

    lesson: ALesson


@dataclass(frozen=True, slots=True)
class LessonReplaced:
    """This lesson is replaced by a newer one."""

    lesson: ALesson
    newer: Annotated[str, Ref(to="lesson", keep=W, label=mark("The lesson that takes its place"))]


@dataclass(frozen=True, slots=True)
class LessonDropped:
    """This lesson is not taken up."""

    lesson: ALesson


@dataclass(frozen=True, slots=True)
class SigningKeyMade:
    """With this key, which trusted members hold together, our lessons are signed from now on."""

    signing_key: Annotated[str, Id(keep=W)]
    seed: Annotated[bytes, Bytes(least=32, most=32, keep=W)]
