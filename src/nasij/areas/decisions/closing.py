"""How a vote ends, and what follows: the tally, the effect, and what days do.

A vote ends when its last day has passed, in every room at the same place of the line, or before that when nothing can change
any more. An effect runs here, in the same fold, so it runs once: a proposal leaves the state `open` only once.
"""

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

from nasij.areas.decisions import roles, secret
from nasij.areas.decisions.facts import PROPOSAL
from nasij.areas.decisions.methods import Outcome, settled
from nasij.areas.decisions.methods import outcome as outcome_of
from nasij.areas.decisions.records import (
    STANDING,
    Row,
    ballots_of,
    counted,
    frozen_by_one,
    options_of,
    record,
    roll_of,
    stay_of,
)
from nasij.ids import numbered_id
from nasij.kit import charter, draw
from nasij.kit.charter import SETTINGS
from nasij.kit.rows import rows
from nasij.kit.who import NETWORK

# How long a draw, a freeze and a secret box wait belongs to how they work, so a group does not choose it.
REVEAL_DAYS = 3  # after the last day of a draw, for those who committed to show their part
FROZEN_DAYS = 4  # a freeze by one person lasts three days; no vote closes over the head of whoever is in it
ANNULLED = "AppealOverturned"
PASSING = "passing"
_SHORT = ("roll", "vote", "opened_ballot", "discussion_note", "seed_kept", "version_read")


def tally(db: Connection, proposal: Row) -> Outcome:
    """Return what the ballots come to now."""
    if proposal["method"] == "draw":
        return _drawn(db, proposal)
    options = options_of(db, proposal["proposal"])
    roll = roll_of(db, proposal["proposal"])
    return outcome_of(
        proposal["method"],
        ballots_of(db, proposal),
        roll,
        proposal["quorum"],
        proposal["threshold"],
        options=len(options),
        stay=stay_of(options),
    )


def cannot_change(db: Connection, proposal: Row) -> bool:
    """Say whether the outcome is the same whatever those do who have not voted. A secret box is never looked into early."""
    if proposal["secret"]:
        return False
    options = options_of(db, proposal["proposal"])
    roll = roll_of(db, proposal["proposal"])
    return settled(
        proposal["method"],
        ballots_of(db, proposal),
        roll,
        proposal["quorum"],
        proposal["threshold"],
        options=len(options),
        stay=stay_of(options),
    )


# -- the draw -----------------------------------------------------------------------------------------------------------


def seeds(db: Connection, proposal: str) -> list[Row]:
    """Return the parts of a draw's seed by people who still count."""
    count = set(counted(db, proposal))
    return [
        row
        for row in rows(db, "select * from seed where proposal = ? order by member", proposal)
        if row["member"] in count
    ]


def option_codes(proposal: str, many: int) -> list[str]:
    """Return the codes that a draw puts in order, one an option."""
    return [numbered_id(proposal, place) for place in range(many)]


def _drawn(db: Connection, proposal: Row) -> Outcome:
    """Return the outcome of a draw: nothing where fewer than two committed, or nobody showed their part in time."""
    parts = seeds(db, proposal["proposal"])
    shown = {row["member"]: row["secret"] for row in parts if row["secret"]}
    codes = option_codes(proposal["proposal"], len(options_of(db, proposal["proposal"])))
    roll = roll_of(db, proposal["proposal"])
    if len(parts) < draw.PEOPLE or not shown:
        return Outcome("no_quorum", -1, (), len(shown), roll, 0)
    ordered = draw.order(draw.seed(proposal["proposal"], shown), codes)
    order = tuple(codes.index(code) for code in ordered)
    return Outcome("passed", order[0], (), len(shown), roll, 0, order)


def _is_over(db: Connection, proposal: Row, day: int) -> bool:
    """Say whether the vote's days are over, and what it waits for is there or will not come."""
    if day <= proposal["closes_on"]:
        return False
    if day <= proposal["closes_on"] + FROZEN_DAYS and frozen_by_one(db, proposal["proposal"]):
        return False
    if proposal["secret"]:
        return secret.is_opened(db, proposal, day)
    if proposal["method"] != "draw" or day > proposal["closes_on"] + REVEAL_DAYS:
        return True
    parts = seeds(db, proposal["proposal"])
    return len(parts) < draw.PEOPLE or all(row["secret"] for row in parts)


# -- closing ------------------------------------------------------------------------------------------------------------


