"""What writing into files and reading from them would come to, for the forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Q

from gallery.backup import applying
from gallery.backup.options import Options, Prefer, Tally
from gallery.metadata import writing
from gallery.querysets import ImageQuerySet
from gallery.written import found, said

MOST_LOOKED_AT = 2000
_BATCH = 500
_SPELT = {"webp": "WebP", "jxl": "JPEG XL", "webm": "WebM"}


@dataclass(slots=True)
class Writing:
    """`into` and `beside` by kind of file; `left` have a reason."""

    into: list[tuple[str, int]] = field(default_factory=list)
    beside: list[tuple[str, int]] = field(default_factory=list)
    left: list[tuple[str, int]] = field(default_factory=list)
    silent: int = 0

    @property
    def count(self) -> int:
        return sum(many for _, many in (*self.into, *self.beside))


@dataclass(slots=True)
class Reading:
    """`given` and `conflicts` by what it is about; of the first `looked_at` images."""

    given: list[tuple[str, int]]
    conflicts: list[tuple[str, int]]
    examples: Sequence[str]
    speaking: int
    looked_at: int
    is_all: bool


def of_writing(chosen: ImageQuerySet) -> Writing:
    due = chosen.filter(said.something() | said.was_written())
    away = Q(is_available=False) | Q(folder__root__offline_since__isnull=False)
    unread = Q(read_version=None) | Q(fingerprint=None) | Q(format="")
    rows = due.exclude(away).exclude(unread).order_by().values("format")
    counted = {row["format"]: row["many"] for row in rows.annotate(many=Count("pk"))}
    preview = Writing()
    for format_, many in sorted(counted.items(), key=lambda each: -each[1]):
        kinds = preview.into if format_ in writing.WRITERS else preview.beside
        kinds.append((_SPELT.get(format_, format_.upper()), many))
    numbers = due.aggregate(
        all=Count("pk"),
        away=Count("pk", filter=away),
        unread=Count("pk", filter=unread & ~away),
    )
    for reason, many in (
        ("gone, or on a drive that is away", numbers["away"]),
        ("not read yet, or no picture", numbers["unread"]),
    ):
        if many:
            preview.left.append((reason, many))
    preview.silent = chosen.count() - numbers["all"]
    return preview


def of_reading(chosen: ImageQuerySet) -> Reading:
    """Changes nothing."""
    ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST_LOOKED_AT + 1])
    looked_at = ids[:MOST_LOOKED_AT]
    tally, speaking = Tally(), 0
    with connection.cursor() as cursor:
        for first in range(0, len(looked_at), _BATCH):
            some = looked_at[first : first + _BATCH]
            targets = found.targets(cursor, some, is_own_only=False)
            speaking += len(targets)
            options = Options(Prefer.LIBRARY)
            applying.apply(cursor, targets, options, {}, tally, dry=True)
    return Reading(
        tally.given.most_common(),
        tally.conflicts.most_common(),
        tally.examples,
        speaking,
        len(looked_at),
        len(ids) <= MOST_LOOKED_AT,
    )
