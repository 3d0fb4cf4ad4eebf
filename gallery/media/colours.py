"""Every pixel form that files come in, made plain sRGB with or without alpha."""

import io

from PIL import Image, ImageCms

_RESIZABLE = {"L", "LA", "RGB", "RGBA", "CMYK"}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def resizable(image: Image.Image) -> Image.Image:
    """In a mode whose neighbouring values may be mixed: no palettes, no 16 bits."""
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256), "L")
    if image.mode in _RESIZABLE:
        return image
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


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


def _through(profile: bytes, image: Image.Image, problems: list[str]) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        problems.append("The colour profile is broken and was ignored.")
        return None