def close(db: Connection, proposal: Row, day: int, cause: str) -> None:
    """Write down the outcome and let what follows from it begin. `cause` is the fact that ended the vote, or a day."""
    found = tally(db, proposal)
    state = _state_after(db, proposal, found, day)
    state = PROPOSAL.after("open", f"{cause}/{state}")
    over = state in PROPOSAL.ends()
    db.execute(
        "update proposal set state = ?, outcome = ?, winner = ?, counts = ?, ballots = ?, roll = ?, indifferent = ?,"
        " tied = ?,"
        " decided_on = ?, closed_on = ? where proposal = ?",
        (
            state,
            found.state,
            found.winner,
            " ".join(map(str, found.counts)),
            found.cast,
            found.roll,
            found.indifferent,
            int(found.tied),
            day,
            day if over else 0,
            proposal["proposal"],
        ),
    )
    _close_words(db, proposal["proposal"], day)
    if over:
        finish(db, proposal["proposal"], state, day)
    if found.state == "passed":
        _take_effect(db, record(db, "proposal", proposal["proposal"]), day)


def _state_after(db: Connection, proposal: Row, found: Outcome, day: int) -> str:
    if found.state != "passed":
        return found.state
    if proposal["ends"]:
        return "ended"
    waits = proposal["effect"] in ("task", "money") or (
        proposal["effect"] == "role" and roles.what_keeps(db, proposal, day)
    )
    return "passed" if waits else "in_force"


def _close_words(db: Connection, proposal: str, day: int) -> None:
    """Let ballots, the roll and what was said be forgotten in time, and what was sealed at once."""
    secret.forget(db, proposal)
    for table in (*_SHORT, "seed", "objection"):
        db.execute(f"update {table} set closed_on = ? where proposal = ? and closed_on = 0", (day, proposal))


def finish(db: Connection, proposal: str, state: str, day: int) -> None:
    """End a proposal or a decision for good."""
    db.execute("update proposal set state = ?, closed_on = ? where proposal = ?", (state, day, proposal))
    _close_words(db, proposal, day)
    for table in ("proposal_option", "proposal_version"):
        db.execute(f"update {table} set closed_on = ? where proposal = ?", (day, proposal))


# -- effects ------------------------------------------------------------------------------------------------------------


def _take_effect(db: Connection, proposal: Row, day: int) -> None:
    """Let what was decided happen: a number, a charter or a role changes now; all else waits for its doer or for the fund."""
    if proposal["effect"] == "money":
        db.execute(
            "update proposal set review_on = ? where proposal = ?",
            (day + charter.value(db, "money_days"), proposal["proposal"]),
        )
        return
    db.execute(
        "update proposal set review_on = ? where proposal = ?",
        (day + proposal["review_days"] if not proposal["ends"] else 0, proposal["proposal"]),
    )
    running: dict[str, Callable[[Connection, Row, int], None]] = {
        "setting": _change_number,
        "charter": _change_charter,
        "role": roles.run,
    }
    if proposal["effect"] in running:
        running[proposal["effect"]](db, proposal, day)
    elif proposal["replaces"]:
        _end_earlier(db, proposal["replaces"], "ended" if proposal["ends"] else "replaced", day)


def _end_earlier(db: Connection, earlier: str, how: str, day: int) -> None:
    state = db.execute("select state from proposal where proposal = ?", (earlier,)).fetchone()
    if state is not None and state[0] in STANDING:
        finish(db, earlier, PROPOSAL.after(state[0], f"{PASSING}/{how}"), day)


def _standing_before(db: Connection, proposal: Row) -> list[str]:
    """Return the decisions about the same thing that still stand: those about numbers and charters are the network's."""
    found = db.execute(
        "select proposal from proposal where effect = ? and name = ? and audience = ? and proposal <> ?"
        f" and state in ({', '.join(repr(state) for state in STANDING)}) order by decided_on, proposal",
        (proposal["effect"], proposal["name"], NETWORK, proposal["proposal"]),
    )
    return [row[0] for row in found.fetchall()]


def chosen_number(db: Connection, proposal: Row) -> int:
    """Return the number that the winning option stands for."""
    found = db.execute(
        "select number from proposal_option where proposal = ? and place = ?",
        (proposal["proposal"], proposal["winner"]),
    ).fetchone()
    return int(found[0])


def _replace_standing(db: Connection, proposal: Row, day: int) -> None:
    """Let the decision before about the same thing be replaced, and remember which it was."""
    earlier = _standing_before(db, proposal)
    for one in earlier:
        _end_earlier(db, one, "replaced", day)
    if earlier:
        db.execute("update proposal set replaces = ? where proposal = ?", (earlier[-1], proposal["proposal"]))


