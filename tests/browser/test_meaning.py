"""Search by meaning as a person uses it. Networks are doubles; vectors are in the tables."""

import base64
import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from pgvector import HalfVector
from playwright.sync_api import Page, expect

from embeddings import ranker
from embeddings.models import ClipHVector, Probe, PromptVector, Weights
from embeddings.search import backgrounds, cutting
from embeddings.services import encoding
from embeddings.spaces import SPACES
from gallery.models import Image, Prompt
from tests.browser import axe
from tests.browser.conftest import eventually
from tests.factories import PromptFactory
from tests.gallery.media.films import film, shades
from tests.gallery.scanned import scanned
from tests.pictures import paint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIBRARY = "/c/default/"
MANY = 60
PASTE = """(base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
    const field = document.getElementById('q');
    field.focus();
    const pasted = { clipboardData: data, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent('paste', pasted));
}"""


def kind(number: int, width: int = 1024, spread: float = 0.35) -> np.ndarray:
    """Vectors of one of six kinds of pictures; the same number gives the same one."""
    centre = np.random.default_rng(number % 6).normal(size=width)
    noise = np.random.default_rng(1000 + number).normal(size=width)
    return (centre + spread * noise).astype(np.float32)


@pytest.fixture
def weights(transactional_db) -> None:
    for network in {space.network for space in SPACES.values()}:
        Weights.objects.create(network=network, path="/weights", source="person", model_key="1")


@pytest.fixture
def embedded(add_files: Callable[..., list[Image]], weights, monkeypatch) -> list[Image]:
    """Images of six kinds, every second one of a prompt of its own; texts and pictures that are
    asked with are of kind 2."""
    ranker.kept.clear()
    backgrounds.forget()
    images = add_files(MANY)
    shared = PromptFactory(text="a red fox in snow")
    for number, image in enumerate(images):
        image.prompt = shared if number % 2 else PromptFactory(text=f"a street, number {number}")
        image.save()
    ClipHVector.objects.bulk_create(
        ClipHVector(
            image=image, content=image.fingerprint, model_key="1", vector=HalfVector(kind(number))
        )
        for number, image in enumerate(images)
    )
    PromptVector.objects.bulk_create(
        PromptVector(prompt=prompt, model_key="1", vector=HalfVector(kind(prompt.pk)))
        for prompt in Prompt.objects.all()
    )
    monkeypatch.setattr(encoding, "query_picture", lambda network, picture: kind(2))
    monkeypatch.setattr(encoding, "query_text", lambda network, text: kind(2))
    return images


def shown(page: Page) -> list[int]:
    tiles = page.locator(".grid .tile").evaluate_all("all => all.map((one) => +one.dataset.id)")
    return tiles


def picture_bytes() -> bytes:
    data = io.BytesIO()
    paint((80, 60)).save(data, "PNG")
    return data.getvalue()


def test_more_like_this_leads_from_the_lightbox_to_what_is_alike(embedded, open_page):
    page = open_page("/c/default/?q=name:image-008*")
    page.locator(".tile").first.click()
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("a")
    page.wait_for_url(re.compile(rf"q=similar%3A{embedded[8].pk}$"))
    expect(page.locator(".match-chip img")).to_have_attribute("alt", "image-008.png")
    expect(page.get_by_role("button", name="Tune")).to_have_count(0)
    same_kind = {image.pk for number, image in enumerate(embedded) if number % 6 == 2}
    first = shown(page)
    assert first and set(first[:3]) <= same_kind and embedded[8].pk not in first
    page.locator(".tile").first.focus()
    expect(page.locator(".tile .why").first).to_have_css("opacity", "1")
    assert page.evaluate("window.shifted") < 0.02


def test_each_result_says_why_in_its_details(embedded, open_page):
    page = open_page(f"/c/default/?q=similar:{embedded[8].pk}&ungrouped=1")
    page.locator(".tile").first.click()
    page.keyboard.press("i")
    why = page.locator("dialog.lightbox .details-why")
    expect(why).to_contain_text("Why it matches")
    expect(why).to_contain_text(re.compile(r"Looks\s*0\.\d\d"))
    # The arrows follow the ranking.
    order = shown(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("dialog.lightbox .viewer")).to_have_attribute("data-id", str(order[1]))


def test_several_chosen_images_and_less_like_another(embedded, open_page):
    page = open_page(LIBRARY)
    tiles = page.locator(".tile")
    for number in (0, 6):
        tiles.nth(number).click(modifiers=["Control"])
    page.get_by_role("toolbar", name="Selected images").get_by_role(
        "button", name="More like this"
    ).click()
    page.wait_for_url(re.compile(r"similar%3A\d+%7C\d+"))
    expect(page.locator(".match-chip")).to_have_count(2)
    page.locator(".tile").first.click(button="right")
    page.get_by_role("menuitem", name="Less like this").click()
    page.wait_for_url(re.compile(r"-similar%3A"))
    expect(page.locator(".match-chip.is-unlike")).to_have_count(1)


