"""Tiny real videos, written with PyAV where a test needs them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.gallery.media.encoded import quadrants

CODECS = {"mp4": "libx264", "mov": "libx264", "mkv": "libx264", "webm": "libvpx", "avi": "mpeg4"}


def film(
    path: Path,
    frames: Sequence[Image.Image] | None = None,
    *,
    codec: str = "",
    rate: int = 8,
    pixels: str = "yuv420p",
    turn: int = 0,
    aspect: Fraction | None = None,
    colours: tuple[int, int, int] | None = None,
    keyframes: int | None = None,
    options: dict[str, str] | None = None,
    has_sound: bool = False,
    starts_at: int = 0,
) -> Path:
    """`turn` is how far against the clock it is to be turned when shown, in degrees; `colours`
    are code points of primaries, transfer and matrix; `starts_at` counts frames."""
    frames = frames if frames is not None else [quadrants()] * 16
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec or CODECS[path.suffix[1:]], rate=rate)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = pixels
        stream.options = options or {}
        if keyframes:
            stream.codec_context.gop_size = keyframes
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if colours:
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = colours
        if turn:
            stream.set_display_rotation(turn)
        sound = container.add_stream("libopus", rate=48000) if has_sound else None
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")
            frame.pts = starts_at + number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound:
            _silence(container, sound)
    return path


def sound_alone(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        _silence(container, container.add_stream("libopus", rate=48000))
    return path


def shades(*values: int, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    """A gray frame for each value, with a stripe, so that none is a plain surface."""
    frames = []
    for value in values:
        pixels: npt.NDArray[np.uint8] = np.full((size[1], size[0], 3), value, dtype=np.uint8)
        pixels[:, ::8] = 255 if value else 0
        frames.append(Image.fromarray(pixels))
    return frames


def _silence(container: Any, sound: Any) -> None:
    for number in range(8):
        samples = np.zeros((1, 2 * 960), dtype=np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48000, 960 * number
        container.mux(sound.encode(frame))
    container.mux(sound.encode())
