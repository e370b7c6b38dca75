"""What the home page says about bringing people together: what I am asked, what waits for my answer, what I offered."""

from sqlite3 import Connection

from nasij.areas.matching.pages import offers_to_answer, offers_to_pass_on, silent_rounds
from nasij.areas.matching.rules import is_coordinator
from nasij.ids import code
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

MOST = 20


def _asked_of_me(db: Connection, by: By) -> list[Item]:
    """Return what I am asked, as long as what it is about is there: a list may have been taken back."""
    found = rows(
        db,
        "select ask.ask, ask.need, ask.asked_at + ask.window - ? as hours, rank from ask"
        " join need using (need) where helper = ? and ask.state = 'asked' and ask.asked_at + ask.window > ?",
        by.hour,
        by.member,
        by.hour,
    )
    text = mark("Can you help with %(code)s? Hours left to answer: %(hours)d")
    return [
        Item(min(row["rank"], 1), text, f"/match/ask/{row['ask']}", {"code": code(row["need"]), "hours": row["hours"]})
        for row in found
    ]


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for my answer."""
    items = _asked_of_me(db, by)
    items += [
        Item(1, mark("Help is offered for %(code)s"), _path(row["commitment"]), {"code": code(row["need"])})
        for row in offers_to_answer(db, by)
    ]
    items += [
        Item(2, mark("The help for %(code)s is done: please confirm it"), _path(it), {"code": code(need)})
        for it, need in db.execute(
            "select commitment, need from commitment where asker = ? and state = 'done' order by commitment",
            (by.member,),
        ).fetchall()
    ]
    return items + (_to_coordinate(db, by) if is_coordinator(by) else [])


def _path(commitment: str) -> str:
    return f"/match/commitment/{commitment}"


def _to_coordinate(db: Connection, by: By) -> list[Item]:
    items = []
    for row in offers_to_pass_on(db, by):
        text = mark("An offer for %(code)s waits to be passed on")
        if row["untrue"]:
            text = mark("An offer for %(code)s names somebody who did not ask")
        items.append(Item(1, text, _path(row["commitment"]), {"code": code(row["need"])}))
    for row in silent_rounds(db, by):
        text = mark("Nobody has said yes to %(code)s yet: the next can be asked")
        items.append(Item(min(row["rank"], 2), text, f"/match/round/{row['round']}", {"code": code(row["need"])}))
    return items[:MOST]


def mine(db: Connection, by: By) -> list[Item]:
    """Return what I offered and what is not answered or confirmed yet; what was accepted stands among my cases."""
    texts = {
        "offered": mark("You offered to help with %(code)s"),
        "done": mark("What you did for %(code)s waits to be confirmed"),
    }
    found = db.execute(
        "select commitment, need, state from commitment where helper = ? and state in ('offered', 'done')"
        " order by offered_on, commitment limit ?",
        (by.member, MOST),
    )
    return [Item(3, texts[state], _path(it), {"code": code(need)}) for it, need, state in found.fetchall()]
