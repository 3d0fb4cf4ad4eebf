"""How much memory a fresh process needs for a scan. Sets Django up itself: it is spawned."""

import multiprocessing
import os
import time
from multiprocessing.queues import Queue


def of_scan(kind: str, root_id: int, *, rebuild: bool = False) -> tuple[int, float]:
    """Peak resident bytes of a process that does this one job, and the job's seconds."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[tuple[int, float]] = context.Queue()
    process = context.Process(target=_scan, args=(kind, root_id, rebuild, answers), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("The process that scanned the library failed; its error is above.")
    return answers.get(timeout=10)


def _scan(kind: str, root_id: int, rebuild: bool, answers: "Queue[tuple[int, float]]") -> None:
    import django

    django.setup()
    from dtoolkit.jobs.services.queue import enqueue
    from dtoolkit.jobs.services.runner import run_inline

    params = {"root_id": root_id, "rebuild": True} if rebuild else {"root_id": root_id}
    job = enqueue(kind, params)
    start = time.perf_counter()
    run_inline(job)
    answers.put((peak_rss(), time.perf_counter() - start))


def peak_rss() -> int:
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
