"""What waits for somebody in deciding: a vote, a part of a seed, something to do, a decision to look at, an appeal to hear."""

from sqlite3 import Connection

from nasij.areas.decisions import closing, secret, versions
from nasij.areas.decisions.pages import waits_for_vote
from nasij.areas.decisions.roles import waits_for_doer
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By, members


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for this person."""
    if not by.trusted:
        return []
    return (
        _votes(db, by)
        + _carried(db, by)
        + _changed(db, by)
        + _decided(db, by)
        + _undone(db, by)
        + _objections(db, by)
        + _appeals(db, by)
    )


def _votes(db: Connection, by: By) -> list[Item]:
    items = []
    for row in rows(db, "select * from proposal where state = 'open' order by closes_on, proposal"):
        path, values = f"/decisions/{row['proposal']}", {"code": code(row["proposal"]), "day": row["closes_on"]}
        if waits_for_vote(db, by, row):
            items.append(Item(2, mark("A vote is open until %(day)s: %(code)s"), path, values))
        mine = "select 1 from seed where proposal = ? and member = ? and secret = ''"
        shows = closing.reveals(db, row, by.day)
        if shows and db.execute(mine, (row["proposal"], by.member)).fetchone():
            items.append(Item(1, mark("Your part of the seed is to be shown: %(code)s"), path, values))
    return items


def _carried(db: Connection, by: By) -> list[Item]:
    """Say which secret votes cannot open for want of somebody who carries them."""
    found = rows(
        db, "select proposal from proposal where state = 'discussion' and secret = 1 order by made_on, proposal"
    )
    items = []
    for row in found:
        carrying = [member for member, _ in secret.carriers(db, row["proposal"])]
        if len(carrying) < secret.CARRIERS and by.member not in carrying:
            text, values = (
                mark("A secret vote waits for people who carry it: %(code)s"),
                {"code": code(row["proposal"])},
            )
            items.append(Item(3, text, f"/decisions/{row['proposal']}", values))
    return items


def _changed(db: Connection, by: By) -> list[Item]:
    found = rows(
        db, "select * from proposal where amended > 0 and state in ('discussion', 'open') order by made_on, proposal"
    )
    return [
        Item(
            3,
            mark("A proposal you spoke about has changed: %(code)s"),
            f"/decisions/{row['proposal']}",
            {"code": code(row["proposal"])},
        )
        for row in found
        if versions.changed_since_spoken(db, by, row)
    ]


def _undone(db: Connection, by: By) -> list[Item]:
    passed = rows(db, "select * from proposal where state = 'passed' order by decided_on, proposal")
    in_force = members(db) if passed else frozenset[str]()
    return [
        Item(
            3,
            mark("Somebody has to see to what was decided: %(code)s"),
            f"/decisions/{row['proposal']}",
            {"code": code(row["proposal"])},
        )
        for row in passed
        if waits_for_doer(row, in_force)
    ]


def _decided(db: Connection, by: By) -> list[Item]:
    items = [
        Item(
            1 if row["due_on"] <= by.day else 3,
            mark("You do what was decided, by %(day)s: %(code)s"),
            f"/decisions/{row['proposal']}",
            {"code": code(row["proposal"]), "day": row["due_on"]},
        )
        for row in rows(
            db,
            "select * from proposal where state = 'passed' and effect in ('task', 'role') and doer = ? order by due_on, proposal",
            by.member,
        )
    ]
    late = (
        "select * from proposal where state = 'passed' and effect = 'task' and made_by = ? and doer <> ? and due_on < ?"
    )
    items += [
        Item(
            3,
            mark("What was decided is not done yet: %(code)s"),
            f"/decisions/{row['proposal']}",
            {"code": code(row["proposal"])},
        )
        for row in rows(db, late + " order by due_on, proposal", by.member, by.member, by.day)
    ]
    for row in rows(
        db,
        "select * from proposal where state = 'under_review' and kept_by <> ? order by review_on, proposal",
        by.member,
    ):
        path = f"/decisions/{row['proposal']}"
        items.append(
            Item(4, mark("A decision is to be looked at again: %(code)s"), path, {"code": code(row["proposal"])})
        )
    return items


def _objections(db: Connection, by: By) -> list[Item]:
    found = rows(
        db,
        "select objection.proposal, objection.state, by_member, made_by from objection"
        " join proposal using (proposal) where proposal.state in ('discussion', 'open')"
        " order by raised_on, objection",
    )
    items = []
    for row in found:
        path, values = f"/decisions/{row['proposal']}", {"code": code(row["proposal"])}
        if row["state"] == "answered" and row["by_member"] == by.member:
            items.append(Item(3, mark("Your objection was answered: %(code)s"), path, values))
        if row["state"] == "raised" and row["made_by"] == by.member:
            items.append(Item(3, mark("An objection to your proposal waits for an answer: %(code)s"), path, values))
    return items


def _appeals(db: Connection, by: By) -> list[Item]:
    found = rows(
        db,
        "select appeal.proposal from appeal join appeal_judge using (appeal)"
        " where appeal.closed_on = 0 and appeal_judge.member = ? and finding = '' order by filed_on, appeal",
        by.member,
    )
    return [
        Item(
            2,
            mark("You are asked to look at a decision again: %(code)s"),
            f"/decisions/{row['proposal']}",
            {"code": code(row["proposal"])},
        )
        for row in found
    ]
