"""Pictures get their vector of what the file shows, once for each content."""

import shutil

import numpy as np
import pytest

from dtoolkit.inference.errors import DeviceLost
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue
from dtoolkit.jobs.services.runner import run_inline
from embeddings.models import ClipHVector
from embeddings.stages import ClipHStage
from gallery.media import fingerprint
from gallery.models import Image, StageFailure
from tests import pictures
from tests.embeddings.known import give_weights
from tests.gallery.media import films
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images(library_folder) -> list[Image]:
    return [
        scanned(pictures.png(library_folder / f"{n}.png", size=(300, 200 + n), colour=(n, 9, 0)))
        for n in range(4)
    ]


def run(image: Image) -> Job:
    return run_inline(queue.enqueue("gpu_pipeline", {"collection_id": image.collection_id}))


def test_a_picture_without_a_prompt_has_its_vector(encoder, images):
    give_weights()
    assert run(images[0]).done == 4
    for image in images:
        kept = ClipHVector.objects.get(image=image)
        assert kept.content == image.fingerprint
        assert kept.model_key == "clip-h@1"
        assert np.isfinite(kept.vector.to_numpy()).all()
    assert run(images[0]).total == 0


def test_without_weights_no_picture_waits(encoder, images):
    assert run(images[0]).total == 0
    assert ClipHStage().missing(Image.objects.all()).count() == 4


def test_a_replaced_file_misses_its_vector(encoder, images, library_folder):
    give_weights()
    run(images[0])
    path = pictures.png(library_folder / "0.png", size=(400, 100), colour=(200, 9, 0))
    stat = path.stat()
    with path.open("rb") as file:
        identity = fingerprint.of(file, stat.st_size)
    Image.objects.filter(pk=images[0].pk).update(
        fingerprint=identity, size=stat.st_size, mtime_ns=stat.st_mtime_ns
    )
    before = ClipHVector.objects.get(image=images[0]).vector.to_numpy()
    assert run(images[0]).done == 1
    after = ClipHVector.objects.get(image=images[0])
    assert after.content == identity
    assert not np.array_equal(after.vector.to_numpy(), before)


def test_a_copy_takes_the_vector_of_its_content(encoder, images, library_folder):
    give_weights()
    run(images[0])
    encoder.pictures_asked = 0
    shutil.copy(library_folder / "1.png", library_folder / "copy.png")
    copy = scanned(library_folder / "copy.png")
    assert run(images[0]).done == 1
    assert encoder.pictures_asked == 0
    vectors = ClipHVector.objects.in_bulk([copy.pk, images[1].pk])
    assert vectors[copy.pk].vector == vectors[images[1].pk].vector


def test_a_copy_of_stale_weights_is_looked_at(encoder, images, library_folder):
    give_weights()
    run(images[0])
    give_weights("clip-h", version=2)
    shutil.copy(library_folder / "1.png", library_folder / "copy.png")
    scanned(library_folder / "copy.png")
    encoder.pictures_asked = 0
    run(images[0])
    assert encoder.pictures_asked == 5
    assert set(ClipHVector.objects.values_list("model_key", flat=True)) == {"clip-h@2"}


def test_weights_that_change_while_they_run_leave_nothing_behind(encoder, images):
    give_weights()
    Job.objects.all().delete()
    encoder.on_ask = lambda: give_weights(version=2)
    run(images[0])
    assert not ClipHVector.objects.exists()
    assert ClipHStage().missing(Image.objects.all()).count() == 4
    encoder.on_ask = lambda: None
    [again] = Job.objects.filter(kind="gpu_pipeline", state=Job.State.QUEUED)
    assert run_inline(again).done == 4
    assert set(ClipHVector.objects.values_list("model_key", flat=True)) == {"clip-h@2"}


def test_a_device_that_stays_away_is_no_pictures_failure(encoder, images):
    give_weights()

    def fail():
        raise DeviceLost("The card is gone.")

    encoder.on_ask = fail
    job = run(images[0])
    assert (job.state, job.error) == (Job.State.FAILED, "The card is gone.")
    assert not StageFailure.objects.exists()
    encoder.on_ask = lambda: None
    job = run(images[0])
    assert (job.state, job.done, job.failed) == (Job.State.DONE, 4, 0)
    assert ClipHVector.objects.count() == 4


def test_a_file_that_is_no_picture_fails_with_its_reason(encoder, images, library_folder):
    give_weights()
    (library_folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    broken = scanned(library_folder / "broken.png")
    assert run(images[0]).failed == 1
    failure = StageFailure.objects.get()
    assert (failure.image_id, failure.stage) == (broken.pk, "clip_h")
    give_weights("clip-h", version=2)
    assert failure.version != ClipHStage().version


def test_of_a_video_the_poster_is_looked_at(encoder, library_folder):
    give_weights()
    video = scanned(
        films.film(library_folder / "film.mp4", films.shades(30, 200, 90)), format="mp4"
    )
    assert run(video).done == 1
    assert ClipHVector.objects.get().image_id == video.pk


def test_a_vector_goes_with_its_image_whoever_deletes_it(encoder, images):
    from django.db import connection, transaction

    from gallery.scanning.removing import remove_images

    give_weights()
    run(images[0])
    with transaction.atomic(), connection.cursor() as cursor:
        remove_images(cursor, [images[0].pk])
    assert ClipHVector.objects.count() == 3
