"""Who may say what about a check-in. Every rule reads rows of the check-in's own circle, and keys that everybody knows."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.checkins import facts as f
from nasij.errors import NotHereYet, Refused
from nasij.kit import draw
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import NOT_GONE, By, members

ALARMED = ("escalated", "incident")
WAITING = ("set", "late")
KEY_DAYS = 1  # that the key before the newest is still taken

_STEPPED = mark("Somebody has already taken this a step further.")
_AGAIN = mark("Open it again to see where it stands now.")
_NOT_WATCHING = mark("Only the people who watch can say this.")
_NOT_THE_WORD = mark("This is not the word that was agreed.")
_CALL_AGAIN = mark("Ask again, slowly. If it is still another word, do not wait: look for them now.")


def proof_of(checkin: str, stretched: str) -> str:
    """Return what a check-in keeps of a spoken word: from it nobody can say the word, nor what stands for it."""
    return draw.commitment("word", checkin, stretched)


def note_print(checkin: str, author: str, words: str, salt: str) -> str:
    """Return what is known of a sealed note before it opens, so that nobody can open it as something else."""
    return draw.commitment(checkin, author, salt + words)


def watchers(db: Connection, checkin: str) -> dict[str, str]:
    """Return who watches, with what they have said: asked, taken, or looking for the person."""
    found = rows(db, "select member, state from checkin_watcher where checkin = ? and state <> 'declined'", checkin)
    return {row["member"]: row["state"] for row in found}


def _open(db: Connection, checkin: str, until: int | None = None) -> dict[str, Any]:
    """Return a check-in; raises `Refused` where it has moved on since somebody looked."""
    row = fields(db, "checkin", "checkin", checkin)
    if row["closed_on"] or (until is not None and row["until"] != until):
        raise Refused(_STEPPED, advice=_AGAIN)
    return row


def _watched(db: Connection, by: By, checkin: str, until: int | None = None) -> dict[str, Any]:
    row = _open(db, checkin, until)
    if by.member not in watchers(db, row["checkin"]):
        raise Refused(_NOT_WATCHING)
    return row


def _own(db: Connection, by: By, checkin: str, until: int | None = None) -> dict[str, Any]:
    row = _open(db, checkin, until)
    if by.member != row["set_by"]:
        raise Refused(mark("Only the person who set this check-in can say this."))
    return row


def hears(row: dict[str, Any], stretched: str) -> str:
    """Say what a spoken word means: ``safe``, ``forced``, or nothing."""
    if stretched and proof_of(row["checkin"], stretched) == row["word"]:
        return "safe"
    return "forced" if stretched and proof_of(row["checkin"], stretched) == row["forced"] else ""


# --- setting ----------------------------------------------------------------------------------------------------------


def may_set(db: Connection, by: By, fact: f.CheckInSet) -> None:
    """Set one with people who are here and are neither oneself nor the person it is about.

    A deadline that is over already is taken: a check-in that waited too long for the hub is late, and not lost.
    """
    if db.execute("select 1 from checkin where checkin = ?", (fact.checkin,)).fetchone():
        raise Refused(mark("This was already written down."))
    right = set(fact.watchers) <= members(db) - {by.member, fact.about}
    # Whoever is frozen may call from another telephone, and is watched over.
    if not right or fact.about not in members(db, NOT_GONE):
        raise Refused(mark("Please choose people who are members now, and not yourself."))
    if fact.until > by.quarter + f.AHEAD_MOST:
        raise Refused(mark("This is too far away. A check-in can be set for a year ahead."))
    if not draw.is_commitment(fact.word) or (fact.forced and not draw.is_commitment(fact.forced)):
        raise Refused(mark("The word did not come as it should. Please set the check-in again."))
    if fact.armed and fact.about != by.member:
        raise Refused(mark("Only somebody themselves can ask to be frozen."))


def may_answer(db: Connection, by: By, fact: f.WatchTaken | f.WatchDeclined) -> None:
    """Let somebody who was chosen say whether they watch, while nobody looks for the person."""
    row = _open(db, fact.checkin)
    if by.member not in watchers(db, fact.checkin) or by.member == row["set_by"]:
        raise Refused(_NOT_WATCHING)
    if isinstance(fact, f.WatchDeclined) and row["state"] in ALARMED:
        raise Refused(mark("People are being looked for now, so nobody leaves. Please tell the others if you cannot."))


def may_move(db: Connection, by: By, fact: f.DeadlineMoved) -> None:
    """Let the person, or somebody who heard their word, put the hour off."""
    row = _open(db, fact.checkin, fact.until)
    f.CHECKIN_STEPS.may(db, fact.checkin, fact)
    if by.member != row["about"]:
        _watched(db, by, fact.checkin)
        if hears(row, fact.word) != "safe":
            raise Refused(_NOT_THE_WORD, advice=_CALL_AGAIN)
    if not fact.until < fact.moved_to <= by.quarter + f.AHEAD_MOST:
        raise Refused(mark("The new hour has to be later than the one before."))


def may_rest(db: Connection, by: By, fact: f.CheckInPaused | f.CheckInResumed) -> None:
    """Let whoever set one that comes again and again pause it, and go on with it."""
    row = _own(db, by, fact.checkin)
    if not row["every"]:
        raise Refused(
            mark("This check-in is for one time only."), advice=mark("You can say that you are safe instead.")
        )
    f.CHECKIN_STEPS.may(db, fact.checkin, fact)


# --- being safe, or not -----------------------------------------------------------------------------------------------


def may_be_safe(db: Connection, by: By, fact: f.CheckedIn) -> None:
    """Let everybody say this of themselves only."""
    row = _open(db, fact.checkin, fact.until)
    if by.member != row["about"]:
        raise Refused(mark("Everybody says this only of themselves."))


def may_tell(db: Connection, by: By, fact: f.SafeTold) -> None:
    """Let somebody who watches pass on what they heard, with the word that was agreed."""
    row = _watched(db, by, fact.checkin, fact.until)
    if row["state"] == "paused":
        raise Refused(_STEPPED, advice=_AGAIN)
    if not hears(row, fact.word):
        raise Refused(_NOT_THE_WORD, advice=_CALL_AGAIN)


def may_escalate(db: Connection, by: By, fact: f.CheckInEscalated) -> None:
    """Let anybody who watches look for them before the hour, once each."""
    _watched(db, by, fact.checkin, fact.until)
    f.CHECKIN_STEPS.may(db, fact.checkin, fact)
    if watchers(db, fact.checkin)[by.member] == "looking":
        raise Refused(mark("This was already written down."))


def may_notice(db: Connection, _by: By, fact: f.HourPassed) -> None:
    """Let any room of the circle say it, also twice or too late: whether the hour has passed is the line's to say."""
    fields(db, "checkin", "checkin", fact.checkin)


