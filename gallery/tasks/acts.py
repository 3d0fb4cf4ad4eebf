"""Acts on many images, and undoing them, as jobs."""

from collections.abc import Iterator

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery import actions
from gallery.models import HistoryEntry, Selection
from gallery.services import history, selections

_PARTS_A_CHUNK = 4


class Act(JobKind):
    """Does a history entry's action to the images of a frozen selection."""

    name = "act"
    title = "Acting on images"

    def describe(self, params: Params) -> str:
        return _entry(params).sentence

    def plan(self, params: Params) -> Iterator[Chunk]:
        entry = _entry(params)
        action = actions.get(entry.action)
        if "over" in params:
            over = Selection.objects.select_related("collection").get(token=params["over"])
            chosen = selections.images(over)
        else:
            chosen = action.scope(entry.params, entry.collection)
        for ids in selections.batches_of(chosen, action.batch_size):
            yield Chunk(tuple(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        progress.check()
        history.run(_entry(params), chunk.ids)
        progress.report(len(chunk.ids))

    def finish(self, params: Params) -> None:
        if "over" in params:
            Selection.objects.filter(token=params["over"]).delete()
        entry = HistoryEntry.objects.filter(pk=params["entry"]).first()
        if entry is not None:
            history.finish(entry)


class TurnAct(JobKind):
    """Undoes a history entry, or does it again."""

    name = "turn-act"
    title = "Undoing"

    def describe(self, params: Params) -> str:
        verb = "Undoing" if params["is_undo"] else "Doing again"
        return f"{verb}: {_entry(params).sentence}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        entry = _entry(params)
        order = "-pk" if params["is_undo"] else "pk"
        parts = list(entry.parts.order_by(order).values_list("pk", "image_ids"))
        for first in range(0, len(parts), _PARTS_A_CHUNK):
            some = parts[first : first + _PARTS_A_CHUNK]
            yield Chunk(tuple(pk for pk, _ in some), sum(len(ids) for _, ids in some))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        entry = _entry(params)
        for pk in chunk.ids:
            progress.check()
            history.undo_parts(entry, [pk], is_undo=params["is_undo"])
        progress.report(chunk.size or 0)

    def finish(self, params: Params) -> None:
        entry = HistoryEntry.objects.filter(pk=params["entry"]).first()
        if entry is not None:
            history.finish_turn(entry, is_undo=params["is_undo"])


def _entry(params: Params) -> HistoryEntry:
    entry = HistoryEntry.objects.select_related("collection").filter(pk=params["entry"]).first()
    if entry is None:
        raise NotFound("What was to be done is no longer in the history.")
    return entry
