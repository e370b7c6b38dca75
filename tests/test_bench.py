"""The bench, made small: every figure that is promised is there, each with its bound from the same run."""

import json
from pathlib import Path
from typing import Any

import pytest

from nasij.bench import appends, circles, figure, run
from nasij.bench.pages import requests_of

PROMISED = {
    *("cold_fold", "snapshot_open", "hub_append", "hub_append_batches"),
    *(f"{page}_{what}" for page in ("home", "needs") for what in ("p50", "p99", "per_second", "bytes", "requests")),
    *("first_page_bytes", "first_page_requests"),
    *("rekey_10", "rekey_100", "rekey_1000", "exposure_report"),
    *("memory_house", "memory_one_more_room", "memory_room_of_that_network"),
}


@pytest.mark.slow
def test_every_promised_figure_stands_beside_its_bound() -> None:
    found = run(scale=0.001)
    assert found.keys() >= PROMISED
    for name, row in found.items():
        assert row.keys() == {"value", "unit", "bound", "ratio", "aim", "met"}, name
        assert row["value"] > 0 and row["bound"] > 0, name
        assert (row["met"] is None) == (row["aim"] is None), name
    assert json.loads(json.dumps(found)) == found
    # Sizes do not hang on how busy the machine is, so these aims hold in every run.
    for name in ("first_page_bytes", "first_page_requests", "home_bytes", "home_requests", "memory_one_more_room"):
        assert found[name]["met"], (name, found[name])


@pytest.mark.slow
def test_each_kind_of_append_stands_beside_a_bare_one_and_only_two_have_an_aim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appends, "ROUNDS", 1)
    found: dict[str, dict[str, Any]] = {}
    appends.measure_appends(tmp_path, found, figure, many=2)
    over_http = {f"hub_append_http_{count}_{share}" for count in (1, 16) for share in ("p50", "p99")}
    assert set(found) == {"hub_append", "hub_append_16_at_once", "hub_append_batches", "bare_overwrite"} | over_http
    assert {name for name, row in found.items() if row["aim"] is not None} == {"hub_append", "hub_append_batches"}
    batches = found["hub_append_batches"]
    assert batches["met"] == (batches["value"] >= 100_000)


def test_an_aim_is_met_on_its_own_side() -> None:
    assert figure(2.0, "s", 1.0, 2.0)["met"]
    assert not figure(2.1, "s", 1.0, 2.0)["met"]
    assert figure(90, "1/s", 100, 0.8, more=True)["met"]
    assert not figure(70, "1/s", 100, 0.8, more=True)["met"]
    assert figure(1, "MB", 1)["met"] is None


def test_a_page_counts_what_it_loads() -> None:
    assert requests_of("<p>Home</p>") == 1
    assert requests_of('<link rel="icon" href="data:,"><style>a{color:red}</style><a href="/aid">Needs</a>') == 1
    assert requests_of('<link rel="stylesheet" href="/s.css"><img src="/a.webp">') == 3
    assert requests_of("<style>@import '/b.css';a{background:url(/c.png)}</style>") == 3


@pytest.mark.slow
def test_moving_keys_on_is_measured_for_ten_a_hundred_and_a_thousand(tmp_path: Path) -> None:
    found: dict[str, dict[str, Any]] = {}
    circles.measure_circles(tmp_path, found, figure, scale=0.01)
    assert set(found) == {"rekey_10", "rekey_100", "rekey_1000", "exposure_report"}
    assert found["rekey_10"]["bound"] < found["rekey_100"]["bound"] < found["rekey_1000"]["bound"]
    assert {name for name, row in found.items() if row["aim"] is None} == {"exposure_report"}
