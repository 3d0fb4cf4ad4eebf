"""A real Chromium against the real server, with real tiny pictures; whatever the console says of
an error, or of a broken content policy, fails the test."""

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from gallery.media import decoding, thumbnails
from gallery.models import Folder, Image
from tests.factories import (
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
    PromptFactory,
    ResourceFactory,
)
from tests.pictures import png

CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("google-chrome")
)
ARGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHAPES = ((1024, 1024), (832, 1216), (1216, 832), (1344, 768), (768, 1344), (1536, 640))
MEASURE_SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, value } of list.getEntries()) {
        if (!hadRecentInput) window.shifted += value;
      }
    }).observe({ type: "layout-shift", buffered: true });
"""

Open = Callable[..., Page]


def eventually(page: Page, expression: str, timeout_ms: int = 15_000) -> None:
    """`wait_for_function`, which a strict content policy forbids."""
    for _ in range(timeout_ms // 50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, where Django would take every query for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        expect.set_options(timeout=15_000)  # the machine may be busy with other tests
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Open]:
    """Opens a path at a size and in a theme; at the end nothing may have gone wrong."""
    wrongs: list[str] = []
    contexts = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrongs.append(message.text)

    def open_(
        path: str, width: int = 1440, height: int = 900, *, may_fail: bool = False, **options
    ) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.add_init_script(MEASURE_SHIFTS)
        if not may_fail:
            page.on("console", hear)
        page.on("pageerror", lambda error: wrongs.append(str(error)))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    wait_until_served()
    assert wrongs == []


def wait_until_served() -> None:
    """What a page asked for last is still answered when the page is closed; emptying the tables
    meanwhile would end in a deadlock."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                " AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


@pytest.fixture
def folder(transactional_db) -> Folder:
    root = LibraryRootFactory(name="Pictures", path="/library/pictures")
    return FolderFactory(root=root, path="")


@pytest.fixture
def add_images(folder: Folder, tmp_path) -> Callable[..., list[Image]]:
    """Rows with thumbnails that are there, newest last, two hundred a month."""
    fingerprint = uuid.uuid4()
    picture = png(tmp_path / "picture.png", size=(64, 64))
    thumbnails.make(fingerprint, lambda: decoding.decode(picture.read_bytes(), thumbnails.LARGEST))

    def add(many: int, **fields) -> list[Image]:
        prompts = [PromptFactory(text=text) for text in ("a red fox in snow", "neon rain at night")]
        checkpoint = ResourceFactory()
        start = Image.objects.count()
        rows = []
        for number in range(start, start + many):
            when = datetime(2025, 1, 15, tzinfo=UTC) + timedelta(hours=number * 3.6)
            width, height = SHAPES[number * 7 % len(SHAPES)]
            values = {
                "collection": folder.root.collection,
                "folder": folder,
                "name": f"image-{number:05d}.png",
                "size": 1000 + number,
                "mtime_ns": number,
                "modified_at": when,
                "created_at": when,
                "read_version": 1,
                "fingerprint": fingerprint,
                "format": "png",
                "width": width,
                "height": height,
                "prompt": prompts[number % 10 == 0],
                "checkpoint": checkpoint,
                "seed": number,
                "thumbnail_version": thumbnails.VERSION,
            }
            rows.append(Image(**{**values, **fields}))
        Image.objects.bulk_create(rows)
        Folder.objects.filter(pk=folder.pk).update(image_count=start + many)
        return rows

    return add


@pytest.fixture
def add_files(library_folder: Path) -> Callable[..., list[Image]]:
    """Rows whose pictures are on the disk; `image-000` first, as the library shows them."""

    def add(many: int, **fields) -> list[Image]:
        root = LibraryRootFactory(path=str(library_folder))
        folder = FolderFactory(root=root, path="", image_count=many)
        for number in reversed(range(many)):
            name = f"image-{number:03}.png"
            png(library_folder / name, colour=(number * 7 % 256, 90, 200 - number % 200))
            ImageFactory(folder=folder, name=name, width=64, height=48, **fields)
        return list(Image.objects.order_by("name"))

    return add
