"""What could not be done, with Retry; and the strip."""

import uuid

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.models import Image, StageFailure
from gallery.scanning import deep
from gallery.services import progress
from gallery.views import failures
from tests.factories import CollectionFactory, FolderFactory, ImageFactory, LibraryRootFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def fail(stage: str = "thumbnail", **fields) -> StageFailure:
    image = fields.pop("image", None) or ImageFactory()
    defaults = {"version": 1, "reason": "The file ends in the middle.", "attempts": 3}
    return StageFailure.objects.create(image=image, stage=stage, **defaults | fields)


@pytest.fixture
def get(client):
    def get(name: str, *args, **params) -> str:
        return client.get(reverse(name, args=args), params, headers=HTMX).content.decode()

    return get


def test_failures_are_counted_by_stage(get):
    fail(), fail(), fail("deep_scan")
    html = get("all-failures")
    assert "<b>Thumbnails</b> <span>2 images</span>" in html
    assert "<b>Reading metadata</b> <span>1 image</span>" in html


def test_nothing_is_shown_where_nothing_failed(get):
    assert get("all-failures").strip() == ""


def test_a_stage_opens_to_files_and_reasons(get):
    failure = fail(reason="Not a picture: <script>")
    html = get("all-failures", stage="thumbnail")
    assert failure.image.name in html
    assert "Not a picture: &lt;script&gt;" in html
    assert "tried 3 times" in html
    assert reverse("image", args=["default", failure.image.pk]) in html


def test_a_collection_shows_its_own(get):
    fail()
    other = LibraryRootFactory(collection=CollectionFactory(slug="other", name="Other"))
    own = fail(image=ImageFactory(folder=FolderFactory(root=other)))
    html = get("failures", "other", stage="thumbnail")
    assert html.count('class="failure"') == 1
    assert own.image.name in html


def test_vanished_files_cannot_be_retried_and_are_not_shown(get):
    fail(image=ImageFactory(is_available=False))
    assert get("all-failures").strip() == ""


def test_long_lists_come_in_pages(get, monkeypatch):
    monkeypatch.setattr(failures, "PAGE_SIZE", 2)
    rows = [fail() for _ in range(3)]
    first = get("all-failures", stage="thumbnail")
    assert rows[2].image.name in first and rows[0].image.name not in first
    assert f"before={rows[1].pk}" in first
    second = get("all-failures", stage="thumbnail", before=rows[1].pk)
    assert rows[0].image.name in second and "Show more" not in second


def test_a_page_costs_the_same_for_many_failures(get, django_assert_num_queries):
    for _ in range(10):
        fail()
    with django_assert_num_queries(1):
        get("all-failures")
    with django_assert_num_queries(1):
        get("all-failures", stage="thumbnail")


def test_a_crooked_place_in_the_list_is_refused(client):
    response = client.get(reverse("all-failures"), {"stage": "x", "before": "1 or 1"}, headers=HTMX)
    assert response.status_code == 400


def test_retry_of_one_gives_it_its_attempts_back_and_starts_the_pipeline(client):
    failure, other = fail(), fail()
    response = client.post(reverse("retry-failures"), {"failure": failure.pk}, headers=HTMX)
    assert "Trying 1 image again." in response.headers["HX-Trigger"]
    failure.refresh_from_db()
    other.refresh_from_db()
    assert (failure.attempts, other.attempts) == (0, 3)
    assert Job.objects.get().kind == "pipeline"


def test_retry_of_a_whole_stage(client):
    fail(), fail(), fail("phash")
    client.post(reverse("retry-failures"), {"stage": "thumbnail"}, headers=HTMX)
    assert StageFailure.objects.filter(attempts=0).count() == 2


def test_retry_of_what_could_not_be_read_reads_it_again(client):
    failure = fail("deep_scan")
    client.post(reverse("retry-failures"), {"stage": "deep_scan"}, headers=HTMX)
    job = Job.objects.get()
    root_id = failure.image.folder.root_id
    assert (job.kind, job.params["root_id"]) == ("deep_scan", root_id)
    assert deep.unread(Image.objects.all()).get() == failure.image


def test_retry_needs_a_post(client):
    assert client.get(reverse("retry-failures")).status_code == 405


def test_the_strip_counts_from_found_to_hashes(get):
    root = LibraryRootFactory()
    folder = FolderFactory(root=root, image_count=4)
    ImageFactory(folder=folder, read_version=None)
    ImageFactory(folder=folder)
    ImageFactory(folder=folder, thumbnail_version=1)
    ImageFactory(folder=folder, thumbnail_version=1, phash=5)
    html = get("pipeline-strip", "default")
    counts = [(step.label, step.done) for step in progress.steps(root.collection)]
    assert counts == [("found", 4), ("read", 3), ("thumbnails", 2), ("hashes", 1)]
    assert "<b>3</b> <span>read</span>" in html


def test_the_strip_counts_previews_where_something_moves():
    folder = FolderFactory(image_count=3)
    fingerprint = uuid.uuid4()
    ImageFactory(folder=folder)
    ImageFactory(folder=folder, format="mp4", duration_ms=6000)
    ImageFactory(
        folder=folder, format="gif", duration_ms=600, fingerprint=fingerprint, strip_of=fingerprint
    )
    step = progress.steps(folder.root.collection)[-1]
    assert (step.label, step.done, step.total) == ("previews", 1, 2)


def test_an_offline_folder_is_left_out_of_the_strip():
    root = LibraryRootFactory(offline_since="2026-01-01T00:00:00Z")
    ImageFactory(folder=FolderFactory(root=root, image_count=1))
    assert [step.done for step in progress.steps(root.collection)] == [0, 0, 0, 0]


def test_a_count_that_takes_too_long_is_the_planners(monkeypatch):
    folder = FolderFactory(image_count=1)
    ImageFactory(folder=folder)
    monkeypatch.setattr(progress, "LIMIT_MS", 1)
    monkeypatch.setattr(progress, "planned_rows", lambda images: 1)
    monkeypatch.setattr("gallery.querysets.ImageQuerySet.count", too_slow)
    assert not progress.steps(folder.root.collection)[1].is_exact


def too_slow(images):
    raise progress.TooSlow
