"""The embeddings page in a real browser: it moves by itself, and works by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dtoolkit.jobs.models import Job
from embeddings import tasks
from embeddings.models import ClipHVector, PromptVector, TextFailure
from embeddings.services import coverage
from gallery.models import Image, StageFailure
from tests.browser import axe
from tests.embeddings.known import give_weights
from tests.factories import FolderFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/embeddings/"
MANY = 40


@pytest.fixture
def images(monkeypatch) -> list[Image]:
    monkeypatch.setattr(coverage, "REST_FACTOR", 0)  # counted each time
    give_weights()
    folder = FolderFactory(path="", image_count=MANY)
    images = [
        ImageFactory(folder=folder, prompt=PromptFactory(text=f"a lighthouse in fog, take {n}"))
        for n in range(MANY)
    ]
    embed(images[:10])
    return images


def embed(images: list[Image]) -> None:
    for image in images:
        PromptVector.objects.create(
            prompt=image.prompt, model_key="bge-large@1", vector=[1.0] * 1024
        )
        ClipHVector.objects.create(
            image=image, content=image.fingerprint, model_key="clip-h@1", vector=[1.0] * 1024
        )


@pytest.fixture
def running(images) -> Job:
    now = timezone.now()
    return Job.objects.create(
        kind=tasks.TEXTS, params={"space": "prompt"}, description="Embedding", state="running",
        is_planned=True, is_total_known=True, total=MANY, done=10, started_at=now,
        window_at=now + timedelta(hours=1), window_rate=2.0,
    )  # fmt: skip


@pytest.fixture
def failed(images) -> TextFailure:
    StageFailure.objects.create(
        image=images[12], stage="clip_h", version=1, reason="The picture is damaged."
    )
    TextFailure.objects.create(
        space="prompt", subject_id=images[11].prompt_id, model_key="bge-large@1",
        reason="The network gave no numbers.", attempts=3,
    )  # fmt: skip
    return TextFailure.objects.create(
        space="prompt", subject_id=images[10].prompt_id, model_key="bge-large@1",
        reason="Longer than what it reads.", attempts=3,
    )  # fmt: skip


def test_progress_moves_without_a_reload_and_the_focus_stays(open_page, images, running):
    page = open_page(PATH)
    page.evaluate("window.isTheSamePage = true")
    line = page.locator("#space-prompt")
    expect(line).to_contain_text("10 of 40 texts")
    expect(line.locator(".space-pace")).to_contain_text("left")
    page.locator("#act-prompt").focus()
    embed(images[10:25])
    Job.objects.filter(pk=running.pk).update(done=25)
    expect(line).to_contain_text("25 of 40 texts")
    expect(line.locator("progress")).to_have_js_property("value", 62)
    expect(page.locator("#act-prompt")).to_be_focused()
    assert page.evaluate("window.isTheSamePage")


def test_a_space_is_started_and_stopped_by_keyboard_alone(open_page, images):
    page = open_page(PATH)
    act = page.locator("#act-prompt")
    expect(act).to_have_accessible_name("Start Prompt")
    expect(page.locator("#space-negative .space-pace")).to_be_empty()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "act-prompt":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Embedding: Prompt.")
    expect(act).to_have_accessible_name("Stop Prompt")
    expect(act).to_be_focused()
    job = Job.objects.get(kind=tasks.TEXTS, params={"space": "prompt"})
    page.keyboard.press("Space")
    expect(act).to_have_accessible_name("Start Prompt")
    expect(act).to_be_focused()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_these_first_by_keyboard(open_page, images):
    Image.objects.filter(pk=images[30].pk).update(rating=9)
    page = open_page(PATH)
    page.locator("#first-q").focus()
    page.keyboard.type("rating:>=8")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 image")
    expect(page.locator(".space-first")).to_be_visible()
    assert Job.objects.get(kind=tasks.IMAGES).params["selection"]
    expect(page.locator("#first-q")).to_be_focused()


def test_a_search_that_is_none_is_told_and_starts_nothing(open_page, images):
    page = open_page(PATH, may_fail=True)
    page.locator("#first-q").fill("rating:banana")
    page.locator("#first-q").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("rating")
    expect(page.locator("#first-q")).to_have_value("rating:banana")
    assert not Job.objects.filter(kind=tasks.IMAGES).exists()


def test_failures_open_to_their_reasons_and_are_tried_again(open_page, failed):
    page = open_page(PATH)
    group = page.locator("#failed-prompt")
    expect(group.locator("summary")).to_contain_text("2 texts")
    group.locator("summary").focus()
    page.keyboard.press("Enter")
    row = group.locator(".failure", has_text="take 10")
    expect(row).to_contain_text("Longer than what it reads.")
    expect(row).to_contain_text("tried 3 times")
    row.get_by_role("button", name="Retry this text").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Trying 1 text again.")
    expect(row.get_by_role("button", name="Retry this text")).to_be_focused()
    failed.refresh_from_db()
    assert failed.attempts == 0
    assert Job.objects.filter(kind=tasks.TEXTS).exists()
    page.locator("#failed-clip_h summary").click()
    expect(page.locator("#failed-clip_h")).to_contain_text("The picture is damaged.")
    page.locator("#failed-clip_h").get_by_role("button", name="Retry all 1").click()
    expect(page.locator("#toasts")).to_contain_text("Trying 1 image again.")
    assert StageFailure.objects.get().attempts == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_it_fits_passes_axe_and_can_be_touched(open_page, running, failed, width, height, theme):
    is_phone = width < 500
    page = open_page(
        PATH, width, height, color_scheme=theme, has_touch=is_phone, is_mobile=is_phone
    )
    page.locator("#failed-prompt summary").click()
    expect(page.locator("#failed-prompt .failure")).to_have_count(2)
    page.locator("#failed-clip_h summary").click()
    expect(page.locator("#failed-clip_h")).to_contain_text("The picture is damaged.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    main = page.locator("main")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    if is_phone:
        for button in main.get_by_role("button").all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 44, button.text_content()
    assert axe.wrongs(page) == []
