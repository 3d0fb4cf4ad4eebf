"""Reasons told once each."""

from datetime import UTC, datetime, timedelta

from gallery.models import StageFailure
from gallery.views import troubles

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def failed(stage: str, reason: str, attempts: int = 1, hours: int = 0) -> StageFailure:
    at = NOON + timedelta(hours=hours)
    return StageFailure(stage=stage, version=1, reason=reason, attempts=attempts, failed_at=at)


def test_the_same_reason_is_told_once_with_all_its_stages():
    (found,) = troubles.of(
        [failed("phash", "It is cut.", 3), failed("thumbnail", "It is cut.", 2, hours=1)]
    )
    assert (found.reason, found.stages) == ("It is cut.", ["phash", "thumbnail"])
    assert (found.attempts, found.failed_at) == (3, NOON + timedelta(hours=1))


def test_of_two_that_begin_alike_the_longer_is_told():
    found = troubles.of([failed("a", "No picture (says PNG)."), failed("b", "No picture.")])
    assert [each.reason for each in found] == ["No picture (says PNG)."]


def test_different_reasons_stay_apart_and_in_order():
    found = troubles.of([failed("a", "It is cut."), failed("b", "The disk is full.")])
    assert [each.reason for each in found] == ["It is cut.", "The disk is full."]


def test_a_problem_that_a_trouble_says_is_left_out():
    found = troubles.of([failed("a", "It is cut.")])
    assert troubles.others(["It is cut.", "A text is damaged."], found) == ["A text is damaged."]
