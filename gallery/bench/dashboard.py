"""The dashboard of a million images beside that of ten thousand: its page, and counting it all."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import connection
from django.test import Client
from django.urls import reverse

from dtoolkit.core.bench import Bench, Database, Figures
from gallery.bench import generated
from gallery.dashboard import counting, keeping
from gallery.models import Collection
from gallery.search.query import ResultQuery

SMALL, LARGE = 10_000, 1_000_000
CALLS = 21
_WARM_UP = 4


@dataclass(frozen=True, slots=True)
class Library:
    database: Database
    counted_s: float
    parts_s: dict[str, float]


def run(bench: Bench) -> Figures:
    small = _library(bench, bench.database, SMALL)
    large = _library(bench, bench.make_database(), bench.rows or bench.scaled(LARGE))
    figures: Figures = {}
    for name, view in _views().items():
        of_small, of_large = _timed(small, large, view)
        bench.say(f"{name}: {of_small:.1f} ms, {of_large:.1f} ms")
        figures[f"{name}_small_ms"] = round(of_small, 2)
        figures[f"{name}_ms"] = round(of_large, 2)
    growth = float(figures["page_ms"]) / float(figures["page_small_ms"])
    figures["dashboard_growth"] = round(growth, 3)
    figures["count_small_s"] = round(small.counted_s, 2)
    figures["count_s"] = round(large.counted_s, 2)
    for name, seconds in large.parts_s.items():
        figures[f"count_{name}_s"] = round(seconds, 2)
    return figures


def _library(bench: Bench, database: Database, images: int) -> Library:
    bench.say(f"Writing {images:,} images")
    collection = generated.fill(images)
    _vacuum()
    bench.say("Counting them")
    marks: list[tuple[str, float]] = []
    query = ResultQuery(collection)
    started = time.perf_counter()
    counting.count(query, keeping.JOB_MS, lambda said: marks.append((said, time.perf_counter())))
    ended = time.perf_counter()
    keeping.make(query, keeping.JOB_MS)  # as the job does
    ends = [*(at for _, at in marks[1:]), ended]
    parts = {
        said.lower().replace(" ", "_"): end - at
        for (said, at), end in zip(marks, ends, strict=True)
    }
    return Library(database, ended - started, parts)


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _views() -> dict[str, Callable[[], None]]:
    client = Client(SERVER_NAME="localhost")

    def get(view: str, params: str = "", **args: str) -> Callable[[], None]:
        return partial(_get, client, view, params, args)

    return {
        "page": get("dashboard"),
        "page_top_20": get("dashboard", "?top=20&period=year"),
        "page_of_a_rare_lora": get("dashboard", "?q=lora:lora-rare"),
        "state": get("dashboard-state"),
        "csv": get("dashboard-numbers", kind="csv"),
        "kept_numbers": _look,
    }


def _get(client: Client, view: str, params: str, args: dict[str, str]) -> None:
    url = reverse(view, kwargs={"slug": "default", **args}) + params
    response = client.get(url)
    if response.status_code != 200 or b"is being counted" in response.content:
        raise RuntimeError(f"{url} answered {response.status_code}, or was not counted.")


def _look() -> None:
    if not keeping.look(ResultQuery(Collection.objects.get())).is_current:
        raise RuntimeError("The numbers that were kept are old.")


def _timed(small: Library, large: Library, view: Callable[[], None]) -> tuple[float, float]:
    """Median milliseconds in both, in turns so that a busy moment meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_WARM_UP + CALLS):
        for library, taken in zip((small, large), times, strict=True):
            library.database.use()
            started = time.perf_counter()
            view()
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[0][_WARM_UP:]), statistics.median(times[1][_WARM_UP:])
