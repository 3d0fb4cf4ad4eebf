"""The page of folders and the tree's menu, with a real folder behind them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from gallery.models import Image, LibraryRoot
from gallery.scanning import quick
from tests import pictures
from tests.browser.conftest import eventually
from tests.factories import LibraryRootFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, LIBRARY = "/c/default/roots/", "/c/default/"


class Unwatched:
    """The progress of a job that nobody looks at."""

    def report(self, *_args, **_more) -> None: ...
    def check(self) -> None: ...


def scan(root: LibraryRoot) -> None:
    """What a worker does for the job that a page has started."""
    quick.scan(LibraryRoot.objects.get(pk=root.pk), Unwatched())


@pytest.fixture
def root(library_folder: Path) -> LibraryRoot:
    for name in ("keep/a.png", "keep/b.png", "rejects/c.png"):
        pictures.png(library_folder / name)
    root = LibraryRootFactory(name="Pictures", path=str(library_folder))
    scan(root)
    return root


def test_options_are_asked_for_saved_and_shown_by_keyboard_alone(open_page, root):
    page = open_page(PAGE)
    page.locator(f"#root-options-{root.pk}").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[data-modal]")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Ignored").fill("*" * 20)
    dialog.get_by_label("Ignored").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.locator("#ignored-problem")).to_contain_text("at most 8 asterisks")
    dialog.get_by_label("Ignored").fill("rejects/")
    dialog.get_by_text("Hidden files and folders too").click()
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Options of Pictures saved")
    expect(page.locator(f"#root-{root.pk}")).to_contain_text("1 ignored pattern")
    expect(page.locator(f"#root-options-{root.pk}")).to_be_focused()
    root.refresh_from_db()
    assert (root.ignored, root.takes_hidden) == (["rejects/"], True)


def test_escape_leaves_all_as_it_was(open_page, root):
    page = open_page(PAGE)
    more = page.locator(f"#root-more-{root.pk}")
    more.click()
    page.get_by_role("link", name="Remove from the library…").click()
    dialog = page.locator("dialog[data-modal]")
    expect(dialog).to_contain_text("3 images")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(more).to_be_focused()
    assert LibraryRoot.objects.exists()


def test_an_excluded_folder_leaves_and_is_taken_in_again(open_page, root):
    page = open_page(LIBRARY)
    page.locator(".folder .chevron").click()
    page.locator(".folder-leaf > a", has_text="rejects").first.focus()
    page.keyboard.press("Shift+F10")
    menu = page.locator("#folder-menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    menu.get_by_role("menuitem", name="Exclude with all below").press("Enter")
    expect(menu).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Their images left the library.")
    row = page.locator("li[data-treatment]")
    expect(row).to_contain_text("excluded")
    scan(root)
    assert Image.objects.visible().count() == 2
    page.reload()
    expect(page.locator("#count")).to_have_text("2 images")

    page.goto(PAGE)
    page.get_by_role("button", name="Take rejects in again").click()
    expect(page.locator(".treated")).to_have_count(0)
    scan(root)
    page.goto(LIBRARY)
    expect(page.locator("#count")).to_have_text("3 images")


def test_undo_takes_it_in_again(open_page, root):
    page = open_page(LIBRARY)
    page.locator(".folder .chevron").click()
    page.locator("li[data-folder]", has_text="rejects").last.click(button="right")
    page.get_by_role("menuitem", name="Archive", exact=True).click()
    expect(page.locator("li[data-treatment]")).to_contain_text("archived")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("li[data-treatment]")).to_have_count(0)


def test_the_menu_is_walked_by_arrows_and_left_by_escape(open_page, root):
    page = open_page(LIBRARY)
    link = page.locator(".has-more > a").first
    link.focus()
    page.keyboard.press("Shift+F10")
    items = page.locator("#folder-menu [role=menuitem]")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(items.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#folder-menu")).to_be_hidden()
    expect(link).to_be_focused()


def test_another_place_is_chosen_in_the_picker(open_page, root, library_folder):
    moved = library_folder.rename(library_folder.parent / "moved")
    page = open_page(PAGE)
    page.locator(f"#root-more-{root.pk}").click()
    page.get_by_role("link", name="Change its place…").click()
    dialog = page.locator("dialog[data-modal]")
    dialog.get_by_label("Path of the folder").fill(str(moved))
    expect(dialog.get_by_role("button", name="keep")).to_be_visible()
    dialog.get_by_role("button", name="Use this folder").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".root-path")).to_have_text(str(moved))


def test_states_come_by_themselves(open_page, root):
    page = open_page(PAGE)
    page.evaluate("window.isTheSamePage = true")
    LibraryRoot.objects.update(offline_since="2026-11-21T09:12:00Z")
    expect(page.locator(f"#root-state-{root.pk}")).to_contain_text("offline since", timeout=9000)
    assert page.evaluate("window.isTheSamePage")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_screen(open_page, root, width):
    page = open_page(PAGE, width=width)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    eventually(page, "document.querySelectorAll('.root').length === 1")
