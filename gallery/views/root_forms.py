"""What is asked before a library folder is changed: dialogs, or pages without script."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError, BadInput, Conflict
from dtoolkit.core.htmx import render_page
from gallery.models import Image, LibraryRoot, MissingMark
from gallery.scanning.options import SUFFIXES
from gallery.services import root_options, roots, unavailable
from gallery.services.unavailable import Act, Losses
from gallery.views import picker
from gallery.views.roots import done

_REFUSED = 422
_VIDEOS = ("mp4", "m4v", "mov", "webm", "mkv", "avi")
_MOST_TYPED = 100_000
_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
def options(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    root = _root(slug, pk)
    if request.method != "POST":
        return _ask(request, root, "options", _options_of(root))
    typed: dict[str, Any] = {
        "is_watched": "is_watched" in request.POST,
        "takes_hidden": "takes_hidden" in request.POST,
        "follows_links": "follows_links" in request.POST,
        "chosen": request.POST.getlist("extensions")[: len(SUFFIXES)],
        "ignored": request.POST.get("ignored", "")[:_MOST_TYPED],
    }
    problems: dict[str, str] = {}
    kept: dict[str, list[str]] = {"extensions": [], "ignored": []}
    try:
        kept["extensions"] = _extensions(typed["chosen"])
    except BadInput as error:
        problems["extensions"] = error.message
    try:
        kept["ignored"] = root_options.patterns(typed["ignored"].splitlines())
    except BadInput as error:
        problems["ignored"] = error.message
    if problems:
        context = {**typed, **_kinds(), "problems": problems}
        return _ask(request, root, "options", context, status=_REFUSED)
    job = roots.set_options(
        root,
        extensions=kept["extensions"],
        ignored=kept["ignored"],
        takes_hidden=typed["takes_hidden"],
        follows_links=typed["follows_links"],
        is_watched=typed["is_watched"],
    )
    said = f"Options of {paths.display(root.name)} saved"
    return done(request, slug, f"{said}. Looking through it by them." if job else f"{said}.")


@_form
def rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    root = _root(slug, pk)
    if request.method != "POST":
        return _ask(request, root, "name", {"value": paths.display(root.name)})
    before, value = paths.display(root.name), request.POST.get("name", "")
    try:
        roots.rename(root, value)
    except BadInput as error:
        context = {"value": value[: roots.MOST_NAME_CHARS], "problem": error.message}
        return _ask(request, root, "name", context, status=_REFUSED)
    said = f"{before} is called {paths.display(root.name)} now."
    return done(request, slug, said, is_tree_changed=True)


@_form
def relocate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another place of the same files; where few of them are found there, the person decides."""
    picker.only_for_people_here(request)
    root = _root(slug, pk)
    if request.method != "POST":
        return _ask(request, root, "place", picker.context(root.path))
    path = request.POST.get("path", "").strip()
    try:
        roots.relocate(root, paths.from_text(path), force=request.POST.get("force") == "1")
    except (BadInput, Conflict) as error:
        context = {
            **picker.context(path),
            "problem": error.message,
            "may_force": "there" in error.details,
        }
        return _ask(request, root, "place", context, status=_REFUSED)
    return done(request, slug, f"{paths.display(root.name)} lies at {root} now.")


@_form
def missing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The three choices for images whose files are gone, and the way back from the second."""
    root = _root(slug, pk)
    if request.method != "POST":
        return _ask(request, root, "missing", _missing_of(root))
    act = request.POST.get("act", "")
    name = paths.display(root.name)
    if act == "take_back":
        count = unavailable.take_back(root)
        return done(request, slug, f"{count:,} mark{'' if count == 1 else 's'} taken back.")
    try:
        unavailable.start(root, chosen := _act(act))
    except AppError as error:
        context = {**_missing_of(root), "problem": error.message}
        return _ask(request, root, "missing", context, status=_REFUSED)
    if chosen is Act.REMOVE:
        return done(request, slug, f"Forgetting the images whose files are gone from {name}.")
    return done(request, slug, f"Looking for the files of {name}.")


@_form
def removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    root = _root(slug, pk)
    if request.method != "POST":
        counts = Image.objects.filter(folder__root=root).aggregate(
            images=Count("pk"),
            rated=Count("pk", filter=Q(rating__isnull=False)),
            favourites=Count("pk", filter=Q(is_favourite=True)),
        )
        return _ask(request, root, "removal", {"losses": Losses(**counts)})
    roots.start_removal(root)
    return done(request, slug, f"Removing {paths.display(root.name)}. Its files stay.")


def _root(slug: str, pk: int) -> LibraryRoot:
    found = LibraryRoot.objects.select_related("collection")
    return get_object_or_404(found, pk=pk, collection__slug=slug)


def _ask(
    request: HttpRequest,
    root: LibraryRoot,
    form: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    whole = {
        "problem": "",
        "problems": {},
        "may_force": False,
        **context,
        "root": root,
        "name": paths.display(root.name),
        "slug": root.collection.slug,
        "form": f"folders/_{form}.html",
    }
    if getattr(request, "htmx", False):
        status = 200  # HTMX shows nothing else in the dialog's place
    return render_page(
        request, "folders/form.html", whole, fragment="folders/_dialog.html", status=status
    )


def _options_of(root: LibraryRoot) -> dict[str, Any]:
    return {
        "is_watched": root.is_watched,
        "takes_hidden": root.takes_hidden,
        "follows_links": root.follows_links,
        "chosen": root.extensions or [suffix[1:] for suffix in SUFFIXES],
        "ignored": "\n".join(root.ignored),
    } | _kinds()


def _kinds() -> dict[str, Any]:
    every = [suffix[1:] for suffix in SUFFIXES]
    return {
        "kinds": (
            ("Pictures", [kind for kind in every if kind not in _VIDEOS]),
            ("Videos", [kind for kind in every if kind in _VIDEOS]),
        )
    }


def _extensions(chosen: list[str]) -> list[str]:
    """None where all are chosen, so that kinds which come later are taken too."""
    if not chosen:
        raise BadInput("Choose at least one kind of file.")
    kept = root_options.extensions(chosen)
    return [] if len(kept) == len(SUFFIXES) else kept


def _missing_of(root: LibraryRoot) -> dict[str, Any]:
    marks = MissingMark.objects.filter(image__folder__root=root)
    return {"losses": unavailable.losses(root), "has_marks": marks.exists()}


def _act(text: str) -> Act:
    try:
        return Act(text)
    except ValueError as error:
        raise BadInput("Choose what is done with images whose files are gone.") from error
