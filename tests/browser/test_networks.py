"""The page of networks in a real browser: it moves while something runs; typing is left alone."""

import pytest
from playwright.sync_api import expect

from dtoolkit.jobs.models import Job
from embeddings.network_tasks import DOWNLOAD
from embeddings.services import finding
from tests.factories import CollectionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def places(tmp_path, settings, monkeypatch):
    """No weights of this machine."""
    changes = {"models_dir": tmp_path / "own", "comfyui_models": None, "data_dir": tmp_path}
    settings.ENV = settings.ENV.model_copy(update=changes)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    CollectionFactory()


def test_a_download_moves_on_and_what_is_typed_meanwhile_stays(open_page):
    job = Job.objects.create(
        kind=DOWNLOAD, params={"network": "clip-h"}, description="Downloading", state="running",
        is_planned=True, is_total_known=True, total=3944, done=100,
    )  # fmt: skip
    page = open_page("/networks/")
    shown = page.locator("#network-clip-h")
    expect(shown.locator(".net-progress")).to_contain_text("100 of 3,944")
    page.locator("#more-clip-l summary").click()
    field = page.locator("#path-clip-l")
    field.fill("/mine/clip")
    Job.objects.filter(pk=job.pk).update(done=2000)
    expect(shown.locator(".net-progress")).to_contain_text("2,000 of 3,944")
    expect(field).to_have_value("/mine/clip")
    expect(field).to_be_visible()
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    expect(shown.locator(".net-state")).to_have_text("missing")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_wrong_path_is_told_where_it_was_typed(open_page, width, scheme):
    page = open_page("/networks/", width, 900, color_scheme=scheme, may_fail=True)
    page.locator("#more-clip-g summary").click()
    page.locator("#path-clip-g").fill("/nowhere/clip_g.safetensors")
    page.locator("#path-clip-g").press("Enter")
    expect(page.locator("#problem-clip-g")).to_have_text(
        "There is nothing at /nowhere/clip_g.safetensors."
    )
    expect(page.locator("#path-clip-g")).to_have_value("/nowhere/clip_g.safetensors")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_folder_of_models_is_chosen_by_looking_around(open_page, tmp_path, monkeypatch):
    scanned = []
    monkeypatch.setattr(finding, "scan", lambda path: scanned.append(path) or [])
    (tmp_path / "comfy" / "models").mkdir(parents=True)
    page = open_page("/networks/", 390, 844)
    page.locator("#net-scan-path").fill(str(tmp_path))
    page.get_by_role("button", name="Browse").focus()
    page.keyboard.press("Enter")
    picker = page.locator(".net-scan #picker-body")
    picker.get_by_role("button", name="comfy", exact=True).click()
    picker.get_by_role("button", name="models", exact=True).click()
    expect(picker.locator("[name=path].field")).to_have_value(str(tmp_path / "comfy" / "models"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picker.get_by_role("button", name="Use this folder").click()
    expect(page.locator("#net-scan-path")).to_be_visible()
    assert scanned == [tmp_path / "comfy" / "models"]
