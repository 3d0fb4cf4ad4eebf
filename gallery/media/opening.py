"""Each format's own reader, with nothing decoded yet.

Pillow's own door (`Image.open`) refuses whole files for a stale checksum or a long text, and its
tolerance for cut files is one switch for the whole process; hence the plug-ins are used directly.
"""

import contextlib
import ctypes
import io
import logging
import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageFile, _imaging
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from gallery.media import cicp, formats, orientation, png, webp
from gallery.media.jpeg import JpegFile
from gallery.media.jxl import JxlImageFile
from gallery.media.pictures import UndecodableImage
from gallery.metadata import sniff

# What is wrong with a file is said on its page; Pillow would say it to the log, again and again.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
logging.getLogger("PIL.TiffImagePlugin").setLevel(logging.CRITICAL)
# libtiff says it to standard error. Where it is part of Pillow itself (Windows) it goes on.
with contextlib.suppress(AttributeError, OSError):
    ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)

HOSTILE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    AssertionError,
    AttributeError,
    NotImplementedError,
    ZeroDivisionError,
    struct.error,
    OverflowError,
    RuntimeError,
    Image.DecompressionBombError,
)
CUT = "The file is cut off or damaged; the picture shows what could be decoded."
DAMAGED = "The file is damaged: it holds no readable picture."
NO_MEMORY = "There was not enough memory to decode the picture."
_UNREAD_FORMS = ("unknown pixel mode", "Unsupported BMP", "Unknown data organization")
_COLOURS_WITHIN = 64 * 1024


@dataclass(slots=True)
class Opened:
    """`orientation` is what is left to do after loading; `profile` an ICC profile or empty; `exif`
    a block as it lies in the file."""

    image: ImageFile.ImageFile
    orientation: int = 1
    profile: bytes = b""
    problems: list[str] = field(default_factory=list)
    exif: bytes = b""


def opened(data: bytes, moves: bool = False) -> Opened:
    """With its further frames where it `moves`, else cheaper. Raises `UndecodableImage`."""
    if not data:
        raise UndecodableImage("The file is empty.")
    opener = _OPENERS.get(formats.of(data[: formats.HEAD_BYTES]))
    if opener is _png and moves:
        opener = _moving_png
    if opener is None:
        raise UndecodableImage(sniff.explain(data[: formats.HEAD_BYTES]))
    try:
        return opener(data)
    except MemoryError as error:
        raise UndecodableImage(NO_MEMORY) from error
    except HOSTILE as error:
        if str(error).startswith(_UNREAD_FORMS):
            raise UndecodableImage(
                "The file keeps its pixels in a form that is not decoded."
            ) from error
        raise UndecodableImage(DAMAGED) from error


def _png(data: bytes, moves: bool = False) -> Opened:
    stream = png.pixel_stream(data, moves)
    image = PngImageFile(io.BytesIO(stream.data))
    turn = orientation.of(stream.exif)
    return Opened(image, turn, stream.profile, stream.problems, stream.exif)


def _moving_png(data: bytes) -> Opened:
    return _png(data, moves=True)


def _turned_by_exif(kind: Callable[[io.BytesIO], ImageFile.ImageFile]) -> Callable[[bytes], Opened]:
    def open_(data: bytes) -> Opened:
        image = kind(io.BytesIO(data))
        info = image.info
        exif = info.get("exif", b"")
        return Opened(image, orientation.of(exif), info.get("icc_profile", b""), exif=exif)

    return open_


def _upright(kind: Callable[[io.BytesIO], ImageFile.ImageFile]) -> Callable[[bytes], Opened]:
    """For readers that turn the picture themselves, and formats that do not turn."""

    def open_(data: bytes) -> Opened:
        image = kind(io.BytesIO(data))
        return Opened(image, profile=image.info.get("icc_profile", b""))

    return open_


def _webp(data: bytes) -> Opened:
    try:
        return _turned_by_exif(WebPImageFile)(data)
    except OSError:
        whole = webp.filled_up(data)
        if not whole:
            raise
        found = _turned_by_exif(WebPImageFile)(whole)
        found.problems.append(CUT)
        return found


def _avif(data: bytes) -> Opened:
    """The orientation that Pillow gives is that of the properties, whatever the EXIF block says."""
    found = _turned_by_exif(AvifImageFile)(data)
    at = data.find(b"colrnclx", 0, _COLOURS_WITHIN)
    if not found.profile and 0 <= at <= len(data) - 12:
        found.profile = cicp.profile(*struct.unpack_from(">HH", data, at + 8))
    return found


_OPENERS: dict[str, Callable[[bytes], Opened]] = {
    "png": _png,
    "jpeg": _turned_by_exif(JpegFile),
    "webp": _webp,
    "avif": _avif,
    "jxl": _upright(JxlImageFile),
    "gif": _upright(GifImageFile),
    "bmp": _upright(BmpImageFile),
    "tiff": _upright(TiffImageFile),
}
