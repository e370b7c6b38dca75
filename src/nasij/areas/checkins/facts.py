"""What is said around a check-in: the closed lists, the steps and every fact of the area.

All of it stays in the circle of one check-in: whoever set it and those who watch. What opens a sealed note, and its words, are
for those who watch alone: the room it was written in may be in other hands by then. Only the keys that rooms make for sealed
notes are for everybody: somebody who chooses a watcher needs them at once, without asking first.
"""

from dataclasses import dataclass
from typing import Annotated

from nasij.clock import QUARTERS_A_DAY, QUARTERS_AN_HOUR
from nasij.kit.field import Bytes, Choice, Choices, Flag, Id, Ref, Refs, Text, Whole, mark, quarter
from nasij.kit.steps import Steps
from nasij.kit.table import Keep

M = Keep.MOMENTARY
WATCHERS_MOST = 6
OPEN_MOST = 8  # check-ins of one member at a time
AHEAD_MOST = 366 * QUARTERS_A_DAY
GRACE_MOST = 72 * QUARTERS_AN_HOUR
SHIFT_MOST = 3 * QUARTERS_AN_HOUR  # by which summer time may move the next one
NOTE_LENGTH = 600
KEY_SIZE = 1216
ENVELOPE_SIZE = 1576
NOTE_SIZE = 2620
SHARE_MOST = 440

# All times of a check-in are quarters of an hour: the wire values too.
GRACE = Choices(
    "checkin_grace",
    {
        "0": mark("none"),
        "1": mark("a quarter of an hour"),
        "2": mark("half an hour"),
        "4": mark("one hour"),
        "8": mark("two hours"),
        "16": mark("four hours"),
        "48": mark("half a day"),
        "96": mark("a day"),
    },
)
MORE = Choices("checkin_more", {more: words for more, words in GRACE.labels.items() if more != "0"})
EVERY = Choices(
    "checkin_every",
    {"day": mark("Every day"), "week": mark("Every week"), "fortnight": mark("Every two weeks")},
)
EVERY_DAYS = {"": 0, "day": 1, "week": 7, "fortnight": 14}
OPENERS = Choices(
    "checkin_openers",
    {"two": mark("Two of them together"), "one": mark("Any one of them")},
)
NEEDED = {"two": 2, "one": 1}
FOUND = Choices(
    "checkin_found",
    {
        "seen": mark("I have seen them"),
        "voice": mark("I have heard their voice, and they were free to talk"),
        "told": mark("Somebody I trust has been with them"),
    },
)

# A press in a room ends nothing once people look for its member: whoever has the device could press it.
_HEARD = {"SafeTold/found": "found", "PersonFound": "found"}
_SAFE = {"CheckedIn/safe": "safe", "CheckedIn/set": "set", "SafeTold/safe": "safe", "SafeTold/set": "set"}
_WORRY = {"CheckInEscalated": "escalated", "SafeTold/escalated": "escalated"}
CHECKIN_STEPS = Steps(
    "checkin",
    "checkin",
    ("set",),
    {
        "set": {
            **_SAFE,
            **_WORRY,
            "DeadlineMoved": "set",
            "CheckInPaused": "paused",
            "HourPassed/late": "late",
            "HourPassed/incident": "incident",
            "passing/late": "late",
            "passing/incident": "incident",
        },
        "paused": {"CheckInResumed": "set", "CheckedIn/safe": "safe"},
        "late": {
            **_SAFE,
            **_WORRY,
            "DeadlineMoved": "set",
            "HourPassed/incident": "incident",
            "passing/incident": "incident",
        },
        "escalated": {
            **_HEARD,
            "CheckedIn/escalated": "escalated",
            "CheckInEscalated": "escalated",
            "HourPassed/incident": "incident",
            "passing/incident": "incident",
        },
        "incident": {
            **_HEARD,
            "CheckedIn/incident": "incident",
            "CheckInEscalated": "incident",
            "passing/found": "found",
        },
    },
    {
        "set": mark("Check-in set"),
        "paused": mark("Check-in paused"),
        "late": mark("Check-in late"),
        "escalated": mark("Escalated"),
        "incident": mark("Became an incident"),
        "safe": mark("Reached safety"),
        "found": mark("Heard from"),
    },
)

ACheckIn = Annotated[str, Ref(to="checkin", hidden=True, keep=M)]
Until = Annotated[int, quarter(M, least=1)]
# The next time as the clock of the group shows it: the room of whoever says it knows of summer time, a fold does not.
Following = Annotated[int, quarter(M)]
# What stands for a spoken word in a fact: 64 characters that the room computes from it, never the word.
AWord = Annotated[str, Text(length_max=64, keep=M, label=mark("The word that they said"))]


