"""The tables of the fund.

The books (`ledger_entry`, `posting`, and what is reserved and paid) hold codes, amounts and weeks for good, and no member but
the keeper of a pot. Who agreed to what is forgotten half a year after its matter is closed; who gave is a private row.
"""

from nasij.kit.table import Keep, Share, Table, money, number, text

_LEDGER_TEXT = text(Keep.LEDGER)
_LEDGER_NUMBER = number(Keep.LEDGER)
_LEDGER_MONEY = money(Keep.LEDGER)


def _pair(name: str, of: str) -> Table:
    """Return the table of who said something about a record, which is forgotten after it."""
    return Table(
        name,
        {of: text(Keep.WORKING), "member": text(Keep.WORKING)},
        key=(of, "member"),
        share=Share.CIRCLES,
    )


_BOOKS = (
    Table(
        "pot",
        {
            "pot": _LEDGER_TEXT,
            "kind": _LEDGER_TEXT,
            "currency": _LEDGER_TEXT,
            "keeper": text(Keep.WORKING),
            "opened_by": text(Keep.WORKING),
            "frozen_by": text(Keep.WORKING),
            "limit_minor": _LEDGER_MONEY,
            "holds": _LEDGER_MONEY,  # the sum of its postings, kept beside them
            "state": _LEDGER_TEXT,
            "opened_on": _LEDGER_NUMBER,
            "counted_on": _LEDGER_NUMBER,
        },
        key=("pot",),
        share=Share.CIRCLES,
        indexes=(("currency", "state"), ("keeper",)),
    ),
    Table(
        "ledger_entry",
        {
            "entry": _LEDGER_TEXT,
            "place": _LEDGER_NUMBER,  # one after another, without a gap
            "kind": _LEDGER_TEXT,
            "week": _LEDGER_NUMBER,
            "names": _LEDGER_TEXT,  # the entry that this one reverses
            "reversed": _LEDGER_NUMBER,
            "purpose": _LEDGER_TEXT,
            "earmark": _LEDGER_MONEY,  # how much of the money given for its purpose came or went with it
        },
        key=("entry",),
        share=Share.CIRCLES,
        indexes=(("place",), ("names",), ("week",), ("kind", "week")),
    ),
    Table(
        "posting",
        {
            "entry": _LEDGER_TEXT,
            "line": _LEDGER_NUMBER,
            "place": _LEDGER_NUMBER,
            "account": _LEDGER_TEXT,
            "pot": _LEDGER_TEXT,
            "amount_minor": _LEDGER_MONEY,
            "currency": _LEDGER_TEXT,
        },
        key=("entry", "line"),
        share=Share.CIRCLES,
        # the last one alone answers what each pot holds, so that adding everything up reads no row
        indexes=(("place", "line"), ("pot", "place"), ("account", "currency"), ("pot", "currency", "amount_minor")),
    ),
    Table(
        "earmark",  # what is left of the money that was given for one purpose
        {"purpose": _LEDGER_TEXT, "currency": _LEDGER_TEXT, "amount_minor": _LEDGER_MONEY},
        key=("purpose", "currency"),
        share=Share.CIRCLES,
    ),
    Table(
        "reservation",
        {
            "reservation": _LEDGER_TEXT,
            "amount": _LEDGER_MONEY,
            "left_minor": _LEDGER_MONEY,  # what is still held: nothing in every other state
            "currency": _LEDGER_TEXT,
            "purpose": _LEDGER_TEXT,
            "lane": _LEDGER_TEXT,
            "needed": _LEDGER_NUMBER,  # how many have to agree, by the rules of its day
            "proposal": _LEDGER_TEXT,
            "state": _LEDGER_TEXT,
            "reason": _LEDGER_TEXT,
            "week": _LEDGER_NUMBER,
            "reserved_on": _LEDGER_NUMBER,
            "expires_on": _LEDGER_NUMBER,
        },
        key=("reservation",),
        share=Share.CIRCLES,
        indexes=(("state", "currency"),),
    ),
    _pair("backing", "reservation"),
    Table(
        "payout",
        {
            "payout": _LEDGER_TEXT,
            "reservation": _LEDGER_TEXT,
            "pot": _LEDGER_TEXT,
            "amount": _LEDGER_MONEY,
            "fees": _LEDGER_MONEY,
            "missing": _LEDGER_MONEY,  # of the amount, where less arrived
            "currency": _LEDGER_TEXT,
            "state": _LEDGER_TEXT,
            "reason": _LEDGER_TEXT,
            "disputed_by": text(Keep.WORKING),
            "week": _LEDGER_NUMBER,
            "paid_on": _LEDGER_NUMBER,
        },
        key=("payout",),
        share=Share.CIRCLES,
        indexes=(("state",), ("reservation",)),
    ),
    _pair("attestation", "payout"),
    Table(
        "transfer",
        {
            "transfer": _LEDGER_TEXT,
            "from_pot": _LEDGER_TEXT,
            "to_pot": _LEDGER_TEXT,
            "leaves": _LEDGER_MONEY,
            "arrives": _LEDGER_MONEY,
            "fees": _LEDGER_MONEY,
            "prepared_by": text(Keep.WORKING),
            "prepared_on": _LEDGER_NUMBER,
            "state": _LEDGER_TEXT,
        },
        key=("transfer",),
        share=Share.CIRCLES,
        indexes=(("state",),),
    ),
    Table(
        "correction",
        {"correction": _LEDGER_TEXT, "entry": _LEDGER_TEXT, "asked_by": text(Keep.WORKING), "state": _LEDGER_TEXT},
        key=("correction",),
        share=Share.CIRCLES,
        indexes=(("state",), ("entry",)),
    ),
    Table(
        "pot_count",
        {
            "count": _LEDGER_TEXT,
            "pot": _LEDGER_TEXT,
            "counted": _LEDGER_MONEY,
            "expected": _LEDGER_MONEY,
            "place": _LEDGER_NUMBER,  # the last entry of the books before it
            "counted_by": text(Keep.WORKING),
            "counted_on": _LEDGER_NUMBER,
            "state": _LEDGER_TEXT,
        },
        key=("count",),
        share=Share.CIRCLES,
        indexes=(("pot", "place"), ("state",)),
    ),
    Table(
        "telling",  # a public word of somebody who gave: a name, never an amount
        {
            "telling": text(Keep.SHORT),
            "member": text(Keep.SHORT),
            "words": text(Keep.SHORT),
            "told_on": number(Keep.SHORT),
        },
        key=("telling",),
        share=Share.CIRCLES,
    ),
)
_GIVING = (
    Table(
        "gift",
        {
            "gift": _LEDGER_TEXT,
            "giver": text(Keep.WORKING),
            "method": text(Keep.WORKING),
            "amount": money(Keep.WORKING),
            "currency": text(Keep.WORKING),
            "purpose": text(Keep.WORKING),
            "visible": text(Keep.WORKING),
            "pot": _LEDGER_TEXT,
            "pledge": text(Keep.WORKING),
            "entry": text(Keep.WORKING),  # with the giver forgotten, nothing ties the books to a gift
            "state": _LEDGER_TEXT,
            "announced_on": _LEDGER_NUMBER,
        },
        key=("gift",),
        share=Share.CIRCLES,
        indexes=(("giver", "state"), ("pot", "state"), ("pledge",), ("state", "announced_on")),
    ),
    Table(
        "pledge",
        {
            "pledge": _LEDGER_TEXT,
            "giver": text(Keep.WORKING),
            "method": text(Keep.WORKING),
            "amount": money(Keep.WORKING),
            "currency": text(Keep.WORKING),
            "purpose": text(Keep.WORKING),
            "rhythm": _LEDGER_TEXT,
            "until": _LEDGER_NUMBER,
            "state": _LEDGER_TEXT,
            "begun_on": _LEDGER_NUMBER,
        },
        key=("pledge",),
        share=Share.CIRCLES,
        indexes=(("giver", "state"), ("state", "until")),
    ),
)
TABLES = (*_BOOKS, *_GIVING)
