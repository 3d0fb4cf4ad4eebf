"""Moving previews of videos and animations, played under the pointer."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import F, Q

from gallery.media import strips
from gallery.media.files import Content
from gallery.media.formats import VIDEOS
from gallery.media.pictures import Picture
from gallery.models import Image
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet

_SAVE = """
UPDATE gallery_image AS image SET strip_of = new.key
FROM unnest(%s::bigint[], %s::uuid[]) AS new (id, key)
WHERE image.id = new.id
"""


class StripStage:
    """Its done mark names the content, so that no scan needs to take it back."""

    name = "strip"
    version = 1
    cluster: Cluster = "default"
    label = "previews"
    # It looks at the file itself.
    pixels = 1

    def is_ready(self) -> bool:
        return True

    def moving(self, images: ImageQuerySet) -> ImageQuerySet:
        """Those that can have a strip at all."""
        return images.available().filter(
            Q(format__in=VIDEOS) | Q(duration_ms__isnull=False),
            read_version__isnull=False,
            fingerprint__isnull=False,
        )

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        return self.moving(images).filter(Q(strip_of=None) | ~Q(strip_of=F("fingerprint")))

    def begin(self, count: int) -> None:
        """Nothing: a few more rows are like many."""

    def end(self) -> None:
        """Nothing."""

    def adopt(self, image_ids: Sequence[int]) -> None:
        """Nothing: strips lie by content already."""

    def prepare(self, content: Content, picture: Picture) -> str:
        strips.make(content)
        return content.fingerprint.hex

    def run(self, batch: Sequence[tuple[Image, str]]) -> Outcome:
        return Outcome({image.pk: key for image, key in batch})

    def save(self, results: Mapping[int, str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [list(results), list(results.values())])
