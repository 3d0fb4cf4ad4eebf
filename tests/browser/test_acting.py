"""Acting on what is chosen: one register behind the bar, the menu, the keys and the palette, and
undo for all of it."""

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Album, AlbumImage, HistoryEntry, Image, ImageEdit, ImageTag, Tag
from gallery.services import history
from tests.browser.conftest import eventually

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/c/default/"
COPIED = "navigator.clipboard.readText()"


@pytest.fixture
def newest(add_images) -> list[Image]:
    return add_images(40)[::-1]


def tile(page: Page, row):
    return page.locator(f".tile[data-id='{row.pk}']")


def choose(page: Page, *rows) -> None:
    for row in rows:
        tile(page, row).click(modifiers=["Control"])
    expect(page.locator("#selection .selected")).to_have_text(f"{len(rows)} selected")


def toast(page: Page, words: str):
    return page.locator(".toast", has_text=words).last


def ratings(rows) -> list[int | None]:
    found = Image.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].rating for row in rows]


def menu(page: Page):
    return page.locator("#act-menu")


def test_a_key_rates_all_that_is_selected_and_ctrl_z_takes_it_back(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, *newest[:3])
    page.keyboard.press("8")
    expect(toast(page, "3 images rated 8")).to_be_visible()
    expect(tile(page, newest[2]).locator(".rated")).to_have_text("8")
    assert ratings(newest[:4]) == [8, 8, 8, None]
    page.keyboard.press("Control+z")
    expect(toast(page, "Undone: 3 images rated 8")).to_be_visible()
    expect(tile(page, newest[2]).locator(".rated")).to_have_text("")
    page.keyboard.press("Control+y")
    expect(tile(page, newest[2]).locator(".rated")).to_have_text("8")
    page.keyboard.press("8")
    expect(toast(page, "Rating of 3 images cleared")).to_be_visible()
    assert ratings(newest[:3]) == [None, None, None]


def test_without_a_selection_keys_are_about_the_image_in_focus(open_page, newest):
    page = open_page(LIBRARY)
    tile(page, newest[1]).focus()
    page.keyboard.press("x")
    expect(tile(page, newest[1])).to_have_attribute("data-deletion", "")
    expect(toast(page, "Marked for deletion")).to_be_visible()
    expect(tile(page, newest[1])).to_be_focused()
    page.keyboard.press("x")
    expect(toast(page, "No longer for deletion")).to_be_visible()
    assert not Image.objects.filter(is_for_deletion=True).exists()


def test_nothing_to_undo_is_said(open_page, newest):
    page = open_page(LIBRARY, may_fail=True)
    page.keyboard.press("Control+z")
    expect(toast(page, "There is nothing to undo.")).to_be_visible()


def test_the_bar_rates_in_ten_steps(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, *newest[:2])
    page.locator("#selection [data-action=rate]").click()
    menu(page).get_by_role("menuitemradio", name="Rate 10").click()
    expect(toast(page, "2 images rated 10")).to_be_visible()
    expect(menu(page)).to_be_hidden()
    assert ratings(newest[:2]) == [10, 10]


def test_the_menu_of_a_tile_outside_the_selection_is_about_that_tile(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, newest[0], newest[1])
    tile(page, newest[5]).click(button="right")
    expect(menu(page).locator("h3")).to_have_text(newest[5].name)
    menu(page).get_by_role("menuitemcheckbox", name="Favourite").click()
    expect(toast(page, "Added to favourites")).to_be_visible()
    expect(tile(page, newest[5])).to_have_attribute("data-favourite", "")
    assert list(Image.objects.filter(is_favourite=True)) == [newest[5]]
    tile(page, newest[1]).click(button="right")
    expect(menu(page).locator("h3")).to_have_text("2 selected")


