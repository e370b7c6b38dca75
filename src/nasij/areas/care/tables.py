"""The tables of care. All of it is forgotten: nothing here goes into any ledger.

Notes are given to nobody who comes into a circle later: neither to a deputy, nor to whoever comes after a caregiver.
"""

from nasij.kit.table import Column, Keep, Says, Share, Table, number, text

W, S, M = Keep.WORKING, Keep.SHORT, Keep.MOMENTARY


def _table(
    name: str, key: tuple[str, ...], *indexes: tuple[str, ...], words: str, numbers: str = "", short: str = ""
) -> Table:
    columns: dict[str, Column] = {column: text(W) for column in words.split()}
    columns |= {column: number(W) for column in numbers.split()}
    columns |= {column: text(S) for column in short.split()}
    return Table(name, columns, key=key, share=Share.CIRCLES, indexes=indexes)


TABLES = (
    _table("programme", ("programme",), words="programme kind aims rules state", numbers="weeks places proposed_on"),
    # accepted: whether they said yes; seen_on: when their room was last awake; away_until: the last day away.
    _table(
        "oversight",
        ("programme", "seat"),
        words="programme seat member",
        numbers="accepted away_until seen_on",
    ),
    _table(
        "caregiver",
        ("caregiver",),
        ("programme",),
        words="caregiver programme member state",
        numbers="places away_until supervised_on offered_on full",
        short="topics limits languages channels training",
    ),
    # A session that was heavy for a caregiver, without which session or with whom.
    _table("debrief", ("debrief",), words="debrief caregiver state", numbers="since on_day"),
    _table(
        "supervision",
        ("supervision",),
        words="supervision caregiver held_by load advice",
        numbers="held_on",
        short="worry",
    ),
    _table(
        "seeking",
        ("seeking",),
        ("programme",),
        words="seeking programme member state",
        numbers="stated_on",
        short="for_whom topics limits languages channels not_with",
    ),
    _table(
        "care_option",
        ("option",),
        ("seeking",),
        words="option seeking caregiver state",
        numbers="rank",
        short="member topics reasons languages channels training answer",
    ),
    # halted: paused by itself, because nobody was there to supervise.
    _table(
        "relation",
        ("relation",),
        ("programme",),
        words="relation programme caregiver helper person state reason",
        numbers="proposed_on answer_until moved_on halted",
        short="topics reasons limits languages channels",
    ),
    _table(
        "care_agreement",
        ("agreement",),
        ("relation",),
        words="agreement relation proposed_by rhythm channel",
        numbers="proposed_on minutes weeks helper_yes person_yes in_force",
        short="aim aim_two aim_three limits breaks ending",
    ),
    _table(
        "session",
        ("session",),
        ("relation",),
        words="session relation channel state felt",
        numbers="on_day minutes next_on",
    ),
    _table("care_feedback", ("relation", "member"), words="relation member fit", numbers="given_on", short="words"),
    _table("goal", ("goal",), ("relation",), words="goal relation state", numbers="stated_on", short="words step"),
    Table(
        "care_note",
        {name: text(M) for name in ("note", "relation", "caregiver", "written_by")}
        | {"words": text(M, Says.WAY), "until": number(M)},  # what is told in trust may lead to somebody
        key=("note",),
    ),
    _table(
        "escalation",
        ("escalation",),
        ("relation",),
        words="escalation relation programme helper person sign raised_by state incident",
        numbers="raised_on told moved_on",
        short="wish wish_words plan",
    ),
)
