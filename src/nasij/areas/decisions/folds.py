"""What follows from each fact of deciding. How a vote ends is in `closing`, appeals are in `appeals`."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.decisions import closing, roles, secret, versions
from nasij.areas.decisions.facts import (
    OBJECTION,
    PROPOSAL,
    CharterAccepted,
    CharterProposed,
    DecisionDone,
    DecisionKept,
    MoneyProposed,
    ObjectionKept,
    ObjectionRaised,
    ObjectionSettled,
    ProposalAmended,
    ProposalDiscussed,
    ProposalDrafted,
    ProposalMade,
    ProposalWithdrawn,
    SecrecyTightened,
    SeedCommitted,
    SeedKept,
    SeedRevealed,
    SettingProposed,
    VoteCast,
    VoterRecused,
    VotingEnded,
    VotingOpened,
)
from nasij.areas.decisions.records import eligible, record
from nasij.areas.decisions.roles import DecisionTakenUp, RoleProposed
from nasij.areas.decisions.rules import number_lines, option_lines
from nasij.areas.decisions.secret import BallotsPassed
from nasij.kit import charter
from nasij.kit.rows import put
from nasij.kit.who import NETWORK, TRUSTED, By, is_there

# Every table whose rows belong to a proposal and could be there before the network's own proposal of the same id.
_OF_PROPOSAL = (
    "proposal_option",
    "roll",
    "vote",
    "opened_ballot",
    "objection",
    "discussion_note",
    "seed",
    "appeal",
    "proposal_version",
)


# -- proposing ----------------------------------------------------------------------------------------------------------


def _begin(db: Connection, by: By, fact: Any, state: str, **more: Any) -> None:
    """Write a proposal down, in the place of a draft; the network's comes before anything of the same id elsewhere."""
    if by.audience == NETWORK:
        for table in _OF_PROPOSAL:
            db.execute(f"delete from {table} where proposal = ?", (fact.proposal,))
    put(
        db,
        "proposal",
        proposal=fact.proposal,
        state=state,
        made_by=by.member,
        made_on=by.day,
        quorum=fact.quorum,
        threshold=fact.threshold,
        hidden=int(fact.hidden),
        secret=int(fact.secret),
        winner=-1,
        audience=by.audience,
        **more,
    )


def _write_options(db: Connection, by: By, proposal: str, options: list[tuple[str, str, int, int]]) -> None:
    db.execute("delete from proposal_option where proposal = ?", (proposal,))
    for place, (label, meaning, number, stay) in enumerate(options):
        put(
            db,
            "proposal_option",
            proposal=proposal,
            place=place,
            label=label,
            meaning=meaning,
            number=number,
            stay=stay,
            audience=by.audience,
        )


def _named_options(options: str) -> list[tuple[str, str, int, int]]:
    """Return options as written, or the two of a plain proposal: as proposed, or as it is now."""
    named = [(label, meaning, 0, 0) for label, meaning in option_lines(options)]
    return named or [("", "", 0, 0), ("", "", 0, 1)]


def _made(db: Connection, by: By, fact: ProposalMade | ProposalDrafted, state: str) -> None:
    _begin(
        db,
        by,
        fact,
        state,
        question=fact.question,
        body=fact.body,
        method=fact.method,
        voters=fact.voters,
        about=fact.about,
        effect=fact.effect,
        doer=fact.doer if fact.effect == "task" else "",
        due_on=fact.due_on,
        review_days=fact.review_days,
        lapses=int(fact.lapses),
        replaces=fact.replaces,
        ends=int(fact.ends),
    )
    _write_options(db, by, fact.proposal, _named_options(fact.options))


def fold_drafted(db: Connection, by: By, fact: ProposalDrafted) -> None:
    """Keep a draft for oneself."""
    _made(db, by, fact, "draft")


def fold_made(db: Connection, by: By, fact: ProposalMade) -> None:
    """Bring it to the group."""
    _made(db, by, fact, "discussion")


def fold_number_proposed(db: Connection, by: By, fact: SettingProposed) -> None:
    """Bring a number to everybody; leaving it as it is can always be chosen."""
    _begin(
        db,
        by,
        fact,
        "discussion",
        question=fact.question,
        body=fact.body,
        method=fact.method,
        voters=TRUSTED,
        effect="setting",
        name=fact.name,
        review_days=fact.review_days,
    )
    numbers = [("", "", number, 0) for number in number_lines(fact.numbers)]
    _write_options(db, by, fact.proposal, [*numbers, ("", "", charter.value(db, fact.name), 1)])


