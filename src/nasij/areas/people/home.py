"""What the home page says about belonging: requests that wait for me, and my own invitations."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.people.facts import JOIN_DAYS
from nasij.areas.people.pages import open_requests
from nasij.areas.people.rules import decided_by_more, missing, row
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.who import By

COMPARE = mark("Compare the four words with the newcomer of %(code)s")
READ = mark("A request to join waits to be read: %(code)s")
ANSWER = mark("A request to join can be accepted now: %(code)s")
SPEAK = mark("A newcomer waits for an answer from you: %(code)s")
NOT_MINE = mark("Somebody was let in as introduced by you, and no request of yours is known here: %(code)s")
NAMELESS = mark("A newcomer has no name yet: %(code)s")
NAME_ME = mark("Choose the name that others see")
INVITED = mark("An invitation of yours is open. Hours left: %(hours)d")


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for this person: one line for each request, and names that are missing."""
    items = [item for request in open_requests(db, by) for item in _step_of_mine(db, by, request)]
    if by.trusted:
        items += _introduced_without_me(db, by)
        if row(db, "select 1 from called where member = ?", by.member) is None:
            items.append(Item(3, NAME_ME, "/people/name"))
    if "members" in by.roles:
        nameless = "select member from member where standing = 'new' and member not in (select member from called)"
        items += [
            Item(2, NAMELESS, f"/people/{member}/name", {"code": code(member)})
            for (member,) in db.execute(nameless + " order by member limit 20").fetchall()
        ]
    return items


def _step_of_mine(db: Connection, by: By, request: dict[str, Any]) -> list[Item]:
    """Return the next thing this person can do about a request, if there is one."""
    join = request["request"]
    inviter = request["introduced_by"] == by.member
    reader = "members" in by.roles
    at, values = f"/people/join/{join}", {"code": code(join)}
    if inviter and not request["compared_on"]:
        return [Item(1, COMPARE, at, values)]
    if reader and not row(db, "select 1 from join_read where request = ? and read_by = ?", join, by.member):
        return [Item(2, READ, at, values)]
    if reader and not missing(db, request) and not (inviter and decided_by_more(db)):
        return [Item(2, ANSWER, at, values)]
    last = row(db, "select from_newcomer from join_said where request = ? order by place desc", join)
    if last is not None and last["from_newcomer"]:
        return [Item(2, SPEAK, at, values)]
    return []


def _introduced_without_me(db: Connection, by: By) -> list[Item]:
    """Return newcomers said to be introduced by me of whose request my room knows nothing: a warning, not a proof."""
    found = db.execute(
        "select member from member where introduced_by = ? and standing = 'new' and since > ?"
        " and member not in (select request from join_request) order by member",
        (by.member, by.day - JOIN_DAYS),
    )
    return [Item(0, NOT_MINE, f"/people/{member}", {"code": code(member)}) for (member,) in found.fetchall()]


def mine(db: Connection, by: By) -> list[Item]:
    """Return my open invitations."""
    found = db.execute(
        "select expires_at from invitation where made_by = ? and state = 'sent' and expires_at > ? order by expires_at",
        (by.member, by.hour),
    )
    return [
        Item(4, INVITED, "/people/invitations", {"hours": expires_at - by.hour}) for (expires_at,) in found.fetchall()
    ]
