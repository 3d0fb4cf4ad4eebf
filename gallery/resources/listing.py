"""The model files that the page lists: of a kind, by words, used or not, page by page."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from dtoolkit.core import pagination
from dtoolkit.core.errors import BadInput
from gallery.models import Collection, Resource, ResourceFile, ResourceMatch
from gallery.search.estimates import TooSlow, time_limit

PAGE_SIZE = 60
OTHER = "other"
_MOST_CHARS = 200
_LIMIT_MS = 2000
_USED_BY = """
SELECT match.file_id, count(DISTINCT image.id)
FROM gallery_resourcematch AS match
JOIN gallery_imageresource AS use
    ON use.resource_id = match.resource_id AND use.recorded_hash = match.recorded_hash
JOIN gallery_image AS image ON image.id = use.image_id
WHERE match.file_id = ANY(%s) AND image.collection_id = %s
    AND image.is_available AND NOT image.is_for_deletion
GROUP BY match.file_id
"""


@dataclass(frozen=True)
class FileQuery:
    """Fields are named as their parameters; `used` is "", "yes" or "no"."""

    q: str = ""
    kind: str = ""
    used: str = ""
    sort: str = "name"

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Raises `BadInput` that says what was expected."""
        query = cls(
            q=params.get("q", "").replace("\0", "").strip()[:_MOST_CHARS],
            kind=params.get("kind", ""),
            used=params.get("used", ""),
            sort=params.get("sort") or "name",
        )
        if query.kind not in {"", OTHER, *Resource.Kind}:
            raise BadInput(f"kind is one of {', '.join(Resource.Kind)}, {OTHER}, or left out.")
        if query.used not in {"", "yes", "no"}:
            raise BadInput("used is yes or no, or left out.")
        if query.sort not in {"name", "size"}:
            raise BadInput("sort is name or size.")
        return query

    def querystring(self, **changes: str) -> str:
        changed = dataclasses.asdict(dataclasses.replace(self, **changes))
        params = {name: value for name, value in changed.items() if value not in {"", "name"}}
        return "?" + urlencode(params)

    def files(self) -> QuerySet[ResourceFile]:
        files = ResourceFile.objects.select_related("folder")
        if self.kind:
            files = files.filter(kind="" if self.kind == OTHER else self.kind)
        for word in self.q.split():
            files = files.filter(Q(name__icontains=word) | Q(title__icontains=word))
        if self.used:
            is_used = Exists(ResourceMatch.objects.filter(file=OuterRef("pk")))
            files = files.filter(is_used if self.used == "yes" else ~is_used)
        return files

    def page(self, after: str = "") -> tuple[Sequence[ResourceFile], str]:
        """The files behind the cursor `after`, and the next cursor, empty at the end."""
        files = self.files().annotate(lower_name=Lower("name"))
        column = "lower_name" if self.sort == "name" else "size"
        if after:
            files = files.filter(self._behind(after, column))
        order = (column, "pk") if self.sort == "name" else (f"-{column}", "-pk")
        found = list(files.order_by(*order)[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        if len(found) == len(shown):
            return shown, ""
        return shown, pagination.encode_cursor([getattr(shown[-1], column), shown[-1].pk])

    def _behind(self, after: str, column: str) -> Q:
        value, pk = pagination.decode_cursor(after, 2)
        expected: type = str if self.sort == "name" else int
        if type(value) is not expected or type(pk) is not int or not 0 < pk < 2**63:
            raise pagination.unreadable()
        beyond = "gt" if self.sort == "name" else "lt"
        return Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"pk__{beyond}": pk})


def counts() -> dict[str, int]:
    """Files by kind."""
    rows = ResourceFile.objects.order_by().values_list("kind").annotate(count=Count("pk"))
    return {kind or OTHER: count for kind, count in rows}


def used_by(file_ids: Sequence[int], collection: Collection) -> dict[int, int] | None:
    """How many visible images used each; None where that takes too long to tell."""
    try:
        with time_limit(_LIMIT_MS), connection.cursor() as cursor:
            cursor.execute(_USED_BY, [list(file_ids), collection.pk])
            found: dict[int, Any] = dict(cursor.fetchall())
    except TooSlow:
        return None
    return {pk: found.get(pk, 0) for pk in file_ids}
