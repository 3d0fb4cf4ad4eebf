"""Panels of higher apps in the gallery's pages."""

import pytest
from django.urls import reverse

from gallery import panels
from gallery.panels import Panel
from tests.factories import ImageFactory


@pytest.fixture
def register(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    return panels.register


def test_panels_are_ordered_and_of_their_subject(register):
    last = Panel("z", "Last", "image-history", order=200)
    first = Panel("b", "First", "image-history", order=10)
    same = Panel("a", "Same order as last, by name", "image-history", order=200)
    other = Panel("p", "Of a prompt", "prompts-similar", of="prompt")
    for panel in (last, first, same, other):
        register(panel)
    assert panels.panels("image") == (first, same, last)
    assert panels.panels("prompt") == (other,)


def test_a_second_panel_of_the_same_name_is_a_mistake(register):
    register(Panel("faces", "Faces", "image-history"))
    with pytest.raises(ValueError, match="faces already"):
        register(Panel("faces", "Faces again", "image-records"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["image", "image-panel"])
def test_details_ask_for_a_panel_when_it_is_opened(client, register, name):
    register(Panel("faces", "Who is <in> it", "image-history"))
    image = ImageFactory()
    page = client.get(reverse(name, args=["default", image.pk])).content.decode()
    address = reverse("image-history", args=["default", image.pk])
    panel = f'<details class="raw" data-panel="faces" hx-get="{address}" hx-trigger="toggle once"'
    assert page.count(panel) == 1
    assert "Who is &lt;in&gt; it" in page
    assert f'<a href="{address}">Who is' in page, "without scripts it is a link"


@pytest.mark.django_db
def test_the_page_of_a_prompt_shows_panels_of_prompts_but_not_of_negative_ones(client, register):
    register(Panel("negatives", "Negatives that worked", "prompts-similar", of="prompt"))
    register(Panel("faces", "Faces", "image-history"))
    prompt = ImageFactory().prompt
    address = reverse("prompts-similar", args=["default", prompt.pk])
    page = client.get(address).content.decode()
    assert 'data-panel="negatives"' in page
    assert 'data-panel="faces"' not in page
    assert "data-panel" not in client.get(f"{address}?of=negative").content.decode()
