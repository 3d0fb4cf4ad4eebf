"""Looks for families, as a job or at once, and tells how many there are."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.families import batches, edges, pixels, stacking, staging
from gallery.models import Collection

JOB = "find-families"

_COUNTS = """
SELECT count(DISTINCT stacked.version), count(stacked.version),
    count(DISTINCT stacked.idea), count(stacked.idea)
FROM gallery_stacked AS stacked JOIN gallery_image AS image ON image.id = stacked.image_id
WHERE image.collection_id = %s
"""
_PARENTS = """
SELECT kin.evidence, count(*) FROM gallery_kin AS kin
JOIN gallery_image AS image ON image.id = kin.image_id
WHERE image.collection_id = %s GROUP BY kin.evidence
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a collection; `parents` by how one knows."""

    stacks: int
    in_stacks: int
    ideas: int
    in_ideas: int
    parents: dict[str, int]


def start(collection: Collection, *, is_whole: bool = False) -> Job:
    return enqueue(JOB, {"collection_id": collection.pk, "whole": is_whole})


def find(collection: Collection, progress: Progress, *, is_whole: bool = False) -> int:
    """How many images were looked at: those of which something else is known than last time, or
    all. A kill leaves what was there before."""
    with connection.cursor() as cursor:
        looked, is_whole = staging.begin(cursor, collection.pk, is_whole=is_whole)
        try:
            if looked:
                _find(cursor, collection.pk, progress, is_whole=is_whole)
        finally:
            if not connection.needs_rollback:
                staging.end(cursor)
    progress.report(looked, message="Looked at", found=looked)
    return looked


def _find(cursor: Any, collection: int, progress: Progress, *, is_whole: bool) -> None:
    progress.report(0, message="Reading sources")
    edges.copies(cursor, collection, is_whole=is_whole)
    edges.recorded(cursor)
    progress.check()
    progress.report(0, message="Comparing recipes")
    edges.recipe(cursor, collection, is_whole=is_whole)
    progress.check()
    pixels.stage(cursor, collection, progress, is_whole=is_whole)
    edges.pixels(cursor, collection)
    staging.settle(cursor)
    progress.check()
    with transaction.atomic():
        stacking.lock(cursor, collection)
        changed = staging.store(cursor)
        changed |= batches.find(cursor, collection, is_whole=is_whole)
        staging.see(cursor)
        if is_whole:
            stacking.restack_all(cursor, collection)
        else:
            stacking.restack(cursor, changed | _touched(cursor))


def _touched(cursor: Any) -> set[int]:
    cursor.execute("SELECT id FROM kin_touched")
    return {pk for (pk,) in cursor.fetchall()}


def counts(collection: Collection) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [collection.pk])
        stacks, in_stacks, ideas, in_ideas = cursor.fetchone()
        cursor.execute(_PARENTS, [collection.pk])
        return Counts(stacks, in_stacks, ideas, in_ideas, dict(cursor.fetchall()))
