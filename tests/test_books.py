"""The books as files: Beancount adds them up itself and agrees with us; a spreadsheet finds nothing to run."""

import csv
import io
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import realization
from beancount.scripts.check import main as bean_check
from click.testing import CliRunner

from nasij import books
from nasij.ids import code
from nasij.kit import money
from tests.areas.test_fund_any_order import Play, history

HISTORIES = 200


def checked(text: str, path: Path) -> None:
    """Let Beancount's own `bean-check` look at a file: no word of complaint."""
    path.write_text(text)
    result = CliRunner().invoke(bean_check, ["--no-cache", str(path)])
    assert result.exit_code == 0, result.output
    assert result.output.strip() == ""


def theirs(text: str) -> dict[tuple[str, str], str]:
    """Return each account's balance in each currency as Beancount computes it."""
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    found = {}
    for account in realization.iter_children(realization.realize(entries), leaf_only=True):
        for position in account.balance:
            found[account.account, position.units.currency] = position.units.number
    return {key: f"{number:f}" for key, number in found.items() if number}


def ours(play: Play) -> dict[tuple[str, str], str]:
    """Return the same from our postings."""
    names = books.pot_names(play.top.db)
    found: dict[tuple[str, str], int] = {}
    for account, pot, currency, amount in play.top.rows("select account, pot, currency, amount_minor from posting"):
        key = books.account_of({"account": account, "pot": pot}, names), currency
        found[key] = found.get(key, 0) + amount
    return {(account, currency): money.shown(sum_, currency) for (account, currency), sum_ in found.items() if sum_}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_bean_check_passes_on_random_histories_and_its_balances_are_ours(part: int, tmp_path: Path) -> None:
    asserted = 0
    for seed in range(part, HISTORIES, 4):
        play = history(seed)
        text = books.beancount(play.top.db)
        checked(text, tmp_path / "books.beancount")
        assert theirs(text) == ours(play), seed
        asserted += text.count(" balance ")
    assert asserted > 10, "counts became balance assertions"


def test_bean_check_would_notice_a_line_that_is_gone(tmp_path: Path) -> None:
    """What the test above rests on must be able to fail."""
    text = books.beancount(history(3).top.db)
    lines = text.split("\n")
    posting = next(place for place, line in enumerate(lines) if line.startswith("  Assets:Pot"))
    with pytest.raises(AssertionError):
        checked("\n".join(lines[:posting] + lines[posting + 1 :]), tmp_path / "books.beancount")


def test_each_count_is_an_assertion_of_what_was_counted_at_the_end_of_its_week(tmp_path: Path) -> None:
    play = Play()
    pot, top = play.pots[1], play.top
    play.count(1, 1, 0)
    play.second(0, 1, 0)
    play.receive(1, 1, 777)  # in the same week, after the count
    text = books.beancount(top.db)
    checked(text, tmp_path / "books.beancount")
    assert f"balance Assets:Pot:{code(pot).upper()}  207.78 ~ 0 EUR" in text


def test_an_empty_fund_is_a_file_that_passes(tmp_path: Path) -> None:
    play = Play()
    play.top.db.execute("delete from posting")
    play.top.db.execute("delete from ledger_entry")
    checked(books.beancount(play.top.db), tmp_path / "books.beancount")
    assert books.sheet(play.top.db).strip() == ",".join(books.COLUMNS)


def test_two_pots_whose_codes_are_the_same_keep_two_accounts() -> None:
    play = Play()
    play.top.db.execute("update pot set pot = 'k7m2qx0000000001' where pot = ?", (play.pots[0],))
    play.top.db.execute("update pot set pot = 'k7m2qx0000000002' where pot = ?", (play.pots[1],))
    names = books.pot_names(play.top.db)
    assert len(set(names.values())) == len(play.pots)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert books.safe(cell) == "'" + cell
    assert books.safe("k7m-2qx") == "k7m-2qx"


def test_the_sheet_adds_up_and_holds_only_published_things() -> None:
    play = history(5)
    found = list(csv.DictReader(io.StringIO(books.sheet(play.top.db))))
    assert tuple(found[0]) == books.COLUMNS
    for pot in play.pots:
        behind = 10 ** money.digits_of(play.currency(pot))
        assert sum(round(float(row["amount"]) * behind) for row in found if row["pot"] == code(pot)) == play.model[pot]
    everything = books.sheet(play.top.db) + books.beancount(play.top.db)
    assert not any(member in everything or code(member) in everything for member in play.everybody)
