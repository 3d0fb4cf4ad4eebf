"""A file's bytes to upright sRGB pixels, once for all who want them.

Pillow's own door (`Image.open`) refuses whole files for a stale checksum or a long text, and its
tolerance for cut files is one switch for the whole process; hence the plug-ins are used directly.
"""

import io
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from gallery.media import colours, orientation, png

# What is wrong with a file is said on its page; Pillow would say it to the log, again and again.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

MAX_PIXELS = 500_000_000
_LARGE_PIXELS = 60_000_000
_CUT = "The file is cut off or damaged; the picture shows what could be decoded."
_HOSTILE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    OverflowError,
    Image.DecompressionBombError,
)

# Several huge pictures at once would need gigabytes each: those go one by one.
_one_large = threading.Lock()


class UndecodableImage(Exception):
    """Nothing of the picture can be shown; `reason` says why, to a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Picture:
    """Upright pixels in sRGB, RGB or RGBA; `width` and `height` are the file's own, upright."""

    pixels: Image.Image
    width: int
    height: int
    problems: tuple[str, ...] = ()
    _levels: dict[int, Image.Image] = field(default_factory=dict, repr=False)

    def fit(self, longest: int) -> Image.Image:
        """`pixels` at no more than `longest` on the longest side, never enlarged.

        Made by way of each doubled size and kept, so that the result is the same in whatever order
        sizes are asked for.
        """
        if max(self.pixels.size) <= longest:
            return self.pixels
        if longest not in self._levels:
            self._levels[longest] = _fitted(self.fit(2 * longest), longest)
        return self._levels[longest]


def decode(data: bytes, longest: int | None = None) -> Picture:
    """The picture in `data`, its longest side at most `longest` pixels (never enlarged).

    Raises `UndecodableImage`.
    """
    image, problems, exif, profile = _opened(data)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UndecodableImage(
            f"The picture has {width * height // 1_000_000:,} megapixels; "
            f"more than {MAX_PIXELS // 1_000_000} are not decoded."
        )
    if longest is not None and isinstance(image, JpegImageFile):
        _draft(image, longest)
    with _in_turn(image.size):
        _load(image, problems)
        try:
            pixels = colours.resizable(image)
            if longest is not None:
                pixels = _fitted(pixels, longest)
            pixels = colours.srgb(pixels, profile, problems)
        except MemoryError as error:
            raise UndecodableImage("There was not enough memory to decode the picture.") from error
    turn = orientation.of(exif)
    if turn >= 5:
        width, height = height, width
    return Picture(orientation.upright(pixels, turn), width, height, tuple(problems))


def _opened(data: bytes) -> tuple[ImageFile.ImageFile, list[str], bytes, bytes]:
    """The image with nothing decoded yet, its problems, EXIF block and ICC profile."""
    if not data:
        raise UndecodableImage("The file is empty.")
    problems: list[str] = []
    try:
        if data.startswith(png.SIGNATURE):
            stream = png.pixel_stream(data)
            image = PngImageFile(io.BytesIO(stream.data))
            return image, stream.problems, stream.exif, stream.profile
        if data.startswith(b"\xff\xd8\xff"):
            jpeg = JpegImageFile(io.BytesIO(data))
            return jpeg, problems, jpeg.info.get("exif", b""), jpeg.info.get("icc_profile", b"")
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            webp = WebPImageFile(io.BytesIO(data))
            return webp, problems, webp.info.get("exif", b""), webp.info.get("icc_profile", b"")
    except _HOSTILE as error:
        raise UndecodableImage("The file is damaged: it holds no readable picture.") from error
    except MemoryError as error:
        raise UndecodableImage("There was not enough memory to decode the picture.") from error
    raise UndecodableImage("The file is not a PNG, JPEG or WebP picture.")


def _draft(image: JpegImageFile, longest: int) -> None:
    """Let the decoder skip what would be thrown away: 1/2, 1/4 or 1/8 of the size."""
    share = min(1.0, longest / max(image.size))
    image.draft(None, (max(1, round(image.width * share)), max(1, round(image.height * share))))


@contextmanager
def _in_turn(size: tuple[int, int]) -> Iterator[None]:
    if size[0] * size[1] > _LARGE_PIXELS:
        with _one_large:
            yield
    else:
        yield


def _load(image: ImageFile.ImageFile, problems: list[str]) -> None:
    try:
        image.load()
    except MemoryError as error:
        raise UndecodableImage("There was not enough memory to decode the picture.") from error
    except _HOSTILE as error:
        # What was decoded before the cut is in place; without tiles `load` leaves it alone.
        image.tile = []
        try:
            image.load()
            is_blank = image.getbbox(alpha_only=False) is None
        except _HOSTILE:
            is_blank = True
        if is_blank:
            raise UndecodableImage(
                "The picture is damaged: nothing of it could be decoded."
            ) from error
        problems.append(_CUT)


def _fitted(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    share = longest / max(image.size)
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
