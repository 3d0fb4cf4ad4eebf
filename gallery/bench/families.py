"""Families and duplicates found in a scripted library, and what finding them costs as it grows."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from django.db import connection

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.services.queue import enqueue, following
from dtoolkit.jobs.services.runner import run_inline
from gallery.bench import families_library
from gallery.bench.families_library import Truth
from gallery.bench.families_rows import fill
from gallery.duplicates import channels
from gallery.families.roles import STRENGTH
from gallery.models import Collection, DuplicateMember, Image, Kin, Stacked
from gallery.search import counting, results, stacks
from gallery.search.query import ResultQuery
from gallery.services import families, roots
from gallery.services.duplicates import finding

FAMILIES = 40
FEW, MANY = 10_000, 100_000
_ROUNDS, _CALLS = 3, 9
Pairs = set[tuple[str, str]]


def run(bench: Bench) -> Figures:
    many = max(2, bench.scaled(FAMILIES))
    bench.say(f"Making {many} families")
    truth = families_library.write(bench.folder / "library", many)
    root = roots.add(roots.collection("default"), bench.folder / "library")
    bench.say("Reading them")
    run_all("quick_scan", root.pk)
    collection = root.collection
    families.find(collection, Unwatched(), is_whole=True)
    figures: Figures = {"images": Image.objects.count(), **stacks_of(truth), **parents_of(truth)}
    bench.say("Looking for duplicates")
    for name in ("copies", "near"):
        channel = channels.get(name)
        limit = channel.limit.default if channel.limit else 0
        finding.find(collection, channel, limit, Unwatched())
    figures |= _duplicates(truth)
    less = _timed(bench, bench.scaled(FEW))
    bench.make_database()
    more = _timed(bench, bench.scaled(MANY))
    return figures | {
        "find_10k_s": round(less.whole_s, 2),
        "find_100k_s": round(more.whole_s, 2),
        "growth_10k_to_100k": round(more.whole_s / less.whole_s, 1),
        "after_100_came_s": round(more.came_s, 2),
        **{f"page_{name}_ms": round(taken, 1) for name, taken in more.pages_ms.items()},
        **{f"count_{name}_ms": round(taken, 1) for name, taken in more.counts_ms.items()},
        "collapsed_page_growth": round(more.pages_ms["ideas"] / less.pages_ms["ideas"], 2),
    }


def run_all(kind: str, root: int) -> None:
    with following() as jobs:
        enqueue(kind, {"root_id": root})
        for job in jobs:
            run_inline(job)


def stacks_of(truth: Truth) -> Figures:
    found = _pairs(_grouped("version"))
    ideas = _pairs(_grouped("idea"))
    stack, idea = _quality(found, _pairs(truth.pictures)), _quality(ideas, _pairs(truth.ideas))
    return {
        "stack_precision": stack[0],
        "stack_recall": stack[1],
        "idea_precision": idea[0],
        "idea_recall": idea[1],
    }


def _grouped(column: str) -> list[list[str]]:
    rows = Stacked.objects.exclude(**{column: None}).values_list(column, "image__name")
    held: dict[int, list[str]] = {}
    for number, name in rows:
        held.setdefault(number, []).append(name)
    return list(held.values())


def parents_of(truth: Truth) -> Figures:
    """Of each child the parent that is known best."""
    edges = Kin.objects.values_list("image__name", "parent__name", "evidence", "distance")
    best: dict[str, tuple[int, int, str]] = {}
    for child, parent, evidence, distance in edges:
        worth = (STRENGTH[evidence], -(distance or 0), parent)
        best[child] = max(best.get(child, worth), worth)
    found = {(child, parent) for child, (_, _, parent) in best.items()}
    precision, recall = _quality(found, set(truth.parents.items()))
    return {"parent_precision": precision, "parent_recall": recall}


def _duplicates(truth: Truth) -> Figures:
    """Pairs of one group that are one picture; and of pictures that have another of theirs, those
    that are in a group with one."""
    held: dict[int, list[str]] = {}
    for group, name in DuplicateMember.objects.values_list("group", "image__name"):
        held.setdefault(group, []).append(name)
    found, right = _pairs(held.values()), _pairs(truth.same_pixels)
    met = {name for pair in found & right for name in pair}
    wanted = {name for pair in right for name in pair}
    return {
        "duplicate_precision": round(len(found & right) / max(1, len(found)), 4),
        "duplicate_recall": round(len(met) / len(wanted), 4),
    }


def _pairs(groups: Iterable[Sequence[str]]) -> Pairs:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _quality(found: Pairs, right: Pairs) -> tuple[float, float]:
    same = len(found & right)
    return round(same / max(1, len(found)), 4), round(same / max(1, len(right)), 4)


@dataclass(frozen=True, slots=True)
class Times:
    """A look at all with nothing found before, one after a hundred came; pages and counts by how
    stacks are shown."""

    whole_s: float
    came_s: float
    pages_ms: dict[str, float]
    counts_ms: dict[str, float]


def _timed(bench: Bench, many: int) -> Times:
    bench.say(f"{many:,} images")
    Collection.objects.all().delete()
    collection = fill(many)
    whole, came = [], []
    for _ in range(_ROUNDS):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE gallery_kin, gallery_stacked")
        start = time.perf_counter()
        families.find(collection, Unwatched(), is_whole=True)
        whole.append(time.perf_counter() - start)
        Stacked.objects.filter(pk__in=Stacked.objects.order_by("-pk")[:100]).update(seen=None)
        start = time.perf_counter()
        families.find(collection, Unwatched())
        came.append(time.perf_counter() - start)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE gallery_stacked, gallery_kin")
    pages, counts = {}, {}
    for name in ("all", *stacks.COLUMNS):
        params = {} if name == "all" else {"stacks": name}
        query = ResultQuery.from_params(params, collection)
        pages[name] = _ms(partial(_page, query))
        counts[name] = _ms(partial(counting.count, query))
    return Times(statistics.median(whole), statistics.median(came), pages, counts)


def _page(query: ResultQuery) -> None:
    """The first one, with how many there are in each stack."""
    found = results.page(query)
    if query.stacks:
        stacks.sizes([image.pk for image in found.images], query.stacks, 1000)


def _ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_CALLS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000
