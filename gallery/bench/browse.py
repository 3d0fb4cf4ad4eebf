"""Pages of a million images beside pages of ten thousand, timed as whole views on the server."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.urls import reverse

from dtoolkit.core.bench import Bench, Database, Figures
from gallery.bench import bulk, generated, queries
from gallery.models import Collection, Folder, Image
from gallery.search import results
from gallery.search.query import ResultQuery

SMALL, LARGE = 10_000, 1_000_000
CALLS = 31
_WARM_UP = 5

# The figure that growth is reported as, and the views whose worst it is.
GROWTHS = {
    "first_page_growth": ("first_page",),
    "deep_page_growth": ("middle_page", "last_pages", "middle_page_by_name"),
    "filtered_growth": ("filtered_by_folder", "filtered_by_rating", "filtered_by_favourite"),
    "prev_next_growth": ("prev_next",),
    "search_rare_growth": ("search_rare",),
    "search_common_growth": ("search_common",),
}


@dataclass(frozen=True, slots=True)
class Library:
    database: Database
    urls: dict[str, str]


def run(bench: Bench) -> Figures:
    small = _library(bench, bench.database, SMALL)
    large = _library(bench, bench.make_database(), bench.scaled(LARGE))
    figures: Figures = {}
    for name in large.urls:
        of_small, of_large = _timed(small, large, name)
        bench.say(f"{name}: {of_small:.1f} ms, {of_large:.1f} ms")
        figures[f"{name}_small_ms"] = round(of_small, 2)
        figures[f"{name}_ms"] = round(of_large, 2)
    for growth, names in GROWTHS.items():
        ratios = (float(figures[f"{n}_ms"]) / float(figures[f"{n}_small_ms"]) for n in names)
        figures[growth] = round(max(ratios), 3)
    of_queries = {
        name: float(figures[f"{name}_ms"]) / float(figures[f"{name}_small_ms"])
        for name in queries.SMALL_ANSWERS
    }
    worst = max(of_queries, key=lambda name: of_queries[name])
    figures["worst_query_growth"] = round(of_queries[worst], 3)
    figures["worst_query"] = worst
    large.database.use()
    figures |= _keyset_and_offset(bench)
    return figures | bulk.measure(bench, Collection.objects.get())


def _library(bench: Bench, database: Database, images: int) -> Library:
    """Written to `database`, which must be in use."""
    bench.say(f"Writing {images:,} images")
    collection = generated.fill(images)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    urls = _urls(collection, images)
    client = Client(SERVER_NAME="localhost")
    for name in queries.FIND_SOMETHING:
        if b"data-id=" not in client.get(urls[name]).content:
            raise RuntimeError(f"{name} found nothing.")
    return Library(database, urls)


def _urls(collection: Collection, images: int) -> dict[str, str]:
    def address(view: str, *args: object, **params: object) -> str:
        return f"{reverse(view, args=[collection.slug, *args])}?{urlencode(params)}"

    def page(**params: object) -> str:
        return address("library-page", **params)

    def cursor(position: int, sort: str = "-created") -> str:
        query = ResultQuery(collection, sort=sort)
        column = query.order.column
        ordered = Image.objects.visible().order_by(f"-{column}" if sort[0] == "-" else column)
        return results.cursor_of(query, ordered[position])

    middle = images // 2
    folder = Folder.objects.get(path="set-3")
    image = Image.objects.visible().order_by("created_at")[middle]
    return {
        "first_page": address("library"),
        "middle_page": page(cursor=cursor(middle)),
        "last_pages": page(cursor=cursor(int(images * 0.97))),
        "middle_page_by_name": page(sort="name", cursor=cursor(middle, "name")),
        "filtered_by_folder": page(folder=folder.pk),
        "filtered_by_rating": page(rating=6),
        "filtered_by_favourite": page(favourite=1),
        "prev_next": address("image", image.pk),
        "search_rare": page(q="scarce"),
        "search_common": page(q="common"),
        "random": page(sort="random", seed=7),
        "count": address("library-count"),
        "count_filtered": address("library-count", rating="none"),
        "timeline": address("library-timeline"),
        **queries.addresses(collection),
    }


def _timed(small: Library, large: Library, name: str) -> tuple[float, float]:
    """Median milliseconds in both, asked in turns so that a busy moment meets both."""
    client = Client(SERVER_NAME="localhost")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_WARM_UP + CALLS):
        for library, taken in zip((small, large), times, strict=True):
            library.database.use()
            taken.append(_milliseconds(partial(_get, client, library.urls[name])))
    return statistics.median(times[0][_WARM_UP:]), statistics.median(times[1][_WARM_UP:])


def _get(client: Client, url: str) -> None:
    response = client.get(url)
    if response.status_code != 200 or not response.content:
        raise RuntimeError(f"{url} answered {response.status_code}.")


def _keyset_and_offset(bench: Bench) -> Figures:
    """The same hundred rows near the end of the list, found both ways."""
    query = ResultQuery(Collection.objects.get())
    ordered = query.images().order_by("-created_at", "-id")
    offset = int(bench.scaled(LARGE) * 0.95)
    cursor = results.cursor_of(query, ordered[offset - 1])
    size = results.PAGE_SIZE
    keyset, skipping = [], []
    for _ in range(9):
        keyset.append(_milliseconds(lambda: results.page(query, cursor=cursor)))
        skipping.append(_milliseconds(lambda: list(ordered.tiles()[offset : offset + size])))
    by_keyset, by_offset = statistics.median(keyset), statistics.median(skipping)
    return {
        "keyset_ms": round(by_keyset, 2),
        "offset_ms": round(by_offset, 2),
        "keyset_vs_offset": round(by_keyset / by_offset, 4),
    }


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
