"""Videos opened through PyAV within bounds: one file, its own format, a limit of time.

PyAV is imported where it is used: the web server starts without it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image

from gallery.media import cicp
from gallery.media.pictures import UndecodableImage, fitted_size

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# What FFmpeg calls the formats that we tell apart ourselves; nothing else is ever tried.
_DEMUXERS = {"mp4": "mov", "mov": "mov", "webm": "matroska", "mkv": "matroska", "avi": "avi"}
_BUFFER_BYTES = 64 * 1024
# 8K, either way up.
_MAX_PIXELS = 8192 * 4352
_OPTIONS = {
    "probesize": "4000000",
    "analyzeduration": "3000000",
    "max_streams": "64",
    "max_pixels": str(_MAX_PIXELS),
    "protocol_whitelist": "",
    "enable_drefs": "0",
}
_WIDEST_PIXEL = 8
_UNSPECIFIED, _BT709, _BT601 = 2, 1, 5
_HD_LINES = 720

DAMAGED = "The video is damaged: none of its pictures could be decoded."
_SLOW = "The video took too long to read; it is probably damaged."
_UNKNOWN_CODEC = "The video is coded in a way that is not known here."
_NO_PICTURES = "The file holds no pictures, only sound or nothing at all."


class TookTooLong(Exception):
    """The time that a file may take is over."""


@dataclass(frozen=True, slots=True)
class Video:
    container: "InputContainer"
    stream: "VideoStream"
    deadline: float

    @property
    def duration_s(self) -> float | None:
        """As the container says, else the stream; None where neither does."""
        if self.container.duration and self.container.duration > 0:
            return self.container.duration / 1_000_000
        stream = self.stream
        if stream.duration and stream.duration > 0 and stream.time_base:
            return float(stream.duration * stream.time_base)
        return None

    def time_s(self, frame: "VideoFrame") -> float:
        """When it is shown, from the beginning on; 0 where it does not say."""
        base = self.stream.time_base
        if frame.pts is None or base is None:
            return 0.0
        return float((frame.pts - (self.stream.start_time or 0)) * base)

    def seek(self, seconds: float) -> None:
        """To the last frame that stands by itself at or before `seconds`."""
        base = self.stream.time_base
        assert base is not None  # noqa: S101 (video streams have one)
        start = self.stream.start_time or 0
        self.container.seek(start + int(seconds / base), stream=self.stream)

    def frames(self) -> Iterator["VideoFrame"]:
        """From where it stands; damaged ones are stepped over. Raises `TookTooLong`."""
        import av

        for packet in self.container.demux(self.stream):
            self.check()
            try:
                yield from packet.decode()
            except (av.error.InvalidDataError, av.error.PatchWelcomeError):
                continue

    def keyframe(self) -> "VideoFrame | None":
        """The next frame that stands by itself, decoded without those that follow it."""
        import av

        context = self.stream.codec_context
        for packet in self.container.demux(self.stream):
            self.check()
            if not packet.is_keyframe or packet.size == 0:
                continue
            try:
                # The decoder holds back what others may be shown before, until it is flushed.
                frames = [*context.decode(packet), *context.decode(None)]
            except (av.error.InvalidDataError, av.error.PatchWelcomeError):
                frames = []
            context.flush_buffers()
            if frames:
                return frames[0]
        return None

    def shown_size(self, frame: "VideoFrame") -> tuple[int, int]:
        """Width and height with square pixels, before the frame is turned upright."""
        ratio = float(self.stream.sample_aspect_ratio or 1)
        if not 1 / _WIDEST_PIXEL <= ratio <= _WIDEST_PIXEL:
            ratio = 1.0
        if ratio >= 1:
            return round(frame.width * ratio), frame.height
        return frame.width, round(frame.height / ratio)

    def picture(self, frame: "VideoFrame", longest: int | None = None) -> Image.Image:
        """Upright pixels in sRGB, `longest` at most on a side."""
        from gallery.media import colours

        width, height = self.shown_size(frame)
        if longest is not None:
            width, height = fitted_size((width, height), longest)
        matrix = frame.colorspace
        if matrix == _UNSPECIFIED:
            matrix = _BT709 if frame.height >= _HD_LINES else _BT601
        plain = frame.reformat(
            width, height, "rgb24", src_colorspace=matrix, interpolation="BICUBIC", threads=1
        )
        plane = plain.planes[0]
        image = Image.frombuffer(
            "RGB", (width, height), bytes(plane), "raw", "RGB", plane.line_size, 1
        )
        upright = colours.srgb(image, cicp.profile(frame.color_primaries, frame.color_trc), [])
        turns = quarter_turns(frame)
        return upright.rotate(90 * turns, expand=True) if turns else upright

    def check(self) -> None:
        if time.monotonic() > self.deadline:
            raise TookTooLong


def quarter_turns(frame: "VideoFrame") -> int:
    """How often to turn it against the clock until it stands upright."""
    return round(frame.rotation / 90) % 4


@contextmanager
def opened(file: BinaryIO, format: str, limit_s: float) -> Iterator[Video]:
    """The first stream of pictures in `file`, which stays open.

    Raises `UndecodableImage`, also for what goes wrong inside the block.
    """
    import av

    deadline = time.monotonic() + limit_s
    file.seek(0)
    try:
        with av.open(
            _Timed(file, deadline),
            mode="r",
            format=_DEMUXERS[format],
            options=_OPTIONS,
            buffer_size=_BUFFER_BYTES,
            metadata_errors="replace",
            io_open=_refuse,
        ) as container:
            stream = _pictures(container)
            context = stream.codec_context
            context.options = {"max_pixels": str(_MAX_PIXELS)}
            # The pipeline has threads of its own, a picture each.
            context.thread_count = 1
            yield Video(container, stream, deadline)
    except TookTooLong as error:
        raise UndecodableImage(_SLOW) from error
    except MemoryError as error:
        raise UndecodableImage("There was not enough memory to decode the video.") from error
    except (av.error.FFmpegError, OSError, ValueError, OverflowError, RuntimeError) as error:
        raise UndecodableImage(DAMAGED) from error


def _pictures(container: "InputContainer") -> "VideoStream":
    """Not a cover, where there is something else."""
    from av.stream import Disposition

    streams = container.streams.video
    if not streams:
        raise UndecodableImage(_NO_PICTURES)
    # PyAV's types do not say so, but a codec that FFmpeg does not know has no context.
    readable = [stream for stream in streams if getattr(stream, "codec_context", None)]
    if not readable:
        raise UndecodableImage(_UNKNOWN_CODEC)
    for stream in readable:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return readable[0]


def _refuse(url: str, flags: int, options: dict[str, str]) -> Any:
    raise PermissionError("A video may not open other files.")


class _Timed:
    """A file that refuses to be read when the time is over."""

    def __init__(self, file: BinaryIO, deadline: float) -> None:
        self._file = file
        self._deadline = deadline

    def read(self, size: int) -> bytes:
        if time.monotonic() > self._deadline:
            raise TookTooLong
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
