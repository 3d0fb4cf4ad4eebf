"""The map in a real browser: it is drawn, moved and zoomed, and leads to the grid by mouse, by
keyboard and by touch."""

import re

import pytest
from playwright.sync_api import Page, expect

from embeddings.models import MapDrawing, MapPoint
from gallery.models import Image, Selection
from tests.browser import axe
from tests.browser.conftest import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Two groups of 20 x 20 points, an eighth of the sheet wide: left above, right below.
CORNERS = ((12_000, 12_000), (45_000, 45_000))


@pytest.fixture
def drawn(add_images) -> list[Image]:
    images = add_images(800)
    drawing = MapDrawing.objects.create(
        collection=images[0].collection,
        model_key="clip-h:test",
        method="umap",
        image_count=800,
        sample_count=800,
        group_count=2,
    )
    points = []
    for number, image in enumerate(images):
        left, top = CORNERS[number // 400]
        x, y = left + number % 20 * 400, top + number % 400 // 20 * 400
        points.append(MapPoint(image=image, drawing=drawing, x=x - 32_768, y=y - 32_768))
    MapPoint.objects.bulk_create(points)
    return images


def begin(open_page, query: str = "", **options) -> Page:
    page = open_page(f"/c/default/map/{query}", **options)
    page.wait_for_selector(".map[data-ready]")
    return page


def screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a step of the sheet is while all of it is shown."""
    box = page.locator(".map-over").bounding_box()
    side = min(box["width"], box["height"])
    return (
        box["x"] + box["width"] / 2 + (x / 65_535 - 0.5) * side,
        box["y"] + box["height"] / 2 + (y / 65_535 - 0.5) * side,
    )


def around(page: Page, corner: tuple[int, int]) -> list[tuple[float, float]]:
    """A line around one of the groups."""
    (left, top), margin, width = corner, 1500, 7600
    corners = [
        (left - margin, top - margin),
        (left + width + margin, top - margin),
        (left + width + margin, top + width + margin),
        (left - margin, top + width + margin),
    ]
    return [screen(page, *each) for each in corners]


def drag(page: Page, line: list[tuple[float, float]]) -> None:
    page.mouse.move(*line[0])
    page.mouse.down()
    for place in line[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def shown_ids(page: Page) -> set[int]:
    page.wait_for_url(re.compile(r"/c/default/\?selection="))
    return set(Selection.objects.get().image_ids)


def test_it_is_said_in_words_and_axe_finds_nothing(open_page, drawn):
    page = begin(open_page)
    expect(page.get_by_label("Map of 800 images in 2 groups")).to_be_visible()
    expect(page.locator("[data-told]")).to_have_text("800 images")
    assert axe.wrongs(page) == []


def test_a_lasso_leads_to_the_grid(open_page, drawn):
    page = begin(open_page)
    page.get_by_role("button", name="Lasso").click()
    drag(page, around(page, CORNERS[0]))
    expect(page.locator("[data-chosen-count]")).to_have_text("400 images chosen")
    expect(page.get_by_role("button", name="Move")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")  # the way there has the focus
    assert shown_ids(page) == {image.pk for image in drawn[:400]}
    expect(page.locator(".grid .tile").first).to_be_visible()


def test_a_rectangle_and_one_more(open_page, drawn):
    page = begin(open_page)
    first, _, third, _ = around(page, CORNERS[1])
    page.keyboard.down("Control")
    drag(page, [first, third])
    page.keyboard.up("Control")
    expect(page.locator("[data-chosen-count]")).to_have_text("400 images chosen")
    first, _, third, _ = around(page, CORNERS[0])
    page.get_by_role("button", name="Rectangle").click()
    page.keyboard.down("Alt")
    drag(page, [first, third])
    page.keyboard.up("Alt")
    expect(page.locator("[data-chosen-count]")).to_have_text("800 images chosen")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-chosen]")).to_be_hidden()


def test_the_keyboard_moves_zooms_and_chooses(open_page, drawn):
    page = begin(open_page)
    page.locator("[data-fit]").focus()
    page.keyboard.press("Shift+Tab")
    for _ in range(10):
        if page.evaluate("document.activeElement.matches('.map-over')"):
            break
        page.keyboard.press("Shift+Tab")
    said = page.locator("[data-said]")
    page.keyboard.press("]")
    expect(said).to_contain_text("0 images in the circle.")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    for _ in range(2):
        page.keyboard.press("]")
    expect(said).to_contain_text("400 images in the circle. Nearest: image-")
    page.keyboard.press("Enter")
    expect(page.locator("[data-chosen-count]")).to_have_text("400 images chosen")
    page.keyboard.press("+")
    eventually(page, "location.hash.startsWith('#at=') && location.hash.endsWith(',1.5000')")
    page.keyboard.press("-")
    page.keyboard.press("Enter")
    assert shown_ids(page) == {image.pk for image in drawn[:400]}


def test_touch_draws_a_lasso_and_a_tap_shows_the_picture(open_page, drawn):
    page = begin(open_page, width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Rectangle").tap()
    first, _, third, _ = around(page, CORNERS[0])
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", first)
    touch("touchMove", ((first[0] + third[0]) / 2, (first[1] + third[1]) / 2))
    touch("touchMove", third)
    touch("touchEnd")
    expect(page.locator("[data-chosen-count]")).to_have_text("400 images chosen")
    page.touchscreen.tap(*screen(page, *CORNERS[1]))
    expect(page.locator("[data-card]")).to_be_visible()
    expect(page.locator("[data-card-name]")).to_contain_text("image-0")
    # Two fingers zoom where they are.
    x, y = screen(page, *CORNERS[0])
    touch("touchStart", (x - 20, y), (x + 20, y))
    touch("touchMove", (x - 60, y), (x + 60, y))
    touch("touchEnd")
    eventually(page, "Number(location.hash.split(',')[2]) > 1.5")
    page.get_by_role("button", name="Show them").tap()
    assert shown_ids(page) == {image.pk for image in drawn[:400]}


def test_zoomed_in_pictures_stand_at_their_points(open_page, drawn):
    page = begin(open_page)
    page_map = page.locator("#map")
    expect(page_map).to_have_attribute("data-pictured", "0")
    page.mouse.move(*screen(page, *CORNERS[0]))
    for _ in range(4):
        page.mouse.wheel(0, -500)
    eventually(page, "Number(document.getElementById('map').dataset.pictured) > 3")
    eventually(page, "location.hash.startsWith('#at=')")
    place = page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector(".map[data-ready]")
    assert page.evaluate("location.hash") == place, "the place is in the address"
    eventually(page, "Number(document.getElementById('map').dataset.pictured) > 3")


def test_a_point_shows_its_picture_and_opens_it(open_page, drawn):
    page = begin(open_page, may_fail=True)  # there is no file behind the row
    page.mouse.move(*screen(page, *CORNERS[0]))
    expect(page.locator("[data-card-name]")).to_have_text("image-00000.png")
    page.mouse.click(*screen(page, *CORNERS[0]))
    page.wait_for_url(f"**/c/default/images/{drawn[0].pk}/")


def test_what_a_search_finds_is_bright_and_alone_is_chosen(open_page, drawn):
    page = begin(open_page, may_fail=True)  # the last search cannot be read
    page.locator("#q").fill("neon")
    page.keyboard.press("Enter")
    expect(page.locator("[data-told]")).to_have_text("80 of 800 images match")
    expect(page.locator("[data-library]")).to_have_attribute("href", "/c/default/?q=neon")
    page.get_by_role("button", name="Lasso").click()
    drag(page, around(page, CORNERS[0]))
    expect(page.locator("[data-chosen-count]")).to_have_text("40 images chosen")
    page.locator("#q").fill("rating: x")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_be_visible()


def test_colours_have_a_legend_and_are_in_the_address(open_page, drawn):
    page = begin(open_page)
    page.get_by_label("Colour").select_option("checkpoint")
    expect(page.locator("[data-legend] li")).to_have_text(["dreamshaper_8", "None"])
    assert page.url.endswith("?colour=checkpoint")
    page.reload()
    expect(page.locator("[data-legend] li")).to_have_count(2)


@pytest.mark.parametrize("without_card", [False, True])
def test_points_are_drawn_with_and_without_a_graphics_card(open_page, drawn, without_card):
    page = open_page("/c/default/")
    if without_card:
        page.add_init_script("""
          const get = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (kind, options) {
            return kind === "webgl" ? null : get.call(this, kind, options);
          };
        """)
    page.goto("/c/default/map/")
    page.wait_for_selector(".map[data-ready]")
    page.locator("[data-card]").evaluate("card => card.remove()")
    seen = page.locator("#map").screenshot()
    page.locator(".map-points").evaluate("canvas => { canvas.style.visibility = 'hidden'; }")
    assert page.locator("#map").screenshot() != seen
