"""The tables of deciding. What a decision came to stays as numbers; words, names and ballots go."""

from nasij.kit.table import Column, Keep, Share, Table, money, number, text


def _columns(keep: Keep, texts: str, numbers: str = "") -> dict[str, Column]:
    """Return columns that are all of one class."""
    return {**{name: text(keep) for name in texts.split()}, **{name: number(keep) for name in numbers.split()}}


TABLES = (
    Table(
        "proposal",
        {
            **_columns(
                Keep.LEDGER,
                "proposal state method voters effect name currency replaces outcome counts previous step stuck",
                "quorum threshold hidden secret amount due_on review_days lapses ends made_on opened_on closes_on"
                " decided_on review_on winner ballots roll indifferent tied amended",
            ),
            "amount": money(Keep.LEDGER),
            **_columns(Keep.WORKING, "made_by question body about doer charter kept_by"),
        },
        key=("proposal",),
        share=Share.COMERS,
        indexes=(("state",),),
    ),
    # What a proposal said before it was changed; the newest words stand in the proposal itself.
    Table(
        "proposal_version",
        _columns(Keep.WORKING, "proposal question body options charter", "version until"),
        key=("proposal", "version"),
        share=Share.COMERS,
    ),
    Table("version_read", _columns(Keep.SHORT, "proposal", "version"), key=("proposal",)),
    # An option without a label is the proposal itself, a number, or (`stay`) leaving things as they are.
    Table(
        "proposal_option",
        _columns(Keep.WORKING, "proposal label meaning", "place number stay"),
        key=("proposal", "place"),
        share=Share.COMERS,
    ),
    # Who may vote, from the opening on. Whoever loses the standing does not count while it is lost.
    Table(
        "roll",
        _columns(Keep.SHORT, "proposal member reason", "recused voted"),
        key=("proposal", "member"),
        share=Share.COMERS,
        indexes=(("member",),),
    ),
    Table("vote", _columns(Keep.SHORT, "proposal member ballot"), key=("proposal", "member"), share=Share.COMERS),
    # A secret ballot once it is opened: it has no column that could name anybody.
    Table(
        "opened_ballot", _columns(Keep.SHORT, "proposal nonce ballot"), key=("proposal", "nonce"), share=Share.COMERS
    ),
    Table(
        "objection",
        _columns(Keep.WORKING, "objection proposal by_member reason met_by state", "raised_on version"),
        key=("objection",),
        share=Share.COMERS,
        indexes=(("proposal",),),
    ),
    Table(
        "discussion_note",
        _columns(Keep.SHORT, "note proposal said_by words", "said_on place version"),
        key=("note",),
        indexes=(("proposal",),),
    ),
    Table("seed_kept", _columns(Keep.SHORT, "proposal secret"), key=("proposal",)),
    Table(
        "seed",
        _columns(Keep.WORKING, "proposal member commitment secret"),
        key=("proposal", "member"),
        share=Share.COMERS,
    ),
    Table(
        "appeal",
        _columns(Keep.WORKING, "appeal proposal filed_by ground state", "filed_on"),
        key=("appeal",),
        share=Share.COMERS,
        indexes=(("proposal",),),
    ),
    Table(
        "appeal_judge",
        _columns(Keep.SHORT, "appeal member finding words"),
        key=("appeal", "member"),
        share=Share.COMERS,
        indexes=(("member",),),
    ),
    # While a version is in force its row is open; once another one is, its words go like everything else.
    Table(
        "charter_version",
        {**_columns(Keep.LEDGER, "proposal", "version since"), "charter": text(Keep.WORKING)},
        key=("proposal",),
        share=Share.COMERS,
    ),
    Table(
        "charter_accepted",
        _columns(Keep.WORKING, "proposal member", "accepted_on"),
        key=("proposal", "member"),
        share=Share.COMERS,
    ),
)
