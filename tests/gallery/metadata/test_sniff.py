import pytest

from tests.gallery.metadata.builders import jpeg, png, read


@pytest.mark.parametrize(("data", "expected"), [(png(), "png"), (jpeg(), "jpeg")])
def test_the_bytes_decide_whatever_the_name_says(data, expected):
    assert read(data, name="a.webp").format == expected


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "a.png", "The file is empty."),
        (b"II*\0\x10\0\0\0CR\x02\0", "a.tif", "a camera raw picture"),
        (b"\0\0\0\x18ftypheic", "a.jpg", "a HEIC picture"),
        (b"8BPS\0\1", "a.psd", "a Photoshop document"),
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
