import io
import shutil

import pytest
from PIL import Image as Pixels

from gallery.media import displays, storing, strips, thumbnails
from gallery.models import StageFailure
from gallery.pipeline import failures
from tests import pictures
from tests.gallery.media.encoded import encoded, quadrants
from tests.gallery.media.films import film
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(library_folder, settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    return scanned(pictures.png(library_folder / "a.png", size=(900, 600)))


def test_a_missing_thumbnail_is_made_and_kept_for_good(client, image):
    response = client.get(thumbnails.url(image, 384))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert Pixels.open(io.BytesIO(response.content)).size == (384, 256)
    image.refresh_from_db()
    assert image.thumbnail_version == thumbnails.VERSION
    assert thumbnails.are_made(image.fingerprint)


def test_one_that_exists_asks_the_database_nothing(client, image, django_assert_num_queries):
    client.get(thumbnails.url(image, 192))
    with django_assert_num_queries(0):
        response = client.get(thumbnails.url(image, 192))
    assert response.status_code == 200
    assert response["ETag"] == f'"{image.fingerprint.hex}-192"'


def test_a_browser_that_has_it_is_told_so(client, image, django_assert_num_queries):
    etag = client.get(thumbnails.url(image, 192))["ETag"]
    with django_assert_num_queries(0):
        response = client.get(thumbnails.url(image, 192), headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.content == b""
    assert "immutable" in response["Cache-Control"]


def test_an_image_not_read_yet_leads_to_its_true_address(client, image):
    identity = image.fingerprint
    image.fingerprint = None
    image.save()
    assert thumbnails.url(image, 384) == f"/thumbs/{image.pk}/384/new.webp"
    response = client.get(thumbnails.url(image, 384))
    assert response.status_code == 302
    assert response["Location"] == f"/thumbs/{image.pk}/384/{identity.hex}.webp"
    assert response["Cache-Control"] == "private, no-store"
    image.refresh_from_db()
    assert image.fingerprint is None  # that is for the deep scan to say: it may have moved here
    assert client.get(response["Location"]).status_code == 200


def test_a_wrong_key_leads_to_the_true_one(client, image):
    response = client.get(f"/thumbs/{image.pk}/384/{'0' * 32}.webp")
    assert response["Location"] == thumbnails.url(image, 384)


def test_a_file_changed_since_the_scan_is_not_filed_under_the_old_key(client, image):
    path = image.disk_path
    pictures.png(path, size=(500, 500), colour=(0, 200, 0))
    response = client.get(thumbnails.url(image, 384))
    assert response.status_code == 302
    assert image.fingerprint.hex not in response["Location"]
    assert not thumbnails.are_made(image.fingerprint)
    assert client.get(response["Location"]).status_code == 200
    before = image.fingerprint
    image.refresh_from_db()
    assert image.fingerprint == before
    assert image.thumbnail_version is None


@pytest.mark.parametrize("size", [0, 193, 99999])
def test_other_sizes_do_not_exist(client, image, size):
    assert client.get(f"/thumbs/{image.pk}/{size}/new.webp").status_code == 404


@pytest.mark.parametrize("key", ["..%5c..%5csecret", "NEW", "%00", "é" * 32])
def test_a_hostile_key_is_just_a_wrong_key(client, image, key):
    response = client.get(f"/thumbs/{image.pk}/384/{key}.webp")
    assert response.status_code in {302, 404}


def test_an_unknown_image_does_not_exist(client):
    assert client.get(f"/thumbs/987654/384/{'0' * 32}.webp").status_code == 404


def test_what_cannot_be_decoded_shows_a_picture_of_that_and_is_recorded(client, image):
    image.disk_path.write_bytes(b"no picture at all")
    response = client.get(thumbnails.url(image, 384))
    assert response.status_code == 404
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "private, max-age=60"
    failure = StageFailure.objects.get(image=image, stage="thumbnail")
    assert "not a picture in a format" in failure.reason


def test_after_three_attempts_a_broken_file_is_left_in_peace(client, image, monkeypatch):
    image.disk_path.write_bytes(b"")
    for _ in range(5):
        assert client.get(thumbnails.url(image, 384)).status_code == 404
    assert StageFailure.objects.get(image=image).attempts == failures.MAX_ATTEMPTS


def test_success_forgets_the_failure(client, image):
    failures.record("thumbnail", thumbnails.VERSION, {image.pk: "It was cut off."})
    assert client.get(thumbnails.url(image, 384)).status_code == 200
    assert not StageFailure.objects.exists()


def test_a_vanished_file_keeps_its_thumbnail(client, image):
    client.get(thumbnails.url(image, 384))
    image.disk_path.unlink()
    assert client.get(thumbnails.url(image, 384)).status_code == 200


def test_an_offline_root_without_thumbnail_says_absent_and_blames_nobody(client, image):
    shutil.rmtree(image.folder.root.disk_path)
    response = client.get(thumbnails.url(image, 384))
    assert response.status_code == 404
    assert b"not there now" in response.content
    assert not StageFailure.objects.exists()


def test_posting_is_refused(client, image):
    assert client.post(thumbnails.url(image, 384)).status_code == 405


def test_a_video_shows_its_poster(client, library_folder, settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    image = scanned(film(library_folder / "a.mp4", [quadrants((640, 480))] * 4), format="mp4")
    response = client.get(thumbnails.url(image, 192))
    assert Pixels.open(io.BytesIO(response.content)).size == (192, 144)


@pytest.fixture
def tiff(library_folder, settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    path = library_folder / "a.tif"
    path.write_bytes(encoded(quadrants((1000, 800)), "TIFF"))
    return scanned(path, format="tiff")


def test_a_picture_that_browsers_do_not_show_has_a_copy_in_full_size(client, tiff):
    response = client.get(displays.url(tiff))
    assert response["Content-Type"] == "image/webp"
    assert "immutable" in response["Cache-Control"]
    pixels = Pixels.open(io.BytesIO(response.content))
    assert pixels.size == (1000, 800)


def test_the_copy_is_made_once(client, tiff, django_assert_num_queries):
    first = client.get(displays.url(tiff))
    tiff.disk_path.unlink()
    with django_assert_num_queries(0):
        again = client.get(displays.url(tiff))
    assert again.content == first.content


def test_a_copy_of_a_file_not_read_yet_leads_to_its_true_address(client, tiff):
    identity = tiff.fingerprint.hex
    tiff.fingerprint = None
    tiff.save()
    response = client.get(displays.url(tiff))
    assert (response.status_code, response["Location"]) == (
        302,
        f"/thumbs/{tiff.pk}/display/{identity}.webp",
    )


@pytest.mark.filterwarnings("ignore:Truncated:UserWarning")
def test_a_copy_of_a_broken_file_says_so_in_a_picture(client, tiff):
    tiff.disk_path.write_bytes(tiff.disk_path.read_bytes()[:60])
    response = client.get(displays.url(tiff))
    assert (response.status_code, response["Content-Type"]) == (404, "image/svg+xml")


def test_what_browsers_show_is_shown_itself(image):
    assert displays.url(image) == f"/files/{image.pk}/a.png"


def test_nobody_waits_for_a_strip(client, image):
    response = client.get(f"/thumbs/{image.pk}/strip/{image.fingerprint.hex}.webp")
    assert (response.status_code, response["Content-Type"]) == (404, "image/svg+xml")


def test_a_strip_that_was_made_is_kept_for_good(client, image, django_assert_num_queries):
    assert strips.url(image) == ""
    image.strip_of = image.fingerprint
    storing.put(thumbnails.storage(), strips.name(image.fingerprint.hex), b"webp")
    with django_assert_num_queries(0):
        response = client.get(strips.url(image))
    assert (response.content, response["Content-Type"]) == (b"webp", "image/webp")
    assert "immutable" in response["Cache-Control"]
