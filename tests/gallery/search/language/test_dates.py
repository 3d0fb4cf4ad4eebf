from datetime import date

import pytest

from gallery.search.language.errors import Expected
from gallery.search.language.kinds import Date

TODAY = date(2026, 3, 31)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "first", "beyond"),
    [
        ("today", "2026-03-31", "2026-04-01"),
        ("yesterday", "2026-03-30", "2026-03-31"),
        ("3 days ago", "2026-03-28", "2026-03-29"),
        ("a week ago", "2026-03-24", "2026-03-25"),
        ("1 month ago", "2026-02-28", "2026-03-01"),
        ("2 years ago", "2024-03-31", "2024-04-01"),
        ("this week", "2026-03-30", "2026-04-06"),
        ("last month", "2026-02-01", "2026-03-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("2026-3-5", "2026-03-05", "2026-03-06"),
        ("2026.03.05", "2026-03-05", "2026-03-06"),
        ("between 2026-01-01 and 2026-03-31", "2026-01-01", "2026-04-01"),
        ("between 2026-03-31 and 2026-01-01", "2026-01-01", "2026-04-01"),
        ("from 2026-01 to 2026-02", "2026-01-01", "2026-03-01"),
        ("2026-01-01 - 2026-01-31", "2026-01-01", "2026-02-01"),
        ("2026-01..today", "2026-01-01", "2026-04-01"),
        ("before 2026-03", None, "2026-03-01"),
        ("until 2026-03", None, "2026-04-01"),
        ("since yesterday", "2026-03-30", None),
        (">=2026-02", "2026-02-01", None),
        ("after 2026-02", "2026-03-01", None),
        ("SINCE 3 Weeks Ago", "2026-03-10", None),
    ],
)
def test_days_that_are_meant(text, first, beyond):
    resolved = Date().read(text).resolve(TODAY)
    assert tuple(day and day.isoformat() for day in resolved) == (first, beyond)


@pytest.mark.parametrize("text", ["soon", "2026-13", "2026-02-30", "0000", "between today", "ago"])
def test_other_words_are_refused(text):
    with pytest.raises(Expected):
        Date().read(text)


@pytest.mark.parametrize("text", ["99999 years ago", "9999-12-31", "9999"])
def test_beyond_the_calendar_is_said_later(text):
    with pytest.raises(OverflowError):
        Date().read(text).resolve(TODAY)
