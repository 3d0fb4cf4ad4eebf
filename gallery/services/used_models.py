"""Checkpoints, LoRAs and their like as images name them, with how many images each made and the
file on disk that is meant, where one is known."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef

from dtoolkit.core import pagination
from dtoolkit.core.errors import BadInput
from gallery.models import Collection, Image, ImageResource, Resource, ResourceFile, ResourceMatch
from gallery.search.estimates import TooSlow, time_limit
from gallery.services.ranking import fetch, like, place

PAGE_SIZE = 60
_MOST_CHARS = 200
_LIMIT_MS = 1200
_LOOKED_AT = 200  # uses in which a recorded hash is looked for

_RANKED = """
SELECT resource.id, {place} AS place, coalesce(uses.many, 0) AS many,
    (SELECT recorded_hash FROM (
        SELECT recorded_hash FROM gallery_imageresource
        WHERE resource_id = resource.id LIMIT %(looked_at)s) AS looked
     WHERE recorded_hash <> '' LIMIT 1) AS recorded_hash
FROM gallery_resource AS resource LEFT JOIN ({uses}) AS uses ON uses.resource_id = resource.id
WHERE (%(kind)s::text IS NULL OR resource.kind = %(kind)s)
    AND (%(words)s::text[] IS NULL OR resource.name ILIKE ALL(%(words)s::text[])) {beyond}
ORDER BY {order} LIMIT %(limit)s
"""
_USES = (
    "SELECT resource_id, count(*) AS many FROM gallery_imageresource {ours} GROUP BY resource_id"
)
_OURS = """AS use JOIN gallery_image AS image
    ON image.id = use.image_id AND image.collection_id = %(collection)s"""
# As the planner's statistics have it, where counting takes too long.
_ESTIMATED_USES = """
SELECT unnest(most_common_vals::text::bigint[]) AS resource_id,
    (unnest(most_common_freqs) * reltuples)::bigint AS many
FROM pg_stats JOIN pg_class ON pg_class.oid = 'gallery_imageresource'::regclass
WHERE schemaname = current_schema() AND tablename = 'gallery_imageresource'
    AND attname = 'resource_id'
"""
_PLACES: dict[str, tuple[str, str, str, type]] = {
    "uses": ("coalesce(uses.many, 0)", "<", "DESC", int),
    "name": ("lower(resource.name)", ">", "ASC", str),
    "newest": ("0", "<", "DESC", int),
}


@dataclass(frozen=True, slots=True)
class Used:
    resource: Resource
    count: int
    recorded_hash: str
    file: ResourceFile | None


@dataclass(frozen=True, slots=True)
class UsedPage:
    """`is_counted` is False where the numbers are estimates."""

    rows: Sequence[Used]
    cursor: str
    is_counted: bool = True


@dataclass(frozen=True)
class UsedQuery:
    """Fields are named as their parameters."""

    SORTS: ClassVar = tuple(_PLACES)

    q: str = ""
    kind: str = ""
    sort: str = "uses"

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Raises `BadInput` that says what was expected."""
        query = cls(
            q=params.get("q", "").replace("\0", "").strip()[:_MOST_CHARS],
            kind=params.get("kind", ""),
            sort=params.get("sort") or "uses",
        )
        if query.kind not in {"", *Resource.Kind}:
            raise BadInput(f"kind is one of {', '.join(Resource.Kind)}, or left out.")
        if query.sort not in cls.SORTS:
            raise BadInput("sort is uses, name or newest.")
        return query

    def querystring(self, **changes: str) -> str:
        changed = dataclasses.asdict(dataclasses.replace(self, **changes))
        return "?" + urlencode(
            {name: value for name, value in changed.items() if value and value != "uses"}
        )

    def page(self, collection: Collection, after: str = "") -> UsedPage:
        column, sign, way, kind = _PLACES[self.sort]
        values: dict[str, Any] = {
            "kind": self.kind or None,
            "words": like(self.q.split()),
            "limit": PAGE_SIZE + 1,
            "looked_at": _LOOKED_AT,
            "collection": collection.pk,
        }
        beyond = ""
        if after:
            values["value"], values["id"] = place(after, kind)
            beyond = f"AND ({column}, resource.id) {sign} (%(value)s, %(id)s::bigint)"
        parts = {"place": column, "beyond": beyond, "order": f"place {way}, resource.id {way}"}
        is_counted = True
        alone = not Collection.objects.exclude(pk=collection.pk).exists()
        try:
            with time_limit(_LIMIT_MS):
                uses = _USES.format(ours="" if alone else _OURS)
                rows = fetch(_RANKED.format(uses=uses, **parts), values)
        except TooSlow:
            is_counted = False
            rows = fetch(_RANKED.format(uses=_ESTIMATED_USES, **parts), values)
        shown = rows[:PAGE_SIZE]
        cursor = ""
        if len(rows) > PAGE_SIZE:
            cursor = pagination.encode_cursor([shown[-1][1], shown[-1][0]])
        return UsedPage(_used(shown), cursor, is_counted)


def kinds() -> dict[str, int]:
    """How many names of each there are."""
    rows = Resource.objects.order_by().values_list("kind").annotate(many=CountOf("pk"))
    return dict(rows)


def images_of(collection: Collection, ids: Sequence[int]) -> Any:
    """The visible images that used one of these."""
    uses = ImageResource.objects.filter(image=OuterRef("pk"), resource__in=ids)
    return Image.objects.in_collection(collection).visible().filter(Exists(uses))


def _used(rows: Sequence[Any]) -> list[Used]:
    ids = [row[0] for row in rows]
    resources = Resource.objects.in_bulk(ids)
    files = _files(ids)
    return [
        Used(resources[pk], many, recorded_hash or "", files.get(pk))
        for pk, _, many, recorded_hash in rows
        if pk in resources
    ]


def _files(ids: Sequence[int]) -> dict[int, ResourceFile]:
    """What each name means on disk; told by hash before told by name, there before gone."""
    matches = ResourceMatch.objects.filter(resource__in=ids).select_related("file__folder")
    ordered = matches.order_by("resource", "-file__is_available", "rule", "file")
    return {match.resource_id: match.file for match in ordered.distinct("resource")}
