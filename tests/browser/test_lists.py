"""Tags, prompts and models in a browser: narrowed while typing, chosen, acted on, taken back."""

import pytest
from playwright.sync_api import expect

from gallery.models import Image, ImageTag, Tag
from tests.factories import PromptFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images(add_images):
    images = add_images(20)
    for name, some in (("fox", images[:6]), ("owl", images[3:5])):
        tag = Tag.objects.create(name=name, category="general")
        for image in some:
            ImageTag.objects.create(image=image, tag=tag, source="sidecar")
    return images


def test_a_tag_is_renamed_in_a_dialog_and_undone(open_page, images):
    page = open_page("/c/default/tags/")
    expect(page.locator(".tag-row .tag-count")).to_have_text(["6", "2"])
    page.get_by_label("Menu of owl").click()
    page.get_by_role("link", name="Rename").locator("visible=true").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 images have it.")
    page.get_by_label("Name", exact=True).fill("snowy owl")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator(".tag-row bdi")).to_have_text(["fox", "snowy owl"])
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".tag-row bdi")).to_have_text(["fox", "owl"])


def test_a_name_that_is_taken_offers_to_merge(open_page, images):
    page = open_page("/c/default/tags/", may_fail=True)
    page.get_by_label("Menu of owl").click()
    page.get_by_role("link", name="Rename").locator("visible=true").click()
    page.get_by_label("Name", exact=True).fill("fox")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Merge them").click()
    expect(page.locator(".tag-row bdi")).to_have_text(["fox"])
    expect(page.locator(".toast")).to_contain_text("Tag owl of 2 images merged into fox")


def test_typing_narrows_tags_and_keeps_the_keyboard(open_page, images):
    page = open_page("/c/default/tags/")
    field = page.get_by_label("Filter tags")
    field.press_sequentially("ow", delay=30)
    expect(page.locator(".tag-row bdi")).to_have_text(["owl"])
    expect(field).to_be_focused()
    assert page.url.endswith("/tags/?q=ow")
    page.locator(".tag-name").click()
    expect(page.locator(".tile")).to_have_count(2)


def test_chosen_prompts_are_rated_from_their_bar(open_page, images):
    page = open_page("/c/default/prompts/")
    expect(page.locator(".prompt-row")).to_have_count(2)
    page.get_by_label("Choose this prompt").nth(0).click()
    page.get_by_label("Choose this prompt").nth(1).click(modifiers=["Shift"])
    expect(page.locator("#on-images output")).to_have_text("2 prompts · 20 images")
    page.locator("#on-images summary[title='Rate']").click()
    page.locator("#on-images").get_by_role("button", name="8", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("20 images rated 8")
    assert Image.objects.filter(rating=8).count() == 20
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("[data-chosen-bar]")).to_be_hidden()


def test_the_slider_finds_more_that_are_less_alike(open_page, images):
    fox = images[1].prompt
    other = PromptFactory(text="a red fox in the snow at dusk")
    Image.objects.filter(pk=images[5].pk).update(prompt=other)
    page = open_page(f"/c/default/prompts/{fox.pk}/similar/?at_least=95")
    expect(
        page.get_by_role("heading", name="No other prompt is that much like it.")
    ).to_be_visible()
    page.get_by_label("At least as alike as").press("Home")
    expect(page.locator(".prompt-row")).to_have_count(1)
    expect(page.locator(".likeness output")).to_have_text("30 %")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("path", ["tags", "prompts", "prompts/?of=negative", "models", "albums"])
def test_no_page_is_wider_than_the_screen(open_page, images, path, width, height):
    Tag.objects.create(name="x" * 300)
    Image.objects.filter(pk=images[0].pk).update(prompt=PromptFactory(text="y" * 5000))
    page = open_page(f"/c/default/{path}", width, height)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
