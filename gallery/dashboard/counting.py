"""All numbers of a scope, as they are kept: plain lists and dictionaries, bounded in size whatever
the library holds.

Time is months as numbers (see `scope.month_of`) with what lies before and after them, and the days
of the last thirty. A name that is shown comes with the term that finds its images.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gallery.dashboard import bins, scope, storage, terms
from gallery.dashboard.scope import Counter
from gallery.models import Resource, StageFailure
from gallery.search.query import ResultQuery

VERSION = 1
MOST = 20
_RATED_MOST = 60
_WEIGHED_LORAS = 40
Facts = dict[str, Any]
Report = Callable[[str], None]

_TOTALS = """
SELECT count(*), coalesce(sum(size), 0)::bigint, count(rating), coalesce(sum(rating), 0),
    coalesce(sum(rating * rating), 0), count(*) FILTER (WHERE is_favourite),
    count(DISTINCT checkpoint),
    count(*) FILTER (WHERE is_unread), count(*) FILTER (WHERE is_bare),
    count(*) FILTER (WHERE has_no_prompt), count(*) FILTER (WHERE has_no_thumbnail)
FROM {scope}
"""
_TOTAL_NAMES = ("count", "bytes", "rated", "rating_sum", "rating_squares", "favourites",
                "checkpoints", "unread", "bare", "no_prompt", "no_thumbnail")  # fmt: skip
_BY_MONTH = "SELECT month, count(*), sum(size)::bigint FROM {scope} GROUP BY 1 ORDER BY 1"
_BY_DAY = """
SELECT day, count(*), sum(size)::bigint FROM {scope} WHERE day IS NOT NULL GROUP BY 1 ORDER BY 1
"""
_MOST_MADE = """
WITH made AS (
    SELECT {key} AS key, count(*) AS many,
        count(*) FILTER (WHERE month > %(year)s) AS lately, count(day) AS of_days
    FROM {table} WHERE {key} IS NOT NULL GROUP BY 1
), ranked AS (
    SELECT key, row_number() OVER (ORDER BY many DESC, key) AS a,
        row_number() OVER (ORDER BY lately DESC, key) AS b,
        row_number() OVER (ORDER BY of_days DESC, key) AS c
    FROM made
)
SELECT key FROM ranked WHERE least(a, b, c) <= %(most)s ORDER BY a
"""
_MADE_BY = """
SELECT {key}, {time}, count(*), sum(size)::bigint FROM {table}
WHERE ({key} = ANY(%(ids)s) {nothing}) AND {time} IS NOT NULL GROUP BY 1, 2
"""
_USES = """
CREATE TEMPORARY TABLE {uses} AS
SELECT DISTINCT use.resource_id AS resource, image.id, image.size, image.month, image.day
FROM {scope} AS image JOIN gallery_imageresource AS use ON use.image_id = image.id
JOIN gallery_resource AS resource ON resource.id = use.resource_id AND resource.kind = 'lora'
"""
_RATED = """
CREATE TEMPORARY TABLE {rated} AS
SELECT id, rating, checkpoint, sampler, steps, cfg FROM {scope} WHERE rating IS NOT NULL
"""
_SAMPLE = "count(*), sum(rating), sum(rating * rating)"
_BY_KEY = f"""
SELECT {{key}}, {_SAMPLE} FROM {{rated}} WHERE {{key}} IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""  # noqa: S608 - of our own columns
_BY_SAMPLER = f"""
SELECT min(sampler), {_SAMPLE} FROM {{rated}} WHERE sampler <> ''
GROUP BY upper(sampler) ORDER BY 2 DESC, 1 LIMIT %(most)s
"""  # noqa: S608
_RATED_USES = """
SELECT DISTINCT use.resource_id AS resource, image.id, image.rating{weight}
FROM {{rated}} AS image JOIN gallery_imageresource AS use ON use.image_id = image.id
JOIN gallery_resource AS resource ON resource.id = use.resource_id AND resource.kind = 'lora'
"""
_BY_LORA = f"""
SELECT resource, {_SAMPLE} FROM ({_RATED_USES.format(weight="")}) AS used
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""  # noqa: S608
_BY_WEIGHT = f"""
SELECT resource, weight, {_SAMPLE}
FROM ({_RATED_USES.format(weight=", {weight} AS weight")}) AS used
WHERE resource = ANY(%(ids)s) AND weight IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
_FAILED = """
SELECT count(*) FROM {scope} AS image
WHERE EXISTS (SELECT FROM gallery_stagefailure AS failed WHERE failed.image_id = image.id)
"""
STEPS_OF_WORK = 7


