"""Every page of the product before axe-core: nothing serious, in both themes, wide and narrow."""

import re
from collections.abc import Callable

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import Page, expect

from dtoolkit.jobs.models import Job
from gallery.backup import folders, making, taking
from gallery.models import (
    Album,
    AlbumImage,
    Caption,
    Collection,
    DuplicateGroup,
    DuplicateMember,
    Folder,
    HistoryEntry,
    HistoryPart,
    Image,
    ImageEdit,
    ImageTag,
    Resource,
    ResourceFile,
    StageFailure,
    Tag,
)
from gallery.resources import linking, scanning
from gallery.services import resources
from tests.browser import axe
from tests.factories import PromptFactory
from tests.gallery.resources import files
from tests.gallery.scanning.conftest import Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Addresses of no page: fragments, files, and what only takes a POST.
NO_PAGES = {
    "library-page", "library-count", "library-timeline", "library-new", "suggest", "facets",
    "place-counts", "folder-roots", "folder-children", "scan-folder", "treat-folder",
    "root-states", "scan-root", "scan", "image-strip", "read-again", "image-record", "rate",
    "favourite", "nsfw", "mark-for-deletion", "image-history", "walk-bar", "viewed", "select",
    "album-facts", "rail-albums", "place-album", "arrange-album", "tag-counts", "clean-up-tags",
    "prompt-acts", "model-acts", "export", "undo", "redo", "undo-act", "redo-act", "nsfw-words",
    "mark-nsfw", "make-thumbnails", "pipeline-strip", "retry-failures", "file", "thumbnail",
    "strip", "display", "resources-used", "scan-resources", "hash-resources",
    "resource-preview", "logout", "finished-jobs", "job-status", "clear-jobs", "cancel-job",
    "pause-job", "resume-job", "retry-job", "folder-picker", "make-demo", "add-root",
    "cover-album", "palette", "image-folder", "marked", "suggest-tags", "texts",
    "home", "folders", "remove-resources", "health", "meaning-tuned", "probe", "region",
    "api-similar", "failed-spaces", "failed-texts", "start-space", "stop-space",
    "retry-texts", "embed-first", "export-embeddings",
    "map-state", "draw-map", "map-points", "map-result", "map-colours", "map-pictures",
    "choose-images", "duplicates-state", "decide-duplicates",
    "dashboard-count", "dashboard-state", "dashboard-numbers", "embeddings-coverage",
    "words-in-files", "switch-words", "write-all-words",
    "make-backup", "daily-backup", "take-backup", "forget-waiting", "fetch-backup",
    "scan-networks", "install-libraries", "download-network", "release-networks", "use-network",
}  # fmt: skip


@pytest.fixture
def library(add_files, tmp_path, settings) -> list[Image]:
    """Something of everything, so that no page is empty."""
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    images = add_files(8)
    root = images[0].folder.root
    collection = images[0].collection
    first = images[0]
    first.prompt = PromptFactory(text="a red fox, " * 90)
    first.negative_prompt = PromptFactory(text="blurry")
    first.rating, first.is_favourite, first.seed, first.steps = 8, True, 42, 20
    first.save()
    Image.objects.filter(pk=images[2].pk).update(is_nsfw=True)
    Image.objects.filter(pk=images[3].pk).update(is_for_deletion=True)
    Image.objects.filter(pk=images[4].pk).update(is_available=False)
    recorded = PromptFactory(text="as the file says")
    ImageEdit.objects.create(image=first, note="A note", has_prompt=True, recorded_prompt=recorded)
    tag = Tag.objects.create(name="fox", category="general")
    ImageTag.objects.create(image=first, tag=tag, source="person")
    ImageTag.objects.create(image=images[1], tag=tag, source="sidecar", confidence=0.9)
    Caption.objects.create(image=first, source="joycaption", text="A fox in the snow.")
    album = Album.objects.create(collection=collection, name="Winter")
    Album.objects.create(
        collection=collection, name="Best", is_smart=True, params={"favourite": "1"}
    )
    for position, image in enumerate(images[:3]):
        AlbumImage.objects.create(album=album, image=image, position=position)
    Folder.objects.create(root=root, path="old", name="old", depth=1, treatment="archive")
    StageFailure.objects.create(image=images[5], stage="thumbnail", version=1, reason="broken")
    for state in ("done", "undone"):
        entry = HistoryEntry.objects.create(
            collection=collection,
            action="rate",
            params={"value": 8},
            sentence="1 image rated 8",
            state=state,
            image_count=1,
        )
        HistoryPart.objects.create(entry=entry, image_ids=[first.pk], before=None, after=8)
    group = DuplicateGroup.objects.create(
        collection=collection, channel="near", distance=2, keeper=images[5]
    )
    for image in images[5:8]:
        DuplicateMember.objects.create(group=group, image=image, distance=2)
    Job.objects.create(kind="pipeline", params={"collection_id": 1}, state=Job.State.DONE)
    place = tmp_path / "models"
    files.model(place / "loras" / "fennec.safetensors", *files.LORA)
    Resource.objects.create(kind="lora", name="fennec")
    scanning.scan(resources.add(place), Progress())
    linking.link_all()
    return images


