"""`embed` does in the terminal what jobs do, and says what keeps it from it."""

import json

import pytest
from django.core.management import CommandError, call_command

from dtoolkit.jobs.models import Job
from embeddings.models import CaptionVector, ClipHVector, ClipLVector, PromptVector
from gallery.models import Image, ImageTag, Tag
from tests import pictures
from tests.embeddings.known import give_weights
from tests.factories import PromptFactory
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images(library_folder) -> list[Image]:
    images = [
        scanned(
            pictures.png(library_folder / f"{n}.png", colour=(n, 9, 0)),
            prompt=PromptFactory(text=f"number {n}"),
            rating=n + 5,
        )
        for n in range(3)
    ]
    ImageTag.objects.create(image=images[0], tag=Tag.objects.create(name="fox"), source="a")
    return images


def embed(*args: str, **options) -> None:
    call_command("embed", *args, **options)


def test_everything_is_embedded_and_told(encoder, images, capsys):
    give_weights()
    embed(collection=images[0].collection.slug)
    assert ClipHVector.objects.count() == PromptVector.objects.count() == 3
    assert CaptionVector.objects.count() == 1
    out = capsys.readouterr().out
    assert "Prompt: 3 of 3" in out
    assert not Job.objects.filter(state__in=Job.ACTIVE).exists()


def test_one_space_by_name_or_by_the_name_that_the_seeds_gave_it(encoder, images):
    give_weights()
    embed("--space", "style")
    assert ClipLVector.objects.count() == 3
    assert not PromptVector.objects.exists()


def test_some_images_by_number_or_by_search(encoder, images):
    give_weights()
    embed("--space", "clip_h", "--images", str(images[0].pk))
    assert ClipHVector.objects.get().image_id == images[0].pk
    slug = images[0].collection.slug
    embed("--space", "clip_h", "--images", "rating:7", "--collection", slug)
    assert {vector.image_id for vector in ClipHVector.objects.all()} == {
        images[0].pk,
        images[2].pk,
    }


def test_rebuild_asks_again(encoder, images):
    give_weights()
    embed("--space", "clip_h")
    encoder.pictures_asked = 0
    embed("--space", "clip_h")
    assert encoder.pictures_asked == 0
    embed("--space", "clip_h", "--rebuild")
    assert encoder.pictures_asked == 3


def test_json_says_how_far_each_space_is(encoder, images, capsys):
    give_weights()
    embed("--space", "prompt", "--json")
    [found] = json.loads(capsys.readouterr().out)
    assert found == {
        "space": "prompt", "total": 3, "done": 3, "stale": 0, "failed": 0, "is_exact": True,
        "missing": 0,
    }  # fmt: skip


def test_missing_weights_are_named_and_the_others_go_on(encoder, images, capsys):
    give_weights("clip-l")
    embed()
    assert ClipLVector.objects.count() == 3
    assert "CLIP ViT-H/14 is not installed" in capsys.readouterr().err
    with pytest.raises(CommandError, match="Nothing can be embedded yet"):
        embed("--space", "prompt")


def test_a_space_that_is_none_is_said(images):
    with pytest.raises(CommandError, match="no space vibes"):
        embed("--space", "vibes")