def test_plain_words_are_offered_as_a_search_by_meaning(embedded, open_page):
    page = open_page(LIBRARY)
    page.keyboard.press("/")
    page.keyboard.type("a red fox", delay=15)
    expect(page.get_by_role("option", name=re.compile("Looks like"))).to_be_visible()
    page.get_by_role("option", name=re.compile("Looks like")).click()
    page.wait_for_url(re.compile(r"looks%3A%22a(\+|%20)red(\+|%20)fox%22"))
    expect(page.locator(".match-took")).to_contain_text("found in")
    expect(page.locator(".match-chip")).to_contain_text("a red fox")


def test_the_door_takes_words_and_a_picture_by_the_keyboard_alone(embedded, open_page):
    page = open_page(LIBRARY)
    page.locator("#by-meaning").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Search by meaning")).to_be_visible()
    expect(page.locator("#meaning-text")).to_be_focused()
    page.keyboard.type("a red fox")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("looks%3A"))
    expect(page.locator(".tile").first).to_be_visible()
    page.locator("#by-meaning").click()
    page.locator("#meaning-picture").set_input_files(
        {"name": "fox.png", "mimeType": "image/png", "buffer": picture_bytes()}
    )
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile("similar%3A"))
    expect(page.locator(".match-chip")).to_have_count(2)
    probe = Probe.objects.get()
    expect(page.locator(".match-chip img")).to_have_attribute("src", re.compile(str(probe.token)))


def test_what_is_no_picture_is_refused_in_the_dialog(embedded, open_page):
    page = open_page(LIBRARY, may_fail=True)
    page.locator("#by-meaning").click()
    page.locator("#meaning-picture").set_input_files(
        {"name": "fox.png", "mimeType": "image/png", "buffer": b"not a picture"}
    )
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This picture cannot be read.")
    assert not Probe.objects.exists()


def test_a_picture_is_pasted_into_the_query_bar(embedded, open_page):
    page = open_page(LIBRARY)
    page.evaluate(PASTE, base64.b64encode(picture_bytes()).decode())
    page.wait_for_url(re.compile("similar%3A"))
    expect(page.locator(".match-chip img")).to_be_visible()


def test_a_region_is_drawn_by_mouse(embedded, open_page):
    page = open_page(f"/c/default/images/{embedded[0].pk}/")
    page.keyboard.press("r")
    expect(page.locator(".region-box")).to_be_focused()
    stage = page.locator("[data-original]").bounding_box()
    middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    page.mouse.move(middle[0] - 80, middle[1] - 60)
    page.mouse.down()
    page.mouse.move(middle[0] + 20, middle[1] + 40, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile("similar%3A"))
    left, top, width, height = Probe.objects.get().region
    assert 0 < left < 0.5 and 0 < top < 0.5 and 0 < width < 0.5 and 0 < height < 0.5
    assert Probe.objects.get().image_id == embedded[0].pk


def test_a_region_is_drawn_by_finger(embedded, open_page):
    page = open_page("/c/default/?q=name:image-008*", 390, 844, has_touch=True, is_mobile=True)
    page.locator(".tile").first.tap()
    page.get_by_role("button", name="Search for a part of it").tap()
    expect(page.locator(".region-box")).to_be_focused()
    area = page.locator("[data-original]").bounding_box()
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *fingers: tuple[float, float]) -> None:
        """Fingers at shares of the picture's place."""
        points = [
            {"x": area["x"] + x * area["width"], "y": area["y"] + y * area["height"], "id": number}
            for number, (x, y) in enumerate(fingers)
        ]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.2, 0.4))
    for step in range(1, 6):
        touch("touchMove", (0.2 + step / 10, 0.4 + step / 50))
    # A second finger changes nothing: neither the drawing nor zoom nor swipe.
    touch("touchStart", (0.7, 0.5), (0.1, 0.9))
    touch("touchMove", (0.7, 0.5), (0.9, 0.95))
    touch("touchMove", (0.8, 0.6), (0.9, 0.95))
    touch("touchEnd")
    expect(page.locator("dialog.lightbox .viewer")).to_have_attribute(
        "data-id", str(embedded[8].pk)
    )
    assert page.evaluate("visualViewport.scale") == 1
    drawn = page.locator(".region-box").bounding_box()
    assert drawn["x"] == pytest.approx(area["x"] + 0.2 * area["width"], abs=2)
    assert drawn["width"] == pytest.approx(0.6 * area["width"], abs=2)
    for button in page.locator(".region-bar button").all():
        box = button.bounding_box()
        assert box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.get_by_role("button", name="Search", exact=True).tap()
    page.wait_for_url(re.compile("similar%3A"))
    left, _, width, _ = Probe.objects.get().region
    assert (left, width) == pytest.approx((0.2, 0.6), abs=0.02)


def test_a_tap_draws_nothing_and_cancel_leads_back(embedded, open_page):
    page = open_page("/c/default/?q=name:image-008*", 390, 844, has_touch=True, is_mobile=True)
    page.locator(".tile").first.tap()
    page.get_by_role("button", name="Search for a part of it").tap()
    box = page.locator(".region-box")
    before = box.bounding_box()
    box.tap(position={"x": 20, "y": 20})
    assert box.bounding_box() == before
    page.get_by_role("button", name="Cancel", exact=True).tap()
    expect(page.locator(".region")).to_have_count(0)
    expect(page.locator("dialog.lightbox")).to_be_visible()
    assert not Probe.objects.exists()


