"""The pages of savings circles: mine, one that is being formed, one under way, one that stopped.

What is late is shown to the person and to the organiser: others have no such rows to show.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.savings.acts import behind, missing
from nasij.areas.savings.facts import (
    DEBT_STEPS,
    INSTALMENT_STEPS,
    METHOD,
    PAIR_STEPS,
    REASON,
    RHYTHM,
    SAVING_STEPS,
    SHORTFALL,
    TURN_STEPS,
    WORD,
)
from nasij.areas.savings.rules import all_taken, in_pot, lays_accounts, savers, taken_by, turns
from nasij.errors import NotHereYet
from nasij.kit import money, who
from nasij.kit.page import Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

LABELS = {
    "words": WORD,
    "rhythms": RHYTHM,
    "methods": METHOD,
    "shortfalls": SHORTFALL,
    "reasons": REASON,
    "saving_steps": SAVING_STEPS,
    "turn_steps": TURN_STEPS,
    "pair_steps": PAIR_STEPS,
    "instalment_steps": INSTALMENT_STEPS,
    "debt_steps": DEBT_STEPS,
}


def said(row: dict[str, Any], currency: str, *columns: str) -> dict[str, Any]:
    """Return a row with amounts as they are read, such as ``12.50 MAD``."""
    return row | {f"{name}_said": money.said(row[name], currency) for name in columns or ("amount",)}


def my_savings(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the circles I am in, those under way first."""
    found = rows(
        db,
        "select saving.*, shares, agreed from saving join saving_member using (saving) where member = ?"
        " order by saving.closed_on > 0, starts_on, saving.saving",
        by.member,
    )
    return [said(row, row["currency"]) for row in found]


