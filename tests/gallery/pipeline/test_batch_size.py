import pytest

from gallery.pipeline import batch_size
from gallery.pipeline.batch_size import FIRST, LEAST, BatchSize


@pytest.fixture
def clock(monkeypatch):
    """What `time.monotonic` says; add to it."""
    now = [100.0]
    monkeypatch.setattr(batch_size.time, "monotonic", lambda: now[0])
    return now


def sizes(size, clock, *seconds, count=None):
    told = []
    for each in seconds:
        with size.timed(count or size.at_most(64)):
            clock[0] += each
        told.append(size.at_most(64))
    return told


def test_it_grows_while_batches_are_quick_up_to_what_is_allowed(clock):
    size = BatchSize()
    assert size.at_most(64) == FIRST == 8
    assert sizes(size, clock, 0.1, 0.2, 0.4, 0.8) == [16, 32, 64, 64]
    assert size.at_most(2) == 2


def test_it_stays_where_a_batch_takes_some_seconds_and_shrinks_where_many(clock):
    assert sizes(BatchSize(), clock, 0.1, 3.0, 3.0) == [16, 16, 16]
    assert sizes(BatchSize(), clock, 0.1, 20, 20, 20, 20) == [16, 8, LEAST, LEAST, LEAST]


def test_a_quick_batch_that_is_not_whole_says_nothing(clock):
    assert sizes(BatchSize(), clock, 0.1, 0.1, count=3) == [8, 8]


def test_each_network_has_its_own():
    assert batch_size.of("this") is batch_size.of("this")
    assert batch_size.of("this") is not batch_size.of("that")
