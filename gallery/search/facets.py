"""What the images of a result have in common: each with how many, and the term that asks for it.

A few images are all looked at. Of many a sample is, picked evenly from all ids, so that a million
images cost what a few thousand do; what a sample says are estimates, and says so.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Max
from django.utils import timezone

from dtoolkit.core import paths
from gallery.models import Folder, Image, ImageResource, ImageTag, Resource, Tag
from gallery.search.conditions import FEW_IMAGES, any_of
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.language import quoted
from gallery.search.query import ResultQuery

MOST = 10
LIMIT_MS = 300
TOTAL_MS = 800  # after so long no further facet is begun
SAMPLE = 8_000


@dataclass(frozen=True, slots=True)
class FacetValue:
    label: str
    term: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    values: list[FacetValue]


@dataclass(frozen=True, slots=True)
class Facets:
    """`is_exact` is false where the counts are estimates."""

    facets: list[Facet]
    is_exact: bool


class Row(NamedTuple):
    pk: int
    checkpoint: int | None
    sampler: str
    folder: int
    created_at: Any
    width: int | None
    height: int | None


def of(query: ResultQuery) -> Facets:
    """Those that have something to say; what takes too long is left out."""
    _ = query.ranked  # before the time is limited
    started = time.monotonic()
    try:
        with time_limit(2 * LIMIT_MS):
            rows, scale = _looked_at(query)
    except TooSlow:
        return Facets([], is_exact=True)
    found = []
    for name, title, count in _FACETS:
        if time.monotonic() - started > TOTAL_MS / 1000:
            break
        try:
            with time_limit(LIMIT_MS):
                values = list(count(rows)) if rows else []
        except TooSlow:
            continue
        if values:
            scaled = [FacetValue(v.label, v.term, round(v.count * scale)) for v in values]
            found.append(Facet(name, title, scaled))
    return Facets(found, is_exact=scale == 1)


def _looked_at(query: ResultQuery) -> tuple[list[Row], float]:
    """Images of the result, and how many images each stands for."""
    images = query.images().order_by()
    scale = 1.0
    if not query.is_few and _are_many(query):
        highest = Image.objects.aggregate(highest=Max("pk"))["highest"] or 0
        chosen = random.Random(highest).sample(range(1, highest + 1), SAMPLE)  # noqa: S311
        images, scale = images.filter(any_of("id", chosen)), highest / SAMPLE
    return [Row(*row) for row in images.values_list(*_COLUMNS)[:FEW_IMAGES]], scale


def _are_many(query: ResultQuery) -> bool:
    """The collection; numbers of images may be high where few are left."""
    images = Image.objects.in_collection(query.collection).order_by()
    return images[: FEW_IMAGES + 1].count() > FEW_IMAGES


def _models(rows: Sequence[Row]) -> Iterable[FacetValue]:
    found = _most(row.checkpoint for row in rows)
    names = dict(Resource.objects.filter(pk__in=dict(found)).values_list("pk", "name"))
    for pk, count in found:
        if pk in names:
            yield FacetValue(paths.display(names[pk]), f"model:={quoted(names[pk])}", count)


def _loras(rows: Sequence[Row]) -> Iterable[FacetValue]:
    uses = ImageResource.objects.filter(any_of("image_id", [row.pk for row in rows]))
    uses = uses.filter(resource__kind=Resource.Kind.LORA).order_by()
    counted = uses.values_list("resource").annotate(many=Count("image", distinct=True))
    found = list(counted.order_by("-many", "resource")[:MOST])
    names = dict(Resource.objects.filter(pk__in=dict(found)).values_list("pk", "name"))
    for pk, count in found:
        if pk in names:
            yield FacetValue(paths.display(names[pk]), f"lora:={quoted(names[pk])}", count)


def _samplers(rows: Sequence[Row]) -> Iterable[FacetValue]:
    for sampler, count in _most(row.sampler for row in rows):
        yield FacetValue(paths.display(sampler), f"sampler:{quoted(sampler)}", count)


def _tags(rows: Sequence[Row]) -> Iterable[FacetValue]:
    uses = ImageTag.objects.filter(any_of("image_id", [row.pk for row in rows]), is_denied=False)
    counted = uses.order_by().values_list("tag").annotate(many=Count("image", distinct=True))
    found = list(counted.order_by("-many", "tag")[:MOST])
    names = dict(Tag.objects.filter(pk__in=dict(found)).values_list("pk", "name"))
    for pk, count in found:
        yield FacetValue(paths.display(names[pk]), f"tag:{quoted(names[pk])}", count)


def _folders(rows: Sequence[Row]) -> Iterable[FacetValue]:
    found = _most(row.folder for row in rows)
    folders = Folder.objects.select_related("root").in_bulk([pk for pk, _ in found])
    for pk, count in found:
        folder = folders.get(pk)
        if folder is not None:
            path = folder.path or folder.root.path
            name = folder.name or folder.root.name
            yield FacetValue(paths.display(name), f"folder:{quoted(path)}", count)


def _months(rows: Sequence[Row]) -> Iterable[FacetValue]:
    zone = timezone.get_current_timezone()
    months = Counter(f"{row.created_at.astimezone(zone):%Y-%m}" for row in rows)
    for month in sorted(months, reverse=True)[:MOST]:
        year, number = month.split("-")
        yield FacetValue(f"{_MONTHS[int(number) - 1]} {year}", f"date:{month}", months[month])


def _sizes(rows: Sequence[Row]) -> Iterable[FacetValue]:
    for size, count in _most((row.width, row.height) for row in rows if row.width and row.height):
        width, height = size
        yield FacetValue(f"{width} \u00d7 {height}", f"size:{width}x{height}", count)


def _most(values: Iterable[Any]) -> list[tuple[Any, int]]:
    """The most frequent ones that there are; of equals the smallest first."""
    counts = Counter(value for value in values if value)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]


_COLUMNS = ("pk", "checkpoint", "sampler", "folder", "created_at", "width", "height")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_FACETS: tuple[tuple[str, str, Callable[[Sequence[Row]], Iterable[FacetValue]]], ...] = (
    ("models", "Models", _models),
    ("loras", "LoRAs", _loras),
    ("samplers", "Samplers", _samplers),
    ("tags", "Tags", _tags),
    ("folders", "Folders", _folders),
    ("months", "Months", _months),
    ("sizes", "Sizes", _sizes),
)