def may_find(db: Connection, by: By, fact: f.PersonFound) -> None:
    """Let those who watch say that the person is found, once they were looked for."""
    _watched(db, by, fact.checkin)
    f.CHECKIN_STEPS.may(db, fact.checkin, fact)


# --- the sealed note --------------------------------------------------------------------------------------------------


def may_offer_key(db: Connection, by: By, fact: f.NoteKeyOffered) -> None:
    """Offer at most one new key a day."""
    found = rows(db, "select since, note_key from note_key where member = ?", by.member)
    if db.execute("select 1 from note_key where note_key = ?", (fact.note_key,)).fetchone():
        raise Refused(mark("This was already written down."))
    if found and found[0]["since"] >= by.day:
        raise Refused(mark("This room has offered a key today already."))


def may_seal(db: Connection, by: By, fact: f.NoteSealed) -> None:
    """Leave a note, or another in its place, as long as nobody is looked for."""
    row = _own(db, by, fact.checkin)
    if row["state"] in ALARMED:
        raise Refused(_STEPPED, advice=_AGAIN)


def may_hand(db: Connection, by: By, fact: f.EnvelopeHanded) -> None:
    """Hand an envelope to somebody who watches, sealed to a key that their room still has."""
    row = _own(db, by, fact.checkin)
    if row["state"] in ALARMED or fact.member not in watchers(db, row["checkin"]):
        raise Refused(_NOT_WATCHING)
    fields(db, "sealed_note", "checkin", fact.checkin)
    again = mark("Please open the check-in and write the note again.")
    takes_note_key(db, by, fact.member, fact.note_key, advice=again)


def takes_note_key(db: Connection, by: By, member: str, note_key: str, *, advice: str) -> None:
    """Refuse what is sealed to a key that this person's room has destroyed by now."""
    held = rows(db, "select * from note_key where member = ?", member)
    if not held:
        raise NotHereYet
    lately = held[0]["before"] == note_key and by.day <= held[0]["since"] + KEY_DAYS
    if held[0]["note_key"] != note_key and not lately:
        raise Refused(mark("A room has changed its key meanwhile, so the sealed note was not taken."), advice=advice)


def may_give(db: Connection, by: By, fact: f.ShareGiven) -> None:
    """Let a room give its part once the hour has passed, or before it only if its own member looks for the person.

    This is what every honest room holds on to: one person who does not wait opens nothing that two are needed for. Of a
    check-in that ended in the same minute it changes nothing.
    """
    row = fields(db, "checkin", "checkin", fact.checkin)
    if row["closed_on"]:
        return
    looking = watchers(db, fact.checkin).get(by.member) == "looking"
    if row["state"] != "incident" and not (row["state"] == "escalated" and looking):
        raise Refused(mark("The sealed note stays closed until its hour has passed."))
    if not rows(db, "select 1 from note_envelope where checkin = ? and member = ?", fact.checkin, by.member):
        raise Refused(_NOT_WATCHING)


def may_tell_note(db: Connection, by: By, fact: f.NoteTold) -> None:
    """Let a room say what the note says once enough parts are there, and only what was sealed."""
    row = _watched(db, by, fact.checkin)
    note = fields(db, "sealed_note", "checkin", fact.checkin)
    given = db.execute("select count(*) from note_share where checkin = ?", (fact.checkin,)).fetchone()[0]
    if row["state"] not in ALARMED or given < note["needed"]:
        raise Refused(mark("The sealed note stays closed until its hour has passed."))
    if note_print(fact.checkin, row["set_by"], fact.words, fact.salt) != note["print"]:
        raise Refused(mark("This is not the note that was sealed."))


def may_open_note(db: Connection, by: By, fact: f.NoteOpened) -> None:
    """Let those who watch write down that the note is open, so that its writer sees it, without its words."""
    row = _watched(db, by, fact.checkin)
    fields(db, "sealed_note", "checkin", fact.checkin)
    if row["state"] not in ALARMED:
        raise Refused(mark("The sealed note stays closed until its hour has passed."))
