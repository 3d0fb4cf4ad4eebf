"""Finding near duplicates among a million images, beside 50,000 and beside comparing all pairs."""

import io
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from django.db import connection
from PIL import Image as Pictures
from PIL import ImageEnhance

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.jobs.kinds import Unwatched
from gallery.bench import duplicates_peaks
from gallery.duplicates import channels, hashes
from gallery.media import phash
from gallery.models import Collection, DuplicateMember, Folder, LibraryRoot
from gallery.services.duplicates import finding

FEW, MANY, PAIRED = 50_000, 1_000_000, 20_000
DISTANCE = 6
PICTURES = 400
_ROUNDS = 3
_BLOCK = 512
# Of 25 images three are one picture: the second differs from the first in two bits, the third in
# four.
_FILL = """
INSERT INTO gallery_image (
    collection_id, folder_id, name, size, mtime_ns, modified_at, created_at, is_available,
    read_version, fingerprint, format, width, height, generator, phash)
SELECT %(collection)s, %(folder)s, lpad(n::text, 8, '0') || '.png', 1000000 + n, n,
    now(), timestamptz '2025-01-01' + n * interval '1 second', true,
    1, gen_random_uuid(), 'png', 832, 1216, 'comfyui',
    CASE n %% 25
        WHEN 1 THEN hashint8extended(n - 1, 7) # (3::bigint << (n %% 61)::int)
        WHEN 2 THEN hashint8extended(n - 2, 7) # (15::bigint << (n %% 59)::int)
        ELSE hashint8extended(n, 7) END
FROM generate_series(0::bigint, %(many)s - 1) AS n
"""


def run(bench: Bench) -> Figures:
    bench.say("Pictures in several sizes and formats")
    real = _of_pictures(bench.scaled(PICTURES))
    bench.say("All pairs, and ours")
    ours, theirs = _rates(bench.scaled(PAIRED))
    few, many = bench.scaled(FEW), bench.scaled(MANY)
    bench.say(f"{few:,} images")
    collection = _filled(few)
    less_memory, _ = duplicates_peaks.of_finding(collection.pk, DISTANCE)
    less = _median(partial(_find, collection))
    bench.make_database()
    bench.say(f"{many:,} images")
    collection = _filled(many)
    memory, _ = duplicates_peaks.of_finding(collection.pk, DISTANCE)
    precision, recall = _quality()
    more = _seconds(partial(_find, collection))
    return {
        "images": many,
        "find_few_s": round(less, 2),
        "find_many_s": round(more, 1),
        "growth_50k_to_1m": round(more / less, 1),
        "vs_all_pairs": round(theirs / ours, 1),
        "all_pairs_s": round(theirs, 3),
        "planted_precision": round(precision, 4),
        "planted_recall": round(recall, 4),
        **real,
        "memory_mb": round(memory / 2**20),
        "memory_few_mb": round(less_memory / 2**20),
    }


def _filled(many: int) -> Collection:
    collection = Collection.objects.create(slug="default", name="Generated")
    root = LibraryRoot.objects.create(collection=collection, path="/generated", name="generated")
    folder = Folder.objects.create(root=root, path="", name="generated", depth=0)
    values = {"collection": collection.pk, "folder": folder.pk, "many": many}
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)
        cursor.execute("ANALYZE")
    return collection


def _find(collection: Collection) -> None:
    """As the job does it, the reading and the storing with it."""
    finding.find(collection, channels.get("near"), DISTANCE, Unwatched())


def _quality() -> tuple[float, float]:
    """Of what was planted: of each found image whether it is its keeper's picture, and of each
    planted one whether it was found."""
    others = DuplicateMember.objects.exclude(distance=0)
    rows = list(others.values_list("group__keeper__name", "image__name"))
    right = sum(int(a[:8]) // 25 == int(b[:8]) // 25 for a, b in rows)
    planted = sum(n % 25 in (1, 2) for n in range(_images()))
    return right / len(rows), right / planted


def _images() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gallery_image")
        return int(cursor.fetchone()[0])


def _rates(many: int) -> tuple[float, float]:
    """Seconds, in turns, of finding the near pairs among so many hashes."""
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2**64, many, dtype=np.uint64)
    planted = many // 20
    values[-planted:] = values[:planted] ^ np.uint64(3)
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        found = len(hashes.pairs(values, DISTANCE, lambda part: None)[0])
        between = time.perf_counter()
        expected = _all_pairs(values)
        theirs.append(time.perf_counter() - between)
        ours.append(between - start)
        if found != expected:
            raise RuntimeError(f"{found} pairs instead of {expected}.")
    return statistics.median(ours), statistics.median(theirs)


def _all_pairs(values: hashes.Hashes) -> int:
    """Each pair once, a block of rows at a time."""
    count = 0
    for start in range(0, len(values), _BLOCK):
        rows = values[start : start + _BLOCK, None]
        near = np.bitwise_count(rows ^ values[None, start:]) <= DISTANCE
        count += int(np.count_nonzero(np.triu(near, 1)))
    return count


def _of_pictures(many: int) -> Figures:
    """Smaller, as JPEG, brighter, and with a border cut off: what of it has near hashes, and how
    many of the pairs that have are of one picture."""
    rng = np.random.default_rng(8)
    grays, owners, ways = [], [], []
    for number in range(many):
        for way, made in enumerate(_variants(_painted(rng))):
            grays.append(phash.gray(made))
            owners.append(number)
            ways.append(way)
    values = np.array(phash.of(grays), np.int64).view(np.uint64)
    later, earlier, _ = hashes.pairs(values, DISTANCE, lambda part: None)
    of, way_of = np.array(owners), np.array(ways)
    is_right = of[later] == of[earlier]
    to_origin = is_right & (way_of[earlier] == 0)
    shares = [np.count_nonzero(to_origin & (way_of[later] == each)) / many for each in range(1, 5)]
    names = ("smaller", "jpeg", "brighter", "cropped")
    return {
        "pictures_precision": round(float(is_right.mean()), 4),
        **{f"found_{name}": round(share, 3) for name, share in zip(names, shares, strict=True)},
    }


def _painted(rng: np.random.Generator) -> Pictures.Image:
    """Soft shapes with grain: no two alike."""
    soft = Pictures.fromarray(rng.integers(0, 255, (9, 7, 3), np.uint8)).resize(
        (416, 608), Pictures.Resampling.BICUBIC
    )
    grain = rng.normal(0, 6, (608, 416, 3))
    return Pictures.fromarray((np.asarray(soft) + grain).clip(0, 255).astype(np.uint8))


def _variants(origin: Pictures.Image) -> list[Pictures.Image]:
    file = io.BytesIO()
    origin.save(file, "JPEG", quality=60)
    width, height = origin.size
    return [
        origin,
        origin.resize((width // 2, height // 2)),
        Pictures.open(file),
        ImageEnhance.Brightness(origin).enhance(1.15),
        origin.crop((width // 50, height // 50, width - width // 50, height - height // 50)),
    ]


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(_ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    """Nothing is found before."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM gallery_duplicatemember")
        cursor.execute("DELETE FROM gallery_duplicategroup")
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
