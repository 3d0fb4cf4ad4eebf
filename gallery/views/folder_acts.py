"""What can be done with one folder of the tree: looked through, read again, left out, taken in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.core.htmx import render_page
from gallery.models import Folder, Treatment
from gallery.services import folders, rebuild
from gallery.views.folder_words import word_of
from gallery.views.roots import done

_SAID = {
    Treatment.SCAN: "{} is taken in again.",
    Treatment.EXCLUDE: "{} is excluded. Its images left the library.",
    Treatment.EXCLUDE_TREE: "{} and all below are excluded. Their images left the library.",
    Treatment.ARCHIVE: "{} is archived. Scans leave it alone.",
    Treatment.ARCHIVE_TREE: "{} and all below are archived. Scans leave them alone.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    treatment: str
    label: str
    icon: str


_CHOICES = (
    Choice(Treatment.SCAN, "Take in again", "undo-2"),
    Choice(Treatment.ARCHIVE, "Archive", "archive"),
    Choice(Treatment.ARCHIVE_TREE, "Archive with all below", "archive"),
    Choice(Treatment.EXCLUDE, "Exclude", "folder-x"),
    Choice(Treatment.EXCLUDE_TREE, "Exclude with all below", "folder-x"),
)


@require_safe
def acts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The menu's entries; a page of them without script."""
    folder = _folder(slug, pk)
    context = {
        "folder": folder,
        "slug": slug,
        "name": name_of(folder),
        "choices": [choice for choice in _CHOICES if _is_offered(folder, choice)],
    }
    return render_page(request, "folders/acts.html", context, fragment="folders/_acts.html")


@require_POST
def treat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Its `value` is a `Treatment`; the toast offers what was before."""
    folder = _folder(slug, pk)
    before = folder.treatment
    folders.treat(folder, request.POST.get("value", ""))
    said = _SAID[Treatment(folder.treatment)].format(name_of(folder))
    undo_url = reverse("treat-folder", args=[slug, pk]) if before != folder.treatment else ""
    response = done(request, slug, said, undo_url=undo_url, undo_value=before)
    news = {"id": pk, "treatment": folder.treatment, "word": word_of(folder.treatment)}
    return trigger_client_event(response, "folder:treated", news)


@require_POST
def scan(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    folder = _folder(slug, pk)
    is_rebuild = request.POST.get("rebuild") == "1"
    rebuild.start(folder.root, folder.path, rebuild=is_rebuild)
    name = name_of(folder)
    said = f"Reading all of {name} again." if is_rebuild else f"Looking through {name}."
    return done(request, slug, said)


def name_of(folder: Folder) -> str:
    """Needs `root`."""
    return paths.display(folder.name if folder.path else folder.root.name)


def _folder(slug: str, pk: int) -> Folder:
    found = Folder.objects.select_related("root__collection")
    return get_object_or_404(found, pk=pk, root__collection__slug=slug)


def _is_offered(folder: Folder, choice: Choice) -> bool:
    if choice.treatment == folder.treatment:
        return False
    return bool(folder.path) or choice.treatment != Treatment.EXCLUDE_TREE
