import os
from pathlib import Path

import pytest
from django.urls import reverse

from dtoolkit.core import paths
from gallery.models import Image
from tests import pictures
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory
from tests.gallery.media.encoded import encoded, quadrants
from tests.gallery.media.films import film

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(library_folder: Path):
    return LibraryRootFactory(path=str(library_folder), name="pictures")


@pytest.fixture
def picture(root) -> Image:
    file = pictures.a1111_png(root.disk_path / "art" / "fennec.png")
    folder = FolderFactory(root=root, path="art")
    return ImageFactory(folder=folder, name="fennec.png", size=file.stat().st_size)


def url(image: Image, name: str | None = None) -> str:
    return reverse("file", args=[image.pk, name or paths.display(image.name)])


def get(client, address: str, **headers: str):
    """The response, read to its end, which closes the file; its bytes are in `body`."""
    response = client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response.body = response.getvalue()
    return response


def test_the_original_comes_as_it_is_on_the_disk(client, picture):
    response = get(client, url(picture))
    assert response.status_code == 200
    assert response.body == picture.disk_path.read_bytes()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(picture.size)
    assert response["Content-Disposition"] == 'inline; filename="fennec.png"'
    assert "private" in response["Cache-Control"]


def test_it_costs_one_query(client, picture, django_assert_num_queries):
    with django_assert_num_queries(1):
        get(client, url(picture))


def test_a_download_is_attached(client, picture):
    assert get(client, url(picture) + "?download=1")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("make", "type_"), [(pictures.jpeg, "image/jpeg"), (pictures.webp, "image/webp")]
)
def test_the_type_is_that_of_the_bytes_not_of_the_name(client, picture, make, type_):
    make(picture.disk_path)
    assert get(client, url(picture))["Content-Type"] == type_


@pytest.mark.parametrize(
    "content", [b"<script>alert(1)</script>", b"<svg xmlns='x' onload='a()'/>", b""]
)
def test_what_is_no_picture_is_only_ever_downloaded(client, picture, content):
    picture.disk_path.write_bytes(content)
    response = get(client, url(picture))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response.body == content


def test_an_unchanged_file_is_not_sent_again(client, picture):
    first = get(client, url(picture))
    again = get(client, url(picture), If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    since = get(client, url(picture), If_Modified_Since=first["Last-Modified"])
    assert since.status_code == 304


def test_a_changed_file_is_sent_again(client, picture):
    first = get(client, url(picture))
    pictures.jpeg(picture.disk_path)
    assert get(client, url(picture), If_None_Match=first["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=5-99999999", 5, None),
    ],
)
def test_a_range_comes_alone(client, picture, asked, start, end):
    whole = picture.disk_path.read_bytes()
    response = get(client, url(picture), Range=asked)
    assert response.status_code == 206
    part = response.body
    assert part == whole[start:end]
    assert response["Content-Length"] == str(len(part))
    first = start if start >= 0 else len(whole) + start
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"


def test_a_range_behind_the_end_is_refused_with_the_size(client, picture):
    response = get(client, url(picture), Range=f"bytes={picture.size}-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{picture.size}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "bytes=-", "pixels=0-1", "bytes=9-3", "bytes=" + "9" * 5000 + "-"]
)
def test_a_range_that_is_not_plain_gives_the_whole(client, picture, asked):
    assert get(client, url(picture), Range=asked).status_code == 200


def test_a_range_of_an_older_version_gives_the_whole(client, picture):
    assert get(client, url(picture), Range="bytes=0-9", If_Range='"another"').status_code == 200


def test_the_name_in_the_address_never_decides_the_file(client, picture):
    response = get(client, url(picture, name="../../../etc/passwd"))
    assert response.body == picture.disk_path.read_bytes()


