"""What a room does for secret votes by itself: it wraps its member's ballot, carries others', and looks whether its own was counted.

The keys of votes that a member carries lie in the vault until their layer is off, and then nowhere. So does the nonce of a
ballot of one's own: once it was found among the opened ballots it is forgotten, and nothing here tells how anybody voted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.decisions import secret
from nasij.areas.decisions.secret import BallotCast, BallotChosen, BallotsPassed, CarrierChosen, CarrierOffered
from nasij.kit.area import allowed
from nasij.kit.field import mark
from nasij.node import record, room
from nasij.seal import mix

if TYPE_CHECKING:
    from nasij.resident import Resident

NOT_COUNTED = mark(
    "Your secret ballot is not among those that were opened. Please tell the others: the vote should be repeated."
)
UNDER_WAY = ("discussion", "open")


class Ballots:
    """The secret votes that one room takes part in."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node

    @property
    def _kept(self) -> dict[str, list[bytes]]:
        return self.node.secrets.votes

    def _bound(self, proposal: str) -> bytes:
        return self.node.secrets.network + proposal.encode()

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room: what a form says about secret votes is wrapped here."""
        return [self._finished(fact) for fact in facts]

    def _finished(self, fact: Any) -> Any:
        if isinstance(fact, CarrierChosen):
            seed, key = mix.new_carrier()
            return self._kept_for(CarrierOffered(fact.proposal, key), 0, seed)
        if isinstance(fact, BallotChosen):
            keys = [key for _, key in secret.carriers(self.node.db, fact.proposal)]
            sealed, nonce = mix.seal_ballot(fact.ballot.encode(), keys, self._bound(fact.proposal))
            return self._kept_for(BallotCast(fact.proposal, sealed), 1, nonce)
        return fact

    def _kept_for(self, fact: CarrierOffered | BallotCast, place: int, value: bytes) -> CarrierOffered | BallotCast:
        """Keep what belongs to a fact that may be said now; what is refused takes nothing from what is kept already.

        Otherwise a second press would cost the key that opens everybody's ballots, or the nonce of the ballot that counts.
        """
        allowed(self.node.areas.line_of(fact), self.node.db, self.node.by(), fact)
        self._keep(fact.proposal, place, value)
        return fact

    def _keep(self, proposal: str, place: int, value: bytes) -> None:
        """Keep a carrier's seed (place 0) or the nonce of an own ballot (place 1), durably before anything is said."""
        kept = self._kept.setdefault(proposal, [b"", b""])
        kept[place] = value
        if not any(kept):
            del self._kept[proposal]
        room.save_vault(self.node, self.resident.folder)

    def tend(self) -> None:
        """Take layers off where it is this room's turn, and look for the own ballot where a vote was opened."""
        for proposal, (seed, nonce) in list(self._kept.items()):
            row = self.node.db.execute("select state from proposal where proposal = ?", (proposal,)).fetchone()
            if self.node.is_waiting(proposal):
                continue  # whatever was said of it has no place yet
            if row is not None and row[0] in UNDER_WAY:
                self._carry(proposal, seed)
            else:
                self._look(proposal, nonce)

    def _carry(self, proposal: str, seed: bytes) -> None:
        """Pass the ballots on where it is this room's turn; the key goes as soon as that has its place in the line."""
        db = self.node.db
        people = [member for member, _ in secret.carriers(db, proposal)]
        if not seed or self.node.me not in people:
            return
        mine, turn = people.index(self.node.me) + 1, secret.turn_of(db, proposal)
        if turn > mine:
            self._keep(proposal, 0, b"")
        closes = db.execute("select closes_on from proposal where proposal = ?", (proposal,)).fetchone()[0]
        came = secret.waiting_ballots(db, proposal, turn) if turn == mine else None
        if came and 0 < closes < self.node.by().day:
            record.state(self.node, passed(proposal, turn, mix.take_layer(came, seed, self._bound(proposal), turn)))
            self.resident.wrote()

    def _look(self, proposal: str, nonce: bytes) -> None:
        nonces = {
            row[0] for row in self.node.db.execute("select nonce from opened_ballot where proposal = ?", (proposal,))
        }
        if nonce and nonces and nonce.hex() not in nonces:
            self.node.alarms.append(NOT_COUNTED)
        del self._kept[proposal]
        room.save_vault(self.node, self.resident.folder)


def passed(proposal: str, turn: int, ballots: list[bytes]) -> list[BallotsPassed]:
    """Return the facts that pass ballots on, in as many parts as are needed."""
    size = secret.size_at(turn + 1)
    count = max(1, secret.PART_BYTES // size)
    parts = [b"".join(ballots[at : at + count]) for at in range(0, len(ballots), count)] or [b""]
    return [BallotsPassed(proposal, turn, n, len(parts), part) for n, part in enumerate(parts)]


__all__ = ["Ballots", "passed"]
