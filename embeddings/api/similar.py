"""`/api/images/similar`: images like an image, a picture, a text or a vector.

POST takes the nodes' fields as JSON and answers a bare list; GET takes them as parameters and
answers `{"images": [...]}`. Neither changes anything.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound, Unavailable
from dtoolkit.inference.errors import InferenceError
from embeddings.api import wanted
from embeddings.api.wanted import Wanted
from embeddings.search import missing, ranking, stored
from embeddings.search.asking import Ask, Example, Hit
from embeddings.services import encoding, probes, weights
from embeddings.spaces import SPACES
from gallery.media import thumbnails
from gallery.models import Collection, Folder, Image, LibraryRoot
from gallery.querysets import ImageQuerySet, subtree

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

MOST_BYTES = 96 * 1024 * 1024
_THUMBNAIL_PX = 768


@csrf_exempt  # programs have no page that could hold a token; a foreign page cannot send JSON
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def similar(request: HttpRequest) -> JsonResponse:
    asked = wanted.read(_body(request) if request.method == "POST" else request.GET.dict())
    found = _found(asked)
    if request.method == "POST":
        return JsonResponse(found, safe=False)
    return JsonResponse({"images": found})


def _body(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise BadInput("Send JSON, and say so: Content-Type: application/json.")
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise BadInput(f"At most {MOST_BYTES // 1024 // 1024} MB.")
    try:
        # The length is checked above; Django's own limit is for forms.
        body = json.loads(request.read(MOST_BYTES + 1))
    except (ValueError, RecursionError) as error:
        raise BadInput("This is no JSON.") from error
    if not isinstance(body, dict):
        raise BadInput("Send an object with fields.")
    return body


def _found(asked: Wanted) -> list[dict[str, Any]]:
    slug = asked.collection or settings.ENV.collection
    collection = Collection.objects.filter(slug=slug).first()
    if collection is None:
        raise NotFound(f"There is no collection {paths.display(slug)}.")
    if weights.model_key(SPACES[asked.space].network) is None:
        raise missing.unrankable({asked.space: missing.network(asked.space)})
    floors = {} if asked.min_similarity is None else {asked.space: asked.min_similarity}
    ask = Ask(
        (_example(asked, collection),),
        {asked.space: 1.0},
        floors,
        is_grouped=False,
        is_cut=False,
        limit=asked.limit,
    )
    hits = ranking.rank(_filtered(asked, collection), ask).hits
    return _told(hits, asked.space)


def _example(asked: Wanted, collection: Collection) -> Example:
    if asked.image_id or asked.path:
        image = _image(asked, collection)
        vector = stored.vectors([image], [asked.space])[image.pk].get(asked.space)
        if vector is None:
            reason = missing.not_embedded(asked.space, f"Image {image.pk}")
            raise missing.unrankable({asked.space: reason})
        return Example(paths.display(image.name), {asked.space: vector}, image_id=image.pk)
    return Example("the query", {asked.space: _encoded(asked)})


def _encoded(asked: Wanted) -> "Vector":
    if asked.vector:
        return np.asarray(asked.vector, dtype=np.float32)
    space = SPACES[asked.space]
    if asked.picture:
        if space.is_of_texts:
            raise BadInput("A picture can be compared in the space visual (clip_h) alone.")
        return probes.look(asked.picture)
    try:
        found: Vector = encoding.query_text(space.network, asked.text)
    except InferenceError as error:
        raise Unavailable(str(error)) from error
    return found


def _image(asked: Wanted, collection: Collection) -> Image:
    images = Image.objects.in_collection(collection)
    image = images.filter(pk=asked.image_id).first() if asked.image_id else None
    if asked.path:
        for root, relative in _below(asked.path, collection):
            folder, _, name = relative.rpartition("/")
            rows = images.filter(folder__root=root, folder__path=folder, name=name)
            image = image or rows.first()
    if image is None:
        raise NotFound("There is no such image in the library.")
    return image


def _filtered(asked: Wanted, collection: Collection) -> ImageQuerySet:
    images = Image.objects.in_collection(collection).visible()
    if asked.min_rating:
        images = images.rated(asked.min_rating)
    if asked.exclude_ids:
        images = images.exclude(pk__in=asked.exclude_ids)
    if asked.folders:
        chosen = Folder.objects.none()
        for path in asked.folders:
            chosen = chosen | Folder.objects.filter(subtree(_folder(path, collection)))
        images = images.filter(folder__in=chosen)
    return images


def _folder(path: str, collection: Collection) -> Folder:
    for root, relative in _below(path, collection):
        found = Folder.objects.filter(root=root, path=relative).first()
        if found:
            return found
    raise NotFound(f"There is no folder {paths.display(path)} in the library.")


def _below(path: str, collection: Collection) -> list[tuple[LibraryRoot, str]]:
    """Each root that `path` may lie in, with what follows; rows only, nothing is opened.

    A path that does not begin with a root's own is taken as below it.
    """
    said = paths.to_text(path).replace("\\", "/").rstrip("/")
    if ".." in said.split("/"):
        raise BadInput("That path is not inside the library.")
    found = []
    for root in LibraryRoot.objects.filter(collection=collection):
        base = root.path.replace("\\", "/").rstrip("/")
        if said == base or said.startswith(f"{base}/"):
            found.append((root, said[len(base) + 1 :]))
        elif not said.startswith("/") and ":" not in said[:3]:
            found.append((root, said))
    return found


def _told(hits: tuple[Hit, ...], space: str) -> list[dict[str, Any]]:
    images = Image.objects.select_related("prompt", "negative_prompt", "folder__root")
    by_id = images.in_bulk([hit.image_id for hit in hits])
    return [_of(by_id[hit.image_id], hit, space) for hit in hits if hit.image_id in by_id]


def _of(image: Image, hit: Hit, space: str) -> dict[str, Any]:
    return {
        "id": image.pk,
        "path": paths.display(f"{image.folder.root.path}/{image.relative_path}"),
        "similarity": round(hit.parts.get(space, 0.0), 4),
        "prompt": image.prompt.text if image.prompt else "",
        "negative_prompt": image.negative_prompt.text if image.negative_prompt else "",
        "rating": image.rating,
        "width": image.width,
        "height": image.height,
        "seed": None if image.seed is None else int(image.seed),
        "thumbnail_url": thumbnails.url(image, _THUMBNAIL_PX),
    }
