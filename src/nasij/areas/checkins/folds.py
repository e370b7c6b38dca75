"""What is said around a check-in changes in the view, and what hours and days change."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.checkins import facts as f
from nasij.areas.checkins.rules import ALARMED, WAITING, hears, watchers
from nasij.areas.incidents import open_by_itself
from nasij.clock import QUARTERS_A_DAY, QUARTERS_AN_HOUR, quarter_within
from nasij.ids import numbered_id
from nasij.kit import charter, who
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

NOTE_CIRCLE = "checkin_note/"  # those who watch, without whoever is looked for
NOTE_TABLES = ("sealed_note", "note_envelope", "note_share", "told_note")


def _change(db: Connection, checkin: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    db.execute(f"update checkin set {names} where checkin = ?", (*changed.values(), checkin))


def _move(db: Connection, row: dict[str, Any], fact: str, to: str) -> None:
    _change(db, row["checkin"], state=f.CHECKIN_STEPS.after(row["state"], f"{fact}/{to}"))


def fold_set(db: Connection, by: By, fact: f.CheckInSet) -> None:
    """Open the circle of whoever set it and those who watch; the person it is about is in it only if they set it."""
    names = ("checkin", "about", "until", "grace", "what", "word", "forced", "armed", "every", "last")
    row = {name: getattr(fact, name) for name in names} | {"set_by": by.member, "set_at": by.hour, "state": "set"}
    row["rhythm_at"] = fact.until
    insert(db, "checkin", row | {"audience": by.audience})
    watching = dict.fromkeys(fact.watchers, "asked") | ({by.member: "taken"} if fact.about != by.member else {})
    for member, state in watching.items():
        one = {"checkin": fact.checkin, "member": member, "state": state, "audience": by.audience}
        insert(db, "checkin_watcher", one)
    who.admit(db, by.audience, by.member, *fact.watchers)


def _answers(db: Connection, checkin: str, member: str, state: str) -> None:
    db.execute("update checkin_watcher set state = ? where checkin = ? and member = ?", (state, checkin, member))


def fold_answered(db: Connection, by: By, fact: f.WatchTaken | f.WatchDeclined) -> None:
    """Show that they watch; or let them out, and with them their part of the note's key."""
    state = "taken" if isinstance(fact, f.WatchTaken) else "declined"
    _answers(db, fact.checkin, by.member, state)
    if isinstance(fact, f.WatchDeclined):
        db.execute("delete from note_envelope where checkin = ? and member = ?", (fact.checkin, by.member))
        who.release(db, by.audience, by.member)


def fold_moved(db: Connection, by: By, fact: f.DeadlineMoved) -> None:
    """Wait until the new time; the times after it stay what they were."""
    f.CHECKIN_STEPS.move(db, fact.checkin, fact)
    _change(db, fact.checkin, until=fact.moved_to, noticed_by="")


def fold_rest(db: Connection, _by: By, fact: f.CheckInPaused | f.CheckInResumed) -> None:
    """Rest, or go on at the time that was said."""
    f.CHECKIN_STEPS.move(db, fact.checkin, fact)
    if isinstance(fact, f.CheckInResumed):
        same = fact.until == fields(db, "checkin", "checkin", fact.checkin)["until"]
        _change(db, fact.checkin, until=fact.until, noticed_by="", **({} if same else {"rhythm_at": fact.until}))


# --- being safe, or not -----------------------------------------------------------------------------------------------


def destroy_note(db: Connection, checkin: str) -> None:
    """Destroy the sealed note in this view at once, words, bytes and parts of the key."""
    for table in NOTE_TABLES:
        db.execute(f"delete from {table} where checkin = ?", (checkin,))


def _end(db: Connection, row: dict[str, Any], day: int, **changed: Any) -> None:
    destroy_note(db, row["checkin"])
    _change(db, row["checkin"], closed_on=day, **changed)
    db.execute("update checkin_watcher set closed_on = ? where checkin = ?", (day, row["checkin"]))


