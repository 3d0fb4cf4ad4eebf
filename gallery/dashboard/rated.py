"""Ratings by what images were made with: means with what is known of them, and how far each lies
from the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dtoolkit.core import paths
from gallery.actions.base import images
from gallery.dashboard import bins, statistics
from gallery.dashboard.choices import Choices
from gallery.dashboard.counting import Facts
from gallery.dashboard.statistics import HIGHEST, LOWEST, Estimate, Sample
from gallery.dashboard.terms import Links, weighted
from gallery.plots import axes, columns, spans

FEW = 20  # so few ratings are drawn pale
ENOUGH = 5  # with fewer nothing is compared
_MOST_CHARS = 200
Row = Sequence[Any]  # as the facts hold it


@dataclass(frozen=True, slots=True)
class Dot:
    """`is_clear`: the whole interval lies on one side of the rest."""

    label: str
    detail: str
    url: str
    n: int
    estimate: Estimate
    span: spans.Span
    is_few: bool
    is_apart: bool = False
    is_clear: bool = False

    @property
    def value(self) -> str:
        return _number(self.estimate.value, is_signed=self.is_apart)

    @property
    def interval(self) -> str:
        if self.n < 2:
            return "no interval"
        low, high = (
            _number(end, is_signed=self.is_apart) for end in (self.estimate.low, self.estimate.high)
        )
        return f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class Means:
    name: str
    title: str
    dots: Sequence[Dot]
    overall: float  # place of the mean of all
    is_ordered: bool  # by its own order, not by lower bound


@dataclass(frozen=True, slots=True)
class Histogram:
    plot: columns.Plot
    said: str


@dataclass(frozen=True, slots=True)
class Apart:
    higher: Sequence[Dot]
    lower: Sequence[Dot]
    compared: int
    by_chance: str
    middle: float


@dataclass(frozen=True, slots=True)
class Ratings:
    """`loras` are those whose weights can be shown: number, name, whether it is the one."""

    histogram: Histogram
    means: Sequence[Means]
    weights: Means | None
    loras: Sequence[tuple[int, str, bool]]
    apart: Apart
    n: int
    unrated: int
    unrated_url: str
    mean: Estimate


@dataclass(frozen=True, slots=True)
class _One:
    kind: str
    label: str
    term: str
    sample: Sample


def of(facts: Facts, choices: Choices, links: Links) -> Ratings | None:
    """None where nothing is rated."""
    totals = facts["totals"]
    if not totals["rated"]:
        return None
    every = Sample(totals["rated"], totals["rating_sum"], totals["rating_squares"])
    held = facts["ratings"]
    chosen = _lora(facts, choices)
    groups = {
        "models": ("By model", _named(held["models"], "model")),
        "loras": ("By LoRA", _named(held["loras"], "LoRA")),
        "samplers": ("By sampler", _samplers(held["samplers"])),
        "steps": ("By steps", _binned(held["steps"], bins.STEPS, "steps")),
        "cfg": ("By CFG scale", _binned(held["cfg"], bins.CFG, "cfg")),
    }
    means = [
        _means(name, title, list(found), every, choices, links)
        for name, (title, found) in groups.items()
    ]
    weights = None
    if chosen:
        own = list(_weights(facts, [chosen], is_named=False))
        title = paths.display(chosen[1])[:_MOST_CHARS]
        weights = _means("weights", title, own, every, choices, links)
    return Ratings(
        _histogram(held["each"], links),
        [mean for mean in means if mean.dots],
        weights,
        [
            (row[0], paths.display(row[1])[:80], chosen is not None and row[0] == chosen[0])
            for row in _weighable(facts)
        ],
        _apart(facts, every, choices, links),
        every.n,
        totals["count"] - every.n,
        links.to("no:rating"),
        statistics.mean(every),
    )


def _histogram(each: Sequence[tuple[int, int]], links: Links) -> Histogram:
    counts: dict[int, int] = dict(each)
    axis = axes.axis(max(counts.values(), default=0))
    drawn = []
    for rating in range(1, 11):
        many = counts.get(rating, 0)
        url = links.to(f"rating:{rating}") if many else ""
        part = columns.Part(many, 1, f"Rated {rating}: {images(many)}", url)
        drawn.append(columns.Column(str(rating), [part]))
    plot = columns.stacked(drawn, axis, [axes.short(tick) for tick in axis.ticks])
    plot = replace(plot, labels=[replace(label, is_minor=False) for label in plot.labels])
    said = ", ".join(f"{rating}: {counts.get(rating, 0):,}" for rating in range(10, 0, -1))
    return Histogram(plot, said)


def _means(
    name: str, title: str, found: list[_One], every: Sample, choices: Choices, links: Links
) -> Means:
    is_ordered = name in {"steps", "cfg", "weights"}
    dots = [_dot(one, links) for one in found]
    if not is_ordered:
        dots.sort(key=lambda dot: (-dot.estimate.low, -dot.n, dot.label))
        dots = dots[: choices.top]
    overall = spans.span(every.mean, every.mean, every.mean, LOWEST, HIGHEST).at
    return Means(name, title, dots, overall, is_ordered)


def _dot(one: _One, links: Links) -> Dot:
    estimate = statistics.mean(one.sample)
    place = spans.span(estimate.value, estimate.low, estimate.high, LOWEST, HIGHEST)
    url = links.to(one.term, "has:rating") if one.term else ""
    n = one.sample.n
    return Dot(one.label, one.kind, url, n, estimate, place, n < FEW)


def _apart(facts: Facts, every: Sample, choices: Choices, links: Links) -> Apart:
    """What is rated higher or lower than all that is rated without it."""
    held = facts["ratings"]
    compared = []
    for one in (
        *_named(held["models"], "model"),
        *_named(held["loras"], "LoRA"),
        *_weights(facts, _weighable(facts), is_named=True),
        *_samplers(held["samplers"]),
        *_binned(held["steps"], bins.STEPS, "steps"),
        *_binned(held["cfg"], bins.CFG, "cfg"),
    ):
        rest = every.without(one.sample)
        if one.sample.n < ENOUGH or rest.n < ENOUGH:
            continue
        found = statistics.difference(one.sample, rest)
        if found is not None:
            compared.append((one, found))
    reach = max((abs(end) for _, e in compared for end in (e.low, e.high)), default=1.0)
    reach = min(HIGHEST - LOWEST, reach)

    def dot(one: _One, estimate: Estimate) -> Dot:
        place = spans.span(estimate.value, estimate.low, estimate.high, -reach, reach)
        url = links.to(one.term, "has:rating") if one.term else ""
        is_clear = estimate.low > 0 or estimate.high < 0
        n = one.sample.n
        return Dot(
            one.label, one.kind, url, n, estimate, place, n < FEW, is_apart=True, is_clear=is_clear
        )

    up = sorted((c for c in compared if c[1].value > 0), key=lambda c: -c[1].low)
    down = sorted((c for c in compared if c[1].value < 0), key=lambda c: c[1].high)
    most = choices.top
    return Apart(
        [dot(*one) for one in up[:most]],
        [dot(*one) for one in down[:most]],
        len(compared),
        _by_chance(len(compared)),
        50.0,
    )


def _by_chance(compared: int) -> str:
    """One in twenty intervals misses: how many of these do."""
    likely = round(compared / 20)
    return "one or none" if likely < 1 else f"about {likely}"


def _lora(facts: Facts, choices: Choices) -> Row | None:
    known = list(_weighable(facts))
    chosen = (row for row in known if row[0] == choices.lora)
    return next(chosen, known[0] if known else None)


def _weighable(facts: Facts) -> list[Row]:
    having = {row[0] for row in facts["ratings"]["weights"]}
    return [row for row in facts["ratings"]["loras"] if row[0] in having]


def _named(rows: Sequence[Row], kind: str) -> Iterator[_One]:
    for _, name, term, *numbers in rows:
        yield _One(kind, paths.display(str(name))[:_MOST_CHARS], str(term), _sample(numbers))


def _samplers(rows: Sequence[Row]) -> Iterator[_One]:
    for name, term, *numbers in rows:
        yield _One("sampler", paths.display(str(name))[:_MOST_CHARS], str(term), _sample(numbers))


def _binned(
    rows: Sequence[Sequence[int]], kinds: Sequence[bins.Bin], keyword: str
) -> Iterator[_One]:
    for at, *numbers in rows:
        each = kinds[at]
        kind = "steps" if keyword == "steps" else "CFG scale"
        yield _One(kind, each.label, f"{keyword}:{each.value}", _sample(numbers))


def _weights(facts: Facts, loras: Sequence[Row], *, is_named: bool) -> Iterator[_One]:
    """Of these LoRAs the weights that they were used with."""
    for pk, name, term, *_ in loras:
        for row, at, *numbers in facts["ratings"]["weights"]:
            if row != pk:
                continue
            each = bins.WEIGHTS[at]
            label = paths.display(str(name))[:_MOST_CHARS]
            label = f"{label} at {each.label}" if is_named else each.label
            yield _One("weight", label, weighted(str(term), each.value), _sample(numbers))


def _number(value: float, *, is_signed: bool) -> str:
    rounded = round(value, 1)
    if not rounded:
        return "0.0"
    sign = ("+" if rounded > 0 else "\u2212") if is_signed else ""
    return f"{sign}{abs(rounded):.1f}"


def _sample(numbers: Row) -> Sample:
    n, total, squares = (int(str(number)) for number in numbers)
    return Sample(n, total, squares)
