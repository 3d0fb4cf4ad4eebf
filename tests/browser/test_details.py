"""What a person says of an image, in its details: tags, albums, note, prompt; shown at once."""

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Album, AlbumImage, ImageTag, Tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin(open_page) -> Page:
    page = open_page("/c/default/")
    page.locator(".tile").first.click()
    expect(page.locator("dialog .viewer-name")).to_have_text("image-000.png")
    page.keyboard.press("i")
    expect(page.locator("dialog .details")).to_be_visible()
    return page


def details(page: Page):
    return page.locator("dialog .details")


def test_tags_are_added_and_removed_in_place(open_page, add_files):
    images = add_files(2)
    said = Tag.objects.create(name="1girl")
    ImageTag.objects.create(image=images[0], tag=said, source="sidecar")
    page = begin(open_page)
    page.keyboard.press("t")
    expect(details(page).get_by_label("Add tags")).to_be_focused()
    page.keyboard.type("fox, snow")
    page.keyboard.press("Enter")
    expect(details(page).locator(".tag", has_text="snow")).to_be_visible()
    expect(details(page).get_by_label("Add tags")).to_be_focused()
    details(page).get_by_role("button", name="Remove 1girl").click()
    expect(details(page).locator(".tag", has_text="1girl")).to_have_count(0)
    expect(details(page).locator(".tag")).to_have_count(2)
    page.locator(".toast", has_text="removed").get_by_role("button", name="Undo").click()
    expect(details(page).locator(".tag", has_text="1girl")).to_be_visible()


def test_an_edited_prompt_keeps_the_original_beside_it(open_page, add_files):
    images = add_files(1)
    original = images[0].prompt.text
    page = begin(open_page)
    page.keyboard.press("e")
    dialog = page.locator("dialog[data-modal]")
    expect(dialog.locator("textarea")).to_have_value(original)
    dialog.locator("textarea").fill("a poem of snow")
    dialog.get_by_role("button", name="Edit prompt").click()
    expect(details(page).locator(".prompt", has_text="a poem of snow")).to_be_visible()
    details(page).get_by_text("What the file says").click()
    expect(details(page).locator(".edited .prompt")).to_have_text(original)
    details(page).get_by_role("button", name="Set back").click()
    expect(details(page).get_by_text("Written by you")).to_have_count(0)
    expect(details(page).locator(".prompt").first).to_have_text(original)


def test_notes_and_albums_stand_in_the_details(open_page, add_files):
    images = add_files(1)
    album = Album.objects.create(collection=images[0].collection, name="Winter")
    AlbumImage.objects.create(album=album, image=images[0], position=1)
    page = begin(open_page)
    expect(details(page).get_by_role("link", name="Winter")).to_be_visible()
    details(page).get_by_role("button", name="Take out of Winter").click()
    expect(details(page).get_by_role("link", name="Winter")).to_have_count(0)
    details(page).get_by_role("link", name="Write", exact=True).click()
    dialog = page.locator("dialog[data-modal]")
    dialog.locator("textarea").fill("Print this one")
    page.keyboard.press("Tab")
    dialog.locator("button.primary").click()
    expect(details(page).locator(".prompt", has_text="Print this one")).to_be_visible()
    details(page).get_by_text("What was done to it").click()
    expect(details(page).locator(".image-history li")).to_have_count(2)
    details(page).locator(".image-history").get_by_role("button", name="Undo").first.click()
    expect(details(page).get_by_text("Print this one")).to_have_count(0)
