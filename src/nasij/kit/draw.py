"""A draw that everybody can check: two people commit before anything can be known, then reveal, and the seed follows.

First each of two people publishes the `commitment` of a secret of their own, before what is drawn from is final. Later
both reveal. The seed is a hash over the draw's code and every secret that was revealed in time, so neither chose it alone,
and `order` puts the items by the hash of seed and item: whoever reads it can do the same sum with any SHA-256 program.

What this cannot prevent: whoever reveals last knows the other's secret already, and may stay silent to get the order that
follows from the other's secret alone. That is a choice between two orders, not of an order, and everybody sees that
somebody stayed silent. So each use gives a short window for revealing, and shows who did not.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

from nasij.ids import new_id

SECRET_LENGTH = 32
COMMITMENT_LENGTH = 64
PEOPLE = 2  # who commit, at least
_COMMITMENT = re.compile("[0-9a-f]{64}")


def new_secret() -> str:
    """Return a secret of 160 random bits, as text."""
    return new_id() + new_id()


def _hashed(*parts: str) -> str:
    # A line break stands in no code and no secret, so two different lists of parts never make the same text.
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def commitment(draw: str, member: str, secret: str) -> str:
    """Return what is published first: bound to the draw and to the person, so that nobody can copy another's."""
    return _hashed("commitment", draw, member, secret)


def is_commitment(text: str) -> bool:
    """Say whether this has the form of a commitment."""
    return _COMMITMENT.fullmatch(text) is not None


def opens(draw: str, member: str, secret: str, committed: str) -> bool:
    """Say whether a secret is the one that somebody committed to."""
    return commitment(draw, member, secret) == committed


def seed(draw: str, revealed: Mapping[str, str]) -> str:
    """Return the seed of a draw: a hash of its code and of what was revealed, by member, in the order of their codes."""
    return _hashed("seed", draw, *(part for member in sorted(revealed) for part in (member, revealed[member])))


def order(seed: str, items: Iterable[str]) -> list[str]:
    """Return codes in the order of the draw: by the hash of seed and code, whatever order they were given in."""
    return sorted(set(items), key=lambda item: (_hashed("item", seed, item), item))
