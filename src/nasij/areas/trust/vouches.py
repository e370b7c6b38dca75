"""Vouches: how many it takes, how many there are, and what follows when they come or go.

How many it takes: the group's most, or half of the active trusted members rounded up, whichever is less; never more than
there are chains to come from, and never less than one, or two once four members are trusted.

How they are counted: two vouches from one *introducer chain* count as one. Two people stand on one chain when one of them
introduced the other, or when following introductions upwards from both leads through the same person just below a founder
(a founder is somebody whom nobody introduced). What counts is the largest number of givers of whom no two stand on one
chain. So a person and those they let in cannot fill a threshold between themselves.
"""

from collections.abc import Iterable
from sqlite3 import Connection

from nasij.areas.trust.facts import (
    VOUCH,
    MemberBack,
    MemberRested,
    VouchGiven,
    VouchGround,
    VouchKept,
    VouchQuestioned,
    VouchRenewed,
    VouchVoided,
    VouchWithdrawn,
)
from nasij.areas.trust.panel import may_act_on, not_under_review, review_of, standing_of
from nasij.errors import Malformed, Refused
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import put, record, rows
from nasij.kit.who import By, setting

MONTH = 30
WARN_DAYS = 14
IN = ("trusted", "resting")
REST_DAYS_MOST = 365
LIVE = "state in ('given', 'review')"


def _chain(db: Connection, member: str) -> tuple[str, str]:
    """Return the founder above a member, and the person just below that founder on the way; a founder is both."""
    below = at = member
    seen = {member}
    while True:
        row = db.execute("select introduced_by from member where member = ?", (at,)).fetchone()
        above = str(row[0]) if row else ""
        if not above or above in seen:
            return at, below
        seen.add(above)
        below, at = at, above


def chains(db: Connection, people: Iterable[str], enough: int = 1_000_000) -> int:
    """Return the largest number of these people of whom no two stand on one chain; stops counting at `enough`."""
    founders: set[str] = set()
    # For each chain whether somebody further down it is among the people: a founder introduced its first person.
    deep: dict[tuple[str, str], bool] = {}
    for person in people:
        founder, first = _chain(db, person)
        if founder == person:
            founders.add(person)
        else:
            deep[founder, first] = deep.get((founder, first), False) or person != first
        if len(deep) + len(founders) >= enough and _apart(founders, deep) >= enough:  # one more never makes it fewer
            return enough
    return _apart(founders, deep)


def _apart(founders: set[str], deep: dict[tuple[str, str], bool]) -> int:
    alone = sum(all(below for (above, _), below in deep.items() if above == founder) for founder in founders)
    return len(deep) + alone


