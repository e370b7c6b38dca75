"""Hours that members give each other: all accounts together are zero, and nobody goes beyond the limits.

An hour is an hour, whatever was done in it. A limit stops what would go beyond it; what somebody does not have, the pool gives
where it has it. Giving to the pool is always possible with what one has. Nothing outside this area reads these tables.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.tasks.facts import HoursGifted, HoursGiven
from nasij.errors import Malformed, Refused
from nasij.ids import numbered_id
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import insert, rows
from nasij.kit.who import TRUSTED, By

POOL = "pool"
HOUR = 60


def balance(db: Connection, account: str) -> int:
    """Return the minutes on an account."""
    found = db.execute("select balance from hours_account where account = ?", (account,)).fetchone()
    return int(found[0]) if found else 0


def limit(db: Connection) -> int:
    """Return how many minutes an account may be above or below zero."""
    return charter.value(db, "hours_limit") * HOUR


def pool_room(db: Connection) -> int:
    """Return how many minutes the pool can still give for tasks: down to its own limit."""
    return max(0, balance(db, POOL) + charter.value(db, "hours_pool_limit") * HOUR)


def can_give(db: Connection, member: str) -> int:
    """Return how many minutes somebody can give out of their own account."""
    return max(0, balance(db, member) + limit(db))


def can_take(db: Connection, member: str) -> int:
    """Return how many minutes somebody can still receive."""
    return max(0, limit(db) - balance(db, member))


def _new(db: Connection, entry: str) -> None:
    if rows(db, "select 1 from hours_entry where entry = ?", entry):
        raise Refused(mark("This was said already."))


def may_give(db: Connection, by: By, fact: HoursGiven) -> None:
    """Stop at the limits of both; the pool covers exactly what the giver does not have, as far as it holds that much."""
    _new(db, fact.entry)
    if fact.to == by.member:
        raise Malformed(mark("Please choose somebody else."), field="to")
    if fact.to not in who.members(db, ("trusted", "resting")):
        raise Malformed(mark("Please choose a trusted member."), field="to")
    if fact.minutes > can_take(db, fact.to):
        raise Refused(
            mark("With this the other account would go above the limit."),
            advice=mark("They can give hours to the pool first, which is always possible."),
        )
    if fact.from_pool != max(0, fact.minutes - can_give(db, by.member)):
        raise Refused(mark("The accounts have changed meanwhile."), advice=mark("Please look again, then give."))
    if fact.from_pool > max(0, balance(db, POOL)):
        raise Refused(
            mark("With this your account would go below the limit, and the pool does not hold enough to cover it."),
            advice=mark("Fewer hours can be given, or others give to the pool."),
        )


def may_gift(db: Connection, by: By, fact: HoursGifted) -> None:
    """Give to the pool whatever one has."""
    _new(db, fact.entry)
    if fact.minutes > can_give(db, by.member):
        raise Refused(mark("With this your account would go below the limit."))


def _add(db: Connection, account: str, minutes: int) -> None:
    db.execute(
        "insert into hours_account (account, balance, audience) values (?, ?, ?)"
        " on conflict (account) do update set balance = balance + excluded.balance",
        (account, minutes, TRUSTED),
    )


def move(
    db: Connection, day: int, entry: str, from_account: str, to_account: str, minutes: int, task: str = ""
) -> None:
    """Take minutes from one account and put them on another."""
    if not minutes:
        return
    accounts: dict[str, Any] = {"from_account": from_account, "to_account": to_account, "task": task}
    insert(
        db,
        "hours_entry",
        {"entry": entry, "minutes": minutes, "day": day, "audience": TRUSTED, "closed_on": day} | accounts,
    )
    _add(db, from_account, -minutes)
    _add(db, to_account, minutes)


def fold_given(db: Connection, by: By, fact: HoursGiven) -> None:
    """Move them, the part of the pool as an entry of its own."""
    move(db, by.day, fact.entry, by.member, fact.to, fact.minutes - fact.from_pool)
    move(db, by.day, numbered_id(fact.entry, 1), POOL, fact.to, fact.from_pool)


def fold_gifted(db: Connection, by: By, fact: HoursGifted) -> None:
    """Move them to the pool."""
    move(db, by.day, fact.entry, by.member, POOL, fact.minutes)


def credit(db: Connection, day: int, sign_up: str, member: str, minutes: int, task: str) -> None:
    """Give somebody the hours of a task out of the pool, up to the limits; what goes beyond them stays in the pool."""
    move(db, day, numbered_id(sign_up, 1), POOL, member, min(minutes, can_take(db, member), pool_room(db)), task)


def passing(db: Connection, _day: int) -> None:
    """Put what somebody who is gone had, or owed, on the account of everybody."""
    gone = rows(
        db,
        "select account, balance from hours_account where account in"
        " (select member from member where standing in ('left', 'removed')) order by account",
    )
    for row in gone:
        _add(db, POOL, row["balance"])
        db.execute("delete from hours_account where account = ?", (row["account"],))
