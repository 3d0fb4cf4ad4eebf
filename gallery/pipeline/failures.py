"""What stages could not do: recorded with reason and attempts, skipped after a few, retried at a
person's word."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping

from django.db import connection
from django.db.models import QuerySet

from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Image, StageFailure
from gallery.pipeline import registry

MAX_ATTEMPTS = 3

_RECORD = """
INSERT INTO gallery_stagefailure AS old (image_id, stage, version, reason, attempts, failed_at)
SELECT image.id, %(stage)s, %(version)s, new.reason, %(attempts)s, now()
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS new (id, reason)
JOIN gallery_image image ON image.id = new.id
ON CONFLICT (image_id, stage) DO UPDATE SET
    version = EXCLUDED.version,
    reason = EXCLUDED.reason,
    failed_at = EXCLUDED.failed_at,
    attempts = EXCLUDED.attempts
        + CASE WHEN old.version = EXCLUDED.version THEN old.attempts ELSE 0 END
"""

_CLEAR = "DELETE FROM gallery_stagefailure WHERE stage = %s AND image_id = ANY(%s)"


def record(stage: str, version: int, reasons: Mapping[int, str], attempts: int = 1) -> None:
    """One more failed attempt (or `attempts`) for each image id in `reasons`."""
    if not reasons:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            {
                "stage": stage,
                "version": version,
                "attempts": attempts,
                "ids": list(reasons),
                "reasons": [reason.replace("\0", "") for reason in reasons.values()],
            },
        )


def clear(stage: str, image_ids: AnyOf[int]) -> None:
    """They went well after all."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, [stage, list(image_ids)])


def given_up(stage: str, version: int) -> QuerySet[StageFailure, int]:
    """Ids of images that are not tried again by themselves."""
    return StageFailure.objects.filter(
        stage=stage, version=version, attempts__gte=MAX_ATTEMPTS
    ).values_list("image_id", flat=True)


def retry(stage: str, image_ids: AnyOf[int] | None = None) -> int:
    """Try the failures of a pipeline stage again, all or those of some images; how many."""
    failed = StageFailure.objects.filter(stage=stage)
    if image_ids is not None:
        failed = failed.filter(image__in=image_ids)
    collections = list(
        Image.objects.filter(failures__in=failed)
        .order_by("collection")
        .values_list("collection", flat=True)
        .distinct()
    )
    count = failed.update(attempts=0)
    for collection in collections:
        enqueue(registry.job_of(stage), {"collection_id": collection})
    return count
