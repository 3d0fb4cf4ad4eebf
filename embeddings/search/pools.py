"""The images that a search looks at, as columns: their ids, and whose vectors are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from embeddings.search.binary import Ids, Marks, ids, marks
from embeddings.search.reading import Reader
from embeddings.spaces import EmbeddingSpace, Subject

COLUMNS = ("id", "prompt_id", "negative_prompt_id", "fingerprint")
# 0 is nobody's.
_COLUMNS = """
array_agg(image.id), array_agg(coalesce(image.prompt_id, 0)),
array_agg(coalesce(image.negative_prompt_id, 0)),
array_agg(coalesce(image.fingerprint, '00000000-0000-0000-0000-000000000000'::uuid))
"""
_READ = "SELECT" + _COLUMNS + "FROM ({images}) AS image"
_READ_DESCRIBED = (
    "SELECT"
    + _COLUMNS
    + """
, array_agg(coalesce(described.description_id, 0)) FROM ({images}) AS image
LEFT JOIN embeddings_imagedescription AS described ON described.image_id = image.id
"""
)


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
    reader: Reader, images: str, values: Mapping[str, object], *, is_described: bool = True
) -> Pool:
    """Of the rows of a statement with `COLUMNS`, each once, in the order of ids; descriptions
    only where `is_described`."""
    found = reader.row((_READ_DESCRIBED if is_described else _READ).format(images=images), values)
    image_ids, places = np.unique(ids(found[0]), return_index=True)
    kinds: dict[Subject, Ids] = {
        "image": image_ids,
        "prompt": ids(found[1])[places],
        "negative_prompt": ids(found[2])[places],
    }
    if is_described:
        kinds["description"] = ids(found[4])[places]
    return Pool(image_ids, marks(found[3])[places], kinds)
