"""Albums by hand: arranged by dragging, by keys and by thumb, made and deleted from anywhere, each
with a way back."""

import pytest
from playwright.sync_api import expect

from gallery.models import Album
from gallery.services import albums, selections
from tests.browser.conftest import eventually

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"has_touch": True, "is_mobile": True}


@pytest.fixture
def images(add_images):
    return add_images(6)


@pytest.fixture
def album(images):
    album, _ = albums.make("Foxes", images[0].collection)
    chosen = selections.of_images(images[0].collection, [image.pk for image in images])
    albums.fill(album, chosen)
    return album


@pytest.fixture
def open_album(open_page, album):
    def open_(width=1440, height=900, **options):
        return open_page(f"/c/default/?album={album.pk}", width, height, **options)

    return open_


def expect_order(page, images, *numbers):
    ids = [str(images[number].pk) for number in numbers]
    shown = "[...document.querySelectorAll('.tile')].map((tile) => tile.dataset.id)"
    eventually(page, f"JSON.stringify({shown}) === JSON.stringify({ids!r})")


def tile(page, image):
    return page.locator(f".tile[data-id='{image.pk}']")


def test_dragging_an_image_between_others_puts_it_there_and_undo_brings_it_back(
    open_album, images, album
):
    page = open_album()
    expect_order(page, images, 0, 1, 2, 3, 4, 5)
    target = tile(page, images[1])
    box = target.bounding_box()
    tile(page, images[4]).drag_to(target, target_position={"x": 8, "y": box["height"] / 2})
    expect_order(page, images, 0, 4, 1, 2, 3, 5)
    expect(tile(page, images[4])).to_be_focused()
    expect(page.locator(".toast")).to_contain_text("1 image moved in Foxes")
    page.reload()
    expect_order(page, images, 0, 4, 1, 2, 3, 5)
    page.goto("/c/default/history/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".toast")).to_contain_text("Undone")
    page.goto(f"/c/default/?album={album.pk}")
    expect_order(page, images, 0, 1, 2, 3, 4, 5)


def test_keys_move_the_image_that_has_the_focus_and_keep_it(open_album, images):
    page = open_album()
    tile(page, images[2]).focus()
    for key, order in (
        ("ArrowLeft", (0, 2, 1, 3, 4, 5)),
        ("End", (0, 1, 3, 4, 5, 2)),
        ("Home", (2, 0, 1, 3, 4, 5)),
        ("ArrowRight", (0, 2, 1, 3, 4, 5)),
    ):
        page.keyboard.press(f"Control+Shift+{key}")
        expect_order(page, images, *order)
        expect(tile(page, images[2])).to_be_focused()


def test_undoing_in_the_album_shows_the_order_at_once(open_album, images):
    page = open_album()
    tile(page, images[5]).focus()
    page.keyboard.press("Control+Shift+Home")
    expect_order(page, images, 5, 0, 1, 2, 3, 4)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect_order(page, images, 0, 1, 2, 3, 4, 5)


def test_a_thumb_arranges_with_buttons(open_album, images):
    page = open_album(390, 844, **PHONE)
    page.evaluate(f"document.querySelector(\".tile[data-id='{images[3].pk}']\").focus()")
    page.get_by_role("button", name="To the start").tap()
    expect_order(page, images, 3, 0, 1, 2, 4, 5)
    page.get_by_role("button", name="Later").tap()
    expect_order(page, images, 0, 3, 1, 2, 4, 5)
    box = page.get_by_role("button", name="Later").bounding_box()
    assert min(box["width"], box["height"]) >= 44
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_an_album_is_made_from_the_rail_and_appears_in_it(open_page, images):
    page = open_page("/c/default/")
    page.get_by_role("link", name="New album").click()
    page.get_by_label("Name").fill("Owls")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#rail-albums .entry")).to_have_text(["Owls"])
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_numbers_that_are_asked_for_while_the_rail_is_drawn_again_find_their_places(
    open_page, album
):
    page = open_page("/c/default/")
    held = []
    page.route(
        "**/c/default/places/*", lambda route: route.continue_() if held else held.append(route)
    )
    page.evaluate("document.dispatchEvent(new CustomEvent('library:changed'))")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(20)
    with page.expect_response("**/albums/rail/**"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('act:done', {bubbles: true}))")
    with page.expect_response("**/c/default/places/*"):
        held[0].continue_()
    expect(page.locator("#rail-albums b")).to_have_text("6")
    page.wait_for_load_state("networkidle")


def test_a_refused_name_keeps_the_dialog_with_its_reason(open_page, album):
    page = open_page("/c/default/albums/", may_fail=True)
    page.locator(".tools").get_by_role("link", name="New album").click()
    page.get_by_label("Name").fill("Foxes")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("called Foxes already")
    expect(page.get_by_label("Name")).to_have_value("Foxes")


def test_a_search_is_saved_and_counts_in_the_rail(open_page, images):
    page = open_page("/c/default/?q=fox")
    page.locator(".tools .save-view").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#rail-albums .entry")).to_contain_text(["fox"])
    expect(page.locator("#rail-albums b")).to_have_text("5")
    assert Album.objects.get().params == {"q": "fox"}


def test_deleting_asks_and_undo_brings_the_album_back(open_page, album):
    page = open_page("/c/default/albums/")
    expect(page.locator(".album-facts")).to_have_text("6 images")
    page.get_by_label("Menu of Foxes").click()
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("It holds 6 images, which stay")
    page.get_by_role("button", name="Delete the album").click()
    expect(page.get_by_role("heading", name="No albums yet.")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".album-name")).to_have_text(["Foxes"])
    expect(page.locator("#rail-albums .entry span")).to_have_text(["Foxes"])


def test_a_cover_is_chosen_and_smart_albums_get_theirs_later(open_page, album, images):
    smart, _ = albums.make("All", images[0].collection, smart={"q": "fox"})
    page = open_page("/c/default/albums/")
    expect(page.locator(f"#cover-{smart.pk} img")).to_be_visible()
    page.get_by_label("Menu of Foxes").click()
    page.locator(".album").first.get_by_role("link", name="Choose cover").click()
    page.locator(".cover-choice").nth(3).click()
    page.get_by_role("button", name="Use it").click()
    expect(page.locator(f"#cover-{album.pk} img")).to_have_attribute(
        "src", f"/thumbs/{images[3].pk}/384/{images[3].fingerprint.hex}.webp"
    )


def test_the_phone_has_the_other_places_behind_more(open_page, album):
    page = open_page("/c/default/", 390, 844, **PHONE)
    page.get_by_role("button", name="More").tap()
    for name in (
        "Unrated",
        "Recently viewed",
        "For deletion",
        "Prompts",
        "Tags",
        "Models",
        "History",
    ):
        expect(page.locator("#more").get_by_role("link", name=name)).to_be_visible()
    page.locator("#more").get_by_role("link", name="Tags").tap()
    expect(page).to_have_url(f"{page.url.split('/c/')[0]}/c/default/tags/")
    page.get_by_role("link", name="Albums").tap()
    expect(page.locator(".album-name")).to_have_text(["Foxes"])
