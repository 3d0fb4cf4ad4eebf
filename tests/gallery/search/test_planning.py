"""Which part of a query gathers, and that gathering, walking and giving up the walk agree."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from gallery.bench import generated
from gallery.models import Image
from gallery.search import conditions, counting, estimates, results
from gallery.search.query import ResultQuery
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, PromptFactory


@pytest.fixture
def images(collection) -> list[Image]:
    folder = FolderFactory(root=LibraryRootFactory(collection=collection), path="a", image_count=40)
    fox, wolf = PromptFactory(text="a red fox"), PromptFactory(text="a grey wolf")
    return [
        ImageFactory(
            folder=folder,
            name=f"{number:02d}",
            prompt=wolf if number % 4 else fox,
            seed=number,
            steps=20 + number % 2,
            rating=number % 10 + 1 if number % 3 else None,
        )
        for number in range(40)
    ]


QUERIES = [
    *("fox", "seed:3", "fox seed:8-20", "fox steps:20", "fox OR seed:3", "fox OR steps:20"),
    *("-fox seed:<9", "(fox OR seed:1-7) rating:>=5", "rating:>=5", "rating:none OR seed:5"),
    *("folder:a seed:2", "-(fox OR seed:3)", "date:2026-01 fox", "steps:21 -rating:none"),
]


def few_of(q: str, collection) -> int | None:
    found = ResultQuery(collection, q=q)._few
    return found.count if found else None


@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("fox", 10),
        ("seed:3", 1),
        ("fox seed:0-2", 10),
        ("fox steps:20", 10),
        ("steps:20", None),
        ("fox OR seed:3", 11),
        ("fox OR steps:20", None),
        ("-fox", None),
        ("rating:>=5", None),
        ("rating:>=5 OR seed:3", 17),
        ("steps:20 (fox OR seed:3)", 11),
        ("nowhere", 0),
    ],
)
def test_the_first_small_part_gathers(images, collection, q, count):
    assert few_of(q, collection) == count


def test_of_larger_parts_the_smallest_gathers(images, collection, monkeypatch):
    monkeypatch.setattr(conditions, "_ENOUGH", 0)
    assert few_of("folder:a fox seed:0-2", collection) == 3
    assert few_of("seed:0-2 fox", collection) == 3
    assert few_of("seed:0-30 fox", collection) == 10


@pytest.mark.parametrize("q", QUERIES)
@pytest.mark.parametrize("sort", ["name", "-rating", "created", "random"])
def test_every_plan_gives_the_same_pages_neighbours_and_counts(
    images, collection, monkeypatch, q, sort
):
    def seen() -> tuple:
        query = ResultQuery.from_params(QueryDict(f"sort={sort}&seed=5"), collection)
        query = query.replace(q=q)
        first = results.page(query, size=7)
        second = results.page(query, cursor=first.next_cursor, size=7)
        beside = results.neighbours(query, images[17])
        shown = [image.pk for image in first.images + second.images]
        return shown, beside.previous, beside.next, counting.count(query)

    gathered = seen()
    monkeypatch.setattr(conditions, "FEW_IMAGES", -1)
    assert seen() == gathered
    monkeypatch.setattr(results, "time_limit", give_up)
    assert seen() == gathered


class give_up:
    """As where every walk takes too long."""

    def __init__(self, limit_ms: int) -> None:
        assert limit_ms == results.WALK_LIMIT_MS

    def __enter__(self) -> None:
        raise estimates.TooSlow

    def __exit__(self, *args: object) -> None: ...


def test_a_walk_that_takes_too_long_is_given_up(images, collection, monkeypatch):
    monkeypatch.setattr(results, "WALK_LIMIT_MS", 20)
    original = ResultQuery.images
    slept: list[bool] = []

    def sleepy(self):
        rows = original(self)
        if slept:
            return rows
        slept.append(True)
        return rows.extra(where=["pg_sleep(0.01) IS NOT NULL"])

    walk: list[bool] = []
    monkeypatch.setattr(ResultQuery, "images", sleepy)
    query = ResultQuery(collection, q="steps:20", sort="name")
    order_walk = type(query.order).walk

    def noted(self, *args, is_few, **kwargs):
        walk.append(is_few)
        if is_few:
            args = (original(query), *args[1:])
        return order_walk(self, *args, is_few=is_few, **kwargs)

    monkeypatch.setattr(type(query.order), "walk", noted)
    found = results.page(query)
    assert walk == [False, True]
    assert len(found.images) == 20


def test_a_page_asks_little_however_many_keywords(db):
    collection = generated.fill(2_000)
    for q, most in {
        "rating:>=3": 9,
        "seed:791900-7919000": 4,
        "scarce seed:1-79190 rating:>=1": 5,
        "common -middling rating:none": 6,
        "date:2024 favourite:": 5,
        "steps:30 size:832x1024": 9,
        "folder:day-1 OR seed:7919 OR scarce": 9,
    }.items():
        query = ResultQuery.from_params(QueryDict(mutable=True), collection).replace(q=q)
        with CaptureQueriesContext(connection) as captured:
            results.page(query)
        assert len(captured) <= most, (q, len(captured), [one["sql"][:90] for one in captured])
