"""The sealed file: by which rule it is sealed, asked for, opened and sealed anew, and what that changes.

The log of an opening stands before the share itself: whoever agrees says so to the owner and all openers, and gives the share
to the asker together with that or not at all. A room gives its own share only to whom that log names.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.plans.sealed import (
    SEALED_FILE,
    URGENT,
    FileDestroyed,
    FileResealed,
    FileSealed,
    OpenersChosen,
    OpenerSteppedDown,
    OpeningAgreed,
    OpeningAsked,
    OpeningDisclosed,
    OpeningRefused,
    OpeningWithdrawn,
    ShareGiven,
    ShareKept,
    SharePassed,
    ShareTaken,
)
from nasij.areas.plans.stated import NOT_YOURS
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import fields, insert, put, record, rows
from nasij.kit.who import By, admit, hold_exactly, members, release

ASKED_DAYS = 7  # then an opening that nobody agreed to is over
OPEN_DAYS = 1  # that what was opened can be read
TOLD_DAYS = 30  # after which the owner sees an opening at the latest
ONLY_OPENERS = mark("Only the people who hold a share can do that.")
CANNOT_REFUSE = mark("This cannot be refused from here.")
SPEAK_FIRST = mark("Please speak with one of the openers.")
ONLY_TRUSTED = ("trusted", "resting")


def holds_share(db: Connection, sealed_file: str, member: str) -> bool:
    """Say whether somebody is an opener of a file, as its people know it."""
    found = rows(
        db,
        "select 1 from file_opener where sealed_file = ? and member = ? and state = 'in'",
        *(sealed_file, member),
    )
    return bool(found)


def _own_file(db: Connection, by: By, sealed_file: str) -> dict[str, Any]:
    row = fields(db, "sealed_file", "sealed_file", sealed_file)
    if row["member"] != by.member:
        raise Refused(NOT_YOURS)
    return row


def _openers_fit(db: Connection, by: By, openers: list[str]) -> None:
    if by.member in openers or not set(openers) <= members(db, ONLY_TRUSTED):
        raise Malformed(mark("Please choose from the list."), field="openers")


# --- sealing ----------------------------------------------------------------------------------------------------------


def may_seal(db: Connection, by: By, fact: FileSealed) -> None:
    """Seal for two others at least."""
    _openers_fit(db, by, fact.openers)
    if fact.version != 1 or rows(db, "select 1 from sealed_file where sealed_file = ?", fact.sealed_file):
        raise Malformed


def may_choose_openers(db: Connection, by: By, fact: OpenersChosen) -> None:
    """Choose anew who opens one's own file."""
    if _own_file(db, by, fact.sealed_file)["state"] == "destroyed":
        raise Refused(mark("This file is destroyed."))
    _openers_fit(db, by, fact.openers)


def may_reseal(db: Connection, by: By, fact: FileResealed) -> None:
    """Seal one's own file anew, with the next key."""
    row = _own_file(db, by, fact.sealed_file)
    SEALED_FILE.may(db, fact.sealed_file, fact)
    _openers_fit(db, by, fact.openers)
    if fact.version != row["version"] + 1:
        raise Refused(
            mark("This file was sealed anew meanwhile."), advice=mark("Open it again to see where it stands.")
        )


def may_destroy(db: Connection, by: By, fact: FileDestroyed) -> None:
    """Destroy one's own file."""
    _own_file(db, by, fact.sealed_file)
    SEALED_FILE.may(db, fact.sealed_file, fact)


def fold_openers(db: Connection, by: By, fact: OpenersChosen | FileSealed | FileResealed) -> None:
    """Let exactly these people read what follows; the old seal and every share of its key are forgotten with this fact."""
    hold_exactly(db, by.audience, {*fact.openers, by.member})
    db.execute("update sealed_file set sealed = x'' where sealed_file = ?", (fact.sealed_file,))
    db.execute("delete from file_opener where sealed_file = ?", (fact.sealed_file,))
    for member in fact.openers:
        row = {"sealed_file": fact.sealed_file, "member": member, "state": "in", "audience": by.audience}
        insert(db, "file_opener", row)
    _forget_shares(db, fact.sealed_file)


