import json

import pytest
from django.urls import reverse

from gallery.models import ImageMetadata, ImportedSidecar
from gallery.models.metadata import pack_records
from gallery.views.records import SHOWN_CHARS, readable
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
WORKFLOW = '{"nodes": [], "title": "<b>"}'


@pytest.fixture
def image():
    image = ImageFactory(name="fennec.png")
    records = [
        {"container": "png:tEXt", "key": "parameters", "text": "a prompt\x00<script>"},
        {"container": "png:tEXt", "key": "workflow", "text": WORKFLOW, "is_damaged": True},
    ]
    ImageMetadata.objects.create(image=image, packed_records=pack_records(records))
    return image


def listing(image) -> str:
    return reverse("image-records", args=["default", image.pk])


def record(image, index: int) -> str:
    return reverse("image-record", args=["default", image.pk, index])


def test_the_list_names_each_text_without_sending_it(client, image):
    html = client.get(listing(image), headers=HTMX).content.decode()
    assert "parameters" in html
    assert "png:tEXt" in html
    assert html.count("damaged</span>") == 1
    assert "&lt;script" not in html
    assert "Why it was read so" in html
    assert f"{record(image, 1)}?download=1" in html
    assert "workflow.json" in html


def test_a_text_is_escaped_and_its_controls_visible(client, image):
    html = client.get(record(image, 0), headers=HTMX).content.decode()
    assert "a prompt\ufffd&lt;script&gt;" in html


def test_json_is_indented(client, image):
    html = client.get(record(image, 1), headers=HTMX).content.decode()
    assert "{\n  &quot;nodes&quot;: []" in html


def test_a_workflow_is_downloaded_as_it_was_written(client, image):
    response = client.get(record(image, 1), {"download": "1"})
    assert response.content.decode() == WORKFLOW
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="fennec.workflow.json"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_any_other_text_is_downloaded_as_plain_text(client, image):
    response = client.get(record(image, 0), {"download": "1"})
    assert response["Content-Type"].startswith("text/plain")
    assert response["Content-Disposition"] == 'attachment; filename="fennec.parameters.txt"'


@pytest.mark.parametrize("address", [listing, lambda image: record(image, 0)])
def test_without_htmx_each_is_a_page_of_its_own(client, image, address):
    assert b"<html" in client.get(address(image)).content


def test_what_is_not_there_is_not_found(client, image):
    assert client.get(record(image, 2)).status_code == 404
    assert client.get(listing(ImageFactory())).status_code == 404


def test_a_large_text_is_cut_and_the_download_offered(client):
    image = ImageFactory()
    records = [{"container": "png:zTXt", "key": "Dream", "text": "x" * (SHOWN_CHARS + 1)}]
    ImageMetadata.objects.create(image=image, packed_records=pack_records(records))
    html = client.get(record(image, 0), headers=HTMX).content.decode()
    assert html.count("x") < SHOWN_CHARS + 500
    assert "first 300,000 characters" in html


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 900 + "1," * 50_000, '{"a": ' + "9" * 5000 + "}", "NaN", '"text"']
)
def test_json_that_is_no_document_is_shown_as_it_is(text):
    shown, is_cut = readable(text)
    assert shown == text[:SHOWN_CHARS]
    assert is_cut is (len(text) > SHOWN_CHARS)


def test_nesting_cannot_blow_a_text_up():
    deep = "[" * 500 + ",".join("1" for _ in range(100_000)) + "]" * 500
    shown, is_cut = readable(deep)
    assert len(shown) == SHOWN_CHARS
    assert is_cut


def test_nan_as_comfyui_writes_it_is_still_indented():
    assert json.loads(readable('{"is_changed": [NaN]}')[0])["is_changed"]


def test_imported_sidecars_are_listed_behind_what_the_file_carries(client, image):
    ImportedSidecar.objects.create(image=image, name="fennec.txt", text="fennec, snow")
    html = client.get(listing(image), headers=HTMX).content.decode()
    assert "sidecar:txt" in html
    assert "fennec, snow" in client.get(record(image, 2), headers=HTMX).content.decode()
