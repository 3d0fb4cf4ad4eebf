"""The jobs of embeddings: texts, what captions and tags say, and what a person wants first or anew.

Pictures that miss their vector are for the gallery's job of stages on a card.
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import partial

from django.db import transaction

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from embeddings.job_names import DESCRIPTIONS, IMAGES, TEXTS
from embeddings.services import bulk_loads, descriptions, embedding, waiting
from embeddings.spaces import SPACES, EmbeddingSpace
from embeddings.stages import ClipHStage
from gallery.models import Collection, Image, Selection, StageFailure
from gallery.pipeline import runner
from gallery.querysets import ImageQuerySet
from gallery.services import selections


class EmbedTexts(JobKind):
    """Every unique text that a `space` misses, newest first; with `rebuild` all."""

    name = TEXTS
    title = "Embedding texts"
    unit = "texts"
    cluster = "gpu"
    chunk_size = 512

    def describe(self, params: Params) -> str:
        verb = "Embedding anew" if params.get("rebuild") else "Embedding texts"
        return f"{verb}: {_space(params).title}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        space = _space(params)
        waiting.forget_orphans(space)
        ids = waiting.ids(space)
        transaction.on_commit(partial(bulk_loads.begin, space, len(ids)))
        if params.get("rebuild"):
            ids = waiting.ids(space, rebuild=True)
        for first in range(0, len(ids), self.chunk_size):
            yield Chunk(tuple(ids[first : first + self.chunk_size]))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        rebuild = params.get("rebuild", False)
        embedding.run(_space(params), chunk.ids, progress, rebuild=rebuild)

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        embedding.give_up(_space(params), chunk.ids, reason)

    def ended(self, params: Params) -> None:
        bulk_loads.end(_space(params))


class DescribeImages(JobKind):
    """What captions and tags say, before it is embedded."""

    name = DESCRIPTIONS
    title = "Gathering captions and tags"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        descriptions.sweep(progress)

    def finish(self, params: Params) -> None:
        if waiting.ids(SPACES["caption"]):
            enqueue(TEXTS, {"space": "caption"})


class EmbedImages(JobKind):
    """Images of a frozen `selection`, or of a collection, in `spaces`, pictures and texts; with
    `rebuild` anew."""

    name = IMAGES
    title = "Embedding these first"
    cluster = "gpu"
    chunk_size = 64

    def describe(self, params: Params) -> str:
        if not params.get("rebuild"):
            return self.title
        return f"Embedding anew: {', '.join(space.title for space in _spaces(params))}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        if params.get("rebuild") and ClipHStage.space in _spaces(params):
            StageFailure.objects.filter(stage=ClipHStage.name).update(attempts=0)
        chosen = _images(params).order_by("-created_at", "-pk").values_list("pk", flat=True)
        ids = chosen.iterator(10_000)
        while chunk := tuple(itertools.islice(ids, self.chunk_size)):
            yield Chunk(chunk)

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        rebuild = params.get("rebuild", False)
        for space in _spaces(params):
            if space.is_of_texts:
                _embed_texts(space, chunk.ids, progress, rebuild=rebuild)
        stage = ClipHStage(is_rebuild=rebuild)
        if stage.space in _spaces(params) and stage.is_ready():
            runner.run(chunk.ids, (stage,), progress)
        else:
            progress.report(len(chunk.ids))

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        runner.give_up(chunk.ids, (ClipHStage(),), reason)

    def ended(self, params: Params) -> None:
        for space in _spaces(params):
            bulk_loads.end(space)

    def finish(self, params: Params) -> None:
        if "selection" in params:
            Selection.objects.filter(token=params["selection"]).delete()


def _embed_texts(
    space: EmbeddingSpace, image_ids: Sequence[int], progress: Progress, *, rebuild: bool
) -> None:
    if space.subject == "description":
        descriptions.of_images(image_ids)
    todo = waiting.ids(space, waiting.of_images(space, image_ids), rebuild=rebuild)
    for first in range(0, len(todo), embedding.BATCH):
        embedding.embed(space, todo[first : first + embedding.BATCH])
        progress.check()


def _space(params: Params) -> EmbeddingSpace:
    return SPACES[params["space"]]


def _spaces(params: Params) -> list[EmbeddingSpace]:
    names = params.get("spaces") or list(SPACES)
    return [SPACES[name] for name in names]


def _images(params: Params) -> ImageQuerySet:
    if "collection_id" in params:
        collection = Collection.objects.get(pk=params["collection_id"])
        return Image.objects.in_collection(collection).available()
    selection = Selection.objects.filter(token=params["selection"]).first()
    if selection is None:
        raise NotFound("The images that were chosen are not known any more. Choose them again.")
    return selections.images(selection)


JOB_KINDS: tuple[type[JobKind], ...] = (EmbedTexts, DescribeImages, EmbedImages)
