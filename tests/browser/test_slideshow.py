"""The slideshow, and who has viewed what, in a real browser."""

import pytest
from playwright.sync_api import expect

from gallery.models import HistoryEntry, Viewing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def name(page):
    return page.locator("dialog .viewer-name")


def start(open_page, seconds="1", path="/c/default/", **options):
    page = open_page(path, **options)
    page.evaluate(f"localStorage.setItem('dtk_interval', '{seconds}')")
    page.keyboard.press("s")
    expect(page.locator(".mode.is-show")).to_be_visible()
    return page


def test_it_goes_on_by_itself_and_around(open_page, add_files):
    add_files(2)
    page = start(open_page)
    expect(name(page)).to_have_text("image-001.png", timeout=4000)
    expect(name(page)).to_have_text("image-000.png", timeout=4000)


def test_space_pauses_and_goes_on(open_page, add_files):
    add_files(4)
    page = start(open_page)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Go on")).to_be_attached()
    now = name(page).text_content()
    page.wait_for_timeout(1600)
    expect(name(page)).to_have_text(now)
    page.keyboard.press("ArrowRight")
    expect(name(page)).not_to_have_text(now)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_attached()


def test_random_order_is_another_address_of_the_same_result(open_page, add_files):
    add_files(6)
    page = start(open_page, seconds="60")
    page.keyboard.press("r")
    expect(page.locator("[data-show=shuffle]")).to_have_attribute("aria-pressed", "true")
    assert "sort=random" in page.url
    page.keyboard.press("r")
    expect(page.locator("[data-show=shuffle]")).to_have_attribute("aria-pressed", "false")
    assert "sort=random" not in page.url


def test_escape_ends_it_and_leaves_the_image(open_page, add_files):
    add_files(3)
    page = start(open_page, seconds="60")
    page.keyboard.press("+")
    expect(page.locator("[data-seconds]")).to_have_text("45 s")
    page.keyboard.press("Escape")
    expect(page.locator(".mode")).to_have_count(0)
    expect(page.locator("dialog.lightbox")).to_be_visible()


def test_it_has_an_address_of_its_own(open_page, add_files):
    add_files(3)
    page = open_page("/c/default/slideshow/?sort=name")
    expect(page.locator(".mode.is-show")).to_be_visible()
    expect(name(page)).to_have_text("image-000.png")


def test_two_seconds_make_a_viewing_and_a_glance_does_not(open_page, add_files):
    images = add_files(5)
    page = open_page("/c/default/")
    page.locator(".tile").first.click()
    expect(name(page)).to_have_text("image-000.png")
    for number in range(1, 4):
        page.keyboard.press("ArrowRight")
        expect(name(page)).to_have_text(f"image-{number:03}.png")
    page.wait_for_timeout(4200)
    assert set(Viewing.objects.values_list("image", flat=True)) == {images[3].pk}
    assert not HistoryEntry.objects.exists()
    page.goto("/c/default/?view=recent")
    expect(page.locator(".tile")).to_have_count(1)
