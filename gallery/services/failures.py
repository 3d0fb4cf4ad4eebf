"""Trying again, at a person's word, what a scan or a stage could not do."""

from django.db.models import QuerySet

from gallery.models import StageFailure
from gallery.pipeline import failures
from gallery.scanning import saving
from gallery.services import rebuild
from gallery.written import waiting


def retry(failed: QuerySet[StageFailure]) -> int:
    """Gives each of `failed` its attempts back and starts the jobs that try them; how many."""
    count = 0
    for stage in failed.order_by("stage").values_list("stage", flat=True).distinct():
        image_ids = list(failed.filter(stage=stage).values_list("image", flat=True))
        if stage == waiting.STAGE:
            count += waiting.retry(failed)
        elif stage == saving.STAGE:
            # A file that was read and found to be no picture counts as read.
            rebuild.start_images(image_ids)
            count += len(image_ids)
        else:
            count += failures.retry(stage, image_ids)
    return count
