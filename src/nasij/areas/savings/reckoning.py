"""The sums of a savings circle: when each turn is due, what stands in the pot, and who owes whom when it stops early.

Nothing here reads a database. Amounts are whole minor units of one currency; people are ids.

Why the settlement is right. Until a circle has run to its end, whoever took a turn early was lent money by whoever has
not had theirs, so stopping is unwinding a loan: everybody gets back what they put in less what they took out, and nothing
else counts. The money of the pot that nobody has taken yet lies with the organiser, so it is the organiser's to give back.
With that, what all are owed and what all owe is the same sum, to the last unit, whatever numbers were given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nasij.clock import from_date, to_date

EXACT_MOST = 12  # people for whom the shortest list is looked for among all groupings: 4096 of them
_STEP_DAYS = {"week": 7, "fortnight": 14}


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment that settles something."""

    payer: str
    payee: str
    amount: int


def due_days(starts_on: int, rhythm: str, count: int) -> list[int]:
    """Return the days on which turns are due. A month keeps its day, or takes its last one where it is shorter."""
    if rhythm != "month":
        return [starts_on + _STEP_DAYS[rhythm] * n for n in range(count)]
    first = to_date(starts_on)
    found = []
    for n in range(count):
        years, month = divmod(first.month - 1 + n, 12)
        begins = first.replace(year=first.year + years, month=month + 1, day=1)
        # 31 days after a first is always in the next month, whose first is the day behind the last one of this.
        after = to_date(from_date(begins) + 31).replace(day=1)
        found.append(min(from_date(begins) + first.day - 1, from_date(after) - 1))
    return found


def spread(shares: Iterable[tuple[str, int]]) -> list[str]:
    """Return turns in the order of joining: a first one for each, then a second for whoever has two shares, and so on."""
    people = list(shares)
    most = max((count for _, count in people), default=0)
    return [member for round_ in range(most) for member, count in people if count > round_]


def standing(guarantee: int, amount: int, covered: int, repaid: int, returned: int) -> int:
    """Return what is in the guarantee pot: what was put in, less what it covered, and what of that was paid back."""
    return guarantee - amount * covered + amount * repaid - returned


def balances(paid: Mapping[str, int], taken: Mapping[str, int], organiser: str) -> dict[str, int]:
    """Return what is owed to each (above zero) or by each (below zero); the sum is zero.

    What was paid in and not taken out is with the organiser.
    """
    found = {member: paid.get(member, 0) - taken.get(member, 0) for member in {*paid, *taken, organiser}}
    found[organiser] -= sum(paid.values()) - sum(taken.values())
    return {member: found[member] for member in sorted(found)}


def settlement(owed: Mapping[str, int]) -> list[Transfer]:
    """Return payments after which nobody owes anybody.

    Nobody pays more than they owe or gets more than they are owed, and nobody both pays and gets. People whose balances
    come to zero among themselves need one payment fewer than they are, so the shortest list is found by splitting
    everybody into as many such groups as possible; among many people one group is taken, and the list is at most one
    shorter than they are.
    """
    left = [(member, amount) for member, amount in sorted(owed.items()) if amount]
    if sum(amount for _, amount in left):
        raise ValueError("what is owed and what is due must be the same sum")
    groups = _groups(left) if 0 < len(left) <= EXACT_MOST else [left]
    return [transfer for group in groups for transfer in _paired(group)]


def _groups(people: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """Split people into the most groups that each come to zero, by the sums of all subsets.

    Take people one by one; whenever those taken so far come to zero, a group is closed. `most` keeps, for each set of
    people taken, how many groups the best order closes, and `last` who was taken last in it.
    """
    size = 1 << len(people)
    sums, most, last = [0] * size, [0] * size, [0] * size
    for taken in range(1, size):
        low = (taken & -taken).bit_length() - 1
        sums[taken] = sums[taken & (taken - 1)] + people[low][1]
        best = -1
        for one in range(len(people)):
            if taken >> one & 1 and most[taken ^ (1 << one)] > best:
                best, last[taken] = most[taken ^ (1 << one)], one
        most[taken] = best + (sums[taken] == 0)
    groups: list[list[tuple[str, int]]] = []
    taken = size - 1
    while taken:
        if sums[taken] == 0:
            groups.append([])
        groups[-1].append(people[last[taken]])
        taken ^= 1 << last[taken]
    return groups


def _paired(people: list[tuple[str, int]]) -> list[Transfer]:
    """Let whoever owes most pay whoever is owed most, until nothing is left; each payment settles at least one person."""
    left = dict(people)
    found = []
    while any(left.values()):
        payer = min(left, key=lambda member: (left[member], member))
        payee = min(left, key=lambda member: (-left[member], member))
        amount = min(-left[payer], left[payee])
        found.append(Transfer(payer, payee, amount))
        left[payer] += amount
        left[payee] -= amount
    return found
