"""What would come of it, before anything is done: some images before and after, word by word, and
how many change. Nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection

from dtoolkit.core.errors import BadInput
from gallery.actions import tags
from gallery.actions.tags import AddTags, RemoveTags
from gallery.editing import asked
from gallery.editing.rewriting import TextChange
from gallery.editing.steps import DATE, TEXTS, Planned
from gallery.exports import differences
from gallery.exports.differences import Piece
from gallery.models import Image
from gallery.querysets import ImageQuerySet

# So many are looked at; of more, the first ones, which is said.
MOST_LOOKED_AT = 2_000
_SHOWN = 4
# Compared word by word; all else is short.
_TEXTS = {step.label for step in TEXTS.values()}
_LIMIT_MS = 1_500


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: Sequence[Piece]
    after: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Example:
    image: Image
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Preview:
    """`changed` of the `looked_at`, of which there may be more; `texts` are unique ones."""

    examples: Sequence[Example] = ()
    changed: int = 0
    looked_at: int = 0
    is_all: bool = True
    texts: int = 0
    too_long: int = 0
    dateless: int = 0
    problem: str = ""
    is_empty: bool = False

    @property
    def same(self) -> int:
        return self.looked_at - self.changed


@dataclass(slots=True)
class _Found:
    by_image: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)
    texts: set[tuple[str, str, str]] = field(default_factory=set)
    too_long: set[int] = field(default_factory=set)
    dateless: set[int] = field(default_factory=set)

    def add(self, label: str, planned: Planned, shown: Callable[[Any], str] = str) -> None:
        for pk, was in planned.was.items():
            line = label, shown(was), shown(planned.will[pk])
            self.by_image.setdefault(pk, []).append(line)


def of(chosen: ImageQuerySet, given: Mapping[str, Any]) -> Preview:
    """Never raises: what is wrong with what was filled in is in it."""
    if not any(str(value).strip() for key, value in given.items() if key != "zone"):
        return Preview(is_empty=True)
    try:
        params = asked.params_of(given)
        ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST_LOOKED_AT + 1])
        found = _found(ids[:MOST_LOOKED_AT], params, given)
    except BadInput as error:
        return Preview(problem=error.message)
    return Preview(
        _examples(found),
        len(found.by_image),
        min(len(ids), MOST_LOOKED_AT),
        len(ids) <= MOST_LOOKED_AT,
        len(found.texts),
        len(found.too_long),
        len(found.dateless),
    )


def _found(ids: Sequence[int], params: asked.Params, given: Mapping[str, Any]) -> _Found:
    found = _Found()
    with connection.cursor() as cursor:
        for name, step in TEXTS.items():
            if name in params:
                change = TextChange.read(params[name])
                planned = step.planned(cursor, ids, change, _LIMIT_MS)
                found.add(step.label, planned)
                found.texts |= {(name, was, planned.will[pk]) for pk, was in planned.was.items()}
                found.too_long |= planned.left
        _tags(cursor, ids, params, found)
        if "rating" in params:
            found.add("Rating", _ratings(ids, params["rating"]))
        if "date" in params:
            planned = DATE.planned(cursor, ids, params["date"])
            zone = asked.zone_of(given)
            found.add("Date", planned, lambda spelled: _date(spelled, zone))
            found.dateless |= planned.left
    return found


def _tags(cursor: Any, ids: Sequence[int], params: asked.Params, found: _Found) -> None:
    signed: dict[int, str] = {}
    for key, action, sign in (
        ("add_tags", AddTags(), "+"),
        ("remove_tags", RemoveTags(), "\N{MINUS SIGN}"),
    ):
        for name in params.get(key, ()):
            tag = tags.known(name)
            changed = action.changes(cursor, ids, tag) if tag else ids if sign == "+" else ()
            for pk in changed:
                signed[pk] = f"{signed.get(pk, '')} {sign}{tags.shown([name])}".lstrip()
    for pk, told in signed.items():
        found.by_image.setdefault(pk, []).append(("Tags", "", told))


def _ratings(ids: Sequence[int], value: int | None) -> Planned:
    now = dict(Image.objects.filter(pk__in=ids).values_list("pk", "rating"))
    was = {pk: rating for pk, rating in now.items() if rating != value}
    return Planned(
        {pk: rating or "none" for pk, rating in was.items()}, dict.fromkeys(was, value or "none")
    )


def _date(spelled: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(spelled).astimezone(zone):%Y-%m-%d %H:%M}"


def _examples(found: _Found) -> list[Example]:
    """Those that tell most of it: different texts rather than the same one again."""
    chosen: dict[tuple[Any, ...], int] = {}
    for pk, lines in found.by_image.items():
        chosen.setdefault(tuple(lines), pk)
        if len(chosen) == _SHOWN:
            break
    known = Image.objects.in_bulk(list(chosen.values()))
    return [
        Example(known[pk], [_compared(*line) for line in lines])
        for lines, pk in chosen.items()
        if pk in known
    ]


def _compared(label: str, before: str, after: str) -> Change:
    if label not in _TEXTS:
        return Change(label, [Piece(before, True)] if before else [], [Piece(after, True)])
    pieces = differences.of_texts([before, after])
    return Change(label, pieces[0], pieces[1])
