import pytest

from tests.gallery.metadata.builders import jpeg, png, read


@pytest.mark.parametrize(("data", "expected"), [(png(), "png"), (jpeg(), "jpeg")])
def test_the_bytes_decide_whatever_the_name_says(data, expected):
    assert read(data, name="a.webp").format == expected


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "a.png", "The file is empty."),
        (b"GIF89a....", "a.gif", "a GIF picture"),
        (b"\0\0\0\x1cftypavif", "a.avif", "an AVIF picture"),
        (b"\0\0\0\x20ftypisom", "a.mp4", "an MP4 video"),
        (b"\x1aE\xdf\xa3....", "a.mp4", "a Matroska or WebM video"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a.png", "git lfs pull"),
        (b"\0" * 4096, "a.png", "only zeros"),
        (b"hello", "a.png", "not a picture in a format that is read (its name says PNG)."),
        (b"\x89PN", "a.png", "not a picture in a format that is read (its name says PNG)."),
        (b"hello", "", "not a picture in a format that is read."),
        (b"hello", "a.<script>", "not a picture in a format that is read."),
    ],
)
def test_what_cannot_be_read_is_named(data, name, problem):
    found = read(data, name=name)
    assert found.format == ""
    assert problem in found.problems[0]
    assert found.records == ()