def fold_charter_proposed(db: Connection, by: By, fact: CharterProposed) -> None:
    """Bring a version of the charter to everybody."""
    _begin(
        db,
        by,
        fact,
        "discussion",
        question=fact.question,
        body=fact.body,
        method=fact.method,
        voters=TRUSTED,
        effect="charter",
        charter=fact.charter,
        review_days=fact.review_days,
    )
    _write_options(db, by, fact.proposal, _named_options(""))


def fold_role_proposed(db: Connection, by: By, fact: RoleProposed) -> None:
    """Bring a step about a role to everybody; whom it is about is not counted."""
    _begin(
        db,
        by,
        fact,
        "discussion",
        question=fact.question,
        body=fact.body,
        method=fact.method,
        voters=TRUSTED,
        effect="role",
        name=fact.role,
        step=fact.step,
        about=fact.member,
        review_days=fact.days,
        lapses=1,
    )
    _write_options(db, by, fact.proposal, _named_options(""))


def fold_money_proposed(db: Connection, by: By, fact: MoneyProposed) -> None:
    """Bring an amount to the trusted."""
    _begin(
        db,
        by,
        fact,
        "discussion",
        method="majority",
        voters=TRUSTED,
        effect="money",
        amount=fact.amount,
        currency=fact.currency,
    )
    _write_options(db, by, fact.proposal, _named_options(""))


# -- before the vote ----------------------------------------------------------------------------------------------------


def fold_amended(db: Connection, by: By, fact: ProposalAmended) -> None:
    """Put the new words in the place of the old; the objection they answer waits for whoever raised it."""
    row = record(db, "proposal", fact.proposal)
    versions.amend(db, by, row, fact)
    if row["effect"] in ("agreement", "task"):
        _write_options(db, by, fact.proposal, _named_options(fact.options))


def fold_tightened(db: Connection, _by: By, fact: SecrecyTightened) -> None:
    """Show less from here on."""
    db.execute(
        "update proposal set hidden = max(hidden, ?), secret = max(secret, ?) where proposal = ?",
        (int(fact.hidden), int(fact.secret), fact.proposal),
    )


def fold_withdrawn(db: Connection, by: By, fact: ProposalWithdrawn) -> None:
    """End it undecided."""
    closing.finish(db, fact.proposal, PROPOSAL.may(db, fact.proposal, fact), by.day)


def fold_discussed(db: Connection, by: By, fact: ProposalDiscussed) -> None:
    """Add words to the discussion, behind all that this room has of it: of one day too, an answer follows its question."""
    found = db.execute("select coalesce(max(place), 0) from discussion_note where proposal = ?", (fact.proposal,))
    put(
        db,
        "discussion_note",
        note=fact.note,
        proposal=fact.proposal,
        said_by=by.member,
        said_on=by.day,
        place=found.fetchone()[0] + 1,
        version=record(db, "proposal", fact.proposal)["amended"],
        words=fact.words,
        audience=by.audience,
    )


def fold_objected(db: Connection, by: By, fact: ObjectionRaised) -> None:
    """Write an objection down."""
    put(
        db,
        "objection",
        objection=fact.objection,
        proposal=fact.proposal,
        by_member=by.member,
        reason=fact.reason,
        met_by=fact.met_by,
        state="raised",
        raised_on=by.day,
        version=record(db, "proposal", fact.proposal)["amended"],
        audience=by.audience,
    )


def fold_objection_moved(db: Connection, _by: By, fact: ObjectionSettled | ObjectionKept) -> None:
    """Say whether an objection is met."""
    OBJECTION.move(db, fact.objection, fact)


def fold_opened(db: Connection, by: By, fact: VotingOpened) -> None:
    """Fix the roll and take votes from now on."""
    row = record(db, "proposal", fact.proposal)
    PROPOSAL.move(db, fact.proposal, fact)
    db.execute(
        "update proposal set opened_on = ?, closes_on = ? where proposal = ?", (by.day, fact.closes_on, fact.proposal)
    )
    for member in eligible(db, row, by.day):
        put(db, "roll", proposal=fact.proposal, member=member, audience=by.audience)


