"""Ten thousand images pass without the page ever holding its breath, in a document that stays
small, from scripts that stay light."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/c/default/"
MANY = 10_000
LONGEST_TASK_MS = 50
MOST_ELEMENTS = 2000
MOST_SCRIPT_BYTES = 60_000
CATEGORIES = "toplevel,devtools.timeline"


class Trace:
    """Chromium's own record of what its main thread did, in milliseconds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.browser.new_browser_cdp_session()
        self.events: list[dict] = []
        self.is_whole = False
        self.session.on("Tracing.dataCollected", lambda part: self.events.extend(part["value"]))
        self.session.on("Tracing.tracingComplete", lambda _: setattr(self, "is_whole", True))

    def __enter__(self) -> "Trace":
        self.session.send("Tracing.start", {"categories": CATEGORIES})
        return self

    def __exit__(self, *_: object) -> None:
        self.session.send("Tracing.end")
        while not self.is_whole:
            self.page.wait_for_timeout(50)

    def tasks(self) -> list[tuple[float, float]]:
        """(processor time, wall time) of the page's main thread, the longest first. Another program
        on the same processor makes a task's wall time longer, not its own."""
        mains = {
            (event["pid"], event["tid"])
            for event in self.events
            if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
        }
        frames = [e for e in self.events if e["name"] == "UpdateLayoutTree"]
        counts: dict[tuple[int, int], int] = {}
        for event in frames:
            key = (event["pid"], event["tid"])
            counts[key] = counts.get(key, 0) + 1
        page_main = max((key for key in counts if key in mains), key=counts.__getitem__)
        return sorted(
            (
                (event.get("tdur", 0) / 1000, event["dur"] / 1000)
                for event in self.events
                if event["name"] in {"RunTask", "ThreadControllerImpl::RunTask"}
                and (event["pid"], event["tid"]) == page_main
                and event.get("dur")
            ),
            reverse=True,
        )


def test_no_task_is_long_and_the_document_small_while_ten_thousand_images_pass(
    open_page, add_images
):
    add_images(MANY)
    page = open_page(LIBRARY)
    page.mouse.move(700, 500)
    most = 0
    with Trace(page) as trace:
        for _ in range(2000):
            page.mouse.wheel(0, 4000)
            page.wait_for_timeout(16)
            elements, is_end = page.evaluate(
                "[document.querySelectorAll('*').length,"
                " !document.getElementById('grid-end').hidden"
                " && main.scrollTop + main.clientHeight >= main.scrollHeight - 2]"
            )
            most = max(most, elements)
            if is_end:
                break
        else:
            raise AssertionError("the end was never reached")
    tasks = trace.tasks()
    summary = {"longest": tasks[:5], "tasks": len(tasks), "elements": most}
    assert most < MOST_ELEMENTS, summary
    assert tasks[0][0] < LONGEST_TASK_MS, summary


def test_scripts_of_the_library_are_light(open_page, add_images):
    add_images(5)
    page = open_page("/jobs/")
    bodies: dict[str, bytes] = {}

    def keep(response) -> None:
        if response.request.resource_type == "script":
            bodies[response.url] = response.body()

    page.context.on("response", keep)
    other = page.context.new_page()
    other.goto(LIBRARY)
    other.wait_for_load_state("networkidle")
    sizes = {Path(url).name: len(gzip.compress(body, 6)) for url, body in bodies.items()}
    assert sum(sizes.values()) < MOST_SCRIPT_BYTES, sizes
