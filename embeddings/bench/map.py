"""Drawing the map of a library, beside umap's own way of placing images; what its page is sent."""

import time
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.test import Client
from django.urls import reverse

from dtoolkit.core.bench import Bench, Figures
from embeddings.bench import map_peaks
from embeddings.models import MapDrawing
from embeddings.projection import layout, placing, reduction
from embeddings.services import indexes, maps
from embeddings.spaces import SPACES
from gallery.bench import generated

IMAGES = 60_000
_KEY = "clip-h:bench"
_WIDTH, _INNER, _GROUPS = 1024, 24, 60
_AT_ONCE = 4096
_PLACED = 8192
_ROUNDS = 3
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("id_size", ">i4"),
        ("id", ">i8"),
        ("content_size", ">i4"),
        ("content", "V16"),
        ("key_size", ">i4"),
        ("key", f"S{len(_KEY)}"),
        ("vector_size", ">i4"),
        ("width", ">i2"),
        ("unused", ">i2"),
        ("vector", ">f2", _WIDTH),
    ]
)


def run(bench: Bench) -> Figures:
    many = bench.scaled(IMAGES)
    few = max(1, many // 3)
    bench.say("Drawing a third of them")
    less, _ = _drawn(few)
    bench.make_database()
    bench.say(f"Drawing {many:,} images")
    more, seconds = _drawn(many)
    bench.say("Placing as we do, and by umap's transform")
    ours, theirs = _placing_rates(many)
    size = _payload_bytes()
    return {
        "images": many,
        "points_per_s": round(many / seconds),
        "draw_s": round(seconds, 1),
        "placed_per_s": round(ours),
        "umap_transformed_per_s": round(theirs),
        "vs_umap_transform": round(ours / theirs, 2),
        "bytes_per_point": round(size / many, 3),
        "memory_mb": round(more / 2**20),
        "memory_growth": round(more / less, 3),
    }


def _drawn(many: int) -> tuple[int, float]:
    """Peak bytes and seconds of a fresh process that draws the map of so many images."""
    indexes.drop(SPACES["clip_h"])  # no map reads it, and it takes minutes to fill
    collection = generated.fill(many)
    spread = _Spread(np.random.default_rng(5))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, fingerprint FROM gallery_image ORDER BY id")
        rows = cursor.fetchall()
    for start in range(0, len(rows), _AT_ONCE):
        _store(rows[start : start + _AT_ONCE], spread)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE embeddings_cliphvector")
    return map_peaks.of_drawing(collection.pk)


class _Spread:
    """Groups of unequal size with an inner dimension as low as that of real pictures."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._centres = rng.normal(size=(_GROUPS, _INNER))
        self._outwards = rng.normal(size=(_INNER, _WIDTH))
        self._shares = rng.dirichlet(np.full(_GROUPS, 2.0))

    def vectors(self, many: int) -> reduction.Floats:
        groups = self._rng.choice(_GROUPS, many, p=self._shares)
        inner = self._centres[groups] + self._rng.normal(size=(many, _INNER)) * 0.5
        noise = self._rng.normal(size=(many, _WIDTH)) * 0.5
        return np.asarray(inner @ self._outwards + noise, np.float32)


def _store(owners: list[tuple[int, UUID]], spread: _Spread) -> None:
    rows = np.zeros(len(owners), _ROW)
    rows["fields"], rows["id_size"], rows["content_size"] = 4, 8, 16
    rows["key_size"], rows["vector_size"], rows["width"] = len(_KEY), 4 + 2 * _WIDTH, _WIDTH
    rows["id"] = [pk for pk, _ in owners]
    rows["content"] = np.frombuffer(b"".join(each.bytes for _, each in owners), "V16")
    rows["key"] = _KEY.encode()
    rows["vector"] = spread.vectors(len(owners))
    into = (
        "COPY embeddings_cliphvector (image_id, content, model_key, vector)"
        " FROM STDIN (FORMAT binary)"
    )
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        copy.write(rows.tobytes())
        copy.write(b"\xff\xff")


def _placing_rates(many: int) -> tuple[float, float]:
    """Images a second, in turns, of the same rows to the same layout; the median of each."""
    spread = _Spread(np.random.default_rng(6))
    sample = spread.vectors(min(many, maps.MOST_SAMPLED))
    reduce = reduction.fit(sample, maps.KEPT)
    placed = min(many, _PLACED)
    reduced, rows = reduce(sample), reduce(spread.vectors(placed))
    fitted = layout.umap_of(reduced)
    placer = placing.Placer(reduced, np.asarray(fitted.embedding_, np.float32), "umap")
    fitted.transform(rows[:256])  # compiles itself
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        placer.place(rows)
        between = time.perf_counter()
        fitted.transform(rows)
        ours.append(between - start)
        theirs.append(time.perf_counter() - between)
    return placed / float(np.median(ours)), placed / float(np.median(theirs))


def _payload_bytes() -> int:
    slug = MapDrawing.objects.select_related("collection").get().collection.slug
    response: Any = Client(headers={"host": "127.0.0.1"}).get(reverse("map-points", args=[slug]))
    body = b"".join(response.streaming_content)
    return len(body)
