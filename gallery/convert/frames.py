"""The pixels of a file as they are to be kept: upright, in the file's own colours, every frame.

Unlike `gallery.media.decoding`, which shows what it can of a broken file, this refuses it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile

from gallery.filing.refusals import Refused
from gallery.media import colours, limits, opening, orientation
from gallery.media.jpeg import JpegFile
from gallery.media.pictures import UndecodableImage

_PLAIN = frozenset(("RGB", "RGBA"))
_EXACT = frozenset(("1", "L", "LA", "P", "PA"))
_WORDS = {"CMYK": "CMYK colours", "LAB": "Lab colours"}


@dataclass(slots=True)
class Frames:
    """`durations` in milliseconds, of a still none; `plays` 0 is for ever."""

    image: ImageFile.ImageFile
    size: tuple[int, int]
    profile: bytes
    exif: bytes
    durations: tuple[int, ...] = ()
    plays: int = 0
    turn: int = 1
    first: int = 0

    def each(self) -> Iterator[Image.Image]:
        """Upright, in RGB or RGBA. Raises `Refused` where one is damaged."""
        last = self.first + max(1, len(self.durations))
        for number in range(self.first, last):
            _load(self.image, number if self.durations else None)
            yield orientation.upright(_plain(self.image, self.profile), self.turn)

    def kept_profile(self) -> bytes:
        """The ICC profile that still speaks of the pixels once they are RGB."""
        # Some readers know it only once they have loaded.
        profile = self.profile or self.image.info.get("icc_profile") or b""
        if self.image.mode not in {*_PLAIN, "P", "PA"} or _is_of_gray(profile):
            return b""
        return bytes(profile)


def look(data: bytes, depth: int, *, is_lossless: bool) -> Frames:
    """Nothing is decoded yet. `depth` is the file's own, in bits. Raises `Refused`."""
    try:
        opened = opening.opened(data, moves=True)
        limits.check(opened.image.size, opened.image.mode, len(data), opened.image.format or "")
    except UndecodableImage as error:
        raise Refused(_as_reason(error.reason)) from error
    if opened.problems:
        raise Refused(_as_reason(opened.problems[0]))
    image = opened.image
    if is_lossless:
        _require_exact(image, depth)
    size = image.size if opened.orientation < 5 else image.size[::-1]
    found = Frames(image, size, opened.profile, opened.exif, turn=opened.orientation)
    count = getattr(image, "n_frames", 1)
    if count > 1 and image.format == "TIFF":
        raise Refused(f"it has {count} pages, of which one would be left")
    if count > 1:
        _take_times(found)
    return found


def _require_exact(image: Image.Image, depth: int) -> None:
    if depth > 8 or image.mode.startswith(("I", "F")):
        bits = depth if depth > 8 else 32
        raise Refused(f"it has {bits} bits a colour, of which 8 can be kept: not without loss")
    if image.mode not in _PLAIN | _EXACT:
        words = _WORDS.get(image.mode, f"{image.mode} colours")
        raise Refused(f"it is in {words}, which cannot be kept without loss")


def _take_times(found: Frames) -> None:
    image = found.image
    info = dict(image.info)
    found.first = int(bool(getattr(image, "default_image", False)))
    times = []
    for number in range(found.first, getattr(image, "n_frames", 1)):
        _load(image, number)
        times.append(round(image.info.get("duration", 0) or 0))
    if len(times) > 1:
        found.durations = tuple(times)
        found.plays = _plays(image.format or "", info)
    elif found.first:
        _load(image, found.first)


def _plays(kind: str, info: dict[str | tuple[int, int], object]) -> int:
    """GIF counts how often it is repeated, the others how often it is played."""
    loop = info.get("loop")
    if kind == "GIF":
        return 1 if loop is None else int(str(loop)) and int(str(loop)) + 1
    return int(str(loop or 0))


def _load(image: ImageFile.ImageFile, number: int | None = None) -> None:
    """The frame of that number, or the one at which the file is."""
    try:
        if number is not None:
            image.seek(number)
        image.load()
    except MemoryError as error:
        raise Refused("there was not enough memory for it") from error
    except UndecodableImage as error:
        raise Refused(_as_reason(error.reason)) from error
    except opening.HOSTILE as error:
        raise Refused("it is cut off or damaged") from error
    if isinstance(image, JpegFile) and image.is_cut:
        raise Refused("it is cut off or damaged")


def _plain(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode == "P" and "transparency" not in image.info and image.palette is not None:
        return image.convert("RGBA" if image.palette.mode == "RGBA" else "RGB")
    if image.mode in _PLAIN and "transparency" not in image.info:
        return image
    if image.mode in {"P", "PA", *_PLAIN}:
        return image.convert("RGBA")
    if image.mode in _EXACT and not (profile and _is_of_gray(profile)):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return colours.srgb(colours.resizable(image), profile, [])


def _is_of_gray(profile: bytes) -> bool:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space == "GRAY"
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def _as_reason(sentence: str) -> str:
    """What follows a file's name."""
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
