"""Trying again, at a person's word, what a scan or a stage could not do."""

from django.db.models import QuerySet

from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Image, StageFailure
from gallery.pipeline import failures
from gallery.scanning import saving


def retry(failed: QuerySet[StageFailure]) -> int:
    """Gives each of `failed` its attempts back and starts the jobs that try them; how many."""
    count = 0
    for stage in failed.order_by("stage").values_list("stage", flat=True).distinct():
        image_ids = list(failed.filter(stage=stage).values_list("image", flat=True))
        if stage == saving.STAGE:
            count += _read_again(image_ids)
        else:
            count += failures.retry(stage, image_ids)
    return count


def _read_again(image_ids: list[int]) -> int:
    images = Image.objects.filter(pk__in=image_ids)
    roots = list(images.order_by().values_list("folder__root", flat=True).distinct())
    count = StageFailure.objects.filter(stage=saving.STAGE, image__in=image_ids).update(attempts=0)
    for root in roots:
        enqueue("deep_scan", {"root_id": root})
    return count
