"""Selecting in the grid by mouse, by keyboard alone and by touch, on pages that come and go."""

import time

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image, Selection
from tests.browser.conftest import eventually

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/c/default/"
CHOSEN = "document.querySelectorAll('.tile[aria-selected=true]').length"
MARKED = "[...document.querySelectorAll('.tile[aria-selected=true]')].map((it) => it.dataset.id)"
SHOWN = "[...document.querySelectorAll('.tile')].map((tile) => tile.dataset.id)"
FOCUSED = "document.activeElement.dataset.id"


def says(page: Page, words: str) -> None:
    expect(page.locator("#selection .selected")).to_have_text(words)


def tile(page: Page, row):
    return page.locator(f".tile[data-id='{row.pk}']")


def rated(page: Page, rating: int, images) -> None:
    for _ in range(50):
        if set(Image.objects.filter(rating=rating)) == set(images):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Others than {len(images)} are rated {rating}.")


def chosen_ids() -> list[int]:
    return list(Selection.objects.get().image_ids)


def test_ctrl_click_and_the_check_circle_choose_and_a_plain_click_still_opens(
    open_page, add_images
):
    newest = add_images(40)[::-1]
    page = open_page(LIBRARY, may_fail=True)  # there are no files to open
    tile(page, newest[2]).click(modifiers=["Control"])
    says(page, "1 selected")
    tile(page, newest[4]).click(position={"x": 16, "y": 16})
    says(page, "2 selected")
    expect(tile(page, newest[4])).to_have_attribute("aria-selected", "true")
    tile(page, newest[2]).click(modifiers=["Control"])
    says(page, "1 selected")
    assert page.locator("dialog[open]").count() == 0
    tile(page, newest[5]).click()
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.lightbox")).to_be_hidden()
    says(page, "1 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_have_count(0)
    assert page.evaluate(CHOSEN) == 0


def test_a_key_means_what_was_just_chosen_before_the_server_has_answered(open_page, add_images):
    images = add_images(30)
    page = open_page(LIBRARY)
    page.route("**/selection/**", lambda route: (time.sleep(0.4), route.continue_()))
    page.locator(".tile").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("7")
    says(page, "30 selected")
    rated(page, 7, images)
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    rated(page, 3, images[-1:])


def test_shift_click_chooses_all_between_also_where_no_page_of_it_was_loaded(open_page, add_images):
    newest = add_images(1500)[::-1]
    page = open_page(LIBRARY)
    tile(page, newest[3]).click(modifiers=["Control"])
    page.locator("#scrub li[data-month='2025-02'] a").focus()
    page.keyboard.press("Enter")
    eventually(page, f"!document.querySelector(\".tile[data-id='{newest[3].pk}']\")")
    last = page.locator(".tile").nth(2)
    last_id = int(last.get_attribute("data-id"))
    last.click(modifiers=["Shift"])
    between = [row.pk for row in newest[3:] if row.pk >= last_id]
    says(page, f"{len(between):,} selected")
    assert chosen_ids() == sorted(between)
    marked = {int(one) for one in page.evaluate(MARKED)}
    shown = {int(one) for one in page.evaluate(SHOWN)}
    assert marked == shown.intersection(between)


def test_a_stretch_that_shrinks_lets_go_of_what_it_held(open_page, add_images):
    newest = add_images(60)[::-1]
    page = open_page(LIBRARY)
    tile(page, newest[1]).click(modifiers=["Control"])
    tile(page, newest[9]).click(modifiers=["Shift"])
    says(page, "9 selected")
    tile(page, newest[4]).click(modifiers=["Shift"])
    says(page, "4 selected")
    assert chosen_ids() == sorted(row.pk for row in newest[1:5])


def test_by_keyboard_alone(open_page, add_images):
    newest = add_images(80)[::-1]
    page = open_page(LIBRARY)
    page.locator(".tile[tabindex='0']").focus()
    page.keyboard.press("Space")
    says(page, "1 selected")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    says(page, "4 selected")
    page.keyboard.press("Shift+ArrowLeft")
    says(page, "3 selected")
    page.keyboard.press("Shift+ArrowDown")
    eventually(page, f"{CHOSEN} > 4")
    page.keyboard.press("Control+a")
    says(page, "80 selected")
    assert page.evaluate(CHOSEN) == page.locator(".tile").count()
    page.keyboard.press("Space")
    says(page, "79 selected")
    page.keyboard.press("Control+i")
    says(page, "1 selected")
    assert page.evaluate(CHOSEN) == 1
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_have_count(0)
    assert int(page.evaluate(FOCUSED)) in [row.pk for row in newest]


def test_the_whole_result_is_marked_on_pages_that_come_later(open_page, add_images):
    add_images(900)
    page = open_page(LIBRARY)
    page.keyboard.press("Control+a")
    says(page, "900 selected")
    expect(page.locator("#selection .whole")).to_be_hidden()
    page.mouse.move(700, 500)
    for _ in range(12):
        page.mouse.wheel(0, 1800)
        page.wait_for_timeout(60)
    page.wait_for_timeout(400)
    assert page.locator(".tile[aria-selected=false]").count() == 0
    assert Selection.objects.get().image_ids == []


def test_it_survives_another_order_and_a_reload(open_page, add_images):
    rows = add_images(300)
    page = open_page(LIBRARY)
    for row in (rows[-1], rows[-3]):
        tile(page, row).click(modifiers=["Control"])
    says(page, "2 selected")
    page.goto(f"{LIBRARY}?sort=created")
    says(page, "2 selected")
    assert page.evaluate(CHOSEN) == 0
    page.goto(f"{LIBRARY}?sort=-created")
    page.reload()
    says(page, "2 selected")
    eventually(page, f"{CHOSEN} === 2")


def test_within_another_result_the_server_tells_what_is_chosen(open_page, add_images):
    add_images(30)
    page = open_page(LIBRARY)
    page.keyboard.press("Control+a")
    says(page, "30 selected")
    page.fill("#q", "neon")
    expect(page.locator("#count")).to_have_text("3 images")
    eventually(page, f"{CHOSEN} === 3")
    says(page, "30 selected")


def test_a_band_chooses_what_it_touches_and_nothing_opens(open_page, add_images):
    newest = add_images(60)[::-1]
    page = open_page(LIBRARY)
    first, third = tile(page, newest[0]).bounding_box(), tile(page, newest[2]).bounding_box()
    page.mouse.move(first["x"] + 60, first["y"] + 60)
    page.mouse.down()
    page.mouse.move(third["x"] + 30, third["y"] + 80, steps=6)
    expect(page.locator(".band")).to_be_visible()
    assert page.locator(".tile.is-banded").count() == 3
    page.mouse.up()
    says(page, "3 selected")
    assert page.locator(".band, dialog[open]").count() == 0
    assert chosen_ids() == sorted(row.pk for row in newest[:3])


def test_a_band_scrolls_on_at_the_edge(open_page, add_images):
    add_images(300)
    page = open_page(LIBRARY)
    box = page.locator(".tile").first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 900, 860, steps=5)
    eventually(page, "main.scrollTop > 900")
    page.mouse.up()
    eventually(page, f"{CHOSEN} > 20")
    says(page, f"{page.evaluate(CHOSEN)} selected")
    assert chosen_ids() == sorted(int(one) for one in page.evaluate(MARKED))


