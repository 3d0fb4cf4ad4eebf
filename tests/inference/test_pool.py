"""The pool: one load, leases, times to live, budgets, several devices."""

import threading

import pytest

from dtoolkit.inference.devices import Device
from dtoolkit.inference.errors import DeviceLost, OutOfMemory, WeightsMissing
from tests.inference.conftest import spec


def names(pool):
    return sorted(loaded.spec.key for loaded in pool.standing())


def test_a_network_is_loaded_once(make_pool, loader):
    pool = make_pool(spec("a"))
    for _ in range(3):
        with pool.lease("a") as adapter:
            assert adapter == "a@1 on cuda:0"
    assert loader.loads == [("a", "cuda:0")]


def test_threads_that_ask_at_once_wait_for_one_load(make_pool, loader):
    pool = make_pool(spec("a"))
    begun, go = threading.Event(), threading.Event()

    def hold():
        begun.set()
        assert go.wait(5)

    loader.before = hold
    got = []

    def ask():
        with pool.lease("a") as adapter:
            got.append(adapter)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    go.set()
    for thread in threads:
        thread.join(5)
    assert len(got) == 8
    assert loader.loads == [("a", "cuda:0")]


def test_while_one_loads_another_is_leased(make_pool, loader):
    pool = make_pool(spec("a"), spec("b"))
    with pool.lease("b"):
        pass
    begun, go = threading.Event(), threading.Event()
    loader.before = lambda: (begun.set(), go.wait(5))
    thread = threading.Thread(target=lambda: pool.lease("a").__enter__())
    thread.start()
    assert begun.wait(5)
    with pool.lease("b") as adapter:
        assert adapter == "b@1 on cuda:0"
    go.set()
    thread.join(5)
    assert names(pool) == ["a", "b"]


def test_what_nobody_used_for_its_time_goes(make_pool, clock):
    pool = make_pool(spec("a", ttl_s=60), spec("b", ttl_s=600))
    for key in "ab":
        with pool.lease(key):
            clock.now += 1
    clock.now = 61.5
    with pool.lease("a"):
        clock.now = 300
        pool.sweep()
        assert names(pool) == ["a", "b"]
    pool.sweep()
    assert names(pool) == ["a", "b"]
    clock.now = 360
    pool.sweep()
    assert names(pool) == ["b"]


def test_the_least_recently_used_makes_room(make_pool, clock):
    pool = make_pool(spec("a"), spec("b"), spec("c"))
    for key in "aba":
        with pool.lease(key):
            clock.now += 1
    with pool.lease("c"):
        assert names(pool) == ["a", "c"]


def test_what_is_leased_is_not_pushed_out(make_pool):
    pool = make_pool(spec("a", 2000), spec("b", 2000))
    with pool.lease("a"):
        with pytest.raises(OutOfMemory, match="no room for B"), pool.lease("b"):
            pass
        assert names(pool) == ["a"]
    with pool.lease("b"):
        assert names(pool) == ["b"]


def test_one_waits_for_room_until_a_lease_ends(make_pool):
    pool = make_pool(spec("a", 2000), spec("b", 2000), room_wait_s=10)
    lease = pool.lease("a")
    lease.__enter__()
    done = []
    thread = threading.Thread(target=lambda: done.append(pool.lease("b").__enter__()))
    thread.start()
    thread.join(0.05)
    assert not done
    lease.__exit__(None, None, None)
    thread.join(5)
    assert done == ["b@1 on cuda:0"]


def test_what_is_larger_than_the_budget_is_tried_alone(make_pool):
    pool = make_pool(spec("a"), spec("huge", 9000))
    with pool.lease("a"):
        pass
    with pool.lease("huge"):
        assert names(pool) == ["huge"]


def test_a_card_of_more_weight_is_given_more(make_pool, loader):
    cards = (Device("cuda:0", 1, 10_000), Device("cuda:1", 2, 10_000))
    pool = make_pool(*(spec(key) for key in "abcdef"), devices=cards)
    for key in "abcdef":
        with pool.lease(key):
            pass
    given = [device for _, device in loader.loads]
    assert given[0] == "cuda:1"
    assert given.count("cuda:1") > given.count("cuda:0") > 0


def test_a_named_device_is_used_though_another_has_it(make_pool, loader):
    pool = make_pool(spec("a"))
    with pool.lease("a"), pool.lease("a", "cpu") as adapter:
        assert adapter == "a@1 on cpu"
    with pool.lease("a", "cpu"):
        pass
    assert loader.loads == [("a", "cuda:0"), ("a", "cpu")]


def test_other_weights_are_loaded_in_place_of_the_old(make_pool, loader):
    pool = make_pool(spec("a"))
    with pool.lease("a"):
        pass
    loader.keys["a"] = "a@2"
    with pool.lease("a") as adapter:
        assert adapter == "a@2 on cuda:0"
    assert len(pool.standing()) == 1


def test_a_failed_load_is_told_and_not_remembered(make_pool, loader):
    pool = make_pool(spec("a"))
    loader.failure = WeightsMissing("gone")
    with pytest.raises(WeightsMissing), pool.lease("a"):
        pass
    loader.failure = None
    with pool.lease("a") as adapter:
        assert adapter == "a@1 on cuda:0"


def test_a_lost_device_is_forgotten_with_all_that_was_on_it(make_pool, loader):
    pool = make_pool(spec("a"), spec("b"))
    with pool.lease("b"):
        pass
    with pytest.raises(DeviceLost), pool.lease("a"):
        raise DeviceLost("the card fell off the bus")
    assert names(pool) == []
    with pool.lease("a"):
        pass
    assert loader.loads == [("b", "cuda:0"), ("a", "cuda:0"), ("a", "cuda:0")]


def test_a_yielded_device_is_empty_and_new_leases_wait(make_pool, clock):
    pool = make_pool(spec("a"), spec("b"))
    with pool.lease("b"):
        pass
    with pool.lease("a"):
        assert pool.yield_device(for_s=30) == 1000
        assert names(pool) == ["a"]
    assert names(pool) == []
    done = []
    thread = threading.Thread(target=lambda: done.append(pool.lease("a").__enter__()))
    thread.start()
    thread.join(0.05)
    assert not done
    clock.now = 31
    thread.join(5)
    assert done == ["a@1 on cuda:0"]


def test_waiting_and_computing_are_told_apart(make_pool, clock, loader):
    pool = make_pool(spec("a"))

    def slow():
        clock.now += 7

    loader.before = slow
    with pool.lease("a"):
        clock.now += 2
    (loaded,) = pool.standing()
    assert (loaded.waited_s, loaded.computed_s, loaded.lease_count) == (7, 2, 1)
    assert (loaded.loaded_at, loaded.used_at, loaded.leases) == (7, 9, 0)
