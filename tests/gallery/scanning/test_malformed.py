"""Every broken and hostile file of the sample corpus through scan, thumbnails and page."""

import resource
import shutil
import sys
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from gallery.models import Image, LibraryRoot, StageFailure
from gallery.pipeline import planning, registry, runner
from gallery.scanning import reading
from gallery.scanning.options import SUFFIXES
from gallery.services import roots
from tests.gallery.scanning.conftest import Progress, look, read

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "malformed"
LIMIT_S = 1.0
LIMIT_MB = 300

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    # Pillow's, of what is wrong with a file: outside of tests they are silenced.
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample corpus beside the checkout"),
]


@pytest.fixture
def root(db, library_folder) -> LibraryRoot:
    """All of them under names that a scan looks at; times as they are, long ago. In empty tables:
    what tests before took back lies in them still, and thousands of pages would read past it."""
    tables = [model._meta.db_table for model in apps.get_app_config("gallery").get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    for file in sorted(CORPUS.rglob("*")):
        if not file.is_file() or file.name == "manifest.tsv":
            continue
        name = file.relative_to(CORPUS).as_posix()
        if not name.lower().endswith((*SUFFIXES, ".txt", ".json")):
            name += ".png"
        target = library_folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        shutil.copystat(file, target)
    return roots.add(roots.collection("default"), library_folder)


def peak_mb() -> float:
    per_mb = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb


@pytest.mark.timeout(900)
def test_no_file_crashes_hangs_or_goes_without_a_reason(root, client, monkeypatch):
    slow: list[tuple[str, str, float]] = []
    read_file = reading.Reader.read

    def timed(reader, target, imported):
        started = time.thread_time()
        answer = read_file(reader, target, imported)
        _note(slow, "read", target.relative, time.thread_time() - started)
        return answer

    prepare = runner._prepare

    def timed_too(image, *args):
        started = time.thread_time()
        answer = prepare(image, *args)
        _note(slow, "prepare", image.relative_path, time.thread_time() - started)
        return answer

    monkeypatch.setattr(reading.Reader, "read", timed)
    monkeypatch.setattr(runner, "_prepare", timed_too)
    before = peak_mb()
    look(root)
    read(root)
    assert not Image.objects.filter(read_version=None).exists()

    stages = registry.stages("default")
    for ids in planning.chunks(root.collection, stages, 100):
        runner.run(ids, stages, Progress())
    for image in Image.objects.select_related("folder", "metadata"):
        for page in ("image", "image-records"):
            started = time.thread_time()
            answer = client.get(reverse(page, args=["default", image.pk]))
            _note(slow, page, image.relative_path, time.thread_time() - started)
            # What is no picture has no records.
            is_there = page == "image" or hasattr(image, "metadata")
            assert answer.status_code == (200 if is_there else 404), (page, image.relative_path)
    assert not slow
    assert peak_mb() - before < LIMIT_MB

    without = Image.objects.filter(thumbnail_version=None, failures=None)
    assert not list(without.values_list("folder__path", "name"))
    assert not StageFailure.objects.filter(reason="").exists()


def _note(slow: list[tuple[str, str, float]], what: str, which: str, elapsed_s: float) -> None:
    """The processor's time of this very work: the machine may be busy with other things."""
    if elapsed_s > LIMIT_S:
        slow.append((what, which, round(elapsed_s, 2)))
