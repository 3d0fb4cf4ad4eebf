"""Stacks in a real browser: one tile for many, siblings by one key, whole stacks chosen."""

import re

from playwright.sync_api import expect

from gallery.models import Image, Kin, Stacked, StackWord
from tests.browser import axe

LIBRARY = "/c/default/"


def stacked(images: list[Image]) -> None:
    number = images[0].pk
    Stacked.objects.bulk_create(
        Stacked(image=image, version=number, idea=number) for image in images
    )
    Kin.objects.create(
        image=images[1], parent=images[0], role="upscaled", evidence="recipe", is_version=True
    )


def test_by_keys_from_a_collapsed_grid_to_siblings_lineage_and_whole_stacks(open_page, add_files):
    images = add_files(6)
    stacked(images[2:5])
    page = open_page(LIBRARY)
    page.click("summary[aria-label=Stacks]")
    page.click(".menu[open] >> text=One of each idea")
    expect(page).to_have_url(re.compile("stacks=ideas"))
    expect(page.locator(".grid .tile")).to_have_count(4)
    expect(page.locator(".count")).to_contain_text("4 images")
    best = page.locator(".tile:has(.of-stack)")
    expect(best.locator(".of-stack")).to_have_text("3 in its stack")
    assert axe.wrongs(page) == []
    best.focus()
    page.keyboard.press(" ")
    page.click("[data-select=stacks]")
    expect(page.locator(".selected")).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_have_count(0)
    best.focus()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"q=idea%3A\d+"))
    expect(page.locator(".grid .tile")).to_have_count(3)
    page.goto(f"{LIBRARY}images/{images[3].pk}/")
    lineage = page.locator(".details .lineage")
    expect(lineage.locator("li")).to_have_count(2)
    expect(lineage.locator("[aria-current]")).to_contain_text("Enlarged")
    assert axe.wrongs(page) == []
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(rf"q=idea%3A{images[3].pk}"))


def test_the_menu_puts_together_and_undo_takes_apart(open_page, add_images):
    images = add_images(3)
    page = open_page(f"{LIBRARY}?stacks=versions")
    expect(page.locator(".grid .tile")).to_have_count(3)
    page.locator(".grid .tile").first.focus()
    page.keyboard.press("Control+a")
    expect(page.locator(".selected")).to_contain_text("3 selected")
    page.locator(".grid .tile").first.click(button="right")
    page.get_by_role("menuitem", name="Stacks").click()
    page.get_by_role("menuitem", name="Put into one stack").click()
    expect(page.locator(".toast")).to_contain_text("3 images put into one stack")
    assert StackWord.objects.count() == len(images)
    page.reload()
    expect(page.locator(".grid .tile")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".toast").last).to_contain_text("ndone")
    assert not StackWord.objects.exists()
