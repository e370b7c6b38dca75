"""Secret ballots: who voted is known, how is not, to nobody: not to those who count and not to any machine.

Three people offer to carry a vote before it opens; each of their rooms makes a key for this vote alone. A ballot is wrapped
for all three. When the vote has closed, each carrier's room in turn takes its layer off all ballots, passes them on in an
order that says nothing, and destroys its key. What comes out last are the ballots. To link one to its voter takes the keys of
all three, of which none is left. The wrapping itself is `seal/mix.py`, done by the room; here is what the network sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.decisions.facts import PROPOSAL, SecrecyTightened
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit.area import TRUSTED_MEMBER, act
from nasij.kit.field import Bytes, Ref, Whole, mark
from nasij.kit.table import Keep, Share, Table, blob, number, text
from nasij.kit.who import By

CARRIERS = 3
OPEN_DAYS = 7  # after the last day of the vote, for the carriers to pass the ballots on; then it ends without a result
NONCE_BYTES = 16
BALLOT_BYTES = 160  # as `seal/mix.py` makes them, and each layer around
LAYER_BYTES = 1136
KEY_BYTES = 1216
PART_BYTES = 800_000  # of ballots in one fact
PARTS_MOST = 40

TABLES = (
    Table(
        "carrier",
        {
            "proposal": text(Keep.SHORT),
            "turn": number(Keep.SHORT),
            "member": text(Keep.SHORT),
            "carrier_key": blob(Keep.SHORT),
        },
        key=("proposal", "turn"),
        share=Share.COMERS,
    ),
    # Both go as soon as the ballots are open.
    Table(
        "sealed_ballot",
        {"proposal": text(Keep.SHORT), "member": text(Keep.SHORT), "sealed": blob(Keep.SHORT)},
        key=("proposal", "member"),
        share=Share.COMERS,
    ),
    Table(
        "passed_ballot",
        {
            "proposal": text(Keep.SHORT),
            "turn": number(Keep.SHORT),
            "place": number(Keep.SHORT),
            "part": number(Keep.SHORT),
            "parts": number(Keep.SHORT),
            "ballot": blob(Keep.SHORT),
        },
        key=("proposal", "turn", "place"),
        share=Share.COMERS,
    ),
)


def size_at(turn: int) -> int:
    """Return how many bytes a ballot has that waits for the carrier of this turn; turns count from 1."""
    return BALLOT_BYTES + (CARRIERS - turn + 1) * LAYER_BYTES


AProposal = Annotated[str, Ref(to="proposal", hidden=True)]


@dataclass(frozen=True, slots=True)
class CarrierOffered:
    """I carry the ballots of this vote; this is my key for it."""

    proposal: AProposal
    carrier_key: Annotated[bytes, Bytes(least=KEY_BYTES, most=KEY_BYTES, keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class BallotCast:
    """I have voted; how, nobody learns."""

    proposal: AProposal
    sealed: Annotated[bytes, Bytes(least=size_at(1), most=size_at(1), keep=Keep.SHORT)]


@dataclass(frozen=True, slots=True)
class BallotsPassed:
    """I took my layer off the ballots and pass them on."""

    proposal: AProposal
    turn: Annotated[int, Whole(least=1, most=CARRIERS, keep=Keep.SHORT)]
    part: Annotated[int, Whole(most=PARTS_MOST, keep=Keep.SHORT)]
    parts: Annotated[int, Whole(least=1, most=PARTS_MOST, keep=Keep.SHORT)]
    ballots: Annotated[bytes, Bytes(most=PART_BYTES, keep=Keep.SHORT)]


# What a filled form means, for the room to wrap: these are no facts and leave the room only as the facts above.


@dataclass(frozen=True, slots=True)
class CarrierChosen:
    """This room's member carries a vote."""

    proposal: str


@dataclass(frozen=True, slots=True)
class BallotChosen:
    """This is how this room's member votes."""

    proposal: str
    ballot: str


# --- carrying ---------------------------------------------------------------------------------------------------------


def carriers(db: Connection, proposal: str) -> list[tuple[str, bytes]]:
    """Return who carries a vote, in the order of their turns, with their keys."""
    rows = db.execute("select member, carrier_key from carrier where proposal = ? order by turn", (proposal,))
    return [(str(member), bytes(key)) for member, key in rows]


