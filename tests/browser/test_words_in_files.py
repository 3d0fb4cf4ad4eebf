"""Written into files by the keyboard, undone, and switched on for good on a phone."""

import pytest
from playwright.sync_api import expect

from gallery import preferences
from gallery.models import FileAct, HistoryEntry, Image, WordsWaiting
from tests.browser.test_filing import act, choose, toast
from tests.gallery.filing.conftest import agrees, root, trash, tree  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def test_written_undone_and_switched_on(open_page, root, library_folder):  # noqa: F811
    then = tree(library_folder)
    Image.objects.filter(name__in=["0.png", "1.png"]).update(rating=8)
    page = open_page("/c/default/")
    choose(page, "a/0.png", "a/1.png", "a/2.png")
    act(page, "Write into files")
    form = page.locator("dialog[data-modal]")
    expect(form).to_contain_text("2 files are to say what you said")
    expect(form).to_contain_text("Of 1 other nothing was said")
    form.get_by_role("button", name="Write into files").focus()
    page.keyboard.press("Enter")
    expect(toast(page, "Words written into files of 2 images")).to_be_visible()
    assert tree(library_folder) != then
    assert agrees(root)
    Image.objects.filter(name="0.png").update(rating=3)
    act(page, "Read from files")
    expect(form).to_contain_text("said otherwise here")
    form.get_by_text("Which they are").click()
    expect(form).to_contain_text("rating: 3 here, 8 in the file")
    form.get_by_label("Take the files' words").check()
    form.get_by_role("button", name="Read from files").click()
    expect(toast(page, "read from")).to_be_visible()
    assert Image.objects.get(name="0.png").rating == 8
    page.keyboard.press("Control+z")
    expect(toast(page, "Undone: Words of 1 image")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(toast(page, "Undone: Words written")).to_be_visible()
    assert tree(library_folder) == then

    page = open_page("/c/default/settings/#words", 390, 844, has_touch=True)
    page.get_by_label("Write into files as I go").tap()
    expect(toast(page, "What you say goes into the files")).to_be_visible()
    assert preferences.get(preferences.WRITE_WORDS)
    page.get_by_role("button", name="Write what was said before, too").tap()
    expect(page.locator(".set-in-files")).to_contain_text("2 images wait to be written")
    assert WordsWaiting.objects.count() == 2


def test_with_nothing_to_write_there_is_nothing_to_press(open_page, root):  # noqa: F811
    page = open_page("/c/default/")
    choose(page, "a/0.png")
    act(page, "Write into files")
    form = page.locator("dialog[data-modal]")
    expect(form).to_contain_text("You said nothing yet")
    form.locator("footer").get_by_text("Close").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    expect(form).to_be_visible()
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    assert not FileAct.objects.exists() and not HistoryEntry.objects.exists()
