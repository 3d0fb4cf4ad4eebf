"""The door, the sliders' way to the library, regions, and pictures that are given."""

import io
import struct
import zlib
from datetime import timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from dtoolkit.inference.errors import BadOutput
from embeddings.models import Probe, Weights
from embeddings.services import encoding, probes
from gallery.models import Image
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory
from tests.gallery.media.films import film, shades
from tests.pictures import paint, png

DOOR = "/c/default/meaning/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def seen(networks, monkeypatch) -> list[Pillow.Image]:
    """The pictures that a network was shown."""
    shown: list[Pillow.Image] = []

    def look(network: str, picture: Pillow.Image) -> np.ndarray:
        shown.append(picture)
        return np.ones(1024, np.float32)

    monkeypatch.setattr(encoding, "query_picture", look)
    return shown


@pytest.fixture
def image(seen, library_folder) -> Image:
    root = LibraryRootFactory(path=str(library_folder))
    png(library_folder / "one.png", size=(200, 100))
    return ImageFactory(folder=FolderFactory(root=root, path=""), name="one.png")


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", data, "image/png")


def encoded(picture: Pillow.Image, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    picture.save(data, kind)
    return data.getvalue()


def query_of(url: str) -> dict[str, str]:
    return QueryDict(url.partition("?")[2]).dict()


def test_the_door_is_a_page_and_a_dialog(client, image):
    page = client.get(DOOR, {"q": "fox"})
    assert "<html" in page.content.decode() and "within what is shown" in page.content.decode()
    assert client.get(DOOR, headers=HTMX).content.decode().startswith("<dialog")


@pytest.mark.parametrize(
    ("fields", "q"),
    [
        ({"text": " a  red fox "}, 'looks:"a red fox"'),
        ({"text": "fox", "how": "like"}, 'like:"fox"'),
        ({"text": 'a "quoted" fox'}, 'looks:"a quoted fox"'),
    ],
)
def test_words_lead_to_the_library(client, image, fields, q):
    response = client.post(DOOR, fields)
    assert response.status_code == 302 and query_of(response["Location"]) == {"q": q}


def test_a_picture_leads_to_what_is_like_it_within_the_result(client, image, seen):
    response = client.post(
        f"{DOOR}?rating=5&q=fox", {"picture": upload(encoded(paint((300, 200))))}, headers=HTMX
    )
    probe = Probe.objects.get()
    assert response.status_code == 204
    assert query_of(response["HX-Redirect"]) == {"rating": "5", "q": f"fox similar:{probe.token}"}
    assert [(one.size, one.mode) for one in seen] == [((300, 200), "RGB")]
    assert probe.model_key == "clip-h:1" and probe.image is None
    shown = client.get(reverse("probe", args=["default", probe.token]))
    assert shown["Content-Type"] == "image/webp" and "immutable" in shown["Cache-Control"]
    with Pillow.open(io.BytesIO(shown.content)) as preview:
        assert preview.format == "WEBP" and preview.size == (300, 200)


def bomb() -> bytes:
    """Says that it is 30,000 pixels wide and high, and holds nothing."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", bomb(), encoded(paint())[:60], b"<svg onload=alert(1)>"]
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(client, image, seen, data):
    response = client.post(DOOR, {"picture": upload(data)})
    page = response.content.decode()
    assert response.status_code == 422
    assert "cannot be read" in page or "Choose a picture" in page
    assert not Probe.objects.exists() and not seen
    dropped = client.post(DOOR, {"picture": upload(data)}, headers={**HTMX, "X-Dropped": "1"})
    assert dropped.status_code == 400


def test_a_picture_that_is_too_large_is_refused(client, image, monkeypatch):
    monkeypatch.setattr(probes, "MAX_BYTES", 100)
    response = client.post(DOOR, {"picture": upload(encoded(paint()))})
    assert response.status_code == 422 and "larger than" in response.content.decode()


def test_nothing_is_asked_for(client, image):
    response = client.post(DOOR, {"text": "  "})
    assert response.status_code == 422 and "say what you look for" in response.content.decode()


def test_without_weights_and_with_a_network_that_fails_it_says_so(client, image, monkeypatch):
    def fails(network, picture):
        raise BadOutput("The network gave NaN for this picture.")

    monkeypatch.setattr(encoding, "query_picture", fails)
    picture = encoded(paint())
    assert "gave NaN" in client.post(DOOR, {"picture": upload(picture)}).content.decode()
    Weights.objects.all().delete()
    assert "not installed" in client.post(DOOR, {"picture": upload(picture)}).content.decode()
    assert not Probe.objects.exists()


def test_what_is_transparent_is_looked_at_on_black(client, image, seen):
    client.post(DOOR, {"picture": upload(encoded(Pillow.new("RGBA", (50, 50), (255, 0, 0, 0))))})
    assert seen[0].getpixel((5, 5)) == (0, 0, 0)


def test_a_region_is_cut_out_of_the_file(client, image, seen):
    response = client.post(
        reverse("region", args=["default", image.pk]),
        {"left": "0.25", "top": "0.5", "width": "0.5", "height": "0.25"},
    )
    probe = Probe.objects.get()
    assert query_of(response["Location"]) == {"q": f"similar:{probe.token}"}
    assert (probe.image_id, probe.region) == (image.pk, [0.25, 0.5, 0.5, 0.25])
    assert seen[0].size == (100, 25)


@pytest.mark.parametrize(
    "region",
    [
        {}, {"left": "a", "top": "0", "width": "1", "height": "1"},
        {"left": "nan", "top": "0", "width": "1", "height": "1"},
        {"left": "0.6", "top": "0", "width": "0.6", "height": "1"},
        {"left": "-0.1", "top": "0", "width": "1", "height": "1"},
        {"left": "0", "top": "0.7", "width": "1", "height": "0.7"},
        {"left": "0", "top": "0", "width": "0.001", "height": "1"},
    ],
)  # fmt: skip
def test_a_region_that_is_none_is_refused(client, image, seen, region):
    response = client.post(reverse("region", args=["default", image.pk]), region)
    assert response.status_code == 400 and not Probe.objects.exists()


def test_of_a_video_it_is_cut_out_of_what_is_shown_then(client, image, seen):
    film(image.folder.root.disk_path / "two.mp4", shades(*range(40, 200, 10)), rate=8)
    video = ImageFactory(folder=image.folder, name="two.mp4")
    whole = {"left": "0", "top": "0", "width": "1", "height": "1"}
    for at in ("0.55", "1.3", ""):
        response = client.post(reverse("region", args=["default", video.pk]), {**whole, "at": at})
        assert response.status_code == 302
    shown = [picture.getpixel((3, 20))[0] for picture in seen]
    assert shown == pytest.approx([80, 140, 40], abs=8), "At no time it is the poster."


@pytest.mark.parametrize("at", ["-1", "nan", "inf", "soon"])
def test_a_time_that_is_none_is_refused(client, image, seen, at):
    whole = {"left": "0", "top": "0", "width": "1", "height": "1", "at": at}
    response = client.post(reverse("region", args=["default", image.pk]), whole)
    assert response.status_code == 400 and not Probe.objects.exists()


def test_a_region_of_a_file_that_is_gone_says_so(client, image):
    image.disk_path.unlink()
    whole = {"left": "0", "top": "0", "width": "1", "height": "1"}
    assert client.post(reverse("region", args=["default", image.pk]), whole).status_code == 404


def test_sliders_lead_to_an_address_that_says_them(client, image):
    given = {
        "q": f"similar:{image.pk}", "rating": "5", "w-clip_h": "1", "w-prompt": "-0.5",
        "w-caption": "0", "f-clip_h": "0.7", "f-prompt": "", "fusion": "rank", "ungrouped": "1",
    }  # fmt: skip
    response = client.get("/c/default/meaning/tuned/", given)
    assert query_of(response["Location"]) == {
        "q": f"similar:{image.pk}", "rating": "5", "spaces": "prompt:-0.5,clip_h:1",
        "floors": "clip_h:0.7", "fusion": "rank", "ungrouped": "1",
    }  # fmt: skip
    for wrong in ("x", "nan", "7"):
        given["w-clip_h"] = wrong
        assert client.get("/c/default/meaning/tuned/", given).status_code == 400


def test_pictures_that_nobody_asked_with_for_a_month_go(client, image):
    client.post(DOOR, {"picture": upload(encoded(paint()))})
    old = Probe.objects.get()
    Probe.objects.update(used_at=timezone.now() - timedelta(days=29))
    assert probes.used(old.token) and Probe.objects.get().used_at > timezone.now() - timedelta(1)
    Probe.objects.update(used_at=timezone.now() - timedelta(days=31))
    client.post(DOOR, {"picture": upload(encoded(paint()))})
    assert not Probe.objects.filter(token=old.token).exists()
    assert client.get(reverse("probe", args=["default", old.token])).status_code == 404
