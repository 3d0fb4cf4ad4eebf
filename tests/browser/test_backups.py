"""Backed up by a button, looked at, restored and undone, in a real browser."""

import gzip
import re

import pytest
from playwright.sync_api import Page, expect

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Image
from tests.browser.conftest import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/c/default/backups/"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def rated(add_files) -> list[Image]:
    images = add_files(4)
    Image.objects.filter(pk__in=[each.pk for each in images[:3]]).update(rating=8)
    return images


def back_up(page: Page) -> None:
    page.get_by_role("button", name="Back up now").click()
    expect(page.locator(".toast", has_text="Backing up")).to_be_visible()
    run_inline(Job.objects.get(kind="backup"))
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def ratings() -> list[int | None]:
    return list(Image.objects.order_by("name").values_list("rating", flat=True))


def test_made_fetched_looked_at_restored_and_undone(open_page, rated, tmp_path):
    page = open_page(PAGE)
    expect(page.get_by_text("None yet.")).to_be_visible()
    back_up(page)
    expect(page.locator(".backups-rows")).to_contain_text("3 images")
    with page.expect_download() as fetching:
        page.get_by_role("link", name="Download").click()
    fetched = tmp_path / "fetched.jsonl.gz"
    fetching.value.save_as(fetched)
    assert gzip.decompress(fetched.read_bytes()).count(b'"rating":8') == 3

    Image.objects.update(rating=None)
    Image.objects.filter(name="image-000.png").update(rating=2)
    page.set_input_files("#backup-file", fetched)
    page.get_by_role("button", name="Look at it").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("3 find their images")
    expect(preview.locator("dd").first).to_have_text("2")
    expect(preview).to_contain_text("Said otherwise here: ratings (1)")
    page.get_by_label("Whose word counts").select_option("backup")
    expect(preview.locator("dd").first).to_have_text("3")
    assert ratings() == [2, None, None, None]
    preview.get_by_role("button", name="Restore it").click()
    expect(page.locator(".backups-lists")).to_contain_text("restored to 3 images")
    assert ratings() == [8, 8, 8, None]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Restore again")).to_be_visible()
    assert ratings() == [2, None, None, None]


def test_what_is_no_backup_is_told_beside_the_field(open_page, rated, tmp_path):
    page = open_page(PAGE, may_fail=True)
    foreign = tmp_path / "holiday.jsonl"
    foreign.write_bytes(b'{"format": "photos"}\n')
    page.set_input_files("#backup-file", foreign)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no backup of DiffusionToolkit")


def test_what_waits_is_told_and_forgotten(open_page, rated):
    page = open_page(PAGE)
    back_up(page)
    Image.objects.filter(name="image-001.png").delete()
    page.get_by_role("button", name="Restore…").click()
    expect(page.locator("#preview")).to_contain_text("1 waits until a scan brings it")
    page.get_by_role("button", name="Restore it").click()
    waiting = page.get_by_role("region", name="Waiting for their images")
    expect(waiting).to_contain_text("1 image of")
    waiting.get_by_role("button", name="Forget").click()
    expect(waiting).to_have_count(0)


def test_a_large_one_is_compared_by_a_job(open_page, rated, monkeypatch):
    monkeypatch.setattr("gallery.backup.restoring.AT_ONCE", 1)
    page = open_page(PAGE)
    back_up(page)
    Image.objects.update(rating=None)
    page.get_by_role("button", name="Restore…").click()
    expect(page.locator("#preview")).to_contain_text("Comparing 3 images")
    run_inline(Job.objects.get(kind="restore-preview"))
    expect(page.locator("#preview")).to_contain_text("3 find their images")
    page.get_by_role("button", name="Restore it").click()
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
    run_inline(Job.objects.get(kind="restore"))
    expect(page.locator(".backups-lists")).to_contain_text("restored to 3 images")
    assert ratings() == [8, 8, 8, None]
    eventually(page, "window.shifted < 0.1")
