import pytest

from gallery.media import formats
from gallery.metadata import containers
from tests.gallery.media.encoded import STILLS, encoded, quadrants


@pytest.mark.parametrize("form", STILLS)
def test_the_bytes_tell_the_format(form):
    data = encoded(quadrants(), form)
    assert formats.of(data[: formats.HEAD_BYTES]) == form.lower()


def test_text_has_no_format():
    assert formats.of(b"hello") == ""
    assert formats.mime_type("") == "application/octet-stream"


def test_everything_that_is_read_can_be_served_and_nothing_else():
    assert set(formats.FORMATS) == {container.format for container in containers.CONTAINERS}


def test_browsers_show_all_stills_but_two():
    assert formats.NOT_IN_BROWSERS == ("jxl", "tiff")


def test_a_video_is_no_animation_and_a_still_does_not_move():
    assert formats.is_animated("gif", 800)
    assert not formats.is_animated("gif", None)
    assert not formats.is_animated("mp4", 800)
    assert formats.is_video("mp4")
    assert not formats.is_video("gif")
