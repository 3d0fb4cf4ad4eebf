"""Files converted by the real job beside bare Pillow, and whether they say the same afterwards."""

import io
import os
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.services.runner import run_inline
from gallery import metadata
from gallery.bench import samples, workflows
from gallery.convert import encoding, one
from gallery.convert.orders import Order
from gallery.demo import recipes
from gallery.demo.painters import aurora, city, glass, mountains
from gallery.filing.refusals import Refused
from gallery.metadata import FileMetadata
from gallery.models import FileAct, HistoryEntry, Image
from gallery.services import filing, roots, selections

FILES = 96
_SIDE = 1024
_ROUNDS = 3
# What share of the files: AVIF takes five times as long.
_ORDERS = {Order("webp", quality=85): 1.0, Order("avif", quality=85): 0.25}
_SAMPLE_ROUNDS = 4
_PAINTERS = (mountains, aurora, glass, city)
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff")
_GRAIN = 6.0


def run(bench: Bench) -> Figures:
    count = bench.scaled(FILES)
    originals = bench.folder / "originals"
    bench.say(f"Painting {count} pictures of {_SIDE} x {_SIDE}")
    _write(originals, count)
    library = bench.folder / "library"
    shutil.copytree(originals, library)
    root = roots.add(roots.collection("default"), library)
    run_inline(roots.start_scan(root), follow=True)
    figures: Figures = {"files": count}
    for order, share in _ORDERS.items():
        some = max(1, round(share * count))
        figures |= _beside_bare(bench, root.collection_id, originals, order, some)
    figures["files_per_s_vs_bare"] = min(
        float(figures[f"{order.format}_vs_bare"]) for order in _ORDERS
    )
    return figures | _equality(bench)


def _beside_bare(
    bench: Bench, collection_id: int, originals: Path, order: Order, count: int
) -> Figures:
    """The same files bare and by the job, in turns."""
    workers = os.cpu_count() or 1
    paths = sorted(originals.iterdir())[:count]
    bare, ours, cpu, saved = [], [], [], 0
    for number in range(_ROUNDS):
        bench.say(f"{order.title}, round {number + 1}: bare, then the job, {workers} at a time")
        before = time.process_time()
        bare.append(count / _bare(paths, bench.folder / "bare", order, workers))
        between = time.process_time()
        entry, seconds = _convert(collection_id, order, count)
        cpu.append((between - before) / (time.process_time() - between))
        done = FileAct.objects.filter(entry=entry, state=FileAct.State.DONE)
        if done.count() != count:
            raise RuntimeError(f"{done.count()} of {count} files were converted.")
        ours.append(count / seconds)
        saved = sum(act.known["saved"] for act in done)
        filing.run(entry, [act.pk for act in done], Unwatched(), is_back=True)
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    kind = order.format
    return {
        f"{kind}_bare_files_per_s_per_core": round(statistics.median(bare) / workers, 2),
        f"{kind}_files_per_s_per_core": round(statistics.median(ours) / workers, 2),
        f"{kind}_vs_bare": round(statistics.median(ratios), 3),
        f"{kind}_processor_vs_bare": round(statistics.median(cpu), 3),
        f"{kind}_share_saved": round(saved / sum(path.stat().st_size for path in paths), 3),
    }


def _write(folder: Path, count: int) -> None:
    """ComfyUI's PNGs with a grain, as diffusion leaves it: flat pictures encode too fast."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(11)
    painted = [
        np.asarray(painter.paint((_SIDE, _SIDE), random).image.convert("RGB"), dtype=np.float32)
        for painter in _PAINTERS
    ]
    for number in range(count):
        grain = random.normal(0, _GRAIN, (_SIDE // 2, _SIDE // 2, 1)).repeat(2, 0).repeat(2, 1)
        pixels = np.roll(painted[number % len(painted)], number * 37, axis=1) + grain
        picture = PillowImage.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        recipe = recipes.write(
            "aurora", f"a fox, number {number}", number + 1, (_SIDE,) * 2, random
        )
        workflows.png(folder / f"{number:04d}.png", picture, recipe)


def _bare(paths: Sequence[Path], target: Path, order: Order, workers: int) -> float:
    """Seconds that Pillow alone takes, in as many threads."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()

    def one_file(path: Path) -> None:
        with PillowImage.open(path) as picture:
            picture.save(
                target / f"{path.stem}{order.ending}",
                order.format.upper(),
                **encoding.options(order),
            )

    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as executor:
        list(executor.map(one_file, paths))
    return time.perf_counter() - started


def _convert(collection_id: int, order: Order, count: int) -> tuple[HistoryEntry, float]:
    """What a chunk of the job does, and the seconds that it takes."""
    entry = HistoryEntry.objects.create(
        collection_id=collection_id,
        action="convert",
        params=order.stored(),
        sentence="Converting",
    )
    ids = Image.objects.visible().order_by("name").values_list("pk", flat=True)[:count]
    acts = [
        pk
        for chunk in filing.plan(entry, selections.of_images(entry.collection, list(ids)))
        for pk in chunk
    ]
    started = time.perf_counter()
    filing.run(entry, acts, Unwatched(), is_back=False)
    return entry, time.perf_counter() - started


def _equality(bench: Bench) -> Figures:
    """Of files of every writer, and of the corpus where there is one."""
    written = samples.write(bench.folder / "samples", bench.scaled(_SAMPLE_ROUNDS))
    paths = [sample.path for sample in written]
    if bench.corpus is not None:
        paths += sorted(_pictures(bench.corpus))
    bench.say(f"Comparing what {len(paths):,} files say, before and after")
    orders = [
        Order("webp", takes_bigger=True),
        Order("webp", is_lossless=True, takes_bigger=True),
        Order("avif", takes_bigger=True),
    ]
    asked = equal = 0
    refused: Counter[str] = Counter()
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        for order in orders:
            found = executor.map(partial(_compared, order=order), paths)
            for path, answer in zip(paths, found, strict=True):
                if isinstance(answer, str):
                    refused[answer] += 1
                    continue
                asked += 1
                equal += answer
                if not answer:
                    bench.remark(f"{path.name}: says something else as {order.title}")
    for reason, count in refused.most_common(12):
        bench.remark(f"{count} left as they were: {reason}")
    return {
        "metadata_compared": asked,
        "metadata_refused": refused.total(),
        "metadata_equal": round(equal / asked, 4) if asked else 0.0,
    }


def _pictures(folder: Path) -> Iterator[Path]:
    return (
        path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES and path.is_file()
    )


def _compared(path: Path, order: Order) -> bool | str:
    """Whether both say the same, word by word and as understood; or why there is no second."""
    data = path.read_bytes()
    try:
        made = one.convert(data, order).data
    except Refused as refused:
        return refused.reason
    before, after = _read(data), _read(made)
    return _said(before) == _said(after) and before.understanding == after.understanding


def _read(data: bytes) -> FileMetadata:
    return metadata.read_stream(io.BytesIO(data), len(data))


def _said(read: FileMetadata) -> list[tuple[str, str, str]]:
    return [(record.container, record.key, record.text) for record in read.records]
