"""Stages that need a network run in a job of their own, in the cluster that has the card."""

import pytest

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import control, queue
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Image
from gallery.pipeline import failures, registry
from gallery.signals import images_indexed
from tests import pictures
from tests.gallery.pipeline.stage_doubles import WidthStage
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


class CardStage(WidthStage):
    cluster = "gpu"
    is_there = True

    def is_ready(self) -> bool:
        return self.is_there


@pytest.fixture
def stage(monkeypatch):
    stage = CardStage()
    monkeypatch.setattr(registry, "_stages", {**registry._stages, stage.name: stage})
    return stage


@pytest.fixture
def image(library_folder):
    return scanned(pictures.png(library_folder / "a.png"))


def run(kind: str, image: Image) -> Job:
    return run_inline(queue.enqueue(kind, {"collection_id": image.collection_id}))


def test_each_job_runs_the_stages_of_its_cluster(stage, image):
    run("pipeline", image)
    image.refresh_from_db()
    assert image.phash is not None
    assert image.steps is None
    assert run("gpu_pipeline", image).done == 1
    image.refresh_from_db()
    assert image.steps is not None


def test_for_a_stage_that_cannot_run_no_image_waits(stage, image):
    stage.is_there = False
    assert run("gpu_pipeline", image).total == 0


def test_the_end_of_the_pipeline_is_told(image):
    heard = []

    def hear(collection_id, **_):
        heard.append(collection_id)

    images_indexed.connect(hear)
    try:
        run("pipeline", image)
    finally:
        images_indexed.disconnect(hear)
    assert heard == [image.collection_id]


def test_a_failure_is_retried_in_the_cluster_of_its_stage(stage, image):
    failures.record(stage.name, stage.version, {image.pk: "Refused."}, failures.MAX_ATTEMPTS)
    assert failures.retry(stage.name) == 1
    assert Job.objects.get(state=Job.State.QUEUED).kind == "gpu_pipeline"


def test_who_follows_in_a_terminal_does_not_wait_for_networks(image):
    assert kinds.get("gpu_pipeline").cluster == "gpu"
    with queue.following() as followers:
        job = queue.enqueue("gpu_pipeline", {"collection_id": image.collection_id})
    assert followers == []
    assert not job.is_inline


@pytest.mark.django_db(transaction=True)
def test_a_stage_hears_how_many_images_a_job_takes_and_of_its_end(stage, image):
    run("gpu_pipeline", image)
    assert (stage.begun, stage.end_count) == ([1], 1)
    control.cancel(queue.enqueue("gpu_pipeline", {"collection_id": image.collection_id}))
    assert (stage.begun, stage.end_count) == ([1], 2)
