"""The perceptual hash of every image, by which near copies are found."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection

from gallery.media.files import Content
from gallery.media.pictures import Picture
from gallery.models import Image
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SAVE = """
UPDATE gallery_image AS image SET phash = new.phash
FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, phash)
WHERE image.id = new.id
"""


class PhashStage:
    name = "phash"
    version = 1
    cluster: Cluster = "default"
    label = "hashes"
    pixels = 192

    def is_ready(self) -> bool:
        return True

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        return images.available().filter(phash=None, read_version__isnull=False)

    def begin(self, count: int) -> None:
        """Nothing: a few more rows are like many."""

    def end(self) -> None:
        """Nothing."""

    def adopt(self, image_ids: Sequence[int]) -> None:
        """Nothing: it costs less to make than to find again."""

    def prepare(self, content: Content, picture: Picture) -> "npt.NDArray[np.uint8]":
        from gallery.media import phash  # numpy stays out of web start-up

        return phash.gray(picture.fit(self.pixels))

    def run(self, batch: "Sequence[tuple[Image, npt.NDArray[np.uint8]]]") -> Outcome:
        from gallery.media import phash

        hashes = phash.of([gray for _, gray in batch])
        return Outcome({image.pk: hash_ for (image, _), hash_ in zip(batch, hashes, strict=True)})

    def save(self, results: Mapping[int, int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [list(results), list(results.values())])
