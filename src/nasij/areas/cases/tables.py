"""The tables of cases. Words and people are forgotten soon after a case is closed; codes, outcomes and days stay."""

from nasij.kit.table import Keep, Says, Share, Table, blob, number, text

# What whoever takes a case over needs is handed to them: the file, its people, how contact went, and the summary.
# What was said before, photos, thanks and the second envelope are not.
TABLES = (
    Table(
        "case_file",
        {
            "case_id": text(Keep.LEDGER),
            "commitment": text(Keep.LEDGER),
            "need": text(Keep.LEDGER),
            "part": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "reason": text(Keep.LEDGER),
            "closing": text(Keep.SHORT),
            "closed_by": text(Keep.WORKING),  # who ended it; nobody where it ended by itself
            "opened_on": number(Keep.LEDGER),
            "moved_on": number(Keep.LEDGER),
            "handed_on": number(Keep.LEDGER),
            "next_step": text(Keep.SHORT),  # empty: what comes first, to get in touch
            "next_owner": text(Keep.WORKING),
            "next_on": number(Keep.LEDGER),
        },
        key=("case_id",),
        share=Share.CIRCLES,
        indexes=(("commitment",), ("next_owner", "next_on")),
    ),
    Table(
        "case_person",
        {
            "case_id": text(Keep.WORKING),
            "member": text(Keep.WORKING),
            "part": text(Keep.WORKING),
            "state": text(Keep.WORKING),  # in, or out
            "since": number(Keep.WORKING),
        },
        key=("case_id", "member"),
        share=Share.CIRCLES,
        indexes=(("member", "state"),),
    ),
    Table(
        "opened_identity",
        {
            "case_id": text(Keep.MOMENTARY),
            "name_to_use": text(Keep.MOMENTARY, Says.WAY),
            "number": text(Keep.MOMENTARY, Says.WAY),
            "address": text(Keep.MOMENTARY, Says.WAY),
            "safe_way": text(Keep.MOMENTARY, Says.WAY),
        },
        key=("case_id",),
    ),
    Table(
        "note",
        {
            "note": text(Keep.SHORT),
            "case_id": text(Keep.SHORT),
            "place": number(Keep.SHORT),
            "said_by": text(Keep.SHORT),
            "said_on": number(Keep.SHORT),
            "words": text(Keep.SHORT),
            "photo": blob(Keep.MOMENTARY, Says.WAY),
            "opened": number(Keep.SHORT),  # somebody else in the case said so; never who
        },
        key=("note",),
        indexes=(("case_id", "place"),),
    ),
    Table(
        "contact",
        {
            "contact": text(Keep.LEDGER),
            "case_id": text(Keep.LEDGER),
            "place": number(Keep.LEDGER),
            "made_by": text(Keep.WORKING),
            "made_on": number(Keep.LEDGER),
            "outcome": text(Keep.LEDGER),
            "words": text(Keep.SHORT),
        },
        key=("contact",),
        share=Share.CIRCLES,
        indexes=(("case_id", "place"),),
    ),
    Table(
        "hand_over",
        {
            "case_id": text(Keep.SHORT),
            "place": number(Keep.SHORT),
            "by_member": text(Keep.SHORT),
            "to_member": text(Keep.SHORT),
            "handed_on": number(Keep.SHORT),
            "summary": text(Keep.SHORT),
        },
        key=("case_id", "place"),
        share=Share.CIRCLES,
    ),
    Table(
        "thanks",
        {
            "thanks": text(Keep.SHORT),
            "case_id": text(Keep.SHORT),
            "said_by": text(Keep.SHORT),
            "said_on": number(Keep.SHORT),
            "words": text(Keep.SHORT),
        },
        key=("thanks",),
        indexes=(("case_id",),),
    ),
)
