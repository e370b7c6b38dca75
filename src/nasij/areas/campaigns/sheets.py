"""Rules and folds of sealed sheets, and who may open one.

A sheet opens by two of its openers, never by one: each says it with their name and a reason, or the rooms of whoever leads and
whoever stays outside say it when the person was not heard from at the count. While an action is under way nobody destroys a
sheet, for whoever has the writer's device could press that. When everybody is back, the seals and parts of the key go at once.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.campaigns import sheet as s
from nasij.areas.campaigns.rules import FOR_COUNTERS, FOR_THEM, SAID_ALREADY, TRUSTED_ONES, action_of, counts, new
from nasij.areas.checkins import takes_note_key
from nasij.errors import Malformed, Refused
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import By

FOR_OPENERS = mark("This is for those who can open this sheet.")
NEEDED = 2
_BEFORE, _AFTER = ("announced", "no_go"), ("back", "debriefed")


def sheet_of(db: Connection, sheet: str) -> dict[str, Any]:
    """Return a sheet; raises `NotHereYet` where there is none."""
    return fields(db, "sheet", "sheet", sheet)


def openers_of(row: dict[str, Any]) -> frozenset[str]:
    """Return who can open a sheet, two of them together: the lawyer, and of those who lead and count whoever did not write it."""
    return frozenset({row["lawyer"], row["lead"], row["outside"]} - {row["member"], ""})


def opening_of(db: Connection, sheet: str) -> dict[str, Any]:
    """Return how far the opening of a sheet is; its state is empty where nobody asked."""
    found = rows(db, "select * from sheet_opening where sheet = ?", sheet)
    return found[0] if found else {"sheet": sheet, "state": "", "asker": "", "second": ""}


def may_seal(db: Connection, by: By, fact: s.SheetSealed) -> None:
    """Seal one for an action that is announced or under way, for two others at least."""
    new(db, "sheet", "sheet", fact.sheet)
    action = action_of(db, fact.action)
    if action["state"] not in ("announced", "happening"):
        raise Refused(mark("Nobody joins this action now."))
    openers = {fact.lawyer, action["lead"], action["outside"]}
    there = all(who.is_there(db, one, TRUSTED_ONES) for one in openers)
    if not there or fact.lawyer == by.member or len(openers - {by.member}) < NEEDED:
        raise Malformed(mark("Please choose somebody else: two are needed to open it."), field="lawyer")
    if rows(db, "select 1 from sheet where action = ? and member = ?", fact.action, by.member):
        raise Refused(mark("You have left a sheet for this action already."))


def fold_sealed(db: Connection, by: By, fact: s.SheetSealed) -> None:
    """Keep the sealed bytes with those who can open them, two together."""
    action = action_of(db, fact.action)
    row = {"sheet": fact.sheet, "action": fact.action, "member": by.member, "lawyer": fact.lawyer}
    row |= {"lead": action["lead"], "outside": action["outside"]}
    insert(db, "sheet", row | {"sealed": fact.sealed, "left_on": by.day, "audience": by.audience})
    who.admit(db, by.audience, by.member, *sorted(openers_of(row)))


def _own(db: Connection, by: By, sheet: str) -> dict[str, Any]:
    row = sheet_of(db, sheet)
    if row["member"] != by.member:
        raise Refused(FOR_THEM)
    return row


def may_leave_part(db: Connection, by: By, fact: s.SheetPartLeft) -> None:
    """Leave a part with each opener, under a key that their room still has."""
    if fact.member not in openers_of(_own(db, by, fact.sheet)):
        raise Refused(FOR_OPENERS)
    takes_note_key(db, by, fact.member, fact.note_key, advice=mark("Please write the sheet again."))


def fold_part_left(db: Connection, by: By, fact: s.SheetPartLeft) -> None:
    """Keep it for that room."""
    row = {name: getattr(fact, name) for name in ("sheet", "member", "note_key", "envelope")}
    action = sheet_of(db, fact.sheet)["action"]
    put(db, "sheet_part", **row, action=action, audience=by.audience)


def may_destroy(db: Connection, by: By, fact: s.SheetDestroyed) -> None:
    """Let whoever wrote it take it back before the action begins, or once it is over."""
    if action_of(db, _own(db, by, fact.sheet)["action"])["state"] not in _BEFORE + _AFTER:
        raise Refused(
            mark("While the action is under way it stays: whoever has your device could press this."),
            advice=mark("It is destroyed when everybody is back."),
        )


def fold_destroyed(db: Connection, _by: By, fact: s.SheetDestroyed) -> None:
    """Delete it in every room, and let nobody be listed in its circles."""
    forget(db, sheet_of(db, fact.sheet))


# Opening it


def _opener(db: Connection, by: By, sheet: str) -> dict[str, Any]:
    """Return a sheet that this person can open with another one; it opens only while the action is under way."""
    row = sheet_of(db, sheet)
    if by.member not in openers_of(row):
        raise Refused(FOR_OPENERS)
    if action_of(db, row["action"])["state"] != "happening":
        raise Refused(mark("It stays sealed until the action has begun, and opens no more once everybody is back."))
    return row


def may_ask(db: Connection, by: By, fact: s.SheetAsked) -> None:
    """Ask as one of its openers, one at a time."""
    _opener(db, by, fact.sheet)
    if opening_of(db, fact.sheet)["state"] in ("asked", "opened"):
        raise Refused(SAID_ALREADY)


def fold_asked(db: Connection, by: By, fact: s.SheetAsked) -> None:
    """Write down who asks, and why, for the openers alone."""
    _ask(db, by, fact.sheet, fact.reason, fact.words)


def _ask(db: Connection, by: By, sheet: str, reason: str, words: str = "") -> None:
    row = sheet_of(db, sheet)
    who.admit(db, by.audience, *sorted(openers_of(row)))
    asked = {"sheet": sheet, "action": row["action"], "asker": by.member, "reason": reason, "words": words}
    put(db, "sheet_opening", **asked, state="asked", asked_at=by.hour, audience=by.audience)


def may_drop(db: Connection, by: By, fact: s.SheetAskDropped) -> None:
    """Take back what one asked for oneself."""
    if opening_of(db, fact.sheet)["asker"] != by.member:
        raise Refused(mark("Only whoever asked can take it back."))
    s.SHEET_STEPS.may(db, fact.sheet, fact)


def fold_dropped(db: Connection, _by: By, fact: s.SheetAskDropped) -> None:
    """Leave it sealed."""
    s.SHEET_STEPS.move(db, fact.sheet, fact)


def may_agree(db: Connection, by: By, fact: s.SheetAgreed) -> None:
    """Agree as another one of its openers."""
    _opener(db, by, fact.sheet)
    s.SHEET_STEPS.may(db, fact.sheet, fact)
    if opening_of(db, fact.sheet)["asker"] == by.member:
        raise Refused(mark("Somebody else has to agree: it takes two."))


def fold_agreed(db: Connection, by: By, fact: s.SheetAgreed | s.SheetMissed) -> None:
    """Write down who agreed; the rooms of both give their parts from here on."""
    s.SHEET_STEPS.move(db, fact.sheet, fact)
    change = "update sheet_opening set second = ?, opened_at = ? where sheet = ?"
    db.execute(change, (by.member, by.hour, fact.sheet))


def may_miss(db: Connection, by: By, fact: s.SheetMissed) -> None:
    """Let those who count say it, each once: both of them open it, or one of them and the lawyer."""
    row = _opener(db, by, fact.sheet)
    if not counts(action_of(db, row["action"]), by):
        raise Refused(FOR_COUNTERS)
    opening = opening_of(db, fact.sheet)
    if opening["state"] == "opened" or (opening["state"] == "asked" and opening["asker"] == by.member):
        raise Refused(SAID_ALREADY)


def fold_missed(db: Connection, by: By, fact: s.SheetMissed) -> None:
    """Ask for it, or be the second one."""
    if opening_of(db, fact.sheet)["state"] == "asked":
        fold_agreed(db, by, fact)
    else:
        _ask(db, by, fact.sheet, s.COUNT)


def may_give(db: Connection, by: By, fact: s.SheetPartGiven) -> None:
    """Let a room give its part once its own member and another one have said that the sheet is to be opened."""
    opening = opening_of(db, fact.sheet)
    if opening["state"] != "opened" or by.member not in (opening["asker"], opening["second"]):
        raise Refused(mark("It takes two to open this sheet."))


def fold_given(db: Connection, by: By, fact: s.SheetPartGiven) -> None:
    """Keep it for the openers, as long as the sheet is there."""
    row = sheet_of(db, fact.sheet)
    if row["sealed"]:
        given = {"sheet": fact.sheet, "action": row["action"], "member": by.member, "words": fact.words}
        put(db, "sheet_given", **given, audience=by.audience)


def may_say_opened(db: Connection, by: By, fact: s.SheetOpeningTold) -> None:
    """Let an opener tell the writer, once."""
    row = sheet_of(db, fact.sheet)
    if by.member not in openers_of(row) or {fact.asker, fact.second} - openers_of(row):
        raise Refused(FOR_OPENERS)
    if row["asker"]:
        raise Refused(SAID_ALREADY)


def fold_said_opened(db: Connection, _by: By, fact: s.SheetOpeningTold) -> None:
    """Show it to whoever wrote the sheet."""
    change = "update sheet set asker = ?, second = ?, reason = ?, words = ? where sheet = ?"
    db.execute(change, (fact.asker, fact.second, fact.reason, fact.words, fact.sheet))


# What is not needed any more


def unseal_no_more(db: Connection, action: str) -> None:
    """Destroy what could still open a sheet of an action; who opened one stays written until the action is cleared."""
    db.execute("update sheet set sealed = x'' where action = ?", (action,))
    for table in ("sheet_part", "sheet_given"):
        db.execute(f"delete from {table} where action = ?", (action,))


def forget(db: Connection, row: dict[str, Any]) -> None:
    """Delete all of one sheet, and with its circles the keys it travelled under."""
    for table in ("sheet", "sheet_part", "sheet_opening", "sheet_given"):
        db.execute(f"delete from {table} where sheet = ?", (row["sheet"],))
    for circle in ("sheet", "sheet_opening"):
        who.hold_exactly(db, f"{circle}/{row['sheet']}", ())


# What a room may read


def shown(db: Connection, by: By, row: dict[str, Any]) -> dict[str, Any]:
    """Return a sheet as its reader sees it, with how far its opening is for those who can open it."""
    mine = row["member"] == by.member
    opening = {"state": ""} if mine else opening_of(db, row["sheet"])
    action = action_of(db, row["action"])["state"]
    return row | {
        "sealed": bool(row["sealed"]),
        "mine": mine,
        "opening": opening,
        "begun": action == "happening",
        "back": mine and action in _BEFORE + _AFTER,
    }


def readable(db: Connection, by: By, sheet: str) -> bool:
    """Say whether this person may look at what two of its openers have opened."""
    found = rows(db, "select * from sheet where sheet = ?", sheet)
    return bool(found) and by.member in openers_of(found[0]) and opening_of(db, sheet)["state"] == "opened"


def missed_sheets(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return sheets of people who were not heard from, which this room counts and has not asked to open; with `moved_at`.

    Only the rooms of those who count read who was heard from, so they alone say it.
    """
    found = rows(
        db,
        "select sheet.*, moved_at, back_by from sheet join action using (action) join joining on joining.action ="
        " sheet.action and joining.member = sheet.member where ? in (action.lead, action.outside) and sheet.member <> ? and"
        " action.state = 'happening' and joining.state = 'unaccounted' and sealed <> x'' order by sheet",
        *(by.member, by.member),
    )
    opened = {row["sheet"]: opening_of(db, row["sheet"]) for row in found}
    return [
        row for row in found if opened[row["sheet"]]["state"] != "opened" and opened[row["sheet"]]["asker"] != by.member
    ]


def to_tell(db: Connection, by: By) -> list[s.SheetOpeningTold]:
    """Return what writers are told now that they are back: that their sheet was opened, by whom and why."""
    found = rows(
        db,
        "select sheet.sheet, sheet_opening.asker, sheet_opening.second, sheet_opening.reason, sheet_opening.words"
        " from sheet_opening join sheet using (sheet) join action on action.action = sheet.action where"
        " sheet_opening.state = 'opened' and sheet.asker = '' and sheet.member <> ? and (action.state in"
        " ('back', 'debriefed') or exists (select 1 from joining where joining.action = sheet.action and"
        " joining.member = sheet.member and joining.state = 'safe')) order by sheet.sheet",
        by.member,
    )
    return [s.SheetOpeningTold(**row) for row in found]
