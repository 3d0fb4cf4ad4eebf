"""The query bar: chips, suggestions, errors, facets, the manual; by keyboard, mouse and touch."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image
from tests.browser.conftest import eventually
from tests.factories import ResourceFactory

LIBRARY = "/c/default/"
SHOTS = os.environ.get("DTOOLKIT_SHOTS")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(300)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def terms(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#chips .term button").all_inner_texts()]


@pytest.fixture
def library(add_images):
    lora = ResourceFactory(kind="lora", name="fennec v2")
    images = add_images(40, sampler="Euler a", rating=8)
    add_images(20, sampler="dpmpp_2m", steps=30)
    for image in images[:7]:
        image.resources.create(resource=lora, position=0)
    return images


def test_enter_makes_chips_of_keywords_and_leaves_the_words(open_page, library):
    page = open_page(LIBRARY)
    page.keyboard.press("/")
    page.keyboard.type("fox rating:>=8")
    expect(page.locator("#count")).to_have_text("36 images")
    expect(page.locator("#q")).to_have_value("fox rating:>=8")
    assert terms(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#chips .term")).to_have_count(1)
    expect(page.locator("#q")).to_have_value("fox")
    expect(page.locator("#q")).to_be_focused()
    assert page.url.endswith("?q=fox+rating%3A%3E%3D8")
    page.keyboard.type(" steps:30")
    page.keyboard.press("Enter")
    expect(page.locator("#chips .term")).to_have_count(2)
    expect(page.get_by_role("heading", name="No picture here matches")).to_be_visible()
    page.get_by_role("link", name="Drop rating >=8").click()
    expect(page.locator("#count")).to_have_text("18 images")
    expect(page.locator("#q")).to_have_value("fox")


def test_typing_leaves_the_field_and_the_chips_alone(open_page, library):
    page = open_page(f"{LIBRARY}?q=rating:8+fox")
    expect(page.locator("#q")).to_have_value("fox")
    page.locator("#q").focus()
    page.keyboard.press("End")
    page.keyboard.type(" ste")
    eventually(page, "location.search.endsWith('fox+ste')")
    page.keyboard.type("ps:none ")
    eventually(page, "location.search.includes('steps')")
    expect(page.locator("#q")).to_have_value("fox steps:none ")
    expect(page.locator("#chips .term")).to_have_count(1)


def test_chips_go_back_into_the_field_and_out_of_the_query(open_page, library):
    page = open_page(f"{LIBRARY}?q=rating:8+-steps:30+fox")
    expect(page.locator("#chips .term")).to_have_count(2)
    page.locator("#q").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    expect(page.locator("#q")).to_have_value("-steps:30 fox")
    assert terms(page) == ["rating8"] or len(terms(page)) == 1
    page.keyboard.press("Enter")
    expect(page.locator("#chips .term")).to_have_count(2)
    page.locator("#chips .term button").first.click()
    expect(page.locator("#q")).to_have_value("rating:8 fox")
    page.keyboard.press("Enter")
    expect(page.locator("#chips .term")).to_have_count(2)
    page.get_by_role("link", name="Remove -steps:30").click()
    expect(page.locator("#chips .term")).to_have_count(1)
    eventually(page, "location.search === '?q=rating%3A8+fox'")


def test_an_error_is_said_below_the_bar_and_the_old_results_stay(open_page, library):
    page = open_page(LIBRARY)
    page.locator("#q").focus()
    page.keyboard.type("rating: >=x")
    problem = page.locator("#query-problem")
    expect(problem).to_contain_text("rating: >=x: a number was expected here.")
    expect(problem.locator("mark")).to_have_text("x")
    expect(page.locator("#q")).to_have_attribute("aria-invalid", "true")
    assert page.locator(".tile").count() > 0
    assert page.url.endswith(LIBRARY)
    shoot(page, "error")
    page.keyboard.press("Backspace")
    page.keyboard.type("8")
    expect(problem).to_be_empty()
    expect(page.locator("#q")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#count")).to_have_text("40 images")


def test_an_address_that_cannot_be_understood_is_a_designed_page(open_page, library):
    page = open_page(f"{LIBRARY}?q=ratng:5", may_fail=True)
    expect(page.get_by_role("heading", name="Did you mean rating:?")).to_be_visible()
    expect(page.locator("#q")).to_have_value("ratng:5")
    shoot(page, "misread")
    page.locator("#q").fill("rating:8")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("40 images")


def test_suggestions_by_the_keyboard_alone(open_page, library):
    page = open_page(LIBRARY)
    page.keyboard.press("/")
    field = page.locator("#q")
    page.keyboard.type("sam")
    options = page.locator("#completions [role=option]")
    expect(options.first).to_contain_text("sampler:")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "completion-0")
    page.keyboard.press("Enter")
    expect(field).to_have_value("sampler:")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("Euler a")
    expect(options.first).to_contain_text("40")
    shoot(page, "suggestions")
    page.keyboard.type("eu")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("#chips .term")).to_have_count(1)
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(page.locator("#count")).to_have_text("40 images")
    page.keyboard.type("lo")
    expect(options.first).to_contain_text("lora:")
    page.keyboard.press("Escape")
    expect(page.locator("#completions")).to_be_hidden()
    expect(field).to_have_value("lo")


def test_suggestions_by_touch_on_a_phone(open_page, library):
    page = open_page(LIBRARY, width=390, height=800, has_touch=True, is_mobile=True)
    page.locator("#q").tap()
    page.keyboard.type("lora:f")
    option = page.get_by_role("option", name="fennec v2")
    expect(option).to_be_visible()
    shoot(page, "phone-suggestions")
    option.tap()
    expect(page.locator("#chips .term")).to_have_count(1)
    expect(page.locator("#count")).to_have_text("7 images")
    shoot(page, "phone-chip")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [390, 1440])
def test_facets_include_and_leave_out(open_page, library, width):
    page = open_page(LIBRARY, width=width)
    page.locator("#facets summary").click()
    panel = page.locator("#facets-list")
    expect(panel.get_by_role("heading", name="Samplers")).to_be_visible()
    shoot(page, f"facets-{width}")
    panel.get_by_role("link", name="Without dpmpp_2m").click()
    expect(page.locator("#count")).to_have_text("40 images")
    expect(page.locator("#chips .term.is-excluded")).to_have_count(1)
    expect(panel.get_by_role("link", name="Without dpmpp_2m")).to_have_count(0)
    panel.locator(".include", has_text="fennec v2").click()
    expect(page.locator("#count")).to_have_text("7 images")
    assert "lora" in page.url
    page.go_back()
    expect(page.locator("#count")).to_have_text("40 images")


def test_facets_by_the_keyboard_and_alt_click(open_page, library):
    page = open_page(LIBRARY)
    page.locator("#facets summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#facets-list .include").first).to_be_visible()
    page.locator("#facets-list .include", has_text="Euler a").click(modifiers=["Alt"])
    expect(page.locator("#count")).to_have_text("20 images")
    page.locator("#facets-list .include", has_text="1024 × 1024").focus()  # noqa: RUF001
    page.keyboard.press("Enter")
    expect(page.locator("#chips .term")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("#facets-list")).to_be_hidden()
    expect(page.locator("#facets summary")).to_be_focused()


def test_the_manual_puts_an_example_into_the_bar(open_page, library):
    page = open_page(LIBRARY)
    page.get_by_role("link", name="How to search").first.click()
    manual = page.get_by_role("dialog", name="How to search")
    expect(manual).to_be_visible()
    shoot(page, "manual")
    manual.get_by_role("link", name="rating:>=7", exact=True).click()
    expect(manual).to_be_hidden()
    expect(page.locator("#q")).to_have_value("rating:>=7")
    expect(page.locator("#count")).to_have_text("40 images")
    assert Image.objects.count() == 60


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_bar_fits(open_page, library, theme, width):
    address = f"{LIBRARY}?q=rating:>=8+-steps:30+lora:fennec+fox&favourite=0&nsfw=hide"
    page = open_page(address, width=width, color_scheme=theme)
    expect(page.locator("#chips .term")).to_have_count(3)
    shoot(page, f"bar-{theme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