def next_until(row: dict[str, Any], quarter: int, following: int) -> int:
    """Return when a check-in that comes again and again is due next; 0 where this was the last.

    As the room said that knows the group's clock, where that is about a whole number of days later; else exactly so.
    """
    every = f.EVERY_DAYS[row["every"]] * QUARTERS_A_DAY
    if not every:
        return 0
    until = int(row["rhythm_at"] or row["until"]) + every
    while until <= max(quarter, row["until"]):
        until += every
    if abs(following - until) <= f.SHIFT_MOST and following > quarter:
        until = following
    return until if until <= row["last"] + f.SHIFT_MOST else 0


def _safe(db: Connection, by: By, row: dict[str, Any], fact: f.CheckedIn | f.SafeTold, *, last: bool = False) -> None:
    """End it, or begin the next time by itself; the note is destroyed either way."""
    following = 0 if last or row["state"] == "paused" else next_until(row, by.quarter, fact.following)
    _move(db, row, type(fact).__name__, "set" if following else "safe")
    if following:
        destroy_note(db, row["checkin"])
        _change(db, row["checkin"], until=following, rhythm_at=following, noticed_by="", ended_by=by.member)
    else:
        _end(db, row, by.day, ended_by=by.member)


def fold_safe(db: Connection, by: By, fact: f.CheckedIn) -> None:
    """Believe it before anybody is looked for. Afterwards only note it, for whoever has the device could press it."""
    row = fields(db, "checkin", "checkin", fact.checkin)
    if row["state"] in ALARMED:
        _change(db, fact.checkin, heard_at=by.hour)
    else:
        _safe(db, by, row, fact, last=fact.last)


def fold_told(db: Connection, by: By, fact: f.SafeTold) -> None:
    """End it with the word for safety; with the other word, look for them at once."""
    row = fields(db, "checkin", "checkin", fact.checkin)
    forced = hears(row, fact.word) == "forced"
    if forced and row["state"] in WAITING:
        _move(db, row, "SafeTold", "escalated")
        _change(db, fact.checkin, alarmed_at=by.hour, how="forced", noticed_by=by.member)
        _answers(db, fact.checkin, by.member, "looking")
    elif forced:
        _change(db, fact.checkin, how="forced")
    elif row["state"] in ALARMED:
        _move(db, row, "SafeTold", "found")
        _end(db, row, by.day, ended_by=by.member, how="voice")
    else:
        _safe(db, by, row, fact)


def fold_escalated(db: Connection, by: By, fact: f.CheckInEscalated) -> None:
    """Look for them now, or look too; those who watch are told."""
    before = f.CHECKIN_STEPS.state(db, fact.checkin)
    f.CHECKIN_STEPS.move(db, fact.checkin, fact)
    _answers(db, fact.checkin, by.member, "looking")
    if before not in ALARMED:
        _change(db, fact.checkin, alarmed_at=by.hour, noticed_by=by.member)


def fold_noticed(db: Connection, by: By, fact: f.HourPassed) -> None:
    """Take the check-in as far as that room's clock said, within the line's hour and no further."""
    row = fields(db, "checkin", "checkin", fact.checkin)
    pass_time(db, row, quarter_within(by.hour, fact.said_at), "HourPassed", by.member)


def pass_time(db: Connection, row: dict[str, Any], quarter: int, fact: str, noticed_by: str = "") -> None:
    """Let a check-in be late after its time, and become an incident after its grace."""
    hour = quarter // QUARTERS_AN_HOUR
    if row["closed_on"] or row["state"] not in (*WAITING, "escalated"):
        return
    if quarter >= row["until"] + row["grace"]:
        _move(db, row, fact, "incident")
        told = {} if row["alarmed_at"] else {"alarmed_at": hour, "noticed_by": noticed_by}
        if told:
            _change(db, row["checkin"], **told)
        open_incident(db, row, quarter)
    elif quarter >= row["until"] and row["state"] == "set":
        _move(db, row, fact, "late")


def incident_of(row: dict[str, Any]) -> str:
    """Return the incident that a check-in becomes if it is missed at this time: every reader computes the same."""
    return numbered_id(row["checkin"], row["until"])