def fold_sealed(db: Connection, by: By, fact: FileSealed | FileResealed) -> None:
    """Keep the sealed bytes."""
    state = "sealed" if isinstance(fact, FileSealed) else SEALED_FILE.may(db, fact.sealed_file, fact)
    _end_opening(db, fact.sealed_file, by.day)
    fold_openers(db, by, fact)
    row = {"sealed_file": fact.sealed_file, "member": by.member, "state": state, "sealed": fact.sealed}
    put(db, "sealed_file", **row | {"version": fact.version, "sealed_on": by.day, "audience": by.audience})


def fold_destroyed(db: Connection, by: By, fact: FileDestroyed) -> None:
    """Forget it; that it was there goes a day later."""
    SEALED_FILE.move(db, fact.sealed_file, fact)
    close(db, fact.sealed_file, by.day)


def close(db: Connection, sealed_file: str, day: int) -> None:
    """Let the sealed bytes and all shares go now, and the rest in its time."""
    _end_opening(db, sealed_file, day)
    _forget_shares(db, sealed_file)
    db.execute(
        "update sealed_file set state = 'destroyed', sealed = x'', closed_on = ? where sealed_file = ?",
        (day, sealed_file),
    )
    for table in ("file_opener", "unsealing"):
        db.execute(f"update {table} set closed_on = ? where sealed_file = ? and closed_on = 0", (day, sealed_file))


def _forget_shares(db: Connection, sealed_file: str) -> None:
    """Forget every share of the key so far, in each room that has one, and with them the keys they travelled under."""
    for row in rows(db, "select * from share where sealed_file = ?", sealed_file):
        release(db, row["audience"], row["owner"], row["opener"])
    db.execute("delete from share where sealed_file = ?", (sealed_file,))
    db.execute("delete from share_kept where sealed_file = ?", (sealed_file,))


# --- shares -----------------------------------------------------------------------------------------------------------


def may_pass(db: Connection, by: By, fact: SharePassed) -> None:
    """Pass a share to somebody else."""
    if fact.opener == by.member or rows(db, "select 1 from share where share = ?", fact.share):
        raise Malformed


def fold_passed(db: Connection, by: By, fact: SharePassed) -> None:
    """Let the two of them hold it until it is put away."""
    admit(db, by.audience, by.member, fact.opener)
    row: dict[str, Any] = {"share": fact.share, "sealed_file": fact.sealed_file, "owner": by.member}
    row |= {"opener": fact.opener, "state": "passed", "version": fact.version, "words": fact.words}
    insert(db, "share", row | {"audience": by.audience})


def fold_kept(db: Connection, by: By, fact: ShareKept) -> None:
    """Put it away in one's own room."""
    row: dict[str, Any] = {"share": fact.share, "sealed_file": fact.sealed_file, "member": by.member}
    put(db, "share_kept", **row | {"version": fact.version, "words": fact.words, "audience": by.audience})


def may_take(db: Connection, by: By, fact: ShareTaken) -> None:
    """Take what was passed to oneself, once."""
    row = fields(db, "share", "share", fact.share)
    if row["opener"] != by.member or row["state"] != "passed":
        raise Refused(NOT_YOURS)


def fold_taken(db: Connection, by: By, fact: ShareTaken) -> None:
    """Empty it where it travelled, and let the owner go: from here on their room has no key to what was said there."""
    row = fields(db, "share", "share", fact.share)
    db.execute("update share set words = x'', state = 'taken' where share = ?", (fact.share,))
    release(db, by.audience, row["owner"])


def may_step_down(db: Connection, by: By, fact: OpenerSteppedDown) -> None:
    """Stop being an opener."""
    if not holds_share(db, fact.sealed_file, by.member):
        raise Refused(ONLY_OPENERS)


