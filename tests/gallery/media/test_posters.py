import io
from fractions import Fraction

import pytest
from PIL import Image

from gallery.media import posters
from gallery.media.pictures import UndecodableImage
from tests.gallery.media.encoded import BLUE, GREEN, RED, WHITE, corners, quadrants
from tests.gallery.media.films import film, shades

UPRIGHT = [RED, GREEN, BLUE, WHITE]


def poster(path, kind="", longest=None):
    with path.open("rb") as file:
        return posters.poster(file, kind or path.suffix[1:], longest)


def shade_at(path, seconds):
    with path.open("rb") as file:
        picture = posters.frame_at(file, path.suffix[1:], seconds)
    return round(picture.pixels.getpixel((3, 20))[0] / 10) * 10


def near(found, expected, within=16):
    pairs = zip(found, expected, strict=True)
    return all(
        abs(a - b) <= within for one, other in pairs for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("kind", ["mp4", "mov", "webm", "mkv", "avi"])
def test_each_kind_has_a_picture_in_its_colours(tmp_path, kind):
    picture = poster(film(tmp_path / f"a.{kind}", [quadrants((128, 96))] * 12))
    assert (picture.width, picture.height) == picture.pixels.size == (128, 96)
    assert near(corners(picture.pixels), UPRIGHT)


def test_it_is_made_small(tmp_path):
    picture = poster(film(tmp_path / "a.mp4", [quadrants((640, 480))] * 3), longest=100)
    assert (picture.width, picture.height, picture.pixels.size) == (640, 480, (100, 75))
    assert near(corners(picture.pixels), UPRIGHT)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (90, [GREEN, WHITE, RED, BLUE]),
        (-90, [BLUE, RED, WHITE, GREEN]),
        (180, [WHITE, BLUE, GREEN, RED]),
    ],
)
def test_a_turned_video_stands_upright(tmp_path, turn, expected):
    picture = poster(film(tmp_path / "a.mp4", [quadrants((128, 96))] * 3, turn=turn))
    size = (128, 96) if turn == 180 else (96, 128)
    assert (picture.width, picture.height) == picture.pixels.size == size
    assert near(corners(picture.pixels), expected)


def test_pixels_that_are_not_square_become_square(tmp_path):
    path = film(tmp_path / "a.mp4", [quadrants((128, 96))] * 3, aspect=Fraction(1, 2))
    picture = poster(path)
    assert picture.pixels.size == (128, 192)
    assert near(corners(picture.pixels), UPRIGHT)


def test_the_matrix_that_no_file_names_goes_by_the_height_as_players_have_it(tmp_path):
    """Both are written with that of BT.601, which is BT.709 in high definition."""
    small = poster(film(tmp_path / "a.mp4", [Image.new("RGB", (96, 96), GREEN)] * 2))
    large = poster(film(tmp_path / "b.mp4", [Image.new("RGB", (96, 736), GREEN)] * 2))
    assert near([small.pixels.getpixel((48, 48))], [GREEN], 6)
    assert not near([large.pixels.getpixel((48, 48))], [GREEN], 12)


def test_a_dark_beginning_is_passed_by(tmp_path):
    frames = shades(*[0] * 8, *[120] * 8)
    picture = poster(film(tmp_path / "a.mp4", frames, keyframes=4))
    assert picture.pixels.getpixel((3, 20))[0] > 90


def test_a_dark_beginning_without_keyframes_behind_it_is_passed_by(tmp_path):
    frames = shades(*[0] * 20, *[120] * 20)
    path = film(tmp_path / "a.mp4", frames, options={"x264-params": "keyint=999:scenecut=0"})
    assert poster(path).pixels.getpixel((3, 20))[0] > 90


def test_a_video_that_is_dark_throughout_shows_that(tmp_path):
    picture = poster(film(tmp_path / "a.mp4", shades(*[0] * 6)))
    assert picture.pixels.getpixel((3, 20))[0] < 10


def test_hdr_is_shown_in_reasonable_brightness(tmp_path):
    """PQ signals of 58 %, a page's white, must not look as gray as their numbers."""
    path = film(
        tmp_path / "a.mp4",
        shades(148, 148, 148, size=(64, 64)),
        codec="libx265",
        pixels="yuv420p10le",
        colours=(9, 16, 9),
    )
    assert 200 < poster(path).pixels.getpixel((3, 20))[0] < 250


@pytest.mark.parametrize("kind", ["mp4", "webm", "avi"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.8])
def test_a_cut_video_shows_something_or_says_why(tmp_path, kind, share):
    data = film(tmp_path / f"a.{kind}").read_bytes()
    try:
        picture = posters.poster(io.BytesIO(data[: int(len(data) * share)]), kind)
    except UndecodableImage as error:
        assert error.reason.endswith(".")
    else:
        assert picture.pixels.size == (64, 48)


def test_garbage_in_the_middle_never_raises_anything_else(tmp_path):
    data = bytearray(film(tmp_path / "a.mp4", [quadrants((128, 96))] * 12).read_bytes())
    for at in range(100, len(data), 7):
        data[at] ^= 0x55
        if at % 5:
            continue
        try:
            posters.poster(io.BytesIO(bytes(data)), "mp4", 64)
        except UndecodableImage as error:
            assert error.reason


RISING = tuple(range(40, 200, 10))  # one an eighth of a second


@pytest.mark.parametrize("kind", ["mp4", "mov", "webm", "mkv"])
@pytest.mark.parametrize("keyframes", [4, 999])
def test_at_a_time_it_is_what_a_player_shows_then(tmp_path, kind, keyframes):
    path = film(tmp_path / f"a.{kind}", shades(*RISING), keyframes=keyframes)
    shown = {seconds: shade_at(path, seconds) for seconds in (0, 0.2, 0.55, 1.3, 1.9, 1e9)}
    assert shown == {0: 40, 0.2: 50, 0.55: 80, 1.3: 140, 1.9: 190, 1e9: 190}


def test_at_a_time_too_it_is_upright_and_small(tmp_path):
    path = film(tmp_path / "a.mp4", [quadrants((640, 480))] * 8, turn=90)
    with path.open("rb") as file:
        picture = posters.frame_at(file, "mp4", 0.5, 100)
    assert (picture.width, picture.height, picture.pixels.size) == (480, 640, (75, 100))
    assert near(corners(picture.pixels), [GREEN, WHITE, RED, BLUE])


def test_at_a_time_the_first_picture_of_a_cut_video_is_the_earliest(tmp_path):
    """Its times do not begin at 0."""
    path = film(tmp_path / "a.mkv", shades(*RISING), keyframes=4, starts_at=80)
    assert [shade_at(path, seconds) for seconds in (0, 0.55)] == [40, 80]


@pytest.mark.parametrize("cut", [0.02, 0.5])
def test_of_what_is_damaged_there_is_a_frame_or_a_reason(tmp_path, cut):
    path = film(tmp_path / "a.webm", shades(*RISING), keyframes=4)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    try:
        assert shade_at(path, 1.9) in RISING
    except UndecodableImage as error:
        assert error.reason.startswith("The video")
