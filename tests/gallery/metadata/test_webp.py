import pytest
from PIL import Image

from gallery import metadata
from tests import pictures
from tests.gallery.metadata.builders import VP8X, read, riff_chunk, tiff, webp

BLOCK = tiff({0x0110: (2, b"a cat\0")})
EXIF = riff_chunk(b"EXIF", BLOCK)


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_exif_at_the_end_is_read_with_or_without_its_prefix(prefix):
    pixels = riff_chunk(b"VP8 ", b"\0" * 7)
    found = read(webp(VP8X, pixels, riff_chunk(b"EXIF", prefix + BLOCK)))
    assert (found.format, found.width, found.height) == ("webp", 6, 4)
    assert [(record.container, record.key, record.text) for record in found.records] == [
        ("webp:exif", "Model", "a cat")
    ]
    assert found.problems == ()


def test_xmp_is_kept_raw():
    found = read(webp(VP8X, riff_chunk(b"XMP ", b"<xmpmeta/>")))
    assert [(record.container, record.text) for record in found.records] == [
        ("webp:xmp", "<xmpmeta/>")
    ]


def test_frames_of_an_animation_are_stepped_over():
    frames = [riff_chunk(b"ANIM", b"\0" * 6)] + [riff_chunk(b"ANMF", b"\0" * 31)] * 50
    assert read(webp(VP8X, *frames, EXIF)).records[0].text == "a cat"


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 60}])
def test_both_pixel_formats_tell_their_size(tmp_path, options):
    path = tmp_path / "a.webp"
    Image.new("RGB", (301, 77), "red").save(path, "WEBP", **options)
    found = metadata.read(path)
    assert (found.width, found.height) == (301, 77)
    assert found.problems == ()


def test_a_length_of_the_whole_that_is_too_short_hides_nothing():
    assert read(webp(VP8X, EXIF, riff_length=10)).records[0].text == "a cat"


def test_a_length_of_the_whole_that_is_too_long_is_said():
    found = read(webp(VP8X, EXIF, riff_length=2**32 - 10))
    assert found.records[0].text == "a cat"
    assert found.problems == ("The file is shorter than it says; its end is missing.",)


def test_a_forgotten_pad_byte_is_forgiven():
    odd = riff_chunk(b"ICCP", b"\0" * 7, is_padded=False)
    assert read(webp(VP8X, odd, EXIF)).records[0].text == "a cat"


def test_a_text_cut_by_the_end_of_the_file_is_damaged():
    data = webp(VP8X, riff_chunk(b"XMP ", b"<xmpmeta/>"))[:-4]
    found = read(data)
    assert (found.records[0].text, found.records[0].is_damaged) == ("<xmpme", True)
    assert "The file ends in the middle of a text." in found.problems


def test_nonsense_between_chunks_ends_the_walk():
    found = read(webp(VP8X, b"\x01\x02\x03\x04\xff\xff\xff\x7f\x00\x00"))
    assert "damaged at byte" in found.problems[0]


def test_a_file_without_a_frame_has_no_size():
    assert read(webp(EXIF)).problems == ("The file has no size: its picture header is missing.",)


def test_what_pillow_writes_is_read(tmp_path):
    found = metadata.read(pictures.webp(tmp_path / "a.webp", pictures.INFOTEXT))
    assert (found.width, found.height) == (64, 48)
    assert found.parameters.steps == 28


def test_an_animation_has_frames_and_a_time(tmp_path):
    path = tmp_path / "a.webp"
    frames = [Image.new("RGB", (30, 20), (shade, 0, 0)) for shade in (10, 100, 200)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[40, 50, 60])
    found = metadata.read(path)
    assert (found.duration_ms, found.media) == (150, (("Frames", "3"),))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 60}])
def test_alpha_is_told(tmp_path, options):
    path = tmp_path / "a.webp"
    Image.new("RGBA", (30, 20), (255, 0, 0, 100)).save(path, **options)
    assert metadata.read(path).media == (("Colour", "RGBA"),)


def test_a_part_that_claims_more_than_the_file_hides_nothing():
    found = read(webp(b"EXIF\xff\xff\xff\xff", VP8X, EXIF))
    assert (found.width, found.records[0].text) == (6, "a cat")
    assert "wrong length" in found.problems[0]