def my_invitations(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return invitations that wait for my answer, or that I said yes to and nobody took me in yet."""
    found = rows(
        db,
        "select * from saving_pair where member = ? and organiser <> ? and state in ('sent', 'accepted')"
        " and closed_on = 0 and not exists (select 1 from saving_member where saving_member.saving = saving_pair.saving"
        " and saving_member.member = saving_pair.member) order by asked_on, pair",
        by.member,
        by.member,
    )
    return [said(row, row["currency"], "amount", "guarantee") for row in found]


def list_page(db: Connection, by: By) -> Page:
    """Show my circles and invitations."""
    return Page("savings/list.html", {"circles": my_savings(db, by), "invitations": my_invitations(db, by), **LABELS})


def instalments(db: Connection, saving: dict[str, Any], member: str) -> list[dict[str, Any]]:
    """Return somebody's instalments in order, as far as this room has them."""
    found = rows(
        db, "select * from instalment where saving = ? and member = ? order by number", saving["saving"], member
    )
    return [said(row, saving["currency"]) for row in found]


def to_judge(db: Connection, by: By, saving: dict[str, Any]) -> list[dict[str, Any]]:
    """Return, to the organiser, the instalments of others that need a word or are late."""
    if saving["organiser"] != by.member:
        return []
    found = rows(
        db,
        "select * from instalment where saving = ? and member <> ? and state in ('paid', 'repaying', 'late', 'covered')"
        " order by due_on, member",
        saving["saving"],
        by.member,
    )
    return [said(row, saving["currency"]) for row in found]


def pairs(db: Connection, by: By, saving: str) -> list[dict[str, Any]]:
    """Return whom I asked into a circle, with what came of it."""
    return rows(
        db,
        "select saving_pair.*, coalesce(shares_taken, 0) as is_in from saving_pair left join"
        " (select saving as of, member as whom, shares as shares_taken from saving_member)"
        " on of = saving_pair.saving and whom = saving_pair.member"
        " where saving = ? and organiser = ? order by asked_on, pair",
        saving,
        by.member,
    )


def excuses(db: Connection, by: By, saving: str) -> list[dict[str, Any]]:
    """Return who asked to be excused, and whether I have said yes."""
    return rows(
        db,
        "select saving_excuse.*, number, (select count(*) from saving_consent where saving_consent.turn = saving_excuse.turn"
        " and saving_consent.member = saving_excuse.member and by_member = ?) as said_yes from saving_excuse"
        " join saving_turn on saving_turn.turn = saving_excuse.turn where saving_excuse.saving = ?"
        " and saving_excuse.state = 'asked' and saving_turn.state not in ('handed', 'paid_out') order by number",
        by.member,
        saving,
    )


def swaps(db: Connection, by: By, saving: str) -> list[dict[str, Any]]:
    """Return swaps that wait for a word and concern me."""
    return rows(
        db,
        "select swap, asker, asked, mine.number as gives, theirs.number as gets from saving_swap"
        " join saving_turn as mine on mine.turn = saving_swap.mine join saving_turn as theirs"
        " on theirs.turn = saving_swap.theirs where saving_swap.saving = ? and saving_swap.state = 'asked'"
        " and ? in (asker, asked) order by asked_on, swap",
        saving,
        by.member,
    )


def circle_page(db: Connection, by: By, saving: str) -> Page:
    """Show one circle to its people, in the state it is in."""
    row = fields(db, "saving", "saving", saving)
    if by.member not in savers(db, saving):
        raise NotHereYet
    row = said(row, row["currency"], "amount", "guarantee")
    values: dict[str, Any] = {"circle": row, "organises": row["organiser"] == by.member, **LABELS}
    values["people"] = rows(db, "select * from saving_member where saving = ? order by place", saving)
    values["turns"] = turns(db, saving)
    values["away"] = sorted({person["member"] for person in values["people"]} - who.members(db))
    views = {"forming": _forming, "stopped": _stopped}
    return views.get(row["state"], _running)(db, by, row, values)


def _forming(db: Connection, by: By, circle: dict[str, Any], values: dict[str, Any]) -> Page:
    sealed = rows(db, "select * from saving_commit where saving = ? order by member", circle["saving"])
    values |= {
        "pairs": pairs(db, by, circle["saving"]),
        "sealed": sealed,
        "my_seal": next((row for row in sealed if row["member"] == by.member), {}),
        "any_open": any(row["secret"] for row in sealed),
        "i_agreed": any(row["agreed"] for row in values["people"] if row["member"] == by.member),
        "all_agreed": all(row["agreed"] for row in values["people"]) and len(values["people"]) > 1,
    }
    return Page("savings/forming.html", values)


def _running(db: Connection, by: By, circle: dict[str, Any], values: dict[str, Any]) -> Page:
    """Show whose turn it is, my instalments, the order; to the organiser, what waits for a word."""
    mine = instalments(db, circle, by.member)
    paid = sum(row["amount"] for row in mine if row["state"] == "confirmed")
    sums = {
        "paid": paid,
        "taken": taken_by(db, circle["saving"]).get(by.member, 0),
        "pot": in_pot(db, circle["saving"]),
    }
    for turn in values["turns"]:
        turn["excusable"] = circle["shortfall"] == "excuse" and turn["state"] not in ("handed", "paid_out")
    current: dict[str, Any] = next((turn for turn in values["turns"] if turn["state"] in ("next", "handed")), {})
    if current and values["organises"] and current["state"] == "next":
        values["missing"] = missing(db, by, circle["saving"], current["number"])
        values["taker_behind"] = bool(behind(db, circle["saving"], current["member"]))
    values |= {
        "current": current,
        "mine": mine,
        "sums": said(sums, circle["currency"], *sums),
        "to_judge": to_judge(db, by, circle),
        "excuses": excuses(db, by, circle["saving"]),
        "swaps": swaps(db, by, circle["saving"]),
        "deposits": rows(
            db,
            "select * from saving_pair where saving = ? and ? in (organiser, member)"
            " and state in ('open', 'returned', 'settled') order by member",
            circle["saving"],
            by.member,
        ),
        "all_taken": all_taken(db, circle["saving"]),
    }
    return Page("savings/running.html", values)


def _stopped(db: Connection, by: By, circle: dict[str, Any], values: dict[str, Any]) -> Page:
    """Show what each has paid in and taken out, and who owes whom."""
    taken = taken_by(db, circle["saving"])
    values["people"] = [
        said(row | {"taken": taken.get(row["member"], 0)}, circle["currency"], "paid", "taken")
        for row in values["people"]
    ]
    debts = rows(db, "select * from saving_debt where saving = ? order by payer, payee", circle["saving"])
    own = [row for row in instalments(db, circle, by.member) if row["state"] == "confirmed"]
    laid = next(row for row in values["people"] if row["member"] == by.member)
    paid = sum(row["amount"] for row in own)
    values |= {
        "debts": [said(row, circle["currency"]) for row in debts],
        "unconfirmed": [turn for turn in values["turns"] if turn["state"] == "handed"],
        "begun": any(turn["state"] != "waiting" for turn in values["turns"]),
        "all_laid": all(row["laid"] for row in values["people"]),
        "to_lay": lays_accounts(db, by, circle["saving"]),
        "differs": bool(own) and bool(laid["laid"]) and laid["paid"] != paid,
        "my_paid_said": said({"paid": paid}, circle["currency"], "paid")["paid_said"],
    }
    return Page("savings/stopped.html", values)
