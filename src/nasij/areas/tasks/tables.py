"""The tables of time and tasks.

Who is on call stands where newcomers read it too: a report of theirs has to reach the same people from every room. All the rest
is for trusted members. Turns stay for the work, since limits look back four weeks; sign-ups, which say who was where, are
forgotten after a month. What somebody holds in hours is one sum without its history once the entries are forgotten.
"""

from nasij.kit.table import Column, Keep, Share, Table, number, text

W, S = Keep.WORKING, Keep.SHORT


def _table(
    name: str,
    key: tuple[str, ...],
    *indexes: tuple[str, ...],
    words: str,
    numbers: str = "",
    keep: Keep = W,
    share: Share = Share.CIRCLES,
) -> Table:
    columns: dict[str, Column] = {column: text(keep) for column in words.split()}
    columns |= {column: number(keep) for column in numbers.split()}
    return Table(name, columns, key=key, share=share, indexes=indexes)


TABLES = (
    # Who may be asked to be on call: days in four weeks at most, days of rest after a turn, not before a day.
    _table(
        "call_limit",
        ("member",),
        words="member",
        numbers="days_most rest_days free_from",
        keep=S,
        share=Share.COMERS,
    ),
    # member: who has it now, empty while nobody accepted. asked: whose answer is waited for, empty for anybody's.
    # handing: 0 not handed over, 1 within the usual time, 2 at once. unasked: who said no, was silent, or is not asked.
    _table(
        "call_turn",
        ("turn",),
        ("kind", "first_day"),
        words="turn kind planned_by member backup state asked unasked",
        numbers="first_day last_day asked_at handing ended_on",
        share=Share.COMERS,
    ),
    _table("weekly_times", ("member",), words="member times", keep=S),
    # Each of a row of tasks has the id of its series and its day.
    _table(
        "task",
        ("task",),
        ("due",),
        ("organiser",),
        words="task series organiser words kind risk state opened_by",
        numbers="minutes due moved_on",
    ),
    _table(
        "task_series",
        ("series",),
        words="series organiser words kind risk rhythm part topic",
        numbers="minutes places first_on until",
    ),
    _table(
        "task_place", ("place",), ("task",), words="place task part topic skill", numbers="places", share=Share.CIRCLES
    ),
    _table(
        "sign_up",
        ("sign_up",),
        ("task",),
        ("member",),
        words="sign_up task place member state",
        numbers="signed_on",
        keep=S,
    ),
    _table("topic", ("topic",), words="topic words"),
    _table(
        "training",
        ("training",),
        ("member",),
        words="training topic member by_member",
        numbers="done_on valid_until",
    ),
    # One sum an account; the account of everybody is called pool. All of them together are zero.
    _table("hours_account", ("account",), words="account", numbers="balance"),
    _table(
        "hours_entry",
        ("entry",),
        ("from_account",),
        ("to_account",),
        words="entry from_account to_account task",
        numbers="minutes day",
    ),
)
