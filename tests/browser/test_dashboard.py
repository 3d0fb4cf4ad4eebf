"""The dashboard in a real browser: by keys alone, by touch on a phone, counted anew."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from gallery.models import Image, ImageResource, Resource
from tests.browser import axe
from tests.factories import ResourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/c/default/dashboard/"


@pytest.fixture
def library(add_images) -> list[Image]:
    """Sixty images over half a year, two models, a LoRA with a hostile name, half of them rated."""
    images = add_images(60)
    models = [ResourceFactory(name=name) for name in ("harbour_xl", "<b>" + "long" * 500)]
    lora = Resource.objects.create(kind="lora", name="\u05e9\u05dc\u05d5\u05dd <i>&amp;")
    for number, image in enumerate(images):
        image.created_at = timezone.now() - timedelta(days=number * 3)
        image.checkpoint = models[number % 3 == 0]
        image.rating = number % 10 + 1 if number % 2 else None
        image.steps, image.sampler = 20 + number % 3 * 10, "Euler"
    Image.objects.bulk_update(images, ["created_at", "checkpoint", "rating", "steps", "sampler"])
    ImageResource.objects.bulk_create(
        ImageResource(image=image, resource=lora, weight=0.5 + number % 4 / 10)
        for number, image in enumerate(images)
    )
    return images


def overflow(page: Page) -> int:
    return page.evaluate(
        "(main => main.scrollWidth - main.clientWidth)(document.getElementById('main'))"
    )


def test_by_keys_from_a_column_to_its_images(open_page, library):
    page = open_page(PAGE)
    plot = page.locator("[data-plot]").first
    plot.locator("a.mark").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    said = page.evaluate("document.activeElement.getAttribute('aria-label')")
    expect(page.locator(".plot-tip")).to_have_text(said)
    assert (
        page.locator("[data-plot] a.mark[tabindex='0']").count()
        == page.locator("[data-plot]:has(a.mark)").count()
    )
    many = int(re.search(r": (\d+) images", said)[1])
    page.keyboard.press("Enter")
    expect(page.locator("#results .tile")).to_have_count(many)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1440, "dark")])
def test_nothing_is_wrong_on_a_phone_and_on_a_desk(open_page, library, width, theme):
    page = open_page(PAGE, width=width, height=844, color_scheme=theme)
    expect(page.locator(".card h2").first).to_have_text("Growth")
    assert overflow(page) <= 0
    page.locator(".plot-table summary").first.click()
    assert overflow(page) <= 0
    assert axe.wrongs(page) == []
    page.get_by_role("link", name="12 months").click()
    page.get_by_label("LoRA", exact=True).select_option(index=0)
    expect(page).to_have_url(re.compile(r"period=year.*lora=\d+"))
    Image.objects.filter(pk=library[0].pk).update(is_favourite=True)
    page.get_by_role("button", name="Count anew").click()
    expect(page.locator(".dash-totals div", has_text="Favourites").locator("dd")).to_have_text("1")
