"""Where a search looks in each space: towards what results should be like, away from the rest."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dtoolkit.core.errors import BadInput, Unavailable
from embeddings.search.asking import Ask, Example
from embeddings.search.binary import Reals
from embeddings.search.reading import Read
from embeddings.spaces import SPACES, EmbeddingSpace

# Rocchio's rule: what is unwanted counts less than what is wanted, or the difference of two alike
# pictures, which is mostly chance, would lead the search.
UNLIKE_SHARE = 0.5
_LEAST_LENGTH = 1e-4

# What vectors carry now, of each network whose weights can be used.
MODEL_KEYS: Read[Mapping[str, str]] = Read(
    "SELECT json_object_agg(network, model_key)::text FROM embeddings_weights WHERE problem = ''",
    {},
    lambda row: json.loads(row[0] or b"{}"),
)


@dataclass(frozen=True, slots=True)
class Direction:
    """`aim` is what rows are scored by, `shown` what their similarity is told to: the mean of the
    wanted examples (where none is wanted, of the unwanted ones). Both are sums of vectors of length
    1, so that a row's cosine to one times its length adds up the row's cosines to the examples.

    Those that are not `is_pulling` find no candidates, they only push them apart.
    """

    space: EmbeddingSpace
    model_key: str
    weight: float
    floor: float | None
    aim: Reals
    shown: Reals
    is_pulling: bool

    @property
    def is_one(self) -> bool:
        """What is told is what is scored by."""
        return np.array_equal(self.aim, self.shown)


def directions(ask: Ask, keys: Mapping[str, str]) -> list[Direction]:
    """Of the spaces that `ask` weighs, in their order; `keys` are what `MODEL_KEYS` reads. Raises
    `BadInput`, `Unavailable`."""
    _check(ask)
    found, missing = [], []
    for name, space in SPACES.items():
        if not ask.weights.get(name):
            continue
        like = _mean(_vectors(ask.examples, space, is_unlike=False))
        unlike = _mean(_vectors(ask.examples, space, is_unlike=True))
        aim, shown = _aimed(like, unlike), unlike if like is None else like
        if aim is None or shown is None:
            continue
        key = keys.get(space.network)
        if key is None:
            missing.append(space.title)
            continue
        weight = ask.weights[name]
        is_pulling = weight > 0 and like is not None
        found.append(Direction(space, key, weight, ask.floors.get(name), aim, shown, is_pulling))
    if found:
        return found
    if missing:
        raise Unavailable(f"There are no weights for {', '.join(missing)}. See the models page.")
    raise BadInput("None of the examples has a vector in a space that is searched.")


def _check(ask: Ask) -> None:
    unknown = {*ask.weights, *ask.floors} - set(SPACES)
    if unknown:
        raise BadInput(f"There is no space {min(unknown)}. Known are {', '.join(SPACES)}.")
    numbers = [*ask.weights.values(), *ask.floors.values()]
    if not all(-1 <= number <= 1 for number in numbers):
        raise BadInput("Weights and least similarities must be numbers from -1 to 1.")


def _vectors(
    examples: Iterable[Example], space: EmbeddingSpace, *, is_unlike: bool
) -> Iterator[Reals]:
    for example in examples:
        vector = example.vectors.get(space.name)
        if vector is None or example.is_unlike != is_unlike:
            continue
        vector = np.asarray(vector, dtype=np.float32)
        if vector.shape != (space.width,):
            raise BadInput(
                f"A vector of the space {space.name} has {space.width} numbers; that of "
                f"{example.label} has {'x'.join(map(str, vector.shape)) or 'none'}."
            )
        if not np.isfinite(vector).all():
            raise BadInput(f"The vector of {example.label} holds NaN or infinity.")
        length = np.linalg.norm(vector.astype(np.float64))
        if not length:
            raise BadInput(f"The vector of {example.label} is zero, which is like nothing.")
        yield np.asarray(vector / length, dtype=np.float32)


def _mean(vectors: Iterable[Reals]) -> Reals | None:
    """None without any, or where they cancel each other out."""
    rows = list(vectors)
    return _sum([np.asarray(row / len(rows), dtype=np.float32) for row in rows])


def _aimed(like: Reals | None, unlike: Reals | None) -> Reals | None:
    parts = [] if like is None else [like]
    return _sum(parts if unlike is None else [*parts, -UNLIKE_SHARE * unlike])


def _sum(rows: list[Reals]) -> Reals | None:
    total = np.asarray(sum(rows), dtype=np.float32)
    return total if np.linalg.norm(total) > _LEAST_LENGTH else None
