"""When: made, changed, added to the library, looked at."""

from collections.abc import Callable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q

from gallery.models import Image, Viewing
from gallery.search.conditions import Condition, Elsewhere, Few, Indexed, any_of
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.language.kinds import Date, Period

GROUP = "When"
_EXAMPLES = ("today", "3 weeks ago", "since 2026-03", "between 2026-01-01 and 2026-03-31")
_CHOICES = ("today", "yesterday", "since yesterday", "since 1 week ago", "this month",
            "last month", "this year")  # fmt: skip


def _within(column: str, value: Period, context: Context) -> Q:
    first, last = value.resolve(context.today)
    clause = Q()
    if first:
        clause &= Q(**{f"{column}__gte": _midnight(first, context)})
    if last:
        clause &= Q(**{f"{column}__lt": _midnight(last, context)})
    return clause


def _midnight(day: date, context: Context) -> datetime:
    return datetime.combine(day, time.min, context.zone)


class _Added:
    """The rows that came last are those with the highest ids, so that they are soon found."""

    def __init__(self, value: Period, context: Context) -> None:
        self._first, _ = value.resolve(context.today)
        self._clause = _within("first_seen_at", value, context)
        self._context = context

    def where(self) -> Q:
        return self._clause

    def few(self, limit: int) -> Few | None:
        if self._first is None:
            return None
        start = _midnight(self._first, self._context)
        images = Image.objects.in_collection(self._context.collection)
        newest = images.order_by("-pk").values_list("pk", "first_seen_at")
        if any(seen_at >= start for _, seen_at in newest[limit : limit + 1]):
            return None
        ids = [pk for pk, seen_at in newest[:limit] if seen_at >= start]
        return Few(len(ids), any_of("id", ids), self._clause)


def _added(value: Period, context: Context) -> Condition:
    return _Added(value, context)


def _viewed(value: Period, context: Context) -> Condition:
    return _viewings(_within("viewed_at", value, context))


def _viewings(which: Q) -> Condition:
    rows = Viewing.objects.filter(which).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _on(column: str) -> Callable[[Period, Context], Condition]:
    def compile_(value: Period, context: Context) -> Condition:
        return Indexed(Q(collection=context.collection) & _within(column, value, context))

    return compile_


def _keyword(
    name: str, help_: str, compile_: Callable[[Period, Context], Condition], *aliases: str
) -> Keyword:
    examples = tuple(f"{name}: {example}" for example in _EXAMPLES)
    return Keyword(name, Date(), help_, examples, GROUP, compile_, aliases, choices=_CHOICES)


KEYWORDS = (
    _keyword("date", "made on these days", _on("created_at"), "created", "made"),
    _keyword("modified", "whose file changed on these days", _on("modified_at"), "changed"),
    _keyword("added", "added to the library on these days", _added, "first seen"),
    Keyword(
        "viewed", Date(), "that you last looked at on these days",
        ("viewed: today", "viewed: since yesterday"), GROUP, _viewed, ("last viewed",),
        lambda context: _viewings(Q()), choices=_CHOICES,
    ),
)  # fmt: skip
