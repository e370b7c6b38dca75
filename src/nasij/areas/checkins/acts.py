"""What one can do around a check-in: forms, whom one can choose, and the facts they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.checkins.facts import (
    EVERY,
    EVERY_DAYS,
    GRACE,
    MORE,
    NEEDED,
    NOTE_LENGTH,
    OPEN_MOST,
    OPENERS,
    WATCHERS_MOST,
    ACheckIn,
    AWord,
    CheckedIn,
    CheckInEscalated,
    CheckInPaused,
    CheckInResumed,
    CheckInSet,
    DeadlineMoved,
    M,
    NoteWritten,
    PersonFound,
    SafeTold,
    Until,
    WatchDeclined,
    WatchTaken,
)
from nasij.areas.checkins.rules import watchers
from nasij.clock import QUARTERS_AN_HOUR
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit import who, zones
from nasij.kit.area import Act, act
from nasij.kit.fact import fields_of
from nasij.kit.field import Choice, Day, Ref, Refs, Text, Time, Whole, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By
from nasij.text import fold

_SET = fields_of(CheckInSet)
Note = Annotated[
    str,
    Text(
        length_max=NOTE_LENGTH,
        lines=True,
        optional=True,
        keep=M,
        label=mark("A sealed note"),
        why=mark(
            "Where you are, with whom, what to do. It opens only if you are late, and is destroyed when you are safe."
            " Nobody reads it before, and neither do you: this device keeps no key."
        ),
    ),
]
Openers = Annotated[
    str,
    Choice(
        of=OPENERS,
        optional=True,
        keep=M,
        label=mark("Who opens the note?"),
        why=mark(
            "Two together: one device that is taken or tampered with does not show it. One: it opens even if the others"
            " are asleep. The people you chose could read it earlier only if they changed their software, two of them"
            " where two are needed. Without an answer it is two together."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class SetForm:
    """A new check-in, as somebody thinks of it."""

    watchers: Annotated[
        list[str],
        Refs(
            to="member",
            many_max=WATCHERS_MOST,
            keep=M,
            label=mark("Who is told if late?"),
            why=mark("Better two or three, in different places. At least one room has to be open when the hour comes."),
        ),
    ]
    within: Annotated[
        int, Whole(least=1, most=14 * 24, keep=M, label=mark("Within how many hours will you say that you are safe?"))
    ]
    grace: Annotated[
        str,
        Choice(
            of=GRACE,
            keep=M,
            label=mark("Grace time"),
            why=mark("After the time you are late. After the grace time people look for you."),
        ),
    ]
    word: Annotated[str, _SET["word"]]
    note: Note
    openers: Openers
    what: Annotated[str, _SET["what"]]
    time: Annotated[
        int,
        Time(
            optional=True,
            keep=M,
            label=mark("Or by this time"),
            why=mark(
                "In place of the hours above, by the clock of this group. Without a day it is the next time it comes."
            ),
        ),
    ]
    day: Annotated[int, Day(optional=True, keep=M, label=mark("On this day"))]
    forced: Annotated[str, _SET["forced"]]
    armed: Annotated[bool, _SET["armed"]]
    every: Annotated[str, Choice(of=EVERY, optional=True, keep=M, label=mark("Again and again?"))]
    last_on: Annotated[int, Day(optional=True, keep=M, label=mark("Until which day, if again and again"))]
    about: Annotated[
        str,
        Ref(
            to="member",
            optional=True,
            keep=M,
            label=mark("For somebody else?"),
            why=mark("If they called you and have no device. You then watch too, and the word is between you two."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class OneUntil:
    """A press about one check-in, as it was seen."""

    checkin: ACheckIn
    until: Until


@dataclass(frozen=True, slots=True)
class MoreForm:
    """Putting the time off."""

    checkin: ACheckIn
    until: Until
    more: Annotated[str, Choice(of=MORE, keep=M, label=mark("How much longer?"))]
    word: Annotated[
        str,
        Text(
            length_max=64,
            optional=True,
            keep=M,
            label=mark("The word that they said"),
            why=mark("Whoever watches writes what they heard. The person themselves leaves it empty."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class ToldForm:
    """What somebody heard on the telephone."""

    checkin: ACheckIn
    until: Until
    word: AWord


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A sealed note for a check-in that is set."""

    checkin: ACheckIn
    words: Annotated[str, Text(length_max=NOTE_LENGTH, lines=True, keep=M, label=mark("A sealed note"))]
    openers: Openers


