"""Videos and animations: played with ranges, by keys, and looked into under the pointer."""

from pathlib import Path

import pytest
from PIL import Image as Picture
from playwright.sync_api import expect

from gallery.media import strips
from gallery.media.files import opened
from gallery.models import Image, ImageMetadata, Workflow
from gallery.models.metadata import pack_records
from tests.browser.conftest import eventually
from tests.gallery.media.films import film, shades
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/c/default/"
VIDEO = "document.querySelector('video')"


@pytest.fixture
def video(library_folder: Path) -> Image:
    file = film(library_folder / "clip.webm", shades(*range(40, 200, 2)), rate=16, keyframes=8)
    image = scanned(file, format="webm", width=64, height=48, duration_ms=5000)
    ImageMetadata.objects.create(
        image=image, packed_records=pack_records([]), media=[["Codec", "VP8"]]
    )
    return image


def test_it_plays_and_goes_on_where_one_jumps_to(open_page, video):
    page = open_page(f"{LIBRARY}images/{video.pk}/")
    ranges: list[int] = []
    page.on("response", lambda answer: "/files/" in answer.url and ranges.append(answer.status))
    eventually(page, f"{VIDEO}.readyState > 0")
    assert page.evaluate(f"{VIDEO}.paused")
    page.evaluate(f"{VIDEO}.currentTime = 3")
    page.keyboard.press(" ")
    eventually(page, f"{VIDEO}.currentTime > 3.3 && !{VIDEO}.paused")
    page.keyboard.press(" ")
    eventually(page, f"{VIDEO}.paused")
    before = page.evaluate(f"{VIDEO}.currentTime")
    page.keyboard.press(",")
    assert page.evaluate(f"{VIDEO}.currentTime") < before
    page.keyboard.press("m")
    assert page.evaluate(f"{VIDEO}.muted")
    assert set(ranges) <= {206}


def test_the_lightbox_plays_steps_by_arrows_and_is_silent_when_closed(open_page, video):
    other = scanned(film(Path(video.disk_path).parent / "b.webm"), format="webm", duration_ms=2000)
    page = open_page(LIBRARY)
    page.locator(f".tile[data-id='{video.pk}']").click()
    eventually(page, f"{VIDEO} && {VIDEO}.readyState > 0")
    page.keyboard.press(" ")
    eventually(page, f"!{VIDEO}.paused")
    page.evaluate(f"window.first = {VIDEO}")
    page.locator("video").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("dialog [data-viewer]")).to_have_attribute("data-id", str(other.pk))
    assert page.evaluate("window.first.paused")
    page.keyboard.press("ArrowRight")
    eventually(page, f"{VIDEO} === window.first")
    page.keyboard.press(" ")
    eventually(page, f"!{VIDEO}.paused")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.lightbox")).to_be_hidden()
    assert page.evaluate("window.first.paused")


def with_strip(image: Image) -> Image:
    with opened(image) as content:
        strips.make(content)
    Image.objects.filter(pk=image.pk).update(strip_of=image.fingerprint)
    return image


def test_a_tile_tells_its_time_and_plays_under_the_pointer(open_page, video):
    with_strip(video)
    page = open_page(LIBRARY)
    tile = page.locator(".tile")
    expect(tile.locator(".badge")).to_have_text("0:05")
    assert tile.locator(".preview").count() == 0
    tile.hover()
    preview = tile.locator(".preview")
    expect(preview).to_be_visible()
    first = preview.evaluate("it => it.style.backgroundPosition")
    eventually(page, f"document.querySelector('.preview').style.backgroundPosition !== '{first}'")
    page.mouse.move(2, 2)
    expect(preview).to_have_count(0)


def test_nothing_moves_where_motion_is_unwanted(open_page, video):
    with_strip(video)
    page = open_page(LIBRARY, reduced_motion="reduce")
    page.locator(".tile").hover()
    page.wait_for_timeout(500)
    expect(page.locator(".preview")).to_have_count(0)


def test_an_animated_picture_moves_on_its_page(open_page, library_folder):
    frames = [Picture.new("RGB", (64, 48), (shade, 0, 0)) for shade in (0, 120, 250)]
    file = library_folder / "spin.gif"
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=80, loop=0)
    image = scanned(file, format="gif", width=64, height=48, duration_ms=240)
    page = open_page(LIBRARY)
    expect(page.locator(".badge")).to_have_text("GIF")
    page.locator(".tile").click()
    original = page.locator("dialog [data-original]")
    expect(original).to_have_class("viewer-original is-ready")
    assert f"/files/{image.pk}/" in original.get_attribute("src")


def test_the_same_workflow_is_one_link_away(open_page, add_images):
    shape = Workflow.objects.create(fingerprint="0" * 32, node_classes=["KSampler"], node_count=7)
    add_images(20)
    rows = add_images(5, workflow=shape)
    page = open_page(f"{LIBRARY}images/{rows[0].pk}/", may_fail=True)  # no files behind them
    page.get_by_role("link", name="Same workflow: 4 other images").click()
    expect(page.locator("#count")).to_have_text("5 images")
    expect(page.locator(".chip")).to_contain_text("same workflow")
    page.get_by_role("link", name="Remove same workflow").click()
    expect(page.locator("#count")).to_have_text("25 images")