def _change_number(db: Connection, proposal: Row, day: int) -> None:
    before = db.execute("select value from setting where name = ?", (proposal["name"],)).fetchone()
    _write_number(db, proposal["name"], str(chosen_number(db, proposal)))
    db.execute(
        "update proposal set previous = ? where proposal = ?", (before[0] if before else "", proposal["proposal"])
    )
    _replace_standing(db, proposal, day)


def _write_number(db: Connection, name: str, value: str) -> None:
    assert name in SETTINGS
    if value:
        db.execute("insert or replace into setting (name, value, audience) values (?, ?, ?)", (name, value, NETWORK))
    else:
        db.execute("delete from setting where name = ?", (name,))


def _change_charter(db: Connection, proposal: Row, day: int) -> None:
    last = db.execute("select coalesce(max(version), 0) from charter_version").fetchone()[0]
    for table in ("charter_version", "charter_accepted"):
        db.execute(f"update {table} set closed_on = ? where closed_on = 0", (day,))
    db.execute(
        "insert into charter_version (proposal, version, since, charter, audience) values (?, ?, ?, ?, ?)",
        (proposal["proposal"], last + 1, day, proposal["charter"], NETWORK),
    )
    db.execute("update proposal set charter = '' where proposal = ?", (proposal["proposal"],))
    _replace_standing(db, proposal, day)


def undo(db: Connection, proposal: Row, day: int) -> None:
    """Take an effect back that was overturned, unless a later decision has moved on from it already.

    What it replaced stands again; its words are still there, for an appeal comes within the days that they are kept.
    """
    if proposal["effect"] == "setting":
        now = db.execute("select value from setting where name = ?", (proposal["name"],)).fetchone()
        if now is not None and now[0] == str(chosen_number(db, proposal)):
            _write_number(db, proposal["name"], proposal["previous"])
    elif proposal["effect"] == "role":
        roles.undo(db, proposal, day)
    elif proposal["effect"] == "charter":
        mine = "update charter_version set closed_on = ? where proposal = ? and closed_on = 0"
        if db.execute(mine, (day, proposal["proposal"])).rowcount:
            for table in ("charter_version", "charter_accepted"):
                db.execute(f"update {table} set closed_on = 0 where proposal = ?", (proposal["replaces"],))
    db.execute(
        "update proposal set state = 'in_force', closed_on = 0 where proposal = ? and state = 'replaced'",
        (proposal["replaces"],),
    )


# -- days ---------------------------------------------------------------------------------------------------------------


def passing(db: Connection, day: int) -> None:
    """Let a day pass: votes close, decisions come back, and what nobody took up ends."""
    for row in rows(db, "select * from proposal where state = 'open' order by closes_on, proposal"):
        if _is_over(db, row, day):
            close(db, row, day, PASSING)
    for row in rows(
        db,
        "select * from proposal where state in ('discussion', 'passed', 'in_force', 'under_review') order by proposal",
    ):
        _pass_one(db, row, day)
    for row in rows(
        db,
        "select appeal from appeal where closed_on = 0 and filed_on < ? order by appeal",
        day - charter.value(db, "judging_days"),
    ):
        end_appeal(db, row["appeal"], "upheld", day)


def _pass_one(db: Connection, row: dict[str, Any], day: int) -> None:
    if row["state"] == "discussion":
        if row["made_on"] + charter.value(db, "discussion_days") < day:
            finish(db, row["proposal"], "withdrawn", day)
    elif row["review_on"] and row["review_on"] <= day:
        if (
            roles.is_over(row)
            or row["effect"] == "money"
            or (row["lapses"] and row["review_on"] + charter.value(db, "lapse_days") <= day)
        ):
            finish(db, row["proposal"], "ended", day)
        elif row["state"] == "in_force":
            db.execute("update proposal set state = 'under_review' where proposal = ?", (row["proposal"],))


def end_appeal(db: Connection, appeal: str, state: str, day: int) -> None:
    """End an appeal; who found what is forgotten soon."""
    db.execute("update appeal set state = ?, closed_on = ? where appeal = ?", (state, day, appeal))
    db.execute("update appeal_judge set closed_on = ? where appeal = ?", (day, appeal))


def reveals(db: Connection, proposal: Row, day: int) -> bool:
    """Say whether the parts of a draw's seed are to be shown now."""
    return bool(
        proposal["state"] == "open"
        and proposal["method"] == "draw"
        and proposal["closes_on"] < day <= proposal["closes_on"] + REVEAL_DAYS
    )


def is_over(db: Connection, proposal: str, day: int) -> bool:
    """Say whether a draw whose parts were just shown can close at once."""
    return _is_over(db, record(db, "proposal", proposal), day)
