from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from embeddings import models
from embeddings.spaces import SPACES
from tests.factories import ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>\u202e'
OURS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "embeddings"),
    key=lambda model: model.__name__,
)


def make(number: int) -> None:
    """One of everything, with texts that would run if they were not escaped."""
    image, prompt = (
        ImageFactory(name=f"{HOSTILE}{number}"),
        PromptFactory(text=f"{HOSTILE}{number}"),
    )
    said = models.Description.objects.create(digest=uuid4(), text=f"{HOSTILE}{number}")
    models.ImageDescription.objects.create(image=image, description=said)
    subjects = {"image": image, "prompt": prompt, "description": said}
    for space in SPACES.values():
        subject = space.vectors._meta.pk.name
        more = {"content": uuid4()} if subject == "image" else {}
        space.vectors.objects.create(
            **{subject: subjects[subject]}, **more, model_key=HOSTILE, vector=[1.0] * space.width
        )
    models.Described.objects.create(tag_id=1, caption_id=1, changes=number)
    models.Probe.objects.create(image=image, preview=b"", model_key=HOSTILE, vector=[1.0] * 1024)
    drawing, _ = models.MapDrawing.objects.get_or_create(
        collection=image.collection,
        defaults={
            "model_key": HOSTILE,
            "method": "pca",
            "image_count": 1,
            "sample_count": 1,
            "group_count": 1,
        },
    )
    models.MapPoint.objects.create(image=image, drawing=drawing, x=0, y=0)
    models.TextFailure.objects.create(
        space="prompt", subject_id=prompt.pk, model_key=HOSTILE, reason=HOSTILE
    )
    models.Weights.objects.create(
        network=f"{HOSTILE}{number}", path=HOSTILE, source="hub", model_key=HOSTILE, problem="-"
    )


def address(model, page: str, *args: object) -> str:
    return reverse(f"admin:embeddings_{model._meta.model_name}_{page}", args=args)


def test_every_model_has_a_place():
    assert set(OURS) == {each for each in models.__dict__.values() if hasattr(each, "_meta")}


@pytest.mark.parametrize("model", OURS)
def test_a_list_answers_without_a_query_for_each_row(admin_client, model):
    make(1)
    with CaptureQueriesContext(connection) as few:
        html = admin_client.get(address(model, "changelist")).content.decode()
    assert "<script>alert" not in html
    for number in range(2, 6):
        make(number)
    with CaptureQueriesContext(connection) as many:
        admin_client.get(address(model, "changelist"))
    assert len(many) <= len(few) <= 10


@pytest.mark.parametrize("model", OURS)
def test_a_row_opens_and_a_list_can_be_searched(admin_client, model):
    make(1)
    row = model.objects.latest("pk")
    response = admin_client.get(address(model, "change", row.pk))
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    for term in ("script", "1", '"a phrase'):
        assert admin_client.get(address(model, "changelist"), {"q": term}).status_code == 200


@pytest.mark.parametrize("model", OURS)
def test_none_is_added_by_hand(admin_client, model):
    assert admin_client.get(address(model, "add")).status_code == 403