@dataclass(frozen=True, slots=True)
class CheckInSet:
    """If nobody hears by this time that I am safe, look for me."""

    checkin: Annotated[str, Id(keep=M)]
    about: Annotated[str, Ref(to="member", hidden=True, keep=M)]
    watchers: Annotated[
        list[str], Refs(to="member", many_max=WATCHERS_MOST, keep=M, label=mark("Who is told if late?"))
    ]
    until: Until
    grace: Annotated[int, Whole(most=GRACE_MOST, keep=M, label=mark("Grace time"))]
    what: Annotated[
        str,
        Text(
            length_max=40,
            optional=True,
            keep=M,
            label=mark("A dull name for it"),
            why=mark("A dull word that only you understand, such as tea. It may stay empty."),
        ),
    ]
    word: Annotated[
        str,
        Text(
            length_max=64,
            keep=M,
            label=mark("A word for the telephone"),
            why=mark(
                "If your device is gone, call one of them and say this word; they type what they hear."
                " Their devices do not show it."
            ),
        ),
    ]
    forced: Annotated[
        str,
        Text(
            length_max=64,
            optional=True,
            keep=M,
            label=mark("Another word, for when somebody forces you to call"),
            why=mark("It sounds as if all were well, and means: look for me now."),
        ),
    ]
    armed: Annotated[
        bool,
        Flag(
            keep=M,
            label=mark("If I am not heard from, freeze my membership"),
            why=mark("Whoever has your device then reads nothing new. Two people who have spoken with you lift it."),
        ),
    ]
    every: Annotated[str, Choice(of=EVERY, optional=True, keep=M, label=mark("Again and again?"))]
    last: Annotated[int, quarter(M)]  # the last time of it


@dataclass(frozen=True, slots=True)
class WatchTaken:
    """I watch."""

    checkin: ACheckIn


@dataclass(frozen=True, slots=True)
class WatchDeclined:
    """I cannot watch this time."""

    checkin: ACheckIn


@dataclass(frozen=True, slots=True)
class NoteKeyOffered:
    """With this key others can seal notes for my room."""

    note_key: Annotated[str, Id()]
    key: Annotated[bytes, Bytes(least=KEY_SIZE, most=KEY_SIZE, keep=Keep.LEDGER)]


@dataclass(frozen=True, slots=True)
class NoteSealed:
    """Here is a sealed note, which opens only if I am late."""

    checkin: ACheckIn
    sealed: Annotated[bytes, Bytes(least=NOTE_SIZE, most=NOTE_SIZE, keep=M)]
    print: Annotated[str, Text(length_max=64, keep=M)]
    needed: Annotated[int, Whole(least=1, most=2, keep=M)]


@dataclass(frozen=True, slots=True)
class EnvelopeHanded:
    """This person's room holds a part of the key, and does not give it before the hour."""

    checkin: ACheckIn
    member: Annotated[str, Ref(to="member", keep=M)]
    note_key: Annotated[str, Ref(to="note_key", keep=M)]
    envelope: Annotated[bytes, Bytes(least=ENVELOPE_SIZE, most=ENVELOPE_SIZE, keep=M)]


@dataclass(frozen=True, slots=True)
class ShareGiven:
    """The hour has passed, and here is my part of the key."""

    checkin: ACheckIn
    share: Annotated[bytes, Bytes(least=1, most=SHARE_MOST, keep=M)]


@dataclass(frozen=True, slots=True)
class NoteTold:
    """This is what the sealed note says."""

    checkin: ACheckIn
    words: Annotated[str, Text(length_max=NOTE_LENGTH, lines=True, keep=M)]
    salt: Annotated[str, Text(length_max=32, keep=M)]


@dataclass(frozen=True, slots=True)
class NoteOpened:
    """The sealed note is open, in the rooms of those who watch."""

    checkin: ACheckIn


@dataclass(frozen=True, slots=True)
class DeadlineMoved:
    """It takes longer: look for me only at this time."""

    checkin: ACheckIn
    until: Until
    moved_to: Until
    word: Annotated[str, Text(length_max=64, optional=True, keep=M)]


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """I am safe."""

    checkin: ACheckIn
    until: Until
    last: Annotated[bool, Flag(hidden=True, keep=M)]
    following: Following = 0


@dataclass(frozen=True, slots=True)
class SafeTold:
    """They told me that they are safe, with our word."""

    checkin: ACheckIn
    until: Until
    word: AWord
    following: Following = 0


@dataclass(frozen=True, slots=True)
class CheckInEscalated:
    """I do not wait any longer: look for them now."""

    checkin: ACheckIn
    until: Until


@dataclass(frozen=True, slots=True)
class HourPassed:
    """The time has passed, and nobody has heard."""

    checkin: ACheckIn
    until: Until
    said_at: Until  # by the clock of the room that says it: counted within the line's hour


@dataclass(frozen=True, slots=True)
class PersonFound:
    """They are found."""

    checkin: ACheckIn
    how: Annotated[str, Choice(of=FOUND, keep=M, label=mark("How do you know?"))]


@dataclass(frozen=True, slots=True)
class CheckInPaused:
    """This check-in rests."""

    checkin: ACheckIn


@dataclass(frozen=True, slots=True)
class CheckInResumed:
    """This check-in goes on, the next time at this time."""

    checkin: ACheckIn
    until: Until


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A note as it was typed, which never leaves the room like this: `watching` seals it."""

    checkin: str
    author: str
    words: str
    needed: int
    watchers: tuple[str, ...]
