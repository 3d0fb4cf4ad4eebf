"""Posters of videos, thumbnails of stills and moving previews, beside bare PyAV and Pillow."""

import io
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
from PIL import Image as PillowImage

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from gallery.bench import motion
from gallery.bench.turns import medians
from gallery.media import thumbnails
from gallery.models import Image, LibraryRoot, StageFailure
from gallery.pipeline import runner
from gallery.pipeline.stages import Stage
from gallery.pipeline.strip_stage import StripStage
from gallery.pipeline.thumbnail_stage import ThumbnailStage
from gallery.services import roots

VIDEOS, STILLS = 120, 240


def run(bench: Bench) -> Figures:
    bench.say("Writing videos and pictures")
    videos = motion.write_videos(bench.folder / "videos", bench.scaled(VIDEOS))
    stills = motion.write_stills(bench.folder / "stills", bench.scaled(STILLS))
    collection = roots.collection("default")
    video_root = _scanned(roots.add(collection, bench.folder / "videos"))
    still_root = _scanned(roots.add(collection, bench.folder / "stills"))

    bench.say("Posters, beside bare PyAV and Pillow")
    bare_video_s, poster_s = medians(
        lambda: _bare(videos, _bare_poster), lambda: _stage(video_root, ThumbnailStage())
    )
    bench.say("Thumbnails, beside bare Pillow")
    bare_still_s, thumbnail_s = medians(
        lambda: _bare(stills, _bare_still), lambda: _stage(still_root, ThumbnailStage())
    )
    bench.say("Moving previews")
    strip_s = _stage(video_root, StripStage())
    if StageFailure.objects.exists():
        raise RuntimeError(f"Not all could be made: {StageFailure.objects.first()}")
    return {
        "videos": len(videos),
        "stills": len(stills),
        "bare_posters_per_s": round(len(videos) / bare_video_s, 1),
        "posters_per_s": round(len(videos) / poster_s, 1),
        "bare_thumbnails_per_s": round(len(stills) / bare_still_s, 1),
        "thumbnails_per_s": round(len(stills) / thumbnail_s, 1),
        "strips_per_s": round(len(videos) / strip_s, 1),
        "poster_vs_bare": round(bare_video_s / poster_s, 3),
        "thumbnails_vs_bare": round(bare_still_s / thumbnail_s, 3),
    }


def _bare(paths: Sequence[Path], make: Callable[[Path], None]) -> float:
    """Seconds of the processor with as many threads as the pipeline takes, and nothing kept."""
    with ThreadPoolExecutor(runner.THREADS) as threads:
        return _worked(lambda: list(threads.map(make, paths)))


def _bare_poster(path: Path) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        # One core each, as there.
        stream.codec_context.thread_count = 1
        container.seek(int((container.duration or 0) * 0.1))
        frame = next(container.decode(stream))
        _bare_sizes(frame.to_image())  # type: ignore[no-untyped-call]


def _bare_still(path: Path) -> None:
    with PillowImage.open(path) as image:
        _bare_sizes(image if image.mode == "RGB" else image.convert("RGB"))


def _bare_sizes(image: PillowImage.Image) -> None:
    for size in thumbnails.SIZES:
        image.thumbnail((size, size), PillowImage.Resampling.LANCZOS, reducing_gap=2.0)
        image.save(io.BytesIO(), "WEBP", quality=thumbnails.QUALITY, method=thumbnails.METHOD)


def _stage(root: LibraryRoot, stage: Stage) -> float:
    """Seconds of the processor for all images of `root`, whose output is forgotten before."""
    shutil.rmtree(thumbnails.storage().path(""), ignore_errors=True)
    Image.objects.update(thumbnail_version=None, strip_of=None)
    ids = list(Image.objects.filter(folder__root=root).values_list("pk", flat=True))
    return _worked(lambda: runner.run(ids, [stage], Unwatched()))


def _worked(act: Callable[[], object]) -> float:
    """Of all threads together: what is promised is the rate of a core."""
    start = time.process_time()
    act()
    return time.process_time() - start


def _scanned(root: LibraryRoot) -> LibraryRoot:
    for kind in ("quick_scan", "deep_scan"):
        job = run_inline(enqueue(kind, {"root_id": root.pk}))
        if job.state != Job.State.DONE:
            raise RuntimeError(f"{job}: {job.error}")
    return root
