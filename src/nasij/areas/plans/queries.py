"""What a room can read of what somebody has prepared: one's own, and what others let one read.

A room has rows only of circles its member is in, so these queries return what that member may see, and nothing else.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.plans.facts import Bag, Money, People, Places, Signals, Words
from nasij.areas.plans.openings import TOLD_DAYS, holds_share, wait_ends_at
from nasij.areas.plans.sealed import ShareGiven, ShareKept, ShareTaken
from nasij.clock import day_of
from nasij.kit.field import Field
from nasij.kit.rows import rows
from nasij.kit.who import ROLE_PREFIX, By, holders, members

_KINDS = {"signals": Signals, "places": Places, "people": People, "bag": Bag, "money": Money, "words": Words}


def _label(kind: Any) -> str:
    (field,) = (found for found in kind.__metadata__ if isinstance(found, Field))
    return field.label


PLAN_LABELS = {name: _label(kind) for name, kind in _KINDS.items()}


def _with_readers(db: Connection, row: dict[str, Any]) -> dict[str, Any]:
    held = rows(db, "select who from holder where of = ? order by who", row["audience"])
    readers = [one["who"] for one in held if one["who"] != row["member"] and not one["who"].startswith(ROLE_PREFIX)]
    there = members(db)
    return row | {"readers": [one for one in readers if one in there]}


def plan_lines(db: Connection, member: str) -> list[tuple[str, str]]:
    """Return the lines of somebody's safety plan that this room may read, as message ids and words."""
    found = rows(db, "select * from safety_plan where member = ? and version > 0", member)
    return [(label, row[name]) for row in found for name, label in PLAN_LABELS.items() if row[name]]


def wish_of(db: Connection, member: str) -> str:
    """Return what somebody wants if they cannot decide, where this room may read it, or nothing."""
    found = rows(db, "select wish from wish where member = ? and version > 0", member)
    return str(found[0]["wish"]) if found else ""


