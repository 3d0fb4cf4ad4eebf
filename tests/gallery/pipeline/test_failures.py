import pytest

from dtoolkit.jobs.models import Job
from gallery.models import StageFailure
from gallery.pipeline import failures
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db


def test_attempts_add_up_and_the_last_reason_stays():
    image = ImageFactory()
    failures.record("phash", 1, {image.pk: "First."})
    failures.record("phash", 1, {image.pk: "Sec\0ond."})
    failure = StageFailure.objects.get()
    assert (failure.attempts, failure.reason) == (2, "Second.")


def test_a_newer_version_counts_anew():
    image = ImageFactory()
    failures.record("phash", 1, {image.pk: "Old."}, failures.MAX_ATTEMPTS)
    failures.record("phash", 2, {image.pk: "New."})
    assert StageFailure.objects.get().attempts == 1
    assert list(failures.given_up("phash", 2)) == []


def test_an_image_that_is_gone_is_not_recorded():
    failures.record("phash", 1, {987_654: "Broken."})
    assert not StageFailure.objects.exists()


def test_many_are_recorded_in_one_statement(django_assert_num_queries):
    images = [ImageFactory() for _ in range(3)]
    with django_assert_num_queries(1):
        failures.record("phash", 1, {image.pk: "Broken." for image in images})
    assert StageFailure.objects.count() == 3


def test_retry_starts_the_pipeline_of_the_collections_concerned(django_capture_on_commit_callbacks):
    image, other = ImageFactory(), ImageFactory()
    failures.record("phash", 1, {image.pk: "Broken.", other.pk: "Broken."}, 3)
    with django_capture_on_commit_callbacks():
        assert failures.retry("phash", [image.pk]) == 1
    assert list(failures.given_up("phash", 1)) == [other.pk]
    assert Job.objects.get().params == {"collection_id": image.collection_id}


def test_retry_without_failures_starts_nothing():
    assert failures.retry("phash") == 0
    assert not Job.objects.exists()
