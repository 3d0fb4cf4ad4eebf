"""Files read, converted and verified in a few threads, ahead of whoever puts them in place."""

import os
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor

from gallery.convert import one
from gallery.convert.orders import Order
from gallery.filing import converting
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct, Image

_MOST_THREADS = 16
# Begun beyond the one that is waited for, in all threads together.
_SPARE = 2
_DUE = frozenset((FileAct.State.PLANNED, FileAct.State.UNDONE))


def readied(acts: Iterable[FileAct], rooms: Rooms, order: Order) -> Generator[FileAct, None, None]:
    """The acts in their order; each that is to be begun has `ready`, which gives what came of it
    or raises why nothing did. Decoding and encoding let go of Python's lock."""
    listed = list(acts)
    paths = _paths([act for act in listed if act.state in _DUE], rooms, order)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    waiting: deque[FileAct] = deque()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="convert")
    try:
        for act in listed:
            if act.pk in paths:
                future = executor.submit(converting.readied, paths[act.pk], order)
                act.ready = future.result  # type: ignore[attr-defined]
            waiting.append(act)
            while len(waiting) > (threads + _SPARE if act is not listed[-1] else 0):
                done = waiting.popleft()
                yield done
                done.ready = None  # type: ignore[attr-defined]
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _paths(acts: list[FileAct], rooms: Rooms, order: Order) -> dict[int, str]:
    """Of those whose files are in reach; the others are refused when their turn comes."""
    known = Image.objects.select_related("folder__root").filter(is_available=True)
    by_id = known.in_bulk([act.image_id for act in acts if act.image_id])
    paths = {}
    for act in acts:
        image = by_id.get(act.image_id or 0)
        if image is None or one.why_not(image.format, order):
            continue
        try:
            rooms.file(spot := Spot.of(image))
        except Refused:
            continue
        paths[act.pk] = rooms.path(spot)
        act.looked_up = image  # type: ignore[attr-defined]
    return paths
