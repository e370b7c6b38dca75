"""What lies on the desk of one of the fund, read at once: a home page asks a dozen things of each request.

Asked one request at a time, thousands of them would take a third of a second; each table is read once instead, by an index.
"""

from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.household import lives_with
from nasij.areas.grants.lists import HARM
from nasij.areas.grants.queue import RANK, first_place
from nasij.areas.grants.seats import panel_size
from nasij.kit import who
from nasij.kit.rows import rows
from nasij.kit.who import By

_SAT_ON = (
    "closed_on = 0 and asked_by <> ? and (payer = ? or grant in"
    " (select grant from sitter where member = ? and state = 'in' and closed_on = 0))"
)
_WORST = (  # the worst that anybody of the panel sees; last what nobody has said anything about
    f"(select coalesce(min({RANK}), {len(HARM.labels)}) from assessment where assessment.sitting = aid_request.sitting)"
)
_FIRST = f"urgent = 0, {_WORST}, asked_on, grant"


# What a home page needs of a request: the rest, such as words and ways, is not even read for it.
_IN_SHORT = (
    "grant, sitting, state, asked_by, for_whom, currency, amount, least, offered, kind, urgent, period_code,"
    " method, place, payer"
)


def sat_on(db: Connection, by: By, most: int, after: int) -> list[dict[str, Any]]:
    """Return the requests that are mine to read as one of the panel or as payer, the most harmful to refuse first.

    An index alone answers which they are, so that only the rows that are shown are read.
    """
    return rows(
        db,
        "select aid_request.* from aid_request where grant in"
        f" (select grant from aid_request where {_SAT_ON} order by {_FIRST} limit ? offset ?) order by {_FIRST}",
        *(by.member, by.member, by.member),
        most,
        after,
    )


def in_short(db: Connection, by: By, *, urgent: bool = False) -> list[dict[str, Any]]:
    """Return all of them, in the same order, without their words."""
    which = f"{_SAT_ON} and urgent = 1" if urgent else _SAT_ON
    sql = f"select {_IN_SHORT} from aid_request where {which} order by {_FIRST}"
    return rows(db, sql, by.member, by.member, by.member)


def said_by(db: Connection, member: str) -> set[str]:
    """Return the panels to which somebody has given a verdict on what is open."""
    found = db.execute("select sitting from verdict where closed_on = 0 and member = ?", (member,))
    return {sitting for (sitting,) in found}


@dataclass(frozen=True, slots=True)
class Known:
    """What this room knows of all requests that are under way."""

    panel: int  # seats of one
    holders: frozenset[str]  # of the role
    household: frozenset[str]  # whom I live with
    seats: dict[str, list[str]]
    said: set[str]  # panels that have my verdict
    given: dict[str, dict[str, int]]  # who approved how much, by panel
    decisions: dict[str, dict[str, Any]]  # the newest of each panel, with the state of its reservation
    plans: dict[str, list[dict[str, Any]]]
    backed: set[str]  # reservations that I stand behind
    to_attest: set[str]  # payouts that arrived and of which the books can still hear it from me
    firsts: dict[int, str] = field(default_factory=dict)

    def seated(self, grant: str) -> list[str]:
        """Return who sits on the panel of a request now, and still holds the role."""
        return [member for member in self.seats.get(grant, ()) if member in self.holders]

    def approvals(self, request: dict[str, Any]) -> dict[str, int]:
        """Return who of those who sit now approved, and how much."""
        given = self.given.get(request["sitting"])
        if not given:
            return {}
        sitting = self.seated(request["grant"])
        return {member: amount for member, amount in given.items() if member in sitting}

    def first(self, db: Connection, by: By, method: int) -> str:
        """Return the place that comes next under a method, looked up once."""
        if method not in self.firsts:
            self.firsts[method] = first_place(db, method, by.day)
        return self.firsts[method]


def read(db: Connection, by: By) -> Known:
    """Read each table once."""
    seats: dict[str, list[str]] = {}
    for grant, member in db.execute(
        "select grant, member from sitter where closed_on = 0 and state = 'in' order by grant, member"
    ):
        seats.setdefault(grant, []).append(member)
    given: dict[str, dict[str, int]] = {}
    for sitting, member, amount in db.execute(
        "select sitting, member, amount from verdict where closed_on = 0 and verdict in ('yes', 'less')"
        " order by sitting, member"
    ):
        given.setdefault(sitting, {})[member] = amount
    return Known(
        panel=panel_size(db),
        holders=who.role_holders(db, "fund"),
        household=lives_with(db, by.member),
        seats=seats,
        said=said_by(db, by.member),
        given=given,
        decisions=_decisions(db),
        plans=_plans(db),
        backed=_keys(db, "select reservation from backing where closed_on = 0 and member = ?", by.member),
        to_attest=_to_attest(db, by.member),
    )


def _keys(db: Connection, sql: str, *values: str) -> set[str]:
    return {key for (key,) in db.execute(sql, values)}


def _decisions(db: Connection) -> dict[str, dict[str, Any]]:
    found = rows(
        db,
        "select sitting, grant_decision.reservation, decided_by, reviewed_on, grant_decision.lane,"
        " coalesce(reservation.state, '') as held_state from grant_decision left join reservation using (reservation)"
        " where grant_decision.closed_on = 0 order by decided_on, grant_decision.reservation desc",
    )
    return {row["sitting"]: row for row in found}  # the newest stays


def _plans(db: Connection) -> dict[str, list[dict[str, Any]]]:
    plans: dict[str, list[dict[str, Any]]] = {}
    for plan in rows(
        db, "select grant, payout, state, payer from payout_plan where closed_on = 0 order by moved_on, payout"
    ):
        plans.setdefault(plan["grant"], []).append(plan)
    return plans


def _to_attest(db: Connection, member: str) -> set[str]:
    return _keys(
        db,
        "select payout from payout join payout_plan using (payout) where payout.state in ('booked', 'unconfirmed', 'disputed')"
        " and payout_plan.closed_on = 0 and payout_plan.state in ('confirmed', 'resolved') and payer <> ?"
        " and payout not in (select payout from attestation where member = ?)",
        member,
        member,
    )
