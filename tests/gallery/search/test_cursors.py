import base64
from datetime import UTC, datetime

import orjson
import pytest

from dtoolkit.core.errors import BadInput
from gallery.search import cursors, results
from gallery.search.cursors import Moment, Place


def cursor(values) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("sort", "tampered"),
    [
        ("created", "not base64!"),
        ("created", "ümlaut"),
        ("created", "%%%"),
        ("created", "AAAA"),
        ("created", "A" * 10_000),
        ("created", cursor("text")),
        ("created", cursor({"a": 1})),
        ("created", cursor([])),
        ("created", cursor([1, 2, 3])),
        ("created", cursor(["2026-01-01", 1])),
        ("created", cursor([None, 1])),
        ("created", cursor([True, 1])),
        ("created", cursor([1.5, 1])),
        ("created", cursor([2**62, 1])),
        ("created", cursor([0, "1"])),
        ("created", cursor([0, -(2**63) - 0.0])),
        ("first_seen", cursor([5, 1])),
        ("name", cursor([5, 1])),
        ("name", cursor(["a\0b", 1])),
        ("size", cursor(["big", 1])),
        ("size", base64.urlsafe_b64encode(b"[99999999999999999999, 1]").decode()),
        ("rating", cursor([11, 1])),
        ("rating", cursor([True, 1])),
        ("random", cursor([5, 1])),
    ],
)
def test_a_tampered_cursor_is_refused(ask, sort, tampered):
    for read in (results.page, results.around):
        with pytest.raises(BadInput, match="cannot be read"):
            read(ask(f"sort={sort}"), cursor=tampered)


def test_an_unknown_direction_is_refused(ask):
    with pytest.raises(BadInput, match="next or previous"):
        results.page(ask(), direction="sideways")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 12, 30, 15, 123457, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_to_the_microsecond(moment):
    place = Place(moment, 2**63 - 1)
    assert cursors.decode(cursors.encode(place, Moment()), Moment()) == place