def needed(db: Connection, whom: str) -> int:
    """Return how many vouches somebody needs now, for their membership or for a role."""
    active = [r[0] for r in db.execute("select member from member where standing = 'trusted' order by member")]
    least = 2 if len(active) >= 4 else 1
    most = max(least, min(setting(db, "vouches_most", 3), (len(active) + 1) // 2))
    return max(least, min(most, chains(db, (member for member in active if member != whom), most)))


def vouched(db: Connection, whom: str, role: str = "") -> int:
    """Return how many vouches count for somebody, for their membership or for a role."""
    found = db.execute(f"select by_member from vouch where whom = ? and role = ? and {LIVE}", (whom, role))
    return chains(db, [row[0] for row in found])


def _still_earned(db: Connection, member: str, role: str) -> bool:
    """Say whether what rests on vouches still does. A group that grows takes nothing away from anybody."""
    row = db.execute("select needed from earned where member = ? and role = ?", (member, role)).fetchone()
    return row is None or vouched(db, member, role) >= min(int(row[0]), needed(db, member))


def earn(db: Connection, member: str, role: str) -> None:
    """Write down that a standing or a role rests on vouches, and on how many."""
    db.execute(
        "insert or replace into earned (member, role, needed, audience) values (?, ?, ?, 'network')",
        (member, role, needed(db, member)),
    )


def is_ready(db: Connection, member: str, day: int) -> bool:
    """Say whether a new member has been here long enough, is vouched for by enough, and is not under review."""
    since = int(record(db, "select since from member where member = ?", member)["since"])
    if day < since + setting(db, "probation_days", 14) or review_of(db, member):
        return False
    return vouched(db, member) >= needed(db, member)


def settle(db: Connection, member: str, day: int) -> None:
    """Bring a member's standing and roles into line with the vouches that are there now."""
    standing = standing_of(db, member)
    if standing == "new" and is_ready(db, member, day):
        standing = "trusted"
        earn(db, member, "")
    elif standing in IN and not _still_earned(db, member, ""):
        standing = "new"
        db.execute("delete from earned where member = ? and role = ''", (member,))
    db.execute("update member set standing = ? where member = ?", (standing, member))
    if standing == "suspended":
        return  # a measure ends or does not, by its own rules; roles sleep with the standing
    held = db.execute(
        "select role, state from mandate where member = ? and state in ('active', 'suspended') and until >= ?",
        (member, day),
    ).fetchall()
    for role, state in held:
        right = "active" if standing in IN and _still_earned(db, member, role) else "suspended"
        if state != right:
            for table in ("mandate", "appointment"):
                db.execute(
                    f"update {table} set state = ? where role = ? and member = ? and state = ?",
                    (right, role, member, state),
                )


def close_vouches(db: Connection, state: str, day: int, condition: str, *values: object) -> list[str]:
    """End the live vouches that fit a condition; return whom they were for."""
    found = db.execute(f"select vouch, whom from vouch where {LIVE} and {condition} order by vouch", values).fetchall()
    for vouch, _ in found:
        db.execute("update vouch set state = ?, closed_on = ? where vouch = ?", (state, day, vouch))
        db.execute("update vouch_ground set closed_on = ? where vouch = ?", (day, vouch))
    return sorted({row[1] for row in found})


# --- rules and folds --------------------------------------------------------------------------------------------------


def may_vouch(db: Connection, by: By, fact: VouchGiven) -> None:
    """Vouch for somebody else, once, sparingly, and not while one is under review."""
    if fact.whom == by.member:
        raise Refused(mark("Nobody vouches for themselves."))
    not_under_review(db, by)
    standing = standing_of(db, fact.whom)
    if standing not in ("new", *IN):
        raise Refused(mark("This membership is not in force now."))
    if fact.role and standing == "new":
        raise Refused(mark("Only a trusted member can take a role."), advice=mark("First vouch for the membership."))
    same = f"select 1 from vouch where by_member = ? and whom = ? and role = ? and {LIVE}"
    if db.execute(same, (by.member, fact.whom, fact.role)).fetchone():
        raise Refused(mark("You vouch for this already."))
    most = setting(db, "vouches_a_month", 2)
    given = "select count(*) from vouch where by_member = ? and given_on > ?"
    if db.execute(given, (by.member, by.day - MONTH)).fetchone()[0] >= most:
        raise Refused(
            mark("You can vouch %(most)d times in a month, and you have."),
            advice=mark("Somebody else who knows this person can vouch too."),
            most=most,
        )


def fold_vouched(db: Connection, by: By, fact: VouchGiven) -> None:
    """Write the vouch down and see what it changes."""
    db.execute(
        "insert into vouch (vouch, by_member, whom, role, state, given_on, until, audience)"
        " values (?, ?, ?, ?, 'given', ?, ?, ?)",
        (
            fact.vouch,
            by.member,
            fact.whom,
            fact.role,
            by.day,
            by.day + setting(db, "vouch_days", 365),
            by.audience,
        ),
    )
    settle(db, fact.whom, by.day)


def may_ground(db: Connection, by: By, fact: VouchGround) -> None:
    """Whoever vouches says why, and nobody else."""
    _own(db, by, fact.vouch)


def fold_ground(db: Connection, by: By, fact: VouchGround) -> None:
    """Write the ground down."""
    db.execute(
        "insert or replace into vouch_ground (vouch, ground, words, audience) values (?, ?, ?, ?)",
        (fact.vouch, fact.ground, fact.words, by.audience),
    )


def _own(db: Connection, by: By, vouch: str) -> dict[str, object]:
    found = record(db, "select by_member, until from vouch where vouch = ?", vouch)
    if found["by_member"] != by.member:
        raise Refused(mark("Only whoever gave this vouch can do that."))
    return found


def may_renew(db: Connection, by: By, fact: VouchRenewed) -> None:
    """Renew an own vouch when it is about to lapse."""
    found = _own(db, by, fact.vouch)
    VOUCH.may(db, fact.vouch, fact)
    not_under_review(db, by)
    if int(str(found["until"])) - by.day > charter.value(db, "vouch_renew_days"):
        raise Refused(mark("This vouch is still good for a long time."))


def fold_renewed(db: Connection, by: By, fact: VouchRenewed) -> None:
    """Let it last for another term. It does not count for the month: it is no new trust."""
    VOUCH.move(db, fact.vouch, fact)
    until = by.day + setting(db, "vouch_days", 365)
    db.execute("update vouch set until = ? where vouch = ?", (until, fact.vouch))


def may_withdraw(db: Connection, by: By, fact: VouchWithdrawn) -> None:
    """Take an own vouch back."""
    _own(db, by, fact.vouch)
    VOUCH.may(db, fact.vouch, fact)


def fold_withdrawn(db: Connection, by: By, fact: VouchWithdrawn) -> None:
    """End it and see what that changes: standing, and every role that rested on it."""
    for whom in close_vouches(db, "withdrawn", by.day, "vouch = ?", fact.vouch):
        settle(db, whom, by.day)


def may_question(db: Connection, by: By, fact: VouchQuestioned) -> None:
    """Look at a vouch whose giver has left."""
    found = record(db, "select by_member, whom from vouch where vouch = ?", fact.vouch)
    VOUCH.may(db, fact.vouch, fact)
    may_act_on(db, by, str(found["whom"]))
    if standing_of(db, str(found["by_member"])) != "left":
        raise Refused(mark("Whoever gave this vouch is still here."), advice=mark("Please talk with them."))


def fold_questioned(db: Connection, by: By, fact: VouchQuestioned) -> None:
    """Let it count until it has been looked at, and keep who asked, so that another person decides."""
    VOUCH.move(db, fact.vouch, fact)
    db.execute("update vouch set questioned_by = ? where vouch = ?", (by.member, fact.vouch))


def may_settle_vouch(db: Connection, by: By, fact: VouchKept | VouchVoided) -> None:
    """Let a second person of the panel decide about a vouch of somebody who has left."""
    found = record(db, "select whom, questioned_by from vouch where vouch = ?", fact.vouch)
    VOUCH.may(db, fact.vouch, fact)
    may_act_on(db, by, str(found["whom"]))
    if found["questioned_by"] == by.member:
        raise Refused(mark("A second person has to agree."), advice=mark("Somebody else can press the same button."))


def fold_kept(db: Connection, by: By, fact: VouchKept) -> None:
    """Let it count until it lapses."""
    VOUCH.move(db, fact.vouch, fact)
    db.execute("update vouch set reviewed_on = ? where vouch = ?", (by.day, fact.vouch))


def fold_voided(db: Connection, by: By, fact: VouchVoided) -> None:
    """Count it no more."""
    for whom in close_vouches(db, "void", by.day, "vouch = ?", fact.vouch):
        settle(db, whom, by.day)


def may_rest(_db: Connection, by: By, fact: MemberRested) -> None:
    """Rest when one is not resting, until a day to come or an open end."""
    if by.standing != "trusted":
        raise Refused(mark("You are resting already."))
    if fact.until and not by.day <= fact.until <= by.day + REST_DAYS_MOST:
        raise Malformed(mark("Please choose a day within the next year."), field="until")


def fold_rested(db: Connection, by: By, fact: MemberRested) -> None:
    """Ask nothing of a resting member."""
    db.execute("update member set standing = 'resting' where member = ?", (by.member,))
    if fact.until:
        put(db, "rest", member=by.member, until=fact.until, audience=by.audience)


def may_come_back(_db: Connection, by: By, _fact: MemberBack) -> None:
    """Come back from resting."""
    if by.standing != "resting":
        raise Refused(mark("You are not resting."))


def fold_back(db: Connection, by: By, _fact: MemberBack) -> None:
    """Welcome back."""
    _end_rests(db, "member = ?", by.member)
    db.execute("update member set standing = 'trusted' where member = ?", (by.member,))


def _end_rests(db: Connection, which: str, value: str | int) -> None:
    db.execute(
        f"update member set standing = 'trusted' where standing = 'resting' and member in (select member from rest where {which})",
        (value,),
    )
    db.execute(
        f"delete from rest where {which} and member not in (select member from member where standing = 'suspended')",
        (value,),
    )


def pass_vouches(db: Connection, day: int) -> None:
    """Bring back whose rest is over, let old vouches lapse, then let each person they touch, and each new member who is vouched for, stand anew."""
    _end_rests(db, "until < ?", day)
    touched = set(close_vouches(db, "lapsed", day, "until < ?", day))
    close_vouches(db, "lapsed", day, "whom in (select member from member where standing in ('left', 'removed'))")
    waiting = rows(
        db,
        "select distinct whom from vouch join member on member.member = vouch.whom"
        " where vouch.state in ('given', 'review') and member.standing = 'new'",
    )
    # A threshold can come back into reach without a new vouch, for instance when others rest.
    paused = rows(db, "select distinct member from mandate where state = 'suspended'")
    touched |= {row["whom"] for row in waiting} | {row["member"] for row in paused}
    for member in sorted(touched):
        settle(db, member, day)
