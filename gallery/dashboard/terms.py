"""What a bar leads to, in the query language: terms that find exactly the images it counted."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from gallery.search import fulltext, language
from gallery.search.keywords import registry
from gallery.search.language import quoted
from gallery.search.query import ResultQuery

_LONGEST = 200

# Names that more than one row answers to: alike but for case, or meant by a file of that name.
_AMBIGUOUS = """
SELECT resource.id FROM gallery_resource AS resource
WHERE resource.id = ANY(%(ids)s) AND (EXISTS (
    SELECT FROM gallery_resource AS other
    WHERE other.kind = resource.kind AND other.id <> resource.id
      AND upper(other.name) = upper(resource.name))
  OR %(by_files)s AND EXISTS (
    SELECT FROM gallery_resourcematch AS found
    JOIN gallery_resourcefile AS file ON file.id = found.file_id
    JOIN gallery_resource AS meant ON meant.id = found.resource_id
    WHERE meant.kind = resource.kind AND meant.id <> resource.id
      AND file.kind IN ('', resource.kind) AND upper(file.name) = upper(resource.name)))
"""


class Links:
    """Addresses in the library of a scope narrowed by a term."""

    def __init__(self, scope: ResultQuery) -> None:
        params = scope.replace(sort=scope.default_sort, seed=0).to_params()
        self._q = params.pop("q", "")
        self._params = params
        self._library = reverse("library", args=[scope.collection.slug])
        self._closed: str | None = None

    def to(self, *terms: str, **params: object) -> str:
        """Empty where the query would be longer than one may be."""
        q = " ".join(part for part in (self._own, *terms) if part)
        if len(q) > fulltext.MAX_CHARS:
            return ""
        given = {**self._params, **params, "q": q}
        said = urlencode({name: value for name, value in given.items() if value})
        return f"{self._library}?{said}" if said else self._library

    @property
    def _own(self) -> str:
        if self._closed is None:
            texts = [self._q, "has:rating"]
            whole = language.joined(texts, registry.vocabulary()) if self._q else ""
            self._closed = whole.removesuffix("has:rating").rstrip()
        return self._closed


def named(keyword: str, name: str, pk: int, ambiguous: Collection[int]) -> str:
    """By name where it can be said and means that one alone, else by number."""
    numbered = f"main_model:#{pk}" if keyword == "main_model" else f"resource:#{pk}"
    if pk in ambiguous or name.startswith("#") or not says(keyword, name):
        return numbered
    return f"{keyword}:={quoted(name)}"


def ambiguous(ids: Sequence[int], *, by_files: bool) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_AMBIGUOUS, {"ids": list(ids), "by_files": by_files})
        return {pk for (pk,) in cursor.fetchall()}


@lru_cache(maxsize=2000)
def says(keyword: str, name: str) -> bool:
    """Whether the language reads the term as this very name."""
    if not name or len(name) > _LONGEST:
        return False
    text = f"{keyword}:={quoted(name)}"
    if fulltext.clean(text) != text:
        return False
    try:
        tree = language.parse(text, registry.vocabulary())
    except language.QueryError:
        return False
    read = tree.values if isinstance(tree, language.Field) else ()
    if len(read) != 1:
        return False
    content = read[0].content
    weight = getattr(content, "weight", None)
    pattern = getattr(content, "name", content)
    return weight is None and (pattern.how, pattern.text) == ("equals", name)


def weighted(term: str, weight: str) -> str:
    """A LoRA's term with a weight: inside the quotes, where it has some."""
    return f'{term[:-1]}@{weight}"' if term.endswith('"') else f"{term}@{weight}"


def sampler(name: str) -> str:
    return f"sampler:={quoted(name)}" if says("sampler", name) else ""