def test_a_row_that_leads_out_of_the_library_is_refused(client, picture, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    picture.folder.path = "art/../.."
    picture.folder.save()
    picture.name = "secret.txt"
    picture.save()
    assert get(client, url(picture)).status_code == 400


def test_a_symlink_out_of_the_library_is_refused(client, picture, tmp_path):
    secret = pictures.png(tmp_path / "secret.png")
    picture.disk_path.unlink()
    picture.disk_path.symlink_to(secret)
    response = get(client, url(picture))
    assert response.status_code == 400
    assert str(tmp_path).encode() not in response.content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(client, picture):
    picture.disk_path.unlink()
    os.mkfifo(picture.disk_path)
    assert get(client, url(picture)).status_code == 404


def test_a_file_that_is_gone_says_what_to_do(client, picture):
    picture.disk_path.unlink()
    response = get(client, url(picture))
    assert response.status_code == 404
    assert "Scan the library" in response.content.decode()


def test_an_offline_root_says_which_one_to_connect(client, picture, library_folder):
    library_folder.rename(library_folder.with_name("elsewhere"))
    response = get(client, url(picture))
    assert response.status_code == 503
    assert "pictures is offline" in response.content.decode()


@pytest.mark.parametrize("raw", ['a"b\\c.png', "line\nbreak.png", "日本 🦊.png", "semi;colon.png"])
def test_hostile_names_are_served_and_named_safely(client, root, raw):
    pictures.png(root.disk_path / raw)
    image = ImageFactory(folder=FolderFactory(root=root, path=""), name=paths.to_text(raw))
    response = get(client, url(image))
    assert response.status_code == 200
    assert "\n" not in response["Content-Disposition"]


@pytest.mark.skipif(os.name == "nt", reason="file names are text on Windows")
def test_a_name_that_is_not_utf8_is_served(client, root):
    raw = os.fsdecode(b"caf\xe9.png")
    try:
        pictures.png(root.disk_path / raw)
    except OSError:
        pytest.skip("this file system wants UTF-8")
    image = ImageFactory(folder=FolderFactory(root=root, path=""), name=paths.to_text(raw))
    assert get(client, url(image)).status_code == 200


def test_an_unknown_image_is_not_found(client):
    assert get(client, reverse("file", args=[10**18, "a.png"])).status_code == 404
    assert get(client, reverse("file", args=[10**30, "a.png"])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("mp4", "video/mp4"),
        ("mov", "video/quicktime"),
        ("webm", "video/webm"),
        ("mkv", "video/x-matroska"),
        ("avi", "video/x-msvideo"),
    ],
)
def test_a_video_is_served_for_playing(client, picture, tmp_path, kind, type_):
    film(tmp_path / f"a.{kind}").rename(picture.disk_path)
    response = get(client, url(picture))
    assert response["Content-Type"] == type_
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("form", "type_"),
    [
        ("AVIF", "image/avif"),
        ("JXL", "image/jxl"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
    ],
)
def test_a_still_is_served_as_what_it_is(client, picture, form, type_):
    picture.disk_path.write_bytes(encoded(quadrants(), form))
    assert get(client, url(picture))["Content-Type"] == type_


def test_a_player_seeks_in_a_video(client, picture, tmp_path):
    film(tmp_path / "a.mp4").rename(picture.disk_path)
    whole = picture.disk_path.read_bytes()
    first = get(client, url(picture), Range="bytes=0-")
    assert (first.status_code, first.body) == (206, whole)
    assert first["Content-Range"] == f"bytes 0-{len(whole) - 1}/{len(whole)}"
    later = get(client, url(picture), Range="bytes=100-199", If_Range=first["ETag"])
    assert (later.status_code, later.body) == (206, whole[100:200])
    by_date = get(client, url(picture), Range="bytes=-50", If_Range=first["Last-Modified"])
    assert (by_date.status_code, by_date.body) == (206, whole[-50:])


def test_an_enormous_video_is_not_read_for_a_part_of_it(client, picture, tmp_path):
    film(tmp_path / "a.mp4").rename(picture.disk_path)
    with picture.disk_path.open("r+b") as file:
        file.truncate(1 << 40)
    response = get(client, url(picture), Range=f"bytes={(1 << 40) - 10}-")
    assert (response.status_code, response.body) == (206, bytes(10))


def test_a_head_tells_of_a_range_without_its_bytes(client, picture):
    response = client.head(url(picture), headers={"Range": "bytes=0-9"})
    assert (response.status_code, response["Content-Length"]) == (206, "10")
    assert not response.getvalue()
