"""The tables of what is prepared for a bad day. All of it is momentary: dropped or replaced, it is gone.

Only the log of openings stays for the working time: who asked, why, who agreed, on which day; its words go a month after.
"""

from nasij.kit.table import Column, Keep, Says, Share, Table, blob, number, text

M, W = Keep.MOMENTARY, Keep.WORKING
# What leads to somebody outside, and what is a part of a key, by column.
SAYS = {
    **dict.fromkeys(("signals", "places", "people", "bag", "money"), Says.WAY),
    **dict.fromkeys(("wish", "call_when", "knows", "contact", "through", "never_say", "held", "sealed"), Says.WAY),
}


def _table(
    name: str, key: tuple[str, ...], words: str, numbers: str = "", blobs: str = "", share: Share = Share.CIRCLES
) -> Table:
    columns: dict[str, Column] = {column: text(M, SAYS.get(column, Says.NOTHING)) for column in words.split()}
    columns |= {column: number(M) for column in numbers.split()}
    columns |= {column: blob(M, SAYS.get(column, Says.KEY)) for column in blobs.split()}
    return Table(name, columns, key=key, share=share)


# version 0: its readers are chosen, and it is about to be stated for them.
TABLES = (
    _table("safety_plan", ("member",), "member signals places people bag money words", "version stated_on"),
    _table("wish", ("member",), "member wish", "version stated_on on_duty"),
    _table(
        "trusted_person",
        ("trusted_person",),
        "trusted_person member code call_when knows contact hours through never_say",
        "place stated_on",
    ),
    _table(
        "evidence",
        ("evidence",),
        "evidence member kind held digest consent note compared_by",
        "made_on stated_on compared_on",
    ),
    _table("sealed_file", ("sealed_file",), "sealed_file member state", "version sealed_on opened_on", "sealed"),
    _table("file_opener", ("sealed_file", "member"), "sealed_file member state"),
    # Between owner and opener, until the opener's room has put it away; then in that room alone.
    _table("share", ("share",), "share sealed_file owner opener state", "version", "words"),
    _table("share_kept", ("share",), "share sealed_file member", "version", "words", share=Share.NEVER),
    _table("share_given", ("unsealing", "member"), "unsealing member", "version", "words"),
    Table(
        "unsealing",
        {
            **{name: text(W) for name in ("unsealing", "sealed_file", "asker", "second", "reason", "state")},
            **{name: number(W) for name in ("version", "urgent", "disclosed", "asked_at", "opened_on")},
            "words": text(Keep.SHORT),
        },
        key=("unsealing",),
        share=Share.CIRCLES,
        indexes=(("sealed_file",),),
    ),
)
