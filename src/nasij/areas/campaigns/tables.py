"""The tables of campaigns and actions.

What stays for good has codes, kinds, sums and counts. Who went along stands in rows that are deleted when an action is cleared.
"""

from nasij.kit.table import Column, Keep, Says, Share, Table, blob, money, number, text

L, W, S = text(Keep.LEDGER), text(Keep.WORKING), text(Keep.SHORT)
LN, SN = number(Keep.LEDGER), number(Keep.SHORT)


def _table(name: str, *indexes: tuple[str, ...], key: tuple[str, ...] = (), **columns: Column) -> Table:
    return Table(name, columns, key=key or (next(iter(columns)),), share=Share.CIRCLES, indexes=indexes)


def _parts(name: str, **columns: Column) -> Table:
    of = {"sheet": S, "action": S, "member": S}
    return Table(name, of | columns, key=("sheet", "member"), share=Share.NEVER, indexes=(("action",),))


# Deleted when an action is cleared.
GOING = ("joining", "joining_part", "picture_asking", "sheet", "sheet_opening", "sheet_part", "sheet_given")
TABLES = (
    _table(
        "campaign",
        ("state",),
        campaign=L,
        lead=W,
        aim=W,
        addressed=W,
        goal=W,
        begins_on=LN,
        ends_on=LN,
        face=L,
        kit=W,
        state=L,
        moved_on=LN,
    ),
    _table(
        "fundraiser",
        ("campaign",),
        fundraiser=L,
        campaign=L,
        raiser=W,
        goal_minor=money(Keep.LEDGER),
        currency=L,
        method=L,
        shown=L,
    ),
    _table("campaign_expense", ("campaign",), reservation=L, campaign=L, words=W),
    _table(
        "surplus",
        ("campaign",),
        ("proposal",),
        surplus=L,
        campaign=L,
        amount=money(Keep.LEDGER),
        currency=L,
        purpose=L,
        proposal=L,
        state=L,
    ),
    _table(
        "action",
        ("state",),
        ("campaign",),
        action=L,
        campaign=L,
        kind=L,
        exposure=L,
        places=LN,
        lead=S,
        outside=S,
        words=S,
        proposal=L,
        state=L,
        came=LN,
        worked=W,
        failed=W,
        moved_on=LN,
    ),
    _table(
        "risk_review",
        key=("action", "member"),
        action=W,
        member=W,
        threat=W,
        likelihood=W,
        harm=W,
        measure=S,
        verdict=W,
    ),
    _table("action_place", ("action",), place=L, action=L, role=L, freed=LN),
    _table("action_lesson", ("action",), lesson=L, action=L, kind=L, sort=L, words=text(Keep.WORKING), noted_on=LN),
    _table(
        "joining",
        ("action",),
        ("member",),
        joining=S,
        action=S,
        member=S,
        role=S,
        seen=S,
        state=S,
        place=S,
        buddy=S,
        back_by=SN,
        buddy_missed=SN,
        taken_off=SN,  # whether others ended it: whoever knows the place is told
        moved_at=SN,
        lead=S,
        outside=S,
        course=S,
        course_on=SN,
    ),
    _table("joining_part", ("joining",), ("action",), part=S, joining=S, action=S, sort=S, words=S, told_at=SN),
    _table("picture_asking", ("joining",), ("action",), asking=S, joining=S, action=S, words=S, answer=S),
    # asker, second, reason, words: empty until the writer is told that it was opened. What opens it goes when all are back.
    _table(
        "sheet",
        ("action",),
        sheet=S,
        action=S,
        member=S,
        lead=S,
        outside=S,
        lawyer=S,
        sealed=blob(Keep.SHORT, Says.WAY),
        left_on=SN,
        asker=S,
        second=S,
        reason=S,
        words=S,
    ),
    _table(
        "sheet_opening",
        ("action",),
        sheet=S,
        action=S,
        asker=S,
        second=S,
        reason=S,
        words=S,
        state=S,
        asked_at=SN,
        opened_at=SN,
    ),
    # A part of the key for one room, in its envelope; and what two rooms have given. Nobody who comes later gets them.
    _parts("sheet_part", note_key=S, envelope=blob(Keep.SHORT, Says.KEY)),
    _parts("sheet_given", words=blob(Keep.SHORT, Says.KEY)),
)
