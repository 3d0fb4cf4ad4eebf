from datetime import UTC, datetime

import pytest

from gallery.models import Image
from gallery.search import results, timeline
from gallery.search.estimates import TooSlow
from tests.factories import ImageFactory


def in_list(query) -> list[tuple[int, int]]:
    """The months as the list itself meets them."""
    column = query.order.column
    images = results.page(query, size=1000).images
    return list(dict.fromkeys((getattr(i, column).year, getattr(i, column).month) for i in images))


@pytest.mark.parametrize("sort", ["created", "-created", "modified", "-modified"])
def test_months_follow_the_list_and_start_where_their_cursor_says(tied_library, ask, sort):
    query = ask(f"sort={sort}")
    months = timeline.months(query)
    assert [(month.year, month.month) for month in months] == in_list(query)
    assert sum(month.count for month in months) == len(tied_library)
    images = results.page(query, size=1000).images
    position = 0
    for month in months:
        assert results.around(query, month.cursor, size=1).images == [images[position]]
        position += month.count


def test_months_count_only_what_the_filters_leave(tied_library, ask):
    months = timeline.months(ask("rating=1"))
    assert sum(month.count for month in months) == 15


@pytest.mark.parametrize("sort", ["name", "-size", "rating", "random", "first_seen"])
def test_other_sorts_have_no_months(tied_library, ask, sort):
    assert timeline.months(ask(f"sort={sort}")) == []


@pytest.mark.parametrize("sort", ["created", "-created", "-modified"])
def test_months_come_without_counts_where_counting_is_slow(tied_library, ask, monkeypatch, sort):
    counted = timeline.months(ask(f"sort={sort}"))

    def too_slow(limit_ms):
        raise TooSlow

    monkeypatch.setattr(timeline, "time_limit", too_slow)
    months = timeline.months(ask(f"sort={sort}"))
    assert [(m.year, m.month, m.cursor) for m in months] == [
        (m.year, m.month, m.cursor) for m in counted
    ]
    assert {month.count for month in months} == {None}


def test_an_empty_result_has_no_months(ask, monkeypatch):
    assert timeline.months(ask()) == []
    monkeypatch.setattr(timeline, "LIMIT_MS", 0)
    assert timeline.months(ask()) == []


def test_the_last_month_of_all_time_has_a_place(collection, ask):
    ImageFactory(created_at=datetime(9999, 12, 31, tzinfo=UTC), mtime_ns=0)
    (month,) = timeline.months(ask())
    assert results.around(ask(), month.cursor, size=1).images == list(Image.objects.all())
