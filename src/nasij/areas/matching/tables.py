"""The tables of bringing people together. Who helps whom is forgotten with the matter; codes, states and days stay."""

from nasij.kit.table import Keep, Share, Table, number, text

TABLES = (
    Table(
        "commitment",
        {
            "commitment": text(Keep.LEDGER),
            "need": text(Keep.LEDGER),
            "part": text(Keep.LEDGER),
            "helper": text(Keep.WORKING),
            "asker": text(Keep.WORKING),  # who asked, as the need says; a go-between where it was posted without a name
            "called": text(Keep.SHORT),
            "words": text(Keep.SHORT),
            "when_on": number(Keep.LEDGER),
            "way": text(Keep.LEDGER),
            "ask": text(Keep.LEDGER),
            "arranged_by": text(Keep.WORKING),  # whom the offer names as having asked
            "passed_by": text(Keep.WORKING),
            "passed_on": number(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "offered_on": number(Keep.LEDGER),
            "accepted_on": number(Keep.LEDGER),
            "closing": text(Keep.SHORT),
        },
        key=("commitment",),
        share=Share.CIRCLES,
        indexes=(("need", "state"), ("helper", "state"), ("asker", "state"), ("part",)),
    ),
    Table(
        "ask_round",
        {
            "round": text(Keep.LEDGER),
            "need": text(Keep.LEDGER),
            "begun_by": text(Keep.WORKING),
            "words": text(Keep.SHORT),
            "window": number(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "begun_on": number(Keep.LEDGER),
        },
        key=("round",),
        share=Share.CIRCLES,
        indexes=(("need", "state"),),
    ),
    Table(
        "ask_turn",  # the order is coordination's alone: nobody learns to be the third choice
        {"round": text(Keep.LEDGER), "place": number(Keep.LEDGER), "helper": text(Keep.WORKING)},
        key=("round", "place"),
        share=Share.CIRCLES,
    ),
    Table(
        "ask",
        {
            "ask": text(Keep.LEDGER),
            "round": text(Keep.LEDGER),
            "need": text(Keep.LEDGER),
            "helper": text(Keep.WORKING),
            "asked_by": text(Keep.WORKING),
            "words": text(Keep.SHORT),
            "asked_at": number(Keep.WORKING),
            "window": number(Keep.LEDGER),
            "state": text(Keep.LEDGER),
        },
        key=("ask",),
        share=Share.CIRCLES,
        indexes=(("helper", "state"), ("need", "state"), ("round", "helper")),
    ),
)
