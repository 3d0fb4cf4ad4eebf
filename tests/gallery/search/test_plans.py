"""The promise of a million rows, kept by what the planner says of twenty thousand."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from gallery.bench import generated
from gallery.models import Folder, Image
from gallery.search import counting, results, timeline
from gallery.search.query import ResultQuery

WALKED = [
    *("", "sort=created", "sort=-modified", "sort=modified", "sort=-first_seen", "sort=first_seen"),
    *("sort=name", "sort=-name", "sort=size", "sort=-size", "sort=rating", "sort=-rating"),
    *("favourite=1", "nsfw=only", "nsfw=hide", "rating=none", "view=trash"),
    *("unavailable=1", "q=-common"),
]
GATHERED = ["q=scarce", "q=middling", "q=nowhere", "folder={day}", "folder={set}&sort=name"]


@pytest.fixture
def generated_library(db):
    return generated.fill(20_000)


def page_query(query: ResultQuery, cursor: str | None) -> str:
    """The one statement that finds a page's rows."""
    with CaptureQueriesContext(connection) as captured:
        results.page(query, cursor=cursor)
    return next(q["sql"] for q in captured if "LIMIT 101" in q["sql"])


def nodes(sql: str) -> Iterator[tuple[str, str]]:
    """(node type, table) of all the plan's nodes."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plans = [(json.loads(found) if isinstance(found, str) else found)[0]["Plan"]]
    while plans:
        plan = plans.pop()
        yield plan["Node Type"], plan.get("Relation Name", "")
        plans += plan.get("Plans", [])


def test_no_page_sorts_or_scans_the_library(generated_library):
    middle = Image.objects.order_by("pk")[10_000]
    for params in WALKED:
        query = ResultQuery.from_params(QueryDict(params), generated_library)
        for cursor in (None, results.cursor_of(query, middle)):
            plan = list(nodes(page_query(query, cursor)))
            assert not {node for node, _ in plan} & {"Sort", "Incremental Sort"}, (params, plan)
            assert ("Seq Scan", "gallery_image") not in plan, (params, plan)


def test_a_rating_is_found_without_scanning_the_library(generated_library):
    for params in ("rating=7", "rating=1&sort=name", "rating=10&sort=-rating"):
        query = ResultQuery.from_params(QueryDict(params), generated_library)
        plan = list(nodes(page_query(query, None)))
        assert ("Seq Scan", "gallery_image") not in plan, (params, plan)


def test_what_is_few_is_found_without_scanning_the_library(generated_library):
    folders = {
        "day": Folder.objects.filter(depth=2).first().pk,
        "set": Folder.objects.filter(depth=1).first().pk,
    }
    for params in GATHERED:
        query = ResultQuery.from_params(QueryDict(params.format(**folders)), generated_library)
        assert query.is_few
        if results.page(query).images:
            plan = list(nodes(page_query(query, None)))
            assert ("Seq Scan", "gallery_image") not in plan, (params, plan)


def test_reads_ask_little(generated_library, django_assert_max_num_queries):
    image = Image.objects.visible().order_by("pk")[10_000]
    folder = image.folder_id
    for params, most in {
        "": 2,
        "sort=-rating": 3,
        "sort=random&seed=3": 5,
        "q=common": 4,
        "q=scarce": 4,
        f"folder={folder}": 4,
    }.items():
        for read, further in (
            (results.page, 0),
            (lambda query: results.around(query, results.cursor_of(query, image)), 2),
            (lambda query: results.neighbours(query, image), 1),
        ):
            query = ResultQuery.from_params(QueryDict(params), generated_library)
            with django_assert_max_num_queries(most + further):
                read(query)


def test_tiles_bring_what_a_page_shows(generated_library, django_assert_num_queries):
    query = ResultQuery.from_params(QueryDict(), generated_library)
    images = results.page(query).images
    assert len(images) == results.PAGE_SIZE
    with django_assert_num_queries(0):
        for image in images:
            assert image.checkpoint.name.startswith("checkpoint-")
            assert 0 < len(image.excerpt) <= 150
            assert image.width and image.fingerprint and image.thumbnail_version
            results.cursor_of(query, image)


def test_counts_and_months_of_a_generated_library_agree(generated_library):
    query = ResultQuery.from_params(QueryDict(), generated_library)
    visible = Image.objects.visible().count()
    assert counting.count(query) == counting.Count(visible, is_exact=True)
    assert sum(month.count for month in timeline.months(query)) == visible