def _secret(db: Connection, proposal: str, fact: str) -> int:
    """Return the last day of a secret vote, if `fact` may follow on the state it is in."""
    row = db.execute("select state, secret, closes_on from proposal where proposal = ?", (proposal,)).fetchone()
    if row is None:
        raise NotHereYet
    if not row[1]:
        raise Refused(mark("The ballots of this vote are not secret."))
    if not any(name.partition("/")[0] == fact for name in PROPOSAL.moves[row[0]]):
        raise Refused(
            mark("Somebody has already taken this a step further."),
            advice=mark("Open it again to see where it stands now."),
        )
    return int(row[2])


def may_carry(db: Connection, by: By, fact: CarrierOffered) -> None:
    """Let the first three who offer carry it, before the vote opens."""
    _secret(db, fact.proposal, "CarrierOffered")
    there = carriers(db, fact.proposal)
    if by.member in {member for member, _ in there}:
        raise Refused(mark("You carry this vote already."))
    if len(there) >= CARRIERS:
        raise Refused(mark("Three people carry this vote already."), advice=mark("Nothing else is needed."))
    if fact.carrier_key in {key for _, key in there}:
        raise Malformed


def fold_carrier(db: Connection, by: By, fact: CarrierOffered) -> None:
    """Write down whose turn comes when."""
    turn = len(carriers(db, fact.proposal)) + 1
    db.execute(
        "insert into carrier (proposal, turn, member, carrier_key, audience) values (?, ?, ?, ?, ?)",
        (fact.proposal, turn, by.member, fact.carrier_key, by.audience),
    )


def enough_carriers(db: Connection, proposal: str) -> bool:
    """Say whether a secret vote can be opened."""
    return len(carriers(db, proposal)) == CARRIERS


# --- voting -----------------------------------------------------------------------------------------------------------


def may_cast(db: Connection, by: By, fact: BallotCast) -> None:
    """Take one ballot from each on the roll. It cannot be taken back: nobody could find it again."""
    if by.day > _secret(db, fact.proposal, "BallotCast"):
        raise Refused(mark("The last day of this vote is over."))
    row = db.execute(
        "select recused, voted from roll where proposal = ? and member = ?", (fact.proposal, by.member)
    ).fetchone()
    if row is None or row[0]:
        raise Refused(mark("You are not on the roll of this vote."))
    if row[1]:
        raise Refused(
            mark("Your ballot is in already."), advice=mark("A secret ballot cannot be changed: nobody could find it.")
        )
    same = "select 1 from sealed_ballot where proposal = ? and sealed = ?"
    if db.execute(same, (fact.proposal, fact.sealed)).fetchone():
        raise Malformed  # somebody else's, said again to see where it comes out


def fold_cast(db: Connection, by: By, fact: BallotCast) -> None:
    """Put it with the others, and note on the roll that this person has voted."""
    db.execute(
        "insert into sealed_ballot (proposal, member, sealed, audience) values (?, ?, ?, ?)",
        (fact.proposal, by.member, fact.sealed, by.audience),
    )
    db.execute("update roll set voted = 1 where proposal = ? and member = ?", (fact.proposal, by.member))


# --- opening ----------------------------------------------------------------------------------------------------------


def waiting_ballots(db: Connection, proposal: str, turn: int) -> list[bytes] | None:
    """Return the ballots that wait for the carrier of a turn, in the order of their bytes; None while they are not there."""
    if turn == 1:
        # The ballots of people who have left or were removed meanwhile are void.
        rows = db.execute(
            "select sealed from sealed_ballot join member using (member)"
            " where proposal = ? and standing in ('trusted', 'resting') order by sealed",
            (proposal,),
        )
        return [bytes(row[0]) for row in rows]
    found = db.execute(
        "select ballot, part, parts from passed_ballot where proposal = ? and turn = ? order by place",
        (proposal, turn - 1),
    ).fetchall()
    if not found or max(row[1] for row in found) + 1 < found[0][2]:
        return None
    return [bytes(row[0]) for row in found if row[0]]


def turn_of(db: Connection, proposal: str) -> int:
    """Return whose turn it is to take a layer off; one beyond the last once all are off."""
    turn = 1
    while turn <= CARRIERS and waiting_ballots(db, proposal, turn + 1) is not None:
        turn += 1
    return turn


def may_pass(db: Connection, by: By, fact: BallotsPassed) -> None:
    """Let the carrier whose turn it is pass on as many ballots as came, or fewer where some did not open; never more."""
    if by.day <= _secret(db, fact.proposal, "BallotsPassed"):
        raise Refused(mark("This vote is still open."))
    carried = carriers(db, fact.proposal)
    if (fact.turn, by.member) not in [(turn, member) for turn, (member, _) in enumerate(carried, 1)] or turn_of(
        db, fact.proposal
    ) != fact.turn:
        raise Refused(mark("It is somebody else's turn to carry this vote."))
    there = db.execute(
        "select count(distinct part), coalesce(max(parts), ?), count(ballot) from passed_ballot"
        " where proposal = ? and turn = ? and ballot != x''",
        (fact.parts, fact.proposal, fact.turn),
    ).fetchone()
    size = size_at(fact.turn + 1)
    most = _most(db, fact.proposal, fact.turn)
    more = len(fact.ballots) // size
    right = fact.part == there[0] and fact.parts == there[1] and fact.part < fact.parts
    if not right or len(fact.ballots) % size or there[2] + more > most:
        raise Malformed


