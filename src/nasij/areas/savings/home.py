"""What the home page says about savings circles. What is late is told to the person and to the organiser."""

from sqlite3 import Connection

from nasij.areas.savings.acts import missing
from nasij.areas.savings.pages import excuses, my_invitations, my_savings, swaps, to_judge
from nasij.areas.savings.rules import all_taken, lays_accounts
from nasij.ids import code
from nasij.kit import charter, draw
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By


def waiting(db: Connection, by: By) -> list[Item]:
    """Return invitations, terms to agree to, instalments that are due, and what waits for my word."""
    items = [
        Item(2, mark("You are invited to save together"), "/savings")
        for row in my_invitations(db, by)
        if row["state"] == "sent"
    ]
    for row in my_savings(db, by):
        found = {"forming": _forming, "running": _running, "stopped": _stopped}.get(row["state"])
        items += found(db, by, row) if found else []
    return items


def _item(row: dict[str, object], harm: int, text: str, **values: object) -> Item:
    saving = str(row["saving"])
    return Item(harm, text, f"/savings/{saving}", {"code": code(saving), **values})


def _forming(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    items = []
    if not row["agreed"] and (row["method"] != "draw" or row["seed"]):
        items.append(_item(row, 2, mark("The terms of savings circle %(code)s wait for your yes")))
    asked = rows(
        db,
        "select 1 from saving_pair where saving = ? and organiser = ? and state = 'accepted' and not exists"
        " (select 1 from saving_member where saving_member.saving = saving_pair.saving"
        " and saving_member.member = saving_pair.member)",
        row["saving"],
        by.member,
    )
    if asked:
        items.append(_item(row, 2, mark("Somebody said yes to savings circle %(code)s: take them in")))
    return items + _drawn(db, by, row) + _to_begin(db, by, row)


def _drawn(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    """Say that one's sealed number is to be opened: a draw that somebody does not open begins anew."""
    sealed = rows(db, "select member, secret from saving_commit where saving = ?", row["saving"])
    mine = [one for one in sealed if one["member"] == by.member and not one["secret"]]
    if row["seed"] or not mine or len(sealed) < draw.PEOPLE:
        return []
    return [_item(row, 1, mark("Your number for the draw of savings circle %(code)s is to be opened"))]


def _to_begin(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    people = rows(db, "select agreed from saving_member where saving = ?", row["saving"])
    if row["organiser"] != by.member or len(people) < 2 or not all(one["agreed"] for one in people):
        return []
    return [_item(row, 2, mark("Everybody has agreed to savings circle %(code)s: it can begin"))]


def _running(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    saving = str(row["saving"])
    soon = by.day + charter.value(db, "savings_reminder_days")
    items = []
    for due in rows(
        db,
        "select * from instalment where saving = ? and member = ? and state in ('due', 'late') and due_on <= ?"
        " order by due_on limit 1",
        saving,
        by.member,
        soon,
    ):
        late = due["state"] == "late"
        text = (
            mark("Your instalment for %(code)s was due on %(day)s")
            if late
            else mark("Your instalment for %(code)s is due on %(day)s")
        )
        items.append(_item(row, 1 if late else 2, text, day=due["due_on"]))
    judged = to_judge(db, by, dict(row))
    if any(it["state"] in ("paid", "repaying") for it in judged):
        items.append(_item(row, 2, mark("An instalment for %(code)s waits for your word")))
    if any(it["state"] == "late" for it in judged):
        items.append(_item(row, 1, mark("An instalment for %(code)s is late; only the two of you see it")))
    if rows(db, "select 1 from saving_turn where saving = ? and member = ? and state = 'handed'", saving, by.member):
        items.append(_item(row, 1, mark("The pot of %(code)s was handed to you: please confirm it")))
    items += _to_hand_over(db, by, row)
    if any(swap["asked"] == by.member for swap in swaps(db, by, saving)):
        items.append(_item(row, 2, mark("Somebody asks to swap turns with you in %(code)s")))
    if any(not it["said_yes"] and it["member"] != by.member for it in excuses(db, by, saving)):
        items.append(_item(row, 2, mark("Somebody in %(code)s asks to be excused for a turn")))
    if rows(db, "select 1 from saving_pair where saving = ? and member = ? and state = 'returned'", saving, by.member):
        items.append(_item(row, 2, mark("Your part of the guarantee of %(code)s was handed back: please confirm it")))
    return items


def _to_hand_over(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    saving = str(row["saving"])
    if row["organiser"] != by.member:
        return []
    guarantee = row["guarantee"]
    if guarantee and not row["gathered"]:
        return (
            []
            if missing(db, by, saving, 0)
            else [_item(row, 2, mark("All parts of the guarantee of %(code)s are in: say so"))]
        )
    if all_taken(db, saving):
        if rows(db, "select 1 from saving_pair where saving = ? and state = 'open'", saving) and guarantee:
            return [_item(row, 2, mark("Every turn of %(code)s was taken: hand the guarantee back"))]
        return [_item(row, 2, mark("Every turn of %(code)s was taken: complete the circle"))]
    current = rows(db, "select number from saving_turn where saving = ? and state = 'next'", saving)
    if current and not missing(db, by, saving, current[0]["number"]):
        return [_item(row, 2, mark("The pot of %(code)s is complete: hand it over"))]
    return []


def _stopped(db: Connection, by: By, row: dict[str, object]) -> list[Item]:
    saving = str(row["saving"])
    debts = rows(
        db,
        "select payer, state from saving_debt where saving = ? and (payer = ? and state = 'owed'"
        " or payee = ? and state = 'paid')",
        saving,
        by.member,
        by.member,
    )
    items = [
        _item(
            row,
            1,
            mark("Savings circle %(code)s stopped, and you owe something")
            if debt["payer"] == by.member
            else mark("What is owed to you from %(code)s was paid: please confirm it"),
        )
        for debt in debts
    ]
    begun = rows(db, "select 1 from saving_turn where saving = ? and state <> 'waiting'", saving)
    if begun and lays_accounts(db, by, saving):
        items.append(_item(row, 1, mark("Savings circle %(code)s stopped: lay the accounts open")))
    return items


def mine(db: Connection, by: By) -> list[Item]:
    """Return the circles I am in that have not ended."""
    return [_item(row, 3, mark("You save together in %(code)s")) for row in my_savings(db, by) if not row["closed_on"]]
