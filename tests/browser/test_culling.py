"""Culling in a real browser: one picture, one decision, by key, by button and by finger."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from gallery.models import HistoryEntry, Image, Selection
from tests.browser.conftest import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin(open_page, **options) -> Page:
    page = open_page("/c/default/", **options)
    page.locator(".tile").first.click()
    expect(page.locator("dialog .viewer-name")).to_have_text("image-000.png")
    page.keyboard.press("c")
    expect(page.locator(".mode.is-cull")).to_be_visible()
    return page


def name(page: Page):
    return page.locator("dialog .viewer-name")


def marked() -> set[str]:
    return set(Image.objects.filter(is_for_deletion=True).values_list("name", flat=True))


def test_keep_and_reject_go_on_and_undo_comes_back(open_page, add_files):
    add_files(6)
    page = begin(open_page)
    expect(page.locator("[data-progress]")).to_have_text("1 of 6")
    page.keyboard.press("x")
    expect(name(page)).to_have_text("image-001.png")
    page.keyboard.press("k")
    expect(name(page)).to_have_text("image-002.png")
    expect(page.locator("[data-progress]")).to_have_text("3 of 6")
    expect(page.locator("[data-said]")).to_have_text("1 kept, 1 rejected")
    page.keyboard.press("Backspace")
    expect(name(page)).to_have_text("image-001.png")
    page.keyboard.press("Control+z")
    expect(name(page)).to_have_text("image-000.png")
    expect(page.locator("dialog .mark-deletion")).to_have_attribute("aria-pressed", "false")
    assert marked() == set()
    assert HistoryEntry.objects.get().state == "undone"


def test_a_decision_shows_the_next_picture_at_once(open_page, add_files):
    add_files(12)
    page = begin(open_page)
    page.wait_for_timeout(900)  # neighbours are decoded ahead
    took = page.evaluate(
        """async () => {
          const times = [];
          for (let i = 0; i < 5; i += 1) {
            const before = document.querySelector("dialog .viewer-name").textContent;
            const start = performance.now();
            document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true }));
            while (document.querySelector("dialog .viewer-name").textContent === before
                || !document.querySelector("dialog [data-original]").complete) {
              await new Promise((done) => setTimeout(done, 1));
            }
            times.push(performance.now() - start);
            await new Promise((done) => setTimeout(done, 250));
          }
          return times.sort((a, b) => a - b);
        }"""
    )
    assert took[2] < 50, took
    eventually(page, "document.querySelector('[data-said]').textContent === '5 rejected'")
    for _ in range(40):
        if len(marked()) == 5:
            break
        page.wait_for_timeout(50)
    assert marked() == {f"image-{number:03}.png" for number in range(5)}


def test_a_key_held_down_decides_once(open_page, add_files):
    add_files(6)
    page = begin(open_page)
    page.keyboard.down("x")
    for _ in range(5):
        page.keyboard.down("x")  # as the keyboard repeats it
    page.keyboard.up("x")
    expect(name(page)).to_have_text("image-001.png")
    page.wait_for_timeout(200)
    expect(name(page)).to_have_text("image-001.png")


def test_rating_goes_on_or_stays_as_one_likes(open_page, add_files):
    images = add_files(5)
    page = begin(open_page)
    page.keyboard.press("8")
    expect(name(page)).to_have_text("image-001.png")
    page.keyboard.press("a")
    expect(page.locator("[data-cull=advance]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("0")
    expect(page.locator("dialog output.rate-value")).to_have_text("10")
    expect(name(page)).to_have_text("image-001.png")
    page.keyboard.press("0")
    expect(page.locator("dialog output.rate-value")).not_to_have_text("10")
    page.keyboard.press("Escape")
    expect(page.locator(".mode")).to_have_count(0)
    expect(page.locator("dialog.lightbox")).to_be_visible()
    images[0].refresh_from_db()
    assert images[0].rating == 8


def test_keep_may_mean_favourite(open_page, add_files):
    images = add_files(3)
    page = open_page("/c/default/")
    page.evaluate("localStorage.setItem('dtk_keep', 'favourite')")
    page.locator(".tile").first.click()
    expect(name(page)).to_have_text("image-000.png")
    page.keyboard.press("c")
    expect(page.locator("[data-keeps]")).to_have_text("Keep as favourite")
    page.locator("[data-cull=keep]").click()
    expect(name(page)).to_have_text("image-001.png")
    page.locator("[data-cull=undo]").click()
    expect(name(page)).to_have_text("image-000.png")
    assert HistoryEntry.objects.get().action == "favourite"
    assert not Image.objects.get(pk=images[0].pk).is_favourite


def test_the_end_is_said(open_page, add_files):
    add_files(2)
    page = begin(open_page)
    page.keyboard.press("k")
    expect(name(page)).to_have_text("image-001.png")
    with page.expect_response(re.compile("/deletion/$")):
        page.keyboard.press("x")
    expect(page.locator(".toast", has_text="last one: 1 kept, 1 rejected")).to_be_visible()


def test_a_selection_is_culled_by_itself(open_page, add_files):
    images = add_files(6)
    collection = images[0].collection
    token = uuid.uuid4()
    Selection.objects.create(
        token=token, collection=collection, image_ids=[images[1].pk, images[4].pk]
    )
    page = open_page(f"/c/default/cull/?selection={token}")
    expect(name(page)).to_have_text("image-001.png")
    expect(page.locator("[data-progress]")).to_have_text("1 of 2")
    with page.expect_response(re.compile("/deletion/$")):
        page.keyboard.press("x")
    expect(name(page)).to_have_text("image-004.png")


def test_on_a_phone_swipes_decide(open_page, add_files):
    add_files(6)
    page = open_page("/c/default/cull/", width=390, height=844, has_touch=True, is_mobile=True)
    expect(page.locator(".mode.is-cull")).to_be_visible()
    expect(name(page)).to_have_text("image-000.png")
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *at: int) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(start: int, end: int) -> None:
        touch("touchStart", start, 300)
        for x in range(start, end, 20 if end > start else -20):
            touch("touchMove", x, 302)
        touch("touchEnd")

    swipe(320, 120)
    expect(name(page)).to_have_text("image-001.png")
    swipe(80, 300)
    expect(name(page)).to_have_text("image-002.png")
    expect(page.locator("[data-said]")).to_have_text("1 kept, 1 rejected")


def test_on_a_phone_large_buttons_decide(open_page, add_files):
    add_files(4)
    page = open_page("/c/default/cull/", width=390, height=844, has_touch=True, is_mobile=True)
    expect(page.locator(".mode.is-cull")).to_be_visible()
    for act in "keep", "reject":
        box = page.locator(f"[data-cull={act}]").bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 80
    page.locator("[data-cull=reject]").tap()
    expect(name(page)).to_have_text("image-001.png")
    page.locator("[data-cull=undo]").tap()
    expect(name(page)).to_have_text("image-000.png")


def test_nothing_to_cull_is_said(open_page, add_files):
    add_files(1)
    page = open_page("/c/default/cull/?favourite=1", may_fail=True)
    expect(page.locator("h1")).to_contain_text(re.compile("no image here to cull", re.I))
