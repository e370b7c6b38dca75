"""What the home page says about needs: what waits for me, what is urgent, what I asked and took on."""

from sqlite3 import Connection

from nasij.areas.aid.facts import COORDINATION
from nasij.areas.aid.pages import late_before
from nasij.areas.aid.rules import is_coordinator
from nasij.areas.aid.tables import NOT_OF_A_LIST
from nasij.areas.tasks import on_call
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.table import Keep
from nasij.kit.who import By

MOST = 20


def _needs(db: Connection, text: str, where: str, *values: object) -> list[Item]:
    """Return one line for each need that fits, the most urgent first."""
    found = db.execute(
        f"select need, rank from need where {where} order by rank, due, asked_at, need limit {MOST}", values
    )
    return [Item(rank, text, f"/aid/{need}", {"code": code(need)}) for need, rank in found.fetchall()]


def urgent(db: Connection, by: By) -> list[Item]:
    """Return what is needed now and has looked for a helper for too long: for coordination and whoever is on call.

    While there is neither, for everybody who is trusted; each sees what they can read.
    """
    called = on_call(db, by.day)
    nobody = not called and not who.role_holders(db, "cases")
    if not (is_coordinator(by) or by.member in called or (by.trusted and nobody)):
        return []
    return _needs(
        db,
        mark("%(code)s is needed now and still looks for a helper"),
        "closed_on = 0 and rank = 0 and asked_at <= ? and posted_as = ''"
        " and exists (select 1 from part where part.need = need.need and part.state = 'open')",
        late_before(db, by),
    )


def waiting(db: Connection, by: By) -> list[Item]:
    """Return next steps that are due, and for coordination what is to be sorted or rests with nobody."""
    me = by.member
    items = _needs(
        db,
        mark("A next step is due for %(code)s"),
        "closed_on = 0 and next_owner = ? and next_on <= ?",
        me,
        by.day,
    )
    items += _needs(
        db,
        mark("Everything in %(code)s is done: it can be closed"),
        "closed_on = 0 and asked_by = ? and state = 'underway'"
        " and not exists (select 1 from part where part.need = need.need and part.state <> 'done')",
        me,
    )
    items += _needs(
        db, mark("Coordination could not reach you about %(code)s"), "closed_on = 0 and asked_by = ? and unreached", me
    )
    if is_coordinator(by):
        items += _to_coordinate(db, by)
    return items


# Found in an index alone: coordination has the next step of most needs, and their rows are wide.
_OF_INDEX = "need in (select need from need where closed_on = 0 and %s)"


def _to_coordinate(db: Connection, by: By) -> list[Item]:
    marks = ", ".join("?" * len(who.IN_FORCE))
    items = _needs(
        db,
        mark("%(code)s waits to be sorted"),
        _OF_INDEX % "state = 'waiting' and next_owner = ?",
        COORDINATION,
    )
    items += _needs(
        db,
        mark("Coordination has a next step to take for %(code)s"),
        "closed_on = 0 and state <> 'waiting' and next_owner = ? and next_on <= ?",
        COORDINATION,
        by.day,
    )
    items += _needs(
        db,
        mark("%(code)s rests with nobody"),
        _OF_INDEX
        % f"next_owner not in (?, ?) and (next_on < ? or next_owner not in (select member from member where standing in ({marks})))",
        COORDINATION,
        by.member,
        by.day,
        *who.IN_FORCE,
    )
    items += _needs(
        db,
        mark("%(code)s was withdrawn: what stands for it without a name can be withdrawn too"),
        "closed_on = 0 and need in (select posted_as from need where reason = 'withdrawn' and closed_on > ?)",
        by.day - Keep.SHORT,
    )
    return items


def mine(db: Connection, by: By) -> list[Item]:
    """Return what I asked, and the next steps that I took on for others."""
    asked = _needs(
        db, mark("What you asked for: %(code)s"), f"closed_on = 0 and asked_by = ? and {NOT_OF_A_LIST}", by.member
    )
    taken = _needs(
        db,
        mark("You see to the next step for %(code)s"),
        "closed_on = 0 and next_owner = ? and asked_by <> ? and next_on > ?",
        by.member,
        by.member,
        by.day,
    )
    return asked + taken