def pages(images: list[Image]) -> dict[str, str]:
    """The address of each page by the name of its URL, and more where it has several states."""
    first, slug = images[0], "default"
    root, folder = first.folder.root, first.folder
    album = Album.objects.get(name="Winter")
    tag = Tag.objects.get()
    model = ResourceFile.objects.get()
    known = {
        "library": [slug], "settings": [slug], "history": [slug], "albums": [slug],
        "new-album": [slug], "tags": [slug], "prompts": [slug], "models": [slug],
        "roots": [slug], "failures": [slug], "search-help": [slug], "compare": [slug],
        "meaning": [slug], "backups": [slug], "dashboard": [slug],
        "image": [slug, first.pk], "image-panel": [slug, first.pk],
        "image-records": [slug, first.pk], "folder-acts": [slug, folder.pk],
        "root-options": [slug, root.pk], "rename-root": [slug, root.pk],
        "relocate-root": [slug, root.pk], "missing-files": [slug, root.pk],
        "remove-root": [slug, root.pk], "rename-album": [slug, album.pk],
        "remove-album": [slug, album.pk], "rename-tag": [slug, tag.pk],
        "merge-tag": [slug, tag.pk], "clear-tag": [slug, tag.pk],
        "prompts-similar": [slug, first.prompt_id], "resource-file": [model.pk],
        "all-failures": [], "map": [slug],
        "negatives-of-image": [slug, first.pk], "negatives-of-prompt": [slug, first.prompt_id],
        "resources": [], "add-resources": [], "jobs": [], "networks": [], "embeddings": [],
        "login": [], "make-account": [],
        "duplicates": [slug], "find-duplicates": [slug], "take-suggestions": [slug],
        "welcome": [], "act": [slug, "add-tags"], "cull": [slug], "slideshow": [slug],
    }  # fmt: skip
    found = {name: reverse(name, args=args) for name, args in known.items()}
    found["act"] += f"?ids={first.pk}"
    acts = (
        "add-to-album",
        "edit-prompt",
        "note",
        "move",
        "rename",
        "copy",
        "trash",
        "edit-details",
        "reorganise",
    )
    for name in acts:
        found[f"act {name}"] = reverse("act", args=[slug, name]) + f"?ids={first.pk}"
    found["compare duel"] = f"{found['compare']}?duel=1"
    found["library without a match"] = f"{found['library']}?q=zebra"
    found["library of an album"] = f"{found['library']}?album={album.pk}"
    found["library with a mistake"] = f"{found['library']}?q=rating:%20x"
    found["library trash"] = f"{found['library']}?view=trash"
    found["restore"] = reverse("restore", args=[slug, backup_of(first.collection)])
    found["nowhere"] = "/c/default/nowhere/"
    return found


def backup_of(collection: Collection) -> str:
    """The token of one that was taken in."""
    making.make(collection, folders.new(collection), Progress())
    with folders.kept(collection)[0].path.open("rb") as file:
        return taking.take(file).token


def test_every_address_is_a_page_here_or_known_to_be_none(library):
    ours = {
        str(pattern.name)
        for pattern in flat(get_resolver().url_patterns)
        if pattern.name and not str(pattern.callback.__module__).startswith(("django.", "ninja"))
    }
    seen = {name.split()[0] for name in pages(library)} | NO_PAGES
    assert not {name for name in ours if name not in seen}


def flat(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.app_name != "admin":
                yield from flat(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_no_page_has_anything_serious(open_page, library, width, theme, part):
    page = open_page("/", width=width, height=844, color_scheme=theme, may_fail=True)
    wrong = {}
    for name, address in list(pages(library).items())[part::3]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(150)
        found = axe.wrongs(page)
        if found:
            wrong[f"{name} ({address})"] = found
    assert not wrong, report(wrong)


def report(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{where}\n  " + "\n  ".join(lines) for where, lines in wrong.items())


def in_lightbox(page: Page, *keys: str) -> None:
    page.goto("/c/default/")
    page.locator(".tile").first.click()
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.wait_for_timeout(300)
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def with_panel(page: Page) -> None:
    page.goto("/c/default/")
    page.locator(".tile").first.focus()
    page.keyboard.press("i")
    expect(page.locator("#panel .details")).to_be_visible()


def with_folders(page: Page) -> None:
    page.goto("/c/default/")
    page.locator(".tile").first.focus()
    page.keyboard.press("Shift+F10")
    page.wait_for_timeout(300)


STATES: dict[str, Callable[[Page], None]] = {
    "lightbox": lambda page: in_lightbox(page),
    "lightbox with details": lambda page: in_lightbox(page, "i"),
    "lightbox with filmstrip": lambda page: in_lightbox(page, "v"),
    "culling": lambda page: in_lightbox(page, "c", "x"),
    "slideshow": lambda page: in_lightbox(page, "s", " "),
    "keys": lambda page: in_lightbox(page, "?"),
    "edit dialog": lambda page: in_lightbox(page, "e"),
    "panel": with_panel,
    "menu": with_folders,
}


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_no_state_of_the_library_has_anything_serious(open_page, library, width, theme):
    page = open_page("/", width=width, height=844, color_scheme=theme, may_fail=True)
    wrong = {}
    for name, enter in STATES.items():
        enter(page)
        found = axe.wrongs(page)
        if found:
            wrong[name] = found
    assert not wrong, report(wrong)


def test_the_check_finds_what_is_wrong(open_page, library):
    page = open_page("/c/default/settings/")
    page.evaluate("document.querySelector('.settings select').removeAttribute('aria-label')")
    assert any(re.match(r"select-name", wrong) for wrong in axe.wrongs(page))
