"""What a program asks for, checked field by field; the nodes' names and ours mean the same."""

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dtoolkit.core.errors import BadInput
from embeddings.search.kinds import MOST_CHARS
from embeddings.search.spaces_asked import named

MOST = 1000
_USUAL = 20
_WIDEST = 4096
_MOST_EXCLUDED = 10_000
_BIGGEST_ID = 2**63 - 1
_SAID = {
    "space": ("space", "query_type"),
    "text": ("text", "text_query", "query_text"),
    "picture": ("picture", "query_image"),
    "vector": ("vector", "embedding"),
    "limit": ("limit", "top_k"),
    "folder": ("folder", "folder_filter"),
}


@dataclass(frozen=True)
class Wanted:
    """One of `image_id`, `path`, `picture` (a file's bytes), `text` and `vector` is what is
    searched with, in the one `space`."""

    space: str
    image_id: int | None
    path: str
    picture: bytes
    text: str
    vector: tuple[float, ...]
    limit: int
    min_similarity: float | None
    min_rating: int | None
    folders: tuple[str, ...]
    exclude_ids: tuple[int, ...]
    collection: str


def read(given: Mapping[str, Any]) -> Wanted:
    """Raises `BadInput` that names the field."""
    picture, path = _picture(_named(given, "picture"))
    text = _text(_named(given, "text"), "text")
    vector = _vector(_named(given, "vector"))
    image_id = _whole(given.get("image_id"), "image_id", 1, _BIGGEST_ID)
    path = path or _text(given.get("path"), "path")
    if sum(map(bool, (image_id, path, picture, text, vector))) != 1:
        raise BadInput("Search with one of: image_id, path, query_image, text and vector.")
    space = _text(_named(given, "space"), "space") or ("prompt" if text else "clip_h")
    (space,) = named({space: 1.0}, "space")
    return Wanted(
        space,
        image_id,
        path,
        picture,
        text,
        vector,
        _whole(_named(given, "limit"), "limit", 1, MOST) or _USUAL,
        _share(given.get("min_similarity"), "min_similarity"),
        _whole(given.get("min_rating"), "min_rating", 1, 10),
        tuple(_text(one, "folder") for one in _several(_named(given, "folder"))),
        _ids(given.get("exclude_ids")),
        _text(given.get("collection"), "collection"),
    )


def _named(given: Mapping[str, Any], name: str) -> Any:
    return next((given[one] for one in _SAID[name] if given.get(one) not in (None, "")), None)


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise BadInput(f"{name} must be a text.")
    if len(value) > MOST_CHARS:
        raise BadInput(f"{name} may have at most {MOST_CHARS:,} characters.")
    return value.strip()


def _several(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _whole(value: Any, name: str, low: int, high: int) -> int | None:
    """A number, or a text that is one, as query strings have it. 0 of the nodes is none given."""
    if value in (None, "", 0, "0"):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int or not low <= value <= high:
        raise BadInput(f"{name} must be a whole number from {low} to {high}.")
    return value


def _share(value: Any, name: str) -> float | None:
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not -1 <= number <= 1:
        raise BadInput(f"{name} must be a number from -1 to 1.")
    return number


def _vector(value: Any) -> tuple[float, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if not isinstance(value, list) or not 0 < len(value) <= _WIDEST:
        raise BadInput("vector must be a list of numbers, as wide as its space.")
    if not all(type(one) in {int, float} for one in value):
        raise BadInput("vector must be a list of numbers.")
    if not all(math.isfinite(one) and abs(one) < 1e30 for one in value):
        raise BadInput("The vector holds NaN, infinity or a number too large.")
    return tuple(float(one) for one in value)


def _ids(value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        value = [one for one in value.split(",") if one]
    found = _several(value)
    if len(found) > _MOST_EXCLUDED:
        raise BadInput(f"exclude_ids may be at most {_MOST_EXCLUDED:,}.")
    ids = [_whole(one, "exclude_ids", 1, _BIGGEST_ID) for one in found]
    return tuple(one for one in ids if one is not None)


def _picture(value: Any) -> tuple[bytes, str]:
    """Base64, with or without `data:` before it; else the path of an image of the library."""
    if value is None:
        return b"", ""
    if not isinstance(value, str):
        raise BadInput("query_image must be a path, or a picture as base64.")
    encoded = value.partition("base64,")[2] if value.startswith("data:") else value
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b"", _text(value, "query_image")
    return (data, "") if len(data) > 16 else (b"", _text(value, "query_image"))
