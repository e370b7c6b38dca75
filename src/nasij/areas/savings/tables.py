"""The tables of savings circles, all forgotten 180 days after a circle has ended.

Amounts too: who saves, and how much, is nobody's business afterwards, so nothing here goes into any ledger.
"""

from nasij.kit.table import Column, Keep, Share, Table, money, number, text

W = Keep.WORKING
AMOUNTS = frozenset(["amount", "guarantee", "repaid", "returned", "paid", "paid_in", "covered"])


def _table(name: str, key: tuple[str, ...], *indexes: tuple[str, ...], words: str, numbers: str = "") -> Table:
    columns: dict[str, Column] = {column: text(W) for column in words.split()}
    columns |= {column: money(W) if column in AMOUNTS else number(W) for column in numbers.split()}
    return Table(name, columns, key=key, share=Share.CIRCLES, indexes=indexes)


TABLES = (
    # version: of terms and order, raised with each change, so that a yes is a yes to what one saw.
    # gathered: whether the guarantee is in. repaid, returned: instalments paid back to it, money given back from it.
    _table(
        "saving",
        ("saving",),
        words="saving word organiser currency rhythm method shortfall state seed reason",
        numbers="amount guarantee starts_on version gathered repaid returned moved_on",
    ),
    _table("saving_member", ("saving", "member"), words="saving member", numbers="shares agreed place paid laid"),
    _table(
        "saving_turn",
        ("turn",),
        ("saving", "number"),
        words="turn saving member state",
        numbers="number due_on paid_in covered",
    ),
    _table("saving_commit", ("saving", "member"), words="saving member commitment secret", numbers="since"),
    _table("saving_excuse", ("turn", "member"), words="turn saving member state", numbers="asked_on"),
    _table("saving_consent", ("turn", "member", "by_member"), words="turn saving member by_member"),
    _table("saving_swap", ("swap",), words="swap saving mine theirs asker asked state", numbers="asked_on"),
    _table("saving_debt", ("debt",), words="debt saving payer payee state", numbers="amount"),
    # Between the organiser and one member. An instalment with the number 0 is the part of the guarantee.
    _table(
        "saving_pair",
        ("pair",),
        ("saving",),
        words="pair saving organiser member currency rhythm shortfall state",
        numbers="amount guarantee shares asked_on returned",
    ),
    _table(
        "instalment",
        ("instalment",),
        ("saving", "number"),
        ("state", "due_on"),
        words="instalment pair saving member state",
        numbers="number due_on amount units",
    ),
    # Only in the room of whoever sealed a number for the draw.
    Table("saving_secret", {"saving": text(W), "secret": text(W), "kept_on": number(W)}, key=("saving",)),
)
