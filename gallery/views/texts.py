"""What is copied of selected images: prompts, seeds, parameters, paths, as one text."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound
from gallery.actions.base import images as counted
from gallery.exports import infotext
from gallery.models import Collection, Image, Prompt
from gallery.querysets import ImageQuerySet
from gallery.services import selections
from gallery.views import asking

MOST = 1000


def _prompt(image: Image) -> str:
    return _words(image.prompt)


def _negative(image: Image) -> str:
    return _words(image.negative_prompt)


def _seed(image: Image) -> str:
    return "" if image.seed is None else str(int(image.seed))


def _path(image: Image) -> str:
    return paths.display(str(image.disk_path))


def _parameters(image: Image) -> str:
    return infotext.of(image, list(image.resources.all()))


def _words(prompt: Prompt | None) -> str:
    return prompt.text if prompt else ""


# What it is called, what stands between two of them, how it is read and with which tables.
_Way = tuple[str, str, Callable[[Image], str], Sequence[str]]
_WAYS: dict[str, _Way] = {
    "prompt": ("Prompt", "\n\n", _prompt, ["prompt"]),
    "negative": ("Negative prompt", "\n\n", _negative, ["negative_prompt"]),
    "seed": ("Seed", "\n", _seed, []),
    "path": ("Path", "\n", _path, ["folder__root"]),
    "parameters": (
        "Parameters",
        "\n\n",
        _parameters,
        ["prompt", "negative_prompt", "checkpoint", "metadata"],
    ),
}


@require_safe
def told(request: HttpRequest, slug: str, what: str) -> JsonResponse:
    """`text` to be copied, and `said` to tell of it; each text once, of the first thousand."""
    if what not in _WAYS:
        raise NotFound(f"There is nothing to copy that is called '{what}'.")
    name, between, read, tables = _WAYS[what]
    collection = get_object_or_404(Collection, slug=slug)
    selection = asking.selection_of(request.GET, collection)
    found = list(_images(selections.images(selection).order_by("pk"), what, tables)[: MOST + 1])
    texts = list(dict.fromkeys(filter(None, map(read, found[:MOST]))))
    if not texts:
        return JsonResponse({"text": "", "said": f"No {name.lower()} is known here."})
    said = f"{name} copied"
    if len(found) > 1:
        first = "the first " if len(found) > MOST else ""
        said = f"{name} of {first}{counted(min(len(found), MOST))} copied"
    return JsonResponse({"text": between.join(texts), "said": said})


def _images(images: ImageQuerySet, what: str, tables: Sequence[str]) -> ImageQuerySet:
    if tables:
        images = images.select_related(*tables)
    if what == "parameters":
        images = images.prefetch_related("resources__resource")
        return images.defer("metadata__packed_records")
    return images
