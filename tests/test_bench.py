"""The bench: what is measured, and beside what. Not how fast anything is; for that, `nasij bench`."""

import pytest

from nasij.bench import appends, figure

pytestmark = pytest.mark.slow


def test_each_kind_of_append_stands_beside_a_bare_one_and_only_two_have_an_aim(tmp_path, monkeypatch):
    monkeypatch.setattr(appends, "ROUNDS", 1)
    found = {}
    appends.measure_appends(tmp_path, found, figure, many=2)
    over_http = {f"hub_append_http_{count}_{share}" for count in (1, 16) for share in ("p50", "p99")}
    assert set(found) == {"hub_append", "hub_append_16_at_once", "hub_append_batches", "bare_overwrite"} | over_http
    assert all(row["value"] > 0 and row["bound"] > 0 and row["ratio"] > 0 for row in found.values())
    assert {name for name, row in found.items() if row["aim"] is not None} == {"hub_append", "hub_append_batches"}
    batches = found["hub_append_batches"]
    assert batches["met"] == (batches["value"] >= 100_000)
