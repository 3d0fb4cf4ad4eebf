"""The tags of the library as their page lists them: by name or by use, page by page, with counts
that nobody waits for."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.db.models import Count as CountOf
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Lower

from dtoolkit.core import pagination
from dtoolkit.core.errors import BadInput
from gallery.models import Collection, ImageTag, Tag
from gallery.scanning.moves.words import PERSON
from gallery.search.counting import Count
from gallery.search.estimates import TooSlow, time_limit
from gallery.services.ranking import fetch, like, place

PAGE_SIZE = 120
NO_CATEGORY = "none"
_MOST_CHARS = 200
_RANK_LIMIT_MS = 800
_COUNT_LIMIT_MS = 1500
# Up to so many are counted one by one; of more, all uses are.
_EXACT = 100

# {uses}: tag_id and uses, as far as they are known.
_RANKED = """
SELECT tag.id, coalesce(uses.many, 0) AS many
FROM gallery_tag AS tag LEFT JOIN ({uses}) AS uses ON uses.tag_id = tag.id
WHERE (%(words)s::text[] IS NULL OR tag.name ILIKE ALL(%(words)s::text[]))
    AND (%(category)s::text IS NULL OR tag.category = %(category)s)
    AND (%(many)s::bigint IS NULL
        OR (coalesce(uses.many, 0), -tag.id) < (%(many)s::bigint, -%(id)s::bigint))
ORDER BY many DESC, tag.id LIMIT %(limit)s
"""
_USES = "SELECT tag_id, count(*) AS many FROM gallery_imagetag GROUP BY tag_id"
# As the planner's statistics have it: the most common ones of any number of rows, in no time.
_ESTIMATED_USES = """
SELECT unnest(most_common_vals::text::bigint[]) AS tag_id,
    (unnest(most_common_freqs) * reltuples)::bigint AS many
FROM pg_stats JOIN pg_class ON pg_class.oid = 'gallery_imagetag'::regclass
WHERE schemaname = pg_class.relnamespace::regnamespace::name
    AND tablename = 'gallery_imagetag' AND attname = 'tag_id'
"""
_COUNTS = """
SELECT tag.id, looked.uses, looked.images FROM unnest(%(ids)s::bigint[]) AS tag (id)
CROSS JOIN LATERAL (SELECT count(*) AS uses, count(DISTINCT image_id) AS images FROM (
    SELECT use.image_id FROM gallery_imagetag AS use
    JOIN gallery_image AS image ON image.id = use.image_id
    WHERE use.tag_id = tag.id AND NOT use.is_denied
        AND image.collection_id = %(collection)s
        AND image.is_available AND NOT image.is_for_deletion
        AND NOT EXISTS (SELECT FROM gallery_imagetag AS denied WHERE denied.image_id = use.image_id
            AND denied.source = %(person)s AND denied.tag_id = use.tag_id AND denied.is_denied
            OFFSET 0)  -- so that each is looked up, and not all that was denied gathered
    LIMIT %(most)s) AS seen) AS looked
"""


@dataclass(frozen=True)
class TagQuery:
    """Fields are named as their parameters; `category` may be `none`."""

    q: str = ""
    category: str = ""
    sort: str = "uses"

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Raises `BadInput` that says what was expected."""
        query = cls(
            q=params.get("q", "").replace("\0", "").strip()[:_MOST_CHARS],
            category=params.get("category", "").replace("\0", "")[:_MOST_CHARS],
            sort=params.get("sort") or "uses",
        )
        if query.sort not in {"uses", "name"}:
            raise BadInput("sort is uses or name.")
        return query

    def querystring(self, **changes: str) -> str:
        changed = dataclasses.asdict(dataclasses.replace(self, **changes))
        return "?" + urlencode(
            {name: value for name, value in changed.items() if value and value != "uses"}
        )

    def page(self, after: str = "") -> "TagPage":
        return self._by_name(after) if self.sort == "name" else self._by_uses(after)

    def _by_name(self, after: str) -> "TagPage":
        tags = Tag.objects.annotate(lower_name=Lower("name"))
        for word in self._words:
            tags = tags.filter(name__icontains=word)
        if self.category:
            tags = tags.filter(category=self._category)
        if after:
            name, pk = place(after, str)
            tags = tags.filter(TupleGreaterThan(Tuple(F("lower_name"), F("pk")), (name, pk)))
        found = list(tags.order_by("lower_name", "pk")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        cursor = ""
        if len(found) > PAGE_SIZE:
            cursor = pagination.encode_cursor([shown[-1].lower_name, shown[-1].pk])
        return TagPage(shown, cursor)

    def _by_uses(self, after: str) -> "TagPage":
        many, pk = place(after, int) if after else (None, None)
        values = {
            "words": like(self._words),
            "category": self._category if self.category else None,
            "many": many,
            "id": pk,
            "limit": PAGE_SIZE + 1,
        }
        is_exact = True
        try:
            with time_limit(_RANK_LIMIT_MS):
                rows = fetch(_RANKED.format(uses=_USES), values)
        except TooSlow:
            is_exact = False
            rows = fetch(_RANKED.format(uses=_ESTIMATED_USES), values)
        found = Tag.objects.in_bulk([pk for pk, _ in rows[:PAGE_SIZE]])
        shown = [found[pk] for pk, _ in rows[:PAGE_SIZE] if pk in found]
        cursor = ""
        if len(rows) > PAGE_SIZE:
            last, uses = rows[PAGE_SIZE - 1]
            cursor = pagination.encode_cursor([uses, last])
        return TagPage(shown, cursor, is_exact)

    @property
    def _words(self) -> list[str]:
        return self.q.split()

    @property
    def _category(self) -> str:
        return "" if self.category == NO_CATEGORY else self.category


@dataclass(frozen=True, slots=True)
class TagPage:
    """`is_ranked` is False where the order is by estimates."""

    tags: Sequence[Tag]
    cursor: str
    is_ranked: bool = True


def categories() -> dict[str, int]:
    """How many tags are of each; the empty one as `none`."""
    rows = Tag.objects.order_by().values_list("category").annotate(many=CountOf("pk"))
    return {category or NO_CATEGORY: many for category, many in rows.order_by("-many")}


def counts(ids: Sequence[int], collection: Collection) -> dict[int, Count | None]:
    """How many images show each, exactly up to a hundred; None where it takes too long."""
    values = {"ids": list(ids), "collection": collection.pk, "most": _EXACT + 1, "person": PERSON}
    try:
        with time_limit(_COUNT_LIMIT_MS):
            looked = fetch(_COUNTS, values)
            many = [pk for pk, uses, _ in looked if uses > _EXACT]
            uses = ImageTag.objects.filter(tag__in=many).order_by().values_list("tag")
            about = dict(uses.annotate(many=CountOf("pk")))
    except TooSlow:
        return dict.fromkeys(ids)
    return {
        pk: Count(about[pk], is_exact=False) if pk in about else Count(count, is_exact=True)
        for pk, _, count in looked
    }
