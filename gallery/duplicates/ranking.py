"""Which of several images is to be kept, and why: what a person said of it first, then its pixels,
what it knows of how it was made, a format that loses nothing, and its age."""

from collections.abc import Sequence

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Coalesce

from gallery.models import AlbumImage, Image
from gallery.querysets import ImageQuerySet

LOSSLESS = ("png", "bmp", "tiff")
_REASONS = (
    ("rating", "it is rated {rating}"),
    ("is_favourite", "it is a favourite"),
    ("is_in_album", "it is in an album"),
    ("pixels", "it has more pixels"),
    ("is_recorded", "it says how it was made"),
    ("is_lossless", "its format, {format}, loses nothing"),
    ("created_at", "it is older"),
)


def ranked(images: ImageQuerySet) -> ImageQuerySet:
    """The one to be kept first, with what decides it."""
    is_in_album = Exists(AlbumImage.objects.filter(image=OuterRef("pk")))
    pixels = Cast("width", BigIntegerField()) * F("height")
    return images.annotate(
        is_in_album=is_in_album,
        is_said=Q(rating__isnull=False) | Q(is_favourite=True) | Q(is_in_album=True),
        pixels=Coalesce(pixels, 0, output_field=BigIntegerField()),
        is_recorded=Q(prompt__isnull=False) | ~Q(generator=""),
        is_lossless=Q(format__in=LOSSLESS),
    ).order_by(
        "-is_said",
        F("rating").desc(nulls_last=True),
        "-is_favourite",
        "-is_in_album",
        "-pixels",
        "-is_recorded",
        "-is_lossless",
        "created_at",
        "pk",
    )


def reason(images: Sequence[Image]) -> str:
    """Why the first of them, in the order of `ranked` and as that read them, is suggested."""
    first, second = images[:2]
    for name, words in _REASONS:
        if getattr(first, name) != getattr(second, name):
            return words.format(rating=first.rating, format=first.format.upper())
    return "nothing tells them apart, and it was here first"
