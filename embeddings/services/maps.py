"""The map of a library: its pictures on a plane, those that look alike near each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from psycopg import sql

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from embeddings.models import ClipHVector, MapDrawing, MapPoint
from embeddings.projection import layout, placing, reduction, sheet
from embeddings.projection.layout import Method
from embeddings.projection.reduction import Floats
from embeddings.search import packed
from embeddings.search.packed import Ids
from embeddings.services import weights
from embeddings.spaces import SPACES
from gallery.models import Collection

JOB = "draw-map"
MOST_SAMPLED = 20_000
KEPT = 96
_AT_ONCE = 4096  # vectors in memory: 17 MB
_SPACE = SPACES["clip_h"]
_STAGING = "map_staging"

_OF_COLLECTION = sql.SQL(
    "SELECT v.image_id {more} FROM embeddings_cliphvector v"
    " JOIN gallery_image i ON i.id = v.image_id AND i.fingerprint = v.content"
    " WHERE i.collection_id = {collection} AND v.model_key = {key}"
)


@dataclass(frozen=True, slots=True)
class News:
    """What happened since a map was drawn."""

    came: int
    is_of_other_weights: bool


def start(collection: Collection) -> Job:
    return enqueue(JOB, {"collection_id": collection.pk})


def job_of(collection: Collection) -> Job | None:
    """The one that draws now or waits to."""
    waiting = Job.objects.filter(kind=JOB, params={"collection_id": collection.pk})
    return waiting.filter(state__in=Job.ACTIVE).first()


def drawing_of(collection: Collection) -> MapDrawing | None:
    return MapDrawing.objects.filter(collection=collection).first()


def is_possible(collection: Collection) -> bool:
    """Whether any picture of it has a vector."""
    return ClipHVector.objects.filter(image__collection=collection).exists()


def news(drawing: MapDrawing) -> News:
    """Counts, so it takes a second at a million images."""
    vectors = ClipHVector.objects.filter(
        image__collection=drawing.collection_id, image__fingerprint=F("content")
    )
    with_point = MapPoint.objects.filter(drawing=drawing).values("image")
    now = weights.model_key(_SPACE.network)
    is_other = now is not None and now != drawing.model_key
    return News(vectors.exclude(image__in=with_point).count(), is_other)


def draw(collection: Collection, progress: Progress) -> MapDrawing:
    """Lays out a sample and places all others among it; the same again for the same vectors.

    Memory does not grow with the library but by its ids and the sample. Raises `NotFound` where
    there is nothing to draw.
    """
    key = _key(collection)
    every = packed.ids(_chosen(collection, key))
    if not every.size:
        raise NotFound("No picture has been looked at yet, so there is nothing to draw.")
    sample = _sample(np.sort(every))
    progress.report(0, message=f"Laying out {len(sample):,} of {len(every):,}", found=len(every))
    plan = _fit(collection, key, sample)
    groups, done = sheet.Groups(), 0
    _make_staging()
    try:
        for ids, vectors in _batches(collection, key):
            progress.check()
            is_whole = np.isfinite(vectors).all(axis=1)
            steps = plan.steps(ids[is_whole], vectors[is_whole])
            packed.write_points(_STAGING, ids[is_whole], steps)
            groups.add(steps)
            done += len(ids)
            progress.report(done, message="Placing the others", found=max(done, len(every)))
        with transaction.atomic():
            drawing = _replace(collection, key, plan, groups.count())
            drawing.image_count = _keep(drawing)
            drawing.save(update_fields=["image_count"])
    finally:
        _drop_staging()
    return drawing


@dataclass(frozen=True)
class _Plan:
    """`sample` are rising ids, which lie at `positions` themselves."""

    sample: Ids
    positions: Floats
    method: Method
    reduce: reduction.Reduction
    placer: placing.Placer
    shown: sheet.Sheet

    def steps(self, ids: Ids, vectors: Floats) -> sheet.Steps:
        positions = self.placer.place(self.reduce(vectors))
        at = np.searchsorted(self.sample, ids).clip(max=len(self.sample) - 1)
        is_own = self.sample[at] == ids
        positions[is_own] = self.positions[at[is_own]]
        return self.shown.steps(positions)


def _key(collection: Collection) -> str:
    """Of the weights in use; without any, of the vectors that were stored last."""
    now = weights.model_key(_SPACE.network)
    stored = ClipHVector.objects.filter(image__collection=collection)
    if now is not None and stored.filter(model_key=now).exists():
        return now
    latest = stored.order_by("-image").values_list("model_key", flat=True).first()
    if latest is None:
        raise NotFound("No picture has been looked at yet, so there is nothing to draw.")
    return latest


def _sample(ids: Ids) -> Ids:
    if len(ids) <= MOST_SAMPLED:
        return ids
    chosen = np.random.default_rng(layout.SEED).choice(len(ids), MOST_SAMPLED, replace=False)
    return ids[np.sort(chosen)]


def _fit(collection: Collection, key: str, sample: Ids) -> _Plan:
    parts = []
    for start in range(0, len(sample), _AT_ONCE):
        among = sql.SQL(" AND v.image_id = ANY({}) ORDER BY v.image_id").format(
            sql.Literal(sample[start : start + _AT_ONCE].tolist())
        )
        parts.append(_vectors(collection, key, among))
    ids = np.concatenate([part[0] for part in parts])
    vectors = np.concatenate([part[1] for part in parts])
    is_whole = np.isfinite(vectors).all(axis=1)
    ids, vectors = ids[is_whole], vectors[is_whole]
    if not len(vectors):
        raise NotFound("The vectors hold no numbers. Have the pictures looked at again.")
    reduce = reduction.fit(vectors, KEPT)
    reduced = reduce(vectors)
    method = layout.method_for(len(reduced))
    positions = layout.lay_out(reduced, method)
    placer = placing.Placer(reduced, positions, method)
    return _Plan(ids, positions, method, reduce, placer, sheet.around(positions))


def _batches(collection: Collection, key: str) -> Iterator[tuple[Ids, Floats]]:
    last = 0
    while True:
        beyond = sql.SQL(" AND v.image_id > {} ORDER BY v.image_id LIMIT {}").format(
            sql.Literal(last), sql.Literal(_AT_ONCE)
        )
        ids, vectors = _vectors(collection, key, beyond)
        if not ids.size:
            return
        yield ids, vectors
        last = int(ids[-1])


def _chosen(collection: Collection, key: str, *, vectors: bool = False) -> sql.Composed:
    more = sql.SQL(", v.vector") if vectors else sql.SQL("")
    return _OF_COLLECTION.format(
        more=more, collection=sql.Literal(collection.pk), key=sql.Literal(key)
    )


def _vectors(collection: Collection, key: str, more: sql.Composable) -> tuple[Ids, Floats]:
    return packed.vectors(_chosen(collection, key, vectors=True) + more, _SPACE.width)


def _make_staging() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_STAGING}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_STAGING} (image_id bigint, x smallint, y smallint)"
        )


def _drop_staging() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_STAGING}")


def _replace(collection: Collection, key: str, plan: _Plan, groups: int) -> MapDrawing:
    """The old map goes in the same transaction that brings the new one."""
    Collection.objects.select_for_update().get(pk=collection.pk)
    MapDrawing.objects.filter(collection=collection).delete()
    return MapDrawing.objects.create(
        collection=collection,
        model_key=key,
        method=plan.method,
        image_count=0,
        sample_count=len(plan.sample),
        group_count=groups,
    )


def _keep(drawing: MapDrawing) -> int:
    """Images that were deleted meanwhile have no point."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO embeddings_mappoint (image_id, drawing_id, x, y)"  # noqa: S608
            f" SELECT s.image_id, %s, s.x, s.y FROM {_STAGING} s"
            f" JOIN gallery_image i ON i.id = s.image_id ORDER BY s.image_id",
            [drawing.pk],
        )
        return int(cursor.rowcount)
