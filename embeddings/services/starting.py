"""Which jobs bring the spaces up to date; only what can run and has something to do is started."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from dtoolkit.jobs.kinds import Params
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from embeddings import job_names
from embeddings.services import descriptions, readiness, waiting, weights
from embeddings.spaces import SPACES, EmbeddingSpace
from embeddings.stages import ClipHStage
from gallery.models import Collection, Image, Selection
from gallery.pipeline import planning, registry
from gallery.search.estimates import TooSlow, time_limit

LIMIT_MS = 500


def start(space: EmbeddingSpace, *, rebuild: bool = False) -> list[Job]:
    """At a person's word: what the space misses, or with `rebuild` all of it anew. What comes after
    the gathering of texts starts by itself."""
    found = list(beginnings(space, rebuild=rebuild))
    if space.subject == "description":
        found = found[-1:] if rebuild else found[:1]
    return [begin() for begin in found]


def beginnings(space: EmbeddingSpace, *, rebuild: bool = False) -> Iterator[Callable[[], Job]]:
    """The jobs that bring it there, one after the other, each to be started by calling it."""
    params: Params
    if space.is_of_texts:
        if space.subject == "description":
            yield partial(enqueue, job_names.DESCRIPTIONS, {})
        params = {"space": space.name}
        yield partial(enqueue, job_names.TEXTS, {**params, "rebuild": True} if rebuild else params)
        return
    for collection in Collection.objects.order_by("pk"):
        params = {"collection_id": collection.pk}
        if rebuild:
            params |= {"spaces": [space.name], "rebuild": True}
        yield partial(enqueue, job_names.IMAGES if rebuild else registry.JOBS["gpu"], params)


def start_first(
    selection: Selection, spaces: Iterable[EmbeddingSpace] = (), *, rebuild: bool = False
) -> Job:
    """Of the images of a selection that nobody changes any more, in all spaces or in these."""
    params = {"selection": str(selection.token), "spaces": [space.name for space in spaces]}
    return enqueue(job_names.IMAGES, {**params, "rebuild": True} if rebuild else params)


def start_due(collections: Iterable[int] | None = None, network: str | None = None) -> list[Job]:
    """Of itself, after news: in each space whose network is there (or is `network`), where
    something waits; nothing where the libraries are missing, which the pages say."""
    started: list[Job] = []
    if not readiness.has_libraries():
        return started
    for space in SPACES.values():
        if network not in (None, space.network) or weights.model_key(space.network) is None:
            continue
        if not space.is_of_texts:
            started += _pictures_due(collections)
        elif waiting.is_any(space):
            started.append(enqueue(job_names.TEXTS, {"space": space.name}))
        if space.subject == "description" and descriptions.are_due():
            started += start(space)
    return started


def _pictures_due(collections: Iterable[int] | None) -> list[Job]:
    found = Collection.objects.order_by("pk")
    if collections is not None:
        found = found.filter(pk__in=collections)
    return [
        enqueue(registry.JOBS["gpu"], {"collection_id": collection.pk})
        for collection in found
        if _is_due(collection)
    ]


def _is_due(collection: Collection) -> bool:
    """What cannot be told quickly is left to the job."""
    stage = ClipHStage()
    try:
        with time_limit(LIMIT_MS):
            return planning.waiting(Image.objects.in_collection(collection), stage).exists()
    except TooSlow:
        return True
