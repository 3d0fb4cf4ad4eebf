"""Files moved, copied, renamed and thrown away, and all that undone, as jobs."""

from collections.abc import Iterator

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.models import HistoryEntry, Selection
from gallery.services import filing


class ActOnFiles(JobKind):
    """Does a history entry's action to the files of a frozen selection."""

    name = filing.JOB
    title = "Acting on files"
    unit = "files"

    def describe(self, params: Params) -> str:
        return _entry(params).sentence

    def plan(self, params: Params) -> Iterator[Chunk]:
        entry = _entry(params)
        selection = Selection.objects.select_related("collection").get(token=params["over"])
        for ids in filing.plan(entry, selection):
            yield Chunk(tuple(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        filing.run(_entry(params), chunk.ids, progress, is_back=False)

    def finish(self, params: Params) -> None:
        Selection.objects.filter(token=params["over"]).delete()
        _finish(params)


class TurnFiles(JobKind):
    """Undoes a history entry about files, or does it again."""

    name = filing.TURN_JOB
    title = "Undoing"
    unit = "files"

    def describe(self, params: Params) -> str:
        verb = "Undoing" if params["is_undo"] else "Doing again"
        return f"{verb}: {_entry(params).sentence}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        for ids in filing.plan_turn(_entry(params), is_undo=params["is_undo"]):
            yield Chunk(tuple(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        filing.run(_entry(params), chunk.ids, progress, is_back=params["is_undo"])

    def finish(self, params: Params) -> None:
        _finish(params)


def _finish(params: Params) -> None:
    entry = HistoryEntry.objects.filter(pk=params["entry"]).first()
    if entry is None or not entry.is_under_way:
        return
    is_back = entry.state == HistoryEntry.State.UNDOING
    done = HistoryEntry.State.UNDONE if is_back else HistoryEntry.State.DONE
    filing.conclude(entry, done)


def _entry(params: Params) -> HistoryEntry:
    entry = HistoryEntry.objects.select_related("collection").filter(pk=params["entry"]).first()
    if entry is None:
        raise NotFound("What was to be done is no longer in the history.")
    return entry
