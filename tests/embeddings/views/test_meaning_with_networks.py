"""From a query or a given picture to a ranked page, through tiny networks loaded for real."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from pgvector import HalfVector

from embeddings import ranker
from embeddings.models import ClipHVector
from embeddings.search import backgrounds
from embeddings.services import encoding
from gallery.models import Image
from tests.embeddings.tiny_networks import tiny_networks, tiny_weights  # noqa: F401
from tests.factories import FolderFactory, ImageFactory
from tests.pictures import paint

pytestmark = pytest.mark.usefixtures("tiny_networks")
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (20, 20, 20)]
ALL = {"ungrouped": "1", "nearest": "1"}


@pytest.fixture
def painted() -> list[Image]:
    """One image a colour, embedded by the network itself."""
    ranker.kept.clear()
    backgrounds.forget()
    images = ImageFactory.create_batch(len(COLOURS), folder=FolderFactory(path=""))
    for image, colour in zip(images, COLOURS, strict=True):
        vector = encoding.query_picture("clip-h", paint((64, 48), colour))
        ClipHVector.objects.create(
            image=image,
            content=image.fingerprint,
            model_key="clip-h@tiny",
            vector=HalfVector(vector),
        )
    return images


def test_a_given_picture_finds_itself(client, painted):
    data = io.BytesIO()
    paint((64, 48), COLOURS[2]).save(data, "PNG")
    given = SimpleUploadedFile("given.png", data.getvalue(), "image/png")
    response = client.post("/c/default/meaning/", {"picture": given})
    page = client.get(response["Location"], {**ALL, **_query(response["Location"])})
    tiles = page.context["page"].tiles
    assert tiles[0].image == painted[2]
    assert tiles[0].note.parts[0].value == pytest.approx(1, abs=1e-3)


def test_a_repeated_text_costs_no_encoding(client, painted):
    first = client.get("/c/default/", {"q": 'looks:"a red cat"', **ALL})
    assert len(first.context["page"].tiles) == len(COLOURS)
    assert timing(first)["encode"] > 0 and timing(first)["search"] > 0
    ranker.kept.clear()
    again = client.get("/c/default/", {"q": 'looks:"a red cat" rating:none', **ALL})
    assert timing(again)["search"] > 0
    assert encoding._query_text.cache_info().hits >= 1
    kept = client.get("/c/default/", {"q": 'looks:"a red cat"', "sort": "name", **ALL})
    assert kept.status_code == 200


def timing(response) -> dict[str, float]:
    parts = (one.strip().split(";dur=") for one in response["Server-Timing"].split(","))
    return {name: float(taken) for name, taken in parts}


def _query(url: str) -> dict[str, str]:
    return QueryDict(url.partition("?")[2]).dict()
