"""What is known of each format beyond its bytes: the type that browsers are told, who shows it."""

from dataclasses import dataclass

from gallery.metadata import containers

# Enough for every container to tell itself from the others.
HEAD_BYTES = 4096
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Format:
    mime_type: str
    is_video: bool = False
    may_move: bool = False
    is_in_browsers: bool = True


FORMATS = {
    "png": Format("image/png", may_move=True),
    "jpeg": Format("image/jpeg"),
    "webp": Format("image/webp", may_move=True),
    "avif": Format("image/avif", may_move=True),
    "jxl": Format("image/jxl", is_in_browsers=False),
    "gif": Format("image/gif", may_move=True),
    "bmp": Format("image/bmp"),
    "tiff": Format("image/tiff", is_in_browsers=False),
    "mp4": Format("video/mp4", is_video=True),
    "mov": Format("video/quicktime", is_video=True),
    "webm": Format("video/webm", is_video=True),
    "mkv": Format("video/x-matroska", is_video=True),
    "avi": Format("video/x-msvideo", is_video=True, is_in_browsers=False),
}
VIDEOS = tuple(name for name, format_ in FORMATS.items() if format_.is_video)
# Stills that browsers do not show: a page asks for their converted copy.
NOT_IN_BROWSERS = tuple(
    name for name, format_ in FORMATS.items() if not format_.is_in_browsers and not format_.is_video
)


def of(head: bytes) -> str:
    """The format of a file that starts with `head`, whatever its name says; empty is unknown."""
    container = containers.for_head(head)
    return container.format if container else ""


def mime_type(name: str) -> str:
    return FORMATS[name].mime_type if name in FORMATS else UNKNOWN_TYPE


def is_video(name: str) -> bool:
    return name in VIDEOS


def is_animated(name: str, duration_ms: int | None) -> bool:
    """Whether a picture of this format and duration moves; a video is not a moving picture."""
    return duration_ms is not None and name in FORMATS and FORMATS[name].may_move
