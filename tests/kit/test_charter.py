"""The numbers of a group: usual values within bounds, and how long each class of what is kept stays."""

from itertools import pairwise

import pytest

from nasij.kit.charter import SETTINGS, kept_days
from nasij.kit.table import Keep, Table, number, text
from nasij.node import view


@pytest.mark.parametrize("name", SETTINGS)
def test_the_usual_value_lies_within_the_bounds(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.least <= setting.default <= setting.most


def test_a_class_that_stays_longer_stays_longer_whatever_a_group_chooses() -> None:
    names = ("keep_momentary_days", "keep_short_days", "keep_working_days")
    for shorter, longer in pairwise(names):
        assert SETTINGS[shorter].most < SETTINGS[longer].least


def test_the_usual_days_are_those_of_the_classes() -> None:
    db = view.connect()
    db.executescript("create table setting (name text primary key, value text) strict")
    assert kept_days(db) == {keep: int(keep) for keep in Keep if keep is not Keep.LEDGER}
    db.execute("insert into setting values ('keep_short_days', '7')")
    assert kept_days(db)[Keep.SHORT] == 7


def test_a_table_forgets_after_the_groups_own_days() -> None:
    table = Table("t", {"key": text(Keep.SHORT), "words": text(Keep.SHORT), "many": number(Keep.WORKING)}, key=("key",))
    db = view.connect()
    db.executescript(table.create())
    db.execute("insert into t values ('k', 'w', 1, 'network', 100)")
    own = {Keep.SHORT: 7, Keep.WORKING: 90}
    table.forget(db, 106, own)
    assert db.execute("select words from t").fetchone()[0] == "w"
    table.forget(db, 107, own)
    assert db.execute("select words, many from t").fetchone() == ("", 1)
    table.forget(db, 189, own)
    assert db.execute("select count(*) from t").fetchone()[0] == 1
    table.forget(db, 190, own)
    assert db.execute("select count(*) from t").fetchone()[0] == 0