def fingers(page: Page):
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def middle(page: Page, row) -> tuple[float, float]:
    box = tile(page, row).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_long_press_begins_and_dragging_goes_on(open_page, add_images):
    newest = add_images(60)[::-1]
    page = open_page(LIBRARY, 390, 844, has_touch=True, is_mobile=True)
    touch = fingers(page)
    touch("touchStart", *middle(page, newest[1]))
    eventually(page, f"{CHOSEN} === 1")
    for row in newest[2:6]:
        touch("touchMove", *middle(page, row))
    touch("touchEnd")
    says(page, "5 selected")
    assert page.evaluate("main.scrollTop") == 0
    tile(page, newest[3]).tap()
    says(page, "4 selected")
    assert page.locator("dialog[open]").count() == 0
    page.get_by_role("button", name="Clear the selection").tap()
    expect(page.locator("#selection")).to_have_count(0)


def test_a_finger_that_moves_at_once_scrolls(open_page, add_images):
    newest = add_images(100)[::-1]
    page = open_page(LIBRARY, 390, 844, has_touch=True, is_mobile=True)
    touch = fingers(page)
    x, y = middle(page, newest[6])
    touch("touchStart", x, y)
    for step in range(1, 12):
        touch("touchMove", x, y - step * 25)
        page.wait_for_timeout(16)
    touch("touchEnd")
    eventually(page, "main.scrollTop > 100")
    assert page.evaluate(CHOSEN) == 0


def test_the_grid_tells_rows_and_columns_and_how_many_are_chosen(open_page, add_images):
    newest = add_images(400)[::-1]
    page = open_page(LIBRARY)
    grid = page.get_by_role("grid", name="Images")
    assert grid.get_attribute("aria-multiselectable") == "true"
    assert grid.get_attribute("aria-rowcount") == "-1"
    first = page.get_by_role("row").first
    assert first.get_attribute("aria-rowindex") == "1"
    cell = first.get_by_role("gridcell").first
    assert cell.get_attribute("aria-colindex") == "1"
    assert cell.locator("img").get_attribute("alt")
    page.mouse.move(700, 500)
    for _ in range(30):
        page.mouse.wheel(0, 1800)
        page.wait_for_timeout(40)
    eventually(page, "!document.getElementById('grid-end').hidden")
    last = page.get_by_role("row").last.get_attribute("aria-rowindex")
    expect(grid).to_have_attribute("aria-rowcount", last)
    indexes = page.evaluate(
        "[...document.querySelectorAll('[role=row]')].map((row) => Number(row.ariaRowIndex))"
    )
    assert indexes == list(range(indexes[0], int(last) + 1))
    tile(page, newest[-1]).click(modifiers=["Control"])
    expect(page.locator("[role=status]", has_text="1 image selected")).to_have_count(1)


def test_a_selection_that_is_gone_is_forgotten_quietly(open_page, add_images):
    newest = add_images(20)[::-1]
    page = open_page(LIBRARY, may_fail=True)
    tile(page, newest[0]).click(modifiers=["Control"])
    says(page, "1 selected")
    Selection.objects.all().delete()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("#selection, .toast").count() == 0
    tile(page, newest[1]).click(modifiers=["Control"])
    says(page, "1 selected")
