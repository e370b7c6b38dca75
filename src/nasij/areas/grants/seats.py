"""Who decides about a request: the panel, those who may take a seat later, and the order in which they are taken.

Whoever asks may leave out anybody of the fund, without a reason. Never on a panel: whoever asks, the member it is for, and
whoever brought one of them in or was brought in by one of them. The order is that of the codes of members, begun at the code
of the request; in urgent matters whoever is on call comes first. So everybody who reads the request can check the seats.
"""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from nasij.errors import Malformed
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import record

TOO_FEW = mark("Too few people of the fund are left to decide about this: it takes at least %(count)d.")
TOO_FEW_ADVICE = mark("Leave fewer people out, or let the group give somebody this role first.")


def request_of(db: Connection, grant: str) -> dict[str, Any]:
    """Return a request; raises `NotHereYet` where it is not known here."""
    return record(db, "select * from aid_request where grant = ?", grant)


def of_sitting(db: Connection, sitting: str) -> dict[str, Any]:
    """Return the request that a panel sits about; raises `NotHereYet` where that panel no longer does."""
    return record(db, "select * from aid_request where sitting = ?", sitting)


def on_call(db: Connection, day: int) -> frozenset[str]:
    """Return who of the fund is on call."""
    called = {row[0] for row in db.execute("select member from on_call where until >= ?", (day,))}
    return frozenset(called & who.role_holders(db, "fund"))


def linked_by_rule(db: Connection, *concerned: str) -> frozenset[str]:
    """Return whom these people brought in, and who brought them in."""
    found: set[str] = set()
    for member in filter(None, concerned):
        found |= {row[0] for row in db.execute("select member from member where introduced_by = ?", (member,))}
        found |= {row[0] for row in db.execute("select introduced_by from member where member = ?", (member,))}
    return frozenset(found)


def eligible(db: Connection, asker: str, for_whom: str) -> frozenset[str]:
    """Return who of the fund may decide about a request of this person."""
    return frozenset(who.role_holders(db, "fund") - {asker, for_whom} - linked_by_rule(db, asker, for_whom))


def seat_order(db: Connection, grant: str, members: Iterable[str], *, urgent: bool, day: int) -> list[str]:
    """Return members in the order in which they take seats for a request."""
    first = on_call(db, day) if urgent else frozenset()
    return sorted(members, key=lambda member: (member not in first, member < grant, member))


def panel_size(db: Connection) -> int:
    """Return how many seats a panel has: never fewer than have to agree, or a group could vote its fund shut."""
    return max(charter.value(db, "grant_panel"), charter.value(db, "fund_approvals"))


def drawn(db: Connection, grant: str, members: Iterable[str], *, urgent: bool, day: int) -> list[str]:
    """Return who takes the seats, out of these."""
    return seat_order(db, grant, members, urgent=urgent, day=day)[: panel_size(db)]


def check_seats(db: Connection, fact: Any, concerned: tuple[str, str], *, urgent: bool, day: int) -> None:
    """Raise `Malformed` unless the panel is the first of those named, all may decide, and there are enough."""
    named = [*fact.panel, *fact.alternates]
    if len(set(named)) != len(named) or not set(named) <= eligible(db, *concerned):
        raise Malformed(mark("Somebody of this panel cannot decide about it. Please look at who decides again."))
    if sorted(drawn(db, fact.grant, named, urgent=urgent, day=day)) != fact.panel:
        raise Malformed(mark("These are not the seats that the order gives. Please look at who decides again."))
    least = charter.value(db, "fund_approvals")
    if len(fact.panel) < least:
        raise Malformed(TOO_FEW, advice=TOO_FEW_ADVICE, count=least)


def seated(db: Connection, grant: str) -> list[str]:
    """Return who sits on the panel of a request now, and still holds the role."""
    found = db.execute("select member from sitter where grant = ? and state = 'in' order by member", (grant,))
    holders = who.role_holders(db, "fund")
    return [member for (member,) in found if member in holders]


def may_sit(db: Connection, request: dict[str, Any], day: int) -> list[str]:
    """Return who may take the next seat, in order."""
    waiting = db.execute("select member from sitter where grant = ? and state = 'alternate'", (request["grant"],))
    able = {member for (member,) in waiting} & eligible(db, request["asked_by"], request["for_whom"])
    return seat_order(db, request["grant"], able, urgent=bool(request["urgent"]), day=day)


def may_pay(db: Connection, request: dict[str, Any]) -> frozenset[str]:
    """Return whom whoever asked has named for the panel or as an alternate, and who can still act."""
    found = db.execute(
        "select member from sitter where grant = ? and state in ('in', 'alternate')", (request["grant"],)
    )
    return frozenset(member for (member,) in found) & eligible(db, request["asked_by"], request["for_whom"])
