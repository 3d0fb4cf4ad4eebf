"""The images that a search looks at, as columns: their ids, and whose vectors are theirs."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from embeddings.search.binary import Ids, Marks, ids, marks
from embeddings.search.reading import Reader, as_sql
from embeddings.spaces import EmbeddingSpace, Subject
from gallery.querysets import ImageQuerySet

# What of an image says whose vector is its own; 0 is nobody's.
_COLUMNS: dict[Subject, str] = {
    "image": "image.id",
    "prompt": "coalesce(image.prompt_id, 0)",
    "negative_prompt": "coalesce(image.negative_prompt_id, 0)",
    "description": "coalesce(described.description_id, 0)",
}
_FIELDS = ("id", "prompt_id", "negative_prompt_id", "fingerprint")
_NO_CONTENT = "'00000000-0000-0000-0000-000000000000'::uuid"
_READ = """
SELECT array_agg(image.id), array_agg(coalesce(image.prompt_id, 0)),
    array_agg(coalesce(image.negative_prompt_id, 0)),
    array_agg(coalesce(image.fingerprint, {no_content})){more}
FROM ({images}) AS image{joins}
"""
_DESCRIBED = "\nLEFT JOIN embeddings_imagedescription AS described ON described.image_id = image.id"


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


def read(
    reader: Reader, images: ImageQuerySet, spaces: list[EmbeddingSpace], limit: int
) -> Pool | None:
    """All of `images`; None where they are more than `limit`."""
    chosen = images.order_by().values(*_FIELDS)[: limit + 1]
    is_described = any(space.subject == "description" for space in spaces)
    found = reader.row(
        _READ.format(
            images=as_sql(chosen),
            no_content=_NO_CONTENT,
            more=f", array_agg({_COLUMNS['description']})" if is_described else "",
            joins=_DESCRIBED if is_described else "",
        ),
        {},
    )
    pool = _pool(found)
    return None if len(pool) > limit else pool


def _pool(columns: list[bytes | None]) -> Pool:
    """Each image once, in the order of ids."""
    image_ids, places = np.unique(ids(columns[0]), return_index=True)
    kinds: dict[Subject, Ids] = {
        "image": image_ids,
        "prompt": ids(columns[1])[places],
        "negative_prompt": ids(columns[2])[places],
    }
    if len(columns) > 4:
        kinds["description"] = ids(columns[4])[places]
    return Pool(image_ids, marks(columns[3])[places], kinds)
