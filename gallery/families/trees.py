"""The lineage of one image: what it comes from, up to the first, and what came of it."""

from dataclasses import dataclass

from django.db import connection

from gallery.families.roles import STRENGTH, WORDS, known_by
from gallery.models import Image

MOST_ABOVE, MOST_INSET = 12, 6
MOST_BELOW_EACH, MOST_BELOW, MOST_LEVELS = 24, 60, 3
_RANK = "CASE evidence " + " ".join(f"WHEN '{k}' THEN {v}" for k, v in STRENGTH.items()) + " END"

_LENT = "'mask', 'controlnet', 'ip_adapter', 'reference', 'grid'"

# Upwards of several parents the one that is the same picture, then the best known one; downwards
# all, a few levels deep; beside it what lent it something else, and other pictures that went in.
_EDGES = f"""
WITH RECURSIVE above AS (
    SELECT %(image)s::bigint AS parent_id, NULL::bigint AS image_id, NULL::text AS role,
        NULL::text AS evidence, NULL::smallint AS distance, 0 AS depth,
        ARRAY[%(image)s::bigint] AS path
    UNION ALL
    SELECT next.parent_id, next.image_id, next.role, next.evidence, next.distance,
        above.depth + 1, above.path || next.parent_id
    FROM above CROSS JOIN LATERAL (
        SELECT kin.* FROM gallery_kin AS kin JOIN gallery_image AS image ON image.id = kin.parent_id
        WHERE kin.image_id = above.parent_id AND NOT kin.parent_id = ANY(above.path)
            AND NOT image.is_for_deletion AND kin.role NOT IN ({_LENT})
        ORDER BY kin.is_version DESC, {_RANK} DESC, kin.distance, kin.parent_id LIMIT 1) AS next
    WHERE above.depth < %(highest)s),
below AS (
    SELECT %(image)s::bigint AS image_id, NULL::bigint AS parent_id, NULL::text AS role,
        NULL::text AS evidence, NULL::smallint AS distance, 0 AS depth,
        ARRAY[%(image)s::bigint] AS path
    UNION ALL
    SELECT next.image_id, next.parent_id, next.role, next.evidence, next.distance,
        below.depth + 1, below.path || next.image_id
    FROM below CROSS JOIN LATERAL (
        SELECT kin.* FROM gallery_kin AS kin JOIN gallery_image AS image ON image.id = kin.image_id
        WHERE kin.parent_id = below.image_id AND NOT kin.image_id = ANY(below.path)
            AND NOT image.is_for_deletion
        ORDER BY kin.image_id LIMIT %(each)s) AS next
    WHERE below.depth < %(levels)s)
(SELECT 'above' AS where_, image_id, parent_id, role, evidence, distance FROM above
    WHERE depth > 0 ORDER BY depth)
UNION ALL (SELECT 'below', image_id, parent_id, role, evidence, distance FROM below
    WHERE depth > 0 ORDER BY depth, image_id LIMIT %(most)s)
UNION ALL (SELECT 'beside', kin.image_id, kin.parent_id, kin.role, kin.evidence, kin.distance
    FROM gallery_kin AS kin JOIN gallery_image AS image ON image.id = kin.parent_id
    WHERE kin.image_id = %(image)s AND NOT image.is_for_deletion
        AND kin.role IN ({_LENT}, 'img2img', 'inpaint')
    ORDER BY kin.parent_id LIMIT %(each)s)
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Kinsman:
    """`said` is what it is of the one above it, `known` how one knows; `depth` how far in it is
    drawn. Of the first nothing is said."""

    image: Image
    depth: int
    said: str = ""
    known: str = ""
    is_here: bool = False

    @property
    def inset(self) -> int:
        """As far as there is room for."""
        return min(self.depth, MOST_INSET)


@dataclass(frozen=True, slots=True)
class _Edge:
    child: int
    parent: int
    role: str
    evidence: str
    distance: int | None


def of(image: Image) -> list[Kinsman]:
    """From the first on, each below what it was made from; none where it has no kin. What lends it
    something else than its picture comes last. At most two queries."""
    edges = _edges(image)
    above = edges["above"]
    over = {edge.parent for edge in above}
    below = [edge for edge in edges["below"] if edge.child not in over]
    others = [edge for edge in edges["beside"] if edge.parent not in over]
    if not (above or below or others):
        return []
    used = (*above, *below, *others)
    known = Image.objects.in_bulk(list({pk for edge in used for pk in (edge.child, edge.parent)}))
    return [*_drawn(image, above, below, known), *_beside(others, known)]


def _drawn(
    image: Image, above: list[_Edge], below: list[_Edge], known: dict[int, Image]
) -> list[Kinsman]:
    found: list[Kinsman] = []
    edges = above[::-1]
    if edges and edges[0].parent in known:
        found.append(Kinsman(known[edges[0].parent], 0))
    for depth, edge in enumerate(edges, 1):
        if edge.child in known:
            found.append(_kinsman(known[edge.child], depth, edge, is_here=edge.child == image.pk))
    if not edges:
        found.append(Kinsman(image, 0, is_here=True))
    children: dict[int, list[_Edge]] = {}
    seen = {edge.parent for edge in above} | {image.pk}
    for edge in below:
        if edge.child not in seen:
            seen.add(edge.child)
            children.setdefault(edge.parent, []).append(edge)

    def draw(parent: int, depth: int) -> None:
        for edge in children.get(parent, ()):
            if edge.child in known:
                found.append(_kinsman(known[edge.child], depth, edge))
                draw(edge.child, depth + 1)

    draw(image.pk, len(edges) + 1)
    return found


def _beside(others: list[_Edge], known: dict[int, Image]) -> list[Kinsman]:
    return [
        Kinsman(
            known[edge.parent],
            0,
            WORDS.get(edge.role, (edge.role, ""))[0],
            known_by(edge.evidence, edge.distance),
        )
        for edge in others
        if edge.parent in known
    ]


def _kinsman(image: Image, depth: int, edge: _Edge, *, is_here: bool = False) -> Kinsman:
    said = WORDS.get(edge.role, ("", edge.role))[1]
    return Kinsman(image, depth, said, known_by(edge.evidence, edge.distance), is_here)


def _edges(image: Image) -> dict[str, list[_Edge]]:
    found: dict[str, list[_Edge]] = {"above": [], "below": [], "beside": []}
    values = {
        "image": image.pk, "highest": MOST_ABOVE, "levels": MOST_LEVELS, "each": MOST_BELOW_EACH,
        "most": MOST_BELOW,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, values)
        for where, *edge in cursor.fetchall():
            found[where].append(_Edge(*edge))
    return found
