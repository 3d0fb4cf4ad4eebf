"""Nearest vectors among many: exact, the seeds' IVFFlat, and ours; whole, filtered, five spaces."""

import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from django.db import connection
from django.db.models import Model

from dtoolkit.core.bench import Bench, Figures
from embeddings.bench import made_library
from embeddings.bench.made_library import FIVE, SHARES, MadeLibrary
from embeddings.bench.made_vectors import Rows
from embeddings.search import planning, pools
from embeddings.search.asking import Ask, Example
from embeddings.search.binary import Halves, ids
from embeddings.search.nearest import walking
from embeddings.search.planning import EF_SEARCH, Way
from embeddings.search.ranking import rank
from embeddings.search.reading import Read, Reader, as_sql
from embeddings.services import indexes
from embeddings.spaces import SPACES
from gallery.models import Image
from gallery.querysets import ImageQuerySet

ROWS = 200_000
NEAREST = 20
QUERIES, SLOW_QUERIES = 100, 30
_TURN = 10
_HELD = 0.95  # recall; an index that holds less is no alternative

# What there is without us: all vectors read and sorted, or the seeds' index with its defaults.
_EXACT = """
SELECT array_agg(id) FROM (
    SELECT image_id AS id FROM embeddings_cliphvector AS near{joined}
    ORDER BY (vector <=> %(vector)s::halfvec) + 0 LIMIT 20) AS near
"""
_BY_SEEDS = _EXACT.replace(" + 0", "")
# The same question as ours: of images that may be shown, and whose file is what was looked at.
_SHOWN = """
    JOIN ({images}) AS image ON image.id = near.image_id AND image.fingerprint = near.content"""
_SEEDS = """
CREATE INDEX seeds ON embeddings_cliphvector USING ivfflat (vector halfvec_cosine_ops)
WITH (lists = 100)
"""
_MARK = "VACUUM (ANALYZE) {}"
# Row by row in the order of ids: reading the whole table would pass the server's memory by.
_READ = """
SELECT count(met) FROM generate_series(
    (SELECT min({subject}) FROM {table}), (SELECT max({subject}) FROM {table})) AS every (id)
CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {subject} = every.id LIMIT 1) AS met
"""
_BLAS_S = 0.5  # its threads turn for so long before they sleep
_BYTES = "SELECT pg_total_relation_size(%s::regclass)"

Query = dict[str, Rows]
Found = list[int]


@dataclass
class Timed:
    """One way to ask, with milliseconds and answers query by query."""

    ask: Callable[[Query], Found]
    times: list[float] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return float(np.percentile(self.times, 95))

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def recall(self, of: Sequence[Found]) -> float:
        shares = (
            len({*mine} & {*right}) / len(right) if right else 1.0
            for mine, right in zip(self.found, of, strict=True)
        )
        return round(statistics.mean(shares), 4)


def run(bench: Bench) -> Figures:
    rows = bench.rows or bench.scaled(ROWS)
    bench.say(f"Writing {rows:,} images with vectors in five spaces")
    library = made_library.fill(rows)
    figures: Figures = {"rows": rows}
    figures |= _seeds(bench, library)
    figures |= _built(bench, rows)
    figures |= _whole(bench, library)
    for share in SHARES:
        figures |= _filtered(bench, library, share)
    figures["filtered_vs_best"] = max(float(figures[f"vs_best_{share}"]) for share in SHARES)
    figures |= _fused(bench, library)
    return figures | _bytes(rows)


def _seeds(bench: Bench, library: MadeLibrary) -> Figures:
    bench.say("The seeds' index: IVFFlat of 100 lists, one of them looked at")
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(_SEEDS)
        cursor.execute("RESET maintenance_work_mem")
    exact, ivfflat = Timed(partial(_bare, _EXACT)), Timed(partial(_bare, _BY_SEEDS))
    _in_turns([exact, ivfflat], _queries(library, SLOW_QUERIES))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX seeds")
    return {
        "ivfflat_recall": ivfflat.recall(exact.found),
        "ivfflat_vs_exact": round(ivfflat.p95 / exact.p95, 4),
    }


def _built(bench: Bench, rows: int) -> Figures:
    """By the product's own service; the large one is what is told of."""
    for name in FIVE:
        bench.say(f"Building the index of {name}")
        started = time.perf_counter()
        indexes.ensure(SPACES[name])
        seconds = time.perf_counter() - started
        if name == "clip_h":
            built = round(rows / seconds)
    _warm()
    return {"index_rows_per_s": built}


def _warm() -> None:
    """As a server is that has been up for a while: rows, which were written past its memory, are in
    it, and pages are marked as they are when they are first read; that costs writing."""
    models: list[type[Model]] = [Image, *(SPACES[name].vectors for name in FIVE)]
    with connection.cursor() as cursor:
        for table in (model._meta for model in models):
            cursor.execute(_MARK.format(table.db_table))
            cursor.execute(_READ.format(table=table.db_table, subject=table.pk.column))
    planning.forget()


def _queries(library: MadeLibrary, count: int) -> list[Query]:
    made = library.queries(count)
    time.sleep(_BLAS_S)
    return made


