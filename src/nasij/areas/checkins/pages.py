"""The pages of check-ins: mine, those I watch, and one of them. They show what the clock of this room says."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.checkins.facts import CHECKIN_STEPS, EVERY, FOUND
from nasij.areas.checkins.folds import incident_of, next_until
from nasij.areas.checkins.rules import ALARMED, WAITING, watchers
from nasij.errors import NotHereYet
from nasij.kit import who
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LABELS = {"steps": CHECKIN_STEPS, "rhythms": EVERY, "ways": FOUND}
_ORDER = {"incident": 0, "escalated": 0, "late": 1, "set": 2, "paused": 3}


def stands(row: dict[str, Any], quarter: int) -> str:
    """Return the state as it is now: a check-in is late once its time has passed, also before anybody has said so."""
    return "late" if row["state"] == "set" and quarter >= row["until"] else str(row["state"])


def lost_note(db: Connection, checkin: str) -> bool:
    """Say whether a sealed note can no longer be opened, because too few of those who hold a part still watch."""
    found = rows(
        db,
        "select 1 from sealed_note where checkin = ? and opened_at = 0 and needed >"
        " (select count(*) from note_envelope join member using (member) where note_envelope.checkin = sealed_note.checkin"
        f" and standing in ({', '.join('?' * len(who.IN_FORCE))}))",
        checkin,
        *who.IN_FORCE,
    )
    return bool(found)


def _shown(db: Connection, by: By, row: dict[str, Any]) -> dict[str, Any]:
    people = rows(db, "select member, state from checkin_watcher where checkin = ? order by member", row["checkin"])
    for one in people:
        one["gone"] = not who.is_there(db, one["member"])
    return row | {
        "shown": stands(row, by.quarter),
        "left": row["until"] - by.quarter,
        "looked_for_at": row["until"] + row["grace"],
        "lost_note": lost_note(db, row["checkin"]),
        "mine": row["about"] == by.member,
        "stopped": row["state"] == "found" and bool(next_until(row, row["until"], 0)),
        "people": people,
        "watched": sum(one["state"] != "declined" and not one["gone"] for one in people),
        "taken": sum(one["state"] in ("taken", "looking") and not one["gone"] for one in people),
    }


def _mine(db: Connection, by: By, where: str) -> list[dict[str, Any]]:
    found = [_shown(db, by, row) for row in rows(db, f"select * from checkin where {where} order by until, checkin")]
    found = [row for row in found if by.member in who.holders(db, row["audience"])]
    return sorted(found, key=lambda row: (_ORDER.get(row["shown"], 4), row["until"]))


def my_checkins(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the check-ins I set for myself, what is late first."""
    return [row for row in _mine(db, by, "closed_on = 0") if row["mine"]]


def my_ended(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the check-ins I set for myself that ended lately."""
    return [row for row in _mine(db, by, "closed_on > 0") if row["mine"]]


def watched_checkins(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the check-ins I watch over, what is late first, with my own answer."""
    found = []
    for row in _mine(db, by, "closed_on = 0"):
        if not row["mine"]:
            answer = next((one["state"] for one in row["people"] if one["member"] == by.member), "")
            found.append(row | {"answer": answer})
    return found


def list_page(db: Connection, by: By) -> Page:
    """Show mine, those I watch, and what has ended lately."""
    values = {"own": my_checkins(db, by), "watching": watched_checkins(db, by), "over": _mine(db, by, "closed_on > 0")}
    return Page("checkins/list.html", values | LABELS)


def checkin_page(db: Connection, by: By, checkin: str) -> Page:
    """Show one check-in to its circle."""
    row = _shown(db, by, fields(db, "checkin", "checkin", checkin))
    if by.member not in who.holders(db, row["audience"]):
        raise NotHereYet
    note: dict[str, Any] = next(iter(rows(db, "select * from sealed_note where checkin = ?", checkin)), {})
    held = rows(db, "select member from note_envelope where checkin = ? order by member", checkin)
    told = rows(db, "select words from told_note where checkin = ?", checkin)
    mine = watchers(db, checkin).get(by.member, "")
    alarmed = row["state"] in ALARMED
    values = {
        "check": row,
        "note": note,
        "held": held,
        "words": told[0]["words"] if told else "",
        "given": rows(db, "select member from note_share where checkin = ?", checkin),
        "answer": mine,
        "alarmed": alarmed,
        "incident": incident_of(row) if row["state"] == "incident" else "",
        "can": {
            "tell": bool(mine) and row["state"] in (*WAITING, *ALARMED),
            "move": bool(mine) and row["state"] in WAITING,
            "escalate": mine not in ("", "looking") and row["state"] in (*WAITING, *ALARMED),
            "find": bool(mine) and alarmed,
            "write": row["set_by"] == by.member and row["state"] in (*WAITING, "paused") and row["watched"] > 0,
        },
    }
    return Page("checkins/check.html", values | LABELS)
