"""A file's bytes to upright sRGB pixels, once for all who want them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from gallery.media import colours, limits, opening, orientation
from gallery.media.jpeg import JpegFile
from gallery.media.pictures import Picture, UndecodableImage, fitted

_LARGE_PIXELS = 60_000_000
# Not the depths beyond 8 bits: what is white among those shows only in the whole.
_IN_BANDS = frozenset(("1", "P"))
# Whose decoders put something where nothing is; of 256 shades, what they put there.
_FILLED_UP = frozenset(("JPEG", "WEBP"))
_MADE_UP = slice(126, 134)
_NOTHING = "The picture is damaged: nothing of it could be decoded."

# Several huge pictures at once would need gigabytes each: those go one by one.
_one_large = threading.Lock()


def decode(data: bytes, longest: int | None = None) -> Picture:
    """The picture in `data`, its longest side at most `longest` pixels (never enlarged).

    Of an animation it is the first frame, of several pages the first. Raises `UndecodableImage`.
    """
    opened = opening.opened(data)
    image, problems = opened.image, opened.problems
    width, height = image.size
    if longest is not None and isinstance(image, JpegFile):
        _draft(image, longest)
    factor = _factor(image, longest)
    limits.check(image.size, image.mode, len(data), image.format or "", is_in_bands=factor > 1)
    with in_turn(image.size):
        _load(image, problems)
        # Some readers know it only now.
        profile = opened.profile or image.info.get("icc_profile", b"")
        try:
            if factor > 1:
                pixels = colours.resizable_in_bands(image, factor)
            else:
                pixels = colours.resizable(image)
            if longest is not None:
                pixels = fitted(pixels, longest)
            pixels = colours.srgb(pixels, profile, problems)
        except MemoryError as error:
            raise UndecodableImage(opening.NO_MEMORY) from error
        except opening.HOSTILE as error:
            raise UndecodableImage(opening.DAMAGED) from error
    if opened.orientation >= 5:
        width, height = height, width
    upright = orientation.upright(pixels, opened.orientation)
    return Picture(upright, width, height, tuple(problems))


def _factor(image: ImageFile.ImageFile, longest: int | None) -> int:
    """How much smaller huge pictures are made on the way, where their pixels must be converted."""
    if longest is None or image.mode not in _IN_BANDS:
        return 1
    return max(1, max(image.size) // (4 * longest))


def _draft(image: JpegFile, longest: int) -> None:
    """Let the decoder skip what would be thrown away: 1/2, 1/4 or 1/8 of the size."""
    share = min(1.0, longest / max(image.size))
    image.draft(None, (max(1, round(image.width * share)), max(1, round(image.height * share))))


@contextmanager
def in_turn(size: tuple[int, int]) -> Iterator[None]:
    """While whoever is in it works on a picture of such a size; huge ones go one by one."""
    if size[0] * size[1] > _LARGE_PIXELS:
        with _one_large:
            yield
    else:
        yield


def _load(image: ImageFile.ImageFile, problems: list[str]) -> None:
    try:
        image.load()
    except MemoryError as error:
        raise UndecodableImage(opening.NO_MEMORY) from error
    except opening.HOSTILE as error:
        # What was decoded before the cut is in place; without tiles `load` leaves it alone.
        image.tile = []
        try:
            image.load()
            is_blank = image.getbbox(alpha_only=False) is None
        except opening.HOSTILE:
            is_blank = True
        if is_blank:
            raise UndecodableImage(_NOTHING) from error
        _note_cut(problems)
    if isinstance(image, JpegFile) and image.is_cut:
        _note_cut(problems)
    if image.format in _FILLED_UP and opening.CUT in problems and _is_made_up(image):
        raise UndecodableImage(_NOTHING)


def _note_cut(problems: list[str]) -> None:
    if opening.CUT not in problems:
        problems.append(opening.CUT)


def _is_made_up(image: ImageFile.ImageFile) -> bool:
    """Whether it is but the gray that decoders put where there is nothing."""
    some = image.resize((64, 64), Image.Resampling.NEAREST)
    shades = some.convert("L").histogram()
    return sum(shades[_MADE_UP]) > 0.98 * sum(shades)
