"""The door of the nodes."""

import base64
import io
import json

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from embeddings.models import ClipHVector, Weights
from embeddings.services import encoding
from gallery.models import Folder, Image
from tests.factories import ImageFactory
from tests.pictures import paint

URL = "/api/images/similar"


@pytest.fixture
def post(client):
    def send(**fields):
        body = fields.pop("body", None) or json.dumps(fields)
        return client.post(URL, body, content_type="application/json")

    return send


def near(library, image, space="clip_h") -> list[int]:
    vector = library.vectors[space][library.subject(space, image)]
    likeness = {
        one.pk: similarity
        for one in Image.objects.order_by("-pk")
        if one.pk != image.pk and (similarity := library.cosine(space, one, vector)) is not None
    }
    return sorted(likeness, key=lambda pk: -likeness[pk])


def ids(response) -> list[int]:
    assert response.status_code == 200, response.content
    answer = response.json()
    return [one["id"] for one in (answer["images"] if isinstance(answer, dict) else answer)]


def test_post_answers_a_bare_list_and_get_an_envelope(library, post, client):
    image = Image.objects.first()
    expected = near(library, image)[:5]
    assert ids(post(query_type="visual", image_id=image.pk, top_k=5)) == expected
    answer = client.get(URL, {"space": "clip_h", "image_id": image.pk, "limit": 5}).json()
    assert list(answer) == ["images"] and [one["id"] for one in answer["images"]] == expected
    first = answer["images"][0]
    assert set(first) == {
        "id", "path", "similarity", "prompt", "negative_prompt", "rating", "width", "height",
        "seed", "thumbnail_url",
    }  # fmt: skip
    row = Image.objects.select_related("folder__root").get(pk=expected[0])
    assert first["path"] == str(row.disk_path)
    vector = library.vectors["clip_h"][image.pk]
    assert first["similarity"] == pytest.approx(library.cosine("clip_h", row, vector), abs=2e-3)


def test_an_image_is_named_by_its_path_and_nothing_is_opened(library, post, settings):
    image = Image.objects.select_related("folder__root").first()
    for path in (str(image.disk_path), image.relative_path):
        assert ids(post(path=path, limit=3)) == near(library, image)[:3]
    assert ids(post(query_image=str(image.disk_path), limit=3)) == near(library, image)[:3]
    assert post(path="/etc/passwd").status_code == 404
    assert post(path=f"{image.folder.root.path}/../../etc/passwd").status_code == 400


def test_a_vector_is_searched_with_as_it_is(library, post):
    image = Image.objects.first()
    vector = library.vectors["clip_h"][image.pk].tolist()
    assert ids(post(query_type="visual", embedding=vector, top_k=1)) == [image.pk]
    assert ids(post(vector=[vector], limit=1)) == [image.pk]


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ([1.0] * 1280, "has 1024 numbers"),
        ([1.0], "has 1024 numbers"),
        ([0.0] * 1024, "zero"),
        ([float("nan")] * 1024, "NaN"),
        ([float("inf")] * 1024, "NaN, infinity"),
        ([1e300] * 1024, "too large"),
        (["1"] * 1024, "list of numbers"),
        ([True] * 1024, "list of numbers"),
        ("1,2,3", "list of numbers"),
        ([1.0] * 5000, "as wide as its space"),
    ],
)
def test_a_vector_that_cannot_be_is_refused(library, post, vector, said):
    response = post(query_type="visual", embedding=vector)
    assert response.status_code == 400
    error = response.json()["error"]
    assert said in error["message"] and error["code"] == "bad_input" and "details" in error


def test_a_text_is_compared_in_the_space_that_is_asked(library, post, monkeypatch):
    seen = []

    def encode(network, text):
        seen.append((network, text))
        return library.centres["prompt"][0].astype(np.float32)

    monkeypatch.setattr(encoding, "query_text", encode)
    assert ids(post(query_type="semantic", text_query="a fox", top_k=4))
    assert ids(post(text="a fox in snow", limit=4))
    assert ids(post(query_type="visual", query_text="a fox", limit=4))
    assert seen == [("bge-large", "a fox"), ("bge-large", "a fox in snow"), ("clip-h", "a fox")]


