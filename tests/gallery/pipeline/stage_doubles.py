"""A stage that notes what it is asked, and a progress that may cancel."""

from collections.abc import Mapping, Sequence
from typing import Any

from dtoolkit.jobs.kinds import JobCancelled
from gallery.media.files import Content
from gallery.media.pictures import Picture, UndecodableImage
from gallery.models import Image
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet


class WidthStage:
    """Its output is `steps`, which no other stage touches: the width of the decoded picture."""

    name = "width"
    version = 1
    cluster: Cluster = "default"
    label = "widths"

    def __init__(self, pixels: int = 192, refuse: tuple[str, ...] = ()) -> None:
        self.pixels = pixels
        self.refuse = refuse
        self.batches: list[int] = []
        self.begun: list[int] = []
        self.end_count = 0

    def is_ready(self) -> bool:
        return True

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        return images.filter(steps=None)

    def begin(self, count: int) -> None:
        self.begun.append(count)

    def end(self) -> None:
        self.end_count += 1

    def adopt(self, image_ids: Sequence[int]) -> None:
        """Nothing is taken over from copies."""

    def prepare(self, content: Content, picture: Picture) -> int:
        if content.data.startswith(b"\xff\xd8"):
            raise UndecodableImage("No JPEGs today.")
        return picture.pixels.width

    def run(self, batch: Sequence[tuple[Image, Any]]) -> Outcome:
        self.batches.append(len(batch))
        return Outcome(
            {image.pk: width for image, width in batch if image.name not in self.refuse},
            {image.pk: "Refused." for image, _ in batch if image.name in self.refuse},
        )

    def save(self, results: Mapping[int, Any]) -> None:
        for pk, width in results.items():
            Image.objects.filter(pk=pk).update(steps=width)


class NotedProgress:
    def __init__(self, cancel_after: int | None = None) -> None:
        self.reports: list[tuple[int, int]] = []
        self.cancel_after = cancel_after

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        self.reports.append((done, failed))

    def check(self) -> None:
        if self.cancel_after is not None and len(self.reports) >= self.cancel_after:
            raise JobCancelled
