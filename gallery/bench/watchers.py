"""The watcher in a process of its own. Sets Django up itself: it is spawned."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

import psutil


@contextmanager
def running() -> Iterator[psutil.Process]:
    context = multiprocessing.get_context("spawn")
    is_ended = context.Event()
    process = context.Process(target=_watch, args=(is_ended,), daemon=True)
    process.start()
    try:
        yield psutil.Process(process.pid)
    finally:
        is_ended.set()
        process.join(15)
        process.kill()


def _watch(is_ended: Event) -> None:
    import django

    django.setup()
    from gallery.watching import service

    service.run(is_ended)
