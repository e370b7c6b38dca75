"""What changed from one text to another, line by line."""

from difflib import SequenceMatcher

LINES_MOST = 400  # of a longer text only before and after are shown: comparing takes the square of it
AROUND = 1  # unchanged lines that are shown beside a change
SAME, GONE, NEW, LEFT_OUT = "same", "gone", "new", "left_out"


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that went and came, in order, each with what became of it; nothing where both texts are the same."""
    old, new = before.split("\n"), after.split("\n")
    if old == new:
        return []
    if max(len(old), len(new)) > LINES_MOST:
        return [(GONE, line) for line in old] + [(NEW, line) for line in new]
    found: list[tuple[str, str]] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += _shortened(old[i:i_end], at_start=i == 0, at_end=i_end == len(old))
        else:
            found += [(GONE, line) for line in old[i:i_end]] + [(NEW, line) for line in new[j:j_end]]
    return found


def _shortened(lines: list[str], *, at_start: bool, at_end: bool) -> list[tuple[str, str]]:
    """Return unchanged lines, of which only those beside a change are shown."""
    head = [] if at_start else lines[:AROUND]
    rest = lines[len(head) :]
    tail = [] if at_end else rest[-AROUND:]
    left_out = [(LEFT_OUT, "")] if len(rest) > len(tail) else []
    return [*((SAME, line) for line in head), *left_out, *((SAME, line) for line in tail)]
