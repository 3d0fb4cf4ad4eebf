"""From a selection: embed these first, and take their vectors away as a file."""

import io
import json

import numpy as np
import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from embeddings import tasks
from embeddings.models import ClipGVector, ClipHVector, ImageDescription, PromptVector
from embeddings.services import downloads
from gallery.models import Image, ImageTag, Tag
from gallery.search.query import ResultQuery
from gallery.services import selections
from tests import pictures
from tests.embeddings.known import give_weights
from tests.factories import PromptFactory
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def images(library_folder) -> list[Image]:
    images = [
        scanned(
            pictures.png(library_folder / f"{n}.png", colour=(n, 9, 0)),
            prompt=PromptFactory(text=f"number {n}"),
        )
        for n in range(4)
    ]
    ImageTag.objects.create(image=images[0], tag=Tag.objects.create(name="fox"), source="a")
    return images


def act(client, images, name, **values):
    collection = images[0].collection
    selection = selections.begin(ResultQuery(collection))
    selections.pick(selection, [image.pk for image in images], is_chosen=True)
    url = reverse("act", args=[collection.slug, name])
    return client.post(url, {"selection": str(selection.token), **values}, headers=HTMX)


def test_a_selection_is_embedded_in_every_space_and_no_other_image_is(client, encoder, images):
    give_weights()
    response = act(client, images[:2], "embed-first")
    assert response.status_code == 204
    job = run_inline(Job.objects.get(kind=tasks.IMAGES))
    assert (job.state, job.done) == (Job.State.DONE, 2)
    chosen = {image.pk for image in images[:2]}
    assert set(ClipHVector.objects.values_list("image", flat=True)) == chosen
    texts = {image.prompt_id for image in images[:2]}
    for vectors in (PromptVector, ClipGVector):
        assert set(vectors.objects.values_list("prompt", flat=True)) == texts
    assert ImageDescription.objects.get().image_id == images[0].pk


def test_without_weights_it_says_what_to_do(client, images):
    response = act(client, images, "embed-first")
    assert response.status_code == 400
    assert "is not installed" in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("form", ["json", "npz", "safetensors"])
def test_vectors_are_fetched_as_a_file(client, encoder, images, form):
    give_weights()
    act(client, images, "embed-first")
    run_inline(Job.objects.get(kind=tasks.IMAGES))
    response = act(client, images, "export-embeddings", format=form)
    url = response.headers.get("HX-Redirect") or json.loads(response.content)["url"]
    fetched = client.get(url)
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"].endswith(f'.{form}"')
    data = b"".join(fetched.streaming_content)
    if form == "json":
        assert [each["ImageId"] for each in json.loads(data)] == [image.pk for image in images]
    elif form == "npz":
        with np.load(io.BytesIO(data)) as loaded:
            assert loaded["clip_h"].shape == (4, 1024)
    else:
        assert b"clip_h_norms" in data[:4000]


def test_too_many_for_a_download_is_said_with_another_way(client, images, monkeypatch):
    monkeypatch.setitem(downloads.MOST, "json", 3)
    response = act(client, images, "export-embeddings", format="json")
    assert "manage.py export_embeddings" in response.content.decode()
