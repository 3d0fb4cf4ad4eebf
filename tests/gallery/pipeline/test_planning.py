from datetime import UTC, datetime

import pytest

from dtoolkit.jobs import kinds
from dtoolkit.jobs.kinds import Chunk
from gallery.models import Collection
from gallery.pipeline import failures, planning, registry
from tests.factories import CollectionFactory, ImageFactory
from tests.gallery.pipeline.stage_doubles import WidthStage

pytestmark = pytest.mark.django_db


def planned(size: int = 256) -> list[tuple[int, ...]]:
    return list(planning.chunks(Collection.objects.get(), registry.stages("default"), size))


def test_the_newest_come_first_in_chunks_without_what_is_done():
    ImageFactory(thumbnail_version=1, phash=-5)
    old, newer, newest = (ImageFactory() for _ in range(3))
    assert planned(2) == [(newest.pk, newer.pk), (old.pk,)]


def test_an_image_that_misses_one_stage_is_planned_for_that_one():
    half = ImageFactory(thumbnail_version=1)
    assert planned() == [(half.pk,)]
    (stages,) = planning.stages_by_image([half.pk], registry.stages("default")).values()
    assert [stage.name for stage in stages] == ["phash"]


@pytest.mark.parametrize("fields", [{"is_available": False}, {"read_version": None}])
def test_vanished_and_unread_images_wait(fields):
    CollectionFactory()
    ImageFactory(**fields)
    assert planned() == []


def test_images_of_an_offline_root_wait():
    image = ImageFactory()
    image.folder.root.offline_since = datetime(2026, 1, 1, tzinfo=UTC)
    image.folder.root.save()
    assert planned() == []


def test_given_up_images_are_left_out():
    image = ImageFactory(phash=1)
    failures.record("thumbnail", 1, {image.pk: "Broken."}, failures.MAX_ATTEMPTS)
    assert planned() == []


def test_other_collections_are_not_touched():
    ImageFactory()
    assert (
        list(planning.chunks(CollectionFactory(slug="other"), registry.stages("default"), 9)) == []
    )


def test_a_stage_of_a_higher_app_is_planned_too():
    done = ImageFactory(thumbnail_version=1, phash=1)
    stages = [*registry.stages("default"), WidthStage()]
    assert list(planning.chunks(done.collection, stages, 9)) == [(done.pk,)]


def test_the_job_kind_plans_runs_and_gives_up():
    kind = kinds.get("pipeline")
    image = ImageFactory()
    chunks = list(kind.plan({"collection_id": image.collection_id}))
    assert chunks == [Chunk((image.pk,), 1)]
    kind.give_up({}, chunks[0], "It killed its worker.")
    assert planned() == []


def test_two_stages_of_one_name_are_a_mistake():
    with pytest.raises(ValueError, match="thumbnail already"):
        registry.register(registry.stages("default")[0])