def _most(db: Connection, proposal: str, turn: int) -> int:
    """Return how many ballots can come through a turn: as many as were cast, or as came out of the turn before."""
    if turn == 1:
        return int(db.execute("select count(*) from sealed_ballot where proposal = ?", (proposal,)).fetchone()[0])
    return len(waiting_ballots(db, proposal, turn) or [])


def fold_passed(db: Connection, by: By, fact: BallotsPassed) -> None:
    """Keep them for the next carrier; an empty part stands for a vote in which nobody voted."""
    size = size_at(fact.turn + 1)
    pieces = [fact.ballots[at : at + size] for at in range(0, len(fact.ballots), size)] or [b""]
    first = db.execute(
        "select count(*) from passed_ballot where proposal = ? and turn = ?", (fact.proposal, fact.turn)
    ).fetchone()[0]
    db.executemany(
        "insert into passed_ballot (proposal, turn, place, part, parts, ballot, audience) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (fact.proposal, fact.turn, first + n, fact.part, fact.parts, piece, by.audience)
            for n, piece in enumerate(pieces)
        ],
    )


def is_opened(db: Connection, proposal: dict[str, Any], day: int) -> bool:
    """Say whether a secret vote can be counted: every layer is off, nobody voted, or the time for opening is over."""
    name = proposal["proposal"]
    if day > proposal["closes_on"] + OPEN_DAYS or turn_of(db, name) > CARRIERS:
        return True
    return db.execute("select 1 from sealed_ballot where proposal = ?", (name,)).fetchone() is None


def open_ballots(db: Connection, by: By, proposal: str) -> bool:
    """Once every layer is off, write the ballots down and let what was sealed go; say whether they are open now."""
    if turn_of(db, proposal) <= CARRIERS:
        return False
    for plain in waiting_ballots(db, proposal, CARRIERS + 1) or []:
        size = int.from_bytes(plain[NONCE_BYTES : NONCE_BYTES + 2], "big")
        end = NONCE_BYTES + 2 + size
        if end <= BALLOT_BYTES and not any(plain[end:]):  # what has not the agreed form counts as given blank
            ballot = plain[NONCE_BYTES + 2 : end].decode("utf-8", "replace")
            db.execute(
                "insert or ignore into opened_ballot (proposal, nonce, ballot, audience) values (?, ?, ?, ?)",
                (proposal, plain[:NONCE_BYTES].hex(), ballot, by.audience),
            )
    return True


def forget(db: Connection, proposal: str) -> None:
    """Let the sealed ballots go, and what their carriers passed on."""
    for table in ("sealed_ballot", "passed_ballot", "carrier"):
        db.execute(f"delete from {table} where proposal = ?", (proposal,))


# --- forms ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SecretForm:
    """The ballots of this vote are secret."""

    proposal: AProposal


def make_secret(_db: Connection, _by: By, form: SecretForm) -> Sequence[Any]:
    """Tighten both: what is secret is hidden until it is counted."""
    return [SecrecyTightened(form.proposal, True, True)]


@dataclass(frozen=True, slots=True)
class CarryForm:
    """I carry the ballots of this vote."""

    proposal: AProposal


def make_carry(_db: Connection, _by: By, form: CarryForm) -> Sequence[Any]:
    """Let the room make a key for this vote."""
    return [CarrierChosen(form.proposal)]


ACTS = (
    act(
        "/decisions/{proposal}/covered",
        SecretForm,
        by=TRUSTED_MEMBER,
        make=make_secret,
        then="/decisions/{proposal}",
        title=mark("Make the ballots secret"),
        press=mark("Make them secret"),
        why=mark("Three people then offer to carry the vote before it can open. This cannot be taken back."),
    ),
    act(
        "/decisions/{proposal}/carry",
        CarryForm,
        by=TRUSTED_MEMBER,
        make=make_carry,
        then="/decisions/{proposal}",
        title=mark("Carry this vote"),
        press=mark("Carry this vote"),
        why=mark(
            "This room makes a key for this vote alone, passes the ballots on after the last day, and forgets the key."
        ),
    ),
)
