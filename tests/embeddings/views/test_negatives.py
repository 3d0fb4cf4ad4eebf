"""The panel of negatives that worked."""

import pytest
from django.urls import reverse

from dtoolkit.core.errors import Unavailable
from embeddings.services import negatives
from embeddings.services.negatives import Advice, Suggestion
from gallery.models import Selection
from tests.factories import ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def image():
    return ImageFactory(prompt=PromptFactory(text="a red fox"))


@pytest.fixture
def given(monkeypatch):
    def give(advice):
        monkeypatch.setattr(negatives, "for_image", lambda image: advice)
        monkeypatch.setattr(negatives, "for_prompt", lambda prompt, collection: advice)

    return give


def panel(client, image, **headers):
    address = reverse("negatives-of-image", args=["default", image.pk])
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_details_and_prompt_page_offer_it(client, image):
    details = client.get(reverse("image-panel", args=["default", image.pk])).content.decode()
    assert f'hx-get="/c/default/images/{image.pk}/negatives/"' in details
    address = reverse("prompts-similar", args=["default", image.prompt_id])
    page = client.get(address).content.decode()
    assert f'hx-get="/c/default/prompts/{image.prompt_id}/negatives/"' in page


def test_each_says_how_often_and_how_rated(client, image, given):
    negative = PromptFactory(text="blurry, <b>bad</b> hands")
    given(Advice((Suggestion(negative, (3, image.pk), 4, 8.25, True),), 12, 7, 6.5))
    told = panel(client, image, **HTMX)
    assert "<html" not in told
    assert "blurry, &lt;b&gt;bad&lt;/b&gt; hands" in told
    assert "8.3 of 10 in 4 ratings · 2 images · its own" in told
    assert "Of 12 similar images 7 are rated, 6.5 on average." in told
    assert f'name="ids" value="3,{image.pk}"' in told
    assert 'data-copied="Negative prompt copied"' in told
    assert "<html" in panel(client, image)


def test_too_little_is_said_to_be_too_little(client, image, given):
    given(Advice((), 12, 2, 9.0))
    told = panel(client, image, **HTMX)
    assert (
        "Too little is rated to tell: 12 similar images, 2 of them rated, 9.0 on average." in told
    )
    given(Advice())
    assert "No similar image has a negative prompt." in panel(client, image, **HTMX)


def test_without_vectors_the_way_to_them_is_shown(client, image):
    told = panel(client, image, **HTMX)
    assert "Nothing is known yet that similar images could be found by." in told
    address = reverse("negatives-of-prompt", args=["default", image.prompt_id])
    assert "Nothing is known yet" in client.get(address).content.decode()


def test_what_could_not_be_searched_is_said(client, image, monkeypatch):
    def away(image):
        raise Unavailable("This search was stopped after 15 s.")

    monkeypatch.setattr(negatives, "for_image", away)
    assert "This search was stopped after 15 s." in panel(client, image, **HTMX)


def test_an_unknown_image_is_not_found(client, image):
    address = reverse("negatives-of-image", args=["default", image.pk + 1])
    assert client.get(address).status_code == 404


def test_their_images_are_shown_as_a_selection(client, image):
    address = reverse("choose-images", args=["default"])
    response = client.post(address, {"ids": f"{image.pk}"})
    selection = Selection.objects.get()
    assert selection.image_ids == [image.pk]
    assert response.status_code == 302
    assert response.headers["Location"] == f"/c/default/?selection={selection.token}"
    told = client.post(address, {"ids": f"{image.pk}"}, headers=HTMX).json()
    assert told["url"].startswith("/c/default/?selection=")
    assert client.post(address, {"ids": ""}).status_code == 400
    assert client.post(address, {"ids": "1;2"}).status_code == 400
