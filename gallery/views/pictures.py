"""How the viewer shows an image: a picture that browsers know, its copy, or a video."""

from dataclasses import dataclass

from django.urls import reverse

from dtoolkit.core import paths
from gallery.media import displays, formats, probing, thumbnails
from gallery.models import Image, ImageMetadata

_THUMBNAIL_PX = 768
_LOOPS_UP_TO_MS = 15_000


@dataclass(frozen=True, slots=True)
class Shown:
    """`original_url` is the file itself, `shown_url` what the page displays of it: the same, a copy
    where browsers do not know the format, or nothing where they cannot play it; `copy_url` is for a
    browser that shows a still wrongly or not at all."""

    thumbnail_url: str
    original_url: str
    shown_url: str
    width: int | str
    height: int | str
    is_video: bool = False
    is_looped: bool = False
    unplayable: str = ""
    copy_url: str = ""


def shown(image: Image) -> Shown:
    """Of a video needs `metadata` loaded."""
    original = file_url(image) if image.is_available else ""
    is_video = formats.is_video(image.format)
    reason = _why_unplayable(image) if is_video and original else ""
    return Shown(
        thumbnail_url=thumbnails.url(image, _THUMBNAIL_PX),
        original_url=original,
        shown_url="" if reason or not original else _shown_url(image, original),
        width=image.width or "",
        height=image.height or "",
        is_video=is_video,
        is_looped=is_video and 0 < (image.duration_ms or 0) <= _LOOPS_UP_TO_MS,
        unplayable=reason,
        copy_url=displays.copy_url(image) if original and not is_video else "",
    )


def file_url(image: Image) -> str:
    """The name is for "Save as" only and may hold nothing that a path or a header could not."""
    return reverse("file", args=[image.pk, paths.display(image.name)])


def _shown_url(image: Image, original: str) -> str:
    return displays.url(image) if image.format in formats.NOT_IN_BROWSERS else original


def _why_unplayable(image: Image) -> str:
    """Empty where browsers play it, or where nobody has looked into the file yet."""
    metadata: ImageMetadata | None = getattr(image, "metadata", None)
    pairs = [(str(name), str(said)) for name, said in metadata.media] if metadata else []
    is_known = pairs or not formats.FORMATS[image.format].is_in_browsers
    if not is_known or probing.is_playable(image.format, pairs):
        return ""
    codec = next((said for name, said in pairs if name == "Codec"), "")
    what = f"{codec} in {image.format.upper()}" if codec else f"{image.format.upper()} videos"
    return f"Browsers do not play {what}."