def test_a_region_is_moved_and_sized_by_keys_and_left_by_escape(embedded, open_page):
    page = open_page("/c/default/?q=name:image-008*")
    page.locator(".tile").first.click()
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(".region-box")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".region")).to_have_count(0)
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(".region-box")).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile("similar%3A"))
    assert Probe.objects.get().region == pytest.approx([0.21, 0.23, 0.52, 0.5])


def test_sliders_rank_anew_and_keep_the_focus_and_the_address(embedded, open_page):
    page = open_page(f"/c/default/?q=similar:{embedded[8].pk}&ungrouped=1")
    before = shown(page)
    page.locator(".match-tune summary").click()
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    eventually(page, "location.search.includes('prompt%3A0.8')")
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    expect(page.locator(".match-tune")).to_have_attribute("open", "")
    assert shown(page) != before
    expect(page.locator(".tile .why").first).to_contain_text("Prompt")
    page.get_by_label("Looks: least similarity").fill("0.99")
    page.keyboard.press("Tab")
    eventually(page, "location.search.includes('floors=clip_h')")
    page.reload()
    expect(page.get_by_label("Looks: least similarity")).to_have_value("0.99")


def test_one_image_a_prompt_says_how_many_are_behind_it(embedded, open_page):
    page = open_page(f"/c/default/?q=similar:{embedded[9].pk}&nearest=1")
    badge = page.locator(".tile .more-of")
    expect(badge).to_have_count(1)
    expect(badge).to_contain_text(re.compile(r"\+\d+"))
    page.locator(".match-tune summary").click()
    page.get_by_label("All images of a prompt").check()
    eventually(page, "location.search.includes('ungrouped=1')")
    expect(page.locator(".tile .more-of")).to_have_count(0)


def test_no_good_match_is_said_and_the_nearest_can_be_seen(embedded, open_page, monkeypatch):
    monkeypatch.setattr(cutting, "is_chance", lambda *args: True)
    page = open_page("/c/default/?q=looks:nothing")
    expect(page.get_by_role("heading", name="No good match here.")).to_be_visible()
    page.get_by_role("link", name="Show the nearest anyway").click()
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".match-note")).to_contain_text("nearest")


def test_without_weights_the_page_says_what_to_do(embedded, open_page):
    Weights.objects.filter(network="clip-h").delete()
    page = open_page("/c/default/?q=looks:fox", may_fail=True)
    expect(page.get_by_role("heading", name=re.compile("is not installed"))).to_be_visible()
    page.get_by_role("link", name="See the networks").click()
    page.wait_for_url(re.compile("networks"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_works_on_a_phone_and_passes_axe(embedded, open_page, theme):
    page = open_page(
        f"/c/default/?q=similar:{embedded[9].pk}|{embedded[3].pk}&spaces=clip_h:1,prompt:0.5",
        390, 844, color_scheme=theme, has_touch=True, is_mobile=True,
    )  # fmt: skip
    expect(page.locator(".match-chip")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.wrongs(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    assert axe.wrongs(page) == []


def test_of_a_video_a_part_is_drawn_of_what_it_shows(
    embedded, library_folder, open_page, monkeypatch
):
    file = film(library_folder / "clip.webm", shades(*range(40, 200, 2)), rate=16, keyframes=8)
    video = scanned(file, format="webm", width=64, height=48, duration_ms=5000)
    seen = []

    def look(network, picture):
        seen.append(picture.getpixel((3, 3))[0])
        return kind(2)

    monkeypatch.setattr(encoding, "query_picture", look)
    page = open_page(f"/c/default/images/{video.pk}/")
    eventually(page, "document.querySelector('video').readyState > 0")
    page.evaluate("document.querySelector('video').currentTime = 2.5")
    page.keyboard.press(" ")
    eventually(page, "!document.querySelector('video').paused")
    page.keyboard.press("r")
    expect(page.locator(".region-box")).to_be_focused()
    eventually(page, "document.querySelector('video').paused")
    at = page.evaluate("document.querySelector('video').currentTime")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("similar%3A"))
    assert Probe.objects.get().region == [0.25, 0.25, 0.5, 0.5]
    assert at > 2.4 and seen == [pytest.approx(40 + 2 * int(16 * at), abs=8)]
    page.go_back()
    eventually(page, "document.querySelector('video').readyState > 0")
    page.keyboard.press(" ")
    eventually(page, "document.querySelector('video').currentTime > 0.1")
    page.evaluate("document.querySelector('video').pause()")
    page.evaluate("document.querySelector('video').currentTime = 0")
    page.keyboard.press("r")
    expect(page.locator(".region-box")).to_be_focused()
    with page.expect_request(re.compile("/region/")) as asked:
        page.keyboard.press("Enter")
    assert "at=0" in asked.value.post_data.split("&"), "Not its poster: it was played."
