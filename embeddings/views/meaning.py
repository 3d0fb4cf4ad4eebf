"""Asking by meaning: a picture or words given at the door, sliders turned, a part of an image."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dtoolkit.core.errors import AppError, BadInput, NotFound
from dtoolkit.core.htmx import render_page
from embeddings.models import Probe
from embeddings.search.kinds import MOST_CHARS
from embeddings.services import probes
from embeddings.spaces import SPACES
from gallery.models import Collection, Image
from gallery.search.query import ResultQuery

_REFUSED = 422
_FOR_GOOD = "private, max-age=31536000, immutable"


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for a picture or a description; POST leads to what is like it within this result."""
    collection = get_object_or_404(Collection, slug=slug)
    query = ResultQuery.from_params(request.GET, collection).replace()
    if request.method != "POST":
        return _ask(request, query)
    try:
        return _to(request, query.narrowed(_term(request)))
    except AppError as error:
        if _is_script(request):
            raise
        return _ask(request, query, error.message)


def _term(request: HttpRequest) -> str:
    picture = request.FILES.get("picture")
    if picture is not None:
        return f"similar:{probes.of_upload(picture, picture.size or 0).token}"
    said = " ".join(request.POST.get("text", "").replace("\0", " ").split())[:MOST_CHARS]
    if not said:
        raise BadInput("Choose a picture, or say what you look for.")
    how = "like" if request.POST.get("how") == "like" else "looks"
    value = said.replace('"', "")
    return f'{how}:"{value}"'


@require_POST
def region(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """To what is like the part `left`, `top`, `width`, `height` of the image, of a video of what it
    shows `at` so many seconds."""
    images = Image.objects.select_related("collection", "folder__root")
    image = get_object_or_404(images, pk=pk, collection__slug=slug)
    try:
        part = [float(request.POST.get(side, "")) for side in ("left", "top", "width", "height")]
        at_s = float(at) if (at := request.POST.get("at")) else None
    except ValueError:
        raise BadInput("A region is four numbers: left, top, width and height.") from None
    probe = probes.of_region(image, part, at_s)
    return _to(request, ResultQuery(image.collection).narrowed(f"similar:{probe.token}"))


@require_safe
def tuned(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the sliders lead: the same result with `w-SPACE` as weights and `f-SPACE` as floors."""
    collection = get_object_or_404(Collection, slug=slug)
    given = {name: request.GET.get(name, "") for name in request.GET if "-" not in name}
    given["spaces"] = _numbers(request, "w-") or given.get("spaces", "")
    given["floors"] = _numbers(request, "f-")
    query = ResultQuery.from_params(given, collection)
    return redirect(reverse("library", args=[slug]) + query.querystring(at=""))


@require_safe
def preview(request: HttpRequest, slug: str, token: UUID) -> HttpResponse:
    get_object_or_404(Collection, slug=slug)
    found = Probe.objects.filter(token=token).values_list("preview", flat=True).first()
    if found is None:
        raise NotFound("This picture is gone: pictures to search with are kept some days.")
    response = HttpResponse(bytes(found), content_type="image/webp")
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


def _numbers(request: HttpRequest, prefix: str) -> str:
    pairs = []
    for name in SPACES:
        value = request.GET.get(prefix + name, "")
        try:
            number = float(value) if value else 0.0
        except ValueError:
            raise BadInput(f"{prefix}{name} must be a number from -1 to 1.") from None
        if number:
            pairs.append(f"{name}:{number:g}")
    return ",".join(pairs)


def _to(request: HttpRequest, query: ResultQuery) -> HttpResponse:
    url = reverse("library", args=[query.collection.slug]) + query.querystring()
    if not getattr(request, "htmx", False):
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _is_script(request: HttpRequest) -> bool:
    """Asked by a picture that was dropped or pasted, with no dialog to show the reason in."""
    return request.headers.get("X-Dropped") == "1"


def _ask(request: HttpRequest, query: ResultQuery, problem: str = "") -> HttpResponse:
    slug = query.collection.slug
    context = {
        "collection": query.collection,
        "slug": slug,
        "back": reverse("library", args=[slug]) + query.querystring(),
        "problem": problem,
        "text": request.POST.get("text", ""),
        "how": request.POST.get("how", "looks"),
        "is_narrowed": bool(query.to_params()),
    }
    return render_page(
        request,
        "meaning/page.html",
        context,
        fragment="meaning/_dialog.html",
        status=_REFUSED if problem else 200,
    )
