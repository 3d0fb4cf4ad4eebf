"""The lightbox in a real browser: what only script, focus and history together can break."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gallery.models import Image
from tests import pictures
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MANY = 130  # more than the grid loads at first


@pytest.fixture
def chromium(browser: Browser) -> Browser:
    return browser


@pytest.fixture
def images(library_folder: Path) -> list[Image]:
    """`image-000` first, as the library shows them: newest first."""
    root = LibraryRootFactory(path=str(library_folder))
    folder = FolderFactory(root=root, path="")
    for number in reversed(range(MANY)):
        name = f"image-{number:03}.png"
        pictures.png(library_folder / name, colour=(number, 90, 200 - number))
        ImageFactory(folder=folder, name=name, width=64, height=48)
    return list(Image.objects.order_by("name"))


@pytest.fixture
def page(chromium: Browser, live_server, images) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, base_url=live_server.url
    )
    yield from _watched(context.new_page())
    context.close()


def _watched(page: Page) -> Iterator[Page]:
    """Fails where the page broke its own policy or a script threw."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: "Content Security Policy" in message.text and wrong.append(message.text),
    )
    yield page
    assert wrong == []


def lightbox(page: Page):
    return page.locator("dialog.lightbox")


def open_image(page: Page, number: int) -> None:
    page.goto("/c/default/")
    page.locator(".tile").nth(number).click()
    expect(lightbox(page)).to_be_visible()
    expect(page.locator(".viewer-name")).to_have_text(f"image-{number:03}.png")


def test_a_tile_opens_over_the_library_under_the_images_own_address(page, images):
    open_image(page, 2)
    expect(page).to_have_url(re.compile(rf"/c/default/images/{images[2].pk}/$"))
    expect(page.locator("dialog [data-original]")).to_have_class(re.compile("is-ready"))
    assert page.evaluate("document.activeElement.matches('[data-stage]')")
    page.reload()
    expect(page.locator("main .viewer-name")).to_have_text("image-002.png")


def test_arrows_follow_the_result_beyond_what_the_grid_has_loaded(page, images):
    page.goto("/c/default/?sort=name")
    many = page.locator(".tile").count()
    assert many < MANY
    page.locator(".tile").nth(many - 1).click()
    expect(lightbox(page)).to_be_visible()
    for number in range(many, many + 3):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".viewer-name")).to_have_text(f"image-{number:03}.png")
    expect(page).to_have_url(re.compile(rf"images/{images[many + 2].pk}/\?sort=name"))
    page.keyboard.press("Escape")
    expect(lightbox(page)).to_be_hidden()
    expect(page.locator(f'.tile[data-id="{images[many + 2].pk}"]')).to_be_focused()


