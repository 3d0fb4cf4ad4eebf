"""How alike a space finds things that have nothing to do with each other.

BGE gives two unrelated prompts 0.6, CLIP a text and an unrelated picture 0.1: only against that do
similarities of several spaces add up, or say that something matches. Learnt from a random sample of
the space; middle and lower spread of it, because what matches lies above and must not count.
"""

import threading
import time
from dataclasses import dataclass

import numpy as np

from embeddings.search.binary import Longs, Reals, integers
from embeddings.search.directions import Direction
from embeddings.search.reading import Read, Reader

SAMPLE = 512
TTL_S = 600
_LEAST = 20  # rows; of fewer nothing can be said that would cut a list
# In cosine: rows that are all the same, or few, must not make everything else far.
_LEAST_SPREAD, _LEAST_SPREAD_OF_FEW = 0.01, 0.05
# Of a normal distribution so much lies below one deviation under its middle.
_LOWER_AND_MIDDLE = np.array([0.1587, 0.5])

_RANGE = """
SELECT coalesce(min({subject}), 0), coalesce(max({subject}), -1),
    (SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {sample} + 1) AS few)
FROM {table}
"""
_ALL = """
SELECT string_agg(substring(halfvec_send(vector) FROM 5), '' ORDER BY {subject}) FROM {table}
WHERE model_key = %(model_key)s
"""
_SOME = """
SELECT string_agg(substring(halfvec_send(met.vector) FROM 5), '' ORDER BY met.{subject})
FROM unnest(%(chosen)s) AS chosen (id)
CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE {subject} >= chosen.id ORDER BY {subject} LIMIT 1) AS met
WHERE met.model_key = %(model_key)s
"""


@dataclass(frozen=True, slots=True)
class Background:
    """Of `aimed` similarities, as cosines."""

    middle: float
    spread: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Sample:
    rows: Reals  # of length 1
    read_at: float


_samples: dict[tuple[str, str], _Sample] = {}
_lock = threading.Lock()


def background(rows: Reals, aim: Reals) -> Background:
    """Of a `sample` of `aim`'s space."""
    if not len(rows):
        return Background(0.0, 1.0, is_known=False)
    # Not by BLAS: its threads wait for each other where others use the processors.
    cosines = np.sort(np.einsum("ij,j->i", rows, aim))
    lower, middle = np.interp(_LOWER_AND_MIDDLE * (len(rows) - 1), np.arange(len(rows)), cosines)
    is_known = len(rows) >= _LEAST
    least = _LEAST_SPREAD if is_known else _LEAST_SPREAD_OF_FEW
    return Background(float(middle), max(float(middle - lower), least), is_known)


def forget() -> None:
    """Reads them again when they are next needed."""
    with _lock:
        _samples.clear()


def sample(reader: Reader, direction: Direction) -> Reals:
    """Rows of its space, of length 1. Kept for some minutes; of a space so small that a new row may
    change much, not at all."""
    key = (direction.space.name, direction.model_key)
    with _lock:
        kept = _samples.get(key)
    if kept is not None and time.monotonic() - kept.read_at < TTL_S:
        return kept.rows
    rows, is_whole = _read(reader, direction)
    if not is_whole:
        with _lock:
            _samples[key] = _Sample(rows, time.monotonic())
    return rows


def _read(reader: Reader, direction: Direction) -> tuple[Reals, bool]:
    """Rows of length 1, and whether they are all there are."""
    table = direction.space.vectors._meta
    names = {"table": table.db_table, "subject": table.pk.column, "sample": SAMPLE}
    low, high, many = reader.read(Read(_RANGE.format(**names), {}, integers))
    is_whole = many <= SAMPLE
    values: dict[str, object] = {"model_key": direction.model_key}
    if not is_whole:
        # The same each time, so that two processes rank alike.
        chosen = np.random.default_rng(SAMPLE).integers(low, high, SAMPLE, endpoint=True)
        values["chosen"] = Longs(np.unique(chosen))
    (found,) = reader.read(Read((_ALL if is_whole else _SOME).format(**names), values, tuple))
    stored = np.frombuffer(found or b"", dtype=">f2").reshape(-1, direction.space.width)
    rows = stored.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1)
    return rows[lengths > 0] / lengths[lengths > 0, None], is_whole
