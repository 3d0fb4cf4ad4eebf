"""What a person says about one image: rating, favourite, NSFW, for deletion.

Each act writes its own column and nothing else, so that neither a scan nor another tab loses a
word of it.
"""

from dataclasses import dataclass

from django.db import transaction

from dtoolkit.core.errors import BadInput
from gallery.models import Image, MissingMark


@dataclass(frozen=True, slots=True)
class Change:
    """The image afterwards, and what the column held before and holds now."""

    image: Image
    before: int | bool | None
    now: int | bool | None

    @property
    def is_new(self) -> bool:
        return self.before != self.now


def rate(image: Image, rating: int | None) -> Change:
    """1 to 10, or None for unrated."""
    if rating is not None and not 1 <= rating <= 10:
        raise BadInput("A rating is a number from 1 to 10, or empty.")
    return _write(image, "rating", rating)


def set_favourite(image: Image, value: bool) -> Change:
    return _write(image, "is_favourite", value)


def set_nsfw(image: Image, value: bool) -> Change:
    return _write(image, "is_nsfw", value)


def mark_for_deletion(image: Image, value: bool) -> Change:
    # From now on it is the person's mark, and stays when a vanished file comes back.
    MissingMark.objects.filter(pk=image.pk).delete()
    return _write(image, "is_for_deletion", value)


def _write(image: Image, field: str, value: int | bool | None) -> Change:
    """Locks the row, so that `before` is what this very act replaced."""
    with transaction.atomic():
        before = (
            Image.objects.select_for_update(of=("self",))
            .filter(pk=image.pk)
            .values_list(field, flat=True)
            .get()
        )
        setattr(image, field, value)
        image.save(update_fields=[field])
    return Change(image, before, value)
