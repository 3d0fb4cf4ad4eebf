"""Trying again, at a person's word, what a scan or a stage could not do."""

from django.db.models import QuerySet

from gallery.models import Image, LibraryRoot, StageFailure
from gallery.pipeline import failures
from gallery.scanning import saving
from gallery.services import roots


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
    """A file that was read and found to be no picture counts as read: it is unread again."""
    Image.objects.filter(pk__in=image_ids).update(read_version=None)
    count = StageFailure.objects.filter(stage=saving.STAGE, image__in=image_ids).update(attempts=0)
    for root in LibraryRoot.objects.filter(folders__images__in=image_ids).distinct():
        roots.start_reading(root)
    return count
