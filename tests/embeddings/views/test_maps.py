"""The map's page and what it is told in bytes."""

import json
import struct

import numpy as np
import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from embeddings.models import MapDrawing, MapPoint, Weights
from embeddings.search import map_marks
from embeddings.services import maps
from gallery.models import Image
from gallery.search.estimates import TooSlow
from tests.embeddings.looks import KEY, add_images
from tests.factories import CollectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn():
    """Five images, number n at step 1000 * n across and 65,535 - n down."""
    images = add_images(5)
    drawing = MapDrawing.objects.create(
        collection=images[0].collection,
        model_key=KEY,
        method="umap",
        image_count=5,
        sample_count=5,
        group_count=1,
    )
    MapPoint.objects.bulk_create(
        MapPoint(image=image, drawing=drawing, x=1000 * n - 32_768, y=32_767 - n)
        for n, image in enumerate(images)
    )
    return images


def get(client, name, *more, **params):
    return client.get(reverse(name, args=["default", *more]), params)


def decoded(body):
    magic, count, first = struct.unpack_from("<4sId", body)
    assert magic == b"DTM1"
    (many,) = struct.unpack_from("<I", body, 16)
    beyond = np.frombuffer(body, "<u4", many, 20)
    places = np.frombuffer(body, "<u2", many * 2, 20 + many * 4).reshape(-1, 2)
    assert len(body) == 20 + many * 8
    return count, [int(first) + int(one) for one in beyond], places.tolist()


def test_without_vectors_the_page_leads_to_them(client):
    CollectionFactory()
    page = get(client, "map").content.decode()
    assert "No picture has been looked at yet." in page
    assert "js/map/page.js" not in page


def test_with_vectors_it_offers_to_draw(client):
    add_images(2)
    page = get(client, "map").content.decode()
    assert "A map of your pictures." in page
    response = client.post(reverse("draw-map", args=["default"]))
    assert response.headers["Location"] == reverse("map", args=["default"])
    assert Job.objects.get().kind == "draw-map"
    assert "The map is being drawn." in get(client, "map").content.decode()


def test_the_page_says_in_words_what_is_on_the_map(client, drawn):
    page = get(client, "map").content.decode()
    assert 'aria-label="Map of 5 images in 1 group"' in page
    assert "umap-learn" not in page
    MapDrawing.objects.update(method="pca")
    assert "umap-learn" in get(client, "map").content.decode()


def test_a_mistake_in_the_search_is_said(client, drawn):
    response = get(client, "map", q="rating: x")
    assert response.status_code == 200
    assert 'class="map-problem" role="alert"' in response.content.decode()


def test_points_come_as_bytes_with_a_validator(client, drawn):
    response = get(client, "map-points")
    count, ids, places = decoded(b"".join(response.streaming_content))
    assert count == 5
    assert ids == [image.pk for image in drawn]
    assert places == [[1000 * n, 65_535 - n] for n in range(5)]
    assert response.headers["Cache-Control"] == "private, no-cache"
    etag = response.headers["ETag"]
    address = reverse("map-points", args=["default"])
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    Image.objects.filter(pk=drawn[1].pk).delete()
    fresh = client.get(address, headers={"If-None-Match": etag})
    assert fresh.status_code == 200
    assert decoded(b"".join(fresh.streaming_content))[1] == [
        image.pk for image in drawn if image != drawn[1]
    ]


def test_eight_bytes_a_point(client, drawn):
    body = b"".join(get(client, "map-points").streaming_content)
    assert len(body) == 20 + 5 * 8


def test_a_result_is_a_bit_a_point(client, drawn):
    Image.objects.filter(pk__in=[drawn[0].pk, drawn[3].pk]).update(is_favourite=True)
    body = get(client, "map-result", favourite="1").content
    assert struct.unpack_from("<II", body) == (5, 2)
    assert body[8:] == bytes([0b01001])
    Image.objects.filter(pk=drawn[4].pk).update(is_for_deletion=True)
    assert get(client, "map-result").content[8:] == bytes([0b01111]), "the bin is not lit"


def test_a_search_that_takes_too_long_says_so(client, drawn, monkeypatch):
    def slow(query, ids):
        raise TooSlow

    monkeypatch.setattr(map_marks, "is_in", slow)
    response = get(client, "map-result", q="fox")
    assert response.status_code == 503
    assert "takes too long" in response.content.decode()


def test_colours_come_with_their_legend(client, drawn):
    Image.objects.filter(pk=drawn[2].pk).update(rating=7)
    body = get(client, "map-colours", "rating").content
    (length,) = struct.unpack_from("<I", body)
    legend = json.loads(body[4 : 4 + length])
    assert legend == {"titles": ["1 to 4", "5 and 6", "7 and 8", "9 and 10"], "is_graded": True}
    assert body[4 + length :] == bytes([0, 0, 3, 0, 0])
    assert get(client, "map-colours", "mood").status_code == 404


def test_pictures_are_told_for_those_that_are_there(client, drawn):
    ids = ",".join(str(image.pk) for image in (drawn[0], drawn[1])) + ",999999999"
    found = get(client, "map-pictures", ids=ids).json()
    assert set(found) == {str(drawn[0].pk), str(drawn[1].pk)}
    assert found[str(drawn[0].pk)]["src"].startswith(f"/thumbs/{drawn[0].pk}/192/")
    many = ",".join(map(str, range(1, 302)))
    assert get(client, "map-pictures", ids=many).status_code == 400


@pytest.mark.parametrize("name", ["map-points", "map-result"])
def test_where_nothing_is_drawn_there_is_nothing_to_tell(client, name):
    CollectionFactory()
    assert get(client, name).status_code == 404


def test_the_state_says_what_came_since(client, drawn):
    known = str(MapDrawing.objects.get().pk)
    assert "<p>" not in get(client, "map-state", drawing=known).content.decode()
    add_images(3, folder=drawn[0].folder)
    told = get(client, "map-state", drawing=known).content.decode()
    assert "3 images came since." in told
    assert "Draw again" in told
    Weights.objects.create(network="clip-h", path="/x", source="person", model_key="newer")
    told = get(client, "map-state", drawing=known).content.decode()
    assert "other weights" in told


def test_the_state_shows_the_work_and_then_the_new_map(client, drawn):
    known = str(MapDrawing.objects.get().pk)
    job = maps.start(drawn[0].collection)
    told = get(client, "map-state", drawing=known).content.decode()
    assert "Drawing the map" in told
    assert 'hx-trigger="every 2s"' in told
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    told = get(client, "map-state", drawing="7").content.decode()
    assert "The map is drawn." in told
    assert "every 2s" not in told
