"""A made-up library with vectors in five spaces, and filters to search it in."""

from dataclasses import dataclass

import numpy as np
from django.db import connection

from embeddings.bench import made_vectors
from embeddings.bench.made_vectors import Meanings, Rows
from embeddings.search import pools
from embeddings.search.reading import Reader, as_sql
from embeddings.services import indexes
from embeddings.spaces import SPACES
from gallery.bench import generated
from gallery.models import Collection, Image
from gallery.querysets import ImageQuerySet

# A library of 800,000 images has some 25,000 prompts; negatives are fewer yet.
IMAGES_A_PROMPT = 32
PROMPTS_A_NEGATIVE = 10
FIVE = ("prompt", "negative", "clip_l", "clip_g", "clip_h")
# The rating that so large a share of the images has.
SHARES = {"10pct": (8, 0.1), "1pct": (9, 0.01), "01pct": (10, 0.001)}

_RATED = """
UPDATE gallery_image SET
    is_available = true, is_for_deletion = false,
    negative_prompt_id = first + (prompt_id - first) / %(a_negative)s,
    rating = CASE WHEN chance < 0.1 THEN 8 WHEN chance < 0.11 THEN 9 WHEN chance < 0.111 THEN 10 END
FROM (SELECT id AS image_id, random() AS chance FROM gallery_image) AS made,
    (SELECT min(id) AS first FROM gallery_prompt) AS prompts
WHERE id = image_id
"""
_ANALYZE = "ANALYZE {}"
_CLEAN = "VACUUM (FULL, ANALYZE) {}"


@dataclass(frozen=True)
class MadeLibrary:
    collection: Collection
    meanings: Meanings

    def images(self, share: str | None = None) -> ImageQuerySet:
        found = Image.objects.in_collection(self.collection).visible()
        return found.filter(rating=SHARES[share][0]) if share else found

    def queries(self, count: int) -> list[dict[str, Rows]]:
        """What images that are not in the library would have, by space."""
        of = self.meanings.random.integers(len(self.meanings.prompts), size=count)
        points = self.meanings.images(of)
        by_space = {
            name: made_vectors.vectors(
                SPACES[name], points if name == "clip_h" else self.meanings.prompts[of]
            )
            for name in FIVE
        }
        return [{name: rows[n] for name, rows in by_space.items()} for n in range(count)]


def fill(images: int) -> MadeLibrary:
    """Writes it into an empty database; the indexes over vectors are left to be built."""
    prompts = max(200, images // IMAGES_A_PROMPT)
    collection = generated.fill(images, prompts)
    with connection.cursor() as cursor:
        cursor.execute(_RATED, {"a_negative": PROMPTS_A_NEGATIVE})
        cursor.execute(_CLEAN.format("gallery_image"))
    made_vectors.make_weights()
    for name in FIVE:
        indexes.drop(SPACES[name])
    every = as_sql(Image.objects.values(*pools.COLUMNS))
    pool = Reader(limit_ms=0).read(pools.read(every, {}))
    known, of = np.unique(pool.subjects["prompt"], return_inverse=True)
    meanings = Meanings.make(len(known))
    for name in FIVE:
        space = SPACES[name]
        if space.subject == "image":
            made_vectors.write(space, pool.ids, meanings.images(of), pool.contents)
        elif space.subject == "negative_prompt":
            negatives = np.unique(pool.subjects["negative_prompt"])
            made_vectors.write(space, negatives, meanings.prompts[: len(negatives)])
        else:
            made_vectors.write(space, known, meanings.prompts)
    with connection.cursor() as cursor:
        for name in FIVE:
            cursor.execute(_CLEAN.format(SPACES[name].vectors._meta.db_table))
    return MadeLibrary(collection, meanings)
