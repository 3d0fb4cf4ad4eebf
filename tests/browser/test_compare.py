"""Comparing in a real browser: one zoom, four ways to look, keys for each picture, duels."""

import re

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin(open_page, images: list[Image], **options) -> Page:
    ids = ",".join(str(image.pk) for image in images)
    return open_page(f"/c/default/compare/?ids={ids}", **options)


def transforms(page: Page) -> list[str]:
    script = "[...document.querySelectorAll('[data-picture]')].map((f) => f.style.transform)"
    return page.evaluate(script)


def test_zoom_and_pan_are_one(open_page, add_files):
    page = begin(open_page, add_files(3))
    box = page.locator("[data-stage]").nth(1).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -900)
    page.wait_for_timeout(100)
    zoomed = transforms(page)
    assert len(set(zoomed)) == 1 and "scale" in zoomed[0]
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3 + 60, box["y"] + box["height"] / 2 + 10, steps=6)
    page.mouse.up()
    page.wait_for_timeout(600)
    moved = transforms(page)
    assert len(set(moved)) == 1 and moved != zoomed
    page.keyboard.press("z")
    assert set(transforms(page)) == {""}


def test_four_ways_to_look_by_key(open_page, add_files):
    page = begin(open_page, add_files(2))
    article = page.locator("[data-compare]")
    page.keyboard.press("a")
    expect(article).to_have_attribute("data-view", "difference")
    expect(page.locator(".pane").nth(1)).to_have_css("mix-blend-mode", "difference")
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Slider")).to_have_attribute("aria-pressed", "true")
    before = page.locator(".pane").first.evaluate("p => getComputedStyle(p).clipPath")
    page.keyboard.press("ArrowRight")
    assert page.locator(".pane").first.evaluate("p => getComputedStyle(p).clipPath") != before
    page.keyboard.press("w")
    expect(page.locator(".pane.is-seen")).to_have_count(1)
    expect(page.locator(".pane").nth(1)).to_have_class(re.compile("is-seen"), timeout=3000)
    page.keyboard.press("s")
    expect(article).to_have_attribute("data-view", "side")


def test_flicker_stands_still_where_motion_is_unwanted(open_page, add_files):
    page = begin(open_page, add_files(2), reduced_motion="reduce")
    page.keyboard.press("w")
    page.wait_for_timeout(1500)
    expect(page.locator(".pane").first).to_have_class(re.compile("is-seen"))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pane").nth(1)).to_have_class(re.compile("is-seen"))


def test_keys_act_on_the_chosen_picture(open_page, add_files):
    images = add_files(3)
    page = begin(open_page, images)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("9")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(page.locator(".pane").nth(2)).to_have_attribute("data-deletion", "")
    expect(page.locator("output.rate-value").nth(1)).to_have_text("9")
    expect(page.locator(".toast")).to_have_count(2)
    for image in images:
        image.refresh_from_db()
    assert [image.rating for image in images] == [None, 9, None]
    assert [image.is_for_deletion for image in images] == [False, False, True]


def test_only_what_differs_is_listed_until_asked(open_page, add_files):
    page = begin(open_page, add_files(2, steps=20))
    expect(page.locator("tr.is-same").first).to_be_hidden()
    page.keyboard.press("o")
    expect(page.get_by_role("rowheader", name="Steps", exact=False).first).to_be_visible()


def test_a_duel_is_fought_by_arrows_and_back_leads_back(open_page, add_files):
    images = add_files(4)
    page = open_page("/c/default/compare/?duel=1")
    shown = page.locator("[data-pane]")

    def pair(*numbers: int) -> None:
        for place, number in enumerate(numbers):
            expect(shown.nth(place)).to_have_attribute("data-id", str(images[number].pk))

    pair(0, 1)
    page.keyboard.press("ArrowRight")
    pair(2, 1)
    page.keyboard.press("ArrowDown")
    pair(3, 1)
    page.keyboard.press("Backspace")
    pair(2, 1)
    page.keyboard.press("ArrowLeft")
    pair(2, 3)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1", has_text="image-002.png won.")).to_be_visible()
    assert not Image.objects.filter(is_for_deletion=True).exists()


def test_losers_may_be_rejected(open_page, add_files):
    images = add_files(3)
    page = open_page("/c/default/compare/?duel=1")
    page.evaluate("localStorage.setItem('dtk_losers', 'reject')")
    page.get_by_role("link", name="B is better").click()
    expect(page.locator(".toast", has_text="Marked for deletion")).to_be_visible()
    images[0].refresh_from_db()
    assert images[0].is_for_deletion
    expect(page.locator("[data-pane]").first).to_have_attribute("data-id", str(images[2].pk))


def test_without_script_facts_and_duels_work(browser, live_server, add_files):
    images = add_files(3, steps=20)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/c/default/compare/?duel=1")
    page.get_by_role("link", name="A is better").click()
    expect(page.locator("[data-pane]").nth(1)).to_have_attribute("data-id", str(images[2].pk))
    page.get_by_label("Also what is the same").check()
    expect(page.locator("tr.is-same").first).to_be_visible()
    context.close()
