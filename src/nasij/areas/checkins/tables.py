"""The tables of check-ins, all forgotten a day after a check-in has ended; a sealed note goes at once.

Not even a code stays: who watched over whom, and when, is nobody's business afterwards.
"""

from nasij.kit.table import Column, Keep, Says, Share, Table, blob, number, text

M = Keep.MOMENTARY
# What leads to somebody outside: where they go, the words agreed with them, what their note says.
WAYS = ("what", "word", "forced", "words")


def _table(
    name: str, key: tuple[str, ...], *, words: str, numbers: str = "", raw: str = "", share: Share = Share.CIRCLES
) -> Table:
    columns: dict[str, Column] = {
        column: text(M, Says.WAY if column in WAYS else Says.NOTHING) for column in words.split()
    }
    columns |= {column: number(M) for column in numbers.split()}
    columns |= {column: blob(M, Says.KEY) for column in raw.split()}
    return Table(name, columns, key=key, share=share)


TABLES = (
    # set_by: who set it; about: for whom, mostly the same. noticed_by: whose room said first that the hour had passed.
    # until, rhythm_at, grace, last: in quarters of an hour. rhythm_at: from which time the next is counted; putting one off moves only that one.
    # alarmed_at: the hour in which those who watch were told to look for them, 0 while nobody was. heard_at: the hour in
    # which *I am safe* was pressed in their room after that.
    _table(
        "checkin",
        ("checkin",),
        words="checkin about set_by what word forced every state noticed_by ended_by how",
        numbers="until rhythm_at grace armed last set_at alarmed_at heard_at",
    ),
    _table("checkin_watcher", ("checkin", "member"), words="checkin member state"),
    # Whoever is told later, as an incident goes on, does not get the note: it was for those who were chosen.
    _table(
        "sealed_note",
        ("checkin",),
        words="checkin print opened_by",
        numbers="needed opened_at",
        raw="sealed",
        share=Share.NEVER,
    ),
    _table(
        "note_envelope",
        ("checkin", "member"),
        words="checkin member note_key",
        raw="envelope",
        share=Share.NEVER,
    ),
    # Only in the rooms of those who watch: parts of the key that rooms have given, and the words.
    _table("note_share", ("checkin", "member"), words="checkin member", raw="share", share=Share.NEVER),
    _table("told_note", ("checkin",), words="checkin words", share=Share.NEVER),
    # One a member. The key before it is taken for one day more, so that a note that waited for the hub is not lost.
    Table(
        "note_key",
        {
            "member": text(Keep.LEDGER),
            "note_key": text(Keep.LEDGER),
            "key": blob(Keep.LEDGER),
            "before": text(Keep.LEDGER),
            "since": number(Keep.LEDGER),
        },
        key=("member",),
        share=Share.COMERS,
    ),
)
