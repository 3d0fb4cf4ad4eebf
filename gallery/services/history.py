"""Does what people ask for to any number of images, writes it down, and undoes it days later."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from dtoolkit.core.errors import BadInput, Conflict
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery import actions
from gallery.actions import Part
from gallery.actions.files import FileAction
from gallery.models import Collection, HistoryEntry, HistoryPart, Selection
from gallery.scanning.saving.copying import int_array
from gallery.services import filing, selections
from gallery.written import waiting

State = HistoryEntry.State
KEPT = 100_000
_TIDIED_EVERY = 1000
RESTORE_JOB = "restore"
_JOBS = ("act", "turn-act", RESTORE_JOB, filing.JOB, filing.TURN_JOB)
# In order of id, as everywhere.
_LOCK = "SELECT id FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_DONE = """
SELECT FROM gallery_historypart WHERE entry_id = %s AND image_ids[1] BETWEEN %s AND %s LIMIT 1
"""


def perform(
    name: str,
    values: dict[str, Any],
    selection: Selection,
    user: User | None = None,
) -> HistoryEntry:
    """Does the action now, or starts a job where it is about many images.

    Raises `BadInput` where `values` are not what the action takes, or nothing is selected.
    """
    action = actions.get(name)
    if not action.is_of_images:
        raise BadInput(f"{action.title} is not done to images.")
    params = action.clean(values, selection.collection)
    ids = selections.first_ids(selection, action.waits_for + 1)
    if not ids:
        raise BadInput("No image is selected, or those that were are gone.")
    if isinstance(action, FileAction):
        return filing.perform(action, params, selection, user)
    action.prepare(selection, params)
    with transaction.atomic():
        entry = HistoryEntry.objects.create(
            collection=selection.collection,
            user=user,
            action=name,
            params=params,
            sentence=action.doing(params),
        )
        _forget_old(entry)
        if len(ids) > action.waits_for:
            enqueue("act", {"entry": entry.pk, "over": str(selections.freeze(selection).token)})
            return entry
        run(entry, ids)
        finish(entry)
    return entry


def perform_on(
    name: str, values: dict[str, Any], collection: Collection, user: User | None = None
) -> HistoryEntry:
    """Likewise, of an action that says itself what it is about: an album, a tag."""
    action = actions.get(name)
    params = action.clean(values, collection)
    scope = action.scope(params, collection).order_by("pk").values_list("pk", flat=True)
    ids = list(scope[: action.waits_for + 1])
    with transaction.atomic():
        entry = HistoryEntry.objects.create(
            collection=collection,
            user=user,
            action=name,
            params=params,
            sentence=action.doing(params),
        )
        _forget_old(entry)
        if len(ids) > action.waits_for:
            enqueue("act", {"entry": entry.pk})
            return entry
        if ids:
            run(entry, ids)
        finish(entry)
    return entry


def run(entry: HistoryEntry, ids: Sequence[int], **given: Any) -> None:
    """Does the entry's action to these images; what is done already is not done again. `given` is
    for this once, besides the entry's own parameters."""
    action = actions.get(entry.action)
    with transaction.atomic(), connection.cursor() as cursor:
        here = _lock(cursor, ids)
        if not action.is_repeatable and _is_done(cursor, entry, here):
            return
        order = set(here)
        parts = action.apply(cursor, [pk for pk in ids if pk in order], {**entry.params, **given})
        note(entry, parts)


def finish(entry: HistoryEntry) -> None:
    """Does what remains, and says what was done, once it is."""
    action = actions.get(entry.action)
    with transaction.atomic(), connection.cursor() as cursor:
        held = HistoryEntry.objects.select_for_update().get(pk=entry.pk)
        if held.state == State.DOING:
            note(held, action.conclude(cursor, held.params))
        entry.refresh_from_db()
        if entry.image_count or entry.refused_count or entry.parts.exists():
            sentence = action.sentence(entry.image_count, entry.params)
            _move(entry, State.DOING, State.DONE, sentence=sentence)
        else:
            entry.delete()  # nothing changed, so there is nothing to tell and nothing to undo


def undo(entry: HistoryEntry) -> HistoryEntry:
    """Brings back what the act changed, but for what was changed again since.

    Raises `Conflict` where another tab was faster, or it is under way.
    """
    return _turn(entry, is_undo=True)


def redo(entry: HistoryEntry) -> HistoryEntry:
    """Does again what was undone. Raises `Conflict` likewise."""
    return _turn(entry, is_undo=False)


def undo_parts(entry: HistoryEntry, part_ids: Iterable[int], *, is_undo: bool) -> None:
    action = actions.get(entry.action)
    for pk in part_ids:
        with transaction.atomic(), connection.cursor() as cursor:
            row = HistoryPart.objects.select_for_update().filter(pk=pk).first()
            if row is None or row.is_undone == is_undo:
                continue
            _lock(cursor, row.image_ids)
            before, after = (row.before, row.after) if is_undo else (row.after, row.before)
            left = action.restore(cursor, Part(row.image_ids, before, after))
            row.is_undone = is_undo
            row.save(update_fields=["is_undone"])
            waiting.collect([Part(row.image_ids, row.before, row.after)])
            _refuse(entry, left)


def finish_turn(entry: HistoryEntry, *, is_undo: bool) -> None:
    if is_undo:
        _move(entry, State.UNDOING, State.UNDONE)
    else:
        _move(entry, State.DOING, State.DONE)


