"""Secret ballots over several people's rooms: everybody sees who voted, and nobody, with any keys, how."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nasij.areas.decisions import secret
from nasij.areas.decisions.secret import BallotCast, BallotsPassed, CarrierOffered
from nasij.ballots import NOT_COUNTED, passed
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.node import record
from nasij.seal import mix
from tests.village import Village, cheap_words

pytestmark = pytest.mark.slow
NAMES = ("huda", "sami", "noor", "zein", "rima")


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather(*NAMES)
    yield village


def propose(village: Village, carriers: tuple[str, ...] = ("huda", "sami", "noor")) -> str:
    """Let huda propose something with secret ballots, and three people carry it."""
    typed: dict[str, Any] = {
        "question": "Shall we meet?", "method": "majority", "quorum": "50", "threshold": "50", "voters": "trusted",
        "effect": "agreement", "review_days": "180",
    }  # fmt: skip
    proposal = str(village["huda"].does("/decisions/propose", **typed)[0].proposal)
    village["huda"].does(f"/decisions/{proposal}/covered")
    village.settle()
    for name in carriers:
        village[name].does(f"/decisions/{proposal}/carry")
        village.settle()
    return proposal


def open_vote(village: Village, proposal: str, days: int = 5) -> None:
    from nasij.clock import to_date

    closes = to_date(village["huda"].node.by().day + days).isoformat()
    village["huda"].does(f"/decisions/{proposal}/open", closes_on=closes)
    village.settle()


def vote(village: Village, proposal: str, **picks: int) -> None:
    for name, pick in picks.items():
        village[name].does(f"/decisions/{proposal}/pick", pick=str(pick))
        village.settle()


def test_who_voted_is_known_and_how_is_counted_without_anybody_learning_it(village: Village) -> None:
    proposal = propose(village)
    open_vote(village, proposal)
    vote(village, proposal, huda=1, sami=1, noor=2, zein=1, rima=2)
    for person in village.awake:
        assert person.row("select count(*) from roll where proposal = ? and voted", proposal) == 5
        assert person.row("select count(*) from opened_ballot") == 0, "nothing is opened before the last day is over"
    village.forward(days=9)
    for person in village.awake:
        state, winner, counts = person.row("select state, winner, counts from proposal where proposal = ?", proposal)
        assert (state, winner) == ("in_force", 0), person.name
        assert counts.split() == ["3", "2"]
        for table in ("sealed_ballot", "passed_ballot", "carrier"):
            assert person.row(f"select count(*) from {table}") == 0
        assert not person.node.secrets.votes, "keys and nonces are gone"
        assert NOT_COUNTED not in person.node.alarms
        assert not person.aside(), (person.name, person.aside())
    village.check()


def test_no_row_and_no_fact_links_a_ballot_to_a_person(village: Village) -> None:
    """A table of opened ballots has no column for a person, and what a voter says holds nothing of the choice."""
    proposal = propose(village)
    open_vote(village, proposal)
    before = {name: village[name].node.secrets.votes.copy() for name in NAMES}
    vote(village, proposal, zein=2)
    sealed = village["rima"].row("select sealed from sealed_ballot where proposal = ?", proposal)
    assert len(sealed) == secret.size_at(1)
    for name in ("huda", "sami"):  # two of three carriers together, with every key they hold
        for seed, _ in before[name].values():
            for turn in (2, 3):
                assert mix.take_layer([sealed], seed, village["huda"].ballots._bound(proposal), turn) == []
    columns = {row[1] for row in village["rima"].rows("pragma table_info(opened_ballot)")}
    assert columns == {"proposal", "nonce", "ballot", "audience", "closed_on"}


def test_a_vote_opens_only_with_three_carriers_and_counts_only_once_each(village: Village) -> None:
    proposal = propose(village, carriers=("huda", "sami"))
    with pytest.raises(Refused, match="Three people"):
        open_vote(village, proposal)
    with pytest.raises(Refused, match="already"):
        village["sami"].does(f"/decisions/{proposal}/carry")
    village["noor"].does(f"/decisions/{proposal}/carry")
    village.settle()
    with pytest.raises(Refused, match="Three people"):
        village["zein"].does(f"/decisions/{proposal}/carry")
    open_vote(village, proposal)
    vote(village, proposal, zein=1)
    with pytest.raises(Refused, match="in already"):
        village["zein"].does(f"/decisions/{proposal}/pick", pick="2")
    sealed = village["rima"].row("select sealed from sealed_ballot where proposal = ?", proposal)
    with pytest.raises(Malformed):  # somebody else's ballot, to see where it comes out
        record.state(village["rima"].node, [BallotCast(proposal, sealed)])


def test_carriers_pass_on_in_their_turn_and_never_more_than_came(village: Village) -> None:
    proposal = propose(village)
    open_vote(village, proposal)
    vote(village, proposal, zein=1, rima=2)
    first = BallotsPassed(proposal, 1, 0, 1, bytes(secret.size_at(2)))
    with pytest.raises(Refused, match="still open"):
        record.state(village["huda"].node, [first])
    village.clock.forward(days=6)
    for name in ("sami", "zein"):
        with pytest.raises(Refused, match="somebody else's turn"):
            record.state(village[name].node, [first])
    with pytest.raises(Malformed):
        record.state(village["huda"].node, [BallotsPassed(proposal, 1, 0, 1, bytes(3 * secret.size_at(2)))])
    with pytest.raises(Malformed):
        record.state(village["huda"].node, [BallotsPassed(proposal, 1, 0, 1, bytes(secret.size_at(2) - 1))])


def test_a_vote_whose_carrier_stays_away_ends_without_a_result(village: Village) -> None:
    proposal = propose(village)
    open_vote(village, proposal)
    vote(village, proposal, zein=1, rima=1, sami=1)
    village["sami"].asleep = True
    village.forward(days=14)
    assert village["zein"].row("select state from proposal where proposal = ?", proposal) == "no_quorum"
    assert village["zein"].row("select count(*) from sealed_ballot") == 0


def test_a_carrier_who_swaps_a_ballot_is_noticed_by_its_voter(village: Village) -> None:
    """The room of whoever is missing among the opened ballots says so; the nonce is known to nobody else."""
    proposal = propose(village)
    open_vote(village, proposal)
    vote(village, proposal, zein=1, rima=1, sami=1)
    village.clock.forward(days=6)
    for name in ("huda", "sami"):
        village[name].look()
        village[name].housekeeping()
        village.settle()
    noor = village["noor"]
    noor.look()
    seed = noor.node.secrets.votes[proposal][0]
    came = secret.waiting_ballots(noor.node.db, proposal, 3)
    assert came is not None and len(came) == 3
    left = mix.take_layer(came, seed, noor.ballots._bound(proposal), 3)
    false = b"n" * 16 + (1).to_bytes(2, "big") + b"2"
    record.state(noor.node, passed(proposal, 3, [*left[:2], false.ljust(160, b"\0")]))
    village.settle()
    for person in village.awake:
        person.housekeeping()
    told = [person.name for person in village.awake if NOT_COUNTED in person.node.alarms]
    assert len(told) == 1
    assert told[0] in ("zein", "rima", "sami")


def test_an_open_vote_cannot_take_sealed_ballots_and_a_secret_one_no_open_ones(village: Village) -> None:
    from nasij.areas.decisions import VoteCast

    proposal = propose(village)
    open_vote(village, proposal)
    with pytest.raises(Refused, match="secret"):
        record.state(village["zein"].node, [VoteCast(proposal, "1")])
    other = new_id()
    with pytest.raises(Exception, match="not arrived"):
        record.state(village["zein"].node, [CarrierOffered(other, mix.new_carrier()[1])])


def test_sizes_agree_with_what_the_seal_makes() -> None:
    assert all(secret.size_at(turn) == mix.size_at(turn, secret.CARRIERS) for turn in range(1, secret.CARRIERS + 2))
    assert (secret.BALLOT_BYTES, secret.NONCE_BYTES) == (mix.BALLOT_SIZE, mix.NONCE_SIZE)
    assert len(mix.new_carrier()[1]) == secret.KEY_BYTES


def test_what_is_refused_costs_neither_a_carriers_key_nor_the_nonce_of_the_ballot_that_counts(village: Village) -> None:
    """Somebody presses twice, or votes on a page that was open for too long."""
    proposal = propose(village)
    with pytest.raises(Refused, match="carry this vote already"):
        village["huda"].does(f"/decisions/{proposal}/carry")
    open_vote(village, proposal)
    vote(village, proposal, huda=1, sami=1, noor=2, zein=1)
    village.clock.forward(days=6)
    with pytest.raises(Refused):
        village["zein"].does(f"/decisions/{proposal}/pick", pick="2")
    village.forward(days=4)
    for person in village.awake:
        assert person.row("select state from proposal where proposal = ?", proposal) == "in_force", person.name
        assert NOT_COUNTED not in person.node.alarms, person.name
