"""The axis of time, also where clocks were wrong."""

from datetime import date

import pytest

from gallery.dashboard import slots
from gallery.dashboard.scope import EARLIER, LATER, month_of

TODAY = date(2026, 11, 30)


def months(*starts: tuple[int, int, int]) -> list[list[int]]:
    """Year, month, images."""
    return [[year * 12 + month - 1, many, many * 10] for year, month, many in starts]


def of(period, *starts):
    return slots.of(period, TODAY, months(*starts))


def terms(found) -> tuple[str, str, int]:
    return found.slots[0].term, found.slots[-1].term, len(found.slots)


def test_months_reach_from_the_first_image_to_now():
    assert terms(of("all", (2025, 3, 5), (2026, 1, 5))) == ("date:2025-03", "date:2026-11", 21)


def test_a_young_library_still_has_an_axis():
    assert terms(of("all", (2026, 11, 5))) == ("date:2026-06", "date:2026-11", 6)
    assert terms(of("all")) == ("date:2026-06", "date:2026-11", 6)


def test_many_months_become_years_and_the_last_one_ends_now():
    found = of("all", (2015, 3, 500), (2026, 1, 500))
    assert terms(found) == ("date:2015", "date:2026-01..2026-11", 12)
    assert found.place(2026 * 12 + 11) is None
    assert found.place(2015 * 12) == 0


def test_a_few_files_of_1970_do_not_stretch_it():
    found = of("all", (2008, 1, 1), (2025, 1, 500), (2026, 1, 500))
    assert terms(found)[0] == "date:2025-01"
    assert (found.earlier, found.later) == ("date:<2025-01", "date:>2026-11")
    assert slots.is_before(found, 2008 * 12)
    assert slots.is_before(found, EARLIER)
    assert not slots.is_before(found, LATER)


def test_many_old_ones_do():
    assert terms(of("all", (2008, 1, 400), (2026, 1, 500)))[0] == "date:2008"


def test_years_that_are_kept_in_part_are_no_columns():
    first = month_of(TODAY) - 239
    assert first % 12 == 11  # December 2006
    found = slots.of("all", TODAY, [[first, 900, 1], [first + 100, 900, 1]])
    assert found.slots[0].term == "date:2007"
    assert slots.is_before(found, first)


@pytest.mark.parametrize(
    ("period", "first", "last", "many", "term"),
    [
        ("year", "date:2025-12", "date:2026-11", 12, "date:2025-12..2026-11"),
        ("30days", "date:2026-11-01", "date:2026-11-30", 30, "date:2026-11-01..2026-11-30"),
    ],
)
def test_periods_end_now(period, first, last, many, term):
    found = of(period, (1999, 1, 5))
    assert terms(found) == (first, last, many)
    assert found.term == term
