"""What waits for somebody in matters of trust, most harmful first."""

from sqlite3 import Connection

from nasij.areas.trust.facts import ROLE_NAMES
from nasij.areas.trust.measures import FROZEN
from nasij.areas.trust.pages import open_concerns, silent_holders
from nasij.areas.trust.panel import ASKING, panel, voters
from nasij.areas.trust.reviews import COOL_HOURS, is_removable, is_votable, sitting
from nasij.areas.trust.vouches import LIVE, WARN_DAYS
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import ROLE_PREFIX, ROLES, By, role_holders

MANDATE_WARN_DAYS = 14
ONE_LEFT = {
    "members": mark("Only one person holds the membership role. Two are safer."),
    "cases": mark("Only one person holds the coordination role. Two are safer."),
    "fund": mark("Only one person holds the fund role. Two are safer."),
    "machines": mark("Only one person holds the machines role. Two are safer."),
}
NOT_HEARD = {
    "members": mark("Somebody in the membership role has not been heard of for a while."),
    "cases": mark("Somebody in the coordination role has not been heard of for a while."),
    "fund": mark("Somebody in the fund role has not been heard of for a while."),
    "machines": mark("Somebody in the machines role has not been heard of for a while."),
}
# The roles without which nothing goes on: nobody could come in, nothing would be sorted.
NONE_LEFT = {
    "members": mark("Nobody holds the membership role. Please propose somebody."),
    "cases": mark("Nobody holds the coordination role. Please propose somebody."),
}
assert ONE_LEFT.keys() == NOT_HEARD.keys() == ROLE_NAMES.labels.keys()


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for this person."""
    if not by.in_force:
        return []
    items = _about_me(db, by) + _my_vouches(db, by) + _my_roles(db, by)
    if by.trusted:
        items += _seconds(db, by) + _reviews(db, by) + _roles(db, by)
    items += [
        Item(1, mark("A concern waits to be read."), f"/trust/concern/{row['concern']}")
        for row in open_concerns(db, by)
        if not row["closed_on"] and row["by_member"] != by.member
    ]
    return sorted(items, key=lambda item: item.harm)


def _about_me(db: Connection, by: By) -> list[Item]:
    found = rows(
        db,
        "select review from review where whom = ? and state in ('opened', 'measures') and closed_on = 0",
        by.member,
    )
    words = mark("A review of your membership is open. Your words are wanted.")
    return [Item(1, words, f"/trust/review/{row['review']}") for row in found]


def _my_vouches(db: Connection, by: By) -> list[Item]:
    soon = by.day + WARN_DAYS
    given = rows(db, f"select 1 from vouch where by_member = ? and {LIVE} and until <= ?", by.member, soon)
    received = rows(db, f"select 1 from vouch where whom = ? and {LIVE} and until <= ?", by.member, soon)
    items = []
    if given:
        items.append(Item(4, mark("Vouches you gave lapse soon: %(n)d"), "/trust", {"n": len(given)}))
    if received:
        items.append(Item(4, mark("Vouches for you lapse soon: %(n)d"), "/trust", {"n": len(received)}))
    return items


def _my_roles(db: Connection, by: By) -> list[Item]:
    ending = rows(
        db,
        "select role from mandate where member = ? and state = 'active' and until <= ?",
        by.member,
        by.day + MANDATE_WARN_DAYS,
    )
    if not ending:
        return []
    return [Item(3, mark("Roles of yours that end within two weeks: %(n)d"), "/trust/roles", {"n": len(ending)})]


def _seconds(db: Connection, by: By) -> list[Item]:
    """Return what needs a second person, where I can be that person."""
    asked = rows(db, "select review, whom from review where measure = 'asked' and measure_by <> ?", by.member)
    words = mark("A suspension waits for a second person.")
    items = [
        Item(0, words, f"/trust/review/{row['review']}") for row in asked if by.member in panel(db, row["whom"], ASKING)
    ]
    for row in rows(db, "select member, asked_by, asked_at from removal where state = 'asked'"):
        if by.member not in panel(db, row["member"], ASKING):
            continue
        if by.hour < row["asked_at"] + COOL_HOURS:
            items.append(Item(1, mark("A membership may end. It can still be stopped."), "/trust/reviews"))
        elif row["asked_by"] != by.member:
            items.append(Item(1, mark("Ending a membership waits for a second person."), "/trust/reviews"))
    recalls = rows(db, "select member from recall where state = 'asked' and asked_by <> ?", by.member)
    if any(by.member in panel(db, row["member"], ASKING) for row in recalls):
        items.append(Item(2, mark("Calling a role back waits for a second person."), "/trust/roles"))
    proposed = "select 1 from appointment where state = 'proposed' and proposed_by <> ? and member <> ?"
    if rows(db, proposed, by.member, by.member):
        items.append(Item(2, mark("A role waits for a second person to agree."), "/trust/roles"))
    return items


def _reviews(db: Connection, by: By) -> list[Item]:
    items = []
    for row in rows(db, "select * from review where closed_on = 0 and whom <> ?", by.member):
        path = f"/trust/review/{row['review']}"
        if is_removable(db, row["whom"], by.hour) and by.member in panel(db, row["whom"], ASKING):
            items.append(Item(1, mark("A review has ended a membership. Somebody has to carry it out."), path))
        if not is_votable(db, row, by.day) or by.member not in voters(db, row):
            continue
        voted = "select 1 from review_vote where review = ? and sitting = ? and by_member = ?"
        if not db.execute(voted, (row["review"], sitting(row), by.member)).fetchone():
            items.append(Item(1, mark("A review waits for your vote."), path))
    former = rows(
        db,
        "select distinct whom from member cross join vouch on vouch.by_member = member.member"  # few have left
        " where vouch.state in ('given', 'review') and reviewed_on = 0 and member.standing = 'left'",
    )
    if any(by.member in panel(db, row["whom"], ASKING) for row in former):
        items.append(Item(5, mark("Vouches by former members wait to be looked at."), "/trust/reviews"))
    return items


def _roles(db: Connection, by: By) -> list[Item]:
    """Return what is the matter with roles: a silent holder for those who share the role, a lonely role for membership."""
    items = [Item(2, NOT_HEARD[role], "/trust/roles") for role in sorted({r["role"] for r in silent_holders(db, by)})]
    if "members" in by.roles or not role_holders(db, "members"):
        held = {role: len(role_holders(db, role)) for role in ROLES}
        items += [Item(1, words, "/trust/roles") for role, words in NONE_LEFT.items() if not held[role]]
        items += [Item(5, ONE_LEFT[role], "/trust/roles") for role in ROLES if held[role] == 1]
    return items


def urgent(db: Connection, by: By) -> list[Item]:
    """Return the freezes that are not confirmed yet: whoever knows more should say so."""
    if not by.trusted:
        return partners_frozen(db, by)
    found = rows(db, "select 1 from freeze where state = 'frozen' and member <> ?", by.member)
    doubt = [Item(0, mark("Somebody was frozen. Do you know how they are?"), "/trust/reviews")] if found else []
    return doubt + partners_frozen(db, by)


STOP_WRITING = mark("%(who)s is frozen: please write nothing more to them, and answer nothing that comes from them.")


def partners_frozen(db: Connection, by: By) -> list[Item]:
    """Tell whoever shares a private circle with somebody who is frozen to stop."""
    if not rows(db, f"select 1 from freeze where {FROZEN} and member <> ? limit 1", by.member):
        return []  # nearly always: who is held by which circle need not be read then
    mine = [by.member, *(ROLE_PREFIX + role for role in sorted(by.roles))]
    marks = ", ".join("?" * len(mine))
    found = rows(
        db,
        "select distinct freeze.member, coalesce(alias, '') as alias from freeze join holder on who = freeze.member"
        " left join called on called.member = freeze.member"
        f" where {FROZEN} and freeze.member <> ? and of in (select of from holder where who in ({marks}))"
        " order by freeze.member",
        by.member,
        *mine,
    )
    return [
        Item(0, STOP_WRITING, f"/trust/member/{row['member']}", {"who": row["alias"] or code(row["member"])})
        for row in found
    ]
