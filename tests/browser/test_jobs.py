"""Jobs as they run, seen in a browser: live, without a reload, and without losing the keyboard."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dtoolkit.jobs.models import Job
from gallery.models import StageFailure
from tests.factories import CollectionFactory, ImageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job() -> Job:
    CollectionFactory()
    now = timezone.now()
    return Job.objects.create(
        kind="pipeline",
        params={"collection_id": 1},
        description="Making thumbnails",
        state="running",
        is_planned=True,
        is_total_known=True,
        total=1000,
        done=250,
        started_at=now,
        window_at=now + timedelta(hours=1),
        window_rate=50.0,
    )


def test_figures_move_without_a_reload_and_the_focus_stays(open_page, job):
    page = open_page("/jobs/")
    page.evaluate("window.isTheSamePage = true")
    line, status = page.locator("#jobs-active"), page.locator("#job-status")
    expect(line).to_contain_text("250 of 1,000 images")
    expect(status).to_contain_text("250 of 1,000 · 50/s · 15 s left")
    page.locator(f"#job-{job.pk}-cancel").focus()
    Job.objects.update(done=500)
    expect(line).to_contain_text("500 of 1,000 images")
    expect(status).to_contain_text("500 of 1,000 · 50/s · 10 s left")
    assert page.evaluate("document.activeElement.id") == f"job-{job.pk}-cancel"
    assert page.evaluate("window.isTheSamePage")


def test_pause_go_on_and_cancel_by_keyboard(open_page, job):
    page = open_page("/jobs/")
    hold = page.locator(f"#job-{job.pk}-hold")
    hold.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#jobs-active .job-pace")).to_have_text("paused")
    expect(page.locator("#toasts")).to_contain_text("Paused: Making thumbnails.")
    expect(hold).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#jobs-active .job-count")).to_contain_text("250")
    expect(hold).to_have_attribute("title", "Pause")
    page.locator(f"#job-{job.pk}-cancel").press("Enter")
    expect(page.locator("#jobs-active")).to_contain_text("Nothing is running.")
    expect(page.locator("#jobs-finished")).to_contain_text("Making thumbnails")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_end_moves_the_job_below_and_is_announced_once(open_page, job):
    page = open_page("/jobs/")
    expect(page.locator("#job-news")).to_have_text("")
    Job.objects.update(state="done", done=1000, finished_at=timezone.now())
    expect(page.locator("#jobs-finished")).to_contain_text("1,000 images")
    expect(page.locator("#job-news")).to_have_text("Making thumbnails: done")


def test_failures_open_to_file_and_reason_and_can_be_retried(open_page):
    image = ImageFactory(name="broken.png")
    StageFailure.objects.create(
        image=image, stage="thumbnail", version=1, reason="It ends in the middle.", attempts=3
    )
    page = open_page("/jobs/")
    page.get_by_text("1 image", exact=True).click()
    expect(page.locator(".failure")).to_contain_text("It ends in the middle.")
    page.get_by_label("Retry broken.png").click()
    expect(page.locator("#toasts")).to_contain_text("Trying 1 image again.")
    expect(page.locator("#jobs-active .job")).to_have_count(1)
    assert StageFailure.objects.get().attempts == 0


@pytest.mark.parametrize("width", [390, 1440, 2560])
def test_nothing_sticks_out_at_any_width(open_page, job, width):
    job.message = "a/folder/with/a/name/that/is/much/longer/than/any/telephone/is/wide"
    job.description = "Looking for images in a-drive-with-a-long-name-of-its-own"
    job.save()
    Job.objects.create(
        kind="quick_scan", description="Looking", state="failed", error="x" * 300,
        finished_at=timezone.now(), started_at=timezone.now(),
    )  # fmt: skip
    page = open_page("/jobs/", width=width)
    wide = page.evaluate("document.querySelector('main').scrollWidth")
    assert wide <= page.evaluate("document.querySelector('main').clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_empty_page_leads_back_to_the_library(open_page):
    CollectionFactory()
    page = open_page("/jobs/")
    expect(page.locator("#jobs-finished h1")).to_have_text("No job has ended yet.")
    assert re.search(r"^/$", page.get_by_text("Open the library").get_attribute("href"))
