"""What a tile plays under the pointer: a few frames of a video or an animation, side by side."""

import io
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from django.urls import reverse
from PIL import Image

from gallery.media import (
    colours,
    formats,
    limits,
    locks,
    opening,
    orientation,
    storing,
    streams,
    thumbnails,
)
from gallery.media.files import Content
from gallery.media.pictures import UndecodableImage, fitted
from gallery.media.streams import Video
from gallery.models import Image as ImageRow

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

FRAMES = 10
SIDE = 240
_QUALITY, _METHOD = 70, 2
# Of all frames together; the rest of a longer animation is not looked at.
_MOVING_PIXELS = 400_000_000
_LARGEST_PIXELS = 20_000_000
_VIDEO_LIMIT_S, _ANIMATION_LIMIT_S = 4.0, 2.0


def url(image: ImageRow) -> str:
    """Where its strip is; empty where it has none (yet)."""
    if image.fingerprint is None or image.strip_of != image.fingerprint:
        return ""
    return reverse("strip", args=[image.pk, image.fingerprint.hex])


def name(key: str) -> str:
    """In the storage of the thumbnails, beside them."""
    return thumbnails.name(key, "strip")


def make(content: Content) -> None:
    """The strip of one content, once. Raises `UndecodableImage` and `StorageUnwritable`."""
    key = content.fingerprint.hex
    place = thumbnails.storage()
    with locks.only_one(thumbnails.lock_folder(), key):
        if storing.exists(place, name(key)):
            return
        if formats.is_video(content.format):
            data = of_video(content.file, content.format)
        else:
            data = of_animation(content.data)
        storing.put(place, name(key), data)


def of_video(file: BinaryIO, format: str) -> bytes:
    """A WebP of `FRAMES` cells in a row, all of one size, `SIDE` pixels at most.

    A video of fewer frames repeats some. Raises `UndecodableImage`.
    """
    cells: dict[int, Image.Image] = {}
    with suppress(UndecodableImage), streams.opened(file, format, _VIDEO_LIMIT_S) as video:
        times = _times(video)
        if _has_keyframes_for(video, times):
            _fill(cells, video, _by_keyframes(video, times))
    if not cells:
        # Afresh: where there is no index, seeking may have led astray.
        with streams.opened(file, format, _VIDEO_LIMIT_S) as video:
            _fill(cells, video, _one_after_the_other(video, _times(video)))
    return _side_by_side(cells)


def of_animation(data: bytes) -> bytes:
    """As `of_video`, of an animated GIF, PNG, WebP or AVIF."""
    opened = opening.opened(data, moves=True)
    image, deadline = opened.image, time.monotonic() + _ANIMATION_LIMIT_S
    _check(image, len(data))
    cells: dict[int, Image.Image] = {}
    with suppress(*opening.HOSTILE, MemoryError, UndecodableImage):
        count = min(getattr(image, "n_frames", 1), _MOVING_PIXELS // (image.width * image.height))
        shown = -1
        for number in range(FRAMES):
            wanted = int((number + 0.5) * count / FRAMES)
            while image.tell() < wanted and time.monotonic() < deadline:
                image.seek(image.tell() + 1)
                # A GIF may grow with each frame.
                _check(image, len(data))
            if image.tell() != shown:
                cells[number] = _cell(image, opened)
                shown = image.tell()
    return _side_by_side(cells)


def _check(image: Image.Image, file_bytes: int) -> None:
    if image.width * image.height > _LARGEST_PIXELS:
        raise UndecodableImage("The animation is too large for a moving preview.")
    limits.check(image.size, image.mode, file_bytes, image.format or "")


def _cell(image: Image.Image, opened: opening.Opened) -> Image.Image:
    pixels = fitted(colours.resizable(image), SIDE)
    if pixels is image:
        # The next frame will be painted over it.
        pixels = image.copy()
    return orientation.upright(colours.srgb(pixels, opened.profile, []), opened.orientation)


def _times(video: Video) -> list[float]:
    if video.duration_s is None:
        raise UndecodableImage("The video does not say how long it is.")
    return [video.duration_s * (number + 0.5) / FRAMES for number in range(FRAMES)]


def _fill(
    cells: dict[int, Image.Image], video: Video, frames: "Iterator[tuple[int, VideoFrame]]"
) -> None:
    # What was found when the time is over will do.
    with suppress(streams.TookTooLong):
        for number, frame in frames:
            cells[number] = video.picture(frame, SIDE)


def _has_keyframes_for(video: Video, times: list[float]) -> bool:
    """Whether most of `times` have one of their own: then nothing between them is decoded."""
    # Matroska reads its index at the first seek.
    video.seek(times[-1])
    index, base = video.stream.index_entries, video.stream.time_base
    if not base:
        return False
    near = {index.search_timestamp(int(time / base)) for time in times}
    return len(near - {-1}) >= FRAMES * 0.7


def _by_keyframes(video: Video, times: list[float]) -> "Iterator[tuple[int, VideoFrame]]":
    for number, seconds in enumerate(times):
        video.seek(seconds)
        frame = video.keyframe()
        if frame is not None:
            yield number, frame


def _one_after_the_other(video: Video, times: list[float]) -> "Iterator[tuple[int, VideoFrame]]":
    """Each time's last frame, without decoding those that no other needs, often half of them."""
    video.stream.codec_context.skip_frame = "NONREF"
    number, shown = 0, None
    for frame in video.frames():
        while shown and number < FRAMES and frame.time is not None and frame.time > times[number]:
            yield number, shown
            number += 1
        if number == FRAMES:
            return
        shown = frame
    if shown:
        yield number, shown


def _side_by_side(cells: dict[int, Image.Image]) -> bytes:
    if not cells:
        raise UndecodableImage("None of the frames could be decoded.")
    size = cells[min(cells)].size
    mode = "RGBA" if any(cell.mode == "RGBA" for cell in cells.values()) else "RGB"
    strip = Image.new(mode, (size[0] * FRAMES, size[1]))
    cell = cells[min(cells)]
    for number in range(FRAMES):
        cell = cells.get(number, cell)
        strip.paste(cell if cell.size == size else cell.resize(size), (number * size[0], 0))
    buffer = io.BytesIO()
    strip.save(buffer, "WEBP", quality=_QUALITY, method=_METHOD)
    return buffer.getvalue()