def latest_to_undo(collection: Collection) -> HistoryEntry | None:
    entries = HistoryEntry.objects.filter(collection=collection)
    settle_dead(collection)
    done = entries.filter(state__in=[State.DONE, State.STOPPED])
    # What was refused as a whole changed nothing.
    changed = done.filter(Exists(HistoryPart.objects.filter(entry=OuterRef("pk"))))
    return changed.order_by("-pk").first()


def latest_to_redo(collection: Collection) -> HistoryEntry | None:
    """What was undone last, unless something was done since."""
    entries = HistoryEntry.objects.filter(collection=collection)
    undone = entries.filter(state=State.UNDONE).order_by("-changed_at").first()
    if undone is None:
        return None
    newer = entries.exclude(state=State.UNDONE).filter(pk__gt=undone.pk)
    return None if newer.filter(at__gt=undone.changed_at).exists() else undone


def settle_dead(collection: Collection) -> None:
    """Entries whose job was cancelled or has died: they stopped half way, and say so."""
    under_way = HistoryEntry.objects.filter(
        collection=collection, state__in=[State.DOING, State.UNDOING]
    )
    for entry in under_way:
        if Job.objects.filter(
            kind__in=_JOBS, params__entry=entry.pk, state__in=Job.ACTIVE
        ).exists():
            continue
        if actions.get(entry.action).is_of_files:
            filing.conclude_dead(entry)
            continue
        if entry.state == State.DOING and not entry.parts.exists():
            entry.delete()
            continue
        sentence = entry.sentence
        if entry.state == State.DOING:
            sentence = actions.get(entry.action).sentence(entry.image_count, entry.params)
        _move(entry, State(entry.state), State.STOPPED, sentence=sentence)


def _turn(entry: HistoryEntry, *, is_undo: bool) -> HistoryEntry:
    action = actions.get(entry.action)
    settle_dead(entry.collection)
    sources = [State.DONE, State.STOPPED] if is_undo else [State.UNDONE]
    target = State.UNDOING if is_undo else State.DOING
    begun: Callable[[], object] | None = None
    with transaction.atomic():
        changed = HistoryEntry.objects.filter(pk=entry.pk, state__in=sources).update(
            state=target, changed_at=timezone.now(), refused=[], refused_count=0
        )
        if not changed:
            raise Conflict(
                "That was undone already." if is_undo else "That was done again already."
            )
        entry.refresh_from_db()
        part_ids = list(entry.parts.order_by("-pk").values_list("pk", flat=True))
        if isinstance(action, FileAction):
            begun = filing.begin_turn(entry, is_undo=is_undo)
        elif entry.image_count > action.waits_for:
            enqueue("turn-act", {"entry": entry.pk, "is_undo": is_undo})
        else:
            undo_parts(entry, part_ids if is_undo else part_ids[::-1], is_undo=is_undo)
            finish_turn(entry, is_undo=is_undo)
    if begun is not None:
        begun()
    entry.refresh_from_db()
    return entry


def note(entry: HistoryEntry, parts: Sequence[Part], *, is_counted: bool = True) -> None:
    """Writes down what was changed, in the transaction that changed it; not `is_counted` where the
    images in it are counted by what else is done to them."""
    if not parts:
        return
    HistoryPart.objects.bulk_create(
        HistoryPart(entry=entry, image_ids=list(p.image_ids), before=p.before, after=p.after)
        for p in parts
    )
    waiting.collect(parts)
    if not is_counted:
        return
    changed = len({pk for part in parts for pk in part.image_ids})
    HistoryEntry.objects.filter(pk=entry.pk).update(image_count=F("image_count") + changed)


def _refuse(entry: HistoryEntry, ids: Sequence[int]) -> None:
    """Those that somebody changed since, which therefore stay."""
    if not ids:
        return
    with transaction.atomic():
        held = HistoryEntry.objects.select_for_update().get(pk=entry.pk)
        room = max(0, filing.MOST_REFUSED_SHOWN - len(held.refused))
        held.refused += [[pk, "was changed since"] for pk in ids[:room]]
        held.refused_count += len(ids)
        held.save(update_fields=["refused", "refused_count"])


def _move(entry: HistoryEntry, source: State, target: State, **fields: Any) -> None:
    HistoryEntry.objects.filter(pk=entry.pk, state=source).update(
        state=target, changed_at=timezone.now(), **fields
    )
    entry.refresh_from_db()


def _is_done(cursor: Any, entry: HistoryEntry, ids: Sequence[int]) -> bool:
    """A batch is done as a whole or not at all, and its parts begin with one of its ids, which no
    other batch has between its own."""
    if not ids:
        return True
    cursor.execute(_DONE, [entry.pk, ids[0], ids[-1]])
    return cursor.fetchone() is not None


def _lock(cursor: Any, ids: Sequence[int]) -> list[int]:
    cursor.execute(_LOCK, [int_array(ids)])
    return [pk for (pk,) in cursor.fetchall()]


def _forget_old(newest: HistoryEntry) -> None:
    """Keeps the latest ones; looked after now and then."""
    if newest.pk % _TIDIED_EVERY == 0:
        entries = HistoryEntry.objects.filter(collection=newest.collection).order_by("-pk")
        old = list(entries.values_list("pk", flat=True)[KEPT:])
        HistoryEntry.objects.filter(pk__in=old).delete()
