"""Which images wait for which stages."""

import functools
import itertools
import operator
from collections.abc import Iterable, Iterator, Sequence

from gallery.models import Collection, Image
from gallery.pipeline import failures
from gallery.pipeline.stages import Stage
from gallery.querysets import ImageQuerySet


def waiting(images: ImageQuerySet, stage: Stage) -> ImageQuerySet:
    """Those that miss the stage's output and have not failed too often."""
    return stage.missing(images).exclude(pk__in=failures.given_up(stage.name, stage.version))


def chunks(collection: Collection, stages: Sequence[Stage], size: int) -> Iterator[tuple[int, ...]]:
    """Ids that wait for any stage, newest first, without the roots that are offline."""
    images = Image.objects.in_collection(collection).filter(folder__root__offline_since=None)
    queries = [waiting(images, stage) for stage in stages]
    if not queries:
        return
    ids = (
        functools.reduce(operator.or_, queries)
        .order_by("-created_at", "-pk")
        .values_list("pk", flat=True)
        .iterator(chunk_size=10_000)
    )
    while chunk := tuple(itertools.islice(ids, size)):
        yield chunk


def stages_by_image(
    image_ids: Iterable[int], stages: Sequence[Stage]
) -> dict[int, tuple[Stage, ...]]:
    """For those of `image_ids` that still wait for something: what for."""
    images = Image.objects.filter(pk__in=list(image_ids))
    found: dict[int, tuple[Stage, ...]] = {}
    for stage in stages:
        for pk in waiting(images, stage).values_list("pk", flat=True):
            found[pk] = (*found.get(pk, ()), stage)
    return found
