"""Long lists, shown some at a time, with the ways to the pages around."""

from typing import Any

A_PAGE = 20
LAST = 1000  # a thousand pages are more than anybody turns


def turn_of(typed: str) -> int:
    """Return the page asked for; the first for anything that is no number of a page."""
    return min(max(1, int(typed)), LAST) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def span(typed: str) -> tuple[int, int]:
    """Return how many rows to read for a page, one more than it shows, and how many to leave out before them."""
    return A_PAGE + 1, (turn_of(typed) - 1) * A_PAGE


def shown(path: str, typed: str, *lists: list[Any]) -> tuple[list[list[Any]], dict[str, str]]:
    """Return what of each list stands on a page, and the ways back and on; lists on one page are turned together."""
    turn = turn_of(typed)
    more = turn < LAST and any(len(found) > A_PAGE for found in lists)
    ways = {
        "before": f"{path}/page/{turn - 1}" if turn > 1 else "",
        "after": f"{path}/page/{turn + 1}" if more else "",
    }
    return [found[:A_PAGE] for found in lists], ways
