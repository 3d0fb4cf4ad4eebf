"""A backup back into a library: looked at first, then as one act of history, small ones at once and
large ones as a job. What finds no image waits for it."""

from collections.abc import Callable, Iterable, Sequence

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.backup import applying, heads, matching, taking, waiting
from gallery.backup.act import RestoreBackup
from gallery.backup.options import Options, Tally
from gallery.backup.taking import Taken
from gallery.models import Collection, HistoryEntry, LibraryRoot
from gallery.services import history, roots
from gallery.services.sidecars import importing

JOB = history.RESTORE_JOB
# So many are restored, or looked at, while the person waits.
AT_ONCE = 2000
Check = Callable[[], object]


def look(
    taken: Taken, collection: Collection, options: Options, check: Check = lambda: None
) -> Tally:
    """What restoring would do now; changes nothing."""
    tally = Tally()
    with connection.cursor() as cursor:
        settled = heads.settle(cursor, collection, list(taken.heads()), options, tally, dry=True)
        for place, _ in taking.places(taken.path):
            check()
            words = taking.batch(taken.path, place)
            found = matching.match(cursor, collection.pk, words, by_path=options.by_path)
            sorted_out = applying.arrange(words, found.images)
            _count(tally, len(words), sorted_out.unmatched, found.guessed)
            for targets in sorted_out.rounds:
                applying.apply(cursor, targets, options, settled.albums, tally, dry=True)
    return tally


def start(
    taken: Taken,
    collection: Collection,
    options: Options,
    user: User | None = None,
    *,
    waited_in: str = "",
) -> HistoryEntry:
    """Restores now, or starts a job where it is about many images; one that is under way with this
    backup is gone on with."""
    under_way = _under_way(taken, collection)
    if under_way is not None:
        return under_way
    tally = Tally()
    with transaction.atomic(), connection.cursor() as cursor:
        settled = heads.settle(cursor, collection, list(taken.heads()), options, tally, dry=False)
        entry = HistoryEntry.objects.create(
            collection=collection,
            user=user,
            action=RestoreBackup.name,
            params={
                "token": taken.token,
                "of": _called(taken),
                "albums": settled.albums,
                "roots": sorted(settled.roots),
                "waited_in": waited_in,
                **options.as_params(),
            },
            sentence=f"Restoring {_called(taken)}",
        )
        history.note(entry, settled.parts, is_counted=False)
        if taken.images > AT_ONCE:
            enqueue(JOB, {"entry": entry.pk, "token": taken.token})
            return entry
        for place, _ in taking.places(taken.path):
            run(entry, taken, place)
        finish(entry, taken)
    return entry


def run(entry: HistoryEntry, taken: Taken, place: int) -> Tally:
    """One batch; done twice, the second time changes nothing."""
    words = taking.batch(taken.path, place)
    tally, options = Tally(), Options.of(entry.params)
    with connection.cursor() as cursor:
        found = matching.match(cursor, entry.collection_id, words, by_path=options.by_path)
    sorted_out = applying.arrange(words, found.images)
    _count(tally, len(words), sorted_out.unmatched, found.guessed)
    for targets in sorted_out.rounds:
        history.run(entry, sorted(targets), targets=targets, tally=tally)
    waiting.put(taken, place, [words[n] for n in sorted_out.unmatched])
    return tally


def finish(entry: HistoryEntry, taken: Taken) -> None:
    """Has what follows done: parsing again, scans that options ask for, waiting for images."""
    collection, params = entry.collection, entry.params
    waiting.settle(taken, collection, Options.of(params))
    if params["waited_in"]:
        waiting.listed_as(collection, params["waited_in"]).unlink(missing_ok=True)
    history.finish(entry)
    importing.have_parsed_again(collection)
    for root in LibraryRoot.objects.filter(pk__in=params["roots"]):
        roots.start_scan(root)
    transaction.on_commit(lambda: taken.path.unlink(missing_ok=True))


def retry(collection: Collection, check: Check = lambda: None) -> None:
    """Looks for the images of what waits, and restores to those that came."""
    for path in waiting.listed(collection):
        check()
        with path.open("rb") as file:
            taken = taking.take(file)
        options = waiting.options_of(taken.header)
        if _has_images(taken, collection, options):
            start(taken, collection, options, waited_in=path.name)


def _has_images(taken: Taken, collection: Collection, options: Options) -> bool:
    with connection.cursor() as cursor:
        return any(
            matching.match(
                cursor, collection.pk, taking.batch(taken.path, place), by_path=options.by_path
            ).images
            for place, _ in taking.places(taken.path)
        )


def _under_way(taken: Taken, collection: Collection) -> HistoryEntry | None:
    job = Job.objects.filter(kind=JOB, params__token=taken.token, state__in=Job.ACTIVE).first()
    if job is None:
        return None
    entries = HistoryEntry.objects.filter(pk=job.params["entry"], collection=collection)
    return entries.first()


def _called(taken: Taken) -> str:
    made = timezone.localtime(taken.header.made_at)
    if taken.header.source != "library":
        return f"{taken.header.source} of {made:%-d %B %Y}"
    return f"Backup of {made:%-d %B %Y %H:%M}"


def _count(tally: Tally, many: int, unmatched: Sequence[int], guessed: Iterable[int]) -> None:
    tally.found += many - len(unmatched)
    tally.waiting += len(unmatched)
    tally.guessed += len(set(guessed))
