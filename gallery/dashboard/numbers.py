"""All numbers of the page as rows: for a spreadsheet, or a program."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from gallery.dashboard import bins, statistics
from gallery.dashboard.counting import Facts
from gallery.dashboard.scope import EARLIER, LATER, month_start
from gallery.dashboard.statistics import Sample
from gallery.dashboard.terms import weighted

COLUMNS = ("part", "name", "when", "images", "bytes", "rated", "mean", "low", "high", "query")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Row = dict[str, Any]


def rows(facts: Facts) -> Iterator[Row]:
    """`low` and `high` are the interval of 95 % of a mean; `query` finds the images."""
    for name, value in facts["totals"].items():
        yield {"part": "totals", "name": name, "images": value}
    for month, many, size in facts["months"]:
        yield {"part": "months", "when": _month(month), "images": many, "bytes": size}
    for day, many, size in facts["days"]:
        row = {"part": "days", "when": day, "images": many, "bytes": size}
        yield row | {"query": f"date:{day}"}
    for part in ("models", "loras"):
        known = {pk: (name, term) for pk, name, term in facts[part]["named"]}
        for pk, month, many, size in facts[part]["months"]:
            name, term = known.get(pk, ("", "no:main_model"))
            row = {"part": part, "name": name, "when": _month(month), "images": many}
            yield row | {"bytes": size, "query": term}
    for _, name, is_here, many, size in facts["folders"]:
        yield {"part": "folder itself" if is_here else "folders", "name": name, "images": many,
               "bytes": size}  # fmt: skip
    for name, many, size in facts["formats"]:
        yield {"part": "formats", "name": name, "images": many, "bytes": size}
    yield from _ratings(facts["ratings"])


def _ratings(held: Facts) -> Iterator[Row]:
    for rating, many in held["each"]:
        yield {"part": "ratings", "name": str(rating), "images": many, "query": f"rating:{rating}"}
    for part in ("models", "loras"):
        for _, name, term, *numbers in held[part]:
            yield _mean(f"ratings by {part}", name, term, numbers)
    for name, term, *numbers in held["samplers"]:
        yield _mean("ratings by sampler", name, term, numbers)
    for part, kinds in (("steps", bins.STEPS), ("cfg", bins.CFG)):
        for at, *numbers in held[part]:
            each = kinds[at]
            yield _mean(f"ratings by {part}", each.label, f"{part}:{each.value}", numbers)
    names = {row[0]: row[1:3] for row in held["loras"]}
    for pk, at, *numbers in held["weights"]:
        if pk in names:
            (name, term), each = names[pk], bins.WEIGHTS[at]
            said = f"{name} at {each.label}"
            yield _mean("ratings by weight", said, weighted(term, each.value), numbers)


def _mean(part: str, name: str, term: str, numbers: list[int]) -> Row:
    sample = Sample(*numbers)
    row: Row = {"part": part, "name": name, "rated": sample.n, "mean": round(sample.mean, 3)}
    if sample.n > 1:
        found = statistics.mean(sample)
        row |= {"low": round(found.low, 3), "high": round(found.high, 3)}
    return row | {"query": f"{term} has:rating" if term else ""}


def _month(month: int) -> str:
    if month in (EARLIER, LATER):
        return "earlier" if month == EARLIER else "later"
    start = month_start(month)
    return f"{start.year:04d}-{start.month:02d}"


def as_csv(facts: Facts) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows(facts):
        writer.writerow([_harmless(row.get(column, "")) for column in COLUMNS])
    return text.getvalue()


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = value.replace("\0", "")
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
