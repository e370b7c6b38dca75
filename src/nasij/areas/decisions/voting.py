"""The forms of voting, one a method, and what each states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.decisions.facts import ObjectionRaised, ProposalRef, SeedCommitted, SeedKept, SeedRevealed, VoteCast
from nasij.areas.decisions.methods import OPTIONS_MOST, write_ballot
from nasij.areas.decisions.records import options_of, record
from nasij.areas.decisions.secret import BallotChosen
from nasij.errors import Refused
from nasij.ids import new_id
from nasij.kit import draw, money
from nasij.kit.field import Choice, Choices, Text, Whole, mark, remark
from nasij.kit.table import Keep
from nasij.kit.who import By

NO_SEED = mark("Your part of the seed is not on this machine.")
ANSWERS = Choices(
    "answer",
    {
        "1": mark("Yes"),
        "0": mark("Either way is fine with me"),
        "-1": mark("No, but I do not stand in the way"),
        "-2": mark("I object"),
    },
)
SCORE = Choices(
    "score",
    {
        "2": mark("+2: very good"),
        "1": mark("+1: good"),
        "0": mark("0: either way"),
        "-1": mark("-1: not good"),
        "-2": mark("-2: not at all"),
    },
)


# The names of the options are shown beside the boxes; they travel with the form and are never read back.
Listed = Annotated[
    str,
    Text(length_max=4000, lines=True, hidden=True, optional=True, keep=Keep.MOMENTARY),
]


def cast(db: Connection, _by: By, proposal: str, ballot: str) -> list[Any]:
    """Return what casting a ballot states: an open vote, or for this room to wrap first where ballots are secret."""
    return [
        BallotChosen(proposal, ballot) if record(db, "proposal", proposal)["secret"] else VoteCast(proposal, ballot)
    ]


def _vote_of(db: Connection, by: By, proposal: str) -> list[str]:
    found = db.execute("select ballot from vote where proposal = ? and member = ?", (proposal, by.member)).fetchone()
    return found[0].split(" ") if found else []


def _listed(db: Connection, proposal: str) -> str:
    """Return what is voted on, then what stands beside each box, a line each.

    ``?question``, then ``=name``, ``#number``, ``+`` as proposed, ``-`` as it is now.
    """
    row = record(db, "proposal", proposal)
    asked = row["question"] or money.said(row["amount"], row["currency"])
    options = [
        f"={one['label']}"
        if one["label"]
        else "-"
        if one["stay"]
        else f"#{one['number']}"
        if row["effect"] == "setting"
        else "+"
        for one in options_of(db, proposal)
    ]
    return "\n".join([f"?{asked}", *options])


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """This is my answer."""

    proposal: ProposalRef
    listed: Listed
    answer: Annotated[str, Choice(of=ANSWERS, keep=Keep.SHORT, label=mark("My answer"))]
    reason: Annotated[
        str,
        remark(500, mark("If you object: what stands against it?"), keep=Keep.WORKING),
    ]
    met_by: Annotated[
        str,
        remark(500, mark("If you object: how could it be met?"), keep=Keep.WORKING),
    ]


def make_answer(db: Connection, by: By, form: AnswerForm) -> Sequence[Any]:
    """State the vote, and an objection before it where one was written; of a secret vote, an objection would tell."""
    vote = cast(db, by, form.proposal, form.answer)
    if isinstance(vote[0], VoteCast) and form.answer == "-2" and form.reason and form.met_by:
        return [ObjectionRaised(new_id(), form.proposal, form.reason, form.met_by), *vote]
    return vote


def answered(db: Connection, by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return my answer so far."""
    mine = _vote_of(db, by, params["proposal"])
    return {"listed": _listed(db, params["proposal"]), **({"answer": mine[0]} if mine else {})}


@dataclass(frozen=True, slots=True)
class PickForm:
    """This is the option I want."""

    proposal: ProposalRef
    listed: Listed
    pick: Annotated[
        int,
        Whole(
            most=OPTIONS_MOST,
            keep=Keep.SHORT,
            label=mark("The option you want"),
        ),
    ]


def make_pick(db: Connection, by: By, form: PickForm) -> Sequence[Any]:
    """State the vote."""
    return cast(db, by, form.proposal, write_ballot((form.pick,)))


def picked(db: Connection, by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return my choice so far."""
    mine = _vote_of(db, by, params["proposal"])
    return {"listed": _listed(db, params["proposal"]), **({"pick": int(mine[0])} if mine else {})}


Score = Annotated[str, Choice(of=SCORE, optional=True, keep=Keep.SHORT, label=mark("Score"))]
Place = Annotated[int, Whole(most=OPTIONS_MOST, optional=True, keep=Keep.SHORT, label=mark("Place"))]


@dataclass(frozen=True, slots=True)
class ScoreForm:
    """This is how good I find each option."""

    proposal: ProposalRef
    listed: Listed
    one: Score
    two: Score
    three: Score
    four: Score
    five: Score
    six: Score
    seven: Score
    eight: Score


@dataclass(frozen=True, slots=True)
class RankForm:
    """This is the order in which I want the options."""

    proposal: ProposalRef
    listed: Listed
    one: Place
    two: Place
    three: Place
    four: Place
    five: Place
    six: Place
    seven: Place
    eight: Place


_BOXES = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def make_numbers(db: Connection, by: By, form: ScoreForm | RankForm) -> Sequence[Any]:
    """State the vote: a number an option, nothing written being none."""
    many = len(options_of(db, form.proposal))
    return cast(db, by, form.proposal, write_ballot(tuple(int(getattr(form, box) or 0) for box in _BOXES[:many])))


def numbered(db: Connection, by: By, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Return my scores or places so far."""
    mine = _vote_of(db, by, params["proposal"])
    return {"listed": _listed(db, params["proposal"]), **dict(zip(_BOXES, mine, strict=False))}


@dataclass(frozen=True, slots=True)
class SeedForm:
    """I take part in the seed of this draw."""

    proposal: ProposalRef


def make_commitment(_db: Connection, by: By, form: SeedForm) -> Sequence[Any]:
    """Choose a secret, keep it for myself, and show its mark."""
    secret = draw.new_secret()
    return [
        SeedKept(form.proposal, secret),
        SeedCommitted(form.proposal, draw.commitment(form.proposal, by.member, secret)),
    ]


def make_reveal(db: Connection, _by: By, form: SeedForm) -> Sequence[Any]:
    """Show the secret I kept."""
    found = db.execute("select secret from seed_kept where proposal = ?", (form.proposal,)).fetchone()
    if found is None:
        raise Refused(NO_SEED)
    return [SeedRevealed(form.proposal, found[0])]
