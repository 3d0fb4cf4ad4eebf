"""Every pixel form that files come in, made plain sRGB with or without alpha."""

import io
import math
from typing import cast

from PIL import Image, ImageCms

_RESIZABLE = {"L", "LA", "RGB", "RGBA", "CMYK", "LAB"}
_BAND_PIXELS = 4_000_000
_WITH_ALPHA = {"La": "LA", "RGBa": "RGBA", "PA": "RGBA"}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# Colour space of a profile, and the mode of the pixels that it can speak of.
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_BROKEN = "The colour profile is broken and was ignored."
_UNFIT = "The colour profile is not made for such a picture and was ignored."


def resizable(image: Image.Image) -> Image.Image:
    """In a mode whose neighbouring values may be mixed: no palettes, no more than 8 bits."""
    if image.mode.startswith(("I", "F")):
        return _gray(image)
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode in _RESIZABLE:
        return image
    if image.mode in _WITH_ALPHA:
        return image.convert(_WITH_ALPHA[image.mode])
    return image.convert("L" if image.mode == "1" else "RGB")


def resizable_in_bands(image: Image.Image, factor: int) -> Image.Image:
    """As `resizable`, 1/`factor` in size, without holding all of it in two modes at once."""
    rows = max(1, _BAND_PIXELS // image.width // factor) * factor
    small: Image.Image | None = None
    for top in range(0, image.height, rows):
        band = resizable(image.crop((0, top, image.width, min(top + rows, image.height))))
        band = band.reduce(factor)
        if small is None:
            small = Image.new(band.mode, (band.width, -(-image.height // factor)))
        small.paste(band, (0, top // factor))
    assert small is not None  # noqa: S101 (there is a pixel at least)
    return small


def srgb(image: Image.Image, profile: bytes, problems: list[str]) -> Image.Image:
    """RGB, or RGBA where something is transparent. A broken profile is noted and ignored."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    if alpha is not None:
        image = image.convert(image.mode[:-1])
        if alpha.getextrema()[0] == 255:
            alpha = None
    converted = _through(profile, image, problems) if profile else None
    image = converted or image.convert("RGB")
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _gray(image: Image.Image) -> Image.Image:
    """Of 16 or 32 bits a pixel, whole numbers or not: their usual range, else what they span."""
    if image.mode.startswith("I;"):
        # Pillow scales only its own byte order.
        return _scaled(image if image.mode == "I;16" else image.convert("I"), 0, 65535)
    low, high = _extremes(image)
    for white in (1, 255, 65535) if image.mode == "F" else (65535,):
        if low >= 0 and high <= white:
            return _scaled(image, 0, white)
    return _scaled(image, low, high)


def _extremes(image: Image.Image) -> tuple[float, float]:
    low, high = cast("tuple[float, float]", image.getextrema())
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (0, 1)


def _scaled(image: Image.Image, black: float, white: float) -> Image.Image:
    factor = 255 / ((white - black) or 1)
    offset = 0.5 - black * factor
    return image.point(lambda value: value * factor + offset).convert("L")


def _through(profile: bytes, image: Image.Image, problems: list[str]) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space.strip())
        if mode == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if mode != image.mode:
            problems.append(_UNFIT)
            return None
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        problems.append(_BROKEN)
        return None
