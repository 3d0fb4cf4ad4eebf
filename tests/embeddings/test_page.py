"""The embeddings page tells how far each space is, and what its buttons do is done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dtoolkit.jobs.models import Job
from embeddings import tasks
from embeddings.models import ClipHVector, PromptVector, TextFailure
from embeddings.services import coverage, readiness
from embeddings.spaces import SPACES
from gallery.models import Folder, Image, StageFailure
from tests.embeddings.known import give_weights
from tests.factories import CollectionFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_is_cached(monkeypatch):
    monkeypatch.setattr(coverage, "REST_FACTOR", 0)


@pytest.fixture
def images() -> list[Image]:
    prompts = [PromptFactory(text=f"<b>prompt {n}</b>") for n in range(3)]
    images = [ImageFactory(prompt=prompt, fingerprint=prompt.digest) for prompt in prompts]
    Folder.objects.update(image_count=1)
    return images


def page(client) -> str:
    return client.get(reverse("embeddings")).content.decode()


def fill(images):
    for n, image in enumerate(images):
        PromptVector.objects.create(
            prompt=image.prompt, model_key=f"bge-large@{n}", vector=[1.0] * 1024
        )
    ClipHVector.objects.create(
        image=images[0], content=images[0].fingerprint, model_key="clip-h@1", vector=[1.0] * 1024
    )


def test_how_far_a_space_is_with_what_is_stale_told_apart(client, images):
    give_weights()
    fill(images)
    found = coverage.of(SPACES["prompt"])
    assert (found.total, found.done, found.stale, found.missing) == (3, 1, 2, 2)
    found = coverage.of(SPACES["clip_h"])
    assert (found.total, found.done, found.stale) == (3, 1, 0)
    html = page(client)
    assert "1 of 3 texts" in html
    assert "2 stale" in html
    assert "1 of 3 pictures" in html


def test_a_vector_of_a_replaced_file_does_not_count(images):
    give_weights()
    fill(images)
    Image.objects.filter(pk=images[0].pk).update(fingerprint="1" * 32)
    assert coverage.of(SPACES["clip_h"]).done == 0


def test_where_counting_is_slow_it_is_estimated(images, monkeypatch):
    give_weights()
    fill(images)
    from gallery.search.estimates import TooSlow

    def slow(limit_ms):
        raise TooSlow

    monkeypatch.setattr(coverage, "time_limit", slow)
    found = coverage.of(SPACES["prompt"])
    assert not found.is_exact
    assert found.done <= 1


def test_the_page_asks_little(client, images):
    give_weights()
    page(client)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("embeddings"), headers=HTMX)
    # Three counts within their time limits, the weights and the jobs for each of six spaces.
    assert len(queries) <= 6 * 17 + 6


def test_without_weights_it_says_which_and_what_to_do(client, images):
    html = page(client)
    assert "No network is installed yet" in html
    assert "BGE large (English) 1.5 is not installed: 1.3 GB" in html
    assert reverse("start-space", args=["prompt"]) not in html


def test_weights_that_cannot_be_used_say_why(client, images):
    give_weights()
    from embeddings.models import Weights

    Weights.objects.filter(network="clip-h").update(problem="The file is cut off.")
    assert "The file is cut off." in page(client)


def test_without_libraries_it_says_how_to_get_them(client, images, monkeypatch):
    monkeypatch.setattr(readiness, "has_libraries", lambda: False)
    shown = page(client)
    assert "are not installed" in shown
    assert f'href="{reverse("networks")}"' in shown


def test_where_all_is_done_it_says_so(client, images):
    give_weights()
    for image in images:
        PromptVector.objects.create(
            prompt=image.prompt, model_key="bge-large@1", vector=[1.0] * 1024
        )
    Job.objects.all().delete()
    assert "up to date" in page(client)


def test_start_and_stop(client, images):
    give_weights()
    response = client.post(reverse("start-space", args=["prompt"]), headers=HTMX)
    assert response.status_code == 204
    job = Job.objects.get(kind=tasks.TEXTS, params={"space": "prompt"})
    job.state, job.is_planned, job.total, job.is_total_known = "running", True, 3, True
    job.save()
    assert reverse("stop-space", args=["prompt"]) in page(client)
    client.post(reverse("stop-space", args=["prompt"]), headers=HTMX)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_pictures_start_for_each_collection(client, images):
    give_weights()
    client.post(reverse("start-space", args=["clip_h"]))
    assert Job.objects.filter(kind="gpu_pipeline").count() == len(
        {image.collection_id for image in images}
    )


def test_rebuild_is_a_job_of_its_own(client, images):
    give_weights()
    client.post(reverse("start-space", args=["clip_g"]), {"rebuild": "1"})
    assert Job.objects.filter(params={"space": "clip_g", "rebuild": True}).exists()


def test_nothing_starts_without_weights(client, images):
    response = client.post(reverse("start-space", args=["prompt"]), headers=HTMX)
    assert response.status_code == 400
    assert not Job.objects.exists()


def test_these_first_by_a_search(client, images):
    give_weights()
    slug = images[0].collection.slug
    url = reverse("embed-first", args=[slug])
    response = client.post(url, {"q": "prompt"}, headers=HTMX)
    assert response.status_code == 204
    job = Job.objects.get(kind=tasks.IMAGES)
    assert set(job.params["spaces"]) == set(SPACES)
    assert client.post(url, {"q": ""}, headers=HTMX).status_code == 400
    assert client.post(url, {"q": "rating:banana"}, headers=HTMX).status_code == 400


def test_failures_open_to_the_texts_and_can_be_tried_again(client, images):
    give_weights()
    failure = TextFailure.objects.create(
        space="prompt",
        subject_id=images[0].prompt_id,
        model_key="bge-large@1",
        reason="It gave <NaN>.",
        attempts=3,
    )
    StageFailure.objects.create(image=images[1], stage="clip_h", version=1, reason="Broken.")
    html = client.get(reverse("failed-spaces"), headers=HTMX).content.decode()
    assert "1 text" in html
    assert "1 image" in html
    html = client.get(reverse("failed-texts", args=["prompt"]), headers=HTMX).content.decode()
    assert "&lt;b&gt;prompt 0" in html
    assert "It gave &lt;NaN&gt;." in html
    client.post(reverse("retry-texts", args=["prompt"]), {"failure": failure.pk}, headers=HTMX)
    failure.refresh_from_db()
    assert failure.attempts == 0
    assert Job.objects.filter(kind=tasks.TEXTS).exists()


def test_unknown_spaces_are_not_found(client):
    CollectionFactory()
    assert client.post(reverse("start-space", args=["vibes"])).status_code == 404
    assert client.get(reverse("failed-texts", args=["vibes"])).status_code == 404


@pytest.mark.parametrize("name", ["start-space", "stop-space", "retry-texts"])
def test_nothing_changes_by_a_link(client, name):
    assert client.get(reverse(name, args=["prompt"])).status_code == 405
