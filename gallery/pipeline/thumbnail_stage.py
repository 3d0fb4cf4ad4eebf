"""Thumbnails for every image, before somebody waits for one."""

from collections.abc import Mapping, Sequence

from gallery.media import thumbnails
from gallery.media.files import Content
from gallery.media.pictures import Picture
from gallery.models import Image
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet


class ThumbnailStage:
    name = "thumbnail"
    version = thumbnails.VERSION
    cluster: Cluster = "default"
    label = "thumbnails"
    pixels = thumbnails.LARGEST

    def is_ready(self) -> bool:
        return True

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        return images.missing_stage("thumbnail_version", self.version)

    def begin(self, count: int) -> None:
        """Nothing: a few more rows are like many."""

    def end(self) -> None:
        """Nothing."""

    def adopt(self, image_ids: Sequence[int]) -> None:
        """Nothing: thumbnails lie by content already."""

    def prepare(self, content: Content, picture: Picture) -> None:
        thumbnails.make(content.fingerprint, lambda: picture)

    def run(self, batch: Sequence[tuple[Image, None]]) -> Outcome:
        return Outcome({image.pk: None for image, _ in batch})

    def save(self, results: Mapping[int, None]) -> None:
        Image.objects.filter(pk__in=results).update(thumbnail_version=self.version)