def persons_of(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return somebody's trusted persons that this room may know of, in their order."""
    found = rows(
        db,
        "select * from trusted_person where member = ? and stated_on > 0 order by place, code, trusted_person",
        member,
    )
    return [_with_readers(db, row) | {"call_when": row["call_when"].split(",")} for row in found]


def evidence_of(db: Connection, member: str) -> list[dict[str, Any]]:
    """Return somebody's pieces of evidence that this room may know of."""
    return rows(db, "select * from evidence where member = ? and stated_on > 0 order by made_on, evidence", member)


def known_of(db: Connection, me: str) -> list[str]:
    """Return the other members who let this room read something."""
    found = rows(
        db,
        "select member from safety_plan where version > 0 union select member from wish where version > 0"
        " union select member from trusted_person where stated_on > 0"
        " union select member from evidence where stated_on > 0 order by member",
    )
    return [row["member"] for row in found if row["member"] != me]


def my_plan(db: Connection, by: By) -> dict[str, Any]:
    """Return one's own plan with its readers, or nothing."""
    found = rows(db, "select * from safety_plan where member = ? and version > 0", by.member)
    return _with_readers(db, found[0]) if found else {}


def my_wish(db: Connection, by: By) -> dict[str, Any]:
    """Return one's own wish with its readers, or nothing."""
    found = rows(db, "select * from wish where member = ? and version > 0", by.member)
    return _with_readers(db, found[0]) | {"on_duty": bool(found[0]["on_duty"])} if found else {}


def my_record(db: Connection, by: By, table: str, record: str) -> dict[str, Any]:
    """Return a trusted person or a piece of evidence of one's own with its readers, or nothing."""
    found = rows(db, f"select * from {table} where {table} = ? and member = ? and stated_on > 0", record, by.member)
    return _with_readers(db, found[0]) if found else {}


# --- sealed files -----------------------------------------------------------------------------------------------------


def in_trouble(db: Connection, member: str) -> bool:
    """Say whether this room knows that something has happened to somebody and is not settled yet."""
    open_now = rows(
        db,
        "select incident.state as state, response.state as case_state from incident"
        " left join response on response.incident = incident.incident"
        " where incident.about = ? and incident.closed_on = 0",
        member,
    )
    settled = ("following", "closed")
    return any(
        row["state"] in ("reported", "verified") or (row["state"] == "opened" and row["case_state"] not in settled)
        for row in open_now
    )


def is_hidden(db: Connection, opening: dict[str, Any], owner: str, by: By) -> bool:
    """Say whether an opening is kept from its owner's pages: somebody else could be looking at them."""
    if by.member != owner:
        return False
    late = day_of(opening["asked_at"]) + TOLD_DAYS <= by.day
    return not (opening["disclosed"] or late) or in_trouble(db, owner)


def openings(db: Connection, by: By, file: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the log of a file's openings that this person may see, the newest first."""
    found = rows(
        db, "select * from unsealing where sealed_file = ? order by asked_at desc, unsealing", file["sealed_file"]
    )
    seen = [row for row in found if not is_hidden(db, row, file["member"], by)]
    return [row | {"asked_on": day_of(row["asked_at"]), "from_hour": wait_ends_at(db, row)} for row in seen]


def openers(db: Connection, file: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a file's openers: whether each is still there, and for its owner whether the share is put away."""
    found = rows(db, "select * from file_opener where sealed_file = ? order by member", file["sealed_file"])
    there = members(db, ("trusted", "resting", "suspended"))
    passed = rows(
        db,
        "select opener, state from share where sealed_file = ? and version = ?",
        file["sealed_file"],
        file["version"],
    )
    taken = {row["opener"]: row["state"] for row in passed}
    return [
        row | {"void": row["state"] == "out" or row["member"] not in there, "share": taken.get(row["member"], "")}
        for row in found
    ]


def as_seen(db: Connection, by: By, file: dict[str, Any]) -> dict[str, Any]:
    """Return a file as this person may see it: to its owner it stays sealed while an opening is kept from them."""
    log = openings(db, by, file)
    current = next((row for row in log if row["state"] in ("asked", "opened")), None)
    state = file["state"]
    if state in ("asked", "opened") and current is None:
        state = "resealed" if file["version"] > 1 else "sealed"
    shown = {name: value for name, value in file.items() if name not in ("sealed", "opened_on")}
    return shown | {"state": state, "log": log, "current": current, "openers": openers(db, file)}


def lacks_share(db: Connection, by: By, file: dict[str, Any]) -> bool:
    """Say whether an opener's room has no share of a file, and none is on its way."""
    where = "where sealed_file = ? and version = ?"
    kept = rows(db, f"select 1 from share_kept {where}", file["sealed_file"], file["version"])
    coming = rows(db, f"select 1 from share {where} and state = 'passed'", file["sealed_file"], file["version"])
    return not kept and not coming and file["member"] != by.member


def my_files(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return one's own sealed files."""
    found = rows(db, "select * from sealed_file where member = ? order by sealed_on, sealed_file", by.member)
    return [as_seen(db, by, row) for row in found]


def held_files(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the files of others that one can help to open."""
    found = rows(
        db,
        "select sealed_file.* from sealed_file join file_opener using (sealed_file)"
        " where file_opener.member = ? and file_opener.state = 'in' and sealed_file.state <> 'destroyed'"
        " order by sealed_on, sealed_file",
        by.member,
    )
    return [as_seen(db, by, row) for row in found]


# --- what a room says by itself ---------------------------------------------------------------------------------------


def share_of(db: Connection, sealed_file: str, version: int, member: str) -> bytes:
    """Return the share of a file's present key that lies in this room, or nothing."""
    found = rows(
        db,
        "select words from share_kept where sealed_file = ? and version = ? and member = ?",
        *(sealed_file, version, member),
    )
    return bytes(found[0]["words"]) if found else b""


def unasked(db: Connection, by: By) -> list[ShareKept | ShareTaken | ShareGiven]:
    """Return what puts away the shares that were passed to this room, and gives its own once the log names who agreed."""
    said: list[ShareKept | ShareTaken | ShareGiven] = []
    passed = rows(db, "select * from share where opener = ? and state = 'passed' order by share", by.member)
    for row in passed:
        if holds_share(db, row["sealed_file"], by.member):
            said.append(ShareKept(row["share"], row["sealed_file"], row["version"], row["words"]))
            said.append(ShareTaken(row["share"]))
    return said + _to_give(db, by)


def _to_give(db: Connection, by: By) -> list[ShareGiven]:
    given = []
    mine = "select * from unsealing where asker = ? and state = 'opened' order by unsealing"
    for row in rows(db, mine, by.member):
        there = rows(db, "select member from share_given where unsealing = ?", row["unsealing"])
        came = {one["member"] for one in there} == {row["second"]}
        share = share_of(db, row["sealed_file"], row["version"], by.member)
        # Its circle may hold nobody but the two whom the log names: somebody could have begun one beside the log.
        if came and share and holders(db, f"unsealing/{row['unsealing']}") == {by.member, row["second"]}:
            given.append(ShareGiven(row["unsealing"], row["version"], by.member, row["second"], share))
    return given