# -- voting -------------------------------------------------------------------------------------------------------------


def fold_voted(db: Connection, by: By, fact: VoteCast) -> None:
    """Take a vote, in the place of the one before."""
    put(db, "vote", proposal=fact.proposal, member=by.member, ballot=fact.ballot, audience=by.audience)
    db.execute("update roll set voted = 1 where proposal = ? and member = ?", (fact.proposal, by.member))


def fold_recused(db: Connection, by: By, fact: VoterRecused) -> None:
    """Take somebody out of the roll's count, and their vote with them."""
    db.execute(
        "update roll set recused = 1, voted = 0, reason = ? where proposal = ? and member = ?",
        (fact.reason, fact.proposal, by.member),
    )
    db.execute("delete from vote where proposal = ? and member = ?", (fact.proposal, by.member))


def fold_voting_ended(db: Connection, by: By, fact: VotingEnded) -> None:
    """Close the vote now."""
    closing.close(db, record(db, "proposal", fact.proposal), by.day, "VotingEnded")


def fold_seed_kept(db: Connection, by: By, fact: SeedKept) -> None:
    """Keep my secret until it is shown."""
    put(db, "seed_kept", proposal=fact.proposal, secret=fact.secret, audience=by.audience)


def fold_committed(db: Connection, by: By, fact: SeedCommitted) -> None:
    """Write down the mark of somebody's part."""
    put(db, "seed", proposal=fact.proposal, member=by.member, commitment=fact.commitment, audience=by.audience)
    db.execute("update roll set voted = 1 where proposal = ? and member = ?", (fact.proposal, by.member))


def fold_revealed(db: Connection, by: By, fact: SeedRevealed) -> None:
    """Show somebody's part; once all parts are there, the draw is made."""
    db.execute("update seed set secret = ? where proposal = ? and member = ?", (fact.secret, fact.proposal, by.member))
    if closing.is_over(db, fact.proposal, by.day):
        closing.close(db, record(db, "proposal", fact.proposal), by.day, "SeedRevealed")


# -- afterwards ---------------------------------------------------------------------------------------------------------


def fold_done(db: Connection, by: By, fact: DecisionDone) -> None:
    """Let it hold from now on, until it is looked at again; what a role could not do before, it does where it now can."""
    PROPOSAL.move(db, fact.proposal, fact)
    row = record(db, "proposal", fact.proposal)
    if row["effect"] == "role":
        roles.run(db, row, by.day)


def fold_taken_up(db: Connection, by: By, fact: DecisionTakenUp) -> None:
    """Write down who sees to it, and by when."""
    PROPOSAL.move(db, fact.proposal, fact)
    db.execute("update proposal set doer = ?, due_on = ? where proposal = ?", (by.member, fact.due_on, fact.proposal))


def fold_kept(db: Connection, by: By, fact: DecisionKept) -> None:
    """Count who would keep it; with the second it goes on for as long as before."""
    row = record(db, "proposal", fact.proposal)
    if not is_there(db, row["kept_by"], ("trusted", "resting")):  # nobody yet, or somebody who decides nothing now
        db.execute("update proposal set kept_by = ? where proposal = ?", (by.member, fact.proposal))
        return
    PROPOSAL.move(db, fact.proposal, fact)
    db.execute(
        "update proposal set kept_by = '', review_on = ? where proposal = ?",
        (by.day + row["review_days"], fact.proposal),
    )


def fold_charter_accepted(db: Connection, by: By, fact: CharterAccepted) -> None:
    """Write down that somebody accepts the charter."""
    put(
        db,
        "charter_accepted",
        proposal=fact.proposal,
        member=by.member,
        accepted_on=by.day,
        audience=by.audience,
    )


# -- secret ballots -----------------------------------------------------------------------------------------------------


def fold_ballots_passed(db: Connection, by: By, fact: BallotsPassed) -> None:
    """Keep what a carrier passed on; with the last layer off, count."""
    secret.fold_passed(db, by, fact)
    if secret.open_ballots(db, by, fact.proposal):
        closing.close(db, record(db, "proposal", fact.proposal), by.day, type(fact).__name__)
