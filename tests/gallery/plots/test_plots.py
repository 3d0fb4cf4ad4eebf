import pytest

from gallery.plots import axes, columns, spans
from gallery.plots.columns import Column, Part


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (7, (0, 2, 4, 6, 8)),
        (97, (0, 25, 50, 75, 100)),
        (1_000_000, (0, 250_000, 500_000, 750_000, 1_000_000)),
        (float("inf"), (0, 1)),
    ],
)
def test_an_axis_begins_at_zero_and_has_round_numbers(highest, ticks):
    assert axes.axis(highest).ticks == ticks


@pytest.mark.parametrize("highest", [1, 5, 999, 1023, 1025, 10**7, 10**10 + 7, 7 * 10**14])
def test_nothing_is_higher_than_its_axis(highest):
    for base in (1000, 1024):
        found = axes.axis(highest, base=base)
        assert found.top == found.ticks[-1] >= highest
        assert 2 <= len(found.ticks) <= 7


def test_bytes_are_round_in_their_own_units():
    assert [axes.size(tick) for tick in axes.axis(3 * 1024**3, base=1024).ticks] == [
        "0\xa0B", "1\xa0GB", "2\xa0GB", "3\xa0GB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (7, "7"), (999, "999"), (1234, "1.2k"), (250_000, "250k"), (2_500_000, "2.5M")],
)
def test_numbers_are_short(number, text):
    assert axes.short(number) == text


def test_columns_stand_on_zero_and_are_as_high_as_their_values():
    drawn = [
        Column("a", [Part(10, 1, "ten", "/a"), Part(30, 2, "thirty")]),
        Column("b", [Part(0, 1, "none")]),
        Column("c", [Part(40, 1, "forty")]),
    ]
    plot = columns.stacked(drawn, axes.Axis(40, (0, 40)), ["0", "40"])
    first, second, last = plot.marks
    assert (first.y + first.height, first.height, second.height) == (100, 25, 75)
    assert second.y + second.height == first.y
    assert (last.y, last.height) == (0, 100)
    assert first.x < 33.3 < 66.7 < last.x


def test_what_is_there_is_seen_however_small():
    drawn = [Column("a", [Part(1, 1, "one")]), Column("b", [Part(10**6, 1, "a million")])]
    plot = columns.stacked(drawn, axes.Axis(10**6, (0, 10**6)), ["", ""])
    assert plot.marks[0].height > 0


def test_many_labels_are_thinned():
    found = columns.labels([str(number) for number in range(100)])
    assert len(found) <= 12
    assert 1 < sum(not label.is_minor for label in found) <= 4
    assert columns.labels([]) == []


def test_the_line_of_totals_ends_at_its_top():
    path = columns.area([1, 2, 4], axes.Axis(4, (0, 4)))
    assert path.startswith("M0 100L0.0 75.0")
    assert path.endswith("L1000.0 0.0L1000 100Z")
    assert columns.area([], axes.Axis(1, (0, 1))) == ""


def test_spans_stay_on_their_scale():
    found = spans.span(5.5, 1, 12, 1, 10)
    assert (found.at, found.low, found.high) == (50, 0, 100)
    assert spans.share(0, 10) == 0 < spans.share(1, 10**9) < spans.share(10, 10) == 100
