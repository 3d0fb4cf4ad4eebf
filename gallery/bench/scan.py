"""Quick scan, unchanged rescan and deep scan beside a bare walk, a bare COPY and Pillow's loop."""

import os
import time
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.models import Min
from PIL import Image as PillowImage

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import OnProgress, run_inline
from gallery.bench import peaks, pngs
from gallery.bench.turns import medians, timed
from gallery.models import Image, LibraryRoot
from gallery.services import roots

FILES, FOLDERS = 50_000, 500
FEWER_FILES, FEWER_FOLDERS = 10_000, 100


def run(bench: Bench) -> Figures:
    files, folders = bench.scaled(FILES), bench.scaled(FOLDERS)
    fewer_files, fewer_folders = bench.scaled(FEWER_FILES), bench.scaled(FEWER_FOLDERS)
    folder, fewer = bench.folder / "library", bench.folder / "fewer"
    bench.say(f"Writing {files:,} PNGs into {folders:,} folders")
    pngs.write_library(folder, files, folders)
    pngs.write_library(fewer, fewer_files, fewer_folders)

    # Yardstick and measured thing take turns: a machine that is slower for a while slows both.
    bench.say("Quick scan, beside a bare walk and a bare COPY")
    collection = roots.collection("default")
    walk_s, copy_s, quick_s = medians(
        lambda: timed(lambda: _bare_walk(folder)),
        lambda: _bare_copy(folder),
        lambda: _first_scan(roots.add(collection, folder)),
    )
    raw_s = walk_s + copy_s

    bench.say("Scan of the same once more, beside a bare walk")
    root = roots.add(collection, folder)
    _run("quick_scan", root)
    walk_again_s, rescan_s = medians(
        lambda: timed(lambda: _bare_walk(folder)),
        lambda: timed(lambda: _run("quick_scan", root)),
    )

    workers = os.cpu_count() or 1
    bench.say(f"Deep scan by {workers} workers, beside Pillow's open-and-read-info loop")
    pillow_s, deep_s = medians(
        lambda: timed(lambda: _pillow_loop(folder)), lambda: _deep_scan(root, workers)
    )
    if Image.objects.exclude(prompt=None).count() != files:
        raise RuntimeError("The deep scan lost prompts: its time means nothing.")

    bench.say("Deep scan's memory")
    fewer_root = roots.add(collection, fewer)
    _run("quick_scan", fewer_root)
    fewer_peak, _ = peaks.of_scan("deep_scan", fewer_root.pk, rebuild=True)
    peak, _ = peaks.of_scan("deep_scan", root.pk, rebuild=True)

    return {
        "files": files,
        "walk_per_s": round(files / walk_s),
        "copy_per_s": round(files / copy_s),
        "pillow_per_s": round(files / pillow_s),
        "quick_per_s": round(files / quick_s),
        "rescan_per_s": round(files / rescan_s),
        "deep_per_s": round(files / deep_s),
        "deep_peak_mb": round(peak / 1e6, 1),
        "quick_vs_raw": round(raw_s / quick_s, 3),
        "rescan_vs_walk": round(walk_again_s / rescan_s, 3),
        "deep_vs_pillow": round(pillow_s / deep_s, 3),
        "deep_memory_growth": round(peak / fewer_peak, 3),
    }


def _bare_walk(folder: Path) -> list[tuple[str, int, int]]:
    """Every file's path, size and time, and nothing else."""
    found: list[tuple[str, int, int]] = []
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as scan:
            for item in scan:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(item.path)
                else:
                    stat = item.stat(follow_symlinks=False)
                    found.append((item.path, stat.st_size, stat.st_mtime_ns))
    return found


def _bare_copy(folder: Path) -> float:
    """Seconds to COPY the paths into a table that holds them unique."""
    lines = "".join(f"{path}\t{size}\t{mtime}\n" for path, size, mtime in _bare_walk(folder))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (path text UNIQUE, size bigint, mtime_ns bigint)")
        start = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            copy.write(lines)
        elapsed = time.perf_counter() - start
        cursor.execute("DROP TABLE bare")
    return elapsed


def _pillow_loop(folder: Path) -> None:
    for path, _, _ in _bare_walk(folder):
        with PillowImage.open(path) as picture:
            picture.info  # noqa: B018 (reading it is the measure)


def _first_scan(root: LibraryRoot) -> float:
    """Times the scan of a root that the database does not know, and forgets it again."""
    elapsed = timed(lambda: _run("quick_scan", root))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE gallery_libraryroot, gallery_image CASCADE")
    return elapsed


def _deep_scan(root: LibraryRoot, workers: int) -> float:
    """Seconds from the first chunk's start to the job's end: in a cluster the workers run already,
    here they would be started first."""
    Image.objects.update(read_version=None)
    started: list[datetime] = []

    def note(job: Job) -> None:
        if not started:
            first = job.chunks.aggregate(at=Min("started_at"))["at"]
            started.extend([first] if first else [])

    job = _run("deep_scan", root, workers, note)
    assert started and job.finished_at  # noqa: S101 (or else there was nothing to measure)
    return (job.finished_at - started[0]).total_seconds()


def _run(
    kind: str, root: LibraryRoot, workers: int = 1, on_progress: OnProgress | None = None
) -> Job:
    job = enqueue(kind, {"root_id": root.pk})
    job = run_inline(job, workers=workers, on_progress=on_progress)
    if job.state != Job.State.DONE:
        raise RuntimeError(f"{job}: {job.error}")
    return job
