"""How much memory a fresh process needs to find duplicates; spawned, it sets Django up itself."""

import multiprocessing
import time
from multiprocessing.queues import Queue

from dtoolkit.jobs.kinds import Unwatched
from gallery.bench.peaks import peak_rss


def of_finding(collection_id: int, distance: float) -> tuple[int, float]:
    """Peak resident bytes of a process that looks once by near hashes, and its seconds."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[tuple[int, float]] = context.Queue()
    process = context.Process(target=_find, args=(collection_id, distance, answers), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("The process that looked for duplicates failed; its error is above.")
    return answers.get(timeout=10)


def _find(collection_id: int, distance: float, answers: "Queue[tuple[int, float]]") -> None:
    import django

    django.setup()
    from gallery.duplicates import channels
    from gallery.models import Collection
    from gallery.services.duplicates import finding

    start = time.perf_counter()
    collection = Collection.objects.get(pk=collection_id)
    finding.find(collection, channels.get("near"), distance, Unwatched())
    answers.put((peak_rss(), time.perf_counter() - start))
