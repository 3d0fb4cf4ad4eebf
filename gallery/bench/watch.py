"""A million sparse files in 20,000 folders: scanned, scanned again, watched; one file, a burst."""

import contextlib
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from dtoolkit.core.bench import Bench, Figures
from gallery.bench import peaks, pngs, watchers
from gallery.models import Image, LibraryRoot, WatchState
from gallery.services import roots

FILES, FOLDERS = 1_000_000, 20_000
BURST, BURST_FOLDERS = 10_000, 200
SINGLE = 30
_SPARSE_BYTES = 1 << 20
_LONGEST_WAIT_S = 300.0


def run(bench: Bench) -> Figures:
    files, folders = bench.scaled(FILES), bench.scaled(FOLDERS)
    place, fewer = bench.folder / "library", bench.folder / "fewer"
    bench.say(f"Making {files:,} sparse files in {folders:,} folders, and a tenth of them")
    _make_sparse(place, files, folders)
    _make_sparse(fewer, max(1, files // 10), max(1, folders // 10))

    collection = roots.collection("default")
    bench.say("Quick scan of the tenth, then of all")
    fewer_peak, _ = peaks.of_scan("quick_scan", roots.add(collection, fewer).pk)
    root = roots.add(collection, place)
    quick_peak, quick_s = peaks.of_scan("quick_scan", root.pk)
    bench.say("Scan of the same once more")
    rescan_peak, rescan_s = peaks.of_scan("quick_scan", root.pk)

    bench.say("Watching")
    # Sparse files are no pictures: nobody is to read them while the watcher is measured.
    Image.objects.update(read_version=2**15 - 1)
    LibraryRoot.objects.exclude(pk=root.pk).update(is_watched=False)
    with watchers.running() as process:
        ready_s = _wait_until(lambda: _is_watching(root))
        visible, finished = _single_files(place, root)
        before = process.memory_info().rss
        bench.say(f"A burst of {bench.scaled(BURST):,} files")
        burst_s, missed = _burst(place, root, bench.scaled(BURST))
        after = process.memory_info().rss
    return {
        "files": files,
        "folders": folders,
        "quick_per_s": round(files / quick_s),
        "rescan_per_s": round(files / rescan_s),
        "quick_peak_mb": round(quick_peak / 1e6, 1),
        "rescan_peak_mb": round(rescan_peak / 1e6, 1),
        "quick_memory_growth": round(quick_peak / fewer_peak, 3),
        "watch_ready_s": round(ready_s, 2),
        "watch_rss_mb": round(before / 1e6, 1),
        "watch_memory_growth": round(after / before, 3),
        "visible_median_s": round(statistics.median(visible), 3),
        "visible_worst_s": round(max(visible), 3),
        "finished_median_s": round(statistics.median(finished), 3),
        "burst_files": bench.scaled(BURST),
        "burst_s": round(burst_s, 2),
        "burst_missed": missed,
    }


def _make_sparse(place: Path, files: int, folders: int) -> None:
    for number in range(folders):
        folder = place / f"set-{number % 100:02d}" / f"day-{number:05d}"
        folder.mkdir(parents=True)
        for index in range(number, files, folders):
            with (folder / f"{index:08d}.png").open("wb") as file:
                file.truncate(_SPARSE_BYTES + index)


def _is_watching(root: LibraryRoot) -> bool:
    return LibraryRoot.objects.filter(pk=root.pk, watch_state=WatchState.WATCHING).exists()


def _single_files(place: Path, root: LibraryRoot) -> tuple[list[float], list[float]]:
    """Seconds from a finished file to its row, and to its thumbnail, one file after the other."""
    rng = random.Random(7)
    folders = sorted(path for path in place.glob("set-*/day-*"))
    visible, finished = [], []
    for number, data in zip(range(SINGLE), pngs.pictures(seed=3), strict=False):
        name = f"single-{number}.png"
        (rng.choice(folders) / name).write_bytes(data)
        images = Image.objects.filter(folder__root=root, name=name)
        start = time.perf_counter()
        visible.append(_wait_until(images.exists))
        _wait_until(images.exclude(thumbnail_version=None).exists)
        finished.append(time.perf_counter() - start)
    return visible, finished


def _burst(place: Path, root: LibraryRoot, files: int) -> tuple[float, int]:
    """Seconds until every one of `files` written at once has its row, and how many never had."""
    target = place / "burst"
    start = time.perf_counter()
    for number in range(files):
        folder = target / f"part-{number % BURST_FOLDERS:03d}"
        if number < BURST_FOLDERS:
            folder.mkdir(parents=True)
        (folder / f"{number:06d}.png").write_bytes(os.urandom(64))
    images = Image.objects.filter(folder__root=root, folder__path__startswith="burst/")
    with contextlib.suppress(TimeoutError):
        _wait_until(lambda: images.count() >= files, every_s=0.1)
    return time.perf_counter() - start, files - images.count()


def _wait_until(is_true: Callable[[], bool], every_s: float = 0.01) -> float:
    """Seconds until it is; raises `TimeoutError`."""
    start = time.perf_counter()
    while not is_true():
        if time.perf_counter() - start > _LONGEST_WAIT_S:
            raise TimeoutError("The watcher did not see what happened.")
        time.sleep(every_s)
    return time.perf_counter() - start
