"""The images that a search looks at, as columns: their ids, and whose vectors are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from embeddings.search.binary import Ids, Marks, Reals, ids, marks, reals
from embeddings.search.reading import Read, Row
from embeddings.spaces import EmbeddingSpace, Subject

COLUMNS = ("id", "prompt_id", "negative_prompt_id", "fingerprint")
# 0 is nobody's.
_COLUMNS = """
array_agg(image.id), array_agg(coalesce(image.prompt_id, 0)),
array_agg(coalesce(image.negative_prompt_id, 0)),
array_agg(coalesce(image.fingerprint, '00000000-0000-0000-0000-000000000000'::uuid))
"""
_READ = "SELECT {columns} FROM {tables}"
_NEARNESS = ", array_agg(image.distance::real)"
_DESCRIPTION = ", array_agg(coalesce(described.description_id, 0))"
_DESCRIBED = """
LEFT JOIN embeddings_imagedescription AS described ON described.image_id = image.id
"""


@dataclass(frozen=True, slots=True)
class Pool:
    """Arrays of one length. `contents` are fingerprints; `subjects` are ids by kind, 0 for none."""

    ids: Ids
    contents: Marks
    subjects: dict[Subject, Ids]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, space: EmbeddingSpace) -> Ids:
        return self.subjects[space.subject]

    def take(self, places: Ids) -> Self:
        kinds = {kind: values[places] for kind, values in self.subjects.items()}
        return type(self)(self.ids[places], self.contents[places], kinds)

    def __or__(self, other: Self) -> Self:
        """Each image once, in the order of ids."""
        image_ids, places = np.unique(np.concatenate([self.ids, other.ids]), return_index=True)
        kinds = {
            kind: np.concatenate([values, other.subjects[kind]])[places]
            for kind, values in self.subjects.items()
        }
        return type(self)(image_ids, np.concatenate([self.contents, other.contents])[places], kinds)


def read(
    images: str,
    values: Mapping[str, object],
    settings: Mapping[str, str] | None = None,
    *,
    is_described: bool = True,
) -> Read[Pool]:
    """Of the rows of a statement with `COLUMNS`, each once, in the order of ids; descriptions
    only where `is_described`."""
    return Read(
        _statement(images, _COLUMNS, is_described=is_described),
        values,
        lambda row: _found(row, is_described=is_described)[0],
        settings,
    )


def read_near(
    images: str,
    values: Mapping[str, object],
    settings: Mapping[str, str] | None,
    *,
    is_described: bool,
) -> Read[tuple[Pool, Reals]]:
    """Likewise where the statement gives a `distance` too, with those."""
    return Read(
        _statement(images, _COLUMNS + _NEARNESS, is_described=is_described),
        values,
        lambda row: _found(row, is_described=is_described, is_near=True),
        settings,
    )


def _statement(images: str, columns: str, *, is_described: bool) -> str:
    return _READ.format(
        columns=columns + _DESCRIPTION * is_described,
        tables=f"({images}) AS image" + _DESCRIBED * is_described,
    )


def _found(row: Row, *, is_described: bool, is_near: bool = False) -> tuple[Pool, Reals]:
    image_ids, prompts, negatives, contents, *more = row
    known, places = np.unique(ids(image_ids), return_index=True)
    distances = reals(more.pop(0))[places] if is_near else np.empty(0, np.float32)
    kinds: dict[Subject, Ids] = {
        "image": known,
        "prompt": ids(prompts)[places],
        "negative_prompt": ids(negatives)[places],
    }
    if is_described:
        kinds["description"] = ids(more.pop(0))[places]
    return Pool(known, marks(contents)[places], kinds), distances
