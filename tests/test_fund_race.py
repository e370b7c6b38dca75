"""Two people of the fund reserve at once, each on a machine of their own: the second in the line is refused everywhere."""

from pathlib import Path

import pytest

from nasij.areas.fund import MoneyReserved, available, reserved
from nasij.ids import new_id
from nasij.node import record
from tests.village import Village, cheap_words


@pytest.mark.slow
def test_two_who_reserve_at_once_end_the_same_in_every_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor", "zein")
    village.give_role("sami", "fund", "huda", "noor")
    village.give_role("zein", "fund", "huda", "noor")
    sami, zein, noor = village["sami"], village["zein"], village["noor"]
    pot = sami.does("/fund/pots/open", place="cash", currency="EUR", keeper=noor.me, limit="1000")[0].pot
    village.settle()
    zein.does(f"/fund/pots/{pot}/agree")
    village.settle()
    noor.does("/fund/opening", pot=pot, amount="100")
    village.settle()
    week = noor.node.by().day // 7
    for _ in range(3):
        record.state(sami.node, [MoneyReserved(new_id(), 24_00, "EUR", "", week)])
    village.settle()

    village.cut_all(True)
    for person in (sami, zein):
        record.state(person.node, [MoneyReserved(new_id(), 15_00, "EUR", "", week)])
        assert reserved(person.node.db, "EUR") == 87_00, "each sees their own, and there is enough for one"
    village.cut_all(False)
    village.settle()

    everybody = [village[name] for name in ("huda", "sami", "noor", "zein")]
    tables = ("reservation", "backing", "pot", "posting")
    views = {repr([p.rows(f"select * from {table}") for table in tables]) for p in everybody}
    assert len(views) == 1
    assert (reserved(noor.node.db, "EUR"), available(noor.node.db, "EUR")) == (87_00, 3_00)
    assert len([p for p in (sami, zein) if p.node.told]) == 1, "the second is told why"
    village.check()
