"""Converting by palette and keyboard: what it would save, what stays, the job's line, undo."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from playwright.sync_api import Page, expect

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import HistoryEntry, LibraryRoot
from gallery.services import history, roots
from tests import pictures
from tests.browser.test_filing import LIBRARY, act, choose
from tests.gallery.filing.conftest import image, trash  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture
def root(db, library_folder: Path) -> LibraryRoot:
    """Two that shrink, one that is WebP already."""
    random = np.random.default_rng(3)
    for number in range(2):
        path = pictures.a1111_png(library_folder / "a" / f"{number}.png", size=(300, 200))
        with PillowImage.open(path) as picture:
            texts = picture.info["parameters"]
        noisy = PillowImage.fromarray(random.integers(0, 60, (200, 300, 3), dtype=np.uint8))
        info = pictures.PngImagePlugin.PngInfo()
        info.add_text("parameters", texts)
        noisy.save(path, pnginfo=info)
    pictures.webp(library_folder / "a" / "2.webp", size=(300, 200))
    root = roots.add(roots.collection("default"), library_folder)
    run_inline(roots.start_scan(root), follow=True)
    return root


def finish() -> None:
    for job in Job.objects.filter(kind__in=("act-on-files", "turn-files"), state__in=Job.ACTIVE):
        run_inline(job)


def test_by_keyboard_with_an_estimate_first(open_page, root, trash):  # noqa: F811
    page = open_page(LIBRARY)
    choose(page, "a/0.png", "a/1.png", "a/2.webp")
    act(page, "Convert")
    form = page.locator("dialog[data-modal]")
    expect(form.locator("[name=format][value=webp]")).to_be_focused()
    expect(form.locator("#act-estimate")).to_contain_text("an estimate from 2 of them")
    expect(form.locator("#act-estimate")).to_contain_text("2 of 3 files")
    expect(form.locator("#act-estimate")).to_contain_text("1 stays as it is: it is WebP already")
    expect(form.locator("[name=word]")).to_be_hidden()
    shoot(page, "convert-1440")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    form.get_by_role("button", name="Estimate again").click()
    expect(form.locator("#act-estimate")).to_contain_text("an estimate from 2 of them")
    form.locator("[name=originals][value=delete]").check()
    expect(form.locator("[name=word]")).to_be_visible()
    form.locator("button.primary").click()
    expect(form.locator(".problem")).to_contain_text("type delete")
    shoot(page, "convert-delete-1440")
    form.locator("[name=originals][value=trash]").check()
    page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    expect(page.locator(".toast", has_text="Converting to WebP, quality 60").last).to_be_visible()
    finish()
    page.goto(page.url.split("/c/")[0] + LIBRARY + "history/")
    line = page.locator(".history-line").first
    expect(line).to_contain_text("2 images converted to WebP, ")
    expect(line).to_contain_text("1 left as it was")
    line.locator("summary").click()
    expect(line).to_contain_text("it is WebP already")
    shoot(page, "convert-history-1440")
    entry = HistoryEntry.objects.get()
    history.undo(entry)
    finish()
    assert image("a/0.png").disk_path.is_file()


def test_on_a_phone_in_daylight(open_page, root, trash):  # noqa: F811
    page = open_page(LIBRARY, 390, 844, color_scheme="light")
    pk = image("a/0.png").pk
    page.goto(f"{page.url.split('/c/')[0]}{LIBRARY}acts/convert/?ids={pk}&sample=1")
    expect(page.locator("#act-estimate")).to_contain_text("an estimate from 1 of them")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "convert-390")
