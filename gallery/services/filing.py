"""Runs what is done to files: written down, one by one, on from wherever a kill left it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Params, Progress, Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue, runner
from gallery import actions
from gallery.actions.files import FileAction
from gallery.filing import notes
from gallery.filing.ordering import Bound
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.models import FileAct, HistoryEntry, HistoryPart, Image, LibraryRoot, Selection
from gallery.scanning import locking
from gallery.services import rebuild, selections

JOB, TURN_JOB = "act-on-files", "turn-files"
CHUNK = 1000
_PART = 5000
_INSERTS = 2000
MOST_REFUSED_SHOWN = 100
NOT_REACHED = "it was stopped before this one"
_State, _Act = HistoryEntry.State, FileAct.State


def perform(
    action: FileAction, params: Params, selection: Selection, user: User | None
) -> HistoryEntry:
    """A few files at once, where no scan holds them up; many as a job of the clusters.

    Raises `BadInput` where it could not even be begun.
    """
    action.prepare(selection, params)
    ids = selections.first_ids(selection, action.waits_for + 1)
    with transaction.atomic():
        entry = HistoryEntry.objects.create(
            collection=selection.collection,
            user=user,
            action=action.name,
            params=params,
            sentence=action.doing(params),
        )
        known = {"entry": entry.pk, "over": str(selections.freeze(selection).token)}
        run_here = _begin(JOB, known, entry, is_short=len(ids) <= action.waits_for)
    if run_here is not None:
        job = run_here()
        if job.state == Job.State.FAILED and not entry.file_acts.exists():
            entry.delete()
            raise BadInput(job.error)
    return _refreshed(entry)


def begin_turn(entry: HistoryEntry, *, is_undo: bool) -> Callable[[], Job] | None:
    """In the transaction that has turned the entry's state; what to call after it, if anything."""
    is_short = entry.image_count <= actions.get(entry.action).waits_for
    known = {"entry": entry.pk, "is_undo": is_undo}
    return _begin(TURN_JOB, known, entry, is_short=is_short)


def plan(entry: HistoryEntry, selection: Selection) -> Iterator[list[int]]:
    """Notes what is to be done to each file; the ids of the notes. In the job's transaction."""
    action = _action(entry)
    made: list[FileAct] = []
    bound: list[FileAct] = []
    chunk: list[int] = []
    for image_id, to in action.plan(selections.images(selection), entry.params):
        act = FileAct(entry=entry, image_id=image_id, kind=action.kind)
        if to is not None:
            act.known = {"to": to.stored()}
        if isinstance(to, Bound):
            act.known |= {"is_bound": True, "is_aside": to.is_aside}
            bound.append(act)
            continue
        made.append(act)
        if len(made) == _INSERTS:
            chunk += _inserted(made)
            made = []
            if len(chunk) >= CHUNK:
                yield from _cut(chunk)
                chunk = []
    yield from _cut(chunk + _inserted(made))
    if bound:
        yield _inserted(bound)  # in one piece: chunks are done beside each other


def plan_turn(entry: HistoryEntry, *, is_undo: bool) -> Iterator[list[int]]:
    """The last done is undone first."""
    state = _Act.DONE if is_undo else _Act.UNDONE
    acts = entry.file_acts.filter(state__in=[state, _Act.DOING])
    ordered = acts.order_by("-pk" if is_undo else "pk")
    bound = list(ordered.filter(known__is_bound=True).values_list("pk", flat=True))
    ids = list(ordered.exclude(known__has_key="is_bound").values_list("pk", flat=True))
    acts.exclude(problem="").update(problem="")
    if bound:
        yield bound
    yield from _cut(ids)


def run(entry: HistoryEntry, act_ids: Sequence[int], progress: Progress, *, is_back: bool) -> None:
    """Each of the acts that is not done yet. Raises `JobCancelled`, between two files."""
    action, refused = _action(entry), 0
    tally = action.tally(entry.file_acts.filter(state=_Act.DONE).exclude(pk__in=act_ids))
    for first in range(0, len(act_ids), action.slice_size):
        some = act_ids[first : first + action.slice_size]
        with ExitStack() as held:
            for root in _roots(some):
                held.enter_context(locking.alone(root, progress))
            rooms = Rooms()
            acts = action.in_turn(_in_order(some), rooms, entry.params, is_back=is_back)
            held.enter_context(closing(acts))
            for number, act in enumerate(acts, start=1):
                progress.check()
                refused += not _run_one(entry, act, rooms, is_back=is_back)
                if act.state == _Act.DONE:
                    tally += act.known.get("saved", 0)
                progress.report(first + number, refused, "" if is_back else action.under_way(tally))


