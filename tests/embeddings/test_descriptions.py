"""What captions and tags say of an image is one text, and each text is there once."""

import pytest
from django.db import connection

from dtoolkit.jobs.services import queue
from dtoolkit.jobs.services.runner import run_inline
from embeddings import tasks
from embeddings.models import CaptionVector, Description, ImageDescription
from embeddings.services import descriptions
from gallery.models import Caption, Image, ImageTag, Tag
from tests.embeddings.known import give_weights
from tests.factories import ImageFactory
from tests.gallery.pipeline.stage_doubles import NotedProgress

pytestmark = pytest.mark.django_db(transaction=True)


def tag(image: Image, name: str, source: str = "tagger", **fields) -> None:
    ImageTag.objects.create(
        image=image, tag=Tag.objects.get_or_create(name=name)[0], source=source, **fields
    )


def text_of(image: Image) -> str | None:
    said = ImageDescription.objects.filter(image=image).select_related("description").first()
    return said.description.text if said else None


def sweep() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    return descriptions.sweep(NotedProgress())


@pytest.fixture
def image() -> Image:
    image = ImageFactory()
    tag(image, "white_fur")
    tag(image, "fennec")
    tag(image, "fennec", source="person")
    Caption.objects.create(image=image, source="b", text=" It looks up. ")
    Caption.objects.create(image=image, source="a", text="A fennec.")
    return image


def test_captions_by_source_then_tags_by_name(image):
    assert sweep() == 1
    assert text_of(image) == "A fennec.\nIt looks up.\nfennec, white fur"


def test_what_a_person_took_away_is_left_out_whoever_says_it(image):
    tag(image, "white_fur", source="person", is_denied=True)
    sweep()
    assert text_of(image) == "A fennec.\nIt looks up.\nfennec"


def test_an_image_of_which_nothing_is_said_has_none(image):
    silent = ImageFactory()
    sweep()
    assert text_of(silent) is None


def test_the_same_words_are_the_same_text():
    images = [ImageFactory(), ImageFactory()]
    tag(images[0], "a")
    tag(images[0], "b")
    tag(images[1], "b")
    tag(images[1], "a", source="sidecar")
    sweep()
    assert Description.objects.count() == 1


def test_only_rows_that_change_are_touched(image):
    other = ImageFactory()
    tag(other, "fox")
    assert sweep() == 2
    assert not descriptions.are_due()
    tag(other, "red")
    assert descriptions.are_due()
    assert sweep() == 1
    assert sweep() == 0


def test_what_is_taken_away_is_noticed_and_unused_texts_go(image):
    sweep()
    ImageTag.objects.all().delete()
    Caption.objects.all().delete()
    assert sweep() == 1
    assert not ImageDescription.objects.exists()
    assert not Description.objects.exists()


def test_what_is_changed_is_noticed(image):
    sweep()
    Caption.objects.filter(source="a").update(text="A fox.")
    assert sweep() == 1
    assert text_of(image) == "A fox.\nIt looks up.\nfennec, white fur"


def test_the_job_embeds_what_it_gathered(encoder, image):
    give_weights()
    run_inline(queue.enqueue(tasks.DESCRIPTIONS, {}))
    job = run_inline(queue.enqueue(tasks.TEXTS, {"space": "caption"}))
    assert job.done == 1
    assert CaptionVector.objects.get().description.text == text_of(image)


def test_a_description_and_its_vector_go_with_the_image(encoder, image):
    from gallery.scanning.removing import remove_images

    give_weights()
    run_inline(queue.enqueue(tasks.DESCRIPTIONS, {}))
    run_inline(queue.enqueue(tasks.TEXTS, {"space": "caption"}))
    with connection.cursor() as cursor:
        remove_images(cursor, [image.pk])
    sweep()
    assert not ImageDescription.objects.exists()
    assert not CaptionVector.objects.exists()