def count(query: ResultQuery, limit_ms: int, report: Report = lambda said: None) -> Facts:
    """Raises `TooSlow` where all of it takes longer than `limit_ms`."""
    report("Gathering the images")
    with scope.counted(query, limit_ms) as counter:
        report("Growth")
        facts: Facts = {"today": counter.today.isoformat(), "version": VERSION}
        totals = counter.rows(_TOTALS)[0]
        facts["totals"] = dict(zip(_TOTAL_NAMES, map(int, totals), strict=True))
        facts["months"] = [list(row) for row in counter.rows(_BY_MONTH)]
        facts["days"] = [[day.isoformat(), *row] for day, *row in counter.rows(_BY_DAY)]
        report("Models")
        facts["models"] = _over_time(counter, "checkpoint", scope.TABLE, "main_model")
        report("LoRAs")
        counter.rows(_USES)
        facts["loras"] = _over_time(counter, "resource", scope.USES, "lora")
        loras = counter.rows("SELECT count(DISTINCT resource), count(DISTINCT id) FROM {uses}")[0]
        facts["totals"] |= {"loras": loras[0], "with_loras": loras[1]}
        report("Ratings")
        facts["ratings"] = _ratings(counter)
        report("Storage")
        facts["folders"] = storage.by_folder(counter, query.within)
        facts["formats"] = storage.by_format(counter)
        report("What is missing")
        facts["totals"]["failed"] = counter.rows(_FAILED)[0][0] if _has_failures() else 0
        with counter.limited():
            facts["totals"]["unavailable"] = query.narrowed("unavailable:yes").images().count()
        return facts


def _has_failures() -> bool:
    return StageFailure.objects.exists()


def _over_time(counter: Counter, key: str, table: str, keyword: str) -> Facts:
    year = counter.this_month - 12
    most = counter.rows(
        _MOST_MADE.replace("{key}", key).replace("{table}", table), year=year, most=MOST
    )
    ids = [pk for (pk,) in most]
    is_main = keyword == "main_model"
    nothing = f"OR {key} IS NULL" if is_main else ""

    def made(time: str) -> list[Any]:
        statement = _MADE_BY.format(key=key, table=table, time=time, nothing=nothing)
        return counter.rows(statement, ids=ids)

    return {
        "named": _named(ids, keyword),
        "months": [list(row) for row in made("month")],
        "days": [[pk, day.isoformat(), *row] for pk, day, *row in made("day")],
    }


def _named(ids: Sequence[int], keyword: str) -> list[Any]:
    """Number, name and term, in the order of `ids`; what was removed meanwhile has no name."""
    names = dict(Resource.objects.filter(pk__in=ids).values_list("pk", "name"))
    unclear = terms.ambiguous(ids, by_files=keyword == "lora")
    return [
        [pk, names[pk], terms.named(keyword, names[pk], pk, unclear)] for pk in ids if pk in names
    ]


def _ratings(counter: Counter) -> Facts:
    counter.rows(_RATED)
    ratings = counter.rows("SELECT rating, count(*) FROM {rated} GROUP BY 1 ORDER BY 1")
    most = {"most": _RATED_MOST}
    models = counter.rows(_BY_KEY.replace("{key}", "checkpoint"), **most)
    loras = counter.rows(_BY_LORA, **most)
    ids = [row[0] for row in loras[:_WEIGHED_LORAS]]
    weight = bins.case(bins.WEIGHTS, "coalesce(use.weight, 1.0)")
    weights = counter.rows(_BY_WEIGHT.replace("{weight}", weight), ids=ids)
    return {
        "each": [list(row) for row in ratings],
        "models": _with_names(models, "main_model"),
        "loras": _with_names(loras, "lora"),
        "weights": [[pk, at, *map(int, row)] for pk, at, *row in weights],
        "samplers": [
            [name, terms.sampler(name), *map(int, row)]
            for name, *row in counter.rows(_BY_SAMPLER, **most)
        ],
        "steps": _binned(counter, bins.STEPS, "steps"),
        "cfg": _binned(counter, bins.CFG, "cfg"),
    }


def _binned(counter: Counter, kinds: tuple[bins.Bin, ...], column: str) -> list[Any]:
    rows = counter.rows(_BY_KEY.replace("{key}", bins.case(kinds, column)), most=len(kinds))
    return sorted([at, *map(int, row)] for at, *row in rows)


def _with_names(rows: Iterable[Any], keyword: str) -> list[Any]:
    counted = {pk: [int(number) for number in row] for pk, *row in rows}
    return [[*each, *counted[each[0]]] for each in _named(list(counted), keyword)]
