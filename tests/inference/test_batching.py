"""Batches: halved where memory is short, and narrowed down to what poisons them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtoolkit.inference import batching
from dtoolkit.inference.errors import DeviceLost, OutOfMemory


def network(fits=8, bad=(), nan=()):
    calls = []

    def encode(inputs):
        calls.append(len(inputs))
        if len(inputs) > fits:
            raise OutOfMemory("full")
        if set(inputs) & set(bad):
            raise ValueError("cannot take it")
        return np.array([[np.nan if i in nan else i, 1] for i in inputs], np.float32)

    return encode, calls


def test_rows_come_in_the_order_of_the_inputs():
    encode, calls = network()
    done = batching.run(encode, list(range(10)), 4)
    assert done.vectors[:, 0].tolist() == list(range(10))
    assert calls == [4, 4, 2]
    assert done.vectors.dtype == np.float32


def test_a_full_device_halves_the_batch_for_all_that_follows():
    encode, calls = network(fits=3)
    done = batching.run(encode, list(range(16)), 8)
    assert done.vectors[:, 0].tolist() == list(range(16))
    assert done.size == 2
    assert calls == [8, 4, *[2] * 8]


def test_where_not_even_one_fits_it_is_told():
    encode, _ = network(fits=0)
    with pytest.raises(OutOfMemory):
        batching.run(encode, [1, 2], 2)


def test_a_lost_device_ends_the_run():
    def encode(inputs):
        raise DeviceLost("gone")

    with pytest.raises(DeviceLost):
        batching.run(encode, [1, 2], 2)


@given(
    st.integers(1, 40), st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)), st.integers(1, 9)
)
def test_poisoned_inputs_are_found_and_the_rest_goes_on(count, bad, nan, size):
    encode, _ = network(fits=9, bad=bad, nan=nan)
    good = set(range(count)) - bad - nan
    if not good and count > 1 and bad & set(range(count)):
        with pytest.raises(ValueError, match="cannot take it"):
            batching.run(encode, list(range(count)), size)
        return
    done = batching.run(encode, list(range(count)), size)
    assert set(range(count)) - set(done.problems) == good
    for index in good:
        assert done.vectors[index].tolist() == [index, 1]
    for index in done.problems:
        assert not done.vectors[index].any()


def test_nothing_gives_nothing():
    encode, calls = network()
    done = batching.run(encode, [], 4)
    assert (len(done.vectors), done.problems, calls) == (0, {}, [])


def test_rows_that_are_not_one_an_input_are_no_answer():
    with pytest.raises(ValueError, match="4 inputs gave 3 rows"):
        batching.run(lambda inputs: np.ones((3, 2), np.float32), [1, 2, 3, 4], 4)


def test_a_single_poisoned_input_is_recorded_as_any_other():
    encode, _ = network(bad=[7])
    done = batching.run(encode, [7], 4)
    assert done.problems == {0: "cannot take it"}
