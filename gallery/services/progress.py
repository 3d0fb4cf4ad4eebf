"""How far a collection is on its way: found, read, and what each stage has made of it."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Sum

from gallery.models import Collection, Folder, Image
from gallery.pipeline import registry
from gallery.pipeline.strip_stage import StripStage
from gallery.querysets import ImageQuerySet
from gallery.search.estimates import TooSlow, planned_rows, time_limit

LIMIT_MS = 500
# What took long to count is counted less often.
REST_FACTOR = 20


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `total` images; where it is not exact, the planner's guess."""

    label: str
    done: int
    total: int
    is_exact: bool = True

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 100


def steps(collection: Collection) -> list[Step]:
    """At most `LIMIT_MS` a step, and from the cache where counting was slow lately."""
    key = f"pipeline-steps-{collection.pk}"
    known: list[Step] | None = cache.get(key)
    if known is None:
        began = time.monotonic()
        known = _count(collection)
        cache.set(key, known, (time.monotonic() - began) * REST_FACTOR)
    return known


def _count(collection: Collection) -> list[Step]:
    folders = Folder.objects.filter(root__collection=collection, root__offline_since=None)
    found: int = folders.aggregate(total=Sum("image_count"))["total"] or 0
    images = Image.objects.in_collection(collection).filter(folder__root__offline_since=None)
    unread, is_exact = _size(images.available().filter(read_version=None))
    read = max(0, found - unread)
    counted = [Step("found", found, found), Step("read", read, found, is_exact)]
    for stage in registry.stages():
        if not stage.is_ready():
            continue
        missing, is_exact = _size(stage.missing(images))
        if isinstance(stage, StripStage):
            moving, is_all = _size(stage.moving(images))
            if moving:
                done = max(0, moving - missing)
                counted.append(Step(stage.label, done, moving, is_exact and is_all))
            continue
        counted.append(Step(stage.label, max(0, read - missing), found, is_exact))
    return counted


def _size(images: ImageQuerySet) -> tuple[int, bool]:
    try:
        with time_limit(LIMIT_MS):
            return images.count(), True
    except TooSlow:
        return planned_rows(images), False
