import os

import pytest

from dtoolkit.core.errors import BadInput, NotFound
from gallery.media import files
from gallery.media.pictures import UndecodableImage
from tests import pictures
from tests.gallery.media.films import film
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


def test_a_file_comes_whole_with_its_fingerprint(library_folder):
    path = pictures.png(library_folder / "a.png")
    image = scanned(path)
    with files.opened(image) as content:
        assert content.data == path.read_bytes()
        assert content.fingerprint == image.fingerprint
        assert content.is_as_scanned


def test_a_file_changed_since_the_scan_is_told(library_folder):
    path = pictures.png(library_folder / "a.png")
    image = scanned(path)
    pictures.png(path, size=(10, 10))
    with files.opened(image) as content:
        assert not content.is_as_scanned
        assert content.fingerprint != image.fingerprint


def test_a_vanished_file_is_not_found(library_folder):
    path = pictures.png(library_folder / "a.png")
    image = scanned(path)
    path.unlink()
    with pytest.raises(NotFound, match="not there now"), files.opened(image):
        pass


def test_a_link_out_of_the_root_is_refused(library_folder, tmp_path):
    secret = pictures.png(tmp_path / "secret.png")
    link = library_folder / "a.png"
    link.symlink_to(secret)
    with pytest.raises(BadInput, match="leads out"), files.opened(scanned(link)):
        pass


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_says_so(library_folder):
    path = pictures.png(library_folder / "a.png")
    image = scanned(path)
    path.chmod(0)
    with pytest.raises(UndecodableImage, match="Permission denied"), files.opened(image):
        pass


def test_an_enormous_file_is_not_read(library_folder):
    path = pictures.png(library_folder / "a.png")
    image = scanned(path)
    with path.open("r+b") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(UndecodableImage, match="larger than 1 GB"), files.opened(image):
        pass


def test_a_video_is_not_read_whole(library_folder):
    path = film(library_folder / "a.mp4")
    with path.open("r+b") as file:
        file.truncate(files.MAX_BYTES + 1)
    image = scanned(path)
    with files.opened(image) as content:
        assert (content.format, content.data) == ("mp4", b"")
        assert content.fingerprint == image.fingerprint
        assert content.picture(32).pixels.size == (32, 24)


def test_the_bytes_decide_what_a_file_is(library_folder):
    image = scanned(film(library_folder / "a.mp4").rename(library_folder / "a.png"))
    with files.opened(image) as content:
        assert content.format == "mp4"
