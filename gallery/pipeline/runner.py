"""Takes a chunk of images through the stages they miss: decoded once, ahead, saved in batches.

Nothing is marked before it is saved, so a kill at any moment loses the running batch and no more;
with a network also the one before, where that is still being saved.
"""

import contextlib
import functools
import itertools
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.jobs.kinds import Progress
from gallery.media import files
from gallery.media.pictures import UndecodableImage
from gallery.models import Image
from gallery.pipeline import batch_size, failures, planning
from gallery.pipeline.decoding_ahead import ahead
from gallery.pipeline.saving_behind import saver
from gallery.pipeline.stages import Stage

BATCH = 48
THREADS, _AHEAD = 2, 8
# A network has a process to itself, which keeps it fed: all processors decode, two batches ahead.
_NETWORK_BATCH = 64
_NETWORK_THREADS, _NETWORK_AHEAD = max(2, os.cpu_count() or 2), 2 * _NETWORK_BATCH
_LOCKED_TRIES, _LOCKED_WAIT_S = 20, 0.25


@dataclass(slots=True)
class _Worked:
    """One image on its way; by stage what it prepared, then what to save, and what failed."""

    image: Image
    stages: tuple[Stage, ...]
    values: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def run(image_ids: Iterable[int], stages: Sequence[Stage], progress: Progress) -> None:
    """Do what `image_ids` miss of `stages`.

    Raises `JobCancelled`, and `StorageUnwritable` where the disk is full: that is no image's fault.
    """
    image_ids = list(image_ids)
    for stage in stages:
        stage.adopt(image_ids)
    missed = planning.stages_by_image(image_ids, stages)
    images = (
        Image.objects.filter(pk__in=missed)
        .select_related("folder__root")
        .order_by("-created_at", "-pk")
    )
    has_network = any(stage.cluster == "gpu" for stage in stages)
    prepared = ahead(
        lambda image: _prepare(image, missed[image.pk]),
        images,
        threads=_NETWORK_THREADS if has_network else THREADS,
        limit=_NETWORK_AHEAD if has_network else _AHEAD,
    )
    size = batch_size.of(" ".join(stage.name for stage in stages))
    done, failed = len(image_ids) - len(images), 0
    saving, wait = list[_Worked](), _nothing_locked
    with saver(is_behind=has_network) as save, contextlib.closing(prepared):
        while batch := list(
            itertools.islice(prepared, size.at_most(_NETWORK_BATCH) if has_network else BATCH)
        ):
            with size.timed(len(batch)):
                _run_stages(batch, stages)
            locked = wait()
            wait = save(functools.partial(_save, locked + batch, stages))
            if not has_network:
                saving = batch
            done, failed = done + len(saving), failed + sum(bool(w.reasons) for w in saving)
            saving = batch
            progress.report(done, failed)
            progress.check()
        locked = wait()
    if has_network and saving:
        progress.report(done + len(saving), failed + sum(bool(w.reasons) for w in saving))
    for _ in range(_LOCKED_TRIES):
        if not locked:
            break
        time.sleep(_LOCKED_WAIT_S)
        locked = _save(locked, stages)


def _nothing_locked() -> list[_Worked]:
    return []


def give_up(image_ids: Iterable[int], stages: Sequence[Stage], reason: str) -> None:
    """They killed their worker: not tried again by themselves, in any stage they still miss."""
    for pk, missed in planning.stages_by_image(image_ids, stages).items():
        for stage in missed:
            failures.record(stage.name, stage.version, {pk: reason}, failures.MAX_ATTEMPTS)


def _prepare(image: Image, stages: tuple[Stage, ...]) -> _Worked:
    """In a thread: no database here."""
    worked = _Worked(image, stages)
    try:
        with files.opened(image) as content:
            picture = content.picture(max(stage.pixels for stage in stages))
            for stage in stages:
                try:
                    worked.values[stage.name] = stage.prepare(content, picture)
                except UndecodableImage as error:
                    worked.reasons[stage.name] = error.reason
    except NotFound:
        return worked  # vanished, or its drive is away: the next scan tells which
    except (UndecodableImage, BadInput) as error:
        worked.reasons = {stage.name: str(error) for stage in stages}
    return worked


def _run_stages(batch: Sequence[_Worked], stages: Sequence[Stage]) -> None:
    for stage in stages:
        given = [worked for worked in batch if stage.name in worked.values]
        if not given:
            continue
        outcome = stage.run([(worked.image, worked.values.pop(stage.name)) for worked in given])
        for worked in given:
            if worked.image.pk in outcome.results:
                worked.values[stage.name] = outcome.results[worked.image.pk]
            else:
                worked.reasons[stage.name] = outcome.failures[worked.image.pk]


def _save(batch: Sequence[_Worked], stages: Sequence[Stage]) -> list[_Worked]:
    """Saves what still holds; returns those whose rows somebody else has locked.

    A scan may update the same rows in another order, so waiting for them could deadlock. Where a
    scan saw another file meanwhile, the output belongs to the file before and is dropped.
    """
    by_id = {worked.image.pk: worked for worked in batch if worked.values or worked.reasons}
    with transaction.atomic():
        rows = Image.objects.filter(pk__in=by_id).order_by("pk")
        held = dict(_stamps(rows.select_for_update(skip_locked=True, no_key=True)))
        current = [by_id[pk] for pk, stamp in held.items() if stamp == _stamp(by_id[pk].image)]
        for stage in stages:
            name = stage.name
            results = {w.image.pk: w.values[name] for w in current if name in w.values}
            if results:
                stage.save(results)
                failures.clear(name, results)
            reasons = {w.image.pk: w.reasons[name] for w in current if name in w.reasons}
            failures.record(name, stage.version, reasons)
    if len(held) == len(by_id):
        return []
    present = set(rows.values_list("pk", flat=True))
    return [worked for pk, worked in by_id.items() if pk in present and pk not in held]


def _stamp(image: Image) -> tuple[int, int]:
    return image.size, image.mtime_ns


def _stamps(rows: Any) -> Iterable[tuple[int, tuple[int, int]]]:
    return (
        (pk, (size, mtime_ns)) for pk, size, mtime_ns in rows.values_list("pk", "size", "mtime_ns")
    )
