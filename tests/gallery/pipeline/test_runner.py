import errno
import threading
from pathlib import Path

import imagehash
import numpy as np
import pytest
from django.db import connection, transaction
from PIL import Image as Pixels

from dtoolkit.jobs.kinds import JobCancelled
from gallery.media import decoding, thumbnails
from gallery.media.storing import StorageUnwritable
from gallery.models import Image, StageFailure
from gallery.pipeline import failures, registry, runner
from tests import pictures
from tests.gallery.pipeline.stage_doubles import NotedProgress, WidthStage
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def images(library_folder) -> list[Image]:
    return [
        scanned(pictures.png(library_folder / f"{n}.png", size=(300 + n, 200), colour=(n, 99, 0)))
        for n in range(5)
    ]


def run(images, stages=None, progress=None) -> NotedProgress:
    progress = progress or NotedProgress()
    runner.run([image.pk for image in images], stages or registry.stages("default"), progress)
    for image in images:
        if Image.objects.filter(pk=image.pk).exists():
            image.refresh_from_db()
    return progress


def test_each_image_gets_thumbnails_and_a_hash(images):
    progress = run(images)
    assert progress.reports == [(5, 0)]
    for image in images:
        assert thumbnails.are_made(image.fingerprint)
        assert image.thumbnail_version == thumbnails.VERSION
        assert image.phash is not None
    assert not StageFailure.objects.exists()


def test_the_hash_is_the_one_of_imagehash(library_folder):
    path = library_folder / "scene.png"
    scene = np.random.default_rng(5).integers(0, 255, (9, 7, 3), dtype=np.uint8)
    Pixels.fromarray(scene).resize((700, 900), Pixels.Resampling.BICUBIC).save(path)
    image = scanned(path)
    run([image])
    with Pixels.open(path) as pixels:
        reference = imagehash.phash(pixels)
    mine = imagehash.hex_to_hash(f"{image.phash & (2**64 - 1):016x}")
    assert mine - reference <= 2


def test_a_second_run_decodes_nothing(images, monkeypatch):
    run(images)
    monkeypatch.setattr(decoding, "decode", lambda *_: pytest.fail("decoded again"))
    assert run(images).reports == []


def test_a_picture_is_decoded_once_for_all_stages(images, monkeypatch):
    sizes = []
    decode = decoding.decode

    def noted(data, longest):
        sizes.append(longest)
        return decode(data, longest)

    monkeypatch.setattr(decoding, "decode", noted)
    run(images, [*registry.stages("default"), WidthStage(pixels=1000)])
    assert sizes == [1000] * 5
    assert [image.steps for image in images] == [300, 301, 302, 303, 304]


def test_a_broken_file_fails_alone_with_its_reason(images):
    images[2].disk_path.write_bytes(b"")
    progress = run(images)
    assert progress.reports == [(5, 1)]
    reasons = StageFailure.objects.filter(image=images[2]).values_list("stage", "reason")
    assert set(reasons) == {
        ("thumbnail", "The file is empty."),
        ("phash", "The file is empty."),
    }
    assert [image.phash is None for image in images] == [False, False, True, False, False]


def test_three_failed_attempts_are_enough_until_somebody_retries(images):
    broken = images[0]
    whole = broken.disk_path.read_bytes()
    broken.disk_path.write_bytes(b"junk")
    for _ in range(5):
        run(images)
    assert {failure.attempts for failure in StageFailure.objects.all()} == {3}
    broken.disk_path.write_bytes(whole)
    run(images)
    assert broken.phash is None
    assert failures.retry("phash", [broken.pk]) == 1
    run(images)
    assert broken.phash is not None
    assert list(StageFailure.objects.values_list("stage", flat=True)) == ["thumbnail"]


def test_a_newer_version_of_a_stage_tries_again(images):
    stage = WidthStage(refuse=("0.png",))
    for _ in range(3):
        run(images, [stage])
    before = len(stage.batches)
    run(images, [stage])
    assert len(stage.batches) == before
    stage.version = 2
    run(images, [stage])
    assert len(stage.batches) == before + 1
    assert StageFailure.objects.get().attempts == 1


def test_a_stage_may_refuse_one_picture_of_many(library_folder, images):
    jpeg = scanned(pictures.jpeg(library_folder / "z.jpg", size=(80, 60)))
    run([*images, jpeg], [WidthStage(refuse=("1.png",))])
    assert dict(StageFailure.objects.values_list("image__name", "reason")) == {
        "z.jpg": "No JPEGs today.",
        "1.png": "Refused.",
    }
    assert images[2].steps == 192


def test_a_vanished_file_is_nobodys_failure(images):
    images[1].disk_path.unlink()
    assert run(images).reports == [(5, 0)]
    assert images[1].thumbnail_version is None
    assert not StageFailure.objects.exists()


def test_work_goes_in_batches_and_stops_between_them(images, monkeypatch):
    monkeypatch.setattr(runner, "BATCH", 2)
    with pytest.raises(JobCancelled):
        run(images, progress=NotedProgress(cancel_after=1))
    assert Image.objects.exclude(phash=None).count() == 2
    assert run(images).reports[-1] == (5, 0)
    assert Image.objects.exclude(phash=None).count() == 5


def test_newest_images_come_first(images, monkeypatch):
    monkeypatch.setattr(runner, "BATCH", 1)
    with pytest.raises(JobCancelled):
        run(images, progress=NotedProgress(cancel_after=1))
    assert Image.objects.exclude(phash=None).get() == images[-1]


def test_a_full_disk_stops_the_chunk_and_blames_no_image(images, monkeypatch):
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(StorageUnwritable, match="is full"):
            run(images)
    assert not StageFailure.objects.exists()
    run(images)
    assert Image.objects.filter(thumbnail_version=None).count() == 0


def test_a_file_replaced_while_it_was_decoded_is_not_marked(images, monkeypatch):
    def rescanned(batch, stages):
        Image.objects.filter(pk=images[0].pk).update(mtime_ns=1)
        return run_stages(batch, stages)

    run_stages = runner._run_stages
    monkeypatch.setattr(runner, "_run_stages", rescanned)
    run(images)
    assert images[0].phash is None
    assert images[1].phash is not None


def test_an_image_deleted_meanwhile_is_left_out(images, monkeypatch):
    def deleted(batch, stages):
        Image.objects.filter(pk=images[0].pk).delete()
        return run_stages(batch, stages)

    run_stages = runner._run_stages
    monkeypatch.setattr(runner, "_run_stages", deleted)
    assert run(images).reports == [(5, 0)]
    assert Image.objects.exclude(phash=None).count() == 4


@pytest.mark.django_db(transaction=True)
def test_rows_that_a_scan_holds_are_saved_after_it(images):
    locked, release = threading.Event(), threading.Event()

    def scan() -> None:
        try:
            with transaction.atomic():
                Image.objects.filter(pk=images[0].pk).update(rating=7)
                locked.set()
                release.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=scan)
    thread.start()
    assert locked.wait(20)
    timer = threading.Timer(0.6, release.set)
    timer.start()
    run(images)
    thread.join()
    timer.join()
    assert images[0].phash is not None
    assert images[0].rating == 7


def test_an_image_that_kills_its_worker_is_given_up(images):
    runner.give_up([images[0].pk], registry.stages("default"), "It killed its worker.")
    run(images)
    assert images[0].phash is None
    assert set(StageFailure.objects.values_list("reason", "attempts")) == {
        ("It killed its worker.", failures.MAX_ATTEMPTS)
    }
