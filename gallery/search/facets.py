"""What the images of a result have in common: each with how many, and the term that asks for it.

A few images are all looked at. Of many a sample is, picked evenly from all ids, so that a million
images cost what thirty thousand do; what a sample says are estimates, and says so.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from dtoolkit.core import paths
from gallery.models import Folder, Image, ImageResource, ImageTag, Resource, Tag
from gallery.search.conditions import FEW_IMAGES, any_of
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.language import quoted
from gallery.search.query import ResultQuery

MOST = 10
LIMIT_MS = 300
SAMPLE = 20_000


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


def of(query: ResultQuery) -> Facets:
    """Those that have more than nothing to say; what takes too long is left out."""
    try:
        with time_limit(2 * LIMIT_MS):
            ids, scale = _looked_at(query)
    except TooSlow:
        return Facets([], is_exact=True)
    found = []
    for name, title, count in _FACETS:
        try:
            with time_limit(LIMIT_MS):
                values = list(count(any_of("id", ids), ids)) if ids else []
        except TooSlow:
            continue
        if values:
            scaled = [FacetValue(v.label, v.term, round(v.count * scale)) for v in values]
            found.append(Facet(name, title, scaled))
    return Facets(found, is_exact=scale == 1)


def _looked_at(query: ResultQuery) -> tuple[list[int], float]:
    """Ids of images of the result, and how many images each stands for."""
    images = query.images().order_by()
    highest = Image.objects.aggregate(highest=Max("pk"))["highest"] or 0
    if query.is_few or highest <= FEW_IMAGES:
        return list(images.values_list("pk", flat=True)[:FEW_IMAGES]), 1
    chosen = random.Random(highest).sample(range(1, highest + 1), SAMPLE)  # noqa: S311
    ids = list(images.filter(any_of("id", chosen)).values_list("pk", flat=True))
    return ids, highest / SAMPLE


def _most(rows: QuerySet[Any, Any], *columns: str, count: str = "pk") -> list[tuple[Any, ...]]:
    counted = rows.order_by().values_list(*columns).annotate(many=Count(count))
    return list(counted.order_by("-many", *columns)[:MOST])


def _models(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    rows = Image.objects.filter(which, checkpoint__isnull=False)
    for name, count in _most(rows, "checkpoint__name"):
        yield FacetValue(paths.display(name), f"model:={quoted(name)}", count)


def _loras(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    rows = ImageResource.objects.filter(
        any_of("image_id", ids), resource__kind=Resource.Kind.LORA
    )  # fmt: skip
    found = _most(rows, "resource", count="image")
    names = dict(Resource.objects.filter(pk__in=[pk for pk, _ in found]).values_list("pk", "name"))
    for pk, count in found:
        if pk in names:
            yield FacetValue(paths.display(names[pk]), f"lora:={quoted(names[pk])}", count)


def _tags(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    rows = ImageTag.objects.filter(any_of("image_id", ids), is_denied=False)
    counted = rows.order_by().values_list("tag").annotate(many=Count("image", distinct=True))
    found = list(counted.order_by("-many", "tag")[:MOST])
    names = dict(Tag.objects.filter(pk__in=[pk for pk, _ in found]).values_list("pk", "name"))
    for pk, count in found:
        yield FacetValue(paths.display(names[pk]), f"tag:{quoted(names[pk])}", count)


def _texts(column: str, keyword: str) -> Callable[[Q, list[int]], Iterable[FacetValue]]:
    def texts(which: Q, ids: list[int]) -> Iterable[FacetValue]:
        rows = Image.objects.filter(which).exclude(**{column: ""})
        for text, count in _most(rows, column):
            yield FacetValue(paths.display(text), f"{keyword}:{quoted(text)}", count)

    return texts


def _folders(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    found = _most(Image.objects.filter(which), "folder")
    folders = Folder.objects.select_related("root").in_bulk([pk for pk, _ in found])
    for pk, count in found:
        folder = folders.get(pk)
        if folder is not None:
            path = folder.path or folder.root.path
            name = folder.name or folder.root.name
            yield FacetValue(paths.display(name), f"folder:{quoted(path)}", count)


def _months(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    month = TruncMonth("created_at", tzinfo=timezone.get_current_timezone())
    rows = Image.objects.filter(which).order_by().annotate(month=month)
    counted = rows.values_list("month").annotate(many=Count("pk"))
    for start, count in counted.order_by("-month")[:MOST]:
        yield FacetValue(f"{start:%B %Y}", f"date:{start:%Y-%m}", count)


def _sizes(which: Q, ids: list[int]) -> Iterable[FacetValue]:
    rows = Image.objects.filter(which, width__isnull=False, height__isnull=False)
    for width, height, count in _most(rows, "width", "height"):
        yield FacetValue(f"{width} \u00d7 {height}", f"size:{width}x{height}", count)


_FACETS: tuple[tuple[str, str, Callable[[Q, list[int]], Iterable[FacetValue]]], ...] = (
    ("models", "Models", _models),
    ("loras", "LoRAs", _loras),
    ("samplers", "Samplers", _texts("sampler", "sampler")),
    ("tags", "Tags", _tags),
    ("folders", "Folders", _folders),
    ("months", "Months", _months),
    ("sizes", "Sizes", _sizes),
)
