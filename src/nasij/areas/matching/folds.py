"""What offers, answers and asks change in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.matching.facts import (
    ASK_STEPS,
    COMMITMENT_STEPS,
    ROUND_STEPS,
    AskAccepted,
    AskDeclined,
    AskMovedOn,
    AskWentSilent,
    CommitmentAccepted,
    CommitmentConfirmed,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentOffered,
    CommitmentPassedOn,
    CommitmentReleased,
    PersonAsked,
    RoundBegun,
    RoundStopped,
)
from nasij.areas.matching.rules import chosen_people, way_of
from nasij.clock import HOURS_A_DAY
from nasij.kit import who
from nasij.kit.rows import fields, insert
from nasij.kit.who import By

UNANSWERED_DAYS = 30
SETTLED_DAYS = 14  # after the need is closed, whatever nobody confirmed follows how it ended
CASES = who.ROLE_PREFIX + "cases"


def fold_offered(db: Connection, by: By, fact: CommitmentOffered) -> None:
    """Write the offer down and let the two people see it, and coordination unless members meet directly."""
    need = fields(db, "need", "need", fact.need)
    way = way_of(db, need)
    shared = ("commitment", "need", "part", "called", "words", "when_on", "arranged_by", "ask")
    row = {name: getattr(fact, name) for name in shared}
    row |= {"helper": by.member, "asker": need["asked_by"], "way": way, "state": "offered", "offered_on": by.day}
    if fact.arranged_by:
        row |= {"passed_by": fact.arranged_by, "passed_on": by.day}
    insert(db, "commitment", row | {"audience": by.audience})
    who.admit(db, by.audience, by.member, need["asked_by"], *(() if way == "between_members" else (CASES,)))


def fold_passed_on(db: Connection, by: By, fact: CommitmentPassedOn) -> None:
    """Show the offer to whoever asked."""
    COMMITMENT_STEPS.move(db, fact.commitment, fact)
    db.execute(
        "update commitment set passed_by = ?, passed_on = ? where commitment = ?", (by.member, by.day, fact.commitment)
    )


def fold_accepted(db: Connection, by: By, fact: CommitmentAccepted) -> None:
    """Let the help begin."""
    COMMITMENT_STEPS.move(db, fact.commitment, fact)
    db.execute("update commitment set accepted_on = ? where commitment = ?", (by.day, fact.commitment))


def fold_done(db: Connection, _by: By, fact: CommitmentDone) -> None:
    """Wait for the other side to confirm."""
    COMMITMENT_STEPS.move(db, fact.commitment, fact)


def fold_ended(
    db: Connection,
    by: By,
    fact: CommitmentDeclined | CommitmentReleased | CommitmentFellThrough | CommitmentConfirmed,
) -> None:
    """Close the commitment."""
    COMMITMENT_STEPS.move(db, fact.commitment, fact)
    closing = fact.words if isinstance(fact, CommitmentReleased | CommitmentFellThrough) else ""
    db.execute(
        "update commitment set closed_on = ?, closing = ? where commitment = ?", (by.day, closing, fact.commitment)
    )


def fold_round(db: Connection, by: By, fact: RoundBegun) -> None:
    """Write down whom to ask, in which order."""
    row: dict[str, Any] = {"round": fact.round, "need": fact.need, "words": fact.words, "window": fact.window}
    insert(db, "ask_round", row | {"state": "open", "begun_by": by.member, "begun_on": by.day, "audience": by.audience})
    for place, member in enumerate(chosen_people(fact)):
        turn: dict[str, Any] = {"round": fact.round, "place": place, "helper": member, "audience": by.audience}
        insert(db, "ask_turn", turn)


def fold_stopped(db: Connection, by: By, fact: RoundStopped) -> None:
    """End the round."""
    ROUND_STEPS.move(db, fact.round, fact)
    for table in ("ask_round", "ask_turn"):
        db.execute(f"update {table} set closed_on = ? where round = ?", (by.day, fact.round))


def fold_asked(db: Connection, by: By, fact: PersonAsked) -> None:
    """Ask; only this person and coordination learn of it."""
    row: dict[str, Any] = {"ask": fact.ask, "round": fact.round, "need": fact.need, "helper": fact.whom}
    row |= {"asked_by": by.member}
    row |= {"words": fact.words, "window": fact.window, "asked_at": by.hour, "state": "asked"}
    insert(db, "ask", row | {"audience": by.audience})
    who.admit(db, by.audience, fact.whom, CASES)


def fold_answered(db: Connection, by: By, fact: AskAccepted | AskDeclined | AskMovedOn) -> None:
    """Note the answer, or that none is needed any more."""
    ASK_STEPS.move(db, fact.ask, fact)
    db.execute("update ask set closed_on = ? where ask = ?", (by.day, fact.ask))


def fold_silent(db: Connection, _by: By, fact: AskWentSilent) -> None:
    """Note that no answer came."""
    ASK_STEPS.move(db, fact.ask, fact)


def passing(db: Connection, day: int) -> None:
    """Let unanswered asks fall silent, end what closed needs and departed members leave behind."""
    db.execute(
        "update ask set state = 'silent' where closed_on = 0 and state = 'asked' and asked_at + window <= ?",
        (day * HOURS_A_DAY,),
    )
    db.execute(
        "update ask set closed_on = ? where closed_on = 0 and state = 'silent' and"
        f" (asked_at <= ? or {_need_closed('ask')})",
        (day, (day - UNANSWERED_DAYS) * HOURS_A_DAY),
    )
    over = f"closed_on = 0 and state = 'open' and {_need_closed('ask_round')}"
    db.execute(f"update ask_turn set closed_on = ? where round in (select round from ask_round where {over})", (day,))
    db.execute(f"update ask_round set state = 'over', closed_on = ? where {over}", (day,))
    _settle(db, day)
    for table in ("commitment", "ask"):
        who.release_forgotten(db, table, day)


def _need_closed(table: str, more: str = "") -> str:
    """Return the condition that the need of a row is closed. It begins with the row, for open ones are few and closed needs many."""
    return f"exists (select 1 from need where need.need = {table}.need and need.closed_on > 0{more})"


def _settle(db: Connection, day: int) -> None:
    """End commitments that nobody will end: the need is closed, or one of the two people is gone."""
    gone = "in (select member from member where standing in ('left', 'removed'))"
    ended = _need_closed("commitment", " and need.closed_on <= ?")
    met = _need_closed("commitment", " and need.closed_on <= ? and need.reason in ('met', 'part')")
    db.execute(
        "update commitment set state = 'released', closed_on = ? where closed_on = 0 and state = 'offered' and"
        f" (offered_on <= ? or helper {gone} or asker {gone} or {ended})",
        (day, day - UNANSWERED_DAYS, day),
    )
    db.execute(
        "update commitment set state = 'confirmed', closed_on = ?"
        f" where closed_on = 0 and state in ('accepted', 'done') and {met}",
        (day, day - SETTLED_DAYS),
    )
    db.execute(
        "update commitment set state = 'fell_through', closed_on = ? where closed_on = 0 and state = 'accepted' and"
        f" (helper {gone} or asker {gone} or {ended})",
        (day, day - SETTLED_DAYS),
    )
    db.execute(
        "update commitment set state = 'confirmed', closed_on = ?"
        f" where closed_on = 0 and state = 'done' and ({ended} or asker {gone})",
        (day, day - SETTLED_DAYS),
    )
