"""The settings page in a real browser: what is kept there, and keys that a person changes."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/c/default/settings/"


def key_of(page: Page, entry: str, slot: int = 0):
    return page.locator(f'[data-keys] [data-id="{entry}"][data-slot="{slot}"]')


def test_no_two_usual_keys_get_in_each_others_way(open_page, add_files):
    add_files(1)
    page = open_page(PAGE)
    expect(key_of(page, "favourite")).to_have_text("F")
    assert page.locator(".clash").all_text_contents() == []


def test_another_key_reaches_grid_lightbox_tooltips_and_help(open_page, add_files):
    add_files(3)
    page = open_page(PAGE)
    key_of(page, "favourite").click()
    expect(key_of(page, "favourite")).to_have_text("Press a key")
    page.keyboard.press("q")
    expect(key_of(page, "favourite")).to_have_text("Q")
    expect(key_of(page, "favourite")).to_be_focused()
    page.goto("/c/default/")
    page.locator(".tile").first.focus()
    page.keyboard.press("f")
    page.keyboard.press("q")
    expect(page.locator(".tile").first).to_have_attribute("data-favourite", "")
    expect(page.locator(".toast", has_text="Added to favourites")).to_be_visible()
    page.keyboard.press("Enter")
    heart = page.locator("dialog .mark-favourite")
    expect(heart).to_have_attribute("aria-keyshortcuts", "Q")
    expect(heart).to_have_attribute("title", "Favourite (Q)")
    page.keyboard.press("q")
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".toast", has_text="Removed from favourites")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#help dt", has_text="Favourite").first).to_be_visible()
    assert "Q" in page.locator("#help").text_content()


def test_ten_ratings_have_ten_keys_of_their_own(open_page, add_files):
    images = add_files(2)
    page = open_page(PAGE)
    key_of(page, "rate", 6).click()
    page.keyboard.press("h")
    page.goto("/c/default/")
    page.locator(".tile").first.click()
    expect(page.locator("dialog .viewer-name")).to_have_text("image-000.png")
    page.keyboard.press("h")
    expect(page.locator("dialog output.rate-value")).to_have_text("7")
    expect(page.locator(".toast", has_text="Rated 7")).to_be_visible()
    images[0].refresh_from_db()
    assert images[0].rating == 7


def test_a_key_that_is_taken_is_told_and_reset_brings_the_usual_ones(open_page, add_files):
    add_files(1)
    page = open_page(PAGE)
    key_of(page, "favourite").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    expect(page.locator(".clash")).to_have_count(2)
    expect(page.locator("[data-keys-told]")).to_contain_text("N is also: NSFW")
    page.get_by_role("button", name="Favourite: the usual key again").click()
    expect(page.locator(".clash")).to_have_count(0)
    key_of(page, "favourite").click()
    page.keyboard.press("Backspace")
    expect(key_of(page, "favourite")).to_have_text("none")
    key_of(page, "nsfw").click()
    page.keyboard.press("Escape")
    expect(key_of(page, "nsfw")).to_have_text("N")
    page.get_by_role("button", name="Usual keys again").click()
    expect(key_of(page, "favourite")).to_have_text("F")


def test_single_letters_can_be_switched_off(open_page, add_files):
    add_files(3)
    page = open_page(PAGE)
    page.get_by_label("Single letters, digits and signs are keys").uncheck()
    page.goto("/c/default/")
    page.locator(".tile").first.click()
    name = page.locator("dialog .viewer-name")
    expect(name).to_have_text("image-000.png")
    heart = page.locator("dialog .mark-favourite")
    for key in "f", "8", "c", "?":
        page.keyboard.press(key)
    expect(heart).to_have_attribute("aria-pressed", "false")
    assert heart.get_attribute("aria-keyshortcuts") is None
    expect(page.locator("dialog output.rate-value")).not_to_have_text("8")
    page.keyboard.press("ArrowRight")
    expect(name).to_have_text("image-001.png")
    page.keyboard.press("Delete")
    expect(page.locator(".toast", has_text="Marked for deletion")).to_be_visible()


def test_damaged_storage_leaves_the_usual_keys(open_page, add_files):
    add_files(2)
    page = open_page(PAGE)
    page.evaluate("localStorage.setItem('dtk_keys', '{\"favourite\": 7, nonsense')")
    page.reload()
    expect(key_of(page, "favourite")).to_have_text("F")


def test_looks_and_blur_are_kept_in_this_browser(open_page, add_files):
    add_files(2, is_nsfw=True)
    page = open_page(PAGE)
    page.get_by_label("Theme").select_option("light")
    page.get_by_label("NSFW pictures").select_option("shown")
    page.get_by_label("Shape of the tiles").select_option("square")
    page.get_by_label("Seconds for each picture").fill("999")
    page.get_by_label("Seconds for each picture").blur()
    expect(page.get_by_label("Seconds for each picture")).to_have_value("120")
    page.goto("/c/default/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("[data-shape]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".tile img").first).to_have_css("filter", "none")
    page.locator(".tile").first.click()
    expect(page.locator("dialog [data-original]")).to_have_css("filter", "none")


def test_nsfw_words_are_suggested_saved_and_refused(open_page, add_files):
    add_files(2)
    page = open_page(PAGE, may_fail=True)
    page.get_by_role("button", name="nsfw, nude, naked").click()
    expect(page.locator("#nsfw-words")).to_have_value("nsfw, nude, naked")
    page.get_by_role("button", name="Save words").click()
    expect(page.locator(".toast", has_text="NSFW words saved")).to_be_visible()
    expect(page.get_by_text("Every image with such a word is marked")).to_be_visible()
    page.locator("#nsfw-words").fill("nude, ((")
    page.get_by_role("button", name="Save words").click()
    expect(page.get_by_text("has no letter or digit").first).to_be_visible()
    expect(page.locator("#nsfw-words")).to_have_value("nude, ((")


def test_the_page_lists_every_key_that_the_library_and_the_lightbox_know(open_page, add_files):
    add_files(2)
    page = open_page("/c/default/")
    page.locator(".tile").first.click()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    known = set(page.locator("#help dt").all_text_contents())
    page.goto(PAGE)
    listed = set(page.locator("[data-keys] dt").all_text_contents())
    assert known <= listed, known - listed
