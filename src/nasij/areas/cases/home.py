"""What the home page says about cases: steps that are due, notes to answer, cases I am in."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.cases.acts import to_confirm, to_free
from nasij.areas.cases.pages import asks_identity, ended_lately, my_cases, unanswered
from nasij.areas.cases.rules import people_of
from nasij.ids import code
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.who import By


def waiting(db: Connection, by: By) -> list[Item]:
    """Return next steps of mine that are due, notes nobody has answered, and what to do after a change of people."""
    items = []
    for row in my_cases(db, by):
        path, values = f"/cases/{row['case_id']}", {"code": code(row["need"])}
        if row["next_owner"] == by.member and row["next_on"] <= by.day:
            items.append(Item(1, mark("Your next step for %(code)s is due"), path, values))
        elif not who.is_there(db, row["next_owner"]):
            items.append(Item(1, mark("The next step for %(code)s rests with nobody"), path, values))
        if row["need_over"]:
            items.append(Item(1, mark("What was needed is closed: %(code)s. See how, then end the help"), path, values))
        if not people_of(db, row["case_id"], "helper"):
            text = mark("Nobody helps with %(code)s any more: hand it over, or close it")
            items.append(Item(1, text, path, values))
        if asks_identity(db, by, row):
            items.append(
                Item(1, mark("Somebody new helps with %(code)s: may they know how to reach you?"), path, values)
            )
        if unanswered(db, by, row["case_id"]):
            items.append(Item(2, mark("The newest note about %(code)s is not yours"), path, values))
    items += [_ended(row) for row in ended_lately(db, by)]
    items += [
        Item(2, mark("The help for %(code)s is over: please confirm it"), path, {"code": code(row["need"])})
        for row in to_confirm(db, by)
        for path in (f"/cases/of/{row['commitment']}",)
    ]
    return items + [
        Item(
            1,
            mark("Nobody helps with a part of %(code)s any more: put it back on the list"),
            "/cases",
            {"code": code(row["need"])},
        )
        for row in to_free(db, by)
    ]


def _ended(row: dict[str, Any]) -> Item:
    """Say that it ended: whoever helps may be on their way."""
    text = mark("%(code)s has ended: see how")
    if row["my_part"] == "helper" and row["reason"] != "met":
        text = mark("Your help for %(code)s is not waited for any more: see why")
    return Item(1, text, f"/cases/{row['case_id']}", {"code": code(row["need"])})


def mine(db: Connection, by: By) -> list[Item]:
    """Return the cases I am in, each with the day of its next step."""
    texts = {
        "asker": mark("You are being helped with %(code)s; next step by %(day)s"),
        "helper": mark("You help with %(code)s; next step by %(day)s"),
        "coordinator": mark("You go along with %(code)s; next step by %(day)s"),
    }
    return [
        Item(
            3,
            texts[row["my_part"]],
            f"/cases/{row['case_id']}",
            {"code": code(row["need"]), "day": row["next_on"]},
        )
        for row in my_cases(db, by)
    ]
