"""What is promised stands in one list, each promise with tests that are there; no promise is said elsewhere only."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROMISES = (ROOT / "docs/promises.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
NAMED = re.compile(r"`(tests/[a-z_/0-9]+\.py)::([A-Za-z_0-9:]+)`")
NO_TEST = "Not shown by a test"


def chapters(text: str) -> dict[str, str]:
    """Return what stands below each heading of the second order."""
    return {title: body for title, _, body in (part.partition("\n") for part in text.split("\n## ")[1:])}


def rows(text: str) -> list[list[str]]:
    """Return the cells of each row of the tables in a text, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {at - 1 for at, line in enumerate(lines) if line.startswith("|---")}
    kept = [line for at, line in enumerate(lines) if at not in heads and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def without_a_test(text: str) -> list[str]:
    """Return the promises that name no test."""
    return [row[0] for row in rows(text) if len(row) != 3 or not NAMED.search(row[2])]


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file, as pytest calls them, without importing it."""
    found: set[str] = set()
    for node in ast.parse((ROOT / path).read_text()).body if (ROOT / path).exists() else ():
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inside = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
            found |= {f"{node.name}::{name}" for name in inside if name.startswith("test_")}
        elif isinstance(node, ast.Assign):  # a state machine: its test is made from it
            found |= {to.id for to in node.targets if isinstance(to, ast.Name) and to.id.startswith("Test")}
    return frozenset(found)


def not_there(text: str) -> list[str]:
    """Return the tests that are named and do not exist."""
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in names_in(path)]


def missing(text: str, security: str) -> list[str]:
    """Return the promises of SECURITY.md, each with its condition, that a text does not hold."""
    held = {(row[0], row[1]) for row in rows(text)}
    return [row[0] for row in rows(security) if (row[0], row[1]) not in held]


def test_every_promise_names_a_test() -> None:
    assert len(rows(PROMISES)) > 60
    assert not without_a_test(PROMISES)


def test_every_test_that_a_promise_names_exists() -> None:
    assert not not_there(PROMISES)


def test_every_promise_of_the_security_page_stands_there_with_its_condition() -> None:
    assert len(rows(SECURITY)) > 15
    assert not missing(PROMISES, SECURITY)


def test_a_test_that_the_security_page_names_for_a_promise_is_named_there_too() -> None:
    """By its file; pages that explain are no tests."""
    shown = {row[0]: row[2] for row in rows(PROMISES)}
    for promise, _condition, tests in rows(SECURITY):
        for path in re.findall(r"`(tests/[a-z_/]+\.py)`", tests):
            assert path in shown[promise], (promise, path)


@pytest.mark.parametrize(("letter", "last"), [("I-", 28), ("A", 23)])
def test_each_number_of_the_test_plan_is_shown_or_openly_is_not(letter: str, last: int) -> None:
    parts = chapters(PROMISES)
    shown = {row[0].split()[0] for row in rows(PROMISES)}
    openly_not = set(re.findall(rf"^- ({letter}\d+):", parts[NO_TEST], re.MULTILINE))
    wanted = {f"{letter}{number}" for number in range(1, last + 1)}
    assert wanted <= shown | openly_not, wanted - shown - openly_not
    assert not shown & openly_not


def test_the_gravest_abuse_is_shown_by_tests() -> None:
    shown = {row[0].split()[0] for row in rows(PROMISES)}
    assert {"A1", "A2", "A14", "A16", "A19", "A20", "A21"} <= shown


def test_each_chapter_has_one_table_or_one_list() -> None:
    for title, body in chapters(PROMISES).items():
        assert body.count("\n|---|") + bool(re.search("^- ", body, re.MULTILINE)) == 1, title


def test_what_is_wrong_is_found() -> None:
    head = "| Promise | Condition | Shown by |\n|---|---|---|\n"
    assert without_a_test(head + "| It holds | | `SECURITY.md` |") == ["It holds"]
    gone = head + "| It holds | | `tests/test_promises.py::test_that_is_gone` |"
    assert not_there(gone) == ["tests/test_promises.py::test_that_is_gone"]
    assert missing(gone, head + "| It holds | always | |") == ["It holds"]
    assert missing(gone, head + "| It holds | | |") == []
