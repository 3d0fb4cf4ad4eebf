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


def test_two_that_load_at_once_do_not_both_count_on_the_same_room(make_pool, loader):
    pool = make_pool(spec("a", 2000), spec("b", 2000), room_wait_s=10)
    begun, go = threading.Event(), threading.Event()

    def hold():
        begun.set()
        assert go.wait(5)

    loader.before = hold

    def use(key):
        with pool.lease(key):
            pass

    threads = [threading.Thread(target=use, args=(key,)) for key in "ab"]
    threads[0].start()
    assert begun.wait(5)
    threads[1].start()
    threads[1].join(0.1)
    assert pool.standing() == []
    go.set()
    for thread in threads:
        thread.join(5)
    assert names(pool) == ["b"]
    assert [key for key, _ in loader.loads] == ["a", "b"]


def test_room_that_a_failed_load_was_given_is_free_again(make_pool, loader):
    pool = make_pool(spec("a", 2000), spec("b", 2000))
    loader.failure = WeightsMissing("gone")
    with pytest.raises(WeightsMissing), pool.lease("a"):
        pass
    loader.failure = None
    with pool.lease("b"):
        assert names(pool) == ["b"]


def test_a_lease_of_old_weights_that_ends_leaves_the_new_ones_alone(make_pool, loader, clock):
    pool = make_pool(spec("a"))
    with pool.lease("a") as old:
        loader.keys["a"] = "a@2"
        lease = pool.lease("a")
        assert lease.__enter__() == "a@2 on cuda:0"
        assert old == "a@1 on cuda:0"
        pool.yield_device(for_s=30)
    (loaded,) = pool.standing()
    assert (loaded.model_key, loaded.leases) == ("a@2", 1)
    lease.__exit__(None, None, None)
    assert names(pool) == []


def test_a_card_that_others_filled_is_tried_again_without_what_is_idle(make_pool, loader):
    pool = make_pool(spec("a"), spec("b"))
    with pool.lease("a"):
        pass

    def full_while_a_is_there():
        loader.failure = OutOfMemory("full") if names(pool) == ["a"] else None

    loader.before = full_while_a_is_there
    with pool.lease("b"):
        assert names(pool) == ["b"]


def test_a_full_card_with_nothing_to_give_is_told(make_pool, loader):
    pool = make_pool(spec("a"))
    loader.failure = OutOfMemory("full")
    with pytest.raises(OutOfMemory, match="full"), pool.lease("a"):
        pass
    assert loader.loads == []


def test_a_device_lost_while_loading_is_forgotten_too(make_pool, loader):
    pool = make_pool(spec("a"), spec("b"))
    with pool.lease("b"):
        pass
    loader.failure = DeviceLost("gone")
    with pytest.raises(DeviceLost), pool.lease("a"):
        pass
    assert names(pool) == []


def test_a_lost_device_that_gives_no_memory_back_is_lost_all_the_same(make_pool, monkeypatch):
    import torch

    def empty_cache():
        raise torch.AcceleratorError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", empty_cache)
    pool = make_pool(spec("a"))
    with pytest.raises(DeviceLost), pool.lease("a"):
        raise DeviceLost("gone")
    assert names(pool) == []


def test_while_one_card_is_yielded_the_other_is_used(make_pool, loader):
    pool = make_pool(spec("a"), devices=(Device("cuda:0", 1, 9000), Device("cuda:1", 1, 2500)))
    with pool.lease("a"):
        pass
    pool.yield_device("cuda:0", for_s=30)
    with pool.lease("a") as adapter:
        assert adapter == "a@1 on cuda:1"


def test_threads_racing_for_little_room_never_exceed_it(make_pool):
    networks = [spec(key) for key in "abcd"]
    pool = make_pool(*networks, room_wait_s=20)
    exceeded, wrong = [], []

    def work(offset):
        for turn in range(40):
            key = "abcd"[(turn * 3 + offset) % 4]
            with pool.lease(key) as adapter:
                if not adapter.startswith(f"{key}@"):
                    wrong.append(adapter)
                used = sum(loaded.size_mb for loaded in pool.standing())
                if used > 2500:
                    exceeded.append(used)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert (exceeded, wrong) == ([], [])
    assert not any(loaded.leases for loaded in pool.standing())
