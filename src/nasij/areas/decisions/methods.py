"""How ballots become an outcome: pure functions of what was cast, how many may vote, and what was asked for.

A ballot is a tuple of whole numbers, its form on the wire the same numbers with a space between:

* no objection and consensus: one number, an answer: 1 yes, 0 indifferent, -1 no, -2 objection (consensus: block).
* majority and sense check: one number, the place of the chosen option counted from 1, or 0 for indifferent.
* score: a number from -2 to 2 for each option; all zero is indifferent.
* ranking: a place from 1 for each option, equal places allowed, 0 for not ranked; all zero is indifferent.

What holds for all of them: the share asked for is of everybody on the roll but the indifferent, so that who stays away
counts against; fifty per cent means more than half; fewer than two yes decide nothing; below the quorum nothing is decided.

Ranking is Schulze's method: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011) 267-303, with winning votes as the strength of a link.

Ties of score and ranking: if the way things are now is among the best, it stays; else the best option listed first.
A tie of a majority decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Ballot = tuple[int, ...]

YES, INDIFFERENT, NO, OBJECTION = 1, 0, -1, -2
ANSWERING = ("no_objection", "consensus")
CHOOSING = ("majority", "sense_check")
OPTIONS_MOST = 8
YES_LEAST = 2
SCORES = range(-2, 3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ballots come to.

    `winner` is the place of an option counted from 0, -1 for none. `counts` are, by method: yes, indifferent, no and
    objections; votes by option; sums of scores by option; or, for a ranking, the ballots that put an option above the way
    things are now, or rank it at all. `order` are the options from best to worst where a method gives one.
    """

    state: str  # passed failed no_quorum ended
    winner: int
    counts: tuple[int, ...]
    cast: int
    roll: int
    indifferent: int
    order: tuple[int, ...] = ()
    tied: bool = False


def read_ballot(method: str, options: int, text: str) -> Ballot:
    """Return the ballot that `text` writes in its one form; raises `ValueError` for anything else."""
    ballot = tuple(int(part) for part in text.split(" "))
    if write_ballot(ballot) != text:
        raise ValueError
    if method in ANSWERING:
        right = len(ballot) == 1 and OBJECTION <= ballot[0] <= YES
    elif method in CHOOSING:
        right = len(ballot) == 1 and 0 <= ballot[0] <= options
    else:
        allowed = {"score": SCORES, "ranking": range(options + 1)}.get(method, range(0))
        right = len(ballot) == options and all(number in allowed for number in ballot)
    if not right:
        raise ValueError
    return ballot


def write_ballot(ballot: Ballot) -> str:
    """Return a ballot as it is written in a fact."""
    return " ".join(str(number) for number in ballot)


def reaches(yes: int, of: int, threshold: int) -> bool:
    """Say whether `yes` of so many is the share asked for, in per cent; half and less have to be exceeded."""
    return 100 * yes > threshold * of or (threshold > 50 and 100 * yes >= threshold * of)


def outcome(
    method: str, ballots: Iterable[Ballot], roll: int, quorum: int, threshold: int, *, options: int = 2, stay: int = -1
) -> Outcome:
    """Return what ballots come to. `roll` is how many may vote; `stay` the option that leaves things as they are, if any."""
    cast = list(ballots)
    counting = {"score": _score, "ranking": _ranking}
    if method in ANSWERING:
        found = _answers(method, cast, roll, threshold)
    elif method in CHOOSING:
        found = _choice(cast, roll, threshold, options, stay)
    else:
        found = counting[method](cast, roll, threshold, options, stay)
    if method == "sense_check":
        return _as(found, "ended")
    if 100 * len(cast) < quorum * roll:
        return _as(found, "no_quorum")
    return found


def _as(found: Outcome, state: str) -> Outcome:
    return Outcome(
        state, found.winner, found.counts, found.cast, found.roll, found.indifferent, found.order, found.tied
    )


def _answers(method: str, cast: list[Ballot], roll: int, threshold: int) -> Outcome:
    counts = tuple(sum(ballot[0] == answer for ballot in cast) for answer in (YES, INDIFFERENT, NO, OBJECTION))
    yes, indifferent, _no, objections = counts
    enough = method == "no_objection" or reaches(yes, roll - indifferent, threshold)
    passed = enough and not objections and yes >= YES_LEAST
    return Outcome("passed" if passed else "failed", 0 if passed else -1, counts, len(cast), roll, indifferent)


def _choice(cast: list[Ballot], roll: int, threshold: int, options: int, stay: int) -> Outcome:
    counts = tuple(sum(ballot[0] == place for ballot in cast) for place in range(1, options + 1))
    indifferent = sum(ballot[0] == INDIFFERENT for ballot in cast)
    best = max(counts)
    leading = [place for place in range(options) if counts[place] == best]
    tied = len(leading) > 1 and best > 0
    winner = leading[0] if len(leading) == 1 and best else -1
    yes = best if winner >= 0 else 0
    order = tuple(sorted(range(options), key=lambda place: (-counts[place], place)))
    return _settle(winner, yes, counts, len(cast), roll, indifferent, threshold, stay, order, tied)