def fold_stepped_down(db: Connection, by: By, fact: OpenerSteppedDown) -> None:
    """Forget that share; the owner is asked to seal anew, which lets them go."""
    where = "where sealed_file = ? and member = ?"
    db.execute(f"update file_opener set state = 'out' {where}", (fact.sealed_file, by.member))
    db.execute(f"delete from share_kept {where}", (fact.sealed_file, by.member))
    for row in rows(db, "select * from share where sealed_file = ? and opener = ?", fact.sealed_file, by.member):
        db.execute("update share set words = x'', state = 'void' where share = ?", (row["share"],))
        release(db, row["audience"], row["owner"], row["opener"])


# --- opening ----------------------------------------------------------------------------------------------------------


def opening_of(db: Connection, unsealing: str) -> dict[str, Any]:
    """Return an opening with its file."""
    return record(
        db,
        "select unsealing.*, member as owner, sealed_file.state as file_state from unsealing"
        " join sealed_file using (sealed_file) where unsealing = ?",
        unsealing,
    )


def may_ask(db: Connection, by: By, fact: OpeningAsked) -> None:
    """Ask as one who holds a share, one at a time."""
    SEALED_FILE.may(db, fact.sealed_file, fact)
    if not holds_share(db, fact.sealed_file, by.member):
        raise Refused(ONLY_OPENERS)
    if fact.reason in URGENT and not fact.urgent:
        raise Malformed
    if fact.reason == "other" and not fact.words:
        raise Malformed(mark("Please say why, in a few words."), field="words")


def fold_asked(db: Connection, by: By, fact: OpeningAsked) -> None:
    """Log who asks and why; where it is urgent the owner's pages stay silent for now."""
    SEALED_FILE.move(db, fact.sealed_file, fact)
    row: dict[str, Any] = {name: getattr(fact, name) for name in ("unsealing", "sealed_file", "reason", "words")}
    row |= {"asker": by.member, "state": "asked", "urgent": int(fact.urgent), "disclosed": int(not fact.urgent)}
    version = fields(db, "sealed_file", "sealed_file", fact.sealed_file)["version"]
    insert(db, "unsealing", row | {"version": version, "asked_at": by.hour, "audience": by.audience})


def _under_way(db: Connection, unsealing: str, fact: Any) -> dict[str, Any]:
    """Return an opening that is asked for; where somebody was first, the steps say so."""
    row = opening_of(db, unsealing)
    SEALED_FILE.may(db, row["sealed_file"], fact)
    if row["state"] != "asked":
        raise NotHereYet
    return row


def may_withdraw(db: Connection, by: By, fact: OpeningWithdrawn) -> None:
    """Withdraw what one asked for oneself."""
    if _under_way(db, fact.unsealing, fact)["asker"] != by.member:
        raise Refused(mark("Only whoever asked can take it back."))


def may_refuse(db: Connection, by: By, fact: OpeningRefused) -> None:
    """Refuse as the owner, where nothing has happened to one: somebody else could have one's room open."""
    row = _under_way(db, fact.unsealing, fact)
    if row["owner"] != by.member:
        raise Refused(NOT_YOURS)
    if row["urgent"]:
        raise Refused(CANNOT_REFUSE, advice=SPEAK_FIRST)


def wait_ends_at(db: Connection, row: dict[str, Any]) -> int:
    """Return the hour from which a second opener may agree."""
    return int(row["asked_at"]) + (0 if row["urgent"] else charter.value(db, "seal_wait_hours"))


def may_agree(db: Connection, by: By, fact: OpeningAgreed) -> None:
    """Agree as another one who holds a share, once the owner had time to refuse."""
    row = _under_way(db, fact.unsealing, fact)
    if not holds_share(db, row["sealed_file"], by.member):
        raise Refused(ONLY_OPENERS)
    if row["asker"] == by.member:
        raise Refused(mark("Somebody else has to agree: it takes two."))
    if not holds_share(db, row["sealed_file"], row["asker"]):
        raise Refused(mark("Whoever asked is no longer one of the openers."))
    if by.hour < wait_ends_at(db, row):
        raise Refused(
            mark("The owner still has time to refuse."),
            advice=mark("If something has happened to them, take this back and ask again as urgent."),
        )


