from datetime import UTC, datetime, timedelta

import pytest

from dtoolkit.jobs import speed

START = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_nothing_is_said_before_there_is_something_to_measure():
    assert speed.rate(0, 0, None, None, START) is None
    assert speed.rate(50, 0, START, None, after(1)) is None


def test_the_first_window_tells_its_own_rate():
    assert speed.rate(500, 0, START, None, after(5)) == 100


def test_a_new_window_begins_with_what_the_last_one_told():
    assert speed.rate(1010, 1000, after(10), 100.0, after(10.5)) == 100


def test_a_change_of_pace_shows_within_two_windows():
    steady = speed.rate(1500, 1000, START, 100.0, after(10))
    assert steady == pytest.approx(75)
    assert speed.rate(2000, 1000, START, 100.0, after(20)) == pytest.approx(50)


def test_a_stall_brings_the_rate_down_to_nothing():
    assert speed.rate(1000, 1000, START, 100.0, after(90)) == 0


def test_counts_taken_back_give_no_negative_rate():
    assert speed.rate(900, 1000, START, None, after(10)) == 0


def test_a_full_window_moves_on_and_an_open_one_stays():
    assert speed.moved(400, 0, START, None, after(4)) == (0, START, None)
    assert speed.moved(1000, 0, START, None, after(10)) == (1000, after(10), 100)


def test_a_window_begins_anew_where_counts_were_taken_back():
    assert speed.moved(900, 1000, START, 50.0, after(4)) == (900, after(4), 50.0)


def test_the_time_left_needs_a_rate_and_something_left():
    assert speed.eta(100, 400, 50.0) == timedelta(seconds=6)
    assert speed.eta(100, 400, None) is None
    assert speed.eta(100, 400, 0.0) is None
    assert speed.eta(400, 400, 50.0) is None


@pytest.mark.parametrize(
    ("per_second", "words"),
    [(None, ""), (0, ""), (1234.5, "1,234/s"), (118.4, "118/s"), (4.25, "4.2/s"), (0.2, "12/min")],
)
def test_a_rate_in_words(per_second, words):
    assert speed.describe_rate(per_second) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.3, "under 1 s"),
        (8.4, "8 s"),
        (59.6, "1 min"),
        (15 * 60, "15 min"),
        (3600, "1 h"),
        (3600 * 2 + 300, "2 h 5 min"),
        (86400 * 3 + 3600 * 4, "3 d 4 h"),
    ],
)
def test_a_duration_in_words(seconds, words):
    duration = None if seconds is None else timedelta(seconds=seconds)
    assert speed.describe_duration(duration) == words


def test_the_pace_says_as_much_as_is_known():
    assert speed.describe_pace(118.0, timedelta(minutes=15)) == "118/s · 15 min left"
    assert speed.describe_pace(118.0, None) == "118/s"
    assert speed.describe_pace(None, None) == ""