def _score(cast: list[Ballot], roll: int, threshold: int, options: int, stay: int) -> Outcome:
    sums = tuple(sum(ballot[place] for ballot in cast) for place in range(options))
    indifferent = sum(not any(ballot) for ballot in cast)
    order = tuple(sorted(range(options), key=lambda place: (-sums[place], place != stay, place)))
    winner = order[0]
    tied = sum(total == sums[winner] for total in sums) > 1
    if sums[winner] <= 0 and winner != stay:
        winner = -1
    yes = sum(ballot[winner] > 0 for ballot in cast) if winner >= 0 else 0
    return _settle(winner, yes, sums, len(cast), roll, indifferent, threshold, stay, order, tied)


def _ranking(cast: list[Ballot], roll: int, threshold: int, options: int, stay: int) -> Outcome:
    ranked = [ballot for ballot in cast if any(ballot)]
    beats = schulze(preferences(ranked, options))
    wins = [sum(beats[one][other] > beats[other][one] for other in range(options)) for one in range(options)]
    best = [one for one in range(options) if all(beats[one][other] >= beats[other][one] for other in range(options))]
    order = tuple(sorted(range(options), key=lambda place: (place not in best, -wins[place], place != stay, place)))
    winner = order[0] if ranked else -1
    counts = tuple(_support(ranked, place, stay) for place in range(options))
    yes = counts[winner] if winner >= 0 else 0
    tied = len(best) > 1 and bool(ranked)
    return _settle(winner, yes, counts, len(cast), roll, len(cast) - len(ranked), threshold, stay, order, tied)


def _settle(
    winner: int,
    yes: int,
    counts: tuple[int, ...],
    cast: int,
    roll: int,
    indifferent: int,
    threshold: int,
    stay: int,
    order: tuple[int, ...],
    tied: bool,
) -> Outcome:
    passed = winner not in (-1, stay) and yes >= YES_LEAST and reaches(yes, roll - indifferent, threshold)
    return Outcome("passed" if passed else "failed", winner, counts, cast, roll, indifferent, order, tied)


def _place(ballot: Ballot, option: int) -> int:
    """Return where a ballot puts an option; what is not ranked stands behind all that is."""
    return ballot[option] or OPTIONS_MOST + 1


def _support(ranked: list[Ballot], option: int, stay: int) -> int:
    if stay < 0 or option == stay:
        return sum(ballot[option] > 0 for ballot in ranked)
    return sum(_place(ballot, option) < _place(ballot, stay) for ballot in ranked)


def preferences(ranked: Sequence[Ballot], options: int) -> list[list[int]]:
    """Return for each pair of options how many ballots put the first above the second."""
    return [
        [sum(_place(ballot, one) < _place(ballot, other) for ballot in ranked) for other in range(options)]
        for one in range(options)
    ]


def schulze(prefer: list[list[int]]) -> list[list[int]]:
    """Return the strength of the strongest path from each option to each other one (Schulze 2011, section 2.3.1)."""
    options = range(len(prefer))
    paths = [
        [prefer[one][other] if prefer[one][other] > prefer[other][one] else 0 for other in options] for one in options
    ]
    for through in options:
        for one in options:
            if one == through:
                continue
            for other in options:
                if other not in (one, through):
                    paths[one][other] = max(paths[one][other], min(paths[one][through], paths[through][other]))
    return paths


def settled(
    method: str,
    ballots: Iterable[Ballot],
    roll: int,
    quorum: int,
    threshold: int,
    *,
    options: int = 2,
    stay: int = -1,
) -> bool:
    """Say whether nothing that those who have not voted could do would change the outcome.

    For answers, choices and scores the worst they could do is known: all of them alike, for one option and against all
    others, or indifferent, or away. For a ranking that is not so, because an option can lose by being ranked first; there
    it is settled once an option beats each other one by more than the ballots still missing.
    """
    cast = list(ballots)
    left = roll - len(cast)

    def after(more: list[Ballot]) -> tuple[str, int]:
        found = outcome(method, cast + more, roll, quorum, threshold, options=options, stay=stay)
        return found.state, found.winner if found.state == "passed" else -1

    now = after([])
    if left <= 0:
        return True
    if method == "ranking":
        return _ranking_settled(cast, left, options, stay, now, roll, quorum)
    if method not in (*ANSWERING, *CHOOSING, "score") or method == "sense_check":
        return False
    return all(after([one] * left) == now for one in _extremes(method, options))


def _extremes(method: str, options: int) -> list[Ballot]:
    if method in ANSWERING:
        return [(answer,) for answer in (YES, INDIFFERENT, NO, OBJECTION)]
    if method in CHOOSING:
        return [(place,) for place in range(options + 1)]
    return [(0,) * options] + [tuple(2 if place == one else -2 for place in range(options)) for one in range(options)]


def _ranking_settled(
    cast: list[Ballot], left: int, options: int, stay: int, now: tuple[str, int], roll: int, quorum: int
) -> bool:
    prefer = preferences([ballot for ballot in cast if any(ballot)], options)
    others = range(options)
    sure = [
        one for one in others if all(one == other or prefer[one][other] > prefer[other][one] + left for other in others)
    ]
    if not sure or 100 * len(cast) < quorum * roll:
        return False
    # Whoever is missing can only add to the support of the one that wins in any case, or be taken out of the count.
    return now == ("passed", sure[0]) or sure[0] == stay
