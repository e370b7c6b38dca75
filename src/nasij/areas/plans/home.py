"""What the home page says about sealed files, and only where something waits. Plans are quiet."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.plans.queries import held_files, lacks_share, my_files
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.who import By


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what asks for my word, as owner and as opener. Nothing is said to whoever is frozen: who knows who looks."""
    if not by.in_force:
        return []
    items: list[Item] = []
    for file in my_files(db, by):
        items += _of_owner(file)
    for file in held_files(db, by):
        items += _of_opener(by, file)
        if lacks_share(db, by, file):
            text = mark("Your share of file %(code)s is not in this room: say so, and it is sealed anew")
            items.append(_item(file, 2, text))
    return items


def _item(file: dict[str, Any], harm: int, text: str, **values: Any) -> Item:
    named = file["sealed_file"]
    return Item(harm, text, f"/plans/sealed/{named}", {"code": code(named), **values})


def _of_owner(file: dict[str, Any]) -> list[Item]:
    items = []
    if file["state"] == "asked":
        items.append(_item(file, 0, mark("Somebody asks to open your file %(code)s: you can refuse")))
    since = [row["opened_on"] for row in file["log"] if row["opened_on"] and row["version"] == file["version"]]
    if since and file["state"] != "destroyed":
        text = mark("Your file %(code)s was opened on %(day)s: seal it anew when you can")
        items.append(_item(file, 1, text, day=max(since)))
    if file["state"] != "destroyed" and any(opener["void"] for opener in file["openers"]):
        items.append(_item(file, 2, mark("An opener of your file %(code)s is no longer there: seal it anew")))
    return items


def _of_opener(by: By, file: dict[str, Any]) -> list[Item]:
    current = file["current"]
    items = []
    if file["state"] == "asked" and current["asker"] != by.member:
        items.append(_item(file, 0, mark("Somebody asks to open file %(code)s: your yes is needed")))
    if file["state"] == "opened" and by.member in (current["asker"], current["second"]):
        items.append(_item(file, 0, mark("File %(code)s is open for the two of you")))
    silent = [row for row in file["log"] if not row["disclosed"] and row["state"] == "over"]
    if any(by.member in (row["asker"], row["second"]) for row in silent):
        items.append(_item(file, 2, mark("The owner does not know yet that %(code)s was opened: is it safe to tell?")))
    return items
