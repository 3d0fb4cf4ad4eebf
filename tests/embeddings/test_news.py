"""What starts by itself: after images were read, and when weights come; never for nothing."""

import pytest

from dtoolkit.jobs.models import Job
from embeddings import tasks
from embeddings.models import Weights
from embeddings.services import finding, readiness
from gallery.models import Image
from gallery.pipeline import registry
from gallery.signals import images_indexed
from tests import pictures
from tests.embeddings.known import give_weights
from tests.factories import PromptFactory
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_on_the_disk(monkeypatch):
    """The weights of these tests are rows alone, which a look at the disk would take away."""
    monkeypatch.setattr(finding, "refresh", lambda: None)


@pytest.fixture
def image(library_folder) -> Image:
    return scanned(pictures.png(library_folder / "a.png"), prompt=PromptFactory())


def tell(image: Image) -> list[tuple[str, str]]:
    """What starts of ours; the gallery looks for families whenever images came."""
    Job.objects.all().delete()
    images_indexed.send(None, collection_id=image.collection_id)
    ours = Job.objects.exclude(kind="find-families")
    return sorted((job.kind, job.params.get("space", "")) for job in ours)


def test_without_weights_nothing_starts(image):
    assert tell(image) == []


def test_only_what_can_run_and_has_something_to_do_starts(image):
    give_weights("clip-h", "clip-l")
    assert tell(image) == [(tasks.TEXTS, "clip_l"), ("gpu_pipeline", "")]
    Image.objects.update(prompt=None, is_available=False)
    assert tell(image) == []


def test_without_libraries_nothing_starts_and_no_picture_waits(image, monkeypatch):
    give_weights("clip-h", "clip-l")
    monkeypatch.setattr(readiness, "has_libraries", lambda: False)
    assert tell(image) == []
    assert not registry.ready("gpu")


def test_weights_that_come_start_what_waited_for_them(image):
    give_weights("clip-g")
    assert [job.params for job in Job.objects.all()] == [{"space": "clip_g"}]


def test_weights_that_cannot_be_used_start_nothing(image):
    Weights.objects.create(
        network="clip-g", path="/x", source="hub", model_key="g", problem="It is cut off."
    )
    assert not Job.objects.exists()