def test_the_menu_is_opened_and_walked_by_keys_and_gives_the_focus_back(open_page, newest):
    page = open_page(LIBRARY)
    tile(page, newest[2]).focus()
    page.keyboard.press("Shift+F10")
    expect(menu(page).get_by_role("menuitem", name="Open", exact=True)).to_be_focused()
    page.keyboard.press("c")
    expect(menu(page).get_by_role("menuitem", name="Copy")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(menu(page).get_by_role("menuitem", name="Prompt", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(menu(page).get_by_role("menuitem", name="Copy")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(tile(page, newest[2])).to_be_focused()


def test_seeds_and_prompts_are_copied_each_once(open_page, newest):
    page = open_page(LIBRARY, permissions=["clipboard-read", "clipboard-write"])
    choose(page, newest[1], newest[2])
    for name, said, text in (
        ("Seed", "Seed of 2 images copied", f"{int(newest[2].seed)}\n{int(newest[1].seed)}"),
        ("Prompt", "Prompt of 2 images copied", "a red fox in snow"),
    ):
        tile(page, newest[1]).click(button="right")
        menu(page).get_by_role("menuitem", name="Copy").click()
        menu(page).get_by_role("menuitem", name=name, exact=True).click()
        expect(toast(page, said)).to_be_visible()
        assert page.evaluate(COPIED) == text


def test_a_new_album_is_made_on_the_way(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, *newest[:2])
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog", name="Add to album")
    expect(dialog.get_by_label("Album", exact=True)).to_be_focused()
    page.keyboard.type("Best of winter")
    page.keyboard.press("Enter")
    expect(toast(page, "2 images added to Best of winter")).to_be_visible()
    expect(dialog).to_have_count(0)
    assert AlbumImage.objects.filter(album__name="Best of winter").count() == 2


def test_an_album_is_found_by_a_few_letters(open_page, newest):
    collection = newest[0].collection
    for name in ("For print", "Reference", "Winter"):
        Album.objects.create(collection=collection, name=name)
    page = open_page(LIBRARY)
    tile(page, newest[0]).focus()
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog", name="Add to album")
    expect(dialog.get_by_label("Album", exact=True)).to_be_focused()
    page.keyboard.type("ref")
    expect(dialog.locator(".pick label:visible")).to_have_text(["Reference"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(toast(page, "Added to Reference")).to_be_visible()
    expect(tile(page, newest[0])).to_be_focused()
    assert Album.objects.count() == 3


def test_tags_are_suggested_while_one_types(open_page, newest):
    for name in ("red scarf", "red dress", "snow"):
        Tag.objects.create(name=name)
    page = open_page(LIBRARY)
    choose(page, *newest[:2])
    page.keyboard.press("t")
    field = page.get_by_label("Tags", exact=True).first
    expect(field).to_be_focused()
    page.keyboard.type("my own, scar", delay=20)
    expect(page.get_by_role("option")).to_have_text(["red scarf"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("my own, red scarf, ")
    page.keyboard.press("Enter")
    expect(toast(page, "2 images tagged my own, red scarf")).to_be_visible()
    assert ImageTag.objects.filter(tag__name="red scarf").count() == 2


def test_a_note_and_a_prompt_begin_with_what_there_is(open_page, newest):
    ImageEdit.objects.create(image=newest[0], note="print this one")
    page = open_page(LIBRARY)
    tile(page, newest[0]).click(button="right")
    menu(page).get_by_role("menuitem", name="Note and prompts").click()
    menu(page).get_by_role("menuitem", name="Note…", exact=True).click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("print this one")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    tile(page, newest[0]).focus()
    page.keyboard.press("e")
    field = page.get_by_role("textbox", name="Prompt", exact=True)
    expect(field).to_have_value(newest[0].prompt.text)
    field.fill("a blue fox")
    page.keyboard.press("Control+Enter")
    expect(toast(page, "Prompt edited")).to_be_visible()
    newest[0].refresh_from_db()
    assert newest[0].prompt.text == "a blue fox"


def test_a_refused_form_says_why_and_keeps_what_was_typed(open_page, newest):
    Album.objects.create(collection=newest[0].collection, name="All red", is_smart=True)
    page = open_page(LIBRARY, may_fail=True)
    tile(page, newest[0]).focus()
    page.keyboard.press("l")
    expect(page.get_by_label("Album", exact=True)).to_be_focused()
    page.keyboard.type("all red")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is a saved search")
    expect(page.get_by_label("Album", exact=True)).to_have_value("all red")


def test_the_palette_finds_commands_by_a_few_letters(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, *newest[:3])
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("rate 7")
    expect(palette.get_by_role("option").first).to_contain_text("Rate 7")
    page.keyboard.press("Enter")
    expect(palette).to_be_hidden()
    expect(toast(page, "3 images rated 7")).to_be_visible()
    assert ratings(newest[:3]) == [7, 7, 7]


def test_the_palette_leads_to_albums_tags_folders_and_recent_searches(open_page, newest):
    album = Album.objects.create(collection=newest[0].collection, name="Winter prints")
    Tag.objects.create(name="winter coat")
    page = open_page(f"{LIBRARY}?q=fox")
    page.wait_for_timeout(2700)
    page.goto("/jobs/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("option", name="fox")).to_be_visible()
    page.keyboard.type("winter")
    expect(palette.get_by_role("option", name="winter coat")).to_be_visible()
    palette.get_by_role("option", name="Winter prints").click()
    page.wait_for_url(f"**/c/default/?album={album.pk}")
    page.wait_for_load_state("networkidle")


def test_the_palette_is_left_as_it_was_come_to(open_page, newest):
    page = open_page(LIBRARY)
    tile(page, newest[4]).focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing here is called that.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Commands")).to_be_hidden()
    expect(tile(page, newest[4])).to_be_focused()


def test_what_has_gone_stale_is_fetched_again_where_it_stands(open_page, add_images, monkeypatch):
    rows = add_images(900)
    page = open_page(f"{LIBRARY}?sort=name")
    page.mouse.move(700, 500)
    for _ in range(6):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(60)
    page.keyboard.press("Control+a")
    expect(page.locator("#selection .selected")).to_have_text("900 selected")
    middle = page.evaluate("document.elementFromPoint(700, 400).closest('.tile').dataset.id")
    page.locator(f".tile[data-id='{middle}']").focus()
    page.wait_for_timeout(300)
    before = page.evaluate("main.scrollTop")
    page.keyboard.press("9")
    expect(toast(page, "900 images rated 9")).to_be_visible()
    expect(page.locator(f".tile[data-id='{middle}'] .rated")).to_have_text("9")
    expect(page.locator(f".tile[data-id='{middle}']")).to_be_focused()
    Image.objects.filter(pk=middle).update(rating=2)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('library:stale', {bubbles: true}))")
    expect(page.locator(f".tile[data-id='{middle}'] .rated")).to_have_text("2")
    expect(page.locator(f".tile[data-id='{middle}']")).to_be_focused()
    assert abs(page.evaluate("main.scrollTop") - before) < 2
    assert page.locator(".tile[aria-selected=false]").count() == 0
    assert Image.objects.filter(rating=9).count() == len(rows) - 1


def test_a_refused_act_is_taken_back_on_all_tiles(open_page, newest):
    page = open_page(LIBRARY, may_fail=True)
    page.route("**/acts/favourite/", lambda route: route.fulfill(status=404, body="<h1>Gone"))
    choose(page, *newest[:2])
    page.keyboard.press("f")
    expect(toast(page, "Gone")).to_be_visible()
    eventually(page, "!document.querySelector('.tile[data-favourite]')")


def test_history_is_in_the_rail_and_its_undo_works(open_page, newest):
    page = open_page(LIBRARY)
    choose(page, *newest[:2])
    page.keyboard.press("6")
    expect(toast(page, "2 images rated 6")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("2 images rated 6")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Do again")).to_be_visible()
    assert ratings(newest[:2]) == [None, None]
    assert history.latest_to_undo(newest[0].collection) is None
    assert HistoryEntry.objects.get().state == HistoryEntry.State.UNDONE


def test_forms_work_without_script(open_page, newest):
    page = open_page(f"{LIBRARY}acts/add-to-album/?ids={newest[0].pk}", java_script_enabled=False)
    page.get_by_label("Album", exact=True).fill("Quiet")
    page.get_by_role("button", name="Add to album").click()
    expect(page.get_by_text("1 image added to Quiet")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_bar_and_the_menu_fit(open_page, newest, width):
    page = open_page(LIBRARY, width, 844, has_touch=width < 640)
    choose(page, *newest[:2])
    page.locator("#selection [data-menu]").click()
    expect(menu(page)).to_be_visible()
    box = menu(page).bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
