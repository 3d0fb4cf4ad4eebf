"""Rating a hundred thousand selected images and undoing it, beside one bare UPDATE."""

import statistics
import time
from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Collection, HistoryEntry, Image, Selection
from gallery.search.query import ResultQuery
from gallery.services import history, selections

IMAGES = 100_000
_ROUNDS = 3
_BARE = """
UPDATE gallery_image SET rating = %s WHERE id IN (
    SELECT id FROM gallery_image WHERE collection_id = %s AND is_available AND NOT is_for_deletion
    ORDER BY id LIMIT %s)
"""


def measure(bench: Bench, collection: Collection) -> Figures:
    """In turns, each round with another rating, so that every row is written each time."""
    count = min(bench.scaled(IMAGES), Image.objects.visible().count())
    bench.say(f"Rating {count:,} images, and bare")
    bare, ours, undone, chosen = [], [], [], []
    for number in range(_ROUNDS):
        bare.append(_seconds(partial(_bare_update, collection, count, number * 2 + 1)))
        selection = selections.begin(ResultQuery(collection))
        chosen.append(_seconds(partial(_choose_all, selection)))
        _leave_out(selection, count)
        ours.append(_seconds(partial(_rate, selection, number * 2 + 2)))
        entry = HistoryEntry.objects.latest("pk")
        if entry.image_count != count:
            raise RuntimeError(f"{entry.image_count} of {count} images were rated.")
        undone.append(_seconds(partial(_undo, entry)))
    rates = {"update": bare, "rating": ours, "undo": undone}
    per_s = {name: count / statistics.median(times) for name, times in rates.items()}
    return {
        "bulk_update_rows_per_s": round(per_s["update"]),
        "bulk_rows_per_s": round(per_s["rating"]),
        "bulk_undo_rows_per_s": round(per_s["undo"]),
        "select_all_ms": round(statistics.median(chosen) * 1000, 1),
        "bulk_rows_per_s_vs_update": round(per_s["rating"] / per_s["update"], 3),
        "bulk_undo_vs_update": round(per_s["undo"] / per_s["update"], 3),
    }


def _bare_update(collection: Collection, count: int, rating: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BARE, [rating, collection.pk, count])


def _choose_all(selection: Selection) -> None:
    selections.choose_all(selection, selections.query_of(selection))


def _leave_out(selection: Selection, count: int) -> None:
    """The whole result as far as its hundred thousandth image."""
    selection.refresh_from_db()
    ids = Image.objects.visible().order_by("pk").values_list("pk", flat=True)
    selection.newest_id = ids[count - 1]
    selection.save(update_fields=["newest_id"])


def _rate(selection: Selection, rating: int) -> None:
    history.perform("rate", {"value": str(rating)}, selection)
    _run_jobs()


def _undo(entry: HistoryEntry) -> None:
    history.undo(entry)
    _run_jobs()


def _run_jobs() -> None:
    for job in Job.objects.filter(state__in=Job.ACTIVE):
        run_inline(job)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
