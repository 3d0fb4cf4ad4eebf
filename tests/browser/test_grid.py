"""The grid: a window on a long result, laid out without a jump."""

import pytest

from tests.browser.conftest import eventually

MANY = 3000
MOST_TILES = 700
LIBRARY = "/c/default/"

SCROLL_STATE = """() => {
  const main = document.getElementById("main");
  return {
    top: main.scrollTop,
    room: main.scrollHeight - main.clientHeight,
    tiles: document.querySelectorAll(".tile").length,
    ids: [...document.querySelectorAll(".tile")].map((tile) => Number(tile.dataset.id)),
    isEnd: !document.getElementById("grid-end").hidden,
  };
}"""
VISIBLE = """() => [...document.querySelectorAll(".tile")]
  .map((tile) => [Number(tile.dataset.id), tile.getBoundingClientRect()])
  .filter(([, box]) => box.bottom > 92 && box.top < 800)
  .map(([id, box]) => [id, Math.round(box.left), Math.round(box.top)])"""
HEADINGS_IN_VIEW = """() => [...document.querySelectorAll(".month:not([hidden])")]
  .filter((month) => month.getBoundingClientRect().bottom > 92)
  .map((month) => month.textContent)"""
UNEVEN_ROWS = """() => {
  const page = document.querySelector(".page"), rows = new Map();
  for (const tile of page.querySelectorAll(".tile")) {
    const box = tile.getBoundingClientRect();
    rows.set(box.top, Math.max(rows.get(box.top) ?? 0, box.right));
  }
  const rights = [...rows.values()];
  return Math.max(...rights) - Math.min(...rights);
}"""


def scroll(page, by: int) -> dict:
    page.mouse.wheel(0, by)
    page.wait_for_timeout(30)
    return page.evaluate(SCROLL_STATE)


def test_three_thousand_images_pass_down_and_up_in_a_small_document(open_page, add_images):
    rows = add_images(MANY)
    page = open_page(LIBRARY)
    page.mouse.move(700, 500)
    seen: set[int] = set()
    most = 0
    for _ in range(400):
        state = scroll(page, 1800)
        seen.update(state["ids"])
        most = max(most, state["tiles"])
        if state["isEnd"] and state["top"] >= state["room"] - 2:
            break
    assert seen == {row.pk for row in rows}
    for _ in range(400):
        state = scroll(page, -2500)
        most = max(most, state["tiles"])
        if state["top"] == 0:
            break
    page.wait_for_timeout(400)
    assert rows[-1].pk in page.evaluate(SCROLL_STATE)["ids"]
    assert most <= MOST_TILES
    assert page.evaluate("window.shifted") < 0.02


def test_a_leap_into_what_was_left_behind_shows_images_again(open_page, add_images):
    add_images(1200)
    page = open_page(LIBRARY)
    page.mouse.move(700, 500)
    for _ in range(120):
        if scroll(page, 1800)["isEnd"]:
            break
    page.evaluate("document.getElementById('main').scrollTop /= 2")
    page.wait_for_timeout(800)
    assert len(page.evaluate(VISIBLE)) > 6
    page.evaluate("document.getElementById('main').scrollTop = 0")
    page.wait_for_timeout(800)
    assert len(page.evaluate(VISIBLE)) > 6


@pytest.mark.parametrize("way", ["back", "reload"])
def test_the_exact_place_is_restored(open_page, add_images, way):
    add_images(900)
    page = open_page(LIBRARY)
    page.mouse.move(700, 500)
    for _ in range(14):
        scroll(page, 1310)
    page.wait_for_timeout(600)
    before = page.evaluate(VISIBLE)
    assert "at=" in page.url
    if way == "back":
        page.goto("/jobs/")
        page.go_back()
    else:
        page.reload()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    after = page.evaluate(VISIBLE)
    assert after[:8] == before[:8]
    assert page.evaluate("window.shifted") < 0.02
    assert any(scroll(page, -2500)["top"] == 0 for _ in range(200))


@pytest.mark.parametrize("width", [390, 1440, 2560])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_fits_its_window_and_nothing_shifts(open_page, add_images, width, theme):
    add_images(150)
    page = open_page(LIBRARY, width=width, color_scheme=theme)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("main.scrollWidth - main.clientWidth") <= 0
    assert page.evaluate("window.shifted") < 0.02
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light dark"


def test_every_row_of_a_page_is_full(open_page, add_images):
    add_images(400)
    page = open_page(f"{LIBRARY}?sort=name")
    assert page.evaluate(UNEVEN_ROWS) <= 1


def test_square_tiles_stand_in_columns_through_pages(open_page, add_images):
    add_images(500)
    page = open_page(f"{LIBRARY}?sort=name")
    page.keyboard.press("g")
    page.mouse.move(700, 500)
    for _ in range(8):
        scroll(page, 900)
    page.wait_for_timeout(400)
    lefts = page.evaluate("""() => [...document.querySelectorAll(".page")].map((page) => {
      const rows = {};
      for (const { style } of page.querySelectorAll(".tile")) (rows[style.top] ??= []).push(style);
      return [...new Set(Object.values(rows).map((row) => row.length))];
    })""")
    assert len(lefts) > 1
    assert {count for page_counts in lefts[:-1] for count in page_counts} == {lefts[0][0]}


def test_another_size_keeps_what_one_looks_at(open_page, add_images):
    add_images(600)
    page = open_page(f"{LIBRARY}?sort=name")
    page.mouse.move(700, 500)
    for _ in range(6):
        scroll(page, 1100)
    first = page.evaluate(VISIBLE)[0]
    page.keyboard.press("+")
    page.wait_for_timeout(500)
    ids = [pk for pk, _, _ in page.evaluate(VISIBLE)]
    assert first[0] in ids[:6]


def test_without_script_there_are_pictures_and_a_way_on(open_page, add_images):
    add_images(150)
    page = open_page(LIBRARY, java_script_enabled=False)
    assert page.locator(".tile img").count() == 100
    page.get_by_role("link", name="Older ones").click()
    page.wait_for_load_state("networkidle")
    assert page.locator(".tile").count() == 51


def test_new_images_are_announced_and_nothing_moves(open_page, add_images):
    add_images(200)
    page = open_page(LIBRARY)
    page.mouse.move(700, 500)
    scroll(page, 900)
    before = page.evaluate(VISIBLE)
    add_images(3)
    page.get_by_text("3 new images").wait_for(timeout=12_000)
    assert page.evaluate(VISIBLE) == before


def test_a_month_of_the_timeline_leads_to_its_images(open_page, add_images):
    add_images(1500)
    page = open_page(LIBRARY)
    page.locator("#scrub li[data-month='2025-03'] a").focus()
    page.keyboard.press("Enter")
    eventually(page, "main.scrollTop > 0")
    assert page.evaluate(HEADINGS_IN_VIEW)[0] == "March 2025"


def test_when_the_server_is_away_the_page_says_so_and_recovers(open_page, add_images):
    add_images(400)
    page = open_page(LIBRARY, may_fail=True)
    page.context.set_offline(True)
    page.mouse.move(700, 500)
    for _ in range(6):
        scroll(page, 1800)
    page.get_by_text("The server does not answer").wait_for(timeout=5000)
    page.context.set_offline(False)
    page.get_by_text("The server does not answer").wait_for(state="hidden", timeout=20_000)
    assert any(scroll(page, 1800)["isEnd"] for _ in range(200))
