"""What a person does in the library: search, keys, marks, theme."""

import pytest
from playwright.sync_api import expect

from gallery.models import Image
from tests.browser.conftest import eventually
from tests.factories import FolderFactory

LIBRARY = "/c/default/"
FOCUSED = "document.activeElement.dataset.id"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


def test_search_finds_while_one_types_and_back_leads_before_it(open_page, add_images):
    add_images(100)
    page = open_page(LIBRARY)
    page.keyboard.press("/")
    page.keyboard.type("neon")
    expect(page.locator("#count")).to_have_text("10 images")
    assert page.url.endswith("?q=neon")
    assert page.locator(".tile").count() == 10
    expect(page.locator("#q")).to_be_focused()
    page.go_back()
    expect(page.locator("#count")).to_have_text("100 images")
    expect(page.locator("#q")).to_have_value("")


def test_a_search_keeps_the_filters_and_says_when_nothing_matches(open_page, add_images):
    add_images(20, rating=9)
    page = open_page(f"{LIBRARY}?rating=8")
    page.fill("#q", "submarine")
    expect(page.get_by_role("heading", name="No picture here matches")).to_be_visible()
    assert "rating=8" in page.url
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#count")).to_have_text("20 images")


def test_the_grid_is_one_stop_and_arrows_walk_in_it(open_page, add_images):
    rows = add_images(120)
    newest = [str(row.pk) for row in reversed(rows)]
    page = open_page(LIBRARY)
    page.locator(".tile[tabindex='0']").focus()
    assert page.evaluate(FOCUSED) == newest[0]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == newest[1]
    before = page.evaluate("document.activeElement.getBoundingClientRect().top")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") > before
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) in newest[:4]
    assert page.locator(".tile[tabindex='0']").count() == 1
    page.keyboard.press("End")
    eventually(page, f"{FOCUSED} === '{newest[-1]}'")
    page.keyboard.press("Home")
    eventually(page, f"{FOCUSED} === '{newest[0]}'")


def test_arrows_lead_beyond_the_first_page(open_page, add_images):
    add_images(400)
    page = open_page(f"{LIBRARY}?sort=name")
    page.locator(".tile[tabindex='0']").focus()
    for _ in range(60):
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(20)
    index = Image.objects.filter(pk__lt=int(page.evaluate(FOCUSED))).count()
    assert index > 120


def test_marks_are_shown_at_once_kept_and_can_be_undone(open_page, add_images):
    newest = add_images(30)[-1]
    page = open_page(LIBRARY)
    tile = page.locator(f".tile[data-id='{newest.pk}']")
    tile.focus()
    page.keyboard.press("f")
    expect(tile).to_have_attribute("data-favourite", "")
    page.keyboard.press("8")
    expect(tile.locator(".rated")).to_have_text("8")
    toast = page.locator(".toast", has_text="Rated 8")
    expect(toast).to_be_visible()
    newest.refresh_from_db()
    assert (newest.is_favourite, newest.rating) == (True, 8)
    toast.get_by_role("button", name="Undo").click()
    expect(tile.locator(".rated")).to_have_text("")
    newest.refresh_from_db()
    assert (newest.is_favourite, newest.rating) == (True, None)


def test_a_refused_mark_is_taken_back_and_explained(open_page, add_images):
    newest = add_images(10)[-1]
    page = open_page(LIBRARY, may_fail=True)
    page.route("**/favourite/", lambda route: route.fulfill(status=404, body="<p role=alert>Gone"))
    tile = page.locator(f".tile[data-id='{newest.pk}']")
    tile.focus()
    with page.expect_response("**/favourite/"):
        page.keyboard.press("f")
    expect(page.locator(".toast", has_text="Gone")).to_be_visible()
    assert tile.get_attribute("data-favourite") is None


def test_the_heart_marks_without_opening(open_page, add_images):
    newest = add_images(10)[-1]
    page = open_page(LIBRARY)
    tile = page.locator(f".tile[data-id='{newest.pk}']")
    width = tile.bounding_box()["width"]
    tile.click(position={"x": width - 18, "y": 18})
    expect(tile).to_have_attribute("data-favourite", "")
    assert page.locator("dialog[open]").count() == 0


def test_nsfw_is_blurred_until_it_is_revealed(open_page, add_images):
    newest = add_images(5, is_nsfw=True)[-1]
    page = open_page(LIBRARY)
    image = page.locator(f".tile[data-id='{newest.pk}'] img")
    expect(image).to_have_css("filter", "blur(28px) saturate(0.8)")
    page.keyboard.press("b")
    expect(image).to_have_css("filter", "none")


def test_the_theme_is_chosen_and_stays_without_a_flash(open_page, add_images):
    add_images(5)
    page = open_page(LIBRARY, color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between dark and light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.reload(wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_help_lists_the_keys_that_there_are(open_page, add_images):
    add_images(5)
    page = open_page(LIBRARY)
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keys")
    for words in ("Search", "Favourite", "Square tiles or rows", "Details"):
        expect(help_.get_by_text(words, exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()


def test_folders_open_as_they_are_asked_for(open_page, add_images, folder):
    FolderFactory(root=folder.root, parent=folder, path="2026-11", image_count=7)
    add_images(5)
    page = open_page(LIBRARY)
    assert page.get_by_text("2026-11").count() == 0
    page.locator(".folder .chevron").click()
    expect(page.get_by_role("link", name="2026-11")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1024])
def test_folders_are_at_hand_on_a_small_screen(open_page, add_images, width):
    add_images(5)
    page = open_page(LIBRARY, width=width)
    page.get_by_role("button", name="Folders").click()
    expect(page.get_by_role("link", name="Pictures")).to_be_visible()


@pytest.mark.parametrize("path", ["/welcome/", "/jobs/", "/c/default/?view=trash", "/c/nowhere/"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_fits_a_phone_and_a_desk(browser, live_server, folder, path, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TOO_WIDE) <= 0
    page.close()


def test_the_first_run_leads_from_a_folder_to_the_library(open_page, transactional_db, tmp_path):
    (tmp_path / "pictures" / "best").mkdir(parents=True)
    page = open_page("/welcome/")
    page.fill("#path", str(tmp_path))
    page.get_by_role("button", name="pictures").click()
    expect(page.locator("#path")).to_have_value(str(tmp_path / "pictures"))
    expect(page.get_by_role("button", name="best")).to_be_visible()
    page.get_by_role("button", name="Use this folder").click()
    expect(page.get_by_role("heading", name="Looking through pictures")).to_be_visible()
