"""What writing into files and reading from them would come to, for the forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Q
from django.utils.text import Truncator

from dtoolkit.core import paths
from gallery.backup import applying
from gallery.backup.options import MOST_TOLD, Options, Prefer, Tally
from gallery.backup.records import ImageWords
from gallery.metadata import writing
from gallery.metadata.writing import FileWords
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


@dataclass(frozen=True, slots=True)
class Difference:
    """What the library says of an image, and what its file does."""

    name: str
    what: str
    here: str
    there: str


@dataclass(slots=True)
class Reading:
    """`given` and `conflicts` by what it is about; of the first `looked_at` images."""

    given: list[tuple[str, int]]
    conflicts: list[tuple[str, int]]
    differences: Sequence[Difference]
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
    differences: list[Difference] = []
    with connection.cursor() as cursor:
        for first in range(0, len(looked_at), _BATCH):
            some = looked_at[first : first + _BATCH]
            targets = found.targets(cursor, some, is_own_only=False)
            speaking += len(targets)
            if len(differences) < MOST_TOLD:
                here = said.of(list(targets))
                for pk, words in targets.items():
                    differences += _differences(here[pk], words)
            options = Options(Prefer.LIBRARY)
            applying.apply(cursor, targets, options, {}, tally, dry=True)
    return Reading(
        tally.given.most_common(),
        tally.conflicts.most_common(),
        differences[:MOST_TOLD],
        speaking,
        len(looked_at),
        len(ids) <= MOST_LOOKED_AT,
    )


def _differences(here: FileWords, there: ImageWords) -> list[Difference]:
    """Where both say something else; tags that one says and the other denies among it."""
    name = paths.display(there.name)
    found = [
        Difference(name, what, _shown(own), _shown(other))
        for what, own, other in (
            ("rating", here.rating, there.rating),
            ("NSFW", here.nsfw, there.nsfw),
            ("note", here.note or None, there.note or None),
            ("prompt", here.prompt, there.prompt),
            ("negative prompt", here.negative_prompt, there.negative_prompt),
        )
        if own is not None and other is not None and own != other
    ]
    shown, denied = set(here.tags), set(here.denied)
    found += [
        Difference(name, f"tag {paths.display(tag)}", "no", "yes")
        for tag in there.tags
        if tag in denied
    ]
    found += [
        Difference(name, f"tag {paths.display(tag)}", "yes", "no")
        for tag in there.denied_tags
        if tag in shown
    ]
    return found


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return paths.display(Truncator(str(value)).chars(60)) or "empty"