@dataclass(frozen=True, slots=True)
class OneCheckIn:
    """A press about one check-in."""

    checkin: ACheckIn


def others(db: Connection, by: By, standings: tuple[str, ...] = who.IN_FORCE) -> list[tuple[str, str]]:
    """Return whom one can choose, without those one avoids and those who avoid one, as far as this room knows."""
    avoided = db.execute(
        "select whom from avoid where closed_on = 0 and by_member = ?"
        " union select by_member from avoid where closed_on = 0 and whom = ?"
        " union select whom from block where closed_on = 0 and by_member = ?",
        (by.member, by.member, by.member),
    )
    left_out = {row[0] for row in avoided} | {by.member}
    return who.by_name(db, who.members(db, standings) - left_out)


def others_and_frozen(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return for whom one can set a check-in, also whoever is frozen: their device is gone, and they called."""
    return others(db, by, who.NOT_GONE)


def due(db: Connection, by: By, form: SetForm) -> int:
    """Return by when somebody is safe: by the clock of this group, or so many whole hours from now and never fewer."""
    zone = zones.chosen(db)
    if form.time < 0 and not form.day:
        return by.quarter + 1 + form.within * QUARTERS_AN_HOUR
    if form.time < 0:
        raise Malformed(mark("Please write by when on that day."), field="time")
    today, _ = zones.shown(zone, by.quarter)
    until = zones.at(zone, form.day or today, form.time)
    if not form.day and until <= by.quarter:
        until = zones.at(zone, today + 1, form.time)
    if until <= by.quarter:
        raise Malformed(mark("This time is over. Please choose a later one."), field="day")
    return until


def last_of(db: Connection, by: By, form: SetForm, until: int) -> int:
    """Return the last time of a check-in that comes again and again, 0 for one that does not."""
    if not form.every and not form.last_on:
        return 0
    zone = zones.chosen(db)
    first, time = zones.shown(zone, until)
    if not (form.every and first <= form.last_on <= by.day + 366):
        raise Malformed(mark("Please choose the last day, at most a year from now."), field="last_on")
    return zones.at(zone, form.last_on, time)


def set_(db: Connection, by: By, form: SetForm) -> list[Any]:
    """Set a check-in, with a note that the room seals before it goes out."""
    until = due(db, by, form)
    mine = rows(db, "select 1 from checkin where set_by = ? and closed_on = 0", by.member)
    if len(mine) >= OPEN_MOST:
        raise Refused(
            mark("You have %(most)d check-ins open. Please end one first."),
            most=OPEN_MOST,
        )
    last = last_of(db, by, form, until)
    if form.armed and form.about:
        raise Malformed(mark("Only somebody themselves can ask to be frozen."), field="armed")
    if fold(form.word) == fold(form.forced):
        raise Malformed(mark("Please choose two words that do not sound alike."), field="forced")
    checkin = new_id()
    given = (form.watchers, until, int(form.grace), form.what, form.word, form.forced)
    made: list[Any] = [CheckInSet(checkin, form.about or by.member, *given, form.armed, form.every, last)]
    if form.note:
        readers = [*form.watchers, *([by.member] if form.about else [])]
        made.append(_note(checkin, by, form.note, form.openers, readers))
    return made


def _note(checkin: str, by: By, words: str, openers: str, readers: Iterable[str]) -> NoteWritten:
    """Return a note for the room to seal before anything goes out."""
    return NoteWritten(checkin, by.member, words, NEEDED.get(openers, 2), tuple(sorted(readers)))


def note_left(db: Connection, by: By, form: NoteForm) -> list[Any]:
    """Leave a note, in place of one before it."""
    here = who.members(db) & watchers(db, form.checkin).keys()  # a part for a room that is gone would open nothing
    return [_note(form.checkin, by, form.words, form.openers, here)]


def moved(_db: Connection, by: By, form: MoreForm) -> list[Any]:
    """Put the time off, counted from now where it is over."""
    later = max(form.until, by.quarter + 1) + int(form.more)
    return [DeadlineMoved(form.checkin, form.until, later, form.word)]


def next_time(db: Connection, by: By, checkin: str) -> int:
    """Return when a check-in comes again by the clock of this group, summer time included; 0 where it does not."""
    row = fields(db, "checkin", "checkin", checkin)
    every, zone = EVERY_DAYS[row["every"]], zones.chosen(db)
    if not every:
        return 0
    until = zones.later(zone, int(row["rhythm_at"] or row["until"]), every)
    while until <= max(by.quarter, row["until"]):
        until = zones.later(zone, until, every)
    return until


def told(db: Connection, by: By, form: ToldForm) -> list[Any]:
    """Pass on what was heard."""
    return [SafeTold(form.checkin, form.until, form.word, next_time(db, by, form.checkin))]


def safe(db: Connection, by: By, form: OneUntil) -> list[Any]:
    """Say that one is safe; what comes again comes again."""
    return [CheckedIn(form.checkin, form.until, False, next_time(db, by, form.checkin))]


def ended(_db: Connection, _by: By, form: OneUntil) -> list[Any]:
    """Say that one is safe, and that this was the last time."""
    return [CheckedIn(form.checkin, form.until, True)]


def escalated(_db: Connection, _by: By, form: OneUntil) -> list[Any]:
    """Look for them now."""
    return [CheckInEscalated(form.checkin, form.until)]


def resumed(db: Connection, by: By, form: OneCheckIn) -> list[Any]:
    """Go on at the next time of the rhythm that is still to come."""
    until = int(fields(db, "checkin", "checkin", form.checkin)["until"])
    return [CheckInResumed(form.checkin, until if until > by.quarter else next_time(db, by, form.checkin) or until)]


def _start(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with what suits most."""
    return {"within": 3, "grace": "4"}


def _as_seen(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Carry the deadline along, so that a press is about the time that was looked at."""
    found = rows(db, "select until from checkin where checkin = ?", params.get("checkin", ""))
    return {"until": found[0]["until"]} if found else {}


_AT = "/checks/{checkin}"

ACTS: tuple[Act, ...] = (
    act(
        "/checks/set",
        SetForm,
        then="/checks",
        make=set_,
        title=mark("Set a check-in"),
        press=mark("Set the check-in"),
        options={"watchers": others, "about": others_and_frozen},
        prefill=_start,
        why=mark(
            "Before a meeting, a trip or a hearing. If you do not say in time that you are safe, people look for you."
        ),
    ),
    act(
        _AT + "/safe",
        OneUntil,
        then="/checks",
        make=safe,
        prefill=_as_seen,
        title=mark("I am safe now"),
        press=mark("I am safe"),
        why=mark("The sealed note is destroyed in every room that hears this."),
    ),
    act(
        _AT + "/last",
        OneUntil,
        then="/checks",
        make=ended,
        prefill=_as_seen,
        title=mark("I am safe, and this was the last time"),
        press=mark("End this check-in"),
    ),
    act(
        _AT + "/told",
        ToldForm,
        then=_AT,
        make=told,
        prefill=_as_seen,
        title=mark("They told me that they are safe"),
        press=mark("Tell the others"),
        why=mark(
            "Ask for the word, and write what you hear. Do not help them to find it: somebody may be standing beside them."
        ),
    ),
    act(
        _AT + "/more",
        MoreForm,
        then=_AT,
        make=moved,
        prefill=_as_seen,
        title=mark("It takes longer"),
        press=mark("Put it off"),
    ),
    act(
        _AT + "/now",
        OneUntil,
        then=_AT,
        make=escalated,
        prefill=_as_seen,
        title=mark("Look for them now"),
        press=mark("Do not wait any longer"),
        why=mark(
            "Everybody who watches is told at once. Your room gives its part of the sealed note; where two are needed, it opens"
            " once a second person says this too, or when the hour has passed. You can be wrong."
        ),
        grave=True,
    ),
    act(_AT + "/watch", WatchTaken, then=_AT, title=mark("Watch over this check-in"), press=mark("I watch")),
    act(
        _AT + "/decline",
        WatchDeclined,
        then="/checks",
        title=mark("Not this time, to watch"),
        press=mark("I cannot watch this time"),
    ),
    act(
        _AT + "/note",
        NoteForm,
        then=_AT,
        make=note_left,
        title=mark("Leave a sealed note"),
        press=mark("Seal the note"),
        why=mark("One that is there already is destroyed, and this one takes its place."),
    ),
    act(
        _AT + "/found",
        PersonFound,
        then=_AT,
        title=mark("They are found"),
        press=mark("Say that they are found"),
        why=mark("Say it only if you know it. The sealed note is destroyed, and nobody looks any longer."),
    ),
    act(_AT + "/pause", CheckInPaused, then=_AT, title=mark("Let this check-in rest"), press=mark("Pause")),
    act(
        _AT + "/resume",
        OneCheckIn,
        then=_AT,
        make=resumed,
        title=mark("Go on with this check-in"),
        press=mark("Resume it"),
    ),
)
