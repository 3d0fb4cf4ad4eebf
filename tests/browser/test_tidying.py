"""Details of many images edited by keyboard, and files put in order on a phone; both undone."""

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image, ImageTag
from tests.browser.test_filing import LIBRARY, act, choose, shoot, tile, toast
from tests.gallery.filing.conftest import agrees, image, root, trash, tree  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f"dialog [name={name}]").fill(value)


def test_details_of_many_are_edited_by_keyboard_and_undone(open_page, root):  # noqa: F811
    page = open_page(LIBRARY, color_scheme="dark", timezone_id="Europe/Berlin")
    choose(page, "a/0.png", "a/1.png")
    page.keyboard.press("Shift+e")
    form = page.locator("dialog[data-modal]")
    expect(form.locator("[name=prompt_how]")).to_be_focused()
    shoot(page, "edit-empty")
    page.keyboard.type("Search")
    fill(page, "prompt_find", "on a stage")
    fill(page, "prompt_with", "in the snow")
    expect(form.locator("#act-preview")).to_contain_text("2 images change, 0 stay as they are")
    fill(page, "prompt_find", "(")
    form.locator("[name=prompt_pattern]").check()
    expect(form.locator("#act-preview [role=alert]")).to_contain_text("not balanced")
    shoot(page, "edit-wrong")
    fill(page, "prompt_find", r"\bstage\b|snow")
    fill(page, "add_tags", "fox, winter")
    form.locator("[name=rating]").select_option("8")
    form.locator("[name=date_how]").select_option("set")
    expect(form.locator("[name=zone]")).to_have_value("Europe/Berlin")
    fill(page, "date_at", "2024-05-03T14:30:00")
    form.locator("[name=prompt_how]").select_option("after")
    fill(page, "prompt_text", "blue hour, 35mm")
    expect(form.locator("#act-preview")).to_contain_text("2024-05-03 14:30")
    shoot(page, "edit-filled")
    form.evaluate("form => form.scrollTo(0, form.scrollHeight)")
    shoot(page, "edit-preview")
    page.keyboard.press("Control+Enter")
    expect(toast(page, "2 images edited")).to_be_visible()
    edited = Image.objects.get(name="0.png")
    assert edited.prompt.text.endswith(", blue hour, 35mm") and edited.rating == 8
    assert f"{edited.created_at:%Y-%m-%d %H:%M}" == "2024-05-03 12:30"
    page.goto(f"/c/default/images/{edited.pk}/")
    page.get_by_text("Said by you").scroll_into_view_if_needed()
    shoot(page, "edit-details-panel")
    page.go_back()
    page.keyboard.press("Control+z")
    expect(toast(page, "Undone: 2 images edited")).to_be_visible()
    assert not ImageTag.objects.filter(source="person").exists()


def test_files_are_put_in_order_on_a_phone_and_come_back(open_page, root, library_folder):  # noqa: F811
    then = tree(library_folder)
    page = open_page(
        LIBRARY, width=390, height=844, color_scheme="light", has_touch=True, is_mobile=True
    )
    page.locator(f".tile[data-id='{image('a/0.png').pk}']").click(modifiers=["Control"])
    for file in ("a/1.png", "a/2.png", "b/9.png"):
        tile(page, file).click(modifiers=["Control"])
    act(page, "Reorganise")
    form = page.locator("dialog[data-modal]")
    expect(form.locator("#act-preview")).to_contain_text("4 files move")
    shoot(page, "reorganise-phone")
    form.get_by_role("button", name="{rating:2|unrated}/{name}").tap()
    expect(form.locator(".branches")).to_contain_text("unrated")
    form.locator(".pattern-fields summary").tap()
    form.locator("#act-pattern").fill("sorted//{name} ")
    form.locator("[data-inserts='{seed}']").tap()
    expect(form.locator("#act-pattern")).to_have_value("sorted//{name} {seed}")
    expect(form.locator(".branches")).to_contain_text("sorted")
    form.locator("#act-preview").scroll_into_view_if_needed()
    shoot(page, "reorganise-phone-tree")
    form.get_by_text("Remove folders that become empty").tap()
    form.get_by_role("button", name="Reorganise").last.tap()
    expect(toast(page, "4 images reorganised")).to_be_visible()
    assert not (library_folder / "a").exists()
    assert agrees(root)
    toast(page, "4 images reorganised").get_by_role("button", name="Undo").tap()
    expect(toast(page, "Undone")).to_be_visible()
    assert tree(library_folder) == then
    assert agrees(root)
