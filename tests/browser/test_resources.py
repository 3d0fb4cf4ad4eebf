"""Model files in a browser: counts arrive, typing narrows the list and keeps the keyboard, a file
leads to its images and an image back to its files."""

import pytest
from playwright.sync_api import expect

from gallery.models import ImageResource, Resource
from gallery.resources import linking, listing, scanning
from gallery.services import resources
from tests import pictures
from tests.gallery.resources import files
from tests.gallery.scanned import scanned
from tests.gallery.scanning.conftest import Progress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def image(tmp_path):
    place = tmp_path / "models"
    for n, name in enumerate(("fennec", "otter", "zebra")):
        files.model(place / "loras" / f"{name}.safetensors", *files.LORA, fill=n)
    files.model(place / "vae" / "fox_vae.safetensors", "decoder.conv_in.w")
    pictures.png(place / "loras" / "fennec.preview.png", size=(300, 400))
    (tmp_path / "library").mkdir(exist_ok=True)
    image = scanned(pictures.png(tmp_path / "library" / "fox.png", size=(64, 64)))
    fennec = Resource.objects.create(kind="lora", name="fennec")
    ImageResource.objects.create(image=image, resource=fennec)
    scanning.scan(resources.add(place), Progress())
    linking.link_all()
    return image


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_typing_narrows_the_list_and_keeps_the_keyboard(open_page, image, width, height):
    page = open_page("/resources/", width, height)
    names = page.locator(".model-names a")
    expect(names).to_have_count(4)
    expect(page.locator(".model", has_text="fennec").locator(".model-used")).to_have_text("1 image")
    expect(page.locator(".model", has_text="zebra").locator(".model-used")).to_have_text("not used")
    words = page.get_by_label("Name or title")
    words.press_sequentially("fo", delay=30)
    expect(names).to_have_text(["fox_vae"])
    expect(words).to_be_focused()
    assert page.url.endswith("/resources/?q=fo")
    page.get_by_label("Kinds").get_by_text("VAEs").click()
    expect(page.get_by_label("Name or title")).to_have_value("fo")
    expect(names).to_have_text(["fox_vae"])
    overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not overflow


def test_more_rows_come_on_request_with_their_counts(open_page, image, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    page = open_page("/resources/")
    expect(page.locator(".model")).to_have_count(2)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".model")).to_have_count(4)
    expect(page.locator(".model", has_text="zebra").locator(".model-used")).to_have_text("not used")
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_from_a_file_to_its_images_and_back(open_page, image):
    page = open_page("/resources/")
    page.locator(".model-names a", has_text="fennec").click()
    expect(page.get_by_alt_text("Picture of fennec")).to_be_visible()
    page.get_by_role("link", name="1 image").click()
    expect(page.locator("#chips")).to_contain_text("made with")
    expect(page.locator("#results [data-id], #results .tile")).to_have_count(1)
    page.goto(page.url.split("/c/")[0] + f"/c/default/images/{image.pk}/")
    page.get_by_role("link", name="fennec", exact=True).click()
    expect(page.get_by_role("heading", name="fennec")).to_be_visible()
