"""The same ranking by the plainest means, in double precision and one image at a time."""

import math
from itertools import pairwise
from statistics import mean

import numpy as np

from embeddings.search.backgrounds import Background
from embeddings.search.directions import UNLIKE_SHARE
from gallery.models import Image


def ranked(library, examples, weights, fusion) -> dict[int, float]:
    """What is sorted by, by image, the best first."""
    images = list(Image.objects.visible())
    aimed = {space: {} for space in weights}
    for space in weights:
        for image in images:
            likes, unlikes = (
                [
                    library.cosine(space, image, example.vectors[space])
                    for example in examples
                    if example.is_unlike == is_unlike and space in example.vectors
                ]
                for is_unlike in (False, True)
            )
            if None not in likes + unlikes:
                value = mean(likes) if likes else 0.0
                aimed[space][image.pk] = value - (UNLIKE_SHARE * mean(unlikes) if unlikes else 0)
    pulling = [space for space, weight in weights.items() if weight > 0] or list(weights)
    there = [image.pk for image in images if any(image.pk in aimed[space] for space in pulling)]
    keys = {}
    for pk in there:
        if fusion == "rank":
            keys[pk] = sum(
                weight / (60 + 1 + _above(aimed[space], pk))
                for space, weight in weights.items()
                if pk in aimed[space]
            )
        else:
            keys[pk] = sum(
                weight * (aimed[space][pk] - usual.middle) / usual.spread
                for space, weight in weights.items()
                if pk in aimed[space]
                for usual in [_usual(library, examples, space)]
            ) / sum(map(abs, weights.values()))
    return dict(sorted(keys.items(), key=lambda item: (-item[1], -item[0])))


def disorder(found: list[int], expected: dict[int, float]) -> float:
    """By how much the worst pair of neighbours stands the wrong way round."""
    keys = [expected[pk] for pk in found]
    return max((after - before for before, after in pairwise(keys)), default=0)


def _above(values: dict[int, float], pk: int) -> int:
    # Equal up to how halves are rounded: images of one prompt.
    return sum(value > values[pk] + 1e-9 for value in values.values())


def _usual(library, examples, space) -> Background:
    cosines = []
    for stored in library.vectors[space].values():
        total = 0.0
        for is_unlike, share in ((False, 1.0), (True, -UNLIKE_SHARE)):
            chosen = [
                example.vectors[space].astype(np.float64)
                for example in examples
                if example.is_unlike == is_unlike and space in example.vectors
            ]
            total += share * sum(
                stored @ vector / np.linalg.norm(vector) / len(chosen) for vector in chosen
            )
        cosines.append(total / np.linalg.norm(stored))
    cosines.sort()
    lower, middle = (_at(cosines, share) for share in (0.1587, 0.5))
    return Background(middle, max(middle - lower, 0.01 if len(cosines) >= 20 else 0.05), True)


def _at(values: list[float], share: float) -> float:
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
