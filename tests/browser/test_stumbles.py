"""Files that the browser shows wrongly or not at all are shown as a copy of ours."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gallery.models import Image
from tests.gallery.media.encoded import encoded, orientation_exif, quadrants
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)

ORIGINAL = "document.querySelector('[data-original]')"


def shown(open_page, image: Image) -> Page:
    page = open_page(f"/c/default/images/{image.pk}/", may_fail=True)
    expect(page.locator("[data-original]")).to_have_class(re.compile("is-ready"))
    return page


def test_a_webp_that_its_exif_block_turns_stands_upright(open_page, library_folder: Path):
    path = library_folder / "a.webp"
    path.write_bytes(encoded(quadrants(), "WEBP", exif=orientation_exif(6)))
    page = shown(open_page, scanned(path, format="webp", width=48, height=64))
    size = f"[{ORIGINAL}.naturalWidth, {ORIGINAL}.naturalHeight]"
    assert page.evaluate(size) == [48, 64]
    expect(page.locator("[data-as-copy]")).to_be_hidden()


def test_a_png_that_browsers_refuse_is_shown_as_a_copy_and_says_so(open_page, library_folder: Path):
    path = library_folder / "a.png"
    data = bytearray(encoded(quadrants(), "PNG"))
    data[29] ^= 255  # in the checksum of the header
    path.write_bytes(data)
    page = shown(open_page, scanned(path, format="png", width=64, height=48))
    assert page.evaluate(f"{ORIGINAL}.naturalWidth") == 64
    expect(page.locator("[data-as-copy]")).to_be_visible()
    expect(page.locator("[data-broken]")).to_be_hidden()


def test_what_nobody_can_decode_says_that_it_could_not_be_loaded(open_page, library_folder: Path):
    path = library_folder / "a.png"
    path.write_bytes(encoded(quadrants(), "PNG")[:40])
    image = scanned(path, format="png", width=8, height=8)
    page = open_page(f"/c/default/images/{image.pk}/", may_fail=True)
    expect(page.locator("[data-broken]")).to_be_visible()
    expect(page.locator("[data-as-copy]")).to_be_hidden()
