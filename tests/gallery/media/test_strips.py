import io
import itertools

import pytest
from PIL import Image

from gallery.media import strips
from gallery.media.pictures import UndecodableImage
from tests.gallery.media.encoded import encoded, quadrants
from tests.gallery.media.films import film, shades


def cells(strip: bytes) -> list[Image.Image]:
    image = Image.open(io.BytesIO(strip)).convert("RGBA")
    width = image.width // strips.FRAMES
    assert image.width == width * strips.FRAMES
    return [
        image.crop((number * width, 0, (number + 1) * width, image.height))
        for number in range(strips.FRAMES)
    ]


def brightness(strip: bytes) -> list[int]:
    """Between the stripes of `shades`."""
    return [cell.getpixel((cell.width // 16, cell.height // 2))[0] for cell in cells(strip)]


def rises(found: list[int]) -> bool:
    """But for the noise of lossy codecs."""
    steps = itertools.pairwise(found)
    return all(later > earlier - 16 for earlier, later in steps) and found[-1] - found[0] > 100


def of_video(path) -> bytes:
    with path.open("rb") as file:
        return strips.of_video(file, path.suffix[1:])


@pytest.mark.parametrize("kind", ["mp4", "mov", "webm", "mkv", "avi"])
@pytest.mark.parametrize("keyframes", [2, 999])
def test_frames_go_from_the_beginning_to_the_end(tmp_path, kind, keyframes):
    ramp = shades(*range(40, 240, 5))
    found = brightness(of_video(film(tmp_path / f"a.{kind}", ramp, keyframes=keyframes)))
    assert rises(found)
    assert len(set(found)) > strips.FRAMES // 2


def test_cells_are_small_and_in_the_video_s_proportions(tmp_path):
    strip = of_video(film(tmp_path / "a.mp4", [quadrants((640, 480))] * 4))
    assert {cell.size for cell in cells(strip)} == {(strips.SIDE, strips.SIDE * 3 // 4)}


def test_a_turned_video_plays_upright(tmp_path):
    strip = of_video(film(tmp_path / "a.mp4", [quadrants((640, 480))] * 4, turn=90))
    assert {cell.size for cell in cells(strip)} == {(strips.SIDE * 3 // 4, strips.SIDE)}


def test_a_video_of_one_frame_repeats_it(tmp_path):
    found = brightness(of_video(film(tmp_path / "a.mp4", shades(100))))
    assert max(found) - min(found) < 4


def test_a_damaged_end_repeats_what_was_found(tmp_path):
    path = film(tmp_path / "a.webm", shades(*range(40, 240, 5)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert len(brightness(of_video(path))) == strips.FRAMES


def test_what_is_no_video_says_so():
    with pytest.raises(UndecodableImage, match="damaged"):
        strips.of_video(io.BytesIO(b"nothing of the kind" * 20), "mp4")


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_play_in_their_order(form):
    first, *others = (frame.resize((320, 240)) for frame in shades(*range(40, 240, 10)))
    data = encoded(first, form, save_all=True, append_images=others, duration=50)
    strip = strips.of_animation(data)
    found = brightness(strip)
    assert rises(found)
    assert cells(strip)[0].size == (strips.SIDE, strips.SIDE * 3 // 4)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_what_is_transparent_stays_so(form):
    frames = [quadrants().convert("RGBA") for _ in range(4)]
    for number, frame in enumerate(frames):
        frame.paste((0, 0, 0, 0), (0, 0, 32, 24 + number))
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    assert cells(strips.of_animation(data))[0].getpixel((5, 5))[3] == 0


def test_a_cut_animation_plays_what_is_there():
    first, *others = shades(*range(40, 240, 10))
    data = encoded(first, "GIF", save_all=True, append_images=others, duration=50)
    assert len(brightness(strips.of_animation(data[: len(data) * 2 // 3]))) == strips.FRAMES


def test_a_long_animation_is_not_decoded_to_its_end(monkeypatch):
    monkeypatch.setattr(strips, "_MOVING_PIXELS", 64 * 48 * 4)
    first, *others = shades(*range(40, 240, 10))
    data = encoded(first, "GIF", save_all=True, append_images=others, duration=50)
    assert max(brightness(strips.of_animation(data))) <= 80