def conclude(entry: HistoryEntry, state: HistoryEntry.State) -> None:
    """Says what was done, and what was not and why."""
    acts = entry.file_acts
    action = _action(entry)
    # Before it counts as done, so that it is done again after a kill.
    action.tidy(entry, is_back=entry.state == _State.UNDOING)
    with transaction.atomic():
        held = HistoryEntry.objects.select_for_update().filter(pk=entry.pk).first()
        if held is None or not held.is_under_way:
            return  # somebody else was faster
        is_back = held.state == _State.UNDOING
        acts.filter(state=_Act.PLANNED).update(state=_Act.REFUSED, problem=NOT_REACHED)
        left = acts.exclude(problem="")
        refused = left.filter(state=_Act.DONE) if is_back else left.exclude(state=_Act.DONE)
        held.refused_count = refused.count()
        held.refused = [
            [pk, reason]
            for pk, reason in refused.order_by("pk").values_list("image_id", "problem")[
                :MOST_REFUSED_SHOWN
            ]
        ]
        if not is_back:
            done = acts.filter(state=_Act.DONE).exclude(image=None)
            ids = list(dict.fromkeys(done.order_by("pk").values_list("image_id", flat=True)))
            held.image_count = len(ids)
            held.sentence = action.told(len(ids), entry.params, acts.all())
            _write_parts(held, ids)
        held.state = state
        held.changed_at = timezone.now()
        held.save()
        if not is_back and not held.image_count and not held.refused_count:
            held.delete()
            return
    if not is_back:
        _scan(action, entry)
    entry.refresh_from_db()


def conclude_dead(entry: HistoryEntry) -> None:
    """Its job ended before its time: what is half done is brought to an end, and it stopped there.

    While a scan holds the folders it is left for the next look.
    """
    half = list(entry.file_acts.filter(state=_Act.DOING).values_list("pk", flat=True))
    if half:
        if not all(locking.is_free(root) for root in _roots(half)):
            return
        run(entry, half, Unwatched(), is_back=entry.state == _State.UNDOING)
    conclude(entry, _State.STOPPED)


def _run_one(entry: HistoryEntry, act: FileAct, rooms: Rooms, *, is_back: bool) -> bool:
    """False where it was refused."""
    action = _action(entry)
    due = {_Act.DOING, _Act.DONE} if is_back else {_Act.DOING, _Act.PLANNED, _Act.UNDONE}
    if act.state not in due:
        return True
    # What was looked up ahead was so with the same locks held.
    image: Image | None = getattr(act, "looked_up", None)
    if image is None and act.image_id:
        known = Image.objects.select_related("folder__root")
        image = known.filter(pk=act.image_id).first()
    try:
        if is_back:
            action.turn_back(act, image, rooms)
        elif image is None:
            raise Refused("it was removed from the library meanwhile")
        else:
            action.do(act, image, rooms, entry.params)
    except Refused as refused:
        if is_back:
            left = _Act.DONE
        elif entry.parts.exists():
            left = _Act.UNDONE
        else:
            left = _Act.REFUSED
        notes.refuse(act, left, refused.reason)
        return False
    return True


def _begin(
    kind: str, params: Params, entry: HistoryEntry, *, is_short: bool
) -> Callable[[], Job] | None:
    """A job; what to call to run it here, if it is short: should this process die, the clusters go
    on with it."""
    roots = LibraryRoot.objects.filter(collection=entry.collection)
    if not is_short or not all(locking.is_free(root) for root in roots):
        queue.enqueue(kind, params)
        return None
    with queue.following() as jobs:
        queue.enqueue(kind, params)
    return lambda: runner.run_inline(jobs[0])


def _roots(act_ids: Sequence[int]) -> list[LibraryRoot]:
    """All that the acts may touch, in an order in which nobody waits for another."""
    acts = FileAct.objects.filter(pk__in=act_ids)
    ids = set(acts.exclude(image=None).values_list("image__folder__root", flat=True))
    for known in acts.values_list("known", flat=True):
        ids |= {known[end][0] for end in ("from", "to") if end in known}
    return list(LibraryRoot.objects.filter(pk__in=ids).order_by("pk"))


def _in_order(act_ids: Sequence[int]) -> list[FileAct]:
    found = FileAct.objects.in_bulk(act_ids)
    return [found[pk] for pk in act_ids if pk in found]


def _inserted(made: list[FileAct]) -> list[int]:
    return [act.pk for act in FileAct.objects.bulk_create(made, batch_size=_INSERTS)]


def _cut(ids: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]


def _write_parts(entry: HistoryEntry, ids: list[int]) -> None:
    """For the history page; what there is to undo is in the acts."""
    entry.parts.all().delete()
    HistoryPart.objects.bulk_create(
        HistoryPart(entry=entry, image_ids=ids[first : first + _PART])
        for first in range(0, len(ids), _PART)
    )


def _scan(action: FileAction, entry: HistoryEntry) -> None:
    done: Iterable[FileAct] = entry.file_acts.filter(state=_Act.DONE).iterator()
    for root_id, folder in sorted(action.folders_to_scan(done)):
        root = LibraryRoot.objects.filter(pk=root_id).first()
        if root is not None:
            rebuild.start(root, folder, rebuild=False)


def _action(entry: HistoryEntry) -> FileAction:
    return cast("FileAction", actions.get(entry.action))


def _refreshed(entry: HistoryEntry) -> HistoryEntry:
    """As it is now; without a key where nothing came of it, so that nothing was written down."""
    found = HistoryEntry.objects.filter(pk=entry.pk).first()
    if found is None:
        entry.pk = None
        return entry
    return found
