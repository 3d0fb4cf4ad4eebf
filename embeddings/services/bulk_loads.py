"""Around the first load of a large space: its index is dropped before, since each row costs more in
an index than its building does in the end, and built after, however the load ended.

Searches read the whole space meanwhile. What is missing is the only mark: whoever ends a load, or
starts the work that is due, has it built.
"""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import connection
from django.db.models import Q

from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from embeddings.job_names import IMAGES, INDEX, TEXTS
from embeddings.services import indexes, weights
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.pipeline import registry

LEAST = 20_000  # below, an index grows row by row about as quickly as the vectors come
_LOOK_EVERY_S = 0.5

_STORED = """
SELECT count(*) FROM (SELECT FROM {table} WHERE model_key = %s LIMIT %s) AS stored
"""


def begin(space: EmbeddingSpace, count: int) -> None:
    """Before `count` subjects are embedded. Not inside a transaction: until its end nobody could
    search."""
    if count >= LEAST and count > _stored(space, count) and indexes.exists(space):
        indexes.drop(space)


def end(space: EmbeddingSpace) -> None:
    """After a job over the space, however that ended; only enqueues."""
    if not indexes.exists(space) and not is_loading(space):
        _start(space)


def start_due(after: EmbeddingSpace | None = None) -> None:
    """What nobody was left to start: of all spaces, or of those `after` one."""
    spaces = iter(SPACES.values())
    if after is not None:
        spaces = itertools.dropwhile(lambda space: space is not after, spaces)
        next(spaces)
    for space in spaces:
        end(space)


def is_loading(space: EmbeddingSpace) -> bool:
    """Whether a job that may write many of its rows waits or runs."""
    filling = Q(kind=IMAGES)
    if space.is_of_texts:
        filling |= Q(kind=TEXTS, params__space=space.name)
    else:
        filling |= Q(kind=registry.JOBS["gpu"])
    return Job.objects.filter(filling, state__in=Job.ACTIVE, is_paused=False).exists()


def build(space: EmbeddingSpace, progress: Progress) -> None:
    """Waits for whoever builds one now. Raises `JobCancelled`: what was built until then is lost.

    Where this process dies the database builds on, and who comes next finds it done.
    """
    rows = space.vectors._base_manager.count()
    is_stopped = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="index") as executor:
        building = executor.submit(_ensure, space, is_stopped)
        try:
            while not wait([building], _LOOK_EVERY_S).done:
                progress.report(int(rows * indexes.share_built(space)))
                progress.check()
        except BaseException:
            is_stopped.set()
            while not wait([building], _LOOK_EVERY_S).done:
                indexes.interrupt(space)
            raise
        building.result()
    progress.report(rows)


def _ensure(space: EmbeddingSpace, is_stopped: threading.Event) -> None:
    """In a thread, with a database session of its own."""
    try:
        while not indexes.ensure(space) and not is_stopped.wait(_LOOK_EVERY_S):
            pass
    finally:
        connection.close()


def _start(space: EmbeddingSpace) -> None:
    """One after the other: the end of each starts the next."""
    if not Job.objects.filter(kind=INDEX, state__in=Job.ACTIVE).exists():
        enqueue(INDEX, {"space": space.name})


def _stored(space: EmbeddingSpace, most: int) -> int:
    """Rows of the present weights; others are of no use to a search."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STORED.format(table=space.vectors._meta.db_table),
            [weights.model_key(space.network), most],
        )
        return int(cursor.fetchone()[0])
