"""Acting on files: by menu, by dragging onto a folder, by keyboard, on a phone, without script."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image
from tests.gallery.filing.conftest import agrees, image, root, trash, tree  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/c/default/"
SHOTS = os.environ.get("SHOTS")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def tile(page: Page, path: str):
    return page.locator(f".tile[data-id='{image(path).pk}']")


def choose(page: Page, *files: str) -> None:
    for file in files:
        tile(page, file).click(modifiers=["Control"])
    expect(page.locator("#selection .selected")).to_have_text(f"{len(files)} selected")


def toast(page: Page, words: str):
    return page.locator(".toast", has_text=words).last


def act(page: Page, title: str) -> None:
    """By the palette."""
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(title)
    expect(palette.get_by_role("option").first).to_contain_text(title)
    page.keyboard.press("Enter")


def folder_row(page: Page, path: str):
    pk = image(path).folder_id
    return page.locator(f".folders li[data-folder='{pk}']")


def test_selected_images_are_dragged_onto_a_folder_and_undone(open_page, root, library_folder):  # noqa: F811
    then = tree(library_folder)
    page = open_page(LIBRARY)
    page.locator(".folders summary").first.click(position={"x": 6, "y": 6})
    choose(page, "a/0.png", "a/1.png")
    tile(page, "a/1.png").drag_to(folder_row(page, "b/9.png").locator("a").first)
    form = page.locator("dialog[data-modal]")
    expect(form.locator("[name=to]")).to_have_value(str(library_folder / "b"))
    expect(form.locator("footer .of")).to_have_text("2 images")
    shoot(page, "drag-1440")
    form.locator("button.primary").click()
    expect(toast(page, "2 images moved to library/b")).to_be_visible()
    expect(form).to_have_count(0)
    assert (library_folder / "b" / "0.txt").is_file()
    page.keyboard.press("Control+z")
    expect(toast(page, "Undone: 2 images moved")).to_be_visible()
    assert tree(library_folder) == then
    assert agrees(root)


def test_a_folder_is_picked_by_keyboard_alone(open_page, root, library_folder):  # noqa: F811
    page = open_page(LIBRARY)
    tile(page, "a/2.png").focus()
    act(page, "Move to folder")
    form = page.locator("dialog[data-modal]")
    expect(form.locator("[name=to]")).to_be_focused()
    page.keyboard.type(str(library_folder / "c"))
    expect(form.locator("#act-folders")).to_contain_text("No folders in here")
    page.keyboard.press("Enter")
    expect(toast(page, "Moved to library/c")).to_be_visible()
    assert image("c/2.png").is_available


def test_the_chooser_goes_in_and_up(open_page, root, library_folder):  # noqa: F811
    page = open_page(LIBRARY)
    choose(page, "a/0.png")
    act(page, "Copy to folder")
    form = page.locator("dialog[data-modal]")
    form.locator("#act-folders button", has_text="library").click()
    expect(form.locator("[name=to]")).to_have_value(str(library_folder))
    shoot(page, "copy-1440")
    form.locator("#act-folders button", has_text="c").last.click()
    expect(form.locator("[name=to]")).to_have_value(str(library_folder / "c"))
    form.locator("[aria-label='One folder up']").click()
    expect(form.locator("[name=to]")).to_have_value(str(library_folder))
    form.locator("[name=to]").fill("/nowhere")
    expect(form.locator("[role=alert]")).to_contain_text("no folder of the library")
    form.locator("button.primary").click()
    expect(form.locator(".problem")).to_contain_text("no folder of the library")


def test_names_are_seen_while_the_pattern_is_typed(open_page, root, library_folder):  # noqa: F811
    page = open_page(LIBRARY)
    choose(page, "a/0.png", "a/1.png", "a/2.png")
    act(page, "Rename")
    form = page.locator("dialog[data-modal]")
    form.locator("[name=pattern]").fill("fox")
    expect(form.locator(".new-names")).to_contain_text("3 of 3 would meet")
    shoot(page, "rename-1440")
    form.locator("[name=pattern]").fill("fox {n}")
    expect(form.locator(".new-names")).to_contain_text("fox 3.png")
    expect(form.locator(".new-names")).not_to_contain_text("would meet")
    form.locator("button.primary").click()
    expect(toast(page, "3 images renamed to fox {n}")).to_be_visible()
    assert (library_folder / "a" / "fox 1.png").is_file()


def test_files_are_thrown_away_after_a_question(open_page, root, library_folder):  # noqa: F811
    page = open_page(LIBRARY)
    choose(page, "a/0.png", "a/1.png")
    act(page, "Delete files")
    form = page.locator("dialog[data-modal]")
    expect(form).to_contain_text("2 files")
    shoot(page, "trash-1440")
    form.locator("button.primary").click()
    expect(toast(page, "Files of 2 images put into the trash")).to_be_visible()
    expect(page.locator(".grid .tile")).to_have_count(2)
    toast(page, "Files of 2 images").locator(".undo").click()
    expect(toast(page, "Undone")).to_be_visible()
    page.reload()
    expect(page.locator(".grid .tile")).to_have_count(4)
    assert Image.objects.filter(is_available=True).count() == 4


def test_an_archive_is_fetched(open_page, root):  # noqa: F811
    page = open_page(LIBRARY)
    choose(page, "a/0.png", "b/9.png")
    act(page, "Export as ZIP")
    form = page.locator("dialog[data-modal]")
    shoot(page, "export-1440")
    with page.expect_download() as waiting:
        form.locator("button.primary").click()
    assert waiting.value.suggested_filename.endswith("(2).zip")
    expect(form).to_have_count(0)


@pytest.mark.parametrize("name", ["move", "rename", "trash", "export", "open-folder", "variants"])
def test_forms_fit_a_phone(open_page, root, name):  # noqa: F811
    page = open_page(f"{LIBRARY}acts/{name}/?ids={image('a/0.png').pk}", 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, f"{name}-390")


def test_it_works_without_script(open_page, root, library_folder):  # noqa: F811
    pk = image("a/0.png").pk
    page = open_page(f"{LIBRARY}acts/move/?ids={pk}", java_script_enabled=False)
    page.locator("#act-folders button", has_text="library").click()
    page.locator("#act-folders button", has_text="c").last.click()
    page.locator("button.primary").click()
    assert "/history/" in page.url
    expect(page.locator(".history-line").first).to_contain_text("1 image moved to library/c")
    assert (library_folder / "c" / "0.png").is_file()