def test_a_picture_comes_as_base64_and_is_not_kept(library, post, monkeypatch):
    image = Image.objects.first()
    vector = library.vectors["clip_h"][image.pk]
    monkeypatch.setattr(encoding, "query_picture", lambda network, picture: vector)
    data = io.BytesIO()
    paint((64, 48)).save(data, "PNG")
    encoded = base64.b64encode(data.getvalue()).decode()
    assert ids(post(query_image=encoded, limit=1)) == [image.pk]
    assert ids(post(query_image=f"data:image/png;base64,{encoded}", limit=1)) == [image.pk]
    assert "alone" in post(query_image=encoded, space="prompt").json()["error"]["message"]
    broken = base64.b64encode(b"not a picture at all").decode()
    assert post(query_image=broken).status_code == 400


def test_filters_narrow_what_is_ranked(library, post):
    image = Image.objects.first()
    expected = near(library, image)
    rated = set(Image.objects.filter(rating__gte=8).values_list("pk", flat=True))
    assert (
        ids(post(image_id=image.pk, min_rating=8, limit=3))
        == [pk for pk in expected if pk in rated][:3]
    )
    assert expected[0] not in ids(post(image_id=image.pk, exclude_ids=[expected[0]], limit=5))
    other = Folder.objects.create(root=library.folder.root, path="else", name="else", depth=1)
    moved = Image.objects.get(pk=expected[3])
    Image.objects.filter(pk=moved.pk).update(folder=other)
    whole = f"{library.folder.root.path}/else"
    for folder in ("else", whole, ["else"], [whole]):
        assert ids(post(image_id=image.pk, folder_filter=folder)) == [moved.pk]
    least = post(image_id=image.pk, min_similarity=0.5, limit=1000).json()
    assert least and all(one["similarity"] >= 0.5 for one in least)


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"image_id": 1, "text": "fox"}, {"image_id": "x"}, {"image_id": 1.5},
        {"text": "fox", "limit": 5000}, {"text": "fox", "min_rating": 11}, {"text": 5},
        {"text": "fox", "query_type": "depth"}, {"text": "fox", "min_similarity": "high"},
        {"text": "fox", "exclude_ids": ["x"]}, {"text": "a" * 3000}, {"path": "a\0b"},
    ],
)  # fmt: skip
def test_fields_are_checked(library, post, fields):
    response = post(**fields)
    assert response.status_code == 400
    assert set(response.json()["error"]) == {"code", "message", "details"}


@pytest.mark.parametrize("body", ["{", "[]", "null", "[" * 100_000, '"x"'])
def test_what_is_no_object_is_refused(library, post, body):
    assert post(body=body).status_code == 400


def test_only_json_is_taken_so_that_no_page_elsewhere_can_send_it(library, client):
    body = json.dumps({"image_id": 1})
    assert client.post(URL, body, content_type="text/plain").status_code == 400
    response = client.post(
        URL, body, content_type="application/json", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


def test_strangers_are_asked_to_log_in(library, client, settings):
    settings.IS_LOOPBACK = False
    response = client.get(URL, {"image_id": 1})
    assert response.status_code == 401 and response.json()["error"]["code"] == "login_required"


def test_missing_weights_and_vectors_are_said_with_what_to_do(library, post):
    image = Image.objects.first()
    ClipHVector.objects.filter(pk=image.pk).delete()
    response = post(image_id=image.pk)
    assert response.status_code == 503
    assert response.json()["error"]["details"]["url"]
    assert post(image_id=10**9).status_code == 404
    Weights.objects.all().delete()
    assert "is not installed" in post(image_id=image.pk).json()["error"]["message"]


def test_a_longer_answer_costs_no_more_queries(library, post):
    image = Image.objects.first()
    counts = []
    post(image_id=image.pk, limit=2)  # what it remembers is read once
    for limit in (2, 50):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post(image_id=image.pk, limit=limit)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 24


def test_images_that_are_away_or_rejected_are_no_answer(library, post):
    image = Image.objects.first()
    first, second = near(library, image)[:2]
    Image.objects.filter(pk=first).update(is_available=False)
    Image.objects.filter(pk=second).update(is_for_deletion=True)
    assert not {first, second} & set(ids(post(image_id=image.pk, limit=100)))
    assert ImageFactory(folder=library.folder).pk not in ids(post(image_id=image.pk, limit=1000))
