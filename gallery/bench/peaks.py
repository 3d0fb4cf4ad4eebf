"""How much memory a fresh process needs to read a library. Sets Django up itself: it is spawned."""

import multiprocessing
import os
from multiprocessing.queues import Queue


def of_deep_scan(root_id: int) -> int:
    """Peak resident bytes of a process that reads every file of the root."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[int] = context.Queue()
    process = context.Process(target=_read_all, args=(root_id, answers), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("The process that read the library failed; its error is above.")
    return answers.get(timeout=10)


def _read_all(root_id: int, answers: "Queue[int]") -> None:
    import django

    django.setup()
    from dtoolkit.jobs.services.queue import enqueue
    from dtoolkit.jobs.services.runner import run_inline

    run_inline(enqueue("deep_scan", {"root_id": root_id, "rebuild": True}))
    answers.put(_peak_rss())


def _peak_rss() -> int:
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
