"""Gives unique texts their vectors: encoded in batches, each saved before the next is begun."""

from collections.abc import Sequence

from django.db import transaction

from dtoolkit.jobs.kinds import Progress
from embeddings.services import encoding, storing, waiting, weights
from embeddings.services.trying import patiently
from embeddings.spaces import EmbeddingSpace
from gallery.pipeline import batch_size

BATCH = 64


def run(
    space: EmbeddingSpace, subject_ids: Sequence[int], progress: Progress, *, rebuild: bool = False
) -> None:
    """Does what `subject_ids` miss in `space`, or with `rebuild` all of them.

    Raises `JobCancelled`, and `JobHalted` where the network cannot be asked at all.
    """
    todo = waiting.ids(space, subject_ids, rebuild=rebuild)
    done, failed = len(subject_ids) - len(todo), 0
    size = batch_size.of(space.network)
    while todo:
        batch = todo[: size.at_most(BATCH)]
        with size.timed(len(batch)):
            failed += embed(space, batch)
        todo = todo[len(batch) :]
        done += len(batch)
        progress.report(done, failed)
        progress.check()


def embed(space: EmbeddingSpace, subject_ids: Sequence[int]) -> int:
    """One batch, whole or not at all; how many failed.

    Where the weights change under it, nothing is saved: its rows then wait for the new ones.
    """
    key = weights.model_key(space.network)
    texts = waiting.texts(space, subject_ids)
    if key is None or not texts:
        return 0
    order = list(texts)
    encoded = patiently(lambda: encoding.texts(space.network, list(texts.values())))
    reasons = {**storing.problems(encoded.vectors, space), **encoded.problems}
    vectors = {pk: encoded.vectors[row] for row, pk in enumerate(order) if row not in reasons}
    with transaction.atomic():
        if not storing.save(space, key, vectors):
            return 0
        waiting.clear(space, list(vectors))
        waiting.record(space, key, {order[row]: reason for row, reason in reasons.items()})
    return len(reasons)


def give_up(space: EmbeddingSpace, subject_ids: Sequence[int], reason: str) -> None:
    """They killed their worker: not tried again by themselves."""
    key = weights.model_key(space.network)
    todo = waiting.ids(space, subject_ids)
    if key is not None:
        waiting.record(space, key, dict.fromkeys(todo, reason), waiting.MAX_ATTEMPTS)