def test_escape_leads_back_to_where_one_was(page):
    page.goto("/c/default/")
    page.locator(".tile").nth(30).scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    before = page.locator("#main").evaluate("main => main.scrollTop")
    page.locator(".tile").nth(30).click()
    expect(lightbox(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(lightbox(page)).to_be_hidden()
    expect(page.locator(".tile").nth(30)).to_be_focused()
    assert page.locator("#main").evaluate("main => main.scrollTop") == before
    expect(page).to_have_url(re.compile(r"/c/default/(\?at=.*)?$"))


def test_back_closes_and_forward_opens_again(page):
    open_image(page, 1)
    page.go_back()
    expect(lightbox(page)).to_be_hidden()
    expect(page.locator(".tile").first).to_be_visible()
    page.go_forward()
    expect(lightbox(page)).to_be_visible()
    expect(page.locator(".viewer-name")).to_have_text("image-001.png")


def test_a_key_rates_the_same_key_clears_and_undo_takes_back(page, images):
    open_image(page, 0)
    rating = page.locator("dialog output.rate-value")
    page.keyboard.press("8")
    expect(rating).to_have_text("8")
    toast = page.locator(".toast", has_text="Rated 8")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(rating).to_have_text("–")  # noqa: RUF001 - as the page writes it
    images[0].refresh_from_db()
    assert images[0].rating is None
    page.keyboard.press("0")
    expect(rating).to_have_text("10")
    page.keyboard.press("0")
    expect(page.locator(".toast", has_text="Rating cleared")).to_be_visible()
    images[0].refresh_from_db()
    assert images[0].rating is None


def test_marks_made_in_the_lightbox_show_in_the_grid(page, images):
    open_image(page, 0)
    for key in "f", "x":
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_have_count(2)
    page.keyboard.press("Escape")
    tile = page.locator(f'.tile[data-id="{images[0].pk}"]')
    expect(tile).to_have_attribute("data-favourite", "")
    expect(tile).to_have_attribute("data-deletion", "")
    images[0].refresh_from_db()
    assert (images[0].is_favourite, images[0].is_for_deletion) == (True, True)


def test_a_mark_that_cannot_be_kept_is_taken_back(page, images):
    open_image(page, 0)
    Image.objects.filter(pk=images[0].pk).delete()
    page.keyboard.press("f")
    expect(page.locator(".toast.is-bad")).to_be_visible()
    expect(page.locator("dialog .mark-favourite")).to_have_attribute("aria-pressed", "false")


def test_zoom_goes_to_the_cursor_and_back(page):
    open_image(page, 0)
    expect(page.locator("dialog [data-original]")).to_have_class(re.compile("is-ready"))
    stage = page.locator("dialog [data-stage]").bounding_box()
    point = (stage["width"] / 2 + 100, stage["height"] / 2)
    # The point of the picture below the cursor, in shares of its width; zooming must not move it.
    below = """([x, y]) => {
        const box = document.querySelector("dialog [data-picture]").getBoundingClientRect();
        return [(x - box.left) / box.width, (y - box.top) / box.height].map((n) => n.toFixed(3));
    }"""
    before = page.evaluate(below, point)
    page.mouse.move(*point)
    page.mouse.wheel(0, -900)
    expect(page.locator("dialog .viewer")).to_have_class(re.compile("is-zoomed"))
    assert page.evaluate(below, point) == before
    page.keyboard.press("z")
    expect(page.locator("dialog [data-zoom-value]")).to_have_text("Fit")
    page.mouse.dblclick(*point)
    expect(page.locator("dialog [data-zoom-value]")).to_have_text("100 %")


def test_nsfw_pictures_are_blurred_until_revealed(page, images):
    Image.objects.filter(pk=images[1].pk).update(is_nsfw=True)
    open_image(page, 1)
    picture = page.locator("dialog [data-original]")
    expect(picture).to_have_css("filter", re.compile("blur"))
    page.keyboard.press("b")
    expect(picture).to_have_css("filter", "none")


def test_details_slide_in_and_raw_data_come_when_opened(page):
    open_image(page, 0)
    details = page.locator("dialog [data-viewer-details]")
    expect(details).to_be_hidden()
    page.keyboard.press("i")
    expect(details).to_contain_text("a fennec girl singing")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer-name")).to_have_text("image-001.png")
    expect(page.locator("dialog [data-viewer-details]")).to_be_visible()


def test_the_filmstrip_follows_and_leads(page, images):
    open_image(page, 5)
    page.keyboard.press("v")
    strip = page.locator("dialog .viewer-strip")
    expect(strip.locator("[aria-current]")).to_have_attribute("data-frame", str(images[5].pk))
    page.keyboard.press("ArrowRight")
    expect(strip.locator("[aria-current]")).to_have_attribute("data-frame", str(images[6].pk))
    strip.locator(f'[data-frame="{images[9].pk}"]').click()
    expect(page.locator(".viewer-name")).to_have_text("image-009.png")
    page.keyboard.press("v")
    expect(strip).to_have_count(0)


def test_chrome_fades_and_comes_back_with_the_pointer(page):
    open_image(page, 0)
    viewer = page.locator("dialog .viewer")
    page.mouse.move(640, 300)
    expect(viewer).to_have_class(re.compile("is-idle"), timeout=4000)
    page.mouse.move(600, 320)
    expect(viewer).not_to_have_class(re.compile("is-idle"))


def test_focus_stays_inside(page):
    open_image(page, 0)
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


def test_the_rating_is_one_stop_of_tab_with_arrows_inside(page, images):
    open_image(page, 0)
    assert page.locator("dialog .rate-steps [tabindex='0']").count() == 1
    page.locator("dialog .rate-steps [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("dialog output.rate-value")).to_have_text("3")
    expect(page.locator(".viewer-name")).to_have_text("image-000.png")
    assert page.evaluate("document.activeElement.dataset.number") == "3"


def test_the_keys_are_listed(page):
    open_image(page, 0)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("Next image")
    page.keyboard.press("Escape")
    expect(lightbox(page)).to_be_visible()


def test_the_page_of_an_image_has_the_same_keys(page, images):
    page.goto(f"/c/default/images/{images[3].pk}/")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer-name")).to_have_text("image-004.png")
    page.keyboard.press("f")
    expect(page.locator(".toast", has_text="Added to favourites")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/c/default/\?at="))


def test_a_swipe_leads_to_the_next_image(chromium, live_server, images):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        base_url=live_server.url,
    )
    for page in _watched(context.new_page()):
        page.goto("/c/default/")
        page.locator(".tile").first.tap()
        expect(page.locator(".viewer-name")).to_have_text("image-000.png")
        finger = context.new_cdp_session(page)

        def touch(kind: str, *at: int, finger=finger) -> None:
            points = [{"x": at[0], "y": at[1]}] if at else []
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", 320, 400)
        for x in range(300, 120, -20):
            touch("touchMove", x, 402)
        touch("touchEnd")
        expect(page.locator(".viewer-name")).to_have_text("image-001.png")
    context.close()


def test_without_script_it_is_a_page_with_links_and_forms(chromium, live_server, images):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto(f"/c/default/images/{images[3].pk}/")
    expect(page.locator("[data-original]")).to_have_css("opacity", "1")
    expect(page.locator(".details")).to_contain_text("a fennec girl singing")
    page.get_by_role("radio", name="7", exact=True).click()
    expect(page.locator("output.rate-value")).to_have_text("7")
    page.get_by_role("link", name="Next image").click()
    expect(page.locator(".viewer-name")).to_have_text("image-004.png")
    context.close()
