"""Killed in the middle, or twice at once: every vector is there once, whole, and right."""

import signal
import threading

import numpy as np
import pytest
from django.db import close_old_connections, connection

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue, runner
from embeddings import tasks
from embeddings.models import ClipHVector, PromptVector
from embeddings.services import embedding, storing, waiting
from embeddings.spaces import SPACES
from gallery.pipeline import runner as pipeline
from tests import pictures
from tests.embeddings.known import give_weights, vector_of
from tests.factories import ImageFactory, PromptFactory
from tests.gallery.pipeline.stage_doubles import NotedProgress
from tests.gallery.scanned import scanned
from tests.gallery.scanning.beside import run

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = 30

# Dies by SIGKILL in the nth batch, after its rows are written and before they are committed.
_DIES = """
import os, signal, sys
import django
django.setup()
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import runner
from embeddings.services import embedding, encoding, storing
from gallery.pipeline import runner as pipeline
from tests.embeddings.known import Encoder

encoder = Encoder()
encoding.texts, encoding.pictures = encoder.texts, encoder.pictures
embedding.BATCH = pipeline._NETWORK_BATCH = 4
left = int(sys.argv[1])
kept = storing.save

def dying(*args):
    global left
    is_kept = kept(*args)
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return is_kept

storing.save = dying
runner.run_inline(Job.objects.get())
"""


def assert_right(vectors, texts) -> None:
    assert vectors.objects.count() == len(texts)
    for text in texts:
        kept = vectors.objects.get(prompt=text).vector.to_numpy()
        wanted = vector_of("bge-large", text.text.encode()).astype(np.float16)
        np.testing.assert_array_equal(kept, wanted)


@pytest.fixture
def texts():
    give_weights("bge-large")
    Job.objects.all().delete()
    prompts = [PromptFactory(text=f"number {n}") for n in range(TEXTS)]
    for prompt in prompts:
        ImageFactory(prompt=prompt)
    return prompts


def kill(batch: int) -> None:
    assert run(_DIES, batch) == -signal.SIGKILL


@pytest.mark.parametrize("batch", [0, 3])
def test_a_text_job_killed_in_mid_batch_goes_on(encoder, texts, batch):
    job = queue.enqueue(tasks.TEXTS, {"space": "prompt"})
    kill(batch)
    assert PromptVector.objects.count() == 4 * batch
    runner.run_inline(job)
    assert job.state == Job.State.DONE
    assert_right(PromptVector, texts)
    assert len(encoder.texts_asked) == TEXTS - 4 * batch


def test_a_picture_job_killed_in_mid_batch_goes_on(encoder, library_folder):
    images = [
        scanned(pictures.png(library_folder / f"{n}.png", colour=(n, 9, 0))) for n in range(10)
    ]
    give_weights("clip-h")
    Job.objects.all().delete()
    job = queue.enqueue("gpu_pipeline", {"collection_id": images[0].collection_id})
    kill(1)
    assert ClipHVector.objects.count() == 4
    runner.run_inline(job)
    assert job.state == Job.State.DONE
    assert ClipHVector.objects.count() == 10
    assert encoder.pictures_asked == 6


def at_once(*works) -> None:
    errors = []

    def one(work):
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_workers_on_the_same_texts(encoder, texts, monkeypatch):
    monkeypatch.setattr(embedding, "BATCH", 4)
    both = threading.Barrier(2, timeout=20)
    first_batches = [2]

    def meet():
        if first_batches[0]:
            first_batches[0] -= 1
            both.wait()

    encoder.on_ask = meet
    ids = waiting.ids(SPACES["prompt"])
    backwards = list(reversed(ids))
    at_once(
        lambda: embedding.run(SPACES["prompt"], ids, NotedProgress()),
        lambda: embedding.run(SPACES["prompt"], backwards, NotedProgress()),
    )
    assert_right(PromptVector, texts)


def test_two_workers_on_the_same_pictures(encoder, library_folder):
    images = [
        scanned(pictures.png(library_folder / f"{n}.png", colour=(n, 9, 0))) for n in range(8)
    ]
    give_weights("clip-h")
    from embeddings.stages import ClipHStage

    ids = [image.pk for image in images]
    works = [lambda: pipeline.run(ids, (ClipHStage(),), NotedProgress()) for _ in range(2)]
    at_once(*works)
    assert ClipHVector.objects.count() == 8


def test_weights_cannot_change_between_the_look_and_the_commit(texts):
    """Whoever changes them waits until what was made with the old ones is saved."""
    from django.db import transaction

    changed = threading.Event()

    def change():
        give_weights("bge-large", version=2)
        changed.set()
        connection.close()

    thread = threading.Thread(target=change)
    vector = {texts[0].pk: vector_of("bge-large", b"x")}
    with transaction.atomic():
        assert storing.save(SPACES["prompt"], "bge-large@1", vector)
        thread.start()
        assert not changed.wait(0.5)
    thread.join()
    assert not storing.save(SPACES["prompt"], "bge-large@1", vector)
    assert PromptVector.objects.get().model_key == "bge-large@1"
    assert len(waiting.ids(SPACES["prompt"])) == TEXTS
