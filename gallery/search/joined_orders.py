"""Orders by what another table says of an image: a place in an album, when it was looked at."""

from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from gallery.models import AlbumImage, Image, Viewing
from gallery.querysets import ImageQuerySet
from gallery.search.cursors import Moment, Place, Real
from gallery.search.sorting import Sort, Stretch


@dataclass(frozen=True)
class AlbumOrder(Sort):
    """As a person arranged the images of `album`; others come last."""

    album: int = 0

    def prepared(self, images: ImageQuerySet) -> ImageQuerySet:
        entry = FilteredRelation("albums", condition=Q(albums__album=self.album))
        return images.annotate(entry=entry)

    def place_of(self, image: Image) -> Place:
        entries = AlbumImage.objects.filter(album=self.album, image=image.pk)
        return Place(entries.values_list("position", flat=True).first(), image.pk)


@dataclass(frozen=True)
class ViewedOrder(Sort):
    """By when a person last looked at it; images never looked at come last."""

    def place_of(self, image: Image) -> Place:
        viewings = Viewing.objects.filter(image=image.pk)
        return Place(viewings.values_list("viewed_at", flat=True).first(), image.pk)


def of_album(album: int) -> AlbumOrder:
    return AlbumOrder(
        "album",
        "Album order",
        Real(),
        "",
        (
            Stretch(("entry__position", "id"), Q(entry__isnull=False)),
            Stretch(("id",), Q(entry__isnull=True)),
        ),
        album,
    )


VIEWED = ViewedOrder(
    "viewed",
    "Last viewed",
    Moment(is_optional=True),
    "",
    (
        Stretch(("viewing__viewed_at", "id"), Q(viewing__isnull=False)),
        Stretch(("id",), Q(viewing__isnull=True)),
    ),
)
