"""Duplicates in a real browser: by keys alone, by touch, and taken back."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from gallery.models import DuplicateGroup, DuplicateMember, Image
from tests.browser.conftest import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/c/default/duplicates/"


@pytest.fixture
def groups(add_files) -> list[DuplicateGroup]:
    """Three groups: 2, 3 and 2 images."""
    images = add_files(7)
    found = []
    for members in (images[:2], images[2:5], images[5:]):
        group = DuplicateGroup.objects.create(
            collection=members[0].collection, channel="near", distance=2, keeper=members[0]
        )
        for image in members:
            DuplicateMember.objects.create(group=group, image=image, distance=2)
        found.append(group)
    return found


def marked() -> list[str]:
    names = Image.objects.for_deletion().order_by("name").values_list("name", flat=True)
    return [name.removesuffix(".png")[-1] for name in names]


def shows(page: Page, group: DuplicateGroup) -> None:
    expect(page.locator("[data-group]")).to_have_attribute("data-group", str(group.pk))


def keeper(page: Page) -> str:
    return page.evaluate(
        "document.querySelector('.dup:has(:checked) .dup-name').textContent.at(-5)"
    )


def test_by_keys_alone(open_page, groups):
    page = open_page(PAGE)
    first, second, third = groups
    shows(page, first)
    suggested = keeper(page)
    page.keyboard.press("ArrowRight")
    assert keeper(page) != suggested
    page.keyboard.press("ArrowRight")
    assert keeper(page) == suggested
    page.keyboard.press("ArrowDown")
    shows(page, second)
    expect(page).to_have_url(re.compile(rf"\?group={first.pk + 1}$"))
    page.keyboard.press("ArrowUp")
    shows(page, first)
    page.keyboard.press("Enter")
    shows(page, second)
    expect(page.locator(".toast")).to_contain_text("1 duplicate merged into")
    assert len(marked()) == 1
    eventually(page, "document.activeElement.name === 'keeper'")
    page.keyboard.press("n")
    shows(page, third)
    second.refresh_from_db()
    assert second.state == "dismissed"
    page.keyboard.press("Control+z")
    shows(page, second)
    page.keyboard.press("k")
    shows(page, third)
    assert len(marked()) == 3
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits for a decision.")).to_be_visible()


def test_undo_of_the_toast_leads_back(open_page, groups):
    page = open_page(PAGE)
    page.get_by_role("button", name="Merge").click()
    shows(page, groups[1])
    page.locator(".toast .undo").click()
    shows(page, groups[0])
    assert marked() == []


def test_by_touch_another_one_is_kept(open_page, groups):
    page = open_page(PAGE, width=390, height=844, has_touch=True)
    before = keeper(page)
    page.locator(".dup-picture:not(:has(:checked))").tap()
    chosen = keeper(page)
    assert chosen != before
    button = page.get_by_role("button", name="Merge")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    shows(page, groups[1])
    assert marked() == [before]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_comparing_is_one_key_away(open_page, groups):
    page = open_page(PAGE)
    page.keyboard.press("c")
    expect(page.locator("[data-pane]")).to_have_count(2)


def test_looking_starts_from_the_page(open_page, add_files):
    same = uuid.uuid4()
    images = add_files(2)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(fingerprint=same)
    page = open_page(PAGE)
    page.get_by_role("link", name="Find duplicates").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Nearly the same")).to_be_visible()
    dialog.get_by_role("button", name="Look").click()
    expect(page.locator(".dups-job").first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_all_copies_are_taken_after_asking(open_page, groups):
    DuplicateGroup.objects.update(channel="copies")
    page = open_page(PAGE)
    page.get_by_role("link", name="Take all suggestions for copies").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 images")
    dialog.get_by_role("button", name="Take them").click()
    expect(page.get_by_role("heading", name="Nothing waits for a decision.")).to_be_visible()
    assert len(marked()) == 4
