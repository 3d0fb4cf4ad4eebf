"""The picture that stands for a video: an early one that shows something."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image

from gallery.media import streams
from gallery.media.pictures import Picture, UndecodableImage
from gallery.media.streams import Video

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

# Where to look, as shares of the duration, until something is to be seen.
_PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)
_SEEK_LIMIT_S, _LIMIT_S = 1.0, 3.0
# Frames that are looked at one after the other where seeking leads back to darkness.
_FRAMES = 250
# Of 256 shades: what lies between black and white, and how bright they are together.
_SPREAD, _BRIGHTNESS = 40, 20


def poster(file: BinaryIO, format: str, longest: int | None = None) -> Picture:
    """Upright, in sRGB; `width` and `height` are the video's. Raises `UndecodableImage`."""
    with suppress(UndecodableImage), streams.opened(file, format, _SEEK_LIMIT_S) as video:
        found = _by_seeking(video, longest)
        if found:
            return found
    # Without an index, or with a wrong one, seeking may fail: then from the beginning.
    with streams.opened(file, format, _LIMIT_S) as video:
        return _from_the_start(video, longest)


def frame_at(file: BinaryIO, format: str, seconds: float, longest: int | None = None) -> Picture:
    """What a player shows that stands at `seconds`, as `poster`; beyond the end the last one.

    Raises `UndecodableImage`.
    """
    with suppress(UndecodableImage), streams.opened(file, format, _LIMIT_S) as video:
        video.seek(seconds)
        found = _shown_at(video, seconds)
        if found and video.time_s(found) <= seconds:
            return _picture(video, found, longest)
    # Without an index, or with a wrong one, seeking may lead astray: then from the beginning.
    with streams.opened(file, format, _LIMIT_S) as video:
        found = _shown_at(video, seconds)
        if found is None:
            raise UndecodableImage(streams.DAMAGED)
        return _picture(video, found, longest)


def _shown_at(video: Video, seconds: float) -> "VideoFrame | None":
    """The last frame until then, from where it stands on; the first one where there is none."""
    found = None
    for frame in video.frames():
        if found is not None and video.time_s(frame) > seconds:
            break
        found = frame
    return found


def _by_seeking(video: Video, longest: int | None) -> Picture | None:
    """The first bright keyframe; none where they are all dark, or nobody knows where they are."""
    duration = video.duration_s
    if duration is None:
        return None
    seen: set[int | None] = set()
    for place in _PLACES:
        video.seek(place * duration)
        frame = video.keyframe()
        if frame is None or frame.pts in seen:
            continue
        seen.add(frame.pts)
        picture = _picture(video, frame, longest)
        if _shows_something(picture.pixels):
            return picture
    return None


def _from_the_start(video: Video, longest: int | None) -> Picture:
    first = None
    for frame in _some(video):
        picture = _picture(video, frame, longest)
        if _shows_something(picture.pixels):
            return picture
        first = first or picture
    if first is None:
        raise UndecodableImage(streams.DAMAGED)
    return first


def _some(video: Video) -> Iterator["VideoFrame"]:
    """What can be decoded within the limits; every tenth after the first ones."""
    with suppress(streams.TookTooLong):
        for number, frame in enumerate(video.frames()):
            if number < 3 or number % 10 == 0:
                yield frame
            if number >= _FRAMES:
                return


def _picture(video: Video, frame: "VideoFrame", longest: int | None) -> Picture:
    width, height = video.shown_size(frame)
    if streams.quarter_turns(frame) % 2:
        width, height = height, width
    return Picture(video.picture(frame, longest), width, height)


def _shows_something(pixels: Image.Image) -> bool:
    small = pixels.resize((32, 32), Image.Resampling.BOX).convert("L")
    shades = small.tobytes()
    return max(shades) - min(shades) >= _SPREAD and sum(shades) >= _BRIGHTNESS * len(shades)