def fold_ended(db: Connection, by: By, fact: OpeningWithdrawn | OpeningRefused) -> None:
    """End it unopened."""
    row = opening_of(db, fact.unsealing)
    state = "refused" if isinstance(fact, OpeningRefused) else "withdrawn"
    SEALED_FILE.move(db, row["sealed_file"], fact)
    db.execute("update unsealing set state = ?, closed_on = ? where unsealing = ?", (state, by.day, fact.unsealing))


def fold_agreed(db: Connection, by: By, fact: OpeningAgreed) -> None:
    """Log who agreed; the share goes to the asker beside this."""
    row = opening_of(db, fact.unsealing)
    SEALED_FILE.move(db, row["sealed_file"], fact)
    db.execute("update sealed_file set opened_on = ? where sealed_file = ?", (by.day, row["sealed_file"]))
    db.execute(
        "update unsealing set state = 'opened', second = ?, opened_on = ? where unsealing = ?",
        (by.member, by.day, fact.unsealing),
    )


def may_give(db: Connection, by: By, fact: ShareGiven) -> None:
    """Give one's own share, once, to the other of the two."""
    there = rows(db, "select 1 from share_given where unsealing = ? and member = ?", fact.unsealing, by.member)
    if by.member not in (fact.asker, fact.second) or fact.asker == fact.second or there:
        raise Malformed


def fold_given(db: Connection, by: By, fact: ShareGiven) -> None:
    """Let the two of them read it."""
    admit(db, by.audience, fact.asker, fact.second)
    row = {"unsealing": fact.unsealing, "member": by.member, "version": fact.version, "words": fact.words}
    insert(db, "share_given", row | {"audience": by.audience})


def may_disclose(db: Connection, by: By, fact: OpeningDisclosed) -> None:
    """Say that it is safe as one of the openers, once nothing is under way."""
    row = opening_of(db, fact.unsealing)
    if not holds_share(db, row["sealed_file"], by.member):
        raise Refused(ONLY_OPENERS)
    if row["disclosed"]:
        raise Refused(mark("The owner can see it already."))


def fold_disclosed(db: Connection, _by: By, fact: OpeningDisclosed) -> None:
    """Let the owner's pages show it."""
    db.execute("update unsealing set disclosed = 1 where unsealing = ?", (fact.unsealing,))


def _end_opening(db: Connection, sealed_file: str, day: int) -> None:
    """End what is asked for or open: its words go with the day, and nobody's room can read the content again."""
    found = "sealed_file = ? and state in ('asked', 'opened')"
    for row in rows(db, f"select * from unsealing where {found}", sealed_file):
        db.execute("delete from share_given where unsealing = ?", (row["unsealing"],))
        release(db, f"unsealing/{row['unsealing']}", row["asker"], row["second"])
    db.execute(
        "update unsealing set state = case state when 'asked' then 'lapsed' else 'over' end, closed_on = ?"
        f" where {found}",
        (day, sealed_file),
    )


def passing(db: Connection, day: int) -> None:
    """Let openings end: what nobody agreed to, what was open for its day, and what is hidden from its owner too long."""
    over = rows(
        db,
        "select sealed_file.sealed_file as sealed_file from sealed_file join unsealing using (sealed_file)"
        " where sealed_file.state = 'asked' and unsealing.state = 'asked' and asked_at / 24 + ? < ?"
        " union select sealed_file from sealed_file where state = 'opened' and opened_on + ? < ?"
        " order by sealed_file",
        *(ASKED_DAYS, day, OPEN_DAYS, day),
    )
    for row in over:
        _end_opening(db, row["sealed_file"], day)
        db.execute("update sealed_file set state = 'sealed' where sealed_file = ?", (row["sealed_file"],))
    db.execute("update unsealing set disclosed = 1 where disclosed = 0 and asked_at / 24 + ? <= ?", (TOLD_DAYS, day))
    gone = rows(
        db,
        "select sealed_file from sealed_file join member using (member) where sealed_file.closed_on = 0"
        " and standing in ('left', 'removed') order by sealed_file",
    )
    for row in gone:
        close(db, row["sealed_file"], day)
