"""What the home page says about the fund: what waits for a keeper and for the people of the fund, and my own pledge."""

from sqlite3 import Connection

from nasij.areas.fund.ledger import backers, pots
from nasij.areas.fund.pages import counts, may_confirm, of_fund, pledges_of
from nasij.ids import code
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.rows import rows
from nasij.kit.who import By

MOST = 10


def waiting(db: Connection, by: By) -> list[Item]:
    """Return what waits for this person."""
    if not by.trusted:
        return []
    items = [
        Item(2, mark("A gift is announced for your pot: %(code)s"), "/fund/gifts", {"code": code(gift)})
        for (gift,) in db.execute(
            "select gift from gift cross join pot using (pot) where gift.state = 'announced' and keeper = ?"
            " order by announced_on, gift limit ?",
            (by.member, 3 * MOST),
        ).fetchall()
    ]
    items += _transfers(db, by) + _counts(db, by)
    return (items + (_of_fund(db, by) if of_fund(by) else []))[: 3 * MOST]


def _transfers(db: Connection, by: By) -> list[Item]:
    found = rows(
        db,
        "select transfer, prepared_by, target.keeper as to_keeper from transfer join pot as target on target.pot = to_pot"
        " where transfer.state = 'prepared' order by prepared_on, transfer limit ?",
        MOST,
    )
    text = mark("Moved money waits for you to say that it arrived: %(code)s")
    return [Item(2, text, "/fund/pots", {"code": code(row["transfer"])}) for row in found if may_confirm(by, row)]


def _counts(db: Connection, by: By) -> list[Item]:
    every = charter.value(db, "fund_count_days")
    items = [
        Item(
            3,
            mark("The pot %(code)s is to be counted by %(day)s"),
            "/fund/counts",
            {"code": code(pot["pot"]), "day": day},
        )
        for pot in pots(db)
        if counts(by, pot) and pot["state"] in ("open", "frozen")
        for day in (pot["counted_on"] + every,)
        if day - charter.value(db, "fund_remind_days") <= by.day
    ]
    second = rows(
        db,
        "select count, pot_count.pot, counted_by, keeper from pot_count join pot using (pot)"
        " where pot_count.state = 'counted' order by pot_count.counted_on, count limit ?",
        MOST,
    )
    text = mark("The pot %(code)s was counted: a second person counts it too")
    items += [
        Item(2, text, "/fund/counts", {"code": code(row["pot"])})
        for row in second
        if row["counted_by"] != by.member and counts(by, row)
    ]
    return items


def _stranded(db: Connection) -> list[Item]:
    """Say which pots hold something and have no keeper among us: the people of the fund move it to another."""
    text = mark("Whoever keeps the pot %(code)s is not among us now: see to what it holds")
    return [
        Item(1, text, "/fund/pots", {"code": code(pot["pot"])})
        for pot in pots(db)
        if pot["holds"]
        and pot["state"] in ("open", "frozen")
        and not who.is_there(db, pot["keeper"], ("trusted", "resting"))
    ]


def _of_fund(db: Connection, by: By) -> list[Item]:
    items = _stranded(db) + [
        Item(2, mark("A new pot waits for a second person: %(code)s"), "/fund/pots", {"code": code(pot)})
        for (pot,) in db.execute(
            "select pot from pot where state = 'proposed' and opened_by <> ? order by opened_on, pot limit ?",
            (by.member, MOST),
        ).fetchall()
    ]
    items += [
        Item(
            2,
            mark("A correction of the books waits for a second person: %(code)s"),
            "/fund/books",
            {"code": code(entry)},
        )
        for (entry,) in db.execute(
            "select entry from correction where state = 'asked' and asked_by <> ? order by correction limit ?",
            (by.member, MOST),
        ).fetchall()
    ]
    return items + _promised(db, by)


def _promised(db: Connection, by: By) -> list[Item]:
    held = rows(
        db,
        "select reservation, needed from reservation where state = 'held' and reservation not in"
        " (select reservation from backing where member = ?) order by reserved_on, reservation limit ?",
        by.member,
        MOST,
    )
    items = [
        Item(
            1,
            mark("Somebody of the fund has to agree to the reservation %(code)s"),
            "/fund/reserved",
            {"code": code(it)},
        )
        for it in (row["reservation"] for row in held if len(backers(db, row["reservation"])) < row["needed"])
    ]
    paid = rows(
        db,
        "select payout, payout.state from payout join pot using (pot) where payout.state in ('booked', 'unconfirmed')"
        " and keeper <> ? and payout not in (select payout from attestation where member = ?)"
        " order by paid_on, payout limit ?",
        by.member,
        by.member,
        MOST,
    )
    texts = {
        "booked": mark("Was the payout %(code)s received? Two people of the fund say so"),
        "unconfirmed": mark("Nobody confirmed the payout %(code)s: please look into it"),
    }
    items += _questioned(db, by)
    return items + [
        Item(
            1 if row["state"] == "unconfirmed" else 3,
            texts[row["state"]],
            "/fund/reserved",
            {"code": code(row["payout"])},
        )
        for row in paid
    ]


def _questioned(db: Connection, by: By) -> list[Item]:
    """Return the payouts that somebody has put in question: a second person ends that, who did not pay."""
    texts = {
        "short": mark("Part of the payout %(code)s is missing: a second person is needed"),
        "disputed": mark("The payout %(code)s is in dispute: a second person is needed"),
    }
    found = rows(
        db,
        "select payout, payout.state from payout join pot using (pot) where payout.state in ('short', 'disputed')"
        " and keeper <> ? and disputed_by <> ? order by paid_on, payout limit ?",
        by.member,
        by.member,
        MOST,
    )
    return [Item(1, texts[row["state"]], "/fund/reserved", {"code": code(row["payout"])}) for row in found]


def mine(db: Connection, by: By) -> list[Item]:
    """Return my pledges that are due."""
    return [
        Item(4, mark("What you pledged is due: %(code)s"), "/fund/mine", {"code": code(row["pledge"])})
        for row in pledges_of(db, by, mine=True)
        if row["due_on"] <= by.day
    ]
