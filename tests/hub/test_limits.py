"""Rates: buckets fill steadily, and are let go."""

from nasij.hub.limits import Buckets, Rate, Rates, weight

SLOW = Rate(a_second=2.0, burst=10.0)


def test_a_bucket_gives_its_burst_and_then_what_flows_in():
    buckets = Buckets(SLOW)
    assert [buckets.take(b"a", 1, 0.0) for _ in range(11)] == [True] * 10 + [False]
    assert buckets.take(b"b", 1, 0.0)
    assert [buckets.take(b"a", 1, 1.0) for _ in range(3)] == [True, True, False]


def test_what_is_refused_takes_nothing_out():
    buckets = Buckets(SLOW)
    assert buckets.take(b"a", 8, 0.0)
    assert not buckets.take(b"a", 8, 0.0)
    assert buckets.take(b"a", 2, 0.0)


def test_more_than_a_bucket_holds_waits_for_a_full_one():
    buckets = Buckets(SLOW)
    assert buckets.take(b"a", 1000, 0.0)
    assert not buckets.take(b"a", 1000, 4.9)
    assert buckets.take(b"a", 1000, 10.0)


def test_a_clock_that_goes_back_gives_nothing():
    buckets = Buckets(SLOW)
    assert buckets.take(b"a", 10, 100.0)
    assert not buckets.take(b"a", 1, 50.0)


def test_buckets_that_are_full_again_are_let_go_and_so_are_the_oldest():
    buckets = Buckets(SLOW, most=3)
    for n in range(3):
        buckets.take(bytes([n]), 10, 0.0)
    buckets.take(b"new", 10, 6.0)
    assert len(buckets) == 1
    for n in range(50):
        buckets.take(bytes([n]), 10, 6.0)
    assert len(buckets) == 3


def test_a_call_weighs_by_its_kind_and_its_bytes():
    assert weight("read", 100) == 1
    assert weight("append", 8 << 20) == 129
    assert weight("found", 100) > weight("put_slot", 100) > weight("put_box", 100) > 1


def test_networks_and_connections_have_a_rate_each():
    rates = Rates(network=SLOW, connection=Rate(a_second=0.0, burst=15.0))
    assert sum(rates.take(b"one", b"c", 1) for _ in range(12)) == 10
    assert sum(rates.take(b"two", b"c", 1) for _ in range(12)) == 3
    assert rates.take(b"two", b"d", 1)
    assert sum(rates.take(b"three", b"", 1) for _ in range(12)) == 10