def _whole(bench: Bench, library: MadeLibrary) -> Figures:
    bench.say("The whole library")
    exact = Timed(partial(_bare, _EXACT, joined=_shown(library.images())))
    bare = Timed(partial(_bare, _EXACT))
    index = Timed(partial(_bare, _BY_SEEDS, settings=walking(EF_SEARCH)))
    ours = Timed(partial(_ranked, library.images()))
    page = Timed(partial(_page, library.images()))
    for query in _queries(library, QUERIES):
        ours.ask(query)
    queries = _queries(library, QUERIES)
    _in_turns([exact, bare, index, ours, page], queries[:SLOW_QUERIES])
    recall = ours.recall(exact.found)
    _in_turns([index, ours], queries[SLOW_QUERIES:])
    return {
        "exact_p95_ms": round(exact.p95, 2),
        "bare_exact_p95_ms": round(bare.p95, 2),
        "bare_index_p95_ms": round(index.p95, 2),
        "ours_p50_ms": round(ours.median, 2),
        "ours_p95_ms": round(ours.p95, 2),
        "page_of_1000_ms": round(page.median, 2),
        "recall": recall,
        "vs_exact": round(ours.p95 / exact.p95, 4),
        "vs_bare_exact": round(ours.p95 / bare.p95, 4),
        "bare_index_vs_bare_exact": round(index.p95 / bare.p95, 4),
    }


def _filtered(bench: Bench, library: MadeLibrary, share: str) -> Figures:
    """The planner beside what it might have chosen; an index that misses too much is no choice."""
    bench.say(f"A filter that leaves {SHARES[share][1]:.1%}")
    images = library.images(share)
    ways = {
        name: Timed(partial(_ranked, images, forced=forced)) for name, forced in _CHOICES.items()
    }
    queries = _queries(library, SLOW_QUERIES)
    _in_turns(list(ways.values()), queries)
    right = [_bare(_EXACT, query, joined=_shown(images)) for query in queries]
    by_index = ways["index"].recall(right)
    best = min(
        ways[name].median for name in ("exact", "index") if name == "exact" or by_index >= _HELD
    )
    bench.remark(
        f"{share}: " + ", ".join(f"{name} {way.median:.1f} ms" for name, way in ways.items())
    )
    return {
        f"recall_{share}": ways["planned"].recall(right),
        f"index_recall_{share}": by_index,
        f"vs_best_{share}": round(ways["planned"].median / best, 3),
    }


_CHOICES: dict[str, Way | None] = {"planned": None, "exact": "exact", "index": "index"}


def _fused(bench: Bench, library: MadeLibrary) -> Figures:
    """Inside each of the filters and inside all of them taken together, and what the union of
    candidates misses of the best sums."""
    queries = _queries(library, SLOW_QUERIES)
    figures: Figures = {}
    medians, slowests = [], []
    for share in SHARES:
        bench.say(f"Five spaces at once, {SHARES[share][1]:.1%}")
        images = library.images(share)
        fused = Timed(partial(_ranked, images, spaces=FIVE))
        single = [Timed(partial(_ranked, images, spaces=(name,))) for name in FIVE]
        _in_turns([fused, *single], queries)
        slowest = max(each.median for each in single)
        medians.append(fused.median)
        slowests.append(slowest)
        figures[f"fused_vs_slowest_{share}"] = round(fused.median / slowest, 3)
        bench.remark(f"{share}: five spaces {fused.median:.1f} ms, slowest {slowest:.1f} ms")
    exact, index = (
        Timed(partial(_ranked, library.images("10pct"), spaces=FIVE, forced=forced))
        for forced in ("exact", "index")
    )
    _in_turns([exact, index], queries)
    return {
        "fused_vs_slowest": round(sum(medians) / sum(slowests), 3),
        **figures,
        "fused_index_recall": index.recall(exact.found),
    }


def _bytes(rows: int) -> Figures:
    """Tables and indexes; and what they were if every image had texts of its own."""
    shared = unshared = 0.0
    for name in FIVE:
        table = SPACES[name].vectors._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(_BYTES, [table])
            (size,) = cursor.fetchone()
        shared += size / rows
        unshared += size / SPACES[name].vectors._base_manager.count()
    return {"bytes_per_image": round(shared), "bytes_per_image_unshared": round(unshared)}


def _in_turns(ways: Sequence[Timed], queries: Sequence[Query]) -> None:
    """Some queries each, so that a busy moment meets all of them, another way first at each turn.
    Before each turn the way is asked as many others, since what another one left in the processors'
    caches is not its own."""
    order = deque(ways)
    queries = list(queries)
    for start in range(0, len(queries), _TURN):
        order.rotate(-1)
        for way in order:
            for query in (queries[start:] + queries[:start])[-_TURN:]:
                way.ask(query)
            for query in queries[start : start + _TURN]:
                started = time.perf_counter()
                found = way.ask(query)
                way.times.append((time.perf_counter() - started) * 1000)
                way.found.append(found)


def _shown(images: ImageQuerySet) -> str:
    return _SHOWN.format(images=as_sql(images.values(*pools.COLUMNS)))


def _bare(
    statement: str,
    query: Query,
    *,
    joined: str = "",
    settings: Mapping[str, str] | None = None,
) -> Found:
    """By looks, with nothing of ours but the connection."""
    asked = statement.format(joined=joined)
    values = {"vector": Halves(query["clip_h"])}
    read = Read(asked, values, lambda row: ids(row[0]).tolist(), settings)
    return Reader(limit_ms=0).read(read)


def _ranked(
    images: ImageQuerySet,
    query: Query,
    *,
    spaces: Sequence[str] = ("clip_h",),
    forced: Way | None = None,
) -> Found:
    weights = dict.fromkeys(spaces, 1.0)
    ask = Ask((Example("", query),), weights, is_grouped=False, is_cut=False, limit=NEAREST)
    return [hit.image_id for hit in rank(images, ask, forced).hits]


def _page(images: ImageQuerySet, query: Query) -> Found:
    """As the page asks: one of each prompt, as many as there are."""
    ranking = rank(images, Ask((Example("", query),), {"clip_h": 1.0}))
    return [hit.image_id for hit in ranking.hits]