def open_incident(db: Connection, row: dict[str, Any], quarter: int) -> None:
    """Let the incident begin by itself, at this place of the line in every room of the circle; it stays in this circle."""
    open_by_itself(
        db,
        quarter // QUARTERS_AN_HOUR,
        said_at=quarter,
        incident=incident_of(row),
        about=row["about"],
        kind="",
        severity="now",
        source="check",
        audience=row["audience"],
    )


def fold_found(db: Connection, by: By, fact: f.PersonFound) -> None:
    """End it."""
    row = fields(db, "checkin", "checkin", fact.checkin)
    f.CHECKIN_STEPS.move(db, fact.checkin, fact)
    _end(db, row, by.day, ended_by=by.member, how=fact.how)


# --- the sealed note --------------------------------------------------------------------------------------------------


def fold_key(db: Connection, by: By, fact: f.NoteKeyOffered) -> None:
    """Let others seal to it; the one before is taken for a day more."""
    before = rows(db, "select note_key from note_key where member = ?", by.member)
    row = {"member": by.member, "note_key": fact.note_key, "key": fact.key, "since": by.day, "audience": by.audience}
    put(db, "note_key", **row, before=before[0]["note_key"] if before else "")


def fold_sealed(db: Connection, by: By, fact: f.NoteSealed) -> None:
    """Keep the sealed note, in place of one before it."""
    destroy_note(db, fact.checkin)
    row = {name: getattr(fact, name) for name in ("checkin", "sealed", "print", "needed")}
    insert(db, "sealed_note", row | {"audience": by.audience})


def fold_handed(db: Connection, by: By, fact: f.EnvelopeHanded) -> None:
    """Keep the envelope for the room it is for."""
    row = {name: getattr(fact, name) for name in ("checkin", "member", "note_key", "envelope")}
    put(db, "note_envelope", **row, audience=by.audience)


def fold_given(db: Connection, by: By, fact: f.ShareGiven) -> None:
    """Keep the part that a room has given, in a circle of those who watch; of one that ended meanwhile keep nothing."""
    if fields(db, "checkin", "checkin", fact.checkin)["closed_on"]:
        return
    who.admit(db, by.audience, *watchers(db, fact.checkin))
    put(db, "note_share", checkin=fact.checkin, member=by.member, share=fact.share, audience=by.audience)


def fold_note_told(db: Connection, by: By, fact: f.NoteTold) -> None:
    """Show the words to those who watch."""
    put(db, "told_note", checkin=fact.checkin, words=fact.words, audience=by.audience)


def fold_opened(db: Connection, by: By, fact: f.NoteOpened) -> None:
    """Write down whose room opened it and when; the first opening counts."""
    db.execute(
        "update sealed_note set opened_by = ?, opened_at = ? where checkin = ? and opened_at = 0",
        (by.member, by.hour, fact.checkin),
    )


# --- days -------------------------------------------------------------------------------------------------------------


def passing(db: Connection, day: int) -> None:
    """Take every open check-in as far as the new day says, and let circles go whose check-in is forgotten today.

    The circle of one that became an incident is the incident's too, and ends with that.
    """
    for row in rows(db, "select * from checkin where closed_on = 0 order by checkin"):
        pass_time(db, row, day * QUARTERS_A_DAY, "passing")
        ended = "select 1 from incident where incident = ? and closed_on > 0"
        if row["state"] == "incident" and rows(db, ended, incident_of(row)):
            _move(db, row, "passing", "found")
            _end(db, row, day)
    over = day - charter.kept_days(db)[Keep.MOMENTARY]
    for row in rows(db, "select checkin, audience from checkin where closed_on > 0 and closed_on <= ?", over):
        _let_go(db, NOTE_CIRCLE + row["checkin"])
        if not rows(db, "select 1 from incident where audience = ?", row["audience"]):
            _let_go(db, row["audience"])


def _let_go(db: Connection, circle: str) -> None:
    people = rows(db, "select who from holder where of = ? order by who", circle)
    who.release(db, circle, *(row["who"] for row in people))
