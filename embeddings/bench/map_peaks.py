"""How much memory a fresh process needs to draw a map. Sets Django up itself: it is spawned."""

import multiprocessing
import time
from multiprocessing.queues import Queue

from dtoolkit.jobs.kinds import Unwatched
from gallery.bench.peaks import peak_rss


def of_drawing(collection_id: int) -> tuple[int, float]:
    """Peak resident bytes of a process that draws this one map, and the drawing's seconds."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[tuple[int, float]] = context.Queue()
    process = context.Process(target=_draw, args=(collection_id, answers), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("The process that drew the map failed; its error is above.")
    return answers.get(timeout=10)


def _draw(collection_id: int, answers: "Queue[tuple[int, float]]") -> None:
    import django

    django.setup()
    from embeddings.services import maps
    from gallery.models import Collection

    start = time.perf_counter()
    maps.draw(Collection.objects.get(pk=collection_id), Unwatched())
    answers.put((peak_rss(), time.perf_counter() - start))
