"""Negative prompts that worked: those of similar images which a person rated well."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.search.asking import Ask, Example
from embeddings.search.ranking import rank
from embeddings.services import weights
from embeddings.spaces import SPACES
from gallery.models import Collection, Image, Prompt

MOST_LOOKED_AT = 400
MOST_SUGGESTED = 8
WELL = 7
# Of fewer ratings nothing is said: two lucky pictures are no advice.
LEAST_RATED = 3
# So many average ratings are added, so that three tens do not stand above fifty nines.
_DOUBT = 4

Vectors = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`image_ids` are the similar images that used it; of these `rated` have a rating."""

    negative: Prompt
    image_ids: tuple[int, ...]
    rated: int
    mean: float
    is_own: bool

    @property
    def count(self) -> int:
        return len(self.image_ids)

    @property
    def ids(self) -> str:
        """As forms send them."""
        return ",".join(map(str, self.image_ids))


@dataclass(frozen=True, slots=True)
class Advice:
    """`looked_at` similar images with a negative prompt, `rated` of them by a person, `mean` their
    average. `has_vectors` is false where nothing is known that could be compared."""

    suggestions: tuple[Suggestion, ...] = ()
    looked_at: int = 0
    rated: int = 0
    mean: float = 0.0
    has_vectors: bool = True


def for_image(image: Image) -> Advice:
    """By its prompt and by its looks, whichever is known. Raises `Unavailable`."""
    vectors = _known({"prompt": image.prompt_id, "clip_h": image.pk})
    example = Example(str(image), vectors, image_id=image.pk)
    return _advice(image.collection, example, image.negative_prompt_id)


def for_prompt(prompt: Prompt, collection: Collection) -> Advice:
    """By what it means. Raises `Unavailable`."""
    vectors = _known({"prompt": prompt.pk})
    return _advice(collection, Example(str(prompt), vectors), None)


def _known(wanted: Mapping[str, int | None]) -> Vectors:
    """By space, whose vector is wanted; those of the weights in use now."""
    found = {}
    for name, pk in wanted.items():
        space = SPACES[name]
        key = weights.model_key(space.network)
        row: Any = space.vectors._default_manager.filter(pk=pk, model_key=key).first()
        if row is not None:
            found[name] = np.asarray(row.vector.to_numpy(), np.float32)
    return found


def _advice(collection: Collection, example: Example, own: int | None) -> Advice:
    if not example.vectors:
        return Advice(has_vectors=False)
    ask = Ask(
        (example,),
        weights=dict.fromkeys(example.vectors, 1.0),
        is_grouped=False,
        limit=MOST_LOOKED_AT,
    )
    images = Image.objects.in_collection(collection).visible()
    ranking = rank(images.filter(negative_prompt__isnull=False), ask)
    if ranking.verdict == "none":
        return Advice()
    ids = [hit.image_id for hit in ranking.hits]
    rows = Image.objects.filter(pk__in=ids).values_list("pk", "negative_prompt", "rating")
    return _weighed(list(rows), own)


def _weighed(rows: list[tuple[int, int, int | None]], own: int | None) -> Advice:
    used: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, negative, rating in rows:
        used[negative].append((pk, rating))
    ratings = [rating for _, _, rating in rows if rating is not None]
    usual = sum(ratings) / len(ratings) if ratings else 0.0
    found = []
    texts = Prompt.objects.defer("words").in_bulk(used)
    for negative, images in used.items():
        said = [rating for _, rating in images if rating is not None]
        if len(said) < LEAST_RATED or sum(said) / len(said) < WELL:
            continue
        expected = (sum(said) + _DOUBT * usual) / (len(said) + _DOUBT)
        suggestion = Suggestion(
            negative=texts[negative],
            image_ids=tuple(sorted(pk for pk, _ in images)),
            rated=len(said),
            mean=sum(said) / len(said),
            is_own=negative == own,
        )
        found.append((expected, suggestion))
    found.sort(key=lambda each: (-each[0], -each[1].count, each[1].negative.pk))
    best = tuple(suggestion for _, suggestion in found[:MOST_SUGGESTED])
    return Advice(best, looked_at=len(rows), rated=len(ratings), mean=usual)
