"""Words to images, batch by batch: what would be changed, and changing it, as parts of history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dtoolkit.core import paths
from gallery.actions.base import Part
from gallery.actions.values import Values
from gallery.backup import distinct, unions
from gallery.backup.aspects import ASPECTS, Aspect, Viewed
from gallery.backup.options import Options, Prefer, Tally
from gallery.backup.records import ImageWords
from gallery.scanning.saving.copying import int_array

Targets = Mapping[int, ImageWords]

_EDITED = "SELECT image_id, edited_at FROM gallery_imageedit WHERE image_id = ANY(%s::bigint[])"
_SET_EDITED = """
UPDATE gallery_imageedit AS edit SET edited_at = given.at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, at) WHERE edit.image_id = given.id
"""


@dataclass(slots=True)
class Batch:
    """`rounds`: words by image; two records about one image are in two rounds."""

    rounds: list[dict[int, ImageWords]] = field(default_factory=list)
    unmatched: list[int] = field(default_factory=list)


def arrange(words: Sequence[ImageWords], images: Mapping[int, Sequence[int]]) -> Batch:
    """By what `matching.match` found of each."""
    batch = Batch()
    taken: dict[int, int] = {}
    for number, each in enumerate(words):
        if number not in images:
            batch.unmatched.append(number)
        for pk in images.get(number, ()):
            turn = taken[pk] = taken.get(pk, -1) + 1
            if turn == len(batch.rounds):
                batch.rounds.append({})
            batch.rounds[turn][pk] = each
    return batch


def apply(
    cursor: Any,
    targets: Targets,
    options: Options,
    albums: Mapping[str, int],
    tally: Tally,
    *,
    dry: bool = False,
) -> list[Part]:
    """The images' rows are locked unless it is `dry`: then nothing is changed, only counted."""
    edited = _edited(cursor, targets)
    parts: list[Part] = []
    dated: set[int] = set()
    for aspect in ASPECTS.values():
        now = aspect.now(cursor, list(targets))
        after = _after(aspect, targets, now, edited, options, tally)
        if not after:
            continue
        tally.given[aspect.label] += len(after)
        if not dry:
            aspect.write(cursor, after)
            parts.append(aspect.part(now, after))
            if aspect.is_dated:
                dated.update(after)
    if dated:
        _date(cursor, {pk: targets[pk] for pk in dated})
    parts += unions.add_tags(cursor, targets, options, tally, dry=dry)
    parts += unions.add_to_albums(cursor, targets, albums, tally, dry=dry)
    parts += unions.set_covers(cursor, targets, albums, options, tally, dry=dry)
    parts += unions.add_stacks(cursor, targets, tally, dry=dry)
    parts += distinct.add(cursor, targets, tally, dry=dry)
    parts += unions.add_sidecars(cursor, targets, tally, dry=dry)
    return parts


def _after(
    aspect: Aspect,
    targets: Targets,
    now: Values,
    edited: Mapping[int, datetime],
    options: Options,
    tally: Tally,
) -> Values:
    """What is to stand there, of images where something else does."""
    after: Values = {}
    for pk, words in targets.items():
        said, here = aspect.said(words), now.get(pk, aspect.nothing)
        if said is None or said == here:
            continue
        if isinstance(aspect, Viewed):
            if here is None or said > here:
                after[pk] = said
            continue
        if aspect.is_said(here):
            tally.clash(aspect.label, f"{paths.display(words.path)}: {aspect.label}")
            is_newer = aspect.is_dated and _is_newer(words, edited.get(pk))
            if options.prefer != Prefer.BACKUP and not (
                options.prefer == Prefer.NEWER and is_newer
            ):
                continue
        after[pk] = said
    return after


def _is_newer(words: ImageWords, here: datetime | None) -> bool:
    return words.edited_at is not None and (here is None or words.edited_at > here)


def _edited(cursor: Any, targets: Targets) -> dict[int, datetime]:
    cursor.execute(_EDITED, [int_array(targets)])
    return dict(cursor.fetchall())


def _date(cursor: Any, targets: Targets) -> None:
    """They were written then, not now."""
    times = {pk: words.edited_at for pk, words in targets.items() if words.edited_at}
    cursor.execute(_SET_EDITED, [int_array(times), list(times.values())])
